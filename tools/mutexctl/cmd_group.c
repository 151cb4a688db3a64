// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl group
 */
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "check.h"
#include "care.h"
#include "ctl.h"
#include "health.h"
#include "limit.h"
#include "pipe.h"
#include "quality.h"
#include "uapi.h"

static const char *const mx_group_type_name[] = { "server", "path" };
static const char *const mx_hash_key_name[] = { "src", "dst", "src,dst", "5tuple" };
static const char *const mx_forward_name[] = { "nat", "route", "mark", "path" };

static const char *const mx_ct_name[] = { "off", "on" };
static const char *const mx_sched_name[] = {
	"rr", "lc", "wrr", "random", "hash", "latency", "packet", "quality"
};

/* The kernel's are the ones that count: these are to complete. */
static const struct mx_names mx_scheds = {
	"scheduler", MX_ARRAY_SIZE(mx_sched_name), mx_sched_name
};

const struct mx_names mx_group_types = {
	"group type", MX_ARRAY_SIZE(mx_group_type_name), mx_group_type_name
};

const struct mx_names mx_hash_keys = {
	"hash key", MX_ARRAY_SIZE(mx_hash_key_name), mx_hash_key_name
};

const struct mx_names mx_forwards = {
	"forward mode", MX_ARRAY_SIZE(mx_forward_name), mx_forward_name
};

const struct mx_names mx_cts = {
	"connection tracking", MX_ARRAY_SIZE(mx_ct_name), mx_ct_name
};

#define MX_GROUP_WORDS(clear)						\
	{ .name = "type", .kind = MX_W_ENUM, .attr = MUTEX_A_GROUP_TYPE,	\
	  .names = &mx_group_types },					\
	{ .name = "hash", .kind = MX_W_ENUM, .attr = MUTEX_A_GROUP_HASH_KEY, \
	  .names = &mx_hash_keys },					\
	{ .name = "seed", .kind = MX_W_STR, .attr = MUTEX_A_GROUP_SEED },	\
	{ .name = "forward", .kind = MX_W_ENUM,				\
	  .attr = MUTEX_A_GROUP_FORWARD, .names = &mx_forwards },		\
	{ .name = "mark", .kind = MX_W_U32, .attr = MUTEX_A_GROUP_MARK }, \
	{ .name = "ct", .kind = MX_W_ENUM, .attr = MUTEX_A_GROUP_CT,	\
	  .names = &mx_cts },						\
	MX_GROUP_CHECK_WORDS,						\
	MX_CARE_GROUP_WORDS,						\
	MX_GROUP_QUALITY_WORDS,						\
	MX_GROUP_LIMIT_WORDS(clear)

#define MX_GROUP_NAME							\
	{ .name = "NAME", .kind = MX_W_STR, .attr = MUTEX_A_GROUP_NAME,	\
	  .flags = MX_WF_REQUIRED }

static const struct mx_word mx_group_add_words[] = {
	MX_GROUP_NAME,
	{ .name = "lb", .kind = MX_W_STR, .attr = MUTEX_A_GROUP_SCHED,
	  .flags = MX_WF_REQUIRED, .names = &mx_scheds },
	MX_GROUP_WORDS(0),
	MX_GROUP_HEALTH_WORDS,
};

static const struct mx_word mx_group_set_words[] = {
	MX_GROUP_NAME,
	{ .name = "lb", .kind = MX_W_STR, .attr = MUTEX_A_GROUP_SCHED,
	  .names = &mx_scheds },
	MX_GROUP_WORDS(MUTEX_A_GROUP_CLEAR),
	MX_GROUP_HEALTH_WORDS,
};

static const struct mx_word mx_group_name_words[] = { MX_GROUP_NAME };

static const struct nla_policy mx_group_policy[MUTEX_A_GROUP_MAX + 1] = {
	[MUTEX_A_GROUP_NAME] = { .type = NLA_STRING },
	[MUTEX_A_GROUP_TYPE] = { .type = NLA_U8 },
	[MUTEX_A_GROUP_SCHED] = { .type = NLA_STRING },
	[MUTEX_A_GROUP_HASH_KEY] = { .type = NLA_U8 },
	[MUTEX_A_GROUP_SEED] = { .type = NLA_STRING },
	[MUTEX_A_GROUP_FORWARD] = { .type = NLA_U8 },
	[MUTEX_A_GROUP_MARK] = { .type = NLA_U32 },
	[MUTEX_A_GROUP_MEMBERS] = { .type = NLA_U32 },
	[MUTEX_A_GROUP_USABLE] = { .type = NLA_U32 },
	[MUTEX_A_GROUP_FLOWS] = { .type = NLA_U32 },
	[MUTEX_A_GROUP_TOTAL_REQUESTS] = { .type = NLA_U64 },
	[MUTEX_A_GROUP_TOTAL_LOAD_BALANCED] = { .type = NLA_U64 },
	MX_CARE_GROUP_POLICY,
	MX_GROUP_QUALITY_POLICY,
	MX_GROUP_HEALTH_POLICY,
	MX_GROUP_CHECK_POLICY,
	MX_GROUP_LIMIT_POLICY,
	[MUTEX_A_GROUP_CT] = { .type = NLA_U8 },
};

