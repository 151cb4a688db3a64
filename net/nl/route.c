// SPDX-License-Identifier: GPL-2.0
/*
 * Commands on routes. A full Internet table is a million of them in one go:
 * no command allocates or builds anything that nobody asked for.
 */
#include "nl/netlink-gen.h"
#include "nl/nl.h"

#define MX_METRIC_DEFAULT	1000

/**
 * struct mx_route - a route, as a request or an answer says it
 * @table: its table, in requests
 * @name: its table's name
 * @target: its group and metric; the group is NULL for all routes of the table
 * @addr: its prefix
 * @family: AF_INET or AF_INET6
 * @plen: length of the prefix
 */
struct mx_route {
	struct mx_table *table;
	const char *name;
	struct mx_target target;
	union nf_inet_addr addr;
	u8 family;
	u8 plen;
};

/**
 * struct mx_route_cursor - where a dump of routes goes on
 * @table: how many tables were put
 * @target: how many routes of the last prefix were put
 * @family: index of the trie, see mx_pool_index()
 * @plen: length of the last prefix
 * @begun: whether there is a last prefix
 * @addr: the last prefix
 */
struct mx_route_cursor {
	u32 table;
	u32 target;
	u8 family;
	u8 plen;
	bool begun;
	u8 addr[sizeof(struct in6_addr)];
};

static int mx_route_fill(struct sk_buff *skb, struct mx_pernet *pn,
			 const void *obj)
{
	const struct mx_route *r = obj;

	if (nla_put_string(skb, MUTEX_A_ROUTE_TABLE, r->name))
		return -EMSGSIZE;
	if (!r->target.group)
		return 0;
	if (mx_nl_put_addr(skb, MUTEX_A_ROUTE_DST, r->family, &r->addr) ||
	    nla_put_u8(skb, MUTEX_A_ROUTE_PLEN, r->plen) ||
	    nla_put_string(skb, MUTEX_A_ROUTE_GROUP, r->target.group->name) ||
	    nla_put_u32(skb, MUTEX_A_ROUTE_METRIC, r->target.metric))
		return -EMSGSIZE;
	return 0;
}

/* Which route a request is about: all but its group. */
static int mx_route_req(const struct mx_config *cfg, struct genl_info *info,
			struct mx_route *r)
{
	struct nlattr **attrs = info->attrs;

	if (mx_nl_missing(info, MUTEX_A_ROUTE_TABLE, "table of the route") ||
	    mx_nl_missing(info, MUTEX_A_ROUTE_DST, "prefix of the route"))
		return -EINVAL;
	r->table = mx_nl_table(cfg, info->extack, attrs[MUTEX_A_ROUTE_TABLE]);
	if (IS_ERR(r->table))
		return PTR_ERR(r->table);
	r->name = r->table->name;
	r->target.metric = mx_nl_u32(attrs[MUTEX_A_ROUTE_METRIC],
				     MX_METRIC_DEFAULT);
	return mx_nl_prefix(info->extack, attrs[MUTEX_A_ROUTE_DST],
			    attrs[MUTEX_A_ROUTE_PLEN], &r->family, &r->addr,
			    &r->plen);
}

/* The whole route, with its group. */
static int mx_route_req_full(struct mx_pernet *pn, const struct mx_config *cfg,
			     struct genl_info *info, struct mx_route *r)
{
	int err = mx_route_req(cfg, info, r);

	if (err)
		return err;
	if (mx_nl_missing(info, MUTEX_A_ROUTE_GROUP, "group of the route"))
		return -EINVAL;
	r->target.group = mx_nl_group(pn, cfg, info->extack,
				      info->attrs[MUTEX_A_ROUTE_GROUP]);
	return PTR_ERR_OR_ZERO(r->target.group);
}

static int mx_route_explain(struct genl_info *info, int err)
{
	const struct nlattr *dst = info->attrs[MUTEX_A_ROUTE_DST];

	switch (err) {
	case -EEXIST:
		NL_SET_ERR_MSG_ATTR(info->extack, dst,
				    "the table has a route of this prefix and metric already");
		break;
	case -ENOENT:
		NL_SET_ERR_MSG_ATTR(info->extack, dst, "no such route");
		break;
	case -ENOSPC:
		NL_SET_ERR_MSG_ATTR(info->extack, dst,
				    "the table or the prefix has too many routes");
		break;
	}
	return err;
}

