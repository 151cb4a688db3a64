// SPDX-License-Identifier: GPL-2.0
/* Commands on reflectors. */
#include "nl/netlink-gen.h"
#include "nl/nl.h"
#include "xmit/reflector.h"

#define MX_REFLECTOR_RATE	1000
#define MX_REFLECTOR_RATE_MAX	1000000

static const u8 mx_reflector_attrs[] = {
	[MX_REFLECT_ANSWERED] = MUTEX_A_REFLECTOR_ANSWERED,
	[MX_REFLECT_MALFORMED] = MUTEX_A_REFLECTOR_MALFORMED,
	[MX_REFLECT_FORGED] = MUTEX_A_REFLECTOR_FORGED,
	[MX_REFLECT_REPLAYED] = MUTEX_A_REFLECTOR_REPLAYED,
	[MX_REFLECT_LIMITED] = MUTEX_A_REFLECTOR_LIMITED,
	[MX_REFLECT_UNSENT] = MUTEX_A_REFLECTOR_UNSENT,
};

static int mx_reflector_fill(struct sk_buff *skb, struct mx_pernet *pn,
			     const void *obj)
{
	const struct mx_reflector *r = obj;
	const struct mx_reflect_params *p = mx_reflector_params(r);
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(mx_reflector_attrs) != MX_REFLECT_STATS);
	if (nla_put_u16(skb, MUTEX_A_REFLECTOR_PORT, p->port) ||
	    nla_put_u32(skb, MUTEX_A_REFLECTOR_KEY_ID, p->key_id) ||
	    nla_put_u32(skb, MUTEX_A_REFLECTOR_RATE, p->rate))
		return -EMSGSIZE;
	for (i = 0; i < MX_REFLECT_STATS; i++)
		if (nla_put_u64_64bit(skb, mx_reflector_attrs[i],
				      mx_stats_read(&r->stats, i),
				      MUTEX_A_REFLECTOR_PAD))
			return -EMSGSIZE;
	return 0;
}

/* Takes what the request says over into @p, which holds the present values. */
static int mx_reflector_read(struct mx_pernet *pn, const struct mx_config *cfg,
			     struct genl_info *info,
			     struct mx_reflect_params *p)
{
	struct nlattr **attrs = info->attrs;
	int err;

	p->port = mx_nl_u16(attrs[MUTEX_A_REFLECTOR_PORT], p->port);
	p->rate = mx_nl_u32(attrs[MUTEX_A_REFLECTOR_RATE], p->rate);
	p->key_id = mx_nl_u32(attrs[MUTEX_A_REFLECTOR_KEY_ID], p->key_id);
	if (!p->port) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    attrs[MUTEX_A_REFLECTOR_PORT],
				    "a port to listen at is 1 to 65535");
		return -EINVAL;
	}
	if (!p->rate || p->rate > MX_REFLECTOR_RATE_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    attrs[MUTEX_A_REFLECTOR_RATE],
				    "the rate is 1 to 1000000 answers a second");
		return -EINVAL;
	}
	err = mx_nl_key_known(pn, cfg, info->extack,
			      attrs[MUTEX_A_REFLECTOR_KEY_ID]);
	return err;
}

static int mx_reflector_refuse(struct genl_info *info, int err)
{
	const struct nlattr *port = info->attrs[MUTEX_A_REFLECTOR_PORT];

	switch (err) {
	case -EADDRINUSE:
		NL_SET_ERR_MSG_ATTR(info->extack, port,
				    "the port is in use by another program");
		break;
	case -ENOSPC:
		NL_SET_ERR_MSG(info->extack, "there are too many reflectors");
		break;
	case -ENOMEM:
		break;
	default:
		NL_SET_ERR_MSG_ATTR(info->extack, port,
				    "the port cannot be opened");
	}
	return err;
}

static int mx_reflector_new(struct mx_pernet *pn, struct mx_config *cfg,
			    struct genl_info *info)
{
	struct mx_reflect_params p = {
		.port = MX_STAMP_PORT,
		.rate = MX_REFLECTOR_RATE,
	};
	int err;

