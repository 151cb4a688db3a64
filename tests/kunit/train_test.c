// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "path/train.h"

#define TRAIN_US	1000ULL
#define TRAIN_MS	(1000 * TRAIN_US)

/**
 * struct train_link - a link with a queue that serves all in turn
 * @kbps: its speed
 * @theirs: what others send, kbit/s
 * @hold: nanoseconds that its interrupts are held back, 0 for none
 * @bucket: bytes that pass at once
 * @lose: each that many packets one is lost, 0 for none
 * @seed: of random numbers
 */
struct train_link {
	u32 kbps;
	u32 theirs;
	u32 hold;
	u32 bucket;
	u32 lose;
	u32 seed;
};

static u32 train_random(struct train_link *link, u32 below)
{
	link->seed = link->seed * 1664525 + 1013904223;
	return ((u64)link->seed * below) >> 32;
}

static u64 train_takes(const struct train_link *link, u32 bytes)
{
	return div_u64((u64)bytes * 8 * 1000000, link->kbps);
}

/* Sends a train across a link; the link is free when it begins. */
static void train_send(struct mx_train *t, struct train_link *link,
		       const struct mx_train_plan *plan, u32 spacing)
{
	u32 gap = max(plan->gap, spacing), i, tokens = link->bucket;
	u64 free = 0, theirs, at, came;

	memset(t, 0, sizeof(*t));
	t->n = plan->n;
	t->size = plan->size;
	/* the others' next packet of 700 bytes on the average */
	theirs = link->theirs ? train_random(link, 2000) : U64_MAX;
	for (i = 0; i < t->n; i++) {
		at = 1000000 + (u64)i * gap;
		t->sent[i] = at;
		while (theirs <= at) {
			u32 bytes = 100 + train_random(link, 1201);

			free = max(free, theirs) + train_takes(link, bytes);
			theirs += 1 + div_u64(2ULL * train_random(link, 700) *
					      8 * 1000000, link->theirs);
		}
		if (tokens >= t->size) {
			tokens -= t->size;
			free = max(free, at) + 100;
		} else {
			free = max(free, at) + train_takes(link, t->size);
		}
		came = free;
		if (link->hold)
			came = (div_u64(came, link->hold) + 1) * link->hold +
			       i % 3;
		if (!link->lose || train_random(link, link->lose))
			t->came[i] = came;
	}
}

static void train_near(struct kunit *test, u32 got, u32 want, u32 percent)
{
	KUNIT_EXPECT_GE(test, got, want - div_u64((u64)want * percent, 100));
	KUNIT_EXPECT_LE(test, got, want + div_u64((u64)want * percent, 100));
}

static void train_tells_the_speed_of_a_link(struct kunit *test)
{
	static const u32 speeds[] = {
		64, 1000, 9999, 10000, 100000, 1000000, 10000000,
	};
	struct mx_train_figures f;
	struct mx_train t;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(speeds); i++) {
		struct mx_train_plan plan = { .n = 32, .size = 1400 };
		struct train_link link = { .kbps = speeds[i], .seed = i };

		train_send(&t, &link, &plan, 100);
		KUNIT_EXPECT_TRUE(test, mx_train_judge(&t, &f));
		train_near(test, f.out, speeds[i], 1);
		KUNIT_EXPECT_EQ(test, f.in, 112000000);
		KUNIT_EXPECT_EQ(test, f.got, 32);
	}
}

static void train_stands_interrupts_held_back(struct kunit *test)
{
	struct mx_train_plan plan = { .n = 32, .size = 1500 };
	struct mx_train_figures f;
	struct mx_train t;
	u32 hold;

	/* a packet each 120 us, handed over each so many */
	for (hold = 10; hold <= 800; hold += 10) {
		struct train_link link = {
			.kbps = 100000,
			.hold = hold * TRAIN_US,
		};

		train_send(&t, &link, &plan, 1000);
		KUNIT_EXPECT_TRUE(test, mx_train_judge(&t, &f));
		train_near(test, f.out, 100000, 15);
	}
}

static void train_leaves_out_what_a_bucket_lets_pass(struct kunit *test)
{
	struct mx_train_plan plan = { .n = 32, .size = 1400 };
	struct train_link link = { .kbps = 10000 };
	struct mx_train_figures f;
	struct mx_train t;

	for (link.bucket = 0; link.bucket <= 28000; link.bucket += 700) {
		train_send(&t, &link, &plan, 1000);
		KUNIT_EXPECT_TRUE(test, mx_train_judge(&t, &f));
		train_near(test, f.out, 10000, 2);
	}
}

