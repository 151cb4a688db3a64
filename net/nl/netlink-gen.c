// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/mutex.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink-gen.h"

#include <uapi/linux/mutex_genl.h>

/* MUTEX_CMD_GROUP_NEW - do */
const struct nla_policy mx_group_new_nl_policy[MUTEX_A_GROUP_FAILBACK + 1] = {
	[MUTEX_A_GROUP_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_GROUP_TYPE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_GROUP_SCHED] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_GROUP_HASH_KEY] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_GROUP_SEED] = { .type = NLA_NUL_STRING, .len = 63, },
	[MUTEX_A_GROUP_FORWARD] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_GROUP_MARK] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_FAILOVER] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_GROUP_FAILS] = NLA_POLICY_RANGE(NLA_U8, 1, 32),
	[MUTEX_A_GROUP_WINDOW] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_RISE] = NLA_POLICY_RANGE(NLA_U32, 1, 1000),
	[MUTEX_A_GROUP_HOLD_MIN] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_HOLD_MAX] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_FALLBACK] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_GROUP_SLOW_START] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_DYNAMIC] = NLA_POLICY_MAX(NLA_U8, 2),
	[MUTEX_A_GROUP_DYNAMIC_MIN] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_DYNAMIC_MAX] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_CHECK] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_GROUP_CHECK_PORT] = { .type = NLA_U16, },
	[MUTEX_A_GROUP_CHECK_INTERVAL] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_CHECK_TIMEOUT] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_CHECK_RISE] = { .type = NLA_U8, },
	[MUTEX_A_GROUP_CHECK_FALL] = { .type = NLA_U8, },
	[MUTEX_A_GROUP_CHECK_SOURCE] = { .type = NLA_BINARY, },
	[MUTEX_A_GROUP_CHECK_SOURCE6] = { .type = NLA_BINARY, },
	[MUTEX_A_GROUP_CHECK_DEV] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_GROUP_CHECK_SEND] = { .type = NLA_BINARY, },
	[MUTEX_A_GROUP_CHECK_EXPECT] = { .type = NLA_BINARY, },
	[MUTEX_A_GROUP_RATE_CONNS] = { .type = NLA_U64, },
	[MUTEX_A_GROUP_RATE_PKTS] = { .type = NLA_U64, },
	[MUTEX_A_GROUP_RATE_BYTES] = { .type = NLA_U64, },
	[MUTEX_A_GROUP_BURST] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_OVER] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_GROUP_PERSIST] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_PERSIST_PLEN4] = { .type = NLA_U8, },
	[MUTEX_A_GROUP_PERSIST_PLEN6] = { .type = NLA_U8, },
	[MUTEX_A_GROUP_SET_DSCP] = { .type = NLA_U8, },
	[MUTEX_A_GROUP_SET_PRIORITY] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_SET_MARK] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_SET_MARK_MASK] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_CT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_GROUP_PREFER] = NLA_POLICY_MAX(NLA_U8, 7),
	[MUTEX_A_GROUP_PREFER_LATENCY] = NLA_POLICY_MAX(NLA_U8, 100),
	[MUTEX_A_GROUP_PREFER_JITTER] = NLA_POLICY_MAX(NLA_U8, 100),
	[MUTEX_A_GROUP_PREFER_LOSS] = NLA_POLICY_MAX(NLA_U8, 100),
	[MUTEX_A_GROUP_PREFER_BANDWIDTH] = NLA_POLICY_MAX(NLA_U8, 100),
	[MUTEX_A_GROUP_SLA_LATENCY] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_SLA_JITTER] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_SLA_LOSS] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_FAILBACK] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* MUTEX_CMD_GROUP_SET - do */
