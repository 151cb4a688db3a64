// SPDX-License-Identifier: GPL-2.0
/* Checks: when they run, what results come to, and what counts as an answer. */
#include <kunit/test.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include "skb.h"
#include "xmit/check.h"

#define CHECK_PORT	61234
#define CHECK_SEQ	0x12340000u	/* what mx_test_build() gives TCP */

static const u8 check_families[] = { AF_INET, AF_INET6 };

static void check_family_desc(const u8 *family, char *desc)
{
	strscpy(desc, *family == AF_INET ? "ipv4" : "ipv6",
		KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(check_family, check_families, check_family_desc);

static void check_has_defaults(struct kunit *test)
{
	struct mx_check_params *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	mx_check_defaults(p);
	KUNIT_EXPECT_EQ(test, p->interval, 2000);
	KUNIT_EXPECT_EQ(test, p->rise, 2);
	KUNIT_EXPECT_EQ(test, p->fall, 3);
}

static void check_begins_within_an_interval(struct kunit *test)
{
	ktime_t now = 5 * NSEC_PER_SEC;
	u32 i, seen = 0;
	s64 wait;

	KUNIT_EXPECT_EQ(test, mx_check_first(now, 1000, 0), now);
	KUNIT_EXPECT_LT(test, mx_check_first(now, 1000, U32_MAX),
			now + NSEC_PER_SEC);
	KUNIT_EXPECT_LT(test, mx_check_first(now, 3600000, U32_MAX),
			now + 3600 * NSEC_PER_SEC);
	for (i = 0; i < 16; i++) {
		wait = mx_check_first(now, 1000, i << 28) - now;
		seen |= 1u << div_s64(wait * 16, NSEC_PER_SEC);
	}
	KUNIT_EXPECT_EQ(test, seen, 0xffffu);
}

static void check_keeps_its_place(struct kunit *test)
{
	static const s64 late[] = { 0, 1, NSEC_PER_SEC - 1, NSEC_PER_SEC,
				    NSEC_PER_SEC + 1, 3600 * NSEC_PER_SEC };
	ktime_t start = 7777, next;
	s32 rest;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(late); i++) {
		next = mx_check_after(start, start + late[i], 1000);
		KUNIT_EXPECT_GT(test, next, start + late[i]);
		KUNIT_EXPECT_LE(test, next, start + late[i] + NSEC_PER_SEC);
		div_s64_rem(next - start, NSEC_PER_SEC, &rest);
		KUNIT_EXPECT_EQ(test, rest, 0);
	}
}

static void check_tokens_are_spread(struct kunit *test)
{
	const siphash_key_t key = { { 1, 2 } }, other = { { 1, 3 } };
	struct mx_check_token t, u;
	u32 i, seen = 0, same = 0;

	for (i = 0; i < 1000; i++) {
		t = mx_check_token(42, i, &key);
		KUNIT_ASSERT_GE(test, t.port, (u16)MX_CHECK_PORT_MIN);
		KUNIT_ASSERT_LT(test, (u32)t.port, MX_CHECK_PORT_MIN +
				(1u << MX_CHECK_PORT_BITS));
		seen |= 1u << ((t.port - MX_CHECK_PORT_MIN) >>
			       (MX_CHECK_PORT_BITS - 5));
		u = mx_check_token(42, i, &other);
		same += t.seq == u.seq;
		u = mx_check_token(43, i, &key);
		same += t.seq == u.seq;
		u = mx_check_token(42, i + 1, &key);
		same += t.seq == u.seq;
	}
	KUNIT_EXPECT_EQ(test, seen, U32_MAX);
	KUNIT_EXPECT_EQ(test, same, 0u);
}

/* Results as '+' and '-'; verdicts as 'G', 'B', and '.' for none. */
static void check_verdicts(struct kunit *test)
{
	static const struct {
		u8 rise, fall;
		const char *results, *verdicts;
	} cases[] = {
		{ 1, 1, "+-+--+", "GBGBBG" },
		{ 2, 3, "+++--+--+---+++", ".GG..G..G..B.GG" },
		{ 2, 3, "---++-+-++", "..B.G.G.GG" },
		{ 255, 1, "+++-", "...B" },
	};
	struct mx_check_params *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	struct mx_check_score score;
	bool good;
	u32 i, k;
	char v;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);

	mx_check_defaults(p);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(&score, 0, sizeof(score));
		p->rise = cases[i].rise;
		p->fall = cases[i].fall;
		for (k = 0; cases[i].results[k]; k++) {
			good = cases[i].results[k] == '+';
			v = ".GB"[mx_check_judge(&score, good, p)];
			KUNIT_EXPECT_EQ_MSG(test, v, cases[i].verdicts[k],
					    "case %u, result %u", i, k);
		}
	}
}

