// SPDX-License-Identifier: GPL-2.0
#include <linux/icmpv6.h>
#include <linux/netfilter_ipv4.h>
#include <net/dst.h>
#include <net/gso.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6_stubs.h>
#include <net/route.h>
#include "xmit/drop.h"
#include "xmit/route.h"

/**
 * mx_route_input4() - route a received packet by the addresses that it has now
 * @skb: an IPv4 packet without a route
 *
 * A reply is routed before its source becomes the service's address: that may
 * be an address of this host, which the stack refuses as a source from
 * outside.
 *
 * Context: softirq, RCU reader.
 * Return: 0 or -errno.
 */
int mx_route_input4(struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	return ip_route_input_noref(skb, iph->daddr, iph->saddr, iph->tos,
				    skb->dev);
}

static bool mx_dst_forwards4(const struct dst_entry *dst)
{
	const struct rtable *rt = (const struct rtable *)dst;

	return rt->rt_type == RTN_UNICAST && !dst->error && !dst->lwtstate &&
	       !dst_xfrm(dst);
}

static struct mx_hop *mx_route_forward4(struct mx_pernet *pn,
					struct sk_buff *skb,
					const struct mx_key *key,
					__be32 daddr, bool *local)
{
	struct mx_hop *hop = NULL;
	struct rtable *rt;
	__be32 nexthop;

	if (ip_route_input_noref(skb, daddr, key->v4.saddr, ip_hdr(skb)->tos,
				 skb->dev)) {
		skb_dst_drop(skb);
		return NULL;
	}
	rt = skb_rtable(skb);
	if (!mx_dst_forwards4(&rt->dst)) {
		*local = true;
	} else if (rt->rt_gw_family != AF_INET6) {
		nexthop = rt_nexthop(rt, daddr);
		hop = mx_hop_get(&pn->hops, &rt->dst, AF_INET, &nexthop);
	} else {
		hop = mx_hop_get(&pn->hops, &rt->dst, AF_INET6, &rt->rt_gw6);
	}
	skb_dst_drop(skb);
	return hop;
}

#if IS_ENABLED(CONFIG_IPV6)
static struct mx_hop *mx_route_forward6(struct mx_pernet *pn,
					struct sk_buff *skb,
					const struct mx_key *key,
					const struct in6_addr *daddr,
					bool *local)
{
	struct flowi6 fl6 = {
		.flowi6_iif = skb->dev->ifindex,
		.flowi6_mark = skb->mark,
		.flowi6_proto = key->proto,
		.daddr = *daddr,
		.saddr = key->v6.saddr,
		.flowlabel = ip6_flowinfo(ipv6_hdr(skb)),
	};
	struct mx_hop *hop = NULL;
	struct dst_entry *dst;
	struct rt6_info *rt;

	if (!READ_ONCE(pn->net->ipv6.devconf_all->forwarding)) {
		*local = true;
		return NULL;
	}
	dst = ip6_route_input_lookup(pn->net, skb->dev, &fl6, skb,
				     RT6_LOOKUP_F_HAS_SADDR);
	rt = (struct rt6_info *)dst;
	if (dst->error || dst->lwtstate || dst_xfrm(dst) ||
	    (rt->rt6i_flags & (RTF_LOCAL | RTF_ANYCAST | RTF_REJECT)))
		*local = true;
	else
		hop = mx_hop_get(&pn->hops, dst, AF_INET6,
				 rt6_nexthop(rt, (struct in6_addr *)daddr));
	dst_release(dst);
	return hop;
}
#endif

/**
 * mx_route_forward() - the hop by which a received packet would be forwarded
 * @pn: the namespace
 * @skb: the packet, with its network header set and without a route
 * @key: its key; the source counts
 * @daddr: where it goes after rewriting, of the key's family
 * @local: set if the packet is not for forwarding: delivered here, or refused
 *
 * Context: softirq, RCU reader.
 * Return: a hop with a reference for the caller, or NULL.
 */
struct mx_hop *mx_route_forward(struct mx_pernet *pn, struct sk_buff *skb,
				const struct mx_key *key,
				const void *daddr, bool *local)
{
	if (key->family == AF_INET)
		return mx_route_forward4(pn, skb, key, *(const __be32 *)daddr,
					 local);
#if IS_ENABLED(CONFIG_IPV6)
	return mx_route_forward6(pn, skb, key, daddr, local);
#else
	return NULL;
#endif
}

