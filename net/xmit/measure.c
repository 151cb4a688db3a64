// SPDX-License-Identifier: GPL-2.0
/* The measuring of a path: sends what is due, takes what is answered. */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/udp.h>
#include "xmit/measure.h"
#include "xmit/probe.h"
#include "xmit/reflector.h"

#define MX_MEASURE_ERROR_NS	NSEC_PER_MSEC	/* as that of probes */
#define MX_MEASURE_IDLE_NS	NSEC_PER_SEC	/* on a path that is down */
#define MX_MEASURE_LOOK_NS	(5ULL * NSEC_PER_SEC)	/* on others, at most */
#define MX_MEASURE_OUT_NS	(50ULL * NSEC_PER_MSEC)
#define MX_MEASURE_LEAST_NS	(20 * NSEC_PER_USEC)
#define MX_MEASURE_RATE_MS	1000U	/* between looks at traffic, at least */
#define MX_MEASURE_SLACK_MS	500U	/* beside three round trips */
#define MX_MEASURE_FIRST_MS	2000U	/* begin within that time */
#define MX_MEASURE_MTU		1200U	/* of trains, while none is known */
/* Where the first arrival is put on a line of time that others may precede. */
#define MX_MEASURE_ORIGIN	BIT_ULL(40)

/**
 * struct mx_padded - a packet on its way out
 * @probe: the packet
 * @me: the measuring
 * @seq: its number
 * @at: of a train's, its place there
 */
struct mx_padded {
	struct mx_probe probe;
	struct mx_measure *me;
	u32 seq;
	int at;
};

/* What a packet has beside its payload. */
static u32 mx_measure_headers(u8 family)
{
	return sizeof(struct udphdr) + (family == AF_INET ?
					sizeof(struct iphdr) :
					sizeof(struct ipv6hdr));
}

/* The smallest packet that has room for padding. */
static u32 mx_measure_least(const struct mx_probing *b)
{
	return mx_measure_headers(b->family) + mx_stamp_len(b->key) +
	       MX_STAMP_TLV_LEN;
}

/* Notes what is in a packet, and when it left. */
static void mx_measure_note(const struct mx_padded *out, u64 token)
{
	struct mx_measure *me = out->me;

	spin_lock(&me->lock);
	if (out->at >= 0) {
		me->token[out->at] = token;
		me->train.sent[out->at] = ktime_get_ns();
	} else if (out->seq == me->large.seq) {
		me->large.token = token;
	} else {
		me->small.token = token;
	}
	spin_unlock(&me->lock);
}

static void mx_measure_finish(struct mx_probe *probe, u8 *payload)
{
	struct mx_padded *out = container_of(probe, struct mx_padded, probe);
	const struct mx_stamp_key *key = out->me->b->key;
	const struct mx_stamp_probe say = {
		.seq = out->seq,
		.error = mx_stamp_error(false, MX_MEASURE_ERROR_NS),
		.ssid = out->me->sport,
		/* as of probes, the last bits are there to be guessed */
		.time = (mx_stamp_time(ktime_get_real_ns()) & ~7ULL) |
			(get_random_u32() & 7),
	};
	u32 base = mx_stamp_len(key);

	mx_measure_note(out, say.time);
	mx_stamp_put_probe(payload, key, &say);
	if (key)
		mx_stamp_sign(key, payload);
	/* padding alone needs no signature of its own, RFC 8972 */
	if (probe->len > base)
		mx_stamp_put_tlv(payload + base, MX_STAMP_TLV_UNKNOWN,
				 MX_STAMP_PADDING,
				 probe->len - base - MX_STAMP_TLV_LEN);
}

