// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include "fixture.h"
#include "group/group.h"
#include "sched_fixture.h"

static const struct mx_care_params care_still = {
	.min = MX_DYNAMIC_MIN,
	.max = MX_DYNAMIC_MAX,
};

static const struct mx_care_params care_agent = {
	.min = MX_DYNAMIC_MIN,
	.max = MX_DYNAMIC_MAX,
	.dynamic = MUTEX_DYNAMIC_AGENT,
};

static void care_ramp_grows_in_steps_to_the_whole(struct kunit *test)
{
	u32 ms, now, before = 0, steps = 0;

	/* no slow start, and one shorter than a step */
	KUNIT_EXPECT_EQ(test, mx_care_ramp(0, 0), MX_CARE_WHOLE);
	KUNIT_EXPECT_EQ(test, mx_care_ramp(0, 100), MX_CARE_WHOLE);
	KUNIT_EXPECT_EQ(test, mx_care_ramp(0, 1000), 100);
	for (ms = 0; ms <= 20000; ms += 10) {
		now = mx_care_ramp(ms, 20000);
		KUNIT_EXPECT_GE(test, now, before);
		steps += now != before;
		before = now;
	}
	KUNIT_EXPECT_EQ(test, mx_care_ramp(0, 20000), 50);
	KUNIT_EXPECT_EQ(test, mx_care_ramp(10000, 20000), 550);
	KUNIT_EXPECT_EQ(test, before, MX_CARE_WHOLE);
	KUNIT_EXPECT_EQ(test, steps, 20);
	/* the longest, and long after its end */
	KUNIT_EXPECT_EQ(test, mx_care_ramp(0, MX_CARE_MS_MAX), 50);
	KUNIT_EXPECT_EQ(test, mx_care_ramp(U32_MAX, MX_CARE_MS_MAX),
			MX_CARE_WHOLE);
}

static void care_ramp_waits_for_its_next_step(struct kunit *test)
{
	u32 ms = 0, steps = 0, last = mx_care_ramp(0, 20000), now;

	while (last < MX_CARE_WHOLE && steps < 100) {
		ms += mx_care_ramp_wait(ms, 20000);
		now = mx_care_ramp(ms, 20000);
		KUNIT_EXPECT_GT(test, now, last);
		last = now;
		steps++;
	}
	KUNIT_EXPECT_EQ(test, steps, 19);
	KUNIT_EXPECT_EQ(test, mx_care_ramp_wait(0, 100), 100);
	KUNIT_EXPECT_EQ(test, mx_care_ramp_wait(199, 1000), 1);
}

/* The clock's 32 bits wrap, and another CPU may have read it later. */
static void care_spans_go_across_the_clocks_wrap(struct kunit *test)
{
	u32 from = 0U - 2 * HZ;

	KUNIT_EXPECT_EQ(test, mx_care_ms(from, from), 0);
	KUNIT_EXPECT_EQ(test, mx_care_ms(from, from + 5 * HZ), 5000);
	KUNIT_EXPECT_EQ(test, mx_care_ms(from, from - 1), 0);
	KUNIT_EXPECT_EQ(test, mx_care_left(from, 8000, from + 5 * HZ), 3000);
	KUNIT_EXPECT_EQ(test, mx_care_left(from, 5000, from + 5 * HZ), 0);
	KUNIT_EXPECT_EQ(test, mx_care_left(from, 5000, from + 50 * HZ), 0);
	KUNIT_EXPECT_EQ(test, mx_care_left(from, 5000, from - 1), 5000);
	KUNIT_EXPECT_EQ(test, mx_care_left(from, 0, from), 0);
}

