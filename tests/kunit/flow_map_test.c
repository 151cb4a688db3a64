// SPDX-License-Identifier: GPL-2.0
/* The hash table of flows. */
#include <kunit/test.h>
#include "steer/flow_map.h"

#define MAP_MANY	5000

/**
 * struct map_test - a table and what is put into it
 * @map: the table
 * @node: nodes, each with a key of its own
 * @met: nodes that a walk met
 */
struct map_test {
	struct mx_flow_map map;
	struct mx_flow_node node[MAP_MANY];
	u8 met[MAP_MANY];
};

static void map_node(struct mx_flow_node *node, u32 number, u32 hash)
{
	memset(node, 0, sizeof(*node));
	node->hash = hash;
	node->key.family = AF_INET;
	node->key.proto = IPPROTO_UDP;
	node->key.v4.saddr = htonl(number);
}

/* Spreads consecutive numbers as the real hash spreads keys. */
static u32 map_hash(u32 number)
{
	return number * 2654435761U;
}

static int map_insert(struct map_test *t, u32 i)
{
	int err;

	local_bh_disable();
	rcu_read_lock();
	err = mx_flow_map_insert(&t->map, &t->node[i]);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

static bool map_remove(struct map_test *t, u32 i)
{
	bool found;

	rcu_read_lock();
	found = mx_flow_map_remove(&t->map, &t->node[i]);
	rcu_read_unlock();
	return found;
}

static bool map_has(struct map_test *t, u32 i)
{
	struct mx_flow_node *node;

	rcu_read_lock();
	node = mx_flow_map_find(&t->map, &t->node[i].key, t->node[i].hash);
	rcu_read_unlock();
	return node == &t->node[i];
}

/* How many of the first @n nodes are not where they should be. */
static u32 map_missing(struct map_test *t, u32 n)
{
	u32 i, missing = 0;

	for (i = 0; i < n; i++)
		missing += !map_has(t, i);
	return missing;
}

static void map_meet(struct mx_flow_node *node, void *arg)
{
	struct map_test *t = arg;

	t->met[node - t->node]++;
}

/* Walks the whole table; how many of the first @n were not met just once. */
static u32 map_walk(struct map_test *t, u32 n)
{
	u32 i, pos = 0, wrong = 0;

	memset(t->met, 0, sizeof(t->met));
	rcu_read_lock();
	do {
		pos = mx_flow_map_visit(&t->map, pos, map_meet, t);
	} while (pos);
	rcu_read_unlock();
	for (i = 0; i < n; i++)
		wrong += t->met[i] != 1;
	return wrong;
}

static u32 map_buckets(struct map_test *t)
{
	u32 n;

	rcu_read_lock();
	n = mx_flow_map_buckets(&t->map);
	rcu_read_unlock();
	return n;
}

/* Tells the table how many nodes it has, and waits until it fits them. */
static void map_fit(struct map_test *t, u32 n)
{
	u32 before;

	do {
		before = map_buckets(t);
		mx_flow_map_fit(&t->map, n);
		flush_delayed_work(&t->map.resize);
	} while (map_buckets(t) != before);
}

static void map_finds_what_is_in(struct kunit *test)
{
	struct map_test *t = test->priv;
	u32 i;

	for (i = 0; i < 100; i++) {
		map_node(&t->node[i], i, map_hash(i));
		KUNIT_EXPECT_FALSE(test, map_has(t, i));
		KUNIT_EXPECT_EQ(test, map_insert(t, i), 0);
	}
	KUNIT_EXPECT_EQ(test, map_missing(t, 100), 0);
	KUNIT_EXPECT_EQ(test, map_walk(t, 100), 0);
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_TRUE(test, map_remove(t, i));
		KUNIT_EXPECT_FALSE(test, map_remove(t, i));
		KUNIT_EXPECT_FALSE(test, map_has(t, i));
	}
}

static void map_takes_a_key_once(struct kunit *test)
{
	struct map_test *t = test->priv;

	map_node(&t->node[0], 7, map_hash(7));
	map_node(&t->node[1], 7, map_hash(7));
	/* its direction is no part of a key */
	t->node[1].key.dir = MX_DIR_REPLY;
	KUNIT_EXPECT_EQ(test, map_insert(t, 0), 0);
	KUNIT_EXPECT_EQ(test, map_insert(t, 1), -EEXIST);
	KUNIT_EXPECT_FALSE(test, map_remove(t, 1));
	KUNIT_EXPECT_TRUE(test, map_remove(t, 0));
	KUNIT_EXPECT_EQ(test, map_insert(t, 1), 0);
	KUNIT_EXPECT_TRUE(test, map_remove(t, 1));
}

/* Keys that share a hash fill several buckets, and leave them free again. */
static void map_keeps_keys_of_one_hash(struct kunit *test)
{
	struct map_test *t = test->priv;
	u32 i, turn;

	for (turn = 0; turn < 3; turn++) {
		for (i = 0; i < 40; i++) {
			map_node(&t->node[i], i, U32_MAX);
			KUNIT_EXPECT_EQ(test, map_insert(t, i), 0);
		}
		KUNIT_EXPECT_EQ(test, map_missing(t, 40), 0);
		KUNIT_EXPECT_EQ(test, map_walk(t, 40), 0);
		for (i = 0; i < 40; i += 2)
			KUNIT_EXPECT_TRUE(test, map_remove(t, i));
		KUNIT_EXPECT_EQ(test, map_missing(t, 40), 20);
		for (i = 1; i < 40; i += 2)
			KUNIT_EXPECT_TRUE(test, map_remove(t, i));
	}
}

