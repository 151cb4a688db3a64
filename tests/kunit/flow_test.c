// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the flow cache: both directions, lifetime, cap, matches. */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include "fixture.h"
#include "steer/flow_match.h"

#define FLOW_CLIENT4	"198.51.100.1"
#define FLOW_SERVICE4	"203.0.113.1"
#define FLOW_SERVER4	"10.0.0.1"
#define FLOW_CLIENT6	"2001:db8:1::1"
#define FLOW_SERVICE6	"2001:db8:2::1"
#define FLOW_SERVER6	"fd00::1"

static void flow_count_node(struct mx_flow_node *node, void *arg)
{
	++*(u32 *)arg;
}

/* Nodes in the table: one for each flow that is at home. */
static u32 flow_nodes(struct mx_fix *f)
{
	u32 n = 0, pos = 0;

	rcu_read_lock();
	do {
		pos = mx_flow_map_visit(&f->flows.map, pos, flow_count_node,
					&n);
	} while (pos);
	rcu_read_unlock();
	return n;
}

/* Finds the flow of a key; -1 in @dir if there is none. */
static struct mx_flow *flow_find(struct mx_fix *f, const struct mx_key *key,
				 int *dir)
{
	struct mx_flow *flow = NULL;
	struct mx_flow_node *node;

	*dir = -1;
	rcu_read_lock();
	node = mx_flow_lookup(&f->flows, key);
	if (node) {
		flow = mx_flow_of(node);
		*dir = node->key.dir;
	}
	rcu_read_unlock();
	return flow;
}

static u32 flow_active(const struct mx_server *server)
{
	return atomic_read(&server->member.active);
}

static u64 flow_stat(const struct mx_fix *f, enum mx_stat stat)
{
	return mx_stats_read(&f->stats, stat);
}

/* The n-th client's first packet to the service. */
static struct mx_packet flow_client(struct kunit *test, u8 proto, u16 n)
{
	return mx_fix_packet(test, proto, FLOW_CLIENT4, n, FLOW_SERVICE4, 80,
			     proto == IPPROTO_TCP ? MX_TCP_SYN : 0);
}

static bool flow_remove(struct mx_fix *f, struct mx_flow *flow)
{
	bool did;

	rcu_read_lock();
	did = mx_flow_remove(&f->flows, flow);
	rcu_read_unlock();
	return did;
}

/* Moves a flow's last packet into the past. */
static void flow_age(struct mx_flow *flow, unsigned int ms)
{
	WRITE_ONCE(flow->last, (u32)jiffies - (u32)msecs_to_jiffies(ms));
}

/* What mutex shall find by a flow's first packet, and by its reply. */
struct flow_case {
	const char *desc;
	u8 forward;
	u8 proto;
	const char *client, *service, *server;
	u16 cport, sport, server_port;
	/* the reply, as it comes from the server */
	const char *reply_src;
	u16 reply_sport, reply_dport;
};

