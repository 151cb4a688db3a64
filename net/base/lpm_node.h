/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Nodes of the prefix trie: their layout, and how they are built and freed.
 * Only lpm*.c include this.
 *
 * A node at depth D stands for D whole bytes of address, and splits what
 * follows by the next byte, into 256 positions. It has two parts:
 *
 * - entries: what the user configured, sorted by (position, length). An entry
 *   is a prefix whose length is 8 * D + 1 to 8 * D + 8, or a child node. Only
 *   writers look at entries.
 * - runs: what readers look at. The positions are cut at the start and at the
 *   end of every entry, so that all of a run has the same answer: a child, the
 *   value of the longest of this node's prefixes that covers it, or NULL. A
 *   bitmap says where runs start, so the number of bits set up to a position
 *   is the index of its run.
 *
 *       position   0         64   65        128               255
 *       entries    [   prefix /2       ]    |
 *                            [child]        |
 *       runs       [ value  ][child][value ][ NULL               ]
 *       start      1          1     1       1
 *
 * NULL means @dflt, which is the right answer for the whole node from above:
 * so the last node that a reader reaches has the whole answer, and no reader
 * has to remember what it passed.
 *
 * Bytes that do not tell prefixes apart have no node: a child may be deeper
 * than its parent's depth + 1. Such a child is marked @skip, and a reader
 * compares the address with the child's own.
 *
 * The set of runs of a published node never grows. An insertion publishes a
 * copy; a removal writes new answers over the old ones in place, which needs
 * no memory, and swaps in a smaller copy afterwards if it can get one.
 *
 * A node with many runs is made @full: it has a run for every position, and
 * its runs hold the answer from above where they have none of their own. So
 * whoever comes by a pointer that says so picks his answer without a look at
 * the node's head. Full nodes also take insertions in place.
 */
#ifndef MX_BASE_LPM_NODE_H
#define MX_BASE_LPM_NODE_H

#include <linux/bitops.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/byteorder.h>

#include "base/lpm.h"
#include "mx.h"

/* Bytes of the longest address: the greatest number of nodes on one way. */
#define MX_LPM_DEPTH_MAX	16

/* The direct index: entries, and at how many prefixes it comes and goes. */
#define MX_LPM_DIR_BITS		16
#define MX_LPM_DIR_SIZE		BIT(MX_LPM_DIR_BITS)
#define MX_LPM_DIR_DEPTH	(MX_LPM_DIR_BITS / 8)
#define MX_LPM_DIR_MIN		8192
#define MX_LPM_DIR_ADD		16384

/* An entry's key: position << 4 | length, where a child sorts last. */
#define MX_LPM_CHILD		9U

/* A full node: from how many runs on it is made, and below how many no more. */
#define MX_LPM_FULL_ADD		64
#define MX_LPM_FULL_MIN		48

/* A run whose pointer has this bit is a child. */
#define MX_LPM_NODE		BIT(0)
/* With this one too, it is full and exactly where the pointer leads to. */
#define MX_LPM_FULL		BIT(1)

/**
 * struct mx_lpm_key - an address, left-aligned, in the CPU's order
 * @hi: the first 64 bits
 * @lo: the last 64 bits, 0 for IPv4
 */
struct mx_lpm_key {
	u64 hi;
	u64 lo;
};

/**
 * struct mx_lpm_node - one node of the trie
 * @nrun: number of runs (writer)
 * @nent: number of entries in use (writer)
 * @ncap: number of entries there is room for (writer)
 * @nchild: how many of the entries are children (writer)
 * @size: size of the allocation in bytes (writer)
 * @stale: runs may be cut finer than the entries say (writer)
 * @rcu: takes the place of the writer's fields once the node is unlinked
 * @dflt: the answer where a run has none, may be NULL
 * @start: one bit for each position at which a run starts; bit 0 is set
 * @rank: number of runs that start before each word of @start
 * @depth: whole bytes of address above this node
 * @skip: the parent does not prove all of @key, so readers compare
 * @full: there is a run for each position, and none defers to @dflt
 * @key: the bits of address above this node, all others zero
 * @slot: an answer for each run; behind it, the entries' pointers and then the
 *	entries' keys
 *
 * Readers touch the first cache line, a slot, and @key if @skip is set.
 */
struct mx_lpm_node {
	union {
		struct {
			u16 nrun;
			u16 nent;
			u16 ncap;
			u16 nchild;
			u32 size;
			bool stale;
		};
		struct rcu_head rcu;
	};
	void __rcu *dflt;
	u64 start[4];
	u8 rank[4];
	u8 depth;
	bool skip;
	bool full;
	struct mx_lpm_key key;
	void __rcu *slot[];
};

/* Read a pointer as the table's writer. */
#define mx_lpm_deref(t, p)	mx_dereference(p, (t)->lock)

static inline bool mx_lpm_is_node(const void *p)
{
	return (unsigned long)p & MX_LPM_NODE;
}

static inline bool mx_lpm_is_full(const void *p)
{
	return (unsigned long)p & MX_LPM_FULL;
}

