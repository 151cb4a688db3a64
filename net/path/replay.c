// SPDX-License-Identifier: GPL-2.0
/*
 * A ring of blocks of bits, as RFC 6479 has it: moving on clears whole blocks,
 * and nothing is ever shifted. As the ring divides 2^32, numbers may wrap.
 *
 * A peer that starts again does so with another number. It is known by its
 * clock, which each packet carries and a recorded one cannot change: a number
 * far from the others is taken for a new beginning if its time is newer than
 * any before. While it has never begun anew, a number beyond all others was not
 * seen, whatever the time: its clock may have been set back.
 */
#include <linux/bits.h>
#include <linux/string.h>
#include "path/replay.h"

static u64 *mx_replay_block(struct mx_replay *r, u32 seq)
{
	return &r->seen[seq / MX_REPLAY_BLOCK_BITS % MX_REPLAY_BLOCKS];
}

/* Notes a number; false if it was noted before. */
static bool mx_replay_note(struct mx_replay *r, u32 seq)
{
	u64 *block = mx_replay_block(r, seq);
	u64 bit = BIT_ULL(seq % MX_REPLAY_BLOCK_BITS);

	if (*block & bit)
		return false;
	*block |= bit;
	return true;
}

/* Makes a number the highest: what the ring had there is long ago. */
static void mx_replay_advance(struct mx_replay *r, u32 seq)
{
	u32 n = (seq & ~(MX_REPLAY_BLOCK_BITS - 1)) -
		(r->top & ~(MX_REPLAY_BLOCK_BITS - 1));
	u32 at = r->top;

	n /= MX_REPLAY_BLOCK_BITS;
	if (n > MX_REPLAY_BLOCKS)
		n = MX_REPLAY_BLOCKS;
	while (n--) {
		at += MX_REPLAY_BLOCK_BITS;
		*mx_replay_block(r, at) = 0;
	}
	r->top = seq;
}

static void mx_replay_restart(struct mx_replay *r, u32 seq, u64 time)
{
	memset(r->seen, 0, sizeof(r->seen));
	r->any = true;
	r->top = seq;
	r->newest = time;
}

/**
 * mx_replay_fresh() - is a packet seen for the first time
 * @r: what has been seen of the peer
 * @seq: number of the packet, which is authentic
 * @time: the peer's clock in it, 32.32 bits of seconds modulo 2^32
 *
 * Return: true if so; it is noted then.
 */
bool mx_replay_fresh(struct mx_replay *r, u32 seq, u64 time)
{
	bool newer = (s64)(time - r->newest) > 0;
	s32 ahead = seq - r->top;

	if (!r->any) {
		mx_replay_restart(r, seq, time);
	} else if (ahead > -(s32)MX_REPLAY_WINDOW &&
		   ahead <= (s32)MX_REPLAY_WINDOW) {
		if (ahead > 0)
			mx_replay_advance(r, seq);
	} else if (!newer && (ahead <= 0 || r->again)) {
		return false;
	} else if (ahead > 0) {
		mx_replay_advance(r, seq);
	} else {
		mx_replay_restart(r, seq, time);
		r->again = true;
	}
	if (newer)
		r->newest = time;
	return mx_replay_note(r, seq);
}
