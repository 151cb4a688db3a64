/* SPDX-License-Identifier: GPL-2.0 */
/* Limits of servers and groups: connections, and rates. */
#ifndef MX_GROUP_LIMIT_H
#define MX_GROUP_LIMIT_H

#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/refcount.h>
#include "base/bucket.h"

#define MX_LIMIT_BURST		1000		/* milliseconds, by default */
#define MX_LIMIT_BURST_MAX	(3600 * 1000)

/**
 * enum mx_rate - what a rate is of
 * @MX_RATE_CONNS: new connections
 * @MX_RATE_PKTS: packets of the request's direction
 * @MX_RATE_BYTES: their bytes, from the network header on
 * @MX_RATES: how many
 */
enum mx_rate {
	MX_RATE_CONNS,
	MX_RATE_PKTS,
	MX_RATE_BYTES,
	MX_RATES
};

/**
 * struct mx_limit_params - what a user says of the rates of a server or a group
 * @rate: a second, 0 for no limit; by enum mx_rate
 * @burst: for how long's worth of each a full bucket stands, milliseconds
 * @over: enum mutex_over
 */
struct mx_limit_params {
	u64 rate[MX_RATES];
	u32 burst;
	u8 over;
};

/**
 * struct mx_limiter - rates, and the buckets that keep them
 * @refs: configurations that name it, and the server or group that it limits
 * @rcu: for its release
 * @params: what the user said; at least one rate is set
 * @rate: of each bucket
 * @bucket: by enum mx_rate; packets take from them
 */
struct mx_limiter {
	refcount_t refs;
	struct rcu_head rcu;
	struct mx_limit_params params;
	struct mx_tokens_rate rate[MX_RATES];
	struct mx_tokens bucket[MX_RATES] ____cacheline_aligned_in_smp;
};

/**
 * enum mx_admit - may a server have a new flow
 * @MX_ADMIT_YES: it takes it
 * @MX_ADMIT_NEXT: it does not, another one may
 * @MX_ADMIT_DROP: it does not, and the packet is to be dropped
 */
enum mx_admit {
	MX_ADMIT_YES,
	MX_ADMIT_NEXT,
	MX_ADMIT_DROP
};

/* Bits of struct mx_server.bounds: what there is to look at. */
#define MX_BOUND_CONNS		BIT(0)	/* max_conns */
#define MX_BOUND_NEW		BIT(1)	/* its limiter has a rate of connections */
#define MX_BOUND_TRAFFIC	BIT(2)	/* its limiter has one of packets, bytes */
#define MX_BOUND_GROUP		BIT(3)	/* its group's limiter has one of those */

/**
 * mx_limit_any() - is there any rate
 * @p: what the user said
 *
 * Return: true if so.
 */
static inline bool mx_limit_any(const struct mx_limit_params *p)
{
	return p->rate[MX_RATE_CONNS] || p->rate[MX_RATE_PKTS] ||
	       p->rate[MX_RATE_BYTES];
}

int mx_limiter_make(struct mx_limiter **to, const struct mx_limit_params *p,
		    struct mx_limiter *old);
struct mx_limiter *mx_limiter_hold(struct mx_limiter *l);
void mx_limiter_put(struct mx_limiter *l);
bool mx_limiter_admits(struct mx_limiter *l, bool dry, u64 now);
void mx_limiter_forgive(struct mx_limiter *l);

void mx_limit_settle(struct mx_group *group, const struct mx_group_conf *conf,
		     struct mutex *lock /* the namespace's */);
enum mx_admit mx_limit_admit(struct mx_server *server, bool dry, u64 now);
bool mx_limit_charge(struct mx_server *server, u32 packets, u32 bytes, u64 now);

#endif /* MX_GROUP_LIMIT_H */
