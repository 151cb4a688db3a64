// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of databases of countries, and of the rules that ask them. */
#include "fixture.h"
#include "steer/geo.h"
#include "steer/resolve.h"

static struct mx_geo *geo_new(struct mx_fix *f)
{
	struct mx_geo *geo = mx_geo_create("test", &f->lock);

	KUNIT_ASSERT_NOT_NULL(f->test, geo);
	return geo;
}

static int geo_add(struct mx_fix *f, struct mx_geo *geo, const char *addr,
		   u8 plen, const char *code, u8 region)
{
	struct mx_place place = {
		.country = mx_country(code), .region = region,
	};
	union nf_inet_addr a;
	u8 family = mx_fix_addr(f->test, addr, &a);
	int err;

	mutex_lock(&f->lock);
	err = mx_geo_add(geo, family, &a, plen, place);
	mutex_unlock(&f->lock);
	return err;
}

static struct mx_place geo_find(struct mx_fix *f, const struct mx_geo *geo,
				const char *addr)
{
	struct mx_key key = mx_fix_key(f->test, IPPROTO_TCP, addr, 1,
				       strchr(addr, ':') ? "fd00::1" :
				       "192.0.2.1", 80);
	struct mx_place place;

	rcu_read_lock();
	place = mx_geo_find(geo, &key);
	rcu_read_unlock();
	return place;
}

/* All codes have numbers of their own, and come back from them. */
static void geo_codes(struct kunit *test)
{
	char code[3] = "AA", back[3] = "";
	u16 want = 0;

	for (code[0] = 'A'; code[0] <= 'Z'; code[0]++) {
		for (code[1] = 'A'; code[1] <= 'Z'; code[1]++) {
			KUNIT_ASSERT_EQ(test, mx_country(code), ++want);
			mx_country_code(want, back);
			KUNIT_ASSERT_STREQ(test, code, back);
		}
	}
	KUNIT_EXPECT_EQ(test, want, MX_COUNTRIES - 1);
	KUNIT_EXPECT_EQ(test, mx_country("de"), 0);
	KUNIT_EXPECT_EQ(test, mx_country("D1"), 0);
	KUNIT_EXPECT_EQ(test, mx_country("?E"), 0);
	KUNIT_EXPECT_EQ(test, mx_country("A["), 0);
	KUNIT_EXPECT_EQ(test, mx_country("\0\0"), 0);
}

/* Row 38: the longest prefix says where an address is, in both families. */
static void geo_finds(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_geo *geo = geo_new(f);
	size_t empty = mx_geo_bytes(geo);
	struct mx_place p;

	p = geo_find(f, geo, "10.0.0.1");
	KUNIT_EXPECT_EQ(test, p.country | p.region, 0);
	KUNIT_EXPECT_EQ(test, 0, geo_add(f, geo, "10.0.0.0", 8, "DE", 4));
	KUNIT_EXPECT_EQ(test, 0, geo_add(f, geo, "10.1.0.0", 16, "ZZ", 7));
	KUNIT_EXPECT_EQ(test, 0, geo_add(f, geo, "10.1.2.3", 32, "", 3));
	KUNIT_EXPECT_EQ(test, 0, geo_add(f, geo, "2001:db8::", 32, "US", 5));
	KUNIT_EXPECT_EQ(test, 0, geo_add(f, geo, "::", 0, "AA", 0));

	p = geo_find(f, geo, "10.255.255.255");
	KUNIT_EXPECT_EQ(test, p.country, mx_country("DE"));
	KUNIT_EXPECT_EQ(test, p.region, MUTEX_REGION_EU);
	p = geo_find(f, geo, "10.1.2.4");
	KUNIT_EXPECT_EQ(test, p.country, mx_country("ZZ"));
	KUNIT_EXPECT_EQ(test, p.region, MUTEX_REGION_SA);
	p = geo_find(f, geo, "10.1.2.3");
	KUNIT_EXPECT_EQ(test, p.country, 0);
	KUNIT_EXPECT_EQ(test, p.region, MUTEX_REGION_AS);
	p = geo_find(f, geo, "11.0.0.0");
	KUNIT_EXPECT_EQ(test, p.country | p.region, 0);
	p = geo_find(f, geo, "2001:db8:ffff::1");
	KUNIT_EXPECT_EQ(test, p.country, mx_country("US"));
	p = geo_find(f, geo, "fd00::1");
	KUNIT_EXPECT_EQ(test, p.country, mx_country("AA"));
	KUNIT_EXPECT_EQ(test, p.region, MUTEX_REGION_NONE);

	KUNIT_EXPECT_EQ(test, mx_lpm_count(&geo->lpm[0]), 3);
	KUNIT_EXPECT_EQ(test, mx_lpm_count(&geo->lpm[1]), 2);
	KUNIT_EXPECT_EQ(test, bitmap_weight(geo->countries, MX_COUNTRIES), 4);
	KUNIT_EXPECT_GT(test, mx_geo_bytes(geo), empty);
	mx_geo_destroy(geo);
	mx_geo_destroy(NULL);
}

