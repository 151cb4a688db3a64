// SPDX-License-Identifier: GPL-2.0
/* Answers to checks: told from all other packets, read, consumed. */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter.h>
#include <linux/rculist_nulls.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include "xmit/check.h"

/* No answer to this check. */
#define MX_CHECK_NOT_OURS	MUTEX_CHECK_RESULT_NONE

static bool mx_check_port_ours(u16 port)
{
	return port >= MX_CHECK_PORT_MIN &&
	       port < MX_CHECK_PORT_MIN + (1U << MX_CHECK_PORT_BITS);
}

/* Transport header of a packet without extension headers; 0 for others. */
static u32 mx_check_thoff(const struct sk_buff *skb, u8 family, u8 *proto)
{
	u32 noff = skb_network_offset(skb);
	const struct ipv6hdr *h6;
	const struct iphdr *h4;
	struct ipv6hdr buf6;
	struct iphdr buf4;

	if (family == AF_INET) {
		h4 = skb_header_pointer(skb, noff, sizeof(buf4), &buf4);
		if (!h4 || h4->ihl < 5 ||
		    h4->frag_off & htons(IP_MF | IP_OFFSET))
			return 0;
		*proto = h4->protocol;
		return noff + h4->ihl * 4;
	}
	h6 = skb_header_pointer(skb, noff, sizeof(buf6), &buf6);
	if (!h6)
		return 0;
	*proto = h6->nexthdr;
	return noff + sizeof(*h6);
}

/**
 * mx_check_candidate() - may a packet be an answer
 * @skb: the packet
 * @family: AF_INET or AF_INET6
 *
 * Cheap: most packets are none.
 *
 * Return: false if it certainly is not.
 */
bool mx_check_candidate(const struct sk_buff *skb, u8 family)
{
	const __be16 *ports;
	const u8 *type;
	__be16 buf[2];
	u8 proto;
	u32 off;

	off = mx_check_thoff(skb, family, &proto);
	if (!off)
		return false;
	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
		ports = skb_header_pointer(skb, off, sizeof(buf), buf);
		return ports && mx_check_port_ours(ntohs(ports[1]));
	case IPPROTO_ICMP:
		type = skb_header_pointer(skb, off, 1, buf);
		return type && family == AF_INET &&
		       (*type == ICMP_ECHOREPLY || *type == ICMP_DEST_UNREACH);
	case IPPROTO_ICMPV6:
		type = skb_header_pointer(skb, off, 1, buf);
		return type && family == AF_INET6 &&
		       (*type == ICMPV6_ECHO_REPLY ||
			*type == ICMPV6_DEST_UNREACH ||
			*type == ICMPV6_PKT_TOOBIG);
	default:
		return false;
	}
}

static u8 mx_check_read_tcp(const struct sk_buff *skb,
			    const struct mx_packet *pkt,
			    const struct mx_awaited *a)
{
	const struct tcphdr *th;
	struct tcphdr buf;

	th = skb_header_pointer(skb, pkt->thoff, sizeof(buf), &buf);
	if (!th || !th->ack || ntohl(th->ack_seq) != a->token.seq + 1 ||
	    ntohs(th->dest) != a->token.port)
		return MX_CHECK_NOT_OURS;
	if (th->rst)
		return MUTEX_CHECK_RESULT_REFUSED;
	return th->syn && !th->fin ? MUTEX_CHECK_RESULT_GOOD :
				     MX_CHECK_NOT_OURS;
}

static u8 mx_check_read_udp(const struct sk_buff *skb,
			    const struct mx_packet *pkt,
			    const struct mx_awaited *a)
{
	u8 payload[MUTEX_CHECK_BYTES_MAX];
	const struct udphdr *uh;
	struct udphdr buf;
	const void *data;
	u32 len;

	uh = skb_header_pointer(skb, pkt->thoff, sizeof(buf), &buf);
	if (!uh || ntohs(uh->dest) != a->token.port)
		return MX_CHECK_NOT_OURS;
	len = ntohs(uh->len);
	if (len < sizeof(*uh) || len > skb->len - pkt->thoff)
		return MX_CHECK_NOT_OURS;
	if (!a->len)
		return MUTEX_CHECK_RESULT_GOOD;
	if (len - sizeof(*uh) < a->len)
		return MUTEX_CHECK_RESULT_MISMATCH;
	data = skb_header_pointer(skb, pkt->thoff + sizeof(*uh), a->len,
				  payload);
	if (!data || memcmp(data, a->expect, a->len))
		return MUTEX_CHECK_RESULT_MISMATCH;
	return MUTEX_CHECK_RESULT_GOOD;
}

