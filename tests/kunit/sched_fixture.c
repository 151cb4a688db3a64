// SPDX-License-Identifier: GPL-2.0
#include "sched_fixture.h"

/**
 * sched_fixture_unbuild() - release what the scheduler built
 * @f: the fixture; nothing happens if it is not built
 */
void sched_fixture_unbuild(struct sched_fixture *f)
{
	if (f->pool.data)
		f->sched->free(&f->pool);
	f->pool.data = NULL;
}

static int sched_fixture_init(struct kunit_resource *res, void *context)
{
	res->data = context;
	return 0;
}

static void sched_fixture_exit(struct kunit_resource *res)
{
	sched_fixture_unbuild(res->data);
}

/**
 * sched_fixture_new() - make a pool of members of weight 1, not built yet
 * @test: the test, whose end frees all
 * @sched: the scheduler
 * @n: number of members
 *
 * Return: the fixture.
 */
struct sched_fixture *sched_fixture_new(struct kunit *test,
					const struct mx_sched *sched, u32 n)
{
	struct sched_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->members = kunit_kcalloc(test, n, sizeof(*f->members), GFP_KERNEL);
	f->pool.slots = kunit_kcalloc(test, n, sizeof(*f->pool.slots),
				      GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, f->members);
	KUNIT_ASSERT_NOT_NULL(test, f->pool.slots);
	f->sched = sched;
	f->pool.n = n;
	f->pool.seed.key[0] = 0x0123456789abcdefULL;
	f->pool.seed.key[1] = 0xfedcba9876543210ULL;
	for (i = 0; i < n; i++) {
		f->members[i].id = sched_fixture_id(i);
		f->pool.slots[i].member = &f->members[i];
		f->pool.slots[i].weight = 1;
	}
	f->pick.turn = &f->turn;
	/* Registered after the memory, so it runs before that is freed. */
	KUNIT_ASSERT_NOT_NULL(test, kunit_alloc_resource(test,
							 sched_fixture_init,
							 sched_fixture_exit,
							 GFP_KERNEL, f));
	return f;
}

/**
 * sched_fixture_build() - let the scheduler prepare the pool
 * @test: the test, aborted if that fails
 * @f: the fixture
 * @old: the pool that it replaces, or NULL
 */
void sched_fixture_build(struct kunit *test, struct sched_fixture *f,
			 const struct sched_fixture *old)
{
	sched_fixture_unbuild(f);
	if (f->sched->build)
		KUNIT_ASSERT_EQ(test, 0,
				f->sched->build(&f->pool,
						old ? &old->pool : NULL));
}

/**
 * sched_fixture_pick() - ask once
 * @f: the fixture, built
 *
 * Return: the index of the member.
 */
u32 sched_fixture_pick(struct sched_fixture *f)
{
	return f->sched->pick(&f->pool, &f->pick);
}

/**
 * sched_fixture_count() - ask many times, with a new hash and packet each time
 * @test: the test, which fails if an index is out of range
 * @f: the fixture, built
 * @picks: how often
 *
 * Return: how often each member was picked; the test's end frees it.
 */
u32 *sched_fixture_count(struct kunit *test, struct sched_fixture *f, u32 picks)
{
	u32 *seen = kunit_kcalloc(test, f->pool.n, sizeof(*seen), GFP_KERNEL);
	u32 i, index;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	for (i = 0; i < picks; i++) {
		f->pick.hash = sched_fixture_id(i);
		f->pick.packet = i;
		index = sched_fixture_pick(f);
		KUNIT_ASSERT_LT(test, index, f->pool.n);
		seen[index]++;
	}
	return seen;
}

/**
 * sched_fixture_chi_square() - distance of a sample from an even distribution
 * @seen: how often each of @n things was seen
 * @n: how many things there are
 * @expected: how often each should have been seen
 *
 * Return: the sum of (seen - expected)^2 / expected.
 */
u64 sched_fixture_chi_square(const u32 *seen, u32 n, u64 expected)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < n; i++) {
		s64 off = (s64)seen[i] - (s64)expected;

		sum += off * off;
	}
	return div64_u64(sum, expected);
}
