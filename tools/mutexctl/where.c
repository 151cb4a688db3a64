// SPDX-License-Identifier: GPL-2.0
/*
 * When a rule holds, and where its packets come from: hours, days, countries,
 * regions, and points in time.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "uapi.h"
#include "where.h"
#include "zone.h"

#define MX_DAY		1440	/* minutes */
#define MX_CODES	(26 * 26)

static const char *const mx_days[] = {
	"mon", "tue", "wed", "thu", "fri", "sat", "sun"
};

static const char *const mx_regions[] = {
	"", "AF", "AN", "AS", "EU", "NA", "OC", "SA"
};

/**
 * mx_region_name() - the letters of a region
 * @region: enum mutex_region
 *
 * Return: two letters, "" for none.
 */
const char *mx_region_name(unsigned int region)
{
	return region < MX_ARRAY_SIZE(mx_regions) ? mx_regions[region] : "";
}

/* H, HH or HH:MM, up to 24:00, in minutes; *s is then behind it. -1: neither. */
static int mx_clock(const char **s)
{
	const char *p = *s;
	int hour = 0, minute = 0, n;

	for (n = 0; n < 2 && isdigit((unsigned char)*p); n++)
		hour = hour * 10 + *p++ - '0';
	if (!n)
		return -1;
	if (*p == ':') {
		p++;
		for (n = 0; n < 2 && isdigit((unsigned char)*p); n++)
			minute = minute * 10 + *p++ - '0';
		if (n != 2 || minute > 59)
			return -1;
	}
	*s = p;
	n = hour * 60 + minute;
	return n <= MX_DAY ? n : -1;
}

static int mx_put_hours(struct mx_ctl *ctl, const struct mx_word *w,
			const char *s)
{
	const char *p = s;
	int begin, end = -1;

	begin = mx_clock(&p);
	if (begin >= 0 && *p++ == '-')
		end = mx_clock(&p);
	if (end < 0 || *p || begin == MX_DAY) {
		mx_usage(ctl, "hours \"%s\" are no times of a day such as 9-17 or 22:00-06:30",
			 s);
		return -1;
	}
	/* The end of a day is not its begin. */
	if (!end)
		end = MX_DAY;
	if (nla_put_u16(ctl->msg.nl, w->attr, begin))
		return -1;
	return nla_put_u16(ctl->msg.nl, w->attr2, end);
}

/* A day by its name or number, from 0 for Monday; *s is then behind it. */
static int mx_day(const char **s)
{
	unsigned int i;

	if (**s >= '1' && **s <= '7')
		return *(*s)++ - '1';
	for (i = 0; i < MX_ARRAY_SIZE(mx_days); i++) {
		if (!strncasecmp(*s, mx_days[i], 3)) {
			*s += 3;
			return i;
		}
	}
	return -1;
}

static int mx_put_days(struct mx_ctl *ctl, const struct mx_word *w,
		       const char *s)
{
	const char *p = s;
	unsigned int set = 0;
	int first, last;

	do {
		first = mx_day(&p);
		last = first;
		if (first >= 0 && *p == '-') {
			p++;
			last = mx_day(&p);
		}
		if (first < 0 || last < 0 || (*p && *p != ',')) {
			mx_usage(ctl, "days \"%s\" are no days of a week such as mon-fri,sun or 1-5",
				 s);
			return -1;
		}
		for (; first != last; first = (first + 1) % 7)
			set |= 1U << first;
		set |= 1U << last;
	} while (*p++);
	return nla_put_u8(ctl->msg.nl, w->attr, set);
}

/* A list of two letters each, in capitals one behind the other. -1: is none. */
static int mx_codes(const char *s, char *codes, int max)
{
	int n;

	for (n = 0; n < max; n++) {
		if (!isalpha((unsigned char)s[0]) ||
		    !isalpha((unsigned char)s[1]))
			return -1;
		codes[2 * n] = toupper((unsigned char)*s++);
		codes[2 * n + 1] = toupper((unsigned char)*s++);
		if (!*s)
			return n + 1;
		if (*s++ != ',')
			return -1;
	}
	return -1;
}

