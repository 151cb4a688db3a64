// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes of the prefix trie: what readers find in one follows its entries.
 */
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "base/lpm_node.h"

/* An open prefix while a node's entries are swept from left to right. */
struct mx_lpm_frame {
	unsigned int end;	/* the position behind it */
	void *val;
};

/* Prefixes of the eight lengths of a node nest at most eight deep. */
#define MX_LPM_FRAMES	9

static bool mx_lpm_start_test(const u64 *start, unsigned int pos)
{
	return start[pos >> 6] >> (pos & 63) & 1;
}

/* Most runs of a node stay as they are: leave them in other CPUs' caches. */
static void mx_lpm_slot_set(struct mx_lpm_node *n, unsigned int run, void *val)
{
	if (rcu_access_pointer(n->slot[run]) != val)
		rcu_assign_pointer(n->slot[run], val);
}

/* Give the runs of positions @from to @to - 1 an answer; @run is the first. */
static unsigned int mx_lpm_node_emit(struct mx_lpm_node *n, unsigned int run,
				     unsigned int from, unsigned int to,
				     void *val)
{
	if (from >= to)
		return run;
	if (n->full) {
		if (!val)
			val = rcu_access_pointer(n->dflt);
		for (; from < to; from++)
			mx_lpm_slot_set(n, from, val);
		return to;
	}
	mx_lpm_slot_set(n, run++, val);
	if (n->stale)
		while (++from < to)
			if (mx_lpm_start_test(n->start, from))
				mx_lpm_slot_set(n, run++, val);
	return run;
}

/**
 * mx_lpm_node_fill() - write every run's answer from the entries
 * @n: the node; readers may be in it
 *
 * Context: t->lock held.
 */
void mx_lpm_node_fill(struct mx_lpm_node *n)
{
	struct mx_lpm_frame frames[MX_LPM_FRAMES] = { { 256, NULL } }, *f = frames;
	const u16 *keys = mx_lpm_keys(n);
	void **ents = mx_lpm_ents(n);
	unsigned int i, pos = 0, run = 0;

	for (i = 0; i < n->nent; i++) {
		unsigned int at = mx_lpm_ent_pos(keys[i]);

		for (; f->end <= at; f--) {
			run = mx_lpm_node_emit(n, run, pos, f->end, f->val);
			pos = max(pos, f->end);
		}
		run = mx_lpm_node_emit(n, run, pos, at, f->val);
		pos = at;
		if (mx_lpm_ent_len(keys[i]) == MX_LPM_CHILD) {
			run = mx_lpm_node_emit(n, run, pos, pos + 1,
					       mx_lpm_tag(ents[i], n->depth + 1));
			pos++;
			continue;
		}
		f++;
		f->end = mx_lpm_ent_end(keys[i]);
		f->val = ents[i];
	}
	for (; f >= frames; f--) {
		run = mx_lpm_node_emit(n, run, pos, f->end, f->val);
		pos = max(pos, f->end);
	}
}

/**
 * mx_lpm_node_put() - add an entry in place, for readers too
 * @n: the node
 * @ekey: the new entry's key, which it does not have
 * @ptr: its value or child
 *
 * Children's answers from above are left to mx_lpm_node_sync().
 *
 * Context: t->lock held.
 * Return: false if there is no room, or the node is not full.
 */
bool mx_lpm_node_put(struct mx_lpm_node *n, u16 ekey, void *ptr)
{
	unsigned int i = mx_lpm_node_find(n, ekey), rest = n->nent - i;
	u16 *keys = mx_lpm_keys(n);
	void **ents = mx_lpm_ents(n);

	if (!n->full || n->nent == n->ncap)
		return false;
	memmove(keys + i + 1, keys + i, rest * sizeof(*keys));
	memmove(ents + i + 1, ents + i, rest * sizeof(*ents));
	keys[i] = ekey;
	ents[i] = ptr;
	n->nent++;
	n->nchild += mx_lpm_ent_len(ekey) == MX_LPM_CHILD;
	mx_lpm_node_fill(n);
	return true;
}

