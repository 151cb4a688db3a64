// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/mutex.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink-gen.h"

#include <uapi/linux/mutex_genl.h>

/* MUTEX_CMD_GROUP_NEW - do */
const struct nla_policy mx_group_new_nl_policy[MUTEX_A_GROUP_FALLBACK + 1] = {
	[MUTEX_A_GROUP_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_GROUP_TYPE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_GROUP_SCHED] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_GROUP_HASH_KEY] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_GROUP_SEED] = { .type = NLA_NUL_STRING, .len = 63, },
	[MUTEX_A_GROUP_FORWARD] = NLA_POLICY_MAX(NLA_U8, 2),
	[MUTEX_A_GROUP_MARK] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_CT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_GROUP_FAILOVER] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_GROUP_FAILS] = NLA_POLICY_RANGE(NLA_U8, 1, 32),
	[MUTEX_A_GROUP_WINDOW] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_RISE] = NLA_POLICY_RANGE(NLA_U32, 1, 1000),
	[MUTEX_A_GROUP_HOLD_MIN] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_HOLD_MAX] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_FALLBACK] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_GROUP_SET - do */
const struct nla_policy mx_group_set_nl_policy[MUTEX_A_GROUP_FALLBACK + 1] = {
	[MUTEX_A_GROUP_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_GROUP_TYPE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_GROUP_SCHED] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_GROUP_HASH_KEY] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_GROUP_SEED] = { .type = NLA_NUL_STRING, .len = 63, },
	[MUTEX_A_GROUP_FORWARD] = NLA_POLICY_MAX(NLA_U8, 2),
	[MUTEX_A_GROUP_MARK] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_CT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_GROUP_FAILOVER] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_GROUP_FAILS] = NLA_POLICY_RANGE(NLA_U8, 1, 32),
	[MUTEX_A_GROUP_WINDOW] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_RISE] = NLA_POLICY_RANGE(NLA_U32, 1, 1000),
	[MUTEX_A_GROUP_HOLD_MIN] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_HOLD_MAX] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_FALLBACK] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_GROUP_DEL - do */
