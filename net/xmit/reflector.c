// SPDX-License-Identifier: GPL-2.0
/* Reflectors and keys of a namespace: configured, opened, closed. */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/netns/generic.h>
#include <net/sock.h>
#include <net/udp.h>
#include <net/udp_tunnel.h>
#include "xmit/check.h"
#include "xmit/reflector.h"

/**
 * struct mx_reflect_net - reflectors and keys of a namespace
 * @pn: the namespace
 * @reflectors: of each configuration
 * @secrets: keys of each configuration
 */
struct mx_reflect_net {
	struct mx_pernet *pn;
	struct list_head reflectors[MX_CONFIGS];
	struct list_head secrets[MX_CONFIGS];
};

static unsigned int mx_reflect_net_id __read_mostly;

static struct mx_reflect_net *mx_reflect_net(const struct mx_pernet *pn)
{
	return net_generic(pn->net, mx_reflect_net_id);
}

static bool mx_reflect_live(struct mx_pernet *pn, const struct mx_config *cfg)
{
	return cfg == mx_pernet_live(pn);
}

static u32 mx_reflect_entries(const struct list_head *list)
{
	const struct list_head *pos;
	u32 n = 0;

	list_for_each(pos, list)
		n++;
	return n;
}

/**
 * mx_secrets() - the keys of a configuration
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 *
 * Return: list of struct mx_secret.
 */
struct list_head *mx_secrets(struct mx_pernet *pn, const struct mx_config *cfg)
{
	return &mx_reflect_net(pn)->secrets[cfg->slot];
}

/**
 * mx_reflectors() - the reflectors of a configuration
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 *
 * Return: list of struct mx_reflector.
 */
struct list_head *mx_reflectors(struct mx_pernet *pn,
				const struct mx_config *cfg)
{
	return &mx_reflect_net(pn)->reflectors[cfg->slot];
}

/**
 * mx_secret_find() - look a key up by its number
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @id: the number
 *
 * Return: the key, or NULL.
 */
struct mx_secret *mx_secret_find(struct mx_pernet *pn,
				 const struct mx_config *cfg, u32 id)
{
	struct mx_secret *secret;

	list_for_each_entry(secret, mx_secrets(pn, cfg), list)
		if (secret->id == id)
			return secret;
	return NULL;
}

/**
 * mx_secret_add() - add a key
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @id: its number, which is free
 * @file: where the user has it from
 * @key: the key; takes the caller's reference if all goes well
 *
 * Return: 0, -ENOSPC at MX_MAX_SECRETS, -ENOMEM.
 */
int mx_secret_add(struct mx_pernet *pn, const struct mx_config *cfg, u32 id,
		  const char *file, struct mx_stamp_key *key)
{
	struct list_head *list = mx_secrets(pn, cfg);
	struct mx_secret *secret;

	if (mx_reflect_entries(list) >= MX_MAX_SECRETS)
		return -ENOSPC;
	secret = kzalloc(sizeof(*secret), GFP_KERNEL_ACCOUNT);
	if (!secret)
		return -ENOMEM;
	secret->id = id;
	secret->key = key;
	strscpy(secret->file, file, sizeof(secret->file));
	list_add_tail(&secret->list, list);
	return 0;
}

/**
 * mx_secret_del() - forget a key
 * @secret: the key, which nothing in its configuration refers to; the
 *	namespace's lock is held
 */
void mx_secret_del(struct mx_secret *secret)
{
	list_del(&secret->list);
	mx_stamp_key_put(secret->key);
	kfree(secret);
}

static void mx_reflect_conf_free(struct mx_reflect_conf *conf)
{
	if (!conf)
		return;
	mx_stamp_key_put(conf->key);
	kfree_rcu(conf, rcu);
}

/* What packets will read; the key is there if one is named. */
static struct mx_reflect_conf *
mx_reflect_conf_build(struct mx_pernet *pn, const struct mx_config *cfg,
		      const struct mx_reflect_params *params)
{
	struct mx_reflect_conf *conf = kzalloc(sizeof(*conf),
					       GFP_KERNEL_ACCOUNT);
	struct mx_secret *secret;

	if (!conf)
		return NULL;
	conf->params = *params;
	if (params->key_id) {
		secret = mx_secret_find(pn, cfg, params->key_id);
		refcount_inc(&secret->key->refs);
		conf->key = secret->key;
	}
	/* a tenth of a second's worth may come at once, and a burst of probes */
	mx_tokens_rate_init(&conf->each, params->rate,
			    max(params->rate / 10, 16U));
	mx_tokens_rate_init(&conf->all, (u64)params->rate * MX_REFLECT_TOTAL,
			    max((u64)params->rate * MX_REFLECT_TOTAL / 10,
				16ULL));
	return conf;
}

