// SPDX-License-Identifier: GPL-2.0
/* Trains of packets: what they tell, when and how they are sent. */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "path/train.h"

/* A longer train tells of a clock that was set, or of a path that stalled. */
#define MX_TRAIN_SPAN_NS	(10ULL * 1000 * 1000 * 1000)

/* One more of these trains goes back to back; the others find their speed. */
#define MX_BW_TURNS		4U
#define MX_BW_START_MS		1000U	/* between the first ones */
#define MX_BW_LONGER_MAX	2U	/* fourfold each */
#define MX_BW_BACKOFF_MAX	6U	/* doublings of the interval */

/* bits a nanosecond to kbit/s */
#define MX_NS_TO_KBPS		1000000ULL

static u32 mx_kbps(u64 bytes, u64 ns)
{
	u64 rate = div64_u64(bytes * 8 * MX_NS_TO_KBPS, max_t(u64, ns, 1));

	return min_t(u64, rate, U32_MAX);
}

/* The arrivals in order of time; packets of one size are all alike. */
static u32 mx_train_arrivals(const struct mx_train *t, u64 *came)
{
	u32 i, j, n = 0;

	for (i = 0; i < t->n && i < MX_TRAIN_MAX; i++) {
		if (!t->came[i])
			continue;
		for (j = n++; j && came[j - 1] > t->came[i]; j--)
			came[j] = came[j - 1];
		came[j] = t->came[i];
	}
	return n;
}

/**
 * struct mx_spread - arrivals, gathered into bursts
 * @n: bursts
 * @first: the last arrival of the first burst
 * @last: the last arrival of the last one
 * @prev: the last arrival of the one before that
 */
struct mx_spread {
	u32 n;
	u32 first;
	u32 last;
	u32 prev;
};

/*
 * A device that holds its interrupts back hands packets over in bursts, a token
 * bucket lets some through at once. Arrivals much closer than the mean are one
 * burst, and only the ends of bursts are measured from.
 */
static void mx_train_spread(const u64 *came, u32 n, struct mx_spread *s)
{
	u64 span = came[n - 1] - came[0];
	u32 i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < n; i++) {
		if (i + 1 < n && (came[i + 1] - came[i]) * 2 * (n - 1) <= span)
			continue;
		if (!s->n++)
			s->first = i;
		s->prev = s->last;
		s->last = i;
	}
	/* of a burst that ended with the train, more might have been part */
	if (s->n < n && s->n > 3)
		s->last = s->prev;
}

/* At what rate it was sent; U32_MAX if faster than the clock can tell. */
static u32 mx_train_in(const struct mx_train *t)
{
	u64 from = t->sent[0], to = t->sent[t->n - 1];

	if (to <= from)
		return U32_MAX;
	return mx_kbps((u64)(t->n - 1) * t->size, to - from);
}

/**
 * mx_train_judge() - tell the rates of a train
 * @t: the train
 * @f: where to put them
 *
 * Return: false if too little of it arrived, or all of it at once; @out is 0
 * then.
 */
bool mx_train_judge(const struct mx_train *t, struct mx_train_figures *f)
{
	u64 came[MX_TRAIN_MAX];
	struct mx_spread s;

	memset(f, 0, sizeof(*f));
	if (t->n < MX_TRAIN_LEAST || t->n > MX_TRAIN_MAX || !t->size)
		return false;
	f->got = mx_train_arrivals(t, came);
	if (f->got < MX_TRAIN_LEAST / 2 || f->got < t->n / 2)
		return false;
	if (came[f->got - 1] - came[0] > MX_TRAIN_SPAN_NS)
		return false;
	mx_train_spread(came, f->got, &s);
	f->burst = s.n < 3 || came[s.last] == came[s.first];
	if (f->burst)
		return false;
	f->in = mx_train_in(t);
	f->out = mx_kbps((u64)(s.last - s.first) * t->size,
			 came[s.last] - came[s.first]);
	/* no path makes it faster: it was held back, and handed on at once */
	f->burst = f->out / 5 > f->in / 4;
	if (f->burst)
		f->out = 0;
	return f->out > 0;
}

/**
 * mx_bw_init() - begin to measure a path
 * @bw: where to put it
 * @hint: what the user says that it carries, kbit/s; 0 if nothing
 * @now: the time, milliseconds
 */
