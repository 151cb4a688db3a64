// SPDX-License-Identifier: GPL-2.0
/* Commands on paths. */
#include <linux/inetdevice.h>
#include <net/ipv6.h>
#include "nl/netlink-gen.h"
#include "nl/nl.h"

/* Counters of a path, and their attributes, inside the figures or beside. */
static const u8 mx_path_attrs[] = {
	[MX_PATH_PACKETS] = MUTEX_A_PATH_PACKETS,
	[MX_PATH_BYTES] = MUTEX_A_PATH_BYTES,
	[MX_PATH_SENT] = MUTEX_A_PATH_FIGURES_SENT,
	[MX_PATH_RECEIVED] = MUTEX_A_PATH_FIGURES_RECEIVED,
	[MX_PATH_LATE] = MUTEX_A_PATH_FIGURES_LATE,
	[MX_PATH_LOST] = MUTEX_A_PATH_FIGURES_LOST,
	[MX_PATH_REFUSED] = MUTEX_A_PATH_FIGURES_REFUSED,
};

static int mx_path_fill_stats(struct sk_buff *skb, const struct mx_path *path,
			      unsigned int from, unsigned int to, int pad)
{
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(mx_path_attrs) != MX_PATH_STATS);
	for (i = from; i <= to; i++)
		if (nla_put_u64_64bit(skb, mx_path_attrs[i],
				      mx_stats_read(&path->stats, i), pad))
			return -EMSGSIZE;
	return 0;
}

/* Figures that are there from the first answer on. */
static int mx_path_fill_times(struct sk_buff *skb,
			      const struct mx_path_figures *f)
{
	if (nla_put_u32(skb, MUTEX_A_PATH_FIGURES_RTT, f->rtt_us) ||
	    nla_put_u32(skb, MUTEX_A_PATH_FIGURES_RTT_MIN, f->rtt_min_us) ||
	    nla_put_u32(skb, MUTEX_A_PATH_FIGURES_RTT_MAX, f->rtt_max_us) ||
	    nla_put_u32(skb, MUTEX_A_PATH_FIGURES_P50, f->p50_us) ||
	    nla_put_u32(skb, MUTEX_A_PATH_FIGURES_P95, f->p95_us) ||
	    nla_put_u32(skb, MUTEX_A_PATH_FIGURES_P99, f->p99_us) ||
	    nla_put_u32(skb, MUTEX_A_PATH_FIGURES_JITTER, f->jitter_us) ||
	    nla_put_u32(skb, MUTEX_A_PATH_FIGURES_JITTER_RFC3550,
			f->jitter3550_us))
		return -EMSGSIZE;
	return 0;
}

static int mx_path_put_known(struct sk_buff *skb, int attr, u32 value,
			     u32 unknown)
{
	return value == unknown ? 0 : nla_put_u32(skb, attr, value);
}

