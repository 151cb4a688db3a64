// SPDX-License-Identifier: GPL-2.0
/*
 * Counters in the Prometheus text exposition format, version 0.0.4: all
 * samples of a metric stand together, below its HELP and TYPE.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "prometheus.h"
#include "stats.h"
#include "uapi.h"

/**
 * struct mx_metric - a metric of a group, a server, a rule, a device or a path
 * @name: without the prefix
 * @type: counter or gauge
 * @attr: the attribute that it shows
 * @flags: MX_PM_*
 * @help: what it is
 */
struct mx_metric {
	const char *name;
	const char *type;
	int attr;
	unsigned int flags;
	const char *help;
};

#define MX_PM_MICRO	1	/* the attribute is in millionths, the metric is not */
#define MX_PM_MILLI	2	/* in thousandths */
#define MX_PM_FIGURE	4	/* it is a figure of a path; no sample where it is not known */

static const struct mx_metric mx_group_metrics[] = {
	{ "group_members", "gauge", MUTEX_A_GROUP_MEMBERS, 0,
	  "Members of the group" },
	{ "group_usable", "gauge", MUTEX_A_GROUP_USABLE, 0,
	  "Members that new flows may be given to" },
	{ "group_connections_active", "gauge", MUTEX_A_GROUP_FLOWS, 0,
	  "Active connections of all members" },
	{ "group_requests_total", "counter", MUTEX_A_GROUP_TOTAL_REQUESTS,
	  0, "Flows sent to the group for a decision" },
	{ "group_load_balanced_total", "counter",
	  MUTEX_A_GROUP_TOTAL_LOAD_BALANCED, 0,
	  "Flows that a member was found for" },
	{ "group_clients", "gauge", MUTEX_A_GROUP_CLIENTS, 0,
	  "Clients that keep their servers" },
	{ "group_connections_over_total", "counter", MUTEX_A_GROUP_CONNS_OVER,
	  0, "Flows refused over the group's rate" },
	{ "group_packets_dropped_total", "counter", MUTEX_A_GROUP_DROPPED,
	  0, "Packets dropped over the group's rate" },
};

static const struct mx_metric mx_server_metrics[] = {
	{ "server_state", "gauge", MUTEX_A_SERVER_STATE, 0,
	  "State: 0 up, 1 down, 2 drain" },
	{ "server_health", "gauge", MUTEX_A_SERVER_HEALTH, 0,
	  "Health: 0 up, 1 down, 2 on trial" },
	{ "server_flaps_total", "counter", MUTEX_A_SERVER_FLAPS, 0,
	  "How often the server's health went down" },
	{ "server_weight", "gauge", MUTEX_A_SERVER_WEIGHT, 0, "Weight" },
	{ "server_packets_total", "counter", MUTEX_A_SERVER_PACKETS, 0,
	  "Packets to the server" },
	{ "server_bytes_total", "counter", MUTEX_A_SERVER_BYTES, 0,
	  "Bytes to the server" },
	{ "server_reply_packets_total", "counter", MUTEX_A_SERVER_REPLY_PACKETS,
	  0, "Packets from the server" },
	{ "server_reply_bytes_total", "counter", MUTEX_A_SERVER_REPLY_BYTES,
	  0, "Bytes from the server" },
	{ "server_connections_active", "gauge", MUTEX_A_SERVER_CONNS_ACTIVE,
	  0, "Active connections" },
	{ "server_connections_total", "counter", MUTEX_A_SERVER_CONNS_TOTAL,
	  0, "Connections" },
	{ "server_connections_failed_total", "counter",
	  MUTEX_A_SERVER_CONNS_FAILED, 0, "Connections that failed" },
	{ "server_latency_seconds_total", "counter",
	  MUTEX_A_SERVER_LATENCY_TOTAL, MX_PM_MICRO, "Sum of all latency samples" },
	{ "server_latency_samples_total", "counter",
	  MUTEX_A_SERVER_LATENCY_SAMPLES, 0, "Latency samples" },
	{ "server_latency_min_seconds", "gauge", MUTEX_A_SERVER_LATENCY_MIN,
	  MX_PM_MICRO, "Shortest latency" },
	{ "server_latency_max_seconds", "gauge", MUTEX_A_SERVER_LATENCY_MAX,
	  MX_PM_MICRO, "Longest latency" },
	{ "server_latency_ewma_seconds", "gauge", MUTEX_A_SERVER_LATENCY_EWMA,
	  MX_PM_MICRO, "Latency, moving average" },
	{ "server_connections_full_total", "counter", MUTEX_A_SERVER_CONNS_FULL,
	  0, "Flows that went by a full server" },
	{ "server_connections_over_total", "counter", MUTEX_A_SERVER_CONNS_OVER,
	  0, "Flows refused over the server's rate" },
	{ "server_packets_dropped_total", "counter", MUTEX_A_SERVER_DROPPED,
	  0, "Packets dropped over the server's rate" },
};

