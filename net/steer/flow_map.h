/* SPDX-License-Identifier: GPL-2.0 */
/* The hash table of flows, by 5-tuple. */
#ifndef MX_STEER_FLOW_MAP_H
#define MX_STEER_FLOW_MAP_H

#include <linux/workqueue.h>
#include "base/flow_key.h"

/**
 * struct mx_flow_node - one direction of a flow in the table
 * @hash: mx_key_hash() of @key, with the table's seed
 * @key: the packets of this direction; key.dir tells which. Of an IPv4 flow
 *	only MX_KEY4_LEN bytes are allocated
 */
struct mx_flow_node {
	u32 hash;
	struct mx_key key;
};

#define MX_FLOW_NODE4	(offsetof(struct mx_flow_node, key) + MX_KEY4_LEN)
#define MX_FLOW_NODE6	(offsetof(struct mx_flow_node, key) + MX_KEY6_LEN)

struct mx_flow_buckets;

/**
 * struct mx_flow_map - nodes by key
 * @tbl: the buckets; while the table is resized, those that nodes leave
 * @nodes: how many nodes there are, as its owner told last
 * @resize: makes the table fit that number
 */
struct mx_flow_map {
	struct mx_flow_buckets __rcu *tbl;
	u32 nodes;
	struct delayed_work resize;
};

/**
 * typedef mx_flow_visit_t - looks at a node
 * @node: the node, which may be taken out
 * @arg: what the caller of mx_flow_map_visit() passed
 *
 * Context: RCU reader.
 */
typedef void (*mx_flow_visit_t)(struct mx_flow_node *node, void *arg);

int mx_flow_map_init(struct mx_flow_map *map);
void mx_flow_map_destroy(struct mx_flow_map *map);
struct mx_flow_node *mx_flow_map_find(const struct mx_flow_map *map,
				      const struct mx_key *key, u32 hash);
void mx_flow_map_prefetch(const struct mx_flow_map *map, u32 hash);
int mx_flow_map_insert(struct mx_flow_map *map, struct mx_flow_node *node);
bool mx_flow_map_remove(struct mx_flow_map *map, struct mx_flow_node *node);
u32 mx_flow_map_visit(const struct mx_flow_map *map, u32 pos,
		      mx_flow_visit_t fn, void *arg);
u32 mx_flow_map_buckets(const struct mx_flow_map *map);
u64 mx_flow_map_bytes(const struct mx_flow_map *map);
void mx_flow_map_fit(struct mx_flow_map *map, u32 nodes);

#endif /* MX_STEER_FLOW_MAP_H */
