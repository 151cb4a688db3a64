// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of rules: what each field matches, and the order of rules. */
#include "fixture.h"

/* A packet that every case below looks at, of one family. */
struct rule_packet {
	u8 proto;
	const char *src;
	u16 sport;
	const char *dst;
	u16 dport;
	u32 mark;
	u8 dscp;
	const char *iif;
	const char *oif;
};

static const struct rule_packet tcp4 = {
	IPPROTO_TCP, "10.1.2.3", 4000, "192.0.2.77", 80, 0x105, 46, "eth0", "",
};

static const struct rule_packet tcp6 = {
	IPPROTO_TCP, "fd00:1:2:3::4", 4000, "2001:db8::77", 80, 0x105, 46,
	"eth0", "",
};

static const struct rule_packet local4 = {
	IPPROTO_UDP, "10.1.2.3", 0, "192.0.2.77", 65535, 0, 0, "", "eth1",
};

static const struct rule_packet echo4 = {
	IPPROTO_ICMP, "10.1.2.3", 80, "192.0.2.77", 80, 0, 0, "eth0", "",
};

static const struct rule_packet echo6 = {
	IPPROTO_ICMPV6, "fd00::1", 80, "2001:db8::77", 80, 0, 0, "eth0", "",
};

static const struct rule_packet esp4 = {
	IPPROTO_ESP, "10.1.2.3", 0, "192.0.2.77", 0, 0, 0, "eth0", "",
};

struct rule_case {
	const char *desc;
	const struct rule_packet *pkt;
	struct mx_match match;
	const char *src;
	const char *dst;
	const char *iif;
	const char *oif;
	bool want;
};

