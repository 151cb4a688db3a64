// SPDX-License-Identifier: GPL-2.0
/* Commands on servers. */
#include <linux/jiffies.h>
#include "nl/care.h"
#include "nl/health.h"
#include "nl/netlink-gen.h"
#include "nl/nl.h"

#define MX_WEIGHT_DEFAULT	100

/* Counters of a server, and their attributes. */
static const u8 mx_server_attrs[] = {
	[MX_SERVER_PACKETS] = MUTEX_A_SERVER_PACKETS,
	[MX_SERVER_BYTES] = MUTEX_A_SERVER_BYTES,
	[MX_SERVER_REPLY_PACKETS] = MUTEX_A_SERVER_REPLY_PACKETS,
	[MX_SERVER_REPLY_BYTES] = MUTEX_A_SERVER_REPLY_BYTES,
	[MX_SERVER_CONNS] = MUTEX_A_SERVER_CONNS_TOTAL,
	[MX_SERVER_FAILED] = MUTEX_A_SERVER_CONNS_FAILED,
	[MX_SERVER_LATENCY] = MUTEX_A_SERVER_LATENCY_TOTAL,
	[MX_SERVER_SAMPLES] = MUTEX_A_SERVER_LATENCY_SAMPLES,
	[MX_SERVER_CHECK_GOOD] = MUTEX_A_SERVER_CHECK_GOOD,
	[MX_SERVER_CHECK_BAD] = MUTEX_A_SERVER_CHECK_BAD,
	/* limits */
	[MX_SERVER_FULL] = MUTEX_A_SERVER_CONNS_FULL,
	[MX_SERVER_OVER] = MUTEX_A_SERVER_CONNS_OVER,
	[MX_SERVER_DROPPED] = MUTEX_A_SERVER_DROPPED,
};

static int mx_server_fill_stats(struct sk_buff *skb,
				const struct mx_server *server)
{
	u32 min = READ_ONCE(server->latency_min), avg = 0;
	u64 value[MX_SERVER_STATS];
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(mx_server_attrs) != MX_SERVER_STATS);
	for (i = 0; i < MX_SERVER_STATS; i++) {
		value[i] = mx_stats_read(&server->stats, i);
		if (nla_put_u64_64bit(skb, mx_server_attrs[i], value[i],
				      MUTEX_A_SERVER_PAD))
			return -EMSGSIZE;
	}
	if (value[MX_SERVER_SAMPLES])
		avg = div64_u64(value[MX_SERVER_LATENCY],
				value[MX_SERVER_SAMPLES]);
	if (nla_put_u32(skb, MUTEX_A_SERVER_CONNS_ACTIVE,
			atomic_read(&server->member.active)) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_LATENCY_MIN,
			min == U32_MAX ? 0 : min) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_LATENCY_MAX,
			READ_ONCE(server->latency_max)) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_LATENCY_AVG, avg) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_LATENCY_EWMA,
			READ_ONCE(server->member.latency_ewma)))
		return -EMSGSIZE;
	return 0;
}

static int mx_server_fill_id(struct sk_buff *skb,
			     const struct mx_server *server)
{
	if (server->path) {
		if (nla_put_string(skb, MUTEX_A_SERVER_PATH, server->name) ||
		    nla_put_u8(skb, MUTEX_A_SERVER_PATH_STATUS,
			       READ_ONCE(server->path->status)) ||
		    nla_put_u32(skb, MUTEX_A_SERVER_QUALITY,
				READ_ONCE(server->member.quality)))
			return -EMSGSIZE;
		return 0;
	}
	if (mx_nl_put_addr(skb, MUTEX_A_SERVER_ADDR, server->family,
			   &server->addr) ||
	    nla_put_u16(skb, MUTEX_A_SERVER_PORT, ntohs(server->port)))
		return -EMSGSIZE;
	return 0;
}

