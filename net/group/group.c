// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include "group/group.h"

/**
 * mx_group_create() - make a group that no configuration names yet
 * @name: its name, at most MUTEX_NAME_MAX bytes
 *
 * Context: process.
 * Return: the group with one reference, for the caller, or NULL without memory.
 */
struct mx_group *mx_group_create(const char *name)
{
	struct mx_group *group;

	group = kzalloc(sizeof(*group), GFP_KERNEL_ACCOUNT);
	if (!group)
		return NULL;
	if (mx_counter_init(&group->packets, GFP_KERNEL_ACCOUNT))
		goto err_group;
	if (mx_stats_init(&group->stats, MX_GROUP_STATS, GFP_KERNEL_ACCOUNT))
		goto err_counter;
	strscpy(group->name, name, sizeof(group->name));
	INIT_LIST_HEAD(&group->list);
	INIT_LIST_HEAD(&group->care.list);
	group->care.moves.over = true;
	INIT_LIST_HEAD(&group->check.servers);
	INIT_LIST_HEAD(&group->check.node);
	refcount_set(&group->refs, 1);
	return group;

err_counter:
	mx_counter_destroy(&group->packets);
err_group:
	kfree(group);
	return NULL;
}

/**
 * mx_group_hold() - take a reference
 * @group: the group
 *
 * Return: @group.
 */
struct mx_group *mx_group_hold(struct mx_group *group)
{
	refcount_inc(&group->refs);
	return group;
}

static void mx_group_free(struct rcu_head *rcu)
{
	struct mx_group *group = container_of(rcu, struct mx_group, rcu);

	mx_limiter_put(rcu_dereference_raw(group->limiter));
	mx_stats_destroy(&group->stats);
	mx_counter_destroy(&group->packets);
	kfree(group);
}

/**
 * mx_group_put() - let go of a group
 * @group: the group
 *
 * Context: any. The last one to let go frees it after a grace period.
 */
void mx_group_put(struct mx_group *group)
{
	if (refcount_dec_and_test(&group->refs))
		call_rcu(&group->rcu, mx_group_free);
}

static void mx_pool_free(struct mx_pool *pool, const struct mx_sched *sched)
{
	if (pool->data)
		sched->free(pool);
	kvfree(pool->slots);
}

/**
 * mx_group_conf_free() - free a configuration that no reader can see
 * @conf: the configuration, or NULL
 *
 * Context: any but hard interrupt.
 */
void mx_group_conf_free(struct mx_group_conf *conf)
{
	u32 i;

	if (!conf)
		return;
	for (i = 0; i < ARRAY_SIZE(conf->pool); i++)
		mx_pool_free(&conf->pool[i], conf->params.sched);
	for (i = 0; i < conf->n; i++) {
		mx_limiter_put(conf->members[i].limiter);
		mx_server_put(conf->members[i].server);
	}
	mx_limiter_put(conf->limiter);
	mx_qos_put(conf->qos);
	if (conf->params.failover.fallback)
		mx_group_put(conf->params.failover.fallback);
	kvfree(conf);
}

static void mx_group_conf_free_rcu(struct rcu_head *rcu)
{
	mx_group_conf_free(container_of(rcu, struct mx_group_conf, rcu));
}

/* May new flows of a family be given to a member? */
static bool mx_member_usable(const struct mx_conf_member *m, u8 family)
{
	return !mx_server_spare(m->server, family) &&
	       m->state == MUTEX_SERVER_STATE_UP &&
	       !(READ_ONCE(m->server->health.heed) & MX_HEED_DOWN);
}

/* Collects the members of a family that new flows may be given to. */
static int mx_pool_fill(struct mx_pool *pool, const struct mx_group_conf *conf,
			u8 family)
{
	const struct mx_conf_member *m;
	u32 top = mx_care_top(conf);
	u32 i, n = 0;

	for (i = 0; i < conf->n; i++)
		n += mx_member_usable(&conf->members[i], family);
	pool->seed = conf->seed;
	if (!n)
		return 0;

	pool->slots = kvmalloc_array(n, sizeof(*pool->slots),
				     GFP_KERNEL_ACCOUNT);
	if (!pool->slots)
		return -ENOMEM;
	for (i = 0; i < conf->n; i++) {
		m = &conf->members[i];
		/* health may have turned since they were counted */
		if (pool->n == n || !mx_member_usable(m, family))
			continue;
		pool->slots[pool->n].member = &m->server->member;
		mx_care_slot(conf, &pool->slots[pool->n], m, top);
		pool->doors |= pool->slots[pool->n++].door < U32_MAX;
	}
	return 0;
}