/**
 * mx_group_print_fallback() - print what a group falls back on
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * As words of "group set"; nothing of a group without a fallback.
 *
 * Return: exit status.
 */
int mx_group_print_fallback(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_GROUP_MAX + 1];

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_GROUP_MAX, mx_group_policy))
		return MX_EXIT_REFUSED;
	if (!tb[MUTEX_A_GROUP_FALLBACK])
		return MX_EXIT_OK;
	mx_out_obj(&ctl->out);
	mx_out_str(&ctl->out, MX_NAME, "name", NULL,
		   mx_attr_str(tb, MUTEX_A_GROUP_NAME));
	mx_out_str(&ctl->out, MX_NAME, "fallback", "fallback",
		   mx_attr_str(tb, MUTEX_A_GROUP_FALLBACK));
	mx_out_obj_end(&ctl->out);
	return MX_EXIT_OK;
}

/**
 * mx_group_print_alone() - print a group, but not what it falls back on
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_group_print_alone(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	(void)arg;
	return mx_group_print(ctl, nlh, ctl);
}

/**
 * mx_group_print() - print a group
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not NULL to leave out what it falls back on
 *
 * Return: exit status.
 */
int mx_group_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_GROUP_MAX + 1];
	struct mx_out *o = &ctl->out;
	char buf[16];

	if (mx_attrs(ctl, nlh, tb, MUTEX_A_GROUP_MAX, mx_group_policy))
		return MX_EXIT_REFUSED;
	if (arg)
		tb[MUTEX_A_GROUP_FALLBACK] = NULL;
	mx_out_obj(o);
	mx_out_str(o, MX_NAME, "name", NULL,
		   mx_attr_str(tb, MUTEX_A_GROUP_NAME));
	if (tb[MUTEX_A_GROUP_TYPE])
		mx_out_str(o, MX_PLAIN, "type", "type",
			   mx_name(&mx_group_types,
				   nla_get_u8(tb[MUTEX_A_GROUP_TYPE]), buf,
				   sizeof(buf)));
	if (tb[MUTEX_A_GROUP_SCHED])
		mx_out_str(o, MX_PLAIN, "lb", "lb",
			   nla_get_string(tb[MUTEX_A_GROUP_SCHED]));
	if (tb[MUTEX_A_GROUP_HASH_KEY])
		mx_out_str(o, MX_PLAIN, "hash", "hash",
			   mx_name(&mx_hash_keys,
				   nla_get_u8(tb[MUTEX_A_GROUP_HASH_KEY]), buf,
				   sizeof(buf)));
	if (*mx_attr_str(tb, MUTEX_A_GROUP_SEED))
		mx_out_str(o, MX_PLAIN, "seed", "seed",
			   nla_get_string(tb[MUTEX_A_GROUP_SEED]));
	if (tb[MUTEX_A_GROUP_FORWARD])
		mx_out_str(o, MX_PLAIN, "forward", "forward",
			   mx_name(&mx_forwards,
				   nla_get_u8(tb[MUTEX_A_GROUP_FORWARD]), buf,
				   sizeof(buf)));
	if (mx_attr_u32(tb, MUTEX_A_GROUP_MARK) ||
	    mx_attr_u8(tb, MUTEX_A_GROUP_FORWARD) == MUTEX_FORWARD_MARK)
		mx_out_hex(o, "mark", "mark",
			   mx_attr_u32(tb, MUTEX_A_GROUP_MARK));
	mx_group_print_quality(o, tb);
	mx_group_health_print(o, tb);
	mx_group_check_print(o, tb);
	mx_care_print_group(o, tb);
	mx_group_print_limits(o, tb);
	if (mx_attr_u8(tb, MUTEX_A_GROUP_CT) || o->json)
		mx_out_str(o, MX_PLAIN, "ct", "ct",
			   mx_name(&mx_cts, mx_attr_u8(tb, MUTEX_A_GROUP_CT),
				   buf, sizeof(buf)));
	if (tb[MUTEX_A_GROUP_MEMBERS] && (ctl->opts.details || o->json)) {
		mx_out_open(o, "members", "members");
		mx_out_uint(o, "total", NULL,
			    nla_get_u32(tb[MUTEX_A_GROUP_MEMBERS]));
		mx_out_uint(o, "usable", "usable",
			    mx_attr_u32(tb, MUTEX_A_GROUP_USABLE));
		mx_out_close(o);
		if (tb[MUTEX_A_GROUP_PERSIST])
			mx_out_uint(o, "clients", "clients",
				    mx_attr_u32(tb, MUTEX_A_GROUP_CLIENTS));
	}
	if (tb[MUTEX_A_GROUP_FLOWS] && ctl->opts.stats) {
		mx_out_open(o, "stats", "stats");
		mx_out_uint(o, "flows", "flows",
			    nla_get_u32(tb[MUTEX_A_GROUP_FLOWS]));
		mx_out_uint(o, "requests", "requests",
			    mx_attr_u64(tb, MUTEX_A_GROUP_TOTAL_REQUESTS));
		mx_out_uint(o, "balanced", "balanced",
			    mx_attr_u64(tb, MUTEX_A_GROUP_TOTAL_LOAD_BALANCED));
		mx_care_print_moves(o, tb);
		mx_out_uint(o, "fallback", "fallback",
			    mx_attr_u64(tb, MUTEX_A_GROUP_TOTAL_FALLBACK));
		mx_out_uint(o, "over", "over",
			    mx_attr_u64(tb, MUTEX_A_GROUP_CONNS_OVER));
		mx_out_uint(o, "dropped", "dropped",
			    mx_attr_u64(tb, MUTEX_A_GROUP_DROPPED));
		mx_out_close(o);
	}
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

