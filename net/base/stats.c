// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>
#include "base/stats.h"

/**
 * mx_stats_init() - make a set of counters, all zero
 * @s: the set
 * @n: how many counters
 * @gfp: how to allocate
 *
 * Return: 0 or -ENOMEM.
 */
int mx_stats_init(struct mx_stats *s, unsigned int n, gfp_t gfp)
{
	s->base = kcalloc(n, sizeof(*s->base), gfp);
	if (!s->base)
		return -ENOMEM;
	s->cpu = __alloc_percpu_gfp(n * sizeof(u64), __alignof__(u64), gfp);
	if (!s->cpu) {
		kfree(s->base);
		s->base = NULL;
		return -ENOMEM;
	}
	s->n = n;
	return 0;
}

/**
 * mx_stats_destroy() - free a set of counters that nobody counts with any more
 * @s: the set, or one that mx_stats_init() failed for
 */
void mx_stats_destroy(struct mx_stats *s)
{
	free_percpu(s->cpu);
	kfree(s->base);
	s->cpu = NULL;
	s->base = NULL;
}

static u64 mx_stats_sum(const struct mx_stats *s, unsigned int i)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(s->cpu, cpu)[i]);
	return sum;
}

/**
 * mx_stats_read() - a counter's value since the last reset
 * @s: the set
 * @i: which counter
 *
 * Return: the value; what other CPUs count meanwhile may or may not be in it.
 */
u64 mx_stats_read(const struct mx_stats *s, unsigned int i)
{
	return mx_stats_sum(s, i) - READ_ONCE(s->base[i]);
}

/**
 * mx_stats_reset() - count from zero again
 * @s: the set
 *
 * Context: callers serialize resets of one set.
 */
void mx_stats_reset(struct mx_stats *s)
{
	unsigned int i;

	for (i = 0; i < s->n; i++)
		WRITE_ONCE(s->base[i], mx_stats_sum(s, i));
}
