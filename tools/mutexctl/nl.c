// SPDX-License-Identifier: GPL-2.0
/*
 * The socket to the kernel: requests, answers, dumps, and the kernel's words
 * when it refuses.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "uapi.h"

#define MX_RECV_SIZE	(256 * 1024)
#define MX_SNDBUF	(512 * 1024)
#define MX_RCVBUF	(4 * 1024 * 1024)
#define MX_ANSWER_SIZE	2304	/* what an error answer takes of the receive buffer, at most */

/**
 * mx_msg_init() - allocate a message
 * @m: result
 *
 * Return: 0 or -ENOMEM.
 */
int mx_msg_init(struct mx_msg *m)
{
	m->nl = nlmsg_alloc_size(MX_MSG_SIZE);
	return m->nl ? 0 : -ENOMEM;
}

/**
 * mx_msg_start() - begin a request, in the memory of the last one
 * @ctl: the program
 * @cmd: MUTEX_CMD_*
 */
void mx_msg_start(struct mx_ctl *ctl, int cmd)
{
	nlmsg_hdr(ctl->msg.nl)->nlmsg_len = NLMSG_HDRLEN;
	ctl->msg.nspans = 0;
	genlmsg_put(ctl->msg.nl, 0, 0, 0, 0, NLM_F_REQUEST, cmd,
		    MUTEX_GENL_VERSION);
}

/**
 * mx_msg_span() - note which word the message's last attributes are of
 * @m: the message
 * @start: its length before the word
 * @word: keyword, NULL for a positional word
 * @value: the word's value
 */
void mx_msg_span(struct mx_msg *m, size_t start, const char *word,
		 const char *value)
{
	if (m->nspans == MX_SPANS)
		return;
	m->span[m->nspans].start = start;
	m->span[m->nspans].end = nlmsg_hdr(m->nl)->nlmsg_len;
	m->span[m->nspans].word = word;
	m->span[m->nspans].value = value;
	m->nspans++;
}

