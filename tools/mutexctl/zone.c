// SPDX-License-Identifier: GPL-2.0
/*
 * Time zones. The kernel knows none: it is told the offsets of a zone for some
 * thirty years, as the C library reads them from the tz database.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ctl.h"
#include "zone.h"

#define MX_ZONEINFO	"/usr/share/zoneinfo"
#define MX_DAY		86400
#define MX_YEAR		(366 * (time_t)MX_DAY)
#define MX_YEARS	40	/* how far changes are looked for */
/* 2025: a clock that is behind, as at a boot without one, will be put right. */
#define MX_EARLIEST	((time_t)1735689600)

/* +HH:MM or -HH:MM, seconds to add to UTC. False: it is none. */
static bool mx_zone_fixed(const char *s, int *offset)
{
	const char *d = s + 1;

	if ((*s != '+' && *s != '-') || strlen(s) != 6 || s[3] != ':' ||
	    !isdigit((unsigned char)d[0]) || !isdigit((unsigned char)d[1]) ||
	    !isdigit((unsigned char)d[3]) || !isdigit((unsigned char)d[4]))
		return false;
	*offset = ((d[0] - '0') * 10 + d[1] - '0') * 3600 +
		  ((d[3] - '0') * 10 + d[4] - '0') * 60;
	if (d[3] > '5' || *offset > MX_DAY)
		return false;
	if (*s == '-')
		*offset = -*offset;
	return true;
}

/* Is there a zone of this name? The C library would take any for UTC. */
static bool mx_zone_there(const char *s)
{
	const char *dir = getenv("TZDIR");
	char path[512], magic[4];
	ssize_t n;
	int fd;

	if (*s == '/' || *s == '.' || strstr(s, "..") || !*s ||
	    strlen(s) > MUTEX_ZONE_MAX)
		return false;
	snprintf(path, sizeof(path), "%s/%s", dir ? dir : MX_ZONEINFO, s);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, magic, sizeof(magic));
	close(fd);
	return n == sizeof(magic) && !memcmp(magic, "TZif", sizeof(magic));
}

static int mx_zone_offset(time_t at)
{
	struct tm tm;

	return localtime_r(&at, &tm) ? tm.tm_gmtoff : 0;
}

static void mx_zone_add(struct mx_zone *z, time_t at, int offset)
{
	z->change[z->n].at = at;
	z->change[z->n].offset = offset;
	z->n++;
}

/* When the offset changes between two times that differ in it. */
static time_t mx_zone_change(time_t from, time_t to)
{
	int before = mx_zone_offset(from);

	while (to - from > 1) {
		time_t mid = from + (to - from) / 2;

		if (mx_zone_offset(mid) == before)
			from = mid;
		else
			to = mid;
	}
	return to;
}

/* The offsets of the zone that TZ names, from about a year ago. */
static void mx_zone_scan(struct mx_zone *z)
{
	time_t at = time(NULL) - MX_YEAR, end;

	if (at < MX_EARLIEST)
		at = MX_EARLIEST;
	end = at + MX_YEARS * MX_YEAR;
	mx_zone_add(z, at, mx_zone_offset(at));
	for (; at < end && z->n < MUTEX_ZONE_CHANGES_MAX; at += MX_DAY) {
		time_t next = at + MX_DAY;

		if (mx_zone_offset(at) == mx_zone_offset(next))
			continue;
		next = mx_zone_change(at, next);
		mx_zone_add(z, next, mx_zone_offset(next));
	}
}

static void mx_zone_read(struct mx_zone *z)
{
	const char *tz = getenv("TZ");
	char *old = tz ? strdup(tz) : NULL;
	char name[MUTEX_ZONE_MAX + 2];

	snprintf(name, sizeof(name), ":%s", z->name);
	setenv("TZ", name, 1);
	tzset();
	mx_zone_scan(z);
	if (old)
		setenv("TZ", old, 1);
	else
		unsetenv("TZ");
	tzset();
	free(old);
}

/**
 * mx_zone_get() - look a time zone up
 * @ctl: for messages
 * @s: a name of the tz database, or +HH:MM
 *
 * Return: the zone, good until the next call, or NULL after a message.
 */
const struct mx_zone *mx_zone_get(struct mx_ctl *ctl, const char *s)
{
	static struct mx_zone z;
	int offset;

	if (z.n && !strcmp(z.name, s))
		return &z;
	memset(&z, 0, sizeof(z));
	if (!mx_zone_fixed(s, &offset) && !mx_zone_there(s)) {
		mx_usage(ctl, "zone \"%s\" is neither in %s nor an offset such as +05:30",
			 s, getenv("TZDIR") ? getenv("TZDIR") : MX_ZONEINFO);
		return NULL;
	}
	snprintf(z.name, sizeof(z.name), "%s", s);
	if (mx_zone_fixed(s, &offset))
		mx_zone_add(&z, 0, offset);
	else
		mx_zone_read(&z);
	return &z;
}
