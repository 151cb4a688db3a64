// SPDX-License-Identifier: GPL-2.0
#include <linux/cache.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <trace/events/mutex.h>
#include "group/group.h"
#include "steer/flow.h"

/* How many buckets an eviction looks into, from the new flow's own on. */
#define MX_EVICT_BUCKETS	8
/* An evicted flow has been idle for so long at least, unless it is closed. */
#define MX_EVICT_IDLE		HZ

/* After how many new flows their number is told to the table. */
#define MX_FIT_EVERY		32

#define MX_GC_INTERVAL		(HZ / 4)
#define MX_GC_FAST		4	/* intervals in which a large table is walked: */
#define MX_GC_SLOW		32	/* by the shortest timeout */
#define MX_GC_LEAST		1024	/* buckets of any table in an interval */
#define MX_GC_SLICE		256	/* buckets between two breaths */

static struct kmem_cache *mx_flow_cache[2] __read_mostly;

/**
 * mx_flow_init() - prepare for flow tables
 *
 * Return: 0 or -ENOMEM.
 */
int mx_flow_init(void)
{
	const size_t head = offsetof(struct mx_flow, node);

	BUILD_BUG_ON(offsetof(struct mx_flow, node) + 2 * MX_FLOW_NODE6 > 192);
	BUILD_BUG_ON(offsetof(struct mx_flow, node) + 2 * MX_FLOW_NODE4 > 128);
	/* all that a packet of a flow looks at of its server */
	BUILD_BUG_ON(offsetofend(struct mx_server, stats.cpu) > 64);

	mx_flow_cache[0] = kmem_cache_create("mutex_flow4",
					     head + 2 * MX_FLOW_NODE4, 0,
					     SLAB_HWCACHE_ALIGN, NULL);
	if (!mx_flow_cache[0])
		return -ENOMEM;
	mx_flow_cache[1] = kmem_cache_create("mutex_flow6",
					     head + 2 * MX_FLOW_NODE6, 0,
					     SLAB_HWCACHE_ALIGN, NULL);
	if (!mx_flow_cache[1]) {
		kmem_cache_destroy(mx_flow_cache[0]);
		return -ENOMEM;
	}
	return 0;
}

/**
 * mx_flow_exit() - undo mx_flow_init()
 *
 * Context: after rcu_barrier().
 */
void mx_flow_exit(void)
{
	kmem_cache_destroy(mx_flow_cache[1]);
	kmem_cache_destroy(mx_flow_cache[0]);
}

static void mx_flow_free(struct rcu_head *rcu)
{
	struct mx_flow *flow = container_of(rcu, struct mx_flow, rcu);

	mx_hop_put(rcu_dereference_raw(flow->hop[MX_DIR_ORIG]));
	mx_hop_put(rcu_dereference_raw(flow->hop[MX_DIR_REPLY]));
	mx_qos_put(flow->qos);
	mx_server_put(flow->server);
	kmem_cache_free(mx_flow_cache[mx_pool_index(flow->node[0].key.family)],
			flow);
}

/* A flow stops being an active connection exactly once. */
static void mx_flow_deactivate(struct mx_flow *flow)
{
	if (test_and_clear_bit(MX_FLOW_ACTIVE, &flow->flags))
		atomic_dec(&flow->server->member.active);
}

static enum mx_timeout mx_flow_timeout(const struct mx_flow *flow)
{
	switch (flow->node[0].key.proto) {
	case IPPROTO_TCP:
		switch (READ_ONCE(flow->state)) {
		case MUTEX_FLOW_STATE_NEW:
		case MUTEX_FLOW_STATE_SYN:
			return MX_TIMEOUT_SYN;
		case MUTEX_FLOW_STATE_FIN:
			return MX_TIMEOUT_FIN;
		case MUTEX_FLOW_STATE_CLOSED:
			return MX_TIMEOUT_CLOSED;
		default:
			return MX_TIMEOUT_TCP;
		}
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return MX_TIMEOUT_UDP;
	default:
		return MX_TIMEOUT_OTHER;
	}
}

/**
 * mx_flow_idle() - for how long no packet has come
 * @flow: the flow
 * @now: low 32 bits of jiffies; a packet on another CPU may have come after
 *	they were read, and the flow is idle for 0
 *
 * Return: jiffies.
 */
