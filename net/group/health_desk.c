// SPDX-License-Identifier: GPL-2.0
/* Where words about servers arrive, and what they set going. */
#include <trace/events/mutex.h>
#include "group/group.h"
#include "group/names.h"

/**
 * mx_health_init() - a server that nothing is known of: up
 * @health: its health, zeroed
 */
void mx_health_init(struct mx_health *health)
{
	spin_lock_init(&health->lock);
	INIT_LIST_HEAD(&health->link);
	INIT_LIST_HEAD(&health->telling);
	health->gone = true;
}

/* What packets shall look out for from now on. The server's lock is held. */
static void mx_health_settle(struct mx_server *server)
{
	struct mx_health *health = &server->health;
	u8 strategy = health->how.strategy, heed = 0;

	if (health->sm.state != MUTEX_HEALTH_DOWN &&
	    (strategy == MUTEX_FAILOVER_IMMEDIATE ||
	     strategy == MUTEX_FAILOVER_DELAYED))
		heed |= MX_HEED_BAD;
	if (strategy != MUTEX_FAILOVER_OFF)
		heed |= MX_HEED_MOVE;
	if (health->sm.state == MUTEX_HEALTH_TRIAL)
		heed |= MX_HEED_GOOD;
	if (health->sm.state == MUTEX_HEALTH_DOWN)
		heed |= MX_HEED_DOWN;
	WRITE_ONCE(health->heed, heed);
	WRITE_ONCE(server->unfit, health->barred ||
		   health->sm.state == MUTEX_HEALTH_DOWN);
}

/* Has the desk look after a server. */
static void mx_health_hand_in(struct mx_server *server)
{
	struct mx_health_desk *desk = server->group->desk;

	if (!desk)
		return;
	spin_lock_bh(&desk->lock);
	if (!desk->stopped) {
		if (list_empty(&server->health.link) &&
		    refcount_inc_not_zero(&server->refs))
			list_add_tail(&server->health.link, &desk->busy);
		mod_delayed_work(mx_wq, &desk->work, 0);
	}
	spin_unlock_bh(&desk->lock);
}

/* Has the desk let go of a server that it looks after, and need not any more. */
static void mx_health_take_out(struct mx_server *server)
{
	struct mx_health_desk *desk = server->group->desk;

	if (!desk)
		return;
	spin_lock_bh(&desk->lock);
	if (!desk->stopped && !list_empty(&server->health.link))
		mod_delayed_work(mx_wq, &desk->work, 0);
	spin_unlock_bh(&desk->lock);
}

/* Those who trace and the log see each change where it happens. */
static void mx_health_tell(const struct mx_server *server, u8 from)
{
	const struct mx_health_sm *sm = &server->health.sm;

	trace_mx_failover(server, mx_health_name(from),
			  mx_health_name(sm->state),
			  mx_reason_name(sm->reason));
	mx_dbg("failover", "netns %u: group %s server %s: %s to %s, %s\n",
	       server->group->netns, server->group->name,
	       mx_server_text(mx_server_buf(), server), mx_health_name(from),
	       mx_health_name(sm->state), mx_reason_name(sm->reason));
}

/**
 * mx_health_report() - say how a server does
 * @server: the server
 * @source: who says so
 * @good: whether it does well
 * @reason: enum mutex_reason, where it does not
 * @now: mx_health_now()
 *
 * A server that goes down by this is unfit at once: no packet is given to it
 * any more. The pools are rebuilt, and the news told, by the namespace's work.
 *
 * Context: any but hard interrupt; the caller holds a reference or is an RCU
 * reader.
 * Return: whether the server's health has changed.
 */
bool mx_health_report(struct mx_server *server, enum mx_health_source source,
		      bool good, u8 reason, u64 now)
{
	const struct mx_health_event ev = {
		.source = source,
		.good = good,
		.reason = reason,
		.now = now,
	};
	struct mx_health *health = &server->health;
	bool changed;
	u8 from;

	if (source == MX_HEALTH_TRAFFIC &&
	    !(READ_ONCE(health->heed) & (good ? MX_HEED_GOOD : MX_HEED_BAD)))
		return false;
	spin_lock_bh(&health->lock);
	from = health->sm.state;
	changed = mx_health_next(&health->sm, &health->how, &ev);
	if (changed || good)
		WRITE_ONCE(health->trying, false);
	if (changed) {
		health->news = true;
		mx_health_settle(server);
		mx_health_tell(server, from);
		/* who sees the turn sees the change: mx_group_conf_build() */
		smp_mb__before_atomic();
		atomic_inc(&server->group->turns);
	}
	spin_unlock_bh(&health->lock);
	if (changed || source == MX_HEALTH_QUIT)
		mx_health_hand_in(server);
	return changed;
}

/**
 * mx_health_adopt() - put what a configuration says of a server in force
 * @server: the server
 * @how: its group's parameters
 * @barred: it is configured to be down
 *
 * Context: the namespace's lock is held.
 */
void mx_health_adopt(struct mx_server *server, const struct mx_failover *how,
		     bool barred)
{
	struct mx_health *health = &server->health;
	bool ill;

	spin_lock_bh(&health->lock);
	health->how = *how;
	health->how.fallback = NULL;
	health->barred = barred;
	health->gone = false;
	mx_health_settle(server);
	ill = health->sm.state != MUTEX_HEALTH_UP;
	spin_unlock_bh(&health->lock);
	if (ill)
		mx_health_hand_in(server);
}

