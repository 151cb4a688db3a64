// SPDX-License-Identifier: GPL-2.0
/*
 * Transactions: a socket builds a new configuration beside the running one,
 * and puts it in force whole. It ends with the socket at the latest.
 *
 * RTNL is taken first, for the devices.
 */
#include <linux/rtnetlink.h>
#include "nl/netlink-gen.h"
#include "nl/nl.h"
#include "xmit/check.h"
#include "xmit/ct.h"
#include "xmit/dev.h"
#include "xmit/hook.h"
#include "xmit/probe.h"
#include "xmit/qos.h"
#include "xmit/reflector.h"

static int mx_txn_fill(struct sk_buff *skb, struct mx_pernet *pn,
		       const void *obj)
{
	return nla_put_u32(skb, MUTEX_A_TXN_CHANGES, *(const u32 *)obj);
}

static bool mx_txn_mine(const struct mx_pernet *pn, u32 portid)
{
	return pn->staged && pn->staged_portid == portid;
}

static int mx_txn_begin(struct mx_pernet *pn, struct genl_info *info)
{
	int err = mx_pernet_begin(pn, info->snd_portid);

	if (err == -EBUSY && mx_txn_mine(pn, info->snd_portid))
		NL_SET_ERR_MSG(info->extack,
			       "this socket has a transaction already");
	else if (err == -EBUSY)
		NL_SET_ERR_MSG(info->extack,
			       "a transaction of another socket is under way");
	return err;
}

/**
 * mx_nl_txn_begin_doit() - begin a transaction
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_txn_begin_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_txn_begin);
}

/* Does the staged configuration look at packets? */
static bool mx_txn_steers(struct mx_pernet *pn)
{
	const struct mx_rules *rules;
	struct mx_group *group;

	rules = mx_dereference(pn->staged->rules, &pn->lock);
	if (rules && rules->n)
		return true;
	list_for_each_entry(group, &pn->group_list, list)
		if (mx_pernet_conf(pn, pn->staged, group))
			return true;
	return false;
}

/* All that may fail, then all that may not. */
static int mx_txn_put_in_force(struct mx_pernet *pn, struct genl_info *info)
{
	unsigned int old;
	int err;

	if (mx_txn_steers(pn)) {
		err = mx_hook_need(pn) ?: mx_qos_need_all(pn, pn->staged);
		if (err) {
			NL_SET_ERR_MSG(info->extack,
				       "the hooks of the IP stack cannot be registered");
			mx_hook_idle(pn);
			return err;
		}
	}
	if (mx_ct_wanted(pn, pn->staged)) {
		err = mx_ct_need(pn);
		if (err) {
			NL_SET_ERR_MSG(info->extack,
				       "connection tracking cannot be used");
			mx_hook_idle(pn);
			return err;
		}
	}
	err = mx_reflectors_prepare(pn);
	if (err) {
		NL_SET_ERR_MSG(info->extack,
			       "the port of a reflector cannot be opened");
		mx_hook_idle(pn);
		return err;
	}
	err = mx_devs_prepare(pn);
	if (err) {
		NL_SET_ERR_MSG(info->extack,
			       "the ingress hook of a device cannot be registered");
		mx_reflectors_unprepare(pn);
		mx_hook_idle(pn);
		return err;
	}
	old = mx_pernet_live(pn)->slot;
	mx_pernet_commit(pn);
	mx_check_kick(pn);
	mx_reflectors_commit(pn, old);
	mx_probe_kick(pn);
	mx_devs_commit(pn);
	mx_hook_idle(pn);
	return 0;
}

/* The answer to the end of this socket's transaction, or ERR_PTR(-errno). */
static struct sk_buff *mx_txn_reply(struct mx_pernet *pn,
				    struct genl_info *info, u8 cmd)
{
	if (!mx_txn_mine(pn, info->snd_portid)) {
		NL_SET_ERR_MSG(info->extack, "no transaction of this socket");
		return ERR_PTR(-EINVAL);
	}
	return mx_nl_build(info, pn, cmd, mx_txn_fill, &pn->staged_changes);
}

static int mx_txn_commit(struct mx_pernet *pn, struct genl_info *info)
{
	struct sk_buff *reply;
	u32 changes;
	int err;

	reply = mx_txn_reply(pn, info, MUTEX_CMD_TXN_COMMIT);
	if (IS_ERR(reply))
		return PTR_ERR(reply);
	changes = pn->staged_changes;
	err = mx_txn_put_in_force(pn, info);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	mx_nl_ntf(info, pn, mx_pernet_live(pn), MUTEX_NLGRP_CONFIG,
		  MUTEX_CMD_TXN_NTF, mx_txn_fill, &changes);
	/* a sender who has gone does not undo what it asked for */
	genlmsg_reply(reply, info);
	return 0;
}

static int mx_txn_end(struct genl_info *info, mx_nl_read_fn fn)
{
	int err;

	rtnl_lock();
	err = mx_nl_read(info, fn);
	rtnl_unlock();
	return err;
}

/**
 * mx_nl_txn_commit_doit() - put the new configuration in force
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0, or -errno with the transaction still open.
 */
int mx_nl_txn_commit_doit(struct sk_buff *skb, struct genl_info *info)
{
	mx_hook_prepare(mx_nl_pernet(info));
	return mx_txn_end(info, mx_txn_commit);
}

static void mx_txn_forget(struct mx_pernet *pn)
{
	mx_devs_abort(pn);
	mx_reflectors_abort(pn);
	mx_pernet_abort(pn);
}

static int mx_txn_abort(struct mx_pernet *pn, struct genl_info *info)
{
	struct sk_buff *reply = mx_txn_reply(pn, info, MUTEX_CMD_TXN_ABORT);

	if (IS_ERR(reply))
		return PTR_ERR(reply);
	mx_txn_forget(pn);
	genlmsg_reply(reply, info);
	return 0;
}

/**
 * mx_nl_txn_abort_doit() - forget the new configuration
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_txn_abort_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_txn_end(info, mx_txn_abort);
}

/**
 * mx_nl_txn_release() - forget the transaction of a socket that closes
 * @net: its namespace
 * @portid: its port
 *
 * Context: process; sleeps.
 */
void mx_nl_txn_release(struct net *net, u32 portid)
{
	struct mx_pernet *pn = mx_pernet(net);
	bool mine;

	/* RTNL is for those few that have one */
	mutex_lock(&pn->lock);
	mine = mx_txn_mine(pn, portid);
	mutex_unlock(&pn->lock);
	if (!mine)
		return;
	rtnl_lock();
	mutex_lock(&pn->lock);
	if (mx_txn_mine(pn, portid))
		mx_txn_forget(pn);
	mutex_unlock(&pn->lock);
	rtnl_unlock();
}
