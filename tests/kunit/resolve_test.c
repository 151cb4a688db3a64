// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the decision: rule -> table -> group -> server. */
#include "fixture.h"
#include "steer/resolve.h"

/* The configuration of most cases: two tables, two groups of one server. */
struct resolve_setup {
	struct mx_fix *f;
	struct mx_fix_group *web, *dns;
	struct mx_server *w, *d;
	struct mx_table *low, *high;
};

static void resolve_setup(struct kunit *test, struct resolve_setup *s)
{
	s->f = test->priv;
	s->web = mx_fix_group(s->f, "web", &mx_sched_rr);
	s->dns = mx_fix_group(s->f, "dns", &mx_sched_rr);
	s->w = mx_fix_server(s->f, s->web, "10.0.0.1", 80,
			     MUTEX_SERVER_STATE_UP);
	s->d = mx_fix_server(s->f, s->dns, "10.0.0.2", 53,
			     MUTEX_SERVER_STATE_UP);
	s->low = mx_fix_table(s->f, "low", 100);
	s->high = mx_fix_table(s->f, "high", 200);
}

static struct mx_decision resolve(struct mx_fix *f, const char *dst, bool dry)
{
	static const struct mx_meta meta = { .iif = "eth0", .oif = "" };
	struct mx_packet pkt = mx_fix_packet(f->test, IPPROTO_TCP,
					     strchr(dst, ':') ? "fd00::99" :
					     "198.51.100.9", 4000, dst, 80, 0);
	struct mx_decision d;

	local_bh_disable();
	rcu_read_lock();
	mx_resolve(f->cfg, &pkt.key, pkt.ports, &meta, dry, &d);
	rcu_read_unlock();
	local_bh_enable();
	return d;
}

static struct mx_rule *resolve_rule(struct mx_fix *f, u32 id, u32 priority,
				    u8 action, struct mx_table *table,
				    struct mx_fix_group *g)
{
	struct mx_rule *rule = mx_fix_rule(f, id, priority, NULL);

	rule->action = action;
	rule->table = table;
	rule->group = g ? g->group : NULL;
	KUNIT_ASSERT_EQ(f->test, mx_fix_add_rule(f, rule), 0);
	return rule;
}

static void resolve_down(struct mx_fix *f, struct mx_fix_group *g)
{
	g->member[0].state = MUTEX_SERVER_STATE_DOWN;
	mx_fix_publish(f, g);
}

static u64 resolve_asked(const struct mx_fix_group *g)
{
	return mx_stats_read(&g->group->stats, MX_GROUP_REQUESTS);
}

static void resolve_nothing_is_none(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_decision d = resolve(f, "203.0.113.1", false);

	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_NONE);
	KUNIT_EXPECT_NULL(test, d.server);
	KUNIT_EXPECT_NULL(test, d.rule);
	KUNIT_EXPECT_NULL(test, d.table);
	KUNIT_EXPECT_NULL(test, d.group);
	mx_fix_table(f, "empty", 1);
	d = resolve(f, "2001:db8::1", false);
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_NONE);
	KUNIT_EXPECT_NULL(test, d.table);
}

/* Row 17: of two tables that have a route, the one of higher priority. */
static void resolve_tables_by_priority(struct kunit *test)
{
	struct resolve_setup s;
	struct mx_decision d;

	resolve_setup(test, &s);
	mx_fix_route(s.f, s.low, "203.0.113.1", 32, s.web, 1);
	mx_fix_route(s.f, s.high, "0.0.0.0", 0, s.dns, 1000);
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_STEER);
	KUNIT_EXPECT_PTR_EQ(test, d.server, s.d);
	KUNIT_EXPECT_PTR_EQ(test, (const void *)d.table, (void *)s.high);
	KUNIT_EXPECT_PTR_EQ(test, d.group, s.dns->group);
	KUNIT_ASSERT_NOT_NULL(test, d.target);
	KUNIT_EXPECT_EQ(test, d.target->metric, 1000);
	KUNIT_EXPECT_NULL(test, d.rule);

	mutex_lock(&s.f->lock);
	KUNIT_EXPECT_EQ(test, mx_config_move_table(s.f->cfg, s.low, 201), 0);
	mutex_unlock(&s.f->lock);
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_PTR_EQ(test, d.server, s.w);
	/* what the first table does not have, the next one has */
	d = resolve(s.f, "203.0.113.2", false);
	KUNIT_EXPECT_PTR_EQ(test, d.server, s.d);
}

