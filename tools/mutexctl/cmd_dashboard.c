// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl dashboard: a page to look at
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ctl.h"
#include "dashboard.h"
#include "when.h"

#define MX_DASHBOARD_PORT	9822
#define MX_DASHBOARD_INTERVAL	(5 * MX_SECOND)
#define MX_DASHBOARD_KEEP	MX_HOUR
#define MX_DASHBOARD_BYTES	(64ULL << 20)

/**
 * struct mx_dashboard_words - what the user has said
 * @addr: where to listen
 * @port: at which port
 * @remote: others than this machine may ask
 */
struct mx_dashboard_words {
	struct mx_addr addr;
	int port;
	bool remote;
};

/* The line that tells where the page is; who has asked for any port needs it. */
static int mx_dashboard_tell(struct mx_ctl *ctl, int fd)
{
	char text[INET6_ADDRSTRLEN] = "?";
	struct sockaddr_storage ss;
	const struct sockaddr_in6 *in6 = (void *)&ss;
	const struct sockaddr_in *in = (void *)&ss;
	socklen_t len = sizeof(ss);
	bool six;

	if (getsockname(fd, (struct sockaddr *)&ss, &len))
		return mx_error(ctl, "getsockname: %s", strerror(errno));
	six = ss.ss_family == AF_INET6;
	inet_ntop(ss.ss_family, six ? (void *)&in6->sin6_addr :
				      (void *)&in->sin_addr, text, sizeof(text));
	fprintf(ctl->out.fp, six ? "http://[%s]:%u/\n" : "http://%s:%u/\n", text,
		ntohs(six ? in6->sin6_port : in->sin_port));
	fflush(ctl->out.fp);
	return MX_EXIT_OK;
}

static int mx_dashboard_loop(struct mx_dashboard *d, int sigfd)
{
	struct pollfd fds[MX_HTTP_CONNS + 3];
	int64_t now, wake, next = mx_now_steady() + d->interval;
	int ret = MX_EXIT_OK;
	unsigned int n;

	while (!ret) {
		now = mx_now_steady();
		if (now >= next) {
			ret = mx_recorder_look(&d->rec);
			next = mx_now_steady() + d->interval;
			continue;
		}
		fds[0] = (struct pollfd){ .fd = sigfd, .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = d->rec.src.fd, .events = POLLIN };
		wake = next;
		n = mx_http_wait(&d->http, fds + 2, now, &wake);
		if (poll(fds, n + 2, wake > now ? wake - now : 0) < 0 &&
		    errno != EINTR)
			return mx_error(d->ctl, "poll: %s", strerror(errno));
		if (fds[0].revents)
			return MX_EXIT_OK;
		if (fds[1].revents)
			ret = mx_recorder_news(&d->rec);
		mx_http_round(&d->http, fds + 2, mx_now_steady());
	}
	return ret;
}

static int mx_dashboard_go(struct mx_ctl *ctl, struct mx_dashboard *d,
			   const struct mx_dashboard_words *w)
{
	sigset_t signals;
	int sigfd, ret;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	sigfd = signalfd(-1, &signals, SFD_CLOEXEC);
	if (sigfd < 0)
		return mx_error(ctl, "signalfd: %s", strerror(errno));
	ret = mx_http_listen(ctl, &d->http, &w->addr, w->port);
	if (!ret)
		ret = mx_recorder_open(&d->rec);
	if (!ret)
		ret = mx_recorder_look(&d->rec);
	if (!ret)
		ret = mx_dashboard_tell(ctl, d->http.fd);
	if (!ret)
		ret = mx_dashboard_loop(d, sigfd);
	mx_http_close(&d->http);
	mx_recorder_close(&d->rec);
	close(sigfd);
	return ret;
}

static bool mx_loopback(const struct mx_addr *a)
{
	static const uint8_t one[16] = { [15] = 1 };

	return a->len == 16 ? !memcmp(a->bytes, one, 16) : a->bytes[0] == 127;
}

