/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the trie's bench share.
 */
#ifndef MX_LPM_BENCH_H
#define MX_LPM_BENCH_H

#include <linux/types.h>

/**
 * struct mx_bench_route - a prefix, and the value that the trie has for it
 * @addr: network order, of IPv4 the first 4 bytes
 * @plen: length in bits
 */
struct mx_bench_route {
	u8 addr[16];
	u8 plen;
} __aligned(8);

/* The sets of addresses that are looked up. */
enum mx_bench_set {
	MX_BENCH_RANDOM,	/* from the whole space; of IPv6, from 2000::/3 */
	MX_BENCH_COVERED,	/* each from within a prefix drawn at random */
	MX_BENCH_TRACE,		/* 65,536 flows, popular as 1/rank */
	MX_BENCH_HOT,		/* 256 destinations, over and over */
	MX_BENCH_COLD,		/* as covered, the caches filled with other data */
	MX_BENCH_SETS
};

/* Addresses of a set, one more for the last step's look ahead. */
#define MX_BENCH_QUERIES	262144U
/* Of a cold set: lookups between two spoilings of the caches, and rounds. */
#define MX_BENCH_BURST		64
#define MX_BENCH_BURSTS		400
#define MX_BENCH_SPOIL		(4U << 20)

typedef u8 mx_bench_addr[16];

const char *mx_bench_set_name(enum mx_bench_set set);
mx_bench_addr *mx_bench_queries(enum mx_bench_set set, unsigned int bytes,
				const struct mx_bench_route *route,
				unsigned int nroute);
void mx_bench_shuffle(unsigned int *order, unsigned int n);

#endif /* MX_LPM_BENCH_H */
