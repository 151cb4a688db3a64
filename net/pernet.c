// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/slab.h>
#include <net/netns/generic.h>
#include "pernet.h"
#include "steer/flow_match.h"

static unsigned int mx_net_id __read_mostly;

static const struct rhashtable_params mx_groups_params = {
	.head_offset = offsetof(struct mx_group, rhash),
	.key_offset = offsetof(struct mx_group, name),
	.key_len = sizeof_field(struct mx_group, name),
	.min_size = 4,
	.automatic_shrinking = true,
};

/**
 * mx_pernet() - the state of a network namespace
 * @net: the namespace
 *
 * Context: from the module's load to its unload.
 * Return: the state.
 */
struct mx_pernet *mx_pernet(const struct net *net)
{
	return net_generic(net, mx_net_id);
}

/**
 * mx_pernet_live() - the configuration in force
 * @pn: the namespace, @pn->lock held
 *
 * Return: the configuration.
 */
struct mx_config *mx_pernet_live(struct mx_pernet *pn)
{
	return mx_dereference(pn->cfg, &pn->lock);
}

/**
 * mx_pernet_writable() - the configuration that a socket changes
 * @pn: the namespace, @pn->lock held
 * @portid: the socket's netlink port
 *
 * Return: the staged configuration for the socket that began a transaction,
 * the one in force while there is none, ERR_PTR(-EBUSY) for other sockets.
 */
struct mx_config *mx_pernet_writable(struct mx_pernet *pn, u32 portid)
{
	if (!pn->staged)
		return mx_pernet_live(pn);
	return pn->staged_portid == portid ? pn->staged : ERR_PTR(-EBUSY);
}

/**
 * mx_pernet_changed() - note a change
 * @pn: the namespace, @pn->lock held
 * @cfg: what was changed
 */
void mx_pernet_changed(struct mx_pernet *pn, const struct mx_config *cfg)
{
	if (cfg == pn->staged)
		pn->staged_changes++;
	else
		pn->gen++;
}

static bool mx_pernet_is_live(struct mx_pernet *pn, const struct mx_config *cfg)
{
	return cfg == mx_pernet_live(pn);
}

/**
 * mx_pernet_conf() - what a configuration says of a group
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @group: the group
 *
 * Return: it, or NULL if the group does not exist there.
 */
struct mx_group_conf *mx_pernet_conf(struct mx_pernet *pn,
				     const struct mx_config *cfg,
				     const struct mx_group *group)
{
	return mx_dereference(group->conf[cfg->slot], &pn->lock);
}

static struct mx_group *mx_pernet_lookup(struct mx_pernet *pn, const char *name)
{
	char key[MUTEX_NAME_MAX + 1] = "";

	strscpy(key, name, sizeof(key));
	return rhashtable_lookup_fast(&pn->groups, key, mx_groups_params);
}

/**
 * mx_pernet_group() - look a group up by its name
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration in which it must exist
 * @name: its name
 *
 * Return: the group, or NULL.
 */
struct mx_group *mx_pernet_group(struct mx_pernet *pn,
				 const struct mx_config *cfg, const char *name)
{
	struct mx_group *group = mx_pernet_lookup(pn, name);

	return group && mx_pernet_conf(pn, cfg, group) ? group : NULL;
}

/* Forgets a group that neither configuration has. */
static void mx_pernet_drop_group(struct mx_pernet *pn, struct mx_group *group)
{
	if (mx_dereference(group->conf[0], &pn->lock) ||
	    mx_dereference(group->conf[1], &pn->lock))
		return;
	rhashtable_remove_fast(&pn->groups, &group->rhash, mx_groups_params);
	list_del(&group->list);
	list_del_init(&group->care.list);
	pn->n_groups--;
	mx_persist_forget(&pn->persist, group);
	mx_group_put(group);
}

