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

/**
 * struct mx_flow_match - which flows a command means
 * @set: MX_MATCH_ flags of the fields that count
 * @src: source address of requests
 * @dst: destination address of requests
 * @src_family: family of @src
 * @dst_family: family of @dst
 * @sport: source port of requests, network order
 * @dport: destination port of requests, network order
 * @proto: IP protocol
 * @group: name of the group
 * @server: address of the server
 * @server_family: family of @server
 * @server_port: port of the server, network order
 * @state: enum mutex_flow_state
 */
struct mx_flow_match {
	u32 set;
	union nf_inet_addr src;
	union nf_inet_addr dst;
	u8 src_family;
	u8 dst_family;
	__be16 sport;
	__be16 dport;
	u8 proto;
	char group[MUTEX_NAME_MAX + 1];
	union nf_inet_addr server;
	u8 server_family;
	__be16 server_port;
	u8 state;
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
		     const struct mx_flow_match *match);
u32 mx_flow_each(struct mx_flow_table *ft, const struct mx_flow_match *match,
		 bool (*fn)(struct mx_flow_table *ft, struct mx_flow *flow,
			    void *arg),
		 void *arg);
u32 mx_flow_flush(struct mx_flow_table *ft, const struct mx_flow_match *match);

#endif /* MX_STEER_FLOW_MATCH_H */
