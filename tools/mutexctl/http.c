// SPDX-License-Identifier: GPL-2.0
/*
 * A small HTTP server for pages that are looked at: so many connections, so
 * many bytes of a request, so much time, and no more. A connection has one
 * request.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ctl.h"
#include "http.h"

#define MX_HTTP_READ_TIME	10000	/* ms for the whole request */
#define MX_HTTP_WRITE_TIME	30000
#define MX_HTTP_DRAIN_TIME	1000
#define MX_HTTP_GRACE		1000	/* ms that a slow request has when others wait */
#define MX_HTTP_PAUSE		500	/* ms until it is tried again when nobody can be let in */

static int mx_http_bind(struct mx_http *h, const struct mx_addr *addr,
			uint16_t port)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
				    .sin6_port = htons(port) };
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(port) };
	bool six = addr->len == 16;
	int one = 1;

	h->fd = socket(six ? AF_INET6 : AF_INET,
		       SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (h->fd < 0)
		return -1;
	setsockopt(h->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (six)
		setsockopt(h->fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	memcpy(&in6.sin6_addr, addr->bytes, six ? 16 : 0);
	memcpy(&in.sin_addr, addr->bytes, six ? 0 : 4);
	if (bind(h->fd, six ? (void *)&in6 : (void *)&in,
		 six ? sizeof(in6) : sizeof(in)))
		return -1;
	return listen(h->fd, MX_HTTP_CONNS);
}

/**
 * mx_http_listen() - begin to listen, where the program was started: whoever
 *		      looks is not in the namespace that is looked at
 * @ctl: for messages, and the namespace
 * @h: result
 * @addr: address
 * @port: port, 0 for any
 *
 * Return: exit status.
 */
int mx_http_listen(struct mx_ctl *ctl, struct mx_http *h,
		   const struct mx_addr *addr, uint16_t port)
{
	int there = -1, err = 0;

	h->fd = -1;
	if (ctl->home > 0) {
		there = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
		if (there < 0 || setns(ctl->home, CLONE_NEWNET))
			err = errno;
	}
	if (!err && mx_http_bind(h, addr, port))
		err = errno;
	if (there >= 0) {
		if (setns(there, CLONE_NEWNET) && !err)
			err = errno;
		close(there);
	}
	if (!err)
		return MX_EXIT_OK;
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
	return mx_error(ctl, "cannot listen: %s", strerror(err));
}

static void mx_http_end(struct mx_http_conn *c)
{
	close(c->fd);
	free(c->out);
	c->out = NULL;
	c->state = MX_HTTP_FREE;
}

/**
 * mx_http_close() - end all connections and listen no more
 * @h: the server
 */
void mx_http_close(struct mx_http *h)
{
	size_t i;

	for (i = 0; i < MX_HTTP_CONNS; i++) {
		if (h->conn[i].state != MX_HTTP_FREE)
			mx_http_end(&h->conn[i]);
	}
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
}

/* When its request has had its time, should others wait; never for one that is answered. */
static int64_t mx_http_grace(const struct mx_http_conn *c)
{
	return c->state == MX_HTTP_READ ?
	       c->deadline - MX_HTTP_READ_TIME + MX_HTTP_GRACE : INT64_MAX;
}

/* The connection whose request is the slowest, NULL while there is room. */
static struct mx_http_conn *mx_http_slowest(struct mx_http *h)
{
	struct mx_http_conn *slowest = &h->conn[0];
	size_t i;

	for (i = 0; i < MX_HTTP_CONNS; i++) {
		if (h->conn[i].state == MX_HTTP_FREE)
			return NULL;
		if (mx_http_grace(&h->conn[i]) < mx_http_grace(slowest))
			slowest = &h->conn[i];
	}
	return slowest;
}

/* Is there somebody who could be let in, if somebody waits? If not, when is there? */
static bool mx_http_open_door(struct mx_http *h, int64_t now, int64_t *wake)
{
	const struct mx_http_conn *c = mx_http_slowest(h);
	int64_t at = c ? mx_http_grace(c) : now;

	if (at < h->pause)
		at = h->pause;
	if (at > now && at < *wake)
		*wake = at;
	return at <= now;
}

/**
 * mx_http_wait() - what a server waits for
 * @h: the server
 * @fds: result: MX_HTTP_CONNS + 1 of them
 * @now: milliseconds
 * @wake: made earlier where a connection ends before
 *
 * Return: how many of @fds there are, always the same number.
 */
unsigned int mx_http_wait(struct mx_http *h, struct pollfd *fds, int64_t now,
			  int64_t *wake)
{
	size_t i;

	for (i = 0; i < MX_HTTP_CONNS; i++) {
		const struct mx_http_conn *c = &h->conn[i];

		fds[i + 1] = (struct pollfd){ .fd = -1 };
		if (c->state == MX_HTTP_FREE)
			continue;
		fds[i + 1].fd = c->fd;
		fds[i + 1].events = c->state == MX_HTTP_WRITE ? POLLOUT : POLLIN;
		if (c->deadline < *wake)
			*wake = c->deadline;
	}
	/* Who cannot be let in waits in the kernel's queue. */
	fds[0] = (struct pollfd){
		.fd = mx_http_open_door(h, now, wake) ? h->fd : -1,
		.events = POLLIN,
	};
	return MX_HTTP_CONNS + 1;
}

/* Lets one in; in a full house, for the one whose request is the slowest. */
static void mx_http_accept(struct mx_http *h, int64_t now)
{
	struct mx_http_conn *c = mx_http_slowest(h);
	size_t i;
	int fd;

	if (c && mx_http_grace(c) > now)
		return;
	if (c)
		mx_http_end(c);
	for (i = 0; !c; i++) {
		if (h->conn[i].state == MX_HTTP_FREE)
			c = &h->conn[i];
	}
	fd = accept4(h->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		/* Without files or memory the same would be said again at once. */
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM)
			h->pause = now + MX_HTTP_PAUSE;
		return;
	}
	c->state = MX_HTTP_READ;
	c->fd = fd;
	c->len = 0;
	c->sent = 0;
	c->deadline = now + MX_HTTP_READ_TIME;
}

static void mx_http_write(struct mx_http_conn *c, int64_t now)
{
	ssize_t n;

	while (c->sent < c->outlen) {
		n = send(c->fd, c->out + c->sent, c->outlen - c->sent,
			 MSG_NOSIGNAL);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			mx_http_end(c);
			return;
		}
		c->sent += n;
	}
	shutdown(c->fd, SHUT_WR);
	c->state = MX_HTTP_DRAIN;
	c->deadline = now + MX_HTTP_DRAIN_TIME;
}

