// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl stats
 */
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "file.h"
#include "prometheus.h"
#include "stats.h"
#include "uapi.h"

const struct mx_counter mx_stats_counters[] = {
	{ "flows", "now", MUTEX_A_STATS_FLOWS, 0, "flows",
	  "Flows in the cache" },
	{ "flows", "bytes", MUTEX_A_STATS_FLOW_BYTES, 0, "flow_bytes",
	  "Memory of the flow cache" },
	{ "flows", "created", MUTEX_A_STATS_FLOWS_CREATED, 1, "flows_created",
	  "Flows created" },
	{ "flows", "expired", MUTEX_A_STATS_FLOWS_EXPIRED, 1, "flows_expired",
	  "Flows that ended by time" },
	{ "flows", "evicted", MUTEX_A_STATS_FLOWS_EVICTED, 1, "flows_evicted",
	  "Idle flows that gave way at the cap" },
	{ "flows", "moved", MUTEX_A_STATS_FLOWS_MOVED, 1, "flows_moved",
	  "Flows decided anew because their server was gone or down" },
	{ "packets", "hits", MUTEX_A_STATS_HITS, 1, "packets_hits",
	  "Packets that found a flow" },
	{ "packets", "misses", MUTEX_A_STATS_MISSES, 1, "packets_misses",
	  "Packets with a key and without a flow" },
	{ "packets", "fast", MUTEX_A_STATS_FAST, 1, "packets_fast",
	  "Packets sent by the fast path" },
	{ "packets", "uncached", MUTEX_A_STATS_UNCACHED, 1, "packets_uncached",
	  "Packets forwarded without a flow" },
	{ "packets", "fragments", MUTEX_A_STATS_FRAGMENTS, 1,
	  "packets_fragments", "Fragments gathered for reassembly" },
	{ "packets", "icmperrors", MUTEX_A_STATS_ICMP_ERRORS, 1,
	  "packets_icmp_errors", "ICMP errors sent on by what they quote" },
	{ "untouched", "bypassed", MUTEX_A_STATS_BYPASSED, 1,
	  "packets_bypassed", "Packets let through by a bypass rule" },
	{ "untouched", "nomatch", MUTEX_A_STATS_NO_MATCH, 1,
	  "packets_no_match", "Packets that no rule and no route matched" },
	{ "untouched", "nomember", MUTEX_A_STATS_NO_MEMBER, 1,
	  "packets_no_member", "Packets whose group had no usable member" },
	{ "untouched", "nokey", MUTEX_A_STATS_NO_KEY, 1, "packets_no_key",
	  "Truncated or malformed packets, let through" },
	{ "untouched", "nofamily", MUTEX_A_STATS_NO_FAMILY, 1,
	  "packets_no_family",
	  "Packets whose group has no member of their address family" },
	{ "untouched", "clash", MUTEX_A_STATS_CLASH, 1, "packets_clash",
	  "Packets let through because no reply key was free" },
	{ "untouched", "unsupported", MUTEX_A_STATS_UNSUPPORTED, 1,
	  "packets_unsupported",
	  "Packets let through: their protocol cannot be rewritten" },
	{ "untouched", "stray", MUTEX_A_STATS_STRAY, 1, "packets_stray",
	  "TCP packets that end a connection no flow is known of" },
	{ "untouched", "nomemory", MUTEX_A_STATS_NO_MEMORY, 1,
	  "packets_no_memory", "Packets that memory was short for" },
	{ "untouched", "noroute", MUTEX_A_STATS_NO_ROUTE, 1,
	  "packets_no_route", "Steered packets that no route leads on" },
	{ "untouched", "limited", MUTEX_A_STATS_LIMITED, 1,
	  "packets_limited",
	  "Packets let through: all servers were full or over their rate" },
	{ "dropped", "rule", MUTEX_A_STATS_DROPPED_RULE, 1,
	  "packets_dropped_rule", "Packets dropped by a rule" },
	{ "dropped", "hop", MUTEX_A_STATS_DROPPED_HOP, 1,
	  "packets_dropped_hop", "Packets dropped on the way out" },
	{ "dropped", "fragment", MUTEX_A_STATS_DROPPED_FRAGMENT, 1,
	  "packets_dropped_fragment",
	  "Fragments dropped because reassembly refused them" },
	{ "dropped", "full", MUTEX_A_STATS_DROPPED_FULL, 1,
	  "packets_dropped_full", "Packets of new NAT flows dropped at the cap of the cache" },
	{ "dropped", "limit", MUTEX_A_STATS_DROPPED_LIMIT, 1,
	  "packets_dropped_limit", "Packets dropped over a rate" },
};

const unsigned int mx_stats_ncounters = MX_ARRAY_SIZE(mx_stats_counters);

static const char *const mx_format_name[] = { "text", "json", "prometheus" };

enum mx_format { MX_FORMAT_TEXT, MX_FORMAT_JSON, MX_FORMAT_PROMETHEUS };

/**
 * mx_counter_value() - read a counter of 32 or 64 bits
 * @attr: its attribute, or NULL
 *
 * Return: its value.
 */
uint64_t mx_counter_value(struct nlattr *attr)
{
	if (!attr)
		return 0;
	return nla_len(attr) == 8 ? nla_get_u64(attr) : nla_get_u32(attr);
}

static int mx_stats_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_STATS_MAX + 1];
	struct mx_out *o = &ctl->out;
	const char *section = "";
	unsigned int i;

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_STATS_MAX, NULL))
		return MX_EXIT_REFUSED;
	mx_out_obj(o);
	for (i = 0; i < mx_stats_ncounters; i++) {
		const struct mx_counter *c = &mx_stats_counters[i];

		if (strcmp(section, c->section)) {
			if (*section)
				mx_out_close(o);
			section = c->section;
			mx_out_open(o, section, section);
		}
		mx_out_uint(o, c->name, c->name,
			    mx_counter_value(tb[c->attr]));
	}
	mx_out_close(o);
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

