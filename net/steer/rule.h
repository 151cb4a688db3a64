/* SPDX-License-Identifier: GPL-2.0 */
/* Rules: what a packet must look like, and what is done with it then. */
#ifndef MX_STEER_RULE_H
#define MX_STEER_RULE_H

#include <linux/if.h>
#include <linux/refcount.h>
#include "base/flow_key.h"
#include "base/stats.h"
#include "group/group.h"
#include "steer/geo.h"
#include "steer/table.h"
#include "steer/when.h"

#define MX_RULE_SPORT	BIT(0)
#define MX_RULE_DPORT	BIT(1)
#define MX_RULE_DSCP	BIT(2)

/* What struct mx_match.where says of the source. */
#define MX_WHERE_COUNTRY	BIT(0)
#define MX_WHERE_NOT_COUNTRY	BIT(1)
#define MX_WHERE_REGION		BIT(2)
#define MX_WHERE_NOT_REGION	BIT(3)

/**
 * struct mx_source - where a packet comes from, looked up at most once
 * @known: it was looked up
 * @place: where it is then
 */
struct mx_source {
	bool known;
	struct mx_place place;
};

/**
 * struct mx_meta - what decisions look at beside the key
 * @mark: the packet's mark
 * @dscp: 0 to 63
 * @iif: name of the input device, "" for none
 * @oif: name of the output device, "" for none
 * @any: all of these are unknown and match any rule
 * @now: seconds since 1970
 * @geo: the database of countries, or NULL
 * @source: of mx_resolve(), for the first rule that asks where the source is;
 *	NULL where none can, or without @geo
 * @avoid: a server that did not answer the packet when it came before, or NULL
 */
struct mx_meta {
	u32 mark;
	u8 dscp;
	const char *iif;
	const char *oif;
	bool any;
	time64_t now;
	const struct mx_geo *geo;
	struct mx_source *source;
	const struct mx_server *avoid;
};

/**
 * struct mx_match - what a packet must look like
 * @family: AF_INET or AF_INET6; 0 for both
 * @proto: IP protocol, 0 for any
 * @dscp: 0 to 63, with MX_RULE_DSCP
 * @set: MX_RULE_ flags of the fields that count
 * @splen: length of the source prefix, 0 for any
 * @dplen: length of the destination prefix, 0 for any
 * @sport: first and last source port, host order
 * @where: MX_WHERE_ flags; the countries are the rule's
 * @regions: 1 << enum mutex_region of each, with MX_WHERE_REGION
 * @when: hours and days, in the rule's zone
 * @dport: first and last destination port, host order
 * @mark: the mark, as far as @mark_mask goes
 * @mark_mask: 0 for any mark
 * @src: source prefix
 * @dst: destination prefix
 */
struct mx_match {
	u8 family;
	u8 proto;
	u8 dscp;
	u8 set;
	u8 splen;
	u8 dplen;
	u8 where;
	u8 regions;
	struct mx_when when;
	u16 sport[2];
	u16 dport[2];
	u32 mark;
	u32 mark_mask;
	union nf_inet_addr src;
	union nf_inet_addr dst;
};

/**
 * struct mx_hits - how many decisions a rule took
 * @refs: rules that count here, also those that wait for their last readers
 * @users: of these, the rules of each configuration; under the namespace's lock
 * @stats: the counter
 *
 * A rule that takes another one's place counts on in the same place, so that no
 * decision of the last readers of the other one is lost.
 */
struct mx_hits {
	refcount_t refs;
	u32 users[MX_CONFIGS];
	struct mx_stats stats;
};

/**
 * struct mx_rule - a match and an action
 * @rcu: for its release
 * @id: unique in its configuration
 * @priority: the higher number is looked at first
 * @action: enum mutex_action
 * @match: what packets it takes
 * @iif: name of the input device, "" for any
 * @oif: name of the output device, "" for any
 * @zone: of its hours and days, NULL for UTC; counted
 * @countries: those that it names
 * @qos: what is set in its packets
 * @qos_ref: the same for flows to hold, NULL for nothing; counted
 * @table: of action table
 * @group: of action group; counted, in its users too
 * @hits: where it counts its decisions; counted
 */
struct mx_rule {
	struct rcu_head rcu;
	u32 id;
	u32 priority;
	u8 action;
	struct mx_match match;
	char iif[IFNAMSIZ];
	char oif[IFNAMSIZ];
	struct mx_zone *zone;
	DECLARE_BITMAP(countries, MX_COUNTRIES);
	struct mx_qos qos;
	struct mx_qos_ref *qos_ref;
	struct mx_table *table;
	struct mx_group *group;
	struct mx_hits *hits;
};

/**
 * struct mx_rule_entry - a rule as the packet path walks over it
 * @match: copied from the rule, so that a walk reads memory in one sweep
 * @rule: the rule
 */
struct mx_rule_entry {
	struct mx_match match;
	struct mx_rule *rule;
};

/**
 * struct mx_rules - all rules of a configuration
 * @rcu: for its release
 * @n: how many
 * @places: one of them asks where the source is
 * @entry: by descending priority, then ascending id
 *
 * Immutable once readers can see it.
 */
struct mx_rules {
	struct rcu_head rcu;
	u32 n;
	bool places;
	struct mx_rule_entry entry[];
};

bool mx_rule_matches(const struct mx_rule_entry *entry,
		     const struct mx_key *key, bool ports,
		     const struct mx_meta *meta);
struct mx_rule *mx_rule_create(gfp_t gfp);
void mx_rule_bind(struct mx_rule *rule, unsigned int slot);
void mx_rule_unbind(struct mx_rule *rule, unsigned int slot);
void mx_rule_inherit(struct mx_rule *rule, const struct mx_rule *from);
void mx_rule_free(struct mx_rule *rule);
void mx_rule_free_rcu(struct mx_rule *rule);

struct mx_rule *mx_rules_find(const struct mx_rules *rules, u32 id);
struct mx_rule *mx_rules_heritage(const struct mx_rules *rules,
				  const struct mx_rule *rule, bool by_id,
				  unsigned int slot);
u32 mx_rules_free_id(const struct mx_rules *rules);
struct mx_rules *mx_rules_change(const struct mx_rules *rules,
				 const struct mx_rule *out, struct mx_rule *in);

#endif /* MX_STEER_RULE_H */
