// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of failover: what flows tell of servers, trials, fallbacks. */
#include "fixture.h"
#include "steer/resolve.h"

struct failover_setup {
	struct mx_fix *f;
	struct mx_fix_group *g;
	struct mx_server *a, *b;
	u64 now;
};

static void failover_setup(struct kunit *test, struct failover_setup *s,
			   u8 strategy)
{
	s->f = test->priv;
	s->g = mx_fix_group(s->f, "web", &mx_sched_rr);
	s->g->params.failover = (struct mx_failover) {
		.strategy = strategy,
		.fails = 2,
		.rise = 1,
		.window = 1000,
		.hold_min = 100,
		.hold_max = 1000,
	};
	s->a = mx_fix_server(s->f, s->g, "10.0.0.1", 80,
			     MUTEX_SERVER_STATE_UP);
	s->b = mx_fix_server(s->f, s->g, "10.0.0.2", 80,
			     MUTEX_SERVER_STATE_UP);
	s->now = mx_health_now();
}

static struct mx_server *failover_pick(struct failover_setup *s,
				       struct mx_fix_group *g,
				       const struct mx_server *avoid,
				       struct mx_decision *d)
{
	const struct mx_meta meta = { .iif = "eth0", .oif = "",
				      .avoid = avoid };
	struct mx_packet pkt = mx_fix_packet(s->f->test, IPPROTO_TCP,
					     "198.51.100.9", 4000,
					     "203.0.113.1", 80, 0);

	local_bh_disable();
	rcu_read_lock();
	mx_resolve(s->f->cfg, &pkt.key, pkt.ports, &meta, false, d);
	rcu_read_unlock();
	local_bh_enable();
	return d->server;
}

static void failover_rule(struct failover_setup *s, struct mx_fix_group *g)
{
	struct mx_rule *rule = mx_fix_rule(s->f, 1, 1, NULL);

	rule->action = MUTEX_ACTION_GROUP;
	rule->group = g->group;
	KUNIT_ASSERT_EQ(s->f->test, mx_fix_add_rule(s->f, rule), 0);
}

static struct mx_flow *failover_flow(struct failover_setup *s,
				     struct mx_server *server, u16 port,
				     u8 forward)
{
	struct mx_packet pkt = mx_fix_packet(s->f->test, IPPROTO_TCP,
					     "198.51.100.1", port,
					     "203.0.113.1", 80, MX_TCP_SYN);
	struct mx_flow *flow = mx_fix_flow(s->f, &pkt, server, forward);

	KUNIT_ASSERT_FALSE(s->f->test, IS_ERR(flow));
	return flow;
}

static void failover_seen(struct mx_flow *flow, unsigned int dir, u8 flags,
			  u32 now)
{
	local_bh_disable();
	rcu_read_lock();
	mx_flow_seen(flow, dir, flags, now, 40, 1);
	rcu_read_unlock();
	local_bh_enable();
}

static void failover_word(struct failover_setup *s, struct mx_server *server,
			  u8 source, bool good, u32 ms)
{
	mx_health_report(server, source, good, MUTEX_REASON_REPORT,
			 s->now += ms);
}

/* Unfit at once, and walked past by picks before the pools are rebuilt. */
static void failover_is_at_once(struct kunit *test)
{
	struct failover_setup s;
	struct mx_decision d;
	unsigned int i;

	failover_setup(test, &s, MUTEX_FAILOVER_IMMEDIATE);
	failover_rule(&s, s.g);
	failover_word(&s, s.a, MX_HEALTH_TRAFFIC, false, 0);
	KUNIT_EXPECT_TRUE(test, s.a->unfit);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_PTR_EQ(test, failover_pick(&s, s.g, NULL, &d),
				    s.b);
	mx_fix_publish(s.f, s.g);
	KUNIT_EXPECT_TRUE(test, s.a->unfit);
	failover_word(&s, s.b, MX_HEALTH_VERDICT, false, 0);
	KUNIT_EXPECT_NULL(test, failover_pick(&s, s.g, NULL, &d));
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_NO_MEMBER);
}

