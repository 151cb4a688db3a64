// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes of the prefix trie: making them, and finding an entry in one.
 */
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "base/lpm_node.h"

static void mx_lpm_start_set(u64 *start, unsigned int pos)
{
	if (pos < 256)
		start[pos >> 6] |= 1ULL << (pos & 63);
}

static unsigned int mx_lpm_start_count(const u64 *start)
{
	return hweight64(start[0]) + hweight64(start[1]) +
	       hweight64(start[2]) + hweight64(start[3]);
}

/* Cut once at every position if there are @many cuts. */
static void mx_lpm_start_full(u64 *start, unsigned int many)
{
	if (mx_lpm_start_count(start) >= many)
		memset(start, 0xff, sizeof(((struct mx_lpm_node *)NULL)->start));
}

/* Cut the positions where the entries begin and end. */
static void mx_lpm_start_cut(u64 *start, const u16 *keys, unsigned int nent)
{
	unsigned int i;

	memset(start, 0, sizeof(((struct mx_lpm_node *)NULL)->start));
	mx_lpm_start_set(start, 0);
	for (i = 0; i < nent; i++) {
		mx_lpm_start_set(start, mx_lpm_ent_pos(keys[i]));
		mx_lpm_start_set(start, mx_lpm_ent_end(keys[i]));
	}
}

static size_t mx_lpm_node_size(const u64 *start, unsigned int nent)
{
	return kmalloc_size_roundup(sizeof(struct mx_lpm_node) +
				    mx_lpm_start_count(start) * sizeof(void *) +
				    nent * (sizeof(void *) + sizeof(u16)));
}

/* Allocate a node with its runs cut, and room for @nent entries; the caller
 * fills in the entries and has the answers written.
 */
static struct mx_lpm_node *
mx_lpm_node_alloc(struct mx_lpm *t, unsigned int depth,
		  const struct mx_lpm_key *key, unsigned int nent,
		  const u64 *start, gfp_t gfp)
{
	size_t size = mx_lpm_node_size(start, nent);
	struct mx_lpm_node *n;
	unsigned int i;

	n = kmalloc(size, gfp);
	if (!n)
		return NULL;
	t->bytes += size;
	n->nrun = 0;
	for (i = 0; i < 4; i++) {
		n->start[i] = start[i];
		n->rank[i] = n->nrun;
		n->nrun += hweight64(start[i]);
	}
	n->nent = nent;
	n->ncap = (size - sizeof(*n) - n->nrun * sizeof(void *)) /
		  (sizeof(void *) + sizeof(u16));
	n->nchild = 0;
	n->size = size;
	n->stale = false;
	n->depth = depth;
	n->skip = false;
	n->full = n->nrun == 256;
	n->key.hi = depth ? key->hi : 0;
	n->key.lo = depth > 8 ? key->lo : 0;
	if (depth && depth < 8)
		n->key.hi &= ~0ULL << (64 - 8 * depth);
	else if (depth > 8)
		n->key.lo &= ~0ULL << (128 - 8 * depth);
	RCU_INIT_POINTER(n->dflt, NULL);
	memset(n->slot, 0, n->nrun * sizeof(void *));
	return n;
}

/**
 * mx_lpm_node_make() - build a node from a list of entries
 * @t: the trie it will be in
 * @depth: bytes of address above the node
 * @key: an address that begins with those bytes
 * @nent: number of entries, at least 1
 * @ekeys: their keys, ascending
 * @ptrs: their values or children
 *
 * Its answer from above is NULL until the caller sets it.
 *
 * Context: process context, t->lock held.
 * Return: the node, which no reader sees yet, or NULL for lack of memory.
 */
struct mx_lpm_node *mx_lpm_node_make(struct mx_lpm *t, unsigned int depth,
				     const struct mx_lpm_key *key,
				     unsigned int nent, const u16 *ekeys,
				     void *const *ptrs)
{
	struct mx_lpm_node *n;
	unsigned int i;
	u64 start[4];

	mx_lpm_start_cut(start, ekeys, nent);
	n = mx_lpm_node_alloc(t, depth, key, nent, start, GFP_KERNEL_ACCOUNT);
	if (!n)
		return NULL;
	for (i = 0; i < nent; i++) {
		mx_lpm_keys(n)[i] = ekeys[i];
		mx_lpm_ents(n)[i] = ptrs[i];
		n->nchild += mx_lpm_ent_len(ekeys[i]) == MX_LPM_CHILD;
	}
	mx_lpm_node_fill(n);
	return n;
}

