// SPDX-License-Identifier: GPL-2.0
/* When a rule holds, and where its packets come from. */
#include <linux/slab.h>
#include "nl/nl.h"

#define MX_REGIONS_ALL	GENMASK(MX_REGIONS - 1, MUTEX_REGION_AF)

#define mx_where_refuse(info, nla, text) ({				\
	NL_SET_ERR_MSG_ATTR((info)->extack, nla, text);			\
	-EINVAL;							\
})

static int mx_where_hours(struct genl_info *info, struct mx_when *when)
{
	const struct nlattr *begin = info->attrs[MUTEX_A_RULE_HOURS_BEGIN];
	const struct nlattr *end = info->attrs[MUTEX_A_RULE_HOURS_END];

	if (!begin && !end)
		return 0;
	if (!begin || !end)
		return mx_where_refuse(info, begin ?: end,
				       "hours need their begin and their end");
	when->begin = nla_get_u16(begin);
	when->end = nla_get_u16(end);
	if (when->begin >= MX_DAY_MINUTES)
		return mx_where_refuse(info, begin,
				       "hours must begin at 00:00 to 23:59");
	if (!when->end || when->end > MX_DAY_MINUTES)
		return mx_where_refuse(info, end,
				       "hours must end at 00:01 to 24:00");
	if (when->begin == when->end)
		return mx_where_refuse(info, end,
				       "the hours end as they begin: no packet matches");
	return 0;
}

static int mx_where_days(struct genl_info *info, struct mx_when *when)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_RULE_DAYS];

	if (!nla)
		return 0;
	when->days = nla_get_u8(nla);
	if (when->days && !(when->days & ~MX_DAYS_ALL))
		return 0;
	return mx_where_refuse(info, nla, "a week has seven days, and a rule one of them at least");
}

/* The offsets of a zone: by ascending time, each one that a clock can show. */
static bool mx_where_changes_good(const struct mutex_zone_change *c, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (c[i].pad || c[i].at < 0 || c[i].at > MX_TIME_MAX ||
		    abs((s64)c[i].offset) > MX_ZONE_OFFSET_MAX ||
		    (i && c[i].at <= c[i - 1].at))
			return false;
	return true;
}

static int mx_where_new_zone(struct genl_info *info, struct mx_rule *r)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_RULE_ZONE_CHANGES];
	const char *name = nla_data(info->attrs[MUTEX_A_RULE_ZONE]);
	u32 size = sizeof(struct mutex_zone_change), n = nla_len(nla) / size;
	struct mutex_zone_change *change;
	struct mx_zone *zone = NULL;
	bool good;

	if (!n || n > MUTEX_ZONE_CHANGES_MAX || nla_len(nla) % size)
		return mx_where_refuse(info, nla,
				       "a zone has 1 to 64 offsets of 16 bytes each");
	/* attributes are aligned to 4 bytes */
	change = kmemdup(nla_data(nla), n * size, GFP_KERNEL);
	if (!change)
		return -ENOMEM;
	good = mx_where_changes_good(change, n);
	if (good)
		zone = mx_zone_create(name, change, n, GFP_KERNEL_ACCOUNT);
	kfree(change);
	if (!good)
		return mx_where_refuse(info, nla,
				       "the offsets of a zone must ascend by time and be less than 26 hours");
	if (!zone)
		return -ENOMEM;
	mx_zone_put(r->zone);
	r->zone = zone;
	return 0;
}

static bool mx_where_zone_name(const char *name)
{
	if (!*name || strlen(name) > MUTEX_ZONE_MAX)
		return false;
	for (; *name; name++)
		if (*name <= ' ' || *name > '~' || strchr("\"'\\#", *name))
			return false;
	return true;
}

static int mx_where_zone(struct genl_info *info, struct mx_rule *r)
{
	const struct nlattr *name = info->attrs[MUTEX_A_RULE_ZONE];
	const struct nlattr *change = info->attrs[MUTEX_A_RULE_ZONE_CHANGES];

	if (!mx_when_set(&r->match.when)) {
		if (name || change)
			return mx_where_refuse(info, name ?: change,
					       "a zone without hours or days");
		mx_zone_put(r->zone);
		r->zone = NULL;
	}
	if (!name && !change)
		return 0;
	if (!name || !change)
		return mx_where_refuse(info, name ?: change,
				       "a zone needs its name and its offsets");
	if (!mx_where_zone_name(nla_data(name)))
		return mx_where_refuse(info, name,
				       "the name of a zone has printable ASCII characters, none of them a blank, a quote, \\ or #");
	return mx_where_new_zone(info, r);
}

static int mx_where_country(struct genl_info *info, struct mx_rule *r)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_RULE_COUNTRY];
	const struct nlattr *not = info->attrs[MUTEX_A_RULE_COUNTRY_NOT];
	const char *code;
	u32 i, n;

	if (!nla)
		return not ? mx_where_refuse(info, not, "a negation without its countries") : 0;
	code = nla_data(nla);
	n = nla_len(nla) / 2;
	if (!n || nla_len(nla) % 2)
		return mx_where_refuse(info, nla,
				       "countries are codes of two letters");
	bitmap_zero(r->countries, MX_COUNTRIES);
	for (i = 0; i < n; i++) {
		if (!mx_country(code + 2 * i))
			return mx_where_refuse(info, nla,
					       "the code of a country is two capital letters");
		__set_bit(mx_country(code + 2 * i), r->countries);
	}
	r->match.where &= ~MX_WHERE_NOT_COUNTRY;
	r->match.where |= MX_WHERE_COUNTRY;
	if (mx_nl_u8(not, 0))
		r->match.where |= MX_WHERE_NOT_COUNTRY;
	return 0;
}

