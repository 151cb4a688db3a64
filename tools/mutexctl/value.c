// SPDX-License-Identifier: GPL-2.0
/*
 * Values on the command line: numbers, durations, addresses, prefixes, ports,
 * protocols. Strict: what is not wholly understood is refused.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "parse.h"

/* A number of decimal digits, or 0x and hexadecimal ones; *end is behind it. */
static int mx_scan(const char *s, uint64_t max, uint64_t *v, const char **end)
{
	unsigned int base = 10;
	const char *first;
	uint64_t n = 0;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	for (first = s;; s++) {
		unsigned int digit;

		if (*s >= '0' && *s <= '9')
			digit = *s - '0';
		else if (base == 16 && (*s | 32) >= 'a' && (*s | 32) <= 'f')
			digit = (*s | 32) - 'a' + 10;
		else
			break;
		n = n * base + digit;
		if (n > max)
			return -1;
	}
	*v = n;
	*end = s;
	return s == first ? -1 : 0;
}

/**
 * mx_parse_u32() - read a number
 * @ctl: for messages
 * @what: what the number is, for messages
 * @s: decimal, or hexadecimal after 0x
 * @max: the highest that its type can hold
 * @v: result
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_u32(struct mx_ctl *ctl, const char *what, const char *s,
		 uint32_t max, uint32_t *v)
{
	const char *end;
	uint64_t n;

	if (mx_scan(s, max, &n, &end) || *end) {
		mx_usage(ctl, "%s \"%s\" is not a number from 0 to %u", what, s,
			 max);
		return -1;
	}
	*v = n;
	return 0;
}

/**
 * mx_parse_u64() - read a large number
 * @ctl: for messages
 * @what: what the number is, for messages
 * @s: decimal, or hexadecimal after 0x; at most 2^56
 * @v: result
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_u64(struct mx_ctl *ctl, const char *what, const char *s,
		 uint64_t *v)
{
	const char *end;

	if (mx_scan(s, UINT64_C(1) << 56, v, &end) || *end) {
		mx_usage(ctl, "%s \"%s\" is not a number from 0 to %" PRIu64,
			 what, s, UINT64_C(1) << 56);
		return -1;
	}
	return 0;
}

/**
 * mx_parse_priority() - read a packet's priority
 * @ctl: for messages
 * @what: what the number is, for messages
 * @s: a number as of mx_parse_u32(), or a class of tc: MAJOR:MINOR, both
 *	hexadecimal
 * @v: result
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_priority(struct mx_ctl *ctl, const char *what, const char *s,
		      uint32_t *v)
{
	uint32_t part[2] = { 0, 0 };
	const char *c, *start = s;
	unsigned int i = 0;

	if (!strchr(s, ':'))
		return mx_parse_u32(ctl, what, s, UINT32_MAX, v);
	for (c = s; *c; c++) {
		char digit[2] = { *c, 0 };

		if (*c == ':' && !i && c != s) {
			start = c + 1;
			i++;
			continue;
		}
		if (!isxdigit((unsigned char)*c) || c - start >= 4)
			break;
		part[i] = part[i] << 4 | strtoul(digit, NULL, 16);
	}
	if (*c || start == c) {
		mx_usage(ctl, "%s \"%s\" is not a number or a class MAJOR:MINOR",
			 what, s);
		return -1;
	}
	*v = part[0] << 16 | part[1];
	return 0;
}

/**
 * mx_parse_time() - read a duration: 300, 300s, 500ms, 5m
 * @ctl: for messages
 * @what: what the duration is, for messages
 * @s: the words
 * @ms: result, milliseconds
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_time(struct mx_ctl *ctl, const char *what, const char *s,
		  uint32_t *ms)
{
	uint64_t n, unit = 1000;
	const char *end;

	if (mx_scan(s, UINT32_MAX, &n, &end))
		goto bad;
	if (!strcmp(end, "ms"))
		unit = 1;
	else if (!strcmp(end, "m"))
		unit = 60 * 1000;
	else if (*end && strcmp(end, "s"))
		goto bad;
	if (n * unit > UINT32_MAX)
		goto bad;
	*ms = n * unit;
	return 0;
bad:
	mx_usage(ctl, "%s \"%s\" is not a time such as 300, 300s, 500ms or 5m",
		 what, s);
	return -1;
}

/* Digits with at most so many behind a point; *end is behind them. */
static int mx_scan_decimal(const char *s, unsigned int digits, uint64_t *v,
			   const char **end)
{
	const char *first = s;
	bool point = false;
	uint64_t n = 0;

	for (; (*s >= '0' && *s <= '9') || (*s == '.' && !point); s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		if (n > UINT32_MAX || (point && !digits))
			return -1;
		n = n * 10 + (*s - '0');
		digits -= point;
	}
	if (s == first || s[-1] == '.' || *first == '.')
		return -1;
	while (digits--)
		n *= 10;
	*v = n;
	*end = s;
	return 0;
}

