/* SPDX-License-Identifier: GPL-2.0 */
/* The decision: rule -> table -> group -> server. */
#ifndef MX_STEER_RESOLVE_H
#define MX_STEER_RESOLVE_H

#include "steer/config.h"
#include "steer/flow_match.h"

/**
 * struct mx_decision - what becomes of a packet, and why
 * @verdict: enum mutex_verdict
 * @rule: the rule that decided, or NULL
 * @table: the table that decided, or NULL
 * @target: the route's group and metric in @table, or NULL
 * @group: the group that decided or was asked last, or NULL
 * @instead: the group that it is the fallback of, at whatever remove, or NULL
 * @conf: its configuration
 * @server: the server, of verdict steer
 * @avoid: see struct mx_meta
 * @passed: groups were asked before @group that have no member
 *
 * All of it is good while the reader stays under RCU.
 */
struct mx_decision {
	u8 verdict;
	const struct mx_rule *rule;
	const struct mx_table *table;
	const struct mx_target *target;
	struct mx_group *group;
	struct mx_group *instead;
	const struct mx_group_conf *conf;
	struct mx_server *server;
	const struct mx_server *avoid;
	bool passed;
};

void mx_resolve(const struct mx_config *cfg, const struct mx_key *key,
		bool ports, const struct mx_meta *meta, bool dry,
		struct mx_decision *d);
struct mx_server *mx_resolve_take(const struct mx_decision *d,
				  const struct mx_key *key);
u32 mx_reevaluate(const struct mx_config *cfg, struct mx_flow_table *ft,
		  const struct mx_flow_match *match);

#endif /* MX_STEER_RESOLVE_H */
