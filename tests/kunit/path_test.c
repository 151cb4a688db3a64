// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of paths: what their two configurations, their links and their
 * probes make of them, and the desk that takes their news. The clock is a
 * number.
 */
#include <kunit/test.h>
#include "fixture.h"
#include "path/path.h"

#define SECOND	1000000ULL	/* of the clock of paths */

struct path_fix {
	struct mutex lock; /* the namespace's */
	struct mx_path *path;
	struct mx_path_params p;
	struct mx_path_figures f;
	u64 now;
};

static void path_say(struct path_fix *f, unsigned int slot, bool live)
{
	struct mx_path_conf *conf = mx_path_conf_build(&f->p);

	if (!conf)
		return;
	mutex_lock(&f->lock);
	mx_path_publish(f->path, slot, conf, live, f->now, &f->lock);
	mutex_unlock(&f->lock);
}

static void path_unsay(struct path_fix *f, unsigned int slot, bool live)
{
	mutex_lock(&f->lock);
	mx_path_publish(f->path, slot, NULL, live, f->now, &f->lock);
	mutex_unlock(&f->lock);
}

static int path_init(struct kunit *test)
{
	struct path_fix *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	mutex_init(&f->lock);
	f->path = mx_path_create("isp1");
	if (!f->path)
		return -ENOMEM;
	mx_path_defaults(&f->p);
	strscpy(f->p.dev, "eth0", sizeof(f->p.dev));
	f->p.family = AF_INET;
	f->p.peer.ip = htonl(0xcb007101);
	f->p.judge.hold_min = 0;
	f->p.judge.hold_max = 0;
	f->now = 3600 * SECOND;
	path_say(f, 0, true);
	test->priv = f;
	return 0;
}

static void path_exit(struct kunit *test)
{
	struct path_fix *f = test->priv;

	path_unsay(f, 0, true);
	path_unsay(f, 1, false);
	mx_path_put(f->path);
	mutex_destroy(&f->lock);
}

static bool path_link(struct path_fix *f, u8 missing)
{
	f->now += SECOND;
	return mx_path_link(f->path, missing == MUTEX_PATH_REASON_NO_DEV ?
			    0 : 7, missing, f->now);
}

static void path_answers(struct path_fix *f, u32 n, u32 rtt_us)
{
	while (n--) {
		f->now += SECOND;
		mx_path_probe_answer(f->path, n, rtt_us, MX_WAY_NONE,
				     MX_WAY_NONE, f->now);
	}
}

static void path_misses(struct path_fix *f, u32 n)
{
	while (n--) {
		f->now += SECOND;
		mx_path_probe_missed(f->path, n, f->now);
	}
}

static void path_is(struct kunit *test, u8 status, u8 reason)
{
	struct path_fix *f = test->priv;

	mx_path_read(f->path, &f->f);
	KUNIT_EXPECT_EQ(test, f->f.status, status);
	KUNIT_EXPECT_EQ(test, f->f.reason, reason);
	KUNIT_EXPECT_EQ(test, f->path->status, status);
}

