// SPDX-License-Identifier: GPL-2.0
#include <linux/kmod.h>
#include <linux/module.h>
#include <net/netfilter/nf_conntrack.h>
#include "steer/flow_match.h"
#include "xmit/ct.h"

/**
 * mx_ct_opens() - may a packet begin a connection
 * @pkt: its headers
 *
 * Only TCP tells; of other protocols any packet may.
 *
 * Return: true if so.
 */
bool mx_ct_opens(const struct mx_packet *pkt)
{
	return pkt->key.proto != IPPROTO_TCP ||
	       (pkt->tcp_flags & (MX_TCP_SYN | MX_TCP_ACK)) == MX_TCP_SYN;
}

/**
 * mx_ct_plan() - what to do about a connection that has no flow
 * @conn: the connection, found by a packet from its client
 * @opens: whether the packet may begin a connection
 * @server: the member of the group that it leads to, NULL if none
 *
 * A connection keeps its server for its life: in mid-stream it is never moved,
 * not even from a server that is gone. What may begin a connection does so
 * where it led to a server that takes none, or nowhere, as a packet did that
 * came before the group was there.
 *
 * Return: the plan.
 */
enum mx_ct_plan mx_ct_plan(const struct mx_ct_conn *conn, bool opens,
			   const struct mx_server *server)
{
	bool leads = server && !conn->over;

	if (!opens)
		return leads ? MX_CT_ADOPT : MX_CT_LEAVE;
	return leads && !READ_ONCE(server->unfit) ? MX_CT_ADOPT : MX_CT_ANEW;
}

static bool mx_ct_leads_to(const struct mx_ct_conn *conn,
			   const struct mx_server *s)
{
	const struct mx_key *key = &conn->key;

	if (s->family != key->family)
		return false;
	if (key->family == AF_INET ? s->addr.ip != conn->addr.ip :
	    !ipv6_addr_equal(&s->addr.in6, &conn->addr.in6))
		return false;
	return !s->port || s->port == conn->port ||
	       key->proto == IPPROTO_ICMP || key->proto == IPPROTO_ICMPV6 ||
	       !mx_key_has_ports(key);
}

/**
 * mx_ct_server() - the member of a group that a connection leads to
 * @conf: the group's configuration
 * @conn: the connection
 *
 * Context: RCU reader.
 * Return: the server, NULL if it leads elsewhere.
 */
struct mx_server *mx_ct_server(const struct mx_group_conf *conf,
			       const struct mx_ct_conn *conn)
{
	u32 i;

	for (i = 0; i < conf->n; i++)
		if (mx_ct_leads_to(conn, conf->members[i].server))
			return conf->members[i].server;
	return NULL;
}

/**
 * mx_ct_dest() - where the flow of a new connection leads
 * @ft: the flows
 * @key: of the connection's first packet
 * @to: filled in
 *
 * Context: RCU reader.
 * Return: false if no flow is conntrack's to carry.
 */
bool mx_ct_dest(struct mx_flow_table *ft, const struct mx_key *key,
		struct mx_ct_dest *to)
{
	struct mx_flow_node *node = mx_flow_lookup(ft, key);
	const struct mx_key *reply;
	struct mx_flow *flow;

	if (!node || node->key.dir != MX_DIR_ORIG)
		return false;
	flow = mx_flow_of(node);
	if (flow->forward != MX_FORWARD_CT)
		return false;
	reply = &mx_flow_node(flow, MX_DIR_REPLY)->key;
	memset(to, 0, sizeof(*to));
	if (reply->family == AF_INET)
		to->addr.ip = reply->v4.saddr;
	else
		to->addr.in6 = reply->v6.saddr;
	if (reply->proto != IPPROTO_ICMP && reply->proto != IPPROTO_ICMPV6)
		to->port = reply->sport;
	return true;
}

static bool mx_ct_dest_of(void *arg, const struct mx_key *key,
			  struct mx_ct_dest *to)
{
	struct mx_pernet *pn = arg;

	return mx_ct_dest(&pn->flows, key, to);
}

/**
 * mx_ct_find() - which tracked connection a packet belongs to
 * @pn: the namespace
 * @skb: the packet, before connection tracking
 * @conn: filled in; MX_CT_NONE where no group uses connection tracking
 *
 * Context: softirq, RCU reader.
 */
void mx_ct_find(struct mx_pernet *pn, const struct sk_buff *skb,
		struct mx_ct_conn *conn)
{
	const struct mx_ct_ops *ops = rcu_dereference(pn->ct_ops);

	conn->found = MX_CT_NONE;
	if (ops)
		ops->find(pn->net, skb, conn);
}

