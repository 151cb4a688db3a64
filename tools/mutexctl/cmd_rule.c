// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl rule
 */
#include <stdio.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "limit.h"
#include "uapi.h"
#include "where.h"

#define MX_RULE_WORD(any_attr_, field, ...)				\
	{ __VA_ARGS__, .any = MUTEX_RULE_FIELD_ ## field, .any_attr = any_attr_ }

/* Of a rule that is changed, "any" takes the field out again. */
#define MX_RULE_WORDS(any_attr_)						\
	MX_RULE_WORD(any_attr_, SRC, .name = "from", .kind = MX_W_PREFIX,	\
		     .attr = MUTEX_A_RULE_SRC, .attr2 = MUTEX_A_RULE_SRC_PLEN), \
	MX_RULE_WORD(any_attr_, DST, .name = "to", .kind = MX_W_PREFIX,	\
		     .attr = MUTEX_A_RULE_DST, .attr2 = MUTEX_A_RULE_DST_PLEN), \
	MX_RULE_WORD(any_attr_, SPORT, .name = "sport", .kind = MX_W_PORTS, \
		     .attr = MUTEX_A_RULE_SPORT_MIN,			\
		     .attr2 = MUTEX_A_RULE_SPORT_MAX),			\
	MX_RULE_WORD(any_attr_, DPORT, .name = "dport", .kind = MX_W_PORTS, \
		     .attr = MUTEX_A_RULE_DPORT_MIN,			\
		     .attr2 = MUTEX_A_RULE_DPORT_MAX),			\
	MX_RULE_WORD(any_attr_, PROTO, .name = "proto", .kind = MX_W_PROTO, \
		     .attr = MUTEX_A_RULE_PROTO),				\
	MX_RULE_WORD(any_attr_, MARK, .name = "mark", .kind = MX_W_MARK,	\
		     .attr = MUTEX_A_RULE_MARK,				\
		     .attr2 = MUTEX_A_RULE_MARK_MASK),			\
	MX_RULE_WORD(any_attr_, IIF, .name = "iif", .kind = MX_W_STR,	\
		     .attr = MUTEX_A_RULE_IIF),				\
	MX_RULE_WORD(any_attr_, OIF, .name = "oif", .kind = MX_W_STR,	\
		     .attr = MUTEX_A_RULE_OIF),				\
	MX_RULE_WORD(any_attr_, DSCP, .name = "dscp", .kind = MX_W_U8,	\
		     .attr = MUTEX_A_RULE_DSCP),				\
	MX_WHERE_WORDS(MX_RULE_WORD, any_attr_),				\
	{ .name = "table", .kind = MX_W_ACTION, .attr = MUTEX_A_RULE_ACTION, \
	  .attr2 = MUTEX_A_RULE_TABLE, .value = MUTEX_ACTION_TABLE },	\
	{ .name = "group", .kind = MX_W_ACTION, .attr = MUTEX_A_RULE_ACTION, \
	  .attr2 = MUTEX_A_RULE_GROUP, .value = MUTEX_ACTION_GROUP },	\
	{ .name = "drop", .kind = MX_W_ACTION, .attr = MUTEX_A_RULE_ACTION, \
	  .value = MUTEX_ACTION_DROP },					\
	{ .name = "bypass", .kind = MX_W_ACTION, .attr = MUTEX_A_RULE_ACTION, \
	  .value = MUTEX_ACTION_BYPASS },				\
	MX_QOS_WORDS(RULE, any_attr_, MUTEX_RULE_FIELD_SET_)

static const struct mx_word mx_rule_add_words[] = {
	{ .name = "id", .kind = MX_W_U32, .attr = MUTEX_A_RULE_ID },
	{ .name = "priority", .kind = MX_W_U32, .attr = MUTEX_A_RULE_PRIORITY,
	  .flags = MX_WF_REQUIRED },
	MX_RULE_WORDS(0),
};

static const struct mx_word mx_rule_set_words[] = {
	{ .name = "id", .kind = MX_W_U32, .attr = MUTEX_A_RULE_ID,
	  .flags = MX_WF_REQUIRED },
	{ .name = "priority", .kind = MX_W_U32, .attr = MUTEX_A_RULE_PRIORITY },
	MX_RULE_WORDS(MUTEX_A_RULE_CLEAR),
};

static const struct nla_policy mx_rule_policy[MUTEX_A_RULE_MAX + 1] = {
	[MUTEX_A_RULE_ID] = { .type = NLA_U32 },
	[MUTEX_A_RULE_PRIORITY] = { .type = NLA_U32 },
	[MUTEX_A_RULE_SRC] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_RULE_SRC_PLEN] = { .type = NLA_U8 },
	[MUTEX_A_RULE_DST] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_RULE_DST_PLEN] = { .type = NLA_U8 },
	[MUTEX_A_RULE_SPORT_MIN] = { .type = NLA_U16 },
	[MUTEX_A_RULE_SPORT_MAX] = { .type = NLA_U16 },
	[MUTEX_A_RULE_DPORT_MIN] = { .type = NLA_U16 },
	[MUTEX_A_RULE_DPORT_MAX] = { .type = NLA_U16 },
	[MUTEX_A_RULE_PROTO] = { .type = NLA_U8 },
	[MUTEX_A_RULE_MARK] = { .type = NLA_U32 },
	[MUTEX_A_RULE_MARK_MASK] = { .type = NLA_U32 },
	[MUTEX_A_RULE_IIF] = { .type = NLA_STRING },
	[MUTEX_A_RULE_OIF] = { .type = NLA_STRING },
	[MUTEX_A_RULE_DSCP] = { .type = NLA_U8 },
	[MUTEX_A_RULE_ACTION] = { .type = NLA_U8 },
	[MUTEX_A_RULE_TABLE] = { .type = NLA_STRING },
	[MUTEX_A_RULE_GROUP] = { .type = NLA_STRING },
	[MUTEX_A_RULE_HITS] = { .type = NLA_U64 },
	[MUTEX_A_RULE_HOURS_BEGIN] = { .type = NLA_U16 },
	[MUTEX_A_RULE_HOURS_END] = { .type = NLA_U16 },
	[MUTEX_A_RULE_DAYS] = { .type = NLA_U8 },
	[MUTEX_A_RULE_ZONE] = { .type = NLA_STRING },
	[MUTEX_A_RULE_COUNTRY] = { .type = NLA_UNSPEC, .minlen = 2 },
	[MUTEX_A_RULE_COUNTRY_NOT] = { .type = NLA_U8 },
	[MUTEX_A_RULE_REGION] = { .type = NLA_U8 },
	[MUTEX_A_RULE_REGION_NOT] = { .type = NLA_U8 },
	[MUTEX_A_RULE_BLIND] = { .type = NLA_U8 },
	MX_QOS_POLICY(RULE),
};

