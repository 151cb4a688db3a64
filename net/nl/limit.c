// SPDX-License-Identifier: GPL-2.0
/* Attributes that several objects have: rates, and what is set in packets. */
#include "nl/nl.h"

static int mx_nl_refuse(struct genl_info *info, const struct nlattr *nla)
{
	NL_SET_BAD_ATTR(info->extack, nla);
	return -EINVAL;
}

static int mx_nl_limit_rates(struct genl_info *info,
			     const struct mx_nl_limit_attrs *at,
			     struct mx_limit_params *p)
{
	const struct nlattr *nla;
	unsigned int i;

	for (i = 0; i < MX_RATES; i++) {
		nla = info->attrs[at->rate[i]];
		if (!nla)
			continue;
		p->rate[i] = nla_get_u64(nla);
		if (p->rate[i] <= MX_TOKENS_RATE_MAX)
			continue;
		NL_SET_ERR_MSG(info->extack,
			       "a rate is at most 1099511627776 a second");
		return mx_nl_refuse(info, nla);
	}
	return 0;
}

/**
 * mx_nl_limit() - take what a request says of rates
 * @info: the request
 * @at: their attributes
 * @p: what holds where the request says nothing
 *
 * Return: 0, or -EINVAL with a text.
 */
int mx_nl_limit(struct genl_info *info, const struct mx_nl_limit_attrs *at,
		struct mx_limit_params *p)
{
	const struct nlattr *burst = info->attrs[at->burst];
	const struct nlattr *over = info->attrs[at->over];
	int err = mx_nl_limit_rates(info, at, p);

	if (err)
		return err;
	p->burst = mx_nl_u32(burst, p->burst ?: MX_LIMIT_BURST);
	p->over = mx_nl_u8(over, p->over);
	if (burst && !mx_limit_any(p)) {
		NL_SET_ERR_MSG(info->extack, "a burst needs a rate");
		return mx_nl_refuse(info, burst);
	}
	if (!p->burst || p->burst > MX_LIMIT_BURST_MAX) {
		NL_SET_ERR_MSG(info->extack,
			       "a burst must be 1 to 3600000 milliseconds");
		return mx_nl_refuse(info, burst);
	}
	if (over && !p->rate[MX_RATE_CONNS]) {
		NL_SET_ERR_MSG(info->extack,
			       "over needs a rate of connections: packets over a rate are dropped");
		return mx_nl_refuse(info, over);
	}
	if (!mx_limit_any(p))
		p->burst = 0;
	if (!p->rate[MX_RATE_CONNS])
		p->over = MUTEX_OVER_DROP;
	return 0;
}

/**
 * mx_nl_limit_fill() - put rates into a message
 * @skb: the message
 * @at: their attributes
 * @p: the rates
 *
 * Return: 0 or -EMSGSIZE.
 */
int mx_nl_limit_fill(struct sk_buff *skb, const struct mx_nl_limit_attrs *at,
		     const struct mx_limit_params *p)
{
	unsigned int i;

	if (!mx_limit_any(p))
		return 0;
	for (i = 0; i < MX_RATES; i++)
		if (p->rate[i] &&
		    nla_put_u64_64bit(skb, at->rate[i], p->rate[i], at->pad))
			return -EMSGSIZE;
	if (nla_put_u32(skb, at->burst, p->burst))
		return -EMSGSIZE;
	return p->rate[MX_RATE_CONNS] ? nla_put_u8(skb, at->over, p->over) : 0;
}

static int mx_nl_qos_mark(struct genl_info *info,
			  const struct mx_nl_qos_attrs *at, struct mx_qos *q)
{
	const struct nlattr *mark = info->attrs[at->mark];
	const struct nlattr *mask = info->attrs[at->mask];

	if (!mark && mask) {
		NL_SET_ERR_MSG(info->extack, "a mask without its mark");
		return mx_nl_refuse(info, mask);
	}
	if (!mark)
		return 0;
	q->set |= MX_QOS_MARK;
	q->mark = nla_get_u32(mark);
	q->mask = mx_nl_u32(mask, U32_MAX);
	if (!q->mask) {
		NL_SET_ERR_MSG(info->extack, "a mask of 0 sets nothing");
		return mx_nl_refuse(info, mask);
	}
	if (q->mark & ~q->mask) {
		NL_SET_ERR_MSG(info->extack,
			       "the mark has bits that its mask leaves out");
		return mx_nl_refuse(info, mark);
	}
	return 0;
}

/**
 * mx_nl_qos() - take what a request sets in packets
 * @info: the request
 * @at: its attributes
 * @clear: MX_QOS_ flags of what shall no longer be set, unless the request has
 *	it
 * @q: what holds where the request says nothing
 *
 * Return: 0, or -EINVAL with a text.
 */
int mx_nl_qos(struct genl_info *info, const struct mx_nl_qos_attrs *at,
	      u32 clear, struct mx_qos *q)
{
	const struct nlattr *dscp = info->attrs[at->dscp];
	const struct nlattr *priority = info->attrs[at->priority];

	q->set &= ~clear;
	if (!(q->set & MX_QOS_MARK)) {
		q->mark = 0;
		q->mask = 0;
	}
	if (dscp)
		q->set |= MX_QOS_DSCP;
	q->dscp = q->set & MX_QOS_DSCP ? mx_nl_u8(dscp, q->dscp) : 0;
	if (priority)
		q->set |= MX_QOS_PRIORITY;
	q->priority = q->set & MX_QOS_PRIORITY ?
		      mx_nl_u32(priority, q->priority) : 0;
	if (q->dscp > 63) {
		NL_SET_ERR_MSG(info->extack, "set-dscp must be 0 to 63");
		return mx_nl_refuse(info, dscp);
	}
	return mx_nl_qos_mark(info, at, q);
}

/**
 * mx_nl_qos_fill() - put what is set in packets into a message
 * @skb: the message
 * @at: its attributes
 * @q: what is set
 *
 * Return: 0 or -EMSGSIZE.
 */
int mx_nl_qos_fill(struct sk_buff *skb, const struct mx_nl_qos_attrs *at,
		   const struct mx_qos *q)
{
	if ((q->set & MX_QOS_DSCP) && nla_put_u8(skb, at->dscp, q->dscp))
		return -EMSGSIZE;
	if ((q->set & MX_QOS_PRIORITY) &&
	    nla_put_u32(skb, at->priority, q->priority))
		return -EMSGSIZE;
	if ((q->set & MX_QOS_MARK) &&
	    (nla_put_u32(skb, at->mark, q->mark) ||
	     nla_put_u32(skb, at->mask, q->mask)))
		return -EMSGSIZE;
	return 0;
}

/**
 * mx_nl_qos_refuse() - what no packet can be given is not to be asked for
 * @info: the request
 * @at: its attributes
 * @dflt: the attribute to blame if the request sets nothing itself
 * @text: why
 *
 * Return: -EINVAL.
 */
int mx_nl_qos_refuse(struct genl_info *info, const struct mx_nl_qos_attrs *at,
		     const struct nlattr *dflt, const char *text)
{
	const int attr[] = { at->dscp, at->priority, at->mark };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(attr); i++)
		if (info->attrs[attr[i]])
			dflt = info->attrs[attr[i]];
	if (info->extack)
		info->extack->_msg = text;
	return mx_nl_refuse(info, dflt);
}
