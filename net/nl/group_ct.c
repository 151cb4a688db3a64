// SPDX-License-Identifier: GPL-2.0
/* What commands on groups say of connection tracking. */
#include "nl/netlink-gen.h"
#include "nl/nl.h"
#include "xmit/ct.h"

/**
 * mx_nl_group_ct_load() - load what a request will need
 * @info: the request
 *
 * Context: process, sleeps; no lock is held.
 */
void mx_nl_group_ct_load(struct genl_info *info)
{
	if (mx_nl_u8(info->attrs[MUTEX_A_GROUP_CT], MUTEX_CT_OFF) ==
	    MUTEX_CT_ON)
		mx_ct_load();
}

/**
 * mx_nl_group_ct() - take over what a request says of connection tracking
 * @info: the request
 * @p: the group's parameters, all others as they will be
 *
 * Return: 0, or -EINVAL with a text.
 */
int mx_nl_group_ct(struct genl_info *info, struct mx_group_params *p)
{
	const struct nlattr *nla = info->attrs[MUTEX_A_GROUP_CT];

	p->ct = mx_nl_u8(nla, p->ct) == MUTEX_CT_ON;
	if (!p->ct || p->forward == MUTEX_FORWARD_NAT)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack,
			    nla ?: info->attrs[MUTEX_A_GROUP_FORWARD],
			    "ct on needs forward nat");
	return -EINVAL;
}

/**
 * mx_nl_group_ct_need() - have connection tracking there for a group
 * @pn: the namespace, its lock held
 * @cfg: the configuration that is changed
 * @info: the request
 * @p: the group's parameters
 *
 * Return: 0, or -errno with a text.
 */
int mx_nl_group_ct_need(struct mx_pernet *pn, const struct mx_config *cfg,
			struct genl_info *info,
			const struct mx_group_params *p)
{
	int err;

	if (!p->ct)
		return 0;
	if (mx_nl_live(pn, cfg))
		err = mx_ct_need(pn);
	else
		err = mx_ct_there() ? 0 : -EOPNOTSUPP;
	if (!err)
		return 0;
	if (err == -EOPNOTSUPP)
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MUTEX_A_GROUP_CT],
				    "ct on needs the modules mutex_ct and nf_nat, which cannot be loaded");
	else
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MUTEX_A_GROUP_CT],
				    "connection tracking cannot be used in this namespace");
	return err;
}

/**
 * mx_nl_group_ct_fill() - tell of connection tracking
 * @skb: where to put it
 * @p: the group's parameters
 *
 * Return: 0 or -EMSGSIZE.
 */
int mx_nl_group_ct_fill(struct sk_buff *skb, const struct mx_group_params *p)
{
	return nla_put_u8(skb, MUTEX_A_GROUP_CT,
			  p->ct ? MUTEX_CT_ON : MUTEX_CT_OFF);
}
