// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of groups and servers: configurations, choices, counters. */
#include "fixture.h"

static struct mx_server *group_pick(struct mx_fix_group *g,
				    const struct mx_key *key, bool dry)
{
	struct mx_server *server;

	local_bh_disable();
	rcu_read_lock();
	server = mx_group_pick(g->group, rcu_dereference(g->group->conf[0]),
			       key, dry);
	rcu_read_unlock();
	local_bh_enable();
	return server;
}

static struct mx_group_conf *group_conf(struct mx_fix *f,
					struct mx_fix_group *g)
{
	struct mx_group_conf *conf;

	mutex_lock(&f->lock);
	conf = mx_dereference(g->group->conf[0], &f->lock);
	mutex_unlock(&f->lock);
	return conf;
}

static u64 group_stat(struct mx_fix_group *g, enum mx_group_stat i)
{
	return mx_stats_read(&g->group->stats, i);
}

/* What the old configuration held is let go, and only that. */
static void group_publish_frees_what_was_there(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_server *a, *b;

	KUNIT_EXPECT_STREQ(test, g->group->name, "web");
	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	b = mx_fix_server(f, g, "10.0.0.2", 80, MUTEX_SERVER_STATE_UP);
	mx_fix_settle();
	/* the fixture and one configuration */
	KUNIT_EXPECT_EQ(test, refcount_read(&a->refs), 2);
	KUNIT_EXPECT_EQ(test, refcount_read(&b->refs), 2);
	/* the fixture and two servers */
	KUNIT_EXPECT_EQ(test, refcount_read(&g->group->refs), 3);

	g->n = 1;
	mx_fix_publish(f, g);
	mx_fix_settle();
	KUNIT_EXPECT_EQ(test, refcount_read(&a->refs), 2);
	KUNIT_EXPECT_EQ(test, refcount_read(&b->refs), 1);
	KUNIT_EXPECT_EQ(test, group_conf(f, g)->n, 1);
}

static void group_conf_that_is_never_published_frees_all(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_hash);
	struct mx_group_conf *conf;
	struct mx_server *a;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	mx_fix_settle();
	conf = mx_group_conf_build(&g->params, "node", g->member, g->n, NULL);
	KUNIT_ASSERT_NOT_NULL(test, conf);
	KUNIT_EXPECT_EQ(test, refcount_read(&a->refs), 3);
	mx_group_conf_free(conf);
	KUNIT_EXPECT_EQ(test, refcount_read(&a->refs), 2);
	mx_group_conf_free(NULL);
}

static void group_pools_hold_what_is_up_by_family(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	const struct mx_group_conf *conf;
	struct mx_server *a, *e, *x;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	mx_fix_server(f, g, "10.0.0.2", 80, MUTEX_SERVER_STATE_DOWN);
	x = mx_fix_server(f, g, "fd00::1", 80, MUTEX_SERVER_STATE_UP);
	mx_fix_server(f, g, "10.0.0.3", 80, MUTEX_SERVER_STATE_DRAIN);
	mx_fix_server(f, g, "fd00::2", 80, MUTEX_SERVER_STATE_DRAIN);
	e = mx_fix_server(f, g, "10.0.0.4", 80, MUTEX_SERVER_STATE_UP);
	g->member[5].weight = 7;
	mx_fix_publish(f, g);

	conf = group_conf(f, g);
	KUNIT_EXPECT_EQ(test, conf->n, 6);
	KUNIT_ASSERT_EQ(test, conf->pool[0].n, 2);
	KUNIT_ASSERT_EQ(test, conf->pool[1].n, 1);
	KUNIT_EXPECT_PTR_EQ(test, conf->pool[0].slots[0].member, &a->member);
	KUNIT_EXPECT_PTR_EQ(test, conf->pool[0].slots[1].member, &e->member);
	KUNIT_EXPECT_EQ(test, conf->pool[0].slots[0].weight, 100);
	KUNIT_EXPECT_EQ(test, conf->pool[0].slots[1].weight, 7);
	KUNIT_EXPECT_PTR_EQ(test, conf->pool[1].slots[0].member, &x->member);
	KUNIT_EXPECT_TRUE(test, conf->has[0] && conf->has[1]);
	KUNIT_EXPECT_EQ(test, mx_pool_index(AF_INET), 0);
	KUNIT_EXPECT_EQ(test, mx_pool_index(AF_INET6), 1);
}

