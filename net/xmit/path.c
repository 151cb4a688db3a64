// SPDX-License-Identifier: GPL-2.0
/*
 * Forward mode path: the packet leaves by the path's device and gateway, as it
 * is. Nothing is looked up but the way to the gateway, once.
 *
 * In PRE_ROUTING a packet is given its route and goes on, so that connection
 * tracking and what follows it see it. IPv6 forwards what has a route, but by
 * one that the table does not know. IPv4 takes such a packet for one that is
 * delivered here. Both are forwarded by the last hook in PRE_ROUTING.
 */
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <net/dst_metadata.h>
#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6_stubs.h>
#include <net/route.h>
#include <net/sock.h>
#include <net/xfrm.h>
#include "xmit/drop.h"
#include "xmit/path.h"
#include "xmit/route.h"

/**
 * struct mx_path_way - what leads to the next hop
 * @oif: the device
 * @family: of the packet
 * @gateway: whether @to is a gateway, and not where the packet goes
 * @bare: the device has no neighbours to tell apart
 * @shared: the next hop is the same whatever the packet's destination
 * @to: what a route is looked for to
 */
struct mx_path_way {
	int oif;
	u8 family;
	bool gateway;
	bool bare;
	bool shared;
	union nf_inet_addr to;
};

/* The device of a path, if it is there and up, or NULL. */
static const struct net_device *mx_path_dev(struct mx_pernet *pn,
					    const struct mx_path *path)
{
	int ifindex = READ_ONCE(path->ifindex);
	const struct net_device *dev;

	dev = ifindex ? dev_get_by_index_rcu(pn->net, ifindex) : NULL;
	return dev && (dev->flags & IFF_UP) ? dev : NULL;
}

static bool mx_path_way(struct mx_pernet *pn, const struct mx_path *path,
			const struct mx_key *key, struct mx_path_way *way)
{
	const struct mx_path_conf *conf = rcu_dereference(path->live);
	const struct net_device *dev = mx_path_dev(pn, path);
	const struct mx_path_params *p;

	memset(way, 0, sizeof(*way));
	if (!conf || !dev)
		return false;
	way->oif = dev->ifindex;
	p = &conf->params;
	way->family = key->family;
	way->bare = mx_pernet_steer_bare(dev);
	way->gateway = p->via_family == key->family;
	way->shared = way->gateway || way->bare;
	if (way->gateway)
		way->to = p->via;
	else if (way->bare && p->family == key->family)
		way->to = p->peer;
	else if (key->family == AF_INET)
		way->to.ip = key->v4.daddr;
	else
		way->to.in6 = key->v6.daddr;
	return way->bare || way->gateway || !p->via_family;
}

static struct mx_hop *mx_path_find4(struct mx_pernet *pn,
				    const struct mx_path_way *way)
{
	struct flowi4 fl4 = {
		.daddr = way->to.ip,
		.flowi4_oif = way->oif,
		.flowi4_flags = way->gateway ? FLOWI_FLAG_KNOWN_NH : 0,
	};
	struct mx_hop *hop = NULL;
	struct rtable *rt;
	__be32 nexthop;

	rt = ip_route_output_key(pn->net, &fl4);
	if (IS_ERR(rt))
		return NULL;
	if (rt->rt_type != RTN_UNICAST || rt->dst.dev->ifindex != way->oif)
		goto out;
	/* no route leads to the gateway: it is said to be on the link */
	if (way->gateway && !rt->rt_gw_family) {
		rt->rt_gw_family = AF_INET;
		rt->rt_gw4 = way->to.ip;
	}
	nexthop = way->bare ? 0 : rt_nexthop(rt, way->to.ip);
	if (!way->bare && rt->rt_gw_family == AF_INET6)
		hop = mx_hop_get(&pn->hops, &rt->dst, AF_INET6, &rt->rt_gw6);
	else
		hop = mx_hop_get(&pn->hops, &rt->dst, AF_INET, &nexthop);
out:
	ip_rt_put(rt);
	return hop;
}

#if IS_ENABLED(CONFIG_IPV6)
#define MX_PATH_OWN_FLAGS	(RTF_UP | RTF_NONEXTHOP)

/*
 * A route of our own, which no table has: who has no neighbours needs none to
 * be found there. Nobody forwards by it but mx_path_late6(). It is good for as
 * long as its hop, which goes with the device.
 */