/* What the packet in @buf brings to a check that awaits @a. */
static u8 check_read(struct kunit *test, const u8 *buf, u32 len, u32 linear,
		     const struct mx_awaited *a)
{
	struct sk_buff *skb = mx_test_skb(buf, len, linear, 0xa5);
	struct mx_packet pkt;
	u8 result;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	result = mx_check_read(skb, &pkt, mx_key_parse(skb, 0, &pkt), a);
	kfree_skb(skb);
	return result;
}

static const struct mx_test_ends check_from_server = {
	.src = 2, .dst = 1, .sport = 80, .dport = CHECK_PORT
};

static const struct mx_test_ends check_to_server = {
	.src = 1, .dst = 2, .sport = CHECK_PORT, .dport = 80
};

static void check_reads_tcp(struct kunit *test)
{
	const u8 *family = test->param_value;
	const struct mx_test_spec spec = { .family = *family,
					   .proto = IPPROTO_TCP };
	/* the packet acknowledges 0 */
	struct mx_awaited a = { .kind = MUTEX_CHECK_TCP,
				.token = { .seq = U32_MAX,
					   .port = CHECK_PORT } };
	static const u8 others[] = { 0x02, 0x10, 0x13, 0x04, 0x18, 0x00, 0x11 };
	u8 buf[MX_TEST_LEN];
	u32 l4, len, i;

	len = mx_test_build(buf, &spec, &check_from_server, &l4);
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
			(u8)MUTEX_CHECK_RESULT_GOOD);
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, 1, &a),
			(u8)MUTEX_CHECK_RESULT_GOOD);
	for (i = 0; i < l4 + 20; i++)
		KUNIT_EXPECT_EQ(test, check_read(test, buf, i, i, &a),
				(u8)MUTEX_CHECK_RESULT_NONE);
	/* any other acknowledgment, any other port */
	for (i = 0; i < 48; i++) {
		u8 *at = buf + l4 + (i < 16 ? 2 : 6) + i / 8;

		*at ^= 1 << i % 8;
		KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
				(u8)MUTEX_CHECK_RESULT_NONE);
		*at ^= 1 << i % 8;
	}
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		buf[l4 + 13] = others[i];
		KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
				(u8)MUTEX_CHECK_RESULT_NONE);
	}
	buf[l4 + 13] = 0x14;
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
			(u8)MUTEX_CHECK_RESULT_REFUSED);
}

static void check_reads_udp(struct kunit *test)
{
	const u8 *family = test->param_value;
	const struct mx_test_spec spec = { .family = *family,
					   .proto = IPPROTO_UDP,
					   .word = 0x6f6b };
	struct mx_awaited a = { .kind = MUTEX_CHECK_UDP,
				.token = { .port = CHECK_PORT },
				.expect = "ok", .len = 2 };
	u8 buf[MX_TEST_LEN];
	u32 l4, len, i;

	len = mx_test_build(buf, &spec, &check_from_server, &l4);
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, 1, &a),
			(u8)MUTEX_CHECK_RESULT_GOOD);
	for (i = 0; i < len; i++)
		KUNIT_EXPECT_EQ(test, check_read(test, buf, i, i, &a),
				(u8)MUTEX_CHECK_RESULT_NONE);
	a.expect = "oK";
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
			(u8)MUTEX_CHECK_RESULT_MISMATCH);
	a.expect = buf;
	a.len = 128;
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
			(u8)MUTEX_CHECK_RESULT_MISMATCH);
	a.len = 0;
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
			(u8)MUTEX_CHECK_RESULT_GOOD);
	/* a length that has no room for the header */
	buf[l4 + 5] = 7;
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
			(u8)MUTEX_CHECK_RESULT_NONE);
	buf[l4 + 5] = len - l4;
	a.token.port++;
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
			(u8)MUTEX_CHECK_RESULT_NONE);
}

