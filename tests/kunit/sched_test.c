// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the registry of schedulers, and of what all of them promise.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "group/sched.h"
#include "sched_fixture.h"

#define KINDS	(MX_KIND_SERVER | MX_KIND_PATH)

static const struct mx_sched *const builtin[] = {
	&mx_sched_rr, &mx_sched_lc, &mx_sched_wrr, &mx_sched_random,
	&mx_sched_hash, &mx_sched_latency, &mx_sched_packet,
	&mx_sched_quality,
};

static int fake_build(struct mx_pool *pool, const struct mx_pool *old)
{
	return 0;
}

static void fake_free(struct mx_pool *pool)
{
}

static u32 fake_pick(const struct mx_pool *pool, const struct mx_pick *pick)
{
	return 0;
}

static const struct register_case {
	const char *desc;
	struct mx_sched sched;
	int err;
} register_table[] = {
	{ "the least there can be",
	  { .name = "fake", .kinds = KINDS, .pick = fake_pick }, 0 },
	{ "for servers alone",
	  { .name = "fake", .kinds = MX_KIND_SERVER, .pick = fake_pick }, 0 },
	{ "for paths alone",
	  { .name = "fake", .kinds = MX_KIND_PATH, .pick = fake_pick }, 0 },
	{ "all operations",
	  { .name = "fake", .kinds = KINDS, .build = fake_build,
	    .free = fake_free, .pick = fake_pick }, 0 },
	{ "longest name",
	  { .name = "fifteen_letters", .kinds = KINDS, .pick = fake_pick }, 0 },
	{ "name too long",
	  { .name = "sixteen__letters", .kinds = KINDS, .pick = fake_pick },
	  -EINVAL },
	{ "no name", { .kinds = KINDS, .pick = fake_pick }, -EINVAL },
	{ "empty name",
	  { .name = "", .kinds = KINDS, .pick = fake_pick }, -EINVAL },
	{ "no pick", { .name = "fake", .kinds = KINDS }, -EINVAL },
	{ "no kind", { .name = "fake", .pick = fake_pick }, -EINVAL },
	{ "unknown kind",
	  { .name = "fake", .kinds = 0x80, .pick = fake_pick }, -EINVAL },
	{ "build without free",
	  { .name = "fake", .kinds = KINDS, .build = fake_build,
	    .pick = fake_pick }, -EINVAL },
	{ "name of a built-in one",
	  { .name = "rr", .kinds = KINDS, .pick = fake_pick }, -EEXIST },
};

