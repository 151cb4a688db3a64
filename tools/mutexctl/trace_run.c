// SPDX-License-Identifier: GPL-2.0
/* The rounds of a trace: probes go out, answers come in. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "ctl.h"
#include "trace.h"

#define MX_TRACE_SPACING	20000	/* us between two probes of a round */
#define MX_TRACE_SILENT		5	/* hops that are asked behind the last that answers */

static volatile sig_atomic_t mx_trace_stop;

static void mx_trace_signal(int sig)
{
	(void)sig;
	mx_trace_stop = 1;
}

static uint64_t mx_trace_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000ULL + ts.tv_nsec / 1000;
}

/* The kernel hands over the kinds of ICMP that matter, and no others. */
static void mx_trace_filter(const struct mx_trace *t)
{
	struct icmp6_filter six;
	uint32_t four;

	if (t->p.way.dst.len == 4) {
		four = ~(1U << ICMP_ECHOREPLY | 1U << ICMP_DEST_UNREACH |
			 1U << ICMP_TIME_EXCEEDED);
		setsockopt(t->in, SOL_RAW, 1 /* ICMP_FILTER */, &four,
			   sizeof(four));
		return;
	}
	ICMP6_FILTER_SETBLOCKALL(&six);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &six);
	ICMP6_FILTER_SETPASS(ICMP6_DST_UNREACH, &six);
	ICMP6_FILTER_SETPASS(ICMP6_PACKET_TOO_BIG, &six);
	ICMP6_FILTER_SETPASS(ICMP6_TIME_EXCEEDED, &six);
	setsockopt(t->in, IPPROTO_ICMPV6, ICMP6_FILTER, &six, sizeof(six));
}

static int mx_trace_open(struct mx_ctl *ctl, struct mx_trace *t)
{
	bool v4 = t->p.way.dst.len == 4;

	t->in = socket(v4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC |
		       SOCK_NONBLOCK, v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
	if (t->in >= 0) {
		mx_trace_filter(t);
		t->out = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	}
	if (t->in >= 0 && t->out >= 0)
		return MX_EXIT_OK;
	return mx_error(ctl, "cannot open a raw socket: %s", strerror(errno));
}

static void mx_trace_close(const struct mx_trace *t)
{
	if (t->in >= 0)
		close(t->in);
	if (t->out >= 0)
		close(t->out);
}

/* Sends the probe that is due. That a device is full or down is a lost probe. */
static int mx_trace_send(struct mx_ctl *ctl, struct mx_trace *t)
{
	const struct mx_way *way = &t->p.way;
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(way->dst.len == 4 ? ETH_P_IP : ETH_P_IPV6),
		.sll_ifindex = way->ifindex,
		.sll_halen = way->mac_len,
	};
	size_t len;

	memcpy(to.sll_addr, way->mac, way->mac_len);
	t->tag = t->tag == MX_TRACE_TAGS - 1 ? 1 : t->tag + 1;
	memset(t->packet, 0, t->p.size);
	len = mx_trace_build(&t->p, t->ttl, t->tag, t->packet);
	t->sent[t->tag] = mx_trace_now();
	t->hop[t->tag] = t->ttl;
	t->hops_seen[t->ttl].sent++;
	if (sendto(t->out, t->packet, len, 0, (struct sockaddr *)&to,
		   sizeof(to)) >= 0 || errno == ENOBUFS || errno == ENETDOWN ||
	    errno == EAGAIN || errno == EINTR || errno == EHOSTUNREACH)
		return MX_EXIT_OK;
	return mx_error(ctl, "cannot send by device %s: %s", way->dev,
			strerror(errno));
}

/* Answers ------------------------------------------------------------------ */

static void mx_hop_from(struct mx_hop *hop, const struct mx_addr *from)
{
	unsigned int i;

	for (i = 0; i < hop->naddr; i++) {
		if (hop->addr[i].len == from->len &&
		    !memcmp(hop->addr[i].bytes, from->bytes, from->len))
			return;
	}
	if (hop->naddr < MX_TRACE_ADDRS)
		hop->addr[hop->naddr++] = *from;
}

static void mx_hop_rtt(struct mx_hop *hop, uint64_t us)
{
	if (!hop->received || us < hop->min)
		hop->min = us;
	if (us > hop->max)
		hop->max = us;
	hop->received++;
	hop->last = us;
	hop->sum += us;
	hop->squares += us * us;
}

static void mx_trace_answer(struct mx_trace *t, const struct mx_answer *a,
			    const struct mx_addr *from, uint64_t now)
{
	uint64_t sent = t->sent[a->tag];
	unsigned int ttl = t->hop[a->tag];
	struct mx_hop *hop = &t->hops_seen[ttl];

	if (!sent || now < sent || now - sent > t->timeout)
		return;
	t->sent[a->tag] = 0;
	mx_hop_from(hop, from);
	mx_hop_rtt(hop, now - sent);
	if (a->kind == MX_ANSWER_HOP)
		return;
	hop->end = a->kind == MX_ANSWER_END;
	hop->why = a->why;
	hop->mtu = a->mtu;
	/* nothing lies behind it */
	if (ttl < t->limit)
		t->limit = ttl;
}