static int mx_path_fill_figures(struct sk_buff *skb, struct mx_path *path,
				const struct mx_path_figures *f)
{
	struct nlattr *nest = nla_nest_start(skb, MUTEX_A_PATH_FIGURES);

	if (!nest)
		return -EMSGSIZE;
	if (f->rtt_us && mx_path_fill_times(skb, f))
		return -EMSGSIZE;
	if (f->samples &&
	    (nla_put_u32(skb, MUTEX_A_PATH_FIGURES_LOSS, f->loss_ppm) ||
	     nla_put_u32(skb, MUTEX_A_PATH_FIGURES_LOSS_LONG,
			 f->loss_long_ppm) ||
	     nla_put_u32(skb, MUTEX_A_PATH_FIGURES_SCORE, f->score_milli)))
		return -EMSGSIZE;
	if (nla_put_u32(skb, MUTEX_A_PATH_FIGURES_SAMPLES, f->samples) ||
	    nla_put_u32(skb, MUTEX_A_PATH_FIGURES_SAMPLES_LONG,
			f->samples_long) ||
	    mx_path_put_known(skb, MUTEX_A_PATH_FIGURES_FWD_JITTER,
			      f->fwd_jitter_us, U32_MAX) ||
	    mx_path_put_known(skb, MUTEX_A_PATH_FIGURES_BACK_JITTER,
			      f->back_jitter_us, U32_MAX) ||
	    mx_path_put_known(skb, MUTEX_A_PATH_FIGURES_FWD_LOSS,
			      f->fwd_loss_ppm, U32_MAX) ||
	    mx_path_put_known(skb, MUTEX_A_PATH_FIGURES_BACK_LOSS,
			      f->back_loss_ppm, U32_MAX) ||
	    mx_path_put_known(skb, MUTEX_A_PATH_FIGURES_BANDWIDTH, f->bw_kbps,
			      0) ||
	    mx_path_put_known(skb, MUTEX_A_PATH_FIGURES_MTU, f->mtu, 0) ||
	    mx_path_fill_stats(skb, path, MX_PATH_SENT, MX_PATH_REFUSED,
			       MUTEX_A_PATH_FIGURES_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int mx_path_fill_judge(struct sk_buff *skb,
			      const struct mx_judge_params *j)
{
	if (nla_put_u8(skb, MUTEX_A_PATH_SAMPLES, j->enough) ||
	    nla_put_u16(skb, MUTEX_A_PATH_FALL, j->fall) ||
	    nla_put_u16(skb, MUTEX_A_PATH_WORSE, j->worse) ||
	    nla_put_u16(skb, MUTEX_A_PATH_RISE, j->rise) ||
	    nla_put_u32(skb, MUTEX_A_PATH_MARGIN, j->margin_milli) ||
	    nla_put_u32(skb, MUTEX_A_PATH_BROWNOUT, j->brown_ppm) ||
	    nla_put_u32(skb, MUTEX_A_PATH_HOLD_MIN, j->hold_min) ||
	    nla_put_u32(skb, MUTEX_A_PATH_HOLD_MAX, j->hold_max))
		return -EMSGSIZE;
	return 0;
}

static int mx_path_fill_params(struct sk_buff *skb,
			       const struct mx_path_params *p)
{
	if (nla_put_string(skb, MUTEX_A_PATH_DEV, p->dev) ||
	    (p->via_family && mx_nl_put_addr(skb, MUTEX_A_PATH_VIA,
					     p->via_family, &p->via)) ||
	    mx_nl_put_addr(skb, MUTEX_A_PATH_PEER, p->family, &p->peer) ||
	    (p->has_local && mx_nl_put_addr(skb, MUTEX_A_PATH_LOCAL,
					    p->family, &p->local)) ||
	    nla_put_u16(skb, MUTEX_A_PATH_PORT, ntohs(p->port)) ||
	    nla_put_u8(skb, MUTEX_A_PATH_PROBE, p->probe) ||
	    nla_put_u8(skb, MUTEX_A_PATH_ADMIN, p->admin) ||
	    nla_put_u32(skb, MUTEX_A_PATH_INTERVAL, p->interval) ||
	    nla_put_u32(skb, MUTEX_A_PATH_TIMEOUT, p->timeout) ||
	    nla_put_u32(skb, MUTEX_A_PATH_BANDWIDTH, p->bandwidth) ||
	    nla_put_u32(skb, MUTEX_A_PATH_COST, p->cost) ||
	    nla_put_u32(skb, MUTEX_A_PATH_KEY_ID, p->key_id))
		return -EMSGSIZE;
	return mx_path_fill_judge(skb, &p->judge);
}

static int mx_path_fill(struct sk_buff *skb, struct mx_pernet *pn,
			const void *obj)
{
	/* readers of its figures take its lock */
	struct mx_path *path = (struct mx_path *)obj;
	const struct mx_config *cfg = mx_pernet_live(pn);
	int ifindex = READ_ONCE(path->ifindex);
	struct mx_path_figures f;
	u64 now;

	mx_path_read(path, &f);
	now = max(div_u64(mx_path_now(), USEC_PER_MSEC), f.since_ms);
	if (nla_put_string(skb, MUTEX_A_PATH_NAME, path->name) ||
	    mx_path_fill_params(skb,
				&mx_pernet_path_conf(pn, cfg, path)->params) ||
	    (ifindex && nla_put_u32(skb, MUTEX_A_PATH_IFINDEX, ifindex)) ||
	    nla_put_u8(skb, MUTEX_A_PATH_LINK, READ_ONCE(path->link)) ||
	    nla_put_u8(skb, MUTEX_A_PATH_STATUS, f.status) ||
	    nla_put_u8(skb, MUTEX_A_PATH_REASON, f.reason) ||
	    nla_put_u64_64bit(skb, MUTEX_A_PATH_SINCE, now - f.since_ms,
			      MUTEX_A_PATH_PAD) ||
	    nla_put_u32(skb, MUTEX_A_PATH_FLAPS, f.flaps) ||
	    nla_put_u32(skb, MUTEX_A_PATH_HOLD_LEFT,
			f.hold_ms > now ? f.hold_ms - now : 0) ||
	    nla_put_u32(skb, MUTEX_A_PATH_GROUPS, path->users[cfg->slot]) ||
	    mx_path_fill_stats(skb, path, MX_PATH_PACKETS, MX_PATH_BYTES,
			       MUTEX_A_PATH_PAD))
		return -EMSGSIZE;
	return mx_path_fill_figures(skb, path, &f);
}

/**
 * mx_nl_path() - look up the path that an attribute names
 * @pn: the namespace, its lock held
 * @cfg: the configuration in which it must exist
 * @extack: for the refusal's text
 * @nla: the attribute
 *
 * Return: the path, or ERR_PTR(-ENOENT).
 */
struct mx_path *mx_nl_path(struct mx_pernet *pn, const struct mx_config *cfg,
			   struct netlink_ext_ack *extack,
			   const struct nlattr *nla)
{
	struct mx_path *path = mx_pernet_path(pn, cfg, nla_data(nla));

	if (path)
		return path;
	NL_SET_ERR_MSG_ATTR(extack, nla, "no such path");
	return ERR_PTR(-ENOENT);
}

static bool mx_path_addr_any(u8 family, const union nf_inet_addr *addr)
{
	return family == AF_INET ? !addr->ip : ipv6_addr_any(&addr->in6);
}

static bool mx_path_addr_ok(u8 family, const union nf_inet_addr *addr)
{
	if (family == AF_INET)
		return !ipv4_is_multicast(addr->ip) &&
		       !ipv4_is_zeronet(addr->ip) && !ipv4_is_lbcast(addr->ip);
	return !ipv6_addr_is_multicast(&addr->in6) &&
	       !ipv6_addr_any(&addr->in6);
}

/* A unicast address; or, where @any says so, none. */
static int mx_path_addr(struct genl_info *info, int attr, bool any, u8 *family,
			union nf_inet_addr *addr)
{
	const struct nlattr *nla = info->attrs[attr];
	int err = mx_nl_addr(info->extack, nla, family, addr);

	if (err)
		return err;
	if (mx_path_addr_any(*family, addr) && any)
		return 0;
	if (mx_path_addr_ok(*family, addr))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, nla, "a unicast address is needed");
	return -EINVAL;
}

/* The device, the gateway, and where probes come from and go. */
static int mx_path_way(struct genl_info *info, struct mx_path_params *p)
{
	struct nlattr **attrs = info->attrs;
	u8 family = p->family;
	int err;

	if (attrs[MUTEX_A_PATH_DEV]) {
		err = mx_nl_ifname(info->extack, attrs[MUTEX_A_PATH_DEV]);
		if (err)
			return err;
		strscpy_pad(p->dev, nla_data(attrs[MUTEX_A_PATH_DEV]),
			    sizeof(p->dev));
	}
	if (attrs[MUTEX_A_PATH_VIA]) {
		err = mx_path_addr(info, MUTEX_A_PATH_VIA, true,
				   &p->via_family, &p->via);
		if (err)
			return err;
		if (mx_path_addr_any(p->via_family, &p->via))
			p->via_family = 0;
	}
	if (attrs[MUTEX_A_PATH_PEER]) {
		err = mx_path_addr(info, MUTEX_A_PATH_PEER, false, &p->family,
				   &p->peer);
		if (err)
			return err;
	}
	if (attrs[MUTEX_A_PATH_LOCAL]) {
		err = mx_path_addr(info, MUTEX_A_PATH_LOCAL, true, &family,
				   &p->local);
		if (err)
			return err;
		p->has_local = !mx_path_addr_any(family, &p->local);
	}
	if (!p->has_local || family == p->family)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attrs[MUTEX_A_PATH_LOCAL] ?:
			    attrs[MUTEX_A_PATH_PEER],
			    "the local address and the peer are of different families");
	return -EINVAL;
}

static int mx_path_ms(struct genl_info *info, int attr, bool zero, u32 *ms)
{
	const struct nlattr *nla = info->attrs[attr];

	*ms = mx_nl_u32(nla, *ms);
	if ((zero && !*ms) || (*ms >= MX_PATH_MS_MIN && *ms <= MX_PATH_MS_MAX))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, nla,
			    "interval and timeout are 10 milliseconds to an hour");
	return -EINVAL;
}

