// SPDX-License-Identifier: GPL-2.0
/* Commands on groups. */
#include "nl/care.h"
#include "nl/health.h"
#include "nl/netlink-gen.h"
#include "nl/nl.h"

static int mx_group_fill(struct sk_buff *skb, struct mx_pernet *pn,
			 const void *obj)
{
	const struct mx_group *group = obj;
	const struct mx_group_conf *conf;
	const struct mx_group_params *p;

	conf = mx_pernet_conf(pn, mx_pernet_live(pn), group);
	p = &conf->params;
	if (nla_put_string(skb, MUTEX_A_GROUP_NAME, group->name) ||
	    nla_put_u8(skb, MUTEX_A_GROUP_TYPE, p->type) ||
	    nla_put_string(skb, MUTEX_A_GROUP_SCHED, p->sched->name) ||
	    nla_put_u8(skb, MUTEX_A_GROUP_HASH_KEY, p->hash_key) ||
	    nla_put_string(skb, MUTEX_A_GROUP_SEED, p->seed) ||
	    nla_put_u8(skb, MUTEX_A_GROUP_FORWARD, p->forward) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_MEMBERS, conf->n) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_USABLE,
			conf->pool[0].n + conf->pool[1].n) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_FLOWS, mx_group_active(conf)) ||
	    nla_put_u64_64bit(skb, MUTEX_A_GROUP_TOTAL_REQUESTS,
			      mx_stats_read(&group->stats, MX_GROUP_REQUESTS),
			      MUTEX_A_GROUP_PAD) ||
	    nla_put_u64_64bit(skb, MUTEX_A_GROUP_TOTAL_LOAD_BALANCED,
			      mx_stats_read(&group->stats, MX_GROUP_BALANCED),
			      MUTEX_A_GROUP_PAD))
		return -EMSGSIZE;
	if (p->forward == MUTEX_FORWARD_MARK &&
	    nla_put_u32(skb, MUTEX_A_GROUP_MARK, p->mark))
		return -EMSGSIZE;
	if (mx_nl_group_check_fill(skb, &p->check) ||
	    mx_nl_group_health_fill(skb, group, &p->failover) ||
	    mx_nl_group_limit_fill(skb, group, p) ||
	    mx_nl_group_ct_fill(skb, p))
		return -EMSGSIZE;
	return mx_nl_group_care_fill(skb, group, conf);
}

/**
 * mx_nl_group() - look up the group that an attribute names
 * @pn: the namespace, its lock held
 * @cfg: the configuration in which it must exist
 * @extack: for the refusal's text
 * @nla: the attribute
 *
 * Return: the group, or ERR_PTR(-ENOENT).
 */
struct mx_group *mx_nl_group(struct mx_pernet *pn, const struct mx_config *cfg,
			     struct netlink_ext_ack *extack,
			     const struct nlattr *nla)
{
	struct mx_group *group = mx_pernet_group(pn, cfg, nla_data(nla));

	if (group)
		return group;
	NL_SET_ERR_MSG_ATTR(extack, nla, "no such group");
	return ERR_PTR(-ENOENT);
}

static int mx_group_sched(struct genl_info *info, struct mx_group_params *p)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_GROUP_SCHED];

	p->sched = mx_sched_find(nla_data(nla));
	if (p->sched && (p->sched->kinds & MX_KIND_SERVER))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, nla,
			    "unknown scheduler; known are rr, lc, wrr, random, hash, latency and packet");
	return -EINVAL;
}

/* What must hold between the parameters. */
static int mx_group_check(struct genl_info *info,
			  const struct mx_group_params *p, bool had_mark)
{
	const struct nlattr *mark = info->attrs[MUTEX_A_GROUP_MARK];
	const struct nlattr *bad;

	if (p->forward == MUTEX_FORWARD_PATH) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MUTEX_A_GROUP_FORWARD],
				    "forward path is for groups of paths");
		return -EINVAL;
	}
	if (p->sched->per_packet && p->forward == MUTEX_FORWARD_NAT) {
		bad = info->attrs[MUTEX_A_GROUP_SCHED];
		if (!bad)
			bad = info->attrs[MUTEX_A_GROUP_FORWARD];
		NL_SET_ERR_MSG_ATTR(info->extack, bad,
				    "a per-packet scheduler needs forward route or mark");
		return -EINVAL;
	}
	if (mark && p->forward != MUTEX_FORWARD_MARK) {
		NL_SET_ERR_MSG_ATTR(info->extack, mark,
				    "a mark needs forward mark");
		return -EINVAL;
	}
	if (!mark && !had_mark && p->forward == MUTEX_FORWARD_MARK) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MUTEX_A_GROUP_FORWARD],
				    "forward mark needs a mark");
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, MUTEX_A_GROUP_MARK);
		return -EINVAL;
	}
	return 0;
}

