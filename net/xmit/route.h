/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's routes: the way to a server, and out of the fast path. */
#ifndef MX_XMIT_ROUTE_H
#define MX_XMIT_ROUTE_H

#include <linux/skbuff.h>
#include "base/flow_key.h"
#include "pernet.h"

int mx_route_input4(struct sk_buff *skb);
struct mx_hop *mx_route_forward(struct mx_pernet *pn, struct sk_buff *skb,
				const struct mx_key *key,
				const void *daddr, bool *local);
bool mx_route_leads(struct mx_pernet *pn, const struct mx_server *server,
		    const struct net_device *dev);
struct mx_hop *mx_route_server(struct mx_pernet *pn, struct mx_server *server);
int mx_route_source(struct mx_pernet *pn, const struct mx_server *server,
		    u32 mark, union nf_inet_addr *from);
bool mx_route_fits(struct net *net, struct sk_buff *skb, u8 family, u32 most);
unsigned int mx_route_pass(struct mx_pernet *pn, struct sk_buff *skb,
			   u8 family, const struct nf_hook_state *state);
unsigned int mx_route_xmit(struct mx_pernet *pn, struct sk_buff *skb,
			   struct mx_server *server,
			   const struct nf_hook_state *state);

#endif /* MX_XMIT_ROUTE_H */
