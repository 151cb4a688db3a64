// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>
#include <linux/string.h>
#include "group/check.h"

#define MX_CHECK_INTERVAL	2000
#define MX_CHECK_RISE		2
#define MX_CHECK_FALL		3

/**
 * mx_check_defaults() - what holds where the user says nothing
 * @p: filled in: no check
 */
void mx_check_defaults(struct mx_check_params *p)
{
	memset(p, 0, sizeof(*p));
	p->interval = MX_CHECK_INTERVAL;
	p->rise = MX_CHECK_RISE;
	p->fall = MX_CHECK_FALL;
}

/**
 * mx_check_init() - make the check of a new server
 * @c: zero but for this
 */
void mx_check_init(struct mx_check *c)
{
	INIT_LIST_HEAD(&c->turn);
	INIT_LIST_HEAD(&c->list);
	timerqueue_init(&c->due);
	spin_lock_init(&c->lock);
}

/**
 * mx_check_first() - when the first check of a server is to begin
 * @now: ktime
 * @interval: milliseconds
 * @random: a random number
 *
 * Return: a time within one interval from now, as likely as any other.
 */
ktime_t mx_check_first(ktime_t now, u32 interval, u32 random)
{
	return now + mul_u64_u32_shr((u64)interval * NSEC_PER_MSEC, random, 32);
}

/**
 * mx_check_after() - when the check after one is to begin
 * @start: when that one was to begin, not later than @now
 * @now: ktime
 * @interval: milliseconds
 *
 * What came too late is left out, and the rest keeps its place in time: servers
 * that were spread stay so.
 *
 * Return: the time, later than @now.
 */
ktime_t mx_check_after(ktime_t start, ktime_t now, u32 interval)
{
	u64 step = (u64)interval * NSEC_PER_MSEC;
	u64 late = now - start;

	if (late < step)
		return start + step;
	return start + (div64_u64(late, step) + 1) * step;
}

/**
 * mx_check_token() - by what the answer to a check is to be known
 * @id: of the server
 * @number: of its check
 * @key: secret of the namespace
 *
 * Return: numbers that nobody guesses who does not see them.
 */
struct mx_check_token mx_check_token(u64 id, u64 number,
				     const siphash_key_t *key)
{
	u64 hash = siphash_2u64(id, number, key);

	return (struct mx_check_token) {
		.seq = (u32)hash,
		.port = MX_CHECK_PORT_MIN + (hash >> (64 - MX_CHECK_PORT_BITS)),
	};
}

/**
 * mx_check_judge() - see what results have come to
 * @score: what earlier ones have come to, brought up to date
 * @good: the newest result
 * @p: how many in a row it takes
 *
 * A server of which nothing is known yet takes as many as any other.
 *
 * Return: what they say. A verdict that stands is given again with each result
 * that agrees with it, as somebody else may have thought otherwise meanwhile.
 */
enum mx_check_verdict mx_check_judge(struct mx_check_score *score, bool good,
				     const struct mx_check_params *p)
{
	if (score->last != good)
		score->run = 0;
	score->last = good;
	if (score->run < U32_MAX)
		score->run++;
	if (score->run >= (good ? p->rise : p->fall)) {
		score->known = true;
		score->good = good;
	}
	if (!score->known || score->good != good)
		return MX_CHECK_OPEN;
	return good ? MX_CHECK_GOOD : MX_CHECK_BAD;
}