static void care_share_is_ramp_times_factor(struct kunit *test)
{
	struct mx_care_params p = care_still;
	struct mx_care c = { };

	mx_care_init(&c);
	KUNIT_EXPECT_EQ(test, mx_care_share(&c, &p), MX_CARE_WHOLE);
	p.slow_start = 10000;
	/* about to come up */
	KUNIT_EXPECT_EQ(test, mx_care_share(&c, &p), 50);
	c.phase = MX_CARE_FULL;
	KUNIT_EXPECT_EQ(test, mx_care_share(&c, &p), MX_CARE_WHOLE);
	c.phase = MX_CARE_RAMP;
	c.ramp = 500;
	KUNIT_EXPECT_EQ(test, mx_care_share(&c, &p), 500);
	/* a factor counts where weights follow something, within bounds */
	c.factor = 1500;
	KUNIT_EXPECT_EQ(test, mx_care_share(&c, &p), 500);
	p.dynamic = MUTEX_DYNAMIC_LATENCY;
	KUNIT_EXPECT_EQ(test, mx_care_share(&c, &p), 750);
	c.factor = 9000;
	KUNIT_EXPECT_EQ(test, mx_care_share(&c, &p), 1000);
	c.factor = 1;
	KUNIT_EXPECT_EQ(test, mx_care_share(&c, &p), 50);
	/* never nothing */
	p.min = 1;
	c.ramp = 1;
	KUNIT_EXPECT_EQ(test, mx_care_share(&c, &p), 1);
}

static void care_weights_keep_their_proportion(struct kunit *test)
{
	u32 top = 100 * MX_CARE_WHOLE;

	KUNIT_EXPECT_EQ(test, mx_care_weight(100, 1000, top), MUTEX_WEIGHT_MAX);
	KUNIT_EXPECT_EQ(test, mx_care_weight(100, 50, top), 500);
	KUNIT_EXPECT_EQ(test, mx_care_weight(50, 1000, top), 5000);
	KUNIT_EXPECT_EQ(test, mx_care_weight(1, 1, top), 1);
	KUNIT_EXPECT_EQ(test, mx_care_weight(1, 1, 0), MUTEX_WEIGHT_MAX);
	/* the highest of all */
	top = MUTEX_WEIGHT_MAX * MX_DYNAMIC_LIMIT * 10;
	KUNIT_EXPECT_EQ(test, mx_care_weight(MUTEX_WEIGHT_MAX, 10000, top),
			MUTEX_WEIGHT_MAX);
	KUNIT_EXPECT_EQ(test, mx_care_weight(MUTEX_WEIGHT_MAX, 1000, top),
			MUTEX_WEIGHT_MAX / 10);
	KUNIT_EXPECT_EQ(test, mx_care_weight(1, 10, top), 1);
	KUNIT_EXPECT_EQ(test, mx_care_effective(100, 55), 6);
	KUNIT_EXPECT_EQ(test, mx_care_effective(1, 1), 1);
	KUNIT_EXPECT_EQ(test, mx_care_effective(MUTEX_WEIGHT_MAX, 10000),
			MUTEX_WEIGHT_MAX * 10);
}

static void care_latency_and_load_make_factors(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, mx_care_by_latency(200, 100), 500);
	KUNIT_EXPECT_EQ(test, mx_care_by_latency(50, 100), 2000);
	/* nothing is known, and the extremes */
	KUNIT_EXPECT_EQ(test, mx_care_by_latency(0, 100), MX_CARE_WHOLE);
	KUNIT_EXPECT_EQ(test, mx_care_by_latency(100, 0), MX_CARE_WHOLE);
	KUNIT_EXPECT_EQ(test, mx_care_by_latency(1, U32_MAX), 10000);
	KUNIT_EXPECT_EQ(test, mx_care_by_latency(U32_MAX, 1), 0);
	KUNIT_EXPECT_EQ(test, mx_care_by_load(0), MX_CARE_WHOLE);
	KUNIT_EXPECT_EQ(test, mx_care_by_load(70), 300);
	KUNIT_EXPECT_EQ(test, mx_care_by_load(100), 0);
	KUNIT_EXPECT_EQ(test, mx_care_by_load(U32_MAX), 0);
}

