// SPDX-License-Identifier: GPL-2.0
/* Answers: that they parse, and that every refusal says why. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "fuzz.h"

struct tally tally;

/**
 * violation() - report something that must not be
 * @format: as of printf
 *
 * The first 50 are printed.
 */
void violation(const char *format, ...)
{
	va_list args;

	if (++tally.violations > 50)
		return;
	printf("# violation: ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

/**
 * reply_attrs() - read the attributes of an answer
 * @nlh: the message
 * @table: gets each by its type
 * @max: highest type of @table
 *
 * Return: false if they do not fill the message exactly.
 */
bool reply_attrs(const struct nlmsghdr *nlh, const struct nlattr **table,
		 unsigned int max)
{
	size_t off = NLMSG_HDRLEN + GENL_HDRLEN, end = nlh->nlmsg_len;
	const struct nlattr *nla;
	unsigned int type;

	memset(table, 0, (max + 1) * sizeof(*table));
	while (off < end) {
		nla = (const void *)((const uint8_t *)nlh + off);
		if (end - off < NLA_HDRLEN || nla->nla_len < NLA_HDRLEN ||
		    nla->nla_len > end - off)
			return false;
		type = nla->nla_type & NLA_TYPE_MASK;
		if (type <= max)
			table[type] = nla;
		off += NLA_ALIGN(nla->nla_len);
	}
	return true;
}

static bool attr_ok(const struct spec_attr *spec, const struct nlattr *nla)
{
	const char *data = (const char *)nla + NLA_HDRLEN;
	size_t len = nla->nla_len - NLA_HDRLEN;

	if (spec->len && len != spec->len)
		return false;
	switch (spec->type) {
	case SPEC_STRING:
		return len && !data[len - 1] && strlen(data) == len - 1 &&
		       (!spec->max || len <= spec->max + 1);
	case SPEC_BINARY:
		if (spec->kind == KIND_CODES)
			return len && !(len % 2);
		return len == 4 || len == 16;
	case SPEC_U8:
		return !spec->max || *(const uint8_t *)data <= spec->max;
	default:
		return true;
	}
}

/* Every attribute is one that the spec names, once, of its type and range. */
static void reply_parse(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = NLMSG_DATA(nlh);
	const struct spec_op *op = spec_op(genl->cmd);
	size_t off = NLMSG_HDRLEN + GENL_HDRLEN;
	const struct nlattr *nla;
	bool seen[256] = { 0 };
	unsigned int type;
	unsigned int i;

	if (!op || nlh->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN) {
		violation("answer of %u bytes to command %u", nlh->nlmsg_len,
			  genl->cmd);
		return;
	}
	while (off < nlh->nlmsg_len) {
		nla = (const void *)((const uint8_t *)nlh + off);
		if (nlh->nlmsg_len - off < NLA_HDRLEN ||
		    nla->nla_len < NLA_HDRLEN ||
		    nla->nla_len > nlh->nlmsg_len - off) {
			violation("%s: an attribute of length %u with %zu left",
				  op->name, nla->nla_len,
				  nlh->nlmsg_len - off);
			return;
		}
		off += NLA_ALIGN(nla->nla_len);
		type = nla->nla_type & NLA_TYPE_MASK;
		/* padding before a number of 64 bits */
		if (nla->nla_len == NLA_HDRLEN)
			continue;
		for (i = 0; i < op->n_reply; i++)
			if (op->reply[i].id == type)
				break;
		if (i == op->n_reply)
			violation("%s: an answer has attribute %u", op->name,
				  type);
		else if (!attr_ok(&op->reply[i], nla))
			violation("%s: attribute %s is malformed", op->name,
				  op->reply[i].name);
		if (type < ARRAY_SIZE(seen)) {
			if (seen[type])
				violation("%s: attribute %u comes twice",
					  op->name, type);
			seen[type] = true;
		}
	}
}

/* The text that an ACK or the end of a dump carries, or NULL. */
static const char *reply_text(const struct nlmsghdr *nlh, size_t off)
{
	const struct nlattr *nla;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	while (off + NLA_HDRLEN <= nlh->nlmsg_len) {
		nla = (const void *)((const uint8_t *)nlh + off);
		if (nla->nla_len < NLA_HDRLEN ||
		    nla->nla_len > nlh->nlmsg_len - off)
			return NULL;
		if ((nla->nla_type & NLA_TYPE_MASK) == NLMSGERR_ATTR_MSG &&
		    nla->nla_len > NLA_HDRLEN + 1)
			return (const char *)nla + NLA_HDRLEN;
		off += NLA_ALIGN(nla->nla_len);
	}
	return NULL;
}

/* What a refusal may be. ENOMEM is none of these: no fault is injected. */
static bool errno_ok(int err)
{
	switch (err) {
	case EINVAL: case ERANGE: case EEXIST: case ENOENT: case ENODEV:
	case EBUSY: case ENOSPC: case EOPNOTSUPP: case EMSGSIZE:
	/* fallbacks in a circle, and too many behind one another */
	case ELOOP: case EMLINK:
		return true;
	default:
		return false;
	}
}

/* Refusals by the core of netlink, which has no words for them. */
static bool errno_of_core(const struct sent *sent, int err)
{
	const struct spec_op *op = spec_op(sent->cmd);

	if (sent->silent)
		return true;
	/* a command, or a dump, that there is not */
	if (err == EOPNOTSUPP)
		return !op || !(op->flags & (sent->dump ? SPEC_DUMP : SPEC_DO));
	/* another dump of this socket is under way */
	return err == EBUSY && sent->dump;
}

static void reply_status(const struct nlmsghdr *nlh, int error, size_t tlvs)
{
	struct sent *sent = sent_slot(nlh->nlmsg_seq);
	const struct spec_op *op = spec_op(sent->cmd);
	const char *name = op ? op->name : "no such command";
	const char *text = reply_text(nlh, tlvs);

	if (sent->seq != nlh->nlmsg_seq) {
		violation("an answer to %u, which nobody asked",
			  nlh->nlmsg_seq);
		return;
	}
	if (error >= 0) {
		tally.ok++;
		tally.valid_ok += !sent->mutated;
		return;
	}
	tally.refused++;
	tally.valid_busy += !sent->mutated && error == -EBUSY;
	tally.errnos[-error < 4095 ? -error : 4095]++;
	if (!errno_ok(-error))
		violation("%s%s: errno %d (%s), text '%s'", name,
			  sent->dump ? " dump" : "", -error, strerror(-error),
			  text ?: "");
	if (text || errno_of_core(sent, -error))
		return;
	tally.wordless++;
	violation("%s%s: errno %d (%s) without a text", name,
		  sent->dump ? " dump" : "", -error, strerror(-error));
}

/* Where the TLVs of an ACK begin: behind what it quotes of the request. */
static size_t ack_tlvs(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);
	size_t off = NLMSG_HDRLEN + sizeof(*err);

	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		off += NLMSG_ALIGN(err->msg.nlmsg_len) - NLMSG_HDRLEN;
	return off;
}

/**
 * reply_check() - judge what a socket received
 * @buf: one or more messages
 * @len: their length
 * @notification: they came by multicast
 */
void reply_check(const void *buf, size_t len, bool notification)
{
	const struct nlmsghdr *nlh;
	size_t left = len;

	for (nlh = buf; NLMSG_OK(nlh, left); nlh = NLMSG_NEXT(nlh, left)) {
		const int *status = NLMSG_DATA(nlh);

		if (nlh->nlmsg_type == NLMSG_ERROR) {
			reply_status(nlh, *status, ack_tlvs(nlh));
		} else if (nlh->nlmsg_type == NLMSG_DONE) {
			reply_status(nlh, *status, NLMSG_HDRLEN +
				     NLMSG_ALIGN(sizeof(*status)));
		} else if (nlh->nlmsg_type == family_id) {
			reply_parse(nlh);
			if (notification)
				tally.notifications++;
			else
				tally.answers++;
		} else {
			violation("a message of type %u", nlh->nlmsg_type);
		}
	}
	if (left)
		violation("%zu bytes after the last message", left);
}
