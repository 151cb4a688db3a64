// SPDX-License-Identifier: GPL-2.0
/*
 * Rewriting the address and port of a packet, and of what an ICMP error
 * quotes. No lookup, no lock: the caller says what goes where.
 */
#include <linux/dccp.h>
#include <linux/icmpv6.h>
#include <linux/sctp.h>
#include "xmit/nat.h"

/* An ICMP header: type, code, checksum, and four bytes by type. */
#define MX_ICMP_LEN		8
#define MX_ICMP_CHECK		2

/* Of a quoted transport header, all that can hold a port or a checksum. */
#define MX_QUOTED_MAX		18

/**
 * struct mx_nat_proto - where a transport header is touched
 * @check: offset of its checksum, 0 if none covers the addresses
 * @len: bytes of it that must be writable
 * @ports: it begins with source and destination port
 * @optional: checksum 0 says that there is none
 */
struct mx_nat_proto {
	u8 check;
	u8 len;
	bool ports;
	bool optional;
};

static struct mx_nat_proto mx_nat_proto(u8 family, u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return (struct mx_nat_proto){ offsetof(struct tcphdr, check),
					      sizeof(struct tcphdr), true };
	case IPPROTO_UDP:
		/* IPv6 has zero checksums too, in tunnels (RFC 6935). */
		return (struct mx_nat_proto){ offsetof(struct udphdr, check),
					      sizeof(struct udphdr), true, true };
	case IPPROTO_UDPLITE:
		/* The least coverage holds header and addresses (RFC 3828). */
		return (struct mx_nat_proto){ offsetof(struct udphdr, check),
					      sizeof(struct udphdr), true };
	case IPPROTO_DCCP:
		return (struct mx_nat_proto){ offsetof(struct dccp_hdr,
						       dccph_checksum),
					      sizeof(struct dccp_hdr), true };
	case IPPROTO_SCTP:
		/* Its checksum covers no address, so it is not by sum. */
		return (struct mx_nat_proto){ 0, sizeof(struct sctphdr), true };
	case IPPROTO_ICMPV6:
		if (family == AF_INET6)
			return (struct mx_nat_proto){ MX_ICMP_CHECK,
						      MX_ICMP_LEN };
		fallthrough;
	default:
		return (struct mx_nat_proto){ };
	}
}

/**
 * mx_nat_refuses() - is a packet one that cannot be rewritten
 * @key: its key
 * @ports: whether the key has ports
 *
 * Such are the protocols without ports whose checksum covers the addresses in
 * a way that only their own code knows; and the packet with a source route.
 * All packets of one key are alike in this: what a flow was made for, and what
 * an error quotes of it, can be rewritten.
 *
 * Return: true if it cannot.
 * Context: any.
 */
bool mx_nat_refuses(const struct mx_key *key, bool ports)
{
	switch (key->proto) {
	case IPPROTO_AH:
	case IPPROTO_ROUTING:
	case 139:	/* HIP: a pseudo header in both families (RFC 7401) */
		return true;
	case IPPROTO_MH:	/* RFC 6275, section 6.1.1 */
	case IPPROTO_PIM:
	case 89:	/* OSPF: of IPv6 it has a pseudo header (RFC 5340) */
	case 112:	/* VRRP (RFC 5798) */
		return key->family == AF_INET6;
	default:
		/* A fragment has no ports, and none to rewrite. */
		return !ports && mx_nat_proto(key->family, key->proto).ports;
	}
}

/* Multiplies two polynomials modulo that of CRC32c; bit 31 is x^0. */
static u32 mx_crc32c_mul(u32 a, u32 b)
{
	u32 product = 0;

	while (a) {
		if (a & BIT(31))
			product ^= b;
		a <<= 1;
		b = (b >> 1) ^ (b & 1 ? 0x82f63b78 : 0);
	}
	return product;
}