static struct mx_group *mx_pernet_make_group(struct mx_pernet *pn,
					     const char *name)
{
	struct mx_group *group = mx_pernet_lookup(pn, name);
	int err;

	if (group)
		return group;
	if (pn->n_groups >= MX_MAX_GROUPS)
		return ERR_PTR(-ENOSPC);
	group = mx_group_create(name);
	if (!group)
		return ERR_PTR(-ENOMEM);
	group->netns = pn->net->ns.inum;
	group->desk = &pn->health;
	group->persist = &pn->persist;
	err = rhashtable_insert_fast(&pn->groups, &group->rhash,
				     mx_groups_params);
	if (err) {
		mx_group_put(group);
		return ERR_PTR(-ENOMEM);
	}
	list_add_tail(&group->list, &pn->group_list);
	pn->n_groups++;
	return group;
}

/* A group that keeps no clients any more forgets those that it has. */
static void mx_pernet_settle_clients(struct mx_pernet *pn,
				     const struct mx_config *cfg,
				     struct mx_group *group)
{
	const struct mx_group_conf *conf = mx_pernet_conf(pn, cfg, group);

	if (!conf || !conf->params.persist.time)
		mx_persist_forget(&pn->persist, group);
}

/* Puts what a configuration says of a group in its place. */
static void mx_pernet_publish(struct mx_pernet *pn, unsigned int slot,
			      struct mx_group *group,
			      struct mx_group_conf *conf, bool live)
{
	mx_pernet_steer_count(conf, slot, 1);
	mx_pernet_steer_count(mx_dereference(group->conf[slot], &pn->lock),
			      slot, -1);
	mx_group_publish(group, slot, conf, live, &pn->lock);
}

/* Replaces what a configuration says of a group. */
static int mx_pernet_rebuild(struct mx_pernet *pn, struct mx_config *cfg,
			     struct mx_group *group,
			     const struct mx_group_params *params,
			     const struct mx_conf_member *members, u32 n)
{
	struct mx_group_conf *old = mx_pernet_conf(pn, cfg, group);
	struct mx_group_conf *new;

	if (params->persist.time && mx_persist_prepare(&pn->persist))
		return -ENOMEM;
	new = mx_group_conf_build(params, cfg->node, members, n, old);
	if (!new)
		return -ENOMEM;
	mx_dbg("group", "netns %u: %s: %u members, scheduler %s\n",
	       pn->net->ns.inum, group->name, n, params->sched->name);
	mx_pernet_publish(pn, cfg->slot, group, new,
			  mx_pernet_is_live(pn, cfg));
	if (mx_pernet_is_live(pn, cfg)) {
		mx_pernet_settle_clients(pn, cfg, group);
		mx_pernet_care(pn, group);
	}
	return 0;
}

/**
 * mx_pernet_add_group() - create a group
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @name: its name
 * @params: what the user says of it
 * @added: where to put it
 *
 * Return: 0, -EEXIST, -ENOSPC at MX_MAX_GROUPS, -ENOMEM.
 */
int mx_pernet_add_group(struct mx_pernet *pn, struct mx_config *cfg,
			const char *name, const struct mx_group_params *params,
			struct mx_group **added)
{
	struct mx_group *group;
	int err;

	if (mx_pernet_group(pn, cfg, name))
		return -EEXIST;
	group = mx_pernet_make_group(pn, name);
	if (IS_ERR(group))
		return PTR_ERR(group);
	err = mx_pernet_rebuild(pn, cfg, group, params, NULL, 0);
	if (err) {
		mx_pernet_drop_group(pn, group);
		return err;
	}
	*added = group;
	mx_dbg("group", "netns %u: %s: added%s\n", pn->net->ns.inum, name,
	       mx_pernet_is_live(pn, cfg) ? "" : " to a transaction");
	return 0;
}

/**
 * mx_pernet_set_group() - change a group, its servers stay
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @group: the group
 * @params: what the user says of it now
 *
 * Return: 0 or -ENOMEM.
 */
