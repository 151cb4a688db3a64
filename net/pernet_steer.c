// SPDX-License-Identifier: GPL-2.0
/*
 * What follows for the groups of paths when a path does better or worse: who
 * gets new flows, who has to let go of its flows, and who gets them back.
 */
#include <linux/if.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include "path/choose.h"
#include "path/judge.h"
#include "path/score.h"
#include "pernet.h"
#include "steer/flow_match.h"

/* How often figures are looked at, beside changes of status. */
#define MX_STEER_INTERVAL	(HZ / 2)

/**
 * mx_pernet_steer_bare() - does a device take packets without an address
 * @dev: the device
 *
 * Such as PPP and WireGuard: there is one neighbour, or none.
 *
 * Return: true if so.
 */
bool mx_pernet_steer_bare(const struct net_device *dev)
{
	return !dev->header_ops ||
	       (dev->flags & (IFF_NOARP | IFF_POINTOPOINT | IFF_LOOPBACK));
}

/* Families that a path takes: those of its gateway, if it needs one. */
static u8 mx_steer_carries(struct mx_pernet *pn, const struct mx_path *path,
			   const struct mx_path_params *p)
{
	struct net_device *dev;
	bool bare;

	if (!p->via_family)
		return BIT(0) | BIT(1);
	rcu_read_lock();
	dev = dev_get_by_index_rcu(pn->net, READ_ONCE(path->ifindex));
	bare = dev && mx_pernet_steer_bare(dev);
	rcu_read_unlock();
	return bare ? BIT(0) | BIT(1) : BIT(mx_pool_index(p->via_family));
}

/* What a user says is what the formulas are told. */
static_assert((int)MX_PREFER_BALANCED == MUTEX_PREFER_BALANCED);
static_assert((int)MX_PREFER_LATENCY == MUTEX_PREFER_LATENCY);
static_assert((int)MX_PREFER_BANDWIDTH == MUTEX_PREFER_BANDWIDTH);
static_assert((int)MX_PREFER_LOSS == MUTEX_PREFER_LOSS);
static_assert((int)MX_PREFER_LATENCY_SENSITIVE ==
	      MUTEX_PREFER_LATENCY_SENSITIVE);
static_assert((int)MX_PREFER_THROUGHPUT == MUTEX_PREFER_THROUGHPUT);
static_assert((int)MX_PREFER_COST == MUTEX_PREFER_COST);
static_assert((int)MX_PREFER_CUSTOM == MUTEX_PREFER_CUSTOM);

static u32 mx_steer_prefer(const struct mx_quality_params *q,
			   const struct mx_path *path,
			   const struct mx_path_params *p,
			   const struct mx_window_figures *f)
{
	const struct mx_prefer prefer = {
		.kind = q->prefer,
		.custom = {
			.latency = q->share[0],
			.jitter = q->share[1],
			.loss = q->share[2],
			.bandwidth = q->share[3],
		},
	};
	struct mx_prefer_in in = {
		.rtt_us = f->rtt_us,
		.jitter_us = f->jitter_us,
		.loss_ppm = f->loss_ppm,
		.bandwidth = mx_path_mbit(READ_ONCE(path->bw_kbps),
					  p->bandwidth),
		.cost = p->cost,
	};

	/* who is not known, or does not answer, is not the best */
	if (p->probe != MUTEX_PATH_PROBE_NONE && !f->answered) {
		in.rtt_us = USEC_PER_SEC;
		in.jitter_us = USEC_PER_SEC;
	}
	return mx_prefer_rank(&prefer, &in);
}

/*
 * Whether a path breaks its group's limits. Who has broken one keeps to it for
 * a while before it is believed.
 */
static bool mx_steer_late(struct mx_standing *s,
			  const struct mx_quality_params *q,
			  const struct mx_window_figures *f, u64 now)
{
	const struct mx_sla sla = {
		.latency_us = q->latency_us,
		.jitter_us = q->jitter_us,
		.loss_ppm = q->loss_ppm,
	};
	struct mx_sla_in in;

	mx_sla_from(&in, f);
	s->broken = mx_sla_judge(&sla, &in, s->broken);
	if (s->broken) {
		s->late = true;
		s->bared = 0;
	} else if (s->late) {
		if (!s->bared)
			s->bared = now;
		if (now - s->bared >= MX_CHOOSE_PROOF_MS)
			s->late = false;
	}
	return s->late;
}

