// SPDX-License-Identifier: GPL-2.0
/* Messages to userspace: answers and parts of dumps. */
#include "nl/nl.h"

/* One object as a message. Returns its header, or NULL if it does not fit. */
static void *mx_nl_put(struct sk_buff *skb, u32 portid, u32 seq, int flags,
		       struct mx_pernet *pn, u8 cmd, mx_nl_fill_fn fill,
		       const void *obj)
{
	void *hdr = genlmsg_put(skb, portid, seq, &mx_nl_family, flags, cmd);

	if (!hdr)
		return NULL;
	if (fill(skb, pn, obj)) {
		genlmsg_cancel(skb, hdr);
		return NULL;
	}
	genlmsg_end(skb, hdr);
	return hdr;
}

/**
 * mx_nl_build() - make a message about an object
 * @info: the request that it answers or comes from, NULL for none
 * @pn: the namespace
 * @cmd: enum of the message's command
 * @fill: puts the attributes
 * @obj: the object
 *
 * Context: process; sleeps.
 * Return: the message, ERR_PTR(-ENOMEM) or ERR_PTR(-EMSGSIZE).
 */
struct sk_buff *mx_nl_build(struct genl_info *info, struct mx_pernet *pn,
			    u8 cmd, mx_nl_fill_fn fill, const void *obj)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (!skb)
		return ERR_PTR(-ENOMEM);
	if (!mx_nl_put(skb, info ? info->snd_portid : 0,
		       info ? info->snd_seq : 0, 0, pn, cmd, fill, obj)) {
		nlmsg_free(skb);
		return ERR_PTR(-EMSGSIZE);
	}
	return skb;
}

/**
 * mx_nl_reply() - answer a request with an object
 * @info: the request
 * @pn: the namespace
 * @cmd: the message's command
 * @fill: puts the attributes
 * @obj: the object
 *
 * Context: process; sleeps.
 * Return: 0 or -errno.
 */
int mx_nl_reply(struct genl_info *info, struct mx_pernet *pn, u8 cmd,
		mx_nl_fill_fn fill, const void *obj)
{
	struct sk_buff *skb = mx_nl_build(info, pn, cmd, fill, obj);

	if (IS_ERR(skb))
		return PTR_ERR(skb);
	return genlmsg_reply(skb, info);
}

/**
 * mx_nl_reply_begin() - begin an answer before its contents are known
 * @info: the request
 * @cmd: the message's command
 * @hdr: where to put what mx_nl_reply_end() wants
 *
 * Context: process; sleeps.
 * Return: the answer, or NULL without memory.
 */
struct sk_buff *mx_nl_reply_begin(struct genl_info *info, u8 cmd, void **hdr)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (!skb)
		return NULL;
	*hdr = genlmsg_put_reply(skb, info, &mx_nl_family, 0, cmd);
	if (*hdr)
		return skb;
	nlmsg_free(skb);
	return NULL;
}

/**
 * mx_nl_reply_end() - send an answer
 * @info: the request
 * @skb: from mx_nl_reply_begin(), consumed
 * @hdr: from there, too
 *
 * A sender who has gone, or has no room for it, does not undo what it asked
 * for: that is no error.
 *
 * Return: 0.
 */
int mx_nl_reply_end(struct genl_info *info, struct sk_buff *skb, void *hdr)
{
	genlmsg_end(skb, hdr);
	genlmsg_reply(skb, info);
	return 0;
}

/**
 * mx_nl_dump_one() - put an object into a dump
 * @skb: what is being filled
 * @cb: the dump
 * @pn: the namespace
 * @cmd: the message's command
 * @fill: puts the attributes
 * @obj: the object
 *
 * Context: any that @fill allows.
 * Return: 0, or -EMSGSIZE when @skb is full: then it is as before.
 */
int mx_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
		   struct mx_pernet *pn, u8 cmd, mx_nl_fill_fn fill,
		   const void *obj)
{
	void *hdr = mx_nl_put(skb, NETLINK_CB(cb->skb).portid,
			      cb->nlh->nlmsg_seq, NLM_F_MULTI, pn, cmd, fill,
			      obj);

	if (!hdr)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, hdr);
	return 0;
}
