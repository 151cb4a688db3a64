// SPDX-License-Identifier: GPL-2.0
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

static const void *mx_key_saddr(const struct mx_key *key)
{
	return key->family == AF_INET ? (const void *)&key->v4.saddr :
					&key->v6.saddr;
}

static const void *mx_key_daddr(const struct mx_key *key)
{
	return key->family == AF_INET ? (const void *)&key->v4.daddr :
					&key->v6.daddr;
}

static bool mx_key_matches(const struct mx_key *key,
			   const struct mx_flow_match *m)
{
	if ((m->set & MX_MATCH_PROTO) && key->proto != m->proto)
		return false;
	if ((m->set & MX_MATCH_SPORT) && key->sport != m->sport)
		return false;
	if ((m->set & MX_MATCH_DPORT) && key->dport != m->dport)
		return false;
	if ((m->set & MX_MATCH_SRC) &&
	    !mx_addr_equal(key->family, mx_key_saddr(key), m->src_family,
			   &m->src))
		return false;
	return !(m->set & MX_MATCH_DST) ||
	       mx_addr_equal(key->family, mx_key_daddr(key), m->dst_family,
			     &m->dst);
}

/**
 * mx_flow_matches() - is a flow among those that a command means
 * @flow: the flow
 * @match: what the command said; NULL for all flows
 *
 * Return: true if every given field is equal.
 */
bool mx_flow_matches(const struct mx_flow *flow,
		     const struct mx_flow_match *match)
{
	const struct mx_server *s = flow->server;

	if (!match || !match->set)
		return true;
	if (!mx_key_matches(&flow->node[0].key, match))
		return false;
	if ((match->set & MX_MATCH_STATE) &&
	    READ_ONCE(flow->state) != match->state)
		return false;
	if ((match->set & MX_MATCH_GROUP) &&
	    strcmp(s->group->name, match->group))
		return false;
	if ((match->set & MX_MATCH_SERVER_PORT) &&
	    s->port != match->server_port)
		return false;
	return !(match->set & MX_MATCH_SERVER) ||
	       mx_addr_equal(s->family, &s->addr, match->server_family,
			     &match->server);
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
			if (mx_flow_matches(flow, match))
				count += fn(ft, flow, arg);
		rcu_read_unlock();
		cond_resched();
	} while (!c.end);
	return count;
}

static bool mx_flow_flush_one(struct mx_flow_table *ft, struct mx_flow *flow,
			      void *arg)
{
	return mx_flow_remove(ft, flow);
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
	return mx_flow_each(ft, match, mx_flow_flush_one, NULL);
}