/**
 * mx_lpm_node_set() - change an entry's value or child, for readers too
 * @n: the node
 * @i: the entry's index
 * @ptr: the new value or child
 *
 * Children's answers from above are left to mx_lpm_node_sync().
 *
 * Context: t->lock held.
 */
void mx_lpm_node_set(struct mx_lpm_node *n, unsigned int i, void *ptr)
{
	unsigned int pos = mx_lpm_ent_pos(mx_lpm_keys(n)[i]);

	mx_lpm_ents(n)[i] = ptr;
	if (mx_lpm_ent_len(mx_lpm_keys(n)[i]) == MX_LPM_CHILD)
		rcu_assign_pointer(n->slot[mx_lpm_run(n, pos)],
				   mx_lpm_tag(ptr, n->depth + 1));
	else
		mx_lpm_node_fill(n);
}

/**
 * mx_lpm_node_del() - delete an entry in place, for readers too
 * @n: the node
 * @i: the entry's index
 *
 * Children's answers from above are left to mx_lpm_node_sync().
 *
 * Context: t->lock held.
 */
void mx_lpm_node_del(struct mx_lpm_node *n, unsigned int i)
{
	u16 *keys = mx_lpm_keys(n);
	void **ents = mx_lpm_ents(n);

	if (mx_lpm_ent_len(keys[i]) == MX_LPM_CHILD)
		n->nchild--;
	n->nent--;
	memmove(keys + i, keys + i + 1, (n->nent - i) * sizeof(*keys));
	memmove(ents + i, ents + i + 1, (n->nent - i) * sizeof(*ents));
	n->stale = true;
	mx_lpm_node_fill(n);
}

/**
 * mx_lpm_node_sync() - tell the children of a node their answer from above
 * @t: the trie
 * @n: the node, whose entries or own answer from above have changed
 *
 * Context: process context, t->lock held; may sleep.
 */
void mx_lpm_node_sync(struct mx_lpm *t, struct mx_lpm_node *n)
{
	struct mx_lpm_frame frames[MX_LPM_FRAMES], *f = frames;
	const u16 *keys = mx_lpm_keys(n);
	void **ents = mx_lpm_ents(n);
	unsigned int i;

	if (!n->nchild)
		return;
	f->end = 256;
	f->val = mx_lpm_deref(t, n->dflt);
	for (i = 0; i < n->nent; i++) {
		while (f->end <= mx_lpm_ent_pos(keys[i]))
			f--;
		if (mx_lpm_ent_len(keys[i]) == MX_LPM_CHILD) {
			mx_lpm_node_push(t, ents[i], f->val);
			continue;
		}
		f++;
		f->end = mx_lpm_ent_end(keys[i]);
		f->val = ents[i];
	}
}

/**
 * mx_lpm_node_push() - set the answer from above, of a node and all it reaches
 * @t: the trie
 * @n: the node
 * @dflt: the answer where the node has none of its own, may be NULL
 *
 * Calls itself for children that no prefix of this node covers: as deep as an
 * address has bytes, 16 at most.
 *
 * Context: process context, t->lock held; may sleep.
 */
void mx_lpm_node_push(struct mx_lpm *t, struct mx_lpm_node *n, void *dflt)
{
	const u16 *keys = mx_lpm_keys(n);
	unsigned int i, pos, end = 0;

	if (mx_lpm_deref(t, n->dflt) == dflt)
		return;
	rcu_assign_pointer(n->dflt, dflt);
	if (!n->nchild && !n->full)
		return;
	cond_resched();
	/* @end is behind all prefixes so far: what they cover is not touched. */
	for (i = 0; i < n->nent; i++) {
		pos = mx_lpm_ent_pos(keys[i]);
		if (n->full)
			mx_lpm_node_emit(n, end, end, pos, NULL);
		if (mx_lpm_ent_len(keys[i]) == MX_LPM_CHILD && end <= pos)
			mx_lpm_node_push(t, mx_lpm_ents(n)[i], dflt);
		end = max(end, mx_lpm_ent_end(keys[i]));
	}
	if (n->full)
		mx_lpm_node_emit(n, end, end, 256, NULL);
}
