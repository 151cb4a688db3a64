// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl - configure mutex over generic netlink
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netlink/msg.h>

#include "ctl.h"

#define MX_NETNS_DIR	"/run/netns/"

/**
 * mx_enter_netns() - go on in another network namespace
 * @ctl: for messages
 * @name: its name, or a file if there is a slash in it
 *
 * Return: exit status.
 */
int mx_enter_netns(struct mx_ctl *ctl, const char *name)
{
	char path[512];
	int fd, err;

	snprintf(path, sizeof(path), "%s%s",
		 strchr(name, '/') ? "" : MX_NETNS_DIR, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return mx_error(ctl, "cannot open network namespace \"%s\": %s",
				name, strerror(errno));
	if (!ctl->home) {
		err = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
		ctl->home = err > 0 ? err : 0;
	}
	err = setns(fd, CLONE_NEWNET);
	if (err)
		mx_error(ctl, "cannot enter network namespace \"%s\": %s", name,
			 strerror(errno));
	close(fd);
	return err ? MX_EXIT_REFUSED : MX_EXIT_OK;
}

static int mx_set_color(struct mx_ctl *ctl, const char *when)
{
	const char *no = getenv("NO_COLOR");

	if (!strcmp(when, "always"))
		ctl->out.color = true;
	else if (!strcmp(when, "never"))
		ctl->out.color = false;
	else if (!strcmp(when, "auto"))
		ctl->out.color = !(no && *no) && isatty(STDOUT_FILENO);
	else
		return mx_usage(ctl, "-c takes auto, always or never, not \"%s\"",
				when);
	return MX_EXIT_OK;
}

/* An option by its letter or its whole name. */
static bool mx_is_opt(const char *s, const char *letter, const char *name)
{
	return !strcmp(s, letter) || !strcmp(s, name);
}

/* Options that stand alone; false when s is none of them. */
static bool mx_flag(struct mx_ctl *ctl, const char *s)
{
	if (mx_is_opt(s, "j", "json"))
		ctl->out.json = true;
	else if (mx_is_opt(s, "p", "pretty"))
		ctl->out.pretty = true;
	else if (mx_is_opt(s, "o", "oneline"))
		ctl->out.oneline = true;
	else if (mx_is_opt(s, "s", "statistics") || !strcmp(s, "stats"))
		ctl->opts.stats = true;
	else if (mx_is_opt(s, "d", "details"))
		ctl->opts.details = true;
	else if (mx_is_opt(s, "t", "timestamp"))
		ctl->opts.timestamp = true;
	else if (!strcmp(s, "force"))
		ctl->opts.force = true;
	else
		return false;
	return true;
}

/* Reads the options; *pos is then at the object. -1: go on. */
static int mx_options(struct mx_ctl *ctl, int argc, char **argv, int *pos)
{
	for (; *pos < argc && argv[*pos][0] == '-'; ++*pos) {
		const char *s = argv[*pos] + 1;
		const char **value = NULL;

		s += *s == '-';
		if (mx_flag(ctl, s))
			continue;
		if (mx_is_opt(s, "V", "Version") || !strcmp(s, "version")) {
			puts("mutexctl " MUTEXCTL_VERSION);
			return MX_EXIT_OK;
		}
		if (mx_is_opt(s, "h", "help")) {
			char help[] = "help", *words[] = { help };

			return mx_dispatch(ctl, 1, words);
		}
		if (mx_is_opt(s, "c", "color")) {
			mx_set_color(ctl, "auto");
			continue;
		}
		if (!strncmp(s, "c=", 2) || !strncmp(s, "color=", 6)) {
			int ret = mx_set_color(ctl, strchr(s, '=') + 1);

			if (ret)
				return ret;
			continue;
		}
		if (mx_is_opt(s, "n", "netns"))
			value = &ctl->opts.netns;
		else if (mx_is_opt(s, "b", "batch"))
			value = &ctl->opts.batch;
		if (!value)
			return mx_usage(ctl, "unknown option \"%s\", try \"mutexctl help\"",
					argv[*pos]);
		if (++*pos == argc)
			return mx_usage(ctl, "option \"-%s\" needs a value", s);
		*value = argv[*pos];
	}
	return -1;
}

static int mx_main(struct mx_ctl *ctl, int argc, char **argv)
{
	int pos = 1, ret;

	ret = mx_options(ctl, argc, argv, &pos);
	if (ret >= 0)
		return ret;
	if (pos == argc && !ctl->opts.batch) {
		char help[] = "help", *words[] = { help };

		mx_dispatch(ctl, 1, words);
		return MX_EXIT_USAGE;
	}
	if (pos < argc && ctl->opts.batch)
		return mx_usage(ctl, "-b takes no object beside its file");
	if (mx_msg_init(&ctl->msg))
		return mx_error(ctl, "out of memory");
	if (ctl->opts.netns) {
		ret = mx_enter_netns(ctl, ctl->opts.netns);
		if (ret)
			return ret;
	}
	if (ctl->opts.batch)
		return mx_batch(ctl, ctl->opts.batch);
	return mx_dispatch(ctl, argc - pos, argv + pos);
}

int main(int argc, char **argv)
{
	struct mx_ctl ctl = { .out = { .fp = stdout }, .err = stderr };
	int ret = mx_main(&ctl, argc, argv);

	mx_nl_close(&ctl.nl);
	nlmsg_free(ctl.msg.nl);
	if ((fflush(stdout) || ferror(stdout)) && errno != EPIPE) {
		fprintf(stderr, "mutexctl: cannot write: %s\n", strerror(errno));
		ret = ret ? ret : MX_EXIT_REFUSED;
	}
	return ret;
}
