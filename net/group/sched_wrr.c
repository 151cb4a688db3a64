// SPDX-License-Identifier: GPL-2.0
/*
 * wrr: weighted round robin, smooth, and exact over a cycle.
 *
 * The weights, divided by their greatest common divisor, are laid end to end:
 * a ring of W places, of which each member owns as many as its weight. Decision
 * number t takes place t * step modulo W. The step has no divisor in common
 * with W, so a cycle of W decisions visits every place once: each member gets
 * its weight exactly. And step / W is a fraction that is hard to approximate
 * by simpler ones, as the golden ratio is, so that any few decisions in a row
 * lie well apart on the ring: heavy members do not come in bursts.
 *
 *	weights 5, 1, 1: places 0-4, 5, 6; step 5
 *	0 5 3 1 6 4 2  ->  a b a a c a a
 *
 * There is no state but the turn, hence no lock: CPUs share one atomic number.
 * A decision takes a binary search among the members.
 */
#include <linux/errno.h>
#include <linux/gcd.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "base/divisor.h"
#include "group/sched.h"

/* 2^32 divided by the golden ratio. */
#define MX_WRR_GOLDEN	2654435769ULL

/* How far from the golden ratio to look for a better step, to either side. */
#define MX_WRR_REACH	128

/**
 * struct mx_wrr - the ring of a pool
 * @cycle: number of places
 * @step: from one decision's place to the next one's
 * @end: behind the last place of each member
 */
struct mx_wrr {
	struct mx_divisor cycle;
	u32 step;
	u32 end[];
};

/*
 * The sum of the partial quotients of step / cycle, which bounds how far any
 * run of decisions can be from its fair shares; U32_MAX if the two numbers have
 * a divisor in common.
 */
static u32 mx_wrr_roughness(u32 step, u32 cycle)
{
	u32 sum = 0;

	while (step) {
		u32 rest = cycle % step;

		sum += cycle / step;
		cycle = step;
		step = rest;
	}
	return cycle == 1 ? sum : U32_MAX;
}

static u32 mx_wrr_step(u32 cycle)
{
	u32 golden = (cycle * MX_WRR_GOLDEN) >> 32;
	u32 best = 1, best_sum = U32_MAX;
	u32 reach, low, high, sum;

	for (reach = 0; reach <= MX_WRR_REACH; reach++) {
		low = golden - reach;
		high = golden + 1 + reach;
		if (high < cycle) {
			sum = mx_wrr_roughness(high, cycle);
			if (sum < best_sum) {
				best = high;
				best_sum = sum;
			}
		}
		if (low && low <= golden) {
			sum = mx_wrr_roughness(low, cycle);
			if (sum < best_sum) {
				best = low;
				best_sum = sum;
			}
		}
	}
	return best;
}

static int mx_wrr_build(struct mx_pool *pool, const struct mx_pool *old)
{
	unsigned long divisor = 0;
	struct mx_wrr *wrr;
	u32 i, end = 0;

	wrr = kvmalloc(struct_size(wrr, end, pool->n), GFP_KERNEL_ACCOUNT);
	if (!wrr)
		return -ENOMEM;
	for (i = 0; i < pool->n; i++)
		divisor = gcd(divisor, pool->slots[i].weight);
	/* At most MX_MAX_MEMBERS * MUTEX_WEIGHT_MAX, less than 2^26. */
	for (i = 0; i < pool->n; i++) {
		end += pool->slots[i].weight / divisor;
		wrr->end[i] = end;
	}
	mx_divisor_init(&wrr->cycle, end);
	wrr->step = mx_wrr_step(end);
	pool->data = wrr;
	return 0;
}

static void mx_wrr_free(struct mx_pool *pool)
{
	kvfree(pool->data);
	pool->data = NULL;
}

static u32 mx_wrr_pick(const struct mx_pool *pool, const struct mx_pick *pick)
{
	const struct mx_wrr *wrr = pool->data;
	u64 turn = mx_mod(mx_pick_turn(pick), &wrr->cycle);
	u32 place = mx_mod(turn * wrr->step, &wrr->cycle);
	u32 low = 0, high = pool->n - 1;

	/* The owner is the first member that ends behind the place. */
	while (low < high) {
		u32 middle = (low + high) / 2;

		if (wrr->end[middle] > place)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

const struct mx_sched mx_sched_wrr = {
	.name	= "wrr",
	.kinds	= MX_KIND_SERVER | MX_KIND_PATH,
	.weighs	= true,
	.build	= mx_wrr_build,
	.free	= mx_wrr_free,
	.pick	= mx_wrr_pick,
};
