// SPDX-License-Identifier: GPL-2.0
/*
 * A table of fixed size: a bucket holds a few clients, and of a full one the
 * client whose time is up first gives way. So it is bounded, needs no list that
 * all packets share, and who floods it with prefixes makes room by the oldest.
 * Readers walk a bucket under RCU; who adds or removes takes its bit lock.
 */
#include <linux/inetdevice.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rculist_bl.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include "group/group.h"

#define MX_PERSIST_GC_INTERVAL	HZ
#define MX_PERSIST_GC_SLICE	2048	/* buckets: a round takes 16 intervals */

static void mx_client_free(struct rcu_head *rcu)
{
	struct mx_client *c = container_of(rcu, struct mx_client, rcu);

	mx_server_put(c->server);
	kfree(c);
}

static bool mx_client_expired(const struct mx_client *c, u32 now)
{
	return (s32)(now - READ_ONCE(c->expires)) >= 0;
}

/* The bucket's lock is held, softirqs are off. */
static void mx_client_remove(struct mx_persist *p, struct mx_client *c)
{
	hlist_bl_del_rcu(&c->node);
	atomic_dec(&p->count);
	atomic_dec(&c->group->clients);
	call_rcu(&c->rcu, mx_client_free);
}

/* The client that a packet comes from, as an entry that is in no table. */
static void mx_client_of(struct mx_client *c, const struct mx_group *group,
			 const struct mx_persist_params *params,
			 const struct mx_key *key)
{
	memset(c, 0, sizeof(*c));
	c->group = (struct mx_group *)group;
	c->family = key->family;
	c->plen = params->plen[mx_pool_index(key->family)];
	if (key->family == AF_INET)
		c->addr.ip = key->v4.saddr & inet_make_mask(c->plen);
	else
		ipv6_addr_prefix(&c->addr.in6, &key->v6.saddr, c->plen);
}

static bool mx_client_equal(const struct mx_client *a,
			    const struct mx_client *b)
{
	return a->group == b->group && a->family == b->family &&
	       a->plen == b->plen &&
	       ipv6_addr_equal(&a->addr.in6, &b->addr.in6);
}

static struct hlist_bl_head *mx_client_bucket(const struct mx_persist *p,
					      const struct mx_client *c)
{
	u64 hash = siphash_4u64((unsigned long)c->group,
				(u64)c->family << 8 | c->plen,
				(u64)c->addr.all[0] << 32 | c->addr.all[1],
				(u64)c->addr.all[2] << 32 | c->addr.all[3],
				&p->seed);

	BUILD_BUG_ON_NOT_POWER_OF_2(MX_PERSIST_BUCKETS);
	return &p->bucket[hash & (MX_PERSIST_BUCKETS - 1)];
}

/**
 * mx_persist_find() - the server that a client was given last
 * @p: the table
 * @group: the group
 * @params: what the user says of its persistence
 * @key: of the packet that begins a flow
 * @now: low 32 bits of jiffies
 * @dry: do not count its time anew
 *
 * Context: RCU reader.
 * Return: the server, which may not be fit any more; NULL if there is none.
 */
struct mx_server *mx_persist_find(struct mx_persist *p,
				  const struct mx_group *group,
				  const struct mx_persist_params *params,
				  const struct mx_key *key, u32 now, bool dry)
{
	/* Pairs with the release in mx_persist_prepare(). */
	struct hlist_bl_head *bucket = smp_load_acquire(&p->bucket);
	struct hlist_bl_node *pos;
	struct mx_client want, *c;
	u32 expires;

	if (!bucket)
		return NULL;
	mx_client_of(&want, group, params, key);
	expires = now + msecs_to_jiffies(params->time);
	hlist_bl_for_each_entry_rcu(c, pos, mx_client_bucket(p, &want), node) {
		if (!mx_client_equal(c, &want))
			continue;
		if (mx_client_expired(c, now))
			return NULL;
		if (!dry && READ_ONCE(c->expires) != expires)
			WRITE_ONCE(c->expires, expires);
		return c->server;
	}
	return NULL;
}

