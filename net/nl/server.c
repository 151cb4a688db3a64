// SPDX-License-Identifier: GPL-2.0
/* Commands on servers. */
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

static int mx_server_fill(struct sk_buff *skb, struct mx_pernet *pn,
			  const void *obj)
{
	const struct mx_conf_member *m = obj;
	struct mx_server *server = m->server;

	if (nla_put_string(skb, MUTEX_A_SERVER_GROUP, server->group->name) ||
	    mx_nl_put_addr(skb, MUTEX_A_SERVER_ADDR, server->family,
			   &server->addr) ||
	    nla_put_u16(skb, MUTEX_A_SERVER_PORT, ntohs(server->port)) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_WEIGHT, m->weight) ||
	    nla_put_u8(skb, MUTEX_A_SERVER_STATE, m->state) ||
	    mx_nl_server_health_fill(skb, server))
		return -EMSGSIZE;
	return mx_server_fill_stats(skb, server);
}

/**
 * struct mx_server_req - what a request says of a server
 * @group: its group
 * @addr: its address
 * @port: its port
 * @family: AF_INET or AF_INET6
 */
struct mx_server_req {
	struct mx_group *group;
	union nf_inet_addr addr;
	__be16 port;
	u8 family;
};

static int mx_server_req(struct mx_pernet *pn, const struct mx_config *cfg,
			 struct genl_info *info, struct mx_server_req *req)
{
	if (mx_nl_missing(info, MUTEX_A_SERVER_GROUP, "group of the server") ||
	    mx_nl_missing(info, MUTEX_A_SERVER_ADDR, "address of the server"))
		return -EINVAL;
	req->group = mx_nl_group(pn, cfg, info->extack,
				 info->attrs[MUTEX_A_SERVER_GROUP]);
	if (IS_ERR(req->group))
		return PTR_ERR(req->group);
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

/* The server's index in its group, or -ENOENT with a text. */
static int mx_server_find(struct mx_pernet *pn, const struct mx_config *cfg,
			  struct genl_info *info,
			  const struct mx_server_req *req)
{
	int i = mx_group_find_server(mx_pernet_conf(pn, cfg, req->group),
				     req->family, &req->addr, req->port);

	if (i < 0)
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MUTEX_A_SERVER_ADDR],
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

static const struct mx_conf_member *mx_server_at(struct mx_pernet *pn,
						 const struct mx_config *cfg,
						 const struct mx_group *group,
						 u32 i)
{
	return &mx_pernet_conf(pn, cfg, group)->members[i];
}

static int mx_server_new(struct mx_pernet *pn, struct mx_config *cfg,
			 struct genl_info *info)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_SERVER_ADDR];
	const struct mx_group_conf *conf;
	u32 weight = MX_WEIGHT_DEFAULT;
	struct mx_server_req req;
	int err;
	u8 state;

	err = mx_server_req(pn, cfg, info, &req);
	if (!err)
		err = mx_server_weight(info, &weight);
	if (err)
		return err;
	if (!mx_server_addr_ok(&req)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "a server has a unicast address");
		return -EINVAL;
	}
	conf = mx_pernet_conf(pn, cfg, req.group);
	if (mx_group_find_server(conf, req.family, &req.addr, req.port) >= 0) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "the group has this server already");
		return -EEXIST;
	}
	state = mx_nl_u8(info->attrs[MUTEX_A_SERVER_STATE],
			 MUTEX_SERVER_STATE_UP);
	err = mx_pernet_add_server(pn, cfg, req.group, req.family, &req.addr,
				   req.port, weight, state);
	if (err == -ENOSPC)
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
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

static int mx_server_set(struct mx_pernet *pn, struct mx_config *cfg,
			 struct genl_info *info)
{
	const struct mx_conf_member *m;
	struct mx_server_req req;
	u8 state, old;
	int i, err;
	u32 weight;
	bool told;

	err = mx_server_req(pn, cfg, info, &req);
	if (err)
		return err;
	i = mx_server_find(pn, cfg, info, &req);
	if (i < 0)
		return i;
	m = mx_server_at(pn, cfg, req.group, i);
	weight = m->weight;
	err = mx_server_weight(info, &weight);
	if (err)
		return err;
	old = m->state;
	state = mx_nl_u8(info->attrs[MUTEX_A_SERVER_STATE], old);
	err = mx_pernet_set_server(pn, cfg, req.group, i, weight, state);
	if (err)
		return err;
	m = mx_server_at(pn, cfg, req.group, i);
	told = info->attrs[MUTEX_A_SERVER_STATE] && mx_nl_live(pn, cfg) &&
	       mx_health_report(m->server, MX_HEALTH_RESET, true, 0,
				mx_health_now());
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_SERVER_NTF,
		  mx_server_fill, m);
	if (state != old && !told)
		mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_STATE,
			  MUTEX_CMD_SERVER_STATE_NTF, mx_server_fill, m);
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
	err = mx_pernet_del_server(pn, cfg, req.group, i);
	if (err) {
		nlmsg_free(ntf);
		return err;
	}
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
