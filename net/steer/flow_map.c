// SPDX-License-Identifier: GPL-2.0
/*
 * The hash table of flows, by 5-tuple.
 *
 * A packet of a known flow shall touch one line of the table and the flow, a
 * packet of a new one nothing but the line. So a bucket is a cache line: six
 * nodes, a byte of each one's hash by which five of six need not be looked at,
 * and, seldom, a pointer to one bucket more.
 *
 * Readers take no lock and never try again. Writers lock a bucket by a bit of
 * its first word. The table grows and shrinks in a work item, bucket by bucket:
 * a node is in the new table before it leaves the old one, and who looks in the
 * old one first, then in the new one, cannot miss it. New nodes go to the new
 * table, with the bucket of the old one locked too, so that no key is taken
 * twice. A bucket is found by the highest bits of the hash, so a walk by hash
 * meets the nodes in the same order in a table of any size.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/prefetch.h>
#include <linux/slab.h>
#include "steer/flow_map.h"
/* needs what others have to bring on user-mode Linux */
#include <linux/bit_spinlock.h>

#define MX_BUCKET_SLOTS		(sizeof(long) - 2)
#define MX_BUCKET_LOCK		0	/* bit of struct mx_flow_bucket.meta */
#define MX_BUCKET_BYTES		(~0UL / 0xff)	/* 1 in each byte */

#define MX_MAP_BITS_MIN		4
#define MX_MAP_BITS_MAX		24
#define MX_MAP_FULL		4	/* nodes a bucket before it grows, */
#define MX_MAP_ROOMY		2	/* and after it */
#define MX_MAP_SLICE		256	/* buckets moved between two breaths */
#define MX_MAP_RETRY		HZ	/* after a failure to get memory */

/**
 * struct mx_flow_bucket - nodes whose hashes begin alike
 * @meta: the lowest byte holds the lock's bit, the second is nothing, the
 *	others are the lowest bytes of the hashes of the nodes in @slot
 * @slot: nodes; NULL if free
 * @more: when all are taken, one more bucket
 */
struct mx_flow_bucket {
	unsigned long meta;
	struct mx_flow_node __rcu *slot[MX_BUCKET_SLOTS];
	struct mx_flow_bucket __rcu *more;
};

/**
 * struct mx_flow_buckets - a table of buckets
 * @bucket: the buckets, aligned to their size
 * @bits: their number is 1 << @bits
 * @next: where nodes move, or have moved, to
 */
struct mx_flow_buckets {
	struct mx_flow_bucket *bucket;
	unsigned int bits;
	struct mx_flow_buckets __rcu *next;
};

static struct mx_flow_bucket *mx_bucket(const struct mx_flow_buckets *tbl,
					u32 hash)
{
	return &tbl->bucket[hash >> (32 - tbl->bits)];
}

static void mx_bucket_lock(struct mx_flow_bucket *b) __acquires(bitlock)
{
	bit_spin_lock(MX_BUCKET_LOCK, &b->meta);
}

static void mx_bucket_unlock(struct mx_flow_bucket *b) __releases(bitlock)
{
	bit_spin_unlock(MX_BUCKET_LOCK, &b->meta);
}

/* The bucket after @b in the chain of @head, which is locked. */
static struct mx_flow_bucket *mx_bucket_more(const struct mx_flow_bucket *b,
					     struct mx_flow_bucket *head)
{
	return rcu_dereference_protected(b->more,
					 bit_spin_is_locked(MX_BUCKET_LOCK,
							    &head->meta));
}

/*
 * Bytes of @meta that are equal to that of @hash have their highest bit set in
 * the result; others may have, seldom.
 */
static unsigned long mx_bucket_match(unsigned long meta, u32 hash)
{
	unsigned long diff = (meta ^ (hash & 0xff) * MX_BUCKET_BYTES) | 0xffff;

	return (diff - MX_BUCKET_BYTES) & ~diff & (MX_BUCKET_BYTES << 7);
}

static __always_inline struct mx_flow_node *
mx_bucket_find(const struct mx_flow_bucket *b, const struct mx_key *key,
	       u32 hash)
{
	struct mx_flow_node *node;
	unsigned long match;

	do {
		match = mx_bucket_match(READ_ONCE(b->meta), hash);
		for (; match; match &= match - 1) {
			node = rcu_dereference(b->slot[__ffs(match) / 8 - 2]);
			if (likely(node && node->hash == hash &&
				   mx_key_equal(&node->key, key)))
				return node;
		}
		b = rcu_dereference(b->more);
	} while (unlikely(b));
	return NULL;
}

