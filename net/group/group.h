/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Groups: servers, the scheduler that picks one, and how packets reach it.
 *
 * A group's identity (name, counters) outlives its configuration. What a
 * configuration says of it is an immutable struct mx_group_conf, one for each
 * of the namespace's configurations, replaced whole at every change.
 */
#ifndef MX_GROUP_GROUP_H
#define MX_GROUP_GROUP_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include "base/counter.h"
#include "base/flow_key.h"
#include "base/stats.h"
#include "group/health.h"
#include "group/sched.h"
#include "group/server.h"

/**
 * enum mx_group_stat - a group's counters
 * @MX_GROUP_REQUESTS: decisions asked of the group
 * @MX_GROUP_BALANCED: of these, those that found a member
 * @MX_GROUP_FALLBACK: of the others, those that a fallback found a member for
 * @MX_GROUP_STATS: how many counters
 */
enum mx_group_stat {
	MX_GROUP_REQUESTS,
	MX_GROUP_BALANCED,
	MX_GROUP_FALLBACK,
	MX_GROUP_STATS
};

/**
 * struct mx_group_params - what a user says of a group, but its members
 * @sched: its scheduler
 * @type: enum mutex_group_type
 * @hash_key: enum mutex_hash_key
 * @forward: enum mutex_forward
 * @mark: what forward mode mark sets
 * @seed: seed name, "" for the node's name
 * @ct: connection tracking carries its decisions out
 * @failover: what happens when servers fail
 */
struct mx_group_params {
	const struct mx_sched *sched;
	u8 type;
	u8 hash_key;
	u8 forward;
	u32 mark;
	char seed[MUTEX_SEED_MAX + 1];
	bool ct;
	struct mx_failover failover;
};

/* Of a flow, beside enum mutex_forward: NAT that conntrack carries out. */
#define MX_FORWARD_CT	0x80

/**
 * mx_group_forward() - how flows of a group are forwarded
 * @params: the group's parameters
 *
 * Return: enum mutex_forward or MX_FORWARD_CT.
 */
static inline u8 mx_group_forward(const struct mx_group_params *params)
{
	return params->ct ? MX_FORWARD_CT : params->forward;
}

/**
 * struct mx_conf_member - a server in a configuration
 * @server: the server; counted
 * @weight: 1 to MUTEX_WEIGHT_MAX
 * @state: enum mutex_server_state
 */
struct mx_conf_member {
	struct mx_server *server;
	u32 weight;
	u8 state;
};

/**
 * struct mx_group_conf - one configuration of a group
 * @rcu: for its release
 * @params: what the user said
 * @seed: of the hashes
 * @pool: usable members, IPv4 and IPv6 (see mx_pool_index())
 * @turns: of the group's health when the pools were collected
 * @has: whether there are members of a family, in whatever state
 * @n: members
 * @members: all members, in the order of their creation
 */
struct mx_group_conf {
	struct rcu_head rcu;
	struct mx_group_params params;
	siphash_key_t seed;
	struct mx_pool pool[2];
	u32 turns;
	bool has[2];
	u32 n;
	struct mx_conf_member members[];
};

/**
 * struct mx_group - a group's identity
 * @name: its name
 * @rhash: in the namespace's groups, by name
 * @list: in the namespace's list, in order of creation
 * @conf: what each configuration says of it, NULL where it does not exist
 * @users: routes (sets of them), rules and, as their fallback, groups of each
 *	configuration that point here
 * @backs: of these, the groups
 * @desk: where its servers' changes of health are handed in, or NULL
 * @turns: counts the changes of its servers' health
 * @turn: flows decided
 * @packets: numbers packets for per-packet schedulers
 * @stats: see enum mx_group_stat
 * @refs: the namespace, its servers, routes and rules
 * @rcu: for its release
 */
struct mx_group {
	char name[MUTEX_NAME_MAX + 1];
	struct rhash_head rhash;
	struct list_head list;
	struct mx_group_conf __rcu *conf[MX_CONFIGS];
	u32 users[MX_CONFIGS];
	u32 backs[MX_CONFIGS];
	struct mx_health_desk *desk;
	atomic_t turns;
	atomic64_t turn;
	struct mx_counter packets;
	struct mx_stats stats;
	refcount_t refs;
	struct rcu_head rcu;
};

struct mx_group *mx_group_create(const char *name);
struct mx_group *mx_group_hold(struct mx_group *group);
void mx_group_put(struct mx_group *group);

struct mx_group_conf *mx_group_conf_build(const struct mx_group_params *params,
					  const char *node,
					  const struct mx_conf_member *members,
					  u32 n,
					  const struct mx_group_conf *old);
void mx_group_conf_free(struct mx_group_conf *conf);
void mx_group_publish(struct mx_group *group, unsigned int slot,
		      struct mx_group_conf *conf, bool live,
		      struct mutex *lock /* the namespace's */);
void mx_group_settle(const struct mx_group_conf *old,
		     const struct mx_group_conf *new);

int mx_group_find_server(const struct mx_group_conf *conf, u8 family,
			 const union nf_inet_addr *addr, __be16 port);
struct mx_server *mx_group_pick(struct mx_group *group,
				const struct mx_group_conf *conf,
				const struct mx_key *key, bool dry);
u32 mx_group_active(const struct mx_group_conf *conf);
struct mx_server *mx_group_sure(const struct mx_group_conf *conf,
				struct mx_server *server,
				const struct mx_server *avoid);
int mx_group_fallback_fits(const struct mx_group *group, unsigned int slot,
			   const struct mx_group *fallback,
			   struct list_head *all, struct mutex *lock);

/**
 * mx_pool_index() - which pool serves an address family
 * @family: AF_INET or AF_INET6
 *
 * Return: index into mx_group_conf.pool.
 */
static inline unsigned int mx_pool_index(u8 family)
{
	return family == AF_INET6;
}

#endif /* MX_GROUP_GROUP_H */
