// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the samples of a path, and of the figures that they give. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "base/mix.h"
#include "path/score.h"
#include "path/window.h"

#define LOST		MX_UNKNOWN
#define MODEL		5000

/* On the heap: kernels with KASAN want small frames. */
struct window_test {
	struct mx_window w;
	struct mx_window_figures f;
	u32 model[MODEL];
	u32 sorted[MX_WINDOW_LONG];
};

static int window_test_init(struct kunit *test)
{
	struct window_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	mx_window_init(&t->w);
	test->priv = t;
	return 0;
}

static void window_take(struct window_test *t, u32 rtt)
{
	if (rtt == LOST)
		mx_window_miss(&t->w);
	else
		mx_window_answer(&t->w, rtt, MX_WAY_NONE, MX_WAY_NONE);
}

static const struct mx_window_figures *window_shows(struct window_test *t)
{
	mx_window_figures(&t->w, &t->f);
	return &t->f;
}

static void window_is_empty_at_first(struct kunit *test)
{
	const struct mx_window_figures *f = window_shows(test->priv);

	KUNIT_EXPECT_EQ(test, f->samples, 0);
	KUNIT_EXPECT_EQ(test, f->answered, 0);
	KUNIT_EXPECT_EQ(test, f->samples_long, 0U);
	KUNIT_EXPECT_EQ(test, f->rtt_us, 0U);
	KUNIT_EXPECT_EQ(test, f->rtt_min_us, 0U);
	KUNIT_EXPECT_EQ(test, f->rtt_max_us, 0U);
	KUNIT_EXPECT_EQ(test, f->loss_ppm, 0U);
	KUNIT_EXPECT_EQ(test, f->loss_long_ppm, 0U);
	KUNIT_EXPECT_EQ(test, f->score_milli, 0U);
	KUNIT_EXPECT_EQ(test, f->p50_us, 0U);
	KUNIT_EXPECT_EQ(test, f->p99_us, 0U);
	KUNIT_EXPECT_EQ(test, f->jitter3550_us, 0U);
	KUNIT_EXPECT_EQ(test, f->fwd_jitter_us, MX_UNKNOWN);
	KUNIT_EXPECT_EQ(test, f->back_jitter_us, MX_UNKNOWN);
}

/* Some probes, and the figures of the ten last of them. */
static const struct window_case {
	const char *desc;
	u32 n;
	u32 probe[12];
	u32 rtt, min, max, jitter, loss, run, score;
} window_table[] = {
	{ "one answer", 1, { 12000 },
	  12000, 12000, 12000, 0, 0, 0, 100000 },
	{ "one miss", 1, { LOST },
	  0, 0, 0, 0, 1000000, 1, 0 },
	{ "an answer of 0 us", 1, { 0 },
	  0, 0, 0, 0, 0, 0, 100000 },
	{ "mean is rounded down", 3, { 10, 10, 11 },
	  10, 10, 11, 0, 0, 0, 100000 },
	{ "deviation of all, not of a sample", 2, { 10000, 20000 },
	  15000, 10000, 20000, 5000, 0, 0, 100000 },
	{ "deviation of ten", 10,
	  { 2, 4, 4, 4, 5, 5, 7, 9, 5, 5 },
	  5, 2, 9, 1, 0, 0, 100000 },
	{ "two lost of three", 3, { LOST, 30000, LOST },
	  30000, 30000, 30000, 0, 666666, 1, 70000 },
	{ "one lost of ten", 10,
	  { 9, 9, 9, 9, LOST, 9, 9, 9, 9, 9 },
	  9, 9, 9, 0, 100000, 0, 85000 },
	{ "five lost of ten", 10,
	  { 9, LOST, 9, LOST, 9, LOST, 9, LOST, 9, LOST },
	  9, 9, 9, 0, 500000, 1, 70000 },
	{ "all ten lost", 10,
	  { LOST, LOST, LOST, LOST, LOST, LOST, LOST, LOST, LOST, LOST },
	  0, 0, 0, 0, 1000000, 10, 0 },
	{ "the two oldest are forgotten", 12,
	  { 90000000, LOST, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8 },
	  8, 8, 8, 0, 0, 0, 100000 },
	{ "misses in a row, older than the ten", 12,
	  { 1, LOST, LOST, LOST, LOST, LOST, LOST, LOST, LOST, LOST, LOST,
	    LOST },
	  0, 0, 0, 0, 1000000, 11, 0 },
	{ "the longest there is", 10,
	  { MX_RTT_MAX, 0, MX_RTT_MAX, 0, MX_RTT_MAX, 0, MX_RTT_MAX, 0,
	    MX_RTT_MAX, 0 },
	  MX_RTT_MAX / 2, 0, MX_RTT_MAX, MX_RTT_MAX / 2, 0, 0, 30000 },
	{ "longer than that", 2, { U32_MAX - 1, MX_RTT_MAX + 1 },
	  MX_RTT_MAX, MX_RTT_MAX, MX_RTT_MAX, 0, 0, 0, 60000 },
};

