// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>
#include "group/group.h"
#include "group/server.h"

/* Fixed, so that a server has one id on every node and after every restart. */
static const siphash_key_t mx_server_id_key = {
	{ 0x6d75746578736572ULL, 0x7665726964656e74ULL }
};

static u64 mx_server_id_path(const char *name)
{
	char id[MUTEX_NAME_MAX + 1] __aligned(8) = "";

	strscpy(id, name, sizeof(id));
	return siphash(id, sizeof(id), &mx_server_id_key);
}

static u64 mx_server_id(u8 family, const union nf_inet_addr *addr, __be16 port)
{
	struct {
		union nf_inet_addr addr;
		u32 family_port;
	} __packed __aligned(8) name = {
		.family_port = (u32)family << 16 | ntohs(port),
	};

	if (family == AF_INET)
		name.addr.ip = addr->ip;
	else
		name.addr.in6 = addr->in6;
	return siphash(&name, sizeof(name), &mx_server_id_key);
}

/* A server of no address and family yet, of one reference, for the caller. */
static struct mx_server *mx_server_make(struct mx_group *group)
{
	struct mx_server *server;

	server = kzalloc(sizeof(*server), GFP_KERNEL_ACCOUNT);
	if (!server)
		return NULL;
	if (mx_stats_init(&server->stats, MX_SERVER_STATS, GFP_KERNEL_ACCOUNT)) {
		kfree(server);
		return NULL;
	}
	server->latency_min = U32_MAX;
	mx_health_init(&server->health);
	mx_care_init(&server->care);
	server->group = mx_group_hold(group);
	mx_check_init(&server->check);
	refcount_set(&server->refs, 1);
	return server;
}

/**
 * mx_server_create() - make a server that no configuration names yet
 * @group: its group
 * @family: AF_INET or AF_INET6
 * @addr: its address
 * @port: its port, 0 to keep the packet's own
 *
 * Context: process.
 * Return: the server with one reference, for the caller, or NULL without memory.
 */
struct mx_server *mx_server_create(struct mx_group *group, u8 family,
				   const union nf_inet_addr *addr, __be16 port)
{
	struct mx_server *server = mx_server_make(group);

	if (!server)
		return NULL;
	if (family == AF_INET)
		server->addr.ip = addr->ip;
	else
		server->addr.in6 = addr->in6;
	server->family = family;
	server->carries = BIT(mx_pool_index(family));
	server->port = port;
	server->member.id = mx_server_id(family, addr, port);
	return server;
}

/**
 * mx_server_create_path() - make a member that is a path
 * @group: its group
 * @path: the path, whose reference passes to the server unless it is NULL that
 *	is returned
 * @name: its name, which lives as long as the path
 * @release: what lets go of the reference
 *
 * Context: process.
 * Return: as mx_server_create().
 */
struct mx_server *mx_server_create_path(struct mx_group *group,
					struct mx_path *path, const char *name,
					void (*release)(struct mx_path *path))
{
	struct mx_server *server = mx_server_make(group);

	if (!server)
		return NULL;
	server->path = path;
	server->name = name;
	server->release = release;
	server->carries = BIT(0) | BIT(1);
	server->member.id = mx_server_id_path(name);
	return server;
}

static void mx_server_free(struct rcu_head *rcu)
{
	struct mx_server *server = container_of(rcu, struct mx_server, rcu);

	mx_hop_put(rcu_dereference_raw(server->hop[0]));
	mx_hop_put(rcu_dereference_raw(server->hop[1]));
	if (server->release)
		server->release(server->path);
	mx_limiter_put(rcu_dereference_raw(server->limiter));
	mx_stats_destroy(&server->stats);
	mx_group_put(server->group);
	kfree(server);
}

/**
 * mx_server_put() - let go of a server
 * @server: the server
 *
 * Context: any. The last one to let go frees it after a grace period.
 */
void mx_server_put(struct mx_server *server)
{
	if (refcount_dec_and_test(&server->refs))
		call_rcu(&server->rcu, mx_server_free);
}

/**
 * mx_server_sample() - note how long the server took to answer
 * @server: the server
 * @us: microseconds from request to reply
 * @now: low 32 bits of jiffies
 *
 * The moving average gives the newest sample a weight of 1/8. Writers race
 * for it without a lock: a lost sample is one among many, and the sums that
 * are shown come from exact per-CPU counters.
 *
 * Context: softirq.
 */
void mx_server_sample(struct mx_server *server, u32 us, u32 now)
{
	struct mx_member *m = &server->member;
	u32 old, ewma;

	mx_stats_add(&server->stats, MX_SERVER_LATENCY, us);
	mx_stats_inc(&server->stats, MX_SERVER_SAMPLES);

	old = READ_ONCE(m->latency_ewma);
	ewma = old ? (u32)(((u64)old * 7 + us) / 8) : us;
	WRITE_ONCE(m->latency_ewma, max(ewma, 1U));
	WRITE_ONCE(m->latency_stamp, now);

	old = READ_ONCE(server->latency_min);
	while (us < old && !try_cmpxchg(&server->latency_min, &old, us))
		;
	old = READ_ONCE(server->latency_max);
	while (us > old && !try_cmpxchg(&server->latency_max, &old, us))
		;
}

/**
 * mx_server_reset() - count from zero again, but for active flows
 * @server: the server
 *
 * Context: the namespace's lock is held.
 */
void mx_server_reset(struct mx_server *server)
{
	mx_stats_reset(&server->stats);
	WRITE_ONCE(server->latency_min, U32_MAX);
	WRITE_ONCE(server->latency_max, 0);
}

/**
 * mx_group_find_path() - look a member up by its path
 * @conf: a configuration of its group, or NULL
 * @path: the path
 *
 * Return: index into mx_group_conf.members, or -ENOENT.
 */
int mx_group_find_path(const struct mx_group_conf *conf,
		       const struct mx_path *path)
{
	u32 i;

	for (i = 0; conf && i < conf->n; i++)
		if (conf->members[i].server->path == path)
			return i;
	return -ENOENT;
}

/**
 * mx_group_find_member() - look for a server in a configuration
 * @conf: a configuration of its group, or NULL
 * @server: the server
 *
 * Return: index into mx_group_conf.members, or -ENOENT.
 */
int mx_group_find_member(const struct mx_group_conf *conf,
			 const struct mx_server *server)
{
	u32 i;

	for (i = 0; conf && i < conf->n; i++)
		if (conf->members[i].server == server)
			return i;
	return -ENOENT;
}
