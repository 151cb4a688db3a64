// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the 5-tuple of a packet.
 *
 * Nothing here writes to the packet, so a shared, cloned or non-linear one is
 * welcome. Nothing is read beyond the length that the network header states,
 * nor beyond the packet. What follows that length is padding.
 *
 * A packet of its own must have its whole transport header. A packet quoted
 * by an ICMP error is cut short by nature (RFC 792 asks for 8 bytes after the
 * header): there the four bytes of the ports are enough, and the stated
 * length may exceed what is there.
 */
#include <linux/dccp.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/sctp.h>
#include <linux/string.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include "base/flow_key.h"

/* More extension headers than this are nobody's honest packet. */
#define MX_EXT_HEADERS_MAX	8

/* An ICMP message that we read: type, code, checksum, identifier, sequence. */
#define MX_ICMP_LEN		8

/**
 * struct mx_walk - one IP packet being read
 * @skb: what it lies in
 * @noff: its network header
 * @limit: no byte of it lies there or later, whatever it says
 * @quoted: it is the quote of an ICMP error
 * @thoff: its transport header, once found
 * @end: first byte after it
 * @fragment: it is a fragment that is not the whole datagram
 * @first: of a fragment, it is the one with offset 0
 */
struct mx_walk {
	const struct sk_buff *skb;
	u32 noff;
	u32 limit;
	bool quoted;
	u32 thoff;
	u32 end;
	bool fragment;
	bool first;
};

static const void *mx_walk_peek(const struct mx_walk *w, u32 off, u32 len,
				void *buf)
{
	if (off > w->end || len > w->end - off)
		return NULL;
	return skb_header_pointer(w->skb, off, len, buf);
}

/* Takes the length that a header states; false if it cannot be true. */
static bool mx_walk_length(struct mx_walk *w, u32 hlen, u32 len)
{
	if (len < hlen)
		return false;
	if (len > w->limit - w->noff) {
		if (!w->quoted)
			return false;
		len = w->limit - w->noff;
	}
	w->end = w->noff + len;
	return true;
}

static bool mx_walk_v4(struct mx_walk *w, struct mx_packet *pkt)
{
	const struct iphdr *iph;
	struct iphdr buf;
	u32 hlen, len;
	u16 frag;

	w->end = w->limit;
	iph = mx_walk_peek(w, w->noff, sizeof(*iph), &buf);
	if (!iph || iph->ihl < 5)
		return false;
	hlen = iph->ihl * 4;
	len = ntohs(iph->tot_len);
	/* A GSO packet above 64 KiB states 0. */
	if (!len && !w->quoted && skb_is_gso(w->skb))
		len = w->limit - w->noff;
	if (!mx_walk_length(w, hlen, len) || w->end - w->noff < hlen)
		return false;
	w->thoff = w->noff + hlen;

	frag = ntohs(iph->frag_off);
	w->fragment = frag & (IP_MF | IP_OFFSET);
	w->first = !(frag & IP_OFFSET);
	pkt->key.family = AF_INET;
	pkt->key.proto = iph->protocol;
	pkt->key.v4.saddr = iph->saddr;
	pkt->key.v4.daddr = iph->daddr;
	if (!w->quoted) {
		pkt->dscp = iph->tos >> 2;
		pkt->df = frag & IP_DF;
	}
	return true;
}

/*
 * Steps over a fragment header. An atomic fragment (offset 0, nothing follows,
 * RFC 6946) is a whole packet and is read as one. Of a quote, the first
 * fragment has what we look for. Returns whether the walk goes on.
 */
static bool mx_walk_frag6(struct mx_walk *w, const struct frag_hdr *fh)
{
	u16 off = ntohs(fh->frag_off);

	if (!(off & (IP6_OFFSET | IP6_MF)))
		return true;
	w->fragment = true;
	w->first = !(off & IP6_OFFSET);
	return w->quoted && w->first;
}

/*
 * Walks the extension headers from w->thoff on (RFC 8200, section 4). The
 * packet on its way to a segment of a routing header is not the final
 * destination's yet, and its checksum speaks of that one: it gets no ports,
 * and IPPROTO_ROUTING is its protocol. Nor does the walk go beyond an
 * Authentication Header: in IPv6 as in IPv4 it is a protocol without ports, for
 * what follows it is signed along with the addresses (RFC 4302, section 3.3.3).
 */