static int mx_server_fill(struct sk_buff *skb, struct mx_pernet *pn,
			  const void *obj)
{
	const struct mx_conf_member *m = obj;
	struct mx_server *server = m->server;

	if (nla_put_string(skb, MUTEX_A_SERVER_GROUP, server->group->name) ||
	    mx_server_fill_id(skb, server) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_WEIGHT, m->weight) ||
	    nla_put_u8(skb, MUTEX_A_SERVER_STATE, m->state) ||
	    mx_nl_server_health_fill(skb, server) ||
	    mx_nl_server_care_fill(skb, pn, m) ||
	    mx_nl_server_limit_fill(skb, m))
		return -EMSGSIZE;
	if (mx_nl_server_check_fill(skb, server))
		return -EMSGSIZE;
	return mx_server_fill_stats(skb, server);
}

/**
 * struct mx_server_req - what a request says of a server
 * @group: its group
 * @addr: its address
 * @port: its port
 * @family: AF_INET or AF_INET6
 * @path: the path that is the member, NULL for a server
 * @id: the attribute that names it
 */
struct mx_server_req {
	struct mx_group *group;
	union nf_inet_addr addr;
	__be16 port;
	u8 family;
	struct mx_path *path;
	const struct nlattr *id;
};

/* The path of a request on a member of a group of paths. */
static int mx_server_req_path(struct mx_pernet *pn, const struct mx_config *cfg,
			      struct genl_info *info,
			      struct mx_server_req *req)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_SERVER_PATH];
	const struct nlattr *bad = info->attrs[MUTEX_A_SERVER_ADDR];

	if (!bad)
		bad = info->attrs[MUTEX_A_SERVER_PORT];
	if (bad) {
		NL_SET_ERR_MSG_ATTR(info->extack, bad,
				    "the members of this group are paths: they have no address");
		return -EINVAL;
	}
	if (mx_nl_missing(info, MUTEX_A_SERVER_PATH, "path that is the member"))
		return -EINVAL;
	req->id = nla;
	req->path = mx_nl_path(pn, cfg, info->extack, nla);
	return PTR_ERR_OR_ZERO(req->path);
}

static int mx_server_req(struct mx_pernet *pn, const struct mx_config *cfg,
			 struct genl_info *info, struct mx_server_req *req)
{
	memset(req, 0, sizeof(*req));
	if (mx_nl_missing(info, MUTEX_A_SERVER_GROUP, "group of the server"))
		return -EINVAL;
	req->group = mx_nl_group(pn, cfg, info->extack,
				 info->attrs[MUTEX_A_SERVER_GROUP]);
	if (IS_ERR(req->group))
		return PTR_ERR(req->group);
	if (mx_pernet_conf(pn, cfg, req->group)->params.type ==
	    MUTEX_GROUP_TYPE_PATH)
		return mx_server_req_path(pn, cfg, info, req);
	if (info->attrs[MUTEX_A_SERVER_PATH]) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MUTEX_A_SERVER_PATH],
				    "the members of this group are servers: add them by their address");
		return -EINVAL;
	}
	if (mx_nl_missing(info, MUTEX_A_SERVER_ADDR, "address of the server"))
		return -EINVAL;
	req->id = info->attrs[MUTEX_A_SERVER_ADDR];
	req->port = htons(mx_nl_u16(info->attrs[MUTEX_A_SERVER_PORT], 0));
	return mx_nl_addr(info->extack, info->attrs[MUTEX_A_SERVER_ADDR],
			  &req->family, &req->addr);
}

static bool mx_server_addr_ok(const struct mx_server_req *req)
{
	if (req->family == AF_INET)
		return !ipv4_is_multicast(req->addr.ip) &&
		       !ipv4_is_zeronet(req->addr.ip) &&
		       !ipv4_is_lbcast(req->addr.ip);
	return !ipv6_addr_is_multicast(&req->addr.in6) &&
	       !ipv6_addr_any(&req->addr.in6);
}

/* The server's index in its group, or -ENOENT. */
static int mx_server_at_id(struct mx_pernet *pn, const struct mx_config *cfg,
			   const struct mx_server_req *req)
{
	const struct mx_group_conf *conf = mx_pernet_conf(pn, cfg, req->group);

	if (req->path)
		return mx_group_find_path(conf, req->path);
	return mx_group_find_server(conf, req->family, &req->addr, req->port);
}

/* The same, with a text. */
static int mx_server_find(struct mx_pernet *pn, const struct mx_config *cfg,
			  struct genl_info *info,
			  const struct mx_server_req *req)
{
	int i = mx_server_at_id(pn, cfg, req);

	if (i >= 0)
		return i;
	if (req->path)
		NL_SET_ERR_MSG_ATTR(info->extack, req->id,
				    "the path is no member of this group");
	else
		NL_SET_ERR_MSG_ATTR(info->extack, req->id,
				    "no such server in this group");
	return i;
}