u32 mx_flow_idle(const struct mx_flow *flow, u32 now)
{
	s32 idle = now - READ_ONCE(flow->last);

	return max(idle, 0);
}

/**
 * mx_flow_left() - how long a flow lives on without a packet
 * @flow: the flow
 * @set: the settings in force
 * @now: low 32 bits of jiffies
 *
 * Return: milliseconds, 0 when it has expired.
 */
u32 mx_flow_left(const struct mx_flow *flow, const struct mx_settings *set,
		 u32 now)
{
	u32 timeout = READ_ONCE(set->timeout[mx_flow_timeout(flow)]);
	u32 idle = jiffies_to_msecs(mx_flow_idle(flow, now));

	return idle < timeout ? timeout - idle : 0;
}

/**
 * mx_flow_lookup() - find the flow of a packet
 * @ft: the table
 * @key: the packet's key
 *
 * Context: RCU reader.
 * Return: the node of the packet's direction, or NULL.
 */
struct mx_flow_node *mx_flow_lookup(struct mx_flow_table *ft,
				    const struct mx_key *key)
{
	return mx_flow_map_find(&ft->map, key);
}

/**
 * mx_flow_end() - take a flow out of the table
 * @ft: the table
 * @flow: the flow
 * @why: a word for whoever traces flows
 *
 * Context: any but hard interrupt, RCU reader.
 * Return: true if this call did it; false if another one was first.
 */
bool mx_flow_end(struct mx_flow_table *ft, struct mx_flow *flow,
		 const char *why)
{
	if (test_and_set_bit(MX_FLOW_DYING, &flow->flags))
		return false;

	trace_mx_flow(flow, why);
	mx_flow_map_remove(&ft->map, &flow->node[0]);
	mx_flow_deactivate(flow);
	atomic_dec(&ft->count[mx_pool_index(flow->node[0].key.family)]);
	call_rcu(&flow->rcu, mx_flow_free);
	return true;
}

/* An answer that never came is a failure of the server. */
static void mx_flow_expire(struct mx_flow_table *ft, struct mx_flow *flow,
			   enum mx_stat why)
{
	u8 state = READ_ONCE(flow->state);
	bool failed = state == MUTEX_FLOW_STATE_SYN &&
		      !test_bit(MX_FLOW_REPLIED, &flow->flags);

	if (!mx_flow_end(ft, flow,
			 why == MX_STAT_FLOWS_EVICTED ? "evicted" :
			 state == MUTEX_FLOW_STATE_CLOSED ? "closed" :
							    "expired"))
		return;
	mx_stats_inc(ft->stats, why);
	if (!failed)
		return;
	if (why == MX_STAT_FLOWS_EXPIRED && mx_flow_silent(flow))
		mx_flow_blame(flow, MUTEX_REASON_SILENT);
	else
		mx_stats_inc(&flow->server->stats, MX_SERVER_FAILED);
}

/**
 * struct mx_flow_victim - the flow that may give way
 * @most: for how long it has been idle, in jiffies; closed ones go first
 * @flow: the flow, NULL if none will do
 */
struct mx_flow_victim {
	u32 most;
	struct mx_flow *flow;
};

static void mx_flow_victim(struct mx_flow_node *node, void *arg)
{
	struct mx_flow *flow = mx_flow_of(node);
	struct mx_flow_victim *v = arg;
	u32 idle;

	idle = mx_flow_idle(flow, (u32)jiffies);
	if (READ_ONCE(flow->state) == MUTEX_FLOW_STATE_CLOSED)
		idle |= BIT(31);
	if (idle <= v->most)
		return;
	v->most = idle;
	v->flow = flow;
}

/*
 * Makes room for a new flow: of those in the buckets from its own on, the one
 * that is closed, or else has been idle longest, gives way.
 */
static bool mx_flow_evict(struct mx_flow_table *ft, const struct mx_key *key)
{
	struct mx_flow_victim v = { .most = MX_EVICT_IDLE - 1 };
	u32 pos = mx_flow_map_home(&ft->map, key);
	unsigned int i;

	for (i = 0; i < MX_EVICT_BUCKETS; i++)
		pos = mx_flow_map_visit(&ft->map, pos, mx_flow_victim, &v);
	if (!v.flow)
		return false;
	mx_flow_expire(ft, v.flow, MX_STAT_FLOWS_EVICTED);
	return true;
}

