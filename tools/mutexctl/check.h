/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_CHECK_H
#define MX_CTL_CHECK_H

#include "ctl.h"
#include "uapi.h"

extern const struct mx_names mx_check_kinds;

/* Words of `group add` and `group set`. */
#define MX_GROUP_CHECK_WORDS						\
	{ .name = "check", .kind = MX_W_ENUM, .attr = MUTEX_A_GROUP_CHECK, \
	  .names = &mx_check_kinds },					\
	{ .name = "check-port", .kind = MX_W_U16,			\
	  .attr = MUTEX_A_GROUP_CHECK_PORT },				\
	{ .name = "check-interval", .kind = MX_W_TIME,			\
	  .attr = MUTEX_A_GROUP_CHECK_INTERVAL },			\
	{ .name = "check-timeout", .kind = MX_W_TIME,			\
	  .attr = MUTEX_A_GROUP_CHECK_TIMEOUT },			\
	{ .name = "check-rise", .kind = MX_W_U8,			\
	  .attr = MUTEX_A_GROUP_CHECK_RISE },				\
	{ .name = "check-fall", .kind = MX_W_U8,			\
	  .attr = MUTEX_A_GROUP_CHECK_FALL },				\
	{ .name = "check-source", .kind = MX_W_ADDR4,			\
	  .attr = MUTEX_A_GROUP_CHECK_SOURCE },				\
	{ .name = "check-source6", .kind = MX_W_ADDR6,			\
	  .attr = MUTEX_A_GROUP_CHECK_SOURCE6 },			\
	{ .name = "check-dev", .kind = MX_W_STR,			\
	  .attr = MUTEX_A_GROUP_CHECK_DEV },				\
	{ .name = "check-send", .kind = MX_W_BYTES,			\
	  .attr = MUTEX_A_GROUP_CHECK_SEND },				\
	{ .name = "check-expect", .kind = MX_W_BYTES,			\
	  .attr = MUTEX_A_GROUP_CHECK_EXPECT }

#define MX_GROUP_CHECK_POLICY						\
	[MUTEX_A_GROUP_CHECK] = { .type = NLA_U8 },			\
	[MUTEX_A_GROUP_CHECK_PORT] = { .type = NLA_U16 },		\
	[MUTEX_A_GROUP_CHECK_INTERVAL] = { .type = NLA_U32 },		\
	[MUTEX_A_GROUP_CHECK_TIMEOUT] = { .type = NLA_U32 },		\
	[MUTEX_A_GROUP_CHECK_RISE] = { .type = NLA_U8 },		\
	[MUTEX_A_GROUP_CHECK_FALL] = { .type = NLA_U8 },		\
	[MUTEX_A_GROUP_CHECK_SOURCE] = { .minlen = 4, .maxlen = 4 },	\
	[MUTEX_A_GROUP_CHECK_SOURCE6] = { .minlen = 16, .maxlen = 16 },	\
	[MUTEX_A_GROUP_CHECK_DEV] = { .type = NLA_STRING },		\
	[MUTEX_A_GROUP_CHECK_SEND] = { .maxlen = MUTEX_CHECK_BYTES_MAX }, \
	[MUTEX_A_GROUP_CHECK_EXPECT] = { .maxlen = MUTEX_CHECK_BYTES_MAX }

#define MX_SERVER_CHECK_POLICY						\
	[MUTEX_A_SERVER_CHECK_RESULT] = { .type = NLA_U8 },		\
	[MUTEX_A_SERVER_CHECK_RTT] = { .type = NLA_U32 },		\
	[MUTEX_A_SERVER_CHECK_GOOD] = { .type = NLA_U64 },		\
	[MUTEX_A_SERVER_CHECK_BAD] = { .type = NLA_U64 },		\
	[MUTEX_A_SERVER_CHECK_NEXT] = { .type = NLA_U32 }

#define MX_GROUP_CHECK_USAGE						\
"CHECK := check { none | tcp | icmp | udp [ check-send BYTES ] [ check-expect BYTES ] }\n" \
"         [ check-port N ] [ check-interval TIME ] [ check-timeout TIME ]\n" \
"         [ check-rise N ] [ check-fall N ] [ check-source ADDR ] [ check-source6 ADDR ]\n" \
"         [ check-dev DEV ]\n"						\
"BYTES := { TEXT | 0xHEX }\n"

void mx_group_check_print(struct mx_out *o, struct nlattr **tb);
void mx_server_check_print(struct mx_out *o, struct nlattr **tb,
			   const struct mx_opts *opts);

#endif /* MX_CTL_CHECK_H */