static int mx_server_weight(struct genl_info *info, u32 *weight)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_SERVER_WEIGHT];

	*weight = mx_nl_u32(nla, *weight);
	if (*weight && *weight <= MUTEX_WEIGHT_MAX)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, nla, "weight must be 1 to 10000");
	return -EINVAL;
}

/* Takes over what the request says into @set, which holds the present values. */
static int mx_server_said(struct genl_info *info, struct mx_conf_member *set)
{
	int err = mx_server_weight(info, &set->weight);

	set->state = mx_nl_u8(info->attrs[MUTEX_A_SERVER_STATE], set->state);
	if (!err)
		err = mx_nl_server_deadline(info, set->state, &set->deadline);
	return err;
}

static const struct mx_conf_member *mx_server_at(struct mx_pernet *pn,
						 const struct mx_config *cfg,
						 const struct mx_group *group,
						 u32 i)
{
	return &mx_pernet_conf(pn, cfg, group)->members[i];
}

/* May there be such a new server? */
static int mx_server_req_new(struct mx_pernet *pn, const struct mx_config *cfg,
			     struct genl_info *info,
			     const struct mx_server_req *req)
{
	if (!req->path && !mx_server_addr_ok(req)) {
		NL_SET_ERR_MSG_ATTR(info->extack, req->id,
				    "a server has a unicast address");
		return -EINVAL;
	}
	if (mx_server_at_id(pn, cfg, req) < 0)
		return 0;
	if (req->path)
		NL_SET_ERR_MSG_ATTR(info->extack, req->id,
				    "the group has this path already");
	else
		NL_SET_ERR_MSG_ATTR(info->extack, req->id,
				    "the group has this server already");
	return -EEXIST;
}

static int mx_server_add(struct mx_pernet *pn, struct mx_config *cfg,
			 const struct mx_server_req *req,
			 const struct mx_conf_member *set)
{
	int err;

	if (!req->path)
		return mx_pernet_add_server(pn, cfg, req->group, req->family,
					    &req->addr, req->port, set);
	err = mx_pernet_add_member(pn, cfg, req->group, req->path, set);
	if (!err && mx_nl_live(pn, cfg))
		mx_pernet_steer_group(pn, req->group);
	return err;
}

static int mx_server_new(struct mx_pernet *pn, struct mx_config *cfg,
			 struct genl_info *info)
{
	const struct mx_group_conf *conf;
	struct mx_conf_member set = {
		.weight = MX_WEIGHT_DEFAULT,
		.state = MUTEX_SERVER_STATE_UP,
	};
	struct mx_server_req req;
	int err;

	err = mx_server_req(pn, cfg, info, &req);
	if (!err)
		err = mx_server_said(info, &set);
	if (err)
		return err;
	err = mx_server_req_new(pn, cfg, info, &req);
	if (err)
		return err;
	err = mx_nl_server_limit(info, &set);
	if (err)
		return err;
	err = mx_server_add(pn, cfg, &req, &set);
	mx_limiter_put(set.limiter);
	if (err == -ENOSPC)
		NL_SET_ERR_MSG_ATTR(info->extack, req.id,
				    "the group has too many servers");
	if (err)
		return err;
	conf = mx_pernet_conf(pn, cfg, req.group);
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_SERVER_NTF,
		  mx_server_fill, &conf->members[conf->n - 1]);
	return 0;
}

/**
 * mx_nl_server_new_doit() - add a server to a group
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_server_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_server_new);
}

/* What follows from what a request says of a server of @m's state @old. */
static void mx_server_has_set(struct mx_pernet *pn, struct mx_config *cfg,
			      struct genl_info *info,
			      const struct mx_group *group,
			      const struct mx_conf_member *m, u8 old)
{
	bool live = mx_nl_live(pn, cfg), told;

	if (live && m->deadline && info->attrs[MUTEX_A_SERVER_DEADLINE])
		mx_care_drain_again(mx_pernet_conf(pn, cfg, group), m,
				    (u32)jiffies);
	told = info->attrs[MUTEX_A_SERVER_STATE] && live && !m->server->path &&
	       mx_health_report(m->server, MX_HEALTH_RESET, true, 0,
				mx_health_now());
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_SERVER_NTF,
		  mx_server_fill, m);
	if (m->state != old && !told)
		mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_STATE,
			  MUTEX_CMD_SERVER_STATE_NTF, mx_server_fill, m);
}

