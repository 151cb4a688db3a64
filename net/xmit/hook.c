// SPDX-License-Identifier: GPL-2.0
#include <linux/inetdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/timekeeping.h>
#include <net/ipv6.h>
#include <trace/events/mutex.h>
#include "steer/resolve.h"
#include "xmit/check.h"
#include "xmit/ct.h"
#include "xmit/decide.h"
#include "xmit/defrag.h"
#include "xmit/drop.h"
#include "xmit/forward.h"
#include "xmit/hook.h"
#include "xmit/icmp.h"
#include "xmit/nat.h"
#include "xmit/path.h"
#include "xmit/probe.h"
#include "xmit/qos.h"

/* After raw, where a firewall may look first; before conntrack. */
#define MX_HOOK_PRIORITY	(NF_IP_PRI_CONNTRACK - 1)

/* How often a decision is tried again when another CPU was first. */
#define MX_TRIES		4

/**
 * struct mx_visit - a packet's visit
 * @pn: the namespace
 * @skb: the packet
 * @state: the hook
 * @pkt: its headers and key
 * @avoid: the server that did not answer it before, or NULL
 * @conn: the tracked connection that it belongs to, if it has no flow
 */
struct mx_visit {
	struct mx_pernet *pn;
	struct sk_buff *skb;
	const struct nf_hook_state *state;
	struct mx_packet pkt;
	const struct mx_server *avoid;
	struct mx_ct_conn conn;
};

static void mx_count(const struct mx_visit *v, enum mx_stat stat)
{
	mx_stats_inc_bh(&v->pn->stats, stat);
}

static unsigned int mx_refuse(const struct mx_visit *v, enum mx_stat why,
			      unsigned int verdict)
{
	mx_count(v, why);
	return verdict;
}

static unsigned int mx_no_flow(const struct mx_visit *v,
			       const struct mx_decision *d, int err)
{
	const struct mx_group_params *params = &d->conf->params;
	bool nat = params->forward == MUTEX_FORWARD_NAT;

	if (err == -EADDRINUSE)
		return mx_refuse(v, MX_STAT_CLASH, NF_ACCEPT);
	if (err == -EUSERS)
		return mx_refuse(v, MX_STAT_LIMITED, NF_ACCEPT);
	if (err == -ENOMEM)
		mx_count(v, MX_STAT_NO_MEMORY);
	/* the answer to a packet of NAT could not be translated back */
	if (nat)
		return mx_drop_full(v->pn, v->skb);
	mx_count(v, MX_STAT_UNCACHED);
	return mx_forward_once(v->pn, v->skb, &v->pkt, d, v->state);
}

static unsigned int mx_steer(const struct mx_visit *v, struct mx_decision *d)
{
	const struct mx_group_params *params = &d->conf->params;
	struct mx_flow *flow;

	if (params->forward == MUTEX_FORWARD_NAT &&
	    (mx_nat_refuses(&v->pkt.key, v->pkt.ports) ||
	     (params->ct && mx_ct_shuns(v->skb))))
		return mx_refuse(v, MX_STAT_UNSUPPORTED, NF_ACCEPT);
	if (params->sched->per_packet)
		return mx_forward_once(v->pn, v->skb, &v->pkt, d, v->state);
	flow = mx_decide_remember(v->pn, &v->pkt, d);
	if (flow == ERR_PTR(-EEXIST))
		return NF_REPEAT;
	if (IS_ERR(flow))
		return mx_no_flow(v, d, PTR_ERR(flow));
	return mx_forward_flow(v->pn, v->skb, &v->pkt, flow, MX_DIR_ORIG,
			       v->state);
}

/*
 * Members of the packet's family that are down are members all the same. Those
 * that are fit were full, or over their rate.
 */
static enum mx_stat mx_why_no_member(const struct mx_decision *d, u8 family)
{
	if (d->conf && mx_group_limited(d->conf, family))
		return MX_STAT_LIMITED;
	return d->conf && d->conf->n && !d->conf->has[mx_pool_index(family)] ?
	       MX_STAT_NO_FAMILY : MX_STAT_NO_MEMBER;
}

/*
 * A connection goes on that conntrack knows and the cache does not, its flow
 * having expired, say. The flow comes back with the server that the connection
 * has. False if the packet begins another one.
 */
