// SPDX-License-Identifier: GPL-2.0
/*
 * Longest-prefix match: a table's life, and what writers do but for adding a
 * prefix. See lpm_node.h for the structure.
 *
 * An update changes one node, then passes news of the answer from above down
 * to children and to the direct index. Each address sees exactly one of these
 * stores change its answer, so for each address an update is atomic.
 */
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/socket.h>

#include "base/lpm_way.h"

/**
 * mx_lpm_init() - make an empty table
 * @t: the table
 * @family: AF_INET or AF_INET6
 * @lock: the mutex that serializes writers
 *
 * Context: any.
 * Return: 0, or -EAFNOSUPPORT.
 */
int mx_lpm_init(struct mx_lpm *t, u8 family, struct mutex *lock)
{
	if (family != AF_INET && family != AF_INET6)
		return -EAFNOSUPPORT;
	*t = (struct mx_lpm){
		.lock = lock,
		.plen_max = family == AF_INET ? 32 : 128,
	};
	return 0;
}

/**
 * mx_lpm_destroy() - free a table and say goodbye to its values
 * @t: the table; it is empty afterwards
 * @free_value: called once for each prefix with its value, or NULL
 *
 * Context: process context. No reader and no writer is left, and a grace
 * period has passed since the last reader. May sleep.
 */
void mx_lpm_destroy(struct mx_lpm *t, void (*free_value)(void *value))
{
	struct mx_lpm_node *n = rcu_access_pointer(t->root);
	struct mx_lpm_node *way[MX_LPM_DEPTH_MAX];
	void *val = rcu_access_pointer(t->dflt);
	unsigned int depth = 0;

	RCU_INIT_POINTER(t->root, NULL);
	RCU_INIT_POINTER(t->dflt, NULL);
	if (val && free_value)
		free_value(val);
	mx_lpm_dir_free(t);
	mx_lpm_reclaim_all(t);
	/* Take each node's last entry until none is left, children first. */
	while (n) {
		if (n->nent) {
			unsigned int i = --n->nent;

			val = mx_lpm_ents(n)[i];
			if (mx_lpm_ent_len(mx_lpm_keys(n)[i]) == MX_LPM_CHILD) {
				way[depth++] = n;
				n = val;
			} else if (free_value) {
				free_value(val);
			}
			continue;
		}
		mx_lpm_node_drop(t, n);
		n = depth ? way[--depth] : NULL;
		cond_resched();
	}
	t->count = 0;
}

/*
 * Finds a prefix: it is entry @i of the last node on @way, unless its length
 * is 0. Returns its value, or ERR_PTR: -ENOENT, or -EINVAL (length, host bits).
 */
static void *mx_lpm_seek(struct mx_lpm *t, const void *addr, u8 plen,
			 struct mx_lpm_key *key, struct mx_lpm_way *way,
			 unsigned int *i)
{
	int at = mx_lpm_parse(t, addr, plen, key);
	void *value;

	lockdep_assert_held(t->lock);
	*i = 0;
	if (at)
		return ERR_PTR(at);
	if (!plen) {
		value = mx_lpm_deref(t, t->dflt);
		return value ? value : ERR_PTR(-ENOENT);
	}
	at = mx_lpm_locate(t, key, plen, way);
	if (at < 0)
		return ERR_PTR(at);
	*i = at;
	return mx_lpm_ents(way->node[way->len - 1])[at];
}

/**
 * mx_lpm_replace() - change the value of a prefix
 * @t: the table
 * @addr: the prefix, 4 or 16 bytes in network order
 * @plen: its length in bits
 * @value: the new value: not NULL, aligned to 8 bytes
 *
 * Needs no memory, so it cannot fail for an existing prefix.
 *
 * Context: process context, t->lock held; may sleep.
 * Return: the old value, which readers may use for one more grace period, or
 * ERR_PTR: -ENOENT, or -EINVAL (length, host bits or value).
 */
