// SPDX-License-Identifier: GPL-2.0
/* Care of the servers of a configuration. */
#include <linux/jiffies.h>
#include "group/group.h"

/* For how long a sample tells how a server is. */
#define MX_CARE_FRESH		(10U * HZ)

/**
 * mx_care_top() - the highest weight that a group can have in force
 * @conf: its configuration
 *
 * Return: for mx_care_weight(); 0 if nothing changes the weights.
 */
u32 mx_care_top(const struct mx_group_conf *conf)
{
	const struct mx_care_params *p = &conf->params.care;
	u32 i, most = 0;

	if (!p->slow_start && !p->dynamic)
		return 0;
	for (i = 0; i < conf->n; i++)
		most = max(most, conf->members[i].weight);
	return most * (p->dynamic ? p->max * 10 : MX_CARE_WHOLE);
}

/**
 * mx_care_slot() - how a member comes into a pool
 * @conf: the configuration
 * @slot: its place
 * @m: the member
 * @top: mx_care_top()
 */
void mx_care_slot(const struct mx_group_conf *conf, struct mx_slot *slot,
		  const struct mx_conf_member *m, u32 top)
{
	u32 share;

	slot->weight = m->weight;
	slot->door = U32_MAX;
	if (!top)
		return;
	share = mx_care_share(&m->server->care, &conf->params.care);
	if (conf->params.sched->weighs)
		slot->weight = mx_care_weight(m->weight, share, top);
	else
		slot->door = mx_care_door(share);
}

/* A server has got into the pools, or has left them. */
static bool mx_care_enter(struct mx_care *c, const struct mx_care_params *p,
			  bool in, u32 now)
{
	bool was = c->phase != MX_CARE_OUT;

	if (!in) {
		c->phase = MX_CARE_OUT;
	} else if (!was) {
		c->phase = p->slow_start ? MX_CARE_RAMP : MX_CARE_FULL;
		c->ramp_from = now;
		c->ramp = mx_care_ramp(0, p->slow_start);
	} else if (!p->slow_start) {
		c->phase = MX_CARE_FULL;
	}
	return in != was;
}

/**
 * mx_care_bars() - note what a configuration says of a server's draining
 * @m: the server
 * @now: low 32 bits of jiffies
 *
 * Context: the namespace's lock is held; @m is of the configuration in force.
 * Return: whether the server's flows are to be decided anew: it is down, or
 * its deadline is over.
 */
bool mx_care_bars(const struct mx_conf_member *m, u32 now)
{
	struct mx_care *c = &m->server->care;

	if (m->state != MUTEX_SERVER_STATE_DRAIN) {
		c->drain = MUTEX_DRAIN_NONE;
		return m->state == MUTEX_SERVER_STATE_DOWN;
	}
	if (c->drain == MUTEX_DRAIN_NONE || c->drain_ms != m->deadline) {
		c->drain = MUTEX_DRAIN_FLOWS;
		c->drain_from = now;
		c->drain_ms = m->deadline;
		c->cut = 0;
	}
	return c->drain == MUTEX_DRAIN_OVER;
}

/* Flows of a server that does not keep them any more. */
static u32 mx_care_lost(struct mx_server *server, bool fit)
{
	struct mx_care *c = &server->care;
	bool was = c->fit;

	c->fit = fit;
	return was && !fit ? max(atomic_read(&server->member.active), 0) : 0;
}

static u32 mx_care_keys(const struct mx_group_conf *old,
			const struct mx_group_conf *conf)
{
	const struct mx_sched *sched = conf->params.sched;
	u32 i, keys = 0;

	if (!sched->moved || old->params.sched != sched)
		return 0;
	for (i = 0; i < ARRAY_SIZE(conf->pool); i++) {
		if (!old->pool[i].n)
			continue;
		if (!conf->pool[i].n)
			return MX_CARE_WHOLE;
		keys = max(keys, sched->moved(&conf->pool[i], &old->pool[i]));
	}
	return keys;
}

/*
 * Where a new report begins to count. Flows that the last changes took away and
 * that were quiet for long move after their report is over: those are not the
 * new one's.
 */
static u64 mx_moves_base(const struct mx_group *group)
{
	const struct mx_moves *moves = &group->care.moves;
	u64 made = moves->told - moves->base;
	u64 late = mx_care_moved(group) - moves->told;

	return moves->told + (made < moves->lost ?
			      min(late, moves->lost - made) : 0);
}

/* Begins a report on moved flows, or adds to the one that is under way. */
static void mx_moves_begin(struct mx_group *group, u32 lost, u32 keys, u32 now)
{
	struct mx_moves *moves = &group->care.moves;

	if (moves->over) {
		moves->base = mx_moves_base(group);
		moves->lost = 0;
		moves->keys = 0;
	}
	/* those of a server that failed may be on their way already */
	if (lost && !moves->lost)
		lost += mx_care_moved(group) - moves->base;
	moves->lost += lost;
	moves->keys = min(moves->keys + keys, MX_CARE_WHOLE);
	moves->quiet = now;
	moves->fresh = true;
	moves->over = false;
}

