// SPDX-License-Identifier: GPL-2.0
/* Answers to probes of paths: told from all other packets, read, consumed. */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ktime.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include "xmit/probe.h"

/* Two clocks that move by more against each other were set. */
#define MX_PROBE_STEP_NS	((s64)NSEC_PER_SEC)
/* A stamp of arrival that is older is none of this packet's. */
#define MX_PROBE_AGE_NS		((s64)NSEC_PER_SEC)

/**
 * struct mx_probe_when - when an answer came, by the clock that does not go back
 * @now: now, nanoseconds
 * @came: when it arrived
 */
struct mx_probe_when {
	u64 now;
	u64 came;
};

static struct mx_probe_when mx_probe_arrival(const struct sk_buff *skb)
{
	ktime_t now = ktime_get();
	struct mx_probe_when when = {
		.now = ktime_to_ns(now),
		.came = ktime_to_ns(now),
	};
	s64 age;

	if (!skb->tstamp)
		return when;
	age = ktime_to_ns(ktime_sub(ktime_mono_to_real(now), skb->tstamp));
	if (age > 0 && age < MX_PROBE_AGE_NS)
		when.came -= age;
	return when;
}

/* A way's time by two clocks, told from the first one, in microseconds. */
static s32 mx_probe_told(u64 from, u64 to, bool *step)
{
	s64 ns = mx_stamp_elapsed(from, to);

	if (ns > MX_PROBE_STEP_NS || ns < -MX_PROBE_STEP_NS)
		*step = true;
	return *step ? MX_WAY_NONE : (s32)div_s64(ns, NSEC_PER_USEC);
}

/**
 * struct mx_probe_trip - a round trip
 * @ns: how long it took
 * @fwd: the way there, microseconds by two clocks, or MX_WAY_NONE
 * @back: the way back
 */
struct mx_probe_trip {
	u64 ns;
	s32 fwd;
	s32 back;
};

/* Lets the peer's stamps tell the ways, and how long it kept the probe. */
static void mx_probe_ways(struct mx_probing *b, const struct mx_pace_slot *slot,
			  const struct mx_stamp_answer *a, u64 came,
			  struct mx_probe_trip *trip)
{
	u64 received = a->received, sent = a->time, fwd, back;
	bool step = false;
	s64 kept;

	if (!mx_stamp_read_time(&received, a->error) ||
	    !mx_stamp_read_time(&sent, a->error))
		return;
	kept = mx_stamp_elapsed(received, sent);
	if (kept < 0 || kept > trip->ns)
		return;
	trip->ns -= kept;
	fwd = received - mx_stamp_time(slot->sent);
	back = mx_stamp_time(came) - sent;
	if (b->times.known) {
		trip->fwd = mx_probe_told(b->times.fwd, fwd, &step);
		trip->back = mx_probe_told(b->times.back, back, &step);
	}
	if (step)
		trip->fwd = MX_WAY_NONE;
	if (!b->times.known || step)
		b->times = (struct mx_probe_times) { true, fwd, back };
}

/* What an answer to a known probe does. The lock is held. */
static void mx_probe_answered(struct mx_probing *b, struct mx_pace_slot *slot,
			      const struct mx_stamp_answer *a,
			      const struct mx_probe_when *when)
{
	struct mx_probe_trip trip = {
		.ns = when->came > slot->sent ? when->came - slot->sent : 0,
		.fwd = MX_WAY_NONE,
		.back = MX_WAY_NONE,
	};
	struct mx_path *path = b->path;
	u32 us;

	if (a && slot->state != MX_PACE_DONE)
		mx_probe_ways(b, slot, a, when->came, &trip);
	us = clamp_t(u64, div_u64(trip.ns, NSEC_PER_USEC), 1, S32_MAX);
	switch (mx_pace_answer(&b->pace, slot, us)) {
	case MX_PACE_IN_TIME:
		mx_path_probe_answer(path, slot->seq, us, trip.fwd, trip.back,
				     mx_path_at(when->now));
		break;
	case MX_PACE_LATE:
		mx_stats_inc_bh(&path->stats, MX_PATH_LATE);
		break;
	case MX_PACE_AGAIN:
		/* the probe was repeated on its way, not the answer */
		if (a && a->seq != slot->number)
			mx_ways_again(&b->ways);
		fallthrough;
	default:
		mx_stats_inc_bh(&path->stats, MX_PATH_REFUSED);
		return;
	}
	if (!a)
		return;
	slot->number = a->seq;
	mx_ways_answer(&b->ways, slot->seq, a->seq);
	WRITE_ONCE(path->fwd_loss_ppm, mx_ways_fwd_ppm(&b->ways));
	WRITE_ONCE(path->back_loss_ppm, mx_ways_back_ppm(&b->ways));
}

