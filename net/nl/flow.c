// SPDX-License-Identifier: GPL-2.0
/* Commands on flows. */
#include <linux/jiffies.h>
#include "nl/netlink-gen.h"
#include "nl/nl.h"
#include "steer/resolve.h"

/* Buckets that a dump looks into before it lets others run. */
#define MX_FLOW_DUMP_SLICE	4096

/* Context: RCU reader. */
static int mx_flow_fill_addrs(struct sk_buff *skb, const struct mx_key *key)
{
	const void *src = &key->v6.saddr, *dst = &key->v6.daddr;

	if (key->family == AF_INET) {
		src = &key->v4.saddr;
		dst = &key->v4.daddr;
	}
	if (mx_nl_put_addr(skb, MUTEX_A_FLOW_SRC, key->family, src) ||
	    mx_nl_put_addr(skb, MUTEX_A_FLOW_DST, key->family, dst))
		return -EMSGSIZE;
	return 0;
}

static int mx_flow_fill_server(struct sk_buff *skb,
			       const struct mx_server *server)
{
	if (nla_put_string(skb, MUTEX_A_FLOW_GROUP, server->group->name))
		return -EMSGSIZE;
	if (server->path)
		return nla_put_string(skb, MUTEX_A_FLOW_PATH, server->name);
	if (mx_nl_put_addr(skb, MUTEX_A_FLOW_SERVER, server->family,
			   &server->addr) ||
	    nla_put_u16(skb, MUTEX_A_FLOW_SERVER_PORT, ntohs(server->port)))
		return -EMSGSIZE;
	return 0;
}

/* Context: RCU reader. */
static int mx_flow_fill(struct sk_buff *skb, struct mx_pernet *pn,
			const void *obj)
{
	const struct mx_flow *flow = obj;
	const struct mx_server *server = flow->server;
	const struct mx_key *key = &flow->node[0].key;
	u32 now = (u32)jiffies;

	if (mx_flow_fill_addrs(skb, key) ||
	    nla_put_u16(skb, MUTEX_A_FLOW_SPORT, ntohs(key->sport)) ||
	    nla_put_u16(skb, MUTEX_A_FLOW_DPORT, ntohs(key->dport)) ||
	    nla_put_u8(skb, MUTEX_A_FLOW_PROTO, key->proto) ||
	    mx_flow_fill_server(skb, server) ||
	    nla_put_u8(skb, MUTEX_A_FLOW_FORWARD, mx_flow_forward(flow)) ||
	    nla_put_u8(skb, MUTEX_A_FLOW_CT, mx_flow_ct(flow)) ||
	    nla_put_u8(skb, MUTEX_A_FLOW_STATE, READ_ONCE(flow->state)) ||
	    nla_put_u8(skb, MUTEX_A_FLOW_ACTIVE,
		       test_bit(MX_FLOW_ACTIVE, &flow->flags)) ||
	    nla_put_u8(skb, MUTEX_A_FLOW_FAST, mx_flow_fast(flow)) ||
	    nla_put_u32(skb, MUTEX_A_FLOW_IDLE,
			jiffies_to_msecs(mx_flow_idle(flow, now))) ||
	    nla_put_u32(skb, MUTEX_A_FLOW_MARK, flow->mark) ||
	    nla_put_u8(skb, MUTEX_A_FLOW_ANSWERED,
		       test_bit(MX_FLOW_REPLIED, &flow->flags)) ||
	    nla_put_u32(skb, MUTEX_A_FLOW_EXPIRES,
			mx_flow_left(flow, rcu_dereference(pn->flows.settings),
				     now)))
		return -EMSGSIZE;
	return 0;
}

static int mx_flow_req_addrs(struct netlink_ext_ack *extack,
			     struct nlattr **attrs, struct mx_flow_match *m)
{
	int err = 0;

	if (attrs[MUTEX_A_FLOW_SRC]) {
		m->set |= MX_MATCH_SRC;
		err = mx_nl_prefix(extack, attrs[MUTEX_A_FLOW_SRC],
				   attrs[MUTEX_A_FLOW_SRC_PLEN],
				   &m->src_family, &m->src, &m->src_plen);
	}
	if (!err && attrs[MUTEX_A_FLOW_DST]) {
		m->set |= MX_MATCH_DST;
		err = mx_nl_prefix(extack, attrs[MUTEX_A_FLOW_DST],
				   attrs[MUTEX_A_FLOW_DST_PLEN],
				   &m->dst_family, &m->dst, &m->dst_plen);
	}
	if (!err && attrs[MUTEX_A_FLOW_SERVER]) {
		m->set |= MX_MATCH_SERVER;
		err = mx_nl_addr(extack, attrs[MUTEX_A_FLOW_SERVER],
				 &m->server_family, &m->server);
	}
	if (err || (m->set & (MX_MATCH_SRC | MX_MATCH_DST)) !=
		   (MX_MATCH_SRC | MX_MATCH_DST))
		return err;
	if (m->src_family == m->dst_family)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attrs[MUTEX_A_FLOW_SRC],
			    "source and destination must both be IPv4 or IPv6");
	return -EINVAL;
}

