// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the limits that groups set to paths. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "path/judge.h"

/* Limits: figures of ten probes, three limits, and what was over before. */
static const struct sla_case {
	const char *desc;
	struct mx_sla sla;
	struct mx_sla_in in;
	u8 before, over;
} sla_table[] = {
#define FIG(r, j, rec, lost, ppm)					\
	{ .samples = 10, .answered = 10, .rtt_us = (r),			\
	  .jitter_us = (j), .recent = (rec), .lost_long = (lost),	\
	  .loss_long_ppm = (ppm) }
	{ "no limits", {}, FIG(U32_MAX, U32_MAX, 100, 1024, 1000000), 7, 0 },
	{ "all kept", { 100000, 10000, 10000 }, FIG(100000, 10000, 1, 10,
						   10000), 0, 0 },
	{ "latency", { 100000, 10000, 10000 }, FIG(100001, 10000, 1, 10,
						  10000), 0, MX_SLA_LATENCY },
	{ "jitter", { 100000, 10000, 10000 }, FIG(100000, 10001, 1, 10,
						 10000), 0, MX_SLA_JITTER },
	{ "loss", { 100000, 10000, 10000 }, FIG(100000, 10000, 1, 11, 10001),
	  0, MX_SLA_LOSS },
	{ "all broken", { 1, 1, 1 }, FIG(2, 2, 3, 3, 2), 0, 7 },
	{ "latency, not yet kept again", { 100000, 0, 0 },
	  FIG(90001, 0, 0, 0, 0), MX_SLA_LATENCY, MX_SLA_LATENCY },
	{ "latency, kept again", { 100000, 0, 0 }, FIG(90000, 0, 0, 0, 0),
	  MX_SLA_LATENCY, 0 },
	{ "one does not hold another", { 100000, 10000, 0 },
	  FIG(95000, 10001, 0, 0, 0), MX_SLA_JITTER, MX_SLA_JITTER },
	{ "jitter, kept again", { 0, 10000, 0 }, FIG(0, 9000, 0, 0, 0),
	  MX_SLA_JITTER, 0 },
	{ "loss, kept again", { 0, 0, 10000 }, FIG(0, 0, 0, 9, 9000),
	  MX_SLA_LOSS, 0 },
	{ "two losses tell nothing", { 0, 0, 1000 }, FIG(0, 0, 2, 2, 20000),
	  0, 0 },
	{ "three do", { 0, 0, 1000 }, FIG(0, 0, 3, 3, 30000), 0, MX_SLA_LOSS },
	{ "the last hundred", { 0, 0, 29999 }, FIG(0, 0, 3, 3, 2929), 0,
	  MX_SLA_LOSS },
	{ "the last hundred at the limit", { 0, 0, 30000 },
	  FIG(0, 0, 3, 3, 2929), 0, 0 },
	{ "the last thousand", { 0, 0, 2928 }, FIG(0, 0, 0, 3, 2929), 0,
	  MX_SLA_LOSS },
	{ "less than ten probes change nothing", { 1, 1, 1 },
	  { .samples = 9, .answered = 9, .rtt_us = 9 }, MX_SLA_LOSS,
	  MX_SLA_LOSS },
	{ "no answer changes no round trip", { 1, 1, 0 }, { .samples = 10 },
	  MX_SLA_LATENCY, MX_SLA_LATENCY },
	{ "no answer, and no limit", { 0, 0, 5 }, { .samples = 10 }, 7, 0 },
	{ "a tiny limit", { 1, 0, 0 }, FIG(1, 0, 0, 0, 0), MX_SLA_LATENCY, 0 },
#undef FIG
};

static void sla_desc(const struct sla_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sla, sla_table, sla_desc);

static void sla_is_judged(struct kunit *test)
{
	const struct sla_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, mx_sla_judge(&c->sla, &c->in, c->before),
			c->over);
}

/* Each sample that is lost is seen by the limit for as long as it is right. */
static void sla_follows_a_window(struct kunit *test)
{
	const struct mx_sla sla = { .loss_ppm = 5000 };
	struct mx_window_figures f;
	struct mx_sla_in in;
	struct mx_window *w;
	u32 i, over = 0;
	u8 before = 0;

	w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, w);
	mx_window_init(w);
	for (i = 0; i < 3000; i++) {
		if (i == 1000 || i == 1010 || i == 1020)
			mx_window_miss(w);
		else
			mx_window_answer(w, 100, MX_WAY_NONE, MX_WAY_NONE);
		mx_window_quick(w, &f);
		mx_sla_from(&in, &f);
		before = mx_sla_judge(&sla, &in, before);
		over += !!before;
	}
	/* From the third loss on, until one of the last hundred has gone. */
	KUNIT_EXPECT_EQ(test, over, 80U);
	KUNIT_EXPECT_EQ(test, before, 0);
}

static struct kunit_case sla_cases[] = {
	KUNIT_CASE_PARAM(sla_is_judged, sla_gen_params),
	KUNIT_CASE(sla_follows_a_window),
	{}
};

static struct kunit_suite sla_suite = {
	.name = "mx_sla",
	.test_cases = sla_cases,
};

kunit_test_suite(sla_suite);
