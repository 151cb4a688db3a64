// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the state machine of health. The clock is a number, and
 * begins where its lower half is about to wrap.
 */
#include <kunit/test.h>
#include "group/health.h"

#define START	BIT_ULL(32)	/* where the lower half of the clock wraps */

struct health_fix {
	struct mx_health_sm h;
	struct mx_failover p;
	u64 now;
};

static int health_init(struct kunit *test)
{
	struct health_fix *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	f->p = (struct mx_failover) {
		.strategy = MUTEX_FAILOVER_DELAYED,
		.fails = 3,
		.rise = 2,
		.window = 1000,
		.hold_min = 100,
		.hold_max = 1000,
	};
	f->now = START - 500;
	test->priv = f;
	return 0;
}

/* Something happens @ms after what was before. */
static bool health_after(struct health_fix *f, u32 ms, u8 source, bool good)
{
	const struct mx_health_event ev = {
		.source = source,
		.good = good,
		.reason = MUTEX_REASON_SILENT,
		.now = f->now += ms,
	};

	return mx_health_next(&f->h, &f->p, &ev);
}

static bool health_bad(struct health_fix *f, u32 ms)
{
	return health_after(f, ms, MX_HEALTH_TRAFFIC, false);
}

static bool health_tick(struct health_fix *f, u32 ms)
{
	return health_after(f, ms, MX_HEALTH_TICK, false);
}

static void health_starts_up(struct kunit *test)
{
	struct health_fix *f = test->priv;

	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_UP);
	KUNIT_EXPECT_FALSE(test, health_tick(f, 100000));
	KUNIT_EXPECT_EQ(test, f->h.until, 0);
}

static void health_immediate_takes_the_first_failure(struct kunit *test)
{
	struct health_fix *f = test->priv;

	f->p.strategy = MUTEX_FAILOVER_IMMEDIATE;
	KUNIT_EXPECT_TRUE(test, health_bad(f, 1));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_DOWN);
	KUNIT_EXPECT_EQ(test, f->h.reason, MUTEX_REASON_SILENT);
	KUNIT_EXPECT_EQ(test, f->h.since, f->now);
	KUNIT_EXPECT_EQ(test, f->h.until, f->now + 100);
	KUNIT_EXPECT_EQ(test, f->h.flaps, 1);
	/* more of the same change nothing */
	KUNIT_EXPECT_FALSE(test, health_bad(f, 1));
	KUNIT_EXPECT_EQ(test, f->h.flaps, 1);
}

/* Failures at the window's ends: 999 ms apart are within, 1000 are not. */
static void health_delayed_counts_in_a_window(struct kunit *test)
{
	struct health_fix *f = test->priv;

	KUNIT_EXPECT_FALSE(test, health_bad(f, 0));
	KUNIT_EXPECT_FALSE(test, health_bad(f, 500));
	KUNIT_EXPECT_FALSE(test, health_bad(f, 500));
	KUNIT_EXPECT_EQ(test, f->h.fails, 2);
	KUNIT_EXPECT_TRUE(test, health_bad(f, 499));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_DOWN);
	KUNIT_EXPECT_EQ(test, f->h.fails, 0);
}

static void health_delayed_forgets_what_is_old(struct kunit *test)
{
	struct health_fix *f = test->priv;
	unsigned int i;

	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_FALSE(test, health_bad(f, 500));
	/* exactly half the numbers of the lower half later */
	KUNIT_EXPECT_FALSE(test, health_bad(f, U32_MAX - 1));
	KUNIT_EXPECT_EQ(test, f->h.fails, 1);
	KUNIT_EXPECT_FALSE(test, health_bad(f, 2));
	KUNIT_EXPECT_TRUE(test, health_bad(f, 2));
}

