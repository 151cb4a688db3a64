// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of filters on flows: each field by itself, and together. */
#include <linux/jiffies.h>
#include "fixture.h"
#include "steer/flow_match.h"

/* A filter of one field, and which of the two flows it takes. */
struct match_case {
	const char *desc;
	u32 set;
	const char *text;	/* an address, or a name */
	u32 value;		/* or the lower end, or bits of a prefix */
	u32 upper;		/* or a mask */
	bool four, six;
};

/*
 * four: 198.51.100.1:4000 > 203.0.113.1:80 TCP by NAT, which conntrack does, to
 *	10.0.0.1:8080 of web, idle for 10 s of its 60 s, never answered
 * six: [2001:db8:1::1]:5000 > [2001:db8:2::1]:53 UDP by mark 0x15 to fd00::1 of
 *	dns, just answered, its last packet being in the future
 */
static const struct match_case match_cases[] = {
	{ "everything", 0, NULL, 0, 0, true, true },
	{ "source", MX_MATCH_SRC, "198.51.100.1", 32, 0, true, false },
	{ "source of IPv6", MX_MATCH_SRC, "2001:db8:1::1", 128, 0, false, true },
	{ "another source", MX_MATCH_SRC, "198.51.100.2", 32, 0, false, false },
	{ "a prefix's last bit", MX_MATCH_SRC, "198.51.100.0", 31, 0, true,
	  false },
	{ "a prefix beside it", MX_MATCH_SRC, "198.51.101.0", 24, 0, false,
	  false },
	{ "all of IPv4", MX_MATCH_SRC, "0.0.0.0", 0, 0, true, false },
	{ "all of IPv6", MX_MATCH_SRC, "::", 0, 0, false, true },
	{ "a prefix of IPv6", MX_MATCH_DST, "2001:db8:2::", 64, 0, false,
	  true },
	{ "a prefix across words", MX_MATCH_DST, "2001:db8::", 33, 0, false,
	  true },
	{ "a longer prefix", MX_MATCH_DST, "2001:db8:3::", 48, 0, false,
	  false },
	{ "destination", MX_MATCH_DST, "203.0.113.1", 32, 0, true, false },
	{ "bytes alike, family not", MX_MATCH_SRC, "c633:6401::", 32, 0, false,
	  false },
	{ "source port", MX_MATCH_SPORT, NULL, 4000, 4000, true, false },
	{ "source ports", MX_MATCH_SPORT, NULL, 4000, 5000, true, true },
	{ "source ports between", MX_MATCH_SPORT, NULL, 4001, 4999, false,
	  false },
	{ "destination port", MX_MATCH_DPORT, NULL, 53, 53, false, true },
	{ "destination ports", MX_MATCH_DPORT, NULL, 0, 79, false, true },
	{ "protocol", MX_MATCH_PROTO, NULL, IPPROTO_TCP, 0, true, false },
	{ "group", MX_MATCH_GROUP, "dns", 0, 0, false, true },
	{ "beginning of a group", MX_MATCH_GROUP, "we", 0, 0, false, false },
	{ "server", MX_MATCH_SERVER, "10.0.0.1", 0, 0, true, false },
	{ "service as a server", MX_MATCH_SERVER, "203.0.113.1", 0, 0, false,
	  false },
	{ "server's port", MX_MATCH_SERVER_PORT, NULL, 5353, 0, false, true },
	{ "state", MX_MATCH_STATE, NULL, MUTEX_FLOW_STATE_NEW, 0, true, false },
	{ "state of nobody", MX_MATCH_STATE, NULL, MUTEX_FLOW_STATE_CLOSED, 0,
	  false, false },
	{ "forward", MX_MATCH_FORWARD, NULL, MUTEX_FORWARD_MARK, 0, false,
	  true },
	{ "forward by NAT", MX_MATCH_FORWARD, NULL, MUTEX_FORWARD_NAT, 0, true,
	  false },
	{ "by conntrack", MX_MATCH_CT, NULL, MUTEX_CT_ON, 0, true, false },
	{ "not by conntrack", MX_MATCH_CT, NULL, MUTEX_CT_OFF, 0, false, true },
	{ "active", MX_MATCH_ACTIVE, NULL, 1, 0, true, true },
	{ "not active", MX_MATCH_ACTIVE, NULL, 0, 0, false, false },
	{ "no fast path", MX_MATCH_FAST, NULL, 0, 0, true, true },
	{ "a fast path", MX_MATCH_FAST, NULL, BIT(MX_DIR_ORIG), 0, false,
	  false },
	{ "answered", MX_MATCH_ANSWERED, NULL, 1, 0, false, true },
	{ "not answered", MX_MATCH_ANSWERED, NULL, 0, 0, true, false },
	{ "IPv4", MX_MATCH_FAMILY, NULL, AF_INET, 0, true, false },
	{ "IPv6", MX_MATCH_FAMILY, NULL, AF_INET6, 0, false, true },
	{ "mark", MX_MATCH_MARK, NULL, 0x15, U32_MAX, false, true },
	{ "a bit of the mark", MX_MATCH_MARK, NULL, 4, 4, false, true },
	{ "no bit of the mark", MX_MATCH_MARK, NULL, 0, 0xf0, true, false },
	{ "any mark", MX_MATCH_MARK, NULL, 0, 0, true, true },
	{ "idle for 0", MX_MATCH_IDLE, NULL, 0, 0, true, true },
	{ "idle", MX_MATCH_IDLE, NULL, 9000, 0, true, false },
	{ "idle for just so long", MX_MATCH_IDLE, NULL, 10000, 0, true, false },
	{ "idle for longer", MX_MATCH_IDLE, NULL, 30000, 0, false, false },
	{ "ends soon", MX_MATCH_EXPIRES, NULL, 55000, 0, true, false },
	{ "ends just then", MX_MATCH_EXPIRES, NULL, 50000, 0, true, false },
	{ "ends sooner", MX_MATCH_EXPIRES, NULL, 30000, 0, false, false },
	{ "ends at all", MX_MATCH_EXPIRES, NULL, U32_MAX, 0, true, true },
};

