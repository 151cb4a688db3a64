// SPDX-License-Identifier: GPL-2.0
/* Messages: valid ones by the spec, and what becomes of them. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"

#define MAX_ATTRS	64
#define MAX_PAYLOAD	2048

/* An attribute to be sent: @len is what its header shall say beyond itself. */
struct draft_attr {
	uint16_t type;
	uint16_t len;
	size_t size;
	uint8_t data[MAX_PAYLOAD];
};

struct draft {
	struct draft_attr attr[MAX_ATTRS];
	unsigned int n;
};

struct prefix {
	const char *addr;
	uint8_t plen;
};

/* Few, so that commands meet each other; v4-mapped and IPv6 among them. */
static const struct prefix prefixes[] = {
	{ "0.0.0.0", 0 }, { "203.0.113.0", 24 }, { "203.0.113.0", 30 },
	{ "203.0.113.1", 32 }, { "203.0.113.2", 32 }, { "198.51.100.0", 24 },
	{ "10.0.0.0", 8 }, { "::", 0 }, { "fd00:5::", 64 },
	{ "fd00:5::1", 128 }, { "fd00:5::2", 127 }, { "2001:db8::", 32 },
	{ "::ffff:203.0.113.4", 126 }, { "::ffff:0.0.0.0", 96 },
};

static const char *const addrs[3][8] = {
	/* clients, services, servers */
	{ "198.51.100.1", "198.51.100.2", "fd00:1::1", "fd00:1::2",
	  "192.0.2.1", "10.0.0.254", "::1", "127.0.0.1" },
	{ "203.0.113.1", "203.0.113.2", "203.0.113.3", "fd00:5::1",
	  "fd00:5::2", "198.51.100.254", "ff02::1", "224.0.0.1" },
	{ "10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00:2::1", "fd00:2::2",
	  "fd00:2::3", "10.9.9.9", "::ffff:10.0.0.4" },
};

static const char *const devs[] = { "client", "server", "lo", "none0" };
static const char *const scheds[] = {
	"rr", "lc", "wrr", "random", "hash", "latency", "packet", "rr",
};

static const char *const seeds[] = { "", "Rx0y0", "Rx1y0", "node" };
static const uint16_t ports[] = { 0, 53, 80, 443, 5353, 8080, 65535 };
static const uint8_t protos[] = { 0, 1, 6, 17, 47, 50, 58, 132 };

static const uint64_t absurd[] = {
	0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 10000, 10001, 129, 33,
	0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffffULL,
	0xffffffffffffffffULL,
};

static void draft_bytes(struct draft_attr *a, const void *data, size_t len)
{
	memcpy(a->data, data, len);
	a->size = len;
	a->len = len;
}

static void draft_string(struct draft_attr *a, const char *s)
{
	draft_bytes(a, s, strlen(s) + 1);
}

static void draft_number(struct draft_attr *a, const struct spec_attr *spec,
			 uint64_t value)
{
	/* little endian, as all machines that run this are */
	draft_bytes(a, &value, spec->len);
}

static void draft_addr(struct draft_attr *a, const char *text)
{
	uint8_t addr[16];

	if (inet_pton(AF_INET, text, addr) == 1)
		draft_bytes(a, addr, 4);
	else if (inet_pton(AF_INET6, text, addr) == 1)
		draft_bytes(a, addr, 16);
}

/* @prefix: which one each of the two prefixes is. @low: a range's lower end. */
/* Offsets of a zone, mostly by ascending time. */
static void draft_changes(struct draft_attr *a)
{
	struct mutex_zone_change c[MUTEX_ZONE_CHANGES_MAX] = { 0 };
	unsigned int i, n = 1 + rnd_below(one_in(4) ? 64 : 3);

	for (i = 0; i < n; i++) {
		c[i].at = one_in(64) ? rnd() : 1700000000 + i * 10000000;
		c[i].offset = (int)rnd_below(50000) - 25000;
	}
	draft_bytes(a, c, n * sizeof(c[0]));
}

static const char *const countries[] = { "DE", "FR", "US", "JP", "ZZ" };

