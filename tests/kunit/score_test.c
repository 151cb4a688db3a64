// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of scores, of status, and of what groups prefer. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "base/mix.h"
#include "path/score.h"

/* One figure, and its points in thousandths: both sides of each end. */
struct score_case {
	const char *desc;
	u32 (*points)(u32 figure);
	u32 figure;
	u32 right;
};

#define RTT	mx_score_rtt_milli
#define JITTER	mx_score_jitter_milli
#define LOSS	mx_score_loss_milli

static const struct score_case score_table[] = {
	{ "rtt 0",			RTT,	0,		100000 },
	{ "rtt 49.999 ms",		RTT,	49999,		100000 },
	{ "rtt 50 ms",			RTT,	50000,		100000 },
	{ "rtt 50.001 ms",		RTT,	50001,		99999 },
	{ "rtt 50.003 ms",		RTT,	50003,		99999 },
	{ "rtt 80 ms",			RTT,	80000,		90000 },
	{ "rtt 125 ms",			RTT,	125000,		75000 },
	{ "rtt 199.999 ms",		RTT,	199999,		50000 },
	{ "rtt 200 ms",			RTT,	200000,		50000 },
	{ "rtt 200.001 ms",		RTT,	200001,		0 },
	{ "rtt 600 ms",			RTT,	600000,		0 },
	{ "rtt longest",		RTT,	U32_MAX,	0 },
	{ "jitter 0",			JITTER,	0,		100000 },
	{ "jitter 4.999 ms",		JITTER,	4999,		100000 },
	{ "jitter 5 ms",		JITTER,	5000,		100000 },
	{ "jitter 5.001 ms",		JITTER,	5001,		99998 },
	{ "jitter 14 ms",		JITTER,	14000,		90000 },
	{ "jitter 27.5 ms",		JITTER,	27500,		75000 },
	{ "jitter 49.999 ms",		JITTER,	49999,		50001 },
	{ "jitter 50 ms",		JITTER,	50000,		50000 },
	{ "jitter 50.001 ms",		JITTER,	50001,		0 },
	{ "jitter highest",		JITTER,	U32_MAX,	0 },
	{ "loss 0",			LOSS,	0,		100000 },
	{ "loss 0.0999 %",		LOSS,	999,		100000 },
	{ "loss 0.1 %",			LOSS,	1000,		99500 },
	{ "loss 0.1001 %",		LOSS,	1001,		99499 },
	{ "loss 1 %",			LOSS,	10000,		95000 },
	{ "loss 5 %",			LOSS,	50000,		75000 },
	{ "loss 9.9999 %",		LOSS,	99999,		50000 },
	{ "loss 10 %",			LOSS,	100000,		50000 },
	{ "loss 10.0001 %",		LOSS,	100001,		0 },
	{ "loss 50 %",			LOSS,	500000,		0 },
	{ "loss 100 %",			LOSS,	1000000,	0 },
	{ "loss beyond all",		LOSS,	U32_MAX,	0 },
};

static void score_desc(const struct score_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(score, score_table, score_desc);

static void score_has_the_points(struct kunit *test)
{
	const struct score_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, c->points(c->figure), c->right);
}

