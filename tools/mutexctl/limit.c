// SPDX-License-Identifier: GPL-2.0
/*
 * Output of limits, persistence, and what is set in packets
 */
#include <stdio.h>

#include "limit.h"
#include "uapi.h"

static const char *const mx_over_name[] = { "drop", "next" };

const struct mx_names mx_overs = {
	"value of over", MX_ARRAY_SIZE(mx_over_name), mx_over_name
};

/**
 * struct mx_limit_attrs - an object's attributes of rates
 * @rate: of connections, packets and bytes
 * @burst: for how long's worth may come at once
 * @over: what happens to a connection over its rate
 */
struct mx_limit_attrs {
	int rate[3];
	int burst;
	int over;
};

static void mx_print_limits(struct mx_out *o, struct nlattr **tb,
			    const struct mx_limit_attrs *at)
{
	static const char *const word[] = {
		"rate-conns", "rate-pkts", "rate-bytes"
	};
	char buf[16];
	size_t i;

	for (i = 0; i < MX_ARRAY_SIZE(word); i++)
		if (tb[at->rate[i]])
			mx_out_uint(o, word[i], word[i],
				    nla_get_u64(tb[at->rate[i]]));
	if (tb[at->burst])
		mx_out_time(o, "burst", "burst", nla_get_u32(tb[at->burst]));
	if (tb[at->over])
		mx_out_str(o, MX_PLAIN, "over", "over",
			   mx_name(&mx_overs, nla_get_u8(tb[at->over]), buf,
				   sizeof(buf)));
}

/**
 * mx_print_mark() - print a mark as V[/M]
 * @o: output
 * @tb: the attributes
 * @mark: attribute of the mark; nothing is printed if it is not there
 * @mask: attribute of its mask
 * @word: its word, which is its key too
 */
void mx_print_mark(struct mx_out *o, struct nlattr **tb, int mark, int mask,
		   const char *word)
{
	uint32_t bits = tb[mask] ? mx_attr_u32(tb, mask) : UINT32_MAX;
	char buf[32];

	if (!tb[mark])
		return;
	snprintf(buf, sizeof(buf), bits == UINT32_MAX ? "0x%x" : "0x%x/0x%x",
		 mx_attr_u32(tb, mark), bits);
	mx_out_str(o, MX_PLAIN, word, word, buf);
}

/* A priority of tc is a class in the main: MAJOR:MINOR, hexadecimal. */
static void mx_print_priority(struct mx_out *o, const struct nlattr *nla)
{
	uint32_t v = nla_get_u32((struct nlattr *)nla);
	char buf[16];

	if (o->json || !(v >> 16)) {
		mx_out_uint(o, "set-priority", "set-priority", v);
		return;
	}
	snprintf(buf, sizeof(buf), "%x:%x", v >> 16, v & 0xffff);
	mx_out_str(o, MX_PLAIN, NULL, "set-priority", buf);
}

/**
 * struct mx_qos_attrs - an object's attributes of what is set in packets
 * @dscp: DSCP
 * @priority: priority
 * @mark: mark
 * @mask: bits of the mark that are set
 */
struct mx_qos_attrs {
	int dscp;
	int priority;
	int mark;
	int mask;
};

static void mx_print_qos(struct mx_out *o, struct nlattr **tb,
			 const struct mx_qos_attrs *at)
{
	if (tb[at->dscp])
		mx_out_uint(o, "set-dscp", "set-dscp",
			    mx_attr_u8(tb, at->dscp));
	if (tb[at->priority])
		mx_print_priority(o, tb[at->priority]);
	mx_print_mark(o, tb, at->mark, at->mask, "set-mark");
}

/**
 * mx_server_print_limits() - print the limits of a server
 * @o: output
 * @tb: its attributes
 */
void mx_server_print_limits(struct mx_out *o, struct nlattr **tb)
{
	static const struct mx_limit_attrs at = {
		.rate = { MUTEX_A_SERVER_RATE_CONNS, MUTEX_A_SERVER_RATE_PKTS,
			  MUTEX_A_SERVER_RATE_BYTES },
		.burst = MUTEX_A_SERVER_BURST,
		.over = MUTEX_A_SERVER_OVER,
	};

	if (tb[MUTEX_A_SERVER_MAX_CONNS])
		mx_out_uint(o, "max-conns", "max-conns",
			    nla_get_u32(tb[MUTEX_A_SERVER_MAX_CONNS]));
	mx_print_limits(o, tb, &at);
}

/**
 * mx_group_print_limits() - print the limits of a group, its persistence, and
 *			     what it sets in packets
 * @o: output
 * @tb: its attributes
 */
void mx_group_print_limits(struct mx_out *o, struct nlattr **tb)
{
	static const struct mx_limit_attrs at = {
		.rate = { MUTEX_A_GROUP_RATE_CONNS, MUTEX_A_GROUP_RATE_PKTS,
			  MUTEX_A_GROUP_RATE_BYTES },
		.burst = MUTEX_A_GROUP_BURST,
		.over = MUTEX_A_GROUP_OVER,
	};
	static const struct mx_qos_attrs qos = {
		.dscp = MUTEX_A_GROUP_SET_DSCP,
		.priority = MUTEX_A_GROUP_SET_PRIORITY,
		.mark = MUTEX_A_GROUP_SET_MARK,
		.mask = MUTEX_A_GROUP_SET_MARK_MASK,
	};

	mx_print_limits(o, tb, &at);
	if (tb[MUTEX_A_GROUP_PERSIST]) {
		mx_out_time(o, "persist", "persist",
			    nla_get_u32(tb[MUTEX_A_GROUP_PERSIST]));
		mx_out_uint(o, "persist-plen4", "persist-plen4",
			    mx_attr_u8(tb, MUTEX_A_GROUP_PERSIST_PLEN4));
		mx_out_uint(o, "persist-plen6", "persist-plen6",
			    mx_attr_u8(tb, MUTEX_A_GROUP_PERSIST_PLEN6));
	}
	mx_print_qos(o, tb, &qos);
}

/**
 * mx_rule_print_qos() - print what a rule sets in packets
 * @o: output
 * @tb: its attributes
 */
void mx_rule_print_qos(struct mx_out *o, struct nlattr **tb)
{
	static const struct mx_qos_attrs qos = {
		.dscp = MUTEX_A_RULE_SET_DSCP,
		.priority = MUTEX_A_RULE_SET_PRIORITY,
		.mark = MUTEX_A_RULE_SET_MARK,
		.mask = MUTEX_A_RULE_SET_MARK_MASK,
	};

	mx_print_qos(o, tb, &qos);
}