static void draft_codes(struct draft_attr *a)
{
	char codes[64];
	unsigned int i, n = 1 + rnd_below(32);

	for (i = 0; i < n; i++)
		memcpy(codes + 2 * i,
		       countries[rnd_below(ARRAY_SIZE(countries))], 2);
	draft_bytes(a, codes, 2 * n);
}

/* Prefixes of a database: addresses of the clients among them. */
static void draft_geo(struct draft_attr *a, bool six)
{
	struct mutex_geo_prefix4 p4[32] = { 0 };
	struct mutex_geo_prefix6 p6[32] = { 0 };
	unsigned int i, n = rnd_below(32);

	for (i = 0; i < n; i++) {
		const char *code = countries[rnd_below(ARRAY_SIZE(countries))];
		uint8_t v4[4] = { 198, 51, 100, rnd() };
		uint8_t v6[16] = { 0xfd, 0, 0, 1, [15] = rnd() };

		memcpy(p4[i].addr, v4, sizeof(v4));
		memcpy(p6[i].addr, v6, sizeof(v6));
		memcpy(p4[i].country, code, 2);
		memcpy(p6[i].country, code, 2);
		p4[i].plen = 32 - one_in(64);
		p6[i].plen = 128 + one_in(64);
		p4[i].region = rnd_below(8);
		p6[i].region = rnd_below(8);
	}
	if (six)
		draft_bytes(a, p6, n * sizeof(p6[0]));
	else
		draft_bytes(a, p4, n * sizeof(p4[0]));
}

static void draft_value(struct draft_attr *a, const struct spec_attr *spec,
			const unsigned int *prefix, uint16_t *low)
{
	char name[32];
	uint16_t port;

	switch (spec->kind) {
	case KIND_GROUP:
		snprintf(name, sizeof(name), "g%u", rnd_below(6));
		return draft_string(a, name);
	case KIND_TABLE:
		snprintf(name, sizeof(name), "t%u", rnd_below(4));
		return draft_string(a, name);
	case KIND_PATH:
		snprintf(name, sizeof(name), "p%u", rnd_below(6));
		return draft_string(a, name);
	case KIND_DEV:
		return draft_string(a, devs[rnd_below(ARRAY_SIZE(devs))]);
	case KIND_SCHED:
		return draft_string(a, scheds[rnd_below(ARRAY_SIZE(scheds))]);
	case KIND_SEED:
		return draft_string(a, seeds[rnd_below(ARRAY_SIZE(seeds))]);
	case KIND_ADDR:
		return draft_addr(a, addrs[spec->index][rnd_below(8)]);
	case KIND_PREFIX:
		return draft_addr(a, prefixes[prefix[spec->index]].addr);
	case KIND_PLEN:
		return draft_number(a, spec,
				    prefixes[prefix[spec->index]].plen);
	case KIND_ENUM:
		return draft_number(a, spec, rnd_below(spec->max + 1));
	case KIND_PORT:
		port = ports[rnd_below(ARRAY_SIZE(ports))];
		if (spec->index && port < *low)
			port = *low;
		*low = port;
		return draft_number(a, spec, port);
	case KIND_PROTO:
		return draft_number(a, spec,
				    protos[rnd_below(ARRAY_SIZE(protos))]);
	case KIND_WEIGHT:
		return draft_number(a, spec, 1 + rnd_below(one_in(8) ? 10000 :
							   4));
	case KIND_SMALL:
		return draft_number(a, spec, rnd_below(4) * 100);
	case KIND_ID:
		return draft_number(a, spec, 1 + rnd_below(12));
	case KIND_TIME:
		return draft_number(a, spec, 100 + rnd_below(400000));
	case KIND_FLOWS:
		return draft_number(a, spec, 1 + rnd_below(one_in(4) ? 50 :
							   100000));
	case KIND_MARK:
		return draft_number(a, spec, rnd_below(4));
	case KIND_MASK:
		return draft_number(a, spec, 3 | rnd() << 2);
	case KIND_FLAGS:
		return draft_number(a, spec, one_in(4) ?
				    rnd_below(spec->max + 1) : spec->max);
	case KIND_DSCP:
		return draft_number(a, spec, rnd_below(64));
	case KIND_FILTER:
		return draft_number(a, spec, rnd_below(spec->max ?
						       spec->max + 1 :
						       400000));
	case KIND_BITS:
		return draft_number(a, spec, one_in(3) ? rnd_below(140) : 32);
	case KIND_PERCENT:
		return draft_number(a, spec, spec->index ?
				    100 + rnd_below(901) :
				    1 + rnd_below(100));
	case KIND_CHECK_PORT:
		return draft_number(a, spec, ports[rnd_below(ARRAY_SIZE(ports))]);
	case KIND_CHECK_MS:
		return draft_number(a, spec, spec->index ? 10 + rnd_below(500) :
				    500 + rnd_below(5000));
	case KIND_CHECK_COUNT:
		return draft_number(a, spec, 1 + rnd_below(255));
	case KIND_CHECK_SOURCE:
		return draft_addr(a, spec->index ? one_in(2) ? "::" : "fd00::1" :
				     one_in(2) ? "0.0.0.0" : "10.0.0.1");
	case KIND_CHECK_DEV:
		return draft_string(a, one_in(2) ? "" :
				    devs[rnd_below(ARRAY_SIZE(devs))]);
	case KIND_MINUTE:
		return draft_number(a, spec, spec->index + rnd_below(1440));
	case KIND_DAYS:
		return draft_number(a, spec, 1 + rnd_below(127));
	case KIND_ZONE:
		return draft_string(a, one_in(2) ? "Test/Zone" : "+01:00");
	case KIND_CHANGES:
		return draft_changes(a);
	case KIND_CODES:
		return draft_codes(a);
	case KIND_NOT:
		return draft_number(a, spec, rnd_below(2));
	case KIND_REGIONS:
		return draft_number(a, spec, 2 * (1 + rnd_below(127)));
	case KIND_GEO:
		return draft_geo(a, spec->index);
	case KIND_CLOCK:
		return draft_number(a, spec, rnd());
	case KIND_RATE:
		return draft_number(a, spec, one_in(8) ? rnd() :
				    1 + rnd_below(1000));
	case KIND_CLIENT:
		return draft_number(a, spec, rnd_below(spec->index + 1));
	default:
		break;
	}
	if (spec->len) {
		draft_number(a, spec, (uint64_t)rnd() << 32 | rnd());
	} else if (spec->type == SPEC_STRING) {
		snprintf(name, sizeof(name), "x%u", rnd_below(10));
		draft_string(a, name);
	} else {
		uint32_t any = rnd();

		draft_bytes(a, &any, sizeof(any));
	}
}

