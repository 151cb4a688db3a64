// SPDX-License-Identifier: GPL-2.0
/* The status of a path, and the limits of groups; nothing here but numbers. */
#include <linux/build_bug.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "path/judge.h"
#include "path/pace.h"

static_assert(MX_PACE_BURST + 1 >= MX_JUDGE_FALL);

/* One loss or two tell nothing of a rate. */
#define MX_LOST_LEAST		3
/* After so many probes, the ones before the last 100 tell what is usual. */
#define MX_JUDGE_KNOWN		(2 * MX_WINDOW_RECENT)

/**
 * mx_judge_defaults() - how a path is judged if nothing is said
 * @p: result
 */
void mx_judge_defaults(struct mx_judge_params *p)
{
	*p = (struct mx_judge_params) {
		.enough = 5,
		.fall = MX_JUDGE_FALL,
		.worse = 3,
		.rise = 5,
		.margin_milli = 5000,
		.brown_ppm = 20000,
		.hold_min = 10000,
		.hold_max = 300000,
	};
}

/**
 * mx_judge_valid() - can a path be judged so
 * @p: what a user says
 *
 * Return: false if one of the numbers is out of its range.
 */
bool mx_judge_valid(const struct mx_judge_params *p)
{
	return p->enough <= MX_WINDOW_SHORT &&
	       p->fall && p->fall <= MX_JUDGE_COUNT_MAX &&
	       p->worse && p->worse <= MX_JUDGE_COUNT_MAX &&
	       p->rise && p->rise <= MX_JUDGE_COUNT_MAX &&
	       p->margin_milli <= MX_JUDGE_MARGIN_MAX &&
	       p->brown_ppm <= MX_LOSS_ALL &&
	       p->hold_min <= p->hold_max && p->hold_max <= MX_JUDGE_MS_MAX;
}

/**
 * mx_judge_init() - nothing is known yet
 * @j: the state
 * @link: the path's link is there
 * @now_ms: the clock
 */
void mx_judge_init(struct mx_judge *j, bool link, u64 now_ms)
{
	memset(j, 0, sizeof(*j));
	j->link = link;
	j->status = link ? MX_STATUS_UNKNOWN : MX_STATUS_DOWN;
	j->why = link ? MX_WHY_NONE : MX_WHY_LINK;
	j->since = now_ms;
}

static void mx_judge_enter(struct mx_judge *j, u8 status, u8 why, u64 now)
{
	j->status = status;
	j->why = why;
	j->since = now;
	j->bads = 0;
	j->lows = 0;
	j->goods = 0;
	if (status == MX_STATUS_UP || status == MX_STATUS_DOWN)
		j->brown = false;
}

/* Each time that a path ceases to be up, it has to prove itself for longer. */
static void mx_judge_worsen(struct mx_judge *j, const struct mx_judge_params *p,
			    u8 status, u8 why, u64 now)
{
	if (j->status == MX_STATUS_UP) {
		if (now - j->since >= p->hold_max)
			j->level = 0;
		j->hold = min_t(u64, (u64)p->hold_min << j->level, p->hold_max);
		if (j->hold < p->hold_max && j->level < 31)
			j->level++;
		j->flaps++;
	}
	j->until = now + j->hold;
	mx_judge_enter(j, status, why, now);
}

/* What takes most from the score; without an answer, or at a tie, that is loss. */
static u8 mx_judge_blame(const struct mx_window_figures *f)
{
	u32 latency = 4 * (MX_POINTS_MAX - mx_score_rtt_milli(f->rtt_us));
	u32 jitter = 3 * (MX_POINTS_MAX - mx_score_jitter_milli(f->jitter_us));
	u32 loss = 3 * (MX_POINTS_MAX - mx_score_loss_milli(f->loss_ppm));

	if (!f->answered || loss >= max(latency, jitter))
		return MX_WHY_LOSS;
	return latency >= jitter ? MX_WHY_LATENCY : MX_WHY_JITTER;
}

static u8 mx_judge_raw(const struct mx_window_figures *f)
{
	return mx_score_status(f->score_milli, f->loss_ppm);
}

/*
 * What the last 100 probes of a path that always loses some may lose by chance:
 * four standard deviations above its mean, up to four times the limit. The mean
 * is that of the probes before these, and two of its own deviations more: who
 * was lucky of late need not be better than he was.
 */
