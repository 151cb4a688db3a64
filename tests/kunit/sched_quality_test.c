// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the quality scheduler. */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "sched_fixture.h"

#define QUALITY_MEMBERS	4
#define QUALITY_PICKS	4000

static const struct quality_case {
	const char *desc;
	u32 n;
	u32 quality[QUALITY_MEMBERS];
	u32 best;
} quality_table[] = {
	{ "the only one", 1, { 0 }, BIT(0) },
	{ "the first is best", 4, { 9, 8, 7, 0 }, BIT(0) },
	{ "the last is best", 4, { 1, 2, 3, 4 }, BIT(3) },
	{ "one between is best", 3, { 5, 6, 5 }, BIT(1) },
	{ "the largest number there is", 3, { U32_MAX - 1, 0, U32_MAX },
	  BIT(2) },
	{ "a better class beats a better score", 3,
	  { 2 << 24 | 100000, 6 << 24, 5 << 24 | 100000 }, BIT(1) },
	{ "nothing is known of any", 3, { 0, 0, 0 }, BIT(0) | BIT(1) | BIT(2) },
	{ "two share", 4, { 7, 3, 7, 6 }, BIT(0) | BIT(2) },
	{ "two share behind a worse one", 3, { 3, 7, 7 }, BIT(1) | BIT(2) },
};

static void quality_desc(const struct quality_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(quality, quality_table, quality_desc);

static struct sched_fixture *quality_new(struct kunit *test,
					 const u32 *quality, u32 n)
{
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_quality, n);
	u32 i;

	for (i = 0; i < n; i++)
		f->members[i].quality = quality[i];
	return f;
}

static void quality_shares(struct kunit *test)
{
	const struct quality_case *c = test->param_value;
	struct sched_fixture *f = quality_new(test, c->quality, c->n);
	u32 *seen = sched_fixture_count(test, f, QUALITY_PICKS);
	u32 i, share = QUALITY_PICKS / hweight32(c->best);

	for (i = 0; i < c->n; i++) {
		if (!(c->best & BIT(i))) {
			KUNIT_EXPECT_EQ_MSG(test, seen[i], 0u, "member %u", i);
			continue;
		}
		/* six standard deviations of a half are 190 of 4000 */
		KUNIT_EXPECT_GE_MSG(test, seen[i], share - 190, "member %u", i);
		KUNIT_EXPECT_LE_MSG(test, seen[i], share + 190, "member %u", i);
	}
}

static void quality_keeps_its_choice(struct kunit *test)
{
	static const u32 equal[] = { 4, 4, 4 };
	struct sched_fixture *f = quality_new(test, equal, 3);
	u32 i, first;

	for (i = 0; i < 100; i++) {
		f->pick.hash = sched_fixture_id(i);
		first = sched_fixture_pick(f);
		KUNIT_EXPECT_EQ(test, sched_fixture_pick(f), first);
	}
}

static void quality_moves_no_more_than_it_must(struct kunit *test)
{
	static const u32 equal[] = { 4, 4, 4, 4 };
	struct sched_fixture *f = quality_new(test, equal, 4);
	u32 i, before, after, moved = 0;

	for (i = 0; i < QUALITY_PICKS; i++) {
		f->pick.hash = sched_fixture_id(i);
		f->members[3].quality = 4;
		before = sched_fixture_pick(f);
		f->members[3].quality = 3;
		after = sched_fixture_pick(f);
		if (before != 3)
			KUNIT_EXPECT_EQ(test, after, before);
		moved += before != after;
	}
	KUNIT_EXPECT_GE(test, moved, QUALITY_PICKS / 4 - 190u);
	KUNIT_EXPECT_LE(test, moved, QUALITY_PICKS / 4 + 190u);
}

static void quality_is_for_paths(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, mx_sched_find("quality"), &mx_sched_quality);
	KUNIT_EXPECT_EQ(test, mx_sched_quality.kinds, MX_KIND_PATH);
	KUNIT_EXPECT_FALSE(test, mx_sched_quality.per_packet);
}

static struct kunit_case quality_cases[] = {
	KUNIT_CASE_PARAM(quality_shares, quality_gen_params),
	KUNIT_CASE(quality_keeps_its_choice),
	KUNIT_CASE(quality_moves_no_more_than_it_must),
	KUNIT_CASE(quality_is_for_paths),
	{}
};

static struct kunit_suite quality_suite = {
	.name = "mx_sched_quality",
	.test_cases = quality_cases,
};

kunit_test_suite(quality_suite);