/* Whether an attribute goes with the check that a group has. */
static bool draft_checks(const struct spec_attr *spec, unsigned int check)
{
	switch (spec->kind) {
	case KIND_CHECK_BYTES:
		return check == MUTEX_CHECK_UDP;
	case KIND_CHECK_PORT:
		return check == MUTEX_CHECK_TCP || check == MUTEX_CHECK_UDP;
	case KIND_CHECK_MS:
	case KIND_CHECK_COUNT:
	case KIND_CHECK_SOURCE:
	case KIND_CHECK_DEV:
		return check != MUTEX_CHECK_NONE;
	default:
		return true;
	}
}

/* Names, addresses and what belongs to them are nearly always needed. */
/* Of many attributes a few at a time: each may be refused beside another one. */
static bool draft_wants(const struct spec_attr *spec, unsigned int n)
{
	switch (spec->kind) {
	case KIND_GROUP:
	case KIND_TABLE:
	case KIND_PATH:
	case KIND_DEV:
	case KIND_ADDR:
	case KIND_PREFIX:
	case KIND_PLEN:
	case KIND_FLAGS:
	case KIND_GEO:
		return !one_in(10);
	case KIND_FILTER:
	case KIND_BITS:
		return one_in(12);
	default:
		return spec->type != SPEC_PAD && one_in(n > 24 ? 12 : 3);
	}
}

static const struct spec_attr *spec_find(const struct spec_attr *spec,
					 unsigned int n, const char *name)
{
	for (; n; n--, spec++)
		if (!strcmp(spec->name, name))
			return spec;
	return NULL;
}

/*
 * A rule has either a table or a group, by its action; and only one prefix, or
 * two of one family. The other commands take attributes as they come.
 */
