// SPDX-License-Identifier: GPL-2.0
/*
 * Authentication of STAMP: HMAC-SHA-256, of which a packet carries the first
 * 16 bytes. By the kernel's crypto API, which every kernel has alike, and by
 * the processor's own instructions where it has some.
 */
#include <crypto/algapi.h>
#include <crypto/hash.h>
#include <crypto/sha2.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include "path/stamp.h"

static void mx_stamp_key_free(struct work_struct *work)
{
	struct mx_stamp_key *key = container_of(to_rcu_work(work),
						struct mx_stamp_key, free);

	crypto_free_shash(key->tfm);
	kfree(key);
}

/**
 * mx_stamp_key_create() - prepare a key
 * @raw: the key
 * @len: its length, MX_STAMP_KEY_MIN to MX_STAMP_KEY_MAX
 *
 * Context: process, sleeps; may load a module, so holds no lock that loading
 * one waits for.
 * Return: the key with one reference; ERR_PTR(-EINVAL), -ENOMEM, -ENOENT if the
 * kernel has no HMAC-SHA-256.
 */
struct mx_stamp_key *mx_stamp_key_create(const u8 *raw, u32 len)
{
	struct mx_stamp_key *key;
	int err;

	if (len < MX_STAMP_KEY_MIN || len > MX_STAMP_KEY_MAX)
		return ERR_PTR(-EINVAL);
	key = kzalloc(sizeof(*key), GFP_KERNEL_ACCOUNT);
	if (!key)
		return ERR_PTR(-ENOMEM);
	key->tfm = crypto_alloc_shash("hmac(sha256)", 0, 0);
	err = PTR_ERR_OR_ZERO(key->tfm);
	if (err)
		goto err_key;
	err = crypto_shash_setkey(key->tfm, raw, len);
	if (err)
		goto err_tfm;
	refcount_set(&key->refs, 1);
	INIT_RCU_WORK(&key->free, mx_stamp_key_free);
	return key;

err_tfm:
	crypto_free_shash(key->tfm);
err_key:
	kfree(key);
	return ERR_PTR(err);
}

/**
 * mx_stamp_key_put() - let go of a key
 * @key: the key, or NULL; freed a grace period after its last owner lets go
 *
 * Context: any.
 */
void mx_stamp_key_put(struct mx_stamp_key *key)
{
	if (key && refcount_dec_and_test(&key->refs))
		queue_rcu_work(mx_wq, &key->free);
}

/* The code over two pieces, of which the first may be empty. */
static bool mx_stamp_mac(const struct mx_stamp_key *key, const u8 *a, u32 alen,
			 const u8 *b, u32 blen, u8 *mac)
{
	SHASH_DESC_ON_STACK(desc, key->tfm);
	u8 digest[SHA256_DIGEST_SIZE];
	int err;

	desc->tfm = key->tfm;
	err = crypto_shash_init(desc) ?:
	      crypto_shash_update(desc, a, alen) ?:
	      crypto_shash_update(desc, b, blen) ?:
	      crypto_shash_final(desc, digest);
	memcpy(mac, digest, MX_STAMP_MAC_LEN);
	shash_desc_zero(desc);
	return !err;
}

/**
 * mx_stamp_sign() - put the code into an authenticated base
 * @key: the key
 * @base: the base, otherwise ready
 *
 * Context: any.
 */
void mx_stamp_sign(const struct mx_stamp_key *key, u8 *base)
{
	if (!mx_stamp_mac(key, base, 0, base, MX_STAMP_MAC_OFFSET,
			  base + MX_STAMP_MAC_OFFSET))
		memset(base + MX_STAMP_MAC_OFFSET, 0, MX_STAMP_MAC_LEN);
}

/**
 * mx_stamp_signed() - was a base signed with a key
 * @key: the key
 * @base: the base, MX_STAMP_AUTH_LEN bytes
 *
 * Context: any. Takes as long whether the code is right or wrong.
 * Return: true if so.
 */
bool mx_stamp_signed(const struct mx_stamp_key *key, const u8 *base)
{
	u8 mac[MX_STAMP_MAC_LEN];

	return mx_stamp_mac(key, base, 0, base, MX_STAMP_MAC_OFFSET, mac) &&
	       !crypto_memneq(mac, base + MX_STAMP_MAC_OFFSET, sizeof(mac));
}

static bool mx_stamp_tlvs_mac(const struct mx_stamp_key *key, const u8 *tlvs,
			      u32 len, u32 seq, u8 *mac)
{
	u8 head[sizeof(seq)];

	put_unaligned_be32(seq, head);
	return mx_stamp_mac(key, head, sizeof(head), tlvs, len, mac);
}

/**
 * mx_stamp_sign_tlvs() - put the code into the TLV that is for it
 * @key: the key
 * @tlvs: what follows the base
 * @offset: where the TLV begins, whose header is there
 * @seq: sequence number of the packet
 *
 * Context: any.
 */
void mx_stamp_sign_tlvs(const struct mx_stamp_key *key, u8 *tlvs, u32 offset,
			u32 seq)
{
	u8 *mac = tlvs + offset + MX_STAMP_TLV_LEN;

	if (!mx_stamp_tlvs_mac(key, tlvs, offset, seq, mac))
		memset(mac, 0, MX_STAMP_MAC_LEN);
}

/* What a code vouches for begins with the first TLV and ends before its own. */
static bool mx_stamp_tlv_vouched(const struct mx_stamp_key *key,
				 const u8 *tlvs, const struct mx_stamp_tlv *t,
				 u32 seq)
{
	u8 mac[MX_STAMP_MAC_LEN];

	return t->len == sizeof(mac) &&
	       mx_stamp_tlvs_mac(key, tlvs, t->offset, seq, mac) &&
	       !crypto_memneq(mac, tlvs + t->offset + MX_STAMP_TLV_LEN,
			      sizeof(mac));
}

/**
 * mx_stamp_tlvs_signed() - were the TLVs of a packet signed with a key
 * @key: the key
 * @tlvs: what follows the base
 * @len: how much that is
 * @seq: sequence number of the packet
 *
 * The TLV with the code comes behind all others but padding; a single TLV of
 * padding needs none.
 *
 * Context: any.
 * Return: true if so.
 */
bool mx_stamp_tlvs_signed(const struct mx_stamp_key *key, const u8 *tlvs,
			  u32 len, u32 seq)
{
	u32 offset = 0, n = 0, others = 0;
	struct mx_stamp_tlv t;
	bool vouched = false;
	int ret;

	while ((ret = mx_stamp_tlv_next(tlvs, len, &offset, &t)) > 0) {
		n++;
		if (t.type == MX_STAMP_PADDING)
			continue;
		others++;
		/* behind the code, nobody vouches for it */
		if (vouched)
			return false;
		if (t.type != MX_STAMP_MAC)
			continue;
		if (!mx_stamp_tlv_vouched(key, tlvs, &t, seq))
			return false;
		vouched = true;
	}
	return !ret && (vouched || (!others && n <= 1));
}
