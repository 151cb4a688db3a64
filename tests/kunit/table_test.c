// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of tables: metrics, shared sets of targets, counts. */
#include "fixture.h"

/* The set of targets that an address finds. */
static const struct mx_targets *table_look(struct kunit *test,
					   struct mx_table *table,
					   const char *addr)
{
	const struct mx_targets *set;
	union nf_inet_addr a;
	u8 family = mx_fix_addr(test, addr, &a);

	mutex_lock(table->lock);
	rcu_read_lock();
	set = mx_lpm_lookup(mx_table_lpm(table, family), &a);
	rcu_read_unlock();
	mutex_unlock(table->lock);
	return set;
}

static int table_set(struct mx_fix *f, struct mx_table *table, const char *dst,
		     u8 plen, struct mx_fix_group *g, u32 metric)
{
	union nf_inet_addr a;
	u8 family = mx_fix_addr(f->test, dst, &a);
	int err;

	mutex_lock(&f->lock);
	err = mx_route_set(table, family, &a, plen, g->group, metric);
	mutex_unlock(&f->lock);
	return err;
}

static int table_del(struct mx_fix *f, struct mx_table *table, const char *dst,
		     u8 plen, const u32 *metric, struct mx_target *deleted)
{
	union nf_inet_addr a;
	u8 family = mx_fix_addr(f->test, dst, &a);
	int err;

	mutex_lock(&f->lock);
	err = mx_route_del(table, family, &a, plen, metric, deleted);
	mutex_unlock(&f->lock);
	return err;
}

/* Row 19: the lower metric is preferred, in whatever order routes come. */
static void table_targets_by_metric(struct kunit *test)
{
	static const u32 metric[] = { 500, 10, 1000, 0, U32_MAX, 11 };
	static const u32 sorted[] = { 0, 10, 11, 500, 1000, U32_MAX };
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_table *t = mx_fix_table(f, "main", 100);
	const struct mx_targets *set;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(metric); i++)
		KUNIT_EXPECT_EQ(test, 0, mx_fix_route(f, t, "10.0.0.0", 8, g,
						      metric[i]));
	set = table_look(test, t, "10.1.2.3");
	KUNIT_ASSERT_NOT_NULL(test, set);
	KUNIT_ASSERT_EQ(test, set->n, ARRAY_SIZE(sorted));
	for (i = 0; i < ARRAY_SIZE(sorted); i++)
		KUNIT_EXPECT_EQ(test, set->target[i].metric, sorted[i]);
	KUNIT_EXPECT_EQ(test, t->routes[0], ARRAY_SIZE(sorted));
	KUNIT_EXPECT_EQ(test, t->routes[1], 0);
	KUNIT_EXPECT_EQ(test, -EEXIST,
			mx_fix_route(f, t, "10.0.0.0", 8, g, 500));
	KUNIT_EXPECT_EQ(test, t->routes[0], ARRAY_SIZE(sorted));
}

/* Rows 20 and 21: both families, from the default route to a host's. */
static void table_longest_prefix_of_each_family(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_table *t = mx_fix_table(f, "main", 100);

	KUNIT_EXPECT_NULL(test, table_look(test, t, "10.0.0.1"));
	KUNIT_EXPECT_NULL(test, table_look(test, t, "fd00::1"));
	mx_fix_route(f, t, "0.0.0.0", 0, g, 1000);
	KUNIT_EXPECT_NULL(test, table_look(test, t, "fd00::1"));
	mx_fix_route(f, t, "10.0.0.0", 8, g, 8);
	mx_fix_route(f, t, "10.0.0.1", 32, g, 32);
	mx_fix_route(f, t, "::", 0, g, 0);
	mx_fix_route(f, t, "fd00::", 16, g, 16);
	mx_fix_route(f, t, "fd00::1", 128, g, 128);
	KUNIT_EXPECT_EQ(test, 1000,
			table_look(test, t, "192.0.2.1")->target[0].metric);
	KUNIT_EXPECT_EQ(test, 8,
			table_look(test, t, "10.0.0.2")->target[0].metric);
	KUNIT_EXPECT_EQ(test, 32,
			table_look(test, t, "10.0.0.1")->target[0].metric);
	KUNIT_EXPECT_EQ(test, 0,
			table_look(test, t, "2001:db8::")->target[0].metric);
	KUNIT_EXPECT_EQ(test, 16,
			table_look(test, t, "fd00::2")->target[0].metric);
	KUNIT_EXPECT_EQ(test, 128,
			table_look(test, t, "fd00::1")->target[0].metric);
	KUNIT_EXPECT_EQ(test, t->routes[0], 3);
	KUNIT_EXPECT_EQ(test, t->routes[1], 3);
}

