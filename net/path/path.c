// SPDX-License-Identifier: GPL-2.0
#include <linux/minmax.h>
#include <linux/slab.h>
#include <trace/events/mutex.h>
#include "path/path.h"

/**
 * mx_path_create() - make a path that no configuration names yet
 * @name: its name, at most MUTEX_NAME_MAX bytes
 *
 * Context: process.
 * Return: the path with one reference, for the caller, or NULL without memory.
 */
struct mx_path *mx_path_create(const char *name)
{
	struct mx_path *path;

	path = kzalloc(sizeof(*path), GFP_KERNEL_ACCOUNT);
	if (!path)
		return NULL;
	if (mx_stats_init(&path->stats, MX_PATH_STATS, GFP_KERNEL_ACCOUNT)) {
		kfree(path);
		return NULL;
	}
	strscpy(path->name, name, sizeof(path->name));
	INIT_LIST_HEAD(&path->list);
	INIT_LIST_HEAD(&path->telling);
	spin_lock_init(&path->lock);
	refcount_set(&path->refs, 1);
	return path;
}

/**
 * mx_path_hold() - take a reference
 * @path: the path
 *
 * Return: @path.
 */
struct mx_path *mx_path_hold(struct mx_path *path)
{
	refcount_inc(&path->refs);
	return path;
}

static void mx_path_free(struct rcu_head *rcu)
{
	struct mx_path *path = container_of(rcu, struct mx_path, rcu);

	mx_stats_destroy(&path->stats);
	kfree(path);
}

/**
 * mx_path_put() - let go of a path
 * @path: the path
 *
 * Context: any. The last one to let go frees it after a grace period.
 */
void mx_path_put(struct mx_path *path)
{
	if (refcount_dec_and_test(&path->refs))
		call_rcu(&path->rcu, mx_path_free);
}

/**
 * mx_path_defaults() - what holds of a path where the user says nothing
 * @params: filled in; device and peer are missing
 */
void mx_path_defaults(struct mx_path_params *params)
{
	*params = (struct mx_path_params) {
		.port = htons(MX_PATH_PORT),
		.probe = MUTEX_PATH_PROBE_STAMP,
		.admin = MUTEX_PATH_ADMIN_UP,
		.interval = MX_PATH_INTERVAL,
		.timeout = MX_PATH_TIMEOUT,
	};
	mx_judge_defaults(&params->judge);
}

/**
 * mx_path_mbit() - what a path is taken to carry
 * @measured: what was measured, kbit/s, 0 if nothing was
 * @said: what the user says, Mbit/s, 0 if that is nothing
 *
 * What was measured is what is there; the user's word holds where nothing was.
 *
 * Return: Mbit/s, 0 if it is not known.
 */
u32 mx_path_mbit(u32 measured, u32 said)
{
	/* less than 1 Mbit/s is not unknown */
	return measured ? max(measured / 1000, 1U) : said;
}

/**
 * mx_path_conf_build() - make a configuration of a path
 * @params: what the user says
 *
 * Context: process.
 * Return: the configuration, or NULL without memory.
 */
struct mx_path_conf *mx_path_conf_build(const struct mx_path_params *params)
{
	struct mx_path_conf *conf;

	conf = kzalloc(sizeof(*conf), GFP_KERNEL_ACCOUNT);
	if (conf)
		conf->params = *params;
	return conf;
}

/**
 * mx_path_same_way() - is what was measured of a path still true
 * @a: its parameters then
 * @b: its parameters now
 *
 * Return: true if it leads where it led, and is probed as it was.
 */
bool mx_path_same_way(const struct mx_path_params *a,
		      const struct mx_path_params *b)
{
	return !strcmp(a->dev, b->dev) && a->via_family == b->via_family &&
	       !memcmp(&a->via, &b->via, sizeof(a->via)) &&
	       a->family == b->family && a->has_local == b->has_local &&
	       !memcmp(&a->local, &b->local, sizeof(a->local)) &&
	       !memcmp(&a->peer, &b->peer, sizeof(a->peer)) &&
	       a->port == b->port && a->probe == b->probe &&
	       a->key_id == b->key_id;
}

static_assert((int)MX_STATUS_UNKNOWN == MUTEX_PATH_STATUS_UNKNOWN);
static_assert((int)MX_STATUS_UP == MUTEX_PATH_STATUS_UP);
static_assert((int)MX_STATUS_DEGRADED == MUTEX_PATH_STATUS_DEGRADED);
static_assert((int)MX_STATUS_DOWN == MUTEX_PATH_STATUS_DOWN);

static u64 mx_path_ms(u64 us)
{
	return div_u64(us, USEC_PER_MSEC);
}

