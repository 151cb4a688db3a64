// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "path/plpmtu.h"

static const struct mx_plpmtu_timers plpmtu_timers = {
	.probe = MX_PLPMTU_PROBE_MS,
	.confirm = MX_PLPMTU_CONFIRM_MS,
	.raise = MX_PLPMTU_RAISE_MS,
};

/**
 * struct plpmtu_path - a path that carries packets up to a size
 * @mtu: the size
 * @says: what a router answers to larger ones, 0 if nothing
 * @rtt: milliseconds
 * @loss: each that many packets one is lost, 0 for none
 * @sent: packets so far
 * @bytes: the same
 * @largest: of them
 */
struct plpmtu_path {
	u32 mtu;
	u32 says;
	u32 rtt;
	u32 loss;
	u32 sent;
	u64 bytes;
	u32 largest;
};

/* One step: polls when it is due, and has the path answer. */
static u64 plpmtu_step(struct mx_plpmtu *p, struct plpmtu_path *path, u64 now)
{
	u32 size;

	if (p->due > now)
		now = p->due;
	size = mx_plpmtu_poll(p, &plpmtu_timers, true, now);
	if (!size)
		return now;
	path->sent++;
	path->bytes += size;
	path->largest = max(path->largest, size);
	if (path->loss && path->sent % path->loss == 0)
		return now;
	if (size <= path->mtu) {
		now += path->rtt;
		mx_plpmtu_passed(p, &plpmtu_timers, size, now);
	} else if (path->says) {
		now += path->rtt;
		mx_plpmtu_too_big(p, &plpmtu_timers, path->says, now);
	}
	return now;
}

/* Until the search has ended, but no longer than so many packets. */
static u64 plpmtu_run(struct mx_plpmtu *p, struct plpmtu_path *path, u64 now,
		      u32 packets)
{
	u32 end = path->sent + packets;

	do {
		now = plpmtu_step(p, path, now);
	} while (p->state != MX_PLPMTU_COMPLETE && path->sent < end);
	return now;
}

static u32 plpmtu_found(bool ipv6, u32 device, struct plpmtu_path *path,
			u64 *took)
{
	struct mx_plpmtu p;

	mx_plpmtu_init(&p, ipv6, device, 1000);
	*took = plpmtu_run(&p, path, 1000, 200) - 1000;
	return p.state == MX_PLPMTU_COMPLETE ? p.mtu : 0;
}

static void plpmtu_finds_every_size(struct kunit *test)
{
	u32 mtu, most = 0;
	u64 took, longest = 0;

	for (mtu = MX_PLPMTU_MIN4; mtu <= 1500; mtu++) {
		struct plpmtu_path path = { .mtu = mtu, .rtt = 50 };

		KUNIT_ASSERT_EQ(test, plpmtu_found(false, 1500, &path, &took),
				mtu);
		KUNIT_EXPECT_LE(test, path.largest, 1500);
		most = max(most, path.sent);
		longest = max(longest, took);
	}
	/* bounded probes: no size is asked for more than three times */
	KUNIT_EXPECT_LE(test, most, 40);
	KUNIT_EXPECT_LE(test, longest, 40000);
	for (mtu = MX_PLPMTU_MIN6; mtu <= 9000; mtu += 7) {
		struct plpmtu_path path = { .mtu = mtu, .rtt = 600 };

		KUNIT_ASSERT_EQ(test, plpmtu_found(true, 9000, &path, &took),
				mtu);
		KUNIT_EXPECT_LE(test, path.sent, 60);
	}
	for (mtu = MX_PLPMTU_MIN4; mtu <= MX_PLPMTU_MAX; mtu += 1009) {
		struct plpmtu_path path = { .mtu = mtu };

		KUNIT_ASSERT_EQ(test, plpmtu_found(false, U32_MAX, &path,
						   &took), mtu);
		KUNIT_EXPECT_LE(test, path.sent, 80);
	}
}

/* What most paths have is found soon. */
static void plpmtu_knows_the_usual_sizes(struct kunit *test)
{
	static const struct {
		u32 device;
		u32 mtu;
		u32 packets;
	} usual[] = {
		{ 1500, 1500, 2 },	/* Ethernet all the way */
		{ 1420, 1420, 2 },	/* WireGuard, the device knows */
		{ 9000, 9000, 2 },
		{ 1500, 1492, 20 },	/* PPPoE */
		{ 1500, 1420, 20 },
		{ 1500, 1280, 20 },
		{ 9000, 1500, 25 },
	};
	u64 took;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(usual); i++) {
		struct plpmtu_path path = { .mtu = usual[i].mtu, .rtt = 20 };

		KUNIT_EXPECT_EQ(test, plpmtu_found(false, usual[i].device,
						   &path, &took),
				usual[i].mtu);
		KUNIT_EXPECT_LE(test, path.sent, usual[i].packets);
	}
}