static void window_desc(const struct window_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(window, window_table, window_desc);

static void window_shows_the_last_ten(struct kunit *test)
{
	const struct window_case *c = test->param_value;
	const struct mx_window_figures *f;
	u32 i;

	for (i = 0; i < c->n; i++)
		window_take(test->priv, c->probe[i]);
	f = window_shows(test->priv);
	KUNIT_EXPECT_EQ(test, f->rtt_us, c->rtt);
	KUNIT_EXPECT_EQ(test, f->rtt_min_us, c->min);
	KUNIT_EXPECT_EQ(test, f->rtt_max_us, c->max);
	KUNIT_EXPECT_EQ(test, f->jitter_us, c->jitter);
	KUNIT_EXPECT_EQ(test, f->loss_ppm, c->loss);
	KUNIT_EXPECT_EQ(test, f->run, c->run);
	KUNIT_EXPECT_EQ(test, f->score_milli, c->score);
	KUNIT_EXPECT_EQ(test, f->samples,
			c->n < MX_WINDOW_SHORT ? c->n : MX_WINDOW_SHORT);
	KUNIT_EXPECT_EQ(test, f->samples_long, c->n);
}

/* The quick figures are the others without percentiles. */
static void window_is_quick_and_the_same(struct kunit *test)
{
	struct window_test *t = test->priv;
	struct mx_window_figures quick;
	unsigned int i;

	for (i = 0; i < 50; i++)
		window_take(t, mx_mix64(i) % 7 ? 1000 + i : LOST);
	mx_window_quick(&t->w, &quick);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, quick.p50_us, 0U);
	KUNIT_EXPECT_NE(test, t->f.p50_us, 0U);
	t->f.p50_us = 0;
	t->f.p95_us = 0;
	t->f.p99_us = 0;
	KUNIT_EXPECT_EQ(test, memcmp(&quick, &t->f, sizeof(quick)), 0);
}

/* Insertion; the model's samples change little between two looks. */
static u32 window_sort(struct window_test *t, u32 from, u32 to)
{
	u32 i, j, n = 0;

	for (i = from; i < to; i++) {
		u32 rtt = t->model[i];

		if (rtt == LOST)
			continue;
		for (j = n++; j && t->sorted[j - 1] > rtt; j--)
			t->sorted[j] = t->sorted[j - 1];
		t->sorted[j] = rtt;
	}
	return n;
}

static void window_near(struct kunit *test, u32 got, u32 right)
{
	KUNIT_EXPECT_LE(test, got, right + right / 64 + 1);
	KUNIT_EXPECT_LE(test, right, got + got / 63 + 1);
}

