// SPDX-License-Identifier: GPL-2.0
/* Hashes of the 5-tuple: one for the flow table, one for the choice of members. */
#include <linux/siphash.h>
#include <linux/string.h>
#include "base/flow_key.h"

/* One word, one round (Aumasson and Bernstein, 2012, section 2.1). */
static __always_inline void mx_sip_word(u64 v[4], u64 word)
{
	v[3] ^= word;
	SIPHASH_PERMUTATION(v[0], v[1], v[2], v[3]);
	v[0] ^= word;
}

static __always_inline void mx_sip_begin(u64 v[4], const siphash_key_t *seed)
{
	v[0] = seed->key[0] ^ SIPHASH_CONST_0;
	v[1] = seed->key[1] ^ SIPHASH_CONST_1;
	v[2] = seed->key[0] ^ SIPHASH_CONST_2;
	v[3] = seed->key[1] ^ SIPHASH_CONST_3;
}

static __always_inline u32 mx_sip_end(u64 v[4])
{
	v[2] ^= 0xff;
	SIPHASH_PERMUTATION(v[0], v[1], v[2], v[3]);
	SIPHASH_PERMUTATION(v[0], v[1], v[2], v[3]);
	SIPHASH_PERMUTATION(v[0], v[1], v[2], v[3]);
	v[0] ^= v[1] ^ v[2] ^ v[3];
	return (u32)(v[0] ^ v[0] >> 32);
}

static __always_inline u32 mx_key_hash_side(const struct mx_key *key, bool src,
					    const siphash_key_t *seed)
{
	const u64 *addr6;
	u64 v[4], port;

	port = (u64)(__force u16)(src ? key->sport : key->dport) << 16 |
	       (u32)key->proto << 8 | key->family;
	mx_sip_begin(v, seed);
	if (key->family == AF_INET) {
		mx_sip_word(v, port | (u64)(__force u32)(src ? key->v4.saddr :
							 key->v4.daddr) << 32);
	} else {
		addr6 = (const u64 *)(src ? &key->v6.saddr : &key->v6.daddr);
		mx_sip_word(v, port);
		mx_sip_word(v, addr6[0]);
		mx_sip_word(v, addr6[1]);
	}
	return mx_sip_end(v);
}

/**
 * mx_key_hash_end() - the flow table's hash of the client's end of a key
 * @key: the key
 * @dir: enum mx_dir: the direction that the key is taken for; the client is the
 *	source of MX_DIR_ORIG, and the destination of MX_DIR_REPLY
 * @seed: secret of the table, so that nobody can fill one bucket
 *
 * As mx_key_hash(), of one address, its port and the protocol.
 *
 * Return: 32 bits, each of which depends on all of that.
 * Context: any.
 */
u32 mx_key_hash_end(const struct mx_key *key, unsigned int dir,
		    const siphash_key_t *seed)
{
	return mx_key_hash_side(key, dir == MX_DIR_ORIG, seed);
}

/**
 * mx_key_hash_ends() - mx_key_hash_end() for both directions
 * @key: the key
 * @seed: secret of the table
 * @hash: filled in, by enum mx_dir
 *
 * Neither waits for the other, so that they take little more than one.
 *
 * Context: any.
 */
void mx_key_hash_ends(const struct mx_key *key, const siphash_key_t *seed,
		      u32 hash[2])
{
	hash[MX_DIR_ORIG] = mx_key_hash_side(key, true, seed);
	hash[MX_DIR_REPLY] = mx_key_hash_side(key, false, seed);
}

/**
 * mx_key_hash() - the flow table's hash of a key
 * @key: the key; its direction mark is left out
 * @seed: secret of the table, so that nobody can fill one bucket
 *
 * SipHash-1-3, from the kernel's own rounds, over words of fixed number, in
 * line: keyed as hsiphash() is, at less cost, since two calls and the odd bytes
 * at the end fall away.
 *
 * Return: 32 bits, each of which depends on the whole key. Not the same on
 * machines of another byte order: it must not leave this one.
 * Context: any.
 */