static int mx_put_country(struct mx_ctl *ctl, const struct mx_word *w,
			  const char *s)
{
	char codes[2 * MX_CODES];
	int n = mx_codes(s + (*s == '!'), codes, MX_CODES);

	if (n < 0) {
		mx_usage(ctl, "country \"%s\" is no list of codes of two letters such as DE,FR or !US",
			 s);
		return -1;
	}
	if (nla_put(ctl->msg.nl, w->attr, 2 * n, codes))
		return -1;
	return *s == '!' ? nla_put_u8(ctl->msg.nl, w->attr2, 1) : 0;
}

static int mx_put_region(struct mx_ctl *ctl, const struct mx_word *w,
			 const char *s)
{
	char codes[2 * MX_ARRAY_SIZE(mx_regions)];
	unsigned int set = 0, r;
	int i, n = mx_codes(s + (*s == '!'), codes, MX_ARRAY_SIZE(mx_regions));

	for (i = 0; i < n; i++) {
		for (r = 1; r < MX_ARRAY_SIZE(mx_regions); r++) {
			if (!memcmp(codes + 2 * i, mx_regions[r], 2))
				break;
		}
		if (r == MX_ARRAY_SIZE(mx_regions))
			n = -1;
		set |= 1U << r;
	}
	if (n < 0) {
		mx_usage(ctl, "region \"%s\" is no list of continents: AF, AN, AS, EU, NA, OC, SA",
			 s);
		return -1;
	}
	if (nla_put_u8(ctl->msg.nl, w->attr, set))
		return -1;
	return *s == '!' ? nla_put_u8(ctl->msg.nl, w->attr2, 1) : 0;
}

static int mx_put_zone(struct mx_ctl *ctl, const struct mx_word *w,
		       const char *s)
{
	const struct mx_zone *zone = mx_zone_get(ctl, s);

	if (!zone)
		return -1;
	if (nla_put_string(ctl->msg.nl, w->attr, zone->name))
		return -1;
	return nla_put(ctl->msg.nl, w->attr2, zone->n * sizeof(zone->change[0]),
		       zone->change);
}

/* @SECONDS, or a time of UTC: 2026-03-29T01:30:00Z. */
static int mx_put_at(struct mx_ctl *ctl, const struct mx_word *w, const char *s)
{
	struct tm tm = { 0 };
	const char *end;
	char *stop;
	long long at;

	if (*s == '@' && isdigit((unsigned char)s[1])) {
		errno = 0;
		at = strtoll(s + 1, &stop, 10);
		if (!*stop && !errno)
			return nla_put_u64(ctl->msg.nl, w->attr, at);
	} else {
		end = strptime(s, "%Y-%m-%dT%H:%M:%SZ", &tm);
		if (!end) {
			memset(&tm, 0, sizeof(tm));
			end = strptime(s, "%Y-%m-%dT%H:%MZ", &tm);
		}
		at = end ? timegm(&tm) : -1;
		if (end && !*end && at >= 0)
			return nla_put_u64(ctl->msg.nl, w->attr, at);
	}
	mx_usage(ctl, "time \"%s\" is neither @SECONDS nor a time of UTC such as 2026-03-29T01:30:00Z",
		 s);
	return -1;
}

/**
 * mx_put_where() - the value of a word of time or place, as attributes
 * @ctl: holds the message
 * @w: the word
 * @s: the value
 *
 * Return: 0, or -1 after a message; without one, the message is full.
 */
int mx_put_where(struct mx_ctl *ctl, const struct mx_word *w, const char *s)
{
	switch ((enum mx_kind)w->kind) {
	case MX_W_HOURS:
		return mx_put_hours(ctl, w, s);
	case MX_W_DAYS:
		return mx_put_days(ctl, w, s);
	case MX_W_ZONE:
		return mx_put_zone(ctl, w, s);
	case MX_W_COUNTRY:
		return mx_put_country(ctl, w, s);
	case MX_W_REGION:
		return mx_put_region(ctl, w, s);
	case MX_W_AT:
		return mx_put_at(ctl, w, s);
	default:
		return -1;
	}
}

