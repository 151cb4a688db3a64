// SPDX-License-Identifier: GPL-2.0
/*
 * quality: the member of the highest quality gets the next flow. Whoever knows
 * the members writes their quality, and puts what must not be mixed into its
 * top bits. Members of equal quality share flows by the hash of these: when one
 * of them joins or leaves, only the flows that it gets or had go elsewhere.
 * Weights have no meaning here. Looks at every member, so a decision costs time
 * in proportion to their number.
 */
#include <linux/compiler.h>

#include "base/mix.h"
#include "group/sched.h"

static u32 mx_quality_pick(const struct mx_pool *pool,
			   const struct mx_pick *pick)
{
	const struct mx_member *member;
	u32 i, quality, at = 0, best = 0;
	u64 lot, most = 0;

	for (i = 0; i < pool->n; i++) {
		member = pool->slots[i].member;
		quality = READ_ONCE(member->quality);
		if (quality < best)
			continue;
		lot = mx_mix64(pick->hash ^ member->id);
		if (i && quality == best && lot <= most)
			continue;
		best = quality;
		most = lot;
		at = i;
	}
	return at;
}

const struct mx_sched mx_sched_quality = {
	.name	= "quality",
	.kinds	= MX_KIND_PATH,
	.needs	= MX_NEEDS_HASH,
	.pick	= mx_quality_pick,
};