/* Take over what a copy has in common with the old node, then fill it. */
static void mx_lpm_node_inherit(struct mx_lpm *t, struct mx_lpm_node *n,
				const struct mx_lpm_node *old)
{
	n->nchild = old->nchild;
	n->skip = old->skip;
	RCU_INIT_POINTER(n->dflt, mx_lpm_deref(t, old->dflt));
	mx_lpm_node_fill(n);
}

/**
 * mx_lpm_node_add() - copy a node, with one entry more
 * @t: the trie that it is in
 * @old: the node, which stays as it is
 * @ekey: the new entry's key, which @old does not have
 * @ptr: its value or child
 *
 * Context: process context, t->lock held.
 * Return: the copy, which no reader sees yet, or NULL for lack of memory.
 */
struct mx_lpm_node *mx_lpm_node_add(struct mx_lpm *t,
				    const struct mx_lpm_node *old, u16 ekey,
				    void *ptr)
{
	unsigned int i = mx_lpm_node_find(old, ekey);
	unsigned int rest = old->nent - i;
	struct mx_lpm_node *n;
	u64 start[4];

	if (old->stale && !old->full)
		mx_lpm_start_cut(start, mx_lpm_keys(old), old->nent);
	else
		memcpy(start, old->start, sizeof(start));
	mx_lpm_start_set(start, mx_lpm_ent_pos(ekey));
	mx_lpm_start_set(start, mx_lpm_ent_end(ekey));
	mx_lpm_start_full(start, MX_LPM_FULL_ADD);
	n = mx_lpm_node_alloc(t, old->depth, &old->key, old->nent + 1, start,
			      GFP_KERNEL_ACCOUNT);
	if (!n)
		return NULL;
	memcpy(mx_lpm_keys(n), mx_lpm_keys(old), i * sizeof(u16));
	memcpy(mx_lpm_ents(n), mx_lpm_ents(old), i * sizeof(void *));
	mx_lpm_keys(n)[i] = ekey;
	mx_lpm_ents(n)[i] = ptr;
	memcpy(mx_lpm_keys(n) + i + 1, mx_lpm_keys(old) + i,
	       rest * sizeof(u16));
	memcpy(mx_lpm_ents(n) + i + 1, mx_lpm_ents(old) + i,
	       rest * sizeof(void *));
	mx_lpm_node_inherit(t, n, old);
	n->nchild += mx_lpm_ent_len(ekey) == MX_LPM_CHILD;
	return n;
}

/**
 * mx_lpm_node_shrink() - copy a node that lost entries, if that saves memory
 * @t: the trie that it is in
 * @old: the node, which stays as it is
 *
 * Context: process context, t->lock held.
 * Return: the copy, which no reader sees yet, or NULL if it would not be
 * smaller, or for lack of memory, which is no reason to complain.
 */
struct mx_lpm_node *mx_lpm_node_shrink(struct mx_lpm *t,
				       const struct mx_lpm_node *old)
{
	struct mx_lpm_node *n;
	u64 start[4];

	mx_lpm_start_cut(start, mx_lpm_keys(old), old->nent);
	if (old->full)
		mx_lpm_start_full(start, MX_LPM_FULL_MIN);
	if (mx_lpm_node_size(start, old->nent) >= old->size)
		return NULL;
	n = mx_lpm_node_alloc(t, old->depth, &old->key, old->nent, start,
			      GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!n)
		return NULL;
	memcpy(mx_lpm_keys(n), mx_lpm_keys(old), n->nent * sizeof(u16));
	memcpy(mx_lpm_ents(n), mx_lpm_ents(old), n->nent * sizeof(void *));
	mx_lpm_node_inherit(t, n, old);
	return n;
}

/**
 * mx_lpm_node_find() - where an entry is, or would be
 * @n: the node
 * @ekey: the entry's key
 *
 * Context: t->lock held.
 * Return: the index of the first entry whose key is not below @ekey, which is
 * the number of entries if all are below.
 */
unsigned int mx_lpm_node_find(const struct mx_lpm_node *n, u16 ekey)
{
	const u16 *keys = mx_lpm_keys(n);
	unsigned int lo = 0, hi = n->nent;

	while (lo < hi) {
		unsigned int mid = (lo + hi) / 2;

		if (keys[mid] < ekey)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/**
 * mx_lpm_node_has() - does the entry at an index have this key?
 * @n: the node
 * @i: the index, may be behind the last entry
 * @ekey: the key
 *
 * Context: t->lock held.
 * Return: true if it does.
 */
bool mx_lpm_node_has(const struct mx_lpm_node *n, unsigned int i, u16 ekey)
{
	return i < n->nent && mx_lpm_keys(n)[i] == ekey;
}
