// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the status of paths over long times, with numbers that only
 * look like chance: an hour of 1 % loss, brownouts, blackouts.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>

#include "base/mix.h"
#include "path/judge.h"
#include "path/pace.h"

#define SIM_INTERVAL	100	/* ms between probes */
#define SIM_BURST	10	/* ms between those that follow a miss */
#define SIM_HOUR	3600000

/**
 * struct sim - a path, and what is done to it
 * @w: its window
 * @j: its state
 * @p: how it is judged
 * @now: the clock
 * @seed: of all that is chance
 * @drawn: numbers drawn so far
 * @enter: chance that loss begins at a probe, in millionths
 * @leave: chance that it goes on, in millionths; 0 where each loss is alone
 * @losing: it goes on
 * @burst: probes that follow the last miss at once
 * @left: of these, still to be sent
 * @lost: probes lost
 * @probes: probes sent
 * @downs: how often the path went down
 * @dims: how often it was degraded
 */
struct sim {
	struct mx_window w;
	struct mx_judge j;
	struct mx_judge_params p;
	u64 now;
	u64 seed;
	u64 drawn;
	u32 enter;
	u32 leave;
	bool losing;
	u32 burst;
	u32 left;
	u32 lost;
	u32 probes;
	u32 downs;
	u32 dims;
};

static int sim_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct sim), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void sim_begin(struct sim *s, u64 seed, u32 enter, u32 leave, u32 burst)
{
	memset(s, 0, sizeof(*s));
	s->now = 1;
	s->seed = mx_mix64(seed + 1);
	s->enter = enter;
	s->leave = leave;
	s->burst = burst;
	mx_window_init(&s->w);
	mx_judge_init(&s->j, true, s->now);
	mx_judge_defaults(&s->p);
}

static u32 sim_draw(struct sim *s, u32 below)
{
	u64 r = mx_mix64(s->seed + s->drawn++ * MX_MIX_STEP);

	return ((r >> 32) * below) >> 32;
}

static bool sim_chance(struct sim *s, u32 millionths)
{
	return sim_draw(s, 1000000) < millionths;
}

/* One probe, and its outcome: the round trip is 20 ms and up to 2 ms more. */
static u8 sim_probe(struct sim *s)
{
	u8 before = s->j.status, status;

	s->probes++;
	s->losing = sim_chance(s, s->losing && s->leave ? s->leave : s->enter);
	if (s->losing) {
		s->lost++;
		status = mx_judge_miss(&s->j, &s->w, &s->p, s->now);
		s->left = s->left ? s->left - 1 : s->burst;
	} else {
		status = mx_judge_answer(&s->j, &s->w, &s->p,
					 20000 + sim_draw(s, 2000), MX_WAY_NONE,
					 MX_WAY_NONE, s->now);
		s->left -= !!s->left;
	}
	s->now += s->left ? SIM_BURST : SIM_INTERVAL;
	s->downs += status != before && status == MX_STATUS_DOWN;
	s->dims += status != before && status == MX_STATUS_DEGRADED;
	return status;
}

static void sim_run(struct sim *s, u64 ms)
{
	u64 end = s->now + ms;

	while (s->now < end)
		sim_probe(s);
}

/* Hours of 1 % loss: each by itself, or in bursts of so many at the mean. */
static const struct hour_case {
	const char *desc;
	u32 enter, leave;
	u32 burst;
} hour_table[] = {
	{ "alone",			10000,	0,	0 },
	{ "alone, with bursts of probes", 10000, 0, MX_PACE_BURST },
	{ "bursts of 1.25",		8000,	200000,	MX_PACE_BURST },
	{ "bursts of 1.5",		6733,	333333,	MX_PACE_BURST },
	{ "bursts of 1.5, steady probes", 6733,	333333,	0 },
};

