// SPDX-License-Identifier: GPL-2.0
/* What must hold whatever the messages were: all is shown, and counts agree. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "fuzz.h"

#define AUDIT_MAX	4096

/* What dumps said, by name. */
struct audit_group {
	char name[MUTEX_NAME_MAX + 1];
	uint32_t members, flows, seen, active;
};

struct audit_table {
	char name[MUTEX_NAME_MAX + 1];
	uint32_t routes[2], seen[2];
};

struct audit_rule {
	uint32_t id, priority;
};

struct audit {
	struct sock *sock;
	const char *netns;
	struct audit_group group[AUDIT_MAX];
	struct audit_table table[AUDIT_MAX];
	struct audit_rule rule[AUDIT_MAX];
	char dev[AUDIT_MAX][16];
	char path[AUDIT_MAX][32];
	unsigned int groups, tables, rules, devs, paths;
	uint32_t flows, count, stats_flows;
};

typedef void (*audit_fn)(struct audit *a, const struct nlattr **attr);

#define AUDIT_ATTRS	128

static uint32_t attr_u32(const struct nlattr *nla)
{
	uint32_t value = 0;

	if (nla)
		memcpy(&value, (const char *)nla + NLA_HDRLEN,
		       nla->nla_len - NLA_HDRLEN < 4 ?
		       nla->nla_len - NLA_HDRLEN : 4);
	return value;
}

static const char *attr_str(const struct nlattr *nla)
{
	return nla ? (const char *)nla + NLA_HDRLEN : "";
}

static uint32_t audit_seq;

/*
 * Asks, and hands each answer to @fn. Returns 0 or the errno of the refusal.
 * Nothing but this changes the configuration, so no dump is interrupted.
 */
