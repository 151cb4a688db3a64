// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the status of paths. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "path/judge.h"

#define STEP	100	/* ms between probes */

/* On the heap: kernels with KASAN want small frames. */
struct judge_test {
	struct mx_window w;
	struct mx_judge j;
	struct mx_judge_params p;
	u64 now;
};

static int judge_test_init(struct kunit *test)
{
	struct judge_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	t->now = 1;
	mx_window_init(&t->w);
	mx_judge_init(&t->j, true, t->now);
	mx_judge_defaults(&t->p);
	test->priv = t;
	return 0;
}

static u8 judge_answer(struct judge_test *t, u32 rtt_us)
{
	t->now += STEP;
	return mx_judge_answer(&t->j, &t->w, &t->p, rtt_us, MX_WAY_NONE,
			       MX_WAY_NONE, t->now);
}

static u8 judge_answers(struct judge_test *t, u32 n)
{
	while (n--)
		judge_answer(t, 20000);
	return t->j.status;
}

static u8 judge_miss(struct judge_test *t)
{
	t->now += STEP;
	return mx_judge_miss(&t->j, &t->w, &t->p, t->now);
}

static u8 judge_misses(struct judge_test *t, u32 n)
{
	while (n--)
		judge_miss(t);
	return t->j.status;
}

static u8 judge_link(struct judge_test *t, bool link)
{
	return mx_judge_link(&t->j, &t->w, &t->p, link, t->now);
}

static void judge_accepts_the_defaults(struct kunit *test)
{
	struct mx_judge_params p;

	mx_judge_defaults(&p);
	KUNIT_EXPECT_TRUE(test, mx_judge_valid(&p));
}

#define REFUSES(field, value) do {					\
	struct mx_judge_params p;					\
									\
	mx_judge_defaults(&p);						\
	p.field = (value);						\
	KUNIT_EXPECT_FALSE(test, mx_judge_valid(&p));			\
} while (0)

static void judge_refuses_bad_numbers(struct kunit *test)
{
	REFUSES(enough, MX_WINDOW_SHORT + 1);
	REFUSES(fall, 0);
	REFUSES(fall, MX_JUDGE_COUNT_MAX + 1);
	REFUSES(worse, 0);
	REFUSES(worse, MX_JUDGE_COUNT_MAX + 1);
	REFUSES(rise, 0);
	REFUSES(rise, MX_JUDGE_COUNT_MAX + 1);
	REFUSES(margin_milli, MX_JUDGE_MARGIN_MAX + 1);
	REFUSES(brown_ppm, MX_LOSS_ALL + 1);
	REFUSES(hold_min, 300001);
	REFUSES(hold_max, MX_JUDGE_MS_MAX + 1);
}

static void judge_knows_nothing_until_enough(struct kunit *test)
{
	struct judge_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_UNKNOWN);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 4), MX_STATUS_UNKNOWN);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 1), MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, t->j.flaps, 0U);
}

static void judge_finds_one_down_from_the_start(struct kunit *test)
{
	struct judge_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, judge_misses(t, 4), MX_STATUS_UNKNOWN);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 1), MX_STATUS_DOWN);
	KUNIT_EXPECT_EQ(test, t->j.why, MX_WHY_SILENT);
	/* It has never been up: it need not prove itself for long. */
	KUNIT_EXPECT_EQ(test, judge_answers(t, 9), MX_STATUS_DOWN);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 6), MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, t->j.why, MX_WHY_RECOVERED);
	KUNIT_EXPECT_EQ(test, t->j.flaps, 0U);
}

/* A loss or two at the beginning is not half of ten. */
static void judge_waits_for_ten_before_it_says_down(struct kunit *test)
{
	struct judge_test *t = test->priv;

	judge_misses(t, 3);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 3), MX_STATUS_UNKNOWN);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 1), MX_STATUS_UP);
}