/**
 * mx_parse_decimal() - read a number that may have decimals
 * @ctl: for messages
 * @what: what the number is, for messages
 * @s: decimal; a percent sign at its end is understood
 * @digits: how many decimals there may be
 * @max: the highest
 * @v: result, times ten to the power of @digits
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_decimal(struct mx_ctl *ctl, const char *what, const char *s,
		     unsigned int digits, uint32_t max, uint32_t *v)
{
	uint64_t n, most = max;
	const char *end;
	unsigned int i;

	for (i = 0; i < digits; i++)
		most *= 10;
	if (mx_scan_decimal(s, digits, &n, &end) || n > most ||
	    (*end && strcmp(end, "%"))) {
		mx_usage(ctl, "%s \"%s\" is not a number from 0 to %u with at most %u decimals",
			 what, s, max, digits);
		return -1;
	}
	*v = n;
	return 0;
}

/**
 * mx_parse_usec() - read a short duration: 12ms, 1.5ms, 800us, 2s
 * @ctl: for messages
 * @what: what the duration is, for messages
 * @s: the words
 * @us: result, microseconds
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_usec(struct mx_ctl *ctl, const char *what, const char *s,
		  uint32_t *us)
{
	unsigned int digits = 6;
	const char *end = s;
	uint64_t n;

	while ((*end >= '0' && *end <= '9') || *end == '.')
		end++;
	if (!strcmp(end, "ms"))
		digits = 3;
	else if (!strcmp(end, "us"))
		digits = 0;
	else if (*end && strcmp(end, "s"))
		goto bad;
	if (mx_scan_decimal(s, digits, &n, &end) || n > UINT32_MAX)
		goto bad;
	*us = n;
	return 0;
bad:
	mx_usage(ctl, "%s \"%s\" is not a time such as 12ms, 1.5ms, 800us or 2s",
		 what, s);
	return -1;
}

/**
 * mx_parse_times() - read one or two durations: 5s, 5s-300s
 * @ctl: for messages
 * @what: what they are, for messages
 * @s: the words
 * @min: result, milliseconds
 * @max: result, milliseconds; @min where there is one only
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_times(struct mx_ctl *ctl, const char *what, const char *s,
		   uint32_t *min, uint32_t *max)
{
	const char *dash = strchr(s, '-');
	char first[32];

	if (!dash || (size_t)(dash - s) >= sizeof(first)) {
		if (mx_parse_time(ctl, what, s, min))
			return -1;
		*max = *min;
		return 0;
	}
	memcpy(first, s, dash - s);
	first[dash - s] = '\0';
	if (mx_parse_time(ctl, what, first, min))
		return -1;
	return mx_parse_time(ctl, what, dash + 1, max);
}

/* An address as it is written, before v4-mapped ones become IPv4. */
static int mx_scan_addr(const char *s, struct mx_addr *addr)
{
	addr->len = strchr(s, ':') ? 16 : 4;
	return inet_pton(addr->len == 16 ? AF_INET6 : AF_INET, s,
			 addr->bytes) == 1 ? 0 : -1;
}

static bool mx_is_mapped(const struct mx_addr *addr)
{
	return addr->len == 16 &&
	       IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)addr->bytes);
}

static void mx_unmap(struct mx_addr *addr)
{
	memmove(addr->bytes, addr->bytes + 12, 4);
	addr->len = 4;
}

