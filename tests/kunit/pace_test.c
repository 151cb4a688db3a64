// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the pace of probes, and of the ways on which they are lost. */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/time64.h>
#include "path/pace.h"

#define PACE_MS		((u64)NSEC_PER_MSEC)
#define PACE_START	(1000 * PACE_MS)

/* A peer that answers after so many ms, but not one of each @every probes. */
struct pace_world {
	struct mx_pace pace;
	struct mx_pace_params params;
	u64 now;
	u32 every;
	u32 sent, answered, missed, late;
	u64 last_missed;
};

static void pace_make(struct kunit *test, struct pace_world *w, u32 interval,
		      u32 timeout, u32 seq)
{
	struct mx_pace_slot *slots;
	u32 n;

	memset(w, 0, sizeof(*w));
	w->params.interval = interval;
	w->params.timeout = timeout;
	n = mx_pace_slots(&w->params);
	slots = kunit_kzalloc(test, n * sizeof(*slots), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, slots);
	w->now = PACE_START;
	mx_pace_init(&w->pace, slots, n, seq, PACE_START);
}

/* Goes on for @ms in steps of one; answers are there @rtt ms after a probe. */
static void pace_run(struct pace_world *w, u32 ms, u32 rtt, bool answers)
{
	struct mx_pace_slot *slot;
	u32 i, seq;
	bool lost;

	while (ms--) {
		w->now += PACE_MS;
		for (i = 0; answers && i < w->pace.n; i++) {
			slot = &w->pace.slots[i];
			if ((slot->state != MX_PACE_OUT &&
			     slot->state != MX_PACE_MISSED) ||
			    w->now < slot->sent + rtt * PACE_MS ||
			    (w->every && !(slot->seq % w->every)))
				continue;
			switch (mx_pace_answer(&w->pace, slot, rtt * 1000)) {
			case MX_PACE_IN_TIME:
				w->answered++;
				break;
			default:
				w->late++;
			}
		}
		while (mx_pace_missed(&w->pace, &w->params, w->now, &seq)) {
			w->missed++;
			w->last_missed = w->now;
		}
		if (!mx_pace_due(&w->pace, w->now))
			continue;
		mx_pace_send(&w->pace, &w->params, w->now, &lost);
		w->sent++;
		w->missed += lost;
	}
}

static void pace_keeps_the_beat(struct kunit *test)
{
	struct pace_world w;

	pace_make(test, &w, 100, 2000, U32_MAX - 50);
	pace_run(&w, 2000, 20, true);
	w.sent = 0;
	w.answered = 0;
	pace_run(&w, 10000, 20, true);
	KUNIT_EXPECT_EQ(test, w.sent, 100U);
	KUNIT_EXPECT_EQ(test, w.answered, 100U);
	KUNIT_EXPECT_EQ(test, w.missed, 0U);
	KUNIT_EXPECT_EQ(test, w.late, 0U);
	KUNIT_EXPECT_GE(test, w.pace.srtt, 19000U);
	KUNIT_EXPECT_LE(test, w.pace.srtt, 21000U);
	/* the numbers have wrapped meanwhile */
	KUNIT_EXPECT_LT(test, w.pace.seq, 1000U);
}

/* A stall is not made up for at one stroke. */
static void pace_forgives_a_stall(struct kunit *test)
{
	struct pace_world w;

	pace_make(test, &w, 10, 0, 0);
	pace_run(&w, 1000, 1, true);
	w.now += 60 * 1000 * PACE_MS;
	w.sent = 0;
	pace_run(&w, 100, 1, true);
	KUNIT_EXPECT_LE(test, w.sent, 21U);
}

/* From the last answer to ten misses, by interval, timeout and RTT. */
static void pace_is_quick_about_silence(struct kunit *test)
{
	static const struct {
		u32 interval, timeout, rtt, most;
	} c[] = {
		{ 5000, 2000, 20, 8300 },
		{ 5000, 0, 20, 6500 },
		{ 100, 0, 10, 300 },
		{ 100, 0, 100, 500 },
		{ 10, 0, 2, 150 },
		{ 1000, 0, 600, 3300 },
	};
	struct pace_world w;
	u64 start;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(c); i++) {
		pace_make(test, &w, c[i].interval, c[i].timeout, 7);
		/* the worst moment: an answer has just come */
		pace_run(&w, 20 * c[i].interval + c[i].rtt, c[i].rtt, true);
		w.missed = 0;
		start = w.now;
		while (w.missed < 10 && w.now < start + 60000 * PACE_MS)
			pace_run(&w, 1, 0, false);
		KUNIT_EXPECT_LE(test, w.now - start, c[i].most * PACE_MS);
	}
}

