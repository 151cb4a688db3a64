// SPDX-License-Identifier: GPL-2.0
#include <linux/inetdevice.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include "steer/rule.h"

static bool mx_prefix4(__be32 addr, __be32 prefix, u8 plen)
{
	return !((addr ^ prefix) & inet_make_mask(plen));
}

static bool mx_match_addrs(const struct mx_match *m, const struct mx_key *key)
{
	if (key->family == AF_INET)
		return mx_prefix4(key->v4.daddr, m->dst.ip, m->dplen) &&
		       mx_prefix4(key->v4.saddr, m->src.ip, m->splen);
	return ipv6_prefix_equal(&key->v6.daddr, &m->dst.in6, m->dplen) &&
	       ipv6_prefix_equal(&key->v6.saddr, &m->src.in6, m->splen);
}

static bool mx_match_ports(const struct mx_match *m, const struct mx_key *key,
			   bool ports)
{
	u16 sport = ntohs(key->sport), dport = ntohs(key->dport);

	if (!(m->set & (MX_RULE_SPORT | MX_RULE_DPORT)))
		return true;
	/* an ICMP identifier is no port */
	if (!ports || key->proto == IPPROTO_ICMP ||
	    key->proto == IPPROTO_ICMPV6)
		return false;
	if ((m->set & MX_RULE_DPORT) &&
	    (dport < m->dport[0] || dport > m->dport[1]))
		return false;
	return !(m->set & MX_RULE_SPORT) ||
	       (sport >= m->sport[0] && sport <= m->sport[1]);
}

/* Most packets fail at a rule's other fields: nobody looks for those. */
static struct mx_place mx_meta_place(const struct mx_meta *meta,
				     const struct mx_key *key)
{
	struct mx_source *source = meta->source;

	if (!source)
		return (struct mx_place){ };
	if (!source->known) {
		source->place = mx_geo_find(meta->geo, key);
		source->known = true;
	}
	return source->place;
}

/* An unknown country is in no list, and in none of those with a "not" either. */
static bool mx_match_place(const struct mx_match *m,
			   const struct mx_rule *rule, struct mx_place place)
{
	if ((m->where & MX_WHERE_COUNTRY) &&
	    (!place.country || test_bit(place.country, rule->countries) ==
			       !!(m->where & MX_WHERE_NOT_COUNTRY)))
		return false;
	return !(m->where & MX_WHERE_REGION) ||
	       (place.region && !!(m->regions & BIT(place.region)) !=
				!!(m->where & MX_WHERE_NOT_REGION));
}

/**
 * mx_rule_matches() - does a rule take a packet
 * @entry: the rule
 * @key: the packet's key
 * @ports: whether the key has ports
 * @meta: what else is known of the packet
 *
 * Context: RCU reader.
 * Return: true if everything that the rule says is so.
 */
bool mx_rule_matches(const struct mx_rule_entry *entry,
		     const struct mx_key *key, bool ports,
		     const struct mx_meta *meta)
{
	const struct mx_match *m = &entry->match;
	const struct mx_rule *rule = entry->rule;

	if (m->family && m->family != key->family)
		return false;
	if (m->proto && m->proto != key->proto)
		return false;
	if (!mx_match_ports(m, key, ports))
		return false;
	if (m->family && !mx_match_addrs(m, key))
		return false;
	if (mx_when_set(&m->when) &&
	    !mx_when_matches(&m->when, rule->zone, meta->now))
		return false;
	if (m->where && !mx_match_place(m, rule, mx_meta_place(meta, key)))
		return false;
	if (meta->any)
		return true;
	if ((meta->mark ^ m->mark) & m->mark_mask)
		return false;
	if ((m->set & MX_RULE_DSCP) && m->dscp != meta->dscp)
		return false;
	if (rule->iif[0] && strncmp(rule->iif, meta->iif, IFNAMSIZ))
		return false;
	return !rule->oif[0] || !strncmp(rule->oif, meta->oif, IFNAMSIZ);
}

static struct mx_hits *mx_hits_create(gfp_t gfp)
{
	struct mx_hits *hits = kzalloc(sizeof(*hits), gfp);