static int mx_group_show(struct mx_ctl *ctl, struct mx_args *a)
{
	bool one = a->pos < a->argc;
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_GROUP_GET);
	if (one) {
		ret = mx_parse_words(ctl, a, mx_group_name_words, 1);
		if (ret)
			return ret;
	}
	return mx_run_show(ctl, a, one);
}

/**
 * struct mx_servers - identities of servers
 * @n: how many
 * @size: allocated
 * @id: addresses and ports
 */
struct mx_servers {
	size_t n;
	size_t size;
	struct {
		struct mx_addr addr;
		uint16_t port;
		char path[MUTEX_NAME_MAX + 1];
	} *id;
};

static const struct nla_policy mx_server_id_policy[MUTEX_A_SERVER_MAX + 1] = {
	[MUTEX_A_SERVER_ADDR] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_SERVER_PORT] = { .type = NLA_U16 },
	[MUTEX_A_SERVER_PATH] = { .type = NLA_STRING },
};

static int mx_group_collect(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_SERVER_MAX + 1];
	struct mx_servers *s = arg;

	if (mx_attrs(ctl, nlh, tb, MUTEX_A_SERVER_MAX, mx_server_id_policy) ||
	    (!tb[MUTEX_A_SERVER_ADDR] && !tb[MUTEX_A_SERVER_PATH]))
		return MX_EXIT_REFUSED;
	if (s->n == s->size) {
		size_t size = 2 * s->size + 64;
		void *id = reallocarray(s->id, size, sizeof(*s->id));

		if (!id)
			return mx_error(ctl, "out of memory");
		s->id = id;
		s->size = size;
	}
	snprintf(s->id[s->n].path, sizeof(s->id[s->n].path), "%s",
		 mx_attr_str(tb, MUTEX_A_SERVER_PATH));
	s->id[s->n].addr.len = 0;
	if (tb[MUTEX_A_SERVER_ADDR]) {
		s->id[s->n].addr.len = nla_len(tb[MUTEX_A_SERVER_ADDR]);
		memcpy(s->id[s->n].addr.bytes,
		       nla_data(tb[MUTEX_A_SERVER_ADDR]),
		       s->id[s->n].addr.len);
	}
	s->id[s->n].port = mx_attr_u16(tb, MUTEX_A_SERVER_PORT);
	s->n++;
	return MX_EXIT_OK;
}

