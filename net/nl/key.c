// SPDX-License-Identifier: GPL-2.0
/* Commands on the keys that probes and answers are authenticated with. */
#include "nl/netlink-gen.h"
#include "nl/nl.h"
#include "xmit/reflector.h"

/* Users of a key in the configuration that it is part of. */
static u32 mx_key_paths(struct mx_pernet *pn, const struct mx_config *cfg,
			u32 id)
{
	const struct mx_path_conf *conf;
	const struct mx_path *path;
	u32 n = 0;

	list_for_each_entry(path, &pn->path_list, list) {
		conf = mx_pernet_path_conf(pn, cfg, path);
		if (conf && conf->params.key_id == id)
			n++;
	}
	return n;
}

static u32 mx_key_reflectors(struct mx_pernet *pn, const struct mx_config *cfg,
			     u32 id)
{
	const struct mx_reflector *r;
	u32 n = 0;

	list_for_each_entry(r, mx_reflectors(pn, cfg), list)
		if (mx_reflector_params(r)->key_id == id)
			n++;
	return n;
}

/* All but the key itself. */
static int mx_key_fill(struct sk_buff *skb, struct mx_pernet *pn,
		       const void *obj)
{
	const struct mx_config *cfg = mx_pernet_live(pn);
	const struct mx_secret *secret = obj;

	if (nla_put_u32(skb, MUTEX_A_KEY_ID, secret->id) ||
	    nla_put_string(skb, MUTEX_A_KEY_FILE, secret->file) ||
	    nla_put_u32(skb, MUTEX_A_KEY_PATHS,
			mx_key_paths(pn, cfg, secret->id)) ||
	    nla_put_u32(skb, MUTEX_A_KEY_REFLECTORS,
			mx_key_reflectors(pn, cfg, secret->id)))
		return -EMSGSIZE;
	return 0;
}

/* What is printed between quotes comes back as it was. */
static int mx_key_file(struct netlink_ext_ack *extack, const struct nlattr *nla)
{
	const char *s = nla_data(nla);

	if (!*s)
		goto bad;
	for (; *s; s++)
		if (*s < ' ' || *s > '~' || *s == '"' || *s == '\\')
			goto bad;
	return 0;
bad:
	NL_SET_ERR_MSG_ATTR(extack, nla,
			    "the name of a key's file has 1 to 255 printable ASCII characters, none of them \" or \\");
	return -EINVAL;
}

/*
 * Makes the key of a request ready. The kernel may have to load a module for
 * that, so no lock is held.
 */
static struct mx_stamp_key *mx_key_make(struct genl_info *info)
{
	const struct nlattr *bytes = info->attrs[MUTEX_A_KEY_BYTES];
	struct mx_stamp_key *key;

	if (mx_nl_missing(info, MUTEX_A_KEY_ID, "number of the key") ||
	    mx_nl_missing(info, MUTEX_A_KEY_FILE, "file of the key") ||
	    mx_nl_missing(info, MUTEX_A_KEY_BYTES, "the key"))
		return ERR_PTR(-EINVAL);
	if (mx_key_file(info->extack, info->attrs[MUTEX_A_KEY_FILE]))
		return ERR_PTR(-EINVAL);
	if (!nla_get_u32(info->attrs[MUTEX_A_KEY_ID])) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MUTEX_A_KEY_ID],
				    "the number of a key is 1 or more");
		return ERR_PTR(-EINVAL);
	}
	key = mx_stamp_key_create(nla_data(bytes), nla_len(bytes));
	if (key == ERR_PTR(-EINVAL))
		NL_SET_ERR_MSG_ATTR(info->extack, bytes,
				    "a key has 16 to 64 bytes");
	else if (IS_ERR(key) && key != ERR_PTR(-ENOMEM))
		NL_SET_ERR_MSG_ATTR(info->extack, bytes,
				    "the kernel offers no HMAC-SHA-256");
	return key;
}

/*
 * The key that a request has made, on its way into the handler, which runs
 * under the namespace's lock.
 */
#define MX_KEY_PTR(info)	((info)->user_ptr[0])

static int mx_key_new(struct mx_pernet *pn, struct mx_config *cfg,
		      struct genl_info *info)
{
	const struct nlattr *id = info->attrs[MUTEX_A_KEY_ID];
	int err;

	if (mx_secret_find(pn, cfg, nla_get_u32(id))) {
		NL_SET_ERR_MSG_ATTR(info->extack, id, "the key exists already");
		return -EEXIST;
	}
	err = mx_secret_add(pn, cfg, nla_get_u32(id),
			    nla_data(info->attrs[MUTEX_A_KEY_FILE]),
			    MX_KEY_PTR(info));
	if (err == -ENOSPC)
		NL_SET_ERR_MSG_ATTR(info->extack, id, "there are too many keys");
	if (err)
		return err;
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_KEY_NTF,
		  mx_key_fill, mx_secret_find(pn, cfg, nla_get_u32(id)));
	return 0;
}

