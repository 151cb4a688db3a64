/* SPDX-License-Identifier: GPL-2.0 */
/* Forward mode path: out by a path's device and gateway. */
#ifndef MX_XMIT_PATH_H
#define MX_XMIT_PATH_H

#include "path/path.h"
#include "pernet.h"
#include "steer/resolve.h"

struct mx_hop *mx_path_hop(struct mx_pernet *pn, struct mx_server *server,
			   struct mx_flow *flow, const struct mx_key *key);
unsigned int mx_path_xmit(struct mx_pernet *pn, struct sk_buff *skb,
			  struct mx_server *server, struct mx_flow *flow,
			  const struct mx_key *key,
			  const struct nf_hook_state *state);
unsigned int mx_path_late(void *priv, struct sk_buff *skb,
			  const struct nf_hook_state *state);
bool mx_path_takes(struct mx_pernet *pn, struct sk_buff *skb,
		   const struct mx_packet *pkt, const struct mx_decision *d,
		   const struct net_device *in, const struct sock *sk);
struct mx_flow *mx_path_return(struct mx_pernet *pn, struct sk_buff *skb,
			       const struct mx_packet *pkt,
			       const struct mx_decision *d,
			       const struct net_device *in);

/**
 * mx_path_mtu() - what a path can carry
 * @server: a member of a group of paths
 *
 * Return: bytes, as far as it is known; U32_MAX if it is not.
 */
static inline u32 mx_path_mtu(const struct mx_server *server)
{
	u32 mtu = server->path ? READ_ONCE(server->path->mtu) : 0;

	return mtu ? mtu : U32_MAX;
}

/**
 * mx_path_carried() - count packets that a path carries
 * @server: the member
 * @packets: 1, or what a GSO packet stands for
 * @bytes: their bytes, from the network header on
 *
 * Context: softirq.
 */
static inline void mx_path_carried(const struct mx_server *server, u32 packets,
				   u32 bytes)
{
	mx_stats_add_bh(&server->path->stats, MX_PATH_PACKETS, packets);
	mx_stats_add_bh(&server->path->stats, MX_PATH_BYTES, bytes);
}

#endif /* MX_XMIT_PATH_H */
