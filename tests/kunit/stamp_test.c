// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of STAMP's packets: each field where RFC 8762 puts it, TLVs of
 * RFC 8972 good and bad, codes by tests/netns/stamp.py, times that wrap.
 */
#include <kunit/test.h>
#include <linux/random.h>
#include <linux/string.h>
#include "fixture.h"
#include "path/stamp.h"

static const u8 stamp_raw[32] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
	20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
};

static const struct mx_stamp_probe stamp_probe = {
	.seq = 0x01020304,
	.error = 0x0a01,
	.ssid = 0x0506,
	.time = 0xe8fe5b8040000000ULL,
};

static const struct mx_stamp_answer stamp_answer = {
	.seq = 9,
	.error = 0x8105,
	.ssid = 0x0506,
	.ttl = 63,
	.time = 0xe8fe5b81c0000000ULL,
	.received = 0xe8fe5b8180000000ULL,
	.probe = {
		.seq = 0x01020304,
		.error = 0x0a01,
		.ssid = 0x0506,
		.time = 0xe8fe5b8040000000ULL,
	},
};

/* Made by the Python decoder. */
static const u8 stamp_open_probe[] = {
	0x01, 0x02, 0x03, 0x04, 0xe8, 0xfe, 0x5b, 0x80,
	0x40, 0x00, 0x00, 0x00, 0x0a, 0x01, 0x05, 0x06,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00,
};

static const u8 stamp_open_answer[] = {
	0x00, 0x00, 0x00, 0x09, 0xe8, 0xfe, 0x5b, 0x81,
	0xc0, 0x00, 0x00, 0x00, 0x81, 0x05, 0x05, 0x06,
	0xe8, 0xfe, 0x5b, 0x81, 0x80, 0x00, 0x00, 0x00,
	0x01, 0x02, 0x03, 0x04, 0xe8, 0xfe, 0x5b, 0x80,
	0x40, 0x00, 0x00, 0x00, 0x0a, 0x01, 0x00, 0x00,
	0x3f, 0x00, 0x00, 0x00,
};

static const u8 stamp_auth_probe[] = {
	0x01, 0x02, 0x03, 0x04, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0xe8, 0xfe, 0x5b, 0x80, 0x40, 0x00, 0x00, 0x00,
	0x0a, 0x01, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0xb4, 0xdf, 0xfc, 0xba, 0x6c, 0xca, 0x0b, 0xda,
	0xb9, 0x38, 0x7b, 0xe1, 0x25, 0x16, 0x89, 0xc8,
};

static const u8 stamp_auth_answer[] = {
	0x00, 0x00, 0x00, 0x09, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0xe8, 0xfe, 0x5b, 0x81, 0xc0, 0x00, 0x00, 0x00,
	0x81, 0x05, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00,
	0xe8, 0xfe, 0x5b, 0x81, 0x80, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x01, 0x02, 0x03, 0x04, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0xe8, 0xfe, 0x5b, 0x80, 0x40, 0x00, 0x00, 0x00,
	0x0a, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x3f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0xe7, 0x16, 0xec, 0xd3, 0x26, 0x36, 0x65, 0x3f,
	0x3d, 0xf1, 0x32, 0x65, 0x60, 0xba, 0x4d, 0x09,
};

static const u8 stamp_tlvs[] = {
	0x80, 0x03, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00,
	0x80, 0x08, 0x00, 0x10, 0x90, 0x93, 0x02, 0x22,
	0x03, 0xa0, 0xc2, 0x89, 0x88, 0x2e, 0x0e, 0x1b,
	0xd0, 0xf5, 0x66, 0x9b,
};

static struct mx_stamp_key *stamp_key(struct kunit *test, const u8 *raw)
{
	struct mx_stamp_key *key = mx_stamp_key_create(raw, 32);

	if (key == ERR_PTR(-ENOENT)) {
		kunit_skip(test, "this kernel has no HMAC-SHA-256");
		return NULL;
	}
	KUNIT_ASSERT_FALSE(test, IS_ERR(key));
	return key;
}