/*
 * Looks for a client in its locked bucket. Of the others, @oldest is the one
 * whose time is up first if there are MX_PERSIST_WAYS of them, else NULL.
 */
static struct mx_client *mx_client_among(struct hlist_bl_head *bucket,
					 const struct mx_client *want,
					 struct mx_client **oldest)
{
	struct mx_client *c, *old = NULL;
	struct hlist_bl_node *pos;
	unsigned int n = 0;

	hlist_bl_for_each_entry(c, pos, bucket, node) {
		if (mx_client_equal(c, want))
			return c;
		n++;
		if (!old || (s32)(old->expires - READ_ONCE(c->expires)) > 0)
			old = c;
	}
	*oldest = n < MX_PERSIST_WAYS ? NULL : old;
	return NULL;
}

static struct mx_client *mx_client_make(const struct mx_client *like,
					struct mx_server *server, u32 expires)
{
	struct mx_client *c = kmalloc(sizeof(*c), GFP_ATOMIC | __GFP_NOWARN);

	if (!c)
		return NULL;
	*c = *like;
	c->server = server;
	c->expires = expires;
	refcount_inc(&server->refs);
	return c;
}

/**
 * mx_persist_keep() - remember which server a client is given
 * @p: the table
 * @group: the group
 * @params: what the user says of its persistence
 * @key: of the packet that begins a flow
 * @server: the server that has been chosen for it
 * @refused: the server that it had and that takes no flow now, or NULL
 * @now: low 32 bits of jiffies
 *
 * If two packets of a client are decided at once, the first one's server is the
 * server of both. Without memory nothing is remembered.
 *
 * Context: RCU reader, softirqs are off.
 * Return: the server to use.
 */
struct mx_server *mx_persist_keep(struct mx_persist *p, struct mx_group *group,
				  const struct mx_persist_params *params,
				  const struct mx_key *key,
				  struct mx_server *server,
				  const struct mx_server *refused, u32 now)
{
	struct mx_client want, *new, *c, *oldest = NULL;
	struct hlist_bl_head *bucket;

	/* Pairs with the release in mx_persist_prepare(). */
	if (!smp_load_acquire(&p->bucket))
		return server;
	mx_client_of(&want, group, params, key);
	new = mx_client_make(&want, server,
			     now + msecs_to_jiffies(params->time));
	if (!new)
		return server;
	bucket = mx_client_bucket(p, &want);
	hlist_bl_lock(bucket);
	c = mx_client_among(bucket, &want, &oldest);
	if (c && c->server != refused && !mx_client_expired(c, now) &&
	    mx_server_open(c->server)) {
		WRITE_ONCE(c->expires, new->expires);
		hlist_bl_unlock(bucket);
		server = c->server;
		mx_server_put(new->server);
		kfree(new);
		return server;
	}
	if (c || oldest)
		mx_client_remove(p, c ?: oldest);
	hlist_bl_add_head_rcu(&new->node, bucket);
	atomic_inc(&p->count);
	atomic_inc(&group->clients);
	hlist_bl_unlock(bucket);
	if (!delayed_work_pending(&p->gc))
		queue_delayed_work(system_power_efficient_wq, &p->gc,
				   MX_PERSIST_GC_INTERVAL);
	return server;
}

/* Removes clients of a group, or for NULL those that have expired. */
static u32 mx_persist_clean(struct mx_persist *p, u32 at,
			    const struct mx_group *group, u32 now)
{
	struct hlist_bl_head *bucket = &p->bucket[at];
	struct hlist_bl_node *pos, *next;
	struct mx_client *c;
	u32 n = 0;

	if (hlist_bl_empty(bucket))
		return 0;
	local_bh_disable();
	hlist_bl_lock(bucket);
	hlist_bl_for_each_entry_safe(c, pos, next, bucket, node) {
		if (group ? c->group != group : !mx_client_expired(c, now))
			continue;
		mx_client_remove(p, c);
		n++;
	}
	hlist_bl_unlock(bucket);
	local_bh_enable();
	return n;
}

