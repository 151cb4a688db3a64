// SPDX-License-Identifier: GPL-2.0
#include <linux/jhash.h>
#include <linux/slab.h>
#include "steer/table.h"

/* What struct mx_table.sets is looked up by. */
struct mx_targets_key {
	const struct mx_target *target;
	u32 n;
};

static u32 mx_targets_hash(const struct mx_target *target, u32 n, u32 seed)
{
	u32 i;

	for (i = 0; i < n; i++)
		seed = jhash_3words((u32)(uintptr_t)target[i].group,
				    (u32)((u64)(uintptr_t)target[i].group >> 32),
				    target[i].metric, seed);
	return seed;
}

static u32 mx_targets_hashfn(const void *data, u32 len, u32 seed)
{
	const struct mx_targets_key *key = data;

	return mx_targets_hash(key->target, key->n, seed);
}

static u32 mx_targets_obj_hashfn(const void *data, u32 len, u32 seed)
{
	const struct mx_targets *set = data;

	return mx_targets_hash(set->target, set->n, seed);
}

static int mx_targets_obj_cmpfn(struct rhashtable_compare_arg *arg,
				const void *obj)
{
	const struct mx_targets_key *key = arg->key;
	const struct mx_targets *set = obj;
	u32 i;

	if (key->n != set->n)
		return 1;
	for (i = 0; i < set->n; i++)
		if (key->target[i].group != set->target[i].group ||
		    key->target[i].metric != set->target[i].metric)
			return 1;
	return 0;
}

static const struct rhashtable_params mx_targets_params = {
	.head_offset = offsetof(struct mx_targets, rhash),
	.key_len = sizeof(struct mx_targets_key),
	.min_size = 4,
	.automatic_shrinking = true,
	.hashfn = mx_targets_hashfn,
	.obj_hashfn = mx_targets_obj_hashfn,
	.obj_cmpfn = mx_targets_obj_cmpfn,
};

static struct rhashtable *mx_table_sets(const struct mx_table *table)
{
	return &mx_dereference(table->prefixes, table->lock)->sets;
}

/* The table's set of these targets, with a reference; ERR_PTR(-ENOMEM). */
static struct mx_targets *mx_targets_get(struct mx_table *table,
					 const struct mx_target *target, u32 n)
{
	struct mx_targets_key key = { .target = target, .n = n };
	struct mx_targets *set;
	int err;
	u32 i;

	set = rhashtable_lookup_fast(mx_table_sets(table), &key, mx_targets_params);
	if (set) {
		set->refs++;
		return set;
	}
	set = kzalloc(struct_size(set, target, n), GFP_KERNEL_ACCOUNT);
	if (!set)
		return ERR_PTR(-ENOMEM);
	set->n = n;
	set->refs = 1;
	memcpy(set->target, target, n * sizeof(*target));
	err = rhashtable_insert_fast(mx_table_sets(table), &set->rhash,
				     mx_targets_params);
	if (err) {
		kfree(set);
		return ERR_PTR(-ENOMEM);
	}
	for (i = 0; i < n; i++)
		mx_group_hold(target[i].group)->users[table->slot]++;
	return set;
}

/* Readers hold groups by RCU alone: a group is freed a grace period later. */
static void mx_targets_release(struct mx_table *table, struct mx_targets *set)
{
	u32 i;

	for (i = 0; i < set->n; i++) {
		set->target[i].group->users[table->slot]--;
		mx_group_put(set->target[i].group);
	}
	kfree_rcu(set, rcu);
}

static void mx_targets_put(struct mx_table *table, struct mx_targets *set)
{
	if (--set->refs)
		return;
	rhashtable_remove_fast(mx_table_sets(table), &set->rhash,
			       mx_targets_params);
	mx_targets_release(table, set);
}

static struct mx_prefixes *mx_prefixes_create(struct mutex *lock)
{
	struct mx_prefixes *p = kzalloc(sizeof(*p), GFP_KERNEL_ACCOUNT);

	if (!p)
		return NULL;
	if (rhashtable_init(&p->sets, &mx_targets_params)) {
		kfree(p);
		return NULL;
	}
	/* these only fail for other families */
	mx_lpm_init(&p->lpm[0], AF_INET, lock);
	mx_lpm_init(&p->lpm[1], AF_INET6, lock);
	return p;
}

