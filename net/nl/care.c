// SPDX-License-Identifier: GPL-2.0
/* What requests say of the care of servers, and what they are told. */
#include <linux/jiffies.h>
#include "nl/care.h"
#include "nl/netlink-gen.h"

const struct mx_care_params mx_nl_care_default = {
	.min = MX_DYNAMIC_MIN,
	.max = MX_DYNAMIC_MAX,
	.dynamic = MUTEX_DYNAMIC_NONE,
};

/* A span of 0, which is none, or of 100 milliseconds to a day. */
static int mx_care_span(struct genl_info *info, int attr, u32 *ms)
{
	const struct nlattr *nla = info->attrs[attr];
	u32 value = mx_nl_u32(nla, *ms);

	if (value && (value < MX_CARE_MS_MIN || value > MX_CARE_MS_MAX)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "a time is 0 for none, or 100 milliseconds to a day");
		return -EINVAL;
	}
	*ms = value;
	return 0;
}

static int mx_group_bounds(struct genl_info *info, struct mx_care_params *p)
{
	const struct nlattr *min = info->attrs[MUTEX_A_GROUP_DYNAMIC_MIN];
	const struct nlattr *max = info->attrs[MUTEX_A_GROUP_DYNAMIC_MAX];

	if ((min || max) && !p->dynamic) {
		NL_SET_ERR_MSG_ATTR(info->extack, min ? min : max,
				    "bounds need dynamic latency or agent");
		return -EINVAL;
	}
	p->min = mx_nl_u32(min, p->min);
	p->max = mx_nl_u32(max, p->max);
	if (p->min < 1 || p->min > 100) {
		NL_SET_ERR_MSG_ATTR(info->extack, min,
				    "dynamic-min is 1 to 100 percent");
		return -EINVAL;
	}
	if (p->max < 100 || p->max > MX_DYNAMIC_LIMIT) {
		NL_SET_ERR_MSG_ATTR(info->extack, max,
				    "dynamic-max is 100 to 1000 percent");
		return -EINVAL;
	}
	return 0;
}

/**
 * mx_nl_group_care() - take over what a request says of care
 * @info: the request
 * @p: the group's parameters, with the scheduler that it shall have; changed
 *	even with an error
 *
 * Return: 0, or -errno with a text.
 */
int mx_nl_group_care(struct genl_info *info, struct mx_group_params *p)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_GROUP_DYNAMIC];
	int err;

	err = mx_care_span(info, MUTEX_A_GROUP_SLOW_START,
			   &p->care.slow_start);
	if (err)
		return err;
	p->care.dynamic = mx_nl_u8(nla, p->care.dynamic);
	if (p->care.dynamic && !p->sched->weighs) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    nla ? nla :
				    info->attrs[MUTEX_A_GROUP_SCHED],
				    "dynamic weights need a scheduler that goes by weight: wrr or hash");
		return -EINVAL;
	}
	return mx_group_bounds(info, &p->care);
}

static int mx_group_care_put(struct sk_buff *skb,
			     const struct mx_care_params *p)
{
	if (p->slow_start &&
	    nla_put_u32(skb, MUTEX_A_GROUP_SLOW_START, p->slow_start))
		return -EMSGSIZE;
	if (p->dynamic &&
	    (nla_put_u8(skb, MUTEX_A_GROUP_DYNAMIC, p->dynamic) ||
	     nla_put_u32(skb, MUTEX_A_GROUP_DYNAMIC_MIN, p->min) ||
	     nla_put_u32(skb, MUTEX_A_GROUP_DYNAMIC_MAX, p->max)))
		return -EMSGSIZE;
	return 0;
}

/**
 * mx_nl_group_care_fill() - tell of a group's care
 * @skb: where to put it
 * @group: the group
 * @conf: its configuration in force
 *
 * Return: 0 or -EMSGSIZE.
 */
int mx_nl_group_care_fill(struct sk_buff *skb, const struct mx_group *group,
			  const struct mx_group_conf *conf)
{
	const struct mx_moves *moves = &group->care.moves;
	u64 moved = mx_care_moved(group);
	struct mx_even even;

	mx_care_evenness(conf, &even);
	moved = moved > moves->base ? moved - moves->base : 0;
	if (mx_group_care_put(skb, &conf->params.care) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_MOVES_LOST, moves->lost) ||
	    nla_put_u64_64bit(skb, MUTEX_A_GROUP_MOVES_MADE, moved,
			      MUTEX_A_GROUP_PAD) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_MOVES_KEYS, moves->keys) ||
	    nla_put_u8(skb, MUTEX_A_GROUP_MOVES_OVER, moves->over) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_EVEN_MAX, even.max) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_EVEN_CV, even.cv))
		return -EMSGSIZE;
	return 0;
}

