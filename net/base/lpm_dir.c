// SPDX-License-Identifier: GPL-2.0
/*
 * The direct index of a large prefix trie: for each value of an address's
 * first 16 bits the answer, or the node to start from. It only repeats what
 * the trie says, so readers skip the two topmost nodes, and a table can do
 * without it: small ones do, and so does one for which there is no memory.
 */
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "base/lpm_way.h"

/* While there is no memory for an index, try again every so many insertions. */
#define MX_LPM_DIR_RETRY	1024

#define MX_LPM_DIR_BYTES	(MX_LPM_DIR_SIZE * sizeof(void *))

/* What the trie says for all addresses that begin with these 16 bits. */
static void *mx_lpm_dir_resolve(const struct mx_lpm *t, unsigned long top)
{
	const struct mx_lpm_key key = { .hi = (u64)top << 48 };
	const struct mx_lpm_node *n = mx_lpm_deref(t, t->root);
	void *p;

	if (!n)
		return mx_lpm_deref(t, t->dflt);
	while (n->depth < MX_LPM_DIR_DEPTH) {
		if (mx_lpm_differ(&key, &n->key, n->depth))
			return mx_lpm_deref(t, n->dflt);
		p = mx_lpm_at(t, n, &key);
		if (!p)
			return mx_lpm_deref(t, n->dflt);
		if (!mx_lpm_is_node(p))
			return p;
		n = mx_lpm_to_node(p);
	}
	if (n->key.hi >> 48 != top)
		return mx_lpm_deref(t, n->dflt);
	return mx_lpm_tag(n, MX_LPM_DIR_DEPTH);
}

static void mx_lpm_dir_fill(const struct mx_lpm *t, void __rcu **dir,
			    unsigned long from, unsigned long n)
{
	for (; n; n--, from++) {
		void *p = mx_lpm_dir_resolve(t, from);

		if (rcu_access_pointer(dir[from]) != p)
			rcu_assign_pointer(dir[from], p);
		if (!(n & 4095))
			cond_resched();
	}
}

/**
 * mx_lpm_dir_update() - have the index follow a change of the trie
 * @t: the trie
 * @key: the prefix that came, went or changed its value
 * @plen: its length
 *
 * Context: process context, t->lock held; may sleep.
 */
void mx_lpm_dir_update(struct mx_lpm *t, const struct mx_lpm_key *key, u8 plen)
{
	void __rcu **dir = mx_lpm_deref(t, t->dir);

	if (dir)
		mx_lpm_dir_fill(t, dir, key->hi >> (64 - MX_LPM_DIR_BITS),
				plen < MX_LPM_DIR_BITS ?
				1UL << (MX_LPM_DIR_BITS - plen) : 1);
}

/**
 * mx_lpm_dir_resize() - add the index to a table that grew, or take it away
 * @t: the trie, whose number of prefixes has just changed by one
 *
 * Context: process context, t->lock held; may sleep.
 */
void mx_lpm_dir_resize(struct mx_lpm *t)
{
	void __rcu **dir = mx_lpm_deref(t, t->dir);

	if (dir) {
		if (t->count >= MX_LPM_DIR_MIN)
			return;
		rcu_assign_pointer(t->dir, NULL);
		synchronize_rcu_expedited();
		kvfree(dir);
		t->bytes -= MX_LPM_DIR_BYTES;
		return;
	}
	if (t->count < MX_LPM_DIR_ADD || t->count % MX_LPM_DIR_RETRY)
		return;
	dir = kvmalloc(MX_LPM_DIR_BYTES,
		       GFP_KERNEL_ACCOUNT | __GFP_NOWARN | __GFP_ZERO);
	if (!dir)
		return;
	mx_lpm_dir_fill(t, dir, 0, MX_LPM_DIR_SIZE);
	rcu_assign_pointer(t->dir, dir);
	t->bytes += MX_LPM_DIR_BYTES;
}

/**
 * mx_lpm_dir_free() - free the index of a table that has no readers left
 * @t: the trie
 *
 * Context: process context.
 */
void mx_lpm_dir_free(struct mx_lpm *t)
{
	void __rcu **dir = rcu_access_pointer(t->dir);

	if (!dir)
		return;
	RCU_INIT_POINTER(t->dir, NULL);
	kvfree(dir);
	t->bytes -= MX_LPM_DIR_BYTES;
}
