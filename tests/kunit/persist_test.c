// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of persistence: prefixes, time, servers that go, bounds. */
#include <linux/jiffies.h>
#include "fixture.h"

#define PERSIST_TIME	60000	/* ms */

static struct mx_server *persist_pick(struct mx_fix_group *g, const char *src,
				      struct kunit *test)
{
	struct mx_key key;
	struct mx_server *server;

	key = mx_fix_key(test, IPPROTO_TCP, src, 1000,
			 strchr(src, ':') ? "2001:db8::9" : "203.0.113.1", 80);
	local_bh_disable();
	rcu_read_lock();
	server = mx_group_pick(g->group, rcu_dereference(g->group->conf[0]),
			       &key, 0);
	rcu_read_unlock();
	local_bh_enable();
	return server;
}

/* What removes expired clients; called by the test of it alone. */
static work_func_t persist_gc;

/* Tests have a clock of their own: nothing expires by the kernel's. */
static void persist_no_gc(struct work_struct *work)
{
}

/* A group of three servers in each family, whose clients are kept in @p. */
static struct mx_fix_group *persist_group(struct mx_fix *f,
					  struct mx_persist **p)
{
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);

	*p = kunit_kzalloc(f->test, sizeof(**p), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(f->test, *p);
	mx_persist_init(*p);
	persist_gc = (*p)->gc.work.func;
	(*p)->gc.work.func = persist_no_gc;
	KUNIT_ASSERT_EQ(f->test, mx_persist_prepare(*p), 0);
	g->group->persist = *p;
	g->params.persist = (struct mx_persist_params) {
		.time = PERSIST_TIME,
		.plen = { 24, 64 },
	};
	mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	mx_fix_server(f, g, "10.0.0.2", 80, MUTEX_SERVER_STATE_UP);
	mx_fix_server(f, g, "10.0.0.3", 80, MUTEX_SERVER_STATE_UP);
	mx_fix_server(f, g, "fd00::1", 80, MUTEX_SERVER_STATE_UP);
	mx_fix_server(f, g, "fd00::2", 80, MUTEX_SERVER_STATE_UP);
	return g;
}

static void persist_end(struct mx_fix_group *g, struct mx_persist *p)
{
	mx_persist_destroy(p);
	g->group->persist = NULL;
	mx_fix_settle();
}

static void persist_keeps_a_prefix(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_persist *p;
	struct mx_fix_group *g = persist_group(f, &p);
	struct mx_server *a, *b, *c;
	int i;

	a = persist_pick(g, "198.51.100.1", test);
	b = persist_pick(g, "198.51.101.1", test);
	KUNIT_EXPECT_PTR_NE(test, a, b);
	for (i = 0; i < 10; i++) {
		KUNIT_EXPECT_PTR_EQ(test, persist_pick(g, "198.51.100.7", test),
				    a);
		KUNIT_EXPECT_PTR_EQ(test, persist_pick(g, "198.51.101.9", test),
				    b);
	}
	c = persist_pick(g, "2001:db8:1:2::1", test);
	KUNIT_EXPECT_EQ(test, c->family, AF_INET6);
	persist_pick(g, "2001:db8:1:3::1", test);
	KUNIT_EXPECT_PTR_EQ(test, persist_pick(g, "2001:db8:1:2:ffff::", test),
			    c);
	KUNIT_EXPECT_EQ(test, atomic_read(&p->count), 4);
	KUNIT_EXPECT_EQ(test, atomic_read(&g->group->clients), 4);
	KUNIT_EXPECT_EQ(test, mx_persist_forget(p, g->group), 4U);
	KUNIT_EXPECT_EQ(test, atomic_read(&g->group->clients), 0);
	persist_end(g, p);
}

