// SPDX-License-Identifier: GPL-2.0
/*
 * Paths as the kernel tells of them: all of them when it is asked, and each
 * that has changed as it does
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/socket.h>

#include "path.h"
#include "path_source.h"
#include "uapi.h"

#define MX_SOURCE_RCVBUF	(8 * 1024 * 1024)
#define MX_SOURCE_BURST		64	/* datagrams that are read at once */

/* Where each figure is. */
static const struct {
	int attr;
	enum mx_figure figure;
} mx_view_attrs[] = {
	{ MUTEX_A_PATH_FIGURES_SCORE, MX_F_SCORE },
	{ MUTEX_A_PATH_FIGURES_RTT, MX_F_RTT },
	{ MUTEX_A_PATH_FIGURES_RTT_MIN, MX_F_RTT_MIN },
	{ MUTEX_A_PATH_FIGURES_RTT_MAX, MX_F_RTT_MAX },
	{ MUTEX_A_PATH_FIGURES_P50, MX_F_P50 },
	{ MUTEX_A_PATH_FIGURES_P95, MX_F_P95 },
	{ MUTEX_A_PATH_FIGURES_P99, MX_F_P99 },
	{ MUTEX_A_PATH_FIGURES_JITTER, MX_F_JITTER },
	{ MUTEX_A_PATH_FIGURES_JITTER_RFC3550, MX_F_JITTER3550 },
	{ MUTEX_A_PATH_FIGURES_LOSS, MX_F_LOSS },
	{ MUTEX_A_PATH_FIGURES_LOSS_LONG, MX_F_LOSS_LONG },
	{ MUTEX_A_PATH_FIGURES_FWD_JITTER, MX_F_FWD_JITTER },
	{ MUTEX_A_PATH_FIGURES_BACK_JITTER, MX_F_BACK_JITTER },
	{ MUTEX_A_PATH_FIGURES_FWD_LOSS, MX_F_FWD_LOSS },
	{ MUTEX_A_PATH_FIGURES_BACK_LOSS, MX_F_BACK_LOSS },
	{ MUTEX_A_PATH_FIGURES_BANDWIDTH, MX_F_BANDWIDTH },
	{ MUTEX_A_PATH_FIGURES_MTU, MX_F_MTU },
	{ MUTEX_A_PATH_FIGURES_SENT, MX_F_SENT },
	{ MUTEX_A_PATH_FIGURES_RECEIVED, MX_F_RECEIVED },
	{ MUTEX_A_PATH_FIGURES_LATE, MX_F_LATE },
	{ MUTEX_A_PATH_FIGURES_LOST, MX_F_LOST },
};

static const struct nla_policy mx_view_policy[MUTEX_A_PATH_MAX + 1] = {
	[MUTEX_A_PATH_NAME] = { .type = NLA_STRING },
	[MUTEX_A_PATH_DEV] = { .type = NLA_STRING },
	[MUTEX_A_PATH_VIA] = { .minlen = 4, .maxlen = 16 },
	[MUTEX_A_PATH_PEER] = { .minlen = 4, .maxlen = 16 },
	[MUTEX_A_PATH_LOCAL] = { .minlen = 4, .maxlen = 16 },
	[MUTEX_A_PATH_PORT] = { .type = NLA_U16 },
	[MUTEX_A_PATH_PROBE] = { .type = NLA_U8 },
	[MUTEX_A_PATH_ADMIN] = { .type = NLA_U8 },
	[MUTEX_A_PATH_INTERVAL] = { .type = NLA_U32 },
	[MUTEX_A_PATH_BANDWIDTH] = { .type = NLA_U32 },
	[MUTEX_A_PATH_COST] = { .type = NLA_U32 },
	[MUTEX_A_PATH_STATUS] = { .type = NLA_U8 },
	[MUTEX_A_PATH_REASON] = { .type = NLA_U8 },
	[MUTEX_A_PATH_SINCE] = { .type = NLA_U64 },
	[MUTEX_A_PATH_FIGURES] = { .type = NLA_NESTED },
};