/* Row 19: the next metric stands in while a group has no usable member. */
static void resolve_falls_back_by_metric(struct kunit *test)
{
	struct resolve_setup s;
	struct mx_decision d;

	resolve_setup(test, &s);
	mx_fix_route(s.f, s.low, "203.0.113.0", 24, s.web, 10);
	mx_fix_route(s.f, s.low, "203.0.113.0", 24, s.dns, 20);
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_PTR_EQ(test, d.server, s.w);
	KUNIT_EXPECT_EQ(test, d.target->metric, 10);
	resolve_down(s.f, s.web);
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_PTR_EQ(test, d.server, s.d);
	KUNIT_EXPECT_EQ(test, d.target->metric, 20);
	/* row 50: the first was asked in vain */
	KUNIT_EXPECT_EQ(test, resolve_asked(s.web), 2);
	KUNIT_EXPECT_EQ(test, 1, mx_stats_read(&s.web->group->stats,
					       MX_GROUP_BALANCED));
}

/* Row 42: nobody usable anywhere is no-member; another table may have one. */
static void resolve_no_member_is_not_none(struct kunit *test)
{
	struct resolve_setup s;
	struct mx_decision d;

	resolve_setup(test, &s);
	resolve_down(s.f, s.web);
	mx_fix_route(s.f, s.high, "203.0.113.0", 24, s.web, 10);
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_NO_MEMBER);
	KUNIT_EXPECT_NULL(test, d.server);
	KUNIT_EXPECT_PTR_EQ(test, d.group, s.web->group);
	KUNIT_EXPECT_PTR_EQ(test, (const void *)d.table, (void *)s.high);
	KUNIT_EXPECT_NOT_NULL(test, d.conf);
	/* a group without a member of this family */
	mx_fix_route(s.f, s.high, "2001:db8::", 32, s.dns, 10);
	d = resolve(s.f, "2001:db8::1", false);
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_NO_MEMBER);
	KUNIT_EXPECT_PTR_EQ(test, d.group, s.dns->group);

	mx_fix_route(s.f, s.low, "203.0.0.0", 8, s.dns, 10);
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_STEER);
	KUNIT_EXPECT_PTR_EQ(test, d.server, s.d);
	KUNIT_EXPECT_PTR_EQ(test, (const void *)d.table, (void *)s.low);
}

/* Row 39: a rule leads to a table or to a group. */
static void resolve_rule_to_table_and_group(struct kunit *test)
{
	struct resolve_setup s;
	struct mx_rule *table_rule;
	struct mx_decision d;

	resolve_setup(test, &s);
	mx_fix_route(s.f, s.low, "203.0.113.0", 24, s.web, 10);
	mx_fix_route(s.f, s.high, "0.0.0.0", 0, s.dns, 10);
	table_rule = resolve_rule(s.f, 1, 10, MUTEX_ACTION_TABLE, s.low, NULL);
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_PTR_EQ(test, d.server, s.w);
	KUNIT_EXPECT_PTR_EQ(test, (const void *)d.rule, (void *)table_rule);
	KUNIT_EXPECT_PTR_EQ(test, (const void *)d.table, (void *)s.low);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&table_rule->hits->stats, 0), 1);

	/* its table has no route: the search goes on and the rule took none */
	d = resolve(s.f, "203.0.114.1", false);
	KUNIT_EXPECT_PTR_EQ(test, d.server, s.d);
	KUNIT_EXPECT_NULL(test, d.rule);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&table_rule->hits->stats, 0), 1);

	resolve_rule(s.f, 2, 20, MUTEX_ACTION_GROUP, NULL, s.dns);
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_PTR_EQ(test, d.server, s.d);
	KUNIT_EXPECT_EQ(test, d.rule->id, 2);
	KUNIT_EXPECT_NULL(test, d.table);
	KUNIT_EXPECT_NULL(test, d.target);
}

