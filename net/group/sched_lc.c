// SPDX-License-Identifier: GPL-2.0
/*
 * lc: least connections. The member with the fewest active flows gets the next
 * one; equal members take turns. Weights have no meaning here. Looks at every
 * member, so a decision costs time in proportion to their number.
 */
#include <linux/minmax.h>

#include "group/sched.h"
#include "group/sched_least.h"

static u64 mx_lc_cost(const struct mx_member *member, u32 now)
{
	/* The end of a flow may be seen before its start on another CPU. */
	return max(atomic_read(&member->active), 0);
}

static u32 mx_lc_pick(const struct mx_pool *pool, const struct mx_pick *pick)
{
	return mx_sched_least(pool, mx_pick_turn(pick), pick->now, mx_lc_cost);
}

const struct mx_sched mx_sched_lc = {
	.name	= "lc",
	.kinds	= MX_KIND_SERVER | MX_KIND_PATH,
	.pick	= mx_lc_pick,
};
