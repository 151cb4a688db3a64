// SPDX-License-Identifier: GPL-2.0
/* What would happen to a packet, and why, in one English sentence. */
#include <linux/inetdevice.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <net/ipv6.h>
#include "nl/netlink-gen.h"
#include "nl/nl.h"
#include "steer/resolve.h"

#define MX_WHY_MAX	512

/**
 * struct mx_answer - a request, and what is known of its packet
 * @key: the packet
 * @meta: what else rules look at
 * @d: the decision
 * @flow: the flow that holds the decision, or NULL
 * @dir: the packet's direction in @flow
 * @place: where the source is, if a rule asks and the database says
 * @plen: length of the prefix that @d.table has for the packet
 * @len: bytes in @why
 * @why: the sentence
 */
struct mx_answer {
	struct mx_key key;
	struct mx_meta meta;
	struct mx_decision d;
	const struct mx_flow *flow;
	struct mx_place place;
	u8 dir;
	u8 plen;
	int len;
	char why[MX_WHY_MAX];
};

static __printf(2, 3) void mx_say(struct mx_answer *a, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	a->len += vscnprintf(a->why + a->len, sizeof(a->why) - a->len, fmt,
			     args);
	va_end(args);
}

static void mx_say_server(struct mx_answer *a, const struct mx_server *server)
{
	if (server->path)
		mx_say(a, "path %s", server->name);
	else if (server->family == AF_INET && server->port)
		mx_say(a, "%pI4:%u", &server->addr, ntohs(server->port));
	else if (server->family == AF_INET)
		mx_say(a, "%pI4", &server->addr);
	else if (server->port)
		mx_say(a, "[%pI6c]:%u", &server->addr, ntohs(server->port));
	else
		mx_say(a, "%pI6c", &server->addr);
}

static void mx_say_rule(struct mx_answer *a, const struct mx_rule *rule)
{
	mx_say(a, "rule %u (priority %u) ", rule->id, rule->priority);
	switch (rule->action) {
	case MUTEX_ACTION_TABLE:
		mx_say(a, "sends it to table %s; ", rule->table->name);
		break;
	case MUTEX_ACTION_GROUP:
		mx_say(a, "sends it to group %s; ", rule->group->name);
		break;
	case MUTEX_ACTION_DROP:
		mx_say(a, "drops it");
		break;
	default:
		mx_say(a, "lets it pass untouched");
	}
}

/* The prefix's address, with the host bits cleared. */
static void mx_answer_prefix(const struct mx_answer *a,
			     union nf_inet_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (a->key.family == AF_INET)
		addr->ip = a->key.v4.daddr & inet_make_mask(a->plen);
	else
		ipv6_addr_prefix(&addr->in6, &a->key.v6.daddr, a->plen);
}

static void mx_say_route(struct mx_answer *a)
{
	union nf_inet_addr addr;

	mx_answer_prefix(a, &addr);
	if (!a->d.rule)
		mx_say(a, "in table %s (priority %u) ", a->d.table->name,
		       a->d.table->priority);
	if (a->key.family == AF_INET)
		mx_say(a, "%pI4/%u ", &addr, a->plen);
	else
		mx_say(a, "%pI6c/%u ", &addr, a->plen);
	mx_say(a, "metric %u leads to group %s; ", a->d.target->metric,
	       a->d.target->group->name);
}

static const char *mx_family_name(const struct mx_answer *a)
{
	return a->key.family == AF_INET ? "IPv4" : "IPv6";
}

/* What the members of a group are called. */
static const char *mx_member_word(const struct mx_group_conf *conf)
{
	return conf && conf->params.type == MUTEX_GROUP_TYPE_PATH ? "path" :
								    "server";
}

static void mx_say_pick(struct mx_answer *a)
{
	const struct mx_group_conf *conf = a->d.conf;
	unsigned int n = conf->pool[mx_pool_index(a->key.family)].n;

	if (a->d.instead)
		mx_say(a, "group %s has no usable server of %s, its fallback is group %s; ",
		       a->d.instead->name, mx_family_name(a),
		       a->d.group->name);
	mx_say(a, "%s picks ", conf->params.sched->name);
	mx_say_server(a, a->d.server);
	if (n == 1)
		mx_say(a, ", the only usable %s", mx_member_word(conf));
	else
		mx_say(a, " of %u usable %ss", n, mx_member_word(conf));
}