static int mx_server_set(struct mx_pernet *pn, struct mx_config *cfg,
			 struct genl_info *info)
{
	struct mx_server_req req;
	struct mx_conf_member set;
	int i, err;
	u8 old;

	err = mx_server_req(pn, cfg, info, &req);
	if (err)
		return err;
	i = mx_server_find(pn, cfg, info, &req);
	if (i < 0)
		return i;
	set = *mx_server_at(pn, cfg, req.group, i);
	old = set.state;
	err = mx_server_said(info, &set);
	if (!err)
		err = mx_nl_server_limit(info, &set);
	if (err)
		return err;
	if (req.path && set.state != MUTEX_SERVER_STATE_UP &&
	    mx_nl_live(pn, cfg))
		mx_pernet_steer_without(pn, req.group, i);
	err = mx_pernet_set_server(pn, cfg, req.group, i, &set);
	mx_limiter_put(set.limiter);
	if (err)
		return err;
	if (req.path && mx_nl_live(pn, cfg))
		mx_pernet_steer_group(pn, req.group);
	mx_server_has_set(pn, cfg, info, req.group,
			  mx_server_at(pn, cfg, req.group, i), old);
	return 0;
}

/**
 * mx_nl_server_set_doit() - change a server; what is not named stays
 * @skb: the request
 * @info: the request, parsed
 *
 * Who sets its state forgets what was held against it at run time.
 *
 * Return: 0 or -errno.
 */
int mx_nl_server_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_server_set);
}

static int mx_server_del(struct mx_pernet *pn, struct mx_config *cfg,
			 struct genl_info *info)
{
	struct mx_server_req req;
	struct sk_buff *ntf;
	int i, err;

	err = mx_server_req(pn, cfg, info, &req);
	if (err)
		return err;
	i = mx_server_find(pn, cfg, info, &req);
	if (i < 0)
		return i;
	ntf = mx_nl_ntf_build(info, pn, cfg, MUTEX_NLGRP_CONFIG,
			      MUTEX_CMD_SERVER_DEL_NTF, mx_server_fill,
			      mx_server_at(pn, cfg, req.group, i));
	if (req.path && mx_nl_live(pn, cfg))
		mx_pernet_steer_without(pn, req.group, i);
	err = mx_pernet_del_server(pn, cfg, req.group, i);
	if (err) {
		nlmsg_free(ntf);
		return err;
	}
	if (req.path && mx_nl_live(pn, cfg))
		mx_pernet_steer_group(pn, req.group);
	mx_nl_ntf_send(info, MUTEX_NLGRP_CONFIG, ntf);
	return 0;
}