/* Who is silent for long is not flooded. */
static void pace_bursts_once(struct kunit *test)
{
	struct pace_world w;

	pace_make(test, &w, 1000, 500, 0);
	pace_run(&w, 20000, 10, true);
	w.sent = 0;
	pace_run(&w, 60000, 0, false);
	KUNIT_EXPECT_GE(test, w.sent, 60U);
	KUNIT_EXPECT_LE(test, w.sent, 60U + MX_PACE_BURST + 1);
	/* and is found at once when it speaks again */
	w.answered = 0;
	pace_run(&w, 1100, 10, true);
	KUNIT_EXPECT_GE(test, w.answered, 1U);
}

/* A path that always loses some is not probed all the more for good. */
static void pace_bursts_within_bounds(struct kunit *test)
{
	static const u32 every[] = { 3, 10, 20, 100 };
	struct pace_world w;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(every); i++) {
		pace_make(test, &w, 100, 0, 1);
		pace_run(&w, 2000, 20, true);
		w.every = every[i];
		w.sent = 0;
		pace_run(&w, 60000, 20, true);
		KUNIT_EXPECT_GT(test, w.sent, 600U + MX_PACE_CREDIT);
		KUNIT_EXPECT_LE(test, w.sent, 1200U + MX_PACE_CREDIT);
		/* and its silence is found out about all the same */
		w.missed = 0;
		w.sent = 0;
		pace_run(&w, 600, 0, false);
		KUNIT_EXPECT_GE(test, w.missed, 10U);
	}
}

/* A way whose RTT is longer than any fixed limit: it lives. */
static void pace_follows_a_slow_path(struct kunit *test)
{
	struct pace_world w;

	pace_make(test, &w, 100, 0, 0);
	pace_run(&w, 20000, 600, true);
	KUNIT_EXPECT_EQ(test, w.missed, 0U);
	KUNIT_EXPECT_GT(test, w.answered, 190U);
	/* from 20 ms to 900 ms at one stroke: a few are late, then none */
	pace_make(test, &w, 100, 0, 0);
	pace_run(&w, 10000, 20, true);
	pace_run(&w, 3000, 900, true);
	KUNIT_EXPECT_GT(test, w.late, 0U);
	w.missed = 0;
	w.answered = 0;
	pace_run(&w, 10000, 900, true);
	KUNIT_EXPECT_EQ(test, w.missed, 0U);
	KUNIT_EXPECT_GE(test, w.answered, 99U);
}

static void pace_knows_its_probes(struct kunit *test)
{
	struct mx_pace_slot *slot;
	struct pace_world w;
	bool lost;
	u32 i;

	pace_make(test, &w, 10, 10000, 100);
	slot = mx_pace_send(&w.pace, &w.params, w.now, &lost);
	KUNIT_EXPECT_EQ(test, slot->seq, 100U);
	KUNIT_EXPECT_PTR_EQ(test, mx_pace_slot(&w.pace, 100), slot);
	KUNIT_EXPECT_NULL(test, mx_pace_slot(&w.pace, 101));
	KUNIT_EXPECT_NULL(test, mx_pace_slot(&w.pace, 100 - w.pace.n));
	KUNIT_EXPECT_EQ(test, (int)mx_pace_answer(&w.pace, slot, 5),
			(int)MX_PACE_IN_TIME);
	KUNIT_EXPECT_EQ(test, (int)mx_pace_answer(&w.pace, slot, 5),
			(int)MX_PACE_AGAIN);
	slot = mx_pace_send(&w.pace, &w.params, w.now, &lost);
	mx_pace_give_up(&w.pace, slot->seq);
	KUNIT_EXPECT_NULL(test, mx_pace_slot(&w.pace, 101));
	KUNIT_EXPECT_EQ(test, w.pace.oldest, w.pace.seq);
	/* more are out than there is room for: the oldest is lost */
	for (i = 0; i < w.pace.n; i++) {
		mx_pace_send(&w.pace, &w.params, w.now, &lost);
		KUNIT_EXPECT_FALSE(test, lost);
	}
	mx_pace_send(&w.pace, &w.params, w.now, &lost);
	KUNIT_EXPECT_TRUE(test, lost);
	KUNIT_EXPECT_EQ(test, w.pace.seq - w.pace.oldest, w.pace.n);
}