static u32 mx_judge_usual(const struct mx_judge_params *p,
			  const struct mx_window_figures *f)
{
	u32 n, lost, mean;

	if (f->samples_long < MX_JUDGE_KNOWN)
		return p->brown_ppm;
	n = f->samples_long - MX_WINDOW_RECENT;
	lost = f->lost_long - f->recent;
	/* in thousandths of a probe */
	lost = lost * 1000 + 2 * (u32)int_sqrt(lost * 1000000);
	mean = lost * (MX_LOSS_ALL / 1000) / n;
	return clamp(mean + 400 * (u32)int_sqrt(mean), p->brown_ppm,
		     4 * p->brown_ppm);
}

/* A brownout begins above what is usual, and ends at half of the limit. */
static bool mx_judge_browns(const struct mx_judge *j,
			    const struct mx_judge_params *p,
			    const struct mx_window_figures *f)
{
	u32 ppm = f->recent * (MX_LOSS_ALL / MX_WINDOW_RECENT);

	if (!p->brown_ppm)
		return false;
	if (j->brown)
		return ppm > p->brown_ppm / 2;
	return f->recent >= MX_LOST_LEAST && ppm > mx_judge_usual(p, f);
}

static u8 mx_judge_bad_why(const struct mx_judge_params *p,
			   const struct mx_window_figures *f)
{
	return f->run >= p->fall || !f->answered ? MX_WHY_SILENT : MX_WHY_LOSS;
}

/* The first word: the source's, once there are enough probes. */
static void mx_judge_first(struct mx_judge *j, const struct mx_judge_params *p,
			   const struct mx_window_figures *f, u64 now)
{
	u8 raw = mx_judge_raw(f);

	if (f->samples < p->enough)
		return;
	/* Some loss of a few probes need not be half of ten. */
	if (raw == MX_STATUS_DOWN && f->answered &&
	    f->samples < MX_WINDOW_SHORT)
		return;
	if (raw == MX_STATUS_DOWN)
		mx_judge_worsen(j, p, raw, mx_judge_bad_why(p, f), now);
	else if (raw == MX_STATUS_DEGRADED)
		mx_judge_worsen(j, p, raw, mx_judge_blame(f), now);
	else
		mx_judge_enter(j, raw, MX_WHY_NONE, now);
}

/* Enough misses that the path is down; true if it has become so now. */
static bool mx_judge_falls(struct mx_judge *j, const struct mx_judge_params *p,
			   const struct mx_judge_in *in, u64 now)
{
	const struct mx_window_figures *f = in->f;

	if (mx_judge_raw(f) != MX_STATUS_DOWN)
		j->bads = 0;
	else if (in->event == MX_JUDGE_MISS && j->bads < U16_MAX)
		j->bads++;
	if (f->run < p->fall && j->bads < p->fall)
		return false;
	mx_judge_worsen(j, p, MX_STATUS_DOWN, mx_judge_bad_why(p, f), now);
	return true;
}

static void mx_judge_up(struct mx_judge *j, const struct mx_judge_params *p,
			const struct mx_judge_in *in, u64 now)
{
	const struct mx_window_figures *f = in->f;

	if (mx_judge_falls(j, p, in, now))
		return;
	if (mx_judge_browns(j, p, f)) {
		mx_judge_worsen(j, p, MX_STATUS_DEGRADED, MX_WHY_LOSS, now);
		j->brown = true;
		return;
	}
	j->lows = f->score_milli < MX_POINTS_UP ? j->lows + 1 : 0;
	if (j->lows >= p->worse)
		mx_judge_worsen(j, p, MX_STATUS_DEGRADED, mx_judge_blame(f),
				now);
}

/* Would the path be up, with something to spare? */
static bool mx_judge_fine(const struct mx_judge *j,
			  const struct mx_judge_params *p,
			  const struct mx_window_figures *f)
{
	return mx_judge_raw(f) == MX_STATUS_UP &&
	       f->score_milli >= MX_POINTS_UP + p->margin_milli &&
	       !mx_judge_browns(j, p, f);
}

static bool mx_judge_risen(const struct mx_judge *j,
			   const struct mx_judge_params *p, u64 now)
{
	return j->goods >= p->rise && now >= j->until;
}

