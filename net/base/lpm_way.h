/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How writers find their way through the prefix trie. Only lpm*.c include this.
 */
#ifndef MX_BASE_LPM_WAY_H
#define MX_BASE_LPM_WAY_H

#include "base/lpm_node.h"

/**
 * struct mx_lpm_way - the nodes from the root down to the last one reached
 * @node: the nodes, the root first
 * @len: their number
 */
struct mx_lpm_way {
	struct mx_lpm_node *node[MX_LPM_DEPTH_MAX];
	unsigned int len;
};

/* The depth of the node that holds prefixes of this length, which is not 0. */
static inline unsigned int mx_lpm_depth(u8 plen)
{
	return (plen - 1) / 8;
}

/* The key of a prefix's entry in that node. */
static inline u16 mx_lpm_ekey(const struct mx_lpm_key *key, u8 plen)
{
	unsigned int depth = mx_lpm_depth(plen);

	return mx_lpm_byte(key, depth) << 4 | (plen - 8 * depth);
}

/* The key of the entry by which a node at @depth leads to this address. */
static inline u16 mx_lpm_child_key(const struct mx_lpm_key *key,
				   unsigned int depth)
{
	return mx_lpm_byte(key, depth) << 4 | MX_LPM_CHILD;
}

/* What a node has for an address: a child, an answer, or NULL. */
static inline void *mx_lpm_at(const struct mx_lpm *t,
			      const struct mx_lpm_node *n,
			      const struct mx_lpm_key *key)
{
	unsigned int pos = mx_lpm_byte(key, n->depth);

	return mx_lpm_deref(t, n->slot[mx_lpm_run(n, pos)]);
}

int mx_lpm_parse(const struct mx_lpm *t, const void *addr, u8 plen,
		 struct mx_lpm_key *key);
void mx_lpm_descend(const struct mx_lpm *t, const struct mx_lpm_key *key,
		    unsigned int depth, struct mx_lpm_way *way);
int mx_lpm_locate(const struct mx_lpm *t, const struct mx_lpm_key *key, u8 plen,
		  struct mx_lpm_way *way);
void mx_lpm_relink(struct mx_lpm *t, const struct mx_lpm_way *way,
		   unsigned int level, struct mx_lpm_node *n, bool fresh);
void mx_lpm_set_dflt(struct mx_lpm *t, void *value);
void mx_lpm_update(struct mx_lpm *t);
void mx_lpm_settle(struct mx_lpm *t, const struct mx_lpm_key *key, u8 plen);

#endif /* MX_BASE_LPM_WAY_H */
