// SPDX-License-Identifier: GPL-2.0
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include "xmit/drop.h"
#include "xmit/forward.h"
#include "xmit/nat.h"
#include "xmit/path.h"
#include "xmit/qos.h"
#include "xmit/route.h"

/**
 * mx_forward_untrack() - keep conntrack from following a packet
 * @skb: the packet, before conntrack has seen it
 *
 * What mutex translates, conntrack must not try to follow: it would see each
 * direction in a different form. A template, by which a firewall has named a
 * zone, would have it track. Needs no conntrack loaded.
 */
void mx_forward_untrack(struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (unlikely(ct)) {
		if (!nf_ct_is_template(ct))
			return;
		nf_conntrack_put(&ct->ct_general);
	}
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
#endif
}

/**
 * mx_reroute() - route a locally made packet again after a change
 * @pn: the namespace
 * @skb: the packet, in LOCAL_OUT
 * @family: AF_INET or AF_INET6
 * @state: the hook
 *
 * Context: RCU reader.
 * Return: 0 or -errno.
 */
int mx_reroute(struct mx_pernet *pn, struct sk_buff *skb, u8 family,
	       const struct nf_hook_state *state)
{
	if (family == AF_INET)
		return ip_route_me_harder(pn->net, state->sk, skb, RTN_UNSPEC);
#if IS_ENABLED(CONFIG_IPV6)
	return ip6_route_me_harder(pn->net, state->sk, skb);
#else
	return -EAFNOSUPPORT;
#endif
}

/**
 * mx_forward_moved() - send a packet where it leads after a change
 * @pn: the namespace
 * @skb: the packet, with another destination or mark than before
 * @family: AF_INET or AF_INET6
 * @state: the hook
 *
 * Context: RCU reader.
 * Return: netfilter verdict.
 */
unsigned int mx_forward_moved(struct mx_pernet *pn, struct sk_buff *skb,
			      u8 family, const struct nf_hook_state *state)
{
	if (state->hook != NF_INET_LOCAL_OUT ||
	    !mx_reroute(pn, skb, family, state))
		return NF_ACCEPT;
	return mx_drop_route(pn, skb);
}

static unsigned int mx_forward_mark(struct mx_pernet *pn, struct sk_buff *skb,
				    u8 family, u32 mark,
				    const struct nf_hook_state *state)
{
	if (skb->mark == mark)
		return NF_ACCEPT;
	skb->mark = mark;
	return mx_forward_moved(pn, skb, family, state);
}

/**
 * mx_forward_untouched() - send a packet to a server as it is
 * @pn: the namespace
 * @skb: the packet
 * @server: where it goes
 * @forward: MUTEX_FORWARD_ROUTE or MUTEX_FORWARD_MARK
 * @mark: what forward mode mark sets
 * @state: the hook
 *
 * Context: RCU reader.
 * Return: netfilter verdict.
 */
unsigned int mx_forward_untouched(struct mx_pernet *pn, struct sk_buff *skb,
				  struct mx_server *server, u8 forward,
				  u32 mark, const struct nf_hook_state *state)
{
	if (forward == MUTEX_FORWARD_ROUTE)
		return mx_route_xmit(pn, skb, server, state);
	return mx_forward_mark(pn, skb, server->family, mark, state);
}

/**
 * mx_forward_edit() - what NAT changes in packets of one direction
 * @flow: the flow
 * @dir: the direction
 * @edit: the change
 *
 * A request goes to where the replies come from; a reply comes from where the
 * requests went. ICMP identifiers are not changed.
 */
void mx_forward_edit(struct mx_flow *flow, unsigned int dir,
		     struct mx_nat_edit *edit)
{
	const struct mx_key *other = &mx_flow_node(flow, !dir)->key;

	edit->src = dir == MX_DIR_REPLY;
	if (other->family == AF_INET)
		edit->addr.ip = edit->src ? other->v4.daddr : other->v4.saddr;
	else
		edit->addr.in6 = edit->src ? other->v6.daddr : other->v6.saddr;
	edit->port = 0;
	if (other->proto != IPPROTO_ICMP && other->proto != IPPROTO_ICMPV6)
		edit->port = edit->src ? other->dport : other->sport;
}

/**
 * mx_forward_rewrite() - rewrite a packet of a NAT flow
 * @skb: the packet
 * @pkt: its headers and key
 * @flow: its flow
 * @dir: its direction
 *
 * Return: as mx_nat_rewrite().
 */
int mx_forward_rewrite(struct sk_buff *skb, const struct mx_packet *pkt,
		       struct mx_flow *flow, unsigned int dir)
{
	struct mx_nat_edit edit;

	mx_forward_edit(flow, dir, &edit);
	return mx_nat_rewrite(skb, pkt, &edit);
}

/**
 * mx_forward_route_reply() - route what goes to a client, before the rewrite
 * @pn: the namespace
 * @skb: the packet
 * @pkt: its headers and key
 * @state: the hook
 *
 * See mx_route_input4(). IPv6 takes any source.
 *
 * Context: softirq, RCU reader.
 * Return: 0, or -errno and the packet is counted and to be let alone.
 */
int mx_forward_route_reply(struct mx_pernet *pn, struct sk_buff *skb,
			   const struct mx_packet *pkt,
			   const struct nf_hook_state *state)
{
	int err;

	if (pkt->key.family != AF_INET || skb_dst(skb) ||
	    state->hook != NF_INET_PRE_ROUTING)
		return 0;
	err = mx_route_input4(skb);
	if (err)
		mx_stats_inc_bh(&pn->stats, MX_STAT_NO_ROUTE);
	return err;
}

