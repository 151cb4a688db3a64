// SPDX-License-Identifier: GPL-2.0
/* Load and unload. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include "group/sched.h"
#include "nl/nl.h"
#include "pernet.h"
#include "steer/flow.h"
#include "xmit/check.h"
#include "xmit/dev.h"
#include "xmit/hook.h"

struct workqueue_struct *mx_wq;

static int __init mx_init(void)
{
	int err;

	mx_wq = alloc_workqueue("mutex", WQ_UNBOUND, 0);
	if (!mx_wq)
		return -ENOMEM;
	err = mx_sched_init();
	if (err)
		goto err_wq;
	err = mx_flow_init();
	if (err)
		goto err_sched;
	err = mx_pernet_init();
	if (err)
		goto err_flow;
	err = mx_hook_init();
	if (err)
		goto err_pernet;
	err = mx_checks_init();
	if (err)
		goto err_hook;
	err = mx_dev_init();
	if (err)
		goto err_checks;
	err = mx_paths_init();
	if (err)
		goto err_dev;
	err = mx_nl_init();
	if (err)
		goto err_paths;
	return 0;

err_paths:
	mx_paths_exit();
err_dev:
	mx_dev_exit();
err_checks:
	mx_checks_exit();
err_hook:
	mx_hook_exit();
err_pernet:
	mx_pernet_exit();
err_flow:
	rcu_barrier();
	mx_flow_exit();
err_sched:
	mx_sched_exit();
err_wq:
	destroy_workqueue(mx_wq);
	return err;
}

static void __exit mx_exit(void)
{
	mx_nl_exit();
	mx_paths_exit();
	mx_dev_exit();
	mx_checks_exit();
	mx_hook_exit();
	mx_pernet_exit();
	/* flows, servers, groups and hops free each other in turn */
	rcu_barrier();
	rcu_barrier();
	rcu_barrier();
	mx_flow_exit();
	mx_sched_exit();
	destroy_workqueue(mx_wq);
}

module_init(mx_init);
module_exit(mx_exit);

MODULE_DESCRIPTION("Steering of packets to groups of servers");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
MODULE_ALIAS_GENL_FAMILY(MUTEX_GENL_NAME);
