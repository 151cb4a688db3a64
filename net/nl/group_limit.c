// SPDX-License-Identifier: GPL-2.0
/* Of groups: rates, persistence, and what is set in packets. */
#include "nl/nl.h"

static const struct mx_nl_limit_attrs mx_group_limit_attrs = {
	.rate = {
		[MX_RATE_CONNS] = MUTEX_A_GROUP_RATE_CONNS,
		[MX_RATE_PKTS] = MUTEX_A_GROUP_RATE_PKTS,
		[MX_RATE_BYTES] = MUTEX_A_GROUP_RATE_BYTES,
	},
	.burst = MUTEX_A_GROUP_BURST,
	.over = MUTEX_A_GROUP_OVER,
	.pad = MUTEX_A_GROUP_PAD,
};

static const struct mx_nl_qos_attrs mx_group_qos_attrs = {
	.dscp = MUTEX_A_GROUP_SET_DSCP,
	.priority = MUTEX_A_GROUP_SET_PRIORITY,
	.mark = MUTEX_A_GROUP_SET_MARK,
	.mask = MUTEX_A_GROUP_SET_MARK_MASK,
};

static int mx_group_plen(struct genl_info *info, int attr, u8 max, bool had,
			 bool has, u8 *plen)
{
	const struct nlattr *nla = info->attrs[attr];

	if (!has && nla) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "a prefix of clients needs persist");
		return -EINVAL;
	}
	*plen = has ? mx_nl_u8(nla, had ? *plen : max) : 0;
	if (*plen <= max)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, nla,
			    "the prefix is longer than an address");
	return -EINVAL;
}

static int mx_group_persist(struct genl_info *info, struct mx_group_params *p)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_GROUP_PERSIST];
	struct mx_persist_params *persist = &p->persist;
	bool had = persist->time;
	int err;

	persist->time = mx_nl_u32(nla, persist->time);
	if (persist->time && (persist->time < MX_PERSIST_TIME_MIN ||
			      persist->time > MX_PERSIST_TIME_MAX)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "persist must be 1000 to 86400000 milliseconds, or 0");
		return -EINVAL;
	}
	if (persist->time && p->sched->per_packet) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    nla ?: info->attrs[MUTEX_A_GROUP_SCHED],
				    "a per-packet scheduler keeps no client at its server");
		return -EINVAL;
	}
	err = mx_group_plen(info, MUTEX_A_GROUP_PERSIST_PLEN4, 32, had,
			    persist->time, &persist->plen[0]);
	if (err)
		return err;
	return mx_group_plen(info, MUTEX_A_GROUP_PERSIST_PLEN6, 128, had,
			     persist->time, &persist->plen[1]);
}

/**
 * mx_nl_group_limit() - take what a request says of limits, persistence, and
 *			 what is set in packets
 * @info: the request
 * @p: what holds where the request says nothing; scheduler and forward mode
 *	are the new ones
 *
 * Return: 0, or -EINVAL with a text.
 */
int mx_nl_group_limit(struct genl_info *info, struct mx_group_params *p)
{
	/* new has no such attribute, but higher ones: it is never out of bounds */
	u32 clear = mx_nl_u32(info->attrs[MUTEX_A_GROUP_CLEAR], 0);
	int err;

	BUILD_BUG_ON(MUTEX_A_GROUP_CLEAR > MUTEX_A_GROUP_SET_MARK_MASK);

	err = mx_nl_limit(info, &mx_group_limit_attrs, &p->limit);
	if (!err)
		err = mx_group_persist(info, p);
	if (!err)
		err = mx_nl_qos(info, &mx_group_qos_attrs, clear, &p->qos);
	if (err)
		return err;
	if ((p->qos.set & MX_QOS_MARK) && p->forward == MUTEX_FORWARD_MARK)
		return mx_nl_qos_refuse(info, &mx_group_qos_attrs,
					info->attrs[MUTEX_A_GROUP_FORWARD],
					"forward mark sets the whole mark itself");
	return 0;
}

/**
 * mx_nl_group_limit_fill() - put the same into a message
 * @skb: the message
 * @group: the group
 * @p: what the user says of it
 *
 * Return: 0 or -EMSGSIZE.
 */
int mx_nl_group_limit_fill(struct sk_buff *skb, const struct mx_group *group,
			   const struct mx_group_params *p)
{
	if (mx_nl_limit_fill(skb, &mx_group_limit_attrs, &p->limit) ||
	    mx_nl_qos_fill(skb, &mx_group_qos_attrs, &p->qos))
		return -EMSGSIZE;
	if (p->persist.time &&
	    (nla_put_u32(skb, MUTEX_A_GROUP_PERSIST, p->persist.time) ||
	     nla_put_u8(skb, MUTEX_A_GROUP_PERSIST_PLEN4,
			p->persist.plen[0]) ||
	     nla_put_u8(skb, MUTEX_A_GROUP_PERSIST_PLEN6, p->persist.plen[1])))
		return -EMSGSIZE;
	if (nla_put_u32(skb, MUTEX_A_GROUP_CLIENTS,
			atomic_read(&group->clients)) ||
	    nla_put_u64_64bit(skb, MUTEX_A_GROUP_CONNS_OVER,
			      mx_stats_read(&group->stats, MX_GROUP_OVER),
			      MUTEX_A_GROUP_PAD) ||
	    nla_put_u64_64bit(skb, MUTEX_A_GROUP_DROPPED,
			      mx_stats_read(&group->stats, MX_GROUP_DROPPED),
			      MUTEX_A_GROUP_PAD))
		return -EMSGSIZE;
	return 0;
}
