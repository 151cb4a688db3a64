// SPDX-License-Identifier: GPL-2.0
/*
 * hash: the same member for the same key, whoever else comes and goes.
 *
 * The space of hashes is cut into 65,536 slots, and for each slot all members
 * compete. Member m draws for slot s a number v from 0 to 1 that depends on
 * the group's seed, m and s alone, and the lowest -log(1 - v) / weight owns the
 * slot: so each member wins with a chance in proportion to its weight
 * (weighted rendezvous hashing, Thaler and Ravishankar 1998). Since no draw
 * depends on another member,
 *
 * - a member that leaves moves its own slots and no others,
 * - a member that joins takes its fair share and moves no others,
 * - a changed weight moves the difference only,
 * - all nodes with the same seed and members have the same table, whatever the
 *   order of configuration and however the table came about.
 *
 * A table is a function of its pool, but to compute it all is not needed when
 * the pool before is known. A slot whose owner is still there and not lighter
 * than before can only go to a member that is new or heavier: so a change of
 * one member costs 65,536 draws or few more, instead of as many for each.
 *
 * With n members a share deviates from the fair one as the draw of 65,536
 * balls does: by sqrt(n) / 256 of itself, 4 % with 100 members (standard
 * deviation).
 */
#include <linux/errno.h>
#include <linux/hash.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "base/mix.h"
#include "base/neglog2.h"
#include "group/sched.h"

#define MX_HASH_BITS	16
#define MX_HASH_SLOTS	BIT(MX_HASH_BITS)

/* Slots decided before others may use the CPU: a millisecond with 4,096. */
#define MX_HASH_BATCH	64

/* In units of what is a weight's reciprocal kept; -log2 takes 38 bits. */
#define MX_HASH_UNIT_BITS	25

/* Marks a former member that no longer owns what it owned. */
#define MX_HASH_GONE	U16_MAX

/**
 * struct mx_hash_table - the data of a pool with two members or more
 * @owner: index of the member that owns each slot
 */
struct mx_hash_table {
	u16 owner[MX_HASH_SLOTS];
};

/**
 * struct mx_hash_rival - a member in the competition
 * @base: what its draws are made from
 * @lightness: 2^25 / weight
 */
struct mx_hash_rival {
	u64 base;
	u32 lightness;
};

/**
 * struct mx_hash_ref - names a member while members are matched
 * @id: the member's id
 * @index: its place in its pool
 */
struct mx_hash_ref {
	u64 id;
	u32 index;
};

/**
 * struct mx_hash_work - what is needed while a table is built
 * @pool: the pool
 * @rivals: its members
 * @gainers: indexes of those that are new or heavier than before
 * @n_gainers: how many
 * @heir: for each former member, its index now or MX_HASH_GONE
 * @refs: room to match the former members with those of now
 * @log: the logarithm
 */
struct mx_hash_work {
	const struct mx_pool *pool;
	struct mx_hash_rival *rivals;
	u16 *gainers;
	u32 n_gainers;
	u16 *heir;
	struct mx_hash_ref *refs;
	struct mx_neglog2 log;
};

/**
 * struct mx_hash_winner - the best offer for a slot
 * @cost: -log2(1 - draw) / weight, scaled
 * @draw: decides between equal costs
 * @index: of the member
 */
struct mx_hash_winner {
	u64 cost;
	u64 draw;
	u32 index;
};

/* Member @i competes for the slot that is named by @name. */
static void mx_hash_offer(const struct mx_hash_work *w, u64 name, u32 i,
			  struct mx_hash_winner *best)
{
	const struct mx_hash_rival *rival = &w->rivals[i];
	u64 draw = mx_mix64(rival->base + name);
	u64 cost;

	/* -log2(1 - v) > 1.375 v saves most members the logarithm. */
	cost = (draw >> 32) + (draw >> 34) + (draw >> 35);
	if (cost * rival->lightness > best->cost)
		return;

	cost = mx_neglog2(&w->log, ~draw ?: 1) * rival->lightness;
	if (cost > best->cost || (cost == best->cost && draw >= best->draw))
		return;
	best->cost = cost;
	best->draw = draw;
	best->index = i;
}

static u64 mx_hash_slot_name(u32 slot)
{
	return slot * MX_MIX_STEP;
}

/* The owner of a slot if nothing is known of the past. */
static u16 mx_hash_decide(const struct mx_hash_work *w, u32 slot)
{
	struct mx_hash_winner best = { .cost = U64_MAX, .draw = U64_MAX };
	u64 name = mx_hash_slot_name(slot);
	u32 i;

	for (i = 0; i < w->pool->n; i++)
		mx_hash_offer(w, name, i, &best);
	return best.index;
}

/* The owner of a slot whose former owner is still as heavy or heavier. */
static u16 mx_hash_defend(const struct mx_hash_work *w, u32 slot, u16 owner)
{
	struct mx_hash_winner best = { .cost = U64_MAX, .draw = U64_MAX };
	u64 name = mx_hash_slot_name(slot);
	u32 i;

	mx_hash_offer(w, name, owner, &best);
	for (i = 0; i < w->n_gainers; i++)
		mx_hash_offer(w, name, w->gainers[i], &best);
	return best.index;
}

