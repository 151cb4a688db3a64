/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_PIPE_H
#define MX_CTL_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mx_cmd;
struct mx_ctl;

#define MX_PIPE_BYTES	(64 * 1024)	/* requests in one system call */
#define MX_PIPE_MSGS	1024

/**
 * struct mx_pipe_ent - a request that waits
 * @cmd: the command it is of
 * @off: offset of the message in the pipe's buffer
 * @text: offset of the line in the pipe's text
 * @line: line of the batch
 * @failed: the kernel refused it
 */
struct mx_pipe_ent {
	const struct mx_cmd *cmd;
	uint32_t off;
	uint32_t text;
	unsigned int line;
	bool failed;
};

/**
 * struct mx_pipe - requests of a batch, sent many at a time
 * @buf: the messages, one behind the other
 * @len: bytes in use
 * @text: their lines, to find the word that an error is about
 * @text_len: bytes in use
 * @text_size: bytes allocated
 * @now: the line being read, before it was split into words
 * @now_len: its length, with the end
 * @n: number of messages
 * @applied: requests that the kernel has taken
 * @first_line: line of the first change of the batch, 0 before it
 * @last_line: line of the last one that was sent and taken
 * @hushed: later failures of a batch that stops at the first one
 * @ent: the requests
 */
struct mx_pipe {
	char *buf;
	size_t len;
	char *text;
	size_t text_len;
	size_t text_size;
	const char *now;
	size_t now_len;
	unsigned int n;
	unsigned long applied;
	unsigned int first_line;
	unsigned int last_line;
	unsigned int hushed;
	struct mx_pipe_ent ent[MX_PIPE_MSGS];
};

struct mx_pipe *mx_pipe_new(void);
void mx_pipe_free(struct mx_pipe *p);
int mx_pipe_add(struct mx_ctl *ctl);
int mx_pipe_flush(struct mx_ctl *ctl);

#endif /* MX_CTL_PIPE_H */
