/* SPDX-License-Identifier: GPL-2.0 */
/* One network namespace's state: composes what the other parts bring. */
#ifndef MX_PERNET_H
#define MX_PERNET_H

#include <linux/notifier.h>
#include <linux/rhashtable.h>
#include <net/net_namespace.h>
#include "base/ct_ops.h"
#include "group/group.h"
#include "path/path.h"
#include "steer/config.h"
#include "steer/flow.h"
#include "steer/geo.h"

/**
 * struct mx_pernet - one network namespace
 * @net: the namespace
 * @lock: held by every writer; sleeps. Packets never take it
 * @cfg: the configuration in force; never NULL
 * @staged: the one that a transaction builds, or NULL; under @lock
 * @staged_portid: netlink port of the socket that began the transaction
 * @staged_changes: commands that it holds
 * @groups: all groups that exist in either configuration, by name
 * @group_list: the same, in order of creation; under @lock
 * @n_groups: how many
 * @paths: all paths that exist in either configuration, by name
 * @path_list: the same, in order of creation; under @lock
 * @n_paths: how many
 * @path_desk: where news of paths arrive
 * @path_routes: told of changes of routes while @path_watch is set
 * @path_nexthops: told of next hops that are replaced in them likewise
 * @path_watch: whether it is; under a lock of its own
 * @checking: whether servers are checked: packets may be answers
 * @probing: whether paths are probed: the same
 * @stats: see enum mx_stat
 * @geo: the database of countries in force, or NULL
 * @ct_ops: how to reach connection tracking, NULL while no group asks for it
 * @hops: next hops in use
 * @flows: the flow cache
 * @health: where changes of servers' health arrive
 * @care: looks after the groups of @care_list
 * @steer: chooses anew among paths
 * @steer_stopped: the namespace goes; under @lock
 * @care_list: groups that are looked after, by mx_group.care; under @lock
 * @care_at: when @care is to run, low 32 bits of jiffies; under @lock
 * @geo_new: the one that a socket builds, or NULL; under @lock
 * @geo_portid: netlink port of that socket
 * @devs: devices with the fast path, struct mx_dev; under @lock
 * @staged_devs: those that the transaction wants; under @lock
 * @gen: counts changes, so that dumps can tell that one came between; under
 *	@lock
 * @hooked: whether packets are looked at; under @lock
 * @qos_hooked: whether forwarded packets are, for their priority; under @lock
 * @persist: clients that keep their servers
 * @ct_net: what it knows of this namespace; under @lock
 */
struct mx_pernet {
	struct net *net;
	struct mutex lock; /* writers; packets never take it */
	struct mx_config __rcu *cfg;
	struct mx_config *staged;
	u32 staged_portid;
	u32 staged_changes;
	struct rhashtable groups;
	struct list_head group_list;
	u32 n_groups;
	struct rhashtable paths;
	struct list_head path_list;
	u32 n_paths;
	struct mx_path_desk path_desk;
	struct notifier_block path_routes;
	struct notifier_block path_nexthops;
	bool path_watch;
	bool checking;
	bool probing;
	struct mx_stats stats;
	struct mx_geo __rcu *geo;
	const struct mx_ct_ops __rcu *ct_ops;
	struct mx_hops hops;
	struct mx_flow_table flows;
	struct mx_health_desk health;
	struct delayed_work care;
	struct delayed_work steer;
	bool steer_stopped;
	struct list_head care_list;
	u32 care_at;
	struct mx_geo *geo_new;
	u32 geo_portid;
	struct list_head devs;
	struct list_head staged_devs;
	u32 gen;
	bool hooked;
	bool qos_hooked;
	struct mx_persist persist;
	struct mx_ct_net *ct_net;
};

int mx_pernet_init(void);
void mx_pernet_exit(void);
struct mx_pernet *mx_pernet(const struct net *net);

/* Writers: @pn->lock is held. */
struct mx_config *mx_pernet_live(struct mx_pernet *pn);
struct mx_config *mx_pernet_writable(struct mx_pernet *pn, u32 portid);
void mx_pernet_changed(struct mx_pernet *pn, const struct mx_config *cfg);
int mx_pernet_begin(struct mx_pernet *pn, u32 portid);
void mx_pernet_commit(struct mx_pernet *pn);
void mx_pernet_abort(struct mx_pernet *pn);

struct mx_group *mx_pernet_group(struct mx_pernet *pn,
				 const struct mx_config *cfg, const char *name);
struct mx_group_conf *mx_pernet_conf(struct mx_pernet *pn,
				     const struct mx_config *cfg,
				     const struct mx_group *group);
int mx_pernet_add_group(struct mx_pernet *pn, struct mx_config *cfg,
			const char *name, const struct mx_group_params *params,
			struct mx_group **added);
int mx_pernet_set_group(struct mx_pernet *pn, struct mx_config *cfg,
			struct mx_group *group,
			const struct mx_group_params *params);
int mx_pernet_refresh_group(struct mx_pernet *pn, struct mx_group *group);
void mx_pernet_del_group(struct mx_pernet *pn, struct mx_config *cfg,
			 struct mx_group *group);
