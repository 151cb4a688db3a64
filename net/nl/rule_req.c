// SPDX-License-Identifier: GPL-2.0
/* What a request says of a rule, checked. */
#include <net/ipv6.h>
#include "nl/nl.h"

static int mx_rule_refuse(struct genl_info *info, const struct nlattr *nla)
{
	NL_SET_BAD_ATTR(info->extack, nla);
	return -EINVAL;
}

/* The fields that the rule shall no longer look at. */
static void mx_rule_clear(struct mx_rule *r, u32 clear)
{
	struct mx_match *m = &r->match;

	if (clear & MUTEX_RULE_FIELD_SPORT)
		m->set &= ~MX_RULE_SPORT;
	if (clear & MUTEX_RULE_FIELD_DPORT)
		m->set &= ~MX_RULE_DPORT;
	if (clear & MUTEX_RULE_FIELD_DSCP)
		m->set &= ~MX_RULE_DSCP;
	if (clear & MUTEX_RULE_FIELD_PROTO)
		m->proto = 0;
	if (clear & MUTEX_RULE_FIELD_MARK)
		m->mark_mask = 0;
	if (clear & MUTEX_RULE_FIELD_IIF)
		memset(r->iif, 0, sizeof(r->iif));
	if (clear & MUTEX_RULE_FIELD_OIF)
		memset(r->oif, 0, sizeof(r->oif));
	if (!(m->set & MX_RULE_SPORT))
		memset(m->sport, 0, sizeof(m->sport));
	if (!(m->set & MX_RULE_DPORT))
		memset(m->dport, 0, sizeof(m->dport));
	if (!(m->set & MX_RULE_DSCP))
		m->dscp = 0;
	if (!m->mark_mask)
		m->mark = 0;
}

/**
 * struct mx_rule_end - one end of a rule's packets
 * @attr: attribute of its address
 * @attr_len: attribute of the prefix's length
 * @family: AF_INET or AF_INET6, 0 for any packet
 * @plen: length of the prefix
 * @addr: the prefix
 */
struct mx_rule_end {
	int attr;
	int attr_len;
	u8 family;
	u8 *plen;
	union nf_inet_addr *addr;
};

static int mx_rule_req_end(struct genl_info *info, struct mx_rule_end *e,
			   bool clear)
{
	const struct nlattr *nla = info->attrs[e->attr];
	const struct nlattr *len = info->attrs[e->attr_len];

	if (clear) {
		e->family = 0;
		*e->plen = 0;
		memset(e->addr, 0, sizeof(*e->addr));
	}
	if (!nla && len) {
		NL_SET_ERR_MSG(info->extack,
			       "a prefix length without its address");
		return mx_rule_refuse(info, len);
	}
	if (!nla)
		return 0;
	return mx_nl_prefix(info->extack, nla, len, &e->family, e->addr,
			    e->plen);
}

/* Is a prefix part of what packets are never steered to? */
static bool mx_rule_unsteered(u8 family, const union nf_inet_addr *addr,
			      u8 plen)
{
	if (family == AF_INET)
		return (plen >= 4 && ipv4_is_multicast(addr->ip)) ||
		       (plen >= 8 && ipv4_is_zeronet(addr->ip)) ||
		       (plen == 32 && ipv4_is_lbcast(addr->ip));
	return (plen >= 8 && ipv6_addr_is_multicast(&addr->in6)) ||
	       (plen >= 10 && (ipv6_addr_type(&addr->in6) &
			       IPV6_ADDR_LINKLOCAL)) ||
	       (plen == 128 && ipv6_addr_any(&addr->in6));
}