/* The most that can be asked for, and more than the ring holds before it. */
static void health_delayed_counts_up_to_the_bound(struct kunit *test)
{
	struct health_fix *f = test->priv;
	unsigned int i;

	f->p.fails = MX_HEALTH_FAILS_MAX;
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_FALSE(test, health_bad(f, 40));
	KUNIT_EXPECT_EQ(test, f->h.fails, 25);
	for (i = 25; i < MX_HEALTH_FAILS_MAX - 1; i++)
		KUNIT_EXPECT_FALSE(test, health_bad(f, 0));
	KUNIT_EXPECT_TRUE(test, health_bad(f, 0));
}

static void health_off_and_probe_do_not_heed_traffic(struct kunit *test)
{
	struct health_fix *f = test->priv;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		f->p.strategy = i ? MUTEX_FAILOVER_OFF : MUTEX_FAILOVER_PROBE;
		KUNIT_EXPECT_FALSE(test, health_bad(f, 1));
		KUNIT_EXPECT_FALSE(test, health_bad(f, 1));
		KUNIT_EXPECT_FALSE(test, health_bad(f, 1));
		KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_UP);
	}
}

static void health_probe_counts_bad_reports_in_a_row(struct kunit *test)
{
	struct health_fix *f = test->priv;

	f->p.strategy = MUTEX_FAILOVER_PROBE;
	KUNIT_EXPECT_FALSE(test, health_after(f, 1, MX_HEALTH_REPORT, false));
	KUNIT_EXPECT_FALSE(test, health_after(f, 1, MX_HEALTH_REPORT, false));
	KUNIT_EXPECT_FALSE(test, health_after(f, 1, MX_HEALTH_REPORT, true));
	KUNIT_EXPECT_FALSE(test, health_after(f, 1, MX_HEALTH_REPORT, false));
	KUNIT_EXPECT_FALSE(test, health_after(f, 1, MX_HEALTH_REPORT, false));
	KUNIT_EXPECT_TRUE(test, health_after(f, 1, MX_HEALTH_REPORT, false));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_DOWN);
}

static void health_off_takes_reports_at_their_word(struct kunit *test)
{
	struct health_fix *f = test->priv;

	f->p.strategy = MUTEX_FAILOVER_OFF;
	KUNIT_EXPECT_TRUE(test, health_after(f, 1, MX_HEALTH_REPORT, false));
}

/* Successes bring it back, not before the hold-down is over. */
static void health_rises_after_the_hold_down(struct kunit *test)
{
	struct health_fix *f = test->priv;

	health_after(f, 0, MX_HEALTH_VERDICT, false);
	KUNIT_EXPECT_FALSE(test, health_after(f, 98, MX_HEALTH_REPORT, true));
	KUNIT_EXPECT_FALSE(test, health_after(f, 1, MX_HEALTH_REPORT, true));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_DOWN);
	KUNIT_EXPECT_TRUE(test, health_after(f, 1, MX_HEALTH_REPORT, true));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_UP);
	KUNIT_EXPECT_EQ(test, f->h.reason, MUTEX_REASON_RECOVERED);
}

/* Enough successes while it was held: the tick brings it up. */
static void health_rises_with_the_tick(struct kunit *test)
{
	struct health_fix *f = test->priv;

	health_after(f, 0, MX_HEALTH_VERDICT, false);
	health_after(f, 10, MX_HEALTH_VERDICT, true);
	KUNIT_EXPECT_FALSE(test, health_tick(f, 89));
	KUNIT_EXPECT_TRUE(test, health_tick(f, 1));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_UP);
}

/* A bad word in between counts the successes from zero. */
static void health_rise_is_in_a_row(struct kunit *test)
{
	struct health_fix *f = test->priv;

	health_after(f, 0, MX_HEALTH_VERDICT, false);
	health_after(f, 200, MX_HEALTH_REPORT, true);
	health_after(f, 1, MX_HEALTH_REPORT, false);
	KUNIT_EXPECT_FALSE(test, health_after(f, 1, MX_HEALTH_REPORT, true));
	KUNIT_EXPECT_TRUE(test, health_after(f, 1, MX_HEALTH_REPORT, true));
}