static bool mx_check_echo_ours(const struct icmphdr *ih,
			       const struct mx_awaited *a)
{
	return ntohs(ih->un.echo.id) == a->token.seq >> 16 &&
	       ntohs(ih->un.echo.sequence) == (a->token.seq & 0xffff);
}

static u8 mx_check_read_echo(const struct sk_buff *skb,
			     const struct mx_packet *pkt,
			     const struct mx_awaited *a)
{
	u8 reply = pkt->key.family == AF_INET ? ICMP_ECHOREPLY :
						ICMPV6_ECHO_REPLY;
	const struct icmphdr *ih;
	struct icmphdr buf;

	ih = skb_header_pointer(skb, pkt->thoff, sizeof(buf), &buf);
	if (!ih || ih->type != reply || ih->code || !mx_check_echo_ours(ih, a))
		return MX_CHECK_NOT_OURS;
	return MUTEX_CHECK_RESULT_GOOD;
}

/* Does an ICMP error say that the server is not there? */
static bool mx_check_unreachable(const struct sk_buff *skb,
				 const struct mx_packet *pkt)
{
	const struct icmphdr *ih;
	struct icmphdr buf;

	ih = skb_header_pointer(skb, pkt->thoff, sizeof(buf), &buf);
	if (!ih)
		return false;
	if (pkt->key.family == AF_INET)
		return ih->type == ICMP_DEST_UNREACH &&
		       ih->code != ICMP_FRAG_NEEDED;
	return ih->type == ICMPV6_DEST_UNREACH;
}

/* Does an ICMP error quote the check? */
static bool mx_check_quoted(const struct sk_buff *skb,
			    const struct mx_packet *pkt,
			    const struct mx_awaited *a)
{
	struct {
		union {
			__be16 port;
			u8 type;
		};
		__be16 skip;
		__be32 seq;
	} l4;

	if (pkt->inner_end < pkt->inner_thoff + sizeof(l4) ||
	    skb_copy_bits(skb, pkt->inner_thoff, &l4, sizeof(l4)))
		return false;
	switch (a->kind) {
	case MUTEX_CHECK_TCP:
		return ntohs(l4.port) == a->token.port &&
		       ntohl(l4.seq) == a->token.seq;
	case MUTEX_CHECK_UDP:
		return ntohs(l4.port) == a->token.port;
	default:
		return l4.type == (pkt->key.family == AF_INET ?
				   ICMP_ECHO : ICMPV6_ECHO_REQUEST) &&
		       ntohl(l4.seq) == a->token.seq;
	}
}

/**
 * mx_check_read() - read what may be the answer to a check
 * @skb: the packet
 * @pkt: its headers; addresses, protocol and the server's port are those of
 *	the check, or those of the packet it quotes are
 * @kind: what it is
 * @a: what is awaited
 *
 * Return: enum mutex_check_result, MUTEX_CHECK_RESULT_NONE if it is no answer.
 */
u8 mx_check_read(const struct sk_buff *skb, const struct mx_packet *pkt,
		 enum mx_key_kind kind, const struct mx_awaited *a)
{
	if (kind == MX_KEY_ICMP_ERROR)
		return mx_check_unreachable(skb, pkt) &&
		       mx_check_quoted(skb, pkt, a) ?
		       MUTEX_CHECK_RESULT_UNREACHABLE : MX_CHECK_NOT_OURS;
	if (kind != MX_KEY_OK)
		return MX_CHECK_NOT_OURS;
	switch (a->kind) {
	case MUTEX_CHECK_TCP:
		return mx_check_read_tcp(skb, pkt, a);
	case MUTEX_CHECK_UDP:
		return mx_check_read_udp(skb, pkt, a);
	default:
		return mx_check_read_echo(skb, pkt, a);
	}
}

