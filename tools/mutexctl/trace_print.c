// SPDX-License-Identifier: GPL-2.0
/* What a trace found, as text or as JSON. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "trace.h"

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
		mx_out_uint(o, "loss-ppm", NULL, ppm);
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
		mx_out_us(o, "rtt-us", "rtt", hop->sum / n);
		mx_out_us(o, "min-us", "min", hop->min);
		mx_out_us(o, "max-us", "max", hop->max);
		mx_out_us(o, "last-us", "last", hop->last);
		mx_out_us(o, "jitter-us", "jitter", mx_hop_jitter(hop));
	}
	if (hop->why)
		mx_out_str(o, MX_BAD, "reason", "reason", hop->why);
	if (hop->mtu)
		mx_out_uint(o, "mtu", "mtu", hop->mtu);
	if (hop->end)
		mx_out_bool(o, "end", "end", true);
	mx_out_obj_end(o);
}

/**
 * mx_trace_print() - print the hops
 * @ctl: the program
 * @t: the trace
 *
 * All up to the last one heard of, and one more if that is not the end.
 */
void mx_trace_print(struct mx_ctl *ctl, const struct mx_trace *t)
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