/* More than the system's limit if we may, else as much as it gives. */
static void mx_nl_buffer(int fd, int force, int plain, int size)
{
	if (setsockopt(fd, SOL_SOCKET, force, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, plain, &size, sizeof(size));
}

/**
 * mx_nl_socket() - open a socket and find the family
 * @ctl: for messages
 * @nl: result
 * @rcvbuf: size of the socket's receive buffer in bytes
 *
 * Return: exit status, after a message.
 */
int mx_nl_socket(struct mx_ctl *ctl, struct mx_nl *nl, int rcvbuf)
{
	int one = 1, got = 0, err;
	socklen_t len = sizeof(got);

	nl->sk = nl_socket_alloc();
	nl->buf = malloc(MX_RECV_SIZE);
	if (!nl->sk || !nl->buf) {
		mx_error(ctl, "out of memory");
		goto fail;
	}
	err = genl_connect(nl->sk);
	if (err) {
		mx_error(ctl, "cannot open a netlink socket: %s",
			 nl_geterror(err));
		goto fail;
	}
	nl->family = genl_ctrl_resolve(nl->sk, MUTEX_GENL_NAME);
	if (nl->family < 0) {
		if (nl->family == -NLE_OBJ_NOTFOUND)
			mx_error(ctl, "kernel module mutex is not loaded (try: modprobe mutex)");
		else
			mx_error(ctl, "cannot find the kernel module: %s",
				 nl_geterror(nl->family));
		goto fail;
	}
	nl->fd = nl_socket_get_fd(nl->sk);
	mx_nl_buffer(nl->fd, SO_SNDBUFFORCE, SO_SNDBUF, MX_SNDBUF);
	mx_nl_buffer(nl->fd, SO_RCVBUFFORCE, SO_RCVBUF, rcvbuf);
	/* Errors quote the request's header only, and say why. */
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	getsockopt(nl->fd, SOL_SOCKET, SO_RCVBUF, &got, &len);
	nl->burst = got / MX_ANSWER_SIZE;
	if (!nl->burst)
		nl->burst = 1;
	return MX_EXIT_OK;
fail:
	mx_nl_close(nl);
	return MX_EXIT_REFUSED;
}

/**
 * mx_nl_close() - close a socket
 * @nl: the socket; closing it twice does nothing
 */
void mx_nl_close(struct mx_nl *nl)
{
	nl_socket_free(nl->sk);
	free(nl->buf);
	memset(nl, 0, sizeof(*nl));
}

/**
 * mx_nl_need() - have the socket open
 * @ctl: the program
 *
 * Return: exit status, after a message.
 */
int mx_nl_need(struct mx_ctl *ctl)
{
	if (ctl->nl.sk)
		return MX_EXIT_OK;
	return mx_nl_socket(ctl, &ctl->nl, MX_RCVBUF);
}

/**
 * mx_nl_send() - send messages
 * @nl: the socket
 * @buf: the messages
 * @len: their length
 *
 * Return: 0 or -errno.
 */
int mx_nl_send(struct mx_nl *nl, const void *buf, size_t len)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t n;

	do {
		n = sendto(nl->fd, buf, len, 0, (struct sockaddr *)&kernel,
			   sizeof(kernel));
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/**
 * mx_nl_recv() - receive one datagram of the kernel into nl->buf
 * @nl: the socket
 *
 * Return: its length, or -errno: -ENOBUFS when answers were lost.
 */
ssize_t mx_nl_recv(struct mx_nl *nl)
{
	struct iovec iov = { .iov_base = nl->buf, .iov_len = MX_RECV_SIZE };
	struct sockaddr_nl from;
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t n;

	for (;;) {
		n = recvmsg(nl->fd, &msg, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (msg.msg_flags & MSG_TRUNC)
			return -EMSGSIZE;
		if (msg.msg_namelen == sizeof(from) && !from.nl_pid)
			return n;
	}
}

static const struct nla_policy mx_ack_policy[NLMSGERR_ATTR_MAX + 1] = {
	[NLMSGERR_ATTR_MSG] = { .type = NLA_STRING },
	[NLMSGERR_ATTR_OFFS] = { .type = NLA_U32 },
};

#define MX_ACK_MISS_TYPE	5	/* NLMSGERR_ATTR_MISS_TYPE, Linux 6.1 */
#define MX_ACK_MAX		6

static void mx_nl_parse_ack(void *at, int len, struct mx_nl_error *e)
{
	struct nlattr *tb[MX_ACK_MAX + 1];
	struct nla_policy policy[MX_ACK_MAX + 1] = {
		[NLMSGERR_ATTR_MSG] = mx_ack_policy[NLMSGERR_ATTR_MSG],
		[NLMSGERR_ATTR_OFFS] = mx_ack_policy[NLMSGERR_ATTR_OFFS],
		[MX_ACK_MISS_TYPE] = { .type = NLA_U32 },
	};

	if (len <= 0 || nla_parse(tb, MX_ACK_MAX, at, len, policy))
		return;
	if (tb[NLMSGERR_ATTR_MSG])
		snprintf(e->text, sizeof(e->text), "%s",
			 nla_get_string(tb[NLMSGERR_ATTR_MSG]));
	e->offset = mx_attr_u32(tb, NLMSGERR_ATTR_OFFS);
	e->missing = mx_attr_u32(tb, MX_ACK_MISS_TYPE);
}

/**
 * mx_nl_parse_error() - read an error or the end of a dump
 * @nlh: message of type NLMSG_ERROR or NLMSG_DONE
 * @e: result; e->err is 0 for an acknowledgment
 */
void mx_nl_parse_error(struct nlmsghdr *nlh, struct mx_nl_error *e)
{
	size_t skip = nlh->nlmsg_type == NLMSG_ERROR ? sizeof(struct nlmsgerr) :
						       sizeof(int);
	char *data = nlmsg_data(nlh);
	int code = 0;

	memset(e, 0, sizeof(*e));
	if ((size_t)nlmsg_datalen(nlh) >= sizeof(code))
		memcpy(&code, data, sizeof(code));
	e->err = -code;
	if ((size_t)nlmsg_datalen(nlh) < skip ||
	    !(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (nlh->nlmsg_type == NLMSG_ERROR && !(nlh->nlmsg_flags & NLM_F_CAPPED)) {
		struct nlmsgerr *err = nlmsg_data(nlh);

		skip += NLMSG_ALIGN(err->msg.nlmsg_len) - NLMSG_HDRLEN;
	}
	mx_nl_parse_ack(data + skip, nlmsg_datalen(nlh) - (int)skip, e);
}

static const char *mx_word_of_attr(const struct mx_cmd *cmd, uint32_t attr)
{
	unsigned int i;

	for (i = 0; cmd && i < cmd->nwords; i++) {
		if (cmd->words[i].attr == attr || cmd->words[i].attr2 == attr)
			return cmd->words[i].name;
	}
	return NULL;
}

/**
 * mx_nl_refused() - print the kernel's words, and the word they are about
 * @ctl: holds the request's spans
 * @e: why the kernel refused
 *
 * Return: MX_EXIT_REFUSED.
 */
int mx_nl_refused(struct mx_ctl *ctl, const struct mx_nl_error *e)
{
	const char *text = e->text, *word;
	struct mx_msg *m = &ctl->msg;
	unsigned int i;

	if (ctl->quiet) {
		*ctl->quiet = *e;
		return MX_EXIT_REFUSED;
	}
	fflush(ctl->out.fp);
	mx_say_line(ctl);
	if (!*text)
		text = e->err == EPERM ?
		       "not permitted: CAP_NET_ADMIN is needed in this network namespace" :
		       strerror(e->err);
	fprintf(ctl->err, "Error: %s%s",
		strncmp(text, "mutex: ", 7) ? "mutex: " : "", text);
	for (i = 0; e->offset && i < m->nspans; i++) {
		if (e->offset < m->span[i].start || e->offset >= m->span[i].end)
			continue;
		word = m->span[i].word;
		fprintf(ctl->err, " (%s%s%s)", word ? word : "",
			word && *m->span[i].value ? " " : "", m->span[i].value);
		break;
	}
	word = e->missing ? mx_word_of_attr(ctl->cmd, e->missing) : NULL;
	if (word)
		fprintf(ctl->err, " (%s is missing)", word);
	fputc('\n', ctl->err);
	return MX_EXIT_REFUSED;
}

static int mx_nl_broken(struct mx_ctl *ctl, int err)
{
	return mx_error(ctl, err == -ENOBUFS ?
			"answers of the kernel were lost" : "netlink: %s",
			strerror(-err));
}

static int mx_nl_request(struct mx_ctl *ctl, int flags)
{
	struct nlmsghdr *nlh = nlmsg_hdr(ctl->msg.nl);
	int err;

	err = mx_nl_need(ctl);
	if (err)
		return err;
	nlh->nlmsg_type = ctl->nl.family;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++ctl->nl.seq;
	err = mx_nl_send(&ctl->nl, nlh, nlh->nlmsg_len);
	return err ? mx_nl_broken(ctl, err) : MX_EXIT_OK;
}

/*
 * Sends the request and hands the messages of the answer to @fn until its end,
 * an acknowledgment or the end of a dump. *torn is set when a change came
 * between the parts of a dump.
 */
static int mx_nl_exchange(struct mx_ctl *ctl, int flags, mx_nl_fn fn, void *arg,
			  bool *torn)
{
	struct mx_nl_error e;
	struct nlmsghdr *nlh;
	int ret, out = 0;
	ssize_t n;
	int left;

	ret = mx_nl_request(ctl, flags);
	if (ret)
		return ret;
	for (;;) {
		n = mx_nl_recv(&ctl->nl);
		if (n < 0)
			return mx_nl_broken(ctl, n);
		left = n;
		for (nlh = (void *)ctl->nl.buf; nlmsg_ok(nlh, left);
		     nlh = nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_seq != ctl->nl.seq)
				continue;
			*torn |= !!(nlh->nlmsg_flags & NLM_F_DUMP_INTR);
			if (nlh->nlmsg_type == NLMSG_ERROR ||
			    nlh->nlmsg_type == NLMSG_DONE) {
				mx_nl_parse_error(nlh, &e);
				return e.err ? mx_nl_refused(ctl, &e) : out;
			}
			if (fn && nlh->nlmsg_type == ctl->nl.family && !out)
				out = fn(ctl, nlh, arg);
		}
	}
}

/**
 * mx_nl_talk() - send the request and wait for its acknowledgment
 * @ctl: holds the request
 * @fn: takes each message of the answer, or NULL
 * @arg: for @fn
 *
 * Return: exit status, after a message.
 */
int mx_nl_talk(struct mx_ctl *ctl, mx_nl_fn fn, void *arg)
{
	bool torn = false;

	return mx_nl_exchange(ctl, NLM_F_ACK, fn, arg, &torn);
}

/**
 * mx_nl_dump() - send the request as a dump
 * @ctl: holds the request
 * @fn: takes each message of the answer
 * @arg: for @fn
 * @torn: set when a change tore the dump; NULL: warn about it
 *
 * Return: exit status, after a message.
 */
int mx_nl_dump(struct mx_ctl *ctl, mx_nl_fn fn, void *arg, bool *torn)
{
	bool intr = false;
	int ret = mx_nl_exchange(ctl, NLM_F_DUMP, fn, arg, &intr);

	if (torn)
		*torn |= intr;
	else if (intr)
		mx_error(ctl, "the dump was interrupted by a change and may be inconsistent");
	return ret;
}

/**
 * mx_nl_simple() - a request without attributes
 * @ctl: the program
 * @cmd: MUTEX_CMD_*
 * @fn: takes each message of the answer, or NULL
 * @arg: for @fn
 *
 * Return: exit status, after a message.
 */
int mx_nl_simple(struct mx_ctl *ctl, int cmd, mx_nl_fn fn, void *arg)
{
	mx_msg_start(ctl, cmd);
	return mx_nl_talk(ctl, fn, arg);
}
