// SPDX-License-Identifier: GPL-2.0
#include "steer/resolve.h"

/*
 * Asks a group, and nobody instead. True if it decides: it has a member for
 * this packet, or a limit drops it. @how: MX_PICK_ flags.
 */
static bool mx_resolve_ask(const struct mx_config *cfg, struct mx_group *group,
			   const struct mx_key *key, unsigned int how,
			   struct mx_decision *d)
{
	struct mx_server *server = NULL;

	d->group = group;
	d->conf = rcu_dereference(group->conf[cfg->slot]);
	if (d->conf)
		server = mx_group_pick(group, d->conf, key, how);
	if (unlikely(d->avoid) && !IS_ERR_OR_NULL(server))
		server = mx_group_sure(d->conf, server, d->avoid);
	d->server = IS_ERR(server) ? NULL : server;
	if (IS_ERR(server))
		d->verdict = MUTEX_VERDICT_LIMIT;
	else
		d->verdict = server ? MUTEX_VERDICT_STEER :
				      MUTEX_VERDICT_NO_MEMBER;
	return server;
}

/* Asks the groups that stand behind @d's, which has no member. */
static bool mx_resolve_fallback(const struct mx_config *cfg,
				const struct mx_key *key, unsigned int how,
				struct mx_decision *d)
{
	const struct mx_group_conf *conf = d->conf;
	struct mx_group *group = d->group;
	unsigned int i;

	/* to count the asking of several groups is the stack's */
	d->passed = true;
	for (i = 0; i < MX_FALLBACK_DEPTH; i++) {
		if (!d->conf || !d->conf->params.failover.fallback)
			break;
		if (!mx_resolve_ask(cfg, d->conf->params.failover.fallback,
				    key, how, d))
			continue;
		d->instead = group;
		if (d->server && !(how & MX_PICK_DRY))
			mx_stats_inc_bh(&group->stats, MX_GROUP_FALLBACK);
		return true;
	}
	d->group = group;
	d->conf = conf;
	return false;
}

/* Asks a group and those that stand behind it. Returns as mx_resolve_ask(). */
static bool mx_resolve_group(const struct mx_config *cfg,
			     struct mx_group *group, const struct mx_key *key,
			     unsigned int how, struct mx_decision *d)
{
	d->instead = NULL;
	if (mx_resolve_ask(cfg, group, key, how, d))
		return true;
	return d->conf && d->conf->params.failover.fallback &&
	       mx_resolve_fallback(cfg, key, how, d);
}

/*
 * Looks a table up. True if one of the prefix's groups has a member; else the
 * search goes on, and @d remembers that a group without one was met.
 */
static bool mx_resolve_table(const struct mx_config *cfg,
			     const struct mx_table *table,
			     const struct mx_key *key, unsigned int how,
			     struct mx_decision *d)
{
	const struct mx_targets *set = mx_table_lookup(table, key);
	u32 i;

	if (!set)
		return false;
	d->table = table;
	for (i = 0; i < set->n; i++) {
		d->target = &set->target[i];
		if (mx_resolve_group(cfg, set->target[i].group, key, how, d))
			return true;
		d->passed = true;
	}
	return false;
}

/* True if the rule ends the search. */
static bool mx_resolve_rule(const struct mx_config *cfg,
			    const struct mx_rule *rule,
			    const struct mx_key *key, unsigned int how,
			    struct mx_decision *d)
{
	/* what earlier rules met in vain is no part of a decision of this one */
	if (rule->action != MUTEX_ACTION_TABLE)
		*d = (struct mx_decision){ .passed = d->passed,
					   .avoid = d->avoid };
	d->rule = rule;
	switch (rule->action) {
	case MUTEX_ACTION_TABLE:
		return mx_resolve_table(cfg, rule->table, key, how, d);
	case MUTEX_ACTION_GROUP:
		mx_resolve_group(cfg, rule->group, key, how, d);
		return true;
	case MUTEX_ACTION_DROP:
		d->verdict = MUTEX_VERDICT_DROP;
		return true;
	default:
		d->verdict = MUTEX_VERDICT_BYPASS;
		return true;
	}
}

/**
 * mx_resolve() - decide a packet
 * @cfg: the configuration
 * @key: the packet's key
 * @ports: whether the key has ports
 * @meta: what else rules look at
 * @dry: change nothing, count nothing: tell what would be decided
 * @d: the decision
 *
 * Rules by priority; one whose table has no way for the packet lets the
 * search go on. Then, if no rule ended it, all tables by priority. Where a
 * route matched but none of its groups has a usable member, the search goes on
 * as well, and ends in no-member if nothing else is found.
 *
 * Context: RCU reader; softirqs are off unless @dry.
 */
