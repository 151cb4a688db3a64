// SPDX-License-Identifier: GPL-2.0
/* The state machine of a server's health; nothing here but numbers. */
#include <linux/minmax.h>
#include "group/health.h"

static bool mx_health_enter(struct mx_health_sm *h, u8 state, u8 reason,
			    u64 now, u64 until)
{
	h->state = state;
	h->reason = reason;
	h->since = now;
	h->until = until;
	h->goods = 0;
	h->fails = 0;
	h->bads = 0;
	return true;
}

/* Each time down lasts twice as long as the last one, unless that is long ago. */
static bool mx_health_down(struct mx_health_sm *h, const struct mx_failover *p,
			   u8 reason, u64 now)
{
	u64 hold;

	if (h->state == MUTEX_HEALTH_UP && now - h->since >= p->hold_max)
		h->level = 0;
	hold = min_t(u64, (u64)p->hold_min << h->level, p->hold_max);
	if (hold < p->hold_max)
		h->level++;
	h->hold = hold;
	h->flaps++;
	return mx_health_enter(h, MUTEX_HEALTH_DOWN, reason, now, now + hold);
}

static bool mx_health_up(struct mx_health_sm *h, u64 now)
{
	return mx_health_enter(h, MUTEX_HEALTH_UP, MUTEX_REASON_RECOVERED, now,
			       0);
}

/* For how long a report holds. */
static u32 mx_health_word(const struct mx_health_sm *h,
			  const struct mx_failover *p)
{
	return max(h->hold, p->window);
}

static bool mx_health_held(const struct mx_health_sm *h, u64 now)
{
	return now - h->since < h->hold;
}

/* Notes a failure; true if the window has enough of them. */
static bool mx_health_count(struct mx_health_sm *h, const struct mx_failover *p,
			    u64 now)
{
	u8 oldest;

	if (h->fails && now - h->last >= p->window)
		h->fails = 0;
	h->last = now;
	h->fail[h->next] = (u32)now;
	h->next = (h->next + 1) % MX_HEALTH_FAILS_MAX;
	if (h->fails < MX_HEALTH_FAILS_MAX)
		h->fails++;
	do {
		oldest = (h->next + MX_HEALTH_FAILS_MAX - h->fails) %
			 MX_HEALTH_FAILS_MAX;
		if ((u32)now - h->fail[oldest] < p->window)
			break;
	} while (--h->fails);
	return h->fails >= max_t(u8, p->fails, 1);
}

static bool mx_health_bad(struct mx_health_sm *h, const struct mx_failover *p,
			  const struct mx_health_event *ev)
{
	bool enough = false;

	switch (h->state) {
	case MUTEX_HEALTH_DOWN:
		h->goods = 0;
		return false;
	case MUTEX_HEALTH_TRIAL:
		enough = true;
		break;
	default:
		if (ev->source == MX_HEALTH_VERDICT ||
		    p->strategy == MUTEX_FAILOVER_IMMEDIATE)
			enough = true;
		else if (p->strategy == MUTEX_FAILOVER_DELAYED)
			enough = mx_health_count(h, p, ev->now);
		else if (h->bads < U8_MAX)
			enough = ++h->bads >= p->fails ||
				 p->strategy == MUTEX_FAILOVER_OFF;
	}
	return enough && mx_health_down(h, p, ev->reason, ev->now);
}

static bool mx_health_good(struct mx_health_sm *h, const struct mx_failover *p,
			   const struct mx_health_event *ev)
{
	h->bads = 0;
	if (h->state == MUTEX_HEALTH_UP)
		return false;
	if (ev->source == MX_HEALTH_VERDICT)
		h->goods = max_t(u16, p->rise, 1);
	else if (h->goods < U16_MAX)
		h->goods++;
	if (h->goods < p->rise)
		return false;
	if (h->state == MUTEX_HEALTH_DOWN && mx_health_held(h, ev->now))
		return false;
	return mx_health_up(h, ev->now);
}

/* Heeds traffic only where the strategy does, and never while it is down. */
static bool mx_health_traffic(struct mx_health_sm *h,
			      const struct mx_failover *p,
			      const struct mx_health_event *ev)
{
	if (h->state == MUTEX_HEALTH_DOWN)
		return false;
	if (ev->good)
		return h->state == MUTEX_HEALTH_TRIAL &&
		       mx_health_good(h, p, ev);
	return (p->strategy == MUTEX_FAILOVER_IMMEDIATE ||
		p->strategy == MUTEX_FAILOVER_DELAYED) &&
	       mx_health_bad(h, p, ev);
}

static bool mx_health_tick(struct mx_health_sm *h, const struct mx_failover *p,
			   u64 now)
{
	if (!h->until || now < h->until)
		return false;
	h->until = 0;
	if (h->state == MUTEX_HEALTH_TRIAL)
		return mx_health_up(h, now);
	if (h->state != MUTEX_HEALTH_DOWN)
		return false;
	if (h->goods >= max_t(u16, p->rise, 1))
		return mx_health_up(h, now);
	if (h->judged)
		return false;
	if (h->word && now - h->word < mx_health_word(h, p)) {
		h->until = h->word + mx_health_word(h, p);
		return false;
	}
	return mx_health_enter(h, MUTEX_HEALTH_TRIAL, MUTEX_REASON_TRIAL, now,
			       now + p->window);
}

static bool mx_health_reset(struct mx_health_sm *h, u64 now)
{
	bool changed = h->state != MUTEX_HEALTH_UP;

	h->level = 0;
	h->word = 0;
	mx_health_enter(h, MUTEX_HEALTH_UP, MUTEX_REASON_USER, now, 0);
	return changed;
}

/*
 * Who speaks has read the clock before others were kept from the state: an
 * event may be older than what came before it. It counts as coming after that.
 */
static struct mx_health_event mx_health_in_order(const struct mx_health_sm *h,
						 const struct mx_health_event *ev)
{
	struct mx_health_event late = *ev;

	late.now = max(ev->now, max3(h->since, h->last, h->word));
	return late;
}

/**
 * mx_health_next() - what becomes of a server's health
 * @h: its state
 * @p: the group's parameters
 * @ev: what happened
 *
 * Up: goes down by the strategy's count of failures, or by a verdict. Down:
 * stays so until the hold-down is over; then it goes up after enough
 * successes, or, where nobody checks, on trial. On trial: takes traffic, goes
 * up after enough successes or a window without a failure, and down at the
 * first one.
 *
 * Context: any; the caller holds off others from @h.
 * Return: whether the state has changed.
 */
bool mx_health_next(struct mx_health_sm *h, const struct mx_failover *p,
		    const struct mx_health_event *ev)
{
	const struct mx_health_event late = mx_health_in_order(h, ev);

	ev = &late;
	switch (ev->source) {
	case MX_HEALTH_TRAFFIC:
		return mx_health_traffic(h, p, ev);
	case MX_HEALTH_VERDICT:
		h->judged = true;
		break;
	case MX_HEALTH_REPORT:
		h->word = ev->now;
		break;
	case MX_HEALTH_QUIT:
		h->judged = false;
		if (h->state == MUTEX_HEALTH_DOWN)
			h->until = max(h->since + h->hold, ev->now);
		return false;
	case MX_HEALTH_RESET:
		return mx_health_reset(h, ev->now);
	default:
		return mx_health_tick(h, p, ev->now);
	}
	return ev->good ? mx_health_good(h, p, ev) : mx_health_bad(h, p, ev);
}
