// SPDX-License-Identifier: GPL-2.0
/* The paths of a namespace, and what becomes of their links. */
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/rwsem.h>
#include <net/addrconf.h>
#include <net/fib_notifier.h>
#include <net/nexthop.h>
#include "pernet.h"

static const struct rhashtable_params mx_paths_params = {
	.head_offset = offsetof(struct mx_path, rhash),
	.key_offset = offsetof(struct mx_path, name),
	.key_len = sizeof_field(struct mx_path, name),
	.min_size = 4,
	.automatic_shrinking = true,
};

static mx_path_news_fn mx_path_news;
static DECLARE_RWSEM(mx_path_news_lock); /* of the pointer, while it runs */
static DEFINE_MUTEX(mx_path_watch_lock); /* of all mx_pernet.path_watch */

/**
 * mx_pernet_path_watch() - have somebody told of changes of paths' status
 * @news: what to call, or NULL for nobody
 *
 * Context: process, sleeps. When it returns, who was told before is not
 * called any more.
 */
void mx_pernet_path_watch(mx_path_news_fn news)
{
	down_write(&mx_path_news_lock);
	mx_path_news = news;
	up_write(&mx_path_news_lock);
}

/**
 * mx_pernet_path_conf() - what a configuration says of a path
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @path: the path
 *
 * Return: it, or NULL if the path does not exist there.
 */
struct mx_path_conf *mx_pernet_path_conf(struct mx_pernet *pn,
					 const struct mx_config *cfg,
					 const struct mx_path *path)
{
	return mx_dereference(path->conf[cfg->slot], &pn->lock);
}

static struct mx_path *mx_pernet_path_lookup(struct mx_pernet *pn,
					     const char *name)
{
	char key[MUTEX_NAME_MAX + 1] = "";

	strscpy(key, name, sizeof(key));
	return rhashtable_lookup_fast(&pn->paths, key, mx_paths_params);
}

/**
 * mx_pernet_path() - look a path up by its name
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration in which it must exist
 * @name: its name
 *
 * Return: the path, or NULL.
 */
struct mx_path *mx_pernet_path(struct mx_pernet *pn,
			       const struct mx_config *cfg, const char *name)
{
	struct mx_path *path = mx_pernet_path_lookup(pn, name);

	return path && mx_pernet_path_conf(pn, cfg, path) ? path : NULL;
}

/* Forgets a path that neither configuration has. */
static void mx_pernet_drop_path(struct mx_pernet *pn, struct mx_path *path)
{
	if (mx_dereference(path->conf[0], &pn->lock) ||
	    mx_dereference(path->conf[1], &pn->lock))
		return;
	rhashtable_remove_fast(&pn->paths, &path->rhash, mx_paths_params);
	list_del(&path->list);
	WRITE_ONCE(pn->n_paths, pn->n_paths - 1);
	mx_path_put(path);
}

static struct mx_path *mx_pernet_make_path(struct mx_pernet *pn,
					   const char *name)
{
	struct mx_path *path = mx_pernet_path_lookup(pn, name);

	if (path)
		return path;
	if (pn->n_paths >= MX_MAX_PATHS)
		return ERR_PTR(-ENOSPC);
	path = mx_path_create(name);
	if (!path)
		return ERR_PTR(-ENOMEM);
	path->netns = pn->net->ns.inum;
	path->desk = &pn->path_desk;
	if (rhashtable_insert_fast(&pn->paths, &path->rhash,
				   mx_paths_params)) {
		mx_path_put(path);
		return ERR_PTR(-ENOMEM);
	}
	list_add_tail(&path->list, &pn->path_list);
	WRITE_ONCE(pn->n_paths, pn->n_paths + 1);
	return path;
}

static u64 mx_path_now_ms(void)
{
	return div_u64(mx_path_now(), USEC_PER_MSEC);
}

/*
 * Looks whether the way of a path of the configuration in force is there.
 * Returns when that is to be done again, 0 for never.
 */
