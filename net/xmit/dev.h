/* SPDX-License-Identifier: GPL-2.0 */
/* Devices with the fast path. */
#ifndef MX_XMIT_DEV_H
#define MX_XMIT_DEV_H

#include <linux/netfilter.h>
#include <linux/netdevice.h>
#include "pernet.h"

/**
 * enum mx_dev_stat - a device's counters
 * @MX_DEV_FAST_PACKETS: packets that took the fast path
 * @MX_DEV_FAST_BYTES: their bytes, from the network header on
 * @MX_DEV_STACK_PACKETS: packets that went up the IP stack
 * @MX_DEV_STATS: how many counters
 */
enum mx_dev_stat {
	MX_DEV_FAST_PACKETS,
	MX_DEV_FAST_BYTES,
	MX_DEV_STACK_PACKETS,
	MX_DEV_STATS
};

/**
 * struct mx_dev - a device with the fast path, in the configuration in force
 *	or in the staged one
 * @list: in mx_pernet.devs or .staged_devs
 * @dev: the device; no reference: the hook is taken out when it goes
 * @pn: its namespace
 * @ops: the ingress hook
 * @stats: see enum mx_dev_stat
 * @attached: whether @ops is registered
 * @rcu: for its release
 */
struct mx_dev {
	struct list_head list;
	struct net_device *dev;
	struct mx_pernet *pn;
	struct nf_hook_ops ops;
	struct mx_stats stats;
	bool attached;
	struct rcu_head rcu;
};

/**
 * typedef mx_dev_gone_fn - is told of a device that goes away by itself
 * @pn: the namespace; RTNL and its lock are held
 * @dev: the device, which has the fast path in the configuration in force
 *
 * Context: process; may sleep.
 */
typedef void (*mx_dev_gone_fn)(struct mx_pernet *pn, const struct mx_dev *dev);

void mx_dev_watch(mx_dev_gone_fn gone);

/* All under RTNL (taken first) and the namespace's lock; to reset, the latter does. */
struct mx_dev *mx_dev_find(struct list_head *devs, const char *name);
int mx_dev_add(struct mx_pernet *pn, struct net_device *dev, bool staged);
void mx_dev_del(struct mx_dev *dev);
void mx_devs_reset(struct mx_pernet *pn);
int mx_devs_prepare(struct mx_pernet *pn);
void mx_devs_commit(struct mx_pernet *pn);
void mx_devs_abort(struct mx_pernet *pn);

int mx_dev_init(void);
void mx_dev_exit(void);

#endif /* MX_XMIT_DEV_H */
