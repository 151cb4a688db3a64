// SPDX-License-Identifier: GPL-2.0
/* Checks of one namespace: which servers, when, and what follows. */
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/rculist_nulls.h>
#include <linux/slab.h>
#include <net/netns/generic.h>
#include "xmit/check.h"

/* What is due within this time is done together. */
#define MX_CHECK_TICK_MS	10
/* Steps of one round, two for a check: a stall is not made up for at one stroke. */
#define MX_CHECK_ROUND		1024

static unsigned int mx_check_net_id __read_mostly;

/**
 * mx_checker() - what runs the checks of a namespace
 * @net: the namespace
 *
 * Return: it.
 */
struct mx_checker *mx_checker(const struct net *net)
{
	return net_generic(net, mx_check_net_id);
}

/**
 * mx_check_params() - how a server is checked now
 * @pn: the namespace
 * @server: the server
 *
 * Context: RCU reader.
 * Return: parameters of its group, NULL if that is gone.
 */
const struct mx_check_params *mx_check_params(const struct mx_pernet *pn,
					      const struct mx_server *server)
{
	const struct mx_config *cfg = rcu_dereference(pn->cfg);
	const struct mx_group_conf *conf;

	conf = rcu_dereference(server->group->conf[cfg->slot]);
	return conf ? &conf->params.check : NULL;
}

/**
 * mx_check_oif() - the device that checks are to leave by
 * @net: the namespace
 * @p: parameters
 * @oif: where to put its index, 0 for any
 *
 * A name is looked up each time: devices come, go and are renamed.
 *
 * Context: RCU reader.
 * Return: 0, or -ENODEV if it does not exist now.
 */
int mx_check_oif(struct net *net, const struct mx_check_params *p, int *oif)
{
	struct net_device *dev;

	*oif = 0;
	if (!p->dev[0])
		return 0;
	dev = dev_get_by_name_rcu(net, p->dev);
	if (!dev)
		return -ENODEV;
	*oif = dev->ifindex;
	return 0;
}

/**
 * mx_check_bucket() - where the check of a server lies
 * @ck: checks of the namespace
 * @family: AF_INET or AF_INET6
 * @kind: enum mutex_check
 * @addr: its address, rest zero
 * @port: its port, 0 of ICMP
 *
 * Return: the bucket, NULL if there are no checks.
 */
struct hlist_nulls_head *mx_check_bucket(const struct mx_checker *ck,
					 u8 family, u8 kind,
					 const union nf_inet_addr *addr,
					 __be16 port)
{
	/* pairs with the release in mx_check_start() */
	struct hlist_nulls_head *hash = smp_load_acquire(&ck->hash);
	u64 h;

	if (!hash)
		return NULL;
	h = siphash_3u64((u64)addr->all[0] << 32 | addr->all[1],
			 (u64)addr->all[2] << 32 | addr->all[3],
			 (u64)family << 32 | kind << 16 | ntohs(port),
			 &ck->key);
	return hash + (h >> (64 - MX_CHECK_HASH_BITS));
}

/* Reasons of bad verdicts by enum mutex_check_result. */
static const u8 mx_check_reasons[] = {
	[MUTEX_CHECK_RESULT_NONE] = MUTEX_REASON_CHECK,
	[MUTEX_CHECK_RESULT_GOOD] = MUTEX_REASON_NONE,
	[MUTEX_CHECK_RESULT_TIMEOUT] = MUTEX_REASON_SILENT,
	[MUTEX_CHECK_RESULT_REFUSED] = MUTEX_REASON_REFUSED,
	[MUTEX_CHECK_RESULT_UNREACHABLE] = MUTEX_REASON_UNREACHABLE,
	[MUTEX_CHECK_RESULT_MISMATCH] = MUTEX_REASON_MISMATCH,
	[MUTEX_CHECK_RESULT_NO_ROUTE] = MUTEX_REASON_CHECK,
	[MUTEX_CHECK_RESULT_NO_SOURCE] = MUTEX_REASON_CHECK,
	[MUTEX_CHECK_RESULT_NO_DEV] = MUTEX_REASON_CHECK,
};

/**
 * mx_check_result() - a check of a server has ended
 * @server: the server, the lock of its check held
 * @p: parameters
 * @result: enum mutex_check_result
 *
 * An answer is noted under the same lock by which it is taken: once a check
 * is given up, nothing more is said of the server.
 *
 * Context: RCU reader, softirqs are off.
 */
