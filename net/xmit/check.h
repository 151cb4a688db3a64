/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Active checks of one namespace: when they run, what they send, what answers.
 *
 * A check takes no socket. A SYN, an echo request or a datagram is built here
 * and sent as a packet of this host; its answer is met at PRE_ROUTING, ahead
 * of connection tracking, and goes no further. A SYN-ACK is answered with RST,
 * so that the server forgets the connection and no program hears of it.
 */
#ifndef MX_XMIT_CHECK_H
#define MX_XMIT_CHECK_H

#include <linux/timerqueue.h>
#include <linux/workqueue.h>
#include "group/check.h"
#include "pernet.h"

#define MX_CHECK_HASH_BITS	12
/* Answers awaited at once in one namespace: what is beyond waits its turn. */
#define MX_CHECK_WAITING_MAX	4096

/**
 * struct mx_checker - what runs the checks of a namespace
 * @pn: the namespace
 * @work: does all that follows
 * @queue: servers by the time of what comes next; @work alone uses it
 * @line: servers whose check is due and awaits its turn, first come first; so
 *	does this
 * @groups: groups that have checks, by struct mx_check_group.node; under the
 *	namespace's lock
 * @hash: servers by address, for answers; NULL until the first check
 * @key: secret of the tokens, and of @hash
 * @waiting: answers that are awaited
 * @n: servers that are checked; @work alone uses it
 * @dirty: the configuration has changed
 * @stopped: the namespace goes; under its lock
 */
struct mx_checker {
	struct mx_pernet *pn;
	struct delayed_work work;
	struct timerqueue_head queue;
	struct list_head line;
	struct list_head groups;
	struct hlist_nulls_head *hash;
	siphash_key_t key;
	atomic_t waiting;
	u32 n;
	bool dirty;
	bool stopped;
};

/**
 * struct mx_probe - a packet of a check, of a path's probing, or of a reflector
 * @family: AF_INET or AF_INET6
 * @kind: enum mutex_check
 * @oif: device that it leaves by, 0 for any
 * @src: from where, zero for any; filled in
 * @dst: where to
 * @sport: port that it comes from
 * @dport: port that it goes to
 * @seq: TCP: sequence number; ICMP: identifier and number
 * @rst: TCP: RST instead of SYN
 * @tracked: connection tracking is to see it
 * @bound: it leaves by @oif or not at all
 * @ttl: TTL, 0 for the host's own
 * @via_family: of @via; 0 to have the routes of @oif tell the next hop
 * @via: gateway on @oif
 * @len: UDP: bytes of @data
 * @data: UDP: payload, NULL for zeros
 * @finish: UDP: writes what is to be written last, such as the time; or NULL
 */
struct mx_probe {
	u8 family;
	u8 kind;
	int oif;
	union nf_inet_addr src;
	union nf_inet_addr dst;
	__be16 sport;
	__be16 dport;
	u32 seq;
	bool rst;
	bool tracked;
	bool bound;
	u8 ttl;
	u8 via_family;
	union nf_inet_addr via;
	u16 len;
	const u8 *data;
	void (*finish)(struct mx_probe *p, u8 *payload);
};

/**
 * struct mx_awaited - the answer that a check awaits
 * @kind: enum mutex_check
 * @port: port of the server
 * @token: by which the answer is known
 * @expect: what its payload must begin with
 * @len: bytes of @expect
 */
struct mx_awaited {
	u8 kind;
	__be16 port;
	struct mx_check_token token;
	const u8 *expect;
	u8 len;
};

/**
 * struct mx_answer - a packet that may be an answer
 * @ck: checks of the namespace, of a check's answer
 * @skb: the packet
 * @pkt: its headers
 * @what: what it is
 * @kind: enum mutex_check, of the check or probe that it could be for
 * @port: of the server or peer
 * @addr: of the server or peer
 * @state: the hook
 */
struct mx_answer {
	struct mx_checker *ck;
	struct sk_buff *skb;
	struct mx_packet pkt;
	enum mx_key_kind what;
	u8 kind;
	__be16 port;
	union nf_inet_addr addr;
	const struct nf_hook_state *state;
};

int mx_checks_init(void);
void mx_checks_exit(void);

/* Under the namespace's lock. */
void mx_check_kick(struct mx_pernet *pn);
u32 mx_check_next_ms(const struct mx_server *server);

/* Of packets. */
bool mx_check_answered(struct mx_pernet *pn, struct sk_buff *skb,
		       const struct nf_hook_state *state);
bool mx_check_awaits(struct mx_pernet *pn, const struct mx_packet *pkt);
bool mx_check_sending(const struct sk_buff *skb);

/* Between the parts. */
struct mx_checker *mx_checker(const struct net *net);
const struct mx_check_params *mx_check_params(const struct mx_pernet *pn,
					      const struct mx_server *server);
int mx_check_oif(struct net *net, const struct mx_check_params *p, int *oif);
struct hlist_nulls_head *mx_check_bucket(const struct mx_checker *ck,
					 u8 family, u8 kind,
					 const union nf_inet_addr *addr,
					 __be16 port);
u8 mx_check_read(const struct sk_buff *skb, const struct mx_packet *pkt,
		 enum mx_key_kind kind, const struct mx_awaited *a);
bool mx_check_candidate(const struct sk_buff *skb, u8 family);
bool mx_answer_of(struct mx_answer *m);
bool mx_answer_intact(const struct mx_answer *m);
int mx_check_send(struct net *net, struct mx_probe *probe);
void mx_check_result(struct mx_server *server,
		     const struct mx_check_params *p, u8 result);

/**
 * mx_check_active() - are there checks in a namespace
 * @pn: the namespace
 *
 * Return: true if packets may be answers.
 */
static inline bool mx_check_active(const struct mx_pernet *pn)
{
	return READ_ONCE(pn->checking);
}

#ifdef CONFIG_MUTEX_KUNIT_TEST
void mx_check_line_up(struct mx_checker *ck, struct mx_check *c);
struct mx_server *mx_check_turn(struct mx_checker *ck);
#endif

#endif /* MX_XMIT_CHECK_H */
