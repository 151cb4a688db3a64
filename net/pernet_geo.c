// SPDX-License-Identifier: GPL-2.0
/* A namespace's database of countries, and the one that is being built. */
#include "pernet.h"

/**
 * mx_pernet_geo_begin() - start a new database of countries
 * @pn: the namespace, @pn->lock held
 * @portid: the socket that builds it
 * @name: the database's name
 *
 * Return: 0, -EBUSY while another one is being built, -ENOMEM.
 */
int mx_pernet_geo_begin(struct mx_pernet *pn, u32 portid, const char *name)
{
	if (pn->geo_new)
		return -EBUSY;
	pn->geo_new = mx_geo_create(name, &pn->lock);
	if (!pn->geo_new)
		return -ENOMEM;
	pn->geo_portid = portid;
	return 0;
}

/**
 * mx_pernet_geo_commit() - put the new database in force
 * @pn: the namespace with one, @pn->lock held
 * @now: seconds since 1970
 *
 * Each packet is decided by the old one or by the new one, whole. It belongs
 * to the namespace, not to a configuration. Cannot fail.
 */
void mx_pernet_geo_commit(struct mx_pernet *pn, time64_t now)
{
	struct mx_geo *old = mx_dereference(pn->geo, &pn->lock);

	pn->geo_new->loaded = now;
	rcu_assign_pointer(pn->geo, pn->geo_new);
	pn->geo_new = NULL;
	mx_geo_destroy(old);
}

/**
 * mx_pernet_geo_abort() - forget the new database
 * @pn: the namespace, @pn->lock held
 */
void mx_pernet_geo_abort(struct mx_pernet *pn)
{
	mx_geo_destroy(pn->geo_new);
	pn->geo_new = NULL;
}

/**
 * mx_pernet_geo_flush() - forget the database in force
 * @pn: the namespace, @pn->lock held
 *
 * Return: whether there was one.
 */
bool mx_pernet_geo_flush(struct mx_pernet *pn)
{
	struct mx_geo *old = mx_dereference(pn->geo, &pn->lock);

	RCU_INIT_POINTER(pn->geo, NULL);
	mx_geo_destroy(old);
	return old;
}
