/* SPDX-License-Identifier: GPL-2.0 */
/* A path that is judged, for the suites of its status. */
#ifndef MX_TESTS_JUDGE_FIXTURE_H
#define MX_TESTS_JUDGE_FIXTURE_H

#include <kunit/test.h>
#include <linux/kernel.h>

#include "path/judge.h"

#define STEP	100	/* ms between probes */

/* On the heap: kernels with KASAN want small frames. */
struct judge_test {
	struct mx_window w;
	struct mx_judge j;
	struct mx_judge_params p;
	u64 now;
};

static inline int judge_test_init(struct kunit *test)
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

static inline u8 judge_answer(struct judge_test *t, u32 rtt_us)
{
	t->now += STEP;
	return mx_judge_answer(&t->j, &t->w, &t->p, rtt_us, MX_WAY_NONE,
			       MX_WAY_NONE, t->now);
}

static inline u8 judge_answers(struct judge_test *t, u32 n)
{
	while (n--)
		judge_answer(t, 20000);
	return t->j.status;
}

static inline u8 judge_miss(struct judge_test *t)
{
	t->now += STEP;
	return mx_judge_miss(&t->j, &t->w, &t->p, t->now);
}

static inline u8 judge_misses(struct judge_test *t, u32 n)
{
	while (n--)
		judge_miss(t);
	return t->j.status;
}

static inline u8 judge_link(struct judge_test *t, bool link)
{
	return mx_judge_link(&t->j, &t->w, &t->p, link, t->now);
}

#endif /* MX_TESTS_JUDGE_FIXTURE_H */
