// SPDX-License-Identifier: GPL-2.0
/* Where a namespace's news of paths arrive, until its work tells them. */
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include "path/path.h"

/* Changes of routes come in floods: that often are paths looked at for them. */
#define MX_PATH_LOOKS	(HZ / 10)

/**
 * mx_path_desk_init() - make a desk
 * @desk: the desk
 * @work: its work, see struct mx_path_desk
 */
void mx_path_desk_init(struct mx_path_desk *desk, work_func_t work)
{
	spin_lock_init(&desk->lock);
	INIT_LIST_HEAD(&desk->told);
	INIT_DELAYED_WORK(&desk->work, work);
	desk->looked = jiffies - MX_PATH_LOOKS;
}

/**
 * mx_path_desk_stop() - take no more news, and forget those that are there
 * @desk: the desk
 *
 * Context: process, without the locks that its work takes.
 */
void mx_path_desk_stop(struct mx_path_desk *desk)
{
	struct mx_path *path, *next;

	spin_lock_bh(&desk->lock);
	desk->stopped = true;
	spin_unlock_bh(&desk->lock);
	cancel_delayed_work_sync(&desk->work);
	list_for_each_entry_safe(path, next, &desk->told, telling) {
		list_del_init(&path->telling);
		mx_path_put(path);
	}
}

/**
 * mx_path_desk_tell() - have a path's news told
 * @desk: the desk
 * @path: the path
 *
 * Context: any but hard interrupt.
 */
void mx_path_desk_tell(struct mx_path_desk *desk, struct mx_path *path)
{
	spin_lock_bh(&desk->lock);
	if (!desk->stopped) {
		if (list_empty(&path->telling) &&
		    refcount_inc_not_zero(&path->refs))
			list_add_tail(&path->telling, &desk->told);
		mod_delayed_work(mx_wq, &desk->work, 0);
	}
	spin_unlock_bh(&desk->lock);
}

/* For how long the next look of a flood has to wait. The lock is held. */
static unsigned long mx_path_desk_rest(const struct mx_path_desk *desk)
{
	unsigned long due = desk->looked + MX_PATH_LOOKS;

	return time_before(jiffies, due) ? due - jiffies : 0;
}

/**
 * mx_path_desk_look() - have the links of all paths looked at
 * @desk: the desk
 * @flood: there may be many more such requests, and what they are about need
 *	not have happened yet: who deletes a route says so before
 *
 * Context: any but hard interrupt.
 */
void mx_path_desk_look(struct mx_path_desk *desk, bool flood)
{
	unsigned long delay;
	bool first;

	spin_lock_bh(&desk->lock);
	first = !desk->look;
	desk->look = true;
	desk->flood |= flood;
	delay = flood ? mx_path_desk_rest(desk) : 0;
	/* told news wait for nothing, and what waits is not put off */
	if (!desk->stopped &&
	    (!delay || (first && list_empty(&desk->told))))
		mod_delayed_work(mx_wq, &desk->work, delay);
	spin_unlock_bh(&desk->lock);
}

/**
 * mx_path_desk_wake() - have the paths looked at when their time comes
 * @desk: the desk
 * @wake: milliseconds of mx_path_now(), 0 for no other time than before
 * @now: the same clock
 *
 * Context: any but hard interrupt.
 */
void mx_path_desk_wake(struct mx_path_desk *desk, u64 wake, u64 now)
{
	u64 delay;

	spin_lock_bh(&desk->lock);
	if (wake && (!desk->wake || wake < desk->wake))
		desk->wake = wake;
	if ((desk->look || desk->again) && !desk->stopped) {
		/* asked for while the work was on its way, or once more */
		queue_delayed_work(mx_wq, &desk->work,
				   mx_path_desk_rest(desk));
	} else if (desk->wake && !desk->stopped && list_empty(&desk->told)) {
		delay = desk->wake > now ? desk->wake - now : 0;
		mod_delayed_work(mx_wq, &desk->work,
				 msecs_to_jiffies(min_t(u64, delay, INT_MAX)));
	}
	spin_unlock_bh(&desk->lock);
}

/**
 * mx_path_desk_take() - begin a round of the desk's work
 * @desk: the desk
 * @now: milliseconds of mx_path_now()
 *
 * Context: the desk's work, which ends in mx_path_desk_wake().
 * Return: whether the paths are to be looked at.
 */
bool mx_path_desk_take(struct mx_path_desk *desk, u64 now)
{
	bool look, again;

	spin_lock_bh(&desk->lock);
	again = desk->again && !mx_path_desk_rest(desk);
	look = desk->look || again || (desk->wake && now >= desk->wake);
	if (look) {
		desk->again = desk->flood || (desk->again && !again);
		desk->flood = false;
		desk->look = false;
		desk->looked = jiffies;
		desk->wake = 0;
	}
	spin_unlock_bh(&desk->lock);
	return look;
}

/**
 * mx_path_desk_next() - the next path to tell of
 * @desk: the desk
 *
 * Context: the desk's work.
 * Return: the path, whose reference the caller gets, or NULL.
 */
struct mx_path *mx_path_desk_next(struct mx_path_desk *desk)
{
	struct mx_path *path;

	spin_lock_bh(&desk->lock);
	path = list_first_entry_or_null(&desk->told, struct mx_path, telling);
	if (path)
		list_del_init(&path->telling);
	spin_unlock_bh(&desk->lock);
	return path;
}
