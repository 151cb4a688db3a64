/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A server: what flows and counters hold on to, whatever its configuration. The
 * members of a path group are servers, too, that have a path in the place of an
 * address.
 */
#ifndef MX_GROUP_SERVER_H
#define MX_GROUP_SERVER_H

#include <linux/netfilter.h>
#include <linux/refcount.h>
#include "base/hop.h"
#include "base/stats.h"
#include "group/care.h"
#include "group/check.h"
#include "group/health.h"
#include "group/limit.h"
#include "group/sched.h"

/**
 * enum mx_server_stat - a server's counters
 * @MX_SERVER_PACKETS: packets steered to it
 * @MX_SERVER_BYTES: their bytes, from the network header on
 * @MX_SERVER_REPLY_PACKETS: packets of its replies that passed here
 * @MX_SERVER_REPLY_BYTES: their bytes
 * @MX_SERVER_CONNS: flows ever given to it
 * @MX_SERVER_FAILED: flows that it refused or never answered
 * @MX_SERVER_LATENCY: sum of all samples, microseconds
 * @MX_SERVER_SAMPLES: how many samples
 * @MX_SERVER_CHECK_GOOD: checks that were good
 * @MX_SERVER_CHECK_BAD: checks that were not
 * @MX_SERVER_FULL: new flows that went by because it had its most connections
 * @MX_SERVER_OVER: new flows that were over its rate of connections
 * @MX_SERVER_DROPPED: packets dropped over its rate of packets or bytes
 * @MX_SERVER_STATS: how many counters
 */
enum mx_server_stat {
	MX_SERVER_PACKETS,
	MX_SERVER_BYTES,
	MX_SERVER_REPLY_PACKETS,
	MX_SERVER_REPLY_BYTES,
	MX_SERVER_CONNS,
	MX_SERVER_FAILED,
	MX_SERVER_LATENCY,
	MX_SERVER_SAMPLES,
	MX_SERVER_CHECK_GOOD,
	MX_SERVER_CHECK_BAD,
	/* limits */
	MX_SERVER_FULL,
	MX_SERVER_OVER,
	MX_SERVER_DROPPED,
	MX_SERVER_STATS
};

/**
 * struct mx_standing - how a path does among the others of its group
 * @broken: MX_SLA_ bits: what of the group's limits it breaks
 * @late: it breaks one, or has kept to them for too short a time
 * @bared: since when it has kept to that again, see mx_health_now(); 0 if not
 * @behind: since when its flows would do better elsewhere; 0 if not; IPv4, IPv6
 * @left: a bit for each family whose flows have left it, though it is fit for
 *	the other one
 *
 * Under the namespace's lock.
 */
struct mx_standing {
	u8 broken;
	bool late;
	u64 bared;
	u64 behind[2];
	u8 left;
};

/**
 * struct mx_server - ADDR:PORT, or a path, that takes traffic of one group
 * @member: what schedulers see: active flows and latency
 * @addr: its address; of IPv4 the first four bytes
 * @port: network order; 0 keeps the packet's own port
 * @family: AF_INET or AF_INET6; AF_UNSPEC of a path
 * @unfit: it was removed or is down, by configuration or by its health: its
 *	flows are decided anew. Written under @health's lock, read by packets
 * @open: new flows may be given to it, by its configuration. Written under the
 *	namespace's lock, read by packets
 * @bounds: MX_BOUND_ flags: its limits that packets have to look at. Written as
 *	@open
 * @kept: used by mx_group_settle() alone, false outside it
 * @spare: of a path: a bit for each index of @hop: a better one is there for new
 *	flows of the family. Written as @open
 * @group: its group; counted
 * @stats: see enum mx_server_stat
 * @sampled: low 32 bits of jiffies when a flow began whose answer is timed
 * @max_conns: connections that it takes at once, 0 for any number. Written as
 *	@open
 * @hop: of forward modes route and path: the way to it, IPv4 and IPv6 (see
 *	mx_pool_index()), NULL until the first packet
 * @carries: a bit for each index of @hop: families that it takes. Written as
 *	@open
 * @path: the path, or NULL; counted
 * @name: the path's name, or NULL
 * @release: lets go of @path; NULL without one
 * @standing: of a path
 * @limiter: the rates in force, NULL for none
 * @health: how it does at run time
 * @latency_min: microseconds, U32_MAX without a sample
 * @latency_max: microseconds
 * @care: its share at run time, and its draining
 * @check: its active check
 * @refs: configurations, flows and checks that point here
 * @rcu: for its release
 *
 * What each packet of a flow looks at lies in the first 64 bytes, what a new
 * flow does in the next ones.
 */
