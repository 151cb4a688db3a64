// SPDX-License-Identifier: GPL-2.0
#include "group/group.h"
#include "steer/flow_match.h"

/* Nodes between two breaths of a walk in process context. */
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

/*
 * Whether to take a breath before the node that the walk has come to. Only the
 * first one of a bucket will do: a walk goes on by the number of nodes that it
 * has seen of a bucket, and would step over one for each that is gone by then.
 */
static bool mx_walk_pauses(struct rhashtable_iter *iter, unsigned int *budget)
{
	if (*budget) {
		--*budget;
		return false;
	}
	if (iter->skip != 1)
		return false;
	iter->p = NULL;
	iter->skip = 0;
	return true;
}

/**
 * mx_flow_each() - do something with each matching flow
 * @ft: the table
 * @match: which flows; NULL for all
 * @fn: called under RCU, must not sleep; may remove the flow. Return: whether
 *	the flow counts
 * @arg: passed to @fn
 *
 * Flows that come or go meanwhile may be missed or met; one that is there all
 * the time may be met twice if the table is resized.
 *
 * Context: process.
 * Return: how many flows counted.
 */
u32 mx_flow_each(struct mx_flow_table *ft, const struct mx_flow_match *match,
		 bool (*fn)(struct mx_flow_table *ft, struct mx_flow *flow,
			    void *arg),
		 void *arg)
{
	struct rhashtable_iter iter;
	struct mx_flow_node *node;
	unsigned int budget;
	struct mx_flow *flow;
	u32 count = 0;

	rhashtable_walk_enter(&ft->nodes, &iter);
	do {
		budget = MX_WALK_SLICE;
		rhashtable_walk_start(&iter);
		while ((node = rhashtable_walk_next(&iter))) {
			if (IS_ERR(node))
				continue;
			if (mx_walk_pauses(&iter, &budget))
				break;
			if (node->key.dir != MX_DIR_ORIG)
				continue;
			flow = mx_flow_of(node);
			if (mx_flow_matches(flow, match))
				count += fn(ft, flow, arg);
		}
		rhashtable_walk_stop(&iter);
		cond_resched();
	} while (node);
	rhashtable_walk_exit(&iter);
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
