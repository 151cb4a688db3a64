// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl server
 */
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "check.h"
#include "care.h"
#include "ctl.h"
#include "health.h"
#include "limit.h"
#include "path.h"
#include "uapi.h"

static const char *const mx_server_state_name[] = { "up", "down", "drain" };

const struct mx_names mx_server_states = {
	"server state", MX_ARRAY_SIZE(mx_server_state_name), mx_server_state_name
};

#define MX_SERVER_ID							\
	{ .name = "ADDR[:PORT]", .kind = MX_W_ENDPOINT,			\
	  .attr = MUTEX_A_SERVER_ADDR, .attr2 = MUTEX_A_SERVER_PORT,	\
	  .flags = MX_WF_REQUIRED },					\
	{ .name = "group", .kind = MX_W_STR, .attr = MUTEX_A_SERVER_GROUP, \
	  .flags = MX_WF_REQUIRED }

static const struct mx_word mx_server_words[] = {
	MX_SERVER_ID,
	{ .name = "weight", .kind = MX_W_U32, .attr = MUTEX_A_SERVER_WEIGHT },
	{ .name = "state", .kind = MX_W_ENUM, .attr = MUTEX_A_SERVER_STATE,
	  .names = &mx_server_states },
	{ .name = "deadline", .kind = MX_W_TIME,
	  .attr = MUTEX_A_SERVER_DEADLINE },
	MX_SERVER_LIMIT_WORDS,
};

static const struct mx_word mx_server_load_words[] = {
	MX_SERVER_ID,
	{ .name = "percent", .kind = MX_W_U32, .attr = MUTEX_A_SERVER_LOAD,
	  .flags = MX_WF_REQUIRED },
	{ .name = "valid", .kind = MX_W_TIME,
	  .attr = MUTEX_A_SERVER_LOAD_VALID },
};

static const struct mx_word mx_server_report_words[] = {
	MX_SERVER_ID,
	{ .name = "good", .kind = MX_W_ACTION, .attr = MUTEX_A_SERVER_HEALTH,
	  .value = MUTEX_HEALTH_UP },
	{ .name = "bad", .kind = MX_W_ACTION, .attr = MUTEX_A_SERVER_HEALTH,
	  .value = MUTEX_HEALTH_DOWN },
	{ .name = "reason", .kind = MX_W_ENUM, .attr = MUTEX_A_SERVER_REASON,
	  .names = &mx_reasons },
};

static const struct mx_word mx_server_id_words[] = { MX_SERVER_ID };

static const struct mx_word mx_server_group_words[] = {
	{ .name = "group", .kind = MX_W_STR, .attr = MUTEX_A_SERVER_GROUP },
};

static const struct nla_policy mx_server_policy[MUTEX_A_SERVER_MAX + 1] = {
	[MUTEX_A_SERVER_GROUP] = { .type = NLA_STRING },
	[MUTEX_A_SERVER_ADDR] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_SERVER_PORT] = { .type = NLA_U16 },
	[MUTEX_A_SERVER_PATH] = { .type = NLA_STRING },
	[MUTEX_A_SERVER_PATH_STATUS] = { .type = NLA_U8 },
	[MUTEX_A_SERVER_QUALITY] = { .type = NLA_U32 },
	[MUTEX_A_SERVER_WEIGHT] = { .type = NLA_U32 },
	[MUTEX_A_SERVER_STATE] = { .type = NLA_U8 },
	[MUTEX_A_SERVER_PACKETS] = { .type = NLA_U64 },
	[MUTEX_A_SERVER_BYTES] = { .type = NLA_U64 },
	[MUTEX_A_SERVER_REPLY_PACKETS] = { .type = NLA_U64 },
	[MUTEX_A_SERVER_REPLY_BYTES] = { .type = NLA_U64 },
	[MUTEX_A_SERVER_CONNS_ACTIVE] = { .type = NLA_U32 },
	[MUTEX_A_SERVER_CONNS_TOTAL] = { .type = NLA_U64 },
	[MUTEX_A_SERVER_CONNS_FAILED] = { .type = NLA_U64 },
	[MUTEX_A_SERVER_LATENCY_TOTAL] = { .type = NLA_U64 },
	[MUTEX_A_SERVER_LATENCY_MIN] = { .type = NLA_U32 },
	[MUTEX_A_SERVER_LATENCY_MAX] = { .type = NLA_U32 },
	[MUTEX_A_SERVER_LATENCY_AVG] = { .type = NLA_U32 },
	[MUTEX_A_SERVER_LATENCY_EWMA] = { .type = NLA_U32 },
	[MUTEX_A_SERVER_LATENCY_SAMPLES] = { .type = NLA_U64 },
	MX_CARE_SERVER_POLICY,
	MX_SERVER_HEALTH_POLICY,
	MX_SERVER_CHECK_POLICY,
	MX_SERVER_LIMIT_POLICY,
};

