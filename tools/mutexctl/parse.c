// SPDX-License-Identifier: GPL-2.0
/*
 * Command lines: splitting them into words, and the words into attributes by
 * the table that is the command's grammar.
 */
#include <string.h>

#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "parse.h"
#include "where.h"

#define MX_WORD_LEN	24	/* no word of a command is longer */

static int mx_put_enum(struct mx_ctl *ctl, const struct mx_word *w,
		       const char *s)
{
	const struct mx_names *names = w->names;
	char list[128];
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < names->n; i++) {
		if (!strcmp(s, names->name[i]))
			return nla_put_u8(ctl->msg.nl, w->attr, i);
	}
	for (i = 0; i < names->n && len < sizeof(list); i++)
		len += snprintf(list + len, sizeof(list) - len, "%s%s",
				i ? ", " : "", names->name[i]);
	mx_usage(ctl, "\"%s\" is not a %s: %s", s, names->what, list);
	return -1;
}

static int mx_put_endpoint(struct mx_ctl *ctl, const struct mx_word *w,
			   const char *s)
{
	struct mx_addr addr;
	int port;

	if (mx_parse_endpoint(ctl, s, w->flags & MX_WF_PORT0, &addr, &port))
		return -1;
	if (nla_put(ctl->msg.nl, w->attr, addr.len, addr.bytes))
		return -1;
	return port < 0 ? 0 : nla_put_u16(ctl->msg.nl, w->attr2, port);
}

static int mx_put_place(struct mx_ctl *ctl, const struct mx_word *w,
			const char *s)
{
	struct nl_msg *msg = ctl->msg.nl;
	struct mx_addr addr;
	int plen, port;

	if (mx_parse_where(ctl, s, &addr, &plen, &port) ||
	    nla_put(msg, w->attr, addr.len, addr.bytes) ||
	    (plen >= 0 && nla_put_u8(msg, w->attr3, plen)))
		return -1;
	return port < 0 ? 0 : nla_put_u16(msg, w->attr2, port);
}

static int mx_put_prefix(struct mx_ctl *ctl, const struct mx_word *w,
			 const char *s)
{
	struct mx_addr addr;
	uint8_t plen;

	if (mx_parse_prefix(ctl, s, &addr, &plen) ||
	    nla_put(ctl->msg.nl, w->attr, addr.len, addr.bytes))
		return -1;
	return nla_put_u8(ctl->msg.nl, w->attr2, plen);
}

static int mx_put_ports(struct mx_ctl *ctl, const struct mx_word *w,
			const char *s)
{
	uint16_t min, max;

	if (mx_parse_ports(ctl, w->name, s, &min, &max) ||
	    nla_put_u16(ctl->msg.nl, w->attr, min))
		return -1;
	return nla_put_u16(ctl->msg.nl, w->attr2, max);
}

static int mx_put_mark(struct mx_ctl *ctl, const struct mx_word *w,
		       const char *s)
{
	uint32_t mark, mask;
	bool has_mask;

	if (mx_parse_mark(ctl, w->name, s, &mark, &mask, &has_mask) ||
	    nla_put_u32(ctl->msg.nl, w->attr, mark))
		return -1;
	return has_mask ? nla_put_u32(ctl->msg.nl, w->attr2, mask) : 0;
}

static int mx_put_times(struct mx_ctl *ctl, const struct mx_word *w,
			const char *s)
{
	uint32_t min, max;

	if (mx_parse_times(ctl, w->name, s, &min, &max) ||
	    nla_put_u32(ctl->msg.nl, w->attr, min))
		return -1;
	return nla_put_u32(ctl->msg.nl, w->attr2, max);
}

static int mx_put_string(struct mx_ctl *ctl, int attr, const char *s)
{
	const char *c;

	for (c = s; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 127) {
			mx_usage(ctl, "a name holds a control character");
			return -1;
		}
	}
	return nla_put_string(ctl->msg.nl, attr, s);
}