/* What is to be compared of a member, but for its families. */
static void mx_steer_look(struct mx_pernet *pn, struct mx_choice *c,
			  const struct mx_conf_member *m,
			  const struct mx_quality_params *q, u64 now)
{
	struct mx_server *server = m->server;
	struct mx_path *path = server->path;
	const struct mx_path_conf *conf;
	struct mx_window_figures f;
	u8 carries;

	memset(c, 0, sizeof(*c));
	conf = mx_dereference(path->live, &pn->lock);
	if (!conf)
		return;
	mx_path_quick(path, &f);
	c->link = READ_ONCE(path->link) &&
		  conf->params.admin != MUTEX_PATH_ADMIN_DOWN;
	c->standby = conf->params.admin == MUTEX_PATH_ADMIN_STANDBY;
	c->status = READ_ONCE(path->status);
	c->prefer = mx_steer_prefer(q, path, &conf->params, &f);
	c->late = mx_steer_late(&server->standing, q, &f, now);
	carries = mx_steer_carries(pn, path, &conf->params);
	WRITE_ONCE(server->carries, carries);
}

/**
 * struct mx_steer - a choice among the paths of a group
 * @pn: the namespace
 * @group: the group
 * @conf: its configuration in force
 * @c: the members, for IPv4 and for IPv6: conf->n each
 * @now: mx_health_now()
 * @without: member that is about to go, U32_MAX for none
 * @changed: the pools are to be built anew
 */
struct mx_steer {
	struct mx_pernet *pn;
	struct mx_group *group;
	const struct mx_group_conf *conf;
	struct mx_choice *c[2];
	u64 now;
	u32 without;
	bool changed;
};

/* Compares the members that take a family. */
static void mx_steer_family(struct mx_steer *s, unsigned int f)
{
	const struct mx_conf_member *m;
	u32 i;

	for (i = 0; i < s->conf->n; i++) {
		m = &s->conf->members[i];
		s->c[f][i] = s->c[0][i];
		s->c[f][i].away = m->state != MUTEX_SERVER_STATE_UP ||
				  !(m->server->carries & BIT(f)) ||
				  i == s->without;
		s->c[f][i].carries = !(m->server->spare & BIT(f));
	}
	/* a client that keeps its path would be given it again */
	mx_choose(s->c[f], s->conf->n,
		  s->conf->params.sched == &mx_sched_quality &&
		  !s->conf->params.persist.time);
}

/* What was chosen, for packets to see. */
static void mx_steer_apply(struct mx_steer *s, u32 i)
{
	struct mx_server *server = s->conf->members[i].server;
	unsigned int f;
	u8 spare = 0;

	for (f = 0; f < ARRAY_SIZE(s->c); f++)
		if ((server->carries & BIT(f)) && s->c[f][i].spare)
			spare |= BIT(f);
	s->changed |= server->spare != spare;
	WRITE_ONCE(server->spare, spare);
	WRITE_ONCE(server->member.quality, s->c[0][i].quality);
}

/* Is a member fit for any family that it takes? */
static bool mx_steer_fit(const struct mx_steer *s, u32 i)
{
	const struct mx_server *server = s->conf->members[i].server;
	unsigned int f;

	for (f = 0; f < ARRAY_SIZE(s->c); f++)
		if ((server->carries & BIT(f)) && s->c[f][i].fit)
			return true;
	return false;
}

/* Tells the health of those that are fit, or of those that are not. */
static void mx_steer_verdicts(struct mx_steer *s, bool fit)
{
	u32 i;

	for (i = 0; i < s->conf->n; i++)
		if (mx_steer_fit(s, i) == fit)
			s->changed |=
				mx_health_report(s->conf->members[i].server,
						 MX_HEALTH_VERDICT, fit,
						 MUTEX_REASON_CHECK, s->now);
}

/* Collects the pools anew, if what they are made of has changed. */
static void mx_steer_collect(struct mx_steer *s)
{
	if (!s->changed)
		return;
	s->changed = false;
	if (mx_pernet_refresh_group(s->pn, s->group)) {
		/* these pools are older than the change: see to that later */
		atomic_inc(&s->group->turns);
		mx_health_desk_kick(&s->pn->health);
	}
	s->conf = mx_pernet_conf(s->pn, mx_pernet_live(s->pn), s->group);
}

/**
 * struct mx_steer_flows - flows to be let go
 * @server: of the member
 * @family: AF_INET or AF_INET6
 * @back: to a better path; answers to what came in by a path stay there
 */
struct mx_steer_flows {
	struct mx_server *server;
	u8 family;
	bool back;
};

static bool mx_steer_flow(struct mx_flow_table *ft, struct mx_flow *flow,
			  void *arg)
{
	const struct mx_steer_flows *which = arg;

	return flow->server == which->server &&
	       flow->node[0].key.family == which->family &&
	       !(which->back && test_bit(MX_FLOW_CAME, &flow->flags)) &&
	       !test_and_set_bit(MX_FLOW_LEAVES, &flow->flags);
}

