// SPDX-License-Identifier: GPL-2.0
/*
 * How writers find their way through the prefix trie, and publish what they
 * change.
 */
#include <linux/errno.h>

#include "base/lpm_way.h"

/**
 * mx_lpm_parse() - read a prefix
 * @t: the trie
 * @addr: 4 or 16 bytes in network order
 * @plen: its length in bits
 * @key: where to put the address
 *
 * Context: any.
 * Return: 0, or -EINVAL if it is too long or has host bits.
 */
int mx_lpm_parse(const struct mx_lpm *t, const void *addr, u8 plen,
		 struct mx_lpm_key *key)
{
	if (plen > t->plen_max)
		return -EINVAL;
	*key = mx_lpm_load(t, addr);
	if (plen < 64 && (key->hi << plen || key->lo))
		return -EINVAL;
	if (plen >= 64 && plen < 128 && key->lo << (plen - 64))
		return -EINVAL;
	return 0;
}

/**
 * mx_lpm_descend() - follow an address
 * @t: the trie
 * @key: the address
 * @depth: where to stop
 * @way: filled with the nodes passed; the last one may be deeper than @depth,
 *	and is the only one that may differ from the address
 *
 * Context: t->lock held.
 */
void mx_lpm_descend(const struct mx_lpm *t, const struct mx_lpm_key *key,
		    unsigned int depth, struct mx_lpm_way *way)
{
	struct mx_lpm_node *n = mx_lpm_deref(t, t->root);

	way->len = 0;
	while (n) {
		void *p;

		way->node[way->len++] = n;
		if (n->depth >= depth || mx_lpm_differ(key, &n->key, n->depth))
			return;
		p = mx_lpm_at(t, n, key);
		n = mx_lpm_is_node(p) ? mx_lpm_to_node(p) : NULL;
	}
}

/**
 * mx_lpm_locate() - find an existing prefix
 * @t: the trie
 * @key: the prefix
 * @plen: its length, not 0
 * @way: filled with the nodes down to the one that has it
 *
 * Context: t->lock held.
 * Return: the index of its entry in the last node of the way, or -ENOENT.
 */
int mx_lpm_locate(const struct mx_lpm *t, const struct mx_lpm_key *key, u8 plen,
		  struct mx_lpm_way *way)
{
	unsigned int depth = mx_lpm_depth(plen), i;
	u16 ekey = mx_lpm_ekey(key, plen);
	const struct mx_lpm_node *n;

	mx_lpm_descend(t, key, depth, way);
	if (!way->len)
		return -ENOENT;
	n = way->node[way->len - 1];
	if (n->depth != depth || mx_lpm_differ(key, &n->key, depth))
		return -ENOENT;
	i = mx_lpm_node_find(n, ekey);
	return mx_lpm_node_has(n, i, ekey) ? i : -ENOENT;
}

/**
 * mx_lpm_relink() - publish a node in place of another
 * @t: the trie
 * @way: leads to the node that is replaced
 * @level: its index in the way
 * @n: the node to publish
 * @fresh: no reader knows it yet. Else it comes up from below the one that it
 *	replaces, and must be compared with from now on
 *
 * Context: t->lock held.
 */
void mx_lpm_relink(struct mx_lpm *t, const struct mx_lpm_way *way,
		   unsigned int level, struct mx_lpm_node *n, bool fresh)
{
	struct mx_lpm_node *up = level ? way->node[level - 1] : NULL;
	bool skip = n->depth > (up ? up->depth + 1 : 0);
	unsigned int i;

	if (fresh || skip)
		WRITE_ONCE(n->skip, skip);
	if (!up) {
		rcu_assign_pointer(t->root, n);
		return;
	}
	i = mx_lpm_node_find(up, mx_lpm_child_key(&n->key, up->depth));
	mx_lpm_node_set(up, i, n);
}

/**
 * mx_lpm_set_dflt() - change the value of the prefix of length 0
 * @t: the trie
 * @value: the new value, NULL for none
 *
 * Context: process context, t->lock held; may sleep.
 */
void mx_lpm_set_dflt(struct mx_lpm *t, void *value)
{
	struct mx_lpm_node *root = mx_lpm_deref(t, t->root);

	rcu_assign_pointer(t->dflt, value);
	if (root)
		mx_lpm_node_push(t, root, value);
}

/**
 * mx_lpm_update() - begin an update
 * @t: the trie
 *
 * A reader that saw nothing of this number change has met at most this one:
 * all that was written before it is seen by who sees it, and who sees any of
 * what is written after it sees it too.
 *
 * Context: t->lock held.
 */
void mx_lpm_update(struct mx_lpm *t)
{
	smp_wmb(); /* pairs with the barriers in mx_lpm_search() */
	WRITE_ONCE(t->seq, t->seq + 1);
	smp_wmb(); /* pairs with the barriers in mx_lpm_search() */
}

/**
 * mx_lpm_settle() - end an update that added or removed a prefix
 * @t: the trie
 * @key: the prefix
 * @plen: its length
 *
 * Context: process context, t->lock held; may sleep.
 */
void mx_lpm_settle(struct mx_lpm *t, const struct mx_lpm_key *key, u8 plen)
{
	mx_lpm_dir_update(t, key, plen);
	mx_lpm_dir_resize(t);
	mx_lpm_reclaim(t);
}
