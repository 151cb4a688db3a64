/* SPDX-License-Identifier: GPL-2.0 */
/* A bucket of the table of flows; see flow_map.c. */
#ifndef MX_STEER_FLOW_BUCKET_H
#define MX_STEER_FLOW_BUCKET_H

#include <linux/bits.h>
#include <linux/rcupdate.h>
#include "steer/flow_map.h"
/* needs what others have to bring on user-mode Linux */
#include <linux/bit_spinlock.h>

#define MX_BUCKET_SLOTS		(sizeof(long) - 1)
#define MX_BUCKET_BYTES		(~0UL / 0xff)	/* 1 in each byte */

/* Bits of the lowest byte of a bucket's tags */
#define MX_BUCKET_LOCK		0
#define MX_BUCKET_SPREAD	1	/* flows at home here lie elsewhere */
#define MX_BUCKET_CHAINED	2	/* there is one bucket more */

/**
 * struct mx_flow_tags - what a bucket holds, in a word
 * @word: bits MX_BUCKET_ in the lowest byte; each of the others is the tag of a
 *	slot, a byte of its node's hash, or 0 if the slot is free
 * @byte: the same, of which a tag is written without touching the bits
 */
struct mx_flow_tags {
	union {
		unsigned long word;
		u8 byte[sizeof(long)];
	};
};

/**
 * struct mx_flow_slots - the nodes of a bucket
 * @slot: nodes; NULL if free
 * @more: when all are taken, one more bucket
 */
struct mx_flow_slots {
	struct mx_flow_node __rcu *slot[MX_BUCKET_SLOTS];
	struct mx_flow_more __rcu *more;
};

/**
 * struct mx_flow_more - a bucket that another one is chained to
 * @tags: its tags; the lock is that of the first bucket in the chain
 * @slots: its nodes
 */
struct mx_flow_more {
	struct mx_flow_tags tags;
	struct mx_flow_slots slots;
};

/**
 * struct mx_flow_buckets - a table of buckets
 * @tags: the buckets' tags
 * @slots: the buckets' nodes, aligned to their size
 * @bits: the number of buckets is 1 << @bits
 * @next: where nodes move, or have moved, to
 *
 * The tags lie apart: eight buckets' in a line, so that they stay in the cache
 * where slots do not, and a new flow reads nothing else.
 */
struct mx_flow_buckets {
	struct mx_flow_tags *tags;
	struct mx_flow_slots *slots;
	unsigned int bits;
	struct mx_flow_buckets __rcu *next;
};

/**
 * struct mx_flow_bucket - where a bucket is
 * @tags: its tags
 * @slots: its nodes
 */
struct mx_flow_bucket {
	struct mx_flow_tags *tags;
	struct mx_flow_slots *slots;
};

static inline struct mx_flow_bucket
mx_bucket_at(const struct mx_flow_buckets *tbl, u32 i)
{
	return (struct mx_flow_bucket){ &tbl->tags[i], &tbl->slots[i] };
}

static inline struct mx_flow_bucket
mx_bucket(const struct mx_flow_buckets *tbl, u32 hash)
{
	return mx_bucket_at(tbl, hash >> (32 - tbl->bits));
}

static inline void mx_bucket_lock(struct mx_flow_bucket b)
	__acquires(bitlock)
{
	bit_spin_lock(MX_BUCKET_LOCK, &b.tags->word);
}

static inline void mx_bucket_unlock(struct mx_flow_bucket b)
	__releases(bitlock)
{
	bit_spin_unlock(MX_BUCKET_LOCK, &b.tags->word);
}

static inline bool mx_bucket_spreads(struct mx_flow_bucket b)
{
	return test_bit(MX_BUCKET_SPREAD, &b.tags->word);
}

/* Moves on to the bucket chained to @b; false if there is none. */
static inline bool mx_bucket_next(struct mx_flow_bucket *b)
{
	struct mx_flow_more *more;

	if (likely(!test_bit(MX_BUCKET_CHAINED, &b->tags->word)))
		return false;
	more = rcu_dereference(b->slots->more);
	if (!more)
		return false;
	b->tags = &more->tags;
	b->slots = &more->slots;
	return true;
}

static inline u8 mx_bucket_tag(u32 hash)
{
	return hash & 0xff ?: 0x80;
}

/*
 * Bytes of @word that are equal to @tag have their highest bit set in the
 * result. Of those above the first one others may have, seldom.
 */
static inline unsigned long mx_bucket_match(unsigned long word, u8 tag)
{
	unsigned long diff = (word ^ tag * MX_BUCKET_BYTES) | 0xff;

	return (diff - MX_BUCKET_BYTES) & ~diff & (MX_BUCKET_BYTES << 7);
}

/* Which slot the lowest bit of such a result means. */
static inline unsigned int mx_bucket_slot(unsigned long match)
{
	return __ffs(match) / 8 - 1;
}

/*
 * Finds the node of a key: one that lies here by it, or with @reply that of the
 * replies of a flow at home here.
 */
static __always_inline struct mx_flow_node *
mx_bucket_find(struct mx_flow_bucket b, const struct mx_key *key, u32 hash,
	       bool reply)
{
	u8 tag = mx_bucket_tag(hash);
	struct mx_flow_node *node;
	unsigned long match;

	do {
		match = mx_bucket_match(READ_ONCE(b.tags->word), tag);
		for (; match; match &= match - 1) {
			node = rcu_dereference(b.slots->slot[mx_bucket_slot(match)]);
			if (unlikely(!node || node->hash != hash))
				continue;
			if (reply) {
				if (node->key.dir != MX_DIR_ORIG)
					continue;
				node = mx_flow_node_reply(node);
			}
			if (likely(mx_key_equal(&node->key, key)))
				return node;
		}
	} while (unlikely(mx_bucket_next(&b)));
	return NULL;
}

/* Marks the home of a flow that is spread. */
static inline void mx_flow_map_mark(const struct mx_flow_map *map,
				    const struct mx_flow_buckets *tbl,
				    const struct mx_flow_node *node)
{
	u32 home = mx_key_hash_end(&node->key, node->key.dir, &map->seed);

	set_bit(MX_BUCKET_SPREAD, &mx_bucket(tbl, home).tags->word);
}

int mx_bucket_put(struct mx_flow_bucket b, struct mx_flow_node *node);
bool mx_bucket_take(struct mx_flow_bucket b, const struct mx_flow_node *node);
void mx_bucket_clear(struct mx_flow_bucket b, unsigned int slot);
void mx_bucket_visit(struct mx_flow_bucket b, mx_flow_visit_t fn, void *arg);
struct mx_flow_buckets *mx_buckets_alloc(unsigned int bits);
void mx_buckets_free(struct mx_flow_buckets *tbl);

#endif /* MX_STEER_FLOW_BUCKET_H */