static void mx_rule_print_ports(struct mx_out *o, struct nlattr **tb, int min,
				int max, const char *word)
{
	unsigned int a = mx_attr_u16(tb, min);
	unsigned int b = tb[max] ? mx_attr_u16(tb, max) : a;
	char buf[16];

	if (!tb[min])
		return;
	snprintf(buf, sizeof(buf), a == b ? "%u" : "%u-%u", a, b);
	mx_out_str(o, MX_PLAIN, word, word, buf);
}

static void mx_rule_print_match(struct mx_out *o, struct nlattr **tb)
{
	unsigned int proto = mx_attr_u8(tb, MUTEX_A_RULE_PROTO);

	if (tb[MUTEX_A_RULE_SRC])
		mx_out_prefix(o, "from", "from", tb[MUTEX_A_RULE_SRC],
			      mx_attr_u8(tb, MUTEX_A_RULE_SRC_PLEN));
	if (tb[MUTEX_A_RULE_DST])
		mx_out_prefix(o, "to", "to", tb[MUTEX_A_RULE_DST],
			      mx_attr_u8(tb, MUTEX_A_RULE_DST_PLEN));
	mx_rule_print_ports(o, tb, MUTEX_A_RULE_SPORT_MIN,
			    MUTEX_A_RULE_SPORT_MAX, "sport");
	mx_rule_print_ports(o, tb, MUTEX_A_RULE_DPORT_MIN,
			    MUTEX_A_RULE_DPORT_MAX, "dport");
	mx_out_proto(o, proto);
	mx_print_mark(o, tb, MUTEX_A_RULE_MARK, MUTEX_A_RULE_MARK_MASK, "mark");
	if (*mx_attr_str(tb, MUTEX_A_RULE_IIF))
		mx_out_str(o, MX_NAME, "iif", "iif",
			   mx_attr_str(tb, MUTEX_A_RULE_IIF));
	if (*mx_attr_str(tb, MUTEX_A_RULE_OIF))
		mx_out_str(o, MX_NAME, "oif", "oif",
			   mx_attr_str(tb, MUTEX_A_RULE_OIF));
	if (tb[MUTEX_A_RULE_DSCP])
		mx_out_uint(o, "dscp", "dscp",
			    mx_attr_u8(tb, MUTEX_A_RULE_DSCP));
}

