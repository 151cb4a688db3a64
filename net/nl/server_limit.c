// SPDX-License-Identifier: GPL-2.0
/* Of servers: their most connections, and rates. */
#include "nl/nl.h"

static const struct mx_nl_limit_attrs mx_server_limit_attrs = {
	.rate = {
		[MX_RATE_CONNS] = MUTEX_A_SERVER_RATE_CONNS,
		[MX_RATE_PKTS] = MUTEX_A_SERVER_RATE_PKTS,
		[MX_RATE_BYTES] = MUTEX_A_SERVER_RATE_BYTES,
	},
	.burst = MUTEX_A_SERVER_BURST,
	.over = MUTEX_A_SERVER_OVER,
	.pad = MUTEX_A_SERVER_PAD,
};

/**
 * mx_nl_server_limit() - take what a request says of limits
 * @info: the request
 * @m: what holds where the request says nothing; its limiter becomes one with a
 *	reference for the caller
 *
 * Return: 0, or -errno with a text.
 */
int mx_nl_server_limit(struct genl_info *info, struct mx_conf_member *m)
{
	const struct nlattr *max = info->attrs[MUTEX_A_SERVER_MAX_CONNS];
	struct mx_limit_params limit = { };
	int err;

	m->max_conns = mx_nl_u32(max, m->max_conns);
	if (m->max_conns > INT_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, max,
				    "max-conns must be 0 to 2147483647");
		return -EINVAL;
	}
	if (m->limiter)
		limit = m->limiter->params;
	err = mx_nl_limit(info, &mx_server_limit_attrs, &limit);
	return err ?: mx_limiter_make(&m->limiter, &limit, m->limiter);
}

/**
 * mx_nl_server_limit_fill() - put limits into a message
 * @skb: the message
 * @m: the server in its configuration
 *
 * Return: 0 or -EMSGSIZE.
 */
int mx_nl_server_limit_fill(struct sk_buff *skb, const struct mx_conf_member *m)
{
	if (m->max_conns &&
	    nla_put_u32(skb, MUTEX_A_SERVER_MAX_CONNS, m->max_conns))
		return -EMSGSIZE;
	return m->limiter ? mx_nl_limit_fill(skb, &mx_server_limit_attrs,
					     &m->limiter->params) : 0;
}