static bool mx_walk_ext6(struct mx_walk *w, u8 *proto)
{
	union {
		struct ipv6_opt_hdr opt;
		struct ipv6_rt_hdr rt;
		struct frag_hdr frag;
	} buf;
	const struct ipv6_rt_hdr *rt;
	const struct ipv6_opt_hdr *opt;
	const struct frag_hdr *fh;
	unsigned int n;
	u32 hlen;

	for (n = 0; n <= MX_EXT_HEADERS_MAX; n++) {
		switch (*proto) {
		case NEXTHDR_FRAGMENT:
			fh = mx_walk_peek(w, w->thoff, sizeof(*fh), &buf);
			if (!fh)
				return false;
			hlen = sizeof(*fh);
			*proto = fh->nexthdr;
			if (!mx_walk_frag6(w, fh)) {
				w->thoff += hlen;
				return true;
			}
			break;
		case NEXTHDR_ROUTING:
			rt = mx_walk_peek(w, w->thoff, sizeof(*rt), &buf);
			if (!rt)
				return false;
			if (rt->segments_left)
				return true;
			hlen = (rt->hdrlen + 1) * 8;
			*proto = rt->nexthdr;
			break;
		case NEXTHDR_HOP:
		case NEXTHDR_DEST:
			opt = mx_walk_peek(w, w->thoff, sizeof(*opt), &buf);
			if (!opt)
				return false;
			hlen = (opt->hdrlen + 1) * 8;
			*proto = opt->nexthdr;
			break;
		default:
			return true;
		}
		if (hlen > w->end - w->thoff)
			return false;
		w->thoff += hlen;
	}
	return false;
}

static bool mx_walk_v6(struct mx_walk *w, struct mx_packet *pkt)
{
	const struct ipv6hdr *ip6h;
	struct ipv6hdr buf;
	u32 len;

	w->end = w->limit;
	ip6h = mx_walk_peek(w, w->noff, sizeof(*ip6h), &buf);
	if (!ip6h)
		return false;
	len = sizeof(*ip6h) + ntohs(ip6h->payload_len);
	/*
	 * A GSO packet above 64 KiB states 0. A jumbogram (RFC 2675) does too,
	 * and ends here: no room for its hop-by-hop header is left.
	 */
	if (!ip6h->payload_len && !w->quoted && skb_is_gso(w->skb))
		len = w->limit - w->noff;
	if (!mx_walk_length(w, sizeof(*ip6h), len))
		return false;
	w->thoff = w->noff + sizeof(*ip6h);

	pkt->key.family = AF_INET6;
	pkt->key.proto = ip6h->nexthdr;
	pkt->key.v6.saddr = ip6h->saddr;
	pkt->key.v6.daddr = ip6h->daddr;
	if (!w->quoted) {
		pkt->dscp = ntohs(*(const __be16 *)ip6h) >> 6 & 0x3f;
		pkt->df = true;
	}
	return mx_walk_ext6(w, &pkt->key.proto);
}

/* The version decides; the length of the header is not known before. */
static bool mx_walk_ip(struct mx_walk *w, struct mx_packet *pkt)
{
	const u8 *first;
	u8 buf;

	w->end = w->limit;
	first = mx_walk_peek(w, w->noff, sizeof(buf), &buf);
	if (!first)
		return false;
	switch (*first >> 4) {
	case 4:
		return mx_walk_v4(w, pkt);
	case 6:
		return mx_walk_v6(w, pkt);
	default:
		return false;
	}
}

/* Bytes of transport header without which a packet of its own is malformed. */
static u32 mx_ports_header_len(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return sizeof(struct udphdr);
	case IPPROTO_SCTP:
		return sizeof(struct sctphdr);
	case IPPROTO_DCCP:
		return sizeof(struct dccp_hdr);
	default:
		return 0;
	}
}

/*
 * Ports. The length in a UDP header is not looked at: what it says changes
 * neither the key nor what may be rewritten, so the receiver judges it.
 */
static bool mx_walk_ports(const struct mx_walk *w, u32 need,
			  struct mx_packet *pkt)
{
	u8 buf[sizeof(struct tcphdr)];
	const __be16 *ports;
	const u8 *th;

	th = mx_walk_peek(w, w->thoff, w->quoted ? 4 : need, buf);
	if (!th)
		return false;
	if (!w->quoted && pkt->key.proto == IPPROTO_TCP) {
		u32 doff = (th[12] >> 4) * 4;

		if (doff < sizeof(struct tcphdr) || doff > w->end - w->thoff)
			return false;
		pkt->tcp_flags = th[13];
	}
	ports = (const __be16 *)th;
	pkt->key.sport = ports[0];
	pkt->key.dport = ports[1];
	pkt->ports = true;
	return true;
}

static bool mx_icmp_is_echo(u8 family, u8 type)
{
	if (family == AF_INET)
		return type == ICMP_ECHO || type == ICMP_ECHOREPLY;
	return type == ICMPV6_ECHO_REQUEST || type == ICMPV6_ECHO_REPLY;
}

/*
 * The errors that quote a packet: RFC 792 (a redirect quotes one too), and
 * RFC 4443, section 3. The redirect of IPv6 is neighbour discovery.
 */
