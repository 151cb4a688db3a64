// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the token bucket: rate, burst, wraps, long rests, racing threads. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "base/bucket.h"

#define BUCKET_YEAR	(365ULL * 86400 * NSEC_PER_SEC)

struct bucket_case {
	u64 rate;
	u64 burst;
};

static const struct bucket_case bucket_cases[] = {
	{ 1, 1 }, { 1, 100 }, { 3, 1 }, { 7, 50 }, { 100, 10 }, { 999, 999 },
	{ 1000, 1 }, { 33333, 100 }, { 1000000, 1000 }, { 3906251, 5 },
	{ 7812499, 100000 }, { 125000000, 3000 }, { 12500000000ULL, 65536 },
	{ MX_TOKENS_RATE_MAX, 1 << 20 },
};

static void bucket_case_name(const struct bucket_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "rate %llu burst %llu", c->rate,
		 c->burst);
}

KUNIT_ARRAY_PARAM(bucket, bucket_cases, bucket_case_name);

/* Takes tokens one by one until there is none. */
static u64 bucket_drain(struct mx_tokens *b, const struct mx_tokens_rate *r,
			u64 now, u64 most)
{
	u64 n = 0;

	while (n < most && mx_tokens_take(b, r, 1, now))
		n++;
	return n;
}

static void bucket_holds_its_burst(struct kunit *test)
{
	const struct bucket_case *c = test->param_value;
	struct mx_tokens_rate r;
	struct mx_tokens b = { };

	mx_tokens_rate_init(&r, c->rate, c->burst);
	KUNIT_EXPECT_EQ(test, bucket_drain(&b, &r, 12345, c->burst + 5),
			c->burst);
	KUNIT_EXPECT_FALSE(test, mx_tokens_has(&b, &r, 1, 12345));
	/* a second later all is there again that a second brings */
	KUNIT_EXPECT_EQ(test,
			bucket_drain(&b, &r, 12345 + 2 * NSEC_PER_SEC,
				     c->burst + 5) > 0, true);
}

/* Asked all the time, it gives its rate: never more, and 1 % less at most. */
static void bucket_keeps_its_rate(struct kunit *test)
{
	const struct bucket_case *c = test->param_value;
	u64 span, step, now = NSEC_PER_SEC, want, got = 0;
	u32 bite = clamp_t(u64, c->rate / 2000, 1, MX_TOKENS_TAKE_MAX);
	struct mx_tokens_rate r;
	struct mx_tokens b = { };

	if (bite > c->burst)
		bite = c->burst;
	mx_tokens_rate_init(&r, c->rate, c->burst);
	bucket_drain(&b, &r, now, c->burst);
	/* so long that 1,000 bites come, looked at 400 times as often */
	span = div64_u64(1000ULL * bite * NSEC_PER_SEC, c->rate);
	step = div_u64(span, 400000) ?: 1;
	want = mul_u64_u64_div_u64(c->rate, span, NSEC_PER_SEC);
	for (; span >= step; span -= step) {
		now += step;
		while (mx_tokens_take(&b, &r, bite, now))
			got += bite;
	}
	KUNIT_EXPECT_LE(test, got, want + bite);
	KUNIT_EXPECT_GE(test, got + bite + 1, want - div_u64(want, 100));
}

static void bucket_takes_more_than_it_holds_when_full(struct kunit *test)
{
	struct mx_tokens_rate r;
	struct mx_tokens b = { };
	u64 now = NSEC_PER_SEC;

	mx_tokens_rate_init(&r, 1000, 10);
	KUNIT_EXPECT_TRUE(test, mx_tokens_take(&b, &r, 100, now));
	/* 90 are owed: 100 ms bring the first of a full bucket's ten */
	KUNIT_EXPECT_FALSE(test, mx_tokens_take(&b, &r, 1, now));
	KUNIT_EXPECT_FALSE(test, mx_tokens_take(&b, &r, 1,
						now + 90 * NSEC_PER_MSEC));
	KUNIT_EXPECT_TRUE(test, mx_tokens_take(&b, &r, 1,
					       now + 91 * NSEC_PER_MSEC));
	KUNIT_EXPECT_FALSE(test, mx_tokens_take(&b, &r, 100,
						now + 95 * NSEC_PER_MSEC));
}