void mx_bw_init(struct mx_bw *bw, u32 hint, u64 now)
{
	memset(bw, 0, sizeof(*bw));
	bw->hint = hint;
	bw->due = now;
}

static void mx_bw_keep(struct mx_bw_ring *r, u32 kbps)
{
	r->kbps[r->at] = kbps;
	r->at = (r->at + 1) % MX_BW_KEEP;
	r->n = min_t(u32, r->n + 1, MX_BW_KEEP);
}

/* The middle of the last results, the lower of two. */
static u32 mx_bw_median(const struct mx_bw_ring *r)
{
	u32 sorted[MX_BW_KEEP], i, j;

	for (i = 0; i < r->n; i++) {
		for (j = i; j && sorted[j - 1] > r->kbps[i]; j--)
			sorted[j] = sorted[j - 1];
		sorted[j] = r->kbps[i];
	}
	return r->n ? sorted[(r->n - 1) / 2] : 0;
}

/* What is known of the path's speed, to shape a train by. */
static u32 mx_bw_speed(const struct mx_bw *bw)
{
	return bw->fast.n ? mx_bw_median(&bw->fast) : bw->hint;
}

/* Long enough to tell something, and no longer than the path stands. */
static void mx_bw_shape(const struct mx_bw *bw, u32 speed, u32 mtu,
			struct mx_train_plan *plan)
{
	u64 bytes = speed ? (u64)speed * MX_TRAIN_MS / 8 :
			    MX_TRAIN_FIRST << 2 * bw->longer;

	plan->gap = 0;
	plan->size = clamp(mtu, MX_TRAIN_SIZE_LEAST, MX_TRAIN_SIZE_MAX);
	if (bytes >= plan->size * MX_TRAIN_LEAST) {
		plan->n = min_t(u64, div_u64(bytes, plan->size), MX_TRAIN_MAX);
		return;
	}
	plan->n = MX_TRAIN_LEAST;
	plan->size = max_t(u64, div_u64(bytes, MX_TRAIN_LEAST),
			   MX_TRAIN_SIZE_LEAST);
}

/* Milliseconds that the path must have to itself after a train. */
static u64 mx_bw_pause(u32 speed, u32 duty, const struct mx_train_plan *plan)
{
	u64 bits = (u64)plan->n * plan->size * 8;

	return div_u64(bits * 1000, clamp(duty, 1U, 1000U)) / max(speed, 1U);
}

/**
 * mx_bw_poll() - is a train to be sent now
 * @bw: the measuring
 * @interval: from one train to the next, milliseconds
 * @duty: permille of the path that trains may take; they come later if they must
 * @mtu: largest packet that the path carries
 * @now: the time, milliseconds
 * @plan: the train
 *
 * Return: whether it is; @due has become the time of the next.
 */
bool mx_bw_poll(struct mx_bw *bw, u32 interval, u32 duty, u32 mtu, u64 now,
		struct mx_train_plan *plan)
{
	u32 speed = mx_bw_speed(bw);
	u64 wait = interval;

	if (now < bw->due)
		return false;
	mx_bw_shape(bw, speed, mtu, plan);
	if (bw->fast.n < MX_BW_TRUST)
		wait = min(interval, MX_BW_START_MS);
	else if (bw->turn % MX_BW_TURNS)
		plan->gap = min_t(u64, div_u64((u64)plan->size * 8 *
					       MX_NS_TO_KBPS, max(speed, 1U)),
				  MX_TRAIN_MS * MX_NS_TO_KBPS);
	bw->turn = (bw->turn + 1) % MX_BW_TURNS;
	wait <<= min_t(u32, bw->fails, MX_BW_BACKOFF_MAX);
	if (speed)
		wait = max(wait, mx_bw_pause(speed, duty, plan));
	/* until a result says otherwise, it told nothing */
	bw->fails = min_t(u32, bw->fails + 1, U8_MAX);
	bw->due = now + wait;
	return true;
}

/*
 * What others leave: in a queue that serves all in turn, a train that comes in
 * at a rate leaves at capacity * in / (in + theirs).
 */
static u32 mx_bw_rest(u32 capacity, u32 in, u32 out)
{
	u64 theirs;

	out = min3(out, in, capacity);
	if (!out)
		return 0;
	theirs = div_u64((u64)in * (capacity - out), out);
	return theirs < capacity ? capacity - theirs : 0;
}

/*
 * A train that came as fast as it was sent tells that the path carries that
 * much. Where more is known, it was the sender who was slow.
 */
