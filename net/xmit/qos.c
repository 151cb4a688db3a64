// SPDX-License-Identifier: GPL-2.0
/*
 * What rules and groups set in packets. Both directions of a flow get its DSCP
 * and priority, as a connection is of one class; the mark is for requests only,
 * because it may choose the route, and a reply's way is the kernel's own.
 *
 * On its way from PRE_ROUTING the stack gives a packet of IPv4 that it forwards
 * a priority of its own, by the type of service. So it is set once more in
 * FORWARD, in namespaces where a priority is asked for.
 */
#include <linux/netfilter_ipv4.h>
#include <net/checksum.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include "steer/flow.h"
#include "xmit/qos.h"

#define MX_DSCP_SHIFT	2	/* the low bits of the field are ECN's */

static void mx_qos_dscp(struct sk_buff *skb, const struct mx_packet *pkt,
			u8 dscp)
{
	u8 *nh = skb->data + pkt->noff;
	__be16 old, new;

	/* of IPv4 the header's checksum makes up for it */
	if (pkt->key.family == AF_INET) {
		ipv4_change_dsfield((struct iphdr *)nh, INET_ECN_MASK,
				    dscp << MX_DSCP_SHIFT);
		return;
	}
	old = *(__be16 *)nh;
	ipv6_change_dsfield((struct ipv6hdr *)nh, INET_ECN_MASK,
			    dscp << MX_DSCP_SHIFT);
	new = *(__be16 *)nh;
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_add(csum_sub(skb->csum,
					      (__force __wsum)old),
				     (__force __wsum)new);
}

/**
 * mx_qos_apply_mine() - set what is to be set, in a header that is ours to write
 * @skb: the packet
 * @pkt: its headers
 * @qos: what is set
 * @dir: the packet's direction in its flow
 *
 * Context: any.
 */
void mx_qos_apply_mine(struct sk_buff *skb, const struct mx_packet *pkt,
		       const struct mx_qos *qos, unsigned int dir)
{
	if (qos->set & MX_QOS_DSCP)
		mx_qos_dscp(skb, pkt, qos->dscp);
	if (qos->set & MX_QOS_PRIORITY)
		skb->priority = qos->priority;
	if ((qos->set & MX_QOS_MARK) && dir == MX_DIR_ORIG)
		skb->mark = mx_qos_mark(qos, skb->mark);
}

/**
 * mx_qos_apply() - set what is to be set
 * @skb: the packet, not shared. Its headers may move
 * @pkt: its headers
 * @qos: what is set
 * @dir: the packet's direction in its flow
 *
 * Context: any.
 * Return: 0, or -ENOMEM with the packet as it was.
 */
int mx_qos_apply(struct sk_buff *skb, const struct mx_packet *pkt,
		 const struct mx_qos *qos, unsigned int dir)
{
	u32 len = pkt->noff + (pkt->key.family == AF_INET ?
			       sizeof(struct iphdr) : sizeof(struct ipv6hdr));

	if ((qos->set & MX_QOS_DSCP) && skb_ensure_writable(skb, len))
		return -ENOMEM;
	mx_qos_apply_mine(skb, pkt, qos, dir);
	return 0;
}

/**
 * mx_qos_forwarded() - netfilter hook of what is forwarded, of IPv4
 * @priv: not used
 * @skb: the packet, its data at the network header
 * @state: the hook
 *
 * By now its addresses may be others. As it is, it is what the other direction
 * answers, so its key turned round is that of the other direction.
 *
 * Context: softirq, RCU reader.
 * Return: NF_ACCEPT.
 */
unsigned int mx_qos_forwarded(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	struct mx_pernet *pn = mx_pernet(state->net);
	struct mx_flow_node *node;
	const struct mx_flow *flow;
	struct mx_packet pkt;
	struct mx_key other;

	if (mx_key_parse(skb, skb_network_offset(skb), &pkt) != MX_KEY_OK)
		return NF_ACCEPT;
	mx_key_invert(&other, &pkt.key);
	node = mx_flow_lookup(&pn->flows, &other);
	/* what conntrack translates back it does later: a reply is as it came */
	if (!node)
		node = mx_flow_lookup(&pn->flows, &pkt.key);
	if (!node)
		return NF_ACCEPT;
	flow = mx_flow_of(node);
	if (flow->qos && (flow->qos->qos.set & MX_QOS_PRIORITY))
		skb->priority = flow->qos->qos.priority;
	return NF_ACCEPT;
}

static const struct nf_hook_ops mx_qos_ops = {
	.hook = mx_qos_forwarded,
	.pf = NFPROTO_IPV4,
	.hooknum = NF_INET_FORWARD,
	.priority = NF_IP_PRI_FIRST,
};

/**
 * mx_qos_need() - see to it that a priority lasts
 * @pn: the namespace
 * @qos: what is going to be set
 *
 * Context: process, sleeps; @pn->lock is held.
 * Return: 0 or -errno.
 */
int mx_qos_need(struct mx_pernet *pn, const struct mx_qos *qos)
{
	int err;

	if (pn->qos_hooked || !(qos->set & MX_QOS_PRIORITY))
		return 0;
	err = nf_register_net_hook(pn->net, &mx_qos_ops);
	pn->qos_hooked = !err;
	return err;
}

/**
 * mx_qos_need_all() - mx_qos_need() for all that a configuration sets
 * @pn: the namespace
 * @cfg: the configuration
 *
 * Context: process, sleeps; @pn->lock is held.
 * Return: 0 or -errno.
 */
int mx_qos_need_all(struct mx_pernet *pn, const struct mx_config *cfg)
{
	const struct mx_rules *rules = mx_dereference(cfg->rules, &pn->lock);
	const struct mx_group_conf *conf;
	struct mx_group *group;
	int err = 0;
	u32 i;

	for (i = 0; !err && rules && i < rules->n; i++)
		err = mx_qos_need(pn, &rules->entry[i].rule->qos);
	list_for_each_entry(group, &pn->group_list, list) {
		conf = mx_pernet_conf(pn, cfg, group);
		if (conf && !err)
			err = mx_qos_need(pn, &conf->params.qos);
	}
	return err;
}

/**
 * mx_qos_drop() - nothing is set any more
 * @pn: the namespace, @pn->lock held
 *
 * Context: process, sleeps.
 */
void mx_qos_drop(struct mx_pernet *pn)
{
	if (pn->qos_hooked)
		nf_unregister_net_hook(pn->net, &mx_qos_ops);
	pn->qos_hooked = false;
}
