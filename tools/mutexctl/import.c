// SPDX-License-Identifier: GPL-2.0
/*
 * What the readers of others' configurations share: lines of a bounded length,
 * remarks of what was not carried over, and the commands that are printed. All
 * of a file is read before any of it is printed.
 */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "import.h"

/**
 * mx_imp_line() - read the next line
 * @imp: the file; the line is in its buffer, without its end
 *
 * Return: 1 with a line, 0 at the end of the file, -1 after a message.
 */
int mx_imp_line(struct mx_import *imp)
{
	size_t len = 0;
	int c;

	imp->ctl->line = ++imp->line;
	while ((c = getc(imp->fp)) != EOF && c != '\n') {
		if (!c) {
			mx_usage(imp->ctl, "the line holds a NUL byte");
			return -1;
		}
		if (len == MX_IMP_LINE) {
			mx_usage(imp->ctl, "the line is longer than %d bytes",
				 MX_IMP_LINE);
			return -1;
		}
		imp->buf[len++] = c;
	}
	imp->buf[len] = '\0';
	if (ferror(imp->fp)) {
		mx_usage(imp->ctl, "cannot read");
		return -1;
	}
	if (c == EOF && !len)
		return 0;
	if (imp->line > MX_IMP_LINES) {
		mx_usage(imp->ctl, "the file has more than %d lines",
			 MX_IMP_LINES);
		return -1;
	}
	return 1;
}

/**
 * mx_imp_grow() - make room for one more element of an array
 * @imp: for messages
 * @array: the array
 * @n: elements in use
 * @size: elements allocated
 * @max: as many are too many
 * @one: bytes of an element
 * @what: what they are, for messages
 *
 * Return: the array, its element @n zeroed; NULL after a message, the old one
 * is still there.
 */
void *mx_imp_grow(struct mx_import *imp, void *array, unsigned int n,
		  unsigned int *size, unsigned int max, size_t one,
		  const char *what)
{
	if (n >= max) {
		mx_usage(imp->ctl, "more than %u %s", max, what);
		return NULL;
	}
	if (n == *size) {
		unsigned int more = 2 * *size + 16;

		array = reallocarray(array, more, one);
		if (!array) {
			mx_error(imp->ctl, "out of memory");
			return NULL;
		}
		*size = more;
	}
	memset((char *)array + n * one, 0, one);
	return array;
}

/* What was in a file may not end a remark's line, nor move a terminal's cursor. */
static void mx_imp_clean(char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < ' ' || *s == 127)
			*s = '?';
	}
}

/**
 * mx_imp_note() - remember what was not carried over
 * @imp: the file
 * @line: its line
 * @fmt: the remark
 */
