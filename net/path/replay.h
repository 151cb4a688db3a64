/* SPDX-License-Identifier: GPL-2.0 */
/* Which numbered packets of a peer have been seen: each passes once. */
#ifndef MX_PATH_REPLAY_H
#define MX_PATH_REPLAY_H

#include <linux/types.h>

#define MX_REPLAY_BLOCK_BITS	64U
#define MX_REPLAY_BLOCKS	4U	/* a power of two: numbers wrap unseen */
/* Packets that come later than so many others count as replayed. */
#define MX_REPLAY_WINDOW	(MX_REPLAY_BLOCK_BITS * (MX_REPLAY_BLOCKS - 1))

/**
 * struct mx_replay - what has been seen of a peer
 * @any: whether anything was
 * @again: whether it has begun anew
 * @top: the highest number, modulo 2^32
 * @newest: the newest time in a packet, 32.32 bits of seconds modulo 2^32
 * @seen: numbers up to @top, a bit each; a ring of blocks
 *
 * Empty when all is zero.
 */
struct mx_replay {
	bool any;
	bool again;
	u32 top;
	u64 newest;
	u64 seen[MX_REPLAY_BLOCKS];
};

bool mx_replay_fresh(struct mx_replay *r, u32 seq, u64 time);

#endif /* MX_PATH_REPLAY_H */
