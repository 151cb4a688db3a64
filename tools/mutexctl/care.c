// SPDX-License-Identifier: GPL-2.0
/*
 * What groups and servers say of slow starts, dynamic weights, draining, and of
 * the flows that changes have moved.
 */
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "care.h"
#include "uapi.h"

static const char *const mx_dynamic_name[] = { "none", "latency", "agent" };
static const char *const mx_drain_name[] = { "none", "flows", "empty", "over" };

const struct mx_names mx_dynamics = {
	"thing that weights follow", MX_ARRAY_SIZE(mx_dynamic_name),
	mx_dynamic_name
};

static const struct mx_names mx_drains = {
	"part of draining", MX_ARRAY_SIZE(mx_drain_name), mx_drain_name
};

/**
 * mx_care_print_group() - print what was said of a group's care
 * @o: where to
 * @tb: the kernel's answer
 */
void mx_care_print_group(struct mx_out *o, struct nlattr **tb)
{
	char buf[16];

	if (tb[MUTEX_A_GROUP_SLOW_START])
		mx_out_time(o, "slow-start", "slow-start",
			    nla_get_u32(tb[MUTEX_A_GROUP_SLOW_START]));
	if (!tb[MUTEX_A_GROUP_DYNAMIC])
		return;
	mx_out_str(o, MX_PLAIN, "dynamic", "dynamic",
		   mx_name(&mx_dynamics, nla_get_u8(tb[MUTEX_A_GROUP_DYNAMIC]),
			   buf, sizeof(buf)));
	mx_out_uint(o, "dynamic-min", "dynamic-min",
		    mx_attr_u32(tb, MUTEX_A_GROUP_DYNAMIC_MIN));
	mx_out_uint(o, "dynamic-max", "dynamic-max",
		    mx_attr_u32(tb, MUTEX_A_GROUP_DYNAMIC_MAX));
}

/**
 * mx_care_print_moves() - print what changes of a group have moved
 * @o: where to
 * @tb: the kernel's answer
 */
void mx_care_print_moves(struct mx_out *o, struct nlattr **tb)
{
	if (!tb[MUTEX_A_GROUP_MOVES_OVER])
		return;
	mx_out_open(o, "moves", "moves");
	mx_out_uint(o, "lost", "lost", mx_attr_u32(tb, MUTEX_A_GROUP_MOVES_LOST));
	mx_out_uint(o, "moved", "moved",
		    mx_attr_u64(tb, MUTEX_A_GROUP_MOVES_MADE));
	mx_out_uint(o, "keys", "keys", mx_attr_u32(tb, MUTEX_A_GROUP_MOVES_KEYS));
	mx_out_bool(o, "over", "over", mx_attr_u8(tb, MUTEX_A_GROUP_MOVES_OVER));
	mx_out_close(o);
	mx_out_open(o, "even", "even");
	mx_out_uint(o, "max", "max", mx_attr_u32(tb, MUTEX_A_GROUP_EVEN_MAX));
	mx_out_uint(o, "cv", "cv", mx_attr_u32(tb, MUTEX_A_GROUP_EVEN_CV));
	mx_out_close(o);
}

/**
 * mx_care_print_deadline() - print the deadline that was set for a server
 * @o: where to
 * @tb: the kernel's answer
 */
void mx_care_print_deadline(struct mx_out *o, struct nlattr **tb)
{
	if (tb[MUTEX_A_SERVER_DEADLINE])
		mx_out_time(o, "deadline", "deadline",
			    nla_get_u32(tb[MUTEX_A_SERVER_DEADLINE]));
}

static void mx_care_print_drain(struct mx_out *o, struct nlattr **tb)
{
	char buf[16];

	mx_out_open(o, "draining", "draining");
	mx_out_str(o, MX_PLAIN, "phase", NULL,
		   mx_name(&mx_drains, nla_get_u8(tb[MUTEX_A_SERVER_DRAIN]),
			   buf, sizeof(buf)));
	mx_out_uint(o, "flows", "flows",
		    mx_attr_u32(tb, MUTEX_A_SERVER_CONNS_ACTIVE));
	if (tb[MUTEX_A_SERVER_DRAIN_LEFT])
		mx_out_time(o, "left", "left",
			    nla_get_u32(tb[MUTEX_A_SERVER_DRAIN_LEFT]));
	mx_out_uint(o, "cut", "cut", mx_attr_u32(tb, MUTEX_A_SERVER_DRAIN_CUT));
	mx_out_close(o);
}

/**
 * mx_care_print_server() - print how a server is cared for at present
 * @o: where to
 * @tb: the kernel's answer
 */
void mx_care_print_server(struct mx_out *o, struct nlattr **tb)
{
	if (!tb[MUTEX_A_SERVER_SHARE])
		return;
	mx_out_open(o, "care", "care");
	mx_out_uint(o, "effective", "effective",
		    mx_attr_u32(tb, MUTEX_A_SERVER_EFFECTIVE));
	mx_out_uint(o, "share", "share", mx_attr_u32(tb, MUTEX_A_SERVER_SHARE));
	if (tb[MUTEX_A_SERVER_LOAD]) {
		mx_out_uint(o, "load", "load",
			    nla_get_u32(tb[MUTEX_A_SERVER_LOAD]));
		mx_out_time(o, "valid", "valid",
			    mx_attr_u32(tb, MUTEX_A_SERVER_LOAD_VALID));
	}
	mx_out_close(o);
	if (tb[MUTEX_A_SERVER_DRAIN])
		mx_care_print_drain(o, tb);
}

static const struct nla_policy mx_moves_policy[MUTEX_A_GROUP_MAX + 1] = {
	[MUTEX_A_GROUP_NAME] = { .type = NLA_STRING },
	[MUTEX_A_GROUP_MEMBERS] = { .type = NLA_U32 },
	[MUTEX_A_GROUP_USABLE] = { .type = NLA_U32 },
	[MUTEX_A_GROUP_FLOWS] = { .type = NLA_U32 },
	MX_CARE_GROUP_POLICY,
};

/**
 * mx_moves_print() - print the report on a change of a group's members
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_moves_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_GROUP_MAX + 1];
	struct mx_out *o = &ctl->out;

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_GROUP_MAX, mx_moves_policy))
		return MX_EXIT_REFUSED;
	mx_out_obj(o);
	mx_out_str(o, MX_NAME, "name", NULL,
		   mx_attr_str(tb, MUTEX_A_GROUP_NAME));
	mx_out_uint(o, "usable", "usable",
		    mx_attr_u32(tb, MUTEX_A_GROUP_USABLE));
	mx_out_uint(o, "flows", "flows", mx_attr_u32(tb, MUTEX_A_GROUP_FLOWS));
	mx_care_print_moves(o, tb);
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

/**
 * mx_drain_print() - print a server that has come further with its draining
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_drain_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	bool details = ctl->opts.details;
	int ret;

	ctl->opts.details = true;
	ret = mx_server_print_any(ctl, nlh, arg);
	ctl->opts.details = details;
	return ret;
}
