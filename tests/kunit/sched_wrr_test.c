// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the wrr scheduler. */
#include <kunit/test.h>
#include <linux/gcd.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "sched_fixture.h"

#define WRR_LISTED	8

static const struct wrr_case {
	const char *desc;
	u32 weight[WRR_LISTED];	/* up to the first 0 */
	u32 run;		/* longest run of one member that is allowed */
} wrr_table[] = {
	{ "alone",		{ 10000 },			1 },
	{ "two alike",		{ 7, 7 },			1 },
	{ "the source's 2:1",	{ 100, 50 },			2 },
	{ "100:50:50",		{ 100, 50, 50 },		2 },
	{ "5:1:1",		{ 5, 1, 1 },			3 },
	{ "4:3:2:1",		{ 4, 3, 2, 1 },			2 },
	{ "7:3",		{ 7, 3 },			3 },
	{ "eight alike",	{ 3, 3, 3, 3, 3, 3, 3, 3 },	1 },
	{ "9:5:3:1",		{ 9, 5, 3, 1 },			2 },
	{ "heaviest, lightest",	{ 10000, 1 },			10000 },
	{ "heavy and primes",	{ 9973, 9967, 2, 3 },		4 },
};

static void wrr_desc(const struct wrr_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(wrr, wrr_table, wrr_desc);

static struct sched_fixture *wrr_case_new(struct kunit *test)
{
	const struct wrr_case *c = test->param_value;
	struct sched_fixture *f;
	u32 i, n = 0;

	while (n < WRR_LISTED && c->weight[n])
		n++;
	f = sched_fixture_new(test, &mx_sched_wrr, n);
	for (i = 0; i < n; i++)
		f->pool.slots[i].weight = c->weight[i];
	sched_fixture_build(test, f, NULL);
	return f;
}

/* Decisions after which each member has had its weight, and *@unit times it. */
static u32 wrr_cycle(const struct sched_fixture *f, u32 *unit)
{
	u32 i, sum = 0;

	*unit = 0;
	for (i = 0; i < f->pool.n; i++) {
		*unit = gcd(*unit, f->pool.slots[i].weight);
		sum += f->pool.slots[i].weight;
	}
	return sum / *unit;
}

static void wrr_check_cycle(struct kunit *test, struct sched_fixture *f,
			    u64 start)
{
	u32 unit, cycle = wrr_cycle(f, &unit);
	u32 *seen, i;

	atomic64_set(&f->turn, start);
	seen = sched_fixture_count(test, f, cycle);
	for (i = 0; i < f->pool.n; i++)
		KUNIT_ASSERT_EQ_MSG(test, seen[i] * unit,
				    f->pool.slots[i].weight, "member %u", i);
}

static void wrr_is_exact_over_any_cycle(struct kunit *test)
{
	struct sched_fixture *f = wrr_case_new(test);

	wrr_check_cycle(test, f, 0);
	wrr_check_cycle(test, f, 5);
	wrr_check_cycle(test, f, U32_MAX - 3);
	wrr_check_cycle(test, f, S64_MAX - 3);
	wrr_check_cycle(test, f, U64_MAX - 100000);
}

static void wrr_has_no_long_runs(struct kunit *test)
{
	const struct wrr_case *c = test->param_value;
	struct sched_fixture *f = wrr_case_new(test);
	u32 unit, cycle = wrr_cycle(f, &unit);
	u32 i, index, last = U32_MAX, run = 0, longest = 0;

	for (i = 0; i < 2 * cycle && f->pool.n > 1; i++) {
		index = sched_fixture_pick(f);
		run = index == last ? run + 1 : 1;
		longest = max(longest, run);
		last = index;
	}
	KUNIT_EXPECT_LE(test, longest, c->run);
}

/*
 * How far a member is from its fair share in the worst window of any length:
 * the distance between the highest and the lowest point of what it got less
 * what it should have got, in units of 1 / @cycle of a decision.
 */
struct wrr_drift {
	u32 got;
	s64 low, high;
};

static u64 wrr_drift_of(const u32 *order, u32 cycle, const u32 *weight, u32 n,
			struct wrr_drift *drift)
{
	u64 worst = 0;
	u32 i;

	memset(drift, 0, n * sizeof(*drift));
	for (i = 0; i < cycle; i++) {
		struct wrr_drift *d = &drift[order[i]];
		u32 w = weight[order[i]];
		s64 before = (s64)d->got * cycle - (s64)i * w;

		d->low = min(d->low, before);
		d->high = max(d->high, before + cycle - w);
		d->got++;
	}
	for (i = 0; i < n; i++)
		worst = max_t(u64, worst, drift[i].high - drift[i].low);
	return worst;
}

/* The smooth round robin that needs a lock and looks at all members. */
static u32 wrr_smooth_pick(s64 *credit, const u32 *weight, u32 n, u32 cycle)
{
	u32 i, best = 0;

	for (i = 0; i < n; i++) {
		credit[i] += weight[i];
		if (credit[i] > credit[best])
			best = i;
	}
	credit[best] -= cycle;
	return best;
}

#define WRR_POOLS	200
#define WRR_MOST	12
#define WRR_CYCLE_MAX	(WRR_MOST * 200)

static void wrr_is_nearly_as_smooth_as_with_a_lock(struct kunit *test)
{
	u32 *order = kunit_kcalloc(test, WRR_CYCLE_MAX, sizeof(*order),
				   GFP_KERNEL);
	struct wrr_drift drift[WRR_MOST];
	u64 ours, best, sum_ours = 0, sum_best = 0, worst = 0;
	u32 weight[WRR_MOST];
	u32 k, i, n, unit, cycle;

	KUNIT_ASSERT_NOT_NULL(test, order);
	for (k = 0; k < WRR_POOLS; k++) {
		struct sched_fixture *f;
		s64 credit[WRR_MOST] = {};

		n = 2 + sched_fixture_id(k) % (WRR_MOST - 1);
		f = sched_fixture_new(test, &mx_sched_wrr, n);
		for (i = 0; i < n; i++)
			f->pool.slots[i].weight =
				1 + sched_fixture_id(k * 16 + i + 1) % 200;
		cycle = wrr_cycle(f, &unit);
		for (i = 0; i < n; i++)
			weight[i] = f->pool.slots[i].weight / unit;
		sched_fixture_build(test, f, NULL);
		for (i = 0; i < cycle; i++)
			order[i] = sched_fixture_pick(f);
		ours = wrr_drift_of(order, cycle, weight, n, drift);
		for (i = 0; i < cycle; i++)
			order[i] = wrr_smooth_pick(credit, weight, n, cycle);
		best = wrr_drift_of(order, cycle, weight, n, drift);
		ours = div_u64(ours * 100, cycle);
		best = div_u64(best * 100, cycle);
		sum_ours += ours;
		sum_best += best;
		worst = max(worst, ours);
		sched_fixture_unbuild(f);
	}
	sum_ours = div_u64(sum_ours, WRR_POOLS);
	sum_best = div_u64(sum_best, WRR_POOLS);
	kunit_info(test, "off by %llu %%, worst %llu %% of a decision; with a lock %llu %%",
		   sum_ours, worst, sum_best);
	KUNIT_EXPECT_LT(test, sum_ours, 2 * sum_best);
	KUNIT_EXPECT_LT(test, worst, 500ULL);
}

static void wrr_large_pool_is_smooth_and_exact(struct kunit *test)
{
	const u32 n = 300;
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_wrr, n);
	struct wrr_drift *drift = kunit_kcalloc(test, n, sizeof(*drift),
						GFP_KERNEL);
	u32 *weight = kunit_kcalloc(test, n, sizeof(*weight), GFP_KERNEL);
	u32 unit, cycle, i;
	u32 *order;
	u64 worst;

	KUNIT_ASSERT_NOT_NULL(test, drift);
	KUNIT_ASSERT_NOT_NULL(test, weight);
	for (i = 0; i < n; i++) {
		weight[i] = 1 + sched_fixture_id(i) % 2000;
		f->pool.slots[i].weight = weight[i];
	}
	f->pool.slots[0].weight = 1;
	weight[0] = 1;
	cycle = wrr_cycle(f, &unit);
	KUNIT_ASSERT_EQ(test, unit, 1u);
	order = kvmalloc_array(cycle, sizeof(*order), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, order);
	sched_fixture_build(test, f, NULL);
	for (i = 0; i < cycle; i++)
		order[i] = sched_fixture_pick(f);
	worst = wrr_drift_of(order, cycle, weight, n, drift);
	kvfree(order);
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, drift[i].got, weight[i]);
	worst = div_u64(worst, cycle);
	kunit_info(test, "%u members, %u decisions: off by %llu at most", n,
		   cycle, worst);
	KUNIT_EXPECT_LT(test, worst, 8ULL);
}

