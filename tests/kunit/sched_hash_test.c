// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the hash scheduler. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math.h>

#include "sched_fixture.h"

#define HASH_KEYS	200000U

/* The member that owns key number @key. */
static u32 hash_owner(struct sched_fixture *f, u32 key)
{
	f->pick.hash = sched_fixture_id(1000000000ULL + key);
	return sched_fixture_pick(f);
}

static u64 hash_owner_id(struct sched_fixture *f, u32 key)
{
	return f->pool.slots[hash_owner(f, key)].member->id;
}

/* A pool of @n members of weight 1, whose IDs begin with number @first. */
static struct sched_fixture *hash_new(struct kunit *test, u32 first, u32 n)
{
	struct sched_fixture *f = sched_fixture_new(test, &mx_sched_hash, n);
	u32 i;

	for (i = 0; i < n; i++)
		f->members[i].id = sched_fixture_id(first + i);
	return f;
}

static const u32 hash_sizes[] = { 1, 2, 3, 10, 100 };

static void hash_desc(const u32 *n, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u members", *n);
}

KUNIT_ARRAY_PARAM(hash, hash_sizes, hash_desc);

static void hash_is_sticky(struct kunit *test)
{
	u32 n = *(const u32 *)test->param_value;
	struct sched_fixture *f = hash_new(test, 0, n);
	u32 i, index;

	sched_fixture_build(test, f, NULL);
	for (i = 0; i < 1000; i++) {
		index = hash_owner(f, i);
		f->pick.packet = i;
		f->pick.random = i * 12345;
		f->pick.now = i;
		atomic64_set(&f->turn, i);
		atomic_inc(&f->members[index].active);
		KUNIT_ASSERT_EQ(test, hash_owner(f, i), index);
	}
}

/*
 * Shares lie within 4.5 standard deviations of the fair one, those of the
 * slots and of the keys together.
 */
static void hash_shares_are_fair(struct kunit *test)
{
	u32 n = *(const u32 *)test->param_value;
	struct sched_fixture *f = hash_new(test, 0, n);
	u32 *seen, i, fair = HASH_KEYS / n;
	u32 allowed;

	sched_fixture_build(test, f, NULL);
	seen = kunit_kcalloc(test, n, sizeof(*seen), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, seen);
	for (i = 0; i < HASH_KEYS; i++)
		seen[hash_owner(f, i)]++;
	/* Variance of the keys, times 1 + keys / slots. */
	allowed = int_sqrt(fair * (1 + HASH_KEYS / 65536 + 1)) * 9 / 2;
	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_GE(test, seen[i] + allowed, fair);
		KUNIT_EXPECT_LE(test, seen[i], fair + allowed);
	}
}

static void hash_joining_member_takes_its_share_alone(struct kunit *test)
{
	u32 n = *(const u32 *)test->param_value;
	struct sched_fixture *before = hash_new(test, 0, n);
	struct sched_fixture *after = hash_new(test, 0, n + 1);
	u64 newcomer = sched_fixture_id(n);
	u32 i, moved = 0;

	sched_fixture_build(test, before, NULL);
	sched_fixture_build(test, after, before);
	for (i = 0; i < HASH_KEYS; i++) {
		u64 now = hash_owner_id(after, i);

		if (now == hash_owner_id(before, i))
			continue;
		KUNIT_ASSERT_EQ(test, now, newcomer);
		moved++;
	}
	KUNIT_EXPECT_GT(test, moved, 0u);
	KUNIT_EXPECT_LE(test, moved, HASH_KEYS / (n + 1) + HASH_KEYS / 100);
}

static void hash_leaving_member_moves_its_own_alone(struct kunit *test)
{
	u32 n = *(const u32 *)test->param_value;
	struct sched_fixture *before = hash_new(test, 0, n + 1);
	struct sched_fixture *after = hash_new(test, 0, n);
	u32 gone = n / 2, i;

	/* The one in the middle leaves. */
	for (i = gone; i < n; i++)
		after->members[i].id = sched_fixture_id(i + 1);
	sched_fixture_build(test, before, NULL);
	sched_fixture_build(test, after, before);
	for (i = 0; i < HASH_KEYS; i++) {
		u32 was = hash_owner(before, i);

		if (was == gone)
			continue;
		KUNIT_ASSERT_EQ(test, hash_owner_id(after, i),
				before->members[was].id);
	}
}

static void hash_order_does_not_matter(struct kunit *test)
{
	u32 n = *(const u32 *)test->param_value;
	struct sched_fixture *a = hash_new(test, 0, n);
	struct sched_fixture *b = hash_new(test, 0, n);
	u32 i;

	for (i = 0; i < n; i++) {
		a->pool.slots[i].weight = 1 + i % 5;
		b->members[i].id = sched_fixture_id(n - 1 - i);
		b->pool.slots[i].weight = 1 + (n - 1 - i) % 5;
	}
	sched_fixture_build(test, a, NULL);
	sched_fixture_build(test, b, NULL);
	for (i = 0; i < HASH_KEYS; i++)
		KUNIT_ASSERT_EQ(test, hash_owner_id(a, i),
				hash_owner_id(b, i));
}

