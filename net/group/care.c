// SPDX-License-Identifier: GPL-2.0
/* The arithmetic of care: nothing here but numbers. */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "base/mix.h"
#include "group/care.h"

/* Of mx_care.smooth, in a permille. */
#define MX_CARE_FINE		16U

/* What part of the way to a new value one step goes. */
#define MX_CARE_PACE		4

/* It gets there when no more than that part of the value is left. */
#define MX_CARE_NEAR		64

/* A factor in force gives way to one that differs by that part of it. */
#define MX_CARE_BAND		20U

/* More active connections than a namespace can have flows. */
#define MX_CARE_ACTIVE_MAX	BIT(24)
#define MX_CARE_EVEN_SHIFT	26

/**
 * mx_care_init() - the care of a server that is in no pool yet
 * @c: its care, zeroed
 */
void mx_care_init(struct mx_care *c)
{
	c->ramp = MX_CARE_WHOLE;
	c->factor = MX_CARE_WHOLE;
	c->smooth = MX_CARE_WHOLE * MX_CARE_FINE;
}

/**
 * mx_care_ms() - how much time has passed
 * @from: low 32 bits of jiffies, then
 * @now: the same, now or a moment before @from
 *
 * Return: milliseconds.
 */
u32 mx_care_ms(u32 from, u32 now)
{
	s32 passed = now - from;

	return passed > 0 ? jiffies_to_msecs(passed) : 0;
}

/**
 * mx_care_left() - how much of a span is left
 * @from: when it began, low 32 bits of jiffies
 * @ms: its length, milliseconds
 * @now: low 32 bits of jiffies
 *
 * Return: milliseconds, 0 when it is over.
 */
u32 mx_care_left(u32 from, u32 ms, u32 now)
{
	u32 passed = mx_care_ms(from, now);

	return passed < ms ? ms - passed : 0;
}

static u32 mx_care_step(u32 slow_start)
{
	return max(slow_start / MX_CARE_STEPS, MX_CARE_STEP_MS);
}

/**
 * mx_care_ramp() - what part of its weight a server has during a slow start
 * @elapsed: milliseconds since it came up
 * @slow_start: milliseconds that the slow start takes, 0 for none
 *
 * Grows in steps: the first one at once, the last one before the end.
 *
 * Return: permille, 1 to MX_CARE_WHOLE.
 */
u32 mx_care_ramp(u32 elapsed, u32 slow_start)
{
	u32 step = mx_care_step(slow_start);
	u64 reach;

	if (elapsed >= slow_start)
		return MX_CARE_WHOLE;
	reach = (u64)(elapsed / step + 1) * step;
	if (reach >= slow_start)
		return MX_CARE_WHOLE;
	return max_t(u32, div_u64(reach * MX_CARE_WHOLE, slow_start), 1);
}

/**
 * mx_care_ramp_wait() - when the next step of a slow start is due
 * @elapsed: milliseconds since the server came up
 * @slow_start: milliseconds that the slow start takes
 *
 * Return: milliseconds from now on, at least 1.
 */
u32 mx_care_ramp_wait(u32 elapsed, u32 slow_start)
{
	u32 step = mx_care_step(slow_start);

	return step - elapsed % step;
}

/**
 * mx_care_share() - what part of its weight a server gets flows by
 * @c: its care
 * @p: its group's parameters
 *
 * A server that is in no pool yet is about to begin its slow start.
 *
 * Return: permille, at least 1.
 */
u32 mx_care_share(const struct mx_care *c, const struct mx_care_params *p)
{
	u32 share = MX_CARE_WHOLE;

	if (p->dynamic)
		share = clamp(c->factor, p->min * 10, p->max * 10);
	if (c->phase == MX_CARE_OUT)
		share = share * mx_care_ramp(0, p->slow_start) / MX_CARE_WHOLE;
	else if (c->phase == MX_CARE_RAMP)
		share = share * c->ramp / MX_CARE_WHOLE;
	return max(share, 1U);
}

/**
 * mx_care_weight() - a weight for the scheduler, in its finest units
 * @weight: what the user said
 * @share: permille of it
 * @top: the highest product of both that the group can have
 *
 * Return: 1 to MUTEX_WEIGHT_MAX, in proportion to @weight times @share.
 */
u32 mx_care_weight(u32 weight, u32 share, u32 top)
{
	u64 fine = (u64)weight * share * MUTEX_WEIGHT_MAX;

	return clamp_t(u64, div_u64(fine, max(top, 1U)), 1, MUTEX_WEIGHT_MAX);
}

/**
 * mx_care_effective() - a weight as the user counts it
 * @weight: what the user said
 * @share: permille of it
 *
 * Return: the weight in force, rounded, at least 1.
 */
u32 mx_care_effective(u32 weight, u32 share)
{
	u32 now = DIV_ROUND_CLOSEST(weight * share, MX_CARE_WHOLE);

	return max(now, 1U);
}

