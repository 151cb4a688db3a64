// SPDX-License-Identifier: GPL-2.0
/* Commands on devices with the fast path. RTNL is taken first. */
#include <linux/rtnetlink.h>
#include "nl/netlink-gen.h"
#include "nl/nl.h"
#include "xmit/dev.h"

static int mx_dev_fill(struct sk_buff *skb, struct mx_pernet *pn,
		       const void *obj)
{
	const struct mx_dev *d = obj;

	if (nla_put_string(skb, MUTEX_A_DEV_NAME, d->dev->name) ||
	    nla_put_u32(skb, MUTEX_A_DEV_IFINDEX, d->dev->ifindex) ||
	    nla_put_u64_64bit(skb, MUTEX_A_DEV_FAST_PACKETS,
			      mx_stats_read(&d->stats, MX_DEV_FAST_PACKETS),
			      MUTEX_A_DEV_PAD) ||
	    nla_put_u64_64bit(skb, MUTEX_A_DEV_FAST_BYTES,
			      mx_stats_read(&d->stats, MX_DEV_FAST_BYTES),
			      MUTEX_A_DEV_PAD) ||
	    nla_put_u64_64bit(skb, MUTEX_A_DEV_STACK_PACKETS,
			      mx_stats_read(&d->stats, MX_DEV_STACK_PACKETS),
			      MUTEX_A_DEV_PAD))
		return -EMSGSIZE;
	return 0;
}

static struct list_head *mx_dev_list(struct mx_pernet *pn,
				     const struct mx_config *cfg)
{
	return mx_nl_live(pn, cfg) ? &pn->devs : &pn->staged_devs;
}

/* The device with the fast path that a request names. */
static struct mx_dev *mx_dev_req(struct mx_pernet *pn,
				 const struct mx_config *cfg,
				 struct genl_info *info)
{
	const struct nlattr *name = info->attrs[MUTEX_A_DEV_NAME];
	struct mx_dev *d;

	if (mx_nl_missing(info, MUTEX_A_DEV_NAME, "name of the device"))
		return ERR_PTR(-EINVAL);
	d = mx_dev_find(mx_dev_list(pn, cfg), nla_data(name));
	if (d)
		return d;
	NL_SET_ERR_MSG_ATTR(info->extack, name,
			    "the device does not have the fast path");
	return ERR_PTR(-ENOENT);
}

static int mx_dev_new(struct mx_pernet *pn, struct mx_config *cfg,
		      struct genl_info *info)
{
	const struct nlattr *name = info->attrs[MUTEX_A_DEV_NAME];
	struct net_device *dev;
	int err;

	if (mx_nl_missing(info, MUTEX_A_DEV_NAME, "name of the device"))
		return -EINVAL;
	dev = __dev_get_by_name(pn->net, nla_data(name));
	if (!dev) {
		NL_SET_ERR_MSG_ATTR(info->extack, name, "no such device");
		return -ENODEV;
	}
	/* what comes in there was sent here: nothing is forwarded from it */
	if (dev->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "the loopback device forwards nothing");
		return -EINVAL;
	}
	err = mx_dev_add(pn, dev, !mx_nl_live(pn, cfg));
	switch (err) {
	case 0:
		mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG,
			  MUTEX_CMD_DEV_NTF, mx_dev_fill,
			  mx_dev_find(mx_dev_list(pn, cfg), dev->name));
		break;
	case -EEXIST:
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "the device has the fast path already");
		break;
	case -ENOSPC:
		NL_SET_ERR_MSG(info->extack, "there are too many devices");
		break;
	case -ENOMEM:
		break;
	default:
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "the ingress hook of the device cannot be registered");
	}
	return err;
}

static int mx_dev_change(struct genl_info *info, mx_nl_change_fn fn)
{
	int err;

	rtnl_lock();
	err = mx_nl_change(info, fn);
	rtnl_unlock();
	return err;
}

/**
 * mx_nl_dev_new_doit() - give a device the fast path
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_dev_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_dev_change(info, mx_dev_new);
}

static int mx_dev_remove(struct mx_pernet *pn, struct mx_config *cfg,
			 struct genl_info *info)
{
	struct mx_dev *d = mx_dev_req(pn, cfg, info);
	struct sk_buff *ntf;

	if (IS_ERR(d))
		return PTR_ERR(d);
	ntf = mx_nl_ntf_build(info, pn, cfg, MUTEX_NLGRP_CONFIG,
			      MUTEX_CMD_DEV_DEL_NTF, mx_dev_fill, d);
	mx_dev_del(d);
	mx_nl_ntf_send(info, MUTEX_NLGRP_CONFIG, ntf);
	return 0;
}

/**
 * mx_nl_dev_del_doit() - take the fast path from a device
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_dev_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_dev_change(info, mx_dev_remove);
}

static void mx_dev_gone(struct mx_pernet *pn, const struct mx_dev *d)
{
	mx_nl_news(pn, MUTEX_NLGRP_CONFIG, MUTEX_CMD_DEV_DEL_NTF, mx_dev_fill,
		   d);
}

/**
 * mx_nl_dev_watch() - tell of devices that go away by themselves
 * @on: from now on, or no more
 *
 * Context: process; takes RTNL.
 */
void mx_nl_dev_watch(bool on)
{
	mx_dev_watch(on ? mx_dev_gone : NULL);
}

static int mx_dev_get(struct mx_pernet *pn, struct genl_info *info)
{
	const struct mx_dev *d = mx_dev_req(pn, mx_pernet_live(pn), info);

	if (IS_ERR(d))
		return PTR_ERR(d);
	return mx_nl_reply(info, pn, MUTEX_CMD_DEV_GET, mx_dev_fill, d);
}

/**
 * mx_nl_dev_get_doit() - show a device with the fast path
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_dev_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	rtnl_lock();
	err = mx_nl_read(info, mx_dev_get);
	rtnl_unlock();
	return err;
}

/* The cursor is how many devices were put. */
static int mx_dev_dump(struct sk_buff *skb, struct netlink_callback *cb,
		       struct mx_pernet *pn)
{
	const struct mx_dev *d;
	unsigned long i = 0;
	int err;

	err = mx_nl_dump_filters(cb, 0);
	if (err)
		return err;
	list_for_each_entry(d, &pn->devs, list) {
		if (i++ < cb->args[0])
			continue;
		err = mx_nl_dump_one(skb, cb, pn, MUTEX_CMD_DEV_GET,
				     mx_dev_fill, d);
		if (err)
			return err;
		cb->args[0]++;
	}
	return 0;
}

/**
 * mx_nl_dev_get_dumpit() - show all devices with the fast path
 * @skb: where to put them
 * @cb: the dump
 *
 * Return: see mx_nl_dump().
 */
int mx_nl_dev_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	int err;

	rtnl_lock();
	err = mx_nl_dump(skb, cb, mx_dev_dump);
	rtnl_unlock();
	return err;
}
