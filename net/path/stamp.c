// SPDX-License-Identifier: GPL-2.0
/* STAMP's packets: RFC 8762 and, behind the base, RFC 8972. */
#include <linux/math64.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/unaligned.h>
#include "path/stamp.h"

/* Seconds from 1900, where NTP begins, to 1970. */
#define MX_STAMP_EPOCH		2208988800U

#define MX_STAMP_SYNCED		0x8000	/* of an error estimate */
#define MX_STAMP_PTP		0x4000
#define MX_STAMP_SCALE_SHIFT	8
#define MX_STAMP_SCALE_MAX	63
#define MX_STAMP_MULTIPLIER	0x00ff

/* Where the fields of a base lie. */
struct mx_stamp_layout {
	u8 time, error, ssid;
	/* of an answer alone */
	u8 received, sent_seq, sent_time, sent_error, ttl;
};

static const struct mx_stamp_layout mx_stamp_open = {
	.time = 4,
	.error = 12,
	.ssid = 14,
	.received = 16,
	.sent_seq = 24,
	.sent_time = 28,
	.sent_error = 36,
	.ttl = 40,
};

static const struct mx_stamp_layout mx_stamp_auth = {
	.time = 16,
	.error = 24,
	.ssid = 26,
	.received = 32,
	.sent_seq = 48,
	.sent_time = 64,
	.sent_error = 72,
	.ttl = 80,
};

static const struct mx_stamp_layout *mx_stamp_layout(bool auth)
{
	return auth ? &mx_stamp_auth : &mx_stamp_open;
}

static u32 mx_stamp_fraction(u32 ns)
{
	return div_u64((u64)ns << 32, NSEC_PER_SEC);
}

/**
 * mx_stamp_time() - a time as it is on the wire
 * @ns: nanoseconds since 1970, or of any other clock to take differences of
 *
 * Return: seconds since 1900 in the upper 32 bits, modulo 2^32; their
 * fraction in the lower ones.
 */
u64 mx_stamp_time(u64 ns)
{
	u32 rest;
	u64 sec = div_u64_rem(ns, NSEC_PER_SEC, &rest);

	return (u64)(u32)(sec + MX_STAMP_EPOCH) << 32 | mx_stamp_fraction(rest);
}

/**
 * mx_stamp_elapsed() - how long it is from one time to another
 * @from: the one
 * @to: the other, which may be earlier
 *
 * Return: nanoseconds; right if there are less than 68 years between them.
 */
s64 mx_stamp_elapsed(u64 from, u64 to)
{
	u64 diff = to - from;
	s64 sec = (s32)(diff >> 32);

	return sec * NSEC_PER_SEC + (s64)(((diff & U32_MAX) * NSEC_PER_SEC) >> 32);
}

/**
 * mx_stamp_read_time() - make a peer's time one of ours
 * @time: the time as it came; the NTP format afterwards
 * @error: the error estimate beside it, which tells the format
 *
 * Return: false if it is no time: none was set, or it is no number of the
 * format, or the estimate is invalid.
 */
bool mx_stamp_read_time(u64 *time, u16 error)
{
	u32 ns = (u32)*time;

	if (!*time || !(error & MX_STAMP_MULTIPLIER))
		return false;
	if (!(error & MX_STAMP_PTP))
		return true;
	if (ns >= NSEC_PER_SEC)
		return false;
	*time = (u64)((u32)(*time >> 32) + MX_STAMP_EPOCH) << 32 |
		mx_stamp_fraction(ns);
	return true;
}

/**
 * mx_stamp_error() - an error estimate
 * @synced: whether the clock follows UTC
 * @ns: by how much it may be wrong
 *
 * Return: as it is on the wire, rounded up: a multiplier, never 0, times
 * 2^(scale - 32) seconds.
 */
u16 mx_stamp_error(bool synced, u64 ns)
{
	u32 rest, scale = 0;
	u64 sec = div_u64_rem(ns, NSEC_PER_SEC, &rest);
	u64 v = (min_t(u64, sec, S32_MAX) << 32) + mx_stamp_fraction(rest) + 1;

	while (v > MX_STAMP_MULTIPLIER && scale < MX_STAMP_SCALE_MAX) {
		v = (v + 1) >> 1;
		scale++;
	}
	return (synced ? MX_STAMP_SYNCED : 0) |
	       scale << MX_STAMP_SCALE_SHIFT | (u16)v;
}

/* Zeroes all but the place of the code, which is written last. */
static void mx_stamp_begin(u8 *buf, bool auth, u32 seq, u64 time, u16 error,
			   u16 ssid)
{
	const struct mx_stamp_layout *at = mx_stamp_layout(auth);

	memset(buf, 0, mx_stamp_len(auth));
	put_unaligned_be32(seq, buf);
	put_unaligned_be64(time, buf + at->time);
	put_unaligned_be16(error, buf + at->error);
	put_unaligned_be16(ssid, buf + at->ssid);
}

