// SPDX-License-Identifier: GPL-2.0
#include <linux/inet.h>
#include <linux/slab.h>
#include "fixture.h"
#include "steer/flow_match.h"

/**
 * mx_fix_settle() - wait until all that was given to RCU is freed
 *
 * Flows free servers, and those groups, each a grace period later; tables are
 * freed by a workqueue.
 *
 * Context: process.
 */
void mx_fix_settle(void)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		rcu_barrier();
	flush_workqueue(mx_wq);
}

/*
 * Linux 6.1 runs suites before the module's init function, later ones after:
 * what that function would bring is brought here if it is not there.
 */
static int mx_fix_early(struct mx_fix *f)
{
	int err;

	if (mx_wq)
		return 0;
	mx_wq = alloc_workqueue("mutex_test", WQ_UNBOUND, 0);
	if (!mx_wq)
		return -ENOMEM;
	err = mx_flow_init();
	if (err) {
		destroy_workqueue(mx_wq);
		mx_wq = NULL;
		return err;
	}
	f->early = true;
	return 0;
}

static void mx_fix_late(struct mx_fix *f)
{
	mx_fix_settle();
	if (!f->early)
		return;
	mx_flow_exit();
	destroy_workqueue(mx_wq);
	mx_wq = NULL;
}

/**
 * mx_fix_init() - make a fixture
 * @test: the test; gets the fixture as priv
 *
 * Return: 0 or -errno.
 */
int mx_fix_init(struct kunit *test)
{
	struct mx_fix *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	int err;

	if (!f)
		return -ENOMEM;
	err = mx_fix_early(f);
	if (err)
		return err;
	f->test = test;
	mutex_init(&f->lock);
	mx_hops_init(&f->hops);
	err = -ENOMEM;
	f->cfg = mx_config_create(0, &f->lock);
	if (!f->cfg)
		goto err_late;
	if (mx_stats_init(&f->stats, MX_STATS, GFP_KERNEL))
		goto err_cfg;
	err = mx_flow_table_init(&f->flows, &f->stats, &f->hops);
	if (err)
		goto err_stats;
	RCU_INIT_POINTER(f->flows.settings, &f->cfg->settings);
	test->priv = f;
	return 0;

err_stats:
	mx_stats_destroy(&f->stats);
err_cfg:
	kfree(f->cfg);
err_late:
	mx_fix_late(f);
	return err;
}

/* All that configurations and flows held of a group is given back. */
static void mx_fix_end_group(struct mx_fix *f, struct mx_fix_group *g)
{
	u32 i;

	for (i = 0; i < g->servers; i++) {
		KUNIT_EXPECT_EQ(f->test, refcount_read(&g->server[i]->refs), 1);
		KUNIT_EXPECT_EQ(f->test,
				atomic_read(&g->server[i]->member.active), 0);
		mx_server_put(g->server[i]);
	}
	mx_fix_settle();
	KUNIT_EXPECT_EQ(f->test, refcount_read(&g->group->refs), 1);
	for (i = 0; i < MX_CONFIGS; i++)
		KUNIT_EXPECT_EQ(f->test, g->group->users[i], 0);
	mx_group_put(g->group);
}

/**
 * mx_fix_exit() - free a fixture, and see that nothing was lost on the way
 * @test: the test
 */
void mx_fix_exit(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	u32 i, slot;

	if (!f)
		return;
	mx_flow_flush(&f->flows, NULL);
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 0);
	mx_flow_table_destroy(&f->flows);
	mutex_lock(&f->lock);
	mx_config_destroy(f->cfg);
	for (i = 0; i < f->groups; i++)
		for (slot = 0; slot < MX_CONFIGS; slot++)
			mx_group_publish(f->group[i].group, slot, NULL, !slot,
					 &f->lock);
	mutex_unlock(&f->lock);
	mx_fix_settle();
	for (i = 0; i < f->groups; i++)
		mx_fix_end_group(f, &f->group[i]);
	mx_stats_destroy(&f->stats);
	mx_fix_late(f);
	test->priv = NULL;
}