static bool mx_bw_slow(const struct mx_train_figures *f, u32 capacity)
{
	return f->in / 5 < f->out / 4 && f->out < capacity;
}

/**
 * mx_bw_result() - take in what a train has told
 * @bw: the measuring
 * @f: its figures, as mx_train_judge() gave them, whether it could or not
 *
 * By what a train tells it is known which kind it was: one that could not be
 * sent as slowly as it should counts as one sent back to back.
 */
void mx_bw_result(struct mx_bw *bw, const struct mx_train_figures *f)
{
	u32 capacity = mx_bw_median(&bw->fast);

	if (f->burst) {
		bw->fails = 0;
		bw->longer = min_t(u32, bw->longer + 1, MX_BW_LONGER_MAX);
	}
	if (!f->out)
		return;
	bw->fails = 0;
	if (bw->fast.n < MX_BW_TRUST || f->in / 2 >= capacity) {
		if (!mx_bw_slow(f, capacity))
			mx_bw_keep(&bw->fast, f->out);
	} else if (f->in >= capacity / 2) {
		/* sent at the old speed and not delayed: there is more */
		if (f->out >= f->in && f->in > capacity)
			mx_bw_keep(&bw->fast, f->out);
		mx_bw_keep(&bw->rest, mx_bw_rest(capacity, f->in, f->out));
	}
	if (bw->fast.n >= MX_BW_TRUST)
		bw->capacity = mx_bw_median(&bw->fast);
	bw->known = bw->rest.n >= MX_BW_TRUST;
	if (bw->known)
		bw->available = min(mx_bw_median(&bw->rest), bw->capacity);
}

/**
 * mx_bw_kbps() - what a path can carry of ours
 * @bw: the measuring
 * @own: what it carries of ours already: trains see that as somebody else's
 *
 * Else a path would lose its rank by being chosen.
 *
 * Return: the rate, 0 while it is not known.
 */
u32 mx_bw_kbps(const struct mx_bw *bw, u32 own)
{
	if (!bw->known)
		return bw->capacity;
	/* a path without room is known, and not 0 */
	return clamp_t(u64, (u64)bw->available + own, 1,
		       max(bw->capacity, 1U));
}

/**
 * mx_carried_step() - look at a counter of bytes
 * @r: the rate, zeroed before the first look
 * @bytes: the counter; one that went back was reset
 * @now: the time, milliseconds
 */
void mx_carried_step(struct mx_carried *r, u64 bytes, u64 now)
{
	u64 kbps = 0;

	if (!r->known || bytes < r->bytes || now < r->at ||
	    bytes - r->bytes > U64_MAX / 8) {
		r->span = r->known && now >= r->span ? r->span : now;
		r->known = true;
		r->bytes = bytes;
		r->at = now;
		return;
	}
	if (now == r->at)
		return;
	kbps = div64_u64((bytes - r->bytes) * 8, now - r->at);
	kbps = min_t(u64, kbps, U32_MAX);
	r->bytes = bytes;
	r->at = now;
	r->kbps = ((u64)r->kbps * 3 + kbps) / 4;
	if (now - r->span >= MX_CARRIED_SPAN_MS) {
		r->before = now - r->span < 2 * MX_CARRIED_SPAN_MS ? r->peak : 0;
		r->peak = 0;
		r->span = now;
	}
	r->peak = max_t(u32, r->peak, kbps);
}

/**
 * mx_carried_peak() - the highest rate of the last half minute to minute
 * @r: the rate
 *
 * The path carries at least that.
 *
 * Return: kbit/s.
 */
u32 mx_carried_peak(const struct mx_carried *r)
{
	return max(r->peak, r->before);
}

/**
 * mx_bw_best() - what is known of a path by all that there is
 * @bw: what trains tell
 * @r: what it carries
 * @said: what the user says that it carries, Mbit/s; 0 if nothing
 *
 * Traffic shows that a path carries as much, and not that it carries no more:
 * alone it is no news unless the user said less.
 *
 * Return: kbit/s, 0 if nothing is known but what the user says.
 */
u32 mx_bw_best(const struct mx_bw *bw, const struct mx_carried *r, u32 said)
{
	u32 kbps = mx_bw_kbps(bw, r->kbps), peak = mx_carried_peak(r);

	if (!kbps && peak <= (u64)said * 1000)
		return 0;
	return max(kbps, peak);
}