/* Sends a packet of @size bytes, 0 for the smallest. What is not sent is lost. */
static void mx_measure_send(struct mx_measure *me, u32 size, u32 seq, int at)
{
	struct mx_padded out = { .me = me, .seq = seq, .at = at };
	struct mx_probing *b = me->b;

	mx_probe_way(b, &out.probe);
	if (!out.probe.oif)
		return;
	out.probe.sport = htons(me->sport);
	out.probe.ttl = U8_MAX;
	out.probe.len = size ? size - mx_measure_headers(b->family) :
			       mx_stamp_len(b->key);
	out.probe.finish = mx_measure_finish;
	mx_check_send(b->pr->pn->net, &out.probe);
}

/* How long an answer may take. */
static u32 mx_measure_wait(const struct mx_measure *me)
{
	struct mx_probing *b = me->b;
	u32 srtt;

	spin_lock(&b->lock);
	srtt = b->pace.srtt;
	spin_unlock(&b->lock);
	return srtt / USEC_PER_MSEC * 3 + MX_MEASURE_SLACK_MS;
}

static struct mx_plpmtu_timers mx_measure_timers(const struct mx_measure *me)
{
	return (struct mx_plpmtu_timers) {
		.probe = mx_measure_wait(me),
		.confirm = MX_PLPMTU_CONFIRM_MS,
		.raise = MX_PLPMTU_RAISE_MS,
	};
}

/* MTU of the path's device, 0 without one; no more than reflectors answer. */
static u32 mx_measure_dev_mtu(const struct mx_measure *me)
{
	u32 most = MX_REFLECT_BYTES_MAX + mx_measure_headers(me->b->family);
	const struct net_device *dev;

	dev = dev_get_by_index_rcu(me->b->pr->pn->net,
				   READ_ONCE(me->b->path->ifindex));
	return dev ? min_t(u32, READ_ONCE(dev->mtu), most) : 0;
}

/* Asks the search what to send, with the lock held. */
static u32 mx_measure_poll_size(struct mx_measure *me, u32 mtu, u64 now)
{
	const struct mx_plpmtu_timers timers = mx_measure_timers(me);
	u64 ms = div_u64(now, NSEC_PER_MSEC);
	u32 size;

	if (mtu != me->dev_mtu)
		mx_plpmtu_restart(&me->size, me->b->family == AF_INET6, mtu,
				  ms);
	me->dev_mtu = mtu;
	size = mx_plpmtu_poll(&me->size, &timers, me->alive, ms);
	WRITE_ONCE(me->b->path->mtu, me->size.mtu);
	if (!size || size < mx_measure_least(me->b))
		return 0;
	me->large = (struct mx_measured) { .seq = me->seq++ };
	me->small = (struct mx_measured) { .seq = me->seq++ };
	me->bytes = size;
	me->alive = false;
	return size;
}

/* A packet of the size that is looked at, and a small one for comparison. */
static void mx_measure_size(struct mx_measure *me, u64 now)
{
	u32 mtu = mx_measure_dev_mtu(me), size;

	spin_lock(&me->lock);
	size = mtu ? mx_measure_poll_size(me, mtu, now) : 0;
	spin_unlock(&me->lock);
	if (!size)
		return;
	mx_measure_send(me, size, me->large.seq, -1);
	mx_measure_send(me, 0, me->small.seq, -1);
}

/* Begins a train if one is due. The lock is held. */
static void mx_measure_poll_bw(struct mx_measure *me, u64 now)
{
	u32 mtu = me->size.mtu ?: min(me->dev_mtu ?: MX_MEASURE_MTU,
				      MX_MEASURE_MTU);
	struct mx_train_plan plan;

	if (me->train.n ||
	    !mx_bw_poll(&me->bw, MX_BW_INTERVAL_MS, MX_BW_DUTY, mtu,
			div_u64(now, NSEC_PER_MSEC), &plan))
		return;
	memset(&me->train, 0, sizeof(me->train));
	memset(me->token, 0, sizeof(me->token));
	me->train.n = plan.n;
	me->train.size = max(plan.size, mx_measure_least(me->b));
	me->gap = plan.gap;
	me->first = me->seq;
	me->seq += plan.n;
	me->based = false;
	me->going = 0;
	me->began = now;
}

