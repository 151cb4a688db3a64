// SPDX-License-Identifier: GPL-2.0
/* Commands on rules. */
#include "nl/netlink-gen.h"
#include "nl/nl.h"

static int mx_rule_fill_addrs(struct sk_buff *skb, const struct mx_match *m)
{
	if (m->splen &&
	    (mx_nl_put_addr(skb, MUTEX_A_RULE_SRC, m->family, &m->src) ||
	     nla_put_u8(skb, MUTEX_A_RULE_SRC_PLEN, m->splen)))
		return -EMSGSIZE;
	if (mx_nl_rule_has_dst(m) &&
	    (mx_nl_put_addr(skb, MUTEX_A_RULE_DST, m->family, &m->dst) ||
	     nla_put_u8(skb, MUTEX_A_RULE_DST_PLEN, m->dplen)))
		return -EMSGSIZE;
	return 0;
}

static int mx_rule_fill_match(struct sk_buff *skb, const struct mx_match *m)
{
	if (mx_rule_fill_addrs(skb, m))
		return -EMSGSIZE;
	if ((m->set & MX_RULE_SPORT) &&
	    (nla_put_u16(skb, MUTEX_A_RULE_SPORT_MIN, m->sport[0]) ||
	     nla_put_u16(skb, MUTEX_A_RULE_SPORT_MAX, m->sport[1])))
		return -EMSGSIZE;
	if ((m->set & MX_RULE_DPORT) &&
	    (nla_put_u16(skb, MUTEX_A_RULE_DPORT_MIN, m->dport[0]) ||
	     nla_put_u16(skb, MUTEX_A_RULE_DPORT_MAX, m->dport[1])))
		return -EMSGSIZE;
	if (m->proto && nla_put_u8(skb, MUTEX_A_RULE_PROTO, m->proto))
		return -EMSGSIZE;
	if (m->mark_mask &&
	    (nla_put_u32(skb, MUTEX_A_RULE_MARK, m->mark) ||
	     nla_put_u32(skb, MUTEX_A_RULE_MARK_MASK, m->mark_mask)))
		return -EMSGSIZE;
	if ((m->set & MX_RULE_DSCP) &&
	    nla_put_u8(skb, MUTEX_A_RULE_DSCP, m->dscp))
		return -EMSGSIZE;
	return 0;
}

static int mx_rule_fill(struct sk_buff *skb, struct mx_pernet *pn,
			const void *obj)
{
	const struct mx_rule *rule = obj;

	if (nla_put_u32(skb, MUTEX_A_RULE_ID, rule->id) ||
	    nla_put_u32(skb, MUTEX_A_RULE_PRIORITY, rule->priority) ||
	    mx_rule_fill_match(skb, &rule->match))
		return -EMSGSIZE;
	if (rule->iif[0] && nla_put_string(skb, MUTEX_A_RULE_IIF, rule->iif))
		return -EMSGSIZE;
	if (rule->oif[0] && nla_put_string(skb, MUTEX_A_RULE_OIF, rule->oif))
		return -EMSGSIZE;
	if (nla_put_u8(skb, MUTEX_A_RULE_ACTION, rule->action))
		return -EMSGSIZE;
	if (rule->table &&
	    nla_put_string(skb, MUTEX_A_RULE_TABLE, rule->table->name))
		return -EMSGSIZE;
	if (rule->group &&
	    nla_put_string(skb, MUTEX_A_RULE_GROUP, rule->group->name))
		return -EMSGSIZE;
	if (mx_nl_rule_where_fill(skb, pn, rule))
		return -EMSGSIZE;
	if (nla_put_u64_64bit(skb, MUTEX_A_RULE_HITS,
			      mx_stats_read(&rule->hits->stats, 0),
			      MUTEX_A_RULE_PAD))
		return -EMSGSIZE;
	return mx_nl_qos_fill(skb, &mx_nl_rule_qos_attrs, &rule->qos);
}

static int mx_rule_fill_id(struct sk_buff *skb, struct mx_pernet *pn,
			   const void *obj)
{
	return nla_put_u32(skb, MUTEX_A_RULE_ID, *(const u32 *)obj);
}