/* The key that the server's replies will have. */
static void mx_flow_reply_key(struct mx_key *reply,
			      const struct mx_packet *pkt,
			      const struct mx_server *server, u8 forward)
{
	mx_key_invert(reply, &pkt->key);
	reply->dir = MX_DIR_REPLY;
	if (forward != MUTEX_FORWARD_NAT && forward != MX_FORWARD_CT)
		return;
	if (reply->family == AF_INET)
		reply->v4.saddr = server->addr.ip;
	else
		reply->v6.saddr = server->addr.in6;
	if (server->port && pkt->ports && pkt->key.proto != IPPROTO_ICMP &&
	    pkt->key.proto != IPPROTO_ICMPV6)
		reply->sport = server->port;
}

/**
 * mx_flow_yields() - have a closed flow make room for one with its replies' key
 * @ft: the table
 * @pkt: the packet that mx_flow_create() answered with -EADDRINUSE
 * @server: as there
 * @forward: as there
 *
 * A client that uses a port again, for another service at the same server, does
 * not wait until the connection before has been forgotten.
 *
 * Context: softirq, RCU reader.
 * Return: true if that was all that stood in the way.
 */
bool mx_flow_yields(struct mx_flow_table *ft, const struct mx_packet *pkt,
		    const struct mx_server *server, u8 forward)
{
	struct mx_flow_node *node;
	struct mx_flow *flow;
	struct mx_key reply;

	mx_flow_reply_key(&reply, pkt, server, forward);
	node = mx_flow_lookup(ft, &reply);
	if (!node || node->key.dir != MX_DIR_REPLY)
		return false;
	flow = mx_flow_of(node);
	return READ_ONCE(flow->state) == MUTEX_FLOW_STATE_CLOSED &&
	       mx_flow_end(ft, flow, "reopened");
}

/*
 * The answer to one flow that begins in a tick is timed for each server: more
 * samples would tell no more.
 */
static void mx_flow_stamp(struct mx_flow *flow)
{
	struct mx_server *server = flow->server;

	if (READ_ONCE(server->sampled) == flow->last)
		return;
	WRITE_ONCE(server->sampled, flow->last);
	flow->stamp = (u32)ktime_to_us(ktime_get()) ?: 1;
}

static void mx_flow_begin(struct mx_flow *flow, const struct mx_packet *pkt)
{
	flow->last = (u32)jiffies;
	if (pkt->key.proto == IPPROTO_TCP && !(pkt->tcp_flags & MX_TCP_SYN)) {
		/* met in mid-stream: its handshake was seen by another */
		flow->state = MUTEX_FLOW_STATE_ESTABLISHED;
		return;
	}
	flow->state = MUTEX_FLOW_STATE_NEW;
	mx_flow_stamp(flow);
}

/* What has to be undone when a flow could not be added. Returns what to say. */
static int mx_flow_uncreate(struct mx_flow_table *ft, struct mx_flow *flow,
			    int err)
{
	if (err == -EBUSY) {
		mx_flow_end(ft, flow, "raced");
		return -EEXIST;
	}
	atomic_dec(&ft->count[mx_pool_index(flow->node[0].key.family)]);
	atomic_dec(&flow->server->member.active);
	/* readers may have met the reply's node: wait for them */
	call_rcu(&flow->rcu, mx_flow_free);
	return err;
}

/* Room for one more flow, or for one that must give way. */
static bool mx_flow_room(struct mx_flow_table *ft, const struct mx_key *key)
{
	return mx_flow_count(ft) <
	       READ_ONCE(rcu_dereference(ft->settings)->flows_max) ||
	       mx_flow_evict(ft, key);
}

/* A flow whose keys are not there yet; nothing refers to it. */
static struct mx_flow *mx_flow_make(const struct mx_packet *pkt,
				    struct mx_server *server, u8 forward,
				    u32 mark, struct mx_qos_ref *qos)
{
	unsigned int f = mx_pool_index(pkt->key.family);
	struct mx_flow *flow;

	flow = kmem_cache_alloc(mx_flow_cache[f], GFP_ATOMIC | __GFP_NOWARN);
	if (!flow)
		return NULL;
	flow->server = server;
	RCU_INIT_POINTER(flow->hop[MX_DIR_ORIG], NULL);
	RCU_INIT_POINTER(flow->hop[MX_DIR_REPLY], NULL);
	flow->qos = mx_qos_hold(qos);
	flow->flags = BIT(MX_FLOW_ACTIVE);
	flow->stamp = 0;
	flow->mark = mark;
	flow->forward = forward;
	mx_flow_begin(flow, pkt);
	refcount_inc(&server->refs);
	return flow;
}

