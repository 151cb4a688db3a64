/* SPDX-License-Identifier: GPL-2.0 */
/* A token bucket that all CPUs share without a lock. */
#ifndef MX_BASE_BUCKET_H
#define MX_BASE_BUCKET_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include "mx.h"

#define MX_TOKENS_RATE_MAX	BIT_ULL(40)	/* tokens a second */
#define MX_TOKENS_TAKE_MAX	BIT(20)	/* tokens at once */

/**
 * struct mx_tokens_rate - how fast a bucket fills, and how much it holds
 * @cost: ticks that one token takes to come
 * @depth: ticks in which an empty bucket becomes full
 * @age: units of 2^32 ns after which a bucket that was not touched is full,
 *	whatever it owed
 * @shift: a tick is 2^-shift ns
 *
 * Made once, by mx_tokens_rate_init(): taking tokens only multiplies.
 */
struct mx_tokens_rate {
	u64 cost;
	u64 depth;
	u32 age;
	u8 shift;
};

/**
 * struct mx_tokens - the bucket
 * @full_at: the tick at which it will be full again, modulo 2^64
 * @seen: when tokens were taken last, in units of 2^32 ns
 *
 * Full when all is zero.
 */
struct mx_tokens {
	atomic64_t full_at;
	u32 seen;
};

void mx_tokens_rate_init(struct mx_tokens_rate *r, u64 rate, u64 burst);
bool mx_tokens_take(struct mx_tokens *b, const struct mx_tokens_rate *r, u32 n,
		    u64 now);
void mx_tokens_give(struct mx_tokens *b, const struct mx_tokens_rate *r, u32 n);
bool mx_tokens_has(const struct mx_tokens *b, const struct mx_tokens_rate *r,
		   u32 n, u64 now);

#endif /* MX_BASE_BUCKET_H */