static void mx_say_place(struct mx_answer *a, const struct mx_config *cfg)
{
	const struct mx_rules *rules = rcu_dereference(cfg->rules);
	char code[3] = "";

	if (!rules || !rules->places)
		return;
	if (!a->meta.geo) {
		mx_say(a, "there is no database of countries; ");
		return;
	}
	a->place = mx_geo_find(a->meta.geo, &a->key);
	if (!a->place.country) {
		mx_say(a, "the source's country is unknown; ");
		return;
	}
	mx_country_code(a->place.country, code);
	mx_say(a, "the source is in %s; ", code);
}

static void mx_say_decision(struct mx_answer *a)
{
	const struct mx_decision *d = &a->d;

	if (d->rule)
		mx_say_rule(a, d->rule);
	if (d->target)
		mx_say_route(a);
	switch (d->verdict) {
	case MUTEX_VERDICT_STEER:
		mx_say_pick(a);
		break;
	case MUTEX_VERDICT_LIMIT:
		mx_say(a, "group %s is over its rate of new connections: dropped",
		       d->group->name);
		break;
	case MUTEX_VERDICT_NO_MEMBER:
		if (d->conf && mx_group_limited(d->conf, a->key.family)) {
			mx_say(a, "the %ss of group %s are full or over their rate: passes",
			       mx_member_word(d->conf), d->group->name);
			break;
		}
		mx_say(a, "group %s has no usable %s of %s%s: passes untouched",
		       d->group->name, mx_member_word(d->conf),
		       mx_family_name(a),
		       d->conf && d->conf->params.failover.fallback ?
		       ", nor has its fallback" : "");
		break;
	case MUTEX_VERDICT_NONE:
		mx_say(a, "no rule and no route matches: passes untouched");
		break;
	}
}

static void mx_say_flow(struct mx_answer *a)
{
	const struct mx_server *server = a->flow->server;

	if (a->dir == MX_DIR_REPLY)
		mx_say(a, "it is a reply of a flow of group %s %s",
		       server->group->name, server->path ? "by " :
							   "to server ");
	else
		mx_say(a, "a flow remembers group %s, %s",
		       server->group->name, server->path ? "" : "server ");
	mx_say_server(a, server);
}

static int mx_resolve_req_addrs(struct genl_info *info, struct mx_key *key)
{
	const struct nlattr *src = info->attrs[MUTEX_A_RESOLVE_SRC];
	const struct nlattr *dst = info->attrs[MUTEX_A_RESOLVE_DST];
	union nf_inet_addr saddr = { }, daddr;
	u8 family;
	int err;

	if (mx_nl_missing(info, MUTEX_A_RESOLVE_DST,
			  "destination of the packet"))
		return -EINVAL;
	err = mx_nl_addr(info->extack, dst, &key->family, &daddr);
	if (err)
		return err;
	family = key->family;
	if (src)
		err = mx_nl_addr(info->extack, src, &family, &saddr);
	if (err)
		return err;
	if (family != key->family) {
		NL_SET_ERR_MSG_ATTR(info->extack, src,
				    "source and destination must both be IPv4 or IPv6");
		return -EINVAL;
	}
	if (family == AF_INET) {
		key->v4.saddr = saddr.ip;
		key->v4.daddr = daddr.ip;
	} else {
		key->v6.saddr = saddr.in6;
		key->v6.daddr = daddr.in6;
	}
	return 0;
}

static int mx_resolve_req_dev(struct genl_info *info, int attr,
			      const char **name)
{
	const struct nlattr *nla = info->attrs[attr];
	int err = nla ? mx_nl_ifname(info->extack, nla) : 0;

	*name = nla && !err ? nla_data(nla) : "";
	return err;
}

