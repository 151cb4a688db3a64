/* SPDX-License-Identifier: GPL-2.0 */
/* Tables: named sets of routes, prefix -> group with a metric. */
#ifndef MX_STEER_TABLE_H
#define MX_STEER_TABLE_H

#include <linux/rhashtable.h>
#include <linux/workqueue.h>
#include "base/flow_key.h"
#include "base/lpm.h"
#include "group/group.h"

/**
 * struct mx_target - a group that a prefix leads to
 * @group: the group; counted, in its users too
 * @metric: the lower is preferred
 */
struct mx_target {
	struct mx_group *group;
	u32 metric;
};

/**
 * struct mx_targets - where one prefix leads: its routes, best first
 * @rhash: in the table's set of these
 * @refs: prefixes that lead here, under the namespace's lock
 * @rcu: for its release
 * @n: how many, 1 to MX_MAX_TARGETS
 * @target: the groups, by ascending metric
 *
 * A full Internet table has few distinct ones: prefixes share them, and what
 * a lookup reads last stays in the cache. Immutable.
 */
struct mx_targets {
	struct rhash_head rhash;
	u32 refs;
	struct rcu_head rcu;
	u32 n;
	struct mx_target target[];
};

#define MX_MAX_TARGETS	64

/**
 * struct mx_prefixes - the prefixes of a table
 * @free: for its release
 * @lpm: IPv4 and IPv6 prefixes (see mx_pool_index()), each leading to a
 *	struct mx_targets
 * @sets: the distinct struct mx_targets
 *
 * A flush replaces it whole: a million prefixes are freed behind the user's
 * back.
 */
struct mx_prefixes {
	struct rcu_work free;
	struct mx_lpm lpm[2];
	struct rhashtable sets;
};

/**
 * struct mx_table - a named set of routes
 * @rcu: for its release
 * @prefixes: its prefixes
 * @name: its name
 * @priority: the higher number is looked at first
 * @slot: index of its configuration
 * @users: rules that point here
 * @routes: how many routes, of each family
 * @lock: the namespace's lock
 */
struct mx_table {
	struct rcu_head rcu;
	struct mx_prefixes __rcu *prefixes;
	char name[MUTEX_NAME_MAX + 1];
	u32 priority;
	unsigned int slot;
	u32 users;
	u32 routes[2];
	struct mutex *lock; /* the namespace's, which writers hold */
};

/**
 * mx_table_lpm() - the prefixes of one family of a table
 * @table: the table
 * @family: AF_INET or AF_INET6
 *
 * Context: the namespace's lock is held.
 * Return: the trie, until the next flush.
 */
static inline struct mx_lpm *mx_table_lpm(const struct mx_table *table,
					  u8 family)
{
	return &mx_dereference(table->prefixes,
			       table->lock)->lpm[mx_pool_index(family)];
}

/**
 * mx_table_lookup() - where a packet's destination leads
 * @table: the table
 * @key: the packet's key
 *
 * Context: RCU reader.
 * Return: the routes of the longest prefix, or NULL.
 */
static inline const struct mx_targets *
mx_table_lookup(const struct mx_table *table, const struct mx_key *key)
{
	const struct mx_prefixes *p = rcu_dereference(table->prefixes);

	if (key->family == AF_INET)
		return mx_lpm_lookup4(&p->lpm[0], key->v4.daddr);
	return mx_lpm_lookup(&p->lpm[1], &key->v6.daddr);
}

struct mx_table *mx_table_create(const char *name, u32 priority,
				 unsigned int slot, struct mutex *lock);
void mx_table_destroy(struct mx_table *table);

int mx_route_add(struct mx_table *table, u8 family, const void *dst, u8 plen,
		 struct mx_group *group, u32 metric);
int mx_route_set(struct mx_table *table, u8 family, const void *dst, u8 plen,
		 struct mx_group *group, u32 metric);
int mx_route_del(struct mx_table *table, u8 family, const void *dst, u8 plen,
		 const u32 *metric, struct mx_target *deleted);
int mx_route_flush(struct mx_table *table);
size_t mx_table_bytes(const struct mx_table *table);

#endif /* MX_STEER_TABLE_H */
