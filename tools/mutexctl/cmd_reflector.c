// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl reflector
 */
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "uapi.h"

#define MX_REFLECTOR_WORDS						\
	{ .name = "port", .kind = MX_W_U16,				\
	  .attr = MUTEX_A_REFLECTOR_PORT }

static const struct mx_word mx_reflector_words[] = {
	MX_REFLECTOR_WORDS,
	{ .name = "key", .kind = MX_W_U32, .attr = MUTEX_A_REFLECTOR_KEY_ID },
	{ .name = "rate", .kind = MX_W_U32, .attr = MUTEX_A_REFLECTOR_RATE },
};

static const struct mx_word mx_reflector_port_words[] = {
	MX_REFLECTOR_WORDS,
};

static const struct nla_policy
mx_reflector_policy[MUTEX_A_REFLECTOR_MAX + 1] = {
	[MUTEX_A_REFLECTOR_PORT] = { .type = NLA_U16 },
	[MUTEX_A_REFLECTOR_KEY_ID] = { .type = NLA_U32 },
	[MUTEX_A_REFLECTOR_RATE] = { .type = NLA_U32 },
	[MUTEX_A_REFLECTOR_ANSWERED] = { .type = NLA_U64 },
	[MUTEX_A_REFLECTOR_MALFORMED] = { .type = NLA_U64 },
	[MUTEX_A_REFLECTOR_FORGED] = { .type = NLA_U64 },
	[MUTEX_A_REFLECTOR_REPLAYED] = { .type = NLA_U64 },
	[MUTEX_A_REFLECTOR_LIMITED] = { .type = NLA_U64 },
	[MUTEX_A_REFLECTOR_UNSENT] = { .type = NLA_U64 },
};

static const struct {
	int attr;
	const char *name;
} mx_reflector_stats[] = {
	{ MUTEX_A_REFLECTOR_ANSWERED, "answered" },
	{ MUTEX_A_REFLECTOR_MALFORMED, "malformed" },
	{ MUTEX_A_REFLECTOR_FORGED, "forged" },
	{ MUTEX_A_REFLECTOR_REPLAYED, "replayed" },
	{ MUTEX_A_REFLECTOR_LIMITED, "limited" },
	{ MUTEX_A_REFLECTOR_UNSENT, "unsent" },
};

/**
 * mx_reflector_print() - print a reflector
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_reflector_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_REFLECTOR_MAX + 1];
	struct mx_out *o = &ctl->out;
	size_t i;

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_REFLECTOR_MAX, mx_reflector_policy))
		return MX_EXIT_REFUSED;
	mx_out_obj(o);
	mx_out_uint(o, "port", "port", mx_attr_u16(tb, MUTEX_A_REFLECTOR_PORT));
	if (mx_attr_u32(tb, MUTEX_A_REFLECTOR_KEY_ID))
		mx_out_uint(o, "key", "key",
			    mx_attr_u32(tb, MUTEX_A_REFLECTOR_KEY_ID));
	mx_out_uint(o, "rate", "rate", mx_attr_u32(tb, MUTEX_A_REFLECTOR_RATE));
	if (ctl->opts.stats) {
		mx_out_open(o, "stats", NULL);
		for (i = 0; i < MX_ARRAY_SIZE(mx_reflector_stats); i++)
			mx_out_uint(o, mx_reflector_stats[i].name,
				    mx_reflector_stats[i].name,
				    mx_attr_u64(tb, mx_reflector_stats[i].attr));
		mx_out_close(o);
	}
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

static int mx_reflector_show(struct mx_ctl *ctl, struct mx_args *a)
{
	bool one = a->pos < a->argc;
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_REFLECTOR_GET);
	if (one) {
		ret = mx_parse_words(ctl, a, mx_reflector_port_words, 1);
		if (ret)
			return ret;
	}
	return mx_run_show(ctl, a, one);
}

static const struct mx_cmd mx_reflector_cmds[] = {
	{ .name = "add", .run = mx_run_change, .genl = MUTEX_CMD_REFLECTOR_NEW,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_reflector_words) },
	{ .name = "set", .run = mx_run_change, .genl = MUTEX_CMD_REFLECTOR_SET,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_reflector_words) },
	{ .name = "del", .run = mx_run_change, .genl = MUTEX_CMD_REFLECTOR_DEL,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG,
	  MX_WORDS(mx_reflector_port_words) },
	{ .name = "show", .run = mx_reflector_show, .reply = mx_reflector_print,
	  MX_WORDS(mx_reflector_port_words) },
};

const struct mx_object mx_obj_reflector = {
	.name = "reflector",
	.usage =
"Usage: mutexctl reflector { add | set } [ port N ] [ key ID ] [ rate N ]\n"
"       mutexctl reflector del [ port N ]\n"
"       mutexctl reflector [ show [ port N ] ]\n"
"Answers the probes of others' paths (STAMP, RFC 8762), at port 51822 if none is\n"
"named; with a key, those alone that are signed with it. rate is how many answers\n"
"a second one address gets. Keys are added by \"mutexctl key\"; key 0 is none.\n",
	.cmds = mx_reflector_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_reflector_cmds),
};
