// SPDX-License-Identifier: GPL-2.0
/*
 * rr: round robin. The members take turns in the order of their configuration:
 * of any k * n decisions in a row each member gets exactly k. Weights have no
 * meaning here.
 */
#include <linux/errno.h>
#include <linux/slab.h>

#include "base/divisor.h"
#include "group/sched.h"

static int mx_rr_build(struct mx_pool *pool, const struct mx_pool *old)
{
	struct mx_divisor *members;

	members = kmalloc(sizeof(*members), GFP_KERNEL_ACCOUNT);
	if (!members)
		return -ENOMEM;
	mx_divisor_init(members, pool->n);
	pool->data = members;
	return 0;
}

static void mx_rr_free(struct mx_pool *pool)
{
	kfree(pool->data);
	pool->data = NULL;
}

static u32 mx_rr_pick(const struct mx_pool *pool, const struct mx_pick *pick)
{
	return mx_mod(mx_pick_turn(pick), pool->data);
}

const struct mx_sched mx_sched_rr = {
	.name	= "rr",
	.kinds	= MX_KIND_SERVER | MX_KIND_PATH,
	.build	= mx_rr_build,
	.free	= mx_rr_free,
	.pick	= mx_rr_pick,
};
