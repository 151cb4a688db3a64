// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of a reflector's peers. */
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include "path/peers.h"

#define PEERS_NOW	(1000ULL * NSEC_PER_SEC)

static struct mx_peers *peers_make(struct kunit *test)
{
	struct mx_peers *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_ASSERT_EQ(test, mx_peers_init(p), 0);
	return p;
}

static struct mx_peer_id peers_id(u32 addr, u16 port)
{
	return (struct mx_peer_id) {
		.family = AF_INET,
		.addr.ip = htonl(addr),
		.port = htons(port),
	};
}

static void peers_limits_each_address(struct kunit *test)
{
	struct mx_peers *p = peers_make(test);
	struct mx_peer_id a = peers_id(1, 0), b = peers_id(2, 0);
	struct mx_tokens_rate rate;
	int i, n = 0;

	mx_tokens_rate_init(&rate, 10, 5);
	local_bh_disable();
	for (i = 0; i < 20; i++)
		n += mx_peers_charge(p, &a, &rate, PEERS_NOW);
	KUNIT_EXPECT_EQ(test, n, 5);
	KUNIT_EXPECT_TRUE(test, mx_peers_charge(p, &b, &rate, PEERS_NOW));
	KUNIT_EXPECT_TRUE(test, mx_peers_charge(p, &a, &rate, PEERS_NOW +
						NSEC_PER_SEC / 9));
	KUNIT_EXPECT_FALSE(test, mx_peers_charge(p, &a, &rate, PEERS_NOW +
						 NSEC_PER_SEC / 9));
	local_bh_enable();
	mx_peers_destroy(p);
}

/* Another rate: nobody is held to what it owed at the old one. */
static void peers_begin_anew_with_a_rate(struct kunit *test)
{
	struct mx_peers *p = peers_make(test);
	struct mx_peer_id a = peers_id(1, 0), s = peers_id(1, 1000);
	struct mx_tokens_rate slow, fast;
	int i;

	mx_tokens_rate_init(&slow, 1, 16);
	mx_tokens_rate_init(&fast, 1000, 100);
	local_bh_disable();
	mx_peers_number(p, &s, PEERS_NOW);
	for (i = 0; i < 16; i++)
		KUNIT_EXPECT_TRUE(test, mx_peers_charge(p, &a, &slow,
							PEERS_NOW));
	KUNIT_EXPECT_FALSE(test, mx_peers_charge(p, &a, &slow, PEERS_NOW));
	KUNIT_EXPECT_FALSE(test, mx_peers_charge(p, &a, &fast, PEERS_NOW));
	local_bh_enable();
	mx_peers_refill(p);
	local_bh_disable();
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_TRUE(test, mx_peers_charge(p, &a, &fast,
							PEERS_NOW));
	KUNIT_EXPECT_FALSE(test, mx_peers_charge(p, &a, &fast, PEERS_NOW));
	/* sessions go on */
	KUNIT_EXPECT_EQ(test, mx_peers_number(p, &s, PEERS_NOW), 1U);
	local_bh_enable();
	mx_peers_destroy(p);
}

static void peers_counts_sessions(struct kunit *test)
{
	struct mx_peers *p = peers_make(test);
	struct mx_peer_id a = peers_id(1, 1000), b = peers_id(1, 1001);
	struct mx_peer_id c = a;
	u32 i;

	c.ssid = 7;
	local_bh_disable();
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_EQ(test, mx_peers_number(p, &a, PEERS_NOW), i);
		KUNIT_EXPECT_EQ(test, mx_peers_number(p, &b, PEERS_NOW), i);
		KUNIT_EXPECT_EQ(test, mx_peers_number(p, &c, PEERS_NOW), i);
	}
	local_bh_enable();
	mx_peers_destroy(p);
}

static void peers_refuses_replays(struct kunit *test)
{
	struct mx_peers *p = peers_make(test);
	struct mx_peer_id a = peers_id(1, 1000), b = peers_id(2, 1000);
	u32 n = 99;

	local_bh_disable();
	KUNIT_EXPECT_TRUE(test, mx_peers_number_once(p, &a, 5, 50, &n,
						     PEERS_NOW));
	KUNIT_EXPECT_EQ(test, n, 0U);
	KUNIT_EXPECT_FALSE(test, mx_peers_number_once(p, &a, 5, 50, &n,
						      PEERS_NOW));
	KUNIT_EXPECT_TRUE(test, mx_peers_number_once(p, &a, 6, 60, &n,
						     PEERS_NOW));
	/* what was not answered was not counted */
	KUNIT_EXPECT_EQ(test, n, 1U);
	KUNIT_EXPECT_TRUE(test, mx_peers_number_once(p, &b, 5, 50, &n,
						     PEERS_NOW));
	local_bh_enable();
	mx_peers_destroy(p);
}

/* A flood of addresses: nothing grows, who asks all the time is remembered. */
static void peers_bears_a_flood(struct kunit *test)
{
	struct mx_peers *p = peers_make(test);
	struct mx_peer_id a = peers_id(1, 1000), x;
	u32 i, n, forgot = 0, number = 0;

	local_bh_disable();
	for (i = 0; i < 200000; i++) {
		x = peers_id(i + 2, 0);
		mx_peers_number(p, &x, PEERS_NOW + i * (NSEC_PER_SEC / 100));
		if (i % 100)
			continue;
		n = mx_peers_number(p, &a, PEERS_NOW +
				    i * (NSEC_PER_SEC / 100));
		forgot += n != number;
		number = n + 1;
	}
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, forgot, 0U);
	mx_peers_destroy(p);
}

static struct kunit_case peers_test_cases[] = {
	KUNIT_CASE(peers_limits_each_address),
	KUNIT_CASE(peers_begin_anew_with_a_rate),
	KUNIT_CASE(peers_counts_sessions),
	KUNIT_CASE(peers_refuses_replays),
	KUNIT_CASE(peers_bears_a_flood),
	{}
};

static struct kunit_suite peers_test_suite = {
	.name = "mx_peers",
	.test_cases = peers_test_cases,
};

kunit_test_suite(peers_test_suite);
