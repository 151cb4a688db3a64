/* SPDX-License-Identifier: GPL-2.0 */
/* Hours and days of rules, in a time zone. */
#ifndef MX_STEER_WHEN_H
#define MX_STEER_WHEN_H

#include <linux/refcount.h>
#include <linux/time64.h>
#include <linux/types.h>
#include <uapi/linux/mutex_geo.h>
#include "mx.h"

#define MX_DAY_MINUTES	1440
#define MX_DAYS_ALL	0x7f
#define MX_ZONE_OFFSET_MAX	(26 * 3600)
/* the year 9999 ends; no clock and no change of an offset is beyond */
#define MX_TIME_MAX	253402300799LL

/**
 * struct mx_when - when a rule holds
 * @begin: first minute of the day
 * @end: minute of the day that the hours end before, 0 for no hours; below
 *	@begin where they go over midnight
 * @days: days on which the hours begin, bit 0 for Monday; 0 for any
 */
struct mx_when {
	u16 begin;
	u16 end;
	u8 days;
};

/**
 * struct mx_zone - a time zone
 * @refs: rules that use it
 * @n: how many offsets it has
 * @name: its name
 * @change: the offsets, by ascending time; the first holds before it too
 *
 * Immutable.
 */
struct mx_zone {
	refcount_t refs;
	u32 n;
	char name[MUTEX_ZONE_MAX + 1];
	struct mutex_zone_change change[];
};

struct mx_zone *mx_zone_create(const char *name,
			       const struct mutex_zone_change *change, u32 n,
			       gfp_t gfp);
struct mx_zone *mx_zone_hold(struct mx_zone *zone);
void mx_zone_put(struct mx_zone *zone);
s32 mx_zone_offset(const struct mx_zone *zone, time64_t now);

/**
 * mx_when_set() - does a rule look at the time
 * @when: the rule's hours and days
 *
 * Return: true if it does.
 */
static inline bool mx_when_set(const struct mx_when *when)
{
	return when->end || when->days;
}

bool mx_when_matches(const struct mx_when *when, const struct mx_zone *zone,
		     time64_t now);

#endif /* MX_STEER_WHEN_H */