static int mx_path_count(struct genl_info *info, int attr, u32 max, u16 *v)
{
	const struct nlattr *nla = info->attrs[attr];

	*v = mx_nl_u16(nla, *v);
	if (*v && *v <= max)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, nla,
			    "fall, worse and rise are 1 to 1000");
	return -EINVAL;
}

static int mx_path_most(struct genl_info *info, int attr, u32 max, u32 *v)
{
	const struct nlattr *nla = info->attrs[attr];

	*v = mx_nl_u32(nla, *v);
	if (*v <= max)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, nla, "the value is too high");
	return -EINVAL;
}

/* How the status follows from the probes. */
static int mx_path_judge(struct genl_info *info, struct mx_judge_params *j)
{
	struct nlattr **attrs = info->attrs;
	int err;

	j->enough = mx_nl_u8(attrs[MUTEX_A_PATH_SAMPLES], j->enough);
	if (!j->enough || j->enough > MX_WINDOW_SHORT) {
		NL_SET_ERR_MSG_ATTR(info->extack, attrs[MUTEX_A_PATH_SAMPLES],
				    "samples are 1 to 10");
		return -EINVAL;
	}
	err = mx_path_count(info, MUTEX_A_PATH_FALL, MX_JUDGE_COUNT_MAX,
			    &j->fall);
	if (!err)
		err = mx_path_count(info, MUTEX_A_PATH_WORSE,
				    MX_JUDGE_COUNT_MAX, &j->worse);
	if (!err)
		err = mx_path_count(info, MUTEX_A_PATH_RISE,
				    MX_JUDGE_COUNT_MAX, &j->rise);
	if (!err)
		err = mx_path_most(info, MUTEX_A_PATH_MARGIN,
				   MX_JUDGE_MARGIN_MAX, &j->margin_milli);
	if (!err)
		err = mx_path_most(info, MUTEX_A_PATH_BROWNOUT, MX_LOSS_ALL,
				   &j->brown_ppm);
	if (!err)
		err = mx_path_most(info, MUTEX_A_PATH_HOLD_MIN,
				   MX_JUDGE_MS_MAX, &j->hold_min);
	if (!err)
		err = mx_path_most(info, MUTEX_A_PATH_HOLD_MAX,
				   MX_JUDGE_MS_MAX, &j->hold_max);
	if (err || j->hold_min <= j->hold_max)
		return err;
	NL_SET_ERR_MSG_ATTR(info->extack, attrs[MUTEX_A_PATH_HOLD_MAX] ?:
			    attrs[MUTEX_A_PATH_HOLD_MIN],
			    "the longest hold-down is shorter than the first");
	return -EINVAL;
}

