// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl flow
 */
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "uapi.h"

static const char *const mx_flow_state_name[] = {
	"new", "syn", "established", "fin", "closed"
};

const struct mx_names mx_flow_states = {
	"flow state", MX_ARRAY_SIZE(mx_flow_state_name), mx_flow_state_name
};

static const char *const mx_no_yes_name[] = { "no", "yes" };

static const struct mx_names mx_no_yes = {
	"answer", MX_ARRAY_SIZE(mx_no_yes_name), mx_no_yes_name
};

static const char *const mx_family_name[] = { "ipv4", "ipv6" };

static const struct mx_names mx_families = {
	"family", MX_ARRAY_SIZE(mx_family_name), mx_family_name
};

static const char *const mx_fast_name[] = { "none", "request", "reply", "both" };

static const struct mx_names mx_fasts = {
	"direction", MX_ARRAY_SIZE(mx_fast_name), mx_fast_name
};

static const struct mx_word mx_flow_words[] = {
	{ .name = "from", .kind = MX_W_WHERE, .attr = MUTEX_A_FLOW_SRC,
	  .attr2 = MUTEX_A_FLOW_SPORT, .attr3 = MUTEX_A_FLOW_SRC_PLEN },
	{ .name = "to", .kind = MX_W_WHERE, .attr = MUTEX_A_FLOW_DST,
	  .attr2 = MUTEX_A_FLOW_DPORT, .attr3 = MUTEX_A_FLOW_DST_PLEN },
	{ .name = "sport", .kind = MX_W_PORTS, .attr = MUTEX_A_FLOW_SPORT,
	  .attr2 = MUTEX_A_FLOW_SPORT_MAX },
	{ .name = "dport", .kind = MX_W_PORTS, .attr = MUTEX_A_FLOW_DPORT,
	  .attr2 = MUTEX_A_FLOW_DPORT_MAX },
	{ .name = "family", .kind = MX_W_ENUM, .attr = MUTEX_A_FLOW_FAMILY,
	  .names = &mx_families },
	{ .name = "proto", .kind = MX_W_PROTO, .attr = MUTEX_A_FLOW_PROTO },
	{ .name = "group", .kind = MX_W_STR, .attr = MUTEX_A_FLOW_GROUP },
	{ .name = "server", .kind = MX_W_ENDPOINT, .attr = MUTEX_A_FLOW_SERVER,
	  .attr2 = MUTEX_A_FLOW_SERVER_PORT, .flags = MX_WF_PORT0 },
	{ .name = "state", .kind = MX_W_ENUM, .attr = MUTEX_A_FLOW_STATE,
	  .names = &mx_flow_states },
	{ .name = "forward", .kind = MX_W_ENUM, .attr = MUTEX_A_FLOW_FORWARD,
	  .names = &mx_forwards },
	{ .name = "ct", .kind = MX_W_ENUM, .attr = MUTEX_A_FLOW_CT,
	  .names = &mx_cts },
	{ .name = "mark", .kind = MX_W_MARK, .attr = MUTEX_A_FLOW_MARK,
	  .attr2 = MUTEX_A_FLOW_MARK_MASK },
	{ .name = "active", .kind = MX_W_ENUM, .attr = MUTEX_A_FLOW_ACTIVE,
	  .names = &mx_no_yes },
	{ .name = "answered", .kind = MX_W_ENUM, .attr = MUTEX_A_FLOW_ANSWERED,
	  .names = &mx_no_yes },
	{ .name = "fast", .kind = MX_W_ENUM, .attr = MUTEX_A_FLOW_FAST,
	  .names = &mx_fasts },
	{ .name = "idle", .kind = MX_W_TIME, .attr = MUTEX_A_FLOW_IDLE },
	{ .name = "expires", .kind = MX_W_TIME, .attr = MUTEX_A_FLOW_EXPIRES },
};

static const struct nla_policy mx_flow_policy[MUTEX_A_FLOW_MAX + 1] = {
	[MUTEX_A_FLOW_SRC] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_FLOW_DST] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_FLOW_SPORT] = { .type = NLA_U16 },
	[MUTEX_A_FLOW_DPORT] = { .type = NLA_U16 },
	[MUTEX_A_FLOW_PROTO] = { .type = NLA_U8 },
	[MUTEX_A_FLOW_GROUP] = { .type = NLA_STRING },
	[MUTEX_A_FLOW_SERVER] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_FLOW_SERVER_PORT] = { .type = NLA_U16 },
	[MUTEX_A_FLOW_FORWARD] = { .type = NLA_U8 },
	[MUTEX_A_FLOW_STATE] = { .type = NLA_U8 },
	[MUTEX_A_FLOW_ACTIVE] = { .type = NLA_U8 },
	[MUTEX_A_FLOW_FAST] = { .type = NLA_U8 },
	[MUTEX_A_FLOW_IDLE] = { .type = NLA_U32 },
	[MUTEX_A_FLOW_EXPIRES] = { .type = NLA_U32 },
	[MUTEX_A_FLOW_COUNT] = { .type = NLA_U32 },
	[MUTEX_A_FLOW_MARK] = { .type = NLA_U32 },
	[MUTEX_A_FLOW_ANSWERED] = { .type = NLA_U8 },
	[MUTEX_A_FLOW_CT] = { .type = NLA_U8 },
};

