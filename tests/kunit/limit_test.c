// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of limits: places and rates of servers and groups. */
#include <linux/completion.h>
#include <linux/kthread.h>
#include "fixture.h"

#define LIMIT_SERVICE	"203.0.113.1"

static struct mx_server *limit_pick(struct mx_fix_group *g,
				    const struct mx_key *key, unsigned int how)
{
	struct mx_server *server;

	local_bh_disable();
	rcu_read_lock();
	server = mx_group_pick(g->group, rcu_dereference(g->group->conf[0]),
			       key, how);
	rcu_read_unlock();
	local_bh_enable();
	return server;
}

/*
 * Picks until it is not @taker that is picked; what came instead. One more may
 * come each second, and a slow guest may take that long for a pick.
 */
static struct mx_server *limit_exhaust(struct mx_fix_group *g,
				       const struct mx_key *key,
				       const struct mx_server *taker)
{
	struct mx_server *got;
	u32 i;

	for (i = 0; i < 100; i++) {
		got = limit_pick(g, key, 0);
		if (got != taker)
			break;
	}
	return got;
}

static struct mx_packet limit_client(struct kunit *test, u16 port)
{
	return mx_fix_packet(test, IPPROTO_UDP, "198.51.100.1", port,
			     LIMIT_SERVICE, 53, 0);
}

static struct mx_flow *limit_flow(struct mx_fix *f, struct mx_server *server,
				  u16 port)
{
	struct mx_packet pkt = limit_client(f->test, port);

	return mx_fix_flow(f, &pkt, server, MUTEX_FORWARD_NAT);
}

static void limit_remove(struct mx_fix *f, struct mx_flow *flow)
{
	rcu_read_lock();
	mx_flow_remove(&f->flows, flow);
	rcu_read_unlock();
}

/* Gives a member rates; the fixture's member holds the limiter. */
static struct mx_limiter *limit_set(struct mx_fix *f, struct mx_fix_group *g,
				    u32 i, enum mx_rate what, u64 rate,
				    u32 burst, u8 over)
{
	struct mx_limit_params p = { .burst = burst, .over = over };

	p.rate[what] = rate;
	mx_limiter_put(g->member[i].limiter);
	KUNIT_ASSERT_EQ(f->test, 0, mx_limiter_make(&g->member[i].limiter, &p,
						    NULL));
	mx_fix_publish(f, g);
	return g->member[i].limiter;
}

static void limit_unset(struct mx_fix_group *g)
{
	u32 i;

	for (i = 0; i < g->n; i++) {
		mx_limiter_put(g->member[i].limiter);
		g->member[i].limiter = NULL;
	}
}

static u64 limit_stat(const struct mx_server *server, enum mx_server_stat i)
{
	return mx_stats_read(&server->stats, i);
}

static void limit_full_servers_are_walked_past(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_packet pkt = limit_client(test, 1);
	struct mx_flow *flow[3];
	struct mx_server *a, *b;
	u16 i;

	a = mx_fix_server(f, g, "10.0.0.1", 53, MUTEX_SERVER_STATE_UP);
	b = mx_fix_server(f, g, "10.0.0.2", 53, MUTEX_SERVER_STATE_UP);
	g->member[0].max_conns = 2;
	g->member[1].max_conns = 1;
	mx_fix_publish(f, g);
	for (i = 0; i < 2; i++)
		flow[i] = limit_flow(f, a, 100 + i);
	KUNIT_EXPECT_PTR_EQ(test, limit_flow(f, a, 102), ERR_PTR(-EUSERS));
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_PTR_EQ(test, limit_pick(g, &pkt.key, 0), b);
	KUNIT_EXPECT_GT(test, limit_stat(a, MX_SERVER_FULL), 0ULL);
	flow[2] = limit_flow(f, b, 103);
	KUNIT_EXPECT_NULL(test, limit_pick(g, &pkt.key, 0));
	KUNIT_EXPECT_NULL(test, limit_pick(g, &pkt.key, MX_PICK_DRY));
	KUNIT_EXPECT_NOT_NULL(test, limit_pick(g, &pkt.key, MX_PICK_DRY |
					       MX_PICK_FREE));
	limit_remove(f, flow[0]);
	KUNIT_EXPECT_PTR_EQ(test, limit_pick(g, &pkt.key, 0), a);

	/* a lower bound ends nothing, and holds from now on */
	g->member[0].max_conns = 1;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, atomic_read(&a->member.active), 1);
	KUNIT_EXPECT_NULL(test, limit_pick(g, &pkt.key, 0));
	g->member[0].max_conns = 0;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_PTR_EQ(test, limit_pick(g, &pkt.key, 0), a);
}

