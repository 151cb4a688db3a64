/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between mutex.ko and mutex_ct.ko, which knows connection tracking and its
 * NAT. mutex.ko asks for mx_ct_ops by name when the first group wants it, so
 * neither needs a symbol of the other to load.
 */
#ifndef MX_BASE_CT_OPS_H
#define MX_BASE_CT_OPS_H

#include <linux/netfilter.h>
#include "base/flow_key.h"

struct mx_ct_net;
struct net;

/**
 * enum mx_ct_found - what a packet is to connection tracking
 * @MX_CT_NONE: of no connection that it knows
 * @MX_CT_ORIG: of a known one, from the side that began it
 * @MX_CT_REPLY: of a known one, from the other side
 */
enum mx_ct_found {
	MX_CT_NONE,
	MX_CT_ORIG,
	MX_CT_REPLY,
};

/**
 * struct mx_ct_conn - a connection that is being tracked
 * @key: of its first packet, before any translation
 * @addr: who answers
 * @port: and from which port, network order; without meaning for ICMP
 * @found: enum mx_ct_found
 * @over: TCP: it is closed, and only remembered
 */
struct mx_ct_conn {
	struct mx_key key;
	union nf_inet_addr addr;
	__be16 port;
	u8 found;
	bool over;
};

/**
 * struct mx_ct_dest - where a connection shall lead
 * @addr: the server's address
 * @port: its port, network order; 0 where there are no ports to translate
 */
struct mx_ct_dest {
	union nf_inet_addr addr;
	__be16 port;
};

/**
 * typedef mx_ct_dest_fn - where shall a new connection lead
 * @arg: as given to mx_ct_ops.attach
 * @key: of its first packet
 * @to: filled in
 *
 * Context: RCU reader, softirq or process.
 * Return: false to leave it as it is.
 */
typedef bool (*mx_ct_dest_fn)(void *arg, const struct mx_key *key,
			      struct mx_ct_dest *to);

/**
 * struct mx_ct_ops - what mutex_ct.ko does for mutex.ko
 * @attach: have new connections of a namespace translated as @fn says, from
 *	now on. Process context, sleeps. ERR_PTR(-errno) if that cannot be
 * @detach: undo @attach. @fn is called until a grace period later, the
 *	namespace's connections may be without translation at once. Process
 *	context, sleeps
 * @find: which connection a packet belongs to, that is at PRE_ROUTING or
 *	LOCAL_OUT before connection tracking. RCU reader
 * @kill: forget the connection that a packet belongs to, if that comes from
 *	the side that began it: it will begin anew. RCU reader
 */
struct mx_ct_ops {
	struct mx_ct_net *(*attach)(struct net *net, mx_ct_dest_fn fn,
				    void *arg);
	void (*detach)(struct mx_ct_net *cn);
	void (*find)(struct net *net, const struct sk_buff *skb,
		     struct mx_ct_conn *conn);
	void (*kill)(struct net *net, const struct sk_buff *skb);
};

/* In mutex_ct.ko. */
extern const struct mx_ct_ops mx_ct_ops;

#endif /* MX_BASE_CT_OPS_H */