void mx_check_result(struct mx_server *server,
		     const struct mx_check_params *p, u8 result)
{
	bool good = result == MUTEX_CHECK_RESULT_GOOD;
	struct mx_check *c = &server->check;
	enum mx_check_verdict verdict;

	mx_stats_inc_bh(&server->stats, good ? MX_SERVER_CHECK_GOOD :
					       MX_SERVER_CHECK_BAD);
	WRITE_ONCE(c->result, result);
	verdict = mx_check_judge(&c->score, good, p);
	if (verdict != MX_CHECK_OPEN)
		mx_health_report(server, MX_HEALTH_VERDICT,
				 verdict == MX_CHECK_GOOD,
				 mx_check_reasons[result], mx_health_now());
}

/* The same, of a check that awaits nothing; softirqs may be on. */
static void mx_check_ended(struct mx_server *server,
			   const struct mx_check_params *p, u8 result)
{
	spin_lock_bh(&server->check.lock);
	mx_check_result(server, p, result);
	spin_unlock_bh(&server->check.lock);
}

/* Which port a server is checked at, network order; 0 for none. */
static __be16 mx_check_port(const struct mx_check_params *p,
			    const struct mx_server *server)
{
	if (p->kind == MUTEX_CHECK_ICMP)
		return 0;
	return p->port ? htons(p->port) : server->port;
}

static bool mx_check_wanted(const struct mx_check_params *p,
			    const struct mx_conf_member *m)
{
	return p->kind != MUTEX_CHECK_NONE &&
	       m->state != MUTEX_SERVER_STATE_DOWN &&
	       (p->kind == MUTEX_CHECK_ICMP || mx_check_port(p, m->server));
}

static void mx_check_dequeue(struct mx_checker *ck, struct mx_check *c)
{
	if (c->queued)
		timerqueue_del(&ck->queue, &c->due);
	c->queued = false;
	list_del_init(&c->turn);
}

static void mx_check_enqueue(struct mx_checker *ck, struct mx_check *c,
			     ktime_t at)
{
	mx_check_dequeue(ck, c);
	c->due.expires = at;
	timerqueue_add(&ck->queue, &c->due);
	c->queued = true;
}

/**
 * mx_check_line_up() - a check is due, and awaits its turn
 * @ck: checks of the namespace
 * @c: the check
 */
mx_visible_for_test void mx_check_line_up(struct mx_checker *ck,
					  struct mx_check *c)
{
	mx_check_dequeue(ck, c);
	list_add_tail(&c->turn, &ck->line);
}

/**
 * mx_check_turn() - whose turn it is
 * @ck: checks of the namespace
 *
 * Who came first is first, so that those that never answer, whose checks last
 * longest and end when the next one is due, leave room to all others.
 *
 * Return: a server, which is no more in the line; NULL if there is none, or too
 * many answers are awaited.
 */
mx_visible_for_test struct mx_server *mx_check_turn(struct mx_checker *ck)
{
	struct mx_server *server;

	if (atomic_read(&ck->waiting) >= MX_CHECK_WAITING_MAX)
		return NULL;
	server = list_first_entry_or_null(&ck->line, struct mx_server,
					  check.turn);
	if (server)
		list_del_init(&server->check.turn);
	return server;
}

/* Awaits no more; true if it did. */
static bool mx_check_give_up(struct mx_checker *ck, struct mx_check *c)
{
	bool waited;

	spin_lock_bh(&c->lock);
	waited = c->waiting;
	WRITE_ONCE(c->waiting, false);
	spin_unlock_bh(&c->lock);
	if (waited)
		atomic_dec(&ck->waiting);
	return waited;
}

/* Nobody judges a server until its checks do so again. */
static void mx_check_forget(struct mx_checker *ck, struct mx_server *server)
{
	mx_check_give_up(ck, &server->check);
	hlist_nulls_del_init_rcu(&server->check.node);
	mx_health_report(server, MX_HEALTH_QUIT, false, MUTEX_REASON_NONE,
			 mx_health_now());
}

/* Begins anew, as nothing that was known of the server holds. */
static void mx_check_key(struct mx_checker *ck, struct mx_server *server,
			 const struct mx_check_params *p)
{
	struct mx_check *c = &server->check;

	if (!hlist_nulls_unhashed(&c->node))
		mx_check_forget(ck, server);
	spin_lock_bh(&c->lock);
	WRITE_ONCE(c->kind, p->kind);
	WRITE_ONCE(c->port, mx_check_port(p, server));
	memset(&c->score, 0, sizeof(c->score));
	WRITE_ONCE(c->result, MUTEX_CHECK_RESULT_NONE);
	WRITE_ONCE(c->rtt, 0);
	spin_unlock_bh(&c->lock);
	/* who stands at this node ends in the other bucket, and begins anew */
	hlist_nulls_add_head_rcu(&c->node,
				 mx_check_bucket(ck, server->family, c->kind,
						 &server->addr, c->port));
	WRITE_ONCE(c->next, mx_check_first(ktime_get(), p->interval,
					   get_random_u32()));
	mx_check_enqueue(ck, c, c->next);
}

