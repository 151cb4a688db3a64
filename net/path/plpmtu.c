// SPDX-License-Identifier: GPL-2.0
/*
 * The search of RFC 8899. Each answer and each size given up shrinks what lies
 * between low and high, so a search ends.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "path/plpmtu.h"

/*
 * What links and tunnels in use carry. The end of a path is most often one of
 * these, and the search looks there first.
 */
static const u16 mx_plpmtu_known[] = {
	576, 1006, 1200, 1230, 1252, 1280, 1300, 1320, 1340, 1350, 1358, 1360,
	1372, 1376, 1380, 1388, 1390, 1392, 1400, 1408, 1412, 1414, 1418, 1420,
	1424, 1428, 1430, 1432, 1434, 1436, 1438, 1440, 1442, 1446, 1448, 1450,
	1452, 1454, 1456, 1458, 1460, 1462, 1464, 1468, 1472, 1476, 1480, 1484,
	1488, 1492, 1496, 1500, 1504, 1508, 1546, 1550, 1600, 2002, 2048, 3000,
	4000, 4352, 4464, 7981, 8166, 8900, 8950, 9000, 9180, 9216, 16110,
	17914, 32000, 65280, 65520, 65535,
};

/* Waits for an answer until a path that does not answer at all is asked again. */
#define MX_PLPMTU_IDLE	10U

static bool mx_plpmtu_is_known(u32 size)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(mx_plpmtu_known); i++) {
		if (mx_plpmtu_known[i] == size)
			return true;
	}
	return false;
}

/*
 * A known size that may be the end, 0 if there is none. An answer takes a
 * round trip and a loss three timeouts, so not the middle one but a lower.
 */
static u32 mx_plpmtu_next_known(const struct mx_plpmtu *p)
{
	u32 from = 0, to;

	while (from < ARRAY_SIZE(mx_plpmtu_known) &&
	       mx_plpmtu_known[from] <= p->low)
		from++;
	to = from;
	while (to < ARRAY_SIZE(mx_plpmtu_known) &&
	       mx_plpmtu_known[to] <= p->high)
		to++;
	return from == to ? 0 : mx_plpmtu_known[from + (to - from - 1) / 3];
}

/* The size to try next, of a search that is not over: low < high. */
static u32 mx_plpmtu_choose(const struct mx_plpmtu *p)
{
	u32 known;

	if (p->step)
		return p->low + 1;
	if (p->hint > p->low && p->hint <= p->high)
		return p->hint;
	if (p->whole)
		return p->high;
	known = mx_plpmtu_next_known(p);
	if (known)
		return known;
	if (mx_plpmtu_is_known(p->low))
		return p->low + 1;
	return p->low + (p->high - p->low + 1) / 2;
}

static void mx_plpmtu_complete(struct mx_plpmtu *p,
			       const struct mx_plpmtu_timers *t, u64 now)
{
	p->state = MX_PLPMTU_COMPLETE;
	p->mtu = p->low;
	p->probe = 0;
	p->tries = 0;
	p->raise = now + t->raise;
	p->due = now + min(t->confirm, t->raise);
}

/* The path carries @low: look for more, up to @high. */
static void mx_plpmtu_search(struct mx_plpmtu *p,
			     const struct mx_plpmtu_timers *t, u64 now)
{
	p->state = MX_PLPMTU_SEARCH;
	p->mtu = max(p->mtu, p->low);
	p->high = max(p->high, p->low);
	p->whole = p->high == p->max && !p->hint;
	p->due = now;
	if (p->low == p->high)
		mx_plpmtu_complete(p, t, now);
}

/* Begin again from the bottom: no more than @high passes, if that. */
static void mx_plpmtu_fall(struct mx_plpmtu *p, u8 state, u32 high, u64 now)
{
	p->state = state;
	p->mtu = min_t(u32, p->mtu,
		       state == MX_PLPMTU_BASE ? p->base : p->min);
	p->low = 0;
	p->high = high;
	p->probe = 0;
	p->tries = 0;
	p->whole = false;
	p->step = false;
	p->due = now;
}

/**
 * mx_plpmtu_restart() - begin anew on a path that has changed
 * @p: the search
 * @ipv6: the family of the probes
 * @max: MTU of the device
 * @now: the time
 *
 * What packets may have stays until more is known, unless it is too big for the
 * device.
 */
void mx_plpmtu_restart(struct mx_plpmtu *p, bool ipv6, u32 max, u64 now)
{
	u16 mtu = min_t(u32, p->mtu, max);

	memset(p, 0, sizeof(*p));
	p->max = min(max, MX_PLPMTU_MAX);
	p->min = min_t(u32, ipv6 ? MX_PLPMTU_MIN6 : MX_PLPMTU_MIN4, p->max);
	p->base = min_t(u32, ipv6 ? MX_PLPMTU_BASE6 : MX_PLPMTU_BASE4, p->max);
	p->mtu = mtu;
	p->high = p->max;
	p->due = now;
}

/**
 * mx_plpmtu_init() - begin a search
 * @p: where to put it
 * @ipv6: the family of the probes
 * @max: MTU of the device; a device without one (0) is never probed
 * @now: the time
 */
void mx_plpmtu_init(struct mx_plpmtu *p, bool ipv6, u32 max, u64 now)
{
	p->mtu = 0;
	mx_plpmtu_restart(p, ipv6, max, now);
}

