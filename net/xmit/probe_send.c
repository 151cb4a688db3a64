// SPDX-License-Identifier: GPL-2.0
/* Probes of paths: made, and sent by the path's device and gateway. */
#include <linux/ktime.h>
#include <linux/random.h>
#include "xmit/probe.h"

/* What is known of the error of this host's clock: that nobody tells it here. */
#define MX_PROBE_ERROR_NS	NSEC_PER_MSEC

/**
 * struct mx_outgoing - a probe of a path on its way out
 * @probe: the packet
 * @b: the probing
 * @seq: its number
 */
struct mx_outgoing {
	struct mx_probe probe;
	struct mx_probing *b;
	u32 seq;
};

/* Notes when a probe leaves, and what is in it. */
static void mx_probe_note(struct mx_probing *b, u32 seq, u64 token, u64 now)
{
	struct mx_pace_slot *slot;

	spin_lock(&b->lock);
	slot = mx_pace_slot(&b->pace, seq);
	if (slot) {
		slot->token = token;
		slot->sent = now;
	}
	spin_unlock(&b->lock);
}

/* The time, its last bits, which say nothing, being there to be guessed. */
static u64 mx_probe_time(ktime_t now)
{
	return (mx_stamp_time(ktime_to_ns(ktime_mono_to_real(now))) & ~7ULL) |
	       (get_random_u32() & 7);
}

static void mx_probe_finish(struct mx_probe *probe, u8 *payload)
{
	struct mx_outgoing *out = container_of(probe, struct mx_outgoing,
					       probe);
	const struct mx_stamp_key *key = out->b->key;
	ktime_t now = ktime_get();
	const struct mx_stamp_probe say = {
		.seq = out->seq,
		.error = mx_stamp_error(false, MX_PROBE_ERROR_NS),
		.ssid = out->b->sport,
		.time = mx_probe_time(now),
	};

	mx_probe_note(out->b, out->seq, say.time, ktime_to_ns(now));
	mx_stamp_put_probe(payload, key, &say);
	if (key)
		mx_stamp_sign(key, payload);
}

/*
 * A SYN is known by what is hashed with a secret. Echo requests keep their
 * identifier, so that a translator on the way has one entry of them and not one
 * for each; it and the number that they begin with are random.
 */
static void mx_probe_mark(struct mx_outgoing *out)
{
	struct mx_probing *b = out->b;
	u16 port = b->sport;
	u32 seq;

	if (b->kind == MUTEX_CHECK_ICMP) {
		seq = (u32)port << 16 | (u16)out->seq;
	} else {
		seq = mx_check_token(b->id, out->seq, &b->pr->key).seq;
		port += out->seq & (MX_PROBE_PORTS_TCP - 1);
	}
	out->probe.sport = htons(port);
	out->probe.seq = seq;
	mx_probe_note(b, out->seq, (u64)seq << 16 | port, ktime_get_ns());
}

/**
 * mx_probe_way() - the way of a path's packets
 * @b: the probing
 * @probe: filled in: device, gateway, addresses, port
 */
void mx_probe_way(const struct mx_probing *b, struct mx_probe *probe)
{
	const struct mx_path_params *p = &b->params;

	*probe = (struct mx_probe) {
		.family = b->family,
		.kind = b->kind,
		.oif = READ_ONCE(b->path->ifindex),
		.bound = true,
		.dst = b->peer,
		.dport = b->port,
		.via_family = p->via_family,
		.via = p->via,
	};
	if (p->has_local)
		probe->src = p->local;
}

/**
 * mx_probe_send() - send a probe of a path
 * @b: the probing
 * @seq: the probe's number, from mx_pace_send()
 *
 * Context: RCU reader, softirqs are off; @b->lock is not held.
 * Return: see mx_check_send(); -ENETUNREACH also without a device.
 */
int mx_probe_send(struct mx_probing *b, u32 seq)
{
	struct mx_outgoing out = { .b = b, .seq = seq };

	mx_probe_way(b, &out.probe);
	if (!out.probe.oif)
		return -ENETUNREACH;
	mx_stats_inc_bh(&b->path->stats, MX_PATH_SENT);
	if (b->stamp) {
		out.probe.sport = htons(b->sport);
		out.probe.ttl = U8_MAX;
		out.probe.len = mx_stamp_len(b->key);
		out.probe.finish = mx_probe_finish;
	} else {
		mx_probe_mark(&out);
	}
	return mx_check_send(b->pr->pn->net, &out.probe);
}
