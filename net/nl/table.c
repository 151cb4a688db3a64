// SPDX-License-Identifier: GPL-2.0
/* Commands on tables. */
#include "nl/netlink-gen.h"
#include "nl/nl.h"

static int mx_table_fill(struct sk_buff *skb, struct mx_pernet *pn,
			 const void *obj)
{
	const struct mx_table *table = obj;

	if (nla_put_string(skb, MUTEX_A_TABLE_NAME, table->name) ||
	    nla_put_u32(skb, MUTEX_A_TABLE_PRIORITY, table->priority) ||
	    nla_put_u32(skb, MUTEX_A_TABLE_ROUTES4, table->routes[0]) ||
	    nla_put_u32(skb, MUTEX_A_TABLE_ROUTES6, table->routes[1]) ||
	    nla_put_u64_64bit(skb, MUTEX_A_TABLE_BYTES, mx_table_bytes(table),
			      MUTEX_A_TABLE_PAD))
		return -EMSGSIZE;
	return 0;
}

/**
 * mx_nl_table() - look up the table that an attribute names
 * @cfg: its configuration, the namespace's lock held
 * @extack: for the refusal's text
 * @nla: the attribute
 *
 * Return: the table, or ERR_PTR(-ENOENT).
 */
struct mx_table *mx_nl_table(const struct mx_config *cfg,
			     struct netlink_ext_ack *extack,
			     const struct nlattr *nla)
{
	struct mx_table *table = mx_config_table(cfg, nla_data(nla));

	if (table)
		return table;
	NL_SET_ERR_MSG_ATTR(extack, nla, "no such table");
	return ERR_PTR(-ENOENT);
}

static int mx_table_new(struct mx_pernet *pn, struct mx_config *cfg,
			struct genl_info *info)
{
	const struct nlattr *name = info->attrs[MUTEX_A_TABLE_NAME];
	struct mx_table *table;
	int err;

	if (mx_nl_missing(info, MUTEX_A_TABLE_NAME, "name of the table"))
		return -EINVAL;
	err = mx_nl_name(info->extack, name);
	if (err)
		return err;
	err = mx_config_add_table(cfg, nla_data(name),
				  mx_nl_u32(info->attrs[MUTEX_A_TABLE_PRIORITY],
					    0),
				  &table);
	switch (err) {
	case 0:
		mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG,
			  MUTEX_CMD_TABLE_NTF, mx_table_fill, table);
		break;
	case -EEXIST:
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "the table exists already");
		break;
	case -ENOSPC:
		NL_SET_ERR_MSG(info->extack, "there are too many tables");
		break;
	}
	return err;
}

/**
 * mx_nl_table_new_doit() - create a table
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_table_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_table_new);
}

static int mx_table_set(struct mx_pernet *pn, struct mx_config *cfg,
			struct genl_info *info)
{
	const struct nlattr *priority = info->attrs[MUTEX_A_TABLE_PRIORITY];
	struct mx_table *table;
	int err;

	if (mx_nl_missing(info, MUTEX_A_TABLE_NAME, "name of the table"))
		return -EINVAL;
	table = mx_nl_table(cfg, info->extack, info->attrs[MUTEX_A_TABLE_NAME]);
	if (IS_ERR(table))
		return PTR_ERR(table);
	err = mx_config_move_table(cfg, table,
				   mx_nl_u32(priority, table->priority));
	if (err)
		return err;
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_TABLE_NTF,
		  mx_table_fill, table);
	return 0;
}

/**
 * mx_nl_table_set_doit() - change a table's priority
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_table_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_table_set);
}

static int mx_table_del(struct mx_pernet *pn, struct mx_config *cfg,
			struct genl_info *info)
{
	const struct nlattr *name = info->attrs[MUTEX_A_TABLE_NAME];
	struct mx_table *table;
	struct sk_buff *ntf;
	int err;

	if (mx_nl_missing(info, MUTEX_A_TABLE_NAME, "name of the table"))
		return -EINVAL;
	table = mx_nl_table(cfg, info->extack, name);
	if (IS_ERR(table))
		return PTR_ERR(table);
	if (table->users) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "the table is in use by rules");
		return -EBUSY;
	}
	ntf = mx_nl_ntf_build(info, pn, cfg, MUTEX_NLGRP_CONFIG,
			      MUTEX_CMD_TABLE_DEL_NTF, mx_table_fill, table);
	err = mx_config_del_table(cfg, table);
	if (err) {
		nlmsg_free(ntf);
		return err;
	}
	mx_nl_ntf_send(info, MUTEX_NLGRP_CONFIG, ntf);
	return 0;
}

/**
 * mx_nl_table_del_doit() - delete a table with its routes
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_table_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_table_del);
}

static int mx_table_get(struct mx_pernet *pn, struct genl_info *info)
{
	struct mx_table *table;

	if (mx_nl_missing(info, MUTEX_A_TABLE_NAME, "name of the table"))
		return -EINVAL;
	table = mx_nl_table(mx_pernet_live(pn), info->extack,
			    info->attrs[MUTEX_A_TABLE_NAME]);
	if (IS_ERR(table))
		return PTR_ERR(table);
	return mx_nl_reply(info, pn, MUTEX_CMD_TABLE_GET, mx_table_fill, table);
}

/**
 * mx_nl_table_get_doit() - show a table
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_table_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_table_get);
}

/* The cursor is how many tables were put. */
static int mx_table_dump(struct sk_buff *skb, struct netlink_callback *cb,
			 struct mx_pernet *pn)
{
	const struct mx_tables *tables;
	int err;

	err = mx_nl_dump_filters(cb, 0);
	if (err)
		return err;
	tables = mx_dereference(mx_pernet_live(pn)->tables, &pn->lock);
	for (; tables && cb->args[0] < tables->n; cb->args[0]++) {
		err = mx_nl_dump_one(skb, cb, pn, MUTEX_CMD_TABLE_GET,
				     mx_table_fill,
				     tables->table[cb->args[0]]);
		if (err)
			return err;
	}
	return 0;
}

/**
 * mx_nl_table_get_dumpit() - show all tables, by priority
 * @skb: where to put them
 * @cb: the dump
 *
 * Return: see mx_nl_dump().
 */
int mx_nl_table_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mx_nl_dump(skb, cb, mx_table_dump);
}