/* A family whose servers are all down is empty, but not foreign to the group. */
static void group_knows_families_of_servers_that_are_down(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	const struct mx_group_conf *conf;

	mx_fix_publish(f, g);
	conf = group_conf(f, g);
	KUNIT_EXPECT_FALSE(test, conf->has[0] || conf->has[1]);
	mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_DOWN);
	conf = group_conf(f, g);
	KUNIT_EXPECT_EQ(test, conf->pool[0].n, 0);
	KUNIT_EXPECT_TRUE(test, conf->has[0]);
	KUNIT_EXPECT_FALSE(test, conf->has[1]);
	mx_fix_server(f, g, "fd00::1", 80, MUTEX_SERVER_STATE_DRAIN);
	conf = group_conf(f, g);
	KUNIT_EXPECT_EQ(test, conf->pool[1].n, 0);
	KUNIT_EXPECT_TRUE(test, conf->has[0] && conf->has[1]);
}

/*
 * A server that is kept is at no moment seen unfit: the settling writes false
 * to those that stay before it writes true to those that go.
 */
static void group_settle_marks_what_is_gone_or_down(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_server *a, *b, *c;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	b = mx_fix_server(f, g, "10.0.0.2", 80, MUTEX_SERVER_STATE_UP);
	c = mx_fix_server(f, g, "10.0.0.3", 80, MUTEX_SERVER_STATE_UP);
	KUNIT_EXPECT_FALSE(test, a->unfit || b->unfit || c->unfit);

	g->member[0].state = MUTEX_SERVER_STATE_DOWN;
	g->member[1].state = MUTEX_SERVER_STATE_DRAIN;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_TRUE(test, a->unfit);
	KUNIT_EXPECT_FALSE(test, b->unfit);
	KUNIT_EXPECT_FALSE(test, c->unfit);

	g->member[0].state = MUTEX_SERVER_STATE_UP;
	g->n = 2;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_FALSE(test, a->unfit);
	KUNIT_EXPECT_FALSE(test, b->unfit);
	KUNIT_EXPECT_TRUE(test, c->unfit);

	g->n = 3;
	mx_fix_publish(f, g);
	KUNIT_EXPECT_FALSE(test, c->unfit);
	KUNIT_EXPECT_FALSE(test, a->kept || b->kept || c->kept);

	mutex_lock(&f->lock);
	mx_group_publish(g->group, 0, NULL, true, &f->lock);
	mutex_unlock(&f->lock);
	KUNIT_EXPECT_TRUE(test, a->unfit && b->unfit && c->unfit);
}

static void group_staged_conf_touches_no_server(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_group_conf *conf, *live;
	struct mx_server *a, *b;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	b = mx_fix_server(f, g, "10.0.0.2", 80, MUTEX_SERVER_STATE_UP);
	g->member[0].state = MUTEX_SERVER_STATE_DOWN;
	conf = mx_group_conf_build(&g->params, "node", g->member, 1, NULL);
	KUNIT_ASSERT_NOT_NULL(test, conf);

	mutex_lock(&f->lock);
	mx_group_publish(g->group, 1, conf, false, &f->lock);
	live = mx_dereference(g->group->conf[0], &f->lock);
	KUNIT_EXPECT_FALSE(test, a->unfit || b->unfit);
	/* the commit: the other configuration becomes the one in force */
	mx_group_settle(live, conf);
	KUNIT_EXPECT_TRUE(test, a->unfit && b->unfit);
	mx_group_settle(conf, live);
	KUNIT_EXPECT_FALSE(test, a->unfit || b->unfit);
	mutex_unlock(&f->lock);
}

/* The addresses are of equal bytes: the family tells them apart. */
static void group_find_server_compares_all_of_it(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	const struct mx_group_conf *conf;
	union nf_inet_addr a, x;

	mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	mx_fix_server(f, g, "10.0.0.1", 81, MUTEX_SERVER_STATE_UP);
	mx_fix_server(f, g, "a00:1::", 80, MUTEX_SERVER_STATE_UP);
	conf = group_conf(f, g);
	mx_fix_addr(test, "10.0.0.1", &a);
	mx_fix_addr(test, "a00:1::", &x);
	KUNIT_EXPECT_EQ(test, 0, mx_group_find_server(conf, AF_INET, &a,
						      htons(80)));
	KUNIT_EXPECT_EQ(test, 1, mx_group_find_server(conf, AF_INET, &a,
						      htons(81)));
	KUNIT_EXPECT_EQ(test, 2, mx_group_find_server(conf, AF_INET6, &x,
						      htons(80)));
	KUNIT_EXPECT_EQ(test, -ENOENT,
			mx_group_find_server(conf, AF_INET6, &x, htons(81)));
	KUNIT_EXPECT_EQ(test, -ENOENT,
			mx_group_find_server(NULL, AF_INET, &a, htons(80)));
}

