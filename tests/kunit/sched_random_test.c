// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the random scheduler. */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "sched_fixture.h"

static const u32 random_sizes[] = { 1, 2, 3, 7, 100, MX_MAX_MEMBERS };

static void random_desc(const u32 *n, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u members", *n);
}

KUNIT_ARRAY_PARAM(random, random_sizes, random_desc);

/* Numbers at equal distances stand for all of the random ones. */
static void random_is_uniform(struct kunit *test)
{
	u32 n = *(const u32 *)test->param_value;
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_random, n);
	u32 *seen = kunit_kcalloc(test, n, sizeof(*seen), GFP_KERNEL);
	const u32 parts = 1U << 16;
	u32 i, index;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	for (i = 0; i < parts; i++) {
		f->pick.random = i << 16 | 0x8000;
		index = sched_fixture_pick(f);
		KUNIT_ASSERT_LT(test, index, n);
		seen[index]++;
	}
	for (i = 0; i < n; i++) {
		KUNIT_ASSERT_GE(test, seen[i], parts / n);
		KUNIT_ASSERT_LE(test, seen[i], parts / n + 1);
	}
}

static void random_reaches_both_ends(struct kunit *test)
{
	u32 n = *(const u32 *)test->param_value;
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_random, n);

	f->pick.random = 0;
	KUNIT_EXPECT_EQ(test, sched_fixture_pick(f), 0u);
	f->pick.random = U32_MAX;
	KUNIT_EXPECT_EQ(test, sched_fixture_pick(f), n - 1);
}

/* Neither who asks nor who was asked before matters: only the number does. */
static void random_depends_on_the_number_alone(struct kunit *test)
{
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_random, 10);
	u32 index, i;

	f->pick.random = 0x87654321;
	index = sched_fixture_pick(f);
	for (i = 0; i < 100; i++) {
		f->pick.hash = sched_fixture_id(i);
		f->pick.packet = i;
		f->pick.now = i;
		f->pool.slots[i % 10].weight = 1 + i;
		KUNIT_ASSERT_EQ(test, sched_fixture_pick(f), index);
	}
}

static struct kunit_case random_cases[] = {
	KUNIT_CASE_PARAM(random_is_uniform, random_gen_params),
	KUNIT_CASE_PARAM(random_reaches_both_ends, random_gen_params),
	KUNIT_CASE(random_depends_on_the_number_alone),
	{}
};

static struct kunit_suite random_suite = {
	.name = "mx_sched_random",
	.test_cases = random_cases,
};

kunit_test_suite(random_suite);
