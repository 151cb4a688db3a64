// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the replay window. */
#include <kunit/test.h>
#include <linux/string.h>
#include "path/replay.h"

#define REPLAY_T(n)	((u64)(n) << 32)

static void replay_passes_each_once(struct kunit *test)
{
	struct mx_replay r = { };
	u32 i;

	for (i = 0; i < 1000; i++)
		KUNIT_EXPECT_TRUE(test, mx_replay_fresh(&r, i, REPLAY_T(i + 1)));
	for (i = 0; i < 1000; i++)
		KUNIT_EXPECT_FALSE(test,
				   mx_replay_fresh(&r, i, REPLAY_T(i + 1)));
}

static void replay_takes_disorder(struct kunit *test)
{
	struct mx_replay r = { };
	u32 i;

	KUNIT_EXPECT_TRUE(test, mx_replay_fresh(&r, 5000, REPLAY_T(50)));
	/* all that is in the window, backwards, once */
	for (i = 1; i < MX_REPLAY_WINDOW; i++) {
		KUNIT_EXPECT_TRUE(test,
				  mx_replay_fresh(&r, 5000 - i, REPLAY_T(49)));
		KUNIT_EXPECT_FALSE(test,
				   mx_replay_fresh(&r, 5000 - i, REPLAY_T(49)));
	}
	/* and nothing behind it */
	KUNIT_EXPECT_FALSE(test, mx_replay_fresh(&r, 5000 - MX_REPLAY_WINDOW,
						 REPLAY_T(49)));
	KUNIT_EXPECT_FALSE(test, mx_replay_fresh(&r, 5000, REPLAY_T(50)));
	KUNIT_EXPECT_EQ(test, r.top, 5000U);
}

/* Each distance that the window may move by, from each place in a block. */
static void replay_moves_by_any_distance(struct kunit *test)
{
	u32 at, by, i;

	for (at = 0; at < MX_REPLAY_BLOCK_BITS; at += 7) {
		for (by = 1; by < 3 * MX_REPLAY_WINDOW; by += 5) {
			struct mx_replay r = { };

			mx_replay_fresh(&r, at, REPLAY_T(1));
			KUNIT_EXPECT_TRUE(test, mx_replay_fresh(&r, at + by,
								REPLAY_T(2)));
			/* whatever lies between was not seen, and is once */
			for (i = 1; i < min(by, MX_REPLAY_WINDOW); i++)
				KUNIT_EXPECT_TRUE(test,
						  mx_replay_fresh(&r, at + by - i,
								  REPLAY_T(1)));
			KUNIT_EXPECT_FALSE(test, mx_replay_fresh(&r, at,
								 REPLAY_T(1)));
		}
	}
}

static void replay_wraps(struct kunit *test)
{
	struct mx_replay r = { };
	u32 i, seq = U32_MAX - 300;

	for (i = 0; i < 600; i++) {
		KUNIT_EXPECT_TRUE(test,
				  mx_replay_fresh(&r, seq + i, REPLAY_T(i)));
		KUNIT_EXPECT_FALSE(test,
				   mx_replay_fresh(&r, seq + i, REPLAY_T(i)));
	}
	KUNIT_EXPECT_EQ(test, r.top, seq + 599);
	/* so does the time, in 2036 */
	memset(&r, 0, sizeof(r));
	KUNIT_EXPECT_TRUE(test, mx_replay_fresh(&r, 1 << 30, ~0ULL));
	KUNIT_EXPECT_TRUE(test, mx_replay_fresh(&r, 1 << 20, 5));
	KUNIT_EXPECT_FALSE(test, mx_replay_fresh(&r, 1 << 30, ~0ULL));
}

static void replay_lets_a_peer_begin_anew(struct kunit *test)
{
	struct mx_replay r = { };

	KUNIT_EXPECT_TRUE(test, mx_replay_fresh(&r, 1000000, REPLAY_T(100)));
	KUNIT_EXPECT_TRUE(test, mx_replay_fresh(&r, 1000001, REPLAY_T(101)));
	/* another number, by a clock that went on */
	KUNIT_EXPECT_TRUE(test, mx_replay_fresh(&r, 7, REPLAY_T(102)));
	KUNIT_EXPECT_TRUE(test, mx_replay_fresh(&r, 8, REPLAY_T(103)));
	/* what was recorded before is older, however it is numbered */
	KUNIT_EXPECT_FALSE(test, mx_replay_fresh(&r, 1000000, REPLAY_T(100)));
	KUNIT_EXPECT_FALSE(test, mx_replay_fresh(&r, 1000001, REPLAY_T(101)));
	KUNIT_EXPECT_FALSE(test, mx_replay_fresh(&r, 7, REPLAY_T(102)));
	KUNIT_EXPECT_EQ(test, r.top, 8U);
}

static void replay_bears_a_clock_step(struct kunit *test)
{
	struct mx_replay r = { };
	u32 i;

	KUNIT_EXPECT_TRUE(test, mx_replay_fresh(&r, 10, REPLAY_T(5000)));
	/* the peer's clock is set back: it counts on, and is heard */
	for (i = 0; i < 500; i++)
		KUNIT_EXPECT_TRUE(test, mx_replay_fresh(&r, 11 + i,
							REPLAY_T(1000 + i)));
	KUNIT_EXPECT_EQ(test, r.newest, REPLAY_T(5000));
	KUNIT_EXPECT_FALSE(test, mx_replay_fresh(&r, 400, REPLAY_T(6000)));
	/* nor does it matter that many are lost meanwhile */
	KUNIT_EXPECT_TRUE(test, mx_replay_fresh(&r, 5000, REPLAY_T(2000)));
	KUNIT_EXPECT_FALSE(test, mx_replay_fresh(&r, 5000, REPLAY_T(2000)));
	KUNIT_EXPECT_FALSE(test, mx_replay_fresh(&r, 510, REPLAY_T(1499)));
	/* who has begun anew is known by its clock alone */
	KUNIT_EXPECT_TRUE(test, mx_replay_fresh(&r, 7, REPLAY_T(6001)));
	KUNIT_EXPECT_FALSE(test, mx_replay_fresh(&r, 5000, REPLAY_T(2000)));
	KUNIT_EXPECT_FALSE(test, mx_replay_fresh(&r, 9000, REPLAY_T(3000)));
}

static struct kunit_case replay_test_cases[] = {
	KUNIT_CASE(replay_passes_each_once),
	KUNIT_CASE(replay_takes_disorder),
	KUNIT_CASE(replay_moves_by_any_distance),
	KUNIT_CASE(replay_wraps),
	KUNIT_CASE(replay_lets_a_peer_begin_anew),
	KUNIT_CASE(replay_bears_a_clock_step),
	{}
};

static struct kunit_suite replay_test_suite = {
	.name = "mx_replay",
	.test_cases = replay_test_cases,
};

kunit_test_suite(replay_test_suite);