/* All three together, and the status. */
static const struct status_case {
	const char *desc;
	u32 rtt, jitter, loss;
	u32 score;
	u8 status;
} status_table[] = {
	{ "nothing is wrong",	0, 0, 0,		100000, MX_STATUS_UP },
	{ "all at its good end", 50000, 5000, 999,	100000, MX_STATUS_UP },
	{ "loss begins to count", 50000, 5000, 1000,	99850, MX_STATUS_UP },
	{ "a good path",	12000, 3000, 4000,	99400, MX_STATUS_UP },
	{ "all at its bad end",	200000, 50000, 100000,	50000, MX_STATUS_UP },
	{ "a bit more of rtt",	200001, 50000, 100000,	30000,
	  MX_STATUS_DEGRADED },
	{ "a bit more of jitter", 200000, 50001, 100000, 35000,
	  MX_STATUS_DEGRADED },
	{ "a bit more of loss",	200000, 50000, 100001,	35000,
	  MX_STATUS_DEGRADED },
	{ "a bit less of jitter", 200000, 49999, 100000, 50000, MX_STATUS_UP },
	{ "satellite",		600000, 0, 0,		60000, MX_STATUS_UP },
	{ "satellite that loses", 600000, 0, 100000,	45000,
	  MX_STATUS_DEGRADED },
	{ "just less than 50",	200001, 5000, 67000,	49950,
	  MX_STATUS_DEGRADED },
	{ "just 50",		200001, 5000, 66666,	50000, MX_STATUS_UP },
	{ "rounded down to less", 200001, 5000, 66667,	49999,
	  MX_STATUS_DEGRADED },
	{ "loss 49.9999 %",	0, 0, 499999,		70000, MX_STATUS_UP },
	{ "loss 50 %",		0, 0, 500000,		70000, MX_STATUS_DOWN },
	{ "loss 50 %, low",	300000, 60000, 500000,	0, MX_STATUS_DOWN },
	{ "loss 49 %, low",	300000, 60000, 490000,	0,
	  MX_STATUS_DEGRADED },
	{ "all is lost",		0, 0, 1000000,		70000, MX_STATUS_DOWN },
	{ "the highest of all",	U32_MAX, U32_MAX, U32_MAX, 0, MX_STATUS_DOWN },
};

static void status_desc(const struct status_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(status, status_table, status_desc);

static void score_means_a_status(struct kunit *test)
{
	const struct status_case *c = test->param_value;
	u32 score = mx_score_milli(c->rtt, c->jitter, c->loss);

	KUNIT_EXPECT_EQ(test, score, c->score);
	KUNIT_EXPECT_EQ(test, mx_score_status(score, c->loss), c->status);
}

/* Status by the score alone, at its end. */
static void score_of_50_is_up(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, mx_score_status(50000, 0), MX_STATUS_UP);
	KUNIT_EXPECT_EQ(test, mx_score_status(49999, 0), MX_STATUS_DEGRADED);
	KUNIT_EXPECT_EQ(test, mx_score_status(0, 499999), MX_STATUS_DEGRADED);
	KUNIT_EXPECT_EQ(test, mx_score_status(100000, 500000), MX_STATUS_DOWN);
}

static void score_never_rises(struct kunit *test)
{
	u32 i, score, last[3] = { MX_POINTS_MAX, MX_POINTS_MAX, MX_POINTS_MAX };

	for (i = 0; i < 260000; i++) {
		score = mx_score_milli(i, 6000, 2000);
		KUNIT_ASSERT_LE(test, score, last[0]);
		last[0] = score;
		score = mx_score_milli(60000, i, 2000);
		KUNIT_ASSERT_LE(test, score, last[1]);
		last[1] = score;
		score = mx_score_milli(60000, 6000, i);
		KUNIT_ASSERT_LE(test, score, last[2]);
		last[2] = score;
	}
}

/* Preferences: figures, and the points in thousandths. */
struct prefer_case {
	const char *desc;
	struct mx_prefer p;
	struct mx_prefer_in in;
	u32 right;
};

#define KIND(k)		{ .kind = MX_PREFER_##k }
#define CUSTOM(l, j, o, b)						\
	{ .kind = MX_PREFER_CUSTOM,					\
	  .custom = { .latency = (l), .jitter = (j), .loss = (o),	\
		      .bandwidth = (b) } }
#define IN(r, j, l, b, c)						\
	{ .rtt_us = (r), .jitter_us = (j), .loss_ppm = (l),		\
	  .bandwidth = (b), .cost = (c) }