static u64 mx_pernet_look(struct mx_pernet *pn, struct mx_path *path)
{
	const struct mx_path_conf *conf = mx_dereference(path->live, &pn->lock);
	u8 missing;
	int ifindex;

	if (!conf)
		return 0;
	missing = mx_path_look(pn->net, &conf->params, &ifindex);
	mx_path_link(path, ifindex, missing, mx_path_now());
	return mx_path_tick(path, mx_path_now());
}

static int mx_pernet_publish_path(struct mx_pernet *pn, struct mx_config *cfg,
				  struct mx_path *path,
				  const struct mx_path_params *params)
{
	bool live = cfg == mx_pernet_live(pn);
	struct mx_path_conf *conf;

	conf = mx_path_conf_build(params);
	if (!conf)
		return -ENOMEM;
	mx_path_publish(path, cfg->slot, conf, live, mx_path_now(), &pn->lock);
	if (live)
		mx_path_desk_wake(&pn->path_desk, mx_pernet_look(pn, path),
				  mx_path_now_ms());
	return 0;
}

/**
 * mx_pernet_add_path() - create a path
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @name: its name
 * @params: what the user says of it
 * @added: where to put it
 *
 * Return: 0, -EEXIST, -ENOSPC at MX_MAX_PATHS, -ENOMEM.
 */
int mx_pernet_add_path(struct mx_pernet *pn, struct mx_config *cfg,
		       const char *name, const struct mx_path_params *params,
		       struct mx_path **added)
{
	struct mx_path *path;
	int err;

	if (mx_pernet_path(pn, cfg, name))
		return -EEXIST;
	path = mx_pernet_make_path(pn, name);
	if (IS_ERR(path))
		return PTR_ERR(path);
	err = mx_pernet_publish_path(pn, cfg, path, params);
	if (err) {
		mx_pernet_drop_path(pn, path);
		return err;
	}
	*added = path;
	return 0;
}

/* Do packets leave otherwise by @a than by @b? */
static bool mx_path_way_differs(const struct mx_path_params *a,
				const struct mx_path_params *b)
{
	return strcmp(a->dev, b->dev) || a->via_family != b->via_family ||
	       memcmp(&a->via, &b->via, sizeof(a->via)) ||
	       a->family != b->family ||
	       memcmp(&a->peer, &b->peer, sizeof(a->peer));
}

/**
 * mx_pernet_set_path() - change a path
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @path: the path
 * @params: what the user says of it now
 *
 * Return: 0 or -ENOMEM.
 */
int mx_pernet_set_path(struct mx_pernet *pn, struct mx_config *cfg,
		       struct mx_path *path,
		       const struct mx_path_params *params)
{
	bool live = cfg == mx_pernet_live(pn), moved;
	int ifindex = path->ifindex;
	int err;

	moved = live && ifindex &&
		mx_path_way_differs(&mx_pernet_path_conf(pn, cfg, path)->params,
				    params);
	err = mx_pernet_publish_path(pn, cfg, path, params);
	if (err || !live)
		return err;
	mx_pernet_steer(pn);
	if (moved)
		mx_pernet_steer_moved(pn, ifindex);
	return 0;
}

/**
 * mx_pernet_del_path() - delete a path
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @path: the path, which no group of @cfg has as a member
 */
void mx_pernet_del_path(struct mx_pernet *pn, struct mx_config *cfg,
			struct mx_path *path)
{
	mx_path_publish(path, cfg->slot, NULL, cfg == mx_pernet_live(pn),
			mx_path_now(), &pn->lock);
	mx_pernet_drop_path(pn, path);
}

static void mx_pernet_look_all(struct mx_pernet *pn)
{
	struct mx_path *path;
	u64 wake;

	list_for_each_entry(path, &pn->path_list, list) {
		wake = mx_pernet_look(pn, path);
		mx_path_desk_wake(&pn->path_desk, wake, mx_path_now_ms());
		cond_resched();
	}
}