static bool mx_care_look(const struct mx_group_conf *conf,
			 const struct mx_conf_member *m, u32 now, u32 *lost)
{
	struct mx_care *c = &m->server->care;
	bool changed;

	changed = mx_care_enter(c, &conf->params.care, c->kept, now);
	changed |= c->weight != m->weight;
	c->weight = m->weight;
	c->kept = true;
	*lost += mx_care_lost(m->server, !READ_ONCE(m->server->unfit));
	return changed;
}

static bool mx_care_forget(struct mx_server *server, u32 *lost)
{
	struct mx_care *c = &server->care;

	if (c->kept)
		return false;
	c->phase = MX_CARE_OUT;
	c->drain = MUTEX_DRAIN_NONE;
	c->load_ms = 0;
	*lost += mx_care_lost(server, false);
	return true;
}

/**
 * mx_care_settle() - look after what a change of a group's members brings
 * @group: the group
 * @old: the configuration that was in force, or NULL
 * @conf: the one that is, or NULL
 * @now: low 32 bits of jiffies
 *
 * Context: after mx_group_settle(); the namespace's lock is held.
 */
void mx_care_settle(struct mx_group *group, const struct mx_group_conf *old,
		    const struct mx_group_conf *conf, u32 now)
{
	bool changed = false;
	u32 i, k, lost = 0;

	for (k = 0; conf && k < ARRAY_SIZE(conf->pool); k++)
		for (i = 0; i < conf->pool[k].n; i++)
			mx_server_of(conf->pool[k].slots[i].member)->care.kept = true;
	for (i = 0; conf && i < conf->n; i++)
		changed |= mx_care_look(conf, &conf->members[i], now, &lost);
	for (i = 0; old && i < old->n; i++)
		changed |= mx_care_forget(old->members[i].server, &lost);
	for (i = 0; conf && i < conf->n; i++)
		conf->members[i].server->care.kept = false;
	if (conf && (changed || lost))
		mx_moves_begin(group, lost, old ? mx_care_keys(old, conf) : 0,
			       now);
}

/**
 * mx_care_drain_again() - begin a server's deadline anew
 * @conf: the configuration in force
 * @m: a server of it, configured to drain
 * @now: low 32 bits of jiffies
 *
 * Context: the namespace's lock is held.
 */
void mx_care_drain_again(const struct mx_group_conf *conf,
			 const struct mx_conf_member *m, u32 now)
{
	struct mx_care *c = &m->server->care;

	c->drain = MUTEX_DRAIN_NONE;
	mx_health_adopt(m->server, mx_group_failover(conf, m->server),
			mx_care_bars(m, now));
	c->fit = !READ_ONCE(m->server->unfit);
}

/* The deadline is over: what is left is let go. */
static void mx_care_cut(struct mx_group *group,
			const struct mx_group_conf *conf,
			const struct mx_conf_member *m, u32 now)
{
	struct mx_care *c = &m->server->care;

	c->drain = MUTEX_DRAIN_OVER;
	mx_health_adopt(m->server, mx_group_failover(conf, m->server), true);
	c->cut = mx_care_lost(m->server, false);
	if (c->cut)
		mx_moves_begin(group, c->cut, 0, now);
}

/**
 * mx_care_drained() - look how far a server has drained
 * @group: its group
 * @conf: the configuration in force
 * @m: the server
 * @now: low 32 bits of jiffies
 *
 * Context: the namespace's lock is held.
 * Return: whether there is news to tell.
 */
bool mx_care_drained(struct mx_group *group, const struct mx_group_conf *conf,
		     const struct mx_conf_member *m, u32 now)
{
	struct mx_care *c = &m->server->care;
	bool empty = atomic_read(&m->server->member.active) <= 0;
	bool told = c->drain == MUTEX_DRAIN_EMPTY;

	if (c->drain != MUTEX_DRAIN_FLOWS && c->drain != MUTEX_DRAIN_EMPTY)
		return false;
	if (c->drain_ms && !mx_care_left(c->drain_from, c->drain_ms, now)) {
		mx_care_cut(group, conf, m, now);
		return !told || c->cut;
	}
	if (empty)
		c->drain = MUTEX_DRAIN_EMPTY;
	return empty && !told;
}

/**
 * mx_care_draining() - is a server to be looked at for its draining
 * @c: its care
 *
 * Return: true if there will be news.
 */
bool mx_care_draining(const struct mx_care *c)
{
	return c->drain == MUTEX_DRAIN_FLOWS ||
	       (c->drain == MUTEX_DRAIN_EMPTY && c->drain_ms);
}

