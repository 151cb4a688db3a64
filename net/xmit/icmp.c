// SPDX-License-Identifier: GPL-2.0
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter.h>
#include <net/checksum.h>
#include <net/ip.h>
#include "xmit/drop.h"
#include "xmit/forward.h"
#include "xmit/icmp.h"
#include "xmit/nat.h"
#include "xmit/path.h"
#include "xmit/route.h"

/* The error is addressed to whoever sent the packet that it quotes. */
static bool mx_icmp_returns(const struct sk_buff *skb,
			    const struct mx_packet *pkt)
{
	if (pkt->key.family == AF_INET)
		return ip_hdr(skb)->daddr == pkt->key.v4.saddr;
	return ipv6_addr_equal(&ipv6_hdr(skb)->daddr, &pkt->key.v6.saddr);
}

/* The error comes from the very end that the quoted packet was sent to. */
static bool mx_icmp_from_end(const struct sk_buff *skb,
			     const struct mx_packet *pkt)
{
	if (pkt->key.family == AF_INET)
		return ip_hdr(skb)->saddr == pkt->key.v4.daddr;
	return ipv6_addr_equal(&ipv6_hdr(skb)->saddr, &pkt->key.v6.daddr);
}

/*
 * Gives an error that this host makes, as the router that it is, a source that
 * lies on the way to @server: the stack chose one on the way to the service's
 * address, which the quoted packet came from. Where the stack goes by the
 * device that the quoted packet came in by (icmp_errors_use_inbound_ifaddr)
 * the source is right already. The headers are ours to write.
 */
static void mx_icmp_source(struct mx_pernet *pn, struct sk_buff *skb,
			   const struct mx_packet *pkt,
			   const struct mx_server *server)
{
	union nf_inet_addr from;
	struct icmp6hdr *icmp6h;
	struct ipv6hdr *ip6h;
	struct iphdr *iph;

	if (mx_icmp_from_end(skb, pkt))
		return;
	if (pkt->key.family == AF_INET &&
	    READ_ONCE(pn->net->ipv4.sysctl_icmp_errors_use_inbound_ifaddr))
		return;
	if (mx_route_source(pn, server, skb->mark, &from))
		return;
	if (pkt->key.family == AF_INET) {
		iph = ip_hdr(skb);
		csum_replace4(&iph->check, iph->saddr, from.ip);
		iph->saddr = from.ip;
		return;
	}
	ip6h = ipv6_hdr(skb);
	icmp6h = (struct icmp6hdr *)(skb->data + pkt->thoff);
	inet_proto_csum_replace16(&icmp6h->icmp6_cksum, skb,
				  ip6h->saddr.s6_addr32, from.ip6, true);
	ip6h->saddr = from.in6;
}

/* The error of a NAT flow: translated, as what it quotes was. */
static unsigned int mx_icmp_nat(struct mx_pernet *pn, struct sk_buff *skb,
				const struct mx_packet *pkt,
				struct mx_flow *flow, unsigned int dir,
				const struct nf_hook_state *state)
{
	struct mx_nat_edit edit;

	if (dir == MX_DIR_REPLY && mx_forward_route_reply(pn, skb, pkt, state))
		return NF_ACCEPT;
	mx_forward_edit(flow, dir, &edit);
	/* the quoted packet went the other way: its other end was rewritten */
	edit.src = !edit.src;
	/* without memory: what NAT refuses has no flow */
	if (mx_nat_icmp_error(skb, pkt, &edit))
		return mx_drop_memory(pn, skb);
	mx_stats_inc_bh(&pn->stats, MX_STAT_ICMP_ERRORS);
	mx_forward_untrack(skb);
	if (dir == MX_DIR_REPLY)
		return NF_ACCEPT;
	if (state->hook == NF_INET_LOCAL_OUT)
		mx_icmp_source(pn, skb, pkt, flow->server);
	return mx_forward_moved(pn, skb, pkt->key.family, state);
}

/*
 * The error of a flow whose packets are not changed: one for the service's
 * address goes to the server that holds it, as requests do. Without it a
 * server behind direct routing could not learn its path MTU (RFC 1191, section
 * 3; RFC 8201, section 4).
 */
static unsigned int mx_icmp_untouched(struct mx_pernet *pn, struct sk_buff *skb,
				      const struct mx_packet *pkt,
				      struct mx_flow *flow, unsigned int dir,
				      const struct nf_hook_state *state)
{
	if (dir == MX_DIR_REPLY || !mx_icmp_returns(skb, pkt))
		return NF_ACCEPT;
	mx_stats_inc_bh(&pn->stats, MX_STAT_ICMP_ERRORS);
	if (state->hook == NF_INET_LOCAL_OUT &&
	    flow->forward == MUTEX_FORWARD_ROUTE &&
	    !skb_ensure_writable(skb, pkt->inner_thoff))
		mx_icmp_source(pn, skb, pkt, flow->server);
	if (flow->forward == MUTEX_FORWARD_PATH)
		return mx_path_xmit(pn, skb, flow->server, flow,
				    &flow->node[0].key, state);
	return mx_forward_untouched(pn, skb, flow->server, flow->forward,
				    flow->mark, state);
}

