// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of what is set in packets: DSCP, priority, mark. */
#include <kunit/test.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/checksum.h>
#include <net/dsfield.h>
#include "skb.h"
#include "xmit/qos.h"

static void qos_rule_beats_group(struct kunit *test)
{
	static const struct mx_qos rule = {
		.set = MX_QOS_DSCP | MX_QOS_MARK,
		.dscp = 46, .mark = 0x10, .mask = 0xf0,
	};
	static const struct mx_qos group = {
		.set = MX_QOS_DSCP | MX_QOS_PRIORITY | MX_QOS_MARK,
		.dscp = 8, .priority = 7, .mark = 0x23, .mask = 0xff,
	};
	struct mx_qos both;

	mx_qos_join(&both, &rule, &group);
	KUNIT_EXPECT_EQ(test, both.set,
			MX_QOS_DSCP | MX_QOS_PRIORITY | MX_QOS_MARK);
	KUNIT_EXPECT_EQ(test, both.dscp, 46);
	KUNIT_EXPECT_EQ(test, both.priority, 7U);
	KUNIT_EXPECT_EQ(test, both.mark, 0x13U);
	KUNIT_EXPECT_EQ(test, both.mask, 0xffU);
	KUNIT_EXPECT_EQ(test, mx_qos_mark(&both, 0xabcd), 0xab13U);
	KUNIT_EXPECT_EQ(test, mx_qos_mark(&rule, 0xabcd), 0xab1dU);

	mx_qos_join(&both, &(struct mx_qos){ }, &group);
	KUNIT_EXPECT_TRUE(test, mx_qos_equal(&both, &group));
	mx_qos_join(&both, &rule, &(struct mx_qos){ });
	KUNIT_EXPECT_TRUE(test, mx_qos_equal(&both, &rule));
}

static void qos_flows_share_what_they_can(struct kunit *test)
{
	struct mx_qos rule = { .set = MX_QOS_DSCP, .dscp = 46 };
	struct mx_qos group = { .set = MX_QOS_DSCP, .dscp = 8 };
	struct mx_qos_ref *r, *g, *of;

	KUNIT_ASSERT_EQ(test, mx_qos_make(&r, &(struct mx_qos){ }, GFP_KERNEL),
			0);
	KUNIT_EXPECT_NULL(test, r);
	KUNIT_ASSERT_EQ(test, mx_qos_make(&r, &rule, GFP_KERNEL), 0);
	KUNIT_ASSERT_EQ(test, mx_qos_make(&g, &group, GFP_KERNEL), 0);
	KUNIT_EXPECT_NULL(test, mx_qos_of(NULL, NULL, GFP_KERNEL));
	of = mx_qos_of(r, NULL, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, of, r);
	mx_qos_put(of);
	of = mx_qos_of(NULL, g, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, of, g);
	mx_qos_put(of);
	/* nothing of the group is left over */
	of = mx_qos_of(r, g, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, of, r);
	mx_qos_put(of);
	KUNIT_EXPECT_EQ(test, refcount_read(&r->refs), 1);
	KUNIT_EXPECT_EQ(test, refcount_read(&g->refs), 1);
	mx_qos_put(g);

	group = (struct mx_qos){ .set = MX_QOS_PRIORITY, .priority = 3 };
	KUNIT_ASSERT_EQ(test, mx_qos_make(&g, &group, GFP_KERNEL), 0);
	of = mx_qos_of(r, g, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, of);
	KUNIT_EXPECT_TRUE(test, of != r && of != g);
	KUNIT_EXPECT_EQ(test, of->qos.dscp, 46);
	KUNIT_EXPECT_EQ(test, of->qos.priority, 3U);
	mx_qos_put(of);
	mx_qos_put(g);
	mx_qos_put(r);

	/* the same mark, but the group clears bits that the rule leaves */
	rule = (struct mx_qos){ .set = MX_QOS_MARK, .mark = 0x10,
				.mask = 0xf0 };
	group = (struct mx_qos){ .set = MX_QOS_MARK, .mask = 0x0f };
	KUNIT_ASSERT_EQ(test, mx_qos_make(&r, &rule, GFP_KERNEL), 0);
	KUNIT_ASSERT_EQ(test, mx_qos_make(&g, &group, GFP_KERNEL), 0);
	of = mx_qos_of(r, g, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, of);
	KUNIT_EXPECT_EQ(test, mx_qos_mark(&of->qos, 0xabcd), 0xab10U);
	mx_qos_put(of);
	mx_qos_put(g);
	mx_qos_put(r);
}

