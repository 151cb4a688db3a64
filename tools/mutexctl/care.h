/* SPDX-License-Identifier: GPL-2.0 */
/* The words and the answers that are about the care of servers. */
#ifndef MX_CTL_CARE_H
#define MX_CTL_CARE_H

#include "ctl.h"

extern const struct mx_names mx_dynamics;

#define MX_CARE_GROUP_WORDS						\
	{ .name = "slow-start", .kind = MX_W_TIME,			\
	  .attr = MUTEX_A_GROUP_SLOW_START },				\
	{ .name = "dynamic", .kind = MX_W_ENUM,				\
	  .attr = MUTEX_A_GROUP_DYNAMIC, .names = &mx_dynamics },	\
	{ .name = "dynamic-min", .kind = MX_W_U32,			\
	  .attr = MUTEX_A_GROUP_DYNAMIC_MIN },				\
	{ .name = "dynamic-max", .kind = MX_W_U32,			\
	  .attr = MUTEX_A_GROUP_DYNAMIC_MAX }

#define MX_CARE_GROUP_POLICY						\
	[MUTEX_A_GROUP_SLOW_START] = { .type = NLA_U32 },		\
	[MUTEX_A_GROUP_DYNAMIC] = { .type = NLA_U8 },			\
	[MUTEX_A_GROUP_DYNAMIC_MIN] = { .type = NLA_U32 },		\
	[MUTEX_A_GROUP_DYNAMIC_MAX] = { .type = NLA_U32 },		\
	[MUTEX_A_GROUP_MOVES_LOST] = { .type = NLA_U32 },		\
	[MUTEX_A_GROUP_MOVES_MADE] = { .type = NLA_U64 },		\
	[MUTEX_A_GROUP_MOVES_KEYS] = { .type = NLA_U32 },		\
	[MUTEX_A_GROUP_MOVES_OVER] = { .type = NLA_U8 },		\
	[MUTEX_A_GROUP_EVEN_MAX] = { .type = NLA_U32 },			\
	[MUTEX_A_GROUP_EVEN_CV] = { .type = NLA_U32 }

#define MX_CARE_SERVER_POLICY						\
	[MUTEX_A_SERVER_DEADLINE] = { .type = NLA_U32 },		\
	[MUTEX_A_SERVER_DRAIN] = { .type = NLA_U8 },			\
	[MUTEX_A_SERVER_DRAIN_LEFT] = { .type = NLA_U32 },		\
	[MUTEX_A_SERVER_DRAIN_CUT] = { .type = NLA_U32 },		\
	[MUTEX_A_SERVER_EFFECTIVE] = { .type = NLA_U32 },		\
	[MUTEX_A_SERVER_SHARE] = { .type = NLA_U32 },			\
	[MUTEX_A_SERVER_LOAD] = { .type = NLA_U32 },			\
	[MUTEX_A_SERVER_LOAD_VALID] = { .type = NLA_U32 }

void mx_care_print_group(struct mx_out *o, struct nlattr **tb);
void mx_care_print_moves(struct mx_out *o, struct nlattr **tb);
void mx_care_print_deadline(struct mx_out *o, struct nlattr **tb);
void mx_care_print_server(struct mx_out *o, struct nlattr **tb);
int mx_moves_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);
int mx_drain_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);

#endif /* MX_CTL_CARE_H */