/* Both ends must be of one family, which then is the rule's. */
static int mx_rule_req_ends(struct genl_info *info, struct mx_match *m,
			    u32 clear)
{
	const struct nlattr *bad = info->attrs[MUTEX_A_RULE_DST];
	struct mx_rule_end src = {
		.attr = MUTEX_A_RULE_SRC,
		.attr_len = MUTEX_A_RULE_SRC_PLEN,
		.family = m->splen ? m->family : 0,
		.plen = &m->splen,
		.addr = &m->src,
	};
	struct mx_rule_end dst = {
		.attr = MUTEX_A_RULE_DST,
		.attr_len = MUTEX_A_RULE_DST_PLEN,
		.family = mx_nl_rule_has_dst(m) ? m->family : 0,
		.plen = &m->dplen,
		.addr = &m->dst,
	};
	int err;

	err = mx_rule_req_end(info, &src, clear & MUTEX_RULE_FIELD_SRC);
	if (!err)
		err = mx_rule_req_end(info, &dst, clear & MUTEX_RULE_FIELD_DST);
	if (err)
		return err;
	m->family = src.family ?: dst.family;
	if (src.family && dst.family && src.family != dst.family) {
		NL_SET_ERR_MSG(info->extack,
			       "source and destination must both be IPv4 or IPv6");
		return mx_rule_refuse(info,
				      bad ?: info->attrs[MUTEX_A_RULE_SRC]);
	}
	if (bad && mx_rule_unsteered(m->family, &m->dst, m->dplen)) {
		NL_SET_ERR_MSG(info->extack,
			       "multicast, broadcast, link-local and unspecified destinations are never steered");
		return mx_rule_refuse(info, bad);
	}
	return 0;
}

/* A port range; of a lone bound the other is the same. */
static int mx_rule_req_ports(struct genl_info *info, int attr_min,
			     int attr_max, u8 flag, struct mx_match *m,
			     u16 *range)
{
	const struct nlattr *min = info->attrs[attr_min];
	const struct nlattr *max = info->attrs[attr_max];

	if (!min && !max)
		return 0;
	range[0] = nla_get_u16(min ?: max);
	range[1] = nla_get_u16(max ?: min);
	m->set |= flag;
	if (range[0] <= range[1])
		return 0;
	NL_SET_ERR_MSG(info->extack,
		       "the range of ports ends before it begins");
	return mx_rule_refuse(info, max);
}

/* Does the protocol go with the ports and with the family? */
static int mx_rule_check_proto(struct genl_info *info, const struct mx_match *m)
{
	static const int ports[] = {
		MUTEX_A_RULE_DPORT_MIN, MUTEX_A_RULE_DPORT_MAX,
		MUTEX_A_RULE_SPORT_MIN, MUTEX_A_RULE_SPORT_MAX,
	};
	const struct nlattr *bad = NULL;
	unsigned int i;

	switch (m->proto) {
	case 0:
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
	case IPPROTO_UDPLITE:
	case IPPROTO_DCCP:
		return 0;
	}
	if (m->set & (MX_RULE_SPORT | MX_RULE_DPORT)) {
		for (i = 0; !bad && i < ARRAY_SIZE(ports); i++)
			bad = info->attrs[ports[i]];
		NL_SET_ERR_MSG(info->extack,
			       "the protocol has no ports: TCP, UDP, SCTP, UDP-Lite and DCCP have");
	} else if (m->proto == IPPROTO_ICMP && m->family == AF_INET6) {
		NL_SET_ERR_MSG(info->extack,
			       "ICMP is of IPv4, that of IPv6 is ICMPv6");
	} else if (m->proto == IPPROTO_ICMPV6 && m->family == AF_INET) {
		NL_SET_ERR_MSG(info->extack,
			       "ICMPv6 is of IPv6, that of IPv4 is ICMP");
	} else {
		return 0;
	}
	return mx_rule_refuse(info, bad ?: info->attrs[MUTEX_A_RULE_PROTO]);
}