static void stamp_writes_packets(struct kunit *test)
{
	u8 buf[MX_STAMP_AUTH_LEN];

	memset(buf, 0xff, sizeof(buf));
	mx_stamp_put_probe(buf, false, &stamp_probe);
	KUNIT_EXPECT_EQ(test, memcmp(buf, stamp_open_probe, MX_STAMP_OPEN_LEN), 0);
	memset(buf, 0xff, sizeof(buf));
	mx_stamp_put_answer(buf, false, &stamp_answer);
	KUNIT_EXPECT_EQ(test, memcmp(buf, stamp_open_answer, MX_STAMP_OPEN_LEN), 0);
	KUNIT_EXPECT_EQ(test, buf[MX_STAMP_OPEN_LEN], 0xff);
	memset(buf, 0xff, sizeof(buf));
	mx_stamp_put_probe(buf, true, &stamp_probe);
	KUNIT_EXPECT_EQ(test, memcmp(buf, stamp_auth_probe, MX_STAMP_MAC_OFFSET), 0);
	memset(buf, 0xff, sizeof(buf));
	mx_stamp_put_answer(buf, true, &stamp_answer);
	KUNIT_EXPECT_EQ(test, memcmp(buf, stamp_auth_answer, MX_STAMP_MAC_OFFSET), 0);
}

static void stamp_reads_packets(struct kunit *test)
{
	u8 buf[MX_STAMP_AUTH_LEN];
	struct mx_stamp_answer a;
	struct mx_stamp_probe p;
	u32 len, auth;

	for (auth = 0; auth < 2; auth++) {
		len = mx_stamp_len(auth);
		memset(&p, 0xff, sizeof(p));
		memcpy(buf, auth ? stamp_auth_probe : stamp_open_probe, len);
		KUNIT_EXPECT_FALSE(test, mx_stamp_get_probe(buf, len - 1, auth,
							    &p));
		KUNIT_EXPECT_TRUE(test, mx_stamp_get_probe(buf, len, auth, &p));
		KUNIT_EXPECT_EQ(test, p.seq, stamp_probe.seq);
		KUNIT_EXPECT_EQ(test, p.time, stamp_probe.time);
		KUNIT_EXPECT_EQ(test, p.error, stamp_probe.error);
		KUNIT_EXPECT_EQ(test, p.ssid, stamp_probe.ssid);
		KUNIT_EXPECT_FALSE(test, mx_stamp_is_answer(buf, auth));
		memcpy(buf, auth ? stamp_auth_answer : stamp_open_answer, len);
		KUNIT_EXPECT_FALSE(test, mx_stamp_get_answer(buf, len - 1, auth,
							     &a));
		KUNIT_EXPECT_TRUE(test, mx_stamp_get_answer(buf, len, auth,
							    &a));
		KUNIT_EXPECT_EQ(test, a.seq, stamp_answer.seq);
		KUNIT_EXPECT_EQ(test, a.time, stamp_answer.time);
		KUNIT_EXPECT_EQ(test, a.received, stamp_answer.received);
		KUNIT_EXPECT_EQ(test, a.error, stamp_answer.error);
		KUNIT_EXPECT_EQ(test, a.ssid, stamp_answer.ssid);
		KUNIT_EXPECT_EQ(test, a.ttl, stamp_answer.ttl);
		KUNIT_EXPECT_TRUE(test, mx_stamp_is_answer(buf, auth));
		KUNIT_EXPECT_EQ(test, a.probe.seq, stamp_probe.seq);
		KUNIT_EXPECT_EQ(test, a.probe.time, stamp_probe.time);
		KUNIT_EXPECT_EQ(test, a.probe.error, stamp_probe.error);
	}
}

static void stamp_signs(struct kunit *test)
{
	struct mx_stamp_key *key = stamp_key(test, stamp_raw);
	u8 buf[MX_STAMP_AUTH_LEN];
	u32 i;

	if (!key)
		return;
	mx_stamp_put_probe(buf, true, &stamp_probe);
	mx_stamp_sign(key, buf);
	KUNIT_EXPECT_EQ(test, memcmp(buf, stamp_auth_probe, sizeof(buf)), 0);
	mx_stamp_put_answer(buf, true, &stamp_answer);
	mx_stamp_sign(key, buf);
	KUNIT_EXPECT_EQ(test, memcmp(buf, stamp_auth_answer, sizeof(buf)), 0);
	KUNIT_EXPECT_TRUE(test, mx_stamp_signed(key, buf));
	/* any bit */
	for (i = 0; i < sizeof(buf) * 8; i++) {
		buf[i / 8] ^= 1 << i % 8;
		KUNIT_EXPECT_FALSE(test, mx_stamp_signed(key, buf));
		buf[i / 8] ^= 1 << i % 8;
	}
	mx_stamp_key_put(key);
}