/*
 * Says what is known: what trains tell, and at the least what the path has been
 * seen to carry. The lock is held.
 */
static void mx_measure_tell(struct mx_measure *me,
			    const struct mx_path_params *p)
{
	u32 kbps = mx_bw_best(&me->bw, &me->rate, p->bandwidth);

	WRITE_ONCE(me->b->path->bw_kbps, kbps);
}

/* Takes in what a train has told. The lock is held. */
static void mx_measure_judge(struct mx_measure *me)
{
	const struct mx_path *path = me->b->path;
	struct mx_train_figures f;

	mx_train_judge(&me->train, &f);
	mx_bw_result(&me->bw, &f);
	mx_dbg("measure", "netns %u: %s: train of %u, %u back, in %u, out %u kbit/s\n",
	       path->netns, path->name, me->train.n, f.got, f.in, f.out);
	me->train.n = 0;
}

static void mx_measure_rate(struct mx_measure *me, u64 now)
{
	u64 ms = div_u64(now, NSEC_PER_MSEC);

	if (ms - me->looked < MX_MEASURE_RATE_MS)
		return;
	me->looked = ms;
	mx_carried_step(&me->rate,
			mx_stats_read(&me->b->path->stats, MX_PATH_BYTES), ms);
}

/* Sends the packets of the train that are due. */
static void mx_measure_go(struct mx_measure *me)
{
	while (me->going < me->train.n &&
	       me->began + (u64)me->going * me->gap <= ktime_get_ns()) {
		mx_measure_send(me, me->train.size, me->first + me->going,
				me->going);
		me->going++;
		me->end = ktime_get_ns() +
			  (u64)mx_measure_wait(me) * NSEC_PER_MSEC;
	}
}

static void mx_measure_bw(struct mx_measure *me, const struct mx_path_params *p,
			  u64 now)
{
	spin_lock(&me->lock);
	mx_measure_rate(me, now);
	if (me->train.n && me->going == me->train.n && now >= me->end)
		mx_measure_judge(me);
	mx_measure_tell(me, p);
	mx_measure_poll_bw(me, now);
	spin_unlock(&me->lock);
	mx_measure_go(me);
}

/* When there is something to do again, nanoseconds. */
static u64 mx_measure_next(struct mx_measure *me, u8 what, u64 now)
{
	u64 next = now + MX_MEASURE_LOOK_NS;

	spin_lock(&me->lock);
	if (what & MUTEX_PATH_MEASURE_MTU)
		next = min(next, me->size.due * NSEC_PER_MSEC);
	/* its answer lets the search go on */
	if (me->size.probe)
		next = min(next, now + MX_MEASURE_OUT_NS);
	if (!(what & MUTEX_PATH_MEASURE_BANDWIDTH))
		;
	else if (!me->train.n)
		next = min(next, me->bw.due * NSEC_PER_MSEC);
	else if (me->going == me->train.n)
		next = min(next, me->end);
	else
		next = min(next, me->began + (u64)me->going * me->gap);
	spin_unlock(&me->lock);
	return max(next, now + MX_MEASURE_LEAST_NS);
}

/* The path is down: a train is broken off, and when it is back it may differ. */
static void mx_measure_break(struct mx_measure *me, u64 now)
{
	spin_lock(&me->lock);
	me->train.n = 0;
	mx_plpmtu_doubt(&me->size, div_u64(now, NSEC_PER_MSEC));
	spin_unlock(&me->lock);
}

/* Nothing is measured on a path that is down. */
static u64 mx_measure_run(struct mx_measure *me, const struct mx_path_params *p)
{
	const struct mx_path *path = me->b->path;
	u64 now = ktime_get_ns();

	if (!READ_ONCE(path->link) ||
	    READ_ONCE(path->status) == MUTEX_PATH_STATUS_DOWN) {
		mx_measure_break(me, now);
		return now + MX_MEASURE_IDLE_NS;
	}
	if (p->measure & MUTEX_PATH_MEASURE_MTU)
		mx_measure_size(me, now);
	if (p->measure & MUTEX_PATH_MEASURE_BANDWIDTH)
		mx_measure_bw(me, p, now);
	return mx_measure_next(me, p->measure, ktime_get_ns());
}