static const struct prefer_case prefer_table[] = {
	{ "latency 0", KIND(LATENCY), IN(0, 0, 0, 0, 0), 100000 },
	{ "latency 12 ms", KIND(LATENCY), IN(12000, 9, 9, 9, 9), 94000 },
	{ "latency 12.001 ms", KIND(LATENCY), IN(12001, 0, 0, 0, 0), 93999 },
	{ "latency 199.998 ms", KIND(LATENCY), IN(199998, 0, 0, 0, 0), 1 },
	{ "latency 200 ms", KIND(LATENCY), IN(200000, 0, 0, 0, 0), 0 },
	{ "latency 200.001 ms", KIND(LATENCY), IN(200001, 0, 0, 0, 0), 0 },
	{ "latency longest", KIND(LATENCY), IN(U32_MAX, 0, 0, 0, 0), 0 },
	{ "bandwidth unknown", KIND(BANDWIDTH), IN(1, 1, 1, 0, 0), 0 },
	{ "bandwidth 1", KIND(BANDWIDTH), IN(0, 0, 0, 1, 0), 100 },
	{ "bandwidth 1000", KIND(BANDWIDTH), IN(0, 0, 0, 1000, 0), 100000 },
	{ "bandwidth 10000", KIND(BANDWIDTH), IN(0, 0, 0, 10000, 0), 1000000 },
	{ "bandwidth most", KIND(BANDWIDTH), IN(0, 0, 0, U32_MAX, 0), U32_MAX },
	{ "loss 0", KIND(LOSS), IN(9, 9, 0, 9, 9), 100000 },
	{ "loss 0.4 %", KIND(LOSS), IN(0, 0, 4000, 0, 0), 99600 },
	{ "loss 100 %", KIND(LOSS), IN(0, 0, 1000000, 0, 0), 0 },
	{ "loss beyond all", KIND(LOSS), IN(0, 0, U32_MAX, 0, 0), 0 },
	/* 30 * 90 + 20 * 90 + 30 * 95 + 20 * 50 */
	{ "balanced", KIND(BALANCED), IN(80000, 14000, 10000, 500, 7), 83500 },
	{ "balanced, all good", KIND(BALANCED), IN(0, 0, 0, 1000, 7), 100000 },
	{ "balanced, fast", KIND(BALANCED), IN(0, 0, 0, 40000, 7), 100000 },
	/* 50 * 90 + 30 * 90 + 20 * 95 */
	{ "latency-sensitive", KIND(LATENCY_SENSITIVE),
	  IN(80000, 14000, 10000, 500, 7), 91000 },
	/* 10 * 90 + 10 * 90 + 30 * 95 + 50 * 50 */
	{ "throughput", KIND(THROUGHPUT), IN(80000, 14000, 10000, 500, 7),
	  71500 },
	/* 10 * 90 + 10 * 90 + 20 * 95 + 10 * 50 + 50 * 93 */
	{ "cost", KIND(COST), IN(80000, 14000, 10000, 500, 7), 88500 },
	{ "cost 100", KIND(COST), IN(0, 0, 0, 1000, 100), 50000 },
	{ "cost 101", KIND(COST), IN(0, 0, 0, 1000, 101), 50000 },
	{ "cost highest", KIND(COST), IN(0, 0, 0, 1000, U32_MAX), 50000 },
	{ "custom latency", CUSTOM(1, 0, 0, 0), IN(80000, 0, 0, 0, 0), 90000 },
	{ "custom jitter", CUSTOM(0, 7, 0, 0), IN(0, 14000, 0, 0, 0), 90000 },
	{ "custom loss", CUSTOM(0, 0, 100, 0), IN(0, 0, 10000, 0, 0), 95000 },
	{ "custom bandwidth", CUSTOM(0, 0, 0, 3), IN(0, 0, 0, 250, 0), 25000 },
	{ "custom of all", CUSTOM(100, 100, 100, 100),
	  IN(80000, 14000, 10000, 250, 0), 75000 },
	{ "custom of none", CUSTOM(0, 0, 0, 0), IN(0, 0, 0, 0, 0), 0 },
	{ "no kind at all", { .kind = 255 }, IN(0, 0, 0, 1000, 0), 0 },
};

static void prefer_desc(const struct prefer_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(prefer, prefer_table, prefer_desc);

static void prefer_has_the_points(struct kunit *test)
{
	const struct prefer_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, mx_prefer_milli(&c->p, &c->in), c->right);
}