static const struct rule_case rule_cases[] = {
	{ "no field matches all", &tcp4, {}, .want = true },
	{ "no field matches all of IPv6", &tcp6, {}, .want = true },
	{ "no field matches without ports", &esp4, {}, .want = true },

	{ "family", &tcp4, { .family = AF_INET }, .want = true },
	{ "family of IPv6", &tcp6, { .family = AF_INET6 }, .want = true },
	{ "other family", &tcp4, { .family = AF_INET6 }, .want = false },
	{ "other family of IPv6", &tcp6, { .family = AF_INET }, .want = false },

	{ "source", &tcp4, { .family = AF_INET, .splen = 8 },
	  .src = "10.0.0.0", .want = true },
	{ "source of /0", &tcp4, { .family = AF_INET, .splen = 0 },
	  .src = "0.0.0.0", .want = true },
	{ "source of /32", &tcp4, { .family = AF_INET, .splen = 32 },
	  .src = "10.1.2.3", .want = true },
	{ "source off by the last bit", &tcp4,
	  { .family = AF_INET, .splen = 32 }, .src = "10.1.2.2",
	  .want = false },
	{ "source of /31 with that bit", &tcp4,
	  { .family = AF_INET, .splen = 31 }, .src = "10.1.2.2", .want = true },
	{ "source is not the destination", &tcp4,
	  { .family = AF_INET, .splen = 24 }, .src = "192.0.2.0",
	  .want = false },
	{ "source of IPv6", &tcp6, { .family = AF_INET6, .splen = 48 },
	  .src = "fd00:1:2::", .want = true },
	{ "source of IPv6 of /49, off", &tcp6,
	  { .family = AF_INET6, .splen = 49 }, .src = "fd00:1:2:8000::",
	  .want = false },
	{ "source of IPv6 of /128", &tcp6, { .family = AF_INET6, .splen = 128 },
	  .src = "fd00:1:2:3::4", .want = true },
	{ "source of IPv6 of /128, off", &tcp6,
	  { .family = AF_INET6, .splen = 128 }, .src = "fd00:1:2:3::5",
	  .want = false },

	{ "destination", &tcp4, { .family = AF_INET, .dplen = 24 },
	  .dst = "192.0.2.0", .want = true },
	{ "destination, off", &tcp4, { .family = AF_INET, .dplen = 24 },
	  .dst = "192.0.3.0", .want = false },
	{ "destination of IPv6", &tcp6, { .family = AF_INET6, .dplen = 32 },
	  .dst = "2001:db8::", .want = true },
	{ "destination of IPv6, off", &tcp6,
	  { .family = AF_INET6, .dplen = 32 }, .dst = "2001:db9::",
	  .want = false },
	{ "destination but not source", &tcp4,
	  { .family = AF_INET, .dplen = 24, .splen = 24 },
	  .dst = "192.0.2.0", .src = "10.1.3.0", .want = false },

	{ "protocol", &tcp4, { .proto = IPPROTO_TCP }, .want = true },
	{ "protocol of IPv6", &tcp6, { .proto = IPPROTO_TCP }, .want = true },
	{ "other protocol", &tcp4, { .proto = IPPROTO_UDP }, .want = false },
	{ "protocol without ports", &esp4, { .proto = IPPROTO_ESP },
	  .want = true },

	{ "destination port", &tcp4,
	  { .set = MX_RULE_DPORT, .dport = { 80, 80 } }, .want = true },
	{ "destination port of IPv6", &tcp6,
	  { .set = MX_RULE_DPORT, .dport = { 80, 80 } }, .want = true },
	{ "first destination port", &tcp4,
	  { .set = MX_RULE_DPORT, .dport = { 80, 90 } }, .want = true },
	{ "last destination port", &tcp4,
	  { .set = MX_RULE_DPORT, .dport = { 70, 80 } }, .want = true },
	{ "below the destination ports", &tcp4,
	  { .set = MX_RULE_DPORT, .dport = { 81, 90 } }, .want = false },
	{ "above the destination ports", &tcp4,
	  { .set = MX_RULE_DPORT, .dport = { 70, 79 } }, .want = false },
	{ "all destination ports, 65535", &local4,
	  { .set = MX_RULE_DPORT, .dport = { 0, 65535 } }, .want = true },
	{ "source port", &tcp4,
	  { .set = MX_RULE_SPORT, .sport = { 4000, 4000 } }, .want = true },
	{ "source port, off", &tcp4,
	  { .set = MX_RULE_SPORT, .sport = { 1, 3999 } }, .want = false },
	{ "source port 0 is a port", &local4,
	  { .set = MX_RULE_SPORT, .sport = { 0, 0 } }, .want = true },
	{ "source port is not the destination's", &tcp4,
	  { .set = MX_RULE_SPORT, .sport = { 80, 80 } }, .want = false },
	{ "both ports", &tcp4,
	  { .set = MX_RULE_SPORT | MX_RULE_DPORT, .sport = { 4000, 4000 },
	    .dport = { 80, 80 } }, .want = true },
	{ "both ports, one off", &tcp4,
	  { .set = MX_RULE_SPORT | MX_RULE_DPORT, .sport = { 4001, 4001 },
	    .dport = { 80, 80 } }, .want = false },
	{ "an ICMP identifier is no port", &echo4,
	  { .set = MX_RULE_DPORT, .dport = { 0, 65535 } }, .want = false },
	{ "an ICMPv6 identifier is no port", &echo6,
	  { .set = MX_RULE_SPORT, .sport = { 80, 80 } }, .want = false },
	{ "no ports, no match", &esp4,
	  { .set = MX_RULE_DPORT, .dport = { 0, 65535 } }, .want = false },

	{ "mark", &tcp4, { .mark = 0x105, .mark_mask = U32_MAX },
	  .want = true },
	{ "mark, off", &tcp4, { .mark = 0x104, .mark_mask = U32_MAX },
	  .want = false },
	{ "mark as far as its mask goes", &tcp4,
	  { .mark = 0x100, .mark_mask = 0xff00 }, .want = true },
	{ "mark 0", &local4, { .mark = 0, .mark_mask = U32_MAX },
	  .want = true },
	{ "mark 0, off", &tcp4, { .mark = 0, .mark_mask = U32_MAX },
	  .want = false },

	{ "DSCP", &tcp4, { .set = MX_RULE_DSCP, .dscp = 46 }, .want = true },
	{ "DSCP, off", &tcp6, { .set = MX_RULE_DSCP, .dscp = 45 },
	  .want = false },
	{ "DSCP 0", &local4, { .set = MX_RULE_DSCP, .dscp = 0 },
	  .want = true },
	{ "DSCP 0, off", &tcp4, { .set = MX_RULE_DSCP, .dscp = 0 },
	  .want = false },

	{ "input device", &tcp4, {}, .iif = "eth0", .want = true },
	{ "input device, off", &tcp4, {}, .iif = "eth1", .want = false },
	{ "input device is no prefix", &tcp4, {}, .iif = "eth", .want = false },
	{ "input device of a local packet", &local4, {}, .iif = "eth0",
	  .want = false },
	{ "output device", &local4, {}, .oif = "eth1", .want = true },
	{ "output device, off", &local4, {}, .oif = "eth10", .want = false },
	{ "output device before routing", &tcp4, {}, .oif = "eth1",
	  .want = false },
	{ "both devices", &tcp4, {}, .iif = "eth0", .oif = "eth1",
	  .want = false },

	{ "everything", &tcp4,
	  { .family = AF_INET, .proto = IPPROTO_TCP, .dscp = 46,
	    .set = MX_RULE_SPORT | MX_RULE_DPORT | MX_RULE_DSCP,
	    .splen = 8, .dplen = 24, .sport = { 1024, 65535 },
	    .dport = { 80, 443 }, .mark = 5, .mark_mask = 0xff },
	  .src = "10.0.0.0", .dst = "192.0.2.0", .iif = "eth0", .want = true },
};