static int mx_route_new(struct mx_pernet *pn, struct mx_config *cfg,
			struct genl_info *info)
{
	struct mx_route r;
	int err;

	err = mx_route_req_full(pn, cfg, info, &r);
	if (err)
		return err;
	err = mx_route_add(r.table, r.family, &r.addr, r.plen, r.target.group,
			   r.target.metric);
	if (err)
		return mx_route_explain(info, err);
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_ROUTE_NTF,
		  mx_route_fill, &r);
	return 0;
}

/**
 * mx_nl_route_new_doit() - add a route
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_route_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_route_new);
}

/* The routes of a prefix, or NULL. */
static const struct mx_targets *mx_route_find(const struct mx_route *r)
{
	return mx_lpm_get(mx_table_lpm(r->table, r->family), &r->addr, r->plen);
}

/* Without a metric in the request the prefix's preferred route is meant. */
static const struct mx_target *mx_route_target(struct genl_info *info,
					       const struct mx_route *r)
{
	const struct mx_targets *set = mx_route_find(r);
	u32 i;

	for (i = 0; set && i < set->n; i++)
		if (!info->attrs[MUTEX_A_ROUTE_METRIC] ||
		    set->target[i].metric == r->target.metric)
			return &set->target[i];
	mx_route_explain(info, -ENOENT);
	return NULL;
}

/* The route that a request names, as it is now. */
static int mx_route_req_present(const struct mx_config *cfg,
				struct genl_info *info, struct mx_route *r)
{
	const struct mx_target *target;
	int err;

	err = mx_route_req(cfg, info, r);
	if (err)
		return err;
	target = mx_route_target(info, r);
	if (!target)
		return -ENOENT;
	r->target = *target;
	return 0;
}

static int mx_route_change(struct mx_pernet *pn, struct mx_config *cfg,
			   struct genl_info *info)
{
	const struct mx_target *target;
	struct mx_route r;
	int err;

	err = mx_route_req_full(pn, cfg, info, &r);
	if (err)
		return err;
	target = mx_route_target(info, &r);
	if (!target)
		return -ENOENT;
	r.target.metric = target->metric;
	err = mx_route_set(r.table, r.family, &r.addr, r.plen, r.target.group,
			   r.target.metric);
	if (err)
		return mx_route_explain(info, err);
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_ROUTE_NTF,
		  mx_route_fill, &r);
	return 0;
}