/* A rule of the content of @r, which counts on where @heir_of does, if any. */
static struct mx_rule *mx_rule_make(const struct mx_rule *r,
				    const struct mx_rule *heir_of)
{
	struct mx_rule *rule = mx_rule_create(GFP_KERNEL_ACCOUNT);
	struct mx_hits *hits;

	if (!rule)
		return NULL;
	hits = rule->hits;
	*rule = *r;
	rule->hits = hits;
	mx_zone_hold(rule->zone);
	rule->qos_ref = NULL;
	if (mx_qos_make(&rule->qos_ref, &rule->qos, GFP_KERNEL_ACCOUNT)) {
		mx_rule_free(rule);
		return NULL;
	}
	if (heir_of)
		mx_rule_inherit(rule, heir_of);
	return rule;
}

/* The rule that a request names by its id. */
static struct mx_rule *mx_rule_find(struct mx_pernet *pn,
				    const struct mx_config *cfg,
				    struct genl_info *info)
{
	const struct nlattr *id = info->attrs[MUTEX_A_RULE_ID];
	struct mx_rule *rule;

	if (mx_nl_missing(info, MUTEX_A_RULE_ID, "id of the rule"))
		return ERR_PTR(-EINVAL);
	rule = mx_rules_find(mx_dereference(cfg->rules, &pn->lock),
			     nla_get_u32(id));
	if (rule)
		return rule;
	NL_SET_ERR_MSG_ATTR(info->extack, id, "no such rule");
	return ERR_PTR(-ENOENT);
}

/* The id of a new rule: the one asked for, or a free one. 0: refused. */
static u32 mx_rule_new_id(struct mx_pernet *pn, const struct mx_config *cfg,
			  struct genl_info *info, int *err)
{
	const struct mx_rules *rules = mx_dereference(cfg->rules, &pn->lock);
	const struct nlattr *nla = info->attrs[MUTEX_A_RULE_ID];
	u32 id;

	if (!nla)
		return mx_rules_free_id(rules);
	id = nla_get_u32(nla);
	if (!id) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "the id of a rule must be 1 or higher");
		*err = -EINVAL;
	} else if (mx_rules_find(rules, id)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "a rule has this id already");
		*err = -EEXIST;
		id = 0;
	}
	return id;
}

/*
 * The rule in force whose hits a rule of a transaction carries on: a restore of
 * the same rules counts on, as it does for servers.
 */
static const struct mx_rule *mx_rule_heritage(struct mx_pernet *pn,
					      const struct mx_config *cfg,
					      struct genl_info *info,
					      const struct mx_rule *r)
{
	if (mx_nl_live(pn, cfg))
		return NULL;
	return mx_rules_heritage(mx_dereference(mx_pernet_live(pn)->rules,
						&pn->lock),
				 r, info->attrs[MUTEX_A_RULE_ID], cfg->slot);
}

/* Publishes a new rule and answers with its id. */
static int mx_rule_insert(struct mx_pernet *pn, struct mx_config *cfg,
			  struct genl_info *info, const struct mx_rule *r)
{
	struct mx_rule *rule;
	struct sk_buff *reply;
	int err;

	reply = mx_nl_build(info, pn, MUTEX_CMD_RULE_NEW, mx_rule_fill_id,
			    &r->id);
	if (IS_ERR(reply))
		return PTR_ERR(reply);
	rule = mx_rule_make(r, mx_rule_heritage(pn, cfg, info, r));
	if (!rule) {
		err = -ENOMEM;
		goto err_reply;
	}
	err = mx_nl_need_hooks(pn, cfg, info);
	if (err)
		goto err_rule;
	err = mx_nl_need_qos(pn, cfg, info, &rule->qos);
	if (!err)
		err = mx_config_change_rule(cfg, NULL, rule);
	if (err)
		goto err_hooks;
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_RULE_NTF,
		  mx_rule_fill, rule);
	/* a sender who has gone does not undo what it asked for */
	genlmsg_reply(reply, info);
	return 0;

err_hooks:
	mx_nl_drop_hooks(pn, cfg);
	if (err == -ENOSPC)
		NL_SET_ERR_MSG(info->extack, "there are too many rules");
err_rule:
	mx_rule_free(rule);
err_reply:
	nlmsg_free(reply);
	return err;
}

static int mx_rule_new(struct mx_pernet *pn, struct mx_config *cfg,
		       struct genl_info *info)
{
	struct mx_rule r = { };
	int err;

