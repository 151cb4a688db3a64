// SPDX-License-Identifier: GPL-2.0
/* The family: registration, and how its commands are run. */
#include <linux/sched.h>
#include "nl/netlink-gen.h"
#include "nl/nl.h"
#include "xmit/check.h"
#include "xmit/hook.h"
#include "xmit/qos.h"

static const struct genl_multicast_group mx_nl_mcgrps[] = {
	[MUTEX_NLGRP_CONFIG] = { .name = MUTEX_MCGRP_CONFIG },
	[MUTEX_NLGRP_STATE] = { .name = MUTEX_MCGRP_STATE },
	[MUTEX_NLGRP_METRICS] = { .name = MUTEX_MCGRP_METRICS },
};

/*
 * Requests run in parallel: each takes the lock of its namespace. The first
 * operation whose header is checked strictly is the first of all.
 */
struct genl_family mx_nl_family __ro_after_init = {
	.name = MUTEX_GENL_NAME,
	.version = MUTEX_GENL_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = mx_nl_ops,
	.n_ops = ARRAY_SIZE(mx_nl_ops),
	.mcgrps = mx_nl_mcgrps,
	.n_mcgrps = ARRAY_SIZE(mx_nl_mcgrps),
};

/**
 * mx_nl_pernet() - the namespace that a request is about
 * @info: the request
 *
 * Return: the namespace of its socket.
 */
struct mx_pernet *mx_nl_pernet(struct genl_info *info)
{
	return mx_pernet(genl_info_net(info));
}

/**
 * mx_nl_live() - is a configuration the one in force
 * @pn: the namespace, its lock held
 * @cfg: the configuration
 *
 * Return: true if packets are decided by it.
 */
bool mx_nl_live(struct mx_pernet *pn, const struct mx_config *cfg)
{
	return cfg == mx_pernet_live(pn);
}

/* A command's end, in the log of who asks for it. */
static void mx_nl_tell(struct genl_info *info, int err)
{
	const char *text = info->extack ? info->extack->_msg : NULL;

	mx_dbg("nl", "netns %u: command %u of port %u: %d%s%s\n",
	       genl_info_net(info)->ns.inum, info->genlhdr->cmd,
	       info->snd_portid, err, err && text ? ", " : "",
	       err && text ? text : "");
}

/* Every refusal has a text: here the ones that any command may meet. */
static int mx_nl_explain(struct netlink_ext_ack *extack, int err)
{
	if (!err || !extack || extack->_msg)
		return err;
	switch (err) {
	case -ENOMEM:
		NL_SET_ERR_MSG(extack, "out of memory");
		break;
	case -ENOSPC:
		NL_SET_ERR_MSG(extack, "there are too many of these");
		break;
	case -EMSGSIZE:
		NL_SET_ERR_MSG(extack, "the answer does not fit a message");
		break;
	default:
		NL_SET_ERR_MSG(extack, "the kernel refused");
	}
	return err;
}

/**
 * mx_nl_change() - run a command that changes the configuration
 * @info: the request
 * @fn: what it does
 *
 * The change goes to the transaction of the socket if it has one; while
 * another socket has one it is refused.
 *
 * Context: process. One send may carry thousands of commands: breathes after
 * each.
 * Return: 0 or -errno with a text.
 */
int mx_nl_change(struct genl_info *info, mx_nl_change_fn fn)
{
	struct mx_pernet *pn = mx_nl_pernet(info);
	struct mx_config *cfg;
	int err;

	mutex_lock(&pn->lock);
	cfg = mx_pernet_writable(pn, info->snd_portid);
	if (IS_ERR(cfg)) {
		NL_SET_ERR_MSG(info->extack,
			       "a transaction of another socket is under way");
		err = PTR_ERR(cfg);
		goto unlock;
	}
	err = fn(pn, cfg, info);
	if (!err) {
		mx_pernet_changed(pn, cfg);
		mx_check_kick(pn);
	}
unlock:
	mutex_unlock(&pn->lock);
	cond_resched();
	mx_nl_explain(info->extack, err);
	mx_nl_tell(info, err);
	return err;
}

/**
 * mx_nl_change_hooks() - run a command after which packets are looked at
 * @info: the request
 * @fn: what it does
 *
 * Context: process.
 * Return: 0 or -errno with a text.
 */
int mx_nl_change_hooks(struct genl_info *info, mx_nl_change_fn fn)
{
	struct mx_pernet *pn = mx_nl_pernet(info);

	/* a transaction needs them at its commit only */
	if (!READ_ONCE(pn->staged))
		mx_hook_prepare(pn);
	return mx_nl_change(info, fn);
}

/**
 * mx_nl_read() - run a command that changes no configuration
 * @info: the request
 * @fn: what it does
 *
 * Context: process.
 * Return: 0 or -errno with a text.
 */
