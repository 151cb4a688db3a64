/* SPDX-License-Identifier: GPL-2.0 */
/* A configuration: all that decides, replaced in one step or changed in place. */
#ifndef MX_STEER_CONFIG_H
#define MX_STEER_CONFIG_H

#include "steer/flow.h"
#include "steer/rule.h"
#include "steer/table.h"

/**
 * struct mx_tables - all tables of a configuration
 * @rcu: for its release
 * @n: how many
 * @table: by descending priority, equal ones in the order of their creation
 *
 * Immutable once readers can see it.
 */
struct mx_tables {
	struct rcu_head rcu;
	u32 n;
	struct mx_table *table[];
};

/**
 * struct mx_config - what decides, in one namespace
 * @rcu: for its release
 * @slot: index of what groups say in it, below MX_CONFIGS
 * @rules: its rules, NULL for none
 * @tables: its tables, NULL for none
 * @settings: of the flow cache; fields are written one by one
 * @node: the node's name, seed of the groups that name none
 * @lock: the namespace's lock, which its writers hold
 */
struct mx_config {
	struct rcu_head rcu;
	unsigned int slot;
	struct mx_rules __rcu *rules;
	struct mx_tables __rcu *tables;
	struct mx_settings settings;
	char node[MUTEX_SEED_MAX + 1];
	struct mutex *lock; /* the namespace's, which writers hold */
};

struct mx_config *mx_config_create(unsigned int slot, struct mutex *lock);
void mx_config_destroy(struct mx_config *cfg);

struct mx_table *mx_config_table(const struct mx_config *cfg, const char *name);
int mx_config_add_table(struct mx_config *cfg, const char *name, u32 priority,
			struct mx_table **added);
int mx_config_move_table(struct mx_config *cfg, struct mx_table *table,
			 u32 priority);
int mx_config_del_table(struct mx_config *cfg, struct mx_table *table);
int mx_config_change_rule(struct mx_config *cfg, struct mx_rule *out,
			  struct mx_rule *in);

#endif /* MX_STEER_CONFIG_H */
