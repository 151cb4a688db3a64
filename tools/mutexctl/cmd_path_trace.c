// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl path trace: the hops of a path, each with its loss and round trip
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "ctl.h"
#include "trace.h"
#include "uapi.h"

#define MX_TRACE_COUNT_MAX	1000000
#define MX_TRACE_INTERVAL_MIN	10	/* ms */
#define MX_TRACE_INTERVAL_MAX	60000
#define MX_TRACE_TIMEOUT_MAX	60000
#define MX_TRACE_SPACING	20000	/* us between two probes of a round */
#define MX_TRACE_SILENT		5	/* hops that are asked behind the last that answers */
#define MX_TRACE_TAGS		65536

/**
 * struct mx_hop - what is known of a hop
 * @addr: who answered
 * @naddr: how many did
 * @sent: probes
 * @received: answers
 * @last: the last round trip, microseconds
 * @min: the shortest
 * @max: the longest
 * @sum: of all
 * @squares: sum of their squares
 * @end: who was asked answered from here
 * @why: why somebody refused, or NULL
 * @mtu: what link probes were too big for, or 0
 */
struct mx_hop {
	struct mx_addr addr[MX_TRACE_ADDRS];
	unsigned int naddr;
	uint64_t sent;
	uint64_t received;
	uint64_t last;
	uint64_t min;
	uint64_t max;
	uint64_t sum;
	uint64_t squares;
	bool end;
	const char *why;
	uint32_t mtu;
};

/**
 * struct mx_trace - a trace
 * @p: what all probes have in common
 * @count: rounds
 * @interval: from one round to the next, microseconds
 * @timeout: how long an answer may take, microseconds
 * @first: hops that are not asked, plus one
 * @hops: hops that are asked at most
 * @limit: hops that are asked now
 * @round: the round that is being sent
 * @ttl: the hop that is asked next
 * @began: when the first round began, microseconds
 * @out: socket that probes leave by
 * @in: socket that answers come to
 * @tag: of the next probe
 * @sent: when the probe of each tag was sent; 0 for none, or answered
 * @hop: which hop it asked
 * @hops_seen: what is known of the hops, by their number
 * @packet: the next probe
 */
struct mx_trace {
	struct mx_probing p;
	uint32_t count;
	uint32_t interval;
	uint32_t timeout;
	uint32_t first;
	uint32_t hops;
	uint32_t limit;
	uint32_t round;
	uint32_t ttl;
	uint64_t began;
	int out;
	int in;
	uint16_t tag;
	uint64_t sent[MX_TRACE_TAGS];
	uint8_t hop[MX_TRACE_TAGS];
	struct mx_hop hops_seen[MX_TRACE_HOPS + 1];
	uint8_t packet[MX_TRACE_SIZE_MAX];
};

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

static const char *const mx_trace_proto_name[] = { "icmp", "udp" };

static const struct mx_names mx_trace_protos = {
	"protocol", MX_ARRAY_SIZE(mx_trace_proto_name), mx_trace_proto_name
};

const struct mx_word mx_path_trace_words[MX_TRACE_WORDS] = {
	{ .name = "dev" }, { .name = "via" }, { .name = "to" },
	{ .name = "local" },
	{ .name = "proto", .kind = MX_W_ENUM, .names = &mx_trace_protos },
	{ .name = "count" }, { .name = "interval" }, { .name = "timeout" },
	{ .name = "hops" }, { .name = "first" }, { .name = "size" },
};

static int mx_trace_number(struct mx_ctl *ctl, const char *word,
			   const char *value, uint32_t min, uint32_t max,
			   uint32_t *v)
{
	if (mx_parse_u32(ctl, word, value, max, v))
		return MX_EXIT_USAGE;
	return *v >= min ? MX_EXIT_OK :
	       mx_usage(ctl, "%s is %u at least", word, min);
}

static int mx_trace_time(struct mx_ctl *ctl, const char *word,
			 const char *value, uint32_t min, uint32_t max,
			 uint32_t *us)
{
	uint32_t ms;

	if (mx_parse_time(ctl, word, value, &ms))
		return MX_EXIT_USAGE;
	if (ms < min || ms > max)
		return mx_usage(ctl, "%s is %ums to %us", word, min,
				max / 1000);
	*us = ms * 1000;
	return MX_EXIT_OK;
}

static int mx_trace_dev(struct mx_ctl *ctl, const char *value, char *dev)
{
	if (!*value || strlen(value) >= IFNAMSIZ)
		return mx_usage(ctl, "\"%s\" is no name of a device", value);
	strcpy(dev, value);
	return MX_EXIT_OK;
}

