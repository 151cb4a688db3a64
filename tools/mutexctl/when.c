// SPDX-License-Identifier: GPL-2.0
/*
 * Times of the record: long spans, points in time, sizes
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl.h"
#include "when.h"

#define MX_SPAN_MAX	(100 * 366 * MX_DAY_LONG)

static int64_t mx_now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/**
 * mx_now_real() - what time it is
 *
 * Return: milliseconds since 1970.
 */
int64_t mx_now_real(void)
{
	return mx_now(CLOCK_REALTIME);
}

/**
 * mx_now_steady() - a clock that nobody sets
 *
 * Return: milliseconds.
 */
int64_t mx_now_steady(void)
{
	return mx_now(CLOCK_BOOTTIME);
}

/* A number without a sign, and what stands behind it. */
static int mx_read_number(const char *s, int64_t *n, const char **end)
{
	char *stop;

	if (*s < '0' || *s > '9')
		return -1;
	errno = 0;
	*n = strtoll(s, &stop, 10);
	*end = stop;
	return errno ? -1 : 0;
}

/**
 * mx_read_span() - read a span of time: 300, 300s, 500ms, 5m, 12h, 30d
 * @s: the word
 * @ms: result
 *
 * Return: 0, or -1 if it is none.
 */
int mx_read_span(const char *s, int64_t *ms)
{
	static const struct {
		const char *name;
		int64_t ms;
	} unit[] = {
		{ "", MX_SECOND }, { "s", MX_SECOND }, { "ms", 1 },
		{ "m", MX_MINUTE }, { "h", MX_HOUR }, { "d", MX_DAY_LONG },
		{ "w", 7 * MX_DAY_LONG },
	};
	const char *end;
	int64_t n;
	size_t i;

	if (mx_read_number(s, &n, &end))
		return -1;
	for (i = 0; i < MX_ARRAY_SIZE(unit); i++) {
		if (strcmp(end, unit[i].name))
			continue;
		if (n > MX_SPAN_MAX / unit[i].ms)
			return -1;
		*ms = n * unit[i].ms;
		return 0;
	}
	return -1;
}

/**
 * mx_parse_span() - read a span of time
 * @ctl: for messages
 * @what: what it is, for messages
 * @s: the word
 * @ms: result
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_span(struct mx_ctl *ctl, const char *what, const char *s,
		  int64_t *ms)
{
	if (!mx_read_span(s, ms))
		return 0;
	mx_usage(ctl, "%s \"%s\" is not a time such as 300, 500ms, 5m, 12h or 30d",
		 what, s);
	return -1;
}

/**
 * mx_parse_when() - read a point in time: now, 2h (that long ago), @SECONDS, a
 *		     time of UTC with Z, or a local one without
 * @ctl: for messages
 * @what: what it is, for messages
 * @s: the word
 * @now: milliseconds since 1970
 * @ms: result, the same
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_when(struct mx_ctl *ctl, const char *what, const char *s,
		  int64_t now, int64_t *ms)
{
	static const char *const format[] = {
		"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"
	};
	const char *end;
	struct tm tm;
	int64_t n;
	size_t i;

	if (!strcmp(s, "now")) {
		*ms = now;
		return 0;
	}
	if (!mx_read_span(s, &n)) {
		*ms = n < now ? now - n : 0;
		return 0;
	}
	if (*s == '@' && !mx_read_number(s + 1, &n, &end) && !*end &&
	    n <= MX_SPAN_MAX / MX_SECOND) {
		*ms = n * MX_SECOND;
		return 0;
	}
	for (i = 0; i < MX_ARRAY_SIZE(format); i++) {
		memset(&tm, 0, sizeof(tm));
		tm.tm_isdst = -1;
		end = strptime(s, format[i], &tm);
		if (!end || (*end && strcmp(end, "Z")))
			continue;
		n = *end ? timegm(&tm) : mktime(&tm);
		if (n < 0)
			continue;
		*ms = n * MX_SECOND;
		return 0;
	}
	mx_usage(ctl, "%s \"%s\" is not a point in time such as 2h (ago), @SECONDS, 2026-03-29T01:30 or 2026-03-29T01:30:00Z",
		 what, s);
	return -1;
}

/**
 * mx_parse_size() - read a number of bytes: 1048576, 512K, 100M, 1G
 * @ctl: for messages
 * @what: what it is, for messages
 * @s: the word
 * @bytes: result
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_size(struct mx_ctl *ctl, const char *what, const char *s,
		  uint64_t *bytes)
{
	static const char unit[] = "KMGT";
	const char *end = "", *at = NULL;
	unsigned int shift = 0;
	int64_t n = 0;

	if (mx_read_number(s, &n, &end))
		goto bad;
	if (*end) {
		at = strchr(unit, *end & ~32);
		if (!at || end[1])
			goto bad;
		shift = 10 * (at - unit + 1);
	}
	if (n > INT64_MAX >> shift)
		goto bad;
	*bytes = (uint64_t)n << shift;
	return 0;
bad:
	mx_usage(ctl, "%s \"%s\" is not a size such as 512K, 100M or 1G", what, s);
	return -1;
}

/**
 * mx_when_text() - a point in time as text, of UTC
 * @buf: MX_WHEN_LEN bytes
 * @ms: milliseconds since 1970
 *
 * Return: @buf.
 */
const char *mx_when_text(char *buf, int64_t ms)
{
	time_t at = ms / MX_SECOND;
	struct tm tm;
	size_t n = 0;

	if (gmtime_r(&at, &tm))
		n = strftime(buf, MX_WHEN_LEN, "%Y-%m-%dT%H:%M:%S", &tm);
	if (ms % MX_SECOND)
		snprintf(buf + n, MX_WHEN_LEN - n, ".%03uZ",
			 (unsigned int)(ms % MX_SECOND));
	else
		snprintf(buf + n, MX_WHEN_LEN - n, "Z");
	return buf;
}