static struct mx_reflect_conf *mx_reflector_conf(const struct mx_reflector *r)
{
	return mx_dereference(r->conf, &r->pn->lock);
}

static void mx_reflector_publish(struct mx_reflector *r,
				 struct mx_reflect_conf *conf)
{
	struct mx_reflect_conf *old = mx_reflector_conf(r);

	rcu_assign_pointer(r->conf, conf);
	/* what was owed at the old rate means nothing at the new one */
	if (old && conf && old->params.rate != conf->params.rate)
		mx_peers_refill(&r->peers);
	mx_reflect_conf_free(old);
}

/**
 * mx_reflector_params() - what the user said of a reflector
 * @r: the reflector, the namespace's lock held
 *
 * Return: that.
 */
const struct mx_reflect_params *
mx_reflector_params(const struct mx_reflector *r)
{
	return &mx_reflector_conf(r)->params;
}

/**
 * mx_secret_set() - replace a key
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @secret: the key
 * @file: where the user has the new one from
 * @key: the new one; takes the caller's reference if all goes well
 *
 * Return: 0, or -ENOMEM and nothing has changed.
 */
int mx_secret_set(struct mx_pernet *pn, const struct mx_config *cfg,
		  struct mx_secret *secret, const char *file,
		  struct mx_stamp_key *key)
{
	struct mx_reflect_conf *conf[MX_MAX_REFLECTORS];
	struct mx_stamp_key *old = secret->key;
	struct mx_reflector *r;
	u32 n = 0, i = 0;

	secret->key = key;
	list_for_each_entry(r, mx_reflectors(pn, cfg), list) {
		if (mx_reflector_params(r)->key_id != secret->id)
			continue;
		conf[n] = mx_reflect_conf_build(pn, cfg,
						mx_reflector_params(r));
		if (!conf[n])
			goto err_conf;
		n++;
	}
	list_for_each_entry(r, mx_reflectors(pn, cfg), list)
		if (mx_reflector_params(r)->key_id == secret->id)
			mx_reflector_publish(r, conf[i++]);
	strscpy(secret->file, file, sizeof(secret->file));
	mx_stamp_key_put(old);
	return 0;

err_conf:
	while (n--)
		mx_reflect_conf_free(conf[n]);
	secret->key = old;
	return -ENOMEM;
}

static int mx_reflect_open(struct mx_reflector *r, u8 family, u16 port,
			   struct socket **sock)
{
	struct sockaddr_in6 a6 = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
	};
	struct sockaddr_in a4 = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};
	struct sockaddr *addr = family == AF_INET ? (void *)&a4 : (void *)&a6;
	struct sock *sk;
	int err;

	err = sock_create_kern(r->pn->net, family, SOCK_DGRAM, IPPROTO_UDP,
			       sock);
	if (err)
		return err;
	sk = (*sock)->sk;
	if (family == AF_INET6)
		sk->sk_ipv6only = true;
	err = kernel_bind(*sock, addr, family == AF_INET ? sizeof(a4) :
							   sizeof(a6));
	if (err) {
		sock_release(*sock);
		*sock = NULL;
		return err;
	}
	rcu_assign_sk_user_data(sk, r);
	WRITE_ONCE(udp_sk(sk)->encap_type, 1);
	WRITE_ONCE(udp_sk(sk)->encap_rcv, mx_reflect_rcv);
	udp_tunnel_encap_enable(sk);
	return 0;
}

static void mx_reflect_close(struct mx_reflector *r)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(r->sock); i++) {
		if (!r->sock[i])
			continue;
		rcu_assign_sk_user_data(r->sock[i]->sk, NULL);
		sock_release(r->sock[i]);
		r->sock[i] = NULL;
		net_disable_timestamp();
	}
}