static bool mx_probe_authentic(const struct mx_probing *b, const u8 *payload)
{
	return !b->key || mx_stamp_signed(b->key, payload);
}

/* Is it an answer of STAMP to a probe of this path's? */
static bool mx_probe_take_stamp(struct mx_probing *b, const struct mx_answer *m,
				const struct mx_probe_when *when)
{
	u32 len, base = mx_stamp_len(b->key);
	u8 buf[MX_STAMP_AUTH_LEN];
	struct mx_stamp_answer a;
	struct mx_pace_slot *slot;
	const struct udphdr *uh;
	const u8 *payload;
	struct udphdr head;
	bool ours = false;

	uh = skb_header_pointer(m->skb, m->pkt.thoff, sizeof(head), &head);
	if (!uh || (ntohs(uh->dest) != b->sport &&
		    !(b->measure && ntohs(uh->dest) == b->measure->sport)))
		return false;
	len = ntohs(uh->len);
	if (len < sizeof(head) || len > m->skb->len - m->pkt.thoff)
		goto refused;
	len -= sizeof(head);
	payload = skb_header_pointer(m->skb, m->pkt.thoff + sizeof(head),
				     min(len, base), buf);
	if (!payload || !mx_stamp_get_answer(payload, len, b->key, &a))
		goto refused;
	if (ntohs(uh->dest) != b->sport) {
		if (mx_probe_authentic(b, payload) &&
		    mx_measure_answer(b->measure, m, &a, when->came))
			return true;
		goto refused;
	}
	spin_lock(&b->lock);
	slot = mx_pace_slot(&b->pace, a.probe.seq);
	/* what costs most is looked at last */
	ours = slot && slot->token == a.probe.time && mx_answer_intact(m) &&
	       mx_probe_authentic(b, payload);
	if (ours)
		mx_probe_answered(b, slot, &a, when);
	spin_unlock(&b->lock);
	if (ours)
		return true;
refused:
	mx_stats_inc_bh(&b->path->stats, MX_PATH_REFUSED);
	return false;
}

/* Notes why there will be no answer, if nobody else can have said so. */
static void mx_probe_hint(struct mx_probing *b, const struct mx_answer *m,
			  u8 result)
{
	const struct icmphdr *ih;
	struct icmphdr head;
	bool port;

	if (result == MUTEX_CHECK_RESULT_REFUSED) {
		WRITE_ONCE(b->path->hint, MUTEX_PATH_REASON_REFUSED);
		return;
	}
	ih = skb_header_pointer(m->skb, m->pkt.thoff, sizeof(head), &head);
	if (!ih)
		return;
	port = b->family == AF_INET ? ih->code == ICMP_PORT_UNREACH :
				      ih->code == ICMPV6_PORT_UNREACH;
	WRITE_ONCE(b->path->hint, port ? MUTEX_PATH_REASON_REFUSED :
					 MUTEX_PATH_REASON_UNREACHABLE);
}

/* What a packet is to one probe, by its token. */
static u8 mx_probe_read(const struct mx_probing *b, const struct mx_answer *m,
			const struct mx_pace_slot *slot)
{
	struct mx_awaited a = {
		.kind = b->kind,
		.port = b->port,
		.token = {
			.seq = slot->token >> 16,
			.port = slot->token & U16_MAX,
		},
	};

	if (b->stamp)
		a.token.port = b->sport;
	return mx_check_read(m->skb, &m->pkt, m->what, &a);
}

/*
 * The probe that a packet answers, or is an error about, most often the newest
 * one; with @lock held.
 */
static struct mx_pace_slot *mx_probe_match(struct mx_probing *b,
					   const struct mx_answer *m,
					   u8 *result)
{
	struct mx_pace *p = &b->pace;
	struct mx_pace_slot *slot;
	u32 i;

	for (i = 1; i <= p->n; i++) {
		slot = &p->slots[(p->seq - i) & (p->n - 1)];
		if (slot->state != MX_PACE_OUT && slot->state != MX_PACE_MISSED)
			continue;
		*result = mx_probe_read(b, m, slot);
		if (*result != MUTEX_CHECK_RESULT_NONE)
			return mx_answer_intact(m) ? slot : NULL;
	}
	return NULL;
}

/* Has the peer forget the connection that it thinks half open. */
static void mx_probe_reset(const struct mx_probing *b,
			   const struct mx_answer *m)
{
	struct mx_probe probe;
	const struct tcphdr *th;
	struct tcphdr head;

	th = skb_header_pointer(m->skb, m->pkt.thoff, sizeof(head), &head);
	if (!th)
		return;
	mx_probe_way(b, &probe);
	probe.sport = th->dest;
	probe.seq = ntohl(th->ack_seq);
	probe.rst = true;
	if (b->family == AF_INET)
		probe.src.ip = m->pkt.key.v4.daddr;
	else
		probe.src.in6 = m->pkt.key.v6.daddr;
	mx_check_send(b->pr->pn->net, &probe);
}