static void register_desc(const struct register_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(register, register_table, register_desc);

static void sched_register_checks(struct kunit *test)
{
	const struct register_case *c = test->param_value;
	const struct mx_sched *found;

	KUNIT_ASSERT_EQ(test, mx_sched_register(&c->sched), c->err);
	if (!c->err) {
		found = mx_sched_find(c->sched.name);
		KUNIT_EXPECT_PTR_EQ(test, found, &c->sched);
		KUNIT_EXPECT_EQ(test, mx_sched_register(&c->sched), -EEXIST);
	}
	mx_sched_unregister(&c->sched);
	KUNIT_EXPECT_NULL(test, mx_sched_find("fake"));
	KUNIT_EXPECT_PTR_EQ(test, mx_sched_find("rr"), &mx_sched_rr);
}

static void sched_finds_the_built_in_ones(struct kunit *test)
{
	static const char *const names[] = {
		"rr", "lc", "wrr", "random", "hash", "latency", "packet",
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		KUNIT_EXPECT_PTR_EQ(test, mx_sched_find(names[i]), builtin[i]);
		KUNIT_EXPECT_EQ(test, builtin[i]->kinds, KINDS);
		KUNIT_EXPECT_EQ(test, builtin[i]->per_packet,
				!strcmp(names[i], "packet"));
	}
	KUNIT_EXPECT_PTR_EQ(test, mx_sched_find("quality"), &mx_sched_quality);
	KUNIT_EXPECT_NULL(test, mx_sched_find("r"));
	KUNIT_EXPECT_NULL(test, mx_sched_find("rrr"));
	KUNIT_EXPECT_NULL(test, mx_sched_find(""));
}

static void sched_registry_is_bounded(struct kunit *test)
{
	const int most = 64;
	struct mx_sched *fakes = kunit_kcalloc(test, most, sizeof(*fakes),
					       GFP_KERNEL);
	char (*names)[8] = kunit_kcalloc(test, most, sizeof(*names),
					 GFP_KERNEL);
	int i, n, err = 0;

	KUNIT_ASSERT_NOT_NULL(test, fakes);
	KUNIT_ASSERT_NOT_NULL(test, names);
	for (n = 0; n < most; n++) {
		snprintf(names[n], sizeof(names[n]), "fake%d", n);
		fakes[n].name = names[n];
		fakes[n].kinds = KINDS;
		fakes[n].pick = fake_pick;
		err = mx_sched_register(&fakes[n]);
		if (err)
			break;
	}
	KUNIT_EXPECT_EQ(test, err, -ENOSPC);
	KUNIT_EXPECT_GT(test, n, 0);
	/* Freed in the middle, the place serves another one. */
	mx_sched_unregister(&fakes[0]);
	KUNIT_EXPECT_EQ(test, mx_sched_register(&fakes[n]), 0);
	for (i = 1; i <= n; i++) {
		KUNIT_EXPECT_PTR_EQ(test, mx_sched_find(names[i]),
				    (const struct mx_sched *)&fakes[i]);
		mx_sched_unregister(&fakes[i]);
		KUNIT_EXPECT_NULL(test, mx_sched_find(names[i]));
	}
	KUNIT_EXPECT_PTR_EQ(test, mx_sched_find("packet"), &mx_sched_packet);
}

static void sched_unregister_of_a_stranger_does_nothing(struct kunit *test)
{
	static const struct mx_sched impostor = {
		.name = "rr", .kinds = KINDS, .pick = fake_pick,
	};

	mx_sched_unregister(&impostor);
	KUNIT_EXPECT_PTR_EQ(test, mx_sched_find("rr"), &mx_sched_rr);
}

static void sched_init_unwinds(struct kunit *test)
{
	int i;

	/* The second one is in the way: the first goes in and out again. */
	mx_sched_unregister(&mx_sched_rr);
	KUNIT_EXPECT_EQ(test, mx_sched_init(), -EEXIST);
	KUNIT_EXPECT_NULL(test, mx_sched_find("rr"));
	KUNIT_EXPECT_PTR_EQ(test, mx_sched_find("lc"), &mx_sched_lc);

	mx_sched_exit();
	for (i = 0; i < ARRAY_SIZE(builtin); i++)
		KUNIT_EXPECT_NULL(test, mx_sched_find(builtin[i]->name));
	KUNIT_EXPECT_EQ(test, mx_sched_init(), 0);
	for (i = 0; i < ARRAY_SIZE(builtin); i++)
		KUNIT_EXPECT_PTR_EQ(test, mx_sched_find(builtin[i]->name),
				    builtin[i]);
}

static const struct pool_case {
	u32 n;
	u32 weight;	/* of every second member */
} pool_table[] = {
	{ 1, 1 }, { 1, MUTEX_WEIGHT_MAX },
	{ 2, 1 }, { 2, MUTEX_WEIGHT_MAX },
	{ 3, 1 }, { 7, MUTEX_WEIGHT_MAX },
	{ 255, 9999 }, { MX_MAX_MEMBERS, MUTEX_WEIGHT_MAX },
};

static void pool_desc(const struct pool_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u members of weight %u", c->n,
		 c->weight);
}

KUNIT_ARRAY_PARAM(pool, pool_table, pool_desc);

static struct sched_fixture *pool_case_new(struct kunit *test,
					   const struct pool_case *c,
					   const struct mx_sched *sched)
{
	struct sched_fixture *f = sched_fixture_new(test, sched, c->n);
	u32 i;

	for (i = 0; i < c->n; i += 2)
		f->pool.slots[i].weight = c->weight;
	return f;
}

/* Around the numbers at which a turn of 32, 63 or 64 bits comes round. */
static const s64 turns[] = {
	0, S32_MAX - 7LL, U32_MAX - 7LL, S64_MAX - 7LL, S64_MIN, -8,
};

static void sched_picks_a_member(struct kunit *test)
{
	struct sched_fixture *f;
	int s, i, j;

	for (s = 0; s < ARRAY_SIZE(builtin); s++) {
		f = pool_case_new(test, test->param_value, builtin[s]);
		sched_fixture_build(test, f, NULL);
		for (i = 0; i < ARRAY_SIZE(turns); i++) {
			atomic64_set(&f->turn, turns[i]);
			for (j = 0; j < 16; j++) {
				f->pick.hash = sched_fixture_id(j);
				f->pick.packet = turns[i] + j;
				f->pick.random = f->pick.hash;
				KUNIT_ASSERT_LT_MSG(test,
						    sched_fixture_pick(f),
						    f->pool.n, "%s",
						    builtin[s]->name);
			}
		}
		f->pick.hash = U64_MAX;
		f->pick.packet = U64_MAX;
		f->pick.random = U32_MAX;
		KUNIT_EXPECT_LT(test, sched_fixture_pick(f), f->pool.n);
		sched_fixture_unbuild(f);
	}
}

