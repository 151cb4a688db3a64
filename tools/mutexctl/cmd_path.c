// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl path
 */
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "cmd_path.h"
#include "history.h"
#include "path.h"
#include "trace.h"
#include "uapi.h"

#define MX_PATH_NAME							\
	{ .name = "NAME", .kind = MX_W_STR, .attr = MUTEX_A_PATH_NAME,	\
	  .flags = MX_WF_REQUIRED }

#define MX_PATH_WORDS(required)						\
	{ .name = "dev", .kind = MX_W_STR, .attr = MUTEX_A_PATH_DEV,	\
	  .flags = (required) },					\
	{ .name = "peer", .kind = MX_W_ADDR, .attr = MUTEX_A_PATH_PEER,	\
	  .flags = (required) },					\
	{ .name = "via", .kind = MX_W_ADDR, .attr = MUTEX_A_PATH_VIA,	\
	  .flags = MX_WF_NONE },					\
	{ .name = "local", .kind = MX_W_ADDR, .attr = MUTEX_A_PATH_LOCAL, \
	  .flags = MX_WF_NONE },					\
	{ .name = "port", .kind = MX_W_U16, .attr = MUTEX_A_PATH_PORT },	\
	{ .name = "probe", .kind = MX_W_ENUM, .attr = MUTEX_A_PATH_PROBE, \
	  .names = &mx_path_probes },					\
	{ .name = "admin", .kind = MX_W_ENUM, .attr = MUTEX_A_PATH_ADMIN, \
	  .names = &mx_path_admins },					\
	{ .name = "interval", .kind = MX_W_TIME,			\
	  .attr = MUTEX_A_PATH_INTERVAL },				\
	{ .name = "timeout", .kind = MX_W_TIME,				\
	  .attr = MUTEX_A_PATH_TIMEOUT },				\
	{ .name = "bandwidth", .kind = MX_W_U32,			\
	  .attr = MUTEX_A_PATH_BANDWIDTH },				\
	{ .name = "cost", .kind = MX_W_U32, .attr = MUTEX_A_PATH_COST },	\
	{ .name = "key", .kind = MX_W_U32, .attr = MUTEX_A_PATH_KEY_ID }, \
	{ .name = "measure", .kind = MX_W_ENUM,				\
	  .attr = MUTEX_A_PATH_MEASURE, .names = &mx_path_measures },	\
	{ .name = "samples", .kind = MX_W_U8, .attr = MUTEX_A_PATH_SAMPLES }, \
	{ .name = "fall", .kind = MX_W_U16, .attr = MUTEX_A_PATH_FALL },	\
	{ .name = "worse", .kind = MX_W_U16, .attr = MUTEX_A_PATH_WORSE }, \
	{ .name = "rise", .kind = MX_W_U16, .attr = MUTEX_A_PATH_RISE },	\
	{ .name = "margin", .kind = MX_W_POINTS,			\
	  .attr = MUTEX_A_PATH_MARGIN },				\
	{ .name = "brownout", .kind = MX_W_PERCENT,			\
	  .attr = MUTEX_A_PATH_BROWNOUT },				\
	{ .name = "hold-down", .kind = MX_W_TIMES,			\
	  .attr = MUTEX_A_PATH_HOLD_MIN, .attr2 = MUTEX_A_PATH_HOLD_MAX }

static const struct mx_word mx_path_add_words[] = {
	MX_PATH_NAME,
	MX_PATH_WORDS(MX_WF_REQUIRED),
};

static const struct mx_word mx_path_set_words[] = {
	MX_PATH_NAME,
	MX_PATH_WORDS(0),
};

static const struct mx_word mx_path_name_words[] = { MX_PATH_NAME };

static int mx_path_show(struct mx_ctl *ctl, struct mx_args *a)
{
	bool one = a->pos < a->argc;
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_PATH_GET);
	if (one) {
		ret = mx_parse_words(ctl, a, mx_path_name_words, 1);
		if (ret)
			return ret;
	}
	return mx_run_show(ctl, a, one);
}

