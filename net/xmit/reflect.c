// SPDX-License-Identifier: GPL-2.0
/* What a reflector does with a packet. */
#include <linux/ktime.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ip_fib.h>
#include <net/ipv6.h>
#include <net/route.h>
#include "xmit/check.h"
#include "xmit/reflector.h"

/* Of whom nobody knows whether its clock follows UTC: no worse than this. */
#define MX_REFLECT_ERROR_NS	NSEC_PER_MSEC

/**
 * struct mx_reflection - an answer being made
 * @probe: as it is sent
 * @conf: of the reflector
 * @answer: what it says
 * @len: bytes of payload
 */
struct mx_reflection {
	struct mx_probe probe;
	struct mx_reflect_conf *conf;
	struct mx_stamp_answer answer;
	u32 len;
};

static void mx_reflect_count(struct mx_reflector *r, enum mx_reflect_stat stat)
{
	mx_stats_inc_bh(&r->stats, stat);
}

/* As near to the wire as it gets: the checksum and the rest of the way follow. */
static void mx_reflect_finish(struct mx_probe *probe, u8 *payload)
{
	struct mx_reflection *m = container_of(probe, struct mx_reflection,
					       probe);
	const struct mx_stamp_key *key = m->conf->key;
	u32 base = mx_stamp_len(key);

	mx_stamp_reflect_tlvs(payload + base, m->len - base,
			      m->answer.probe.seq, m->answer.seq, key);
	m->answer.time = mx_stamp_time(ktime_get_real_ns());
	mx_stamp_put_answer(payload, key, &m->answer);
	if (key)
		mx_stamp_sign(key, payload);
}

/* Who asks, and where; false for what is not from one host to this one. */
static bool mx_reflect_ends(struct mx_reflection *m, const struct sk_buff *skb,
			    struct mx_peer_id *id)
{
	const struct udphdr *uh = udp_hdr(skb);
	struct mx_probe *p = &m->probe;

	memset(id, 0, sizeof(*id));
	if (skb->protocol == htons(ETH_P_IP)) {
		const struct iphdr *iph = ip_hdr(skb);

		if (!skb_rtable(skb) || skb_rtable(skb)->rt_type != RTN_LOCAL ||
		    ipv4_is_zeronet(iph->saddr))
			return false;
		p->family = AF_INET;
		p->src.ip = iph->daddr;
		p->dst.ip = iph->saddr;
		m->answer.ttl = iph->ttl;
	} else {
		const struct ipv6hdr *h = ipv6_hdr(skb);

		if (ipv6_addr_is_multicast(&h->daddr) ||
		    ipv6_addr_any(&h->saddr))
			return false;
		p->family = AF_INET6;
		p->src.in6 = h->daddr;
		p->dst.in6 = h->saddr;
		m->answer.ttl = h->hop_limit;
	}
	p->sport = uh->dest;
	p->dport = uh->source;
	id->family = p->family;
	id->addr = p->dst;
	return skb->pkt_type == PACKET_HOST && uh->source;
}

/*
 * An answer leaves by the device that the probe came from, if a route leads
 * there: a host with several uplinks answers on the one that is measured.
 */
static int mx_reflect_oif(struct net *net, const struct mx_probe *p,
			  const struct sk_buff *skb)
{
	struct flowi4 fl4 = {
		.flowi4_oif = skb->dev->ifindex,
		.flowi4_proto = IPPROTO_UDP,
		.daddr = p->dst.ip,
		.saddr = p->src.ip,
		.fl4_sport = p->sport,
		.fl4_dport = p->dport,
	};
	struct fib_result res;

	if (skb->dev->flags & IFF_LOOPBACK)
		return 0;
	/* of IPv6, a device is only a wish */
	if (p->family == AF_INET6)
		return skb->dev->ifindex;
	if (fib_lookup(net, &fl4, &res, FIB_LOOKUP_NOREF) ||
	    res.type != RTN_UNICAST)
		return 0;
	return skb->dev->ifindex;
}