/* Nobody checks: on trial, and up by answers, or by a window without failure. */
static void health_tries_where_nobody_checks(struct kunit *test)
{
	struct health_fix *f = test->priv;

	f->p.strategy = MUTEX_FAILOVER_IMMEDIATE;
	health_bad(f, 0);
	KUNIT_EXPECT_FALSE(test, health_tick(f, 99));
	KUNIT_EXPECT_TRUE(test, health_tick(f, 1));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_TRIAL);
	KUNIT_EXPECT_EQ(test, f->h.reason, MUTEX_REASON_TRIAL);
	KUNIT_EXPECT_FALSE(test, health_after(f, 1, MX_HEALTH_TRAFFIC, true));
	KUNIT_EXPECT_TRUE(test, health_after(f, 1, MX_HEALTH_TRAFFIC, true));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_UP);

	health_bad(f, 0);
	KUNIT_EXPECT_TRUE(test, health_tick(f, 200));
	KUNIT_EXPECT_FALSE(test, health_tick(f, 999));
	KUNIT_EXPECT_TRUE(test, health_tick(f, 1));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_UP);
	KUNIT_EXPECT_EQ(test, f->h.until, 0);
}

/* One failure ends a trial, however many the strategy asks for. */
static void health_trial_ends_with_a_failure(struct kunit *test)
{
	struct health_fix *f = test->priv;

	health_after(f, 0, MX_HEALTH_REPORT, false);
	health_bad(f, 0);
	KUNIT_EXPECT_TRUE(test, health_bad(f, 0));
	/* the report holds for a window, and not for the hold-down only */
	KUNIT_EXPECT_FALSE(test, health_tick(f, 100));
	KUNIT_EXPECT_FALSE(test, health_tick(f, 899));
	KUNIT_EXPECT_TRUE(test, health_tick(f, 1));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_TRIAL);
	KUNIT_EXPECT_TRUE(test, health_bad(f, 0));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_DOWN);
	KUNIT_EXPECT_EQ(test, f->h.hold, 200);
}

/* Who gives verdicts decides when it comes back; until he leaves. */
static void health_verdicts_hold(struct kunit *test)
{
	struct health_fix *f = test->priv;

	KUNIT_EXPECT_TRUE(test, health_after(f, 0, MX_HEALTH_VERDICT, false));
	KUNIT_EXPECT_FALSE(test, health_tick(f, 1000000));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_DOWN);
	KUNIT_EXPECT_EQ(test, f->h.until, 0);
	KUNIT_EXPECT_FALSE(test, health_after(f, 0, MX_HEALTH_QUIT, false));
	KUNIT_EXPECT_TRUE(test, health_tick(f, 0));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_TRIAL);
}

/* 100, 200, 400, 800, and then the bound; being up for long forgets. */
static void health_hold_down_doubles(struct kunit *test)
{
	static const u32 holds[] = { 100, 200, 400, 800, 1000, 1000 };
	struct health_fix *f = test->priv;
	unsigned int i;

	f->p.strategy = MUTEX_FAILOVER_IMMEDIATE;
	for (i = 0; i < ARRAY_SIZE(holds); i++) {
		KUNIT_EXPECT_TRUE(test, health_bad(f, 1));
		KUNIT_EXPECT_EQ(test, f->h.hold, holds[i]);
		KUNIT_EXPECT_FALSE(test, health_tick(f, holds[i] - 1));
		KUNIT_EXPECT_TRUE(test, health_tick(f, 1));
	}
	health_after(f, 0, MX_HEALTH_VERDICT, true);
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_UP);
	f->h.judged = false;
	KUNIT_EXPECT_TRUE(test, health_bad(f, 999));
	KUNIT_EXPECT_EQ(test, f->h.hold, 1000);
	health_after(f, 1000, MX_HEALTH_VERDICT, true);
	KUNIT_EXPECT_TRUE(test, health_bad(f, 1000));
	KUNIT_EXPECT_EQ(test, f->h.hold, 100);
	KUNIT_EXPECT_EQ(test, f->h.flaps, 8);
}