static bool mx_adopt(const struct mx_visit *v, const struct mx_decision *d,
		     unsigned int *verdict)
{
	struct mx_server *server = mx_ct_server(d->conf, &v->conn);
	struct mx_flow *flow;

	if (mx_decide_stray(&v->pkt)) {
		*verdict = mx_refuse(v, MX_STAT_STRAY, NF_ACCEPT);
		return true;
	}
	switch (mx_ct_plan(&v->conn, mx_ct_opens(&v->pkt), server)) {
	case MX_CT_ANEW:
		if (d->verdict == MUTEX_VERDICT_STEER)
			mx_ct_forget(v->pn, v->skb, NULL);
		return false;
	case MX_CT_LEAVE:
		*verdict = mx_refuse(v, MX_STAT_UNCACHED, NF_ACCEPT);
		return true;
	case MX_CT_ADOPT:
		break;
	}
	flow = mx_decide_adopt(v->pn, &v->pkt, d, server);
	if (flow == ERR_PTR(-EEXIST))
		*verdict = NF_REPEAT;
	else if (IS_ERR(flow))
		*verdict = mx_refuse(v, MX_STAT_UNCACHED, NF_ACCEPT);
	else
		*verdict = mx_forward_flow(v->pn, v->skb, &v->pkt, flow,
					   MX_DIR_ORIG, v->state);
	return true;
}

/*
 * A packet of a connection that conntrack knows. Rules may end it or let it
 * pass, but what answers a connection is not steered as if it began one. False
 * if it is to be decided as any packet.
 */
static bool mx_decide_known(const struct mx_visit *v,
			    const struct mx_meta *meta, unsigned int *verdict)
{
	struct mx_decision d;

	mx_resolve(rcu_dereference(v->pn->cfg), &v->pkt.key, v->pkt.ports,
		   meta, true, &d);
	if (d.verdict == MUTEX_VERDICT_DROP ||
	    d.verdict == MUTEX_VERDICT_BYPASS)
		return false;
	if (d.verdict != MUTEX_VERDICT_NONE && v->conn.found == MX_CT_ORIG)
		return d.conf && d.conf->params.ct && mx_adopt(v, &d, verdict);
	*verdict = mx_refuse(v, MX_STAT_NO_MATCH, NF_ACCEPT);
	return true;
}

/* What a group of paths is not for; it may have come in by one of them. */
static unsigned int mx_pass_in(const struct mx_visit *v,
			       const struct mx_decision *d)
{
	struct mx_flow *flow = mx_path_return(v->pn, v->skb, &v->pkt, d,
					      v->state->in);

	if (!flow)
		return mx_refuse(v, MX_STAT_BYPASSED, NF_ACCEPT);
	return mx_forward_flow(v->pn, v->skb, &v->pkt, flow, MX_DIR_REPLY,
			       v->state);
}

static unsigned int mx_decide(const struct mx_visit *v)
{
	const struct nf_hook_state *state = v->state;
	struct mx_meta meta = {
		.avoid = v->avoid,
		.mark = v->skb->mark,
		.dscp = v->pkt.dscp,
		.iif = state->in ? state->in->name : "",
		.oif = state->out ? state->out->name : "",
		.now = ktime_get_real_seconds(),
		.geo = rcu_dereference(v->pn->geo),
	};
	bool stray = mx_decide_stray(&v->pkt);
	unsigned int verdict;
	struct mx_decision d;

	if (v->conn.found && mx_decide_known(v, &meta, &verdict))
		return verdict;

	mx_resolve(rcu_dereference(v->pn->cfg), &v->pkt.key, v->pkt.ports,
		   &meta, stray, &d);
	if (unlikely(v->avoid) && d.verdict == MUTEX_VERDICT_NO_MEMBER) {
		/* better one that may not answer than none */
		meta.avoid = NULL;
		mx_resolve(rcu_dereference(v->pn->cfg), &v->pkt.key,
			   v->pkt.ports, &meta, stray, &d);
	}
	trace_mx_decision(v->pn->net->ns.inum, &v->pkt.key, &d);
	switch (d.verdict) {
	case MUTEX_VERDICT_STEER:
		if (stray)
			return mx_refuse(v, MX_STAT_STRAY, NF_ACCEPT);
		if (d.conf->params.forward == MUTEX_FORWARD_PATH &&
		    !mx_path_takes(v->pn, v->skb, &v->pkt, &d, state->in,
				   state->sk))
			return mx_pass_in(v, &d);
		return mx_steer(v, &d);
	case MUTEX_VERDICT_DROP:
		return mx_drop_rule(v->pn, v->skb);
	case MUTEX_VERDICT_LIMIT:
		if (stray)
			return mx_refuse(v, MX_STAT_STRAY, NF_ACCEPT);
		return mx_drop_limit(v->pn, v->skb, 1);
	case MUTEX_VERDICT_BYPASS:
		return mx_refuse(v, MX_STAT_BYPASSED, NF_ACCEPT);
	case MUTEX_VERDICT_NO_MEMBER:
		return mx_refuse(v, mx_why_no_member(&d, v->pkt.key.family),
				 NF_ACCEPT);
	default:
		return mx_refuse(v, MX_STAT_NO_MATCH, NF_ACCEPT);
	}
}

