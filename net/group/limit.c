// SPDX-License-Identifier: GPL-2.0
/*
 * Limits are configured with a group, and act on packets. So a configuration
 * holds the limiters that it asks for, and what is in force stands with the
 * server and with the group themselves: a change that leaves a limit as it is,
 * a restore too, leaves its buckets as full as they are.
 */
#include <linux/math64.h>
#include <linux/slab.h>
#include "group/group.h"

static bool mx_limit_alike(const struct mx_limit_params *a,
			   const struct mx_limit_params *b)
{
	return !memcmp(a->rate, b->rate, sizeof(a->rate)) &&
	       a->burst == b->burst && a->over == b->over;
}

/**
 * mx_limiter_make() - make what keeps rates
 * @to: filled in: the limiter, with a reference for the caller, or NULL if @p
 *	has no rate
 * @p: what the user says
 * @old: a limiter that will do if it has the same rates, or NULL
 *
 * Rates are at most MX_TOKENS_RATE_MAX, the burst at most MX_LIMIT_BURST_MAX:
 * their product fits.
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int mx_limiter_make(struct mx_limiter **to, const struct mx_limit_params *p,
		    struct mx_limiter *old)
{
	struct mx_limiter *l;
	unsigned int i;

	*to = NULL;
	if (!mx_limit_any(p))
		return 0;
	if (old && mx_limit_alike(&old->params, p)) {
		*to = mx_limiter_hold(old);
		return 0;
	}
	l = kzalloc(sizeof(*l), GFP_KERNEL_ACCOUNT);
	if (!l)
		return -ENOMEM;
	refcount_set(&l->refs, 1);
	l->params = *p;
	for (i = 0; i < MX_RATES; i++)
		mx_tokens_rate_init(&l->rate[i], p->rate[i],
				    div_u64(p->rate[i] * p->burst,
					    MSEC_PER_SEC));
	*to = l;
	return 0;
}

/**
 * mx_limiter_hold() - take a reference
 * @l: the limiter, or NULL
 *
 * Return: @l.
 */
struct mx_limiter *mx_limiter_hold(struct mx_limiter *l)
{
	if (l)
		refcount_inc(&l->refs);
	return l;
}

/**
 * mx_limiter_put() - let go of a limiter
 * @l: the limiter, or NULL
 *
 * Context: any. The last one to let go frees it after a grace period.
 */
void mx_limiter_put(struct mx_limiter *l)
{
	if (l && refcount_dec_and_test(&l->refs))
		kfree_rcu(l, rcu);
}

static bool mx_limiter_take(struct mx_limiter *l, enum mx_rate what, u32 n,
			    u64 now)
{
	return !l->params.rate[what] ||
	       mx_tokens_take(&l->bucket[what], &l->rate[what], n, now);
}

static void mx_limiter_give(struct mx_limiter *l, enum mx_rate what, u32 n)
{
	if (l->params.rate[what])
		mx_tokens_give(&l->bucket[what], &l->rate[what], n);
}

/**
 * mx_limiter_admits() - is there room for a new connection
 * @l: the limiter
 * @dry: only ask, take nothing
 * @now: nanoseconds
 *
 * Context: RCU reader.
 * Return: true if so; it has been taken unless @dry.
 */
bool mx_limiter_admits(struct mx_limiter *l, bool dry, u64 now)
{
	if (!dry)
		return mx_limiter_take(l, MX_RATE_CONNS, 1, now);
	return !l->params.rate[MX_RATE_CONNS] ||
	       mx_tokens_has(&l->bucket[MX_RATE_CONNS],
			     &l->rate[MX_RATE_CONNS], 1, now);
}

/**
 * mx_limiter_forgive() - a connection that was admitted did not come about
 * @l: the limiter
 *
 * Context: RCU reader.
 */
void mx_limiter_forgive(struct mx_limiter *l)
{
	mx_limiter_give(l, MX_RATE_CONNS, 1);
}

/* Puts @want in force at @at, unless what is there says the same. */
static struct mx_limiter *mx_limiter_install(struct mx_limiter __rcu **at,
					     struct mx_limiter *want,
					     struct mutex *lock)
{
	struct mx_limiter *old = mx_dereference(*at, lock);

	if (old == want ||
	    (old && want && mx_limit_alike(&old->params, &want->params)))
		return old;
	rcu_assign_pointer(*at, mx_limiter_hold(want));
	mx_limiter_put(old);
	return want;
}

