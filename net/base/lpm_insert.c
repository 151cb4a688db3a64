// SPDX-License-Identifier: GPL-2.0
/*
 * Longest-prefix match: adding a prefix. See lpm_node.h for the structure.
 *
 * All the memory is got first; one store then makes the new prefix part of the
 * trie, and nothing can fail any more.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>

#include "base/lpm_way.h"

/* How many whole bytes two addresses have in common, @max at most. */
static unsigned int mx_lpm_common(const struct mx_lpm_key *a,
				  const struct mx_lpm_key *b, unsigned int max)
{
	unsigned int n = 16;

	if (a->hi != b->hi)
		n = (63 - __fls(a->hi ^ b->hi)) / 8;
	else if (a->lo != b->lo)
		n = 8 + (63 - __fls(a->lo ^ b->lo)) / 8;
	return min(n, max);
}

/* Put a new prefix where the way ends at a node that is deeper, or differs. */
static int mx_lpm_split(struct mx_lpm *t, const struct mx_lpm_way *way,
			const struct mx_lpm_key *key, u8 plen, void *value)
{
	struct mx_lpm_node *old = way->node[way->len - 1];
	unsigned int depth = mx_lpm_depth(plen);
	unsigned int common = mx_lpm_common(key, &old->key, min_t(unsigned int, depth, old->depth));
	void *above = mx_lpm_deref(t, old->dflt);
	struct mx_lpm_node *leaf = NULL, *n;
	unsigned int i;
	u16 ekeys[2];
	void *ptrs[2];

	ekeys[0] = mx_lpm_ekey(key, plen);
	ptrs[0] = value;
	if (common < depth) {
		leaf = mx_lpm_node_make(t, depth, key, 1, ekeys, ptrs);
		if (!leaf)
			return -ENOMEM;
		RCU_INIT_POINTER(leaf->dflt, above);
		leaf->skip = depth > common + 1;
		ekeys[0] = mx_lpm_child_key(key, common);
		ptrs[0] = leaf;
	}
	/* The new node has two entries: make room for the old one in order. */
	ekeys[1] = mx_lpm_child_key(&old->key, common);
	i = ekeys[0] > ekeys[1];
	if (i)
		swap(ekeys[0], ekeys[1]);
	ptrs[i] = ptrs[0];
	ptrs[!i] = old;
	n = mx_lpm_node_make(t, common, key, 2, ekeys, ptrs);
	if (!n) {
		mx_lpm_node_drop(t, leaf);
		return -ENOMEM;
	}
	RCU_INIT_POINTER(n->dflt, above);
	mx_lpm_relink(t, way, way->len - 1, n, true);
	mx_lpm_node_sync(t, n);
	return 0;
}

/* Put a new prefix into, or right below, the node where the way ends. */
static int mx_lpm_extend(struct mx_lpm *t, const struct mx_lpm_way *way,
			 const struct mx_lpm_key *key, u8 plen, void *value)
{
	struct mx_lpm_node *old = way->node[way->len - 1];
	unsigned int depth = mx_lpm_depth(plen);
	struct mx_lpm_node *leaf = NULL, *n = old;
	u16 ekey = mx_lpm_ekey(key, plen);
	void *above, *ptr = value;

	if (old->depth == depth) {
		if (mx_lpm_node_has(old, mx_lpm_node_find(old, ekey), ekey))
			return -EEXIST;
	} else {
		leaf = mx_lpm_node_make(t, depth, key, 1, &ekey, &value);
		if (!leaf)
			return -ENOMEM;
		above = mx_lpm_at(t, old, key);
		if (!above)
			above = mx_lpm_deref(t, old->dflt);
		RCU_INIT_POINTER(leaf->dflt, above);
		leaf->skip = depth > old->depth + 1;
		ekey = mx_lpm_child_key(key, old->depth);
		ptr = leaf;
	}
	if (!mx_lpm_node_put(old, ekey, ptr)) {
		n = mx_lpm_node_add(t, old, ekey, ptr);
		if (!n) {
			mx_lpm_node_drop(t, leaf);
			return -ENOMEM;
		}
		mx_lpm_relink(t, way, way->len - 1, n, true);
		mx_lpm_node_retire(t, old);
	}
	mx_lpm_node_sync(t, n);
	return 0;
}

/* Put the first prefix of nonzero length into a table. */
static int mx_lpm_begin(struct mx_lpm *t, const struct mx_lpm_key *key, u8 plen,
			void *value)
{
	u16 ekey = mx_lpm_ekey(key, plen);
	struct mx_lpm_node *n;

	n = mx_lpm_node_make(t, mx_lpm_depth(plen), key, 1, &ekey, &value);
	if (!n)
		return -ENOMEM;
	RCU_INIT_POINTER(n->dflt, mx_lpm_deref(t, t->dflt));
	n->skip = n->depth;
	rcu_assign_pointer(t->root, n);
	return 0;
}

/**
 * mx_lpm_insert() - add a prefix
 * @t: the table
 * @addr: 4 or 16 bytes in network order, bits behind the length zero
 * @plen: its length in bits
 * @value: what lookups shall return: not NULL, aligned to 8 bytes
 *
 * Context: process context, t->lock held; may sleep.
 * Return: 0, -EINVAL (length, host bits or value), -EEXIST, or -ENOMEM; the
 * table is unchanged unless it is 0.
 */
int mx_lpm_insert(struct mx_lpm *t, const void *addr, u8 plen, void *value)
{
	const struct mx_lpm_node *n;
	struct mx_lpm_key key;
	struct mx_lpm_way way;
	int err;

	lockdep_assert_held(t->lock);
	if (!value || (unsigned long)value & 7)
		return -EINVAL;
	err = mx_lpm_parse(t, addr, plen, &key);
	if (err)
		return err;
	mx_lpm_update(t);
	if (!plen) {
		if (mx_lpm_deref(t, t->dflt))
			return -EEXIST;
		mx_lpm_set_dflt(t, value);
	} else {
		unsigned int depth = mx_lpm_depth(plen);

		mx_lpm_descend(t, &key, depth, &way);
		n = way.len ? way.node[way.len - 1] : NULL;
		if (!n)
			err = mx_lpm_begin(t, &key, plen, value);
		else if (n->depth > depth ||
			 mx_lpm_differ(&key, &n->key, n->depth))
			err = mx_lpm_split(t, &way, &key, plen, value);
		else
			err = mx_lpm_extend(t, &way, &key, plen, value);
		if (err)
			return err;
	}
	t->count++;
	mx_lpm_settle(t, &key, plen);
	return 0;
}
