// SPDX-License-Identifier: GPL-2.0
/* Commands on the settings of a namespace. */
#include "nl/netlink-gen.h"
#include "nl/nl.h"

#define MX_FLOWS_MAX		16777216U
#define MX_TIMEOUT_LEAST	100U			/* ms */
#define MX_TIMEOUT_MOST		(86400 * MSEC_PER_SEC)	/* ms */

static const u8 mx_timeout_attrs[] = {
	[MX_TIMEOUT_SYN] = MUTEX_A_SETTINGS_TIMEOUT_SYN,
	[MX_TIMEOUT_TCP] = MUTEX_A_SETTINGS_TIMEOUT_TCP,
	[MX_TIMEOUT_FIN] = MUTEX_A_SETTINGS_TIMEOUT_FIN,
	[MX_TIMEOUT_CLOSED] = MUTEX_A_SETTINGS_TIMEOUT_CLOSED,
	[MX_TIMEOUT_UDP] = MUTEX_A_SETTINGS_TIMEOUT_UDP,
	[MX_TIMEOUT_OTHER] = MUTEX_A_SETTINGS_TIMEOUT_OTHER,
};

static int mx_settings_fill(struct sk_buff *skb, struct mx_pernet *pn,
			    const void *obj)
{
	const struct mx_config *cfg = obj;
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(mx_timeout_attrs) != MX_TIMEOUTS);
	if (nla_put_string(skb, MUTEX_A_SETTINGS_NODE, cfg->node) ||
	    nla_put_u32(skb, MUTEX_A_SETTINGS_FLOWS_MAX,
			cfg->settings.flows_max))
		return -EMSGSIZE;
	for (i = 0; i < MX_TIMEOUTS; i++)
		if (nla_put_u32(skb, mx_timeout_attrs[i],
				cfg->settings.timeout[i]))
			return -EMSGSIZE;
	return 0;
}

static int mx_settings_req(struct genl_info *info, struct mx_settings *set)
{
	struct nlattr **attrs = info->attrs, *nla;
	unsigned int i;

	nla = attrs[MUTEX_A_SETTINGS_FLOWS_MAX];
	set->flows_max = mx_nl_u32(nla, set->flows_max);
	if (nla && (!set->flows_max || set->flows_max > MX_FLOWS_MAX)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "the cap of the flow cache must be 1 to 16777216");
		return -EINVAL;
	}
	for (i = 0; i < MX_TIMEOUTS; i++) {
		nla = attrs[mx_timeout_attrs[i]];
		set->timeout[i] = mx_nl_u32(nla, set->timeout[i]);
		if (!nla || (set->timeout[i] >= MX_TIMEOUT_LEAST &&
			     set->timeout[i] <= MX_TIMEOUT_MOST))
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "a timeout must be 100 ms to 24 hours");
		return -EINVAL;
	}
	nla = attrs[MUTEX_A_SETTINGS_NODE];
	if (!nla)
		return 0;
	if (!*(char *)nla_data(nla)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "the name of the node must not be empty");
		return -EINVAL;
	}
	return mx_nl_seed(info->extack, nla);
}

static int mx_settings_set(struct mx_pernet *pn, struct mx_config *cfg,
			   struct genl_info *info)
{
	const struct nlattr *node = info->attrs[MUTEX_A_SETTINGS_NODE];
	struct mx_settings set = cfg->settings;
	unsigned int i;
	int err;

	err = mx_settings_req(info, &set);
	if (err)
		return err;
	if (node && strcmp(cfg->node, nla_data(node))) {
		err = mx_pernet_set_node(pn, cfg, nla_data(node));
		if (err)
			return err;
	}
	/* packets read each by itself */
	WRITE_ONCE(cfg->settings.flows_max, set.flows_max);
	for (i = 0; i < MX_TIMEOUTS; i++)
		WRITE_ONCE(cfg->settings.timeout[i], set.timeout[i]);
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_SETTINGS_NTF,
		  mx_settings_fill, cfg);
	return 0;
}

/**
 * mx_nl_settings_set_doit() - change settings; what is not named stays
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_settings_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_settings_set);
}

static int mx_settings_get(struct mx_pernet *pn, struct genl_info *info)
{
	return mx_nl_reply(info, pn, MUTEX_CMD_SETTINGS_GET, mx_settings_fill,
			   mx_pernet_live(pn));
}

/**
 * mx_nl_settings_get_doit() - show the settings
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_settings_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_settings_get);
}
