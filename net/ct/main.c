// SPDX-License-Identifier: GPL-2.0
/*
 * mutex_ct.ko: carries decisions of mutex.ko in the NAT of nf_conntrack.
 *
 * Nothing here is remembered: flows are mutex.ko's, connections conntrack's.
 */
#include <linux/module.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include <net/netfilter/nf_nat.h>
#include "base/ct_ops.h"

/* Before chains of nftables at "dstnat", whoever registers first. */
#define MX_CT_PRIORITY	(NF_IP_PRI_NAT_DST - 1)

#define MX_CT_HOOKS	(IS_ENABLED(CONFIG_IPV6) ? 4 : 2)

/**
 * struct mx_ct_net - a namespace whose connections are translated
 * @net: the namespace
 * @fn: tells where a new connection leads
 * @arg: for @fn
 * @ops: hooks that nf_nat asks about new connections
 * @rcu: for its release
 */
struct mx_ct_net {
	struct net *net;
	mx_ct_dest_fn fn;
	void *arg;
	struct nf_hook_ops ops[4];
	struct rcu_head rcu;
};

static void mx_ct_key(const struct nf_conntrack_tuple *t, struct mx_key *key)
{
	memset(key, 0, sizeof(*key));
	key->family = t->src.l3num;
	key->proto = t->dst.protonum;
	if (key->family == AF_INET) {
		key->v4.saddr = t->src.u3.ip;
		key->v4.daddr = t->dst.u3.ip;
	} else {
		key->v6.saddr = t->src.u3.in6;
		key->v6.daddr = t->dst.u3.in6;
	}
	switch (key->proto) {
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		key->sport = t->src.u.icmp.id;
		key->dport = t->src.u.icmp.id;
		break;
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		key->sport = t->src.u.all;
		key->dport = t->dst.u.all;
		break;
	}
}

/* Asked by nf_nat where a new connection leads to. */
static unsigned int mx_ct_nat(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	const struct mx_ct_net *cn = priv;
	struct nf_nat_range2 range = { .flags = NF_NAT_RANGE_MAP_IPS };
	enum ip_conntrack_info ctinfo;
	struct mx_ct_dest to = { };
	struct nf_conn *ct;
	struct mx_key key;

	ct = nf_ct_get(skb, &ctinfo);
	if (!ct || nf_nat_initialized(ct, NF_NAT_MANIP_DST))
		return NF_ACCEPT;
	mx_ct_key(nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL), &key);
	if (!cn->fn(cn->arg, &key, &to))
		return NF_ACCEPT;
	range.min_addr = to.addr;
	range.max_addr = to.addr;
	if (to.port) {
		range.flags |= NF_NAT_RANGE_PROTO_SPECIFIED;
		range.min_proto.all = to.port;
		range.max_proto.all = to.port;
	}
	return nf_nat_setup_info(ct, &range, NF_NAT_MANIP_DST);
}

static int mx_ct_register(struct net *net, const struct nf_hook_ops *ops)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (ops->pf == NFPROTO_IPV6)
		return nf_nat_ipv6_register_fn(net, ops);
#endif
	return nf_nat_ipv4_register_fn(net, ops);
}

static void mx_ct_unregister(struct net *net, const struct nf_hook_ops *ops,
			     unsigned int n)
{
	while (n--) {
#if IS_ENABLED(CONFIG_IPV6)
		if (ops[n].pf == NFPROTO_IPV6) {
			nf_nat_ipv6_unregister_fn(net, &ops[n]);
			continue;
		}
#endif
		nf_nat_ipv4_unregister_fn(net, &ops[n]);
	}
}

static struct mx_ct_net *mx_ct_attach(struct net *net, mx_ct_dest_fn fn,
				      void *arg)
{
	struct mx_ct_net *cn;
	unsigned int i;
	int err;

	cn = kzalloc(sizeof(*cn), GFP_KERNEL_ACCOUNT);
	if (!cn)
		return ERR_PTR(-ENOMEM);
	cn->net = net;
	cn->fn = fn;
	cn->arg = arg;
	err = nf_ct_netns_get(net, NFPROTO_INET);
	if (err)
		goto err_free;
	for (i = 0; i < MX_CT_HOOKS; i++) {
		cn->ops[i].hook = mx_ct_nat;
		cn->ops[i].priv = cn;
		cn->ops[i].pf = i < 2 ? NFPROTO_IPV4 : NFPROTO_IPV6;
		cn->ops[i].hooknum = i & 1 ? NF_INET_LOCAL_OUT :
					     NF_INET_PRE_ROUTING;
		cn->ops[i].priority = MX_CT_PRIORITY;
		err = mx_ct_register(net, &cn->ops[i]);
		if (err)
			goto err_hooks;
	}
	return cn;

err_hooks:
	mx_ct_unregister(net, cn->ops, i);
	nf_ct_netns_put(net, NFPROTO_INET);
err_free:
	/* packets may be in the hooks that were registered */
	kfree_rcu(cn, rcu);
	return ERR_PTR(err);
}