#define PATH_IS(test, status, reason)					\
	path_is(test, MUTEX_PATH_STATUS_##status, MUTEX_PATH_REASON_##reason)

static void path_defaults_are_valid(struct kunit *test)
{
	struct path_fix *f = test->priv;
	struct mx_path_params p;

	mx_path_defaults(&p);
	KUNIT_EXPECT_EQ(test, ntohs(p.port), 51822);
	KUNIT_EXPECT_EQ(test, p.interval, 5000);
	KUNIT_EXPECT_EQ(test, p.timeout, 2000);
	KUNIT_EXPECT_EQ(test, p.probe, MUTEX_PATH_PROBE_STAMP);
	KUNIT_EXPECT_EQ(test, p.admin, MUTEX_PATH_ADMIN_UP);
	KUNIT_EXPECT_TRUE(test, mx_judge_valid(&p.judge));
	KUNIT_EXPECT_STREQ(test, f->path->name, "isp1");
}

static void path_is_down_before_anybody_looked(struct kunit *test)
{
	struct path_fix *f = test->priv;

	PATH_IS(test, DOWN, START);
	KUNIT_EXPECT_EQ(test, f->f.samples, 0);
	KUNIT_EXPECT_EQ(test, f->f.fwd_loss_ppm, U32_MAX);
	KUNIT_EXPECT_EQ(test, f->f.fwd_jitter_us, U32_MAX);
	KUNIT_EXPECT_EQ(test, f->f.flaps, 0);
	KUNIT_EXPECT_FALSE(test, f->path->link);
}

static void path_without_its_link_is_down(struct kunit *test)
{
	struct path_fix *f = test->priv;
	u64 since;

	KUNIT_EXPECT_TRUE(test, path_link(f, MUTEX_PATH_REASON_NO_DEV));
	PATH_IS(test, DOWN, NO_DEV);
	since = f->f.since_ms;
	KUNIT_EXPECT_EQ(test, f->path->ifindex, 0);
	KUNIT_EXPECT_FALSE(test, path_link(f, MUTEX_PATH_REASON_NO_DEV));
	/* another thing is missing: news, but it is down for no shorter time */
	KUNIT_EXPECT_TRUE(test, path_link(f, MUTEX_PATH_REASON_NO_CARRIER));
	PATH_IS(test, DOWN, NO_CARRIER);
	KUNIT_EXPECT_EQ(test, f->f.since_ms, since);
	KUNIT_EXPECT_EQ(test, f->path->ifindex, 7);
	/* answers do not bring it up */
	path_answers(f, 20, 1000);
	PATH_IS(test, DOWN, NO_CARRIER);
}

static void path_is_unknown_until_enough_answers(struct kunit *test)
{
	struct path_fix *f = test->priv;

	KUNIT_EXPECT_TRUE(test, path_link(f, MUTEX_PATH_REASON_NONE));
	PATH_IS(test, UNKNOWN, START);
	KUNIT_EXPECT_TRUE(test, f->path->link);
	KUNIT_EXPECT_FALSE(test, path_link(f, MUTEX_PATH_REASON_NONE));
	path_answers(f, 4, 20000);
	PATH_IS(test, UNKNOWN, START);
	path_answers(f, 1, 20000);
	PATH_IS(test, UP, START);
	KUNIT_EXPECT_EQ(test, f->f.score_milli, 100000);
	KUNIT_EXPECT_EQ(test, f->f.rtt_us, 20000);
	KUNIT_EXPECT_EQ(test, f->f.jitter_us, 0);
	KUNIT_EXPECT_EQ(test, f->f.samples, 5);
	KUNIT_EXPECT_EQ(test, f->f.since_ms, f->now / 1000);
	KUNIT_EXPECT_EQ(test, f->f.hold_ms, 0);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&f->path->stats, MX_PATH_RECEIVED),
			5);
}

static void path_that_falls_silent_is_down(struct kunit *test)
{
	struct path_fix *f = test->priv;

	path_link(f, MUTEX_PATH_REASON_NONE);
	path_answers(f, 10, 20000);
	path_misses(f, 9);
	PATH_IS(test, DEGRADED, LOSS);
	path_misses(f, 1);
	PATH_IS(test, DOWN, SILENT);
	KUNIT_EXPECT_EQ(test, f->f.flaps, 1);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&f->path->stats, MX_PATH_LOST),
			10);
	/* what ICMP said of it is a better reason, until the next answer */
	WRITE_ONCE(f->path->hint, MUTEX_PATH_REASON_REFUSED);
	path_misses(f, 1);
	PATH_IS(test, DOWN, REFUSED);
	path_answers(f, 1, 20000);
	PATH_IS(test, DOWN, SILENT);
	path_answers(f, 20, 20000);
	PATH_IS(test, UP, RECOVERED);
}

static void path_whose_link_returns_has_to_prove_itself(struct kunit *test)
{
	struct path_fix *f = test->priv;

	path_link(f, MUTEX_PATH_REASON_NONE);
	path_answers(f, 10, 20000);
	path_link(f, MUTEX_PATH_REASON_DEV_DOWN);
	PATH_IS(test, DOWN, DEV_DOWN);
	KUNIT_EXPECT_EQ(test, f->f.flaps, 1);
	path_link(f, MUTEX_PATH_REASON_NONE);
	PATH_IS(test, DOWN, HOLD);
	KUNIT_EXPECT_EQ(test, f->f.samples, 0);
	path_answers(f, 5, 30000);
	PATH_IS(test, UP, RECOVERED);
	KUNIT_EXPECT_EQ(test, f->f.rtt_us, 30000);
}

