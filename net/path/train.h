/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much a path carries, from how packets that were sent close together come
 * apart on it, and from the counters of what it does carry.
 *
 * A train is a few packets of one size. Sent back to back, they leave the
 * narrowest link at its speed: that is the path's capacity. Sent at that speed,
 * they come further apart by what others send between them: the rest is what is
 * available. Trains are short, and so far apart that they take no more than a
 * small part of the path.
 *
 * Rates are in kbit/s, sizes those of whole IP packets. Times are arguments.
 */
#ifndef MX_PATH_TRAIN_H
#define MX_PATH_TRAIN_H

#include <linux/types.h>

#define MX_TRAIN_MAX		32U	/* packets of a train */
#define MX_TRAIN_LEAST		8U
#define MX_TRAIN_SIZE_MAX	1500U
#define MX_TRAIN_SIZE_LEAST	128U
#define MX_TRAIN_MS		50U	/* that one may take on the path */
#define MX_TRAIN_FIRST		4608U	/* bytes while nothing is known */
#define MX_BW_KEEP		9U	/* trains that a figure is the median of */
#define MX_BW_TRUST		3U	/* trains that it takes at least */
#define MX_BW_INTERVAL_MS	10000U	/* from one train to the next, default */
#define MX_BW_DUTY		10U	/* permille of the path, default */
#define MX_CARRIED_SPAN_MS		30000U	/* half of what a peak is kept for */

/**
 * struct mx_train - a train, and what became of it
 * @n: packets sent
 * @size: bytes of each
 * @sent: when, nanoseconds of the sender's clock
 * @came: when it arrived, nanoseconds of the receiver's clock; 0: it did not
 */
struct mx_train {
	u32 n;
	u32 size;
	u64 sent[MX_TRAIN_MAX];
	u64 came[MX_TRAIN_MAX];
};

/**
 * struct mx_train_figures - what a train tells
 * @in: at what rate it was sent
 * @out: at what rate it arrived
 * @got: packets that did
 * @burst: they came all at once: the train was too short for this path
 */
struct mx_train_figures {
	u32 in;
	u32 out;
	u32 got;
	bool burst;
};

/**
 * struct mx_train_plan - a train to send
 * @n: packets
 * @size: bytes of each
 * @gap: nanoseconds between them, 0 for none
 */
struct mx_train_plan {
	u32 n;
	u32 size;
	u32 gap;
};

/**
 * struct mx_bw_ring - the last results of one kind
 * @kbps: the results
 * @n: how many there are
 * @at: where the next goes
 */
struct mx_bw_ring {
	u32 kbps[MX_BW_KEEP];
	u8 n;
	u8 at;
};

/**
 * struct mx_bw - the measuring of a path
 * @due: when the next train is due, milliseconds
 * @hint: what the user said that the path carries, 0 if nothing
 * @fast: of trains sent back to back
 * @rest: what trains sent at the speed of the path left
 * @capacity: of the narrowest link, 0 while it is not known
 * @available: what others leave of it, 0 while it is not known
 * @turn: trains so far, of four
 * @fails: trains in a row that told nothing
 * @longer: trains that were too short
 * @known: @available is known, and may be 0
 */
struct mx_bw {
	u64 due;
	u32 hint;
	struct mx_bw_ring fast;
	struct mx_bw_ring rest;
	u32 capacity;
	u32 available;
	u8 turn;
	u8 fails;
	u8 longer;
	bool known;
};

/**
 * struct mx_carried - what a path carries, from a counter of bytes
 * @bytes: the counter at the last look
 * @at: when that was, milliseconds
 * @span: when the present span of the peak began
 * @kbps: the rate, smoothed
 * @peak: highest rate of the present span
 * @before: highest rate of the span before
 * @known: there was a look
 */
struct mx_carried {
	u64 bytes;
	u64 at;
	u64 span;
	u32 kbps;
	u32 peak;
	u32 before;
	bool known;
};

bool mx_train_judge(const struct mx_train *t, struct mx_train_figures *f);

void mx_bw_init(struct mx_bw *bw, u32 hint, u64 now);
bool mx_bw_poll(struct mx_bw *bw, u32 interval, u32 duty, u32 mtu, u64 now,
		struct mx_train_plan *plan);
void mx_bw_result(struct mx_bw *bw, const struct mx_train_figures *f);
u32 mx_bw_kbps(const struct mx_bw *bw, u32 own);

u32 mx_bw_best(const struct mx_bw *bw, const struct mx_carried *r, u32 said);

void mx_carried_step(struct mx_carried *r, u64 bytes, u64 now);
u32 mx_carried_peak(const struct mx_carried *r);

#endif /* MX_PATH_TRAIN_H */