/**
 * mx_answer_of() - which check a packet is about
 * @m: the packet; filled in
 *
 * It is its source's, or, of an ICMP error, the quoted packet's destination's.
 *
 * Return: false if it is about none.
 */
bool mx_answer_of(struct mx_answer *m)
{
	const struct mx_key *key = &m->pkt.key;
	bool quoted = m->what == MX_KEY_ICMP_ERROR;

	memset(&m->addr, 0, sizeof(m->addr));
	if (key->family == AF_INET)
		m->addr.ip = quoted ? key->v4.daddr : key->v4.saddr;
	else
		m->addr.in6 = quoted ? key->v6.daddr : key->v6.saddr;
	m->port = quoted ? key->dport : key->sport;
	switch (key->proto) {
	case IPPROTO_TCP:
		m->kind = MUTEX_CHECK_TCP;
		return true;
	case IPPROTO_UDP:
		m->kind = MUTEX_CHECK_UDP;
		return true;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		m->kind = MUTEX_CHECK_ICMP;
		m->port = 0;
		return true;
	default:
		return false;
	}
}

static bool mx_check_is(const struct mx_server *server, u8 family, u8 kind,
			const union nf_inet_addr *addr, __be16 port)
{
	const struct mx_check *c = &server->check;

	return server->family == family && READ_ONCE(c->kind) == kind &&
	       READ_ONCE(c->port) == port && READ_ONCE(c->waiting) &&
	       nf_inet_addr_cmp(&server->addr, addr);
}

/**
 * mx_answer_intact() - is the checksum of a packet right
 * @m: the packet, at PRE_ROUTING, where nobody has verified it
 *
 * Return: true if so.
 */
bool mx_answer_intact(const struct mx_answer *m)
{
	u8 family = m->pkt.key.family, proto = m->pkt.key.proto;
	const struct udphdr *uh;
	struct udphdr buf;

	if (m->what == MX_KEY_ICMP_ERROR)
		proto = family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	if (proto == IPPROTO_UDP && family == AF_INET) {
		uh = skb_header_pointer(m->skb, m->pkt.thoff, sizeof(buf),
					&buf);
		if (uh && !uh->check)
			return true;
	}
	return !nf_checksum(m->skb, m->state->hook, m->pkt.thoff, proto,
			    family);
}

/* The result that a packet brings to a check, which awaits no more then. */
static u8 mx_answer_take(struct mx_answer *m, struct mx_server *server,
			 const struct mx_check_params *p)
{
	struct mx_check *c = &server->check;
	struct mx_awaited a;
	u8 result = MX_CHECK_NOT_OURS;
	u64 us;

	spin_lock(&c->lock);
	if (!c->waiting || c->kind != m->kind || c->port != m->port)
		goto unlock;
	a = (struct mx_awaited) {
		.kind = c->kind,
		.port = c->port,
		.token = c->token,
		.expect = p->expect,
		.len = p->expect_len,
	};
	result = mx_check_read(m->skb, &m->pkt, m->what, &a);
	if (result == MX_CHECK_NOT_OURS)
		goto unlock;
	if (!mx_answer_intact(m)) {
		result = MX_CHECK_NOT_OURS;
		goto unlock;
	}
	WRITE_ONCE(c->waiting, false);
	atomic_dec(&m->ck->waiting);
	us = ktime_us_delta(ktime_get(), c->sent);
	if (result == MUTEX_CHECK_RESULT_GOOD)
		WRITE_ONCE(c->rtt, clamp_t(u64, us, 1, U32_MAX));
	mx_check_result(server, p, result);
unlock:
	spin_unlock(&c->lock);
	return result;
}

/* Has the server forget the connection that it thinks half open. */
static void mx_answer_reset(const struct mx_answer *m,
			    const struct mx_check_params *p)
{
	const struct mx_key *key = &m->pkt.key;
	struct net *net = m->ck->pn->net;
	struct mx_probe probe = {
		.family = key->family,
		.kind = MUTEX_CHECK_TCP,
		.dst = m->addr,
		.sport = key->dport,
		.dport = key->sport,
		.rst = true,
	};
	const struct tcphdr *th;
	struct tcphdr buf;

	th = skb_header_pointer(m->skb, m->pkt.thoff, sizeof(buf), &buf);
	if (!th || mx_check_oif(net, p, &probe.oif))
		return;
	probe.seq = ntohl(th->ack_seq);
	if (key->family == AF_INET)
		probe.src.ip = key->v4.daddr;
	else
		probe.src.in6 = key->v6.daddr;
	mx_check_send(net, &probe);
}