static void check_reads_echo(struct kunit *test)
{
	const u8 *family = test->param_value;
	bool four = *family == AF_INET;
	struct mx_test_spec spec = {
		.family = *family,
		.proto = four ? IPPROTO_ICMP : IPPROTO_ICMPV6,
		.type = four ? ICMP_ECHOREPLY : ICMPV6_ECHO_REPLY,
	};
	/* the identifier is the source's port, the number 77 */
	struct mx_awaited a = { .kind = MUTEX_CHECK_ICMP,
				.token = { .seq = 80 << 16 | 77 } };
	u8 buf[MX_TEST_LEN];
	u32 l4, len;

	len = mx_test_build(buf, &spec, &check_from_server, &l4);
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, 1, &a),
			(u8)MUTEX_CHECK_RESULT_GOOD);
	KUNIT_EXPECT_EQ(test, check_read(test, buf, l4 + 7, l4 + 7, &a),
			(u8)MUTEX_CHECK_RESULT_NONE);
	a.token.seq ^= 1;
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
			(u8)MUTEX_CHECK_RESULT_NONE);
	a.token.seq ^= 1 | 1 << 16;
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
			(u8)MUTEX_CHECK_RESULT_NONE);
	/* a reply has no code, a request is no reply */
	a.token.seq = 80 << 16 | 77;
	buf[l4 + 1] = 1;
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
			(u8)MUTEX_CHECK_RESULT_NONE);
	buf[l4 + 1] = 0;
	buf[l4] = four ? ICMP_ECHO : ICMPV6_ECHO_REQUEST;
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
			(u8)MUTEX_CHECK_RESULT_NONE);
}

/* The result of an error of some type and code, with so much quoted. */
static u8 check_error(struct kunit *test, u8 family, u8 type, u8 code,
		      u16 quote, const struct mx_awaited *a)
{
	const struct mx_test_spec spec = {
		.family = family,
		.proto = a->kind == MUTEX_CHECK_UDP ? IPPROTO_UDP : IPPROTO_TCP,
		.error = type,
		.quote = quote,
		.router = true,
	};
	u8 buf[MX_TEST_LEN];
	u32 len, l4;

	len = mx_test_build(buf, &spec, &check_to_server, &l4);
	buf[(family == AF_INET ? 20 : 40) + 1] = code;
	return check_read(test, buf, len, len, a);
}

static void check_reads_errors(struct kunit *test)
{
	const u8 *family = test->param_value;
	bool four = *family == AF_INET;
	u8 unreach = four ? ICMP_DEST_UNREACH : ICMPV6_DEST_UNREACH;
	struct mx_awaited a = { .kind = MUTEX_CHECK_TCP,
				.token = { .seq = CHECK_SEQ,
					   .port = CHECK_PORT } };

	KUNIT_EXPECT_EQ(test, check_error(test, *family, unreach, 1, 8, &a),
			(u8)MUTEX_CHECK_RESULT_UNREACHABLE);
	KUNIT_EXPECT_EQ(test, check_error(test, *family, unreach, 4, 8, &a),
			four ? (u8)MUTEX_CHECK_RESULT_NONE :
			       (u8)MUTEX_CHECK_RESULT_UNREACHABLE);
	KUNIT_EXPECT_EQ(test, check_error(test, *family, four ?
					  ICMP_TIME_EXCEEDED :
					  ICMPV6_TIME_EXCEED, 0, 8, &a),
			(u8)MUTEX_CHECK_RESULT_NONE);
	KUNIT_EXPECT_EQ(test, check_error(test, *family, unreach, 1, 7, &a),
			(u8)MUTEX_CHECK_RESULT_NONE);
	a.token.seq++;
	KUNIT_EXPECT_EQ(test, check_error(test, *family, unreach, 1, 8, &a),
			(u8)MUTEX_CHECK_RESULT_NONE);
	a.kind = MUTEX_CHECK_UDP;
	KUNIT_EXPECT_EQ(test, check_error(test, *family, unreach, 3, 8, &a),
			(u8)MUTEX_CHECK_RESULT_UNREACHABLE);
	a.token.port++;
	KUNIT_EXPECT_EQ(test, check_error(test, *family, unreach, 3, 8, &a),
			(u8)MUTEX_CHECK_RESULT_NONE);
}