static int mx_put_addr(struct mx_ctl *ctl, const struct mx_word *w,
		       const char *s)
{
	bool want4 = w->kind == MX_W_ADDR4;
	struct mx_addr addr;

	if ((w->flags & MX_WF_NONE) && !strcmp(s, "none"))
		return nla_put(ctl->msg.nl, w->attr, 4, "\0\0\0");
	if (mx_parse_addr(ctl, s, &addr))
		return -1;
	if (w->kind != MX_W_ADDR && (addr.len == 4) != want4) {
		mx_usage(ctl, "%s \"%s\" is not an %s address", w->name, s,
			 want4 ? "IPv4" : "IPv6");
		return -1;
	}
	return nla_put(ctl->msg.nl, w->attr, addr.len, addr.bytes);
}

static int mx_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int mx_put_bytes(struct mx_ctl *ctl, const struct mx_word *w,
			const char *s)
{
	uint8_t buf[256];
	size_t i, len = strlen(s);

	if (s[0] != '0' || (s[1] | 32) != 'x')
		return nla_put(ctl->msg.nl, w->attr, len, s);
	s += 2;
	len -= 2;
	if (!len || len % 2 || strspn(s, "0123456789abcdefABCDEF") != len ||
	    len / 2 > sizeof(buf)) {
		mx_usage(ctl, "%s \"0x%s\" is not 0x and 1 to 256 pairs of hexadecimal digits",
			 w->name, s);
		return -1;
	}
	for (i = 0; i < len / 2; i++)
		buf[i] = mx_digit(s[2 * i]) << 4 | mx_digit(s[2 * i + 1]);
	return nla_put(ctl->msg.nl, w->attr, len / 2, buf);
}

/* A bit of an attribute that several words share. */
static int mx_put_any(struct mx_ctl *ctl, const struct mx_word *w)
{
	struct nlattr *at;
	uint32_t bits;

	if (!w->any_attr)
		return 0;
	at = nlmsg_find_attr(nlmsg_hdr(ctl->msg.nl), GENL_HDRLEN, w->any_attr);
	if (!at)
		return nla_put_u32(ctl->msg.nl, w->any_attr, w->any);
	bits = nla_get_u32(at) | w->any;
	memcpy(nla_data(at), &bits, sizeof(bits));
	return 0;
}

/* The value of a word, as attributes at the message's end. */
static int mx_put(struct mx_ctl *ctl, const struct mx_word *w, const char *s)
{
	struct nl_msg *msg = ctl->msg.nl;
	uint8_t proto;
	uint64_t v64;
	uint32_t v;

	if (w->any && !strcmp(s, w->flags & MX_WF_NONE ? "none" : "any"))
		return mx_put_any(ctl, w);
	switch ((enum mx_kind)w->kind) {
	case MX_W_STR:
		return mx_put_string(ctl, w->attr, s);
	case MX_W_U8:
		if (mx_parse_u32(ctl, w->name, s, UINT8_MAX, &v))
			return -1;
		return nla_put_u8(msg, w->attr, v);
	case MX_W_U32:
		if (mx_parse_u32(ctl, w->name, s, UINT32_MAX, &v))
			return -1;
		return nla_put_u32(msg, w->attr, v);
	case MX_W_ENUM:
		return mx_put_enum(ctl, w, s);
	case MX_W_ENDPOINT:
		return mx_put_endpoint(ctl, w, s);
	case MX_W_PREFIX:
		return mx_put_prefix(ctl, w, s);
	case MX_W_WHERE:
		return mx_put_place(ctl, w, s);
	case MX_W_PORTS:
		return mx_put_ports(ctl, w, s);
	case MX_W_MARK:
		return mx_put_mark(ctl, w, s);
	case MX_W_PROTO:
		if (mx_parse_proto(ctl, s, &proto))
			return -1;
		return nla_put_u8(msg, w->attr, proto);
	case MX_W_TIME:
		if (mx_parse_time(ctl, w->name, s, &v))
			return -1;
		return nla_put_u32(msg, w->attr, v);
	case MX_W_TIMES:
		return mx_put_times(ctl, w, s);
	case MX_W_NAME:
		return mx_put_string(ctl, w->attr, strcmp(s, "none") ? s : "");
	case MX_W_ADDR:
		return mx_put_addr(ctl, w, s);
	case MX_W_HOURS:
	case MX_W_DAYS:
	case MX_W_ZONE:
	case MX_W_COUNTRY:
	case MX_W_REGION:
	case MX_W_AT:
		return mx_put_where(ctl, w, s);
	case MX_W_ACTION:
		if (nla_put_u8(msg, w->attr, w->value))
			return -1;
		return w->attr2 ? mx_put_string(ctl, w->attr2, s) : 0;
	case MX_W_U16:
		if (mx_parse_u32(ctl, w->name, s, UINT16_MAX, &v))
			return -1;
		return nla_put_u16(msg, w->attr, v);
	case MX_W_ADDR4:
	case MX_W_ADDR6:
		return mx_put_addr(ctl, w, s);
	case MX_W_BYTES:
		return mx_put_bytes(ctl, w, s);
	case MX_W_U64:
		if (mx_parse_u64(ctl, w->name, s, &v64))
			return -1;
		return nla_put_u64(msg, w->attr, v64);
	case MX_W_PRIORITY:
		if (mx_parse_priority(ctl, w->name, s, &v))
			return -1;
		return nla_put_u32(msg, w->attr, v);
	case MX_W_PERCENT:
		if (mx_parse_decimal(ctl, w->name, s, 4, 100, &v))
			return -1;
		return nla_put_u32(msg, w->attr, v);
	case MX_W_POINTS:
		if (mx_parse_decimal(ctl, w->name, s, 3, 100, &v))
			return -1;
		return nla_put_u32(msg, w->attr, v);
	case MX_W_USEC:
		if (mx_parse_usec(ctl, w->name, s, &v))
			return -1;
		return nla_put_u32(msg, w->attr, v);
	}
	return -1;
}

