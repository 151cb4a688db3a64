// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl record: what becomes of the paths, into a file
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"
#include "record.h"
#include "when.h"

#define MX_RECORD_INTERVAL	(10 * MX_SECOND)
#define MX_RECORD_INTERVAL_MIN	100
#define MX_RECORD_KEEP		(30 * MX_DAY_LONG)
#define MX_RECORD_BYTES		(1ULL << 30)
#define MX_RECORD_BYTES_MIN	(256ULL << 10)

static int mx_record_loop(struct mx_recorder *rec, int sigfd, int64_t interval)
{
	int64_t now, next = mx_now_steady();
	struct pollfd fds[2];
	int ret = MX_EXIT_OK;

	while (!ret) {
		now = mx_now_steady();
		if (now >= next) {
			ret = mx_recorder_look(rec);
			next += interval;
			/* What a slow disk has cost is not made up for. */
			if (next <= mx_now_steady())
				next = mx_now_steady() + interval;
			continue;
		}
		fds[0] = (struct pollfd){ .fd = sigfd, .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = rec->src.fd, .events = POLLIN };
		if (poll(fds, MX_ARRAY_SIZE(fds), next - now) < 0 &&
		    errno != EINTR)
			return mx_error(rec->ctl, "poll: %s", strerror(errno));
		if (fds[0].revents)
			return MX_EXIT_OK;
		if (fds[1].revents)
			ret = mx_recorder_news(rec);
	}
	return ret;
}

static int mx_record_go(struct mx_ctl *ctl, struct mx_recorder *rec,
			int64_t interval)
{
	sigset_t signals;
	int sigfd, ret;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	/* A file that may grow no more is a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	sigfd = signalfd(-1, &signals, SFD_CLOEXEC);
	if (sigfd < 0)
		return mx_error(ctl, "signalfd: %s", strerror(errno));
	ret = mx_recorder_open(rec);
	if (!ret)
		ret = mx_record_loop(rec, sigfd, interval);
	mx_recorder_close(rec);
	close(sigfd);
	return ret;
}

static int mx_record_words(struct mx_ctl *ctl, struct mx_args *a,
			   struct mx_recorder *rec, int64_t *interval)
{
	const char *word, *value;
	int err = 0;

	while (!err && a->pos < a->argc) {
		word = a->argv[a->pos++];
		if (!strcmp(word, "aside")) {
			rec->aside = true;
			continue;
		}
		if (a->pos == a->argc)
			return mx_usage(ctl, "\"%s\" needs a value", word);
		value = a->argv[a->pos++];
		if (!strcmp(word, "--db") || !strcmp(word, "db"))
			rec->file = value;
		else if (!strcmp(word, "interval"))
			err = mx_parse_span(ctl, word, value, interval);
		else if (!strcmp(word, "keep"))
			err = mx_parse_span(ctl, word, value, &rec->keep);
		else if (!strcmp(word, "size"))
			err = mx_parse_size(ctl, word, value, &rec->bytes);
		else
			return mx_usage(ctl, "unknown word \"%s\", try \"mutexctl record help\"",
					word);
	}
	return err ? MX_EXIT_USAGE : MX_EXIT_OK;
}

static int mx_record_run(struct mx_ctl *ctl, struct mx_args *a)
{
	struct mx_recorder rec = {
		.ctl = ctl,
		.file = MX_STORE_FILE,
		.keep = MX_RECORD_KEEP,
		.bytes = MX_RECORD_BYTES,
		.src.fd = -1,
	};
	int64_t interval = MX_RECORD_INTERVAL;
	int ret;

	if (ctl->pipe)
		return mx_usage(ctl, "a batch cannot record");
	ret = mx_record_words(ctl, a, &rec, &interval);
	if (ret)
		return ret;
	if (!*rec.file)
		return mx_usage(ctl, "db needs the name of a file");
	if (interval < MX_RECORD_INTERVAL_MIN || interval > MX_DAY_LONG)
		return mx_usage(ctl, "interval is not from 100ms to 1d");
	if (rec.keep < 10 * interval)
		return mx_usage(ctl, "keep is shorter than ten intervals");
	if (rec.bytes < MX_RECORD_BYTES_MIN)
		return mx_usage(ctl, "size is less than 256K");
	if (!strcmp(rec.file, MX_STORE_FILE))
		mkdir("/var/lib/mutex", 0755);
	return mx_record_go(ctl, &rec, interval);
}

static const struct mx_word mx_record_word[] = {
	{ .name = "--db", .kind = MX_W_STR },
	{ .name = "interval", .kind = MX_W_TIME },
	{ .name = "keep", .kind = MX_W_TIME },
	{ .name = "size", .kind = MX_W_U64 },
	{ .name = "aside", .kind = MX_W_ACTION },
};

static const struct mx_cmd mx_record_cmd = {
	.name = "record", .run = mx_record_run, MX_WORDS(mx_record_word)
};

const struct mx_object mx_obj_record = {
	.name = "record",
	.usage =
"Usage: mutexctl record [ --db FILE ] [ interval TIME ] [ keep TIME ] [ size BYTES ]\n"
"                       [ aside ]\n"
"The paths' figures each TIME, 10s if nothing is said, and each change of their\n"
"status as it comes, into an SQLite file; FILE is " MX_STORE_FILE " if\n"
"none is named. What is older than keep (30d), or does not fit into size (1G), is\n"
"forgotten. A damaged FILE is moved out of the way with aside, else refused.\n",
	.fallback = &mx_record_cmd,
};