	err = mx_reflector_read(pn, cfg, info, &p);
	if (err)
		return err;
	if (mx_reflector_find(pn, cfg, p.port)) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MUTEX_A_REFLECTOR_PORT],
				    "there is a reflector at this port already");
		return -EEXIST;
	}
	err = mx_reflector_add(pn, cfg, &p);
	if (err)
		return mx_reflector_refuse(info, err);
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_REFLECTOR_NTF,
		  mx_reflector_fill, mx_reflector_find(pn, cfg, p.port));
	return 0;
}

/**
 * mx_nl_reflector_new_doit() - answer the probes of others
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_reflector_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_reflector_new);
}

/* The reflector that a request names, by the usual port if by none. */
static struct mx_reflector *mx_reflector_req(struct mx_pernet *pn,
					     const struct mx_config *cfg,
					     struct genl_info *info)
{
	const struct nlattr *port = info->attrs[MUTEX_A_REFLECTOR_PORT];
	struct mx_reflector *r;

	r = mx_reflector_find(pn, cfg, mx_nl_u16(port, MX_STAMP_PORT));
	if (r)
		return r;
	NL_SET_ERR_MSG_ATTR(info->extack, port,
			    "there is no reflector at this port");
	return ERR_PTR(-ENOENT);
}

static int mx_reflector_change(struct mx_pernet *pn, struct mx_config *cfg,
			       struct genl_info *info)
{
	struct mx_reflector *r = mx_reflector_req(pn, cfg, info);
	struct mx_reflect_params p;
	int err;

	if (IS_ERR(r))
		return PTR_ERR(r);
	p = *mx_reflector_params(r);
	err = mx_reflector_read(pn, cfg, info, &p);
	if (!err)
		err = mx_reflector_set(pn, cfg, r, &p);
	if (err)
		return err;
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_REFLECTOR_NTF,
		  mx_reflector_fill, r);
	return 0;
}

/**
 * mx_nl_reflector_set_doit() - change a reflector
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_reflector_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_reflector_change);
}

static int mx_reflector_remove(struct mx_pernet *pn, struct mx_config *cfg,
			       struct genl_info *info)
{
	struct mx_reflector *r = mx_reflector_req(pn, cfg, info);
	struct sk_buff *ntf;

	if (IS_ERR(r))
		return PTR_ERR(r);
	ntf = mx_nl_ntf_build(info, pn, cfg, MUTEX_NLGRP_CONFIG,
			      MUTEX_CMD_REFLECTOR_DEL_NTF, mx_reflector_fill,
			      r);
	mx_reflector_del(r);
	mx_nl_ntf_send(info, MUTEX_NLGRP_CONFIG, ntf);
	return 0;
}

/**
 * mx_nl_reflector_del_doit() - answer no more
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_reflector_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_reflector_remove);
}

static int mx_reflector_get(struct mx_pernet *pn, struct genl_info *info)
{
	const struct mx_reflector *r = mx_reflector_req(pn, mx_pernet_live(pn),
							info);

	if (IS_ERR(r))
		return PTR_ERR(r);
	return mx_nl_reply(info, pn, MUTEX_CMD_REFLECTOR_GET,
			   mx_reflector_fill, r);
}

/**
 * mx_nl_reflector_get_doit() - show a reflector
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_reflector_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_reflector_get);
}

/* The cursor is how many reflectors were put. */
static int mx_reflector_dump(struct sk_buff *skb, struct netlink_callback *cb,
			     struct mx_pernet *pn)
{
	const struct mx_reflector *r;
	unsigned long i = 0;
	int err;

	err = mx_nl_dump_filters(cb, 0);
	if (err)
		return err;
	list_for_each_entry(r, mx_reflectors(pn, mx_pernet_live(pn)), list) {
		if (i++ < cb->args[0])
			continue;
		err = mx_nl_dump_one(skb, cb, pn, MUTEX_CMD_REFLECTOR_GET,
				     mx_reflector_fill, r);
		if (err)
			return err;
		cb->args[0]++;
	}
	return 0;
}

/**
 * mx_nl_reflector_get_dumpit() - show all reflectors
 * @skb: where to put them
 * @cb: the dump
 *
 * Return: see mx_nl_dump().
 */
int mx_nl_reflector_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mx_nl_dump(skb, cb, mx_reflector_dump);
}
