// SPDX-License-Identifier: GPL-2.0
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "xmit/dev.h"
#include "xmit/fastpath.h"

/* Is told of devices that go away by themselves; under RTNL. */
static mx_dev_gone_fn mx_dev_tell_gone;

/**
 * mx_dev_watch() - have somebody told of devices that go away by themselves
 * @gone: is told before each is forgotten; NULL for nobody
 *
 * Context: process; takes RTNL, so nobody is being told any more when this
 * returns.
 */
void mx_dev_watch(mx_dev_gone_fn gone)
{
	rtnl_lock();
	mx_dev_tell_gone = gone;
	rtnl_unlock();
}

/**
 * mx_dev_find() - look a device up by its present name
 * @devs: mx_pernet.devs or .staged_devs
 * @name: the name
 *
 * Context: RTNL and the namespace's lock are held.
 * Return: the device, or NULL.
 */
struct mx_dev *mx_dev_find(struct list_head *devs, const char *name)
{
	struct mx_dev *d;

	list_for_each_entry(d, devs, list)
		if (!strncmp(d->dev->name, name, IFNAMSIZ))
			return d;
	return NULL;
}

static void mx_dev_free(struct rcu_head *rcu)
{
	struct mx_dev *d = container_of(rcu, struct mx_dev, rcu);

	mx_stats_destroy(&d->stats);
	kfree(d);
}

static int mx_dev_attach(struct mx_dev *d)
{
	int err = nf_register_net_hook(d->pn->net, &d->ops);

	d->attached = !err;
	mx_dbg("dev", "netns %u: %s: has the fast path: %d\n",
	       d->pn->net->ns.inum, d->dev->name, err);
	return err;
}

static void mx_dev_detach(struct mx_dev *d)
{
	if (d->attached) {
		mx_dbg("dev", "netns %u: %s: has the fast path no more\n",
		       d->pn->net->ns.inum, d->dev->name);
		nf_unregister_net_hook(d->pn->net, &d->ops);
	}
	d->attached = false;
}

/**
 * mx_dev_add() - give a device the fast path
 * @pn: the namespace
 * @dev: the device
 * @staged: only note it, for a transaction's commit
 *
 * Context: RTNL and the namespace's lock are held.
 * Return: 0, -EEXIST, -ENOSPC at MX_MAX_DEVS, -ENOMEM.
 */
int mx_dev_add(struct mx_pernet *pn, struct net_device *dev, bool staged)
{
	struct list_head *devs = staged ? &pn->staged_devs : &pn->devs;
	unsigned int n = 0;
	struct list_head *pos;
	struct mx_dev *d;
	int err;

	if (mx_dev_find(devs, dev->name))
		return -EEXIST;
	list_for_each(pos, devs)
		n++;
	if (n >= MX_MAX_DEVS)
		return -ENOSPC;

	d = kzalloc(sizeof(*d), GFP_KERNEL_ACCOUNT);
	if (!d)
		return -ENOMEM;
	err = mx_stats_init(&d->stats, MX_DEV_STATS, GFP_KERNEL_ACCOUNT);
	if (err)
		goto err_dev;
	d->dev = dev;
	d->pn = pn;
	d->ops.hook = mx_fastpath;
	d->ops.pf = NFPROTO_NETDEV;
	d->ops.hooknum = NF_NETDEV_INGRESS;
	d->ops.priority = 0;
	d->ops.dev = dev;
	d->ops.priv = d;
	if (!staged) {
		err = mx_dev_attach(d);
		if (err)
			goto err_stats;
	}
	list_add_tail(&d->list, devs);
	return 0;

err_stats:
	mx_stats_destroy(&d->stats);
err_dev:
	kfree(d);
	return err;
}

/**
 * mx_dev_del() - take the fast path from a device
 * @d: the device; freed after a grace period
 *
 * Context: RTNL and the namespace's lock are held.
 */
void mx_dev_del(struct mx_dev *d)
{
	list_del(&d->list);
	mx_dev_detach(d);
	call_rcu(&d->rcu, mx_dev_free);
}

/**
 * mx_devs_reset() - have the devices count from zero again
 * @pn: the namespace
 *
 * Context: the namespace's lock is held.
 */
void mx_devs_reset(struct mx_pernet *pn)
{
	struct mx_dev *d;

	lockdep_assert_held(&pn->lock);
	list_for_each_entry(d, &pn->devs, list)
		mx_stats_reset(&d->stats);
}

