/* SPDX-License-Identifier: GPL-2.0 */
/* Time zones: names, and what the kernel is told of them. */
#ifndef MX_CTL_ZONE_H
#define MX_CTL_ZONE_H

#include "uapi.h"

struct mx_ctl;

/**
 * struct mx_zone - a time zone
 * @name: its name
 * @n: how many offsets it has
 * @change: the offsets, by ascending time
 */
struct mx_zone {
	char name[MUTEX_ZONE_MAX + 1];
	unsigned int n;
	struct mutex_zone_change change[MUTEX_ZONE_CHANGES_MAX];
};

const struct mx_zone *mx_zone_get(struct mx_ctl *ctl, const char *s);

#endif /* MX_CTL_ZONE_H */