const struct nla_policy mx_group_set_nl_policy[MUTEX_A_GROUP_FAILBACK + 1] = {
	[MUTEX_A_GROUP_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_GROUP_TYPE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_GROUP_SCHED] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_GROUP_HASH_KEY] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_GROUP_SEED] = { .type = NLA_NUL_STRING, .len = 63, },
	[MUTEX_A_GROUP_FORWARD] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_GROUP_MARK] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_FAILOVER] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_GROUP_FAILS] = NLA_POLICY_RANGE(NLA_U8, 1, 32),
	[MUTEX_A_GROUP_WINDOW] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_RISE] = NLA_POLICY_RANGE(NLA_U32, 1, 1000),
	[MUTEX_A_GROUP_HOLD_MIN] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_HOLD_MAX] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_FALLBACK] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_GROUP_SLOW_START] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_DYNAMIC] = NLA_POLICY_MAX(NLA_U8, 2),
	[MUTEX_A_GROUP_DYNAMIC_MIN] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_DYNAMIC_MAX] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_CHECK] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_GROUP_CHECK_PORT] = { .type = NLA_U16, },
	[MUTEX_A_GROUP_CHECK_INTERVAL] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_CHECK_TIMEOUT] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_CHECK_RISE] = { .type = NLA_U8, },
	[MUTEX_A_GROUP_CHECK_FALL] = { .type = NLA_U8, },
	[MUTEX_A_GROUP_CHECK_SOURCE] = { .type = NLA_BINARY, },
	[MUTEX_A_GROUP_CHECK_SOURCE6] = { .type = NLA_BINARY, },
	[MUTEX_A_GROUP_CHECK_DEV] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_GROUP_CHECK_SEND] = { .type = NLA_BINARY, },
	[MUTEX_A_GROUP_CHECK_EXPECT] = { .type = NLA_BINARY, },
	[MUTEX_A_GROUP_RATE_CONNS] = { .type = NLA_U64, },
	[MUTEX_A_GROUP_RATE_PKTS] = { .type = NLA_U64, },
	[MUTEX_A_GROUP_RATE_BYTES] = { .type = NLA_U64, },
	[MUTEX_A_GROUP_BURST] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_OVER] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_GROUP_PERSIST] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_PERSIST_PLEN4] = { .type = NLA_U8, },
	[MUTEX_A_GROUP_PERSIST_PLEN6] = { .type = NLA_U8, },
	[MUTEX_A_GROUP_SET_DSCP] = { .type = NLA_U8, },
	[MUTEX_A_GROUP_SET_PRIORITY] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_SET_MARK] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_SET_MARK_MASK] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_CLEAR] = NLA_POLICY_MASK(NLA_U32, 0x7),
	[MUTEX_A_GROUP_CT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_GROUP_PREFER] = NLA_POLICY_MAX(NLA_U8, 7),
	[MUTEX_A_GROUP_PREFER_LATENCY] = NLA_POLICY_MAX(NLA_U8, 100),
	[MUTEX_A_GROUP_PREFER_JITTER] = NLA_POLICY_MAX(NLA_U8, 100),
	[MUTEX_A_GROUP_PREFER_LOSS] = NLA_POLICY_MAX(NLA_U8, 100),
	[MUTEX_A_GROUP_PREFER_BANDWIDTH] = NLA_POLICY_MAX(NLA_U8, 100),
	[MUTEX_A_GROUP_SLA_LATENCY] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_SLA_JITTER] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_SLA_LOSS] = { .type = NLA_U32, },
	[MUTEX_A_GROUP_FAILBACK] = NLA_POLICY_MAX(NLA_U8, 1),
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
const struct nla_policy mx_server_new_nl_policy[MUTEX_A_SERVER_PATH + 1] = {
	[MUTEX_A_SERVER_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_SERVER_ADDR] = { .type = NLA_BINARY, },
	[MUTEX_A_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_SERVER_WEIGHT] = { .type = NLA_U32, },
	[MUTEX_A_SERVER_STATE] = NLA_POLICY_MAX(NLA_U8, 2),
	[MUTEX_A_SERVER_DEADLINE] = { .type = NLA_U32, },
	[MUTEX_A_SERVER_MAX_CONNS] = { .type = NLA_U32, },
	[MUTEX_A_SERVER_RATE_CONNS] = { .type = NLA_U64, },
	[MUTEX_A_SERVER_RATE_PKTS] = { .type = NLA_U64, },
	[MUTEX_A_SERVER_RATE_BYTES] = { .type = NLA_U64, },
	[MUTEX_A_SERVER_BURST] = { .type = NLA_U32, },
	[MUTEX_A_SERVER_OVER] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_SERVER_PATH] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_SERVER_SET - do */
