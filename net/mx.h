/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every part of mutex shares: limits, forward declarations, the proof of
 * a writer's access, and what a test build may see.
 */
#ifndef MX_H
#define MX_H

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <uapi/linux/mutex_genl.h>

#undef pr_fmt
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

/* Dynamic debug: module mutex format "failover: " +p. Never for each packet. */
#define mx_dbg(facility, fmt, ...) pr_debug(facility ": " fmt, ##__VA_ARGS__)

/* Bounds of every list that a user can make grow, for one namespace. */
#define MX_MAX_GROUPS		65536
#define MX_MAX_MEMBERS		4096	/* of one group */
#define MX_MAX_RULES		16384
#define MX_MAX_TABLES		4096
#define MX_MAX_ROUTES		(8U << 20)	/* of one table and family */
#define MX_MAX_DEVS		1024
#define MX_MAX_PATHS		10240

/* A namespace has two configurations: the one in force and one being staged. */
#define MX_CONFIGS		2

struct mx_config;
struct mx_flow;
struct mx_group;
struct mx_group_conf;
struct mx_key;
struct mx_limiter;
struct mx_path;
struct mx_pernet;
struct mx_persist;
struct mx_pool;
struct mx_server;

/* Where the module frees what needs process context after a grace period. */
extern struct workqueue_struct *mx_wq;

/**
 * mx_dereference() - read an RCU pointer as the writer who holds @lock
 * @p: the pointer
 * @lock: mutex that guards it against other writers
 *
 * Return: the pointer's value.
 */
#define mx_dereference(p, lock) \
	rcu_dereference_protected(p, lockdep_is_held(lock))

/* A static function that a KUnit suite may call. */
#ifdef CONFIG_MUTEX_KUNIT_TEST
#define mx_visible_for_test
#else
#define mx_visible_for_test static
#endif

#endif /* MX_H */
