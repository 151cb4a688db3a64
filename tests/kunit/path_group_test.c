// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of paths as members of groups. */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "fixture.h"
#include "group/group.h"
#include "path/path.h"
#include "steer/flow.h"

#define PATHS	3

static atomic_t path_group_let_go;

static void path_group_release(struct mx_path *path)
{
	atomic_inc(&path_group_let_go);
	mx_path_put(path);
}

/**
 * struct path_group - a group of paths
 * @group: the group
 * @path: its paths
 * @member: what they are in it
 * @conf: its configuration, or NULL
 */
struct path_group {
	struct mx_group *group;
	struct mx_path *path[PATHS];
	struct mx_conf_member member[PATHS];
	struct mx_group_conf *conf;
};

static int path_group_init(struct kunit *test)
{
	static const char * const name[PATHS] = { "a", "b", "c" };
	struct path_group *g;
	u32 i;

	g = kunit_kzalloc(test, sizeof(*g), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, g);
	test->priv = g;
	atomic_set(&path_group_let_go, 0);
	g->group = mx_group_create("paths");
	KUNIT_ASSERT_NOT_NULL(test, g->group);
	for (i = 0; i < PATHS; i++) {
		g->path[i] = mx_path_create(name[i]);
		KUNIT_ASSERT_NOT_NULL(test, g->path[i]);
		g->member[i].server =
			mx_server_create_path(g->group,
					      mx_path_hold(g->path[i]),
					      g->path[i]->name,
					      path_group_release);
		KUNIT_ASSERT_NOT_NULL(test, g->member[i].server);
		g->member[i].weight = 100;
		g->member[i].state = MUTEX_SERVER_STATE_UP;
	}
	return 0;
}

static void path_group_exit(struct kunit *test)
{
	struct path_group *g = test->priv;
	u32 i;

	mx_group_conf_free(g->conf);
	for (i = 0; i < PATHS; i++) {
		mx_server_put(g->member[i].server);
		mx_path_put(g->path[i]);
	}
	mx_group_put(g->group);
	rcu_barrier();
	rcu_barrier();
	rcu_barrier();
}

static void path_group_build(struct kunit *test)
{
	const struct mx_group_params params = {
		.sched = &mx_sched_quality,
		.type = MUTEX_GROUP_TYPE_PATH,
		.forward = MUTEX_FORWARD_PATH,
	};
	struct path_group *g = test->priv;

	mx_group_conf_free(g->conf);
	g->conf = mx_group_conf_build(&params, "node", g->member, PATHS, NULL);
	KUNIT_ASSERT_NOT_NULL(test, g->conf);
}

/* The paths in a pool, as bits. */
static u32 path_group_pool(const struct path_group *g, u8 family)
{
	const struct mx_pool *pool = &g->conf->pool[mx_pool_index(family)];
	u32 i, k, bits = 0;

	for (i = 0; i < pool->n; i++)
		for (k = 0; k < PATHS; k++)
			if (mx_server_of(pool->slots[i].member) ==
			    g->member[k].server)
				bits |= BIT(k);
	return bits;
}

static void path_group_is_in_both_pools(struct kunit *test)
{
	struct path_group *g = test->priv;

	path_group_build(test);
	KUNIT_EXPECT_EQ(test, path_group_pool(g, AF_INET), 7u);
	KUNIT_EXPECT_EQ(test, path_group_pool(g, AF_INET6), 7u);
	KUNIT_EXPECT_TRUE(test, g->conf->has[0]);
	KUNIT_EXPECT_TRUE(test, g->conf->has[1]);
}

static void path_group_by_family(struct kunit *test)
{
	struct path_group *g = test->priv;

	g->member[0].server->carries = BIT(mx_pool_index(AF_INET));
	g->member[1].server->carries = BIT(mx_pool_index(AF_INET6));
	g->member[2].server->carries = 0;
	path_group_build(test);
	KUNIT_EXPECT_EQ(test, path_group_pool(g, AF_INET), 1u);
	KUNIT_EXPECT_EQ(test, path_group_pool(g, AF_INET6), 2u);
}