static void care_factor_follows_smoothly_within_bounds(struct kunit *test)
{
	struct mx_care c = { };
	u32 last, i;

	mx_care_init(&c);
	for (i = 0, last = c.factor; i < 100; i++) {
		mx_care_follow(&c, &care_agent, 0);
		KUNIT_EXPECT_LE(test, c.factor, last);
		/* a quarter of the way at most */
		KUNIT_EXPECT_GE(test, c.factor, last * 3 / 4);
		last = c.factor;
	}
	KUNIT_EXPECT_EQ(test, c.factor, MX_DYNAMIC_MIN * 10);
	for (i = 0; i < 100; i++)
		mx_care_follow(&c, &care_agent, U32_MAX);
	KUNIT_EXPECT_EQ(test, c.factor, MX_DYNAMIC_MAX * 10);
	for (i = 0; i < 100; i++)
		mx_care_follow(&c, &care_agent, MX_CARE_WHOLE);
	KUNIT_EXPECT_EQ(test, c.factor, MX_CARE_WHOLE);
	KUNIT_EXPECT_FALSE(test, mx_care_follow(&c, &care_agent,
						MX_CARE_WHOLE));
}

static void care_noise_changes_no_factor(struct kunit *test)
{
	struct mx_care c = { };
	u32 i, changes = 0;

	mx_care_init(&c);
	for (i = 0; i < 1000; i++)
		changes += mx_care_follow(&c, &care_agent,
					  i % 2 ? 1080 : 920);
	KUNIT_EXPECT_EQ(test, changes, 0);
	KUNIT_EXPECT_EQ(test, c.factor, MX_CARE_WHOLE);
}

static void care_even_of_none(struct kunit *test)
{
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_wrr, 3);
	struct mx_even even = { .max = 1, .cv = 1 };
	struct mx_pool none = { };

	mx_care_even(&none, true, &even);
	KUNIT_EXPECT_EQ(test, even.max, 0);
	KUNIT_EXPECT_EQ(test, even.cv, 0);
	/* servers without flows; a count seen early is none */
	even.max = 1;
	atomic_set(&f->members[1].active, -1);
	mx_care_even(&f->pool, true, &even);
	KUNIT_EXPECT_EQ(test, even.max, 0);
	KUNIT_EXPECT_EQ(test, even.cv, 0);
}

static void care_even_goes_by_weight_if_asked(struct kunit *test)
{
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_wrr, 2);
	struct mx_even even;

	f->pool.slots[0].weight = 3;
	atomic_set(&f->members[0].active, 3);
	atomic_set(&f->members[1].active, 1);
	mx_care_even(&f->pool, true, &even);
	KUNIT_EXPECT_EQ(test, even.max, 1000);
	KUNIT_EXPECT_EQ(test, even.cv, 0);
	/* 3 and 1: the mean is 2, off by 1 */
	mx_care_even(&f->pool, false, &even);
	KUNIT_EXPECT_EQ(test, even.max, 1500);
	KUNIT_EXPECT_EQ(test, even.cv, 500);
}

static void care_even_rounds(struct kunit *test)
{
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_rr, 3);
	struct mx_even even;

	/* the busiest has 15/7 of the mean */
	atomic_set(&f->members[0].active, 5);
	atomic_set(&f->members[1].active, 1);
	atomic_set(&f->members[2].active, 1);
	mx_care_even(&f->pool, false, &even);
	KUNIT_EXPECT_EQ(test, even.max, 2143);
}

static void care_even_of_the_most(struct kunit *test)
{
	struct sched_fixture *f;
	struct mx_even even;
	u32 i;

	f = sched_fixture_new(test, &mx_sched_wrr, MX_MAX_MEMBERS);
	for (i = 0; i < MX_MAX_MEMBERS; i++)
		f->pool.slots[i].weight = MUTEX_WEIGHT_MAX;
	atomic_set(&f->members[7].active, INT_MAX);
	mx_care_even(&f->pool, true, &even);
	KUNIT_EXPECT_EQ(test, even.max, MX_MAX_MEMBERS * 1000);
	/* sqrt(n - 1) */
	KUNIT_EXPECT_EQ(test, even.cv, 63992);
	for (i = 0; i < MX_MAX_MEMBERS; i++)
		atomic_set(&f->members[i].active, INT_MAX);
	mx_care_even(&f->pool, false, &even);
	KUNIT_EXPECT_EQ(test, even.max, 1000);
	KUNIT_EXPECT_EQ(test, even.cv, 0);
	/* the least that there can be */
	for (i = 0; i < MX_MAX_MEMBERS; i++)
		atomic_set(&f->members[i].active, i == 9);
	mx_care_even(&f->pool, true, &even);
	KUNIT_EXPECT_EQ(test, even.max, MX_MAX_MEMBERS * 1000);
}

