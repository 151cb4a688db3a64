// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the prefix trie: what it answers, refuses and costs, by
 * cases.
 */
#include <linux/err.h>
#include <linux/socket.h>
#include <linux/string.h>

#include "lpm_fixture.h"

/* Longest match, by cases. Values are the prefixes' places in the list. */

struct mx_lpm_case {
	const char *desc;
	u8 family;
	const char *pfx[8];
	struct {
		const char *addr;
		int want;
	} look[12];
};

static const struct mx_lpm_case mx_lpm_cases[] = {
	{
		.desc = "an empty table has no answer", .family = AF_INET,
		.look = { { "0.0.0.0", -1 }, { "255.255.255.255", -1 } },
	}, {
		.desc = "a default route answers all", .family = AF_INET,
		.pfx = { "0.0.0.0/0" },
		.look = { { "0.0.0.0", 0 }, { "127.1.2.3", 0 },
			  { "255.255.255.255", 0 } },
	}, {
		.desc = "a default route answers all, IPv6", .family = AF_INET6,
		.pfx = { "::/0" },
		.look = { { "::", 0 }, { "2001:db8::1", 0 },
			  { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0 } },
	}, {
		.desc = "a host route answers one address", .family = AF_INET,
		.pfx = { "192.0.2.1/32" },
		.look = { { "192.0.2.0", -1 }, { "192.0.2.1", 0 },
			  { "192.0.2.2", -1 }, { "64.0.2.1", -1 } },
	}, {
		.desc = "a host route answers one address, IPv6",
		.family = AF_INET6,
		.pfx = { "2001:db8::1/128", "::/0" },
		.look = { { "2001:db8::", 1 }, { "2001:db8::1", 0 },
			  { "2001:db8::2", 1 }, { "2001:db8:1::1", 1 } },
	}, {
		.desc = "the two halves of everything", .family = AF_INET,
		.pfx = { "0.0.0.0/1", "128.0.0.0/1" },
		.look = { { "0.0.0.0", 0 }, { "127.255.255.255", 0 },
			  { "128.0.0.0", 1 }, { "255.255.255.255", 1 } },
	}, {
		.desc = "a pair and its members", .family = AF_INET,
		.pfx = { "198.51.100.6/31", "198.51.100.7/32" },
		.look = { { "198.51.100.5", -1 }, { "198.51.100.6", 0 },
			  { "198.51.100.7", 1 }, { "198.51.100.8", -1 } },
	}, {
		.desc = "a pair and its members, IPv6", .family = AF_INET6,
		.pfx = { "2001:db8::6/127", "2001:db8::7/128" },
		.look = { { "2001:db8::5", -1 }, { "2001:db8::6", 0 },
			  { "2001:db8::7", 1 }, { "2001:db8::8", -1 } },
	}, {
		.desc = "the longest of nested prefixes wins",
		.family = AF_INET,
		.pfx = { "10.0.0.0/8", "10.1.0.0/16", "10.1.1.0/24",
			 "10.1.1.128/25", "10.1.1.129/32", "0.0.0.0/0" },
		.look = { { "10.1.1.129", 4 }, { "10.1.1.130", 3 },
			  { "10.1.1.127", 2 }, { "10.1.2.0", 1 },
			  { "10.2.0.0", 0 }, { "11.0.0.0", 5 } },
	}, {
		.desc = "nested within one byte", .family = AF_INET,
		.pfx = { "172.16.0.0/17", "172.16.64.0/18", "172.16.64.0/19",
			 "172.16.80.0/20", "172.16.80.0/21",
			 "172.16.80.0/22", "172.16.80.0/23",
			 "172.16.80.0/24" },
		.look = { { "172.16.80.9", 7 }, { "172.16.81.0", 6 },
			  { "172.16.82.0", 5 }, { "172.16.84.0", 4 },
			  { "172.16.88.0", 3 }, { "172.16.79.9", 2 },
			  { "172.16.96.0", 1 }, { "172.16.63.255", 0 },
			  { "172.16.128.0", -1 } },
	}, {
		.desc = "nested, one on each byte, IPv6", .family = AF_INET6,
		.pfx = { "2001:db8:0:1::/64", "2001:db8:0:1:8000::/65",
			 "2001:db8::/32", "2000::/3",
			 "2001:db8:0:1:8000::1/128", "2001:db8::/63" },
		.look = { { "2001:db8:0:1::5", 0 },
			  { "2001:db8:0:1:8000::", 1 },
			  { "2001:db8:0:1:8000::1", 4 },
			  { "2001:db8:0:2::", 2 }, { "2001:db8::9", 5 },
			  { "3fff::", 3 }, { "4000::", -1 } },
	}, {
		.desc = "siblings do not answer for each other",
		.family = AF_INET,
		.pfx = { "203.0.112.0/24", "203.0.113.0/24", "203.0.114.0/23" },
		.look = { { "203.0.111.255", -1 }, { "203.0.112.0", 0 },
			  { "203.0.113.255", 1 }, { "203.0.114.0", 2 },
			  { "203.0.115.255", 2 }, { "203.0.116.0", -1 } },
	}, {
		.desc = "bytes without a node are compared",
		.family = AF_INET6,
		.pfx = { "2001:db8:1:2:3:4:5:0/112", "2001:db8:9::/48" },
		.look = { { "2001:db8:1:2:3:4:5:6", 0 },
			  { "2001:db8:1:2:3:5:5:6", -1 },
			  { "2001:db8:1:3:3:4:5:6", -1 },
			  { "2001:db9:1:2:3:4:5:6", -1 },
			  { "2001:db8:9:2:3:4:5:6", 1 },
			  { "2001:db8:109:2:3:4:5:6", -1 } },
	},
};