const struct nla_policy mx_group_del_nl_policy[MUTEX_A_GROUP_NAME + 1] = {
	[MUTEX_A_GROUP_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_GROUP_GET - do */
const struct nla_policy mx_group_get_nl_policy[MUTEX_A_GROUP_NAME + 1] = {
	[MUTEX_A_GROUP_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_SERVER_NEW - do */
const struct nla_policy mx_server_new_nl_policy[MUTEX_A_SERVER_STATE + 1] = {
	[MUTEX_A_SERVER_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_SERVER_ADDR] = { .type = NLA_BINARY, },
	[MUTEX_A_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_SERVER_WEIGHT] = { .type = NLA_U32, },
	[MUTEX_A_SERVER_STATE] = NLA_POLICY_MAX(NLA_U8, 2),
};

/* MUTEX_CMD_SERVER_SET - do */
const struct nla_policy mx_server_set_nl_policy[MUTEX_A_SERVER_STATE + 1] = {
	[MUTEX_A_SERVER_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_SERVER_ADDR] = { .type = NLA_BINARY, },
	[MUTEX_A_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_SERVER_WEIGHT] = { .type = NLA_U32, },
	[MUTEX_A_SERVER_STATE] = NLA_POLICY_MAX(NLA_U8, 2),
};

/* MUTEX_CMD_SERVER_DEL - do */
const struct nla_policy mx_server_del_nl_policy[MUTEX_A_SERVER_PORT + 1] = {
	[MUTEX_A_SERVER_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_SERVER_ADDR] = { .type = NLA_BINARY, },
	[MUTEX_A_SERVER_PORT] = { .type = NLA_U16, },
};

/* MUTEX_CMD_SERVER_GET - do */
const struct nla_policy mx_server_get_nl_policy[MUTEX_A_SERVER_PORT + 1] = {
	[MUTEX_A_SERVER_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_SERVER_ADDR] = { .type = NLA_BINARY, },
	[MUTEX_A_SERVER_PORT] = { .type = NLA_U16, },
};

/* MUTEX_CMD_TABLE_NEW - do */
const struct nla_policy mx_table_new_nl_policy[MUTEX_A_TABLE_PRIORITY + 1] = {
	[MUTEX_A_TABLE_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_TABLE_PRIORITY] = { .type = NLA_U32, },
};

/* MUTEX_CMD_TABLE_SET - do */
const struct nla_policy mx_table_set_nl_policy[MUTEX_A_TABLE_PRIORITY + 1] = {
	[MUTEX_A_TABLE_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_TABLE_PRIORITY] = { .type = NLA_U32, },
};

/* MUTEX_CMD_TABLE_DEL - do */
const struct nla_policy mx_table_del_nl_policy[MUTEX_A_TABLE_NAME + 1] = {
	[MUTEX_A_TABLE_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_TABLE_GET - do */
const struct nla_policy mx_table_get_nl_policy[MUTEX_A_TABLE_NAME + 1] = {
	[MUTEX_A_TABLE_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_ROUTE_NEW - do */
const struct nla_policy mx_route_new_nl_policy[MUTEX_A_ROUTE_METRIC + 1] = {
	[MUTEX_A_ROUTE_TABLE] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_ROUTE_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_ROUTE_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_ROUTE_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_ROUTE_METRIC] = { .type = NLA_U32, },
};

/* MUTEX_CMD_ROUTE_SET - do */
const struct nla_policy mx_route_set_nl_policy[MUTEX_A_ROUTE_METRIC + 1] = {
	[MUTEX_A_ROUTE_TABLE] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_ROUTE_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_ROUTE_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_ROUTE_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_ROUTE_METRIC] = { .type = NLA_U32, },
};

/* MUTEX_CMD_ROUTE_DEL - do */
const struct nla_policy mx_route_del_nl_policy[MUTEX_A_ROUTE_METRIC + 1] = {
	[MUTEX_A_ROUTE_TABLE] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_ROUTE_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_ROUTE_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_ROUTE_METRIC] = { .type = NLA_U32, },
};

/* MUTEX_CMD_ROUTE_FLUSH - do */
const struct nla_policy mx_route_flush_nl_policy[MUTEX_A_ROUTE_TABLE + 1] = {
	[MUTEX_A_ROUTE_TABLE] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_ROUTE_GET - do */
const struct nla_policy mx_route_get_nl_policy[MUTEX_A_ROUTE_METRIC + 1] = {
	[MUTEX_A_ROUTE_TABLE] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_ROUTE_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_ROUTE_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_ROUTE_METRIC] = { .type = NLA_U32, },
};

/* MUTEX_CMD_RULE_NEW - do */
const struct nla_policy mx_rule_new_nl_policy[MUTEX_A_RULE_GROUP + 1] = {
	[MUTEX_A_RULE_ID] = { .type = NLA_U32, },
	[MUTEX_A_RULE_PRIORITY] = { .type = NLA_U32, },
	[MUTEX_A_RULE_SRC] = { .type = NLA_BINARY, },
	[MUTEX_A_RULE_SRC_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_RULE_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_RULE_DST_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_RULE_SPORT_MIN] = { .type = NLA_U16, },
	[MUTEX_A_RULE_SPORT_MAX] = { .type = NLA_U16, },
	[MUTEX_A_RULE_DPORT_MIN] = { .type = NLA_U16, },
	[MUTEX_A_RULE_DPORT_MAX] = { .type = NLA_U16, },
	[MUTEX_A_RULE_PROTO] = { .type = NLA_U8, },
	[MUTEX_A_RULE_MARK] = { .type = NLA_U32, },
	[MUTEX_A_RULE_MARK_MASK] = { .type = NLA_U32, },
	[MUTEX_A_RULE_IIF] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_RULE_OIF] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_RULE_DSCP] = { .type = NLA_U8, },
	[MUTEX_A_RULE_ACTION] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_RULE_TABLE] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_RULE_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_RULE_SET - do */
const struct nla_policy mx_rule_set_nl_policy[MUTEX_A_RULE_CLEAR + 1] = {
	[MUTEX_A_RULE_ID] = { .type = NLA_U32, },
	[MUTEX_A_RULE_PRIORITY] = { .type = NLA_U32, },
	[MUTEX_A_RULE_SRC] = { .type = NLA_BINARY, },
	[MUTEX_A_RULE_SRC_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_RULE_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_RULE_DST_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_RULE_SPORT_MIN] = { .type = NLA_U16, },
	[MUTEX_A_RULE_SPORT_MAX] = { .type = NLA_U16, },
	[MUTEX_A_RULE_DPORT_MIN] = { .type = NLA_U16, },
	[MUTEX_A_RULE_DPORT_MAX] = { .type = NLA_U16, },
	[MUTEX_A_RULE_PROTO] = { .type = NLA_U8, },
	[MUTEX_A_RULE_MARK] = { .type = NLA_U32, },
	[MUTEX_A_RULE_MARK_MASK] = { .type = NLA_U32, },
	[MUTEX_A_RULE_IIF] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_RULE_OIF] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_RULE_DSCP] = { .type = NLA_U8, },
	[MUTEX_A_RULE_ACTION] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_RULE_TABLE] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_RULE_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_RULE_CLEAR] = NLA_POLICY_MASK(NLA_U32, 0x1ff),
};

