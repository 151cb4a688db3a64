// SPDX-License-Identifier: GPL-2.0
/*
 * A token bucket is one number: the time at which it will be full again (the
 * "theoretical arrival time" of the generic cell rate algorithm, ITU-T I.371).
 * Each token taken moves it on by what a token takes to come; no token is there
 * while it lies a whole depth ahead. CPUs race for it by compare and exchange,
 * so that no two take the same token and nobody waits for a lock.
 *
 * Time is counted in ticks fine enough that one token takes at least
 * MX_TOKENS_COST_MIN of them: rounded up, the rate is kept within 0.4 % below
 * what was asked, and never above. Fine ticks pass 2^64 within hours, so that a
 * bucket remembers roughly when it was used: after a long rest it is full.
 */
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/time64.h>
#include "base/bucket.h"

#define MX_TOKENS_COST_MIN	256
#define MX_TOKENS_DEPTH_MAX	BIT_ULL(60)

/**
 * mx_tokens_rate_init() - prepare a rate
 * @r: the rate
 * @rate: tokens a second, 1 to MX_TOKENS_RATE_MAX; clamped
 * @burst: tokens that a full bucket holds, at least 1; clamped to what comes in
 *	2^60 ticks, which is 36 minutes at the highest rate and 36 years at 1
 *
 * Context: any.
 */
void mx_tokens_rate_init(struct mx_tokens_rate *r, u64 rate, u64 burst)
{
	u64 second = NSEC_PER_SEC, worst;

	rate = clamp_t(u64, rate, 1, MX_TOKENS_RATE_MAX);
	r->shift = 0;
	while (div64_u64(second, rate) < MX_TOKENS_COST_MIN) {
		second <<= 1;
		r->shift++;
	}
	r->cost = div64_u64(second + rate - 1, rate);
	if (check_mul_overflow(max_t(u64, burst, 1), r->cost, &r->depth))
		r->depth = MX_TOKENS_DEPTH_MAX;
	r->depth = min_t(u64, r->depth, MX_TOKENS_DEPTH_MAX);
	/* what is taken at once may be more than the bucket holds */
	worst = r->depth + r->cost * MX_TOKENS_TAKE_MAX;
	r->age = (worst >> r->shift >> 32) + 2;
}

/*
 * By how much a bucket lies ahead of now, in ticks: 0 is full, the depth is
 * empty. Beyond its age the number tells nothing any more.
 */
static u64 mx_tokens_ahead(const struct mx_tokens *b,
			   const struct mx_tokens_rate *r, u64 full_at, u64 now)
{
	s64 ahead = full_at - (now << r->shift);

	if ((s32)((u32)(now >> 32) - READ_ONCE(b->seen)) > (s32)r->age)
		return 0;
	return ahead > 0 ? ahead : 0;
}

/* More than the bucket holds passes when it is full, and leaves a debt. */
static bool mx_tokens_covers(const struct mx_tokens_rate *r, u64 ahead,
			     u64 price)
{
	return ahead + min(price, r->depth) <= r->depth;
}

static u64 mx_tokens_price(const struct mx_tokens_rate *r, u32 n)
{
	return r->cost * min_t(u32, n, MX_TOKENS_TAKE_MAX);
}

/**
 * mx_tokens_take() - take tokens
 * @b: the bucket
 * @r: its rate, always the same one
 * @n: how many; of more than MX_TOKENS_TAKE_MAX, so many are taken
 * @now: nanoseconds of a clock that does not go back by more than a bit
 *
 * Context: any; takes no lock.
 * Return: true if they were there, or as many as the bucket can hold; else
 * nothing was taken.
 */
bool mx_tokens_take(struct mx_tokens *b, const struct mx_tokens_rate *r, u32 n,
		    u64 now)
{
	/* Pairs with the exchange below: @seen is no older than this. */
	s64 old = atomic64_read_acquire(&b->full_at);
	u64 price = mx_tokens_price(r, n), ahead;
	u32 unit = now >> 32;

	do {
		ahead = mx_tokens_ahead(b, r, old, now);
		if (!mx_tokens_covers(r, ahead, price))
			return false;
		if (READ_ONCE(b->seen) != unit)
			WRITE_ONCE(b->seen, unit);
	} while (!atomic64_try_cmpxchg(&b->full_at, &old,
				       (now << r->shift) + ahead + price));
	return true;
}

/**
 * mx_tokens_give() - put tokens back that were taken a moment ago
 * @b: the bucket
 * @r: its rate
 * @n: how many
 *
 * Context: any; takes no lock.
 */
void mx_tokens_give(struct mx_tokens *b, const struct mx_tokens_rate *r, u32 n)
{
	atomic64_sub(mx_tokens_price(r, n), &b->full_at);
}

/**
 * mx_tokens_has() - would tokens be there
 * @b: the bucket
 * @r: its rate
 * @n: how many
 * @now: nanoseconds, as of mx_tokens_take()
 *
 * Context: any; takes no lock and changes nothing.
 * Return: what mx_tokens_take() would have returned.
 */
bool mx_tokens_has(const struct mx_tokens *b, const struct mx_tokens_rate *r,
		   u32 n, u64 now)
{
	u64 full_at = atomic64_read_acquire(&b->full_at);

	return mx_tokens_covers(r, mx_tokens_ahead(b, r, full_at, now),
				mx_tokens_price(r, n));
}
