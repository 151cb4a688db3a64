// SPDX-License-Identifier: GPL-2.0
/* Paths, as text and as JSON. */
#include <inttypes.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "path.h"
#include "path_view.h"
#include "uapi.h"

static const char *const mx_path_probe_name[] = {
	"stamp", "icmp", "tcp", "none"
};

static const char *const mx_path_admin_name[] = { "up", "standby", "down" };

static const char *const mx_path_measure_name[] = {
	"none", "mtu", "bandwidth", "all"
};

static const char *const mx_path_reason_name[] = {
	[MUTEX_PATH_REASON_NONE] = "none",
	[MUTEX_PATH_REASON_START] = "start",
	[MUTEX_PATH_REASON_NO_DEV] = "no-dev",
	[MUTEX_PATH_REASON_DEV_DOWN] = "dev-down",
	[MUTEX_PATH_REASON_NO_CARRIER] = "no-carrier",
	[MUTEX_PATH_REASON_NO_ADDRESS] = "no-address",
	[MUTEX_PATH_REASON_NO_ROUTE] = "no-route",
	[MUTEX_PATH_REASON_SILENT] = "silent",
	[MUTEX_PATH_REASON_UNREACHABLE] = "unreachable",
	[MUTEX_PATH_REASON_REFUSED] = "refused",
	[MUTEX_PATH_REASON_LOSS] = "loss",
	[MUTEX_PATH_REASON_LATENCY] = "latency",
	[MUTEX_PATH_REASON_JITTER] = "jitter",
	[MUTEX_PATH_REASON_HOLD] = "hold",
	[MUTEX_PATH_REASON_RECOVERED] = "recovered",
};

const struct mx_names mx_path_probes = {
	"probe", MX_ARRAY_SIZE(mx_path_probe_name), mx_path_probe_name
};

const struct mx_names mx_path_admins = {
	"state of a path", MX_ARRAY_SIZE(mx_path_admin_name), mx_path_admin_name
};

const struct mx_names mx_path_measures = {
	"measure", MX_ARRAY_SIZE(mx_path_measure_name), mx_path_measure_name
};

const struct mx_names mx_path_statuses = {
	"path status", MX_VIEW_MAX, mx_view_statuses
};

const struct mx_names mx_path_reasons = {
	"reason", MX_ARRAY_SIZE(mx_path_reason_name), mx_path_reason_name
};

static const struct nla_policy mx_path_policy[MUTEX_A_PATH_MAX + 1] = {
	[MUTEX_A_PATH_NAME] = { .type = NLA_STRING },
	[MUTEX_A_PATH_DEV] = { .type = NLA_STRING },
	[MUTEX_A_PATH_VIA] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_PATH_PEER] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_PATH_LOCAL] = { .type = NLA_UNSPEC, .minlen = 4,
				 .maxlen = 16 },
	[MUTEX_A_PATH_PORT] = { .type = NLA_U16 },
	[MUTEX_A_PATH_PROBE] = { .type = NLA_U8 },
	[MUTEX_A_PATH_ADMIN] = { .type = NLA_U8 },
	[MUTEX_A_PATH_INTERVAL] = { .type = NLA_U32 },
	[MUTEX_A_PATH_TIMEOUT] = { .type = NLA_U32 },
	[MUTEX_A_PATH_BANDWIDTH] = { .type = NLA_U32 },
	[MUTEX_A_PATH_COST] = { .type = NLA_U32 },
	[MUTEX_A_PATH_KEY_ID] = { .type = NLA_U32 },
	[MUTEX_A_PATH_SAMPLES] = { .type = NLA_U8 },
	[MUTEX_A_PATH_FALL] = { .type = NLA_U16 },
	[MUTEX_A_PATH_WORSE] = { .type = NLA_U16 },
	[MUTEX_A_PATH_RISE] = { .type = NLA_U16 },
	[MUTEX_A_PATH_MARGIN] = { .type = NLA_U32 },
	[MUTEX_A_PATH_BROWNOUT] = { .type = NLA_U32 },
	[MUTEX_A_PATH_HOLD_MIN] = { .type = NLA_U32 },
	[MUTEX_A_PATH_HOLD_MAX] = { .type = NLA_U32 },
	[MUTEX_A_PATH_IFINDEX] = { .type = NLA_U32 },
	[MUTEX_A_PATH_LINK] = { .type = NLA_U8 },
	[MUTEX_A_PATH_STATUS] = { .type = NLA_U8 },
	[MUTEX_A_PATH_REASON] = { .type = NLA_U8 },
	[MUTEX_A_PATH_SINCE] = { .type = NLA_U64 },
	[MUTEX_A_PATH_FLAPS] = { .type = NLA_U32 },
	[MUTEX_A_PATH_HOLD_LEFT] = { .type = NLA_U32 },
	[MUTEX_A_PATH_GROUPS] = { .type = NLA_U32 },
	[MUTEX_A_PATH_PACKETS] = { .type = NLA_U64 },
	[MUTEX_A_PATH_BYTES] = { .type = NLA_U64 },
	[MUTEX_A_PATH_FIGURES] = { .type = NLA_NESTED },
	[MUTEX_A_PATH_MEASURE] = { .type = NLA_U8 },
};