static void mx_view_addr(char *buf, size_t len, const struct nlattr *addr,
			 int port)
{
	char text[MX_ADDR_LEN] = "";

	if (addr)
		mx_addr_text(text, addr, port);
	snprintf(buf, len, "%s", text);
}

static void mx_view_conf(struct mx_path_conf *c, struct nlattr **tb)
{
	unsigned int port = mx_attr_u16(tb, MUTEX_A_PATH_PORT);
	unsigned int probe = mx_attr_u8(tb, MUTEX_A_PATH_PROBE);
	char buf[16];

	snprintf(c->dev, sizeof(c->dev), "%s", mx_attr_str(tb, MUTEX_A_PATH_DEV));
	mx_view_addr(c->via, sizeof(c->via), tb[MUTEX_A_PATH_VIA], -1);
	mx_view_addr(c->local, sizeof(c->local), tb[MUTEX_A_PATH_LOCAL], -1);
	mx_view_addr(c->peer, sizeof(c->peer), tb[MUTEX_A_PATH_PEER],
		     port && (probe == MUTEX_PATH_PROBE_STAMP ||
			      probe == MUTEX_PATH_PROBE_TCP) ? (int)port : -1);
	snprintf(c->probe, sizeof(c->probe), "%s",
		 mx_name(&mx_path_probes, probe, buf, sizeof(buf)));
	snprintf(c->admin, sizeof(c->admin), "%s",
		 mx_name(&mx_path_admins, mx_attr_u8(tb, MUTEX_A_PATH_ADMIN),
			 buf, sizeof(buf)));
	c->interval = mx_attr_u32(tb, MUTEX_A_PATH_INTERVAL);
	c->bandwidth = mx_attr_u32(tb, MUTEX_A_PATH_BANDWIDTH);
	c->cost = mx_attr_u32(tb, MUTEX_A_PATH_COST);
}

static int mx_view_figures(struct mx_ctl *ctl, struct mx_path_view *v,
			   struct nlattr *nest)
{
	struct nlattr *tb[MUTEX_A_PATH_FIGURES_MAX + 1], *attr;
	size_t i;

	if (nla_parse_nested(tb, MUTEX_A_PATH_FIGURES_MAX, nest, NULL))
		return mx_error(ctl, "the kernel's answer cannot be read");
	for (i = 0; i < MX_ARRAY_SIZE(mx_view_attrs); i++) {
		attr = tb[mx_view_attrs[i].attr];
		if (attr && nla_len(attr) == 4)
			v->figure[mx_view_attrs[i].figure] = nla_get_u32(attr);
		else if (attr && nla_len(attr) == 8)
			v->figure[mx_view_attrs[i].figure] = nla_get_u64(attr);
	}
	return MX_EXIT_OK;
}

static int mx_view_read(struct mx_ctl *ctl, struct nlmsghdr *nlh,
			struct mx_path_view *v)
{
	struct nlattr *tb[MUTEX_A_PATH_MAX + 1];
	unsigned int status;
	char buf[16];

	if (mx_attrs(ctl, nlh, tb, MUTEX_A_PATH_MAX, mx_view_policy))
		return MX_EXIT_REFUSED;
	mx_path_view_init(v, mx_attr_str(tb, MUTEX_A_PATH_NAME));
	mx_view_conf(&v->conf, tb);
	status = mx_attr_u8(tb, MUTEX_A_PATH_STATUS);
	if (status < MX_VIEW_MAX)
		v->figure[MX_F_STATUS] = status;
	snprintf(v->reason, sizeof(v->reason), "%s",
		 mx_name(&mx_path_reasons, mx_attr_u8(tb, MUTEX_A_PATH_REASON),
			 buf, sizeof(buf)));
	v->since = mx_attr_u64(tb, MUTEX_A_PATH_SINCE);
	return tb[MUTEX_A_PATH_FIGURES] ?
	       mx_view_figures(ctl, v, tb[MUTEX_A_PATH_FIGURES]) : MX_EXIT_OK;
}