/* Configured to be down stays down, whatever checks say, and the reverse. */
static void failover_and_state_are_apart(struct kunit *test)
{
	struct failover_setup s;

	failover_setup(test, &s, MUTEX_FAILOVER_PROBE);
	failover_word(&s, s.a, MX_HEALTH_VERDICT, false, 0);
	s.g->member[0].state = MUTEX_SERVER_STATE_DOWN;
	mx_fix_publish(s.f, s.g);
	failover_word(&s, s.a, MX_HEALTH_VERDICT, true, 200);
	KUNIT_EXPECT_EQ(test, s.a->health.sm.state, MUTEX_HEALTH_UP);
	KUNIT_EXPECT_TRUE(test, s.a->unfit);
	s.g->member[0].state = MUTEX_SERVER_STATE_UP;
	mx_fix_publish(s.f, s.g);
	KUNIT_EXPECT_FALSE(test, s.a->unfit);
	failover_word(&s, s.a, MX_HEALTH_VERDICT, false, 0);
	mx_fix_publish(s.f, s.g);
	KUNIT_EXPECT_TRUE(test, s.a->unfit);
}

/* A refused connection counts, a reset of one that was open does not. */
static void failover_reset_counts_before_the_answer(struct kunit *test)
{
	struct failover_setup s;
	struct mx_flow *flow;
	u32 now = (u32)jiffies;

	failover_setup(test, &s, MUTEX_FAILOVER_IMMEDIATE);
	flow = failover_flow(&s, s.a, 1, MUTEX_FORWARD_NAT);
	failover_seen(flow, MX_DIR_ORIG, MX_TCP_SYN, now);
	failover_seen(flow, MX_DIR_REPLY, MX_TCP_SYN | MX_TCP_ACK, now);
	failover_seen(flow, MX_DIR_REPLY, MX_TCP_RST, now);
	KUNIT_EXPECT_FALSE(test, s.a->unfit);
	flow = failover_flow(&s, s.a, 2, MUTEX_FORWARD_NAT);
	failover_seen(flow, MX_DIR_ORIG, MX_TCP_SYN, now);
	failover_seen(flow, MX_DIR_ORIG, MX_TCP_RST, now);
	KUNIT_EXPECT_FALSE(test, s.a->unfit);
	flow = failover_flow(&s, s.a, 3, MUTEX_FORWARD_NAT);
	failover_seen(flow, MX_DIR_ORIG, MX_TCP_SYN, now);
	failover_seen(flow, MX_DIR_REPLY, MX_TCP_RST | MX_TCP_ACK, now);
	KUNIT_EXPECT_TRUE(test, s.a->unfit);
	KUNIT_EXPECT_EQ(test, s.a->health.sm.reason, MUTEX_REASON_REFUSED);
}

/* A server of all ports is not judged by one of them. */
static void failover_one_port_is_not_the_server(struct kunit *test)
{
	struct failover_setup s;
	struct mx_server *any;
	struct mx_flow *flow;

	failover_setup(test, &s, MUTEX_FAILOVER_IMMEDIATE);
	any = mx_fix_server(s.f, s.g, "10.0.0.3", 0, MUTEX_SERVER_STATE_UP);
	flow = failover_flow(&s, any, 1, MUTEX_FORWARD_NAT);
	mx_flow_blame(flow, MUTEX_REASON_REFUSED);
	KUNIT_EXPECT_FALSE(test, any->unfit);
	mx_flow_blame_host(flow);
	KUNIT_EXPECT_TRUE(test, any->unfit);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&any->stats, MX_SERVER_FAILED), 2);
}

