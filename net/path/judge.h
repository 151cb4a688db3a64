/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a path's figures mean for its status: the source's status, believed only
 * when it has lasted, and given back only when it has been earned. And limits of
 * groups (SLA), one metric at a time. Numbers and a clock, nothing else.
 */
#ifndef MX_PATH_JUDGE_H
#define MX_PATH_JUDGE_H

#include <linux/types.h>

#include "path/score.h"
#include "path/window.h"

/* By default; bursts of probes after a first miss bring the others, see pace.h. */
#define MX_JUDGE_FALL		10

#define MX_JUDGE_COUNT_MAX	1000		/* of worse, rise and fall */
#define MX_JUDGE_MARGIN_MAX	50000U		/* thousandths of a point */
#define MX_JUDGE_MS_MAX		(24 * 3600 * 1000U)

/**
 * struct mx_judge_params - how a path is judged
 * @enough: probes after which a path is judged, at most MX_WINDOW_SHORT; 0 for
 *	one that is not probed: it is as its link is
 * @fall: misses in a row that make a path down; also, how many misses there have
 *	to be while half of the last ten probes are lost
 * @worse: probes in a row that have to show a score below 50
 * @rise: probes in a row that have to show that a path is better
 * @margin_milli: by how much more than 50 its score has to be then
 * @brown_ppm: more loss than that of the last 100 probes is a brownout, if the
 *	path is not used to it; 0 for no limit
 * @hold_min: milliseconds that a path has to be better, the first time
 * @hold_max: milliseconds that doubling ends at; being up for so long makes
 *	forget what was before
 */
struct mx_judge_params {
	u8 enough;
	u16 fall;
	u16 worse;
	u16 rise;
	u32 margin_milli;
	u32 brown_ppm;
	u32 hold_min;
	u32 hold_max;
};

/**
 * enum mx_judge_event - what happened
 * @MX_JUDGE_ANSWER: a probe was answered
 * @MX_JUDGE_MISS: a probe was not answered in time
 * @MX_JUDGE_LINK_UP: the path's device, address and route are there
 * @MX_JUDGE_LINK_DOWN: one of them is not
 * @MX_JUDGE_TICK: time has passed; needed by paths without probes alone
 */
enum mx_judge_event {
	MX_JUDGE_ANSWER,
	MX_JUDGE_MISS,
	MX_JUDGE_LINK_UP,
	MX_JUDGE_LINK_DOWN,
	MX_JUDGE_TICK,
};

/**
 * enum mx_judge_why - why a path's status changed
 * @MX_WHY_NONE: it did not
 * @MX_WHY_LINK: its link went down
 * @MX_WHY_SILENT: nothing is answered
 * @MX_WHY_LOSS: too much is lost
 * @MX_WHY_LATENCY: the score is low, most of all by latency
 * @MX_WHY_JITTER: the score is low, most of all by jitter
 * @MX_WHY_RECOVERED: it has become better
 */
enum mx_judge_why {
	MX_WHY_NONE,
	MX_WHY_LINK,
	MX_WHY_SILENT,
	MX_WHY_LOSS,
	MX_WHY_LATENCY,
	MX_WHY_JITTER,
	MX_WHY_RECOVERED,
};

/**
 * struct mx_judge - the state of a path's status
 * @status: enum mx_status
 * @why: enum mx_judge_why of the last change
 * @link: the path's link is there
 * @brown: in a brownout
 * @level: how often the hold-down has been doubled
 * @bads: misses while half of the last ten probes are lost
 * @lows: probes in a row with a score below 50
 * @goods: probes in a row that show that it is better
 * @flaps: how often it ceased to be up
 * @hold: milliseconds of the last hold-down
 * @since: when @status was entered
 * @until: until when the hold-down lasts
 */
struct mx_judge {
	u8 status;
	u8 why;
	bool link;
	bool brown;
	u8 level;
	u16 bads;
	u16 lows;
	u16 goods;
	u32 flaps;
	u32 hold;
	u64 since;
	u64 until;
};

/**
 * struct mx_judge_in - an event
 * @event: enum mx_judge_event
 * @f: what the window shows after it; of ANSWER and MISS alone
 */
struct mx_judge_in {
	u8 event;
	const struct mx_window_figures *f;
};

void mx_judge_defaults(struct mx_judge_params *p);
bool mx_judge_valid(const struct mx_judge_params *p);
void mx_judge_init(struct mx_judge *j, bool link, u64 now_ms);
u8 mx_judge_step(struct mx_judge *j, const struct mx_judge_params *p,
		 const struct mx_judge_in *in, u64 now_ms);
u64 mx_judge_wake(const struct mx_judge *j, const struct mx_judge_params *p);

/*
 * All of it for one event: the window takes the sample, shows its figures, is
 * judged, and is told of an outage. Each returns the status.
 */
u8 mx_judge_answer(struct mx_judge *j, struct mx_window *w,
		   const struct mx_judge_params *p, u32 rtt_us, s32 fwd_us,
		   s32 back_us, u64 now_ms);
u8 mx_judge_miss(struct mx_judge *j, struct mx_window *w,
		 const struct mx_judge_params *p, u64 now_ms);
u8 mx_judge_link(struct mx_judge *j, struct mx_window *w,
		 const struct mx_judge_params *p, bool link, u64 now_ms);

#define MX_SLA_LATENCY		1U
#define MX_SLA_JITTER		2U
#define MX_SLA_LOSS		4U

/**
 * struct mx_sla - limits that a group sets to its paths; 0 for none
 * @latency_us: the longest mean round trip
 * @jitter_us: the highest standard deviation
 * @loss_ppm: the highest loss
 */
struct mx_sla {
	u32 latency_us;
	u32 jitter_us;
	u32 loss_ppm;
};

/**
 * struct mx_sla_in - what of a path is held against limits
 * @samples: of mx_window_figures
 * @answered: of mx_window_figures
 * @rtt_us: of mx_window_figures
 * @jitter_us: of mx_window_figures
 * @recent: of mx_window_figures
 * @lost_long: of mx_window_figures
 * @loss_long_ppm: of mx_window_figures
 */
struct mx_sla_in {
	u32 samples;
	u32 answered;
	u32 rtt_us;
	u32 jitter_us;
	u32 recent;
	u32 lost_long;
	u32 loss_long_ppm;
};

void mx_sla_from(struct mx_sla_in *in, const struct mx_window_figures *f);
u8 mx_sla_judge(const struct mx_sla *sla, const struct mx_sla_in *in, u8 before);

#endif /* MX_PATH_JUDGE_H */
