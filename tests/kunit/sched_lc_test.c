// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the lc scheduler. */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "sched_fixture.h"

static struct sched_fixture *lc_new(struct kunit *test, const int *active,
				    u32 n)
{
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_lc, n);
	u32 i;

	for (i = 0; i < n; i++)
		atomic_set(&f->members[i].active, active[i]);
	return f;
}

#define LC_MEMBERS	6

static const struct lc_case {
	const char *desc;
	int active[LC_MEMBERS];
	u32 share[LC_MEMBERS];	/* of 60 decisions that start no flow */
} lc_table[] = {
	{ "first is least", { 0, 1, 1, 1, 1, 1 }, { 60 } },
	{ "last is least", { 9, 9, 9, 9, 9, 8 }, { 0, 0, 0, 0, 0, 60 } },
	{ "one in the middle", { 5, 7, 4, 5, 9, 8 }, { 0, 0, 60 } },
	{ "all equal", { 3, 3, 3, 3, 3, 3 }, { 10, 10, 10, 10, 10, 10 } },
	{ "equal neighbours", { 2, 1, 1, 2, 2, 2 }, { 0, 30, 30 } },
	{ "equal at both ends", { 0, 5, 5, 5, 5, 0 }, { 30, 0, 0, 0, 0, 30 } },
	{ "equal with a gap", { 4, 1, 9, 1, 9, 1 }, { 0, 20, 0, 20, 0, 20 } },
	{ "below zero is zero", { -1, 0, 1, 1, 1, 1 }, { 30, 30 } },
	{ "very many", { INT_MAX, INT_MAX, INT_MAX, INT_MAX, INT_MAX - 1,
			 INT_MAX }, { 0, 0, 0, 0, 60 } },
};

static void lc_desc(const struct lc_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(lc, lc_table, lc_desc);

static void lc_least_wins_and_equals_share(struct kunit *test)
{
	const struct lc_case *c = test->param_value;
	struct sched_fixture *f = lc_new(test, c->active, LC_MEMBERS);
	u32 *seen = sched_fixture_count(test, f, 60);
	u32 i;

	for (i = 0; i < LC_MEMBERS; i++)
		KUNIT_EXPECT_EQ_MSG(test, seen[i], c->share[i], "member %u", i);
}

static void lc_levels_what_was_uneven(struct kunit *test)
{
	static const int start[] = { 0, 17, 3, 80, 5 };
	const u32 n = ARRAY_SIZE(start);
	struct sched_fixture *f = lc_new(test, start, n);
	u32 i;

	/* 5 * 100 in all. */
	for (i = 0; i < 500 - 105; i++)
		atomic_inc(&f->members[sched_fixture_pick(f)].active);
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, atomic_read(&f->members[i].active), 100);
}

static void lc_fills_up_who_lost_flows(struct kunit *test)
{
	static const int start[] = { 50, 50, 50, 50 };
	struct sched_fixture *f = lc_new(test, start, 4);
	u32 i, index;

	atomic_sub(20, &f->members[2].active);
	for (i = 0; i < 20; i++) {
		index = sched_fixture_pick(f);
		KUNIT_ASSERT_EQ(test, index, 2u);
		atomic_inc(&f->members[index].active);
	}
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, atomic_read(&f->members[i].active), 50);
}

static void lc_shares_at_every_size(struct kunit *test)
{
	static const u32 sizes[] = { 1, 2, 3, 1000, MX_MAX_MEMBERS };
	struct sched_fixture *f;
	u32 *seen, i, j;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		f = sched_fixture_new(test, &mx_sched_lc, sizes[i]);
		seen = sched_fixture_count(test, f, sizes[i]);
		for (j = 0; j < sizes[i]; j++)
			KUNIT_ASSERT_EQ(test, seen[j], 1u);
	}
}

static struct kunit_case lc_cases[] = {
	KUNIT_CASE_PARAM(lc_least_wins_and_equals_share, lc_gen_params),
	KUNIT_CASE(lc_levels_what_was_uneven),
	KUNIT_CASE(lc_fills_up_who_lost_flows),
	KUNIT_CASE(lc_shares_at_every_size),
	{}
};

static struct kunit_suite lc_suite = {
	.name = "mx_sched_lc",
	.test_cases = lc_cases,
};

kunit_test_suite(lc_suite);