/* Takes what the request says over into @p, which holds the present values. */
static int mx_group_params(struct genl_info *info, struct mx_group_params *p)
{
	bool had_mark = p->forward == MUTEX_FORWARD_MARK;
	struct nlattr **attrs = info->attrs;
	int err;

	if (mx_nl_u8(attrs[MUTEX_A_GROUP_TYPE], p->type) != p->type) {
		NL_SET_ERR_MSG_ATTR(info->extack, attrs[MUTEX_A_GROUP_TYPE],
				    "path groups are not supported by this version");
		return -EOPNOTSUPP;
	}
	if (attrs[MUTEX_A_GROUP_SCHED]) {
		err = mx_group_sched(info, p);
		if (err)
			return err;
	}
	if (attrs[MUTEX_A_GROUP_SEED]) {
		err = mx_nl_seed(info->extack, attrs[MUTEX_A_GROUP_SEED]);
		if (err)
			return err;
		strscpy(p->seed, nla_data(attrs[MUTEX_A_GROUP_SEED]),
			sizeof(p->seed));
	}
	p->hash_key = mx_nl_u8(attrs[MUTEX_A_GROUP_HASH_KEY], p->hash_key);
	p->forward = mx_nl_u8(attrs[MUTEX_A_GROUP_FORWARD], p->forward);
	p->mark = mx_nl_u32(attrs[MUTEX_A_GROUP_MARK], p->mark);
	err = mx_group_check(info, p, had_mark);
	if (err)
		return err;
	if (p->forward != MUTEX_FORWARD_MARK)
		p->mark = 0;
	err = mx_nl_group_limit(info, p);
	if (!err)
		err = mx_nl_group_ct(info, p);
	return err ?: mx_nl_group_check(info, &p->check);
}

static int mx_group_new(struct mx_pernet *pn, struct mx_config *cfg,
			struct genl_info *info)
{
	const struct nlattr *name = info->attrs[MUTEX_A_GROUP_NAME];
	struct mx_group_params params = {
		.sched = &mx_sched_rr,
		.type = MUTEX_GROUP_TYPE_SERVER,
		.hash_key = MUTEX_HASH_KEY_SRC,
		.forward = MUTEX_FORWARD_NAT,
		.failover = mx_nl_failover_default,
		.care = mx_nl_care_default,
	};
	struct mx_group *group;
	int err;

	if (mx_nl_missing(info, MUTEX_A_GROUP_NAME, "name of the group"))
		return -EINVAL;
	mx_check_defaults(&params.check);
	err = mx_nl_name(info->extack, name);
	if (!err)
		err = mx_group_params(info, &params);
	if (!err)
		err = mx_nl_group_health(pn, cfg, info, NULL,
					 &params.failover);
	if (!err)
		err = mx_nl_group_care(info, &params);
	if (err)
		return err;
	if (mx_pernet_group(pn, cfg, nla_data(name))) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "the group exists already");
		return -EEXIST;
	}

	err = mx_nl_need_hooks(pn, cfg, info);
	if (err)
		return err;
	err = mx_nl_need_qos(pn, cfg, info, &params.qos);
	if (!err)
		err = mx_nl_group_ct_need(pn, cfg, info, &params);
	if (!err)
		err = mx_pernet_add_group(pn, cfg, nla_data(name), &params,
					  &group);
	if (err) {
		mx_nl_drop_hooks(pn, cfg);
		if (err == -ENOSPC)
			NL_SET_ERR_MSG(info->extack, "there are too many groups");
		return err;
	}
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_GROUP_NTF,
		  mx_group_fill, group);
	return 0;
}

