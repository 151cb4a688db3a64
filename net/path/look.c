// SPDX-License-Identifier: GPL-2.0
/* Are the device, the address and the route of a path there? */
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <net/addrconf.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include "path/path.h"

/* Such devices get along with an address of another one. */
static bool mx_dev_unnumbered(const struct net_device *dev)
{
	return dev->flags & (IFF_POINTOPOINT | IFF_NOARP);
}

static bool mx_look_addr4(struct net *net, const struct net_device *dev,
			  const struct mx_path_params *p)
{
	const struct in_device *in_dev = __in_dev_get_rcu(dev);

	if (!in_dev)
		return false;
	if (p->has_local)
		return inet_addr_type(net, p->local.ip) == RTN_LOCAL;
	return rcu_access_pointer(in_dev->ifa_list) ||
	       (mx_dev_unnumbered(dev) &&
		inet_select_addr(dev, 0, RT_SCOPE_UNIVERSE));
}

static bool mx_look_route4(struct net *net, const struct net_device *dev,
			   const struct mx_path_params *p, __be32 to)
{
	struct flowi4 fl4 = {
		.flowi4_oif = dev->ifindex,
		.flowi4_iif = LOOPBACK_IFINDEX,
		.daddr = to,
	};
	struct fib_result res;

	if (p->has_local && p->family == AF_INET)
		fl4.saddr = p->local.ip;
	return !fib_lookup(net, &fl4, &res, 0) && res.type == RTN_UNICAST &&
	       FIB_RES_DEV(res) == dev;
}

#if IS_ENABLED(CONFIG_IPV6)
static bool mx_look_addr6(struct net *net, const struct net_device *dev,
			  const struct mx_path_params *p)
{
	const struct inet6_dev *idev = __in6_dev_get(dev);
	const struct inet6_ifaddr *ifa;

	if (!idev)
		return false;
	if (p->has_local)
		return ipv6_chk_addr(net, &p->local.in6,
				     ipv6_addr_type(&p->local.in6) &
				     IPV6_ADDR_LINKLOCAL ? dev : NULL, 0);
	list_for_each_entry_rcu(ifa, &idev->addr_list, if_list)
		if (!(READ_ONCE(ifa->flags) & IFA_F_TENTATIVE))
			return true;
	return mx_dev_unnumbered(dev);
}

static bool mx_look_route6(struct net *net, const struct net_device *dev,
			   const struct mx_path_params *p,
			   const struct in6_addr *to)
{
	int flags = RT6_LOOKUP_F_IFACE;
	struct flowi6 fl6 = {
		.flowi6_oif = dev->ifindex,
		.daddr = *to,
	};
	const struct rt6_info *rt;
	struct dst_entry *dst;
	bool leads;

	/* without IPv6 there are no tables to look at */
	if (!__in6_dev_get(dev))
		return false;
	if (p->has_local && p->family == AF_INET6) {
		fl6.saddr = p->local.in6;
		flags |= RT6_LOOKUP_F_HAS_SADDR;
	}
	dst = ip6_route_lookup(net, &fl6, NULL, flags);
	rt = (const struct rt6_info *)dst;
	leads = !dst->error && dst->dev == dev &&
		!(rt->rt6i_flags & (RTF_LOCAL | RTF_ANYCAST | RTF_REJECT));
	dst_release(dst);
	return leads;
}
#else
static bool mx_look_addr6(struct net *net, const struct net_device *dev,
			  const struct mx_path_params *p)
{
	return false;
}

static bool mx_look_route6(struct net *net, const struct net_device *dev,
			   const struct mx_path_params *p,
			   const struct in6_addr *to)
{
	return false;
}
#endif

/* To the gateway, or without one to the peer. */
static bool mx_look_route(struct net *net, const struct net_device *dev,
			  const struct mx_path_params *p)
{
	const union nf_inet_addr *to = p->via_family ? &p->via : &p->peer;

	if ((p->via_family ?: p->family) == AF_INET)
		return mx_look_route4(net, dev, p, to->ip);
	return mx_look_route6(net, dev, p, &to->in6);
}

/**
 * mx_path_look() - are the device, the address and the route of a path there
 * @net: the path's namespace
 * @p: its parameters
 * @ifindex: of the device, 0 if there is none
 *
 * Context: process, softirqs on.
 * Return: enum mutex_path_reason: what is missing, or MUTEX_PATH_REASON_NONE.
 */
u8 mx_path_look(struct net *net, const struct mx_path_params *p, int *ifindex)
{
	u8 reason = MUTEX_PATH_REASON_NONE;
	const struct net_device *dev;
	bool has;

	*ifindex = 0;
	rcu_read_lock();
	dev = dev_get_by_name_rcu(net, p->dev);
	if (!dev) {
		reason = MUTEX_PATH_REASON_NO_DEV;
		goto out;
	}
	*ifindex = dev->ifindex;
	if (!(dev->flags & IFF_UP)) {
		reason = MUTEX_PATH_REASON_DEV_DOWN;
	} else if (!netif_carrier_ok(dev) || netif_dormant(dev)) {
		reason = MUTEX_PATH_REASON_NO_CARRIER;
	} else {
		has = p->family == AF_INET ? mx_look_addr4(net, dev, p) :
					     mx_look_addr6(net, dev, p);
		if (!has)
			reason = MUTEX_PATH_REASON_NO_ADDRESS;
		else if (!mx_look_route(net, dev, p))
			reason = MUTEX_PATH_REASON_NO_ROUTE;
	}
out:
	rcu_read_unlock();
	return reason;
}
