// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl route
 */
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "resolve.h"
#include "uapi.h"

#define MX_ROUTE_ID							\
	{ .name = "PREFIX", .kind = MX_W_PREFIX, .attr = MUTEX_A_ROUTE_DST, \
	  .attr2 = MUTEX_A_ROUTE_PLEN, .flags = MX_WF_REQUIRED },	\
	{ .name = "table", .kind = MX_W_STR, .attr = MUTEX_A_ROUTE_TABLE,	\
	  .flags = MX_WF_REQUIRED },					\
	{ .name = "metric", .kind = MX_W_U32, .attr = MUTEX_A_ROUTE_METRIC }

static const struct mx_word mx_route_words[] = {
	MX_ROUTE_ID,
	{ .name = "group", .kind = MX_W_STR, .attr = MUTEX_A_ROUTE_GROUP,
	  .flags = MX_WF_REQUIRED },
};

/* A line of `show` may be pasted behind `del`. */
static const struct mx_word mx_route_id_words[] = { MX_ROUTE_ID };

static const struct mx_word mx_route_flush_words[] = {
	{ .name = "table", .kind = MX_W_STR, .attr = MUTEX_A_ROUTE_TABLE,
	  .flags = MX_WF_REQUIRED },
};

static const struct mx_word mx_route_dump_words[] = {
	{ .name = "table", .kind = MX_W_STR, .attr = MUTEX_A_ROUTE_TABLE },
};

static const struct nla_policy mx_route_policy[MUTEX_A_ROUTE_MAX + 1] = {
	[MUTEX_A_ROUTE_TABLE] = { .type = NLA_STRING },
	[MUTEX_A_ROUTE_DST] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_ROUTE_PLEN] = { .type = NLA_U8 },
	[MUTEX_A_ROUTE_GROUP] = { .type = NLA_STRING },
	[MUTEX_A_ROUTE_METRIC] = { .type = NLA_U32 },
};

/**
 * mx_route_print() - print a route, or of a flushed table its name
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_route_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_ROUTE_MAX + 1];
	struct mx_out *o = &ctl->out;

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_ROUTE_MAX, mx_route_policy))
		return MX_EXIT_REFUSED;
	mx_out_obj(o);
	if (tb[MUTEX_A_ROUTE_DST])
		mx_out_prefix(o, "dst", NULL, tb[MUTEX_A_ROUTE_DST],
			      mx_attr_u8(tb, MUTEX_A_ROUTE_PLEN));
	mx_out_str(o, MX_NAME, "table", "table",
		   mx_attr_str(tb, MUTEX_A_ROUTE_TABLE));
	if (tb[MUTEX_A_ROUTE_GROUP])
		mx_out_str(o, MX_NAME, "group", "group",
			   nla_get_string(tb[MUTEX_A_ROUTE_GROUP]));
	if (tb[MUTEX_A_ROUTE_METRIC])
		mx_out_uint(o, "metric", "metric",
			    nla_get_u32(tb[MUTEX_A_ROUTE_METRIC]));
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

static int mx_route_show(struct mx_ctl *ctl, struct mx_args *a)
{
	bool one = a->pos < a->argc && strcmp(a->argv[a->pos], "table");
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_ROUTE_GET);
	if (one)
		ret = mx_parse_words(ctl, a, mx_route_id_words,
				     MX_ARRAY_SIZE(mx_route_id_words));
	else
		ret = mx_parse_words(ctl, a, mx_route_dump_words, 1);
	return ret ? ret : mx_run_show(ctl, a, one);
}

static const struct mx_cmd mx_route_cmds[] = {
	{ .name = "add", .run = mx_run_change, .genl = MUTEX_CMD_ROUTE_NEW,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_route_words) },
	{ .name = "set", .run = mx_run_change, .genl = MUTEX_CMD_ROUTE_SET,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_route_words) },
	{ .name = "del", .run = mx_run_change, .genl = MUTEX_CMD_ROUTE_DEL,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_route_id_words) },
	{ .name = "flush", .run = mx_run_change, .genl = MUTEX_CMD_ROUTE_FLUSH,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_route_flush_words) },
	{ .name = "show", .run = mx_route_show, .reply = mx_route_print,
	  MX_WORDS(mx_route_id_words) },
	{ .name = "get", .run = mx_resolve_run, .reply = mx_resolve_print,
	  .genl = MUTEX_CMD_RESOLVE, MX_WORDS(mx_resolve_words) },
};

const struct mx_object mx_obj_route = {
	.name = "route",
	.usage =
"Usage: mutexctl route { add | set } PREFIX table NAME group NAME [ metric N ]\n"
"       mutexctl route del PREFIX table NAME [ metric N ]\n"
"       mutexctl route flush table NAME\n"
"       mutexctl route [ show [ [ PREFIX [ metric N ] ] table NAME ] ]\n"
"       mutexctl route get DST[:PORT] [ from SRC[:PORT] ] [ proto P ]\n"
"                          [ { iif | oif } DEV ] [ mark M ] [ dscp N ]\n"
"                          [ at { @SECONDS | YYYY-MM-DDTHH:MM[:SS]Z } ]\n"
"PREFIX := { ADDR[/LENGTH] | default | default6 }\n"
"P      := { tcp | udp | sctp | icmp | icmpv6 | udplite | dccp | NUMBER }\n"
"Among the routes of one prefix, the lower metric wins.\n",
	.cmds = mx_route_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_route_cmds),
};