static bool mx_conf_alike(const struct mx_group_conf *a,
			  const struct mx_group_conf *b)
{
	return a && a->params.sched == b->params.sched &&
	       !memcmp(&a->seed, &b->seed, sizeof(a->seed));
}

/**
 * mx_group_conf_build() - make a configuration of a group
 * @params: what the user says of it
 * @node: the node's name, the seed where @params names none
 * @members: its members, or NULL; the configuration takes references of its own
 * @n: how many members
 * @old: the configuration that this one will replace, or NULL; a scheduler
 *	may build on what it built for that
 *
 * Context: process.
 * Return: the configuration, or NULL without memory.
 */
struct mx_group_conf *mx_group_conf_build(const struct mx_group_params *params,
					  const char *node,
					  const struct mx_conf_member *members,
					  u32 n,
					  const struct mx_group_conf *old)
{
	const struct mx_sched *sched = params->sched;
	struct mx_group_conf *conf;
	struct mx_pool *pool;
	u32 i;

	conf = kvzalloc(struct_size(conf, members, n), GFP_KERNEL_ACCOUNT);
	if (!conf)
		return NULL;
	conf->params = *params;
	if (params->failover.fallback)
		mx_group_hold(params->failover.fallback);
	if (n)
		/* before their health: see mx_health_report() */
		conf->turns =
			atomic_read_acquire(&members[0].server->group->turns);
	mx_seed_from_name(&conf->seed, params->seed[0] ? params->seed : node);
	for (i = 0; i < n; i++) {
		conf->members[i] = members[i];
		conf->has[0] |= members[i].server->carries & BIT(0);
		conf->has[1] |= members[i].server->carries >> 1;
		refcount_inc(&members[i].server->refs);
		mx_limiter_hold(members[i].limiter);
	}
	conf->n = n;
	if (mx_limiter_make(&conf->limiter, &params->limit,
			    old ? old->limiter : NULL) ||
	    mx_qos_make(&conf->qos, &params->qos, GFP_KERNEL_ACCOUNT))
		goto err;
	if (!mx_conf_alike(old, conf))
		old = NULL;

	for (i = 0; i < ARRAY_SIZE(conf->pool); i++) {
		pool = &conf->pool[i];
		if (mx_pool_fill(pool, conf, i ? AF_INET6 : AF_INET))
			goto err;
		if (!sched->build || !pool->n)
			continue;
		if (sched->build(pool, old && old->pool[i].n ?
				 &old->pool[i] : NULL))
			goto err;
	}
	return conf;

err:
	mx_group_conf_free(conf);
	return NULL;
}

/* Tells the servers that are in a pool that they are. */
static void mx_group_settle_open(const struct mx_group_conf *conf)
{
	struct mx_server *server;
	u32 i, k;

	for (k = 0; k < ARRAY_SIZE(conf->pool); k++)
		for (i = 0; i < conf->pool[k].n; i++)
			mx_server_of(conf->pool[k].slots[i].member)->kept = true;
	for (i = 0; i < conf->n; i++) {
		server = conf->members[i].server;
		WRITE_ONCE(server->open, server->kept);
		server->kept = false;
	}
}

/**
 * mx_group_failover() - how the health of a member is judged
 * @conf: its group's configuration
 * @server: the member
 *
 * That of a path is judged where its quality is measured.
 *
 * Return: the parameters.
 */
const struct mx_failover *mx_group_failover(const struct mx_group_conf *conf,
					    const struct mx_server *server)
{
	static const struct mx_failover path = { .rise = 1 };

	return server->path ? &path : &conf->params.failover;
}

/**
 * mx_group_settle() - let flows see what has become of their servers
 * @old: the configuration that was in force, or NULL
 * @new: the one that is, or NULL
 *
 * Servers that are gone or down are marked unfit: their flows are decided
 * anew at their next packet. So are those whose health is bad.
 *
 * Context: the namespace's lock is held.
 */
void mx_group_settle(const struct mx_group_conf *old,
		     const struct mx_group_conf *new)
{
	const struct mx_conf_member *m;
	u32 i;

	if (new)
		mx_group_settle_open(new);
	for (i = 0; new && i < new->n; i++) {
		m = &new->members[i];
		m->server->kept = true;
		mx_health_adopt(m->server, mx_group_failover(new, m->server),
				mx_care_bars(m, (u32)jiffies));
	}
	for (i = 0; old && i < old->n; i++) {
		if (!old->members[i].server->kept)
			mx_health_leave(old->members[i].server);
	}
	for (i = 0; new && i < new->n; i++)
		new->members[i].server->kept = false;
	mx_group_trace(old, new);
}