static void wrr_largest_pool_reaches_every_member(struct kunit *test)
{
	const u32 n = MX_MAX_MEMBERS;
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_wrr, n);
	u32 *seen, i;

	for (i = 0; i < n; i++)
		f->pool.slots[i].weight = MUTEX_WEIGHT_MAX - i % 2;
	sched_fixture_build(test, f, NULL);
	seen = sched_fixture_count(test, f, 64 * n);
	for (i = 0; i < n; i++) {
		KUNIT_ASSERT_GE(test, seen[i], 60u);
		KUNIT_ASSERT_LE(test, seen[i], 68u);
	}
}

static struct kunit_case wrr_cases[] = {
	KUNIT_CASE_PARAM(wrr_is_exact_over_any_cycle, wrr_gen_params),
	KUNIT_CASE_PARAM(wrr_has_no_long_runs, wrr_gen_params),
	KUNIT_CASE(wrr_is_nearly_as_smooth_as_with_a_lock),
	KUNIT_CASE(wrr_large_pool_is_smooth_and_exact),
	KUNIT_CASE(wrr_largest_pool_reaches_every_member),
	{}
};

static struct kunit_suite wrr_suite = {
	.name = "mx_sched_wrr",
	.test_cases = wrr_cases,
};

kunit_test_suite(wrr_suite);