/* A port, or a range of which one end may be left open. */
static int mx_flow_req_range(struct netlink_ext_ack *extack,
			     const struct nlattr *low,
			     const struct nlattr *high, u16 *min, u16 *max)
{
	*min = low ? nla_get_u16(low) : 0;
	*max = high ? nla_get_u16(high) : low ? *min : U16_MAX;
	if (*min <= *max)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, high,
			    "the highest port is below the lowest");
	return -EINVAL;
}

static int mx_flow_req_ports(struct netlink_ext_ack *extack,
			     struct nlattr **attrs, struct mx_flow_match *m)
{
	int err = 0;

	if (attrs[MUTEX_A_FLOW_SERVER_PORT]) {
		m->set |= MX_MATCH_SERVER_PORT;
		m->server_port =
			htons(nla_get_u16(attrs[MUTEX_A_FLOW_SERVER_PORT]));
	}
	if (attrs[MUTEX_A_FLOW_SPORT] || attrs[MUTEX_A_FLOW_SPORT_MAX]) {
		m->set |= MX_MATCH_SPORT;
		err = mx_flow_req_range(extack, attrs[MUTEX_A_FLOW_SPORT],
					attrs[MUTEX_A_FLOW_SPORT_MAX],
					&m->sport, &m->sport_max);
	}
	if (!err && (attrs[MUTEX_A_FLOW_DPORT] ||
		     attrs[MUTEX_A_FLOW_DPORT_MAX])) {
		m->set |= MX_MATCH_DPORT;
		err = mx_flow_req_range(extack, attrs[MUTEX_A_FLOW_DPORT],
					attrs[MUTEX_A_FLOW_DPORT_MAX],
					&m->dport, &m->dport_max);
	}
	return err;
}

static void mx_flow_req_u8(struct mx_flow_match *m, const struct nlattr *nla,
			   u32 flag, u8 *to)
{
	if (!nla)
		return;
	m->set |= flag;
	*to = nla_get_u8(nla);
}

static void mx_flow_req_u32(struct mx_flow_match *m, const struct nlattr *nla,
			    u32 flag, u32 *to)
{
	if (!nla)
		return;
	m->set |= flag;
	*to = nla_get_u32(nla);
}

static void mx_flow_req_fields(struct nlattr **attrs, struct mx_flow_match *m)
{
	u8 family = 0;

	mx_flow_req_u8(m, attrs[MUTEX_A_FLOW_PROTO], MX_MATCH_PROTO, &m->proto);
	mx_flow_req_u8(m, attrs[MUTEX_A_FLOW_STATE], MX_MATCH_STATE, &m->state);
	mx_flow_req_u8(m, attrs[MUTEX_A_FLOW_FORWARD], MX_MATCH_FORWARD,
		       &m->forward);
	mx_flow_req_u8(m, attrs[MUTEX_A_FLOW_ACTIVE], MX_MATCH_ACTIVE,
		       &m->active);
	mx_flow_req_u8(m, attrs[MUTEX_A_FLOW_ANSWERED], MX_MATCH_ANSWERED,
		       &m->answered);
	mx_flow_req_u8(m, attrs[MUTEX_A_FLOW_FAST], MX_MATCH_FAST, &m->fast);
	mx_flow_req_u8(m, attrs[MUTEX_A_FLOW_FAMILY], MX_MATCH_FAMILY, &family);
	mx_flow_req_u8(m, attrs[MUTEX_A_FLOW_CT], MX_MATCH_CT, &m->ct);
	m->family = family == MUTEX_FAMILY_IPV6 ? AF_INET6 : AF_INET;
	mx_flow_req_u32(m, attrs[MUTEX_A_FLOW_IDLE], MX_MATCH_IDLE, &m->idle);
	mx_flow_req_u32(m, attrs[MUTEX_A_FLOW_EXPIRES], MX_MATCH_EXPIRES,
			&m->expires);
	m->mark_mask = U32_MAX;
	mx_flow_req_u32(m, attrs[MUTEX_A_FLOW_MARK_MASK], 0, &m->mark_mask);
	mx_flow_req_u32(m, attrs[MUTEX_A_FLOW_MARK], MX_MATCH_MARK, &m->mark);
}