static const struct flow_case flow_cases[] = {
	{ "NAT of TCP", MUTEX_FORWARD_NAT, IPPROTO_TCP,
	  FLOW_CLIENT4, FLOW_SERVICE4, FLOW_SERVER4, 4000, 80, 8080,
	  FLOW_SERVER4, 8080, 4000 },
	{ "NAT of TCP over IPv6", MUTEX_FORWARD_NAT, IPPROTO_TCP,
	  FLOW_CLIENT6, FLOW_SERVICE6, FLOW_SERVER6, 4000, 80, 8080,
	  FLOW_SERVER6, 8080, 4000 },
	{ "NAT that keeps the port", MUTEX_FORWARD_NAT, IPPROTO_UDP,
	  FLOW_CLIENT4, FLOW_SERVICE4, FLOW_SERVER4, 4000, 53, 0,
	  FLOW_SERVER4, 53, 4000 },
	{ "NAT of SCTP", MUTEX_FORWARD_NAT, IPPROTO_SCTP,
	  FLOW_CLIENT6, FLOW_SERVICE6, FLOW_SERVER6, 4000, 80, 81,
	  FLOW_SERVER6, 81, 4000 },
	{ "NAT of an ICMP echo keeps the identifier", MUTEX_FORWARD_NAT,
	  IPPROTO_ICMP, FLOW_CLIENT4, FLOW_SERVICE4, FLOW_SERVER4, 77, 77, 80,
	  FLOW_SERVER4, 77, 77 },
	{ "NAT of an ICMPv6 echo keeps the identifier", MUTEX_FORWARD_NAT,
	  IPPROTO_ICMPV6, FLOW_CLIENT6, FLOW_SERVICE6, FLOW_SERVER6, 77, 77,
	  80, FLOW_SERVER6, 77, 77 },
	{ "NAT without ports", MUTEX_FORWARD_NAT, IPPROTO_GRE,
	  FLOW_CLIENT4, FLOW_SERVICE4, FLOW_SERVER4, 0, 0, 80,
	  FLOW_SERVER4, 0, 0 },
	{ "route", MUTEX_FORWARD_ROUTE, IPPROTO_TCP,
	  FLOW_CLIENT4, FLOW_SERVICE4, FLOW_SERVER4, 4000, 80, 8080,
	  FLOW_SERVICE4, 80, 4000 },
	{ "route of IPv6", MUTEX_FORWARD_ROUTE, IPPROTO_UDP,
	  FLOW_CLIENT6, FLOW_SERVICE6, FLOW_SERVER6, 4000, 80, 8080,
	  FLOW_SERVICE6, 80, 4000 },
	{ "mark", MUTEX_FORWARD_MARK, IPPROTO_UDP,
	  FLOW_CLIENT4, FLOW_SERVICE4, FLOW_SERVER4, 4000, 80, 8080,
	  FLOW_SERVICE4, 80, 4000 },
};

static void flow_case_desc(const struct flow_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(flow, flow_cases, flow_case_desc);

static void flow_is_found_by_both_directions(struct kunit *test)
{
	const struct flow_case *c = test->param_value;
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_server *server;
	struct mx_flow *flow;
	struct mx_packet pkt;
	struct mx_key key;
	int dir, refs;

	server = mx_fix_server(f, g, c->server, c->server_port,
			       MUTEX_SERVER_STATE_UP);
	mx_fix_settle();
	refs = refcount_read(&server->refs);
	pkt = mx_fix_packet(test, c->proto, c->client, c->cport, c->service,
			    c->sport, MX_TCP_SYN);
	flow = mx_fix_flow(f, &pkt, server, c->forward);
	KUNIT_ASSERT_FALSE(test, IS_ERR(flow));
	KUNIT_EXPECT_PTR_EQ(test, flow_find(f, &pkt.key, &dir), flow);
	KUNIT_EXPECT_EQ(test, dir, MX_DIR_ORIG);

	key = mx_fix_key(test, c->proto, c->reply_src, c->reply_sport,
			 c->client, c->reply_dport);
	KUNIT_EXPECT_PTR_EQ(test, flow_find(f, &key, &dir), flow);
	KUNIT_EXPECT_EQ(test, dir, MX_DIR_REPLY);
	/* another port is another flow */
	key.dport ^= htons(1);
	KUNIT_EXPECT_NULL(test, flow_find(f, &key, &dir));

	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 1);
	KUNIT_EXPECT_EQ(test, flow_active(server), 1);
	KUNIT_EXPECT_EQ(test, refcount_read(&server->refs), refs + 1);
	KUNIT_EXPECT_EQ(test, flow->forward, c->forward);

	KUNIT_EXPECT_TRUE(test, flow_remove(f, flow));
	KUNIT_EXPECT_NULL(test, flow_find(f, &pkt.key, &dir));
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 0);
	KUNIT_EXPECT_EQ(test, flow_active(server), 0);
	mx_fix_settle();
	KUNIT_EXPECT_EQ(test, refcount_read(&server->refs), refs);
	/* row 48: what it ever had stays counted */
	KUNIT_EXPECT_EQ(test, mx_stats_read(&server->stats, MX_SERVER_CONNS),
			1);
	KUNIT_EXPECT_EQ(test, flow_stat(f, MX_STAT_FLOWS_CREATED), 1);
}

