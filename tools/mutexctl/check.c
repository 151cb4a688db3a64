// SPDX-License-Identifier: GPL-2.0
/*
 * Checks: what group and server print of them
 */
#include <stdio.h>
#include <string.h>

#include <netlink/attr.h>

#include "check.h"

static const char *const mx_check_kind_name[] = { "none", "tcp", "icmp", "udp" };
static const char *const mx_check_result_name[] = {
	"none", "good", "timeout", "refused", "unreachable", "mismatch",
	"no-route", "no-source", "no-dev",
};

const struct mx_names mx_check_kinds = {
	"check", MX_ARRAY_SIZE(mx_check_kind_name), mx_check_kind_name
};

static const struct mx_names mx_check_results = {
	"result", MX_ARRAY_SIZE(mx_check_result_name), mx_check_result_name
};

/* Bytes as check-send takes them: as text if that can be read, else as hex. */
static void mx_check_bytes(struct mx_out *o, const char *key,
			   const struct nlattr *nla)
{
	char buf[2 * MUTEX_CHECK_BYTES_MAX + 3] = "0x";
	const unsigned char *p;
	int i, len;

	if (!nla)
		return;
	p = nla_data(nla);
	len = nla_len(nla);
	for (i = 0; i < len && p[i] >= ' ' && p[i] <= '~'; i++)
		;
	if (i == len && (len < 2 || p[0] != '0' || (p[1] | 32) != 'x')) {
		memcpy(buf, p, len);
		buf[len] = '\0';
	} else {
		for (i = 0; i < len; i++)
			sprintf(buf + 2 + 2 * i, "%02x", p[i]);
	}
	mx_out_str(o, MX_PLAIN, key, key, buf);
}

static void mx_check_from(struct mx_out *o, struct nlattr **tb)
{
	if (tb[MUTEX_A_GROUP_CHECK_SOURCE])
		mx_out_addr(o, "check-source", NULL, "check-source",
			    tb[MUTEX_A_GROUP_CHECK_SOURCE], -1);
	if (tb[MUTEX_A_GROUP_CHECK_SOURCE6])
		mx_out_addr(o, "check-source6", NULL, "check-source6",
			    tb[MUTEX_A_GROUP_CHECK_SOURCE6], -1);
	if (tb[MUTEX_A_GROUP_CHECK_DEV])
		mx_out_str(o, MX_NAME, "check-dev", "check-dev",
			   nla_get_string(tb[MUTEX_A_GROUP_CHECK_DEV]));
}

/**
 * mx_group_check_print() - print how the servers of a group are checked
 * @o: where to
 * @tb: the group's attributes
 */
void mx_group_check_print(struct mx_out *o, struct nlattr **tb)
{
	char buf[16];

	if (!tb[MUTEX_A_GROUP_CHECK])
		return;
	mx_out_str(o, MX_PLAIN, "check", "check",
		   mx_name(&mx_check_kinds, nla_get_u8(tb[MUTEX_A_GROUP_CHECK]),
			   buf, sizeof(buf)));
	if (tb[MUTEX_A_GROUP_CHECK_PORT])
		mx_out_uint(o, "check-port", "check-port",
			    nla_get_u16(tb[MUTEX_A_GROUP_CHECK_PORT]));
	mx_out_time(o, "check-interval", "check-interval",
		    mx_attr_u32(tb, MUTEX_A_GROUP_CHECK_INTERVAL));
	if (tb[MUTEX_A_GROUP_CHECK_TIMEOUT])
		mx_out_time(o, "check-timeout", "check-timeout",
			    nla_get_u32(tb[MUTEX_A_GROUP_CHECK_TIMEOUT]));
	mx_out_uint(o, "check-rise", "check-rise",
		    mx_attr_u8(tb, MUTEX_A_GROUP_CHECK_RISE));
	mx_out_uint(o, "check-fall", "check-fall",
		    mx_attr_u8(tb, MUTEX_A_GROUP_CHECK_FALL));
	mx_check_from(o, tb);
	mx_check_bytes(o, "check-send", tb[MUTEX_A_GROUP_CHECK_SEND]);
	mx_check_bytes(o, "check-expect", tb[MUTEX_A_GROUP_CHECK_EXPECT]);
}

/**
 * mx_server_check_print() - print what the checks of a server have found
 * @o: where to
 * @tb: the server's attributes
 * @opts: with -d or -s; JSON always
 */
void mx_server_check_print(struct mx_out *o, struct nlattr **tb,
			   const struct mx_opts *opts)
{
	unsigned int result;
	char buf[16];

	if (!tb[MUTEX_A_SERVER_CHECK_RESULT] ||
	    !(opts->details || opts->stats || o->json))
		return;
	result = nla_get_u8(tb[MUTEX_A_SERVER_CHECK_RESULT]);
	mx_out_open(o, "check", "check");
	mx_out_str(o, result == MUTEX_CHECK_RESULT_GOOD ? MX_GOOD : MX_BAD,
		   "result", NULL,
		   mx_name(&mx_check_results, result, buf, sizeof(buf)));
	mx_out_uint(o, "rtt", "rtt-us",
		    mx_attr_u32(tb, MUTEX_A_SERVER_CHECK_RTT));
	mx_out_uint(o, "good", "good",
		    mx_attr_u64(tb, MUTEX_A_SERVER_CHECK_GOOD));
	mx_out_uint(o, "bad", "bad",
		    mx_attr_u64(tb, MUTEX_A_SERVER_CHECK_BAD));
	mx_out_time(o, "next", "next",
		    mx_attr_u32(tb, MUTEX_A_SERVER_CHECK_NEXT));
	mx_out_close(o);
}