static inline struct mx_lpm_node *mx_lpm_to_node(const void *p)
{
	return (struct mx_lpm_node *)((unsigned long)p &
				      ~(MX_LPM_NODE | MX_LPM_FULL));
}

/* The pointer to a node from a place where the next byte is that at @depth. */
static inline void *mx_lpm_tag(const struct mx_lpm_node *n, unsigned int depth)
{
	return (void *)((unsigned long)n | MX_LPM_NODE |
			(n->full && n->depth == depth ? MX_LPM_FULL : 0));
}

/* Addresses may have any alignment, hence the copies. */
static inline struct mx_lpm_key mx_lpm_load4(const void *addr)
{
	__be32 word;

	memcpy(&word, addr, sizeof(word));
	return (struct mx_lpm_key){ .hi = (u64)be32_to_cpu(word) << 32 };
}

static inline struct mx_lpm_key mx_lpm_load6(const void *addr)
{
	__be64 word[2];

	memcpy(word, addr, sizeof(word));
	return (struct mx_lpm_key){
		.hi = be64_to_cpu(word[0]),
		.lo = be64_to_cpu(word[1]),
	};
}

static inline struct mx_lpm_key mx_lpm_load(const struct mx_lpm *t,
					    const void *addr)
{
	return t->plen_max == 32 ? mx_lpm_load4(addr) : mx_lpm_load6(addr);
}

/* The byte of the address by which a node at this depth splits. */
static inline unsigned int mx_lpm_byte(const struct mx_lpm_key *k,
				       unsigned int depth)
{
	u64 word = depth < 8 ? k->hi : k->lo;

	return (u8)(word >> (56 - 8 * (depth & 7)));
}

/* Do the first @depth bytes of both differ? */
static inline bool mx_lpm_differ(const struct mx_lpm_key *a,
				 const struct mx_lpm_key *b, unsigned int depth)
{
	if (!depth)
		return false;
	if (depth <= 8)
		return (a->hi ^ b->hi) >> (64 - 8 * depth);
	return a->hi != b->hi || (a->lo ^ b->lo) >> (128 - 8 * depth);
}

/* The index of the run that holds this position. */
static inline unsigned int mx_lpm_run(const struct mx_lpm_node *n,
				      unsigned int pos)
{
	unsigned int word = pos >> 6;

	/* Shift out the bits above the position, and count the rest. */
	return n->rank[word] + hweight64(n->start[word] << (63 - (pos & 63))) - 1;
}

static inline void **mx_lpm_ents(const struct mx_lpm_node *n)
{
	return (void **)(n->slot + n->nrun);
}

static inline u16 *mx_lpm_keys(const struct mx_lpm_node *n)
{
	return (u16 *)(mx_lpm_ents(n) + n->ncap);
}

static inline unsigned int mx_lpm_ent_pos(u16 key)
{
	return key >> 4;
}

static inline unsigned int mx_lpm_ent_len(u16 key)
{
	return key & 15;
}

/* The position behind a prefix or child. */
static inline unsigned int mx_lpm_ent_end(u16 key)
{
	unsigned int len = mx_lpm_ent_len(key);

	return mx_lpm_ent_pos(key) + (len < 8 ? 1U << (8 - len) : 1);
}

/* lpm_node.c */
struct mx_lpm_node *mx_lpm_node_make(struct mx_lpm *t, unsigned int depth,
				     const struct mx_lpm_key *key,
				     unsigned int nent, const u16 *ekeys,
				     void *const *ptrs);
struct mx_lpm_node *mx_lpm_node_add(struct mx_lpm *t,
				    const struct mx_lpm_node *old, u16 ekey,
				    void *ptr);
struct mx_lpm_node *mx_lpm_node_shrink(struct mx_lpm *t,
				       const struct mx_lpm_node *old);
unsigned int mx_lpm_node_find(const struct mx_lpm_node *n, u16 ekey);
bool mx_lpm_node_has(const struct mx_lpm_node *n, unsigned int i, u16 ekey);

/* lpm_fill.c */
void mx_lpm_node_fill(struct mx_lpm_node *n);
bool mx_lpm_node_put(struct mx_lpm_node *n, u16 ekey, void *ptr);
void mx_lpm_node_set(struct mx_lpm_node *n, unsigned int i, void *ptr);
void mx_lpm_node_del(struct mx_lpm_node *n, unsigned int i);
void mx_lpm_node_sync(struct mx_lpm *t, struct mx_lpm_node *n);
void mx_lpm_node_push(struct mx_lpm *t, struct mx_lpm_node *n, void *dflt);

/* lpm_limbo.c */
void mx_lpm_node_drop(struct mx_lpm *t, struct mx_lpm_node *n);
void mx_lpm_node_retire(struct mx_lpm *t, struct mx_lpm_node *n);
void mx_lpm_reclaim(struct mx_lpm *t);
void mx_lpm_reclaim_all(struct mx_lpm *t);

/* lpm_dir.c */
void mx_lpm_dir_update(struct mx_lpm *t, const struct mx_lpm_key *key, u8 plen);
void mx_lpm_dir_resize(struct mx_lpm *t);
void mx_lpm_dir_free(struct mx_lpm *t);

#endif /* MX_BASE_LPM_NODE_H */
