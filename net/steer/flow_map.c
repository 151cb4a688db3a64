// SPDX-License-Identifier: GPL-2.0
/*
 * The hash table of flows, by 5-tuple.
 *
 * A bucket has seven slots, a cache line of pointers to nodes, and a word with
 * a byte of each one's hash. The words of all buckets lie together, so that
 * most of them are in the cache: a new flow is found to be new without more
 * than that, and a packet of a known one touches one line of slots and the
 * flow. Seldom a bucket has another one chained to it.
 *
 * Address and port of the client are in the packets of both directions,
 * whatever NAT does to the other side. By their hash a flow has its home, one
 * bucket in which it lies once for both directions. A packet does not tell
 * which of its sides is the client: the homes of both are looked into, and what
 * is at home with a service or a server is seldom anything but in the cache.
 *
 * One client that has many flows from one port (or without ports) would fill
 * its home. From MX_HOME_FLOWS on they are spread: such a flow lies in two
 * buckets, by the hash of the whole key of each direction. Its home is marked,
 * and who does not find a flow in a home that is marked looks there too. So
 * nobody can make a chain of buckets long, as none knows the seed.
 *
 * Readers take no lock and never try again. Writers lock a bucket by a bit of
 * its word. What the table does as it grows and shrinks is told in
 * flow_resize.c.
 */
#include <linux/prefetch.h>
#include "steer/flow_bucket.h"

/* Flows of one client's port that lie at home. */
#define MX_HOME_FLOWS		8

/* Looks for a key as those of flows that are spread are found. */
static struct mx_flow_node *mx_flow_map_find_spread(const struct mx_flow_map *map,
						    const struct mx_key *key)
{
	const struct mx_flow_buckets *tbl = rcu_dereference(map->tbl);
	u32 hash = mx_key_hash(key, &map->seed);
	struct mx_flow_node *node;

	do {
		node = mx_bucket_find(mx_bucket(tbl, hash), key, hash, false);
		if (node)
			return node;
		/* what has left this table is in the next */
		smp_rmb();
		tbl = rcu_dereference(tbl->next);
	} while (unlikely(tbl));
	return NULL;
}

/* Looks for a key as a request's, and with @both as a reply's too. */
static __always_inline struct mx_flow_node *
mx_flow_map_look(const struct mx_flow_map *map, const struct mx_key *key,
		 const u32 hash[2], bool both)
{
	const struct mx_flow_buckets *tbl = rcu_dereference(map->tbl);
	struct mx_flow_bucket orig, reply;
	struct mx_flow_node *node;
	bool spread = false;

	do {
		orig = mx_bucket(tbl, hash[MX_DIR_ORIG]);
		prefetch(orig.slots);
		if (both) {
			reply = mx_bucket(tbl, hash[MX_DIR_REPLY]);
			prefetch(reply.tags);
		}
		node = mx_bucket_find(orig, key, hash[MX_DIR_ORIG], false);
		if (node)
			return node;
		spread |= mx_bucket_spreads(orig);
		if (both) {
			node = mx_bucket_find(reply, key, hash[MX_DIR_REPLY],
					      true);
			if (node)
				return node;
			spread |= mx_bucket_spreads(reply);
		}
		/* what has left this table is in the next */
		smp_rmb();
		tbl = rcu_dereference(tbl->next);
	} while (unlikely(tbl));
	return unlikely(spread) ? mx_flow_map_find_spread(map, key) : NULL;
}

/**
 * mx_flow_map_find() - find the node of a key
 * @map: the table
 * @key: the key
 *
 * Context: RCU reader.
 * Return: the node of its direction, or NULL.
 */
struct mx_flow_node *mx_flow_map_find(const struct mx_flow_map *map,
				      const struct mx_key *key)
{
	u32 hash[2];

	mx_key_hash_ends(key, &map->seed, hash);
	return mx_flow_map_look(map, key, hash, true);
}

/* Is a key one by which a client asks? That of another flow's replies is not. */
static bool mx_flow_map_asks(const struct mx_flow_map *map,
			     const struct mx_key *key)
{
	const u32 hash[2] = {
		[MX_DIR_ORIG] = mx_flow_map_home(map, key),
	};

	return mx_flow_map_look(map, key, hash, false);
}

/*
 * What is at home in a bucket, which is locked: 0, or why it does not go
 * together with @node. Counts those of the same client into @n.
 */