/**
 * mx_flow_create() - remember a decision
 * @ft: the table
 * @pkt: the packet that was decided, of the request's direction
 * @server: where it goes
 * @forward: enum mutex_forward, or MX_FORWARD_CT
 * @mark: what forward mode mark sets
 * @qos: what is set in its packets, NULL for nothing; the flow takes a
 *	reference of its own
 *
 * Counts the flow as an active connection of the server.
 *
 * Context: softirq, RCU reader; mx_flow_lookup() did not find the packet's key.
 * Return: the flow; or ERR_PTR(): -EEXIST if another CPU was first with this
 * key, -EADDRINUSE if the replies' key is taken by another flow or is that of
 * the request itself, -EUSERS if the server has its most connections, -ENOSPC
 * at the cap with nothing to evict, -ENOMEM.
 */
struct mx_flow *mx_flow_create(struct mx_flow_table *ft,
			       const struct mx_packet *pkt,
			       struct mx_server *server, u8 forward, u32 mark,
			       struct mx_qos_ref *qos)
{
	unsigned int len = mx_key_len(&pkt->key);
	struct mx_flow *flow;
	struct mx_key reply;
	u32 count;
	int err;

	mx_flow_reply_key(&reply, pkt, server, forward);
	if (mx_key_equal(&reply, &pkt->key))
		return ERR_PTR(-EADDRINUSE);
	if (!mx_flow_room(ft, &pkt->key))
		return ERR_PTR(-ENOSPC);
	/* Before the flow can be found, and so be taken out again. */
	if (!mx_server_enter(server))
		return ERR_PTR(-EUSERS);
	flow = mx_flow_make(pkt, server, forward, mark, qos);
	if (!flow) {
		atomic_dec(&server->member.active);
		return ERR_PTR(-ENOMEM);
	}
	memcpy(&flow->node[0].key, &pkt->key, len);
	flow->node[0].key.dir = MX_DIR_ORIG;
	memcpy(&mx_flow_node(flow, MX_DIR_REPLY)->key, &reply, len);
	/* Before it can be found, too. */
	atomic_inc(&ft->count[mx_pool_index(pkt->key.family)]);

	err = mx_flow_map_insert(&ft->map, &flow->node[0]);
	if (unlikely(err))
		return ERR_PTR(mx_flow_uncreate(ft, flow, err));
	mx_stats_inc_bh(&server->stats, MX_SERVER_CONNS);
	mx_stats_inc_bh(ft->stats, MX_STAT_FLOWS_CREATED);
	trace_mx_flow(flow, "new");
	count = mx_flow_count(ft);
	if (!(count % MX_FIT_EVERY))
		mx_flow_map_fit(&ft->map, count);
	if (!delayed_work_pending(&ft->gc))
		queue_delayed_work(system_power_efficient_wq, &ft->gc,
				   MX_GC_INTERVAL);
	return flow;
}

static void mx_flow_answered(struct mx_flow *flow)
{
	u32 stamp = READ_ONCE(flow->stamp);

	if (test_and_set_bit(MX_FLOW_REPLIED, &flow->flags))
		return;
	if (unlikely(READ_ONCE(flow->server->health.heed) & MX_HEED_GOOD))
		mx_health_report(flow->server, MX_HEALTH_TRAFFIC, true, 0,
				 mx_health_now());
	if (!stamp)
		return;
	mx_server_sample(flow->server, (u32)ktime_to_us(ktime_get()) - stamp,
			 (u32)jiffies);
}

static void mx_flow_close(struct mx_flow *flow)
{
	WRITE_ONCE(flow->state, MUTEX_FLOW_STATE_CLOSED);
	mx_flow_deactivate(flow);
}

