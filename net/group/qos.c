// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/slab.h>
#include "group/qos.h"

/**
 * mx_qos_make() - make what flows can hold
 * @to: filled in: the object, with a reference for the caller, or NULL if
 *	nothing is set
 * @qos: what is set
 * @gfp: how to allocate
 *
 * Return: 0 or -ENOMEM.
 */
int mx_qos_make(struct mx_qos_ref **to, const struct mx_qos *qos, gfp_t gfp)
{
	*to = NULL;
	if (!qos->set)
		return 0;
	*to = kmalloc(sizeof(**to), gfp);
	if (!*to)
		return -ENOMEM;
	refcount_set(&(*to)->refs, 1);
	(*to)->qos = *qos;
	return 0;
}

/**
 * mx_qos_hold() - take a reference
 * @ref: the object, or NULL
 *
 * Return: @ref.
 */
struct mx_qos_ref *mx_qos_hold(struct mx_qos_ref *ref)
{
	if (ref)
		refcount_inc(&ref->refs);
	return ref;
}

/**
 * mx_qos_put() - let go of an object; the last one frees it
 * @ref: the object, or NULL
 *
 * Context: any.
 */
void mx_qos_put(struct mx_qos_ref *ref)
{
	if (ref && refcount_dec_and_test(&ref->refs))
		kfree(ref);
}

/**
 * mx_qos_equal() - is the same set
 * @a: one
 * @b: another
 *
 * Return: true if so.
 */
bool mx_qos_equal(const struct mx_qos *a, const struct mx_qos *b)
{
	return a->set == b->set && a->dscp == b->dscp &&
	       a->priority == b->priority && a->mark == b->mark &&
	       a->mask == b->mask;
}

/**
 * mx_qos_join() - what a rule sets, and beside it what the group does
 * @to: the result, which may be @group
 * @rule: wins, field by field
 * @group: what holds elsewhere
 *
 * Of the mark, the bits that the rule leaves alone are the group's.
 */
void mx_qos_join(struct mx_qos *to, const struct mx_qos *rule,
		 const struct mx_qos *group)
{
	*to = *group;
	to->set |= rule->set;
	if (rule->set & MX_QOS_DSCP)
		to->dscp = rule->dscp;
	if (rule->set & MX_QOS_PRIORITY)
		to->priority = rule->priority;
	to->mark = (to->mark & ~rule->mask) | rule->mark;
	to->mask |= rule->mask;
}

/**
 * mx_qos_of() - what a flow holds that a rule sent to a group
 * @rule: what the rule sets, or NULL
 * @group: what the group sets, or NULL
 * @gfp: how to allocate, where both set something
 *
 * Context: RCU reader.
 * Return: an object with a reference for the caller, NULL for nothing, or
 * ERR_PTR(-ENOMEM).
 */
struct mx_qos_ref *mx_qos_of(struct mx_qos_ref *rule, struct mx_qos_ref *group,
			     gfp_t gfp)
{
	struct mx_qos_ref *both;
	struct mx_qos qos;

	if (!rule || !group)
		return mx_qos_hold(rule ?: group);
	mx_qos_join(&qos, &rule->qos, &group->qos);
	if (mx_qos_equal(&qos, &rule->qos))
		return mx_qos_hold(rule);
	return mx_qos_make(&both, &qos, gfp) ? ERR_PTR(-ENOMEM) : both;
}