static void mx_prefixes_free_work(struct work_struct *work)
{
	struct mx_prefixes *p = container_of(to_rcu_work(work),
					     struct mx_prefixes, free);

	mx_lpm_destroy(&p->lpm[0], NULL);
	mx_lpm_destroy(&p->lpm[1], NULL);
	kfree(p);
}

static void mx_targets_free_one(void *ptr, void *arg)
{
	mx_targets_release(arg, ptr);
}

/*
 * Frees prefixes that new readers cannot find: the groups are let go at once,
 * the tries after a grace period.
 */
static void mx_prefixes_destroy(struct mx_table *table, struct mx_prefixes *p)
{
	rhashtable_free_and_destroy(&p->sets, mx_targets_free_one, table);
	INIT_RCU_WORK(&p->free, mx_prefixes_free_work);
	queue_rcu_work(mx_wq, &p->free);
}

/**
 * mx_table_create() - make a table without routes
 * @name: its name
 * @priority: the higher number is looked at first
 * @slot: index of the configuration that it is for
 * @lock: the namespace's lock
 *
 * Context: process.
 * Return: the table, or NULL without memory.
 */
struct mx_table *mx_table_create(const char *name, u32 priority,
				 unsigned int slot, struct mutex *lock)
{
	struct mx_prefixes *p;
	struct mx_table *table;

	table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	p = mx_prefixes_create(lock);
	if (!p) {
		kfree(table);
		return NULL;
	}
	RCU_INIT_POINTER(table->prefixes, p);
	strscpy(table->name, name, sizeof(table->name));
	table->priority = priority;
	table->slot = slot;
	table->lock = lock;
	return table;
}

/**
 * mx_table_destroy() - free a table that new readers cannot find
 * @table: the table
 *
 * Context: process; the namespace's lock is held.
 */
void mx_table_destroy(struct mx_table *table)
{
	mx_prefixes_destroy(table, mx_dereference(table->prefixes,
						  table->lock));
	kfree_rcu(table, rcu);
}

static struct mx_targets *mx_route_get(struct mx_table *table, u8 family,
				       const void *dst, u8 plen)
{
	return mx_lpm_get(mx_table_lpm(table, family), dst, plen);
}

/**
 * mx_route_add() - add a route
 * @table: the table
 * @family: AF_INET or AF_INET6
 * @dst: address of the prefix, host bits zero
 * @plen: its length
 * @group: where it leads
 * @metric: one route a prefix and metric
 *
 * Context: process; the namespace's lock is held.
 * Return: 0, -EEXIST if the prefix has a route of this metric, -ENOSPC at the
 * limits, -EINVAL for host bits, -ENOMEM.
 */
int mx_route_add(struct mx_table *table, u8 family, const void *dst, u8 plen,
		 struct mx_group *group, u32 metric)
{
	struct mx_lpm *lpm = mx_table_lpm(table, family);
	struct mx_target target[MX_MAX_TARGETS];
	struct mx_targets *old, *new;
	u32 i = 0, n = 0;
	int err;

	if (table->routes[mx_pool_index(family)] >= MX_MAX_ROUTES)
		return -ENOSPC;
	old = mx_lpm_get(lpm, dst, plen);
	if (old) {
		if (old->n == MX_MAX_TARGETS)
			return -ENOSPC;
		for (; i < old->n && old->target[i].metric < metric; i++)
			target[n++] = old->target[i];
		if (i < old->n && old->target[i].metric == metric)
			return -EEXIST;
	}
	target[n++] = (struct mx_target) { .group = group, .metric = metric };
	for (; old && i < old->n; i++)
		target[n++] = old->target[i];

	new = mx_targets_get(table, target, n);
	if (IS_ERR(new))
		return PTR_ERR(new);
	if (old) {
		mx_lpm_replace(lpm, dst, plen, new);
		mx_targets_put(table, old);
	} else {
		err = mx_lpm_insert(lpm, dst, plen, new);
		if (err) {
			mx_targets_put(table, new);
			return err;
		}
	}
	table->routes[mx_pool_index(family)]++;
	return 0;
}

