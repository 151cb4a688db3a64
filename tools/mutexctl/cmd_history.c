// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl path history: what was recorded of a path
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "file.h"
#include "history.h"
#include "uapi.h"
#include "when.h"

#define MX_HISTORY_EVENTS	10000	/* the newest, at most */
#define MX_SVG_STEPS		600

/**
 * struct mx_history - what is asked
 * @name: of which path
 * @file: out of which file
 * @svg: where a picture goes, NULL for none
 * @span: of which time
 * @events: events and not figures
 * @plot: a plot
 */
struct mx_history {
	const char *name;
	const char *file;
	const char *svg;
	struct mx_store_span span;
	bool events;
	bool plot;
};

const struct mx_word mx_history_words[MX_HISTORY_NWORDS] = {
	{ .name = "NAME", .kind = MX_W_STR, .attr = MUTEX_A_PATH_NAME,
	  .flags = MX_WF_REQUIRED },
	{ .name = "since", .kind = MX_W_AT },
	{ .name = "until", .kind = MX_W_AT },
	{ .name = "step", .kind = MX_W_TIME },
	{ .name = "db", .kind = MX_W_STR },
	{ .name = "events", .kind = MX_W_ACTION },
	{ .name = "plot", .kind = MX_W_ACTION },
	{ .name = "svg", .kind = MX_W_STR },
};

/* The figures that a line has; -d has them all. */
static const enum mx_figure mx_history_short[] = {
	MX_F_SCORE, MX_F_RTT, MX_F_JITTER, MX_F_LOSS
};

/* A number of @unit, without zeros at its end. */
static void mx_decimal(char *buf, uint64_t value, unsigned int unit,
		       const char *suffix)
{
	unsigned int digits = 0, one;
	size_t n;

	for (one = unit; one > 1; one /= 10)
		digits++;
	n = snprintf(buf, MX_FIGURE_LEN, "%" PRIu64, value / unit);
	if (value % unit) {
		n += snprintf(buf + n, MX_FIGURE_LEN - n, ".%0*u", digits,
			      (unsigned int)(value % unit));
		while (n && buf[n - 1] == '0')
			n--;
	}
	snprintf(buf + n, MX_FIGURE_LEN - n, "%s", suffix);
}

/**
 * mx_figure_text() - a figure with its unit
 * @buf: MX_FIGURE_LEN bytes
 * @figure: which
 * @value: its value
 *
 * Return: @buf.
 */
const char *mx_figure_text(char *buf, enum mx_figure figure, uint64_t value)
{
	switch (mx_figure_kinds[figure].unit) {
	case MX_UNIT_TIME:
		mx_decimal(buf, value, 1000, "ms");
		break;
	case MX_UNIT_PART:
		mx_decimal(buf, value, 10000, "%");
		break;
	case MX_UNIT_RATE:
		mx_decimal(buf, value, 1000, "mbit");
		break;
	case MX_UNIT_MILLI:
		mx_decimal(buf, value, 1000, "");
		break;
	case MX_UNIT_NONE:
		snprintf(buf, MX_FIGURE_LEN, "%" PRIu64, value);
		break;
	}
	return buf;
}

/**
 * mx_figure_json() - a figure as JSON: a score as such, the others as whole numbers
 * @to: object that gets it; nothing when it is not known
 * @figure: which
 * @value: its value
 */
void mx_figure_json(json_t *to, enum mx_figure figure, uint64_t value)
{
	const struct mx_figure_kind *k = &mx_figure_kinds[figure];

	if (value == MX_NO_FIGURE)
		return;
	json_object_set_new(to, k->key, k->unit == MX_UNIT_MILLI ?
			    json_real(value / 1000.0) :
			    json_integer((json_int_t)value));
}

static bool mx_history_shows(const struct mx_ctl *ctl, enum mx_figure figure)
{
	size_t i;

	if (ctl->out.json || ctl->opts.details)
		return true;
	for (i = 0; i < MX_ARRAY_SIZE(mx_history_short); i++) {
		if (mx_history_short[i] == figure)
			return true;
	}
	return false;
}

/* The word of a figure is its column, with dashes. */
static const char *mx_figure_word(char *buf, enum mx_figure figure)
{
	char *c;

	snprintf(buf, MX_FIGURE_LEN, "%s", mx_figure_kinds[figure].name);
	for (c = buf; *c; c++) {
		if (*c == '_')
			*c = '-';
	}
	return buf;
}

static enum mx_color mx_status_color(uint64_t status)
{
	return status == MX_VIEW_UP ? MX_GOOD :
	       status == MX_VIEW_UNKNOWN ? MX_PLAIN : MX_BAD;
}

