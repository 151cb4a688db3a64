// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes of the prefix trie: what becomes of those that readers may still see.
 *
 * Every insertion replaces a node, so loading a full table retires a million
 * of them, faster than grace periods pass by themselves. Retired nodes are
 * gathered in a list. A small table hands its list to call_rcu() after each
 * update, so that it never holds memory back. A large table lets it grow up to
 * a sixteenth of its own size, then waits for one expedited grace period and
 * frees the list at once: memory in flight stays bounded, and new nodes come
 * from memory that is still in the CPU's caches.
 */
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "base/lpm_node.h"

/* From this size on, a table keeps a list of its own. */
#define MX_LPM_LIMBO_TABLE	SZ_256K
/* Its list is never longer than this. */
#define MX_LPM_LIMBO_MAX	SZ_512K

static void mx_lpm_node_rcu(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct mx_lpm_node, rcu));
}

/* The list goes through the first entry's pointer: every node has one, readers
 * never look at it, and it does not share its place with the rcu_head.
 */
static struct mx_lpm_node *mx_lpm_limbo_pop(struct mx_lpm *t)
{
	struct mx_lpm_node *n = t->limbo;

	if (n) {
		t->limbo = mx_lpm_ents(n)[0];
		t->bytes -= n->size;
	}
	return n;
}

/**
 * mx_lpm_node_drop() - free a node that no reader has seen
 * @t: the trie that it was made for
 * @n: the node, may be NULL
 *
 * Context: t->lock held.
 */
void mx_lpm_node_drop(struct mx_lpm *t, struct mx_lpm_node *n)
{
	if (!n)
		return;
	t->bytes -= n->size;
	kfree(n);
}

/**
 * mx_lpm_node_retire() - note that a node will be free after a grace period
 * @t: the trie
 * @n: the node; it may stay reachable until the next mx_lpm_reclaim()
 *
 * Context: t->lock held.
 */
void mx_lpm_node_retire(struct mx_lpm *t, struct mx_lpm_node *n)
{
	mx_lpm_ents(n)[0] = t->limbo;
	t->limbo = n;
	t->limbo_bytes += n->size;
}

/**
 * mx_lpm_reclaim_all() - free every retired node
 * @t: the trie
 *
 * Context: process context, t->lock held, or no reader and no writer left.
 * None of the retired nodes may be reachable. May sleep.
 */
void mx_lpm_reclaim_all(struct mx_lpm *t)
{
	struct mx_lpm_node *n;

	if (!t->limbo)
		return;
	synchronize_rcu_expedited();
	while ((n = mx_lpm_limbo_pop(t)))
		kfree(n);
	t->limbo_bytes = 0;
}

/**
 * mx_lpm_reclaim() - end an update: see to it that retired nodes are freed
 * @t: the trie
 *
 * Context: process context, t->lock held. None of the retired nodes may be
 * reachable any more. May sleep.
 */
void mx_lpm_reclaim(struct mx_lpm *t)
{
	struct mx_lpm_node *n;

	if (t->bytes >= MX_LPM_LIMBO_TABLE) {
		if (t->limbo_bytes > min_t(size_t, t->bytes / 16,
					   MX_LPM_LIMBO_MAX))
			mx_lpm_reclaim_all(t);
		return;
	}
	while ((n = mx_lpm_limbo_pop(t)))
		call_rcu(&n->rcu, mx_lpm_node_rcu);
	t->unsafe_bytes += t->limbo_bytes;
	t->limbo_bytes = 0;
	if (t->unsafe_bytes > MX_LPM_LIMBO_MAX) {
		rcu_barrier();
		t->unsafe_bytes = 0;
	}
}
