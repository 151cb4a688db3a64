// SPDX-License-Identifier: GPL-2.0
/*
 * How packets of a trace leave: by a device and a gateway that somebody names,
 * and not by what the routes say. They are handed to the device itself, so the
 * address of the next hop on its link is needed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "trace.h"

#define MX_NEIGH_TRIES	150	/* looks for a neighbour */
#define MX_NEIGH_WAIT	20	/* ms between two */
#define MX_RT_SIZE	8192

static int mx_family(const struct mx_addr *addr)
{
	return addr->len == 4 ? AF_INET : AF_INET6;
}

static const char *mx_text(const struct mx_addr *addr, char *buf)
{
	return inet_ntop(mx_family(addr), addr->bytes, buf, INET6_ADDRSTRLEN);
}

/* What the device is: whether it is up, and has addresses on its link. */
static int mx_way_dev(struct mx_ctl *ctl, struct mx_way *way, bool *neighbours)
{
	struct ifreq ifr = { 0 };
	int fd, ret = MX_EXIT_OK;
	unsigned int flags;

	way->ifindex = if_nametoindex(way->dev);
	if (!way->ifindex)
		return mx_error(ctl, "there is no device %s", way->dev);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return mx_error(ctl, "cannot open a socket: %s",
				strerror(errno));
	memcpy(ifr.ifr_name, way->dev, sizeof(ifr.ifr_name));
	if (ioctl(fd, SIOCGIFFLAGS, &ifr))
		goto fail;
	flags = (unsigned short)ifr.ifr_flags;
	if (!(flags & IFF_UP)) {
		ret = mx_error(ctl, "device %s is down", way->dev);
		goto out;
	}
	if (ioctl(fd, SIOCGIFMTU, &ifr))
		goto fail;
	way->mtu = ifr.ifr_mtu;
	if (ioctl(fd, SIOCGIFHWADDR, &ifr))
		goto fail;
	*neighbours = ifr.ifr_hwaddr.sa_family == ARPHRD_ETHER &&
		      !(flags & (IFF_NOARP | IFF_LOOPBACK));
	if (ifr.ifr_hwaddr.sa_family == ARPHRD_ETHER ||
	    ifr.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK)
		way->mac_len = 6;
	goto out;
fail:
	ret = mx_error(ctl, "cannot ask device %s: %s", way->dev,
		       strerror(errno));
out:
	close(fd);
	return ret;
}

/* Sends a request and reads the one answer: its length, or a negative errno. */
static int mx_rt_ask(int fd, struct nl_msg *msg, void *buf)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct nlmsgerr *e;
	ssize_t len;

	if (send(fd, nlh, nlh->nlmsg_len, 0) < 0)
		return -errno;
	do {
		len = recv(fd, buf, MX_RT_SIZE, 0);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	nlh = buf;
	if (!nlmsg_ok(nlh, len))
		return -EBADMSG;
	if (nlh->nlmsg_type != NLMSG_ERROR)
		return len;
	e = nlmsg_data(nlh);
	return e->error;
}

static void mx_rt_addr(const struct nlattr *a, struct mx_addr *addr)
{
	if (!a || (nla_len(a) != 4 && nla_len(a) != 16))
		return;
	addr->len = nla_len(a);
	memcpy(addr->bytes, nla_data(a), addr->len);
}

/*
 * What the kernel's routes say of the destination by this device: the gateway,
 * if none was named, and the source. That they say nothing is no error.
 */
static int mx_way_route(struct mx_ctl *ctl, struct mx_way *way, int fd,
			void *buf)
{
	struct rtmsg rtm = { .rtm_family = mx_family(&way->dst) };
	struct nlattr *tb[RTA_MAX + 1];
	struct nl_msg *msg;
	struct rtmsg *got;
	char text[INET6_ADDRSTRLEN];
	int ret;

	msg = nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_REQUEST);
	if (!msg)
		return mx_error(ctl, "out of memory");
	rtm.rtm_dst_len = way->dst.len * 8;
	nlmsg_append(msg, &rtm, sizeof(rtm), NLMSG_ALIGNTO);
	nla_put(msg, RTA_DST, way->dst.len, way->dst.bytes);
	nla_put_u32(msg, RTA_OIF, way->ifindex);
	ret = mx_rt_ask(fd, msg, buf);
	nlmsg_free(msg);
	if (ret <= 0 || nlmsg_parse(buf, sizeof(rtm), tb, RTA_MAX, NULL))
		return MX_EXIT_OK;
	got = nlmsg_data(buf);
	if (got->rtm_type == RTN_LOCAL)
		return mx_error(ctl, "%s is an address of this host",
				mx_text(&way->dst, text));
	if (tb[RTA_OIF] && nla_get_u32(tb[RTA_OIF]) != way->ifindex)
		return MX_EXIT_OK;
	if (!way->src.len)
		mx_rt_addr(tb[RTA_PREFSRC], &way->src);
	if (!way->via.len)
		mx_rt_addr(tb[RTA_GATEWAY], &way->via);
	if (!way->via.len && tb[RTA_VIA] && nla_len(tb[RTA_VIA]) == 18) {
		way->via.len = 16;
		memcpy(way->via.bytes, (char *)nla_data(tb[RTA_VIA]) + 2, 16);
	}
	return MX_EXIT_OK;
}