/* Prefixes that lead to the same groups share one set, of both families. */
static void table_shares_sets(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_fix_group *h = mx_fix_group(f, "dns", &mx_sched_rr);
	struct mx_table *t = mx_fix_table(f, "main", 100);
	const struct mx_prefixes *prefixes;
	const struct mx_targets *set;
	char dst[16];
	u32 i;

	for (i = 0; i < 200; i++) {
		snprintf(dst, sizeof(dst), "10.0.%u.0", i);
		KUNIT_EXPECT_EQ(test, mx_fix_route(f, t, dst, 24, g, 5), 0);
	}
	mx_fix_route(f, t, "fd00::", 16, g, 5);
	mx_fix_route(f, t, "11.0.0.0", 8, g, 6);
	mx_fix_route(f, t, "12.0.0.0", 8, h, 5);
	set = table_look(test, t, "10.0.0.1");
	KUNIT_ASSERT_NOT_NULL(test, set);
	KUNIT_EXPECT_EQ(test, set->refs, 201);
	KUNIT_EXPECT_PTR_EQ(test, table_look(test, t, "10.0.199.1"), set);
	KUNIT_EXPECT_PTR_EQ(test, table_look(test, t, "fd00::1"), set);
	KUNIT_EXPECT_PTR_NE(test, table_look(test, t, "11.0.0.1"), set);
	KUNIT_EXPECT_PTR_NE(test, table_look(test, t, "12.0.0.1"), set);
	mutex_lock(&f->lock);
	prefixes = mx_dereference(t->prefixes, &f->lock);
	KUNIT_EXPECT_EQ(test, atomic_read(&prefixes->sets.nelems), 3);
	mutex_unlock(&f->lock);
	/* of each set, once */
	KUNIT_EXPECT_EQ(test, g->group->users[0], 2);
	KUNIT_EXPECT_EQ(test, h->group->users[0], 1);
	KUNIT_EXPECT_EQ(test, g->group->users[1], 0);

	KUNIT_EXPECT_EQ(test, mx_fix_route(f, t, "10.0.7.0", 24, h, 9), 0);
	KUNIT_EXPECT_EQ(test, set->refs, 200);
	KUNIT_EXPECT_EQ(test, table_look(test, t, "10.0.7.1")->n, 2);
	KUNIT_EXPECT_EQ(test, table_look(test, t, "10.0.8.1")->n, 1);
	KUNIT_EXPECT_EQ(test, g->group->users[0], 3);
	KUNIT_EXPECT_EQ(test, h->group->users[0], 2);
}

static void table_set_points_elsewhere(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_fix_group *h = mx_fix_group(f, "dns", &mx_sched_rr);
	struct mx_table *t = mx_fix_table(f, "main", 100);
	const struct mx_targets *set;

	mx_fix_route(f, t, "10.0.0.0", 8, g, 5);
	mx_fix_route(f, t, "10.0.0.0", 8, g, 6);
	KUNIT_EXPECT_EQ(test, table_set(f, t, "10.0.0.0", 8, h, 6), 0);
	set = table_look(test, t, "10.0.0.1");
	KUNIT_ASSERT_EQ(test, set->n, 2);
	KUNIT_EXPECT_PTR_EQ(test, set->target[0].group, g->group);
	KUNIT_EXPECT_PTR_EQ(test, set->target[1].group, h->group);
	KUNIT_EXPECT_EQ(test, g->group->users[0], 1);
	KUNIT_EXPECT_EQ(test, h->group->users[0], 1);
	/* to where it points already */
	KUNIT_EXPECT_EQ(test, table_set(f, t, "10.0.0.0", 8, h, 6), 0);
	KUNIT_EXPECT_EQ(test, h->group->users[0], 1);
	KUNIT_EXPECT_EQ(test, table_look(test, t, "10.0.0.1")->refs, 1);

	KUNIT_EXPECT_EQ(test, table_set(f, t, "10.0.0.0", 8, h, 7), -ENOENT);
	KUNIT_EXPECT_EQ(test, table_set(f, t, "10.0.0.0", 9, h, 6), -ENOENT);
	KUNIT_EXPECT_EQ(test, table_set(f, t, "fd00::", 8, h, 6), -ENOENT);
	KUNIT_EXPECT_EQ(test, t->routes[0], 2);
}

