// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl settings
 */
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "uapi.h"

static const struct mx_word mx_settings_words[] = {
	{ .name = "node", .kind = MX_W_STR, .attr = MUTEX_A_SETTINGS_NODE },
	{ .name = "flows-max", .kind = MX_W_U32,
	  .attr = MUTEX_A_SETTINGS_FLOWS_MAX },
	{ .name = "timeout-syn", .kind = MX_W_TIME,
	  .attr = MUTEX_A_SETTINGS_TIMEOUT_SYN },
	{ .name = "timeout-tcp", .kind = MX_W_TIME,
	  .attr = MUTEX_A_SETTINGS_TIMEOUT_TCP },
	{ .name = "timeout-fin", .kind = MX_W_TIME,
	  .attr = MUTEX_A_SETTINGS_TIMEOUT_FIN },
	{ .name = "timeout-closed", .kind = MX_W_TIME,
	  .attr = MUTEX_A_SETTINGS_TIMEOUT_CLOSED },
	{ .name = "timeout-udp", .kind = MX_W_TIME,
	  .attr = MUTEX_A_SETTINGS_TIMEOUT_UDP },
	{ .name = "timeout-other", .kind = MX_W_TIME,
	  .attr = MUTEX_A_SETTINGS_TIMEOUT_OTHER },
};

static const struct nla_policy mx_settings_policy[MUTEX_A_SETTINGS_MAX + 1] = {
	[MUTEX_A_SETTINGS_NODE] = { .type = NLA_STRING },
	[MUTEX_A_SETTINGS_FLOWS_MAX] = { .type = NLA_U32 },
	[MUTEX_A_SETTINGS_TIMEOUT_SYN] = { .type = NLA_U32 },
	[MUTEX_A_SETTINGS_TIMEOUT_TCP] = { .type = NLA_U32 },
	[MUTEX_A_SETTINGS_TIMEOUT_FIN] = { .type = NLA_U32 },
	[MUTEX_A_SETTINGS_TIMEOUT_CLOSED] = { .type = NLA_U32 },
	[MUTEX_A_SETTINGS_TIMEOUT_UDP] = { .type = NLA_U32 },
	[MUTEX_A_SETTINGS_TIMEOUT_OTHER] = { .type = NLA_U32 },
};

/**
 * mx_settings_print() - print the settings of a namespace
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_settings_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_SETTINGS_MAX + 1];
	struct mx_out *o = &ctl->out;
	unsigned int i;

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_SETTINGS_MAX, mx_settings_policy))
		return MX_EXIT_REFUSED;
	mx_out_obj(o);
	if (tb[MUTEX_A_SETTINGS_NODE])
		mx_out_str(o, MX_NAME, "node", "node",
			   nla_get_string(tb[MUTEX_A_SETTINGS_NODE]));
	if (tb[MUTEX_A_SETTINGS_FLOWS_MAX])
		mx_out_uint(o, "flowsmax", "flows-max",
			    nla_get_u32(tb[MUTEX_A_SETTINGS_FLOWS_MAX]));
	mx_out_open(o, "timeout", NULL);
	for (i = 0; i < MX_ARRAY_SIZE(mx_settings_words); i++) {
		const struct mx_word *w = &mx_settings_words[i];

		if (w->kind == MX_W_TIME && tb[w->attr])
			mx_out_time(o, w->name + sizeof("timeout-") - 1,
				    w->name, nla_get_u32(tb[w->attr]));
	}
	mx_out_close(o);
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

static int mx_settings_show(struct mx_ctl *ctl, struct mx_args *a)
{
	mx_msg_start(ctl, MUTEX_CMD_SETTINGS_GET);
	return mx_run_show(ctl, a, true);
}

static int mx_settings_set(struct mx_ctl *ctl, struct mx_args *a)
{
	if (a->pos == a->argc)
		return mx_usage(ctl, "a setting is missing, try \"mutexctl settings help\"");
	return mx_run_change(ctl, a);
}

static const struct mx_cmd mx_settings_cmds[] = {
	{ .name = "set", .run = mx_settings_set, .genl = MUTEX_CMD_SETTINGS_SET,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_settings_words) },
	{ .name = "show", .run = mx_settings_show, .reply = mx_settings_print },
};

const struct mx_object mx_obj_settings = {
	.name = "settings",
	.usage =
"Usage: mutexctl settings set [ node NAME ] [ flows-max N ] [ timeout-syn TIME ]\n"
"                             [ timeout-tcp TIME ] [ timeout-fin TIME ]\n"
"                             [ timeout-closed TIME ] [ timeout-udp TIME ]\n"
"                             [ timeout-other TIME ]\n"
"       mutexctl settings [ show ]\n"
"TIME := { N | Ns | Nms | Nm }\n",
	.cmds = mx_settings_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_settings_cmds),
};
