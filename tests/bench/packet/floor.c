// SPDX-License-Identifier: GPL-2.0
/*
 * The least that a box in the middle can do: at the ingress hook of a device
 * of the loading process's network namespace, every packet gets a new
 * Ethernet header and leaves by another device. What any engine adds to that
 * is its own cost.
 */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netfilter_netdev.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <net/net_namespace.h>

static char *in = "in";
module_param(in, charp, 0444);
MODULE_PARM_DESC(in, "device whose packets are sent on");

static char *out = "out";
module_param(out, charp, 0444);
MODULE_PARM_DESC(out, "device by which they leave");

static char *to = "";
module_param(to, charp, 0444);
MODULE_PARM_DESC(to, "Ethernet address that they go to");

static struct net *mx_floor_net;
static struct net_device *mx_floor_in, *mx_floor_out;
static u8 mx_floor_to[ETH_ALEN];

static unsigned int mx_floor(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	if (skb->pkt_type != PACKET_HOST)
		return NF_ACCEPT;
	if (skb_cow_head(skb, LL_RESERVED_SPACE(mx_floor_out)))
		return NF_DROP;
	skb->dev = mx_floor_out;
	dev_hard_header(skb, mx_floor_out, ntohs(skb->protocol), mx_floor_to,
			NULL, skb->len);
	dev_queue_xmit(skb);
	return NF_STOLEN;
}

static struct nf_hook_ops mx_floor_ops = {
	.hook = mx_floor,
	.pf = NFPROTO_NETDEV,
	.hooknum = NF_NETDEV_INGRESS,
};

static int __init mx_floor_init(void)
{
	int err = -ENODEV;

	if (!mac_pton(to, mx_floor_to))
		return -EINVAL;
	mx_floor_net = get_net(current->nsproxy->net_ns);
	mx_floor_in = dev_get_by_name(mx_floor_net, in);
	mx_floor_out = dev_get_by_name(mx_floor_net, out);
	if (!mx_floor_in || !mx_floor_out)
		goto err_put;
	mx_floor_ops.dev = mx_floor_in;
	err = nf_register_net_hook(mx_floor_net, &mx_floor_ops);
	if (err)
		goto err_put;
	return 0;

err_put:
	dev_put(mx_floor_out);
	dev_put(mx_floor_in);
	put_net(mx_floor_net);
	return err;
}

static void __exit mx_floor_exit(void)
{
	nf_unregister_net_hook(mx_floor_net, &mx_floor_ops);
	dev_put(mx_floor_out);
	dev_put(mx_floor_in);
	put_net(mx_floor_net);
}

module_init(mx_floor_init);
module_exit(mx_floor_exit);
MODULE_DESCRIPTION("Floor of the packet bench: readdress and transmit");
MODULE_LICENSE("GPL");
