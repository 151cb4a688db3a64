// SPDX-License-Identifier: GPL-2.0
/*
 * Failover of groups and health of servers, as they are printed
 */
#include <netlink/attr.h>

#include "ctl.h"
#include "health.h"
#include "uapi.h"

static const char *const mx_failover_name[] = {
	"off", "immediate", "delayed", "probe"
};
static const char *const mx_health_name[] = { "up", "down", "trial" };
static const char *const mx_reason_name[] = {
	"none", "user", "refused", "silent", "unreachable", "prohibited",
	"mismatch", "overload", "check", "report", "trial", "recovered"
};

const struct mx_names mx_failovers = {
	"failover strategy", MX_ARRAY_SIZE(mx_failover_name), mx_failover_name
};

const struct mx_names mx_healths = {
	"health", MX_ARRAY_SIZE(mx_health_name), mx_health_name
};

const struct mx_names mx_reasons = {
	"reason", MX_ARRAY_SIZE(mx_reason_name), mx_reason_name
};

/* What holds where nothing is said, and need not be printed. */
#define MX_FAILS	3
#define MX_RISE		2
#define MX_WINDOW	10000
#define MX_HOLD_MIN	5000
#define MX_HOLD_MAX	300000

static bool mx_group_failover_default(struct nlattr **tb)
{
	return mx_attr_u8(tb, MUTEX_A_GROUP_FAILOVER) == MUTEX_FAILOVER_OFF &&
	       mx_attr_u8(tb, MUTEX_A_GROUP_FAILS) == MX_FAILS &&
	       mx_attr_u32(tb, MUTEX_A_GROUP_RISE) == MX_RISE &&
	       mx_attr_u32(tb, MUTEX_A_GROUP_WINDOW) == MX_WINDOW &&
	       mx_attr_u32(tb, MUTEX_A_GROUP_HOLD_MIN) == MX_HOLD_MIN &&
	       mx_attr_u32(tb, MUTEX_A_GROUP_HOLD_MAX) == MX_HOLD_MAX;
}

/**
 * mx_group_health_print() - print what a group says of failover
 * @o: where to
 * @tb: the group's attributes
 *
 * As text nothing, if that is what holds when nothing is said.
 */
void mx_group_health_print(struct mx_out *o, struct nlattr **tb)
{
	char buf[16];

	if (tb[MUTEX_A_GROUP_FAILOVER] &&
	    (o->json || !mx_group_failover_default(tb))) {
		mx_out_str(o, MX_PLAIN, "failover", "failover",
			   mx_name(&mx_failovers,
				   mx_attr_u8(tb, MUTEX_A_GROUP_FAILOVER), buf,
				   sizeof(buf)));
		mx_out_uint(o, "fails", "fails",
			    mx_attr_u8(tb, MUTEX_A_GROUP_FAILS));
		mx_out_time(o, "window", "window",
			    mx_attr_u32(tb, MUTEX_A_GROUP_WINDOW));
		mx_out_uint(o, "rise", "rise",
			    mx_attr_u32(tb, MUTEX_A_GROUP_RISE));
		mx_out_times(o, "hold-min", "hold-max", "hold-down",
			     mx_attr_u32(tb, MUTEX_A_GROUP_HOLD_MIN),
			     mx_attr_u32(tb, MUTEX_A_GROUP_HOLD_MAX));
	}
	if (*mx_attr_str(tb, MUTEX_A_GROUP_FALLBACK))
		mx_out_str(o, MX_NAME, "fallback", "fallback",
			   mx_attr_str(tb, MUTEX_A_GROUP_FALLBACK));
}

/**
 * mx_server_health_print() - print how a server does
 * @o: where to
 * @tb: the server's attributes
 */
void mx_server_health_print(struct mx_out *o, struct nlattr **tb)
{
	unsigned int state = mx_attr_u8(tb, MUTEX_A_SERVER_HEALTH);
	char buf[16];

	if (!tb[MUTEX_A_SERVER_HEALTH])
		return;
	mx_out_open(o, "health", "health");
	mx_out_str(o, state == MUTEX_HEALTH_UP ? MX_GOOD : MX_BAD, "state",
		   NULL, mx_name(&mx_healths, state, buf, sizeof(buf)));
	mx_out_str(o, MX_PLAIN, "reason", "reason",
		   mx_name(&mx_reasons, mx_attr_u8(tb, MUTEX_A_SERVER_REASON),
			   buf, sizeof(buf)));
	if (tb[MUTEX_A_SERVER_SINCE])
		mx_out_time(o, "since", "since",
			    mx_attr_u64(tb, MUTEX_A_SERVER_SINCE));
	mx_out_uint(o, "fails", "fails", mx_attr_u32(tb, MUTEX_A_SERVER_FAILS));
	mx_out_time(o, "hold", "hold", mx_attr_u32(tb, MUTEX_A_SERVER_HOLD));
	mx_out_time(o, "hold-left", "hold-left",
		    mx_attr_u32(tb, MUTEX_A_SERVER_HOLD_LEFT));
	mx_out_uint(o, "flaps", "flaps", mx_attr_u32(tb, MUTEX_A_SERVER_FLAPS));
	mx_out_close(o);
}
