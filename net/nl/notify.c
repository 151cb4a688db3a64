// SPDX-License-Identifier: GPL-2.0
/*
 * Notifications: the new state of an object, or the last one of an object that
 * went, to whoever has joined the multicast group, and to the sender if it set
 * NLM_F_ECHO.
 *
 * Only changes to the configuration in force are told. A transaction is told
 * by one message at its commit, instead of one for each object in it: whoever
 * keeps a copy reads it anew then.
 */
#include "nl/nl.h"

static bool mx_nl_wanted(struct genl_info *info, u32 group)
{
	return genl_has_listeners(&mx_nl_family, genl_info_net(info), group) ||
	       nlmsg_report(info->nlhdr);
}

/**
 * mx_nl_ntf_build() - make a notification while its object still is there
 * @info: the request that makes the change
 * @pn: the namespace
 * @cfg: the configuration that is changed
 * @group: multicast group, MUTEX_NLGRP_
 * @cmd: the notification's command
 * @fill: puts the attributes
 * @obj: the object
 *
 * Builds nothing when nobody listens. Without memory the listeners learn that
 * they missed something.
 *
 * Context: process; the namespace's lock is held.
 * Return: the notification for mx_nl_ntf_send(), or NULL.
 */
struct sk_buff *mx_nl_ntf_build(struct genl_info *info, struct mx_pernet *pn,
				const struct mx_config *cfg, u32 group, u8 cmd,
				mx_nl_fill_fn fill, const void *obj)
{
	struct sk_buff *skb;

	if (!mx_nl_live(pn, cfg) || !mx_nl_wanted(info, group))
		return NULL;
	skb = mx_nl_build(info, pn, cmd, fill, obj);
	if (!IS_ERR(skb))
		return skb;
	genl_set_err(&mx_nl_family, pn->net, 0, group, -ENOBUFS);
	return NULL;
}

/**
 * mx_nl_ntf_send() - send a notification
 * @info: the request that made the change
 * @group: multicast group, MUTEX_NLGRP_
 * @skb: the notification, consumed, or NULL
 */
void mx_nl_ntf_send(struct genl_info *info, u32 group, struct sk_buff *skb)
{
	if (skb)
		genl_notify(&mx_nl_family, skb, info, group, GFP_KERNEL);
}

/**
 * mx_nl_ntf() - tell of an object that is new or changed
 * @info: the request that made the change
 * @pn: the namespace
 * @cfg: the configuration that was changed
 * @group: multicast group, MUTEX_NLGRP_
 * @cmd: the notification's command
 * @fill: puts the attributes
 * @obj: the object
 *
 * Context: process; the namespace's lock is held.
 */
void mx_nl_ntf(struct genl_info *info, struct mx_pernet *pn,
	       const struct mx_config *cfg, u32 group, u8 cmd,
	       mx_nl_fill_fn fill, const void *obj)
{
	mx_nl_ntf_send(info, group, mx_nl_ntf_build(info, pn, cfg, group, cmd,
						    fill, obj));
}

/**
 * mx_nl_news() - tell of a change that no request made
 * @pn: the namespace
 * @group: multicast group, MUTEX_NLGRP_
 * @cmd: the notification's command
 * @fill: puts the attributes
 * @obj: the object
 *
 * Context: process; the namespace's lock is held.
 */
void mx_nl_news(struct mx_pernet *pn, u32 group, u8 cmd, mx_nl_fill_fn fill,
		const void *obj)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&mx_nl_family, pn->net, group))
		return;
	skb = mx_nl_build(NULL, pn, cmd, fill, obj);
	if (IS_ERR(skb))
		genl_set_err(&mx_nl_family, pn->net, 0, group, -ENOBUFS);
	else
		genlmsg_multicast_netns(&mx_nl_family, pn->net, skb, 0, group,
					GFP_KERNEL);
}