u32 mx_key_hash(const struct mx_key *key, const siphash_key_t *seed)
{
	u64 v[4];

	mx_sip_begin(v, seed);
	mx_sip_word(v, (u64)(__force u16)key->sport << 48 |
		       (u64)(__force u16)key->dport << 32 |
		       (u32)key->proto << 8 | key->family);
	if (key->family == AF_INET) {
		mx_sip_word(v, (u64)(__force u32)key->v4.saddr << 32 |
			       (__force u32)key->v4.daddr);
	} else {
		const u64 *saddr = (const u64 *)&key->v6.saddr;
		const u64 *daddr = (const u64 *)&key->v6.daddr;

		mx_sip_word(v, saddr[0]);
		mx_sip_word(v, saddr[1]);
		mx_sip_word(v, daddr[0]);
		mx_sip_word(v, daddr[1]);
	}
	return mx_sip_end(v);
}

/* The addresses in a key are aligned to 8 bytes. */
static u64 mx_hash_addr6(const struct in6_addr *a, const siphash_key_t *seed)
{
	const __be64 *word = (const __be64 *)a;

	return siphash_3u64(AF_INET6, be64_to_cpu(word[0]),
			    be64_to_cpu(word[1]), seed);
}

/* @top: ports and protocol, or 0; and the family. */
static u64 mx_hash_both(const struct mx_key *key, u64 top,
			const siphash_key_t *seed)
{
	const __be64 *saddr = (const __be64 *)&key->v6.saddr;
	const __be64 *daddr = (const __be64 *)&key->v6.daddr;
	__le64 words[5];

	if (key->family == AF_INET)
		return siphash_2u64(top, (u64)ntohl(key->v4.saddr) << 32 |
					 ntohl(key->v4.daddr), seed);
	words[0] = cpu_to_le64(top);
	words[1] = cpu_to_le64(be64_to_cpu(saddr[0]));
	words[2] = cpu_to_le64(be64_to_cpu(saddr[1]));
	words[3] = cpu_to_le64(be64_to_cpu(daddr[0]));
	words[4] = cpu_to_le64(be64_to_cpu(daddr[1]));
	return siphash(words, sizeof(words), seed);
}

/**
 * mx_key_hash_by() - the hash by which a group chooses
 * @key: the packet's key
 * @by: which part of it counts; source and destination change the result when
 *	they change places, but an address alone hashes alike as either
 * @seed: the group's seed
 *
 * SipHash-2-4 of numbers, not of memory: every node of the same seed has the
 * same result, whatever its byte order.
 *
 * Return: 64 bits.
 * Context: any.
 */
u64 mx_key_hash_by(const struct mx_key *key, enum mutex_hash_key by,
		   const siphash_key_t *seed)
{
	bool v4 = key->family == AF_INET;

	switch (by) {
	case MUTEX_HASH_KEY_SRC:
		return v4 ? siphash_2u64(AF_INET, ntohl(key->v4.saddr), seed) :
			    mx_hash_addr6(&key->v6.saddr, seed);
	case MUTEX_HASH_KEY_DST:
		return v4 ? siphash_2u64(AF_INET, ntohl(key->v4.daddr), seed) :
			    mx_hash_addr6(&key->v6.daddr, seed);
	case MUTEX_HASH_KEY_SRC_DST:
		return mx_hash_both(key, key->family, seed);
	case MUTEX_HASH_KEY_5TUPLE:
	default:
		return mx_hash_both(key, (u64)ntohs(key->sport) << 48 |
					 (u64)ntohs(key->dport) << 32 |
					 (u32)key->proto << 8 | key->family,
				    seed);
	}
}

/**
 * mx_seed_from_name() - the seed of a node's or a group's hashes
 * @seed: filled in
 * @name: any string, also an empty one
 *
 * Equal names give equal seeds on every node and in every version, so these
 * two keys never change: they are the first hexadecimal digits of pi.
 *
 * Context: any.
 */
void mx_seed_from_name(siphash_key_t *seed, const char *name)
{
	static const siphash_key_t low = {
		{ 0x243f6a8885a308d3ULL, 0x13198a2e03707344ULL }
	};
	static const siphash_key_t high = {
		{ 0xa4093822299f31d0ULL, 0x082efa98ec4e6c89ULL }
	};
	size_t len = strlen(name);

	seed->key[0] = siphash(name, len, &low);
	seed->key[1] = siphash(name, len, &high);
}