static enum hrtimer_restart mx_measure_timer(struct hrtimer *t)
{
	struct mx_measure *me = container_of(t, struct mx_measure, timer);
	const struct mx_path_conf *conf;
	u64 next = 0;

	rcu_read_lock();
	conf = rcu_dereference(me->b->path->live);
	if (conf && !READ_ONCE(me->stopped))
		next = mx_measure_run(me, &conf->params);
	rcu_read_unlock();
	if (!next)
		return HRTIMER_NORESTART;
	hrtimer_set_expires(t, ns_to_ktime(next));
	return HRTIMER_RESTART;
}

/**
 * mx_measure_create() - prepare to measure a path
 * @b: its probing, by STAMP
 *
 * Context: process.
 * Return: the measuring, or NULL without memory.
 */
struct mx_measure *mx_measure_create(struct mx_probing *b)
{
	struct mx_measure *me = kzalloc(sizeof(*me), GFP_KERNEL_ACCOUNT);

	if (!me)
		return NULL;
	me->b = b;
	me->seq = get_random_u32();
	spin_lock_init(&me->lock);
	/* a port of its own, beside that of the probes */
	me->sport = MX_CHECK_PORT_MIN + ((b->sport - MX_CHECK_PORT_MIN + 1) &
					 (BIT(MX_CHECK_PORT_BITS) - 1));
#ifdef MX_HAVE_HRTIMER_SETUP
	hrtimer_setup(&me->timer, mx_measure_timer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_SOFT);
#else
	hrtimer_init(&me->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_SOFT);
	me->timer.function = mx_measure_timer;
#endif
	return me;
}

/**
 * mx_measure_start() - begin to measure a path
 * @me: the measuring, or NULL
 */
void mx_measure_start(struct mx_measure *me)
{
	u64 now = ktime_get_ns(), hint;

	if (!me)
		return;
	now += NSEC_PER_MSEC *
	       reciprocal_scale(get_random_u32(), MX_MEASURE_FIRST_MS);
	hint = (u64)me->b->params.bandwidth * 1000;
	mx_plpmtu_init(&me->size, me->b->family == AF_INET6, 0,
		       div_u64(now, NSEC_PER_MSEC));
	mx_bw_init(&me->bw, min_t(u64, hint, U32_MAX),
		   div_u64(now, NSEC_PER_MSEC));
	hrtimer_start(&me->timer, ns_to_ktime(now), HRTIMER_MODE_ABS_SOFT);
}

/**
 * mx_measure_stop() - measure a path no more
 * @me: the measuring, or NULL
 *
 * What was measured is forgotten. The memory stays until the caller frees it,
 * after a grace period: answers may be looked at.
 *
 * Context: process.
 */
void mx_measure_stop(struct mx_measure *me)
{
	if (!me)
		return;
	/* from here on an answer says nothing any more */
	spin_lock_bh(&me->lock);
	WRITE_ONCE(me->stopped, true);
	spin_unlock_bh(&me->lock);
	hrtimer_cancel(&me->timer);
	WRITE_ONCE(me->b->path->mtu, 0);
	WRITE_ONCE(me->b->path->bw_kbps, 0);
}

/*
 * When a packet of a train arrived, by the peer's clock, which needs not be
 * right; without one, when its answer did.
 */
static u64 mx_measure_arrival(struct mx_measure *me,
			      const struct mx_stamp_answer *a, u64 came)
{
	u64 at = a->received;

	if (!mx_stamp_read_time(&at, a->error))
		at = mx_stamp_time(came);
	if (!me->based)
		me->base = at;
	me->based = true;
	return MX_MEASURE_ORIGIN + mx_stamp_elapsed(me->base, at);
}