/* The caller's function, and what it gets. */
struct mx_source_call {
	mx_path_view_fn path;
	mx_member_view_fn member;
	void *arg;
};

static int mx_source_path(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct mx_source_call *call = arg;
	struct mx_path_view v;
	int ret = mx_view_read(ctl, nlh, &v);

	return ret ? ret : call->path(call->arg, &v);
}

/**
 * mx_source_paths() - all paths
 * @ctl: the program
 * @fn: takes each
 * @arg: for @fn
 * @torn: set when a change came between, so that one may be missing
 *
 * Return: exit status.
 */
int mx_source_paths(struct mx_ctl *ctl, mx_path_view_fn fn, void *arg,
		    bool *torn)
{
	struct mx_source_call call = { .path = fn, .arg = arg };

	mx_msg_start(ctl, MUTEX_CMD_PATH_GET);
	return mx_nl_dump(ctl, mx_source_path, &call, torn);
}

static const struct nla_policy mx_member_policy[MUTEX_A_SERVER_MAX + 1] = {
	[MUTEX_A_SERVER_GROUP] = { .type = NLA_STRING },
	[MUTEX_A_SERVER_PATH] = { .type = NLA_STRING },
	[MUTEX_A_SERVER_STATE] = { .type = NLA_U8 },
	[MUTEX_A_SERVER_WEIGHT] = { .type = NLA_U32 },
};

static uint64_t mx_member_count(struct nlattr **tb, int attr)
{
	if (!tb[attr])
		return 0;
	return nla_len(tb[attr]) == 8 ? nla_get_u64(tb[attr]) :
	       nla_len(tb[attr]) == 4 ? nla_get_u32(tb[attr]) : 0;
}

/* Of the servers, those that are paths. */
static int mx_source_member(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_SERVER_MAX + 1];
	struct mx_source_call *call = arg;
	struct mx_member_view m = { 0 };
	char buf[16];

	if (mx_attrs(ctl, nlh, tb, MUTEX_A_SERVER_MAX, mx_member_policy))
		return MX_EXIT_REFUSED;
	if (!tb[MUTEX_A_SERVER_PATH])
		return MX_EXIT_OK;
	snprintf(m.group, sizeof(m.group), "%s",
		 mx_attr_str(tb, MUTEX_A_SERVER_GROUP));
	snprintf(m.path, sizeof(m.path), "%s",
		 mx_attr_str(tb, MUTEX_A_SERVER_PATH));
	snprintf(m.state, sizeof(m.state), "%s",
		 mx_name(&mx_server_states, mx_attr_u8(tb, MUTEX_A_SERVER_STATE),
			 buf, sizeof(buf)));
	m.weight = mx_attr_u32(tb, MUTEX_A_SERVER_WEIGHT);
	m.active = mx_member_count(tb, MUTEX_A_SERVER_CONNS_ACTIVE);
	m.total = mx_member_count(tb, MUTEX_A_SERVER_CONNS_TOTAL);
	m.packets = mx_member_count(tb, MUTEX_A_SERVER_PACKETS);
	m.bytes = mx_member_count(tb, MUTEX_A_SERVER_BYTES);
	m.reply_packets = mx_member_count(tb, MUTEX_A_SERVER_REPLY_PACKETS);
	m.reply_bytes = mx_member_count(tb, MUTEX_A_SERVER_REPLY_BYTES);
	return call->member(call->arg, &m);
}

/**
 * mx_source_members() - the paths in groups
 * @ctl: the program
 * @fn: takes each
 * @arg: for @fn
 *
 * Return: exit status.
 */