/* A server that does not answer loses the flow, if this is not a lost packet. */
static bool mx_give_up(struct mx_visit *v, struct mx_flow *flow)
{
	if (!mx_flow_silent(flow))
		return false;
	v->avoid = flow->server;
	mx_ct_forget(v->pn, v->skb, flow);
	if (mx_flow_end(&v->pn->flows, flow, "silent")) {
		mx_flow_blame(flow, MUTEX_REASON_SILENT);
		mx_count(v, MX_STAT_FLOWS_MOVED);
	}
	return true;
}

/*
 * May a flow not go on with its server, which is gone or down? A connection
 * that conntrack carries cannot be moved; only a new one in its place goes
 * elsewhere.
 */
static bool mx_flow_parts(const struct mx_flow *flow,
			  const struct mx_packet *pkt)
{
	return mx_flow_leaves(flow) &&
	       (flow->forward != MX_FORWARD_CT || mx_ct_opens(pkt));
}

/* NULL if the packet is to be decided, for the first time or anew. */
static struct mx_flow_node *mx_find_flow(struct mx_visit *v)
{
	struct mx_flow_node *node = mx_flow_lookup(&v->pn->flows, &v->pkt.key);
	struct mx_flow *flow;
	unsigned int dir;

	if (!node)
		return NULL;
	flow = mx_flow_of(node);
	dir = node->key.dir;
	if (dir == MX_DIR_ORIG && mx_flow_parts(flow, &v->pkt)) {
		if (mx_flow_end(&v->pn->flows, flow, "moved")) {
			mx_count(v, MX_STAT_FLOWS_MOVED);
			mx_stats_inc_bh(&flow->server->group->stats,
					MX_GROUP_MOVED);
		}
		mx_ct_forget(v->pn, v->skb, flow);
		return NULL;
	}
	if (mx_flow_reopens(flow, dir, v->pkt.tcp_flags)) {
		mx_flow_end(&v->pn->flows, flow, "reopened");
		mx_ct_forget(v->pn, v->skb, flow);
		return NULL;
	}
	if (unlikely(mx_flow_again(flow, dir, v->pkt.tcp_flags)) &&
	    mx_give_up(v, flow))
		return NULL;
	return node;
}

/*
 * The flow of a packet that no flow has the key of, where conntrack knows its
 * connection: an answer to an address that masquerading put there.
 */
static struct mx_flow_node *mx_find_tracked(struct mx_visit *v)
{
	struct mx_flow_node *node;

	if (!rcu_access_pointer(v->pn->ct_ops))
		return NULL;
	mx_ct_find(v->pn, v->skb, &v->conn);
	if (v->conn.found != MX_CT_REPLY)
		return NULL;
	node = mx_flow_lookup(&v->pn->flows, &v->conn.key);
	if (!node || node->key.dir != MX_DIR_ORIG ||
	    mx_flow_of(node)->forward != MX_FORWARD_CT)
		return NULL;
	return mx_flow_node(mx_flow_of(node), MX_DIR_REPLY);
}

/*
 * Did conntrack forget the connection of a reply that it is to translate? It
 * would take the packet for the first one of a connection from the server, and
 * the next one of the client's would meet that. So it is not shown to it; the
 * client's next packet has conntrack know the connection again.
 */
