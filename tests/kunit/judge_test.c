// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the status of paths. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "judge_fixture.h"

static void judge_accepts_the_defaults(struct kunit *test)
{
	struct mx_judge_params p;

	mx_judge_defaults(&p);
	KUNIT_EXPECT_TRUE(test, mx_judge_valid(&p));
}

static void judge_accepts_the_highest(struct kunit *test)
{
	const struct mx_judge_params p = {
		.enough = MX_WINDOW_SHORT,
		.fall = MX_JUDGE_COUNT_MAX,
		.worse = MX_JUDGE_COUNT_MAX,
		.rise = MX_JUDGE_COUNT_MAX,
		.margin_milli = MX_JUDGE_MARGIN_MAX,
		.brown_ppm = MX_LOSS_ALL,
		.hold_min = MX_JUDGE_MS_MAX,
		.hold_max = MX_JUDGE_MS_MAX,
	};

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

static void judge_says_down_at_half_of_ten(struct kunit *test)
{
	struct judge_test *t = test->priv;

	judge_answers(t, 4);
	judge_link(t, false);
	mx_judge_init(&t->j, true, t->now);
	mx_window_init(&t->w);
	judge_misses(t, 3);
	judge_answers(t, 1);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 2), MX_STATUS_UNKNOWN);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 3), MX_STATUS_UNKNOWN);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 1), MX_STATUS_DOWN);
	KUNIT_EXPECT_EQ(test, t->j.why, MX_WHY_LOSS);
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
	KUNIT_EXPECT_EQ(test, t->j.why, MX_WHY_SILENT);
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
	f.score_milli = 50000;
	for (i = 0; i < 10; i++)
		mx_judge_step(&t->j, &t->p, &in, 1000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_UP);
	f.score_milli = 45000;
	for (i = 0; i < 3; i++)
		mx_judge_step(&t->j, &t->p, &in, 1000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_DEGRADED);
	KUNIT_EXPECT_EQ(test, t->j.goods, 0);
	KUNIT_EXPECT_EQ(test, t->j.lows, 0);
	KUNIT_EXPECT_EQ(test, t->j.bads, 0);
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

	t->p.hold_min = 0;
	judge_answers(t, 200);
	judge_misses(t, 1);
	judge_answers(t, 40);
	judge_misses(t, 1);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 40), MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 1), MX_STATUS_DEGRADED);
	KUNIT_EXPECT_EQ(test, t->j.why, MX_WHY_LOSS);
	KUNIT_EXPECT_TRUE(test, t->j.brown);
	/* It ends at 1 %: when the second loss is 100 probes ago. */
	KUNIT_EXPECT_EQ(test, judge_answers(t, 57), MX_STATUS_DEGRADED);
	KUNIT_EXPECT_EQ(test, t->w.recent, 2);
	KUNIT_EXPECT_EQ(test, t->j.goods, 0);
	judge_answers(t, 1);
	KUNIT_EXPECT_EQ(test, t->w.recent, 2);
	judge_answers(t, 1);
	KUNIT_EXPECT_EQ(test, t->w.recent, 1);
	KUNIT_EXPECT_EQ(test, t->j.goods, 1);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 4), MX_STATUS_UP);
	KUNIT_EXPECT_FALSE(test, t->j.brown);
}

/* The limit itself is no brownout; one more is. */
static void judge_keeps_the_limit(struct kunit *test)
{
	struct judge_test *t = test->priv;

	t->p.brown_ppm = 30000;
	judge_answers(t, 20);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 3), MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 1), MX_STATUS_DEGRADED);
}

/* What began as loss and became an outage was no brownout. */
static void judge_forgets_a_brownout_in_an_outage(struct kunit *test)
{
	struct judge_test *t = test->priv;

	t->p.hold_min = 0;
	judge_answers(t, 200);
	judge_misses(t, 1);
	judge_answers(t, 10);
	judge_misses(t, 1);
	judge_answers(t, 10);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 1), MX_STATUS_DEGRADED);
	KUNIT_EXPECT_TRUE(test, t->j.brown);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 9), MX_STATUS_DOWN);
	KUNIT_EXPECT_FALSE(test, t->j.brown);
	KUNIT_EXPECT_EQ(test, t->w.recent, 2);
	judge_answers(t, 6);
	KUNIT_EXPECT_EQ(test, t->j.goods, 1);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 4), MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, t->w.recent, 2);
}