/* Is the packet a probe? */
static bool mx_reflect_read(struct mx_reflection *m, struct mx_reflector *r,
			    const u8 *payload)
{
	const struct mx_stamp_key *key = m->conf->key;

	if (!mx_stamp_get_probe(payload, m->len, key, &m->answer.probe) ||
	    mx_stamp_is_answer(payload, key)) {
		mx_reflect_count(r, MX_REFLECT_MALFORMED);
		return false;
	}
	if (key && !mx_stamp_signed(key, payload)) {
		mx_reflect_count(r, MX_REFLECT_FORGED);
		return false;
	}
	m->answer.ssid = m->answer.probe.ssid;
	return true;
}

/* May it be answered, and with which number? */
static bool mx_reflect_may(struct mx_reflection *m, struct mx_reflector *r,
			   struct mx_peer_id *id)
{
	struct mx_reflect_conf *conf = m->conf;
	u64 now = ktime_get_ns();

	if (!mx_peers_charge(&r->peers, id, &conf->each, now) ||
	    !mx_tokens_take(&conf->tokens, &conf->all, 1, now)) {
		mx_reflect_count(r, MX_REFLECT_LIMITED);
		return false;
	}
	id->port = m->probe.dport;
	id->ssid = m->answer.ssid;
	if (!conf->key) {
		m->answer.seq = mx_peers_number(&r->peers, id, now);
		return true;
	}
	if (mx_peers_number_once(&r->peers, id, m->answer.probe.seq,
				 m->answer.probe.time, &m->answer.seq, now))
		return true;
	mx_reflect_count(r, MX_REFLECT_REPLAYED);
	return false;
}

static void mx_reflect(struct mx_reflector *r, struct sk_buff *skb)
{
	struct mx_reflection m = {
		.conf = rcu_dereference(r->conf),
		.answer.received = mx_stamp_time(skb->tstamp ?
						 ktime_to_ns(skb->tstamp) :
						 ktime_get_real_ns()),
		.answer.error = mx_stamp_error(false, MX_REFLECT_ERROR_NS),
	};
	struct net *net = r->pn->net;
	struct mx_peer_id id;
	u8 *payload;

	m.len = skb->len - sizeof(struct udphdr);
	if (!m.conf)
		return;
	if (m.len > MX_REFLECT_BYTES_MAX || skb_linearize(skb) ||
	    !mx_reflect_ends(&m, skb, &id)) {
		mx_reflect_count(r, MX_REFLECT_MALFORMED);
		return;
	}
	payload = skb->data + sizeof(struct udphdr);
	if (!mx_reflect_read(&m, r, payload) || !mx_reflect_may(&m, r, &id))
		return;
	m.probe.kind = MUTEX_CHECK_UDP;
	m.probe.oif = mx_reflect_oif(net, &m.probe, skb);
	m.probe.tracked = true;
	m.probe.ttl = U8_MAX;
	m.probe.len = m.len;
	m.probe.data = payload;
	m.probe.finish = mx_reflect_finish;
	mx_reflect_count(r, mx_check_send(net, &m.probe) ?
			    MX_REFLECT_UNSENT : MX_REFLECT_ANSWERED);
}

/**
 * mx_reflect_rcv() - a packet for a reflector
 * @sk: its socket
 * @skb: the packet, its data at the UDP header, whose sum is right
 *
 * Context: RCU reader.
 * Return: 0, the packet is gone.
 */
int mx_reflect_rcv(struct sock *sk, struct sk_buff *skb)
{
	struct mx_reflector *r;

	local_bh_disable();
	r = rcu_dereference_sk_user_data(sk);
	if (r && skb->len >= sizeof(struct udphdr))
		mx_reflect(r, skb);
	local_bh_enable();
	consume_skb(skb);
	return 0;
}