/* Row 10: no member is no choice; one member is the choice. */
static void group_pick_of_none_and_one(struct kunit *test)
{
	struct mx_key k4 = mx_fix_key(test, IPPROTO_TCP, "192.0.2.1", 4000,
				      "203.0.113.1", 80);
	struct mx_key k6 = mx_fix_key(test, IPPROTO_TCP, "2001:db8::1", 4000,
				      "2001:db8::2", 80);
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_hash);
	struct mx_server *a, *x;

	KUNIT_EXPECT_NULL(test, group_pick(g, &k4, false));
	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	KUNIT_EXPECT_PTR_EQ(test, group_pick(g, &k4, false), a);
	/* a group serves both families, each from its own members */
	KUNIT_EXPECT_NULL(test, group_pick(g, &k6, false));
	x = mx_fix_server(f, g, "fd00::1", 80, MUTEX_SERVER_STATE_UP);
	KUNIT_EXPECT_PTR_EQ(test, group_pick(g, &k6, false), x);
	KUNIT_EXPECT_PTR_EQ(test, group_pick(g, &k4, false), a);
	/* row 50 */
	KUNIT_EXPECT_EQ(test, group_stat(g, MX_GROUP_REQUESTS), 5);
	KUNIT_EXPECT_EQ(test, group_stat(g, MX_GROUP_BALANCED), 3);
}

static void group_dry_pick_changes_nothing(struct kunit *test)
{
	static const struct mx_sched *const scheds[] = {
		&mx_sched_rr, &mx_sched_wrr, &mx_sched_packet,
	};
	struct mx_key key = mx_fix_key(test, IPPROTO_UDP, "192.0.2.1", 4000,
				       "203.0.113.1", 53);
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_server *said;
	unsigned int i, n;
	u64 first;

	mx_fix_server(f, g, "10.0.0.1", 53, MUTEX_SERVER_STATE_UP);
	mx_fix_server(f, g, "10.0.0.2", 53, MUTEX_SERVER_STATE_UP);
	mx_fix_server(f, g, "10.0.0.3", 53, MUTEX_SERVER_STATE_UP);
	/* each CPU has numbers of its own */
	migrate_disable();
	first = mx_counter_peek(&g->group->packets);
	for (i = 0; i < ARRAY_SIZE(scheds); i++) {
		g->params.sched = scheds[i];
		mx_fix_publish(f, g);
		for (n = 0; n < 7; n++) {
			said = group_pick(g, &key, true);
			KUNIT_EXPECT_PTR_EQ(test, group_pick(g, &key, true),
					    said);
			KUNIT_EXPECT_PTR_EQ(test, group_pick(g, &key, false),
					    said);
		}
	}
	KUNIT_EXPECT_EQ(test, group_stat(g, MX_GROUP_REQUESTS), 21);
	KUNIT_EXPECT_EQ(test, group_stat(g, MX_GROUP_BALANCED), 21);
	/* two of the three take turns, one counts packets */
	KUNIT_EXPECT_EQ(test, atomic64_read(&g->group->turn), 14);
	KUNIT_EXPECT_EQ(test, mx_counter_peek(&g->group->packets) - first, 7);
	migrate_enable();
}

/* Row 30: the algorithm changes under way, its servers and counters stay. */
static void group_change_of_algorithm_keeps_servers(struct kunit *test)
{
	static const struct mx_sched *const scheds[] = {
		&mx_sched_rr, &mx_sched_lc, &mx_sched_wrr, &mx_sched_random,
		&mx_sched_hash, &mx_sched_latency, &mx_sched_packet,
	};
	struct mx_key key = mx_fix_key(test, IPPROTO_UDP, "192.0.2.1", 4000,
				       "203.0.113.1", 53);
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_server *a, *b, *got;
	unsigned int i;

	a = mx_fix_server(f, g, "10.0.0.1", 53, MUTEX_SERVER_STATE_UP);
	b = mx_fix_server(f, g, "10.0.0.2", 53, MUTEX_SERVER_STATE_UP);
	for (i = 0; i < ARRAY_SIZE(scheds); i++) {
		g->params.sched = scheds[i];
		mx_fix_publish(f, g);
		KUNIT_EXPECT_FALSE(test, a->unfit || b->unfit);
		got = group_pick(g, &key, false);
		KUNIT_EXPECT_TRUE(test, got == a || got == b);
	}
	KUNIT_EXPECT_EQ(test, group_stat(g, MX_GROUP_BALANCED),
			ARRAY_SIZE(scheds));
}