static struct dst_entry *mx_path_make6(struct mx_pernet *pn, int oif)
{
	struct net_device *dev = dev_get_by_index_rcu(pn->net, oif);
	struct inet6_dev *idev = dev ? in6_dev_get(dev) : NULL;
	struct rt6_info *rt;

	if (!idev)
		return ERR_PTR(-ENETUNREACH);
	rt = ip6_dst_alloc(pn->net, dev, DST_NOCOUNT);
	if (!rt) {
		in6_dev_put(idev);
		return ERR_PTR(-ENOMEM);
	}
	rt->dst.obsolete = DST_OBSOLETE_NONE;
	rt->dst.output = ip6_output;
	rt->rt6i_flags = MX_PATH_OWN_FLAGS;
	rt->rt6i_idev = idev;
	return &rt->dst;
}

static bool mx_path_made6(const struct dst_entry *dst)
{
	const struct rt6_info *rt = (const struct rt6_info *)dst;

	return !(dst->flags & DST_FAKE_RTABLE) &&
	       dst->ops->family == AF_INET6 &&
	       rt->rt6i_flags == MX_PATH_OWN_FLAGS &&
	       !rcu_access_pointer(rt->from);
}

static struct mx_hop *mx_path_find6(struct mx_pernet *pn,
				    const struct mx_path_way *way)
{
	struct flowi6 fl6 = {
		.daddr = way->to.in6,
		.flowi6_oif = way->oif,
		.flowi6_flags = way->gateway ? FLOWI_FLAG_KNOWN_NH : 0,
	};
	const struct in6_addr *nexthop = &in6addr_any;
	struct mx_hop *hop = NULL;
	struct dst_entry *dst;
	struct rt6_info *rt;

	dst = mx_ip6_dst_lookup_flow(pn->net, &fl6);
	if (IS_ERR(dst) && way->bare)
		dst = mx_path_make6(pn, way->oif);
	if (IS_ERR(dst))
		return NULL;
	rt = (struct rt6_info *)dst;
	if (dst->error || dst->dev->ifindex != way->oif ||
	    (rt->rt6i_flags & (RTF_LOCAL | RTF_ANYCAST | RTF_REJECT)))
		goto out;
	if (!way->bare)
		nexthop = rt6_nexthop(rt, &fl6.daddr);
	hop = mx_hop_get(&pn->hops, dst, AF_INET6, nexthop);
out:
	dst_release(dst);
	return hop;
}
#endif

static struct mx_hop *mx_path_find(struct mx_pernet *pn,
				   const struct mx_path_way *way)
{
	if (way->family == AF_INET)
		return mx_path_find4(pn, way);
#if IS_ENABLED(CONFIG_IPV6)
	return mx_path_find6(pn, way);
#else
	return NULL;
#endif
}

/* Renamed or moved, a device is still told by its index. */
static bool mx_path_hop_valid(const struct mx_hop *hop, int oif)
{
	return hop && mx_hop_valid(hop) && hop->dst->dev->ifindex == oif;
}

/**
 * mx_path_hop() - the hop of a path
 * @pn: the namespace
 * @server: the member of a group of paths
 * @flow: the flow, which remembers the hop where the path has one for each
 *	destination; NULL without one
 * @key: of the packet; only its destination counts
 *
 * Context: softirq, RCU reader; the hop is good until the caller leaves.
 * Return: the hop, or NULL if there is no way.
 */
struct mx_hop *mx_path_hop(struct mx_pernet *pn, struct mx_server *server,
			   struct mx_flow *flow, const struct mx_key *key)
{
	struct mx_hop __rcu **at = &server->hop[mx_pool_index(key->family)];
	int oif = READ_ONCE(server->path->ifindex);
	struct mx_hop *hop = rcu_dereference(*at);
	struct mx_path_way way;

	if (likely(mx_path_hop_valid(hop, oif)))
		return hop;
	if (flow) {
		hop = rcu_dereference(flow->hop[MX_DIR_ORIG]);
		if (mx_path_hop_valid(hop, oif))
			return hop;
	}
	if (!mx_path_way(pn, server->path, key, &way))
		return NULL;
	hop = mx_path_find(pn, &way);
	/* an old one's memory stays for a grace period: see mx_hop_put() */
	if (way.shared)
		mx_hop_put(unrcu_pointer(xchg(at, RCU_INITIALIZER(hop))));
	else if (flow)
		mx_flow_set_hop(&pn->flows, flow, MX_DIR_ORIG, hop);
	else
		mx_hop_put(hop);
	return hop;
}