const struct nla_policy mx_server_set_nl_policy[MUTEX_A_SERVER_PATH + 1] = {
	[MUTEX_A_SERVER_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_SERVER_ADDR] = { .type = NLA_BINARY, },
	[MUTEX_A_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_SERVER_WEIGHT] = { .type = NLA_U32, },
	[MUTEX_A_SERVER_STATE] = NLA_POLICY_MAX(NLA_U8, 2),
	[MUTEX_A_SERVER_DEADLINE] = { .type = NLA_U32, },
	[MUTEX_A_SERVER_MAX_CONNS] = { .type = NLA_U32, },
	[MUTEX_A_SERVER_RATE_CONNS] = { .type = NLA_U64, },
	[MUTEX_A_SERVER_RATE_PKTS] = { .type = NLA_U64, },
	[MUTEX_A_SERVER_RATE_BYTES] = { .type = NLA_U64, },
	[MUTEX_A_SERVER_BURST] = { .type = NLA_U32, },
	[MUTEX_A_SERVER_OVER] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_SERVER_PATH] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_SERVER_DEL - do */
const struct nla_policy mx_server_del_nl_policy[MUTEX_A_SERVER_PATH + 1] = {
	[MUTEX_A_SERVER_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_SERVER_ADDR] = { .type = NLA_BINARY, },
	[MUTEX_A_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_SERVER_PATH] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_SERVER_GET - do */
const struct nla_policy mx_server_get_nl_policy[MUTEX_A_SERVER_PATH + 1] = {
	[MUTEX_A_SERVER_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_SERVER_ADDR] = { .type = NLA_BINARY, },
	[MUTEX_A_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_SERVER_PATH] = { .type = NLA_NUL_STRING, .len = 31, },
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
const struct nla_policy mx_rule_new_nl_policy[MUTEX_A_RULE_SET_MARK_MASK + 1] = {
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
	[MUTEX_A_RULE_HOURS_BEGIN] = { .type = NLA_U16, },
	[MUTEX_A_RULE_HOURS_END] = { .type = NLA_U16, },
	[MUTEX_A_RULE_DAYS] = { .type = NLA_U8, },
	[MUTEX_A_RULE_ZONE] = { .type = NLA_NUL_STRING, .len = 63, },
	[MUTEX_A_RULE_ZONE_CHANGES] = { .type = NLA_BINARY, },
	[MUTEX_A_RULE_COUNTRY] = { .type = NLA_BINARY, },
	[MUTEX_A_RULE_COUNTRY_NOT] = { .type = NLA_U8, },
	[MUTEX_A_RULE_REGION] = { .type = NLA_U8, },
	[MUTEX_A_RULE_REGION_NOT] = { .type = NLA_U8, },
	[MUTEX_A_RULE_SET_DSCP] = { .type = NLA_U8, },
	[MUTEX_A_RULE_SET_PRIORITY] = { .type = NLA_U32, },
	[MUTEX_A_RULE_SET_MARK] = { .type = NLA_U32, },
	[MUTEX_A_RULE_SET_MARK_MASK] = { .type = NLA_U32, },
};

/* MUTEX_CMD_RULE_SET - do */
const struct nla_policy mx_rule_set_nl_policy[MUTEX_A_RULE_SET_MARK_MASK + 1] = {
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
	[MUTEX_A_RULE_CLEAR] = NLA_POLICY_MASK(NLA_U32, 0x1ffff),
	[MUTEX_A_RULE_HOURS_BEGIN] = { .type = NLA_U16, },
	[MUTEX_A_RULE_HOURS_END] = { .type = NLA_U16, },
	[MUTEX_A_RULE_DAYS] = { .type = NLA_U8, },
	[MUTEX_A_RULE_ZONE] = { .type = NLA_NUL_STRING, .len = 63, },
	[MUTEX_A_RULE_ZONE_CHANGES] = { .type = NLA_BINARY, },
	[MUTEX_A_RULE_COUNTRY] = { .type = NLA_BINARY, },
	[MUTEX_A_RULE_COUNTRY_NOT] = { .type = NLA_U8, },
	[MUTEX_A_RULE_REGION] = { .type = NLA_U8, },
	[MUTEX_A_RULE_REGION_NOT] = { .type = NLA_U8, },
	[MUTEX_A_RULE_SET_DSCP] = { .type = NLA_U8, },
	[MUTEX_A_RULE_SET_PRIORITY] = { .type = NLA_U32, },
	[MUTEX_A_RULE_SET_MARK] = { .type = NLA_U32, },
	[MUTEX_A_RULE_SET_MARK_MASK] = { .type = NLA_U32, },
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
const struct nla_policy mx_flow_get_nl_policy[MUTEX_A_FLOW_PATH + 1] = {
	[MUTEX_A_FLOW_SRC] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_DPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_PROTO] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_FLOW_SERVER] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_STATE] = NLA_POLICY_MAX(NLA_U8, 4),
	[MUTEX_A_FLOW_FORWARD] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_FLOW_ACTIVE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_FAST] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_FLOW_IDLE] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_EXPIRES] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_FAMILY] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_SRC_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_DST_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_SPORT_MAX] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_DPORT_MAX] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_MARK] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_MARK_MASK] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_ANSWERED] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_CT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_PATH] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_FLOW_DEL - do */
