// SPDX-License-Identifier: GPL-2.0
#include <linux/kmod.h>
#include <linux/module.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>
#include "xmit/defrag.h"

/* A reassembly context of our own: no other part of the kernel uses it. */
#define MX_DEFRAG_USER	0x6d780000

typedef int (*mx_gather6_t)(struct net *net, struct sk_buff *skb, u32 user);

/* In another module, which is held from the first use on; NULL until then. */
static mx_gather6_t mx_gather6 __read_mostly;
static DEFINE_MUTEX(mx_gather6_lock);

/**
 * mx_defrag_need6() - have IPv6 reassembly at hand
 *
 * Loads nf_defrag_ipv6 if that is a module. Without it mutex works on, but
 * IPv6 fragments pass unsteered, which the log says once.
 *
 * Context: process, sleeps.
 */
void mx_defrag_need6(void)
{
	mx_gather6_t gather;

	if (!IS_ENABLED(CONFIG_IPV6) || READ_ONCE(mx_gather6))
		return;
	mutex_lock(&mx_gather6_lock);
	if (!mx_gather6) {
		gather = symbol_request(nf_ct_frag6_gather);
		mx_dbg("defrag", "IPv6 fragments are %s\n",
		       gather ? "reassembled" : "let through");
		if (gather)
			/* pairs with smp_load_acquire() in mx_defrag() */
			smp_store_release(&mx_gather6, gather);
		else
			pr_warn_once("IPv6 fragments pass unsteered: module nf_defrag_ipv6 is missing\n");
	}
	mutex_unlock(&mx_gather6_lock);
}

/**
 * mx_defrag_exit() - let go of IPv6 reassembly
 *
 * Context: no packet comes any more.
 */
void mx_defrag_exit(void)
{
	if (mx_gather6)
		symbol_put(nf_ct_frag6_gather);
	mx_gather6 = NULL;
}

/**
 * mx_defrag() - gather fragments
 * @net: the namespace
 * @skb: a received fragment
 * @family: AF_INET or AF_INET6
 *
 * Context: softirq.
 * Return: 0 when @skb is the whole datagram now; -EOPNOTSUPP if it is a
 * fragment still and passes as such; -EINVAL if it was refused, and is to be
 * dropped; other -errno when the skb is consumed or freed: it waits for the
 * rest, or is overlapping, late or too big.
 */
int mx_defrag(struct net *net, struct sk_buff *skb, u8 family)
{
	mx_gather6_t gather;
	int err;

	if (family == AF_INET) {
		local_bh_disable();
		err = ip_defrag(net, skb, MX_DEFRAG_USER);
		local_bh_enable();
		if (!err) {
			skb->ignore_df = 1;
			return 0;
		}
		return err == -EOPNOTSUPP || err == -EINVAL ? -EIO : err;
	}

	/* pairs with smp_store_release() in mx_defrag_need6() */
	gather = smp_load_acquire(&mx_gather6);
	if (!gather)
		return -EOPNOTSUPP;
	err = gather(net, skb, MX_DEFRAG_USER);
	/* all others are refused without being taken */
	return !err || err == -EINPROGRESS ? err : -EINVAL;
}
