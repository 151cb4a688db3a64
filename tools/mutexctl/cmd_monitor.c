// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl monitor
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/socket.h>

#include "care.h"
#include "ctl.h"
#include "path.h"
#include "uapi.h"

#define MX_MONITOR_RCVBUF	(16 * 1024 * 1024)

/* A transaction is one event, however much it changed. */
static int mx_txn_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_TXN_MAX + 1];

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_TXN_MAX, NULL))
		return MX_EXIT_REFUSED;
	mx_out_obj(&ctl->out);
	mx_out_uint(&ctl->out, "changes", "changes",
		    mx_attr_u32(tb, MUTEX_A_TXN_CHANGES));
	mx_out_obj_end(&ctl->out);
	return MX_EXIT_OK;
}

static const struct mx_event {
	int cmd;
	const char *object;
	const char *what;
	mx_nl_fn print;
} mx_events[] = {
	{ MUTEX_CMD_GROUP_NTF, "group", "new", mx_group_print },
	{ MUTEX_CMD_GROUP_DEL_NTF, "group", "deleted", mx_group_print },
	{ MUTEX_CMD_SERVER_NTF, "server", "new", mx_server_print },
	{ MUTEX_CMD_SERVER_DEL_NTF, "server", "deleted", mx_server_print },
	{ MUTEX_CMD_SERVER_STATE_NTF, "server", "state", mx_server_print },
	{ MUTEX_CMD_SERVER_DRAIN_NTF, "server", "drain", mx_drain_print },
	{ MUTEX_CMD_GROUP_MOVES_NTF, "group", "moves", mx_moves_print },
	{ MUTEX_CMD_PATH_NTF, "path", "new", mx_path_print },
	{ MUTEX_CMD_PATH_DEL_NTF, "path", "deleted", mx_path_print },
	{ MUTEX_CMD_PATH_STATE_NTF, "path", "state", mx_path_print },
	{ MUTEX_CMD_TABLE_NTF, "table", "new", mx_table_print },
	{ MUTEX_CMD_TABLE_DEL_NTF, "table", "deleted", mx_table_print },
	{ MUTEX_CMD_ROUTE_NTF, "route", "new", mx_route_print },
	{ MUTEX_CMD_ROUTE_DEL_NTF, "route", "deleted", mx_route_print },
	{ MUTEX_CMD_RULE_NTF, "rule", "new", mx_rule_print },
	{ MUTEX_CMD_RULE_DEL_NTF, "rule", "deleted", mx_rule_print },
	{ MUTEX_CMD_DEV_NTF, "dev", "new", mx_dev_print },
	{ MUTEX_CMD_DEV_DEL_NTF, "dev", "deleted", mx_dev_print },
	{ MUTEX_CMD_GEO_NTF, "geo", "new", mx_geo_print },
	{ MUTEX_CMD_TXN_NTF, "restore", "new", mx_txn_print },
	{ MUTEX_CMD_SETTINGS_NTF, "settings", "new", mx_settings_print },
};

static const char *const mx_monitor_groups[] = {
	MUTEX_MCGRP_CONFIG, MUTEX_MCGRP_STATE, MUTEX_MCGRP_METRICS
};

/* The words in front of an event: its time, what happened, to what. */
static void mx_monitor_lead(struct mx_ctl *ctl, const char *what,
			    const char *object, char *lead, size_t len)
{
	struct mx_out *o = &ctl->out;
	char stamp[64] = "";
	struct timespec now;
	struct tm tm;
	size_t n;

	if (ctl->opts.timestamp) {
		clock_gettime(CLOCK_REALTIME, &now);
		localtime_r(&now.tv_sec, &tm);
		n = strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
		snprintf(stamp + n, sizeof(stamp) - n, ".%06ld",
			 now.tv_nsec / 1000);
	}
	if (!o->json) {
		snprintf(lead, len, "%s%s%s%s%s%s", *stamp ? "[" : "", stamp,
			 *stamp ? "] " : "", strcmp(what, "new") ? what : "",
			 strcmp(what, "new") && *object ? " " : "", object);
		o->lead = lead;
		return;
	}
	/* The object is opened here, so that it begins with these keys. */
	mx_out_obj(o);
	if (*stamp)
		mx_out_str(o, MX_PLAIN, "timestamp", NULL, stamp);
	mx_out_str(o, MX_PLAIN, "event", NULL, what);
	if (*object)
		mx_out_str(o, MX_PLAIN, "object", NULL, object);
}

static int mx_monitor_event(struct mx_ctl *ctl, struct nlmsghdr *nlh)
{
	struct genlmsghdr *gnlh = nlmsg_data(nlh);
	struct mx_out *o = &ctl->out;
	const struct mx_event *ev;
	char lead[128];
	size_t i;
	int ret;

	for (i = 0; i < MX_ARRAY_SIZE(mx_events); i++) {
		ev = &mx_events[i];
		if (ev->cmd == gnlh->cmd)
			break;
	}
	if (i == MX_ARRAY_SIZE(mx_events))
		return MX_EXIT_OK;
	mx_monitor_lead(ctl, ev->what, ev->object, lead, sizeof(lead));
	o->joined = o->json;
	ret = ev->print(ctl, nlh, NULL);
	o->joined = false;
	return ret;
}