static void path_without_probes_is_as_its_link(struct kunit *test)
{
	struct path_fix *f = test->priv;
	u64 wake;

	f->p.probe = MUTEX_PATH_PROBE_NONE;
	f->p.judge.hold_min = 10000;
	f->p.judge.hold_max = 10000;
	path_say(f, 0, true);
	path_link(f, MUTEX_PATH_REASON_NONE);
	PATH_IS(test, UP, START);
	KUNIT_EXPECT_EQ(test, mx_path_tick(f->path, f->now), 0);
	path_link(f, MUTEX_PATH_REASON_NO_ROUTE);
	PATH_IS(test, DOWN, NO_ROUTE);
	KUNIT_EXPECT_EQ(test, mx_path_tick(f->path, f->now), 0);
	path_link(f, MUTEX_PATH_REASON_NONE);
	PATH_IS(test, DOWN, HOLD);
	wake = mx_path_tick(f->path, f->now);
	KUNIT_EXPECT_EQ(test, wake, f->f.hold_ms);
	KUNIT_EXPECT_EQ(test, mx_path_tick(f->path, (wake - 1) * 1000), wake);
	PATH_IS(test, DOWN, HOLD);
	KUNIT_EXPECT_EQ(test, mx_path_tick(f->path, wake * 1000), 0);
	PATH_IS(test, UP, RECOVERED);
}

static void path_keeps_what_it_knows_over_a_change(struct kunit *test)
{
	struct path_fix *f = test->priv;

	path_link(f, MUTEX_PATH_REASON_NONE);
	path_answers(f, 10, 20000);
	/* the same way in the other configuration, which comes into force */
	f->p.interval = 100;
	f->p.cost = 7;
	f->p.judge.fall = 2;
	path_say(f, 1, false);
	PATH_IS(test, UP, START);
	mutex_lock(&f->lock);
	mx_path_settle(f->path, 1, f->now, &f->lock);
	mutex_unlock(&f->lock);
	PATH_IS(test, UP, START);
	KUNIT_EXPECT_EQ(test, f->f.samples, 10);
	KUNIT_EXPECT_TRUE(test, f->path->link);
	path_unsay(f, 0, false);
	/* by which it is judged from now on */
	path_misses(f, 2);
	PATH_IS(test, DOWN, SILENT);
	path_unsay(f, 1, true);
}

/* What is measured holds before what is said, however little it is. */
static void path_carries_what_is_measured(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, mx_path_mbit(0, 0), 0U);
	KUNIT_EXPECT_EQ(test, mx_path_mbit(0, 100), 100U);
	KUNIT_EXPECT_EQ(test, mx_path_mbit(50999, 100), 50U);
	KUNIT_EXPECT_EQ(test, mx_path_mbit(1, 100), 1U);
	KUNIT_EXPECT_EQ(test, mx_path_mbit(U32_MAX, 0), U32_MAX / 1000);
}

static void path_that_leads_elsewhere_is_measured_anew(struct kunit *test)
{
	struct path_fix *f = test->priv;
	struct mx_path_params p = f->p;
	unsigned int i;

	for (i = 0; i < 7; i++) {
		path_link(f, MUTEX_PATH_REASON_NONE);
		path_answers(f, 10, 20000);
		PATH_IS(test, UP, START);
		f->path->mtu = 1400;
		f->p = p;
		switch (i) {
		case 0:
			strscpy(f->p.dev, "eth1", sizeof(f->p.dev));
			break;
		case 1:
			f->p.via_family = AF_INET;
			f->p.via.ip = htonl(0xc6336401);
			break;
		case 2:
			f->p.peer.ip = htonl(0xcb007102);
			break;
		case 3:
			f->p.has_local = true;
			f->p.local.ip = htonl(0xc6336402);
			break;
		case 4:
			f->p.port = htons(862);
			break;
		case 5:
			f->p.probe = MUTEX_PATH_PROBE_ICMP;
			break;
		default:
			f->p.key_id = 1;
		}
		path_say(f, 0, true);
		PATH_IS(test, DOWN, START);
		KUNIT_EXPECT_EQ(test, f->f.samples, 0);
		KUNIT_EXPECT_EQ(test, f->f.mtu, 0);
		KUNIT_EXPECT_FALSE(test, f->path->link);
	}
}

static void path_desk_work(struct work_struct *work)
{
}

static void path_news_are_told_once(struct kunit *test)
{
	struct mx_path_desk *desk;
	struct mx_path *a, *b;

	desk = kunit_kzalloc(test, sizeof(*desk), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, desk);
	a = mx_path_create("a");
	b = mx_path_create("b");
	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_ASSERT_NOT_NULL(test, b);
	mx_path_desk_init(desk, path_desk_work);
	mx_path_desk_tell(desk, a);
	mx_path_desk_tell(desk, b);
	mx_path_desk_tell(desk, a);
	KUNIT_EXPECT_EQ(test, refcount_read(&a->refs), 2);
	KUNIT_EXPECT_PTR_EQ(test, mx_path_desk_next(desk), a);
	mx_path_put(a);
	mx_path_desk_tell(desk, a);
	KUNIT_EXPECT_PTR_EQ(test, mx_path_desk_next(desk), b);
	mx_path_put(b);
	/* what nobody took is let go of */
	mx_path_desk_stop(desk);
	KUNIT_EXPECT_EQ(test, refcount_read(&a->refs), 1);
	mx_path_desk_tell(desk, b);
	KUNIT_EXPECT_NULL(test, mx_path_desk_next(desk));
	mx_path_put(a);
	mx_path_put(b);
}