/* An error that quotes an echo: of the request only, and of ours. */
static void check_reads_errors_of_echoes(struct kunit *test)
{
	const u8 *family = test->param_value;
	bool four = *family == AF_INET;
	struct mx_test_spec spec = {
		.family = *family,
		.proto = four ? IPPROTO_ICMP : IPPROTO_ICMPV6,
		.type = four ? ICMP_ECHO : ICMPV6_ECHO_REQUEST,
		.error = four ? ICMP_DEST_UNREACH : ICMPV6_DEST_UNREACH,
		.router = true,
	};
	struct mx_awaited a = { .kind = MUTEX_CHECK_ICMP };
	u8 buf[MX_TEST_LEN];
	u32 l4, len;

	len = mx_test_build(buf, &spec, &check_to_server, &l4);
	a.token.seq = buf[l4 + 4] << 24 | buf[l4 + 5] << 16 |
		      buf[l4 + 6] << 8 | buf[l4 + 7];
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
			(u8)MUTEX_CHECK_RESULT_UNREACHABLE);
	buf[l4] = four ? ICMP_ECHOREPLY : ICMPV6_ECHO_REPLY;
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
			(u8)MUTEX_CHECK_RESULT_NONE);
	buf[l4] = spec.type;
	a.token.seq ^= 1;
	KUNIT_EXPECT_EQ(test, check_read(test, buf, len, len, &a),
			(u8)MUTEX_CHECK_RESULT_NONE);
}

static bool check_glance(struct kunit *test, const u8 *buf, u32 len, u8 family)
{
	struct sk_buff *skb = mx_test_skb(buf, len, len, 0xa5);
	bool may;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	may = mx_check_candidate(skb, family);
	kfree_skb(skb);
	return may;
}

/* Of ICMP, replies and errors that say that nobody is there. */
static void check_glances_at_icmp(struct kunit *test)
{
	const u8 *family = test->param_value;
	bool four = *family == AF_INET;
	const struct mx_test_spec spec = {
		.family = *family,
		.proto = four ? IPPROTO_ICMP : IPPROTO_ICMPV6,
	};
	u8 buf[MX_TEST_LEN];
	u32 l4, len, type;

	len = mx_test_build(buf, &spec, &check_from_server, &l4);
	for (type = 0; type < 256; type++) {
		buf[l4] = type;
		KUNIT_EXPECT_EQ(test, check_glance(test, buf, len, *family),
				four ? type == ICMP_ECHOREPLY ||
				       type == ICMP_DEST_UNREACH :
				       type == ICMPV6_ECHO_REPLY ||
				       type == ICMPV6_DEST_UNREACH ||
				       type == ICMPV6_PKT_TOOBIG);
	}
	if (!four)
		return;
	/* a fragment is no answer */
	buf[l4] = ICMP_ECHOREPLY;
	buf[6] = 0x20;
	KUNIT_EXPECT_FALSE(test, check_glance(test, buf, len, *family));
}

