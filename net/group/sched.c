// SPDX-License-Identifier: GPL-2.0
/*
 * The registry of schedulers: a short array, in which a reader needs no lock
 * because an entry never moves.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "group/sched.h"

#define MX_MAX_SCHEDS	16

/* Serializes register and unregister; guards mx_scheds against writers. */
static DEFINE_MUTEX(mx_sched_lock);

static const struct mx_sched *mx_scheds[MX_MAX_SCHEDS];

static const struct mx_sched *const mx_sched_builtin[] = {
	&mx_sched_rr,
	&mx_sched_lc,
	&mx_sched_wrr,
	&mx_sched_random,
	&mx_sched_hash,
	&mx_sched_latency,
	&mx_sched_packet,
	&mx_sched_quality,
};

static bool mx_sched_valid(const struct mx_sched *sched)
{
	size_t len = sched->name ? strlen(sched->name) : 0;

	if (!len || len > MUTEX_SCHED_MAX)
		return false;
	if (!sched->kinds || sched->kinds & ~(MX_KIND_SERVER | MX_KIND_PATH))
		return false;
	return sched->pick && (!sched->build || sched->free);
}

/**
 * mx_sched_register() - make a scheduler known
 * @sched: the scheduler, which stays where it is until it is unregistered
 *
 * Context: process.
 * Return: 0, -EINVAL without a proper name, a kind or a required operation,
 * -EEXIST if the name is taken, or -ENOSPC if there are too many.
 */
int mx_sched_register(const struct mx_sched *sched)
{
	int empty = -ENOSPC;
	int i, err = 0;

	if (!mx_sched_valid(sched))
		return -EINVAL;

	mutex_lock(&mx_sched_lock);
	for (i = MX_MAX_SCHEDS - 1; i >= 0; i--) {
		if (!mx_scheds[i]) {
			empty = i;
		} else if (!strcmp(mx_scheds[i]->name, sched->name)) {
			err = -EEXIST;
			goto unlock;
		}
	}
	if (empty < 0)
		err = empty;
	else
		/* A scheduler that is found is seen whole. */
		smp_store_release(&mx_scheds[empty], sched);
unlock:
	mutex_unlock(&mx_sched_lock);
	return err;
}

/**
 * mx_sched_unregister() - make a scheduler unknown again
 * @sched: the scheduler; nothing happens if it is not registered
 *
 * Groups that use it go on doing so: who frees the scheduler sees to it that
 * there are none, and that nobody looks for one meanwhile.
 *
 * Context: process.
 */
void mx_sched_unregister(const struct mx_sched *sched)
{
	int i;

	mutex_lock(&mx_sched_lock);
	for (i = 0; i < MX_MAX_SCHEDS; i++) {
		if (mx_scheds[i] == sched)
			WRITE_ONCE(mx_scheds[i], NULL);
	}
	mutex_unlock(&mx_sched_lock);
}

/**
 * mx_sched_find() - look for a scheduler
 * @name: as in "lb NAME"
 *
 * Context: any.
 * Return: the scheduler, or NULL.
 */
const struct mx_sched *mx_sched_find(const char *name)
{
	int i;

	for (i = 0; i < MX_MAX_SCHEDS; i++) {
		/* Pairs with the release in mx_sched_register(). */
		const struct mx_sched *sched = smp_load_acquire(&mx_scheds[i]);

		if (sched && !strcmp(sched->name, name))
			return sched;
	}
	return NULL;
}

/**
 * mx_sched_init() - register the built-in schedulers
 *
 * Context: process.
 * Return: 0, or -errno with none of them registered.
 */
int mx_sched_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(mx_sched_builtin); i++) {
		err = mx_sched_register(mx_sched_builtin[i]);
		if (err)
			goto unregister;
	}
	return 0;

unregister:
	while (i--)
		mx_sched_unregister(mx_sched_builtin[i]);
	return err;
}

/**
 * mx_sched_exit() - unregister the built-in schedulers
 *
 * Context: process; no group is left.
 */
void mx_sched_exit(void)
{
	unsigned int i = ARRAY_SIZE(mx_sched_builtin);

	while (i--)
		mx_sched_unregister(mx_sched_builtin[i]);
}
