// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include "group/group.h"
#include "steer/flow_match.h"

/* Buckets between two breaths of a walk in process context. */
#define MX_WALK_SLICE	1024

static bool mx_addr_equal(u8 family, const void *a, u8 other, const void *b)
{
	return family == other &&
	       !memcmp(a, b, family == AF_INET ? sizeof(struct in_addr) :
						 sizeof(struct in6_addr));
}

/* Whether the first bits of two addresses are equal. */
static bool mx_addr_within(u8 family, const __be32 *a, u8 other,
			   const union nf_inet_addr *b, u8 plen)
{
	unsigned int i, words = plen / 32, rest = plen % 32;

	if (family != other)
		return false;
	for (i = 0; i < words; i++)
		if (a[i] != b->ip6[i])
			return false;
	return !rest || !((a[i] ^ b->ip6[i]) & htonl(~0U << (32 - rest)));
}

static const __be32 *mx_key_saddr(const struct mx_key *key)
{
	return key->family == AF_INET ? &key->v4.saddr :
					key->v6.saddr.s6_addr32;
}

static const __be32 *mx_key_daddr(const struct mx_key *key)
{
	return key->family == AF_INET ? &key->v4.daddr :
					key->v6.daddr.s6_addr32;
}

static bool mx_key_ports_match(const struct mx_key *key,
			       const struct mx_flow_match *m)
{
	u16 sport = ntohs(key->sport), dport = ntohs(key->dport);

	if ((m->set & MX_MATCH_SPORT) &&
	    (sport < m->sport || sport > m->sport_max))
		return false;
	return !(m->set & MX_MATCH_DPORT) ||
	       (dport >= m->dport && dport <= m->dport_max);
}

static bool mx_key_matches(const struct mx_key *key,
			   const struct mx_flow_match *m)
{
	if ((m->set & MX_MATCH_PROTO) && key->proto != m->proto)
		return false;
	if ((m->set & MX_MATCH_FAMILY) && key->family != m->family)
		return false;
	if (!mx_key_ports_match(key, m))
		return false;
	if ((m->set & MX_MATCH_SRC) &&
	    !mx_addr_within(key->family, mx_key_saddr(key), m->src_family,
			    &m->src, m->src_plen))
		return false;
	return !(m->set & MX_MATCH_DST) ||
	       mx_addr_within(key->family, mx_key_daddr(key), m->dst_family,
			      &m->dst, m->dst_plen);
}

static bool mx_server_matches(const struct mx_server *s,
			      const struct mx_flow_match *m)
{
	if ((m->set & MX_MATCH_GROUP) && strcmp(s->group->name, m->group))
		return false;
	if ((m->set & MX_MATCH_PATH) &&
	    (!s->name || strcmp(s->name, m->path)))
		return false;
	if ((m->set & MX_MATCH_SERVER_PORT) && s->port != m->server_port)
		return false;
	return !(m->set & MX_MATCH_SERVER) ||
	       mx_addr_equal(s->family, &s->addr, m->server_family,
			     &m->server);
}

/**
 * mx_flow_fast() - which directions of a flow have a fast path
 * @flow: the flow
 *
 * Return: a bit for each of enum mx_dir.
 */
u8 mx_flow_fast(const struct mx_flow *flow)
{
	u8 fast = 0;

	if (rcu_access_pointer(flow->hop[MX_DIR_ORIG]))
		fast |= BIT(MX_DIR_ORIG);
	if (rcu_access_pointer(flow->hop[MX_DIR_REPLY]))
		fast |= BIT(MX_DIR_REPLY);
	return fast;
}

/* What the decision is. */
static bool mx_flow_way_matches(const struct mx_flow *flow,
				const struct mx_flow_match *m)
{
	if ((m->set & MX_MATCH_FORWARD) && mx_flow_forward(flow) != m->forward)
		return false;
	if ((m->set & MX_MATCH_CT) && mx_flow_ct(flow) != m->ct)
		return false;
	if ((m->set & MX_MATCH_FAST) && mx_flow_fast(flow) != m->fast)
		return false;
	return !(m->set & MX_MATCH_MARK) ||
	       !((flow->mark ^ m->mark) & m->mark_mask);
}

/* What has become of the flow since. */
static bool mx_flow_life_matches(const struct mx_flow *flow,
				 const struct mx_settings *set, u32 now,
				 const struct mx_flow_match *m)
{
	if ((m->set & MX_MATCH_STATE) && READ_ONCE(flow->state) != m->state)
		return false;
	if ((m->set & MX_MATCH_ACTIVE) &&
	    test_bit(MX_FLOW_ACTIVE, &flow->flags) != m->active)
		return false;
	if ((m->set & MX_MATCH_ANSWERED) &&
	    test_bit(MX_FLOW_REPLIED, &flow->flags) != m->answered)
		return false;
	if ((m->set & MX_MATCH_IDLE) &&
	    jiffies_to_msecs(mx_flow_idle(flow, now)) < m->idle)
		return false;
	return !(m->set & MX_MATCH_EXPIRES) ||
	       mx_flow_left(flow, set, now) <= m->expires;
}