static bool mx_icmp_is_error(u8 family, u8 type)
{
	if (family == AF_INET)
		return type == ICMP_DEST_UNREACH || type == ICMP_SOURCE_QUENCH ||
		       type == ICMP_REDIRECT || type == ICMP_TIME_EXCEEDED ||
		       type == ICMP_PARAMETERPROB;
	return type >= ICMPV6_DEST_UNREACH && type <= ICMPV6_PARAMPROB;
}

static bool mx_proto_is_icmp(const struct mx_key *key)
{
	return key->proto == (key->family == AF_INET ? IPPROTO_ICMP :
						       IPPROTO_ICMPV6);
}

/* The quote of an ICMP error in @w; its key replaces that of the error. */
static enum mx_key_kind mx_walk_quote(const struct mx_walk *w,
				      struct mx_packet *pkt)
{
	u8 family = pkt->key.family, buf[6];
	struct mx_walk in = {
		.skb = w->skb,
		.noff = w->thoff + MX_ICMP_LEN,
		.limit = w->end,
		.quoted = true,
	};
	const u8 *th;

	memset(&pkt->key, 0, sizeof(pkt->key));
	if (!mx_walk_ip(&in, pkt) || pkt->key.family != family)
		return MX_KEY_BAD;
	if (in.fragment && !in.first)
		return MX_KEY_BAD;
	pkt->inner_noff = in.noff;
	pkt->inner_thoff = in.thoff;
	pkt->inner_end = in.end;

	if (mx_ports_header_len(pkt->key.proto))
		return mx_walk_ports(&in, 0, pkt) ? MX_KEY_ICMP_ERROR :
						    MX_KEY_BAD;
	if (!mx_proto_is_icmp(&pkt->key))
		return MX_KEY_ICMP_ERROR;
	th = mx_walk_peek(&in, in.thoff, sizeof(buf), buf);
	if (!th || mx_icmp_is_error(family, th[0]))
		return MX_KEY_BAD;
	if (mx_icmp_is_echo(family, th[0])) {
		pkt->key.sport = *(const __be16 *)(th + 4);
		pkt->key.dport = pkt->key.sport;
		pkt->ports = true;
	}
	return MX_KEY_ICMP_ERROR;
}

/*
 * ICMP: the identifier of an echo stands for both ports; an error is known by
 * what it quotes; all else (timestamps, neighbour discovery, multicast
 * listeners) has no ports.
 */
static enum mx_key_kind mx_walk_icmp(const struct mx_walk *w,
				     struct mx_packet *pkt)
{
	u8 family = pkt->key.family, buf[MX_ICMP_LEN];
	const u8 *th;

	th = mx_walk_peek(w, w->thoff, sizeof(buf), buf);
	if (!th)
		return MX_KEY_BAD;
	if (mx_icmp_is_error(family, th[0]))
		return mx_walk_quote(w, pkt);
	if (mx_icmp_is_echo(family, th[0])) {
		pkt->key.sport = *(const __be16 *)(th + 4);
		pkt->key.dport = pkt->key.sport;
		pkt->ports = true;
	}
	return MX_KEY_OK;
}

static enum mx_key_kind mx_key_parse_slow(const struct sk_buff *skb, u32 noff,
					  struct mx_packet *pkt)
{
	struct mx_walk w = { .skb = skb, .noff = noff, .limit = skb->len };
	u32 need;

	memset(pkt, 0, sizeof(*pkt));
	pkt->noff = noff;
	if (noff >= skb->len || !mx_walk_ip(&w, pkt))
		return MX_KEY_BAD;
	pkt->thoff = w.thoff;
	if (w.fragment)
		return MX_KEY_FRAGMENT;
	need = mx_ports_header_len(pkt->key.proto);
	if (need)
		return mx_walk_ports(&w, need, pkt) ? MX_KEY_OK : MX_KEY_BAD;
	if (mx_proto_is_icmp(&pkt->key))
		return mx_walk_icmp(&w, pkt);
	return MX_KEY_OK;
}

/* The transport header of mx_key_parse_fast(), at @thoff, @len bytes long. */
static __always_inline bool mx_key_ports_fast(const struct sk_buff *skb,
					      u32 thoff, u32 len, u8 proto,
					      struct mx_packet *pkt)
{
	const u8 *th = skb->data + thoff;
	u32 doff;

