/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lpm: longest-prefix match over one address family.
 *
 * A table maps prefixes to pointers of its owner's. Readers take no lock, only
 * rcu_read_lock(): a lookup is at most one step for each byte of the address,
 * whatever the number of prefixes, and is done again only if it met no answer
 * but one from above while an update began. Writers are serialized by a mutex
 * of the owner's, which is named at init for the proofs of lockdep.
 *
 * A lookup that runs beside updates returns what was the right answer at some
 * moment between its start and its end.
 *
 * Values are never NULL and are aligned to 8 bytes. The trie does not own
 * them: a value that was removed or replaced may be freed by the owner after a
 * grace period.
 */
#ifndef MX_BASE_LPM_H
#define MX_BASE_LPM_H

#include <linux/types.h>

struct mutex;
struct mx_lpm_node;

/**
 * struct mx_lpm - one trie, of one address family
 * @dir: NULL, or one entry for each value of the address's first 16 bits
 * @root: the topmost node, or NULL
 * @dflt: the value of the prefix of length 0, or NULL
 * @seq: how many updates have begun
 * @lock: serializes the writers; belongs to the owner
 * @limbo: nodes that were unlinked and wait for a grace period
 * @limbo_bytes: their size in bytes
 * @unsafe_bytes: bytes given to call_rcu() since the last wait for it
 * @bytes: bytes in use, @limbo included, the struct itself excluded
 * @count: number of prefixes
 * @plen_max: 32 or 128
 *
 * Readers look at @dir, @root, @dflt and @seq; the rest belongs to the writer.
 */
struct mx_lpm {
	void __rcu * __rcu *dir;
	struct mx_lpm_node __rcu *root;
	void __rcu *dflt;
	unsigned int seq;
	struct mutex *lock;	/* the owner's, of the writers */
	struct mx_lpm_node *limbo;
	size_t limbo_bytes;
	size_t unsafe_bytes;
	size_t bytes;
	unsigned long count;
	u8 plen_max;
};

int mx_lpm_init(struct mx_lpm *t, u8 family, struct mutex *lock);
void mx_lpm_destroy(struct mx_lpm *t, void (*free_value)(void *value));

/* Writers: process context, t->lock held. Addresses are in network order. */
int mx_lpm_insert(struct mx_lpm *t, const void *addr, u8 plen, void *value);
void *mx_lpm_replace(struct mx_lpm *t, const void *addr, u8 plen, void *value);
void *mx_lpm_remove(struct mx_lpm *t, const void *addr, u8 plen);
void *mx_lpm_get(struct mx_lpm *t, const void *addr, u8 plen);
void *mx_lpm_next(struct mx_lpm *t, u8 *addr, u8 *plen, bool first);
unsigned long mx_lpm_count(const struct mx_lpm *t);
size_t mx_lpm_bytes(const struct mx_lpm *t);

/* Readers: any context, under rcu_read_lock() until done with the value. */
void *mx_lpm_lookup(const struct mx_lpm *t, const void *addr);
void *mx_lpm_lookup4(const struct mx_lpm *t, __be32 addr);

#endif /* MX_BASE_LPM_H */
