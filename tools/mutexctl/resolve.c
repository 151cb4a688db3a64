// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl route get: what would happen to a packet, and why
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "resolve.h"
#include "uapi.h"
#include "where.h"

static const char *const mx_verdict_name[] = {
	"none", "steer", "drop", "bypass", "no-member", "limit"
};

const struct mx_names mx_verdicts = {
	"verdict", MX_ARRAY_SIZE(mx_verdict_name), mx_verdict_name
};

const struct mx_word mx_resolve_words[MX_RESOLVE_WORDS] = {
	{ .name = "DST[:PORT]", .kind = MX_W_ENDPOINT,
	  .attr = MUTEX_A_RESOLVE_DST, .attr2 = MUTEX_A_RESOLVE_DPORT,
	  .flags = MX_WF_REQUIRED | MX_WF_PORT0 },
	{ .name = "from", .kind = MX_W_ENDPOINT, .attr = MUTEX_A_RESOLVE_SRC,
	  .attr2 = MUTEX_A_RESOLVE_SPORT, .flags = MX_WF_PORT0 },
	{ .name = "proto", .kind = MX_W_PROTO, .attr = MUTEX_A_RESOLVE_PROTO },
	{ .name = "iif", .kind = MX_W_STR, .attr = MUTEX_A_RESOLVE_IIF },
	{ .name = "oif", .kind = MX_W_STR, .attr = MUTEX_A_RESOLVE_OIF },
	{ .name = "mark", .kind = MX_W_U32, .attr = MUTEX_A_RESOLVE_MARK },
	{ .name = "dscp", .kind = MX_W_U8, .attr = MUTEX_A_RESOLVE_DSCP },
	{ .name = "at", .kind = MX_W_AT, .attr = MUTEX_A_RESOLVE_TIME },
};

static const struct nla_policy mx_resolve_policy[MUTEX_A_RESOLVE_MAX + 1] = {
	[MUTEX_A_RESOLVE_SRC] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_RESOLVE_DST] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_RESOLVE_SPORT] = { .type = NLA_U16 },
	[MUTEX_A_RESOLVE_DPORT] = { .type = NLA_U16 },
	[MUTEX_A_RESOLVE_PROTO] = { .type = NLA_U8 },
	[MUTEX_A_RESOLVE_VERDICT] = { .type = NLA_U8 },
	[MUTEX_A_RESOLVE_CACHED] = { .type = NLA_U8 },
	[MUTEX_A_RESOLVE_RULE] = { .type = NLA_U32 },
	[MUTEX_A_RESOLVE_RULE_PRIORITY] = { .type = NLA_U32 },
	[MUTEX_A_RESOLVE_TABLE] = { .type = NLA_STRING },
	[MUTEX_A_RESOLVE_TABLE_PRIORITY] = { .type = NLA_U32 },
	[MUTEX_A_RESOLVE_ROUTE_DST] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_RESOLVE_ROUTE_PLEN] = { .type = NLA_U8 },
	[MUTEX_A_RESOLVE_ROUTE_METRIC] = { .type = NLA_U32 },
	[MUTEX_A_RESOLVE_GROUP] = { .type = NLA_STRING },
	[MUTEX_A_RESOLVE_SCHED] = { .type = NLA_STRING },
	[MUTEX_A_RESOLVE_FORWARD] = { .type = NLA_U8 },
	[MUTEX_A_RESOLVE_SERVER] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_RESOLVE_SERVER_PORT] = { .type = NLA_U16 },
	[MUTEX_A_RESOLVE_WHY] = { .type = NLA_STRING },
	[MUTEX_A_RESOLVE_TIME] = { .type = NLA_U64 },
	[MUTEX_A_RESOLVE_COUNTRY] = { .type = NLA_STRING },
	[MUTEX_A_RESOLVE_REGION] = { .type = NLA_U8 },
	[MUTEX_A_RESOLVE_PATH] = { .type = NLA_STRING },
};

/* The packet that was asked about, from the request. */
static void mx_resolve_print_packet(struct mx_ctl *ctl, struct nlmsghdr *req)
{
	struct nlattr *tb[MUTEX_A_RESOLVE_MAX + 1];
	struct mx_out *o = &ctl->out;
	unsigned int proto;

	if (mx_attrs(ctl, req, tb, MUTEX_A_RESOLVE_MAX, mx_resolve_policy))
		return;
	mx_out_addr(o, "dst", "dport", NULL, tb[MUTEX_A_RESOLVE_DST],
		    tb[MUTEX_A_RESOLVE_DPORT] ?
		    (int)mx_attr_u16(tb, MUTEX_A_RESOLVE_DPORT) : -1);
	if (tb[MUTEX_A_RESOLVE_SRC])
		mx_out_addr(o, "src", "sport", "from", tb[MUTEX_A_RESOLVE_SRC],
			    tb[MUTEX_A_RESOLVE_SPORT] ?
			    (int)mx_attr_u16(tb, MUTEX_A_RESOLVE_SPORT) : -1);
	proto = mx_attr_u8(tb, MUTEX_A_RESOLVE_PROTO);
	mx_out_proto(o, proto);
	if (tb[MUTEX_A_RESOLVE_TIME])
		mx_out_clock(o, "at", "at", mx_attr_u64(tb, MUTEX_A_RESOLVE_TIME));
}