	if (mx_nl_missing(info, MUTEX_A_RULE_ACTION, "action of the rule"))
		return -EINVAL;
	err = mx_nl_rule_req(pn, cfg, info, 0, &r);
	if (!err)
		r.id = mx_rule_new_id(pn, cfg, info, &err);
	if (!err)
		err = mx_rule_insert(pn, cfg, info, &r);
	mx_zone_put(r.zone);
	return err;
}

/**
 * mx_nl_rule_new_doit() - add a rule, and answer with its id
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_rule_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change_hooks(info, mx_rule_new);
}

static int mx_rule_set(struct mx_pernet *pn, struct mx_config *cfg,
		       struct genl_info *info)
{
	u32 clear = mx_nl_u32(info->attrs[MUTEX_A_RULE_CLEAR], 0);
	struct mx_rule *old, *new, r;
	int err;

	old = mx_rule_find(pn, cfg, info);
	if (IS_ERR(old))
		return PTR_ERR(old);
	r = *old;
	mx_zone_hold(r.zone);
	err = mx_nl_rule_req(pn, cfg, info, clear, &r);
	if (!err)
		err = mx_nl_need_qos(pn, cfg, info, &r.qos);
	new = err ? NULL : mx_rule_make(&r, old);
	mx_zone_put(r.zone);
	if (!new)
		return err ?: -ENOMEM;
	err = mx_config_change_rule(cfg, old, new);
	if (err) {
		mx_rule_free(new);
		return err;
	}
	mx_nl_ntf(info, pn, cfg, MUTEX_NLGRP_CONFIG, MUTEX_CMD_RULE_NTF,
		  mx_rule_fill, new);
	return 0;
}

/**
 * mx_nl_rule_set_doit() - change a rule; what is not named stays
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_rule_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_rule_set);
}

static int mx_rule_del(struct mx_pernet *pn, struct mx_config *cfg,
		       struct genl_info *info)
{
	struct mx_rule *rule = mx_rule_find(pn, cfg, info);
	struct sk_buff *ntf;
	int err;

	if (IS_ERR(rule))
		return PTR_ERR(rule);
	ntf = mx_nl_ntf_build(info, pn, cfg, MUTEX_NLGRP_CONFIG,
			      MUTEX_CMD_RULE_DEL_NTF, mx_rule_fill, rule);
	err = mx_config_change_rule(cfg, rule, NULL);
	if (err) {
		nlmsg_free(ntf);
		return err;
	}
	mx_nl_drop_hooks(pn, cfg);
	mx_nl_ntf_send(info, MUTEX_NLGRP_CONFIG, ntf);
	return 0;
}

/**
 * mx_nl_rule_del_doit() - remove a rule
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_rule_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_change(info, mx_rule_del);
}

static int mx_rule_get(struct mx_pernet *pn, struct genl_info *info)
{
	const struct mx_rule *rule = mx_rule_find(pn, mx_pernet_live(pn), info);

	if (IS_ERR(rule))
		return PTR_ERR(rule);
	return mx_nl_reply(info, pn, MUTEX_CMD_RULE_GET, mx_rule_fill, rule);
}

/**
 * mx_nl_rule_get_doit() - show a rule
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or -errno.
 */
int mx_nl_rule_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mx_nl_read(info, mx_rule_get);
}

/* The cursor is how many rules were put. */
static int mx_rule_dump(struct sk_buff *skb, struct netlink_callback *cb,
			struct mx_pernet *pn)
{
	const struct mx_rules *rules;
	int err;

	err = mx_nl_dump_filters(cb, 0);
	if (err)
		return err;
	rules = mx_dereference(mx_pernet_live(pn)->rules, &pn->lock);
	for (; rules && cb->args[0] < rules->n; cb->args[0]++) {
		err = mx_nl_dump_one(skb, cb, pn, MUTEX_CMD_RULE_GET,
				     mx_rule_fill,
				     rules->entry[cb->args[0]].rule);
		if (err)
			return err;
	}
	return 0;
}

/**
 * mx_nl_rule_get_dumpit() - show all rules, by priority
 * @skb: where to put them
 * @cb: the dump
 *
 * Return: see mx_nl_dump().
 */
int mx_nl_rule_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mx_nl_dump(skb, cb, mx_rule_dump);
}