/* Listens; a host without IPv6, or without IPv4, does so at the other alone. */
static int mx_reflector_listen(struct mx_reflector *r)
{
	static const u8 families[] = {
		AF_INET,
#if IS_ENABLED(CONFIG_IPV6)
		AF_INET6,
#endif
	};
	u16 port = mx_reflector_params(r)->port;
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		err = mx_reflect_open(r, families[i], port, &r->sock[i]);
		if (err && err != -EAFNOSUPPORT) {
			mx_reflect_close(r);
			return err;
		}
		/* packets have the time of their arrival from now on */
		if (!err)
			net_enable_timestamp();
	}
	return 0;
}

static void mx_reflector_free(struct work_struct *work)
{
	struct mx_reflector *r = container_of(to_rcu_work(work),
					      struct mx_reflector, free);

	mx_peers_destroy(&r->peers);
	mx_stats_destroy(&r->stats);
	kfree(r);
}

static struct mx_reflector *mx_reflector_create(struct mx_pernet *pn)
{
	struct mx_reflector *r = kzalloc(sizeof(*r), GFP_KERNEL_ACCOUNT);

	if (!r)
		return NULL;
	r->pn = pn;
	INIT_LIST_HEAD(&r->list);
	INIT_RCU_WORK(&r->free, mx_reflector_free);
	if (mx_stats_init(&r->stats, MX_REFLECT_STATS, GFP_KERNEL_ACCOUNT))
		goto err_r;
	if (mx_peers_init(&r->peers))
		goto err_stats;
	return r;

err_stats:
	mx_stats_destroy(&r->stats);
err_r:
	kfree(r);
	return NULL;
}

/**
 * mx_reflector_find() - look a reflector up by its port
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @port: the port
 *
 * Return: the reflector, or NULL.
 */
struct mx_reflector *mx_reflector_find(struct mx_pernet *pn,
				       const struct mx_config *cfg, u16 port)
{
	struct mx_reflector *r;

	list_for_each_entry(r, mx_reflectors(pn, cfg), list)
		if (mx_reflector_params(r)->port == port)
			return r;
	return NULL;
}

/**
 * mx_reflector_del() - have a reflector answer no more
 * @r: the reflector; freed after a grace period. The namespace's lock is held
 */
void mx_reflector_del(struct mx_reflector *r)
{
	list_del_init(&r->list);
	mx_reflect_close(r);
	mx_reflector_publish(r, NULL);
	queue_rcu_work(mx_wq, &r->free);
}

/**
 * mx_reflector_add() - add a reflector
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @params: what the user says of it; its key exists, its port is free
 *
 * Return: 0, -ENOSPC at MX_MAX_REFLECTORS, -EADDRINUSE if another program has
 * the port, -ENOMEM.
 */
int mx_reflector_add(struct mx_pernet *pn, const struct mx_config *cfg,
		     const struct mx_reflect_params *params)
{
	struct list_head *list = mx_reflectors(pn, cfg);
	struct mx_reflect_conf *conf;
	struct mx_reflector *r;
	int err = -ENOMEM;

	if (mx_reflect_entries(list) >= MX_MAX_REFLECTORS)
		return -ENOSPC;
	conf = mx_reflect_conf_build(pn, cfg, params);
	if (!conf)
		return -ENOMEM;
	r = mx_reflector_create(pn);
	if (!r)
		goto err_conf;
	RCU_INIT_POINTER(r->conf, conf);
	if (mx_reflect_live(pn, cfg)) {
		err = mx_reflector_listen(r);
		if (err)
			goto err_r;
	}
	list_add_tail(&r->list, list);
	return 0;

err_r:
	mx_reflector_del(r);
	return err;
err_conf:
	mx_reflect_conf_free(conf);
	return err;
}

/**
 * mx_reflector_set() - change a reflector
 * @pn: the namespace, @pn->lock held
 * @cfg: the configuration
 * @r: the reflector
 * @params: what the user says of it now; its key exists, its port is the same
 *
 * Return: 0 or -ENOMEM.
 */
int mx_reflector_set(struct mx_pernet *pn, const struct mx_config *cfg,
		     struct mx_reflector *r,
		     const struct mx_reflect_params *params)
{
	struct mx_reflect_conf *conf = mx_reflect_conf_build(pn, cfg, params);

	if (!conf)
		return -ENOMEM;
	mx_reflector_publish(r, conf);
	return 0;
}

/**
 * mx_reflectors_unprepare() - undo mx_reflectors_prepare()
 * @pn: the namespace with a transaction, @pn->lock held
 */
void mx_reflectors_unprepare(struct mx_pernet *pn)
{
	struct mx_reflector *r;

	list_for_each_entry(r, mx_reflectors(pn, pn->staged), list)
		mx_reflect_close(r);
}