/* Puts a node into a bucket that is locked. */
static int mx_bucket_put(struct mx_flow_bucket *head, struct mx_flow_node *node)
{
	struct mx_flow_bucket *b = head, *more;
	unsigned int i, shift;

	for (;;) {
		for (i = 0; i < MX_BUCKET_SLOTS; i++)
			if (!rcu_access_pointer(b->slot[i]))
				goto put;
		more = mx_bucket_more(b, head);
		if (!more)
			break;
		b = more;
	}
	more = kzalloc(sizeof(*more), GFP_ATOMIC | __GFP_NOWARN);
	if (!more)
		return -ENOMEM;
	rcu_assign_pointer(b->more, more);
	b = more;
	i = 0;
put:
	shift = (i + 2) * 8;
	rcu_assign_pointer(b->slot[i], node);
	/* others may try to set the lock's bit, which is set */
	WRITE_ONCE(b->meta, (READ_ONCE(b->meta) & ~(0xffUL << shift)) |
			    (node->hash & 0xffUL) << shift);
	return 0;
}

/* Takes a node out of a bucket that is locked; false if it is elsewhere. */
static bool mx_bucket_take(struct mx_flow_bucket *head,
			   const struct mx_flow_node *node)
{
	struct mx_flow_bucket *b = head;
	unsigned int i;

	do {
		for (i = 0; i < MX_BUCKET_SLOTS; i++) {
			if (rcu_access_pointer(b->slot[i]) != node)
				continue;
			RCU_INIT_POINTER(b->slot[i], NULL);
			return true;
		}
		b = mx_bucket_more(b, head);
	} while (b);
	return false;
}

static void mx_bucket_visit(const struct mx_flow_bucket *b,
			    mx_flow_visit_t fn, void *arg)
{
	struct mx_flow_node *node;
	unsigned int i;

	do {
		for (i = 0; i < MX_BUCKET_SLOTS; i++)
			prefetch(rcu_access_pointer(b->slot[i]));
		for (i = 0; i < MX_BUCKET_SLOTS; i++) {
			node = rcu_dereference(b->slot[i]);
			if (node)
				fn(node, arg);
		}
		b = rcu_dereference(b->more);
	} while (b);
}

static struct mx_flow_buckets *mx_buckets_alloc(unsigned int bits)
{
	struct mx_flow_buckets *tbl;

	BUILD_BUG_ON_NOT_POWER_OF_2(sizeof(struct mx_flow_bucket));
	tbl = kzalloc(sizeof(*tbl), GFP_KERNEL | __GFP_NOWARN);
	if (!tbl)
		return NULL;
	/* a power of two, and so aligned to its size or to a page */
	tbl->bucket = kvzalloc(sizeof(*tbl->bucket) << bits,
			       GFP_KERNEL | __GFP_NOWARN);
	if (!tbl->bucket) {
		kfree(tbl);
		return NULL;
	}
	tbl->bits = bits;
	return tbl;
}

/* Nobody can find the buckets any more: no lock is needed. */
static void mx_buckets_free(struct mx_flow_buckets *tbl)
{
	struct mx_flow_bucket *b, *more;
	u32 i;

	if (!tbl)
		return;
	for (i = 0; i < 1U << tbl->bits; i++) {
		b = rcu_dereference_protected(tbl->bucket[i].more, 1);
		for (; b; b = more) {
			more = rcu_dereference_protected(b->more, 1);
			kfree(b);
		}
		if (!(i % MX_MAP_SLICE))
			cond_resched();
	}
	kvfree(tbl->bucket);
	kfree(tbl);
}

/**
 * mx_flow_map_find() - find the node of a key
 * @map: the table
 * @key: the key
 * @hash: its hash, as in struct mx_flow_node
 *
 * Context: RCU reader.
 * Return: the node or NULL.
 */
struct mx_flow_node *mx_flow_map_find(const struct mx_flow_map *map,
				      const struct mx_key *key, u32 hash)
{
	const struct mx_flow_buckets *tbl = rcu_dereference(map->tbl);
	struct mx_flow_node *node;

	do {
		node = mx_bucket_find(mx_bucket(tbl, hash), key, hash);
		if (likely(node))
			return node;
		/* what has left this table is in the next */
		smp_rmb();
		tbl = rcu_dereference(tbl->next);
	} while (unlikely(tbl));
	return NULL;
}

/**
 * mx_flow_map_prefetch() - have the bucket of a hash come into the cache
 * @map: the table
 * @hash: the hash
 *
 * Context: RCU reader.
 */
void mx_flow_map_prefetch(const struct mx_flow_map *map, u32 hash)
{
	prefetchw(mx_bucket(rcu_dereference(map->tbl), hash));
}

/*
 * With the bucket of the first table locked. That the next table is not seen
 * here means that this bucket has not been moved yet.
 */