static void table_del_takes_the_right_one(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_table *t = mx_fix_table(f, "main", 100);
	struct mx_target gone = {};
	u32 metric = 6;

	mx_fix_route(f, t, "10.0.0.0", 8, g, 5);
	mx_fix_route(f, t, "10.0.0.0", 8, g, 6);
	mx_fix_route(f, t, "10.0.0.0", 8, g, 7);
	KUNIT_EXPECT_EQ(test, 0, table_del(f, t, "10.0.0.0", 8, &metric,
					   &gone));
	KUNIT_EXPECT_EQ(test, gone.metric, 6);
	KUNIT_EXPECT_PTR_EQ(test, gone.group, g->group);
	KUNIT_EXPECT_EQ(test, -ENOENT, table_del(f, t, "10.0.0.0", 8, &metric,
						 &gone));
	/* without a metric the preferred one */
	KUNIT_EXPECT_EQ(test, 0, table_del(f, t, "10.0.0.0", 8, NULL, &gone));
	KUNIT_EXPECT_EQ(test, gone.metric, 5);
	KUNIT_EXPECT_EQ(test, t->routes[0], 1);
	KUNIT_EXPECT_EQ(test, 0, table_del(f, t, "10.0.0.0", 8, NULL, &gone));
	KUNIT_EXPECT_EQ(test, gone.metric, 7);
	KUNIT_EXPECT_NULL(test, table_look(test, t, "10.0.0.1"));
	KUNIT_EXPECT_EQ(test, -ENOENT, table_del(f, t, "10.0.0.0", 8, NULL,
						 &gone));
	KUNIT_EXPECT_EQ(test, t->routes[0], 0);
	KUNIT_EXPECT_EQ(test, g->group->users[0], 0);
}

static void table_flush_leaves_nothing(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_table *t = mx_fix_table(f, "main", 100);
	char dst[24];
	u32 i;

	for (i = 0; i < 100; i++) {
		snprintf(dst, sizeof(dst), "10.%u.0.0", i);
		mx_fix_route(f, t, dst, 16, g, i % 3);
		mx_fix_route(f, t, dst, 16, g, 50);
		snprintf(dst, sizeof(dst), "fd00:%x::", i);
		mx_fix_route(f, t, dst, 32, g, 7);
	}
	mx_fix_route(f, t, "::", 0, g, 7);
	mx_fix_route(f, t, "0.0.0.0", 0, g, 7);
	KUNIT_EXPECT_EQ(test, t->routes[0], 201);
	KUNIT_EXPECT_EQ(test, t->routes[1], 101);
	mutex_lock(&f->lock);
	KUNIT_EXPECT_EQ(test, mx_route_flush(t), 0);
	KUNIT_EXPECT_EQ(test, mx_route_flush(t), 0);
	KUNIT_EXPECT_EQ(test, mx_lpm_count(mx_table_lpm(t, AF_INET)), 0);
	KUNIT_EXPECT_EQ(test, mx_lpm_count(mx_table_lpm(t, AF_INET6)), 0);
	mutex_unlock(&f->lock);
	KUNIT_EXPECT_EQ(test, t->routes[0] + t->routes[1], 0);
	KUNIT_EXPECT_NULL(test, table_look(test, t, "10.1.0.1"));
	KUNIT_EXPECT_NULL(test, table_look(test, t, "fd00:1::1"));
	KUNIT_EXPECT_EQ(test, g->group->users[0], 0);
	/* the table goes on working */
	KUNIT_EXPECT_EQ(test, mx_fix_route(f, t, "10.1.0.0", 16, g, 1), 0);
	KUNIT_EXPECT_NOT_NULL(test, table_look(test, t, "10.1.0.1"));
}

#define TABLE_MANY	20000

/* Writers must not wait until a million routes are freed. */
static void table_flush_does_not_wait(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_table *t = mx_fix_table(f, "main", 100);
	u64 start, add, flush;
	u32 i, wrong = 0;
	__be32 dst;

	start = ktime_get_ns();
	for (i = 0; i < TABLE_MANY; i++) {
		dst = htonl(0x0a000000 + (i << 8));
		mutex_lock(&f->lock);
		wrong += mx_route_add(t, AF_INET, &dst, 24, g->group, 1) != 0;
		mutex_unlock(&f->lock);
		cond_resched();
	}
	add = ktime_get_ns() - start;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	start = ktime_get_ns();
	mutex_lock(&f->lock);
	wrong = mx_route_flush(t);
	mutex_unlock(&f->lock);
	flush = ktime_get_ns() - start;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	kunit_info(test, "%u routes: added in %llu us, flushed in %llu us",
		   TABLE_MANY, div_u64(add, 1000), div_u64(flush, 1000));
	KUNIT_EXPECT_LT(test, 20 * flush, add);
}

