/* SPDX-License-Identifier: GPL-2.0 */
/* The fast path: cached flows, past the IP stack. */
#ifndef MX_XMIT_FASTPATH_H
#define MX_XMIT_FASTPATH_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

unsigned int mx_fastpath(void *priv, struct sk_buff *skb,
			 const struct nf_hook_state *state);

#endif /* MX_XMIT_FASTPATH_H */
