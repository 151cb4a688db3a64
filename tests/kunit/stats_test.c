// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the per-CPU counters. */
#include <kunit/test.h>
#include <linux/cpumask.h>
#include "base/stats.h"

static void stats_begin_at_zero(struct kunit *test)
{
	struct mx_stats s;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, mx_stats_init(&s, 5, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, s.n, 5);
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, mx_stats_read(&s, i), 0);
	mx_stats_destroy(&s);
}

static void stats_count_each_for_itself(struct kunit *test)
{
	struct mx_stats s;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, mx_stats_init(&s, 3, GFP_KERNEL), 0);
	for (i = 0; i < 1000; i++)
		mx_stats_inc(&s, 0);
	mx_stats_add(&s, 2, 7);
	mx_stats_add(&s, 2, 0);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&s, 0), 1000);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&s, 1), 0);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&s, 2), 7);
	mx_stats_destroy(&s);
}

/* Counters are 64 bits wide: row 47. */
static void stats_pass_4_billion_and_wrap(struct kunit *test)
{
	struct mx_stats s;

	KUNIT_ASSERT_EQ(test, mx_stats_init(&s, 1, GFP_KERNEL), 0);
	mx_stats_add(&s, 0, U32_MAX);
	mx_stats_add(&s, 0, 2);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&s, 0), (1ULL << 32) + 1);
	mx_stats_add(&s, 0, U64_MAX - (1ULL << 32));
	KUNIT_EXPECT_EQ(test, mx_stats_read(&s, 0), 0);
	mx_stats_destroy(&s);
}

static void stats_sum_over_all_cpus(struct kunit *test)
{
	u64 want = 0;
	struct mx_stats s;
	int cpu;

	KUNIT_ASSERT_EQ(test, mx_stats_init(&s, 2, GFP_KERNEL), 0);
	for_each_possible_cpu(cpu) {
		per_cpu_ptr(s.cpu, cpu)[1] = cpu + 10;
		want += cpu + 10;
	}
	KUNIT_EXPECT_EQ(test, mx_stats_read(&s, 1), want);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&s, 0), 0);
	mx_stats_destroy(&s);
}

static void stats_reset_writes_to_no_counter(struct kunit *test)
{
	struct mx_stats s;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, mx_stats_init(&s, 2, GFP_KERNEL), 0);
	for (i = 1; i <= 3; i++) {
		mx_stats_add(&s, 0, 40 + i);
		mx_stats_inc(&s, 1);
		KUNIT_EXPECT_EQ(test, mx_stats_read(&s, 0), 40 + i);
		mx_stats_reset(&s);
		KUNIT_EXPECT_EQ(test, mx_stats_read(&s, 0), 0);
		KUNIT_EXPECT_EQ(test, mx_stats_read(&s, 1), 0);
	}
	KUNIT_EXPECT_EQ(test, s.base[0], 41 + 42 + 43);
	KUNIT_EXPECT_EQ(test, s.base[1], 3);
	mx_stats_destroy(&s);
}

static void stats_destroy_twice_is_harmless(struct kunit *test)
{
	struct mx_stats s;

	KUNIT_ASSERT_EQ(test, mx_stats_init(&s, 1, GFP_ATOMIC), 0);
	mx_stats_destroy(&s);
	mx_stats_destroy(&s);
	KUNIT_EXPECT_NULL(test, s.base);
	KUNIT_EXPECT_TRUE(test, !s.cpu);
}

static struct kunit_case mx_stats_test_cases[] = {
	KUNIT_CASE(stats_begin_at_zero),
	KUNIT_CASE(stats_count_each_for_itself),
	KUNIT_CASE(stats_pass_4_billion_and_wrap),
	KUNIT_CASE(stats_sum_over_all_cpus),
	KUNIT_CASE(stats_reset_writes_to_no_counter),
	KUNIT_CASE(stats_destroy_twice_is_harmless),
	{ }
};

static struct kunit_suite mx_stats_test_suite = {
	.name = "mx_stats",
	.test_cases = mx_stats_test_cases,
};

kunit_test_suite(mx_stats_test_suite);
