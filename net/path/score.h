/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What figures of a path are worth: its score and status, and how well it suits
 * what a group prefers. Numbers only; mutexctl is built from the same source.
 *
 * Times are in microseconds, loss in parts per million of the probes, points in
 * thousandths.
 */
#ifndef MX_PATH_SCORE_H
#define MX_PATH_SCORE_H

#include <linux/types.h>

#define MX_POINTS_MAX		100000U		/* 100 points */
#define MX_POINTS_UP		50000U		/* a path with fewer is degraded */
#define MX_LOSS_ALL		1000000U	/* every probe is lost */
#define MX_LOSS_DOWN		500000U		/* at that loss a path is down */

/**
 * enum mx_status - what a path is good for; the order of enum mutex_path_status
 * @MX_STATUS_UNKNOWN: not enough is known
 * @MX_STATUS_UP: good
 * @MX_STATUS_DEGRADED: better than nothing
 * @MX_STATUS_DOWN: carries nothing
 */
enum mx_status {
	MX_STATUS_UNKNOWN,
	MX_STATUS_UP,
	MX_STATUS_DEGRADED,
	MX_STATUS_DOWN,
};

u32 mx_score_rtt_milli(u32 rtt_us);
u32 mx_score_jitter_milli(u32 jitter_us);
u32 mx_score_loss_milli(u32 loss_ppm);
u32 mx_score_milli(u32 rtt_us, u32 jitter_us, u32 loss_ppm);
u8 mx_score_status(u32 score_milli, u32 loss_ppm);

/**
 * enum mx_prefer_kind - what a group wants of a path; the order of enum mutex_prefer
 * @MX_PREFER_BALANCED: a bit of all
 * @MX_PREFER_LATENCY: the shortest round trip
 * @MX_PREFER_BANDWIDTH: the most bandwidth
 * @MX_PREFER_LOSS: the least loss
 * @MX_PREFER_LATENCY_SENSITIVE: speech, conferences
 * @MX_PREFER_THROUGHPUT: transfers of files, backups
 * @MX_PREFER_COST: what is cheap
 * @MX_PREFER_CUSTOM: the user's weights
 * @MX_PREFER_KINDS: how many there are
 */
enum mx_prefer_kind {
	MX_PREFER_BALANCED,
	MX_PREFER_LATENCY,
	MX_PREFER_BANDWIDTH,
	MX_PREFER_LOSS,
	MX_PREFER_LATENCY_SENSITIVE,
	MX_PREFER_THROUGHPUT,
	MX_PREFER_COST,
	MX_PREFER_CUSTOM,
	MX_PREFER_KINDS,
};

#define MX_PREFER_WEIGHT_MAX	100

/**
 * struct mx_prefer_weights - what counts how much in a weighted mean
 * @latency: of the round trip
 * @jitter: of jitter
 * @loss: of loss
 * @bandwidth: of bandwidth
 * @cost: of cost; 0 in what a user can say
 *
 * Each is at most MX_PREFER_WEIGHT_MAX. They need not add up to 100.
 */
struct mx_prefer_weights {
	u8 latency;
	u8 jitter;
	u8 loss;
	u8 bandwidth;
	u8 cost;
};

/**
 * struct mx_prefer - what a group prefers
 * @kind: enum mx_prefer_kind
 * @custom: of MX_PREFER_CUSTOM
 */
struct mx_prefer {
	u8 kind;
	struct mx_prefer_weights custom;
};

/**
 * struct mx_prefer_in - the figures of a path
 * @rtt_us: round trip
 * @jitter_us: standard deviation
 * @loss_ppm: loss
 * @bandwidth: Mbit/s, 0 if unknown
 * @cost: as the user said, the less the better
 */
struct mx_prefer_in {
	u32 rtt_us;
	u32 jitter_us;
	u32 loss_ppm;
	u32 bandwidth;
	u32 cost;
};

#define MX_PREFER_RANK_BITS	28	/* all ranks are less than 2 to that power */

bool mx_prefer_valid(const struct mx_prefer *p);
u32 mx_prefer_milli(const struct mx_prefer *p, const struct mx_prefer_in *in);
u32 mx_prefer_rank(const struct mx_prefer *p, const struct mx_prefer_in *in);

#endif /* MX_PATH_SCORE_H */