static bool draft_rule_skips(const struct spec_attr *spec, uint64_t action,
			     bool one_prefix)
{
	if (spec->kind == KIND_TABLE)
		return action != MUTEX_ACTION_TABLE;
	if (spec->kind == KIND_GROUP)
		return action != MUTEX_ACTION_GROUP;
	if (spec->kind == KIND_PREFIX || spec->kind == KIND_PLEN)
		return spec->index ? one_in(3) : one_prefix;
	if (!strncmp(spec->name, "set-", 4) &&
	    action != MUTEX_ACTION_TABLE && action != MUTEX_ACTION_GROUP)
		return true;
	return spec->kind != KIND_ENUM && spec->kind != KIND_FLAGS && one_in(2);
}

/* Attributes of a time or a place that come with another one only. */
static bool draft_paired(const struct spec_attr *spec, bool wants, bool *had)
{
	switch (spec->kind) {
	case KIND_MINUTE:
	case KIND_DAYS:
		wants = spec->index ? had[KIND_MINUTE] : wants;
		break;
	case KIND_ZONE:
		wants = spec->index || (wants && (had[KIND_MINUTE] ||
						  had[KIND_DAYS]));
		break;
	case KIND_CHANGES:
		wants = had[KIND_ZONE];
		break;
	case KIND_NOT:
		wants = wants && had[spec->index ? KIND_REGIONS : KIND_CODES];
		break;
	default:
		break;
	}
	had[spec->kind] = wants;
	return wants;
}

/* What says more of a rate or of clients goes with these. */
static bool draft_limit_skips(const struct spec_attr *spec, bool rated,
			      bool kept)
{
	if (!strcmp(spec->name, "burst") || !strcmp(spec->name, "over"))
		return !rated;
	return spec->kind == KIND_CLIENT && !kept;
}

static void draft_valid(struct draft *d, const struct spec_attr *spec,
			unsigned int n)
{
	bool rule = spec_find(spec, n, "action") && spec_find(spec, n, "src-plen");
	unsigned int prefix[2] = {
		rnd_below(ARRAY_SIZE(prefixes)), rnd_below(ARRAY_SIZE(prefixes)),
	};
	uint64_t action = rnd_below(4);
	bool one_prefix = !one_in(4), address = true, marked = false, wants;
	/* a packet has an iif or an oif */
	int not_dev = spec_find(spec, n, "oif") ? (int)rnd_below(2) : -1;
	unsigned int check = MUTEX_CHECK_NONE;
	bool had[KINDS] = { false };
	bool rated = false, kept = false;
	uint16_t low = 0;

	d->n = 0;
	for (; n; n--, spec++) {
		wants = draft_wants(spec, n);
		/* a length goes with its address */
		if (spec->kind == KIND_PREFIX)
			address = wants;
		else if (spec->kind == KIND_PLEN)
			wants = address;
		if (rule && draft_rule_skips(spec, action, one_prefix))
			wants = false;
		if (rule && spec->kind == KIND_ENUM)
			wants = true;
		if (rule && spec->kind == KIND_PREFIX)
			address = wants;
		wants = draft_paired(spec, wants, had);
		if (draft_limit_skips(spec, rated, kept))
			wants = false;
		rated |= wants && spec->kind == KIND_RATE && !spec->index;
		kept |= wants && !strcmp(spec->name, "persist");
		/* a mask with its mark */
		if (spec->kind == KIND_MARK)
			marked = wants;
		if (!wants || (spec->kind == KIND_MASK && !marked) ||
		    (spec->kind == KIND_DEV && spec->index == not_dev) ||
		    !draft_checks(spec, check))
			continue;
		if (spec->kind == KIND_CHECK)
			check = rnd_below(spec->max + 1);
		d->attr[d->n].type = spec->id;
		draft_value(&d->attr[d->n], spec, prefix, &low);
		if (rule && spec->kind == KIND_ENUM)
			draft_number(&d->attr[d->n], spec, action);
		if (spec->kind == KIND_CHECK)
			draft_number(&d->attr[d->n], spec, check);
		d->n++;
	}
}

static struct draft_attr *draft_any(struct draft *d)
{
	return d->n ? &d->attr[rnd_below(d->n)] : NULL;
}

static void random_bytes(uint8_t *p, size_t n)
{
	while (n--)
		*p++ = rnd();
}

