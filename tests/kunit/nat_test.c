// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the rewriting. The oracle is the same packet, built anew with
 * the other ends: every byte must agree, checksums and all.
 */
#include <kunit/test.h>
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>

#include "base/flow_key.h"
#include "skb.h"
#include "xmit/nat.h"

static const struct mx_test_ends mx_nat_from = { 10, 20, 40001, 80 };

#define MX_4	.family = AF_INET
#define MX_6	.family = AF_INET6

static const struct mx_test_spec mx_nat_specs[] = {
	{ "tcp4", MX_4, .proto = IPPROTO_TCP },
	{ "udp4", MX_4, .proto = IPPROTO_UDP },
	{ "udp4 no checksum", MX_4, .proto = IPPROTO_UDP, .no_check = true },
	{ "udplite4", MX_4, .proto = IPPROTO_UDPLITE },
	{ "sctp4", MX_4, .proto = IPPROTO_SCTP },
	{ "dccp4", MX_4, .proto = IPPROTO_DCCP },
	{ "gre4", MX_4, .proto = IPPROTO_GRE },
	{ "esp4", MX_4, .proto = IPPROTO_ESP },
	{ "echo4", MX_4, .proto = IPPROTO_ICMP, .type = ICMP_ECHO },
	{ "timestamp4", MX_4, .proto = IPPROTO_ICMP, .type = ICMP_TIMESTAMP },
	{ "tcp4 options", MX_4, .proto = IPPROTO_TCP, .brim = true },
	{ "tcp6", MX_6, .proto = IPPROTO_TCP },
	{ "udp6", MX_6, .proto = IPPROTO_UDP },
	{ "udp6 no checksum", MX_6, .proto = IPPROTO_UDP, .no_check = true },
	{ "udplite6", MX_6, .proto = IPPROTO_UDPLITE },
	{ "sctp6", MX_6, .proto = IPPROTO_SCTP },
	{ "dccp6", MX_6, .proto = IPPROTO_DCCP },
	{ "gre6", MX_6, .proto = IPPROTO_GRE },
	{ "echo6", MX_6, .proto = IPPROTO_ICMPV6, .type = 128 },
	{ "udp6 chain", MX_6, .proto = IPPROTO_UDP, .brim = true },
	{ "sctp6 chain", MX_6, .proto = IPPROTO_SCTP, .brim = true },
	{ "unreachable4 tcp", MX_4, .proto = IPPROTO_TCP, .error = 3 },
	{ "unreachable4 8 bytes", MX_4, .proto = IPPROTO_TCP, .error = 3,
	  .quote = 8 },
	{ "unreachable4 16 bytes", MX_4, .proto = IPPROTO_TCP, .error = 3,
	  .quote = 16 },
	{ "unreachable4 18 bytes", MX_4, .proto = IPPROTO_TCP, .error = 3,
	  .quote = 18 },
	{ "unreachable4 4 bytes", MX_4, .proto = IPPROTO_UDP, .error = 3,
	  .quote = 4 },
	{ "exceeded4 router", MX_4, .proto = IPPROTO_UDP, .error = 11,
	  .router = true },
	{ "quench4 no checksum", MX_4, .proto = IPPROTO_UDP, .error = 4,
	  .no_check = true },
	{ "redirect4 options", MX_4, .proto = IPPROTO_TCP, .error = 5,
	  .brim = true, .router = true },
	{ "parameter4 sctp", MX_4, .proto = IPPROTO_SCTP, .error = 12 },
	{ "unreachable4 sctp cut", MX_4, .proto = IPPROTO_SCTP, .error = 3,
	  .quote = 8 },
	{ "unreachable4 dccp", MX_4, .proto = IPPROTO_DCCP, .error = 3 },
	{ "unreachable4 echo", MX_4, .proto = IPPROTO_ICMP, .type = ICMP_ECHO,
	  .error = 3 },
	{ "unreachable4 gre", MX_4, .proto = IPPROTO_GRE, .error = 3 },
	{ "unreachable6 tcp", MX_6, .proto = IPPROTO_TCP, .error = 1 },
	{ "too big6 router", MX_6, .proto = IPPROTO_TCP, .error = 2,
	  .router = true },
	{ "exceeded6 8 bytes", MX_6, .proto = IPPROTO_TCP, .error = 3,
	  .quote = 8 },
	{ "parameter6 chain", MX_6, .proto = IPPROTO_UDP, .error = 4,
	  .brim = true },
	{ "unreachable6 echo", MX_6, .proto = IPPROTO_ICMPV6, .type = 128,
	  .error = 1 },
	{ "unreachable6 sctp", MX_6, .proto = IPPROTO_SCTP, .error = 1 },
	{ "unreachable6 no checksum", MX_6, .proto = IPPROTO_UDP, .error = 1,
	  .no_check = true },
};