static bool mx_reply_lost(struct mx_visit *v, const struct mx_flow *flow,
			  unsigned int dir)
{
	if (likely(flow->forward != MX_FORWARD_CT) || dir != MX_DIR_REPLY)
		return false;
	if (v->conn.found == MX_CT_NONE)
		mx_ct_find(v->pn, v->skb, &v->conn);
	if (v->conn.found == MX_CT_ORIG)
		mx_ct_forget(v->pn, v->skb, flow);
	return v->conn.found != MX_CT_REPLY;
}

/* A packet whose flow is known. */
static unsigned int mx_visit_flow(struct mx_visit *v, struct mx_flow *flow,
				  unsigned int dir)
{
	/* the fast path has counted a flow's first packet */
	if (!mx_decide_counted(flow))
		mx_count(v, MX_STAT_HITS);
	if (mx_reply_lost(v, flow, dir))
		return mx_forward_lost(v->pn, v->skb, &v->pkt, flow, dir,
				       v->state);
	return mx_forward_flow(v->pn, v->skb, &v->pkt, flow, dir, v->state);
}

static unsigned int mx_visit_packet(struct mx_visit *v)
{
	struct mx_flow_node *node;
	unsigned int verdict;
	int tries = MX_TRIES;

	if (!mx_decide_steerable(&v->pkt))
		return NF_ACCEPT;
	do {
		node = mx_find_flow(v) ?: mx_find_tracked(v);
		if (node)
			return mx_visit_flow(v, mx_flow_of(node),
					     node->key.dir);
		mx_count(v, MX_STAT_MISSES);
		verdict = mx_decide(v);
	} while (verdict == NF_REPEAT && --tries);
	return verdict == NF_REPEAT ? NF_ACCEPT : verdict;
}

/* Reassembles; 0 to go on with the whole datagram in @v, else a verdict. */
static int mx_visit_fragment(struct mx_visit *v, enum mx_key_kind *kind)
{
	u8 family = v->pkt.key.family;
	int err;

	if (v->state->hook != NF_INET_PRE_ROUTING)
		return -EOPNOTSUPP;
	mx_count(v, MX_STAT_FRAGMENTS);
	err = mx_defrag(v->pn->net, v->skb, family);
	if (!err)
		*kind = mx_key_parse(v->skb, skb_network_offset(v->skb),
				     &v->pkt);
	return err;
}

static unsigned int mx_see(struct mx_pernet *pn, struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	enum mx_key_kind kind;
	struct mx_visit v;
	int err;

	v.pn = pn;
	v.skb = skb;
	v.state = state;
	v.avoid = NULL;
	/* the rest is filled in before it is looked at */
	v.conn.found = MX_CT_NONE;
	kind = mx_key_parse(skb, skb_network_offset(skb), &v.pkt);
	if (kind == MX_KEY_FRAGMENT) {
		err = mx_visit_fragment(&v, &kind);
		if (err == -EINVAL)
			return mx_drop_fragment(v.pn, skb);
		if (err)
			return err == -EOPNOTSUPP ? NF_ACCEPT : NF_STOLEN;
	}
	switch (kind) {
	case MX_KEY_OK:
		return mx_visit_packet(&v);
	case MX_KEY_ICMP_ERROR:
		return mx_icmp_error(v.pn, skb, &v.pkt, state);
	default:
		return mx_refuse(&v, MX_STAT_NO_KEY, NF_ACCEPT);
	}
}

static unsigned int mx_hook_in(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	struct mx_pernet *pn = mx_pernet(state->net);

	if (skb->pkt_type != PACKET_HOST)
		return NF_ACCEPT;
	if (unlikely(mx_check_active(pn)) && mx_check_answered(pn, skb, state))
		return NF_STOLEN;
	/* what loops back was seen on its way out */
	if (state->in->flags & IFF_LOOPBACK)
		return NF_ACCEPT;
	return mx_see(pn, skb, state);
}

/* A process sends: from here on all is as in softirq. */
static unsigned int mx_hook_out(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	struct mx_pernet *pn = mx_pernet(state->net);
	unsigned int verdict = NF_ACCEPT;

	local_bh_disable();
	if (likely(!mx_check_sending(skb)))
		verdict = mx_see(pn, skb, state);
	local_bh_enable();
	return verdict;
}

