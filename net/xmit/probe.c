// SPDX-License-Identifier: GPL-2.0
/* Probing of a namespace's paths: which, when, and what follows. */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/prefetch.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <net/netns/generic.h>
#include "xmit/probe.h"
#include "xmit/reflector.h"

/* Changes of the configuration are followed so late, many at once. */
#define MX_PROBE_FOLLOW_MS	10
/* The first probe of a path goes within this time, whatever its interval is. */
#define MX_PROBE_FIRST_MS	1000
/* So often is a port looked for that no other path has. */
#define MX_PROBE_TRIES		64

static unsigned int mx_probe_net_id __read_mostly;

static const struct nf_hook_ops mx_probe_hook_ops[] = {
	{
		.hook = mx_probe_hook,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = NF_IP_PRI_RAW_BEFORE_DEFRAG,
	},
#if IS_ENABLED(CONFIG_IPV6)
	{
		.hook = mx_probe_hook,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = NF_IP6_PRI_RAW_BEFORE_DEFRAG,
	},
#endif
};

/**
 * mx_prober() - what probes the paths of a namespace
 * @net: the namespace
 *
 * Return: it.
 */
struct mx_prober *mx_prober(const struct net *net)
{
	return net_generic(net, mx_probe_net_id);
}

/**
 * mx_probe_bucket() - where the probing of a path lies
 * @pr: the prober
 * @family: AF_INET or AF_INET6
 * @kind: enum mutex_check
 * @peer: where probes go, rest zero
 * @port: at what port, 0 of ICMP
 * @sport: from what port, or with what identifier
 *
 * Return: the bucket, NULL if no path has been probed yet.
 */
struct hlist_head *mx_probe_bucket(const struct mx_prober *pr, u8 family,
				   u8 kind, const union nf_inet_addr *peer,
				   __be16 port, u16 sport)
{
	/* pairs with the release in mx_probe_ready() */
	struct hlist_head *hash = smp_load_acquire(&pr->hash);
	u64 h;

	if (!hash)
		return NULL;
	h = siphash_3u64((u64)peer->all[0] << 32 | peer->all[1],
			 (u64)peer->all[2] << 32 | peer->all[3],
			 (u64)family << 40 | (u64)kind << 32 |
			 (u32)ntohs(port) << 16 | mx_probe_base(kind, sport),
			 &pr->key);
	return hash + (h >> (64 - MX_PROBE_HASH_BITS));
}

static struct mx_pace_params mx_probe_pace(const struct mx_path_params *p)
{
	return (struct mx_pace_params) {
		.interval = p->interval,
		.timeout = p->timeout,
	};
}

/* Sets the timer to what comes next. */
static void mx_probe_plan(struct mx_probing *b, u64 now)
{
	u64 wake;

	spin_lock_bh(&b->lock);
	wake = mx_pace_wake(&b->pace);
	spin_unlock_bh(&b->lock);
	mod_timer(&b->timer, jiffies + 1 +
		  (wake > now ? nsecs_to_jiffies(wake - now) : 0));
}

static void mx_probe_miss(struct mx_probing *b, u32 seq)
{
	mx_path_probe_missed(b->path, seq, mx_path_now());
}

/* Misses what did not come, and tells whether a probe is due. */
static bool mx_probe_due(struct mx_probing *b, u64 now, u32 *seq)
{
	const struct mx_pace_params *pp = &b->beat;
	bool due, lost = false;

	spin_lock(&b->lock);
	while (mx_pace_missed(&b->pace, pp, now, seq))
		mx_probe_miss(b, *seq);
	due = mx_pace_due(&b->pace, now);
	if (due && !READ_ONCE(b->path->link)) {
		mx_pace_skip(&b->pace, pp, now);
		due = false;
	}
	if (due)
		*seq = mx_pace_send(&b->pace, pp, now, &lost)->seq;
	if (lost)
		mx_probe_miss(b, *seq - b->pace.n);
	spin_unlock(&b->lock);
	return due;
}

/* A probe that finds no way is lost; one that finds no memory was none. */
static void mx_probe_unsent(struct mx_probing *b, u32 seq, int err)
{
	spin_lock(&b->lock);
	mx_pace_give_up(&b->pace, seq);
	if (err != -ENOMEM)
		mx_probe_miss(b, seq);
	spin_unlock(&b->lock);
}

