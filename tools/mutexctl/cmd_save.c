// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl save: the configuration as lines that restore takes
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netlink/genl/ctrl.h>
#include <netlink/msg.h>
#include <netlink/socket.h>

#include "ctl.h"
#include "file.h"
#include "path.h"
#include "uapi.h"

#define MX_SAVE_TRIES	16

/* In this order, so that each names only what is above it. */
static const struct mx_saved {
	int cmd;
	bool dump;
	const char *lead;
	mx_nl_fn print;
} mx_saved[] = {
	{ MUTEX_CMD_SETTINGS_GET, false, "settings set", mx_settings_print },
	{ MUTEX_CMD_PATH_GET, true, "path add", mx_path_print },
	{ MUTEX_CMD_GROUP_GET, true, "group add", mx_group_print_alone },
	{ MUTEX_CMD_GROUP_GET, true, "group set", mx_group_print_fallback },
	{ MUTEX_CMD_SERVER_GET, true, "server add", mx_server_print },
	{ MUTEX_CMD_TABLE_GET, true, "table add", mx_table_print },
	{ MUTEX_CMD_ROUTE_GET, true, "route add", mx_route_print },
	{ MUTEX_CMD_RULE_GET, true, "rule add", mx_rule_print },
	{ MUTEX_CMD_GEO_GET, false, NULL, mx_geo_note },
	{ MUTEX_CMD_DEV_GET, true, "dev add", mx_dev_print },
};

/* A second socket that hears of changes while the first one dumps. */
static int mx_save_listen(struct mx_ctl *ctl, struct mx_nl *ear)
{
	int group, ret;

	ret = mx_nl_socket(ctl, ear, 64 * 1024);
	if (ret)
		return ret;
	group = genl_ctrl_resolve_grp(ear->sk, MUTEX_GENL_NAME,
				      MUTEX_MCGRP_CONFIG);
	if (group >= 0 && !nl_socket_add_membership(ear->sk, group))
		return MX_EXIT_OK;
	mx_nl_close(ear);
	return mx_error(ctl, "cannot listen to the group config");
}

/* Whether a change was heard, or lost; all that waits is read. */
static bool mx_save_heard(struct mx_nl *ear)
{
	bool heard = false;
	ssize_t n;

	for (;;) {
		n = recv(ear->fd, ear->buf, 1, MSG_DONTWAIT | MSG_TRUNC);
		if (n < 0 && errno != ENOBUFS && errno != EINTR)
			return heard;
		heard |= n >= 0 || errno == ENOBUFS;
	}
}

static int mx_save_once(struct mx_ctl *ctl, bool *torn)
{
	int ret = MX_EXIT_OK;
	size_t i;

	fputs(MX_FILE_BEGIN MUTEXCTL_VERSION "\n", ctl->out.fp);
	for (i = 0; !ret && i < MX_ARRAY_SIZE(mx_saved); i++) {
		ctl->out.lead = mx_saved[i].lead;
		mx_msg_start(ctl, mx_saved[i].cmd);
		if (mx_saved[i].dump)
			ret = mx_nl_dump(ctl, mx_saved[i].print, NULL, torn);
		else
			ret = mx_nl_talk(ctl, mx_saved[i].print, NULL);
	}
	ctl->out.lead = NULL;
	fputs(MX_FILE_END "\n", ctl->out.fp);
	return ret;
}

/**
 * mx_save_to() - write the configuration
 * @ctl: the program
 * @fp: a file that can be emptied, as it is until nothing changed meanwhile
 *
 * Return: exit status.
 */
int mx_save_to(struct mx_ctl *ctl, FILE *fp)
{
	struct mx_out out = ctl->out;
	struct mx_nl ear = { 0 };
	int ret, tries;
	bool torn;

	ret = mx_save_listen(ctl, &ear);
	if (ret)
		return ret;
	ctl->out = (struct mx_out){ .fp = fp };
	ctl->opts.stats = false;
	ctl->opts.details = false;
	for (tries = 0; tries < MX_SAVE_TRIES; tries++) {
		torn = false;
		rewind(fp);
		if (ftruncate(fileno(fp), 0)) {
			ret = mx_error(ctl, "cannot write: %s", strerror(errno));
			break;
		}
		mx_save_heard(&ear);
		ret = mx_save_once(ctl, &torn);
		torn |= mx_save_heard(&ear);
		if (ret || !torn)
			break;
	}
	mx_nl_close(&ear);
	ctl->out = out;
	if (!ret && tries == MX_SAVE_TRIES)
		ret = mx_error(ctl, "the configuration keeps changing, nothing is saved");
	if (!ret && (fflush(fp) || ferror(fp)))
		ret = mx_error(ctl, "cannot write: %s", strerror(errno));
	return ret;
}

static int mx_save_stdout(struct mx_ctl *ctl)
{
	FILE *fp = tmpfile();
	char buf[16384];
	size_t n;
	int ret;

	if (!fp)
		return mx_error(ctl, "cannot make a temporary file: %s",
				strerror(errno));
	ret = mx_save_to(ctl, fp);
	rewind(fp);
	while (!ret && (n = fread(buf, 1, sizeof(buf), fp)) > 0)
		fwrite(buf, 1, n, ctl->out.fp);
	fclose(fp);
	return ret;
}

static int mx_save_file(struct mx_ctl *ctl, const char *name)
{
	struct mx_file f;
	int ret = mx_file_begin(ctl, &f, name);

	if (ret)
		return ret;
	ret = mx_save_to(ctl, f.fp);
	return mx_file_end(ctl, &f, ret, MX_MODE_KEEP);
}

static int mx_save_run(struct mx_ctl *ctl, struct mx_args *a)
{
	const char *file = a->pos < a->argc ? a->argv[a->pos++] : "-";
	int ret = mx_no_more(ctl, a);

	if (ret)
		return ret;
	return strcmp(file, "-") ? mx_save_file(ctl, file) : mx_save_stdout(ctl);
}

static const struct mx_word mx_save_words[] = {
	{ .name = "FILE", .kind = MX_W_STR },
};

static const struct mx_cmd mx_save_cmd = {
	.name = "save", .run = mx_save_run, MX_WORDS(mx_save_words)
};

const struct mx_object mx_obj_save = {
	.name = "save",
	.usage = "Usage: mutexctl save [ FILE ]\n",
	.fallback = &mx_save_cmd,
};