void *mx_lpm_replace(struct mx_lpm *t, const void *addr, u8 plen, void *value)
{
	struct mx_lpm_node *n;
	struct mx_lpm_key key;
	struct mx_lpm_way way;
	unsigned int i;
	void *old;

	if (!value || (unsigned long)value & 7)
		return ERR_PTR(-EINVAL);
	old = mx_lpm_seek(t, addr, plen, &key, &way, &i);
	if (IS_ERR(old))
		return old;
	mx_lpm_update(t);
	if (!plen) {
		mx_lpm_set_dflt(t, value);
	} else {
		n = way.node[way.len - 1];
		mx_lpm_node_set(n, i, value);
		mx_lpm_node_sync(t, n);
	}
	mx_lpm_dir_update(t, &key, plen);
	return old;
}

/* Tidy up from the end of the way, whose last node has lost an entry. */
static void mx_lpm_prune(struct mx_lpm *t, const struct mx_lpm_way *way)
{
	unsigned int level = way->len - 1;
	struct mx_lpm_node *n = way->node[level], *up;

	if (!n->nent) {
		mx_lpm_node_retire(t, n);
		if (!level) {
			rcu_assign_pointer(t->root, NULL);
			return;
		}
		/* A parent has a prefix or another child: it is not empty. */
		up = way->node[--level];
		mx_lpm_node_del(up, mx_lpm_node_find(up,
						     mx_lpm_child_key(&n->key, up->depth)));
		n = up;
	}
	if (n->nent == 1 && n->nchild) {
		mx_lpm_relink(t, way, level, mx_lpm_ents(n)[0], false);
		mx_lpm_node_retire(t, n);
		return;
	}
	up = mx_lpm_node_shrink(t, n);
	if (up) {
		mx_lpm_relink(t, way, level, up, true);
		mx_lpm_node_retire(t, n);
	}
}

/**
 * mx_lpm_remove() - take a prefix out
 * @t: the table
 * @addr: the prefix, 4 or 16 bytes in network order
 * @plen: its length in bits
 *
 * Context: process context, t->lock held; may sleep. Cannot fail for lack of
 * memory.
 * Return: its value, which readers may use for one more grace period, or
 * ERR_PTR: -ENOENT, or -EINVAL (length or host bits).
 */
void *mx_lpm_remove(struct mx_lpm *t, const void *addr, u8 plen)
{
	struct mx_lpm_node *n;
	struct mx_lpm_key key;
	struct mx_lpm_way way;
	unsigned int i;
	void *old;

	old = mx_lpm_seek(t, addr, plen, &key, &way, &i);
	if (IS_ERR(old))
		return old;
	mx_lpm_update(t);
	if (!plen) {
		mx_lpm_set_dflt(t, NULL);
	} else {
		n = way.node[way.len - 1];
		mx_lpm_node_del(n, i);
		mx_lpm_node_sync(t, n);
		mx_lpm_prune(t, &way);
	}
	t->count--;
	mx_lpm_settle(t, &key, plen);
	return old;
}

/**
 * mx_lpm_get() - the value of exactly this prefix
 * @t: the table
 * @addr: the prefix, 4 or 16 bytes in network order
 * @plen: its length in bits
 *
 * Context: process context, t->lock held.
 * Return: the value, or NULL if there is no such prefix.
 */
void *mx_lpm_get(struct mx_lpm *t, const void *addr, u8 plen)
{
	struct mx_lpm_key key;
	struct mx_lpm_way way;
	unsigned int i;
	void *value;

	value = mx_lpm_seek(t, addr, plen, &key, &way, &i);
	return IS_ERR(value) ? NULL : value;
}

/**
 * mx_lpm_count() - number of prefixes
 * @t: the table
 *
 * Context: any; exact with t->lock held.
 * Return: the number.
 */
unsigned long mx_lpm_count(const struct mx_lpm *t)
{
	return READ_ONCE(t->count);
}

/**
 * mx_lpm_bytes() - memory in use
 * @t: the table
 *
 * Context: any; exact with t->lock held.
 * Return: bytes that the allocator gives for the table, its values excluded,
 * nodes that wait for a grace period included, the struct itself excluded.
 */
size_t mx_lpm_bytes(const struct mx_lpm *t)
{
	return READ_ONCE(t->bytes);
}