void mx_imp_note(struct mx_import *imp, unsigned int line, const char *fmt, ...)
{
	struct mx_imp_note *notes;
	char text[256];
	va_list ap;

	if (imp->nnotes == MX_IMP_NOTES) {
		imp->lost++;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	mx_imp_clean(text);
	notes = reallocarray(imp->notes, imp->nnotes + 1, sizeof(*notes));
	if (!notes) {
		imp->lost++;
		return;
	}
	imp->notes = notes;
	notes[imp->nnotes].line = line;
	notes[imp->nnotes].text = strdup(text);
	if (notes[imp->nnotes].text)
		imp->nnotes++;
}

/**
 * mx_imp_server() - one more server of a group
 * @imp: the file
 * @g: the group
 *
 * Return: the server, NULL after a message.
 */
struct mx_imp_server *mx_imp_server(struct mx_import *imp,
				    struct mx_imp_group *g)
{
	struct mx_imp_server *servers;

	servers = mx_imp_grow(imp, g->servers, g->nservers, &g->size,
			      MX_IMP_MEMBERS, sizeof(*servers), "servers");
	if (!servers)
		return NULL;
	g->servers = servers;
	servers += g->nservers++;
	servers->line = imp->line;
	servers->weight = -1;
	return servers;
}

/**
 * mx_imp_same_addr() - compare addresses
 * @a: one
 * @b: the other
 *
 * Return: whether they are the same.
 */
bool mx_imp_same_addr(const struct mx_addr *a, const struct mx_addr *b)
{
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* Weights above ours come down in proportion. */
static void mx_imp_scale(struct mx_import *imp, struct mx_imp_group *g)
{
	int max = 0, w;
	unsigned int i;

	for (i = 0; i < g->nservers; i++)
		max = g->servers[i].weight > max ? g->servers[i].weight : max;
	if (max <= 10000)
		return;
	for (i = 0; i < g->nservers; i++) {
		w = g->servers[i].weight;
		if (w > 0)
			g->servers[i].weight = (int64_t)w * 10000 / max ?: 1;
	}
	mx_imp_note(imp, g->line, "group %s: weights up to %d are scaled to 10000",
		    g->name, max);
}

/* The kernel would refuse the whole file for one value out of its bounds. */
static void mx_imp_bound(struct mx_import *imp, unsigned int line,
			 const char *group, const char *what, uint32_t *v,
			 uint32_t min, uint32_t max)
{
	uint32_t old = *v;

	if (!old)
		return;
	*v = old < min ? min : old > max ? max : old;
	if (*v != old)
		mx_imp_note(imp, line, "group %s: %s is %u in place of %u",
			    group, what, *v, old);
}

static void mx_imp_bounds(struct mx_import *imp, struct mx_imp_group *g)
{
	unsigned int i;

	mx_imp_bound(imp, g->line, g->name, "persist, in seconds,", &g->persist,
		     1, 86400);
	mx_imp_bound(imp, g->line, g->name, "slow-start, in milliseconds,",
		     &g->slow_start, 100, 86400000);
	mx_imp_bound(imp, g->line, g->name, "check-interval, in milliseconds,",
		     &g->check.interval, 10, 3600000);
	mx_imp_bound(imp, g->line, g->name, "check-rise", &g->check.rise, 1, 255);
	mx_imp_bound(imp, g->line, g->name, "check-fall", &g->check.fall, 1, 255);
	for (i = 0; i < g->nservers; i++)
		mx_imp_bound(imp, g->servers[i].line, g->name, "max-conns",
			     &g->servers[i].max_conns, 1, INT32_MAX);
}

/**
 * mx_imp_finish_group() - look at a group when all of it is known
 * @imp: the file
 * @g: the group
 */
void mx_imp_finish_group(struct mx_import *imp, struct mx_imp_group *g)
{
	bool weighed = strcmp(g->lb, "rr") && strcmp(g->lb, "lc");
	int weight = -1;
	unsigned int i;

	mx_imp_scale(imp, g);
	mx_imp_bounds(imp, g);
	for (i = 0; !weighed && i < g->nservers; i++) {
		int w = g->servers[i].weight;

		if (w <= 0)
			continue;
		if (weight > 0 && w != weight) {
			mx_imp_note(imp, g->line, "group %s: %s does not weigh, its servers' weights differ",
				    g->name, g->lb);
			break;
		}
		weight = w;
	}
}

/**
 * mx_imp_begin() - print what stands in front of the commands
 * @imp: the file; its remarks go to standard error, too
 */
void mx_imp_begin(struct mx_import *imp)
{
	FILE *out = imp->ctl->out.fp;
	unsigned int i;

	imp->ctl->line = 0;
	fputs(MX_FILE_BEGIN MUTEXCTL_VERSION "\n", out);
	for (i = 0; i < imp->nnotes; i++) {
		const struct mx_imp_note *n = &imp->notes[i];

		fprintf(out, "# line %u: %s\n", n->line, n->text);
		fprintf(stderr, "mutexctl: line %u: %s\n", n->line, n->text);
	}
	if (imp->lost) {
		fprintf(out, "# %u more remarks\n", imp->lost);
		fprintf(stderr, "mutexctl: %u more remarks\n", imp->lost);
	}
}

/**
 * mx_imp_end() - print what stands behind the commands
 * @imp: the file
 */
void mx_imp_end(struct mx_import *imp)
{
	fputs(MX_FILE_END "\n", imp->ctl->out.fp);
}

/**
 * mx_imp_addr_text() - an address in words
 * @addr: the address
 * @port: port, or 0 for none
 * @buf: result
 * @len: its size
 *
 * Return: @buf.
 */
const char *mx_imp_addr_text(const struct mx_addr *addr, int port, char *buf,
			     size_t len)
{
	bool v6 = addr->len == 16;
	char text[INET6_ADDRSTRLEN] = "ADDR";

	if (addr->len)
		inet_ntop(v6 ? AF_INET6 : AF_INET, addr->bytes, text,
			  sizeof(text));
	if (!port)
		snprintf(buf, len, "%s", text);
	else
		snprintf(buf, len, v6 ? "[%s]:%d" : "%s:%d", text, port);
	return buf;
}

static void mx_imp_print_time(FILE *out, const char *word, uint32_t ms)
{
	if (ms % 1000)
		fprintf(out, " %s %ums", word, ms);
	else if (ms)
		fprintf(out, " %s %us", word, ms / 1000);
}

static void mx_imp_print_check(FILE *out, const struct mx_imp_check *c)
{
	if (!c->on)
		return;
	fputs(" check tcp", out);
	if (c->port)
		fprintf(out, " check-port %u", c->port);
	mx_imp_print_time(out, "check-interval", c->interval);
	if (c->rise)
		fprintf(out, " check-rise %u", c->rise);
	if (c->fall)
		fprintf(out, " check-fall %u", c->fall);
}

static void mx_imp_print_head(FILE *out, const struct mx_imp_group *g,
			      const char *name, const char *fallback)
{
	fprintf(out, "%sgroup add %s lb %s", g->left_out ? "# " : "", name,
		g->lb);
	if (g->hash)
		fprintf(out, " hash %s", g->hash);
	fprintf(out, " forward %s", g->forward);
	mx_imp_print_time(out, "persist", g->persist * 1000);
	if (g->persist && g->plen4)
		fprintf(out, " persist-plen4 %u", g->plen4);
	if (g->persist && g->plen6)
		fprintf(out, " persist-plen6 %u", g->plen6);
	mx_imp_print_time(out, "slow-start", g->slow_start);
	mx_imp_print_check(out, &g->check);
	if (fallback)
		fprintf(out, " fallback %s", fallback);
	fputc('\n', out);
}

static void mx_imp_print_server(FILE *out, const struct mx_imp_group *g,
				const struct mx_imp_server *s, const char *name)
{
	char buf[64];

	fprintf(out, "%sserver add %s group %s",
		g->left_out || s->left_out ? "# " : "",
		mx_imp_addr_text(&s->addr, s->port, buf, sizeof(buf)), name);
	if (s->weight > 0)
		fprintf(out, " weight %d", s->weight);
	if (s->max_conns)
		fprintf(out, " max-conns %u", s->max_conns);
	if (s->down)
		fputs(" state down", out);
	else if (!s->weight)
		fputs(" state drain", out);
	fputc('\n', out);
}

static void mx_imp_print_half(struct mx_import *imp,
			      const struct mx_imp_group *g, bool backup,
			      const char *name, const char *fallback)
{
	unsigned int i;

	mx_imp_print_head(imp->ctl->out.fp, g, name, fallback);
	for (i = 0; i < g->nservers; i++) {
		if (g->servers[i].backup == backup)
			mx_imp_print_server(imp->ctl->out.fp, g, &g->servers[i],
					    name);
	}
}

/**
 * mx_imp_print_group() - print the commands that make a group and its servers
 * @imp: the file
 * @g: the group; its backup servers become a group of their own
 */
void mx_imp_print_group(struct mx_import *imp, const struct mx_imp_group *g)
{
	char name[MX_IMP_NAME + 1];
	unsigned int i, backups = 0;

	for (i = 0; i < g->nservers; i++)
		backups += g->servers[i].backup;
	if (backups && backups < g->nservers) {
		/* Long names have a number at their end, which has to stay. */
		if (strlen(g->name) + strlen(".backup") <= MX_IMP_NAME)
			snprintf(name, sizeof(name), "%.24s.backup", g->name);
		else
			snprintf(name, sizeof(name), "b.%.29s",
				 g->name + (strlen(g->name) > 29 ? 2 : 0));
		mx_imp_print_half(imp, g, true, name, NULL);
		mx_imp_print_half(imp, g, false, g->name, name);
	} else {
		mx_imp_print_half(imp, g, backups > 0, g->name, NULL);
	}
}

/**
 * mx_imp_print_rule() - print the command that leads traffic to a group
 * @imp: the file
 * @r: the rule
 */
void mx_imp_print_rule(struct mx_import *imp, const struct mx_imp_rule *r)
{
	FILE *out = imp->ctl->out.fp;
	char buf[64];

	fprintf(out, "%srule add priority %u", r->left_out ? "# " : "",
		r->priority);
	if (r->any)
		fprintf(out, " to %s", r->addr.len == 16 ? "default6" : "default");
	else
		fprintf(out, " to %s",
			mx_imp_addr_text(&r->addr, 0, buf, sizeof(buf)));
	if (r->proto)
		fprintf(out, " proto %s", r->proto);
	if (r->min && r->max > r->min)
		fprintf(out, " dport %u-%u", r->min, r->max);
	else if (r->min)
		fprintf(out, " dport %u", r->min);
	if (r->mark)
		fprintf(out, " mark 0x%x", r->mark);
	if (r->iif[0])
		fprintf(out, " iif %s", r->iif);
	fprintf(out, " group %s\n", r->group);
}