/* The weights of the score, as weights of a group, give the score. */
static void prefer_of_40_30_30_is_the_score(struct kunit *test)
{
	const struct mx_prefer p = CUSTOM(40, 30, 30, 0);
	unsigned int i;

	for (i = 0; i < 20000; i++) {
		u64 r = mx_mix64(i);
		struct mx_prefer_in in = {
			.rtt_us = (u32)r % 260000,
			.jitter_us = (u32)(r >> 16) % 60000,
			.loss_ppm = (u32)(r >> 32) % 120000,
			.bandwidth = i,
			.cost = i,
		};

		KUNIT_ASSERT_EQ(test, mx_prefer_milli(&p, &in),
				mx_score_milli(in.rtt_us, in.jitter_us,
					       in.loss_ppm));
	}
}

static void prefer_refuses_bad_weights(struct kunit *test)
{
	struct mx_prefer p = CUSTOM(0, 0, 0, 1);
	unsigned int i;

	for (i = 0; i < MX_PREFER_CUSTOM; i++) {
		struct mx_prefer preset = { .kind = i };

		KUNIT_EXPECT_TRUE(test, mx_prefer_valid(&preset));
	}
	KUNIT_EXPECT_TRUE(test, mx_prefer_valid(&p));
	p.custom.bandwidth = MX_PREFER_WEIGHT_MAX;
	KUNIT_EXPECT_TRUE(test, mx_prefer_valid(&p));
	p.custom.bandwidth = MX_PREFER_WEIGHT_MAX + 1;
	KUNIT_EXPECT_FALSE(test, mx_prefer_valid(&p));
	p.custom.bandwidth = 0;
	KUNIT_EXPECT_FALSE(test, mx_prefer_valid(&p));
	p.custom.jitter = MX_PREFER_WEIGHT_MAX + 1;
	KUNIT_EXPECT_FALSE(test, mx_prefer_valid(&p));
	p.kind = MX_PREFER_KINDS;
	KUNIT_EXPECT_FALSE(test, mx_prefer_valid(&p));
}

static u32 rank_of(u8 kind, u32 rtt, u32 loss, u32 bandwidth)
{
	const struct mx_prefer p = { .kind = kind };
	const struct mx_prefer_in in = IN(rtt, 0, loss, bandwidth, 0);

	return mx_prefer_rank(&p, &in);
}

/* Where the points are all 0, or above 100, the better path is still better. */
static void prefer_ranks_beyond_the_points(struct kunit *test)
{
	u32 end = 1U << MX_PREFER_RANK_BITS;

	KUNIT_EXPECT_GT(test, rank_of(MX_PREFER_LATENCY, 250000, 0, 0),
			rank_of(MX_PREFER_LATENCY, 600000, 0, 0));
	KUNIT_EXPECT_GT(test, rank_of(MX_PREFER_LATENCY, 199998, 0, 0),
			rank_of(MX_PREFER_LATENCY, 200002, 0, 0));
	KUNIT_EXPECT_GT(test, rank_of(MX_PREFER_BANDWIDTH, 0, 0, 40000),
			rank_of(MX_PREFER_BANDWIDTH, 0, 0, 10000));
	KUNIT_EXPECT_GT(test, rank_of(MX_PREFER_LOSS, 0, 10, 0),
			rank_of(MX_PREFER_LOSS, 0, 20, 0));
	KUNIT_EXPECT_EQ(test, rank_of(MX_PREFER_LATENCY, U32_MAX, 0, 0), 0U);
	KUNIT_EXPECT_EQ(test, rank_of(MX_PREFER_BANDWIDTH, 0, 0, U32_MAX),
			end - 1);
	KUNIT_EXPECT_LT(test, rank_of(MX_PREFER_BALANCED, 0, 0, U32_MAX), end);
}

static struct kunit_case score_cases[] = {
	KUNIT_CASE_PARAM(score_has_the_points, score_gen_params),
	KUNIT_CASE_PARAM(score_means_a_status, status_gen_params),
	KUNIT_CASE(score_of_50_is_up),
	KUNIT_CASE(score_never_rises),
	KUNIT_CASE_PARAM(prefer_has_the_points, prefer_gen_params),
	KUNIT_CASE(prefer_of_40_30_30_is_the_score),
	KUNIT_CASE(prefer_refuses_bad_weights),
	KUNIT_CASE(prefer_ranks_beyond_the_points),
	{}
};

static struct kunit_suite score_suite = {
	.name = "mx_score",
	.test_cases = score_cases,
};

kunit_test_suite(score_suite);