static void path_group_leaves_spare_ones_out(struct kunit *test)
{
	struct path_group *g = test->priv;

	g->member[1].server->spare = true;
	g->member[2].state = MUTEX_SERVER_STATE_DRAIN;
	path_group_build(test);
	KUNIT_EXPECT_EQ(test, path_group_pool(g, AF_INET), 1u);
	/* they are members all the same */
	KUNIT_EXPECT_EQ(test, g->conf->n, 3u);
	KUNIT_EXPECT_TRUE(test, g->conf->has[0]);
}

static void path_group_finds(struct kunit *test)
{
	const union nf_inet_addr none = { };
	struct path_group *g = test->priv;
	struct mx_path *other = mx_path_create("other");

	KUNIT_ASSERT_NOT_NULL(test, other);
	path_group_build(test);
	KUNIT_EXPECT_EQ(test, mx_group_find_path(g->conf, g->path[2]), 2);
	KUNIT_EXPECT_EQ(test, mx_group_find_path(g->conf, other), -ENOENT);
	KUNIT_EXPECT_EQ(test, mx_group_find_path(NULL, other), -ENOENT);
	KUNIT_EXPECT_EQ(test,
			mx_group_find_member(g->conf, g->member[1].server), 1);
	KUNIT_EXPECT_EQ(test,
			mx_group_find_server(g->conf, AF_INET, &none, 0),
			-ENOENT);
	KUNIT_EXPECT_EQ(test,
			mx_group_find_server(g->conf, AF_INET6, &none, 0),
			-ENOENT);
	mx_path_put(other);
}

/* The same everywhere: two nodes with paths of one name choose alike. */
static void path_group_id_is_by_name(struct kunit *test)
{
	struct path_group *g = test->priv;
	struct mx_path *again = mx_path_create("a");
	struct mx_server *server;

	KUNIT_ASSERT_NOT_NULL(test, again);
	server = mx_server_create_path(g->group, again, again->name,
				       path_group_release);
	KUNIT_ASSERT_NOT_NULL(test, server);
	KUNIT_EXPECT_EQ(test, server->member.id,
			g->member[0].server->member.id);
	KUNIT_EXPECT_NE(test, server->member.id,
			g->member[1].server->member.id);
	mx_server_put(server);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&path_group_let_go), 1);
}

/* What is judged by its probes is not held down once more. */
static void path_group_obeys_verdicts(struct kunit *test)
{
	struct path_group *g = test->priv;
	struct mx_server *server = g->member[0].server;

	path_group_build(test);
	mx_group_settle(NULL, g->conf);
	KUNIT_EXPECT_FALSE(test, server->unfit);
	KUNIT_EXPECT_TRUE(test, mx_health_report(server, MX_HEALTH_VERDICT,
						 false, MUTEX_REASON_CHECK,
						 1000));
	KUNIT_EXPECT_TRUE(test, server->unfit);
	KUNIT_EXPECT_FALSE(test, g->member[1].server->unfit);
	KUNIT_EXPECT_FALSE(test, mx_health_report(server, MX_HEALTH_TICK,
						  false, 0, 1000000));
	KUNIT_EXPECT_TRUE(test, mx_health_report(server, MX_HEALTH_VERDICT,
						 true, 0, 1000000));
	KUNIT_EXPECT_FALSE(test, server->unfit);
	/* and again, at once */
	KUNIT_EXPECT_TRUE(test, mx_health_report(server, MX_HEALTH_VERDICT,
						 false, MUTEX_REASON_CHECK,
						 1000000));
	KUNIT_EXPECT_TRUE(test, mx_health_report(server, MX_HEALTH_VERDICT,
						 true, 0, 1000000));
	KUNIT_EXPECT_FALSE(test, server->unfit);
}

static struct kunit_case path_group_cases[] = {
	KUNIT_CASE(path_group_is_in_both_pools),
	KUNIT_CASE(path_group_by_family),
	KUNIT_CASE(path_group_leaves_spare_ones_out),
	KUNIT_CASE(path_group_finds),
	KUNIT_CASE(path_group_id_is_by_name),
	KUNIT_CASE(path_group_obeys_verdicts),
	{}
};

static struct kunit_suite path_group_suite = {
	.name = "mx_path_group",
	.init = path_group_init,
	.exit = path_group_exit,
	.test_cases = path_group_cases,
};

kunit_test_suite(path_group_suite);
