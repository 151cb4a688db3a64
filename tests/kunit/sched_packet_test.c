// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the packet scheduler. */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "sched_fixture.h"

/* How many of @n members @packets packets in a row of one flow reach. */
static u32 packet_reach(struct kunit *test, u64 hash, u64 first, u32 n,
			u32 packets)
{
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_packet, n);
	u32 *seen = kunit_kcalloc(test, n, sizeof(*seen), GFP_KERNEL);
	u32 i, reached = 0;

	KUNIT_ASSERT_NOT_NULL_MSG(test, seen, "no memory");
	f->pick.hash = hash;
	for (i = 0; i < packets; i++) {
		f->pick.packet = first + i;
		seen[sched_fixture_pick(f)]++;
	}
	for (i = 0; i < n; i++)
		reached += seen[i] > 0;
	return reached;
}

static const u64 packet_firsts[] = { 0, 1ULL << 48, 5ULL << 48, U64_MAX - 5 };

static void packet_desc(const u64 *first, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "from %llu", *first);
}

KUNIT_ARRAY_PARAM(packet, packet_firsts, packet_desc);

static void packet_spreads_one_flow(struct kunit *test)
{
	u64 first = *(const u64 *)test->param_value;
	int i;

	for (i = 0; i < 50; i++) {
		u64 hash = sched_fixture_id(i);

		KUNIT_EXPECT_EQ(test, packet_reach(test, hash, first, 2, 100),
				2u);
		KUNIT_EXPECT_GT(test, packet_reach(test, hash, first, 3, 10),
				1u);
	}
}

static void packet_is_uniform(struct kunit *test)
{
	const u32 packets = 10000, n = 10;
	u64 first = *(const u64 *)test->param_value;
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_packet, n);
	u32 seen[10], i, flow;
	u64 chi;

	for (flow = 0; flow < 10; flow++) {
		memset(seen, 0, sizeof(seen));
		f->pick.hash = sched_fixture_id(flow);
		for (i = 0; i < packets; i++) {
			f->pick.packet = first + i;
			seen[sched_fixture_pick(f)]++;
		}
		chi = sched_fixture_chi_square(seen, n, packets / n);
		/* 9 degrees of freedom: exceeded once in 10,000. */
		KUNIT_EXPECT_LT(test, chi, 34ULL);
	}
}

static void packet_depends_on_flow_and_number(struct kunit *test)
{
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_packet, 4);
	u32 first[64], i, same = 0;

	f->pick.hash = sched_fixture_id(0);
	for (i = 0; i < 64; i++) {
		f->pick.packet = i;
		first[i] = sched_fixture_pick(f);
		KUNIT_ASSERT_EQ(test, sched_fixture_pick(f), first[i]);
	}
	f->pick.hash = sched_fixture_id(1);
	for (i = 0; i < 64; i++) {
		f->pick.packet = i;
		same += sched_fixture_pick(f) == first[i];
	}
	/* One in four by chance. */
	KUNIT_EXPECT_GT(test, same, 4u);
	KUNIT_EXPECT_LT(test, same, 32u);
}

/* Names of routers change the flow's hash: their choices are independent. */
static void packet_choices_of_two_nodes_are_independent(struct kunit *test)
{
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_packet, 4);
	u32 seen[16] = {}, i, here, there;

	for (i = 0; i < 16000; i++) {
		f->pick.packet = i;
		f->pick.hash = sched_fixture_id(100);
		here = sched_fixture_pick(f);
		f->pick.hash = sched_fixture_id(101);
		there = sched_fixture_pick(f);
		seen[here * 4 + there]++;
	}
	/* 15 degrees of freedom: exceeded once in 10,000. */
	KUNIT_EXPECT_LT(test, sched_fixture_chi_square(seen, 16, 1000), 45ULL);
}

static struct kunit_case packet_cases[] = {
	KUNIT_CASE_PARAM(packet_spreads_one_flow, packet_gen_params),
	KUNIT_CASE_PARAM(packet_is_uniform, packet_gen_params),
	KUNIT_CASE(packet_depends_on_flow_and_number),
	KUNIT_CASE(packet_choices_of_two_nodes_are_independent),
	{}
};

static struct kunit_suite packet_suite = {
	.name = "mx_sched_packet",
	.test_cases = packet_cases,
};

kunit_test_suite(packet_suite);
