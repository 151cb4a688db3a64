/* SPDX-License-Identifier: GPL-2.0 */
/* Flows: decisions remembered by 5-tuple, in both directions. */
#ifndef MX_STEER_FLOW_H
#define MX_STEER_FLOW_H

#include <linux/workqueue.h>
#include "base/flow_key.h"
#include "base/hop.h"
#include "base/stats.h"
#include "group/group.h"
#include "group/qos.h"
#include "steer/flow_map.h"

/**
 * enum mx_stat - a namespace's counters, as the netlink spec describes them
 * @MX_STAT_HITS: packets whose flow was known, but for those of @MX_STAT_FAST
 * @MX_STAT_FAST: packets whose flow was known to the fast path
 * @MX_STATS: how many counters
 */
enum mx_stat {
	MX_STAT_HITS,
	MX_STAT_MISSES,
	MX_STAT_FAST,
	MX_STAT_FLOWS_CREATED,
	MX_STAT_FLOWS_EXPIRED,
	MX_STAT_FLOWS_EVICTED,
	MX_STAT_FLOWS_MOVED,
	MX_STAT_UNCACHED,
	MX_STAT_DROPPED_RULE,
	MX_STAT_DROPPED_HOP,
	MX_STAT_DROPPED_FULL,
	MX_STAT_BYPASSED,
	MX_STAT_NO_MATCH,
	MX_STAT_NO_MEMBER,
	MX_STAT_NO_KEY,
	MX_STAT_NO_FAMILY,
	MX_STAT_CLASH,
	MX_STAT_UNSUPPORTED,
	MX_STAT_FRAGMENTS,
	MX_STAT_ICMP_ERRORS,
	MX_STAT_STRAY,
	MX_STAT_NO_MEMORY,
	MX_STAT_NO_ROUTE,
	MX_STAT_DROPPED_FRAGMENT,
	/* limits */
	MX_STAT_LIMITED,
	MX_STAT_DROPPED_LIMIT,
	MX_STATS
};

/**
 * struct mx_settings - what a user may set of the flow cache
 * @flows_max: hard cap, in flows
 * @timeout: milliseconds that a flow lives without a packet, by
 *	enum mx_timeout
 */
struct mx_settings {
	u32 flows_max;
	u32 timeout[6];
};

/**
 * enum mx_timeout - kinds of idleness
 * @MX_TIMEOUT_SYN: TCP before the server's answer
 * @MX_TIMEOUT_TCP: established TCP
 * @MX_TIMEOUT_FIN: TCP after the first FIN
 * @MX_TIMEOUT_CLOSED: TCP after both FINs or a RST
 * @MX_TIMEOUT_UDP: UDP and UDP-Lite
 * @MX_TIMEOUT_OTHER: everything else
 * @MX_TIMEOUTS: how many
 */
enum mx_timeout {
	MX_TIMEOUT_SYN,
	MX_TIMEOUT_TCP,
	MX_TIMEOUT_FIN,
	MX_TIMEOUT_CLOSED,
	MX_TIMEOUT_UDP,
	MX_TIMEOUT_OTHER,
	MX_TIMEOUTS
};

/* Bits of struct mx_flow.flags */
#define MX_FLOW_ACTIVE		0	/* counts in server->member.active */
#define MX_FLOW_DYING		1	/* somebody takes it out of the table */
#define MX_FLOW_REPLIED		2	/* the server has answered */
#define MX_FLOW_FIN_ORIG	3	/* the client sent a FIN */
#define MX_FLOW_FIN_REPLY	4	/* the server sent a FIN */
#define MX_FLOW_RESYN		5	/* SYN once established, unanswered yet */
#define MX_FLOW_LEAVES		6	/* decided anew at its next request */
#define MX_FLOW_CAME		7	/* of answers to what came in by its path */

/**
 * struct mx_flow - a decision
 * @server: where its packets go; counted
 * @hop: of each direction, the way out on the fast path; counted, NULL until
 *	known
 * @qos: what is set in its packets, NULL for nothing; counted
 * @flags: MX_FLOW_ bits, atomic
 * @last: low 32 bits of jiffies at the newest packet
 * @stamp: microseconds (low 32 bits) at the request whose answer is awaited
 * @mark: what forward mode mark sets
 * @state: enum mutex_flow_state
 * @forward: enum mutex_forward, or MX_FORWARD_CT
 * @rcu: for its release
 * @node: where the first direction's node lies; see mx_flow_node()
 *
 * An IPv4 flow takes 128 bytes, an IPv6 flow 192 (the slab rounds up to cache
 * lines): what a packet touches lies in two or three lines.
 */