/* Counts a group's use as the fallback of a configuration of another one. */
static void mx_group_back(const struct mx_group_conf *conf, unsigned int slot,
			  int by)
{
	struct mx_group *fallback = conf ? conf->params.failover.fallback : NULL;

	if (!fallback)
		return;
	fallback->users[slot] += by;
	fallback->backs[slot] += by;
}

/**
 * mx_group_publish() - put a configuration of a group in its place
 * @group: the group
 * @slot: which of the namespace's configurations it is part of
 * @conf: the group's configuration, or NULL to remove it
 * @live: whether @slot is the configuration in force
 * @lock: the namespace's lock, held
 *
 * The configuration that stood there is freed after a grace period.
 */
void mx_group_publish(struct mx_group *group, unsigned int slot,
		      struct mx_group_conf *conf, bool live,
		      struct mutex *lock)
{
	struct mx_group_conf *old = mx_dereference(group->conf[slot], lock);

	mx_group_back(conf, slot, 1);
	mx_group_back(old, slot, -1);
	rcu_assign_pointer(group->conf[slot], conf);
	group->check.version++;
	if (live) {
		mx_group_settle(old, conf);
		mx_care_settle(group, old, conf, (u32)jiffies);
		mx_limit_settle(group, conf, lock);
	}
	if (old)
		call_rcu(&old->rcu, mx_group_conf_free_rcu);
}

/**
 * mx_group_find_server() - look a server up by its address
 * @conf: a configuration of its group, or NULL
 * @family: AF_INET or AF_INET6
 * @addr: its address
 * @port: its port
 *
 * Return: index into mx_group_conf.members, or -ENOENT.
 */
int mx_group_find_server(const struct mx_group_conf *conf, u8 family,
			 const union nf_inet_addr *addr, __be16 port)
{
	const struct mx_server *s;
	u32 i;

	for (i = 0; conf && i < conf->n; i++) {
		s = conf->members[i].server;
		if (s->port != port || s->family != family)
			continue;
		if (family == AF_INET ? s->addr.ip == addr->ip :
		    ipv6_addr_equal(&s->addr.in6, &addr->in6))
			return i;
	}
	return -ENOENT;
}

/**
 * mx_group_active() - flows that the members of a group carry
 * @conf: a configuration of the group
 *
 * Return: the sum over all members.
 */
u32 mx_group_active(const struct mx_group_conf *conf)
{
	u32 i, sum = 0;

	for (i = 0; i < conf->n; i++)
		sum += atomic_read(&conf->members[i].server->member.active);
	return sum;
}

/* Would a server take a new flow right now? A pool may lag behind a failure. */
static enum mx_admit mx_server_takes(struct mx_server *server, unsigned int how)
{
	if (READ_ONCE(server->unfit))
		return MX_ADMIT_NEXT;
	if (likely(!READ_ONCE(server->bounds)) || (how & MX_PICK_FREE))
		return MX_ADMIT_YES;
	return mx_limit_admit(server, how & MX_PICK_DRY, ktime_get_ns());
}

/**
 * mx_group_takes() - does a server take a new flow that is on its way already
 * @server: a server of the flow's group
 *
 * Context: softirq, RCU reader.
 * Return: true if it does.
 */
bool mx_group_takes(struct mx_server *server)
{
	return mx_server_takes(server, 0) == MX_ADMIT_YES;
}

/**
 * mx_group_limited() - is it for limits alone that a group takes no flow
 * @conf: the group's configuration, which nothing was picked from
 * @family: AF_INET or AF_INET6
 *
 * Context: RCU reader.
 * Return: true if it has a fit server all the same.
 */
bool mx_group_limited(const struct mx_group_conf *conf, u8 family)
{
	const struct mx_pool *pool = &conf->pool[mx_pool_index(family)];
	u32 i;

	for (i = 0; i < pool->n; i++)
		if (!READ_ONCE(mx_server_of(pool->slots[i].member)->unfit))
			return true;
	return false;
}

/* One flow at a time tries a server that has failed before. */
static bool mx_server_waits(const struct mx_server *server)
{
	return unlikely(mx_health_tried(&server->health)) &&
	       READ_ONCE(server->health.trying);
}

/*
 * The first server from a place in the pool on that takes a new flow, or
 * ERR_PTR(-EDQUOT) if one says that the packet is to be dropped. Of those that
 * are being tried already, none if @spare others may be asked.
 */
