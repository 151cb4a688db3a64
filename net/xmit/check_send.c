// SPDX-License-Identifier: GPL-2.0
/* Packets of checks: built, routed, sent as this host's own. */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/inetdevice.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/ipv6_stubs.h>
#include <net/route.h>
#include <net/tcp.h>
#include <net/udp.h>
#include "xmit/check.h"

/* A SYN says how big a segment may be; some firewalls want to hear it. */
#define MX_CHECK_MSS	1460

/* The packet that this CPU hands to the stack: not to be steered. */
static DEFINE_PER_CPU(const struct sk_buff *, mx_check_skb);

/**
 * mx_check_sending() - is a packet one of a check, on its way out
 * @skb: the packet, at LOCAL_OUT
 *
 * Context: softirqs are off.
 * Return: true if so.
 */
bool mx_check_sending(const struct sk_buff *skb)
{
	return this_cpu_read(mx_check_skb) == skb;
}

static u32 mx_probe_l4_len(const struct mx_probe *p)
{
	switch (p->kind) {
	case MUTEX_CHECK_TCP:
		return sizeof(struct tcphdr) +
		       (p->rst ? 0 : TCPOLEN_MSS);
	case MUTEX_CHECK_UDP:
		return sizeof(struct udphdr) + p->len;
	default:
		return sizeof(struct icmphdr);
	}
}

static u8 mx_probe_proto(const struct mx_probe *p)
{
	switch (p->kind) {
	case MUTEX_CHECK_TCP:
		return IPPROTO_TCP;
	case MUTEX_CHECK_UDP:
		return IPPROTO_UDP;
	default:
		return p->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	}
}

/* Finishes a checksum over @len bytes at @l4, its field zero. */
static __sum16 mx_probe_sum(const struct mx_probe *p, const void *l4, u32 len)
{
	__wsum sum = csum_partial(l4, len, 0);
	u8 proto = mx_probe_proto(p);

	if (proto == IPPROTO_ICMP)
		return csum_fold(sum);
	if (p->family == AF_INET)
		return csum_tcpudp_magic(p->src.ip, p->dst.ip, len, proto, sum);
	return csum_ipv6_magic(&p->src.in6, &p->dst.in6, len, proto, sum);
}

static void mx_probe_tcp(const struct mx_probe *p, struct tcphdr *th, u32 len)
{
	__be32 *option = (__be32 *)(th + 1);

	th->source = p->sport;
	th->dest = p->dport;
	th->seq = htonl(p->seq);
	th->doff = len / 4;
	if (p->rst) {
		th->rst = 1;
	} else {
		th->syn = 1;
		th->window = htons(U16_MAX);
		*option = htonl(TCPOPT_MSS << 24 | TCPOLEN_MSS << 16 |
				MX_CHECK_MSS);
	}
	th->check = mx_probe_sum(p, th, len);
}

static void mx_probe_udp(struct mx_probe *p, struct udphdr *uh, u32 len)
{
	uh->source = p->sport;
	uh->dest = p->dport;
	uh->len = htons(len);
	if (p->data)
		memcpy(uh + 1, p->data, p->len);
	if (p->finish)
		p->finish(p, (u8 *)(uh + 1));
	uh->check = mx_probe_sum(p, uh, len) ?: CSUM_MANGLED_0;
}

static void mx_probe_icmp(const struct mx_probe *p, struct icmphdr *ih, u32 len)
{
	ih->type = p->family == AF_INET ? ICMP_ECHO : ICMPV6_ECHO_REQUEST;
	ih->un.echo.id = htons(p->seq >> 16);
	ih->un.echo.sequence = htons(p->seq & 0xffff);
	ih->checksum = mx_probe_sum(p, ih, len);
}

static struct sk_buff *mx_probe_build(struct mx_probe *p,
				      struct dst_entry *dst, u32 ip_len)
{
	u32 len = mx_probe_l4_len(p), room = LL_RESERVED_SPACE(dst->dev);
	struct sk_buff *skb;
	void *l4;

