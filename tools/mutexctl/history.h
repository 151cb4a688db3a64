/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_HISTORY_H
#define MX_CTL_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <jansson.h>

#include "parse.h"
#include "store.h"

struct mx_ctl;

#define MX_FIGURE_LEN	32	/* bytes of a figure as text */
#define MX_PLOTS	4	/* figures that a plot shows */

/**
 * struct mx_plot - figures of a path in steps of one length
 * @name: the path's name
 * @since: begin of the first step, milliseconds since 1970
 * @step: length of each
 * @row: the steps; n is 0 where nothing was recorded
 * @n: how many
 */
struct mx_plot {
	const char *name;
	int64_t since;
	int64_t step;
	struct mx_store_row *row;
	size_t n;
};

/**
 * struct mx_plot_kind - a figure that a plot shows
 * @figure: which
 * @title: its heading
 * @unit: so many of the figure are one of the axis
 * @least: the axis goes at least so far
 */
struct mx_plot_kind {
	enum mx_figure figure;
	const char *title;
	unsigned int unit;
	uint64_t least;
};

/**
 * struct mx_plot_sum - a figure over all steps
 * @n: in how many it is known
 * @min: least
 * @max: most
 * @mean: mean of the steps
 */
struct mx_plot_sum {
	size_t n;
	uint64_t min;
	uint64_t max;
	uint64_t mean;
};

extern const struct mx_plot_kind mx_plot_kinds[MX_PLOTS];

const char *mx_figure_text(char *buf, enum mx_figure figure, uint64_t value);
void mx_figure_json(json_t *to, enum mx_figure figure, uint64_t value);
void mx_plot_summary(const struct mx_plot *p, enum mx_figure figure,
		     struct mx_plot_sum *sum);
uint64_t mx_plot_top(const struct mx_plot_kind *k,
		     const struct mx_plot_sum *sum);
unsigned int mx_plot_width(FILE *fp);
void mx_plot_text(const struct mx_plot *p, FILE *fp, bool color);
void mx_plot_svg(const struct mx_plot *p, FILE *fp);

/* The command of the object "path". */
#define MX_HISTORY_NWORDS	8
#define MX_HISTORY_USAGE							\
"       mutexctl path history NAME [ since TIME ] [ until TIME ] [ step TIME ]\n"	\
"                             [ db FILE ] [ events | plot | svg FILE ]\n"

extern const struct mx_word mx_history_words[MX_HISTORY_NWORDS];

int mx_path_history(struct mx_ctl *ctl, struct mx_args *a);

#endif /* MX_CTL_HISTORY_H */