/**
 * mx_pernet_paths_settle() - put what a configuration says of paths in force
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 */
void mx_pernet_paths_settle(struct mx_pernet *pn, const struct mx_config *cfg)
{
	struct mx_path *path;

	list_for_each_entry(path, &pn->path_list, list)
		mx_path_settle(path, cfg->slot, mx_path_now(), &pn->lock);
	mx_pernet_look_all(pn);
}

/**
 * mx_pernet_paths_discard() - forget what a configuration says of paths
 * @pn: the namespace, @pn->lock held
 * @slot: the configuration, which is not in force; no group has members there
 */
void mx_pernet_paths_discard(struct mx_pernet *pn, unsigned int slot)
{
	struct mx_path *path, *next;

	list_for_each_entry_safe(path, next, &pn->path_list, list) {
		mx_path_publish(path, slot, NULL, false, 0, &pn->lock);
		mx_pernet_drop_path(pn, path);
	}
}

static void mx_pernet_path_tell(struct mx_pernet *pn, struct mx_path *path)
{
	if (!mx_dereference(path->live, &pn->lock))
		return;
	mx_dbg("path", "netns %u: %s: %s, %s, device %d\n", path->netns,
	       path->name, mx_path_status_name(READ_ONCE(path->status)),
	       mx_path_reason_name(READ_ONCE(path->reason)),
	       READ_ONCE(path->ifindex));
	down_read(&mx_path_news_lock);
	if (mx_path_news)
		mx_path_news(pn, path);
	up_read(&mx_path_news_lock);
}

static void mx_pernet_path_work(struct work_struct *work)
{
	struct mx_pernet *pn = container_of(to_delayed_work(work),
					    struct mx_pernet, path_desk.work);
	struct mx_path *path;

	mutex_lock(&pn->lock);
	if (mx_path_desk_take(&pn->path_desk, mx_path_now_ms()))
		mx_pernet_look_all(pn);
	mx_pernet_steer(pn);
	while ((path = mx_path_desk_next(&pn->path_desk))) {
		mx_pernet_path_tell(pn, path);
		mx_path_put(path);
	}
	mutex_unlock(&pn->lock);
	mx_path_desk_wake(&pn->path_desk, 0, mx_path_now_ms());
}

/* A namespace without paths has nothing to look at. */
static void mx_pernet_path_event(struct net *net, bool flood)
{
	struct mx_pernet *pn = mx_pernet(net);

	if (READ_ONCE(pn->n_paths))
		mx_path_desk_look(&pn->path_desk, flood);
}

static int mx_path_dev_event(struct notifier_block *nb, unsigned long event,
			     void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	switch (event) {
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
	case NETDEV_REGISTER:
	case NETDEV_UNREGISTER:
	case NETDEV_CHANGENAME:
	case NETDEV_CHANGEUPPER:
		mx_pernet_path_event(dev_net(dev), false);
	}
	return NOTIFY_DONE;
}

static struct notifier_block mx_path_dev_notifier = {
	.notifier_call = mx_path_dev_event,
};

static int mx_path_addr4_event(struct notifier_block *nb, unsigned long event,
			       void *ptr)
{
	const struct in_ifaddr *ifa = ptr;

	mx_pernet_path_event(dev_net(ifa->ifa_dev->dev), false);
	return NOTIFY_DONE;
}

static struct notifier_block mx_path_addr4_notifier = {
	.notifier_call = mx_path_addr4_event,
};

#if IS_ENABLED(CONFIG_IPV6)
static int mx_path_addr6_event(struct notifier_block *nb, unsigned long event,
			       void *ptr)
{
	const struct inet6_ifaddr *ifa = ptr;

	mx_pernet_path_event(dev_net(ifa->idev->dev), false);
	return NOTIFY_DONE;
}

static struct notifier_block mx_path_addr6_notifier = {
	.notifier_call = mx_path_addr6_event,
};
#endif