static void care_door_passes_on_what_exceeds_a_share(struct kunit *test)
{
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_rr, 4);
	u32 i, at, got[4] = { };

	for (i = 0; i < 4; i++)
		f->pool.slots[i].door = U32_MAX;
	KUNIT_EXPECT_EQ(test, mx_care_admit(&f->pool, 2, U32_MAX), 2);
	f->pool.slots[2].door = mx_care_door(250);
	for (i = 0; i < 4000; i++) {
		at = mx_care_admit(&f->pool, 2, (u32)sched_fixture_id(i));
		KUNIT_ASSERT_LT(test, at, 4);
		got[at]++;
	}
	KUNIT_EXPECT_GT(test, got[2], 850);
	KUNIT_EXPECT_LT(test, got[2], 1150);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_GT(test, got[i], 500);
	/* where all are new, the scheduler's choice stands */
	for (i = 0; i < 4; i++)
		f->pool.slots[i].door = 0;
	KUNIT_EXPECT_EQ(test, mx_care_admit(&f->pool, 3, 12345), 3);
	KUNIT_EXPECT_EQ(test, mx_care_door(1000), U32_MAX);
	KUNIT_EXPECT_LT(test, mx_care_door(999), U32_MAX);
}

/* It stays until the test itself publishes another one. */
static const struct mx_group_conf *care_conf(struct mx_fix *f,
					     const struct mx_fix_group *g)
{
	const struct mx_group_conf *conf;

	mutex_lock(&f->lock);
	conf = mx_dereference(g->group->conf[0], &f->lock);
	mutex_unlock(&f->lock);
	return conf;
}

static void care_new_server_begins_with_a_small_weight(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_wrr);
	u32 i, now, wait = U32_MAX;
	struct mx_server *b;

	mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	KUNIT_EXPECT_EQ(test, care_conf(f, g)->pool[0].slots[0].weight, 100);
	g->params.care.slow_start = 10000;
	b = mx_fix_server(f, g, "10.0.0.2", 80, MUTEX_SERVER_STATE_UP);
	KUNIT_EXPECT_EQ(test, care_conf(f, g)->pool[0].slots[0].weight, 10000);
	KUNIT_EXPECT_EQ(test, care_conf(f, g)->pool[0].slots[1].weight, 500);
	KUNIT_EXPECT_FALSE(test, care_conf(f, g)->pool[0].doors);
	KUNIT_EXPECT_EQ(test, b->care.phase, MX_CARE_RAMP);

	now = b->care.ramp_from;
	for (i = 1; i <= 20; i++) {
		KUNIT_EXPECT_FALSE(test, mx_care_grow(care_conf(f, g), now,
						      &wait));
		KUNIT_EXPECT_EQ(test, wait, 500);
		now += msecs_to_jiffies(wait);
		wait = U32_MAX;
		if (mx_care_grow(care_conf(f, g), now, &wait))
			mx_fix_publish(f, g);
		KUNIT_EXPECT_EQ(test, care_conf(f, g)->pool[0].slots[1].weight,
				min(500 * (i + 1), 10000U));
		if (b->care.phase == MX_CARE_FULL)
			break;
	}
	KUNIT_EXPECT_EQ(test, i, 19);
	KUNIT_EXPECT_EQ(test, wait, U32_MAX);

	/* down and up again: from the beginning */
	g->member[1].state = MUTEX_SERVER_STATE_DOWN;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, b->care.phase, MX_CARE_OUT);
	b->care.ramp_from = (u32)jiffies - 1000 * HZ;
	g->member[1].state = MUTEX_SERVER_STATE_UP;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, care_conf(f, g)->pool[0].slots[1].weight, 500);
	KUNIT_EXPECT_LT(test, mx_care_ms(b->care.ramp_from, (u32)jiffies),
			900000);
	/* a scheduler that does not weigh has doors instead */
	g->params.sched = &mx_sched_rr;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, care_conf(f, g)->pool[0].slots[1].weight, 100);
	KUNIT_EXPECT_TRUE(test, care_conf(f, g)->pool[0].doors);
	g->params.care.slow_start = 0;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, b->care.phase, MX_CARE_FULL);
	KUNIT_EXPECT_FALSE(test, care_conf(f, g)->pool[0].doors);
}

