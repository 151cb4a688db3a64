// SPDX-License-Identifier: GPL-2.0
/*
 * A 64-bit counter without a shared cache line: each CPU counts in a range of
 * its own, so that a number tells packets apart although no CPU waits for
 * another. A range holds 2^48 numbers; a CPU that has used them up goes on in
 * the next one's range, and the last wraps to 0.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>

#include "base/counter.h"

#define MX_COUNTER_RANGE_BITS	48

/**
 * mx_counter_init() - make a counter whose CPUs stand at their first number
 * @c: the counter
 * @gfp: how to allocate
 *
 * Return: 0 or -ENOMEM.
 */
int mx_counter_init(struct mx_counter *c, gfp_t gfp)
{
	int cpu;

	c->cpu = alloc_percpu_gfp(u64, gfp);
	if (!c->cpu)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		u64 *next = per_cpu_ptr(c->cpu, cpu);

		*next = (u64)cpu << MX_COUNTER_RANGE_BITS;
	}
	return 0;
}

/**
 * mx_counter_destroy() - free what mx_counter_init() made
 * @c: the counter; also after a failed init, or twice
 */
void mx_counter_destroy(struct mx_counter *c)
{
	free_percpu(c->cpu);
	c->cpu = NULL;
}

/**
 * mx_counter_next() - take a number
 * @c: the counter
 *
 * Context: any, interrupts included.
 * Return: the number, which this CPU will not hand out again before it wraps.
 */
u64 mx_counter_next(struct mx_counter *c)
{
	return this_cpu_inc_return(*c->cpu) - 1;
}

/**
 * mx_counter_peek() - look at the next number without taking it
 * @c: the counter
 *
 * Context: any. The answer holds for this CPU, as long as nothing else runs.
 * Return: what mx_counter_next() would return here.
 */
u64 mx_counter_peek(const struct mx_counter *c)
{
	return this_cpu_read(*c->cpu);
}