/* All that is kept step by step is what counting anew gives, round after round. */
static void window_is_like_its_model(struct kunit *test)
{
	struct window_test *t = test->priv;
	u32 i, k, from, recent, n;

	for (i = 0; i < MODEL; i++) {
		u64 r = mx_mix64(i + 77);

		t->model[i] = i && r % 29 ? (u32)(r >> 20) >> (6 + r % 23) : LOST;
		window_take(t, t->model[i]);
		if (i > 150 && i % 331 && i != MX_WINDOW_LONG &&
		    i != MX_WINDOW_LONG - 1)
			continue;
		from = i < MX_WINDOW_LONG ? 0 : i + 1 - MX_WINDOW_LONG;
		recent = 0;
		for (k = i < MX_WINDOW_RECENT ? 0 : i + 1 - MX_WINDOW_RECENT;
		     k <= i; k++)
			recent += t->model[k] == LOST;
		n = window_sort(t, from, i + 1);
		window_shows(t);
		KUNIT_ASSERT_EQ(test, t->f.samples_long, i + 1 - from);
		KUNIT_ASSERT_EQ(test, t->f.lost_long, i + 1 - from - n);
		KUNIT_ASSERT_EQ(test, t->f.recent, recent);
		if (!n)
			continue;
		window_near(test, t->f.p50_us, t->sorted[(n + 1) / 2 - 1]);
		window_near(test, t->f.p95_us,
			    t->sorted[(n * 95 + 99) / 100 - 1]);
		window_near(test, t->f.p99_us,
			    t->sorted[(n * 99 + 99) / 100 - 1]);
	}
}

/* Which of 1 to 100 us is the percentile: the nearest rank. */
static void window_has_percentiles(struct kunit *test)
{
	struct window_test *t = test->priv;
	unsigned int i;

	window_take(t, 7);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.p50_us, 7U);
	KUNIT_EXPECT_EQ(test, t->f.p99_us, 7U);
	mx_window_init(&t->w);
	/* 20 answers of 1 to 20: ranks 10, 19 and 20. */
	for (i = 20; i; i--)
		window_take(t, i);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.p50_us, 10U);
	KUNIT_EXPECT_EQ(test, t->f.p95_us, 19U);
	KUNIT_EXPECT_EQ(test, t->f.p99_us, 20U);
	/* Misses have no round trip, and count in none. */
	for (i = 0; i < 500; i++)
		window_take(t, LOST);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.p50_us, 10U);
	KUNIT_EXPECT_EQ(test, t->f.p99_us, 20U);
	/* Until the answers have left the window. */
	for (i = 0; i < MX_WINDOW_LONG - 500; i++)
		window_take(t, LOST);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.p99_us, 0U);
	KUNIT_EXPECT_EQ(test, t->f.loss_long_ppm, MX_LOSS_ALL);
	KUNIT_EXPECT_EQ(test, t->f.recent, (u32)MX_WINDOW_RECENT);
}

/* Loss below 1 %, to a thousandth of the window. */
static void window_tells_little_loss(struct kunit *test)
{
	struct window_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < 3 * MX_WINDOW_LONG; i++)
		window_take(t, i % 512 == 7 ? LOST : 1000);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.lost_long, 2U);
	KUNIT_EXPECT_EQ(test, t->f.loss_long_ppm, 1953U);
	KUNIT_EXPECT_EQ(test, t->f.loss_ppm, 0U);
}

/* J += (|D| - J) / 16, as in RFC 3550, A.8, by round trips. */
static const struct jitter_case {
	const char *desc;
	u32 n;
	u32 rtt[6];
	u32 jitter;
} jitter_table[] = {
	{ "one answer tells none",	1, { 5000 },			0 },
	{ "no change",			3, { 5000, 5000, 5000 },	0 },
	{ "one change of 1600",		2, { 5000, 6600 },		100 },
	{ "down as up",			2, { 6600, 5000 },		100 },
	{ "two changes",		3, { 5000, 6600, 5000 },	193 },
	{ "it fades",			4, { 5000, 6600, 6600, 6600 },	87 },
	{ "a miss is passed over",	4, { 5000, LOST, LOST, 6600 },	100 },
	{ "less than a microsecond",	2, { 5000, 5015 },		0 },
	{ "one microsecond",		2, { 5000, 5016 },		1 },
	{ "the greatest of all",	2, { 0, U32_MAX - 1 },	MX_RTT_MAX / 16 },
};