/**
 * mx_reflectors_prepare() - have a transaction's new reflectors listen
 * @pn: the namespace with a transaction, @pn->lock held
 *
 * They answer from now on, which does no harm.
 *
 * Return: 0, or -errno and those that are new do not listen.
 */
int mx_reflectors_prepare(struct mx_pernet *pn)
{
	struct mx_config *live = mx_pernet_live(pn);
	struct mx_reflector *r;
	int err;

	list_for_each_entry(r, mx_reflectors(pn, pn->staged), list) {
		if (mx_reflector_find(pn, live, mx_reflector_params(r)->port))
			continue;
		err = mx_reflector_listen(r);
		if (err) {
			mx_reflectors_unprepare(pn);
			return err;
		}
	}
	return 0;
}

static void mx_reflect_flush(struct mx_reflect_net *rn, unsigned int slot)
{
	struct mx_reflector *r, *next;
	struct mx_secret *s, *after;

	list_for_each_entry_safe(r, next, &rn->reflectors[slot], list)
		mx_reflector_del(r);
	list_for_each_entry_safe(s, after, &rn->secrets[slot], list)
		mx_secret_del(s);
}

/**
 * mx_reflectors_commit() - put a transaction's reflectors and keys in force
 * @pn: the namespace, after mx_reflectors_prepare() and mx_pernet_commit();
 *	@pn->lock held
 * @old: slot of the configuration that is in force no more
 *
 * A reflector whose port was open before keeps its sockets, its counters and
 * what it knows of its peers, and does by the new parameters.
 */
void mx_reflectors_commit(struct mx_pernet *pn, unsigned int old)
{
	struct mx_reflect_net *rn = mx_reflect_net(pn);
	struct list_head *now = &rn->reflectors[!old];
	struct mx_reflector *r, *next, *was;
	LIST_HEAD(keep);

	list_for_each_entry_safe(r, next, now, list) {
		list_for_each_entry(was, &rn->reflectors[old], list)
			if (mx_reflector_params(was)->port ==
			    mx_reflector_params(r)->port)
				break;
		if (list_entry_is_head(was, &rn->reflectors[old], list)) {
			list_move_tail(&r->list, &keep);
			continue;
		}
		mx_reflector_publish(was, mx_reflector_conf(r));
		RCU_INIT_POINTER(r->conf, NULL);
		list_move_tail(&was->list, &keep);
		mx_reflector_del(r);
	}
	list_splice(&keep, now);
	mx_reflect_flush(rn, old);
}

/**
 * mx_reflectors_abort() - forget a transaction's reflectors and keys
 * @pn: the namespace with a transaction, @pn->lock held
 */
void mx_reflectors_abort(struct mx_pernet *pn)
{
	mx_reflect_flush(mx_reflect_net(pn), pn->staged->slot);
}

static int __net_init mx_reflect_net_init(struct net *net)
{
	struct mx_reflect_net *rn = net_generic(net, mx_reflect_net_id);
	unsigned int i;

	rn->pn = mx_pernet(net);
	for (i = 0; i < MX_CONFIGS; i++) {
		INIT_LIST_HEAD(&rn->reflectors[i]);
		INIT_LIST_HEAD(&rn->secrets[i]);
	}
	return 0;
}

static void __net_exit mx_reflect_net_pre_exit(struct net *net)
{
	struct mx_reflect_net *rn = net_generic(net, mx_reflect_net_id);
	unsigned int i;

	mutex_lock(&rn->pn->lock);
	for (i = 0; i < MX_CONFIGS; i++)
		mx_reflect_flush(rn, i);
	mutex_unlock(&rn->pn->lock);
}

static struct pernet_operations mx_reflect_net_ops = {
	.init = mx_reflect_net_init,
	.pre_exit = mx_reflect_net_pre_exit,
	.id = &mx_reflect_net_id,
	.size = sizeof(struct mx_reflect_net),
};

/**
 * mx_reflectors_init() - prepare every network namespace for reflectors
 *
 * Return: 0 or -errno.
 */
int mx_reflectors_init(void)
{
	return register_pernet_subsys(&mx_reflect_net_ops);
}

/**
 * mx_reflectors_exit() - close the reflectors of every network namespace
 */
void mx_reflectors_exit(void)
{
	unregister_pernet_subsys(&mx_reflect_net_ops);
}