static void hash_honours_weights(struct kunit *test)
{
	static const u32 weight[] = { 100, 50, 50 };
	u32 k, i, seen[3];

	for (k = 0; k < 5; k++) {
		struct sched_fixture *f = hash_new(test, 10 * k, 3);

		for (i = 0; i < 3; i++)
			f->pool.slots[i].weight = weight[i];
		sched_fixture_build(test, f, NULL);
		memset(seen, 0, sizeof(seen));
		for (i = 0; i < HASH_KEYS; i++)
			seen[hash_owner(f, i)]++;
		for (i = 0; i < 3; i++) {
			u32 fair = HASH_KEYS / 200 * weight[i];

			KUNIT_EXPECT_GE(test, seen[i], fair - fair / 50);
			KUNIT_EXPECT_LE(test, seen[i], fair + fair / 50);
		}
		sched_fixture_unbuild(f);
	}
}

static void hash_honours_extreme_weights(struct kunit *test)
{
	struct sched_fixture *f = hash_new(test, 0, 3);
	u32 i, seen[3] = {};

	f->pool.slots[0].weight = MUTEX_WEIGHT_MAX;
	f->pool.slots[1].weight = MUTEX_WEIGHT_MAX / 100;
	sched_fixture_build(test, f, NULL);
	for (i = 0; i < HASH_KEYS; i++)
		seen[hash_owner(f, i)]++;
	/* 1 % and 0.01 % by right: some 1980 and 20 keys. */
	KUNIT_EXPECT_GT(test, seen[1], 1600u);
	KUNIT_EXPECT_LT(test, seen[1], 2400u);
	KUNIT_EXPECT_LT(test, seen[2], 80u);
}

static void hash_changed_weight_moves_the_difference(struct kunit *test)
{
	static const u32 weights[] = { 1, 2, 4, 3, 100, 1 };
	struct sched_fixture *before, *after;
	u32 k, i, n = 5, changed = 2;

	before = hash_new(test, 0, n);
	sched_fixture_build(test, before, NULL);
	for (k = 1; k < ARRAY_SIZE(weights); k++) {
		bool heavier = weights[k] > weights[k - 1];
		u32 moved = 0;

		after = hash_new(test, 0, n);
		after->pool.slots[changed].weight = weights[k];
		sched_fixture_build(test, after, before);
		for (i = 0; i < HASH_KEYS; i++) {
			u32 was = hash_owner(before, i);
			u32 now = hash_owner(after, i);

			if (was == now)
				continue;
			/* All goes to the heavier one, or away from it. */
			KUNIT_ASSERT_EQ(test, heavier ? now : was, changed);
			moved++;
		}
		KUNIT_EXPECT_GT(test, moved, 0u);
		before = after;
	}
}

/* Whatever changes at once, the table is as if it had been made anew. */
static void hash_table_does_not_know_its_past(struct kunit *test)
{
	struct sched_fixture *before = NULL, *after, *fresh;
	u32 step, i, n;

	for (step = 0; step < 40; step++) {
		u64 dice = sched_fixture_id(7777 + step);
		u32 first = dice % 8;

		n = 1 + (dice >> 8) % 20;
		after = hash_new(test, first, n);
		fresh = hash_new(test, first, n);
		for (i = 0; i < n; i++) {
			u32 at = dice & BIT(40) ? i : n - 1 - i;
			u32 weight = 1 + sched_fixture_id(step / 3 + first + i) % 4;

			after->members[at].id = sched_fixture_id(first + i);
			fresh->members[at].id = sched_fixture_id(first + i);
			after->pool.slots[at].weight = weight;
			fresh->pool.slots[at].weight = weight;
		}
		sched_fixture_build(test, after, before);
		sched_fixture_build(test, fresh, NULL);
		for (i = 0; i < HASH_KEYS / 4; i++)
			KUNIT_ASSERT_EQ_MSG(test, hash_owner(after, i),
					    hash_owner(fresh, i), "step %u",
					    step);
		sched_fixture_unbuild(fresh);
		if (before)
			sched_fixture_unbuild(before);
		before = after;
	}
}

static void hash_survives_equal_ids(struct kunit *test)
{
	struct sched_fixture *a = hash_new(test, 0, 4);
	struct sched_fixture *b = hash_new(test, 0, 6);
	u32 i;

	a->members[3].id = a->members[1].id;
	b->members[3].id = b->members[1].id;
	b->members[4].id = b->members[1].id;
	sched_fixture_build(test, a, NULL);
	sched_fixture_build(test, b, a);
	sched_fixture_build(test, a, b);
	for (i = 0; i < HASH_KEYS; i++) {
		KUNIT_ASSERT_LT(test, hash_owner(a, i), 4u);
		KUNIT_ASSERT_LT(test, hash_owner(b, i), 6u);
	}
}