static void map_grows_and_shrinks(struct kunit *test)
{
	struct map_test *t = test->priv;
	u32 i, most, least = map_buckets(t);

	for (i = 0; i < MAP_MANY; i++) {
		map_node(&t->node[i], i, map_hash(i));
		KUNIT_ASSERT_EQ(test, map_insert(t, i), 0);
		mx_flow_map_fit(&t->map, i + 1);
		if (!(i % 64))
			cond_resched();
	}
	map_fit(t, MAP_MANY);
	most = map_buckets(t);
	KUNIT_EXPECT_GE(test, 4 * most, MAP_MANY);
	KUNIT_EXPECT_LE(test, most, MAP_MANY);
	KUNIT_EXPECT_EQ(test, map_missing(t, MAP_MANY), 0);
	KUNIT_EXPECT_EQ(test, map_walk(t, MAP_MANY), 0);
	for (i = 10; i < MAP_MANY; i++)
		KUNIT_ASSERT_TRUE(test, map_remove(t, i));
	map_fit(t, 10);
	KUNIT_EXPECT_EQ(test, map_buckets(t), least);
	KUNIT_EXPECT_EQ(test, map_missing(t, 10), 0);
	KUNIT_EXPECT_EQ(test, map_walk(t, 10), 0);
}

/* What comes and goes while the table is resized is not lost to anybody. */
static void map_changes_while_it_grows(struct kunit *test)
{
	struct map_test *t = test->priv;
	u32 i, wrong = 0, turns = 0;

	map_fit(t, MAP_MANY);
	for (i = 0; i < MAP_MANY; i++) {
		map_node(&t->node[i], i, map_hash(i));
		wrong += !!map_insert(t, i);
	}
	/* its work rests in the middle of so many buckets */
	mx_flow_map_fit(&t->map, 8 * MAP_MANY);
	while (delayed_work_pending(&t->map.resize) ||
	       work_busy(&t->map.resize.work)) {
		for (i = 0; i < MAP_MANY; i += 97) {
			wrong += !map_has(t, i);
			wrong += !map_remove(t, i);
			wrong += map_has(t, i);
			wrong += !!map_insert(t, i);
			wrong += map_insert(t, i) != -EEXIST;
		}
		turns++;
		schedule();
	}
	kunit_info(test, "changed %u times meanwhile", turns);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	map_fit(t, MAP_MANY);
	KUNIT_EXPECT_EQ(test, map_missing(t, MAP_MANY), 0);
	KUNIT_EXPECT_EQ(test, map_walk(t, MAP_MANY), 0);
}

/* The hash is in order along a walk, in a table of any size. */
static void map_is_walked_by_hash(struct kunit *test)
{
	struct map_test *t = test->priv;
	u32 i, pos = 0, next, steps = 0;

	for (i = 0; i < 1000; i++) {
		map_node(&t->node[i], i, map_hash(i));
		KUNIT_ASSERT_EQ(test, map_insert(t, i), 0);
	}
	map_fit(t, 1000);
	memset(t->met, 0, sizeof(t->met));
	do {
		rcu_read_lock();
		next = mx_flow_map_visit(&t->map, pos, map_meet, t);
		rcu_read_unlock();
		for (i = 0; i < 1000; i++)
			if (t->met[i]) {
				KUNIT_EXPECT_GE(test, t->node[i].hash, pos);
				KUNIT_EXPECT_LE(test, t->node[i].hash,
						next - 1);
				t->met[i] = 0;
			}
		pos = next;
		steps++;
	} while (pos);
	KUNIT_EXPECT_EQ(test, steps, map_buckets(t));
}

static int map_init(struct kunit *test)
{
	struct map_test *t = kvzalloc(sizeof(*t), GFP_KERNEL);
	int err;

	if (!t)
		return -ENOMEM;
	test->priv = t;
	err = mx_flow_map_init(&t->map);
	if (err) {
		kvfree(t);
		test->priv = NULL;
	}
	return err;
}

static void map_exit(struct kunit *test)
{
	struct map_test *t = test->priv;

	if (!t)
		return;
	mx_flow_map_destroy(&t->map);
	kvfree(t);
}

static struct kunit_case mx_flow_map_test_cases[] = {
	KUNIT_CASE(map_finds_what_is_in),
	KUNIT_CASE(map_takes_a_key_once),
	KUNIT_CASE(map_keeps_keys_of_one_hash),
	KUNIT_CASE(map_grows_and_shrinks),
	KUNIT_CASE(map_changes_while_it_grows),
	KUNIT_CASE(map_is_walked_by_hash),
	{ }
};

static struct kunit_suite mx_flow_map_test_suite = {
	.name = "mx_flow_map",
	.init = map_init,
	.exit = map_exit,
	.test_cases = mx_flow_map_test_cases,
};

kunit_test_suite(mx_flow_map_test_suite);