static const struct mx_metric mx_table_metrics[] = {
	{ "table_priority", "gauge", MUTEX_A_TABLE_PRIORITY, 0,
	  "Priority: the table of the higher one is looked at first" },
	{ "table_routes_ipv4", "gauge", MUTEX_A_TABLE_ROUTES4, 0,
	  "Routes of IPv4" },
	{ "table_routes_ipv6", "gauge", MUTEX_A_TABLE_ROUTES6, 0,
	  "Routes of IPv6" },
	{ "table_bytes", "gauge", MUTEX_A_TABLE_BYTES, 0,
	  "Memory of the table" },
};

static const struct mx_metric mx_rule_metrics[] = {
	{ "rule_hits_total", "counter", MUTEX_A_RULE_HITS, 0,
	  "Decisions that the rule took" },
};

static const struct mx_metric mx_dev_metrics[] = {
	{ "device_fast_packets_total", "counter", MUTEX_A_DEV_FAST_PACKETS,
	  0, "Packets that took the fast path" },
	{ "device_fast_bytes_total", "counter", MUTEX_A_DEV_FAST_BYTES, 0,
	  "Bytes that took the fast path" },
	{ "device_stack_packets_total", "counter", MUTEX_A_DEV_STACK_PACKETS,
	  0, "Packets that went up the IP stack" },
};

/* A figure of a path. */
#define MX_PF(attr)	MUTEX_A_PATH_FIGURES_ ## attr
#define MX_PM_TIME	(MX_PM_FIGURE | MX_PM_MICRO)

static const struct mx_metric mx_path_metrics[] = {
	{ "path_status", "gauge", MUTEX_A_PATH_STATUS, 0,
	  "Status: 0 unknown, 1 up, 2 degraded, 3 down" },
	{ "path_status_age_seconds", "gauge", MUTEX_A_PATH_SINCE, MX_PM_MILLI,
	  "How long it has been in its status" },
	{ "path_admin", "gauge", MUTEX_A_PATH_ADMIN, 0,
	  "What is wanted of it: 0 up, 1 standby, 2 down" },
	{ "path_link", "gauge", MUTEX_A_PATH_LINK, 0,
	  "Device, carrier, address and route are there" },
	{ "path_flaps_total", "counter", MUTEX_A_PATH_FLAPS, 0,
	  "How often the path went down" },
	{ "path_packets_total", "counter", MUTEX_A_PATH_PACKETS, 0,
	  "Packets that left by the path" },
	{ "path_bytes_total", "counter", MUTEX_A_PATH_BYTES, 0,
	  "Bytes that left by the path" },
	{ "path_score", "gauge", MX_PF(SCORE), MX_PM_FIGURE | MX_PM_MILLI,
	  "Score, 0 to 100" },
	{ "path_rtt_seconds", "gauge", MX_PF(RTT), MX_PM_TIME,
	  "Round-trip time, mean of the newest samples" },
	{ "path_rtt_min_seconds", "gauge", MX_PF(RTT_MIN), MX_PM_TIME,
	  "Shortest round-trip time" },
	{ "path_rtt_max_seconds", "gauge", MX_PF(RTT_MAX), MX_PM_TIME,
	  "Longest round-trip time" },
	{ "path_rtt_p50_seconds", "gauge", MX_PF(P50), MX_PM_TIME,
	  "Half of the long window is shorter" },
	{ "path_rtt_p95_seconds", "gauge", MX_PF(P95), MX_PM_TIME,
	  "95 of 100 of the long window are shorter" },
	{ "path_rtt_p99_seconds", "gauge", MX_PF(P99), MX_PM_TIME,
	  "99 of 100 of the long window are shorter" },
	{ "path_jitter_seconds", "gauge", MX_PF(JITTER), MX_PM_TIME,
	  "Standard deviation of the newest samples" },
	{ "path_jitter_rfc3550_seconds", "gauge", MX_PF(JITTER_RFC3550),
	  MX_PM_TIME, "Jitter as RFC 3550 has it" },
	{ "path_jitter_forward_seconds", "gauge", MX_PF(FWD_JITTER), MX_PM_TIME,
	  "Jitter on the way to the peer" },
	{ "path_jitter_back_seconds", "gauge", MX_PF(BACK_JITTER), MX_PM_TIME,
	  "Jitter on the way back" },
	{ "path_loss_ratio", "gauge", MX_PF(LOSS), MX_PM_TIME,
	  "Part of the newest probes that was lost" },
	{ "path_loss_long_ratio", "gauge", MX_PF(LOSS_LONG), MX_PM_TIME,
	  "Part of the long window that was lost" },
	{ "path_loss_forward_ratio", "gauge", MX_PF(FWD_LOSS), MX_PM_TIME,
	  "Part that was lost on the way to the peer" },
	{ "path_loss_back_ratio", "gauge", MX_PF(BACK_LOSS), MX_PM_TIME,
	  "Part that was lost on the way back" },
	{ "path_bandwidth_kbits", "gauge", MX_PF(BANDWIDTH), MX_PM_FIGURE,
	  "Measured bandwidth in kbit/s" },
	{ "path_mtu_bytes", "gauge", MX_PF(MTU), MX_PM_FIGURE,
	  "Discovered MTU" },
	{ "path_probes_sent_total", "counter", MX_PF(SENT), MX_PM_FIGURE,
	  "Probes sent" },
	{ "path_probes_received_total", "counter", MX_PF(RECEIVED),
	  MX_PM_FIGURE, "Answers in time" },
	{ "path_probes_late_total", "counter", MX_PF(LATE), MX_PM_FIGURE,
	  "Answers that came too late" },
	{ "path_probes_lost_total", "counter", MX_PF(LOST), MX_PM_FIGURE,
	  "Probes without an answer" },
	{ "path_probes_refused_total", "counter", MX_PF(REFUSED), MX_PM_FIGURE,
	  "Packets that were not taken for an answer" },
};

