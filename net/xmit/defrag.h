/* SPDX-License-Identifier: GPL-2.0 */
/* Reassembly, so that the fragments of one datagram go one way. */
#ifndef MX_XMIT_DEFRAG_H
#define MX_XMIT_DEFRAG_H

#include <linux/skbuff.h>
#include "mx.h"

int mx_defrag(struct net *net, struct sk_buff *skb, u8 family);
void mx_defrag_need6(void);
void mx_defrag_exit(void);

#endif /* MX_XMIT_DEFRAG_H */
