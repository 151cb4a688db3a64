/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints of mutex, see Documentation/tracing.rst. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mutex

#if !defined(_TRACE_MUTEX_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_MUTEX_H

#include <linux/tracepoint.h>

/* Room for struct sockaddr_in and struct sockaddr_in6. */
#define MX_TRACE_ADDR	28
#define MX_TRACE_NAME	32
#define MX_TRACE_WORD	16

struct mx_decision;
struct mx_flow;
struct mx_group;
struct mx_key;
struct mx_path;
struct mx_server;

/* A packet was decided: once for a flow, or once for each packet without one */
TRACE_EVENT(mx_decision,
	    TP_PROTO(u32 netns, const struct mx_key *key,
		     const struct mx_decision *d),
	    TP_ARGS(netns, key, d),
	    TP_STRUCT__entry(__field(u32, netns)
			     __field(u32, rule)
			     __field(u8, proto)
			     __array(u8, src, MX_TRACE_ADDR)
			     __array(u8, dst, MX_TRACE_ADDR)
			     __array(u8, server, MX_TRACE_ADDR)
			     __array(char, verdict, MX_TRACE_WORD)
			     __array(char, table, MX_TRACE_NAME)
			     __array(char, group, MX_TRACE_NAME)
	    ),
	    TP_fast_assign(__entry->netns = netns;
			   __entry->rule = d->rule ? d->rule->id : 0;
			   __entry->proto = key->proto;
			   mx_trace_ends(__entry->src, __entry->dst, key);
			   mx_trace_server(__entry->server, d->server);
			   mx_trace_word(__entry->verdict, mx_trace_verdict(d));
			   mx_trace_name(__entry->table,
					 d->table ? d->table->name : "");
			   mx_trace_name(__entry->group,
					 d->group ? d->group->name : "");
	    ),
	    TP_printk("netns=%u proto=%u src=%pISpc dst=%pISpc verdict=%s rule=%u table=%s group=%s server=%pISpc",
		      __entry->netns, __entry->proto, __entry->src,
		      __entry->dst,
		      __entry->verdict, __entry->rule, __entry->table,
		      __entry->group, __entry->server)
);

/* A flow came into the cache (why "new"), or left it */
TRACE_EVENT(mx_flow,
	    TP_PROTO(const struct mx_flow *flow, const char *why),
	    TP_ARGS(flow, why),
	    TP_STRUCT__entry(__field(u32, netns)
			     __field(u8, proto)
			     __array(u8, src, MX_TRACE_ADDR)
			     __array(u8, dst, MX_TRACE_ADDR)
			     __array(u8, server, MX_TRACE_ADDR)
			     __array(char, why, MX_TRACE_WORD)
			     __array(char, state, MX_TRACE_WORD)
			     __array(char, group, MX_TRACE_NAME)
	    ),
	    TP_fast_assign(__entry->netns = flow->server->group->netns;
			   __entry->proto = flow->node[0].key.proto;
			   mx_trace_ends(__entry->src, __entry->dst,
					 &flow->node[0].key);
			   mx_trace_server(__entry->server, flow->server);
			   mx_trace_word(__entry->why, why);
			   mx_trace_word(__entry->state, mx_trace_state(flow));
			   mx_trace_name(__entry->group,
					 flow->server->group->name);
	    ),
	    TP_printk("netns=%u why=%s proto=%u src=%pISpc dst=%pISpc state=%s group=%s server=%pISpc",
		      __entry->netns, __entry->why, __entry->proto,
		      __entry->src, __entry->dst, __entry->state, __entry->group,
		      __entry->server)
);