/* A rule that names a group ends the search, also without a member. */
static void resolve_rule_to_empty_group_stops(struct kunit *test)
{
	struct resolve_setup s;
	struct mx_decision d;

	resolve_setup(test, &s);
	mx_fix_route(s.f, s.low, "0.0.0.0", 0, s.dns, 10);
	resolve_rule(s.f, 1, 10, MUTEX_ACTION_GROUP, NULL, s.web);
	resolve_down(s.f, s.web);
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_NO_MEMBER);
	KUNIT_EXPECT_PTR_EQ(test, d.group, s.web->group);
	KUNIT_EXPECT_NULL(test, d.server);
	KUNIT_EXPECT_EQ(test, d.rule->id, 1);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&d.rule->hits->stats, 0), 1);
	KUNIT_EXPECT_EQ(test, resolve_asked(s.dns), 0);
}

static void resolve_drop_and_bypass_stop(struct kunit *test)
{
	struct resolve_setup s;
	struct mx_decision d;

	resolve_setup(test, &s);
	mx_fix_route(s.f, s.low, "0.0.0.0", 0, s.web, 10);
	resolve_rule(s.f, 1, 10, MUTEX_ACTION_BYPASS, NULL, NULL);
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_BYPASS);
	KUNIT_EXPECT_EQ(test, d.rule->id, 1);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&d.rule->hits->stats, 0), 1);
	resolve_rule(s.f, 2, 20, MUTEX_ACTION_DROP, NULL, NULL);
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_DROP);
	KUNIT_EXPECT_EQ(test, d.rule->id, 2);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&d.rule->hits->stats, 0), 1);
	KUNIT_EXPECT_NULL(test, d.server);
	KUNIT_EXPECT_EQ(test, resolve_asked(s.web), 0);
}

/* What a rule met in vain is no part of another rule's decision. */
static void resolve_tells_only_what_decided(struct kunit *test)
{
	struct resolve_setup s;
	struct mx_decision d;

	resolve_setup(test, &s);
	resolve_down(s.f, s.web);
	mx_fix_route(s.f, s.low, "0.0.0.0", 0, s.web, 10);
	resolve_rule(s.f, 1, 30, MUTEX_ACTION_TABLE, s.low, NULL);
	resolve_rule(s.f, 2, 20, MUTEX_ACTION_GROUP, NULL, s.dns);
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_STEER);
	KUNIT_EXPECT_EQ(test, d.rule->id, 2);
	KUNIT_EXPECT_PTR_EQ(test, d.group, s.dns->group);
	KUNIT_EXPECT_NULL(test, d.table);
	KUNIT_EXPECT_NULL(test, d.target);

	resolve_rule(s.f, 3, 25, MUTEX_ACTION_DROP, NULL, NULL);
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_DROP);
	KUNIT_EXPECT_NULL(test, d.table);
	KUNIT_EXPECT_NULL(test, d.target);
	KUNIT_EXPECT_NULL(test, d.group);
	KUNIT_EXPECT_NULL(test, d.conf);
}

static void resolve_dry_counts_nothing(struct kunit *test)
{
	struct resolve_setup s;
	struct mx_decision d;
	struct mx_rule *rule;

	resolve_setup(test, &s);
	rule = resolve_rule(s.f, 1, 10, MUTEX_ACTION_GROUP, NULL, s.web);
	d = resolve(s.f, "203.0.113.1", true);
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_STEER);
	KUNIT_EXPECT_PTR_EQ(test, d.server, s.w);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&rule->hits->stats, 0), 0);
	KUNIT_EXPECT_EQ(test, resolve_asked(s.web), 0);
	KUNIT_EXPECT_EQ(test, atomic64_read(&s.web->group->turn), 0);
}

static struct mx_server *resolve_take(struct mx_fix *f,
				      const struct mx_decision *d)
{
	struct mx_packet pkt = mx_fix_packet(f->test, IPPROTO_TCP,
					     "198.51.100.9", 4000,
					     "203.0.113.1", 80, 0);
	struct mx_server *server;

	local_bh_disable();
	rcu_read_lock();
	server = mx_resolve_take(d, &pkt.key);
	rcu_read_unlock();
	local_bh_enable();
	return server;
}