/* What holds when nothing is said. */
static bool mx_path_judge_default(struct nlattr **tb)
{
	return mx_attr_u8(tb, MUTEX_A_PATH_SAMPLES) == 5 &&
	       mx_attr_u16(tb, MUTEX_A_PATH_FALL) == 10 &&
	       mx_attr_u16(tb, MUTEX_A_PATH_WORSE) == 3 &&
	       mx_attr_u16(tb, MUTEX_A_PATH_RISE) == 5 &&
	       mx_attr_u32(tb, MUTEX_A_PATH_MARGIN) == 5000 &&
	       mx_attr_u32(tb, MUTEX_A_PATH_BROWNOUT) == 20000 &&
	       mx_attr_u32(tb, MUTEX_A_PATH_HOLD_MIN) == 10000 &&
	       mx_attr_u32(tb, MUTEX_A_PATH_HOLD_MAX) == 300000;
}

static void mx_path_print_judge(struct mx_out *o, struct nlattr **tb)
{
	if (!tb[MUTEX_A_PATH_SAMPLES] ||
	    (!o->json && mx_path_judge_default(tb)))
		return;
	mx_out_uint(o, "samples", "samples",
		    mx_attr_u8(tb, MUTEX_A_PATH_SAMPLES));
	mx_out_uint(o, "fall", "fall", mx_attr_u16(tb, MUTEX_A_PATH_FALL));
	mx_out_uint(o, "worse", "worse", mx_attr_u16(tb, MUTEX_A_PATH_WORSE));
	mx_out_uint(o, "rise", "rise", mx_attr_u16(tb, MUTEX_A_PATH_RISE));
	mx_out_decimal(o, "margin", "margin",
		       mx_attr_u32(tb, MUTEX_A_PATH_MARGIN), 3, "");
	mx_out_decimal(o, "brownout", "brownout",
		       mx_attr_u32(tb, MUTEX_A_PATH_BROWNOUT), 4, "");
	mx_out_times(o, "hold-min", "hold-max", "hold-down",
		     mx_attr_u32(tb, MUTEX_A_PATH_HOLD_MIN),
		     mx_attr_u32(tb, MUTEX_A_PATH_HOLD_MAX));
}

/* A number that is not said while it is 0. */
static void mx_path_print_some(struct mx_out *o, struct nlattr **tb, int attr,
			       const char *word)
{
	uint32_t v = mx_attr_u32(tb, attr);

	if (v || o->json)
		mx_out_uint(o, word, word, v);
}

static void mx_path_print_conf(struct mx_out *o, struct nlattr **tb)
{
	char buf[16];

	mx_out_str(o, MX_NAME, "name", NULL,
		   mx_attr_str(tb, MUTEX_A_PATH_NAME));
	if (!tb[MUTEX_A_PATH_DEV])
		return;
	mx_out_str(o, MX_NAME, "dev", "dev", mx_attr_str(tb, MUTEX_A_PATH_DEV));
	if (tb[MUTEX_A_PATH_VIA])
		mx_out_addr(o, "via", NULL, "via", tb[MUTEX_A_PATH_VIA], -1);
	if (tb[MUTEX_A_PATH_LOCAL])
		mx_out_addr(o, "local", NULL, "local", tb[MUTEX_A_PATH_LOCAL],
			    -1);
	mx_out_addr(o, "peer", NULL, "peer", tb[MUTEX_A_PATH_PEER], -1);
	mx_out_str(o, MX_PLAIN, "probe", "probe",
		   mx_name(&mx_path_probes,
			   mx_attr_u8(tb, MUTEX_A_PATH_PROBE), buf,
			   sizeof(buf)));
	mx_out_uint(o, "port", "port", mx_attr_u16(tb, MUTEX_A_PATH_PORT));
	mx_out_time(o, "interval", "interval",
		    mx_attr_u32(tb, MUTEX_A_PATH_INTERVAL));
	mx_out_time(o, "timeout", "timeout",
		    mx_attr_u32(tb, MUTEX_A_PATH_TIMEOUT));
	mx_out_str(o, MX_PLAIN, "admin", "admin",
		   mx_name(&mx_path_admins,
			   mx_attr_u8(tb, MUTEX_A_PATH_ADMIN), buf,
			   sizeof(buf)));
	mx_path_print_some(o, tb, MUTEX_A_PATH_BANDWIDTH, "bandwidth");
	mx_path_print_some(o, tb, MUTEX_A_PATH_COST, "cost");
	mx_path_print_some(o, tb, MUTEX_A_PATH_KEY_ID, "key");
	if (o->json || mx_attr_u8(tb, MUTEX_A_PATH_MEASURE))
		mx_out_str(o, MX_PLAIN, "measure", "measure",
			   mx_name(&mx_path_measures,
				   mx_attr_u8(tb, MUTEX_A_PATH_MEASURE), buf,
				   sizeof(buf)));
	mx_path_print_judge(o, tb);
}