static int mx_path_route_event(struct notifier_block *nb, unsigned long event,
			       void *ptr)
{
	struct mx_pernet *pn = container_of(nb, struct mx_pernet, path_routes);

	if (READ_ONCE(pn->n_paths))
		mx_path_desk_look(&pn->path_desk, true);
	return NOTIFY_DONE;
}

static int mx_path_nexthop_event(struct notifier_block *nb, unsigned long event,
				 void *ptr)
{
	struct mx_pernet *pn = container_of(nb, struct mx_pernet,
					    path_nexthops);

	if (READ_ONCE(pn->n_paths))
		mx_path_desk_look(&pn->path_desk, true);
	return NOTIFY_DONE;
}

static int mx_pernet_paths_watch(struct mx_pernet *pn)
{
	int err;

	pn->path_routes.notifier_call = mx_path_route_event;
	pn->path_nexthops.notifier_call = mx_path_nexthop_event;
	err = register_fib_notifier(pn->net, &pn->path_routes, NULL, NULL);
	if (err)
		return err;
	err = register_nexthop_notifier(pn->net, &pn->path_nexthops, NULL);
	if (err)
		unregister_fib_notifier(pn->net, &pn->path_routes);
	return err;
}

/**
 * mx_pernet_paths_prepare() - be told of changes of routes from now on
 * @pn: the namespace
 *
 * Context: process; takes RTNL. Neither it nor @pn->lock is held.
 * Return: 0 or -errno.
 */
int mx_pernet_paths_prepare(struct mx_pernet *pn)
{
	int err = 0;

	mutex_lock(&mx_path_watch_lock);
	if (!pn->path_watch) {
		err = mx_pernet_paths_watch(pn);
		pn->path_watch = !err;
	}
	mutex_unlock(&mx_path_watch_lock);
	return err;
}

/**
 * mx_pernet_paths_init() - make room for a namespace's paths
 * @pn: the namespace
 *
 * Return: 0 or -errno.
 */
int mx_pernet_paths_init(struct mx_pernet *pn)
{
	INIT_LIST_HEAD(&pn->path_list);
	mx_path_desk_init(&pn->path_desk, mx_pernet_path_work);
	return rhashtable_init(&pn->paths, &mx_paths_params);
}

/**
 * mx_pernet_paths_stop() - look after a namespace's paths no more
 * @pn: the namespace
 *
 * Context: process; takes RTNL. @pn->lock is not held.
 */
void mx_pernet_paths_stop(struct mx_pernet *pn)
{
	if (pn->path_watch) {
		unregister_nexthop_notifier(pn->net, &pn->path_nexthops);
		unregister_fib_notifier(pn->net, &pn->path_routes);
	}
	pn->path_watch = false;
	mx_path_desk_stop(&pn->path_desk);
}

/**
 * mx_paths_init() - watch what the links of paths depend on
 *
 * Context: after mx_pernet_init().
 * Return: 0 or -errno.
 */
int __init mx_paths_init(void)
{
	int err;

	err = register_netdevice_notifier(&mx_path_dev_notifier);
	if (err)
		return err;
	err = register_inetaddr_notifier(&mx_path_addr4_notifier);
	if (err)
		goto err_dev;
#if IS_ENABLED(CONFIG_IPV6)
	err = register_inet6addr_notifier(&mx_path_addr6_notifier);
	if (err)
		goto err_addr4;
#endif
	return 0;

#if IS_ENABLED(CONFIG_IPV6)
err_addr4:
	unregister_inetaddr_notifier(&mx_path_addr4_notifier);
#endif
err_dev:
	unregister_netdevice_notifier(&mx_path_dev_notifier);
	return err;
}

/**
 * mx_paths_exit() - watch nothing any more
 */
void mx_paths_exit(void)
{
#if IS_ENABLED(CONFIG_IPV6)
	unregister_inet6addr_notifier(&mx_path_addr6_notifier);
#endif
	unregister_inetaddr_notifier(&mx_path_addr4_notifier);
	unregister_netdevice_notifier(&mx_path_dev_notifier);
}