static void train_stands_loss_and_disorder(struct kunit *test)
{
	struct mx_train_plan plan = { .n = 32, .size = 1400 };
	struct train_link link = { .kbps = 10000, .lose = 10 };
	struct mx_train_figures f;
	struct mx_train t;
	u64 came;

	train_send(&t, &link, &plan, 1000);
	KUNIT_EXPECT_TRUE(test, mx_train_judge(&t, &f));
	KUNIT_EXPECT_LT(test, f.got, 32);
	/* what was lost behind the queue took its time all the same */
	KUNIT_EXPECT_GE(test, f.out, 7000);
	KUNIT_EXPECT_LE(test, f.out, 10100);
	link.lose = 0;
	train_send(&t, &link, &plan, 1000);
	came = t.came[3];
	t.came[3] = t.came[20];
	t.came[20] = came;
	KUNIT_EXPECT_TRUE(test, mx_train_judge(&t, &f));
	train_near(test, f.out, 10000, 1);
}

static void train_refuses_what_tells_nothing(struct kunit *test)
{
	struct mx_train_plan plan = { .n = 16, .size = 1400 };
	struct train_link link = { .kbps = 10000 };
	struct mx_train_figures f;
	struct mx_train t;
	u32 i;

	memset(&t, 0, sizeof(t));
	KUNIT_EXPECT_FALSE(test, mx_train_judge(&t, &f));
	t.n = U32_MAX;
	t.size = U32_MAX;
	KUNIT_EXPECT_FALSE(test, mx_train_judge(&t, &f));
	t.n = MX_TRAIN_MAX + 1;
	KUNIT_EXPECT_FALSE(test, mx_train_judge(&t, &f));
	/* none arrived, and less than half */
	train_send(&t, &link, &plan, 1000);
	memset(t.came, 0, sizeof(t.came));
	KUNIT_EXPECT_FALSE(test, mx_train_judge(&t, &f));
	for (i = 0; i < 7; i++)
		t.came[i] = i + 1;
	KUNIT_EXPECT_FALSE(test, mx_train_judge(&t, &f));
	/* all at once, and in two bursts */
	for (i = 0; i < 16; i++)
		t.came[i] = 77;
	KUNIT_EXPECT_FALSE(test, mx_train_judge(&t, &f));
	for (i = 8; i < 16; i++)
		t.came[i] = 7700;
	KUNIT_EXPECT_FALSE(test, mx_train_judge(&t, &f));
	/* the receiver's clock is set on the way, forth and back */
	train_send(&t, &link, &plan, 1000);
	for (i = 8; i < 16; i++)
		t.came[i] += 3600ULL * 1000 * TRAIN_MS;
	KUNIT_EXPECT_FALSE(test, mx_train_judge(&t, &f));
	for (i = 8; i < 16; i++)
		t.came[i] = i;
	t.came[0] = U64_MAX;
	KUNIT_EXPECT_FALSE(test, mx_train_judge(&t, &f));
	/* the path stalls */
	for (i = 0; i < 16; i++)
		t.came[i] = 1000 * TRAIN_MS * (i + 1);
	KUNIT_EXPECT_FALSE(test, mx_train_judge(&t, &f));
	/* the extremes */
	train_send(&t, &link, &plan, 1000);
	t.size = U32_MAX;
	for (i = 0; i < 16; i++)
		t.came[i] = i + 1;
	KUNIT_EXPECT_TRUE(test, mx_train_judge(&t, &f));
	KUNIT_EXPECT_EQ(test, f.out, U32_MAX);
	for (i = 0; i < 16; i++)
		t.sent[i] = 0;
	KUNIT_EXPECT_TRUE(test, mx_train_judge(&t, &f));
	KUNIT_EXPECT_EQ(test, f.in, U32_MAX);
}

/* Measures for a while; returns the bytes that were sent. */
static noinline u64 train_measure(struct mx_bw *bw, struct train_link *link,
				  u64 from, u64 to, u32 mtu)
{
	struct mx_train_figures f;
	struct mx_train_plan plan;
	struct mx_train t;
	u64 now, bytes = 0;

	for (now = from; now < to; now = max(now + 1, bw->due)) {
		if (!mx_bw_poll(bw, MX_BW_INTERVAL_MS, MX_BW_DUTY, mtu, now,
				&plan))
			continue;
		bytes += plan.n * plan.size;
		if (!link->kbps)
			continue;
		train_send(&t, link, &plan, 1000);
		mx_train_judge(&t, &f);
		mx_bw_result(bw, &f);
	}
	return bytes;
}