#define LIMIT_RACERS	4
#define LIMIT_RACE	400
#define LIMIT_PLACES	250

struct limit_race {
	struct mx_fix *f;
	struct mx_server *server;
	struct mx_packet *pkt;
	u32 made;
	u32 beyond;
	struct completion done;
};

/* Begins flows, and ends each third of them again. */
static int limit_racer(void *arg)
{
	struct limit_race *race = arg;
	struct mx_flow *flow;
	u32 i;

	for (i = 0; i < LIMIT_RACE; i++) {
		local_bh_disable();
		rcu_read_lock();
		flow = mx_flow_create(&race->f->flows, &race->pkt[i],
				      race->server, MUTEX_FORWARD_ROUTE, 0,
				      NULL);
		if (atomic_read(&race->server->member.active) > LIMIT_PLACES)
			race->beyond++;
		if (!IS_ERR(flow)) {
			race->made++;
			if (!(i % 3)) {
				mx_flow_remove(&race->f->flows, flow);
				race->made--;
			}
		}
		rcu_read_unlock();
		local_bh_enable();
		cond_resched();
	}
	complete(&race->done);
	return 0;
}

/* However many begin at once, there are no more than there may be, and no less. */
static void limit_places_are_exact_under_a_race(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct task_struct *task;
	struct limit_race *race;
	struct mx_server *a;
	u32 i, k, made = 0;

	a = mx_fix_server(f, g, "10.0.0.1", 53, MUTEX_SERVER_STATE_UP);
	g->member[0].max_conns = LIMIT_PLACES;
	mx_fix_publish(f, g);
	race = kunit_kcalloc(test, LIMIT_RACERS, sizeof(*race), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, race);
	for (i = 0; i < LIMIT_RACERS; i++) {
		race[i].f = f;
		race[i].server = a;
		race[i].pkt = kunit_kcalloc(test, LIMIT_RACE,
					    sizeof(*race[i].pkt), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, race[i].pkt);
		for (k = 0; k < LIMIT_RACE; k++)
			race[i].pkt[k] = limit_client(test, 1000 + i *
						      LIMIT_RACE + k);
		init_completion(&race[i].done);
	}
	for (i = 0; i < LIMIT_RACERS; i++) {
		task = kthread_run(limit_racer, &race[i], "mx_limit/%u", i);
		if (IS_ERR(task)) {
			KUNIT_FAIL(test, "no thread");
			complete(&race[i].done);
		}
	}
	for (i = 0; i < LIMIT_RACERS; i++) {
		wait_for_completion(&race[i].done);
		made += race[i].made;
		KUNIT_EXPECT_EQ(test, race[i].beyond, 0U);
	}
	KUNIT_EXPECT_EQ(test, made, LIMIT_PLACES);
	KUNIT_EXPECT_EQ(test, atomic_read(&a->member.active), LIMIT_PLACES);
}

static void limit_rate_of_a_server(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_packet pkt = limit_client(test, 1);
	struct mx_server *a, *b, *got;
	u32 i, seen[2] = { };

	a = mx_fix_server(f, g, "10.0.0.1", 53, MUTEX_SERVER_STATE_UP);
	b = mx_fix_server(f, g, "10.0.0.2", 53, MUTEX_SERVER_STATE_UP);
	/* three, and one more each second */
	limit_set(f, g, 0, MX_RATE_CONNS, 1, 3000, MUTEX_OVER_NEXT);
	for (i = 0; i < 20; i++) {
		got = limit_pick(g, &pkt.key, 0);
		KUNIT_ASSERT_TRUE(test, got == a || got == b);
		seen[got == b]++;
	}
	/* a slow guest may take seconds for this */
	KUNIT_EXPECT_GE(test, seen[0], 3U);
	KUNIT_EXPECT_EQ(test, limit_stat(a, MX_SERVER_OVER) + seen[0], 10ULL);

	limit_set(f, g, 0, MX_RATE_CONNS, 1, 1, MUTEX_OVER_DROP);
	KUNIT_EXPECT_PTR_EQ(test, mx_group_takes(b) ? b : NULL, b);
	g->n = 1;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_PTR_EQ(test, limit_pick(g, &pkt.key, MX_PICK_DRY), a);
	KUNIT_EXPECT_PTR_EQ(test, limit_pick(g, &pkt.key, MX_PICK_DRY), a);
	KUNIT_EXPECT_PTR_EQ(test, limit_exhaust(g, &pkt.key, a),
			    ERR_PTR(-EDQUOT));
	KUNIT_EXPECT_PTR_EQ(test, limit_pick(g, &pkt.key, MX_PICK_FREE), a);
	g->n = 2;
	limit_unset(g);
	mx_fix_publish(f, g);
}