static void mx_judge_degraded(struct mx_judge *j,
			      const struct mx_judge_params *p,
			      const struct mx_judge_in *in, u64 now)
{
	const struct mx_window_figures *f = in->f;

	if (mx_judge_falls(j, p, in, now))
		return;
	/* A path that is slow may begin to lose, too. */
	if (mx_judge_browns(j, p, f))
		j->brown = true;
	if (!mx_judge_fine(j, p, f)) {
		j->goods = 0;
		return;
	}
	j->brown = false;
	if (j->goods < U16_MAX)
		j->goods++;
	if (mx_judge_risen(j, p, now))
		mx_judge_enter(j, MX_STATUS_UP, MX_WHY_RECOVERED, now);
}

static void mx_judge_down(struct mx_judge *j, const struct mx_judge_params *p,
			  const struct mx_judge_in *in, u64 now)
{
	const struct mx_window_figures *f = in->f;

	if (!j->link)
		return;
	if (mx_judge_raw(f) == MX_STATUS_DOWN)
		j->goods = 0;
	else if (in->event == MX_JUDGE_ANSWER && j->goods < U16_MAX)
		j->goods++;
	if (!mx_judge_risen(j, p, now))
		return;
	if (mx_judge_fine(j, p, f))
		mx_judge_enter(j, MX_STATUS_UP, MX_WHY_RECOVERED, now);
	else
		mx_judge_enter(j, MX_STATUS_DEGRADED, MX_WHY_RECOVERED, now);
}

static void mx_judge_sample(struct mx_judge *j, const struct mx_judge_params *p,
			    const struct mx_judge_in *in, u64 now)
{
	switch (j->status) {
	case MX_STATUS_UNKNOWN:
		mx_judge_first(j, p, in->f, now);
		break;
	case MX_STATUS_UP:
		mx_judge_up(j, p, in, now);
		break;
	case MX_STATUS_DEGRADED:
		mx_judge_degraded(j, p, in, now);
		break;
	default:
		mx_judge_down(j, p, in, now);
	}
}

/* A path that is not probed is up while its link is, after the hold-down. */
static void mx_judge_tick(struct mx_judge *j, const struct mx_judge_params *p,
			  u64 now)
{
	if (p->enough || !j->link || j->status == MX_STATUS_UP)
		return;
	if (j->status == MX_STATUS_UNKNOWN)
		mx_judge_enter(j, MX_STATUS_UP, MX_WHY_NONE, now);
	else if (now >= j->until)
		mx_judge_enter(j, MX_STATUS_UP, MX_WHY_RECOVERED, now);
}

/**
 * mx_judge_step() - what becomes of a path's status
 * @j: its state
 * @p: the parameters
 * @in: what happened
 * @now_ms: the clock; when it goes back, it counts as standing still
 *
 * Return: enum mx_status.
 */
u8 mx_judge_step(struct mx_judge *j, const struct mx_judge_params *p,
		 const struct mx_judge_in *in, u64 now_ms)
{
	u64 now = max(now_ms, j->since);

	switch (in->event) {
	case MX_JUDGE_LINK_DOWN:
		j->link = false;
		if (j->status != MX_STATUS_DOWN)
			mx_judge_worsen(j, p, MX_STATUS_DOWN, MX_WHY_LINK, now);
		j->goods = 0;
		break;
	case MX_JUDGE_LINK_UP:
		/* Held since before anybody knew it: nothing to prove. */
		if (!j->link && !j->flaps && !j->until)
			mx_judge_enter(j, MX_STATUS_UNKNOWN, MX_WHY_NONE, now);
		j->link = true;
		mx_judge_tick(j, p, now);
		break;
	case MX_JUDGE_TICK:
		mx_judge_tick(j, p, now);
		break;
	default:
		mx_judge_sample(j, p, in, now);
	}
	return j->status;
}

/**
 * mx_judge_wake() - when MX_JUDGE_TICK is wanted
 * @j: the state
 * @p: the parameters
 *
 * Return: milliseconds of the clock, 0 for never.
 */
u64 mx_judge_wake(const struct mx_judge *j, const struct mx_judge_params *p)
{
	if (p->enough || !j->link || j->status == MX_STATUS_UP)
		return 0;
	return max_t(u64, j->until, 1);
}

static u8 mx_judge_seen(struct mx_judge *j, struct mx_window *w,
			const struct mx_judge_params *p, u8 event, u64 now_ms)
{
	struct mx_window_figures f;
	struct mx_judge_in in = { .event = event, .f = &f };
	u8 status;

	mx_window_quick(w, &f);
	status = mx_judge_step(j, p, &in, now_ms);
	mx_window_outage(w, status == MX_STATUS_DOWN);
	return status;
}

