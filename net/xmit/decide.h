/* SPDX-License-Identifier: GPL-2.0 */
/* The first packet of a flow: what the hooks and the fast path share. */
#ifndef MX_XMIT_DECIDE_H
#define MX_XMIT_DECIDE_H

#include "pernet.h"
#include "steer/resolve.h"

/* A bit of struct mx_flow.flags, beside those of steer/flow.h */
#define MX_FLOW_COUNTED		10	/* its first packet goes to the stack */

bool mx_decide_steerable(const struct mx_packet *pkt);
bool mx_decide_stray(const struct mx_packet *pkt);
struct mx_flow *mx_decide_remember(struct mx_pernet *pn,
				   const struct mx_packet *pkt,
				   const struct mx_decision *d);
struct mx_flow *mx_decide_adopt(struct mx_pernet *pn,
				const struct mx_packet *pkt,
				const struct mx_decision *d,
				struct mx_server *server);
struct mx_flow *mx_decide_first(struct mx_pernet *pn, struct sk_buff *skb,
				const struct mx_packet *pkt,
				const struct mx_meta *meta);

/**
 * mx_decide_counted() - was a packet counted before it came up the stack
 * @flow: its flow
 *
 * Return: true once, of a flow that mx_decide_first() made and whose packet the
 * fast path could not send.
 */
static inline bool mx_decide_counted(struct mx_flow *flow)
{
	return unlikely(test_bit(MX_FLOW_COUNTED, &flow->flags)) &&
	       test_and_clear_bit(MX_FLOW_COUNTED, &flow->flags);
}

#endif /* MX_XMIT_DECIDE_H */
