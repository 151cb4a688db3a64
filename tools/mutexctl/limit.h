/* SPDX-License-Identifier: GPL-2.0 */
/* Words and output of limits, persistence, and what is set in packets. */
#ifndef MX_CTL_LIMIT_H
#define MX_CTL_LIMIT_H

#include <netlink/attr.h>

#include "ctl.h"

extern const struct mx_names mx_overs;

/* Rates of OBJ, which is SERVER or GROUP. */
#define MX_LIMIT_WORDS(OBJ)						\
	{ .name = "rate-conns", .kind = MX_W_U64,			\
	  .attr = MUTEX_A_ ## OBJ ## _RATE_CONNS },			\
	{ .name = "rate-pkts", .kind = MX_W_U64,			\
	  .attr = MUTEX_A_ ## OBJ ## _RATE_PKTS },			\
	{ .name = "rate-bytes", .kind = MX_W_U64,			\
	  .attr = MUTEX_A_ ## OBJ ## _RATE_BYTES },			\
	{ .name = "burst", .kind = MX_W_TIME,				\
	  .attr = MUTEX_A_ ## OBJ ## _BURST },				\
	{ .name = "over", .kind = MX_W_ENUM,				\
	  .attr = MUTEX_A_ ## OBJ ## _OVER, .names = &mx_overs }

#define MX_LIMIT_POLICY(OBJ)						\
	[MUTEX_A_ ## OBJ ## _RATE_CONNS] = { .type = NLA_U64 },		\
	[MUTEX_A_ ## OBJ ## _RATE_PKTS] = { .type = NLA_U64 },		\
	[MUTEX_A_ ## OBJ ## _RATE_BYTES] = { .type = NLA_U64 },		\
	[MUTEX_A_ ## OBJ ## _BURST] = { .type = NLA_U32 },		\
	[MUTEX_A_ ## OBJ ## _OVER] = { .type = NLA_U8 },		\
	[MUTEX_A_ ## OBJ ## _CONNS_OVER] = { .type = NLA_U64 },		\
	[MUTEX_A_ ## OBJ ## _DROPPED] = { .type = NLA_U64 }

#define MX_SERVER_LIMIT_WORDS						\
	{ .name = "max-conns", .kind = MX_W_U32,			\
	  .attr = MUTEX_A_SERVER_MAX_CONNS },				\
	MX_LIMIT_WORDS(SERVER)

#define MX_SERVER_LIMIT_POLICY						\
	[MUTEX_A_SERVER_MAX_CONNS] = { .type = NLA_U32 },		\
	[MUTEX_A_SERVER_CONNS_FULL] = { .type = NLA_U64 },		\
	MX_LIMIT_POLICY(SERVER)

/*
 * What OBJ, which is RULE or GROUP, sets in packets. "none" is bit FIELD_x of
 * the attribute @clear, or of no use where that is 0.
 */
#define MX_QOS_WORDS(OBJ, clear, FIELD)					\
	{ .name = "set-dscp", .kind = MX_W_U8, .flags = MX_WF_NONE,	\
	  .attr = MUTEX_A_ ## OBJ ## _SET_DSCP,				\
	  .any = FIELD ## DSCP, .any_attr = clear },			\
	{ .name = "set-priority", .kind = MX_W_PRIORITY,		\
	  .flags = MX_WF_NONE, .attr = MUTEX_A_ ## OBJ ## _SET_PRIORITY, \
	  .any = FIELD ## PRIORITY, .any_attr = clear },		\
	{ .name = "set-mark", .kind = MX_W_MARK, .flags = MX_WF_NONE,	\
	  .attr = MUTEX_A_ ## OBJ ## _SET_MARK,				\
	  .attr2 = MUTEX_A_ ## OBJ ## _SET_MARK_MASK,			\
	  .any = FIELD ## MARK, .any_attr = clear }

#define MX_QOS_POLICY(OBJ)						\
	[MUTEX_A_ ## OBJ ## _SET_DSCP] = { .type = NLA_U8 },		\
	[MUTEX_A_ ## OBJ ## _SET_PRIORITY] = { .type = NLA_U32 },	\
	[MUTEX_A_ ## OBJ ## _SET_MARK] = { .type = NLA_U32 },		\
	[MUTEX_A_ ## OBJ ## _SET_MARK_MASK] = { .type = NLA_U32 }

#define MX_GROUP_LIMIT_WORDS(clear)					\
	MX_LIMIT_WORDS(GROUP),						\
	{ .name = "persist", .kind = MX_W_TIME,				\
	  .attr = MUTEX_A_GROUP_PERSIST },				\
	{ .name = "persist-plen4", .kind = MX_W_U8,			\
	  .attr = MUTEX_A_GROUP_PERSIST_PLEN4 },			\
	{ .name = "persist-plen6", .kind = MX_W_U8,			\
	  .attr = MUTEX_A_GROUP_PERSIST_PLEN6 },			\
	MX_QOS_WORDS(GROUP, clear, MUTEX_QOS_FIELD_)

#define MX_GROUP_LIMIT_POLICY						\
	MX_LIMIT_POLICY(GROUP),						\
	[MUTEX_A_GROUP_PERSIST] = { .type = NLA_U32 },			\
	[MUTEX_A_GROUP_PERSIST_PLEN4] = { .type = NLA_U8 },		\
	[MUTEX_A_GROUP_PERSIST_PLEN6] = { .type = NLA_U8 },		\
	[MUTEX_A_GROUP_CLIENTS] = { .type = NLA_U32 },			\
	MX_QOS_POLICY(GROUP)

void mx_print_mark(struct mx_out *o, struct nlattr **tb, int mark, int mask,
		   const char *word);
void mx_server_print_limits(struct mx_out *o, struct nlattr **tb);
void mx_group_print_limits(struct mx_out *o, struct nlattr **tb);
void mx_rule_print_qos(struct mx_out *o, struct nlattr **tb);

#endif /* MX_CTL_LIMIT_H */