static void rule_case_desc(const struct rule_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rule, rule_cases, rule_case_desc);

static bool rule_ask(struct kunit *test, const struct rule_case *c, bool any)
{
	const struct rule_packet *p = c->pkt;
	struct mx_packet pkt = mx_fix_packet(test, p->proto, p->src, p->sport,
					     p->dst, p->dport, 0);
	struct mx_meta meta = {
		.mark = p->mark,
		.dscp = p->dscp,
		.iif = p->iif,
		.oif = p->oif,
		.any = any,
	};
	struct mx_rule *rule = mx_rule_create(GFP_KERNEL);
	struct mx_rule_entry entry = { .match = c->match, .rule = rule };
	bool got;

	KUNIT_ASSERT_NOT_NULL(test, rule);
	if (c->src)
		mx_fix_addr(test, c->src, &entry.match.src);
	if (c->dst)
		mx_fix_addr(test, c->dst, &entry.match.dst);
	if (c->iif)
		strscpy(rule->iif, c->iif, sizeof(rule->iif));
	if (c->oif)
		strscpy(rule->oif, c->oif, sizeof(rule->oif));
	got = mx_rule_matches(&entry, &pkt.key, pkt.ports, &meta);
	mx_rule_free(rule);
	return got;
}

/* Rows 34 to 36: each field alone, both families. */
static void rule_field(struct kunit *test)
{
	const struct rule_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, rule_ask(test, c, false), c->want);
}

/* Where mark, DSCP and devices are not known, they rule nothing out. */
static void rule_unknown_meta_matches(struct kunit *test)
{
	const struct rule_case *c = test->param_value;
	bool meta = c->match.mark_mask || (c->match.set & MX_RULE_DSCP) ||
		    c->iif || c->oif;

	KUNIT_EXPECT_EQ(test, rule_ask(test, c, true), c->want || meta);
}

static const struct mx_rules *rules_of(struct mx_fix *f)
{
	const struct mx_rules *rules;

	mutex_lock(&f->lock);
	rules = mx_dereference(f->cfg->rules, &f->lock);
	mutex_unlock(&f->lock);
	return rules;
}

/* Rows 33 and 40: higher priority first, then the lower id. */
static void rules_stand_by_priority_and_id(struct kunit *test)
{
	static const u32 add[][2] = {
		{ 5, 100 }, { 3, 300 }, { 9, 200 }, { 4, 100 }, { 1, 0 },
		{ 2, U32_MAX }, { 6, 100 }, { U32_MAX, 300 },
	};
	static const u32 want[] = { 2, 3, U32_MAX, 9, 4, 5, 6, 1 };
	struct mx_fix *f = test->priv;
	const struct mx_rules *rules;
	struct mx_rule *rule;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(add); i++) {
		rule = mx_fix_rule(f, add[i][0], add[i][1], NULL);
		KUNIT_ASSERT_EQ(test, mx_fix_add_rule(f, rule), 0);
	}
	rules = rules_of(f);
	KUNIT_ASSERT_EQ(test, rules->n, ARRAY_SIZE(want));
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		KUNIT_EXPECT_EQ(test, rules->entry[i].rule->id, want[i]);
		KUNIT_EXPECT_PTR_EQ(test, mx_rules_find(rules, want[i]),
				    rules->entry[i].rule);
	}
	KUNIT_EXPECT_NULL(test, mx_rules_find(rules, 7));
	KUNIT_EXPECT_NULL(test, mx_rules_find(rules, 0));
	KUNIT_EXPECT_NULL(test, mx_rules_find(NULL, 1));
}

static void rules_change_replaces_and_removes(struct kunit *test)
{
	struct mx_match match = { .proto = IPPROTO_SCTP };
	struct mx_fix *f = test->priv;
	const struct mx_rules *rules;
	struct mx_rule *a, *b, *new;

	a = mx_fix_rule(f, 1, 10, NULL);
	b = mx_fix_rule(f, 2, 20, NULL);
	KUNIT_ASSERT_EQ(test, mx_fix_add_rule(f, a), 0);
	KUNIT_ASSERT_EQ(test, mx_fix_add_rule(f, b), 0);

	/* rule 1 moves to the front and gets another match */
	new = mx_fix_rule(f, 1, 30, &match);
	mutex_lock(&f->lock);
	KUNIT_EXPECT_EQ(test, mx_config_change_rule(f->cfg, a, new), 0);
	mutex_unlock(&f->lock);
	rules = rules_of(f);
	KUNIT_ASSERT_EQ(test, rules->n, 2);
	KUNIT_EXPECT_PTR_EQ(test, rules->entry[0].rule, new);
	KUNIT_EXPECT_EQ(test, rules->entry[0].match.proto, IPPROTO_SCTP);
	KUNIT_EXPECT_PTR_EQ(test, rules->entry[1].rule, b);

	mutex_lock(&f->lock);
	KUNIT_EXPECT_EQ(test, mx_config_change_rule(f->cfg, new, NULL), 0);
	KUNIT_EXPECT_EQ(test, mx_config_change_rule(f->cfg, b, NULL), 0);
	mutex_unlock(&f->lock);
	rules = rules_of(f);
	KUNIT_ASSERT_NOT_NULL(test, rules);
	KUNIT_EXPECT_EQ(test, rules->n, 0);
}

