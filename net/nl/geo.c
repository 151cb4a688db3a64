// SPDX-License-Identifier: GPL-2.0
/*
 * Commands on the database of countries: a socket uploads a new one beside the
 * one in force, and puts it there whole. An upload ends with its socket at the
 * latest.
 *
 * The database is data and no configuration: transactions leave it alone.
 */
#include <linux/inetdevice.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <net/ipv6.h>
#include "nl/netlink-gen.h"
#include "nl/nl.h"

/* Rules in force that ask where a source is. */
static u32 mx_geo_rules(struct mx_pernet *pn)
{
	const struct mx_rules *rules;
	u32 i, n = 0;

	rules = mx_dereference(mx_pernet_live(pn)->rules, &pn->lock);
	for (i = 0; rules && i < rules->n; i++)
		n += !!rules->entry[i].match.where;
	return n;
}

/* @obj is the database, or NULL. */
static int mx_geo_fill(struct sk_buff *skb, struct mx_pernet *pn,
		       const void *obj)
{
	const struct mx_geo *geo = obj;

	if (nla_put_u32(skb, MUTEX_A_GEO_RULES, mx_geo_rules(pn)))
		return -EMSGSIZE;
	if (!geo)
		return 0;
	if (nla_put_string(skb, MUTEX_A_GEO_NAME, geo->name) ||
	    nla_put_u32(skb, MUTEX_A_GEO_COUNT4, mx_lpm_count(&geo->lpm[0])) ||
	    nla_put_u32(skb, MUTEX_A_GEO_COUNT6, mx_lpm_count(&geo->lpm[1])) ||
	    nla_put_u32(skb, MUTEX_A_GEO_COUNTRIES,
			bitmap_weight(geo->countries, MX_COUNTRIES)) ||
	    nla_put_u64_64bit(skb, MUTEX_A_GEO_BYTES, mx_geo_bytes(geo),
			      MUTEX_A_GEO_PAD) ||
	    nla_put_u64_64bit(skb, MUTEX_A_GEO_LOADED, geo->loaded,
			      MUTEX_A_GEO_PAD))
		return -EMSGSIZE;
	return 0;
}

static int mx_geo_fill_place(struct sk_buff *skb, struct mx_place place)
{
	char code[3] = "";

	if (place.country) {
		mx_country_code(place.country, code);
		if (nla_put_string(skb, MUTEX_A_GEO_COUNTRY, code))
			return -EMSGSIZE;
	}
	return place.region ? nla_put_u8(skb, MUTEX_A_GEO_REGION,
					 place.region) : 0;
}

static const struct mx_geo *mx_geo_live(struct mx_pernet *pn)
{
	return mx_dereference(pn->geo, &pn->lock);
}

static void mx_geo_tell(struct mx_pernet *pn, struct genl_info *info)
{
	mx_nl_ntf(info, pn, mx_pernet_live(pn), MUTEX_NLGRP_CONFIG,
		  MUTEX_CMD_GEO_NTF, mx_geo_fill, mx_geo_live(pn));
}

static bool mx_geo_mine(const struct mx_pernet *pn, u32 portid)
{
	return pn->geo_new && pn->geo_portid == portid;
}

static int mx_geo_need_mine(const struct mx_pernet *pn, struct genl_info *info)
{
	if (mx_geo_mine(pn, info->snd_portid))
		return 0;
	NL_SET_ERR_MSG(info->extack, "this socket builds no database");
	return -EINVAL;
}

static int mx_geo_begin(struct mx_pernet *pn, struct genl_info *info)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_GEO_NAME];
	const char *c;
	int err;

	if (mx_nl_missing(info, MUTEX_A_GEO_NAME, "name of the database"))
		return -EINVAL;
	for (c = nla_data(nla); *c >= ' ' && *c <= '~'; c++)
		;
	if (*c || c == nla_data(nla)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "the name of a database has 1 to 127 printable ASCII characters");
		return -EINVAL;
	}
	err = mx_pernet_geo_begin(pn, info->snd_portid, nla_data(nla));
	if (err == -EBUSY && mx_geo_mine(pn, info->snd_portid))
		NL_SET_ERR_MSG(info->extack,
			       "this socket builds a database already");
	else if (err == -EBUSY)
		NL_SET_ERR_MSG(info->extack,
			       "another socket is loading a database");
	return err;
}

