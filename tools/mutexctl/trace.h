/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_TRACE_H
#define MX_CTL_TRACE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parse.h"

struct mx_ctl;

#define MX_TRACE_HOPS		64	/* hops at most */
#define MX_TRACE_ADDRS		4	/* addresses that are told of a hop */
#define MX_TRACE_SIZE_MIN	64	/* bytes of a packet */
#define MX_TRACE_SIZE_MAX	9216
#define MX_TRACE_TAGS		65536
#define MX_TRACE_PORT		33434	/* where UDP probes go */

/**
 * struct mx_way - how packets leave, whatever the routes say
 * @dev: the device
 * @ifindex: its number
 * @mtu: its MTU
 * @mac: address of the next hop there
 * @mac_len: bytes of @mac, 0 on devices without such
 * @via: the gateway; the address of the next hop once it is found
 * @src: where packets come from; found if it is empty
 * @dst: where they go
 */
struct mx_way {
	char dev[IFNAMSIZ];
	unsigned int ifindex;
	unsigned int mtu;
	uint8_t mac[8];
	unsigned int mac_len;
	struct mx_addr via;
	struct mx_addr src;
	struct mx_addr dst;
};

/**
 * enum mx_answer_kind - what came back
 * @MX_ANSWER_NONE: nothing of ours
 * @MX_ANSWER_HOP: a router where the packet's time was over
 * @MX_ANSWER_END: who was asked
 * @MX_ANSWER_REFUSED: somebody who lets the packet go no further
 */
enum mx_answer_kind {
	MX_ANSWER_NONE,
	MX_ANSWER_HOP,
	MX_ANSWER_END,
	MX_ANSWER_REFUSED,
};

/**
 * struct mx_answer - an answer to a probe
 * @kind: enum mx_answer_kind
 * @tag: of the probe
 * @why: why it was refused, NULL otherwise
 * @mtu: of the link that the probe was too big for, or 0
 */
struct mx_answer {
	uint8_t kind;
	uint16_t tag;
	const char *why;
	uint32_t mtu;
};

/**
 * struct mx_probing - what all probes of a trace have in common
 * @way: how they leave
 * @udp: UDP to a port where nobody listens; else ICMP echo
 * @id: source port, or identifier
 * @size: bytes of a packet
 */
struct mx_probing {
	struct mx_way way;
	bool udp;
	uint16_t id;
	uint32_t size;
};

/**
 * struct mx_hop - what is known of a hop
 * @addr: who answered
 * @naddr: how many did
 * @sent: probes
 * @received: answers
 * @last: the last round trip, microseconds
 * @min: the shortest
 * @max: the longest
 * @sum: of all
 * @squares: sum of their squares
 * @end: who was asked answered from here
 * @why: why somebody refused, or NULL
 * @mtu: what link probes were too big for, or 0
 */
struct mx_hop {
	struct mx_addr addr[MX_TRACE_ADDRS];
	unsigned int naddr;
	uint64_t sent;
	uint64_t received;
	uint64_t last;
	uint64_t min;
	uint64_t max;
	uint64_t sum;
	uint64_t squares;
	bool end;
	const char *why;
	uint32_t mtu;
};

/**
 * struct mx_trace - a trace
 * @p: what all probes have in common
 * @count: rounds
 * @interval: from one round to the next, microseconds
 * @timeout: how long an answer may take, microseconds
 * @first: hops that are not asked, plus one
 * @hops: hops that are asked at most
 * @limit: hops that are asked now
 * @round: the round that is being sent
 * @ttl: the hop that is asked next
 * @began: when the first round began, microseconds
 * @out: socket that probes leave by
 * @in: socket that answers come to
 * @tag: of the next probe
 * @sent: when the probe of each tag was sent; 0 for none, or answered
 * @hop: which hop it asked
 * @hops_seen: what is known of the hops, by their number
 * @packet: the next probe
 */
struct mx_trace {
	struct mx_probing p;
	uint32_t count;
	uint32_t interval;
	uint32_t timeout;
	uint32_t first;
	uint32_t hops;
	uint32_t limit;
	uint32_t round;
	uint32_t ttl;
	uint64_t began;
	int out;
	int in;
	uint16_t tag;
	uint64_t sent[MX_TRACE_TAGS];
	uint8_t hop[MX_TRACE_TAGS];
	struct mx_hop hops_seen[MX_TRACE_HOPS + 1];
	uint8_t packet[MX_TRACE_SIZE_MAX];
};

int mx_way_find(struct mx_ctl *ctl, struct mx_way *way);

size_t mx_trace_build(const struct mx_probing *p, unsigned int ttl,
		      uint16_t tag, uint8_t *buf);
void mx_trace_read(const struct mx_probing *p, const uint8_t *buf, size_t len,
		   const struct mx_addr *from, struct mx_answer *a);
int mx_trace_run(struct mx_ctl *ctl, struct mx_trace *t);
void mx_trace_print(struct mx_ctl *ctl, const struct mx_trace *t);

int mx_path_trace(struct mx_ctl *ctl, struct mx_args *a);

#define MX_TRACE_WORDS	12
extern const struct mx_word mx_path_trace_words[MX_TRACE_WORDS];

#define MX_TRACE_USAGE \
"       mutexctl path trace { NAME | dev DEV [ via ADDR ] [ to ] ADDR }\n" \
"                           [ local ADDR ] [ proto { icmp | udp } ] [ count N ]\n" \
"                           [ interval TIME ] [ timeout TIME ] [ hops N ]\n" \
"                           [ first N ] [ size N ]\n"

#endif /* MX_CTL_TRACE_H */
