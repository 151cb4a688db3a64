// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the status of paths in time: hold-down, flaps, links, clocks. */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "judge_fixture.h"

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

static void judge_link_acts_at_once(struct kunit *test)
{
	struct judge_test *t = test->priv;

	judge_answers(t, 20);
	/* Said once more, it is nothing new. */
	KUNIT_EXPECT_EQ(test, judge_link(t, true), MX_STATUS_UP);
	KUNIT_EXPECT_FALSE(test, t->w.outage);
	KUNIT_EXPECT_EQ(test, judge_link(t, false), MX_STATUS_DOWN);
	KUNIT_EXPECT_TRUE(test, t->w.outage);
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

static struct kunit_case judge_link_cases[] = {
	KUNIT_CASE(judge_holds_down_and_punishes_flaps),
	KUNIT_CASE(judge_recovers_by_itself),
	KUNIT_CASE(judge_link_acts_at_once),
	KUNIT_CASE(judge_link_may_come_later),
	KUNIT_CASE(judge_link_forgets_loss),
	KUNIT_CASE(judge_link_flaps),
	KUNIT_CASE(judge_goes_by_the_link_alone),
	KUNIT_CASE(judge_bears_a_clock_that_goes_back),
	{}
};

static struct kunit_suite judge_link_suite = {
	.name = "mx_judge_link",
	.init = judge_test_init,
	.test_cases = judge_link_cases,
};

kunit_test_suite(judge_link_suite);