static void plpmtu_believes_a_router_and_tries(struct kunit *test)
{
	struct plpmtu_path path = { .mtu = 1437, .says = 1437, .rtt = 20 };
	u64 took;

	KUNIT_EXPECT_EQ(test, plpmtu_found(false, 1500, &path, &took), 1437);
	KUNIT_EXPECT_EQ(test, path.sent, 3);
	/* below the base */
	path = (struct plpmtu_path){ .mtu = 800, .says = 800, .rtt = 20 };
	KUNIT_EXPECT_EQ(test, plpmtu_found(false, 1500, &path, &took), 800);
	KUNIT_EXPECT_LE(test, path.sent, 4);
	/* one that says too much is tried, and given up */
	path = (struct plpmtu_path){ .mtu = 1437, .says = 1460, .rtt = 20 };
	KUNIT_EXPECT_EQ(test, plpmtu_found(false, 1500, &path, &took), 1437);
	/* one that says too little is believed for a while */
	path = (struct plpmtu_path){ .mtu = 1437, .says = 1300, .rtt = 20 };
	KUNIT_EXPECT_EQ(test, plpmtu_found(false, 1500, &path, &took), 1300);
}

static void plpmtu_refuses_what_no_router_can_say(struct kunit *test)
{
	const struct mx_plpmtu_timers *t = &plpmtu_timers;
	struct plpmtu_path path = { .mtu = 1500, .rtt = 20 };
	struct mx_plpmtu p;
	u64 now;
	u32 i;

	mx_plpmtu_init(&p, false, 1500, 0);
	now = plpmtu_run(&p, &path, 0, 10);
	KUNIT_EXPECT_FALSE(test, mx_plpmtu_too_big(&p, t, 0, now));
	KUNIT_EXPECT_FALSE(test, mx_plpmtu_too_big(&p, t, 575, now));
	KUNIT_EXPECT_FALSE(test, mx_plpmtu_too_big(&p, t, 1500, now));
	KUNIT_EXPECT_FALSE(test, mx_plpmtu_too_big(&p, t, U32_MAX, now));
	KUNIT_EXPECT_EQ(test, p.mtu, 1500);
	/* one that says something else each time is heard four times */
	path.says = 1400;
	for (i = 0; i < 100; i++) {
		mx_plpmtu_too_big(&p, t, path.says--, now);
		now = plpmtu_step(&p, &path, now);
		KUNIT_EXPECT_LE(test, p.hints, MX_PLPMTU_HINTS);
	}
	now = plpmtu_run(&p, &path, now, 100);
	KUNIT_EXPECT_EQ(test, p.state, MX_PLPMTU_COMPLETE);
	KUNIT_EXPECT_GE(test, p.mtu, 1300);
	mx_plpmtu_init(&p, true, 1500, 0);
	plpmtu_run(&p, &path, 0, 10);
	KUNIT_EXPECT_FALSE(test, mx_plpmtu_too_big(&p, t, 1279, now));
}

/* The path narrows in silence: packets are to be smaller at once. */
static void plpmtu_sees_a_black_hole(struct kunit *test)
{
	struct plpmtu_path path = { .mtu = 1500, .rtt = 20 };
	struct mx_plpmtu p;
	u64 now, hole;
	u32 i;

	mx_plpmtu_init(&p, false, 1500, 0);
	now = plpmtu_run(&p, &path, 0, 10);
	KUNIT_EXPECT_EQ(test, p.mtu, 1500);
	path.mtu = 1380;
	hole = now;
	for (i = 0; i < 10 && p.mtu == 1500; i++)
		now = plpmtu_step(&p, &path, now);
	KUNIT_EXPECT_EQ(test, p.mtu, MX_PLPMTU_BASE4);
	KUNIT_EXPECT_LE(test, now - hole, MX_PLPMTU_CONFIRM_MS + 5000);
	plpmtu_run(&p, &path, now, 60);
	KUNIT_EXPECT_EQ(test, p.mtu, 1380);
	/* somebody has a doubt: it is seen sooner */
	path.mtu = 1000;
	now = p.due - MX_PLPMTU_CONFIRM_MS + 1;
	mx_plpmtu_doubt(&p, now);
	KUNIT_EXPECT_EQ(test, p.due, now);
	for (i = 0; i < 4; i++)
		now = plpmtu_step(&p, &path, now);
	KUNIT_EXPECT_EQ(test, p.mtu, MX_PLPMTU_BASE4);
	now = plpmtu_run(&p, &path, now, 60);
	KUNIT_EXPECT_EQ(test, p.mtu, 1000);
	/* none while a probe is on its way, or nothing is known */
	p.probe = p.mtu;
	p.due = U64_MAX;
	mx_plpmtu_doubt(&p, now);
	KUNIT_EXPECT_EQ(test, p.due, U64_MAX);
}