static void flow_created_twice_is_refused(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_packet pkt = flow_client(test, IPPROTO_UDP, 1);
	struct mx_server *a, *b;
	struct mx_flow *flow;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	b = mx_fix_server(f, g, "10.0.0.2", 80, MUTEX_SERVER_STATE_UP);
	flow = mx_fix_flow(f, &pkt, a, MUTEX_FORWARD_NAT);
	KUNIT_ASSERT_FALSE(test, IS_ERR(flow));
	/* another server: the reply's key is free, the request's is not */
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-EEXIST),
			    mx_fix_flow(f, &pkt, b, MUTEX_FORWARD_NAT));
	KUNIT_EXPECT_EQ(test, flow_active(b), 0);
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 1);
	KUNIT_EXPECT_EQ(test, flow_nodes(f), 1);
	KUNIT_EXPECT_EQ(test, flow_stat(f, MX_STAT_FLOWS_CREATED), 1);
	KUNIT_EXPECT_EQ(test, 0, mx_stats_read(&b->stats, MX_SERVER_CONNS));
}

/* One client port to two services at one server: replies cannot be told apart. */
static void flow_whose_reply_is_taken_is_refused(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_packet one, two;
	struct mx_server *a, *b;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	b = mx_fix_server(f, g, "10.0.0.2", 80, MUTEX_SERVER_STATE_UP);
	one = mx_fix_packet(test, IPPROTO_TCP, FLOW_CLIENT4, 4000,
			    "203.0.113.1", 80, MX_TCP_SYN);
	two = mx_fix_packet(test, IPPROTO_TCP, FLOW_CLIENT4, 4000,
			    "203.0.113.2", 80, MX_TCP_SYN);
	KUNIT_EXPECT_FALSE(test, IS_ERR(mx_fix_flow(f, &one, a,
						    MUTEX_FORWARD_NAT)));
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-EADDRINUSE),
			    mx_fix_flow(f, &two, a, MUTEX_FORWARD_NAT));
	KUNIT_EXPECT_EQ(test, flow_active(a), 1);
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 1);
	KUNIT_EXPECT_EQ(test, flow_nodes(f), 1);
	/* another server can tell them apart */
	KUNIT_EXPECT_FALSE(test, IS_ERR(mx_fix_flow(f, &two, b,
						    MUTEX_FORWARD_NAT)));
}

/* The port is free again once its connection is closed, and not before. */
static void flow_that_is_closed_yields_its_reply(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_packet one, two;
	struct mx_server *a;
	struct mx_flow *flow;
	unsigned int i;
	bool yields;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	one = mx_fix_packet(test, IPPROTO_TCP, FLOW_CLIENT4, 4000,
			    "203.0.113.1", 80, MX_TCP_SYN);
	two = mx_fix_packet(test, IPPROTO_TCP, FLOW_CLIENT4, 4000,
			    "203.0.113.2", 80, MX_TCP_SYN);
	flow = mx_fix_flow(f, &one, a, MUTEX_FORWARD_NAT);
	KUNIT_ASSERT_FALSE(test, IS_ERR(flow));
	for (i = 0; i < 2; i++) {
		local_bh_disable();
		rcu_read_lock();
		yields = mx_flow_yields(&f->flows, &two, a, MUTEX_FORWARD_NAT);
		if (!i)
			mx_flow_events(flow, MX_DIR_ORIG, MX_TCP_RST);
		rcu_read_unlock();
		local_bh_enable();
		KUNIT_EXPECT_EQ(test, yields, i == 1);
	}
	KUNIT_EXPECT_FALSE(test, IS_ERR(mx_fix_flow(f, &two, a,
						    MUTEX_FORWARD_NAT)));
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 1);
	KUNIT_EXPECT_EQ(test, flow_nodes(f), 1);
	KUNIT_EXPECT_EQ(test, flow_active(a), 1);
}