int mx_source_members(struct mx_ctl *ctl, mx_member_view_fn fn, void *arg)
{
	struct mx_source_call call = { .member = fn, .arg = arg };
	bool torn;

	mx_msg_start(ctl, MUTEX_CMD_SERVER_GET);
	return mx_nl_dump(ctl, mx_source_member, &call, &torn);
}

/**
 * mx_source_open() - begin to listen
 * @ctl: the program
 * @src: result
 *
 * Return: exit status, after a message.
 */
int mx_source_open(struct mx_ctl *ctl, struct mx_path_source *src)
{
	static const char *const group[] = { MUTEX_MCGRP_CONFIG, MUTEX_MCGRP_STATE };
	int ret, id;
	size_t i;

	src->fd = -1;
	ret = mx_nl_socket(ctl, &src->nl, MX_SOURCE_RCVBUF);
	if (ret)
		return ret;
	for (i = 0; i < MX_ARRAY_SIZE(group); i++) {
		id = genl_ctrl_resolve_grp(src->nl.sk, MUTEX_GENL_NAME, group[i]);
		if (id >= 0 && !nl_socket_add_membership(src->nl.sk, id))
			continue;
		mx_error(ctl, "cannot listen to the group %s", group[i]);
		mx_nl_close(&src->nl);
		return MX_EXIT_REFUSED;
	}
	src->fd = src->nl.fd;
	return MX_EXIT_OK;
}

/**
 * mx_source_close() - listen no more; the next question goes to a new socket, too
 * @ctl: the program
 * @src: the source; closing it twice does nothing
 */
void mx_source_close(struct mx_ctl *ctl, struct mx_path_source *src)
{
	mx_nl_close(&src->nl);
	mx_nl_close(&ctl->nl);
	src->fd = -1;
}

static int mx_source_event(struct mx_ctl *ctl, struct nlmsghdr *nlh,
			   mx_path_news_fn fn, void *arg)
{
	struct genlmsghdr *gnlh = nlmsg_data(nlh);
	struct mx_path_view v;
	enum mx_path_news news;

	switch (gnlh->cmd) {
	case MUTEX_CMD_PATH_NTF:
		news = MX_NEWS_PATH;
		break;
	case MUTEX_CMD_PATH_DEL_NTF:
		news = MX_NEWS_GONE;
		break;
	case MUTEX_CMD_PATH_STATE_NTF:
		news = MX_NEWS_STATE;
		break;
	default:
		return MX_EXIT_OK;
	}
	return mx_view_read(ctl, nlh, &v) ?: fn(arg, news, &v);
}

static bool mx_source_more(const struct mx_path_source *src)
{
	struct pollfd fd = { .fd = src->fd, .events = POLLIN };

	return poll(&fd, 1, 0) > 0 && fd.revents;
}

/**
 * mx_source_news() - what the kernel has told
 * @ctl: the program
 * @src: the source, where something can be read
 * @fn: takes each news
 * @arg: for @fn
 *
 * Return: exit status, after a message.
 */
int mx_source_news(struct mx_ctl *ctl, struct mx_path_source *src,
		   mx_path_news_fn fn, void *arg)
{
	struct nlmsghdr *nlh;
	ssize_t n;
	int left, i, ret = MX_EXIT_OK;

	for (i = 0; !ret && i < MX_SOURCE_BURST && (!i || mx_source_more(src)); i++) {
		n = mx_nl_recv(&src->nl);
		if (n == -ENOBUFS) {
			ret = fn(arg, MX_NEWS_MISSED, NULL);
			continue;
		}
		if (n < 0)
			return mx_error(ctl, "netlink: %s", strerror(-n));
		left = n;
		for (nlh = (void *)src->nl.buf; !ret && nlmsg_ok(nlh, left);
		     nlh = nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_type == src->nl.family)
				ret = mx_source_event(ctl, nlh, fn, arg);
		}
	}
	return ret;
}