static void geo_refuses(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_geo *geo = geo_new(f);

	KUNIT_EXPECT_EQ(test, 0, geo_add(f, geo, "10.0.0.0", 8, "DE", 4));
	KUNIT_EXPECT_EQ(test, -EEXIST, geo_add(f, geo, "10.0.0.0", 8, "FR", 4));
	KUNIT_EXPECT_EQ(test, -EINVAL, geo_add(f, geo, "10.0.0.1", 8, "FR", 4));
	KUNIT_EXPECT_EQ(test, -EINVAL, geo_add(f, geo, "10.0.0.0", 33, "FR", 4));
	KUNIT_EXPECT_EQ(test, -EINVAL, geo_add(f, geo, "11.0.0.0", 8, "", 0));
	KUNIT_EXPECT_EQ(test, mx_lpm_count(&geo->lpm[0]), 1);
	geo->lpm[1].count = MX_MAX_GEO;
	KUNIT_EXPECT_EQ(test, -ENOSPC, geo_add(f, geo, "fd00::", 8, "FR", 4));
	geo->lpm[1].count = 0;
	mx_geo_destroy(geo);
}

/* What rules say of a source, and whether one in DE, US, nowhere matches. */
struct geo_case {
	const char *desc;
	const char *countries;
	u8 where;
	u8 regions;
	bool de, us, unknown;
};

static const struct geo_case geo_cases[] = {
	{ "no place", "", 0, 0, true, true, true },
	{ "a country", "DE", MX_WHERE_COUNTRY, 0, true, false, false },
	{ "a list", "FRUSDE", MX_WHERE_COUNTRY, 0, true, true, false },
	{ "not a country", "DE", MX_WHERE_COUNTRY | MX_WHERE_NOT_COUNTRY, 0,
	  false, true, false },
	{ "not a list", "DEUS", MX_WHERE_COUNTRY | MX_WHERE_NOT_COUNTRY, 0,
	  false, false, false },
	{ "a region", "", MX_WHERE_REGION, BIT(MUTEX_REGION_EU), true, false,
	  false },
	{ "regions", "", MX_WHERE_REGION,
	  BIT(MUTEX_REGION_EU) | BIT(MUTEX_REGION_NA), true, true, false },
	{ "not a region", "", MX_WHERE_REGION | MX_WHERE_NOT_REGION,
	  BIT(MUTEX_REGION_EU), false, true, false },
	{ "a region but a country", "DE", MX_WHERE_REGION | MX_WHERE_COUNTRY |
	  MX_WHERE_NOT_COUNTRY, BIT(MUTEX_REGION_EU) | BIT(MUTEX_REGION_NA),
	  false, true, false },
};