static void mx_nat_spec_desc(const struct mx_test_spec *spec, char *desc)
{
	strscpy(desc, spec->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mx_nat_spec, mx_nat_specs, mx_nat_spec_desc);

/* The edit that leads from one pair of ends to another, and those ends. */
static void mx_nat_plan(const struct mx_test_spec *spec, bool src, u8 to,
			u16 port, struct mx_nat_edit *edit,
			struct mx_test_ends *ends)
{
	bool icmp = spec->proto == IPPROTO_ICMP ||
		    spec->proto == IPPROTO_ICMPV6;

	memset(edit, 0, sizeof(*edit));
	edit->src = src;
	edit->port = htons(port);
	if (spec->family == AF_INET)
		edit->addr.ip = htonl(mx_test_addr4(to));
	else
		mx_test_addr6(edit->addr.in6.s6_addr, to);
	*ends = mx_nat_from;
	*(src ? &ends->src : &ends->dst) = to;
	if (port && !icmp)
		*(src ? &ends->sport : &ends->dport) = port;
}

static int mx_nat_apply(struct sk_buff *skb, const struct mx_nat_edit *edit)
{
	struct mx_packet pkt;

	switch (mx_key_parse(skb, 0, &pkt)) {
	case MX_KEY_OK:
		return mx_nat_rewrite(skb, &pkt, edit);
	case MX_KEY_ICMP_ERROR:
		return mx_nat_icmp_error(skb, &pkt, edit);
	default:
		return -EINVAL;
	}
}

/* A bit field, which the macros of KUnit cannot take. */
static u8 mx_nat_summed(const struct sk_buff *skb)
{
	return skb->ip_summed;
}

/* Is the sum that the device gave that of the bytes there are now? */
static bool mx_nat_sum_is_right(const struct sk_buff *skb)
{
	return csum_fold(skb->csum) ==
	       csum_fold(skb_checksum(skb, 0, skb->len, 0));
}

/* Is the packet in @skb that in @want, byte by byte? */
static void mx_nat_expect(struct kunit *test, struct sk_buff *skb,
			  const u8 *want, u32 len, const char *how)
{
	u8 got[MX_TEST_LEN];
	u32 i;

	KUNIT_ASSERT_EQ(test, skb->len, len);
	KUNIT_ASSERT_EQ(test, skb_copy_bits(skb, 0, got, len), 0);
	for (i = 0; i < len && got[i] == want[i]; i++)
		;
	KUNIT_EXPECT_EQ_MSG(test, i, len, "%s: byte %u is %02x, not %02x", how,
			    i, got[i], want[i]);
}

/* All shapes of skb, both sides, with and without a port, of one packet. */
static void mx_nat_try(struct kunit *test, const struct mx_test_spec *spec,
		       u8 summed)
{
	u8 was[MX_TEST_LEN], want[MX_TEST_LEN];
	unsigned int shape, n;

	for (n = 0; n < 4 * MX_TEST_SHAPES; n++) {
		struct sk_buff *skb, *clone = NULL;
		struct mx_test_ends ends;
		struct mx_nat_edit edit;
		u32 len, l4;

		shape = n / 4;
		mx_nat_plan(spec, n & 1, 33, n & 2 ? 8080 : 0, &edit, &ends);
		mx_test_build(want, spec, &ends, &l4);
		len = mx_test_build(was, spec, &mx_nat_from, &l4);
		skb = mx_test_skb(was, len, shape == MX_TEST_FRAGS ? 1 : len,
				  0);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		skb->ip_summed = summed;
		if (summed == CHECKSUM_COMPLETE)
			skb->csum = skb_checksum(skb, 0, len, 0);
		if (shape == MX_TEST_CLONED) {
			clone = skb_clone(skb, GFP_KERNEL);
			KUNIT_ASSERT_NOT_NULL(test, clone);
		}
		KUNIT_EXPECT_EQ(test, mx_nat_apply(skb, &edit), 0);
		mx_nat_expect(test, skb, want, len, spec->desc);
		if (skb->ip_summed == CHECKSUM_COMPLETE)
			KUNIT_EXPECT_TRUE(test, mx_nat_sum_is_right(skb));
		else if (spec->proto != IPPROTO_SCTP)
			KUNIT_EXPECT_EQ(test, mx_nat_summed(skb), summed);
		if (clone) {
			mx_nat_expect(test, clone, was, len, "clone");
			kfree_skb(clone);
		}
		kfree_skb(skb);
	}
}

static void nat_rewrites_every_kind(struct kunit *test)
{
	mx_nat_try(test, test->param_value, CHECKSUM_NONE);
}

static void nat_rewrites_verified_packets(struct kunit *test)
{
	mx_nat_try(test, test->param_value, CHECKSUM_UNNECESSARY);
}

static void nat_keeps_sum_of_device(struct kunit *test)
{
	mx_nat_try(test, test->param_value, CHECKSUM_COMPLETE);
}

/* What was wrong stays wrong by as much: nothing is computed anew. */
static void nat_keeps_wrong_checksums_wrong(struct kunit *test)
{
	const struct mx_test_spec *spec = test->param_value;
	u8 was[MX_TEST_LEN], want[MX_TEST_LEN];
	struct mx_test_ends ends;
	struct mx_nat_edit edit;
	struct sk_buff *skb;
	u32 len, l4;

	mx_nat_plan(spec, false, 33, 8080, &edit, &ends);
	mx_test_build(want, spec, &ends, &l4);
	len = mx_test_build(was, spec, &mx_nat_from, &l4);
	/* the last byte, which is of the payload or the quote */
	was[len - 1] ^= 0x55;
	want[len - 1] ^= 0x55;
	/* not where that is the quoted checksum's own, or a port */
	if (spec->quote == 18 || spec->quote == 4)
		return;
	skb = mx_test_skb(was, len, len, 0);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, mx_nat_apply(skb, &edit), 0);
	mx_nat_expect(test, skb, want, len, spec->desc);
	kfree_skb(skb);
}

