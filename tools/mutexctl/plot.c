// SPDX-License-Identifier: GPL-2.0
/*
 * Figures over time, drawn with characters
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "history.h"
#include "when.h"

#define MX_PLOT_HEIGHT	5	/* lines of a figure */
#define MX_PLOT_LABEL	8	/* columns of the axis */
#define MX_PLOT_MIN	16
#define MX_PLOT_MAX	400

const struct mx_plot_kind mx_plot_kinds[MX_PLOTS] = {
	{ MX_F_SCORE, "score", 1000, 100000 },
	{ MX_F_RTT, "rtt, ms", 1000, 1000 },
	{ MX_F_JITTER, "jitter, ms", 1000, 1000 },
	{ MX_F_LOSS, "loss, %", 10000, 10000 },
};

/**
 * mx_plot_summary() - a figure over all steps
 * @p: the figures
 * @figure: which
 * @sum: result
 */
void mx_plot_summary(const struct mx_plot *p, enum mx_figure figure,
		     struct mx_plot_sum *sum)
{
	uint64_t v, total = 0;
	size_t i;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < p->n; i++) {
		v = p->row[i].figure[figure];
		if (!p->row[i].n || v == MX_NO_FIGURE)
			continue;
		if (!sum->n++ || v < sum->min)
			sum->min = v;
		if (v > sum->max)
			sum->max = v;
		total += v;
	}
	if (sum->n)
		sum->mean = total / sum->n;
}

/**
 * mx_plot_top() - where an axis ends: 1, 2 or 5 and zeros
 * @k: the figure
 * @sum: what there is of it
 *
 * Return: the end.
 */
uint64_t mx_plot_top(const struct mx_plot_kind *k,
		     const struct mx_plot_sum *sum)
{
	static const unsigned int nice[] = { 1, 2, 5 };
	uint64_t ten;
	size_t i;

	if (sum->max <= k->least)
		return k->least;
	for (ten = 1; ten < UINT64_MAX / 100; ten *= 10) {
		for (i = 0; i < 3; i++) {
			if (nice[i] * ten >= sum->max)
				return nice[i] * ten;
		}
	}
	return sum->max;
}

/**
 * mx_plot_width() - how many steps a line has room for
 * @fp: where it is drawn
 *
 * Return: their number.
 */
unsigned int mx_plot_width(FILE *fp)
{
	const char *columns = getenv("COLUMNS");
	long n = columns ? strtol(columns, NULL, 10) : 0;
	struct winsize ws;

	if (n <= 0 && !ioctl(fileno(fp), TIOCGWINSZ, &ws))
		n = ws.ws_col;
	if (n <= 0)
		n = 80;
	n -= MX_PLOT_LABEL + 2;
	return n < MX_PLOT_MIN ? MX_PLOT_MIN : n > MX_PLOT_MAX ? MX_PLOT_MAX : n;
}

static bool mx_plot_utf8(void)
{
	static const char *const var[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *value;
	size_t i;

	for (i = 0; i < 3; i++) {
		value = getenv(var[i]);
		if (value && *value)
			return strcasestr(value, "utf-8") ||
			       strcasestr(value, "utf8");
	}
	return false;
}

/* What stands in a line, the lowest being 0, where the value reaches so many eighths of one. */
static const char *mx_plot_cell(bool utf8, unsigned int line, uint64_t eighths)
{
	static const char *const block[] = {
		" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"
	};
	uint64_t in = eighths > 8ULL * line ? eighths - 8ULL * line : 0;

	if (in > 8)
		in = 8;
	if (utf8)
		return block[in];
	return in > 4 ? "#" : in ? "." : " ";
}

/* A value of an axis. */
static void mx_plot_label(FILE *fp, uint64_t v, unsigned int unit)
{
	fprintf(fp, "%*g", MX_PLOT_LABEL, (double)v / unit);
}

static void mx_plot_figure(const struct mx_plot *p, FILE *fp, bool utf8,
			   const struct mx_plot_kind *k)
{
	struct mx_plot_sum sum;
	uint64_t v, top;
	size_t i;
	int line;

	mx_plot_summary(p, k->figure, &sum);
	top = mx_plot_top(k, &sum);
	fprintf(fp, "%s: ", k->title);
	if (sum.n)
		fprintf(fp, "least %.3f, mean %.3f, most %.3f\n",
			(double)sum.min / k->unit,
			(double)sum.mean / k->unit,
			(double)sum.max / k->unit);
	else
		fputs("not known\n", fp);
	for (line = MX_PLOT_HEIGHT - 1; line >= 0; line--) {
		if (line == MX_PLOT_HEIGHT - 1)
			mx_plot_label(fp, top, k->unit);
		else if (!line)
			mx_plot_label(fp, 0, 1);
		else
			fprintf(fp, "%*s", MX_PLOT_LABEL, "");
		fputs(utf8 ? " │" : " |", fp);
		for (i = 0; i < p->n; i++) {
			v = p->row[i].figure[k->figure];
			if (!p->row[i].n || v == MX_NO_FIGURE)
				fputs(line ? " " : utf8 ? "·" : "?", fp);
			else
				fputs(mx_plot_cell(utf8, line,
					(v * 8 * MX_PLOT_HEIGHT + top - 1) / top),
				      fp);
		}
		fputc('\n', fp);
	}
}

/* A letter for each step: up, degraded, Down, or nothing known. */
static void mx_plot_status(const struct mx_plot *p, FILE *fp, bool color,
			   bool utf8)
{
	static const char letter[] = "?ud#";
	static const char *const seq[] = { "", "\033[32m", "\033[33m", "\033[31m" };
	size_t i;

	fprintf(fp, "status: u up, d degraded, # down\n%*s%s", MX_PLOT_LABEL, "",
		utf8 ? " │" : " |");
	for (i = 0; i < p->n; i++) {
		uint64_t s = p->row[i].n ? p->row[i].figure[MX_F_STATUS] : 0;

		if (s >= MX_VIEW_MAX)
			s = 0;
		if (!p->row[i].n)
			fputc(' ', fp);
		else if (color && s)
			fprintf(fp, "%s%c\033[0m", seq[s], letter[s]);
		else
			fputc(letter[s], fp);
	}
	fputc('\n', fp);
}

/**
 * mx_plot_text() - draw figures with characters
 * @p: the figures
 * @fp: where to
 * @color: the status has its color
 */
void mx_plot_text(const struct mx_plot *p, FILE *fp, bool color)
{
	char since[MX_WHEN_LEN], until[MX_WHEN_LEN];
	bool utf8 = mx_plot_utf8();
	size_t i;

	fprintf(fp, "%s: %s to %s, a column is %.*f s\n", p->name,
		mx_when_text(since, p->since),
		mx_when_text(until, p->since + p->n * p->step),
		p->step % MX_SECOND ? 3 : 0, (double)p->step / MX_SECOND);
	for (i = 0; i < MX_PLOTS; i++)
		mx_plot_figure(p, fp, utf8, &mx_plot_kinds[i]);
	mx_plot_status(p, fp, color, utf8);
}
