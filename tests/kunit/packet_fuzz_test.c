// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of random packets: well-formed ones with bytes changed and ends
 * cut off, read and rewritten. What is read must lie in the packet and depend
 * on nothing around it, nor on how the packet lies in memory.
 */
#include <kunit/test.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/prandom.h>
#include "base/flow_key.h"
#include "skb.h"
#include "xmit/nat.h"

/* Of each kind. All together take some seconds with every check on. */
#define PACKET_FUZZ_RUNS	8000

static const struct mx_test_spec packet_fuzz_specs[] = {
	{ "TCP", AF_INET, IPPROTO_TCP },
	{ "TCP with options", AF_INET, IPPROTO_TCP, .brim = true },
	{ "UDP", AF_INET, IPPROTO_UDP },
	{ "SCTP", AF_INET, IPPROTO_SCTP },
	{ "DCCP", AF_INET, IPPROTO_DCCP },
	{ "echo", AF_INET, IPPROTO_ICMP, .type = ICMP_ECHO },
	{ "error about TCP", AF_INET, IPPROTO_TCP, .error = ICMP_DEST_UNREACH },
	{ "error about an echo", AF_INET, IPPROTO_ICMP, .type = ICMP_ECHO,
	  .error = ICMP_TIME_EXCEEDED },
	{ "TCP over IPv6", AF_INET6, IPPROTO_TCP },
	{ "TCP behind extension headers", AF_INET6, IPPROTO_TCP, .brim = true },
	{ "UDP over IPv6", AF_INET6, IPPROTO_UDP },
	{ "SCTP behind extension headers", AF_INET6, IPPROTO_SCTP,
	  .brim = true },
	{ "AH behind extension headers", AF_INET6, IPPROTO_AH, .brim = true },
	{ "echo over IPv6", AF_INET6, IPPROTO_ICMPV6,
	  .type = ICMPV6_ECHO_REQUEST },
	{ "ICMPv6 error about UDP", AF_INET6, IPPROTO_UDP,
	  .error = ICMPV6_PKT_TOOBIG },
	{ "ICMPv6 error about TCP behind extension headers", AF_INET6,
	  IPPROTO_TCP, .brim = true, .error = ICMPV6_TIME_EXCEED },
};