static int mx_rule_req_mark(struct genl_info *info, struct mx_match *m)
{
	const struct nlattr *mark = info->attrs[MUTEX_A_RULE_MARK];
	const struct nlattr *mask = info->attrs[MUTEX_A_RULE_MARK_MASK];

	if (!mark && mask) {
		NL_SET_ERR_MSG(info->extack, "a mask without its mark");
		return mx_rule_refuse(info, mask);
	}
	if (!mark)
		return 0;
	m->mark = nla_get_u32(mark);
	m->mark_mask = mx_nl_u32(mask, U32_MAX);
	if (!m->mark_mask) {
		NL_SET_ERR_MSG(info->extack,
			       "a mask of 0 takes any mark: leave the mark out");
		return mx_rule_refuse(info, mask);
	}
	if (m->mark & ~m->mark_mask) {
		NL_SET_ERR_MSG(info->extack,
			       "the mark has bits that its mask leaves out: no packet matches");
		return mx_rule_refuse(info, mark);
	}
	return 0;
}

static int mx_rule_req_match(struct genl_info *info, struct mx_match *m,
			     u32 clear)
{
	const struct nlattr *dscp = info->attrs[MUTEX_A_RULE_DSCP];
	int err;

	m->proto = mx_nl_u8(info->attrs[MUTEX_A_RULE_PROTO], m->proto);
	err = mx_rule_req_ends(info, m, clear);
	if (!err)
		err = mx_rule_req_ports(info, MUTEX_A_RULE_SPORT_MIN,
					MUTEX_A_RULE_SPORT_MAX, MX_RULE_SPORT,
					m, m->sport);
	if (!err)
		err = mx_rule_req_ports(info, MUTEX_A_RULE_DPORT_MIN,
					MUTEX_A_RULE_DPORT_MAX, MX_RULE_DPORT,
					m, m->dport);
	if (!err)
		err = mx_rule_check_proto(info, m);
	if (!err)
		err = mx_rule_req_mark(info, m);
	if (err || !dscp)
		return err;
	m->dscp = nla_get_u8(dscp);
	m->set |= MX_RULE_DSCP;
	if (m->dscp < 64)
		return 0;
	NL_SET_ERR_MSG(info->extack, "dscp must be 0 to 63");
	return mx_rule_refuse(info, dscp);
}

static int mx_rule_req_dev(struct genl_info *info, int attr, char *name)
{
	const struct nlattr *nla = info->attrs[attr];
	int err;

	if (!nla)
		return 0;
	err = mx_nl_ifname(info->extack, nla);
	if (!err)
		strscpy(name, nla_data(nla), IFNAMSIZ);
	return err;
}

/* Rules see a packet where it comes in, or where it is sent from here. */
static int mx_rule_req_devs(struct genl_info *info, struct mx_rule *r)
{
	const struct nlattr *oif = info->attrs[MUTEX_A_RULE_OIF];
	int err;

	err = mx_rule_req_dev(info, MUTEX_A_RULE_IIF, r->iif);
	if (!err)
		err = mx_rule_req_dev(info, MUTEX_A_RULE_OIF, r->oif);
	if (err || !r->iif[0] || !r->oif[0])
		return err;
	NL_SET_ERR_MSG(info->extack,
		       "a packet has an iif when it comes in, an oif when it is sent from here, never both");
	return mx_rule_refuse(info, oif ?: info->attrs[MUTEX_A_RULE_IIF]);
}

static int mx_rule_req_table(const struct mx_config *cfg,
			     struct genl_info *info, struct mx_rule *r)
{
	const struct nlattr *table = info->attrs[MUTEX_A_RULE_TABLE];

	if (!table && r->table)
		return 0;
	if (mx_nl_missing(info, MUTEX_A_RULE_TABLE, "table of the rule"))
		return -EINVAL;
	r->table = mx_nl_table(cfg, info->extack, table);
	return PTR_ERR_OR_ZERO(r->table);
}

static int mx_rule_req_group(struct mx_pernet *pn, const struct mx_config *cfg,
			     struct genl_info *info, struct mx_rule *r)
{
	const struct nlattr *group = info->attrs[MUTEX_A_RULE_GROUP];