/**
 * mx_fix_addr() - read an address
 * @test: the test, aborted if it is none
 * @text: IPv4 or IPv6
 * @addr: where to put it, rest zero
 *
 * Return: AF_INET or AF_INET6.
 */
u8 mx_fix_addr(struct kunit *test, const char *text, union nf_inet_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (in4_pton(text, -1, (u8 *)&addr->ip, -1, NULL))
		return AF_INET;
	KUNIT_ASSERT_EQ(test, 1, in6_pton(text, -1, (u8 *)&addr->in6, -1,
					  NULL));
	return AF_INET6;
}

/**
 * mx_fix_key() - a key
 * @test: the test
 * @proto: IP protocol
 * @src: source address
 * @sport: source port, host order
 * @dst: destination address, of the same family
 * @dport: destination port, host order
 *
 * Return: the key.
 */
struct mx_key mx_fix_key(struct kunit *test, u8 proto, const char *src,
			 u16 sport, const char *dst, u16 dport)
{
	struct mx_key key = {
		.sport = htons(sport),
		.dport = htons(dport),
		.proto = proto,
	};
	union nf_inet_addr s, d;

	key.family = mx_fix_addr(test, src, &s);
	KUNIT_ASSERT_EQ(test, key.family, mx_fix_addr(test, dst, &d));
	if (key.family == AF_INET) {
		key.v4.saddr = s.ip;
		key.v4.daddr = d.ip;
	} else {
		key.v6.saddr = s.in6;
		key.v6.daddr = d.in6;
	}
	return key;
}

/**
 * mx_fix_packet() - what mx_key_parse() would say of a packet
 * @test: the test
 * @proto: IP protocol
 * @src: source address
 * @sport: source port, host order
 * @dst: destination address, of the same family
 * @dport: destination port, host order
 * @tcp_flags: MX_TCP_ flags
 *
 * Return: the packet.
 */
struct mx_packet mx_fix_packet(struct kunit *test, u8 proto, const char *src,
			       u16 sport, const char *dst, u16 dport,
			       u8 tcp_flags)
{
	struct mx_packet pkt = {
		.key = mx_fix_key(test, proto, src, sport, dst, dport),
		.tcp_flags = tcp_flags,
	};

	pkt.ports = mx_key_has_ports(&pkt.key);
	return pkt;
}

/**
 * mx_fix_group() - make a group, forward mode NAT, without members
 * @f: the fixture
 * @name: its name
 * @sched: its scheduler
 *
 * Return: the group, published.
 */
struct mx_fix_group *mx_fix_group(struct mx_fix *f, const char *name,
				  const struct mx_sched *sched)
{
	struct mx_fix_group *g = &f->group[f->groups];

	KUNIT_ASSERT_LT(f->test, f->groups, MX_FIX_GROUPS);
	g->group = mx_group_create(name);
	KUNIT_ASSERT_NOT_NULL(f->test, g->group);
	f->groups++;
	g->params.sched = sched;
	g->params.forward = MUTEX_FORWARD_NAT;
	mx_fix_publish(f, g);
	return g;
}

/**
 * mx_fix_server() - make a server of weight 100 and add it to a group
 * @f: the fixture
 * @g: the group, published anew
 * @addr: the server's address
 * @port: its port, host order
 * @state: enum mutex_server_state
 *
 * Return: the server, which the fixture holds.
 */
struct mx_server *mx_fix_server(struct mx_fix *f, struct mx_fix_group *g,
				const char *addr, u16 port, u8 state)
{
	struct mx_server *server;
	union nf_inet_addr a;
	u8 family = mx_fix_addr(f->test, addr, &a);

	KUNIT_ASSERT_LT(f->test, g->servers, MX_FIX_MEMBERS);
	server = mx_server_create(g->group, family, &a, htons(port));
	KUNIT_ASSERT_NOT_NULL(f->test, server);
	g->server[g->servers++] = server;
	g->member[g->n++] = (struct mx_conf_member) {
		.server = server,
		.weight = 100,
		.state = state,
	};
	mx_fix_publish(f, g);
	return server;
}

