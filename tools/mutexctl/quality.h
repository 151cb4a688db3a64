/* SPDX-License-Identifier: GPL-2.0 */
/* Words and output of groups of paths. */
#ifndef MX_CTL_QUALITY_H
#define MX_CTL_QUALITY_H

#include "parse.h"

struct mx_out;
struct nlattr;

#define MX_SHARES	4	/* weights: of latency, jitter, loss and bandwidth */

/**
 * struct mx_preference - what is preferred of paths
 * @kind: enum mutex_prefer
 * @share: of "custom", the weights
 */
struct mx_preference {
	unsigned int kind;
	uint8_t share[MX_SHARES];
};

extern const struct mx_names mx_prefers;
extern const struct mx_names mx_failbacks;

#define MX_GROUP_QUALITY_WORDS						\
	{ .name = "prefer", .kind = MX_W_PREFER,			\
	  .attr = MUTEX_A_GROUP_PREFER,					\
	  .attr2 = MUTEX_A_GROUP_PREFER_LATENCY, .names = &mx_prefers },	\
	{ .name = "sla-latency", .kind = MX_W_USEC,			\
	  .attr = MUTEX_A_GROUP_SLA_LATENCY },				\
	{ .name = "sla-jitter", .kind = MX_W_USEC,			\
	  .attr = MUTEX_A_GROUP_SLA_JITTER },				\
	{ .name = "sla-loss", .kind = MX_W_PERCENT,			\
	  .attr = MUTEX_A_GROUP_SLA_LOSS },				\
	{ .name = "failback", .kind = MX_W_ENUM,			\
	  .attr = MUTEX_A_GROUP_FAILBACK, .names = &mx_failbacks }

#define MX_GROUP_QUALITY_POLICY						\
	[MUTEX_A_GROUP_PREFER] = { .type = NLA_U8 },			\
	[MUTEX_A_GROUP_PREFER_LATENCY] = { .type = NLA_U8 },		\
	[MUTEX_A_GROUP_PREFER_JITTER] = { .type = NLA_U8 },		\
	[MUTEX_A_GROUP_PREFER_LOSS] = { .type = NLA_U8 },		\
	[MUTEX_A_GROUP_PREFER_BANDWIDTH] = { .type = NLA_U8 },		\
	[MUTEX_A_GROUP_SLA_LATENCY] = { .type = NLA_U32 },		\
	[MUTEX_A_GROUP_SLA_JITTER] = { .type = NLA_U32 },		\
	[MUTEX_A_GROUP_SLA_LOSS] = { .type = NLA_U32 },			\
	[MUTEX_A_GROUP_FAILBACK] = { .type = NLA_U8 }

int mx_parse_prefer(struct mx_ctl *ctl, struct mx_args *a, const char *s,
		    struct mx_preference *prefer);
int mx_put_prefer(struct mx_ctl *ctl, struct mx_args *a,
		  const struct mx_word *w, const char *s);
void mx_group_print_quality(struct mx_out *o, struct nlattr **tb);

#endif /* MX_CTL_QUALITY_H */
