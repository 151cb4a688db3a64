/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Schedulers: each picks a member of a pool, for a new flow or for a packet.
 * One registry and one ops struct serve servers and paths alike.
 */
#ifndef MX_GROUP_SCHED_H
#define MX_GROUP_SCHED_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/siphash.h>
#include "mx.h"

/**
 * struct mx_member - what a scheduler sees of a server or a path
 * @id: hash of what names the member (address and port), the same on every
 *	node and after every restart
 * @active: flows that the member carries now
 * @latency_ewma: microseconds, 0 while there is no sample
 * @latency_stamp: low 32 bits of jiffies at the newest sample
 * @quality: of a path: the higher, the better
 */
struct mx_member {
	u64 id;
	atomic_t active;
	u32 latency_ewma;
	u32 latency_stamp;
	u32 quality;
};

/**
 * struct mx_slot - a member's place in a pool
 * @member: the member
 * @weight: 1 to MUTEX_WEIGHT_MAX
 * @door: of a pool with mx_pool.doors: the member gets the flows that it is
 *	picked for by random numbers up to that
 */
struct mx_slot {
	struct mx_member *member;
	u32 weight;
	u32 door;
};

/**
 * struct mx_pool - the usable members of a group, of one address family
 * @n: members, 0 to MX_MAX_MEMBERS
 * @slots: the members, in the order of their configuration
 * @seed: seed of the group's hashes
 * @doors: members pass some of their flows on, see mx_care_admit()
 * @data: what the scheduler built for this pool, or NULL
 *
 * A pool is immutable once readers can see it; a change makes a new one.
 */
struct mx_pool {
	u32 n;
	struct mx_slot *slots;
	siphash_key_t seed;
	bool doors;
	void *data;
};

/**
 * struct mx_pick - what a choice may depend on
 * @hash: of the packet's key, by the group's hash key, seeded
 * @packet: number of this packet in its group (per-packet schedulers)
 * @turn: how many flows the group has decided; fetched and advanced by
 *	mx_pick_turn() alone
 * @random: a random number
 * @now: low 32 bits of jiffies
 * @dry: change nothing, not even @turn: tell what would be picked
 */
struct mx_pick {
	u64 hash;
	u64 packet;
	atomic64_t *turn;
	u32 random;
	u32 now;
	bool dry;
};

#define MX_KIND_SERVER	BIT(MUTEX_GROUP_TYPE_SERVER)
#define MX_KIND_PATH	BIT(MUTEX_GROUP_TYPE_PATH)

#define MX_NEEDS_HASH	BIT(0)	/* mx_pick.hash */
#define MX_NEEDS_RANDOM	BIT(1)	/* mx_pick.random */

/**
 * struct mx_sched - a scheduler
 * @name: as in "lb NAME"
 * @kinds: MX_KIND_ flags of the members that it can choose among
 * @needs: MX_NEEDS_ flags: what of struct mx_pick its choice depends on; the
 *	rest of these may be 0
 * @per_packet: decides each packet anew; its flows are not cached
 * @weighs: members get flows in proportion to their weights
 * @build: optional. Prepare @pool->data for a new pool with n >= 1; @old is
 *	the pool that it replaces when that was built by the same scheduler
 *	with the same seed, else NULL. May sleep. Return: 0 or -errno
 * @free: required with @build. Release @pool->data
 * @pick: required. Called under RCU with pool->n >= 1. Return: index of the
 *	slot, below pool->n
 * @moved: optional. How much of the choice two pools differ in, both with
 *	n >= 1, of the same seed and built by this scheduler. Return: permille
 */
struct mx_sched {
	const char *name;
	u8 kinds;
	u8 needs;
	bool per_packet;
	bool weighs;
	int (*build)(struct mx_pool *pool, const struct mx_pool *old);
	void (*free)(struct mx_pool *pool);
	u32 (*pick)(const struct mx_pool *pool, const struct mx_pick *pick);
	u32 (*moved)(const struct mx_pool *pool, const struct mx_pool *old);
};

/**
 * mx_pick_turn() - the number of this decision
 * @pick: the choice being made
 *
 * Return: how many decisions the group took before this one.
 */
static inline u64 mx_pick_turn(const struct mx_pick *pick)
{
	if (pick->dry)
		return atomic64_read(pick->turn);
	return atomic64_inc_return(pick->turn) - 1;
}

extern const struct mx_sched mx_sched_rr;
extern const struct mx_sched mx_sched_lc;
extern const struct mx_sched mx_sched_wrr;
extern const struct mx_sched mx_sched_random;
extern const struct mx_sched mx_sched_hash;
extern const struct mx_sched mx_sched_latency;
extern const struct mx_sched mx_sched_packet;
extern const struct mx_sched mx_sched_quality;

int mx_sched_register(const struct mx_sched *sched);
void mx_sched_unregister(const struct mx_sched *sched);
int mx_sched_init(void);
void mx_sched_exit(void);
const struct mx_sched *mx_sched_find(const char *name);

#endif /* MX_GROUP_SCHED_H */