/**
 * mx_nl_route_set_doit() - point a route to another group
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_route_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_route_change);
}

static int mx_route_remove(struct mx_pernet *pn, struct mx_config *cfg,
			   struct genl_info *info)
{
	struct mx_target deleted;
	struct sk_buff *ntf;
	struct mx_route r;
	int err;

	err = mx_route_req_present(cfg, info, &r);
	if (err)
		return err;
	ntf = mx_nl_ntf_build(info, pn, cfg, MUTEX_NLGRP_CONFIG,
			      MUTEX_CMD_ROUTE_DEL_NTF, mx_route_fill, &r);
	err = mx_route_del(r.table, r.family, &r.addr, r.plen,
			   &r.target.metric, &deleted);
	if (err) {
		nlmsg_free(ntf);
		return mx_route_explain(info, err);
	}
	mx_nl_ntf_send(info, MUTEX_NLGRP_CONFIG, ntf);
	return 0;
}

/**
 * mx_nl_route_del_doit() - remove a route
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_route_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_route_remove);
}

static int mx_route_empty(struct mx_pernet *pn, struct mx_config *cfg,
			  struct genl_info *info)
{
	struct mx_route r = { };
	int err;

	if (mx_nl_missing(info, MUTEX_A_ROUTE_TABLE, "table to flush"))
		return -EINVAL;
	r.table = mx_nl_table(cfg, info->extack,
			      info->attrs[MUTEX_A_ROUTE_TABLE]);
	if (IS_ERR(r.table))
		return PTR_ERR(r.table);
	r.name = r.table->name;
	err = mx_route_flush(r.table);
	if (err)
		return err;
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_ROUTE_DEL_NTF,
		  mx_route_fill, &r);
	return 0;
}

/**
 * mx_nl_route_flush_doit() - remove all routes of a table
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_route_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_route_empty);
}

static int mx_route_show(struct mx_pernet *pn, struct genl_info *info)
{
	struct mx_route r;
	int err;

	err = mx_route_req_present(mx_pernet_live(pn), info, &r);
	if (err)
		return err;
	return mx_nl_reply(info, pn, MUTEX_CMD_ROUTE_GET, mx_route_fill, &r);
}

/**
 * mx_nl_route_get_doit() - show a route
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_route_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_route_show);
}

/* Puts the routes of a prefix that the cursor has not passed. */
static int mx_route_dump_prefix(struct sk_buff *skb,
				struct netlink_callback *cb,
				struct mx_pernet *pn, struct mx_table *table,
				const struct mx_targets *set)
{
	struct mx_route_cursor *c = (void *)cb->ctx;
	struct mx_route r = {
		.name = table->name,
		.family = c->family ? AF_INET6 : AF_INET,
		.plen = c->plen,
	};
	int err;

	memcpy(&r.addr, c->addr, sizeof(c->addr));
	for (; c->target < set->n; c->target++) {
		r.target = set->target[c->target];
		err = mx_nl_dump_one(skb, cb, pn, MUTEX_CMD_ROUTE_GET,
				     mx_route_fill, &r);
		if (err)
			return err;
	}
	return 0;
}

static int mx_route_dump_table(struct sk_buff *skb, struct netlink_callback *cb,
			       struct mx_pernet *pn, struct mx_table *table)
{
	struct mx_route_cursor *c = (void *)cb->ctx;
	struct mx_targets *set;
	int err;

	for (; c->family < 2; c->family++) {
		struct mx_lpm *lpm = mx_table_lpm(table, c->family ? AF_INET6 :
								     AF_INET);

		/* the last prefix may have more routes than fitted */
		set = c->begun ? mx_lpm_get(lpm, c->addr, c->plen) : NULL;
		do {
			err = set ? mx_route_dump_prefix(skb, cb, pn, table,
							 set) : 0;
			if (err)
				return err;
			set = mx_lpm_next(lpm, c->addr, &c->plen, !c->begun);
			c->begun = true;
			c->target = 0;
		} while (set);
		c->begun = false;
		memset(c->addr, 0, sizeof(c->addr));
	}
	c->family = 0;
	return 0;
}

static int mx_route_dump(struct sk_buff *skb, struct netlink_callback *cb,
			 struct mx_pernet *pn)
{
	const struct nlattr *nla = mx_genl_dump_attrs(cb)[MUTEX_A_ROUTE_TABLE];
	const struct mx_config *cfg = mx_pernet_live(pn);
	struct mx_route_cursor *c = (void *)cb->ctx;
	const struct mx_tables *tables;
	struct mx_table *table;
	int err;

	BUILD_BUG_ON(sizeof(*c) > sizeof(cb->ctx));
	err = mx_nl_dump_filters(cb, MUTEX_A_ROUTE_TABLE);
	if (err)
		return err;
	if (nla) {
		table = mx_nl_table(cfg, cb->extack, nla);
		if (IS_ERR(table))
			return PTR_ERR(table);
		if (c->table)
			return 0;
		err = mx_route_dump_table(skb, cb, pn, table);
		c->table += !err;
		return err;
	}
	tables = mx_dereference(cfg->tables, &pn->lock);
	for (; tables && c->table < tables->n; c->table++) {
		err = mx_route_dump_table(skb, cb, pn, tables->table[c->table]);
		if (err)
			return err;
	}
	return 0;
}

/**
 * mx_nl_route_get_dumpit() - show all routes, or those of a table
 * @skb: where to put them
 * @cb: the dump
 *
 * By table, IPv4 first, then by address, length and metric.
 *
 * Return: see mx_nl_dump().
 */
int mx_nl_route_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mx_nl_dump(skb, cb, mx_route_dump);
}
