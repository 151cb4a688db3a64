// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl restore: a file becomes the configuration, whole or not at all
 */
#include <string.h>

#include <netlink/msg.h>

#include "ctl.h"
#include "uapi.h"

static int mx_restore_file(struct mx_ctl *ctl, FILE *fp, bool check)
{
	bool force = ctl->opts.force;
	int ret, end;

	ret = mx_nl_simple(ctl, MUTEX_CMD_TXN_BEGIN, NULL, NULL);
	if (ret)
		return ret;
	ctl->restoring = true;
	ctl->opts.force = false;
	ret = mx_batch_stream(ctl, fp, NULL);
	ctl->restoring = false;
	ctl->opts.force = force;
	ctl->cmd = NULL;
	if (!ret && !check) {
		ret = mx_nl_simple(ctl, MUTEX_CMD_TXN_COMMIT, NULL, NULL);
		if (!ret)
			return ret;
	}
	/* Closing the socket would abort, too; this one is heard of. */
	end = mx_nl_simple(ctl, MUTEX_CMD_TXN_ABORT, NULL, NULL);
	if (ret)
		mx_error(ctl, "nothing was changed");
	return ret ? MX_EXIT_REFUSED : end;
}

static int mx_restore_run(struct mx_ctl *ctl, struct mx_args *a)
{
	const char *file = NULL;
	bool check = false;
	FILE *fp;
	int ret;

	for (; a->pos < a->argc; a->pos++) {
		const char *s = a->argv[a->pos];

		if (!strcmp(s, "-check") || !strcmp(s, "--check")) {
			check = true;
			continue;
		}
		if (s[0] == '-' && s[1])
			return mx_usage(ctl, "unknown option \"%s\"", s);
		if (file)
			return mx_no_more(ctl, a);
		file = s;
	}
	if (ctl->pipe)
		return mx_usage(ctl, "a batch cannot restore");
	fp = mx_batch_open(ctl, file ? file : "-");
	if (!fp)
		return MX_EXIT_USAGE;
	ret = mx_restore_file(ctl, fp, check);
	if (fp != stdin)
		fclose(fp);
	return ret;
}

static const struct mx_cmd mx_restore_cmd = {
	.name = "restore", .run = mx_restore_run
};

const struct mx_object mx_obj_restore = {
	.name = "restore",
	.usage = "Usage: mutexctl restore [ -check ] [ FILE | - ]\n",
	.fallback = &mx_restore_cmd,
};