static int mx_hash_ref_cmp(const void *a, const void *b)
{
	const struct mx_hash_ref *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void mx_hash_sort(struct mx_hash_ref *refs, const struct mx_pool *pool)
{
	u32 i;

	for (i = 0; i < pool->n; i++) {
		refs[i].id = pool->slots[i].member->id;
		refs[i].index = i;
	}
	sort(refs, pool->n, sizeof(*refs), mx_hash_ref_cmp, NULL);
}

/* Finds the heir of each former member, and who may gain slots. */
static void mx_hash_match(struct mx_hash_work *w, const struct mx_pool *old)
{
	const struct mx_pool *pool = w->pool;
	struct mx_hash_ref *was = w->refs;
	struct mx_hash_ref *now = w->refs + old->n;
	u32 i = 0, j;

	mx_hash_sort(was, old);
	mx_hash_sort(now, pool);
	memset(w->heir, 0xff, old->n * sizeof(*w->heir));
	w->n_gainers = 0;
	for (j = 0; j < pool->n; j++) {
		u32 weight_was = 0;
		u32 weight = pool->slots[now[j].index].weight;

		while (i < old->n && was[i].id < now[j].id)
			i++;
		if (i < old->n && was[i].id == now[j].id) {
			weight_was = old->slots[was[i].index].weight;
			if (weight >= weight_was)
				w->heir[was[i].index] = now[j].index;
			i++;
		}
		if (weight > weight_was)
			w->gainers[w->n_gainers++] = now[j].index;
	}
}

static void mx_hash_work_end(struct mx_hash_work *w)
{
	kvfree(w->refs);
	kvfree(w->heir);
	kvfree(w->gainers);
	kvfree(w->rivals);
	kfree(w);
}

static struct mx_hash_work *mx_hash_work_begin(const struct mx_pool *pool,
					       const struct mx_pool *old)
{
	struct mx_hash_work *w;
	u32 i;

	w = kzalloc(sizeof(*w), GFP_KERNEL);
	if (!w)
		return NULL;
	w->pool = pool;
	w->rivals = kvmalloc_array(pool->n, sizeof(*w->rivals), GFP_KERNEL);
	if (!w->rivals)
		goto end;
	for (i = 0; i < pool->n; i++) {
		w->rivals[i].base = siphash_1u64(pool->slots[i].member->id,
						 &pool->seed);
		w->rivals[i].lightness =
			DIV_ROUND_CLOSEST(BIT(MX_HASH_UNIT_BITS),
					  pool->slots[i].weight);
	}
	mx_neglog2_init(&w->log);
	if (!old)
		return w;

	w->gainers = kvmalloc_array(pool->n, sizeof(*w->gainers), GFP_KERNEL);
	w->heir = kvmalloc_array(old->n, sizeof(*w->heir), GFP_KERNEL);
	w->refs = kvmalloc_array(old->n + pool->n, sizeof(*w->refs),
				 GFP_KERNEL);
	if (!w->gainers || !w->heir || !w->refs)
		goto end;
	mx_hash_match(w, old);
	return w;

end:
	mx_hash_work_end(w);
	return NULL;
}

static int mx_hash_build(struct mx_pool *pool, const struct mx_pool *old)
{
	const struct mx_hash_table *former = old ? old->data : NULL;
	struct mx_hash_table *table;
	struct mx_hash_work *w;
	u32 slot;
	u16 heir;

	pool->data = NULL;
	if (pool->n == 1)
		return 0;

	table = kvmalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return -ENOMEM;
	w = mx_hash_work_begin(pool, former ? old : NULL);
	if (!w)
		goto free_table;

	for (slot = 0; slot < MX_HASH_SLOTS; slot++) {
		heir = former ? w->heir[former->owner[slot]] : MX_HASH_GONE;
		if (heir == MX_HASH_GONE)
			table->owner[slot] = mx_hash_decide(w, slot);
		else if (w->n_gainers)
			table->owner[slot] = mx_hash_defend(w, slot, heir);
		else
			table->owner[slot] = heir;
		if (slot % MX_HASH_BATCH == 0)
			cond_resched();
	}
	mx_hash_work_end(w);
	pool->data = table;
	return 0;

free_table:
	kvfree(table);
	return -ENOMEM;
}

static void mx_hash_free(struct mx_pool *pool)
{
	kvfree(pool->data);
	pool->data = NULL;
}

static u32 mx_hash_pick(const struct mx_pool *pool, const struct mx_pick *pick)
{
	const struct mx_hash_table *table = pool->data;

	return table ? table->owner[hash_64(pick->hash, MX_HASH_BITS)] : 0;
}

static const struct mx_member *mx_hash_owner(const struct mx_pool *pool,
					     u32 slot)
{
	const struct mx_hash_table *table = pool->data;

	return pool->slots[table ? table->owner[slot] : 0].member;
}

static u32 mx_hash_moved(const struct mx_pool *pool, const struct mx_pool *old)
{
	u32 slot, moved = 0;

	for (slot = 0; slot < MX_HASH_SLOTS; slot++)
		moved += mx_hash_owner(pool, slot) != mx_hash_owner(old, slot);
	return DIV_ROUND_UP(moved * 1000, MX_HASH_SLOTS);
}

const struct mx_sched mx_sched_hash = {
	.name	= "hash",
	.kinds	= MX_KIND_SERVER | MX_KIND_PATH,
	.needs	= MX_NEEDS_HASH,
	.weighs	= true,
	.build	= mx_hash_build,
	.free	= mx_hash_free,
	.pick	= mx_hash_pick,
	.moved	= mx_hash_moved,
};