static void pace_has_room(struct kunit *test)
{
	struct mx_pace_params p = { 10, 3600000 };

	KUNIT_EXPECT_EQ(test, mx_pace_slots(&p), MX_PACE_SLOTS_MAX);
	p = (struct mx_pace_params) { 3600000, 10 };
	KUNIT_EXPECT_EQ(test, mx_pace_slots(&p), MX_PACE_SLOTS_MIN);
	p = (struct mx_pace_params) { 10, 0 };
	KUNIT_EXPECT_EQ(test, mx_pace_slots(&p), 256U);
	p = (struct mx_pace_params) { 0, 0 };
	KUNIT_EXPECT_EQ(test, mx_pace_slots(&p), 256U);
}

/* Probe @i is lost on the way there, or its answer on the way back. */
static void ways_run(struct mx_ways *w, u32 n, u32 fwd, u32 back, u32 start,
		     bool stateless)
{
	u32 i, number = 5;

	for (i = 0; i < n; i++) {
		if (fwd && i % fwd == 1)
			continue;
		number++;
		if (back && i % back == 3)
			continue;
		mx_ways_answer(w, start + i, stateless ? start + i : number);
	}
}

static void ways_tell_the_way(struct kunit *test)
{
	struct mx_ways w = { };

	KUNIT_EXPECT_EQ(test, mx_ways_fwd_ppm(&w), U32_MAX);
	/* one in ten, across the end of the numbers */
	ways_run(&w, 1000, 10, 0, U32_MAX - 500, false);
	KUNIT_EXPECT_GE(test, mx_ways_fwd_ppm(&w), 90000U);
	KUNIT_EXPECT_LE(test, mx_ways_fwd_ppm(&w), 110000U);
	KUNIT_EXPECT_EQ(test, mx_ways_back_ppm(&w), 0U);
	memset(&w, 0, sizeof(w));
	ways_run(&w, 1000, 0, 5, 77, false);
	KUNIT_EXPECT_EQ(test, mx_ways_fwd_ppm(&w), 0U);
	KUNIT_EXPECT_GE(test, mx_ways_back_ppm(&w), 180000U);
	KUNIT_EXPECT_LE(test, mx_ways_back_ppm(&w), 220000U);
}

static void ways_need_a_peer_that_counts(struct kunit *test)
{
	struct mx_ways w = { };

	ways_run(&w, 1000, 10, 0, 12345, true);
	KUNIT_EXPECT_EQ(test, mx_ways_fwd_ppm(&w), U32_MAX);
	KUNIT_EXPECT_EQ(test, mx_ways_back_ppm(&w), U32_MAX);
}

#define WAYS_N		1000
#define WAYS_LATE	8	/* probes that another one may come behind */

static u32 ways_random(u32 i)
{
	return (i * 2654435761U) >> 16;
}

/*
 * Probes are overtaken on the way there, answers on the way back; one in @lose
 * is lost there.
 */
static void ways_disorder(struct mx_ways *w, u32 *at, u32 *number, u32 lose)
{
	u32 t, i, n = 0;

	memset(w, 0, sizeof(*w));
	for (t = 0; t < WAYS_N + WAYS_LATE; t++) {
		for (i = t < WAYS_LATE ? 0 : t - WAYS_LATE + 1;
		     i <= t && i < WAYS_N; i++) {
			if (i + ways_random(i) % WAYS_LATE != t ||
			    (lose && ways_random(i + 7777) % lose == 0))
				continue;
			number[i] = n++;
			at[i] = t + ways_random(i + 99) % WAYS_LATE;
		}
	}
	for (t = 0; t < WAYS_N + 2 * WAYS_LATE; t++)
		for (i = 0; i < WAYS_N; i++)
			if (at[i] == t && number[i] != U32_MAX)
				mx_ways_answer(w, 5000 + i, number[i]);
}