static void mx_probe_timer(struct timer_list *t)
{
	struct mx_probing *b = container_of(t, struct mx_probing, timer);
	u64 now;
	u32 seq;
	int err;

	prefetchw(b->path);
	prefetchw(&b->pace);
	prefetch(&b->node);
	prefetch(&b->params.via);
	now = ktime_get_ns();
	rcu_read_lock();
	if (!rcu_access_pointer(b->path->live)) {
		/* it goes, or comes back before anybody has noticed */
		mod_timer(&b->timer, jiffies + HZ);
		goto unlock;
	}
	if (mx_probe_due(b, now, &seq)) {
		err = mx_probe_send(b, seq);
		if (err)
			mx_probe_unsent(b, seq, err);
	}
	mx_probe_plan(b, now);
unlock:
	rcu_read_unlock();
}

static void mx_probing_free(struct rcu_head *rcu)
{
	struct mx_probing *b = container_of(rcu, struct mx_probing, rcu);

	mx_stamp_key_put(b->key);
	mx_path_put(b->path);
	kfree(b->pace.slots);
	kfree(b->measure);
	kfree(b);
}

/* What a path's probes are: a kind of packet, to where. */
static void mx_probing_aim(struct mx_probing *b, const struct mx_path_params *p)
{
	b->params = *p;
	b->beat = mx_probe_pace(p);
	b->family = p->family;
	b->peer = p->peer;
	b->port = p->port;
	switch (p->probe) {
	case MUTEX_PATH_PROBE_ICMP:
		b->kind = MUTEX_CHECK_ICMP;
		b->port = 0;
		break;
	case MUTEX_PATH_PROBE_TCP:
		b->kind = MUTEX_CHECK_TCP;
		break;
	default:
		b->kind = MUTEX_CHECK_UDP;
		b->stamp = true;
	}
}

static struct hlist_head *mx_probing_bucket(const struct mx_prober *pr,
					    const struct mx_probing *b)
{
	return mx_probe_bucket(pr, b->family, b->kind, &b->peer, b->port,
			       b->sport);
}

/* Have the probes of another path the same ports, or the same identifier? */
static bool mx_probing_clashes(const struct mx_prober *pr,
			       const struct mx_probing *b)
{
	const struct mx_probing *other;

	/* the namespace's lock is held: none comes or goes */
	hlist_for_each_entry(other, mx_probing_bucket(pr, b), node)
		if (other->sport == b->sport && other->kind == b->kind &&
		    other->family == b->family && other->port == b->port &&
		    nf_inet_addr_cmp(&other->peer, &b->peer))
			return true;
	return false;
}

/*
 * By this, answers are told apart, and the peer tells sessions apart. Beyond as
 * many paths to one peer as there are ports, tokens alone tell.
 */
static void mx_probing_name(const struct mx_prober *pr, struct mx_probing *b)
{
	unsigned int tries = MX_PROBE_TRIES;
	u16 r;

	do {
		r = get_random_u32();
		if (b->kind != MUTEX_CHECK_ICMP)
			r = MX_CHECK_PORT_MIN +
			    (r & (BIT(MX_CHECK_PORT_BITS) - 1));
		b->sport = mx_probe_base(b->kind, r);
	} while (mx_probing_clashes(pr, b) && --tries);
}

static struct mx_probing *mx_probing_create(const struct mx_prober *pr,
					    const struct mx_path_params *p)
{
	struct mx_pace_params pp = mx_probe_pace(p);
	u32 n = mx_pace_slots(&pp), first;
	struct mx_pace_slot *slots;
	struct mx_probing *b;

	b = kzalloc(sizeof(*b), GFP_KERNEL_ACCOUNT);
	slots = kcalloc(n, sizeof(*slots), GFP_KERNEL_ACCOUNT);
	if (!b || !slots) {
		kfree(slots);
		kfree(b);
		return NULL;
	}
	spin_lock_init(&b->lock);
	timer_setup(&b->timer, mx_probe_timer, 0);
	b->id = get_random_u64();
	mx_probing_aim(b, p);
	mx_probing_name(pr, b);
	if (b->stamp && p->measure) {
		b->measure = mx_measure_create(b);
		if (!b->measure) {
			kfree(slots);
			kfree(b);
			return NULL;
		}
	}
	first = reciprocal_scale(get_random_u32(),
				 min_t(u32, p->interval, MX_PROBE_FIRST_MS));
	mx_pace_init(&b->pace, slots, n, get_random_u32(),
		     ktime_get_ns() + (u64)first * NSEC_PER_MSEC);
	return b;
}

