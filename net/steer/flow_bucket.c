// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/prefetch.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "steer/flow_bucket.h"

#define MX_FREE_SLICE		256	/* buckets freed between two breaths */

/* Others may set bits of the same word meanwhile. */
static void mx_bucket_set_tag(struct mx_flow_bucket b, unsigned int slot,
			      u8 tag)
{
	unsigned int i = slot + 1;

	if (IS_ENABLED(CONFIG_CPU_BIG_ENDIAN))
		i = sizeof(b.tags->byte) - 1 - i;
	WRITE_ONCE(b.tags->byte[i], tag);
}

static struct mx_flow_more *mx_bucket_chain(struct mx_flow_bucket b)
{
	struct mx_flow_more *more;

	more = kzalloc(sizeof(*more), GFP_ATOMIC | __GFP_NOWARN);
	if (!more)
		return NULL;
	rcu_assign_pointer(b.slots->more, more);
	set_bit(MX_BUCKET_CHAINED, &b.tags->word);
	return more;
}

/**
 * mx_bucket_put() - put a node into a bucket
 * @b: the bucket, locked
 * @node: the node
 *
 * Context: RCU reader; softirqs are off.
 * Return: 0, or -ENOMEM if a bucket more was needed.
 */
int mx_bucket_put(struct mx_flow_bucket b, struct mx_flow_node *node)
{
	struct mx_flow_more *more;
	unsigned long match;
	unsigned int slot;

	do {
		match = mx_bucket_match(READ_ONCE(b.tags->word), 0);
	} while (unlikely(!match) && mx_bucket_next(&b));
	if (unlikely(!match)) {
		more = mx_bucket_chain(b);
		if (!more)
			return -ENOMEM;
		b = (struct mx_flow_bucket){ &more->tags, &more->slots };
		slot = 0;
	} else {
		slot = mx_bucket_slot(match);
	}
	rcu_assign_pointer(b.slots->slot[slot], node);
	mx_bucket_set_tag(b, slot, mx_bucket_tag(node->hash));
	return 0;
}

/**
 * mx_bucket_clear() - free a slot
 * @b: the bucket, not one before it in its chain; the first of the chain is
 *	locked
 * @slot: the slot
 *
 * Context: softirqs are off.
 */
void mx_bucket_clear(struct mx_flow_bucket b, unsigned int slot)
{
	RCU_INIT_POINTER(b.slots->slot[slot], NULL);
	mx_bucket_set_tag(b, slot, 0);
}

/**
 * mx_bucket_take() - take a node out of a bucket
 * @b: the bucket, locked
 * @node: the node
 *
 * Context: RCU reader; softirqs are off.
 * Return: false if it is elsewhere.
 */
bool mx_bucket_take(struct mx_flow_bucket b, const struct mx_flow_node *node)
{
	unsigned int i;

	do {
		for (i = 0; i < MX_BUCKET_SLOTS; i++) {
			if (rcu_access_pointer(b.slots->slot[i]) != node)
				continue;
			mx_bucket_clear(b, i);
			return true;
		}
	} while (mx_bucket_next(&b));
	return false;
}

/**
 * mx_bucket_visit() - look at the nodes of a bucket
 * @b: the bucket
 * @fn: called for each node
 * @arg: passed to @fn
 *
 * Context: RCU reader.
 */
void mx_bucket_visit(struct mx_flow_bucket b, mx_flow_visit_t fn, void *arg)
{
	struct mx_flow_node *node;
	unsigned int i;

	do {
		if (READ_ONCE(b.tags->word) <= 0xff)
			continue;
		for (i = 0; i < MX_BUCKET_SLOTS; i++)
			prefetch(rcu_access_pointer(b.slots->slot[i]));
		for (i = 0; i < MX_BUCKET_SLOTS; i++) {
			node = rcu_dereference(b.slots->slot[i]);
			if (node)
				fn(node, arg);
		}
	} while (mx_bucket_next(&b));
}

/**
 * mx_buckets_alloc() - make empty buckets
 * @bits: their number is 1 << @bits
 *
 * Context: process.
 * Return: the buckets, or NULL without memory.
 */
struct mx_flow_buckets *mx_buckets_alloc(unsigned int bits)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_NOWARN;
	struct mx_flow_buckets *tbl;

	BUILD_BUG_ON_NOT_POWER_OF_2(sizeof(struct mx_flow_slots));
	tbl = kzalloc(sizeof(*tbl), gfp);
	if (!tbl)
		return NULL;
	tbl->bits = bits;
	tbl->tags = kvzalloc(sizeof(*tbl->tags) << bits, gfp);
	/* a power of two, and so aligned to its size or to a page */
	tbl->slots = kvzalloc(sizeof(*tbl->slots) << bits, gfp);
	if (tbl->tags && tbl->slots)
		return tbl;
	kvfree(tbl->tags);
	kvfree(tbl->slots);
	kfree(tbl);
	return NULL;
}

/**
 * mx_buckets_free() - free buckets that nobody can find any more
 * @tbl: the buckets; may be NULL
 *
 * Context: process, sleeps.
 */
void mx_buckets_free(struct mx_flow_buckets *tbl)
{
	struct mx_flow_more *more, *next;
	u32 i;

	if (!tbl)
		return;
	for (i = 0; i < 1U << tbl->bits; i++) {
		if (!(i % MX_FREE_SLICE))
			cond_resched();
		if (!test_bit(MX_BUCKET_CHAINED, &tbl->tags[i].word))
			continue;
		/* no lock is needed: there is no other user */
		more = rcu_dereference_protected(tbl->slots[i].more, 1);
		for (; more; more = next) {
			next = rcu_dereference_protected(more->slots.more, 1);
			kfree(more);
		}
	}
	kvfree(tbl->tags);
	kvfree(tbl->slots);
	kfree(tbl);
}