/**
 * mx_nl_server_deadline() - take over what a request says of a deadline
 * @info: the request
 * @state: the state that the server shall have
 * @deadline: the present value; changed even with an error
 *
 * Return: 0, or -errno with a text.
 */
int mx_nl_server_deadline(struct genl_info *info, u8 state, u32 *deadline)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_SERVER_DEADLINE];

	if (state == MUTEX_SERVER_STATE_DRAIN)
		return mx_care_span(info, MUTEX_A_SERVER_DEADLINE, deadline);
	if (nla && nla_get_u32(nla)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "a deadline needs state drain");
		return -EINVAL;
	}
	*deadline = 0;
	return 0;
}

/**
 * mx_nl_server_load() - take a report on a server's load
 * @info: the request
 * @conf: the configuration in force of its group
 * @server: the server
 *
 * Return: 0, or -errno with a text.
 */
int mx_nl_server_load(struct genl_info *info, const struct mx_group_conf *conf,
		      struct mx_server *server)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_SERVER_LOAD];
	struct mx_care *c = &server->care;
	u32 valid = MX_CARE_LOAD_MS;
	int err;

	if (mx_nl_missing(info, MUTEX_A_SERVER_LOAD, "load of the server"))
		return -EINVAL;
	if (nla_get_u32(nla) > 100) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "a load is 0 to 100 percent");
		return -EINVAL;
	}
	err = mx_care_span(info, MUTEX_A_SERVER_LOAD_VALID, &valid);
	if (err)
		return err;
	if (conf->params.care.dynamic != MUTEX_DYNAMIC_AGENT) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MUTEX_A_SERVER_GROUP],
				    "the weights of this group do not follow an agent");
		return -EINVAL;
	}
	c->load = nla_get_u32(nla);
	c->load_from = (u32)jiffies;
	c->load_ms = valid;
	return 0;
}

static int mx_server_drain_put(struct sk_buff *skb, const struct mx_care *c,
			       u32 deadline, u32 now)
{
	if (deadline && nla_put_u32(skb, MUTEX_A_SERVER_DEADLINE, deadline))
		return -EMSGSIZE;
	if (!c->drain)
		return 0;
	if (nla_put_u8(skb, MUTEX_A_SERVER_DRAIN, c->drain) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_DRAIN_CUT, c->cut))
		return -EMSGSIZE;
	if (c->drain_ms && c->drain != MUTEX_DRAIN_OVER &&
	    nla_put_u32(skb, MUTEX_A_SERVER_DRAIN_LEFT,
			mx_care_left(c->drain_from, c->drain_ms, now)))
		return -EMSGSIZE;
	return 0;
}

/**
 * mx_nl_server_care_fill() - tell of a server's care
 * @skb: where to put it
 * @pn: the namespace, its lock held
 * @m: the server, as the configuration in force has it
 *
 * Return: 0 or -EMSGSIZE.
 */
int mx_nl_server_care_fill(struct sk_buff *skb, struct mx_pernet *pn,
			   const struct mx_conf_member *m)
{
	const struct mx_care *c = &m->server->care;
	const struct mx_group_conf *conf;
	u32 now = (u32)jiffies, left, share = 0;

	conf = mx_pernet_conf(pn, mx_pernet_live(pn), m->server->group);
	if (conf && c->phase != MX_CARE_OUT)
		share = mx_care_share(c, &conf->params.care);
	if (mx_server_drain_put(skb, c, m->deadline, now) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_EFFECTIVE,
			share ? mx_care_effective(m->weight, share) : 0) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_SHARE, share))
		return -EMSGSIZE;
	left = mx_care_left(c->load_from, c->load_ms, now);
	if (left && (nla_put_u32(skb, MUTEX_A_SERVER_LOAD, c->load) ||
		     nla_put_u32(skb, MUTEX_A_SERVER_LOAD_VALID, left)))
		return -EMSGSIZE;
	return 0;
}