static void care_deadline_ends_what_is_left(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	const struct mx_conf_member *m;
	struct mx_server *s;
	u32 now;

	s = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	g->group->care.moves.over = true;
	atomic_set(&s->member.active, 3);
	g->member[0].state = MUTEX_SERVER_STATE_DRAIN;
	g->member[0].deadline = 5000;
	mx_fix_publish(f, g);
	m = &care_conf(f, g)->members[0];
	now = s->care.drain_from;
	KUNIT_EXPECT_EQ(test, s->care.drain, MUTEX_DRAIN_FLOWS);
	KUNIT_EXPECT_TRUE(test, mx_care_draining(&s->care));
	KUNIT_EXPECT_FALSE(test, mx_care_drained(g->group, care_conf(f, g), m,
						 now + 4 * HZ));
	KUNIT_EXPECT_FALSE(test, s->unfit);
	KUNIT_EXPECT_TRUE(test, mx_care_drained(g->group, care_conf(f, g), m,
						now + 5 * HZ));
	KUNIT_EXPECT_TRUE(test, s->unfit);
	KUNIT_EXPECT_EQ(test, s->care.cut, 3);
	KUNIT_EXPECT_EQ(test, g->group->care.moves.lost, 3);
	KUNIT_EXPECT_FALSE(test, mx_care_draining(&s->care));
	KUNIT_EXPECT_FALSE(test, mx_care_drained(g->group, care_conf(f, g), m,
						 now + 6 * HZ));
	/* it stays so, whatever else is said of it */
	g->member[0].weight = 7;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_TRUE(test, s->unfit);
	/* another deadline begins anew, another state ends it */
	g->member[0].deadline = 6000;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_FALSE(test, s->unfit);
	KUNIT_EXPECT_EQ(test, s->care.drain, MUTEX_DRAIN_FLOWS);
	KUNIT_EXPECT_EQ(test, s->care.cut, 0);
	g->member[0].state = MUTEX_SERVER_STATE_UP;
	g->member[0].deadline = 0;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, s->care.drain, MUTEX_DRAIN_NONE);
	atomic_set(&s->member.active, 0);
}

static void care_empty_is_told_once(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	const struct mx_conf_member *m;
	struct mx_server *s;
	u32 now;

	s = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_DRAIN);
	m = &care_conf(f, g)->members[0];
	now = s->care.drain_from;
	atomic_set(&s->member.active, 1);
	KUNIT_EXPECT_FALSE(test, mx_care_drained(g->group, care_conf(f, g), m,
						 now));
	atomic_set(&s->member.active, 0);
	KUNIT_EXPECT_TRUE(test, mx_care_drained(g->group, care_conf(f, g), m,
						now));
	KUNIT_EXPECT_FALSE(test, mx_care_drained(g->group, care_conf(f, g), m,
						 now));
	/* without a deadline there is nothing more to come */
	KUNIT_EXPECT_FALSE(test, mx_care_draining(&s->care));
	g->member[0].deadline = 1000;
	mx_fix_publish(f, g);
	m = &care_conf(f, g)->members[0];
	now = s->care.drain_from;
	KUNIT_EXPECT_TRUE(test, mx_care_drained(g->group, care_conf(f, g), m,
						now));
	KUNIT_EXPECT_TRUE(test, mx_care_draining(&s->care));
	KUNIT_EXPECT_FALSE(test, mx_care_drained(g->group, care_conf(f, g), m,
						 now + HZ));
	KUNIT_EXPECT_EQ(test, s->care.drain, MUTEX_DRAIN_OVER);
	KUNIT_EXPECT_EQ(test, s->care.cut, 0);
}

