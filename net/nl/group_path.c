// SPDX-License-Identifier: GPL-2.0
/* What requests say of groups of paths, and what they are told. */
#include "nl/netlink-gen.h"
#include "nl/nl.h"
#include "path/score.h"

#define MX_JUDGED	"paths are judged by their probes: "

/* What only groups of servers have. */
static const struct {
	u8 attr;
	const char *text;
} mx_group_not_path[] = {
	{ MUTEX_A_GROUP_MARK,
	  "a group of paths sets no mark to route by; set-mark does set one" },
	{ MUTEX_A_GROUP_FAILOVER,
	  MX_JUDGED "failover is for groups of servers" },
	{ MUTEX_A_GROUP_FAILS, MX_JUDGED "fails is for groups of servers" },
	{ MUTEX_A_GROUP_WINDOW, MX_JUDGED "window is for groups of servers" },
	{ MUTEX_A_GROUP_RISE, MX_JUDGED "rise is for groups of servers" },
	{ MUTEX_A_GROUP_HOLD_MIN,
	  MX_JUDGED "hold-down is for groups of servers" },
	{ MUTEX_A_GROUP_HOLD_MAX,
	  MX_JUDGED "hold-down is for groups of servers" },
	{ MUTEX_A_GROUP_CHECK,
	  "paths have probes: checks are for groups of servers" },
	{ MUTEX_A_GROUP_DYNAMIC,
	  "dynamic weights are for groups of servers" },
};

/* What only groups of paths have. */
static const u8 mx_group_only_path[] = {
	MUTEX_A_GROUP_PREFER, MUTEX_A_GROUP_PREFER_LATENCY,
	MUTEX_A_GROUP_PREFER_JITTER, MUTEX_A_GROUP_PREFER_LOSS,
	MUTEX_A_GROUP_PREFER_BANDWIDTH, MUTEX_A_GROUP_SLA_LATENCY,
	MUTEX_A_GROUP_SLA_JITTER, MUTEX_A_GROUP_SLA_LOSS,
	MUTEX_A_GROUP_FAILBACK,
};

/* The weights of prefer custom, in the order of struct mx_quality_params. */
static const u8 mx_group_shares[] = {
	MUTEX_A_GROUP_PREFER_LATENCY, MUTEX_A_GROUP_PREFER_JITTER,
	MUTEX_A_GROUP_PREFER_LOSS, MUTEX_A_GROUP_PREFER_BANDWIDTH,
};

static int mx_group_refuse(struct genl_info *info, int attr, const char *text)
{
	struct netlink_ext_ack *extack = info->extack;

	if (extack)
		extack->_msg = text;
	NL_SET_BAD_ATTR(extack, info->attrs[attr]);
	return -EINVAL;
}

static int mx_group_shares_said(struct genl_info *info,
				struct mx_quality_params *q)
{
	unsigned int i, sum = 0, given = 0, last = 0;
	const struct nlattr *nla;

	for (i = 0; i < ARRAY_SIZE(mx_group_shares); i++) {
		nla = info->attrs[mx_group_shares[i]];
		if (nla) {
			q->share[i] = nla_get_u8(nla);
			last = mx_group_shares[i];
			given++;
		}
		sum += q->share[i];
	}
	if (q->prefer != MUTEX_PREFER_CUSTOM) {
		memset(q->share, 0, sizeof(q->share));
		return given ? mx_group_refuse(info, last,
					       "weights need prefer custom") : 0;
	}
	if (sum)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, last ? info->attrs[last] :
			    info->attrs[MUTEX_A_GROUP_PREFER],
			    "prefer custom needs a weight above 0");
	return -EINVAL;
}

/* Takes over what the request says of a group of servers. */
static int mx_group_server_said(struct genl_info *info)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mx_group_only_path); i++)
		if (info->attrs[mx_group_only_path[i]])
			return mx_group_refuse(info, mx_group_only_path[i],
					       "this is for groups of paths");
	if (mx_nl_u8(info->attrs[MUTEX_A_GROUP_FORWARD], 0) !=
	    MUTEX_FORWARD_PATH)
		return 0;
	return mx_group_refuse(info, MUTEX_A_GROUP_FORWARD,
			       "forward path is for groups of paths");
}

