// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the prefix trie: tables of cases, and random histories held
 * against an oracle that looks at every prefix.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/inet.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/sort.h>

#include "base/lpm.h"

/* What the oracle knows of one prefix. */
struct mx_lpm_test_ent {
	u8 addr[16];
	u8 plen;
	void *val;
};

/* A trie under test, and what it should hold. */
struct mx_lpm_test {
	struct mutex lock;	/* the writers' */
	struct mx_lpm lpm;
	unsigned int bytes;	/* of an address */
	struct mx_lpm_test_ent *ent;
	unsigned int nent, nmax;
	struct rnd_state rnd;
};

/* The trie never looks behind a value, so any aligned number will do. */
static void *mx_lpm_test_val(unsigned long id)
{
	return (void *)(8 * (id + 1));
}

static struct mx_lpm_test *mx_lpm_test_new(struct kunit *test, u8 family,
					   unsigned int nmax)
{
	struct mx_lpm_test *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->ent = kvcalloc(nmax, sizeof(*f->ent), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, f->ent);
	f->nmax = nmax;
	f->bytes = family == AF_INET ? 4 : 16;
	mutex_init(&f->lock);
	prandom_seed_state(&f->rnd, 20240229);
	KUNIT_ASSERT_EQ(test, mx_lpm_init(&f->lpm, family, &f->lock), 0);
	mutex_lock(&f->lock);
	return f;
}

static void mx_lpm_test_end(struct kunit *test, struct mx_lpm_test *f)
{
	mutex_unlock(&f->lock);
	mx_lpm_destroy(&f->lpm, NULL);
	KUNIT_EXPECT_EQ(test, mx_lpm_bytes(&f->lpm), 0);
	KUNIT_EXPECT_EQ(test, mx_lpm_count(&f->lpm), 0);
	kvfree(f->ent);
}

static void *mx_lpm_test_look(struct mx_lpm_test *f, const u8 *addr)
{
	void *val;

	rcu_read_lock();
	val = mx_lpm_lookup(&f->lpm, addr);
	rcu_read_unlock();
	return val;
}

static u32 mx_lpm_test_rnd(struct mx_lpm_test *f, u32 below)
{
	return prandom_u32_state(&f->rnd) % below;
}

/* The oracle. */

static bool mx_lpm_test_covers(const struct mx_lpm_test_ent *e, const u8 *addr)
{
	unsigned int whole = e->plen / 8, bits = e->plen % 8;

	if (memcmp(e->addr, addr, whole))
		return false;
	return !bits || !((e->addr[whole] ^ addr[whole]) >> (8 - bits));
}

static void *mx_lpm_test_oracle(const struct mx_lpm_test *f, const u8 *addr)
{
	const struct mx_lpm_test_ent *e, *best = NULL;

	for (e = f->ent; e < f->ent + f->nent; e++)
		if ((!best || e->plen > best->plen) &&
		    mx_lpm_test_covers(e, addr))
			best = e;
	return best ? best->val : NULL;
}

static int mx_lpm_test_cmp(const void *a, const void *b)
{
	const struct mx_lpm_test_ent *x = a, *y = b;
	int diff = memcmp(x->addr, y->addr, sizeof(x->addr));

	return diff ? diff : x->plen - y->plen;
}

static struct mx_lpm_test_ent *
mx_lpm_test_find(struct mx_lpm_test *f, const u8 *addr, u8 plen)
{
	struct mx_lpm_test_ent *e;

	for (e = f->ent; e < f->ent + f->nent; e++)
		if (e->plen == plen && !memcmp(e->addr, addr, f->bytes))
			return e;
	return NULL;
}

static void mx_lpm_test_check(struct kunit *test, struct mx_lpm_test *f,
			      const u8 *addr)
{
	void *want = mx_lpm_test_oracle(f, addr);
	void *got = mx_lpm_test_look(f, addr);

	if (got != want)
		KUNIT_FAIL(test, "%*phN: got %lx, want %lx, of %u prefixes",
			   f->bytes, addr, (unsigned long)got / 8,
			   (unsigned long)want / 8, f->nent);
}