/* An address of the device that is good for more than its link. */
static bool mx_way_takes(const struct mx_way *way, const struct ifaddrs *i)
{
	const struct sockaddr_in6 *six = (const void *)i->ifa_addr;

	if (!i->ifa_addr || strcmp(i->ifa_name, way->dev) ||
	    i->ifa_addr->sa_family != mx_family(&way->dst))
		return false;
	return way->dst.len == 4 || !IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr) ||
	       IN6_IS_ADDR_LINKLOCAL((const struct in6_addr *)way->dst.bytes);
}

static int mx_way_source(struct mx_ctl *ctl, struct mx_way *way)
{
	struct ifaddrs *all, *i;

	if (way->src.len)
		return MX_EXIT_OK;
	if (getifaddrs(&all))
		return mx_error(ctl, "cannot list addresses: %s",
				strerror(errno));
	for (i = all; i && !mx_way_takes(way, i); i = i->ifa_next)
		;
	if (i) {
		way->src.len = way->dst.len;
		if (way->src.len == 4)
			memcpy(way->src.bytes, &((struct sockaddr_in *)(void *)
			       i->ifa_addr)->sin_addr, 4);
		else
			memcpy(way->src.bytes, &((struct sockaddr_in6 *)(void *)
			       i->ifa_addr)->sin6_addr, 16);
	}
	freeifaddrs(all);
	return way->src.len ? MX_EXIT_OK :
	       mx_error(ctl, "device %s has no address to send from: say local",
			way->dev);
}

/* RTM_NEWNEIGH has the kernel look for a neighbour, RTM_GETNEIGH asks for it. */
static struct nl_msg *mx_neigh_msg(const struct mx_way *way, int type)
{
	struct ndmsg ndm = {
		.ndm_family = mx_family(&way->via),
		.ndm_ifindex = way->ifindex,
		.ndm_flags = type == RTM_NEWNEIGH ? NTF_USE : 0,
	};
	struct nl_msg *msg;

	msg = nlmsg_alloc_simple(type, NLM_F_REQUEST |
				 (type == RTM_NEWNEIGH ?
				  NLM_F_ACK | NLM_F_CREATE : 0));
	if (!msg)
		return NULL;
	nlmsg_append(msg, &ndm, sizeof(ndm), NLMSG_ALIGNTO);
	nla_put(msg, NDA_DST, way->via.len, way->via.bytes);
	return msg;
}

static bool mx_neigh_known(struct mx_way *way, void *buf)
{
	const unsigned int valid = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE |
				   NUD_PROBE | NUD_STALE | NUD_DELAY;
	struct nlattr *tb[NDA_MAX + 1];
	struct ndmsg *ndm;

	if (nlmsg_parse(buf, sizeof(*ndm), tb, NDA_MAX, NULL))
		return false;
	ndm = nlmsg_data(buf);
	if (!(ndm->ndm_state & valid) || !tb[NDA_LLADDR] ||
	    (size_t)nla_len(tb[NDA_LLADDR]) > sizeof(way->mac))
		return false;
	way->mac_len = nla_len(tb[NDA_LLADDR]);
	memcpy(way->mac, nla_data(tb[NDA_LLADDR]), way->mac_len);
	return true;
}

static int mx_way_neigh(struct mx_ctl *ctl, struct mx_way *way, int fd,
			void *buf)
{
	const struct timespec wait = { .tv_nsec = MX_NEIGH_WAIT * 1000000 };
	char text[INET6_ADDRSTRLEN];
	struct nl_msg *msg;
	unsigned int i;
	int ret;

	for (i = 0; i < MX_NEIGH_TRIES; i++) {
		msg = mx_neigh_msg(way, RTM_GETNEIGH);
		if (!msg)
			return mx_error(ctl, "out of memory");
		ret = mx_rt_ask(fd, msg, buf);
		nlmsg_free(msg);
		if (ret > 0 && mx_neigh_known(way, buf))
			return MX_EXIT_OK;
		if (i % (MX_NEIGH_TRIES / 3) == 0) {
			msg = mx_neigh_msg(way, RTM_NEWNEIGH);
			if (!msg)
				return mx_error(ctl, "out of memory");
			ret = mx_rt_ask(fd, msg, buf);
			nlmsg_free(msg);
			if (ret == -EPERM)
				break;
		}
		nanosleep(&wait, NULL);
	}
	return mx_error(ctl, "%s does not answer on device %s",
			mx_text(&way->via, text), way->dev);
}

static int mx_way_ask(struct mx_ctl *ctl, struct mx_way *way, int fd,
		      bool neighbours)
{
	char buf[MX_RT_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	int ret;

	ret = mx_way_route(ctl, way, fd, buf);
	if (!ret)
		ret = mx_way_source(ctl, way);
	if (ret || !neighbours)
		return ret;
	if (!way->via.len)
		way->via = way->dst;
	return mx_way_neigh(ctl, way, fd, buf);
}

/**
 * mx_way_find() - find what is needed to send by a device
 * @ctl: for messages
 * @way: names device and destination, perhaps gateway and source; the rest is
 *	filled in
 *
 * Return: exit status.
 */
int mx_way_find(struct mx_ctl *ctl, struct mx_way *way)
{
	bool neighbours = false;
	int fd, ret;

	ret = mx_way_dev(ctl, way, &neighbours);
	if (ret)
		return ret;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return mx_error(ctl, "cannot open a netlink socket: %s",
				strerror(errno));
	ret = mx_way_ask(ctl, way, fd, neighbours);
	close(fd);
	return ret;
}
