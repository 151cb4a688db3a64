// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the latency scheduler. */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>

#include "sched_fixture.h"

#define LATENCY_MEMBERS	4
#define LATENCY_NOW	1000000U

/* A member: how many flows, what average, how old in seconds. */
struct latency_member {
	int active;
	u32 ewma;
	u32 age;
};

static struct sched_fixture *latency_new(struct kunit *test,
					 const struct latency_member *m, u32 n)
{
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_latency, n);
	u32 i;

	f->pick.now = LATENCY_NOW;
	for (i = 0; i < n; i++) {
		atomic_set(&f->members[i].active, m[i].active);
		f->members[i].latency_ewma = m[i].ewma;
		f->members[i].latency_stamp = LATENCY_NOW - m[i].age * HZ;
	}
	return f;
}

/* Of 64 * 12 decisions 12 explore, if there is a member to explore. */
#define ALL	768
#define MOST	756

static const struct latency_case {
	const char *desc;
	struct latency_member m[LATENCY_MEMBERS];
	u32 share[LATENCY_MEMBERS];
} latency_table[] = {
	{ "the fastest gets all",
	  { { 5, 300 }, { 5, 100 }, { 5, 200 }, { 5, 101 } },
	  { 0, ALL } },
	{ "the fastest gets all, whatever it carries",
	  { { 0, 300 }, { 0, 200 }, { 9999, 100 }, { 0, 101 } },
	  { 0, 0, ALL } },
	{ "the equally fast take turns",
	  { { 1, 100 }, { 1, 900 }, { 1, 100 }, { 1, 100 } },
	  { ALL / 3, 0, ALL / 3, ALL / 3 } },
	{ "the largest average still is one",
	  { { 1, U32_MAX }, { 1, U32_MAX - 1 }, { 1, U32_MAX },
	    { 1, U32_MAX } },
	  { 0, ALL } },
	{ "without samples and flows, in turn",
	  { { 0 }, { 0 }, { 0 }, { 0 } },
	  { ALL / 4, ALL / 4, ALL / 4, ALL / 4 } },
	{ "without a sample before the fastest",
	  { { 1, 1 }, { 1, 1 }, { 0 }, { 1, 1 } },
	  { 0, 0, ALL } },
	{ "with flows and no answer: one in 64",
	  { { 7, 500 }, { 7, 400 }, { 7 }, { 7, 600 } },
	  { 0, MOST, 12 } },
	{ "nobody ever answered",
	  { { 7 }, { 1 }, { 2 }, { 3 } },
	  { ALL / 4, ALL / 4, ALL / 4, ALL / 4 } },
	{ "an old sample: one in 64",
	  { { 0, 100, 0 }, { 0, 5000, 11 }, { 0, 200, 0 }, { 0, 300, 0 } },
	  { MOST, 12 } },
	{ "old samples: one in 64 for all together, in turn",
	  { { 0, 100, 0 }, { 0, 500, 11 }, { 0, 600, 20 }, { 0, 700, 999 } },
	  { MOST, 4, 4, 4 } },
	{ "10 s are not old",
	  { { 0, 100, 10 }, { 0, 500, 10 }, { 0, 90, 10 }, { 0, 100, 10 } },
	  { 0, 0, ALL } },
	{ "the fastest fell silent while others answer",
	  { { 9, 10, 11 }, { 9, 500, 1 }, { 9, 600, 1 }, { 9, 700, 1 } },
	  { 12, MOST } },
	{ "all are old: the fastest, and in turn",
	  { { 0, 400, 11 }, { 0, 300, 11 }, { 0, 200, 60 }, { 0, 500, 11 } },
	  { 3, 3, MOST + 3, 3 } },
	{ "a sample newer than the clock that was read",
	  { { 0, 100, -1 }, { 0, 50, -1 }, { 0, 90, 1 }, { 0, 100, 0 } },
	  { 0, ALL } },
};

static void latency_desc(const struct latency_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(latency, latency_table, latency_desc);

static void latency_shares(struct kunit *test)
{
	const struct latency_case *c = test->param_value;
	struct sched_fixture *f = latency_new(test, c->m, LATENCY_MEMBERS);
	u32 *seen = sched_fixture_count(test, f, ALL);
	u32 i;

	for (i = 0; i < LATENCY_MEMBERS; i++)
		KUNIT_EXPECT_EQ_MSG(test, seen[i], c->share[i], "member %u", i);
}

static void latency_tries_each_once_at_first(struct kunit *test)
{
	const u32 n = 100;
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_latency, n);
	u32 i;

	for (i = 0; i < n; i++)
		atomic_inc(&f->members[sched_fixture_pick(f)].active);
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, atomic_read(&f->members[i].active), 1);
}

static void latency_finds_a_recovered_member(struct kunit *test)
{
	static const struct latency_member start[] = {
		{ 3, 200, 0 }, { 3, 90000, 30 }, { 3, 250, 0 },
	};
	struct sched_fixture *f = latency_new(test, start, 3);
	u32 i, index, first = 0, got = 0;

	/* It answers in 100 us now; the other two as before. */
	for (i = 0; i < 256; i++) {
		f->pick.now += HZ / 10;
		index = sched_fixture_pick(f);
		if (index == 1) {
			f->members[1].latency_ewma = 100;
			if (!got++)
				first = i;
		}
		f->members[index].latency_stamp = f->pick.now;
	}
	KUNIT_EXPECT_LT(test, first, 64u);
	/* Less some that see to the other two, which grow old now. */
	KUNIT_EXPECT_GE(test, got, 256 - 64 - 8u);
}

static void latency_clock_comes_round(struct kunit *test)
{
	static const struct latency_member start[] = {
		{ 1, 100, 0 }, { 1, 200, 0 },
	};
	struct sched_fixture *f = latency_new(test, start, 2);
	u32 *seen;

	/* 5 s old, and the clock went past 0 since. */
	f->pick.now = 2 * HZ;
	f->members[0].latency_stamp = -3 * HZ;
	f->members[1].latency_stamp = -3 * HZ;
	seen = sched_fixture_count(test, f, ALL);
	KUNIT_EXPECT_EQ(test, seen[0], (u32)ALL);
	/* 12 s old. */
	f->members[0].latency_stamp = -10 * HZ;
	seen = sched_fixture_count(test, f, ALL);
	KUNIT_EXPECT_EQ(test, seen[0], 12u);
}

static struct kunit_case latency_cases[] = {
	KUNIT_CASE_PARAM(latency_shares, latency_gen_params),
	KUNIT_CASE(latency_tries_each_once_at_first),
	KUNIT_CASE(latency_finds_a_recovered_member),
	KUNIT_CASE(latency_clock_comes_round),
	{}
};

static struct kunit_suite latency_suite = {
	.name = "mx_sched_latency",
	.test_cases = latency_cases,
};

kunit_test_suite(latency_suite);
