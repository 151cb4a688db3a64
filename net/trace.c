// SPDX-License-Identifier: GPL-2.0
/* Where the tracepoints live, and how they read our structs. */
#include "path/path.h"
#include "steer/resolve.h"
#include <trace/events/mutex.h>

/* Nothing is 0.0.0.0:0. */
static void mx_trace_addr(void *to, u8 family, const void *addr, __be16 port)
{
	struct sockaddr_in6 *sin6 = to;
	struct sockaddr_in *sin = to;

	BUILD_BUG_ON(sizeof(*sin6) > MX_TRACE_ADDR);
	memset(to, 0, MX_TRACE_ADDR);
	if (family == AF_INET6) {
		sin6->sin6_family = AF_INET6;
		sin6->sin6_port = port;
		memcpy(&sin6->sin6_addr, addr, sizeof(sin6->sin6_addr));
		return;
	}
	sin->sin_family = AF_INET;
	sin->sin_port = port;
	if (addr)
		memcpy(&sin->sin_addr, addr, sizeof(sin->sin_addr));
}

static void mx_trace_ends(void *src, void *dst, const struct mx_key *key)
{
	if (key->family == AF_INET6) {
		mx_trace_addr(src, AF_INET6, &key->v6.saddr, key->sport);
		mx_trace_addr(dst, AF_INET6, &key->v6.daddr, key->dport);
	} else {
		mx_trace_addr(src, AF_INET, &key->v4.saddr, key->sport);
		mx_trace_addr(dst, AF_INET, &key->v4.daddr, key->dport);
	}
}

static void mx_trace_server(void *to, const struct mx_server *server)
{
	if (server)
		mx_trace_addr(to, server->family, &server->addr, server->port);
	else
		mx_trace_addr(to, AF_INET, NULL, 0);
}

static void mx_trace_word(char *to, const char *word)
{
	strscpy_pad(to, word, MX_TRACE_WORD);
}

static void mx_trace_name(char *to, const char *name)
{
	strscpy_pad(to, name, MX_TRACE_NAME);
}

static const char *mx_trace_state(const struct mx_flow *flow)
{
	static const char * const name[] = {
		[MUTEX_FLOW_STATE_NEW] = "new",
		[MUTEX_FLOW_STATE_SYN] = "syn",
		[MUTEX_FLOW_STATE_ESTABLISHED] = "established",
		[MUTEX_FLOW_STATE_FIN] = "fin",
		[MUTEX_FLOW_STATE_CLOSED] = "closed",
	};
	u8 state = READ_ONCE(flow->state);

	return state < ARRAY_SIZE(name) ? name[state] : "";
}

static const char *mx_trace_verdict(const struct mx_decision *d)
{
	static const char * const name[] = {
		[MUTEX_VERDICT_NONE] = "no-match",
		[MUTEX_VERDICT_STEER] = "steer",
		[MUTEX_VERDICT_DROP] = "drop",
		[MUTEX_VERDICT_BYPASS] = "bypass",
		[MUTEX_VERDICT_NO_MEMBER] = "no-member",
		[MUTEX_VERDICT_LIMIT] = "limit",
	};

	BUILD_BUG_ON(ARRAY_SIZE(name) != MUTEX_VERDICT_LIMIT + 1);
	return d->verdict < ARRAY_SIZE(name) ? name[d->verdict] : "";
}

#define CREATE_TRACE_POINTS
#include <trace/events/mutex.h>