/**
 * mx_fix_publish() - put in force what a group's params and members say
 * @f: the fixture
 * @g: the group
 */
void mx_fix_publish(struct mx_fix *f, struct mx_fix_group *g)
{
	struct mx_group_conf *conf;

	mutex_lock(&f->lock);
	conf = mx_group_conf_build(&g->params, "node", g->member, g->n,
				   mx_dereference(g->group->conf[0], &f->lock));
	if (conf)
		mx_group_publish(g->group, 0, conf, true, &f->lock);
	mutex_unlock(&f->lock);
	KUNIT_ASSERT_NOT_NULL(f->test, conf);
}

/**
 * mx_fix_table() - add a table to the configuration
 * @f: the fixture
 * @name: its name
 * @priority: the higher number is looked at first
 *
 * Return: the table.
 */
struct mx_table *mx_fix_table(struct mx_fix *f, const char *name, u32 priority)
{
	struct mx_table *table = NULL;
	int err;

	mutex_lock(&f->lock);
	err = mx_config_add_table(f->cfg, name, priority, &table);
	mutex_unlock(&f->lock);
	KUNIT_ASSERT_EQ(f->test, err, 0);
	return table;
}

/**
 * mx_fix_route() - add a route
 * @f: the fixture
 * @table: the table
 * @dst: address of the prefix
 * @plen: its length
 * @g: where it leads
 * @metric: its metric
 *
 * Return: as mx_route_add().
 */
int mx_fix_route(struct mx_fix *f, struct mx_table *table, const char *dst,
		 u8 plen, struct mx_fix_group *g, u32 metric)
{
	union nf_inet_addr addr;
	u8 family = mx_fix_addr(f->test, dst, &addr);
	int err;

	mutex_lock(&f->lock);
	err = mx_route_add(table, family, &addr, plen, g->group, metric);
	mutex_unlock(&f->lock);
	return err;
}

/**
 * mx_fix_rule() - make a rule that bypasses, not in force yet
 * @f: the fixture
 * @id: its id
 * @priority: the higher number is looked at first
 * @match: what it takes, or NULL for all packets
 *
 * Return: the rule; mx_fix_add_rule() or mx_rule_free() takes it.
 */
struct mx_rule *mx_fix_rule(struct mx_fix *f, u32 id, u32 priority,
			    const struct mx_match *match)
{
	struct mx_rule *rule = mx_rule_create(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(f->test, rule);
	rule->id = id;
	rule->priority = priority;
	rule->action = MUTEX_ACTION_BYPASS;
	if (match)
		rule->match = *match;
	return rule;
}

/**
 * mx_fix_add_rule() - put a rule in force
 * @f: the fixture
 * @rule: the rule, the configuration's from now on
 *
 * Return: as mx_config_change_rule().
 */
int mx_fix_add_rule(struct mx_fix *f, struct mx_rule *rule)
{
	int err;

	mutex_lock(&f->lock);
	err = mx_config_change_rule(f->cfg, NULL, rule);
	mutex_unlock(&f->lock);
	return err;
}

/**
 * mx_fix_flow() - create a flow as a packet would
 * @f: the fixture
 * @pkt: the packet
 * @server: where it goes
 * @forward: enum mutex_forward
 *
 * Return: as mx_flow_create(); a flow is good until it is removed and a grace
 * period is over.
 */
struct mx_flow *mx_fix_flow(struct mx_fix *f, const struct mx_packet *pkt,
			    struct mx_server *server, u8 forward)
{
	struct mx_flow *flow;

	local_bh_disable();
	rcu_read_lock();
	flow = mx_flow_create(&f->flows, pkt, server, forward, 0, NULL);
	rcu_read_unlock();
	local_bh_enable();
	return flow;
}