int mx_pernet_set_group(struct mx_pernet *pn, struct mx_config *cfg,
			struct mx_group *group,
			const struct mx_group_params *params)
{
	const struct mx_group_conf *conf = mx_pernet_conf(pn, cfg, group);

	return mx_pernet_rebuild(pn, cfg, group, params, conf->members,
				 conf->n);
}

/**
 * mx_pernet_refresh_group() - collect a group's usable members anew
 * @pn: the namespace, @pn->lock held
 * @group: the group, of the configuration in force
 *
 * For what changes at run time: health, weights.
 *
 * Return: 0 or -ENOMEM, and all stays as it was.
 */
int mx_pernet_refresh_group(struct mx_pernet *pn, struct mx_group *group)
{
	struct mx_config *cfg = mx_pernet_live(pn);
	const struct mx_group_conf *conf = mx_pernet_conf(pn, cfg, group);

	return conf ? mx_pernet_set_group(pn, cfg, group, &conf->params) : 0;
}

/**
 * mx_pernet_del_group() - delete a group with its servers
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @group: the group, which nothing in @cfg refers to
 */
void mx_pernet_del_group(struct mx_pernet *pn, struct mx_config *cfg,
			 struct mx_group *group)
{
	mx_dbg("group", "netns %u: %s: deleted%s\n", pn->net->ns.inum,
	       group->name, mx_pernet_is_live(pn, cfg) ? "" :
						" from a transaction");
	mx_pernet_publish(pn, cfg->slot, group, NULL,
			  mx_pernet_is_live(pn, cfg));
	mx_pernet_drop_group(pn, group);
}

/* A copy of a group's members with room for one more; kvfree() it. */
static struct mx_conf_member *mx_conf_copy(const struct mx_group_conf *conf)
{
	struct mx_conf_member *copy;

	copy = kvmalloc_array(conf->n + 1, sizeof(*copy), GFP_KERNEL);
	if (copy)
		memcpy(copy, conf->members, conf->n * sizeof(*copy));
	return copy;
}

/* The server of this address in the other configuration, or a new one. */
static struct mx_server *mx_pernet_make_server(struct mx_pernet *pn,
					       struct mx_group *group,
					       u8 family,
					       const union nf_inet_addr *addr,
					       __be16 port)
{
	const struct mx_group_conf *conf;
	struct mx_server *server;
	unsigned int slot;
	int i;

	for (slot = 0; slot < MX_CONFIGS; slot++) {
		conf = mx_dereference(group->conf[slot], &pn->lock);
		i = mx_group_find_server(conf, family, addr, port);
		if (i >= 0) {
			server = conf->members[i].server;
			refcount_inc(&server->refs);
			return server;
		}
	}
	return mx_server_create(group, family, addr, port);
}

/**
 * mx_pernet_append() - add a member to a group
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @group: the group, with room for one more
 * @server: the member
 * @set: what the user says of it, but @server
 *
 * Return: 0 or -ENOMEM.
 */
int mx_pernet_append(struct mx_pernet *pn, struct mx_config *cfg,
		     struct mx_group *group, struct mx_server *server,
		     const struct mx_conf_member *set)
{
	const struct mx_group_conf *conf = mx_pernet_conf(pn, cfg, group);
	struct mx_conf_member *members = mx_conf_copy(conf);
	int err;

	if (!members)
		return -ENOMEM;
	members[conf->n] = *set;
	members[conf->n].server = server;
	err = mx_pernet_rebuild(pn, cfg, group, &conf->params, members,
				conf->n + 1);
	kvfree(members);
	return err;
}

/**
 * mx_pernet_add_server() - add a server to a group
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @group: the group
 * @family: AF_INET or AF_INET6
 * @addr: its address
 * @port: its port, network order
 * @set: what the user says of it, but @server
 *
 * Return: 0, -EEXIST, -ENOSPC at MX_MAX_MEMBERS, -ENOMEM.
 */
