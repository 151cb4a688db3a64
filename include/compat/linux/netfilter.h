/* SPDX-License-Identifier: GPL-2.0 */
/* What linux/netfilter.h has not in all kernels that this module builds for. */
#ifndef MX_COMPAT_LINUX_NETFILTER_H
#define MX_COMPAT_LINUX_NETFILTER_H

#include_next <linux/netfilter.h>

/**
 * mx_nf_drop() - drop a packet with a reason that skb:kfree_skb shows
 * @skb: the packet
 * @reason: why
 *
 * It is freed right here, so that the event's location is the caller. Where the
 * kernel does not take a verdict for that yet, netfilter frees the packet, with
 * a reason of its own.
 *
 * Return: netfilter verdict; a local sender gets -EPERM.
 */
static __always_inline unsigned int mx_nf_drop(struct sk_buff *skb,
					       enum skb_drop_reason reason)
{
#ifdef MX_HAVE_NF_DROP_REASON
	return NF_DROP_REASON(skb, reason, EPERM);
#else
	return NF_DROP;
#endif
}

#endif /* MX_COMPAT_LINUX_NETFILTER_H */
