// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl path trace: the hops of a path, each with its loss and round trip
 */
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "trace.h"
#include "uapi.h"

#define MX_TRACE_COUNT_MAX	1000000
#define MX_TRACE_INTERVAL_MIN	10	/* ms */
#define MX_TRACE_INTERVAL_MAX	60000
#define MX_TRACE_TIMEOUT_MAX	60000

static const char *const mx_trace_proto_name[] = { "icmp", "udp" };

static const struct mx_names mx_trace_protos = {
	"protocol", MX_ARRAY_SIZE(mx_trace_proto_name), mx_trace_proto_name
};

const struct mx_word mx_path_trace_words[MX_TRACE_WORDS] = {
	{ .name = "NAME", .kind = MX_W_STR, .attr = MUTEX_A_PATH_NAME },
	{ .name = "dev" }, { .name = "via" }, { .name = "to" },
	{ .name = "local" },
	{ .name = "proto", .kind = MX_W_ENUM, .names = &mx_trace_protos },
	{ .name = "count" }, { .name = "interval" }, { .name = "timeout" },
	{ .name = "hops" }, { .name = "first" }, { .name = "size" },
};

static int mx_trace_number(struct mx_ctl *ctl, const char *word,
			   const char *value, uint32_t min, uint32_t max,
			   uint32_t *v)
{
	if (mx_parse_u32(ctl, word, value, max, v))
		return MX_EXIT_USAGE;
	return *v >= min ? MX_EXIT_OK :
	       mx_usage(ctl, "%s is %u at least", word, min);
}

static int mx_trace_time(struct mx_ctl *ctl, const char *word,
			 const char *value, uint32_t min, uint32_t max,
			 uint32_t *us)
{
	uint32_t ms;

	if (mx_parse_time(ctl, word, value, &ms))
		return MX_EXIT_USAGE;
	if (ms < min || ms > max)
		return mx_usage(ctl, "%s is %ums to %us", word, min,
				max / 1000);
	*us = ms * 1000;
	return MX_EXIT_OK;
}

static int mx_trace_dev(struct mx_ctl *ctl, const char *value, char *dev)
{
	if (!*value || strlen(value) >= IFNAMSIZ)
		return mx_usage(ctl, "\"%s\" is no name of a device", value);
	strcpy(dev, value);
	return MX_EXIT_OK;
}

/* One word and its value. */
static int mx_trace_word(struct mx_ctl *ctl, struct mx_trace *t,
			 const char *word, const char *value)
{
	struct mx_way *way = &t->p.way;

	if (!strcmp(word, "dev"))
		return mx_trace_dev(ctl, value, way->dev);
	if (!strcmp(word, "via"))
		return mx_parse_addr(ctl, value, &way->via) ? MX_EXIT_USAGE : 0;
	if (!strcmp(word, "to"))
		return mx_parse_addr(ctl, value, &way->dst) ? MX_EXIT_USAGE : 0;
	if (!strcmp(word, "local"))
		return mx_parse_addr(ctl, value, &way->src) ? MX_EXIT_USAGE : 0;
	if (!strcmp(word, "count"))
		return mx_trace_number(ctl, word, value, 1, MX_TRACE_COUNT_MAX,
				       &t->count);
	if (!strcmp(word, "hops"))
		return mx_trace_number(ctl, word, value, 1, MX_TRACE_HOPS,
				       &t->hops);
	if (!strcmp(word, "first"))
		return mx_trace_number(ctl, word, value, 1, MX_TRACE_HOPS,
				       &t->first);
	if (!strcmp(word, "size"))
		return mx_trace_number(ctl, word, value, MX_TRACE_SIZE_MIN,
				       MX_TRACE_SIZE_MAX, &t->p.size);
	if (!strcmp(word, "interval"))
		return mx_trace_time(ctl, word, value, MX_TRACE_INTERVAL_MIN,
				     MX_TRACE_INTERVAL_MAX, &t->interval);
	if (!strcmp(word, "timeout"))
		return mx_trace_time(ctl, word, value, MX_TRACE_INTERVAL_MIN,
				     MX_TRACE_TIMEOUT_MAX, &t->timeout);
	t->p.udp = !strcmp(value, "udp");
	if (!t->p.udp && strcmp(value, "icmp"))
		return mx_usage(ctl, "proto is icmp or udp, not \"%s\"", value);
	return MX_EXIT_OK;
}

static int mx_trace_known(const char *s)
{
	unsigned int i;

	for (i = 1; i < MX_TRACE_WORDS; i++) {
		if (!strcmp(s, mx_path_trace_words[i].name))
			return i;
	}
	return -1;
}

/* A first word that is no keyword is the name of a path. */
static int mx_trace_words(struct mx_ctl *ctl, struct mx_args *a,
			  struct mx_trace *t, const char **name)
{
	uint64_t seen = 0;
	const char *word;
	int i, ret;