/* What is needed by the first path. */
static int mx_probe_ready(struct mx_prober *pr)
{
	struct net *net = pr->pn->net;
	struct hlist_head *hash;
	int err;

	if (!pr->hash) {
		hash = kvcalloc(1 << MX_PROBE_HASH_BITS, sizeof(*hash),
				GFP_KERNEL);
		if (!hash)
			return -ENOMEM;
		/* seen whole */
		smp_store_release(&pr->hash, hash);
	}
	if (pr->hooked)
		return 0;
	err = nf_register_net_hooks(net, mx_probe_hook_ops,
				    ARRAY_SIZE(mx_probe_hook_ops));
	if (err)
		return err;
	/* packets have the time of their arrival from now on */
	net_enable_timestamp();
	pr->hooked = true;
	WRITE_ONCE(pr->pn->probing, true);
	return 0;
}

static void mx_probe_idle(struct mx_prober *pr)
{
	if (!pr->hooked || pr->n)
		return;
	WRITE_ONCE(pr->pn->probing, false);
	pr->hooked = false;
	net_disable_timestamp();
	nf_unregister_net_hooks(pr->pn->net, mx_probe_hook_ops,
				ARRAY_SIZE(mx_probe_hook_ops));
}

static int mx_probe_start(struct mx_prober *pr, struct mx_path *path,
			  const struct mx_path_params *p,
			  struct mx_stamp_key *key)
{
	struct mx_probing *b;
	int err;

	err = mx_probe_ready(pr);
	if (err)
		return err;
	b = mx_probing_create(pr, p);
	if (!b)
		return -ENOMEM;
	b->pr = pr;
	b->path = mx_path_hold(path);
	if (key)
		refcount_inc(&key->refs);
	b->key = key;
	b->keep = true;
	path->probing = b;
	list_add_tail(&b->list, &pr->all);
	hlist_add_head_rcu(&b->node, mx_probing_bucket(pr, b));
	pr->n++;
	mx_dbg("probe", "netns %u: %s: begins\n", path->netns, path->name);
	mx_probe_plan(b, ktime_get_ns());
	mx_measure_start(b->measure);
	return 0;
}

static void mx_probe_stop(struct mx_prober *pr, struct mx_probing *b)
{
	mx_dbg("probe", "netns %u: %s: ends\n", b->path->netns, b->path->name);
	b->path->probing = NULL;
	list_del(&b->list);
	hlist_del_rcu(&b->node);
	timer_shutdown_sync(&b->timer);
	mx_measure_stop(b->measure);
	pr->n--;
	call_rcu(&b->rcu, mx_probing_free);
}

/* It goes on: the beat may be another one now. */
static void mx_probe_go_on(struct mx_probing *b, const struct mx_path_params *p)
{
	u64 now = ktime_get_ns();
	bool sooner;

	b->keep = true;
	spin_lock_bh(&b->lock);
	sooner = p->interval < b->beat.interval;
	b->beat = mx_probe_pace(p);
	if (sooner)
		mx_pace_hasten(&b->pace, &b->beat, now);
	spin_unlock_bh(&b->lock);
	if (sooner)
		mx_probe_plan(b, now);
}

static bool mx_probe_same(const struct mx_probing *b,
			  const struct mx_path_params *p,
			  const struct mx_stamp_key *key)
{
	struct mx_pace_params pp = mx_probe_pace(p);

	return mx_path_same_way(&b->params, p) && b->key == key &&
	       b->params.measure == p->measure &&
	       b->pace.n >= mx_pace_slots(&pp);
}

