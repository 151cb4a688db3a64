/* SPDX-License-Identifier: GPL-2.0 */
/* Exact remainders of 64-bit numbers by a divisor that seldom changes. */
#ifndef MX_BASE_DIVISOR_H
#define MX_BASE_DIVISOR_H

#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/types.h>

/**
 * struct mx_divisor - a divisor and its reciprocal
 * @mul: (2^64 - 1) / @d, rounded down
 * @d: the divisor, not 0
 */
struct mx_divisor {
	u64 mul;
	u32 d;
};

/**
 * mx_divisor_init() - prepare a divisor
 * @div: what to fill in
 * @d: the divisor, not 0
 */
static inline void mx_divisor_init(struct mx_divisor *div, u32 d)
{
	div->mul = div_u64(U64_MAX, d);
	div->d = d;
}

/**
 * mx_mod() - the remainder of a division
 * @x: the dividend
 * @div: the divisor
 *
 * With @mul at most 1 less than 2^64 / d, x * mul / 2^64 is less than x / d by
 * at most x / 2^64 < 1: so its whole part is the quotient or one less, and one
 * correction makes the remainder exact for every @x.
 *
 * Return: @x modulo the divisor.
 */
static inline u32 mx_mod(u64 x, const struct mx_divisor *div)
{
	u64 rest = x - mul_u64_u64_shr(x, div->mul, 64) * div->d;

	return rest >= div->d ? rest - div->d : rest;
}

#endif /* MX_BASE_DIVISOR_H */
