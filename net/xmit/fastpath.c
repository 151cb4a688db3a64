// SPDX-License-Identifier: GPL-2.0
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/gso.h>
#include <net/ip.h>
#include <net/route.h>
#include "xmit/check.h"
#include "xmit/decide.h"
#include "xmit/dev.h"
#include "xmit/drop.h"
#include "xmit/fastpath.h"
#include "xmit/forward.h"
#include "xmit/hook.h"
#include "xmit/nat.h"
#include "xmit/path.h"
#include "xmit/probe.h"
#include "xmit/qos.h"
#include "xmit/route.h"

/* Bits of struct mx_flow.flags, beside those of steer/flow.h */
#define MX_FLOW_STACK_ORIG	8	/* requests are not for forwarding */
#define MX_FLOW_STACK_REPLY	9	/* replies are not for forwarding */

/* A way out by the mark that the packet will have: the stack sets it for itself. */
static struct mx_hop *mx_fastpath_forward(struct mx_pernet *pn,
					  struct sk_buff *skb,
					  struct mx_flow *flow,
					  unsigned int dir, bool *local)
{
	const struct mx_key *other = &mx_flow_node(flow, !dir)->key;
	u32 mark = skb->mark;
	struct mx_hop *hop;

	if (flow->qos && dir == MX_DIR_ORIG)
		skb->mark = mx_qos_mark(&flow->qos->qos, mark);
	/* where it goes now is where the other direction comes from */
	hop = mx_route_forward(pn, skb, &mx_flow_node(flow, dir)->key,
			       other->family == AF_INET ?
			       (const void *)&other->v4.saddr :
			       &other->v6.saddr, local);
	skb->mark = mark;
	return hop;
}

/*
 * The hop of a direction of a flow that the stack's routes lead: of NAT, and of
 * replies that come by a path. NULL sends the packet up the stack.
 */
static struct mx_hop *mx_fastpath_nat_hop(struct mx_pernet *pn,
					  struct sk_buff *skb,
					  struct mx_flow *flow,
					  unsigned int dir)
{
	struct mx_hop *hop = rcu_dereference(flow->hop[dir]);
	bool local = false;

	if (likely(hop && mx_hop_valid(hop)))
		return hop;
	if (test_bit(MX_FLOW_STACK_ORIG + dir, &flow->flags))
		return NULL;

	hop = mx_fastpath_forward(pn, skb, flow, dir, &local);
	if (local)
		set_bit(MX_FLOW_STACK_ORIG + dir, &flow->flags);
	return mx_flow_set_hop(&pn->flows, flow, dir, hop);
}

static struct mx_hop *mx_fastpath_hop(struct mx_pernet *pn,
				      struct sk_buff *skb,
				      struct mx_flow *flow, unsigned int dir)
{
	struct mx_hop *hop;

	switch (flow->forward) {
	case MUTEX_FORWARD_NAT:
		hop = mx_fastpath_nat_hop(pn, skb, flow, dir);
		break;
	case MUTEX_FORWARD_ROUTE:
		if (dir == MX_DIR_REPLY)
			return NULL;
		hop = mx_route_server(pn, flow->server);
		break;
	case MUTEX_FORWARD_PATH:
		/* what is translated on its way out has to be tracked first */
		if (mx_hook_tracks(pn->net, flow->node[0].key.family))
			return NULL;
		hop = dir == MX_DIR_REPLY ?
		      mx_fastpath_nat_hop(pn, skb, flow, dir) :
		      mx_path_hop(pn, flow->server, flow, &flow->node[0].key);
		break;
	default:
		return NULL;
	}
	if (!hop || !(READ_ONCE(hop->neigh->nud_state) & NUD_VALID))
		return NULL;
	return hop;
}

/* No options, no extension headers, and it will live on beyond this hop. */
static bool mx_fastpath_plain(const struct sk_buff *skb,
			      const struct mx_packet *pkt)
{
	if (pkt->key.family == AF_INET)
		return pkt->thoff - pkt->noff == sizeof(struct iphdr) &&
		       ip_hdr(skb)->ttl > 1;
	return pkt->thoff - pkt->noff == sizeof(struct ipv6hdr) &&
	       ipv6_hdr(skb)->hop_limit > 1;
}

/* As forwarding has it: of IPv4 the route's own or the device's. */
static u32 mx_fastpath_mtu(const struct mx_hop *hop, u8 family)
{
	u32 mtu;

	if (family != AF_INET)
		return dst_mtu(hop->dst);
	mtu = dst_metric_raw(hop->dst, RTAX_MTU);
	return mtu ? mtu : READ_ONCE(hop->dst->dev->mtu);
}