/* Rows 9 and 11: the choice depends on key and seed name, not on a counter. */
static void group_seed_name_decides_the_hash(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_hash);
	struct mx_server *first[100], *got;
	u32 i, moved = 0, at_a = 0;
	struct mx_server *a;
	struct mx_key key;

	a = mx_fix_server(f, g, "10.0.0.1", 53, MUTEX_SERVER_STATE_UP);
	mx_fix_server(f, g, "10.0.0.2", 53, MUTEX_SERVER_STATE_UP);
	g->params.hash_key = MUTEX_HASH_KEY_5TUPLE;
	strscpy(g->params.seed, "Rx0y0", sizeof(g->params.seed));
	mx_fix_publish(f, g);
	for (i = 0; i < 100; i++) {
		key = mx_fix_key(test, IPPROTO_UDP, "192.0.2.1", i,
				 "203.0.113.1", 53);
		first[i] = group_pick(g, &key, false);
		at_a += first[i] == a;
		KUNIT_EXPECT_PTR_EQ(test, group_pick(g, &key, false), first[i]);
	}
	/* row 12: ports 0 to 99, two members, both used */
	KUNIT_EXPECT_GT(test, at_a, 20);
	KUNIT_EXPECT_LT(test, at_a, 80);

	strscpy(g->params.seed, "Rx1y0", sizeof(g->params.seed));
	mx_fix_publish(f, g);
	for (i = 0; i < 100; i++) {
		key = mx_fix_key(test, IPPROTO_UDP, "192.0.2.1", i,
				 "203.0.113.1", 53);
		moved += group_pick(g, &key, false) != first[i];
	}
	KUNIT_EXPECT_GT(test, moved, 20);
	KUNIT_EXPECT_LT(test, moved, 80);

	strscpy(g->params.seed, "Rx0y0", sizeof(g->params.seed));
	mx_fix_publish(f, g);
	for (i = 0; i < 100; i++) {
		key = mx_fix_key(test, IPPROTO_UDP, "192.0.2.1", i,
				 "203.0.113.1", 53);
		got = group_pick(g, &key, false);
		KUNIT_EXPECT_PTR_EQ(test, got, first[i]);
	}
}

/* Rows 13 and 14: a group of scheduler packet decides each packet anew. */
static void group_packet_mode_spreads_one_flow(struct kunit *test)
{
	struct mx_key key = mx_fix_key(test, IPPROTO_UDP, "192.0.2.1", 4000,
				       "203.0.113.1", 53);
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_packet);
	struct mx_server *a;
	u32 i, at_a = 0;
	u64 first;

	a = mx_fix_server(f, g, "10.0.0.1", 53, MUTEX_SERVER_STATE_UP);
	mx_fix_server(f, g, "10.0.0.2", 53, MUTEX_SERVER_STATE_UP);
	/* each CPU has numbers of its own */
	migrate_disable();
	first = mx_counter_peek(&g->group->packets);
	for (i = 0; i < 100; i++)
		at_a += group_pick(g, &key, false) == a;
	KUNIT_EXPECT_GT(test, at_a, 20);
	KUNIT_EXPECT_LT(test, at_a, 80);
	/* row 15: a peek shows how many were handed out */
	KUNIT_EXPECT_EQ(test, mx_counter_peek(&g->group->packets) - first, 100);
	migrate_enable();
}

static void group_active_sums_over_members(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_lc);
	struct mx_server *a, *b;

	a = mx_fix_server(f, g, "10.0.0.1", 53, MUTEX_SERVER_STATE_UP);
	b = mx_fix_server(f, g, "10.0.0.2", 53, MUTEX_SERVER_STATE_DRAIN);
	atomic_set(&a->member.active, 3);
	atomic_set(&b->member.active, 4);
	KUNIT_EXPECT_EQ(test, mx_group_active(group_conf(f, g)), 7);
	atomic_set(&a->member.active, 0);
	atomic_set(&b->member.active, 0);
}

