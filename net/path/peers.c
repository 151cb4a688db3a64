// SPDX-License-Identifier: GPL-2.0
/*
 * A table of fixed size: whoever is new takes the place of who has been silent
 * for longest, among those of the same hash. An address that was forgotten has
 * a full bucket again, and a session begins anew; so what floods the table from
 * ever new addresses is held by the limit of all together, which is not here.
 */
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include "path/peers.h"

/**
 * mx_peers_init() - prepare a table
 * @peers: the table
 *
 * Context: process, sleeps.
 * Return: 0 or -ENOMEM.
 */
int mx_peers_init(struct mx_peers *peers)
{
	unsigned int i;

	peers->set = kvcalloc(1 << MX_PEERS_BITS, sizeof(*peers->set),
			      GFP_KERNEL_ACCOUNT);
	if (!peers->set)
		return -ENOMEM;
	for (i = 0; i < 1 << MX_PEERS_BITS; i++)
		spin_lock_init(&peers->set[i].lock);
	get_random_bytes(&peers->key, sizeof(peers->key));
	return 0;
}

/**
 * mx_peers_destroy() - free a table
 * @peers: the table, which no packet uses any more
 */
void mx_peers_destroy(struct mx_peers *peers)
{
	kvfree(peers->set);
	peers->set = NULL;
}

/**
 * mx_peers_refill() - addresses may ask as if they had not done so before
 * @peers: the table
 *
 * For another rate: what a bucket holds is told in time at the old one.
 *
 * Context: process.
 */
void mx_peers_refill(struct mx_peers *peers)
{
	struct mx_peer_set *set;
	unsigned int i, way;

	for (i = 0; i < 1 << MX_PEERS_BITS; i++) {
		set = &peers->set[i];
		spin_lock_bh(&set->lock);
		for (way = 0; way < MX_PEERS_WAYS; way++)
			if (!set->way[way].id.port)
				memset(&set->way[way].tokens, 0,
				       sizeof(set->way[way].tokens));
		spin_unlock_bh(&set->lock);
	}
}

static struct mx_peer_set *mx_peers_set(const struct mx_peers *peers,
					const struct mx_peer_id *id)
{
	u64 hash = siphash_3u64((u64)id->addr.all[0] << 32 | id->addr.all[1],
				(u64)id->addr.all[2] << 32 | id->addr.all[3],
				(u64)id->family << 32 |
				(u32)(__force u16)id->port << 16 | id->ssid,
				&peers->key);

	return peers->set + (hash >> (64 - MX_PEERS_BITS));
}

static bool mx_peer_is(const struct mx_peer *p, const struct mx_peer_id *id)
{
	return p->seen && p->id.family == id->family &&
	       p->id.port == id->port && p->id.ssid == id->ssid &&
	       nf_inet_addr_cmp(&p->id.addr, &id->addr);
}

/* The peer, which may be new. The set's lock is held. */
static struct mx_peer *mx_peers_get(struct mx_peer_set *set,
				    const struct mx_peer_id *id, u64 now)
{
	struct mx_peer *p, *oldest = set->way;
	u32 sec = div_u64(now, NSEC_PER_SEC) ?: 1;
	unsigned int i;

	for (i = 0; i < MX_PEERS_WAYS; i++) {
		p = &set->way[i];
		if (mx_peer_is(p, id)) {
			p->seen = sec;
			return p;
		}
		if (!p->seen || (oldest->seen && p->seen < oldest->seen))
			oldest = p;
	}
	memset(oldest, 0, sizeof(*oldest));
	oldest->id = *id;
	oldest->seen = sec;
	return oldest;
}

/**
 * mx_peers_charge() - may an address ask once more
 * @peers: the table
 * @id: the address, whose port and session are 0
 * @rate: how often it may, always the same but for mx_peers_refill()
 * @now: nanoseconds of a clock that does not go back
 *
 * Context: softirqs are off.
 * Return: true if so.
 */
bool mx_peers_charge(struct mx_peers *peers, const struct mx_peer_id *id,
		     const struct mx_tokens_rate *rate, u64 now)
{
	struct mx_peer_set *set = mx_peers_set(peers, id);
	bool may;

	spin_lock(&set->lock);
	may = mx_tokens_take(&mx_peers_get(set, id, now)->tokens, rate, 1, now);
	spin_unlock(&set->lock);
	return may;
}

/**
 * mx_peers_number() - the number of a session's next answer
 * @peers: the table
 * @id: the session
 * @now: as of mx_peers_charge()
 *
 * Context: softirqs are off.
 * Return: the number, counted from 0.
 */
u32 mx_peers_number(struct mx_peers *peers, const struct mx_peer_id *id,
		    u64 now)
{
	struct mx_peer_set *set = mx_peers_set(peers, id);
	u32 number;

	spin_lock(&set->lock);
	number = mx_peers_get(set, id, now)->answers++;
	spin_unlock(&set->lock);
	return number;
}

/**
 * mx_peers_number_once() - the same, of packets that are authentic
 * @peers: the table
 * @id: the session
 * @seq: the packet's number
 * @time: the packet's time, see mx_replay_fresh()
 * @number: where to put the number of its answer
 * @now: as of mx_peers_charge()
 *
 * Context: softirqs are off.
 * Return: false if the packet has been seen before.
 */
bool mx_peers_number_once(struct mx_peers *peers, const struct mx_peer_id *id,
			  u32 seq, u64 time, u32 *number, u64 now)
{
	struct mx_peer_set *set = mx_peers_set(peers, id);
	struct mx_peer *p;
	bool fresh;

	spin_lock(&set->lock);
	p = mx_peers_get(set, id, now);
	fresh = mx_replay_fresh(&p->replay, seq, time);
	if (fresh)
		*number = p->answers++;
	spin_unlock(&set->lock);
	return fresh;
}