/* The longest times do not overflow. */
static void health_bounds_do_not_overflow(struct kunit *test)
{
	struct health_fix *f = test->priv;
	unsigned int i;

	f->p.strategy = MUTEX_FAILOVER_IMMEDIATE;
	f->p.window = MX_HEALTH_MS_MAX;
	f->p.hold_min = MX_HEALTH_MS_MAX - 1;
	f->p.hold_max = MX_HEALTH_MS_MAX;
	for (i = 0; i < 40; i++) {
		KUNIT_EXPECT_TRUE(test, health_bad(f, 1));
		KUNIT_EXPECT_EQ(test, f->h.hold, MX_HEALTH_MS_MAX - !i);
		KUNIT_EXPECT_TRUE(test, health_tick(f, f->h.hold));
	}
	f->p.hold_min = MX_HEALTH_MS_MIN;
	f->h.level = 0;
	for (i = 0; i < 40; i++) {
		KUNIT_EXPECT_TRUE(test, health_bad(f, 1));
		KUNIT_EXPECT_TRUE(test, health_tick(f, f->h.hold));
	}
	KUNIT_EXPECT_EQ(test, f->h.hold, MX_HEALTH_MS_MAX);
}

/* Something happens, told by one who has read the clock @ms too early. */
static bool health_before(struct health_fix *f, u32 ms, u8 source, bool good)
{
	const struct mx_health_event ev = {
		.source = source,
		.good = good,
		.reason = MUTEX_REASON_SILENT,
		.now = f->now - ms,
	};

	return mx_health_next(&f->h, &f->p, &ev);
}

/* CPUs read the clock, and then wait for one another. */
static void health_events_may_be_late(struct kunit *test)
{
	struct health_fix *f = test->priv;

	/* each failure counts */
	health_bad(f, 0);
	KUNIT_EXPECT_FALSE(test, health_before(f, 4, MX_HEALTH_TRAFFIC, false));
	KUNIT_EXPECT_EQ(test, f->h.fails, 2);
	KUNIT_EXPECT_TRUE(test, health_bad(f, 0));
	/* a good word from before does not end the hold-down */
	KUNIT_EXPECT_FALSE(test, health_before(f, 4, MX_HEALTH_VERDICT, true));
	KUNIT_EXPECT_TRUE(test, health_tick(f, 100));
	/* nor does a failure from before make forget how often it was down */
	KUNIT_EXPECT_TRUE(test, health_before(f, 4, MX_HEALTH_VERDICT, false));
	KUNIT_EXPECT_EQ(test, f->h.hold, 200);
}

static void health_reset_forgets(struct kunit *test)
{
	struct health_fix *f = test->priv;

	KUNIT_EXPECT_FALSE(test, health_after(f, 0, MX_HEALTH_RESET, true));
	f->p.strategy = MUTEX_FAILOVER_IMMEDIATE;
	health_bad(f, 1);
	KUNIT_EXPECT_TRUE(test, health_after(f, 1, MX_HEALTH_RESET, true));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_UP);
	KUNIT_EXPECT_EQ(test, f->h.reason, MUTEX_REASON_USER);
	KUNIT_EXPECT_EQ(test, f->h.until, 0);
	health_bad(f, 1);
	KUNIT_EXPECT_EQ(test, f->h.hold, 100);
}

/* Where the hold-down is longer than the window, a report holds for so long. */
static void health_report_holds_for_the_hold_down(struct kunit *test)
{
	struct health_fix *f = test->priv;

	f->p.window = 50;
	health_after(f, 0, MX_HEALTH_VERDICT, false);
	health_after(f, 0, MX_HEALTH_QUIT, false);
	health_after(f, 60, MX_HEALTH_REPORT, false);
	KUNIT_EXPECT_FALSE(test, health_tick(f, 40));
	KUNIT_EXPECT_FALSE(test, health_tick(f, 59));
	KUNIT_EXPECT_TRUE(test, health_tick(f, 1));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_TRIAL);
}

