/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets of STAMP, the Simple Two-Way Active Measurement Protocol (RFC 8762),
 * and of its extensions (RFC 8972): written and read, nothing else.
 *
 * A test packet is a base of fixed length, which is another one where it is
 * authenticated, and TLVs behind it.
 */
#ifndef MX_PATH_STAMP_H
#define MX_PATH_STAMP_H

#include <linux/refcount.h>
#include <linux/workqueue.h>
#include "mx.h"

#define MX_STAMP_PORT		51822
#define MX_STAMP_OPEN_LEN	44U	/* bytes of a base without authentication */
#define MX_STAMP_AUTH_LEN	112U	/* bytes of one with */
#define MX_STAMP_MAC_LEN	16U
#define MX_STAMP_MAC_OFFSET	(MX_STAMP_AUTH_LEN - MX_STAMP_MAC_LEN)
#define MX_STAMP_KEY_MIN	16U	/* bytes of a key */
#define MX_STAMP_KEY_MAX	64U

#define MX_STAMP_TLV_LEN	4U	/* flags, type, length */
#define MX_STAMP_TLV_UNKNOWN	0x80	/* the reflector does not know the type */
#define MX_STAMP_TLV_MALFORMED	0x40	/* its length is wrong */
#define MX_STAMP_TLV_INTEGRITY	0x20	/* the packet is not what was signed */

/* Types of TLVs that are made or understood here. */
#define MX_STAMP_PADDING	1
#define MX_STAMP_CLOCK		3	/* "Timestamp Information" */
#define MX_STAMP_MAC		8	/* "HMAC" */

/* Values of MX_STAMP_CLOCK. */
#define MX_STAMP_CLOCK_LEN	4U
#define MX_STAMP_SYNC_FREE	5	/* a clock that may be set by nobody */
#define MX_STAMP_BY_SOFTWARE	2	/* who took the stamps */

struct crypto_shash;

/**
 * struct mx_stamp_key - a key, ready for use
 * @tfm: HMAC-SHA-256 with it
 * @refs: who use it
 * @free: for its release
 */
struct mx_stamp_key {
	struct crypto_shash *tfm;
	refcount_t refs;
	struct rcu_work free;
};

/**
 * struct mx_stamp_probe - what a sender says
 * @seq: sequence number
 * @error: error estimate of its clock, as it is on the wire
 * @ssid: session identifier of RFC 8972, 0 for none
 * @time: when it was sent, as it is on the wire
 */
struct mx_stamp_probe {
	u32 seq;
	u16 error;
	u16 ssid;
	u64 time;
};

/**
 * struct mx_stamp_answer - what a reflector says
 * @seq: its own sequence number, or the sender's once more
 * @error: error estimate of its clock
 * @ssid: as the sender's
 * @ttl: with which TTL the sender's packet came
 * @time: when the answer was sent
 * @received: when the sender's packet came
 * @probe: what the sender said
 */
struct mx_stamp_answer {
	u32 seq;
	u16 error;
	u16 ssid;
	u8 ttl;
	u64 time;
	u64 received;
	struct mx_stamp_probe probe;
};

/**
 * struct mx_stamp_tlv - a TLV in a packet
 * @flags: MX_STAMP_TLV_UNKNOWN and others
 * @type: MX_STAMP_PADDING and others
 * @len: bytes of the value
 * @offset: where it begins, among the TLVs
 */
struct mx_stamp_tlv {
	u8 flags;
	u8 type;
	u16 len;
	u32 offset;
};

/* Time on the wire: 32.32 bits of seconds since 1900, which wrap in 2036. */
u64 mx_stamp_time(u64 ns);
s64 mx_stamp_elapsed(u64 from, u64 to);
bool mx_stamp_read_time(u64 *time, u16 error);
u16 mx_stamp_error(bool synced, u64 ns);

/* The base. */
void mx_stamp_put_probe(void *buf, bool auth, const struct mx_stamp_probe *p);
void mx_stamp_put_answer(void *buf, bool auth, const struct mx_stamp_answer *a);
bool mx_stamp_get_probe(const void *buf, u32 len, bool auth,
			struct mx_stamp_probe *p);
bool mx_stamp_get_answer(const void *buf, u32 len, bool auth,
			 struct mx_stamp_answer *a);
bool mx_stamp_is_answer(const void *buf, bool auth);

/* TLVs; @tlvs is what follows the base. */
int mx_stamp_tlv_next(const u8 *tlvs, u32 len, u32 *offset,
		      struct mx_stamp_tlv *t);
void mx_stamp_put_tlv(u8 *at, u8 flags, u8 type, u16 len);
void mx_stamp_reflect_tlvs(u8 *tlvs, u32 len, u32 from, u32 seq,
			   const struct mx_stamp_key *key);

/* Authentication. */
struct mx_stamp_key *mx_stamp_key_create(const u8 *raw, u32 len);
void mx_stamp_key_put(struct mx_stamp_key *key);
void mx_stamp_sign(const struct mx_stamp_key *key, u8 *base);
bool mx_stamp_signed(const struct mx_stamp_key *key, const u8 *base);
void mx_stamp_sign_tlvs(const struct mx_stamp_key *key, u8 *tlvs, u32 offset,
			u32 seq);
bool mx_stamp_tlvs_signed(const struct mx_stamp_key *key, const u8 *tlvs,
			  u32 len, u32 seq);

/**
 * mx_stamp_len() - length of the base of a packet
 * @auth: whether it is authenticated
 *
 * Return: bytes.
 */
static inline u32 mx_stamp_len(bool auth)
{
	return auth ? MX_STAMP_AUTH_LEN : MX_STAMP_OPEN_LEN;
}

#endif /* MX_PATH_STAMP_H */