/* Is the latency of a server known? */
static bool mx_care_timed(const struct mx_server *server, u32 now)
{
	const struct mx_member *member = &server->member;
	u32 age = now - READ_ONCE(member->latency_stamp);

	/* a sample may be newer than @now */
	return READ_ONCE(member->latency_ewma) &&
	       age + MX_CARE_FRESH <= 2 * MX_CARE_FRESH;
}

static u32 mx_care_mean(const struct mx_group_conf *conf, u32 now)
{
	const struct mx_server *server;
	u32 i, n = 0;
	u64 sum = 0;

	for (i = 0; i < conf->n; i++) {
		server = conf->members[i].server;
		if (server->care.phase == MX_CARE_OUT ||
		    !mx_care_timed(server, now))
			continue;
		sum += READ_ONCE(server->member.latency_ewma);
		n++;
	}
	return n ? div_u64(sum, n) : 0;
}

static u32 mx_care_target(const struct mx_server *server, u8 dynamic, u32 mean,
			  u32 now)
{
	const struct mx_care *c = &server->care;

	if (dynamic == MUTEX_DYNAMIC_LATENCY && mx_care_timed(server, now))
		return mx_care_by_latency(READ_ONCE(server->member.latency_ewma),
					  mean);
	if (dynamic == MUTEX_DYNAMIC_AGENT &&
	    mx_care_left(c->load_from, c->load_ms, now))
		return mx_care_by_load(c->load);
	return MX_CARE_WHOLE;
}

/**
 * mx_care_measure() - let the weights of a group follow what is measured
 * @conf: its configuration in force
 * @now: low 32 bits of jiffies
 *
 * Of whom nothing is known drifts back to the weight that was set.
 *
 * Context: the namespace's lock is held.
 * Return: whether a weight has changed.
 */
bool mx_care_measure(const struct mx_group_conf *conf, u32 now)
{
	const struct mx_care_params *p = &conf->params.care;
	bool changed = false;
	u32 i, mean = 0;

	if (p->dynamic == MUTEX_DYNAMIC_LATENCY)
		mean = mx_care_mean(conf, now);
	for (i = 0; i < conf->n; i++) {
		struct mx_server *server = conf->members[i].server;
		u32 target = mx_care_target(server, p->dynamic, mean, now);

		/* the span that a load holds must not come round again */
		if (!mx_care_left(server->care.load_from, server->care.load_ms,
				  now))
			server->care.load_ms = 0;
		changed |= mx_care_follow(&server->care, p, target);
	}
	return changed;
}

/**
 * mx_care_grow() - let the servers of a group grow that came up of late
 * @conf: its configuration in force
 * @now: low 32 bits of jiffies
 * @wait: the milliseconds to the next step if that is sooner than its value
 *
 * Context: the namespace's lock is held.
 * Return: whether one has got a greater share.
 */
bool mx_care_grow(const struct mx_group_conf *conf, u32 now, u32 *wait)
{
	u32 i, elapsed, ramp, all = conf->params.care.slow_start;
	bool changed = false;

	for (i = 0; i < conf->n; i++) {
		struct mx_care *c = &conf->members[i].server->care;

		if (c->phase != MX_CARE_RAMP)
			continue;
		elapsed = mx_care_ms(c->ramp_from, now);
		ramp = mx_care_ramp(elapsed, all);
		changed |= ramp != c->ramp;
		c->ramp = ramp;
		if (ramp == MX_CARE_WHOLE)
			c->phase = MX_CARE_FULL;
		else
			*wait = min(*wait, mx_care_ramp_wait(elapsed, all));
	}
	return changed;
}

/**
 * mx_care_moved() - flows of a group that were decided anew
 * @group: the group
 *
 * Return: how many, ever since counters were reset.
 */
u64 mx_care_moved(const struct mx_group *group)
{
	return mx_stats_read(&group->stats, MX_GROUP_MOVED);
}

/**
 * mx_care_reset() - counters begin at zero again
 * @group: the group
 *
 * Context: the namespace's lock is held.
 */
void mx_care_reset(struct mx_group *group)
{
	struct mx_moves *moves = &group->care.moves;

	moves->base = 0;
	moves->told = 0;
	moves->seen = 0;
	moves->lost = 0;
}

/**
 * mx_care_evenness() - judge how evenly the flows of a group lie
 * @conf: its configuration
 * @even: where to put the verdict: of two families that of the worse one
 */
void mx_care_evenness(const struct mx_group_conf *conf, struct mx_even *even)
{
	struct mx_even other;

	mx_care_even(&conf->pool[0], conf->params.sched->weighs, even);
	mx_care_even(&conf->pool[1], conf->params.sched->weighs, &other);
	if (other.max > even->max)
		*even = other;
}