static int mx_where_region(struct genl_info *info, struct mx_match *m)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_RULE_REGION];
	const struct nlattr *not = info->attrs[MUTEX_A_RULE_REGION_NOT];

	if (!nla)
		return not ? mx_where_refuse(info, not, "a negation without its regions") : 0;
	m->regions = nla_get_u8(nla);
	if (!m->regions || (m->regions & ~MX_REGIONS_ALL))
		return mx_where_refuse(info, nla, "no such region");
	m->where &= ~MX_WHERE_NOT_REGION;
	m->where |= MX_WHERE_REGION;
	if (mx_nl_u8(not, 0))
		m->where |= MX_WHERE_NOT_REGION;
	return 0;
}

static void mx_where_clear(struct mx_rule *r, u32 clear)
{
	struct mx_match *m = &r->match;

	if (clear & MUTEX_RULE_FIELD_HOURS) {
		m->when.begin = 0;
		m->when.end = 0;
	}
	if (clear & MUTEX_RULE_FIELD_DAYS)
		m->when.days = 0;
	if (clear & MUTEX_RULE_FIELD_ZONE) {
		mx_zone_put(r->zone);
		r->zone = NULL;
	}
	if (clear & MUTEX_RULE_FIELD_COUNTRY) {
		m->where &= ~(MX_WHERE_COUNTRY | MX_WHERE_NOT_COUNTRY);
		bitmap_zero(r->countries, MX_COUNTRIES);
	}
	if (clear & MUTEX_RULE_FIELD_REGION) {
		m->where &= ~(MX_WHERE_REGION | MX_WHERE_NOT_REGION);
		m->regions = 0;
	}
}

/**
 * mx_nl_rule_where() - take what a request says of a rule's time and place
 * @info: the request
 * @clear: fields that the rule shall not look at any more, unless the request
 *	has them
 * @r: what holds where the request says nothing; its zone is a reference of
 *	its own, also after a refusal
 *
 * Return: 0, or -errno with a text.
 */
int mx_nl_rule_where(struct genl_info *info, u32 clear, struct mx_rule *r)
{
	int err;

	mx_where_clear(r, clear);
	err = mx_where_hours(info, &r->match.when);
	if (!err)
		err = mx_where_days(info, &r->match.when);
	if (!err)
		err = mx_where_zone(info, r);
	if (!err)
		err = mx_where_country(info, r);
	return err ?: mx_where_region(info, &r->match);
}

static int mx_where_fill_when(struct sk_buff *skb, const struct mx_rule *r)
{
	const struct mx_when *when = &r->match.when;

	if (when->end &&
	    (nla_put_u16(skb, MUTEX_A_RULE_HOURS_BEGIN, when->begin) ||
	     nla_put_u16(skb, MUTEX_A_RULE_HOURS_END, when->end)))
		return -EMSGSIZE;
	if (when->days && nla_put_u8(skb, MUTEX_A_RULE_DAYS, when->days))
		return -EMSGSIZE;
	return r->zone ? nla_put_string(skb, MUTEX_A_RULE_ZONE,
					r->zone->name) : 0;
}

static int mx_where_fill_countries(struct sk_buff *skb, const struct mx_rule *r)
{
	u32 country, n = bitmap_weight(r->countries, MX_COUNTRIES);
	struct nlattr *nla = nla_reserve(skb, MUTEX_A_RULE_COUNTRY, 2 * n);
	char *code;

	if (!nla)
		return -EMSGSIZE;
	code = nla_data(nla);
	for_each_set_bit(country, r->countries, MX_COUNTRIES) {
		mx_country_code(country, code);
		code += 2;
	}
	return r->match.where & MX_WHERE_NOT_COUNTRY ?
	       nla_put_u8(skb, MUTEX_A_RULE_COUNTRY_NOT, 1) : 0;
}

/**
 * mx_nl_rule_where_fill() - put a rule's time and place into a message
 * @skb: the message
 * @pn: the namespace
 * @r: the rule
 *
 * Return: 0 or -EMSGSIZE.
 */
int mx_nl_rule_where_fill(struct sk_buff *skb, struct mx_pernet *pn,
			  const struct mx_rule *r)
{
	u8 where = r->match.where;

	if (mx_where_fill_when(skb, r))
		return -EMSGSIZE;
	if ((where & MX_WHERE_COUNTRY) && mx_where_fill_countries(skb, r))
		return -EMSGSIZE;
	if ((where & MX_WHERE_REGION) &&
	    nla_put_u8(skb, MUTEX_A_RULE_REGION, r->match.regions))
		return -EMSGSIZE;
	if ((where & MX_WHERE_NOT_REGION) &&
	    nla_put_u8(skb, MUTEX_A_RULE_REGION_NOT, 1))
		return -EMSGSIZE;
	return where && !rcu_access_pointer(pn->geo) ?
	       nla_put_u8(skb, MUTEX_A_RULE_BLIND, 1) : 0;
}