static int mx_home_clash(struct mx_flow_bucket b, struct mx_flow_node *node,
			 u32 home, unsigned int *n)
{
	const struct mx_key *reply = &mx_flow_node_reply(node)->key;
	u8 tag = mx_bucket_tag(home);
	struct mx_flow_node *other;
	unsigned long match;

	do {
		match = mx_bucket_match(READ_ONCE(b.tags->word), tag);
		for (; match; match &= match - 1) {
			other = rcu_dereference(b.slots->slot[mx_bucket_slot(match)]);
			if (!other || other == node || other->hash != home ||
			    other->key.dir != MX_DIR_ORIG)
				continue;
			if (mx_key_equal(&other->key, &node->key))
				return -EEXIST;
			if (mx_key_equal(&mx_flow_node_reply(other)->key,
					 reply))
				return -EADDRINUSE;
			++*n;
		}
	} while (unlikely(mx_bucket_next(&b)));
	return 0;
}

/* The same of flows that are spread. */
static int mx_spread_clash(const struct mx_flow_map *map,
			   struct mx_flow_node *node)
{
	if (mx_flow_map_find_spread(map, &node->key))
		return -EEXIST;
	if (mx_flow_map_find_spread(map, &mx_flow_node_reply(node)->key))
		return -EADDRINUSE;
	return 0;
}

/**
 * struct mx_home - the home of a flow, locked
 * @b: in the first table; flows that were here before it is resized
 * @next: in the next one, where new flows go; all NULL if there is none
 */
struct mx_home {
	struct mx_flow_bucket b;
	struct mx_flow_bucket next;
};

/*
 * Locks the bucket of the next table beside that of the first, so that what is
 * counted of locks stays the same.
 */
static void mx_bucket_lock_too(struct mx_flow_bucket b)
{
	mx_bucket_lock(b);
	__release(bitlock);
}

static void mx_bucket_unlock_too(struct mx_flow_bucket b)
{
	__acquire(bitlock);
	mx_bucket_unlock(b);
}

/*
 * That the next table is not seen with the bucket locked means that this
 * bucket has not been moved yet.
 */
static void mx_home_lock(struct mx_home *h, const struct mx_flow_map *map,
			 u32 home) __acquires(bitlock)
{
	const struct mx_flow_buckets *tbl = rcu_dereference(map->tbl);

	h->b = mx_bucket(tbl, home);
	mx_bucket_lock(h->b);
	tbl = rcu_dereference(tbl->next);
	h->next = (struct mx_flow_bucket){ };
	if (likely(!tbl))
		return;
	h->next = mx_bucket(tbl, home);
	mx_bucket_lock_too(h->next);
}

static void mx_home_unlock(const struct mx_home *h) __releases(bitlock)
{
	if (unlikely(h->next.tags))
		mx_bucket_unlock_too(h->next);
	mx_bucket_unlock(h->b);
}

static int mx_home_check(const struct mx_home *h, struct mx_flow_node *node,
			 u32 home, unsigned int *n)
{
	int err = mx_home_clash(h->b, node, home, n);

	if (unlikely(h->next.tags) && !err)
		err = mx_home_clash(h->next, node, home, n);
	return err;
}

/* Puts a flow into its home. -ENOSPC if it is to be spread. */
static int mx_home_put(const struct mx_home *h, const struct mx_flow_map *map,
		       struct mx_flow_node *node)
{
	unsigned int n = 0;
	int err;

	err = mx_home_check(h, node, node->hash, &n);
	if (err)
		return err;
	if (unlikely(mx_bucket_spreads(h->b) ||
		     (h->next.tags && mx_bucket_spreads(h->next)))) {
		err = mx_spread_clash(map, node);
		if (err)
			return err;
	}
	if (likely(n < MX_HOME_FLOWS))
		return mx_bucket_put(h->next.tags ? h->next : h->b, node);
	set_bit(MX_BUCKET_SPREAD, &h->b.tags->word);
	if (h->next.tags)
		set_bit(MX_BUCKET_SPREAD, &h->next.tags->word);
	return -ENOSPC;
}

/* Puts one node of a flow that is spread where its hash says. */
static int mx_spread_put(const struct mx_flow_map *map,
			 struct mx_flow_node *node)
{
	const struct mx_flow_buckets *tbl = rcu_dereference(map->tbl);
	struct mx_flow_bucket b = mx_bucket(tbl, node->hash), to = b;
	const struct mx_flow_buckets *next;
	int err = -EEXIST;