static bool mx_limiter_of_traffic(const struct mx_limiter *l)
{
	return l && (l->params.rate[MX_RATE_PKTS] ||
		     l->params.rate[MX_RATE_BYTES]);
}

/**
 * mx_limit_settle() - put in force what a configuration says of limits
 * @group: the group
 * @conf: its configuration in force, or NULL
 * @lock: the namespace's lock, held
 */
void mx_limit_settle(struct mx_group *group, const struct mx_group_conf *conf,
		     struct mutex *lock)
{
	const struct mx_conf_member *m;
	struct mx_limiter *l;
	u8 all = 0, bounds;
	u32 i;

	if (!conf)
		return;
	l = mx_limiter_install(&group->limiter, conf->limiter, lock);
	if (mx_limiter_of_traffic(l))
		all = MX_BOUND_GROUP;
	for (i = 0; i < conf->n; i++) {
		m = &conf->members[i];
		bounds = all;
		l = mx_limiter_install(&m->server->limiter, m->limiter, lock);
		if (l && l->params.rate[MX_RATE_CONNS])
			bounds |= MX_BOUND_NEW;
		if (mx_limiter_of_traffic(l))
			bounds |= MX_BOUND_TRAFFIC;
		if (m->max_conns)
			bounds |= MX_BOUND_CONNS;
		WRITE_ONCE(m->server->max_conns, m->max_conns);
		WRITE_ONCE(m->server->bounds, bounds);
	}
}

/**
 * mx_limit_admit() - may a server have a new flow, by its own limits
 * @server: the server, whose mx_server.bounds is not 0
 * @dry: only ask: take nothing, count nothing
 * @now: nanoseconds
 *
 * That there is a place for one more connection is only looked at: the flow
 * takes it, by mx_server_enter().
 *
 * Context: RCU reader; softirqs are off unless @dry.
 * Return: see enum mx_admit.
 */
enum mx_admit mx_limit_admit(struct mx_server *server, bool dry, u64 now)
{
	u8 bounds = READ_ONCE(server->bounds);
	struct mx_limiter *l;

	if ((bounds & MX_BOUND_CONNS) && mx_server_full(server)) {
		if (!dry)
			mx_stats_inc_bh(&server->stats, MX_SERVER_FULL);
		return MX_ADMIT_NEXT;
	}
	if (!(bounds & MX_BOUND_NEW))
		return MX_ADMIT_YES;
	l = rcu_dereference(server->limiter);
	if (!l || mx_limiter_admits(l, dry, now))
		return MX_ADMIT_YES;
	if (!dry)
		mx_stats_inc_bh(&server->stats, MX_SERVER_OVER);
	return l->params.over == MUTEX_OVER_DROP ? MX_ADMIT_DROP :
						   MX_ADMIT_NEXT;
}

static bool mx_limiter_charge(struct mx_limiter *l, u32 packets, u32 bytes,
			      u64 now)
{
	if (!mx_limiter_take(l, MX_RATE_PKTS, packets, now))
		return false;
	if (mx_limiter_take(l, MX_RATE_BYTES, bytes, now))
		return true;
	mx_limiter_give(l, MX_RATE_PKTS, packets);
	return false;
}

/**
 * mx_limit_charge() - may a packet pass, by the rates of server and group
 * @server: the server; mx_server_metered() said true
 * @packets: 1, or what a GSO packet stands for
 * @bytes: its length from the network header on
 * @now: nanoseconds
 *
 * Context: softirq, RCU reader.
 * Return: true if it may; else it is counted, and has taken nothing.
 */
bool mx_limit_charge(struct mx_server *server, u32 packets, u32 bytes, u64 now)
{
	struct mx_limiter *own, *all;

	own = rcu_dereference(server->limiter);
	if (own && !mx_limiter_charge(own, packets, bytes, now)) {
		mx_stats_add_bh(&server->stats, MX_SERVER_DROPPED, packets);
		return false;
	}
	all = rcu_dereference(server->group->limiter);
	if (!all || mx_limiter_charge(all, packets, bytes, now))
		return true;
	if (own) {
		mx_limiter_give(own, MX_RATE_PKTS, packets);
		mx_limiter_give(own, MX_RATE_BYTES, bytes);
	}
	mx_stats_add_bh(&server->group->stats, MX_GROUP_DROPPED, packets);
	return false;
}
