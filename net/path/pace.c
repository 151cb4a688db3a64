// SPDX-License-Identifier: GPL-2.0
/*
 * All times are nanoseconds of one clock that does not go back. The estimate of
 * the RTT is that of RFC 6298, and takes late answers, too: of a way that has
 * become longer, the next probe is waited for long enough.
 */
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/time64.h>
#include "path/pace.h"

/* Of the account of lost probes: at so many it is halved. */
#define MX_WAYS_ACCOUNT		256
/* Numbers farther from each other than this say nothing. */
#define MX_WAYS_FAR		4096
/* So many answers may come before those of the probes before. */
#define MX_WAYS_DISORDER	32
#define MX_WAYS_ALL		1000000U

static u64 mx_pace_ns(u32 ms)
{
	return (u64)ms * NSEC_PER_MSEC;
}

/**
 * mx_pace_slots() - how many probes have to be remembered
 * @params: what the user says
 *
 * Answers that come late are known for as long as their probes are.
 *
 * Return: a power of two.
 */
u32 mx_pace_slots(const struct mx_pace_params *params)
{
	u32 wait = params->timeout ?: MX_PACE_UNKNOWN_MS;
	u32 out = wait / max(params->interval, 1U) + 2 * (MX_PACE_BURST + 1);

	return roundup_pow_of_two(clamp(out, MX_PACE_SLOTS_MIN,
					MX_PACE_SLOTS_MAX));
}

/**
 * mx_pace_init() - begin
 * @p: the pace
 * @slots: of mx_pace_slots(), zeroed
 * @n: how many
 * @seq: number of the first probe
 * @first: when it is to go; some more follow at once
 */
void mx_pace_init(struct mx_pace *p, struct mx_pace_slot *slots, u32 n,
		  u32 seq, u64 first)
{
	*p = (struct mx_pace) {
		.slots = slots,
		.n = n,
		.seq = seq,
		.oldest = seq,
		.next = first,
		.burst = MX_PACE_BURST,
		.credit = MX_PACE_CREDIT,
	};
}

/**
 * mx_pace_slot() - what is known of a probe
 * @p: the pace
 * @seq: its number
 *
 * Return: it, or NULL if it is forgotten or was never sent.
 */
struct mx_pace_slot *mx_pace_slot(struct mx_pace *p, u32 seq)
{
	struct mx_pace_slot *slot = &p->slots[seq & (p->n - 1)];

	return slot->state != MX_PACE_FREE && slot->seq == seq ? slot : NULL;
}

/**
 * mx_pace_timeout() - how long the answer to the next probe is waited for
 * @p: the pace
 * @params: what the user says
 *
 * The probes of a burst are waited for no longer than the RTT makes likely.
 *
 * Return: milliseconds.
 */
u32 mx_pace_timeout(const struct mx_pace *p,
		    const struct mx_pace_params *params)
{
	u64 us = (u64)p->srtt + max(4 * (u64)p->rttvar, (u64)p->srtt / 4);
	u32 ms;

	if (!p->srtt)
		return params->timeout ?: MX_PACE_UNKNOWN_MS;
	ms = min_t(u64, div_u64(us, USEC_PER_MSEC) + MX_PACE_SLACK_MS,
		   MX_PACE_TIMEOUT_MAX_MS);
	if (!params->timeout)
		return ms;
	return p->burst ? min(ms, params->timeout) : params->timeout;
}

/**
 * mx_pace_due() - is it time for a probe
 * @p: the pace
 * @now: the time
 *
 * Return: true if so.
 */
bool mx_pace_due(const struct mx_pace *p, u64 now)
{
	return now >= p->next;
}

static u32 mx_pace_gap(const struct mx_pace *p,
		       const struct mx_pace_params *params)
{
	if (!p->burst)
		return params->interval;
	return min(params->interval,
		   clamp(params->interval / 16, (u32)MX_PACE_BURST_MIN_MS,
			 (u32)MX_PACE_BURST_MAX_MS));
}

/* The next one keeps to the beat; what a stall has missed is not made up for. */
static void mx_pace_step(struct mx_pace *p, u32 gap, u64 now)
{
	p->next += mx_pace_ns(gap);
	if (p->next <= now || p->next > now + mx_pace_ns(gap))
		p->next = now + mx_pace_ns(gap);
}

/* The first one that is out, if there is one. */
static void mx_pace_settle(struct mx_pace *p)
{
	const struct mx_pace_slot *slot;

	while (p->oldest != p->seq) {
		slot = mx_pace_slot(p, p->oldest);
		if (slot && slot->state == MX_PACE_OUT)
			return;
		p->oldest++;
	}
}

