/* SPDX-License-Identifier: GPL-2.0 */
/* -log2 of a fraction, in integers. */
#ifndef MX_BASE_NEGLOG2_H
#define MX_BASE_NEGLOG2_H

#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/types.h>

#define MX_NEGLOG2_BITS		8
#define MX_NEGLOG2_ONE		BIT_ULL(32)

/**
 * struct mx_neglog2 - the points between which the function is interpolated
 * @point: -log2(1/2 + i/512) for i from 0 to 256, in units of 2^-32
 */
struct mx_neglog2 {
	u64 point[(1 << MX_NEGLOG2_BITS) + 1];
};

void mx_neglog2_init(struct mx_neglog2 *t);

/**
 * mx_neglog2() - -log2 of a fraction
 * @t: the points
 * @u: the fraction, in units of 2^-64; not 0
 *
 * The chord of a convex function lies above it: the result is never less than
 * the truth (but for 2^-32 of rounding), and at most 0.1 % more. That holds
 * down to the smallest results too, where @u is nearly 2^64.
 *
 * Return: -log2(u / 2^64) in units of 2^-32, at most 2^38.
 */
static inline u64 mx_neglog2(const struct mx_neglog2 *t, u64 u)
{
	unsigned int zeros = 64 - fls64(u);
	u64 m = u << zeros;
	u64 part = (m >> (31 - MX_NEGLOG2_BITS)) & (MX_NEGLOG2_ONE - 1);
	const u64 *p = &t->point[(m << 1) >> (64 - MX_NEGLOG2_BITS)];

	return zeros * MX_NEGLOG2_ONE + p[0] - (((p[0] - p[1]) * part) >> 32);
}

#endif /* MX_BASE_NEGLOG2_H */
