/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pace of a path's probes: when the next one goes, how long its answer is
 * waited for, which of those that are out was answered or missed. And what the
 * numbers in answers tell of the way on which probes are lost.
 */
#ifndef MX_PATH_PACE_H
#define MX_PATH_PACE_H

#include <linux/types.h>

#define MX_PACE_SLOTS_MIN	64U
#define MX_PACE_SLOTS_MAX	256U
#define MX_PACE_BURST		20	/* probes after the first one is missed */
#define MX_PACE_CREDIT		60	/* probes that bursts may add in a row */
#define MX_PACE_SILENT		3	/* misses in a row that need no credit */
#define MX_PACE_BURST_MIN_MS	10	/* between these */
#define MX_PACE_BURST_MAX_MS	100
#define MX_PACE_LOOK_MS		200	/* while there is no way, is there one */
#define MX_PACE_UNKNOWN_MS	2000	/* timeout while there is no RTT */
#define MX_PACE_SLACK_MS	25	/* what a timeout leaves at least */
#define MX_PACE_TIMEOUT_MAX_MS	60000	/* of one that follows the RTT */
#define MX_PACE_TIMEOUT_BITS	24

/**
 * enum mx_pace_state - state of a probe
 * @MX_PACE_FREE: there is none
 * @MX_PACE_OUT: its answer is awaited
 * @MX_PACE_MISSED: its answer did not come in time
 * @MX_PACE_DONE: it was answered
 */
enum mx_pace_state {
	MX_PACE_FREE,
	MX_PACE_OUT,
	MX_PACE_MISSED,
	MX_PACE_DONE,
};

/**
 * struct mx_pace_slot - a probe
 * @sent: when it was sent, nanoseconds
 * @token: what is in it, and will be in its answer
 * @seq: its number
 * @number: of STAMP, the peer's number in the answer
 * @timeout: how long it is waited for, milliseconds
 * @state: enum mx_pace_state
 *
 * Two of them lie in a cache line.
 */
struct mx_pace_slot {
	u64 sent;
	u64 token;
	u32 seq;
	u32 number;
	u32 timeout : MX_PACE_TIMEOUT_BITS;
	u32 state : 8;
};

/**
 * struct mx_pace_params - what the user says
 * @interval: milliseconds between probes
 * @timeout: milliseconds that an answer may take, 0 to follow the RTT
 */
struct mx_pace_params {
	u32 interval;
	u32 timeout;
};

/**
 * struct mx_pace - the probes of a path
 * @slots: the newest ones, by their numbers
 * @n: how many, a power of two
 * @seq: number of the next one
 * @oldest: number of the oldest one that is out, or @seq
 * @next: when the next one is to go, nanoseconds
 * @srtt: smoothed RTT, microseconds; 0 without a sample
 * @rttvar: by how much it varies
 * @burst: how many more go at once
 * @credit: how many bursts may add; each probe of the beat earns one
 * @run: misses since the last answer
 * @armed: a miss begins a burst
 */
struct mx_pace {
	struct mx_pace_slot *slots;
	u32 n;
	u32 seq;
	u32 oldest;
	u64 next;
	u32 srtt;
	u32 rttvar;
	u8 burst;
	u8 credit;
	u8 run;
	bool armed;
};

/**
 * enum mx_pace_match - what an answer is
 * @MX_PACE_STRANGE: it answers nothing that is known
 * @MX_PACE_AGAIN: its probe was answered before
 * @MX_PACE_LATE: its time is over
 * @MX_PACE_IN_TIME: it is what was waited for
 */
enum mx_pace_match {
	MX_PACE_STRANGE,
	MX_PACE_AGAIN,
	MX_PACE_LATE,
	MX_PACE_IN_TIME,
};

/**
 * struct mx_ways - on which way probes are lost
 * @known: there was an answer
 * @tells: the peer counts by itself
 * @seq: of the newest answer's probe
 * @number: the highest of the peer's numbers
 * @sent: probes in the account
 * @fwd: how many of these were lost on the way there; of both, see
 *	mx_ways_answer()
 * @back: how many answers were lost on the way back
 *
 * Empty when all is zero.
 */
struct mx_ways {
	bool known;
	bool tells;
	u32 seq;
	u32 number;
	u32 sent;
	s32 fwd;
	s32 back;
};

u32 mx_pace_slots(const struct mx_pace_params *params);
void mx_pace_init(struct mx_pace *p, struct mx_pace_slot *slots, u32 n,
		  u32 seq, u64 first);
u32 mx_pace_timeout(const struct mx_pace *p,
		    const struct mx_pace_params *params);
bool mx_pace_due(const struct mx_pace *p, u64 now);
struct mx_pace_slot *mx_pace_send(struct mx_pace *p,
				  const struct mx_pace_params *params, u64 now,
				  bool *lost);
struct mx_pace_slot *mx_pace_slot(struct mx_pace *p, u32 seq);
enum mx_pace_match mx_pace_answer(struct mx_pace *p, struct mx_pace_slot *slot,
				  u32 rtt_us);
bool mx_pace_missed(struct mx_pace *p, const struct mx_pace_params *params,
		    u64 now, u32 *seq);
void mx_pace_give_up(struct mx_pace *p, u32 seq);
void mx_pace_skip(struct mx_pace *p, const struct mx_pace_params *params,
		  u64 now);
void mx_pace_hasten(struct mx_pace *p, const struct mx_pace_params *params,
		    u64 now);
u64 mx_pace_wake(const struct mx_pace *p);

void mx_ways_again(struct mx_ways *w);
void mx_ways_answer(struct mx_ways *w, u32 seq, u32 number);
u32 mx_ways_fwd_ppm(const struct mx_ways *w);
u32 mx_ways_back_ppm(const struct mx_ways *w);

#endif /* MX_PATH_PACE_H */