/* A SYN sent again is the server's fault unless somebody was answered since. */
static void failover_silence(struct kunit *test)
{
	struct failover_setup s;
	struct mx_flow *flow, *dr;
	u32 now = (u32)jiffies;

	failover_setup(test, &s, MUTEX_FAILOVER_IMMEDIATE);
	flow = failover_flow(&s, s.a, 1, MUTEX_FORWARD_NAT);
	KUNIT_EXPECT_FALSE(test, mx_flow_again(flow, MX_DIR_ORIG, MX_TCP_SYN));
	failover_seen(flow, MX_DIR_ORIG, MX_TCP_SYN, now);
	KUNIT_EXPECT_TRUE(test, mx_flow_again(flow, MX_DIR_ORIG, MX_TCP_SYN));
	KUNIT_EXPECT_FALSE(test, mx_flow_again(flow, MX_DIR_ORIG, MX_TCP_ACK));
	KUNIT_EXPECT_FALSE(test, mx_flow_again(flow, MX_DIR_REPLY, MX_TCP_SYN));
	KUNIT_EXPECT_TRUE(test, mx_flow_silent(flow));
	mx_server_sample(s.a, 100, now - 1);
	KUNIT_EXPECT_TRUE(test, mx_flow_silent(flow));
	mx_server_sample(s.a, 100, now);
	KUNIT_EXPECT_FALSE(test, mx_flow_silent(flow));
	/* across the wrap of jiffies */
	WRITE_ONCE(flow->last, U32_MAX);
	mx_server_sample(s.a, 100, 1);
	KUNIT_EXPECT_FALSE(test, mx_flow_silent(flow));
	WRITE_ONCE(flow->last, 2);
	KUNIT_EXPECT_TRUE(test, mx_flow_silent(flow));

	/* answers do not pass here */
	dr = failover_flow(&s, s.b, 2, MUTEX_FORWARD_ROUTE);
	failover_seen(dr, MX_DIR_ORIG, MX_TCP_SYN, now);
	KUNIT_EXPECT_FALSE(test, mx_flow_silent(dr));

	failover_seen(flow, MX_DIR_REPLY, MX_TCP_SYN | MX_TCP_ACK, now);
	KUNIT_EXPECT_FALSE(test, mx_flow_again(flow, MX_DIR_ORIG, MX_TCP_SYN));
}

/* A SYN on an open flow is passed on once; unanswered, it is tried elsewhere. */
static void failover_new_connection_on_an_open_flow(struct kunit *test)
{
	struct failover_setup s;
	struct mx_flow *flow;
	u32 now = (u32)jiffies;

	failover_setup(test, &s, MUTEX_FAILOVER_PROBE);
	flow = failover_flow(&s, s.a, 1, MUTEX_FORWARD_NAT);
	failover_seen(flow, MX_DIR_ORIG, MX_TCP_SYN, now);
	failover_seen(flow, MX_DIR_REPLY, MX_TCP_SYN | MX_TCP_ACK, now);
	failover_seen(flow, MX_DIR_ORIG, MX_TCP_ACK, now);
	KUNIT_EXPECT_FALSE(test, mx_flow_again(flow, MX_DIR_ORIG, MX_TCP_SYN));
	failover_seen(flow, MX_DIR_ORIG, MX_TCP_SYN, now);
	KUNIT_EXPECT_TRUE(test, mx_flow_again(flow, MX_DIR_ORIG, MX_TCP_SYN));
	failover_seen(flow, MX_DIR_REPLY, MX_TCP_ACK, now);
	KUNIT_EXPECT_FALSE(test, mx_flow_again(flow, MX_DIR_ORIG, MX_TCP_SYN));
	KUNIT_EXPECT_FALSE(test, mx_flow_reopens(flow, MX_DIR_ORIG,
						 MX_TCP_SYN));
	failover_seen(flow, MX_DIR_REPLY, MX_TCP_FIN | MX_TCP_ACK, now);
	KUNIT_EXPECT_TRUE(test, mx_flow_reopens(flow, MX_DIR_ORIG,
						MX_TCP_SYN));
}