static void judge_finds_one_slow_from_the_start(struct kunit *test)
{
	struct judge_test *t = test->priv;
	unsigned int i;

	/* 600 ms and 300 ms of jitter: 30 points. */
	for (i = 0; i < 5; i++)
		judge_answer(t, i & 1 ? 900000 : 300000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_DEGRADED);
	KUNIT_EXPECT_EQ(test, t->j.why, MX_WHY_LATENCY);
}

/* Any time a satellite takes: 600 ms alone are 60 points. */
static void judge_leaves_a_satellite_up(struct kunit *test)
{
	struct judge_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < 1000; i++)
		judge_answer(t, 600000 + i % 3 * 1000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, t->j.flaps, 0U);
}

static void judge_is_down_at_fall_misses(struct kunit *test)
{
	struct judge_test *t = test->priv;

	t->p.brown_ppm = 0;
	judge_answers(t, 20);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 9), MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 1), MX_STATUS_DOWN);
	KUNIT_EXPECT_EQ(test, t->j.why, MX_WHY_SILENT);
	KUNIT_EXPECT_EQ(test, t->j.since, t->now);
	KUNIT_EXPECT_EQ(test, t->j.flaps, 1U);
}

static void judge_is_down_at_one_miss_if_told(struct kunit *test)
{
	struct judge_test *t = test->priv;

	t->p.fall = 1;
	judge_answers(t, 20);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 1), MX_STATUS_DOWN);
}

/* Six of ten, never ten in a row: the source's half, once it has lasted. */
static void judge_is_down_at_half_lost(struct kunit *test)
{
	struct judge_test *t = test->priv;
	u32 i, misses = 0;

	t->p.brown_ppm = 0;
	judge_answers(t, 20);
	for (i = 0; i < 100 && t->j.status != MX_STATUS_DOWN; i++) {
		if (i % 5 < 3) {
			judge_miss(t);
			misses++;
		} else {
			judge_answers(t, 1);
		}
	}
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_DOWN);
	KUNIT_EXPECT_EQ(test, t->j.why, MX_WHY_LOSS);
	/* Four until half of ten are lost, and then ten. */
	KUNIT_EXPECT_EQ(test, misses, 14U);
}

/* A burst of loss, shorter than the window, is none. */
static void judge_bears_a_burst(struct kunit *test)
{
	struct judge_test *t = test->priv;
	unsigned int i;

	t->p.brown_ppm = 0;
	judge_answers(t, 20);
	for (i = 0; i < 50; i++) {
		judge_misses(t, 9);
		KUNIT_ASSERT_NE(test, judge_answers(t, 20), MX_STATUS_DOWN);
	}
}

/* Half lost tell nothing new while they are only remembered. */
static void judge_counts_misses_and_not_memories(struct kunit *test)
{
	struct judge_test *t = test->priv;

	t->p.brown_ppm = 0;
	judge_answers(t, 20);
	judge_misses(t, 8);
	KUNIT_EXPECT_EQ(test, t->j.bads, 4);
	judge_answers(t, 5);
	KUNIT_EXPECT_EQ(test, t->j.bads, 4);
	judge_answers(t, 1);
	KUNIT_EXPECT_EQ(test, t->j.bads, 0);
}

static void judge_wants_a_low_score_to_last(struct kunit *test)
{
	struct judge_test *t = test->priv;
	unsigned int n;

	t->p.worse = 4;
	judge_answers(t, 20);
	for (n = 0; n < 50; n++) {
		struct mx_window_figures f;

		judge_answer(t, n & 1 ? 900000 : 100000);
		mx_window_quick(&t->w, &f);
		if (f.score_milli < MX_POINTS_UP)
			break;
	}
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, t->j.lows, 1);
	judge_answer(t, 900000);
	judge_answer(t, 100000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_UP);
	judge_answer(t, 900000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_DEGRADED);
	KUNIT_EXPECT_EQ(test, t->j.why, MX_WHY_LATENCY);
}

/*
 * The score goes from 60 to 45 and 60 again: it is back at the first of 60, but
 * up only after rise of them, and after the hold-down.
 */