struct mx_server {
	struct mx_member member;
	union nf_inet_addr addr;
	__be16 port;
	u8 family;
	bool unfit;
	bool open;
	u8 bounds;
	bool kept;
	u8 spare;
	struct mx_group *group;
	struct mx_stats stats;
	u32 sampled;
	u32 max_conns;
	struct mx_hop __rcu *hop[2];
	u8 carries;
	struct mx_path *path;
	const char *name;
	void (*release)(struct mx_path *path);
	struct mx_standing standing;
	struct mx_limiter __rcu *limiter;
	struct mx_health health;
	u32 latency_min;
	u32 latency_max;
	struct mx_care care;
	struct mx_check check;
	refcount_t refs;
	struct rcu_head rcu;
};

struct mx_server *mx_server_create(struct mx_group *group, u8 family,
				   const union nf_inet_addr *addr, __be16 port);
struct mx_server *mx_server_create_path(struct mx_group *group,
					struct mx_path *path, const char *name,
					void (*release)(struct mx_path *path));
void mx_server_put(struct mx_server *server);
void mx_server_sample(struct mx_server *server, u32 us, u32 now);
void mx_server_reset(struct mx_server *server);

/**
 * mx_server_of() - the server that a scheduler's member is part of
 * @member: the member
 *
 * Return: the server.
 */
static inline struct mx_server *mx_server_of(struct mx_member *member)
{
	return container_of(member, struct mx_server, member);
}

/**
 * mx_server_open() - may a server have new flows, but for its limits
 * @server: the server
 *
 * Return: true if it is configured for them, and fit.
 */
static inline bool mx_server_open(const struct mx_server *server)
{
	return READ_ONCE(server->open) && !READ_ONCE(server->unfit);
}

/**
 * mx_server_spare() - are new flows of a family to go elsewhere
 * @server: the server
 * @family: AF_INET or AF_INET6
 *
 * Return: true of a path that does not take the family, or has a better one
 * beside it.
 */
static inline bool mx_server_spare(const struct mx_server *server, u8 family)
{
	const u8 bit = BIT(family == AF_INET6);

	return !(READ_ONCE(server->carries) & bit) ||
	       (READ_ONCE(server->spare) & bit);
}

/**
 * mx_server_full() - has a server its most connections
 * @server: the server
 *
 * Return: true if it takes no other one now.
 */
static inline bool mx_server_full(const struct mx_server *server)
{
	u32 max = READ_ONCE(server->max_conns);

	return max && (u32)atomic_read(&server->member.active) >= max;
}

/**
 * mx_server_enter() - count one more active connection
 * @server: the server
 *
 * Context: any.
 * Return: true, and whoever asked counts it down again; false if it is full.
 */
static inline bool mx_server_enter(struct mx_server *server)
{
	u32 max = READ_ONCE(server->max_conns);
	int active;

	if (likely(!max)) {
		atomic_inc(&server->member.active);
		return true;
	}
	active = atomic_read(&server->member.active);
	do {
		if ((u32)active >= max)
			return false;
	} while (!atomic_try_cmpxchg(&server->member.active, &active,
				     active + 1));
	return true;
}

/**
 * mx_server_metered() - does a packet have to be charged
 * @server: where it goes
 *
 * Return: true if mx_limit_charge() is to be asked.
 */
static inline bool mx_server_metered(const struct mx_server *server)
{
	return unlikely(READ_ONCE(server->bounds) &
			(MX_BOUND_TRAFFIC | MX_BOUND_GROUP));
}

#endif /* MX_GROUP_SERVER_H */