/**
 * mx_ct_forget() - have a packet begin a connection
 * @pn: the namespace
 * @skb: the packet, before connection tracking
 * @flow: the flow that it had; NULL if none
 *
 * Context: softirq, RCU reader.
 */
void mx_ct_forget(struct mx_pernet *pn, const struct sk_buff *skb,
		  const struct mx_flow *flow)
{
	const struct mx_ct_ops *ops = rcu_dereference(pn->ct_ops);

	if (ops && (!flow || flow->forward == MX_FORWARD_CT))
		ops->kill(pn->net, skb);
}

/**
 * mx_ct_shuns() - will connection tracking not look at a packet
 * @skb: the packet, before connection tracking
 *
 * Return: true if a firewall said "notrack".
 */
bool mx_ct_shuns(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
	enum ip_conntrack_info ctinfo;

	return !nf_ct_get(skb, &ctinfo) && ctinfo == IP_CT_UNTRACKED;
#else
	return false;
#endif
}

/**
 * mx_ct_load() - have mutex_ct.ko loaded, if it is there
 *
 * Context: process, sleeps; no lock is held.
 */
void mx_ct_load(void)
{
	if (!mx_ct_there())
		request_module("mutex_ct");
}

/**
 * mx_ct_there() - is mutex_ct.ko loaded
 *
 * Context: process.
 * Return: true if so.
 */
bool mx_ct_there(void)
{
	if (!symbol_get(mx_ct_ops))
		return false;
	symbol_put(mx_ct_ops);
	return true;
}

/**
 * mx_ct_wanted() - does a group ask for connection tracking
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 *
 * Return: true if one does.
 */
bool mx_ct_wanted(struct mx_pernet *pn, const struct mx_config *cfg)
{
	const struct mx_group_conf *conf;
	struct mx_group *group;

	list_for_each_entry(group, &pn->group_list, list) {
		conf = mx_pernet_conf(pn, cfg, group);
		if (conf && conf->params.ct)
			return true;
	}
	return false;
}

/**
 * mx_ct_need() - have new connections translated by connection tracking
 * @pn: the namespace, @pn->lock held
 *
 * Holds mutex_ct.ko until mx_ct_idle() or the namespace's end.
 *
 * Context: process, sleeps, after mx_ct_load().
 * Return: 0, -EOPNOTSUPP without the module, or another -errno.
 */
int mx_ct_need(struct mx_pernet *pn)
{
	const struct mx_ct_ops *ops;
	struct mx_ct_net *cn;

	if (pn->ct_net)
		return 0;
	ops = symbol_get(mx_ct_ops);
	if (!ops)
		return -EOPNOTSUPP;
	cn = ops->attach(pn->net, mx_ct_dest_of, pn);
	if (IS_ERR(cn)) {
		symbol_put(mx_ct_ops);
		return PTR_ERR(cn);
	}
	pn->ct_net = cn;
	rcu_assign_pointer(pn->ct_ops, ops);
	return 0;
}

/**
 * mx_ct_drop() - leave connections to themselves
 * @pn: the namespace, @pn->lock held
 *
 * Context: process, sleeps. mx_ct_free() follows, after a grace period.
 */
void mx_ct_drop(struct mx_pernet *pn)
{
	const struct mx_ct_ops *ops = mx_dereference(pn->ct_ops, &pn->lock);

	if (!ops)
		return;
	ops->detach(pn->ct_net);
	RCU_INIT_POINTER(pn->ct_ops, NULL);
}

/**
 * mx_ct_free() - let go of mutex_ct.ko
 * @pn: the namespace, which mx_ct_drop() has dropped a grace period ago
 *
 * Context: process.
 */
void mx_ct_free(struct mx_pernet *pn)
{
	if (!pn->ct_net)
		return;
	/* held since mx_ct_need() */
	symbol_put(mx_ct_ops);
	pn->ct_net = NULL;
}

static bool mx_ct_flush_one(struct mx_flow_table *ft, struct mx_flow *flow,
			    void *arg)
{
	return flow->forward == MX_FORWARD_CT && mx_flow_remove(ft, flow);
}

/**
 * mx_ct_idle() - let go of connection tracking if no group asks for it
 * @pn: the namespace, @pn->lock held
 *
 * What it carried is decided anew, as after the loss of a server.
 *
 * Context: process, sleeps.
 */
void mx_ct_idle(struct mx_pernet *pn)
{
	if (!pn->ct_net || mx_ct_wanted(pn, mx_pernet_live(pn)))
		return;
	mx_ct_drop(pn);
	synchronize_net();
	mx_flow_each(&pn->flows, NULL, mx_ct_flush_one, NULL);
	mx_ct_free(pn);
}
