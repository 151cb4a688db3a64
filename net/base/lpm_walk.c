// SPDX-License-Identifier: GPL-2.0
/*
 * Walking a prefix trie in order, one prefix a call, without any state but the
 * last prefix: a dump may stop anywhere and go on after other updates.
 */
#include <linux/lockdep.h>
#include <linux/minmax.h>

#include "base/lpm_node.h"

/* Do bits of the address follow the first @depth bytes and the one after? */
static bool mx_lpm_rest(const struct mx_lpm_key *key, unsigned int depth)
{
	unsigned int bits = 8 * (depth + 1);

	if (bits < 64)
		return key->hi << bits || key->lo;
	if (bits == 64)
		return key->lo;
	return bits < 128 && key->lo << (bits - 64);
}

/* How the first @depth bytes of two addresses compare: -1, 0 or 1. */
static int mx_lpm_cmp(const struct mx_lpm_key *a, const struct mx_lpm_key *b,
		      unsigned int depth)
{
	if (!mx_lpm_differ(a, b, depth))
		return 0;
	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	return a->lo < b->lo ? -1 : 1;
}

static void mx_lpm_store(const struct mx_lpm *t, const struct mx_lpm_key *key,
			 u8 *addr)
{
	const __be64 word[2] = { cpu_to_be64(key->hi), cpu_to_be64(key->lo) };

	memcpy(addr, word, t->plen_max / 8);
}

/* The index of the first entry of @n that is not wholly before what follows
 * (@key, @plen), where @key begins like the node. A child that may be partly
 * behind counts.
 */
static unsigned int mx_lpm_after(const struct mx_lpm_node *n,
				 const struct mx_lpm_key *key, u8 plen)
{
	unsigned int pos = mx_lpm_byte(key, n->depth);
	unsigned int len = MX_LPM_CHILD - 1;

	if (!mx_lpm_rest(key, n->depth) && plen < 8 * n->depth + len)
		len = plen > 8 * n->depth ? plen - 8 * n->depth : 0;
	return mx_lpm_node_find(n, (pos << 4 | len) + 1);
}

/**
 * mx_lpm_next() - the next prefix in the order of (address, length)
 * @t: the trie
 * @addr: in: the prefix to go on from, which need not exist any more; out: the
 *	prefix found; 4 or 16 bytes in network order
 * @plen: its length, in and out
 * @first: ignore what is in @addr and @plen, and begin at the beginning
 *
 * Context: process context, t->lock held.
 * Return: the value of the prefix found, or NULL if there is none behind, when
 * @addr and @plen are left as they are.
 */
void *mx_lpm_next(struct mx_lpm *t, u8 *addr, u8 *plen, bool first)
{
	const struct mx_lpm_node *n = mx_lpm_deref(t, t->root), *up = NULL;
	struct mx_lpm_key key = { };
	unsigned int i = 0, up_i = 0, pos, len, shift;
	bool edge = !first;
	void *val;

	lockdep_assert_held(t->lock);
	val = mx_lpm_deref(t, t->dflt);
	if (first && val) {
		mx_lpm_store(t, &key, addr);
		*plen = 0;
		return val;
	}
	if (!first)
		key = mx_lpm_load(t, addr);
	while (n) {
		/* On the edge, some of the node is before the prefix and some
		 * is behind; up to there, remember where to go on behind it.
		 */
		i = 0;
		if (edge) {
			int cmp = mx_lpm_cmp(&key, &n->key, n->depth);

			if (cmp > 0)
				i = n->nent;
			else if (!cmp)
				i = mx_lpm_after(n, &key, *plen);
			edge = !cmp;
		}
		if (i >= n->nent) {
			n = up;
			i = up_i;
			if (!n)
				return NULL;
			edge = false;
		}
		pos = mx_lpm_ent_pos(mx_lpm_keys(n)[i]);
		len = mx_lpm_ent_len(mx_lpm_keys(n)[i]);
		if (len != MX_LPM_CHILD)
			break;
		if (edge)
			edge = pos == mx_lpm_byte(&key, n->depth);
		if (edge && i + 1 < n->nent) {
			up = n;
			up_i = i + 1;
		}
		n = mx_lpm_ents(n)[i];
	}
	if (!n)
		return NULL;
	key = n->key;
	shift = 56 - 8 * (n->depth & 7);
	if (n->depth < 8)
		key.hi |= (u64)pos << shift;
	else
		key.lo |= (u64)pos << shift;
	mx_lpm_store(t, &key, addr);
	*plen = 8 * n->depth + len;
	return mx_lpm_ents(n)[i];
}