static const struct nf_hook_ops mx_hook_ops[] = {
	{
		.hook = mx_hook_in,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = MX_HOOK_PRIORITY,
	},
	{
		.hook = mx_hook_out,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = MX_HOOK_PRIORITY,
	},
	{
		.hook = mx_path_late,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = NF_IP_PRI_LAST,
	},
#if IS_ENABLED(CONFIG_IPV6)
	{
		.hook = mx_hook_in,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = MX_HOOK_PRIORITY,
	},
	{
		.hook = mx_hook_out,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = MX_HOOK_PRIORITY,
	},
	{
		.hook = mx_path_late,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = NF_IP6_PRI_LAST,
	},
#endif
};

/*
 * Whether a hook looks at packets that are forwarded. Hooks that reassemble
 * fragments look at nothing else, and that of AppArmor, which is in every
 * namespace, at nothing but packets of local sockets. Both have priorities that
 * no other kernel code takes; rules of nftables may take any.
 */
static bool mx_hook_looks(const struct nf_hook_ops *ops, unsigned int hooknum)
{
	if (ops->hook_ops_type != NF_HOOK_OP_UNDEFINED)
		return true;
	switch (hooknum) {
	case NF_INET_PRE_ROUTING:
		return READ_ONCE(ops->hook) != mx_hook_in &&
		       READ_ONCE(ops->hook) != mx_probe_hook &&
		       READ_ONCE(ops->hook) != mx_path_late &&
		       ops->priority != NF_IP_PRI_CONNTRACK_DEFRAG;
	case NF_INET_FORWARD:
		return READ_ONCE(ops->hook) != mx_qos_forwarded;
	case NF_INET_POST_ROUTING:
		return ops->priority != NF_IP_PRI_SELINUX_FIRST;
	default:
		return true;
	}
}

static bool mx_hooks_look(const struct nf_hook_entries __rcu *entries,
			  unsigned int hooknum)
{
	const struct nf_hook_entries *e = rcu_dereference(entries);
	struct nf_hook_ops **ops;
	unsigned int i;

	if (likely(!e))
		return false;
	ops = nf_hook_entries_get_hook_ops(e);
	for (i = 0; i < e->num_hook_entries; i++)
		if (mx_hook_looks(ops[i], hooknum))
			return true;
	return false;
}

/**
 * mx_hook_alone() - is there nobody else to see packets on their way through
 * @net: the namespace
 * @family: AF_INET or AF_INET6
 *
 * Policies of IPsec, and what is done where there is none, are looked at in the
 * stack too.
 *
 * Context: RCU reader.
 * Return: true if the stack would show a packet to nobody but to mx_hook_in().
 */
bool mx_hook_alone(const struct net *net, u8 family)
{
	struct nf_hook_entries __rcu * const *hooks = net->nf.hooks_ipv4;

#if IS_ENABLED(CONFIG_IPV6)
	if (family == AF_INET6)
		hooks = net->nf.hooks_ipv6;
#endif
	if (!rcu_access_pointer(hooks[NF_INET_PRE_ROUTING]))
		return false;
#ifdef CONFIG_XFRM
	if (READ_ONCE(net->xfrm.policy_count[XFRM_POLICY_FWD]) ||
	    READ_ONCE(net->xfrm.policy_default[XFRM_POLICY_FWD]) ==
	    XFRM_USERPOLICY_BLOCK)
		return false;
#endif
	return !mx_hooks_look(hooks[NF_INET_PRE_ROUTING],
			      NF_INET_PRE_ROUTING) &&
	       !mx_hooks_look(hooks[NF_INET_FORWARD], NF_INET_FORWARD) &&
	       !mx_hooks_look(hooks[NF_INET_POST_ROUTING],
			      NF_INET_POST_ROUTING);
}

/**
 * mx_hook_tracks() - are connections tracked
 * @net: the namespace
 * @family: AF_INET or AF_INET6
 *
 * Context: RCU reader.
 * Return: true if packets meet conntrack on their way through the stack.
 */