/* Why the path's status is what it is. Its lock is held. */
static u8 mx_path_why(const struct mx_path *path)
{
	static const u8 reason[] = {
		[MX_WHY_NONE] = MUTEX_PATH_REASON_START,
		[MX_WHY_LINK] = MUTEX_PATH_REASON_HOLD,
		[MX_WHY_SILENT] = MUTEX_PATH_REASON_SILENT,
		[MX_WHY_LOSS] = MUTEX_PATH_REASON_LOSS,
		[MX_WHY_LATENCY] = MUTEX_PATH_REASON_LATENCY,
		[MX_WHY_JITTER] = MUTEX_PATH_REASON_JITTER,
		[MX_WHY_RECOVERED] = MUTEX_PATH_REASON_RECOVERED,
	};

	if (!path->link)
		return path->missing;
	if (path->judge.why == MX_WHY_SILENT && READ_ONCE(path->hint))
		return READ_ONCE(path->hint);
	return reason[path->judge.why];
}

/*
 * Takes over what the judge says. The path's lock is held. Returns whether
 * there is news.
 */
static bool mx_path_judged(struct mx_path *path)
{
	u8 status = path->judge.status, reason = mx_path_why(path);
	bool news = status != path->status || reason != path->reason;

	if (news)
		trace_mx_path(path, mx_path_status_name(path->status),
			      mx_path_status_name(status),
			      mx_path_reason_name(reason));
	WRITE_ONCE(path->status, status);
	WRITE_ONCE(path->reason, reason);
	return news;
}

/* Nothing is known of the path. Its lock is held. */
static void mx_path_forget(struct mx_path *path, u64 now_us)
{
	WRITE_ONCE(path->link, false);
	WRITE_ONCE(path->ifindex, 0);
	path->missing = MUTEX_PATH_REASON_START;
	WRITE_ONCE(path->hint, MUTEX_PATH_REASON_NONE);
	WRITE_ONCE(path->fwd_loss_ppm, U32_MAX);
	WRITE_ONCE(path->back_loss_ppm, U32_MAX);
	WRITE_ONCE(path->bw_kbps, 0);
	WRITE_ONCE(path->mtu, 0);
	mx_window_init(&path->window);
	mx_judge_init(&path->judge, false, mx_path_ms(now_us));
	mx_path_judged(path);
}

/**
 * mx_path_settle() - put what one of the configurations says in force
 * @path: the path
 * @slot: which configuration
 * @now_us: mx_path_now()
 * @lock: the namespace's lock, held
 *
 * A path that leads elsewhere now, or is probed otherwise, is measured anew.
 */
void mx_path_settle(struct mx_path *path, unsigned int slot, u64 now_us,
		    struct mutex *lock)
{
	struct mx_path_conf *old = mx_dereference(path->live, lock);
	struct mx_path_conf *new = mx_dereference(path->conf[slot], lock);

	rcu_assign_pointer(path->live, new);
	spin_lock_bh(&path->lock);
	if (new) {
		path->how = new->params.judge;
		if (new->params.probe == MUTEX_PATH_PROBE_NONE)
			path->how.enough = 0;
	}
	if (!old || !new || !mx_path_same_way(&old->params, &new->params))
		mx_path_forget(path, now_us);
	spin_unlock_bh(&path->lock);
}

/**
 * mx_path_publish() - put a configuration of a path in its place
 * @path: the path
 * @slot: which of the namespace's configurations it is part of
 * @conf: the path's configuration, or NULL to remove it
 * @live: whether @slot is the configuration in force
 * @now_us: mx_path_now()
 * @lock: the namespace's lock, held
 *
 * The configuration that stood there is freed after a grace period.
 */
void mx_path_publish(struct mx_path *path, unsigned int slot,
		     struct mx_path_conf *conf, bool live, u64 now_us,
		     struct mutex *lock)
{
	struct mx_path_conf *old = mx_dereference(path->conf[slot], lock);

	rcu_assign_pointer(path->conf[slot], conf);
	if (live)
		mx_path_settle(path, slot, now_us, lock);
	else if (old && old == mx_dereference(path->live, lock))
		RCU_INIT_POINTER(path->live, NULL);
	if (old)
		kfree_rcu(old, rcu);
}

/**
 * mx_path_quick() - what the samples of a path show, but for percentiles
 * @path: the path
 * @f: filled in
 *
 * Context: any but hard interrupt.
 */
void mx_path_quick(struct mx_path *path, struct mx_window_figures *f)
{
	spin_lock_bh(&path->lock);
	mx_window_quick(&path->window, f);
	spin_unlock_bh(&path->lock);
}

/**
 * mx_path_read() - what is known of a path
 * @path: the path
 * @f: filled in
 *
 * Context: any but hard interrupt.
 */