/**
 * struct mx_samples - the objects of a dump, kept to be printed by metric
 * @n: how many
 * @size: allocated
 * @msg: copies of the messages
 */
struct mx_samples {
	size_t n;
	size_t size;
	struct nlmsghdr **msg;
};

static int mx_samples_add(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct mx_samples *s = arg;

	if (s->n == s->size) {
		size_t size = 2 * s->size + 64;
		void *msg = reallocarray(s->msg, size, sizeof(*s->msg));

		if (!msg)
			return mx_error(ctl, "out of memory");
		s->msg = msg;
		s->size = size;
	}
	s->msg[s->n] = malloc(nlh->nlmsg_len);
	if (!s->msg[s->n])
		return mx_error(ctl, "out of memory");
	memcpy(s->msg[s->n++], nlh, nlh->nlmsg_len);
	return MX_EXIT_OK;
}

static void mx_samples_free(struct mx_samples *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		free(s->msg[i]);
	free(s->msg);
}

/* A label's value: backslash, quote and line feed are escaped. */
static void mx_prom_label(FILE *fp, const char *name, const char *value)
{
	fprintf(fp, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '\n')
			fputs("\\n", fp);
		else if (*value == '\\' || *value == '"')
			fprintf(fp, "\\%c", *value);
		else
			fputc(*value, fp);
	}
	fputc('"', fp);
}

/*
 * The files of several namespaces are collected together: where -n names one,
 * each sample does. Returns whether there is a label.
 */
static bool mx_prom_netns(struct mx_ctl *ctl)
{
	const char *name = ctl->opts.netns, *slash;

	if (!name)
		return false;
	slash = strrchr(name, '/');
	mx_prom_label(ctl->out.fp, "netns", slash ? slash + 1 : name);
	return true;
}