/* MUTEX_CMD_RULE_DEL - do */
const struct nla_policy mx_rule_del_nl_policy[MUTEX_A_RULE_ID + 1] = {
	[MUTEX_A_RULE_ID] = { .type = NLA_U32, },
};

/* MUTEX_CMD_RULE_GET - do */
const struct nla_policy mx_rule_get_nl_policy[MUTEX_A_RULE_ID + 1] = {
	[MUTEX_A_RULE_ID] = { .type = NLA_U32, },
};

/* MUTEX_CMD_FLOW_GET - do */
const struct nla_policy mx_flow_get_nl_policy[MUTEX_A_FLOW_STATE + 1] = {
	[MUTEX_A_FLOW_SRC] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_DPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_PROTO] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_FLOW_SERVER] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_STATE] = NLA_POLICY_MAX(NLA_U8, 4),
};

/* MUTEX_CMD_FLOW_DEL - do */
const struct nla_policy mx_flow_del_nl_policy[MUTEX_A_FLOW_STATE + 1] = {
	[MUTEX_A_FLOW_SRC] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_DPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_PROTO] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_FLOW_SERVER] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_STATE] = NLA_POLICY_MAX(NLA_U8, 4),
};

/* MUTEX_CMD_FLOW_COUNT - do */
const struct nla_policy mx_flow_count_nl_policy[MUTEX_A_FLOW_STATE + 1] = {
	[MUTEX_A_FLOW_SRC] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_DPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_PROTO] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_FLOW_SERVER] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_STATE] = NLA_POLICY_MAX(NLA_U8, 4),
};

/* MUTEX_CMD_FLOW_REEVALUATE - do */
const struct nla_policy mx_flow_reevaluate_nl_policy[MUTEX_A_FLOW_STATE + 1] = {
	[MUTEX_A_FLOW_SRC] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_DPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_PROTO] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_FLOW_SERVER] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_STATE] = NLA_POLICY_MAX(NLA_U8, 4),
};

/* MUTEX_CMD_DEV_NEW - do */
const struct nla_policy mx_dev_new_nl_policy[MUTEX_A_DEV_NAME + 1] = {
	[MUTEX_A_DEV_NAME] = { .type = NLA_NUL_STRING, .len = 15, },
};

/* MUTEX_CMD_DEV_DEL - do */
const struct nla_policy mx_dev_del_nl_policy[MUTEX_A_DEV_NAME + 1] = {
	[MUTEX_A_DEV_NAME] = { .type = NLA_NUL_STRING, .len = 15, },
};

