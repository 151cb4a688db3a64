/* SPDX-License-Identifier: GPL-2.0 */
/* The 5-tuple of a packet, and how it is read from one. */
#ifndef MX_BASE_FLOW_KEY_H
#define MX_BASE_FLOW_KEY_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter.h>
#include <linux/siphash.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <net/ipv6.h>
#include "mx.h"

/**
 * struct mx_key - the 5-tuple of a flow, in one direction
 * @sport: source port, or the identifier of an ICMP echo request
 * @dport: destination port, or the identifier of an ICMP echo reply; an echo
 *	carries its identifier in both, so that a reply is the request inverted
 * @proto: IP protocol after the extension headers; an Authentication Header is
 *	a protocol, not one of them
 * @family: AF_INET or AF_INET6
 * @dir: of a key inside a flow: enum mx_dir. No part of a key's identity
 * @pad: zero
 * @v4: addresses of AF_INET
 * @v6: addresses of AF_INET6
 *
 * An IPv4 key is the first MX_KEY4_LEN bytes only; code that stores keys may
 * allocate no more than that.
 */
struct mx_key {
	__be16 sport;
	__be16 dport;
	u8 proto;
	u8 family;
	u8 dir;
	u8 pad;
	union {
		struct {
			__be32 saddr;
			__be32 daddr;
		} v4;
		struct {
			struct in6_addr saddr;
			struct in6_addr daddr;
		} v6;
	};
} __aligned(8);

#define MX_KEY4_LEN	16
#define MX_KEY6_LEN	40

/**
 * enum mx_dir - the two directions of a flow
 * @MX_DIR_ORIG: from client to service
 * @MX_DIR_REPLY: from server to client
 */
enum mx_dir {
	MX_DIR_ORIG,
	MX_DIR_REPLY,
};

/**
 * enum mx_key_kind - what mx_key_parse() found
 * @MX_KEY_OK: a packet with a key of its own
 * @MX_KEY_ICMP_ERROR: an ICMP error; the key is that of the packet it quotes,
 *	as quoted
 * @MX_KEY_FRAGMENT: a fragment; ports are unknown until it is reassembled
 * @MX_KEY_BAD: truncated or malformed: no key
 */
enum mx_key_kind {
	MX_KEY_OK,
	MX_KEY_ICMP_ERROR,
	MX_KEY_FRAGMENT,
	MX_KEY_BAD,
};

/**
 * struct mx_packet - where the headers of a packet lie, and its key
 * @key: the 5-tuple; for MX_KEY_ICMP_ERROR of the quoted packet
 * @noff: offset of the network header from skb->data
 * @thoff: offset of the transport header from skb->data
 * @inner_noff: for MX_KEY_ICMP_ERROR, offset of the quoted network header
 * @inner_thoff: for MX_KEY_ICMP_ERROR, offset of the quoted transport header
 * @inner_end: for MX_KEY_ICMP_ERROR, offset of the first byte after the quote,
 *	which ends where its own header, the error or the packet says, whichever
 *	comes first
 * @tcp_flags: low byte of the TCP flags (FIN 0x01, SYN 0x02, RST 0x04,
 *	ACK 0x10), 0 for other protocols
 * @dscp: DSCP of the outer header, 0-63
 * @ports: whether @key has ports (TCP, UDP, SCTP, UDP-Lite, DCCP) or an ICMP
 *	identifier
 * @df: IPv4: don't fragment is set; IPv6: always true
 */
struct mx_packet {
	struct mx_key key;
	u32 noff;
	u32 thoff;
	u32 inner_noff;
	u32 inner_thoff;
	u32 inner_end;
	u8 tcp_flags;
	u8 dscp;
	bool ports;
	bool df;
};

enum mx_key_kind mx_key_parse(const struct sk_buff *skb, u32 noff,
			      struct mx_packet *pkt);
void mx_key_invert(struct mx_key *to, const struct mx_key *from);
u32 mx_key_hash(const struct mx_key *key, const siphash_key_t *seed);
u32 mx_key_hash_end(const struct mx_key *key, unsigned int dir,
		    const siphash_key_t *seed);
void mx_key_hash_ends(const struct mx_key *key, const siphash_key_t *seed,
		      u32 hash[2]);
u64 mx_key_hash_by(const struct mx_key *key, enum mutex_hash_key by,
		   const siphash_key_t *seed);
void mx_seed_from_name(siphash_key_t *seed, const char *name);

/**
 * mx_key_len() - bytes of a key that carry meaning
 * @key: the key
 *
 * Return: MX_KEY4_LEN or MX_KEY6_LEN.
 */
static inline unsigned int mx_key_len(const struct mx_key *key)
{
	return key->family == AF_INET ? MX_KEY4_LEN : MX_KEY6_LEN;
}

/**
 * mx_key_equal() - do two keys name the same flow in the same direction
 * @a: one key
 * @b: another key
 *
 * Return: true if all but @dir is equal.
 */
static inline bool mx_key_equal(const struct mx_key *a, const struct mx_key *b)
{
	if (a->sport != b->sport || a->dport != b->dport ||
	    a->proto != b->proto || a->family != b->family)
		return false;
	if (a->family == AF_INET)
		return a->v4.saddr == b->v4.saddr && a->v4.daddr == b->v4.daddr;
	return ipv6_addr_equal(&a->v6.saddr, &b->v6.saddr) &&
	       ipv6_addr_equal(&a->v6.daddr, &b->v6.daddr);
}

/**
 * mx_key_has_ports() - does a key's protocol have ports or an identifier
 * @key: the key
 *
 * Return: true for TCP, UDP, SCTP, UDP-Lite, DCCP, and ICMP with an identifier.
 */
static inline bool mx_key_has_ports(const struct mx_key *key)
{
	switch (key->proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
	case IPPROTO_UDPLITE:
	case IPPROTO_DCCP:
		return true;
	default:
		return key->sport || key->dport;
	}
}

#endif /* MX_BASE_FLOW_KEY_H */