/* What was decided dry counts and picks once when it is taken. */
static void resolve_takes_what_was_dry(struct kunit *test)
{
	struct resolve_setup s;
	struct mx_server *other;
	struct mx_decision d;
	struct mx_rule *rule;

	resolve_setup(test, &s);
	other = mx_fix_server(s.f, s.web, "10.0.0.3", 80,
			      MUTEX_SERVER_STATE_UP);
	rule = resolve_rule(s.f, 1, 10, MUTEX_ACTION_GROUP, NULL, s.web);
	d = resolve(s.f, "203.0.113.1", true);
	KUNIT_ASSERT_PTR_EQ(test, d.server, s.w);
	KUNIT_EXPECT_FALSE(test, d.passed);
	KUNIT_EXPECT_PTR_EQ(test, resolve_take(s.f, &d), s.w);
	KUNIT_EXPECT_EQ(test, mx_stats_read(&rule->hits->stats, 0), 1);
	KUNIT_EXPECT_EQ(test, resolve_asked(s.web), 1);
	/* another CPU's pick between the two moves the turn on */
	d = resolve(s.f, "203.0.113.1", true);
	KUNIT_ASSERT_PTR_EQ(test, d.server, other);
	resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_PTR_EQ(test, resolve_take(s.f, &d), s.w);
	KUNIT_EXPECT_EQ(test, resolve_asked(s.web), 3);
}

/* Who asked a group in vain is told, as that would have been counted. */
static void resolve_tells_what_it_passed(struct kunit *test)
{
	struct resolve_setup s;

	resolve_setup(test, &s);
	mx_fix_route(s.f, s.low, "203.0.113.0", 24, s.web, 10);
	mx_fix_route(s.f, s.low, "203.0.113.0", 24, s.dns, 20);
	KUNIT_EXPECT_FALSE(test, resolve(s.f, "203.0.113.1", true).passed);
	resolve_down(s.f, s.web);
	KUNIT_EXPECT_TRUE(test, resolve(s.f, "203.0.113.1", true).passed);
	/* a rule that decides later does not undo it */
	resolve_rule(s.f, 1, 20, MUTEX_ACTION_TABLE, s.low, NULL);
	resolve_down(s.f, s.dns);
	resolve_rule(s.f, 2, 10, MUTEX_ACTION_BYPASS, NULL, NULL);
	KUNIT_EXPECT_TRUE(test, resolve(s.f, "203.0.113.1", true).passed);
	KUNIT_EXPECT_EQ(test, resolve(s.f, "203.0.113.1", true).verdict,
			MUTEX_VERDICT_BYPASS);
}

/* Each configuration speaks for itself: a group may exist in one alone. */
static void resolve_reads_its_own_slot(struct kunit *test)
{
	struct resolve_setup s;
	struct mx_decision d;

	resolve_setup(test, &s);
	resolve_rule(s.f, 1, 10, MUTEX_ACTION_GROUP, NULL, s.web);
	s.f->cfg->slot = 1;
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_NO_MEMBER);
	KUNIT_EXPECT_NULL(test, d.conf);
	s.f->cfg->slot = 0;
	d = resolve(s.f, "203.0.113.1", false);
	KUNIT_EXPECT_EQ(test, d.verdict, MUTEX_VERDICT_STEER);
}

static u32 reevaluate(struct mx_fix *f)
{
	u32 n;

	mutex_lock(&f->lock);
	n = mx_reevaluate(f->cfg, &f->flows, NULL, 0, NULL);
	mutex_unlock(&f->lock);
	return n;
}