static void judge_wants_a_good_score_to_last(struct kunit *test)
{
	struct judge_test *t = test->priv;
	struct mx_judge_in in = { .event = MX_JUDGE_ANSWER };
	struct mx_window_figures f = { .samples = 10, .answered = 10 };
	unsigned int i;

	in.f = &f;
	f.score_milli = 60000;
	mx_judge_step(&t->j, &t->p, &in, 1000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_UP);
	f.score_milli = 45000;
	for (i = 0; i < 3; i++)
		mx_judge_step(&t->j, &t->p, &in, 1000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_DEGRADED);
	/* Good enough to be up, but not to become so. */
	f.score_milli = 54999;
	for (i = 0; i < 100; i++)
		mx_judge_step(&t->j, &t->p, &in, 500000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_DEGRADED);
	f.score_milli = 55000;
	for (i = 0; i < 4; i++)
		mx_judge_step(&t->j, &t->p, &in, 500000);
	f.score_milli = 54999;
	mx_judge_step(&t->j, &t->p, &in, 500000);
	f.score_milli = 55000;
	for (i = 0; i < 4; i++)
		mx_judge_step(&t->j, &t->p, &in, 500000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_DEGRADED);
	mx_judge_step(&t->j, &t->p, &in, 500000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, t->j.why, MX_WHY_RECOVERED);
}

/* A score around 50, up and down with each probe, changes the status once. */
static void judge_does_not_flap_at_50(struct kunit *test)
{
	struct judge_test *t = test->priv;
	struct mx_judge_in in = { .event = MX_JUDGE_ANSWER };
	struct mx_window_figures f = { .samples = 10, .answered = 10 };
	unsigned int i;

	in.f = &f;
	for (i = 0; i < 100000; i++) {
		f.score_milli = i / 4 % 2 ? 50001 : 49999;
		mx_judge_step(&t->j, &t->p, &in, i * 1000);
	}
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_DEGRADED);
	KUNIT_EXPECT_LE(test, t->j.flaps, 1U);
}

/* Whom the score is low by. */
static const struct blame_case {
	const char *desc;
	u32 rtt, jitter, loss, answered;
	u8 why;
} blame_table[] = {
	{ "latency",	250000, 40000, 60000, 10,	MX_WHY_LATENCY },
	{ "jitter",	60000, 60000, 90000, 10,	MX_WHY_JITTER },
	{ "loss",	60000, 9000, 200000, 10,	MX_WHY_LOSS },
	{ "all of it",	250000, 60000, 200000, 10,	MX_WHY_LATENCY },
	{ "jitter and loss", 60000, 60000, 200000, 10,	MX_WHY_LOSS },
	{ "no answer",	0, 0, 400000, 0,		MX_WHY_LOSS },
};