/* With -s, the counters of groups, servers and devices follow, each an array. */
static int mx_stats_text(struct mx_ctl *ctl)
{
	static const struct {
		int cmd;
		mx_nl_fn print;
		const char *lead;
	} more[] = {
		{ MUTEX_CMD_GROUP_GET, mx_group_print, "group" },
		{ MUTEX_CMD_SERVER_GET, mx_server_print, "server" },
		{ MUTEX_CMD_SERVER_GET, mx_member_print, "member" },
		{ MUTEX_CMD_RULE_GET, mx_rule_print, "rule" },
		{ MUTEX_CMD_DEV_GET, mx_dev_print, "dev" },
	};
	struct mx_out *o = &ctl->out;
	unsigned int i;
	int ret;

	ret = mx_nl_need(ctl);
	if (ret)
		return ret;
	mx_out_array(o);
	mx_msg_start(ctl, MUTEX_CMD_STATS_GET);
	ret = mx_nl_talk(ctl, mx_stats_print, NULL);
	for (i = 0; !ret && ctl->opts.stats && i < MX_ARRAY_SIZE(more); i++) {
		o->lead = more[i].lead;
		mx_msg_start(ctl, more[i].cmd);
		ret = mx_nl_dump(ctl, more[i].print, NULL, NULL);
	}
	o->lead = NULL;
	mx_out_array_end(o);
	return ret;
}

/* What follows "stats show": how, and into which file. */
struct mx_stats_how {
	enum mx_format format;
	const char *file;
};

static int mx_stats_format(struct mx_ctl *ctl, const char *s,
			   enum mx_format *format)
{
	unsigned int i;

	for (i = 0; i < MX_ARRAY_SIZE(mx_format_name); i++) {
		if (!strcmp(s, mx_format_name[i])) {
			*format = i;
			return MX_EXIT_OK;
		}
	}
	return mx_usage(ctl, "\"%s\" is not a format: text, json, prometheus",
			s);
}

static int mx_stats_how(struct mx_ctl *ctl, struct mx_args *a,
			struct mx_stats_how *how)
{
	bool format = false;
	int ret = MX_EXIT_OK;

	how->format = ctl->out.json ? MX_FORMAT_JSON : MX_FORMAT_TEXT;
	how->file = NULL;
	while (!ret && a->pos < a->argc) {
		const char *word = a->argv[a->pos];
		bool to = !strcmp(word, "to");

		if (!to && strcmp(word, "format"))
			return mx_no_more(ctl, a);
		if (to ? how->file != NULL : format)
			return mx_usage(ctl, "\"%s\" comes twice", word);
		if (++a->pos == a->argc)
			return mx_usage(ctl, "\"%s\" needs a value", word);
		if (to) {
			how->file = a->argv[a->pos++];
			continue;
		}
		format = true;
		ret = mx_stats_format(ctl, a->argv[a->pos++], &how->format);
	}
	return ret;
}

static int mx_stats_print_all(struct mx_ctl *ctl, enum mx_format format)
{
	bool json = ctl->out.json;
	int ret;

	if (format == MX_FORMAT_PROMETHEUS)
		return mx_prometheus(ctl);
	ctl->out.json = format == MX_FORMAT_JSON;
	ret = mx_stats_text(ctl);
	ctl->out.json = json;
	return ret;
}

static int mx_stats_show(struct mx_ctl *ctl, struct mx_args *a)
{
	FILE *fp = ctl->out.fp;
	struct mx_stats_how how;
	struct mx_file f;
	int ret;

	ret = mx_stats_how(ctl, a, &how);
	if (ret || !how.file)
		return ret ? ret : mx_stats_print_all(ctl, how.format);
	ret = mx_nl_need(ctl);
	if (!ret)
		ret = mx_file_begin(ctl, &f, how.file);
	if (ret)
		return ret;
	ctl->out.fp = f.fp;
	ret = mx_stats_print_all(ctl, how.format);
	ctl->out.fp = fp;
	return mx_file_end(ctl, &f, ret, 0644);
}

static int mx_stats_reset(struct mx_ctl *ctl, struct mx_args *a)
{
	int ret = mx_no_more(ctl, a);

	return ret ? ret : mx_nl_simple(ctl, MUTEX_CMD_STATS_RESET, NULL, NULL);
}

static const struct mx_names mx_formats = {
	"format", MX_ARRAY_SIZE(mx_format_name), mx_format_name
};

static const struct mx_word mx_stats_words[] = {
	{ .name = "format", .kind = MX_W_ENUM, .names = &mx_formats },
	{ .name = "to", .kind = MX_W_STR },
};

/* "stats format json" is "stats show format json". */
static const struct mx_cmd mx_stats_cmds[] = {
	{ .name = "show", .run = mx_stats_show, MX_WORDS(mx_stats_words) },
	{ .name = "reset", .run = mx_stats_reset },
};

static const struct mx_cmd mx_stats_fallback = {
	.name = "show", .run = mx_stats_show, MX_WORDS(mx_stats_words)
};

const struct mx_object mx_obj_stats = {
	.name = "stats",
	.usage =
"Usage: mutexctl [ -s ] stats [ show ] [ format { text | json | prometheus } ] [ to FILE ]\n"
"       mutexctl stats reset\n",
	.cmds = mx_stats_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_stats_cmds),
	.fallback = &mx_stats_fallback,
};
