// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the prefix trie: random histories held against an oracle,
 * alone and with readers beside the writer.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/socket.h>
#include <linux/string.h>

#include "lpm_fixture.h"

/* Random histories: families, and how prefixes are spread. */

struct mx_lpm_shape {
	const char *desc;
	u8 family;
	u8 zero;		/* leading bytes that are always 0 */
	u8 mask;		/* bits of each other byte that may be set */
	bool whole;		/* lengths are whole bytes */
	unsigned int nmax;
	unsigned int steps;
};

static const struct mx_lpm_shape mx_lpm_shapes[] = {
	{ "IPv4 spread", AF_INET, 0, 0xff, false, 300, 3000 },
	{ "IPv4 dense", AF_INET, 0, 0x83, false, 300, 3000 },
	{ "IPv4 dense, whole bytes", AF_INET, 0, 0x07, true, 200, 2000 },
	{ "IPv4 within a /16", AF_INET, 2, 0xff, false, 400, 3000 },
	{ "IPv4 within a /24", AF_INET, 3, 0xff, false, 250, 3000 },
	{ "IPv6 spread", AF_INET6, 0, 0xff, false, 300, 3000 },
	{ "IPv6 dense", AF_INET6, 0, 0x81, false, 300, 3000 },
	{ "IPv6 chains", AF_INET6, 0, 0x01, true, 200, 2000 },
	{ "IPv6 within a /112", AF_INET6, 14, 0xff, false, 400, 3000 },
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
	for (i = s->zero; i < f->bytes; i++)
		addr[i] = mx_lpm_test_rnd(f, 256) & s->mask;
	/* One in four is short, whatever the leading bytes. */
	i = mx_lpm_test_rnd(f, 4) ? s->zero : 0;
	*plen = s->whole ? 8 * mx_lpm_test_rnd(f, f->bytes + 1) :
			   8 * i + mx_lpm_test_rnd(f, 8 * (f->bytes - i) + 1);
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
			 mx_lpm_get(&f->lpm, addr, plen));
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
#define MX_LPM_RACE_UPDATES	1000
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

/*
 * An address that one of two covers always has always has an answer, though the
 * covers take turns and a node beside its way moves up and down. On one CPU
 * nothing comes between the reads of a lookup, and this cannot fail.
 */
#define MX_LPM_TURNS		5000

struct mx_lpm_turns {
	struct mx_lpm_test *f;
	u8 probe[16];
	atomic_t missed;
	atomic_long_t looks;
	struct completion looked;
};

static int mx_lpm_turns_reader(void *arg)
{
	struct mx_lpm_turns *r = arg;
	unsigned int i;

	do {
		for (i = 0; i < 64; i++)
			if (!mx_lpm_test_look(r->f, r->probe))
				atomic_inc(&r->missed);
		atomic_long_add(i, &r->looks);
		complete(&r->looked);
		schedule();
	} while (!kthread_should_stop());
	return 0;
}

/* The prefix at @i takes over from the one at @j. */
static void mx_lpm_turn(struct kunit *test, struct mx_lpm_test *f,
			const struct mx_lpm_test_ent *cover, unsigned int i,
			unsigned int j)
{
	/* not asserted: the reader has to be stopped */
	KUNIT_EXPECT_EQ(test, mx_lpm_insert(&f->lpm, cover[i].addr,
					    cover[i].plen, cover[i].val), 0);
	KUNIT_EXPECT_FALSE(test, IS_ERR(mx_lpm_remove(&f->lpm, cover[j].addr,
						      cover[j].plen)));
}

static void lpm_covers_take_turns_unseen(struct kunit *test)
{
	struct mx_lpm_test *f = mx_lpm_test_new(test, AF_INET, 2);
	struct mx_lpm_turns r = { .f = f, .probe = { 10, 9, 9, 9 } };
	struct mx_lpm_test_ent cover[2] = {
		{ .val = mx_lpm_test_val(0) },
		{ .addr = { 10, 9 }, .plen = 16, .val = mx_lpm_test_val(1) },
	};
	const u8 beside[16] = { 10, 1, 2 };
	struct task_struct *task;
	unsigned int i;

	mx_lpm_test_insert(test, f, beside, 24, mx_lpm_test_val(2));
	mx_lpm_test_insert(test, f, cover[0].addr, 0, cover[0].val);
	init_completion(&r.looked);
	task = kthread_run(mx_lpm_turns_reader, &r, "mx_lpm_turns");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	wait_for_completion(&r.looked);
	for (i = 0; i < MX_LPM_TURNS; i++) {
		mx_lpm_turn(test, f, cover, 1, 0);
		mx_lpm_turn(test, f, cover, 0, 1);
		schedule();
	}
	kthread_stop(task);
	KUNIT_EXPECT_EQ(test, atomic_read(&r.missed), 0);
	kunit_info(test, "%ld lookups beside %u updates",
		   atomic_long_read(&r.looks), 4 * MX_LPM_TURNS);
	mx_lpm_test_end(test, f);
}

static struct kunit_case mx_lpm_random_test_cases[] = {
	KUNIT_CASE_PARAM(lpm_equals_the_oracle, mx_lpm_shape_gen_params),
	KUNIT_CASE(lpm_large_comes_and_goes),
	KUNIT_CASE_PARAM(lpm_readers_see_before_or_after, mx_lpm_shape_gen_params),
	KUNIT_CASE(lpm_covers_take_turns_unseen),
	{ }
};

static struct kunit_suite mx_lpm_random_test_suite = {
	.name = "mx_lpm_random",
	.test_cases = mx_lpm_random_test_cases,
};

kunit_test_suite(mx_lpm_random_test_suite);