/**
 * mx_stamp_put_probe() - write a sender's packet
 * @buf: where to, mx_stamp_len() bytes
 * @auth: whether it is authenticated: the code follows, mx_stamp_sign()
 * @p: what it says
 */
void mx_stamp_put_probe(void *buf, bool auth, const struct mx_stamp_probe *p)
{
	mx_stamp_begin(buf, auth, p->seq, p->time, p->error, p->ssid);
}

/**
 * mx_stamp_put_answer() - write a reflector's packet
 * @buf: where to, mx_stamp_len() bytes
 * @auth: whether it is authenticated
 * @a: what it says
 */
void mx_stamp_put_answer(void *buf, bool auth, const struct mx_stamp_answer *a)
{
	const struct mx_stamp_layout *at = mx_stamp_layout(auth);
	u8 *b = buf;

	mx_stamp_begin(b, auth, a->seq, a->time, a->error, a->ssid);
	put_unaligned_be64(a->received, b + at->received);
	put_unaligned_be32(a->probe.seq, b + at->sent_seq);
	put_unaligned_be64(a->probe.time, b + at->sent_time);
	put_unaligned_be16(a->probe.error, b + at->sent_error);
	b[at->ttl] = a->ttl;
}

/**
 * mx_stamp_get_probe() - read a sender's packet
 * @buf: the packet
 * @len: its length
 * @auth: whether it is authenticated, which is verified by mx_stamp_signed()
 * @p: what it says
 *
 * Return: false if it is too short.
 */
bool mx_stamp_get_probe(const void *buf, u32 len, bool auth,
			struct mx_stamp_probe *p)
{
	const struct mx_stamp_layout *at = mx_stamp_layout(auth);
	const u8 *b = buf;

	if (len < mx_stamp_len(auth))
		return false;
	p->seq = get_unaligned_be32(b);
	p->time = get_unaligned_be64(b + at->time);
	p->error = get_unaligned_be16(b + at->error);
	p->ssid = get_unaligned_be16(b + at->ssid);
	return true;
}

/**
 * mx_stamp_get_answer() - read a reflector's packet
 * @buf: the packet
 * @len: its length
 * @auth: whether it is authenticated, which is verified by mx_stamp_signed()
 * @a: what it says
 *
 * Return: false if it is too short.
 */
bool mx_stamp_get_answer(const void *buf, u32 len, bool auth,
			 struct mx_stamp_answer *a)
{
	const struct mx_stamp_layout *at = mx_stamp_layout(auth);
	const u8 *b = buf;

	if (len < mx_stamp_len(auth))
		return false;
	a->seq = get_unaligned_be32(b);
	a->time = get_unaligned_be64(b + at->time);
	a->error = get_unaligned_be16(b + at->error);
	a->ssid = get_unaligned_be16(b + at->ssid);
	a->received = get_unaligned_be64(b + at->received);
	a->probe.seq = get_unaligned_be32(b + at->sent_seq);
	a->probe.time = get_unaligned_be64(b + at->sent_time);
	a->probe.error = get_unaligned_be16(b + at->sent_error);
	a->probe.ssid = a->ssid;
	a->ttl = b[at->ttl];
	return true;
}

/**
 * mx_stamp_is_answer() - does a packet come from a reflector
 * @buf: a packet of mx_stamp_len() bytes or more
 * @auth: whether it is authenticated
 *
 * A sender's packet has zeros where an answer tells when the probe came and with
 * which TTL, or, if it is one of TWAMP, noise that is no answer's either.
 *
 * Return: true if so: a reflector that answered it could go on for ever.
 */
bool mx_stamp_is_answer(const void *buf, bool auth)
{
	const struct mx_stamp_layout *at = mx_stamp_layout(auth);
	const u8 *b = buf;

	return get_unaligned_be64(b + at->received) && b[at->ttl] &&
	       !get_unaligned_be16(b + at->sent_error + sizeof(u16)) &&
	       !b[at->ttl + 1] && !b[at->ttl + 2] && !b[at->ttl + 3];
}

/**
 * mx_stamp_tlv_next() - go through the TLVs of a packet
 * @tlvs: what follows the base
 * @len: how much that is
 * @offset: where the next one begins, 0 at first
 * @t: it
 *
 * Return: 1, 0 at the end, -EINVAL if what follows is no whole TLV; @t is its
 * header then, if there is one, else its type is 0.
 */