static void mx_rule_print_action(struct mx_out *o, struct nlattr **tb)
{
	switch (mx_attr_u8(tb, MUTEX_A_RULE_ACTION)) {
	case MUTEX_ACTION_TABLE:
		mx_out_str(o, MX_NAME, "table", "table",
			   mx_attr_str(tb, MUTEX_A_RULE_TABLE));
		break;
	case MUTEX_ACTION_GROUP:
		mx_out_str(o, MX_NAME, "group", "group",
			   mx_attr_str(tb, MUTEX_A_RULE_GROUP));
		break;
	case MUTEX_ACTION_DROP:
		mx_out_bool(o, "drop", "drop", true);
		break;
	case MUTEX_ACTION_BYPASS:
		mx_out_bool(o, "bypass", "bypass", true);
		break;
	}
}

/**
 * mx_rule_print() - print a rule
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_rule_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_RULE_MAX + 1];
	struct mx_out *o = &ctl->out;

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_RULE_MAX, mx_rule_policy))
		return MX_EXIT_REFUSED;
	mx_out_obj(o);
	mx_out_uint(o, "id", "id", mx_attr_u32(tb, MUTEX_A_RULE_ID));
	if (tb[MUTEX_A_RULE_PRIORITY])
		mx_out_uint(o, "priority", "priority",
			    nla_get_u32(tb[MUTEX_A_RULE_PRIORITY]));
	mx_rule_print_match(o, tb);
	mx_where_print(ctl, tb);
	if (tb[MUTEX_A_RULE_ACTION])
		mx_rule_print_action(o, tb);
	if (ctl->opts.details && tb[MUTEX_A_RULE_BLIND]) {
		mx_out_bool(o, "blind",
			    "(never matches: there is no database of countries)",
			    true);
	}
	mx_rule_print_qos(o, tb);
	if (ctl->opts.stats && tb[MUTEX_A_RULE_HITS]) {
		mx_out_open(o, "stats", "stats");
		mx_out_uint(o, "hits", "hits",
			    nla_get_u64(tb[MUTEX_A_RULE_HITS]));
		mx_out_close(o);
	}
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

/* The id that the kernel chose: arg is the request. */
static int mx_rule_reply(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_RULE_MAX + 1];

	if (nlmsg_find_attr(arg, GENL_HDRLEN, MUTEX_A_RULE_ID))
		return MX_EXIT_OK;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_RULE_MAX, mx_rule_policy))
		return MX_EXIT_REFUSED;
	mx_out_array(&ctl->out);
	mx_out_obj(&ctl->out);
	mx_out_uint(&ctl->out, "id", "id", mx_attr_u32(tb, MUTEX_A_RULE_ID));
	mx_out_obj_end(&ctl->out);
	mx_out_array_end(&ctl->out);
	return MX_EXIT_OK;
}

