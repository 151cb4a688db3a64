// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges of addresses and where they are: collected from files, sorted, checked
 * against one another, and cut into prefixes.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "geo_set.h"
#include "uapi.h"
#include "where.h"

#define MX_RANGES_MAX	(8U << 20)	/* of one family; twice what the kernel takes */

/* Which countries are on which continent; EU and AP are of old databases. */
static const struct {
	uint8_t region;
	const char *countries;
} mx_continents[] = {
	{ MUTEX_REGION_AF,
	  "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW" },
	{ MUTEX_REGION_AN, "AQ BV GS HM TF" },
	{ MUTEX_REGION_AS,
	  "AE AF AM AP AZ BD BH BN BT CC CN GE HK ID IL IN IO IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TM TR TW UZ VN YE" },
	{ MUTEX_REGION_EU,
	  "AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES EU FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA UK VA XK" },
	{ MUTEX_REGION_NA,
	  "AG AI AN AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI PA PM PR SV SX TC TT US VC VG VI" },
	{ MUTEX_REGION_OC,
	  "AS AU CK CX FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TL TO TV UM VU WF WS" },
	{ MUTEX_REGION_SA, "AR BO BR CL CO EC FK GF GY PE PY SR UY VE" },
};

/**
 * mx_geo_region() - the continent of a country, where a file does not say
 * @country: two capital letters
 *
 * Return: enum mutex_region.
 */
uint8_t mx_geo_region(const char *country)
{
	static uint8_t regions[26 * 26];
	static bool filled;
	const char *c;
	size_t i;

	for (i = 0; !filled && i < MX_ARRAY_SIZE(mx_continents); i++) {
		for (c = mx_continents[i].countries; ; c += 3) {
			regions[(c[0] - 'A') * 26 + c[1] - 'A'] =
				mx_continents[i].region;
			if (!c[2])
				break;
		}
	}
	filled = true;
	return regions[(country[0] - 'A') * 26 + country[1] - 'A'];
}

/**
 * mx_geo_region_of_code() - the continent of a file's code
 * @code: its letters
 * @len: how many
 *
 * Return: enum mutex_region, none for what is no continent.
 */
uint8_t mx_geo_region_of_code(const char *code, size_t len)
{
	unsigned int r;

	for (r = 1; len == 2 && *mx_region_name(r); r++) {
		if (!memcmp(code, mx_region_name(r), 2))
			return r;
	}
	return MUTEX_REGION_NONE;
}

/**
 * mx_geo_set_init() - make an empty set
 * @set: result
 * @files: names of the files to read
 */
void mx_geo_set_init(struct mx_geo_set *set, char *const *files)
{
	memset(set, 0, sizeof(*set));
	set->family[0].bits = 32;
	set->family[1].bits = 128;
	set->family[0].sorted = true;
	set->family[1].sorted = true;
	set->files = files;
}

/**
 * mx_geo_set_free() - free what a set holds
 * @set: the set
 */
void mx_geo_set_free(struct mx_geo_set *set)
{
	free(set->family[0].range);
	free(set->family[1].range);
}

/**
 * mx_geo_set_add() - add a range
 * @ctl: for messages
 * @set: the set
 * @six: it is of IPv6
 * @start: its first address
 * @end: its last, not before @start
 * @line: line of the file, 0 for none
 * @spot: where it is; nowhere counts as unknown
 *
 * Return: exit status, after a message.
 */
int mx_geo_set_add(struct mx_ctl *ctl, struct mx_geo_set *set, bool six,
		   mx_u128 start, mx_u128 end, uint32_t line,
		   struct mx_spot spot)
{
	struct mx_ranges *r = &set->family[six];
	struct mx_range *more;

