/* SPDX-License-Identifier: GPL-2.0 */
/* What net/genetlink.h has not in all kernels that this module builds for. */
#ifndef MX_COMPAT_NET_GENETLINK_H
#define MX_COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>

/**
 * mx_genl_dump_attrs() - the attributes of a dump's request
 * @cb: the dump
 *
 * Linux 6.1 keeps them in struct genl_dumpit_info, later ones in the struct
 * genl_info inside it; those have GENL_SET_ERR_MSG_FMT, which 6.1 has not.
 *
 * Return: the attributes by type.
 */
static inline struct nlattr **mx_genl_dump_attrs(struct netlink_callback *cb)
{
#ifdef GENL_SET_ERR_MSG_FMT
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif /* MX_COMPAT_NET_GENETLINK_H */