static void match_case_desc(const struct match_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(match, match_cases, match_case_desc);

static struct mx_flow_match *match_fill(struct kunit *test,
					const struct match_case *c)
{
	struct mx_flow_match *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, m);
	m->set = c->set;
	if (c->set == MX_MATCH_GROUP)
		strscpy(m->group, c->text, sizeof(m->group));
	else if (c->set == MX_MATCH_SRC)
		m->src_family = mx_fix_addr(test, c->text, &m->src);
	else if (c->set == MX_MATCH_DST)
		m->dst_family = mx_fix_addr(test, c->text, &m->dst);
	else if (c->set == MX_MATCH_SERVER)
		m->server_family = mx_fix_addr(test, c->text, &m->server);
	/* only what is set counts, so all may have the value */
	m->src_plen = c->value;
	m->dst_plen = c->value;
	m->sport = c->value;
	m->sport_max = c->upper;
	m->dport = c->value;
	m->dport_max = c->upper;
	m->proto = c->value;
	m->server_port = htons(c->value);
	m->state = c->value;
	m->forward = c->value;
	m->ct = c->value;
	m->active = c->value;
	m->fast = c->value;
	m->answered = c->value;
	m->family = c->value;
	m->mark = c->value;
	m->mark_mask = c->upper;
	m->idle = c->value;
	m->expires = c->value;
	return m;
}

struct match_flows {
	struct mx_flow *four, *six;
};

static struct match_flows match_flows(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *web = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_fix_group *dns = mx_fix_group(f, "dns", &mx_sched_rr);
	struct match_flows flows;
	struct mx_server *a, *x;
	struct mx_packet pkt;

	a = mx_fix_server(f, web, "10.0.0.1", 8080, MUTEX_SERVER_STATE_UP);
	x = mx_fix_server(f, dns, "fd00::1", 5353, MUTEX_SERVER_STATE_UP);
	pkt = mx_fix_packet(test, IPPROTO_TCP, "198.51.100.1", 4000,
			    "203.0.113.1", 80, MX_TCP_SYN);
	flows.four = mx_fix_flow(f, &pkt, a, MX_FORWARD_CT);
	pkt = mx_fix_packet(test, IPPROTO_UDP, "2001:db8:1::1", 5000,
			    "2001:db8:2::1", 53, 0);
	flows.six = mx_fix_flow(f, &pkt, x, MUTEX_FORWARD_MARK);
	KUNIT_ASSERT_FALSE(test, IS_ERR(flows.four) || IS_ERR(flows.six));
	flows.six->mark = 0x15;
	flows.six->state = MUTEX_FLOW_STATE_ESTABLISHED;
	set_bit(MX_FLOW_REPLIED, &flows.six->flags);
	f->cfg->settings.timeout[MX_TIMEOUT_SYN] = 60000;
	f->cfg->settings.timeout[MX_TIMEOUT_UDP] = 300000;
	return flows;
}

