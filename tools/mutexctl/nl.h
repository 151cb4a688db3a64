/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_NL_H
#define MX_CTL_NL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/netlink.h>
#include <netlink/netlink.h>

struct mx_ctl;
struct nl_msg;
struct nl_sock;

#define MX_SPANS	64	/* words of a command that become attributes */
#define MX_MSG_SIZE	16384	/* longest message of one command */

/**
 * struct mx_msg - the request being built, and which words it is made of
 * @nl: the message, used again and again
 * @nspans: how many of @span are in use
 * @span: for each word where its attributes are, from the message's start; the
 *	  kernel names an attribute by its offset, the user wants his word
 * @span.start: first byte
 * @span.end: byte behind the last
 * @span.word: the keyword, NULL for a positional word
 * @span.value: the value, "" for none
 */
struct mx_msg {
	struct nl_msg *nl;
	unsigned int nspans;
	struct {
		uint32_t start;
		uint32_t end;
		const char *word;
		const char *value;
	} span[MX_SPANS];
};

/**
 * struct mx_nl - the socket to the kernel
 * @sk: the socket, NULL until the first request
 * @fd: its file descriptor
 * @family: number of the genl family
 * @seq: sequence number of the last request
 * @burst: how many error answers fit the receive buffer in any case
 * @buf: receive buffer
 */
struct mx_nl {
	struct nl_sock *sk;
	int fd;
	int family;
	uint32_t seq;
	unsigned int burst;
	char *buf;
};

/**
 * struct mx_nl_error - why the kernel refused
 * @err: positive errno
 * @offset: offset of the attribute that it is about, 0 for none
 * @missing: type of the attribute that is missing, 0 for none
 * @text: the kernel's words, may be empty
 */
struct mx_nl_error {
	int err;
	uint32_t offset;
	uint32_t missing;
	char text[256];
};

/**
 * typedef mx_nl_fn - takes one message of an answer
 * @ctl: the program
 * @nlh: the message
 * @arg: the caller's own
 *
 * Return: 0 to go on, else what the request shall return.
 */
typedef int (*mx_nl_fn)(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);

/* Requests: each returns an exit status, after the kernel's words are printed. */
int mx_msg_init(struct mx_msg *m);
void mx_msg_start(struct mx_ctl *ctl, int cmd);
void mx_msg_span(struct mx_msg *m, size_t start, const char *word,
		 const char *value);
int mx_nl_need(struct mx_ctl *ctl);
int mx_nl_talk(struct mx_ctl *ctl, mx_nl_fn fn, void *arg);
int mx_nl_dump(struct mx_ctl *ctl, mx_nl_fn fn, void *arg, bool *torn);
int mx_nl_simple(struct mx_ctl *ctl, int cmd, mx_nl_fn fn, void *arg);

/* What requests are made of. */
int mx_nl_socket(struct mx_ctl *ctl, struct mx_nl *nl, int rcvbuf);
void mx_nl_close(struct mx_nl *nl);
ssize_t mx_nl_recv(struct mx_nl *nl);
int mx_nl_send(struct mx_nl *nl, const void *buf, size_t len);
void mx_nl_parse_error(struct nlmsghdr *nlh, struct mx_nl_error *e);
int mx_nl_refused(struct mx_ctl *ctl, const struct mx_nl_error *e);

#endif /* MX_CTL_NL_H */