/**
 * mx_health_leave() - the configuration in force has a server no more
 * @server: the server
 *
 * Context: the namespace's lock is held.
 */
void mx_health_leave(struct mx_server *server)
{
	struct mx_health *health = &server->health;

	spin_lock_bh(&health->lock);
	health->barred = true;
	health->gone = true;
	mx_health_settle(server);
	spin_unlock_bh(&health->lock);
	mx_health_take_out(server);
}

/**
 * mx_health_read() - what is known of a server
 * @server: the server
 * @sm: where to put it
 */
void mx_health_read(struct mx_server *server, struct mx_health_sm *sm)
{
	spin_lock_bh(&server->health.lock);
	*sm = server->health.sm;
	spin_unlock_bh(&server->health.lock);
}

/**
 * mx_health_told() - take note that a server's news are told
 * @server: the server
 *
 * Context: the desk's work, before it tells them.
 * Return: whether there are any, of a server in force.
 */
bool mx_health_told(struct mx_server *server)
{
	struct mx_health *health = &server->health;
	bool news;

	spin_lock_bh(&health->lock);
	news = health->news && !health->gone;
	health->news = false;
	spin_unlock_bh(&health->lock);
	return news;
}

/**
 * mx_health_desk_init() - prepare a namespace's desk
 * @desk: the desk
 * @work: what looks after @desk->busy
 */
void mx_health_desk_init(struct mx_health_desk *desk, work_func_t work)
{
	spin_lock_init(&desk->lock);
	INIT_LIST_HEAD(&desk->busy);
	INIT_DELAYED_WORK(&desk->work, work);
	desk->stopped = false;
}

/**
 * mx_health_desk_kick() - have the work run now
 * @desk: the desk
 */
void mx_health_desk_kick(struct mx_health_desk *desk)
{
	spin_lock_bh(&desk->lock);
	if (!desk->stopped)
		mod_delayed_work(mx_wq, &desk->work, 0);
	spin_unlock_bh(&desk->lock);
}

/**
 * mx_health_desk_wake() - have the work run later, unless it is to run before
 * @desk: the desk
 * @wake: when, 0 for never
 * @now: mx_health_now()
 */
void mx_health_desk_wake(struct mx_health_desk *desk, u64 wake, u64 now)
{
	if (!wake)
		return;
	wake = wake > now ? min_t(u64, wake - now, MX_HEALTH_MS_MAX) : 0;
	spin_lock_bh(&desk->lock);
	if (!desk->stopped)
		queue_delayed_work(mx_wq, &desk->work,
				   msecs_to_jiffies(wake) + 1);
	spin_unlock_bh(&desk->lock);
}

/**
 * mx_health_desk_stop() - take nothing in any more
 * @desk: the desk
 *
 * Context: process; no lock that the work takes is held.
 */
void mx_health_desk_stop(struct mx_health_desk *desk)
{
	struct mx_server *server;

	spin_lock_bh(&desk->lock);
	desk->stopped = true;
	spin_unlock_bh(&desk->lock);
	cancel_delayed_work_sync(&desk->work);
	while (!list_empty(&desk->busy)) {
		server = list_first_entry(&desk->busy, struct mx_server,
					  health.link);
		list_del_init(&server->health.link);
		mx_server_put(server);
	}
}

/* Gives a tick; when the next one is wanted, 0 for never. */
static u64 mx_health_wake(struct mx_server *server, u64 now, bool *news)
{
	struct mx_health *health = &server->health;
	u64 until;

	mx_health_report(server, MX_HEALTH_TICK, false, 0, now);
	spin_lock_bh(&health->lock);
	until = health->gone ? 0 : health->sm.until;
	*news = health->news;
	spin_unlock_bh(&health->lock);
	return until;
}

/* Whether the desk is done with a server. Its lock is held. */
static bool mx_health_done(const struct mx_health *health)
{
	return health->gone ||
	       (health->sm.state == MUTEX_HEALTH_UP && !health->news);
}

/**
 * mx_health_desk_round() - look after every server that is not well
 * @desk: the desk
 * @told: where servers are put, by mx_health.telling, whose news are to be
 *	told; a reference passes with each
 * @now: mx_health_now()
 *
 * Context: the desk's work; the namespace's lock is held.
 * Return: when the next round is wanted, 0 for never.
 */
u64 mx_health_desk_round(struct mx_health_desk *desk, struct list_head *told,
			 u64 now)
{
	struct mx_server *server;
	u64 next = 0, until;
	LIST_HEAD(todo);
	bool done, news;

	spin_lock_bh(&desk->lock);
	list_splice_init(&desk->busy, &todo);
	spin_unlock_bh(&desk->lock);
	while (!list_empty(&todo)) {
		server = list_first_entry(&todo, struct mx_server, health.link);
		until = mx_health_wake(server, now, &news);
		if (until && (!next || until < next))
			next = until;
		if (news) {
			refcount_inc(&server->refs);
			list_add_tail(&server->health.telling, told);
		}
		spin_lock_bh(&desk->lock);
		spin_lock(&server->health.lock);
		done = mx_health_done(&server->health);
		spin_unlock(&server->health.lock);
		if (done)
			list_del_init(&server->health.link);
		else
			list_move_tail(&server->health.link, &desk->busy);
		spin_unlock_bh(&desk->lock);
		if (done)
			mx_server_put(server);
	}
	return next;
}
