// SPDX-License-Identifier: GPL-2.0
#include <linux/netfilter.h>
#include "xmit/forward.h"
#include "xmit/icmp.h"
#include "xmit/nat.h"
#include "xmit/route.h"

/**
 * mx_icmp_error() - translate an ICMP error about a packet of a NAT flow
 * @pn: the namespace
 * @skb: the error, from PRE_ROUTING or LOCAL_OUT
 * @pkt: its headers, and the key of the packet that it quotes
 * @state: the hook
 *
 * An error travels against the packet that it quotes: the quoted key, turned
 * round, is that of the error's own direction. What the quoted packet was
 * rewritten to is put back, so that its sender knows it again (RFC 5508,
 * section 4.2). Errors about anything else pass as they are.
 *
 * Context: softirq, RCU reader.
 * Return: netfilter verdict.
 */
unsigned int mx_icmp_error(struct mx_pernet *pn, struct sk_buff *skb,
			   const struct mx_packet *pkt,
			   const struct nf_hook_state *state)
{
	struct mx_flow_node *node;
	struct mx_nat_edit edit;
	struct mx_flow *flow;
	struct mx_key key;
	unsigned int dir;

	mx_key_invert(&key, &pkt->key);
	node = mx_flow_lookup(&pn->flows, &key);
	if (!node)
		return NF_ACCEPT;
	flow = mx_flow_of(node);
	dir = node->key.dir;
	if (flow->forward != MUTEX_FORWARD_NAT)
		return NF_ACCEPT;

	if (dir == MX_DIR_REPLY && mx_forward_route_reply(pn, skb, pkt, state))
		return NF_ACCEPT;
	mx_forward_edit(flow, dir, &edit);
	/* the quoted packet went the other way: its other end was rewritten */
	edit.src = !edit.src;
	if (mx_nat_icmp_error(skb, pkt, &edit)) {
		mx_stats_inc(&pn->stats, MX_STAT_UNSUPPORTED);
		return NF_DROP;
	}
	mx_stats_inc(&pn->stats, MX_STAT_ICMP_ERRORS);
	mx_forward_untrack(skb);
	if (dir == MX_DIR_REPLY)
		return NF_ACCEPT;
	return mx_forward_moved(pn, skb, pkt->key.family, state);
}