/* The figures that are times, and those that are parts of all probes. */
static const struct {
	int attr;
	const char *key;
	const char *word;
	bool part;
} mx_path_shown[] = {
	{ MUTEX_A_PATH_FIGURES_RTT, "rtt-us", "rtt", false },
	{ MUTEX_A_PATH_FIGURES_RTT_MIN, "rtt-min-us", "min", false },
	{ MUTEX_A_PATH_FIGURES_RTT_MAX, "rtt-max-us", "max", false },
	{ MUTEX_A_PATH_FIGURES_P50, "p50-us", "p50", false },
	{ MUTEX_A_PATH_FIGURES_P95, "p95-us", "p95", false },
	{ MUTEX_A_PATH_FIGURES_P99, "p99-us", "p99", false },
	{ MUTEX_A_PATH_FIGURES_JITTER, "jitter-us", "jitter", false },
	{ MUTEX_A_PATH_FIGURES_JITTER_RFC3550, "jitter3550-us", "jitter3550",
	  false },
	{ MUTEX_A_PATH_FIGURES_FWD_JITTER, "fwd-jitter-us", "fwd-jitter",
	  false },
	{ MUTEX_A_PATH_FIGURES_BACK_JITTER, "back-jitter-us", "back-jitter",
	  false },
	{ MUTEX_A_PATH_FIGURES_LOSS, "loss-ppm", "loss", true },
	{ MUTEX_A_PATH_FIGURES_LOSS_LONG, "loss-long-ppm", "loss-long", true },
	{ MUTEX_A_PATH_FIGURES_FWD_LOSS, "fwd-loss-ppm", "fwd-loss", true },
	{ MUTEX_A_PATH_FIGURES_BACK_LOSS, "back-loss-ppm", "back-loss", true },
};

static void mx_path_print_measures(struct mx_out *o, struct nlattr **tb)
{
	size_t i;

	for (i = 0; i < MX_ARRAY_SIZE(mx_path_shown); i++) {
		int attr = mx_path_shown[i].attr;

		if (!tb[attr])
			continue;
		if (o->json)
			mx_out_uint(o, mx_path_shown[i].key, NULL,
				    nla_get_u32(tb[attr]));
		else
			mx_out_decimal(o, NULL, mx_path_shown[i].word,
				       nla_get_u32(tb[attr]),
				       mx_path_shown[i].part ? 4 : 3,
				       mx_path_shown[i].part ? "%" : "ms");
	}
}

static void mx_path_print_figures(struct mx_out *o, struct nlattr *nest)
{
	struct nlattr *tb[MUTEX_A_PATH_FIGURES_MAX + 1];

	if (!nest || nla_parse_nested(tb, MUTEX_A_PATH_FIGURES_MAX, nest, NULL))
		return;
	mx_out_open(o, "figures", "figures");
	if (tb[MUTEX_A_PATH_FIGURES_SCORE])
		mx_out_decimal(o, "score", "score",
			       nla_get_u32(tb[MUTEX_A_PATH_FIGURES_SCORE]), 3,
			       "");
	mx_path_print_measures(o, tb);
	mx_out_uint(o, "samples", "samples",
		    mx_attr_u32(tb, MUTEX_A_PATH_FIGURES_SAMPLES));
	mx_out_uint(o, "samples-long", "samples-long",
		    mx_attr_u32(tb, MUTEX_A_PATH_FIGURES_SAMPLES_LONG));
	if (tb[MUTEX_A_PATH_FIGURES_BANDWIDTH])
		mx_out_uint(o, "bandwidth-kbps", "bandwidth-kbps",
			    nla_get_u32(tb[MUTEX_A_PATH_FIGURES_BANDWIDTH]));
	if (tb[MUTEX_A_PATH_FIGURES_MTU])
		mx_out_uint(o, "mtu", "mtu",
			    nla_get_u32(tb[MUTEX_A_PATH_FIGURES_MTU]));
	mx_out_close(o);
}