static int mx_resolve_req_time(struct genl_info *info, time64_t *now)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_RESOLVE_TIME];

	if (!nla)
		return 0;
	if (nla_get_u64(nla) > MX_TIME_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "the time lies behind the year 9999");
		return -EINVAL;
	}
	*now = nla_get_u64(nla);
	return 0;
}

static int mx_resolve_req(struct genl_info *info, struct mx_answer *a)
{
	struct nlattr **attrs = info->attrs;
	int err;

	a->key.proto = mx_nl_u8(attrs[MUTEX_A_RESOLVE_PROTO], 0);
	a->key.sport = htons(mx_nl_u16(attrs[MUTEX_A_RESOLVE_SPORT], 0));
	a->key.dport = htons(mx_nl_u16(attrs[MUTEX_A_RESOLVE_DPORT], 0));
	a->meta.mark = mx_nl_u32(attrs[MUTEX_A_RESOLVE_MARK], 0);
	a->meta.dscp = mx_nl_u8(attrs[MUTEX_A_RESOLVE_DSCP], 0);
	if (a->meta.dscp > 63) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    attrs[MUTEX_A_RESOLVE_DSCP],
				    "dscp must be 0 to 63");
		return -EINVAL;
	}
	a->meta.now = ktime_get_real_seconds();
	err = mx_resolve_req_time(info, &a->meta.now);
	if (!err)
		err = mx_resolve_req_addrs(info, &a->key);
	if (!err)
		err = mx_resolve_req_dev(info, MUTEX_A_RESOLVE_IIF,
					 &a->meta.iif);
	if (!err)
		err = mx_resolve_req_dev(info, MUTEX_A_RESOLVE_OIF,
					 &a->meta.oif);
	if (err || !*a->meta.iif || !*a->meta.oif)
		return err;
	NL_SET_ERR_MSG_ATTR(info->extack, attrs[MUTEX_A_RESOLVE_OIF],
			    "a packet has an iif when it comes in, an oif when it is sent from here, never both");
	return -EINVAL;
}

static int mx_resolve_fill_server(struct sk_buff *skb,
				  const struct mx_server *server, u8 forward)
{
	if (nla_put_string(skb, MUTEX_A_RESOLVE_GROUP, server->group->name) ||
	    nla_put_u8(skb, MUTEX_A_RESOLVE_FORWARD, forward))
		return -EMSGSIZE;
	if (server->path)
		return nla_put_string(skb, MUTEX_A_RESOLVE_PATH, server->name);
	if (mx_nl_put_addr(skb, MUTEX_A_RESOLVE_SERVER, server->family,
			   &server->addr) ||
	    nla_put_u16(skb, MUTEX_A_RESOLVE_SERVER_PORT, ntohs(server->port)))
		return -EMSGSIZE;
	return 0;
}

static int mx_resolve_fill_route(struct sk_buff *skb, const struct mx_answer *a)
{
	const struct mx_decision *d = &a->d;
	union nf_inet_addr addr;

	if (d->rule &&
	    (nla_put_u32(skb, MUTEX_A_RESOLVE_RULE, d->rule->id) ||
	     nla_put_u32(skb, MUTEX_A_RESOLVE_RULE_PRIORITY,
			 d->rule->priority)))
		return -EMSGSIZE;
	if (!d->target)
		return 0;
	mx_answer_prefix(a, &addr);
	if (nla_put_string(skb, MUTEX_A_RESOLVE_TABLE, d->table->name) ||
	    nla_put_u32(skb, MUTEX_A_RESOLVE_TABLE_PRIORITY,
			d->table->priority) ||
	    mx_nl_put_addr(skb, MUTEX_A_RESOLVE_ROUTE_DST, a->key.family,
			   &addr) ||
	    nla_put_u8(skb, MUTEX_A_RESOLVE_ROUTE_PLEN, a->plen) ||
	    nla_put_u32(skb, MUTEX_A_RESOLVE_ROUTE_METRIC, d->target->metric))
		return -EMSGSIZE;
	return 0;
}

