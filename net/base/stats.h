/* SPDX-License-Identifier: GPL-2.0 */
/* Counters: one set a CPU, exact, and reset without a race. */
#ifndef MX_BASE_STATS_H
#define MX_BASE_STATS_H

#include <linux/gfp.h>
#include <linux/percpu.h>
#include "mx.h"

/**
 * struct mx_stats - a set of 64-bit counters
 * @cpu: each CPU's counters, which only grow
 * @base: what mx_stats_read() takes off: the sums at the last reset
 * @n: how many counters
 *
 * Counting is a single per-CPU addition. A reset remembers the sums of its
 * moment instead of writing to other CPUs' counters, so that it loses nothing.
 */
struct mx_stats {
	u64 __percpu *cpu;
	u64 *base;
	unsigned int n;
};

int mx_stats_init(struct mx_stats *s, unsigned int n, gfp_t gfp);
void mx_stats_destroy(struct mx_stats *s);
u64 mx_stats_read(const struct mx_stats *s, unsigned int i);
void mx_stats_reset(struct mx_stats *s);

/**
 * mx_stats_add() - count
 * @s: the counters
 * @i: which one, below @s->n
 * @v: how much
 *
 * Context: any.
 */
static inline void mx_stats_add(const struct mx_stats *s, unsigned int i, u64 v)
{
	this_cpu_add(s->cpu[i], v);
}

/**
 * mx_stats_inc() - count one
 * @s: the counters
 * @i: which one, below @s->n
 *
 * Context: any.
 */
static inline void mx_stats_inc(const struct mx_stats *s, unsigned int i)
{
	this_cpu_inc(s->cpu[i]);
}

/**
 * mx_stats_add_bh() - count, where softirqs are off
 * @s: the counters
 * @i: which one, below @s->n
 * @v: how much
 *
 * Nothing that counts can come between here: no hard interrupt does. So it
 * costs no more than an addition on any architecture.
 *
 * Context: softirq, or process with softirqs disabled.
 */
static inline void mx_stats_add_bh(const struct mx_stats *s, unsigned int i,
				   u64 v)
{
	__this_cpu_add(s->cpu[i], v);
}

/**
 * mx_stats_inc_bh() - count one, where softirqs are off
 * @s: the counters
 * @i: which one, below @s->n
 *
 * Context: as of mx_stats_add_bh().
 */
static inline void mx_stats_inc_bh(const struct mx_stats *s, unsigned int i)
{
	__this_cpu_inc(s->cpu[i]);
}

#endif /* MX_BASE_STATS_H */