int mx_pernet_add_server(struct mx_pernet *pn, struct mx_config *cfg,
			 struct mx_group *group, u8 family,
			 const union nf_inet_addr *addr, __be16 port,
			 const struct mx_conf_member *set)
{
	const struct mx_group_conf *conf = mx_pernet_conf(pn, cfg, group);
	struct mx_server *server;
	int err;

	if (mx_group_find_server(conf, family, addr, port) >= 0)
		return -EEXIST;
	if (conf->n >= MX_MAX_MEMBERS)
		return -ENOSPC;
	server = mx_pernet_make_server(pn, group, family, addr, port);
	if (!server)
		return -ENOMEM;
	err = mx_pernet_append(pn, cfg, group, server, set);
	mx_server_put(server);
	return err;
}

/**
 * mx_pernet_set_server() - change a server
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @group: its group
 * @index: from mx_group_find_server()
 * @set: what the user says of it, but @server
 *
 * Return: 0 or -ENOMEM.
 */
int mx_pernet_set_server(struct mx_pernet *pn, struct mx_config *cfg,
			 struct mx_group *group, u32 index,
			 const struct mx_conf_member *set)
{
	const struct mx_group_conf *conf = mx_pernet_conf(pn, cfg, group);
	struct mx_conf_member *members = mx_conf_copy(conf);
	int err;

	if (!members)
		return -ENOMEM;
	members[index] = *set;
	members[index].server = conf->members[index].server;
	err = mx_pernet_rebuild(pn, cfg, group, &conf->params, members,
				conf->n);
	kvfree(members);
	return err;
}

/**
 * mx_pernet_del_server() - remove a server from its group
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @group: its group
 * @index: from mx_group_find_server()
 *
 * Return: 0 or -ENOMEM.
 */
int mx_pernet_del_server(struct mx_pernet *pn, struct mx_config *cfg,
			 struct mx_group *group, u32 index)
{
	const struct mx_group_conf *conf = mx_pernet_conf(pn, cfg, group);
	struct mx_conf_member *members = mx_conf_copy(conf);
	int err;

	if (!members)
		return -ENOMEM;
	memmove(members + index, members + index + 1,
		(conf->n - index - 1) * sizeof(*members));
	err = mx_pernet_rebuild(pn, cfg, group, &conf->params, members,
				conf->n - 1);
	kvfree(members);
	return err;
}

/* Does a group choose by the node's name? */
static bool mx_conf_seeded_by_node(const struct mx_group_conf *conf)
{
	return conf && !conf->params.seed[0];
}

/**
 * mx_pernet_set_node() - name the node
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @node: the name
 *
 * Groups without a seed of their own choose by the new name from now on.
 *
 * Return: 0 or -ENOMEM.
 */