/* Options are the stack's to look at, before it routes. */
static bool mx_path_plain(const struct sk_buff *skb, u8 family)
{
	return family != AF_INET || ip_hdr(skb)->ihl == 5;
}

/*
 * Is a packet, with its route, small enough for the path? What this host sends
 * is held against the MTU of the route by the stack, which knows no path's.
 */
static bool mx_path_fits(struct mx_pernet *pn, struct sk_buff *skb,
			 const struct mx_server *server, u8 family,
			 const struct nf_hook_state *state)
{
	u32 most = mx_path_mtu(server);

	if (state->hook == NF_INET_LOCAL_OUT) {
		if (likely(skb->len <= most))
			return true;
		/* an ICMP error is about a packet of some device's */
		skb->dev = skb_dst(skb)->dev;
	}
	return mx_route_fits(pn->net, skb, family, most);
}

/**
 * mx_path_xmit() - have a packet leave by a path
 * @pn: the namespace
 * @skb: the packet, from PRE_ROUTING or LOCAL_OUT
 * @server: the member of a group of paths
 * @flow: the flow, or NULL
 * @key: of the packet, or of its flow
 * @state: the hook
 *
 * The device may have gone a moment ago, and nobody has seen to that yet. What
 * comes meanwhile is lost: it must not leave by the routing table, maybe in the
 * clear where the path is a tunnel.
 *
 * Context: softirq, RCU reader. Consumes @skb if it returns NF_STOLEN.
 * Return: netfilter verdict.
 */
unsigned int mx_path_xmit(struct mx_pernet *pn, struct sk_buff *skb,
			  struct mx_server *server, struct mx_flow *flow,
			  const struct mx_key *key,
			  const struct nf_hook_state *state)
{
	u32 segments = max_t(u32, skb_shinfo(skb)->gso_segs, 1);
	struct mx_hop *hop;

	if (unlikely(!mx_path_plain(skb, key->family)))
		return NF_ACCEPT;
	hop = mx_path_hop(pn, server, flow, key);
	if (!hop) {
		/* in a moment its flows find another path */
		if (state->hook == NF_INET_PRE_ROUTING &&
		    !mx_path_dev(pn, server->path))
			return mx_drop_route(pn, skb);
		mx_stats_inc_bh(&pn->stats, MX_STAT_NO_ROUTE);
		return NF_ACCEPT;
	}
	skb_dst_drop(skb);
	skb_dst_set(skb, dst_clone(hop->dst));
	if (!mx_path_fits(pn, skb, server, key->family, state))
		return mx_drop_mtu(pn, skb);
	mx_path_carried(server, segments, skb->len);
	return NF_ACCEPT;
}

/* Is a packet's route one that mx_path_xmit() gave it? */
static bool mx_path_gave(const struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	const struct rtable *rt;

	/* what loops back has the route that it left by */
	if (likely(!skb_valid_dst(skb)) || (state->in->flags & IFF_LOOPBACK))
		return false;
#if IS_ENABLED(CONFIG_IPV6)
	if (state->pf == NFPROTO_IPV6)
		return mx_path_made6(skb_dst(skb));
#endif
	rt = skb_rtable(skb);
	return !rt_is_input_route(rt) && rt->rt_type == RTN_UNICAST &&
	       !(rt->dst.flags & DST_FAKE_RTABLE);
}

/* What IPsec says of a packet that is forwarded. */
static bool mx_path_allowed(struct sk_buff *skb, u8 family)
{
	if (family == AF_INET)
		return xfrm4_policy_check(NULL, XFRM_POLICY_FWD, skb) &&
		       xfrm4_route_forward(skb);
	return xfrm6_policy_check(NULL, XFRM_POLICY_FWD, skb) &&
	       xfrm6_route_forward(skb);
}

/**
 * mx_path_late() - the last hook in PRE_ROUTING
 * @priv: not used
 * @skb: the packet
 * @state: the hook
 *
 * Nobody gives a received packet of IPv4 an output route but mx_path_xmit(). Who
 * has translated its destination meanwhile has taken the route away.
 *
 * Context: softirq, RCU reader. Consumes @skb unless it returns NF_ACCEPT.
 * Return: netfilter verdict.
 */