/* A node that was moved meanwhile led to the end of another bucket. */
static bool mx_check_strayed(const struct mx_checker *ck,
			     const struct hlist_nulls_head *head,
			     const struct hlist_nulls_node *end)
{
	return get_nulls_value(end) != head - ck->hash;
}

/* Looks for the check that a packet answers, and sees to what follows. */
static bool mx_answer_meet(struct mx_answer *m)
{
	const struct mx_check_params *p;
	struct hlist_nulls_node *node;
	struct hlist_nulls_head *head;
	struct mx_server *server;
	u8 result;

	head = mx_check_bucket(m->ck, m->pkt.key.family, m->kind, &m->addr,
			       m->port);
	if (!head)
		return false;
again:
	hlist_nulls_for_each_entry_rcu(server, node, head, check.node) {
		if (!mx_check_is(server, m->pkt.key.family, m->kind, &m->addr,
				 m->port))
			continue;
		p = mx_check_params(m->ck->pn, server);
		if (!p)
			continue;
		result = mx_answer_take(m, server, p);
		if (result == MX_CHECK_NOT_OURS)
			continue;
		if (m->kind == MUTEX_CHECK_TCP &&
		    result == MUTEX_CHECK_RESULT_GOOD)
			mx_answer_reset(m, p);
		return true;
	}
	if (mx_check_strayed(m->ck, head, node))
		goto again;
	return false;
}

/**
 * mx_check_answered() - take the answer to a check out of the packets
 * @pn: the namespace
 * @skb: a packet for this host, at PRE_ROUTING
 * @state: the hook
 *
 * ICMP errors are noted, but not consumed.
 *
 * Context: softirq, RCU reader.
 * Return: true if it was one, and is gone.
 */
bool mx_check_answered(struct mx_pernet *pn, struct sk_buff *skb,
		       const struct nf_hook_state *state)
{
	struct mx_answer m;

	if (!mx_check_candidate(skb, state->pf == NFPROTO_IPV4 ? AF_INET :
							      AF_INET6))
		return false;
	m.ck = mx_checker(pn->net);
	m.skb = skb;
	m.state = state;
	m.what = mx_key_parse(skb, skb_network_offset(skb), &m.pkt);
	if ((m.what != MX_KEY_OK && m.what != MX_KEY_ICMP_ERROR) ||
	    !mx_answer_of(&m) || !mx_answer_meet(&m))
		return false;
	if (m.what == MX_KEY_ICMP_ERROR)
		return false;
	consume_skb(skb);
	return true;
}

/**
 * mx_check_awaits() - may a packet be the answer to a check
 * @pn: the namespace
 * @pkt: its headers
 *
 * For the fast path, which leaves such packets to the stack.
 *
 * Context: RCU reader.
 * Return: true if a check awaits an answer from there.
 */
bool mx_check_awaits(struct mx_pernet *pn, const struct mx_packet *pkt)
{
	struct mx_answer m = {
		.ck = mx_checker(pn->net),
		.pkt = *pkt,
		.what = MX_KEY_OK,
	};
	struct hlist_nulls_node *node;
	struct hlist_nulls_head *head;
	struct mx_server *server;

	if (!mx_answer_of(&m) ||
	    (m.kind != MUTEX_CHECK_ICMP &&
	     !mx_check_port_ours(ntohs(pkt->key.dport))))
		return false;
	head = mx_check_bucket(m.ck, m.pkt.key.family, m.kind, &m.addr, m.port);
	if (!head)
		return false;
again:
	hlist_nulls_for_each_entry_rcu(server, node, head, check.node)
		if (mx_check_is(server, m.pkt.key.family, m.kind, &m.addr,
				m.port))
			return true;
	if (mx_check_strayed(m.ck, head, node))
		goto again;
	return false;
}
