/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_STATS_H
#define MX_CTL_STATS_H

#include <stdbool.h>
#include <stdint.h>

struct nlattr;

/**
 * struct mx_counter - a counter of the namespace
 * @section: what it counts: flows, or a fate of packets
 * @name: its name in text and JSON
 * @attr: its attribute
 * @counter: it only grows; else it is a gauge
 * @metric: its name in the Prometheus format, without prefix and suffix
 * @help: what it is
 */
struct mx_counter {
	const char *section;
	const char *name;
	int attr;
	bool counter;
	const char *metric;
	const char *help;
};

extern const struct mx_counter mx_stats_counters[];
extern const unsigned int mx_stats_ncounters;

uint64_t mx_counter_value(struct nlattr *attr);

#endif /* MX_CTL_STATS_H */