/* What only says more of an attribute that is not there would be forgotten. */
static int mx_flow_req_whole(struct netlink_ext_ack *extack,
			     struct nlattr **attrs)
{
	static const u8 needs[][2] = {
		{ MUTEX_A_FLOW_SRC_PLEN, MUTEX_A_FLOW_SRC },
		{ MUTEX_A_FLOW_DST_PLEN, MUTEX_A_FLOW_DST },
		{ MUTEX_A_FLOW_MARK_MASK, MUTEX_A_FLOW_MARK },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(needs); i++) {
		if (!attrs[needs[i][0]] || attrs[needs[i][1]])
			continue;
		NL_SET_ERR_MSG_ATTR(extack, attrs[needs[i][0]],
				    "this needs the value that it belongs to");
		return -EINVAL;
	}
	return 0;
}

/* Which flows a request is about. Whether its group exists is not asked. */
static int mx_flow_req_match(struct netlink_ext_ack *extack,
			     struct nlattr **attrs, struct mx_flow_match *m)
{
	int err;

	memset(m, 0, sizeof(*m));
	mx_flow_req_fields(attrs, m);
	if (attrs[MUTEX_A_FLOW_GROUP]) {
		m->set |= MX_MATCH_GROUP;
		strscpy(m->group, nla_data(attrs[MUTEX_A_FLOW_GROUP]),
			sizeof(m->group));
	}
	if (attrs[MUTEX_A_FLOW_PATH]) {
		m->set |= MX_MATCH_PATH;
		strscpy(m->path, nla_data(attrs[MUTEX_A_FLOW_PATH]),
			sizeof(m->path));
	}
	err = mx_flow_req_whole(extack, attrs);
	if (!err)
		err = mx_flow_req_ports(extack, attrs, m);
	return err ? err : mx_flow_req_addrs(extack, attrs, m);
}

static int mx_flow_req(struct mx_pernet *pn, struct netlink_ext_ack *extack,
		       struct nlattr **attrs, struct mx_flow_match *m)
{
	const struct nlattr *group = attrs[MUTEX_A_FLOW_GROUP];

	if (group && IS_ERR(mx_nl_group(pn, mx_pernet_live(pn), extack, group)))
		return -ENOENT;
	return mx_flow_req_match(extack, attrs, m);
}

static void mx_flow_req_key(const struct mx_flow_match *m, struct mx_key *key)
{
	memset(key, 0, sizeof(*key));
	key->sport = htons(m->sport);
	key->dport = htons(m->dport);
	key->proto = m->proto;
	key->family = m->dst_family;
	if (key->family == AF_INET) {
		key->v4.saddr = m->src.ip;
		key->v4.daddr = m->dst.ip;
	} else {
		key->v6.saddr = m->src.in6;
		key->v6.daddr = m->dst.in6;
	}
}

static int mx_flow_get(struct mx_pernet *pn, struct genl_info *info)
{
	struct mx_flow_match match;
	struct mx_flow_node *node;
	struct sk_buff *reply;
	struct mx_key key;
	void *hdr;
	int err;

	if (mx_nl_missing(info, MUTEX_A_FLOW_SRC, "source of the flow") ||
	    mx_nl_missing(info, MUTEX_A_FLOW_DST, "destination of the flow") ||
	    mx_nl_missing(info, MUTEX_A_FLOW_PROTO, "protocol of the flow"))
		return -EINVAL;
	err = mx_flow_req(pn, info->extack, info->attrs, &match);
	if (err)
		return err;
	mx_flow_req_key(&match, &key);
	reply = mx_nl_reply_begin(info, MUTEX_CMD_FLOW_GET, &hdr);
	if (!reply)
		return -ENOMEM;

	rcu_read_lock();
	node = mx_flow_lookup(&pn->flows, &key);
	if (!node || !mx_flow_matches(mx_flow_of(node),
				      rcu_dereference(pn->flows.settings),
				      (u32)jiffies, &match))
		err = -ENOENT;
	else
		err = mx_flow_fill(reply, pn, mx_flow_of(node));
	rcu_read_unlock();
	if (err)
		goto err_reply;
	return mx_nl_reply_end(info, reply, hdr);

err_reply:
	nlmsg_free(reply);
	if (err == -ENOENT)
		NL_SET_ERR_MSG(info->extack, "no such flow");
	return err;
}