static void mx_lpm_case_desc(const struct mx_lpm_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mx_lpm, mx_lpm_cases, mx_lpm_case_desc);

/* Whatever the order in which prefixes come, and when the others went again. */
static void lpm_longest_wins(struct kunit *test)
{
	const struct mx_lpm_case *c = test->param_value;
	unsigned int i, n, order;
	u8 addr[16], plen;

	for (n = 0; n < ARRAY_SIZE(c->pfx) && c->pfx[n]; n++)
		;
	for (order = 0; order < 2 * n + 1; order++) {
		struct mx_lpm_test *f = mx_lpm_test_new(test, c->family, 1);

		for (i = 0; i < n; i++) {
			unsigned int k = order < n ? (i + order) % n :
						     (order - i) % n;

			mx_lpm_test_parse(test, c->pfx[k], addr, &plen);
			KUNIT_EXPECT_EQ(test, mx_lpm_insert(&f->lpm, addr, plen,
							    mx_lpm_test_val(k)), 0);
		}
		for (i = 0; i < ARRAY_SIZE(c->look) && c->look[i].addr; i++) {
			int want = c->look[i].want;

			mx_lpm_test_parse(test, c->look[i].addr, addr, &plen);
			KUNIT_EXPECT_PTR_EQ_MSG(test, mx_lpm_test_look(f, addr),
						want < 0 ? NULL : mx_lpm_test_val(want),
						"%s", c->look[i].addr);
		}
		for (i = 0; i < n; i++) {
			mx_lpm_test_parse(test, c->pfx[i], addr, &plen);
			KUNIT_EXPECT_PTR_EQ(test, mx_lpm_remove(&f->lpm, addr, plen),
					    mx_lpm_test_val(i));
		}
		KUNIT_EXPECT_EQ(test, mx_lpm_bytes(&f->lpm), 0);
		mx_lpm_test_end(test, f);
	}
}

/* Prefixes that are refused by a table which has the first one. */
struct mx_lpm_wrong {
	const char *desc;
	u8 family;
	const char *has;
	const char *bad[8];	/* too long, or with host bits */
	const char *absent[4];	/* below, above, beside, and the default */
};

static const struct mx_lpm_wrong mx_lpm_wrongs[] = {
	{
		.desc = "IPv4", .family = AF_INET, .has = "192.0.2.0/24",
		.bad = { "10.0.0.0/33", "0.0.0.1/0", "10.0.0.1/31",
			 "10.128.0.0/8", "10.0.0.0/6", "10.0.0.0/255" },
		.absent = { "192.0.2.0/25", "192.0.0.0/16", "192.0.3.0/24",
			    "0.0.0.0/0" },
	}, {
		.desc = "IPv6", .family = AF_INET6, .has = "2001:db8::/32",
		.bad = { "::/129", "::1/0", "::1/64", "::1/127",
			 "0:0:0:1::/63", "0:0:0:1::/60", "8000::/0" },
		.absent = { "2001:db8::/33", "2001::/16", "2001:db9::/32",
			    "::/0" },
	},
};

