// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl restore: a file becomes the configuration, whole or not at all
 */
#include <string.h>

#include <netlink/msg.h>

#include "ctl.h"
#include "uapi.h"

/**
 * mx_restore_mark() - look whether a line begins or ends a saved file
 * @ctl: the program
 * @line: the line
 */
void mx_restore_mark(struct mx_ctl *ctl, const char *line)
{
	size_t len = strlen(MX_FILE_BEGIN);

	if (!strcmp(line, MX_FILE_END)) {
		ctl->marks.begun = 0;
		ctl->marks.ended = true;
	} else if (!strncmp(line, MX_FILE_BEGIN, len) &&
		   !line[len + strspn(line + len, "0123456789.")]) {
		ctl->marks.begun = ctl->line;
	}
}

/*
 * A file that was cut at the end of a line is a good file of less. One that was
 * saved has marks at both ends; one without a command is not meant.
 */
static int mx_restore_whole(struct mx_ctl *ctl, unsigned long changes)
{
	if (ctl->marks.begun)
		return mx_error(ctl, "the file is cut: line %u begins a saved configuration, and its last line \"%s\" is missing",
				ctl->marks.begun, MX_FILE_END);
	if (!changes && !ctl->marks.ended)
		return mx_error(ctl, "the file holds no configuration; an empty one has the line \"%s\"",
				MX_FILE_END);
	return MX_EXIT_OK;
}

static int mx_restore_file(struct mx_ctl *ctl, FILE *fp, bool check)
{
	bool force = ctl->opts.force;
	unsigned long changes = 0;
	int ret, end;

	ret = mx_nl_simple(ctl, MUTEX_CMD_TXN_BEGIN, NULL, NULL);
	if (ret)
		return ret;
	ctl->restoring = true;
	ctl->opts.force = false;
	ctl->marks = (struct mx_marks){ 0 };
	ret = mx_batch_stream(ctl, fp, &changes);
	ctl->restoring = false;
	ctl->opts.force = force;
	ctl->cmd = NULL;
	if (!ret)
		ret = mx_restore_whole(ctl, changes);
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

static const struct mx_word mx_restore_words[] = {
	{ .name = "FILE", .kind = MX_W_STR },
	{ .name = "-check", .kind = MX_W_ACTION },
};

static const struct mx_cmd mx_restore_cmd = {
	.name = "restore", .run = mx_restore_run, MX_WORDS(mx_restore_words)
};

const struct mx_object mx_obj_restore = {
	.name = "restore",
	.usage = "Usage: mutexctl restore [ -check ] [ FILE | - ]\n",
	.fallback = &mx_restore_cmd,
};
