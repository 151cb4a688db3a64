// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl import haproxy: server and bind lines
 */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "import_haproxy.h"

/* Options that are not carried over and whose want is more than a detail. */
static const struct {
	const char *word;
	const char *why;
} mx_hap_hints[] = {
	{ "ssl", "what the client sends reaches the server as it is" },
	{ "send-proxy", "the server sees the client's own address" },
	{ "send-proxy-v2", "the server sees the client's own address" },
	{ "accept-proxy", "the PROXY protocol is not read" },
	{ "source", "the client's address stays the source" },
	{ "cookie", "cookies are not seen" },
};

static const char *mx_hap_hint(const char *word)
{
	size_t i;

	for (i = 0; i < MX_ARRAY_SIZE(mx_hap_hints); i++) {
		if (!strcmp(word, mx_hap_hints[i].word))
			return mx_hap_hints[i].why;
	}
	return NULL;
}

/* An address that is none here: a name, a socket, a variable. */
static bool mx_hap_is_addr(const char *host)
{
	return strchr(host, ':') || !host[strspn(host, "0123456789.")];
}

/*
 * Cuts [ipv4@|ipv6@]HOST[:PORTS] into host and ports, in place: the last colon
 * is that of the port. Returns the host, or NULL for what is no such address.
 */
static char *mx_hap_host(char *s, char **ports)
{
	char *at = strchr(s, '@'), *colon;

	*ports = NULL;
	if (*s == '/')
		return NULL;
	if (at) {
		*at = '\0';
		if (strcmp(s, "ipv4") && strcmp(s, "ipv6"))
			return NULL;
		s = at + 1;
	}
	colon = strrchr(s, ':');
	if (*s == '[') {
		char *end = strchr(s, ']');

		if (!end || (end[1] && end[1] != ':'))
			return NULL;
		*end = '\0';
		if (end[1])
			*ports = end + 2;
		return s + 1;
	}
	if (colon) {
		*colon = '\0';
		*ports = colon + 1;
	}
	return s;
}

/* The address of a server; what cannot be carried over is left out with a note. */
static int mx_hap_server_addr(struct mx_import *imp, char *word,
			      struct mx_imp_server *s)
{
	char whole[96], *host, *ports;
	uint32_t port = 0;

	snprintf(whole, sizeof(whole), "%s", word);
	host = mx_hap_host(word, &ports);
	if (ports && *ports) {
		if (*ports == '+' || *ports == '-')
			host = NULL;
		else if (mx_parse_u32(imp->ctl, "port", ports, UINT16_MAX, &port))
			return MX_EXIT_USAGE;
	}
	s->port = port;
	if (host && *host && mx_hap_is_addr(host)) {
		if (mx_parse_addr(imp->ctl, host, &s->addr))
			return MX_EXIT_USAGE;
		return MX_EXIT_OK;
	}
	s->left_out = true;
	mx_imp_note(imp, imp->line, "server %s: \"%s\" is not an address and a port: names are not looked up",
		    s->name, whole);
	return MX_EXIT_OK;
}

/* An option with a number or a time. */
static int mx_hap_server_value(struct mx_import *imp, const char *word,
			       const char *value, struct mx_imp_server *s,
			       struct mx_imp_check *check)
{
	uint32_t v;

	if (!strcmp(word, "inter") || !strcmp(word, "slowstart"))
		return mx_hap_time(imp, value, *word == 'i' ? &check->interval :
				   &s->slow_start) ? MX_EXIT_USAGE : MX_EXIT_OK;
	if (mx_parse_u32(imp->ctl, word, value,
			 !strcmp(word, "weight") ? 256 :
			 !strcmp(word, "port") ? UINT16_MAX : UINT32_MAX, &v))
		return MX_EXIT_USAGE;
	if (!strcmp(word, "weight"))
		s->weight = v;
	else if (!strcmp(word, "maxconn"))
		s->max_conns = v;
	else if (!strcmp(word, "port"))
		check->port = v;
	else if (!strcmp(word, "rise"))
		check->rise = v;
	else
		check->fall = v;
	return MX_EXIT_OK;
}

