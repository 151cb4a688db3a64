// SPDX-License-Identifier: GPL-2.0
/*
 * Drops. The kernel's list of drop reasons has no room for those of a module
 * that is not part of it, so each packet goes with the reason of the kernel's
 * own that fits best, from a function that is named after ours: skb:kfree_skb
 * and dropwatch show that name as the place.
 */
#include <linux/netfilter.h>
#include <trace/events/mutex.h>
#include "xmit/drop.h"

/* Headers that cannot be read any more leave the key of nothing. */
static void mx_drop_trace(struct mx_pernet *pn, const struct sk_buff *skb,
			  const char *reason)
{
	struct mx_packet pkt;

	memset(&pkt, 0, sizeof(pkt));
	pkt.key.family = AF_INET;
	mx_key_parse(skb, skb_network_offset(skb), &pkt);
	trace_mx_drop(pn->net->ns.inum, &pkt.key, skb->len, reason);
}

static __always_inline void mx_drop_note(struct mx_pernet *pn,
					 const struct sk_buff *skb,
					 enum mx_stat stat, const char *reason)
{
	mx_stats_inc_bh(&pn->stats, stat);
	if (trace_mx_drop_enabled())
		mx_drop_trace(pn, skb, reason);
}

/**
 * mx_drop_rule() - drop a packet: a rule says so
 * @pn: the namespace
 * @skb: the packet, gone when this returns
 *
 * Context: softirq, RCU reader.
 * Return: netfilter verdict.
 */
noinline unsigned int mx_drop_rule(struct mx_pernet *pn, struct sk_buff *skb)
{
	mx_drop_note(pn, skb, MX_STAT_DROPPED_RULE, "rule");
	return mx_nf_drop(skb, SKB_DROP_REASON_NETFILTER_DROP);
}

/**
 * mx_drop_full() - drop a packet: no flow can be made of a packet of NAT
 * @pn: the namespace
 * @skb: the packet, gone when this returns
 *
 * Context: softirq, RCU reader.
 * Return: netfilter verdict.
 */
noinline unsigned int mx_drop_full(struct mx_pernet *pn, struct sk_buff *skb)
{
	mx_drop_note(pn, skb, MX_STAT_DROPPED_FULL, "full");
	return mx_nf_drop(skb, SKB_DROP_REASON_FULL_RING);
}

/**
 * mx_drop_memory() - drop a packet: memory is short on the way out
 * @pn: the namespace
 * @skb: the packet, gone when this returns
 *
 * Context: softirq, RCU reader.
 * Return: netfilter verdict.
 */
noinline unsigned int mx_drop_memory(struct mx_pernet *pn, struct sk_buff *skb)
{
	mx_drop_note(pn, skb, MX_STAT_DROPPED_HOP, "memory");
	return mx_nf_drop(skb, SKB_DROP_REASON_NOMEM);
}

/**
 * mx_drop_route() - drop a packet: no route leads to where it was steered
 * @pn: the namespace
 * @skb: the packet, gone when this returns
 *
 * Context: softirq, RCU reader.
 * Return: netfilter verdict.
 */
noinline unsigned int mx_drop_route(struct mx_pernet *pn, struct sk_buff *skb)
{
	mx_drop_note(pn, skb, MX_STAT_NO_ROUTE, "route");
	return mx_nf_drop(skb, SKB_DROP_REASON_IP_OUTNOROUTES);
}

/**
 * mx_drop_ttl() - drop a packet: its hops are used up; an ICMP error went back
 * @pn: the namespace
 * @skb: the packet, gone when this returns
 *
 * Context: softirq, RCU reader.
 * Return: netfilter verdict.
 */
noinline unsigned int mx_drop_ttl(struct mx_pernet *pn, struct sk_buff *skb)
{
	mx_drop_note(pn, skb, MX_STAT_DROPPED_HOP, "ttl");
	return mx_nf_drop(skb, SKB_DROP_REASON_IP_INHDR);
}

/**
 * mx_drop_mtu() - drop a packet: it is too big for the way out; an ICMP error went back
 * @pn: the namespace
 * @skb: the packet, gone when this returns
 *
 * Context: softirq, RCU reader.
 * Return: netfilter verdict.
 */
noinline unsigned int mx_drop_mtu(struct mx_pernet *pn, struct sk_buff *skb)
{
	mx_drop_note(pn, skb, MX_STAT_DROPPED_HOP, "mtu");
	return mx_nf_drop(skb, SKB_DROP_REASON_PKT_TOO_BIG);
}

/**
 * mx_drop_fragment() - drop a packet: it is a fragment that reassembly refused
 * @pn: the namespace
 * @skb: the packet, gone when this returns
 *
 * Context: softirq, RCU reader.
 * Return: netfilter verdict.
 */
noinline unsigned int mx_drop_fragment(struct mx_pernet *pn, struct sk_buff *skb)
{
	mx_drop_note(pn, skb, MX_STAT_DROPPED_FRAGMENT, "fragment");
	return mx_nf_drop(skb, SKB_DROP_REASON_IP_INHDR);
}

/**
 * mx_drop_limit() - drop a packet: it is over a rate
 * @pn: the namespace
 * @skb: the packet, gone when this returns
 * @packets: 1, or what a GSO packet stands for
 *
 * Context: softirq, RCU reader.
 * Return: netfilter verdict.
 */
noinline unsigned int mx_drop_limit(struct mx_pernet *pn, struct sk_buff *skb,
				    u32 packets)
{
	mx_stats_add_bh(&pn->stats, MX_STAT_DROPPED_LIMIT, packets - 1);
	mx_drop_note(pn, skb, MX_STAT_DROPPED_LIMIT, "limit");
	return mx_nf_drop(skb, SKB_DROP_REASON_QDISC_DROP);
}