static bool mx_fastpath_fits(const struct sk_buff *skb,
			     const struct mx_hop *hop,
			     const struct mx_flow *flow, unsigned int dir)
{
	u32 mtu = mx_fastpath_mtu(hop, flow->node[0].key.family);

	if (flow->forward == MUTEX_FORWARD_PATH && dir == MX_DIR_ORIG)
		mtu = min(mtu, mx_path_mtu(flow->server));

	return skb->len <= mtu ||
	       (skb_is_gso(skb) && skb_gso_validate_network_len(skb, mtu));
}

/*
 * Who looks on at a device has a clone by now. A packet that still is shared
 * comes from a generator that only keeps count of it (pktgen): its header may
 * be changed, as other users of this hook do, but not be moved.
 */
static bool mx_fastpath_ours(const struct sk_buff *skb,
			     const struct mx_hop *hop)
{
	return !skb_shared(skb) ||
	       (!skb_cloned(skb) && !skb_is_nonlinear(skb) &&
		skb_headroom(skb) >= LL_RESERVED_SPACE(hop->dst->dev));
}

/* Rewrites and counts the TTL down; the headers' space is there to write. */
static int mx_fastpath_rewrite(struct sk_buff *skb, const struct mx_packet *pkt,
			       struct mx_flow *flow, unsigned int dir)
{
	int err = 0;

	if (flow->forward == MUTEX_FORWARD_NAT)
		err = mx_forward_rewrite(skb, pkt, flow, dir);
	if (err)
		return err;
	if (pkt->key.family == AF_INET)
		ip_decrease_ttl(ip_hdr(skb));
	else
		ipv6_hdr(skb)->hop_limit--;
	return 0;
}

/* Length from the network header on, as the packet itself says. */
static u32 mx_fastpath_length(const struct sk_buff *skb,
			      const struct mx_packet *pkt)
{
	if (skb_is_gso(skb))
		return skb->len;
	if (pkt->key.family == AF_INET)
		return ntohs(ip_hdr(skb)->tot_len);
	return sizeof(struct ipv6hdr) + ntohs(ipv6_hdr(skb)->payload_len);
}

/* What the stack would not take begins no flow. */
static bool mx_fastpath_intact(const struct sk_buff *skb,
			       const struct mx_packet *pkt)
{
	return pkt->key.family != AF_INET ||
	       !ip_fast_csum((u8 *)ip_hdr(skb), ip_hdr(skb)->ihl);
}

static unsigned int mx_fastpath_xmit(struct mx_dev *d, struct sk_buff *skb,
				     const struct mx_packet *pkt,
				     struct mx_flow *flow, unsigned int dir,
				     struct mx_hop *hop, bool first)
{
	struct net_device *out = hop->dst->dev;
	u32 segments = max_t(u32, skb_shinfo(skb)->gso_segs, 1);
	u32 bytes = mx_fastpath_length(skb, pkt);

	if (dir == MX_DIR_ORIG &&
	    !mx_forward_charge(flow->server, segments, bytes)) {
		/* it found its flow all the same */
		if (!first)
			mx_stats_inc_bh(&d->pn->stats, MX_STAT_HITS);
		return mx_drop_limit(d->pn, skb, segments);
	}

	/* what a link pads short frames with is no part of the packet */
	if (unlikely(bytes < skb->len && pskb_trim_rcsum(skb, bytes)))
		goto drop;
	if (unlikely(skb_cow_head(skb, LL_RESERVED_SPACE(out))))
		goto drop;
	if (unlikely(mx_fastpath_rewrite(skb, pkt, flow, dir)))
		goto drop;

	mx_flow_seen(flow, dir, pkt->tcp_flags, (u32)jiffies, bytes, segments);
	if (flow->forward == MUTEX_FORWARD_PATH && dir == MX_DIR_ORIG)
		mx_path_carried(flow->server, segments, bytes);
	mx_stats_inc_bh(&d->stats, MX_DEV_FAST_PACKETS);
	mx_stats_add_bh(&d->stats, MX_DEV_FAST_BYTES, bytes);
	if (!first)
		mx_stats_inc_bh(&d->pn->stats, MX_STAT_FAST);

	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	if (flow->qos)
		mx_qos_apply_mine(skb, pkt, &flow->qos->qos, dir);
	if (pkt->key.family == AF_INET &&
	    likely(!flow->qos || !(flow->qos->qos.set & MX_QOS_PRIORITY)))
		skb->priority = rt_tos2priority(ip_hdr(skb)->tos);
	skb->dev = out;
	/* a remembered header says what the neighbour's own family is */
	neigh_output(hop->neigh, skb,
		     hop->neigh->tbl->family != pkt->key.family);
	return NF_STOLEN;

drop:
	return mx_drop_memory(d->pn, skb);
}

