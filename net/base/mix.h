/* SPDX-License-Identifier: GPL-2.0 */
/* A fast 64-bit mixer for numbers that already hold a secret. */
#ifndef MX_BASE_MIX_H
#define MX_BASE_MIX_H

#include <linux/types.h>

/* 2^64 divided by the golden ratio: multiples of it are spread evenly. */
#define MX_MIX_STEP	0x9e3779b97f4a7c15ULL

/**
 * mx_mix64() - mix the bits of a number
 * @x: the number
 *
 * A bijection in which each bit of @x flips each bit of the result with a
 * chance close to one half (the finalizer of SplitMix64, Steele et al. 2014).
 * No protection against who may choose @x: hide a seed in it.
 *
 * Return: the mixed number.
 */
static inline u64 mx_mix64(u64 x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

#endif /* MX_BASE_MIX_H */