/* Makes the probing of a path what the configuration in force says. */
static int mx_probe_sync(struct mx_prober *pr, struct mx_path *path)
{
	struct mx_pernet *pn = pr->pn;
	const struct mx_path_conf *conf = mx_dereference(path->live, &pn->lock);
	const struct mx_path_params *p;
	struct mx_stamp_key *key = NULL;
	struct mx_secret *secret;

	if (!conf || conf->params.probe == MUTEX_PATH_PROBE_NONE)
		return 0;
	p = &conf->params;
	if (p->key_id && p->probe == MUTEX_PATH_PROBE_STAMP) {
		secret = mx_secret_find(pn, mx_pernet_live(pn), p->key_id);
		if (!secret)
			return 0;
		key = secret->key;
	}
	if (path->probing && mx_probe_same(path->probing, p, key)) {
		mx_probe_go_on(path->probing, p);
		return 0;
	}
	if (path->probing)
		mx_probe_stop(pr, path->probing);
	return mx_probe_start(pr, path, p, key);
}

static int mx_probe_follow(struct mx_prober *pr)
{
	struct mx_probing *b, *next;
	struct mx_path *path;
	int err = 0;

	list_for_each_entry(b, &pr->all, list)
		b->keep = false;
	list_for_each_entry(path, &pr->pn->path_list, list) {
		err = mx_probe_sync(pr, path) ?: err;
		cond_resched();
	}
	list_for_each_entry_safe(b, next, &pr->all, list)
		if (!b->keep)
			mx_probe_stop(pr, b);
	mx_probe_idle(pr);
	return err;
}

static void mx_probe_work(struct work_struct *work)
{
	struct mx_prober *pr = container_of(to_delayed_work(work),
					    struct mx_prober, work);

	mutex_lock(&pr->pn->lock);
	pr->dirty = false;
	/* without memory, once more a little later */
	if (!pr->stopped && mx_probe_follow(pr)) {
		pr->dirty = true;
		queue_delayed_work(mx_wq, &pr->work, HZ);
	}
	mutex_unlock(&pr->pn->lock);
}

/**
 * mx_probe_kick() - have the probing follow the configuration
 * @pn: the namespace, whose configuration in force may have changed; its lock
 *	is held
 */
void mx_probe_kick(struct mx_pernet *pn)
{
	struct mx_prober *pr = mx_prober(pn->net);

	if (pr->dirty || pr->stopped || (!pn->n_paths && !pr->n))
		return;
	pr->dirty = true;
	mod_delayed_work(mx_wq, &pr->work,
			 msecs_to_jiffies(MX_PROBE_FOLLOW_MS));
}

static int __net_init mx_probe_net_init(struct net *net)
{
	struct mx_prober *pr = mx_prober(net);

	pr->pn = mx_pernet(net);
	INIT_LIST_HEAD(&pr->all);
	INIT_DELAYED_WORK(&pr->work, mx_probe_work);
	get_random_bytes(&pr->key, sizeof(pr->key));
	return 0;
}

static void __net_exit mx_probe_net_pre_exit(struct net *net)
{
	struct mx_prober *pr = mx_prober(net);
	struct mx_probing *b, *next;

	mutex_lock(&pr->pn->lock);
	pr->stopped = true;
	mutex_unlock(&pr->pn->lock);
	cancel_delayed_work_sync(&pr->work);
	mutex_lock(&pr->pn->lock);
	list_for_each_entry_safe(b, next, &pr->all, list)
		mx_probe_stop(pr, b);
	mx_probe_idle(pr);
	mutex_unlock(&pr->pn->lock);
}

static void __net_exit mx_probe_net_exit(struct net *net)
{
	kvfree(mx_prober(net)->hash);
}

static struct pernet_operations mx_probe_net_ops = {
	.init = mx_probe_net_init,
	.pre_exit = mx_probe_net_pre_exit,
	.exit = mx_probe_net_exit,
	.id = &mx_probe_net_id,
	.size = sizeof(struct mx_prober),
};

/**
 * mx_probes_init() - prepare every network namespace for paths
 *
 * Return: 0 or -errno.
 */
int mx_probes_init(void)
{
	return register_pernet_subsys(&mx_probe_net_ops);
}

/**
 * mx_probes_exit() - end the probing in every network namespace
 */
void mx_probes_exit(void)
{
	unregister_pernet_subsys(&mx_probe_net_ops);
}