static bool mx_hap_server_flag(const char *word, struct mx_imp_server *s)
{
	if (!strcmp(word, "check"))
		s->check = true;
	else if (!strcmp(word, "no-check"))
		s->check = false;
	else if (!strcmp(word, "backup"))
		s->backup = true;
	else if (!strcmp(word, "no-backup"))
		s->backup = false;
	else if (!strcmp(word, "disabled"))
		s->down = true;
	else if (!strcmp(word, "enabled"))
		s->down = false;
	else
		return false;
	return true;
}

static int mx_hap_server_opts(struct mx_import *imp, int argc, char **argv,
			      struct mx_imp_server *s,
			      struct mx_imp_check *check)
{
	static const char *const carried[] = {
		"inter", "slowstart", "weight", "maxconn", "port", "rise", "fall"
	};
	int i, ret;
	size_t j;

	for (i = 0; i < argc; i++) {
		const char *word = argv[i];

		if (mx_hap_server_flag(word, s))
			continue;
		if (!mx_hap_server_values(word)) {
			mx_hap_note_words(imp, 1, argv + i, mx_hap_hint(word));
			continue;
		}
		if (i + 1 == argc)
			return mx_usage(imp->ctl, "\"%s\" needs a value", word);
		for (j = 0; j < MX_ARRAY_SIZE(carried) && strcmp(word, carried[j]); j++)
			;
		if (j == MX_ARRAY_SIZE(carried)) {
			mx_hap_note_words(imp, 2, argv + i, mx_hap_hint(word));
		} else {
			ret = mx_hap_server_value(imp, word, argv[i + 1], s,
						  check);
			if (ret)
				return ret;
		}
		i++;
	}
	return MX_EXIT_OK;
}

/* A group is checked in one way, that of its first server that is. */
static void mx_hap_server_check(struct mx_import *imp, struct mx_hap_proxy *p,
				const struct mx_imp_server *s,
				struct mx_imp_check *check)
{
	struct mx_imp_check *have = &p->group.check;

	if (!s->check)
		return;
	check->on = true;
	if (check->port == s->port)
		check->port = 0;
	/* What HAProxy does when nothing is said. */
	check->interval = check->interval ?: 2000;
	check->rise = check->rise ?: 2;
	check->fall = check->fall ?: 3;
	if (!have->on)
		*have = *check;
	else if (have->port != check->port || have->rise != check->rise ||
		 have->fall != check->fall || have->interval != check->interval)
		mx_imp_note(imp, imp->line, "server %s: checked like the group's first server",
			    s->name);
}

/**
 * mx_hap_server() - read a server or default-server line
 * @f: the file
 * @argc: number of words
 * @argv: the words
 * @defaults: it is what later servers begin with
 *
 * Return: exit status.
 */
int mx_hap_server(struct mx_hap *f, int argc, char **argv, bool defaults)
{
	struct mx_import *imp = f->imp;
	struct mx_hap_proxy *p = f->now;
	struct mx_imp_check check = p->check;
	struct mx_imp_server *s;
	unsigned int i;
	int ret;

	if (defaults)
		return mx_hap_server_opts(imp, argc - 1, argv + 1, &p->server,
					  &p->check);
	if (argc < 3)
		return mx_usage(imp->ctl, "a server has a name and an address");
	s = mx_imp_server(imp, &p->group);
	if (!s)
		return MX_EXIT_USAGE;
	*s = p->server;
	s->line = imp->line;
	snprintf(s->name, sizeof(s->name), "%s", argv[1]);
	ret = mx_hap_server_addr(imp, argv[2], s);
	if (!ret)
		ret = mx_hap_server_opts(imp, argc - 3, argv + 3, s, &check);
	if (ret)
		return ret;
	mx_hap_server_check(imp, p, s, &check);
	for (i = 0; !s->left_out && i + 1 < p->group.nservers; i++) {
		const struct mx_imp_server *o = &p->group.servers[i];

		if (o->left_out || o->port != s->port ||
		    o->backup != s->backup ||
		    !mx_imp_same_addr(&o->addr, &s->addr))
			continue;
		mx_imp_note(imp, imp->line, "server %s: its address is that of server %s",
			    s->name, o->name);
		s->left_out = true;
	}
	return MX_EXIT_OK;
}