unsigned int mx_path_late(void *priv, struct sk_buff *skb,
			  const struct nf_hook_state *state)
{
	u8 family = state->pf == NFPROTO_IPV4 ? AF_INET : AF_INET6;

	if (likely(!mx_path_gave(skb, state)))
		return NF_ACCEPT;
	/* as forwarding does; of other routes of IPv6, it does so itself */
	if (!mx_path_allowed(skb, family))
		return mx_drop_route(mx_pernet(state->net), skb);
	return mx_route_pass(mx_pernet(state->net), skb, family, state);
}

/*
 * The device on whose link a packet's destination is, by its route; 0 if it is
 * behind a gateway, or where a device tells no neighbours apart.
 */
static int mx_path_near(const struct dst_entry *dst, u8 family)
{
	bool far = family == AF_INET ?
		   ((const struct rtable *)dst)->rt_gw_family :
		   ((const struct rt6_info *)dst)->rt6i_flags & RTF_GATEWAY;

	return far || dst->error || mx_pernet_steer_bare(dst->dev) ? 0 :
	       dst->dev->ifindex;
}

/*
 * Is a received packet one that this host forwards? It stays without a route.
 * @near: see mx_path_near()
 */
static bool mx_path_transit4(struct sk_buff *skb, int *near)
{
	struct in_device *in_dev = __in_dev_get_rcu(skb->dev);
	bool transit = false;
	u8 type;

	if (!in_dev || !IN_DEV_FORWARD(in_dev) || skb_dst(skb))
		return false;
	if (!mx_route_input4(skb)) {
		type = skb_rtable(skb)->rt_type;
		/* paths may be all the way that there is */
		transit = type == RTN_UNICAST || type == RTN_UNREACHABLE;
		*near = mx_path_near(skb_dst(skb), AF_INET);
	}
	skb_dst_drop(skb);
	return transit;
}

#if IS_ENABLED(CONFIG_IPV6)
static bool mx_path_transit6(struct mx_pernet *pn, struct sk_buff *skb,
			     const struct mx_key *key, int *near)
{
	struct flowi6 fl6 = {
		.flowi6_iif = skb->dev->ifindex,
		.flowi6_mark = skb->mark,
		.flowi6_proto = key->proto,
		.daddr = key->v6.daddr,
		.saddr = key->v6.saddr,
		.flowlabel = ip6_flowinfo(ipv6_hdr(skb)),
	};
	struct dst_entry *dst;
	bool transit;

	if (!READ_ONCE(pn->net->ipv6.devconf_all->forwarding))
		return false;
	dst = ip6_route_input_lookup(pn->net, skb->dev, &fl6, skb,
				     RT6_LOOKUP_F_HAS_SADDR);
	transit = !(((struct rt6_info *)dst)->rt6i_flags &
		    (RTF_LOCAL | RTF_ANYCAST));
	*near = mx_path_near(dst, AF_INET6);
	dst_release(dst);
	return transit;
}
#endif

/* The member of a group, of some families, that has a device, or NULL. */
static struct mx_server *mx_path_by(const struct mx_group_conf *conf,
				    int ifindex, u8 families)
{
	struct mx_server *server, *found = NULL;
	u32 i;

	for (i = 0; i < conf->n; i++) {
		server = conf->members[i].server;
		if (READ_ONCE(server->path->ifindex) != ifindex ||
		    !(READ_ONCE(server->carries) & families))
			continue;
		/* one of several by a device is as good as another */
		if (!found || READ_ONCE(found->unfit))
			found = server;
	}
	return found;
}

static bool mx_path_transit(struct mx_pernet *pn, struct sk_buff *skb,
			    const struct mx_key *key, int *near)
{
	*near = 0;
	if (key->family == AF_INET)
		return mx_path_transit4(skb, near);
#if IS_ENABLED(CONFIG_IPV6)
	return mx_path_transit6(pn, skb, key, near);
#else
	return false;
#endif
}

/**
 * mx_path_return() - remember by which path a connection came in
 * @pn: the namespace
 * @skb: the packet, in PRE_ROUTING, which mx_path_takes() did not take
 * @pkt: its headers and key
 * @d: the decision, to steer to a group of paths
 * @in: the device that it came by
 *
 * What answers it leaves by the same path: it has the address that the other
 * end knows, and a firewall may await it there. The flow is that of the
 * answers; this packet belongs to its other direction.
 *
 * Context: softirq, RCU reader.
 * Return: the flow, or NULL if there is none to remember.
 */
