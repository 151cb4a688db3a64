// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of hours and days: every boundary, in zones whose offset changes. */
#include <kunit/test.h>
#include <linux/time.h>
#include "steer/when.h"

#define H(hour, minute)	((hour) * 60 + (minute))
#define MON_FRI		0x1f
#define FRI		BIT(4)
#define SAT		BIT(5)
#define SUN		BIT(6)

/* Berlin in 2026: summer time from March 29 to October 25, both at 01:00 UTC. */
static const struct mutex_zone_change changes[] = {
	{ .at = 1761440400, .offset = 3600 },
	{ .at = 1774746000, .offset = 7200 },
	{ .at = 1792890000, .offset = 3600 },
};

static const struct mutex_zone_change far_east = { .offset = 14 * 3600 };
static const struct mutex_zone_change far_west = { .offset = -12600 };

struct when_place {
	const struct mutex_zone_change *change;
	u32 n;
};

static const struct when_place berlin = { changes, ARRAY_SIZE(changes) };
static const struct when_place east = { &far_east, 1 };
static const struct when_place west = { &far_west, 1 };

struct when_case {
	const char *desc;
	struct mx_when when;
	const struct when_place *zone; /* NULL for UTC */
	/* year, month, day, hour, minute, second, of UTC */
	int at[6];
	bool want;
};

