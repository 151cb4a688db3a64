// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl import haproxy: its lines, times and words
 */
#include <string.h>

#include "ctl.h"
#include "import_haproxy.h"

static int mx_hex(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What a backslash and the character at *in stand for; *in is left at its end. */
static int mx_hap_escape(const char **in)
{
	const char *s = *in;

	switch (*s) {
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case 'x':
		if (mx_hex(s[1]) < 0 || mx_hex(s[2]) < 0)
			return -1;
		*in += 2;
		return mx_hex(s[1]) << 4 | mx_hex(s[2]);
	}
	return *s;
}

/**
 * mx_hap_split() - split a line into words, in place, as HAProxy does
 * @imp: for messages
 * @line: the line; quotes, backslashes and comments are understood
 * @argv: result, pointers into @line
 * @max: size of @argv
 *
 * Return: number of words, -1 after a message.
 */
int mx_hap_split(struct mx_import *imp, char *line, char **argv, int max)
{
	const char *in = line;
	char *out;
	int n = 0, c;

	for (;;) {
		char quote = 0;

		in += strspn(in, " \t\r");
		if (!*in || *in == '#')
			return n;
		if (n == max)
			return mx_usage(imp->ctl, "more than %d words", max), -1;
		out = (char *)in;
		argv[n++] = out;
		for (; *in; in++) {
			if (!quote && (strchr(" \t\r", *in) || *in == '#'))
				break;
			if (quote ? *in == quote : *in == '"' || *in == '\'') {
				quote = quote ? 0 : *in;
			} else if (*in == '\\' && quote != '\'') {
				in++;
				c = *in ? mx_hap_escape(&in) : -1;
				if (c <= 0)
					return mx_usage(imp->ctl, *in ? "a backslash in front of what cannot be escaped" :
							"a backslash ends the line: lines are not continued"), -1;
				*out++ = c;
			} else {
				*out++ = *in;
			}
		}
		if (quote)
			return mx_usage(imp->ctl, "a quote is not closed"), -1;
		/* The end of the word may be where the comment begins. */
		if (*in == '#') {
			*out = '\0';
			return n;
		}
		if (*in)
			in++;
		*out = '\0';
	}
}

/**
 * mx_hap_time() - read a duration: milliseconds, or with a unit
 * @imp: for messages
 * @s: the word
 * @ms: result
 *
 * Return: 0, or -1 after a message.
 */
int mx_hap_time(struct mx_import *imp, const char *s, uint32_t *ms)
{
	static const struct {
		const char *name;
		uint32_t us;
	} units[] = {
		{ "", 1000 }, { "us", 1 }, { "ms", 1000 }, { "s", 1000000 },
		{ "m", 60000000 }, { "h", 3600000000U },
	};
	const char *word = s, *end = s + strspn(s, "0123456789");
	uint64_t n = 0;
	size_t i;

	if (end == s || end - s > 9)
		goto bad;
	for (; s < end; s++)
		n = n * 10 + (*s - '0');
	if (!strcmp(end, "d")) {
		n *= 24;
		end = "h";
	}
	for (i = 0; i < MX_ARRAY_SIZE(units) && strcmp(end, units[i].name); i++)
		;
	if (i == MX_ARRAY_SIZE(units) ||
	    n > UINT64_C(1000) * UINT32_MAX / units[i].us)
		goto bad;
	*ms = n * units[i].us / 1000;
	return 0;
bad:
	mx_usage(imp->ctl, "this is not a time that can be carried over: \"%.40s\"",
		 word);
	return -1;
}

/**
 * mx_hap_note_words() - remark that a line was not carried over
 * @imp: the file
 * @argc: number of its words
 * @argv: the words
 * @why: why, or NULL
 */
void mx_hap_note_words(struct mx_import *imp, int argc, char **argv,
		       const char *why)
{
	char text[96] = "";
	size_t len = 0;
	int i;

	for (i = 0; i < argc && len < sizeof(text); i++)
		len += snprintf(text + len, sizeof(text) - len, "%s%s",
				i ? " " : "", argv[i]);
	mx_imp_note(imp, imp->line, "not carried over: %s%s%s%s", text,
		    len >= sizeof(text) ? "..." : "", why ? ": " : "",
		    why ? why : "");
}

/* Options of servers that have a value, so that it is not read as an option. */
static const char *const mx_hap_server_opts[] = {
	"addr", "agent-addr", "agent-inter", "agent-port", "agent-send", "alpn",
	"ca-file", "check-alpn", "check-proto", "check-sni", "ciphers",
	"ciphersuites", "client-sigalgs", "cookie", "crl-file", "crt", "curves",
	"downinter", "error-limit", "fall", "fastinter", "guid", "hash-key", "id",
	"init-addr", "inter", "log-bufsize", "log-proto", "max-reuse", "maxconn",
	"maxqueue", "minconn", "namespace", "npn", "observe", "on-error",
	"on-marked-down", "on-marked-up", "pool-low-conn", "pool-max-conn",
	"pool-purge-delay", "port", "proto", "proxy-v2-options", "redir",
	"resolve-net", "resolve-opts", "resolve-prefer", "resolvers", "rise",
	"shard", "sigalgs", "slowstart", "sni", "socks4", "source",
	"ssl-max-ver", "ssl-min-ver", "tcp-ut", "tfo-queue", "track", "usesrc",
	"verify", "verifyhost", "weight", "ws",
};

static const char *const mx_hap_bind_opts[] = {
	"alpn", "backlog", "ca-file", "ca-ignore-err", "ca-sign-file",
	"ca-sign-pass", "ca-verify-file", "ciphers", "ciphersuites",
	"client-sigalgs", "crl-file", "crt", "crt-ignore-err", "crt-list",
	"curves", "ecdhe", "gid", "group", "guid-prefix", "id", "interface",
	"label", "level", "maxconn", "mode", "mss", "name", "namespace",
	"nbconn", "nice", "npn", "ocsp-update", "proc", "process", "proto",
	"quic-cc-algo", "severity-output", "shards", "sigalgs", "ssl-max-ver",
	"ssl-min-ver", "tcp-md5sig", "tcp-ut", "thread", "tls-ticket-keys",
	"uid", "user", "verify",
};

static unsigned int mx_hap_has(const char *const *words, size_t n,
			       const char *word)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!strcmp(word, words[i]))
			return 1;
	}
	return 0;
}