static int mx_check_start(struct mx_checker *ck, struct mx_server *server,
			  const struct mx_check_params *p)
{
	struct mx_check_group *cg = &server->group->check;
	struct hlist_nulls_head *hash;
	unsigned int i;

	if (!ck->hash) {
		hash = kvcalloc(1 << MX_CHECK_HASH_BITS, sizeof(*hash),
				GFP_KERNEL);
		if (!hash)
			return -ENOMEM;
		for (i = 0; i < 1 << MX_CHECK_HASH_BITS; i++)
			INIT_HLIST_NULLS_HEAD(&hash[i], i);
		/* seen whole */
		smp_store_release(&ck->hash, hash);
	}
	refcount_inc(&server->refs);
	if (list_empty(&cg->servers))
		list_add_tail(&cg->node, &ck->groups);
	list_add_tail(&server->check.list, &cg->servers);
	ck->n++;
	WRITE_ONCE(ck->pn->checking, true);
	mx_check_key(ck, server, p);
	return 0;
}

static void mx_check_stop(struct mx_checker *ck, struct mx_server *server)
{
	struct mx_check_group *cg = &server->group->check;
	struct mx_check *c = &server->check;

	mx_check_forget(ck, server);
	mx_check_dequeue(ck, c);
	spin_lock_bh(&c->lock);
	WRITE_ONCE(c->kind, MUTEX_CHECK_NONE);
	spin_unlock_bh(&c->lock);
	list_del_init(&c->list);
	if (list_empty(&cg->servers))
		list_del_init(&cg->node);
	if (!--ck->n)
		WRITE_ONCE(ck->pn->checking, false);
	mx_server_put(server);
}

/* A server stays: its check may be another one now. */
static void mx_check_keep(struct mx_checker *ck, struct mx_server *server,
			  const struct mx_check_params *p)
{
	struct mx_check *c = &server->check;
	ktime_t latest = ktime_add_ms(ktime_get(), p->interval);

	if (c->kind != p->kind || c->port != mx_check_port(p, server)) {
		mx_check_key(ck, server, p);
		return;
	}
	if (c->next <= latest)
		return;
	/* the interval has become shorter */
	WRITE_ONCE(c->next, mx_check_first(ktime_get(), p->interval,
					   get_random_u32()));
	if (!READ_ONCE(c->waiting))
		mx_check_enqueue(ck, c, c->next);
}

/* Makes the checks of a group what its configuration says, NULL for none. */
static int mx_check_sync(struct mx_checker *ck, struct mx_group *group,
			 const struct mx_group_conf *conf)
{
	struct mx_server *server, *next;
	u32 i;
	int err = 0;

	list_for_each_entry(server, &group->check.servers, check.list)
		server->check.keep = false;
	for (i = 0; conf && i < conf->n && !err; i++) {
		server = conf->members[i].server;
		if (!mx_check_wanted(&conf->params.check, &conf->members[i]))
			continue;
		if (list_empty(&server->check.list))
			err = mx_check_start(ck, server, &conf->params.check);
		else
			mx_check_keep(ck, server, &conf->params.check);
		server->check.keep = true;
	}
	list_for_each_entry_safe(server, next, &group->check.servers,
				 check.list)
		if (!server->check.keep)
			mx_check_stop(ck, server);
	return err;
}

/* True if the configuration was looked through. */
static bool mx_check_reconcile(struct mx_checker *ck)
{
	struct mx_pernet *pn = ck->pn;
	const struct mx_config *cfg;
	struct mx_group *group, *next;
	bool done = true;
	u32 seen;

	/* whoever holds it may hold it long, and checks go on */
	if (!mutex_trylock(&pn->lock))
		return false;
	ck->dirty = false;
	cfg = mx_pernet_live(pn);
	list_for_each_entry(group, &pn->group_list, list) {
		seen = group->check.version << 1 | cfg->slot;
		if (group->check.seen == seen)
			continue;
		if (mx_check_sync(ck, group, mx_pernet_conf(pn, cfg, group)))
			done = false;
		else
			group->check.seen = seen;
	}
	list_for_each_entry_safe(group, next, &ck->groups, check.node)
		if (!mx_pernet_conf(pn, cfg, group))
			mx_check_sync(ck, group, NULL);
	if (!done)
		ck->dirty = true;
	mutex_unlock(&pn->lock);
	return done;
}