/* Which module answers: a figure that is always 1, to be joined by its labels. */
static void mx_prom_info(struct mx_ctl *ctl)
{
	FILE *fp = ctl->out.fp, *in;
	char src[64] = "";

	in = fopen("/sys/module/mutex/srcversion", "re");
	if (in) {
		if (!fgets(src, sizeof(src), in))
			src[0] = '\0';
		fclose(in);
	}
	src[strcspn(src, "\n")] = '\0';
	fputs("# HELP mutex_build_info Versions of mutexctl and of the module\n"
	      "# TYPE mutex_build_info gauge\nmutex_build_info{", fp);
	if (mx_prom_netns(ctl))
		fputc(',', fp);
	mx_prom_label(fp, "mutexctl", MUTEXCTL_VERSION);
	fputc(',', fp);
	mx_prom_label(fp, "srcversion", src);
	fputs("} 1\n", fp);
}

static void mx_prom_group(FILE *fp, struct nlattr **tb)
{
	mx_prom_label(fp, "group", mx_attr_str(tb, MUTEX_A_GROUP_NAME));
}

static void mx_prom_server(FILE *fp, struct nlattr **tb)
{
	int port = mx_attr_u16(tb, MUTEX_A_SERVER_PORT);
	char buf[MX_ADDR_LEN];

	mx_prom_label(fp, "group", mx_attr_str(tb, MUTEX_A_SERVER_GROUP));
	fputc(',', fp);
	if (tb[MUTEX_A_SERVER_PATH])
		mx_prom_label(fp, "path",
			      mx_attr_str(tb, MUTEX_A_SERVER_PATH));
	else
		mx_prom_label(fp, "server",
			      mx_addr_text(buf, tb[MUTEX_A_SERVER_ADDR],
					   port ? port : -1));
}

static void mx_prom_table(FILE *fp, struct nlattr **tb)
{
	mx_prom_label(fp, "table", mx_attr_str(tb, MUTEX_A_TABLE_NAME));
}

static void mx_prom_rule(FILE *fp, struct nlattr **tb)
{
	fprintf(fp, "id=\"%u\"", mx_attr_u32(tb, MUTEX_A_RULE_ID));
}

static void mx_prom_dev(FILE *fp, struct nlattr **tb)
{
	mx_prom_label(fp, "device", mx_attr_str(tb, MUTEX_A_DEV_NAME));
}

static void mx_prom_path(FILE *fp, struct nlattr **tb)
{
	mx_prom_label(fp, "path", mx_attr_str(tb, MUTEX_A_PATH_NAME));
}

static uint64_t mx_prom_value(struct nlattr *attr)
{
	switch (attr ? nla_len(attr) : 0) {
	case 1:
		return nla_get_u8(attr);
	case 4:
	case 8:
		return mx_counter_value(attr);
	}
	return 0;
}

static const struct mx_prom_object {
	int cmd;
	int max;
	void (*labels)(FILE *fp, struct nlattr **tb);
	const struct mx_metric *metrics;
	unsigned int n;
} mx_prom_objects[] = {
	{ MUTEX_CMD_GROUP_GET, MUTEX_A_GROUP_MAX, mx_prom_group,
	  mx_group_metrics, MX_ARRAY_SIZE(mx_group_metrics) },
	{ MUTEX_CMD_SERVER_GET, MUTEX_A_SERVER_MAX, mx_prom_server,
	  mx_server_metrics, MX_ARRAY_SIZE(mx_server_metrics) },
	{ MUTEX_CMD_TABLE_GET, MUTEX_A_TABLE_MAX, mx_prom_table,
	  mx_table_metrics, MX_ARRAY_SIZE(mx_table_metrics) },
	{ MUTEX_CMD_RULE_GET, MUTEX_A_RULE_MAX, mx_prom_rule,
	  mx_rule_metrics, MX_ARRAY_SIZE(mx_rule_metrics) },
	{ MUTEX_CMD_DEV_GET, MUTEX_A_DEV_MAX, mx_prom_dev,
	  mx_dev_metrics, MX_ARRAY_SIZE(mx_dev_metrics) },
	{ MUTEX_CMD_PATH_GET, MUTEX_A_PATH_MAX, mx_prom_path,
	  mx_path_metrics, MX_ARRAY_SIZE(mx_path_metrics) },
};

#define MX_PROM_ATTRS	128	/* more than any of them has */

/* Where the metric's value is; NULL when it is not known, else 0 stands for it. */
static struct nlattr *mx_prom_attr(const struct mx_metric *m,
				   struct nlattr **tb, bool *known)
{
	struct nlattr *in[MX_PROM_ATTRS];