/**
 * mx_hap_server_values() - how many words follow an option of a server
 * @word: the option
 *
 * Return: their number.
 */
unsigned int mx_hap_server_values(const char *word)
{
	return mx_hap_has(mx_hap_server_opts,
			  MX_ARRAY_SIZE(mx_hap_server_opts), word);
}

/**
 * mx_hap_bind_values() - how many words follow an option of a bind line
 * @word: the option
 *
 * Return: their number.
 */
unsigned int mx_hap_bind_values(const char *word)
{
	return mx_hap_has(mx_hap_bind_opts, MX_ARRAY_SIZE(mx_hap_bind_opts),
			  word);
}

static const struct mx_hap_sched {
	const char *name;
	const char *lb;
	const char *hash;
	const char *note;
} mx_hap_scheds[] = {
	{ "roundrobin", "wrr", NULL, NULL },
	{ "static-rr", "wrr", NULL, NULL },
	{ "leastconn", "lc", NULL, NULL },
	{ "random", "random", NULL, NULL },
	{ "source", "hash", "src", NULL },
	{ "first", "wrr", NULL, "wrr uses all servers, not one until it is full" },
	{ "uri", "hash", "5tuple", "the URI is not seen: hash of the connection in its place" },
	{ "url_param", "hash", "5tuple", "the URI is not seen: hash of the connection in its place" },
	{ "hdr", "hash", "5tuple", "headers are not seen: hash of the connection in its place" },
	{ "rdp-cookie", "hash", "src", "cookies are not seen: hash of the client's address in its place" },
	{ "hash", "hash", "5tuple", "the expression is not carried over: hash of the connection in its place" },
};

/**
 * mx_hap_balance() - read a balance line
 * @p: whose it is
 * @imp: the file
 * @argc: number of words
 * @argv: the words
 */
void mx_hap_balance(struct mx_hap_proxy *p, struct mx_import *imp, int argc,
		    char **argv)
{
	const struct mx_hap_sched *s = mx_hap_scheds;
	const char *name = argc > 1 ? argv[1] : "roundrobin";
	size_t i, len = strcspn(name, "(");

	if (argc == 3 && !strcmp(name, "hash") && !strcmp(argv[2], "src")) {
		p->group.lb = "hash";
		p->group.hash = "src";
		return;
	}
	for (i = 0; i < MX_ARRAY_SIZE(mx_hap_scheds); i++, s++) {
		if (strlen(s->name) == len && !strncmp(s->name, name, len))
			break;
	}
	if (i == MX_ARRAY_SIZE(mx_hap_scheds)) {
		mx_hap_note_words(imp, argc, argv, "wrr in its place");
		s = mx_hap_scheds;
	} else if (s->note) {
		mx_hap_note_words(imp, argc, argv, s->note);
	}
	p->group.lb = s->lb;
	p->group.hash = s->hash;
}