/* A packet whose source is its destination would be its own reply. */
static void flow_that_is_its_own_reply_is_refused(struct kunit *test)
{
	static const u8 forwards[] = {
		MUTEX_FORWARD_ROUTE, MUTEX_FORWARD_MARK, MUTEX_FORWARD_NAT,
	};
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_packet self4, self6;
	struct mx_server *a, *x;
	unsigned int i;

	a = mx_fix_server(f, g, "10.0.0.1", 0, MUTEX_SERVER_STATE_UP);
	x = mx_fix_server(f, g, "fd00::1", 0, MUTEX_SERVER_STATE_UP);
	self4 = mx_fix_packet(test, IPPROTO_TCP, "10.0.0.1", 80, "10.0.0.1", 80,
			      MX_TCP_SYN);
	self6 = mx_fix_packet(test, IPPROTO_UDP, "fd00::1", 80, "fd00::1", 80,
			      0);
	for (i = 0; i < ARRAY_SIZE(forwards); i++) {
		KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-EADDRINUSE),
				    mx_fix_flow(f, &self4, a, forwards[i]));
		KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-EADDRINUSE),
				    mx_fix_flow(f, &self6, x, forwards[i]));
	}
	KUNIT_EXPECT_EQ(test, flow_active(a) + flow_active(x), 0);
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 0);
	KUNIT_EXPECT_EQ(test, flow_nodes(f), 0);
}

static void flow_is_removed_once(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_packet pkt = flow_client(test, IPPROTO_UDP, 1);
	struct mx_server *a;
	struct mx_flow *flow;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	flow = mx_fix_flow(f, &pkt, a, MUTEX_FORWARD_NAT);
	KUNIT_ASSERT_FALSE(test, IS_ERR(flow));
	rcu_read_lock();
	KUNIT_EXPECT_TRUE(test, mx_flow_remove(&f->flows, flow));
	KUNIT_EXPECT_FALSE(test, mx_flow_remove(&f->flows, flow));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 0);
	KUNIT_EXPECT_EQ(test, flow_active(a), 0);
	/* the key is free at once */
	KUNIT_EXPECT_FALSE(test, IS_ERR(mx_fix_flow(f, &pkt, a,
						    MUTEX_FORWARD_NAT)));
}

/*
 * Row 46: 192 bytes a flow of IPv6, 128 of IPv4, both directions, as the slab
 * gives them.
 */
static void flow_memory_is_bounded(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_server *a, *x;
	struct mx_packet pkt;
	u64 before, after;
	u32 i;

	a = mx_fix_server(f, g, FLOW_SERVER4, 80, MUTEX_SERVER_STATE_UP);
	x = mx_fix_server(f, g, FLOW_SERVER6, 80, MUTEX_SERVER_STATE_UP);
	before = mx_flow_bytes(&f->flows);
	for (i = 0; i < 10; i++) {
		pkt = flow_client(test, IPPROTO_UDP, i);
		KUNIT_EXPECT_FALSE(test, IS_ERR(mx_fix_flow(f, &pkt, a,
							    MUTEX_FORWARD_NAT)));
	}
	after = mx_flow_bytes(&f->flows);
	KUNIT_EXPECT_EQ(test, after - before, 10 * 128);
	before = after;
	for (i = 0; i < 10; i++) {
		pkt = mx_fix_packet(test, IPPROTO_UDP, FLOW_CLIENT6, i,
				    FLOW_SERVICE6, 80, 0);
		KUNIT_EXPECT_FALSE(test, IS_ERR(mx_fix_flow(f, &pkt, x,
							    MUTEX_FORWARD_NAT)));
	}
	after = mx_flow_bytes(&f->flows);
	KUNIT_EXPECT_EQ(test, after - before, 10 * 192);
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 20);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->flows.count[0]), 10);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->flows.count[1]), 10);
}

