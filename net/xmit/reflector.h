/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reflectors of a namespace, which answer the probes of paths' other ends, and
 * the keys that probes and answers are authenticated with.
 *
 * A reflector is a pair of UDP sockets of the kernel's. It answers where it was
 * asked, never with more than it got, to one source only so often, and nothing
 * that is itself an answer.
 */
#ifndef MX_XMIT_REFLECTOR_H
#define MX_XMIT_REFLECTOR_H

#include <linux/list.h>
#include "base/stats.h"
#include "path/peers.h"
#include "path/stamp.h"
#include "pernet.h"

#define MX_MAX_REFLECTORS	64
#define MX_MAX_SECRETS		1024
/* What all sources together may ask: so many times what one may. */
#define MX_REFLECT_TOTAL	64
#define MX_REFLECT_BYTES_MAX	9216	/* payload of a probe */

/**
 * enum mx_reflect_stat - a reflector's counters
 * @MX_REFLECT_ANSWERED: probes that were answered
 * @MX_REFLECT_MALFORMED: packets too short or too long, or answers themselves
 * @MX_REFLECT_FORGED: not signed with the key
 * @MX_REFLECT_REPLAYED: signed, but seen before
 * @MX_REFLECT_LIMITED: over the rate
 * @MX_REFLECT_UNSENT: answers for which there was no route, or no memory
 * @MX_REFLECT_STATS: how many counters
 */
enum mx_reflect_stat {
	MX_REFLECT_ANSWERED,
	MX_REFLECT_MALFORMED,
	MX_REFLECT_FORGED,
	MX_REFLECT_REPLAYED,
	MX_REFLECT_LIMITED,
	MX_REFLECT_UNSENT,
	MX_REFLECT_STATS
};

/**
 * struct mx_reflect_params - what a user says of a reflector
 * @port: where it listens, host order
 * @key_id: of the key, 0 for none
 * @rate: answers a second to one address
 */
struct mx_reflect_params {
	u16 port;
	u32 key_id;
	u32 rate;
};

/**
 * struct mx_reflect_conf - what packets read of a reflector
 * @rcu: for its release
 * @params: what the user said
 * @key: with which packets are signed, NULL for none; counted
 * @each: rate of one address
 * @all: rate of all together
 * @tokens: of these
 */
struct mx_reflect_conf {
	struct rcu_head rcu;
	struct mx_reflect_params params;
	struct mx_stamp_key *key;
	struct mx_tokens_rate each;
	struct mx_tokens_rate all;
	struct mx_tokens tokens;
};

/**
 * struct mx_reflector - a reflector
 * @list: in its configuration, under the namespace's lock
 * @pn: the namespace
 * @conf: what packets read; replaced under the namespace's lock
 * @sock: IPv4 and IPv6; NULL where it does not listen, as while it is staged
 * @stats: see enum mx_reflect_stat
 * @peers: who asks
 * @free: for its release
 */
struct mx_reflector {
	struct list_head list;
	struct mx_pernet *pn;
	struct mx_reflect_conf __rcu *conf;
	struct socket *sock[2];
	struct mx_stats stats;
	struct mx_peers peers;
	struct rcu_work free;
};

/**
 * struct mx_secret - a key of a configuration
 * @list: in its configuration, under the namespace's lock
 * @id: its number
 * @key: the key; counted
 * @file: where the user has it from
 */
struct mx_secret {
	struct list_head list;
	u32 id;
	struct mx_stamp_key *key;
	char file[MUTEX_KEY_FILE_MAX + 1];
};

int mx_reflectors_init(void);
void mx_reflectors_exit(void);

/* Under the namespace's lock. */
struct list_head *mx_secrets(struct mx_pernet *pn, const struct mx_config *cfg);
struct mx_secret *mx_secret_find(struct mx_pernet *pn,
				 const struct mx_config *cfg, u32 id);
int mx_secret_add(struct mx_pernet *pn, const struct mx_config *cfg, u32 id,
		  const char *file, struct mx_stamp_key *key);
int mx_secret_set(struct mx_pernet *pn, const struct mx_config *cfg,
		  struct mx_secret *secret, const char *file,
		  struct mx_stamp_key *key);
void mx_secret_del(struct mx_secret *secret);
struct list_head *mx_reflectors(struct mx_pernet *pn,
				const struct mx_config *cfg);
struct mx_reflector *mx_reflector_find(struct mx_pernet *pn,
				       const struct mx_config *cfg, u16 port);
const struct mx_reflect_params *
mx_reflector_params(const struct mx_reflector *r);
int mx_reflector_add(struct mx_pernet *pn, const struct mx_config *cfg,
		     const struct mx_reflect_params *params);
int mx_reflector_set(struct mx_pernet *pn, const struct mx_config *cfg,
		     struct mx_reflector *r,
		     const struct mx_reflect_params *params);
void mx_reflector_del(struct mx_reflector *r);

/* Transactions, under the namespace's lock. */
int mx_reflectors_prepare(struct mx_pernet *pn);
void mx_reflectors_unprepare(struct mx_pernet *pn);
void mx_reflectors_commit(struct mx_pernet *pn, unsigned int old);
void mx_reflectors_abort(struct mx_pernet *pn);

/* Of packets. */
int mx_reflect_rcv(struct sock *sk, struct sk_buff *skb);

#endif /* MX_XMIT_REFLECTOR_H */
