/* SPDX-License-Identifier: GPL-2.0 */
/* DSCP, priority and mark of packets. */
#ifndef MX_XMIT_QOS_H
#define MX_XMIT_QOS_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include "base/flow_key.h"
#include "group/qos.h"
#include "pernet.h"

int mx_qos_apply(struct sk_buff *skb, const struct mx_packet *pkt,
		 const struct mx_qos *qos, unsigned int dir);
void mx_qos_apply_mine(struct sk_buff *skb, const struct mx_packet *pkt,
		       const struct mx_qos *qos, unsigned int dir);
unsigned int mx_qos_forwarded(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state);
int mx_qos_need(struct mx_pernet *pn, const struct mx_qos *qos);
int mx_qos_need_all(struct mx_pernet *pn, const struct mx_config *cfg);
void mx_qos_drop(struct mx_pernet *pn);

/**
 * mx_qos_mark() - the mark that a packet of the request's direction gets
 * @qos: what is set
 * @mark: the packet's mark
 *
 * Return: its new mark.
 */
static inline u32 mx_qos_mark(const struct mx_qos *qos, u32 mark)
{
	return (mark & ~qos->mask) | qos->mark;
}

#endif /* MX_XMIT_QOS_H */