static void blame_desc(const struct blame_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(blame, blame_table, blame_desc);

static void judge_tells_why(struct kunit *test)
{
	const struct blame_case *c = test->param_value;
	struct judge_test *t = test->priv;
	struct mx_window_figures f = {
		.samples = 10, .answered = c->answered, .rtt_us = c->rtt,
		.jitter_us = c->jitter, .loss_ppm = c->loss,
	};
	struct mx_judge_in in = { .event = MX_JUDGE_ANSWER, .f = &f };

	mx_judge_step(&t->j, &t->p, &in, 1000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_DEGRADED);
	KUNIT_EXPECT_EQ(test, t->j.why, c->why);
}

/* Each time down is held for twice as long, up to the most; long up forgets. */
static void judge_holds_down_and_punishes_flaps(struct kunit *test)
{
	static const u32 hold[] = { 10000, 20000, 40000, 80000, 160000, 300000,
				    300000 };
	struct judge_test *t = test->priv;
	unsigned int i;
	u64 fell;

	t->p.brown_ppm = 0;
	judge_answers(t, 20);
	for (i = 0; i < ARRAY_SIZE(hold); i++) {
		KUNIT_ASSERT_EQ(test, judge_misses(t, 10), MX_STATUS_DOWN);
		KUNIT_ASSERT_EQ(test, t->j.hold, hold[i]);
		fell = t->now;
		while (judge_answer(t, 20000) == MX_STATUS_DOWN)
			;
		KUNIT_ASSERT_EQ(test, t->j.status, MX_STATUS_UP);
		KUNIT_ASSERT_EQ(test, t->now - fell, (u64)hold[i]);
	}
	KUNIT_EXPECT_EQ(test, t->j.flaps, (u32)ARRAY_SIZE(hold));
	/* Up for a bit less than the most, and for as long as that. */
	judge_answers(t, 2989);
	judge_misses(t, 10);
	KUNIT_EXPECT_EQ(test, t->j.hold, 300000U);
	judge_answers(t, 3000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_UP);
	judge_answers(t, 2990);
	judge_misses(t, 10);
	KUNIT_EXPECT_EQ(test, t->j.hold, 10000U);
}

/* At 5 s a path has recovered after rise answers: no hold-down lasts so long. */
static void judge_recovers_by_itself(struct kunit *test)
{
	struct judge_test *t = test->priv;
	unsigned int i, n;

	judge_answers(t, 20);
	for (i = 0; i < 20; i++) {
		judge_misses(t, 5000);
		KUNIT_ASSERT_EQ(test, t->j.status, MX_STATUS_DOWN);
		for (n = 0; n < 4000 && t->j.status != MX_STATUS_UP; n++)
			judge_answer(t, 20000);
		KUNIT_ASSERT_EQ(test, t->j.status, MX_STATUS_UP);
		/* Not degraded for the sake of what the outage lost. */
		KUNIT_ASSERT_EQ(test, judge_answers(t, 50), MX_STATUS_UP);
	}
}

/* Half of the answers come: down for good, however often one does. */
static void judge_stays_down_at_half_lost(struct kunit *test)
{
	struct judge_test *t = test->priv;
	unsigned int i;

	judge_answers(t, 20);
	judge_misses(t, 10);
	for (i = 0; i < 10000; i++) {
		if (i & 1)
			judge_miss(t);
		else
			judge_answer(t, 20000);
		KUNIT_ASSERT_EQ(test, t->j.status, MX_STATUS_DOWN);
	}
}

/* Back, but slow: degraded is better than down. */
static void judge_rises_to_degraded(struct kunit *test)
{
	struct judge_test *t = test->priv;
	unsigned int i;

	judge_answers(t, 20);
	judge_misses(t, 10);
	for (i = 0; i < 200; i++)
		judge_answer(t, i & 1 ? 900000 : 300000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_DEGRADED);
	for (i = 0; i < 200 && t->j.status != MX_STATUS_UP; i++)
		judge_answer(t, 20000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_UP);
}

/* A brownout: above 2 % of the last hundred, three losses at least. */
static void judge_sees_a_brownout(struct kunit *test)
{
	struct judge_test *t = test->priv;

	judge_answers(t, 200);
	judge_misses(t, 1);
	judge_answers(t, 40);
	judge_misses(t, 1);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 40), MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 1), MX_STATUS_DEGRADED);
	KUNIT_EXPECT_EQ(test, t->j.why, MX_WHY_LOSS);
	KUNIT_EXPECT_TRUE(test, t->j.brown);
	/* It ends at 1 %: when the second loss is 100 probes ago. */
	KUNIT_EXPECT_EQ(test, judge_answers(t, 59), MX_STATUS_DEGRADED);
	KUNIT_EXPECT_EQ(test, t->w.recent, 1);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 41), MX_STATUS_UP);
	KUNIT_EXPECT_FALSE(test, t->j.brown);
}

static void judge_sees_no_brownout_if_told(struct kunit *test)
{
	struct judge_test *t = test->priv;
	unsigned int i;

	t->p.brown_ppm = 0;
	for (i = 0; i < 3000; i++) {
		if (i % 12 == 11)
			judge_miss(t);
		else
			judge_answers(t, 1);
	}
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, t->j.flaps, 0U);
}