static void persist_leaves_servers_that_take_nothing(struct kunit *test)
{
	static const u8 states[] = {
		MUTEX_SERVER_STATE_DOWN, MUTEX_SERVER_STATE_DRAIN,
	};
	struct mx_fix *f = test->priv;
	struct mx_persist *p;
	struct mx_fix_group *g = persist_group(f, &p);
	struct mx_server *a, *b;
	unsigned int i, at;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		a = persist_pick(g, "198.51.100.1", test);
		for (at = 0; g->member[at].server != a; at++)
			;
		g->member[at].state = states[i];
		mx_fix_publish(f, g);
		b = persist_pick(g, "198.51.100.1", test);
		KUNIT_EXPECT_PTR_NE(test, a, b);
		g->member[at].state = MUTEX_SERVER_STATE_UP;
		mx_fix_publish(f, g);
		/* it has another one now, and stays there */
		KUNIT_EXPECT_PTR_EQ(test, persist_pick(g, "198.51.100.2", test),
				    b);
	}
	/* full: the same */
	a = b;
	for (at = 0; g->member[at].server != a; at++)
		;
	g->member[at].max_conns = 1;
	mx_fix_publish(f, g);
	atomic_inc(&a->member.active);
	b = persist_pick(g, "198.51.100.1", test);
	KUNIT_EXPECT_PTR_NE(test, a, b);
	atomic_dec(&a->member.active);
	KUNIT_EXPECT_PTR_EQ(test, persist_pick(g, "198.51.100.1", test), b);
	KUNIT_EXPECT_EQ(test, atomic_read(&p->count), 1);
	persist_end(g, p);
}

/* In the pool of IPv6, with a better one beside it for IPv4. */
static void persist_leaves_a_spare_path(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_persist *p;
	struct mx_fix_group *g = persist_group(f, &p);
	struct mx_server *a, *b;

	a = persist_pick(g, "198.51.100.1", test);
	a->carries = BIT(0) | BIT(1);
	mx_fix_publish(f, g);
	KUNIT_EXPECT_PTR_EQ(test, persist_pick(g, "198.51.100.2", test), a);
	a->spare = BIT(mx_pool_index(AF_INET));
	mx_fix_publish(f, g);
	KUNIT_EXPECT_TRUE(test, mx_server_open(a));
	b = persist_pick(g, "198.51.100.1", test);
	KUNIT_EXPECT_PTR_NE(test, a, b);
	a->spare = 0;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_PTR_EQ(test, persist_pick(g, "198.51.100.2", test), b);
	persist_end(g, p);
}

static struct mx_server *persist_find(struct mx_fix_group *g,
				      struct mx_persist *p,
				      const struct mx_key *key, u32 now,
				      bool dry)
{
	struct mx_server *server;

	rcu_read_lock();
	server = mx_persist_find(p, g->group, &g->params.persist, key, now,
				 dry);
	rcu_read_unlock();
	return server;
}

static struct mx_server *persist_keep(struct mx_fix_group *g,
				      struct mx_persist *p,
				      const struct mx_key *key,
				      struct mx_server *server,
				      const struct mx_server *refused, u32 now)
{
	local_bh_disable();
	rcu_read_lock();
	server = mx_persist_keep(p, g->group, &g->params.persist, key, server,
				 refused, now);
	rcu_read_unlock();
	local_bh_enable();
	return server;
}