static void mx_flow_fin(struct mx_flow *flow, unsigned int dir)
{
	const unsigned long both = BIT(MX_FLOW_FIN_ORIG) |
				   BIT(MX_FLOW_FIN_REPLY);

	set_bit(dir == MX_DIR_ORIG ? MX_FLOW_FIN_ORIG : MX_FLOW_FIN_REPLY,
		&flow->flags);
	/*
	 * Where replies do not pass here (direct routing), the client's FIN
	 * is the last that will be seen.
	 */
	if ((READ_ONCE(flow->flags) & both) == both ||
	    !test_bit(MX_FLOW_REPLIED, &flow->flags))
		mx_flow_close(flow);
	else
		WRITE_ONCE(flow->state, MUTEX_FLOW_STATE_FIN);
}

static void mx_flow_tcp(struct mx_flow *flow, unsigned int dir, u8 tcp_flags)
{
	u8 state = READ_ONCE(flow->state);

	if (state == MUTEX_FLOW_STATE_CLOSED)
		return;
	if (tcp_flags & MX_TCP_RST) {
		if (dir == MX_DIR_REPLY && state <= MUTEX_FLOW_STATE_SYN &&
		    !test_bit(MX_FLOW_REPLIED, &flow->flags))
			mx_flow_blame(flow, MUTEX_REASON_REFUSED);
		mx_flow_close(flow);
		return;
	}
	if (dir == MX_DIR_REPLY)
		mx_flow_answered(flow);
	if (tcp_flags & MX_TCP_FIN) {
		mx_flow_fin(flow, dir);
		return;
	}
	if (state == MUTEX_FLOW_STATE_NEW) {
		WRITE_ONCE(flow->state, MUTEX_FLOW_STATE_SYN);
	} else if (state == MUTEX_FLOW_STATE_ESTABLISHED) {
		if (dir == MX_DIR_ORIG && (tcp_flags & MX_TCP_SYN))
			set_bit(MX_FLOW_RESYN, &flow->flags);
	} else if (state == MUTEX_FLOW_STATE_SYN) {
		if (dir == MX_DIR_ORIG && (tcp_flags & MX_TCP_SYN))
			/* sent again: whose answer comes is unknown (Karn) */
			WRITE_ONCE(flow->stamp, 0);
		else
			WRITE_ONCE(flow->state, MUTEX_FLOW_STATE_ESTABLISHED);
	}
}

/**
 * mx_flow_events() - follow what a packet does to its flow
 * @flow: the flow
 * @dir: the packet's direction
 * @tcp_flags: its TCP flags, 0 of other protocols
 *
 * Called for the packets that can change a flow's state: while it is not yet
 * established, and for SYN, FIN and RST (RFC 9293, section 3.3.2).
 *
 * Context: softirq, RCU reader.
 */
void mx_flow_events(struct mx_flow *flow, unsigned int dir, u8 tcp_flags)
{
	if (flow->node[0].key.proto == IPPROTO_TCP) {
		mx_flow_tcp(flow, dir, tcp_flags);
	} else if (dir == MX_DIR_REPLY) {
		mx_flow_answered(flow);
		WRITE_ONCE(flow->state, MUTEX_FLOW_STATE_ESTABLISHED);
	}
}

/**
 * mx_flow_set_hop() - remember the way out of one direction
 * @ft: the table
 * @flow: the flow
 * @dir: the direction
 * @hop: the hop, whose reference passes to the flow; NULL to forget
 *
 * Context: softirq, RCU reader.
 * Return: @hop.
 */
struct mx_hop *mx_flow_set_hop(struct mx_flow_table *ft, struct mx_flow *flow,
			       unsigned int dir, struct mx_hop *hop)
{
	mx_hop_put(unrcu_pointer(xchg(&flow->hop[dir], RCU_INITIALIZER(hop))));
	return hop;
}

/**
 * mx_flow_count() - flows in a table
 * @ft: the table
 *
 * Return: the number.
 */
u32 mx_flow_count(const struct mx_flow_table *ft)
{
	return atomic_read(&ft->count[0]) + atomic_read(&ft->count[1]);
}

/* Of the flows of a family: the slab gives each one whole cache lines. */
static u64 mx_flow_slab_bytes(const struct mx_flow_table *ft, unsigned int f)
{
	return (u64)atomic_read(&ft->count[f]) *
	       ALIGN(kmem_cache_size(mx_flow_cache[f]), cache_line_size());
}

