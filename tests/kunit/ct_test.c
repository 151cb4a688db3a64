// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of groups whose decisions connection tracking carries out. */
#include "fixture.h"
#include "xmit/ct.h"

#define CT_CLIENT4	"198.51.100.1"
#define CT_SERVICE4	"203.0.113.1"
#define CT_SERVER4	"10.0.0.1"
#define CT_OTHER4	"10.0.0.2"
#define CT_CLIENT6	"2001:db8:1::1"
#define CT_SERVICE6	"2001:db8:2::1"
#define CT_SERVER6	"fd00::1"

struct ct_plan_case {
	const char *desc;
	bool opens, over, known, unfit;
	enum mx_ct_plan plan;
};

static const struct ct_plan_case ct_plan_cases[] = {
	{ "mid-stream, to a member", false, false, true, false, MX_CT_ADOPT },
	{ "mid-stream, to a member that is down", false, false, true, true,
	  MX_CT_ADOPT },
	{ "mid-stream, to nobody of the group", false, false, false, false,
	  MX_CT_LEAVE },
	{ "the end of a closed one", false, true, true, false, MX_CT_LEAVE },
	{ "a SYN sent again", true, false, true, false, MX_CT_ADOPT },
	{ "a SYN to a member that is down", true, false, true, true,
	  MX_CT_ANEW },
	{ "a SYN on a closed one", true, true, true, false, MX_CT_ANEW },
	{ "one from before there was a group", true, false, false, false,
	  MX_CT_ANEW },
};

static void ct_plan_desc(const struct ct_plan_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(ct_plan, ct_plan_cases, ct_plan_desc);

static void ct_plan_test(struct kunit *test)
{
	const struct ct_plan_case *c = test->param_value;
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "g", &mx_sched_rr);
	struct mx_ct_conn conn = { .found = MX_CT_ORIG, .over = c->over };
	struct mx_server *s;

	s = mx_fix_server(f, g, CT_SERVER4, 80, MUTEX_SERVER_STATE_UP);
	s->unfit = c->unfit;
	KUNIT_EXPECT_EQ(test, c->plan,
			mx_ct_plan(&conn, c->opens, c->known ? s : NULL));
	s->unfit = false;
}

struct ct_opens_case {
	const char *desc;
	u8 proto, tcp_flags;
	bool opens;
};

static const struct ct_opens_case ct_opens_cases[] = {
	{ "SYN", IPPROTO_TCP, MX_TCP_SYN, true },
	{ "SYN and ACK", IPPROTO_TCP, MX_TCP_SYN | MX_TCP_ACK, false },
	{ "ACK", IPPROTO_TCP, MX_TCP_ACK, false },
	{ "FIN", IPPROTO_TCP, MX_TCP_FIN | MX_TCP_ACK, false },
	{ "UDP", IPPROTO_UDP, 0, true },
	{ "ICMP", IPPROTO_ICMP, 0, true },
};

static void ct_opens_desc(const struct ct_opens_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(ct_opens, ct_opens_cases, ct_opens_desc);

static void ct_opens_test(struct kunit *test)
{
	const struct ct_opens_case *c = test->param_value;
	struct mx_packet pkt = mx_fix_packet(test, c->proto, CT_CLIENT4, 1000,
					     CT_SERVICE4, 80, c->tcp_flags);

	KUNIT_EXPECT_EQ(test, c->opens, mx_ct_opens(&pkt));
}

/* A tracked connection of @proto that is answered from @addr and @port. */
static struct mx_ct_conn ct_conn(struct kunit *test, u8 proto, const char *addr,
				 u16 port)
{
	bool v6 = strchr(addr, ':');
	struct mx_ct_conn conn = {
		.key = mx_fix_key(test, proto, v6 ? CT_CLIENT6 : CT_CLIENT4,
				  1000, v6 ? CT_SERVICE6 : CT_SERVICE4, 80),
		.port = htons(port),
		.found = MX_CT_ORIG,
	};

	mx_fix_addr(test, addr, &conn.addr);
	return conn;
}

static void ct_server_test(struct kunit *test)
{
	struct mx_server *first, *other, *six;
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "g", &mx_sched_rr);
	const struct mx_group_conf *conf;
	struct mx_ct_conn conn;

	first = mx_fix_server(f, g, CT_SERVER4, 80, MUTEX_SERVER_STATE_UP);
	other = mx_fix_server(f, g, CT_OTHER4, 0, MUTEX_SERVER_STATE_DOWN);
	six = mx_fix_server(f, g, CT_SERVER6, 80, MUTEX_SERVER_STATE_UP);
	mx_fix_publish(f, g);

	rcu_read_lock();
	conf = rcu_dereference(g->group->conf[0]);
	conn = ct_conn(test, IPPROTO_TCP, CT_SERVER4, 80);
	KUNIT_EXPECT_PTR_EQ(test, first, mx_ct_server(conf, &conn));
	conn = ct_conn(test, IPPROTO_TCP, CT_SERVER4, 81);
	KUNIT_EXPECT_NULL(test, mx_ct_server(conf, &conn));
	conn = ct_conn(test, IPPROTO_TCP, CT_OTHER4, 4711);
	KUNIT_EXPECT_PTR_EQ(test, other, mx_ct_server(conf, &conn));
	conn = ct_conn(test, IPPROTO_TCP, CT_SERVICE4, 80);
	KUNIT_EXPECT_NULL(test, mx_ct_server(conf, &conn));
	conn = ct_conn(test, IPPROTO_ICMP, CT_SERVER4, 0);
	KUNIT_EXPECT_PTR_EQ(test, first, mx_ct_server(conf, &conn));
	conn = ct_conn(test, IPPROTO_UDP, CT_SERVER6, 80);
	KUNIT_EXPECT_PTR_EQ(test, six, mx_ct_server(conf, &conn));
	rcu_read_unlock();
}

