/* SPDX-License-Identifier: GPL-2.0 */
/* Persistence: which server the clients of a source prefix were given last. */
#ifndef MX_GROUP_PERSIST_H
#define MX_GROUP_PERSIST_H

#include <linux/list_bl.h>
#include <linux/workqueue.h>
#include "base/flow_key.h"

#define MX_PERSIST_BUCKETS	32768
#define MX_PERSIST_WAYS		8	/* of a bucket: 262,144 clients in all */

#define MX_PERSIST_TIME_MIN	1000		/* milliseconds */
#define MX_PERSIST_TIME_MAX	(86400 * 1000)

/**
 * struct mx_persist_params - what a user says of a group's persistence
 * @time: milliseconds since the last new flow, 0 for no persistence
 * @plen: length of the source prefix, IPv4 and IPv6 (see mx_pool_index())
 */
struct mx_persist_params {
	u32 time;
	u8 plen[2];
};

/**
 * struct mx_client - a source prefix that keeps its server
 * @node: in its bucket
 * @group: the group; @server holds a reference
 * @server: its server; counted
 * @addr: the prefix, rest zero
 * @family: AF_INET or AF_INET6
 * @plen: its length
 * @expires: low 32 bits of jiffies
 * @rcu: for its release
 *
 * Only @expires changes: another server makes another entry.
 */
struct mx_client {
	struct hlist_bl_node node;
	struct mx_group *group;
	struct mx_server *server;
	union nf_inet_addr addr;
	u8 family;
	u8 plen;
	u32 expires;
	struct rcu_head rcu;
};

/**
 * struct mx_persist - the clients of a namespace
 * @bucket: MX_PERSIST_BUCKETS lists of at most MX_PERSIST_WAYS clients; bit 0
 *	of each is its lock. NULL until a group keeps clients
 * @seed: of the hash; secret, so that nobody can fill one bucket
 * @count: clients
 * @gc: takes out what has expired
 * @gc_pos: bucket where @gc goes on
 */
struct mx_persist {
	struct hlist_bl_head *bucket;
	siphash_key_t seed;
	atomic_t count;
	struct delayed_work gc;
	u32 gc_pos;
};

/**
 * typedef mx_persist_visit_t - looks at a client
 * @client: the client
 * @arg: what the caller passed
 *
 * Context: RCU reader.
 * Return: 0 to go on, or a value that ends the walk.
 */
typedef int (*mx_persist_visit_t)(const struct mx_client *client, void *arg);

void mx_persist_init(struct mx_persist *p);
int mx_persist_prepare(struct mx_persist *p);
void mx_persist_destroy(struct mx_persist *p);

struct mx_server *mx_persist_find(struct mx_persist *p,
				  const struct mx_group *group,
				  const struct mx_persist_params *params,
				  const struct mx_key *key, u32 now, bool dry);
struct mx_server *mx_persist_keep(struct mx_persist *p, struct mx_group *group,
				  const struct mx_persist_params *params,
				  const struct mx_key *key,
				  struct mx_server *server,
				  const struct mx_server *refused, u32 now);
u32 mx_persist_forget(struct mx_persist *p, const struct mx_group *group);
int mx_persist_walk(struct mx_persist *p, u32 *bucket, u32 *skip, u32 now,
		    mx_persist_visit_t visit, void *arg);

#endif /* MX_GROUP_PERSIST_H */
