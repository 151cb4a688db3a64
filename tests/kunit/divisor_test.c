// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of remainders by a prepared divisor. */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "base/divisor.h"
#include "base/mix.h"

static const u32 divisor_table[] = {
	1, 2, 3, 5, 7, 10, 64, 97, 4095, 4096, 65535, 65536, 40960000,
	0x7fffffff, 0x80000000, 0x80000001, U32_MAX - 1, U32_MAX,
};

static void divisor_desc(const u32 *d, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "by %u", *d);
}

KUNIT_ARRAY_PARAM(divisor, divisor_table, divisor_desc);

static void divisor_check(struct kunit *test, const struct mx_divisor *div,
			  u64 x)
{
	u64 rest;

	div64_u64_rem(x, div->d, &rest);
	KUNIT_ASSERT_EQ_MSG(test, (u64)mx_mod(x, div), rest, "%llu modulo %u",
			    x, div->d);
}

static void divisor_remainder_is_exact(struct kunit *test)
{
	u32 d = *(const u32 *)test->param_value;
	struct mx_divisor div;
	unsigned int shift, i;
	u64 top;

	mx_divisor_init(&div, d);
	/* On both sides of each multiple of a power of two, and of 2^64. */
	for (shift = 0; shift < 64; shift++) {
		for (i = 0; i < 5; i++) {
			divisor_check(test, &div, (1ULL << shift) + i - 2);
			divisor_check(test, &div, ((u64)d << shift) + i - 2);
		}
	}
	top = U64_MAX - (U64_MAX % d);
	for (i = 0; i < 5; i++)
		divisor_check(test, &div, top + i - 2);
	for (i = 0; i < 20000; i++)
		divisor_check(test, &div, mx_mix64(i) >> (i % 64));
}

static struct kunit_case divisor_cases[] = {
	KUNIT_CASE_PARAM(divisor_remainder_is_exact, divisor_gen_params),
	{}
};

static struct kunit_suite divisor_suite = {
	.name = "mx_divisor",
	.test_cases = divisor_cases,
};

kunit_test_suite(divisor_suite);