/* A SYN-ACK, an RST, an echo reply, or an ICMP error about any probe. */
static bool mx_probe_take(struct mx_probing *b, const struct mx_answer *m,
			  const struct mx_probe_when *when)
{
	u8 result = MUTEX_CHECK_RESULT_NONE;
	struct mx_pace_slot *slot;

	if (b->measure && m->what == MX_KEY_ICMP_ERROR &&
	    mx_measure_error(b->measure, m))
		return true;
	spin_lock(&b->lock);
	slot = mx_probe_match(b, m, &result);
	if (slot && result == MUTEX_CHECK_RESULT_GOOD)
		mx_probe_answered(b, slot, NULL, when);
	spin_unlock(&b->lock);
	if (!slot)
		return false;
	if (result != MUTEX_CHECK_RESULT_GOOD)
		mx_probe_hint(b, m, result);
	else if (b->kind == MUTEX_CHECK_TCP)
		mx_probe_reset(b, m);
	return true;
}

/* The port that the probe came from which a packet may be about. */
static u16 mx_probe_sport(const struct mx_answer *m)
{
	return ntohs(m->what == MX_KEY_ICMP_ERROR ? m->pkt.key.sport :
						    m->pkt.key.dport);
}

static struct hlist_head *mx_probe_head(const struct mx_prober *pr,
					const struct mx_answer *m)
{
	return mx_probe_bucket(pr, m->pkt.key.family, m->kind, &m->addr,
			       m->port, mx_probe_sport(m));
}

static bool mx_probe_is(const struct mx_probing *b, const struct mx_answer *m)
{
	return b->family == m->pkt.key.family && b->kind == m->kind &&
	       b->port == m->port &&
	       b->sport == mx_probe_base(b->kind, mx_probe_sport(m)) &&
	       nf_inet_addr_cmp(&b->peer, &m->addr);
}

/* Looks for the probe that a packet answers, and sees to what follows. */
static bool mx_probe_meet(const struct mx_prober *pr, const struct mx_answer *m)
{
	struct hlist_head *head = mx_probe_head(pr, m);
	struct mx_probe_when when;
	struct mx_probing *b;
	bool ours;

	if (!head)
		return false;
	hlist_for_each_entry_rcu(b, head, node) {
		if (!mx_probe_is(b, m))
			continue;
		mx_path_prefetch(b->path);
		when = mx_probe_arrival(m->skb);
		ours = b->stamp && m->what == MX_KEY_OK ?
		       mx_probe_take_stamp(b, m, &when) :
		       mx_probe_take(b, m, &when);
		if (ours)
			return true;
	}
	return false;
}

/**
 * mx_probe_hook() - netfilter hook that takes answers out of the packets
 * @priv: not used
 * @skb: a packet at PRE_ROUTING
 * @state: the hook
 *
 * ICMP errors are noted, but not consumed.
 *
 * Context: softirq, RCU reader.
 * Return: NF_STOLEN of an answer, else NF_ACCEPT.
 */
unsigned int mx_probe_hook(void *priv, struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	struct mx_answer m;

	if (skb->pkt_type != PACKET_HOST ||
	    !mx_check_candidate(skb, state->pf == NFPROTO_IPV4 ? AF_INET :
							      AF_INET6))
		return NF_ACCEPT;
	m.ck = NULL;
	m.skb = skb;
	m.state = state;
	m.what = mx_key_parse(skb, skb_network_offset(skb), &m.pkt);
	if ((m.what != MX_KEY_OK && m.what != MX_KEY_ICMP_ERROR) ||
	    !mx_answer_of(&m) || !mx_probe_meet(mx_prober(state->net), &m) ||
	    m.what == MX_KEY_ICMP_ERROR)
		return NF_ACCEPT;
	consume_skb(skb);
	return NF_STOLEN;
}

/**
 * mx_probe_awaits() - may a packet be the answer to a probe
 * @pn: the namespace
 * @pkt: its headers
 *
 * For the fast path, which leaves such packets to the stack.
 *
 * Context: RCU reader.
 * Return: true if a path is probed to where it comes from.
 */
bool mx_probe_awaits(struct mx_pernet *pn, const struct mx_packet *pkt)
{
	struct mx_answer m = { .pkt = *pkt, .what = MX_KEY_OK };
	struct hlist_head *head;
	struct mx_probing *b;

	if (!mx_answer_of(&m))
		return false;
	head = mx_probe_head(mx_prober(pn->net), &m);
	if (!head)
		return false;
	hlist_for_each_entry_rcu(b, head, node)
		if (mx_probe_is(b, &m))
			return true;
	return false;
}