static bool match_does(struct mx_fix *f, const struct mx_flow *flow, u32 now,
		       const struct mx_flow_match *m)
{
	bool does;

	rcu_read_lock();
	does = mx_flow_matches(flow, &f->cfg->settings, now, m);
	rcu_read_unlock();
	return does;
}

static void match_by_one_field(struct kunit *test)
{
	const struct match_case *c = test->param_value;
	struct match_flows flows = match_flows(test);
	struct mx_flow_match *m = match_fill(test, c);
	struct mx_fix *f = test->priv;
	u32 now = (u32)jiffies;

	WRITE_ONCE(flows.four->last, now - (u32)msecs_to_jiffies(10000));
	WRITE_ONCE(flows.six->last, now + 1);
	KUNIT_EXPECT_EQ(test, match_does(f, flows.four, now, m), c->four);
	KUNIT_EXPECT_EQ(test, match_does(f, flows.six, now, m), c->six);
}

static void match_by_all_that_is_set(struct kunit *test)
{
	struct match_flows flows = match_flows(test);
	struct mx_fix *f = test->priv;
	struct mx_flow_match *m;

	m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m);
	KUNIT_EXPECT_TRUE(test, match_does(f, flows.four, 0, NULL));
	m->set = MX_MATCH_PROTO | MX_MATCH_DPORT | MX_MATCH_FORWARD;
	m->proto = IPPROTO_TCP;
	m->dport = 80;
	m->dport_max = 80;
	m->forward = MUTEX_FORWARD_NAT;
	KUNIT_EXPECT_TRUE(test, match_does(f, flows.four, 0, m));
	m->forward = MUTEX_FORWARD_ROUTE;
	KUNIT_EXPECT_FALSE(test, match_does(f, flows.four, 0, m));
	m->forward = MUTEX_FORWARD_NAT;
	m->dport = 81;
	m->dport_max = 81;
	KUNIT_EXPECT_FALSE(test, match_does(f, flows.four, 0, m));
}

/* A direction has a fast path if it has a next hop. */
static void match_by_fast_path(struct kunit *test)
{
	struct match_flows flows = match_flows(test);
	struct mx_flow *flow = flows.four;
	struct mx_hop *hop = (struct mx_hop *)8;	/* nobody follows it */

	KUNIT_EXPECT_EQ(test, mx_flow_fast(flow), 0);
	RCU_INIT_POINTER(flow->hop[MX_DIR_REPLY], hop);
	KUNIT_EXPECT_EQ(test, mx_flow_fast(flow), BIT(MX_DIR_REPLY));
	RCU_INIT_POINTER(flow->hop[MX_DIR_ORIG], hop);
	KUNIT_EXPECT_EQ(test, mx_flow_fast(flow),
			BIT(MX_DIR_REPLY) | BIT(MX_DIR_ORIG));
	RCU_INIT_POINTER(flow->hop[MX_DIR_REPLY], NULL);
	KUNIT_EXPECT_EQ(test, mx_flow_fast(flow), BIT(MX_DIR_ORIG));
	RCU_INIT_POINTER(flow->hop[MX_DIR_ORIG], NULL);
}

static void match_is_what_flush_takes(struct kunit *test)
{
	struct match_flows flows = match_flows(test);
	struct mx_server *x = flows.six->server;
	struct mx_fix *f = test->priv;
	struct mx_flow_match *m;

	m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m);
	m->set = MX_MATCH_STATE;
	m->state = MUTEX_FLOW_STATE_CLOSED;
	KUNIT_EXPECT_EQ(test, mx_flow_flush(&f->flows, m), 0);
	m->set = MX_MATCH_GROUP;
	strscpy(m->group, "dns", sizeof(m->group));
	KUNIT_EXPECT_EQ(test, mx_flow_flush(&f->flows, m), 1);
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&x->member.active), 0);
	KUNIT_EXPECT_EQ(test, mx_flow_flush(&f->flows, NULL), 1);
	KUNIT_EXPECT_EQ(test, mx_flow_count(&f->flows), 0);
}

static struct kunit_case mx_flow_match_test_cases[] = {
	KUNIT_CASE_PARAM(match_by_one_field, match_gen_params),
	KUNIT_CASE(match_by_all_that_is_set),
	KUNIT_CASE(match_by_fast_path),
	KUNIT_CASE(match_is_what_flush_takes),
	{ }
};

static struct kunit_suite mx_flow_match_test_suite = {
	.name = "mx_flow_match",
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = mx_flow_match_test_cases,
};

kunit_test_suite(mx_flow_match_test_suite);
