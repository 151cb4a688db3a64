/* SPDX-License-Identifier: GPL-2.0 */
/* When a rule holds, and where its packets come from. */
#ifndef MX_CTL_WHERE_H
#define MX_CTL_WHERE_H

#include <stdint.h>

struct mx_ctl;
struct mx_out;
struct mx_word;
struct nlattr;

/* The words of a rule's time and place: hours, days, zone, country, region. */
#define MX_WHERE_WORDS(word_, any_attr_)					\
	word_(any_attr_, HOURS, .name = "hours", .kind = MX_W_HOURS,	\
	      .attr = MUTEX_A_RULE_HOURS_BEGIN,				\
	      .attr2 = MUTEX_A_RULE_HOURS_END),				\
	word_(any_attr_, DAYS, .name = "days", .kind = MX_W_DAYS,	\
	      .attr = MUTEX_A_RULE_DAYS),				\
	word_(any_attr_, ZONE, .name = "zone", .kind = MX_W_ZONE,	\
	      .attr = MUTEX_A_RULE_ZONE,				\
	      .attr2 = MUTEX_A_RULE_ZONE_CHANGES),			\
	word_(any_attr_, COUNTRY, .name = "country", .kind = MX_W_COUNTRY, \
	      .attr = MUTEX_A_RULE_COUNTRY,				\
	      .attr2 = MUTEX_A_RULE_COUNTRY_NOT),			\
	word_(any_attr_, REGION, .name = "region", .kind = MX_W_REGION,	\
	      .attr = MUTEX_A_RULE_REGION,				\
	      .attr2 = MUTEX_A_RULE_REGION_NOT)

int mx_put_where(struct mx_ctl *ctl, const struct mx_word *w, const char *s);
void mx_where_print(struct mx_ctl *ctl, struct nlattr **tb);
const char *mx_region_name(unsigned int region);
void mx_out_clock(struct mx_out *o, const char *key, const char *word,
		  uint64_t seconds);

#endif /* MX_CTL_WHERE_H */