static u8 mx_check_why_unsent(int err)
{
	switch (err) {
	case -ENODEV:
		return MUTEX_CHECK_RESULT_NO_DEV;
	case -EADDRNOTAVAIL:
		return MUTEX_CHECK_RESULT_NO_SOURCE;
	case -ENETUNREACH:
		return MUTEX_CHECK_RESULT_NO_ROUTE;
	default:
		return MUTEX_CHECK_RESULT_NONE;
	}
}

/* Sends a check; its answer may come before this returns. */
static int mx_check_probe(struct mx_checker *ck, struct mx_server *server,
			  const struct mx_check_params *p)
{
	struct mx_check *c = &server->check;
	struct mx_probe probe = {
		.family = server->family,
		.kind = c->kind,
		.dst = server->addr,
		.dport = c->port,
		.len = p->send_len,
		.data = p->send,
	};
	int err;

	err = mx_check_oif(ck->pn->net, p, &probe.oif);
	if (err)
		return err;
	if (server->family == AF_INET)
		probe.src.ip = p->source;
	else
		probe.src.in6 = p->source6;
	spin_lock(&c->lock);
	/* its address tells nobody anything: it is hashed with a secret */
	c->token = mx_check_token((uintptr_t)server, c->tries++, &ck->key);
	c->sent = ktime_get();
	WRITE_ONCE(c->waiting, true);
	spin_unlock(&c->lock);
	atomic_inc(&ck->waiting);
	probe.sport = htons(c->token.port);
	probe.seq = c->token.seq;
	return mx_check_send(ck->pn->net, &probe);
}

/* Begins a check. Its next event is in @c->due. */
static void mx_check_begin(struct mx_checker *ck, struct mx_server *server,
			   const struct mx_check_params *p, ktime_t now)
{
	struct mx_check *c = &server->check;
	u8 result;
	int err;

	WRITE_ONCE(c->next, mx_check_after(c->next, now, p->interval));
	local_bh_disable();
	err = mx_check_probe(ck, server, p);
	result = mx_check_why_unsent(err);
	if (err && (mx_check_give_up(ck, c) || err == -ENODEV) &&
	    result != MUTEX_CHECK_RESULT_NONE)
		mx_check_ended(server, p, result);
	local_bh_enable();
	mx_check_enqueue(ck, c, err ? c->next :
			 min(c->next, ktime_add_ms(now, mx_check_timeout(p))));
}

/* An answer did not come. */
static void mx_check_missed(struct mx_checker *ck, struct mx_server *server,
			    const struct mx_check_params *p)
{
	struct mx_check *c = &server->check;
	bool silent = c->kind == MUTEX_CHECK_UDP && !p->expect_len;

	if (mx_check_give_up(ck, c))
		mx_check_ended(server, p, silent ? MUTEX_CHECK_RESULT_GOOD :
						   MUTEX_CHECK_RESULT_TIMEOUT);
}

/* What is due of a server: the end of its check, the next one, or both. */
static void mx_check_event(struct mx_checker *ck, struct mx_server *server,
			   ktime_t now)
{
	struct mx_check *c = &server->check;
	const struct mx_check_params *p;

	rcu_read_lock();
	p = mx_check_params(ck->pn, server);
	if (!p || p->kind != c->kind) {
		/* about to be looked through */
		mx_check_enqueue(ck, c, ktime_add_ms(now, 1000));
		goto unlock;
	}
	mx_check_missed(ck, server, p);
	if (c->next > now)
		mx_check_enqueue(ck, c, c->next);
	else
		mx_check_line_up(ck, c);
unlock:
	rcu_read_unlock();
}

/* Its turn has come. */
static void mx_check_go(struct mx_checker *ck, struct mx_server *server,
			ktime_t now)
{
	const struct mx_check_params *p;

	rcu_read_lock();
	p = mx_check_params(ck->pn, server);
	if (p && p->kind == server->check.kind)
		mx_check_begin(ck, server, p, now);
	else
		mx_check_enqueue(ck, &server->check, ktime_add_ms(now, 1000));
	rcu_read_unlock();
}

/* Begins a check or sees to what is due; false if there is nothing to do. */
static bool mx_check_step(struct mx_checker *ck, ktime_t now)
{
	struct mx_server *server = mx_check_turn(ck);
	struct timerqueue_node *node;

	if (server) {
		mx_check_go(ck, server, now);
		return true;
	}
	node = timerqueue_getnext(&ck->queue);
	if (!node || node->expires > now)
		return false;
	mx_check_event(ck, container_of(node, struct mx_server, check.due),
		       now);
	return true;
}