static struct sk_buff *qos_packet(struct kunit *test, u8 family, u8 field,
				  u8 summed, struct mx_packet *pkt)
{
	static const struct mx_test_ends ends = { 10, 20, 40001, 80 };
	const struct mx_test_spec spec = {
		.desc = "udp", .family = family, .proto = IPPROTO_UDP,
	};
	struct sk_buff *skb;
	u32 len, l4;
	u8 *buf;

	buf = kunit_kzalloc(test, MX_TEST_LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	len = mx_test_build(buf, &spec, &ends, &l4);
	if (family == AF_INET)
		ipv4_change_dsfield((struct iphdr *)buf, 0, field);
	else
		ipv6_change_dsfield((struct ipv6hdr *)buf, 0, field);
	skb = mx_test_skb(buf, len, len, 0xa5);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	if (summed == CHECKSUM_COMPLETE)
		skb->csum = skb_checksum(skb, 0, len, 0);
	skb->ip_summed = summed;
	KUNIT_ASSERT_EQ(test, mx_key_parse(skb, 0, pkt), MX_KEY_OK);
	return skb;
}

static u8 qos_field(const struct sk_buff *skb, u8 family)
{
	return family == AF_INET ? ipv4_get_dsfield((struct iphdr *)skb->data) :
				   ipv6_get_dsfield((struct ipv6hdr *)skb->data);
}

/* All fields, all ECN bits: the field is right, and so are all sums. */
static void qos_dscp_keeps_ecn_and_sums(struct kunit *test)
{
	static const u8 families[] = { AF_INET, AF_INET6 };
	struct mx_qos qos = { .set = MX_QOS_DSCP };
	struct mx_packet pkt;
	struct sk_buff *skb;
	unsigned int f, i;

	for (f = 0; f < 2; f++) {
		for (i = 0; i < 256; i += 3) {
			qos.dscp = (i * 7 + 13) % 64;
			skb = qos_packet(test, families[f], i,
					 CHECKSUM_COMPLETE, &pkt);
			KUNIT_EXPECT_EQ(test, mx_qos_apply(skb, &pkt, &qos,
							   i & 1), 0);
			KUNIT_EXPECT_EQ(test, qos_field(skb, families[f]),
					qos.dscp << 2 | (i & 3));
			if (families[f] == AF_INET)
				KUNIT_EXPECT_FALSE(test,
						   ip_fast_csum(skb->data, 5));
			else
				KUNIT_EXPECT_EQ(test, skb->data[0] >> 4, 6);
			KUNIT_EXPECT_TRUE(test, csum_fold(skb->csum) ==
					  csum_fold(skb_checksum(skb, 0,
								 skb->len, 0)));
			KUNIT_EXPECT_EQ(test, skb->priority, 0U);
			KUNIT_EXPECT_EQ(test, skb->mark, 0U);
			kfree_skb(skb);
		}
	}
}

static void qos_directions_differ_in_the_mark(struct kunit *test)
{
	const struct mx_qos qos = {
		.set = MX_QOS_PRIORITY | MX_QOS_MARK,
		.priority = 0x10001, .mark = 0x40, .mask = 0xf0,
	};
	struct mx_packet pkt;
	struct sk_buff *skb;

	skb = qos_packet(test, AF_INET, 0x68, CHECKSUM_NONE, &pkt);
	skb->mark = 0x123;
	KUNIT_EXPECT_EQ(test, mx_qos_apply(skb, &pkt, &qos, MX_DIR_REPLY), 0);
	KUNIT_EXPECT_EQ(test, skb->priority, 0x10001U);
	KUNIT_EXPECT_EQ(test, skb->mark, 0x123U);
	KUNIT_EXPECT_EQ(test, mx_qos_apply(skb, &pkt, &qos, MX_DIR_ORIG), 0);
	KUNIT_EXPECT_EQ(test, skb->mark, 0x143U);
	KUNIT_EXPECT_EQ(test, qos_field(skb, AF_INET), 0x68);
	kfree_skb(skb);
}

/* Who else holds the packet sees it as it was. */
static void qos_leaves_clones_alone(struct kunit *test)
{
	const struct mx_qos qos = { .set = MX_QOS_DSCP, .dscp = 63 };
	struct sk_buff *skb, *clone;
	struct mx_packet pkt;

	skb = qos_packet(test, AF_INET6, 0, CHECKSUM_NONE, &pkt);
	clone = skb_clone(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	KUNIT_EXPECT_EQ(test, mx_qos_apply(skb, &pkt, &qos, MX_DIR_ORIG), 0);
	KUNIT_EXPECT_EQ(test, qos_field(skb, AF_INET6), 63 << 2);
	KUNIT_EXPECT_EQ(test, qos_field(clone, AF_INET6), 0);
	kfree_skb(clone);
	kfree_skb(skb);
}

static struct kunit_case qos_cases[] = {
	KUNIT_CASE(qos_rule_beats_group),
	KUNIT_CASE(qos_flows_share_what_they_can),
	KUNIT_CASE(qos_dscp_keeps_ecn_and_sums),
	KUNIT_CASE(qos_directions_differ_in_the_mark),
	KUNIT_CASE(qos_leaves_clones_alone),
	{}
};

static struct kunit_suite qos_suite = {
	.name = "mx_qos",
	.test_cases = qos_cases,
};

kunit_test_suite(qos_suite);