/* Two nodes see the same flows, and hash the keys alike or each by its seed. */
static u64 hash_dependence(struct kunit *test, bool same_key, bool same_seed)
{
	struct sched_fixture *a = hash_new(test, 0, 4);
	struct sched_fixture *b = hash_new(test, same_seed ? 0 : 100, 4);
	u32 both[16] = {}, rows[4] = {}, columns[4] = {};
	const u32 keys = 20000;
	u64 expected, chi = 0;
	u32 i, x, y;
	s64 off;

	if (!same_seed)
		b->pool.seed.key[0] ^= 1;
	sched_fixture_build(test, a, NULL);
	sched_fixture_build(test, b, NULL);
	for (i = 0; i < keys; i++) {
		x = hash_owner(a, i);
		y = hash_owner(b, same_key ? i : i + 50000000);
		both[4 * x + y]++;
		rows[x]++;
		columns[y]++;
	}
	for (i = 0; i < 16; i++) {
		expected = div_u64((u64)rows[i / 4] * columns[i % 4], keys);
		off = (s64)both[i] - (s64)expected;
		chi += div64_u64(off * off * 100, expected);
	}
	return chi;
}

static void hash_seeds_choose_alike_or_independently(struct kunit *test)
{
	/* 9 degrees of freedom, times 100: exceeded once in 1,000. */
	KUNIT_EXPECT_LT(test, hash_dependence(test, true, false), 2788ULL);
	KUNIT_EXPECT_LT(test, hash_dependence(test, false, true), 2788ULL);
	KUNIT_EXPECT_LT(test, hash_dependence(test, false, false), 2788ULL);
	/* All of it: keys * (members - 1). */
	KUNIT_EXPECT_GT(test, hash_dependence(test, true, true), 5900000ULL);
}

static void hash_spreads_poor_hashes_too(struct kunit *test)
{
	struct sched_fixture *f = hash_new(test, 0, 8);
	u32 i, k, seen[8];

	sched_fixture_build(test, f, NULL);
	for (k = 0; k <= 48; k += 16) {
		memset(seen, 0, sizeof(seen));
		for (i = 0; i < 8000; i++) {
			f->pick.hash = (u64)i << k;
			seen[sched_fixture_pick(f)]++;
		}
		for (i = 0; i < 8; i++) {
			KUNIT_EXPECT_GT(test, seen[i], 800u);
			KUNIT_EXPECT_LT(test, seen[i], 1200u);
		}
	}
}

static void hash_build_is_quick(struct kunit *test)
{
	struct sched_fixture *a = hash_new(test, 0, 1000);
	struct sched_fixture *b = hash_new(test, 0, 1001);
	ktime_t start, full, joined;

	start = ktime_get();
	sched_fixture_build(test, a, NULL);
	full = ktime_sub(ktime_get(), start);
	start = ktime_get();
	sched_fixture_build(test, b, a);
	joined = ktime_sub(ktime_get(), start);
	kunit_info(test, "1000 members: %lld us; one more: %lld us",
		   ktime_to_us(full), ktime_to_us(joined));
	/* One draw instead of 1000 for each slot; 20 times leaves much room. */
	KUNIT_EXPECT_LT(test, 20 * joined, full);
}

static struct kunit_case hash_cases[] = {
	KUNIT_CASE_PARAM(hash_is_sticky, hash_gen_params),
	KUNIT_CASE_PARAM(hash_shares_are_fair, hash_gen_params),
	KUNIT_CASE_PARAM(hash_joining_member_takes_its_share_alone,
			 hash_gen_params),
	KUNIT_CASE_PARAM(hash_leaving_member_moves_its_own_alone,
			 hash_gen_params),
	KUNIT_CASE_PARAM(hash_order_does_not_matter, hash_gen_params),
	KUNIT_CASE(hash_honours_weights),
	KUNIT_CASE(hash_honours_extreme_weights),
	KUNIT_CASE(hash_changed_weight_moves_the_difference),
	KUNIT_CASE(hash_table_does_not_know_its_past),
	KUNIT_CASE(hash_survives_equal_ids),
	KUNIT_CASE(hash_seeds_choose_alike_or_independently),
	KUNIT_CASE(hash_spreads_poor_hashes_too),
	KUNIT_CASE(hash_build_is_quick),
	{}
};

static struct kunit_suite hash_suite = {
	.name = "mx_sched_hash",
	.test_cases = hash_cases,
};

kunit_test_suite(hash_suite);