/* Row 81: flows that would go elsewhere today are let go, others stay. */
static void reevaluate_lets_go_what_would_move(struct kunit *test)
{
	struct mx_packet a, b;
	struct resolve_setup s;
	struct mx_server *w2;

	resolve_setup(test, &s);
	w2 = mx_fix_server(s.f, s.web, "10.0.0.3", 80, MUTEX_SERVER_STATE_UP);
	mx_fix_route(s.f, s.low, "203.0.113.0", 24, s.web, 10);
	a = mx_fix_packet(test, IPPROTO_UDP, "192.0.2.1", 1, "203.0.113.1", 80,
			  0);
	b = mx_fix_packet(test, IPPROTO_UDP, "192.0.2.1", 2, "203.0.113.1", 80,
			  0);
	KUNIT_EXPECT_FALSE(test, IS_ERR(mx_fix_flow(s.f, &a, s.w,
						    MUTEX_FORWARD_NAT)));
	KUNIT_EXPECT_FALSE(test, IS_ERR(mx_fix_flow(s.f, &b, w2,
						    MUTEX_FORWARD_NAT)));
	/* round robin would choose anew each time: no reason to move */
	KUNIT_EXPECT_EQ(test, reevaluate(s.f), 0);
	KUNIT_EXPECT_EQ(test, mx_flow_count(&s.f->flows), 2);

	resolve_down(s.f, s.web);
	KUNIT_EXPECT_EQ(test, reevaluate(s.f), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&s.w->member.active), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&w2->member.active), 1);

	/* now a rule sends all to another group */
	resolve_rule(s.f, 1, 10, MUTEX_ACTION_GROUP, NULL, s.dns);
	KUNIT_EXPECT_EQ(test, reevaluate(s.f), 1);
	KUNIT_EXPECT_EQ(test, mx_flow_count(&s.f->flows), 0);
	KUNIT_EXPECT_EQ(test, reevaluate(s.f), 0);
}

static void reevaluate_follows_the_hash(struct kunit *test)
{
	struct mx_server *w2, *owner, *other;
	struct resolve_setup s;
	struct mx_decision d;
	struct mx_packet a;

	resolve_setup(test, &s);
	s.web->params.sched = &mx_sched_hash;
	w2 = mx_fix_server(s.f, s.web, "10.0.0.3", 80, MUTEX_SERVER_STATE_UP);
	mx_fix_route(s.f, s.low, "203.0.113.0", 24, s.web, 10);
	a = mx_fix_packet(test, IPPROTO_TCP, "198.51.100.9", 4000,
			  "203.0.113.1", 80, MX_TCP_SYN);
	d = resolve(s.f, "203.0.113.1", true);
	owner = d.server;
	other = owner == w2 ? s.w : w2;

	KUNIT_EXPECT_FALSE(test, IS_ERR(mx_fix_flow(s.f, &a, owner,
						    MUTEX_FORWARD_NAT)));
	KUNIT_EXPECT_EQ(test, reevaluate(s.f), 0);
	mx_flow_flush(&s.f->flows, NULL);
	KUNIT_EXPECT_FALSE(test, IS_ERR(mx_fix_flow(s.f, &a, other,
						    MUTEX_FORWARD_NAT)));
	KUNIT_EXPECT_EQ(test, reevaluate(s.f), 1);
}

static struct kunit_case mx_resolve_test_cases[] = {
	KUNIT_CASE(resolve_nothing_is_none),
	KUNIT_CASE(resolve_tables_by_priority),
	KUNIT_CASE(resolve_falls_back_by_metric),
	KUNIT_CASE(resolve_no_member_is_not_none),
	KUNIT_CASE(resolve_rule_to_table_and_group),
	KUNIT_CASE(resolve_rule_to_empty_group_stops),
	KUNIT_CASE(resolve_drop_and_bypass_stop),
	KUNIT_CASE(resolve_tells_only_what_decided),
	KUNIT_CASE(resolve_dry_counts_nothing),
	KUNIT_CASE(resolve_takes_what_was_dry),
	KUNIT_CASE(resolve_tells_what_it_passed),
	KUNIT_CASE(resolve_reads_its_own_slot),
	KUNIT_CASE(reevaluate_lets_go_what_would_move),
	KUNIT_CASE(reevaluate_follows_the_hash),
	{ }
};

static struct kunit_suite mx_resolve_test_suite = {
	.name = "mx_resolve",
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = mx_resolve_test_cases,
};

kunit_test_suite(mx_resolve_test_suite);