/**
 * mx_nl_flow_get_doit() - show the flow of a 5-tuple
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_flow_get);
}

/* Puts flows until the message is full or the slice is looked at. */
static int mx_flow_dump_slice(struct sk_buff *skb, struct netlink_callback *cb,
			      struct mx_pernet *pn,
			      const struct mx_flow_match *match)
{
	struct mx_flow_cursor *cursor = (void *)cb->ctx, last = *cursor;
	unsigned int budget = MX_FLOW_DUMP_SLICE;
	struct mx_flow *flow;
	int err = 0;

	rcu_read_lock();
	while (!err && (flow = mx_flow_next(&pn->flows, cursor, &budget))) {
		if (mx_flow_matches(flow, rcu_dereference(pn->flows.settings),
				    (u32)jiffies, match))
			err = mx_nl_dump_one(skb, cb, pn, MUTEX_CMD_FLOW_GET,
					     mx_flow_fill, flow);
		if (err)
			*cursor = last;
		last = *cursor;
	}
	rcu_read_unlock();
	return err;
}

/**
 * mx_nl_flow_get_dumpit() - show all flows that match
 * @skb: where to put them
 * @cb: the dump; its ctx is the cursor
 *
 * The flows themselves are read under RCU alone. Each that is there from the
 * dump's begin to its end comes once; those that come or go meanwhile come once
 * or not at all.
 *
 * Return: length of @skb when there is more, 0 at the end, or -errno.
 */
int mx_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mx_pernet *pn = mx_pernet(sock_net(cb->skb->sk));
	struct mx_flow_cursor *cursor = (void *)cb->ctx;
	struct nlattr **attrs = mx_genl_dump_attrs(cb);
	struct mx_flow_match match;
	int err;

	BUILD_BUG_ON(sizeof(*cursor) > sizeof(cb->ctx));
	/* the group may go while its flows are dumped */
	mutex_lock(&pn->lock);
	if (cursor->order || cursor->flow)
		err = mx_flow_req_match(cb->extack, attrs, &match);
	else
		err = mx_flow_req(pn, cb->extack, attrs, &match);
	mutex_unlock(&pn->lock);
	while (!err && !cursor->end) {
		err = mx_flow_dump_slice(skb, cb, pn, &match);
		cond_resched();
	}
	return err == -EMSGSIZE && skb->len ? skb->len : err;
}

/* Does something with all flows that match, and answers with how many. */
static int mx_flow_run(struct mx_pernet *pn, struct genl_info *info, u8 cmd,
		       u32 (*fn)(struct mx_pernet *pn,
				 const struct mx_flow_match *match))
{
	struct mx_flow_match match;
	struct sk_buff *reply;
	void *hdr;
	int err;

	err = mx_flow_req(pn, info->extack, info->attrs, &match);
	if (err)
		return err;
	reply = mx_nl_reply_begin(info, cmd, &hdr);
	if (!reply)
		return -ENOMEM;
	/* a new message has room for one number */
	nla_put_u32(reply, MUTEX_A_FLOW_COUNT, fn(pn, &match));
	return mx_nl_reply_end(info, reply, hdr);
}

static u32 mx_flow_run_del(struct mx_pernet *pn,
			   const struct mx_flow_match *match)
{
	return mx_flow_flush(&pn->flows, match);
}

static int mx_flow_del(struct mx_pernet *pn, struct genl_info *info)
{
	return mx_flow_run(pn, info, MUTEX_CMD_FLOW_DEL, mx_flow_run_del);
}

/**
 * mx_nl_flow_del_doit() - forget the flows that match
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_flow_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_flow_del);
}

static bool mx_flow_count_one(struct mx_flow_table *ft, struct mx_flow *flow,
			      void *arg)
{
	return true;
}

static u32 mx_flow_run_count(struct mx_pernet *pn,
			     const struct mx_flow_match *match)
{
	if (!match->set)
		return mx_flow_count(&pn->flows);
	return mx_flow_each(&pn->flows, match, mx_flow_count_one, NULL);
}

static int mx_flow_number(struct mx_pernet *pn, struct genl_info *info)
{
	return mx_flow_run(pn, info, MUTEX_CMD_FLOW_COUNT, mx_flow_run_count);
}

/**
 * mx_nl_flow_count_doit() - count the flows that match
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_flow_count_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_flow_number);
}

static u32 mx_flow_run_anew(struct mx_pernet *pn,
			    const struct mx_flow_match *match)
{
	return mx_reevaluate(mx_pernet_live(pn), &pn->flows, match,
			     ktime_get_real_seconds(),
			     mx_dereference(pn->geo, &pn->lock));
}

static int mx_flow_anew(struct mx_pernet *pn, struct genl_info *info)
{
	return mx_flow_run(pn, info, MUTEX_CMD_FLOW_REEVALUATE,
			   mx_flow_run_anew);
}

/**
 * mx_nl_flow_reevaluate_doit() - let the matching flows be decided anew
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_flow_reevaluate_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_flow_anew);
}