/**
 * mx_flow_bytes() - memory of a table
 * @ft: the table
 *
 * Context: any.
 * Return: bytes that the allocators give for its flows, and for its buckets,
 * of which there are two sets while it grows or shrinks.
 */
u64 mx_flow_bytes(struct mx_flow_table *ft)
{
	u64 bytes = mx_flow_slab_bytes(ft, 0) + mx_flow_slab_bytes(ft, 1);

	rcu_read_lock();
	bytes += mx_flow_map_bytes(&ft->map);
	rcu_read_unlock();
	return bytes;
}

/**
 * struct mx_flow_gc - a round of collecting what has expired
 * @ft: the table
 * @set: the settings in force
 * @now: low 32 bits of jiffies
 */
struct mx_flow_gc {
	struct mx_flow_table *ft;
	const struct mx_settings *set;
	u32 now;
};

static void mx_flow_gc_one(struct mx_flow_node *node, void *arg)
{
	struct mx_flow_gc *gc = arg;
	struct mx_flow *flow;

	if (node->key.dir != MX_DIR_ORIG)
		return;
	flow = mx_flow_of(node);
	if (!mx_flow_left(flow, gc->set, gc->now))
		mx_flow_expire(gc->ft, flow, MX_STAT_FLOWS_EXPIRED);
}

/* Looks at some buckets. Returns true at the end of the table. */
static bool mx_flow_gc_slice(struct mx_flow_table *ft)
{
	struct mx_flow_gc gc = { .ft = ft, .now = (u32)jiffies };
	unsigned int i;

	rcu_read_lock();
	gc.set = rcu_dereference(ft->settings);
	for (i = 0; i < MX_GC_SLICE; i++) {
		ft->gc_pos = mx_flow_map_visit(&ft->map, ft->gc_pos,
					       mx_flow_gc_one, &gc);
		if (!ft->gc_pos)
			break;
	}
	rcu_read_unlock();
	return !ft->gc_pos;
}

/* A flow lives no longer beyond its timeout than that, or than a second. */
static u32 mx_flow_gc_passes(const struct mx_settings *set)
{
	u32 least = U32_MAX;
	unsigned int i;

	for (i = 0; i < MX_TIMEOUTS; i++)
		least = min(least, READ_ONCE(set->timeout[i]));
	return clamp_t(u32, msecs_to_jiffies(least) / MX_GC_INTERVAL,
		       MX_GC_FAST, MX_GC_SLOW);
}

static void mx_flow_gc(struct work_struct *work)
{
	struct mx_flow_table *ft = container_of(to_delayed_work(work),
						struct mx_flow_table, gc);
	u32 buckets, i;

	rcu_read_lock();
	buckets = mx_flow_map_buckets(&ft->map) /
		  mx_flow_gc_passes(rcu_dereference(ft->settings));
	rcu_read_unlock();
	buckets = max_t(u32, buckets, MX_GC_LEAST);
	for (i = 0; i < buckets && !mx_flow_gc_slice(ft); i += MX_GC_SLICE)
		cond_resched();
	mx_hops_drop_stale(ft->hops);
	mx_flow_map_fit(&ft->map, mx_flow_count(ft));
	if (mx_flow_count(ft))
		queue_delayed_work(system_power_efficient_wq, &ft->gc,
				   MX_GC_INTERVAL);
}

/**
 * mx_flow_table_init() - make an empty table
 * @ft: the table; the caller sets @ft->settings before a packet comes
 * @stats: where it counts
 * @hops: the next hops that its flows use
 *
 * Return: 0 or -ENOMEM.
 */
int mx_flow_table_init(struct mx_flow_table *ft, struct mx_stats *stats,
		       struct mx_hops *hops)
{
	ft->stats = stats;
	ft->hops = hops;
	atomic_set(&ft->count[0], 0);
	atomic_set(&ft->count[1], 0);
	ft->gc_pos = 0;
	INIT_DELAYED_WORK(&ft->gc, mx_flow_gc);
	return mx_flow_map_init(&ft->map);
}

/**
 * mx_flow_table_destroy() - free a table that is empty for good
 * @ft: the table, flushed, with no packet left that could add to it
 *
 * Context: process.
 */
void mx_flow_table_destroy(struct mx_flow_table *ft)
{
	cancel_delayed_work_sync(&ft->gc);
	mx_flow_map_destroy(&ft->map);
}
