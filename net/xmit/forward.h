/* SPDX-License-Identifier: GPL-2.0 */
/* The forward modes, inside the IP stack. */
#ifndef MX_XMIT_FORWARD_H
#define MX_XMIT_FORWARD_H

#include <linux/ktime.h>
#include "base/flow_key.h"
#include "pernet.h"
#include "steer/resolve.h"
#include "xmit/nat.h"

unsigned int mx_forward_flow(struct mx_pernet *pn, struct sk_buff *skb,
			     const struct mx_packet *pkt, struct mx_flow *flow,
			     unsigned int dir,
			     const struct nf_hook_state *state);
unsigned int mx_forward_lost(struct mx_pernet *pn, struct sk_buff *skb,
			     const struct mx_packet *pkt, struct mx_flow *flow,
			     unsigned int dir,
			     const struct nf_hook_state *state);
unsigned int mx_forward_once(struct mx_pernet *pn, struct sk_buff *skb,
			     const struct mx_packet *pkt,
			     const struct mx_decision *d,
			     const struct nf_hook_state *state);
unsigned int mx_forward_untouched(struct mx_pernet *pn, struct sk_buff *skb,
				  struct mx_server *server, u8 forward,
				  u32 mark, const struct nf_hook_state *state);
void mx_forward_edit(struct mx_flow *flow, unsigned int dir,
		     struct mx_nat_edit *edit);
int mx_forward_rewrite(struct sk_buff *skb, const struct mx_packet *pkt,
		       struct mx_flow *flow, unsigned int dir);
int mx_forward_route_reply(struct mx_pernet *pn, struct sk_buff *skb,
			   const struct mx_packet *pkt,
			   const struct nf_hook_state *state);
unsigned int mx_forward_moved(struct mx_pernet *pn, struct sk_buff *skb,
			      u8 family, const struct nf_hook_state *state);
void mx_forward_untrack(struct sk_buff *skb);
int mx_reroute(struct mx_pernet *pn, struct sk_buff *skb, u8 family,
	       const struct nf_hook_state *state);

/**
 * mx_forward_charge() - may a packet pass, by the rates of its server and group
 * @server: where it goes
 * @packets: 1, or what a GSO packet stands for
 * @bytes: its length from the network header on
 *
 * Context: softirq, RCU reader.
 * Return: true if it may; else it is to be dropped, by mx_drop_limit().
 */
static inline bool mx_forward_charge(struct mx_server *server, u32 packets,
				     u32 bytes)
{
	return !mx_server_metered(server) ||
	       mx_limit_charge(server, packets, bytes, ktime_get_ns());
}

#endif /* MX_XMIT_FORWARD_H */
