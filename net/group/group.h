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
#include "group/care.h"
#include "group/check.h"
#include "group/health.h"
#include "group/limit.h"
#include "group/persist.h"
#include "group/qos.h"
#include "group/sched.h"
#include "group/server.h"

/**
 * enum mx_group_stat - a group's counters
 * @MX_GROUP_REQUESTS: decisions asked of the group
 * @MX_GROUP_BALANCED: of these, those that found a member
 * @MX_GROUP_FALLBACK: of the others, those that a fallback found a member for
 * @MX_GROUP_MOVED: flows decided anew because their server was unfit
 * @MX_GROUP_OVER: decisions refused over the group's rate of connections
 * @MX_GROUP_DROPPED: packets dropped over its rate of packets or bytes
 * @MX_GROUP_STATS: how many counters
 */
enum mx_group_stat {
	MX_GROUP_REQUESTS,
	MX_GROUP_BALANCED,
	MX_GROUP_FALLBACK,
	/* care */
	MX_GROUP_MOVED,
	/* limits */
	MX_GROUP_OVER,
	MX_GROUP_DROPPED,
	MX_GROUP_STATS
};

/**
 * struct mx_quality_params - what a user says of a group's paths
 * @prefer: enum mutex_prefer
 * @failback: flows return to a better path that has proven itself
 * @share: of prefer custom, percent: latency, jitter, loss, bandwidth
 * @latency_us: highest RTT of a path that is fit, microseconds; 0 for any
 * @jitter_us: highest jitter, microseconds; 0 for any
 * @loss_ppm: highest loss, millionths; 0 for any
 */
struct mx_quality_params {
	u8 prefer;
	bool failback;
	u8 share[4];
	u32 latency_us;
	u32 jitter_us;
	u32 loss_ppm;
};

/**
 * struct mx_group_params - what a user says of a group, but its members
 * @sched: its scheduler
 * @type: enum mutex_group_type
 * @hash_key: enum mutex_hash_key
 * @forward: enum mutex_forward
 * @ct: connection tracking carries its decisions out
 * @mark: what forward mode mark sets
 * @persist: how clients keep their servers
 * @failover: what happens when servers fail
 * @seed: seed name, "" for the node's name
 * @check: how its servers are checked
 * @care: how servers come up, and what their weights follow
 * @limit: rates of all its servers together
 * @qos: what is set in its packets
 * @quality: of a path group
 *
 * New flows look at what comes before @seed.
 */
struct mx_group_params {
	const struct mx_sched *sched;
	u8 type;
	u8 hash_key;
	u8 forward;
	bool ct;
	u32 mark;
	struct mx_persist_params persist;
	struct mx_failover failover;
	char seed[MUTEX_SEED_MAX + 1];
	struct mx_check_params check;
	struct mx_care_params care;
	struct mx_limit_params limit;
	struct mx_qos qos;
	struct mx_quality_params quality;
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
 * @deadline: of state drain: milliseconds until its flows are let go, 0 for
 *	never
 * @max_conns: connections at once, 0 for any number
 * @limiter: keeps its rates, NULL for none; counted
 */
struct mx_conf_member {
	struct mx_server *server;
	u32 weight;
	u8 state;
	u32 deadline;
	u32 max_conns;
	struct mx_limiter *limiter;
};

/**
 * struct mx_group_conf - one configuration of a group
 * @rcu: for its release
 * @params: what the user said
 * @seed: of the hashes
 * @pool: usable members, IPv4 and IPv6 (see mx_pool_index())
 * @turns: of the group's health when the pools were collected
 * @limiter: keeps the group's rates, NULL for none; counted
 * @qos: what is set in its packets, NULL for nothing; counted
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
	struct mx_limiter *limiter;
	struct mx_qos_ref *qos;
	bool has[2];
	u32 n;
	struct mx_conf_member members[];
};

/**
 * struct mx_group - a group's identity
 * @name: its name
 * @netns: inode number of its namespace, by which events tell it
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
 * @limiter: the rates in force, NULL for none
 * @care: what is looked after; under the namespace's lock
 * @check: which of its servers are checked
 * @persist: the namespace's clients that keep servers; NULL where none can
 * @clients: of these, the group's
 * @refs: the namespace, its servers, routes and rules
 * @rcu: for its release
 */
struct mx_group {
	char name[MUTEX_NAME_MAX + 1];
	u32 netns;
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
	struct mx_limiter __rcu *limiter;
	struct mx_group_care care;
	struct mx_check_group check;
	struct mx_persist *persist;
	atomic_t clients;
	refcount_t refs;
	struct rcu_head rcu;
};

/* How mx_group_pick() chooses: both 0 for a packet that is to go there. */
#define MX_PICK_DRY	BIT(0)	/* change nothing, tell what would be picked */
#define MX_PICK_FREE	BIT(1)	/* as if there were no limits */

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
void mx_group_trace(const struct mx_group_conf *old,
		    const struct mx_group_conf *new);

const struct mx_failover *mx_group_failover(const struct mx_group_conf *conf,
					    const struct mx_server *server);
int mx_group_find_path(const struct mx_group_conf *conf,
		       const struct mx_path *path);
int mx_group_find_member(const struct mx_group_conf *conf,
			 const struct mx_server *server);
int mx_group_find_server(const struct mx_group_conf *conf, u8 family,
			 const union nf_inet_addr *addr, __be16 port);
struct mx_server *mx_group_pick(struct mx_group *group,
				const struct mx_group_conf *conf,
				const struct mx_key *key, unsigned int how);
bool mx_group_takes(struct mx_server *server);
bool mx_group_limited(const struct mx_group_conf *conf, u8 family);
u32 mx_group_active(const struct mx_group_conf *conf);
struct mx_server *mx_group_sure(const struct mx_group_conf *conf,
				struct mx_server *server,
				const struct mx_server *avoid);
int mx_group_fallback_fits(const struct mx_group *group, unsigned int slot,
			   const struct mx_group *fallback,
			   struct list_head *all, struct mutex *lock);

/* Care; all but mx_care_top(), mx_care_slot() of the configuration in force. */
u32 mx_care_top(const struct mx_group_conf *conf);
void mx_care_slot(const struct mx_group_conf *conf, struct mx_slot *slot,
		  const struct mx_conf_member *m, u32 top);
bool mx_care_bars(const struct mx_conf_member *m, u32 now);
void mx_care_settle(struct mx_group *group, const struct mx_group_conf *old,
		    const struct mx_group_conf *conf, u32 now);
void mx_care_drain_again(const struct mx_group_conf *conf,
			 const struct mx_conf_member *m, u32 now);
bool mx_care_drained(struct mx_group *group, const struct mx_group_conf *conf,
		     const struct mx_conf_member *m, u32 now);
bool mx_care_draining(const struct mx_care *c);
bool mx_care_measure(const struct mx_group_conf *conf, u32 now);
bool mx_care_grow(const struct mx_group_conf *conf, u32 now, u32 *wait);
u64 mx_care_moved(const struct mx_group *group);
void mx_care_reset(struct mx_group *group);
void mx_care_evenness(const struct mx_group_conf *conf, struct mx_even *even);

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