/* At the cap a new flow takes the place of one that is closed or idle. */
static void flow_cap_evicts_closed_then_idle(struct kunit *test)
{
	struct mx_flow *flow[4], *extra;
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_server *a;
	struct mx_packet pkt;
	int dir;
	u32 i;

	/* 8 nodes in 64 buckets, of which 16 are looked at */
	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	f->cfg->settings.flows_max = 4;
	for (i = 0; i < 4; i++) {
		pkt = flow_client(test, IPPROTO_TCP, i);
		flow[i] = mx_fix_flow(f, &pkt, a, MUTEX_FORWARD_NAT);
		KUNIT_ASSERT_FALSE(test, IS_ERR(flow[i]));
	}
	/* nobody has been idle: nobody gives way */
	for (i = 0; i < 100; i++) {
		pkt = flow_client(test, IPPROTO_TCP, 1000 + i);
		KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-ENOSPC),
				    mx_fix_flow(f, &pkt, a, MUTEX_FORWARD_NAT));
	}
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 4);
	KUNIT_EXPECT_EQ(test, flow_active(a), 4);
	KUNIT_EXPECT_EQ(test, flow_stat(f, MX_STAT_FLOWS_EVICTED), 0);

	/* one is closed: it gives way first, although another is older */
	flow_age(flow[1], 20000);
	rcu_read_lock();
	mx_flow_events(flow[2], MX_DIR_ORIG, MX_TCP_RST);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, flow_active(a), 3);
	for (i = 0, extra = ERR_PTR(-ENOSPC); i < 1000 && IS_ERR(extra); i++) {
		/* until its buckets have both within reach */
		pkt = flow_client(test, IPPROTO_TCP, 2000 + i);
		rcu_read_lock();
		local_bh_disable();
		extra = mx_flow_create(&f->flows, &pkt, a, MUTEX_FORWARD_NAT,
				       0, NULL);
		local_bh_enable();
		rcu_read_unlock();
	}
	KUNIT_ASSERT_FALSE(test, IS_ERR(extra));
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 4);
	KUNIT_EXPECT_EQ(test, flow_stat(f, MX_STAT_FLOWS_EVICTED), 1);

	/* whichever went, the other goes next, and then nobody */
	for (i = 0, extra = ERR_PTR(-ENOSPC); i < 1000 && IS_ERR(extra); i++) {
		pkt = flow_client(test, IPPROTO_TCP, 4000 + i);
		extra = mx_fix_flow(f, &pkt, a, MUTEX_FORWARD_NAT);
	}
	KUNIT_ASSERT_FALSE(test, IS_ERR(extra));
	KUNIT_EXPECT_EQ(test, flow_stat(f, MX_STAT_FLOWS_EVICTED), 2);
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 4);
	KUNIT_EXPECT_EQ(test, flow_active(a), 4);
	for (i = 1; i < 3; i++) {
		pkt = flow_client(test, IPPROTO_TCP, i);
		KUNIT_EXPECT_NULL(test, flow_find(f, &pkt.key, &dir));
	}
	for (i = 0; i < 100; i++) {
		pkt = flow_client(test, IPPROTO_TCP, 6000 + i);
		KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-ENOSPC),
				    mx_fix_flow(f, &pkt, a, MUTEX_FORWARD_NAT));
	}
}

/* Also while the table grows: its worker waits until this test is over. */
static void flow_cap_prefers_closed_to_idle(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_flow *flow;
	struct mx_server *a;
	struct mx_packet pkt;
	u32 i, closed = 0;
	int dir;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	f->cfg->settings.flows_max = 400;
	for (i = 0; i < 400; i++) {
		pkt = flow_client(test, IPPROTO_TCP, i);
		flow = mx_fix_flow(f, &pkt, a, MUTEX_FORWARD_NAT);
		KUNIT_ASSERT_FALSE(test, IS_ERR(flow));
		flow_age(flow, 100000);
		if (i % 2) {
			flow_age(flow, 0);
			rcu_read_lock();
			mx_flow_events(flow, MX_DIR_ORIG, MX_TCP_RST);
			rcu_read_unlock();
		}
	}
	/* 16 buckets hold closed and idle ones alike: the closed ones go */
	for (i = 0; i < 50; i++) {
		pkt = flow_client(test, IPPROTO_TCP, 1000 + i);
		KUNIT_EXPECT_FALSE(test, IS_ERR(mx_fix_flow(f, &pkt, a,
							    MUTEX_FORWARD_NAT)));
	}
	KUNIT_EXPECT_EQ(test, flow_stat(f, MX_STAT_FLOWS_EVICTED), 50);
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 400);
	for (i = 1; i < 400; i += 2) {
		pkt = flow_client(test, IPPROTO_TCP, i);
		closed += !!flow_find(f, &pkt.key, &dir);
	}
	KUNIT_EXPECT_LE(test, closed, 160);
}