	if (!hits)
		return NULL;
	if (mx_stats_init(&hits->stats, 1, gfp)) {
		kfree(hits);
		return NULL;
	}
	refcount_set(&hits->refs, 1);
	return hits;
}

static void mx_hits_put(struct mx_hits *hits)
{
	if (!refcount_dec_and_test(&hits->refs))
		return;
	mx_stats_destroy(&hits->stats);
	kfree(hits);
}

/**
 * mx_rule_create() - make an empty rule
 * @gfp: how to allocate
 *
 * Return: the rule, for the caller to fill in, or NULL without memory.
 */
struct mx_rule *mx_rule_create(gfp_t gfp)
{
	struct mx_rule *rule = kzalloc(sizeof(*rule), gfp);

	if (!rule)
		return NULL;
	rule->hits = mx_hits_create(gfp);
	if (!rule->hits) {
		kfree(rule);
		return NULL;
	}
	return rule;
}

/**
 * mx_rule_bind() - let a rule hold its table or group, and its counter
 * @rule: the rule
 * @slot: index of its configuration
 *
 * Context: the namespace's lock is held.
 */
void mx_rule_bind(struct mx_rule *rule, unsigned int slot)
{
	rule->hits->users[slot]++;
	if (rule->table)
		rule->table->users++;
	if (rule->group)
		mx_group_hold(rule->group)->users[slot]++;
}

/**
 * mx_rule_unbind() - undo mx_rule_bind()
 * @rule: the rule, which readers may still see
 * @slot: index of its configuration
 *
 * Context: the namespace's lock is held.
 */
void mx_rule_unbind(struct mx_rule *rule, unsigned int slot)
{
	rule->hits->users[slot]--;
	if (rule->table)
		rule->table->users--;
	if (rule->group) {
		rule->group->users[slot]--;
		mx_group_put(rule->group);
	}
}

/**
 * mx_rule_inherit() - let a rule count on where another one does
 * @rule: the new rule, unbound, which no reader can see
 * @from: the rule that it will replace
 */
void mx_rule_inherit(struct mx_rule *rule, const struct mx_rule *from)
{
	mx_hits_put(rule->hits);
	rule->hits = from->hits;
	refcount_inc(&rule->hits->refs);
}

/**
 * mx_rule_free() - free a rule that no reader can see
 * @rule: the rule, unbound
 */
void mx_rule_free(struct mx_rule *rule)
{
	mx_qos_put(rule->qos_ref);
	mx_hits_put(rule->hits);
	mx_zone_put(rule->zone);
	kfree(rule);
}

static void mx_rule_free_cb(struct rcu_head *rcu)
{
	mx_rule_free(container_of(rcu, struct mx_rule, rcu));
}

/**
 * mx_rule_free_rcu() - free a rule that new readers cannot find
 * @rule: the rule, unbound
 *
 * Context: any.
 */
void mx_rule_free_rcu(struct mx_rule *rule)
{
	call_rcu(&rule->rcu, mx_rule_free_cb);
}

/**
 * mx_rules_find() - look a rule up by its id
 * @rules: the rules, or NULL
 * @id: the id
 *
 * Return: the rule, or NULL.
 */
struct mx_rule *mx_rules_find(const struct mx_rules *rules, u32 id)
{
	u32 i;

	for (i = 0; rules && i < rules->n; i++)
		if (rules->entry[i].rule->id == id)
			return rules->entry[i].rule;
	return NULL;
}

static bool mx_match_equal(const struct mx_match *a, const struct mx_match *b)
{
	return a->family == b->family && a->proto == b->proto &&
	       a->dscp == b->dscp && a->set == b->set &&
	       a->splen == b->splen && a->dplen == b->dplen &&
	       a->sport[0] == b->sport[0] && a->sport[1] == b->sport[1] &&
	       a->dport[0] == b->dport[0] && a->dport[1] == b->dport[1] &&
	       a->mark == b->mark && a->mark_mask == b->mark_mask &&
	       a->where == b->where && a->regions == b->regions &&
	       a->when.begin == b->when.begin && a->when.end == b->when.end &&
	       a->when.days == b->when.days &&
	       nf_inet_addr_cmp(&a->src, &b->src) &&
	       nf_inet_addr_cmp(&a->dst, &b->dst);
}