static void mx_server_print_stats(struct mx_out *o, struct nlattr **tb)
{
	mx_out_open(o, "stats", NULL);
	mx_out_open(o, "requests", "requests");
	mx_out_uint(o, "packets", "packets", mx_attr_u64(tb, MUTEX_A_SERVER_PACKETS));
	mx_out_uint(o, "bytes", "bytes", mx_attr_u64(tb, MUTEX_A_SERVER_BYTES));
	mx_out_close(o);
	mx_out_open(o, "replies", "replies");
	mx_out_uint(o, "packets", "packets",
		    mx_attr_u64(tb, MUTEX_A_SERVER_REPLY_PACKETS));
	mx_out_uint(o, "bytes", "bytes",
		    mx_attr_u64(tb, MUTEX_A_SERVER_REPLY_BYTES));
	mx_out_close(o);
	mx_out_open(o, "conns", "conns");
	mx_out_uint(o, "active", "active",
		    mx_attr_u32(tb, MUTEX_A_SERVER_CONNS_ACTIVE));
	mx_out_uint(o, "total", "total",
		    mx_attr_u64(tb, MUTEX_A_SERVER_CONNS_TOTAL));
	mx_out_uint(o, "failed", "failed",
		    mx_attr_u64(tb, MUTEX_A_SERVER_CONNS_FAILED));
	mx_out_uint(o, "full", "full",
		    mx_attr_u64(tb, MUTEX_A_SERVER_CONNS_FULL));
	mx_out_uint(o, "over", "over",
		    mx_attr_u64(tb, MUTEX_A_SERVER_CONNS_OVER));
	mx_out_close(o);
	mx_out_uint(o, "dropped", "dropped",
		    mx_attr_u64(tb, MUTEX_A_SERVER_DROPPED));
	mx_out_open(o, "latency", "latency-us");
	mx_out_uint(o, "min", "min", mx_attr_u32(tb, MUTEX_A_SERVER_LATENCY_MIN));
	mx_out_uint(o, "avg", "avg", mx_attr_u32(tb, MUTEX_A_SERVER_LATENCY_AVG));
	mx_out_uint(o, "max", "max", mx_attr_u32(tb, MUTEX_A_SERVER_LATENCY_MAX));
	mx_out_uint(o, "ewma", "ewma",
		    mx_attr_u32(tb, MUTEX_A_SERVER_LATENCY_EWMA));
	mx_out_uint(o, "total", "total",
		    mx_attr_u64(tb, MUTEX_A_SERVER_LATENCY_TOTAL));
	mx_out_uint(o, "samples", "samples",
		    mx_attr_u64(tb, MUTEX_A_SERVER_LATENCY_SAMPLES));
	mx_out_close(o);
	mx_out_close(o);
}

static void mx_server_print_id(struct mx_out *o, struct nlattr **tb)
{
	int port = mx_attr_u16(tb, MUTEX_A_SERVER_PORT);

	if (tb[MUTEX_A_SERVER_PATH]) {
		mx_out_str(o, MX_NAME, "path", NULL,
			   mx_attr_str(tb, MUTEX_A_SERVER_PATH));
		return;
	}
	/* Text leaves out the port that keeps the packet's own; JSON has 0. */
	mx_out_addr(o, "addr", "port", NULL, tb[MUTEX_A_SERVER_ADDR],
		    port || o->json ? port : -1);
}

/* How a member that is a path does, in its group. */
static void mx_member_print_status(struct mx_out *o, struct nlattr **tb)
{
	unsigned int status = mx_attr_u8(tb, MUTEX_A_SERVER_PATH_STATUS);
	char buf[16];

	if (!tb[MUTEX_A_SERVER_PATH_STATUS])
		return;
	mx_out_str(o, status == MUTEX_PATH_STATUS_UP ? MX_GOOD : MX_BAD,
		   "status", "status",
		   mx_name(&mx_path_statuses, status, buf, sizeof(buf)));
	mx_out_uint(o, "quality", "quality",
		    mx_attr_u32(tb, MUTEX_A_SERVER_QUALITY));
}

static void mx_server_print_tb(struct mx_ctl *ctl, struct nlmsghdr *nlh,
			       struct nlattr **tb)
{
	struct mx_out *o = &ctl->out;
	struct genlmsghdr *gnlh;
	unsigned int state;
	char buf[16];