/**
 * mx_judge_answer() - a probe was answered
 * @j: the path's state
 * @w: its window
 * @p: the parameters
 * @rtt_us: as of mx_window_answer()
 * @fwd_us: as of mx_window_answer()
 * @back_us: as of mx_window_answer()
 * @now_ms: the clock
 *
 * Return: enum mx_status.
 */
u8 mx_judge_answer(struct mx_judge *j, struct mx_window *w,
		   const struct mx_judge_params *p, u32 rtt_us, s32 fwd_us,
		   s32 back_us, u64 now_ms)
{
	mx_window_answer(w, rtt_us, fwd_us, back_us);
	return mx_judge_seen(j, w, p, MX_JUDGE_ANSWER, now_ms);
}

/**
 * mx_judge_miss() - a probe was not answered in time
 * @j: the path's state
 * @w: its window
 * @p: the parameters
 * @now_ms: the clock
 *
 * Return: enum mx_status.
 */
u8 mx_judge_miss(struct mx_judge *j, struct mx_window *w,
		 const struct mx_judge_params *p, u64 now_ms)
{
	mx_window_miss(w);
	return mx_judge_seen(j, w, p, MX_JUDGE_MISS, now_ms);
}

/**
 * mx_judge_link() - a path's link has come or gone
 * @j: the path's state
 * @w: its window; begins anew with the link
 * @p: the parameters
 * @link: it is there
 * @now_ms: the clock
 *
 * Return: enum mx_status.
 */
u8 mx_judge_link(struct mx_judge *j, struct mx_window *w,
		 const struct mx_judge_params *p, bool link, u64 now_ms)
{
	struct mx_judge_in in = {
		.event = link ? MX_JUDGE_LINK_UP : MX_JUDGE_LINK_DOWN,
	};
	u8 status;

	if (link && !j->link)
		mx_window_init(w);
	status = mx_judge_step(j, p, &in, now_ms);
	mx_window_outage(w, status == MX_STATUS_DOWN);
	return status;
}

/**
 * mx_sla_from() - what of a path's figures is held against limits
 * @in: result
 * @f: the figures
 */
void mx_sla_from(struct mx_sla_in *in, const struct mx_window_figures *f)
{
	*in = (struct mx_sla_in) {
		.samples = f->samples,
		.answered = f->answered,
		.rtt_us = f->rtt_us,
		.jitter_us = f->jitter_us,
		.recent = f->recent,
		.lost_long = f->lost_long,
		.loss_long_ppm = f->loss_long_ppm,
	};
}

/* Above the limit; if it was, down to nine tenths of it. */
static bool mx_sla_over(u32 value, u32 limit, bool before)
{
	return limit && value > (before ? limit - limit / 10 : limit);
}

/* The greater of the last 100 probes and of the last 1,024, if they tell anything. */
static u32 mx_sla_loss(const struct mx_sla_in *in)
{
	u32 ppm = 0;

	if (in->lost_long >= MX_LOST_LEAST)
		ppm = in->loss_long_ppm;
	if (in->recent >= MX_LOST_LEAST)
		ppm = max(ppm, in->recent * (MX_LOSS_ALL / MX_WINDOW_RECENT));
	return ppm;
}

/**
 * mx_sla_judge() - does a path keep a group's limits
 * @sla: the limits
 * @in: figures of the path
 * @before: what was returned for them the last time, 0 the first time
 *
 * A limit itself is kept. Each is judged by itself; what has broken it keeps it
 * again at nine tenths of it. Until the window of ten is full nothing changes.
 *
 * Return: MX_SLA_ bits of those that are not kept.
 */
u8 mx_sla_judge(const struct mx_sla *sla, const struct mx_sla_in *in, u8 before)
{
	u8 over = 0;

	if (in->samples < MX_WINDOW_SHORT)
		return before;
	/* Without an answer there is no round trip that could be within a limit. */
	if (!in->answered && sla->latency_us)
		over |= before & MX_SLA_LATENCY;
	if (!in->answered && sla->jitter_us)
		over |= before & MX_SLA_JITTER;
	if (mx_sla_over(in->rtt_us, sla->latency_us, before & MX_SLA_LATENCY))
		over |= MX_SLA_LATENCY;
	if (mx_sla_over(in->jitter_us, sla->jitter_us, before & MX_SLA_JITTER))
		over |= MX_SLA_JITTER;
	if (mx_sla_over(mx_sla_loss(in), sla->loss_ppm, before & MX_SLA_LOSS))
		over |= MX_SLA_LOSS;
	return over;
}