int mx_pernet_set_node(struct mx_pernet *pn, struct mx_config *cfg,
		       const char *node);

int mx_pernet_append(struct mx_pernet *pn, struct mx_config *cfg,
		     struct mx_group *group, struct mx_server *server,
		     const struct mx_conf_member *set);
int mx_pernet_add_server(struct mx_pernet *pn, struct mx_config *cfg,
			 struct mx_group *group, u8 family,
			 const union nf_inet_addr *addr, __be16 port,
			 const struct mx_conf_member *set);
int mx_pernet_set_server(struct mx_pernet *pn, struct mx_config *cfg,
			 struct mx_group *group, u32 index,
			 const struct mx_conf_member *set);
int mx_pernet_del_server(struct mx_pernet *pn, struct mx_config *cfg,
			 struct mx_group *group, u32 index);
int mx_pernet_geo_begin(struct mx_pernet *pn, u32 portid, const char *name);
void mx_pernet_geo_commit(struct mx_pernet *pn, time64_t now);
void mx_pernet_geo_abort(struct mx_pernet *pn);
bool mx_pernet_geo_flush(struct mx_pernet *pn);
void mx_pernet_reset_stats(struct mx_pernet *pn);

/**
 * typedef mx_pernet_news_fn - tells that a server's health has changed
 * @pn: the namespace, its lock held
 * @m: the server, as the configuration in force has it
 */
typedef void (*mx_pernet_news_fn)(struct mx_pernet *pn,
				  const struct mx_conf_member *m);

void mx_pernet_watch(mx_pernet_news_fn news);
void mx_pernet_health_init(struct mx_pernet *pn);

/**
 * enum mx_care_news - what there is to tell of care
 * @MX_CARE_NEWS_DRAIN: a draining server is empty, or its deadline is over
 * @MX_CARE_NEWS_MOVES: the members of a group have changed, or flows have
 *	ceased to move after that
 */
enum mx_care_news {
	MX_CARE_NEWS_DRAIN,
	MX_CARE_NEWS_MOVES,
};

/**
 * typedef mx_care_news_fn - tells news of care
 * @pn: the namespace, its lock held
 * @what: the kind of news
 * @obj: struct mx_conf_member of the server, or struct mx_group
 */
typedef void (*mx_care_news_fn)(struct mx_pernet *pn, enum mx_care_news what,
				const void *obj);

void mx_pernet_care_watch(mx_care_news_fn news);
void mx_pernet_care_init(struct mx_pernet *pn);
void mx_pernet_care_stop(struct mx_pernet *pn);
void mx_pernet_care(struct mx_pernet *pn, struct mx_group *group);

/* Groups of paths. Writers: @pn->lock is held. */
bool mx_pernet_steer_bare(const struct net_device *dev);
void mx_pernet_steer_group(struct mx_pernet *pn, struct mx_group *group);
void mx_pernet_steer_without(struct mx_pernet *pn, struct mx_group *group,
			     u32 index);
void mx_pernet_steer(struct mx_pernet *pn);
void mx_pernet_steer_kick(struct mx_pernet *pn);
void mx_pernet_steer_count(const struct mx_group_conf *conf, unsigned int slot,
			   int by);
void mx_pernet_steer_moved(struct mx_pernet *pn, int ifindex);
void mx_pernet_steer_init(struct mx_pernet *pn);
void mx_pernet_steer_stop(struct mx_pernet *pn);
int mx_pernet_add_member(struct mx_pernet *pn, struct mx_config *cfg,
			 struct mx_group *group, struct mx_path *path,
			 const struct mx_conf_member *set);

/* Paths. Writers: @pn->lock is held, but for the last four. */
struct mx_path *mx_pernet_path(struct mx_pernet *pn,
			       const struct mx_config *cfg, const char *name);
struct mx_path_conf *mx_pernet_path_conf(struct mx_pernet *pn,
					 const struct mx_config *cfg,
					 const struct mx_path *path);
int mx_pernet_add_path(struct mx_pernet *pn, struct mx_config *cfg,
		       const char *name, const struct mx_path_params *params,
		       struct mx_path **added);
int mx_pernet_set_path(struct mx_pernet *pn, struct mx_config *cfg,
		       struct mx_path *path,
		       const struct mx_path_params *params);
void mx_pernet_del_path(struct mx_pernet *pn, struct mx_config *cfg,
			struct mx_path *path);
void mx_pernet_paths_settle(struct mx_pernet *pn, const struct mx_config *cfg);
void mx_pernet_paths_discard(struct mx_pernet *pn, unsigned int slot);

/**
 * typedef mx_path_news_fn - tells that a path's status has changed
 * @pn: the namespace, its lock held
 * @path: the path, of the configuration in force
 */
typedef void (*mx_path_news_fn)(struct mx_pernet *pn, struct mx_path *path);

void mx_pernet_path_watch(mx_path_news_fn news);
int mx_pernet_paths_init(struct mx_pernet *pn);
void mx_pernet_paths_stop(struct mx_pernet *pn);
int mx_pernet_paths_prepare(struct mx_pernet *pn);
int mx_paths_init(void);
void mx_paths_exit(void);

#endif /* MX_PERNET_H */