/* Add 1 or -1 to an address. */
static void mx_lpm_test_step(const struct mx_lpm_test *f, u8 *addr, int step)
{
	int i, sum = step;

	for (i = f->bytes - 1; i >= 0 && sum; i--) {
		sum += addr[i];
		addr[i] = sum;
		sum = sum < 0 ? -1 : sum >> 8;
	}
}

/* Check the first and last address of a prefix, and those just outside. */
static void mx_lpm_test_edges(struct kunit *test, struct mx_lpm_test *f,
			      const u8 *addr, u8 plen)
{
	unsigned int i;
	u8 a[16];

	memcpy(a, addr, sizeof(a));
	mx_lpm_test_check(test, f, a);
	mx_lpm_test_step(f, a, -1);
	mx_lpm_test_check(test, f, a);
	memcpy(a, addr, sizeof(a));
	for (i = plen; i < 8 * f->bytes; i++)
		a[i / 8] |= 0x80 >> i % 8;
	mx_lpm_test_check(test, f, a);
	mx_lpm_test_step(f, a, 1);
	mx_lpm_test_check(test, f, a);
}

/* Walk the whole trie: every prefix once, in order. */
static void mx_lpm_test_walk(struct kunit *test, struct mx_lpm_test *f)
{
	struct mx_lpm_test_ent *e = f->ent;
	u8 addr[16] = { }, plen = 0;
	unsigned int n = 0;
	void *val;

	sort(f->ent, f->nent, sizeof(*f->ent), mx_lpm_test_cmp, NULL);
	for (val = mx_lpm_next(&f->lpm, addr, &plen, true); val;
	     val = mx_lpm_next(&f->lpm, addr, &plen, false), e++) {
		KUNIT_ASSERT_LT(test, n++, f->nent);
		KUNIT_ASSERT_EQ(test, plen, e->plen);
		KUNIT_ASSERT_EQ(test, memcmp(addr, e->addr, f->bytes), 0);
		KUNIT_ASSERT_PTR_EQ(test, val, e->val);
	}
	KUNIT_EXPECT_EQ(test, n, f->nent);
}

/* Changes, made to both. */

static void mx_lpm_test_insert(struct kunit *test, struct mx_lpm_test *f,
			       const u8 *addr, u8 plen, void *val)
{
	struct mx_lpm_test_ent *e = mx_lpm_test_find(f, addr, plen);

	if (e) {
		KUNIT_EXPECT_EQ(test, mx_lpm_insert(&f->lpm, addr, plen, val),
				-EEXIST);
		return;
	}
	KUNIT_ASSERT_LT(test, f->nent, f->nmax);
	KUNIT_ASSERT_EQ(test, mx_lpm_insert(&f->lpm, addr, plen, val), 0);
	e = &f->ent[f->nent++];
	memcpy(e->addr, addr, sizeof(e->addr));
	e->plen = plen;
	e->val = val;
}

static void mx_lpm_test_remove(struct kunit *test, struct mx_lpm_test *f,
			       unsigned int i)
{
	struct mx_lpm_test_ent e = f->ent[i];

	KUNIT_EXPECT_PTR_EQ(test, mx_lpm_remove(&f->lpm, e.addr, e.plen), e.val);
	f->ent[i] = f->ent[--f->nent];
	KUNIT_EXPECT_PTR_EQ(test, mx_lpm_remove(&f->lpm, e.addr, e.plen),
			    ERR_PTR(-ENOENT));
	KUNIT_EXPECT_PTR_EQ(test, mx_lpm_get(&f->lpm, e.addr, e.plen),
			    ERR_PTR(-ENOENT));
}

/* Parse "ADDR/LEN"; without a length it is an address. */
static void mx_lpm_test_parse(struct kunit *test, const char *text, u8 *addr,
			      u8 *plen)
{
	const char *end = text + strlen(text);
	int ok;

	memset(addr, 0, 16);
	if (strchr(text, ':'))
		ok = in6_pton(text, -1, addr, '/', &end);
	else
		ok = in4_pton(text, -1, addr, '/', &end);
	KUNIT_ASSERT_EQ(test, ok, 1);
	if (*end == '/')
		KUNIT_ASSERT_EQ(test, kstrtou8(end + 1, 10, plen), 0);
}

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