static void stamp_knows_other_keys(struct kunit *test)
{
	struct mx_stamp_key *key = stamp_key(test, stamp_raw), *other;
	u8 buf[MX_STAMP_AUTH_LEN], raw[32];

	if (!key)
		return;
	memcpy(raw, stamp_raw, sizeof(raw));
	raw[31] ^= 1;
	other = stamp_key(test, raw);
	mx_stamp_put_probe(buf, true, &stamp_probe);
	mx_stamp_sign(other, buf);
	KUNIT_EXPECT_FALSE(test, mx_stamp_signed(key, buf));
	KUNIT_EXPECT_TRUE(test, mx_stamp_signed(other, buf));
	mx_stamp_key_put(other);
	mx_stamp_key_put(key);
}

static void stamp_refuses_bad_keys(struct kunit *test)
{
	u8 raw[MX_STAMP_KEY_MAX + 1] = { };

	KUNIT_EXPECT_TRUE(test, mx_stamp_key_create(raw, 0) ==
				ERR_PTR(-EINVAL));
	KUNIT_EXPECT_TRUE(test, mx_stamp_key_create(raw, 15) ==
				ERR_PTR(-EINVAL));
	KUNIT_EXPECT_TRUE(test, mx_stamp_key_create(raw, 65) ==
				ERR_PTR(-EINVAL));
	mx_stamp_key_put(NULL);
}

static void stamp_tells_time(struct kunit *test)
{
	u64 t, u;

	/* 1970, half a second later, 2036 when the seconds wrap */
	KUNIT_EXPECT_EQ(test, mx_stamp_time(0), 2208988800ULL << 32);
	KUNIT_EXPECT_EQ(test, mx_stamp_time(NSEC_PER_SEC / 2),
			2208988800ULL << 32 | BIT_ULL(31));
	t = mx_stamp_time(2085978495ULL * NSEC_PER_SEC);
	u = mx_stamp_time(2085978497ULL * NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, t >> 32, (u64)U32_MAX);
	KUNIT_EXPECT_EQ(test, u >> 32, 1ULL);
	KUNIT_EXPECT_EQ(test, mx_stamp_elapsed(t, u), (s64)2 * NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, mx_stamp_elapsed(u, t), -(s64)2 * NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, mx_stamp_elapsed(t, t), 0LL);
	/* to a nanosecond, both ways */
	t = mx_stamp_time(1700000000999999999ULL);
	u = mx_stamp_time(1700000001000001000ULL);
	KUNIT_EXPECT_LE(test, abs(mx_stamp_elapsed(t, u) - 1001), 1LL);
	KUNIT_EXPECT_LE(test, abs(mx_stamp_elapsed(u, t) + 1001), 1LL);
	/* the widest that can be told */
	KUNIT_EXPECT_EQ(test, mx_stamp_elapsed(0, BIT_ULL(63)),
			(s64)S32_MIN * NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, mx_stamp_elapsed(0, BIT_ULL(63) - 1) /
			(s64)NSEC_PER_SEC, (s64)S32_MAX);
}

static void stamp_reads_time(struct kunit *test)
{
	u64 t = 0;

	KUNIT_EXPECT_FALSE(test, mx_stamp_read_time(&t, 0x0001));
	t = 5;
	KUNIT_EXPECT_FALSE(test, mx_stamp_read_time(&t, 0xff00));
	KUNIT_EXPECT_TRUE(test, mx_stamp_read_time(&t, 0x0001));
	KUNIT_EXPECT_EQ(test, t, 5ULL);
	/* the format of PTP */
	t = 1700000000ULL << 32 | NSEC_PER_SEC / 2;
	KUNIT_EXPECT_TRUE(test, mx_stamp_read_time(&t, 0x4001));
	KUNIT_EXPECT_EQ(test, t, mx_stamp_time(1700000000500000000ULL));
	t = 1700000000ULL << 32 | NSEC_PER_SEC;
	KUNIT_EXPECT_FALSE(test, mx_stamp_read_time(&t, 0x4001));
}

static u64 stamp_estimate_ns(u16 error)
{
	u64 units = (u64)(error & 0xff) << (error >> 8 & 0x3f);

	return (units >> 32) * NSEC_PER_SEC +
	       ((units & U32_MAX) * NSEC_PER_SEC >> 32);
}

/* An estimate is no less than what it estimates, and little more. */
static void stamp_estimates_error(struct kunit *test)
{
	u64 ns;
	u16 e;

	for (ns = 1; ns < 100 * (u64)NSEC_PER_SEC; ns = ns * 3 + 1) {
		e = mx_stamp_error(true, ns);
		KUNIT_EXPECT_NE(test, e & 0xff, 0);
		KUNIT_EXPECT_EQ(test, e & 0xc000, 0x8000);
		KUNIT_EXPECT_GE(test, stamp_estimate_ns(e) + 1, ns);
		KUNIT_EXPECT_LE(test, stamp_estimate_ns(e), ns + ns / 64 + 2);
	}
	KUNIT_EXPECT_NE(test, mx_stamp_error(false, 0) & 0xff, 0);
	KUNIT_EXPECT_NE(test, mx_stamp_error(false, U64_MAX) & 0xff, 0);
	KUNIT_EXPECT_EQ(test, mx_stamp_error(false, U64_MAX) & 0xc000, 0);
}