static void mx_devs_flush(struct list_head *devs)
{
	struct mx_dev *d, *next;

	list_for_each_entry_safe(d, next, devs, list)
		mx_dev_del(d);
}

/**
 * mx_devs_prepare() - attach what a transaction adds
 * @pn: the namespace
 *
 * A device that has the fast path already keeps it, and its counters.
 *
 * Context: RTNL and the namespace's lock are held.
 * Return: 0, or -errno and nothing is attached that was not before.
 */
int mx_devs_prepare(struct mx_pernet *pn)
{
	struct mx_dev *d;
	int err;

	list_for_each_entry(d, &pn->staged_devs, list) {
		if (mx_dev_find(&pn->devs, d->dev->name))
			continue;
		err = mx_dev_attach(d);
		if (err)
			goto err_attach;
	}
	return 0;

err_attach:
	list_for_each_entry_continue_reverse(d, &pn->staged_devs, list)
		mx_dev_detach(d);
	return err;
}

/**
 * mx_devs_commit() - let the staged devices be the ones with the fast path
 * @pn: the namespace, after mx_devs_prepare()
 *
 * Context: RTNL and the namespace's lock are held.
 */
void mx_devs_commit(struct mx_pernet *pn)
{
	struct mx_dev *d, *next, *old;
	LIST_HEAD(keep);

	list_for_each_entry_safe(d, next, &pn->staged_devs, list) {
		old = mx_dev_find(&pn->devs, d->dev->name);
		if (!old) {
			list_move_tail(&d->list, &keep);
			continue;
		}
		list_move_tail(&old->list, &keep);
		mx_dev_del(d);
	}
	mx_devs_flush(&pn->devs);
	list_splice(&keep, &pn->devs);
}

/**
 * mx_devs_abort() - forget the staged devices
 * @pn: the namespace
 *
 * Context: RTNL and the namespace's lock are held.
 */
void mx_devs_abort(struct mx_pernet *pn)
{
	mx_devs_flush(&pn->staged_devs);
}

static void mx_dev_gone(struct mx_pernet *pn, const struct net_device *dev)
{
	struct mx_dev *d;

	d = mx_dev_find(&pn->devs, dev->name);
	if (d) {
		if (mx_dev_tell_gone)
			mx_dev_tell_gone(pn, d);
		mx_dev_del(d);
		pn->gen++;
	}
	d = mx_dev_find(&pn->staged_devs, dev->name);
	if (d)
		mx_dev_del(d);
}

static int mx_dev_event(struct notifier_block *nb, unsigned long event,
			void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct mx_pernet *pn = mx_pernet(dev_net(dev));

	if (event == NETDEV_DOWN || event == NETDEV_UNREGISTER)
		mx_hops_drop_dev(&pn->hops, dev);
	if (event == NETDEV_UNREGISTER) {
		mutex_lock(&pn->lock);
		mx_dev_gone(pn, dev);
		mutex_unlock(&pn->lock);
	}
	return NOTIFY_DONE;
}

static struct notifier_block mx_dev_notifier = {
	.notifier_call = mx_dev_event,
};

static void __net_exit mx_dev_net_pre_exit(struct net *net)
{
	struct mx_pernet *pn = mx_pernet(net);

	rtnl_lock();
	mutex_lock(&pn->lock);
	mx_devs_flush(&pn->staged_devs);
	mx_devs_flush(&pn->devs);
	mutex_unlock(&pn->lock);
	rtnl_unlock();
}

static struct pernet_operations mx_dev_net_ops = {
	.pre_exit = mx_dev_net_pre_exit,
};

/**
 * mx_dev_init() - watch devices come and go
 *
 * Return: 0 or -errno.
 */
int mx_dev_init(void)
{
	int err = register_pernet_subsys(&mx_dev_net_ops);

	if (err)
		return err;
	err = register_netdevice_notifier(&mx_dev_notifier);
	if (err)
		unregister_pernet_subsys(&mx_dev_net_ops);
	return err;
}

/**
 * mx_dev_exit() - undo mx_dev_init(): no device has the fast path any more
 */
void mx_dev_exit(void)
{
	unregister_netdevice_notifier(&mx_dev_notifier);
	unregister_pernet_subsys(&mx_dev_net_ops);
}