static struct mx_server *mx_pool_taker(const struct mx_pool *pool, u32 at,
				       unsigned int how, bool spare)
{
	struct mx_server *server, *second = NULL;
	enum mx_admit admit;
	u32 i;

	for (i = 0; i < pool->n; i++) {
		server = mx_server_of(pool->slots[at].member);
		if (unlikely(mx_server_waits(server))) {
			if (!second && !spare && !READ_ONCE(server->unfit))
				second = server;
		} else {
			admit = mx_server_takes(server, how);
			if (likely(admit == MX_ADMIT_YES))
				return server;
			if (admit == MX_ADMIT_DROP)
				return ERR_PTR(-EDQUOT);
		}
		if (++at == pool->n)
			at = 0;
	}
	if (likely(!second))
		return NULL;
	admit = mx_server_takes(second, how);
	if (admit == MX_ADMIT_DROP)
		return ERR_PTR(-EDQUOT);
	return admit == MX_ADMIT_YES ? second : NULL;
}

/**
 * mx_group_sure() - a server for a flow that another one did not answer
 * @conf: the group's configuration
 * @server: the one that was picked
 * @avoid: the one that did not answer
 *
 * Context: RCU reader.
 * Return: @server, or the next one of its pool that is neither @avoid nor on
 * trial, or NULL if there is none.
 */
struct mx_server *mx_group_sure(const struct mx_group_conf *conf,
				struct mx_server *server,
				const struct mx_server *avoid)
{
	const struct mx_pool *pool = &conf->pool[mx_pool_index(server->family)];
	struct mx_server *other;
	u32 i, at = 0;

	if (server != avoid && !mx_health_tried(&server->health))
		return server;
	/* this flow will not try it: the next one may */
	WRITE_ONCE(server->health.trying, false);
	for (i = 0; i < pool->n; i++)
		if (mx_server_of(pool->slots[i].member) == server)
			at = i;
	for (i = 1; i < pool->n; i++) {
		if (++at == pool->n)
			at = 0;
		other = mx_server_of(pool->slots[at].member);
		if (other != avoid && !mx_health_tried(&other->health) &&
		    mx_group_takes(other))
			return other;
	}
	return NULL;
}

/* How many groups are behind a group, at most @most; -ELOOP if @not is one. */
static int mx_group_behind(const struct mx_group *group, unsigned int slot,
			   const struct mx_group *not, int most,
			   struct mutex *lock)
{
	const struct mx_group_conf *conf;
	int n;

	for (n = 0; group; n++) {
		if (group == not)
			return -ELOOP;
		if (n > most)
			return n;
		conf = mx_dereference(group->conf[slot], lock);
		group = conf ? conf->params.failover.fallback : NULL;
	}
	return n;
}

/**
 * mx_group_fallback_fits() - may a group fall back on another one
 * @group: the group, or NULL for one that is yet to be made
 * @slot: the configuration
 * @fallback: the other one
 * @all: all groups of the namespace
 * @lock: the namespace's lock, held
 *
 * Return: 0; -ELOOP if @group is behind @fallback; -EMLINK if more than
 * MX_FALLBACK_DEPTH groups would be behind one.
 */
int mx_group_fallback_fits(const struct mx_group *group, unsigned int slot,
			   const struct mx_group *fallback,
			   struct list_head *all, struct mutex *lock)
{
	const struct mx_group *front, *g;
	const struct mx_group_conf *conf;
	int behind, before = 0, n;

	behind = mx_group_behind(fallback, slot, group, MX_FALLBACK_DEPTH,
				 lock);
	if (behind < 0)
		return behind;
	if (behind > MX_FALLBACK_DEPTH)
		return -EMLINK;
	if (!group || !group->backs[slot])
		return 0;
	/* how far is it to @group from those before it */
	list_for_each_entry(front, all, list) {
		for (g = front, n = 0; g && g != group; n++) {
			conf = mx_dereference(g->conf[slot], lock);
			g = conf ? conf->params.failover.fallback : NULL;
		}
		if (g)
			before = max(before, n);
	}
	return before + behind > MX_FALLBACK_DEPTH ? -EMLINK : 0;
}

