/* SPDX-License-Identifier: GPL-2.0 */
/* Pools to test schedulers on. */
#ifndef SCHED_FIXTURE_H
#define SCHED_FIXTURE_H

#include <kunit/test.h>
#include "base/mix.h"
#include "group/sched.h"

/**
 * struct sched_fixture - a pool, its members, and what is asked of it
 * @sched: the scheduler under test
 * @pool: the pool
 * @members: its members; the ID of member i is sched_fixture_id(i) until the
 *	test says otherwise
 * @turn: the group's turn, 0 at first
 * @pick: the question; @turn is set, all else 0
 */
struct sched_fixture {
	const struct mx_sched *sched;
	struct mx_pool pool;
	struct mx_member *members;
	atomic64_t turn;
	struct mx_pick pick;
};

struct sched_fixture *sched_fixture_new(struct kunit *test,
					const struct mx_sched *sched, u32 n);
void sched_fixture_build(struct kunit *test, struct sched_fixture *f,
			 const struct sched_fixture *old);
void sched_fixture_unbuild(struct sched_fixture *f);
u32 sched_fixture_pick(struct sched_fixture *f);
u32 *sched_fixture_count(struct kunit *test, struct sched_fixture *f,
			 u32 picks);
u64 sched_fixture_chi_square(const u32 *seen, u32 n, u64 expected);

/* A number that looks random and is the same every time. */
static inline u64 sched_fixture_id(u64 i)
{
	return mx_mix64((i + 1) * MX_MIX_STEP);
}

#endif /* SCHED_FIXTURE_H */