/**
 * struct mx_path_names - names of paths
 * @n: how many
 * @size: allocated
 * @name: the names
 */
struct mx_path_names {
	size_t n;
	size_t size;
	char (*name)[MUTEX_NAME_MAX + 1];
};

static int mx_path_collect(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_PATH_MAX + 1];
	struct mx_path_names *p = arg;

	if (mx_attrs(ctl, nlh, tb, MUTEX_A_PATH_MAX, NULL))
		return MX_EXIT_REFUSED;
	if (p->n == p->size) {
		size_t size = 2 * p->size + 64;
		void *name = reallocarray(p->name, size, sizeof(*p->name));

		if (!name)
			return mx_error(ctl, "out of memory");
		p->name = name;
		p->size = size;
	}
	snprintf(p->name[p->n++], sizeof(*p->name), "%s",
		 mx_attr_str(tb, MUTEX_A_PATH_NAME));
	return MX_EXIT_OK;
}

/* Deletes all paths, one by one; stops at the first that is a member. */
static int mx_path_flush(struct mx_ctl *ctl, struct mx_args *a)
{
	struct mx_path_names p = { 0 };
	size_t i;
	int ret;

	ret = mx_no_more(ctl, a);
	if (ret)
		return ret;
	mx_msg_start(ctl, MUTEX_CMD_PATH_GET);
	ret = mx_nl_dump(ctl, mx_path_collect, &p, NULL);
	for (i = 0; !ret && i < p.n; i++) {
		mx_msg_start(ctl, MUTEX_CMD_PATH_DEL);
		nla_put_string(ctl->msg.nl, MUTEX_A_PATH_NAME, p.name[i]);
		ret = mx_nl_talk(ctl, NULL, NULL);
	}
	free(p.name);
	return ret;
}

static const struct mx_cmd mx_path_cmds[] = {
	{ .name = "add", .run = mx_run_change, .genl = MUTEX_CMD_PATH_NEW,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_path_add_words) },
	{ .name = "set", .run = mx_run_change, .genl = MUTEX_CMD_PATH_SET,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_path_set_words) },
	{ .name = "del", .run = mx_run_change, .genl = MUTEX_CMD_PATH_DEL,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_path_name_words) },
	{ .name = "show", .run = mx_path_show, .reply = mx_path_print,
	  MX_WORDS(mx_path_name_words) },
	{ .name = "flush", .run = mx_path_flush },
	{ .name = "score", .run = mx_path_score,
	  MX_WORDS(mx_path_score_words) },
	{ .name = "trace", .run = mx_path_trace,
	  MX_WORDS(mx_path_trace_words) },
	{ .name = "history", .run = mx_path_history,
	  .words = mx_history_words, .nwords = MX_HISTORY_NWORDS },
};

const struct mx_object mx_obj_path = {
	.name = "path",
	.usage =
"Usage: mutexctl path add NAME dev DEV peer ADDR [ WAY ] [ PROBE ] [ JUDGE ]\n"
"       mutexctl path set NAME [ dev DEV ] [ peer ADDR ] [ WAY ] [ PROBE ] [ JUDGE ]\n"
"       mutexctl path del NAME\n"
"       mutexctl path flush\n"
"       mutexctl path [ show [ NAME ] ]\n"
MX_TRACE_USAGE
MX_HISTORY_USAGE
"WAY   := [ via { ADDR | none } ] [ local { ADDR | none } ]\n"
"         [ admin { up | standby | down } ] [ bandwidth MBIT ] [ cost N ]\n"
"PROBE := [ probe { stamp | icmp | tcp | none } ] [ port N ] [ interval TIME ]\n"
"         [ timeout TIME ] [ key ID ] [ measure { none | mtu | bandwidth | all } ]\n"
"JUDGE := [ samples 1-10 ] [ fall 1-1000 ] [ worse 1-1000 ] [ rise 1-1000 ]\n"
"         [ margin POINTS ] [ brownout PERCENT ] [ hold-down TIME[-TIME] ]\n"
MX_PATH_SCORE_USAGE,
	.cmds = mx_path_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_path_cmds),
};
