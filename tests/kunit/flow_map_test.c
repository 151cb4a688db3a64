// SPDX-License-Identifier: GPL-2.0
/* The hash table of flows. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include "steer/flow_map.h"

#define MAP_MANY	5000

/**
 * struct map_test - a table and what is put into it
 * @map: the table
 * @node: flows of IPv4, of which both nodes fit into one of IPv6
 * @twin: one that has the keys of another
 * @met: nodes that a walk met
 */
struct map_test {
	struct mx_flow_map map;
	struct mx_flow_node node[MAP_MANY];
	struct mx_flow_node twin;
	u8 met[MAP_MANY];
};

/* A flow from port 53 of a client by way of a service to a server. */
static void map_flow(struct mx_flow_node *node, u32 client, u32 service,
		     u32 server)
{
	struct mx_flow_node *reply = (void *)node + MX_FLOW_NODE4;

	BUILD_BUG_ON(sizeof(*node) < 2 * MX_FLOW_NODE4);
	memset(node, 0, sizeof(*node));
	node->key.family = AF_INET;
	node->key.proto = IPPROTO_UDP;
	node->key.sport = htons(53);
	node->key.v4.saddr = htonl(client);
	node->key.dport = htons(53);
	node->key.v4.daddr = htonl(service);
	memcpy(&reply->key, &node->key, MX_KEY4_LEN);
	reply->key.dir = MX_DIR_REPLY;
	reply->key.v4.saddr = htonl(server);
	reply->key.v4.daddr = htonl(client);
}

/* Half of them are one client's each; others have a few, and one has many. */
static void map_node(struct mx_flow_node *node, u32 number)
{
	u32 client = number % 8 == 7 ? 7 : number % 2 ? number / 8 : number;

	map_flow(node, 0x64000000 + client, 0xcb000000 + number,
		 0x0a000000 + number);
}