/* One flow at a time; the group's other members get the rest. */
static void failover_trial_is_one_flow(struct kunit *test)
{
	struct failover_setup s;
	struct mx_decision d;
	unsigned int i, tried = 0;

	failover_setup(test, &s, MUTEX_FAILOVER_IMMEDIATE);
	failover_rule(&s, s.g);
	failover_word(&s, s.a, MX_HEALTH_TRAFFIC, false, 0);
	failover_word(&s, s.a, MX_HEALTH_TICK, false, 100);
	KUNIT_EXPECT_EQ(test, s.a->health.sm.state, MUTEX_HEALTH_TRIAL);
	for (i = 0; i < 10; i++)
		tried += failover_pick(&s, s.g, NULL, &d) == s.a;
	KUNIT_EXPECT_EQ(test, tried, 1);
	/* with nobody else it gets all there are */
	failover_word(&s, s.b, MX_HEALTH_VERDICT, false, 0);
	KUNIT_EXPECT_PTR_EQ(test, failover_pick(&s, s.g, NULL, &d), s.a);
	failover_word(&s, s.a, MX_HEALTH_TRAFFIC, true, 0);
	KUNIT_EXPECT_EQ(test, s.a->health.sm.state, MUTEX_HEALTH_UP);
}

/* An answer that does not end the trial lets the next flow in. */
static void failover_trial_goes_on_with_an_answer(struct kunit *test)
{
	struct failover_setup s;
	struct mx_decision d;
	unsigned int i, tried = 0;

	failover_setup(test, &s, MUTEX_FAILOVER_IMMEDIATE);
	failover_rule(&s, s.g);
	s.g->params.failover.rise = 2;
	mx_fix_publish(s.f, s.g);
	failover_word(&s, s.a, MX_HEALTH_TRAFFIC, false, 0);
	failover_word(&s, s.a, MX_HEALTH_TICK, false, 100);
	for (i = 0; i < 10; i++)
		tried += failover_pick(&s, s.g, NULL, &d) == s.a;
	failover_word(&s, s.a, MX_HEALTH_TRAFFIC, true, 0);
	KUNIT_EXPECT_EQ(test, s.a->health.sm.state, MUTEX_HEALTH_TRIAL);
	for (i = 0; i < 10; i++)
		tried += failover_pick(&s, s.g, NULL, &d) == s.a;
	KUNIT_EXPECT_EQ(test, tried, 2);
}

static void failover_off_tries_nothing_elsewhere(struct kunit *test)
{
	struct failover_setup s;
	struct mx_flow *flow;

	failover_setup(test, &s, MUTEX_FAILOVER_OFF);
	flow = failover_flow(&s, s.a, 1, MUTEX_FORWARD_NAT);
	failover_seen(flow, MX_DIR_ORIG, MX_TCP_SYN, (u32)jiffies);
	KUNIT_EXPECT_FALSE(test, mx_flow_again(flow, MX_DIR_ORIG, MX_TCP_SYN));
}

static void failover_no_work(struct work_struct *work)
{
}

/* A round of the desk: when the next one is due, and how many have news. */
static u64 failover_round(struct failover_setup *s, struct mx_health_desk *desk,
			  u32 *news)
{
	struct mx_server *server;
	LIST_HEAD(told);
	u64 next;

	mutex_lock(&s->f->lock);
	next = mx_health_desk_round(desk, &told, s->now);
	mutex_unlock(&s->f->lock);
	*news = 0;
	while (!list_empty(&told)) {
		server = list_first_entry(&told, struct mx_server,
					  health.telling);
		list_del_init(&server->health.telling);
		*news += mx_health_told(server);
		KUNIT_EXPECT_FALSE(s->f->test, mx_health_told(server));
		mx_server_put(server);
	}
	return next;
}