static void mx_trace_from(const struct sockaddr_storage *ss,
			  struct mx_addr *from)
{
	const struct sockaddr_in6 *six = (const void *)ss;
	const struct sockaddr_in *in = (const void *)ss;

	from->len = ss->ss_family == AF_INET ? 4 : 16;
	if (from->len == 4)
		memcpy(from->bytes, &in->sin_addr, 4);
	else
		memcpy(from->bytes, &six->sin6_addr, 16);
}

static void mx_trace_receive(struct mx_trace *t)
{
	struct sockaddr_storage ss;
	socklen_t slen = sizeof(ss);
	struct mx_answer answer;
	struct mx_addr from;
	uint8_t buf[2048];
	ssize_t len;

	while ((len = recvfrom(t->in, buf, sizeof(buf), MSG_TRUNC,
			       (struct sockaddr *)&ss, &slen)) >= 0) {
		slen = sizeof(ss);
		/* the checksum of one that is longer cannot be told */
		if ((size_t)len > sizeof(buf))
			continue;
		mx_trace_from(&ss, &from);
		mx_trace_read(&t->p, buf, len, &from, &answer);
		if (answer.kind != MX_ANSWER_NONE)
			mx_trace_answer(t, &answer, &from, mx_trace_now());
	}
}

/* Rounds ------------------------------------------------------------------- */

/* Who comes after several that are silent is not asked again. */
static void mx_trace_trim(struct mx_trace *t)
{
	unsigned int i, last = t->first;

	for (i = t->first; i <= t->limit; i++) {
		if (t->hops_seen[i].received)
			last = i;
	}
	if (t->limit > last + MX_TRACE_SILENT)
		t->limit = last + MX_TRACE_SILENT;
}

/* When the next probe is due; the round behind the last ends the trace. */
static uint64_t mx_trace_due(const struct mx_trace *t)
{
	uint64_t spacing = t->interval / (t->hops - t->first + 1);
	uint64_t at = t->began + (uint64_t)t->round * t->interval;

	if (spacing > MX_TRACE_SPACING)
		spacing = MX_TRACE_SPACING;
	return at + (t->ttl - t->first) * spacing;
}

static void mx_trace_next(struct mx_trace *t)
{
	t->ttl++;
	if (t->ttl <= t->limit)
		return;
	t->ttl = t->first;
	t->round++;
}

static bool mx_trace_awaits(const struct mx_trace *t)
{
	uint64_t now = mx_trace_now();
	unsigned int i;

	for (i = 1; i < MX_TRACE_TAGS; i++) {
		if (t->sent[i] && t->hop[i] <= t->limit &&
		    now - t->sent[i] <= t->timeout)
			return true;
	}
	return false;
}

/* Sends what is due. Returns when to come again, 0 for never. */
static uint64_t mx_trace_round(struct mx_ctl *ctl, struct mx_trace *t, int *ret)
{
	uint64_t now = mx_trace_now();

	while (t->round < t->count && mx_trace_due(t) <= now) {
		if (t->ttl > t->limit) {
			mx_trace_next(t);
			continue;
		}
		if (t->round && t->ttl == t->first)
			mx_trace_trim(t);
		*ret = mx_trace_send(ctl, t);
		if (*ret)
			return 0;
		mx_trace_next(t);
	}
	if (t->round < t->count)
		return mx_trace_due(t);
	return mx_trace_awaits(t) ? now + 10000 : 0;
}

static int mx_trace_loop(struct mx_ctl *ctl, struct mx_trace *t)
{
	struct pollfd fd = { .fd = t->in, .events = POLLIN };
	struct sigaction act = { .sa_handler = mx_trace_signal };
	struct timespec wait;
	uint64_t wake, now;
	int ret = MX_EXIT_OK;

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	t->began = mx_trace_now();
	t->ttl = t->first;
	t->limit = t->hops;
	while (!mx_trace_stop) {
		wake = mx_trace_round(ctl, t, &ret);
		if (!wake)
			break;
		now = mx_trace_now();
		wake = wake > now ? wake - now : 0;
		wait.tv_sec = wake / 1000000;
		wait.tv_nsec = wake % 1000000 * 1000;
		if (ppoll(&fd, 1, &wait, NULL) > 0)
			mx_trace_receive(t);
	}
	return ret;
}

/**
 * mx_trace_run() - send the rounds of a trace and take the answers
 * @ctl: for messages
 * @t: the trace, its way found
 *
 * Ends early with SIGINT or SIGTERM.
 *
 * Return: exit status.
 */
int mx_trace_run(struct mx_ctl *ctl, struct mx_trace *t)
{
	int ret;

	t->p.id = 0x8000 | ((getpid() ^ mx_trace_now()) & 0x7fff);
	ret = mx_trace_open(ctl, t);
	if (!ret)
		ret = mx_trace_loop(ctl, t);
	mx_trace_close(t);
	return ret;
}