bool mx_hook_tracks(const struct net *net, u8 family)
{
	const struct nf_hook_entries *e;
	struct nf_hook_ops **ops;
	unsigned int i;

	e = rcu_dereference(net->nf.hooks_ipv4[NF_INET_PRE_ROUTING]);
#if IS_ENABLED(CONFIG_IPV6)
	if (family == AF_INET6)
		e = rcu_dereference(net->nf.hooks_ipv6[NF_INET_PRE_ROUTING]);
#endif
	if (!e)
		return false;
	ops = nf_hook_entries_get_hook_ops(e);
	for (i = 0; i < e->num_hook_entries; i++)
		if (ops[i]->priority == NF_IP_PRI_CONNTRACK &&
		    ops[i]->hook_ops_type == NF_HOOK_OP_UNDEFINED)
			return true;
	return false;
}

/**
 * mx_hook_prepare() - load what the hooks of a namespace will need
 * @pn: the namespace
 *
 * Loading a module waits for others who may wait for RTNL or for @pn->lock.
 *
 * Context: process, sleeps; no lock is held.
 */
void mx_hook_prepare(struct mx_pernet *pn)
{
	if (!READ_ONCE(pn->hooked))
		mx_defrag_need6();
}

/**
 * mx_hook_need() - have packets looked at
 * @pn: the namespace, which is about to get something that decides
 *
 * Context: process, sleeps, after mx_hook_prepare(); @pn->lock is held.
 * Return: 0 or -errno.
 */
int mx_hook_need(struct mx_pernet *pn)
{
	int err;

	if (pn->hooked)
		return 0;
	err = nf_register_net_hooks(pn->net, mx_hook_ops,
				    ARRAY_SIZE(mx_hook_ops));
	WRITE_ONCE(pn->hooked, !err);
	mx_dbg("hook", "netns %u: packets are looked at: %d\n",
	       pn->net->ns.inum, err);
	return err;
}

static void mx_hook_drop(struct mx_pernet *pn)
{
	if (pn->hooked) {
		mx_dbg("hook", "netns %u: packets are looked at no more\n",
		       pn->net->ns.inum);
		nf_unregister_net_hooks(pn->net, mx_hook_ops,
					ARRAY_SIZE(mx_hook_ops));
	}
	WRITE_ONCE(pn->hooked, false);
	mx_qos_drop(pn);
}

/**
 * mx_hook_idle() - look at no packets if nothing decides any more
 * @pn: the namespace
 *
 * A namespace without groups and rules pays nothing. Flows of deleted groups
 * are forgotten with the hooks. Connection tracking is let go of likewise.
 *
 * Context: process, sleeps; @pn->lock is held.
 */
void mx_hook_idle(struct mx_pernet *pn)
{
	const struct mx_config *cfg = mx_pernet_live(pn);
	const struct mx_rules *rules = mx_dereference(cfg->rules, &pn->lock);
	struct mx_group *group;

	mx_ct_idle(pn);
	if (!pn->hooked || (rules && rules->n))
		return;
	list_for_each_entry(group, &pn->group_list, list)
		if (mx_pernet_conf(pn, cfg, group))
			return;
	mx_hook_drop(pn);
	synchronize_net();
	mx_flow_flush(&pn->flows, NULL);
}

static void __net_exit mx_hook_net_pre_exit(struct net *net)
{
	struct mx_pernet *pn = mx_pernet(net);

	mutex_lock(&pn->lock);
	mx_ct_drop(pn);
	mx_hook_drop(pn);
	mutex_unlock(&pn->lock);
}

/* Packets are through with the hooks. */
static void __net_exit mx_hook_net_exit(struct net *net)
{
	mx_ct_free(mx_pernet(net));
}

static struct pernet_operations mx_hook_net_ops = {
	.pre_exit = mx_hook_net_pre_exit,
	.exit = mx_hook_net_exit,
};

/**
 * mx_hook_init() - prepare for hooks; none is set until there is something
 *	that decides
 *
 * Return: 0 or -errno.
 */
int mx_hook_init(void)
{
	return register_pernet_subsys(&mx_hook_net_ops);
}

/**
 * mx_hook_exit() - take the hooks out of every network namespace
 */
void mx_hook_exit(void)
{
	unregister_pernet_subsys(&mx_hook_net_ops);
	mx_defrag_exit();
}
