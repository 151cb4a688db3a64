// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of how a flow follows TCP.
 *
 *         SYN           SYN+ACK                  FIN of the client
 *   NEW ------> SYN ----------------> ESTABLISHED ----------------> FIN of client
 *                |  \                   ^   |                            |
 *                |   \ ACK of client    |   | FIN of the server          | FIN of the
 *                |    \                 |   v                            | server
 *                |     v   server speaks|  FIN of server                 |
 *                |   ESTABLISHED -------+   |                            |
 *                |   (server unheard)       | FIN of the client          |
 *                |      |                   v                            |
 *                +------+------------> CLOSED <--------------------------+
 *             FIN of the client, whose server was never heard (its replies do
 *             not pass here); and RST of anybody, from any state
 *
 * A letter stands for a state and what is known beside it:
 *
 *   N  new                              C  FIN of the client was seen
 *   S  SYN, server unheard              V  FIN of the server was seen
 *   H  SYN, server heard                X  closed
 *   U  established, server unheard
 *   E  established, server heard
 */
#include <linux/ktime.h>
#include <linux/prandom.h>
#include "fixture.h"

#define TCP_STATES	"NSHUECVX"

enum tcp_event {
	TCP_SYN,
	TCP_SYN_ACK,
	TCP_ACK,
	TCP_FIN,
	TCP_RST,
	TCP_EVENTS
};

static const u8 tcp_flags[TCP_EVENTS] = {
	[TCP_SYN] = MX_TCP_SYN,
	[TCP_SYN_ACK] = MX_TCP_SYN | MX_TCP_ACK,
	[TCP_ACK] = MX_TCP_ACK,
	[TCP_FIN] = MX_TCP_FIN | MX_TCP_ACK,
	[TCP_RST] = MX_TCP_RST,
};

/* What each packet, of the client and of the server, makes of each state. */
static const struct tcp_row {
	char state;
	const char *desc;
	const char *next[TCP_EVENTS];
} tcp_rows[] = {
	/*                         SYN   SYN+ACK ACK   FIN   RST */
	{ 'N', "new",            { "SH", "SH",   "SH", "XV", "XX" } },
	{ 'S', "SYN",            { "SE", "SE",   "UE", "XV", "XX" } },
	{ 'H', "SYN, heard",     { "HE", "HE",   "EE", "CV", "XX" } },
	{ 'U', "established, unheard", { "UE", "UE", "UU", "XV", "XX" } },
	{ 'E', "established",    { "EE", "EE",   "EE", "CV", "XX" } },
	{ 'C', "client's FIN",   { "CC", "CC",   "CC", "CX", "XX" } },
	{ 'V', "server's FIN",   { "VV", "VV",   "VV", "XV", "XX" } },
	{ 'X', "closed",         { "XX", "XX",   "XX", "XX", "XX" } },
};