static void jitter_desc(const struct jitter_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(jitter, jitter_table, jitter_desc);

static void window_has_jitter_of_rfc3550(struct kunit *test)
{
	const struct jitter_case *c = test->param_value;
	u32 i;

	for (i = 0; i < c->n; i++)
		window_take(test->priv, c->rtt[i]);
	KUNIT_EXPECT_EQ(test, window_shows(test->priv)->jitter3550_us,
			c->jitter);
}

/* Alternating by 1600, it comes to 1600. */
static void window_jitter_converges(struct kunit *test)
{
	struct window_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < 500; i++)
		window_take(t, i & 1 ? 5000 : 6600);
	window_shows(t);
	KUNIT_EXPECT_GE(test, t->f.jitter3550_us, 1598U);
	KUNIT_EXPECT_LE(test, t->f.jitter3550_us, 1600U);
	KUNIT_EXPECT_EQ(test, t->f.jitter_us, 800U);
}

/* One way: only differences count, clocks may be apart, and be set. */
static void window_tells_ways_apart(struct kunit *test)
{
	struct window_test *t = test->priv;
	const u32 offset = 0xfffffff0;	/* wraps at the second probe */

	mx_window_answer(&t->w, 10000, offset, MX_WAY_NONE);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.fwd_jitter_us, 0U);
	KUNIT_EXPECT_EQ(test, t->f.back_jitter_us, MX_UNKNOWN);
	mx_window_answer(&t->w, 11600, offset + 1600, -5);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.fwd_jitter_us, 100U);
	KUNIT_EXPECT_EQ(test, t->f.back_jitter_us, 0U);
	/* A clock is set: neither way can have changed by more than a trip. */
	mx_window_answer(&t->w, 11600, 3600000000U, 12000);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.fwd_jitter_us, 100U);
	KUNIT_EXPECT_EQ(test, t->f.back_jitter_us, 750U);
	mx_window_answer(&t->w, 11600, 3600000000U, 30000);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.fwd_jitter_us, 93U);
	KUNIT_EXPECT_EQ(test, t->f.back_jitter_us, 750U);
	/* The longest trip, and a millisecond that clocks may drift by. */
	mx_window_answer(&t->w, 11600, 3600000000U - 12600, 30000);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.fwd_jitter_us, 875U);
	mx_window_answer(&t->w, 11600, 3600000001U, 30000);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.fwd_jitter_us, 875U);
	/* Without stamps all stays as it was. */
	mx_window_answer(&t->w, 11600, MX_WAY_NONE, MX_WAY_NONE);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.fwd_jitter_us, 875U);
}

/* An outage is no loss. */
static void window_leaves_an_outage_out(struct kunit *test)
{
	struct window_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < 2000; i++)
		window_take(t, i % 100 == 50 ? LOST : 1000);
	for (i = 0; i < 10; i++)
		window_take(t, LOST);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.recent, 11U);
	mx_window_outage(&t->w, true);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.recent, 1U);
	KUNIT_EXPECT_EQ(test, t->f.lost_long, 10U);
	KUNIT_EXPECT_EQ(test, t->f.samples_long, MX_WINDOW_LONG - 10U);
	KUNIT_EXPECT_EQ(test, t->f.loss_ppm, MX_LOSS_ALL);
	for (i = 0; i < 5000; i++) {
		window_take(t, LOST);
		mx_window_outage(&t->w, true);
	}
	mx_window_outage(&t->w, false);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.recent, 1U);
	KUNIT_EXPECT_EQ(test, t->f.lost_long, 10U);
	KUNIT_EXPECT_EQ(test, t->f.run, 5010U);
	/* And on: what comes next is counted as before. */
	for (i = 0; i < MX_WINDOW_LONG; i++)
		window_take(t, i == 5 ? LOST : 2000);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.lost_long, 1U);
	KUNIT_EXPECT_EQ(test, t->f.recent, 0U);
	KUNIT_EXPECT_EQ(test, t->f.samples_long, (u32)MX_WINDOW_LONG);
	window_near(test, t->f.p50_us, 2000);
	window_near(test, t->f.p99_us, 2000);
}