static void server_id_depends_on_its_name_alone(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_fix_group *h = mx_fix_group(f, "other", &mx_sched_rr);
	u64 id;

	id = mx_fix_server(f, g, "10.0.0.1", 80, 0)->member.id;
	KUNIT_EXPECT_EQ(test, mx_fix_server(f, h, "10.0.0.1", 80, 0)->member.id,
			id);
	KUNIT_EXPECT_NE(test, mx_fix_server(f, h, "10.0.0.1", 81, 0)->member.id,
			id);
	KUNIT_EXPECT_NE(test, mx_fix_server(f, h, "10.0.0.2", 80, 0)->member.id,
			id);
	KUNIT_EXPECT_NE(test, mx_fix_server(f, h, "a00:1::", 80, 0)->member.id,
			id);
}

/* Row 49: total, minimum, maximum, samples; the average of none is none. */
static void server_samples_add_up(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_latency);
	struct mx_server *s = mx_fix_server(f, g, "10.0.0.1", 80, 0);

	KUNIT_EXPECT_EQ(test, s->latency_min, U32_MAX);
	KUNIT_EXPECT_EQ(test, s->latency_max, 0);
	KUNIT_EXPECT_EQ(test, s->member.latency_ewma, 0);
	mx_server_sample(s, 800, 5);
	KUNIT_EXPECT_EQ(test, s->member.latency_ewma, 800);
	KUNIT_EXPECT_EQ(test, s->member.latency_stamp, 5);
	mx_server_sample(s, 1600, 6);
	KUNIT_EXPECT_EQ(test, s->member.latency_ewma, 900);
	mx_server_sample(s, 100, 7);
	KUNIT_EXPECT_EQ(test, s->member.latency_ewma, 800);
	KUNIT_EXPECT_EQ(test, s->latency_min, 100);
	KUNIT_EXPECT_EQ(test, s->latency_max, 1600);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&s->stats, MX_SERVER_LATENCY),
			2500);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&s->stats, MX_SERVER_SAMPLES), 3);
	mx_server_sample(s, U32_MAX, 8);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&s->stats, MX_SERVER_LATENCY),
			2500ULL + U32_MAX);
	KUNIT_EXPECT_EQ(test, s->latency_max, U32_MAX);

	mx_server_reset(s);
	KUNIT_EXPECT_EQ(test, s->latency_min, U32_MAX);
	KUNIT_EXPECT_EQ(test, s->latency_max, 0);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&s->stats, MX_SERVER_LATENCY), 0);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&s->stats, MX_SERVER_SAMPLES), 0);
}

/* An answer within a microsecond is a sample like others, not "none yet". */
static void server_sample_of_zero_counts(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_latency);
	struct mx_server *s = mx_fix_server(f, g, "10.0.0.1", 80, 0);

	mx_server_sample(s, 0, 5);
	KUNIT_EXPECT_EQ(test, s->member.latency_ewma, 1);
	KUNIT_EXPECT_EQ(test, s->latency_min, 0);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&s->stats, MX_SERVER_SAMPLES), 1);
}

static struct kunit_case mx_group_test_cases[] = {
	KUNIT_CASE(group_publish_frees_what_was_there),
	KUNIT_CASE(group_conf_that_is_never_published_frees_all),
	KUNIT_CASE(group_pools_hold_what_is_up_by_family),
	KUNIT_CASE(group_knows_families_of_servers_that_are_down),
	KUNIT_CASE(group_settle_marks_what_is_gone_or_down),
	KUNIT_CASE(group_staged_conf_touches_no_server),
	KUNIT_CASE(group_find_server_compares_all_of_it),
	KUNIT_CASE(group_pick_of_none_and_one),
	KUNIT_CASE(group_dry_pick_changes_nothing),
	KUNIT_CASE(group_change_of_algorithm_keeps_servers),
	KUNIT_CASE(group_seed_name_decides_the_hash),
	KUNIT_CASE(group_packet_mode_spreads_one_flow),
	KUNIT_CASE(group_active_sums_over_members),
	KUNIT_CASE(server_id_depends_on_its_name_alone),
	KUNIT_CASE(server_samples_add_up),
	KUNIT_CASE(server_sample_of_zero_counts),
	{ }
};

static struct kunit_suite mx_group_test_suite = {
	.name = "mx_group",
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = mx_group_test_cases,
};

kunit_test_suite(mx_group_test_suite);