/**
 * mx_parse_addr() - read an address
 * @ctl: for messages
 * @s: IPv4 or IPv6; v4-mapped IPv6 becomes IPv4
 * @addr: result
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_addr(struct mx_ctl *ctl, const char *s, struct mx_addr *addr)
{
	if (mx_scan_addr(s, addr)) {
		mx_usage(ctl, "\"%s\" is not an IPv4 or IPv6 address", s);
		return -1;
	}
	if (mx_is_mapped(addr))
		mx_unmap(addr);
	return 0;
}

/**
 * mx_parse_endpoint() - read ADDR[:PORT], of IPv6 [ADDR]:PORT
 * @ctl: for messages
 * @s: the words
 * @port0: port 0 is a port, and no slip
 * @addr: result
 * @port: result in host order, -1 when none is given
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_endpoint(struct mx_ctl *ctl, const char *s, bool port0,
		      struct mx_addr *addr, int *port)
{
	const char *colon = strchr(s, ':'), *end = NULL;
	const char *tail = NULL;
	char buf[64];
	uint32_t v;

	*port = -1;
	if (*s == '[') {
		end = strchr(++s, ']');
		if (!end || (end[1] && end[1] != ':') ||
		    !memchr(s, ':', end - s)) {
			mx_usage(ctl, "\"[%s\" is not [IPv6]:PORT", s);
			return -1;
		}
		tail = end[1] ? end + 2 : NULL;
	} else if (colon && !strchr(colon + 1, ':')) {
		end = colon;
		tail = colon + 1;
	}
	if (!end)
		return mx_parse_addr(ctl, s, addr);
	if ((size_t)(end - s) >= sizeof(buf)) {
		mx_usage(ctl, "\"%s\" is not an address", s);
		return -1;
	}
	memcpy(buf, s, end - s);
	buf[end - s] = '\0';
	if (mx_parse_addr(ctl, buf, addr))
		return -1;
	if (!tail)
		return 0;
	if (mx_parse_u32(ctl, "port", tail, UINT16_MAX, &v))
		return -1;
	if (!v && !port0) {
		mx_usage(ctl,
			 "port 0 in \"%s\": leave the port out to keep the packet's own",
			 s);
		return -1;
	}
	*port = v;
	return 0;
}

/* Clear the bits past plen. Returns true when one was set. */
static bool mx_mask(struct mx_addr *addr, unsigned int plen)
{
	bool set = false;
	unsigned int i;

	for (i = plen; i < addr->len * 8; i++) {
		uint8_t bit = 0x80 >> (i % 8);

		/* Whole bytes at once: nearly all prefixes end before them. */
		if (!(i % 8)) {
			set |= addr->bytes[i / 8] != 0;
			addr->bytes[i / 8] = 0;
			i += 7;
			continue;
		}
		set |= addr->bytes[i / 8] & bit;
		addr->bytes[i / 8] &= ~bit;
	}
	return set;
}

/**
 * mx_parse_prefix() - read a prefix
 * @ctl: for messages
 * @s: ADDR, ADDR/LENGTH, default (of IPv4) or default6
 * @addr: result; of v4-mapped input, IPv4
 * @plen: result, bits
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_prefix(struct mx_ctl *ctl, const char *s, struct mx_addr *addr,
		    uint8_t *plen)
{
	char buf[INET6_ADDRSTRLEN];
	const char *slash;
	uint32_t len;
	size_t n;

	memset(addr, 0, sizeof(*addr));
	*plen = 0;
	if (!strcmp(s, "default") || !strcmp(s, "default6")) {
		addr->len = s[7] ? 16 : 4;
		return 0;
	}
	slash = strchr(s, '/');
	n = slash ? (size_t)(slash - s) : strlen(s);
	if (n >= sizeof(buf))
		goto bad;
	memcpy(buf, s, n);
	buf[n] = '\0';
	if (mx_scan_addr(buf, addr))
		goto bad;
	len = addr->len * 8;
	if (slash && mx_parse_u32(ctl, "prefix length", slash + 1,
				  addr->len * 8, &len))
		return -1;
	if (mx_is_mapped(addr) && len >= 96) {
		mx_unmap(addr);
		len -= 96;
	}
	if (mx_mask(addr, len)) {
		inet_ntop(addr->len == 16 ? AF_INET6 : AF_INET, addr->bytes,
			  buf, sizeof(buf));
		mx_usage(ctl,
			 "\"%s\" has bits set past its length: the prefix is %s/%u",
			 s, buf, len);
		return -1;
	}
	*plen = len;
	return 0;
bad:
	mx_usage(ctl, "\"%s\" is not an IPv4 or IPv6 prefix", s);
	return -1;
}

/**
 * mx_parse_where() - read ADDR[:PORT] or PREFIX[:PORT], for a filter
 * @ctl: for messages
 * @s: the words; a prefix of IPv6 with a port is [ADDR/BITS]:PORT
 * @addr: result
 * @plen: result, bits, -1 for a single address
 * @port: result in host order, which may be 0; -1 when none is given
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_where(struct mx_ctl *ctl, const char *s, struct mx_addr *addr,
		   int *plen, int *port)
{
	const char *slash = strchr(s, '/'), *from = s, *tail;
	char buf[INET6_ADDRSTRLEN + 8];
	uint8_t bits;
	uint32_t v;
	size_t n;

	*plen = -1;
	if (!slash)
		return mx_parse_endpoint(ctl, s, true, addr, port);
	*port = -1;
	from += *s == '[';
	n = strcspn(slash, *s == '[' ? "]" : ":") + (slash - from);
	tail = from + n + (*s == '[' && from[n]);
	if (n >= sizeof(buf) || (*s == '[' && from[n] != ']') ||
	    (*tail && *tail != ':')) {
		mx_usage(ctl, "\"%s\" is not an address or a prefix with a port", s);
		return -1;
	}
	memcpy(buf, from, n);
	buf[n] = '\0';
	if (mx_parse_prefix(ctl, buf, addr, &bits))
		return -1;
	*plen = bits;
	if (!*tail)
		return 0;
	if (mx_parse_u32(ctl, "port", tail + 1, UINT16_MAX, &v))
		return -1;
	*port = v;
	return 0;
}

static const char *const mx_default_name[] = { "default", "default6" };

const struct mx_names mx_defaults = {
	"prefix", MX_ARRAY_SIZE(mx_default_name), mx_default_name
};

static const char *const mx_proto_names[] = {
	"tcp", "udp", "icmp", "icmpv6", "sctp", "udplite", "dccp"
};

const struct mx_names mx_protocols = {
	"protocol", MX_ARRAY_SIZE(mx_proto_names), mx_proto_names
};

/* Of the names above. */
static const uint8_t mx_protos[] = {
	IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_SCTP,
	IPPROTO_UDPLITE, IPPROTO_DCCP
};

