// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the counter. */
#include <kunit/test.h>
#include <linux/cpumask.h>
#include <linux/smp.h>

#include "base/counter.h"

#define CPU_FIRST(cpu)	((u64)(cpu) << 48)

static int counter_test_init(struct kunit *test)
{
	struct mx_counter *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	test->priv = c;
	return mx_counter_init(c, GFP_KERNEL);
}

static void counter_test_exit(struct kunit *test)
{
	if (test->priv)
		mx_counter_destroy(test->priv);
}

/* Takes @n numbers on one CPU; @last and @first are relative to its range. */
static void counter_take(struct mx_counter *c, unsigned int n, u64 *first,
			 u64 *last)
{
	u64 base = CPU_FIRST(get_cpu());

	*first = mx_counter_next(c) - base;
	*last = *first;
	while (--n)
		*last = mx_counter_next(c) - base;
	put_cpu();
}

static void counter_returns_the_old_value(struct kunit *test)
{
	u64 first, last;

	counter_take(test->priv, 104, &first, &last);
	KUNIT_EXPECT_EQ(test, first, 0ULL);
	KUNIT_EXPECT_EQ(test, last, 103ULL);
}

static void counter_peek_changes_nothing(struct kunit *test)
{
	struct mx_counter *c = test->priv;
	u64 seen[4];

	get_cpu();
	seen[0] = mx_counter_peek(c);
	seen[1] = mx_counter_peek(c);
	seen[2] = mx_counter_next(c);
	seen[3] = mx_counter_peek(c);
	put_cpu();
	KUNIT_EXPECT_EQ(test, seen[1], seen[0]);
	KUNIT_EXPECT_EQ(test, seen[2], seen[0]);
	KUNIT_EXPECT_EQ(test, seen[3], seen[0] + 1);
}

static void counter_wraps(struct kunit *test)
{
	struct mx_counter *c = test->priv;
	u64 seen[3];

	get_cpu();
	*this_cpu_ptr(c->cpu) = U64_MAX;
	seen[0] = mx_counter_next(c);
	seen[1] = mx_counter_peek(c);
	seen[2] = mx_counter_next(c);
	put_cpu();
	KUNIT_EXPECT_EQ(test, seen[0], U64_MAX);
	KUNIT_EXPECT_EQ(test, seen[1], 0ULL);
	KUNIT_EXPECT_EQ(test, seen[2], 0ULL);
}

static void counter_ranges_are_disjoint(struct kunit *test)
{
	struct mx_counter *c = test->priv;
	int cpu;

	for_each_possible_cpu(cpu)
		KUNIT_EXPECT_EQ(test, *per_cpu_ptr(c->cpu, cpu),
				CPU_FIRST(cpu));
}

struct counter_here {
	struct mx_counter *c;
	int cpu;
	u64 seen[2];
};

static void counter_take_here(void *info)
{
	struct counter_here *here = info;

	here->cpu = smp_processor_id();
	here->seen[0] = mx_counter_next(here->c);
	here->seen[1] = mx_counter_next(here->c);
}

static void counter_counts_on_each_cpu_by_itself(struct kunit *test)
{
	struct counter_here here = { .c = test->priv };
	int cpu;

	for_each_online_cpu(cpu) {
		KUNIT_ASSERT_EQ(test, 0, smp_call_function_single(cpu, counter_take_here,
								  &here, true));
		KUNIT_EXPECT_EQ(test, here.cpu, cpu);
		KUNIT_EXPECT_EQ(test, here.seen[0], CPU_FIRST(cpu));
		KUNIT_EXPECT_EQ(test, here.seen[1], CPU_FIRST(cpu) + 1);
	}
}

static void counter_is_destroyed_once(struct kunit *test)
{
	struct mx_counter *c = test->priv;

	mx_counter_destroy(c);
	KUNIT_EXPECT_NULL(test, (void __force *)c->cpu);
	mx_counter_destroy(c);
}

static struct kunit_case counter_cases[] = {
	KUNIT_CASE(counter_returns_the_old_value),
	KUNIT_CASE(counter_peek_changes_nothing),
	KUNIT_CASE(counter_wraps),
	KUNIT_CASE(counter_ranges_are_disjoint),
	KUNIT_CASE(counter_counts_on_each_cpu_by_itself),
	KUNIT_CASE(counter_is_destroyed_once),
	{}
};

static struct kunit_suite counter_suite = {
	.name = "mx_counter",
	.init = counter_test_init,
	.exit = counter_test_exit,
	.test_cases = counter_cases,
};

kunit_test_suite(counter_suite);
