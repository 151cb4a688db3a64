/* SPDX-License-Identifier: GPL-2.0 */
/* Packets for the suites, built from a description, all checksums from scratch. */
#ifndef MX_TEST_SKB_H
#define MX_TEST_SKB_H

#include <linux/skbuff.h>
#include <linux/types.h>

#define MX_TEST_LEN	512	/* no packet here is longer */

/**
 * struct mx_test_ends - where a packet comes from and goes to
 * @src: number of the source; the address is made of it
 * @dst: number of the destination
 * @sport: source port, or identifier of an ICMP echo, host order
 * @dport: destination port, host order
 */
struct mx_test_ends {
	u8 src;
	u8 dst;
	u16 sport;
	u16 dport;
};

/**
 * struct mx_test_spec - what a packet is like
 * @desc: name of the case
 * @family: AF_INET or AF_INET6
 * @proto: IP protocol
 * @brim: 40 bytes of IPv4 options, or a chain of five extension headers, the
 *	last one an atomic fragment header
 * @no_check: UDP without a checksum
 * @type: type of an ICMP message
 * @error: if not 0, the packet is quoted by an ICMP error of this type, and
 *	the ends are those of the quoted packet
 * @quote: if not 0, bytes of the quoted transport header and payload
 * @router: the error comes from a router, not from the quoted destination
 * @word: first two bytes of the payload
 */
struct mx_test_spec {
	const char *desc;
	u8 family;
	u8 proto;
	bool brim;
	bool no_check;
	u8 type;
	u8 error;
	u16 quote;
	bool router;
	u16 word;
};

/**
 * enum mx_test_shape - how a packet lies in memory
 * @MX_TEST_LINEAR: all in the linear part
 * @MX_TEST_FRAGS: the linear part has its first byte, two pages the others
 * @MX_TEST_CLONED: linear, but another skb shares it
 */
enum mx_test_shape {
	MX_TEST_LINEAR,
	MX_TEST_FRAGS,
	MX_TEST_CLONED,
	MX_TEST_SHAPES
};

u32 mx_test_addr4(u8 n);
void mx_test_addr6(u8 *addr, u8 n);
u32 mx_test_build(u8 *buf, const struct mx_test_spec *spec,
		  const struct mx_test_ends *ends, u32 *l4);
u16 mx_test_sum(const u8 *p, u32 len, u32 sum);
u32 mx_test_pseudo(const u8 *packet, u8 proto, u32 len);
void mx_test_fill_ip(u8 *packet);
struct sk_buff *mx_test_skb(const u8 *buf, u32 len, u32 linear, u8 poison);

#endif /* MX_TEST_SKB_H */