const struct nla_policy mx_flow_del_nl_policy[MUTEX_A_FLOW_PATH + 1] = {
	[MUTEX_A_FLOW_SRC] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_DPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_PROTO] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_FLOW_SERVER] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_STATE] = NLA_POLICY_MAX(NLA_U8, 4),
	[MUTEX_A_FLOW_FORWARD] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_FLOW_ACTIVE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_FAST] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_FLOW_IDLE] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_EXPIRES] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_FAMILY] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_SRC_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_DST_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_SPORT_MAX] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_DPORT_MAX] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_MARK] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_MARK_MASK] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_ANSWERED] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_CT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_PATH] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_FLOW_COUNT - do */
const struct nla_policy mx_flow_count_nl_policy[MUTEX_A_FLOW_PATH + 1] = {
	[MUTEX_A_FLOW_SRC] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_DPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_PROTO] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_FLOW_SERVER] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_STATE] = NLA_POLICY_MAX(NLA_U8, 4),
	[MUTEX_A_FLOW_FORWARD] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_FLOW_ACTIVE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_FAST] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_FLOW_IDLE] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_EXPIRES] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_FAMILY] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_SRC_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_DST_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_SPORT_MAX] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_DPORT_MAX] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_MARK] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_MARK_MASK] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_ANSWERED] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_CT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_PATH] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_FLOW_REEVALUATE - do */