	if (!spot.country[0] && !spot.region) {
		set->unknown++;
		return MX_EXIT_OK;
	}
	if (r->n == MX_RANGES_MAX)
		return mx_error(ctl, "%s: more than %u ranges",
				set->files[set->file], MX_RANGES_MAX);
	if (r->n == r->room) {
		r->room = r->room ? 2 * r->room : 4096;
		more = realloc(r->range, r->room * sizeof(*more));
		if (!more)
			return mx_error(ctl, "out of memory");
		r->range = more;
	}
	if (r->n && start <= r->range[r->n - 1].start)
		r->sorted = false;
	r->range[r->n++] = (struct mx_range){
		.start = start, .end = end, .line = line, .file = set->file,
		.spot = spot,
	};
	return MX_EXIT_OK;
}

static int mx_range_cmp(const void *a, const void *b)
{
	const struct mx_range *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static const char *mx_u128_text(mx_u128 v, unsigned int bits, char *buf)
{
	uint8_t bytes[16];
	unsigned int i;

	for (i = 0; i < bits / 8; i++)
		bytes[i] = v >> (bits - 8 - 8 * i);
	return inet_ntop(bits == 32 ? AF_INET : AF_INET6, bytes, buf,
			 INET6_ADDRSTRLEN);
}

static void mx_range_place(const struct mx_geo_set *set,
			   const struct mx_range *r, char *buf, size_t len)
{
	if (r->line)
		snprintf(buf, len, "%s:%u", set->files[r->file], r->line);
	else
		snprintf(buf, len, "%s", set->files[r->file]);
}

/* Two ranges that both have an address: which of them is right nobody knows. */
static int mx_range_overlap(struct mx_ctl *ctl, const struct mx_geo_set *set,
			    const struct mx_range *a, const struct mx_range *b,
			    unsigned int bits)
{
	const struct mx_range *first = a, *last = b;
	char at[512], other[512], buf[INET6_ADDRSTRLEN];

	if (a->file > b->file || (a->file == b->file && a->line > b->line)) {
		first = b;
		last = a;
	}
	mx_range_place(set, last, at, sizeof(at));
	mx_range_place(set, first, other, sizeof(other));
	return mx_error(ctl, "%s: the range overlaps that of %s: both have %s",
			at, other, mx_u128_text(b->start, bits, buf));
}

static int mx_ranges_finish(struct mx_ctl *ctl, struct mx_geo_set *set,
			    struct mx_ranges *r)
{
	struct mx_range *last = r->range, *next;
	size_t i;

	if (!r->n)
		return MX_EXIT_OK;
	if (!r->sorted)
		qsort(r->range, r->n, sizeof(*r->range), mx_range_cmp);
	for (i = 1; i < r->n; i++) {
		next = &r->range[i];
		if (next->start <= last->end)
			return mx_range_overlap(ctl, set, last, next, r->bits);
		/* neighbours at one place need fewer prefixes together */
		if (next->start == last->end + 1 &&
		    !memcmp(&next->spot, &last->spot, sizeof(next->spot)))
			last->end = next->end;
		else
			*++last = *next;
	}
	r->n = last + 1 - r->range;
	return MX_EXIT_OK;
}

/**
 * mx_geo_set_finish() - sort the ranges, refuse those that overlap, and join
 *			 neighbours
 * @ctl: for messages
 * @set: the set
 *
 * Return: exit status, after a message.
 */
int mx_geo_set_finish(struct mx_ctl *ctl, struct mx_geo_set *set)
{
	int ret = mx_ranges_finish(ctl, set, &set->family[0]);

	if (!ret)
		ret = mx_ranges_finish(ctl, set, &set->family[1]);
	if (ret)
		return ret;
	if (!set->family[0].n && !set->family[1].n)
		return mx_error(ctl, "%s: no address with a country in it",
				set->files[0]);
	return MX_EXIT_OK;
}

/**
 * mx_range_prefix() - cut the largest prefix off a range's begin
 * @r: the range, not empty; @r->start is the prefix
 * @bits: 32 or 128
 *
 * The caller moves @r->start behind the prefix.
 *
 * Return: the prefix's length.
 */
unsigned int mx_range_prefix(struct mx_range *r, unsigned int bits)
{
	unsigned int plen = bits;
	mx_u128 size = 1;

	while (plen && !(r->start & size) && r->end - r->start >= 2 * size - 1) {
		size *= 2;
		if (--plen == 0)
			break;
	}
	return plen;
}