static const struct when_case when_cases[] = {
	{ "a second before", { H(9, 0), H(17, 0) }, NULL,
	  { 2026, 3, 27, 8, 59, 59 }, false },
	{ "the first second", { H(9, 0), H(17, 0) }, NULL,
	  { 2026, 3, 27, 9, 0, 0 }, true },
	{ "the last second", { H(9, 0), H(17, 0) }, NULL,
	  { 2026, 3, 27, 16, 59, 59 }, true },
	{ "a second behind", { H(9, 0), H(17, 0) }, NULL,
	  { 2026, 3, 27, 17, 0, 0 }, false },
	{ "one minute", { H(0, 0), H(0, 1) }, NULL,
	  { 2026, 3, 27, 0, 0, 59 }, true },
	{ "one minute, behind", { H(0, 0), H(0, 1) }, NULL,
	  { 2026, 3, 27, 0, 1, 0 }, false },
	{ "the whole day, first", { H(0, 0), H(24, 0) }, NULL,
	  { 2026, 3, 27, 0, 0, 0 }, true },
	{ "the whole day, last", { H(0, 0), H(24, 0) }, NULL,
	  { 2026, 3, 27, 23, 59, 59 }, true },
	{ "to midnight", { H(22, 0), H(24, 0) }, NULL,
	  { 2026, 3, 27, 23, 59, 59 }, true },
	{ "to midnight, behind", { H(22, 0), H(24, 0) }, NULL,
	  { 2026, 3, 28, 0, 0, 0 }, false },

	{ "over midnight, before", { H(22, 0), H(6, 30) }, NULL,
	  { 2026, 3, 27, 21, 59, 59 }, false },
	{ "over midnight, begin", { H(22, 0), H(6, 30) }, NULL,
	  { 2026, 3, 27, 22, 0, 0 }, true },
	{ "over midnight, midnight", { H(22, 0), H(6, 30) }, NULL,
	  { 2026, 3, 28, 0, 0, 0 }, true },
	{ "over midnight, last", { H(22, 0), H(6, 30) }, NULL,
	  { 2026, 3, 28, 6, 29, 59 }, true },
	{ "over midnight, behind", { H(22, 0), H(6, 30) }, NULL,
	  { 2026, 3, 28, 6, 30, 0 }, false },
	{ "Friday night, its morning is Saturday's",
	  { H(22, 0), H(6, 30), FRI }, NULL, { 2026, 3, 28, 6, 29, 59 }, true },
	{ "Friday night is not Friday morning", { H(22, 0), H(6, 30), FRI },
	  NULL, { 2026, 3, 27, 3, 0, 0 }, false },
	{ "Sunday night ends on Monday", { H(22, 0), H(6, 30), SUN }, NULL,
	  { 2026, 3, 30, 1, 0, 0 }, true },

	{ "days alone, first", { 0, 0, SAT }, NULL,
	  { 2026, 3, 28, 0, 0, 0 }, true },
	{ "days alone, last", { 0, 0, SAT }, NULL,
	  { 2026, 3, 28, 23, 59, 59 }, true },
	{ "days alone, before", { 0, 0, SAT }, NULL,
	  { 2026, 3, 27, 23, 59, 59 }, false },
	{ "days alone, behind", { 0, 0, SAT }, NULL,
	  { 2026, 3, 29, 0, 0, 0 }, false },
	{ "working hours on Sunday", { H(9, 0), H(17, 0), MON_FRI }, NULL,
	  { 2026, 3, 29, 12, 0, 0 }, false },
	{ "1970 began on a Thursday", { 0, 0, BIT(3) }, NULL,
	  { 1970, 1, 1, 0, 0, 0 }, true },
	{ "before 1970 it was Wednesday", { H(23, 59), H(24, 0), BIT(2) }, NULL,
	  { 1969, 12, 31, 23, 59, 59 }, true },
	{ "Sunday before 1970", { 0, 0, SUN }, NULL, { 1969, 12, 28, 12, 0, 0 },
	  true },
	{ "a leap day", { 0, 0, SAT }, NULL, { 2048, 2, 29, 12, 0, 0 }, true },
	{ "behind 2038", { 0, 0, FRI }, NULL, { 2100, 1, 1, 0, 0, 0 }, true },

	{ "winter, before", { H(9, 0), H(17, 0) }, &berlin,
	  { 2026, 3, 27, 7, 59, 59 }, false },
	{ "winter, first", { H(9, 0), H(17, 0) }, &berlin,
	  { 2026, 3, 27, 8, 0, 0 }, true },
	{ "summer, before", { H(9, 0), H(17, 0) }, &berlin,
	  { 2026, 3, 30, 6, 59, 59 }, false },
	{ "summer, first", { H(9, 0), H(17, 0) }, &berlin,
	  { 2026, 3, 30, 7, 0, 0 }, true },
	{ "the last second before summer time", { H(1, 59), H(2, 0) },
	  &berlin, { 2026, 3, 29, 0, 59, 59 }, true },
	{ "the hour that is left out, first", { H(2, 0), H(3, 0) }, &berlin,
	  { 2026, 3, 29, 1, 0, 0 }, false },
	{ "it is three o'clock at once", { H(3, 0), H(4, 0) }, &berlin,
	  { 2026, 3, 29, 1, 0, 0 }, true },
	{ "an hour comes", { H(2, 0), H(3, 0) }, &berlin,
	  { 2026, 10, 25, 0, 59, 59 }, true },
	{ "and comes again", { H(2, 0), H(3, 0) }, &berlin,
	  { 2026, 10, 25, 1, 0, 0 }, true },
	{ "and is over", { H(2, 0), H(3, 0) }, &berlin,
	  { 2026, 10, 25, 2, 0, 0 }, false },
	{ "before the first change", { H(1, 0), H(1, 1) }, &berlin,
	  { 2020, 7, 1, 0, 0, 0 }, true },
	{ "behind the last change", { H(1, 0), H(1, 1) }, &berlin,
	  { 2080, 7, 1, 0, 0, 0 }, true },
	{ "the day of a zone in the east", { 0, 0, SAT }, &east,
	  { 2026, 3, 27, 10, 0, 0 }, true },
	{ "and the day before", { 0, 0, SAT }, &east,
	  { 2026, 3, 27, 9, 59, 59 }, false },
	{ "a zone in the west, of half an hour", { H(23, 0), H(23, 59), FRI },
	  &west, { 2026, 3, 28, 2, 30, 0 }, true },
	{ "and before", { H(23, 0), H(23, 59), FRI }, &west,
	  { 2026, 3, 28, 2, 29, 59 }, false },
	{ "1969 in the west", { 0, 0, BIT(2) }, &west,
	  { 1970, 1, 1, 0, 0, 0 }, true },
};

