// SPDX-License-Identifier: GPL-2.0
/* What is told of the check of a server. */
#include "nl/netlink-gen.h"
#include "nl/nl.h"
#include "xmit/check.h"

/**
 * mx_nl_server_check_fill() - put what the check of a server has found
 * @skb: the message
 * @server: the server
 *
 * Return: 0 or -EMSGSIZE.
 */
int mx_nl_server_check_fill(struct sk_buff *skb,
			    const struct mx_server *server)
{
	const struct mx_check *c = &server->check;

	if (READ_ONCE(c->kind) == MUTEX_CHECK_NONE)
		return 0;
	if (nla_put_u8(skb, MUTEX_A_SERVER_CHECK_RESULT,
		       READ_ONCE(c->result)) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_CHECK_RTT, READ_ONCE(c->rtt)) ||
	    nla_put_u32(skb, MUTEX_A_SERVER_CHECK_NEXT,
			mx_check_next_ms(server)))
		return -EMSGSIZE;
	return 0;
}
