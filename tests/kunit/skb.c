// SPDX-License-Identifier: GPL-2.0
/*
 * Packets for the suites. The checksums are computed byte by byte here, with
 * no help of the kernel's, so that they are an oracle.
 */
#include <linux/gfp.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/socket.h>
#include <linux/string.h>

#include "skb.h"

#define MX_TEST_PAYLOAD	21	/* odd: the sums have a byte left over */

static void mx_test_put16(u8 *p, u16 v)
{
	p[0] = v >> 8;
	p[1] = v;
}

/**
 * mx_test_addr4() - the IPv4 address of an end
 * @n: its number
 *
 * Return: the address in host order.
 */
u32 mx_test_addr4(u8 n)
{
	return 0xc6120000 + n * 0x0101;
}

/**
 * mx_test_addr6() - the IPv6 address of an end
 * @addr: 16 bytes, filled in
 * @n: its number
 */
void mx_test_addr6(u8 *addr, u8 n)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		addr[i] = n * (i + 1) + i;
	memcpy(addr, "\x20\x01\x0d\xb8", 4);
}

/**
 * mx_test_sum() - one's complement sum of big-endian words
 * @p: bytes
 * @len: how many
 * @sum: to begin with
 *
 * Return: the folded sum, not inverted.
 */
u16 mx_test_sum(const u8 *p, u32 len, u32 sum)
{
	u32 i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? p[i] : p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/**
 * mx_test_pseudo() - sum of the pseudo header of a packet
 * @packet: its network header
 * @proto: protocol above it
 * @len: bytes above it
 *
 * Return: folded sum.
 */
u32 mx_test_pseudo(const u8 *packet, u8 proto, u32 len)
{
	if (packet[0] >> 4 == 4)
		return mx_test_sum(packet + 12, 8, proto + len);
	return mx_test_sum(packet + 8, 32, proto + len);
}

static u32 mx_test_crc32c(const u8 *p, u32 len)
{
	u32 crc = ~0, i;

	while (len--) {
		crc ^= *p++;
		for (i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

/**
 * mx_test_fill_ip() - write the checksum of an IPv4 header
 * @packet: the header; if it is IPv6, nothing happens
 */
void mx_test_fill_ip(u8 *packet)
{
	if (packet[0] >> 4 != 4)
		return;
	mx_test_put16(packet + 10, 0);
	mx_test_put16(packet + 10,
		      ~mx_test_sum(packet, (packet[0] & 15) * 4, 0));
}

/* Length of the transport header that mx_test_l4() writes. */
static u32 mx_test_l4_len(const struct mx_test_spec *spec)
{
	switch (spec->proto) {
	case IPPROTO_TCP:
		return 24;	/* four bytes of options */
	case IPPROTO_AH:
		return 24;	/* twelve bytes of integrity check value */
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return 12;
	default:
		return 8;
	}
}

/* Writes header and payload; no checksum yet. */
static void mx_test_l4(u8 *p, const struct mx_test_spec *spec,
		       const struct mx_test_ends *ends, u32 len)
{
	u32 i, hlen = mx_test_l4_len(spec);

	for (i = hlen + 2; i < len; i++)
		p[i] = 0x30 + 7 * i;
	mx_test_put16(p + hlen, spec->word);
	switch (spec->proto) {
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		p[0] = spec->type;
		mx_test_put16(p + 4, ends->sport);
		mx_test_put16(p + 6, 77);
		return;
	case IPPROTO_TCP:
		mx_test_put16(p + 4, 0x1234);
		p[12] = 24 / 4 << 4;
		p[13] = 0x12;
		memcpy(p + 20, "\x02\x04\x05\xb4", 4);
		break;
	case IPPROTO_UDP:
		mx_test_put16(p + 4, len);
		break;
	case IPPROTO_UDPLITE:
		mx_test_put16(p + 4, 10);	/* bytes covered */
		break;
	case IPPROTO_DCCP:
		p[4] = 12 / 4;
		p[5] = 2;	/* header and one word covered */
		break;
	case IPPROTO_SCTP:
		mx_test_put16(p + 4, 0xbeef);
		break;
	case IPPROTO_AH:	/* ports that nobody must find behind it */
		p[0] = IPPROTO_UDP;
		p[1] = 24 / 4 - 2;
		mx_test_put16(p + 24, ends->sport);
		mx_test_put16(p + 26, ends->dport);
		mx_test_put16(p + 28, MX_TEST_PAYLOAD);
		return;
	default:	/* the protocols that have no ports */
		mx_test_put16(p, 0x0102);
		return;
	}
	mx_test_put16(p, ends->sport);
	mx_test_put16(p + 2, ends->dport);
}

/* Writes the checksum of what lies @len bytes long at @p. */
static void mx_test_fill_l4(u8 *packet, u8 *p, u32 len,
			    const struct mx_test_spec *spec)
{
	u32 pseudo = mx_test_pseudo(packet, spec->proto, len), crc;
	u16 sum;

	switch (spec->proto) {
	case IPPROTO_TCP:
		mx_test_put16(p + 16, ~mx_test_sum(p, len, pseudo));
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		if (spec->no_check)
			break;
		sum = mx_test_sum(p, spec->proto == IPPROTO_UDP ? len : 10,
				  pseudo);
		mx_test_put16(p + 6, sum == 0xffff ? sum : ~sum);
		break;
	case IPPROTO_DCCP:
		mx_test_put16(p + 6, ~mx_test_sum(p, 12 + 4, pseudo));
		break;
	case IPPROTO_SCTP:
		crc = mx_test_crc32c(p, len);
		p[8] = crc;
		p[9] = crc >> 8;
		p[10] = crc >> 16;
		p[11] = crc >> 24;
		break;
	case IPPROTO_ICMP:
		mx_test_put16(p + 2, ~mx_test_sum(p, len, 0));
		break;
	case IPPROTO_ICMPV6:
		mx_test_put16(p + 2, ~mx_test_sum(p, len, pseudo));
		break;
	}
}

/*
 * Hop-by-hop, destination options, a routing header that is done, destination
 * options, atomic fragment.
 */
static u32 mx_test_chain(u8 *p, u8 proto)
{
	p[0] = IPPROTO_DSTOPTS;
	p += 8;
	p[0] = IPPROTO_ROUTING;
	p[1] = 1;
	p += 16;
	p[0] = IPPROTO_DSTOPTS;
	p[1] = 2;
	p += 24;
	p[0] = IPPROTO_FRAGMENT;
	p[1] = 2;
	p += 24;
	p[0] = proto;
	return 8 + 16 + 24 + 24 + 8;
}

/* Writes the network header over @len bytes of payload; returns its length. */
static u32 mx_test_ip(u8 *p, const struct mx_test_spec *spec, u8 src, u8 dst,
		      u32 len)
{
	u32 hlen, i;

	if (spec->family == AF_INET) {
		hlen = spec->brim ? 60 : 20;
		p[0] = 0x40 | hlen / 4;
		p[1] = 0x2e << 2;
		mx_test_put16(p + 2, hlen + len);
		mx_test_put16(p + 4, 0x4711);
		mx_test_put16(p + 6, 0x4000);
		p[8] = 64;
		p[9] = spec->proto;
		for (i = 0; i < 4; i++) {
			p[12 + i] = mx_test_addr4(src) >> (24 - 8 * i);
			p[16 + i] = mx_test_addr4(dst) >> (24 - 8 * i);
		}
		memset(p + 20, 1, hlen - 20);
		mx_test_fill_ip(p);
		return hlen;
	}
	hlen = 40;
	mx_test_put16(p, 0x6000 | 0x2e << 6);
	p[6] = spec->brim ? 0 : spec->proto;
	p[7] = 64;
	mx_test_addr6(p + 8, src);
	mx_test_addr6(p + 24, dst);
	if (spec->brim)
		hlen += mx_test_chain(p + 40, spec->proto);
	mx_test_put16(p + 4, hlen - 40 + len);
	return hlen;
}

/**
 * mx_test_build() - write a packet
 * @buf: MX_TEST_LEN bytes
 * @spec: what it is like
 * @ends: from where, to where
 * @l4: gets the offset of the transport header, of the quoted one if the
 *	packet is an ICMP error
 *
 * Return: its length.
 */
u32 mx_test_build(u8 *buf, const struct mx_test_spec *spec,
		  const struct mx_test_ends *ends, u32 *l4)
{
	u32 len = mx_test_l4_len(spec) + MX_TEST_PAYLOAD, hlen, off;
	struct mx_test_spec outer = { .family = spec->family };
	u8 inner[MX_TEST_LEN] = { };

	memset(buf, 0, MX_TEST_LEN);
	hlen = mx_test_ip(inner, spec, ends->src, ends->dst, len);
	mx_test_l4(inner + hlen, spec, ends, len);
	mx_test_fill_l4(inner, inner + hlen, len, spec);
	*l4 = hlen;
	if (!spec->error) {
		memcpy(buf, inner, hlen + len);
		return hlen + len;
	}

	len = hlen + (spec->quote ? spec->quote : len);
	outer.proto = spec->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	off = mx_test_ip(buf, &outer, spec->router ? 99 : ends->dst, ends->src,
			 8 + len);
	*l4 += off + 8;
	buf[off] = spec->error;
	memcpy(buf + off + 8, inner, len);
	mx_test_fill_l4(buf, buf + off, 8 + len, &outer);
	return off + 8 + len;
}

static bool mx_test_add_page(struct sk_buff *skb, const u8 *p, u32 len,
			     u8 poison)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return false;
	memset(page_address(page), poison, PAGE_SIZE);
	memcpy((u8 *)page_address(page) + 8, p, len);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, 8, len,
			PAGE_SIZE);
	return true;
}

/**
 * mx_test_skb() - an skb with a packet in it
 * @buf: the packet
 * @len: its length
 * @linear: how much of it is in the linear part; the rest is split over two
 *	pages
 * @poison: byte around the packet
 *
 * Return: the skb, whose data is the packet's first byte, or NULL.
 */
struct sk_buff *mx_test_skb(const u8 *buf, u32 len, u32 linear, u8 poison)
{
	struct sk_buff *skb = alloc_skb(MX_TEST_LEN + 128, GFP_KERNEL);
	u32 rest = len - linear;

	if (!skb)
		return NULL;
	memset(skb->head, poison, MX_TEST_LEN + 128);
	skb_reserve(skb, 64);
	skb_put_data(skb, buf, linear);
	skb_reset_network_header(skb);
	if (len && buf[0] >> 4 == 6)
		skb->protocol = htons(ETH_P_IPV6);
	else
		skb->protocol = htons(ETH_P_IP);
	if (rest && (!mx_test_add_page(skb, buf + linear, (rest + 1) / 2,
				       poison) ||
		     (rest > 1 && !mx_test_add_page(skb, buf + linear +
						    (rest + 1) / 2, rest / 2,
						    poison)))) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}