/* Row 44: every kind of flow has its own timeout, settable. */
static void flow_left_by_each_timeout(struct kunit *test)
{
	static const struct {
		u8 proto;
		u8 state;
		enum mx_timeout timeout;
	} cases[] = {
		{ IPPROTO_TCP, MUTEX_FLOW_STATE_NEW, MX_TIMEOUT_SYN },
		{ IPPROTO_TCP, MUTEX_FLOW_STATE_SYN, MX_TIMEOUT_SYN },
		{ IPPROTO_TCP, MUTEX_FLOW_STATE_ESTABLISHED, MX_TIMEOUT_TCP },
		{ IPPROTO_TCP, MUTEX_FLOW_STATE_FIN, MX_TIMEOUT_FIN },
		{ IPPROTO_TCP, MUTEX_FLOW_STATE_CLOSED, MX_TIMEOUT_CLOSED },
		{ IPPROTO_UDP, MUTEX_FLOW_STATE_NEW, MX_TIMEOUT_UDP },
		{ IPPROTO_UDP, MUTEX_FLOW_STATE_ESTABLISHED, MX_TIMEOUT_UDP },
		{ IPPROTO_UDPLITE, MUTEX_FLOW_STATE_NEW, MX_TIMEOUT_UDP },
		{ IPPROTO_SCTP, MUTEX_FLOW_STATE_NEW, MX_TIMEOUT_OTHER },
		{ IPPROTO_GRE, MUTEX_FLOW_STATE_ESTABLISHED, MX_TIMEOUT_OTHER },
	};
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_settings *set = &f->cfg->settings;
	u32 want, left, i, tick = jiffies_to_msecs(1);
	struct mx_server *a;
	struct mx_flow *flow;
	struct mx_packet pkt;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	for (i = 0; i < MX_TIMEOUTS; i++)
		set->timeout[i] = 1000000 + 100000 * i;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		pkt = flow_client(test, cases[i].proto, i);
		flow = mx_fix_flow(f, &pkt, a, MUTEX_FORWARD_NAT);
		KUNIT_ASSERT_FALSE(test, IS_ERR(flow));
		WRITE_ONCE(flow->state, cases[i].state);
		want = set->timeout[cases[i].timeout];
		KUNIT_EXPECT_EQ(test, mx_flow_left(flow, set, flow->last),
				want);
		left = mx_flow_left(flow, set, flow->last +
				    msecs_to_jiffies(want - 1000));
		KUNIT_EXPECT_LE(test, left, 1000);
		KUNIT_EXPECT_GE(test, left, 1000 - tick);
		KUNIT_EXPECT_EQ(test, 0, mx_flow_left(flow, set, flow->last +
						      msecs_to_jiffies(want)));
		/* a packet came on another CPU after the clock was read */
		KUNIT_EXPECT_EQ(test, mx_flow_left(flow, set, flow->last - 1),
				want);
	}
}