static void when_desc(const struct when_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(when, when_cases, when_desc);

static struct mx_zone *when_zone(struct kunit *test,
				 const struct when_place *place)
{
	struct mx_zone *zone;

	if (!place)
		return NULL;
	zone = mx_zone_create("Test/Zone", place->change, place->n, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, zone);
	return zone;
}

/* Row 37: hours and days, over midnight, in a zone. */
static void when_boundary(struct kunit *test)
{
	const struct when_case *c = test->param_value;
	struct mx_zone *zone = when_zone(test, c->zone);
	time64_t at = mktime64(c->at[0], c->at[1], c->at[2], c->at[3],
			       c->at[4], c->at[5]);

	KUNIT_EXPECT_EQ(test, mx_when_matches(&c->when, zone, at), c->want);
	mx_zone_put(zone);
}

/* Each minute of two weeks is in exactly one of three shifts and one day. */
static void when_shifts_cover_all(struct kunit *test)
{
	static const struct mx_when shifts[] = {
		{ H(6, 0), H(14, 0) }, { H(14, 0), H(22, 0) },
		{ H(22, 0), H(6, 0) },
	};
	struct mx_zone *zone = when_zone(test, &berlin);
	time64_t at = mktime64(2026, 10, 20, 0, 0, 0), end = at + 14 * 86400;
	unsigned int i, hits, days;
	struct mx_when when;

	for (; at < end; at += 59) {
		for (i = 0, hits = 0, days = 0; i < ARRAY_SIZE(shifts); i++) {
			hits += mx_when_matches(&shifts[i], zone, at);
			for (when = shifts[i], when.days = 1; when.days < 128;
			     when.days <<= 1)
				days += mx_when_matches(&when, zone, at);
		}
		if (hits != 1 || days != 1)
			break;
	}
	KUNIT_EXPECT_GE(test, at, end);
	mx_zone_put(zone);
}

/* An offset holds from its second on, the first one before it too. */
static void when_offsets(struct kunit *test)
{
	struct mx_zone *zone = when_zone(test, &berlin);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, mx_zone_offset(NULL, 0), 0);
	KUNIT_EXPECT_EQ(test, mx_zone_offset(zone, S64_MIN), 3600);
	KUNIT_EXPECT_EQ(test, mx_zone_offset(zone, MX_TIME_MAX), 3600);
	for (i = 1; i < ARRAY_SIZE(changes); i++) {
		KUNIT_EXPECT_EQ(test,
				mx_zone_offset(zone, changes[i].at - 1),
				changes[i - 1].offset);
		KUNIT_EXPECT_EQ(test, mx_zone_offset(zone, changes[i].at),
				changes[i].offset);
	}
	KUNIT_EXPECT_PTR_EQ(test, mx_zone_hold(zone), zone);
	mx_zone_put(zone);
	mx_zone_put(zone);
	KUNIT_EXPECT_NULL(test, mx_zone_hold(NULL));
	mx_zone_put(NULL);
}

static void when_set(struct kunit *test)
{
	static const struct mx_when none, hours = { 0, 1 }, days = { 0, 0, 1 };

	KUNIT_EXPECT_FALSE(test, mx_when_set(&none));
	KUNIT_EXPECT_TRUE(test, mx_when_set(&hours));
	KUNIT_EXPECT_TRUE(test, mx_when_set(&days));
}

static struct kunit_case mx_when_test_cases[] = {
	KUNIT_CASE_PARAM(when_boundary, when_gen_params),
	KUNIT_CASE(when_shifts_cover_all),
	KUNIT_CASE(when_offsets),
	KUNIT_CASE(when_set),
	{ }
};

static struct kunit_suite mx_when_test_suite = {
	.name = "mx_when",
	.test_cases = mx_when_test_cases,
};

kunit_test_suite(mx_when_test_suite);