/* What a path has always lost is no news; more than that is. */
static void judge_knows_what_is_usual(struct kunit *test)
{
	struct judge_test *t = test->priv;
	unsigned int i;

	/* Even loss of 1 % for long: four deviations above are 5 %. */
	for (i = 0; i < 2000; i++) {
		if (i % 100 == 99)
			judge_miss(t);
		else
			judge_answers(t, 1);
	}
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_UP);
	for (i = 0; i < 3; i++) {
		judge_miss(t);
		judge_answers(t, 5);
	}
	KUNIT_EXPECT_EQ(test, t->w.recent, 4);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 1), MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 1), MX_STATUS_DEGRADED);
}

static void judge_link_acts_at_once(struct kunit *test)
{
	struct judge_test *t = test->priv;

	judge_answers(t, 20);
	KUNIT_EXPECT_EQ(test, judge_link(t, false), MX_STATUS_DOWN);
	KUNIT_EXPECT_EQ(test, t->j.why, MX_WHY_LINK);
	KUNIT_EXPECT_EQ(test, t->j.flaps, 1U);
	/* Answers that were under way do not bring it back. */
	KUNIT_EXPECT_EQ(test, judge_answers(t, 1000), MX_STATUS_DOWN);
	KUNIT_EXPECT_EQ(test, judge_link(t, false), MX_STATUS_DOWN);
	KUNIT_EXPECT_EQ(test, t->j.flaps, 1U);
	KUNIT_EXPECT_EQ(test, judge_link(t, true), MX_STATUS_DOWN);
	KUNIT_EXPECT_EQ(test, t->w.samples, 0);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 4), MX_STATUS_DOWN);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 1), MX_STATUS_UP);
}

/* A new path whose device comes later: it has nothing to make good. */
static void judge_link_may_come_later(struct kunit *test)
{
	struct judge_test *t = test->priv;

	mx_judge_init(&t->j, false, t->now);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_DOWN);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 10), MX_STATUS_DOWN);
	KUNIT_EXPECT_EQ(test, judge_link(t, true), MX_STATUS_UNKNOWN);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 5), MX_STATUS_UP);
}

/* After a restart of the machine, or of the device, no loss is remembered. */
static void judge_link_forgets_loss(struct kunit *test)
{
	struct judge_test *t = test->priv;
	struct mx_window_figures f;

	judge_answers(t, 20);
	judge_misses(t, 30);
	judge_link(t, false);
	judge_link(t, true);
	mx_window_figures(&t->w, &f);
	KUNIT_EXPECT_EQ(test, f.loss_ppm, 0U);
	KUNIT_EXPECT_EQ(test, f.loss_long_ppm, 0U);
	/* Said twice, it forgets nothing. */
	judge_answers(t, 3);
	judge_link(t, true);
	KUNIT_EXPECT_EQ(test, t->w.samples, 3);
}

/* A link that flaps is punished like any other flap. */
static void judge_link_flaps(struct kunit *test)
{
	struct judge_test *t = test->priv;
	unsigned int i;

	judge_answers(t, 20);
	for (i = 0; i < 3; i++) {
		judge_link(t, false);
		judge_link(t, true);
		judge_answers(t, 1000);
		KUNIT_ASSERT_EQ(test, t->j.status, MX_STATUS_UP);
	}
	KUNIT_EXPECT_EQ(test, t->j.flaps, 3U);
	KUNIT_EXPECT_EQ(test, t->j.hold, 40000U);
}

static u8 judge_tick(struct judge_test *t)
{
	const struct mx_judge_in in = { .event = MX_JUDGE_TICK };

	return mx_judge_step(&t->j, &t->p, &in, t->now);
}