static int mx_key_run(struct genl_info *info, mx_nl_change_fn fn)
{
	struct mx_stamp_key *key = mx_key_make(info);
	int err;

	if (IS_ERR(key))
		return PTR_ERR(key);
	MX_KEY_PTR(info) = key;
	err = mx_nl_change(info, fn);
	if (err)
		mx_stamp_key_put(key);
	return err;
}

/**
 * mx_nl_key_new_doit() - add a key
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_key_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_key_run(info, mx_key_new);
}

/* The key that a request names. */
static struct mx_secret *mx_key_req(struct mx_pernet *pn,
				    const struct mx_config *cfg,
				    struct genl_info *info)
{
	const struct nlattr *id = info->attrs[MUTEX_A_KEY_ID];
	struct mx_secret *secret;

	if (mx_nl_missing(info, MUTEX_A_KEY_ID, "number of the key"))
		return ERR_PTR(-EINVAL);
	secret = mx_secret_find(pn, cfg, nla_get_u32(id));
	if (secret)
		return secret;
	NL_SET_ERR_MSG_ATTR(info->extack, id, "no such key");
	return ERR_PTR(-ENOENT);
}

static int mx_key_set(struct mx_pernet *pn, struct mx_config *cfg,
		      struct genl_info *info)
{
	struct mx_secret *secret = mx_key_req(pn, cfg, info);
	int err;

	if (IS_ERR(secret))
		return PTR_ERR(secret);
	err = mx_secret_set(pn, cfg, secret,
			    nla_data(info->attrs[MUTEX_A_KEY_FILE]),
			    MX_KEY_PTR(info));
	if (err)
		return err;
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_KEY_NTF,
		  mx_key_fill, secret);
	return 0;
}

/**
 * mx_nl_key_set_doit() - replace a key
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_key_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_key_run(info, mx_key_set);
}

static int mx_key_remove(struct mx_pernet *pn, struct mx_config *cfg,
			 struct genl_info *info)
{
	struct mx_secret *secret = mx_key_req(pn, cfg, info);
	struct sk_buff *ntf;

	if (IS_ERR(secret))
		return PTR_ERR(secret);
	if (mx_key_paths(pn, cfg, secret->id) ||
	    mx_key_reflectors(pn, cfg, secret->id)) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MUTEX_A_KEY_ID],
				    "the key is in use by paths or reflectors");
		return -EBUSY;
	}
	ntf = mx_nl_ntf_build(info, pn, cfg, MUTEX_NLGRP_CONFIG,
			      MUTEX_CMD_KEY_DEL_NTF, mx_key_fill, secret);
	mx_secret_del(secret);
	mx_nl_ntf_send(info, MUTEX_NLGRP_CONFIG, ntf);
	return 0;
}

/**
 * mx_nl_key_del_doit() - forget a key
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_key_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_key_remove);
}

static int mx_key_get(struct mx_pernet *pn, struct genl_info *info)
{
	const struct mx_secret *secret = mx_key_req(pn, mx_pernet_live(pn),
						    info);

	if (IS_ERR(secret))
		return PTR_ERR(secret);
	return mx_nl_reply(info, pn, MUTEX_CMD_KEY_GET, mx_key_fill, secret);
}

/**
 * mx_nl_key_get_doit() - show a key, but for what it is
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_key_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_key_get);
}

/* The cursor is how many keys were put. */
static int mx_key_dump(struct sk_buff *skb, struct netlink_callback *cb,
		       struct mx_pernet *pn)
{
	const struct mx_secret *secret;
	unsigned long i = 0;
	int err;

	err = mx_nl_dump_filters(cb, 0);
	if (err)
		return err;
	list_for_each_entry(secret, mx_secrets(pn, mx_pernet_live(pn)), list) {
		if (i++ < cb->args[0])
			continue;
		err = mx_nl_dump_one(skb, cb, pn, MUTEX_CMD_KEY_GET,
				     mx_key_fill, secret);
		if (err)
			return err;
		cb->args[0]++;
	}
	return 0;
}

/**
 * mx_nl_key_get_dumpit() - show all keys
 * @skb: where to put them
 * @cb: the dump
 *
 * Return: see mx_nl_dump().
 */
int mx_nl_key_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mx_nl_dump(skb, cb, mx_key_dump);
}

/**
 * mx_nl_key_known() - refuse the number of a key that does not exist
 * @pn: the namespace, its lock held
 * @cfg: the configuration
 * @extack: for the refusal's text
 * @nla: the attribute with the number, or NULL
 *
 * Return: 0, also of 0, which is no key; or -ENOENT.
 */
int mx_nl_key_known(struct mx_pernet *pn, const struct mx_config *cfg,
		    struct netlink_ext_ack *extack, const struct nlattr *nla)
{
	if (!nla || !nla_get_u32(nla) ||
	    mx_secret_find(pn, cfg, nla_get_u32(nla)))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, nla, "no such key");
	return -ENOENT;
}