/**
 * mx_crc32c_diff() - how a CRC32c changes with the first word of the data
 * @diff: old word XOR new word, first byte lowest
 * @len: length of the data, that word included, in bytes
 *
 * A CRC is linear: the difference of two is the CRC, without its inversions,
 * of the difference of the data, here a word with zeros after it. So nothing
 * of the payload is read, and a packet that was corrupt stays so.
 *
 * Return: old CRC XOR new CRC.
 */
static u32 mx_crc32c_diff(u32 diff, u32 len)
{
	/* x^8 to the power of 1, 2, 4, ... modulo the polynomial. */
	static const u32 power[] = {
		0x00800000, 0x00008000, 0x82f63b78, 0x6ea2d55c,
		0x18b8ea18, 0x510ac59a, 0xb82be955, 0xb8fdb1e7,
		0x88e56f72, 0x74c360a4, 0xe4172b16, 0x0d65762a,
		0x35d73a62, 0x28461564, 0xbf455269, 0xe2ea32dc,
		0xfe7740e6,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(power) && len >> i; i++)
		if (len >> i & 1)
			diff = mx_crc32c_mul(diff, power[i]);
	return diff;
}

/* @sh: SCTP header (RFC 9260) of a packet of @len bytes, ports still old. */
static void mx_nat_sctp(struct sctphdr *sh, u32 len, __be16 port, bool src)
{
	__be16 *field = src ? &sh->source : &sh->dest;
	__be16 ports[2] = { 0, 0 };
	__le32 diff;

	ports[!src] = *field ^ port;
	memcpy(&diff, ports, sizeof(diff));
	*field = port;
	/* 0 stands for no checksum (RFC 9653). */
	if (sh->checksum)
		sh->checksum ^= cpu_to_le32(mx_crc32c_diff(le32_to_cpu(diff),
							   len));
}

/* Bytes from @thoff to the end that the network header at @noff states. */
static u32 mx_nat_l4_len(const struct sk_buff *skb, u8 family, u32 noff,
			 u32 thoff)
{
	const u8 *nh = skb->data + noff;
	u32 len = family == AF_INET ?
		  ntohs(((const struct iphdr *)nh)->tot_len) :
		  ntohs(((const struct ipv6hdr *)nh)->payload_len) +
		  sizeof(struct ipv6hdr);

	return len - (thoff - noff);
}

/*
 * The transport checksum at @thoff is one that hardware or a later segment
 * completes: it holds the sum of the pseudo header only. In a tunnel packet
 * that can be the inner checksum; the outer one is then complete (RFC 1071
 * lets it be known beforehand), unless each segment gets one of its own.
 */
static bool mx_nat_partial(const struct sk_buff *skb, u32 thoff)
{
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return false;
	return skb_checksum_start_offset(skb) == thoff ||
	       (skb_is_gso(skb) &&
		(skb_shinfo(skb)->gso_type & SKB_GSO_UDP_TUNNEL_CSUM));
}

/*
 * Sets an address in the network header at @nh. Returns by how much the sum
 * of the addresses grows. An IPv4 header's own checksum follows.
 */
static __wsum mx_nat_addr(u8 *nh, u8 family, const union nf_inet_addr *to,
			  bool src)
{
	struct in6_addr *addr6;
	struct iphdr *iph;
	__be32 *addr;
	__wsum diff;
	u64 sum = 0;
	int i;

	if (family == AF_INET) {
		iph = (struct iphdr *)nh;
		addr = src ? &iph->saddr : &iph->daddr;
		diff = mx_csum_diff32(*addr, to->ip);
		mx_csum_move(&iph->check, diff);
		*addr = to->ip;
		return diff;
	}
	addr6 = src ? &((struct ipv6hdr *)nh)->saddr :
		      &((struct ipv6hdr *)nh)->daddr;
	for (i = 0; i < 4; i++)
		sum += (u64)(__force u32)~addr6->s6_addr32[i] +
		       (__force u32)to->ip6[i];
	*addr6 = to->in6;
	return csum_add((__force __wsum)(u32)sum,
			(__force __wsum)(u32)(sum >> 32));
}