static void mx_lpm_wrong_desc(const struct mx_lpm_wrong *w, char *desc)
{
	strscpy(desc, w->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mx_lpm_wrong, mx_lpm_wrongs, mx_lpm_wrong_desc);

static void lpm_refuses_what_is_wrong(struct kunit *test)
{
	const struct mx_lpm_wrong *w = test->param_value;
	struct mx_lpm_test *f = mx_lpm_test_new(test, w->family, 1);
	void *val = mx_lpm_test_val(0), *other = mx_lpm_test_val(1);
	struct mx_lpm *t = &f->lpm;
	u8 addr[16], plen;
	struct mx_lpm lpm;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, mx_lpm_init(&lpm, AF_UNIX, &f->lock), -EAFNOSUPPORT);
	mx_lpm_test_parse(test, w->has, addr, &plen);
	KUNIT_EXPECT_EQ(test, mx_lpm_insert(t, addr, plen, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, mx_lpm_insert(t, addr, plen, (void *)12), -EINVAL);
	KUNIT_EXPECT_EQ(test, mx_lpm_insert(t, addr, plen, val), 0);
	KUNIT_EXPECT_EQ(test, mx_lpm_insert(t, addr, plen, other), -EEXIST);
	KUNIT_EXPECT_PTR_EQ(test, mx_lpm_replace(t, addr, plen, NULL), ERR_PTR(-EINVAL));
	KUNIT_EXPECT_PTR_EQ(test, mx_lpm_get(t, addr, plen), val);
	for (i = 0; i < ARRAY_SIZE(w->bad) && w->bad[i]; i++) {
		mx_lpm_test_parse(test, w->bad[i], addr, &plen);
		KUNIT_EXPECT_EQ_MSG(test, mx_lpm_insert(t, addr, plen, other), -EINVAL,
				    "%s", w->bad[i]);
		KUNIT_EXPECT_PTR_EQ(test, mx_lpm_remove(t, addr, plen), ERR_PTR(-EINVAL));
		KUNIT_EXPECT_NULL(test, mx_lpm_get(t, addr, plen));
		KUNIT_EXPECT_PTR_EQ(test, mx_lpm_replace(t, addr, plen, other),
				    ERR_PTR(-EINVAL));
	}
	for (i = 0; i < ARRAY_SIZE(w->absent); i++) {
		mx_lpm_test_parse(test, w->absent[i], addr, &plen);
		KUNIT_EXPECT_NULL(test, mx_lpm_get(t, addr, plen));
		KUNIT_EXPECT_PTR_EQ(test, mx_lpm_remove(t, addr, plen), ERR_PTR(-ENOENT));
		KUNIT_EXPECT_PTR_EQ(test, mx_lpm_replace(t, addr, plen, other),
				    ERR_PTR(-ENOENT));
	}
	KUNIT_EXPECT_EQ(test, mx_lpm_count(t), 1);
	mx_lpm_test_end(test, f);
}

/* A namespace may have hundreds of tables with little in each. */
static void lpm_small_is_cheap(struct kunit *test)
{
	struct mx_lpm_test *f = mx_lpm_test_new(test, AF_INET6, 4);
	u8 addr[16], plen;

	mx_lpm_test_parse(test, "::/0", addr, &plen);
	mx_lpm_test_insert(test, f, addr, plen, mx_lpm_test_val(0));
	KUNIT_EXPECT_EQ(test, mx_lpm_bytes(&f->lpm), 0);
	mx_lpm_test_parse(test, "2001:db8::1/128", addr, &plen);
	mx_lpm_test_insert(test, f, addr, plen, mx_lpm_test_val(1));
	mx_lpm_test_parse(test, "2001:db8:1::/48", addr, &plen);
	mx_lpm_test_insert(test, f, addr, plen, mx_lpm_test_val(2));
	KUNIT_EXPECT_LE(test, sizeof(f->lpm) + mx_lpm_bytes(&f->lpm), 1024);
	mx_lpm_test_end(test, f);
}

static void lpm_values_are_said_goodbye(void *val)
{
	++*(unsigned long *)val;
}

static void lpm_destroy_frees_each_value(struct kunit *test)
{
	struct mx_lpm_test *f = mx_lpm_test_new(test, AF_INET, 1);
	unsigned long *seen = kunit_kcalloc(test, 4, sizeof(*seen), GFP_KERNEL);
	static const char * const pfx[] = {
		"0.0.0.0/0", "10.0.0.0/8", "10.1.2.0/24", "10.1.2.3/32",
	};
	u8 addr[16], plen;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	for (i = 0; i < ARRAY_SIZE(pfx); i++) {
		mx_lpm_test_parse(test, pfx[i], addr, &plen);
		KUNIT_EXPECT_EQ(test, mx_lpm_insert(&f->lpm, addr, plen, &seen[i]), 0);
	}
	mx_lpm_destroy(&f->lpm, lpm_values_are_said_goodbye);
	for (i = 0; i < ARRAY_SIZE(pfx); i++)
		KUNIT_EXPECT_EQ(test, seen[i], 1);
	mx_lpm_test_end(test, f);
}

static struct kunit_case mx_lpm_test_cases[] = {
	KUNIT_CASE_PARAM(lpm_longest_wins, mx_lpm_gen_params),
	KUNIT_CASE_PARAM(lpm_refuses_what_is_wrong, mx_lpm_wrong_gen_params),
	KUNIT_CASE(lpm_small_is_cheap),
	KUNIT_CASE(lpm_destroy_frees_each_value),
	{ }
};

static struct kunit_suite mx_lpm_test_suite = {
	.name = "mx_lpm",
	.test_cases = mx_lpm_test_cases,
};

kunit_test_suite(mx_lpm_test_suite);
