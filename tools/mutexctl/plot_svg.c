// SPDX-License-Identifier: GPL-2.0
/*
 * Figures over time, as a picture: SVG without scripts and without anything
 * from elsewhere
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "history.h"
#include "when.h"

#define MX_SVG_WIDTH	860
#define MX_SVG_LEFT	64
#define MX_SVG_RIGHT	20
#define MX_SVG_TOP	56
#define MX_SVG_PANEL	92	/* height of a figure */
#define MX_SVG_GAP	44
#define MX_SVG_INNER	(MX_SVG_WIDTH - MX_SVG_LEFT - MX_SVG_RIGHT)
#define MX_SVG_TICKS	6

static const char *const mx_svg_status[MX_VIEW_MAX] = {
	"#c8ccd2", "#1a8f4c", "#d98a00", "#c4314b"
};

static void mx_svg_escape(FILE *fp, const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '&':
			fputs("&amp;", fp);
			break;
		case '<':
			fputs("&lt;", fp);
			break;
		case '>':
			fputs("&gt;", fp);
			break;
		case '"':
			fputs("&quot;", fp);
			break;
		default:
			fputc((unsigned char)*s < ' ' ? '?' : *s, fp);
		}
	}
}

static double mx_svg_x(const struct mx_plot *p, double step)
{
	return MX_SVG_LEFT + step * MX_SVG_INNER / p->n;
}

static void mx_svg_head(const struct mx_plot *p, FILE *fp, int height)
{
	char since[MX_WHEN_LEN], until[MX_WHEN_LEN];

	fprintf(fp,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"system-ui, sans-serif\" font-size=\"12\">\n"
		"<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n"
		"<text x=\"%d\" y=\"24\" font-size=\"16\" font-weight=\"600\" fill=\"#1c2024\">",
		MX_SVG_WIDTH, height, MX_SVG_WIDTH, height, MX_SVG_WIDTH, height,
		MX_SVG_LEFT);
	mx_svg_escape(fp, p->name);
	fprintf(fp, "</text>\n<text x=\"%d\" y=\"24\" text-anchor=\"end\" fill=\"#60646c\">%s to %s</text>\n",
		MX_SVG_WIDTH - MX_SVG_RIGHT, mx_when_text(since, p->since),
		mx_when_text(until, p->since + p->n * p->step));
}

/* The line of a figure; where nothing is known, it is broken. */
static void mx_svg_line(const struct mx_plot *p, FILE *fp,
			const struct mx_plot_kind *k, int y, uint64_t top)
{
	bool open = false;
	uint64_t v;
	size_t i;

	fputs("<path fill=\"none\" stroke=\"#3057d5\" stroke-width=\"2\" stroke-linejoin=\"round\" stroke-linecap=\"round\" d=\"", fp);
	for (i = 0; i < p->n; i++) {
		v = p->row[i].figure[k->figure];
		if (!p->row[i].n || v == MX_NO_FIGURE) {
			open = false;
			continue;
		}
		/* A point alone is a line of no length, with round ends. */
		fprintf(fp, "%s%.1f %.1f", open ? "L" : "M",
			mx_svg_x(p, i + 0.5),
			y + MX_SVG_PANEL - (double)v * MX_SVG_PANEL / top);
		if (!open)
			fputs("h0", fp);
		open = true;
	}
	fputs("\"/>\n", fp);
}

