/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a path carries: the size of packets, and how many of them. Packets of
 * STAMP, padded, in a session of their own beside the path's probes; see
 * path/plpmtu.h and path/train.h.
 */
#ifndef MX_XMIT_MEASURE_H
#define MX_XMIT_MEASURE_H

#include <linux/hrtimer.h>
#include <linux/spinlock.h>
#include "path/plpmtu.h"
#include "path/stamp.h"
#include "path/train.h"
#include "xmit/check.h"

struct mx_probing;

/**
 * struct mx_measured - a packet that is out
 * @seq: its number
 * @token: the time in it
 */
struct mx_measured {
	u32 seq;
	u64 token;
};

/**
 * struct mx_measure - the measuring of a path
 * @b: its probing
 * @timer: when there is something to do
 * @sport: from what port packets go
 * @seq: number of the next one; of the timer alone
 * @going: packets of the train that are sent; likewise
 * @gap: nanoseconds between them; likewise
 * @began: when its first one was due, nanoseconds; likewise
 * @end: when it is judged, nanoseconds; likewise
 * @looked: when traffic was last looked at, milliseconds; likewise
 * @lock: guards the rest, softirqs are off
 * @stopped: no more
 * @dev_mtu: of the device, at the last look
 * @size: the search of the largest packet
 * @large: the packet of that size that is out
 * @bytes: its size, 0 if there is none
 * @small: a small one that went with it
 * @alive: that one was answered
 * @bw: what trains have told
 * @rate: what the path carries of ours
 * @train: the train that is out; without packets, there is none
 * @first: number of its first packet
 * @token: the times in its packets
 * @base: when the first one of them arrived, by the peer's clock
 * @based: it has
 */
struct mx_measure {
	struct mx_probing *b;
	struct hrtimer timer;
	u16 sport;
	u32 seq;
	u32 going;
	u32 gap;
	u64 began;
	u64 end;
	u64 looked;
	spinlock_t lock; /* of what answers change */
	bool stopped;
	u32 dev_mtu;
	struct mx_plpmtu size;
	struct mx_measured large;
	u32 bytes;
	struct mx_measured small;
	bool alive;
	struct mx_bw bw;
	struct mx_carried rate;
	struct mx_train train;
	u32 first;
	u64 token[MX_TRAIN_MAX];
	u64 base;
	bool based;
};

struct mx_measure *mx_measure_create(struct mx_probing *b);
void mx_measure_start(struct mx_measure *me);
void mx_measure_stop(struct mx_measure *me);
bool mx_measure_answer(struct mx_measure *me, const struct mx_answer *m,
		       const struct mx_stamp_answer *a, u64 came);
bool mx_measure_error(struct mx_measure *me, const struct mx_answer *m);

#endif /* MX_XMIT_MEASURE_H */