/* There and back again: the packet of before. */
static void nat_is_undone_by_its_reverse(struct kunit *test)
{
	const struct mx_test_spec *spec = test->param_value;
	struct mx_nat_edit there, back;
	struct mx_test_ends ends;
	u8 was[MX_TEST_LEN];
	struct sk_buff *skb;
	u32 len, l4;

	mx_nat_plan(spec, false, 33, 8080, &there, &ends);
	mx_nat_plan(spec, false, 20, 80, &back, &ends);
	len = mx_test_build(was, spec, &mx_nat_from, &l4);
	skb = mx_test_skb(was, len, len, 0);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, mx_nat_apply(skb, &there), 0);
	KUNIT_EXPECT_EQ(test, mx_nat_apply(skb, &back), 0);
	mx_nat_expect(test, skb, was, len, spec->desc);
	kfree_skb(skb);
}

/* Offset of the checksum that a device may complete, 0 if it cannot. */
static u32 mx_nat_partial_at(const struct mx_test_spec *spec)
{
	if (spec->error || spec->no_check)
		return 0;
	switch (spec->proto) {
	case IPPROTO_TCP:
		return 16;
	case IPPROTO_UDP:
		return 6;
	case IPPROTO_ICMPV6:
		return 2;
	default:
		return 0;
	}
}