static int mx_targets_find(const struct mx_targets *set, u32 metric)
{
	u32 i;

	for (i = 0; set && i < set->n; i++)
		if (set->target[i].metric == metric)
			return i;
	return -ENOENT;
}

/**
 * mx_route_set() - point a route to another group
 * @table: the table
 * @family: AF_INET or AF_INET6
 * @dst: address of the prefix
 * @plen: its length
 * @group: where it shall lead
 * @metric: which of the prefix's routes
 *
 * Context: process; the namespace's lock is held.
 * Return: 0, -ENOENT or -ENOMEM.
 */
int mx_route_set(struct mx_table *table, u8 family, const void *dst, u8 plen,
		 struct mx_group *group, u32 metric)
{
	struct mx_targets *old = mx_route_get(table, family, dst, plen);
	struct mx_target target[MX_MAX_TARGETS];
	int i = mx_targets_find(old, metric);
	struct mx_targets *new;

	if (i < 0)
		return i;
	memcpy(target, old->target, old->n * sizeof(*target));
	target[i].group = group;
	new = mx_targets_get(table, target, old->n);
	if (IS_ERR(new))
		return PTR_ERR(new);
	mx_lpm_replace(mx_table_lpm(table, family), dst, plen, new);
	mx_targets_put(table, old);
	return 0;
}

/**
 * mx_route_del() - remove a route
 * @table: the table
 * @family: AF_INET or AF_INET6
 * @dst: address of the prefix
 * @plen: its length
 * @metric: which of the prefix's routes; NULL for the preferred one
 * @deleted: where to put what it was; its group is not counted
 *
 * Context: process; the namespace's lock is held.
 * Return: 0, -ENOENT, or -ENOMEM when other routes of the prefix stay.
 */
int mx_route_del(struct mx_table *table, u8 family, const void *dst, u8 plen,
		 const u32 *metric, struct mx_target *deleted)
{
	struct mx_targets *old = mx_route_get(table, family, dst, plen);
	struct mx_lpm *lpm = mx_table_lpm(table, family);
	struct mx_target target[MX_MAX_TARGETS];
	struct mx_targets *new;
	int i = 0;

	if (!old)
		return -ENOENT;
	if (metric)
		i = mx_targets_find(old, *metric);
	if (i < 0)
		return i;
	*deleted = old->target[i];

	if (old->n == 1) {
		mx_lpm_remove(lpm, dst, plen);
	} else {
		memcpy(target, old->target, i * sizeof(*target));
		memcpy(target + i, old->target + i + 1,
		       (old->n - i - 1) * sizeof(*target));
		new = mx_targets_get(table, target, old->n - 1);
		if (IS_ERR(new))
			return PTR_ERR(new);
		mx_lpm_replace(lpm, dst, plen, new);
	}
	mx_targets_put(table, old);
	table->routes[mx_pool_index(family)]--;
	return 0;
}

/**
 * mx_route_flush() - remove all routes of a table
 * @table: the table
 *
 * Takes no longer for a million of them than for one: they are freed later.
 *
 * Context: process; the namespace's lock is held.
 * Return: 0, or -ENOMEM with nothing changed.
 */
int mx_route_flush(struct mx_table *table)
{
	struct mx_prefixes *old = mx_dereference(table->prefixes, table->lock);
	struct mx_prefixes *new = mx_prefixes_create(table->lock);

	if (!new)
		return -ENOMEM;
	rcu_assign_pointer(table->prefixes, new);
	memset(table->routes, 0, sizeof(table->routes));
	mx_prefixes_destroy(table, old);
	return 0;
}

/**
 * mx_table_bytes() - memory of a table
 * @table: the table
 *
 * Context: the namespace's lock is held.
 * Return: bytes of its tries and of itself.
 */
size_t mx_table_bytes(const struct mx_table *table)
{
	return sizeof(*table) + sizeof(struct mx_prefixes) +
	       mx_lpm_bytes(mx_table_lpm(table, AF_INET)) +
	       mx_lpm_bytes(mx_table_lpm(table, AF_INET6));
}