static struct dst_entry *mx_route_output(struct net *net,
					 const struct mx_server *server)
{
	struct rtable *rt;

	if (server->family == AF_INET) {
		struct flowi4 fl4 = {
			.daddr = server->addr.ip,
			.flowi4_flags = FLOWI_FLAG_KNOWN_NH,
		};

		rt = ip_route_output_key(net, &fl4);
		return IS_ERR(rt) ? NULL : &rt->dst;
	}
#if IS_ENABLED(CONFIG_IPV6)
	{
		struct flowi6 fl6 = {
			.daddr = server->addr.in6,
			.flowi6_flags = FLOWI_FLAG_KNOWN_NH,
		};
		struct dst_entry *dst;

		dst = mx_ip6_dst_lookup_flow(net, &fl6);
		return IS_ERR(dst) ? NULL : dst;
	}
#else
	return NULL;
#endif
}

/**
 * mx_route_source() - the address by which this host speaks to a server
 * @pn: the namespace
 * @server: the server
 * @mark: of the packet
 * @from: filled in, an address of the server's family
 *
 * Context: RCU reader.
 * Return: 0 or -errno.
 */
int mx_route_source(struct mx_pernet *pn, const struct mx_server *server,
		    u32 mark, union nf_inet_addr *from)
{
	if (server->family == AF_INET) {
		struct flowi4 fl4 = {
			.daddr = server->addr.ip,
			.flowi4_mark = mark,
			.flowi4_proto = IPPROTO_ICMP,
		};
		struct rtable *rt = ip_route_output_key(pn->net, &fl4);

		if (IS_ERR(rt))
			return PTR_ERR(rt);
		ip_rt_put(rt);
		from->ip = fl4.saddr;
		return 0;
	}
#if IS_ENABLED(CONFIG_IPV6)
	{
		struct flowi6 fl6 = {
			.daddr = server->addr.in6,
			.flowi6_mark = mark,
			.flowi6_proto = IPPROTO_ICMPV6,
		};
		struct dst_entry *dst;

		dst = mx_ip6_dst_lookup_flow(pn->net, &fl6);
		if (IS_ERR(dst))
			return PTR_ERR(dst);
		dst_release(dst);
		from->in6 = fl6.saddr;
		return 0;
	}
#else
	return -EAFNOSUPPORT;
#endif
}

static bool mx_dst_is_local(const struct dst_entry *dst, u8 family)
{
	if (family == AF_INET)
		return ((const struct rtable *)dst)->rt_flags & RTCF_LOCAL;
	return ((const struct rt6_info *)dst)->rt6i_flags & RTF_LOCAL;
}

/**
 * mx_route_server() - the hop that has the server itself as next hop
 * @pn: the namespace
 * @server: a server of forward mode route
 *
 * The server remembers the hop. It must be on a link of this host.
 *
 * Context: softirq, RCU reader; the hop is good until the caller leaves.
 * Return: the hop, or NULL if there is no way, or the server is this host.
 */
struct mx_hop *mx_route_server(struct mx_pernet *pn, struct mx_server *server)
{
	struct mx_hop __rcu **at = &server->hop[mx_pool_index(server->family)];
	struct mx_hop *hop = rcu_dereference(*at);
	struct dst_entry *dst;

	if (hop && mx_hop_valid(hop))
		return hop;

	dst = mx_route_output(pn->net, server);
	if (!dst)
		return NULL;
	hop = NULL;
	if (!mx_dst_is_local(dst, server->family))
		hop = mx_hop_get(&pn->hops, dst, server->family,
				 &server->addr);
	dst_release(dst);
	/* the old one's memory stays for a grace period: see mx_hop_put() */
	mx_hop_put(unrcu_pointer(xchg(at, RCU_INITIALIZER(hop))));
	return hop;
}

/**
 * mx_route_leads() - does the way to a server lead out by a device
 * @pn: the namespace
 * @server: the server
 * @dev: the device
 *
 * Context: softirq, RCU reader.
 * Return: true if it does.
 */
bool mx_route_leads(struct mx_pernet *pn, const struct mx_server *server,
		    const struct net_device *dev)
{
	struct dst_entry *dst = mx_route_output(pn->net, server);
	bool leads = dst && dst->dev == dev;

	dst_release(dst);
	return leads;
}

/*
 * Counts the TTL down. NF_ACCEPT, or the verdict of a packet that was dropped;
 * an ICMP error goes back where it was for its TTL.
 */