static void mx_nat_try_partial(struct kunit *test,
			       const struct mx_test_spec *spec, bool src,
			       bool gso)
{
	u8 was[MX_TEST_LEN], want[MX_TEST_LEN], *check;
	u32 len, l4, at = mx_nat_partial_at(spec);
	struct mx_test_ends ends;
	struct mx_nat_edit edit;
	struct sk_buff *skb;
	u16 sum;

	mx_nat_plan(spec, src, 33, 8080, &edit, &ends);
	mx_test_build(want, spec, &ends, &l4);
	len = mx_test_build(was, spec, &mx_nat_from, &l4);
	check = was + l4 + at;
	sum = mx_test_pseudo(was, spec->proto, len - l4);
	check[0] = sum >> 8;
	check[1] = sum;
	skb = mx_test_skb(was, len, len, 0);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_TRUE(test, skb_partial_csum_set(skb, l4, at));
	if (gso) {
		skb_shinfo(skb)->gso_size = 7;
		skb_shinfo(skb)->gso_segs = 3;
		skb_shinfo(skb)->gso_type = spec->family == AF_INET ?
					    SKB_GSO_TCPV4 : SKB_GSO_TCPV6;
	}
	KUNIT_EXPECT_EQ(test, mx_nat_apply(skb, &edit), 0);
	KUNIT_EXPECT_EQ(test, mx_nat_summed(skb), CHECKSUM_PARTIAL);
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_size, gso ? 7 : 0);
	sum = mx_test_pseudo(want, spec->proto, len - l4);
	KUNIT_EXPECT_EQ(test, skb->data[l4 + at] << 8 | skb->data[l4 + at + 1],
			sum);
	skb_shinfo(skb)->gso_size = 0;
	KUNIT_EXPECT_EQ(test, skb_checksum_help(skb), 0);
	mx_nat_expect(test, skb, want, len, spec->desc);
	kfree_skb(skb);
}

static void nat_leaves_partial_to_device(struct kunit *test)
{
	const struct mx_test_spec *spec = test->param_value;

	if (!mx_nat_partial_at(spec))
		return;
	mx_nat_try_partial(test, spec, false, false);
	mx_nat_try_partial(test, spec, true, false);
	if (spec->proto != IPPROTO_TCP)
		return;
	mx_nat_try_partial(test, spec, false, true);
	mx_nat_try_partial(test, spec, true, true);
}

/* SCTP that a device completes: only the ports change. */
static void nat_leaves_partial_crc(struct kunit *test)
{
	const struct mx_test_spec spec = { MX_4, .proto = IPPROTO_SCTP };
	u8 was[MX_TEST_LEN], want[MX_TEST_LEN];
	struct mx_test_ends ends;
	struct mx_nat_edit edit;
	struct sk_buff *skb;
	u32 len, l4;

	mx_nat_plan(&spec, false, 33, 8080, &edit, &ends);
	mx_test_build(want, &spec, &ends, &l4);
	len = mx_test_build(was, &spec, &mx_nat_from, &l4);
	memset(want + l4 + 8, 0, 4);
	memset(was + l4 + 8, 0, 4);
	skb = mx_test_skb(was, len, len, 0);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_TRUE(test, skb_partial_csum_set(skb, l4, 8));
	skb->csum_not_inet = 1;
	KUNIT_EXPECT_EQ(test, mx_nat_apply(skb, &edit), 0);
	KUNIT_EXPECT_EQ(test, mx_nat_summed(skb), CHECKSUM_PARTIAL);
	mx_nat_expect(test, skb, want, len, "sctp");
	kfree_skb(skb);
}