static void tcp_row_desc(const struct tcp_row *row, char *desc)
{
	strscpy(desc, row->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(tcp_row, tcp_rows, tcp_row_desc);

static char tcp_state(const struct mx_flow *flow)
{
	bool heard = test_bit(MX_FLOW_REPLIED, &flow->flags);

	switch (flow->state) {
	case MUTEX_FLOW_STATE_NEW:
		return 'N';
	case MUTEX_FLOW_STATE_SYN:
		return heard ? 'H' : 'S';
	case MUTEX_FLOW_STATE_ESTABLISHED:
		return heard ? 'E' : 'U';
	case MUTEX_FLOW_STATE_FIN:
		return test_bit(MX_FLOW_FIN_ORIG, &flow->flags) ? 'C' : 'V';
	case MUTEX_FLOW_STATE_CLOSED:
		return 'X';
	default:
		return '?';
	}
}

static void tcp_seen(struct mx_flow *flow, unsigned int dir, u8 flags)
{
	local_bh_disable();
	rcu_read_lock();
	mx_flow_seen(flow, dir, flags, (u32)jiffies, 40, 1);
	rcu_read_unlock();
	local_bh_enable();
}

static struct mx_flow *tcp_flow(struct mx_fix *f, struct mx_server *server,
				u16 port, u8 flags)
{
	struct mx_packet pkt = mx_fix_packet(f->test, IPPROTO_TCP,
					     "198.51.100.1", port,
					     "203.0.113.1", 80, flags);
	struct mx_flow *flow = mx_fix_flow(f, &pkt, server, MUTEX_FORWARD_NAT);

	KUNIT_ASSERT_FALSE(f->test, IS_ERR(flow));
	return flow;
}

/* Brings a new flow to a state, by packets. */
static struct mx_flow *tcp_flow_in(struct mx_fix *f, struct mx_server *server,
				   u16 port, char state)
{
	struct mx_flow *flow = tcp_flow(f, server, port, MX_TCP_SYN);

	if (state == 'H')
		tcp_seen(flow, MX_DIR_REPLY, MX_TCP_SYN | MX_TCP_ACK);
	else if (state != 'N')
		tcp_seen(flow, MX_DIR_ORIG, MX_TCP_SYN);
	if (state == 'U')
		tcp_seen(flow, MX_DIR_ORIG, MX_TCP_ACK);
	if (strchr("ECVX", state))
		tcp_seen(flow, MX_DIR_REPLY, MX_TCP_SYN | MX_TCP_ACK);
	if (state == 'C' || state == 'X')
		tcp_seen(flow, MX_DIR_ORIG, MX_TCP_FIN | MX_TCP_ACK);
	if (state == 'V' || state == 'X')
		tcp_seen(flow, MX_DIR_REPLY, MX_TCP_FIN | MX_TCP_ACK);
	KUNIT_ASSERT_EQ(f->test, tcp_state(flow), state);
	return flow;
}

static u32 tcp_active(const struct mx_server *server)
{
	return atomic_read(&server->member.active);
}

static u64 tcp_stat(const struct mx_server *server, enum mx_server_stat i)
{
	return mx_stats_read(&server->stats, i);
}

/* Every state, every event, both directions; row 48 on the way. */
static void tcp_transition(struct kunit *test)
{
	const struct tcp_row *row = test->param_value;
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_server *a;
	struct mx_flow *flow;
	u16 port = 1;
	u32 e, dir;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	for (e = 0; e < TCP_EVENTS; e++) {
		for (dir = 0; dir < 2; dir++) {
			char want = row->next[e][dir], got;
			/* a server that refuses before it spoke has failed */
			bool fails = dir == MX_DIR_REPLY && e == TCP_RST &&
				     strchr("NS", row->state);
			u64 failed = tcp_stat(a, MX_SERVER_FAILED);
			u32 others = tcp_active(a);

			flow = tcp_flow_in(f, a, port++, row->state);
			KUNIT_EXPECT_EQ(test, tcp_active(a),
					others + (row->state != 'X'));
			tcp_seen(flow, dir, tcp_flags[e]);
			got = tcp_state(flow);
			if (got != want)
				KUNIT_FAIL(test, "%c, event %u, dir %u: %c, want %c",
					   row->state, e, dir, got, want);
			KUNIT_EXPECT_EQ(test, tcp_active(a),
					others + (want != 'X'));
			KUNIT_EXPECT_EQ(test, tcp_stat(a, MX_SERVER_FAILED),
					failed + fails);
		}
	}
}

/* The table above leads nowhere but to its own states. */
static void tcp_table_is_closed(struct kunit *test)
{
	unsigned int i, e, dir;
	const char *next;

	KUNIT_EXPECT_EQ(test, ARRAY_SIZE(tcp_rows), strlen(TCP_STATES));
	for (i = 0; i < ARRAY_SIZE(tcp_rows); i++) {
		KUNIT_EXPECT_EQ(test, tcp_rows[i].state, TCP_STATES[i]);
		for (e = 0; e < TCP_EVENTS; e++) {
			next = tcp_rows[i].next[e];
			for (dir = 0; dir < 2; dir++)
				KUNIT_EXPECT_NOT_NULL(test, strchr(TCP_STATES,
								   next[dir]));
		}
	}
}

/* Row 49: from SYN to SYN+ACK. */
static void tcp_latency_is_of_the_handshake(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_latency);
	struct mx_flow *flow;
	struct mx_server *a;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	flow = tcp_flow(f, a, 1, MX_TCP_SYN);
	tcp_seen(flow, MX_DIR_ORIG, MX_TCP_SYN);
	KUNIT_EXPECT_NE(test, flow->stamp, 0);
	flow->stamp = (u32)ktime_to_us(ktime_get()) - 5000;
	tcp_seen(flow, MX_DIR_REPLY, MX_TCP_SYN | MX_TCP_ACK);
	KUNIT_EXPECT_EQ(test, tcp_stat(a, MX_SERVER_SAMPLES), 1);
	KUNIT_EXPECT_GE(test, tcp_stat(a, MX_SERVER_LATENCY), 5000);
	KUNIT_EXPECT_LT(test, tcp_stat(a, MX_SERVER_LATENCY), 5000000);
	KUNIT_EXPECT_EQ(test, a->latency_min, tcp_stat(a, MX_SERVER_LATENCY));
	KUNIT_EXPECT_EQ(test, a->latency_max, a->latency_min);
	/* what comes later is the application's time */
	tcp_seen(flow, MX_DIR_ORIG, MX_TCP_ACK);
	tcp_seen(flow, MX_DIR_REPLY, MX_TCP_ACK);
	tcp_seen(flow, MX_DIR_REPLY, MX_TCP_FIN | MX_TCP_ACK);
	KUNIT_EXPECT_EQ(test, tcp_stat(a, MX_SERVER_SAMPLES), 1);
}

/* Which of two SYNs an answer is for is unknown: no sample (Karn, 1987). */
static void tcp_syn_sent_again_gives_no_sample(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_latency);
	struct mx_flow *flow;
	struct mx_server *a;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	flow = tcp_flow_in(f, a, 1, 'S');
	tcp_seen(flow, MX_DIR_ORIG, MX_TCP_SYN);
	tcp_seen(flow, MX_DIR_REPLY, MX_TCP_SYN | MX_TCP_ACK);
	KUNIT_EXPECT_EQ(test, tcp_state(flow), 'E');
	KUNIT_EXPECT_EQ(test, tcp_stat(a, MX_SERVER_SAMPLES), 0);
	/* a refusal is no answer either */
	flow = tcp_flow_in(f, a, 2, 'S');
	tcp_seen(flow, MX_DIR_REPLY, MX_TCP_RST | MX_TCP_ACK);
	KUNIT_EXPECT_EQ(test, tcp_stat(a, MX_SERVER_SAMPLES), 0);
	KUNIT_EXPECT_EQ(test, tcp_stat(a, MX_SERVER_FAILED), 1);
}

