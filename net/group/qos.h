/* SPDX-License-Identifier: GPL-2.0 */
/* What a rule or a group sets in the packets that it sends on. */
#ifndef MX_GROUP_QOS_H
#define MX_GROUP_QOS_H

#include <linux/gfp.h>
#include <linux/refcount.h>
#include "mx.h"

#define MX_QOS_DSCP	MUTEX_QOS_FIELD_DSCP
#define MX_QOS_PRIORITY	MUTEX_QOS_FIELD_PRIORITY
#define MX_QOS_MARK	MUTEX_QOS_FIELD_MARK

/**
 * struct mx_qos - what is set
 * @set: MX_QOS_ flags of the fields that count; the others are 0
 * @dscp: 0 to 63
 * @priority: what skb->priority becomes
 * @mark: what the bits of @mask in skb->mark become
 * @mask: not 0 with MX_QOS_MARK
 */
struct mx_qos {
	u8 set;
	u8 dscp;
	u32 priority;
	u32 mark;
	u32 mask;
};

/**
 * struct mx_qos_ref - a struct mx_qos that flows hold
 * @refs: flows, and the rule or the group's configuration
 * @qos: never changes
 *
 * Who finds one in a rule or configuration is an RCU reader, and those go only
 * after a grace period: it need not wait for another one.
 */
struct mx_qos_ref {
	refcount_t refs;
	struct mx_qos qos;
};

int mx_qos_make(struct mx_qos_ref **to, const struct mx_qos *qos, gfp_t gfp);
struct mx_qos_ref *mx_qos_hold(struct mx_qos_ref *ref);
void mx_qos_put(struct mx_qos_ref *ref);
bool mx_qos_equal(const struct mx_qos *a, const struct mx_qos *b);
void mx_qos_join(struct mx_qos *to, const struct mx_qos *rule,
		 const struct mx_qos *group);
struct mx_qos_ref *mx_qos_of(struct mx_qos_ref *rule, struct mx_qos_ref *group,
			     gfp_t gfp);

#endif /* MX_GROUP_QOS_H */