/**
 * mx_pace_send() - a probe goes
 * @p: the pace
 * @params: what the user says
 * @now: the time
 * @lost: set if there is no place to remember a probe that is out still, which
 *	so is missed
 *
 * Return: the probe; its time and token are to be filled in when it leaves.
 */
struct mx_pace_slot *mx_pace_send(struct mx_pace *p,
				  const struct mx_pace_params *params, u64 now,
				  bool *lost)
{
	struct mx_pace_slot *slot = &p->slots[p->seq & (p->n - 1)];

	*lost = slot->state == MX_PACE_OUT;
	*slot = (struct mx_pace_slot) {
		.sent = now,
		.timeout = mx_pace_timeout(p, params),
		.seq = p->seq++,
		.state = MX_PACE_OUT,
	};
	mx_pace_settle(p);
	mx_pace_step(p, mx_pace_gap(p, params), now);
	if (p->burst)
		p->burst--;
	else
		p->credit = min(p->credit + 1, MX_PACE_CREDIT);
	return slot;
}

static void mx_pace_estimate(struct mx_pace *p, u32 rtt)
{
	u32 off;

	rtt = clamp(rtt, 1U, MX_PACE_TIMEOUT_MAX_MS * (u32)USEC_PER_MSEC);
	if (!p->srtt) {
		p->srtt = rtt;
		p->rttvar = rtt / 2;
		return;
	}
	off = rtt > p->srtt ? rtt - p->srtt : p->srtt - rtt;
	p->rttvar = (3 * (u64)p->rttvar + off) / 4;
	p->srtt = max_t(u32, (7 * (u64)p->srtt + rtt) / 8, 1);
}

/**
 * mx_pace_answer() - an answer has come
 * @p: the pace
 * @slot: its probe
 * @rtt_us: how long it took
 *
 * Return: enum mx_pace_match.
 */
enum mx_pace_match mx_pace_answer(struct mx_pace *p, struct mx_pace_slot *slot,
				  u32 rtt_us)
{
	u8 state = slot->state;

	switch (state) {
	case MX_PACE_OUT:
		p->armed = true;
		p->run = 0;
		break;
	case MX_PACE_MISSED:
		/* the way has become longer: as if it had always been so */
		if (rtt_us > p->srtt)
			p->srtt = 0;
		break;
	case MX_PACE_DONE:
		return MX_PACE_AGAIN;
	default:
		return MX_PACE_STRANGE;
	}
	slot->state = MX_PACE_DONE;
	mx_pace_estimate(p, rtt_us);
	mx_pace_settle(p);
	return state == MX_PACE_OUT ? MX_PACE_IN_TIME : MX_PACE_LATE;
}

static u64 mx_pace_deadline(const struct mx_pace_slot *slot)
{
	return slot->sent + mx_pace_ns(slot->timeout);
}

/*
 * The first miss after an answer has a few more probes tell what it means. On a
 * path that always loses some, such bursts are no more probes than the beat is;
 * but some misses in a row may be an outage.
 */
static void mx_pace_alarm(struct mx_pace *p,
			  const struct mx_pace_params *params, u64 now)
{
	p->run = min_t(u32, p->run + 1, U8_MAX);
	if (!p->armed || p->burst)
		return;
	if (p->credit >= MX_PACE_BURST)
		p->credit -= MX_PACE_BURST;
	else if (p->run < MX_PACE_SILENT)
		return;
	p->armed = false;
	p->burst = MX_PACE_BURST;
	mx_pace_hasten(p, params, now);
}

/**
 * mx_pace_missed() - is there a probe whose time is over
 * @p: the pace
 * @params: what the user says
 * @now: the time
 * @seq: its number
 *
 * Return: true if so; it is waited for no more. Ask again.
 */
bool mx_pace_missed(struct mx_pace *p, const struct mx_pace_params *params,
		    u64 now, u32 *seq)
{
	struct mx_pace_slot *slot;
	u32 i;

	for (i = p->oldest; i != p->seq; i++) {
		slot = mx_pace_slot(p, i);
		if (!slot || slot->state != MX_PACE_OUT ||
		    now < mx_pace_deadline(slot))
			continue;
		slot->state = MX_PACE_MISSED;
		*seq = i;
		mx_pace_settle(p);
		mx_pace_alarm(p, params, now);
		return true;
	}
	return false;
}

/**
 * mx_pace_give_up() - a probe could not be sent
 * @p: the pace
 * @seq: its number
 */