static void care_moves_add_up_until_they_are_over(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_moves *moves = &g->group->care.moves;
	struct mx_server *a, *b;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	KUNIT_EXPECT_TRUE(test, moves->fresh);
	b = mx_fix_server(f, g, "10.0.0.2", 80, MUTEX_SERVER_STATE_UP);
	KUNIT_EXPECT_EQ(test, moves->lost, 0);
	moves->fresh = false;
	moves->over = true;
	/* the same again is no change */
	mx_fix_publish(f, g);
	KUNIT_EXPECT_FALSE(test, moves->fresh);
	atomic_set(&a->member.active, 5);
	atomic_set(&b->member.active, 2);
	g->member[0].state = MUTEX_SERVER_STATE_DOWN;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_TRUE(test, moves->fresh);
	KUNIT_EXPECT_EQ(test, moves->lost, 5);
	/* another one while flows move; then removed, which loses none twice */
	g->member[1].state = MUTEX_SERVER_STATE_DOWN;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, moves->lost, 7);
	g->n = 0;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, moves->lost, 7);
	atomic_set(&a->member.active, 0);
	atomic_set(&b->member.active, 0);
}

/* Flows that move long after their report are not the next one's. */
static void care_late_moves_are_not_the_next_ones(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_moves *moves = &g->group->care.moves;
	struct mx_server *a, *b;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	b = mx_fix_server(f, g, "10.0.0.2", 80, MUTEX_SERVER_STATE_UP);
	moves->over = true;
	atomic_set(&a->member.active, 5);
	g->member[0].state = MUTEX_SERVER_STATE_DOWN;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, moves->lost, 5);
	/* two move at once, three when all has been told */
	moves->told = moves->base + 2;
	moves->over = true;
	mx_stats_add(&g->group->stats, MX_GROUP_MOVED, 5);
	atomic_set(&a->member.active, 0);
	g->member[0].state = MUTEX_SERVER_STATE_UP;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, moves->lost, 0);
	KUNIT_EXPECT_EQ(test, moves->base, mx_care_moved(g->group));

	/* those that moved before a failure was noticed are that one's */
	moves->told = moves->base;
	moves->over = true;
	mx_stats_add(&g->group->stats, MX_GROUP_MOVED, 3);
	atomic_set(&b->member.active, 4);
	g->member[1].state = MUTEX_SERVER_STATE_DOWN;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, moves->lost, 7);
	KUNIT_EXPECT_EQ(test, moves->base + 3, mx_care_moved(g->group));
	atomic_set(&b->member.active, 0);
}

/* What moved before the loss is seen counts; after a report it does not. */
static void care_moves_begin_anew(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_moves *moves = &g->group->care.moves;
	struct mx_server *a, *b;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	b = mx_fix_server(f, g, "10.0.0.2", 80, MUTEX_SERVER_STATE_UP);
	mx_stats_add(&g->group->stats, MX_GROUP_MOVED, 4);
	atomic_set(&a->member.active, 5);
	atomic_set(&b->member.active, 2);
	moves->over = true;
	g->member[0].state = MUTEX_SERVER_STATE_DOWN;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, moves->lost, 9);
	moves->told = 4;
	moves->over = true;
	g->member[1].state = MUTEX_SERVER_STATE_DOWN;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, moves->lost, 2);
	mx_care_reset(g->group);
	KUNIT_EXPECT_EQ(test, moves->lost, 0);
	KUNIT_EXPECT_EQ(test, moves->base, 0);
	atomic_set(&a->member.active, 0);
	atomic_set(&b->member.active, 0);
}