	if (proto == IPPROTO_TCP) {
		if (unlikely(skb_headlen(skb) - thoff < sizeof(struct tcphdr)))
			return false;
		doff = (th[12] >> 4) * 4;
		if (unlikely(doff < sizeof(struct tcphdr) || doff > len))
			return false;
		pkt->tcp_flags = th[13];
	} else if (proto == IPPROTO_UDP) {
		pkt->tcp_flags = 0;
	} else {
		return false;
	}
	pkt->key.sport = ((const __be16 *)th)[0];
	pkt->key.dport = ((const __be16 *)th)[1];
	pkt->key.proto = proto;
	pkt->key.dir = 0;
	pkt->key.pad = 0;
	pkt->thoff = thoff;
	pkt->ports = true;
	return true;
}

static __always_inline bool mx_key_parse_fast4(const struct sk_buff *skb,
					       u32 noff, struct mx_packet *pkt)
{
	const struct iphdr *iph = (const struct iphdr *)(skb->data + noff);
	u32 len = ntohs(iph->tot_len);

	if (unlikely(iph->ihl != 5 || len < sizeof(*iph) + 8 ||
		     len > skb->len - noff ||
		     (iph->frag_off & htons(IP_MF | IP_OFFSET))) ||
	    !mx_key_ports_fast(skb, noff + sizeof(*iph), len - sizeof(*iph),
			       iph->protocol, pkt))
		return false;
	pkt->key.family = AF_INET;
	pkt->key.v4.saddr = iph->saddr;
	pkt->key.v4.daddr = iph->daddr;
	pkt->noff = noff;
	pkt->dscp = iph->tos >> 2;
	pkt->df = !!(iph->frag_off & htons(IP_DF));
	return true;
}

static __always_inline bool mx_key_parse_fast6(const struct sk_buff *skb,
					       u32 noff, struct mx_packet *pkt)
{
	const struct ipv6hdr *ip6h = (const struct ipv6hdr *)(skb->data + noff);
	u32 len = ntohs(ip6h->payload_len);

	if (unlikely(skb_headlen(skb) - noff < sizeof(*ip6h) + 8 || len < 8 ||
		     len > skb->len - noff - sizeof(*ip6h)) ||
	    !mx_key_ports_fast(skb, noff + sizeof(*ip6h), len, ip6h->nexthdr,
			       pkt))
		return false;
	pkt->key.family = AF_INET6;
	pkt->key.v6.saddr = ip6h->saddr;
	pkt->key.v6.daddr = ip6h->daddr;
	pkt->noff = noff;
	pkt->dscp = ntohs(*(const __be16 *)ip6h) >> 6 & 0x3f;
	pkt->df = true;
	return true;
}

/*
 * The packet that comes by the million: whole, no options nor extension
 * headers, TCP or UDP, headers in the linear part. False: not such a one,
 * nothing is said.
 */
static __always_inline bool mx_key_parse_fast(const struct sk_buff *skb,
					      u32 noff, struct mx_packet *pkt)
{
	u32 room = skb_headlen(skb);
	u8 version;

	if (unlikely(room < noff || room - noff < sizeof(struct iphdr) + 8))
		return false;
	version = skb->data[noff] >> 4;
	if (likely(version == 4))
		return mx_key_parse_fast4(skb, noff, pkt);
	return version == 6 && mx_key_parse_fast6(skb, noff, pkt);
}

/**
 * mx_key_parse() - find the headers and the 5-tuple of a packet
 * @skb: the packet; it is only read, so it may be shared, cloned, non-linear
 * @noff: offset of the network header from skb->data; the version there
 *	decides the family
 * @pkt: filled in; of an IPv4 key the bytes after MX_KEY4_LEN may stay as they
 *	were, as may what speaks of a quote when there is none; after MX_KEY_BAD
 *	nothing in it means anything
 *
 * Neither the checksum of an IPv4 header is verified, nor any other: what
 * changes them does so by difference, and so a wrong one stays wrong.
 *
 * Return: what kind of packet it is.
 * Context: any.
 */
enum mx_key_kind mx_key_parse(const struct sk_buff *skb, u32 noff,
			      struct mx_packet *pkt)
{
	if (likely(mx_key_parse_fast(skb, noff, pkt)))
		return MX_KEY_OK;
	return mx_key_parse_slow(skb, noff, pkt);
}

/**
 * mx_key_invert() - the key of the opposite direction
 * @to: gets it; not @from
 * @from: a key
 *
 * The direction mark of @to is 0. Bytes beyond the key's own length are left.
 *
 * Context: any.
 */
void mx_key_invert(struct mx_key *to, const struct mx_key *from)
{
	to->sport = from->dport;
	to->dport = from->sport;
	to->proto = from->proto;
	to->family = from->family;
	to->dir = 0;
	to->pad = 0;
	if (from->family == AF_INET) {
		to->v4.saddr = from->v4.daddr;
		to->v4.daddr = from->v4.saddr;
	} else {
		to->v6.saddr = from->v6.daddr;
		to->v6.daddr = from->v6.saddr;
	}
}