static int mx_dashboard_word(struct mx_ctl *ctl, struct mx_dashboard *d,
			     struct mx_dashboard_words *w, const char *word,
			     const char *value)
{
	if (!strcmp(word, "listen"))
		return mx_parse_endpoint(ctl, value, true, &w->addr, &w->port);
	if (!strcmp(word, "db") || !strcmp(word, "--db"))
		d->db = value;
	else if (!strcmp(word, "interval"))
		return mx_parse_span(ctl, word, value, &d->interval);
	else if (!strcmp(word, "host"))
		d->http.name = value;
	else
		return mx_usage(ctl, "unknown word \"%s\", try \"mutexctl dashboard help\"",
				word);
	return 0;
}

static int mx_dashboard_words_read(struct mx_ctl *ctl, struct mx_args *a,
				   struct mx_dashboard *d,
				   struct mx_dashboard_words *w)
{
	const char *word;
	struct mx_store s;

	while (a->pos < a->argc) {
		word = a->argv[a->pos++];
		if (!strcmp(word, "remote")) {
			w->remote = true;
			continue;
		}
		if (a->pos == a->argc)
			return mx_usage(ctl, "\"%s\" needs a value", word);
		if (mx_dashboard_word(ctl, d, w, word, a->argv[a->pos++]))
			return MX_EXIT_USAGE;
	}
	if (w->port < 0)
		w->port = MX_DASHBOARD_PORT;
	if (!mx_loopback(&w->addr) && !w->remote)
		return mx_usage(ctl, "whoever reaches that address would see all paths, without a password: listen on 127.0.0.1, or say \"remote\" if that is meant");
	if (d->interval < 100 || d->interval > MX_HOUR)
		return mx_usage(ctl, "interval is not from 100ms to 1h");
	if (!d->db)
		return MX_EXIT_OK;
	if (mx_store_open(&s, d->db, MX_STORE_READ))
		return mx_error(ctl, "cannot read %s: %s", d->db, s.why);
	mx_store_close(&s);
	return MX_EXIT_OK;
}

static int mx_dashboard_run(struct mx_ctl *ctl, struct mx_args *a)
{
	struct mx_dashboard_words w = {
		.addr = { .len = 4, .bytes = { 127, 0, 0, 1 } }, .port = -1,
	};
	struct mx_dashboard *d;
	int ret;

	if (ctl->pipe)
		return mx_usage(ctl, "a batch cannot show a page");
	d = calloc(1, sizeof(*d));
	if (!d)
		return mx_error(ctl, "out of memory");
	d->ctl = ctl;
	d->rec.ctl = ctl;
	d->rec.src.fd = -1;
	d->rec.store.lock = -1;
	d->rec.bytes = MX_DASHBOARD_BYTES;
	d->interval = MX_DASHBOARD_INTERVAL;
	d->http.fd = -1;
	d->http.fn = mx_dashboard_answer;
	d->http.arg = d;
	gethostname(d->host, sizeof(d->host) - 1);
	ret = mx_dashboard_words_read(ctl, a, d, &w);
	d->rec.keep = 12 * d->interval > MX_DASHBOARD_KEEP ? 12 * d->interval :
							     MX_DASHBOARD_KEEP;
	if (!ret)
		ret = mx_dashboard_go(ctl, d, &w);
	free(d->member);
	free(d);
	return ret;
}

static const struct mx_word mx_dashboard_word_table[] = {
	{ .name = "listen", .kind = MX_W_ENDPOINT },
	{ .name = "db", .kind = MX_W_STR },
	{ .name = "interval", .kind = MX_W_TIME },
	{ .name = "host", .kind = MX_W_STR },
	{ .name = "remote", .kind = MX_W_ACTION },
};

static const struct mx_cmd mx_dashboard_cmd = {
	.name = "dashboard", .run = mx_dashboard_run,
	MX_WORDS(mx_dashboard_word_table)
};

const struct mx_object mx_obj_dashboard = {
	.name = "dashboard",
	.usage =
"Usage: mutexctl dashboard [ listen ADDR[:PORT] [ remote ] ] [ db FILE ]\n"
"                          [ interval TIME ] [ host NAME ]\n"
"A page that shows the paths, at http://127.0.0.1:9822/ if nothing is said, and to\n"
"this machine alone: any other address has to be meant, which remote says. History\n"
"is that of FILE (mutexctl record), else an hour that is kept in memory.\n",
	.fallback = &mx_dashboard_cmd,
};