/* A word of two or more, which JSON has as something better. */
static void mx_flow_word(struct mx_out *o, const char *word,
			 const struct mx_names *names, unsigned int value)
{
	char buf[16];

	if (!o->json)
		mx_out_str(o, MX_PLAIN, NULL, word,
			   mx_name(names, value, buf, sizeof(buf)));
}

static void mx_flow_print_details(struct mx_out *o, struct nlattr **tb)
{
	unsigned int active = mx_attr_u8(tb, MUTEX_A_FLOW_ACTIVE);
	unsigned int answered = mx_attr_u8(tb, MUTEX_A_FLOW_ANSWERED);
	unsigned int fast = mx_attr_u8(tb, MUTEX_A_FLOW_FAST);
	char buf[16];

	mx_out_open(o, NULL, "idle");
	mx_out_time(o, NULL, NULL, mx_attr_u32(tb, MUTEX_A_FLOW_IDLE));
	mx_out_time(o, NULL, "expires", mx_attr_u32(tb, MUTEX_A_FLOW_EXPIRES));
	mx_flow_word(o, "active", &mx_no_yes, active);
	mx_flow_word(o, "answered", &mx_no_yes, answered);
	mx_flow_word(o, "fast", &mx_fasts, fast);
	mx_out_str(o, MX_PLAIN, NULL, "forward",
		   mx_name(&mx_forwards, mx_attr_u8(tb, MUTEX_A_FLOW_FORWARD),
			   buf, sizeof(buf)));
	mx_flow_word(o, "ct", &mx_cts, mx_attr_u8(tb, MUTEX_A_FLOW_CT));
	mx_out_hex(o, NULL, "mark", mx_attr_u32(tb, MUTEX_A_FLOW_MARK));
}

static void mx_flow_json_details(struct mx_out *o, struct nlattr **tb)
{
	unsigned int fast = mx_attr_u8(tb, MUTEX_A_FLOW_FAST);
	char buf[16];

	mx_out_time(o, "idle", NULL, mx_attr_u32(tb, MUTEX_A_FLOW_IDLE));
	mx_out_time(o, "expires", NULL, mx_attr_u32(tb, MUTEX_A_FLOW_EXPIRES));
	mx_out_bool(o, "active", NULL, mx_attr_u8(tb, MUTEX_A_FLOW_ACTIVE));
	mx_out_bool(o, "answered", NULL, mx_attr_u8(tb, MUTEX_A_FLOW_ANSWERED));
	mx_out_open(o, "fast", NULL);
	mx_out_bool(o, "request", NULL, fast & 1);
	mx_out_bool(o, "reply", NULL, fast & 2);
	mx_out_close(o);
	mx_out_str(o, MX_PLAIN, "forward", NULL,
		   mx_name(&mx_forwards, mx_attr_u8(tb, MUTEX_A_FLOW_FORWARD),
			   buf, sizeof(buf)));
	mx_out_bool(o, "ct", NULL, mx_attr_u8(tb, MUTEX_A_FLOW_CT));
	mx_out_hex(o, "mark", NULL, mx_attr_u32(tb, MUTEX_A_FLOW_MARK));
}