static void bw_is_what_others_leave(struct kunit *test)
{
	static const u32 speeds[] = { 1000, 20000, 100000, 900000 };
	struct mx_bw bw;
	u32 i, part;
	u64 bytes;

	for (i = 0; i < ARRAY_SIZE(speeds); i++) {
		for (part = 0; part < 10; part += 3) {
			struct train_link link = {
				.kbps = speeds[i],
				.theirs = speeds[i] / 10 * part,
				.seed = part,
			};
			u32 left = link.kbps - link.theirs;

			mx_bw_init(&bw, 0, 0);
			bytes = train_measure(&bw, &link, 0, 600000, 1500);
			KUNIT_EXPECT_TRUE(test, bw.known);
			train_near(test, bw.capacity, link.kbps, 12);
			KUNIT_EXPECT_LE(test, bw.available,
					left + link.kbps / 6);
			KUNIT_EXPECT_GE(test, bw.available + link.kbps / 6,
					left);
			/* one percent of the path, and the first trains */
			KUNIT_EXPECT_LE(test, bytes, (u64)link.kbps * 600000 /
					8 / 100 + 4 * MX_TRAIN_FIRST +
					MX_TRAIN_MAX * MX_TRAIN_SIZE_MAX);
		}
	}
}

static void bw_follows_a_change(struct kunit *test)
{
	struct train_link link = { .kbps = 100000 };
	struct mx_bw bw;

	mx_bw_init(&bw, 0, 0);
	KUNIT_EXPECT_EQ(test, mx_bw_kbps(&bw, 0), 0);
	train_measure(&bw, &link, 0, 5000, 1500);
	/* after three trains there is a figure */
	train_near(test, mx_bw_kbps(&bw, 0), 100000, 3);
	train_measure(&bw, &link, 5000, 300000, 1500);
	train_near(test, mx_bw_kbps(&bw, 0), 100000, 3);
	link.kbps = 20000;
	train_measure(&bw, &link, 300000, 900000, 1500);
	train_near(test, mx_bw_kbps(&bw, 0), 20000, 10);
	link.kbps = 200000;
	train_measure(&bw, &link, 900000, 1500000, 1500);
	train_near(test, mx_bw_kbps(&bw, 0), 200000, 10);
}

/* Trains of a slow path are short, those of an unknown one, too. */
static void bw_does_not_flood(struct kunit *test)
{
	struct train_link link = { .kbps = 64 };
	struct mx_train_plan plan;
	struct mx_bw bw;
	u64 bytes;
	u32 i;

	mx_bw_init(&bw, 0, 0);
	KUNIT_EXPECT_TRUE(test, mx_bw_poll(&bw, 10000, 10, 1500, 0, &plan));
	KUNIT_EXPECT_EQ(test, plan.n * plan.size, MX_TRAIN_FIRST);
	KUNIT_EXPECT_FALSE(test, mx_bw_poll(&bw, 10000, 10, 1500, 0, &plan));
	mx_bw_init(&bw, 0, 0);
	bytes = train_measure(&bw, &link, 0, 3600000, 1500);
	train_near(test, bw.capacity, 64, 5);
	/* a percent of 64 kbit/s for an hour are 288,000 bytes */
	KUNIT_EXPECT_LE(test, bytes, 288000 + 2 * MX_TRAIN_FIRST);
	/* nothing is ever heard: further and further apart */
	link.kbps = 0;
	mx_bw_init(&bw, 0, 0);
	bytes = train_measure(&bw, &link, 0, 3600000, 1500);
	KUNIT_EXPECT_LE(test, bytes, 70 * MX_TRAIN_FIRST);
	KUNIT_EXPECT_EQ(test, mx_bw_kbps(&bw, 0), 0);
	/* the extremes of what can be asked */
	for (i = 0; i < 100; i++) {
		mx_bw_init(&bw, i & 1 ? U32_MAX : 1, 0);
		mx_bw_poll(&bw, 0, i & 2 ? U32_MAX : 0, i & 4 ? U32_MAX : 0, 0,
			   &plan);
		KUNIT_EXPECT_GE(test, plan.n, MX_TRAIN_LEAST);
		KUNIT_EXPECT_LE(test, plan.n, MX_TRAIN_MAX);
		KUNIT_EXPECT_GE(test, plan.size, MX_TRAIN_SIZE_LEAST);
		KUNIT_EXPECT_LE(test, plan.size, MX_TRAIN_SIZE_MAX);
	}
}