static bool mx_takes_value(const struct mx_word *w)
{
	return w->kind != MX_W_ACTION || w->attr2;
}

/* One word of the table and its value; pos is at the value. */
static int mx_take(struct mx_ctl *ctl, struct mx_args *a,
		   const struct mx_word *w)
{
	struct mx_msg *m = &ctl->msg;
	size_t start = nlmsg_hdr(m->nl)->nlmsg_len;
	bool complained = ctl->complained;
	const char *value = "";

	if (mx_takes_value(w)) {
		if (a->pos == a->argc)
			return mx_usage(ctl, "\"%s\" needs a value", w->name);
		value = a->argv[a->pos++];
	}
	ctl->complained = false;
	if (mx_put(ctl, w, value)) {
		/* Silent failures are libnl's: the message is full. */
		if (!ctl->complained)
			mx_usage(ctl, "the value of \"%s\" is too long",
				 w->name);
		return MX_EXIT_USAGE;
	}
	ctl->complained = complained;
	mx_msg_span(m, start, mx_is_positional(w) ? NULL : w->name, value);
	return MX_EXIT_OK;
}

static int mx_missing(struct mx_ctl *ctl, const struct mx_word *words,
		      unsigned int n, uint64_t seen)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		if ((words[i].flags & MX_WF_REQUIRED) &&
		    !(seen & UINT64_C(1) << i))
			return mx_usage(ctl, "%s is missing", words[i].name);
	}
	return MX_EXIT_OK;
}

/* How many letters have to be changed, added, left out or swapped. */
static unsigned int mx_distance(const char *a, const char *b)
{
	unsigned int row[3][MX_WORD_LEN + 1], *two = row[0], *one = row[1],
		     *now = row[2], *next;
	size_t la = strlen(a), lb = strlen(b), i, j;

	if (la > MX_WORD_LEN || lb > MX_WORD_LEN)
		return MX_WORD_LEN;
	for (j = 0; j <= lb; j++)
		one[j] = j;
	for (i = 1; i <= la; i++) {
		now[0] = i;
		for (j = 1; j <= lb; j++) {
			unsigned int d = one[j - 1] + (a[i - 1] != b[j - 1]);

			d = d < one[j] + 1 ? d : one[j] + 1;
			d = d < now[j - 1] + 1 ? d : now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && two[j - 2] + 1 < d)
				d = two[j - 2] + 1;
			now[j] = d;
		}
		next = two;
		two = one;
		one = now;
		now = next;
	}
	return one[lb];
}

