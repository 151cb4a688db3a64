/* SPDX-License-Identifier: GPL-2.0 */
/* Words and output of failover and health. */
#ifndef MX_CTL_HEALTH_H
#define MX_CTL_HEALTH_H

#include "parse.h"

struct mx_out;
struct nlattr;

extern const struct mx_names mx_failovers;
extern const struct mx_names mx_healths;
extern const struct mx_names mx_reasons;

#define MX_GROUP_HEALTH_WORDS						\
	{ .name = "failover", .kind = MX_W_ENUM,			\
	  .attr = MUTEX_A_GROUP_FAILOVER, .names = &mx_failovers },	\
	{ .name = "fails", .kind = MX_W_U8, .attr = MUTEX_A_GROUP_FAILS }, \
	{ .name = "window", .kind = MX_W_TIME,				\
	  .attr = MUTEX_A_GROUP_WINDOW },				\
	{ .name = "rise", .kind = MX_W_U32, .attr = MUTEX_A_GROUP_RISE }, \
	{ .name = "hold-down", .kind = MX_W_TIMES,			\
	  .attr = MUTEX_A_GROUP_HOLD_MIN,				\
	  .attr2 = MUTEX_A_GROUP_HOLD_MAX },				\
	{ .name = "fallback", .kind = MX_W_NAME,			\
	  .attr = MUTEX_A_GROUP_FALLBACK }

#define MX_GROUP_HEALTH_POLICY						\
	[MUTEX_A_GROUP_FAILOVER] = { .type = NLA_U8 },			\
	[MUTEX_A_GROUP_FAILS] = { .type = NLA_U8 },			\
	[MUTEX_A_GROUP_WINDOW] = { .type = NLA_U32 },			\
	[MUTEX_A_GROUP_RISE] = { .type = NLA_U32 },			\
	[MUTEX_A_GROUP_HOLD_MIN] = { .type = NLA_U32 },			\
	[MUTEX_A_GROUP_HOLD_MAX] = { .type = NLA_U32 },			\
	[MUTEX_A_GROUP_FALLBACK] = { .type = NLA_STRING },		\
	[MUTEX_A_GROUP_TOTAL_FALLBACK] = { .type = NLA_U64 }

#define MX_SERVER_HEALTH_POLICY						\
	[MUTEX_A_SERVER_HEALTH] = { .type = NLA_U8 },			\
	[MUTEX_A_SERVER_REASON] = { .type = NLA_U8 },			\
	[MUTEX_A_SERVER_SINCE] = { .type = NLA_U64 },			\
	[MUTEX_A_SERVER_FAILS] = { .type = NLA_U32 },			\
	[MUTEX_A_SERVER_HOLD_LEFT] = { .type = NLA_U32 },		\
	[MUTEX_A_SERVER_HOLD] = { .type = NLA_U32 },			\
	[MUTEX_A_SERVER_FLAPS] = { .type = NLA_U32 }

void mx_group_health_print(struct mx_out *o, struct nlattr **tb);
void mx_server_health_print(struct mx_out *o, struct nlattr **tb);

#endif /* MX_CTL_HEALTH_H */