	*known = true;
	if (!(m->flags & MX_PM_FIGURE))
		return tb[m->attr];
	if (!tb[MUTEX_A_PATH_FIGURES] ||
	    nla_parse_nested(in, MX_PROM_ATTRS - 1, tb[MUTEX_A_PATH_FIGURES],
			     NULL))
		in[m->attr] = NULL;
	*known = in[m->attr];
	return in[m->attr];
}

static int mx_prom_metric(struct mx_ctl *ctl, const struct mx_prom_object *obj,
			  const struct mx_metric *m, struct mx_samples *s)
{
	struct nlattr *tb[MX_PROM_ATTRS];
	FILE *fp = ctl->out.fp;
	struct nlattr *attr;
	bool known, head = false;
	uint64_t v;
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (mx_attrs(ctl, s->msg[i], tb, obj->max, NULL))
			return MX_EXIT_REFUSED;
		attr = mx_prom_attr(m, tb, &known);
		if (!known)
			continue;
		if (!head)
			fprintf(fp, "# HELP mutex_%s %s\n# TYPE mutex_%s %s\n",
				m->name, m->help, m->name, m->type);
		head = true;
		v = mx_prom_value(attr);
		fprintf(fp, "mutex_%s{", m->name);
		if (mx_prom_netns(ctl))
			fputc(',', fp);
		obj->labels(fp, tb);
		if (m->flags & MX_PM_MICRO)
			fprintf(fp, "} %" PRIu64 ".%06" PRIu64 "\n",
				v / 1000000, v % 1000000);
		else if (m->flags & MX_PM_MILLI)
			fprintf(fp, "} %" PRIu64 ".%03" PRIu64 "\n", v / 1000,
				v % 1000);
		else
			fprintf(fp, "} %" PRIu64 "\n", v);
	}
	return MX_EXIT_OK;
}

static int mx_prom_namespace(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_STATS_MAX + 1];
	FILE *fp = ctl->out.fp;
	unsigned int i;

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_STATS_MAX, NULL))
		return MX_EXIT_REFUSED;
	for (i = 0; i < mx_stats_ncounters; i++) {
		const struct mx_counter *c = &mx_stats_counters[i];
		const char *suffix = c->counter ? "_total" : "";

		fprintf(fp, "# HELP mutex_%s%s %s\n# TYPE mutex_%s%s %s\nmutex_%s%s",
			c->metric, suffix, c->help, c->metric, suffix,
			c->counter ? "counter" : "gauge", c->metric, suffix);
		if (ctl->opts.netns) {
			fputc('{', fp);
			mx_prom_netns(ctl);
			fputc('}', fp);
		}
		fprintf(fp, " %" PRIu64 "\n", mx_counter_value(tb[c->attr]));
	}
	return MX_EXIT_OK;
}

/**
 * mx_prometheus() - print all counters for a scrape
 * @ctl: where to
 *
 * Return: exit status.
 */
int mx_prometheus(struct mx_ctl *ctl)
{
	unsigned int i, j;
	int ret;

	_Static_assert(MUTEX_A_RULE_MAX < MX_PROM_ATTRS &&
		       MUTEX_A_GROUP_MAX < MX_PROM_ATTRS &&
		       MUTEX_A_TABLE_MAX < MX_PROM_ATTRS &&
		       MUTEX_A_DEV_MAX < MX_PROM_ATTRS &&
		       MUTEX_A_PATH_MAX < MX_PROM_ATTRS &&
		       MUTEX_A_PATH_FIGURES_MAX < MX_PROM_ATTRS &&
		       MUTEX_A_SERVER_MAX < MX_PROM_ATTRS, "attributes");
	mx_msg_start(ctl, MUTEX_CMD_STATS_GET);
	ret = mx_nl_talk(ctl, mx_prom_namespace, NULL);
	if (!ret)
		mx_prom_info(ctl);
	for (i = 0; !ret && i < MX_ARRAY_SIZE(mx_prom_objects); i++) {
		const struct mx_prom_object *obj = &mx_prom_objects[i];
		struct mx_samples s = { 0 };

		mx_msg_start(ctl, obj->cmd);
		ret = mx_nl_dump(ctl, mx_samples_add, &s, NULL);
		for (j = 0; !ret && s.n && j < obj->n; j++)
			ret = mx_prom_metric(ctl, obj, &obj->metrics[j], &s);
		mx_samples_free(&s);
	}
	return ret;
}
