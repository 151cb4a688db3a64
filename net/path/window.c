// SPDX-License-Identifier: GPL-2.0
/* Samples of a path, and the figures that they give. */
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/math.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/prefetch.h>
#include <linux/string.h>

#include "path/score.h"
#include "path/window.h"

#define MX_BUCKET_LOST		U16_MAX
#define MX_WAY_SLACK		1000	/* us by which clocks may drift between probes */

/**
 * mx_window_init() - forget all samples
 * @w: the window
 */
void mx_window_init(struct mx_window *w)
{
	BUILD_BUG_ON(sizeof(*w) >= 4096);
	BUILD_BUG_ON(MX_WINDOW_LONG & (MX_WINDOW_LONG - 1));
	BUILD_BUG_ON(MX_HIST_ROW != 1U << MX_HIST_BITS);
	memset(w, 0, sizeof(*w));
}

/* The bucket of a round trip, and the middle of a bucket. */
static u32 mx_bucket_of(u32 us)
{
	u32 row;

	if (us < MX_HIST_ROW)
		return us;
	row = fls(us) - MX_HIST_BITS;
	return row * MX_HIST_ROW + (us >> (row - 1)) % MX_HIST_ROW;
}

static u32 mx_bucket_middle(u32 bucket)
{
	u32 row = bucket / MX_HIST_ROW;

	if (!row)
		return bucket;
	return ((MX_HIST_ROW + bucket % MX_HIST_ROW) << (row - 1)) +
	       ((1U << (row - 1)) >> 1);
}

static u16 *mx_window_at(struct mx_window *w, u32 back)
{
	return &w->bucket[(w->head - back) & (MX_WINDOW_LONG - 1)];
}

/* The oldest sample of the long window leaves it. */
static void mx_window_drop(struct mx_window *w)
{
	u16 bucket = *mx_window_at(w, w->held);

	w->held--;
	if (bucket == MX_BUCKET_LOST) {
		w->lost--;
		return;
	}
	w->hist[bucket]--;
	w->rows[bucket / MX_HIST_ROW]--;
}

static void mx_window_push(struct mx_window *w, u16 bucket)
{
	if (w->held == MX_WINDOW_LONG)
		mx_window_drop(w);
	/* most often none was lost, and that far back nothing is looked at */
	if (w->recent && w->held >= MX_WINDOW_RECENT &&
	    *mx_window_at(w, MX_WINDOW_RECENT) == MX_BUCKET_LOST)
		w->recent--;
	*mx_window_at(w, 0) = bucket;
	w->head = (w->head + 1) & (MX_WINDOW_LONG - 1);
	w->held++;
	if (bucket == MX_BUCKET_LOST) {
		w->lost++;
		w->recent++;
		return;
	}
	w->hist[bucket]++;
	w->rows[bucket / MX_HIST_ROW]++;
}

static void mx_window_short(struct mx_window *w, u32 rtt_us)
{
	w->rtt[w->next] = rtt_us;
	w->next = (w->next + 1) % MX_WINDOW_SHORT;
	if (w->samples < MX_WINDOW_SHORT)
		w->samples++;
}

/*
 * @transit is the low half of a time whose zero does not matter, so it may wrap.
 * Two transits of one way differ by no more than the longer of the round trips,
 * @most; if they do, a clock was set.
 */
static void mx_jitter_add(struct mx_jitter *j, u32 transit, u32 most)
{
	s64 d = (s32)(transit - j->last);
	bool known = j->known;

	j->last = transit;
	j->known = true;
	d = abs(d);
	if (!known || d > (s64)most + MX_WAY_SLACK)
		return;
	j->scaled += (u32)d - ((j->scaled + 8) >> 4);
}

/* What was set aside in an outage was loss if an answer follows soon. */
static void mx_window_settle(struct mx_window *w)
{
	while (w->run < MX_WINDOW_OUTAGE && w->aside) {
		mx_window_push(w, MX_BUCKET_LOST);
		w->aside--;
	}
	w->aside = 0;
}

/**
 * mx_window_answer() - a probe was answered
 * @w: the window
 * @rtt_us: the round trip
 * @fwd_us: the way there by two clocks that need not agree, low 32 bits of it;
 *	or MX_WAY_NONE
 * @back_us: the way back likewise
 *
 * Round trips over 67 s count as 67 s.
 */
void mx_window_answer(struct mx_window *w, u32 rtt_us, s32 fwd_us, s32 back_us)
{
	u32 most, bucket;

	rtt_us = min(rtt_us, MX_RTT_MAX);
	bucket = mx_bucket_of(rtt_us);
	prefetchw(&w->hist[bucket]);
	prefetchw(mx_window_at(w, 0));
	most = max(rtt_us, w->last_rtt);
	mx_window_settle(w);
	mx_window_short(w, rtt_us);
	mx_window_push(w, bucket);
	mx_jitter_add(&w->trip, rtt_us, MX_RTT_MAX);
	if (fwd_us != MX_WAY_NONE)
		mx_jitter_add(&w->fwd, fwd_us, most);
	if (back_us != MX_WAY_NONE)
		mx_jitter_add(&w->back, back_us, most);
	w->last_rtt = rtt_us;
	w->run = 0;
}