static int map_insert_node(struct map_test *t, struct mx_flow_node *node)
{
	int err;

	local_bh_disable();
	rcu_read_lock();
	err = mx_flow_map_insert(&t->map, node);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

static int map_insert(struct map_test *t, u32 i)
{
	return map_insert_node(t, &t->node[i]);
}

/* Another flow of the same keys, which is to be refused. */
static int map_insert_again(struct map_test *t, u32 i)
{
	t->twin = t->node[i];
	return map_insert_node(t, &t->twin);
}

static bool map_remove(struct map_test *t, u32 i)
{
	bool found;

	rcu_read_lock();
	found = mx_flow_map_remove(&t->map, &t->node[i]);
	rcu_read_unlock();
	return found;
}

/* By the keys of both directions. */
static bool map_has(struct map_test *t, u32 i)
{
	struct mx_flow_node *node, *reply;

	rcu_read_lock();
	node = mx_flow_map_find(&t->map, &t->node[i].key);
	reply = mx_flow_map_find(&t->map,
				 &mx_flow_node_reply(&t->node[i])->key);
	rcu_read_unlock();
	return node == &t->node[i] && reply == mx_flow_node_reply(node);
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

	if (node->key.dir == MX_DIR_ORIG)
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

/* Tells the table how many flows it has, and waits until it fits them. */
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
		map_node(&t->node[i], i);
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

/* Clients that come again and again, at home and beyond it. */
static void map_takes_a_key_once(struct kunit *test)
{
	struct map_test *t = test->priv;
	u32 i;

	for (i = 0; i < 20; i++) {
		map_flow(&t->node[0], 1, 2, 3);
		map_flow(&t->node[1], 1, 2, 4);
		map_flow(&t->node[2], 1, 5, 3);
		KUNIT_EXPECT_EQ(test, map_insert(t, 0), 0);
		/* the same request, and another one of the same replies */
		KUNIT_EXPECT_EQ(test, map_insert(t, 1), -EEXIST);
		KUNIT_EXPECT_EQ(test, map_insert(t, 2), -EADDRINUSE);
		KUNIT_EXPECT_TRUE(test, map_remove(t, 0));
		KUNIT_EXPECT_EQ(test, map_insert(t, 1), 0);
		KUNIT_EXPECT_TRUE(test, map_remove(t, 1));
		KUNIT_EXPECT_EQ(test, map_insert(t, 2), 0);
		KUNIT_EXPECT_TRUE(test, map_remove(t, 2));
		/* one more of the same client, which stays */
		map_flow(&t->node[10 + i], 1, 100 + i, 200 + i);
		KUNIT_EXPECT_EQ(test, map_insert(t, 10 + i), 0);
	}
	KUNIT_EXPECT_GT(test, atomic_read(&t->map.spread), 0);
	for (i = 0; i < 20; i++)
		KUNIT_EXPECT_TRUE(test, map_remove(t, 10 + i));
	KUNIT_EXPECT_EQ(test, atomic_read(&t->map.spread), 0);
}

/* What a client asks by is not the key of anybody's replies. */
static void map_keeps_requests_and_replies_apart(struct kunit *test)
{
	struct map_test *t = test->priv;
	u32 i;

	for (i = 0; i < 20; i++) {
		/* the requests of the one are the replies of the other */
		map_flow(&t->node[0], 3, 1, 4);
		map_flow(&t->node[1], 1, 2, 3);
		KUNIT_EXPECT_EQ(test, map_insert(t, 0), 0);
		KUNIT_EXPECT_EQ(test, map_insert(t, 1), -EADDRINUSE);
		KUNIT_EXPECT_TRUE(test, map_remove(t, 0));
		/* more and more flows of the client that asks */
		map_flow(&t->node[10 + i], 3, 100 + i, 200 + i);
		KUNIT_EXPECT_EQ(test, map_insert(t, 10 + i), 0);
	}
	for (i = 0; i < 20; i++)
		KUNIT_EXPECT_TRUE(test, map_remove(t, 10 + i));
}

/* A client of many flows fills no bucket, and leaves nothing behind. */
static void map_spreads_flows_of_one_client(struct kunit *test)
{
	struct map_test *t = test->priv;
	u32 i, turn;

	for (turn = 0; turn < 3; turn++) {
		for (i = 0; i < 40; i++) {
			map_flow(&t->node[i], 1, 100 + i, 200 + i);
			KUNIT_EXPECT_EQ(test, map_insert(t, i), 0);
		}
		KUNIT_EXPECT_EQ(test, atomic_read(&t->map.spread), 32);
		KUNIT_EXPECT_EQ(test, map_missing(t, 40), 0);
		KUNIT_EXPECT_EQ(test, map_walk(t, 40), 0);
		for (i = 0; i < 40; i += 2)
			KUNIT_EXPECT_TRUE(test, map_remove(t, i));
		KUNIT_EXPECT_EQ(test, map_missing(t, 40), 20);
		for (i = 1; i < 40; i += 2)
			KUNIT_EXPECT_TRUE(test, map_remove(t, i));
		KUNIT_EXPECT_EQ(test, atomic_read(&t->map.spread), 0);
	}
}

/* Clients that share a bucket make it longer: it has seven slots. */
static void map_chains_buckets(struct kunit *test)
{
	struct map_test *t = test->priv;
	u32 i, n = 20 * map_buckets(t);

	KUNIT_ASSERT_LE(test, n, MAP_MANY);
	for (i = 0; i < n; i++) {
		map_flow(&t->node[i], 0x64000000 + i, 1, 2);
		KUNIT_EXPECT_EQ(test, map_insert(t, i), 0);
	}
	KUNIT_EXPECT_EQ(test, map_missing(t, n), 0);
	KUNIT_EXPECT_EQ(test, map_walk(t, n), 0);
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_TRUE(test, map_remove(t, i));
	KUNIT_EXPECT_EQ(test, map_missing(t, n), n);
}

static void map_grows_and_shrinks(struct kunit *test)
{
	struct map_test *t = test->priv;
	u32 i, most, least = map_buckets(t);

	for (i = 0; i < MAP_MANY; i++) {
		map_node(&t->node[i], i);
		KUNIT_ASSERT_EQ(test, map_insert(t, i), 0);
		mx_flow_map_fit(&t->map, i + 1);
		if (!(i % 64))
			cond_resched();
	}
	map_fit(t, MAP_MANY);
	most = map_buckets(t);
	KUNIT_EXPECT_GE(test, 5 * most, MAP_MANY);
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
		map_node(&t->node[i], i);
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
			wrong += map_insert_again(t, i) != -EEXIST;
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
		map_node(&t->node[i], i);
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

#define MAP_RIVALS	4
#define MAP_ROUNDS	3000
#define MAP_SHARED	12	/* more than are at home */

/**
 * struct map_rival_flow - a flow of its own memory
 * @rcu: for its release
 * @node: the flow
 */
struct map_rival_flow {
	struct rcu_head rcu;
	struct mx_flow_node node;
};

/**
 * struct map_rival - one of several that add and remove the same keys
 * @t: the table
 * @number: which one
 * @added: how many flows it could add
 * @wrong: what should not have been
 * @done: it has ended
 */
struct map_rival {
	struct map_test *t;
	u32 number;
	u32 added;
	u32 wrong;
	struct completion done;
};

/* One flow, in and out. What is in is what is found, by both its keys. */
static void map_rival_round(struct map_rival *r, struct mx_flow_node *node)
{
	struct mx_flow_map *map = &r->t->map;
	int err;

	err = mx_flow_map_insert(map, node);
	if (!err) {
		r->added++;
		r->wrong += mx_flow_map_find(map, &node->key) != node;
		r->wrong += mx_flow_map_find(map,
					     &mx_flow_node_reply(node)->key) !=
			    mx_flow_node_reply(node);
	}
	if (!err || err == -EBUSY)
		r->wrong += !mx_flow_map_remove(map, node);
	else
		r->wrong += err != -EEXIST && err != -EADDRINUSE;
}

static int map_rival(void *arg)
{
	struct map_rival *r = arg;
	struct map_rival_flow *flow;
	u32 i;

	for (i = 0; i < MAP_ROUNDS; i++) {
		flow = kzalloc(sizeof(*flow), GFP_KERNEL);
		if (!flow) {
			r->wrong++;
			break;
		}
		/* alike in the request, or only in the replies */
		map_flow(&flow->node, 1, 100 + i % MAP_SHARED +
			 (r->number % 2 ? 1000 : 0), 200 + i % MAP_SHARED);
		local_bh_disable();
		rcu_read_lock();
		map_rival_round(r, &flow->node);
		rcu_read_unlock();
		local_bh_enable();
		kfree_rcu(flow, rcu);
		if (!(i % 16))
			cond_resched();
	}
	complete(&r->done);
	return 0;
}

/* On several CPUs at once: no key is there twice, nothing stays. */
static void map_rivals_add_the_same(struct kunit *test)
{
	struct map_rival rival[MAP_RIVALS] = { };
	struct map_test *t = test->priv;
	struct task_struct *task;
	u32 i, added = 0;

	/* with two more the home is full and the rest is spread */
	for (i = 0; i < 6; i++) {
		map_flow(&t->node[i], 1, 2000 + i, 3000 + i);
		KUNIT_EXPECT_EQ(test, map_insert(t, i), 0);
	}
	for (i = 0; i < MAP_RIVALS; i++) {
		rival[i].t = t;
		rival[i].number = i;
		init_completion(&rival[i].done);
		task = kthread_run(map_rival, &rival[i], "map_rival/%u", i);
		if (IS_ERR(task)) {
			rival[i].wrong++;
			complete(&rival[i].done);
		}
	}
	/* the table is resized beside them */
	for (i = 0; i < 20; i++) {
		mx_flow_map_fit(&t->map, i % 2 ? 10 : 1000);
		flush_delayed_work(&t->map.resize);
	}
	for (i = 0; i < MAP_RIVALS; i++) {
		wait_for_completion(&rival[i].done);
		KUNIT_EXPECT_EQ(test, rival[i].wrong, 0);
		added += rival[i].added;
	}
	KUNIT_EXPECT_GT(test, added, 0);
	KUNIT_EXPECT_EQ(test, map_missing(t, 6), 0);
	KUNIT_EXPECT_EQ(test, map_walk(t, 6), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->map.spread), 0);
	kunit_info(test, "added %u of %u", added, MAP_RIVALS * MAP_ROUNDS);
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
	KUNIT_CASE(map_keeps_requests_and_replies_apart),
	KUNIT_CASE(map_spreads_flows_of_one_client),
	KUNIT_CASE(map_chains_buckets),
	KUNIT_CASE(map_grows_and_shrinks),
	KUNIT_CASE(map_changes_while_it_grows),
	KUNIT_CASE(map_is_walked_by_hash),
	KUNIT_CASE(map_rivals_add_the_same),
	{ }
};

static struct kunit_suite mx_flow_map_test_suite = {
	.name = "mx_flow_map",
	.init = map_init,
	.exit = map_exit,
	.test_cases = mx_flow_map_test_cases,
};

kunit_test_suite(mx_flow_map_test_suite);
