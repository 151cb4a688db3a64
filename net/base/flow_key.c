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
 * and IPPROTO_ROUTING is its protocol.
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
		case NEXTHDR_AUTH:
			opt = mx_walk_peek(w, w->thoff, sizeof(*opt), &buf);
			if (!opt)
				return false;
			hlen = *proto == NEXTHDR_AUTH ? (opt->hdrlen + 2) * 4 :
							(opt->hdrlen + 1) * 8;
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

/*
 * The packet that comes by the million: IPv4 without options, whole, TCP or
 * UDP, headers in the linear part. False: not such a one, nothing is said.
 */
static __always_inline bool mx_key_parse_fast(const struct sk_buff *skb,
					      u32 noff, struct mx_packet *pkt)
{
	u32 len, room = skb_headlen(skb);
	const struct iphdr *iph;
	const __be16 *ports;
	const u8 *th;

	if (unlikely(room < noff || room - noff < sizeof(*iph) + 8))
		return false;
	room -= noff;
	iph = (const struct iphdr *)(skb->data + noff);
	len = ntohs(iph->tot_len);
	if (unlikely(*(const u8 *)iph != 0x45 || len < sizeof(*iph) + 8 ||
		     len > skb->len - noff ||
		     (iph->frag_off & htons(IP_MF | IP_OFFSET))))
		return false;
	th = (const u8 *)(iph + 1);
	if (iph->protocol == IPPROTO_TCP) {
		u32 doff;

		if (unlikely(room < sizeof(*iph) + sizeof(struct tcphdr)))
			return false;
		doff = (th[12] >> 4) * 4;
		if (unlikely(doff < sizeof(struct tcphdr) ||
			     doff > len - sizeof(*iph)))
			return false;
		pkt->tcp_flags = th[13];
	} else if (iph->protocol == IPPROTO_UDP) {
		pkt->tcp_flags = 0;
	} else {
		return false;
	}
	ports = (const __be16 *)th;
	pkt->key.sport = ports[0];
	pkt->key.dport = ports[1];
	pkt->key.proto = iph->protocol;
	pkt->key.family = AF_INET;
	pkt->key.dir = 0;
	pkt->key.pad = 0;
	pkt->key.v4.saddr = iph->saddr;
	pkt->key.v4.daddr = iph->daddr;
	pkt->noff = noff;
	pkt->thoff = noff + sizeof(*iph);
	pkt->dscp = iph->tos >> 2;
	pkt->ports = true;
	pkt->df = !!(iph->frag_off & htons(IP_DF));
	return true;
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

/* SipHash's round (Aumasson and Bernstein, 2012, section 2.1). */
static __always_inline void mx_sip_round(u64 v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rol64(v[1], 13) ^ v[0];
	v[3] = rol64(v[3], 16) ^ v[2];
	v[0] = rol64(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rol64(v[1], 17) ^ v[2];
	v[3] = rol64(v[3], 21) ^ v[0];
	v[2] = rol64(v[2], 32);
}

static __always_inline void mx_sip_word(u64 v[4], u64 word)
{
	v[3] ^= word;
	mx_sip_round(v);
	v[0] ^= word;
}

/**
 * mx_key_hash() - the flow table's hash of a key
 * @key: the key; its direction mark is left out
 * @seed: secret of this boot, so that nobody can fill one bucket
 *
 * SipHash-1-3 over words of fixed number, in line: keyed as hsiphash() is, at
 * less cost, since two calls and the odd bytes at the end fall away.
 *
 * Return: 32 bits, each of which depends on the whole key. Not the same on
 * machines of another byte order: it must not leave this one.
 * Context: any.
 */
u32 mx_key_hash(const struct mx_key *key, const siphash_key_t *seed)
{
	u64 v[4] = {
		seed->key[0] ^ 0x736f6d6570736575ULL,
		seed->key[1] ^ 0x646f72616e646f6dULL,
		seed->key[0] ^ 0x6c7967656e657261ULL,
		seed->key[1] ^ 0x7465646279746573ULL,
	};

	mx_sip_word(v, (u64)(__force u16)key->sport << 48 |
		       (u64)(__force u16)key->dport << 32 |
		       (u32)key->proto << 8 | key->family);
	if (key->family == AF_INET) {
		mx_sip_word(v, (u64)(__force u32)key->v4.saddr << 32 |
			       (__force u32)key->v4.daddr);
	} else {
		const u64 *saddr = (const u64 *)&key->v6.saddr;
		const u64 *daddr = (const u64 *)&key->v6.daddr;

		mx_sip_word(v, saddr[0]);
		mx_sip_word(v, saddr[1]);
		mx_sip_word(v, daddr[0]);
		mx_sip_word(v, daddr[1]);
	}
	v[2] ^= 0xff;
	mx_sip_round(v);
	mx_sip_round(v);
	mx_sip_round(v);
	v[0] ^= v[1] ^ v[2] ^ v[3];
	return (u32)(v[0] ^ v[0] >> 32);
}

/* The addresses in a key are aligned to 8 bytes. */
static u64 mx_hash_addr6(const struct in6_addr *a, const siphash_key_t *seed)
{
	const __be64 *word = (const __be64 *)a;

	return siphash_3u64(AF_INET6, be64_to_cpu(word[0]),
			    be64_to_cpu(word[1]), seed);
}

/* @top: ports and protocol, or 0; and the family. */
static u64 mx_hash_both(const struct mx_key *key, u64 top,
			const siphash_key_t *seed)
{
	const __be64 *saddr = (const __be64 *)&key->v6.saddr;
	const __be64 *daddr = (const __be64 *)&key->v6.daddr;
	__le64 words[5];

	if (key->family == AF_INET)
		return siphash_2u64(top, (u64)ntohl(key->v4.saddr) << 32 |
					 ntohl(key->v4.daddr), seed);
	words[0] = cpu_to_le64(top);
	words[1] = cpu_to_le64(be64_to_cpu(saddr[0]));
	words[2] = cpu_to_le64(be64_to_cpu(saddr[1]));
	words[3] = cpu_to_le64(be64_to_cpu(daddr[0]));
	words[4] = cpu_to_le64(be64_to_cpu(daddr[1]));
	return siphash(words, sizeof(words), seed);
}

/**
 * mx_key_hash_by() - the hash by which a group chooses
 * @key: the packet's key
 * @by: which part of it counts; source and destination change the result when
 *	they change places, but an address alone hashes alike as either
 * @seed: the group's seed
 *
 * SipHash-2-4 of numbers, not of memory: every node of the same seed has the
 * same result, whatever its byte order.
 *
 * Return: 64 bits.
 * Context: any.
 */
u64 mx_key_hash_by(const struct mx_key *key, enum mutex_hash_key by,
		   const siphash_key_t *seed)
{
	bool v4 = key->family == AF_INET;

	switch (by) {
	case MUTEX_HASH_KEY_SRC:
		return v4 ? siphash_2u64(AF_INET, ntohl(key->v4.saddr), seed) :
			    mx_hash_addr6(&key->v6.saddr, seed);
	case MUTEX_HASH_KEY_DST:
		return v4 ? siphash_2u64(AF_INET, ntohl(key->v4.daddr), seed) :
			    mx_hash_addr6(&key->v6.daddr, seed);
	case MUTEX_HASH_KEY_SRC_DST:
		return mx_hash_both(key, key->family, seed);
	case MUTEX_HASH_KEY_5TUPLE:
	default:
		return mx_hash_both(key, (u64)ntohs(key->sport) << 48 |
					 (u64)ntohs(key->dport) << 32 |
					 (u32)key->proto << 8 | key->family,
				    seed);
	}
}

/**
 * mx_seed_from_name() - the seed of a node's or a group's hashes
 * @seed: filled in
 * @name: any string, also an empty one
 *
 * Equal names give equal seeds on every node and in every version, so these
 * two keys never change: they are the first hexadecimal digits of pi.
 *
 * Context: any.
 */
void mx_seed_from_name(siphash_key_t *seed, const char *name)
{
	static const siphash_key_t low = {
		{ 0x243f6a8885a308d3ULL, 0x13198a2e03707344ULL }
	};
	static const siphash_key_t high = {
		{ 0xa4093822299f31d0ULL, 0x082efa98ec4e6c89ULL }
	};
	size_t len = strlen(name);

	seed->key[0] = siphash(name, len, &low);
	seed->key[1] = siphash(name, len, &high);
}
