// SPDX-License-Identifier: GPL-2.0
/*
 * Longest-prefix match: what readers do. See lpm_node.h for the structure.
 */
#include <linux/rcupdate.h>

#include "base/lpm_node.h"

/*
 * A node's answer where it has none of its own. The caller has just found that
 * out; without the barrier a CPU could have read the answer from above before,
 * and miss both sides of an update that puts a cover in place first and then
 * removes what was below it.
 *
 * Of two updates both sides can be missed all the same: the first puts a prefix
 * between a node and its cover, where who has come to the node already does not
 * look, and the second takes the cover away. So an answer of two steps counts
 * only if no update has begun since the lookup did.
 */
static __always_inline void *mx_lpm_above(void __rcu * const *dflt, bool *twice)
{
	*twice = true;
	smp_rmb(); /* pairs with the release of rcu_assign_pointer() in writers */
	return rcu_dereference(*dflt);
}

static __always_inline unsigned int
mx_lpm_pos(const struct mx_lpm_key *key, unsigned int depth, bool v4)
{
	return v4 ? (u8)(key->hi >> (56 - 8 * depth)) : mx_lpm_byte(key, depth);
}

/* Sets @twice if the answer was read in two steps. */
static __always_inline void *
mx_lpm_walk(const struct mx_lpm *t, const struct mx_lpm_key *key, bool v4,
	    bool *twice)
{
	void __rcu **dir = rcu_dereference(t->dir);
	const struct mx_lpm_node *n;
	unsigned int depth = 0;
	void *p;

	if (dir) {
		p = rcu_dereference(dir[key->hi >> (64 - MX_LPM_DIR_BITS)]);
		depth = MX_LPM_DIR_DEPTH;
	} else {
		n = rcu_dereference(t->root);
		if (!n)
			return mx_lpm_above(&t->dflt, twice);
		p = mx_lpm_tag(n, depth);
	}
	while (mx_lpm_is_node(p)) {
		n = mx_lpm_to_node(p);
		if (mx_lpm_is_full(p)) {
			p = rcu_dereference(n->slot[mx_lpm_pos(key, depth, v4)]);
			depth++;
			continue;
		}
		depth = n->depth;
		if (READ_ONCE(n->skip) && mx_lpm_differ(key, &n->key, depth))
			return mx_lpm_above(&n->dflt, twice);
		p = rcu_dereference(n->slot[mx_lpm_run(n, mx_lpm_pos(key, depth, v4))]);
		if (!p)
			return n->full ? NULL : mx_lpm_above(&n->dflt, twice);
		depth++;
	}
	return p;
}

static __always_inline void *
mx_lpm_search(const struct mx_lpm *t, const struct mx_lpm_key *key, bool v4)
{
	unsigned int seq;
	bool twice;
	void *p;

	do {
		twice = false;
		seq = READ_ONCE(t->seq);
		smp_rmb(); /* pairs with those in mx_lpm_update() */
		p = mx_lpm_walk(t, key, v4, &twice);
		if (likely(!twice))
			return p;
		smp_rmb(); /* pairs with those in mx_lpm_update() */
	} while (unlikely(READ_ONCE(t->seq) != seq));
	return p;
}

/**
 * mx_lpm_lookup4() - longest match of an IPv4 address
 * @t: a trie of AF_INET
 * @addr: the address, in network order
 *
 * Context: any, under rcu_read_lock().
 * Return: the value of the longest prefix that holds the address, or NULL.
 */
void *mx_lpm_lookup4(const struct mx_lpm *t, __be32 addr)
{
	const struct mx_lpm_key key = { .hi = (u64)be32_to_cpu(addr) << 32 };

	return mx_lpm_search(t, &key, true);
}

/**
 * mx_lpm_lookup() - longest match of an address of the trie's family
 * @t: the trie
 * @addr: 4 or 16 bytes in network order, of any alignment
 *
 * Context: any, under rcu_read_lock().
 * Return: the value of the longest prefix that holds the address, or NULL.
 */
void *mx_lpm_lookup(const struct mx_lpm *t, const void *addr)
{
	struct mx_lpm_key key;

	if (t->plen_max == 32) {
		key = mx_lpm_load4(addr);
		return mx_lpm_search(t, &key, true);
	}
	key = mx_lpm_load6(addr);
	return mx_lpm_search(t, &key, false);
}
