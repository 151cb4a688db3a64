// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges of addresses and where they are: collected from files, sorted, settled
 * where they overlap, and cut into prefixes.
 */
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

	return x->start < y->start ? -1 : x->start > y->start;
}

/* Where two ranges have an address: the narrower is right, else the later. */
static bool mx_range_wins(const struct mx_range *a, const struct mx_range *b)
{
	mx_u128 wa = a->end - a->start, wb = b->end - b->start;

	if (wa != wb)
		return wa < wb;
	return a->file != b->file ? a->file > b->file : a->line > b->line;
}

/**
 * struct mx_sweep - a sweep over sorted ranges, from the lowest address up
 * @open: a heap of those that have begun, the winner first
 * @n: how many
 * @room: how many fit @open
 * @out: what wins where, without overlaps
 */
struct mx_sweep {
	const struct mx_range **open;
	size_t n;
	size_t room;
	struct mx_ranges out;
};

static bool mx_sweep_push(struct mx_sweep *s, const struct mx_range *r)
{
	size_t i, up;

	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 64;
		void *more = realloc(s->open, room * sizeof(*s->open));

		if (!more)
			return false;
		s->open = more;
		s->room = room;
	}
	for (i = s->n++; i; i = up) {
		up = (i - 1) / 2;
		if (!mx_range_wins(r, s->open[up]))
			break;
		s->open[i] = s->open[up];
	}
	s->open[i] = r;
	return true;
}

static void mx_sweep_pop(struct mx_sweep *s)
{
	const struct mx_range *r = s->open[--s->n];
	size_t i = 0, down;

	for (; (down = 2 * i + 1) < s->n; i = down) {
		if (down + 1 < s->n &&
		    mx_range_wins(s->open[down + 1], s->open[down]))
			down++;
		if (!mx_range_wins(s->open[down], r))
			break;
		s->open[i] = s->open[down];
	}
	s->open[i] = r;
}

/* Neighbours at one place need fewer prefixes together. */
static bool mx_sweep_emit(struct mx_sweep *s, mx_u128 start, mx_u128 end,
			  struct mx_spot spot)
{
	struct mx_ranges *out = &s->out;
	struct mx_range *last = out->n ? &out->range[out->n - 1] : NULL;

	if (last && start == last->end + 1 &&
	    !memcmp(&spot, &last->spot, sizeof(spot))) {
		last->end = end;
		return true;
	}
	if (out->n == out->room) {
		size_t room = out->room ? 2 * out->room : 4096;
		void *more = realloc(out->range, room * sizeof(*out->range));

		if (!more)
			return false;
		out->range = more;
		out->room = room;
	}
	out->range[out->n++] = (struct mx_range){
		.start = start, .end = end, .spot = spot,
	};
	return true;
}

/* False: out of memory. */
static bool mx_sweep_run(struct mx_sweep *s, const struct mx_ranges *in,
			 size_t *overlaps)
{
	const struct mx_range *r = in->range, *stop = r + in->n;
	mx_u128 at = 0, end;

	for (;;) {
		while (s->n && s->open[0]->end < at)
			mx_sweep_pop(s);
		if (!s->n && r == stop)
			return true;
		if (!s->n)
			at = r->start;
		for (; r < stop && r->start <= at; r++) {
			*overlaps += !!s->n;
			if (!mx_sweep_push(s, r))
				return false;
		}
		end = s->open[0]->end;
		if (r < stop && r->start <= end)
			end = r->start - 1;
		if (!mx_sweep_emit(s, at, end, s->open[0]->spot))
			return false;
		if (end == ~(mx_u128)0)
			return true;
		at = end + 1;
	}
}

static int mx_ranges_finish(struct mx_ctl *ctl, struct mx_geo_set *set,
			    struct mx_ranges *r)
{
	struct mx_sweep s = { .out.bits = r->bits };
	bool good;

	if (!r->sorted)
		qsort(r->range, r->n, sizeof(*r->range), mx_range_cmp);
	good = mx_sweep_run(&s, r, &set->overlaps);
	free(s.open);
	free(r->range);
	*r = s.out;
	return good ? MX_EXIT_OK : mx_error(ctl, "out of memory");
}

/**
 * mx_geo_set_finish() - settle where each address is
 * @ctl: for messages
 * @set: the set
 *
 * Where ranges overlap, the narrower one holds, and of equal ones the later:
 * that of the later file, or line. Neighbours at one place are joined.
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
