// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz MESSAGES SEED CLIENT BALANCER SERVER...: sends random messages to the
 * netlink interface of each BALANCER, a namespace between CLIENT and SERVER,
 * while packets pass it, and tells the results as TAP.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "fuzz.h"
#include "spec.h"

#define BATCH		200
#define SOCKS		3	/* of each namespace */
#define NAMESPACES	4
#define AUDIT_EVERY	2000
#define TELL_EVERY	100000

uint16_t family_id;

/* What a namespace is to the fuzzer. */
struct place {
	const char *client, *balancer, *server;
	struct sock sock[SOCKS];
	struct sock monitor;
	int traffic;
};

static struct place places[NAMESPACES];
static unsigned int n_places;

/**
 * spec_op() - what the spec says of a command
 * @cmd: its number
 *
 * Return: it, or NULL.
 */
const struct spec_op *spec_op(unsigned int cmd)
{
	return cmd < ARRAY_SIZE(spec_ops) && spec_ops[cmd].name ?
	       &spec_ops[cmd] : NULL;
}

/**
 * spec_ops_max() - the highest command
 *
 * Return: its number.
 */
unsigned int spec_ops_max(void)
{
	return ARRAY_SIZE(spec_ops) - 1;
}

static uint64_t rnd_state;

/**
 * rnd_seed() - begin a sequence of random numbers
 * @seed: which one
 */
void rnd_seed(uint64_t seed)
{
	rnd_state = seed * 2 + 1;
}

/**
 * rnd() - the next random number (xorshift64*, Vigna 2016)
 *
 * Return: 32 bits.
 */
uint32_t rnd(void)
{
	rnd_state ^= rnd_state >> 12;
	rnd_state ^= rnd_state << 25;
	rnd_state ^= rnd_state >> 27;
	return rnd_state * 0x2545f4914f6cdd1dULL >> 32;
}

/**
 * rnd_below() - a random number in a range
 * @n: the end of the range, above 0
 *
 * Return: 0 to @n - 1.
 */
uint32_t rnd_below(uint32_t n)
{
	return (uint64_t)rnd() * n >> 32;
}

/**
 * one_in() - true once in so many times
 * @n: how many
 *
 * Return: whether this is the time.
 */
bool one_in(uint32_t n)
{
	return !rnd_below(n);
}

static struct sent sent[SENT_MAX];

/**
 * sent_slot() - where a request is remembered
 * @seq: its sequence number
 *
 * Return: the place, which an older request may still have.
 */
struct sent *sent_slot(uint32_t seq)
{
	return &sent[seq % SENT_MAX];
}

static void die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

/**
 * netns_enter() - go to a network namespace
 * @netns: its name
 *
 * Return: 0.
 */
int netns_enter(const char *netns)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
	return 0;
}

/**
 * sock_open() - open a generic netlink socket
 * @s: the socket
 * @netns: its namespace, NULL for the present one
 * @group: a multicast group to join, 0 for none
 */