	mx_out_obj(o);
	mx_server_print_id(o, tb);
	mx_out_str(o, MX_NAME, "group", "group",
		   mx_attr_str(tb, MUTEX_A_SERVER_GROUP));
	if (tb[MUTEX_A_SERVER_WEIGHT])
		mx_out_uint(o, "weight", "weight",
			    nla_get_u32(tb[MUTEX_A_SERVER_WEIGHT]));
	if (tb[MUTEX_A_SERVER_STATE]) {
		state = nla_get_u8(tb[MUTEX_A_SERVER_STATE]);
		mx_out_str(o, state == MUTEX_SERVER_STATE_UP ? MX_GOOD : MX_BAD,
			   "state", "state",
			   mx_name(&mx_server_states, state, buf, sizeof(buf)));
	}
	gnlh = nlmsg_data(nlh);
	if (ctl->opts.details || o->json ||
	    gnlh->cmd == MUTEX_CMD_SERVER_STATE_NTF) {
		mx_member_print_status(o, tb);
		mx_server_health_print(o, tb);
	}
	mx_server_check_print(o, tb, &ctl->opts);
	mx_care_print_deadline(o, tb);
	if (ctl->opts.details || o->json)
		mx_care_print_server(o, tb);
	mx_server_print_limits(o, tb);
	if (ctl->opts.stats && tb[MUTEX_A_SERVER_PACKETS])
		mx_server_print_stats(o, tb);
	mx_out_obj_end(o);
}

/**
 * mx_server_print_any() - print a server, or a path that is a member
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_server_print_any(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_SERVER_MAX + 1];

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_SERVER_MAX, mx_server_policy))
		return MX_EXIT_REFUSED;
	mx_server_print_tb(ctl, nlh, tb);
	return MX_EXIT_OK;
}

/**
 * mx_server_print() - print a server; nothing of a path that is a member
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_server_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_SERVER_MAX + 1];

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_SERVER_MAX, mx_server_policy))
		return MX_EXIT_REFUSED;
	if (!tb[MUTEX_A_SERVER_PATH])
		mx_server_print_tb(ctl, nlh, tb);
	return MX_EXIT_OK;
}

/**
 * mx_member_print() - print a path that is a member; nothing of a server
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_member_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_SERVER_MAX + 1];

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_SERVER_MAX, mx_server_policy))
		return MX_EXIT_REFUSED;
	if (tb[MUTEX_A_SERVER_PATH])
		mx_server_print_tb(ctl, nlh, tb);
	return MX_EXIT_OK;
}

static int mx_server_show(struct mx_ctl *ctl, struct mx_args *a)
{
	bool one = a->pos < a->argc && a->argv[a->pos][0] != 'g';
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_SERVER_GET);
	if (one)
		ret = mx_parse_words(ctl, a, mx_server_id_words,
				     MX_ARRAY_SIZE(mx_server_id_words));
	else
		ret = mx_parse_words(ctl, a, mx_server_group_words, 1);
	return ret ? ret : mx_run_show(ctl, a, one);
}

static const struct mx_cmd mx_server_cmds[] = {
	{ .name = "add", .run = mx_run_change, .genl = MUTEX_CMD_SERVER_NEW,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_server_words) },
	{ .name = "set", .run = mx_run_change, .genl = MUTEX_CMD_SERVER_SET,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_server_words) },
	{ .name = "del", .run = mx_run_change, .genl = MUTEX_CMD_SERVER_DEL,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_server_id_words) },
	{ .name = "report", .run = mx_run_change,
	  .genl = MUTEX_CMD_SERVER_REPORT, .flags = MX_CF_CHANGE,
	  MX_WORDS(mx_server_report_words) },
	{ .name = "show", .run = mx_server_show, .reply = mx_server_print,
	  MX_WORDS(mx_server_id_words) },
	{ .name = "load", .run = mx_run_change, .genl = MUTEX_CMD_SERVER_LOAD,
	  .flags = MX_CF_CHANGE, MX_WORDS(mx_server_load_words) },
};

const struct mx_object mx_obj_server = {
	.name = "server",
	.usage =
"Usage: mutexctl server { add | set } ADDR[:PORT] group NAME [ weight 1-10000 ]\n"
"                                    [ state STATE ] [ deadline TIME ] [ LIMIT ]\n"
"       mutexctl server del ADDR[:PORT] group NAME\n"
"       mutexctl server load ADDR[:PORT] group NAME percent 0-100 [ valid TIME ]\n"
"       mutexctl server [ show [ [ ADDR[:PORT] ] group NAME ] ]\n"
"       mutexctl server report ADDR[:PORT] group NAME { good | bad } [ reason REASON ]\n"
"STATE := { up | down | drain }\n"
"REASON := { refused | silent | unreachable | prohibited | mismatch | overload |\n"
"            check | report }\n"
"LIMIT := [ max-conns N ] [ rate-conns N ] [ rate-pkts N ] [ rate-bytes N ]\n"
"         [ burst TIME ] [ over { drop | next } ]\n"
"An IPv6 address with a port is written [ADDR]:PORT. Without a port, the packet's\n"
"own is kept.\n",
	.cmds = mx_server_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_server_cmds),
};