/*
 * A packet that may begin a flow. It goes up the stack where anybody else, such
 * as a firewall, sees packets on their way: who does not want a flow to begin
 * has to be asked.
 */
static unsigned int mx_fastpath_first(struct mx_dev *d, struct sk_buff *skb,
				      const struct mx_packet *pkt)
{
	struct mx_pernet *pn = d->pn;
	const struct mx_meta meta = {
		.mark = skb->mark,
		.dscp = pkt->dscp,
		.iif = skb->dev->name,
		.oif = "",
		.now = ktime_get_real_seconds(),
		.geo = rcu_dereference(pn->geo),
	};
	u8 family = pkt->key.family;
	struct mx_flow *flow;
	struct mx_hop *hop;

	if (!mx_hook_alone(pn->net, family) || !mx_fastpath_plain(skb, pkt) ||
	    !mx_fastpath_intact(skb, pkt))
		goto stack;
	if (unlikely(mx_check_active(pn)) && mx_check_awaits(pn, pkt))
		goto stack;
	if (unlikely(READ_ONCE(pn->probing)) && mx_probe_awaits(pn, pkt))
		goto stack;
	flow = mx_decide_first(pn, skb, pkt, &meta);
	if (!flow)
		goto stack;
	hop = mx_fastpath_hop(pn, skb, flow, MX_DIR_ORIG);
	if (likely(hop && mx_fastpath_fits(skb, hop, flow, MX_DIR_ORIG) &&
		   mx_fastpath_ours(skb, hop)))
		return mx_fastpath_xmit(d, skb, pkt, flow, MX_DIR_ORIG, hop,
					true);
	set_bit(MX_FLOW_COUNTED, &flow->flags);
stack:
	mx_stats_inc_bh(&d->stats, MX_DEV_STACK_PACKETS);
	return NF_ACCEPT;
}

/**
 * mx_fastpath() - netfilter ingress hook of a device
 * @priv: struct mx_dev
 * @skb: the packet, its data at the network header
 * @state: the hook
 *
 * Packets of flows that are known, whole and unremarkable are rewritten and
 * sent here, and the first ones of flows if nobody else looks on. Everything
 * else goes up the stack as it came.
 *
 * Context: softirq, RCU reader.
 * Return: NF_STOLEN, NF_ACCEPT or NF_DROP.
 */
unsigned int mx_fastpath(void *priv, struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	struct mx_dev *d = priv;
	struct mx_pernet *pn = d->pn;
	struct mx_flow_node *node;
	struct mx_packet pkt;
	struct mx_flow *flow;
	struct mx_hop *hop;
	unsigned int dir;

	if (skb->pkt_type != PACKET_HOST || skb_vlan_tag_present(skb) ||
	    (skb->protocol != htons(ETH_P_IP) &&
	     skb->protocol != htons(ETH_P_IPV6)))
		return NF_ACCEPT;
	if (mx_key_parse(skb, skb_network_offset(skb), &pkt) != MX_KEY_OK ||
	    skb_headlen(skb) < pkt.thoff)
		goto stack;
	node = mx_flow_lookup(&pn->flows, &pkt.key);
	if (!node)
		return mx_fastpath_first(d, skb, &pkt);
	flow = mx_flow_of(node);
	dir = node->key.dir;
	if (unlikely((dir == MX_DIR_ORIG && mx_flow_leaves(flow)) ||
		     mx_flow_reopens(flow, dir, pkt.tcp_flags) ||
		     mx_flow_again(flow, dir, pkt.tcp_flags) ||
		     !mx_fastpath_plain(skb, &pkt)))
		goto stack;
	hop = mx_fastpath_hop(pn, skb, flow, dir);
	if (unlikely(!hop || !mx_fastpath_fits(skb, hop, flow, dir) ||
		     !mx_fastpath_ours(skb, hop)))
		goto stack;
	return mx_fastpath_xmit(d, skb, &pkt, flow, dir, hop, false);

stack:
	mx_stats_inc_bh(&d->stats, MX_DEV_STACK_PACKETS);
	return NF_ACCEPT;
}
