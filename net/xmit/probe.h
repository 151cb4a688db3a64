/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The probing of a namespace's paths: one timer a path, probes that leave by the
 * path's device and gateway and by nothing else, answers met ahead of the rest
 * of the stack.
 *
 * As with checks, no socket is behind it: what sends and what receives runs in
 * softirqs, so that a machine whose processes starve loses no probe.
 */
#ifndef MX_XMIT_PROBE_H
#define MX_XMIT_PROBE_H

#include <linux/timer.h>
#include <linux/workqueue.h>
#include "path/pace.h"
#include "path/path.h"
#include "path/stamp.h"
#include "pernet.h"
#include "xmit/check.h"
#include "xmit/measure.h"

#define MX_PROBE_HASH_BITS	12
/* Ports that a path's probes take in turn, a power of two: see mx_probe_base(). */
#define MX_PROBE_PORTS_TCP	16U
#define MX_PROBE_PORTS_STAMP	2U	/* and one of the measuring */

/**
 * mx_probe_base() - by what the probes of one path differ from others'
 * @kind: enum mutex_check
 * @sport: the port that a probe came from, or its identifier
 *
 * Half open connections of TCP may still have a port that was just used.
 *
 * Return: the first one of the path's ports.
 */
static inline u16 mx_probe_base(u8 kind, u16 sport)
{
	u16 offset = sport - MX_CHECK_PORT_MIN;

	switch (kind) {
	case MUTEX_CHECK_UDP:
		return sport - offset % MX_PROBE_PORTS_STAMP;
	case MUTEX_CHECK_TCP:
		return sport - offset % MX_PROBE_PORTS_TCP;
	default:
		return sport;
	}
}

/**
 * struct mx_prober - what probes the paths of a namespace
 * @pn: the namespace
 * @work: follows the configuration
 * @all: struct mx_probing.list, under the namespace's lock
 * @hash: struct mx_probing.node, by where probes go; NULL until the first path
 * @key: secret of the hash and of tokens
 * @n: paths that are probed; under the namespace's lock
 * @hooked: answers are looked for; likewise
 * @dirty: the configuration has changed
 * @stopped: the namespace goes; under its lock
 */
struct mx_prober {
	struct mx_pernet *pn;
	struct delayed_work work;
	struct list_head all;
	struct hlist_head *hash;
	siphash_key_t key;
	u32 n;
	bool hooked;
	bool dirty;
	bool stopped;
};

/**
 * struct mx_probe_times - what turns a peer's clock into ways' times
 * @known: the next two are
 * @fwd: what the way there took by two clocks, once: others are told from it
 * @back: what the way back took
 */
struct mx_probe_times {
	bool known;
	u64 fwd;
	u64 back;
};

/**
 * struct mx_probing - the probing of a path
 * @timer: when there is something to do
 * @path: the path; counted
 * @lock: guards @beat, @pace, @times, @ways
 * @beat: interval and timeout that hold now
 * @pace: its probes
 * @times: what is known of the peer's clock
 * @node: in the prober's hash
 * @peer: where probes go, rest zero
 * @family: of @peer
 * @kind: enum mutex_check, the kind of packet
 * @stamp: whether it is one of STAMP
 * @port: at what port, 0 of ICMP
 * @sport: from what port, the first of a few of TCP; of ICMP, the identifier
 * @pr: the prober
 * @key: that probes are signed with, or NULL; counted
 * @id: by which tokens differ from others'
 * @params: of the path, when it began: its way is that all the time
 * @ways: of lost ones, where
 * @measure: measures what the path carries, or NULL
 * @list: in the prober's list
 * @keep: used while paths are looked through
 * @rcu: for its release
 *
 * In the order of use, a cache line each: the timer, the pace, what an answer is
 * known by, the way.
 */
struct mx_probing {
	struct timer_list timer;
	struct mx_path *path;
	spinlock_t lock; /* softirqs are off */
	struct mx_pace_params beat;
	struct mx_pace pace;
	struct mx_probe_times times;
	struct hlist_node node;
	union nf_inet_addr peer;
	u8 family;
	u8 kind;
	bool stamp;
	__be16 port;
	u16 sport;
	struct mx_prober *pr;
	struct mx_stamp_key *key;
	u64 id;
	struct mx_path_params params;
	struct mx_ways ways;
	struct mx_measure *measure;
	struct list_head list;
	bool keep;
	struct rcu_head rcu;
};

int mx_probes_init(void);
void mx_probes_exit(void);

/* Under the namespace's lock. */
void mx_probe_kick(struct mx_pernet *pn);

/* Of packets. */
unsigned int mx_probe_hook(void *priv, struct sk_buff *skb,
			   const struct nf_hook_state *state);
bool mx_probe_awaits(struct mx_pernet *pn, const struct mx_packet *pkt);

/* Between the parts. */
struct mx_prober *mx_prober(const struct net *net);
struct hlist_head *mx_probe_bucket(const struct mx_prober *pr, u8 family,
				   u8 kind, const union nf_inet_addr *peer,
				   __be16 port, u16 sport);
void mx_probe_way(const struct mx_probing *b, struct mx_probe *probe);
int mx_probe_send(struct mx_probing *b, u32 seq);

#endif /* MX_XMIT_PROBE_H */