void mx_path_read(struct mx_path *path, struct mx_path_figures *f)
{
	struct mx_window_figures w;

	spin_lock_bh(&path->lock);
	mx_window_figures(&path->window, &w);
	*f = (struct mx_path_figures) {
		.rtt_us = w.rtt_us,
		.rtt_min_us = w.rtt_min_us,
		.rtt_max_us = w.rtt_max_us,
		.p50_us = w.p50_us,
		.p95_us = w.p95_us,
		.p99_us = w.p99_us,
		.jitter_us = w.jitter_us,
		.jitter3550_us = w.jitter3550_us,
		.loss_ppm = w.loss_ppm,
		.loss_long_ppm = w.loss_long_ppm,
		.samples = w.samples,
		.samples_long = w.samples_long,
		.fwd_jitter_us = w.fwd_jitter_us,
		.back_jitter_us = w.back_jitter_us,
		.fwd_loss_ppm = READ_ONCE(path->fwd_loss_ppm),
		.back_loss_ppm = READ_ONCE(path->back_loss_ppm),
		.bw_kbps = READ_ONCE(path->bw_kbps),
		.mtu = READ_ONCE(path->mtu),
		.score_milli = w.score_milli,
		.status = path->status,
		.reason = path->reason,
		.since_ms = path->judge.since,
		.flaps = path->judge.flaps,
	};
	if (path->status != MUTEX_PATH_STATUS_UP)
		f->hold_ms = path->judge.until;
	spin_unlock_bh(&path->lock);
}

static void mx_path_tell(struct mx_path *path)
{
	if (path->desk)
		mx_path_desk_tell(path->desk, path);
}

/**
 * mx_path_link() - say whether a path's device, address and route are there
 * @path: the path
 * @ifindex: of the device, 0 if there is none
 * @missing: enum mutex_path_reason, MUTEX_PATH_REASON_NONE if all are there
 * @now_us: mx_path_now()
 *
 * A path without them is down at once. One that has them again has to prove
 * itself.
 *
 * Context: any but hard interrupt; the caller holds a reference or is an RCU
 * reader.
 * Return: whether the path's status, or the reason for it, has changed.
 */
bool mx_path_link(struct mx_path *path, int ifindex, u8 missing, u64 now_us)
{
	bool up = missing == MUTEX_PATH_REASON_NONE, news;

	spin_lock_bh(&path->lock);
	WRITE_ONCE(path->ifindex, ifindex);
	path->missing = missing;
	if (up != path->link)
		mx_judge_link(&path->judge, &path->window, &path->how, up,
			      mx_path_ms(now_us));
	WRITE_ONCE(path->link, up);
	news = mx_path_judged(path);
	spin_unlock_bh(&path->lock);
	if (news)
		mx_path_tell(path);
	return news;
}

/**
 * mx_path_tick() - time has passed for a path
 * @path: the path
 * @now_us: mx_path_now()
 *
 * Matters to paths without probes alone.
 *
 * Context: any but hard interrupt; the caller holds a reference or is an RCU
 * reader.
 * Return: milliseconds of the same clock when it is to be called again, 0 for
 * never.
 */
u64 mx_path_tick(struct mx_path *path, u64 now_us)
{
	const struct mx_judge_in in = { .event = MX_JUDGE_TICK };
	u64 wake;
	bool news;

	spin_lock_bh(&path->lock);
	mx_judge_step(&path->judge, &path->how, &in, mx_path_ms(now_us));
	wake = mx_judge_wake(&path->judge, &path->how);
	news = mx_path_judged(path);
	spin_unlock_bh(&path->lock);
	if (news)
		mx_path_tell(path);
	return wake;
}

/**
 * mx_path_probe_answer() - a probe was answered in time
 * @path: the path
 * @seq: the probe's number, for those who trace
 * @rtt_us: the round trip
 * @fwd_us: the way there, by two clocks, or MX_WAY_NONE
 * @back_us: the way back likewise
 * @now_us: mx_path_now()
 *
 * Context: any but hard interrupt; the caller holds a reference or is an RCU
 * reader.
 */
void mx_path_probe_answer(struct mx_path *path, u32 seq, u32 rtt_us,
			  s32 fwd_us, s32 back_us, u64 now_us)
{
	bool news;

	mx_stats_inc(&path->stats, MX_PATH_RECEIVED);
	spin_lock_bh(&path->lock);
	WRITE_ONCE(path->hint, MUTEX_PATH_REASON_NONE);
	mx_judge_answer(&path->judge, &path->window, &path->how, rtt_us,
			fwd_us, back_us, mx_path_ms(now_us));
	news = mx_path_judged(path);
	spin_unlock_bh(&path->lock);
	if (news)
		mx_path_tell(path);
}

/**
 * mx_path_probe_missed() - a probe was not answered in time
 * @path: the path
 * @seq: the probe's number, for those who trace
 * @now_us: mx_path_now()
 *
 * Context: any but hard interrupt; the caller holds a reference or is an RCU
 * reader.
 */
void mx_path_probe_missed(struct mx_path *path, u32 seq, u64 now_us)
{
	bool news;

	mx_stats_inc(&path->stats, MX_PATH_LOST);
	spin_lock_bh(&path->lock);
	mx_judge_miss(&path->judge, &path->window, &path->how,
		      mx_path_ms(now_us));
	news = mx_path_judged(path);
	spin_unlock_bh(&path->lock);
	if (news)
		mx_path_tell(path);
}
