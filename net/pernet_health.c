// SPDX-License-Identifier: GPL-2.0
/* What follows when the health of a namespace's servers changes. */
#include <linux/rwsem.h>
#include "pernet.h"

/* When the pools of a group are tried again that could not be rebuilt. */
#define MX_HEALTH_AGAIN_MS	1000

static mx_pernet_news_fn mx_pernet_news;
static DECLARE_RWSEM(mx_pernet_news_lock); /* of the pointer, while it runs */

/**
 * mx_pernet_watch() - have somebody told of changes of servers' health
 * @news: what to call, or NULL for nobody
 *
 * Context: process, sleeps. When it returns, who was told before is not
 * called any more.
 */
void mx_pernet_watch(mx_pernet_news_fn news)
{
	down_write(&mx_pernet_news_lock);
	mx_pernet_news = news;
	up_write(&mx_pernet_news_lock);
}

static void mx_pernet_tell(struct mx_pernet *pn, struct mx_server *server)
{
	const struct mx_group_conf *conf;
	int i;

	conf = mx_pernet_conf(pn, mx_pernet_live(pn), server->group);
	i = mx_group_find_member(conf, server);
	if (i < 0)
		return;
	down_read(&mx_pernet_news_lock);
	if (mx_pernet_news)
		mx_pernet_news(pn, &conf->members[i]);
	up_read(&mx_pernet_news_lock);
}

/* Rebuilds the pools that were built before the newest change of health. */
static bool mx_pernet_freshen(struct mx_pernet *pn)
{
	const struct mx_config *cfg = mx_pernet_live(pn);
	const struct mx_group_conf *conf;
	struct mx_group *group;
	bool all = true;

	list_for_each_entry(group, &pn->group_list, list) {
		conf = mx_pernet_conf(pn, cfg, group);
		if (!conf || !conf->n ||
		    conf->turns == atomic_read(&group->turns))
			continue;
		if (mx_pernet_refresh_group(pn, group))
			all = false;
	}
	return all;
}

static void mx_pernet_health_work(struct work_struct *work)
{
	struct mx_pernet *pn = container_of(to_delayed_work(work),
					    struct mx_pernet, health.work);
	struct mx_server *server, *next;
	u64 now, wake;
	LIST_HEAD(told);

	mutex_lock(&pn->lock);
	now = mx_health_now();
	wake = mx_health_desk_round(&pn->health, &told, now);
	if (!mx_pernet_freshen(pn))
		wake = now + MX_HEALTH_AGAIN_MS;
	list_for_each_entry_safe(server, next, &told, health.telling) {
		list_del_init(&server->health.telling);
		if (mx_health_told(server))
			mx_pernet_tell(pn, server);
		mx_server_put(server);
	}
	mutex_unlock(&pn->lock);
	mx_health_desk_wake(&pn->health, wake, now);
}

/**
 * mx_pernet_health_init() - look after the health of a namespace's servers
 * @pn: the namespace
 */
void mx_pernet_health_init(struct mx_pernet *pn)
{
	mx_health_desk_init(&pn->health, mx_pernet_health_work);
}