/* Has a member's flows of a family decided anew. */
static void mx_steer_let_go(struct mx_pernet *pn, struct mx_server *server,
			    unsigned int f, bool back)
{
	struct mx_steer_flows which = {
		.server = server,
		.family = f ? AF_INET6 : AF_INET,
		.back = back,
	};
	u32 n;

	if (!atomic_read(&server->member.active))
		return;
	n = mx_flow_each(&pn->flows, NULL, mx_steer_flow, &which);
	mx_dbg("path", "netns %u: group %s: %u flows of path %s: %s\n",
	       server->group->netns, server->group->name, n, server->name,
	       back ? "return" : "move");
}

/*
 * Of a member that is fit for one family only, the flows of the other one have
 * to be looked for; of one that is fit for none, packets see that.
 */
static void mx_steer_leave(struct mx_steer *s, u32 i, unsigned int f)
{
	struct mx_server *server = s->conf->members[i].server;
	struct mx_standing *st = &server->standing;

	if (s->c[f][i].fit || READ_ONCE(server->unfit)) {
		st->left &= ~BIT(f);
		return;
	}
	if (st->left & BIT(f))
		return;
	st->left |= BIT(f);
	mx_steer_let_go(s->pn, server, f, false);
}

/* Has flows return to a better path that has been better for a while. */
static void mx_steer_failback(struct mx_steer *s, u32 i, unsigned int f)
{
	struct mx_server *server = s->conf->members[i].server;
	u64 *behind = &server->standing.behind[f];

	if (!s->conf->params.quality.failback || !s->c[f][i].behind ||
	    s->c[f][i].away) {
		*behind = 0;
		return;
	}
	if (!*behind)
		*behind = s->now;
	if (s->now - *behind < MX_CHOOSE_PROOF_MS)
		return;
	*behind = s->now;
	mx_steer_let_go(s->pn, server, f, true);
}

static void mx_steer_choose(struct mx_steer *s)
{
	const struct mx_group_conf *conf = s->conf;
	unsigned int f;
	u8 carried;
	u32 i;

	for (i = 0; i < conf->n; i++) {
		carried = conf->members[i].server->carries;
		mx_steer_look(s->pn, &s->c[0][i], &conf->members[i],
			      &conf->params.quality, s->now);
		s->changed |= conf->members[i].server->carries != carried;
	}
	/* the first one works in place */
	for (f = ARRAY_SIZE(s->c); f--;)
		mx_steer_family(s, f);
	for (i = 0; i < conf->n; i++)
		mx_steer_apply(s, i);
	mx_steer_verdicts(s, true);
	/* who takes over is in the pools before flows look for it */
	mx_steer_collect(s);
	mx_steer_verdicts(s, false);
	mx_steer_collect(s);
	for (i = 0; i < s->conf->n; i++) {
		for (f = 0; f < ARRAY_SIZE(s->c); f++) {
			if (!(s->conf->members[i].server->carries & BIT(f)))
				continue;
			mx_steer_leave(s, i, f);
			mx_steer_failback(s, i, f);
		}
	}
}

static void mx_steer_group(struct mx_pernet *pn, struct mx_group *group,
			   u32 without)
{
	struct mx_steer s = {
		.pn = pn,
		.group = group,
		.now = mx_health_now(),
		.without = without,
	};
	struct mx_choice *c;

	s.conf = mx_pernet_conf(pn, mx_pernet_live(pn), group);
	if (!s.conf || s.conf->params.type != MUTEX_GROUP_TYPE_PATH ||
	    !s.conf->n)
		return;
	c = kvmalloc_array(s.conf->n, 2 * sizeof(*c), GFP_KERNEL);
	if (c) {
		s.c[0] = c;
		s.c[1] = c + s.conf->n;
		mx_steer_choose(&s);
		kvfree(c);
	}
	mx_pernet_steer_kick(pn);
}

/**
 * mx_pernet_steer_group() - choose anew among the paths of a group
 * @pn: the namespace, @pn->lock held
 * @group: the group; nothing happens if it is not one of paths, in force
 */
void mx_pernet_steer_group(struct mx_pernet *pn, struct mx_group *group)
{
	mx_steer_group(pn, group, U32_MAX);
}

/**
 * mx_pernet_steer_without() - have others ready: a member is about to go
 * @pn: the namespace, @pn->lock held
 * @group: the group, of paths, in force
 * @index: the member, from mx_group_find_path()
 *
 * To be followed by mx_pernet_steer_group().
 */
void mx_pernet_steer_without(struct mx_pernet *pn, struct mx_group *group,
			     u32 index)
{
	mx_steer_group(pn, group, index);
}

