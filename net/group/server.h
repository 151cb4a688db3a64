/* SPDX-License-Identifier: GPL-2.0 */
/* A server: what flows and counters hold on to, whatever its configuration. */
#ifndef MX_GROUP_SERVER_H
#define MX_GROUP_SERVER_H

#include <linux/netfilter.h>
#include <linux/refcount.h>
#include "base/hop.h"
#include "base/stats.h"
#include "group/health.h"
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
	MX_SERVER_STATS
};

/**
 * struct mx_server - ADDR:PORT that takes traffic of one group
 * @member: what schedulers see: active flows and latency
 * @addr: its address; of IPv4 the first four bytes
 * @port: network order; 0 keeps the packet's own port
 * @family: AF_INET or AF_INET6
 * @unfit: it was removed or is down, by configuration or by its health: its
 *	flows are decided anew. Written under @health's lock, read by packets
 * @kept: used by mx_group_settle() alone, false outside it
 * @group: its group; counted
 * @stats: see enum mx_server_stat
 * @sampled: low 32 bits of jiffies when a flow began whose answer is timed
 * @latency_min: microseconds, U32_MAX without a sample
 * @latency_max: microseconds
 * @health: how it does at run time
 * @hop: of forward mode route: the way to it, NULL until the first packet
 * @refs: configurations and flows that point here
 * @rcu: for its release
 */
struct mx_server {
	struct mx_member member;
	union nf_inet_addr addr;
	__be16 port;
	u8 family;
	bool unfit;
	bool kept;
	struct mx_group *group;
	struct mx_stats stats;
	u32 sampled;
	u32 latency_min;
	u32 latency_max;
	struct mx_health health;
	struct mx_hop __rcu *hop;
	refcount_t refs;
	struct rcu_head rcu;
};

struct mx_server *mx_server_create(struct mx_group *group, u8 family,
				   const union nf_inet_addr *addr, __be16 port);
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

#endif /* MX_GROUP_SERVER_H */