static unsigned int mx_forward_nat(struct mx_pernet *pn, struct sk_buff *skb,
				   const struct mx_packet *pkt,
				   struct mx_flow *flow, unsigned int dir,
				   const struct nf_hook_state *state)
{
	if (dir == MX_DIR_REPLY && mx_forward_route_reply(pn, skb, pkt, state))
		return NF_ACCEPT;
	/* without memory: what NAT refuses has no flow */
	if (mx_forward_rewrite(skb, pkt, flow, dir))
		return mx_drop_memory(pn, skb);
	mx_forward_untrack(skb);
	return dir == MX_DIR_REPLY ? NF_ACCEPT :
				     mx_forward_moved(pn, skb, pkt->key.family,
						      state);
}

static void mx_forward_seen(const struct sk_buff *skb,
			    const struct mx_packet *pkt, struct mx_flow *flow,
			    unsigned int dir)
{
	mx_flow_seen(flow, dir, pkt->tcp_flags, (u32)jiffies, skb->len,
		     max_t(u32, skb_shinfo(skb)->gso_segs, 1));
}

static u32 mx_forward_segments(const struct sk_buff *skb)
{
	return max_t(u32, skb_shinfo(skb)->gso_segs, 1);
}

/**
 * mx_forward_flow() - do with a packet what its flow says
 * @pn: the namespace
 * @skb: the packet
 * @pkt: its headers and key
 * @flow: its flow
 * @dir: its direction
 * @state: the hook
 *
 * Context: RCU reader.
 * Return: netfilter verdict.
 */
unsigned int mx_forward_flow(struct mx_pernet *pn, struct sk_buff *skb,
			     const struct mx_packet *pkt, struct mx_flow *flow,
			     unsigned int dir,
			     const struct nf_hook_state *state)
{
	u32 segments = mx_forward_segments(skb);

	if (dir == MX_DIR_ORIG &&
	    !mx_forward_charge(flow->server, segments, skb->len))
		return mx_drop_limit(pn, skb, segments);
	mx_forward_seen(skb, pkt, flow, dir);
	if (flow->qos && mx_qos_apply(skb, pkt, &flow->qos->qos, dir))
		return mx_drop_memory(pn, skb);
	/* conntrack, which comes next, knows what to do */
	if (flow->forward == MX_FORWARD_CT)
		return NF_ACCEPT;
	if (flow->forward == MUTEX_FORWARD_NAT)
		return mx_forward_nat(pn, skb, pkt, flow, dir, state);
	if (dir == MX_DIR_REPLY)
		return NF_ACCEPT;
	if (flow->forward == MUTEX_FORWARD_PATH)
		return mx_path_xmit(pn, skb, flow->server, flow, &pkt->key,
				    state);
	return mx_forward_untouched(pn, skb, flow->server, flow->forward,
				    flow->mark, state);
}

/* What rule and group set, in a packet that has no flow to hold it. */
static int mx_forward_once_qos(struct sk_buff *skb, const struct mx_packet *pkt,
			       const struct mx_decision *d)
{
	struct mx_qos qos;

	if (likely(!d->conf->qos && !(d->rule && d->rule->qos_ref)))
		return 0;
	qos = d->conf->params.qos;
	if (d->rule)
		mx_qos_join(&qos, &d->rule->qos, &qos);
	return mx_qos_apply(skb, pkt, &qos, MX_DIR_ORIG);
}

/**
 * mx_forward_lost() - translate a packet that conntrack should have
 * @pn: the namespace
 * @skb: the packet
 * @pkt: its headers and key
 * @flow: its flow, which conntrack carries
 * @dir: its direction
 * @state: the hook
 *
 * Context: RCU reader.
 * Return: netfilter verdict.
 */
unsigned int mx_forward_lost(struct mx_pernet *pn, struct sk_buff *skb,
			     const struct mx_packet *pkt, struct mx_flow *flow,
			     unsigned int dir,
			     const struct nf_hook_state *state)
{
	mx_forward_seen(skb, pkt, flow, dir);
	return mx_forward_nat(pn, skb, pkt, flow, dir, state);
}

/**
 * mx_forward_once() - send a packet on without a flow
 * @pn: the namespace
 * @skb: the packet
 * @pkt: its headers and key
 * @d: the decision, to steer by forward mode route or mark
 * @state: the hook
 *
 * For per-packet schedulers, and at the cap of the flow cache.
 *
 * Context: RCU reader.
 * Return: netfilter verdict.
 */
unsigned int mx_forward_once(struct mx_pernet *pn, struct sk_buff *skb,
			     const struct mx_packet *pkt,
			     const struct mx_decision *d,
			     const struct nf_hook_state *state)
{
	const struct mx_group_params *params = &d->conf->params;
	u32 segments = mx_forward_segments(skb);

	if (!mx_forward_charge(d->server, segments, skb->len))
		return mx_drop_limit(pn, skb, segments);
	mx_stats_add_bh(&d->server->stats, MX_SERVER_PACKETS, segments);
	mx_stats_add_bh(&d->server->stats, MX_SERVER_BYTES, skb->len);
	if (mx_forward_once_qos(skb, pkt, d))
		return mx_drop_memory(pn, skb);
	if (params->forward == MUTEX_FORWARD_PATH)
		return mx_path_xmit(pn, skb, d->server, NULL, &pkt->key, state);
	return mx_forward_untouched(pn, skb, d->server, params->forward,
				    params->mark, state);
}
