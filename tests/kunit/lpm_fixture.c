// SPDX-License-Identifier: GPL-2.0
/* A prefix trie under test, and an oracle that knows what it should say. */
#include <linux/err.h>
#include <linux/inet.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "lpm_fixture.h"

/**
 * mx_lpm_test_val() - make a value
 * @id: tells values apart
 *
 * The trie never looks behind a value, so any aligned number will do.
 *
 * Return: the value.
 */
void *mx_lpm_test_val(unsigned long id)
{
	return (void *)(8 * (id + 1));
}

/**
 * mx_lpm_test_new() - make an empty trie, and take its lock
 * @test: the running test
 * @family: AF_INET or AF_INET6
 * @nmax: how many prefixes the oracle must have room for
 *
 * Return: the fixture, never NULL.
 */
struct mx_lpm_test *mx_lpm_test_new(struct kunit *test, u8 family,
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

/**
 * mx_lpm_test_end() - release the lock and destroy a trie
 * @test: the running test
 * @f: the fixture
 */
void mx_lpm_test_end(struct kunit *test, struct mx_lpm_test *f)
{
	mutex_unlock(&f->lock);
	mx_lpm_destroy(&f->lpm, NULL);
	KUNIT_EXPECT_EQ(test, mx_lpm_bytes(&f->lpm), 0);
	KUNIT_EXPECT_EQ(test, mx_lpm_count(&f->lpm), 0);
	kvfree(f->ent);
}

/**
 * mx_lpm_test_look() - look an address up
 * @f: the fixture
 * @addr: the address
 *
 * Return: what the trie says.
 */
void *mx_lpm_test_look(struct mx_lpm_test *f, const u8 *addr)
{
	void *val;

	rcu_read_lock();
	val = mx_lpm_lookup(&f->lpm, addr);
	rcu_read_unlock();
	return val;
}

/**
 * mx_lpm_test_rnd() - draw a number
 * @f: the fixture
 * @below: the limit
 *
 * Return: a number below the limit.
 */
u32 mx_lpm_test_rnd(struct mx_lpm_test *f, u32 below)
{
	return prandom_u32_state(&f->rnd) % below;
}

static bool mx_lpm_test_covers(const struct mx_lpm_test_ent *e, const u8 *addr)
{
	unsigned int whole = e->plen / 8, bits = e->plen % 8;

	if (memcmp(e->addr, addr, whole))
		return false;
	return !bits || !((e->addr[whole] ^ addr[whole]) >> (8 - bits));
}

/**
 * mx_lpm_test_oracle() - what a lookup should say
 * @f: the fixture
 * @addr: the address
 *
 * Return: the value of the longest of all prefixes that cover the address.
 */
void *mx_lpm_test_oracle(const struct mx_lpm_test *f, const u8 *addr)
{
	const struct mx_lpm_test_ent *e, *best = NULL;

	for (e = f->ent; e < f->ent + f->nent; e++)
		if ((!best || e->plen > best->plen) &&
		    mx_lpm_test_covers(e, addr))
			best = e;
	return best ? best->val : NULL;
}

/**
 * mx_lpm_test_cmp() - the order in which a walk finds prefixes
 * @a: a struct mx_lpm_test_ent
 * @b: another one
 *
 * Return: below 0, 0 or above.
 */
int mx_lpm_test_cmp(const void *a, const void *b)
{
	const struct mx_lpm_test_ent *x = a, *y = b;
	int diff = memcmp(x->addr, y->addr, sizeof(x->addr));

	return diff ? diff : x->plen - y->plen;
}

/**
 * mx_lpm_test_find() - look a prefix up in the oracle
 * @f: the fixture
 * @addr: the prefix
 * @plen: its length
 *
 * Return: what it knows of the prefix, or NULL.
 */
struct mx_lpm_test_ent *mx_lpm_test_find(struct mx_lpm_test *f, const u8 *addr,
					 u8 plen)
{
	struct mx_lpm_test_ent *e;

	for (e = f->ent; e < f->ent + f->nent; e++)
		if (e->plen == plen && !memcmp(e->addr, addr, f->bytes))
			return e;
	return NULL;
}

/**
 * mx_lpm_test_check() - the trie must say what the oracle says
 * @test: the running test
 * @f: the fixture
 * @addr: of this address
 */
void mx_lpm_test_check(struct kunit *test, struct mx_lpm_test *f,
		       const u8 *addr)
{
	void *want = mx_lpm_test_oracle(f, addr);
	void *got = mx_lpm_test_look(f, addr);

	if (got != want && f->told++ < 5)
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

/**
 * mx_lpm_test_edges() - check first and last address of a prefix, and outside
 * @test: the running test
 * @f: the fixture
 * @addr: the prefix
 * @plen: its length
 */
void mx_lpm_test_edges(struct kunit *test, struct mx_lpm_test *f,
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

/**
 * mx_lpm_test_walk() - walk the whole trie: every prefix once, in order
 * @test: the running test
 * @f: the fixture, whose prefixes are put in order
 */
void mx_lpm_test_walk(struct kunit *test, struct mx_lpm_test *f)
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

/**
 * mx_lpm_test_insert() - insert a prefix, which may be there already
 * @test: the running test
 * @f: the fixture
 * @addr: the prefix
 * @plen: its length
 * @val: its value
 */
void mx_lpm_test_insert(struct kunit *test, struct mx_lpm_test *f,
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

/**
 * mx_lpm_test_remove() - remove a prefix
 * @test: the running test
 * @f: the fixture
 * @i: the prefix's place in it
 */
void mx_lpm_test_remove(struct kunit *test, struct mx_lpm_test *f,
			unsigned int i)
{
	struct mx_lpm_test_ent e = f->ent[i];

	KUNIT_EXPECT_PTR_EQ(test, mx_lpm_remove(&f->lpm, e.addr, e.plen), e.val);
	f->ent[i] = f->ent[--f->nent];
	KUNIT_EXPECT_PTR_EQ(test, mx_lpm_remove(&f->lpm, e.addr, e.plen),
			    ERR_PTR(-ENOENT));
	KUNIT_EXPECT_NULL(test, mx_lpm_get(&f->lpm, e.addr, e.plen));
}

/**
 * mx_lpm_test_parse() - read "ADDR/LEN" or "ADDR"
 * @test: the running test
 * @text: the prefix
 * @addr: where to put the address
 * @plen: where to put the length, if there is one
 */
void mx_lpm_test_parse(struct kunit *test, const char *text, u8 *addr,
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