/* A checksum that comes out as 0 is 0xffff in UDP, where 0 means none. */
static void nat_never_unsets_udp_checksum(struct kunit *test)
{
	u8 was[MX_TEST_LEN], want[MX_TEST_LEN];
	unsigned int n;

	for (n = 0; n < 4; n++) {
		struct mx_test_spec spec = {
			.family = n & 1 ? AF_INET6 : AF_INET,
			.proto = IPPROTO_UDP, .brim = n & 2,
		};
		struct mx_test_ends ends;
		struct mx_nat_edit edit;
		struct sk_buff *skb;
		u32 len, l4;

		mx_nat_plan(&spec, false, 33, 8080, &edit, &ends);
		mx_test_build(want, &spec, &ends, &l4);
		/* a payload that makes the sum 0xffff */
		spec.word = want[l4 + 6] << 8 | want[l4 + 7];
		mx_test_build(want, &spec, &ends, &l4);
		KUNIT_ASSERT_EQ(test, want[l4 + 6], 0xff);
		KUNIT_ASSERT_EQ(test, want[l4 + 7], 0xff);
		len = mx_test_build(was, &spec, &mx_nat_from, &l4);
		skb = mx_test_skb(was, len, len, 0);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, mx_nat_apply(skb, &edit), 0);
		mx_nat_expect(test, skb, want, len, "udp");
		kfree_skb(skb);
	}
}

/* Every port: no value of a checksum is special but the UDP one above. */
static void nat_is_right_for_every_port(struct kunit *test)
{
	static const u8 protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP };
	u8 was[MX_TEST_LEN], want[MX_TEST_LEN];
	unsigned int i, port;

	for (i = 0; i < ARRAY_SIZE(protos); i++) {
		struct mx_test_spec spec = { MX_4, .proto = protos[i] };
		u32 len, l4;

		len = mx_test_build(was, &spec, &mx_nat_from, &l4);
		for (port = 1; port < 65536; port += 13) {
			struct mx_test_ends ends;
			struct mx_nat_edit edit;
			struct sk_buff *skb;
			bool same;

			mx_nat_plan(&spec, true, port % 251, port, &edit,
				    &ends);
			mx_test_build(want, &spec, &ends, &l4);
			skb = mx_test_skb(was, len, len, 0);
			KUNIT_ASSERT_NOT_NULL(test, skb);
			mx_nat_apply(skb, &edit);
			same = !memcmp(skb->data, want, len);
			kfree_skb(skb);
			KUNIT_ASSERT_TRUE_MSG(test, same, "port %u", port);
		}
	}
}

/* Ethernet padding is no part of a quote, though it lies where one would. */
static void nat_leaves_padding(struct kunit *test)
{
	const struct mx_test_spec spec = {
		MX_4, .proto = IPPROTO_TCP, .error = 3, .quote = 8,
	};
	u8 was[MX_TEST_LEN], want[MX_TEST_LEN];
	struct mx_test_ends ends;
	struct mx_nat_edit edit;
	struct sk_buff *skb;
	u32 len, l4;

	mx_nat_plan(&spec, true, 33, 8080, &edit, &ends);
	mx_test_build(want, &spec, &ends, &l4);
	len = mx_test_build(was, &spec, &mx_nat_from, &l4);
	skb = mx_test_skb(was, len + 20, len + 20, 0);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, mx_nat_apply(skb, &edit), 0);
	mx_nat_expect(test, skb, want, len + 20, "padded");
	kfree_skb(skb);
}