	skb = alloc_skb(room + ip_len + len, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, room);
	skb_reset_network_header(skb);
	skb_put_zero(skb, ip_len);
	skb_set_transport_header(skb, ip_len);
	l4 = skb_put_zero(skb, len);
	switch (p->kind) {
	case MUTEX_CHECK_TCP:
		mx_probe_tcp(p, l4, len);
		break;
	case MUTEX_CHECK_UDP:
		mx_probe_udp(p, l4, len);
		break;
	default:
		mx_probe_icmp(p, l4, len);
	}
	skb_dst_set(skb, dst_clone(dst));
	skb->dev = dst->dev;
	skb->ip_summed = CHECKSUM_NONE;
	/* the answer never comes to connection tracking */
	if (!p->tracked)
		skb_set_nfct(skb, IP_CT_UNTRACKED);
	return skb;
}

static int mx_probe_xmit4(struct net *net, struct mx_probe *p,
			  struct dst_entry *dst)
{
	struct sk_buff *skb = mx_probe_build(p, dst, sizeof(struct iphdr));
	struct iphdr *iph;

	if (!skb)
		return -ENOMEM;
	iph = ip_hdr(skb);
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->frag_off = htons(IP_DF);
	iph->ttl = p->ttl ?: ip4_dst_hoplimit(dst);
	iph->protocol = mx_probe_proto(p);
	iph->saddr = p->src.ip;
	iph->daddr = p->dst.ip;
	skb->protocol = htons(ETH_P_IP);
	__this_cpu_write(mx_check_skb, skb);
	return ip_local_out(net, NULL, skb);
}

/*
 * A route of its own for a packet that leaves by a device and a gateway,
 * whatever the tables say. It lasts as long as the packet.
 */
static struct rtable *mx_probe_via4(struct net *net, struct mx_probe *p)
{
	struct net_device *dev = dev_get_by_index_rcu(net, p->oif);
	struct rtable *rt;

	if (!dev || !(dev->flags & IFF_UP))
		return ERR_PTR(-ENETUNREACH);
	if (p->src.ip) {
		if (inet_addr_type(net, p->src.ip) != RTN_LOCAL)
			return ERR_PTR(-EADDRNOTAVAIL);
	} else {
		p->src.ip = inet_select_addr(dev, p->via_family == AF_INET ?
					     p->via.ip : p->dst.ip,
					     RT_SCOPE_UNIVERSE);
		if (!p->src.ip)
			return ERR_PTR(-EADDRNOTAVAIL);
	}
	rt = rt_dst_alloc(dev, 0, RTN_UNICAST, false);
	if (!rt)
		return ERR_PTR(-ENOMEM);
	rt->rt_uses_gateway = 1;
	rt->rt_gw_family = p->via_family;
	if (p->via_family == AF_INET)
		rt->rt_gw4 = p->via.ip;
	else
		rt->rt_gw6 = p->via.in6;
	return rt;
}

static struct rtable *mx_probe_route4(struct net *net, struct mx_probe *p)
{
	struct flowi4 fl4 = {
		.flowi4_oif = p->oif,
		.flowi4_proto = mx_probe_proto(p),
		.daddr = p->dst.ip,
		.saddr = p->src.ip,
		.fl4_sport = p->sport,
		.fl4_dport = p->dport,
	};
	struct rtable *rt = ip_route_output_key(net, &fl4);

	if (IS_ERR(rt))
		return p->src.ip &&
		       inet_addr_type(net, p->src.ip) != RTN_LOCAL ?
		       ERR_PTR(-EADDRNOTAVAIL) : ERR_PTR(-ENETUNREACH);
	if (p->bound && rt->dst.dev->ifindex != p->oif) {
		ip_rt_put(rt);
		return ERR_PTR(-ENETUNREACH);
	}
	p->src.ip = fl4.saddr;
	return rt;
}

static int mx_probe_send4(struct net *net, struct mx_probe *p)
{
	struct rtable *rt = p->via_family ? mx_probe_via4(net, p) :
					    mx_probe_route4(net, p);
	int err;

	if (IS_ERR(rt))
		return PTR_ERR(rt);
	err = mx_probe_xmit4(net, p, &rt->dst);
	ip_rt_put(rt);
	return err;
}

#if IS_ENABLED(CONFIG_IPV6)
static int mx_probe_xmit6(struct net *net, struct mx_probe *p,
			  struct dst_entry *dst)
{
	struct sk_buff *skb = mx_probe_build(p, dst, sizeof(struct ipv6hdr));
	struct ipv6hdr *h;