	*name = NULL;
	if (a->pos < a->argc && mx_trace_known(a->argv[a->pos]) < 0)
		*name = a->argv[a->pos++];
	while (a->pos < a->argc) {
		word = a->argv[a->pos++];
		i = mx_trace_known(word);
		if (i < 0) {
			/* the destination alone */
			if (*name || !strpbrk(word, ".:"))
				return mx_usage(ctl, "unknown word \"%s\", try \"mutexctl path help\"",
						word);
			word = "to";
			i = mx_trace_known(word);
			a->pos--;
		}
		if (seen & 1ULL << i)
			return mx_usage(ctl, "\"%s\" comes twice", word);
		seen |= 1ULL << i;
		if (a->pos == a->argc)
			return mx_usage(ctl, "\"%s\" needs a value", word);
		ret = mx_trace_word(ctl, t, word, a->argv[a->pos++]);
		if (ret)
			return ret;
	}
	return MX_EXIT_OK;
}

/* The path that a name means --------------------------------------------- */

static const struct nla_policy mx_trace_policy[MUTEX_A_PATH_MAX + 1] = {
	[MUTEX_A_PATH_DEV] = { .type = NLA_STRING },
	[MUTEX_A_PATH_VIA] = { .minlen = 4, .maxlen = 16 },
	[MUTEX_A_PATH_PEER] = { .minlen = 4, .maxlen = 16 },
	[MUTEX_A_PATH_LOCAL] = { .minlen = 4, .maxlen = 16 },
};

static void mx_trace_take(const struct nlattr *a, struct mx_addr *addr)
{
	/* what the line says holds */
	if (!a || addr->len || (nla_len(a) != 4 && nla_len(a) != 16))
		return;
	addr->len = nla_len(a);
	memcpy(addr->bytes, nla_data(a), addr->len);
}

static int mx_trace_found(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_PATH_MAX + 1];
	struct mx_way *way = arg;

	if (mx_attrs(ctl, nlh, tb, MUTEX_A_PATH_MAX, mx_trace_policy))
		return MX_EXIT_REFUSED;
	mx_trace_dev(ctl, mx_attr_str(tb, MUTEX_A_PATH_DEV), way->dev);
	mx_trace_take(tb[MUTEX_A_PATH_PEER], &way->dst);
	mx_trace_take(tb[MUTEX_A_PATH_VIA], &way->via);
	if (tb[MUTEX_A_PATH_LOCAL] &&
	    (unsigned int)nla_len(tb[MUTEX_A_PATH_LOCAL]) == way->dst.len)
		mx_trace_take(tb[MUTEX_A_PATH_LOCAL], &way->src);
	return MX_EXIT_OK;
}

/* Asks for the path; "to" names another destination by the same way. */
static int mx_trace_path(struct mx_ctl *ctl, struct mx_trace *t,
			 const char *name)
{
	int ret;

	/* an address in front of dev is where to */
	if (t->p.way.dev[0] && !t->p.way.dst.len && strpbrk(name, ".:"))
		return mx_parse_addr(ctl, name, &t->p.way.dst) ? MX_EXIT_USAGE :
								 MX_EXIT_OK;
	if (t->p.way.dev[0] || t->p.way.via.len)
		return mx_usage(ctl, "dev and via are those of path \"%s\"",
				name);
	ret = mx_nl_need(ctl);
	if (ret)
		return ret;
	mx_msg_start(ctl, MUTEX_CMD_PATH_GET);
	nla_put_string(ctl->msg.nl, MUTEX_A_PATH_NAME, name);
	return mx_nl_talk(ctl, mx_trace_found, &t->p.way);
}

static int mx_trace_check(struct mx_ctl *ctl, const struct mx_trace *t)
{
	const struct mx_way *way = &t->p.way;

	if (!way->dev[0])
		return mx_usage(ctl, "NAME or dev is missing");
	if (!way->dst.len)
		return mx_usage(ctl, "to is missing: the address to trace");
	if (way->src.len && way->src.len != way->dst.len)
		return mx_usage(ctl, "local is of another family than the address to trace");
	if (way->via.len == 4 && way->dst.len == 16)
		return mx_usage(ctl, "via is of another family than the address to trace");
	if (t->first > t->hops)
		return mx_usage(ctl, "first is behind the last of %u hops",
				t->hops);
	return MX_EXIT_OK;
}

static int mx_trace_start(struct mx_ctl *ctl, struct mx_trace *t)
{
	int ret = mx_way_find(ctl, &t->p.way);

	if (ret)
		return ret;
	if (t->p.size > t->p.way.mtu)
		return mx_error(ctl, "device %s carries no more than %u bytes",
				t->p.way.dev, t->p.way.mtu);
	ret = mx_trace_run(ctl, t);
	if (!ret)
		mx_trace_print(ctl, t);
	return ret;
}

/**
 * mx_path_trace() - trace a path
 * @ctl: the program
 * @a: the words behind "path trace"
 *
 * Return: exit status.
 */
int mx_path_trace(struct mx_ctl *ctl, struct mx_args *a)
{
	struct mx_trace *t = calloc(1, sizeof(*t));
	const char *name;
	int ret;

	if (!t)
		return mx_error(ctl, "out of memory");
	t->count = 3;
	t->interval = 1000000;
	t->timeout = 2000000;
	t->first = 1;
	t->hops = 30;
	t->in = -1;
	t->out = -1;
	t->p.size = MX_TRACE_SIZE_MIN;
	ret = mx_trace_words(ctl, a, t, &name);
	if (!ret && name)
		ret = mx_trace_path(ctl, t, name);
	if (!ret)
		ret = mx_trace_check(ctl, t);
	if (!ret)
		ret = mx_trace_start(ctl, t);
	free(t);
	return ret;
}