int mx_pernet_set_node(struct mx_pernet *pn, struct mx_config *cfg,
		       const char *node)
{
	struct mx_group_conf **new, *conf;
	struct mx_group *group;
	u32 n = 0, i = 0;

	new = kvcalloc(pn->n_groups + 1, sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	list_for_each_entry(group, &pn->group_list, list) {
		conf = mx_pernet_conf(pn, cfg, group);
		if (!mx_conf_seeded_by_node(conf))
			continue;
		new[n] = mx_group_conf_build(&conf->params, node,
					     conf->members, conf->n, conf);
		if (!new[n])
			goto err_new;
		n++;
	}
	list_for_each_entry(group, &pn->group_list, list)
		if (mx_conf_seeded_by_node(mx_pernet_conf(pn, cfg, group)))
			mx_pernet_publish(pn, cfg->slot, group, new[i++],
					  mx_pernet_is_live(pn, cfg));
	strscpy(cfg->node, node, sizeof(cfg->node));
	mx_dbg("settings", "netns %u: node \"%s\", %u groups choose by it\n",
	       pn->net->ns.inum, node, n);
	kvfree(new);
	return 0;

err_new:
	while (n--)
		mx_group_conf_free(new[n]);
	kvfree(new);
	return -ENOMEM;
}

/**
 * mx_pernet_begin() - start a transaction
 * @pn: the namespace, @pn->lock held
 * @portid: the socket whose changes build the new configuration
 *
 * The new configuration begins empty, with default settings.
 *
 * Return: 0, -EBUSY while there is another transaction, -ENOMEM.
 */
int mx_pernet_begin(struct mx_pernet *pn, u32 portid)
{
	if (pn->staged)
		return -EBUSY;
	pn->staged = mx_config_create(!mx_pernet_live(pn)->slot, &pn->lock);
	if (!pn->staged)
		return -ENOMEM;
	pn->staged_portid = portid;
	pn->staged_changes = 0;
	mx_dbg("txn", "netns %u: begun by port %u\n", pn->net->ns.inum,
	       portid);
	return 0;
}

/* Frees a configuration that no reader can find, and what groups say in it. */
static void mx_pernet_discard(struct mx_pernet *pn, struct mx_config *cfg)
{
	struct mx_group *group, *next;
	unsigned int slot = cfg->slot;

	mx_config_destroy(cfg);
	list_for_each_entry_safe(group, next, &pn->group_list, list) {
		mx_pernet_publish(pn, slot, group, NULL, false);
		mx_pernet_drop_group(pn, group);
	}
	mx_pernet_paths_discard(pn, slot);
}

/**
 * mx_pernet_commit() - put the staged configuration in force
 * @pn: the namespace with a transaction, @pn->lock held
 *
 * Each packet is decided by the old configuration or by the new one, whole.
 * Servers that both have keep their flows and counters. Cannot fail.
 *
 * Context: process, sleeps for a grace period.
 */
void mx_pernet_commit(struct mx_pernet *pn)
{
	struct mx_config *old = mx_pernet_live(pn), *new = pn->staged;
	const struct mx_group_conf *conf;
	struct mx_group *group;

	mx_dbg("txn", "netns %u: %u changes come into force\n",
	       pn->net->ns.inum, pn->staged_changes);
	rcu_assign_pointer(pn->cfg, new);
	rcu_assign_pointer(pn->flows.settings, &new->settings);
	pn->staged = NULL;
	pn->gen++;
	mx_pernet_paths_settle(pn, new);
	list_for_each_entry(group, &pn->group_list, list) {
		mx_group_settle(mx_pernet_conf(pn, old, group),
				mx_pernet_conf(pn, new, group));
		mx_limit_settle(group, mx_pernet_conf(pn, new, group),
				&pn->lock);
		mx_pernet_settle_clients(pn, new, group);
	}
	list_for_each_entry(group, &pn->group_list, list) {
		conf = mx_pernet_conf(pn, new, group);
		mx_care_settle(group, mx_pernet_conf(pn, old, group), conf,
			       (u32)jiffies);
		/* weights may have changed since the pools were collected */
		group->care.stale = conf && mx_care_top(conf);
		mx_pernet_care(pn, group);
	}
	mx_pernet_steer(pn);
	/* what groups say in the old one must stay until its readers left */
	if (pn->n_paths)
		mx_pernet_steer_moved(pn, 0);
	else
		synchronize_rcu();
	mx_pernet_discard(pn, old);
	/* servers may have failed or recovered since their pools were built */
	mx_health_desk_kick(&pn->health);
}

/**
 * mx_pernet_abort() - forget the staged configuration
 * @pn: the namespace with a transaction, @pn->lock held
 */
void mx_pernet_abort(struct mx_pernet *pn)
{
	struct mx_config *cfg = pn->staged;

	mx_dbg("txn", "netns %u: %u changes are forgotten\n",
	       pn->net->ns.inum, pn->staged_changes);
	pn->staged = NULL;
	mx_pernet_discard(pn, cfg);
}

static int __net_init mx_pernet_net_init(struct net *net)
{
	struct mx_pernet *pn = mx_pernet(net);
	struct mx_config *cfg;
	int err;

	pn->net = net;
	mutex_init(&pn->lock);
	INIT_LIST_HEAD(&pn->group_list);
	INIT_LIST_HEAD(&pn->devs);
	INIT_LIST_HEAD(&pn->staged_devs);
	mx_hops_init(&pn->hops);
	mx_pernet_health_init(pn);
	mx_pernet_care_init(pn);
	mx_pernet_steer_init(pn);
	mx_persist_init(&pn->persist);

	cfg = mx_config_create(0, &pn->lock);
	if (!cfg)
		return -ENOMEM;
	err = mx_stats_init(&pn->stats, MX_STATS, GFP_KERNEL_ACCOUNT);
	if (err)
		goto err_cfg;
	err = rhashtable_init(&pn->groups, &mx_groups_params);
	if (err)
		goto err_stats;
	err = mx_pernet_paths_init(pn);
	if (err)
		goto err_groups;
	err = mx_flow_table_init(&pn->flows, &pn->stats, &pn->hops);
	if (err)
		goto err_paths;
	RCU_INIT_POINTER(pn->flows.settings, &cfg->settings);
	RCU_INIT_POINTER(pn->cfg, cfg);
	return 0;

err_paths:
	rhashtable_destroy(&pn->paths);
err_groups:
	rhashtable_destroy(&pn->groups);
err_stats:
	mx_stats_destroy(&pn->stats);
err_cfg:
	kfree(cfg);
	return err;
}

/* No packet comes here any more: the hooks went first. */
static void __net_exit mx_pernet_net_exit(struct net *net)
{
	struct mx_pernet *pn = mx_pernet(net);

	/* each may set those going that are stopped after it */
	mx_pernet_paths_stop(pn);
	mx_pernet_steer_stop(pn);
	mx_health_desk_stop(&pn->health);
	mx_pernet_care_stop(pn);
	mutex_lock(&pn->lock);
	if (pn->staged)
		mx_pernet_abort(pn);
	mx_flow_flush(&pn->flows, NULL);
	mx_flow_table_destroy(&pn->flows);
	mx_persist_destroy(&pn->persist);
	mx_hops_drop_dev(&pn->hops, NULL);
	mx_pernet_geo_abort(pn);
	mx_pernet_geo_flush(pn);
	mx_pernet_discard(pn, mx_pernet_live(pn));
	mutex_unlock(&pn->lock);

	rhashtable_destroy(&pn->paths);
	rhashtable_destroy(&pn->groups);
	mx_stats_destroy(&pn->stats);
}

/*
 * Tables are freed by the workqueue and remember the lock. That is waited for
 * once for all namespaces that go together, and not for each.
 */
static void __net_exit mx_pernet_net_exit_batch(struct list_head *nets)
{
	struct net *net;

	rcu_barrier();
	flush_workqueue(mx_wq);
	list_for_each_entry(net, nets, exit_list)
		mutex_destroy(&mx_pernet(net)->lock);
}

static struct pernet_operations mx_pernet_ops = {
	.init = mx_pernet_net_init,
	.exit = mx_pernet_net_exit,
	.exit_batch = mx_pernet_net_exit_batch,
	.id = &mx_net_id,
	.size = sizeof(struct mx_pernet),
};

/**
 * mx_pernet_init() - give every network namespace its state
 *
 * Return: 0 or -errno.
 */
int mx_pernet_init(void)
{
	return register_pernet_subsys(&mx_pernet_ops);
}

/**
 * mx_pernet_exit() - take the state from every network namespace
 */
void mx_pernet_exit(void)
{
	unregister_pernet_subsys(&mx_pernet_ops);
}