static void bw_takes_a_middle_of_many(struct kunit *test)
{
	struct mx_train_figures f = { .in = 1000000, .out = 50000 };
	struct mx_bw bw;
	u32 i;

	mx_bw_init(&bw, 0, 0);
	for (i = 0; i < 100; i++) {
		/* each third is wild */
		f.out = i % 3 == 2 ? (i & 1 ? 900000 : 10) : 50000;
		mx_bw_result(&bw, &f);
		if (i >= 3)
			KUNIT_EXPECT_EQ(test, bw.capacity, 50000);
	}
	/* as slow as the path, and others take half of it */
	f.in = 50000;
	f.out = 33333;
	for (i = 0; i < 9; i++)
		mx_bw_result(&bw, &f);
	train_near(test, bw.available, 25000, 1);
	/* what we send ourselves is not taken from us */
	train_near(test, mx_bw_kbps(&bw, 10000), 35000, 1);
	KUNIT_EXPECT_EQ(test, mx_bw_kbps(&bw, U32_MAX), 50000);
	/* it was not delayed: there is as much, and who knows what more */
	f.in = 40000;
	f.out = 50000;
	for (i = 0; i < 9; i++)
		mx_bw_result(&bw, &f);
	KUNIT_EXPECT_EQ(test, bw.available, 40000);
	/* nothing left */
	f.in = 50000;
	f.out = 25000;
	for (i = 0; i < 9; i++)
		mx_bw_result(&bw, &f);
	KUNIT_EXPECT_EQ(test, bw.available, 0);
	KUNIT_EXPECT_EQ(test, mx_bw_kbps(&bw, 0), 1);
	/* what is no result, and one that was sent too slowly */
	f.out = 0;
	mx_bw_result(&bw, &f);
	f.in = 100;
	f.out = 100;
	mx_bw_result(&bw, &f);
	KUNIT_EXPECT_EQ(test, bw.available, 0);
	f.in = U32_MAX;
	f.out = U32_MAX;
	for (i = 0; i < 9; i++)
		mx_bw_result(&bw, &f);
	KUNIT_EXPECT_EQ(test, bw.capacity, U32_MAX);
}

/* Times of arrival are coarse: short trains come all at once. */
static void bw_sends_longer_trains_if_it_must(struct kunit *test)
{
	struct train_link link = { .kbps = 20000, .hold = 4 * TRAIN_MS };
	struct mx_bw bw;

	mx_bw_init(&bw, 0, 0);
	train_measure(&bw, &link, 0, 600000, 1500);
	KUNIT_EXPECT_GT(test, bw.longer, 0);
	train_near(test, bw.capacity, 20000, 25);
	/* so coarse that none tells anything */
	link.hold = 400 * TRAIN_MS;
	mx_bw_init(&bw, 0, 0);
	train_measure(&bw, &link, 0, 600000, 1500);
	KUNIT_EXPECT_EQ(test, mx_bw_kbps(&bw, 0), 0);
	KUNIT_EXPECT_EQ(test, bw.longer, 2);
}

/* Who could not send faster than that has measured himself. */
static void bw_knows_a_slow_sender(struct kunit *test)
{
	struct mx_train_figures fast = { .in = 5000000, .out = 90000 };
	struct mx_train_figures slow = { .in = 1000, .out = 1001 };
	struct mx_bw bw;
	u32 i;

	mx_bw_init(&bw, 0, 0);
	mx_bw_result(&bw, &fast);
	for (i = 0; i < 20; i++)
		mx_bw_result(&bw, &slow);
	KUNIT_EXPECT_EQ(test, bw.fast.n, 1);
	mx_bw_result(&bw, &fast);
	mx_bw_result(&bw, &fast);
	KUNIT_EXPECT_EQ(test, bw.capacity, 90000);
	/* where nothing is known, it is something */
	mx_bw_init(&bw, 0, 0);
	for (i = 0; i < 3; i++)
		mx_bw_result(&bw, &slow);
	KUNIT_EXPECT_EQ(test, bw.capacity, 1001);
	for (i = 0; i < 9; i++)
		mx_bw_result(&bw, &fast);
	KUNIT_EXPECT_EQ(test, bw.capacity, 90000);
}

