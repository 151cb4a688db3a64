// SPDX-License-Identifier: GPL-2.0
#include <net/addrconf.h>
#include <net/ipv6.h>
#include <trace/events/mutex.h>
#include "xmit/decide.h"
#include "xmit/nat.h"
#include "xmit/path.h"

/**
 * mx_decide_steerable() - is a packet one that may be steered
 * @pkt: its headers and key
 *
 * Only unicast between hosts is, and never the neighbour protocol.
 *
 * Context: any.
 * Return: true if so.
 */
bool mx_decide_steerable(const struct mx_packet *pkt)
{
	const struct mx_key *key = &pkt->key;

	if ((key->proto == IPPROTO_ICMP || key->proto == IPPROTO_ICMPV6) &&
	    !pkt->ports)
		return false;
	if (key->family == AF_INET)
		return !ipv4_is_multicast(key->v4.daddr) &&
		       !ipv4_is_lbcast(key->v4.daddr) &&
		       !ipv4_is_zeronet(key->v4.daddr);
	return !(ipv6_addr_type(&key->v6.daddr) &
		 (IPV6_ADDR_MULTICAST | IPV6_ADDR_LINKLOCAL)) &&
	       !ipv6_addr_any(&key->v6.daddr);
}

/**
 * mx_decide_stray() - is a packet one that no flow begins with
 * @pkt: its headers and key
 *
 * It only makes sense to a flow that somebody else remembers.
 *
 * Context: any.
 * Return: true if so.
 */
bool mx_decide_stray(const struct mx_packet *pkt)
{
	return (pkt->tcp_flags & MX_TCP_RST) ||
	       (pkt->tcp_flags & (MX_TCP_SYN | MX_TCP_ACK)) ==
	       (MX_TCP_SYN | MX_TCP_ACK);
}

static struct mx_flow *mx_decide_flow(struct mx_pernet *pn,
				      const struct mx_packet *pkt,
				      const struct mx_decision *d,
				      struct mx_server *server,
				      struct mx_qos_ref *qos)
{
	const struct mx_group_params *params = &d->conf->params;

	return mx_flow_create(&pn->flows, pkt, server, mx_group_forward(params),
			      params->mark, qos);
}

/* Was it the server that could not have this flow? */
static bool mx_decide_again(const struct mx_flow *flow)
{
	return flow == ERR_PTR(-EADDRINUSE) || flow == ERR_PTR(-EUSERS);
}

/**
 * mx_decide_remember() - make the flow of a decision
 * @pn: the namespace
 * @pkt: the packet that was decided
 * @d: the decision, to steer
 *
 * If the replies' key of the chosen server is taken by another flow, or its
 * last place by a flow of another CPU, the other members of the pool are tried
 * in turn. Then a closed flow gives the key up.
 *
 * Context: softirq, RCU reader.
 * Return: as mx_flow_create().
 */
struct mx_flow *mx_decide_remember(struct mx_pernet *pn,
				   const struct mx_packet *pkt,
				   const struct mx_decision *d)
{
	const struct mx_pool *pool;
	struct mx_server *server;
	struct mx_qos_ref *qos;
	struct mx_flow *flow;
	u32 i;

	qos = mx_qos_of(d->rule ? d->rule->qos_ref : NULL, d->conf->qos,
			GFP_ATOMIC | __GFP_NOWARN);
	if (IS_ERR(qos))
		return ERR_CAST(qos);
	flow = mx_decide_flow(pn, pkt, d, d->server, qos);
	pool = &d->conf->pool[mx_pool_index(pkt->key.family)];
	for (i = 0; i < pool->n && mx_decide_again(flow); i++) {
		server = mx_server_of(pool->slots[i].member);
		if (server != d->server && mx_group_takes(server))
			flow = mx_decide_flow(pn, pkt, d, server, qos);
	}
	if (flow == ERR_PTR(-EADDRINUSE) && !d->conf->params.ct &&
	    mx_flow_yields(&pn->flows, pkt, d->server,
			   d->conf->params.forward))
		flow = mx_decide_flow(pn, pkt, d, d->server, qos);
	mx_qos_put(qos);
	return flow;
}

/**
 * mx_decide_adopt() - make the flow of a connection that has its server
 * @pn: the namespace
 * @pkt: the packet
 * @d: what would be decided today
 * @server: the server that the connection has
 *
 * Context: softirq, RCU reader.
 * Return: as mx_flow_create().
 */
struct mx_flow *mx_decide_adopt(struct mx_pernet *pn,
				const struct mx_packet *pkt,
				const struct mx_decision *d,
				struct mx_server *server)
{
	struct mx_qos_ref *qos;
	struct mx_flow *flow;

	qos = mx_qos_of(d->rule ? d->rule->qos_ref : NULL, d->conf->qos,
			GFP_ATOMIC | __GFP_NOWARN);
	if (IS_ERR(qos))
		return ERR_CAST(qos);
	flow = mx_decide_flow(pn, pkt, d, server, qos);
	mx_qos_put(qos);
	return flow;
}

/* A decision that the fast path can carry out, and a cache that has room. */
static bool mx_decide_simple(struct mx_pernet *pn, struct sk_buff *skb,
			     const struct mx_packet *pkt,
			     const struct mx_decision *d)
{
	const struct mx_group_params *params;

	if (d->verdict != MUTEX_VERDICT_STEER || d->passed)
		return false;
	params = &d->conf->params;
	if (params->sched->per_packet || params->ct ||
	    params->forward == MUTEX_FORWARD_MARK ||
	    (params->forward == MUTEX_FORWARD_NAT &&
	     mx_nat_refuses(&pkt->key, pkt->ports)))
		return false;
	if (params->forward == MUTEX_FORWARD_PATH &&
	    !mx_path_takes(pn, skb, pkt, d, skb->dev, NULL))
		return false;
	return mx_flow_count(&pn->flows) <
	       READ_ONCE(rcu_dereference(pn->flows.settings)->flows_max);
}

/**
 * mx_decide_first() - decide the first packet of a flow ahead of the stack
 * @pn: the namespace
 * @skb: the packet, at the ingress hook
 * @pkt: its headers and key, which has no flow
 * @meta: what else rules look at
 *
 * Counts the packet as mx_hook_in() would have done, unless it returns NULL.
 *
 * Context: softirq, RCU reader.
 * Return: the new flow; NULL if the stack is to decide.
 */
struct mx_flow *mx_decide_first(struct mx_pernet *pn, struct sk_buff *skb,
				const struct mx_packet *pkt,
				const struct mx_meta *meta)
{
	struct mx_decision d;
	struct mx_flow *flow;

	if (!mx_decide_steerable(pkt) || mx_decide_stray(pkt))
		return NULL;
	mx_resolve(rcu_dereference(pn->cfg), &pkt->key, pkt->ports, meta, true,
		   &d);
	if (!mx_decide_simple(pn, skb, pkt, &d))
		return NULL;
	d.server = mx_resolve_take(&d, &pkt->key);
	if (!d.server)
		return NULL;
	flow = mx_decide_remember(pn, pkt, &d);
	if (IS_ERR(flow))
		return NULL;
	trace_mx_decision(pn->net->ns.inum, &pkt->key, &d);
	mx_stats_inc_bh(&pn->stats, MX_STAT_MISSES);
	return flow;
}