/* A word that the command does not know: the one that may be meant, or the help. */
static int mx_unknown(struct mx_ctl *ctl, const struct mx_args *a,
		      const char *s, const struct mx_word *words,
		      unsigned int n)
{
	unsigned int i, d, best = strlen(s) < 5 ? 2 : 3;
	const char *meant = NULL;

	for (i = 0; i < n; i++) {
		d = mx_is_positional(&words[i]) ? best :
		    mx_distance(s, words[i].name);
		if (d < best) {
			best = d;
			meant = words[i].name;
		}
	}
	if (meant)
		return mx_usage(ctl, "unknown word \"%s\", is \"%s\" meant?",
				s, meant);
	return mx_usage(ctl, "unknown word \"%s\", try \"mutexctl %s help\"",
			s, a->argv[0]);
}

/**
 * mx_parse_words() - turn the rest of a command line into attributes
 * @ctl: holds the message, begun by mx_msg_start()
 * @a: the words
 * @words: the grammar; its first entry may be positional
 * @n: number of entries, at most 64
 *
 * The words come in any order after a positional one, each once. Words of kind
 * MX_W_ACTION exclude one another.
 *
 * Return: exit status; a message has been printed when it is not MX_EXIT_OK.
 */
int mx_parse_words(struct mx_ctl *ctl, struct mx_args *a,
		   const struct mx_word *words, unsigned int n)
{
	const char *action = NULL;
	uint64_t seen = 0;
	unsigned int i = 0;
	int ret;

	if (n && mx_is_positional(words) && a->pos < a->argc) {
		/* Optional ones give way to a keyword of the table. */
		if (!(words->flags & MX_WF_REQUIRED)) {
			for (i = 1; i < n; i++) {
				if (!strcmp(words[i].name, a->argv[a->pos]))
					break;
			}
		}
		if ((words->flags & MX_WF_REQUIRED) || i == n) {
			ret = mx_take(ctl, a, words);
			if (ret)
				return ret;
			seen |= 1;
		}
	}
	while (a->pos < a->argc) {
		const char *s = a->argv[a->pos++];
		const struct mx_word *w;

		for (i = 0; i < n; i++) {
			if (!strcmp(s, words[i].name) &&
			    !mx_is_positional(&words[i]))
				break;
		}
		if (i == n)
			return mx_unknown(ctl, a, s, words, n);
		w = &words[i];
		if (seen & UINT64_C(1) << i)
			return mx_usage(ctl, "\"%s\" comes twice", s);
		seen |= UINT64_C(1) << i;
		if (w->kind == MX_W_ACTION && action)
			return mx_usage(ctl, "\"%s\" and \"%s\" exclude each other",
					action, s);
		if (w->kind == MX_W_ACTION)
			action = s;
		ret = mx_take(ctl, a, w);
		if (ret)
			return ret;
	}
	return mx_missing(ctl, words, n, seen);
}

/**
 * mx_split() - split a line of a batch into words, in place
 * @line: the line; quotes, backslashes and a comment's # are understood
 * @argv: result, pointers into @line
 * @max: size of @argv
 *
 * Return: number of words, -1 for an open quote, -2 for too many words.
 */
int mx_split(char *line, char **argv, int max)
{
	char *in = line, *out;
	int n = 0;

	for (;;) {
		char quote = 0;

		in += strspn(in, " \t\r\n\v\f");
		if (!*in || *in == '#')
			return n;
		if (n == max)
			return -2;
		out = in;
		argv[n++] = out;
		for (; *in; in++) {
			if (quote ? *in == quote : *in == '"' || *in == '\'')
				quote = quote ? 0 : *in;
			else if (*in == '\\' && quote != '\'' && in[1])
				*out++ = *++in;
			else if (!quote && strchr(" \t\r\n\v\f", *in))
				break;
			else
				*out++ = *in;
		}
		if (quote)
			return -1;
		if (*in)
			in++;
		*out = '\0';
	}
}