static int mx_flow_map_put(const struct mx_flow_buckets *tbl,
			   struct mx_flow_bucket *b, struct mx_flow_node *node)
{
	struct mx_flow_buckets *next = rcu_dereference(tbl->next);
	int err = -EEXIST;

	if (mx_bucket_find(b, &node->key, node->hash))
		return err;
	if (likely(!next))
		return mx_bucket_put(b, node);
	b = mx_bucket(next, node->hash);
	mx_bucket_lock(b);
	if (!mx_bucket_find(b, &node->key, node->hash))
		err = mx_bucket_put(b, node);
	mx_bucket_unlock(b);
	return err;
}

/**
 * mx_flow_map_insert() - add a node
 * @map: the table
 * @node: the node, its hash set
 *
 * Context: RCU reader; softirqs are off.
 * Return: 0, -EEXIST if its key is taken, or -ENOMEM.
 */
int mx_flow_map_insert(struct mx_flow_map *map, struct mx_flow_node *node)
{
	const struct mx_flow_buckets *tbl = rcu_dereference(map->tbl);
	struct mx_flow_bucket *b = mx_bucket(tbl, node->hash);
	int err;

	mx_bucket_lock(b);
	err = mx_flow_map_put(tbl, b, node);
	mx_bucket_unlock(b);
	return err;
}

/**
 * mx_flow_map_remove() - take a node out
 * @map: the table
 * @node: the node; its memory stays for a grace period
 *
 * Context: RCU reader; any but hard interrupt.
 * Return: false if it was not there.
 */
bool mx_flow_map_remove(struct mx_flow_map *map, struct mx_flow_node *node)
{
	const struct mx_flow_buckets *tbl = rcu_dereference(map->tbl);
	struct mx_flow_bucket *b;
	bool found;

	local_bh_disable();
	do {
		b = mx_bucket(tbl, node->hash);
		mx_bucket_lock(b);
		found = mx_bucket_take(b, node);
		mx_bucket_unlock(b);
		tbl = rcu_dereference(tbl->next);
	} while (!found && tbl);
	local_bh_enable();
	return found;
}

/**
 * mx_flow_map_visit() - look at the nodes of one bucket
 * @map: the table
 * @pos: a hash that belongs into it; a walk begins with 0
 * @fn: called for each node
 * @arg: passed to @fn
 *
 * Nodes that are there all the time are met in one walk at least once, and
 * twice only if the table is resized at that moment.
 *
 * Context: RCU reader.
 * Return: @pos of the next bucket, 0 after the last.
 */
u32 mx_flow_map_visit(const struct mx_flow_map *map, u32 pos,
		      mx_flow_visit_t fn, void *arg)
{
	const struct mx_flow_buckets *tbl = rcu_dereference(map->tbl);
	u32 last = U32_MAX;

	do {
		mx_bucket_visit(mx_bucket(tbl, pos), fn, arg);
		/* the smallest of the buckets tells what has been seen */
		last = min(last, pos | (U32_MAX >> tbl->bits));
		/* what has left this table is in the next */
		smp_rmb();
		tbl = rcu_dereference(tbl->next);
	} while (tbl);
	return last + 1;
}

/**
 * mx_flow_map_buckets() - how many buckets a walk may have to look at
 * @map: the table
 *
 * Context: RCU reader.
 * Return: the number.
 */
u32 mx_flow_map_buckets(const struct mx_flow_map *map)
{
	return 1U << rcu_dereference(map->tbl)->bits;
}

/**
 * mx_flow_map_bytes() - memory of the table without its nodes
 * @map: the table
 *
 * Context: RCU reader.
 * Return: bytes, but for the few buckets that are chained to others.
 */
u64 mx_flow_map_bytes(const struct mx_flow_map *map)
{
	const struct mx_flow_buckets *tbl = rcu_dereference(map->tbl);
	u64 bytes = 0;

	for (; tbl; tbl = rcu_dereference(tbl->next))
		bytes += (u64)sizeof(struct mx_flow_bucket) << tbl->bits;
	return bytes;
}

static unsigned int mx_flow_map_bits(u32 nodes)
{
	unsigned int bits = order_base_2(nodes / MX_MAP_ROOMY + 1);

	return clamp_t(unsigned int, bits, MX_MAP_BITS_MIN, MX_MAP_BITS_MAX);
}

/* Whether a table of so many buckets is too small or far too big. */
static bool mx_flow_map_misfits(unsigned int bits, u32 nodes)
{
	if (nodes >> bits >= MX_MAP_FULL)
		return bits < MX_MAP_BITS_MAX;
	return bits > MX_MAP_BITS_MIN && nodes < 1U << bits >> 2;
}