/**
 * mx_persist_forget() - let the clients of a group go
 * @p: the table
 * @group: the group
 *
 * Context: process.
 * Return: how many there were.
 */
u32 mx_persist_forget(struct mx_persist *p, const struct mx_group *group)
{
	u32 at, n = 0;

	for (at = 0; atomic_read(&group->clients) && at < MX_PERSIST_BUCKETS;
	     at++) {
		n += mx_persist_clean(p, at, group, 0);
		if (!(at % MX_PERSIST_GC_SLICE))
			cond_resched();
	}
	return n;
}

static void mx_persist_gc(struct work_struct *work)
{
	struct mx_persist *p = container_of(to_delayed_work(work),
					    struct mx_persist, gc);
	u32 i;

	for (i = 0; i < MX_PERSIST_GC_SLICE; i++)
		mx_persist_clean(p, p->gc_pos++ & (MX_PERSIST_BUCKETS - 1),
				 NULL, (u32)jiffies);
	if (atomic_read(&p->count))
		queue_delayed_work(system_power_efficient_wq, &p->gc,
				   MX_PERSIST_GC_INTERVAL);
}

/**
 * mx_persist_walk() - visit all clients
 * @p: the table
 * @bucket: where to go on; MX_PERSIST_BUCKETS at the end
 * @skip: how many clients of that bucket have been visited
 * @now: low 32 bits of jiffies; what has expired is left out
 * @visit: what to do with each; one for which it does not return 0 is visited
 *	again by the next walk from here
 * @arg: passed to @visit
 *
 * Context: process.
 * Return: 0 at the end, or what @visit returned.
 */
int mx_persist_walk(struct mx_persist *p, u32 *bucket, u32 *skip, u32 now,
		    mx_persist_visit_t visit, void *arg)
{
	struct hlist_bl_node *pos;
	struct mx_client *c;
	int ret = 0;
	u32 n;

	for (; p->bucket && *bucket < MX_PERSIST_BUCKETS; ++*bucket) {
		n = 0;
		rcu_read_lock();
		hlist_bl_for_each_entry_rcu(c, pos, &p->bucket[*bucket], node) {
			if (n++ < *skip)
				continue;
			ret = mx_client_expired(c, now) ? 0 : visit(c, arg);
			if (ret)
				break;
			++*skip;
		}
		rcu_read_unlock();
		if (ret)
			return ret;
		*skip = 0;
		if (!(*bucket % MX_PERSIST_GC_SLICE))
			cond_resched();
	}
	return 0;
}

/**
 * mx_persist_init() - begin without a table
 * @p: where
 */
void mx_persist_init(struct mx_persist *p)
{
	p->bucket = NULL;
	p->gc_pos = 0;
	atomic_set(&p->count, 0);
	get_random_bytes(&p->seed, sizeof(p->seed));
	INIT_DELAYED_WORK(&p->gc, mx_persist_gc);
}

/**
 * mx_persist_prepare() - have a table: a group is going to keep clients
 * @p: where; callers serialize
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int mx_persist_prepare(struct mx_persist *p)
{
	struct hlist_bl_head *bucket;

	if (p->bucket)
		return 0;
	bucket = kvcalloc(MX_PERSIST_BUCKETS, sizeof(*bucket),
			  GFP_KERNEL_ACCOUNT);
	if (!bucket)
		return -ENOMEM;
	/* Pairs with the acquire in mx_persist_find() and _keep(). */
	smp_store_release(&p->bucket, bucket);
	return 0;
}

/**
 * mx_persist_destroy() - let all clients go, and the table
 * @p: where; no packet comes any more
 *
 * Context: process.
 */
void mx_persist_destroy(struct mx_persist *p)
{
	struct hlist_bl_node *pos, *next;
	struct mx_client *c;
	u32 at;

	cancel_delayed_work_sync(&p->gc);
	for (at = 0; atomic_read(&p->count) && at < MX_PERSIST_BUCKETS; at++)
		hlist_bl_for_each_entry_safe(c, pos, next, &p->bucket[at], node)
			mx_client_remove(p, c);
	kvfree(p->bucket);
	p->bucket = NULL;
}
