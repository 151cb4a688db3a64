/* SPDX-License-Identifier: GPL-2.0 */
/* A configuration, groups and a flow cache to test on, without a namespace. */
#ifndef MX_FIXTURE_H
#define MX_FIXTURE_H

#include <kunit/test.h>
#include "steer/config.h"
#include "steer/flow.h"

#define MX_FIX_GROUPS	8
#define MX_FIX_MEMBERS	8

/**
 * struct mx_fix_group - a group under test
 * @group: the group; the fixture holds a reference
 * @params: what it shall be configured with at the next mx_fix_publish()
 * @member: what it shall have as members then; the fixture holds each server
 * @n: how many
 * @server: every server ever made for it, held until the end
 * @servers: how many
 */
struct mx_fix_group {
	struct mx_group *group;
	struct mx_group_params params;
	struct mx_conf_member member[MX_FIX_MEMBERS];
	u32 n;
	struct mx_server *server[MX_FIX_MEMBERS];
	u32 servers;
};

/**
 * struct mx_fix - what pernet owns in the module
 * @test: the running test
 * @early: the module is not initialized yet, and the fixture did it instead
 * @lock: the writers'
 * @cfg: the configuration, of slot 0
 * @stats: see enum mx_stat
 * @hops: next hops
 * @flows: the flow cache, with the settings of @cfg
 * @group: the groups
 * @groups: how many
 */
struct mx_fix {
	struct kunit *test;
	bool early;
	struct mutex lock;	/* of whoever changes @cfg or a group */
	struct mx_config *cfg;
	struct mx_stats stats;
	struct mx_hops hops;
	struct mx_flow_table flows;
	struct mx_fix_group group[MX_FIX_GROUPS];
	u32 groups;
};

/* As a suite's .init and .exit; the fixture is test->priv. */
int mx_fix_init(struct kunit *test);
void mx_fix_exit(struct kunit *test);
void mx_fix_settle(void);

u8 mx_fix_addr(struct kunit *test, const char *text, union nf_inet_addr *addr);
struct mx_key mx_fix_key(struct kunit *test, u8 proto, const char *src,
			 u16 sport, const char *dst, u16 dport);
struct mx_packet mx_fix_packet(struct kunit *test, u8 proto, const char *src,
			       u16 sport, const char *dst, u16 dport,
			       u8 tcp_flags);

struct mx_fix_group *mx_fix_group(struct mx_fix *f, const char *name,
				  const struct mx_sched *sched);
struct mx_server *mx_fix_server(struct mx_fix *f, struct mx_fix_group *g,
				const char *addr, u16 port, u8 state);
void mx_fix_publish(struct mx_fix *f, struct mx_fix_group *g);

struct mx_table *mx_fix_table(struct mx_fix *f, const char *name, u32 priority);
int mx_fix_route(struct mx_fix *f, struct mx_table *table, const char *dst,
		 u8 plen, struct mx_fix_group *g, u32 metric);
struct mx_rule *mx_fix_rule(struct mx_fix *f, u32 id, u32 priority,
			    const struct mx_match *match);
int mx_fix_add_rule(struct mx_fix *f, struct mx_rule *rule);

struct mx_flow *mx_fix_flow(struct mx_fix *f, const struct mx_packet *pkt,
			    struct mx_server *server, u8 forward);

#endif /* MX_FIXTURE_H */
