/* SPDX-License-Identifier: GPL-2.0 */
/* The hash table of flows, by 5-tuple. */
#ifndef MX_STEER_FLOW_MAP_H
#define MX_STEER_FLOW_MAP_H

#include <linux/workqueue.h>
#include "base/flow_key.h"

/**
 * struct mx_flow_node - one direction of a flow in the table
 * @hash: by which it lies there; nothing of the reply of a flow at home
 * @spread: the flow lies there by the whole keys of both directions, and not at
 *	home
 * @key: the packets of this direction; key.dir tells which. Of an IPv4 flow
 *	only MX_KEY4_LEN bytes are allocated
 *
 * The reply's node follows that of the first direction.
 */
struct mx_flow_node {
	u32 hash;
	bool spread;
	struct mx_key key;
};

#define MX_FLOW_NODE4	(offsetof(struct mx_flow_node, key) + MX_KEY4_LEN)
#define MX_FLOW_NODE6	(offsetof(struct mx_flow_node, key) + MX_KEY6_LEN)

struct mx_flow_buckets;

/**
 * struct mx_flow_map - flows by key
 * @tbl: the buckets; while the table is resized, those that nodes leave
 * @seed: of its hashes; secret, so that nobody can fill one bucket
 * @flows: how many flows there are, as its owner told last
 * @spread: how many of them are not at home
 * @resize: makes the table fit that number
 */
struct mx_flow_map {
	struct mx_flow_buckets __rcu *tbl;
	siphash_key_t seed;
	u32 flows;
	atomic_t spread;
	struct delayed_work resize;
};

/**
 * typedef mx_flow_visit_t - looks at a node
 * @node: the node, whose flow may be taken out
 * @arg: what the caller of mx_flow_map_visit() passed
 *
 * Context: RCU reader.
 */
typedef void (*mx_flow_visit_t)(struct mx_flow_node *node, void *arg);

/**
 * mx_flow_node_size() - how far the reply's node is from the first one
 * @family: AF_INET or AF_INET6
 *
 * Return: bytes.
 */
static inline size_t mx_flow_node_size(u8 family)
{
	return family == AF_INET ? MX_FLOW_NODE4 : MX_FLOW_NODE6;
}

/**
 * mx_flow_node_reply() - the node of a flow's replies
 * @node: that of its first direction
 *
 * Return: the node.
 */
static inline struct mx_flow_node *mx_flow_node_reply(struct mx_flow_node *node)
{
	return (void *)node + mx_flow_node_size(node->key.family);
}

/**
 * mx_flow_map_home() - the hash of a client's address and port
 * @map: the table
 * @key: a key of the first direction
 *
 * Return: the hash.
 */
static inline u32 mx_flow_map_home(const struct mx_flow_map *map,
				   const struct mx_key *key)
{
	return mx_key_hash_end(key, MX_DIR_ORIG, &map->seed);
}

int mx_flow_map_init(struct mx_flow_map *map);
void mx_flow_map_destroy(struct mx_flow_map *map);
struct mx_flow_node *mx_flow_map_find(const struct mx_flow_map *map,
				      const struct mx_key *key);
int mx_flow_map_insert(struct mx_flow_map *map, struct mx_flow_node *node);
bool mx_flow_map_remove(struct mx_flow_map *map, struct mx_flow_node *node);
u32 mx_flow_map_visit(const struct mx_flow_map *map, u32 pos,
		      mx_flow_visit_t fn, void *arg);
u32 mx_flow_map_buckets(const struct mx_flow_map *map);
u64 mx_flow_map_bytes(const struct mx_flow_map *map);
void mx_flow_map_fit(struct mx_flow_map *map, u32 flows);

#endif /* MX_STEER_FLOW_MAP_H */