/* PORT or PORT-PORT */
static int mx_hap_ports(struct mx_import *imp, const char *s,
			struct mx_hap_bind *b)
{
	if (mx_parse_ports(imp->ctl, "bind", s, &b->min, &b->max))
		return MX_EXIT_USAGE;
	return b->min ? MX_EXIT_OK :
	       mx_usage(imp->ctl, "a bind line wants ports from 1 on");
}

/* One address of a bind line. */
static int mx_hap_bind_addr(struct mx_hap *f, char *word, const char *iif)
{
	struct mx_import *imp = f->imp;
	struct mx_hap_proxy *p = f->now;
	struct mx_hap_bind *b;
	char whole[96], *host, *ports;
	bool six = !strncmp(word, "ipv6@", 5);
	static const uint8_t zero[16];

	snprintf(whole, sizeof(whole), "%s", word);
	host = mx_hap_host(word, &ports);
	if (!host || (*host && strcmp(host, "*") && !mx_hap_is_addr(host))) {
		mx_imp_note(imp, imp->line, "bind %s: not an address and a port",
			    whole);
		return MX_EXIT_OK;
	}
	if (!ports || !*ports)
		return mx_usage(imp->ctl, "bind %s has no port", whole);
	b = mx_imp_grow(imp, p->binds, p->nbinds, &p->bind_size, MX_HAP_BINDS,
			sizeof(*b), "addresses");
	if (!b)
		return MX_EXIT_USAGE;
	p->binds = b;
	b += p->nbinds;
	b->line = imp->line;
	snprintf(b->iif, sizeof(b->iif), "%s", iif);
	if (!*host || !strcmp(host, "*"))
		b->addr.len = six ? 16 : 4;
	else if (mx_parse_addr(imp->ctl, host, &b->addr))
		return MX_EXIT_USAGE;
	b->any = !memcmp(b->addr.bytes, zero, b->addr.len);
	p->nbinds++;
	return mx_hap_ports(imp, ports, b);
}

/**
 * mx_hap_bind() - read a bind line
 * @f: the file
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status.
 */
int mx_hap_bind(struct mx_hap *f, int argc, char **argv)
{
	struct mx_import *imp = f->imp;
	const char *iif = "";
	char *word, *save;
	int i, ret;

	if (argc < 2)
		return mx_usage(imp->ctl, "a bind line wants an address");
	for (i = 2; i < argc; i++) {
		unsigned int values = mx_hap_bind_values(argv[i]);

		if (i + (int)values >= argc)
			return mx_usage(imp->ctl, "\"%s\" needs a value", argv[i]);
		if (!strcmp(argv[i], "interface")) {
			iif = argv[i + 1];
			if (strlen(iif) > 15 || iif[strcspn(iif, " \t\"'\\#")])
				return mx_usage(imp->ctl, "\"%s\" is not a device",
						iif);
		} else if (strcmp(argv[i], "name") && strcmp(argv[i], "id")) {
			mx_hap_note_words(imp, values + 1, argv + i,
					  mx_hap_hint(argv[i]));
		}
		i += values;
	}
	for (word = strtok_r(argv[1], ",", &save); word;
	     word = strtok_r(NULL, ",", &save)) {
		ret = mx_hap_bind_addr(f, word, iif);
		if (ret)
			return ret;
	}
	return MX_EXIT_OK;
}
