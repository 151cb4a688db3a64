// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl dev
 */
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "uapi.h"

static const struct mx_word mx_dev_words[] = {
	{ .name = "DEV", .kind = MX_W_STR, .attr = MUTEX_A_DEV_NAME,
	  .flags = MX_WF_REQUIRED },
};

static const struct nla_policy mx_dev_policy[MUTEX_A_DEV_MAX + 1] = {
	[MUTEX_A_DEV_NAME] = { .type = NLA_STRING },
	[MUTEX_A_DEV_IFINDEX] = { .type = NLA_U32 },
	[MUTEX_A_DEV_FAST_PACKETS] = { .type = NLA_U64 },
	[MUTEX_A_DEV_FAST_BYTES] = { .type = NLA_U64 },
	[MUTEX_A_DEV_STACK_PACKETS] = { .type = NLA_U64 },
};

/**
 * mx_dev_print() - print a device
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_dev_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_DEV_MAX + 1];
	struct mx_out *o = &ctl->out;

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_DEV_MAX, mx_dev_policy))
		return MX_EXIT_REFUSED;
	mx_out_obj(o);
	mx_out_str(o, MX_NAME, "dev", NULL, mx_attr_str(tb, MUTEX_A_DEV_NAME));
	if (tb[MUTEX_A_DEV_IFINDEX] && (ctl->opts.details || o->json)) {
		mx_out_open(o, "link", "link");
		mx_out_uint(o, "ifindex", "ifindex",
			    nla_get_u32(tb[MUTEX_A_DEV_IFINDEX]));
		mx_out_close(o);
	}
	if (ctl->opts.stats && tb[MUTEX_A_DEV_FAST_PACKETS]) {
		mx_out_open(o, "stats", NULL);
		mx_out_open(o, "fast", "fast");
		mx_out_uint(o, "packets", "packets",
			    nla_get_u64(tb[MUTEX_A_DEV_FAST_PACKETS]));
		mx_out_uint(o, "bytes", "bytes",
			    mx_attr_u64(tb, MUTEX_A_DEV_FAST_BYTES));
		mx_out_close(o);
		mx_out_open(o, "stack", "stack");
		mx_out_uint(o, "packets", "packets",
			    mx_attr_u64(tb, MUTEX_A_DEV_STACK_PACKETS));
		mx_out_close(o);
		mx_out_close(o);
	}
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

static int mx_dev_show(struct mx_ctl *ctl, struct mx_args *a)
{
	bool one = a->pos < a->argc;
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_DEV_GET);
	if (one) {
		ret = mx_parse_words(ctl, a, mx_dev_words, 1);
		if (ret)
			return ret;
	}
	return mx_run_show(ctl, a, one);
}

static const struct mx_cmd mx_dev_cmds[] = {
	{ .name = "add", .run = mx_run_change, .genl = MUTEX_CMD_DEV_NEW,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_dev_words) },
	{ .name = "del", .run = mx_run_change, .genl = MUTEX_CMD_DEV_DEL,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_dev_words) },
	{ .name = "show", .run = mx_dev_show, .reply = mx_dev_print,
	  MX_WORDS(mx_dev_words) },
};

const struct mx_object mx_obj_dev = {
	.name = "dev",
	.usage =
"Usage: mutexctl dev { add | del } DEV\n"
"       mutexctl dev [ show [ DEV ] ]\n"
"Flows that enter a device named here take the fast path.\n",
	.cmds = mx_dev_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_dev_cmds),
};
