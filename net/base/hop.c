// SPDX-License-Identifier: GPL-2.0
#include <linux/jhash.h>
#include <linux/slab.h>
#include <net/arp.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6_stubs.h>
#include <net/route.h>
#include "base/hop.h"

/**
 * mx_hops_init() - make an empty table of next hops
 * @hops: the table
 */
void mx_hops_init(struct mx_hops *hops)
{
	spin_lock_init(&hops->lock);
	hash_init(hops->table);
}

/**
 * mx_hop_put() - let go of a hop
 * @hop: the hop, or NULL
 *
 * Context: any.
 */
void mx_hop_put(struct mx_hop *hop)
{
	if (hop && refcount_dec_and_test(&hop->refs))
		kfree_rcu(hop, rcu);
}

/* The table's share: the last reader has left, nothing pins the device now. */
static void mx_hop_release(struct rcu_head *rcu)
{
	struct mx_hop *hop = container_of(rcu, struct mx_hop, rcu);

	neigh_release(hop->neigh);
	/* nobody else takes the device from a route that no table has */
	if (!hop->dst->obsolete && !(hop->dst->dev->flags & IFF_UP))
		dst_dev_put(hop->dst);
	dst_release(hop->dst);
	mx_hop_put(hop);
}

static void mx_hop_kill(struct mx_hop *hop)
{
	hash_del_rcu(&hop->node);
	WRITE_ONCE(hop->dead, true);
	call_rcu(&hop->rcu, mx_hop_release);
}

/**
 * mx_hops_drop_dev() - give up all hops that leave by a device
 * @hops: the table
 * @dev: the device that goes down, or NULL for all devices
 *
 * Context: process. What pins the device is released after a grace period.
 */
void mx_hops_drop_dev(struct mx_hops *hops, const struct net_device *dev)
{
	struct hlist_node *next;
	struct mx_hop *hop;
	unsigned int b;

	spin_lock_bh(&hops->lock);
	hash_for_each_safe(hops->table, b, next, hop, node)
		if (!dev || hop->dst->dev == dev || hop->neigh->dev == dev)
			mx_hop_kill(hop);
	spin_unlock_bh(&hops->lock);
}

/**
 * mx_hops_drop_stale() - give up hops that no flow uses, or whose route changed
 * @hops: the table
 *
 * Context: process; called now and then.
 */
void mx_hops_drop_stale(struct mx_hops *hops)
{
	struct hlist_node *next;
	struct mx_hop *hop;
	unsigned int b;

	spin_lock_bh(&hops->lock);
	hash_for_each_safe(hops->table, b, next, hop, node)
		if (refcount_read(&hop->refs) == 1 ||
		    !dst_check(hop->dst, hop->cookie))
			mx_hop_kill(hop);
	spin_unlock_bh(&hops->lock);
}

static struct neighbour *mx_hop_neigh(struct net_device *dev, u8 family,
				      const void *nexthop)
{
	struct neigh_table *tbl = family == AF_INET ? &arp_tbl : mx_nd_tbl();

	if (!tbl)
		return ERR_PTR(-EAFNOSUPPORT);
	return __neigh_create(tbl, nexthop, dev, true);
}

static u32 mx_hop_cookie(struct dst_entry *dst)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (dst->ops->family == AF_INET6)
		return rt6_get_cookie((struct rt6_info *)dst);
#endif
	return 0;
}

static u32 mx_hop_hash(u8 family, const void *nexthop)
{
	return jhash(nexthop, family == AF_INET ? sizeof(struct in_addr) :
						  sizeof(struct in6_addr), 0);
}

static bool mx_hop_leads_to(const struct mx_hop *hop, u8 family,
			    const void *nexthop)
{
	const struct neighbour *neigh = hop->neigh;

	return neigh->tbl->family == family && !READ_ONCE(neigh->dead) &&
	       !memcmp(neigh->primary_key, nexthop, neigh->tbl->key_len);
}

/* The hop with a reference for the caller. A reader under RCU is enough. */
static struct mx_hop *mx_hop_find(struct mx_hops *hops,
				  const struct dst_entry *dst, u8 family,
				  const void *nexthop, u32 hash)
{
	struct mx_hop *hop;

	hash_for_each_possible_rcu(hops->table, hop, node, hash)
		if (hop->dst == dst && !READ_ONCE(hop->dead) &&
		    mx_hop_leads_to(hop, family, nexthop) &&
		    refcount_inc_not_zero(&hop->refs))
			return hop;
	return NULL;
}

/**
 * mx_hop_get() - the hop of a route and a next hop
 * @hops: the table
 * @dst: the route; the hop takes a reference of its own
 * @family: AF_INET or AF_INET6
 * @nexthop: address of the neighbour
 *
 * Context: RCU reader, softirq.
 * Return: a hop with a reference for the caller, or NULL without memory.
 */
struct mx_hop *mx_hop_get(struct mx_hops *hops, struct dst_entry *dst,
			  u8 family, const void *nexthop)
{
	u32 hash = mx_hop_hash(family, nexthop);
	struct neighbour *neigh;
	struct mx_hop *hop;

	hop = mx_hop_find(hops, dst, family, nexthop, hash);
	if (likely(hop))
		return hop;
	neigh = mx_hop_neigh(dst->dev, family, nexthop);
	if (IS_ERR_OR_NULL(neigh))
		return NULL;

	spin_lock_bh(&hops->lock);
	hop = mx_hop_find(hops, dst, family, nexthop, hash);
	if (hop)
		goto out;
	hop = kzalloc(sizeof(*hop), GFP_ATOMIC | __GFP_NOWARN);
	if (!hop)
		goto out;
	hop->cookie = mx_hop_cookie(dst);
	hop->dst = dst_clone(dst);
	hop->neigh = neigh;
	refcount_set(&hop->refs, 2);
	hash_add_rcu(hops->table, &hop->node, hash);
	neigh = NULL;
out:
	spin_unlock_bh(&hops->lock);
	if (neigh)
		neigh_release(neigh);
	return hop;
}