static unsigned int mx_route_ttl(struct mx_pernet *pn, struct sk_buff *skb,
				 u8 family)
{
	if (family == AF_INET) {
		if (ip_hdr(skb)->ttl <= 1) {
			icmp_send(skb, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0);
			return mx_drop_ttl(pn, skb);
		}
		if (skb_ensure_writable(skb, sizeof(struct iphdr)))
			return mx_drop_memory(pn, skb);
		ip_decrease_ttl(ip_hdr(skb));
		return NF_ACCEPT;
	}
	if (ipv6_hdr(skb)->hop_limit <= 1) {
		icmpv6_send(skb, ICMPV6_TIME_EXCEED, ICMPV6_EXC_HOPLIMIT, 0);
		return mx_drop_ttl(pn, skb);
	}
	if (skb_ensure_writable(skb, sizeof(struct ipv6hdr)))
		return mx_drop_memory(pn, skb);
	ipv6_hdr(skb)->hop_limit--;
	return NF_ACCEPT;
}

/**
 * mx_route_fits() - is a packet small enough for its route
 * @net: the namespace
 * @skb: the packet, with the route that it is to take
 * @family: AF_INET or AF_INET6
 * @most: bytes that it may have, beside what the route says
 *
 * Context: softirq or process, RCU reader.
 * Return: false if it is too big, and an ICMP error goes back instead.
 */
bool mx_route_fits(struct net *net, struct sk_buff *skb, u8 family, u32 most)
{
	u32 mtu = min(dst_mtu(skb_dst(skb)), most);

	if (skb->len <= mtu || skb->ignore_df ||
	    (skb_is_gso(skb) && skb_gso_validate_network_len(skb, mtu)))
		return true;
	if (family == AF_INET) {
		if (!(ip_hdr(skb)->frag_off & htons(IP_DF)))
			return true;
		icmp_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED,
			  htonl(mtu));
		return false;
	}
	icmpv6_send(skb, ICMPV6_PKT_TOOBIG, 0, mtu);
	return false;
}

/**
 * mx_route_pass() - forward a packet by the route that it has
 * @pn: the namespace
 * @skb: the packet, from PRE_ROUTING, with an output route
 * @family: AF_INET or AF_INET6
 * @state: the hook
 *
 * Context: softirq, RCU reader. Consumes @skb unless it returns NF_DROP.
 * Return: netfilter verdict.
 */
unsigned int mx_route_pass(struct mx_pernet *pn, struct sk_buff *skb,
			   u8 family, const struct nf_hook_state *state)
{
	unsigned int verdict = mx_route_ttl(pn, skb, family);

	if (verdict != NF_ACCEPT)
		return verdict;
	if (!mx_route_fits(pn->net, skb, family, U32_MAX))
		return mx_drop_mtu(pn, skb);
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	NF_HOOK(family == AF_INET ? NFPROTO_IPV4 : NFPROTO_IPV6,
		NF_INET_FORWARD, pn->net, NULL, skb, state->in,
		skb_dst(skb)->dev, dst_output);
	return NF_STOLEN;
}

/**
 * mx_route_xmit() - send a packet to a server, untouched, as the next hop
 * @pn: the namespace
 * @skb: the packet, from PRE_ROUTING or LOCAL_OUT
 * @server: the server
 * @state: the hook
 *
 * Does what forwarding does: counts the TTL down, sends ICMP errors, passes
 * FORWARD and POST_ROUTING, where a firewall may look on.
 *
 * Context: softirq or process, RCU reader. Consumes @skb unless it returns
 * NF_ACCEPT or NF_DROP.
 * Return: netfilter verdict.
 */
unsigned int mx_route_xmit(struct mx_pernet *pn, struct sk_buff *skb,
			   struct mx_server *server,
			   const struct nf_hook_state *state)
{
	struct mx_hop *hop = mx_route_server(pn, server);

	if (!hop) {
		mx_stats_inc_bh(&pn->stats, MX_STAT_NO_ROUTE);
		return NF_ACCEPT;
	}
	skb_dst_drop(skb);
	skb_dst_set(skb, dst_clone(hop->dst));

	if (state->hook != NF_INET_PRE_ROUTING) {
		dst_output(pn->net, state->sk, skb);
		return NF_STOLEN;
	}
	return mx_route_pass(pn, skb, server->family, state);
}