static void mx_http_read(struct mx_http *h, struct mx_http_conn *c, int64_t now)
{
	ssize_t n;

	n = recv(c->fd, c->head + c->len, MX_HTTP_HEAD - c->len, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		mx_http_end(c);
		return;
	}
	c->len += n;
	c->head[c->len] = '\0';
	if (!memmem(c->head, c->len, "\r\n\r\n", 4) && c->len < MX_HTTP_HEAD)
		return;
	mx_http_answer(h, c);
	if (!c->out) {
		mx_http_end(c);
		return;
	}
	c->state = MX_HTTP_WRITE;
	c->deadline = now + MX_HTTP_WRITE_TIME;
	mx_http_write(c, now);
}

static void mx_http_drain(struct mx_http_conn *c)
{
	char waste[4096];
	ssize_t n = recv(c->fd, waste, sizeof(waste), 0);

	if (!n || (n < 0 && errno != EAGAIN && errno != EINTR))
		mx_http_end(c);
}

/**
 * mx_http_round() - go on with what can be
 * @h: the server
 * @fds: what mx_http_wait() made, polled
 * @now: milliseconds
 */
void mx_http_round(struct mx_http *h, const struct pollfd *fds, int64_t now)
{
	struct mx_http_conn *c;
	size_t i;

	for (i = 0; i < MX_HTTP_CONNS; i++) {
		c = &h->conn[i];
		if (c->state == MX_HTTP_FREE)
			continue;
		if (c->deadline <= now) {
			mx_http_end(c);
			continue;
		}
		if (!fds[i + 1].revents)
			continue;
		if (c->state == MX_HTTP_READ)
			mx_http_read(h, c, now);
		else if (c->state == MX_HTTP_WRITE)
			mx_http_write(c, now);
		else
			mx_http_drain(c);
	}
	if (fds[0].revents)
		mx_http_accept(h, now);
}

static int mx_http_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes up to @end; -1 for what is wrong, too long, or no text. */
static int mx_http_decode(const char *s, const char *end, char *buf, size_t len)
{
	size_t n = 0;

	while (s < end) {
		int c = (unsigned char)*s++;

		if (c == '%') {
			if (end - s < 2 || mx_http_hex(s[0]) < 0 ||
			    mx_http_hex(s[1]) < 0)
				return -1;
			c = mx_http_hex(s[0]) << 4 | mx_http_hex(s[1]);
			s += 2;
		} else if (c == '+') {
			c = ' ';
		}
		if (c < ' ' || c == 127 || n + 1 >= len)
			return -1;
		buf[n++] = c;
	}
	buf[n] = '\0';
	return 0;
}

/**
 * mx_http_param() - a parameter of a query
 * @query: the query
 * @name: its name
 * @nth: which of those that are called so
 * @buf: result
 * @len: size of @buf
 *
 * Return: 1 if it is there, 0 if not, -1 if it cannot be read.
 */
int mx_http_param(const char *query, const char *name, unsigned int nth,
		  char *buf, size_t len)
{
	size_t namelen = strlen(name);
	const char *end;

	for (; *query; query = *end ? end + 1 : end) {
		end = strchrnul(query, '&');
		if (strncmp(query, name, namelen) || query[namelen] != '=' ||
		    nth--)
			continue;
		return mx_http_decode(query + namelen + 1, end, buf, len) ? -1 : 1;
	}
	return 0;
}