static void path_desk_looks_when_it_is_time(struct kunit *test)
{
	struct mx_path_desk *desk;

	desk = kunit_kzalloc(test, sizeof(*desk), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, desk);
	mx_path_desk_init(desk, path_desk_work);
	KUNIT_EXPECT_FALSE(test, mx_path_desk_take(desk, 1000));
	mx_path_desk_look(desk, false);
	KUNIT_EXPECT_TRUE(test, mx_path_desk_take(desk, 1000));
	KUNIT_EXPECT_FALSE(test, mx_path_desk_take(desk, 1000));
	/* of a flood, once more after a while */
	mx_path_desk_look(desk, true);
	mx_path_desk_look(desk, true);
	KUNIT_EXPECT_TRUE(test, mx_path_desk_take(desk, 1000));
	desk->looked = jiffies + HZ;
	KUNIT_EXPECT_FALSE(test, mx_path_desk_take(desk, 1000));
	mx_path_desk_wake(desk, 0, 1000);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&desk->work));
	desk->looked = jiffies - HZ;
	KUNIT_EXPECT_TRUE(test, mx_path_desk_take(desk, 1000));
	desk->looked = jiffies - HZ;
	KUNIT_EXPECT_FALSE(test, mx_path_desk_take(desk, 1000));
	/* the earliest time counts, once */
	mx_path_desk_wake(desk, 3000, 1000);
	mx_path_desk_wake(desk, 2000, 1000);
	mx_path_desk_wake(desk, 0, 1000);
	KUNIT_EXPECT_FALSE(test, mx_path_desk_take(desk, 1999));
	KUNIT_EXPECT_TRUE(test, mx_path_desk_take(desk, 2000));
	KUNIT_EXPECT_FALSE(test, mx_path_desk_take(desk, 5000));
	mx_path_desk_stop(desk);
}

/* The work has begun its round, and tells news, when a route changes. */
static void path_desk_misses_no_look(struct kunit *test)
{
	struct mx_path_desk *desk;
	struct mx_path *path;

	desk = kunit_kzalloc(test, sizeof(*desk), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, desk);
	path = mx_path_create("a");
	KUNIT_ASSERT_NOT_NULL(test, path);
	mx_path_desk_init(desk, path_desk_work);
	mx_path_desk_look(desk, false);
	mx_path_desk_tell(desk, path);
	flush_delayed_work(&desk->work);
	KUNIT_EXPECT_TRUE(test, mx_path_desk_take(desk, 1000));
	/* so that it is too early for the next look of a flood */
	desk->looked = jiffies + HZ;
	mx_path_desk_look(desk, true);
	KUNIT_EXPECT_PTR_EQ(test, mx_path_desk_next(desk), path);
	mx_path_put(path);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&desk->work));
	mx_path_desk_wake(desk, 0, 1000);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&desk->work));
	mx_path_desk_stop(desk);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&desk->work));
	mx_path_put(path);
}

static struct kunit_case path_cases[] = {
	KUNIT_CASE(path_defaults_are_valid),
	KUNIT_CASE(path_is_down_before_anybody_looked),
	KUNIT_CASE(path_without_its_link_is_down),
	KUNIT_CASE(path_is_unknown_until_enough_answers),
	KUNIT_CASE(path_that_falls_silent_is_down),
	KUNIT_CASE(path_whose_link_returns_has_to_prove_itself),
	KUNIT_CASE(path_without_probes_is_as_its_link),
	KUNIT_CASE(path_keeps_what_it_knows_over_a_change),
	KUNIT_CASE(path_that_leads_elsewhere_is_measured_anew),
	KUNIT_CASE(path_carries_what_is_measured),
	{}
};

static struct kunit_suite path_suite = {
	.name = "mx_path",
	.init = path_init,
	.exit = path_exit,
	.test_cases = path_cases,
};

static struct kunit_case path_desk_cases[] = {
	KUNIT_CASE(path_news_are_told_once),
	KUNIT_CASE(path_desk_looks_when_it_is_time),
	KUNIT_CASE(path_desk_misses_no_look),
	{}
};

static struct kunit_suite path_desk_suite = {
	.name = "mx_path_desk",
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = path_desk_cases,
};

kunit_test_suites(&path_suite, &path_desk_suite);
