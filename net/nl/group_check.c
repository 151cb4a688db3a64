// SPDX-License-Identifier: GPL-2.0
/* The parameters of a group's checks. */
#include "nl/netlink-gen.h"
#include "nl/nl.h"

#define MX_CHECK_TIME_MIN	10
#define MX_CHECK_TIME_MAX	3600000

#define MX_CHECK_FIRST		MUTEX_A_GROUP_CHECK_PORT
#define MX_CHECK_LAST		MUTEX_A_GROUP_CHECK_EXPECT

static int mx_check_refuse(struct genl_info *info, int attr, const char *why)
{
	NL_SET_BAD_ATTR(info->extack, info->attrs[attr]);
	if (info->extack)
		info->extack->_msg = why;
	return -EINVAL;
}

/* What there is to say of checks needs checks. */
static int mx_check_none(struct genl_info *info, struct mx_check_params *p)
{
	int attr;

	for (attr = MX_CHECK_FIRST; attr <= MX_CHECK_LAST; attr++)
		if (info->attrs[attr])
			return mx_check_refuse(info, attr,
					       "this needs a check: tcp, icmp or udp");
	mx_check_defaults(p);
	return 0;
}

static bool mx_check_time_ok(u32 ms)
{
	return ms >= MX_CHECK_TIME_MIN && ms <= MX_CHECK_TIME_MAX;
}

static int mx_check_times(struct genl_info *info, struct mx_check_params *p)
{
	struct nlattr **attrs = info->attrs;

	p->interval = mx_nl_u32(attrs[MUTEX_A_GROUP_CHECK_INTERVAL],
				p->interval);
	p->timeout = mx_nl_u32(attrs[MUTEX_A_GROUP_CHECK_TIMEOUT], p->timeout);
	if (!mx_check_time_ok(p->interval))
		return mx_check_refuse(info, MUTEX_A_GROUP_CHECK_INTERVAL,
				       "the interval of checks must be 10 ms to 1 hour");
	if (p->timeout && !mx_check_time_ok(p->timeout))
		return mx_check_refuse(info, MUTEX_A_GROUP_CHECK_TIMEOUT,
				       "the timeout of checks must be 10 ms to 1 hour, or 0 for the interval");
	if (p->timeout <= p->interval)
		return 0;
	return mx_check_refuse(info, attrs[MUTEX_A_GROUP_CHECK_TIMEOUT] ?
			       MUTEX_A_GROUP_CHECK_TIMEOUT :
			       MUTEX_A_GROUP_CHECK_INTERVAL,
			       "the timeout of checks is longer than their interval");
}

static int mx_check_counts(struct genl_info *info, struct mx_check_params *p)
{
	struct nlattr **attrs = info->attrs;

	p->rise = mx_nl_u8(attrs[MUTEX_A_GROUP_CHECK_RISE], p->rise);
	p->fall = mx_nl_u8(attrs[MUTEX_A_GROUP_CHECK_FALL], p->fall);
	if (p->rise && p->fall)
		return 0;
	return mx_check_refuse(info, p->rise ? MUTEX_A_GROUP_CHECK_FALL :
					       MUTEX_A_GROUP_CHECK_RISE,
			       "rise and fall are 1 to 255 checks");
}

static bool mx_check_unicast(const struct nlattr *nla, int len)
{
	if (len == sizeof(struct in6_addr))
		return !ipv6_addr_is_multicast(nla_data(nla));
	return !ipv4_is_multicast(nla_get_in_addr(nla)) &&
	       !ipv4_is_lbcast(nla_get_in_addr(nla));
}

/* An address of this host, perhaps of later; zero for any. */
static int mx_check_source(struct genl_info *info, int attr, void *addr,
			   int len)
{
	const struct nlattr *nla = info->attrs[attr];

	if (!nla)
		return 0;
	if (nla_len(nla) != len)
		return mx_check_refuse(info, attr, len == 4 ?
				       "an IPv4 address has 4 bytes" :
				       "an IPv6 address has 16 bytes");
	if (!mx_check_unicast(nla, len))
		return mx_check_refuse(info, attr,
				       "checks come from a unicast address");
	memcpy(addr, nla_data(nla), len);
	return 0;
}

static int mx_check_from(struct genl_info *info, struct mx_check_params *p)
{
	const struct nlattr *dev = info->attrs[MUTEX_A_GROUP_CHECK_DEV];
	int err;

	err = mx_check_source(info, MUTEX_A_GROUP_CHECK_SOURCE, &p->source,
			      sizeof(p->source));
	if (!err)
		err = mx_check_source(info, MUTEX_A_GROUP_CHECK_SOURCE6,
				      &p->source6, sizeof(p->source6));
	if (err || !dev)
		return err;
	if (*(const char *)nla_data(dev)) {
		err = mx_nl_ifname(info->extack, dev);
		if (err)
			return err;
	}
	strscpy_pad(p->dev, nla_data(dev), sizeof(p->dev));
	return 0;
}