/* By the group's scheduler. Returns as mx_group_pick(). */
static struct mx_server *mx_group_schedule(struct mx_group *group,
					   const struct mx_group_conf *conf,
					   const struct mx_key *key,
					   unsigned int how)
{
	const struct mx_pool *pool = &conf->pool[mx_pool_index(key->family)];
	const struct mx_sched *sched = conf->params.sched;
	bool dry = how & MX_PICK_DRY;
	struct mx_pick pick = {
		.turn = &group->turn,
		.dry = dry,
		.now = (u32)jiffies,
	};
	u32 at;

	if (sched->needs & MX_NEEDS_HASH)
		pick.hash = mx_key_hash_by(key, conf->params.hash_key,
					   &conf->seed);
	if (sched->needs & MX_NEEDS_RANDOM)
		pick.random = get_random_u32();
	if (sched->per_packet)
		pick.packet = dry ? mx_counter_peek(&group->packets) :
				    mx_counter_next(&group->packets);
	at = sched->pick(pool, &pick);
	if (unlikely(pool->doors))
		at = mx_care_admit(pool, at, get_random_u32());
	return mx_pool_taker(pool, at, how, conf->params.failover.fallback);
}

/*
 * The server that the client has, or else the scheduler's, which the client
 * has from now on. Returns as mx_group_pick().
 */
static struct mx_server *mx_group_persist(struct mx_group *group,
					  const struct mx_group_conf *conf,
					  const struct mx_key *key,
					  unsigned int how)
{
	const struct mx_persist_params *params = &conf->params.persist;
	struct mx_server *server, *had;
	bool dry = how & MX_PICK_DRY;
	u32 now = (u32)jiffies;
	enum mx_admit admit;

	had = mx_persist_find(group->persist, group, params, key, now, dry);
	if (had && mx_server_open(had) && !mx_server_spare(had, key->family) &&
	    !mx_server_waits(had)) {
		admit = mx_server_takes(had, how);
		if (admit == MX_ADMIT_YES)
			return had;
		if (admit == MX_ADMIT_DROP)
			return ERR_PTR(-EDQUOT);
	}
	server = mx_group_schedule(group, conf, key, how);
	if (IS_ERR_OR_NULL(server) || dry)
		return server;
	return mx_persist_keep(group->persist, group, params, key, server, had,
			       now);
}

static struct mx_server *mx_group_choose(struct mx_group *group,
					 const struct mx_group_conf *conf,
					 const struct mx_key *key,
					 unsigned int how)
{
	if (likely(!conf->params.persist.time || !group->persist))
		return mx_group_schedule(group, conf, key, how);
	return mx_group_persist(group, conf, key, how);
}

/*
 * Within the group's own rate of connections. What a packet took that no server
 * takes is given back.
 */
static struct mx_server *mx_group_pick_within(struct mx_group *group,
					      const struct mx_group_conf *conf,
					      const struct mx_key *key,
					      unsigned int how,
					      struct mx_limiter *limiter)
{
	bool dry = how & MX_PICK_DRY;
	struct mx_server *server;

	if (!mx_limiter_admits(limiter, dry, ktime_get_ns())) {
		if (!dry)
			mx_stats_inc_bh(&group->stats, MX_GROUP_OVER);
		return limiter->params.over == MUTEX_OVER_DROP ?
		       ERR_PTR(-EDQUOT) : NULL;
	}
	server = mx_group_choose(group, conf, key, how);
	if (IS_ERR_OR_NULL(server) && !dry)
		mx_limiter_forgive(limiter);
	return server;
}

/**
 * mx_group_pick() - choose a server
 * @group: the group
 * @conf: its configuration
 * @key: of the packet to decide
 * @how: MX_PICK_ flags
 *
 * Where each packet is decided there are no connections to limit.
 *
 * Context: RCU reader; softirqs are off unless MX_PICK_DRY. The server is good
 * until the caller leaves.
 * Return: the server; NULL if no member of the key's family is usable or none
 * has room; ERR_PTR(-EDQUOT) if the packet is to be dropped, over a rate of new
 * connections.
 */
struct mx_server *mx_group_pick(struct mx_group *group,
				const struct mx_group_conf *conf,
				const struct mx_key *key, unsigned int how)
{
	struct mx_limiter *limiter = rcu_dereference(group->limiter);
	struct mx_server *server;

	if (!(how & MX_PICK_DRY))
		mx_stats_inc_bh(&group->stats, MX_GROUP_REQUESTS);
	if (!conf->pool[mx_pool_index(key->family)].n)
		return NULL;
	if (conf->params.sched->per_packet)
		how |= MX_PICK_FREE;
	if (unlikely(limiter) && !(how & MX_PICK_FREE))
		server = mx_group_pick_within(group, conf, key, how, limiter);
	else
		server = mx_group_choose(group, conf, key, how);
	if (IS_ERR_OR_NULL(server) || (how & MX_PICK_DRY))
		return server;
	if (unlikely(mx_health_tried(&server->health)))
		WRITE_ONCE(server->health.trying, true);
	mx_stats_inc_bh(&group->stats, MX_GROUP_BALANCED);
	return server;
}
