// SPDX-License-Identifier: GPL-2.0
/* Commands on the counters of a namespace. */
#include "nl/netlink-gen.h"
#include "nl/nl.h"
#include "xmit/dev.h"

static const u8 mx_stat_attrs[] = {
	[MX_STAT_HITS] = MUTEX_A_STATS_HITS,
	[MX_STAT_MISSES] = MUTEX_A_STATS_MISSES,
	[MX_STAT_FAST] = MUTEX_A_STATS_FAST,
	[MX_STAT_FLOWS_CREATED] = MUTEX_A_STATS_FLOWS_CREATED,
	[MX_STAT_FLOWS_EXPIRED] = MUTEX_A_STATS_FLOWS_EXPIRED,
	[MX_STAT_FLOWS_EVICTED] = MUTEX_A_STATS_FLOWS_EVICTED,
	[MX_STAT_FLOWS_MOVED] = MUTEX_A_STATS_FLOWS_MOVED,
	[MX_STAT_UNCACHED] = MUTEX_A_STATS_UNCACHED,
	[MX_STAT_DROPPED_RULE] = MUTEX_A_STATS_DROPPED_RULE,
	[MX_STAT_DROPPED_HOP] = MUTEX_A_STATS_DROPPED_HOP,
	[MX_STAT_DROPPED_FULL] = MUTEX_A_STATS_DROPPED_FULL,
	[MX_STAT_BYPASSED] = MUTEX_A_STATS_BYPASSED,
	[MX_STAT_NO_MATCH] = MUTEX_A_STATS_NO_MATCH,
	[MX_STAT_NO_MEMBER] = MUTEX_A_STATS_NO_MEMBER,
	[MX_STAT_NO_KEY] = MUTEX_A_STATS_NO_KEY,
	[MX_STAT_NO_FAMILY] = MUTEX_A_STATS_NO_FAMILY,
	[MX_STAT_CLASH] = MUTEX_A_STATS_CLASH,
	[MX_STAT_UNSUPPORTED] = MUTEX_A_STATS_UNSUPPORTED,
	[MX_STAT_FRAGMENTS] = MUTEX_A_STATS_FRAGMENTS,
	[MX_STAT_ICMP_ERRORS] = MUTEX_A_STATS_ICMP_ERRORS,
	[MX_STAT_STRAY] = MUTEX_A_STATS_STRAY,
	[MX_STAT_NO_MEMORY] = MUTEX_A_STATS_NO_MEMORY,
	[MX_STAT_NO_ROUTE] = MUTEX_A_STATS_NO_ROUTE,
	[MX_STAT_DROPPED_FRAGMENT] = MUTEX_A_STATS_DROPPED_FRAGMENT,
	/* limits */
	[MX_STAT_LIMITED] = MUTEX_A_STATS_LIMITED,
	[MX_STAT_DROPPED_LIMIT] = MUTEX_A_STATS_DROPPED_LIMIT,
};

/* The fast path counts a hit once, as its own. */
static u64 mx_stat_value(const struct mx_stats *stats, unsigned int i)
{
	u64 value = mx_stats_read(stats, i);

	if (i == MX_STAT_HITS)
		value += mx_stats_read(stats, MX_STAT_FAST);
	return value;
}

static int mx_stats_fill(struct sk_buff *skb, struct mx_pernet *pn,
			 const void *obj)
{
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(mx_stat_attrs) != MX_STATS);
	if (nla_put_u32(skb, MUTEX_A_STATS_FLOWS, mx_flow_count(&pn->flows)) ||
	    nla_put_u64_64bit(skb, MUTEX_A_STATS_FLOW_BYTES,
			      mx_flow_bytes(&pn->flows), MUTEX_A_STATS_PAD))
		return -EMSGSIZE;
	for (i = 0; i < MX_STATS; i++)
		if (nla_put_u64_64bit(skb, mx_stat_attrs[i],
				      mx_stat_value(&pn->stats, i),
				      MUTEX_A_STATS_PAD))
			return -EMSGSIZE;
	return 0;
}

static int mx_stats_get(struct mx_pernet *pn, struct genl_info *info)
{
	return mx_nl_reply(info, pn, MUTEX_CMD_STATS_GET, mx_stats_fill, NULL);
}

/**
 * mx_nl_stats_get_doit() - show the counters
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_stats_get);
}

static int mx_stats_clear(struct mx_pernet *pn, struct genl_info *info)
{
	mx_pernet_reset_stats(pn);
	mx_devs_reset(pn);
	return 0;
}

/**
 * mx_nl_stats_reset_doit() - count from zero again
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0.
 */
int mx_nl_stats_reset_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_stats_clear);
}