/* Is it the answer to that packet? */
static bool mx_measure_is(const struct mx_measured *out,
			  const struct mx_stamp_answer *a)
{
	return a->probe.seq == out->seq && out->token &&
	       a->probe.time == out->token;
}

/* Takes an answer in; false if it answers nothing. The lock is held. */
static bool mx_measure_take(struct mx_measure *me,
			    const struct mx_stamp_answer *a, u64 came)
{
	const struct mx_plpmtu_timers timers = mx_measure_timers(me);
	u32 i = a->probe.seq - me->first;

	if (me->stopped)
		return false;
	if (me->bytes && mx_measure_is(&me->large, a)) {
		mx_plpmtu_passed(&me->size, &timers, me->bytes,
				 div_u64(came, NSEC_PER_MSEC));
		WRITE_ONCE(me->b->path->mtu, me->size.mtu);
		me->large.token = 0;
		me->alive = true;
		return true;
	}
	if (me->bytes && mx_measure_is(&me->small, a)) {
		me->small.token = 0;
		me->alive = true;
		return true;
	}
	if (i >= me->train.n || !me->token[i] ||
	    me->token[i] != a->probe.time || me->train.came[i])
		return false;
	me->train.came[i] = mx_measure_arrival(me, a, came);
	return true;
}

/**
 * mx_measure_answer() - an answer came to the port of a measuring
 * @me: the measuring
 * @m: the packet
 * @a: what it says, signed if it has to be
 * @came: when it came, nanoseconds
 *
 * Context: softirq, RCU reader.
 * Return: whether it answers a packet that was sent.
 */
bool mx_measure_answer(struct mx_measure *me, const struct mx_answer *m,
		       const struct mx_stamp_answer *a, u64 came)
{
	bool ours;

	if (!mx_answer_intact(m))
		return false;
	spin_lock(&me->lock);
	ours = mx_measure_take(me, a, came);
	spin_unlock(&me->lock);
	return ours;
}

/* The MTU that an ICMP error names, 0 if it is about something else. */
static u32 mx_measure_named(const struct mx_answer *m)
{
	const struct icmp6hdr *h6;
	const struct icmphdr *h4;
	union {
		struct icmphdr h4;
		struct icmp6hdr h6;
	} buf;

	if (m->pkt.key.family == AF_INET) {
		h4 = skb_header_pointer(m->skb, m->pkt.thoff, sizeof(buf.h4),
					&buf.h4);
		return h4 && h4->type == ICMP_DEST_UNREACH &&
		       h4->code == ICMP_FRAG_NEEDED ?
		       ntohs(h4->un.frag.mtu) : 0;
	}
	h6 = skb_header_pointer(m->skb, m->pkt.thoff, sizeof(buf.h6), &buf.h6);
	return h6 && h6->icmp6_type == ICMPV6_PKT_TOOBIG ?
	       ntohl(h6->icmp6_mtu) : 0;
}

/**
 * mx_measure_error() - an ICMP error quotes a packet to the path's peer
 * @me: the measuring
 * @m: the packet
 *
 * Context: softirq, RCU reader.
 * Return: whether it is about a packet of ours, and was heard.
 */
bool mx_measure_error(struct mx_measure *me, const struct mx_answer *m)
{
	const struct mx_plpmtu_timers timers = mx_measure_timers(me);
	u32 mtu = mx_measure_named(m);
	bool heard = false;

	if (!mtu || ntohs(m->pkt.key.sport) != me->sport ||
	    !mx_answer_intact(m))
		return false;
	spin_lock(&me->lock);
	/* only of a packet that is out */
	if (me->large.token && !me->stopped)
		heard = mx_plpmtu_too_big(&me->size, &timers, mtu,
					  div_u64(ktime_get_ns(),
						  NSEC_PER_MSEC));
	if (heard) {
		me->large.token = 0;
		WRITE_ONCE(me->b->path->mtu, me->size.mtu);
	}
	spin_unlock(&me->lock);
	return heard;
}
