// SPDX-License-Identifier: GPL-2.0
/*
 * Batches in a hurry: many requests in one system call, of which only the last
 * asks for an acknowledgment; errors find their line by the sequence number.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/msg.h>

#include "ctl.h"
#include "pipe.h"

/**
 * mx_pipe_new() - allocate an empty pipe
 *
 * Return: the pipe, or NULL.
 */
struct mx_pipe *mx_pipe_new(void)
{
	struct mx_pipe *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->buf = malloc(MX_PIPE_BYTES);
	if (!p->buf) {
		free(p);
		return NULL;
	}
	return p;
}

/**
 * mx_pipe_free() - free a pipe, and what is not sent
 * @p: the pipe, or NULL
 */
void mx_pipe_free(struct mx_pipe *p)
{
	if (!p)
		return;
	free(p->buf);
	free(p->text);
	free(p);
}

/**
 * mx_pipe_add() - put the request into the pipe; send the pipe when it is full
 * @ctl: holds the request and the pipe
 *
 * Return: exit status, after a message; with -force the request is in the pipe
 * even when it is that of earlier ones.
 */
int mx_pipe_add(struct mx_ctl *ctl)
{
	struct nlmsghdr *nlh = nlmsg_hdr(ctl->msg.nl);
	size_t len = NLMSG_ALIGN(nlh->nlmsg_len);
	struct mx_pipe *p = ctl->pipe;
	int ret;

	ret = mx_nl_need(ctl);
	if (ret)
		return ret;
	if (p->len + len > MX_PIPE_BYTES || p->n == MX_PIPE_MSGS ||
	    p->n >= ctl->nl.burst) {
		ret = mx_pipe_flush(ctl);
		if (ret && !ctl->opts.force)
			return ret;
	}
	if (p->text_len + p->now_len > p->text_size) {
		size_t size = 2 * (p->text_len + p->now_len) + MX_PIPE_BYTES;
		char *text = realloc(p->text, size);

		if (!text)
			return mx_error(ctl, "out of memory");
		p->text = text;
		p->text_size = size;
	}
	nlh->nlmsg_type = ctl->nl.family;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nlh->nlmsg_seq = ctl->nl.seq + 1 + p->n;
	memcpy(p->buf + p->len, nlh, nlh->nlmsg_len);
	memcpy(p->text + p->text_len, p->now, p->now_len);
	p->ent[p->n].cmd = ctl->cmd;
	p->ent[p->n].off = p->len;
	p->ent[p->n].text = p->text_len;
	p->ent[p->n].line = ctl->line;
	p->ent[p->n].failed = false;
	p->n++;
	p->len += len;
	p->text_len += p->now_len;
	if (!p->first_line)
		p->first_line = ctl->line;
	return ret;
}

/* Build the request of a line again, for the spans of its words. */
static void mx_pipe_replay(struct mx_ctl *ctl, const struct mx_pipe_ent *ent)
{
	char *argv[MX_LINE_WORDS];
	int argc;

	ctl->msg.nspans = 0;
	argc = mx_split(ctl->pipe->text + ent->text, argv, MX_LINE_WORDS);
	if (argc <= 0)
		return;
	ctl->replay = true;
	mx_dispatch(ctl, argc, argv);
	ctl->replay = false;
}

static int mx_pipe_failed(struct mx_ctl *ctl, unsigned int i, bool first,
			  const struct mx_nl_error *e)
{
	struct mx_pipe *p = ctl->pipe;

	p->ent[i].failed = true;
	if (!first && !ctl->opts.force) {
		p->hushed++;
		return MX_EXIT_REFUSED;
	}
	ctl->line = p->ent[i].line;
	mx_pipe_replay(ctl, &p->ent[i]);
	return mx_nl_refused(ctl, e);
}

/* Which lines are in force after a failure: all but the failed ones. */
static void mx_pipe_report(struct mx_ctl *ctl)
{
	struct mx_pipe *p = ctl->pipe;
	unsigned int from, to, i;
	const char *sep = " ";

	from = p->applied ? p->first_line : 0;
	to = p->last_line;
	fputs("mutexctl: lines in force:", stderr);
	for (i = 0; i <= p->n; i++) {
		if (i < p->n && !p->ent[i].failed) {
			from = from ? from : p->ent[i].line;
			to = p->ent[i].line;
			continue;
		}
		if (!from)
			continue;
		fprintf(stderr, from == to ? "%s%u" : "%s%u-%u", sep, from, to);
		sep = ", ";
		from = 0;
	}
	fputs(*sep == ' ' ? " none" : "", stderr);
	if (p->hushed)
		fprintf(stderr, " (%u more failed)", p->hushed);
	fputc('\n', stderr);
}

/* Answers lost: nobody can say which lines failed. */
static int mx_pipe_lost(struct mx_ctl *ctl, int err)
{
	struct mx_pipe *p = ctl->pipe;

	mx_error(ctl, "%s: lines %u-%u may be in force or not",
		 err == -ENOBUFS ? "answers of the kernel were lost" :
				   strerror(-err),
		 p->ent[0].line, p->ent[p->n - 1].line);
	return MX_EXIT_REFUSED;
}

static int mx_pipe_collect(struct mx_ctl *ctl, uint32_t base)
{
	struct mx_pipe *p = ctl->pipe;
	struct mx_nl_error e;
	struct nlmsghdr *nlh;
	int ret = MX_EXIT_OK;
	uint32_t i;
	ssize_t n;
	int left;

	for (;;) {
		n = mx_nl_recv(&ctl->nl);
		if (n < 0)
			return mx_pipe_lost(ctl, n);
		left = n;
		for (nlh = (void *)ctl->nl.buf; nlmsg_ok(nlh, left);
		     nlh = nlmsg_next(nlh, &left)) {
			i = nlh->nlmsg_seq - base;
			if (i >= p->n)
				continue;
			if (nlh->nlmsg_type != NLMSG_ERROR) {
				if (p->ent[i].cmd->reply && !ctl->restoring)
					p->ent[i].cmd->reply(ctl, nlh,
							     p->buf + p->ent[i].off);
				continue;
			}
			mx_nl_parse_error(nlh, &e);
			if (e.err)
				ret = mx_pipe_failed(ctl, i, !ret, &e);
			if (i == p->n - 1)
				return ret;
		}
	}
}

/**
 * mx_pipe_flush() - send what the pipe holds and read the answers
 * @ctl: holds the pipe
 *
 * With -force, failures are printed and forgotten but for the exit status.
 *
 * Return: exit status, after a message.
 */
int mx_pipe_flush(struct mx_ctl *ctl)
{
	const struct mx_cmd *cmd = ctl->cmd;
	struct mx_pipe *p = ctl->pipe;
	unsigned int line = ctl->line;
	struct nlmsghdr *last;
	int ret, err;

	if (!p || !p->n)
		return MX_EXIT_OK;
	last = (void *)(p->buf + p->ent[p->n - 1].off);
	last->nlmsg_flags |= NLM_F_ACK;
	err = mx_nl_send(&ctl->nl, p->buf, p->len);
	ret = err ? mx_pipe_lost(ctl, err) :
		    mx_pipe_collect(ctl, ctl->nl.seq + 1);
	if (!err && ret && !ctl->opts.force && !ctl->restoring)
		mx_pipe_report(ctl);
	ctl->nl.seq += p->n;
	p->applied += p->n;
	p->last_line = p->ent[p->n - 1].line;
	p->n = 0;
	p->len = 0;
	p->text_len = 0;
	ctl->line = line;
	ctl->cmd = cmd;
	return ret;
}
