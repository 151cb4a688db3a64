// SPDX-License-Identifier: GPL-2.0
/*
 * packet: every packet by itself, by the hash of its key and of its number.
 * The key's hash holds the seed, so nodes with different names spread the same
 * packets differently. Weights are not honoured. Packets of one flow go many
 * ways and may arrive out of order: for traffic that does not mind.
 */
#include <linux/math.h>

#include "base/mix.h"
#include "group/sched.h"

static u32 mx_packet_pick(const struct mx_pool *pool,
			  const struct mx_pick *pick)
{
	u64 mixed = mx_mix64(pick->hash + pick->packet * MX_MIX_STEP);

	return reciprocal_scale(mixed >> 32, pool->n);
}

const struct mx_sched mx_sched_packet = {
	.name		= "packet",
	.kinds		= MX_KIND_SERVER | MX_KIND_PATH,
	.needs		= MX_NEEDS_HASH,
	.per_packet	= true,
	.pick		= mx_packet_pick,
};
