// SPDX-License-Identifier: GPL-2.0
/* What is done for a namespace's servers by and by. */
#include <linux/rwsem.h>
#include "pernet.h"

/* Milliseconds between two looks */
#define MX_CARE_FRESH_MS	50	/* of a change: others may follow it */
#define MX_CARE_MOVES_MS	250	/* at flows that move */
#define MX_CARE_DRAIN_MS	250	/* at servers that drain */
#define MX_CARE_DYNAMIC		HZ	/* jiffies, at what weights follow */
#define MX_CARE_LONG_MS		60000U	/* at most, while there is something */
/* There is nothing to look at any more. */
#define MX_CARE_NEVER		U32_MAX

#define MX_CARE_AGAIN_MS	1000	/* after pools could not be collected */

/* Flows have ceased to move if none did for so long. */
#define MX_CARE_QUIET_MS	1000

/* Collecting pools anew takes no more than one part in so many of a CPU. */
#define MX_CARE_PART		10

static mx_care_news_fn mx_care_news;
static DECLARE_RWSEM(mx_care_news_lock); /* of the pointer, while it runs */

/**
 * mx_pernet_care_watch() - have somebody told of what care brings about
 * @news: what to call, or NULL for nobody
 *
 * Context: process, sleeps. When it returns, who was told before is not
 * called any more.
 */
void mx_pernet_care_watch(mx_care_news_fn news)
{
	down_write(&mx_care_news_lock);
	mx_care_news = news;
	up_write(&mx_care_news_lock);
}

static void mx_care_tell(struct mx_pernet *pn, enum mx_care_news what,
			 const void *obj)
{
	down_read(&mx_care_news_lock);
	if (mx_care_news)
		mx_care_news(pn, what, obj);
	up_read(&mx_care_news_lock);
}

/* Looks at the draining servers of a group; when to look again. */
static u32 mx_care_drain_all(struct mx_pernet *pn, struct mx_group *group,
			     const struct mx_group_conf *conf, u32 now)
{
	const struct mx_conf_member *m;
	u32 i, wait = MX_CARE_NEVER;

	for (i = 0; i < conf->n; i++) {
		m = &conf->members[i];
		if (mx_care_drained(group, conf, m, now))
			mx_care_tell(pn, MX_CARE_NEWS_DRAIN, m);
		if (mx_care_draining(&m->server->care))
			wait = MX_CARE_DRAIN_MS;
	}
	return wait;
}

/* Lets weights grow and follow; when to do so again. */
static u32 mx_care_weights(struct mx_group *group,
			   const struct mx_group_conf *conf, u32 now)
{
	struct mx_group_care *care = &group->care;
	u32 wait = MX_CARE_NEVER, passed;

	care->stale |= mx_care_grow(conf, now, &wait);
	if (!conf->params.care.dynamic)
		return wait;
	passed = now - care->measured;
	if (passed >= MX_CARE_DYNAMIC) {
		care->stale |= mx_care_measure(conf, now);
		care->measured = now;
		passed = 0;
	}
	return min(wait, jiffies_to_msecs(MX_CARE_DYNAMIC - passed));
}

/*
 * Collects the pools anew if weights have changed, and it is not too soon.
 * Returns when to try again.
 */
static u32 mx_care_refresh(struct mx_pernet *pn, struct mx_group *group,
			   u32 now)
{
	struct mx_group_care *care = &group->care;
	u32 passed = now - care->refreshed;

	if (!care->stale)
		return MX_CARE_NEVER;
	if (passed < care->rest)
		return max(jiffies_to_msecs(care->rest - passed), 1U);
	care->stale = mx_pernet_refresh_group(pn, group) != 0;
	care->refreshed = (u32)jiffies;
	care->rest = (care->refreshed - now) * MX_CARE_PART;
	return care->stale ? MX_CARE_AGAIN_MS : MX_CARE_NEVER;
}

/* Reports what moves, at the beginning and at the end; when to look again. */
static u32 mx_care_moves(struct mx_pernet *pn, struct mx_group *group, u32 now)
{
	struct mx_moves *moves = &group->care.moves;
	u64 moved = mx_care_moved(group);

	if (moves->over)
		return MX_CARE_NEVER;
	if (moved != moves->seen) {
		moves->seen = moved;
		moves->quiet = now;
	}
	if (!moves->fresh && mx_care_left(moves->quiet, MX_CARE_QUIET_MS, now))
		return MX_CARE_MOVES_MS;
	moves->over = !moves->fresh || !moves->lost;
	moves->fresh = false;
	if (moves->over)
		moves->told = moved;
	mx_care_tell(pn, MX_CARE_NEWS_MOVES, group);
	return moves->over ? MX_CARE_NEVER : MX_CARE_MOVES_MS;
}

/* Does what is to be done for a group; when it wants to be looked at again. */
static u32 mx_care_visit(struct mx_pernet *pn, struct mx_group *group)
{
	const struct mx_group_conf *conf;
	u32 now = (u32)jiffies, wait;

	conf = mx_pernet_conf(pn, mx_pernet_live(pn), group);
	if (!conf)
		return MX_CARE_NEVER;
	wait = mx_care_drain_all(pn, group, conf, now);
	wait = min(wait, mx_care_weights(group, conf, now));
	/* this replaces the configuration */
	wait = min(wait, mx_care_refresh(pn, group, now));
	return min(wait, mx_care_moves(pn, group, now));
}

static void mx_care_schedule(struct mx_pernet *pn, u32 ms)
{
	unsigned long delay = msecs_to_jiffies(min(ms, MX_CARE_LONG_MS));
	u32 at = (u32)jiffies + delay;

	if (delayed_work_pending(&pn->care) && (s32)(pn->care_at - at) <= 0)
		return;
	pn->care_at = at;
	mod_delayed_work(mx_wq, &pn->care, delay);
}

static void mx_care_work(struct work_struct *work)
{
	struct mx_pernet *pn = container_of(to_delayed_work(work),
					    struct mx_pernet, care);
	u32 wait = MX_CARE_NEVER, next;
	struct mx_group *group, *tmp;

	mutex_lock(&pn->lock);
	list_for_each_entry_safe(group, tmp, &pn->care_list, care.list) {
		next = mx_care_visit(pn, group);
		if (next == MX_CARE_NEVER)
			list_del_init(&group->care.list);
		wait = min(wait, next);
		cond_resched();
	}
	if (!list_empty(&pn->care_list))
		mx_care_schedule(pn, wait);
	mutex_unlock(&pn->lock);
}

/**
 * mx_pernet_care() - look after a group whose configuration has changed
 * @pn: the namespace, @pn->lock held
 * @group: the group
 */
void mx_pernet_care(struct mx_pernet *pn, struct mx_group *group)
{
	if (!mx_pernet_conf(pn, mx_pernet_live(pn), group))
		return;
	if (list_empty(&group->care.list))
		list_add_tail(&group->care.list, &pn->care_list);
	mx_care_schedule(pn, MX_CARE_FRESH_MS);
}

/**
 * mx_pernet_care_init() - prepare to look after a namespace's servers
 * @pn: the namespace
 */
void mx_pernet_care_init(struct mx_pernet *pn)
{
	INIT_LIST_HEAD(&pn->care_list);
	INIT_DELAYED_WORK(&pn->care, mx_care_work);
}

/**
 * mx_pernet_care_stop() - look after nothing any more
 * @pn: the namespace, which nobody changes any more
 *
 * Context: process, sleeps; @pn->lock is not held.
 */
void mx_pernet_care_stop(struct mx_pernet *pn)
{
	cancel_delayed_work_sync(&pn->care);
}
