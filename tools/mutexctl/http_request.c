// SPDX-License-Identifier: GPL-2.0
/*
 * One request: what it must be, and what may not be in it. A page of another
 * site that has its name lead here (DNS rebinding) is known by the name it asks
 * for, and gets nothing.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "ctl.h"
#include "http.h"

/**
 * struct mx_http_fields - what is looked at in a request
 * @host: whom it is for
 * @hosts: how often that is said
 * @origin: the page that it comes from, NULL if it is not said
 * @site: whether that is ours, as the browser sees it; NULL if it is not said
 * @mode: what it is for, the same
 * @body: something follows it
 */
struct mx_http_fields {
	const char *host;
	unsigned int hosts;
	const char *origin;
	const char *site;
	const char *mode;
	bool body;
};

static const char *mx_http_reason(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 400:
		return "Bad Request";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 431:
		return "Request Header Fields Too Large";
	case 503:
		return "Service Unavailable";
	case 505:
		return "HTTP Version Not Supported";
	}
	return "Internal Server Error";
}

static void mx_http_reply(struct mx_http_conn *c,
			  const struct mx_http_reply *r)
{
	static const char head[] =
"HTTP/1.1 %d %s\r\n"
"Content-Type: %s\r\n"
"Content-Length: %zu\r\n"
"Connection: close\r\n"
"%s"
"Cache-Control: no-store\r\n"
"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
"Cross-Origin-Opener-Policy: same-origin\r\n"
"Cross-Origin-Resource-Policy: same-origin\r\n"
"Referrer-Policy: no-referrer\r\n"
"X-Content-Type-Options: nosniff\r\n"
"X-Frame-Options: DENY\r\n"
"\r\n";
	char buf[1024];
	int n;

	n = snprintf(buf, sizeof(buf), head, r->status, mx_http_reason(r->status),
		     r->type, r->len, r->status == 405 ? "Allow: GET\r\n" : "");
	c->outlen = 0;
	c->out = malloc(n + r->len);
	if (!c->out)
		return;
	memcpy(c->out, buf, n);
	memcpy(c->out + n, r->body, r->len);
	c->outlen = n + r->len;
}

static void mx_http_refuse(struct mx_http_conn *c, int status, const char *why)
{
	struct mx_http_reply r = {
		.status = status,
		.type = "text/plain; charset=utf-8",
		.body = why,
		.len = strlen(why),
	};

	mx_http_reply(c, &r);
}

static bool mx_http_token(const char *s, const char *end)
{
	if (s == end)
		return false;
	for (; s < end; s++) {
		if (!isalnum((unsigned char)*s) && !strchr("!#$%&'*+-.^_`|~", *s))
			return false;
	}
	return true;
}

static void mx_http_field(struct mx_http_fields *f, const char *name,
			  const char *value)
{
	if (!strcasecmp(name, "Host")) {
		f->host = value;
		f->hosts++;
	} else if (!strcasecmp(name, "Origin")) {
		f->origin = value;
	} else if (!strcasecmp(name, "Sec-Fetch-Site")) {
		f->site = value;
	} else if (!strcasecmp(name, "Sec-Fetch-Mode")) {
		f->mode = value;
	} else if (!strcasecmp(name, "Transfer-Encoding") ||
		   (!strcasecmp(name, "Content-Length") && strcmp(value, "0"))) {
		f->body = true;
	}
}

/* Reads the lines behind the first, in place. Returns a status to refuse with, or 0. */
static int mx_http_lines(char *line, struct mx_http_fields *f)
{
	char *end, *next, *colon, *value;
	unsigned int n;

	for (n = 0; n <= MX_HTTP_FIELDS; n++, line = next) {
		end = strstr(line, "\r\n");
		if (!end)
			return 400;
		if (end == line)
			return 0;
		next = end + 2;
		*end = '\0';
		colon = strchr(line, ':');
		if (!colon || !mx_http_token(line, colon) ||
		    strpbrk(line, "\r\n"))
			return 400;
		*colon = '\0';
		value = colon + 1 + strspn(colon + 1, " \t");
		while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
			*--end = '\0';
		mx_http_field(f, line, value);
	}
	return 431;
}

/* The name without its port: forwarding by ssh changes that. */
static bool mx_http_host_name(const char *host, char *name, size_t len)
{
	const char *end = *host == '[' ? strchr(host, ']') : strchrnul(host, ':');
	const char *port;

	if (!end)
		return false;
	if (*host == '[') {
		host++;
		port = end + 1;
	} else {
		port = end;
	}
	if (*port && (*port != ':' || strspn(port + 1, "0123456789") > 5 ||
		      port[1 + strspn(port + 1, "0123456789")]))
		return false;
	if (end == host || (size_t)(end - host) >= len)
		return false;
	memcpy(name, host, end - host);
	name[end - host] = '\0';
	return *end != ']' || strchr(name, ':');
}