static int mx_check_bytes(struct genl_info *info, int attr, u8 *bytes, u8 *len)
{
	const struct nlattr *nla = info->attrs[attr];

	if (!nla)
		return 0;
	if (nla_len(nla) > MUTEX_CHECK_BYTES_MAX)
		return mx_check_refuse(info, attr,
				       "a check sends and expects at most 128 bytes");
	*len = nla_len(nla);
	memset(bytes, 0, MUTEX_CHECK_BYTES_MAX);
	memcpy(bytes, nla_data(nla), *len);
	return 0;
}

static int mx_check_payload(struct genl_info *info, struct mx_check_params *p)
{
	static const u8 attrs[] = { MUTEX_A_GROUP_CHECK_SEND,
				    MUTEX_A_GROUP_CHECK_EXPECT };
	unsigned int i;
	int err;

	if (p->kind != MUTEX_CHECK_UDP) {
		for (i = 0; i < ARRAY_SIZE(attrs); i++)
			if (info->attrs[attrs[i]])
				return mx_check_refuse(info, attrs[i],
						       "only checks of udp send and expect bytes");
		p->send_len = 0;
		p->expect_len = 0;
		return 0;
	}
	err = mx_check_bytes(info, MUTEX_A_GROUP_CHECK_SEND, p->send,
			     &p->send_len);
	if (err)
		return err;
	return mx_check_bytes(info, MUTEX_A_GROUP_CHECK_EXPECT, p->expect,
			      &p->expect_len);
}

static int mx_check_port_req(struct genl_info *info, struct mx_check_params *p)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_GROUP_CHECK_PORT];

	if (p->kind == MUTEX_CHECK_ICMP) {
		if (nla)
			return mx_check_refuse(info, MUTEX_A_GROUP_CHECK_PORT,
					       "checks of icmp have no port");
		p->port = 0;
	}
	p->port = mx_nl_u16(nla, p->port);
	return 0;
}

/**
 * mx_nl_group_check() - take over what a request says of a group's checks
 * @info: the request
 * @p: what holds now; changed
 *
 * Return: 0 or -EINVAL with a text.
 */
int mx_nl_group_check(struct genl_info *info, struct mx_check_params *p)
{
	int err;

	p->kind = mx_nl_u8(info->attrs[MUTEX_A_GROUP_CHECK], p->kind);
	if (p->kind == MUTEX_CHECK_NONE)
		return mx_check_none(info, p);
	err = mx_check_port_req(info, p);
	if (!err)
		err = mx_check_times(info, p);
	if (!err)
		err = mx_check_counts(info, p);
	if (!err)
		err = mx_check_from(info, p);
	if (!err)
		err = mx_check_payload(info, p);
	return err;
}

/* What is at its default is left out. */
static int mx_check_fill_more(struct sk_buff *skb,
			      const struct mx_check_params *p)
{
	if ((p->port && nla_put_u16(skb, MUTEX_A_GROUP_CHECK_PORT, p->port)) ||
	    (p->timeout &&
	     nla_put_u32(skb, MUTEX_A_GROUP_CHECK_TIMEOUT, p->timeout)) ||
	    (p->source &&
	     nla_put_in_addr(skb, MUTEX_A_GROUP_CHECK_SOURCE, p->source)) ||
	    (!ipv6_addr_any(&p->source6) &&
	     nla_put_in6_addr(skb, MUTEX_A_GROUP_CHECK_SOURCE6, &p->source6)) ||
	    (p->dev[0] && nla_put_string(skb, MUTEX_A_GROUP_CHECK_DEV, p->dev)) ||
	    (p->send_len &&
	     nla_put(skb, MUTEX_A_GROUP_CHECK_SEND, p->send_len, p->send)) ||
	    (p->expect_len &&
	     nla_put(skb, MUTEX_A_GROUP_CHECK_EXPECT, p->expect_len, p->expect)))
		return -EMSGSIZE;
	return 0;
}

/**
 * mx_nl_group_check_fill() - put the parameters of a group's checks
 * @skb: the message
 * @p: the parameters
 *
 * Return: 0 or -EMSGSIZE.
 */
int mx_nl_group_check_fill(struct sk_buff *skb,
			   const struct mx_check_params *p)
{
	if (p->kind == MUTEX_CHECK_NONE)
		return 0;
	if (nla_put_u8(skb, MUTEX_A_GROUP_CHECK, p->kind) ||
	    nla_put_u32(skb, MUTEX_A_GROUP_CHECK_INTERVAL, p->interval) ||
	    nla_put_u8(skb, MUTEX_A_GROUP_CHECK_RISE, p->rise) ||
	    nla_put_u8(skb, MUTEX_A_GROUP_CHECK_FALL, p->fall))
		return -EMSGSIZE;
	return mx_check_fill_more(skb, p);
}