/* What could not be reached. */
enum mx_icmp_end { MX_ICMP_NOTHING, MX_ICMP_HOST, MX_ICMP_PORT, MX_ICMP_FILTER };

static enum mx_icmp_end mx_icmp_end4(u8 type, u8 code)
{
	if (type != ICMP_DEST_UNREACH)
		return MX_ICMP_NOTHING;
	switch (code) {
	case ICMP_NET_UNREACH:
	case ICMP_HOST_UNREACH:
	case ICMP_NET_UNKNOWN:
	case ICMP_HOST_UNKNOWN:
		return MX_ICMP_HOST;
	case ICMP_PROT_UNREACH:
	case ICMP_PORT_UNREACH:
		return MX_ICMP_PORT;
	case ICMP_NET_ANO:
	case ICMP_HOST_ANO:
	case ICMP_PKT_FILTERED:
		return MX_ICMP_FILTER;
	default:
		return MX_ICMP_NOTHING;
	}
}

static enum mx_icmp_end mx_icmp_end6(u8 type, u8 code)
{
	if (type != ICMPV6_DEST_UNREACH)
		return MX_ICMP_NOTHING;
	switch (code) {
	case ICMPV6_NOROUTE:
	case ICMPV6_ADDR_UNREACH:
		return MX_ICMP_HOST;
	case ICMPV6_PORT_UNREACH:
		return MX_ICMP_PORT;
	case ICMPV6_ADM_PROHIBITED:
	case ICMPV6_POLICY_FAIL:
	case ICMPV6_REJECT_ROUTE:
		return MX_ICMP_FILTER;
	default:
		return MX_ICMP_NOTHING;
	}
}

/*
 * An error that answers a request tells of the server. To TCP it is a hint
 * that may pass once the server has answered (RFC 1122, 4.2.3.9). Who is not
 * where the server is, such as the client, cannot say such a thing.
 */
static void mx_icmp_blame(struct mx_pernet *pn, const struct sk_buff *skb,
			  const struct mx_packet *pkt, struct mx_flow *flow,
			  const struct nf_hook_state *state)
{
	const u8 *head;
	u8 buf[2];

	if (pkt->key.proto == IPPROTO_TCP &&
	    (test_bit(MX_FLOW_REPLIED, &flow->flags) ||
	     READ_ONCE(flow->state) > MUTEX_FLOW_STATE_SYN))
		return;
	if (state->hook == NF_INET_PRE_ROUTING &&
	    !mx_route_leads(pn, flow->server, state->in))
		return;
	head = skb_header_pointer(skb, pkt->thoff, sizeof(buf), buf);
	if (!head)
		return;
	switch (pkt->key.family == AF_INET ? mx_icmp_end4(head[0], head[1]) :
					     mx_icmp_end6(head[0], head[1])) {
	case MX_ICMP_HOST:
		mx_flow_blame_host(flow);
		break;
	case MX_ICMP_PORT:
		mx_flow_blame(flow, MUTEX_REASON_UNREACHABLE);
		break;
	case MX_ICMP_FILTER:
		mx_flow_blame(flow, MUTEX_REASON_PROHIBITED);
		break;
	default:
		break;
	}
}

/**
 * mx_icmp_error() - send on an ICMP error about a packet of a flow
 * @pn: the namespace
 * @skb: the error, from PRE_ROUTING or LOCAL_OUT
 * @pkt: its headers, and the key of the packet that it quotes
 * @state: the hook
 *
 * An error travels against the packet that it quotes: the quoted key, turned
 * round, is that of the error's own direction. What the quoted packet was
 * rewritten to is put back, so that its sender knows it again (RFC 5508,
 * section 4.2). Errors about anything else pass as they are.
 *
 * Context: softirq, RCU reader. Consumes @skb if it returns NF_STOLEN.
 * Return: netfilter verdict.
 */
unsigned int mx_icmp_error(struct mx_pernet *pn, struct sk_buff *skb,
			   const struct mx_packet *pkt,
			   const struct nf_hook_state *state)
{
	struct mx_flow_node *node;
	struct mx_flow *flow;
	struct mx_key key;

	mx_key_invert(&key, &pkt->key);
	node = mx_flow_lookup(&pn->flows, &key);
	if (!node)
		return NF_ACCEPT;
	flow = mx_flow_of(node);
	if (node->key.dir == MX_DIR_REPLY &&
	    mx_health_heeds(&flow->server->health))
		mx_icmp_blame(pn, skb, pkt, flow, state);
	if (flow->forward == MX_FORWARD_CT)
		return NF_ACCEPT;
	if (flow->forward == MUTEX_FORWARD_NAT)
		return mx_icmp_nat(pn, skb, pkt, flow, node->key.dir, state);
	return mx_icmp_untouched(pn, skb, pkt, flow, node->key.dir, state);
}
