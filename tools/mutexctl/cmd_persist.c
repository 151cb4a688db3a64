// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl persist
 */
#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "uapi.h"

static const struct mx_word mx_persist_words[] = {
	{ .name = "group", .kind = MX_W_STR, .attr = MUTEX_A_PERSIST_GROUP },
	{ .name = "from", .kind = MX_W_ADDR, .attr = MUTEX_A_PERSIST_SRC },
};

static const struct nla_policy mx_persist_policy[MUTEX_A_PERSIST_MAX + 1] = {
	[MUTEX_A_PERSIST_GROUP] = { .type = NLA_STRING },
	[MUTEX_A_PERSIST_SRC] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_PERSIST_PLEN] = { .type = NLA_U8 },
	[MUTEX_A_PERSIST_SERVER] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_PERSIST_SERVER_PORT] = { .type = NLA_U16 },
	[MUTEX_A_PERSIST_EXPIRES] = { .type = NLA_U32 },
	[MUTEX_A_PERSIST_COUNT] = { .type = NLA_U32 },
	[MUTEX_A_PERSIST_PATH] = { .type = NLA_STRING },
};

static int mx_persist_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_PERSIST_MAX + 1];
	struct mx_out *o = &ctl->out;
	int port;

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_PERSIST_MAX, mx_persist_policy))
		return MX_EXIT_REFUSED;
	port = mx_attr_u16(tb, MUTEX_A_PERSIST_SERVER_PORT);
	mx_out_obj(o);
	mx_out_prefix(o, "from", "from", tb[MUTEX_A_PERSIST_SRC],
		      mx_attr_u8(tb, MUTEX_A_PERSIST_PLEN));
	mx_out_str(o, MX_NAME, "group", "group",
		   mx_attr_str(tb, MUTEX_A_PERSIST_GROUP));
	if (tb[MUTEX_A_PERSIST_PATH]) {
		mx_out_str(o, MX_NAME, "path", "path",
			   mx_attr_str(tb, MUTEX_A_PERSIST_PATH));
	} else {
		mx_out_open(o, "server", NULL);
		mx_out_addr(o, "addr", "port", "server",
			    tb[MUTEX_A_PERSIST_SERVER],
			    port || o->json ? port : -1);
		mx_out_close(o);
	}
	mx_out_time(o, "expires", "expires",
		    mx_attr_u32(tb, MUTEX_A_PERSIST_EXPIRES));
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

static int mx_persist_print_count(struct mx_ctl *ctl, struct nlmsghdr *nlh,
				  void *arg)
{
	struct nlattr *tb[MUTEX_A_PERSIST_MAX + 1];

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_PERSIST_MAX, mx_persist_policy))
		return MX_EXIT_REFUSED;
	mx_out_obj(&ctl->out);
	mx_out_uint(&ctl->out, "count", NULL,
		    mx_attr_u32(tb, MUTEX_A_PERSIST_COUNT));
	mx_out_obj_end(&ctl->out);
	return MX_EXIT_OK;
}

/* A source address asks for one client. */
static int mx_persist_show(struct mx_ctl *ctl, struct mx_args *a)
{
	bool one;
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_PERSIST_GET);
	ret = mx_parse_words(ctl, a, mx_persist_words,
			     MX_ARRAY_SIZE(mx_persist_words));
	if (ret)
		return ret;
	one = nlmsg_find_attr(nlmsg_hdr(ctl->msg.nl), GENL_HDRLEN,
			      MUTEX_A_PERSIST_SRC);
	return mx_run_show(ctl, a, one);
}

static int mx_persist_flush(struct mx_ctl *ctl, struct mx_args *a)
{
	int ret;

	mx_msg_start(ctl, ctl->cmd->genl);
	ret = mx_parse_words(ctl, a, mx_persist_words, 1);
	return ret ? ret : mx_run_show(ctl, a, true);
}

static const struct mx_cmd mx_persist_cmds[] = {
	{ .name = "show", .run = mx_persist_show, .reply = mx_persist_print,
	  MX_WORDS(mx_persist_words) },
	{ .name = "flush", .run = mx_persist_flush,
	  .genl = MUTEX_CMD_PERSIST_DEL, .reply = mx_persist_print_count,
	  .words = mx_persist_words, .nwords = 1 },
};

const struct mx_object mx_obj_persist = {
	.name = "persist",
	.usage =
"Usage: mutexctl persist [ show [ group NAME [ from ADDR ] ] ]\n"
"       mutexctl persist flush [ group NAME ]\n"
"The clients that keep their servers, by groups that `persist` is set for.\n",
	.cmds = mx_persist_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_persist_cmds),
};