struct mx_flow *mx_path_return(struct mx_pernet *pn, struct sk_buff *skb,
			       const struct mx_packet *pkt,
			       const struct mx_decision *d,
			       const struct net_device *in)
{
	struct mx_packet answer = *pkt;
	struct mx_server *server;
	struct mx_flow *flow;
	int near;

	if (!in || d->conf->params.sched->per_packet)
		return NULL;
	server = mx_path_by(d->conf, in->ifindex,
			    BIT(mx_pool_index(pkt->key.family)));
	if (!server || READ_ONCE(server->unfit) ||
	    !mx_path_transit(pn, skb, &pkt->key, &near))
		return NULL;
	mx_key_invert(&answer.key, &pkt->key);
	/* its handshake is not one that is timed */
	answer.tcp_flags = 0;
	flow = mx_flow_create(&pn->flows, &answer, server, MUTEX_FORWARD_PATH,
			      0, d->conf->qos);
	if (IS_ERR(flow))
		return NULL;
	set_bit(MX_FLOW_CAME, &flow->flags);
	return flow;
}

/* Are paths of a group for what is on a link? Those without a gateway are. */
static bool mx_path_links(const struct mx_group_conf *conf, int ifindex)
{
	const struct mx_path_conf *live;
	const struct mx_path *path;
	u32 i;

	for (i = 0; i < conf->n; i++) {
		path = conf->members[i].server->path;
		if (READ_ONCE(path->ifindex) != ifindex)
			continue;
		live = rcu_dereference(path->live);
		if (live && !live->params.via_family)
			return true;
	}
	return false;
}

/* Is a segment of a connection that began elsewhere, with a server here? */
static bool mx_path_serves(struct net *net, const struct mx_packet *pkt)
{
	struct inet_hashinfo *hash = net->ipv4.tcp_death_row.hashinfo;
	const struct mx_key *key = &pkt->key;

	if (key->proto != IPPROTO_TCP || (pkt->tcp_flags & MX_TCP_SYN))
		return false;
	if (key->family == AF_INET)
		return inet_lookup_listener(net, hash, NULL, 0, key->v4.daddr,
					    key->dport, key->v4.saddr,
					    key->sport, 0, 0);
#if IS_ENABLED(CONFIG_IPV6)
	return inet6_lookup_listener(net, hash, NULL, 0, &key->v6.daddr,
				     key->dport, &key->v6.saddr,
				     ntohs(key->sport), 0, 0);
#else
	return false;
#endif
}

/*
 * A socket that is bound to a device has said which way it goes, and the
 * kernel's own are those of tunnels, and of probes. What is to be encrypted
 * must not leave as it is.
 */
static bool mx_path_outward(struct mx_pernet *pn, const struct sk_buff *skb,
			    const struct mx_packet *pkt, const struct sock *sk,
			    int *near)
{
	const struct dst_entry *dst = skb_dst(skb);

	if (!dst || (dst->dev->flags & IFF_LOOPBACK) || dst_xfrm(dst) ||
	    (pkt->key.family == AF_INET &&
	     ((const struct rtable *)dst)->rt_type != RTN_UNICAST))
		return false;
	*near = mx_path_near(dst, pkt->key.family);
	return sk && sk_fullsock(sk) && !sk->sk_kern_sock &&
	       !READ_ONCE(sk->sk_bound_dev_if) &&
	       !mx_path_serves(pn->net, pkt);
}

/**
 * mx_path_takes() - is a packet one that paths are for
 * @pn: the namespace
 * @skb: the packet, which begins a flow
 * @pkt: its headers and key
 * @d: the decision, to steer to a group of paths
 * @in: the device that it came by, NULL if it is sent from here
 * @sk: the socket that sends it, or NULL
 *
 * Rules for all traffic must not take what is for this host itself, or for a
 * neighbour on a link of its own, nor what servers here answer, nor send back
 * what has just come in by a path.
 *
 * Context: softirq, RCU reader.
 * Return: true if so.
 */
bool mx_path_takes(struct mx_pernet *pn, struct sk_buff *skb,
		   const struct mx_packet *pkt, const struct mx_decision *d,
		   const struct net_device *in, const struct sock *sk)
{
	int near = 0;
	bool takes;

	if (!mx_path_plain(skb, pkt->key.family))
		return false;
	if (in)
		takes = !mx_path_by(d->conf, in->ifindex, BIT(0) | BIT(1)) &&
			mx_path_transit(pn, skb, &pkt->key, &near);
	else
		takes = mx_path_outward(pn, skb, pkt, sk, &near);
	return takes && (!near || mx_path_links(d->conf, near));
}
