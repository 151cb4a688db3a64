// SPDX-License-Identifier: GPL-2.0
/*
 * Score, status and preferences. The formulas jump at some of their ends; what
 * holds there is in Documentation/paths.rst, and is no accident.
 */
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "path/score.h"

#define MX_RTT_GOOD		50000U
#define MX_RTT_BAD		200000U
#define MX_JITTER_GOOD		5000U
#define MX_JITTER_BAD		50000U
#define MX_LOSS_GOOD		1000U
#define MX_LOSS_BAD		100000U

/*
 * Points are exact in 180ths of a thousandth: 50 points over 150 ms, over 45 ms
 * and over 10 % are 60, 200 and 90 of these for a microsecond or a millionth.
 */
#define MX_PARTS		180U
#define MX_PARTS_MAX		(MX_POINTS_MAX * MX_PARTS)

static u32 mx_parts_rtt(u32 us)
{
	if (us > MX_RTT_BAD)
		return 0;
	return us < MX_RTT_GOOD ? MX_PARTS_MAX :
	       MX_PARTS_MAX - (us - MX_RTT_GOOD) * 60;
}

static u32 mx_parts_jitter(u32 us)
{
	if (us > MX_JITTER_BAD)
		return 0;
	return us < MX_JITTER_GOOD ? MX_PARTS_MAX :
	       MX_PARTS_MAX - (us - MX_JITTER_GOOD) * 200;
}

static u32 mx_parts_loss(u32 ppm)
{
	if (ppm > MX_LOSS_BAD)
		return 0;
	return ppm < MX_LOSS_GOOD ? MX_PARTS_MAX : MX_PARTS_MAX - ppm * 90;
}

/**
 * mx_score_rtt_milli() - the points of a round trip
 * @rtt_us: how long it takes
 *
 * Return: 100 below 50 ms, from 100 down to 50 at 200 ms, 0 above; in
 * thousandths, rounded down.
 */
u32 mx_score_rtt_milli(u32 rtt_us)
{
	return mx_parts_rtt(rtt_us) / MX_PARTS;
}

/**
 * mx_score_jitter_milli() - the points of jitter
 * @jitter_us: standard deviation
 *
 * Return: 100 below 5 ms, from 100 down to 50 at 50 ms, 0 above; in
 * thousandths, rounded down.
 */
u32 mx_score_jitter_milli(u32 jitter_us)
{
	return mx_parts_jitter(jitter_us) / MX_PARTS;
}

/**
 * mx_score_loss_milli() - the points of loss
 * @loss_ppm: loss
 *
 * Return: 100 below 0.1 %, from 99.5 down to 50 at 10 %, 0 above; in
 * thousandths, rounded down.
 */
u32 mx_score_loss_milli(u32 loss_ppm)
{
	return mx_parts_loss(loss_ppm) / MX_PARTS;
}

/**
 * mx_score_milli() - the score of a path
 * @rtt_us: mean round trip
 * @jitter_us: its standard deviation
 * @loss_ppm: loss
 *
 * Computed exactly and rounded down once, so that a score of 50 is one.
 *
 * Return: 0 to MX_POINTS_MAX, in thousandths of a point.
 */
u32 mx_score_milli(u32 rtt_us, u32 jitter_us, u32 loss_ppm)
{
	u64 sum = 4ULL * mx_parts_rtt(rtt_us) +
		  3ULL * mx_parts_jitter(jitter_us) +
		  3ULL * mx_parts_loss(loss_ppm);

	return div_u64(sum, 10 * MX_PARTS);
}

/**
 * mx_score_status() - the status that a score means
 * @score_milli: from mx_score_milli()
 * @loss_ppm: loss
 *
 * Return: enum mx_status, never unknown: down from 50 % of loss on whatever the
 * score, else degraded below 50 points, else up.
 */
u8 mx_score_status(u32 score_milli, u32 loss_ppm)
{
	if (loss_ppm >= MX_LOSS_DOWN)
		return MX_STATUS_DOWN;
	return score_milli < MX_POINTS_UP ? MX_STATUS_DEGRADED : MX_STATUS_UP;
}