/**
 * mx_care_door() - the chance of a server where the scheduler does not weigh
 * @share: permille
 *
 * Return: it gets the flows that it is picked for by random numbers up to that.
 */
u32 mx_care_door(u32 share)
{
	return share < MX_CARE_WHOLE ? U32_MAX / MX_CARE_WHOLE * share :
				       U32_MAX;
}

/**
 * mx_care_admit() - let a server that just came up pass some flows on
 * @pool: the pool, n >= 1
 * @at: the slot that the scheduler picked
 * @random: a random number
 *
 * Return: the slot that gets the flow: @at or one of those that have their
 * whole share; if none has, @at.
 */
u32 mx_care_admit(const struct mx_pool *pool, u32 at, u32 random)
{
	u32 i, other;

	if (random <= pool->slots[at].door)
		return at;
	other = reciprocal_scale(mx_mix64(random) >> 32, pool->n);
	for (i = 0; i < pool->n; i++) {
		if (pool->slots[other].door == U32_MAX)
			return other;
		if (++other == pool->n)
			other = 0;
	}
	return at;
}

/**
 * mx_care_by_latency() - what a server's latency makes of its weight
 * @ewma: of the server, microseconds; 0 if it is not known
 * @mean: of the group, microseconds
 *
 * Return: permille: twice as slow as the mean, half the weight.
 */
u32 mx_care_by_latency(u32 ewma, u32 mean)
{
	u64 factor;

	if (!ewma || !mean)
		return MX_CARE_WHOLE;
	factor = div_u64((u64)mean * MX_CARE_WHOLE, ewma);
	return min_t(u64, factor, MX_DYNAMIC_LIMIT * 10);
}

/**
 * mx_care_by_load() - what a server's load makes of its weight
 * @load: percent
 *
 * Return: permille: what is left of the server.
 */
u32 mx_care_by_load(u32 load)
{
	return load < 100 ? (100 - load) * 10 : 0;
}

/* Is this a value that a factor comes to rest at, however near it is? */
static bool mx_care_rests(const struct mx_care_params *p, u32 value)
{
	return value == MX_CARE_WHOLE || value == p->min * 10 ||
	       value == p->max * 10;
}

/**
 * mx_care_follow() - let a server's factor follow a measured one, slowly
 * @c: its care
 * @p: its group's parameters
 * @target: the measured one, permille
 *
 * Return: whether the factor in force has changed; noise does not do that.
 */
bool mx_care_follow(struct mx_care *c, const struct mx_care_params *p,
		    u32 target)
{
	u32 to = clamp(target, p->min * 10, p->max * 10);
	s32 way = to * MX_CARE_FINE - c->smooth;
	u32 factor;

	if (abs(way) * MX_CARE_NEAR < to * MX_CARE_FINE)
		c->smooth = to * MX_CARE_FINE;
	else
		c->smooth += way / MX_CARE_PACE ?: (way > 0 ? 1 : -1);
	factor = max(c->smooth / MX_CARE_FINE, 1U);
	if (factor == c->factor ||
	    (abs((s32)(factor - c->factor)) * MX_CARE_BAND < c->factor &&
	     !mx_care_rests(p, factor)))
		return false;
	c->factor = factor;
	return true;
}

/* Active flows for each unit of weight, of the slot; room for 2^12 of them. */
static u64 mx_care_burden(const struct mx_slot *slot, bool weighs)
{
	u64 active = clamp_t(s64, atomic_read(&slot->member->active), 0,
			     MX_CARE_ACTIVE_MAX);

	return div_u64(active << MX_CARE_EVEN_SHIFT,
		       weighs ? slot->weight : 1);
}

/**
 * mx_care_even() - judge how evenly active flows lie on the servers of a pool
 * @pool: the pool, may be empty
 * @weighs: whether its scheduler goes by weight
 * @even: where to put the verdict; all 0 if there are no flows
 */
void mx_care_even(const struct mx_pool *pool, bool weighs,
		  struct mx_even *even)
{
	u64 sum = 0, off = 0, mean, part;
	u32 i;

	memset(even, 0, sizeof(*even));
	for (i = 0; i < pool->n; i++)
		sum += mx_care_burden(&pool->slots[i], weighs);
	mean = pool->n ? div_u64(sum, pool->n) : 0;
	if (!mean)
		return;
	for (i = 0; i < pool->n; i++) {
		part = mx_care_burden(&pool->slots[i], weighs) * MX_CARE_WHOLE;
		part = div64_u64(part + mean / 2, mean);
		/* flows may come while they are counted */
		part = min_t(u64, part, MX_MAX_MEMBERS * MX_CARE_WHOLE);
		even->max = max_t(u32, even->max, part);
		off += (part - MX_CARE_WHOLE) * (part - MX_CARE_WHOLE);
	}
	even->cv = int_sqrt64(div_u64(off, pool->n));
}