static void mx_path_print_stats(struct mx_out *o, struct nlattr **tb)
{
	struct nlattr *f[MUTEX_A_PATH_FIGURES_MAX + 1];

	if (!tb[MUTEX_A_PATH_FIGURES] ||
	    nla_parse_nested(f, MUTEX_A_PATH_FIGURES_MAX,
			     tb[MUTEX_A_PATH_FIGURES], NULL))
		return;
	mx_out_open(o, "stats", "stats");
	mx_out_uint(o, "packets", "packets",
		    mx_attr_u64(tb, MUTEX_A_PATH_PACKETS));
	mx_out_uint(o, "bytes", "bytes", mx_attr_u64(tb, MUTEX_A_PATH_BYTES));
	mx_out_uint(o, "sent", "sent",
		    mx_attr_u64(f, MUTEX_A_PATH_FIGURES_SENT));
	mx_out_uint(o, "received", "received",
		    mx_attr_u64(f, MUTEX_A_PATH_FIGURES_RECEIVED));
	mx_out_uint(o, "late", "late",
		    mx_attr_u64(f, MUTEX_A_PATH_FIGURES_LATE));
	mx_out_uint(o, "lost", "lost",
		    mx_attr_u64(f, MUTEX_A_PATH_FIGURES_LOST));
	mx_out_uint(o, "refused", "refused",
		    mx_attr_u64(f, MUTEX_A_PATH_FIGURES_REFUSED));
	mx_out_close(o);
}

/* In text to the second, but for what has just happened. */
static void mx_path_print_since(struct mx_out *o, uint64_t ms)
{
	char buf[24];

	if (o->json) {
		mx_out_uint(o, "since", NULL, ms);
		return;
	}
	if (ms < 10000)
		snprintf(buf, sizeof(buf), "%" PRIu64 "ms", ms);
	else
		snprintf(buf, sizeof(buf), "%" PRIu64 "s", ms / 1000);
	mx_out_str(o, MX_PLAIN, NULL, "since", buf);
}

static void mx_path_print_status(struct mx_out *o, struct nlattr **tb)
{
	unsigned int status = mx_attr_u8(tb, MUTEX_A_PATH_STATUS);
	bool up = status == MUTEX_PATH_STATUS_UP;
	char buf[16];

	if (!tb[MUTEX_A_PATH_STATUS])
		return;
	if (!o->json)
		mx_out_open(o, NULL, "status");
	mx_out_str(o, up ? MX_GOOD : MX_BAD, "status", NULL,
		   mx_name(&mx_path_statuses, status, buf, sizeof(buf)));
	mx_out_str(o, MX_PLAIN, "reason", "reason",
		   mx_name(&mx_path_reasons,
			   mx_attr_u8(tb, MUTEX_A_PATH_REASON), buf,
			   sizeof(buf)));
	mx_path_print_since(o, mx_attr_u64(tb, MUTEX_A_PATH_SINCE));
	mx_out_uint(o, "flaps", "flaps", mx_attr_u32(tb, MUTEX_A_PATH_FLAPS));
	mx_out_time(o, "hold-left", "hold-left",
		    mx_attr_u32(tb, MUTEX_A_PATH_HOLD_LEFT));
	mx_out_bool(o, "link", "link", mx_attr_u8(tb, MUTEX_A_PATH_LINK));
	if (tb[MUTEX_A_PATH_IFINDEX])
		mx_out_uint(o, "ifindex", "ifindex",
			    nla_get_u32(tb[MUTEX_A_PATH_IFINDEX]));
	mx_out_uint(o, "groups", "groups",
		    mx_attr_u32(tb, MUTEX_A_PATH_GROUPS));
}

/**
 * mx_path_print() - print a path
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_path_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct genlmsghdr *gnlh = nlmsg_data(nlh);
	struct nlattr *tb[MUTEX_A_PATH_MAX + 1];
	struct mx_out *o = &ctl->out;
	bool all = ctl->opts.details || o->json;

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_PATH_MAX, mx_path_policy))
		return MX_EXIT_REFUSED;
	mx_out_obj(o);
	mx_path_print_conf(o, tb);
	if (all || gnlh->cmd == MUTEX_CMD_PATH_STATE_NTF)
		mx_path_print_status(o, tb);
	if (all || gnlh->cmd == MUTEX_CMD_PATH_STATE_NTF)
		mx_path_print_figures(o, tb[MUTEX_A_PATH_FIGURES]);
	if (ctl->opts.stats)
		mx_path_print_stats(o, tb);
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}
