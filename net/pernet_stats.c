// SPDX-License-Identifier: GPL-2.0
/* The counters of all that a namespace has. */
#include "pernet.h"

/**
 * mx_pernet_reset_stats() - count from zero again
 * @pn: the namespace, @pn->lock held
 *
 * Counters of the namespace, its groups, servers and rules; not the numbers
 * of what exists now.
 */
void mx_pernet_reset_stats(struct mx_pernet *pn)
{
	const struct mx_config *cfg = mx_pernet_live(pn);
	const struct mx_group_conf *conf;
	const struct mx_rules *rules;
	struct mx_group *group;
	struct mx_path *path;
	u32 i;

	mx_stats_reset(&pn->stats);
	list_for_each_entry(group, &pn->group_list, list) {
		mx_stats_reset(&group->stats);
		mx_care_reset(group);
		conf = mx_pernet_conf(pn, cfg, group);
		for (i = 0; conf && i < conf->n; i++)
			mx_server_reset(conf->members[i].server);
	}
	list_for_each_entry(path, &pn->path_list, list)
		mx_stats_reset(&path->stats);
	rules = mx_dereference(cfg->rules, &pn->lock);
	for (i = 0; rules && i < rules->n; i++)
		mx_stats_reset(&rules->entry[i].rule->hits->stats);
}