/* Its time counts from the last new flow, also where jiffies wrap. */
static void persist_time_is_up(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_persist *p;
	struct mx_fix_group *g = persist_group(f, &p);
	u32 span = msecs_to_jiffies(PERSIST_TIME), now = U32_MAX - span / 2;
	struct mx_server *a = g->server[0], *b = g->server[1];
	struct mx_key key;

	key = mx_fix_key(test, IPPROTO_TCP, "198.51.100.1", 1, "203.0.113.1",
			 80);
	KUNIT_EXPECT_NULL(test, persist_find(g, p, &key, now, false));
	KUNIT_EXPECT_PTR_EQ(test, persist_keep(g, p, &key, a, NULL, now), a);
	/* the first one's server is that of who comes at the same time */
	KUNIT_EXPECT_PTR_EQ(test, persist_keep(g, p, &key, b, NULL, now), a);
	KUNIT_EXPECT_PTR_EQ(test, persist_find(g, p, &key, now + span - 1,
					       true), a);
	KUNIT_EXPECT_NULL(test, persist_find(g, p, &key, now + span, true));
	KUNIT_EXPECT_PTR_EQ(test, persist_find(g, p, &key, now + span - 1,
					       false), a);
	now += span - 1;
	KUNIT_EXPECT_PTR_EQ(test, persist_find(g, p, &key, now + span - 1,
					       true), a);
	KUNIT_EXPECT_NULL(test, persist_find(g, p, &key, now + span, true));
	KUNIT_EXPECT_PTR_EQ(test, persist_keep(g, p, &key, b, NULL,
					       now + span), b);
	KUNIT_EXPECT_EQ(test, atomic_read(&p->count), 1);
	persist_end(g, p);
}

/* The server that is kept already stays, unless it refused or takes nothing. */
static void persist_keeps_who_takes_flows(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_persist *p;
	struct mx_fix_group *g = persist_group(f, &p);
	struct mx_server *a = g->server[0], *b = g->server[1];
	u32 span = msecs_to_jiffies(PERSIST_TIME), now = (u32)jiffies;
	struct mx_key key;

	key = mx_fix_key(test, IPPROTO_TCP, "198.51.100.1", 1, "203.0.113.1",
			 80);
	persist_keep(g, p, &key, a, NULL, now);
	/* its time begins anew */
	now += 10;
	KUNIT_EXPECT_PTR_EQ(test, persist_keep(g, p, &key, b, NULL, now), a);
	KUNIT_EXPECT_PTR_EQ(test, persist_find(g, p, &key, now + span - 1,
					       true), a);
	KUNIT_EXPECT_PTR_EQ(test, persist_keep(g, p, &key, b, a, now), b);
	WRITE_ONCE(b->unfit, true);
	KUNIT_EXPECT_PTR_EQ(test, persist_keep(g, p, &key, a, NULL, now), a);
	WRITE_ONCE(b->unfit, false);
	KUNIT_EXPECT_EQ(test, atomic_read(&p->count), 1);
	persist_end(g, p);
}

/* Only those of the group go, and by the clock only those whose time is up. */
static void persist_forgets_no_others(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_persist *p;
	struct mx_fix_group *g = persist_group(f, &p), *h;
	u32 span = msecs_to_jiffies(PERSIST_TIME), now = (u32)jiffies, i;
	struct mx_key key;

	h = mx_fix_group(f, "other", &mx_sched_rr);
	h->params.persist = g->params.persist;
	key = mx_fix_key(test, IPPROTO_TCP, "198.51.100.1", 1, "203.0.113.1",
			 80);
	for (i = 0; i < 200; i++) {
		key.v4.saddr = htonl(i << 8);
		persist_keep(i & 1 ? g : h, p, &key, g->server[0], NULL,
			     i & 2 ? now + 100 * span : now - span);
	}
	for (i = 0; i < MX_PERSIST_BUCKETS / 1024; i++)
		persist_gc(&p->gc.work);
	KUNIT_EXPECT_EQ(test, atomic_read(&p->count), 100);
	KUNIT_EXPECT_EQ(test, mx_persist_forget(p, h->group), 50U);
	KUNIT_EXPECT_EQ(test, atomic_read(&p->count), 50);
	KUNIT_EXPECT_EQ(test, atomic_read(&g->group->clients), 50);
	persist_end(g, p);
}

static int persist_count(const struct mx_client *c, void *arg)
{
	++*(u32 *)arg;
	return 0;
}

static int persist_stop(const struct mx_client *c, void *arg)
{
	return ++*(u32 *)arg % 3 ? 0 : -EMSGSIZE;
}

