/* SPDX-License-Identifier: GPL-2.0 */
/* The forward modes, inside the IP stack. */
#ifndef MX_XMIT_FORWARD_H
#define MX_XMIT_FORWARD_H

#include "base/flow_key.h"
#include "pernet.h"

unsigned int mx_forward_flow(struct mx_pernet *pn, struct sk_buff *skb,
			     const struct mx_packet *pkt, struct mx_flow *flow,
			     unsigned int dir,
			     const struct nf_hook_state *state);
unsigned int mx_forward_once(struct mx_pernet *pn, struct sk_buff *skb,
			     struct mx_server *server, u8 forward, u32 mark,
			     const struct nf_hook_state *state);
int mx_reroute(struct mx_pernet *pn, struct sk_buff *skb, u8 family,
	       const struct nf_hook_state *state);

#endif /* MX_XMIT_FORWARD_H */