static void rate_comes_from_counters(struct kunit *test)
{
	struct mx_carried r = { };
	u64 bytes = U64_MAX - 1000000, now = 5;
	u32 i;

	mx_carried_step(&r, bytes, now);
	KUNIT_EXPECT_EQ(test, r.kbps, 0);
	/* 10 Mbit/s; the counter wraps on the way */
	for (i = 0; i < 100; i++) {
		now += 1000;
		bytes += 1250000;
		mx_carried_step(&r, bytes, now);
		KUNIT_EXPECT_LE(test, r.kbps, 10000);
		KUNIT_EXPECT_LE(test, mx_carried_peak(&r), 10000);
	}
	train_near(test, r.kbps, 10000, 1);
	KUNIT_EXPECT_EQ(test, mx_carried_peak(&r), 10000);
	/* silence: the peak is remembered for a while */
	for (i = 0; i < 25; i++) {
		now += 1000;
		mx_carried_step(&r, bytes, now);
	}
	KUNIT_EXPECT_LE(test, r.kbps, 100);
	KUNIT_EXPECT_EQ(test, mx_carried_peak(&r), 10000);
	for (i = 0; i < 60; i++) {
		now += 1000;
		mx_carried_step(&r, bytes, now);
	}
	KUNIT_EXPECT_EQ(test, r.kbps, 0);
	KUNIT_EXPECT_EQ(test, mx_carried_peak(&r), 0);
	/* twice at once, a reset, a clock that goes back, the extremes */
	mx_carried_step(&r, bytes + 5, now);
	mx_carried_step(&r, 0, now + 1);
	KUNIT_EXPECT_EQ(test, mx_carried_peak(&r), 0);
	mx_carried_step(&r, 1000, now - 1000);
	mx_carried_step(&r, U64_MAX, now);
	mx_carried_step(&r, 0, now);
	mx_carried_step(&r, U64_MAX / 8, now + 1);
	KUNIT_EXPECT_EQ(test, mx_carried_peak(&r), U32_MAX);
}

/* Traffic alone tells what a path carries at least. */
static void bw_best_is_no_trickle(struct kunit *test)
{
	struct mx_carried r = { .kbps = 300, .peak = 500, .before = 400 };
	struct mx_bw bw = { 0 };

	KUNIT_EXPECT_EQ(test, mx_bw_best(&bw, &r, 0), 500U);
	KUNIT_EXPECT_EQ(test, mx_bw_best(&bw, &r, 1), 0U);
	KUNIT_EXPECT_EQ(test, mx_bw_best(&bw, &r, U32_MAX), 0U);
	r.peak = 1000;
	KUNIT_EXPECT_EQ(test, mx_bw_best(&bw, &r, 1), 0U);
	r.peak = 1001;
	KUNIT_EXPECT_EQ(test, mx_bw_best(&bw, &r, 1), 1001U);
	/* trains tell more, whatever was said */
	bw.capacity = 800;
	KUNIT_EXPECT_EQ(test, mx_bw_best(&bw, &r, 1000), 1001U);
	bw.capacity = 2000;
	KUNIT_EXPECT_EQ(test, mx_bw_best(&bw, &r, 1000), 2000U);
	bw.available = 1200;
	bw.known = true;
	KUNIT_EXPECT_EQ(test, mx_bw_best(&bw, &r, 1000), 1500U);
	memset(&r, 0, sizeof(r));
	bw.available = 0;
	KUNIT_EXPECT_EQ(test, mx_bw_best(&bw, &r, 1000), 1U);
}

static struct kunit_case train_cases[] = {
	KUNIT_CASE(train_tells_the_speed_of_a_link),
	KUNIT_CASE(train_stands_interrupts_held_back),
	KUNIT_CASE(train_leaves_out_what_a_bucket_lets_pass),
	KUNIT_CASE(train_stands_loss_and_disorder),
	KUNIT_CASE(train_refuses_what_tells_nothing),
	KUNIT_CASE(bw_is_what_others_leave),
	KUNIT_CASE(bw_follows_a_change),
	KUNIT_CASE(bw_does_not_flood),
	KUNIT_CASE(bw_takes_a_middle_of_many),
	KUNIT_CASE(bw_sends_longer_trains_if_it_must),
	KUNIT_CASE(bw_knows_a_slow_sender),
	KUNIT_CASE(rate_comes_from_counters),
	KUNIT_CASE(bw_best_is_no_trickle),
	{ }
};

static struct kunit_suite train_suite = {
	.name = "mx_train",
	.test_cases = train_cases,
};

kunit_test_suite(train_suite);