/* The desk keeps who is not well, tells news once, and lets go who has left. */
static void failover_desk_looks_after_the_ill(struct kunit *test)
{
	struct mx_health_desk *desk;
	struct failover_setup s;
	u32 news;

	desk = kunit_kzalloc(test, sizeof(*desk), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, desk);
	mx_health_desk_init(desk, failover_no_work);
	failover_setup(test, &s, MUTEX_FAILOVER_IMMEDIATE);
	s.g->group->desk = desk;
	failover_word(&s, s.a, MX_HEALTH_TRAFFIC, false, 0);
	failover_word(&s, s.b, MX_HEALTH_TRAFFIC, false, 10);
	KUNIT_EXPECT_EQ(test, atomic_read(&s.g->group->turns), 2);
	KUNIT_EXPECT_EQ(test, failover_round(&s, desk, &news),
			s.a->health.sm.until);
	KUNIT_EXPECT_EQ(test, news, 2);
	failover_round(&s, desk, &news);
	KUNIT_EXPECT_EQ(test, news, 0);
	KUNIT_EXPECT_FALSE(test, list_empty(&desk->busy));

	/* one gets well, the other one goes */
	failover_word(&s, s.a, MX_HEALTH_RESET, true, 0);
	mx_health_leave(s.b);
	failover_round(&s, desk, &news);
	KUNIT_EXPECT_EQ(test, news, 1);
	KUNIT_EXPECT_EQ(test, failover_round(&s, desk, &news), 0);
	KUNIT_EXPECT_EQ(test, news, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&desk->busy));
	mx_health_leave(s.a);
	KUNIT_EXPECT_TRUE(test, s.a->unfit);
	mx_health_desk_stop(desk);
	s.g->group->desk = NULL;
}

/* Who was not answered goes to neither this server nor one on trial. */
static void failover_avoids(struct kunit *test)
{
	struct failover_setup s;
	struct mx_decision d;
	unsigned int i, tried = 0;
	struct mx_server *c;

	failover_setup(test, &s, MUTEX_FAILOVER_IMMEDIATE);
	failover_rule(&s, s.g);
	c = mx_fix_server(s.f, s.g, "10.0.0.3", 80, MUTEX_SERVER_STATE_UP);
	failover_word(&s, c, MX_HEALTH_TRAFFIC, false, 0);
	failover_word(&s, c, MX_HEALTH_TICK, false, 100);
	for (i = 0; i < 6; i++)
		KUNIT_EXPECT_PTR_EQ(test, failover_pick(&s, s.g, s.a, &d),
				    s.b);
	/* the one on trial is still to be tried */
	for (i = 0; i < 6; i++)
		tried += failover_pick(&s, s.g, NULL, &d) == c;
	KUNIT_EXPECT_EQ(test, tried, 1);
	failover_word(&s, s.b, MX_HEALTH_TRAFFIC, false, 0);
	KUNIT_EXPECT_NULL(test, failover_pick(&s, s.g, s.a, &d));
}

static int failover_link(struct failover_setup *s, struct mx_fix_group *from,
			 struct mx_fix_group *to)
{
	LIST_HEAD(all);
	u32 i;
	int err;

	mutex_lock(&s->f->lock);
	for (i = 0; i < s->f->groups; i++)
		list_add_tail(&s->f->group[i].group->list, &all);
	err = mx_group_fallback_fits(from->group, 0, to->group, &all,
				     &s->f->lock);
	for (i = 0; i < s->f->groups; i++)
		list_del_init(&s->f->group[i].group->list);
	mutex_unlock(&s->f->lock);
	if (err)
		return err;
	from->params.failover.fallback = to->group;
	mx_fix_publish(s->f, from);
	return 0;
}

