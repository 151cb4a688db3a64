/* SPDX-License-Identifier: GPL-2.0 */
/* The fuzzer of the netlink interface: what its parts share. */
#ifndef FUZZ_H
#define FUZZ_H

#include <linux/genetlink.h>
#include <linux/mutex_genl.h>
#include <linux/mutex_geo.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* Types of attributes, as the spec names them. */
enum spec_type {
	SPEC_U8,
	SPEC_U16,
	SPEC_U32,
	SPEC_U64,
	SPEC_STRING,
	SPEC_BINARY,
	SPEC_PAD,
	SPEC_NEST,
};

/* What a valid value of an attribute looks like; spec.py chooses by its name. */
enum spec_kind {
	KIND_NONE,
	KIND_GROUP,
	KIND_TABLE,
	KIND_PATH,
	KIND_DEV,
	KIND_SCHED,
	KIND_SEED,
	KIND_ADDR,
	KIND_PREFIX,
	KIND_PLEN,
	KIND_ENUM,
	KIND_FLAGS,
	KIND_PORT,
	KIND_PROTO,
	KIND_WEIGHT,
	KIND_SMALL,
	KIND_ID,
	KIND_TIME,
	KIND_FLOWS,
	KIND_MARK,
	KIND_MASK,
	KIND_DSCP,
	KIND_FILTER,
	KIND_BITS,
	KIND_PERCENT,
	KIND_CHECK,
	KIND_CHECK_PORT,
	KIND_CHECK_MS,
	KIND_CHECK_COUNT,
	KIND_CHECK_SOURCE,
	KIND_CHECK_DEV,
	KIND_CHECK_BYTES,
	KIND_MINUTE,
	KIND_DAYS,
	KIND_ZONE,
	KIND_CHANGES,
	KIND_CODES,
	KIND_NOT,
	KIND_REGIONS,
	KIND_GEO,
	KIND_CLOCK,
	KIND_RATE,
	KIND_CLIENT,
	KINDS,
};

/* An attribute of a command: @len bytes if its type has a fixed length. */
struct spec_attr {
	uint16_t id;
	uint16_t len;
	enum spec_type type;
	enum spec_kind kind;
	int index;
	uint32_t max;
	const char *name;
};

#define SPEC_DO		1
#define SPEC_DUMP	2
#define SPEC_ADMIN	4
#define SPEC_NOTIFY	8

/* A command: what a request, a dump's request and an answer may hold. */
struct spec_op {
	const char *name;
	const struct spec_attr *request;
	unsigned int n_request;
	const struct spec_attr *dump;
	unsigned int n_dump;
	const struct spec_attr *reply;
	unsigned int n_reply;
	unsigned int flags;
};

const struct spec_op *spec_op(unsigned int cmd);
unsigned int spec_ops_max(void);

/* The source of all choices: the same seed, the same messages. */
uint32_t rnd(void);
uint32_t rnd_below(uint32_t n);
bool one_in(uint32_t n);
void rnd_seed(uint64_t seed);

/*
 * What an answer is judged by, remembered by the sequence number of its request.
 * @silent: a refusal need not have a text: the core of netlink refuses it
 */
struct sent {
	uint32_t seq;
	uint8_t cmd;
	bool dump;
	bool silent;
	bool mutated;
};

#define SENT_MAX	65536

struct sent *sent_slot(uint32_t seq);

/* A message under construction. */
struct msg {
	uint8_t *buf;
	size_t len;
	size_t room;
	/* the last message of a send: what follows it is lost */
	bool last;
};

extern uint16_t family_id;

size_t msg_base(uint8_t *buf, size_t room, uint32_t *seq);
void msg_build(struct msg *m, uint32_t seq, bool mutate);
void msg_begin(struct msg *m, uint8_t cmd, uint16_t flags, uint32_t seq);
void msg_put(struct msg *m, uint16_t type, const void *data, size_t len);
void msg_end(struct msg *m);

/* Totals, and the violations that make the test fail. */
struct tally {
	uint64_t messages;
	uint64_t valid;
	uint64_t valid_ok;
	uint64_t valid_busy;
	uint64_t ok;
	uint64_t refused;
	uint64_t answers;
	uint64_t notifications;
	uint64_t lost;
	uint64_t violations;
	uint64_t wordless;
	/* the most that one look at the counters has seen */
	uint64_t hits;
	uint64_t created;
	uint64_t fast;
	uint64_t errnos[4096];
};

extern struct tally tally;

void violation(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A socket, and the namespace that it speaks for. */
struct sock {
	int fd;
	int netns;
	uint32_t portid;
};

void sock_open(struct sock *s, const char *netns, uint32_t groups);
void sock_close(struct sock *s);
void sock_send(struct sock *s, const void *buf, size_t len);
int sock_recv(struct sock *s, void *buf, size_t len, int flags);
int netns_enter(const char *netns);
void family_resolve(uint32_t *groups);

void reply_check(const void *buf, size_t len, bool notification);
bool reply_attrs(const struct nlmsghdr *nlh, const struct nlattr **table,
		 unsigned int max);

void audit(struct sock *s, const char *netns, bool quiet);
void audit_empty(struct sock *s, const char *netns);

int traffic_start(const char *client, const char *balancer, const char *server);
void traffic_stop(int pid);

#endif /* FUZZ_H */