static void rules_hold_table_and_group(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_table *t = mx_fix_table(f, "main", 100);
	struct mx_rule *a, *b;
	int refs;

	refs = refcount_read(&g->group->refs);
	a = mx_fix_rule(f, 1, 10, NULL);
	a->action = MUTEX_ACTION_GROUP;
	a->group = g->group;
	b = mx_fix_rule(f, 2, 10, NULL);
	b->action = MUTEX_ACTION_TABLE;
	b->table = t;
	KUNIT_ASSERT_EQ(test, mx_fix_add_rule(f, a), 0);
	KUNIT_ASSERT_EQ(test, mx_fix_add_rule(f, b), 0);
	KUNIT_EXPECT_EQ(test, refcount_read(&g->group->refs), refs + 1);
	KUNIT_EXPECT_EQ(test, g->group->users[0], 1);
	KUNIT_EXPECT_EQ(test, t->users, 1);

	mutex_lock(&f->lock);
	KUNIT_EXPECT_EQ(test, mx_config_change_rule(f->cfg, a, NULL), 0);
	KUNIT_EXPECT_EQ(test, mx_config_change_rule(f->cfg, b, NULL), 0);
	mutex_unlock(&f->lock);
	KUNIT_EXPECT_EQ(test, refcount_read(&g->group->refs), refs);
	KUNIT_EXPECT_EQ(test, g->group->users[0], 0);
	KUNIT_EXPECT_EQ(test, t->users, 0);
}

static void rules_free_id_is_free(struct kunit *test)
{
	struct mx_fix *f = test->priv;

	KUNIT_EXPECT_EQ(test, mx_rules_free_id(NULL), 1);
	mx_fix_add_rule(f, mx_fix_rule(f, 7, 10, NULL));
	KUNIT_EXPECT_EQ(test, mx_rules_free_id(rules_of(f)), 8);
	mx_fix_add_rule(f, mx_fix_rule(f, 1, 20, NULL));
	KUNIT_EXPECT_EQ(test, mx_rules_free_id(rules_of(f)), 8);
	mx_fix_add_rule(f, mx_fix_rule(f, U32_MAX - 1, 0, NULL));
	KUNIT_EXPECT_EQ(test, mx_rules_free_id(rules_of(f)), U32_MAX);
	/* the highest is taken: the lowest that is free */
	mx_fix_add_rule(f, mx_fix_rule(f, U32_MAX, 0, NULL));
	KUNIT_EXPECT_EQ(test, mx_rules_free_id(rules_of(f)), 2);
	mx_fix_add_rule(f, mx_fix_rule(f, 2, 0, NULL));
	KUNIT_EXPECT_EQ(test, mx_rules_free_id(rules_of(f)), 3);
}

/* Row 53: 1,000 rules are no limit; there is one, and it is kept. */
static void rules_end_at_their_limit(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_rule *rule;
	struct mx_rules *many;
	u32 i;

	rule = mx_fix_rule(f, 1, 1, NULL);
	many = kvzalloc(struct_size(many, entry, MX_MAX_RULES), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, many);
	for (i = 0; i < MX_MAX_RULES; i++)
		many->entry[i].rule = rule;
	many->n = MX_MAX_RULES;
	mutex_lock(&f->lock);
	rcu_assign_pointer(f->cfg->rules, many);
	KUNIT_EXPECT_EQ(test, mx_config_change_rule(f->cfg, NULL, rule),
			-ENOSPC);
	rcu_assign_pointer(f->cfg->rules, NULL);
	mutex_unlock(&f->lock);
	kvfree(many);
	mx_rule_free(rule);
}

static struct kunit_case mx_rule_test_cases[] = {
	KUNIT_CASE_PARAM(rule_field, rule_gen_params),
	KUNIT_CASE_PARAM(rule_unknown_meta_matches, rule_gen_params),
	KUNIT_CASE(rules_stand_by_priority_and_id),
	KUNIT_CASE(rules_change_replaces_and_removes),
	KUNIT_CASE(rules_hold_table_and_group),
	KUNIT_CASE(rules_free_id_is_free),
	KUNIT_CASE(rules_end_at_their_limit),
	{ }
};

static struct kunit_suite mx_rule_test_suite = {
	.name = "mx_rule",
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = mx_rule_test_cases,
};

kunit_test_suite(mx_rule_test_suite);