/* The worker takes out what has expired, and nothing else. */
static void flow_expires_in_time(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	unsigned long end = jiffies + 20 * HZ;
	struct mx_flow *flow, *stays;
	struct mx_server *a;
	struct mx_packet pkt;
	int dir;
	u32 i;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	for (i = 0; i < 500; i++) {
		pkt = flow_client(test, IPPROTO_UDP, i);
		flow = mx_fix_flow(f, &pkt, a, MUTEX_FORWARD_NAT);
		KUNIT_ASSERT_FALSE(test, IS_ERR(flow));
		flow_age(flow, 301000);
	}
	/* a request that was never answered is a failure; row 48 */
	pkt = flow_client(test, IPPROTO_TCP, 700);
	flow = mx_fix_flow(f, &pkt, a, MUTEX_FORWARD_NAT);
	KUNIT_ASSERT_FALSE(test, IS_ERR(flow));
	local_bh_disable();
	rcu_read_lock();
	mx_flow_seen(flow, MX_DIR_ORIG, MX_TCP_SYN, (u32)jiffies, 60, 1);
	rcu_read_unlock();
	local_bh_enable();
	flow_age(flow, 31000);
	pkt = flow_client(test, IPPROTO_TCP, 800);
	stays = mx_fix_flow(f, &pkt, a, MUTEX_FORWARD_NAT);
	KUNIT_ASSERT_FALSE(test, IS_ERR(stays));

	while (mx_flow_count(&f->flows) > 1 && time_before(jiffies, end))
		msleep(20);
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 1);
	KUNIT_EXPECT_PTR_EQ(test, flow_find(f, &pkt.key, &dir), stays);
	KUNIT_EXPECT_EQ(test, flow_stat(f, MX_STAT_FLOWS_EXPIRED), 501);
	KUNIT_EXPECT_EQ(test, flow_active(a), 1);
	KUNIT_EXPECT_EQ(test, 1, mx_stats_read(&a->stats, MX_SERVER_FAILED));
}

/* Row 43: the table grows with its flows and shrinks after them. */
static void flow_table_grows_and_empties(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_server *a;
	struct mx_packet pkt;
	u32 i, wrong = 0;
	int dir;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	for (i = 0; i < 20000; i++) {
		pkt = flow_client(test, IPPROTO_UDP, i);
		wrong += IS_ERR(mx_fix_flow(f, &pkt, a, MUTEX_FORWARD_NAT));
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 20000);
	KUNIT_EXPECT_EQ(test, flow_active(a), 20000);
	for (i = 0; i < 20000; i++) {
		pkt = flow_client(test, IPPROTO_UDP, i);
		wrong += !flow_find(f, &pkt.key, &dir);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, mx_flow_flush(&f->flows, NULL), 20000);
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 0);
	KUNIT_EXPECT_EQ(test, flow_active(a), 0);
}

#define FLOW_WALK	4000

