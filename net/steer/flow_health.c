// SPDX-License-Identifier: GPL-2.0
/* What flows tell of their servers' health. */
#include "steer/flow.h"

/*
 * Has the server answered anybody since @since? One packet may be lost on a way
 * that is well otherwise. Of the answers in a tick one is timed, and that
 * suffices.
 */
static bool mx_flow_server_spoke(const struct mx_server *server, u32 since)
{
	const struct mx_member *m = &server->member;

	return READ_ONCE(m->latency_ewma) &&
	       (s32)(READ_ONCE(m->latency_stamp) - since) >= 0;
}

/**
 * mx_flow_blame() - count a failure of a flow's server
 * @flow: the flow
 * @reason: enum mutex_reason
 *
 * What happens at one port says nothing of a server that has all of them:
 * clients could take it down by asking for those that it does not serve.
 *
 * Context: any but hard interrupt, RCU reader.
 */
void mx_flow_blame(struct mx_flow *flow, u8 reason)
{
	struct mx_server *server = flow->server;

	mx_stats_inc(&server->stats, MX_SERVER_FAILED);
	if (mx_health_heeds(&server->health) && server->port)
		mx_health_report(server, MX_HEALTH_TRAFFIC, false, reason,
				 mx_health_now());
}

/**
 * mx_flow_blame_host() - count that a flow's server cannot be reached at all
 * @flow: the flow
 *
 * Context: any but hard interrupt, RCU reader.
 */
void mx_flow_blame_host(struct mx_flow *flow)
{
	struct mx_server *server = flow->server;

	mx_stats_inc(&server->stats, MX_SERVER_FAILED);
	if (mx_health_heeds(&server->health))
		mx_health_report(server, MX_HEALTH_TRAFFIC, false,
				 MUTEX_REASON_UNREACHABLE, mx_health_now());
}

/**
 * mx_flow_silent() - has a flow's server been silent since its last packet
 * @flow: the flow
 *
 * Only NAT sees all answers, and so their absence.
 *
 * Context: RCU reader.
 * Return: true if it should have been heard, and was not, by no flow.
 */
bool mx_flow_silent(const struct mx_flow *flow)
{
	return mx_flow_forward(flow) == MUTEX_FORWARD_NAT &&
	       !mx_flow_server_spoke(flow->server, READ_ONCE(flow->last));
}
