/* SPDX-License-Identifier: GPL-2.0 */
/* Ranges of addresses and where they are, on their way to the kernel. */
#ifndef MX_CTL_GEO_SET_H
#define MX_CTL_GEO_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mx_ctl;

typedef unsigned __int128 mx_u128;

/**
 * struct mx_spot - where addresses are
 * @country: two capital letters, or zero bytes
 * @region: enum mutex_region
 */
struct mx_spot {
	char country[2];
	uint8_t region;
};

/**
 * struct mx_range - addresses that are at one place
 * @start: the first, an IPv4 address in the lowest 32 bits
 * @end: the last
 * @line: line of its file, 0 where files have none
 * @file: index of its file
 * @spot: where they are
 */
struct mx_range {
	mx_u128 start;
	mx_u128 end;
	uint32_t line;
	uint16_t file;
	struct mx_spot spot;
};

/**
 * struct mx_ranges - ranges of one family
 * @range: the ranges
 * @n: how many
 * @room: how many fit
 * @bits: 32 or 128
 * @sorted: they came by ascending start
 */
struct mx_ranges {
	struct mx_range *range;
	size_t n;
	size_t room;
	unsigned int bits;
	bool sorted;
};

/**
 * struct mx_geo_set - what a load reads
 * @family: IPv4 and IPv6
 * @files: names of the files
 * @file: index of the one that is being read
 * @unknown: ranges without a country
 * @overlaps: ranges that begin within another
 */
struct mx_geo_set {
	struct mx_ranges family[2];
	char *const *files;
	unsigned int file;
	size_t unknown;
	size_t overlaps;
};

void mx_geo_set_init(struct mx_geo_set *set, char *const *files);
void mx_geo_set_free(struct mx_geo_set *set);
int mx_geo_set_add(struct mx_ctl *ctl, struct mx_geo_set *set, bool six,
		   mx_u128 start, mx_u128 end, uint32_t line,
		   struct mx_spot spot);
int mx_geo_set_finish(struct mx_ctl *ctl, struct mx_geo_set *set);
unsigned int mx_range_prefix(struct mx_range *r, unsigned int bits);

uint8_t mx_geo_region(const char *country);
uint8_t mx_geo_region_of_code(const char *code, size_t len);

/* Readers of files; each returns an exit status, after a message. */
int mx_geo_csv(struct mx_ctl *ctl, struct mx_geo_set *set, const char *file);
int mx_geo_mmdb(struct mx_ctl *ctl, struct mx_geo_set *set, const char *file);

#endif /* MX_CTL_GEO_SET_H */