static void ways_bear_disorder(struct kunit *test)
{
	u32 *at = kunit_kcalloc(test, WAYS_N, sizeof(*at), GFP_KERNEL);
	u32 *number = kunit_kcalloc(test, WAYS_N, sizeof(*at), GFP_KERNEL);
	struct mx_ways w;

	KUNIT_ASSERT_NOT_NULL(test, at);
	KUNIT_ASSERT_NOT_NULL(test, number);
	ways_disorder(&w, at, number, 0);
	KUNIT_EXPECT_LE(test, mx_ways_fwd_ppm(&w), 30000U);
	KUNIT_EXPECT_LE(test, mx_ways_back_ppm(&w), 30000U);
	memset(number, 0xff, WAYS_N * sizeof(*number));
	ways_disorder(&w, at, number, 10);
	KUNIT_EXPECT_GE(test, mx_ways_fwd_ppm(&w), 50000U);
	KUNIT_EXPECT_LE(test, mx_ways_fwd_ppm(&w), 150000U);
	KUNIT_EXPECT_LE(test, mx_ways_back_ppm(&w), 30000U);
}

/* What the network repeats on the way there, the peer has answered twice. */
static void ways_bear_repetition(struct kunit *test)
{
	struct mx_ways w = { };
	u32 i, number = 0;

	for (i = 0; i < 1000; i++) {
		mx_ways_answer(&w, 100 + i, number++);
		if (i % 3)
			continue;
		number++;
		mx_ways_again(&w);
	}
	KUNIT_EXPECT_EQ(test, mx_ways_fwd_ppm(&w), 0U);
	KUNIT_EXPECT_LE(test, mx_ways_back_ppm(&w), 10000U);
}

/* A reflector that was restarted, or has forgotten the session. */
static void ways_bear_a_new_beginning(struct kunit *test)
{
	struct mx_ways w = { };
	u32 i;

	ways_run(&w, 100, 0, 0, 1000, false);
	for (i = 0; i < 300; i++)
		mx_ways_answer(&w, 1100 + i, i);
	KUNIT_EXPECT_EQ(test, mx_ways_fwd_ppm(&w), 0U);
	KUNIT_EXPECT_EQ(test, mx_ways_back_ppm(&w), 0U);
	/* with a few lost while it was away */
	for (i = 0; i < 300; i++)
		mx_ways_answer(&w, 1420 + i, 3 + i);
	KUNIT_EXPECT_EQ(test, mx_ways_fwd_ppm(&w), 0U);
	/* disorder is no new beginning */
	mx_ways_answer(&w, 1722, 304);
	mx_ways_answer(&w, 1723, 303);
	mx_ways_answer(&w, 1724, 305);
	KUNIT_EXPECT_EQ(test, w.number, 305U);
	KUNIT_EXPECT_LE(test, mx_ways_fwd_ppm(&w), 20000U);
}

static void ways_bear_nonsense(struct kunit *test)
{
	struct mx_ways w = { };
	u32 i;

	/* a peer that began anew, disorder, repetition, jumps */
	ways_run(&w, 100, 0, 0, 1000, false);
	mx_ways_answer(&w, 1100, 0);
	mx_ways_answer(&w, 1101, 1);
	mx_ways_answer(&w, 1101, 1);
	mx_ways_answer(&w, 1099, 2);
	mx_ways_answer(&w, 1102, 900000);
	mx_ways_answer(&w, 1103, 3);
	mx_ways_answer(&w, 900000, 4);
	for (i = 0; i < 1000; i++)
		mx_ways_answer(&w, 900001 + i, (i * 2654435761U) >> 3);
	if (mx_ways_fwd_ppm(&w) != U32_MAX)
		KUNIT_EXPECT_LE(test, mx_ways_fwd_ppm(&w), 1000000U);
}

static struct kunit_case pace_test_cases[] = {
	KUNIT_CASE(pace_keeps_the_beat),
	KUNIT_CASE(pace_forgives_a_stall),
	KUNIT_CASE(pace_is_quick_about_silence),
	KUNIT_CASE(pace_bursts_once),
	KUNIT_CASE(pace_bursts_within_bounds),
	KUNIT_CASE(pace_follows_a_slow_path),
	KUNIT_CASE(pace_knows_its_probes),
	KUNIT_CASE(pace_has_room),
	KUNIT_CASE(ways_tell_the_way),
	KUNIT_CASE(ways_need_a_peer_that_counts),
	KUNIT_CASE(ways_bear_disorder),
	KUNIT_CASE(ways_bear_repetition),
	KUNIT_CASE(ways_bear_a_new_beginning),
	KUNIT_CASE(ways_bear_nonsense),
	{}
};

static struct kunit_suite pace_test_suite = {
	.name = "mx_pace",
	.test_cases = pace_test_cases,
};

kunit_test_suite(pace_test_suite);
