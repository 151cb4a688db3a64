// SPDX-License-Identifier: GPL-2.0
/*
 * random: every member with the same chance. Weights are not honoured: wrr and
 * hash do that.
 */
#include <linux/math.h>

#include "group/sched.h"

static u32 mx_random_pick(const struct mx_pool *pool,
			  const struct mx_pick *pick)
{
	return reciprocal_scale(pick->random, pool->n);
}

const struct mx_sched mx_sched_random = {
	.name	= "random",
	.kinds	= MX_KIND_SERVER | MX_KIND_PATH,
	.needs	= MX_NEEDS_RANDOM,
	.pick	= mx_random_pick,
};