static void lpm_refuses_what_is_wrong(struct kunit *test)
{
	static const struct {
		const char *pfx;
		int err;
	} bad[] = {
		{ "10.0.0.0/33", -EINVAL }, { "0.0.0.1/0", -EINVAL },
		{ "10.0.0.1/31", -EINVAL }, { "10.128.0.0/8", -EINVAL },
		{ "10.0.0.0/6", -EINVAL }, { "10.0.0.0/255", -EINVAL },
		{ "192.0.2.0/24", -EEXIST },
		{ "::/129", -EINVAL }, { "::1/0", -EINVAL },
		{ "::1/64", -EINVAL }, { "::1/127", -EINVAL },
		{ "0:0:0:1::/63", -EINVAL }, { "0:0:0:1::/60", -EINVAL },
		{ "8000::/0", -EINVAL }, { "2001:db8::/32", -EEXIST },
	};
	struct mx_lpm_test *f4 = mx_lpm_test_new(test, AF_INET, 1);
	struct mx_lpm_test *f6 = mx_lpm_test_new(test, AF_INET6, 1);
	u8 addr[16], plen;
	struct mx_lpm lpm;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, mx_lpm_init(&lpm, AF_UNIX, &f4->lock), -EAFNOSUPPORT);
	mx_lpm_test_parse(test, "192.0.2.0/24", addr, &plen);
	KUNIT_EXPECT_EQ(test, mx_lpm_insert(&f4->lpm, addr, plen, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, mx_lpm_insert(&f4->lpm, addr, plen, (void *)12), -EINVAL);
	KUNIT_EXPECT_EQ(test, mx_lpm_insert(&f4->lpm, addr, plen, mx_lpm_test_val(0)), 0);
	KUNIT_EXPECT_PTR_EQ(test, mx_lpm_replace(&f4->lpm, addr, plen, NULL),
			    ERR_PTR(-EINVAL));
	KUNIT_EXPECT_PTR_EQ(test, mx_lpm_get(&f4->lpm, addr, plen), mx_lpm_test_val(0));
	mx_lpm_test_parse(test, "2001:db8::/32", addr, &plen);
	KUNIT_EXPECT_EQ(test, mx_lpm_insert(&f6->lpm, addr, plen, mx_lpm_test_val(0)), 0);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct mx_lpm *t = strchr(bad[i].pfx, ':') ? &f6->lpm : &f4->lpm;
		int err = bad[i].err;

		mx_lpm_test_parse(test, bad[i].pfx, addr, &plen);
		KUNIT_EXPECT_EQ_MSG(test, mx_lpm_insert(t, addr, plen, mx_lpm_test_val(1)),
				    err, "%s", bad[i].pfx);
		if (err == -EEXIST)
			continue;
		KUNIT_EXPECT_PTR_EQ(test, mx_lpm_remove(t, addr, plen), ERR_PTR(err));
		KUNIT_EXPECT_PTR_EQ(test, mx_lpm_get(t, addr, plen), ERR_PTR(err));
		KUNIT_EXPECT_PTR_EQ(test, mx_lpm_replace(t, addr, plen, mx_lpm_test_val(1)),
				    ERR_PTR(err));
	}
	/* Neither below, above nor beside an existing prefix, nor the default. */
	for (i = 0; i < 4; i++) {
		static const char * const absent[] = {
			"192.0.2.0/25", "192.0.0.0/16", "192.0.3.0/24", "0.0.0.0/0",
		};

		mx_lpm_test_parse(test, absent[i], addr, &plen);
		KUNIT_EXPECT_PTR_EQ(test, mx_lpm_get(&f4->lpm, addr, plen),
				    ERR_PTR(-ENOENT));
		KUNIT_EXPECT_PTR_EQ(test, mx_lpm_remove(&f4->lpm, addr, plen),
				    ERR_PTR(-ENOENT));
		KUNIT_EXPECT_PTR_EQ(test, mx_lpm_replace(&f4->lpm, addr, plen,
							 mx_lpm_test_val(1)),
				    ERR_PTR(-ENOENT));
	}
	KUNIT_EXPECT_EQ(test, mx_lpm_count(&f4->lpm), 1);
	KUNIT_EXPECT_EQ(test, mx_lpm_count(&f6->lpm), 1);
	mx_lpm_test_end(test, f6);
	mx_lpm_test_end(test, f4);
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