/* Takes what the request says over into @p, which holds the present values. */
static int mx_path_params(struct genl_info *info, struct mx_path_params *p)
{
	struct nlattr **attrs = info->attrs;
	int err;

	err = mx_path_way(info, p);
	if (!err)
		err = mx_path_ms(info, MUTEX_A_PATH_INTERVAL, false,
				 &p->interval);
	if (!err)
		err = mx_path_ms(info, MUTEX_A_PATH_TIMEOUT, true,
				 &p->timeout);
	if (!err)
		err = mx_path_judge(info, &p->judge);
	if (err)
		return err;
	p->port = htons(mx_nl_u16(attrs[MUTEX_A_PATH_PORT], ntohs(p->port)));
	p->probe = mx_nl_u8(attrs[MUTEX_A_PATH_PROBE], p->probe);
	p->admin = mx_nl_u8(attrs[MUTEX_A_PATH_ADMIN], p->admin);
	p->bandwidth = mx_nl_u32(attrs[MUTEX_A_PATH_BANDWIDTH], p->bandwidth);
	p->cost = mx_nl_u32(attrs[MUTEX_A_PATH_COST], p->cost);
	p->key_id = mx_nl_u32(attrs[MUTEX_A_PATH_KEY_ID], p->key_id);
	if (p->port)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attrs[MUTEX_A_PATH_PORT],
			    "a port to probe is 1 to 65535");
	return -EINVAL;
}

static int mx_path_new(struct mx_pernet *pn, struct mx_config *cfg,
		       struct genl_info *info)
{
	const struct nlattr *name = info->attrs[MUTEX_A_PATH_NAME];
	struct mx_path_params params;
	struct mx_path *path;
	int err;

	if (mx_nl_missing(info, MUTEX_A_PATH_NAME, "name of the path") ||
	    mx_nl_missing(info, MUTEX_A_PATH_DEV, "device of the path") ||
	    mx_nl_missing(info, MUTEX_A_PATH_PEER, "peer of the path"))
		return -EINVAL;
	mx_path_defaults(&params);
	err = mx_nl_name(info->extack, name);
	if (!err)
		err = mx_path_params(info, &params);
	if (err)
		return err;
	err = mx_pernet_add_path(pn, cfg, nla_data(name), &params, &path);
	if (err == -EEXIST)
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "the path exists already");
	if (err == -ENOSPC)
		NL_SET_ERR_MSG(info->extack, "there are too many paths");
	if (err)
		return err;
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_PATH_NTF,
		  mx_path_fill, path);
	return 0;
}