static void hour_desc(const struct hour_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(hour, hour_table, hour_desc);

static void sim_hour_has_no_false_down(struct kunit *test)
{
	const struct hour_case *c = test->param_value;
	struct sim *s = test->priv;
	u32 seed, downs = 0, ppm;

	for (seed = 0; seed < 4; seed++) {
		sim_begin(s, seed, c->enter, c->leave, c->burst);
		sim_run(s, SIM_HOUR);
		downs += s->downs;
		ppm = (u64)s->lost * 1000000 / s->probes;
		KUNIT_EXPECT_GT(test, ppm, 8000U);
		/* Probes that follow a miss meet more of its burst. */
		KUNIT_EXPECT_LT(test, ppm, 16000U);
		KUNIT_EXPECT_NE(test, s->j.status, MX_STATUS_UNKNOWN);
	}
	KUNIT_EXPECT_EQ(test, downs, 0U);
	kunit_info(test, "%s: %u hours, %u times down\n", c->desc, seed, downs);
}

/* A line that loses much, so that it is down now and then, is known to do so. */
static void sim_much_loss_is_told(struct kunit *test)
{
	static const u32 ppm[] = { 50000, 100000, 200000, 300000 };
	struct mx_window_figures f;
	struct sim *s = test->priv;
	u32 i, n, seed;
	u64 sum;

	for (i = 0; i < ARRAY_SIZE(ppm); i++) {
		sum = 0;
		n = 0;
		for (seed = 0; seed < 100; seed++) {
			sim_begin(s, 500 + seed, ppm[i], 0, MX_PACE_BURST);
			sim_run(s, 300000);
			mx_window_figures(&s->w, &f);
			sum += f.lost_long;
			n += f.samples_long;
		}
		kunit_info(test, "loss of %u ppm: told as %llu of %u probes\n",
			   ppm[i], div_u64(sum * 1000000, n), n);
		/* One part of twenty: three standard deviations of the least. */
		KUNIT_EXPECT_LT(test, (u32)abs((s64)div_u64(sum * 1000000, n) -
					  ppm[i]), ppm[i] / 20);
	}
}

/* Loss of 0.1 % in the hour is nothing at all. */
static void sim_little_loss_is_borne(struct kunit *test)
{
	struct sim *s = test->priv;
	u32 seed, dims = 0;

	for (seed = 0; seed < 4; seed++) {
		sim_begin(s, 100 + seed, 1000, 0, MX_PACE_BURST);
		sim_run(s, SIM_HOUR);
		dims += s->dims;
		KUNIT_EXPECT_EQ(test, s->downs, 0U);
	}
	KUNIT_EXPECT_LE(test, dims, 2U);
}

/* 1 % for an hour is borne for most of it: it is what the path always loses. */
static void sim_usual_loss_is_borne(struct kunit *test)
{
	struct sim *s = test->priv;
	u64 end, dim = 0;
	u32 seed;

	for (seed = 0; seed < 4; seed++) {
		sim_begin(s, 200 + seed, 10000, 0, MX_PACE_BURST);
		sim_run(s, 300000);
		end = s->now + SIM_HOUR;
		while (s->now < end) {
			u64 last = s->now;

			if (sim_probe(s) == MX_STATUS_DEGRADED)
				dim += s->now - last;
		}
	}
	/* Of four hours, less than one part of a hundred. */
	KUNIT_EXPECT_LT(test, dim, 4ULL * SIM_HOUR / 100);
}

static u32 sim_brownouts(struct sim *s, u32 ppm, u32 burst, u32 n)
{
	u32 seed, seen = 0;

	for (seed = 0; seed < n; seed++) {
		u64 end;

		sim_begin(s, 300 + seed, 0, 0, burst);
		sim_run(s, 60000);
		end = s->now + 10000;
		s->enter = ppm;
		while (s->now < end && s->j.status == MX_STATUS_UP)
			sim_probe(s);
		seen += s->j.status != MX_STATUS_UP;
	}
	return seen;
}

/*
 * 5 % at 100 ms, within 10 s. A hundred probes lose less than three by chance in
 * 12 of 100 cases; those that follow a miss make it surer.
 */
static void sim_brownout_is_seen_in_10_s(struct kunit *test)
{
	struct sim *s = test->priv;

	KUNIT_EXPECT_GE(test, sim_brownouts(s, 50000, 0, 200), 165U);
	KUNIT_EXPECT_GE(test, sim_brownouts(s, 50000, 9, 200), 178U);
	KUNIT_EXPECT_GE(test, sim_brownouts(s, 50000, MX_PACE_BURST, 200),
			184U);
	KUNIT_EXPECT_GE(test, sim_brownouts(s, 100000, MX_PACE_BURST, 200),
			198U);
}

/* What follows the miss decides: 10 probes, of which the first is the miss. */
static void sim_blackout_is_seen_at_once(struct kunit *test)
{
	struct sim *s = test->priv;
	u32 seed, probes;

	for (seed = 0; seed < 50; seed++) {
		sim_begin(s, 700 + seed, 1000, 0, MX_PACE_BURST);
		sim_run(s, 30000 + seed * 137);
		probes = s->probes;
		s->enter = 1000000;
		while (s->j.status != MX_STATUS_DOWN && s->probes < probes + 50)
			sim_probe(s);
		KUNIT_ASSERT_LE(test, s->probes - probes, 10U);
		/* And back by itself, with 1 % of loss or without. */
		s->enter = seed & 1 ? 10000 : 0;
		sim_run(s, 60000);
		if (seed & 1)
			KUNIT_ASSERT_NE(test, s->j.status, MX_STATUS_DOWN);
		else
			KUNIT_ASSERT_EQ(test, s->j.status, MX_STATUS_UP);
	}
}

/* A path that is out every 20 s for 2 s is used less and less. */
static void sim_flapping_is_damped(struct kunit *test)
{
	struct sim *s = test->priv;
	u32 round;

	sim_begin(s, 1, 0, 0, MX_PACE_BURST);
	sim_run(s, 30000);
	for (round = 0; round < 180; round++) {
		s->enter = 1000000;
		sim_run(s, 2000);
		s->enter = 0;
		sim_run(s, 18000);
	}
	/* An hour of it: 180 outages. */
	KUNIT_EXPECT_GE(test, s->j.flaps, 10U);
	KUNIT_EXPECT_LE(test, s->j.flaps, 20U);
	sim_run(s, 700000);
	KUNIT_EXPECT_EQ(test, s->j.status, MX_STATUS_UP);
}

static struct kunit_case sim_cases[] = {
	KUNIT_CASE_PARAM(sim_hour_has_no_false_down, hour_gen_params),
	KUNIT_CASE(sim_much_loss_is_told),
	KUNIT_CASE(sim_little_loss_is_borne),
	KUNIT_CASE(sim_usual_loss_is_borne),
	KUNIT_CASE(sim_brownout_is_seen_in_10_s),
	KUNIT_CASE(sim_blackout_is_seen_at_once),
	KUNIT_CASE(sim_flapping_is_damped),
	{}
};

static struct kunit_suite sim_suite = {
	.name = "mx_judge_sim",
	.init = sim_init,
	.test_cases = sim_cases,
};

kunit_test_suite(sim_suite);