int mx_nl_read(struct genl_info *info, mx_nl_read_fn fn)
{
	struct mx_pernet *pn = mx_nl_pernet(info);
	int err;

	mutex_lock(&pn->lock);
	err = fn(pn, info);
	mutex_unlock(&pn->lock);
	cond_resched();
	return mx_nl_explain(info->extack, err);
}

/**
 * mx_nl_dump() - run one call of a dump
 * @skb: what is being filled
 * @cb: the dump
 * @fn: what puts the objects
 *
 * A change between two calls marks the dump as interrupted (NLM_F_DUMP_INTR).
 *
 * Context: process.
 * Return: length of @skb when there is more, 0 at the end, or -errno.
 */
int mx_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
	       mx_nl_dump_fn fn)
{
	struct mx_pernet *pn = mx_pernet(sock_net(cb->skb->sk));
	int err;

	mutex_lock(&pn->lock);
	/* 0 would say that nobody counts */
	cb->seq = pn->gen << 1 | 1;
	err = fn(skb, cb, pn);
	mutex_unlock(&pn->lock);
	if (err == -EMSGSIZE && skb->len)
		return skb->len;
	return mx_nl_explain(cb->extack, err);
}

/**
 * mx_nl_dump_filters() - refuse a dump by attributes that do not filter it
 * @cb: the dump
 * @filter: the attribute that does, 0 for none
 *
 * Return: 0 or -EINVAL with a text.
 */
int mx_nl_dump_filters(struct netlink_callback *cb, u32 filter)
{
	struct nlattr **attrs = mx_genl_dump_attrs(cb);
	u32 i, max = genl_dumpit_info(cb)->op.maxattr;

	for (i = 1; attrs && i <= max; i++) {
		if (!attrs[i] || i == filter)
			continue;
		NL_SET_ERR_MSG_ATTR(cb->extack, attrs[i],
				    "dumps cannot be filtered by this");
		return -EINVAL;
	}
	return 0;
}

/**
 * mx_nl_need_hooks() - see to it that packets are looked at
 * @pn: the namespace, its lock held
 * @cfg: the configuration that gets its first group or rule
 * @info: the request
 *
 * Return: 0, or -errno with a text.
 */
int mx_nl_need_hooks(struct mx_pernet *pn, const struct mx_config *cfg,
		     struct genl_info *info)
{
	int err;

	if (!mx_nl_live(pn, cfg))
		return 0;
	err = mx_hook_need(pn);
	if (err)
		NL_SET_ERR_MSG(info->extack,
			       "the hooks of the IP stack cannot be registered");
	return err;
}

/**
 * mx_nl_need_qos() - see to it that a priority that is set lasts
 * @pn: the namespace, its lock held, after mx_nl_need_hooks()
 * @cfg: the configuration that sets it
 * @info: the request
 * @qos: what it sets
 *
 * Return: 0, or -errno with a text.
 */
int mx_nl_need_qos(struct mx_pernet *pn, const struct mx_config *cfg,
		   struct genl_info *info, const struct mx_qos *qos)
{
	int err;

	if (!mx_nl_live(pn, cfg))
		return 0;
	err = mx_qos_need(pn, qos);
	if (err)
		NL_SET_ERR_MSG(info->extack,
			       "the hook of forwarded packets cannot be registered");
	return err;
}

/**
 * mx_nl_drop_hooks() - stop looking at packets when nothing is left to decide
 * @pn: the namespace, its lock held
 * @cfg: the configuration that lost something
 */
void mx_nl_drop_hooks(struct mx_pernet *pn, const struct mx_config *cfg)
{
	if (mx_nl_live(pn, cfg))
		mx_hook_idle(pn);
}

static int mx_nl_event(struct notifier_block *nb, unsigned long event,
		       void *ptr)
{
	const struct netlink_notify *n = ptr;

	if (event == NETLINK_URELEASE && n->protocol == NETLINK_GENERIC) {
		mx_nl_txn_release(n->net, n->portid);
		mx_nl_geo_release(n->net, n->portid);
	}
	return NOTIFY_DONE;
}

/* Called by a chain that may sleep, from the release of a socket. */
static struct notifier_block mx_nl_notifier = {
	.notifier_call = mx_nl_event,
};

/**
 * mx_nl_init() - register the family
 *
 * Context: after mx_pernet_init().
 * Return: 0 or -errno.
 */
int __init mx_nl_init(void)
{
	int err;

	err = netlink_register_notifier(&mx_nl_notifier);
	if (err)
		return err;
	err = genl_register_family(&mx_nl_family);
	if (err) {
		netlink_unregister_notifier(&mx_nl_notifier);
		return err;
	}
	mx_nl_dev_watch(true);
	mx_nl_server_watch(true);
	mx_nl_path_watch(true);
	return 0;
}

/**
 * mx_nl_exit() - unregister the family: no command runs any more
 */
void mx_nl_exit(void)
{
	mx_nl_path_watch(false);
	mx_nl_server_watch(false);
	mx_nl_dev_watch(false);
	genl_unregister_family(&mx_nl_family);
	netlink_unregister_notifier(&mx_nl_notifier);
}