static int mx_history_row(void *arg, const struct mx_store_row *row)
{
	struct mx_ctl *ctl = arg;
	struct mx_out *o = &ctl->out;
	char buf[MX_WHEN_LEN], word[MX_FIGURE_LEN], text[MX_FIGURE_LEN];
	uint64_t status = row->figure[MX_F_STATUS];
	unsigned int i;

	mx_out_obj(o);
	if (o->json)
		mx_out_uint(o, "time", NULL, row->time);
	else
		mx_out_str(o, MX_PLAIN, NULL, NULL, mx_when_text(buf, row->time));
	mx_out_str(o, mx_status_color(status), "status", "status",
		   mx_view_status_name(status));
	for (i = MX_F_SCORE; i < MX_F_MAX; i++) {
		if (row->figure[i] == MX_NO_FIGURE || !mx_history_shows(ctl, i))
			continue;
		if (o->json)
			mx_figure_json(o->stack[o->depth - 1], i,
				       row->figure[i]);
		else
			mx_out_str(o, MX_PLAIN, NULL, mx_figure_word(word, i),
				   mx_figure_text(text, i, row->figure[i]));
	}
	if (o->json || ctl->opts.details)
		mx_out_uint(o, "rows", "rows", row->n);
	mx_out_obj_end(o);
	return ferror(o->fp);
}

static int mx_history_event(void *arg, const struct mx_store_event *e)
{
	struct mx_ctl *ctl = arg;
	struct mx_out *o = &ctl->out;
	char buf[MX_WHEN_LEN];

	mx_out_obj(o);
	if (o->json)
		mx_out_uint(o, "time", NULL, e->time);
	else
		mx_out_str(o, MX_PLAIN, NULL, NULL, mx_when_text(buf, e->time));
	mx_out_str(o, MX_PLAIN, "event", NULL, e->what);
	if (*e->path)
		mx_out_str(o, MX_NAME, "path", "path", e->path);
	if (*e->from)
		mx_out_str(o, MX_PLAIN, "from", "from", e->from);
	if (*e->to)
		mx_out_str(o, MX_PLAIN, "to", "to", e->to);
	if (*e->text && o->json)
		mx_out_str(o, MX_PLAIN, "text", NULL, e->text);
	else if (*e->text)
		mx_out_str(o, MX_PLAIN, NULL, "text", e->text);
	mx_out_obj_end(o);
	return ferror(o->fp);
}

static int mx_history_collect(void *arg, const struct mx_store_row *row)
{
	struct mx_plot *p = arg;
	int64_t at = (row->time - p->since) / p->step;

	if (row->time >= p->since && (size_t)at < p->n)
		p->row[at] = *row;
	return 0;
}

static int mx_gap_cmp(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return x < y ? -1 : x > y;
}

/* How many steps lie between two looks, mostly. */
static size_t mx_history_gap(const struct mx_plot *p, size_t *gap)
{
	size_t i, last = 0, n = 0;
	bool any = false;

	for (i = 0; i < p->n; i++) {
		if (!p->row[i].n)
			continue;
		if (any)
			gap[n++] = i - last;
		last = i;
		any = true;
	}
	if (!n)
		return 1;
	qsort(gap, n, sizeof(*gap), mx_gap_cmp);
	return gap[n / 2];
}

/* Steps that are shorter than the time between two looks are no gaps. */
static int mx_history_fill(struct mx_plot *p)
{
	size_t *gap = calloc(p->n, sizeof(*gap));
	size_t i, last = SIZE_MAX, often;

	if (!gap)
		return -1;
	often = mx_history_gap(p, gap);
	free(gap);
	for (i = 0; i < p->n; i++) {
		if (!p->row[i].n)
			continue;
		while (last != SIZE_MAX && i - last > 1 && i - last <= 2 * often) {
			p->row[last + 1] = p->row[last];
			last++;
		}
		last = i;
	}
	return 0;
}

static enum mx_store_ret mx_history_steps(struct mx_store *s, int64_t id,
					  struct mx_history *h,
					  struct mx_plot *p, size_t steps)
{
	struct mx_store_span *span = &h->span;
	int64_t len = span->until - span->since;
	enum mx_store_ret ret;

	if (span->step <= 1 || len / span->step >= (int64_t)steps)
		span->step = len / steps + 1;
	if (span->step > MX_SECOND)
		span->step = (span->step + MX_SECOND - 1) / MX_SECOND * MX_SECOND;
	/* The store counts steps from 1970. */
	p->step = span->step;
	p->since = span->since / p->step * p->step;
	p->n = (span->until - p->since) / p->step + 1;
	p->name = h->name;
	p->row = calloc(p->n, sizeof(*p->row));
	ret = p->row ? mx_store_rows(s, id, span, mx_history_collect, p) :
		       MX_STORE_LATER;
	if (!p->row || (!ret && mx_history_fill(p))) {
		snprintf(s->why, sizeof(s->why), "out of memory");
		return MX_STORE_LATER;
	}
	return ret;
}

static int mx_history_svg(struct mx_ctl *ctl, const struct mx_plot *p,
			  const char *name)
{
	struct mx_file f;
	int ret;

	if (!strcmp(name, "-")) {
		mx_plot_svg(p, ctl->out.fp);
		return MX_EXIT_OK;
	}
	ret = mx_file_begin(ctl, &f, name);
	if (ret)
		return ret;
	mx_plot_svg(p, f.fp);
	return mx_file_end(ctl, &f, MX_EXIT_OK, MX_MODE_KEEP);
}

