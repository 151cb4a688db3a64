/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_HTTP_H
#define MX_CTL_HTTP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parse.h"

struct mx_ctl;

#define MX_HTTP_CONNS	32	/* at once */
#define MX_HTTP_HEAD	8192	/* bytes of a request */
#define MX_HTTP_FIELDS	64	/* lines of it */
#define MX_HTTP_HOST	256	/* bytes of the name that was asked for */

/**
 * struct mx_http_reply - an answer
 * @status: of HTTP
 * @type: content type
 * @body: what follows the head
 * @len: its length
 * @owned: @body is to be freed
 */
struct mx_http_reply {
	int status;
	const char *type;
	const char *body;
	size_t len;
	bool owned;
};

/* Answers; @query is what stands behind the question mark, "" for nothing. */
typedef void (*mx_http_fn)(void *arg, const char *path, const char *query,
			   struct mx_http_reply *reply);

/**
 * enum mx_http_state - what a connection is about
 * @MX_HTTP_FREE: there is none
 * @MX_HTTP_READ: its request is read
 * @MX_HTTP_WRITE: its answer is written
 * @MX_HTTP_DRAIN: what the other still sends is thrown away, so that he can read the answer
 */
enum mx_http_state {
	MX_HTTP_FREE,
	MX_HTTP_READ,
	MX_HTTP_WRITE,
	MX_HTTP_DRAIN
};

/**
 * struct mx_http_conn - a connection
 * @state: what it is about
 * @fd: its socket
 * @deadline: when it ends, whatever it is about
 * @head: the request, as far as it was read
 * @len: how much that is
 * @out: the answer
 * @outlen: its length
 * @sent: how much of it was written
 */
struct mx_http_conn {
	enum mx_http_state state;
	int fd;
	int64_t deadline;
	char head[MX_HTTP_HEAD + 1];
	size_t len;
	char *out;
	size_t outlen;
	size_t sent;
};

/**
 * struct mx_http - a server for a few readers at once, who may look and not touch
 * @fd: where it listens
 * @name: a name it may be asked by, beside addresses; NULL for none
 * @fn: answers
 * @arg: for @fn
 * @pause: nobody is let in before that, milliseconds
 * @conn: the connections
 */
struct mx_http {
	int fd;
	const char *name;
	mx_http_fn fn;
	void *arg;
	int64_t pause;
	struct mx_http_conn conn[MX_HTTP_CONNS];
};

int mx_http_listen(struct mx_ctl *ctl, struct mx_http *h,
		   const struct mx_addr *addr, uint16_t port);
void mx_http_close(struct mx_http *h);
unsigned int mx_http_wait(struct mx_http *h, struct pollfd *fds, int64_t now,
			  int64_t *wake);
void mx_http_round(struct mx_http *h, const struct pollfd *fds, int64_t now);
int mx_http_param(const char *query, const char *name, unsigned int nth,
		  char *buf, size_t len);

/* http_request.c */
void mx_http_answer(struct mx_http *h, struct mx_http_conn *c);

#endif /* MX_CTL_HTTP_H */
