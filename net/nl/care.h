/* SPDX-License-Identifier: GPL-2.0 */
/* Attributes of the care of servers. */
#ifndef MX_NL_CARE_H
#define MX_NL_CARE_H

#include "nl/nl.h"

extern const struct mx_care_params mx_nl_care_default;

int mx_nl_group_care(struct genl_info *info, struct mx_group_params *p);
int mx_nl_group_care_fill(struct sk_buff *skb, const struct mx_group *group,
			  const struct mx_group_conf *conf);
int mx_nl_server_deadline(struct genl_info *info, u8 state, u32 *deadline);
int mx_nl_server_load(struct genl_info *info, const struct mx_group_conf *conf,
		      struct mx_server *server);
int mx_nl_server_care_fill(struct sk_buff *skb, struct mx_pernet *pn,
			   const struct mx_conf_member *m);

#endif /* MX_NL_CARE_H */