/* MUTEX_CMD_DEV_GET - do */
const struct nla_policy mx_dev_get_nl_policy[MUTEX_A_DEV_NAME + 1] = {
	[MUTEX_A_DEV_NAME] = { .type = NLA_NUL_STRING, .len = 15, },
};

/* MUTEX_CMD_SETTINGS_SET - do */
const struct nla_policy mx_settings_set_nl_policy[MUTEX_A_SETTINGS_TIMEOUT_OTHER + 1] = {
	[MUTEX_A_SETTINGS_NODE] = { .type = NLA_NUL_STRING, .len = 63, },
	[MUTEX_A_SETTINGS_FLOWS_MAX] = { .type = NLA_U32, },
	[MUTEX_A_SETTINGS_TIMEOUT_SYN] = { .type = NLA_U32, },
	[MUTEX_A_SETTINGS_TIMEOUT_TCP] = { .type = NLA_U32, },
	[MUTEX_A_SETTINGS_TIMEOUT_FIN] = { .type = NLA_U32, },
	[MUTEX_A_SETTINGS_TIMEOUT_CLOSED] = { .type = NLA_U32, },
	[MUTEX_A_SETTINGS_TIMEOUT_UDP] = { .type = NLA_U32, },
	[MUTEX_A_SETTINGS_TIMEOUT_OTHER] = { .type = NLA_U32, },
};

/* MUTEX_CMD_SETTINGS_GET - do */
const struct nla_policy mx_settings_get_nl_policy[MUTEX_A_SETTINGS_PAD + 1] = {
};

/* MUTEX_CMD_STATS_GET - do */
const struct nla_policy mx_stats_get_nl_policy[MUTEX_A_STATS_PAD + 1] = {
};

/* MUTEX_CMD_STATS_RESET - do */
const struct nla_policy mx_stats_reset_nl_policy[MUTEX_A_STATS_PAD + 1] = {
};

/* MUTEX_CMD_RESOLVE - do */
const struct nla_policy mx_resolve_nl_policy[MUTEX_A_RESOLVE_DSCP + 1] = {
	[MUTEX_A_RESOLVE_SRC] = { .type = NLA_BINARY, },
	[MUTEX_A_RESOLVE_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_RESOLVE_SPORT] = { .type = NLA_U16, },
	[MUTEX_A_RESOLVE_DPORT] = { .type = NLA_U16, },
	[MUTEX_A_RESOLVE_PROTO] = { .type = NLA_U8, },
	[MUTEX_A_RESOLVE_MARK] = { .type = NLA_U32, },
	[MUTEX_A_RESOLVE_IIF] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_RESOLVE_OIF] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_RESOLVE_DSCP] = { .type = NLA_U8, },
};

/* MUTEX_CMD_TXN_BEGIN - do */
const struct nla_policy mx_txn_begin_nl_policy[MUTEX_A_TXN_PAD + 1] = {
};

/* MUTEX_CMD_TXN_COMMIT - do */
const struct nla_policy mx_txn_commit_nl_policy[MUTEX_A_TXN_PAD + 1] = {
};

/* MUTEX_CMD_TXN_ABORT - do */
const struct nla_policy mx_txn_abort_nl_policy[MUTEX_A_TXN_PAD + 1] = {
};

/* MUTEX_CMD_SERVER_REPORT - do */
const struct nla_policy mx_server_report_nl_policy[MUTEX_A_SERVER_REASON + 1] = {
	[MUTEX_A_SERVER_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_SERVER_ADDR] = { .type = NLA_BINARY, },
	[MUTEX_A_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_SERVER_HEALTH] = NLA_POLICY_MAX(NLA_U8, 2),
	[MUTEX_A_SERVER_REASON] = NLA_POLICY_MAX(NLA_U8, 11),
};