/* A path that nobody probes is as its link is. */
static void judge_goes_by_the_link_alone(struct kunit *test)
{
	struct judge_test *t = test->priv;

	t->p.enough = 0;
	KUNIT_EXPECT_NE(test, mx_judge_wake(&t->j, &t->p), 0ULL);
	KUNIT_EXPECT_EQ(test, judge_tick(t), MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, mx_judge_wake(&t->j, &t->p), 0ULL);
	KUNIT_EXPECT_EQ(test, judge_link(t, false), MX_STATUS_DOWN);
	KUNIT_EXPECT_EQ(test, mx_judge_wake(&t->j, &t->p), 0ULL);
	KUNIT_EXPECT_EQ(test, judge_link(t, true), MX_STATUS_DOWN);
	KUNIT_EXPECT_EQ(test, mx_judge_wake(&t->j, &t->p), t->now + 10000);
	t->now += 9999;
	KUNIT_EXPECT_EQ(test, judge_tick(t), MX_STATUS_DOWN);
	t->now++;
	KUNIT_EXPECT_EQ(test, judge_tick(t), MX_STATUS_UP);
	/* One that is probed wants no ticks, and takes none. */
	t->p.enough = 5;
	judge_link(t, false);
	judge_link(t, true);
	t->now += 1000000;
	KUNIT_EXPECT_EQ(test, mx_judge_wake(&t->j, &t->p), 0ULL);
	KUNIT_EXPECT_EQ(test, judge_tick(t), MX_STATUS_DOWN);
}

static void judge_bears_a_clock_that_goes_back(struct kunit *test)
{
	struct judge_test *t = test->priv;

	t->now = 1000000;
	judge_answers(t, 20);
	judge_misses(t, 10);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_DOWN);
	t->now = 5;
	KUNIT_EXPECT_EQ(test, judge_answers(t, 50), MX_STATUS_DOWN);
	KUNIT_EXPECT_GE(test, t->j.since, 1000000ULL);
	t->now = 2000000;
	KUNIT_EXPECT_EQ(test, judge_answers(t, 1), MX_STATUS_UP);
}

static struct kunit_case judge_cases[] = {
	KUNIT_CASE(judge_accepts_the_defaults),
	KUNIT_CASE(judge_refuses_bad_numbers),
	KUNIT_CASE(judge_knows_nothing_until_enough),
	KUNIT_CASE(judge_finds_one_down_from_the_start),
	KUNIT_CASE(judge_waits_for_ten_before_it_says_down),
	KUNIT_CASE(judge_finds_one_slow_from_the_start),
	KUNIT_CASE(judge_leaves_a_satellite_up),
	KUNIT_CASE(judge_is_down_at_fall_misses),
	KUNIT_CASE(judge_is_down_at_one_miss_if_told),
	KUNIT_CASE(judge_is_down_at_half_lost),
	KUNIT_CASE(judge_bears_a_burst),
	KUNIT_CASE(judge_counts_misses_and_not_memories),
	KUNIT_CASE(judge_wants_a_low_score_to_last),
	KUNIT_CASE(judge_wants_a_good_score_to_last),
	KUNIT_CASE(judge_does_not_flap_at_50),
	KUNIT_CASE_PARAM(judge_tells_why, blame_gen_params),
	KUNIT_CASE(judge_holds_down_and_punishes_flaps),
	KUNIT_CASE(judge_recovers_by_itself),
	KUNIT_CASE(judge_stays_down_at_half_lost),
	KUNIT_CASE(judge_rises_to_degraded),
	KUNIT_CASE(judge_sees_a_brownout),
	KUNIT_CASE(judge_sees_no_brownout_if_told),
	KUNIT_CASE(judge_knows_what_is_usual),
	KUNIT_CASE(judge_link_acts_at_once),
	KUNIT_CASE(judge_link_may_come_later),
	KUNIT_CASE(judge_link_forgets_loss),
	KUNIT_CASE(judge_link_flaps),
	KUNIT_CASE(judge_goes_by_the_link_alone),
	KUNIT_CASE(judge_bears_a_clock_that_goes_back),
	{}
};

static struct kunit_suite judge_suite = {
	.name = "mx_judge",
	.init = judge_test_init,
	.test_cases = judge_cases,
};

kunit_test_suite(judge_suite);
