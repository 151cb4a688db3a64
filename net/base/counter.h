/* SPDX-License-Identifier: GPL-2.0 */
/* A 64-bit counter whose values no two CPUs share. */
#ifndef MX_BASE_COUNTER_H
#define MX_BASE_COUNTER_H

#include <linux/gfp.h>
#include <linux/percpu.h>
#include "mx.h"

/**
 * struct mx_counter - hands out numbers, each once
 * @cpu: each CPU's next number; CPU n starts at n << 48 and wraps at 2^64
 */
struct mx_counter {
	u64 __percpu *cpu;
};

int mx_counter_init(struct mx_counter *c, gfp_t gfp);
void mx_counter_destroy(struct mx_counter *c);
u64 mx_counter_next(struct mx_counter *c);
u64 mx_counter_peek(const struct mx_counter *c);

#endif /* MX_BASE_COUNTER_H */
