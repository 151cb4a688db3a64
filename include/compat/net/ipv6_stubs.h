/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What net/ipv6_stubs.h offers, on kernels that have it no more: since IPv6
 * cannot be a module there, its functions are called directly.
 */
#ifndef MX_COMPAT_NET_IPV6_STUBS_H
#define MX_COMPAT_NET_IPV6_STUBS_H

#ifdef MX_HAVE_IPV6_STUB
#include_next <net/ipv6_stubs.h>
#endif
#include <net/ipv6.h>
#include <net/ndisc.h>

/**
 * mx_nd_tbl() - the neighbours of IPv6
 *
 * Return: the table, or NULL while IPv6 is off.
 */
static inline struct neigh_table *mx_nd_tbl(void)
{
#if !IS_ENABLED(CONFIG_IPV6)
	return NULL;
#elif defined(MX_HAVE_IPV6_STUB)
	return ipv6_stub->nd_tbl;
#else
	return &nd_tbl;
#endif
}

/**
 * mx_ip6_dst_lookup_flow() - find a route of IPv6
 * @net: the namespace
 * @fl6: what to look for
 *
 * Return: the route with a reference, or ERR_PTR(-errno).
 */
static inline struct dst_entry *mx_ip6_dst_lookup_flow(struct net *net,
						       struct flowi6 *fl6)
{
#ifdef MX_HAVE_IPV6_STUB
	return ipv6_stub->ipv6_dst_lookup_flow(net, NULL, fl6, NULL);
#else
	return ip6_dst_lookup_flow(net, NULL, fl6, NULL);
#endif
}

#endif /* MX_COMPAT_NET_IPV6_STUBS_H */