static void packet_fuzz_desc(const struct mx_test_spec *spec, char *desc)
{
	strscpy(desc, spec->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(packet_fuzz, packet_fuzz_specs, packet_fuzz_desc);

static u32 packet_fuzz_below(struct rnd_state *rnd, u32 n)
{
	return prandom_u32_state(rnd) % n;
}

/* Most changes hit a header, and most of them one bit or one telling value. */
static u32 packet_fuzz_spoil(struct rnd_state *rnd, u8 *buf, u32 len)
{
	static const u8 telling[] = {
		0x00, 0x01, 0x04, 0x06, 0x11, 0x2b, 0x2c, 0x33, 0x3a, 0x3c,
		0x40, 0x45, 0x4f, 0x60, 0x7f, 0x80, 0xff,
	};
	u32 n, at;

	for (n = packet_fuzz_below(rnd, 5); n; n--) {
		at = packet_fuzz_below(rnd, min(len, 100U));
		switch (packet_fuzz_below(rnd, 3)) {
		case 0:
			buf[at] ^= BIT(packet_fuzz_below(rnd, 8));
			break;
		case 1:
			buf[at] = telling[packet_fuzz_below(rnd,
							    sizeof(telling))];
			break;
		default:
			buf[at] = prandom_u32_state(rnd);
		}
	}
	return packet_fuzz_below(rnd, 3) ? len : packet_fuzz_below(rnd, len + 1);
}

static bool packet_fuzz_same(const struct mx_packet *a,
			     const struct mx_packet *b)
{
	return mx_key_equal(&a->key, &b->key) && a->ports == b->ports &&
	       a->thoff == b->thoff && a->inner_noff == b->inner_noff &&
	       a->inner_thoff == b->inner_thoff && a->dscp == b->dscp &&
	       a->df == b->df && a->tcp_flags == b->tcp_flags;
}

/* Why what was read cannot be true, or NULL. */
static const char *packet_fuzz_wrong(enum mx_key_kind kind,
				     const struct mx_packet *pkt, u32 len)
{
	if (kind == MX_KEY_BAD)
		return NULL;
	if (pkt->key.family != AF_INET && pkt->key.family != AF_INET6)
		return "family";
	if (pkt->noff || pkt->thoff > len || pkt->dscp > 63)
		return "header";
	if (kind == MX_KEY_FRAGMENT)
		return pkt->thoff < 20 ? "fragment" : NULL;
	if (kind == MX_KEY_ICMP_ERROR)
		return pkt->inner_noff != pkt->thoff + 8 ||
		       pkt->inner_thoff > len ? "quoted header" : NULL;
	if (pkt->ports && pkt->thoff + 8 > len)
		return "ports";
	if (pkt->tcp_flags && pkt->key.proto != IPPROTO_TCP)
		return "TCP flags";
	return NULL;
}

static enum mx_key_kind packet_fuzz_read(struct kunit *test, const u8 *buf,
					 u32 len, u32 linear, u8 poison,
					 struct mx_packet *pkt)
{
	struct sk_buff *skb = mx_test_skb(buf, len, linear, poison);
	enum mx_key_kind kind;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	memset(pkt, 0, sizeof(*pkt));
	kind = mx_key_parse(skb, 0, pkt);
	kfree_skb(skb);
	return kind;
}

/* What is rewritten is read as what it was rewritten to; else it is as before. */
static void packet_fuzz_rewrite(struct kunit *test, const u8 *buf, u32 len,
				u32 linear, enum mx_key_kind kind, bool src)
{
	struct mx_nat_edit edit = { .port = htons(4321), .src = src };
	struct mx_packet pkt, now;
	struct mx_key want;
	struct sk_buff *skb;
	bool icmp;
	int err;

	skb = mx_test_skb(buf, len, linear, 0xaa);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	memset(&pkt, 0, sizeof(pkt));
	KUNIT_ASSERT_EQ(test, kind, mx_key_parse(skb, 0, &pkt));
	icmp = pkt.key.proto == IPPROTO_ICMP || pkt.key.proto == IPPROTO_ICMPV6;
	if (icmp || !pkt.ports)
		edit.port = 0;
	want = pkt.key;
	if (pkt.key.family == AF_INET) {
		edit.addr.ip = htonl(0x0a000001);
		*(src ? &want.v4.saddr : &want.v4.daddr) = edit.addr.ip;
	} else {
		edit.addr.in6.s6_addr32[0] = htonl(0xfd000000);
		edit.addr.in6.s6_addr32[3] = htonl(1);
		*(src ? &want.v6.saddr : &want.v6.daddr) = edit.addr.in6;
	}
	if (edit.port)
		*(src ? &want.sport : &want.dport) = edit.port;
	if (kind == MX_KEY_OK)
		err = mx_nat_rewrite(skb, &pkt, &edit);
	else
		err = mx_nat_icmp_error(skb, &pkt, &edit);
	KUNIT_EXPECT_EQ(test, skb->len, len);
	memset(&now, 0, sizeof(now));
	if (mx_key_parse(skb, 0, &now) != kind ||
	    !mx_key_equal(&now.key, err ? &pkt.key : &want))
		KUNIT_FAIL(test, "%*ph: rewritten (%d) to something else",
			   min(len, 64U), buf, err);
	kfree_skb(skb);
}

static void packet_of_random_bytes_is_read_alike(struct kunit *test)
{
	static const struct mx_test_ends ends = { 10, 20, 1234, 80 };
	const struct mx_test_spec *spec = test->param_value;
	u32 seen[MX_KEY_BAD + 1] = {};
	struct mx_packet one, two;
	enum mx_key_kind kind;
	struct rnd_state rnd;
	u8 *good, *buf;
	const char *wrong;
	u32 i, len, full, l4, linear;

	good = kunit_kzalloc(test, MX_TEST_LEN, GFP_KERNEL);
	buf = kunit_kzalloc(test, MX_TEST_LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, good);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	full = mx_test_build(good, spec, &ends, &l4);
	prandom_seed_state(&rnd, 20240229 + spec->proto + spec->error);
	for (i = 0; i < PACKET_FUZZ_RUNS; i++) {
		memcpy(buf, good, full);
		len = packet_fuzz_spoil(&rnd, buf, full);
		linear = len ? packet_fuzz_below(&rnd, len) + 1 : 0;
		kind = packet_fuzz_read(test, buf, len, len, 0x00, &one);
		seen[kind]++;
		wrong = packet_fuzz_wrong(kind, &one, len);
		if (wrong)
			KUNIT_FAIL(test, "%*ph: %s", min(len, 64U), buf, wrong);
		if (packet_fuzz_read(test, buf, len, linear, 0xff,
				     &two) != kind ||
		    (kind != MX_KEY_BAD && !packet_fuzz_same(&one, &two)))
			KUNIT_FAIL(test, "%*ph: read in two ways",
				   min(len, 64U), buf);
		if (kind == MX_KEY_OK || kind == MX_KEY_ICMP_ERROR)
			packet_fuzz_rewrite(test, buf, len, linear, kind,
					    i % 2);
		if (!(i % 1000))
			cond_resched();
	}
	/* the changes are neither too few nor too many */
	KUNIT_EXPECT_GT(test, seen[MX_KEY_BAD], PACKET_FUZZ_RUNS / 20);
	KUNIT_EXPECT_GT(test, seen[MX_KEY_OK] + seen[MX_KEY_ICMP_ERROR],
			PACKET_FUZZ_RUNS / 20);
}

static struct kunit_case mx_packet_fuzz_test_cases[] = {
	KUNIT_CASE_PARAM(packet_of_random_bytes_is_read_alike,
			 packet_fuzz_gen_params),
	{ }
};

static struct kunit_suite mx_packet_fuzz_test_suite = {
	.name = "mx_packet_fuzz",
	.test_cases = mx_packet_fuzz_test_cases,
};

kunit_test_suite(mx_packet_fuzz_test_suite);