void sock_open(struct sock *s, const char *netns, uint32_t group)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };
	struct timeval patience = { .tv_sec = 60 };
	int one = 1, size = 8 << 20;

	if (netns)
		netns_enter(netns);
	s->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (s->fd < 0 || bind(s->fd, (void *)&addr, sizeof(addr)))
		die("netlink socket");
	setsockopt(s->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(s->fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(s->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(s->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one,
		   sizeof(one));
	if (group && setsockopt(s->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
				&group, sizeof(group)))
		die("multicast group");
}

/**
 * sock_close() - close a socket, whatever is under way on it
 * @s: the socket
 */
void sock_close(struct sock *s)
{
	close(s->fd);
	s->fd = -1;
}

/**
 * sock_send() - send messages in one call
 * @s: the socket
 * @buf: the messages
 * @len: their length
 */
void sock_send(struct sock *s, const void *buf, size_t len)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	if (sendto(s->fd, buf, len, 0, (void *)&kernel, sizeof(kernel)) !=
	    (ssize_t)len)
		violation("sendto of %zu bytes: %s", len, strerror(errno));
}

/**
 * sock_recv() - receive messages
 * @s: the socket
 * @buf: where to put them
 * @len: room
 * @flags: as of recv()
 *
 * Return: their length, or -errno.
 */
int sock_recv(struct sock *s, void *buf, size_t len, int flags)
{
	ssize_t got = recv(s->fd, buf, len, flags);

	return got < 0 ? -errno : got;
}

/**
 * family_resolve() - find the family and its multicast groups
 * @groups: gets the numbers of up to three groups
 */
void family_resolve(uint32_t *groups)
{
	uint8_t out[256], in[16384];
	struct msg m = { .buf = out, .room = sizeof(out) };
	const struct nlattr *attr[CTRL_ATTR_MAX + 1], *grp, *field;
	const struct nlmsghdr *nlh = (void *)in;
	size_t off, at, n = 0;
	struct sock s;
	int len;

	sock_open(&s, NULL, 0);
	family_id = GENL_ID_CTRL;
	msg_begin(&m, CTRL_CMD_GETFAMILY, 0, 1);
	msg_put(&m, CTRL_ATTR_FAMILY_NAME, MUTEX_GENL_NAME,
		sizeof(MUTEX_GENL_NAME));
	msg_end(&m);
	sock_send(&s, out, m.len);
	len = sock_recv(&s, in, sizeof(in), 0);
	sock_close(&s);
	if (len < (int)sizeof(*nlh) || nlh->nlmsg_type != GENL_ID_CTRL ||
	    !reply_attrs(nlh, attr, CTRL_ATTR_MAX) ||
	    !attr[CTRL_ATTR_FAMILY_ID] || !attr[CTRL_ATTR_MCAST_GROUPS])
		die("no family '" MUTEX_GENL_NAME "'");
	memcpy(&family_id, attr[CTRL_ATTR_FAMILY_ID] + 1, sizeof(family_id));
	grp = attr[CTRL_ATTR_MCAST_GROUPS];
	for (off = NLA_HDRLEN; off < grp->nla_len && n < 3;) {
		const struct nlattr *one = (const void *)((const char *)grp +
							  off);

		for (at = NLA_HDRLEN; at < one->nla_len;) {
			field = (const void *)((const char *)one + at);
			if (field->nla_type == CTRL_ATTR_MCAST_GRP_ID)
				memcpy(&groups[n++], field + 1, 4);
			at += NLA_ALIGN(field->nla_len);
		}
		off += NLA_ALIGN(one->nla_len);
	}
}

static void drain(struct sock *s, bool notification)
{
	static uint8_t buf[1 << 17];
	int len;

	for (;;) {
		len = sock_recv(s, buf, sizeof(buf), MSG_DONTWAIT);
		if (len == -EAGAIN)
			return;
		if (len == -ENOBUFS)
			tally.lost++;
		else if (len < 0)
			violation("recv: %s", strerror(-len));
		else
			reply_check(buf, len, notification);
		if (len < 0 && len != -ENOBUFS)
			return;
	}
}

/* Fills @buf with a send's messages; returns their length. */
static size_t fill(uint8_t *buf, size_t room, unsigned int most, uint32_t *seq)
{
	unsigned int n = 1 + rnd_below(BATCH);
	size_t len = 0;

	if (n > most)
		n = most;
	for (; n && room - len > 65536; n--) {
		struct msg m = { .buf = buf + len, .room = room - len };
		bool mutate = one_in(2);

		msg_build(&m, (*seq)++, mutate);
		len += m.len;
		tally.messages++;
		tally.valid += !mutate;
		if (m.last)
			break;
	}
	return len;
}

static void audit_all(bool last)
{
	unsigned int i;

	for (i = 0; i < n_places; i++) {
		struct sock s;

		sock_open(&s, places[i].balancer, 0);
		if (last)
			audit_empty(&s, places[i].balancer);
		else
			audit(&s, places[i].balancer, false);
		sock_close(&s);
	}
}

static void run(uint64_t messages)
{
	static uint8_t buf[1 << 20];
	uint64_t next = AUDIT_EVERY;
	time_t began = time(NULL);
	struct place *p;
	uint32_t seq = 1;
	struct sock *s;
	size_t len;

	while (tally.messages < messages) {
		p = &places[rnd_below(n_places)];
		s = &p->sock[rnd_below(SOCKS)];
		if (one_in(8)) {
			len = msg_base(buf, sizeof(buf), &seq);
			sock_send(s, buf, len);
			drain(s, false);
			/* let packets make flows by it */
			usleep(20000);
		}
		len = fill(buf, sizeof(buf), messages - tally.messages, &seq);
		sock_send(s, buf, len);
		if (one_in(32)) {
			/* in the middle of dumps and transactions */
			sock_close(s);
			sock_open(s, p->balancer, 0);
		} else {
			drain(s, false);
		}
		drain(&p->monitor, true);
		if (tally.messages < next)
			continue;
		if (next % TELL_EVERY == 0)
			printf("# %llu messages after %ld s\n",
			       (unsigned long long)next,
			       (long)(time(NULL) - began));
		next += AUDIT_EVERY;
		audit_all(false);
	}
}

static unsigned int tap_n;
static bool tap_failed;

static void ok(bool good, const char *name)
{
	printf("%sok %u - %s\n", good ? "" : "not ", ++tap_n, name);
	tap_failed |= !good;
}

static void tell(void)
{
	unsigned int err;

	printf("# %llu messages, %llu of them valid; %llu done (%llu of the valid), %llu refused (%llu of the valid were held up)\n",
	       (unsigned long long)tally.messages,
	       (unsigned long long)tally.valid, (unsigned long long)tally.ok,
	       (unsigned long long)tally.valid_ok,
	       (unsigned long long)tally.refused,
	       (unsigned long long)tally.valid_busy);
	printf("# %llu answers, %llu notifications, %llu overruns\n",
	       (unsigned long long)tally.answers,
	       (unsigned long long)tally.notifications,
	       (unsigned long long)tally.lost);
	printf("# at one look: %llu flows created, %llu hits, %llu packets by the fast path\n",
	       (unsigned long long)tally.created,
	       (unsigned long long)tally.hits,
	       (unsigned long long)tally.fast);
	for (err = 0; err < ARRAY_SIZE(tally.errnos); err++)
		if (tally.errnos[err])
			printf("# refused with %s: %llu\n", strerror(err),
			       (unsigned long long)tally.errnos[err]);
}

int main(int argc, char **argv)
{
	uint64_t before, messages;
	uint32_t groups[3] = {};
	unsigned int i, j;

	if (argc < 6 || argc % 3 || argc / 3 - 1 > NAMESPACES) {
		fprintf(stderr,
			"usage: fuzz MESSAGES SEED CLIENT BALANCER SERVER...\n");
		return 1;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	messages = strtoull(argv[1], NULL, 0);
	rnd_seed(strtoull(argv[2], NULL, 0));
	family_resolve(groups);
	for (; n_places < (unsigned int)argc / 3 - 1; n_places++) {
		struct place *p = &places[n_places];
		char **name = argv + 3 * (n_places + 1);

		p->client = name[0];
		p->balancer = name[1];
		p->server = name[2];
		for (j = 0; j < SOCKS; j++)
			sock_open(&p->sock[j], p->balancer, 0);
		sock_open(&p->monitor, p->balancer, groups[0]);
		p->traffic = traffic_start(p->client, p->balancer, p->server);
	}
	run(messages);
	ok(tally.messages >= messages, "all messages were sent");
	/* another socket's transaction refuses whatever comes, for as long as chance keeps it open */
	ok(tally.valid_ok * 5 > tally.valid - tally.valid_busy,
	   "a fifth of the valid ones or more did something, but for those that a transaction held up");
	ok(tally.answers && tally.notifications, "answers and notifications came");
	ok(tally.created && tally.hits, "packets were steered meanwhile");
	ok(!tally.wordless, "every refusal has a text");
	ok(!tally.violations, "answers parse, errors are the expected ones, dumps agree");

	before = tally.violations;
	for (i = 0; i < n_places; i++) {
		traffic_stop(places[i].traffic);
		for (j = 0; j < SOCKS; j++)
			sock_close(&places[i].sock[j]);
	}
	audit_all(true);
	for (i = 0; i < n_places; i++) {
		drain(&places[i].monitor, true);
		sock_close(&places[i].monitor);
	}
	ok(tally.violations == before, "all can be deleted, and nothing is active then");
	tell();
	printf("1..%u\n", tap_n);
	return tap_failed;
}