static void geo_desc(const struct geo_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(geo, geo_cases, geo_desc);

static struct mx_rule *geo_rule(struct mx_fix *f, const struct geo_case *c)
{
	struct mx_match match = { .where = c->where, .regions = c->regions };
	struct mx_rule *rule = mx_fix_rule(f, 1, 1, &match);
	const char *code;

	for (code = c->countries; *code; code += 2)
		__set_bit(mx_country(code), rule->countries);
	rule->action = MUTEX_ACTION_DROP;
	return rule;
}

/* The verdict on a source, by the fixture's rules. */
static u8 geo_verdict(struct mx_fix *f, const struct mx_geo *geo,
		      const char *src)
{
	struct mx_packet pkt = mx_fix_packet(f->test, IPPROTO_TCP, src, 4000,
					     "192.0.2.1", 80, 0);
	struct mx_meta meta = { .iif = "", .oif = "", .geo = geo };
	struct mx_decision d;

	rcu_read_lock();
	mx_resolve(f->cfg, &pkt.key, pkt.ports, &meta, true, &d);
	rcu_read_unlock();
	return d.verdict;
}

static void geo_rules(struct kunit *test)
{
	const struct geo_case *c = test->param_value;
	struct mx_fix *f = test->priv;
	struct mx_geo *geo = geo_new(f);

	KUNIT_EXPECT_EQ(test, 0, geo_add(f, geo, "10.0.0.0", 8, "DE", 4));
	KUNIT_EXPECT_EQ(test, 0, geo_add(f, geo, "11.0.0.0", 8, "US", 5));
	KUNIT_ASSERT_EQ(test, 0, mx_fix_add_rule(f, geo_rule(f, c)));
	KUNIT_EXPECT_EQ(test, geo_verdict(f, geo, "10.1.1.1"),
			c->de ? MUTEX_VERDICT_DROP : MUTEX_VERDICT_NONE);
	KUNIT_EXPECT_EQ(test, geo_verdict(f, geo, "11.1.1.1"),
			c->us ? MUTEX_VERDICT_DROP : MUTEX_VERDICT_NONE);
	KUNIT_EXPECT_EQ(test, geo_verdict(f, geo, "12.1.1.1"),
			c->unknown ? MUTEX_VERDICT_DROP : MUTEX_VERDICT_NONE);
	/* without a database nothing is known */
	KUNIT_EXPECT_EQ(test, geo_verdict(f, NULL, "10.1.1.1"),
			c->unknown ? MUTEX_VERDICT_DROP : MUTEX_VERDICT_NONE);
	mx_geo_destroy(geo);
}

/* The rules know whether one of them asks: else nothing is looked up. */
static void geo_asked_only_if_needed(struct kunit *test)
{
	static const struct geo_case with = { .countries = "DE",
					      .where = MX_WHERE_COUNTRY };
	struct mx_fix *f = test->priv;
	struct mx_rule *plain = mx_fix_rule(f, 2, 2, NULL);
	struct mx_rule *rule = geo_rule(f, &with);

	plain->action = MUTEX_ACTION_TABLE;
	plain->table = mx_fix_table(f, "none", 1);
	KUNIT_ASSERT_EQ(test, 0, mx_fix_add_rule(f, plain));
	mutex_lock(&f->lock);
	KUNIT_EXPECT_FALSE(test, mx_dereference(f->cfg->rules, &f->lock)->places);
	mutex_unlock(&f->lock);
	KUNIT_ASSERT_EQ(test, 0, mx_fix_add_rule(f, rule));
	mutex_lock(&f->lock);
	KUNIT_EXPECT_TRUE(test, mx_dereference(f->cfg->rules, &f->lock)->places);
	KUNIT_EXPECT_EQ(test, mx_config_change_rule(f->cfg, rule, NULL), 0);
	KUNIT_EXPECT_FALSE(test, mx_dereference(f->cfg->rules, &f->lock)->places);
	mutex_unlock(&f->lock);
}

/* A source is looked for once, and not for rules that say no without it. */
static void geo_looks_late(struct kunit *test)
{
	struct mx_match match = {
		.where = MX_WHERE_REGION, .regions = BIT(MUTEX_REGION_EU),
		.proto = IPPROTO_UDP,
	};
	struct mx_fix *f = test->priv;
	struct mx_geo *geo = geo_new(f);
	struct mx_source source = { };
	struct mx_meta meta = { .geo = geo, .source = &source, .any = true };
	struct mx_key key = mx_fix_key(test, IPPROTO_TCP, "10.1.1.1", 1,
				       "192.0.2.1", 80);
	struct mx_rule_entry entry = { .match = match };

	entry.rule = mx_fix_rule(f, 1, 1, &match);
	KUNIT_EXPECT_EQ(test, 0, geo_add(f, geo, "10.0.0.0", 8, "DE", 4));
	rcu_read_lock();
	KUNIT_EXPECT_FALSE(test, mx_rule_matches(&entry, &key, true, &meta));
	KUNIT_EXPECT_FALSE(test, source.known);
	entry.match.proto = IPPROTO_TCP;
	KUNIT_EXPECT_TRUE(test, mx_rule_matches(&entry, &key, true, &meta));
	KUNIT_EXPECT_TRUE(test, source.known);
	source.place.region = MUTEX_REGION_SA;
	KUNIT_EXPECT_FALSE(test, mx_rule_matches(&entry, &key, true, &meta));
	rcu_read_unlock();
	mx_rule_free(entry.rule);
	mx_geo_destroy(geo);
}

/* A flow that today's time or place decides otherwise is let go. */
static void geo_reevaluates(struct kunit *test)
{
	struct mx_match match = {
		.where = MX_WHERE_COUNTRY,
		.when = { .begin = 60, .end = 120 },
	};
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_server *server = mx_fix_server(f, g, "10.0.0.1", 80,
						 MUTEX_SERVER_STATE_UP);
	struct mx_packet pkt = mx_fix_packet(test, IPPROTO_TCP, "10.9.9.9",
					     4000, "192.0.2.1", 80, MX_TCP_SYN);
	struct mx_geo *geo = geo_new(f), *other = geo_new(f);
	struct mx_rule *rule = mx_fix_rule(f, 1, 1, &match);

	mx_fix_publish(f, g);
	KUNIT_EXPECT_EQ(test, 0, geo_add(f, geo, "10.0.0.0", 8, "DE", 4));
	KUNIT_EXPECT_EQ(test, 0, geo_add(f, other, "10.0.0.0", 8, "FR", 4));
	__set_bit(mx_country("DE"), rule->countries);
	rule->action = MUTEX_ACTION_GROUP;
	rule->group = g->group;
	KUNIT_ASSERT_EQ(test, 0, mx_fix_add_rule(f, rule));
	mx_fix_flow(f, &pkt, server, MUTEX_FORWARD_NAT);
	mutex_lock(&f->lock);
	KUNIT_EXPECT_EQ(test, 0, mx_reevaluate(f->cfg, &f->flows, NULL, 3600,
					       geo));
	KUNIT_EXPECT_EQ(test, 1, mx_reevaluate(f->cfg, &f->flows, NULL, 7200,
					       geo));
	mutex_unlock(&f->lock);
	mx_fix_flow(f, &pkt, server, MUTEX_FORWARD_NAT);
	mutex_lock(&f->lock);
	KUNIT_EXPECT_EQ(test, 1, mx_reevaluate(f->cfg, &f->flows, NULL, 3600,
					       other));
	mutex_unlock(&f->lock);
	mx_geo_destroy(geo);
	mx_geo_destroy(other);
}

static struct kunit_case mx_geo_test_cases[] = {
	KUNIT_CASE(geo_codes),
	KUNIT_CASE(geo_finds),
	KUNIT_CASE(geo_refuses),
	KUNIT_CASE_PARAM(geo_rules, geo_gen_params),
	KUNIT_CASE(geo_asked_only_if_needed),
	KUNIT_CASE(geo_looks_late),
	KUNIT_CASE(geo_reevaluates),
	{ }
};

static struct kunit_suite mx_geo_test_suite = {
	.name = "mx_geo",
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = mx_geo_test_cases,
};

kunit_test_suite(mx_geo_test_suite);
