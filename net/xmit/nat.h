/* SPDX-License-Identifier: GPL-2.0 */
/* Rewriting the address and port of a packet, and of what an ICMP error quotes. */
#ifndef MX_XMIT_NAT_H
#define MX_XMIT_NAT_H

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip.h>
#include "base/flow_key.h"

/**
 * struct mx_nat_edit - what takes the place of an address and port
 * @addr: new address, of the packet's family
 * @port: new port; 0 leaves it as it is
 * @src: of the source; else of the destination
 *
 * Of an ICMP error this says what happens to the packet that it quotes: @src
 * where the quoted packet was made to come from @addr before it met the error
 * (a reply), the destination where it was sent to @addr.
 */
struct mx_nat_edit {
	union nf_inet_addr addr;
	__be16 port;
	bool src;
};

bool mx_nat_refuses(const struct mx_key *key, bool ports);
int mx_nat_rewrite_any(struct sk_buff *skb, const struct mx_packet *pkt,
		       const struct mx_nat_edit *edit);
int mx_nat_icmp_error(struct sk_buff *skb, const struct mx_packet *pkt,
		      const struct mx_nat_edit *edit);

/* By how much the one's complement sum of the bytes grows. */
static inline __wsum mx_csum_diff32(__be32 from, __be32 to)
{
	return csum_sub((__force __wsum)to, (__force __wsum)from);
}

static inline __wsum mx_csum_diff16(__be16 from, __be16 to)
{
	return csum_sub((__force __wsum)to, (__force __wsum)from);
}

/* RFC 1624, equation 3: HC' = ~(~HC + ~m + m'). */
static inline void mx_csum_move(__sum16 *check, __wsum diff)
{
	*check = csum_fold(csum_add(diff, ~csum_unfold(*check)));
}

/**
 * mx_nat_rewrite_fast() - rewrite the packet that comes by the million
 * @skb: see mx_nat_rewrite()
 * @pkt: see mx_nat_rewrite()
 * @edit: see mx_nat_rewrite()
 *
 * That is TCP or UDP over IPv4, headers linear and our own to write, no
 * checksum left to hardware on either side.
 *
 * Return: true when all is done, false when nothing has been touched.
 */
static inline bool mx_nat_rewrite_fast(struct sk_buff *skb,
				       const struct mx_packet *pkt,
				       const struct mx_nat_edit *edit)
{
	bool tcp = pkt->key.proto == IPPROTO_TCP;
	__be32 *addr, to = edit->addr.ip;
	struct iphdr *iph;
	__sum16 *check;
	__be16 *port;
	__wsum diff;
	u8 *th;

	if (pkt->key.family != AF_INET || !pkt->ports ||
	    (!tcp && pkt->key.proto != IPPROTO_UDP) ||
	    skb->ip_summed == CHECKSUM_COMPLETE ||
	    skb->ip_summed == CHECKSUM_PARTIAL || skb_cloned(skb) ||
	    skb_headlen(skb) < pkt->thoff + (tcp ? sizeof(struct tcphdr) :
						   sizeof(struct udphdr)))
		return false;

	iph = (struct iphdr *)(skb->data + pkt->noff);
	th = skb->data + pkt->thoff;
	addr = edit->src ? &iph->saddr : &iph->daddr;
	port = (__be16 *)th + !edit->src;
	diff = mx_csum_diff32(*addr, to);
	*addr = to;
	mx_csum_move(&iph->check, diff);
	if (edit->port) {
		diff = csum_add(diff, mx_csum_diff16(*port, edit->port));
		*port = edit->port;
	}
	if (tcp) {
		mx_csum_move(&((struct tcphdr *)th)->check, diff);
		return true;
	}
	check = &((struct udphdr *)th)->check;
	if (*check) {
		mx_csum_move(check, diff);
		if (!*check)
			*check = CSUM_MANGLED_0;
	}
	return true;
}

/**
 * mx_nat_rewrite() - give a packet another source or destination
 * @skb: the packet; not shared. Its headers may move
 * @pkt: its headers, from mx_key_parse() of this very packet, which said
 *	MX_KEY_OK
 * @edit: what to put where
 *
 * Checksums are changed by difference: one that was wrong stays wrong. @pkt
 * keeps the key of before. The TTL is left alone.
 *
 * Return: 0; -EPROTONOSUPPORT where no right packet would come out;
 * -ENOMEM. With an error the packet is as it was.
 * Context: any.
 */
static inline int mx_nat_rewrite(struct sk_buff *skb,
				 const struct mx_packet *pkt,
				 const struct mx_nat_edit *edit)
{
	if (likely(mx_nat_rewrite_fast(skb, pkt, edit)))
		return 0;
	return mx_nat_rewrite_any(skb, pkt, edit);
}

/**
 * mx_nat_decrease_ttl() - take one hop off a packet that is forwarded
 * @skb: the packet, whose network header is ours to write
 * @pkt: its headers
 *
 * The caller has seen to it that more than 1 is left.
 *
 * Context: any.
 */
static inline void mx_nat_decrease_ttl(struct sk_buff *skb,
				       const struct mx_packet *pkt)
{
	u8 *nh = skb->data + pkt->noff;

	if (pkt->key.family == AF_INET) {
		ip_decrease_ttl((struct iphdr *)nh);
		return;
	}
	((struct ipv6hdr *)nh)->hop_limit--;
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_sub(skb->csum, (__force __wsum)htons(1));
}

#endif /* MX_XMIT_NAT_H */
