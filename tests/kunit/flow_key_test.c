// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the flow key: how it is read, inverted and hashed. */
#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>

#include "base/flow_key.h"
#include "skb.h"

static const struct mx_test_ends mx_key_ends = { 10, 20, 1234, 80 };

/* Reads @buf laid out linearly up to @linear, between bytes of @poison. */
static enum mx_key_kind mx_key_read(struct kunit *test, const u8 *buf, u32 len,
				    u32 linear, u8 poison,
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

static bool mx_key_test_same(const struct mx_packet *a,
			     const struct mx_packet *b)
{
	return mx_key_equal(&a->key, &b->key) && a->ports == b->ports &&
	       a->thoff == b->thoff && a->inner_noff == b->inner_noff &&
	       a->inner_thoff == b->inner_thoff && a->dscp == b->dscp &&
	       a->inner_end == b->inner_end && a->df == b->df &&
	       a->tcp_flags == b->tcp_flags;
}

#define MX_4	.family = AF_INET
#define MX_6	.family = AF_INET6

static const struct mx_test_spec mx_key_specs[] = {
	{ "tcp4", MX_4, .proto = IPPROTO_TCP },
	{ "udp4", MX_4, .proto = IPPROTO_UDP },
	{ "udplite4", MX_4, .proto = IPPROTO_UDPLITE },
	{ "sctp4", MX_4, .proto = IPPROTO_SCTP },
	{ "dccp4", MX_4, .proto = IPPROTO_DCCP },
	{ "gre4", MX_4, .proto = IPPROTO_GRE },
	{ "esp4", MX_4, .proto = IPPROTO_ESP },
	{ "ah4", MX_4, .proto = IPPROTO_AH },
	{ "ah4 options", MX_4, .proto = IPPROTO_AH, .brim = true },
	{ "echo4", MX_4, .proto = IPPROTO_ICMP, .type = ICMP_ECHO },
	{ "echo reply4", MX_4, .proto = IPPROTO_ICMP, .type = ICMP_ECHOREPLY },
	{ "timestamp4", MX_4, .proto = IPPROTO_ICMP, .type = ICMP_TIMESTAMP },
	{ "tcp4 options", MX_4, .proto = IPPROTO_TCP, .brim = true },
	{ "udp4 options", MX_4, .proto = IPPROTO_UDP, .brim = true },
	{ "tcp6", MX_6, .proto = IPPROTO_TCP },
	{ "udp6", MX_6, .proto = IPPROTO_UDP },
	{ "udplite6", MX_6, .proto = IPPROTO_UDPLITE },
	{ "sctp6", MX_6, .proto = IPPROTO_SCTP },
	{ "dccp6", MX_6, .proto = IPPROTO_DCCP },
	{ "gre6", MX_6, .proto = IPPROTO_GRE },
	{ "esp6", MX_6, .proto = IPPROTO_ESP },
	{ "ah6", MX_6, .proto = IPPROTO_AH },
	{ "ah6 chain", MX_6, .proto = IPPROTO_AH, .brim = true },
	{ "none6", MX_6, .proto = IPPROTO_NONE },
	{ "echo6", MX_6, .proto = IPPROTO_ICMPV6, .type = 128 },
	{ "echo reply6", MX_6, .proto = IPPROTO_ICMPV6, .type = 129 },
	{ "listener6", MX_6, .proto = IPPROTO_ICMPV6, .type = 130 },
	{ "neighbour6", MX_6, .proto = IPPROTO_ICMPV6, .type = 135 },
	{ "redirect6", MX_6, .proto = IPPROTO_ICMPV6, .type = 137 },
	{ "tcp6 chain", MX_6, .proto = IPPROTO_TCP, .brim = true },
	{ "udp6 chain", MX_6, .proto = IPPROTO_UDP, .brim = true },
	{ "echo6 chain", MX_6, .proto = IPPROTO_ICMPV6, .type = 128,
	  .brim = true },
	{ "unreachable4 tcp", MX_4, .proto = IPPROTO_TCP, .error = 3 },
	{ "quench4 udp", MX_4, .proto = IPPROTO_UDP, .error = 4 },
	{ "redirect4 tcp", MX_4, .proto = IPPROTO_TCP, .error = 5 },
	{ "exceeded4 sctp", MX_4, .proto = IPPROTO_SCTP, .error = 11 },
	{ "parameter4 dccp", MX_4, .proto = IPPROTO_DCCP, .error = 12 },
	{ "unreachable4 echo", MX_4, .proto = IPPROTO_ICMP, .type = ICMP_ECHO,
	  .error = 3 },
	{ "unreachable4 gre", MX_4, .proto = IPPROTO_GRE, .error = 3 },
	{ "unreachable4 ah", MX_4, .proto = IPPROTO_AH, .error = 3 },
	{ "unreachable4 gre options", MX_4, .proto = IPPROTO_GRE, .error = 3,
	  .brim = true },
	{ "unreachable4 8 bytes", MX_4, .proto = IPPROTO_TCP, .error = 3,
	  .quote = 8 },
	{ "unreachable4 options", MX_4, .proto = IPPROTO_UDP, .error = 3,
	  .brim = true },
	{ "unreachable6 tcp", MX_6, .proto = IPPROTO_TCP, .error = 1 },
	{ "too big6 udp", MX_6, .proto = IPPROTO_UDP, .error = 2 },
	{ "exceeded6 udplite", MX_6, .proto = IPPROTO_UDPLITE, .error = 3 },
	{ "parameter6 chain", MX_6, .proto = IPPROTO_TCP, .error = 4,
	  .brim = true },
	{ "unreachable6 echo", MX_6, .proto = IPPROTO_ICMPV6, .type = 128,
	  .error = 1 },
	{ "too big6 ah", MX_6, .proto = IPPROTO_AH, .error = 2 },
	{ "too big6 ah chain", MX_6, .proto = IPPROTO_AH, .error = 2,
	  .brim = true },
};

static void mx_key_spec_desc(const struct mx_test_spec *spec, char *desc)
{
	strscpy(desc, spec->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mx_key_spec, mx_key_specs, mx_key_spec_desc);

/* Has that protocol ports, or an identifier in their place? */
static bool mx_key_spec_ports(const struct mx_test_spec *spec)
{
	switch (spec->proto) {
	case IPPROTO_ICMP:
		return spec->type == ICMP_ECHO || spec->type == ICMP_ECHOREPLY;
	case IPPROTO_ICMPV6:
		return spec->type == 128 || spec->type == 129;
	case IPPROTO_GRE:
	case IPPROTO_ESP:
	case IPPROTO_AH:
	case IPPROTO_NONE:
		return false;
	default:
		return true;
	}
}

/* Bytes of transport header that must be there for a key. */
static u32 mx_key_spec_need(const struct mx_test_spec *spec)
{
	switch (spec->proto) {
	case IPPROTO_GRE:
	case IPPROTO_ESP:
	case IPPROTO_AH:
	case IPPROTO_NONE:
		return 0;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return spec->error ? 6 : 8;
	case IPPROTO_TCP:
		return spec->error ? 4 : 24;	/* with its options */
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return spec->error ? 4 : 12;
	default:
		return spec->error ? 4 : 8;
	}
}

static void mx_key_expect(struct kunit *test, const struct mx_test_spec *spec,
			  const struct mx_packet *pkt)
{
	bool icmp = spec->proto == IPPROTO_ICMP ||
		    spec->proto == IPPROTO_ICMPV6;
	const struct mx_key *key = &pkt->key;
	u16 sport = 0, dport = 0;
	u8 src[16], dst[16];

	if (mx_key_spec_ports(spec)) {
		sport = mx_key_ends.sport;
		dport = icmp ? sport : mx_key_ends.dport;
	}
	KUNIT_EXPECT_EQ(test, key->family, spec->family);
	KUNIT_EXPECT_EQ(test, key->proto, spec->proto);
	KUNIT_EXPECT_EQ(test, pkt->ports, mx_key_spec_ports(spec));
	KUNIT_EXPECT_EQ(test, ntohs(key->sport), sport);
	KUNIT_EXPECT_EQ(test, ntohs(key->dport), dport);
	KUNIT_EXPECT_EQ(test, key->dir, 0);
	KUNIT_EXPECT_EQ(test, key->pad, 0);
	if (spec->family == AF_INET) {
		KUNIT_EXPECT_EQ(test, ntohl(key->v4.saddr), mx_test_addr4(10));
		KUNIT_EXPECT_EQ(test, ntohl(key->v4.daddr), mx_test_addr4(20));
	} else {
		mx_test_addr6(src, 10);
		mx_test_addr6(dst, 20);
		KUNIT_EXPECT_EQ(test, memcmp(&key->v6.saddr, src, 16), 0);
		KUNIT_EXPECT_EQ(test, memcmp(&key->v6.daddr, dst, 16), 0);
	}
	KUNIT_EXPECT_EQ(test, pkt->tcp_flags,
			spec->proto == IPPROTO_TCP && !spec->error ? 0x12 : 0);
	if (!spec->error)
		KUNIT_EXPECT_EQ(test, pkt->dscp, 0x2e);
	KUNIT_EXPECT_TRUE(test, pkt->df);
}

/* Every kind of packet, however it lies in memory, and with padding after it. */
static void flow_key_reads_every_kind(struct kunit *test)
{
	const struct mx_test_spec *spec = test->param_value;
	enum mx_key_kind want = spec->error ? MX_KEY_ICMP_ERROR : MX_KEY_OK;
	struct mx_packet pkt, other;
	u8 buf[MX_TEST_LEN];
	u32 len, l4, i;

	len = mx_test_build(buf, spec, &mx_key_ends, &l4);
	KUNIT_ASSERT_EQ(test, mx_key_read(test, buf, len, len, 0xff, &pkt),
			want);
	mx_key_expect(test, spec, &pkt);
	KUNIT_EXPECT_EQ(test, spec->error ? pkt.inner_thoff : pkt.thoff, l4);
	if (spec->error)
		KUNIT_EXPECT_EQ(test, pkt.inner_end, len);
	for (i = 0; i < len; i++) {
		KUNIT_EXPECT_EQ(test, mx_key_read(test, buf, len, i, 0, &other),
				want);
		KUNIT_EXPECT_TRUE(test, mx_key_test_same(&pkt, &other));
	}
	KUNIT_EXPECT_EQ(test, mx_key_read(test, buf, len + 6, len + 6, 0,
					  &other), want);
	KUNIT_EXPECT_TRUE(test, mx_key_test_same(&pkt, &other));
}

/* A packet that is shorter than it says has no key. */
static void flow_key_refuses_truncated(struct kunit *test)
{
	const struct mx_test_spec *spec = test->param_value;
	struct mx_packet pkt;
	u8 buf[MX_TEST_LEN];
	u32 len, l4, i;

	len = mx_test_build(buf, spec, &mx_key_ends, &l4);
	for (i = 0; i < len; i++) {
		KUNIT_EXPECT_EQ(test, mx_key_read(test, buf, i, i, 0, &pkt),
				MX_KEY_BAD);
		KUNIT_EXPECT_EQ(test, mx_key_read(test, buf, i, i / 2, 0, &pkt),
				MX_KEY_BAD);
	}
}

static void mx_key_set_len(u8 *buf, u32 len)
{
	u8 *field = buf[0] >> 4 == 4 ? buf + 2 : buf + 4;

	if (buf[0] >> 4 == 6)
		len -= 40;
	field[0] = len >> 8;
	field[1] = len;
}

/*
 * A packet that is short and says so has a key from the length on at which
 * its headers are whole; what follows its end makes no difference.
 */
static void flow_key_honours_length(struct kunit *test)
{
	const struct mx_test_spec *spec = test->param_value;
	u32 len, l4, i, need, least = spec->family == AF_INET ? 20 : 40;
	struct mx_packet a, b;
	u8 buf[MX_TEST_LEN];
	enum mx_key_kind kind;

	len = mx_test_build(buf, spec, &mx_key_ends, &l4);
	need = l4 + mx_key_spec_need(spec);
	for (i = least; i < len; i++) {
		mx_key_set_len(buf, i);
		kind = mx_key_read(test, buf, i, i, 0xff, &a);
		KUNIT_EXPECT_EQ_MSG(test, kind == MX_KEY_BAD, i < need,
				    "length %u", i);
		KUNIT_EXPECT_EQ(test, mx_key_read(test, buf, i, i, 0, &b),
				kind);
		if (kind != MX_KEY_BAD)
			KUNIT_EXPECT_TRUE(test, mx_key_test_same(&a, &b));
		KUNIT_EXPECT_EQ(test, mx_key_read(test, buf, len, len, 0, &b),
				kind);
		if (kind != MX_KEY_BAD)
			KUNIT_EXPECT_TRUE(test, mx_key_test_same(&a, &b));
		KUNIT_EXPECT_EQ(test, mx_key_read(test, buf, len, i / 2, 0, &b),
				kind);
	}
}

/* The network header need not be the first thing in the skb. */
static void flow_key_takes_offset(struct kunit *test)
{
	const struct mx_test_spec *spec = test->param_value;
	u8 buf[MX_TEST_LEN], vlan[MX_TEST_LEN + 4] = { 0, 5, 8, 0 };
	struct mx_packet pkt;
	struct sk_buff *skb;
	u32 len, l4;

	len = mx_test_build(buf, spec, &mx_key_ends, &l4);
	memcpy(vlan + 4, buf, len);
	skb = mx_test_skb(vlan, len + 4, len + 4, 0);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, mx_key_parse(skb, 4, &pkt),
			spec->error ? MX_KEY_ICMP_ERROR : MX_KEY_OK);
	KUNIT_EXPECT_EQ(test, spec->error ? pkt.inner_thoff : pkt.thoff,
			l4 + 4);
	KUNIT_EXPECT_EQ(test, pkt.noff, 4);
	mx_key_expect(test, spec, &pkt);
	KUNIT_EXPECT_EQ(test, mx_key_parse(skb, len + 4, &pkt), MX_KEY_BAD);
	KUNIT_EXPECT_EQ(test, mx_key_parse(skb, ~0U, &pkt), MX_KEY_BAD);
	kfree_skb(skb);
}

/* One byte of a good packet set to a wrong value. */
struct mx_key_wrong {
	const char *desc;
	struct mx_test_spec spec;
	u32 at;
	u8 byte;
	enum mx_key_kind kind;
};

#define MX_TCP4	{ MX_4, .proto = IPPROTO_TCP }
#define MX_TCP6	{ MX_6, .proto = IPPROTO_TCP }
#define MX_CHAIN { MX_6, .proto = IPPROTO_TCP, .brim = true }
#define MX_AH4	{ MX_4, .proto = IPPROTO_AH }
#define MX_AH6	{ MX_6, .proto = IPPROTO_AH }
#define MX_AHEND { MX_6, .proto = IPPROTO_AH, .brim = true }
#define MX_AHERR { MX_6, .proto = IPPROTO_AH, .brim = true, .error = 1 }
#define MX_ERR4	{ MX_4, .proto = IPPROTO_UDP, .error = 3 }
#define MX_ERR6	{ MX_6, .proto = IPPROTO_UDP, .error = 1 }

static const struct mx_key_wrong mx_key_wrongs[] = {
	{ "version 0", MX_TCP4, 0, 0x05, MX_KEY_BAD },
	{ "version 5", MX_TCP4, 0, 0x55, MX_KEY_BAD },
	{ "version 15", MX_TCP6, 0, 0xf0, MX_KEY_BAD },
	{ "version 6 on IPv4", MX_TCP4, 0, 0x65, MX_KEY_BAD },
	{ "IHL 0", MX_TCP4, 0, 0x40, MX_KEY_BAD },
	{ "IHL 4", MX_TCP4, 0, 0x44, MX_KEY_BAD },
	{ "IHL beyond the packet", MX_ERR4, 28, 0x4f, MX_KEY_BAD },
	{ "total length 12", MX_TCP4, 3, 12, MX_KEY_BAD },
	{ "total length 19", MX_TCP4, 3, 19, MX_KEY_BAD },
	{ "total length one more", MX_TCP4, 3, 66, MX_KEY_BAD },
	{ "total length huge", MX_TCP4, 2, 0xff, MX_KEY_BAD },
	{ "more fragments", MX_TCP4, 6, 0x20, MX_KEY_FRAGMENT },
	{ "fragment offset", MX_TCP4, 7, 1, MX_KEY_FRAGMENT },
	{ "reserved flag", MX_TCP4, 6, 0xc0, MX_KEY_OK },
	{ "data offset 0", MX_TCP4, 32, 0, MX_KEY_BAD },
	{ "data offset 4", MX_TCP4, 32, 0x40, MX_KEY_BAD },
	{ "data offset beyond", MX_TCP4, 32, 0xf0, MX_KEY_BAD },
	{ "payload length 0", MX_TCP6, 5, 0, MX_KEY_BAD },
	{ "payload length one more", MX_TCP6, 5, 46, MX_KEY_BAD },
	{ "chain that loops", MX_TCP6, 6, 0, MX_KEY_BAD },
	{ "extension too long", MX_CHAIN, 41, 200, MX_KEY_BAD },
	{ "later extension too long", MX_CHAIN, 89, 200, MX_KEY_BAD },
	{ "fragment in the chain", MX_CHAIN, 115, 1, MX_KEY_FRAGMENT },
	{ "offset in the chain", MX_CHAIN, 114, 1, MX_KEY_FRAGMENT },
	{ "AH too long 4", MX_AH4, 21, 200, MX_KEY_OK },
	{ "AH too long 6", MX_AH6, 41, 200, MX_KEY_OK },
	{ "fragment header behind AH", MX_AH6, 40, 44, MX_KEY_OK },
	{ "AH in a first fragment 4", MX_AH4, 6, 0x20, MX_KEY_FRAGMENT },
	{ "AH in a first fragment 6", MX_AHEND, 115, 1, MX_KEY_FRAGMENT },
	{ "AH in a later fragment 6", MX_AHEND, 114, 1, MX_KEY_FRAGMENT },
	{ "AH in a quoted first fragment", MX_AHERR, 163, 1,
	  MX_KEY_ICMP_ERROR },
	{ "AH in a quoted later fragment", MX_AHERR, 162, 1, MX_KEY_BAD },
	{ "quoted version", MX_ERR4, 28, 0x65, MX_KEY_BAD },
	{ "quoted IHL", MX_ERR4, 28, 0x43, MX_KEY_BAD },
	{ "quoted length 8", MX_ERR4, 31, 8, MX_KEY_BAD },
	{ "quoted length too long", MX_ERR4, 30, 5, MX_KEY_ICMP_ERROR },
	{ "quoted first fragment", MX_ERR4, 34, 0x20, MX_KEY_ICMP_ERROR },
	{ "quoted later fragment", MX_ERR4, 35, 1, MX_KEY_BAD },
	{ "quoted length too long 6", MX_ERR6, 52, 5, MX_KEY_ICMP_ERROR },
	{ "quoted other family", MX_ERR6, 48, 0x45, MX_KEY_BAD },
};

static void mx_key_wrong_desc(const struct mx_key_wrong *w, char *desc)
{
	strscpy(desc, w->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mx_key_wrong, mx_key_wrongs, mx_key_wrong_desc);

static void flow_key_judges_malformed(struct kunit *test)
{
	const struct mx_key_wrong *w = test->param_value;
	struct mx_packet pkt;
	u8 buf[MX_TEST_LEN];
	u32 len, l4;

	len = mx_test_build(buf, &w->spec, &mx_key_ends, &l4);
	buf[w->at] = w->byte;
	KUNIT_EXPECT_EQ(test, mx_key_read(test, buf, len, len, 0, &pkt),
			w->kind);
	KUNIT_EXPECT_EQ(test, mx_key_read(test, buf, len, 0, 0, &pkt), w->kind);
	if (w->kind != MX_KEY_FRAGMENT &&
	    (w->spec.proto != IPPROTO_AH || w->kind == MX_KEY_BAD))
		return;
	KUNIT_EXPECT_FALSE(test, pkt.ports);
	KUNIT_EXPECT_EQ(test, pkt.key.proto, w->spec.proto);
	KUNIT_EXPECT_EQ(test, ntohs(pkt.key.sport), 0);
	KUNIT_EXPECT_EQ(test, ntohs(pkt.key.dport), 0);
}

/* Eight extension headers are read, nine are not. */
static void flow_key_bounds_chain(struct kunit *test)
{
	struct mx_test_spec spec = { MX_6, .proto = IPPROTO_UDP };
	u8 buf[MX_TEST_LEN], chain[MX_TEST_LEN];
	struct mx_packet pkt;
	u32 len, l4, n, i;

	len = mx_test_build(buf, &spec, &mx_key_ends, &l4);
	for (n = 1; n <= 9; n++) {
		memset(chain, 0, sizeof(chain));
		memcpy(chain, buf, 40);
		chain[6] = IPPROTO_DSTOPTS;
		for (i = 0; i < n; i++)
			chain[40 + 8 * i] = i + 1 < n ? IPPROTO_DSTOPTS :
							IPPROTO_UDP;
		memcpy(chain + 40 + 8 * n, buf + 40, len - 40);
		mx_key_set_len(chain, len + 8 * n);
		KUNIT_EXPECT_EQ(test, mx_key_read(test, chain, len + 8 * n,
						  len + 8 * n, 0, &pkt),
				n <= 8 ? MX_KEY_OK : MX_KEY_BAD);
		if (n > 8)
			continue;
		KUNIT_EXPECT_EQ(test, pkt.thoff, 40 + 8 * n);
		mx_key_expect(test, &spec, &pkt);
	}
}

/* A packet under way to a segment of its source route has no ports yet. */
static void flow_key_stops_at_source_route(struct kunit *test)
{
	struct mx_test_spec spec = MX_CHAIN;
	struct mx_packet pkt;
	u8 buf[MX_TEST_LEN];
	u32 len, l4;

	len = mx_test_build(buf, &spec, &mx_key_ends, &l4);
	buf[40 + 8 + 16 + 3] = 1;
	KUNIT_EXPECT_EQ(test, mx_key_read(test, buf, len, len, 0, &pkt),
			MX_KEY_OK);
	KUNIT_EXPECT_EQ(test, pkt.key.proto, IPPROTO_ROUTING);
	KUNIT_EXPECT_FALSE(test, pkt.ports);
}

/* No error is ever sent about an error, so a quoted one is a forgery. */
static void flow_key_refuses_quoted_errors(struct kunit *test)
{
	struct mx_test_spec spec = { MX_4, .proto = IPPROTO_ICMP, .error = 3 };
	struct mx_packet pkt;
	u8 buf[MX_TEST_LEN];
	u32 len, l4;

	spec.type = ICMP_TIME_EXCEEDED;
	len = mx_test_build(buf, &spec, &mx_key_ends, &l4);
	KUNIT_EXPECT_EQ(test, mx_key_read(test, buf, len, len, 0, &pkt),
			MX_KEY_BAD);
	spec = (struct mx_test_spec){ MX_6, .proto = IPPROTO_ICMPV6,
				      .error = 1, .type = 2 };
	len = mx_test_build(buf, &spec, &mx_key_ends, &l4);
	KUNIT_EXPECT_EQ(test, mx_key_read(test, buf, len, len, 0, &pkt),
			MX_KEY_BAD);
}

/*
 * Packets of 24 and 20 bytes that say they have 40, with known ports. As a
 * packet such a thing is truncated and has no key. As the quote of an ICMP
 * error it is cut short as all quotes are, and the four bytes of the ports do.
 */
static void flow_key_reads_cut_vectors(struct kunit *test)
{
	static const struct {
		u8 proto;
		u8 len;
		u16 sport;
		u16 dport;
	} vector[] = {
		{ IPPROTO_TCP, 24, 1234, 80 },
		{ IPPROTO_UDP, 24, 8080, 53 },
		{ IPPROTO_ICMP, 20 },
	};
	u8 buf[28 + 24], *in = buf + 28;
	struct mx_packet pkt;
	unsigned int i;
	u32 len;

	for (i = 0; i < ARRAY_SIZE(vector); i++) {
		memset(buf, 0, sizeof(buf));
		len = 28 + vector[i].len;
		buf[0] = 0x45;
		buf[3] = len;
		buf[9] = IPPROTO_ICMP;
		buf[20] = ICMP_DEST_UNREACH;
		memcpy(in, "\x45\0\0\x28\0\0\0\0\x40", 9);
		in[9] = vector[i].proto;
		memcpy(in + 12, "\xc0\xa8\x01\x01\xc0\xa8\x01\x02", 8);
		in[20] = vector[i].sport >> 8;
		in[21] = vector[i].sport;
		in[22] = vector[i].dport >> 8;
		in[23] = vector[i].dport;

		KUNIT_EXPECT_EQ(test, mx_key_read(test, in, vector[i].len,
						  vector[i].len, 0, &pkt),
				MX_KEY_BAD);
		KUNIT_EXPECT_EQ(test, mx_key_read(test, buf, len, len, 0, &pkt),
				vector[i].len == 24 ? MX_KEY_ICMP_ERROR :
						      MX_KEY_BAD);
		if (vector[i].len != 24)
			continue;
		KUNIT_EXPECT_TRUE(test, pkt.ports);
		KUNIT_EXPECT_EQ(test, pkt.key.proto, vector[i].proto);
		KUNIT_EXPECT_EQ(test, ntohl(pkt.key.v4.saddr), 0xc0a80101);
		KUNIT_EXPECT_EQ(test, ntohl(pkt.key.v4.daddr), 0xc0a80102);
		KUNIT_EXPECT_EQ(test, ntohs(pkt.key.sport), vector[i].sport);
		KUNIT_EXPECT_EQ(test, ntohs(pkt.key.dport), vector[i].dport);
	}
}

static void mx_key_make(struct kunit *test, struct mx_key *key, u8 family,
			u8 proto, const struct mx_test_ends *ends)
{
	struct mx_test_spec spec = { .family = family, .proto = proto };
	struct mx_packet pkt;
	u8 buf[MX_TEST_LEN];
	u32 len, l4;

	len = mx_test_build(buf, &spec, ends, &l4);
	KUNIT_ASSERT_EQ(test, mx_key_read(test, buf, len, len, 0, &pkt),
			MX_KEY_OK);
	*key = pkt.key;
}

static void flow_key_inverts(struct kunit *test)
{
	const struct mx_test_ends back = { 20, 10, 80, 1234 };
	struct mx_key key, reply, twice, want;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		mx_key_make(test, &key, i ? AF_INET6 : AF_INET, IPPROTO_TCP,
			    &mx_key_ends);
		mx_key_make(test, &want, i ? AF_INET6 : AF_INET, IPPROTO_TCP,
			    &back);
		key.dir = MX_DIR_REPLY;
		mx_key_invert(&reply, &key);
		mx_key_invert(&twice, &reply);
		KUNIT_EXPECT_TRUE(test, mx_key_equal(&reply, &want));
		KUNIT_EXPECT_FALSE(test, mx_key_equal(&reply, &key));
		KUNIT_EXPECT_TRUE(test, mx_key_equal(&twice, &key));
		KUNIT_EXPECT_EQ(test, reply.dir, 0);
	}
}

/* Each bit of the key changes about half the bits of the hash. */
static void flow_key_hash_covers_key(struct kunit *test)
{
	const siphash_key_t seed = { { 1, 2 } }, other = { { 1, 3 } };
	unsigned int i, f, bit, bits, flips;
	struct mx_key key, changed;
	u32 hash;

	for (f = 0; f < 2; f++) {
		mx_key_make(test, &key, f ? AF_INET6 : AF_INET, IPPROTO_TCP,
			    &mx_key_ends);
		hash = mx_key_hash(&key, &seed);
		KUNIT_EXPECT_NE(test, hash, mx_key_hash(&key, &other));
		bits = 8 * mx_key_len(&key);
		flips = 0;
		for (bit = i = 0; bit < bits; bit++) {
			/* not the family, the direction, the padding */
			if (bit >= 40 && bit < 64)
				continue;
			changed = key;
			((u8 *)&changed)[bit / 8] ^= 1 << bit % 8;
			flips += hweight32(hash ^ mx_key_hash(&changed, &seed));
			i++;
		}
		KUNIT_EXPECT_GT(test, flips, 15 * i);
		KUNIT_EXPECT_LT(test, flips, 17 * i);
		changed = key;
		changed.dir = MX_DIR_REPLY;
		KUNIT_EXPECT_EQ(test, hash, mx_key_hash(&changed, &seed));
	}
}

/* The client's end decides, whichever side of the key it is on. */
static void flow_key_hash_of_ends(struct kunit *test)
{
	const siphash_key_t seed = { { 1, 2 } }, other = { { 1, 3 } };
	struct mx_key key, reply, changed;
	unsigned int f, i;
	u32 hash[2];

	for (f = 0; f < 2; f++) {
		mx_key_make(test, &key, f ? AF_INET6 : AF_INET, IPPROTO_TCP,
			    &mx_key_ends);
		mx_key_invert(&reply, &key);
		mx_key_hash_ends(&key, &seed, hash);
		KUNIT_EXPECT_NE(test, hash[MX_DIR_ORIG], hash[MX_DIR_REPLY]);
		for (i = 0; i < 2; i++) {
			KUNIT_EXPECT_EQ(test, hash[i],
					mx_key_hash_end(&key, i, &seed));
			KUNIT_EXPECT_EQ(test, hash[i],
					mx_key_hash_end(&reply, !i, &seed));
			KUNIT_EXPECT_NE(test, hash[i],
					mx_key_hash_end(&key, i, &other));
		}

		/* the server's address and port, as NAT would change them */
		changed = key;
		changed.dport ^= htons(1);
		if (f)
			changed.v6.daddr.s6_addr[15] ^= 1;
		else
			changed.v4.daddr ^= htonl(1);
		mx_key_hash_ends(&changed, &seed, hash);
		KUNIT_EXPECT_EQ(test, hash[MX_DIR_ORIG],
				mx_key_hash_end(&key, MX_DIR_ORIG, &seed));
		KUNIT_EXPECT_NE(test, hash[MX_DIR_REPLY],
				mx_key_hash_end(&key, MX_DIR_REPLY, &seed));
		changed = key;
		changed.proto ^= 1;
		KUNIT_EXPECT_NE(test, hash[MX_DIR_ORIG],
				mx_key_hash_end(&changed, MX_DIR_ORIG, &seed));
	}
}

/* Each bit of the client's end changes about half the bits of its hash. */
static void flow_key_hash_covers_end(struct kunit *test)
{
	const siphash_key_t seed = { { 1, 2 } };
	unsigned int f, bit, size, flips;
	struct mx_key key, changed;
	u32 hash;
	u8 *addr;

	for (f = 0; f < 2; f++) {
		mx_key_make(test, &key, f ? AF_INET6 : AF_INET, IPPROTO_TCP,
			    &mx_key_ends);
		hash = mx_key_hash_end(&key, MX_DIR_ORIG, &seed);
		addr = f ? (u8 *)&changed.v6.saddr : (u8 *)&changed.v4.saddr;
		size = f ? 128 : 32;
		flips = 0;
		for (bit = 0; bit < size; bit++) {
			changed = key;
			addr[bit / 8] ^= 1 << bit % 8;
			flips += hweight32(hash ^ mx_key_hash_end(&changed,
								  MX_DIR_ORIG,
								  &seed));
		}
		for (bit = 0; bit < 16; bit++) {
			changed = key;
			changed.sport ^= htons(1 << bit);
			flips += hweight32(hash ^ mx_key_hash_end(&changed,
								  MX_DIR_ORIG,
								  &seed));
		}
		KUNIT_EXPECT_GT(test, flips, 14 * (size + 16));
		KUNIT_EXPECT_LT(test, flips, 18 * (size + 16));
	}
}

/*
 * SipHash-1-3 without the length, as the paper has it: the numbers are of another
 * implementation. Words are read as this machine has them.
 */
static void flow_key_hash_is_siphash(struct kunit *test)
{
	const siphash_key_t seed = {
		{ 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL }
	};
	struct mx_key key = {
		.family = AF_INET,
		.proto = IPPROTO_TCP,
		.sport = htons(1000),
		.dport = htons(80),
		.v4.saddr = htonl(0x0a000001),
		.v4.daddr = htonl(0xc000020a),
	};

	if (IS_ENABLED(CONFIG_CPU_BIG_ENDIAN))
		kunit_skip(test, "other words on this byte order");
	KUNIT_EXPECT_EQ(test, mx_key_hash(&key, &seed), 0x88b2ed18);
	key.family = AF_INET6;
	key.v6.saddr = (struct in6_addr){ { { 0xfd, [15] = 1 } } };
	key.v6.daddr = (struct in6_addr){
		{ { 0x20, 0x01, 0x0d, 0xb8, [15] = 0x10 } }
	};
	KUNIT_EXPECT_EQ(test, mx_key_hash(&key, &seed), 0x9cfaa403);
}

/* What a hash key names changes the hash, what it does not name does not. */
static void flow_key_hash_by_names(struct kunit *test)
{
	static const struct {
		struct mx_test_ends ends;
		u8 differs;	/* bit for each enum mutex_hash_key */
	} change[] = {
		{ { 11, 20, 1234, 80 }, BIT(MUTEX_HASH_KEY_SRC) |
		  BIT(MUTEX_HASH_KEY_SRC_DST) | BIT(MUTEX_HASH_KEY_5TUPLE) },
		{ { 10, 21, 1234, 80 }, BIT(MUTEX_HASH_KEY_DST) |
		  BIT(MUTEX_HASH_KEY_SRC_DST) | BIT(MUTEX_HASH_KEY_5TUPLE) },
		{ { 10, 20, 1235, 80 }, BIT(MUTEX_HASH_KEY_5TUPLE) },
		{ { 10, 20, 1234, 81 }, BIT(MUTEX_HASH_KEY_5TUPLE) },
		{ { 20, 10, 80, 1234 }, 15 },
	};
	struct mx_key key, other;
	siphash_key_t seed;
	unsigned int i, by, f;

	mx_seed_from_name(&seed, "Rx0y0");
	for (f = 0; f < 2; f++) {
		u8 family = f ? AF_INET6 : AF_INET;

		mx_key_make(test, &key, family, IPPROTO_TCP, &mx_key_ends);
		for (by = 0; by < 4; by++) {
			u64 hash = mx_key_hash_by(&key, by, &seed);

			for (i = 0; i < ARRAY_SIZE(change); i++) {
				mx_key_make(test, &other, family, IPPROTO_TCP,
					    &change[i].ends);
				KUNIT_EXPECT_EQ(test, hash !=
						mx_key_hash_by(&other, by,
							       &seed),
						!!(change[i].differs &
						   BIT(by)));
			}
			mx_key_make(test, &other, family, IPPROTO_UDP,
				    &mx_key_ends);
			KUNIT_EXPECT_EQ(test, hash != mx_key_hash_by(&other, by,
								     &seed),
					by == MUTEX_HASH_KEY_5TUPLE);
		}
		mx_key_invert(&other, &key);
		KUNIT_EXPECT_EQ(test,
				mx_key_hash_by(&key, MUTEX_HASH_KEY_SRC, &seed),
				mx_key_hash_by(&other, MUTEX_HASH_KEY_DST,
					       &seed));
	}
}

/*
 * Names give seeds that never change, and differ by name. The numbers come from
 * another implementation of SipHash-2-4.
 */
static void flow_key_seeds_are_stable(struct kunit *test)
{
	siphash_key_t seed, again, empty;
	struct mx_key key;

	mx_seed_from_name(&seed, "Rx0y0");
	mx_seed_from_name(&again, "Rx0y0");
	mx_seed_from_name(&empty, "");
	KUNIT_EXPECT_EQ(test, seed.key[0], 0xd4db169c703e7775ULL);
	KUNIT_EXPECT_EQ(test, seed.key[1], 0xb8f0f85024c17d06ULL);
	KUNIT_EXPECT_EQ(test, again.key[0], seed.key[0]);
	KUNIT_EXPECT_NE(test, empty.key[0], seed.key[0]);
	KUNIT_EXPECT_NE(test, empty.key[1], seed.key[1]);
	mx_seed_from_name(&again, "Rx0y1");
	KUNIT_EXPECT_NE(test, again.key[0], seed.key[0]);
	KUNIT_EXPECT_NE(test, again.key[1], seed.key[1]);

	mx_key_make(test, &key, AF_INET, IPPROTO_TCP, &mx_key_ends);
	KUNIT_EXPECT_EQ(test, mx_key_hash_by(&key, MUTEX_HASH_KEY_5TUPLE,
					     &seed), 0x8b838e0a8b1c2252ULL);
	mx_key_make(test, &key, AF_INET6, IPPROTO_TCP, &mx_key_ends);
	KUNIT_EXPECT_EQ(test, mx_key_hash_by(&key, MUTEX_HASH_KEY_5TUPLE,
					     &seed), 0x48293eb9e76f4733ULL);
}

static struct kunit_case mx_key_cases[] = {
	KUNIT_CASE_PARAM(flow_key_reads_every_kind, mx_key_spec_gen_params),
	KUNIT_CASE_PARAM(flow_key_refuses_truncated, mx_key_spec_gen_params),
	KUNIT_CASE_PARAM(flow_key_honours_length, mx_key_spec_gen_params),
	KUNIT_CASE_PARAM(flow_key_takes_offset, mx_key_spec_gen_params),
	KUNIT_CASE_PARAM(flow_key_judges_malformed, mx_key_wrong_gen_params),
	KUNIT_CASE(flow_key_bounds_chain),
	KUNIT_CASE(flow_key_stops_at_source_route),
	KUNIT_CASE(flow_key_refuses_quoted_errors),
	KUNIT_CASE(flow_key_reads_cut_vectors),
	KUNIT_CASE(flow_key_inverts),
	KUNIT_CASE(flow_key_hash_covers_key),
	KUNIT_CASE(flow_key_hash_of_ends),
	KUNIT_CASE(flow_key_hash_covers_end),
	KUNIT_CASE(flow_key_hash_is_siphash),
	KUNIT_CASE(flow_key_hash_by_names),
	KUNIT_CASE(flow_key_seeds_are_stable),
	{}
};

static struct kunit_suite mx_key_suite = {
	.name = "mx_flow_key",
	.test_cases = mx_key_cases,
};

kunit_test_suite(mx_key_suite);