struct ct_dest_case {
	const char *desc;
	u8 forward, proto;
	const char *client, *service, *server;
	u16 server_port;
	bool leads;
	u16 port;
};

static const struct ct_dest_case ct_dest_cases[] = {
	{ "TCP", MX_FORWARD_CT, IPPROTO_TCP, CT_CLIENT4, CT_SERVICE4,
	  CT_SERVER4, 8080, true, 8080 },
	{ "TCP over IPv6", MX_FORWARD_CT, IPPROTO_TCP, CT_CLIENT6, CT_SERVICE6,
	  CT_SERVER6, 8080, true, 8080 },
	{ "the packet's own port", MX_FORWARD_CT, IPPROTO_UDP, CT_CLIENT4,
	  CT_SERVICE4, CT_SERVER4, 0, true, 80 },
	{ "an ICMP echo has no port", MX_FORWARD_CT, IPPROTO_ICMP, CT_CLIENT4,
	  CT_SERVICE4, CT_SERVER4, 8080, true, 0 },
	{ "mutex's own NAT", MUTEX_FORWARD_NAT, IPPROTO_TCP, CT_CLIENT4,
	  CT_SERVICE4, CT_SERVER4, 8080, false, 0 },
	{ "direct routing", MUTEX_FORWARD_ROUTE, IPPROTO_TCP, CT_CLIENT4,
	  CT_SERVICE4, CT_SERVER4, 8080, false, 0 },
};

static void ct_dest_desc(const struct ct_dest_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(ct_dest, ct_dest_cases, ct_dest_desc);

static void ct_dest_test(struct kunit *test)
{
	const struct ct_dest_case *c = test->param_value;
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "g", &mx_sched_rr);
	u16 sport = c->proto == IPPROTO_ICMP ? 80 : 1000;
	struct mx_packet pkt = mx_fix_packet(test, c->proto, c->client, sport,
					     c->service, 80, MX_TCP_SYN);
	union nf_inet_addr addr;
	struct mx_ct_dest to;
	struct mx_server *s;
	struct mx_key reply;
	bool leads;
	u8 family;

	s = mx_fix_server(f, g, c->server, c->server_port,
			  MUTEX_SERVER_STATE_UP);
	mx_fix_flow(f, &pkt, s, c->forward);
	family = mx_fix_addr(test, c->server, &addr);

	rcu_read_lock();
	leads = mx_ct_dest(&f->flows, &pkt.key, &to);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, c->leads, leads);
	if (!leads)
		return;
	KUNIT_EXPECT_EQ(test, c->port, ntohs(to.port));
	KUNIT_EXPECT_TRUE(test, !memcmp(&addr, &to.addr, family == AF_INET ?
					sizeof(to.addr.ip) : sizeof(to.addr)));

	/* what comes from the server begins nothing */
	mx_key_invert(&reply, &pkt.key);
	if (family == AF_INET)
		reply.v4.saddr = addr.ip;
	else
		reply.v6.saddr = addr.in6;
	if (c->port)
		reply.sport = htons(c->port);
	rcu_read_lock();
	KUNIT_EXPECT_NOT_NULL(test, mx_flow_lookup(&f->flows, &reply));
	KUNIT_EXPECT_FALSE(test, mx_ct_dest(&f->flows, &reply, &to));
	rcu_read_unlock();
}

static void ct_forward_test(struct kunit *test)
{
	struct mx_group_params params = { .forward = MUTEX_FORWARD_NAT };
	struct mx_flow flow = { };

	KUNIT_EXPECT_EQ(test, MUTEX_FORWARD_NAT, mx_group_forward(&params));
	params.ct = true;
	KUNIT_EXPECT_EQ(test, MX_FORWARD_CT, mx_group_forward(&params));
	flow.forward = MX_FORWARD_CT;
	KUNIT_EXPECT_EQ(test, MUTEX_FORWARD_NAT, mx_flow_forward(&flow));
	flow.forward = MUTEX_FORWARD_ROUTE;
	KUNIT_EXPECT_EQ(test, MUTEX_FORWARD_ROUTE, mx_flow_forward(&flow));
}

static struct kunit_case ct_cases[] = {
	KUNIT_CASE_PARAM(ct_plan_test, ct_plan_gen_params),
	KUNIT_CASE_PARAM(ct_opens_test, ct_opens_gen_params),
	KUNIT_CASE(ct_server_test),
	KUNIT_CASE_PARAM(ct_dest_test, ct_dest_gen_params),
	KUNIT_CASE(ct_forward_test),
	{ }
};

static struct kunit_suite ct_suite = {
	.name = "mx_ct",
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = ct_cases,
};

kunit_test_suite(ct_suite);
