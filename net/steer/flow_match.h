/* SPDX-License-Identifier: GPL-2.0 */
/* Commands on many flows: which are meant, and a walk over them. */
#ifndef MX_STEER_FLOW_MATCH_H
#define MX_STEER_FLOW_MATCH_H

#include "steer/flow.h"

#define MX_MATCH_SRC		BIT(0)
#define MX_MATCH_DST		BIT(1)
#define MX_MATCH_SPORT		BIT(2)
#define MX_MATCH_DPORT		BIT(3)
#define MX_MATCH_PROTO		BIT(4)
#define MX_MATCH_GROUP		BIT(5)
#define MX_MATCH_SERVER		BIT(6)
#define MX_MATCH_SERVER_PORT	BIT(7)
#define MX_MATCH_STATE		BIT(8)
#define MX_MATCH_FORWARD	BIT(9)
#define MX_MATCH_ACTIVE		BIT(10)
#define MX_MATCH_FAST		BIT(11)
#define MX_MATCH_IDLE		BIT(12)
#define MX_MATCH_EXPIRES	BIT(13)
#define MX_MATCH_FAMILY		BIT(14)
#define MX_MATCH_MARK		BIT(15)
#define MX_MATCH_ANSWERED	BIT(16)
#define MX_MATCH_CT		BIT(17)
#define MX_MATCH_PATH		BIT(18)

/**
 * struct mx_flow_match - which flows a command means
 * @set: MX_MATCH_ flags of the fields that count
 * @src: source address of requests
 * @dst: destination address of requests
 * @src_family: family of @src
 * @dst_family: family of @dst
 * @src_plen: bits of @src that count
 * @dst_plen: bits of @dst that count
 * @sport: lowest source port of requests
 * @sport_max: highest source port of requests
 * @dport: lowest destination port of requests
 * @dport_max: highest destination port of requests
 * @proto: IP protocol
 * @group: name of the group
 * @path: name of the path
 * @server: address of the server
 * @server_family: family of @server
 * @server_port: port of the server, network order
 * @state: enum mutex_flow_state
 * @forward: enum mutex_forward
 * @active: whether it counts as an active connection
 * @fast: bits of enum mx_dir: the directions that have a fast path
 * @answered: whether the server has answered
 * @family: AF_INET or AF_INET6
 * @ct: enum mutex_ct: whether conntrack carries it
 * @mark: what forward mode mark sets
 * @mark_mask: bits of @mark that count
 * @idle: milliseconds without a packet, at least
 * @expires: milliseconds that are left, at most
 */
struct mx_flow_match {
	u32 set;
	union nf_inet_addr src;
	union nf_inet_addr dst;
	u8 src_family;
	u8 dst_family;
	u8 src_plen;
	u8 dst_plen;
	u16 sport;
	u16 sport_max;
	u16 dport;
	u16 dport_max;
	u8 proto;
	char group[MUTEX_NAME_MAX + 1];
	char path[MUTEX_NAME_MAX + 1];
	union nf_inet_addr server;
	u8 server_family;
	__be16 server_port;
	u8 state;
	u8 forward;
	u8 active;
	u8 fast;
	u8 answered;
	u8 family;
	u8 ct;
	u32 mark;
	u32 mark_mask;
	u32 idle;
	u32 expires;
};

/**
 * struct mx_flow_cursor - where a walk over all flows stands; zero: before the
 *	first
 * @order: hash of the last flow
 * @flow: address of the last flow, among those of one place; it may be gone
 * @end: nothing follows
 */
struct mx_flow_cursor {
	u32 order;
	unsigned long flow;
	bool end;
};

struct mx_flow *mx_flow_next(struct mx_flow_table *ft, struct mx_flow_cursor *c,
			     unsigned int *budget);
bool mx_flow_matches(const struct mx_flow *flow,
		     const struct mx_settings *set, u32 now,
		     const struct mx_flow_match *match);
u8 mx_flow_fast(const struct mx_flow *flow);
u32 mx_flow_each(struct mx_flow_table *ft, const struct mx_flow_match *match,
		 bool (*fn)(struct mx_flow_table *ft, struct mx_flow *flow,
			    void *arg),
		 void *arg);
u32 mx_flow_flush(struct mx_flow_table *ft, const struct mx_flow_match *match);

#endif /* MX_STEER_FLOW_MATCH_H */
