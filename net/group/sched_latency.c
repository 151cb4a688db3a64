// SPDX-License-Identifier: GPL-2.0
/*
 * latency: the member that answered fastest of late gets the next flow. In
 * this order:
 *
 *	idle	no sample yet and no flow: tried first, one flow each
 *	fresh	a sample of the last 10 s: the lowest average wins
 *	stale	an older sample: the lowest average wins
 *	mute	no sample although flows were sent to it
 *
 * Equal members take turns. A stale or mute member may be well again, and only
 * traffic can tell: of the decisions for a fresh or stale one, one in 64 goes
 * to one of them instead, in turn. Beyond that a member that stopped answering
 * gets nothing while another one answers, even if it used to be the fastest.
 *
 * A known weakness of the method: samples come later than decisions, so flows
 * that start at once all go to the same member and its average tells only
 * after that ("herding"). The moving average damps it; groups for which it
 * matters use lc, which counts at the time of the decision. Weights have no
 * meaning here. Looks at every member, so a decision costs time in proportion
 * to their number.
 */
#include <linux/compiler.h>
#include <linux/jiffies.h>

#include "group/sched.h"
#include "group/sched_least.h"

/* How long a sample tells how a member is. */
#define MX_LATENCY_FRESH	(10U * HZ)

/* One decision in so many explores; a power of two. */
#define MX_LATENCY_EXPLORE_SHIFT	6
#define MX_LATENCY_EXPLORE	BIT(MX_LATENCY_EXPLORE_SHIFT)

enum mx_latency_class {
	MX_LATENCY_IS_IDLE,
	MX_LATENCY_IS_FRESH,
	MX_LATENCY_IS_STALE,
	MX_LATENCY_IS_MUTE,
};

/*
 * A sample may be newer than @now, which another CPU read a moment ago: so the
 * span that is fresh reaches 10 s into the future too. It comes round again
 * when a sample is as old as the 32-bit clock's whole turn, 49 days at 1,000 Hz:
 * the sample then seems fresh until a flow or 20 s correct it.
 */
static bool mx_latency_is_fresh(u32 stamp, u32 now)
{
	return now - stamp + MX_LATENCY_FRESH <= 2 * MX_LATENCY_FRESH;
}

static u64 mx_latency_cost(const struct mx_member *member, u32 now)
{
	u32 ewma = READ_ONCE(member->latency_ewma);
	u32 stamp = READ_ONCE(member->latency_stamp);
	enum mx_latency_class class;

	if (!ewma)
		class = atomic_read(&member->active) > 0 ? MX_LATENCY_IS_MUTE :
							   MX_LATENCY_IS_IDLE;
	else
		class = mx_latency_is_fresh(stamp, now) ? MX_LATENCY_IS_FRESH :
							  MX_LATENCY_IS_STALE;
	return (u64)class << 32 | ewma;
}

/* The price of exploring: nothing for members of whom nothing is known now. */
static u64 mx_latency_explore(const struct mx_member *member, u32 now)
{
	u32 class = mx_latency_cost(member, now) >> 32;

	return class == MX_LATENCY_IS_FRESH ? U64_MAX : 0;
}

static u32 mx_latency_pick(const struct mx_pool *pool,
			   const struct mx_pick *pick)
{
	u64 turn = mx_pick_turn(pick);
	u32 best, other;

	best = mx_sched_least(pool, turn, pick->now, mx_latency_cost);
	if (turn % MX_LATENCY_EXPLORE != MX_LATENCY_EXPLORE - 1 ||
	    !READ_ONCE(pool->slots[best].member->latency_ewma))
		return best;

	other = mx_sched_least(pool, turn >> MX_LATENCY_EXPLORE_SHIFT,
			       pick->now, mx_latency_explore);
	return other < pool->n ? other : best;
}

const struct mx_sched mx_sched_latency = {
	.name	= "latency",
	.kinds	= MX_KIND_SERVER | MX_KIND_PATH,
	.pick	= mx_latency_pick,
};