static void sched_dry_pick_foretells_and_changes_nothing(struct kunit *test)
{
	static const struct pool_case pool = { 100, MUTEX_WEIGHT_MAX };
	struct mx_member *before;
	struct sched_fixture *f;
	int s, i;
	u32 told;
	s64 turn;

	for (s = 0; s < ARRAY_SIZE(builtin); s++) {
		f = pool_case_new(test, &pool, builtin[s]);
		for (i = 0; i < f->pool.n; i++) {
			atomic_set(&f->members[i].active, i % 3);
			f->members[i].latency_ewma = i % 5;
		}
		before = kunit_kcalloc(test, f->pool.n, sizeof(*before),
				       GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, before);
		memcpy(before, f->members, f->pool.n * sizeof(*before));
		sched_fixture_build(test, f, NULL);
		for (i = 0; i < 130; i++) {
			f->pick.hash = sched_fixture_id(i);
			f->pick.packet = i;
			f->pick.random = f->pick.hash;
			turn = atomic64_read(&f->turn);
			f->pick.dry = true;
			told = sched_fixture_pick(f);
			KUNIT_ASSERT_EQ(test, sched_fixture_pick(f), told);
			KUNIT_ASSERT_EQ(test, atomic64_read(&f->turn), turn);
			f->pick.dry = false;
			KUNIT_ASSERT_EQ(test, sched_fixture_pick(f), told);
		}
		KUNIT_EXPECT_EQ(test, 0, memcmp(before, f->members,
						f->pool.n * sizeof(*before)));
		sched_fixture_unbuild(f);
	}
}

#ifdef CONFIG_FAULT_INJECTION
/*
 * Lets each allocation of a build fail, one after the other. Reaches as far as
 * failslab and fail_page_alloc are set to fail allocations that may wait. The
 * debugging kernel allocates too, not the same in every round: so each number
 * has several rounds.
 */
#define FAIL_ROUNDS	4

static bool sched_build_with_failure(struct kunit *test,
				     struct sched_fixture *f,
				     const struct sched_fixture *old, int nth,
				     int *fatal)
{
	bool injected;
	int err;

	current->fail_nth = nth;
	err = f->sched->build(&f->pool, &old->pool);
	injected = !current->fail_nth;
	current->fail_nth = 0;
	if (err) {
		++*fatal;
		KUNIT_EXPECT_TRUE(test, injected);
		KUNIT_EXPECT_EQ(test, err, -ENOMEM);
		KUNIT_EXPECT_NULL(test, f->pool.data);
		f->pool.data = NULL;
	}
	sched_fixture_unbuild(f);
	return injected;
}

static void sched_build_fails_without_a_trace(struct kunit *test)
{
	struct sched_fixture *f, *old;
	int s, nth, round, fatal;
	bool injected;

	for (s = 0; s < ARRAY_SIZE(builtin); s++) {
		if (!builtin[s]->build)
			continue;
		old = sched_fixture_new(test, builtin[s], 3);
		sched_fixture_build(test, old, NULL);
		f = sched_fixture_new(test, builtin[s], 4);
		fatal = 0;
		injected = true;
		for (nth = 1; injected; nth++) {
			injected = false;
			for (round = 0; round < FAIL_ROUNDS; round++)
				injected |= sched_build_with_failure(test, f,
								     old, nth,
								     &fatal);
		}
		KUNIT_EXPECT_NOT_NULL(test, old->pool.data);
		sched_fixture_unbuild(old);
		if (!fatal) {
			kunit_skip(test, "allocations that may wait are spared");
			return;
		}
		kunit_info(test, "%s: %d builds failed at %d places",
			   f->sched->name, fatal, nth - 2);
	}
}
#else
static void sched_build_fails_without_a_trace(struct kunit *test)
{
	kunit_skip(test, "the kernel has no fault injection");
}
#endif

/*
 * Kernels run the suites of a module before its init (6.1) or after it (6.12).
 * The suite leaves the registry as it found it.
 */
static bool sched_was_empty;

static int sched_suite_init(struct kunit_suite *suite)
{
	sched_was_empty = !mx_sched_find("rr");
	return sched_was_empty ? mx_sched_init() : 0;
}

static void sched_suite_exit(struct kunit_suite *suite)
{
	if (sched_was_empty)
		mx_sched_exit();
}

static struct kunit_case sched_cases[] = {
	KUNIT_CASE_PARAM(sched_register_checks, register_gen_params),
	KUNIT_CASE(sched_finds_the_built_in_ones),
	KUNIT_CASE(sched_registry_is_bounded),
	KUNIT_CASE(sched_unregister_of_a_stranger_does_nothing),
	KUNIT_CASE(sched_init_unwinds),
	KUNIT_CASE_PARAM(sched_picks_a_member, pool_gen_params),
	KUNIT_CASE(sched_dry_pick_foretells_and_changes_nothing),
	KUNIT_CASE(sched_build_fails_without_a_trace),
	{}
};

static struct kunit_suite sched_suite = {
	.name = "mx_sched",
	.suite_init = sched_suite_init,
	.suite_exit = sched_suite_exit,
	.test_cases = sched_cases,
};

kunit_test_suite(sched_suite);
