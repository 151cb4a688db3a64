// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl member: the paths of a group
 */
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "limit.h"
#include "uapi.h"

#define MX_MEMBER_ID							\
	{ .name = "PATH", .kind = MX_W_STR, .attr = MUTEX_A_SERVER_PATH,	\
	  .flags = MX_WF_REQUIRED },					\
	{ .name = "group", .kind = MX_W_STR, .attr = MUTEX_A_SERVER_GROUP, \
	  .flags = MX_WF_REQUIRED }

static const struct mx_word mx_member_words[] = {
	MX_MEMBER_ID,
	{ .name = "weight", .kind = MX_W_U32, .attr = MUTEX_A_SERVER_WEIGHT },
	{ .name = "state", .kind = MX_W_ENUM, .attr = MUTEX_A_SERVER_STATE,
	  .names = &mx_server_states },
	{ .name = "deadline", .kind = MX_W_TIME,
	  .attr = MUTEX_A_SERVER_DEADLINE },
	MX_SERVER_LIMIT_WORDS,
};

static const struct mx_word mx_member_id_words[] = { MX_MEMBER_ID };

static const struct mx_word mx_member_group_words[] = {
	{ .name = "group", .kind = MX_W_STR, .attr = MUTEX_A_SERVER_GROUP },
};

static int mx_member_show(struct mx_ctl *ctl, struct mx_args *a)
{
	bool one = a->pos < a->argc && strcmp(a->argv[a->pos], "group");
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_SERVER_GET);
	if (one)
		ret = mx_parse_words(ctl, a, mx_member_id_words,
				     MX_ARRAY_SIZE(mx_member_id_words));
	else
		ret = mx_parse_words(ctl, a, mx_member_group_words, 1);
	return ret ? ret : mx_run_show(ctl, a, one);
}

static const struct mx_cmd mx_member_cmds[] = {
	{ .name = "add", .run = mx_run_change, .genl = MUTEX_CMD_SERVER_NEW,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_member_words) },
	{ .name = "set", .run = mx_run_change, .genl = MUTEX_CMD_SERVER_SET,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_member_words) },
	{ .name = "del", .run = mx_run_change, .genl = MUTEX_CMD_SERVER_DEL,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_member_id_words) },
	{ .name = "show", .run = mx_member_show, .reply = mx_member_print,
	  MX_WORDS(mx_member_id_words) },
};

const struct mx_object mx_obj_member = {
	.name = "member",
	.usage =
"Usage: mutexctl member { add | set } PATH group NAME [ weight 1-10000 ]\n"
"                       [ state STATE ] [ deadline TIME ] [ LIMIT ]\n"
"       mutexctl member del PATH group NAME\n"
"       mutexctl member [ show [ [ PATH ] group NAME ] ]\n"
"STATE := { up | down | drain }\n"
"LIMIT := [ max-conns N ] [ rate-conns N ] [ rate-pkts N ] [ rate-bytes N ]\n"
"         [ burst TIME ] [ over { drop | next } ]\n"
"The group is one of type path.\n",
	.cmds = mx_member_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_member_cmds),
};