/* Ops table for mutex */
const struct genl_ops mx_nl_ops[37] = {
	{
		.cmd		= MUTEX_CMD_GROUP_NEW,
		.doit		= mx_nl_group_new_doit,
		.policy		= mx_group_new_nl_policy,
		.maxattr	= MUTEX_A_GROUP_FALLBACK,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_GROUP_SET,
		.doit		= mx_nl_group_set_doit,
		.policy		= mx_group_set_nl_policy,
		.maxattr	= MUTEX_A_GROUP_FALLBACK,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_GROUP_DEL,
		.doit		= mx_nl_group_del_doit,
		.policy		= mx_group_del_nl_policy,
		.maxattr	= MUTEX_A_GROUP_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_GROUP_GET,
		.doit		= mx_nl_group_get_doit,
		.dumpit		= mx_nl_group_get_dumpit,
		.policy		= mx_group_get_nl_policy,
		.maxattr	= MUTEX_A_GROUP_NAME,
	},
	{
		.cmd		= MUTEX_CMD_SERVER_NEW,
		.doit		= mx_nl_server_new_doit,
		.policy		= mx_server_new_nl_policy,
		.maxattr	= MUTEX_A_SERVER_STATE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_SERVER_SET,
		.doit		= mx_nl_server_set_doit,
		.policy		= mx_server_set_nl_policy,
		.maxattr	= MUTEX_A_SERVER_STATE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_SERVER_DEL,
		.doit		= mx_nl_server_del_doit,
		.policy		= mx_server_del_nl_policy,
		.maxattr	= MUTEX_A_SERVER_PORT,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_SERVER_GET,
		.doit		= mx_nl_server_get_doit,
		.dumpit		= mx_nl_server_get_dumpit,
		.policy		= mx_server_get_nl_policy,
		.maxattr	= MUTEX_A_SERVER_PORT,
	},
	{
		.cmd		= MUTEX_CMD_TABLE_NEW,
		.doit		= mx_nl_table_new_doit,
		.policy		= mx_table_new_nl_policy,
		.maxattr	= MUTEX_A_TABLE_PRIORITY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_TABLE_SET,
		.doit		= mx_nl_table_set_doit,
		.policy		= mx_table_set_nl_policy,
		.maxattr	= MUTEX_A_TABLE_PRIORITY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_TABLE_DEL,
		.doit		= mx_nl_table_del_doit,
		.policy		= mx_table_del_nl_policy,
		.maxattr	= MUTEX_A_TABLE_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_TABLE_GET,
		.doit		= mx_nl_table_get_doit,
		.dumpit		= mx_nl_table_get_dumpit,
		.policy		= mx_table_get_nl_policy,
		.maxattr	= MUTEX_A_TABLE_NAME,
	},
	{
		.cmd		= MUTEX_CMD_ROUTE_NEW,
		.doit		= mx_nl_route_new_doit,
		.policy		= mx_route_new_nl_policy,
		.maxattr	= MUTEX_A_ROUTE_METRIC,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_ROUTE_SET,
		.doit		= mx_nl_route_set_doit,
		.policy		= mx_route_set_nl_policy,
		.maxattr	= MUTEX_A_ROUTE_METRIC,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_ROUTE_DEL,
		.doit		= mx_nl_route_del_doit,
		.policy		= mx_route_del_nl_policy,
		.maxattr	= MUTEX_A_ROUTE_METRIC,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_ROUTE_FLUSH,
		.doit		= mx_nl_route_flush_doit,
		.policy		= mx_route_flush_nl_policy,
		.maxattr	= MUTEX_A_ROUTE_TABLE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_ROUTE_GET,
		.doit		= mx_nl_route_get_doit,
		.dumpit		= mx_nl_route_get_dumpit,
		.policy		= mx_route_get_nl_policy,
		.maxattr	= MUTEX_A_ROUTE_METRIC,
	},
	{
		.cmd		= MUTEX_CMD_RULE_NEW,
		.doit		= mx_nl_rule_new_doit,
		.policy		= mx_rule_new_nl_policy,
		.maxattr	= MUTEX_A_RULE_GROUP,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_RULE_SET,
		.doit		= mx_nl_rule_set_doit,
		.policy		= mx_rule_set_nl_policy,
		.maxattr	= MUTEX_A_RULE_CLEAR,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_RULE_DEL,
		.doit		= mx_nl_rule_del_doit,
		.policy		= mx_rule_del_nl_policy,
		.maxattr	= MUTEX_A_RULE_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_RULE_GET,
		.doit		= mx_nl_rule_get_doit,
		.dumpit		= mx_nl_rule_get_dumpit,
		.policy		= mx_rule_get_nl_policy,
		.maxattr	= MUTEX_A_RULE_ID,
	},
	{
		.cmd		= MUTEX_CMD_FLOW_GET,
		.doit		= mx_nl_flow_get_doit,
		.dumpit		= mx_nl_flow_get_dumpit,
		.policy		= mx_flow_get_nl_policy,
		.maxattr	= MUTEX_A_FLOW_STATE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_FLOW_DEL,
		.doit		= mx_nl_flow_del_doit,
		.policy		= mx_flow_del_nl_policy,
		.maxattr	= MUTEX_A_FLOW_STATE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_FLOW_COUNT,
		.doit		= mx_nl_flow_count_doit,
		.policy		= mx_flow_count_nl_policy,
		.maxattr	= MUTEX_A_FLOW_STATE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_FLOW_REEVALUATE,
		.doit		= mx_nl_flow_reevaluate_doit,
		.policy		= mx_flow_reevaluate_nl_policy,
		.maxattr	= MUTEX_A_FLOW_STATE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_DEV_NEW,
		.doit		= mx_nl_dev_new_doit,
		.policy		= mx_dev_new_nl_policy,
		.maxattr	= MUTEX_A_DEV_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_DEV_DEL,
		.doit		= mx_nl_dev_del_doit,
		.policy		= mx_dev_del_nl_policy,
		.maxattr	= MUTEX_A_DEV_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_DEV_GET,
		.doit		= mx_nl_dev_get_doit,
		.dumpit		= mx_nl_dev_get_dumpit,
		.policy		= mx_dev_get_nl_policy,
		.maxattr	= MUTEX_A_DEV_NAME,
	},
	{
		.cmd		= MUTEX_CMD_SETTINGS_SET,
		.doit		= mx_nl_settings_set_doit,
		.policy		= mx_settings_set_nl_policy,
		.maxattr	= MUTEX_A_SETTINGS_TIMEOUT_OTHER,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_SETTINGS_GET,
		.doit		= mx_nl_settings_get_doit,
		.policy		= mx_settings_get_nl_policy,
		.maxattr	= MUTEX_A_SETTINGS_PAD,
	},
	{
		.cmd		= MUTEX_CMD_STATS_GET,
		.doit		= mx_nl_stats_get_doit,
		.policy		= mx_stats_get_nl_policy,
		.maxattr	= MUTEX_A_STATS_PAD,
	},
	{
		.cmd		= MUTEX_CMD_STATS_RESET,
		.doit		= mx_nl_stats_reset_doit,
		.policy		= mx_stats_reset_nl_policy,
		.maxattr	= MUTEX_A_STATS_PAD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_RESOLVE,
		.doit		= mx_nl_resolve_doit,
		.policy		= mx_resolve_nl_policy,
		.maxattr	= MUTEX_A_RESOLVE_DSCP,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_TXN_BEGIN,
		.doit		= mx_nl_txn_begin_doit,
		.policy		= mx_txn_begin_nl_policy,
		.maxattr	= MUTEX_A_TXN_PAD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_TXN_COMMIT,
		.doit		= mx_nl_txn_commit_doit,
		.policy		= mx_txn_commit_nl_policy,
		.maxattr	= MUTEX_A_TXN_PAD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_TXN_ABORT,
		.doit		= mx_nl_txn_abort_doit,
		.policy		= mx_txn_abort_nl_policy,
		.maxattr	= MUTEX_A_TXN_PAD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_SERVER_REPORT,
		.doit		= mx_nl_server_report_doit,
		.policy		= mx_server_report_nl_policy,
		.maxattr	= MUTEX_A_SERVER_REASON,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
};