/* Adds flows, each of a client of its own number. */
static void flow_add_clients(struct kunit *test, struct mx_server *server,
			     u32 from, u32 to)
{
	struct mx_packet pkt;
	u32 i, wrong = 0;

	for (i = from; i < to; i++) {
		pkt = flow_client(test, IPPROTO_UDP, i);
		wrong += IS_ERR(mx_fix_flow(test->priv, &pkt, server,
					    MUTEX_FORWARD_NAT));
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static void flow_drop_client(struct kunit *test, u32 i)
{
	struct mx_packet pkt = flow_client(test, IPPROTO_UDP, i);
	struct mx_fix *f = test->priv;
	struct mx_flow_node *node;

	rcu_read_lock();
	node = mx_flow_lookup(&f->flows, &pkt.key);
	if (node)
		mx_flow_remove(&f->flows, mx_flow_of(node));
	rcu_read_unlock();
}

/*
 * A walk that rests often, while flows around it go, so that the table shrinks,
 * and others come, so that it grows: what stays is met once.
 */
static void flow_walk_meets_each_once(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	u32 i, steps = 0, more = 3 * FLOW_WALK, missed = 0, twice = 0;
	struct mx_flow_cursor c = { };
	struct mx_server *a;
	struct mx_flow *flow;
	unsigned int budget;
	u8 *met;

	met = kunit_kzalloc(test, FLOW_WALK, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, met);
	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	flow_add_clients(test, a, 0, 3 * FLOW_WALK);
	while (!c.end) {
		budget = 7;
		rcu_read_lock();
		while ((flow = mx_flow_next(&f->flows, &c, &budget))) {
			i = ntohs(flow->node[0].key.sport);
			twice += i < FLOW_WALK && met[i]++;
		}
		rcu_read_unlock();
		/* first two thirds go, then the table doubles */
		if (steps < FLOW_WALK / 4) {
			for (i = 0; i < 8; i++)
				flow_drop_client(test, FLOW_WALK +
						 8 * steps + i);
		} else if (steps < FLOW_WALK / 2) {
			flow_add_clients(test, a, more, more + 16);
			more += 16;
		}
		steps++;
		cond_resched();
	}
	for (i = 0; i < FLOW_WALK; i++)
		missed += !met[i];
	KUNIT_EXPECT_GT(test, steps, FLOW_WALK / 4);
	KUNIT_EXPECT_EQ(test, missed, 0);
	KUNIT_EXPECT_EQ(test, twice, 0);
	budget = 1;
	KUNIT_EXPECT_NULL(test, mx_flow_next(&f->flows, &c, &budget));
	KUNIT_EXPECT_EQ(test, mx_flow_flush(&f->flows, NULL),
			more - 2 * FLOW_WALK);
}

/* Rows 47 and 49: what is counted of a packet. */
static void flow_seen_counts_by_direction(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_packet pkt = flow_client(test, IPPROTO_UDP, 1);
	const struct mx_stats *s;
	struct mx_flow *flow;
	struct mx_server *a;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	s = &a->stats;
	flow = mx_fix_flow(f, &pkt, a, MUTEX_FORWARD_NAT);
	KUNIT_ASSERT_FALSE(test, IS_ERR(flow));
	local_bh_disable();
	rcu_read_lock();
	mx_flow_seen(flow, MX_DIR_ORIG, 0, 1234, 100, 1);
	KUNIT_EXPECT_EQ(test, flow->last, 1234);
	mx_flow_seen(flow, MX_DIR_ORIG, 0, 1235, 60000, 40);
	mx_flow_seen(flow, MX_DIR_REPLY, 0, 1236, 7, 2);
	rcu_read_unlock();
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, flow->last, 1236);
	KUNIT_EXPECT_EQ(test, mx_stats_read(s, MX_SERVER_PACKETS), 41);
	KUNIT_EXPECT_EQ(test, mx_stats_read(s, MX_SERVER_BYTES), 60100);
	KUNIT_EXPECT_EQ(test, mx_stats_read(s, MX_SERVER_REPLY_PACKETS), 2);
	KUNIT_EXPECT_EQ(test, mx_stats_read(s, MX_SERVER_REPLY_BYTES), 7);
	/* the first reply of UDP is a sample, and establishes */
	KUNIT_EXPECT_EQ(test, mx_stats_read(s, MX_SERVER_SAMPLES), 1);
	KUNIT_EXPECT_EQ(test, flow->state, MUTEX_FLOW_STATE_ESTABLISHED);
	flow_age(flow, 0);
}

static struct kunit_case mx_flow_test_cases[] = {
	KUNIT_CASE_PARAM(flow_is_found_by_both_directions, flow_gen_params),
	KUNIT_CASE(flow_created_twice_is_refused),
	KUNIT_CASE(flow_whose_reply_is_taken_is_refused),
	KUNIT_CASE(flow_that_is_closed_yields_its_reply),
	KUNIT_CASE(flow_that_is_its_own_reply_is_refused),
	KUNIT_CASE(flow_is_removed_once),
	KUNIT_CASE(flow_memory_is_bounded),
	KUNIT_CASE(flow_cap_evicts_closed_then_idle),
	KUNIT_CASE(flow_cap_prefers_closed_to_idle),
	KUNIT_CASE(flow_left_by_each_timeout),
	KUNIT_CASE(flow_expires_in_time),
	KUNIT_CASE(flow_table_grows_and_empties),
	KUNIT_CASE(flow_walk_meets_each_once),
	KUNIT_CASE(flow_seen_counts_by_direction),
	{ }
};

static struct kunit_suite mx_flow_test_suite = {
	.name = "mx_flow",
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = mx_flow_test_cases,
};

kunit_test_suite(mx_flow_test_suite);