struct mx_flow {
	struct mx_server *server;
	struct mx_hop __rcu *hop[2];
	struct mx_qos_ref *qos;
	unsigned long flags;
	u32 last;
	u32 stamp;
	u32 mark;
	u8 state;
	u8 forward;
	struct rcu_head rcu;
	struct mx_flow_node node[];
};

/**
 * struct mx_flow_table - the flow cache of a namespace
 * @map: the flows by their keys
 * @count: flows in it, by family (see mx_pool_index())
 * @settings: the settings in force; read under RCU
 * @stats: the namespace's counters
 * @hops: the namespace's next hops
 * @gc: takes out what has expired, a slice at a time; runs while there are
 *	flows
 * @gc_pos: where @gc goes on, a hash
 */
struct mx_flow_table {
	struct mx_flow_map map;
	atomic_t count[2];
	const struct mx_settings __rcu *settings;
	struct mx_stats *stats;
	struct mx_hops *hops;
	struct delayed_work gc;
	u32 gc_pos;
};

/**
 * mx_flow_node() - one direction of a flow
 * @flow: the flow
 * @dir: enum mx_dir
 *
 * Return: the node.
 */
static inline struct mx_flow_node *mx_flow_node(struct mx_flow *flow,
						unsigned int dir)
{
	return (void *)flow->node +
	       dir * mx_flow_node_size(flow->node[0].key.family);
}

/**
 * mx_flow_of() - the flow that a node is part of
 * @node: the node
 *
 * Return: the flow.
 */
static inline struct mx_flow *mx_flow_of(struct mx_flow_node *node)
{
	node = (void *)node -
	       node->key.dir * mx_flow_node_size(node->key.family);
	return container_of(node, struct mx_flow, node[0]);
}

/**
 * mx_flow_forward() - how a flow is forwarded, as a user names it
 * @flow: the flow
 *
 * Return: enum mutex_forward.
 */
static inline u8 mx_flow_forward(const struct mx_flow *flow)
{
	return flow->forward == MX_FORWARD_CT ? MUTEX_FORWARD_NAT :
						flow->forward;
}

/**
 * mx_flow_ct() - who keeps a flow's decision
 * @flow: the flow
 *
 * Return: enum mutex_ct.
 */
static inline u8 mx_flow_ct(const struct mx_flow *flow)
{
	return flow->forward == MX_FORWARD_CT ? MUTEX_CT_ON : MUTEX_CT_OFF;
}

int mx_flow_init(void);
void mx_flow_exit(void);
int mx_flow_table_init(struct mx_flow_table *ft, struct mx_stats *stats,
		       struct mx_hops *hops);
void mx_flow_table_destroy(struct mx_flow_table *ft);

struct mx_flow_node *mx_flow_lookup(struct mx_flow_table *ft,
				    const struct mx_key *key);
struct mx_flow *mx_flow_create(struct mx_flow_table *ft,
			       const struct mx_packet *pkt,
			       struct mx_server *server, u8 forward, u32 mark,
			       struct mx_qos_ref *qos);
bool mx_flow_end(struct mx_flow_table *ft, struct mx_flow *flow,
		 const char *why);
bool mx_flow_yields(struct mx_flow_table *ft, const struct mx_packet *pkt,
		    const struct mx_server *server, u8 forward);
void mx_flow_events(struct mx_flow *flow, unsigned int dir, u8 tcp_flags);
struct mx_hop *mx_flow_set_hop(struct mx_flow_table *ft, struct mx_flow *flow,
			       unsigned int dir, struct mx_hop *hop);
u32 mx_flow_idle(const struct mx_flow *flow, u32 now);
u32 mx_flow_left(const struct mx_flow *flow, const struct mx_settings *set,
		 u32 now);
u32 mx_flow_count(const struct mx_flow_table *ft);
u64 mx_flow_bytes(struct mx_flow_table *ft);

void mx_flow_blame(struct mx_flow *flow, u8 reason);
void mx_flow_blame_host(struct mx_flow *flow);
bool mx_flow_silent(const struct mx_flow *flow);

