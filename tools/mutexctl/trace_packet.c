// SPDX-License-Identifier: GPL-2.0
/*
 * Probes of a trace, byte by byte, and what comes back.
 *
 * All probes of a trace look alike to a router that spreads flows over several
 * ways, so that the hops seen are those of one way: addresses, ports and, with
 * ICMP, even the checksum are the same. A probe is known by its tag, which is
 * the sequence number of an echo or the checksum of a datagram; two bytes of
 * payload make that come true.
 */
#include <string.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>

#include "trace.h"

#define MX_IP4_LEN	20
#define MX_IP6_LEN	40
#define MX_L4_LEN	8	/* of UDP and of ICMP echo */

static void mx_put16(uint8_t *b, uint16_t v)
{
	b[0] = v >> 8;
	b[1] = v;
}

static uint16_t mx_get16(const uint8_t *b)
{
	return b[0] << 8 | b[1];
}

static uint32_t mx_sum(uint32_t sum, const uint8_t *b, size_t len)
{
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += mx_get16(b + i);
	if (len & 1)
		sum += b[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void mx_ip4_header(const struct mx_probing *p, unsigned int ttl,
			  uint16_t tag, uint8_t *b)
{
	b[0] = 0x45;
	mx_put16(b + 2, p->size);
	mx_put16(b + 4, tag);
	b[6] = 0x40;	/* do not fragment */
	b[8] = ttl;
	b[9] = p->udp ? IPPROTO_UDP : IPPROTO_ICMP;
	memcpy(b + 12, p->way.src.bytes, 4);
	memcpy(b + 16, p->way.dst.bytes, 4);
	mx_put16(b + 10, ~mx_sum(0, b, MX_IP4_LEN));
}

static void mx_ip6_header(const struct mx_probing *p, unsigned int ttl,
			  uint8_t *b)
{
	b[0] = 0x60;
	mx_put16(b + 4, p->size - MX_IP6_LEN);
	b[6] = p->udp ? IPPROTO_UDP : IPPROTO_ICMPV6;
	b[7] = ttl;
	memcpy(b + 8, p->way.src.bytes, 16);
	memcpy(b + 24, p->way.dst.bytes, 16);
}

/* What the checksum covers beside the packet itself. */
static uint32_t mx_pseudo(const struct mx_probing *p, size_t len)
{
	uint32_t sum = len;

	if (p->way.dst.len == 4 && !p->udp)
		return 0;
	sum += p->udp ? IPPROTO_UDP : IPPROTO_ICMPV6;
	sum = mx_sum(sum, p->way.src.bytes, p->way.src.len);
	return mx_sum(sum, p->way.dst.bytes, p->way.dst.len);
}

/**
 * mx_trace_build() - write a probe
 * @p: what all probes have in common; the size is MX_TRACE_SIZE_MIN at least
 * @ttl: hops that it may go
 * @tag: what it is known by, not 0
 * @buf: where to put it, zeroed, of the probes' size
 *
 * Return: its length.
 */
size_t mx_trace_build(const struct mx_probing *p, unsigned int ttl,
		      uint16_t tag, uint8_t *buf)
{
	bool v4 = p->way.dst.len == 4;
	uint8_t *l4 = buf + (v4 ? MX_IP4_LEN : MX_IP6_LEN);
	size_t len = p->size - (l4 - buf);

	if (v4)
		mx_ip4_header(p, ttl, tag, buf);
	else
		mx_ip6_header(p, ttl, buf);
	if (p->udp) {
		mx_put16(l4, p->id);
		mx_put16(l4 + 2, MX_TRACE_PORT);
		mx_put16(l4 + 4, len);
		mx_put16(l4 + 6, tag);
	} else {
		l4[0] = v4 ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
		mx_put16(l4 + 2, p->id);
		mx_put16(l4 + 4, p->id);
		mx_put16(l4 + 6, tag);
	}
	mx_put16(l4 + MX_L4_LEN, ~mx_sum(mx_pseudo(p, len), l4, len));
	return p->size;
}

/* The tag of a packet of ours that somebody quotes, 0 if it is none. */
static uint16_t mx_quoted(const struct mx_probing *p, const uint8_t *b,
			  size_t len)
{
	const struct mx_way *way = &p->way;
	bool v4 = way->dst.len == 4;
	size_t head = MX_IP6_LEN;
	uint8_t proto;

	if (len < MX_IP4_LEN || b[0] >> 4 != (v4 ? 4 : 6))
		return 0;
	if (v4)
		head = (b[0] & 15) * 4;
	if (head < MX_IP4_LEN || len < head + MX_L4_LEN)
		return 0;
	proto = b[v4 ? 9 : 6];
	if (memcmp(b + (v4 ? 12 : 8), way->src.bytes, way->src.len) ||
	    memcmp(b + (v4 ? 16 : 24), way->dst.bytes, way->dst.len))
		return 0;
	b += head;
	if (p->udp)
		return proto == IPPROTO_UDP && mx_get16(b) == p->id &&
		       mx_get16(b + 2) == MX_TRACE_PORT ? mx_get16(b + 6) : 0;
	return proto == (v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6) &&
	       b[0] == (v4 ? ICMP_ECHO : ICMP6_ECHO_REQUEST) &&
	       mx_get16(b + 4) == p->id ? mx_get16(b + 6) : 0;
}

static const char *mx_why4(uint8_t code)
{
	switch (code) {
	case ICMP_NET_UNREACH:
	case ICMP_NET_UNKNOWN:
		return "network-unreachable";
	case ICMP_HOST_UNREACH:
	case ICMP_HOST_UNKNOWN:
		return "host-unreachable";
	case ICMP_PROT_UNREACH:
		return "protocol-unreachable";
	case ICMP_PORT_UNREACH:
		return "port-unreachable";
	case ICMP_FRAG_NEEDED:
		return "too-big";
	case ICMP_NET_ANO:
	case ICMP_HOST_ANO:
	case ICMP_PKT_FILTERED:
		return "filtered";
	}
	return "unreachable";
}

static const char *mx_why6(uint8_t code)
{
	switch (code) {
	case ICMP6_DST_UNREACH_NOROUTE:
		return "network-unreachable";
	case ICMP6_DST_UNREACH_ADMIN:
		return "filtered";
	case ICMP6_DST_UNREACH_ADDR:
		return "host-unreachable";
	case ICMP6_DST_UNREACH_NOPORT:
		return "port-unreachable";
	}
	return "unreachable";
}

static bool mx_same(const struct mx_addr *a, const struct mx_addr *b)
{
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* The end of a trace by UDP: the port is closed at who was asked. */
static void mx_read_refusal(const struct mx_probing *p, bool port,
			    const char *why, const struct mx_addr *from,
			    struct mx_answer *a)
{
	if (p->udp && port && mx_same(from, &p->way.dst)) {
		a->kind = MX_ANSWER_END;
		return;
	}
	a->kind = MX_ANSWER_REFUSED;
	a->why = why;
}

static void mx_read4(const struct mx_probing *p, const uint8_t *b, size_t len,
		     const struct mx_addr *from, struct mx_answer *a)
{
	size_t head = len ? (b[0] & 15) * 4 : 0;

	if (head < MX_IP4_LEN || len < head + MX_L4_LEN)
		return;
	b += head;
	len -= head;
	if (mx_sum(0, b, len) != 0xffff)
		return;
	if (b[0] == ICMP_ECHOREPLY && !p->udp && mx_get16(b + 4) == p->id &&
	    mx_same(from, &p->way.dst)) {
		a->tag = mx_get16(b + 6);
		a->kind = MX_ANSWER_END;
		return;
	}
	if (b[0] != ICMP_TIME_EXCEEDED && b[0] != ICMP_DEST_UNREACH)
		return;
	a->tag = mx_quoted(p, b + MX_L4_LEN, len - MX_L4_LEN);
	if (!a->tag)
		return;
	if (b[0] == ICMP_TIME_EXCEEDED) {
		a->kind = MX_ANSWER_HOP;
		return;
	}
	if (b[1] == ICMP_FRAG_NEEDED)
		a->mtu = mx_get16(b + 6);
	mx_read_refusal(p, b[1] == ICMP_PORT_UNREACH, mx_why4(b[1]), from, a);
}

/* The kernel has looked at the checksum. */
static void mx_read6(const struct mx_probing *p, const uint8_t *b, size_t len,
		     const struct mx_addr *from, struct mx_answer *a)
{
	if (len < MX_L4_LEN)
		return;
	if (b[0] == ICMP6_ECHO_REPLY && !p->udp && mx_get16(b + 4) == p->id &&
	    mx_same(from, &p->way.dst)) {
		a->tag = mx_get16(b + 6);
		a->kind = MX_ANSWER_END;
		return;
	}
	if (b[0] != ICMP6_TIME_EXCEEDED && b[0] != ICMP6_DST_UNREACH &&
	    b[0] != ICMP6_PACKET_TOO_BIG)
		return;
	a->tag = mx_quoted(p, b + MX_L4_LEN, len - MX_L4_LEN);
	if (!a->tag)
		return;
	if (b[0] == ICMP6_TIME_EXCEEDED) {
		a->kind = MX_ANSWER_HOP;
		return;
	}
	if (b[0] == ICMP6_PACKET_TOO_BIG) {
		a->mtu = (uint32_t)mx_get16(b + 4) << 16 | mx_get16(b + 6);
		mx_read_refusal(p, false, "too-big", from, a);
		return;
	}
	mx_read_refusal(p, b[1] == ICMP6_DST_UNREACH_NOPORT, mx_why6(b[1]),
			from, a);
}

/**
 * mx_trace_read() - read what a raw ICMP socket received
 * @p: what all probes have in common
 * @buf: the packet; of IPv4 with its header, of IPv6 without
 * @len: its length
 * @from: who sent it
 * @a: where to put what it answers
 */
void mx_trace_read(const struct mx_probing *p, const uint8_t *buf, size_t len,
		   const struct mx_addr *from, struct mx_answer *a)
{
	memset(a, 0, sizeof(*a));
	if (p->way.dst.len == 4)
		mx_read4(p, buf, len, from, a);
	else
		mx_read6(p, buf, len, from, a);
}