static enum mx_store_ret mx_history_plot(struct mx_ctl *ctl, struct mx_store *s,
					 int64_t id, struct mx_history *h,
					 int *exit)
{
	unsigned int width = mx_plot_width(ctl->out.fp);
	struct mx_plot p = { 0 };
	enum mx_store_ret ret;

	ret = mx_history_steps(s, id, h, &p, h->svg ? MX_SVG_STEPS : width);
	if (!ret && h->svg)
		*exit = mx_history_svg(ctl, &p, h->svg);
	else if (!ret)
		mx_plot_text(&p, ctl->out.fp, ctl->out.color);
	free(p.row);
	return ret;
}

static int mx_history_ask(struct mx_ctl *ctl, struct mx_store *s,
			  struct mx_history *h)
{
	enum mx_store_ret ret;
	int exit = MX_EXIT_OK;
	int64_t id;

	ret = mx_store_find(s, h->name, &id);
	if (!ret && !id)
		return mx_error(ctl, "of path \"%s\" nothing is recorded in %s",
				h->name, h->file);
	if (ret)
		return mx_error(ctl, "cannot read %s: %s", h->file, s->why);
	h->span.limit = h->events ? MX_HISTORY_EVENTS : -1;
	if (h->plot || h->svg) {
		ret = mx_history_plot(ctl, s, id, h, &exit);
	} else {
		mx_out_array(&ctl->out);
		ret = h->events ?
		      mx_store_events(s, h->name, &h->span, mx_history_event,
				      ctl) :
		      mx_store_rows(s, id, &h->span, mx_history_row, ctl);
		mx_out_array_end(&ctl->out);
	}
	if (ret)
		return mx_error(ctl, "cannot read %s: %s", h->file, s->why);
	return exit;
}

/* A word that stands alone; false when it is none of them. */
static bool mx_history_flag(struct mx_history *h, const char *word)
{
	if (!strcmp(word, "events"))
		h->events = true;
	else if (!strcmp(word, "plot"))
		h->plot = true;
	else
		return false;
	return true;
}

static int mx_history_word(struct mx_ctl *ctl, struct mx_history *h,
			   const char *word, const char *value)
{
	int64_t now = mx_now_real();

	if (!strcmp(word, "since"))
		return mx_parse_when(ctl, word, value, now, &h->span.since);
	if (!strcmp(word, "until"))
		return mx_parse_when(ctl, word, value, now, &h->span.until);
	if (!strcmp(word, "step"))
		return mx_parse_span(ctl, word, value, &h->span.step);
	if (!strcmp(word, "db"))
		h->file = value;
	else
		h->svg = value;
	return 0;
}

static int mx_history_words_read(struct mx_ctl *ctl, struct mx_args *a,
				 struct mx_history *h)
{
	const char *word;
	size_t i;

	if (a->pos == a->argc)
		return mx_usage(ctl, "NAME is missing, try \"mutexctl path help\"");
	h->name = a->argv[a->pos++];
	while (a->pos < a->argc) {
		word = a->argv[a->pos];
		for (i = 1; i < MX_HISTORY_NWORDS; i++) {
			if (!strcmp(word, mx_history_words[i].name))
				break;
		}
		if (i == MX_HISTORY_NWORDS)
			return mx_no_more(ctl, a);
		a->pos++;
		if (mx_history_flag(h, word))
			continue;
		if (a->pos == a->argc)
			return mx_usage(ctl, "\"%s\" needs a value", word);
		if (mx_history_word(ctl, h, word, a->argv[a->pos++]))
			return MX_EXIT_USAGE;
	}
	if (h->events + h->plot + (h->svg != NULL) > 1)
		return mx_usage(ctl, "only one of events, plot and svg can be had");
	if (h->span.since > h->span.until)
		return mx_usage(ctl, "since is later than until");
	if (h->span.step < 1)
		return mx_usage(ctl, "step cannot be 0");
	return MX_EXIT_OK;
}

/**
 * mx_path_history() - mutexctl path history
 * @ctl: the program
 * @a: the words
 *
 * Return: exit status.
 */
int mx_path_history(struct mx_ctl *ctl, struct mx_args *a)
{
	int64_t now = mx_now_real();
	struct mx_history h = {
		.file = MX_STORE_FILE,
		.span = { .since = now - MX_HOUR, .until = now, .step = 1 },
	};
	struct mx_store s;
	int ret;

	ret = mx_history_words_read(ctl, a, &h);
	if (ret)
		return ret;
	if (mx_store_open(&s, h.file, MX_STORE_READ))
		return mx_error(ctl, "cannot read %s: %s", h.file, s.why);
	ret = mx_history_ask(ctl, &s, &h);
	mx_store_close(&s);
	return ret;
}