/**
 * mx_nl_path_new_doit() - create a path
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_path_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err = mx_pernet_paths_prepare(mx_nl_pernet(info));

	if (err) {
		NL_SET_ERR_MSG(info->extack,
			       "changes of routes cannot be watched");
		return err;
	}
	return mx_nl_change(info, mx_path_new);
}

/* The path that a request names. */
static struct mx_path *mx_path_req(struct mx_pernet *pn,
				   const struct mx_config *cfg,
				   struct genl_info *info)
{
	if (mx_nl_missing(info, MUTEX_A_PATH_NAME, "name of the path"))
		return ERR_PTR(-EINVAL);
	return mx_nl_path(pn, cfg, info->extack,
			  info->attrs[MUTEX_A_PATH_NAME]);
}

static int mx_path_set(struct mx_pernet *pn, struct mx_config *cfg,
		       struct genl_info *info)
{
	struct mx_path *path = mx_path_req(pn, cfg, info);
	struct mx_path_params params;
	u8 admin;
	int err;

	if (IS_ERR(path))
		return PTR_ERR(path);
	params = mx_pernet_path_conf(pn, cfg, path)->params;
	admin = params.admin;
	err = mx_path_params(info, &params);
	if (!err)
		err = mx_pernet_set_path(pn, cfg, path, &params);
	if (err)
		return err;
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_PATH_NTF,
		  mx_path_fill, path);
	if (params.admin != admin)
		mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_STATE,
			  MUTEX_CMD_PATH_STATE_NTF, mx_path_fill, path);
	return 0;
}

/**
 * mx_nl_path_set_doit() - change a path; what is not named stays
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_path_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_path_set);
}

static int mx_path_del(struct mx_pernet *pn, struct mx_config *cfg,
		       struct genl_info *info)
{
	struct mx_path *path = mx_path_req(pn, cfg, info);
	struct sk_buff *ntf;

	if (IS_ERR(path))
		return PTR_ERR(path);
	if (path->users[cfg->slot]) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MUTEX_A_PATH_NAME],
				    "the path is a member of a group");
		return -EBUSY;
	}
	ntf = mx_nl_ntf_build(info, pn, cfg, MUTEX_NLGRP_CONFIG,
			      MUTEX_CMD_PATH_DEL_NTF, mx_path_fill, path);
	mx_pernet_del_path(pn, cfg, path);
	mx_nl_ntf_send(info, MUTEX_NLGRP_CONFIG, ntf);
	return 0;
}

/**
 * mx_nl_path_del_doit() - delete a path
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_path_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_path_del);
}

static int mx_path_get(struct mx_pernet *pn, struct genl_info *info)
{
	struct mx_path *path = mx_path_req(pn, mx_pernet_live(pn), info);

	if (IS_ERR(path))
		return PTR_ERR(path);
	return mx_nl_reply(info, pn, MUTEX_CMD_PATH_GET, mx_path_fill, path);
}

/**
 * mx_nl_path_get_doit() - show a path
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_path_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_path_get);
}

/* The cursor is how many paths were put. */
static int mx_path_dump(struct sk_buff *skb, struct netlink_callback *cb,
			struct mx_pernet *pn)
{
	const struct mx_config *cfg = mx_pernet_live(pn);
	struct mx_path *path;
	unsigned long i = 0;
	int err;

	err = mx_nl_dump_filters(cb, 0);
	if (err)
		return err;
	list_for_each_entry(path, &pn->path_list, list) {
		if (!mx_pernet_path_conf(pn, cfg, path) || i++ < cb->args[0])
			continue;
		err = mx_nl_dump_one(skb, cb, pn, MUTEX_CMD_PATH_GET,
				     mx_path_fill, path);
		if (err)
			return err;
		cb->args[0]++;
	}
	return 0;
}

/**
 * mx_nl_path_get_dumpit() - show all paths, in the order of their creation
 * @skb: where to put them
 * @cb: the dump
 *
 * Return: see mx_nl_dump().
 */
int mx_nl_path_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mx_nl_dump(skb, cb, mx_path_dump);
}

/* A path's status has changed without a request. */
static void mx_path_news(struct mx_pernet *pn, struct mx_path *path)
{
	mx_nl_news(pn, MUTEX_NLGRP_STATE, MUTEX_CMD_PATH_STATE_NTF,
		   mx_path_fill, path);
}

/**
 * mx_nl_path_watch() - tell of paths whose status changes, or no more
 * @on: which
 */
void mx_nl_path_watch(bool on)
{
	mx_pernet_path_watch(on ? mx_path_news : NULL);
}