/**
 * mx_nat_rewrite_any() - mx_nat_rewrite() for every kind of packet
 * @skb: see mx_nat_rewrite()
 * @pkt: see mx_nat_rewrite()
 * @edit: see mx_nat_rewrite()
 *
 * Return: see mx_nat_rewrite().
 * Context: any.
 */
int mx_nat_rewrite_any(struct sk_buff *skb, const struct mx_packet *pkt,
		       const struct mx_nat_edit *edit)
{
	const u8 family = pkt->key.family;
	struct mx_nat_proto proto = mx_nat_proto(family, pkt->key.proto);
	__wsum addrs, ports = 0, whole;
	bool partial, summed = false;
	__sum16 *check;
	__be16 *port;
	u8 *th;

	if (mx_nat_refuses(&pkt->key, pkt->ports))
		return -EPROTONOSUPPORT;
	if (skb_ensure_writable(skb, pkt->thoff + proto.len))
		return -ENOMEM;

	th = skb->data + pkt->thoff;
	partial = mx_nat_partial(skb, pkt->thoff);
	addrs = mx_nat_addr(skb->data + pkt->noff, family, &edit->addr,
			    edit->src);
	if (proto.ports && edit->port) {
		port = (__be16 *)th + !edit->src;
		if (pkt->key.proto == IPPROTO_SCTP && !partial) {
			mx_nat_sctp((struct sctphdr *)th,
				    mx_nat_l4_len(skb, family, pkt->noff,
						  pkt->thoff),
				    edit->port, edit->src);
			/* What is known of the sum of all bytes is void now. */
			if (skb->ip_summed == CHECKSUM_COMPLETE)
				skb->ip_summed = CHECKSUM_NONE;
		} else {
			ports = mx_csum_diff16(*port, edit->port);
			*port = edit->port;
		}
	}
	whole = csum_add(addrs, ports);
	if (proto.check) {
		check = (__sum16 *)(th + proto.check);
		if (partial) {
			*check = ~csum_fold(csum_add(addrs,
						     csum_unfold(*check)));
			summed = true;
		} else if (*check || !proto.optional) {
			mx_csum_move(check, whole);
			if (proto.optional && !*check)
				*check = CSUM_MANGLED_0;
			summed = true;
		}
	}
	/*
	 * The sum of all bytes: new addresses and ports add to it, what has
	 * been put into a checksum takes the same away again.
	 */
	if (skb->ip_summed == CHECKSUM_COMPLETE) {
		if (family == AF_INET)
			whole = csum_sub(whole, addrs);
		if (summed)
			whole = csum_sub(whole, csum_add(addrs, ports));
		skb->csum = csum_add(skb->csum, whole);
	}
	return 0;
}

/*
 * The quoted transport header: port, and the checksum if it has been quoted.
 * Returns by how much the sum of its bytes grows. @room: bytes of it.
 */
static __wsum mx_nat_quoted(struct sk_buff *skb, const struct mx_packet *pkt,
			    const struct mx_nat_edit *edit, __wsum addrs,
			    u32 room)
{
	struct mx_nat_proto proto = mx_nat_proto(pkt->key.family,
						 pkt->key.proto);
	u8 *th = skb->data + pkt->inner_thoff;
	__be16 *port = (__be16 *)th + !edit->src;
	__wsum grown = 0;
	__sum16 *check;

	if (proto.ports && edit->port) {
		if (pkt->key.proto == IPPROTO_SCTP &&
		    room >= sizeof(struct sctphdr)) {
			__wsum old = csum_partial(th, sizeof(struct sctphdr), 0);

			mx_nat_sctp((struct sctphdr *)th,
				    mx_nat_l4_len(skb, pkt->key.family,
						  pkt->inner_noff,
						  pkt->inner_thoff),
				    edit->port, edit->src);
			return csum_sub(csum_partial(th, sizeof(struct sctphdr),
						     0), old);
		}
		grown = mx_csum_diff16(*port, edit->port);
		*port = edit->port;
	}
	if (!proto.check || proto.check + sizeof(*check) > room)
		return grown;
	check = (__sum16 *)(th + proto.check);
	if (proto.optional && !*check)
		return grown;
	addrs = csum_add(addrs, grown);
	mx_csum_move(check, addrs);
	if (proto.optional && !*check)
		*check = CSUM_MANGLED_0;
	return csum_sub(grown, addrs);
}