DECLARE_EVENT_CLASS(mx_server_class,
		    TP_PROTO(const struct mx_server *server, const char *from,
			     const char *to, const char *why),
		    TP_ARGS(server, from, to, why),
		    TP_STRUCT__entry(__field(u32, netns)
				     __array(u8, server, MX_TRACE_ADDR)
				     __array(char, group, MX_TRACE_NAME)
				     __array(char, from, MX_TRACE_WORD)
				     __array(char, to, MX_TRACE_WORD)
				     __array(char, why, MX_TRACE_NAME)
		    ),
		    TP_fast_assign(__entry->netns = server->group->netns;
				   mx_trace_server(__entry->server, server);
				   mx_trace_name(__entry->group,
						 server->group->name);
				   mx_trace_word(__entry->from, from);
				   mx_trace_word(__entry->to, to);
				   mx_trace_name(__entry->why, why);
		    ),
		    TP_printk("netns=%u group=%s server=%pISpc from=%s to=%s why=%s",
			      __entry->netns, __entry->group, __entry->server,
			      __entry->from, __entry->to, __entry->why)
);

/* Somebody configured a server: it came ("none" before), went, or changed */
DEFINE_EVENT(mx_server_class, mx_server_state,
	     TP_PROTO(const struct mx_server *server, const char *from,
		      const char *to, const char *why),
	     TP_ARGS(server, from, to, why)
);

/* The health of a server changed */
DEFINE_EVENT(mx_server_class, mx_failover,
	     TP_PROTO(const struct mx_server *server, const char *from,
		      const char *to, const char *why),
	     TP_ARGS(server, from, to, why)
);

/* How many members of a group new flows may be given to has changed */
TRACE_EVENT(mx_group_usable,
	    TP_PROTO(const struct mx_group *group, u32 members, u32 from,
		     u32 to),
	    TP_ARGS(group, members, from, to),
	    TP_STRUCT__entry(__field(u32, netns)
			     __field(u32, members)
			     __field(u32, from)
			     __field(u32, to)
			     __array(char, group, MX_TRACE_NAME)
	    ),
	    TP_fast_assign(__entry->netns = group->netns;
			   __entry->members = members;
			   __entry->from = from;
			   __entry->to = to;
			   mx_trace_name(__entry->group, group->name);
	    ),
	    TP_printk("netns=%u group=%s members=%u from=%u to=%u",
		      __entry->netns, __entry->group, __entry->members,
		      __entry->from, __entry->to)
);

/* The status of a path, or the reason for it, changed */
TRACE_EVENT(mx_path,
	    TP_PROTO(const struct mx_path *path, const char *from,
		     const char *to, const char *why),
	    TP_ARGS(path, from, to, why),
	    TP_STRUCT__entry(__field(u32, netns)
			     __array(char, path, MX_TRACE_NAME)
			     __array(char, from, MX_TRACE_WORD)
			     __array(char, to, MX_TRACE_WORD)
			     __array(char, why, MX_TRACE_WORD)
	    ),
	    TP_fast_assign(__entry->netns = path->netns;
			   mx_trace_name(__entry->path, path->name);
			   mx_trace_word(__entry->from, from);
			   mx_trace_word(__entry->to, to);
			   mx_trace_word(__entry->why, why);
	    ),
	    TP_printk("netns=%u path=%s from=%s to=%s why=%s",
		      __entry->netns, __entry->path, __entry->from,
		      __entry->to, __entry->why)
);

/* A packet is dropped */
TRACE_EVENT(mx_drop,
	    TP_PROTO(u32 netns, const struct mx_key *key, u32 len,
		     const char *reason),
	    TP_ARGS(netns, key, len, reason),
	    TP_STRUCT__entry(__field(u32, netns)
			     __field(u32, len)
			     __field(u8, proto)
			     __array(u8, src, MX_TRACE_ADDR)
			     __array(u8, dst, MX_TRACE_ADDR)
			     __array(char, reason, MX_TRACE_WORD)
	    ),
	    TP_fast_assign(__entry->netns = netns;
			   __entry->len = len;
			   __entry->proto = key->proto;
			   mx_trace_ends(__entry->src, __entry->dst, key);
			   mx_trace_word(__entry->reason, reason);
	    ),
	    TP_printk("netns=%u reason=%s proto=%u src=%pISpc dst=%pISpc len=%u",
		      __entry->netns, __entry->reason, __entry->proto,
		      __entry->src, __entry->dst, __entry->len)
);

#endif /* _TRACE_MUTEX_H */

/* must be outside of the guard */
#include <trace/define_trace.h>