/* Most packets are told from answers by a glance. */
static void check_glances(struct kunit *test)
{
	const u8 *family = test->param_value;
	const struct mx_test_spec spec = { .family = *family,
					   .proto = IPPROTO_TCP };
	struct mx_test_ends ends = check_from_server;
	struct sk_buff *skb;
	u8 buf[MX_TEST_LEN];
	u32 l4, len, i;

	len = mx_test_build(buf, &spec, &ends, &l4);
	for (i = 0; i <= len; i++) {
		skb = mx_test_skb(buf, i, i, 0xa5);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, mx_check_candidate(skb, *family),
				i >= l4 + 4);
		kfree_skb(skb);
	}
	ends.dport = MX_CHECK_PORT_MIN - 1;
	len = mx_test_build(buf, &spec, &ends, &l4);
	skb = mx_test_skb(buf, len, len, 0xa5);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	KUNIT_EXPECT_FALSE(test, mx_check_candidate(skb, *family));
	kfree_skb(skb);
	ends.dport = MX_CHECK_PORT_MIN + (1 << MX_CHECK_PORT_BITS);
	len = mx_test_build(buf, &spec, &ends, &l4);
	skb = mx_test_skb(buf, len, len, 0xa5);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	KUNIT_EXPECT_FALSE(test, mx_check_candidate(skb, *family));
	kfree_skb(skb);
}

/* Servers wait their turn beyond so many answers awaited, first come first. */
static void check_awaits_so_many(struct kunit *test)
{
	struct mx_server *server[3];
	struct mx_checker *ck;
	u32 i;

	ck = kunit_kzalloc(test, sizeof(*ck), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ck);
	timerqueue_init_head(&ck->queue);
	INIT_LIST_HEAD(&ck->line);
	KUNIT_EXPECT_NULL(test, mx_check_turn(ck));
	for (i = 0; i < ARRAY_SIZE(server); i++) {
		server[i] = kunit_kzalloc(test, sizeof(*server[i]), GFP_KERNEL);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, server[i]);
		mx_check_init(&server[i]->check);
		mx_check_line_up(ck, &server[i]->check);
	}
	atomic_set(&ck->waiting, MX_CHECK_WAITING_MAX);
	KUNIT_EXPECT_NULL(test, mx_check_turn(ck));
	atomic_set(&ck->waiting, MX_CHECK_WAITING_MAX - 1);
	KUNIT_EXPECT_PTR_EQ(test, mx_check_turn(ck), server[0]);
	/* whose check ends and is due again comes after the others */
	mx_check_line_up(ck, &server[0]->check);
	/* who lines up twice stands there once, at the end */
	mx_check_line_up(ck, &server[1]->check);
	KUNIT_EXPECT_PTR_EQ(test, mx_check_turn(ck), server[2]);
	atomic_inc(&ck->waiting);
	KUNIT_EXPECT_NULL(test, mx_check_turn(ck));
	atomic_dec(&ck->waiting);
	KUNIT_EXPECT_PTR_EQ(test, mx_check_turn(ck), server[0]);
	KUNIT_EXPECT_PTR_EQ(test, mx_check_turn(ck), server[1]);
	KUNIT_EXPECT_NULL(test, mx_check_turn(ck));
}

static struct kunit_case check_cases[] = {
	KUNIT_CASE(check_has_defaults),
	KUNIT_CASE(check_begins_within_an_interval),
	KUNIT_CASE(check_keeps_its_place),
	KUNIT_CASE(check_tokens_are_spread),
	KUNIT_CASE(check_verdicts),
	KUNIT_CASE(check_awaits_so_many),
	KUNIT_CASE_PARAM(check_reads_tcp, check_family_gen_params),
	KUNIT_CASE_PARAM(check_reads_udp, check_family_gen_params),
	KUNIT_CASE_PARAM(check_reads_echo, check_family_gen_params),
	KUNIT_CASE_PARAM(check_reads_errors, check_family_gen_params),
	KUNIT_CASE_PARAM(check_reads_errors_of_echoes, check_family_gen_params),
	KUNIT_CASE_PARAM(check_glances, check_family_gen_params),
	KUNIT_CASE_PARAM(check_glances_at_icmp, check_family_gen_params),
	{}
};

static struct kunit_suite check_suite = {
	.name = "mx_check",
	.test_cases = check_cases,
};

kunit_test_suite(check_suite);