/**
 * mx_flow_matches() - is a flow among those that a command means
 * @flow: the flow
 * @set: the settings in force
 * @now: low 32 bits of jiffies
 * @match: what the command said; NULL for all flows
 *
 * Context: RCU reader.
 * Return: true if all that was given is so.
 */
bool mx_flow_matches(const struct mx_flow *flow,
		     const struct mx_settings *set, u32 now,
		     const struct mx_flow_match *match)
{
	if (!match || !match->set)
		return true;
	return mx_key_matches(&flow->node[0].key, match) &&
	       mx_server_matches(flow->server, match) &&
	       mx_flow_way_matches(flow, match) &&
	       mx_flow_life_matches(flow, set, now, match);
}

/**
 * struct mx_flow_seek - the flow that follows a cursor
 * @after: the cursor
 * @least: the flow's place, of those seen so far the first
 */
struct mx_flow_seek {
	const struct mx_flow_cursor *after;
	struct mx_flow_cursor least;
};

static void mx_flow_seek(struct mx_flow_node *node, void *arg)
{
	struct mx_flow_seek *s = arg;
	unsigned long flow;

	if (node->key.dir != MX_DIR_ORIG)
		return;
	flow = (unsigned long)mx_flow_of(node);
	if (node->hash < s->after->order ||
	    (node->hash == s->after->order && flow <= s->after->flow))
		return;
	if (node->hash > s->least.order ||
	    (node->hash == s->least.order && s->least.flow &&
	     flow >= s->least.flow))
		return;
	s->least.order = node->hash;
	s->least.flow = flow;
}

/**
 * mx_flow_next() - the flow that follows in a walk over all flows
 * @ft: the table
 * @c: where the walk stands; moved on
 * @budget: how many buckets may be looked at; counted down
 *
 * The walk goes by hash, whatever size the table has. It may rest for any time
 * between two calls: each flow that is there all the time is met once, those
 * that come or go are met once or never.
 *
 * Context: RCU reader.
 * Return: the flow; NULL at the end, or with the budget used up.
 */
struct mx_flow *mx_flow_next(struct mx_flow_table *ft, struct mx_flow_cursor *c,
			     unsigned int *budget)
{
	struct mx_flow_seek s = { .after = c };
	u32 next;

	while (!c->end && *budget) {
		--*budget;
		s.least = (struct mx_flow_cursor){ .order = U32_MAX };
		next = mx_flow_map_visit(&ft->map, c->order, mx_flow_seek, &s);
		if (s.least.flow && s.least.order <= next - 1) {
			*c = s.least;
			return (struct mx_flow *)s.least.flow;
		}
		c->end = !next;
		c->order = next;
		c->flow = 0;
	}
	return NULL;
}

/**
 * mx_flow_each() - do something with each matching flow
 * @ft: the table
 * @match: which flows; NULL for all
 * @fn: called under RCU, must not sleep; may remove the flow. Return: whether
 *	the flow counts
 * @arg: passed to @fn
 *
 * Flows that come or go meanwhile may be missed or met; the others are met
 * once.
 *
 * Context: process.
 * Return: how many flows counted.
 */
u32 mx_flow_each(struct mx_flow_table *ft, const struct mx_flow_match *match,
		 bool (*fn)(struct mx_flow_table *ft, struct mx_flow *flow,
			    void *arg),
		 void *arg)
{
	struct mx_flow_cursor c = { };
	struct mx_flow *flow;
	unsigned int budget;
	u32 count = 0;

	do {
		budget = MX_WALK_SLICE;
		rcu_read_lock();
		while ((flow = mx_flow_next(ft, &c, &budget)))
			if (mx_flow_matches(flow,
					    rcu_dereference(ft->settings),
					    (u32)jiffies, match))
				count += fn(ft, flow, arg);
		rcu_read_unlock();
		cond_resched();
	} while (!c.end);
	return count;
}

static bool mx_flow_flush_one(struct mx_flow_table *ft, struct mx_flow *flow,
			      void *arg)
{
	return mx_flow_end(ft, flow, "flushed");
}

/**
 * mx_flow_flush() - forget flows
 * @ft: the table
 * @match: which flows; NULL for all
 *
 * Context: process.
 * Return: how many flows were forgotten.
 */
u32 mx_flow_flush(struct mx_flow_table *ft, const struct mx_flow_match *match)
{
	u32 n = mx_flow_each(ft, match, mx_flow_flush_one, NULL);

	mx_dbg("flow", "%u flows flushed\n", n);
	return n;
}