	mx_bucket_lock(b);
	if (mx_bucket_find(b, &node->key, node->hash, false))
		goto unlock;
	next = rcu_dereference(tbl->next);
	/* the home was marked in a table that may be gone by now */
	mx_flow_map_mark(map, next ?: tbl, node);
	if (unlikely(next)) {
		to = mx_bucket(next, node->hash);
		mx_bucket_lock_too(to);
	}
	if (!next || !mx_bucket_find(to, &node->key, node->hash, false))
		err = mx_bucket_put(to, node);
	if (unlikely(next))
		mx_bucket_unlock_too(to);
unlock:
	mx_bucket_unlock(b);
	return err;
}

static bool mx_flow_map_take(const struct mx_flow_map *map,
			     const struct mx_flow_node *node)
{
	const struct mx_flow_buckets *tbl = rcu_dereference(map->tbl);
	struct mx_flow_bucket b;
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

/*
 * A flow that is spread, its home marked. The reply first: a packet of the
 * request that finds the flow finds it whole. Of two that add the same, one by
 * way of the home and one here, the former looks for the latter after the mark
 * was set, and the latter for the former after all was put: one sees the other.
 */
static int mx_flow_map_spread(struct mx_flow_map *map,
			      struct mx_flow_node *node)
{
	struct mx_flow_node *reply = mx_flow_node_reply(node);
	u32 home = node->hash;
	unsigned int n = 0;
	struct mx_home h;
	int err;

	node->hash = mx_key_hash(&node->key, &map->seed);
	reply->hash = mx_key_hash(&reply->key, &map->seed);
	node->spread = true;
	reply->spread = true;
	err = mx_spread_put(map, reply);
	if (err)
		return err == -EEXIST ? -EADDRINUSE : err;
	err = mx_spread_put(map, node);
	if (err) {
		mx_flow_map_take(map, reply);
		return err;
	}
	atomic_inc(&map->spread);
	mx_home_lock(&h, map, home);
	err = mx_home_check(&h, node, home, &n);
	mx_home_unlock(&h);
	return err ? -EBUSY : 0;
}

/**
 * mx_flow_map_insert() - add a flow
 * @map: the table
 * @node: the node of its first direction, its key set; that of the reply's key
 *	after it. A reply goes to where the request came from
 *
 * The caller has looked for the first key in vain. Of two flows of different
 * clients that are added at once, one may have as its first key what the other
 * one has as its replies': the first key wins then as long as it lives.
 *
 * Context: RCU reader; softirqs are off.
 * Return: 0; -EEXIST if the first key is taken, -EADDRINUSE if the reply's key
 * is, or -ENOMEM, with the flow not added, though readers may have met it;
 * -EBUSY if it was added, but not before another one with its keys, and is to
 * be removed again.
 */
int mx_flow_map_insert(struct mx_flow_map *map, struct mx_flow_node *node)
{
	struct mx_home h;
	int err;

	if (mx_flow_map_asks(map, &mx_flow_node_reply(node)->key))
		return -EADDRINUSE;
	node->hash = mx_flow_map_home(map, &node->key);
	node->spread = false;
	mx_home_lock(&h, map, node->hash);
	err = mx_home_put(&h, map, node);
	mx_home_unlock(&h);
	return unlikely(err == -ENOSPC) ? mx_flow_map_spread(map, node) : err;
}

/**
 * mx_flow_map_remove() - take a flow out
 * @map: the table
 * @node: the node of its first direction; its memory stays for a grace period
 *
 * Context: RCU reader; any but hard interrupt.
 * Return: false if it was not there.
 */
bool mx_flow_map_remove(struct mx_flow_map *map, struct mx_flow_node *node)
{
	if (likely(!node->spread))
		return mx_flow_map_take(map, node);
	if (!mx_flow_map_take(map, mx_flow_node_reply(node)))
		return false;
	atomic_dec(&map->spread);
	return mx_flow_map_take(map, node);
}

/**
 * mx_flow_map_visit() - look at the nodes of one bucket
 * @map: the table
 * @pos: a hash that belongs into it; a walk begins with 0
 * @fn: called for each node: that of the first direction, and of flows that
 *	are spread the reply's too
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
 * mx_flow_map_bytes() - memory of the table without its flows
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
		bytes += (u64)(sizeof(*tbl->tags) + sizeof(*tbl->slots)) <<
			 tbl->bits;
	return bytes;
}
