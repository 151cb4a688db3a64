// SPDX-License-Identifier: GPL-2.0
/*
 * The figures of a path, and the words for them
 */
#include <stdio.h>
#include <string.h>

#include "path_view.h"

const struct mx_figure_kind mx_figure_kinds[MX_F_MAX] = {
	[MX_F_STATUS] = { "status", "status", "max", MX_UNIT_NONE },
	[MX_F_SCORE] = { "score", "score", "avg", MX_UNIT_MILLI },
	[MX_F_RTT] = { "rtt", "rtt-us", "avg", MX_UNIT_TIME },
	[MX_F_RTT_MIN] = { "rtt_min", "rtt-min-us", "min", MX_UNIT_TIME },
	[MX_F_RTT_MAX] = { "rtt_max", "rtt-max-us", "max", MX_UNIT_TIME },
	[MX_F_P50] = { "p50", "p50-us", "avg", MX_UNIT_TIME },
	[MX_F_P95] = { "p95", "p95-us", "max", MX_UNIT_TIME },
	[MX_F_P99] = { "p99", "p99-us", "max", MX_UNIT_TIME },
	[MX_F_JITTER] = { "jitter", "jitter-us", "avg", MX_UNIT_TIME },
	[MX_F_JITTER3550] = { "jitter3550", "jitter3550-us", "avg",
			      MX_UNIT_TIME },
	[MX_F_LOSS] = { "loss", "loss-ppm", "avg", MX_UNIT_PART },
	[MX_F_LOSS_LONG] = { "loss_long", "loss-long-ppm", "avg",
			     MX_UNIT_PART },
	[MX_F_FWD_JITTER] = { "fwd_jitter", "fwd-jitter-us", "avg",
			      MX_UNIT_TIME },
	[MX_F_BACK_JITTER] = { "back_jitter", "back-jitter-us", "avg",
			       MX_UNIT_TIME },
	[MX_F_FWD_LOSS] = { "fwd_loss", "fwd-loss-ppm", "avg", MX_UNIT_PART },
	[MX_F_BACK_LOSS] = { "back_loss", "back-loss-ppm", "avg",
			     MX_UNIT_PART },
	[MX_F_BANDWIDTH] = { "bandwidth", "bandwidth-kbps", "avg",
			     MX_UNIT_RATE },
	[MX_F_MTU] = { "mtu", "mtu", "min", MX_UNIT_NONE },
	[MX_F_SENT] = { "sent", "sent", "max", MX_UNIT_NONE },
	[MX_F_RECEIVED] = { "received", "received", "max", MX_UNIT_NONE },
	[MX_F_LATE] = { "late", "late", "max", MX_UNIT_NONE },
	[MX_F_LOST] = { "lost", "lost", "max", MX_UNIT_NONE },
};

const char *const mx_view_statuses[MX_VIEW_MAX] = {
	"unknown", "up", "degraded", "down"
};

/**
 * mx_view_status_name() - the word for a status
 * @status: enum mx_view_status
 *
 * Return: the word.
 */
const char *mx_view_status_name(uint64_t status)
{
	return mx_view_statuses[status < MX_VIEW_MAX ? status :
						       MX_VIEW_UNKNOWN];
}

/**
 * mx_path_view_init() - a path of which nothing is known
 * @v: result
 * @name: its name
 */
void mx_path_view_init(struct mx_path_view *v, const char *name)
{
	unsigned int i;

	memset(v, 0, sizeof(*v));
	snprintf(v->name, sizeof(v->name), "%s", name);
	for (i = 0; i < MX_F_MAX; i++)
		v->figure[i] = MX_NO_FIGURE;
	v->figure[MX_F_STATUS] = MX_VIEW_UNKNOWN;
}
