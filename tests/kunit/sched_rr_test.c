// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the rr scheduler. */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "sched_fixture.h"

static const u32 rr_sizes[] = { 1, 2, 3, 5, 64, 100, 4095, MX_MAX_MEMBERS };

static void rr_desc(const u32 *n, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u members", *n);
}

KUNIT_ARRAY_PARAM(rr, rr_sizes, rr_desc);

static void rr_is_exactly_even_in_any_window(struct kunit *test)
{
	static const s64 starts[] = { 0, 1, 12345, U32_MAX - 100LL,
				      S64_MAX - 100, -100000 };
	u32 n = *(const u32 *)test->param_value;
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_rr, n);
	u32 *seen;
	int i, j;

	sched_fixture_build(test, f, NULL);
	for (i = 0; i < ARRAY_SIZE(starts); i++) {
		atomic64_set(&f->turn, starts[i]);
		seen = sched_fixture_count(test, f, 3 * n);
		for (j = 0; j < n; j++)
			KUNIT_ASSERT_EQ(test, seen[j], 3u);
	}
}

static void rr_goes_in_order(struct kunit *test)
{
	u32 n = *(const u32 *)test->param_value;
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_rr, n);
	u32 i;

	sched_fixture_build(test, f, NULL);
	for (i = 0; i < 2 * n; i++)
		KUNIT_ASSERT_EQ(test, sched_fixture_pick(f), i % n);
}

static void rr_knows_no_weights(struct kunit *test)
{
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_rr, 2);
	u32 *seen;

	f->pool.slots[0].weight = MUTEX_WEIGHT_MAX;
	sched_fixture_build(test, f, NULL);
	seen = sched_fixture_count(test, f, 100);
	KUNIT_EXPECT_EQ(test, seen[0], 50u);
	KUNIT_EXPECT_EQ(test, seen[1], 50u);
}

static struct kunit_case rr_cases[] = {
	KUNIT_CASE_PARAM(rr_is_exactly_even_in_any_window, rr_gen_params),
	KUNIT_CASE_PARAM(rr_goes_in_order, rr_gen_params),
	KUNIT_CASE(rr_knows_no_weights),
	{}
};

static struct kunit_suite rr_suite = {
	.name = "mx_sched_rr",
	.test_cases = rr_cases,
};

kunit_test_suite(rr_suite);
