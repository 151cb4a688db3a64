/* SPDX-License-Identifier: GPL-2.0 */
/* ICMP errors about packets of flows. */
#ifndef MX_XMIT_ICMP_H
#define MX_XMIT_ICMP_H

#include "base/flow_key.h"
#include "pernet.h"

unsigned int mx_icmp_error(struct mx_pernet *pn, struct sk_buff *skb,
			   const struct mx_packet *pkt,
			   const struct nf_hook_state *state);

#endif /* MX_XMIT_ICMP_H */