/* Removes the servers of a group, one by one: the family has no command for it. */
static int mx_group_flush(struct mx_ctl *ctl, struct mx_args *a)
{
	struct mx_servers s = { 0 };
	const char *name;
	size_t i;
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_GROUP_GET);
	ret = mx_parse_words(ctl, a, mx_group_name_words, 1);
	if (ret)
		return ret;
	name = a->argv[a->argc - 1];
	ret = mx_nl_talk(ctl, NULL, NULL);
	if (ret)
		return ret;
	mx_msg_start(ctl, MUTEX_CMD_SERVER_GET);
	nla_put_string(ctl->msg.nl, MUTEX_A_SERVER_GROUP, name);
	ret = mx_nl_dump(ctl, mx_group_collect, &s, NULL);
	for (i = 0; !ret && i < s.n; i++) {
		mx_msg_start(ctl, MUTEX_CMD_SERVER_DEL);
		nla_put_string(ctl->msg.nl, MUTEX_A_SERVER_GROUP, name);
		if (s.id[i].path[0]) {
			nla_put_string(ctl->msg.nl, MUTEX_A_SERVER_PATH,
				       s.id[i].path);
		} else {
			nla_put(ctl->msg.nl, MUTEX_A_SERVER_ADDR,
				s.id[i].addr.len, s.id[i].addr.bytes);
			nla_put_u16(ctl->msg.nl, MUTEX_A_SERVER_PORT,
				    s.id[i].port);
		}
		ret = mx_nl_talk(ctl, NULL, NULL);
	}
	free(s.id);
	return ret;
}

static const struct mx_cmd mx_group_cmds[] = {
	{ .name = "add", .run = mx_run_change, .genl = MUTEX_CMD_GROUP_NEW,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_group_add_words) },
	{ .name = "set", .run = mx_run_change, .genl = MUTEX_CMD_GROUP_SET,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_group_set_words) },
	{ .name = "del", .run = mx_run_change, .genl = MUTEX_CMD_GROUP_DEL,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_group_name_words) },
	{ .name = "show", .run = mx_group_show, .reply = mx_group_print,
	  MX_WORDS(mx_group_name_words) },
	{ .name = "flush", .run = mx_group_flush,
	  MX_WORDS(mx_group_name_words) },
};

const struct mx_object mx_obj_group = {
	.name = "group",
	.usage =
"Usage: mutexctl group add NAME [ type TYPE ] lb ALG [ hash KEY ] [ seed SEED ]\n"
"                          [ forward MODE ] [ mark N ] [ ct { on | off } ]\n"
"                          [ QUALITY ] [ FAILOVER ] [ CHECK ] [ CARE ] [ LIMIT ] [ PERSIST ] [ SET ]\n"
"       mutexctl group set NAME [ type TYPE ] [ lb ALG ] [ hash KEY ] [ seed SEED ]\n"
"                          [ forward MODE ] [ mark N ] [ ct { on | off } ]\n"
"                          [ QUALITY ] [ FAILOVER ] [ CHECK ] [ CARE ] [ LIMIT ] [ PERSIST ] [ SET ]\n"
"       mutexctl group { del | flush } NAME\n"
"       mutexctl group [ show [ NAME ] ]\n"
"TYPE := { server | path }\n"
"ALG  := { rr | lc | wrr | random | hash | latency | packet | quality }\n"
"KEY  := { src | dst | src,dst | 5tuple }\n"
"MODE := { nat | route | mark | path }\n"
"FAILOVER := [ failover { off | immediate | delayed | probe } ] [ fails 1-32 ]\n"
"            [ window TIME ] [ rise 1-1000 ] [ hold-down TIME[-TIME] ]\n"
"            [ fallback { NAME | none } ]\n"
"QUALITY := [ prefer { balanced | latency | bandwidth | loss | latency-sensitive |\n"
"                       throughput | cost | custom L J P B } ] [ failback { off | on } ]\n"
"           [ sla-latency TIME ] [ sla-jitter TIME ] [ sla-loss PERCENT ]\n"
"CARE := [ slow-start TIME ] [ dynamic { none | latency | agent } ]\n"
"        [ dynamic-min PERCENT ] [ dynamic-max PERCENT ]\n"
"LIMIT := [ rate-conns N ] [ rate-pkts N ] [ rate-bytes N ] [ burst TIME ]\n"
"         [ over { drop | next } ]\n"
"PERSIST := persist TIME [ persist-plen4 N ] [ persist-plen6 N ]\n"
"SET := [ set-dscp N ] [ set-priority { N | MAJOR:MINOR } ] [ set-mark V[/M] ]\n"
"The value `none` of a word of SET takes it out of the group again.\n"
MX_GROUP_CHECK_USAGE,
	.cmds = mx_group_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_group_cmds),
};