/* The days as `days` takes them: three and more in a row by their ends. */
static void mx_print_days(struct mx_out *o, unsigned int set)
{
	unsigned int i, last;
	char buf[64] = "";
	size_t len = 0;

	for (i = 0; i < 7; i++) {
		if (!(set & 1U << i))
			continue;
		for (last = i; last < 6 && (set & 2U << last); last++)
			;
		if (last < i + 2)
			last = i;
		len += snprintf(buf + len, sizeof(buf) - len, "%s%s%s%s",
				len ? "," : "", mx_days[i],
				last > i ? "-" : "",
				last > i ? mx_days[last] : "");
		i = last;
	}
	mx_out_str(o, MX_PLAIN, "days", "days", buf);
}

static void mx_print_when(struct mx_out *o, struct nlattr **tb)
{
	unsigned int begin = mx_attr_u16(tb, MUTEX_A_RULE_HOURS_BEGIN);
	unsigned int end = mx_attr_u16(tb, MUTEX_A_RULE_HOURS_END);
	char buf[64];

	if (end) {
		snprintf(buf, sizeof(buf), "%02u:%02u-%02u:%02u", begin / 60,
			 begin % 60, end / 60, end % 60);
		mx_out_str(o, MX_PLAIN, "hours", "hours", buf);
	}
	if (tb[MUTEX_A_RULE_DAYS])
		mx_print_days(o, nla_get_u8(tb[MUTEX_A_RULE_DAYS]));
	if (tb[MUTEX_A_RULE_ZONE])
		mx_out_str(o, MX_NAME, "zone", "zone",
			   nla_get_string(tb[MUTEX_A_RULE_ZONE]));
}

static void mx_print_countries(struct mx_out *o, struct nlattr **tb)
{
	const char *codes = nla_data(tb[MUTEX_A_RULE_COUNTRY]);
	int i, n = nla_len(tb[MUTEX_A_RULE_COUNTRY]) / 2;
	bool not = mx_attr_u8(tb, MUTEX_A_RULE_COUNTRY_NOT);
	char buf[3 * MX_CODES + 2];
	size_t len = 0;

	if (not)
		buf[len++] = '!';
	for (i = 0; i < n && i < MX_CODES; i++) {
		memcpy(buf + len, codes + 2 * i, 2);
		len += 2;
		buf[len++] = ',';
	}
	buf[len - 1] = '\0';
	mx_out_str(o, MX_PLAIN, "country", "country", buf);
}

static void mx_print_regions(struct mx_out *o, struct nlattr **tb)
{
	unsigned int r, set = mx_attr_u8(tb, MUTEX_A_RULE_REGION);
	bool not = mx_attr_u8(tb, MUTEX_A_RULE_REGION_NOT);
	char buf[64] = "";
	size_t len = 0;

	for (r = 1; r < MX_ARRAY_SIZE(mx_regions); r++) {
		if (set & 1U << r)
			len += snprintf(buf + len, sizeof(buf) - len, "%s%s",
					len ? "," : not ? "!" : "",
					mx_regions[r]);
	}
	mx_out_str(o, MX_PLAIN, "region", "region", buf);
}

/**
 * mx_where_print() - print a rule's time and place
 * @ctl: where to
 * @tb: the rule's attributes
 */
void mx_where_print(struct mx_ctl *ctl, struct nlattr **tb)
{
	struct mx_out *o = &ctl->out;

	mx_print_when(o, tb);
	if (tb[MUTEX_A_RULE_COUNTRY])
		mx_print_countries(o, tb);
	if (tb[MUTEX_A_RULE_REGION])
		mx_print_regions(o, tb);
}

/**
 * mx_out_clock() - print a point in time
 * @o: output
 * @key: JSON key; there it is a number of seconds
 * @word: as for mx_out_str()
 * @seconds: since 1970
 */
void mx_out_clock(struct mx_out *o, const char *key, const char *word,
		  uint64_t seconds)
{
	time_t at = seconds;
	char buf[64] = "";
	struct tm tm;

	if (o->json) {
		mx_out_uint(o, key, NULL, seconds);
		return;
	}
	if (gmtime_r(&at, &tm))
		strftime(buf, sizeof(buf), "%Y-%m-%dT%H:%M:%SZ", &tm);
	mx_out_str(o, MX_PLAIN, NULL, word, buf);
}
