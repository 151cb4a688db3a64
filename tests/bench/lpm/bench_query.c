// SPDX-License-Identifier: GPL-2.0
/*
 * Which addresses the trie's bench looks up. All is drawn from a fixed seed.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/string.h>

#include "bench.h"

#define MX_BENCH_FLOWS	65536
#define MX_BENCH_FEW	256

/**
 * mx_bench_set_name() - what a set of addresses is called in the results
 * @set: the set
 *
 * Return: its name.
 */
const char *mx_bench_set_name(enum mx_bench_set set)
{
	static const char * const name[] = {
		[MX_BENCH_RANDOM] = "random", [MX_BENCH_COVERED] = "covered",
		[MX_BENCH_TRACE] = "trace", [MX_BENCH_HOT] = "hot",
		[MX_BENCH_COLD] = "cold",
	};

	return name[set];
}

static u32 mx_bench_below(struct rnd_state *rnd, u32 limit)
{
	return (u64)prandom_u32_state(rnd) * limit >> 32;
}

/* A random address of a prefix drawn at random. */
static void mx_bench_within(struct rnd_state *rnd, u8 *addr,
			    const struct mx_bench_route *route,
			    unsigned int nroute)
{
	const struct mx_bench_route *r = &route[mx_bench_below(rnd, nroute)];
	unsigned int whole = r->plen / 8;
	u8 mask = 0xff00 >> r->plen % 8;

	prandom_bytes_state(rnd, addr, sizeof(mx_bench_addr));
	memcpy(addr, r->addr, whole);
	if (whole < sizeof(r->addr))
		addr[whole] = r->addr[whole] | (addr[whole] & ~mask);
}

/* A rank below @n, the k-th with a chance of about 1/k: uniform in its log. */
static unsigned int mx_bench_rank(struct rnd_state *rnd, unsigned int n)
{
	unsigned int octave = mx_bench_below(rnd, ilog2(n));

	return min((1U << octave) + mx_bench_below(rnd, 1U << octave) - 1, n - 1);
}

/**
 * mx_bench_queries() - draw the addresses of a set
 * @set: the set
 * @bytes: of an address, 4 or 16
 * @route: the prefixes of the table
 * @nroute: their number
 *
 * Return: MX_BENCH_QUERIES + 1 addresses, to be freed with kvfree(), or NULL.
 */
mx_bench_addr *mx_bench_queries(enum mx_bench_set set, unsigned int bytes,
				const struct mx_bench_route *route,
				unsigned int nroute)
{
	unsigned int few = set == MX_BENCH_HOT ? MX_BENCH_FEW : MX_BENCH_FLOWS;
	mx_bench_addr *q, *flow;
	struct rnd_state rnd;
	unsigned int i;

	q = kvmalloc_array(MX_BENCH_QUERIES + 1, sizeof(*q), GFP_KERNEL);
	flow = kvmalloc_array(few, sizeof(*flow), GFP_KERNEL);
	if (!q || !flow) {
		kvfree(q);
		kvfree(flow);
		return NULL;
	}
	prandom_seed_state(&rnd, 7 + set);
	for (i = 0; i < few; i++)
		mx_bench_within(&rnd, flow[i], route, nroute);
	for (i = 0; i <= MX_BENCH_QUERIES; i++) {
		switch (set) {
		case MX_BENCH_RANDOM:
			prandom_bytes_state(&rnd, q[i], sizeof(q[i]));
			if (bytes == 16)
				q[i][0] = 0x20 | (q[i][0] & 0x1f);
			break;
		case MX_BENCH_TRACE:
			memcpy(q[i], flow[mx_bench_rank(&rnd, few)], sizeof(q[i]));
			break;
		case MX_BENCH_HOT:
			memcpy(q[i], flow[mx_bench_below(&rnd, few)], sizeof(q[i]));
			break;
		default:
			mx_bench_within(&rnd, q[i], route, nroute);
		}
	}
	kvfree(flow);
	return q;
}

/**
 * mx_bench_shuffle() - draw an order
 * @order: filled with the numbers below @n
 * @n: how many
 */
void mx_bench_shuffle(unsigned int *order, unsigned int n)
{
	struct rnd_state rnd;
	unsigned int i;

	prandom_seed_state(&rnd, 42);
	for (i = 0; i < n; i++)
		order[i] = i;
	for (i = n; i > 1; i--) {
		unsigned int k = mx_bench_below(&rnd, i);

		swap(order[i - 1], order[k]);
	}
}