/* A miss while it comes back delays nothing, and is a loss as any other. */
static void judge_counts_a_miss_on_the_way_back(struct kunit *test)
{
	struct judge_test *t = test->priv;

	t->p.hold_min = 0;
	judge_answers(t, 200);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 10), MX_STATUS_DOWN);
	judge_answers(t, 6);
	KUNIT_EXPECT_EQ(test, t->j.goods, 1);
	judge_misses(t, 1);
	KUNIT_EXPECT_EQ(test, t->j.goods, 1);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 4), MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, t->w.recent, 1);
}

/* A path that is slow may begin to lose, too. */
static void judge_sees_a_brownout_of_a_slow_path(struct kunit *test)
{
	struct judge_test *t = test->priv;
	unsigned int i;

	t->p.hold_min = 0;
	for (i = 0; i < 100; i++)
		judge_answer(t, i & 1 ? 900000 : 300000);
	KUNIT_EXPECT_EQ(test, t->j.status, MX_STATUS_DEGRADED);
	KUNIT_EXPECT_FALSE(test, t->j.brown);
	judge_misses(t, 3);
	KUNIT_EXPECT_TRUE(test, t->j.brown);
	/* It is fast again, but has still lost two of the last hundred. */
	KUNIT_EXPECT_EQ(test, judge_answers(t, 98), MX_STATUS_DEGRADED);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 4), MX_STATUS_DEGRADED);
	KUNIT_EXPECT_FALSE(test, t->j.brown);
	KUNIT_EXPECT_EQ(test, judge_answers(t, 1), MX_STATUS_UP);
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

	/* Even loss of 1 % for long: a little more than 7 % may be chance. */
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
	KUNIT_EXPECT_EQ(test, judge_misses(t, 3), MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, t->w.recent, 7);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 1), MX_STATUS_DEGRADED);
}

/* One loss before the last hundred makes a second one no brownout. */
static void judge_learns_early_what_is_usual(struct kunit *test)
{
	struct judge_test *t = test->priv;

	judge_answers(t, 50);
	judge_misses(t, 1);
	judge_answers(t, 150);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 3), MX_STATUS_UP);
	/* And a path that has lost nothing is held to the limit itself. */
	judge_link(t, false);
	judge_link(t, true);
	t->p.hold_min = 0;
	judge_answers(t, 1100);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 2), MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 1), MX_STATUS_DEGRADED);
}

/* However much it has lost, four times the limit is too much. */
static void judge_bears_no_more_than_four_limits(struct kunit *test)
{
	struct judge_test *t = test->priv;
	unsigned int i;

	t->p.brown_ppm = 0;
	for (i = 0; i < 1020; i++) {
		if (i % 20 == 19)
			judge_miss(t);
		else
			judge_answers(t, 1);
	}
	KUNIT_EXPECT_EQ(test, t->w.recent, 5);
	t->p.brown_ppm = 20000;
	KUNIT_EXPECT_EQ(test, judge_misses(t, 3), MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, t->w.recent, 8);
	KUNIT_EXPECT_EQ(test, judge_misses(t, 1), MX_STATUS_DEGRADED);
	KUNIT_EXPECT_TRUE(test, t->j.brown);
}

static struct kunit_case judge_cases[] = {
	KUNIT_CASE(judge_accepts_the_defaults),
	KUNIT_CASE(judge_accepts_the_highest),
	KUNIT_CASE(judge_refuses_bad_numbers),
	KUNIT_CASE(judge_knows_nothing_until_enough),
	KUNIT_CASE(judge_finds_one_down_from_the_start),
	KUNIT_CASE(judge_waits_for_ten_before_it_says_down),
	KUNIT_CASE(judge_says_down_at_half_of_ten),
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
	KUNIT_CASE(judge_stays_down_at_half_lost),
	KUNIT_CASE(judge_rises_to_degraded),
	KUNIT_CASE(judge_sees_a_brownout),
	KUNIT_CASE(judge_keeps_the_limit),
	KUNIT_CASE(judge_forgets_a_brownout_in_an_outage),
	KUNIT_CASE(judge_counts_a_miss_on_the_way_back),
	KUNIT_CASE(judge_sees_a_brownout_of_a_slow_path),
	KUNIT_CASE(judge_sees_no_brownout_if_told),
	KUNIT_CASE(judge_knows_what_is_usual),
	KUNIT_CASE(judge_learns_early_what_is_usual),
	KUNIT_CASE(judge_bears_no_more_than_four_limits),
	{}
};

static struct kunit_suite judge_suite = {
	.name = "mx_judge",
	.init = judge_test_init,
	.test_cases = judge_cases,
};

kunit_test_suite(judge_suite);