/* The size on its way has been lost as often as it may. */
static void mx_plpmtu_give_up(struct mx_plpmtu *p,
			      const struct mx_plpmtu_timers *t, u64 now)
{
	u32 size = p->probe;

	p->probe = 0;
	p->tries = 0;
	p->due = now;
	switch (p->state) {
	case MX_PLPMTU_BASE:
		mx_plpmtu_fall(p, MX_PLPMTU_ERROR,
			       max_t(u32, p->base - 1, p->min), now);
		break;
	case MX_PLPMTU_SEARCH:
		p->high = size - 1;
		p->whole = false;
		p->step = false;
		if (p->low >= p->high)
			mx_plpmtu_complete(p, t, now);
		break;
	case MX_PLPMTU_COMPLETE:
		/* a black hole, or bad luck: the size itself is not ruled out */
		mx_plpmtu_fall(p, size > p->base ? MX_PLPMTU_BASE :
			       MX_PLPMTU_ERROR, size, now);
		p->hints = 0;
		p->hint = 0;
		break;
	default:
		/* not even the smallest: later, from the start */
		mx_plpmtu_fall(p, MX_PLPMTU_BASE, p->max, now);
		p->mtu = min(p->mtu, p->min);
		p->due = now + t->confirm;
		break;
	}
}

/* What to send now that nothing is on its way. */
static u32 mx_plpmtu_fresh(struct mx_plpmtu *p, u64 now)
{
	switch (p->state) {
	case MX_PLPMTU_BASE:
		return p->base;
	case MX_PLPMTU_ERROR:
		return p->min;
	case MX_PLPMTU_COMPLETE:
		if (now < p->raise || p->low >= p->max)
			return p->low;
		p->state = MX_PLPMTU_SEARCH;
		p->high = p->max;
		p->hint = 0;
		p->hints = 0;
		p->whole = true;
		p->step = true;
		break;
	}
	return mx_plpmtu_choose(p);
}

/**
 * mx_plpmtu_poll() - what is to be done now
 * @p: the search
 * @t: the timers
 * @alive: whether the path has answered small probes since the last one of ours
 *	was sent: only then does a loss tell something of its size
 * @now: the time
 *
 * Return: size of the packet to send; 0 for none before @due.
 */
u32 mx_plpmtu_poll(struct mx_plpmtu *p, const struct mx_plpmtu_timers *t,
		   bool alive, u64 now)
{
	u32 wait = max(t->probe, MX_PLPMTU_PROBE_MS);

	if (now < p->due || !p->max)
		return 0;
	if (p->probe && !alive) {
		/* asked again when there is somebody to answer */
		p->probe = 0;
		p->due = now + MX_PLPMTU_IDLE * wait;
		return 0;
	}
	if (p->probe && ++p->tries >= MX_PLPMTU_TRIES)
		mx_plpmtu_give_up(p, t, now);
	if (now < p->due)
		return 0;
	if (!p->probe)
		p->probe = mx_plpmtu_fresh(p, now);
	p->due = now + wait;
	return p->probe;
}

/**
 * mx_plpmtu_passed() - a probe was answered
 * @p: the search
 * @t: the timers
 * @size: its size; one that came late, or twice, tells as much
 * @now: the time
 */
void mx_plpmtu_passed(struct mx_plpmtu *p, const struct mx_plpmtu_timers *t,
		      u32 size, u64 now)
{
	bool awaited = size && size == p->probe;

	if (size < p->min || size > p->max || (!awaited && size <= p->low))
		return;
	if (p->state == MX_PLPMTU_BASE && size < p->base)
		return;
	if (awaited || size > p->probe) {
		p->probe = 0;
		p->tries = 0;
		p->due = now;
	}
	p->step = false;
	if (size == p->high)
		p->whole = false;
	p->low = max_t(u32, p->low, size);
	if (p->state == MX_PLPMTU_COMPLETE) {
		p->mtu = p->low;
		if (!p->probe)
			p->due = now + min(t->confirm, t->raise);
	} else if (p->state != MX_PLPMTU_SEARCH) {
		mx_plpmtu_search(p, t, now);
	} else {
		p->high = max(p->high, p->low);
		p->mtu = max(p->mtu, p->low);
		if (p->low == p->high)
			mx_plpmtu_complete(p, t, now);
	}
}

/**
 * mx_plpmtu_too_big() - a router says that a packet of ours was too big
 * @p: the search
 * @t: the timers
 * @size: the MTU that it names
 * @now: the time
 *
 * The caller has made sure that it quotes a packet that was sent. What it says
 * is tried, and not taken for the truth.
 *
 * Return: whether it can be right and is news.
 */
bool mx_plpmtu_too_big(struct mx_plpmtu *p, const struct mx_plpmtu_timers *t,
		       u32 size, u64 now)
{
	u32 tried = max(p->probe, p->low);

	if (size < p->min || size >= tried || p->hints >= MX_PLPMTU_HINTS)
		return false;
	p->hints++;
	p->hint = size;
	if (size < p->base) {
		mx_plpmtu_fall(p, MX_PLPMTU_ERROR, size, now);
	} else if (size < p->low || p->state != MX_PLPMTU_SEARCH) {
		mx_plpmtu_fall(p, MX_PLPMTU_BASE, size, now);
	} else {
		p->high = size;
		p->probe = 0;
		p->tries = 0;
		p->whole = false;
		p->step = false;
		p->due = now;
		if (p->low == p->high)
			mx_plpmtu_complete(p, t, now);
	}
	return true;
}

/**
 * mx_plpmtu_doubt() - look at once whether the size found still passes
 * @p: the search
 * @now: the time
 */
void mx_plpmtu_doubt(struct mx_plpmtu *p, u64 now)
{
	if (p->state == MX_PLPMTU_COMPLETE && !p->probe)
		p->due = min(p->due, now);
}
