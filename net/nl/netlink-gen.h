/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/mutex.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_MUTEX_GEN_H
#define _LINUX_MUTEX_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/mutex_genl.h>

extern const struct nla_policy mx_group_new_nl_policy[MUTEX_A_GROUP_FAILBACK + 1];

extern const struct nla_policy mx_group_set_nl_policy[MUTEX_A_GROUP_FAILBACK + 1];

extern const struct nla_policy mx_group_del_nl_policy[MUTEX_A_GROUP_NAME + 1];

extern const struct nla_policy mx_group_get_nl_policy[MUTEX_A_GROUP_NAME + 1];

extern const struct nla_policy mx_server_new_nl_policy[MUTEX_A_SERVER_PATH + 1];

extern const struct nla_policy mx_server_set_nl_policy[MUTEX_A_SERVER_PATH + 1];

extern const struct nla_policy mx_server_del_nl_policy[MUTEX_A_SERVER_PATH + 1];

extern const struct nla_policy mx_server_get_nl_policy[MUTEX_A_SERVER_PATH + 1];

extern const struct nla_policy mx_table_new_nl_policy[MUTEX_A_TABLE_PRIORITY + 1];

extern const struct nla_policy mx_table_set_nl_policy[MUTEX_A_TABLE_PRIORITY + 1];

extern const struct nla_policy mx_table_del_nl_policy[MUTEX_A_TABLE_NAME + 1];

extern const struct nla_policy mx_table_get_nl_policy[MUTEX_A_TABLE_NAME + 1];

extern const struct nla_policy mx_route_new_nl_policy[MUTEX_A_ROUTE_METRIC + 1];

extern const struct nla_policy mx_route_set_nl_policy[MUTEX_A_ROUTE_METRIC + 1];

extern const struct nla_policy mx_route_del_nl_policy[MUTEX_A_ROUTE_METRIC + 1];

extern const struct nla_policy mx_route_flush_nl_policy[MUTEX_A_ROUTE_TABLE + 1];

extern const struct nla_policy mx_route_get_nl_policy[MUTEX_A_ROUTE_METRIC + 1];

extern const struct nla_policy mx_rule_new_nl_policy[MUTEX_A_RULE_SET_MARK_MASK + 1];

extern const struct nla_policy mx_rule_set_nl_policy[MUTEX_A_RULE_SET_MARK_MASK + 1];

extern const struct nla_policy mx_rule_del_nl_policy[MUTEX_A_RULE_ID + 1];

extern const struct nla_policy mx_rule_get_nl_policy[MUTEX_A_RULE_ID + 1];

extern const struct nla_policy mx_flow_get_nl_policy[MUTEX_A_FLOW_PATH + 1];

extern const struct nla_policy mx_flow_del_nl_policy[MUTEX_A_FLOW_PATH + 1];

extern const struct nla_policy mx_flow_count_nl_policy[MUTEX_A_FLOW_PATH + 1];

extern const struct nla_policy mx_flow_reevaluate_nl_policy[MUTEX_A_FLOW_PATH + 1];

extern const struct nla_policy mx_dev_new_nl_policy[MUTEX_A_DEV_NAME + 1];

extern const struct nla_policy mx_dev_del_nl_policy[MUTEX_A_DEV_NAME + 1];

extern const struct nla_policy mx_dev_get_nl_policy[MUTEX_A_DEV_NAME + 1];

extern const struct nla_policy mx_settings_set_nl_policy[MUTEX_A_SETTINGS_TIMEOUT_OTHER + 1];

extern const struct nla_policy mx_settings_get_nl_policy[MUTEX_A_SETTINGS_PAD + 1];

extern const struct nla_policy mx_stats_get_nl_policy[MUTEX_A_STATS_PAD + 1];

extern const struct nla_policy mx_stats_reset_nl_policy[MUTEX_A_STATS_PAD + 1];

extern const struct nla_policy mx_resolve_nl_policy[MUTEX_A_RESOLVE_TIME + 1];

extern const struct nla_policy mx_txn_begin_nl_policy[MUTEX_A_TXN_PAD + 1];

extern const struct nla_policy mx_txn_commit_nl_policy[MUTEX_A_TXN_PAD + 1];

extern const struct nla_policy mx_txn_abort_nl_policy[MUTEX_A_TXN_PAD + 1];

extern const struct nla_policy mx_server_report_nl_policy[MUTEX_A_SERVER_PATH + 1];

extern const struct nla_policy mx_server_load_nl_policy[MUTEX_A_SERVER_PATH + 1];

extern const struct nla_policy mx_geo_begin_nl_policy[MUTEX_A_GEO_NAME + 1];

extern const struct nla_policy mx_geo_add_nl_policy[MUTEX_A_GEO_PREFIXES6 + 1];

extern const struct nla_policy mx_geo_commit_nl_policy[MUTEX_A_GEO_PAD + 1];

extern const struct nla_policy mx_geo_abort_nl_policy[MUTEX_A_GEO_PAD + 1];

extern const struct nla_policy mx_geo_flush_nl_policy[MUTEX_A_GEO_PAD + 1];

extern const struct nla_policy mx_geo_get_nl_policy[MUTEX_A_GEO_PAD + 1];

extern const struct nla_policy mx_geo_find_nl_policy[MUTEX_A_GEO_ADDR + 1];

extern const struct nla_policy mx_persist_get_nl_policy[MUTEX_A_PERSIST_SRC + 1];

extern const struct nla_policy mx_persist_del_nl_policy[MUTEX_A_PERSIST_GROUP + 1];

extern const struct nla_policy mx_path_new_nl_policy[MUTEX_A_PATH_HOLD_MAX + 1];

extern const struct nla_policy mx_path_set_nl_policy[MUTEX_A_PATH_HOLD_MAX + 1];

extern const struct nla_policy mx_path_del_nl_policy[MUTEX_A_PATH_NAME + 1];

extern const struct nla_policy mx_path_get_nl_policy[MUTEX_A_PATH_NAME + 1];

/* Ops table for mutex */
extern const struct genl_ops mx_nl_ops[51];

int mx_nl_group_new_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_group_set_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_group_del_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_group_get_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_group_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mx_nl_server_new_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_server_set_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_server_del_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_server_get_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_server_get_dumpit(struct sk_buff *skb,
			    struct netlink_callback *cb);
int mx_nl_table_new_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_table_set_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_table_del_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_table_get_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_table_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mx_nl_route_new_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_route_set_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_route_del_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_route_flush_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_route_get_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_route_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mx_nl_rule_new_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_rule_set_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_rule_del_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_rule_get_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_rule_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mx_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mx_nl_flow_del_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_flow_count_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_flow_reevaluate_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_dev_new_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_dev_del_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_dev_get_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_dev_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mx_nl_settings_set_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_settings_get_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_stats_reset_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_resolve_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_txn_begin_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_txn_commit_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_txn_abort_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_server_report_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_server_load_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_geo_begin_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_geo_add_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_geo_commit_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_geo_abort_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_geo_flush_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_geo_get_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_geo_find_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_persist_get_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_persist_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int mx_nl_persist_del_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_path_new_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_path_set_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_path_del_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_path_get_doit(struct sk_buff *skb, struct genl_info *info);
int mx_nl_path_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

enum {
	MUTEX_NLGRP_CONFIG,
	MUTEX_NLGRP_STATE,
	MUTEX_NLGRP_METRICS,
};

#endif /* _LINUX_MUTEX_GEN_H */