static void mx_resolve_print_way(struct mx_out *o, struct nlattr **tb)
{
	char buf[16];

	if (tb[MUTEX_A_RESOLVE_RULE]) {
		mx_out_open(o, "rule", "rule");
		mx_out_uint(o, "id", "id", nla_get_u32(tb[MUTEX_A_RESOLVE_RULE]));
		mx_out_uint(o, "priority", "priority",
			    mx_attr_u32(tb, MUTEX_A_RESOLVE_RULE_PRIORITY));
		mx_out_close(o);
	}
	if (tb[MUTEX_A_RESOLVE_TABLE]) {
		mx_out_open(o, "table", "table");
		mx_out_str(o, MX_NAME, "name", NULL,
			   nla_get_string(tb[MUTEX_A_RESOLVE_TABLE]));
		mx_out_uint(o, "priority", "priority",
			    mx_attr_u32(tb, MUTEX_A_RESOLVE_TABLE_PRIORITY));
		mx_out_close(o);
	}
	if (tb[MUTEX_A_RESOLVE_ROUTE_DST]) {
		mx_out_open(o, "route", "route");
		mx_out_prefix(o, "dst", NULL, tb[MUTEX_A_RESOLVE_ROUTE_DST],
			      mx_attr_u8(tb, MUTEX_A_RESOLVE_ROUTE_PLEN));
		mx_out_uint(o, "metric", "metric",
			    mx_attr_u32(tb, MUTEX_A_RESOLVE_ROUTE_METRIC));
		mx_out_close(o);
	}
	if (tb[MUTEX_A_RESOLVE_GROUP]) {
		mx_out_open(o, "group", "group");
		mx_out_str(o, MX_NAME, "name", NULL,
			   nla_get_string(tb[MUTEX_A_RESOLVE_GROUP]));
		if (tb[MUTEX_A_RESOLVE_SCHED])
			mx_out_str(o, MX_PLAIN, "lb", "lb",
				   nla_get_string(tb[MUTEX_A_RESOLVE_SCHED]));
		if (tb[MUTEX_A_RESOLVE_FORWARD])
			mx_out_str(o, MX_PLAIN, "forward", "forward",
				   mx_name(&mx_forwards,
					   nla_get_u8(tb[MUTEX_A_RESOLVE_FORWARD]),
					   buf, sizeof(buf)));
		mx_out_close(o);
	}
	if (tb[MUTEX_A_RESOLVE_PATH])
		mx_out_str(o, MX_NAME, "path", "path",
			   nla_get_string(tb[MUTEX_A_RESOLVE_PATH]));
	if (tb[MUTEX_A_RESOLVE_SERVER]) {
		int port = mx_attr_u16(tb, MUTEX_A_RESOLVE_SERVER_PORT);

		mx_out_open(o, "server", "server");
		mx_out_addr(o, "addr", "port", NULL, tb[MUTEX_A_RESOLVE_SERVER],
			    port || o->json ? port : -1);
		mx_out_close(o);
	}
}

/**
 * mx_resolve_print() - print what would happen to a packet
 * @ctl: where to; holds the request
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_resolve_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_RESOLVE_MAX + 1];
	struct mx_out *o = &ctl->out;
	unsigned int verdict;
	char buf[16];

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_RESOLVE_MAX, mx_resolve_policy))
		return MX_EXIT_REFUSED;
	verdict = mx_attr_u8(tb, MUTEX_A_RESOLVE_VERDICT);
	mx_out_obj(o);
	mx_resolve_print_packet(ctl, nlmsg_hdr(ctl->msg.nl));
	mx_out_str(o, verdict == MUTEX_VERDICT_STEER ? MX_GOOD : MX_BAD,
		   "verdict", "verdict",
		   mx_name(&mx_verdicts, verdict, buf, sizeof(buf)));
	mx_out_bool(o, "cached", "cached",
		    mx_attr_u8(tb, MUTEX_A_RESOLVE_CACHED));
	if (tb[MUTEX_A_RESOLVE_COUNTRY])
		mx_out_str(o, MX_PLAIN, "country", "country",
			   nla_get_string(tb[MUTEX_A_RESOLVE_COUNTRY]));
	if (tb[MUTEX_A_RESOLVE_REGION])
		mx_out_str(o, MX_PLAIN, "region", "region",
			   mx_region_name(nla_get_u8(tb[MUTEX_A_RESOLVE_REGION])));
	mx_resolve_print_way(o, tb);
	if (*mx_attr_str(tb, MUTEX_A_RESOLVE_WHY)) {
		if (o->json) {
			mx_out_str(o, MX_PLAIN, "why", NULL,
				   nla_get_string(tb[MUTEX_A_RESOLVE_WHY]));
		} else {
			mx_out_open(o, NULL, "why:");
			mx_out_text(o, nla_get_string(tb[MUTEX_A_RESOLVE_WHY]));
		}
	}
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

/**
 * mx_resolve_run() - run route get
 * @ctl: the program
 * @a: the words
 *
 * Return: exit status.
 */
int mx_resolve_run(struct mx_ctl *ctl, struct mx_args *a)
{
	struct nlmsghdr *nlh = nlmsg_hdr(ctl->msg.nl);
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_RESOLVE);
	ret = mx_parse_words(ctl, a, mx_resolve_words,
			     MX_ARRAY_SIZE(mx_resolve_words));
	if (ret)
		return ret;
	/* Who names a port means TCP, unless he says otherwise. */
	if (nlmsg_find_attr(nlh, GENL_HDRLEN, MUTEX_A_RESOLVE_DPORT) &&
	    !nlmsg_find_attr(nlh, GENL_HDRLEN, MUTEX_A_RESOLVE_PROTO))
		nla_put_u8(ctl->msg.nl, MUTEX_A_RESOLVE_PROTO, IPPROTO_TCP);
	return mx_run_show(ctl, a, true);
}