/* Said once more, a deadline that is over begins anew. */
static void care_drains_again(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	const struct mx_conf_member *m;
	struct mx_server *s;
	u32 now;

	s = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	g->member[0].state = MUTEX_SERVER_STATE_DRAIN;
	g->member[0].deadline = 5000;
	mx_fix_publish(f, g);
	m = &care_conf(f, g)->members[0];
	now = s->care.drain_from + 5 * HZ;
	atomic_set(&s->member.active, 3);
	KUNIT_EXPECT_TRUE(test, mx_care_drained(g->group, care_conf(f, g), m,
						now));
	KUNIT_EXPECT_TRUE(test, s->unfit);
	mx_care_drain_again(care_conf(f, g), m, now);
	KUNIT_EXPECT_FALSE(test, s->unfit);
	KUNIT_EXPECT_EQ(test, s->care.drain, MUTEX_DRAIN_FLOWS);
	KUNIT_EXPECT_EQ(test, s->care.cut, 0);
	/* and what is left then is lost again */
	KUNIT_EXPECT_TRUE(test, mx_care_drained(g->group, care_conf(f, g), m,
						now + 5 * HZ));
	KUNIT_EXPECT_EQ(test, s->care.cut, 3);
	atomic_set(&s->member.active, 0);
}

/* Of two families the worse one counts. */
static void care_evenness_is_of_the_worse_family(struct kunit *test)
{
	static const char * const addrs[] = {
		"10.0.0.1", "10.0.0.2", "fd00::1", "fd00::2",
	};
	static const u32 active[][4] = { { 3, 1, 1, 1 }, { 1, 1, 3, 1 } };
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_even even;
	u32 i, k;

	for (i = 0; i < 4; i++)
		mx_fix_server(f, g, addrs[i], 80, MUTEX_SERVER_STATE_UP);
	for (k = 0; k < 2; k++) {
		for (i = 0; i < 4; i++)
			atomic_set(&g->server[i]->member.active, active[k][i]);
		mx_care_evenness(care_conf(f, g), &even);
		KUNIT_EXPECT_EQ(test, even.max, 1500);
		KUNIT_EXPECT_EQ(test, even.cv, 500);
	}
	for (i = 0; i < 4; i++)
		atomic_set(&g->server[i]->member.active, 0);
}

static void care_hash_tells_which_keys_move(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_hash);
	struct mx_moves *moves = &g->group->care.moves;

	mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	mx_fix_server(f, g, "10.0.0.2", 80, MUTEX_SERVER_STATE_UP);
	moves->over = true;
	mx_fix_server(f, g, "10.0.0.3", 80, MUTEX_SERVER_STATE_UP);
	KUNIT_EXPECT_GT(test, moves->keys, 300);
	KUNIT_EXPECT_LT(test, moves->keys, 366);
	/* one of two leaves */
	moves->over = true;
	g->n = 2;
	mx_fix_publish(f, g);
	moves->over = true;
	g->n = 1;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_GT(test, moves->keys, 450);
	KUNIT_EXPECT_LT(test, moves->keys, 550);
	moves->over = true;
	g->n = 0;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, moves->keys, 1000);
	/* no more than all, however often they move */
	g->n = 1;
	mx_fix_publish(f, g);
	g->n = 0;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, moves->keys, 1000);
}

/* Factors in force may be off by a twentieth. */
static void expect_near(struct kunit *test, u32 got, u32 want)
{
	KUNIT_EXPECT_LE(test, abs((s32)(got - want)), want / 20);
}

