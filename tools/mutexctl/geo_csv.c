// SPDX-License-Identifier: GPL-2.0
/*
 * Databases of countries as CSV: lines of START,END,CC. Strict: a line that is
 * not wholly understood ends the load.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "geo_set.h"

#define MX_CSV_LINE	256
#define MX_CSV_FIELDS	3

/* Cuts a line into fields, in place; quotes and blanks around them go. */
static int mx_csv_split(char *line, char **field, int max)
{
	int n = 0;

	for (;;) {
		char *end;

		line += strspn(line, " \t");
		if (n == max)
			return max + 1;
		if (*line == '"') {
			field[n++] = ++line;
			end = strchr(line, '"');
			if (!end)
				return -1;
			*end++ = '\0';
			end += strspn(end, " \t");
			if (*end && *end != ',')
				return -1;
		} else {
			field[n++] = line;
			end = strchrnul(line, ',');
			for (char *c = end; c > line && strchr(" \t", c[-1]); )
				*--c = '\0';
		}
		if (!*end)
			return n;
		*end = '\0';
		line = end + 1;
	}
}

/* An address as a number; a v4-mapped one is IPv4. False: it is none. */
static bool mx_csv_addr(const char *s, bool *six, mx_u128 *v)
{
	uint8_t bytes[16];
	int i, from = 0;

	*six = strchr(s, ':');
	if (inet_pton(*six ? AF_INET6 : AF_INET, s, bytes) != 1)
		return false;
	if (*six && IN6_IS_ADDR_V4MAPPED((struct in6_addr *)bytes)) {
		*six = false;
		from = 12;
	}
	*v = 0;
	for (i = from; i < from + (*six ? 16 : 4); i++)
		*v = *v << 8 | bytes[i];
	return true;
}

/* Two letters, or one of the words for none. False: neither. */
static bool mx_csv_country(const char *s, struct mx_spot *spot)
{
	memset(spot, 0, sizeof(*spot));
	if (!*s || !strcmp(s, "-") || !strcmp(s, "??") ||
	    !strcasecmp(s, "ZZ") || !strcasecmp(s, "None"))
		return true;
	if (!isalpha((unsigned char)s[0]) || !isalpha((unsigned char)s[1]) ||
	    s[2])
		return false;
	spot->country[0] = toupper((unsigned char)s[0]);
	spot->country[1] = toupper((unsigned char)s[1]);
	spot->region = mx_geo_region(spot->country);
	return true;
}

static int mx_csv_line(struct mx_ctl *ctl, struct mx_geo_set *set,
		       const char *file, uint32_t n, char *line)
{
	char *field[MX_CSV_FIELDS];
	struct mx_spot spot;
	mx_u128 start, end;
	bool six, six2;

	if (mx_csv_split(line, field, MX_CSV_FIELDS) != MX_CSV_FIELDS)
		return mx_error(ctl, "%s:%u: a line must be START,END,COUNTRY",
				file, n);
	if (!mx_csv_addr(field[0], &six, &start))
		return mx_error(ctl, "%s:%u: \"%s\" is not an IPv4 or IPv6 address",
				file, n, field[0]);
	if (!mx_csv_addr(field[1], &six2, &end))
		return mx_error(ctl, "%s:%u: \"%s\" is not an IPv4 or IPv6 address",
				file, n, field[1]);
	if (six != six2)
		return mx_error(ctl, "%s:%u: the range begins as IPv%c and ends as IPv%c",
				file, n, six ? '6' : '4', six2 ? '6' : '4');
	if (end < start)
		return mx_error(ctl, "%s:%u: the range ends before it begins",
				file, n);
	if (!mx_csv_country(field[2], &spot))
		return mx_error(ctl, "%s:%u: \"%s\" is not the code of a country",
				file, n, field[2]);
	return mx_geo_set_add(ctl, set, six, start, end, n, spot);
}

/* As fgets(); *zero tells whether the line has a zero byte of its own. */
static bool mx_csv_gets(char *line, size_t size, FILE *fp, bool *zero)
{
	memset(line, '\n', size);
	if (!fgets(line, size, fp))
		return false;
	*zero = memchr(line, '\0', size) != memrchr(line, '\0', size);
	return true;
}

static int mx_csv_read(struct mx_ctl *ctl, struct mx_geo_set *set,
		       const char *file, FILE *fp)
{
	char line[MX_CSV_LINE];
	uint32_t n = 0;
	int ret = 0;
	bool zero;

	while (!ret && mx_csv_gets(line, sizeof(line), fp, &zero)) {
		size_t len = strlen(line);

		n++;
		if (zero)
			return mx_error(ctl, "%s:%u: the line has a zero byte",
					file, n);
		if (len == sizeof(line) - 1 && line[len - 1] != '\n')
			return mx_error(ctl, "%s:%u: the line is too long for a range",
					file, n);
		while (len && strchr("\r\n", line[len - 1]))
			line[--len] = '\0';
		if (line[strspn(line, " \t")] && line[0] != '#')
			ret = mx_csv_line(ctl, set, file, n, line);
	}
	if (!ret && ferror(fp))
		ret = mx_error(ctl, "%s: %s", file, strerror(errno));
	if (!ret && !n)
		ret = mx_error(ctl, "%s: the file is empty", file);
	return ret;
}

/**
 * mx_geo_csv() - read a CSV file
 * @ctl: for messages
 * @set: what it is added to
 * @file: its name
 *
 * Return: exit status, after a message.
 */
int mx_geo_csv(struct mx_ctl *ctl, struct mx_geo_set *set, const char *file)
{
	FILE *fp = fopen(file, "re");
	int ret;

	if (!fp)
		return mx_error(ctl, "%s: %s", file, strerror(errno));
	ret = mx_csv_read(ctl, set, file, fp);
	fclose(fp);
	return ret;
}