#define MX_TCP_FIN	0x01
#define MX_TCP_SYN	0x02
#define MX_TCP_RST	0x04
#define MX_TCP_ACK	0x10

/**
 * mx_flow_remove() - take a flow out of the table
 * @ft: the table
 * @flow: the flow
 *
 * Return: as mx_flow_end().
 */
static inline bool mx_flow_remove(struct mx_flow_table *ft,
				  struct mx_flow *flow)
{
	return mx_flow_end(ft, flow, "removed");
}

/**
 * mx_flow_leaves() - may a flow not go on with its server
 * @flow: the flow
 *
 * The next request sees to it. Until then answers find the flow: without it one
 * would be taken for the beginning of another.
 *
 * Return: true if the server is gone or down, or is to let go of the flow.
 */
static inline bool mx_flow_leaves(const struct mx_flow *flow)
{
	return READ_ONCE(flow->server->unfit) ||
	       test_bit(MX_FLOW_LEAVES, &flow->flags);
}

/**
 * mx_flow_reopens() - does this packet begin a new connection on an old flow
 * @flow: the flow that its key found
 * @dir: its direction
 * @tcp_flags: its TCP flags
 *
 * A client that reuses a port gets a new decision at once.
 *
 * Return: true if the flow is to be decided anew.
 */
static inline bool mx_flow_reopens(const struct mx_flow *flow, unsigned int dir,
				   u8 tcp_flags)
{
	return READ_ONCE(flow->state) >= MUTEX_FLOW_STATE_FIN &&
	       dir == MX_DIR_ORIG &&
	       (tcp_flags & (MX_TCP_SYN | MX_TCP_ACK)) == MX_TCP_SYN;
}

/**
 * mx_flow_again() - does the client ask again what its server did not answer
 * @flow: the flow that its key found
 * @dir: its direction
 * @tcp_flags: its TCP flags
 *
 * A connection that gets no answer, and a new one on an old flow's port whose
 * server has gone silent, are tried elsewhere, if the group has a failover.
 *
 * Return: true if so; mx_flow_silent() tells whether it is the server's fault.
 */
static inline bool mx_flow_again(const struct mx_flow *flow, unsigned int dir,
				 u8 tcp_flags)
{
	if (likely((tcp_flags & (MX_TCP_SYN | MX_TCP_ACK)) != MX_TCP_SYN) ||
	    dir != MX_DIR_ORIG ||
	    !(READ_ONCE(flow->server->health.heed) & MX_HEED_MOVE))
		return false;
	if (READ_ONCE(flow->state) == MUTEX_FLOW_STATE_SYN)
		return !test_bit(MX_FLOW_REPLIED, &flow->flags);
	return test_bit(MX_FLOW_RESYN, &flow->flags);
}

/**
 * mx_flow_seen() - note a packet of a flow
 * @flow: the flow
 * @dir: the packet's direction
 * @tcp_flags: its TCP flags, 0 of other protocols
 * @now: low 32 bits of jiffies
 * @bytes: its length from the network header on
 * @packets: 1, or what a GSO packet stands for
 *
 * Context: softirq, RCU reader. Takes no lock.
 */
static inline void mx_flow_seen(struct mx_flow *flow, unsigned int dir,
				u8 tcp_flags, u32 now, u32 bytes, u32 packets)
{
	const struct mx_stats *stats = &flow->server->stats;

	if (READ_ONCE(flow->last) != now)
		WRITE_ONCE(flow->last, now);
	if (unlikely(test_bit(MX_FLOW_RESYN, &flow->flags)) &&
	    dir == MX_DIR_REPLY)
		clear_bit(MX_FLOW_RESYN, &flow->flags);
	if (unlikely((tcp_flags & (MX_TCP_SYN | MX_TCP_FIN | MX_TCP_RST)) ||
		     READ_ONCE(flow->state) < MUTEX_FLOW_STATE_ESTABLISHED))
		mx_flow_events(flow, dir, tcp_flags);
	if (dir == MX_DIR_ORIG) {
		mx_stats_add_bh(stats, MX_SERVER_PACKETS, packets);
		mx_stats_add_bh(stats, MX_SERVER_BYTES, bytes);
	} else {
		mx_stats_add_bh(stats, MX_SERVER_REPLY_PACKETS, packets);
		mx_stats_add_bh(stats, MX_SERVER_REPLY_BYTES, bytes);
	}
}

#endif /* MX_STEER_FLOW_H */