static void table_refuses_too_many_and_host_bits(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_table *t = mx_fix_table(f, "main", 100);
	u32 i;

	for (i = 0; i < MX_MAX_TARGETS; i++)
		KUNIT_EXPECT_EQ(test, 0, mx_fix_route(f, t, "10.0.0.0", 8, g,
						      2 * i));
	KUNIT_EXPECT_EQ(test, -ENOSPC, mx_fix_route(f, t, "10.0.0.0", 8, g, 1));
	KUNIT_EXPECT_EQ(test, table_look(test, t, "10.0.0.1")->n,
			MX_MAX_TARGETS);
	KUNIT_EXPECT_EQ(test, t->routes[0], MX_MAX_TARGETS);
	KUNIT_EXPECT_EQ(test, -EINVAL, mx_fix_route(f, t, "10.0.0.1", 8, g, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, mx_fix_route(f, t, "fd00::1", 64, g, 1));
	KUNIT_EXPECT_EQ(test, t->routes[1], 0);
	/* what a failed command took is given back */
	KUNIT_EXPECT_EQ(test, g->group->users[0], MX_MAX_TARGETS);

	t->routes[1] = MX_MAX_ROUTES;
	KUNIT_EXPECT_EQ(test, -ENOSPC, mx_fix_route(f, t, "fd00::", 64, g, 1));
	t->routes[1] = 0;
}

static void table_bytes_grow_and_shrink(struct kunit *test)
{
	struct mx_fix *f = test->priv;
	struct mx_fix_group *g = mx_fix_group(f, "web", &mx_sched_rr);
	struct mx_table *t = mx_fix_table(f, "main", 100);
	size_t empty, full;
	char dst[16];
	u32 i;

	mutex_lock(&f->lock);
	empty = mx_table_bytes(t);
	mutex_unlock(&f->lock);
	KUNIT_EXPECT_GE(test, empty, sizeof(*t));
	for (i = 0; i < 64; i++) {
		snprintf(dst, sizeof(dst), "%u.0.0.0", i + 1);
		mx_fix_route(f, t, dst, 24, g, i);
	}
	mutex_lock(&f->lock);
	full = mx_table_bytes(t);
	KUNIT_EXPECT_EQ(test, mx_route_flush(t), 0);
	KUNIT_EXPECT_EQ(test, mx_table_bytes(t), empty);
	mutex_unlock(&f->lock);
	KUNIT_EXPECT_GT(test, full, empty);
	KUNIT_EXPECT_EQ(test, g->group->users[0], 0);
}

/* Row 17: tables are looked at by priority, equal ones by age. */
static void tables_stand_by_priority(struct kunit *test)
{
	static const char *const want[] = { "e", "b", "d", "a", "c" };
	struct mx_fix *f = test->priv;
	const struct mx_tables *tables;
	struct mx_table *t = NULL;
	unsigned int i;

	mx_fix_table(f, "a", 100);
	mx_fix_table(f, "b", 200);
	mx_fix_table(f, "c", 100);
	mx_fix_table(f, "d", 0);
	mx_fix_table(f, "e", U32_MAX);
	mutex_lock(&f->lock);
	KUNIT_EXPECT_EQ(test, -EEXIST,
			mx_config_add_table(f->cfg, "a", 5, &t));
	t = mx_config_table(f->cfg, "d");
	KUNIT_ASSERT_NOT_NULL(test, t);
	KUNIT_EXPECT_EQ(test, mx_config_move_table(f->cfg, t, 150), 0);
	KUNIT_EXPECT_EQ(test, t->priority, 150);
	KUNIT_EXPECT_NULL(test, mx_config_table(f->cfg, "f"));
	tables = mx_dereference(f->cfg->tables, &f->lock);
	KUNIT_EXPECT_EQ(test, tables->n, ARRAY_SIZE(want));
	for (i = 0; i < ARRAY_SIZE(want); i++)
		KUNIT_EXPECT_STREQ(test, tables->table[i]->name, want[i]);
	KUNIT_EXPECT_EQ(test, mx_config_del_table(f->cfg, t), 0);
	KUNIT_EXPECT_NULL(test, mx_config_table(f->cfg, "d"));
	mutex_unlock(&f->lock);
}

static struct kunit_case mx_table_test_cases[] = {
	KUNIT_CASE(table_targets_by_metric),
	KUNIT_CASE(table_longest_prefix_of_each_family),
	KUNIT_CASE(table_shares_sets),
	KUNIT_CASE(table_set_points_elsewhere),
	KUNIT_CASE(table_del_takes_the_right_one),
	KUNIT_CASE(table_flush_leaves_nothing),
	KUNIT_CASE(table_flush_does_not_wait),
	KUNIT_CASE(table_refuses_too_many_and_host_bits),
	KUNIT_CASE(table_bytes_grow_and_shrink),
	KUNIT_CASE(tables_stand_by_priority),
	{ }
};

static struct kunit_suite mx_table_test_suite = {
	.name = "mx_table",
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = mx_table_test_cases,
};

kunit_test_suite(mx_table_test_suite);
