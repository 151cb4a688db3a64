// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/utsname.h>
#include "steer/config.h"

static const struct mx_settings mx_settings_default = {
	.flows_max = 1 << 20,
	.timeout = {
		[MX_TIMEOUT_SYN] = 30 * MSEC_PER_SEC,
		[MX_TIMEOUT_TCP] = 300 * MSEC_PER_SEC,
		[MX_TIMEOUT_FIN] = 60 * MSEC_PER_SEC,
		[MX_TIMEOUT_CLOSED] = 10 * MSEC_PER_SEC,
		[MX_TIMEOUT_UDP] = 300 * MSEC_PER_SEC,
		[MX_TIMEOUT_OTHER] = 300 * MSEC_PER_SEC,
	},
};

/**
 * mx_config_create() - make an empty configuration with default settings
 * @slot: index of what groups say in it
 * @lock: the namespace's lock
 *
 * The node's name is the host's, as the caller sees it.
 *
 * Context: process.
 * Return: the configuration, or NULL without memory.
 */
struct mx_config *mx_config_create(unsigned int slot, struct mutex *lock)
{
	struct mx_config *cfg = kzalloc(sizeof(*cfg), GFP_KERNEL_ACCOUNT);

	if (!cfg)
		return NULL;
	cfg->slot = slot;
	cfg->lock = lock;
	cfg->settings = mx_settings_default;
	strscpy(cfg->node, utsname()->nodename, sizeof(cfg->node));
	return cfg;
}

static void mx_tables_free_cb(struct rcu_head *rcu)
{
	kvfree(container_of(rcu, struct mx_tables, rcu));
}

static void mx_rules_free_cb(struct rcu_head *rcu)
{
	kvfree(container_of(rcu, struct mx_rules, rcu));
}

/**
 * mx_config_destroy() - free a configuration that new readers cannot find
 * @cfg: the configuration
 *
 * What groups say in it is not touched.
 *
 * Context: process; the namespace's lock is held.
 */
void mx_config_destroy(struct mx_config *cfg)
{
	struct mx_rules *rules = mx_dereference(cfg->rules, cfg->lock);
	struct mx_tables *tables = mx_dereference(cfg->tables, cfg->lock);
	u32 i;

	for (i = 0; rules && i < rules->n; i++) {
		mx_rule_unbind(rules->entry[i].rule, cfg->slot);
		mx_rule_free_rcu(rules->entry[i].rule);
	}
	if (rules)
		call_rcu(&rules->rcu, mx_rules_free_cb);
	for (i = 0; tables && i < tables->n; i++)
		mx_table_destroy(tables->table[i]);
	if (tables)
		call_rcu(&tables->rcu, mx_tables_free_cb);
	kfree_rcu(cfg, rcu);
}

/**
 * mx_config_table() - look a table up by its name
 * @cfg: the configuration
 * @name: the name
 *
 * Context: the namespace's lock is held.
 * Return: the table, or NULL.
 */
struct mx_table *mx_config_table(const struct mx_config *cfg, const char *name)
{
	struct mx_tables *tables = mx_dereference(cfg->tables, cfg->lock);
	u32 i;

	for (i = 0; tables && i < tables->n; i++)
		if (!strcmp(tables->table[i]->name, name))
			return tables->table[i];
	return NULL;
}

/* The same tables without one and with another, of priority @priority. */
static int mx_config_change_table(struct mx_config *cfg,
				  const struct mx_table *out,
				  struct mx_table *in, u32 priority)
{
	struct mx_tables *old = mx_dereference(cfg->tables, cfg->lock);
	u32 i, n = old ? old->n : 0;
	struct mx_tables *new;

	new = kvzalloc(struct_size(new, table, (size_t)n + !!in - !!out),
		       GFP_KERNEL_ACCOUNT);
	if (!new)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		if (old->table[i] == out)
			continue;
		if (in && old->table[i]->priority < priority) {
			new->table[new->n++] = in;
			in = NULL;
		}
		new->table[new->n++] = old->table[i];
	}
	if (in)
		new->table[new->n++] = in;
	rcu_assign_pointer(cfg->tables, new);
	if (old)
		call_rcu(&old->rcu, mx_tables_free_cb);
	return 0;
}

/**
 * mx_config_add_table() - create a table
 * @cfg: the configuration
 * @name: its name
 * @priority: the higher number is looked at first; equal ones in the order of
 *	their creation
 * @added: where to put the table
 *
 * Context: process; the namespace's lock is held.
 * Return: 0, -EEXIST, -ENOSPC at MX_MAX_TABLES, -ENOMEM.
 */
int mx_config_add_table(struct mx_config *cfg, const char *name, u32 priority,
			struct mx_table **added)
{
	struct mx_tables *tables = mx_dereference(cfg->tables, cfg->lock);
	struct mx_table *table;
	int err;

	if (mx_config_table(cfg, name))
		return -EEXIST;
	if (tables && tables->n >= MX_MAX_TABLES)
		return -ENOSPC;
	table = mx_table_create(name, priority, cfg->slot, cfg->lock);
	if (!table)
		return -ENOMEM;
	err = mx_config_change_table(cfg, NULL, table, priority);
	if (err) {
		mx_table_destroy(table);
		return err;
	}
	*added = table;
	return 0;
}

/**
 * mx_config_move_table() - change a table's priority
 * @cfg: its configuration
 * @table: the table
 * @priority: the new one
 *
 * Context: process; the namespace's lock is held.
 * Return: 0 or -ENOMEM.
 */
int mx_config_move_table(struct mx_config *cfg, struct mx_table *table,
			 u32 priority)
{
	int err;

	if (table->priority == priority)
		return 0;
	err = mx_config_change_table(cfg, table, table, priority);
	if (!err)
		WRITE_ONCE(table->priority, priority);
	return err;
}

/**
 * mx_config_del_table() - delete a table with its routes
 * @cfg: its configuration
 * @table: the table, which no rule refers to
 *
 * Context: process; the namespace's lock is held.
 * Return: 0 or -ENOMEM.
 */
int mx_config_del_table(struct mx_config *cfg, struct mx_table *table)
{
	int err = mx_config_change_table(cfg, table, NULL, 0);

	if (!err)
		mx_table_destroy(table);
	return err;
}

/**
 * mx_config_change_rule() - add, remove or replace a rule
 * @cfg: the configuration
 * @out: the rule to remove, or NULL
 * @in: the rule to add, or NULL; it is the configuration's from now on
 *
 * Context: process; the namespace's lock is held.
 * Return: 0, -ENOSPC at MX_MAX_RULES, -ENOMEM; then nothing has changed.
 */
int mx_config_change_rule(struct mx_config *cfg, struct mx_rule *out,
			  struct mx_rule *in)
{
	struct mx_rules *old = mx_dereference(cfg->rules, cfg->lock);
	struct mx_rules *new;

	if (in && !out && old && old->n >= MX_MAX_RULES)
		return -ENOSPC;
	new = mx_rules_change(old, out, in);
	if (!new)
		return -ENOMEM;
	if (in)
		mx_rule_bind(in, cfg->slot);
	rcu_assign_pointer(cfg->rules, new);
	if (old)
		call_rcu(&old->rcu, mx_rules_free_cb);
	if (out) {
		mx_rule_unbind(out, cfg->slot);
		mx_rule_free_rcu(out);
	}
	return 0;
}
