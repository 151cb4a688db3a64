// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>
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

/* Is what was measured by @a still true of @b? */
static bool mx_path_same_way(const struct mx_path_params *a,
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

/* What is known of a path before anything was measured. Its lock is held. */
static void mx_path_forget(struct mx_path *path, u8 reason, u64 now)
{
	path->figures = (struct mx_path_figures) {
		.fwd_jitter_us = U32_MAX,
		.back_jitter_us = U32_MAX,
		.fwd_loss_ppm = U32_MAX,
		.back_loss_ppm = U32_MAX,
		.status = MUTEX_PATH_STATUS_UNKNOWN,
		.reason = reason,
		.since_ms = now,
		.flaps = path->figures.flaps,
	};
	WRITE_ONCE(path->status, MUTEX_PATH_STATUS_UNKNOWN);
}

/**
 * mx_path_settle() - put what one of the configurations says in force
 * @path: the path
 * @slot: which configuration
 * @now: mx_health_now()
 * @lock: the namespace's lock, held
 *
 * A path that leads elsewhere now, or is probed otherwise, is measured anew.
 */
void mx_path_settle(struct mx_path *path, unsigned int slot, u64 now,
		    struct mutex *lock)
{
	struct mx_path_conf *old = mx_dereference(path->live, lock);
	struct mx_path_conf *new = mx_dereference(path->conf[slot], lock);

	rcu_assign_pointer(path->live, new);
	if (old && new && mx_path_same_way(&old->params, &new->params))
		return;
	spin_lock_bh(&path->lock);
	WRITE_ONCE(path->link, false);
	WRITE_ONCE(path->ifindex, 0);
	mx_path_forget(path, MUTEX_PATH_REASON_START, now);
	spin_unlock_bh(&path->lock);
}

/**
 * mx_path_publish() - put a configuration of a path in its place
 * @path: the path
 * @slot: which of the namespace's configurations it is part of
 * @conf: the path's configuration, or NULL to remove it
 * @live: whether @slot is the configuration in force
 * @now: mx_health_now()
 * @lock: the namespace's lock, held
 *
 * The configuration that stood there is freed after a grace period.
 */
void mx_path_publish(struct mx_path *path, unsigned int slot,
		     struct mx_path_conf *conf, bool live, u64 now,
		     struct mutex *lock)
{
	struct mx_path_conf *old = mx_dereference(path->conf[slot], lock);

	rcu_assign_pointer(path->conf[slot], conf);
	if (live)
		mx_path_settle(path, slot, now, lock);
	if (old)
		kfree_rcu(old, rcu);
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
	spin_lock_bh(&path->lock);
	*f = path->figures;
	spin_unlock_bh(&path->lock);
}

/* Enters a status; the path's lock is held. Returns whether it is another. */
static bool mx_path_enter(struct mx_path *path, u8 status, u8 reason, u64 now)
{
	struct mx_path_figures *f = &path->figures;

	if (f->status == status && f->reason == reason)
		return false;
	if (f->status != status) {
		f->since_ms = now;
		if (status == MUTEX_PATH_STATUS_DOWN)
			f->flaps++;
	}
	f->status = status;
	f->reason = reason;
	WRITE_ONCE(path->status, status);
	return true;
}

/**
 * mx_path_link() - say whether a path's device, address and route are there
 * @path: the path
 * @ifindex: of the device, 0 if there is none
 * @reason: enum mutex_path_reason, MUTEX_PATH_REASON_NONE if all are there
 * @probed: whether probes will tell how it does
 * @now: mx_health_now()
 *
 * A path without them is down at once. One that has them again has to prove
 * itself by its probes, if it has any.
 *
 * Context: any but hard interrupt; the caller holds a reference or is an RCU
 * reader.
 * Return: whether the path's status, or the reason for it, has changed.
 */
bool mx_path_link(struct mx_path *path, int ifindex, u8 reason, bool probed,
		  u64 now)
{
	bool up = reason == MUTEX_PATH_REASON_NONE, changed = false;

	spin_lock_bh(&path->lock);
	WRITE_ONCE(path->ifindex, ifindex);
	if (!up) {
		WRITE_ONCE(path->link, false);
		changed = mx_path_enter(path, MUTEX_PATH_STATUS_DOWN, reason,
					now);
	} else if (!path->link) {
		mx_path_forget(path, MUTEX_PATH_REASON_START, now);
		if (!probed)
			mx_path_enter(path, MUTEX_PATH_STATUS_UP,
				      MUTEX_PATH_REASON_START, now);
		WRITE_ONCE(path->link, true);
		changed = true;
	}
	spin_unlock_bh(&path->lock);
	if (changed && path->desk)
		mx_path_desk_tell(path->desk, path);
	return changed;
}
