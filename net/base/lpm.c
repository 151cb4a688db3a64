// SPDX-License-Identifier: GPL-2.0
/*
 * Longest-prefix match: what writers do. See lpm_node.h for the structure.
 *
 * An update first gets all the memory that it needs, then publishes one new
 * node, then passes news of the answer from above down to children and to the
 * direct index. Each address sees exactly one of these stores change its
 * answer, so for each address an update is atomic.
 */
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/socket.h>

#include "base/lpm_node.h"

/* The nodes from the root down to the last one reached. */
struct mx_lpm_way {
	struct mx_lpm_node *node[MX_LPM_DEPTH_MAX];
	unsigned int len;
};

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

/* Read a prefix. Return: 0, or -EINVAL if it is too long or has host bits. */
static int mx_lpm_parse(const struct mx_lpm *t, const void *addr, u8 plen,
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

/* The depth of the node that holds prefixes of this length, which is not 0. */
static unsigned int mx_lpm_depth(u8 plen)
{
	return (plen - 1) / 8;
}

/* The key of a prefix's entry in that node. */
static u16 mx_lpm_ekey(const struct mx_lpm_key *key, u8 plen)
{
	unsigned int depth = mx_lpm_depth(plen);

	return mx_lpm_byte(key, depth) << 4 | (plen - 8 * depth);
}

/* The key of the entry by which a node at @depth leads to this address. */
static u16 mx_lpm_child_key(const struct mx_lpm_key *key, unsigned int depth)
{
	return mx_lpm_byte(key, depth) << 4 | MX_LPM_CHILD;
}

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

/* Follow an address down to @depth. The last node may be deeper, or differ. */
static void mx_lpm_descend(const struct mx_lpm *t, const struct mx_lpm_key *key,
			   unsigned int depth, struct mx_lpm_way *way)
{
	struct mx_lpm_node *n = mx_lpm_deref(t, t->root);

	way->len = 0;
	while (n) {
		void *p;

		way->node[way->len++] = n;
		if (n->depth >= depth || mx_lpm_differ(key, &n->key, n->depth))
			return;
		p = mx_lpm_deref(t, n->slot[mx_lpm_run(n, mx_lpm_byte(key, n->depth))]);
		if (!mx_lpm_is_node(p))
			return;
		n = mx_lpm_to_node(p);
	}
}

/* Find an existing prefix of nonzero length. Return: the index of its entry in
 * the last node of the way, or -ENOENT.
 */
static int mx_lpm_locate(const struct mx_lpm *t, const struct mx_lpm_key *key,
			 u8 plen, struct mx_lpm_way *way)
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

/* Publish @n in place of the node at @level of the way. If @n is @fresh, no
 * reader knows it yet; else it comes up from below the one that it replaces,
 * and must be compared with from now on.
 */
static void mx_lpm_relink(struct mx_lpm *t, const struct mx_lpm_way *way,
			  unsigned int level, struct mx_lpm_node *n, bool fresh)
{
	struct mx_lpm_node *up = level ? way->node[level - 1] : NULL;
	bool skip = n->depth > (up ? up->depth + 1 : 0);

	if (fresh || skip)
		WRITE_ONCE(n->skip, skip);
	if (up)
		mx_lpm_node_set(up, mx_lpm_node_find(up, mx_lpm_child_key(&n->key, up->depth)), n);
	else
		rcu_assign_pointer(t->root, n);
}

/* The end of every update. */
static void mx_lpm_settle(struct mx_lpm *t, const struct mx_lpm_key *key, u8 plen)
{
	mx_lpm_dir_update(t, key, plen);
	mx_lpm_dir_resize(t);
	mx_lpm_reclaim(t);
}

/* Change the value of the prefix of length 0. */
static void mx_lpm_set_dflt(struct mx_lpm *t, void *value)
{
	struct mx_lpm_node *root = mx_lpm_deref(t, t->root);

	rcu_assign_pointer(t->dflt, value);
	if (root)
		mx_lpm_node_push(t, root, value);
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
		above = mx_lpm_deref(t, old->slot[mx_lpm_run(old, mx_lpm_byte(key, old->depth))]);
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
	void *old;
	int i;

	lockdep_assert_held(t->lock);
	if (!value || (unsigned long)value & 7)
		return ERR_PTR(-EINVAL);
	i = mx_lpm_parse(t, addr, plen, &key);
	if (i)
		return ERR_PTR(i);
	if (!plen) {
		old = mx_lpm_deref(t, t->dflt);
		if (!old)
			return ERR_PTR(-ENOENT);
		mx_lpm_set_dflt(t, value);
	} else {
		i = mx_lpm_locate(t, &key, plen, &way);
		if (i < 0)
			return ERR_PTR(i);
		n = way.node[way.len - 1];
		old = mx_lpm_ents(n)[i];
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
		mx_lpm_node_del(up, mx_lpm_node_find(up, mx_lpm_child_key(&n->key, up->depth)));
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
	void *old;
	int i;

	lockdep_assert_held(t->lock);
	i = mx_lpm_parse(t, addr, plen, &key);
	if (i)
		return ERR_PTR(i);
	if (!plen) {
		old = mx_lpm_deref(t, t->dflt);
		if (!old)
			return ERR_PTR(-ENOENT);
		mx_lpm_set_dflt(t, NULL);
	} else {
		i = mx_lpm_locate(t, &key, plen, &way);
		if (i < 0)
			return ERR_PTR(i);
		n = way.node[way.len - 1];
		old = mx_lpm_ents(n)[i];
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
 * Return: the value, or ERR_PTR: -ENOENT, or -EINVAL (length or host bits).
 */
void *mx_lpm_get(struct mx_lpm *t, const void *addr, u8 plen)
{
	struct mx_lpm_key key;
	struct mx_lpm_way way;
	void *val;
	int i;

	lockdep_assert_held(t->lock);
	i = mx_lpm_parse(t, addr, plen, &key);
	if (i)
		return ERR_PTR(i);
	if (!plen) {
		val = mx_lpm_deref(t, t->dflt);
		return val ? val : ERR_PTR(-ENOENT);
	}
	i = mx_lpm_locate(t, &key, plen, &way);
	if (i < 0)
		return ERR_PTR(i);
	return mx_lpm_ents(way.node[way.len - 1])[i];
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
