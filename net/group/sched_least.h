/* SPDX-License-Identifier: GPL-2.0 */
/* What schedulers that look for the cheapest member share. */
#ifndef MX_GROUP_SCHED_LEAST_H
#define MX_GROUP_SCHED_LEAST_H

#include <linux/limits.h>
#include <linux/math64.h>
#include "group/sched.h"

/* What a member costs at @now; U64_MAX if it is not to be picked. */
typedef u64 (*mx_sched_cost_fn)(const struct mx_member *member, u32 now);

/**
 * mx_sched_least() - find the cheapest member, in turn if there are several
 * @pool: the members
 * @turn: number of the decision: of k members that cost the same, the one that
 *	comes at @turn modulo k
 * @now: low 32 bits of jiffies
 * @cost: the price of a member; others may change it meanwhile
 *
 * Inlined, so that @cost is not an indirect call for each member.
 *
 * Return: index of the member, or pool->n if none may be picked.
 */
static __always_inline u32 mx_sched_least(const struct mx_pool *pool, u64 turn,
					  u32 now, mx_sched_cost_fn cost)
{
	u32 i, skip, least = pool->n, ties = 0;
	u64 price, best = U64_MAX;

	for (i = 0; i < pool->n; i++) {
		price = cost(pool->slots[i].member, now);
		if (price < best) {
			best = price;
			least = i;
			ties = 0;
		}
		ties += price == best;
	}
	if (ties <= 1 || best == U64_MAX)
		return least;

	/* If prices rise under our eyes, the last one seen still is as good. */
	div_u64_rem(turn, ties, &skip);
	for (i = least; i < pool->n; i++) {
		if (cost(pool->slots[i].member, now) != best)
			continue;
		least = i;
		if (!skip--)
			break;
	}
	return least;
}

#endif /* MX_GROUP_SCHED_LEAST_H */
