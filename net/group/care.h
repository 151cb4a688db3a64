/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Care of servers: those that come up get their share by and by, weights follow
 * a measured value, those that drain have a deadline, and each change of
 * members is followed by a report of what it moved.
 *
 * All but the counters is written and read under the namespace's lock. Times
 * are the low 32 bits of jiffies; no span is longer than a day.
 */
#ifndef MX_GROUP_CARE_H
#define MX_GROUP_CARE_H

#include <linux/list.h>
#include "group/sched.h"

#define MX_CARE_WHOLE		1000U	/* a share that is not reduced */
#define MX_CARE_MS_MIN		100U	/* of every span that is set */
#define MX_CARE_MS_MAX		(24 * 3600 * 1000U)
#define MX_CARE_STEPS		20U	/* of a slow start */
#define MX_CARE_STEP_MS		100U	/* that a step takes at least */
#define MX_CARE_LOAD_MS		30000U	/* that a reported load holds */
#define MX_DYNAMIC_MIN		10U	/* percent of the weight, by default */
#define MX_DYNAMIC_MAX		200U
#define MX_DYNAMIC_LIMIT	1000U

/**
 * struct mx_care_params - what a user says of a group's care
 * @slow_start: milliseconds to the whole weight, 0 for at once
 * @min: percent of its weight that a server keeps at least, where it changes
 * @max: percent of its weight that it gets at most
 * @dynamic: enum mutex_dynamic: what weights follow
 */
struct mx_care_params {
	u32 slow_start;
	u32 min;
	u32 max;
	u8 dynamic;
};

/**
 * enum mx_care_phase - how a server got into the pools
 * @MX_CARE_OUT: it is in none
 * @MX_CARE_RAMP: it came of late, its share grows
 * @MX_CARE_FULL: it has its whole share
 */
enum mx_care_phase {
	MX_CARE_OUT,
	MX_CARE_RAMP,
	MX_CARE_FULL,
};

/**
 * struct mx_care - a server's care
 * @ramp_from: when its slow start began
 * @ramp: what part of its weight that has come to, permille
 * @smooth: what its weight is to be multiplied with, smoothed, in units of
 *	1/16 permille
 * @factor: the same as it is in force, permille
 * @load: percent, as reported
 * @load_from: when
 * @load_ms: for how long it holds, 0 if there is none
 * @drain_from: since when it drains
 * @drain_ms: the deadline, 0 for none
 * @cut: active flows that the deadline ended
 * @drain: enum mutex_drain
 * @phase: enum mx_care_phase
 * @weight: the weight at the last look
 * @fit: it kept its flows at the last look
 * @kept: used by mx_care_settle() alone
 */
struct mx_care {
	u32 ramp_from;
	u32 ramp;
	u32 smooth;
	u32 factor;
	u32 load;
	u32 load_from;
	u32 load_ms;
	u32 drain_from;
	u32 drain_ms;
	u32 cut;
	u8 drain;
	u8 phase;
	u32 weight;
	bool fit;
	bool kept;
};

/**
 * struct mx_moves - what the last changes of a group's members moved
 * @base: flows decided anew (MX_GROUP_MOVED) before them
 * @told: the same at the end of the last report
 * @seen: the same at the last look
 * @lost: flows that the servers carried which were taken away
 * @keys: permille of all keys that lead elsewhere now, of a group that hashes
 * @quiet: since when no flow was moved
 * @fresh: the changes are not reported yet
 * @over: no flow has moved for a while, and that is reported
 */
struct mx_moves {
	u64 base;
	u64 told;
	u64 seen;
	u32 lost;
	u32 keys;
	u32 quiet;
	bool fresh;
	bool over;
};

/**
 * struct mx_group_care - a group's care
 * @list: in the namespace's list of groups that are looked after
 * @moves: what the last changes moved
 * @measured: when weights were last measured
 * @refreshed: when the pools were last collected anew for their weights
 * @rest: jiffies from then on in which they are left alone
 * @stale: they are to be collected anew
 */
struct mx_group_care {
	struct list_head list;
	struct mx_moves moves;
	u32 measured;
	u32 refreshed;
	u32 rest;
	bool stale;
};

/**
 * struct mx_even - how evenly flows lie
 * @max: flows per weight of the server that has most, permille of the mean
 * @cv: coefficient of variation, permille
 */
struct mx_even {
	u32 max;
	u32 cv;
};

void mx_care_init(struct mx_care *c);
u32 mx_care_ramp(u32 elapsed, u32 slow_start);
u32 mx_care_ramp_wait(u32 elapsed, u32 slow_start);
u32 mx_care_ms(u32 from, u32 now);
u32 mx_care_left(u32 from, u32 ms, u32 now);
u32 mx_care_share(const struct mx_care *c, const struct mx_care_params *p);
u32 mx_care_weight(u32 weight, u32 share, u32 top);
u32 mx_care_effective(u32 weight, u32 share);
u32 mx_care_door(u32 share);
u32 mx_care_admit(const struct mx_pool *pool, u32 at, u32 random);
u32 mx_care_by_latency(u32 ewma, u32 mean);
u32 mx_care_by_load(u32 load);
bool mx_care_follow(struct mx_care *c, const struct mx_care_params *p,
		    u32 target);
void mx_care_even(const struct mx_pool *pool, bool weighs,
		  struct mx_even *even);

#endif /* MX_GROUP_CARE_H */