/**
 * mx_window_miss() - a probe was not answered in time
 * @w: the window
 */
void mx_window_miss(struct mx_window *w)
{
	mx_window_short(w, MX_UNKNOWN);
	if (!w->outage)
		mx_window_push(w, MX_BUCKET_LOST);
	else if (w->aside < MX_WINDOW_OUTAGE)
		w->aside++;
	if (w->run < U32_MAX)
		w->run++;
}

/* The misses at the end of the long window leave it again. */
static void mx_window_rewind(struct mx_window *w)
{
	u32 i;

	while (w->held && *mx_window_at(w, 1) == MX_BUCKET_LOST) {
		w->head = (w->head - 1) & (MX_WINDOW_LONG - 1);
		w->held--;
		w->lost--;
	}
	w->recent = 0;
	for (i = 1; i <= min_t(u32, w->held, MX_WINDOW_RECENT); i++) {
		if (*mx_window_at(w, i) == MX_BUCKET_LOST)
			w->recent++;
	}
}

/**
 * mx_window_outage() - an outage begins or is over
 * @w: the window
 * @down: the path is down
 *
 * An outage is no loss: MX_WINDOW_OUTAGE misses in a row that it began with are
 * taken out of the long window, and so many of its time are not put there. So a
 * path that is back again is not held to be lossy for the next thousand probes.
 * Fewer in a row are loss, also on a path that is down: it may be down because
 * it loses much. The ten last probes have them all.
 */
void mx_window_outage(struct mx_window *w, bool down)
{
	if (down && !w->outage && w->run >= MX_WINDOW_OUTAGE)
		mx_window_rewind(w);
	w->outage = down;
}

static void mx_window_trips(const struct mx_window *w,
			    struct mx_window_figures *f)
{
	u64 sum = 0, squares = 0;
	u32 i, n = 0;

	f->rtt_min_us = MX_UNKNOWN;
	for (i = 0; i < w->samples; i++) {
		u32 rtt = w->rtt[i];

		if (rtt == MX_UNKNOWN)
			continue;
		n++;
		sum += rtt;
		squares += (u64)rtt * rtt;
		f->rtt_min_us = min(f->rtt_min_us, rtt);
		f->rtt_max_us = max(f->rtt_max_us, rtt);
	}
	f->answered = n;
	if (!n) {
		f->rtt_min_us = 0;
		return;
	}
	f->rtt_us = div_u64(sum, n);
	/* n^2 times the variance: less than 2^59, for round trips are short. */
	f->jitter_us = int_sqrt64(n * squares - sum * sum) / n;
}

static u32 mx_jitter_us(const struct mx_jitter *j)
{
	return j->known ? j->scaled >> 4 : MX_UNKNOWN;
}

/**
 * mx_window_quick() - what a window shows, without percentiles
 * @w: the window
 * @f: result
 *
 * Loss is that of the samples that are there. Without an answer among the last
 * ten the score is 0.
 */
void mx_window_quick(const struct mx_window *w, struct mx_window_figures *f)
{
	memset(f, 0, sizeof(*f));
	mx_window_trips(w, f);
	f->samples = w->samples;
	if (w->samples)
		f->loss_ppm = (w->samples - f->answered) * MX_LOSS_ALL /
			      w->samples;
	if (f->answered)
		f->score_milli = mx_score_milli(f->rtt_us, f->jitter_us,
						f->loss_ppm);
	f->run = w->run;
	f->recent = w->recent;
	f->samples_long = w->held;
	f->lost_long = w->lost;
	if (w->held)
		f->loss_long_ppm = w->lost * MX_LOSS_ALL / w->held;
	f->jitter3550_us = w->trip.scaled >> 4;
	f->fwd_jitter_us = mx_jitter_us(&w->fwd);
	f->back_jitter_us = mx_jitter_us(&w->back);
}

/* The round trip that @percent of the answers do not exceed: the nearest rank. */
static u32 mx_window_percentile(const struct mx_window *w, u32 percent)
{
	u32 answers = w->held - w->lost, row, i;
	u32 rank = (answers * percent + 99) / 100;

	if (!answers)
		return 0;
	for (row = 0; row < MX_HIST_ROWS - 1 && w->rows[row] < rank; row++)
		rank -= w->rows[row];
	i = row * MX_HIST_ROW;
	while (i < (row + 1) * MX_HIST_ROW - 1 && w->hist[i] < rank)
		rank -= w->hist[i++];
	return mx_bucket_middle(i);
}

/**
 * mx_window_figures() - all that a window shows
 * @w: the window
 * @f: result
 *
 * Percentiles are within 1/64 of the truth.
 */
void mx_window_figures(const struct mx_window *w, struct mx_window_figures *f)
{
	mx_window_quick(w, f);
	f->p50_us = mx_window_percentile(w, 50);
	f->p95_us = mx_window_percentile(w, 95);
	f->p99_us = mx_window_percentile(w, 99);
}