/**
 * mx_nl_group_new_doit() - create a group
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_group_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	mx_nl_group_ct_load(info);
	return mx_nl_change_hooks(info, mx_group_new);
}

static int mx_group_set(struct mx_pernet *pn, struct mx_config *cfg,
			struct genl_info *info)
{
	struct mx_group_params params;
	struct mx_group *group;
	int err;

	if (mx_nl_missing(info, MUTEX_A_GROUP_NAME, "name of the group"))
		return -EINVAL;
	group = mx_nl_group(pn, cfg, info->extack,
			    info->attrs[MUTEX_A_GROUP_NAME]);
	if (IS_ERR(group))
		return PTR_ERR(group);
	params = mx_pernet_conf(pn, cfg, group)->params;
	err = mx_group_params(info, &params);
	if (!err)
		err = mx_nl_group_health(pn, cfg, info, group,
					 &params.failover);
	if (!err)
		err = mx_nl_group_care(info, &params);
	if (!err)
		err = mx_nl_need_qos(pn, cfg, info, &params.qos);
	if (!err)
		err = mx_nl_group_ct_need(pn, cfg, info, &params);
	if (err)
		return err;
	err = mx_pernet_set_group(pn, cfg, group, &params);
	if (info->attrs[MUTEX_A_GROUP_CT])
		mx_nl_drop_hooks(pn, cfg);
	if (err)
		return err;
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_GROUP_NTF,
		  mx_group_fill, group);
	return 0;
}

/**
 * mx_nl_group_set_doit() - change a group; what is not named stays
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_group_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	mx_nl_group_ct_load(info);
	return mx_nl_change(info, mx_group_set);
}

static int mx_group_del(struct mx_pernet *pn, struct mx_config *cfg,
			struct genl_info *info)
{
	const struct nlattr *name = info->attrs[MUTEX_A_GROUP_NAME];
	struct mx_group *group;
	struct sk_buff *ntf;

	if (mx_nl_missing(info, MUTEX_A_GROUP_NAME, "name of the group"))
		return -EINVAL;
	group = mx_nl_group(pn, cfg, info->extack, name);
	if (IS_ERR(group))
		return PTR_ERR(group);
	if (group->backs[cfg->slot]) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "the group is in use as a fallback");
		return -EBUSY;
	}
	if (group->users[cfg->slot]) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "the group is in use by routes or rules");
		return -EBUSY;
	}
	ntf = mx_nl_ntf_build(info, pn, cfg, MUTEX_NLGRP_CONFIG,
			      MUTEX_CMD_GROUP_DEL_NTF, mx_group_fill, group);
	mx_pernet_del_group(pn, cfg, group);
	mx_nl_drop_hooks(pn, cfg);
	mx_nl_ntf_send(info, MUTEX_NLGRP_CONFIG, ntf);
	return 0;
}

/**
 * mx_nl_group_del_doit() - delete a group with its servers
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_group_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_group_del);
}

static int mx_group_get(struct mx_pernet *pn, struct genl_info *info)
{
	struct mx_group *group;

	if (mx_nl_missing(info, MUTEX_A_GROUP_NAME, "name of the group"))
		return -EINVAL;
	group = mx_nl_group(pn, mx_pernet_live(pn), info->extack,
			    info->attrs[MUTEX_A_GROUP_NAME]);
	if (IS_ERR(group))
		return PTR_ERR(group);
	return mx_nl_reply(info, pn, MUTEX_CMD_GROUP_GET, mx_group_fill, group);
}

/**
 * mx_nl_group_get_doit() - show a group
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_group_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_group_get);
}

/* The cursor is how many groups were put. */
static int mx_group_dump(struct sk_buff *skb, struct netlink_callback *cb,
			 struct mx_pernet *pn)
{
	const struct mx_config *cfg = mx_pernet_live(pn);
	struct mx_group *group;
	unsigned long i = 0;
	int err;

	err = mx_nl_dump_filters(cb, 0);
	if (err)
		return err;
	list_for_each_entry(group, &pn->group_list, list) {
		if (!mx_pernet_conf(pn, cfg, group) || i++ < cb->args[0])
			continue;
		err = mx_nl_dump_one(skb, cb, pn, MUTEX_CMD_GROUP_GET,
				     mx_group_fill, group);
		if (err)
			return err;
		cb->args[0]++;
	}
	return 0;
}

/**
 * mx_nl_group_get_dumpit() - show all groups, in the order of their creation
 * @skb: where to put them
 * @cb: the dump
 *
 * Return: see mx_nl_dump().
 */
int mx_nl_group_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mx_nl_dump(skb, cb, mx_group_dump);
}

/**
 * mx_nl_group_moves() - tell of what the change of a group's members moves
 * @pn: the namespace, its lock held
 * @group: the group, of the configuration in force
 */
void mx_nl_group_moves(struct mx_pernet *pn, const struct mx_group *group)
{
	mx_nl_news(pn, MUTEX_NLGRP_METRICS, MUTEX_CMD_GROUP_MOVES_NTF,
		   mx_group_fill, group);
}