static int audit_ask(struct audit *a, struct msg *m, audit_fn fn)
{
	static uint8_t buf[1 << 17];
	const struct nlattr *attr[AUDIT_ATTRS + 1];
	const struct nlmsghdr *nlh = (void *)m->buf;
	const struct genlmsghdr *genl = NLMSG_DATA(nlh);
	uint32_t seq = nlh->nlmsg_seq;

	*sent_slot(seq) = (struct sent) {
		.seq = seq, .cmd = genl->cmd, .mutated = true,
		.dump = (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP,
	};
	sock_send(a->sock, m->buf, m->len);
	for (;;) {
		int len = sock_recv(a->sock, buf, sizeof(buf), 0);
		size_t left = len;

		if (len < 0) {
			violation("%s: no answer to an audit: %s", a->netns,
				  strerror(-len));
			return -len;
		}
		reply_check(buf, len, false);
		for (nlh = (void *)buf; NLMSG_OK(nlh, left);
		     nlh = NLMSG_NEXT(nlh, left)) {
			if (nlh->nlmsg_seq != seq)
				continue;
			if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
				violation("%s: a dump was interrupted by nobody",
					  a->netns);
			if (nlh->nlmsg_type == NLMSG_ERROR ||
			    nlh->nlmsg_type == NLMSG_DONE)
				return -*(const int *)NLMSG_DATA(nlh);
			if (nlh->nlmsg_type == family_id && fn &&
			    reply_attrs(nlh, attr, AUDIT_ATTRS))
				fn(a, attr);
		}
	}
}

static uint8_t audit_buf[512];

static struct msg audit_msg(uint8_t cmd, uint16_t flags)
{
	struct msg m = { .buf = audit_buf, .room = sizeof(audit_buf) };

	/* apart from the numbers of the fuzzer's own messages */
	msg_begin(&m, cmd, NLM_F_ACK | flags, --audit_seq);
	return m;
}

static int audit_dump(struct audit *a, uint8_t cmd, audit_fn fn)
{
	struct msg m = audit_msg(cmd, NLM_F_DUMP);
	int err;

	msg_end(&m);
	err = audit_ask(a, &m, fn);
	if (err)
		violation("%s: dump of %s: %s", a->netns, spec_op(cmd)->name,
			  strerror(err));
	return err;
}

/* A command that must succeed. */
static void audit_do(struct audit *a, struct msg *m, audit_fn fn)
{
	const struct genlmsghdr *genl = (void *)(m->buf + NLMSG_HDRLEN);
	int err;

	msg_end(m);
	err = audit_ask(a, m, fn);
	if (err)
		violation("%s: %s: %s", a->netns, spec_op(genl->cmd)->name,
			  strerror(err));
}

static struct audit_group *audit_group(struct audit *a, const char *name)
{
	unsigned int i;

	for (i = 0; i < a->groups; i++)
		if (!strcmp(a->group[i].name, name))
			return &a->group[i];
	return NULL;
}

static struct audit_table *audit_table(struct audit *a, const char *name)
{
	unsigned int i;

	for (i = 0; i < a->tables; i++)
		if (!strcmp(a->table[i].name, name))
			return &a->table[i];
	return NULL;
}

static void on_group(struct audit *a, const struct nlattr **attr)
{
	const char *name = attr_str(attr[MUTEX_A_GROUP_NAME]);
	struct audit_group *g;

	if (a->groups == AUDIT_MAX || audit_group(a, name)) {
		violation("%s: group '%s' is shown twice", a->netns, name);
		return;
	}
	g = &a->group[a->groups++];
	snprintf(g->name, sizeof(g->name), "%s", name);
	g->members = attr_u32(attr[MUTEX_A_GROUP_MEMBERS]);
	g->flows = attr_u32(attr[MUTEX_A_GROUP_FLOWS]);
	g->seen = 0;
	g->active = 0;
	if (attr_u32(attr[MUTEX_A_GROUP_USABLE]) > g->members)
		violation("%s: group '%s' has more usable members than members",
			  a->netns, name);
}

static void on_server(struct audit *a, const struct nlattr **attr)
{
	const char *name = attr_str(attr[MUTEX_A_SERVER_GROUP]);
	uint32_t weight = attr_u32(attr[MUTEX_A_SERVER_WEIGHT]);
	struct audit_group *g = audit_group(a, name);

	if (!g) {
		violation("%s: a server of group '%s', which is not there",
			  a->netns, name);
		return;
	}
	g->seen++;
	g->active += attr_u32(attr[MUTEX_A_SERVER_CONNS_ACTIVE]);
	if (weight < 1 || weight > MUTEX_WEIGHT_MAX)
		violation("%s: a server has weight %u", a->netns, weight);
}

static void on_path(struct audit *a, const struct nlattr **attr)
{
	uint32_t ms = attr_u32(attr[MUTEX_A_PATH_INTERVAL]);

	if (a->paths < AUDIT_MAX)
		snprintf(a->path[a->paths++], sizeof(a->path[0]), "%s",
			 attr_str(attr[MUTEX_A_PATH_NAME]));
	if (ms < 10 || ms > 3600000)
		violation("%s: a path has interval %u", a->netns, ms);
}

static void on_table(struct audit *a, const struct nlattr **attr)
{
	const char *name = attr_str(attr[MUTEX_A_TABLE_NAME]);
	struct audit_table *t;

	if (a->tables == AUDIT_MAX || audit_table(a, name)) {
		violation("%s: table '%s' is shown twice", a->netns, name);
		return;
	}
	t = &a->table[a->tables++];
	snprintf(t->name, sizeof(t->name), "%s", name);
	t->routes[0] = attr_u32(attr[MUTEX_A_TABLE_ROUTES4]);
	t->routes[1] = attr_u32(attr[MUTEX_A_TABLE_ROUTES6]);
	t->seen[0] = 0;
	t->seen[1] = 0;
}

static void on_route(struct audit *a, const struct nlattr **attr)
{
	struct audit_table *t =
		audit_table(a, attr_str(attr[MUTEX_A_ROUTE_TABLE]));
	const struct nlattr *dst = attr[MUTEX_A_ROUTE_DST];

	if (!t || !dst ||
	    !audit_group(a, attr_str(attr[MUTEX_A_ROUTE_GROUP]))) {
		violation("%s: a route without a table or a group", a->netns);
		return;
	}
	t->seen[dst->nla_len == NLA_HDRLEN + 16]++;
	if (attr_u32(attr[MUTEX_A_ROUTE_PLEN]) >
	    8U * (dst->nla_len - NLA_HDRLEN))
		violation("%s: a route is longer than its address", a->netns);
}

static void on_rule(struct audit *a, const struct nlattr **attr)
{
	struct audit_rule *r = &a->rule[a->rules], *before = r - 1;

	if (a->rules == AUDIT_MAX)
		return;
	r->id = attr_u32(attr[MUTEX_A_RULE_ID]);
	r->priority = attr_u32(attr[MUTEX_A_RULE_PRIORITY]);
	if (a->rules && (before->priority < r->priority ||
			 (before->priority == r->priority &&
			  before->id >= r->id)))
		violation("%s: rule %u after rule %u", a->netns, r->id,
			  before->id);
	if (attr[MUTEX_A_RULE_GROUP] &&
	    !audit_group(a, attr_str(attr[MUTEX_A_RULE_GROUP])))
		violation("%s: rule %u has a group that is not there",
			  a->netns, r->id);
	if (attr[MUTEX_A_RULE_TABLE] &&
	    !audit_table(a, attr_str(attr[MUTEX_A_RULE_TABLE])))
		violation("%s: rule %u has a table that is not there",
			  a->netns, r->id);
	a->rules++;
}

static void on_dev(struct audit *a, const struct nlattr **attr)
{
	if (a->devs < AUDIT_MAX)
		snprintf(a->dev[a->devs++], sizeof(a->dev[0]), "%s",
			 attr_str(attr[MUTEX_A_DEV_NAME]));
}

static void on_flow(struct audit *a, const struct nlattr **attr)
{
	a->flows++;
	if (!attr[MUTEX_A_FLOW_SRC] || !attr[MUTEX_A_FLOW_DST] ||
	    !attr[MUTEX_A_FLOW_SERVER])
		violation("%s: a flow without an address", a->netns);
}

static void on_count(struct audit *a, const struct nlattr **attr)
{
	a->count = attr_u32(attr[MUTEX_A_FLOW_COUNT]);
}

static uint64_t attr_u64(const struct nlattr *nla)
{
	uint64_t value = 0;

	if (nla && nla->nla_len == NLA_HDRLEN + sizeof(value))
		memcpy(&value, (const char *)nla + NLA_HDRLEN, sizeof(value));
	return value;
}

static void attr_max(uint64_t *most, const struct nlattr *nla)
{
	if (attr_u64(nla) > *most)
		*most = attr_u64(nla);
}

/* Messages reset the counters too: what counts is the most ever seen. */
static void on_stats(struct audit *a, const struct nlattr **attr)
{
	a->stats_flows = attr_u32(attr[MUTEX_A_STATS_FLOWS]);
	attr_max(&tally.hits, attr[MUTEX_A_STATS_HITS]);
	attr_max(&tally.created, attr[MUTEX_A_STATS_FLOWS_CREATED]);
	attr_max(&tally.fast, attr[MUTEX_A_STATS_FAST]);
}

static void audit_read(struct audit *a)
{
	struct msg m;

	a->groups = 0;
	a->tables = 0;
	a->rules = 0;
	a->devs = 0;
	a->paths = 0;
	a->flows = 0;
	audit_dump(a, MUTEX_CMD_GROUP_GET, on_group);
	audit_dump(a, MUTEX_CMD_SERVER_GET, on_server);
	audit_dump(a, MUTEX_CMD_PATH_GET, on_path);
	audit_dump(a, MUTEX_CMD_TABLE_GET, on_table);
	audit_dump(a, MUTEX_CMD_ROUTE_GET, on_route);
	audit_dump(a, MUTEX_CMD_RULE_GET, on_rule);
	audit_dump(a, MUTEX_CMD_DEV_GET, on_dev);
	audit_dump(a, MUTEX_CMD_FLOW_GET, on_flow);
	m = audit_msg(MUTEX_CMD_STATS_GET, 0);
	audit_do(a, &m, on_stats);
	m = audit_msg(MUTEX_CMD_FLOW_COUNT, 0);
	audit_do(a, &m, on_count);
	m = audit_msg(MUTEX_CMD_SETTINGS_GET, 0);
	audit_do(a, &m, NULL);
}

static struct audit audit_state;

/**
 * audit() - see that all of a namespace's configuration is shown and agrees
 * @s: a socket of the namespace
 * @netns: its name
 * @quiet: no packet comes and no flow is there: then active flows are 0
 */
void audit(struct sock *s, const char *netns, bool quiet)
{
	struct audit *a = &audit_state;
	unsigned int i, f;

	a->sock = s;
	a->netns = netns;
	audit_read(a);
	for (i = 0; i < a->groups; i++) {
		const struct audit_group *g = &a->group[i];

		if (g->members != g->seen)
			violation("%s: group '%s' has %u members, %u are shown",
				  netns, g->name, g->members, g->seen);
		if (quiet && (g->flows || g->active))
			violation("%s: group '%s' counts %u flows and %u active ones of none",
				  netns, g->name, g->flows, g->active);
	}
	for (i = 0; i < a->tables; i++)
		for (f = 0; f < 2; f++)
			if (a->table[i].routes[f] != a->table[i].seen[f])
				violation("%s: table '%s' has %u routes of IPv%u, %u are shown",
					  netns, a->table[i].name,
					  a->table[i].routes[f], f ? 6 : 4,
					  a->table[i].seen[f]);
	if (quiet && (a->flows || a->count || a->stats_flows))
		violation("%s: %u flows are shown, %u and %u counted, of none",
			  netns, a->flows, a->count, a->stats_flows);
}

/* Deletes what the last look has found, in an order that is allowed. */
static void audit_delete(struct audit *a)
{
	struct msg m;
	unsigned int i;

	for (i = 0; i < a->rules; i++) {
		m = audit_msg(MUTEX_CMD_RULE_DEL, 0);
		msg_put(&m, MUTEX_A_RULE_ID, &a->rule[i].id, 4);
		audit_do(a, &m, NULL);
	}
	for (i = 0; i < a->tables; i++) {
		m = audit_msg(MUTEX_CMD_TABLE_DEL, 0);
		msg_put(&m, MUTEX_A_TABLE_NAME, a->table[i].name,
			strlen(a->table[i].name) + 1);
		audit_do(a, &m, NULL);
	}
	for (i = 0; i < a->groups; i++) {
		m = audit_msg(MUTEX_CMD_GROUP_DEL, 0);
		msg_put(&m, MUTEX_A_GROUP_NAME, a->group[i].name,
			strlen(a->group[i].name) + 1);
		audit_do(a, &m, NULL);
	}
	for (i = 0; i < a->paths; i++) {
		m = audit_msg(MUTEX_CMD_PATH_DEL, 0);
		msg_put(&m, MUTEX_A_PATH_NAME, a->path[i],
			strlen(a->path[i]) + 1);
		audit_do(a, &m, NULL);
	}
	for (i = 0; i < a->devs; i++) {
		m = audit_msg(MUTEX_CMD_DEV_DEL, 0);
		msg_put(&m, MUTEX_A_DEV_NAME, a->dev[i],
			strlen(a->dev[i]) + 1);
		audit_do(a, &m, NULL);
	}
}

static void audit_flush(struct audit *a)
{
	struct msg m = audit_msg(MUTEX_CMD_FLOW_DEL, 0);

	audit_do(a, &m, NULL);
}

/**
 * audit_empty() - delete everything in a namespace, and see that nothing is left
 * @s: a socket of the namespace, in which no transaction is open
 * @netns: its name
 *
 * No packet may come meanwhile but the last ones on their way.
 */
void audit_empty(struct sock *s, const char *netns)
{
	struct audit *a = &audit_state;
	unsigned int tries;

	a->sock = s;
	a->netns = netns;
	for (tries = 0; tries < 100; tries++) {
		audit_flush(a);
		audit_read(a);
		if (!a->stats_flows)
			break;
		usleep(20000);
	}
	audit(s, netns, true);
	audit_delete(a);
	audit(s, netns, true);
	if (a->groups || a->tables || a->rules || a->devs)
		violation("%s: %u groups, %u tables, %u rules and %u devices are left",
			  netns, a->groups, a->tables, a->rules, a->devs);
}