static void stamp_reflects_tlvs(struct kunit *test)
{
	/* location, clock, padding */
	u8 tlvs[] = { 0x80, 2, 0, 2, 0xaa, 0xbb, 0x80, 3, 0, 4, 0, 0, 0, 0,
		      0x9f, 1, 0, 3, 1, 2, 3 };
	const u8 want[] = { 0x80, 2, 0, 2, 0xaa, 0xbb, 0, 3, 0, 4, 5, 2, 5, 2,
			    0, 1, 0, 3, 1, 2, 3 };

	mx_stamp_reflect_tlvs(tlvs, sizeof(tlvs), 1, 2, NULL);
	KUNIT_EXPECT_EQ(test, memcmp(tlvs, want, sizeof(tlvs)), 0);
}

static void stamp_reflects_bad_tlvs(struct kunit *test)
{
	u8 cut[] = { 0x80, 1, 0, 1, 7, 0x80, 1, 0, 9, 1, 2 };
	const u8 cut_want[] = { 0, 1, 0, 1, 7, 0x40, 1, 0, 9, 1, 2 };
	u8 wrong[] = { 0x80, 3, 0, 2, 0, 0, 0x80, 1, 0, 0 };
	const u8 wrong_want[] = { 0x40, 3, 0, 2, 0, 0, 0x80, 1, 0, 0 };
	u8 tail[] = { 0x80, 1, 0, 0, 0x80, 1, 0 };
	const u8 tail_want[] = { 0, 1, 0, 0, 0x80, 1, 0 };
	u8 twamp[] = { 0x11, 0x22, 0x33, 0x44, 0x55 };
	const u8 twamp_want[] = { 0x11, 0x22, 0x33, 0x44, 0x55 };
	u8 few[] = { 0x80, 1, 0 };

	mx_stamp_reflect_tlvs(cut, sizeof(cut), 1, 2, NULL);
	KUNIT_EXPECT_EQ(test, memcmp(cut, cut_want, sizeof(cut)), 0);
	mx_stamp_reflect_tlvs(wrong, sizeof(wrong), 1, 2, NULL);
	KUNIT_EXPECT_EQ(test, memcmp(wrong, wrong_want, sizeof(wrong)), 0);
	mx_stamp_reflect_tlvs(tail, sizeof(tail), 1, 2, NULL);
	KUNIT_EXPECT_EQ(test, memcmp(tail, tail_want, sizeof(tail)), 0);
	mx_stamp_reflect_tlvs(twamp, sizeof(twamp), 1, 2, NULL);
	KUNIT_EXPECT_EQ(test, memcmp(twamp, twamp_want, sizeof(twamp)), 0);
	mx_stamp_reflect_tlvs(few, sizeof(few), 1, 2, NULL);
	KUNIT_EXPECT_EQ(test, few[0], 0x80);
	mx_stamp_reflect_tlvs(few, 0, 1, 2, NULL);
}

