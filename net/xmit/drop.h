/* SPDX-License-Identifier: GPL-2.0 */
/* Drops: each has a counter, an event with its reason, and a place by name. */
#ifndef MX_XMIT_DROP_H
#define MX_XMIT_DROP_H

#include "pernet.h"

unsigned int mx_drop_rule(struct mx_pernet *pn, struct sk_buff *skb);
unsigned int mx_drop_full(struct mx_pernet *pn, struct sk_buff *skb);
unsigned int mx_drop_memory(struct mx_pernet *pn, struct sk_buff *skb);
unsigned int mx_drop_route(struct mx_pernet *pn, struct sk_buff *skb);
unsigned int mx_drop_ttl(struct mx_pernet *pn, struct sk_buff *skb);
unsigned int mx_drop_mtu(struct mx_pernet *pn, struct sk_buff *skb);
unsigned int mx_drop_fragment(struct mx_pernet *pn, struct sk_buff *skb);
unsigned int mx_drop_limit(struct mx_pernet *pn, struct sk_buff *skb,
			   u32 packets);

#endif /* MX_XMIT_DROP_H */
