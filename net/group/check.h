/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Active checks: what a user says of them, what a server's check remembers,
 * and what follows from a result. Nothing here sends or receives.
 */
#ifndef MX_GROUP_CHECK_H
#define MX_GROUP_CHECK_H

#include <linux/if.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/list_nulls.h>
#include <linux/netfilter.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/timerqueue.h>
#include "mx.h"

struct mx_server;

/*
 * Checks come from these ports: above those that the kernel gives to sockets
 * by itself (net.ipv4.ip_local_port_range ends at 60999).
 */
#define MX_CHECK_PORT_MIN	61000
#define MX_CHECK_PORT_BITS	12

/**
 * struct mx_check_params - how the servers of a group are checked
 * @interval: milliseconds from one check of a server to the next
 * @timeout: milliseconds to wait for the answer; 0 for @interval
 * @port: host order; 0 for the server's
 * @kind: enum mutex_check
 * @rise: good results in a row after which a server is good
 * @fall: bad results in a row after which it is bad
 * @send_len: bytes of @send
 * @expect_len: bytes of @expect, 0 to expect nothing
 * @source: where checks of IPv4 come from, zero for any
 * @source6: the same of IPv6
 * @dev: the device that they leave by, "" for any
 * @send: what a check of UDP sends
 * @expect: what the answer must begin with
 */
struct mx_check_params {
	u32 interval;
	u32 timeout;
	u16 port;
	u8 kind;
	u8 rise;
	u8 fall;
	u8 send_len;
	u8 expect_len;
	__be32 source;
	struct in6_addr source6;
	char dev[IFNAMSIZ];
	u8 send[MUTEX_CHECK_BYTES_MAX];
	u8 expect[MUTEX_CHECK_BYTES_MAX];
};

/**
 * struct mx_check_token - by what the answer to one check is known
 * @seq: sequence number of a SYN; identifier and number of an echo request
 * @port: the port that it is sent from
 */
struct mx_check_token {
	u32 seq;
	u16 port;
};

/**
 * struct mx_check_score - what results have come to
 * @run: how many in a row said what the newest one says
 * @last: the newest result
 * @known: whether enough came in a row to say anything
 * @good: what they said
 */
struct mx_check_score {
	u32 run;
	bool last;
	bool known;
	bool good;
};

/**
 * struct mx_check - the check of a server
 * @node: in the namespace's hash of checks, by @family, @kind, address, @port
 * @due: in its queue, by the time of what comes next
 * @turn: in the line of those that are due and await their turn
 * @list: in its group's list
 * @kind: enum mutex_check; MUTEX_CHECK_NONE while it is not checked
 * @keep: used while members of a group are looked through
 * @queued: whether it is in the queue
 * @port: of the server, network order
 * @next: when the next one is to begin; ktime
 * @tries: numbers the checks
 * @lock: guards what follows, and @kind and @port against changes
 * @waiting: an answer is awaited
 * @token: by which it is known
 * @sent: when the check was sent, ktime
 * @score: what results have come to
 * @result: enum mutex_check_result, of the newest check
 * @rtt: of the newest good one, microseconds
 *
 * The worker of the namespace alone touches @due to @tries.
 */
struct mx_check {
	struct hlist_nulls_node node;
	struct timerqueue_node due;
	struct list_head turn;
	struct list_head list;
	u8 kind;
	bool keep;
	bool queued;
	__be16 port;
	ktime_t next;
	u64 tries;
	spinlock_t lock; /* answers and the worker */
	bool waiting;
	struct mx_check_token token;
	ktime_t sent;
	struct mx_check_score score;
	u8 result;
	u32 rtt;
};

/**
 * struct mx_check_group - the checks of a group
 * @servers: those of its servers that are checked, struct mx_check.list
 * @node: in the namespace's list of groups with checks
 * @version: counts what was published; under the namespace's lock
 * @seen: @version and slot that @servers agrees with
 */
struct mx_check_group {
	struct list_head servers;
	struct list_head node;
	u32 version;
	u32 seen;
};

/**
 * enum mx_check_verdict - what results in a row say of a server
 * @MX_CHECK_OPEN: nothing, or not yet what the newest one says
 * @MX_CHECK_GOOD: it is good
 * @MX_CHECK_BAD: it is bad
 */
enum mx_check_verdict {
	MX_CHECK_OPEN,
	MX_CHECK_GOOD,
	MX_CHECK_BAD,
};

void mx_check_defaults(struct mx_check_params *p);
void mx_check_init(struct mx_check *c);
ktime_t mx_check_first(ktime_t now, u32 interval, u32 random);
ktime_t mx_check_after(ktime_t start, ktime_t now, u32 interval);
struct mx_check_token mx_check_token(u64 id, u64 number,
				     const siphash_key_t *key);
enum mx_check_verdict mx_check_judge(struct mx_check_score *score, bool good,
				     const struct mx_check_params *p);

/**
 * mx_check_timeout() - how long an answer is waited for
 * @p: parameters
 *
 * Return: milliseconds, 1 or more.
 */
static inline u32 mx_check_timeout(const struct mx_check_params *p)
{
	return p->timeout ?: p->interval;
}

#endif /* MX_GROUP_CHECK_H */
