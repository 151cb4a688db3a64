// SPDX-License-Identifier: GPL-2.0
/* Commands on the clients that keep their servers. */
#include <linux/inetdevice.h>
#include <linux/jiffies.h>
#include <net/ipv6.h>
#include "nl/netlink-gen.h"
#include "nl/nl.h"

/**
 * struct mx_persist_ask - which clients are asked for
 * @group: of this group, NULL for any
 * @family: AF_INET or AF_INET6
 * @src: an address of the one client that is asked for
 * @skb: where to put them
 * @cb: the dump, or NULL
 * @pn: the namespace
 */
struct mx_persist_ask {
	const struct mx_group *group;
	u8 family;
	union nf_inet_addr src;
	struct sk_buff *skb;
	struct netlink_callback *cb;
	struct mx_pernet *pn;
};

static int mx_persist_fill_server(struct sk_buff *skb,
				  const struct mx_server *server)
{
	if (server->path)
		return nla_put_string(skb, MUTEX_A_PERSIST_PATH, server->name);
	if (mx_nl_put_addr(skb, MUTEX_A_PERSIST_SERVER, server->family,
			   &server->addr) ||
	    nla_put_u16(skb, MUTEX_A_PERSIST_SERVER_PORT, ntohs(server->port)))
		return -EMSGSIZE;
	return 0;
}

/* Context: RCU reader. */
static int mx_persist_fill(struct sk_buff *skb, struct mx_pernet *pn,
			   const void *obj)
{
	const struct mx_client *c = obj;
	s32 left = READ_ONCE(c->expires) - (u32)jiffies;

	if (nla_put_string(skb, MUTEX_A_PERSIST_GROUP, c->group->name) ||
	    mx_nl_put_addr(skb, MUTEX_A_PERSIST_SRC, c->family, &c->addr) ||
	    nla_put_u8(skb, MUTEX_A_PERSIST_PLEN, c->plen) ||
	    mx_persist_fill_server(skb, c->server) ||
	    nla_put_u32(skb, MUTEX_A_PERSIST_EXPIRES,
			jiffies_to_msecs(max(left, 0))))
		return -EMSGSIZE;
	return 0;
}

static bool mx_persist_covers(const struct mx_client *c, u8 family,
			      const union nf_inet_addr *src)
{
	if (c->family != family)
		return false;
	if (family == AF_INET)
		return !((c->addr.ip ^ src->ip) & inet_make_mask(c->plen));
	return ipv6_prefix_equal(&c->addr.in6, &src->in6, c->plen);
}

/* Puts the one that is asked for. Returns 1 to end the walk, or -EMSGSIZE. */
static int mx_persist_put_one(const struct mx_client *c, void *arg)
{
	struct mx_persist_ask *ask = arg;

	if (c->group != ask->group ||
	    !mx_persist_covers(c, ask->family, &ask->src))
		return 0;
	return mx_persist_fill(ask->skb, ask->pn, c) ?: 1;
}

static int mx_persist_put(const struct mx_client *c, void *arg)
{
	struct mx_persist_ask *ask = arg;

	if (ask->group && c->group != ask->group)
		return 0;
	return mx_nl_dump_one(ask->skb, ask->cb, ask->pn,
			      MUTEX_CMD_PERSIST_GET, mx_persist_fill, c);
}

static int mx_persist_get(struct mx_pernet *pn, struct genl_info *info)
{
	const struct nlattr *group = info->attrs[MUTEX_A_PERSIST_GROUP];
	const struct nlattr *src = info->attrs[MUTEX_A_PERSIST_SRC];
	struct mx_persist_ask ask = { .pn = pn };
	u32 bucket = 0, skip = 0;
	void *hdr;
	int err;

	if (mx_nl_missing(info, MUTEX_A_PERSIST_GROUP, "group of the client") ||
	    mx_nl_missing(info, MUTEX_A_PERSIST_SRC, "address of the client"))
		return -EINVAL;
	ask.group = mx_nl_group(pn, mx_pernet_live(pn), info->extack, group);
	if (IS_ERR(ask.group))
		return PTR_ERR(ask.group);
	err = mx_nl_addr(info->extack, src, &ask.family, &ask.src);
	if (err)
		return err;
	ask.skb = mx_nl_reply_begin(info, MUTEX_CMD_PERSIST_GET, &hdr);
	if (!ask.skb)
		return -ENOMEM;
	err = mx_persist_walk(&pn->persist, &bucket, &skip, (u32)jiffies,
			      mx_persist_put_one, &ask);
	if (err == 1)
		return mx_nl_reply_end(info, ask.skb, hdr);
	nlmsg_free(ask.skb);
	if (err)
		return err;
	NL_SET_ERR_MSG_ATTR(info->extack, src,
			    "the group keeps no such client");
	return -ENOENT;
}

/**
 * mx_nl_persist_get_doit() - show the client that an address is
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_persist_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_persist_get);
}

/* The cursor is a bucket, and how many of its clients were put. */
static int mx_persist_dump(struct sk_buff *skb, struct netlink_callback *cb,
			   struct mx_pernet *pn)
{
	const struct nlattr *nla = mx_genl_dump_attrs(cb)[MUTEX_A_PERSIST_GROUP];
	struct mx_persist_ask ask = { .skb = skb, .cb = cb, .pn = pn };
	u32 bucket = cb->args[0], skip = cb->args[1];
	int err;

	err = mx_nl_dump_filters(cb, MUTEX_A_PERSIST_GROUP);
	if (err)
		return err;
	if (nla) {
		ask.group = mx_nl_group(pn, mx_pernet_live(pn), cb->extack,
					nla);
		if (IS_ERR(ask.group))
			return PTR_ERR(ask.group);
	}
	err = mx_persist_walk(&pn->persist, &bucket, &skip, (u32)jiffies,
			      mx_persist_put, &ask);
	cb->args[0] = bucket;
	cb->args[1] = skip;
	return err;
}

/**
 * mx_nl_persist_get_dumpit() - show all clients, or those of a group
 * @skb: where to put them
 * @cb: the dump
 *
 * Return: see mx_nl_dump().
 */
int mx_nl_persist_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mx_nl_dump(skb, cb, mx_persist_dump);
}

static int mx_persist_del(struct mx_pernet *pn, struct genl_info *info)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_PERSIST_GROUP];
	struct mx_group *group = NULL, *each;
	struct sk_buff *reply;
	void *hdr;
	u32 n = 0;

	if (nla) {
		group = mx_nl_group(pn, mx_pernet_live(pn), info->extack, nla);
		if (IS_ERR(group))
			return PTR_ERR(group);
	}
	reply = mx_nl_reply_begin(info, MUTEX_CMD_PERSIST_DEL, &hdr);
	if (!reply)
		return -ENOMEM;
	list_for_each_entry(each, &pn->group_list, list)
		if (!group || each == group)
			n += mx_persist_forget(&pn->persist, each);
	/* a new message has room for one number */
	nla_put_u32(reply, MUTEX_A_PERSIST_COUNT, n);
	return mx_nl_reply_end(info, reply, hdr);
}

/**
 * mx_nl_persist_del_doit() - let clients go
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_persist_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_persist_del);
}