	if (!skb)
		return -ENOMEM;
	h = ipv6_hdr(skb);
	ip6_flow_hdr(h, 0, 0);
	h->nexthdr = mx_probe_proto(p);
	h->hop_limit = p->ttl ?: ip6_dst_hoplimit(dst);
	h->saddr = p->src.in6;
	h->daddr = p->dst.in6;
	skb->protocol = htons(ETH_P_IPV6);
	__this_cpu_write(mx_check_skb, skb);
	return ip6_local_out(net, NULL, skb);
}

static struct dst_entry *mx_probe_via6(struct net *net, struct mx_probe *p)
{
	struct net_device *dev = dev_get_by_index_rcu(net, p->oif);
	struct inet6_dev *idev;
	struct rt6_info *rt;

	if (!dev || !(dev->flags & IFF_UP) || p->via_family != AF_INET6)
		return ERR_PTR(-ENETUNREACH);
	if (ipv6_addr_any(&p->src.in6) &&
	    ipv6_dev_get_saddr(net, dev, &p->dst.in6, 0, &p->src.in6))
		return ERR_PTR(-EADDRNOTAVAIL);
	idev = in6_dev_get(dev);
	if (!idev)
		return ERR_PTR(-ENETUNREACH);
	rt = ip6_dst_alloc(net, dev, 0);
	if (!rt) {
		in6_dev_put(idev);
		return ERR_PTR(-ENOMEM);
	}
	rt->rt6i_idev = idev;
	rt->rt6i_flags = RTF_UP | RTF_GATEWAY;
	rt->rt6i_gateway = p->via.in6;
	rt->dst.output = ip6_output;
	return &rt->dst;
}

static struct dst_entry *mx_probe_route6(struct net *net, struct mx_probe *p)
{
	struct flowi6 fl6 = {
		.flowi6_oif = p->oif,
		.flowi6_proto = mx_probe_proto(p),
		.daddr = p->dst.in6,
		.saddr = p->src.in6,
		.fl6_sport = p->sport,
		.fl6_dport = p->dport,
	};
	struct dst_entry *dst = mx_ip6_dst_lookup_flow(net, &fl6);

	if (IS_ERR(dst))
		return ERR_PTR(-ENETUNREACH);
	if (dst->error || (p->bound && dst->dev->ifindex != p->oif)) {
		dst_release(dst);
		return ERR_PTR(-ENETUNREACH);
	}
	p->src.in6 = fl6.saddr;
	return dst;
}

static int mx_probe_send6(struct net *net, struct mx_probe *p)
{
	struct dst_entry *dst;
	int err;

	/* a link-local address belongs to one device */
	if (!ipv6_addr_any(&p->src.in6) &&
	    !(ipv6_addr_type(&p->src.in6) & IPV6_ADDR_LINKLOCAL) &&
	    !ipv6_chk_addr(net, &p->src.in6, NULL, 0))
		return -EADDRNOTAVAIL;
	dst = p->via_family ? mx_probe_via6(net, p) : mx_probe_route6(net, p);
	if (IS_ERR(dst))
		return PTR_ERR(dst);
	err = mx_probe_xmit6(net, p, dst);
	dst_release(dst);
	return err;
}
#else
static int mx_probe_send6(struct net *net, struct mx_probe *p)
{
	return -ENETUNREACH;
}
#endif

/**
 * mx_check_send() - send a packet of a check
 * @net: the namespace
 * @probe: the packet; its source is filled in
 *
 * It passes LOCAL_OUT and POST_ROUTING, where a firewall may look on.
 *
 * Context: RCU reader, softirqs are off.
 * Return: 0, also if it was dropped on its way; -ENETUNREACH, -EADDRNOTAVAIL,
 * -ENOMEM.
 */
int mx_check_send(struct net *net, struct mx_probe *probe)
{
	const struct sk_buff *outer = __this_cpu_read(mx_check_skb);
	int err;

	err = probe->family == AF_INET ? mx_probe_send4(net, probe) :
					 mx_probe_send6(net, probe);
	__this_cpu_write(mx_check_skb, outer);
	switch (err) {
	case -ENETUNREACH:
	case -EADDRNOTAVAIL:
	case -ENOMEM:
		return err;
	default:
		return 0;
	}
}