static void stamp_vouches_for_tlvs(struct kunit *test)
{
	struct mx_stamp_key *key = stamp_key(test, stamp_raw);
	u8 tlvs[28 + 8] = { }, copy[28];
	u32 i;

	if (!key)
		return;
	memcpy(tlvs, stamp_tlvs, 28);
	memcpy(copy, tlvs, sizeof(copy));
	KUNIT_EXPECT_TRUE(test, mx_stamp_tlvs_signed(key, tlvs, 28,
						     stamp_probe.seq));
	KUNIT_EXPECT_FALSE(test, mx_stamp_tlvs_signed(key, tlvs, 28,
						      stamp_probe.seq + 1));
	/* padding may follow, nothing else may */
	mx_stamp_put_tlv(tlvs + 28, 0x80, MX_STAMP_PADDING, 4);
	KUNIT_EXPECT_TRUE(test, mx_stamp_tlvs_signed(key, tlvs, 36,
						     stamp_probe.seq));
	mx_stamp_put_tlv(tlvs + 28, 0x80, MX_STAMP_CLOCK, 4);
	KUNIT_EXPECT_FALSE(test, mx_stamp_tlvs_signed(key, tlvs, 36,
						      stamp_probe.seq));
	for (i = 0; i < 28 * 8; i++) {
		/* its own flags are the one thing that a code cannot cover */
		if (i / 8 == 8)
			continue;
		tlvs[i / 8] ^= 1 << i % 8;
		KUNIT_EXPECT_FALSE(test,
				   mx_stamp_tlvs_signed(key, tlvs, 28,
							stamp_probe.seq));
		tlvs[i / 8] ^= 1 << i % 8;
	}
	/* the reflector's own code is right, too */
	mx_stamp_reflect_tlvs(tlvs, 28, stamp_probe.seq, 77, key);
	KUNIT_EXPECT_EQ(test, tlvs[0], 0);
	KUNIT_EXPECT_TRUE(test, mx_stamp_tlvs_signed(key, tlvs, 28, 77));
	/* tampered with: all that was sent comes back, marked */
	copy[5] ^= 1;
	memcpy(tlvs, copy, sizeof(copy));
	mx_stamp_reflect_tlvs(tlvs, 28, stamp_probe.seq, 77, key);
	KUNIT_EXPECT_EQ(test, tlvs[0], 0xa0);
	KUNIT_EXPECT_EQ(test, tlvs[8], 0xa0);
	tlvs[0] = 0x80;
	tlvs[8] = 0x80;
	KUNIT_EXPECT_EQ(test, memcmp(tlvs, copy, sizeof(copy)), 0);
	mx_stamp_key_put(key);
}

static void stamp_demands_a_code(struct kunit *test)
{
	struct mx_stamp_key *key = stamp_key(test, stamp_raw);
	u8 padding[] = { 0x80, 1, 0, 0, 0x80, 1, 0, 0 };
	u8 clock[] = { 0x80, 3, 0, 4, 0, 0, 0, 0 };

	if (!key)
		return;
	KUNIT_EXPECT_TRUE(test, mx_stamp_tlvs_signed(key, padding, 0, 1));
	KUNIT_EXPECT_TRUE(test, mx_stamp_tlvs_signed(key, padding, 4, 1));
	KUNIT_EXPECT_FALSE(test, mx_stamp_tlvs_signed(key, padding, 8, 1));
	KUNIT_EXPECT_FALSE(test, mx_stamp_tlvs_signed(key, padding, 6, 1));
	KUNIT_EXPECT_FALSE(test, mx_stamp_tlvs_signed(key, clock, 8, 1));
	mx_stamp_key_put(key);
}

/* Noise of any length: nothing outside is touched, nothing runs on for ever. */
static void stamp_survives_noise(struct kunit *test)
{
	struct mx_stamp_key *key = mx_stamp_key_create(stamp_raw, 32);
	u8 buf[160];
	u32 i, len;

	if (IS_ERR(key))
		key = NULL;
	for (i = 0; i < 4000; i++) {
		get_random_bytes(buf, sizeof(buf));
		len = buf[0] % 129;
		/* short lengths, so that there are many TLVs */
		for (u32 j = 16; i % 2 && j < 144; j += 2)
			buf[j] = 0x80 * (j % 4 == 0);
		buf[16] |= 0x80;
		buf[15] = 0x5a;
		buf[16 + len] = 0xa5;
		mx_stamp_reflect_tlvs(buf + 16, len, i, i, i % 3 ? NULL : key);
		KUNIT_EXPECT_EQ(test, buf[15], 0x5a);
		KUNIT_EXPECT_EQ(test, buf[16 + len], 0xa5);
	}
	mx_stamp_key_put(key);
}

static struct kunit_case stamp_test_cases[] = {
	KUNIT_CASE(stamp_writes_packets),
	KUNIT_CASE(stamp_reads_packets),
	KUNIT_CASE(stamp_signs),
	KUNIT_CASE(stamp_knows_other_keys),
	KUNIT_CASE(stamp_refuses_bad_keys),
	KUNIT_CASE(stamp_tells_time),
	KUNIT_CASE(stamp_reads_time),
	KUNIT_CASE(stamp_estimates_error),
	KUNIT_CASE(stamp_reflects_tlvs),
	KUNIT_CASE(stamp_reflects_bad_tlvs),
	KUNIT_CASE(stamp_vouches_for_tlvs),
	KUNIT_CASE(stamp_demands_a_code),
	KUNIT_CASE(stamp_survives_noise),
	{}
};

static struct kunit_suite stamp_test_suite = {
	.name = "mx_stamp",
	/* keys are freed by the module's workqueue */
	.init = mx_fix_init,
	.exit = mx_fix_exit,
	.test_cases = stamp_test_cases,
};

kunit_test_suite(stamp_test_suite);