	if (!group && r->group)
		return 0;
	if (mx_nl_missing(info, MUTEX_A_RULE_GROUP, "group of the rule"))
		return -EINVAL;
	r->group = mx_nl_group(pn, cfg, info->extack, group);
	return PTR_ERR_OR_ZERO(r->group);
}

static int mx_rule_req_action(struct mx_pernet *pn, const struct mx_config *cfg,
			      struct genl_info *info, struct mx_rule *r)
{
	const struct nlattr *table = info->attrs[MUTEX_A_RULE_TABLE];
	const struct nlattr *group = info->attrs[MUTEX_A_RULE_GROUP];

	r->action = mx_nl_u8(info->attrs[MUTEX_A_RULE_ACTION], r->action);
	if (table && r->action != MUTEX_ACTION_TABLE) {
		NL_SET_ERR_MSG(info->extack, "only action table has a table");
		return mx_rule_refuse(info, table);
	}
	if (group && r->action != MUTEX_ACTION_GROUP) {
		NL_SET_ERR_MSG(info->extack, "only action group has a group");
		return mx_rule_refuse(info, group);
	}
	if (r->action != MUTEX_ACTION_TABLE)
		r->table = NULL;
	if (r->action != MUTEX_ACTION_GROUP)
		r->group = NULL;
	if (r->action == MUTEX_ACTION_TABLE)
		return mx_rule_req_table(cfg, info, r);
	if (r->action == MUTEX_ACTION_GROUP)
		return mx_rule_req_group(pn, cfg, info, r);
	return 0;
}

const struct mx_nl_qos_attrs mx_nl_rule_qos_attrs = {
	.dscp = MUTEX_A_RULE_SET_DSCP,
	.priority = MUTEX_A_RULE_SET_PRIORITY,
	.mark = MUTEX_A_RULE_SET_MARK,
	.mask = MUTEX_A_RULE_SET_MARK_MASK,
};

static int mx_rule_req_qos(struct genl_info *info, u32 clear, struct mx_rule *r)
{
	u32 bits = 0;
	int err;

	if (clear & MUTEX_RULE_FIELD_SET_DSCP)
		bits |= MX_QOS_DSCP;
	if (clear & MUTEX_RULE_FIELD_SET_PRIORITY)
		bits |= MX_QOS_PRIORITY;
	if (clear & MUTEX_RULE_FIELD_SET_MARK)
		bits |= MX_QOS_MARK;
	err = mx_nl_qos(info, &mx_nl_rule_qos_attrs, bits, &r->qos);
	if (err || !r->qos.set || r->action == MUTEX_ACTION_TABLE ||
	    r->action == MUTEX_ACTION_GROUP)
		return err;
	return mx_nl_qos_refuse(info, &mx_nl_rule_qos_attrs,
				info->attrs[MUTEX_A_RULE_ACTION],
				"only packets that go to a table or a group can be set something");
}

/**
 * mx_nl_rule_req() - take what a request says of a rule, but for its id
 * @pn: the namespace, its lock held
 * @cfg: the configuration of the rule
 * @info: the request
 * @clear: fields that the rule shall not look at any more, unless the request
 *	has them: enum mutex_rule_field
 * @r: what holds where the request says nothing: all zero, or the present rule;
 *	its zone is a reference of its own, also after a refusal
 *
 * Refuses what no packet can match.
 *
 * Return: 0, or -errno with a text.
 */
int mx_nl_rule_req(struct mx_pernet *pn, const struct mx_config *cfg,
		   struct genl_info *info, u32 clear, struct mx_rule *r)
{
	int err;

	mx_rule_clear(r, clear);
	err = mx_rule_req_match(info, &r->match, clear);
	if (!err)
		err = mx_rule_req_devs(info, r);
	if (!err)
		err = mx_nl_rule_where(info, clear, r);
	if (!err)
		err = mx_rule_req_action(pn, cfg, info, r);
	if (!err)
		err = mx_rule_req_qos(info, clear, r);
	r->priority = mx_nl_u32(info->attrs[MUTEX_A_RULE_PRIORITY],
				r->priority);
	return err;
}