static void bucket_remembers_a_debt_however_long(struct kunit *test)
{
	struct mx_tokens_rate r;
	struct mx_tokens b = { };

	/* a large packet and one byte a second: owed for 17 minutes */
	mx_tokens_rate_init(&r, 1, 1);
	KUNIT_EXPECT_TRUE(test, mx_tokens_take(&b, &r, 1000, NSEC_PER_SEC));
	KUNIT_EXPECT_FALSE(test, mx_tokens_take(&b, &r, 1,
						900 * NSEC_PER_SEC));
	KUNIT_EXPECT_TRUE(test, mx_tokens_take(&b, &r, 1,
					       1002 * NSEC_PER_SEC));
}

/* The most that can be owed, from the end of a unit of what it remembers by. */
static void bucket_remembers_the_longest_debt(struct kunit *test)
{
	struct mx_tokens_rate r;
	struct mx_tokens b;
	u64 now = (7ULL << 32) - 1, debt, rate;

	for (rate = 1; rate <= 20; rate++) {
		b = (struct mx_tokens){ };
		mx_tokens_rate_init(&r, rate, 1);
		debt = (r.cost * MX_TOKENS_TAKE_MAX) >> r.shift;
		KUNIT_EXPECT_TRUE(test, mx_tokens_take(&b, &r, U32_MAX, now));
		KUNIT_EXPECT_FALSE(test, mx_tokens_has(&b, &r, 1,
						       now + debt - 1));
		KUNIT_EXPECT_TRUE(test, mx_tokens_has(&b, &r, 1,
						      now + debt + 1));
	}
}

static void bucket_is_full_after_any_rest(struct kunit *test)
{
	const struct bucket_case *c = test->param_value;
	struct mx_tokens_rate r;
	struct mx_tokens b = { };
	u64 now = 777, rest, burst = min_t(u64, c->burst, 1000);

	mx_tokens_rate_init(&r, c->rate, burst);
	/* rests of all lengths, so that one hits any tick where numbers wrap */
	for (rest = 4096 * NSEC_PER_SEC; rest < 100 * BUCKET_YEAR;
	     rest += rest / 7) {
		bucket_drain(&b, &r, now, burst);
		now += rest;
		KUNIT_ASSERT_EQ(test, bucket_drain(&b, &r, now, burst + 1),
				burst);
		if (now > 400 * BUCKET_YEAR)
			break;
	}
}

/* Every place of the 64-bit tick is a place like any other. */
static void bucket_wraps(struct kunit *test)
{
	struct mx_tokens_rate r;
	struct mx_tokens b = { };
	u64 wrap, now, i;

	mx_tokens_rate_init(&r, 12500000000ULL, 1500);
	KUNIT_ASSERT_GT(test, r.shift, 0);
	wrap = 1ULL << (64 - r.shift);
	now = wrap - 1000 * 240;
	bucket_drain(&b, &r, now - 240, 10000);
	for (i = 0; i < 2000; i++, now += 240) {
		/* 3000 tokens have come, and the bucket holds 1500 */
		KUNIT_ASSERT_TRUE(test, mx_tokens_take(&b, &r, 1500, now));
		KUNIT_ASSERT_FALSE(test, mx_tokens_take(&b, &r, 1, now));
	}
	/* by half, too */
	now = wrap / 2 - 1000 * 240;
	b = (struct mx_tokens){ };
	for (i = 0; i < 2000; i++, now += 240) {
		KUNIT_ASSERT_TRUE(test, mx_tokens_take(&b, &r, 1500, now));
		KUNIT_ASSERT_FALSE(test, mx_tokens_take(&b, &r, 1, now));
	}
}

static void bucket_survives_absurd_numbers(struct kunit *test)
{
	static const u64 odd[] = { 0, 1, 255, 1ULL << 32, 1ULL << 40,
				   (1ULL << 40) + 1, S64_MAX, U64_MAX };
	struct mx_tokens_rate r;
	struct mx_tokens b;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		for (j = 0; j < ARRAY_SIZE(odd); j++) {
			b = (struct mx_tokens){ };
			mx_tokens_rate_init(&r, odd[i], odd[j]);
			KUNIT_EXPECT_GE(test, r.cost, 256ULL);
			KUNIT_EXPECT_GE(test, r.depth, 1ULL);
			KUNIT_EXPECT_LE(test, r.depth, 1ULL << 60);
			KUNIT_EXPECT_LT(test, r.age, (u32)S32_MAX);
			KUNIT_EXPECT_TRUE(test, mx_tokens_take(&b, &r, U32_MAX,
							       BUCKET_YEAR));
			/* taking it back makes it full again */
			mx_tokens_give(&b, &r, U32_MAX);
			KUNIT_EXPECT_TRUE(test, mx_tokens_has(&b, &r, U32_MAX,
							      BUCKET_YEAR));
		}
	}
}