/* What was reported before a reset holds nothing down after it. */
static void health_reset_forgets_reports(struct kunit *test)
{
	struct health_fix *f = test->priv;

	f->p.strategy = MUTEX_FAILOVER_IMMEDIATE;
	health_after(f, 0, MX_HEALTH_REPORT, false);
	health_after(f, 1, MX_HEALTH_RESET, true);
	health_bad(f, 1);
	KUNIT_EXPECT_TRUE(test, health_tick(f, 100));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_TRIAL);
}

/* Who is up again by a trial begins with no bad report. */
static void health_trial_forgets_bad_reports(struct kunit *test)
{
	struct health_fix *f = test->priv;
	unsigned int i;

	f->p.strategy = MUTEX_FAILOVER_PROBE;
	for (i = 0; i < 3; i++)
		health_after(f, 0, MX_HEALTH_REPORT, false);
	KUNIT_EXPECT_TRUE(test, health_tick(f, 1000));
	KUNIT_EXPECT_TRUE(test, health_tick(f, 1000));
	KUNIT_EXPECT_EQ(test, f->h.state, MUTEX_HEALTH_UP);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, i == 2,
				health_after(f, 0, MX_HEALTH_REPORT, false));
}

/* No event in any state leads out of the states, or to a tick in the past. */
static void health_is_closed(struct kunit *test)
{
	struct health_fix *f = test->priv;
	u32 seed = 20240229, wrong = 0, i;
	bool told;
	u8 was;

	for (i = 0; i < 100000; i++) {
		seed = seed * 1664525 + 1013904223;
		f->p.strategy = seed >> 30;
		was = f->h.state;
		told = health_after(f, (seed >> 8) % 400, (seed >> 20) % 6,
				    seed & BIT(17));
		wrong += told != (was != f->h.state);
		wrong += f->h.state > MUTEX_HEALTH_TRIAL;
		wrong += f->h.fails > MX_HEALTH_FAILS_MAX;
		wrong += f->h.state == MUTEX_HEALTH_UP && f->h.until;
		wrong += f->h.state == MUTEX_HEALTH_TRIAL && !f->h.until;
		wrong += f->h.state == MUTEX_HEALTH_DOWN && !f->h.until &&
			 !f->h.judged;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static struct kunit_case mx_health_test_cases[] = {
	KUNIT_CASE(health_starts_up),
	KUNIT_CASE(health_immediate_takes_the_first_failure),
	KUNIT_CASE(health_delayed_counts_in_a_window),
	KUNIT_CASE(health_delayed_forgets_what_is_old),
	KUNIT_CASE(health_delayed_counts_up_to_the_bound),
	KUNIT_CASE(health_off_and_probe_do_not_heed_traffic),
	KUNIT_CASE(health_probe_counts_bad_reports_in_a_row),
	KUNIT_CASE(health_off_takes_reports_at_their_word),
	KUNIT_CASE(health_rises_after_the_hold_down),
	KUNIT_CASE(health_rises_with_the_tick),
	KUNIT_CASE(health_rise_is_in_a_row),
	KUNIT_CASE(health_tries_where_nobody_checks),
	KUNIT_CASE(health_trial_ends_with_a_failure),
	KUNIT_CASE(health_verdicts_hold),
	KUNIT_CASE(health_hold_down_doubles),
	KUNIT_CASE(health_bounds_do_not_overflow),
	KUNIT_CASE(health_events_may_be_late),
	KUNIT_CASE(health_reset_forgets),
	KUNIT_CASE(health_report_holds_for_the_hold_down),
	KUNIT_CASE(health_reset_forgets_reports),
	KUNIT_CASE(health_trial_forgets_bad_reports),
	KUNIT_CASE(health_is_closed),
	{ }
};

static struct kunit_suite mx_health_test_suite = {
	.name = "mx_health",
	.init = health_init,
	.test_cases = mx_health_test_cases,
};

kunit_test_suite(mx_health_test_suite);
