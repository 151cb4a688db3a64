// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl table
 */
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "uapi.h"

#define MX_TABLE_NAME							\
	{ .name = "NAME", .kind = MX_W_STR, .attr = MUTEX_A_TABLE_NAME,	\
	  .flags = MX_WF_REQUIRED }

static const struct mx_word mx_table_words[] = {
	MX_TABLE_NAME,
	{ .name = "priority", .kind = MX_W_U32, .attr = MUTEX_A_TABLE_PRIORITY,
	  .flags = MX_WF_REQUIRED },
};

static const struct nla_policy mx_table_policy[MUTEX_A_TABLE_MAX + 1] = {
	[MUTEX_A_TABLE_NAME] = { .type = NLA_STRING },
	[MUTEX_A_TABLE_PRIORITY] = { .type = NLA_U32 },
	[MUTEX_A_TABLE_ROUTES4] = { .type = NLA_U32 },
	[MUTEX_A_TABLE_ROUTES6] = { .type = NLA_U32 },
	[MUTEX_A_TABLE_BYTES] = { .type = NLA_U64 },
};

/**
 * mx_table_print() - print a table
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_table_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_TABLE_MAX + 1];
	struct mx_out *o = &ctl->out;

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_TABLE_MAX, mx_table_policy))
		return MX_EXIT_REFUSED;
	mx_out_obj(o);
	mx_out_str(o, MX_NAME, "name", NULL,
		   mx_attr_str(tb, MUTEX_A_TABLE_NAME));
	if (tb[MUTEX_A_TABLE_PRIORITY])
		mx_out_uint(o, "priority", "priority",
			    nla_get_u32(tb[MUTEX_A_TABLE_PRIORITY]));
	if (tb[MUTEX_A_TABLE_ROUTES4] &&
	    (ctl->opts.details || ctl->opts.stats || o->json)) {
		mx_out_open(o, "routes", "routes");
		mx_out_uint(o, "ipv4", "ipv4",
			    nla_get_u32(tb[MUTEX_A_TABLE_ROUTES4]));
		mx_out_uint(o, "ipv6", "ipv6",
			    mx_attr_u32(tb, MUTEX_A_TABLE_ROUTES6));
		mx_out_uint(o, "bytes", "bytes",
			    mx_attr_u64(tb, MUTEX_A_TABLE_BYTES));
		mx_out_close(o);
	}
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

static int mx_table_show(struct mx_ctl *ctl, struct mx_args *a)
{
	bool one = a->pos < a->argc;
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_TABLE_GET);
	if (one) {
		ret = mx_parse_words(ctl, a, mx_table_words, 1);
		if (ret)
			return ret;
	}
	return mx_run_show(ctl, a, one);
}

static const struct mx_cmd mx_table_cmds[] = {
	{ .name = "add", .run = mx_run_change, .genl = MUTEX_CMD_TABLE_NEW,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_table_words) },
	{ .name = "set", .run = mx_run_change, .genl = MUTEX_CMD_TABLE_SET,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_table_words) },
	{ .name = "del", .run = mx_run_change, .genl = MUTEX_CMD_TABLE_DEL,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, .words = mx_table_words,
	  .nwords = 1 },
	{ .name = "show", .run = mx_table_show, .reply = mx_table_print,
	  .words = mx_table_words, .nwords = 1 },
};

const struct mx_object mx_obj_table = {
	.name = "table",
	.usage =
"Usage: mutexctl table { add | set } NAME priority N\n"
"       mutexctl table del NAME\n"
"       mutexctl table [ show [ NAME ] ]\n"
"The table of the higher priority is looked at first.\n",
	.cmds = mx_table_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_table_cmds),
};
