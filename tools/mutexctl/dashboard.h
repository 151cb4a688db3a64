/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_DASHBOARD_H
#define MX_CTL_DASHBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http.h"
#include "record.h"

struct mx_ctl;

/**
 * struct mx_dashboard - a page to look at, and what stands behind it
 * @ctl: the program
 * @rec: looks at the paths, and remembers an hour of them
 * @db: the file that history comes from, NULL for what @rec remembers
 * @host: this machine's name
 * @interval: milliseconds between two looks
 * @member: the paths in groups, as they were seen
 * @n: how many
 * @size: for how many there is room
 * @seen: when that was
 * @http: the server
 */
struct mx_dashboard {
	struct mx_ctl *ctl;
	struct mx_recorder rec;
	const char *db;
	char host[65];
	int64_t interval;
	struct mx_member_view *member;
	size_t n;
	size_t size;
	int64_t seen;
	struct mx_http http;
};

void mx_dashboard_answer(void *arg, const char *path, const char *query,
			 struct mx_http_reply *reply);
bool mx_dashboard_file(const char *path, struct mx_http_reply *reply);

#endif /* MX_CTL_DASHBOARD_H */