/**
 * mx_nl_geo_begin_doit() - start a new database
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_geo_begin_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_geo_begin);
}

/* Why a prefix is refused. */
static int mx_geo_refuse(struct genl_info *info, const struct nlattr *nla,
			 int err)
{
	switch (err) {
	case -EINVAL:
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "a prefix has bits beyond its length, or a wrong length or place");
		break;
	case -EEXIST:
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "a prefix comes twice");
		break;
	case -ENOSPC:
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "a database has at most 4194304 prefixes of one family");
		break;
	}
	return err;
}

/* One prefix: its address, then its length, region and country. */
static int mx_geo_add_one(struct mx_geo *geo, u8 family, const u8 *addr,
			  u8 plen, u8 region, const char *code)
{
	struct mx_place place = {
		.country = mx_country(code),
		.region = region,
	};

	if (region >= MX_REGIONS || (!place.country && (code[0] || code[1])) ||
	    (!place.country && !place.region))
		return -EINVAL;
	return mx_geo_add(geo, family, addr, plen, place);
}

static int mx_geo_add4(struct mx_geo *geo, struct genl_info *info)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_GEO_PREFIXES4];
	const struct mutex_geo_prefix4 *p;
	int i, n, err;

	if (!nla)
		return 0;
	p = nla_data(nla);
	n = nla_len(nla) / sizeof(*p);
	if (nla_len(nla) % sizeof(*p)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "an IPv4 prefix has 8 bytes");
		return -EINVAL;
	}
	for (i = 0; i < n; i++) {
		err = mx_geo_add_one(geo, AF_INET, p[i].addr, p[i].plen,
				     p[i].region, p[i].country);
		if (err)
			return mx_geo_refuse(info, nla, err);
		if (!(i % 256))
			cond_resched();
	}
	return 0;
}

static int mx_geo_add6(struct mx_geo *geo, struct genl_info *info)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_GEO_PREFIXES6];
	const struct mutex_geo_prefix6 *p;
	int i, n, err;

	if (!nla)
		return 0;
	p = nla_data(nla);
	n = nla_len(nla) / sizeof(*p);
	if (nla_len(nla) % sizeof(*p)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "an IPv6 prefix has 20 bytes");
		return -EINVAL;
	}
	for (i = 0; i < n; i++) {
		err = mx_geo_add_one(geo, AF_INET6, p[i].addr, p[i].plen,
				     p[i].region, p[i].country);
		if (err)
			return mx_geo_refuse(info, nla, err);
		if (!(i % 256))
			cond_resched();
	}
	return 0;
}

/* A database that lacks what was refused is of no use: it ends here. */
static int mx_geo_more(struct mx_pernet *pn, struct genl_info *info)
{
	int err = mx_geo_need_mine(pn, info);

	if (err)
		return err;
	err = mx_geo_add4(pn->geo_new, info);
	if (!err)
		err = mx_geo_add6(pn->geo_new, info);
	if (err)
		mx_pernet_geo_abort(pn);
	return err;
}

/**
 * mx_nl_geo_add_doit() - add prefixes to the new database
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0, or -errno with the new database forgotten.
 */
int mx_nl_geo_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_geo_more);
}

static int mx_geo_commit(struct mx_pernet *pn, struct genl_info *info)
{
	int err = mx_geo_need_mine(pn, info);

	if (err)
		return err;
	if (!mx_lpm_count(&pn->geo_new->lpm[0]) &&
	    !mx_lpm_count(&pn->geo_new->lpm[1])) {
		NL_SET_ERR_MSG(info->extack, "the database is empty");
		return -EINVAL;
	}
	mx_pernet_geo_commit(pn, ktime_get_real_seconds());
	mx_geo_tell(pn, info);
	return 0;
}

