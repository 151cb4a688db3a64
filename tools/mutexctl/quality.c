// SPDX-License-Identifier: GPL-2.0
/*
 * Groups of paths: what they prefer, and what they ask of their paths
 */
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "quality.h"
#include "uapi.h"

static const char *const mx_prefer_name[] = {
	"balanced", "latency", "bandwidth", "loss", "latency-sensitive",
	"throughput", "cost", "custom"
};

static const char *const mx_failback_name[] = { "off", "on" };

const struct mx_names mx_prefers = {
	"preference", MX_ARRAY_SIZE(mx_prefer_name), mx_prefer_name
};

const struct mx_names mx_failbacks = {
	"value of failback", MX_ARRAY_SIZE(mx_failback_name), mx_failback_name
};

/**
 * mx_parse_prefer() - what is preferred: "custom" is followed by four weights
 * @ctl: for messages
 * @a: the words, at those behind @s
 * @s: the word for it
 * @prefer: result
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_prefer(struct mx_ctl *ctl, struct mx_args *a, const char *s,
		    struct mx_preference *prefer)
{
	unsigned int i;
	uint32_t v;

	for (i = 0; i < mx_prefers.n; i++) {
		if (!strcmp(s, mx_prefers.name[i]))
			break;
	}
	if (i == mx_prefers.n) {
		mx_usage(ctl, "\"%s\" is not a preference: balanced, latency, bandwidth, loss, latency-sensitive, throughput, cost, custom",
			 s);
		return -1;
	}
	prefer->kind = i;
	if (i != MUTEX_PREFER_CUSTOM)
		return 0;
	for (i = 0; i < MX_SHARES; i++) {
		if (a->pos == a->argc) {
			mx_usage(ctl, "\"custom\" needs four weights: of latency, jitter, loss and bandwidth");
			return -1;
		}
		if (mx_parse_u32(ctl, "weight", a->argv[a->pos++], 100, &v))
			return -1;
		prefer->share[i] = v;
	}
	return 0;
}

/**
 * mx_put_prefer() - what a group prefers, as attributes
 * @ctl: holds the message
 * @a: the words, at those behind @s
 * @w: the word
 * @s: its value
 *
 * Return: 0, or -1 after a message.
 */
int mx_put_prefer(struct mx_ctl *ctl, struct mx_args *a,
		  const struct mx_word *w, const char *s)
{
	struct mx_preference prefer;
	unsigned int i;

	if (mx_parse_prefer(ctl, a, s, &prefer) ||
	    nla_put_u8(ctl->msg.nl, w->attr, prefer.kind))
		return -1;
	for (i = 0; prefer.kind == MUTEX_PREFER_CUSTOM && i < MX_SHARES; i++) {
		if (nla_put_u8(ctl->msg.nl, w->attr2 + i, prefer.share[i]))
			return -1;
	}
	return 0;
}

/**
 * mx_group_print_quality() - print what a group of paths prefers and asks
 * @o: where to
 * @tb: the group's attributes
 */
void mx_group_print_quality(struct mx_out *o, struct nlattr **tb)
{
	static const char *const share[MX_SHARES] = {
		"prefer-latency", "prefer-jitter", "prefer-loss",
		"prefer-bandwidth"
	};
	unsigned int prefer = mx_attr_u8(tb, MUTEX_A_GROUP_PREFER), i;
	char buf[24];

	if (!tb[MUTEX_A_GROUP_PREFER])
		return;
	mx_out_str(o, MX_PLAIN, "prefer", "prefer",
		   mx_name(&mx_prefers, prefer, buf, sizeof(buf)));
	for (i = 0; prefer == MUTEX_PREFER_CUSTOM && i < MX_SHARES; i++)
		mx_out_uint(o, share[i], NULL,
			    mx_attr_u8(tb, MUTEX_A_GROUP_PREFER_LATENCY + i));
	if (o->json || mx_attr_u32(tb, MUTEX_A_GROUP_SLA_LATENCY))
		mx_out_decimal(o, "sla-latency", "sla-latency",
			       mx_attr_u32(tb, MUTEX_A_GROUP_SLA_LATENCY), 3,
			       "ms");
	if (o->json || mx_attr_u32(tb, MUTEX_A_GROUP_SLA_JITTER))
		mx_out_decimal(o, "sla-jitter", "sla-jitter",
			       mx_attr_u32(tb, MUTEX_A_GROUP_SLA_JITTER), 3,
			       "ms");
	if (o->json || mx_attr_u32(tb, MUTEX_A_GROUP_SLA_LOSS))
		mx_out_decimal(o, "sla-loss", "sla-loss",
			       mx_attr_u32(tb, MUTEX_A_GROUP_SLA_LOSS), 4, "");
	mx_out_str(o, MX_PLAIN, "failback", "failback",
		   mx_name(&mx_failbacks,
			   mx_attr_u8(tb, MUTEX_A_GROUP_FAILBACK), buf,
			   sizeof(buf)));
}