/* A path that is down because it loses much: few misses in a row are loss. */
static void window_counts_loss_while_down(struct kunit *test)
{
	struct window_test *t = test->priv;
	unsigned int i, n, lost = 0;

	for (i = 0; i < 20; i++)
		window_take(t, 1000);
	window_take(t, LOST);
	mx_window_outage(&t->w, true);
	for (n = 0; n < 2 * MX_WINDOW_OUTAGE; n++) {
		for (i = 0; i < n; i++) {
			window_take(t, LOST);
			mx_window_outage(&t->w, true);
		}
		window_take(t, 1000);
		window_shows(t);
		/* the first of them goes on where the one before ended */
		if (n + !lost < MX_WINDOW_OUTAGE)
			lost += n + !lost;
		KUNIT_EXPECT_EQ(test, t->f.lost_long, lost);
		KUNIT_EXPECT_EQ(test, t->f.recent, lost);
	}
	KUNIT_EXPECT_EQ(test, lost, 1U + 1 + 2 + 3 + 4);
	/* Still there when the path is up, and what comes then is counted. */
	mx_window_outage(&t->w, false);
	window_take(t, LOST);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.lost_long, lost + 1);
}

/* Nothing but an outage, from the first probe on. */
static void window_may_be_all_outage(struct kunit *test)
{
	struct window_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < 3 * MX_WINDOW_LONG; i++)
		window_take(t, LOST);
	mx_window_outage(&t->w, true);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.samples_long, 0U);
	KUNIT_EXPECT_EQ(test, t->f.lost_long, 0U);
	KUNIT_EXPECT_EQ(test, t->f.recent, 0U);
	window_take(t, 3);
	window_shows(t);
	KUNIT_EXPECT_EQ(test, t->f.samples_long, 1U);
	KUNIT_EXPECT_EQ(test, t->f.p95_us, 3U);
}

/* The step by step counts survive outages at any place of the rings. */
static void window_counts_hold_over_outages(struct kunit *test)
{
	struct window_test *t = test->priv;
	u32 round, i, k, hist, rows, lost;

	for (round = 0; round < 200; round++) {
		u64 r = mx_mix64(round);

		for (i = 0; i < r % 700; i++)
			window_take(t, mx_mix64(r + i) % 9 ? 50 + i : LOST);
		for (i = 0; i < (r >> 16) % 300; i++)
			window_take(t, LOST);
		mx_window_outage(&t->w, r >> 63);
		hist = 0;
		rows = 0;
		lost = 0;
		for (k = 0; k < ARRAY_SIZE(t->w.hist); k++)
			hist += t->w.hist[k];
		for (k = 0; k < ARRAY_SIZE(t->w.rows); k++)
			rows += t->w.rows[k];
		for (k = 1; k <= t->w.held; k++)
			lost += t->w.bucket[(t->w.head - k) %
					    MX_WINDOW_LONG] == U16_MAX;
		KUNIT_ASSERT_EQ(test, hist, rows);
		KUNIT_ASSERT_EQ(test, lost, (u32)t->w.lost);
		KUNIT_ASSERT_EQ(test, hist + lost, (u32)t->w.held);
		KUNIT_ASSERT_LE(test, t->w.recent, t->w.lost);
	}
}

static struct kunit_case window_cases[] = {
	KUNIT_CASE(window_is_empty_at_first),
	KUNIT_CASE_PARAM(window_shows_the_last_ten, window_gen_params),
	KUNIT_CASE(window_is_quick_and_the_same),
	KUNIT_CASE(window_is_like_its_model),
	KUNIT_CASE(window_has_percentiles),
	KUNIT_CASE(window_tells_little_loss),
	KUNIT_CASE_PARAM(window_has_jitter_of_rfc3550, jitter_gen_params),
	KUNIT_CASE(window_jitter_converges),
	KUNIT_CASE(window_tells_ways_apart),
	KUNIT_CASE(window_leaves_an_outage_out),
	KUNIT_CASE(window_counts_loss_while_down),
	KUNIT_CASE(window_may_be_all_outage),
	KUNIT_CASE(window_counts_hold_over_outages),
	{}
};

static struct kunit_suite window_suite = {
	.name = "mx_window",
	.init = window_test_init,
	.test_cases = window_cases,
};

kunit_test_suite(window_suite);
