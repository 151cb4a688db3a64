/* SPDX-License-Identifier: GPL-2.0 */
/* Databases of countries: where a source address is. */
#ifndef MX_STEER_GEO_H
#define MX_STEER_GEO_H

#include <linux/bitmap.h>
#include <linux/time64.h>
#include <linux/workqueue.h>
#include "base/flow_key.h"
#include "base/lpm.h"
#include "mx.h"

#define MX_MAX_GEO		(4U << 20)	/* prefixes of one family */

/* Two letters make the number of a country, 0 is none. */
#define MX_COUNTRIES		(26 * 26 + 1)
#define MX_REGIONS		(MUTEX_REGION_SA + 1)

/**
 * struct mx_place - where an address is
 * @country: see mx_country(), 0 for unknown
 * @region: enum mutex_region
 */
struct mx_place {
	u16 country;
	u8 region;
};

/**
 * struct mx_geo - a database
 * @free: for its release
 * @lpm: IPv4 and IPv6 prefixes; their values are no pointers but places, see
 *	mx_geo_add()
 * @countries: those that it names
 * @loaded: when it was put in force, seconds since 1970
 * @name: its name
 *
 * Built where no reader can see it, immutable afterwards.
 */
struct mx_geo {
	struct rcu_work free;
	struct mx_lpm lpm[2];
	DECLARE_BITMAP(countries, MX_COUNTRIES);
	time64_t loaded;
	char name[MUTEX_GEO_NAME_MAX + 1];
};

/**
 * mx_country() - the number of a country
 * @code: two letters
 *
 * Return: 1 to MX_COUNTRIES - 1; 0 if these are not two capital letters.
 */
static inline u16 mx_country(const char *code)
{
	if (code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z')
		return 0;
	return (code[0] - 'A') * 26 + code[1] - 'A' + 1;
}

/**
 * mx_country_code() - the letters of a country
 * @country: its number, not 0
 * @code: where to put two letters
 */
static inline void mx_country_code(u16 country, char *code)
{
	code[0] = 'A' + (country - 1) / 26;
	code[1] = 'A' + (country - 1) % 26;
}

struct mx_geo *mx_geo_create(const char *name, struct mutex *lock);
void mx_geo_destroy(struct mx_geo *geo);
int mx_geo_add(struct mx_geo *geo, u8 family, const void *addr, u8 plen,
	       struct mx_place place);
size_t mx_geo_bytes(const struct mx_geo *geo);
struct mx_place mx_geo_find(const struct mx_geo *geo, const struct mx_key *key);

#endif /* MX_STEER_GEO_H */