/**
 * mx_nl_server_del_doit() - remove a server from its group
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_server_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_server_del);
}

static int mx_server_get(struct mx_pernet *pn, struct genl_info *info)
{
	const struct mx_config *cfg = mx_pernet_live(pn);
	struct mx_server_req req;
	int i, err;

	err = mx_server_req(pn, cfg, info, &req);
	if (err)
		return err;
	i = mx_server_find(pn, cfg, info, &req);
	if (i < 0)
		return i;
	return mx_nl_reply(info, pn, MUTEX_CMD_SERVER_GET, mx_server_fill,
			   mx_server_at(pn, cfg, req.group, i));
}

/**
 * mx_nl_server_get_doit() - show a server
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_server_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_server_get);
}

static int mx_server_report(struct mx_pernet *pn, struct genl_info *info)
{
	const struct mx_config *cfg = mx_pernet_live(pn);
	struct mx_server_req req;
	int i, err;

	err = mx_server_req(pn, cfg, info, &req);
	if (err)
		return err;
	i = mx_server_find(pn, cfg, info, &req);
	if (i < 0)
		return i;
	if (req.path) {
		NL_SET_ERR_MSG_ATTR(info->extack, req.id,
				    "a path is judged by its probes, not by reports");
		return -EOPNOTSUPP;
	}
	return mx_nl_server_health(info,
				   mx_server_at(pn, cfg, req.group, i)->server);
}

/**
 * mx_nl_server_report_doit() - take a report of one who checks a server
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_server_report_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_server_report);
}

static int mx_server_load(struct mx_pernet *pn, struct genl_info *info)
{
	const struct mx_config *cfg = mx_pernet_live(pn);
	struct mx_server_req req;
	int i, err;

	err = mx_server_req(pn, cfg, info, &req);
	if (err)
		return err;
	i = mx_server_find(pn, cfg, info, &req);
	if (i < 0)
		return i;
	if (req.path) {
		NL_SET_ERR_MSG_ATTR(info->extack, req.id,
				    "the weights of paths follow no load");
		return -EOPNOTSUPP;
	}
	return mx_nl_server_load(info, mx_pernet_conf(pn, cfg, req.group),
				 mx_server_at(pn, cfg, req.group, i)->server);
}

/**
 * mx_nl_server_load_doit() - take a report on how busy a server is
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_server_load_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_server_load);
}

static void mx_server_care_news(struct mx_pernet *pn, enum mx_care_news what,
				const void *obj)
{
	if (what == MX_CARE_NEWS_DRAIN)
		mx_nl_news(pn, MUTEX_NLGRP_STATE, MUTEX_CMD_SERVER_DRAIN_NTF,
			   mx_server_fill, obj);
	else
		mx_nl_group_moves(pn, obj);
}

/* A server's health has changed without a request. */
static void mx_server_news(struct mx_pernet *pn, const struct mx_conf_member *m)
{
	mx_nl_news(pn, MUTEX_NLGRP_STATE, MUTEX_CMD_SERVER_STATE_NTF,
		   mx_server_fill, m);
}

/**
 * mx_nl_server_watch() - tell of servers whose health changes, or no more
 * @on: which
 */
void mx_nl_server_watch(bool on)
{
	mx_pernet_watch(on ? mx_server_news : NULL);
	mx_pernet_care_watch(on ? mx_server_care_news : NULL);
}

/* Puts a group's servers from the one at args[1] on. */
static int mx_server_dump_group(struct sk_buff *skb,
				struct netlink_callback *cb,
				struct mx_pernet *pn,
				const struct mx_group_conf *conf)
{
	int err;

	for (; cb->args[1] < conf->n; cb->args[1]++) {
		err = mx_nl_dump_one(skb, cb, pn, MUTEX_CMD_SERVER_GET,
				     mx_server_fill,
				     &conf->members[cb->args[1]]);
		if (err)
			return err;
	}
	return 0;
}

/* The cursor is how many groups were put, and how many servers of the next. */
static int mx_server_dump(struct sk_buff *skb, struct netlink_callback *cb,
			  struct mx_pernet *pn)
{
	const struct nlattr *nla = mx_genl_dump_attrs(cb)[MUTEX_A_SERVER_GROUP];
	const struct mx_config *cfg = mx_pernet_live(pn);
	const struct mx_group_conf *conf;
	struct mx_group *group;
	unsigned long i = 0;
	int err;

	err = mx_nl_dump_filters(cb, MUTEX_A_SERVER_GROUP);
	if (err)
		return err;
	if (nla) {
		group = mx_nl_group(pn, cfg, cb->extack, nla);
		if (IS_ERR(group))
			return PTR_ERR(group);
		conf = mx_pernet_conf(pn, cfg, group);
		return mx_server_dump_group(skb, cb, pn, conf);
	}
	list_for_each_entry(group, &pn->group_list, list) {
		conf = mx_pernet_conf(pn, cfg, group);
		if (!conf || i++ < cb->args[0])
			continue;
		err = mx_server_dump_group(skb, cb, pn, conf);
		if (err)
			return err;
		cb->args[0]++;
		cb->args[1] = 0;
	}
	return 0;
}

/**
 * mx_nl_server_get_dumpit() - show all servers, or those of a group
 * @skb: where to put them
 * @cb: the dump
 *
 * Return: see mx_nl_dump().
 */
int mx_nl_server_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mx_nl_dump(skb, cb, mx_server_dump);
}