/* The kernel had more events than the socket holds: say so, and go on. */
static void mx_monitor_overrun(struct mx_ctl *ctl)
{
	struct mx_out *o = &ctl->out;
	char lead[128];

	mx_monitor_lead(ctl, "overrun", "", lead, sizeof(lead));
	if (!o->json) {
		mx_out_obj(o);
		mx_out_text(o, "events were lost, the configuration should be read again");
	}
	mx_out_obj_end(o);
}

static int mx_monitor_join(struct mx_ctl *ctl, const char *only)
{
	size_t i;

	for (i = 0; i < MX_ARRAY_SIZE(mx_monitor_groups); i++) {
		const char *name = mx_monitor_groups[i];
		int group;

		if (only && strcmp(only, name))
			continue;
		group = genl_ctrl_resolve_grp(ctl->nl.sk, MUTEX_GENL_NAME, name);
		if (group < 0 || nl_socket_add_membership(ctl->nl.sk, group))
			return mx_error(ctl, "cannot listen to the group %s",
					name);
	}
	return MX_EXIT_OK;
}

/* Everything that waits in the socket. 1: go on, else minus the exit status. */
static int mx_monitor_read(struct mx_ctl *ctl)
{
	struct nlmsghdr *nlh;
	ssize_t n;
	int left;

	n = mx_nl_recv(&ctl->nl);
	if (n == -ENOBUFS) {
		mx_monitor_overrun(ctl);
	} else if (n < 0) {
		mx_error(ctl, "netlink: %s", strerror(-n));
		return -MX_EXIT_REFUSED;
	}
	left = n;
	for (nlh = (void *)ctl->nl.buf; n > 0 && nlmsg_ok(nlh, left);
	     nlh = nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_type == ctl->nl.family)
			mx_monitor_event(ctl, nlh);
	}
	if (fflush(ctl->out.fp) == EOF) {
		int err = errno;

		clearerr(ctl->out.fp);
		if (err == EPIPE)
			return -MX_EXIT_OK;
		mx_error(ctl, "cannot write: %s", strerror(err));
		return -MX_EXIT_REFUSED;
	}
	return 1;
}

static int mx_monitor_loop(struct mx_ctl *ctl, int sigfd)
{
	/* Nothing is asked of the output, but its reader's end shows as an error. */
	struct pollfd fds[] = {
		{ .fd = ctl->nl.fd, .events = POLLIN },
		{ .fd = sigfd, .events = POLLIN },
		{ .fd = fileno(ctl->out.fp) },
	};
	int ret;

	for (;;) {
		if (poll(fds, MX_ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			return mx_error(ctl, "poll: %s", strerror(errno));
		if (fds[0].revents) {
			ret = mx_monitor_read(ctl);
			if (ret <= 0)
				return -ret;
		}
		if (fds[1].revents || (fds[2].revents & POLLERR))
			return MX_EXIT_OK;
	}
}

static int mx_monitor_run(struct mx_ctl *ctl, struct mx_args *a)
{
	const char *only = NULL;
	sigset_t signals;
	int sigfd, ret;
	size_t i;

	if (a->pos < a->argc) {
		only = a->argv[a->pos++];
		for (i = 0; i < MX_ARRAY_SIZE(mx_monitor_groups); i++) {
			if (!strcmp(only, mx_monitor_groups[i]))
				break;
		}
		if (i == MX_ARRAY_SIZE(mx_monitor_groups))
			return mx_usage(ctl, "\"%s\" is nothing to monitor: config, state, metrics",
					only);
	}
	ret = mx_no_more(ctl, a);
	if (ret)
		return ret;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGPIPE);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	mx_nl_close(&ctl->nl);
	ret = mx_nl_socket(ctl, &ctl->nl, MX_MONITOR_RCVBUF);
	if (!ret)
		ret = mx_monitor_join(ctl, only);
	if (ret)
		return ret;
	/* From here on events are heard: who waits for that can see the signalfd. */
	sigfd = signalfd(-1, &signals, SFD_CLOEXEC);
	if (sigfd < 0)
		return mx_error(ctl, "signalfd: %s", strerror(errno));
	ctl->out.lines = true;
	ctl->out.oneline = true;
	ret = mx_monitor_loop(ctl, sigfd);
	ctl->out.lead = NULL;
	close(sigfd);
	return ret;
}

static const struct mx_names mx_monitor_names = {
	"group", MX_ARRAY_SIZE(mx_monitor_groups), mx_monitor_groups
};

static const struct mx_word mx_monitor_words[] = {
	{ .name = "WHAT", .kind = MX_W_ENUM, .names = &mx_monitor_names },
};

static const struct mx_cmd mx_monitor_cmd = {
	.name = "monitor", .run = mx_monitor_run, MX_WORDS(mx_monitor_words)
};

const struct mx_object mx_obj_monitor = {
	.name = "monitor",
	.usage =
"Usage: mutexctl [ -t ] [ -j ] monitor [ config | state | metrics ]\n",
	.fallback = &mx_monitor_cmd,
};