static void care_measures_loads_until_they_are_old(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_wrr);
	u32 i, now = (u32)jiffies;
	struct mx_server *s;

	g->params.care = care_agent;
	s = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	mx_fix_server(f, g, "10.0.0.2", 80, MUTEX_SERVER_STATE_UP);
	s->care.load = 80;
	s->care.load_from = now;
	s->care.load_ms = 30000;
	for (i = 0; i < 50; i++)
		mx_care_measure(care_conf(f, g), now + 10 * HZ);
	expect_near(test, s->care.factor, 200);
	KUNIT_EXPECT_EQ(test, g->server[1]->care.factor, MX_CARE_WHOLE);
	mx_fix_publish(f, g);
	/* there is room above it for the highest factor */
	KUNIT_EXPECT_EQ(test, care_conf(f, g)->pool[0].slots[1].weight,
			MUTEX_WEIGHT_MAX * 100 / MX_DYNAMIC_MAX);
	expect_near(test, care_conf(f, g)->pool[0].slots[0].weight * 5,
		    care_conf(f, g)->pool[0].slots[1].weight);
	for (i = 0; i < 50; i++)
		mx_care_measure(care_conf(f, g), now + 31 * HZ);
	KUNIT_EXPECT_EQ(test, s->care.factor, MX_CARE_WHOLE);
	KUNIT_EXPECT_EQ(test, s->care.load_ms, 0);
	/* one that is removed takes its load with it */
	s->care.load_ms = 30000;
	g->n = 0;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, s->care.load_ms, 0);
}

static void care_measures_latency_against_the_mean(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_wrr);
	u32 i, now = (u32)jiffies;

	g->params.care = care_agent;
	g->params.care.dynamic = MUTEX_DYNAMIC_LATENCY;
	for (i = 0; i < 3; i++)
		mx_fix_server(f, g, i == 0 ? "10.0.0.1" :
			      i == 1 ? "10.0.0.2" : "10.0.0.3", 80,
			      MUTEX_SERVER_STATE_UP);
	/* nobody has answered yet */
	KUNIT_EXPECT_FALSE(test, mx_care_measure(care_conf(f, g), now));
	mx_server_sample(g->server[0], 1000, now);
	mx_server_sample(g->server[1], 3000, now);
	for (i = 0; i < 50; i++)
		mx_care_measure(care_conf(f, g), now);
	KUNIT_EXPECT_EQ(test, g->server[0]->care.factor, 2000);
	expect_near(test, g->server[1]->care.factor, 666);
	KUNIT_EXPECT_EQ(test, g->server[2]->care.factor, MX_CARE_WHOLE);
	/* samples grow old */
	for (i = 0; i < 50; i++)
		mx_care_measure(care_conf(f, g), now + 11 * HZ);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, g->server[i]->care.factor,
				MX_CARE_WHOLE);
}

static struct kunit_case mx_care_test_cases[] = {
	KUNIT_CASE(care_ramp_grows_in_steps_to_the_whole),
	KUNIT_CASE(care_ramp_waits_for_its_next_step),
	KUNIT_CASE(care_spans_go_across_the_clocks_wrap),
	KUNIT_CASE(care_share_is_ramp_times_factor),
	KUNIT_CASE(care_weights_keep_their_proportion),
	KUNIT_CASE(care_latency_and_load_make_factors),
	KUNIT_CASE(care_factor_follows_smoothly_within_bounds),
	KUNIT_CASE(care_noise_changes_no_factor),
	KUNIT_CASE(care_even_of_none),
	KUNIT_CASE(care_even_goes_by_weight_if_asked),
	KUNIT_CASE(care_even_rounds),
	KUNIT_CASE(care_even_of_the_most),
	KUNIT_CASE(care_door_passes_on_what_exceeds_a_share),
	KUNIT_CASE(care_new_server_begins_with_a_small_weight),
	KUNIT_CASE(care_deadline_ends_what_is_left),
	KUNIT_CASE(care_empty_is_told_once),
	KUNIT_CASE(care_moves_add_up_until_they_are_over),
	KUNIT_CASE(care_late_moves_are_not_the_next_ones),
	KUNIT_CASE(care_moves_begin_anew),
	KUNIT_CASE(care_drains_again),
	KUNIT_CASE(care_evenness_is_of_the_worse_family),
	KUNIT_CASE(care_hash_tells_which_keys_move),
	KUNIT_CASE(care_measures_loads_until_they_are_old),
	KUNIT_CASE(care_measures_latency_against_the_mean),
	{ }
};

static struct kunit_suite mx_care_test_suite = {
	.name = "mx_care",
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = mx_care_test_cases,
};

kunit_test_suite(mx_care_test_suite);