/**
 * mx_nl_group_path() - take over what a request says of a group's paths
 * @info: the request
 * @p: the group's parameters, with its type; changed even with an error
 *
 * Return: 0, or -EINVAL with a text.
 */
int mx_nl_group_path(struct genl_info *info, struct mx_group_params *p)
{
	struct mx_quality_params *q = &p->quality;
	struct nlattr **attrs = info->attrs;
	unsigned int i;

	if (p->type != MUTEX_GROUP_TYPE_PATH)
		return mx_group_server_said(info);
	for (i = 0; i < ARRAY_SIZE(mx_group_not_path); i++)
		if (attrs[mx_group_not_path[i].attr])
			return mx_group_refuse(info, mx_group_not_path[i].attr,
					       mx_group_not_path[i].text);
	if (mx_nl_u8(attrs[MUTEX_A_GROUP_CT], MUTEX_CT_OFF) == MUTEX_CT_ON)
		return mx_group_refuse(info, MUTEX_A_GROUP_CT,
				       "a group of paths translates nothing: ct on is for forward nat");
	if (mx_nl_u8(attrs[MUTEX_A_GROUP_FORWARD], MUTEX_FORWARD_PATH) !=
	    MUTEX_FORWARD_PATH)
		return mx_group_refuse(info, MUTEX_A_GROUP_FORWARD,
				       "a group of paths has forward path");
	p->forward = MUTEX_FORWARD_PATH;
	/* What is said is what is looked at: path/score.h has the same numbers. */
	BUILD_BUG_ON((int)MUTEX_PREFER_BALANCED != MX_PREFER_BALANCED);
	BUILD_BUG_ON((int)MUTEX_PREFER_LATENCY != MX_PREFER_LATENCY);
	BUILD_BUG_ON((int)MUTEX_PREFER_BANDWIDTH != MX_PREFER_BANDWIDTH);
	BUILD_BUG_ON((int)MUTEX_PREFER_LOSS != MX_PREFER_LOSS);
	BUILD_BUG_ON((int)MUTEX_PREFER_CUSTOM != MX_PREFER_CUSTOM);
	q->prefer = mx_nl_u8(attrs[MUTEX_A_GROUP_PREFER], q->prefer);
	q->failback = mx_nl_u8(attrs[MUTEX_A_GROUP_FAILBACK], q->failback) ==
		      MUTEX_FAILBACK_ON;
	q->latency_us = mx_nl_u32(attrs[MUTEX_A_GROUP_SLA_LATENCY],
				  q->latency_us);
	q->jitter_us = mx_nl_u32(attrs[MUTEX_A_GROUP_SLA_JITTER], q->jitter_us);
	q->loss_ppm = mx_nl_u32(attrs[MUTEX_A_GROUP_SLA_LOSS], q->loss_ppm);
	return mx_group_shares_said(info, q);
}

/**
 * mx_nl_group_path_fill() - tell what a group asks of its paths
 * @skb: where to put it
 * @p: the group's parameters
 *
 * Return: 0 or -EMSGSIZE.
 */
int mx_nl_group_path_fill(struct sk_buff *skb, const struct mx_group_params *p)
{
	const struct mx_quality_params *q = &p->quality;
	unsigned int i;

	if (p->type != MUTEX_GROUP_TYPE_PATH)
		return 0;
	if (nla_put_u8(skb, MUTEX_A_GROUP_PREFER, q->prefer) ||
	    nla_put_u8(skb, MUTEX_A_GROUP_FAILBACK, q->failback ?
		       MUTEX_FAILBACK_ON : MUTEX_FAILBACK_OFF) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_SLA_LATENCY, q->latency_us) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_SLA_JITTER, q->jitter_us) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_SLA_LOSS, q->loss_ppm))
		return -EMSGSIZE;
	if (q->prefer != MUTEX_PREFER_CUSTOM)
		return 0;
	for (i = 0; i < ARRAY_SIZE(mx_group_shares); i++)
		if (nla_put_u8(skb, mx_group_shares[i], q->share[i]))
			return -EMSGSIZE;
	return 0;
}