static void bucket_takes_back(struct kunit *test)
{
	struct mx_tokens_rate r;
	struct mx_tokens b = { };

	mx_tokens_rate_init(&r, 10, 5);
	KUNIT_EXPECT_EQ(test, bucket_drain(&b, &r, 1000, 9), 5ULL);
	mx_tokens_give(&b, &r, 2);
	KUNIT_EXPECT_TRUE(test, mx_tokens_has(&b, &r, 2, 1000));
	KUNIT_EXPECT_FALSE(test, mx_tokens_has(&b, &r, 3, 1000));
	KUNIT_EXPECT_EQ(test, bucket_drain(&b, &r, 1000, 9), 2ULL);
}

/* A clock that goes back a bit, as between CPUs, gives nothing away. */
static void bucket_bears_a_clock_that_goes_back(struct kunit *test)
{
	struct mx_tokens_rate r;
	struct mx_tokens b = { };
	u64 now = (5ULL << 32) + 10;

	mx_tokens_rate_init(&r, 1000, 10);
	KUNIT_EXPECT_EQ(test, bucket_drain(&b, &r, now, 20), 10ULL);
	KUNIT_EXPECT_EQ(test, bucket_drain(&b, &r, now - 100, 20), 0ULL);
	KUNIT_EXPECT_EQ(test, bucket_drain(&b, &r, now, 20), 0ULL);
}

#define BUCKET_RACERS	4
#define BUCKET_RACE	20000

struct bucket_race {
	struct mx_tokens *b;
	const struct mx_tokens_rate *r;
	u64 got;
	struct completion done;
};

static int bucket_racer(void *arg)
{
	struct bucket_race *race = arg;
	u32 i;

	for (i = 0; i < BUCKET_RACE; i++) {
		race->got += mx_tokens_take(race->b, race->r, 1, NSEC_PER_SEC);
		if (!(i % 64))
			cond_resched();
	}
	complete(&race->done);
	return 0;
}

/* Of what there is, each token is taken once, whoever asks. */
static void bucket_is_exact_under_a_race(struct kunit *test)
{
	struct bucket_race *race;
	struct mx_tokens_rate r;
	struct mx_tokens *b;
	struct task_struct *task;
	unsigned int i;
	u64 sum = 0;

	race = kunit_kcalloc(test, BUCKET_RACERS, sizeof(*race), GFP_KERNEL);
	b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, race);
	KUNIT_ASSERT_NOT_NULL(test, b);
	mx_tokens_rate_init(&r, 1000, BUCKET_RACE * 2 + 17);
	for (i = 0; i < BUCKET_RACERS; i++) {
		race[i].b = b;
		race[i].r = &r;
		init_completion(&race[i].done);
		task = kthread_run(bucket_racer, &race[i], "mx_bucket/%u", i);
		if (IS_ERR(task)) {
			KUNIT_FAIL(test, "no thread");
			complete(&race[i].done);
		}
	}
	for (i = 0; i < BUCKET_RACERS; i++) {
		wait_for_completion(&race[i].done);
		sum += race[i].got;
	}
	KUNIT_EXPECT_EQ(test, sum, (u64)BUCKET_RACE * 2 + 17);
}

static struct kunit_case bucket_test_cases[] = {
	KUNIT_CASE_PARAM(bucket_holds_its_burst, bucket_gen_params),
	KUNIT_CASE_PARAM(bucket_keeps_its_rate, bucket_gen_params),
	KUNIT_CASE(bucket_takes_more_than_it_holds_when_full),
	KUNIT_CASE(bucket_remembers_a_debt_however_long),
	KUNIT_CASE(bucket_remembers_the_longest_debt),
	KUNIT_CASE_PARAM(bucket_is_full_after_any_rest, bucket_gen_params),
	KUNIT_CASE(bucket_wraps),
	KUNIT_CASE(bucket_survives_absurd_numbers),
	KUNIT_CASE(bucket_takes_back),
	KUNIT_CASE(bucket_bears_a_clock_that_goes_back),
	KUNIT_CASE(bucket_is_exact_under_a_race),
	{}
};

static struct kunit_suite bucket_test_suite = {
	.name = "mx_bucket",
	.test_cases = bucket_test_cases,
};

kunit_test_suite(bucket_test_suite);