/* A rule without an action is a slip, whatever the kernel would make of it. */
static int mx_rule_add(struct mx_ctl *ctl, struct mx_args *a)
{
	int ret;

	mx_msg_start(ctl, ctl->cmd->genl);
	ret = mx_parse_words(ctl, a, ctl->cmd->words, ctl->cmd->nwords);
	if (ret)
		return ret;
	if (!nlmsg_find_attr(nlmsg_hdr(ctl->msg.nl), GENL_HDRLEN,
			     MUTEX_A_RULE_ACTION))
		return mx_usage(ctl,
				"the action is missing: table NAME, group NAME, drop or bypass");
	return mx_submit(ctl);
}

static int mx_rule_show(struct mx_ctl *ctl, struct mx_args *a)
{
	bool one = a->pos < a->argc;
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_RULE_GET);
	if (one) {
		ret = mx_parse_words(ctl, a, mx_rule_set_words, 1);
		if (ret)
			return ret;
	}
	return mx_run_show(ctl, a, one);
}

static const struct mx_cmd mx_rule_cmds[] = {
	{ .name = "add", .run = mx_rule_add, .genl = MUTEX_CMD_RULE_NEW,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_rule_add_words),
	  .reply = mx_rule_reply },
	{ .name = "set", .run = mx_run_change, .genl = MUTEX_CMD_RULE_SET,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_rule_set_words) },
	{ .name = "del", .run = mx_run_change, .genl = MUTEX_CMD_RULE_DEL,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, .words = mx_rule_set_words,
	  .nwords = 1 },
	{ .name = "show", .run = mx_rule_show, .reply = mx_rule_print,
	  .words = mx_rule_set_words, .nwords = 1 },
};

const struct mx_object mx_obj_rule = {
	.name = "rule",
	.usage =
"Usage: mutexctl rule add [ id N ] priority N [ MATCH ] ACTION [ SET ]\n"
"       mutexctl rule set id N [ priority N ] [ MATCH ] [ ACTION ] [ SET ]\n"
"       mutexctl rule del id N\n"
"       mutexctl rule [ show [ id N ] ]\n"
"`set` changes what it is told and leaves the rest of the rule as it is.\n"
"MATCH  := [ from PREFIX ] [ to PREFIX ] [ sport A[-B] ] [ dport A[-B] ]\n"
"          [ proto P ] [ mark V[/M] ] [ { iif | oif } DEV ] [ dscp N ]\n"
"          [ hours A-B ] [ days D[-D][,...] ] [ zone { NAME | +HH:MM } ]\n"
"          [ country [!]CC[,...] ] [ region [!]R[,...] ]\n"
"ACTION := { table NAME | group NAME | drop | bypass }\n"
"SET    := [ set-dscp N ] [ set-priority { N | MAJOR:MINOR } ] [ set-mark V[/M] ]\n"
"PREFIX := { ADDR[/LENGTH] | default | default6 }\n"
"P      := { tcp | udp | sctp | icmp | icmpv6 | udplite | dccp | NUMBER }\n"
"A, B   := { H | HH:MM }, D := { mon | tue | ... | 1 | 2 | ... }, of UTC unless\n"
"          there is a zone; hours over midnight belong to the day they begin on\n"
"CC     := two letters of ISO 3166; R := { AF | AN | AS | EU | NA | OC | SA }\n"
"          where the source is, by the database of `mutexctl geo load`\n"
"The value `any` of a word of MATCH takes it out of the rule again, `none` a word\n"
"of SET.\n"
"Among the rules that match, the highest priority wins.\n",
	.cmds = mx_rule_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_rule_cmds),
};