/* The address that the connection has at our end, as text. */
static bool mx_http_here(int fd, char *text, size_t len, bool *loopback)
{
	struct sockaddr_storage ss;
	socklen_t size = sizeof(ss);
	const struct sockaddr_in6 *in6 = (void *)&ss;
	const struct sockaddr_in *in = (void *)&ss;

	if (getsockname(fd, (struct sockaddr *)&ss, &size))
		return false;
	if (ss.ss_family == AF_INET6) {
		*loopback = IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
		return inet_ntop(AF_INET6, &in6->sin6_addr, text, len);
	}
	*loopback = ntohl(in->sin_addr.s_addr) >> 24 == 127;
	return inet_ntop(AF_INET, &in->sin_addr, text, len);
}

/* Is it us that is asked for? By the address itself, or a name that nobody else can give us. */
static bool mx_http_for_us(const struct mx_http *h, int fd, const char *host)
{
	char name[MX_HTTP_HOST], here[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN];
	bool loopback = false;
	struct in6_addr addr;

	if (!mx_http_host_name(host, name, sizeof(name)) ||
	    !mx_http_here(fd, here, sizeof(here), &loopback))
		return false;
	if (loopback && !strcasecmp(name, "localhost"))
		return true;
	if (h->name && !strcasecmp(name, h->name))
		return true;
	if (inet_pton(AF_INET, name, &addr) == 1)
		return !strcmp(name, here);
	/* one address has many spellings */
	return inet_pton(AF_INET6, name, &addr) == 1 &&
	       inet_ntop(AF_INET6, &addr, text, sizeof(text)) &&
	       !strcmp(text, here);
}

/* Another site's page may lead a reader here, and nothing else. */
static bool mx_http_foreign(const struct mx_http_fields *f)
{
	if (f->origin && (strncmp(f->origin, "http://", 7) ||
			  strcasecmp(f->origin + 7, f->host)))
		return true;
	if (!f->site || !strcmp(f->site, "same-origin") ||
	    !strcmp(f->site, "none"))
		return false;
	return !f->mode || strcmp(f->mode, "navigate");
}

/**
 * mx_http_answer() - answer the request that a connection has sent
 * @h: the server
 * @c: the connection, the request in its head
 */
void mx_http_answer(struct mx_http *h, struct mx_http_conn *c)
{
	struct mx_http_reply r = { .status = 404,
				   .type = "text/plain; charset=utf-8" };
	struct mx_http_fields f = { 0 };
	char *line, *target, *version, *query;
	int status;

	if (!memmem(c->head, c->len, "\r\n\r\n", 4)) {
		mx_http_refuse(c, 431, "the request is too long\n");
		return;
	}
	line = strstr(c->head, "\r\n");
	if (strlen(c->head) != c->len || !line) {
		mx_http_refuse(c, 400, "this is no request\n");
		return;
	}
	*line = '\0';
	target = strchr(c->head, ' ');
	version = target ? strchr(target + 1, ' ') : NULL;
	if (!version || !mx_http_token(c->head, target) || target[1] != '/' ||
	    strncmp(version + 1, "HTTP/", 5)) {
		mx_http_refuse(c, 400, "this is no request\n");
		return;
	}
	*target++ = '\0';
	*version++ = '\0';
	status = mx_http_lines(line + 2, &f);
	if (status) {
		mx_http_refuse(c, status, "the request cannot be read\n");
	} else if (strcmp(version, "HTTP/1.1") && strcmp(version, "HTTP/1.0")) {
		mx_http_refuse(c, 505, "HTTP/1.1 is spoken here\n");
	} else if (f.hosts != 1 || !mx_http_for_us(h, c->fd, f.host)) {
		mx_http_refuse(c, 403, "that host is not here\n");
	} else if (strcmp(c->head, "GET")) {
		mx_http_refuse(c, 405, "this page is only looked at\n");
	} else if (f.body) {
		mx_http_refuse(c, 400, "a question has no body\n");
	} else if (mx_http_foreign(&f)) {
		mx_http_refuse(c, 403, "another site's page asks\n");
	} else {
		query = strchrnul(target, '?');
		if (*query)
			*query++ = '\0';
		h->fn(h->arg, target, query, &r);
		if (!r.body)
			mx_http_refuse(c, r.status, "there is nothing here\n");
		else
			mx_http_reply(c, &r);
		if (r.owned)
			free((void *)r.body);
	}
}