static void failover_fallback(struct kunit *test)
{
	struct failover_setup s;
	struct mx_fix_group *mid, *last;
	struct mx_decision d;
	struct mx_server *z;

	failover_setup(test, &s, MUTEX_FAILOVER_IMMEDIATE);
	failover_rule(&s, s.g);
	mid = mx_fix_group(s.f, "mid", &mx_sched_rr);
	last = mx_fix_group(s.f, "last", &mx_sched_rr);
	z = mx_fix_server(s.f, last, "10.0.0.9", 80, MUTEX_SERVER_STATE_UP);
	KUNIT_EXPECT_EQ(test, failover_link(&s, s.g, mid), 0);
	KUNIT_EXPECT_EQ(test, failover_link(&s, mid, last), 0);
	KUNIT_EXPECT_EQ(test, mid->group->users[0], 1);
	KUNIT_EXPECT_EQ(test, mid->group->backs[0], 1);

	KUNIT_EXPECT_PTR_NE(test, failover_pick(&s, s.g, NULL, &d), z);
	KUNIT_EXPECT_NULL(test, d.instead);
	failover_word(&s, s.a, MX_HEALTH_TRAFFIC, false, 0);
	failover_word(&s, s.b, MX_HEALTH_TRAFFIC, false, 0);
	KUNIT_EXPECT_PTR_EQ(test, failover_pick(&s, s.g, NULL, &d), z);
	KUNIT_EXPECT_PTR_EQ(test, d.group, last->group);
	KUNIT_EXPECT_PTR_EQ(test, d.instead, s.g->group);
	KUNIT_EXPECT_TRUE(test, d.passed);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&s.g->group->stats,
					    MX_GROUP_FALLBACK), 1);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&last->group->stats,
					    MX_GROUP_BALANCED), 1);
	failover_word(&s, z, MX_HEALTH_VERDICT, false, 0);
	KUNIT_EXPECT_NULL(test, failover_pick(&s, s.g, NULL, &d));
	KUNIT_EXPECT_PTR_EQ(test, d.group, s.g->group);
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_NO_MEMBER);

	s.g->params.failover.fallback = NULL;
	mx_fix_publish(s.f, s.g);
	KUNIT_EXPECT_EQ(test, mid->group->users[0], 0);
	mid->params.failover.fallback = NULL;
	mx_fix_publish(s.f, mid);
}

static void failover_fallback_has_bounds(struct kunit *test)
{
	struct mx_fix_group *g[7];
	struct failover_setup s = { .f = test->priv };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(g); i++)
		g[i] = mx_fix_group(s.f, (const char[]){ 'a' + i, 0 },
				    &mx_sched_rr);
	KUNIT_EXPECT_EQ(test, failover_link(&s, g[0], g[0]), -ELOOP);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, failover_link(&s, g[i], g[i + 1]), 0);
	KUNIT_EXPECT_EQ(test, failover_link(&s, g[4], g[0]), -ELOOP);
	KUNIT_EXPECT_EQ(test, failover_link(&s, g[2], g[1]), -ELOOP);
	/* too long at the end, at the beginning, and in the middle */
	KUNIT_EXPECT_EQ(test, failover_link(&s, g[4], g[5]), -EMLINK);
	KUNIT_EXPECT_EQ(test, failover_link(&s, g[5], g[0]), -EMLINK);
	KUNIT_EXPECT_EQ(test, failover_link(&s, g[5], g[6]), 0);
	KUNIT_EXPECT_EQ(test, failover_link(&s, g[3], g[5]), -EMLINK);
	KUNIT_EXPECT_EQ(test, failover_link(&s, g[2], g[5]), 0);
	for (i = 0; i < ARRAY_SIZE(g); i++) {
		g[i]->params.failover.fallback = NULL;
		mx_fix_publish(s.f, g[i]);
	}
	for (i = 0; i < ARRAY_SIZE(g); i++)
		KUNIT_EXPECT_EQ(test, g[i]->group->users[0], 0);
}

static struct kunit_case mx_failover_test_cases[] = {
	KUNIT_CASE(failover_is_at_once),
	KUNIT_CASE(failover_and_state_are_apart),
	KUNIT_CASE(failover_reset_counts_before_the_answer),
	KUNIT_CASE(failover_one_port_is_not_the_server),
	KUNIT_CASE(failover_silence),
	KUNIT_CASE(failover_new_connection_on_an_open_flow),
	KUNIT_CASE(failover_trial_is_one_flow),
	KUNIT_CASE(failover_trial_goes_on_with_an_answer),
	KUNIT_CASE(failover_off_tries_nothing_elsewhere),
	KUNIT_CASE(failover_desk_looks_after_the_ill),
	KUNIT_CASE(failover_avoids),
	KUNIT_CASE(failover_fallback),
	KUNIT_CASE(failover_fallback_has_bounds),
	{ }
};

static struct kunit_suite mx_failover_test_suite = {
	.name = "mx_failover",
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = mx_failover_test_cases,
};

kunit_test_suite(mx_failover_test_suite);
