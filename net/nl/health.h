/* SPDX-License-Identifier: GPL-2.0 */
/* Attributes of failover and health. */
#ifndef MX_NL_HEALTH_H
#define MX_NL_HEALTH_H

#include "nl/nl.h"

extern const struct mx_failover mx_nl_failover_default;

int mx_nl_group_health(struct mx_pernet *pn, const struct mx_config *cfg,
		       struct genl_info *info, const struct mx_group *group,
		       struct mx_failover *p);
int mx_nl_group_health_fill(struct sk_buff *skb, const struct mx_group *group,
			    const struct mx_failover *p);
int mx_nl_server_health(struct genl_info *info, struct mx_server *server);
int mx_nl_server_health_fill(struct sk_buff *skb, struct mx_server *server);

#endif /* MX_NL_HEALTH_H */