/* Random histories: families, and how prefixes are spread. */

struct mx_lpm_shape {
	const char *desc;
	u8 family;
	u8 mask;		/* bits of each byte that may be set */
	bool whole;		/* lengths are whole bytes */
	unsigned int nmax;
	unsigned int steps;
};

static const struct mx_lpm_shape mx_lpm_shapes[] = {
	{ "IPv4 spread", AF_INET, 0xff, false, 300, 6000 },
	{ "IPv4 dense", AF_INET, 0x83, false, 300, 6000 },
	{ "IPv4 dense, whole bytes", AF_INET, 0x07, true, 200, 4000 },
	{ "IPv6 spread", AF_INET6, 0xff, false, 300, 6000 },
	{ "IPv6 dense", AF_INET6, 0x81, false, 300, 6000 },
	{ "IPv6 chains", AF_INET6, 0x01, true, 200, 4000 },
};

static void mx_lpm_shape_desc(const struct mx_lpm_shape *s, char *desc)
{
	strscpy(desc, s->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mx_lpm_shape, mx_lpm_shapes, mx_lpm_shape_desc);

static void mx_lpm_test_pick(struct mx_lpm_test *f, const struct mx_lpm_shape *s,
			     u8 *addr, u8 *plen)
{
	unsigned int i;

	memset(addr, 0, 16);
	for (i = 0; i < f->bytes; i++)
		addr[i] = mx_lpm_test_rnd(f, 256) & s->mask;
	*plen = s->whole ? 8 * mx_lpm_test_rnd(f, f->bytes + 1) :
			   mx_lpm_test_rnd(f, 8 * f->bytes + 1);
	for (i = *plen; i < 8 * f->bytes; i++)
		addr[i / 8] &= ~(0x80 >> i % 8);
}

/* The next prefix after one that is gone must be what the oracle says. */
static void mx_lpm_test_resume(struct kunit *test, struct mx_lpm_test *f,
			       const u8 *gone, u8 plen)
{
	struct mx_lpm_test_ent from = { .plen = plen }, *e, *next = NULL;
	u8 addr[16];
	void *val;

	memcpy(from.addr, gone, sizeof(from.addr));
	memcpy(addr, gone, sizeof(addr));
	for (e = f->ent; e < f->ent + f->nent; e++)
		if (mx_lpm_test_cmp(e, &from) > 0 &&
		    (!next || mx_lpm_test_cmp(e, next) < 0))
			next = e;
	val = mx_lpm_next(&f->lpm, addr, &plen, false);
	KUNIT_EXPECT_PTR_EQ(test, val, next ? next->val : NULL);
	if (val && next) {
		KUNIT_EXPECT_EQ(test, plen, next->plen);
		KUNIT_EXPECT_EQ(test, memcmp(addr, next->addr, f->bytes), 0);
	}
}

static void lpm_equals_the_oracle(struct kunit *test)
{
	const struct mx_lpm_shape *s = test->param_value;
	struct mx_lpm_test *f = mx_lpm_test_new(test, s->family, s->nmax);
	unsigned int i, step;
	bool grow = true;
	u8 addr[16], plen;

	for (step = 0; step < s->steps; step++) {
		unsigned int dice = mx_lpm_test_rnd(f, 10);
		/* Some routes share their value. */
		void *val = mx_lpm_test_val(dice & 1 ? step : step % 4);

		if (f->nent == s->nmax)
			grow = false;
		else if (!f->nent)
			grow = true;
		i = f->nent ? mx_lpm_test_rnd(f, f->nent) : 0;
		if (f->nent && dice < 2) {
			struct mx_lpm_test_ent *e = &f->ent[i];

			KUNIT_EXPECT_PTR_EQ(test, mx_lpm_replace(&f->lpm, e->addr, e->plen,
								 val), e->val);
			e->val = val;
			memcpy(addr, e->addr, sizeof(addr));
			plen = e->plen;
		} else if (f->nent && dice < (grow ? 4 : 8)) {
			memcpy(addr, f->ent[i].addr, sizeof(addr));
			plen = f->ent[i].plen;
			mx_lpm_test_remove(test, f, i);
			mx_lpm_test_resume(test, f, addr, plen);
		} else if (f->nent < s->nmax) {
			mx_lpm_test_pick(f, s, addr, &plen);
			mx_lpm_test_insert(test, f, addr, plen, val);
		}
		mx_lpm_test_edges(test, f, addr, plen);
		mx_lpm_test_pick(f, s, addr, &plen);
		mx_lpm_test_check(test, f, addr);
		if (!(step % 256)) {
			KUNIT_EXPECT_EQ(test, mx_lpm_count(&f->lpm), f->nent);
			mx_lpm_test_walk(test, f);
			cond_resched();
		}
	}
	while (f->nent)
		mx_lpm_test_remove(test, f, f->nent - 1);
	KUNIT_EXPECT_EQ(test, mx_lpm_bytes(&f->lpm), 0);
	KUNIT_EXPECT_EQ(test, mx_lpm_count(&f->lpm), 0);
	mx_lpm_test_end(test, f);
}

/* Large enough for the direct index to come, and to go again. */
static void lpm_large_comes_and_goes(struct kunit *test)
{
	static const struct mx_lpm_shape shape = { .mask = 0xff };
	struct mx_lpm_test *f = mx_lpm_test_new(test, AF_INET, 20000);
	unsigned int i, look;
	u8 addr[16], plen;

	for (i = 0; i < f->nmax; i++) {
		do {
			mx_lpm_test_pick(f, &shape, addr, &plen);
		} while (plen < 12 ||
			 !IS_ERR(mx_lpm_get(&f->lpm, addr, plen)));
		KUNIT_ASSERT_EQ(test, mx_lpm_insert(&f->lpm, addr, plen,
						    mx_lpm_test_val(i)), 0);
		memcpy(f->ent[i].addr, addr, sizeof(addr));
		f->ent[i].plen = plen;
		f->ent[i].val = mx_lpm_test_val(i);
		f->nent++;
		if (!(i % 256))
			cond_resched();
	}
	mx_lpm_test_walk(test, f);
	while (f->nent) {
		for (look = 0; look < 20; look++) {
			struct mx_lpm_test_ent *e;

			e = &f->ent[mx_lpm_test_rnd(f, f->nent)];
			mx_lpm_test_edges(test, f, e->addr, e->plen);
		}
		for (i = 0; i < 1000 && f->nent; i++)
			mx_lpm_test_remove(test, f, mx_lpm_test_rnd(f, f->nent));
		cond_resched();
	}
	KUNIT_EXPECT_EQ(test, mx_lpm_bytes(&f->lpm), 0);
	mx_lpm_test_end(test, f);
}

/*
 * Readers beside a writer. What each probe's answer is after each update is
 * worked out beforehand; a reader notes how many updates were done before its
 * lookup and how many had begun after it, and its answer must be one of those
 * in between.
 */
#define MX_LPM_RACE_PROBES	64
#define MX_LPM_RACE_UPDATES	3000
#define MX_LPM_RACE_READERS	2

struct mx_lpm_race {
	struct mx_lpm_test *f;
	u8 probe[MX_LPM_RACE_PROBES][16];
	void *want[MX_LPM_RACE_UPDATES + 1][MX_LPM_RACE_PROBES];
	struct mx_lpm_test_ent update[MX_LPM_RACE_UPDATES];
	unsigned int begun, done;
	atomic_t wrong;
	atomic_long_t looks;
};

static int mx_lpm_race_reader(void *arg)
{
	struct mx_lpm_race *r = arg;
	unsigned int i, k, from, to;
	void *val;

	while (!kthread_should_stop()) {
		for (k = 0; k < MX_LPM_RACE_PROBES; k++) {
			/* pairs with the release in the writer */
			from = smp_load_acquire(&r->done);
			val = mx_lpm_test_look(r->f, r->probe[k]);
			smp_rmb(); /* pairs with smp_wmb() in the writer */
			to = READ_ONCE(r->begun);
			for (i = from; i <= to && r->want[i][k] != val; i++)
				;
			if (i > to)
				atomic_inc(&r->wrong);
		}
		atomic_long_add(k, &r->looks);
		schedule();
	}
	return 0;
}

static void mx_lpm_race_prepare(struct mx_lpm_race *r,
				const struct mx_lpm_shape *shape)
{
	struct mx_lpm_test *f = r->f;
	unsigned int i, k;
	u8 plen;

	for (k = 0; k < MX_LPM_RACE_PROBES; k++)
		mx_lpm_test_pick(f, shape, r->probe[k], &plen);
	for (i = 0; i < MX_LPM_RACE_UPDATES; i++) {
		struct mx_lpm_test_ent *u = &r->update[i], *e;

		/* Aim at the probes, so that most updates change an answer. */
		mx_lpm_test_pick(f, shape, u->addr, &u->plen);
		memcpy(u->addr, r->probe[mx_lpm_test_rnd(f, MX_LPM_RACE_PROBES)],
		       sizeof(u->addr));
		for (k = u->plen; k < 8 * f->bytes; k++)
			u->addr[k / 8] &= ~(0x80 >> k % 8);
		e = mx_lpm_test_find(f, u->addr, u->plen);
		if (e) {
			u->val = NULL;	/* remove */
			*e = f->ent[--f->nent];
		} else {
			u->val = mx_lpm_test_val(i);
			f->ent[f->nent++] = *u;
		}
		for (k = 0; k < MX_LPM_RACE_PROBES; k++)
			r->want[i + 1][k] = mx_lpm_test_oracle(f, r->probe[k]);
		cond_resched();
	}
}

static void lpm_readers_see_before_or_after(struct kunit *test)
{
	const struct mx_lpm_shape *shape = test->param_value;
	struct task_struct *task[MX_LPM_RACE_READERS];
	struct mx_lpm_race *r;
	unsigned int i;

	r = kvzalloc(sizeof(*r), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, r);
	r->f = mx_lpm_test_new(test, shape->family, MX_LPM_RACE_UPDATES);
	mx_lpm_race_prepare(r, shape);
	for (i = 0; i < MX_LPM_RACE_READERS; i++) {
		task[i] = kthread_run(mx_lpm_race_reader, r, "mx_lpm_race/%u", i);
		KUNIT_EXPECT_FALSE(test, IS_ERR(task[i]));
	}
	for (i = 0; i < MX_LPM_RACE_UPDATES; i++) {
		const struct mx_lpm_test_ent *u = &r->update[i];

		WRITE_ONCE(r->begun, i + 1);
		smp_wmb(); /* begun before anything that a reader may find */
		if (u->val)
			KUNIT_EXPECT_EQ(test, mx_lpm_insert(&r->f->lpm, u->addr, u->plen,
							    u->val), 0);
		else
			KUNIT_EXPECT_FALSE(test, IS_ERR(mx_lpm_remove(&r->f->lpm, u->addr,
								      u->plen)));
		/* pairs with the acquire in the readers */
		smp_store_release(&r->done, i + 1);
		schedule();
	}
	for (i = 0; i < MX_LPM_RACE_READERS; i++)
		if (!IS_ERR(task[i]))
			kthread_stop(task[i]);
	KUNIT_EXPECT_EQ(test, atomic_read(&r->wrong), 0);
	KUNIT_EXPECT_GT(test, atomic_long_read(&r->looks), 0L);
	kunit_info(test, "%ld lookups beside %u updates",
		   atomic_long_read(&r->looks), MX_LPM_RACE_UPDATES);
	mx_lpm_test_end(test, r->f);
	kvfree(r);
}

static struct kunit_case mx_lpm_test_cases[] = {
	KUNIT_CASE_PARAM(lpm_longest_wins, mx_lpm_gen_params),
	KUNIT_CASE(lpm_refuses_what_is_wrong),
	KUNIT_CASE(lpm_small_is_cheap),
	KUNIT_CASE(lpm_destroy_frees_each_value),
	KUNIT_CASE_PARAM(lpm_equals_the_oracle, mx_lpm_shape_gen_params),
	KUNIT_CASE(lpm_large_comes_and_goes),
	KUNIT_CASE_PARAM(lpm_readers_see_before_or_after, mx_lpm_shape_gen_params),
	{ }
};

static struct kunit_suite mx_lpm_test_suite = {
	.name = "mx_lpm",
	.test_cases = mx_lpm_test_cases,
};

kunit_test_suite(mx_lpm_test_suite);