static void plpmtu_raises_when_the_path_widens(struct kunit *test)
{
	struct plpmtu_path path = { .mtu = 1380, .rtt = 20 };
	struct mx_plpmtu p;
	u64 now, from;
	u32 sent;

	mx_plpmtu_init(&p, false, 1500, 0);
	now = plpmtu_run(&p, &path, 0, 60);
	KUNIT_EXPECT_EQ(test, p.mtu, 1380);
	/* a path as before costs three packets each time */
	from = now;
	sent = path.sent;
	while (now - from < MX_PLPMTU_RAISE_MS + 10000)
		now = plpmtu_step(&p, &path, now);
	KUNIT_EXPECT_LE(test, path.sent - sent,
			MX_PLPMTU_RAISE_MS / MX_PLPMTU_CONFIRM_MS + 4);
	KUNIT_EXPECT_EQ(test, p.mtu, 1380);
	path.mtu = 1500;
	from = now;
	while (now - from < MX_PLPMTU_RAISE_MS + 10000)
		now = plpmtu_step(&p, &path, now);
	KUNIT_EXPECT_EQ(test, p.mtu, 1500);
}

/* Losses say nothing of sizes while small packets are lost, too. */
static void plpmtu_waits_while_the_path_is_down(struct kunit *test)
{
	const struct mx_plpmtu_timers *t = &plpmtu_timers;
	struct plpmtu_path path = { .mtu = 1500, .rtt = 20 };
	u64 now, from;
	struct mx_plpmtu p;
	u32 sent = 0;

	mx_plpmtu_init(&p, false, 1500, 0);
	now = plpmtu_run(&p, &path, 0, 10);
	for (from = now; now - from < 3600000; now = max(now + 1, p.due))
		sent += !!mx_plpmtu_poll(&p, t, false, now);
	KUNIT_EXPECT_EQ(test, p.mtu, 1500);
	KUNIT_EXPECT_EQ(test, p.state, MX_PLPMTU_COMPLETE);
	KUNIT_EXPECT_LE(test, sent, 3600000 / (10 * MX_PLPMTU_PROBE_MS));
	now = plpmtu_step(&p, &path, now);
	plpmtu_step(&p, &path, now);
	KUNIT_EXPECT_EQ(test, p.mtu, 1500);
	/* the same from the start */
	mx_plpmtu_init(&p, false, 1500, now);
	for (from = now; now - from < 3600000; now = max(now + 1, p.due))
		mx_plpmtu_poll(&p, t, false, now);
	KUNIT_EXPECT_EQ(test, p.mtu, 0);
	KUNIT_EXPECT_EQ(test, p.state, MX_PLPMTU_BASE);
	plpmtu_run(&p, &path, now, 5);
	KUNIT_EXPECT_EQ(test, p.mtu, 1500);
}

/* Small ones pass and none of ours: the next attempts are far apart. */
static void plpmtu_error_and_back(struct kunit *test)
{
	struct plpmtu_path path = { .mtu = 100, .rtt = 20 };
	struct mx_plpmtu p;
	u64 now = 0;

	mx_plpmtu_init(&p, false, 1500, 0);
	while (now < 3600000)
		now = plpmtu_step(&p, &path, now);
	KUNIT_EXPECT_EQ(test, p.mtu, 0);
	KUNIT_EXPECT_LE(test, path.sent, 6 * 62);
	path.mtu = 1500;
	plpmtu_run(&p, &path, now, 20);
	KUNIT_EXPECT_EQ(test, p.mtu, 1500);
}

static void plpmtu_stands_loss(struct kunit *test)
{
	struct plpmtu_path path = { .rtt = 20 };
	u32 mtu, loss;
	u64 took;

	for (loss = 2; loss < 12; loss++) {
		for (mtu = 580; mtu <= 1500; mtu += 23) {
			path.mtu = mtu;
			path.loss = loss;
			path.sent = 0;
			KUNIT_ASSERT_EQ(test, plpmtu_found(false, 1500, &path,
							   &took), mtu);
			KUNIT_EXPECT_LE(test, path.sent, 70);
		}
	}
}

