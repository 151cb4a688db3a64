/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink front end: what its handlers share.
 *
 * A handler of a change runs under the namespace's lock, in mx_nl_change(). It
 * checks the whole request, then changes, then notifies. Reads answer from the
 * configuration in force, also those of a socket that has a transaction.
 */
#ifndef MX_NL_NL_H
#define MX_NL_NL_H

#include <net/genetlink.h>
#include "pernet.h"

extern struct genl_family mx_nl_family;

int mx_nl_init(void);
void mx_nl_exit(void);

/**
 * typedef mx_nl_change_fn - changes a configuration
 * @pn: the namespace, its lock held
 * @cfg: the configuration that the socket may change
 * @info: the request
 *
 * Return: 0, or -errno with nothing changed.
 */
typedef int (*mx_nl_change_fn)(struct mx_pernet *pn, struct mx_config *cfg,
			       struct genl_info *info);

/**
 * typedef mx_nl_read_fn - answers a request that changes nothing
 * @pn: the namespace, its lock held
 * @info: the request
 *
 * Return: 0 or -errno.
 */
typedef int (*mx_nl_read_fn)(struct mx_pernet *pn, struct genl_info *info);

/**
 * typedef mx_nl_dump_fn - puts what follows the dump's cursor into a message
 * @skb: where to put it
 * @cb: the dump; its ctx is the cursor, zero at first: only indexes and keys,
 *	because all else may vanish between two calls
 * @pn: the namespace, its lock held
 *
 * Return: 0 at the end, -EMSGSIZE when @skb is full, or another -errno.
 */
typedef int (*mx_nl_dump_fn)(struct sk_buff *skb, struct netlink_callback *cb,
			     struct mx_pernet *pn);

/**
 * typedef mx_nl_fill_fn - puts the attributes of an object into a message
 * @skb: where to put them
 * @pn: the namespace
 * @obj: the object
 *
 * Return: 0 or -EMSGSIZE.
 */
typedef int (*mx_nl_fill_fn)(struct sk_buff *skb, struct mx_pernet *pn,
			     const void *obj);

/* Running a command. */
struct mx_pernet *mx_nl_pernet(struct genl_info *info);
int mx_nl_change(struct genl_info *info, mx_nl_change_fn fn);
int mx_nl_change_hooks(struct genl_info *info, mx_nl_change_fn fn);
int mx_nl_read(struct genl_info *info, mx_nl_read_fn fn);
int mx_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
	       mx_nl_dump_fn fn);
int mx_nl_dump_filters(struct netlink_callback *cb, u32 filter);
bool mx_nl_live(struct mx_pernet *pn, const struct mx_config *cfg);
int mx_nl_need_hooks(struct mx_pernet *pn, const struct mx_config *cfg,
		     struct genl_info *info);
void mx_nl_drop_hooks(struct mx_pernet *pn, const struct mx_config *cfg);

/* Messages. */
struct sk_buff *mx_nl_build(struct genl_info *info, struct mx_pernet *pn,
			    u8 cmd, mx_nl_fill_fn fill, const void *obj);
int mx_nl_reply(struct genl_info *info, struct mx_pernet *pn, u8 cmd,
		mx_nl_fill_fn fill, const void *obj);
struct sk_buff *mx_nl_reply_begin(struct genl_info *info, u8 cmd, void **hdr);
int mx_nl_reply_end(struct genl_info *info, struct sk_buff *skb, void *hdr);
int mx_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
		   struct mx_pernet *pn, u8 cmd, mx_nl_fill_fn fill,
		   const void *obj);

/* Notifications. */
struct sk_buff *mx_nl_ntf_build(struct genl_info *info, struct mx_pernet *pn,
				const struct mx_config *cfg, u32 group, u8 cmd,
				mx_nl_fill_fn fill, const void *obj);
void mx_nl_ntf_send(struct genl_info *info, u32 group, struct sk_buff *skb);
void mx_nl_ntf(struct genl_info *info, struct mx_pernet *pn,
	       const struct mx_config *cfg, u32 group, u8 cmd,
	       mx_nl_fill_fn fill, const void *obj);

void mx_nl_news(struct mx_pernet *pn, u32 group, u8 cmd, mx_nl_fill_fn fill,
		const void *obj);
void mx_nl_dev_watch(bool on);
void mx_nl_server_watch(bool on);
void mx_nl_path_watch(bool on);
void mx_nl_group_moves(struct mx_pernet *pn, const struct mx_group *group);

/* Attributes. */
int mx_nl_name(struct netlink_ext_ack *extack, const struct nlattr *nla);
int mx_nl_seed(struct netlink_ext_ack *extack, const struct nlattr *nla);
int mx_nl_ifname(struct netlink_ext_ack *extack, const struct nlattr *nla);
int mx_nl_addr(struct netlink_ext_ack *extack, const struct nlattr *nla,
	       u8 *family, union nf_inet_addr *addr);
int mx_nl_prefix(struct netlink_ext_ack *extack, const struct nlattr *nla,
		 const struct nlattr *len, u8 *family,
		 union nf_inet_addr *addr, u8 *plen);
int mx_nl_put_addr(struct sk_buff *skb, int attr, u8 family, const void *addr);

/**
 * mx_nl_u8() - the value of an attribute, or a default
 * @nla: the attribute, or NULL
 * @dflt: the default
 *
 * Return: the value.
 */
static inline u8 mx_nl_u8(const struct nlattr *nla, u8 dflt)
{
	return nla ? nla_get_u8(nla) : dflt;
}

/**
 * mx_nl_u16() - the value of an attribute, or a default
 * @nla: the attribute, or NULL
 * @dflt: the default
 *
 * Return: the value.
 */