/**
 * mx_nl_geo_commit_doit() - put the new database in force
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_geo_commit_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_geo_commit);
}

static int mx_geo_abort(struct mx_pernet *pn, struct genl_info *info)
{
	int err = mx_geo_need_mine(pn, info);

	if (!err)
		mx_pernet_geo_abort(pn);
	return err;
}

/**
 * mx_nl_geo_abort_doit() - forget the new database
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_geo_abort_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_geo_abort);
}

static int mx_geo_flush(struct mx_pernet *pn, struct genl_info *info)
{
	if (mx_pernet_geo_flush(pn))
		mx_geo_tell(pn, info);
	return 0;
}

/**
 * mx_nl_geo_flush_doit() - forget the database in force
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0.
 */
int mx_nl_geo_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_geo_flush);
}

static int mx_geo_show(struct mx_pernet *pn, struct genl_info *info)
{
	return mx_nl_reply(info, pn, MUTEX_CMD_GEO_GET, mx_geo_fill,
			   mx_geo_live(pn));
}

/**
 * mx_nl_geo_get_doit() - tell what database is in force
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_geo_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_geo_show);
}

/**
 * struct mx_geo_answer - where an address is
 * @key: has the address as its source
 * @place: where it is
 * @plen: length of the prefix that says so, if one does
 */
struct mx_geo_answer {
	struct mx_key key;
	struct mx_place place;
	u8 plen;
};

static int mx_geo_fill_answer(struct sk_buff *skb, struct mx_pernet *pn,
			      const void *obj)
{
	const struct mx_geo_answer *a = obj;
	const void *addr = &a->key.v6.saddr;

	if (a->key.family == AF_INET)
		addr = &a->key.v4.saddr;
	if (mx_nl_put_addr(skb, MUTEX_A_GEO_ADDR, a->key.family, addr))
		return -EMSGSIZE;
	if (!a->place.country && !a->place.region)
		return 0;
	if (nla_put_u8(skb, MUTEX_A_GEO_PLEN, a->plen))
		return -EMSGSIZE;
	return mx_geo_fill_place(skb, a->place);
}

/* The longest of the database's prefixes: the one that the lookup found. */
static u8 mx_geo_plen(struct mx_geo *geo, const struct mx_key *key)
{
	struct mx_lpm *lpm = &geo->lpm[mx_pool_index(key->family)];
	union nf_inet_addr addr = { };
	u8 plen;

	for (plen = lpm->plen_max; plen; plen--) {
		if (key->family == AF_INET)
			addr.ip = key->v4.saddr & inet_make_mask(plen);
		else
			ipv6_addr_prefix(&addr.in6, &key->v6.saddr, plen);
		if (mx_lpm_get(lpm, &addr, plen))
			break;
	}
	return plen;
}

static int mx_geo_find_addr(struct mx_pernet *pn, struct genl_info *info)
{
	struct mx_geo *geo = mx_dereference(pn->geo, &pn->lock);
	struct mx_geo_answer a = { };
	union nf_inet_addr addr;
	int err;

	if (mx_nl_missing(info, MUTEX_A_GEO_ADDR, "address to look for"))
		return -EINVAL;
	err = mx_nl_addr(info->extack, info->attrs[MUTEX_A_GEO_ADDR],
			 &a.key.family, &addr);
	if (err)
		return err;
	if (!geo) {
		NL_SET_ERR_MSG(info->extack, "there is no database");
		return -ENOENT;
	}
	if (a.key.family == AF_INET)
		a.key.v4.saddr = addr.ip;
	else
		a.key.v6.saddr = addr.in6;
	rcu_read_lock();
	a.place = mx_geo_find(geo, &a.key);
	rcu_read_unlock();
	a.plen = mx_geo_plen(geo, &a.key);
	return mx_nl_reply(info, pn, MUTEX_CMD_GEO_FIND, mx_geo_fill_answer,
			   &a);
}

/**
 * mx_nl_geo_find_doit() - tell where an address is
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_geo_find_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_geo_find_addr);
}

/**
 * mx_nl_geo_release() - forget the new database of a socket that closes
 * @net: its namespace
 * @portid: its port
 *
 * Context: process; sleeps.
 */
void mx_nl_geo_release(struct net *net, u32 portid)
{
	struct mx_pernet *pn = mx_pernet(net);

	mutex_lock(&pn->lock);
	if (mx_geo_mine(pn, portid))
		mx_pernet_geo_abort(pn);
	mutex_unlock(&pn->lock);
}