/* Answers that come late or twice, and those that nobody waits for. */
static void plpmtu_takes_late_answers(struct kunit *test)
{
	const struct mx_plpmtu_timers *t = &plpmtu_timers;
	struct mx_plpmtu p;

	mx_plpmtu_init(&p, false, 1500, 0);
	mx_plpmtu_passed(&p, t, 100, 0);
	mx_plpmtu_passed(&p, t, 0, 0);
	mx_plpmtu_passed(&p, t, 1501, 0);
	mx_plpmtu_passed(&p, t, U32_MAX, 0);
	KUNIT_EXPECT_EQ(test, p.mtu, 0);
	KUNIT_EXPECT_EQ(test, mx_plpmtu_poll(&p, t, true, 0), 1200);
	KUNIT_EXPECT_EQ(test, mx_plpmtu_poll(&p, t, true, 999), 0);
	KUNIT_EXPECT_EQ(test, mx_plpmtu_poll(&p, t, true, 1000), 1200);
	mx_plpmtu_passed(&p, t, 1200, 1010);
	mx_plpmtu_passed(&p, t, 1200, 1011);
	KUNIT_EXPECT_EQ(test, p.mtu, 1200);
	KUNIT_EXPECT_EQ(test, mx_plpmtu_poll(&p, t, true, 1011), 1500);
	KUNIT_EXPECT_EQ(test, mx_plpmtu_poll(&p, t, true, 2011), 1500);
	KUNIT_EXPECT_EQ(test, mx_plpmtu_poll(&p, t, true, 3011), 1500);
	KUNIT_EXPECT_LT(test, mx_plpmtu_poll(&p, t, true, 4011), 1500);
	/* given up, and then it comes after all */
	mx_plpmtu_passed(&p, t, 1500, 4012);
	KUNIT_EXPECT_EQ(test, p.mtu, 1500);
	KUNIT_EXPECT_EQ(test, p.state, MX_PLPMTU_COMPLETE);
	KUNIT_EXPECT_EQ(test, p.due, 4012 + MX_PLPMTU_CONFIRM_MS);
}

static void plpmtu_devices(struct kunit *test)
{
	struct plpmtu_path path = { .mtu = 65535, .rtt = 1 };
	struct mx_plpmtu p;
	u64 took, now;

	/* no MTU at all, one below the base, one below the smallest */
	mx_plpmtu_init(&p, false, 0, 0);
	KUNIT_EXPECT_EQ(test, mx_plpmtu_poll(&p, &plpmtu_timers, true, 0), 0);
	KUNIT_EXPECT_EQ(test, plpmtu_found(false, 1000, &path, &took), 1000);
	KUNIT_EXPECT_EQ(test, plpmtu_found(false, 100, &path, &took), 100);
	KUNIT_EXPECT_EQ(test, plpmtu_found(true, 1280, &path, &took), 1280);
	KUNIT_EXPECT_EQ(test, plpmtu_found(false, U32_MAX, &path, &took),
			MX_PLPMTU_MAX);
	/* another MTU: what is larger is not sent any more, the rest stays */
	mx_plpmtu_init(&p, false, 1500, 0);
	now = plpmtu_run(&p, &path, 0, 10);
	mx_plpmtu_restart(&p, false, 1400, now);
	KUNIT_EXPECT_EQ(test, p.mtu, 1400);
	mx_plpmtu_restart(&p, false, 9000, now);
	KUNIT_EXPECT_EQ(test, p.mtu, 1400);
	plpmtu_run(&p, &path, now, 10);
	KUNIT_EXPECT_EQ(test, p.mtu, 9000);
}

static struct kunit_case plpmtu_cases[] = {
	KUNIT_CASE(plpmtu_finds_every_size),
	KUNIT_CASE(plpmtu_knows_the_usual_sizes),
	KUNIT_CASE(plpmtu_believes_a_router_and_tries),
	KUNIT_CASE(plpmtu_refuses_what_no_router_can_say),
	KUNIT_CASE(plpmtu_sees_a_black_hole),
	KUNIT_CASE(plpmtu_raises_when_the_path_widens),
	KUNIT_CASE(plpmtu_waits_while_the_path_is_down),
	KUNIT_CASE(plpmtu_error_and_back),
	KUNIT_CASE(plpmtu_stands_loss),
	KUNIT_CASE(plpmtu_takes_late_answers),
	KUNIT_CASE(plpmtu_devices),
	{ }
};

static struct kunit_suite plpmtu_suite = {
	.name = "mx_plpmtu",
	.test_cases = plpmtu_cases,
};

kunit_test_suite(plpmtu_suite);