static bool mx_zone_equal(const struct mx_zone *a, const struct mx_zone *b)
{
	return a == b || (a && b && !strcmp(a->name, b->name));
}

/* Do two rules, perhaps of different configurations, say the same? */
static bool mx_rule_equal(const struct mx_rule *a, const struct mx_rule *b)
{
	if (a->priority != b->priority || a->action != b->action ||
	    a->group != b->group || !a->table != !b->table)
		return false;
	return (!a->table || !strcmp(a->table->name, b->table->name)) &&
	       !strcmp(a->iif, b->iif) && !strcmp(a->oif, b->oif) &&
	       mx_zone_equal(a->zone, b->zone) &&
	       bitmap_equal(a->countries, b->countries, MX_COUNTRIES) &&
	       mx_match_equal(&a->match, &b->match) &&
	       mx_qos_equal(&a->qos, &b->qos);
}

/**
 * mx_rules_heritage() - the rule whose counter a rule of another configuration
 *			 takes over
 * @rules: the rules of the configuration in force, or NULL
 * @rule: the new rule
 * @by_id: the user named its id: that tells which rule it is. Else it is one
 *	that says the same
 * @slot: index of the new rule's configuration; each counter is taken over once
 *
 * Context: the namespace's lock is held.
 * Return: the rule, for mx_rule_inherit(), or NULL.
 */
struct mx_rule *mx_rules_heritage(const struct mx_rules *rules,
				  const struct mx_rule *rule, bool by_id,
				  unsigned int slot)
{
	struct mx_rule *old;
	u32 i;

	for (i = 0; rules && i < rules->n; i++) {
		old = rules->entry[i].rule;
		if (old->hits->users[slot])
			continue;
		if (by_id ? old->id == rule->id : mx_rule_equal(old, rule))
			return old;
	}
	return NULL;
}

/**
 * mx_rules_free_id() - an id that no rule has
 * @rules: the rules, or NULL
 *
 * Return: one above the highest id; if that is taken, the lowest free one.
 */
u32 mx_rules_free_id(const struct mx_rules *rules)
{
	u32 i, id = 0;

	for (i = 0; rules && i < rules->n; i++)
		id = max(id, rules->entry[i].rule->id);
	if (++id)
		return id;
	while (mx_rules_find(rules, ++id))
		;
	return id;
}

static bool mx_rule_before(const struct mx_rule *a, const struct mx_rule *b)
{
	if (a->priority != b->priority)
		return a->priority > b->priority;
	return a->id < b->id;
}

static void mx_rules_put(struct mx_rules *rules,
			 const struct mx_rule_entry *entry)
{
	rules->entry[rules->n++] = *entry;
	rules->places |= !!entry->match.where;
}

/**
 * mx_rules_change() - the same rules without one and with another
 * @rules: the rules, or NULL
 * @out: one of them to leave out, or NULL
 * @in: a rule to put in its place by priority, or NULL
 *
 * Return: the new set, possibly empty, or NULL without memory.
 */
struct mx_rules *mx_rules_change(const struct mx_rules *rules,
				 const struct mx_rule *out, struct mx_rule *in)
{
	u32 i, old = rules ? rules->n : 0;
	struct mx_rule_entry entry = { };
	struct mx_rules *new;

	if (in)
		entry = (struct mx_rule_entry){ in->match, in };

	new = kvzalloc(struct_size(new, entry, (size_t)old + !!in - !!out),
		       GFP_KERNEL_ACCOUNT);
	if (!new)
		return NULL;
	for (i = 0; i < old; i++) {
		if (rules->entry[i].rule == out)
			continue;
		if (in && mx_rule_before(in, rules->entry[i].rule)) {
			mx_rules_put(new, &entry);
			in = NULL;
		}
		mx_rules_put(new, &rules->entry[i]);
	}
	if (in)
		mx_rules_put(new, &entry);
	return new;
}