void mx_resolve(const struct mx_config *cfg, const struct mx_key *key,
		bool ports, const struct mx_meta *meta, bool dry,
		struct mx_decision *d)
{
	const struct mx_rules *rules = rcu_dereference(cfg->rules);
	const struct mx_tables *tables = rcu_dereference(cfg->tables);
	struct mx_source source = { };
	struct mx_meta asks;
	unsigned int how = 0;
	u32 i;

	if (dry)
		how |= MX_PICK_DRY;
	/* a known flow has its place, whatever the limits say today */
	if (meta->any)
		how |= MX_PICK_FREE;

	memset(d, 0, sizeof(*d));
	if (rules && rules->places && meta->geo) {
		/* one lookup answers for all rules */
		asks = *meta;
		asks.source = &source;
		meta = &asks;
	}
	d->avoid = meta->avoid;
	for (i = 0; rules && i < rules->n; i++) {
		if (!mx_rule_matches(&rules->entry[i], key, ports, meta))
			continue;
		if (!mx_resolve_rule(cfg, rules->entry[i].rule, key, how, d))
			continue;
		if (!dry)
			mx_stats_inc_bh(&d->rule->hits->stats, 0);
		return;
	}

	d->rule = NULL;
	for (i = 0; tables && i < tables->n; i++)
		if (mx_resolve_table(cfg, tables->table[i], key, how, d))
			return;
}

/**
 * mx_resolve_take() - have a decision that was only tried take effect
 * @d: the decision, made dry a moment ago: to steer, and nothing @passed
 * @key: the packet's key
 *
 * Counts what mx_resolve() would have counted, and picks: the server may be
 * another one than @d names if other CPUs have picked meanwhile.
 *
 * Context: RCU reader, the same as of the decision; softirqs are off.
 * Return: the server, or NULL if none takes a flow any more.
 */
struct mx_server *mx_resolve_take(const struct mx_decision *d,
				  const struct mx_key *key)
{
	struct mx_server *server;

	if (d->rule)
		mx_stats_inc_bh(&d->rule->hits->stats, 0);
	server = mx_group_pick(d->group, d->conf, key, 0);
	return IS_ERR(server) ? NULL : server;
}

/**
 * struct mx_today - what flows are decided by anew
 * @cfg: the configuration in force
 * @meta: the time and the place
 */
struct mx_today {
	const struct mx_config *cfg;
	struct mx_meta meta;
};

/* Forgets a flow that would be decided otherwise today. */
static bool mx_reevaluate_one(struct mx_flow_table *ft, struct mx_flow *flow,
			      void *arg)
{
	const struct mx_today *today = arg;
	const struct mx_key *key = &flow->node[0].key;
	const struct mx_server *server = flow->server;
	struct mx_decision d;

	mx_resolve(today->cfg, key, mx_key_has_ports(key), &today->meta, true,
		   &d);
	if (d.verdict == MUTEX_VERDICT_STEER && d.group == server->group &&
	    !READ_ONCE(server->unfit) &&
	    (d.server == server || d.conf->params.sched != &mx_sched_hash))
		return false;
	return mx_flow_end(ft, flow, "reevaluated");
}

/**
 * mx_reevaluate() - decide flows anew at their next packet where it matters
 * @cfg: the configuration in force
 * @ft: the flow cache
 * @match: which flows; NULL for all
 * @now: seconds since 1970, for rules with hours or days
 * @geo: the database of countries, or NULL; it stays while
 *	the lock is held
 *
 * A flow is let go if it would go to another group today, or nowhere, if its
 * server is gone or down, or if its group chooses by consistent hash and the
 * hash points elsewhere. Other schedulers would choose differently each time
 * they are asked: there the flow keeps its server. A flow does not know by
 * which device or with which mark it came: of rules, all but these must match.
 *
 * Context: process; the namespace's lock is held.
 * Return: how many flows were let go.
 */
u32 mx_reevaluate(const struct mx_config *cfg, struct mx_flow_table *ft,
		  const struct mx_flow_match *match, time64_t now,
		  const struct mx_geo *geo)
{
	struct mx_today today = {
		.cfg = cfg,
		.meta = { .any = true, .now = now, .geo = geo },
	};
	u32 n = mx_flow_each(ft, match, mx_reevaluate_one, &today);

	mx_dbg("flow", "%u flows let go to be decided anew\n", n);
	return n;
}
