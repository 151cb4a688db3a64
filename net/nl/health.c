// SPDX-License-Identifier: GPL-2.0
/* What requests say of failover and health, and what they are told. */
#include "nl/health.h"
#include "nl/netlink-gen.h"

const struct mx_failover mx_nl_failover_default = {
	.strategy = MUTEX_FAILOVER_OFF,
	.fails = 3,
	.rise = 2,
	.window = 10 * MSEC_PER_SEC,
	.hold_min = 5 * MSEC_PER_SEC,
	.hold_max = 300 * MSEC_PER_SEC,
};

static int mx_group_ms(struct genl_info *info, int attr, u32 *ms)
{
	const struct nlattr *nla = info->attrs[attr];

	*ms = mx_nl_u32(nla, *ms);
	if (*ms >= MX_HEALTH_MS_MIN && *ms <= MX_HEALTH_MS_MAX)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, nla,
			    "window and hold-down are 100 milliseconds to a day");
	return -EINVAL;
}

static int mx_group_fallback(struct mx_pernet *pn, const struct mx_config *cfg,
			     struct genl_info *info,
			     const struct mx_group *group,
			     struct mx_group **fallback)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_GROUP_FALLBACK];
	struct mx_group *to;
	int err;

	if (!nla)
		return 0;
	*fallback = NULL;
	if (!*(const char *)nla_data(nla))
		return 0;
	to = mx_nl_group(pn, cfg, info->extack, nla);
	if (IS_ERR(to))
		return PTR_ERR(to);
	err = mx_group_fallback_fits(group, cfg->slot, to, &pn->group_list,
				     &pn->lock);
	if (err == -ELOOP)
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "the group would fall back on itself");
	else if (err)
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "there are at most 4 groups to fall back on, one behind the other");
	else
		*fallback = to;
	return err;
}

/**
 * mx_nl_group_health() - take over what a request says of failover
 * @pn: the namespace, its lock held
 * @cfg: the configuration
 * @info: the request
 * @group: the group, NULL if it is new
 * @p: the present values; changed even with an error
 *
 * Return: 0, or -errno with a text.
 */
int mx_nl_group_health(struct mx_pernet *pn, const struct mx_config *cfg,
		       struct genl_info *info, const struct mx_group *group,
		       struct mx_failover *p)
{
	struct nlattr **attrs = info->attrs;
	int err;

	p->strategy = mx_nl_u8(attrs[MUTEX_A_GROUP_FAILOVER], p->strategy);
	p->fails = mx_nl_u8(attrs[MUTEX_A_GROUP_FAILS], p->fails);
	p->rise = mx_nl_u32(attrs[MUTEX_A_GROUP_RISE], p->rise);
	err = mx_group_ms(info, MUTEX_A_GROUP_WINDOW, &p->window);
	if (!err)
		err = mx_group_ms(info, MUTEX_A_GROUP_HOLD_MIN, &p->hold_min);
	if (!err)
		err = mx_group_ms(info, MUTEX_A_GROUP_HOLD_MAX, &p->hold_max);
	if (err)
		return err;
	if (p->hold_min > p->hold_max) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    attrs[MUTEX_A_GROUP_HOLD_MAX] ?
				    attrs[MUTEX_A_GROUP_HOLD_MAX] :
				    attrs[MUTEX_A_GROUP_HOLD_MIN],
				    "the longest hold-down is shorter than the first");
		return -EINVAL;
	}
	return mx_group_fallback(pn, cfg, info, group, &p->fallback);
}

/**
 * mx_nl_group_health_fill() - tell of a group's failover
 * @skb: where to put it
 * @group: the group
 * @p: its parameters
 *
 * Return: 0 or -EMSGSIZE.
 */
int mx_nl_group_health_fill(struct sk_buff *skb, const struct mx_group *group,
			    const struct mx_failover *p)
{
	if (nla_put_u8(skb, MUTEX_A_GROUP_FAILOVER, p->strategy) ||
	    nla_put_u8(skb, MUTEX_A_GROUP_FAILS, p->fails) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_WINDOW, p->window) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_RISE, p->rise) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_HOLD_MIN, p->hold_min) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_HOLD_MAX, p->hold_max) ||
	    nla_put_u64_64bit(skb, MUTEX_A_GROUP_TOTAL_FALLBACK,
			      mx_stats_read(&group->stats, MX_GROUP_FALLBACK),
			      MUTEX_A_GROUP_PAD))
		return -EMSGSIZE;
	if (p->fallback &&
	    nla_put_string(skb, MUTEX_A_GROUP_FALLBACK, p->fallback->name))
		return -EMSGSIZE;
	return 0;
}

/**
 * mx_nl_server_health() - take a report on a server
 * @info: the request
 * @server: the server
 *
 * Return: 0, or -errno with a text.
 */
int mx_nl_server_health(struct genl_info *info, struct mx_server *server)
{
	const struct nlattr *health = info->attrs[MUTEX_A_SERVER_HEALTH];
	const struct nlattr *why = info->attrs[MUTEX_A_SERVER_REASON];
	u8 reason = mx_nl_u8(why, MUTEX_REASON_REPORT);

	if (mx_nl_missing(info, MUTEX_A_SERVER_HEALTH, "health of the server"))
		return -EINVAL;
	if (nla_get_u8(health) == MUTEX_HEALTH_TRIAL) {
		NL_SET_ERR_MSG_ATTR(info->extack, health,
				    "a report is good or bad");
		return -EINVAL;
	}
	if (reason < MUTEX_REASON_REFUSED || reason > MUTEX_REASON_REPORT) {
		NL_SET_ERR_MSG_ATTR(info->extack, why,
				    "a report cannot have this reason");
		return -EINVAL;
	}
	mx_health_report(server, MX_HEALTH_REPORT,
			 nla_get_u8(health) == MUTEX_HEALTH_UP, reason,
			 mx_health_now());
	return 0;
}

/**
 * mx_nl_server_health_fill() - tell of a server's health
 * @skb: where to put it
 * @server: the server
 *
 * Return: 0 or -EMSGSIZE.
 */
int mx_nl_server_health_fill(struct sk_buff *skb, struct mx_server *server)
{
	u64 now = mx_health_now(), held;
	struct mx_health_sm sm;

	mx_health_read(server, &sm);
	held = sm.state == MUTEX_HEALTH_DOWN ? sm.since + sm.hold : 0;
	if (nla_put_u8(skb, MUTEX_A_SERVER_HEALTH, sm.state) ||
	    nla_put_u8(skb, MUTEX_A_SERVER_REASON, sm.reason) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_FAILS, max(sm.fails, sm.bads)) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_HOLD_LEFT,
			held > now ? held - now : 0) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_HOLD, sm.hold) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_FLAPS, sm.flaps))
		return -EMSGSIZE;
	if (sm.since &&
	    nla_put_u64_64bit(skb, MUTEX_A_SERVER_SINCE,
			      now > sm.since ? now - sm.since : 0,
			      MUTEX_A_SERVER_PAD))
		return -EMSGSIZE;
	return 0;
}
