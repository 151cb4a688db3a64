/* SPDX-License-Identifier: GPL-2.0 */
/* Groups whose decisions connection tracking carries out. */
#ifndef MX_XMIT_CT_H
#define MX_XMIT_CT_H

#include "base/ct_ops.h"
#include "pernet.h"

/**
 * enum mx_ct_plan - what to do with a packet of a connection that has no flow
 * @MX_CT_ADOPT: give it a flow again, to the server that it has
 * @MX_CT_LEAVE: let it go on without one
 * @MX_CT_ANEW: forget the connection: this packet begins another one
 */
enum mx_ct_plan {
	MX_CT_ADOPT,
	MX_CT_LEAVE,
	MX_CT_ANEW,
};

bool mx_ct_opens(const struct mx_packet *pkt);
enum mx_ct_plan mx_ct_plan(const struct mx_ct_conn *conn, bool opens,
			   const struct mx_server *server);
struct mx_server *mx_ct_server(const struct mx_group_conf *conf,
			       const struct mx_ct_conn *conn);
bool mx_ct_dest(struct mx_flow_table *ft, const struct mx_key *key,
		struct mx_ct_dest *to);

/* Packets: RCU readers. */
void mx_ct_find(struct mx_pernet *pn, const struct sk_buff *skb,
		struct mx_ct_conn *conn);
void mx_ct_forget(struct mx_pernet *pn, const struct sk_buff *skb,
		  const struct mx_flow *flow);
bool mx_ct_shuns(const struct sk_buff *skb);

/* Before any lock is taken; loads the module. */
void mx_ct_load(void);

/* Under the namespace's lock; they sleep. */
bool mx_ct_wanted(struct mx_pernet *pn, const struct mx_config *cfg);
bool mx_ct_there(void);
int mx_ct_need(struct mx_pernet *pn);
void mx_ct_idle(struct mx_pernet *pn);

/* At the end of a namespace: before its last grace period, and after. */
void mx_ct_drop(struct mx_pernet *pn);
void mx_ct_free(struct mx_pernet *pn);

#endif /* MX_XMIT_CT_H */