/* What would come out wrong is refused, and nothing is touched. */
static void nat_refuses_what_it_cannot(struct kunit *test)
{
	static const struct mx_test_spec refused[] = {
		{ "ah4", MX_4, .proto = IPPROTO_AH },
		{ "ah6", MX_6, .proto = IPPROTO_AH },
		{ "ah6 chain", MX_6, .proto = IPPROTO_AH, .brim = true },
		{ "hip4", MX_4, .proto = 139 },
		{ "hip6", MX_6, .proto = 139 },
		{ "mobility6", MX_6, .proto = IPPROTO_MH },
		{ "ospf6", MX_6, .proto = 89 },
		{ "pim6", MX_6, .proto = IPPROTO_PIM },
		{ "ah4 quoted", MX_4, .proto = IPPROTO_AH, .error = 3 },
		{ "ah6 quoted", MX_6, .proto = IPPROTO_AH, .error = 1 },
		{ "ah6 chain quoted", MX_6, .proto = IPPROTO_AH, .brim = true,
		  .error = 1 },
		{ "pim6 quoted", MX_6, .proto = IPPROTO_PIM, .error = 1 },
	};
	struct mx_test_spec spec = { MX_4, .proto = IPPROTO_TCP };
	struct mx_test_ends ends;
	struct mx_nat_edit edit;
	struct mx_packet pkt;
	u8 was[MX_TEST_LEN];
	struct sk_buff *skb;
	unsigned int i;
	u32 len, l4;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		mx_nat_plan(&refused[i], false, 33, 8080, &edit, &ends);
		len = mx_test_build(was, &refused[i], &mx_nat_from, &l4);
		skb = mx_test_skb(was, len, len, 0);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, mx_nat_apply(skb, &edit),
				-EPROTONOSUPPORT);
		mx_nat_expect(test, skb, was, len, refused[i].desc);
		kfree_skb(skb);
	}

	/* A fragment, which should have been reassembled before. */
	mx_nat_plan(&spec, false, 33, 8080, &edit, &ends);
	len = mx_test_build(was, &spec, &mx_nat_from, &l4);
	was[6] = 0x20;
	skb = mx_test_skb(was, len, len, 0);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, mx_key_parse(skb, 0, &pkt), MX_KEY_FRAGMENT);
	KUNIT_EXPECT_EQ(test, mx_nat_rewrite(skb, &pkt, &edit),
			-EPROTONOSUPPORT);
	mx_nat_expect(test, skb, was, len, "fragment");
	kfree_skb(skb);
}

/* One hop less, the header's checksum and the device's sum following. */
static void nat_decreases_ttl(struct kunit *test)
{
	u8 was[MX_TEST_LEN];
	unsigned int n;

	for (n = 0; n < 4; n++) {
		struct mx_test_spec spec = {
			.family = n & 1 ? AF_INET6 : AF_INET,
			.proto = IPPROTO_UDP,
		};
		struct mx_packet pkt;
		struct sk_buff *skb;
		u32 len, l4;

		len = mx_test_build(was, &spec, &mx_nat_from, &l4);
		skb = mx_test_skb(was, len, len, 0);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		if (n & 2) {
			skb->ip_summed = CHECKSUM_COMPLETE;
			skb->csum = skb_checksum(skb, 0, len, 0);
		}
		KUNIT_EXPECT_EQ(test, mx_key_parse(skb, 0, &pkt), MX_KEY_OK);
		mx_nat_decrease_ttl(skb, &pkt);
		was[n & 1 ? 7 : 8]--;
		mx_test_fill_ip(was);
		mx_nat_expect(test, skb, was, len, "ttl");
		if (n & 2)
			KUNIT_EXPECT_TRUE(test, mx_nat_sum_is_right(skb));
		kfree_skb(skb);
	}
}

static struct kunit_case mx_nat_cases[] = {
	KUNIT_CASE_PARAM(nat_rewrites_every_kind, mx_nat_spec_gen_params),
	KUNIT_CASE_PARAM(nat_rewrites_verified_packets, mx_nat_spec_gen_params),
	KUNIT_CASE_PARAM(nat_keeps_sum_of_device, mx_nat_spec_gen_params),
	KUNIT_CASE_PARAM(nat_keeps_wrong_checksums_wrong,
			 mx_nat_spec_gen_params),
	KUNIT_CASE_PARAM(nat_is_undone_by_its_reverse, mx_nat_spec_gen_params),
	KUNIT_CASE_PARAM(nat_leaves_partial_to_device, mx_nat_spec_gen_params),
	KUNIT_CASE(nat_leaves_partial_crc),
	KUNIT_CASE(nat_never_unsets_udp_checksum),
	KUNIT_CASE(nat_is_right_for_every_port),
	KUNIT_CASE(nat_leaves_padding),
	KUNIT_CASE(nat_refuses_what_it_cannot),
	KUNIT_CASE(nat_decreases_ttl),
	{}
};

static struct kunit_suite mx_nat_suite = {
	.name = "mx_nat",
	.test_cases = mx_nat_cases,
};

kunit_test_suite(mx_nat_suite);