/* One word and its value. */
static int mx_trace_word(struct mx_ctl *ctl, struct mx_trace *t,
			 const char *word, const char *value)
{
	struct mx_way *way = &t->p.way;

	if (!strcmp(word, "dev"))
		return mx_trace_dev(ctl, value, way->dev);
	if (!strcmp(word, "via"))
		return mx_parse_addr(ctl, value, &way->via) ? MX_EXIT_USAGE : 0;
	if (!strcmp(word, "to"))
		return mx_parse_addr(ctl, value, &way->dst) ? MX_EXIT_USAGE : 0;
	if (!strcmp(word, "local"))
		return mx_parse_addr(ctl, value, &way->src) ? MX_EXIT_USAGE : 0;
	if (!strcmp(word, "count"))
		return mx_trace_number(ctl, word, value, 1, MX_TRACE_COUNT_MAX,
				       &t->count);
	if (!strcmp(word, "hops"))
		return mx_trace_number(ctl, word, value, 1, MX_TRACE_HOPS,
				       &t->hops);
	if (!strcmp(word, "first"))
		return mx_trace_number(ctl, word, value, 1, MX_TRACE_HOPS,
				       &t->first);
	if (!strcmp(word, "size"))
		return mx_trace_number(ctl, word, value, MX_TRACE_SIZE_MIN,
				       MX_TRACE_SIZE_MAX, &t->p.size);
	if (!strcmp(word, "interval"))
		return mx_trace_time(ctl, word, value, MX_TRACE_INTERVAL_MIN,
				     MX_TRACE_INTERVAL_MAX, &t->interval);
	if (!strcmp(word, "timeout"))
		return mx_trace_time(ctl, word, value, MX_TRACE_INTERVAL_MIN,
				     MX_TRACE_TIMEOUT_MAX, &t->timeout);
	t->p.udp = !strcmp(value, "udp");
	if (!t->p.udp && strcmp(value, "icmp"))
		return mx_usage(ctl, "proto is icmp or udp, not \"%s\"", value);
	return MX_EXIT_OK;
}

static int mx_trace_known(const char *s)
{
	unsigned int i;

	for (i = 0; i < MX_TRACE_WORDS; i++) {
		if (!strcmp(s, mx_path_trace_words[i].name))
			return i;
	}
	return -1;
}

static int mx_trace_words(struct mx_ctl *ctl, struct mx_args *a,
			  struct mx_trace *t)
{
	uint64_t seen = 0;
	const char *word;
	int i, ret;

	while (a->pos < a->argc) {
		word = a->argv[a->pos++];
		i = mx_trace_known(word);
		if (i < 0) {
			/* the destination alone */
			if (!strpbrk(word, ".:"))
				return mx_usage(ctl, "unknown word \"%s\", try \"mutexctl path help\"",
						word);
			word = "to";
			i = mx_trace_known(word);
			a->pos--;
		}
		if (seen & 1ULL << i)
			return mx_usage(ctl, "\"%s\" comes twice", word);
		seen |= 1ULL << i;
		if (a->pos == a->argc)
			return mx_usage(ctl, "\"%s\" needs a value", word);
		ret = mx_trace_word(ctl, t, word, a->argv[a->pos++]);
		if (ret)
			return ret;
	}
	return MX_EXIT_OK;
}

static int mx_trace_check(struct mx_ctl *ctl, const struct mx_trace *t)
{
	const struct mx_way *way = &t->p.way;

	if (!way->dev[0])
		return mx_usage(ctl, "dev is missing");
	if (!way->dst.len)
		return mx_usage(ctl, "to is missing: the address to trace");
	if (way->src.len && way->src.len != way->dst.len)
		return mx_usage(ctl, "local is of another family than the address to trace");
	if (way->via.len == 4 && way->dst.len == 16)
		return mx_usage(ctl, "via is of another family than the address to trace");
	if (t->first > t->hops)
		return mx_usage(ctl, "first is behind the last of %u hops",
				t->hops);
	return MX_EXIT_OK;
}

/* Sockets ------------------------------------------------------------------ */

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

static int mx_trace_run(struct mx_ctl *ctl, struct mx_trace *t)
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

/* Output ------------------------------------------------------------------- */

static uint64_t mx_root(uint64_t v)
{
	uint64_t root = 0, bit = 1ULL << 62;

	while (bit > v)
		bit >>= 2;
	for (; bit; bit >>= 2) {
		if (v >= root + bit) {
			v -= root + bit;
			root = (root >> 1) + bit;
		} else {
			root >>= 1;
		}
	}
	return root;
}

/* The standard deviation of the round trips. */
static uint64_t mx_hop_jitter(const struct mx_hop *hop)
{
	double mean = (double)hop->sum / hop->received;
	double square = (double)hop->squares / hop->received - mean * mean;

	return square > 0 ? mx_root(square) : 0;
}

static void mx_out_us(struct mx_out *o, const char *key, const char *word,
		      uint64_t us)
{
	char buf[32];

	if (o->json) {
		mx_out_uint(o, key, NULL, us);
		return;
	}
	snprintf(buf, sizeof(buf), "%llu.%03llums",
		 (unsigned long long)us / 1000, (unsigned long long)us % 1000);
	mx_out_str(o, MX_PLAIN, NULL, word, buf);
}

