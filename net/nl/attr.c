// SPDX-License-Identifier: GPL-2.0
/* Attributes that several objects have: names, addresses, prefixes. */
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <net/ipv6.h>
#include "nl/nl.h"

static bool mx_printable(const char *s, char first, const char *not)
{
	for (; *s; s++)
		if (*s < first || *s > '~' || strchr(not, *s))
			return false;
	return true;
}

/**
 * mx_nl_name() - check the name of a group or a table
 * @extack: for the refusal's text
 * @nla: the name
 *
 * Return: 0 or -EINVAL.
 */
int mx_nl_name(struct netlink_ext_ack *extack, const struct nlattr *nla)
{
	const char *name = nla_data(nla);

	/* it stands in lines of commands as it is */
	if (*name && strlen(name) <= MUTEX_NAME_MAX &&
	    mx_printable(name, '!', "/\"#"))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, nla,
			    "a name has 1 to 31 printable ASCII characters, none of them a blank, / \" or #");
	return -EINVAL;
}

/**
 * mx_nl_seed() - check a seed name, which may be empty
 * @extack: for the refusal's text
 * @nla: the name
 *
 * Return: 0 or -EINVAL.
 */
int mx_nl_seed(struct netlink_ext_ack *extack, const struct nlattr *nla)
{
	const char *name = nla_data(nla);

	/* in lines of commands it stands in quotes */
	if (strlen(name) <= MUTEX_SEED_MAX && mx_printable(name, ' ', "\"\\"))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, nla,
			    "a seed has at most 63 printable ASCII characters, none of them \" or \\");
	return -EINVAL;
}

/**
 * mx_nl_ifname() - check the name of a device, which need not exist
 * @extack: for the refusal's text
 * @nla: the name
 *
 * Return: 0 or -EINVAL.
 */
int mx_nl_ifname(struct netlink_ext_ack *extack, const struct nlattr *nla)
{
	if (dev_valid_name(nla_data(nla)))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, nla, "no device can have this name");
	return -EINVAL;
}

/**
 * mx_nl_addr() - read an address
 * @extack: for the refusal's text
 * @nla: 4 or 16 bytes
 * @family: where to put AF_INET or AF_INET6
 * @addr: where to put the address, rest zero; a v4-mapped one is IPv4
 *
 * Return: 0 or -EINVAL.
 */
int mx_nl_addr(struct netlink_ext_ack *extack, const struct nlattr *nla,
	       u8 *family, union nf_inet_addr *addr)
{
	struct in6_addr in6;

	memset(addr, 0, sizeof(*addr));
	if (nla_len(nla) == sizeof(addr->in)) {
		*family = AF_INET;
		addr->in = (struct in_addr) { nla_get_in_addr(nla) };
		return 0;
	}
	if (nla_len(nla) != sizeof(in6)) {
		NL_SET_ERR_MSG_ATTR(extack, nla,
				    "an address has 4 or 16 bytes");
		return -EINVAL;
	}
	in6 = nla_get_in6_addr(nla);
	if (ipv6_addr_v4mapped(&in6)) {
		*family = AF_INET;
		addr->ip = in6.s6_addr32[3];
	} else {
		*family = AF_INET6;
		addr->in6 = in6;
	}
	return 0;
}

static bool mx_host_bits(u8 family, const union nf_inet_addr *addr, u8 plen)
{
	struct in6_addr net;

	if (family == AF_INET)
		return addr->ip & ~inet_make_mask(plen);
	ipv6_addr_prefix(&net, &addr->in6, plen);
	return !ipv6_addr_equal(&net, &addr->in6);
}

/**
 * mx_nl_prefix() - read a prefix
 * @extack: for the refusal's text
 * @nla: its address, 4 or 16 bytes
 * @len: its length, or NULL for a single address
 * @family: where to put AF_INET or AF_INET6
 * @addr: where to put the address, host bits zero
 * @plen: where to put the length; of a v4-mapped prefix that of its IPv4 part
 *
 * Return: 0 or -EINVAL.
 */
int mx_nl_prefix(struct netlink_ext_ack *extack, const struct nlattr *nla,
		 const struct nlattr *len, u8 *family,
		 union nf_inet_addr *addr, u8 *plen)
{
	int err = mx_nl_addr(extack, nla, family, addr);
	u8 bits, max;

	if (err)
		return err;
	max = 8 * nla_len(nla);
	bits = mx_nl_u8(len, max);
	if (bits > max) {
		NL_SET_ERR_MSG_ATTR(extack, len,
				    "the prefix is longer than its address");
		return -EINVAL;
	}
	if (*family == AF_INET && max == 128) {
		if (bits < 96)
			goto host_bits;
		bits -= 96;
	}
	if (mx_host_bits(*family, addr, bits))
		goto host_bits;
	*plen = bits;
	return 0;

host_bits:
	NL_SET_ERR_MSG_ATTR(extack, nla,
			    "the address has bits beyond the prefix length");
	return -EINVAL;
}

/**
 * mx_nl_put_addr() - put an address into a message
 * @skb: the message
 * @attr: the attribute
 * @family: AF_INET or AF_INET6
 * @addr: 4 or 16 bytes
 *
 * Return: 0 or -EMSGSIZE.
 */
int mx_nl_put_addr(struct sk_buff *skb, int attr, u8 family, const void *addr)
{
	return nla_put(skb, attr, family == AF_INET ? sizeof(struct in_addr) :
						      sizeof(struct in6_addr),
		       addr);
}