static inline u16 mx_nl_u16(const struct nlattr *nla, u16 dflt)
{
	return nla ? nla_get_u16(nla) : dflt;
}

/**
 * mx_nl_u32() - the value of an attribute, or a default
 * @nla: the attribute, or NULL
 * @dflt: the default
 *
 * Return: the value.
 */
static inline u32 mx_nl_u32(const struct nlattr *nla, u32 dflt)
{
	return nla ? nla_get_u32(nla) : dflt;
}

/**
 * mx_nl_missing() - refuse a request without a required attribute
 * @info: the request
 * @attr: the attribute's type
 * @what: string literal, what it says
 *
 * Return: true if it is missing; the refusal's text is set then.
 */
#define mx_nl_missing(info, attr, what) ({				\
	const struct genl_info *__mx_info = (info);			\
	const int __mx_attr = (attr);					\
	bool __mx_missing = !__mx_info->attrs[__mx_attr];		\
									\
	if (__mx_missing) {						\
		NL_SET_ERR_MSG(__mx_info->extack, "missing " what);	\
		NL_SET_ERR_ATTR_MISS(__mx_info->extack, NULL,		\
				     __mx_attr);			\
	}								\
	__mx_missing;							\
})

/* Objects that several handlers look up: ERR_PTR(-errno) with a text. */
struct mx_group *mx_nl_group(struct mx_pernet *pn, const struct mx_config *cfg,
			     struct netlink_ext_ack *extack,
			     const struct nlattr *nla);
struct mx_table *mx_nl_table(const struct mx_config *cfg,
			     struct netlink_ext_ack *extack,
			     const struct nlattr *nla);
struct mx_path *mx_nl_path(struct mx_pernet *pn, const struct mx_config *cfg,
			   struct netlink_ext_ack *extack,
			   const struct nlattr *nla);

/**
 * mx_nl_rule_has_dst() - does a rule name a destination
 * @m: its match
 *
 * A rule for any packet of one family says so by a prefix of length 0.
 *
 * Return: true if it does.
 */
static inline bool mx_nl_rule_has_dst(const struct mx_match *m)
{
	return m->dplen || (m->family && !m->splen);
}

/* Parts of commands on groups. */
void mx_nl_group_ct_load(struct genl_info *info);
int mx_nl_group_ct(struct genl_info *info, struct mx_group_params *p);
int mx_nl_group_ct_need(struct mx_pernet *pn, const struct mx_config *cfg,
			struct genl_info *info,
			const struct mx_group_params *p);
int mx_nl_group_ct_fill(struct sk_buff *skb, const struct mx_group_params *p);

extern const struct mx_nl_qos_attrs mx_nl_rule_qos_attrs;

int mx_nl_rule_req(struct mx_pernet *pn, const struct mx_config *cfg,
		   struct genl_info *info, u32 clear, struct mx_rule *r);

/* Checks. */
int mx_nl_group_check(struct genl_info *info, struct mx_check_params *p);
int mx_nl_group_check_fill(struct sk_buff *skb,
			   const struct mx_check_params *p);
int mx_nl_server_check_fill(struct sk_buff *skb,
			    const struct mx_server *server);

/* Times and places of rules. */
int mx_nl_rule_where(struct genl_info *info, u32 clear, struct mx_rule *r);
int mx_nl_rule_where_fill(struct sk_buff *skb, struct mx_pernet *pn,
			  const struct mx_rule *r);

/* Databases of countries. */
void mx_nl_geo_release(struct net *net, u32 portid);

/* Limits, persistence, and what is set in packets. */

/**
 * struct mx_nl_limit_attrs - an object's attributes of rates
 * @rate: by enum mx_rate
 * @burst: for how long's worth may come at once
 * @over: what happens to a connection over its rate
 * @pad: padding of 64 bit attributes
 */
struct mx_nl_limit_attrs {
	int rate[MX_RATES];
	int burst;
	int over;
	int pad;
};

/**
 * struct mx_nl_qos_attrs - an object's attributes of what is set in packets
 * @dscp: DSCP
 * @priority: priority
 * @mark: mark
 * @mask: bits of the mark that are set
 */
struct mx_nl_qos_attrs {
	int dscp;
	int priority;
	int mark;
	int mask;
};

int mx_nl_limit(struct genl_info *info, const struct mx_nl_limit_attrs *at,
		struct mx_limit_params *p);
int mx_nl_limit_fill(struct sk_buff *skb, const struct mx_nl_limit_attrs *at,
		     const struct mx_limit_params *p);
int mx_nl_qos(struct genl_info *info, const struct mx_nl_qos_attrs *at,
	      u32 clear, struct mx_qos *q);
int mx_nl_qos_fill(struct sk_buff *skb, const struct mx_nl_qos_attrs *at,
		   const struct mx_qos *q);
int mx_nl_qos_refuse(struct genl_info *info, const struct mx_nl_qos_attrs *at,
		     const struct nlattr *dflt, const char *text);
int mx_nl_need_qos(struct mx_pernet *pn, const struct mx_config *cfg,
		   struct genl_info *info, const struct mx_qos *qos);
int mx_nl_group_limit(struct genl_info *info, struct mx_group_params *p);
int mx_nl_group_limit_fill(struct sk_buff *skb, const struct mx_group *group,
			   const struct mx_group_params *p);
int mx_nl_server_limit(struct genl_info *info, struct mx_conf_member *m);
int mx_nl_server_limit_fill(struct sk_buff *skb,
			    const struct mx_conf_member *m);

/* Transactions. */
void mx_nl_txn_release(struct net *net, u32 portid);

#endif /* MX_NL_NL_H */