/* What can be wrong with the attributes. */
static void draft_mutate(struct draft *d)
{
	static const size_t sizes[] = { 0, 31, 32, 1000 };
	struct draft_attr *a = draft_any(d), *b;
	size_t size;

	switch (rnd_below(14)) {
	case 0:	/* missing */
		if (a)
			*a = d->attr[--d->n];
		break;
	case 1:	/* doubled */
		if (a && d->n < MAX_ATTRS)
			d->attr[d->n++] = *a;
		break;
	case 2:	/* of another type */
		if (a)
			a->type = one_in(2) ? rnd_below(40) : rnd();
		break;
	case 3:	/* marked as nested, or as of network order */
		if (a)
			a->type |= one_in(2) ? NLA_F_NESTED :
					       NLA_F_NET_BYTEORDER;
		break;
	case 4:	/* truncated */
		if (a && a->size) {
			a->size = rnd_below(a->size);
			a->len = a->size;
		}
		break;
	case 5:	/* oversized */
		if (!a)
			break;
		size = a->size + 1 + rnd_below(one_in(2) ? 8 :
					       MAX_PAYLOAD - 1 - a->size);
		random_bytes(a->data + a->size, size - a->size);
		a->size = size;
		a->len = size;
		break;
	case 6:	/* a number that nobody expects */
		if (a && a->size && a->size <= 8)
			memcpy(a->data, &absurd[rnd_below(ARRAY_SIZE(absurd))],
			       a->size);
		break;
	case 7:	/* random content */
		if (a)
			random_bytes(a->data, a->size);
		break;
	case 8:	/* a few bits */
		if (a && a->size)
			a->data[rnd_below(a->size)] ^= 1 << rnd_below(8);
		break;
	case 9:	/* a length that lies */
		if (a)
			a->len = one_in(3) ? rnd_below(4) - 4 : rnd();
		break;
	case 10: /* inside another one */
		if (!a || d->n < 2)
			break;
		b = &d->attr[--d->n];
		if (a == b || a->size + b->size + 8 > MAX_PAYLOAD) {
			d->n++;
			break;
		}
		size = (a->size + 3) & ~3UL;
		memcpy(a->data + size, &(struct nlattr) {
				.nla_len = b->size + 4, .nla_type = b->type,
		       }, 4);
		memcpy(a->data + size + 4, b->data, b->size);
		a->size = size + 4 + b->size;
		a->len = a->size;
		break;
	case 11: /* in another order */
		b = draft_any(d);
		if (a && a != b) {
			struct draft_attr swap = *a;

			*a = *b;
			*b = swap;
		}
		break;
	case 12: /* more than there are */
		while (d->n < MAX_ATTRS && !one_in(8)) {
			a = &d->attr[d->n++];
			a->type = rnd_below(30);
			a->size = rnd_below(20);
			a->len = a->size;
			random_bytes(a->data, a->size);
		}
		break;
	default: /* a name of 0, 31, 32 or 1,000 bytes, with or without its end */
		if (!a)
			break;
		size = sizes[rnd_below(ARRAY_SIZE(sizes))];
		memset(a->data, 'a' + rnd_below(26), size);
		if (one_in(3) && size)
			a->data[rnd_below(size)] = " \t\"/#\n\xff"[rnd_below(7)];
		a->data[size] = 0;
		a->size = size + rnd_below(2);
		a->len = a->size;
		break;
	}
}

/**
 * msg_begin() - start a message
 * @m: where it goes, at the end of what is there
 * @cmd: the command
 * @flags: of the header, beside NLM_F_REQUEST
 * @seq: its sequence number
 */
void msg_begin(struct msg *m, uint8_t cmd, uint16_t flags, uint32_t seq)
{
	struct nlmsghdr *nlh = (void *)m->buf;
	struct genlmsghdr *genl = (void *)(nlh + 1);

	memset(m->buf, 0, NLMSG_HDRLEN + GENL_HDRLEN);
	nlh->nlmsg_type = family_id;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = seq;
	genl->cmd = cmd;
	genl->version = MUTEX_GENL_VERSION;
	m->len = NLMSG_HDRLEN + GENL_HDRLEN;
	m->last = false;
}

