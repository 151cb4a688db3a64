// SPDX-License-Identifier: GPL-2.0
/* What a change of a group's configuration in force is to those who trace. */
#include <trace/events/mutex.h>
#include "group/group.h"
#include "group/names.h"

/* Members mostly keep their order: @at is where the next one is likely to be. */
static const struct mx_conf_member *
mx_group_trace_find(const struct mx_group_conf *conf,
		    const struct mx_server *server, u32 *at)
{
	u32 i, left;

	if (!conf)
		return NULL;
	for (i = *at, left = conf->n; left; i++, left--) {
		if (i >= conf->n)
			i = 0;
		if (conf->members[i].server != server)
			continue;
		*at = i + 1;
		return &conf->members[i];
	}
	return NULL;
}

static void mx_group_trace_states(const struct mx_group_conf *old,
				  const struct mx_group_conf *new)
{
	const struct mx_conf_member *m, *was;
	u32 i, at = 0;

	for (i = 0; new && i < new->n; i++) {
		m = &new->members[i];
		was = mx_group_trace_find(old, m->server, &at);
		if (!was || was->state != m->state)
			trace_mx_server_state(m->server, was ?
					      mx_state_name(was->state) :
					      "none",
					      mx_state_name(m->state),
					      "configured");
	}
	at = 0;
	for (i = 0; old && i < old->n; i++) {
		m = &old->members[i];
		if (!mx_group_trace_find(new, m->server, &at))
			trace_mx_server_state(m->server,
					      mx_state_name(m->state), "gone",
					      "configured");
	}
}

static u32 mx_group_trace_usable(const struct mx_group_conf *conf)
{
	return conf ? conf->pool[0].n + conf->pool[1].n : 0;
}

/**
 * mx_group_trace() - tell a change of a group to those who trace
 * @old: the configuration that was in force, or NULL
 * @new: the one that is, or NULL
 *
 * Context: the namespace's lock is held.
 */
void mx_group_trace(const struct mx_group_conf *old,
		    const struct mx_group_conf *new)
{
	const struct mx_group_conf *some = new && new->n ? new : old;
	u32 from = mx_group_trace_usable(old), to = mx_group_trace_usable(new);

	if (trace_mx_server_state_enabled())
		mx_group_trace_states(old, new);
	if (from == to || !some || !some->n)
		return;
	trace_mx_group_usable(some->members[0].server->group, new ? new->n : 0,
			      from, to);
	mx_dbg("group", "netns %u: %s: %u of %u members usable, %u before\n",
	       some->members[0].server->group->netns,
	       some->members[0].server->group->name, to, new ? new->n : 0,
	       from);
}
