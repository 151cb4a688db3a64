// SPDX-License-Identifier: GPL-2.0
/*
 * The table of flows grows and shrinks in a work item, bucket by bucket: a node
 * is in the new table before it leaves the old one, and who looks in the old
 * one first, then in the new one, cannot miss it. New flows go to the new
 * table, with the bucket of the old one locked too, so that no key is taken
 * twice. A bucket is found by the highest bits of the hash, so a walk by hash
 * meets the nodes in the same order in a table of any size.
 */
#include <linux/log2.h>
#include <linux/prefetch.h>
#include <linux/random.h>
#include <linux/sched.h>
#include "steer/flow_bucket.h"

#define MX_MAP_BITS_MIN		4
#define MX_MAP_BITS_MAX		24
#define MX_MAP_FULL		5	/* nodes a bucket before it grows, */
#define MX_MAP_ROOMY		4	/* and at most after it */
#define MX_MAP_SLICE		256	/* buckets moved between two breaths */
#define MX_MAP_RETRY		HZ	/* after a failure to get memory */

/* A flow has one node at home, and two if it is spread. */
static u32 mx_flow_map_nodes(const struct mx_flow_map *map)
{
	return READ_ONCE(map->flows) + atomic_read(&map->spread);
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

/* Moves the nodes of a bucket; -ENOMEM if some had to stay. */
static int mx_flow_map_move(const struct mx_flow_map *map,
			    struct mx_flow_bucket b,
			    const struct mx_flow_buckets *to)
{
	struct mx_flow_node *node;
	struct mx_flow_bucket nb;
	unsigned int i;
	int err;

	for (i = 0; i < MX_BUCKET_SLOTS; i++)
		prefetch(rcu_access_pointer(b.slots->slot[i]));
	for (i = 0; i < MX_BUCKET_SLOTS; i++) {
		node = rcu_dereference(b.slots->slot[i]);
		if (!node)
			continue;
		if (unlikely(node->spread))
			mx_flow_map_mark(map, to, node);
		nb = mx_bucket(to, node->hash);
		mx_bucket_lock(nb);
		err = mx_bucket_put(nb, node);
		mx_bucket_unlock(nb);
		if (err)
			return err;
		/* who does not find it here any more finds it there */
		smp_wmb();
		mx_bucket_clear(b, i);
	}
	return 0;
}

static int mx_flow_map_move_all(const struct mx_flow_map *map,
				const struct mx_flow_buckets *from,
				const struct mx_flow_buckets *to)
{
	struct mx_flow_bucket head, b;
	int err = 0;
	u32 i;

	for (i = 0; i < 1U << from->bits && !err; i++) {
		head = mx_bucket_at(from, i);
		b = head;
		local_bh_disable();
		rcu_read_lock();
		mx_bucket_lock(head);
		do {
			err = mx_flow_map_move(map, b, to);
		} while (!err && mx_bucket_next(&b));
		mx_bucket_unlock(head);
		rcu_read_unlock();
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
	u32 nodes = mx_flow_map_nodes(map);
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
		mx_dbg("flow", "from %u to %u buckets for %u nodes\n",
		       1U << tbl->bits, 1U << next->bits, nodes);
		rcu_assign_pointer(tbl->next, next);
	}
	if (mx_flow_map_move_all(map, tbl, next))
		goto retry;
	rcu_assign_pointer(map->tbl, next);
	/* also, so there are never more than two tables to look at */
	synchronize_rcu();
	mx_buckets_free(tbl);
	/* there may have come many meanwhile */
	mx_flow_map_fit(map, READ_ONCE(map->flows));
	return;

retry:
	queue_delayed_work(system_unbound_wq, &map->resize, MX_MAP_RETRY);
}

/**
 * mx_flow_map_fit() - have the table grow or shrink if it is time
 * @map: the table
 * @flows: how many flows are in it now
 *
 * Context: any but hard interrupt.
 */
void mx_flow_map_fit(struct mx_flow_map *map, u32 flows)
{
	unsigned int bits;
	u32 nodes;

	if (READ_ONCE(map->flows) != flows)
		WRITE_ONCE(map->flows, flows);
	nodes = mx_flow_map_nodes(map);
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
	get_random_bytes(&map->seed, sizeof(map->seed));
	map->flows = 0;
	atomic_set(&map->spread, 0);
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
	bool idle;

	cancel_delayed_work_sync(&map->resize);
	/* nobody but the work changes either pointer */
	idle = !work_busy(&map->resize.work);
	tbl = rcu_dereference_protected(map->tbl, idle);
	mx_buckets_free(rcu_dereference_protected(tbl->next, idle));
	mx_buckets_free(tbl);
	RCU_INIT_POINTER(map->tbl, NULL);
}