const struct nla_policy mx_flow_reevaluate_nl_policy[MUTEX_A_FLOW_PATH + 1] = {
	[MUTEX_A_FLOW_SRC] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_DPORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_PROTO] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_FLOW_SERVER] = { .type = NLA_BINARY, },
	[MUTEX_A_FLOW_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_STATE] = NLA_POLICY_MAX(NLA_U8, 4),
	[MUTEX_A_FLOW_FORWARD] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_FLOW_ACTIVE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_FAST] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_FLOW_IDLE] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_EXPIRES] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_FAMILY] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_SRC_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_DST_PLEN] = { .type = NLA_U8, },
	[MUTEX_A_FLOW_SPORT_MAX] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_DPORT_MAX] = { .type = NLA_U16, },
	[MUTEX_A_FLOW_MARK] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_MARK_MASK] = { .type = NLA_U32, },
	[MUTEX_A_FLOW_ANSWERED] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_CT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MUTEX_A_FLOW_PATH] = { .type = NLA_NUL_STRING, .len = 31, },
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
const struct nla_policy mx_resolve_nl_policy[MUTEX_A_RESOLVE_TIME + 1] = {
	[MUTEX_A_RESOLVE_SRC] = { .type = NLA_BINARY, },
	[MUTEX_A_RESOLVE_DST] = { .type = NLA_BINARY, },
	[MUTEX_A_RESOLVE_SPORT] = { .type = NLA_U16, },
	[MUTEX_A_RESOLVE_DPORT] = { .type = NLA_U16, },
	[MUTEX_A_RESOLVE_PROTO] = { .type = NLA_U8, },
	[MUTEX_A_RESOLVE_MARK] = { .type = NLA_U32, },
	[MUTEX_A_RESOLVE_IIF] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_RESOLVE_OIF] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_RESOLVE_DSCP] = { .type = NLA_U8, },
	[MUTEX_A_RESOLVE_TIME] = { .type = NLA_U64, },
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
const struct nla_policy mx_server_report_nl_policy[MUTEX_A_SERVER_PATH + 1] = {
	[MUTEX_A_SERVER_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_SERVER_ADDR] = { .type = NLA_BINARY, },
	[MUTEX_A_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_SERVER_HEALTH] = NLA_POLICY_MAX(NLA_U8, 2),
	[MUTEX_A_SERVER_REASON] = NLA_POLICY_MAX(NLA_U8, 11),
	[MUTEX_A_SERVER_PATH] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_SERVER_LOAD - do */
const struct nla_policy mx_server_load_nl_policy[MUTEX_A_SERVER_PATH + 1] = {
	[MUTEX_A_SERVER_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_SERVER_ADDR] = { .type = NLA_BINARY, },
	[MUTEX_A_SERVER_PORT] = { .type = NLA_U16, },
	[MUTEX_A_SERVER_LOAD] = { .type = NLA_U32, },
	[MUTEX_A_SERVER_LOAD_VALID] = { .type = NLA_U32, },
	[MUTEX_A_SERVER_PATH] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_GEO_BEGIN - do */
const struct nla_policy mx_geo_begin_nl_policy[MUTEX_A_GEO_NAME + 1] = {
	[MUTEX_A_GEO_NAME] = { .type = NLA_NUL_STRING, .len = 127, },
};

/* MUTEX_CMD_GEO_ADD - do */
const struct nla_policy mx_geo_add_nl_policy[MUTEX_A_GEO_PREFIXES6 + 1] = {
	[MUTEX_A_GEO_PREFIXES4] = { .type = NLA_BINARY, },
	[MUTEX_A_GEO_PREFIXES6] = { .type = NLA_BINARY, },
};

/* MUTEX_CMD_GEO_COMMIT - do */
const struct nla_policy mx_geo_commit_nl_policy[MUTEX_A_GEO_PAD + 1] = {
};

/* MUTEX_CMD_GEO_ABORT - do */
const struct nla_policy mx_geo_abort_nl_policy[MUTEX_A_GEO_PAD + 1] = {
};

/* MUTEX_CMD_GEO_FLUSH - do */
const struct nla_policy mx_geo_flush_nl_policy[MUTEX_A_GEO_PAD + 1] = {
};

/* MUTEX_CMD_GEO_GET - do */
const struct nla_policy mx_geo_get_nl_policy[MUTEX_A_GEO_PAD + 1] = {
};

/* MUTEX_CMD_GEO_FIND - do */
const struct nla_policy mx_geo_find_nl_policy[MUTEX_A_GEO_ADDR + 1] = {
	[MUTEX_A_GEO_ADDR] = { .type = NLA_BINARY, },
};

/* MUTEX_CMD_PERSIST_GET - do */
const struct nla_policy mx_persist_get_nl_policy[MUTEX_A_PERSIST_SRC + 1] = {
	[MUTEX_A_PERSIST_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_PERSIST_SRC] = { .type = NLA_BINARY, },
};

/* MUTEX_CMD_PERSIST_DEL - do */
const struct nla_policy mx_persist_del_nl_policy[MUTEX_A_PERSIST_GROUP + 1] = {
	[MUTEX_A_PERSIST_GROUP] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_PATH_NEW - do */
const struct nla_policy mx_path_new_nl_policy[MUTEX_A_PATH_HOLD_MAX + 1] = {
	[MUTEX_A_PATH_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_PATH_DEV] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_PATH_VIA] = { .type = NLA_BINARY, },
	[MUTEX_A_PATH_PEER] = { .type = NLA_BINARY, },
	[MUTEX_A_PATH_LOCAL] = { .type = NLA_BINARY, },
	[MUTEX_A_PATH_PORT] = { .type = NLA_U16, },
	[MUTEX_A_PATH_PROBE] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_PATH_ADMIN] = NLA_POLICY_MAX(NLA_U8, 2),
	[MUTEX_A_PATH_INTERVAL] = { .type = NLA_U32, },
	[MUTEX_A_PATH_TIMEOUT] = { .type = NLA_U32, },
	[MUTEX_A_PATH_BANDWIDTH] = { .type = NLA_U32, },
	[MUTEX_A_PATH_COST] = { .type = NLA_U32, },
	[MUTEX_A_PATH_KEY_ID] = { .type = NLA_U32, },
	[MUTEX_A_PATH_SAMPLES] = { .type = NLA_U8, },
	[MUTEX_A_PATH_FALL] = { .type = NLA_U16, },
	[MUTEX_A_PATH_WORSE] = { .type = NLA_U16, },
	[MUTEX_A_PATH_RISE] = { .type = NLA_U16, },
	[MUTEX_A_PATH_MARGIN] = { .type = NLA_U32, },
	[MUTEX_A_PATH_BROWNOUT] = { .type = NLA_U32, },
	[MUTEX_A_PATH_HOLD_MIN] = { .type = NLA_U32, },
	[MUTEX_A_PATH_HOLD_MAX] = { .type = NLA_U32, },
};

/* MUTEX_CMD_PATH_SET - do */
const struct nla_policy mx_path_set_nl_policy[MUTEX_A_PATH_HOLD_MAX + 1] = {
	[MUTEX_A_PATH_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[MUTEX_A_PATH_DEV] = { .type = NLA_NUL_STRING, .len = 15, },
	[MUTEX_A_PATH_VIA] = { .type = NLA_BINARY, },
	[MUTEX_A_PATH_PEER] = { .type = NLA_BINARY, },
	[MUTEX_A_PATH_LOCAL] = { .type = NLA_BINARY, },
	[MUTEX_A_PATH_PORT] = { .type = NLA_U16, },
	[MUTEX_A_PATH_PROBE] = NLA_POLICY_MAX(NLA_U8, 3),
	[MUTEX_A_PATH_ADMIN] = NLA_POLICY_MAX(NLA_U8, 2),
	[MUTEX_A_PATH_INTERVAL] = { .type = NLA_U32, },
	[MUTEX_A_PATH_TIMEOUT] = { .type = NLA_U32, },
	[MUTEX_A_PATH_BANDWIDTH] = { .type = NLA_U32, },
	[MUTEX_A_PATH_COST] = { .type = NLA_U32, },
	[MUTEX_A_PATH_KEY_ID] = { .type = NLA_U32, },
	[MUTEX_A_PATH_SAMPLES] = { .type = NLA_U8, },
	[MUTEX_A_PATH_FALL] = { .type = NLA_U16, },
	[MUTEX_A_PATH_WORSE] = { .type = NLA_U16, },
	[MUTEX_A_PATH_RISE] = { .type = NLA_U16, },
	[MUTEX_A_PATH_MARGIN] = { .type = NLA_U32, },
	[MUTEX_A_PATH_BROWNOUT] = { .type = NLA_U32, },
	[MUTEX_A_PATH_HOLD_MIN] = { .type = NLA_U32, },
	[MUTEX_A_PATH_HOLD_MAX] = { .type = NLA_U32, },
};

/* MUTEX_CMD_PATH_DEL - do */
const struct nla_policy mx_path_del_nl_policy[MUTEX_A_PATH_NAME + 1] = {
	[MUTEX_A_PATH_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* MUTEX_CMD_PATH_GET - do */
const struct nla_policy mx_path_get_nl_policy[MUTEX_A_PATH_NAME + 1] = {
	[MUTEX_A_PATH_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* Ops table for mutex */
const struct genl_ops mx_nl_ops[51] = {
	{
		.cmd		= MUTEX_CMD_GROUP_NEW,
		.doit		= mx_nl_group_new_doit,
		.policy		= mx_group_new_nl_policy,
		.maxattr	= MUTEX_A_GROUP_FAILBACK,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_GROUP_SET,
		.doit		= mx_nl_group_set_doit,
		.policy		= mx_group_set_nl_policy,
		.maxattr	= MUTEX_A_GROUP_FAILBACK,
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
		.maxattr	= MUTEX_A_SERVER_PATH,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_SERVER_SET,
		.doit		= mx_nl_server_set_doit,
		.policy		= mx_server_set_nl_policy,
		.maxattr	= MUTEX_A_SERVER_PATH,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_SERVER_DEL,
		.doit		= mx_nl_server_del_doit,
		.policy		= mx_server_del_nl_policy,
		.maxattr	= MUTEX_A_SERVER_PATH,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_SERVER_GET,
		.doit		= mx_nl_server_get_doit,
		.dumpit		= mx_nl_server_get_dumpit,
		.policy		= mx_server_get_nl_policy,
		.maxattr	= MUTEX_A_SERVER_PATH,
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
		.maxattr	= MUTEX_A_RULE_SET_MARK_MASK,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_RULE_SET,
		.doit		= mx_nl_rule_set_doit,
		.policy		= mx_rule_set_nl_policy,
		.maxattr	= MUTEX_A_RULE_SET_MARK_MASK,
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
		.maxattr	= MUTEX_A_FLOW_PATH,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_FLOW_DEL,
		.doit		= mx_nl_flow_del_doit,
		.policy		= mx_flow_del_nl_policy,
		.maxattr	= MUTEX_A_FLOW_PATH,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_FLOW_COUNT,
		.doit		= mx_nl_flow_count_doit,
		.policy		= mx_flow_count_nl_policy,
		.maxattr	= MUTEX_A_FLOW_PATH,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_FLOW_REEVALUATE,
		.doit		= mx_nl_flow_reevaluate_doit,
		.policy		= mx_flow_reevaluate_nl_policy,
		.maxattr	= MUTEX_A_FLOW_PATH,
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
		.maxattr	= MUTEX_A_RESOLVE_TIME,
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
		.maxattr	= MUTEX_A_SERVER_PATH,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_SERVER_LOAD,
		.doit		= mx_nl_server_load_doit,
		.policy		= mx_server_load_nl_policy,
		.maxattr	= MUTEX_A_SERVER_PATH,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_GEO_BEGIN,
		.doit		= mx_nl_geo_begin_doit,
		.policy		= mx_geo_begin_nl_policy,
		.maxattr	= MUTEX_A_GEO_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_GEO_ADD,
		.doit		= mx_nl_geo_add_doit,
		.policy		= mx_geo_add_nl_policy,
		.maxattr	= MUTEX_A_GEO_PREFIXES6,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_GEO_COMMIT,
		.doit		= mx_nl_geo_commit_doit,
		.policy		= mx_geo_commit_nl_policy,
		.maxattr	= MUTEX_A_GEO_PAD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_GEO_ABORT,
		.doit		= mx_nl_geo_abort_doit,
		.policy		= mx_geo_abort_nl_policy,
		.maxattr	= MUTEX_A_GEO_PAD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_GEO_FLUSH,
		.doit		= mx_nl_geo_flush_doit,
		.policy		= mx_geo_flush_nl_policy,
		.maxattr	= MUTEX_A_GEO_PAD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_GEO_GET,
		.doit		= mx_nl_geo_get_doit,
		.policy		= mx_geo_get_nl_policy,
		.maxattr	= MUTEX_A_GEO_PAD,
	},
	{
		.cmd		= MUTEX_CMD_GEO_FIND,
		.doit		= mx_nl_geo_find_doit,
		.policy		= mx_geo_find_nl_policy,
		.maxattr	= MUTEX_A_GEO_ADDR,
	},
	{
		.cmd		= MUTEX_CMD_PERSIST_GET,
		.doit		= mx_nl_persist_get_doit,
		.dumpit		= mx_nl_persist_get_dumpit,
		.policy		= mx_persist_get_nl_policy,
		.maxattr	= MUTEX_A_PERSIST_SRC,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_PERSIST_DEL,
		.doit		= mx_nl_persist_del_doit,
		.policy		= mx_persist_del_nl_policy,
		.maxattr	= MUTEX_A_PERSIST_GROUP,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_PATH_NEW,
		.doit		= mx_nl_path_new_doit,
		.policy		= mx_path_new_nl_policy,
		.maxattr	= MUTEX_A_PATH_HOLD_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_PATH_SET,
		.doit		= mx_nl_path_set_doit,
		.policy		= mx_path_set_nl_policy,
		.maxattr	= MUTEX_A_PATH_HOLD_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_PATH_DEL,
		.doit		= mx_nl_path_del_doit,
		.policy		= mx_path_del_nl_policy,
		.maxattr	= MUTEX_A_PATH_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MUTEX_CMD_PATH_GET,
		.doit		= mx_nl_path_get_doit,
		.dumpit		= mx_nl_path_get_dumpit,
		.policy		= mx_path_get_nl_policy,
		.maxattr	= MUTEX_A_PATH_NAME,
	},
};