/* The words of a flow are those of the filter, so that it can be pasted there. */
static int mx_flow_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_FLOW_MAX + 1];
	struct mx_out *o = &ctl->out;
	unsigned int proto;
	char buf[16];

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_FLOW_MAX, mx_flow_policy))
		return MX_EXIT_REFUSED;
	proto = mx_attr_u8(tb, MUTEX_A_FLOW_PROTO);
	mx_out_obj(o);
	mx_out_proto(o, proto);
	mx_out_addr(o, "src", "sport", "from", tb[MUTEX_A_FLOW_SRC],
		    mx_attr_u16(tb, MUTEX_A_FLOW_SPORT));
	mx_out_addr(o, "dst", "dport", "to", tb[MUTEX_A_FLOW_DST],
		    mx_attr_u16(tb, MUTEX_A_FLOW_DPORT));
	if (*mx_attr_str(tb, MUTEX_A_FLOW_GROUP))
		mx_out_str(o, MX_NAME, "group", "group",
			   mx_attr_str(tb, MUTEX_A_FLOW_GROUP));
	if (tb[MUTEX_A_FLOW_SERVER]) {
		int port = mx_attr_u16(tb, MUTEX_A_FLOW_SERVER_PORT);

		mx_out_open(o, "server", NULL);
		mx_out_addr(o, "addr", "port", "server", tb[MUTEX_A_FLOW_SERVER],
			    port || o->json ? port : -1);
		mx_out_close(o);
	}
	mx_out_str(o, MX_PLAIN, "state", "state",
		   mx_name(&mx_flow_states, mx_attr_u8(tb, MUTEX_A_FLOW_STATE),
			   buf, sizeof(buf)));
	if (o->json)
		mx_flow_json_details(o, tb);
	else if (ctl->opts.details || ctl->opts.stats)
		mx_flow_print_details(o, tb);
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

static int mx_flow_print_count(struct mx_ctl *ctl, struct nlmsghdr *nlh,
			       void *arg)
{
	struct nlattr *tb[MUTEX_A_FLOW_MAX + 1];

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_FLOW_MAX, mx_flow_policy))
		return MX_EXIT_REFUSED;
	mx_out_obj(&ctl->out);
	mx_out_uint(&ctl->out, "count", NULL,
		    mx_attr_u32(tb, MUTEX_A_FLOW_COUNT));
	mx_out_obj_end(&ctl->out);
	return MX_EXIT_OK;
}

/* A dump that is torn by the traffic itself is the rule here: no warning. */
static int mx_flow_show(struct mx_ctl *ctl, struct mx_args *a)
{
	bool torn = false;
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_FLOW_GET);
	ret = mx_parse_words(ctl, a, mx_flow_words,
			     MX_ARRAY_SIZE(mx_flow_words));
	if (!ret)
		ret = mx_nl_need(ctl);
	if (ret)
		return ret;
	mx_out_array(&ctl->out);
	ret = mx_nl_dump(ctl, ctl->cmd->reply, NULL, &torn);
	mx_out_array_end(&ctl->out);
	return ret;
}

/* Commands that answer with how many flows they found. */
static int mx_flow_all(struct mx_ctl *ctl, struct mx_args *a)
{
	int ret;

	mx_msg_start(ctl, ctl->cmd->genl);
	ret = mx_parse_words(ctl, a, mx_flow_words,
			     MX_ARRAY_SIZE(mx_flow_words));
	return ret ? ret : mx_run_show(ctl, a, true);
}

static const struct mx_cmd mx_flow_cmds[] = {
	{ .name = "show", .run = mx_flow_show, .genl = MUTEX_CMD_FLOW_GET,
	  .reply = mx_flow_print, MX_WORDS(mx_flow_words) },
	{ .name = "count", .run = mx_flow_all, .genl = MUTEX_CMD_FLOW_COUNT,
	  .reply = mx_flow_print_count, MX_WORDS(mx_flow_words) },
	{ .name = "flush", .run = mx_flow_all, .genl = MUTEX_CMD_FLOW_DEL,
	  .reply = mx_flow_print_count, MX_WORDS(mx_flow_words) },
	{ .name = "reevaluate", .run = mx_flow_all,
	  .genl = MUTEX_CMD_FLOW_REEVALUATE, .reply = mx_flow_print_count,
	  MX_WORDS(mx_flow_words) },
};

const struct mx_object mx_obj_flow = {
	.name = "flow",
	.usage =
"Usage: mutexctl flow [ { show | count | flush | reevaluate } [ FILTER ] ]\n"
"FILTER := [ from ADDR[/BITS][:PORT] ] [ to ADDR[/BITS][:PORT] ]\n"
"          [ sport A[-B] ] [ dport A[-B] ] [ family { ipv4 | ipv6 } ] [ proto P ]\n"
"          [ group NAME ] [ server ADDR[:PORT] ] [ state STATE ]\n"
"          [ forward { nat | route | mark } ] [ mark V[/M] ]\n"
"          [ active { yes | no } ] [ answered { yes | no } ]\n"
"          [ fast { none | request | reply | both } ]\n"
"          [ ct { on | off } ] [ idle TIME ] [ expires TIME ]\n"
"STATE  := { new | syn | established | fin | closed }\n"
"P      := { tcp | udp | sctp | icmp | icmpv6 | udplite | dccp | NUMBER }\n",
	.cmds = mx_flow_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_flow_cmds),
};