static void limit_rate_of_a_group(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_packet pkt = limit_client(test, 1);
	struct mx_limiter *limiter;
	struct mx_server *a;
	u32 i;

	a = mx_fix_server(f, g, "10.0.0.1", 53, MUTEX_SERVER_STATE_DOWN);
	g->params.limit.rate[MX_RATE_CONNS] = 1;
	g->params.limit.burst = 1;
	g->params.limit.over = MUTEX_OVER_NEXT;
	mx_fix_publish(f, g);
	/* what finds no server takes nothing */
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_NULL(test, limit_pick(g, &pkt.key, 0));
	g->member[0].state = MUTEX_SERVER_STATE_UP;
	mx_fix_publish(f, g);
	WRITE_ONCE(a->unfit, true);
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_NULL(test, limit_pick(g, &pkt.key, 0));
	WRITE_ONCE(a->unfit, false);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&g->group->stats, MX_GROUP_OVER),
			0ULL);
	KUNIT_EXPECT_PTR_EQ(test, limit_pick(g, &pkt.key, 0), a);
	KUNIT_EXPECT_NULL(test, limit_exhaust(g, &pkt.key, a));
	rcu_read_lock();
	KUNIT_EXPECT_TRUE(test, mx_group_limited(rcu_dereference(g->group->conf[0]),
						 AF_INET));
	rcu_read_unlock();
	limiter = rcu_dereference_raw(g->group->limiter);
	g->params.limit.over = MUTEX_OVER_DROP;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_PTR_NE(test, rcu_dereference_raw(g->group->limiter),
			    limiter);
	KUNIT_EXPECT_PTR_EQ(test, limit_exhaust(g, &pkt.key, a),
			    ERR_PTR(-EDQUOT));
	KUNIT_EXPECT_GT(test, mx_stats_read(&g->group->stats, MX_GROUP_OVER),
			0ULL);
	/* where each packet is decided there are no connections */
	g->params.sched = &mx_sched_packet;
	g->params.forward = MUTEX_FORWARD_ROUTE;
	mx_fix_publish(f, g);
	for (i = 0; i < 9; i++)
		KUNIT_EXPECT_PTR_EQ(test, limit_pick(g, &pkt.key, 0), a);
}

static bool limit_charge(struct mx_server *server, u32 packets, u32 bytes)
{
	bool ok;

	local_bh_disable();
	rcu_read_lock();
	ok = mx_limit_charge(server, packets, bytes, NSEC_PER_SEC);
	rcu_read_unlock();
	local_bh_enable();
	return ok;
}

/* A packet that one of the limits refuses takes nothing from the others. */
static void limit_packets_are_charged_once(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_limit_params p = { .burst = 1000 };
	struct mx_server *a;
	u32 i;

	a = mx_fix_server(f, g, "10.0.0.1", 53, MUTEX_SERVER_STATE_UP);
	KUNIT_EXPECT_FALSE(test, mx_server_metered(a));
	p.rate[MX_RATE_PKTS] = 10;
	p.rate[MX_RATE_BYTES] = 5000;
	KUNIT_ASSERT_EQ(test, 0, mx_limiter_make(&g->member[0].limiter, &p,
						 NULL));
	g->params.limit.rate[MX_RATE_PKTS] = 4;
	g->params.limit.burst = 1000;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_TRUE(test, mx_server_metered(a));

	/* the group lets four pass; the server's ten lose four */
	for (i = 0; i < 50; i++)
		KUNIT_EXPECT_EQ(test, limit_charge(a, 1, 100), i < 4);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&g->group->stats,
					    MX_GROUP_DROPPED), 46ULL);
	KUNIT_EXPECT_EQ(test, limit_stat(a, MX_SERVER_DROPPED), 0ULL);

	g->params.limit.rate[MX_RATE_PKTS] = 0;
	mx_fix_publish(f, g);
	/* too many bytes: none of the packets goes for it */
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_FALSE(test, limit_charge(a, 1, 4700));
	for (i = 0; i < 50; i++)
		KUNIT_EXPECT_EQ(test, limit_charge(a, 1, 100), i < 6);
	KUNIT_EXPECT_EQ(test, limit_stat(a, MX_SERVER_DROPPED), 49ULL);

	limit_unset(g);
	mx_fix_publish(f, g);
	KUNIT_EXPECT_FALSE(test, mx_server_metered(a));
}

