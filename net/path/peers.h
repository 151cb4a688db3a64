/* SPDX-License-Identifier: GPL-2.0 */
/* Who asks a reflector: how often, and with what numbers. Of fixed size. */
#ifndef MX_PATH_PEERS_H
#define MX_PATH_PEERS_H

#include <linux/netfilter.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include "base/bucket.h"
#include "path/replay.h"

#define MX_PEERS_BITS	10	/* of the number of sets */
#define MX_PEERS_WAYS	8	/* peers in a set: the oldest gives way */

/**
 * struct mx_peer_id - by what a peer is known
 * @addr: its address, rest zero
 * @family: AF_INET or AF_INET6
 * @port: its port; 0 for the address itself
 * @ssid: session identifier; 0 for none, and for the address itself
 */
struct mx_peer_id {
	union nf_inet_addr addr;
	u8 family;
	__be16 port;
	u16 ssid;
};

/**
 * struct mx_peer - an address, or a session
 * @id: which
 * @seen: when it asked last, seconds; 0 for a free place
 * @answers: of a session, how many it got
 * @tokens: of an address, what it may ask
 * @replay: of a session, what came
 */
struct mx_peer {
	struct mx_peer_id id;
	u32 seen;
	u32 answers;
	union {
		struct mx_tokens tokens;
		struct mx_replay replay;
	};
};

/**
 * struct mx_peer_set - peers of one hash
 * @lock: guards @way
 * @way: the peers
 */
struct mx_peer_set {
	spinlock_t lock; /* softirqs are off */
	struct mx_peer way[MX_PEERS_WAYS];
};

/**
 * struct mx_peers - the peers of a reflector
 * @set: the sets
 * @key: secret of the hash
 */
struct mx_peers {
	struct mx_peer_set *set;
	siphash_key_t key;
};

int mx_peers_init(struct mx_peers *peers);
void mx_peers_destroy(struct mx_peers *peers);
void mx_peers_refill(struct mx_peers *peers);
bool mx_peers_charge(struct mx_peers *peers, const struct mx_peer_id *id,
		     const struct mx_tokens_rate *rate, u64 now);
u32 mx_peers_number(struct mx_peers *peers, const struct mx_peer_id *id,
		    u64 now);
bool mx_peers_number_once(struct mx_peers *peers, const struct mx_peer_id *id,
			  u32 seq, u64 time, u32 *number, u64 now);

#endif /* MX_PATH_PEERS_H */
