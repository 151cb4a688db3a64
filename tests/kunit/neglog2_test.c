// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the logarithm. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/math64.h>

#include "base/mix.h"
#include "base/neglog2.h"

static int neglog2_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct mx_neglog2), GFP_KERNEL);
	if (!test->priv)
		return -ENOMEM;
	mx_neglog2_init(test->priv);
	return 0;
}

/* Some fractions in units of 2^-64, and what is right in units of 2^-32. */
static const struct neglog2_case {
	const char *desc;
	u64 u;
	u64 right;
} neglog2_table[] = {
	{ "one half",		1ULL << 63,		1ULL << 32 },
	{ "one quarter",	1ULL << 62,		2ULL << 32 },
	{ "2^-64",		1,			64ULL << 32 },
	{ "3 * 2^-64",		3,			268070544838ULL },
	{ "three quarters",	3ULL << 62,		1782572486ULL },
	{ "nine tenths",	16602069666338596454ULL, 652848315ULL },
	{ "one tenth",		1844674407370955162ULL,	14267572527ULL },
	{ "0.7",		12912720851596686131ULL, 2210074949ULL },
	{ "1 - 2^-10",		U64_MAX - (1ULL << 54) + 1, 6054058ULL },
	{ "1 - 2^-16",		U64_MAX - (1ULL << 48) + 1, 94549ULL },
	{ "1 - 2^-24",		U64_MAX - (1ULL << 40) + 1, 369ULL },
};

static void neglog2_desc(const struct neglog2_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(neglog2, neglog2_table, neglog2_desc);

static void neglog2_is_within_a_thousandth(struct kunit *test)
{
	const struct neglog2_case *c = test->param_value;
	u64 got = mx_neglog2(test->priv, c->u);

	KUNIT_EXPECT_GE(test, got + 2, c->right);
	KUNIT_EXPECT_LE(test, got, c->right + c->right / 1000 + 2);
}

static void neglog2_never_rises(struct kunit *test)
{
	u64 u, last = U64_MAX, next;
	unsigned int shift, i;

	/* Across the joints of the points, and of the powers of two. */
	for (shift = 1; shift < 64 - MX_NEGLOG2_BITS; shift++) {
		for (i = 1U << MX_NEGLOG2_BITS; i < 2U << MX_NEGLOG2_BITS; i++) {
			u = (u64)i << shift;
			next = mx_neglog2(test->priv, u - 1);
			KUNIT_ASSERT_LE(test, next, last);
			last = mx_neglog2(test->priv, u);
			KUNIT_ASSERT_LE(test, last, next);
			next = mx_neglog2(test->priv, u + 1);
			KUNIT_ASSERT_LE(test, next, last);
			last = next;
		}
		last = U64_MAX;
	}
}

/* The hash scheduler skips what this bound says cannot win. */
static void neglog2_is_above_its_tangent(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 200000; i++) {
		u64 v = mx_mix64(i) >> (i % 40);
		u64 bound = (v >> 32) + (v >> 34) + (v >> 35);

		KUNIT_ASSERT_GE(test, mx_neglog2(test->priv, ~v ?: 1), bound);
	}
}

/* The mean over all fractions is 1 / ln 2. */
static void neglog2_has_the_right_mean(struct kunit *test)
{
	const u64 right = 6196328019ULL;
	const unsigned int parts = 1U << 16;
	u64 mean, sum = 0;
	unsigned int i;

	for (i = 0; i < parts; i++)
		sum += mx_neglog2(test->priv, ((u64)i << 48) + (1ULL << 47));
	mean = div_u64(sum, parts);
	KUNIT_EXPECT_GT(test, mean, right - right / 1000);
	KUNIT_EXPECT_LT(test, mean, right + right / 1000);
}

static struct kunit_case neglog2_cases[] = {
	KUNIT_CASE_PARAM(neglog2_is_within_a_thousandth, neglog2_gen_params),
	KUNIT_CASE(neglog2_never_rises),
	KUNIT_CASE(neglog2_is_above_its_tangent),
	KUNIT_CASE(neglog2_has_the_right_mean),
	{}
};

static struct kunit_suite neglog2_suite = {
	.name = "mx_neglog2",
	.init = neglog2_test_init,
	.test_cases = neglog2_cases,
};

kunit_test_suite(neglog2_suite);