/**
 * mx_nat_icmp_error() - translate an ICMP error along with what it quotes
 * @skb: the error; not shared. Its headers may move
 * @pkt: its headers, from mx_key_parse() of this very packet, which said
 *	MX_KEY_ICMP_ERROR
 * @edit: what to change in the quoted packet
 *
 * An error that a server's side sends quotes a packet from client to server:
 * its destination becomes the service again. One that a client's side sends
 * quotes a packet from service to client: its source becomes the server. The
 * error itself goes the other way, so its own address on that side changes
 * alike if it is the one that was quoted; a router's own address stays.
 *
 * RFC 5508, section 4.2, asks for the quoted address, port and IP checksum,
 * and for the ICMP checksum (RFC 792; with a pseudo header RFC 4443, section
 * 2.3). The quoted transport checksum is mended too where it is there, since
 * some receivers look at it. Quoted checksums that hardware had yet to fill
 * in, as in errors about the host's own packets, were wrong and stay so.
 *
 * Return: 0, -EPROTONOSUPPORT or -ENOMEM, as mx_nat_rewrite().
 * Context: any.
 */
int mx_nat_icmp_error(struct sk_buff *skb, const struct mx_packet *pkt,
		      const struct mx_nat_edit *edit)
{
	const u8 family = pkt->key.family;
	bool src = edit->src, same;
	u32 room = min_t(u32, pkt->inner_end - pkt->inner_thoff,
			 MX_QUOTED_MAX);
	__wsum grown, outer = 0;
	u8 *nh, *inner;
	__sum16 *check;

	if (mx_nat_refuses(&pkt->key, pkt->ports))
		return -EPROTONOSUPPORT;
	if (skb_ensure_writable(skb, pkt->inner_thoff + room))
		return -ENOMEM;

	nh = skb->data + pkt->noff;
	inner = skb->data + pkt->inner_noff;
	if (family == AF_INET) {
		const struct iphdr *in = (struct iphdr *)inner;
		const struct iphdr *out = (struct iphdr *)nh;

		same = src ? out->daddr == in->saddr : out->saddr == in->daddr;
	} else {
		const struct ipv6hdr *in = (struct ipv6hdr *)inner;
		const struct ipv6hdr *out = (struct ipv6hdr *)nh;

		same = src ? ipv6_addr_equal(&out->daddr, &in->saddr) :
			     ipv6_addr_equal(&out->saddr, &in->daddr);
	}
	if (same)
		outer = mx_nat_addr(nh, family, &edit->addr, !src);

	/* In IPv4 the quoted header's checksum makes up for its address. */
	grown = mx_nat_addr(inner, family, &edit->addr, src);
	outer = family == AF_INET6 ? outer : 0;
	grown = csum_add(family == AF_INET6 ? grown : 0,
			 mx_nat_quoted(skb, pkt, edit, grown, room));

	/* The ICMP checksum makes up for all, so CHECKSUM_COMPLETE stays. */
	check = (__sum16 *)(skb->data + pkt->thoff + MX_ICMP_CHECK);
	if (!mx_nat_partial(skb, pkt->thoff))
		mx_csum_move(check, csum_add(grown, outer));
	else if (family == AF_INET6)
		*check = ~csum_fold(csum_add(outer, csum_unfold(*check)));
	return 0;
}