static int mx_resolve_fill_place(struct sk_buff *skb, const struct mx_answer *a)
{
	char code[3] = "";

	if (a->place.country) {
		mx_country_code(a->place.country, code);
		if (nla_put_string(skb, MUTEX_A_RESOLVE_COUNTRY, code))
			return -EMSGSIZE;
	}
	return a->place.region ? nla_put_u8(skb, MUTEX_A_RESOLVE_REGION,
					    a->place.region) : 0;
}

static int mx_resolve_fill(struct sk_buff *skb, struct mx_pernet *pn,
			   const void *obj)
{
	const struct mx_answer *a = obj;
	const struct mx_decision *d = &a->d;

	if (nla_put_u8(skb, MUTEX_A_RESOLVE_VERDICT, d->verdict) ||
	    nla_put_u8(skb, MUTEX_A_RESOLVE_CACHED, !!a->flow) ||
	    nla_put_string(skb, MUTEX_A_RESOLVE_WHY, a->why) ||
	    mx_resolve_fill_route(skb, a) || mx_resolve_fill_place(skb, a))
		return -EMSGSIZE;
	if (a->flow)
		return mx_resolve_fill_server(skb, a->flow->server,
					      mx_flow_forward(a->flow));
	if (d->conf && nla_put_string(skb, MUTEX_A_RESOLVE_SCHED,
				      d->conf->params.sched->name))
		return -EMSGSIZE;
	if (d->server)
		return mx_resolve_fill_server(skb, d->server,
					      d->conf->params.forward);
	if (d->group)
		return nla_put_string(skb, MUTEX_A_RESOLVE_GROUP,
				      d->group->name);
	return 0;
}

/* A flow whose server is gone or down decides nothing any more. */
static void mx_answer_flow(struct mx_pernet *pn, struct mx_answer *a)
{
	struct mx_flow_node *node = mx_flow_lookup(&pn->flows, &a->key);

	if (!node || mx_flow_leaves(mx_flow_of(node)))
		return;
	a->flow = mx_flow_of(node);
	a->dir = node->key.dir;
	a->d.verdict = MUTEX_VERDICT_STEER;
	mx_say_flow(a);
}

/* The longest of the table's prefixes: the one that the lookup found. */
static void mx_answer_route(const struct mx_config *cfg, struct mx_answer *a)
{
	struct mx_table *table = mx_config_table(cfg, a->d.table->name);
	struct mx_lpm *lpm = mx_table_lpm(table, a->key.family);
	union nf_inet_addr addr;

	for (a->plen = lpm->plen_max; a->plen; a->plen--) {
		mx_answer_prefix(a, &addr);
		if (mx_lpm_get(lpm, &addr, a->plen))
			return;
	}
}

static int mx_resolve_packet(struct mx_pernet *pn, struct genl_info *info)
{
	const struct mx_config *cfg = mx_pernet_live(pn);
	struct sk_buff *reply;
	struct mx_answer *a;
	void *hdr;
	int err;

	a = kzalloc(sizeof(*a), GFP_KERNEL);
	reply = mx_nl_reply_begin(info, MUTEX_CMD_RESOLVE, &hdr);
	err = -ENOMEM;
	if (!a || !reply)
		goto err_free;
	err = mx_resolve_req(info, a);
	if (err)
		goto err_free;
	rcu_read_lock();
	a->meta.geo = rcu_dereference(pn->geo);
	mx_answer_flow(pn, a);
	if (!a->flow) {
		mx_resolve(cfg, &a->key, mx_key_has_ports(&a->key), &a->meta,
			   true, &a->d);
		if (a->d.target)
			mx_answer_route(cfg, a);
		mx_say_place(a, cfg);
		mx_say_decision(a);
	}
	err = mx_resolve_fill(reply, pn, a);
	rcu_read_unlock();
	if (err)
		goto err_free;
	kfree(a);
	return mx_nl_reply_end(info, reply, hdr);

err_free:
	nlmsg_free(reply);
	kfree(a);
	return err;
}

/**
 * mx_nl_resolve_doit() - tell what would happen to a packet
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_resolve_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_resolve_packet);
}