static void mx_out_loss(struct mx_out *o, uint64_t lost, uint64_t sent)
{
	uint64_t ppm = sent ? lost * 1000000 / sent : 0;
	char buf[32];

	if (o->json) {
		mx_out_uint(o, "loss_ppm", NULL, ppm);
		return;
	}
	snprintf(buf, sizeof(buf), "%u.%u%%", (unsigned int)(ppm / 10000),
		 (unsigned int)(ppm / 1000 % 10));
	mx_out_str(o, lost ? MX_BAD : MX_PLAIN, NULL, "loss", buf);
}

static void mx_trace_print_addrs(struct mx_out *o, const struct mx_hop *hop)
{
	char text[MX_TRACE_ADDRS][INET6_ADDRSTRLEN];
	char also[MX_TRACE_ADDRS * INET6_ADDRSTRLEN] = "";
	unsigned int i;

	for (i = 0; i < hop->naddr; i++) {
		inet_ntop(hop->addr[i].len == 4 ? AF_INET : AF_INET6,
			  hop->addr[i].bytes, text[i], sizeof(text[i]));
		if (i > 1)
			strcat(also, ",");
		if (i)
			strcat(also, text[i]);
	}
	if (!hop->naddr) {
		mx_out_text(o, "*");
		return;
	}
	mx_out_str(o, MX_ADDR, "addr", NULL, text[0]);
	if (hop->naddr > 1)
		mx_out_str(o, MX_ADDR, "also", "also", also);
}

static void mx_trace_print_hop(struct mx_out *o, const struct mx_hop *hop,
			       unsigned int ttl)
{
	uint64_t n = hop->received;

	mx_out_obj(o);
	mx_out_uint(o, "hop", "hop", ttl);
	mx_trace_print_addrs(o, hop);
	mx_out_loss(o, hop->sent - n, hop->sent);
	mx_out_uint(o, "sent", "sent", hop->sent);
	mx_out_uint(o, "received", "received", n);
	if (n) {
		mx_out_us(o, "rtt_us", "rtt", hop->sum / n);
		mx_out_us(o, "min_us", "min", hop->min);
		mx_out_us(o, "max_us", "max", hop->max);
		mx_out_us(o, "last_us", "last", hop->last);
		mx_out_us(o, "jitter_us", "jitter", mx_hop_jitter(hop));
	}
	if (hop->why)
		mx_out_str(o, MX_BAD, "reason", "reason", hop->why);
	if (hop->mtu)
		mx_out_uint(o, "mtu", "mtu", hop->mtu);
	if (hop->end)
		mx_out_bool(o, "end", "end", true);
	mx_out_obj_end(o);
}

/* All hops up to the last one heard of, and one more if that is not the end. */
static void mx_trace_print(struct mx_ctl *ctl, const struct mx_trace *t)
{
	unsigned int i, last = t->first - 1;

	for (i = t->first; i <= t->limit; i++) {
		if (t->hops_seen[i].received)
			last = i;
	}
	if (last < t->limit && t->hops_seen[last + 1].sent)
		last++;
	mx_out_array(&ctl->out);
	for (i = t->first; i <= last; i++)
		mx_trace_print_hop(&ctl->out, &t->hops_seen[i], i);
	mx_out_array_end(&ctl->out);
}

static int mx_trace_start(struct mx_ctl *ctl, struct mx_trace *t)
{
	int ret = mx_way_find(ctl, &t->p.way);

	if (ret)
		return ret;
	if (t->p.size > t->p.way.mtu)
		return mx_error(ctl, "device %s carries no more than %u bytes",
				t->p.way.dev, t->p.way.mtu);
	t->p.id = 0x8000 | ((getpid() ^ mx_trace_now()) & 0x7fff);
	ret = mx_trace_open(ctl, t);
	if (!ret)
		ret = mx_trace_run(ctl, t);
	mx_trace_close(t);
	if (!ret)
		mx_trace_print(ctl, t);
	return ret;
}

/**
 * mx_path_trace() - trace a path
 * @ctl: the program
 * @a: the words behind "path trace"
 *
 * Return: exit status.
 */
int mx_path_trace(struct mx_ctl *ctl, struct mx_args *a)
{
	struct mx_trace *t = calloc(1, sizeof(*t));
	int ret;

	if (!t)
		return mx_error(ctl, "out of memory");
	t->count = 3;
	t->interval = 1000000;
	t->timeout = 2000000;
	t->first = 1;
	t->hops = 30;
	t->in = -1;
	t->out = -1;
	t->p.size = MX_TRACE_SIZE_MIN;
	ret = mx_trace_words(ctl, a, t);
	if (!ret)
		ret = mx_trace_check(ctl, t);
	if (!ret)
		ret = mx_trace_start(ctl, t);
	free(t);
	return ret;
}
