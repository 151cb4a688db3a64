/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the probes of a path have shown: the last ten of them, which the score is
 * made of, and the last 1,024, which tell loss below 1 % and percentiles.
 */
#ifndef MX_PATH_WINDOW_H
#define MX_PATH_WINDOW_H

#include <linux/limits.h>
#include <linux/types.h>

#define MX_WINDOW_SHORT		10
#define MX_WINDOW_RECENT	100
#define MX_WINDOW_LONG		1024	/* a power of two */
#define MX_WINDOW_OUTAGE	5	/* misses in a row that may be an outage */

#define MX_RTT_BITS		26
#define MX_RTT_MAX		((1U << MX_RTT_BITS) - 1)	/* 67 s */

/* A one-way time that is not known. */
#define MX_WAY_NONE		S32_MIN

#define MX_UNKNOWN		U32_MAX	/* of a figure */

/* Buckets of the histogram: 32 to each power of two, and one for each us below 32. */
#define MX_HIST_BITS		5
#define MX_HIST_ROW		32U
#define MX_HIST_ROWS		(MX_RTT_BITS - MX_HIST_BITS + 1)

/**
 * struct mx_jitter - the estimate of RFC 3550
 * @scaled: 16 times the jitter
 * @last: the transit before
 * @known: @last is
 */
struct mx_jitter {
	u32 scaled;
	u32 last;
	bool known;
};

/**
 * struct mx_window - samples
 * @rtt: of the last ten, MX_UNKNOWN for one that was lost
 * @next: where in @rtt the next one goes
 * @samples: how many of @rtt are there
 * @outage: the path is down, and misses wait in @aside for what follows them
 * @aside: misses that are in no window yet but the short one
 * @last_rtt: of the last answer
 * @run: misses in a row, up to now
 * @trip: jitter of the round trip
 * @fwd: jitter of the way there
 * @back: jitter of the way back
 * @head: where in @bucket the next one goes
 * @held: how many of @bucket are there
 * @lost: how many of these were lost
 * @recent: how many of the last 100 of these were
 * @bucket: of the long window, MX_BUCKET_LOST for one that was lost
 * @rows: answers in each row of @hist
 * @hist: answers in each bucket
 */
struct mx_window {
	u32 rtt[MX_WINDOW_SHORT];
	u8 next;
	u8 samples;
	bool outage;
	u8 aside;
	u32 last_rtt;
	u32 run;
	struct mx_jitter trip;
	struct mx_jitter fwd;
	struct mx_jitter back;
	u16 head;
	u16 held;
	u16 lost;
	u16 recent;
	u16 bucket[MX_WINDOW_LONG];
	u16 rows[MX_HIST_ROWS];
	u16 hist[MX_HIST_ROWS * MX_HIST_ROW];
};

/**
 * struct mx_window_figures - what a window shows
 * @samples: how many of the last ten probes there are
 * @answered: how many of them were answered; without any, the next five are 0
 * @rtt_us: mean of the last ten
 * @rtt_min_us: the shortest of them
 * @rtt_max_us: the longest
 * @jitter_us: their standard deviation
 * @score_milli: mx_score_milli() of them
 * @loss_ppm: loss of the last ten
 * @run: misses in a row, up to now
 * @recent: how many of the last 100 were lost
 * @samples_long: how many there are in the long window
 * @lost_long: how many of these were lost
 * @loss_long_ppm: loss of these
 * @jitter3550_us: of the round trip, by RFC 3550
 * @fwd_jitter_us: of the way there, or MX_UNKNOWN
 * @back_jitter_us: of the way back, or MX_UNKNOWN
 * @p50_us: the median of the long window; by mx_window_figures() alone
 * @p95_us: so many percent of its answers were not slower
 * @p99_us: so many percent of its answers were not slower
 */
struct mx_window_figures {
	u8 samples;
	u8 answered;
	u32 rtt_us;
	u32 rtt_min_us;
	u32 rtt_max_us;
	u32 jitter_us;
	u32 score_milli;
	u32 loss_ppm;
	u32 run;
	u32 recent;
	u32 samples_long;
	u32 lost_long;
	u32 loss_long_ppm;
	u32 jitter3550_us;
	u32 fwd_jitter_us;
	u32 back_jitter_us;
	u32 p50_us;
	u32 p95_us;
	u32 p99_us;
};

void mx_window_init(struct mx_window *w);
void mx_window_answer(struct mx_window *w, u32 rtt_us, s32 fwd_us, s32 back_us);
void mx_window_miss(struct mx_window *w);
void mx_window_outage(struct mx_window *w, bool down);
void mx_window_quick(const struct mx_window *w, struct mx_window_figures *f);
void mx_window_figures(const struct mx_window *w, struct mx_window_figures *f);

#endif /* MX_PATH_WINDOW_H */