/* Moves all nodes of a bucket; -ENOMEM if some had to stay. */
static int mx_flow_map_move(struct mx_flow_bucket *head,
			    const struct mx_flow_buckets *to)
{
	struct mx_flow_bucket *b, *nb;
	struct mx_flow_node *node;
	unsigned int i;
	int err = 0;

	for (b = head; b && !err; b = mx_bucket_more(b, head)) {
		for (i = 0; i < MX_BUCKET_SLOTS; i++)
			prefetch(rcu_access_pointer(b->slot[i]));
		for (i = 0; i < MX_BUCKET_SLOTS; i++) {
			node = rcu_dereference_protected(b->slot[i],
							 bit_spin_is_locked(MX_BUCKET_LOCK,
									    &head->meta));
			if (!node)
				continue;
			nb = mx_bucket(to, node->hash);
			mx_bucket_lock(nb);
			err = mx_bucket_put(nb, node);
			mx_bucket_unlock(nb);
			if (err)
				break;
			/* who does not find it here any more finds it there */
			smp_wmb();
			RCU_INIT_POINTER(b->slot[i], NULL);
		}
	}
	return err;
}

static int mx_flow_map_move_all(const struct mx_flow_buckets *from,
				const struct mx_flow_buckets *to)
{
	struct mx_flow_bucket *b;
	int err = 0;
	u32 i;

	for (i = 0; i < 1U << from->bits && !err; i++) {
		b = &from->bucket[i];
		local_bh_disable();
		mx_bucket_lock(b);
		err = mx_flow_map_move(b, to);
		mx_bucket_unlock(b);
		local_bh_enable();
		if (!(i % MX_MAP_SLICE))
			cond_resched();
	}
	return err;
}

static void mx_flow_map_resize(struct work_struct *work)
{
	struct mx_flow_map *map = container_of(to_delayed_work(work),
					       struct mx_flow_map, resize);
	struct mx_flow_buckets *tbl, *next;
	u32 nodes = READ_ONCE(map->nodes);
	bool ours = current_work() == work;

	/* nobody but this work changes either pointer */
	tbl = rcu_dereference_protected(map->tbl, ours);
	next = rcu_dereference_protected(tbl->next, ours);
	if (!next) {
		if (!mx_flow_map_misfits(tbl->bits, nodes))
			return;
		next = mx_buckets_alloc(mx_flow_map_bits(nodes));
		if (!next)
			goto retry;
		rcu_assign_pointer(tbl->next, next);
	}
	if (mx_flow_map_move_all(tbl, next))
		goto retry;
	rcu_assign_pointer(map->tbl, next);
	/* also, so there are never more than two tables to look at */
	synchronize_rcu();
	mx_buckets_free(tbl);
	/* there may have come many meanwhile */
	mx_flow_map_fit(map, READ_ONCE(map->nodes));
	return;

retry:
	queue_delayed_work(system_unbound_wq, &map->resize, MX_MAP_RETRY);
}

/**
 * mx_flow_map_fit() - have the table grow or shrink if it is time
 * @map: the table
 * @nodes: how many nodes are in it now
 *
 * Context: any but hard interrupt.
 */
void mx_flow_map_fit(struct mx_flow_map *map, u32 nodes)
{
	unsigned int bits;

	if (READ_ONCE(map->nodes) != nodes)
		WRITE_ONCE(map->nodes, nodes);
	rcu_read_lock();
	bits = rcu_dereference(map->tbl)->bits;
	rcu_read_unlock();
	if (unlikely(mx_flow_map_misfits(bits, nodes)) &&
	    !delayed_work_pending(&map->resize))
		queue_delayed_work(system_unbound_wq, &map->resize, 0);
}

/**
 * mx_flow_map_init() - make an empty table
 * @map: the table
 *
 * Return: 0 or -ENOMEM.
 */
int mx_flow_map_init(struct mx_flow_map *map)
{
	struct mx_flow_buckets *tbl = mx_buckets_alloc(MX_MAP_BITS_MIN);

	if (!tbl)
		return -ENOMEM;
	RCU_INIT_POINTER(map->tbl, tbl);
	map->nodes = 0;
	INIT_DELAYED_WORK(&map->resize, mx_flow_map_resize);
	return 0;
}

/**
 * mx_flow_map_destroy() - free a table that nobody looks at any more
 * @map: the table, empty
 *
 * Context: process.
 */
void mx_flow_map_destroy(struct mx_flow_map *map)
{
	struct mx_flow_buckets *tbl;

	cancel_delayed_work_sync(&map->resize);
	/* who could change these is gone */
	tbl = rcu_dereference_protected(map->tbl, 1);
	mx_buckets_free(rcu_dereference_protected(tbl->next, 1));
	mx_buckets_free(tbl);
	RCU_INIT_POINTER(map->tbl, NULL);
}
