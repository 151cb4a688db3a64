/* SPDX-License-Identifier: GPL-2.0 */
/* Next hops: a route and a neighbour, shared by all flows that leave there. */
#ifndef MX_BASE_HOP_H
#define MX_BASE_HOP_H

#include <linux/hashtable.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <net/dst.h>
#include <net/neighbour.h>
#include "mx.h"

/**
 * struct mx_hop - where packets leave, and to whom
 * @node: in its struct mx_hops
 * @dst: the route; counted
 * @neigh: the neighbour; counted
 * @cookie: for dst_check()
 * @dead: set before the device goes; never used again from then on
 * @refs: flows and servers that point here, and the table
 * @rcu: for the release of @dst and @neigh, then of the hop
 *
 * @dst and @neigh pin a device, so mx_hops_drop_dev() gives them up a grace
 * period after @dead is set, whoever still holds the hop. A reader under RCU
 * that found @dead unset may use both until it leaves.
 */
struct mx_hop {
	struct hlist_node node;
	struct dst_entry *dst;
	struct neighbour *neigh;
	u32 cookie;
	bool dead;
	refcount_t refs;
	struct rcu_head rcu;
};

#define MX_HOPS_BITS	6

/**
 * struct mx_hops - all next hops in use of a namespace
 * @lock: guards changes of @table
 * @table: the hops, by the neighbour's address; read under RCU
 */
struct mx_hops {
	spinlock_t lock; /* guards changes of @table */
	DECLARE_HASHTABLE(table, MX_HOPS_BITS);
};

void mx_hops_init(struct mx_hops *hops);
void mx_hops_drop_dev(struct mx_hops *hops, const struct net_device *dev);
void mx_hops_drop_stale(struct mx_hops *hops);
struct mx_hop *mx_hop_get(struct mx_hops *hops, struct dst_entry *dst,
			  u8 family, const void *nexthop);
void mx_hop_put(struct mx_hop *hop);

/**
 * mx_hop_valid() - may a packet still leave by this hop
 * @hop: the hop
 *
 * Context: RCU reader; the answer holds until it leaves.
 * Return: false if the device went down or the route changed.
 */
static inline bool mx_hop_valid(const struct mx_hop *hop)
{
	return !READ_ONCE(hop->dead) && !READ_ONCE(hop->neigh->dead) &&
	       dst_check(hop->dst, hop->cookie);
}

#endif /* MX_BASE_HOP_H */