/* The weights of those kinds that are weighted means. */
static const struct mx_prefer_weights mx_prefer_presets[MX_PREFER_KINDS] = {
	[MX_PREFER_BALANCED] = {
		.latency = 30, .jitter = 20, .loss = 30, .bandwidth = 20,
	},
	[MX_PREFER_LATENCY_SENSITIVE] = {
		.latency = 50, .jitter = 30, .loss = 20,
	},
	[MX_PREFER_THROUGHPUT] = {
		.latency = 10, .jitter = 10, .loss = 30, .bandwidth = 50,
	},
	[MX_PREFER_COST] = {
		.latency = 10, .jitter = 10, .loss = 20, .bandwidth = 10,
		.cost = 50,
	},
};

static u32 mx_prefer_sum(const struct mx_prefer_weights *w)
{
	return w->latency + w->jitter + w->loss + w->bandwidth + w->cost;
}

/**
 * mx_prefer_valid() - can that be preferred
 * @p: what a user says
 *
 * Return: false for a kind that is none, for a weight that is too high, and for
 * weights that are all 0.
 */
bool mx_prefer_valid(const struct mx_prefer *p)
{
	const struct mx_prefer_weights *w = &p->custom;

	if (p->kind != MX_PREFER_CUSTOM)
		return p->kind < MX_PREFER_CUSTOM;
	return w->latency <= MX_PREFER_WEIGHT_MAX &&
	       w->jitter <= MX_PREFER_WEIGHT_MAX &&
	       w->loss <= MX_PREFER_WEIGHT_MAX &&
	       w->bandwidth <= MX_PREFER_WEIGHT_MAX &&
	       w->cost <= MX_PREFER_WEIGHT_MAX && mx_prefer_sum(w);
}

/* The mean of the points, weighted; of bandwidth and cost between 0 and 100. */
static u32 mx_prefer_mean(const struct mx_prefer_weights *w,
			  const struct mx_prefer_in *in)
{
	const u32 unit = MX_PARTS * 1000;
	u32 weights = mx_prefer_sum(w);
	u64 sum;

	if (!weights)
		return 0;
	sum = (u64)w->latency * mx_parts_rtt(in->rtt_us) +
	      (u64)w->jitter * mx_parts_jitter(in->jitter_us) +
	      (u64)w->loss * mx_parts_loss(in->loss_ppm) +
	      (u64)w->bandwidth * min(in->bandwidth, 1000U) * (unit / 10) +
	      (u64)w->cost * (100 - min(in->cost, 100U)) * unit;
	return div_u64(sum, weights * MX_PARTS);
}

/* May be less than 0, or more than 100 points, as the formulas have it. */
static s64 mx_prefer_exact(const struct mx_prefer *p,
			   const struct mx_prefer_in *in)
{
	switch (p->kind) {
	case MX_PREFER_LATENCY:
		return ((s64)MX_RTT_BAD - in->rtt_us) >> 1;
	case MX_PREFER_BANDWIDTH:
		return (s64)in->bandwidth * 100;
	case MX_PREFER_LOSS:
		return (MX_LOSS_ALL - min(in->loss_ppm, MX_LOSS_ALL)) / 10;
	case MX_PREFER_CUSTOM:
		return mx_prefer_mean(&p->custom, in);
	default:
		if (p->kind >= MX_PREFER_KINDS)
			return 0;
		return mx_prefer_mean(&mx_prefer_presets[p->kind], in);
	}
}

/**
 * mx_prefer_milli() - how well a path suits
 * @p: what is preferred
 * @in: figures of the path
 *
 * Return: points in thousandths; from 0 on, of bandwidth beyond 100 points.
 */
u32 mx_prefer_milli(const struct mx_prefer *p, const struct mx_prefer_in *in)
{
	return clamp_t(s64, mx_prefer_exact(p, in), 0, U32_MAX);
}

/**
 * mx_prefer_rank() - a number to compare paths by
 * @p: what is preferred
 * @in: figures of the path
 *
 * Goes on where points end: of round trips beyond 200 ms the shorter one still
 * has the higher rank, up to 268 s; of bandwidth, more up to 1.3 Tbit/s.
 *
 * Return: less than 2^MX_PREFER_RANK_BITS; higher is better.
 */
u32 mx_prefer_rank(const struct mx_prefer *p, const struct mx_prefer_in *in)
{
	const s64 half = 1LL << (MX_PREFER_RANK_BITS - 1);

	return clamp_t(s64, mx_prefer_exact(p, in) + half, 0, 2 * half - 1);
}