static void mx_ct_detach(struct mx_ct_net *cn)
{
	mx_ct_unregister(cn->net, cn->ops, MX_CT_HOOKS);
	nf_ct_netns_put(cn->net, NFPROTO_INET);
	kfree_rcu(cn, rcu);
}

/* The connection that conntrack will find for a packet; with a reference. */
static struct nf_conn *mx_ct_get(struct net *net, const struct sk_buff *skb,
				 enum ip_conntrack_dir *dir)
{
	u16 l3num = skb->protocol == htons(ETH_P_IPV6) ? AF_INET6 : AF_INET;
	const struct nf_conntrack_tuple_hash *h;
	const struct nf_conntrack_zone *zone;
	struct nf_conntrack_tuple tuple;
	enum ip_conntrack_info ctinfo;
	struct nf_conntrack_zone tmp;
	struct nf_conn *ct;

	/* a template that names a zone, or the connection itself */
	ct = nf_ct_get(skb, &ctinfo);
	if (ct && !nf_ct_is_template(ct)) {
		if (!nf_ct_is_confirmed(ct))
			return NULL;
		*dir = CTINFO2DIR(ctinfo);
		nf_conntrack_get(&ct->ct_general);
		return ct;
	}
	if (!ct && ctinfo == IP_CT_UNTRACKED)
		return NULL;
	if (!nf_ct_get_tuplepr(skb, skb_network_offset(skb), l3num, net,
			       &tuple))
		return NULL;
	zone = nf_ct_zone_tmpl(ct, skb, &tmp);
	h = nf_conntrack_find_get(net, zone, &tuple);
	if (!h)
		return NULL;
	*dir = NF_CT_DIRECTION(h);
	return nf_ct_tuplehash_to_ctrack(h);
}

static bool mx_ct_over(const struct nf_conn *ct)
{
	u8 state;

	if (nf_ct_protonum(ct) != IPPROTO_TCP)
		return false;
	state = READ_ONCE(ct->proto.tcp.state);
	return state == TCP_CONNTRACK_TIME_WAIT || state == TCP_CONNTRACK_CLOSE;
}

static void mx_ct_find(struct net *net, const struct sk_buff *skb,
		       struct mx_ct_conn *conn)
{
	const struct nf_conntrack_tuple *reply;
	enum ip_conntrack_dir dir;
	struct nf_conn *ct;

	conn->found = MX_CT_NONE;
	ct = mx_ct_get(net, skb, &dir);
	if (!ct)
		return;
	conn->found = dir == IP_CT_DIR_ORIGINAL ? MX_CT_ORIG : MX_CT_REPLY;
	mx_ct_key(nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL), &conn->key);
	reply = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	conn->addr = reply->src.u3;
	conn->port = reply->src.u.all;
	conn->over = mx_ct_over(ct);
	nf_ct_put(ct);
}

static void mx_ct_kill(struct net *net, const struct sk_buff *skb)
{
	enum ip_conntrack_dir dir;
	struct nf_conn *ct = mx_ct_get(net, skb, &dir);

	if (!ct)
		return;
	if (dir == IP_CT_DIR_ORIGINAL)
		nf_ct_kill(ct);
	nf_ct_put(ct);
}

/* What mutex.ko asks for. */
const struct mx_ct_ops mx_ct_ops = {
	.attach = mx_ct_attach,
	.detach = mx_ct_detach,
	.find = mx_ct_find,
	.kill = mx_ct_kill,
};
EXPORT_SYMBOL_GPL(mx_ct_ops);

MODULE_DESCRIPTION("Steering by mutex carried in the NAT of connection tracking");
MODULE_LICENSE("GPL");
