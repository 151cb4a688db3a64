/* SPDX-License-Identifier: GPL-2.0 */
/* A prefix trie under test, and an oracle that knows what it should say. */
#ifndef MX_LPM_FIXTURE_H
#define MX_LPM_FIXTURE_H

#include <kunit/test.h>
#include <linux/mutex.h>
#include <linux/prandom.h>

#include "base/lpm.h"

/**
 * struct mx_lpm_test_ent - what the oracle knows of one prefix
 * @addr: network order, of IPv4 the first 4 bytes
 * @plen: length in bits
 * @val: its value
 */
struct mx_lpm_test_ent {
	u8 addr[16];
	u8 plen;
	void *val;
};

/**
 * struct mx_lpm_test - a trie under test, and what it should hold
 * @lock: the writers', held from the start to the end
 * @lpm: the trie
 * @bytes: of an address
 * @ent: its prefixes, in no order
 * @nent: their number
 * @nmax: room for so many
 * @told: wrong answers told so far: not all, lest they flood the log
 * @rnd: all chance comes from here
 */
struct mx_lpm_test {
	struct mutex lock;	/* the writers' */
	struct mx_lpm lpm;
	unsigned int bytes;
	struct mx_lpm_test_ent *ent;
	unsigned int nent, nmax;
	unsigned int told;
	struct rnd_state rnd;
};

void *mx_lpm_test_val(unsigned long id);
struct mx_lpm_test *mx_lpm_test_new(struct kunit *test, u8 family,
				    unsigned int nmax);
void mx_lpm_test_end(struct kunit *test, struct mx_lpm_test *f);
void *mx_lpm_test_look(struct mx_lpm_test *f, const u8 *addr);
u32 mx_lpm_test_rnd(struct mx_lpm_test *f, u32 below);
void mx_lpm_test_parse(struct kunit *test, const char *text, u8 *addr,
		       u8 *plen);

/* The oracle: it looks at every prefix. */
int mx_lpm_test_cmp(const void *a, const void *b);
void *mx_lpm_test_oracle(const struct mx_lpm_test *f, const u8 *addr);
struct mx_lpm_test_ent *mx_lpm_test_find(struct mx_lpm_test *f, const u8 *addr,
					 u8 plen);
void mx_lpm_test_check(struct kunit *test, struct mx_lpm_test *f,
		       const u8 *addr);
void mx_lpm_test_edges(struct kunit *test, struct mx_lpm_test *f,
		       const u8 *addr, u8 plen);
void mx_lpm_test_walk(struct kunit *test, struct mx_lpm_test *f);

/* Changes, made to both. */
void mx_lpm_test_insert(struct kunit *test, struct mx_lpm_test *f,
			const u8 *addr, u8 plen, void *val);
void mx_lpm_test_remove(struct kunit *test, struct mx_lpm_test *f,
			unsigned int i);

#endif /* MX_LPM_FIXTURE_H */
