// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "steer/when.h"

#define MX_DAY_SECONDS	86400
/* 1970 began on a Thursday */
#define MX_EPOCH_DAY	3

/**
 * mx_zone_create() - make a time zone
 * @name: its name
 * @change: its offsets, by ascending time
 * @n: how many, 1 or more
 * @gfp: how to allocate
 *
 * Return: the zone with one reference, or NULL without memory.
 */
struct mx_zone *mx_zone_create(const char *name,
			       const struct mutex_zone_change *change, u32 n,
			       gfp_t gfp)
{
	struct mx_zone *zone = kzalloc(struct_size(zone, change, n), gfp);

	if (!zone)
		return NULL;
	refcount_set(&zone->refs, 1);
	strscpy(zone->name, name, sizeof(zone->name));
	zone->n = n;
	memcpy(zone->change, change, n * sizeof(*change));
	return zone;
}

/**
 * mx_zone_hold() - take a reference
 * @zone: the zone, or NULL
 *
 * Return: @zone.
 */
struct mx_zone *mx_zone_hold(struct mx_zone *zone)
{
	if (zone)
		refcount_inc(&zone->refs);
	return zone;
}

/**
 * mx_zone_put() - give a reference back
 * @zone: the zone, or NULL; who looks at it still must hold another one
 *
 * Context: any.
 */
void mx_zone_put(struct mx_zone *zone)
{
	if (zone && refcount_dec_and_test(&zone->refs))
		kfree(zone);
}

/**
 * mx_zone_offset() - what a zone's clock shows beyond UTC
 * @zone: the zone, NULL for UTC
 * @now: seconds since 1970
 *
 * Changes lie in the future when a rule is made: the search is short.
 *
 * Context: any.
 * Return: seconds.
 */
s32 mx_zone_offset(const struct mx_zone *zone, time64_t now)
{
	u32 i = 1;

	if (!zone)
		return 0;
	while (i < zone->n && zone->change[i].at <= now)
		i++;
	return zone->change[i - 1].offset;
}

/**
 * mx_when_matches() - is it a rule's time
 * @when: the rule's hours and days
 * @zone: the rule's zone, NULL for UTC
 * @now: seconds since 1970
 *
 * Hours over midnight belong to the day on which they began. The hours are
 * those that a clock on the wall shows: an hour that is left out in spring
 * never comes, one that comes twice in autumn matches twice.
 *
 * Context: any.
 * Return: true if so.
 */
bool mx_when_matches(const struct mx_when *when, const struct mx_zone *zone,
		     time64_t now)
{
	u16 end = when->end ?: MX_DAY_MINUTES;
	u16 begin = when->begin, minute;
	s32 second, weekday;
	s64 day;

	day = div_s64_rem(now + mx_zone_offset(zone, now), MX_DAY_SECONDS,
			  &second);
	if (second < 0) {
		second += MX_DAY_SECONDS;
		day--;
	}
	minute = second / 60;
	if (begin < end) {
		if (minute < begin || minute >= end)
			return false;
	} else if (minute < end) {
		day--;
	} else if (minute < begin) {
		return false;
	}
	if (!when->days)
		return true;
	div_s64_rem(day + MX_EPOCH_DAY, 7, &weekday);
	if (weekday < 0)
		weekday += 7;
	return when->days & BIT(weekday);
}