/**
 * msg_put() - append an attribute
 * @m: the message
 * @type: its type
 * @data: its value
 * @len: length of @data
 */
void msg_put(struct msg *m, uint16_t type, const void *data, size_t len)
{
	struct nlattr *nla = (void *)(m->buf + m->len);
	size_t size = NLA_ALIGN(NLA_HDRLEN + len);

	if (m->len + size > m->room)
		return;
	memset(nla, 0, size);
	nla->nla_type = type;
	nla->nla_len = NLA_HDRLEN + len;
	memcpy((uint8_t *)nla + NLA_HDRLEN, data, len);
	m->len += size;
}

/**
 * msg_end() - write the length of a message into it
 * @m: the message
 */
void msg_end(struct msg *m)
{
	((struct nlmsghdr *)m->buf)->nlmsg_len = m->len;
}

static void msg_attrs(struct msg *m, const struct draft *d)
{
	const struct draft_attr *a;
	struct nlattr *nla;

	for (a = d->attr; a < d->attr + d->n; a++) {
		nla = (void *)(m->buf + m->len);
		msg_put(m, a->type, a->data, a->size);
		if ((uint8_t *)nla < m->buf + m->len)
			nla->nla_len = NLA_HDRLEN + a->len;
	}
}

/* What can be wrong with the headers. */
static void msg_mutate(struct msg *m, struct sent *sent)
{
	struct nlmsghdr *nlh = (void *)m->buf;
	struct genlmsghdr *genl = (void *)(nlh + 1);

	switch (rnd_below(8)) {
	case 0:	/* a command that there is not, or another one */
		genl->cmd = rnd();
		break;
	case 1:
		genl->version = rnd();
		break;
	case 2:
		genl->reserved = rnd();
		break;
	case 3:	/* flags, but never without NLM_F_REQUEST: nobody answers then */
		nlh->nlmsg_flags = rnd() | NLM_F_REQUEST | NLM_F_ACK;
		break;
	case 4:	/* cut anywhere behind the first header */
		nlh->nlmsg_len = NLMSG_HDRLEN +
				 rnd_below(m->len - NLMSG_HDRLEN + 1);
		m->len = NLMSG_ALIGN(nlh->nlmsg_len);
		break;
	case 5:	/* longer than it is, or shorter than its header */
		nlh->nlmsg_len = one_in(2) ? m->len + 1 + rnd_below(100000) :
					     rnd_below(NLMSG_HDRLEN);
		m->last = true;
		break;
	case 6:	/* a dump where there is none, or none where there is one */
		nlh->nlmsg_flags ^= NLM_F_DUMP;
		break;
	default:
		random_bytes(m->buf + NLMSG_HDRLEN + GENL_HDRLEN,
			     m->len - NLMSG_HDRLEN - GENL_HDRLEN);
		break;
	}
	sent->cmd = genl->cmd;
	sent->dump = (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	/* the core says nothing of a header cut short */
	if (nlh->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		sent->silent = true;
}

/* Transactions are begun rarely and ended soon, or nothing else would happen. */
static uint8_t msg_choose(void)
{
	const struct spec_op *op;
	unsigned int cmd;

	for (;;) {
		cmd = 1 + rnd_below(spec_ops_max());
		op = spec_op(cmd);
		if (!op || (op->flags & SPEC_NOTIFY))
			continue;
		if (cmd == MUTEX_CMD_TXN_BEGIN && !one_in(4))
			continue;
		/* what destroys comes less often than what makes */
		if ((cmd == MUTEX_CMD_GROUP_DEL || cmd == MUTEX_CMD_TABLE_DEL ||
		     cmd == MUTEX_CMD_PATH_DEL ||
		     cmd == MUTEX_CMD_ROUTE_FLUSH ||
		     cmd == MUTEX_CMD_FLOW_DEL) && !one_in(4))
			continue;
		if (cmd == MUTEX_CMD_STATS_RESET && !one_in(16))
			continue;
		return cmd;
	}
}

/**
 * msg_build() - make a random message
 * @m: where it goes
 * @seq: its sequence number
 * @mutate: whether to spoil it
 */
void msg_build(struct msg *m, uint32_t seq, bool mutate)
{
	static struct draft draft;
	struct sent *sent = sent_slot(seq);
	uint8_t cmd = msg_choose();
	const struct spec_op *op = spec_op(cmd);
	bool dump = (op->flags & SPEC_DUMP) && one_in(3);
	unsigned int n;

	*sent = (struct sent) {
		.seq = seq, .cmd = cmd, .dump = dump, .mutated = mutate,
	};
	if (dump)
		draft_valid(&draft, op->dump, one_in(3) ? op->n_dump : 0);
	else
		draft_valid(&draft, op->request, op->n_request);
	if (mutate)
		for (n = rnd_below(4); n; n--)
			draft_mutate(&draft);
	msg_begin(m, cmd, NLM_F_ACK | (dump ? NLM_F_DUMP : 0) |
		  (one_in(8) ? NLM_F_ECHO : 0), seq);
	msg_attrs(m, &draft);
	msg_end(m);
	if (mutate && one_in(4))
		msg_mutate(m, sent);
}

static void base_begin(struct msg *m, size_t *len, uint8_t cmd, uint32_t seq)
{
	m->buf += *len;
	m->room -= *len;
	*sent_slot(seq) = (struct sent) {
		.seq = seq, .cmd = cmd, .mutated = true,
	};
	msg_begin(m, cmd, NLM_F_ACK, seq);
}

static void base_string(struct msg *m, uint16_t type, const char *s)
{
	msg_put(m, type, s, strlen(s) + 1);
}

static void base_addr(struct msg *m, uint16_t type, const char *text)
{
	uint8_t addr[16];
	size_t len = strchr(text, ':') ? 16 : 4;

	inet_pton(len == 4 ? AF_INET : AF_INET6, text, addr);
	msg_put(m, type, addr, len);
}

/**
 * msg_base() - a configuration that steers what the traffic sends
 * @buf: where to put its commands, some of which may be refused
 * @room: of @buf
 * @seq: sequence number of the next message; advanced
 *
 * Return: their length.
 */
size_t msg_base(uint8_t *buf, size_t room, uint32_t *seq)
{
	static const char *const servers[] = {
		"10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00:2::1", "fd00:2::2",
	};
	static const struct prefix routes[] = {
		{ "203.0.113.0", 24 }, { "fd00:5::", 64 },
	};
	struct msg m = { .buf = buf, .room = room };
	size_t len = 0, done = 0;
	unsigned int i;

	base_begin(&m, &len, MUTEX_CMD_GROUP_NEW, (*seq)++);
	base_string(&m, MUTEX_A_GROUP_NAME, "g0");
	base_string(&m, MUTEX_A_GROUP_SCHED,
		    scheds[rnd_below(ARRAY_SIZE(scheds))]);
	msg_end(&m);
	len = m.len;
	for (i = 0; i < ARRAY_SIZE(servers); i++) {
		done += len;
		base_begin(&m, &len, MUTEX_CMD_SERVER_NEW, (*seq)++);
		base_string(&m, MUTEX_A_SERVER_GROUP, "g0");
		base_addr(&m, MUTEX_A_SERVER_ADDR, servers[i]);
		msg_end(&m);
		len = m.len;
	}
	done += len;
	base_begin(&m, &len, MUTEX_CMD_TABLE_NEW, (*seq)++);
	base_string(&m, MUTEX_A_TABLE_NAME, "t0");
	msg_end(&m);
	len = m.len;
	for (i = 0; i < ARRAY_SIZE(routes); i++) {
		done += len;
		base_begin(&m, &len, MUTEX_CMD_ROUTE_NEW, (*seq)++);
		base_string(&m, MUTEX_A_ROUTE_TABLE, "t0");
		base_addr(&m, MUTEX_A_ROUTE_DST, routes[i].addr);
		msg_put(&m, MUTEX_A_ROUTE_PLEN, &routes[i].plen, 1);
		base_string(&m, MUTEX_A_ROUTE_GROUP, "g0");
		msg_end(&m);
		len = m.len;
	}
	for (i = 0; i < 2; i++) {
		done += len;
		base_begin(&m, &len, MUTEX_CMD_DEV_NEW, (*seq)++);
		base_string(&m, MUTEX_A_DEV_NAME, devs[i]);
		msg_end(&m);
		len = m.len;
	}
	return done + len;
}