/* A group's rate alone meters its servers; what is dropped counts whole. */
static void limit_of_a_group_alone(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_server *a;

	a = mx_fix_server(f, g, "10.0.0.1", 53, MUTEX_SERVER_STATE_UP);
	g->params.limit.rate[MX_RATE_PKTS] = 4;
	g->params.limit.burst = 1000;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_TRUE(test, mx_server_metered(a));
	KUNIT_EXPECT_TRUE(test, limit_charge(a, 3, 1));
	KUNIT_EXPECT_FALSE(test, limit_charge(a, 3, 1));
	KUNIT_EXPECT_EQ(test, mx_stats_read(&g->group->stats,
					    MX_GROUP_DROPPED), 3ULL);
	limit_set(f, g, 0, MX_RATE_PKTS, 2, 1000, 0);
	KUNIT_EXPECT_TRUE(test, limit_charge(a, 1, 1));
	KUNIT_EXPECT_FALSE(test, limit_charge(a, 2, 1));
	KUNIT_EXPECT_EQ(test, limit_stat(a, MX_SERVER_DROPPED), 2ULL);
	limit_unset(g);
	mx_fix_publish(f, g);
}

/* What says the same goes on from where it is, as after a restore. */
static void limit_alike_stays_as_empty_as_it_is(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_limiter *first, *shared;
	struct mx_server *a;
	u32 i;

	a = mx_fix_server(f, g, "10.0.0.1", 53, MUTEX_SERVER_STATE_UP);
	first = limit_set(f, g, 0, MX_RATE_PKTS, 5, 1000, 0);
	for (i = 0; i < 9; i++)
		KUNIT_EXPECT_EQ(test, limit_charge(a, 1, 1), i < 5);
	KUNIT_ASSERT_EQ(test, 0, mx_limiter_make(&shared, &first->params,
						 first));
	KUNIT_EXPECT_PTR_EQ(test, shared, first);
	mx_limiter_put(shared);
	limit_set(f, g, 0, MX_RATE_PKTS, 5, 1000, 0);
	KUNIT_EXPECT_FALSE(test, limit_charge(a, 1, 1));
	limit_set(f, g, 0, MX_RATE_PKTS, 6, 1000, 0);
	for (i = 0; i < 9; i++)
		KUNIT_EXPECT_EQ(test, limit_charge(a, 1, 1), i < 6);
	/* another burst is another limit */
	limit_set(f, g, 0, MX_RATE_PKTS, 6, 2000, 0);
	for (i = 0; i < 15; i++)
		KUNIT_EXPECT_EQ(test, limit_charge(a, 1, 1), i < 12);
	limit_unset(g);
	mx_fix_publish(f, g);
	KUNIT_EXPECT_NULL(test, rcu_dereference_raw(a->limiter));
}

static struct kunit_case limit_cases[] = {
	KUNIT_CASE(limit_full_servers_are_walked_past),
	KUNIT_CASE(limit_places_are_exact_under_a_race),
	KUNIT_CASE(limit_rate_of_a_server),
	KUNIT_CASE(limit_rate_of_a_group),
	KUNIT_CASE(limit_packets_are_charged_once),
	KUNIT_CASE(limit_of_a_group_alone),
	KUNIT_CASE(limit_alike_stays_as_empty_as_it_is),
	{}
};

static struct kunit_suite limit_suite = {
	.name = "mx_limit",
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = limit_cases,
};

kunit_test_suite(limit_suite);
