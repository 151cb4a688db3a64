// SPDX-License-Identifier: GPL-2.0
/*
 * The points of the logarithm, one binary digit after the other: squaring a
 * number doubles its logarithm, so the whole part of the doubled one is the
 * next digit of the first.
 */
#include <linux/math64.h>

#include "base/neglog2.h"

/* The number 1 in the fixed point of what is squared. */
#define MX_NEGLOG2_UNIT_BITS	62

/* log2(x) in units of 2^-32, rounded down; x is at least 1 and less than 2. */
static u32 mx_neglog2_digits(u64 x)
{
	u32 digits = 0;
	int i;

	for (i = 0; i < 32; i++) {
		x = mul_u64_u64_shr(x, x, MX_NEGLOG2_UNIT_BITS);
		digits <<= 1;
		if (x >> (MX_NEGLOG2_UNIT_BITS + 1)) {
			digits |= 1;
			x >>= 1;
		}
	}
	return digits;
}

/**
 * mx_neglog2_init() - compute the points
 * @t: what to fill in
 *
 * Takes some 8,000 multiplications.
 */
void mx_neglog2_init(struct mx_neglog2 *t)
{
	const u32 last = 1U << MX_NEGLOG2_BITS;
	u32 i;

	/* 1/2 + i/512 is half of 1 + i/256, and the half makes up the 1. */
	for (i = 0; i < last; i++)
		t->point[i] = MX_NEGLOG2_ONE -
			mx_neglog2_digits((u64)(last + i) <<
					  (MX_NEGLOG2_UNIT_BITS - MX_NEGLOG2_BITS));
	t->point[last] = 0;
}