/**
 * mx_pernet_steer() - choose anew among the paths of all groups
 * @pn: the namespace, @pn->lock held
 *
 * To be called when a path's status, link or configuration has changed. Goes on
 * by itself to look at figures while there are groups of paths.
 */
void mx_pernet_steer(struct mx_pernet *pn)
{
	struct mx_group *group;

	list_for_each_entry(group, &pn->group_list, list)
		mx_pernet_steer_group(pn, group);
}

/**
 * mx_pernet_steer_count() - count the paths that a group's members are
 * @conf: a configuration of the group, or NULL
 * @slot: the configuration of the namespace that it is part of
 * @by: 1 or -1
 */
void mx_pernet_steer_count(const struct mx_group_conf *conf, unsigned int slot,
			   int by)
{
	u32 i;

	if (!conf || conf->params.type != MUTEX_GROUP_TYPE_PATH)
		return;
	for (i = 0; i < conf->n; i++)
		conf->members[i].server->path->users[slot] += by;
}

/**
 * mx_pernet_steer_moved() - paths lead elsewhere than before
 * @pn: the namespace, @pn->lock held
 * @ifindex: the device that one of them led out by, 0 for any
 *
 * Context: process, sleeps for a grace period.
 */
void mx_pernet_steer_moved(struct mx_pernet *pn, int ifindex)
{
	struct net_device *dev = NULL;

	/* who has read what was said before is done with it then */
	synchronize_rcu();
	rcu_read_lock();
	if (ifindex)
		dev = dev_get_by_index_rcu(pn->net, ifindex);
	if (dev || !ifindex)
		mx_hops_drop_dev(&pn->hops, dev);
	rcu_read_unlock();
}

static void mx_pernet_steer_work(struct work_struct *work)
{
	struct mx_pernet *pn = container_of(to_delayed_work(work),
					    struct mx_pernet, steer);

	mutex_lock(&pn->lock);
	mx_pernet_steer(pn);
	mutex_unlock(&pn->lock);
}

/**
 * mx_pernet_steer_kick() - have paths chosen anew soon
 * @pn: the namespace, @pn->lock held
 */
void mx_pernet_steer_kick(struct mx_pernet *pn)
{
	if (!pn->steer_stopped)
		queue_delayed_work(mx_wq, &pn->steer, MX_STEER_INTERVAL);
}

/**
 * mx_pernet_steer_init() - look after the groups of paths of a namespace
 * @pn: the namespace
 */
void mx_pernet_steer_init(struct mx_pernet *pn)
{
	INIT_DELAYED_WORK(&pn->steer, mx_pernet_steer_work);
}

/**
 * mx_pernet_steer_stop() - look after them no more
 * @pn: the namespace, @pn->lock not held
 */
void mx_pernet_steer_stop(struct mx_pernet *pn)
{
	mutex_lock(&pn->lock);
	pn->steer_stopped = true;
	mutex_unlock(&pn->lock);
	cancel_delayed_work_sync(&pn->steer);
}

/* The path's server in the other configuration, or a new one. */
static struct mx_server *mx_pernet_make_member(struct mx_pernet *pn,
					       struct mx_group *group,
					       struct mx_path *path)
{
	const struct mx_group_conf *conf;
	struct mx_server *server;
	unsigned int slot;
	int i;

	for (slot = 0; slot < MX_CONFIGS; slot++) {
		conf = mx_dereference(group->conf[slot], &pn->lock);
		i = mx_group_find_path(conf, path);
		if (i >= 0) {
			server = conf->members[i].server;
			refcount_inc(&server->refs);
			return server;
		}
	}
	server = mx_server_create_path(group, mx_path_hold(path), path->name,
				       mx_path_put);
	if (!server)
		mx_path_put(path);
	return server;
}

/**
 * mx_pernet_add_member() - add a path to a group
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @group: the group, of paths
 * @path: the path, of the same configuration
 * @set: what the user says of it, but @server
 *
 * Return: as mx_pernet_add_server().
 */
int mx_pernet_add_member(struct mx_pernet *pn, struct mx_config *cfg,
			 struct mx_group *group, struct mx_path *path,
			 const struct mx_conf_member *set)
{
	const struct mx_group_conf *conf = mx_pernet_conf(pn, cfg, group);
	struct mx_server *server;
	int err;

	if (mx_group_find_path(conf, path) >= 0)
		return -EEXIST;
	if (conf->n >= MX_MAX_MEMBERS)
		return -ENOSPC;
	server = mx_pernet_make_member(pn, group, path);
	if (!server)
		return -ENOMEM;
	err = mx_pernet_append(pn, cfg, group, server, set);
	mx_server_put(server);
	return err;
}