static void mx_svg_panel(const struct mx_plot *p, FILE *fp,
			 const struct mx_plot_kind *k, int y)
{
	struct mx_plot_sum sum;
	uint64_t top;
	int i;

	mx_plot_summary(p, k->figure, &sum);
	top = mx_plot_top(k, &sum);
	fprintf(fp, "<text x=\"%d\" y=\"%d\" font-weight=\"600\" fill=\"#1c2024\">%s</text>\n",
		MX_SVG_LEFT, y - 8, k->title);
	if (sum.n)
		fprintf(fp, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#60646c\">least %.3f, mean %.3f, most %.3f</text>\n",
			MX_SVG_WIDTH - MX_SVG_RIGHT, y - 8,
			(double)sum.min / k->unit,
			(double)sum.mean / k->unit,
			(double)sum.max / k->unit);
	for (i = 0; i <= 2; i++)
		fprintf(fp, "<path d=\"M%d %dH%d\" stroke=\"#e3e5e8\"/>\n<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#60646c\">%g</text>\n",
			MX_SVG_LEFT, y + MX_SVG_PANEL - i * MX_SVG_PANEL / 2,
			MX_SVG_WIDTH - MX_SVG_RIGHT, MX_SVG_LEFT - 8,
			y + MX_SVG_PANEL - i * MX_SVG_PANEL / 2 + 4,
			(double)top * i / 2 / k->unit);
	if (sum.n)
		mx_svg_line(p, fp, k, y, top);
	else
		fprintf(fp, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#60646c\">nothing is recorded</text>\n",
			MX_SVG_LEFT + MX_SVG_INNER / 2, y + MX_SVG_PANEL / 2 - 8);
}

static uint64_t mx_svg_status_at(const struct mx_plot *p, size_t i)
{
	uint64_t s = p->row[i].figure[MX_F_STATUS];

	if (!p->row[i].n)
		return MX_VIEW_MAX;
	return s < MX_VIEW_MAX ? s : MX_VIEW_UNKNOWN;
}

/* A band of the status, steps that are alike in one piece, and its words. */
static void mx_svg_band(const struct mx_plot *p, FILE *fp, int y)
{
	size_t i, end;
	uint64_t s;

	fprintf(fp, "<text x=\"%d\" y=\"%d\" font-weight=\"600\" fill=\"#1c2024\">status</text>\n",
		MX_SVG_LEFT, y - 8);
	for (i = 0; i < MX_VIEW_MAX; i++)
		fprintf(fp, "<rect x=\"%zu\" y=\"%d\" width=\"10\" height=\"10\" fill=\"%s\"/><text x=\"%zu\" y=\"%d\" fill=\"#60646c\">%s</text>\n",
			MX_SVG_LEFT + 70 + i * 90, y - 17, mx_svg_status[i],
			MX_SVG_LEFT + 84 + i * 90, y - 8, mx_view_status_name(i));
	for (i = 0; i < p->n; i = end) {
		s = mx_svg_status_at(p, i);
		for (end = i + 1; end < p->n && mx_svg_status_at(p, end) == s; end++)
			;
		if (s < MX_VIEW_MAX)
			fprintf(fp, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"14\" fill=\"%s\"><title>%s</title></rect>\n",
				mx_svg_x(p, i), y,
				(double)(end - i) * MX_SVG_INNER / p->n,
				mx_svg_status[s], mx_view_status_name(s));
	}
}

static void mx_svg_ticks(const struct mx_plot *p, FILE *fp, int y)
{
	int64_t len = p->n * p->step;
	char text[32];
	struct tm tm;
	time_t at;
	int i;

	for (i = 0; i <= MX_SVG_TICKS; i++) {
		at = (p->since + len * i / MX_SVG_TICKS) / MX_SECOND;
		gmtime_r(&at, &tm);
		strftime(text, sizeof(text), len > 2 * MX_DAY_LONG ? "%m-%d %H:%M" :
			 len > 10 * MX_MINUTE ? "%H:%M" : "%H:%M:%S", &tm);
		fprintf(fp, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\" fill=\"#60646c\">%s</text>\n",
			MX_SVG_LEFT + (double)MX_SVG_INNER * i / MX_SVG_TICKS, y,
			i == MX_SVG_TICKS ? "end" : i ? "middle" : "start", text);
	}
}

/**
 * mx_plot_svg() - draw figures as a picture
 * @p: the figures
 * @fp: where to
 */
void mx_plot_svg(const struct mx_plot *p, FILE *fp)
{
	int step = MX_SVG_PANEL + MX_SVG_GAP;
	int band = MX_SVG_TOP + MX_PLOTS * step;
	size_t i;

	mx_svg_head(p, fp, band + 48);
	for (i = 0; i < MX_PLOTS; i++)
		mx_svg_panel(p, fp, &mx_plot_kinds[i], MX_SVG_TOP + i * step + 8);
	mx_svg_band(p, fp, band + 4);
	mx_svg_ticks(p, fp, band + 36);
	fputs("</svg>\n", fp);
}