/* How long there is nothing to do; MAX_JIFFY_OFFSET for ever. */
static unsigned long mx_check_idle(struct mx_checker *ck, ktime_t now)
{
	unsigned long tick = msecs_to_jiffies(MX_CHECK_TICK_MS);
	struct timerqueue_node *node;

	/* an answer that makes room wakes nobody */
	if (!list_empty(&ck->line))
		return tick;
	node = timerqueue_getnext(&ck->queue);
	if (!node)
		return MAX_JIFFY_OFFSET;
	return max(nsecs_to_jiffies(node->expires - now), tick);
}

/* Does what is due; returns how long to sleep, or MAX_JIFFY_OFFSET. */
static unsigned long mx_check_round(struct mx_checker *ck)
{
	unsigned int n;
	ktime_t now;

	for (n = 0; n < MX_CHECK_ROUND; n++) {
		now = ktime_get();
		if (!mx_check_step(ck, now))
			return mx_check_idle(ck, now);
		cond_resched();
	}
	return 1;
}

static void mx_check_work(struct work_struct *work)
{
	struct mx_checker *ck = container_of(to_delayed_work(work),
					     struct mx_checker, work);
	unsigned long tick = msecs_to_jiffies(MX_CHECK_TICK_MS), sleep;
	bool again = false;

	if (READ_ONCE(ck->dirty))
		again = !mx_check_reconcile(ck);
	sleep = mx_check_round(ck);
	if (again || READ_ONCE(ck->dirty))
		sleep = min(sleep, tick);
	if (sleep != MAX_JIFFY_OFFSET && !READ_ONCE(ck->stopped))
		queue_delayed_work(mx_wq, &ck->work, sleep);
}

/**
 * mx_check_kick() - have the checks follow the configuration
 * @pn: the namespace, whose configuration in force may have changed; its lock
 *	is held
 */
void mx_check_kick(struct mx_pernet *pn)
{
	struct mx_checker *ck = mx_checker(pn->net);

	if (ck->dirty || ck->stopped)
		return;
	WRITE_ONCE(ck->dirty, true);
	mod_delayed_work(mx_wq, &ck->work, msecs_to_jiffies(MX_CHECK_TICK_MS));
}

/**
 * mx_check_next_ms() - how long it is to the next check of a server
 * @server: the server, which is checked
 *
 * Return: milliseconds.
 */
u32 mx_check_next_ms(const struct mx_server *server)
{
	s64 ms = ktime_ms_delta(READ_ONCE(server->check.next), ktime_get());

	return clamp_t(s64, ms, 0, U32_MAX);
}

static int __net_init mx_check_net_init(struct net *net)
{
	struct mx_checker *ck = mx_checker(net);

	ck->pn = mx_pernet(net);
	timerqueue_init_head(&ck->queue);
	INIT_LIST_HEAD(&ck->groups);
	INIT_LIST_HEAD(&ck->line);
	INIT_DELAYED_WORK(&ck->work, mx_check_work);
	get_random_bytes(&ck->key, sizeof(ck->key));
	return 0;
}

static void __net_exit mx_check_net_pre_exit(struct net *net)
{
	struct mx_checker *ck = mx_checker(net);
	struct mx_group *group, *next;

	mutex_lock(&ck->pn->lock);
	WRITE_ONCE(ck->stopped, true);
	mutex_unlock(&ck->pn->lock);
	cancel_delayed_work_sync(&ck->work);
	mutex_lock(&ck->pn->lock);
	list_for_each_entry_safe(group, next, &ck->groups, check.node)
		mx_check_sync(ck, group, NULL);
	mutex_unlock(&ck->pn->lock);
}

static void __net_exit mx_check_net_exit(struct net *net)
{
	kvfree(mx_checker(net)->hash);
}

static struct pernet_operations mx_check_net_ops = {
	.init = mx_check_net_init,
	.pre_exit = mx_check_net_pre_exit,
	.exit = mx_check_net_exit,
	.id = &mx_check_net_id,
	.size = sizeof(struct mx_checker),
};

/**
 * mx_checks_init() - prepare every network namespace for checks
 *
 * Return: 0 or -errno.
 */
int mx_checks_init(void)
{
	return register_pernet_subsys(&mx_check_net_ops);
}

/**
 * mx_checks_exit() - end the checks of every network namespace
 */
void mx_checks_exit(void)
{
	unregister_pernet_subsys(&mx_check_net_ops);
}