/**
 * mx_parse_proto() - read an IP protocol
 * @ctl: for messages
 * @s: its name or number
 * @proto: result
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_proto(struct mx_ctl *ctl, const char *s, uint8_t *proto)
{
	struct protoent *ent;
	uint32_t v;
	size_t i;

	for (i = 0; i < MX_ARRAY_SIZE(mx_protos); i++) {
		if (!strcmp(s, mx_proto_names[i])) {
			*proto = mx_protos[i];
			return 0;
		}
	}
	if (*s >= '0' && *s <= '9') {
		if (mx_parse_u32(ctl, "proto", s, UINT8_MAX, &v))
			return -1;
		*proto = v;
		return 0;
	}
	ent = getprotobyname(s);
	if (!ent) {
		mx_usage(ctl, "\"%s\" is not an IP protocol", s);
		return -1;
	}
	*proto = ent->p_proto;
	return 0;
}

/**
 * mx_proto_name() - the name of a protocol
 * @proto: number
 *
 * Return: its name, or NULL when only the number says it.
 */
const char *mx_proto_name(unsigned int proto)
{
	size_t i;

	for (i = 0; i < MX_ARRAY_SIZE(mx_protos); i++) {
		if (mx_protos[i] == proto)
			return mx_proto_names[i];
	}
	return NULL;
}

/**
 * mx_parse_ports() - read a port or a range of ports
 * @ctl: for messages
 * @what: the keyword
 * @s: A or A-B
 * @min: result
 * @max: result
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_ports(struct mx_ctl *ctl, const char *what, const char *s,
		   uint16_t *min, uint16_t *max)
{
	const char *end;
	uint64_t a, b;

	if (mx_scan(s, UINT16_MAX, &a, &end))
		goto bad;
	b = a;
	if (*end == '-' && mx_scan(end + 1, UINT16_MAX, &b, &end))
		goto bad;
	if (*end || a > b)
		goto bad;
	*min = a;
	*max = b;
	return 0;
bad:
	mx_usage(ctl, "%s \"%s\" is not a port or a range A-B", what, s);
	return -1;
}

/**
 * mx_parse_mark() - read a mark
 * @ctl: for messages
 * @what: the keyword
 * @s: V or V/M
 * @mark: result
 * @mask: result, all ones when none is given
 * @has_mask: a mask is given
 *
 * Return: 0, or -1 after a message.
 */
int mx_parse_mark(struct mx_ctl *ctl, const char *what, const char *s,
		  uint32_t *mark, uint32_t *mask, bool *has_mask)
{
	uint64_t v, m = UINT32_MAX;
	const char *end;

	if (mx_scan(s, UINT32_MAX, &v, &end))
		goto bad;
	*has_mask = *end == '/';
	if (*has_mask && mx_scan(end + 1, UINT32_MAX, &m, &end))
		goto bad;
	if (*end)
		goto bad;
	*mark = v;
	*mask = m;
	return 0;
bad:
	mx_usage(ctl, "%s \"%s\" is not a mark V or V/MASK of 32 bits", what,
		 s);
	return -1;
}

/**
 * mx_name() - the word of an enum's value
 * @names: the words
 * @value: the value
 * @buf: holds the number, should the value have no word
 * @len: size of @buf
 *
 * Return: the word.
 */
const char *mx_name(const struct mx_names *names, unsigned int value,
		    char *buf, size_t len)
{
	if (value < names->n)
		return names->name[value];
	snprintf(buf, len, "%u", value);
	return buf;
}