static void persist_walks_meet_each_once(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_persist *p;
	struct mx_fix_group *g = persist_group(f, &p);
	u32 bucket = 0, skip = 0, n = 0, calls = 0, i, now = (u32)jiffies;
	struct mx_key key;

	key = mx_fix_key(test, IPPROTO_TCP, "198.51.100.1", 1, "203.0.113.1",
			 80);
	for (i = 0; i < 1000; i++) {
		key.v4.saddr = htonl(i << 8);
		persist_keep(g, p, &key, g->server[i % 3], NULL, now);
	}
	KUNIT_EXPECT_EQ(test, mx_persist_walk(p, &bucket, &skip, now,
					      persist_count, &n), 0);
	KUNIT_EXPECT_EQ(test, n, (u32)atomic_read(&p->count));
	KUNIT_EXPECT_EQ(test, n, 1000U);
	/* who has expired is not among them */
	bucket = 0;
	skip = 0;
	n = 0;
	KUNIT_EXPECT_EQ(test, mx_persist_walk(p, &bucket, &skip, now +
					      msecs_to_jiffies(PERSIST_TIME),
					      persist_count, &n), 0);
	KUNIT_EXPECT_EQ(test, n, 0U);
	/* one that did not fit comes again: two of three calls are new */
	bucket = 0;
	skip = 0;
	n = 0;
	while (mx_persist_walk(p, &bucket, &skip, now, persist_stop, &n))
		calls++;
	KUNIT_EXPECT_EQ(test, n - calls, 1000U);
	persist_end(g, p);
}

/* A flood of prefixes finds an end, and the newest is always kept. */
static void persist_is_bounded(struct kunit *test)
{
	const u32 most = MX_PERSIST_BUCKETS * MX_PERSIST_WAYS;
	struct mx_fix *f = test->priv;
	struct mx_persist *p;
	struct mx_fix_group *g = persist_group(f, &p);
	struct mx_server *a = g->server[0];
	u32 i, lost = 0, kept = 0, now = (u32)jiffies;
	struct mx_key key;

	/* the clock that removes them runs on, however slow this is */
	g->params.persist.time = 3600000;
	g->params.persist.plen[0] = 32;
	key = mx_fix_key(test, IPPROTO_TCP, "198.51.100.1", 1, "203.0.113.1",
			 80);
	for (i = 0; i < most + most / 4; i++) {
		key.v4.saddr = htonl(i);
		persist_keep(g, p, &key, a, NULL, now + i / 1000);
		lost += persist_find(g, p, &key, now + i / 1000, true) != a;
		if (!(i % 1024))
			cond_resched();
	}
	KUNIT_EXPECT_EQ(test, lost, 0U);
	/* it is the oldest that gave way */
	for (i = 1; i <= MX_PERSIST_BUCKETS; i++) {
		key.v4.saddr = htonl(most + most / 4 - i);
		kept += persist_find(g, p, &key, now + most / 1000, true) == a;
	}
	KUNIT_EXPECT_GE(test, kept, MX_PERSIST_BUCKETS / 10 * 9U);
	KUNIT_EXPECT_LE(test, (u32)atomic_read(&p->count), most);
	KUNIT_EXPECT_GE(test, (u32)atomic_read(&p->count), most * 7 / 10);
	KUNIT_EXPECT_EQ(test, atomic_read(&p->count),
			atomic_read(&g->group->clients));
	persist_end(g, p);
}

static struct kunit_case persist_cases[] = {
	KUNIT_CASE(persist_keeps_a_prefix),
	KUNIT_CASE(persist_leaves_servers_that_take_nothing),
	KUNIT_CASE(persist_leaves_a_spare_path),
	KUNIT_CASE(persist_time_is_up),
	KUNIT_CASE(persist_walks_meet_each_once),
	KUNIT_CASE(persist_keeps_who_takes_flows),
	KUNIT_CASE(persist_forgets_no_others),
	KUNIT_CASE(persist_is_bounded),
	{}
};

static struct kunit_suite persist_suite = {
	.name = "mx_persist",
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = persist_cases,
};

kunit_test_suite(persist_suite);