void mx_pace_give_up(struct mx_pace *p, u32 seq)
{
	struct mx_pace_slot *slot = mx_pace_slot(p, seq);

	if (slot && slot->state == MX_PACE_OUT)
		slot->state = MX_PACE_FREE;
	mx_pace_settle(p);
}

/**
 * mx_pace_skip() - no probe goes now, though it is time
 * @p: the pace
 * @params: what the user says
 * @now: the time
 */
void mx_pace_skip(struct mx_pace *p, const struct mx_pace_params *params,
		  u64 now)
{
	mx_pace_step(p, min_t(u32, params->interval, MX_PACE_LOOK_MS), now);
	/* a way that is there again is looked at closely */
	p->burst = MX_PACE_BURST;
}

/**
 * mx_pace_hasten() - the next probe is to go sooner, if it would go later
 * @p: the pace
 * @params: what the user says, which may have changed
 * @now: the time
 */
void mx_pace_hasten(struct mx_pace *p, const struct mx_pace_params *params,
		    u64 now)
{
	u64 next = p->burst ? now : now + mx_pace_ns(params->interval);

	p->next = min(p->next, next);
}

/**
 * mx_pace_wake() - when there is something to do next
 * @p: the pace
 *
 * Return: nanoseconds.
 */
u64 mx_pace_wake(const struct mx_pace *p)
{
	const struct mx_pace_slot *slot;
	u64 wake = p->next;
	u32 i;

	for (i = p->oldest; i != p->seq; i++) {
		slot = &p->slots[i & (p->n - 1)];
		if (slot->state == MX_PACE_OUT)
			wake = min(wake, mx_pace_deadline(slot));
	}
	return wake;
}

/* Of fewer than none lost, only so many are remembered: see mx_ways_answer(). */
static s32 mx_ways_add(s32 lost, s32 more)
{
	return max(lost + more, -MX_WAYS_DISORDER);
}

static void mx_ways_fade(struct mx_ways *w)
{
	if (w->sent < MX_WAYS_ACCOUNT)
		return;
	w->sent /= 2;
	w->fwd /= 2;
	w->back /= 2;
}

/**
 * mx_ways_again() - one more answer has come to a probe that is in the account
 * @w: the account
 *
 * The peer has answered more than the newest one tells.
 */
void mx_ways_again(struct mx_ways *w)
{
	w->back = mx_ways_add(w->back, -1);
}

/**
 * mx_ways_answer() - take what an answer's numbers tell into account
 * @w: the account
 * @seq: the number of the probe
 * @number: the number that the peer gave its answer
 *
 * A peer that counts tells how many probes have come to it: those that it has
 * not counted were lost on the way there, those that it has, and whose answers
 * did not come, on the way back. What comes out of order was taken for lost on
 * one way or the other, and is taken back, for which an account may be below
 * zero for a while. A peer that does not count returns the probe's number.
 */
void mx_ways_answer(struct mx_ways *w, u32 seq, u32 number)
{
	u32 sent = seq - w->seq;
	s32 counted = number - w->number;

	if (w->known && (s32)sent <= 0) {
		mx_ways_again(w);
		return;
	}
	if (!w->known || !w->tells || sent >= MX_WAYS_FAR ||
	    counted >= MX_WAYS_FAR || counted <= -MX_WAYS_FAR ||
	    (counted <= 0 && number < sent)) {
		/* it begins, perhaps anew: no more answers than probes since */
		w->tells = number != seq;
		w->number = number;
	} else {
		w->tells = number != seq;
		w->number += max(counted, 0);
		w->sent += sent;
		w->fwd = mx_ways_add(w->fwd, sent - max(counted, 0));
		w->back = mx_ways_add(w->back, max(counted, 0) - 1);
		mx_ways_fade(w);
	}
	w->known = true;
	w->seq = seq;
}

static u32 mx_ways_ppm(const struct mx_ways *w, s32 lost)
{
	if (!w->tells || !w->sent)
		return U32_MAX;
	return div_u64((u64)clamp_t(s64, lost, 0, w->sent) * MX_WAYS_ALL,
		       w->sent);
}

/**
 * mx_ways_fwd_ppm() - loss on the way there
 * @w: the account
 *
 * Return: millionths, U32_MAX if the peer does not tell.
 */
u32 mx_ways_fwd_ppm(const struct mx_ways *w)
{
	return mx_ways_ppm(w, w->fwd);
}

/**
 * mx_ways_back_ppm() - loss on the way back
 * @w: the account
 *
 * Return: millionths, U32_MAX if the peer does not tell.
 */
u32 mx_ways_back_ppm(const struct mx_ways *w)
{
	return mx_ways_ppm(w, w->back);
}