static void tcp_met_in_midstream_is_established(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_flow *flow;
	struct mx_server *a;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	flow = tcp_flow(f, a, 1, MX_TCP_ACK);
	KUNIT_EXPECT_EQ(test, tcp_state(flow), 'U');
	tcp_seen(flow, MX_DIR_REPLY, MX_TCP_FIN | MX_TCP_ACK);
	KUNIT_EXPECT_EQ(test, tcp_state(flow), 'V');
	/* when it began is unknown */
	KUNIT_EXPECT_EQ(test, tcp_stat(a, MX_SERVER_SAMPLES), 0);
	tcp_seen(flow, MX_DIR_ORIG, MX_TCP_FIN | MX_TCP_ACK);
	KUNIT_EXPECT_EQ(test, tcp_state(flow), 'X');
	KUNIT_EXPECT_EQ(test, tcp_active(a), 0);
}

/* A client that uses its port again gets a new decision, nobody else does. */
static void tcp_syn_reopens_what_is_closed(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_flow *flow;
	struct mx_server *a;
	unsigned int i, e, dir;

	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	for (i = 0; i < strlen(TCP_STATES); i++) {
		flow = tcp_flow_in(f, a, i, TCP_STATES[i]);
		for (e = 0; e < TCP_EVENTS; e++)
			for (dir = 0; dir < 2; dir++)
				KUNIT_EXPECT_EQ(test, strchr("CVX",
							     TCP_STATES[i]) &&
						e == TCP_SYN &&
						dir == MX_DIR_ORIG,
						mx_flow_reopens(flow, dir,
								tcp_flags[e]));
	}
	/* the last one is closed: its port is free for a new flow at once */
	rcu_read_lock();
	KUNIT_EXPECT_TRUE(test, mx_flow_remove(&f->flows, flow));
	rcu_read_unlock();
	flow = tcp_flow(f, a, i - 1, MX_TCP_SYN);
	KUNIT_EXPECT_EQ(test, tcp_state(flow), 'N');
}

#define TCP_WALK_FLOWS	200
#define TCP_WALK_STEPS	40000

/* Random histories: what counts as active is what is open, at every step. */
static void tcp_active_counts_each_flow_once(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	u32 i, n, e, dir, open = 0, wrong = 0;
	struct rnd_state rnd;
	struct mx_flow **flow;
	struct mx_server *a;
	bool was;

	flow = kunit_kcalloc(test, TCP_WALK_FLOWS, sizeof(*flow), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, flow);
	a = mx_fix_server(f, g, "10.0.0.1", 80, MUTEX_SERVER_STATE_UP);
	prandom_seed_state(&rnd, 20240229);
	for (i = 0; i < TCP_WALK_STEPS; i++) {
		n = prandom_u32_state(&rnd) % TCP_WALK_FLOWS;
		e = prandom_u32_state(&rnd) % (TCP_EVENTS + 1);
		dir = prandom_u32_state(&rnd) % 2;
		was = flow[n] && tcp_state(flow[n]) != 'X';
		if (!flow[n]) {
			flow[n] = tcp_flow(f, a, n, tcp_flags[e % TCP_EVENTS]);
			open++;
		} else if (e == TCP_EVENTS) {
			rcu_read_lock();
			wrong += !mx_flow_remove(&f->flows, flow[n]);
			rcu_read_unlock();
			flow[n] = NULL;
			open -= was;
		} else {
			tcp_seen(flow[n], dir, tcp_flags[e]);
			open -= was && tcp_state(flow[n]) == 'X';
		}
		wrong += tcp_active(a) != open;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, tcp_active(a), open);
}

static struct kunit_case mx_flow_tcp_test_cases[] = {
	KUNIT_CASE_PARAM(tcp_transition, tcp_row_gen_params),
	KUNIT_CASE(tcp_table_is_closed),
	KUNIT_CASE(tcp_latency_is_of_the_handshake),
	KUNIT_CASE(tcp_syn_sent_again_gives_no_sample),
	KUNIT_CASE(tcp_met_in_midstream_is_established),
	KUNIT_CASE(tcp_syn_reopens_what_is_closed),
	KUNIT_CASE(tcp_active_counts_each_flow_once),
	{ }
};

static struct kunit_suite mx_flow_tcp_test_suite = {
	.name = "mx_flow_tcp",
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = mx_flow_tcp_test_cases,
};

kunit_test_suite(mx_flow_tcp_test_suite);