int mx_stamp_tlv_next(const u8 *tlvs, u32 len, u32 *offset,
		      struct mx_stamp_tlv *t)
{
	u32 rest = len - *offset;

	memset(t, 0, sizeof(*t));
	t->offset = *offset;
	if (!rest)
		return 0;
	if (rest < MX_STAMP_TLV_LEN)
		return -EINVAL;
	t->flags = tlvs[*offset];
	t->type = tlvs[*offset + 1];
	t->len = get_unaligned_be16(tlvs + *offset + 2);
	if (t->len > rest - MX_STAMP_TLV_LEN)
		return -EINVAL;
	*offset += MX_STAMP_TLV_LEN + t->len;
	return 1;
}

/**
 * mx_stamp_put_tlv() - write the header of a TLV
 * @at: where to
 * @flags: a sender sets MX_STAMP_TLV_UNKNOWN and nothing else
 * @type: its type
 * @len: bytes of the value, which the caller writes
 */
void mx_stamp_put_tlv(u8 *at, u8 flags, u8 type, u16 len)
{
	at[0] = flags;
	at[1] = type;
	put_unaligned_be16(len, at + 2);
}

static bool mx_stamp_tlv_fits(const struct mx_stamp_tlv *t)
{
	switch (t->type) {
	case MX_STAMP_CLOCK:
		return t->len == MX_STAMP_CLOCK_LEN;
	case MX_STAMP_MAC:
		return t->len == MX_STAMP_MAC_LEN;
	default:
		return true;
	}
}

/* What a reflector does to a TLV that is whole. */
static void mx_stamp_reflect_tlv(u8 *at, const struct mx_stamp_tlv *t,
				 bool auth)
{
	u8 *value = at + MX_STAMP_TLV_LEN;

	at[0] = 0;
	switch (t->type) {
	case MX_STAMP_PADDING:
		break;
	case MX_STAMP_CLOCK:
		value[0] = MX_STAMP_SYNC_FREE;
		value[1] = MX_STAMP_BY_SOFTWARE;
		value[2] = MX_STAMP_SYNC_FREE;
		value[3] = MX_STAMP_BY_SOFTWARE;
		break;
	case MX_STAMP_MAC:
		/* without a key there is nothing to verify it with */
		if (!auth)
			at[0] = MX_STAMP_TLV_UNKNOWN;
		break;
	default:
		at[0] = MX_STAMP_TLV_UNKNOWN;
	}
}

/* Marks all TLVs: what was signed is not what came. */
static void mx_stamp_taint_tlvs(u8 *tlvs, u32 len)
{
	struct mx_stamp_tlv t;
	u32 offset = 0;

	while (mx_stamp_tlv_next(tlvs, len, &offset, &t) > 0)
		tlvs[t.offset] |= MX_STAMP_TLV_INTEGRITY;
	if (len - t.offset >= MX_STAMP_TLV_LEN)
		tlvs[t.offset] |= MX_STAMP_TLV_INTEGRITY |
				  MX_STAMP_TLV_MALFORMED;
}

/**
 * mx_stamp_reflect_tlvs() - make a sender's TLVs a reflector's, in place
 * @tlvs: what follows the base; stays as long as it is
 * @len: how much that is
 * @from: the sequence number in the packet that came
 * @seq: the sequence number in the answer
 * @key: where the packet is authenticated, else NULL
 *
 * A sender of TLVs says so by the flag MX_STAMP_TLV_UNKNOWN in the first one;
 * what else is there is padding of TWAMP, and is left alone.
 */
void mx_stamp_reflect_tlvs(u8 *tlvs, u32 len, u32 from, u32 seq,
			   const struct mx_stamp_key *key)
{
	struct mx_stamp_tlv t;
	u32 offset = 0;
	int ret;

	if (len < MX_STAMP_TLV_LEN || !(tlvs[0] & MX_STAMP_TLV_UNKNOWN))
		return;
	if (key && !mx_stamp_tlvs_signed(key, tlvs, len, from)) {
		mx_stamp_taint_tlvs(tlvs, len);
		return;
	}
	while ((ret = mx_stamp_tlv_next(tlvs, len, &offset, &t)) > 0) {
		if (!mx_stamp_tlv_fits(&t)) {
			ret = -EINVAL;
			break;
		}
		mx_stamp_reflect_tlv(tlvs + t.offset, &t, key);
		if (key && t.type == MX_STAMP_MAC)
			mx_stamp_sign_tlvs(key, tlvs, t.offset, seq);
	}
	/* the rest is copied as it came */
	if (ret && len - t.offset >= MX_STAMP_TLV_LEN)
		tlvs[t.offset] = MX_STAMP_TLV_MALFORMED;
}
