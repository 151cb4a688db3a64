// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "group/group.h"
#include "steer/geo.h"

/*
 * A place in the trie: a value that is aligned to 8 bytes and never NULL, as
 * the trie wants it, and that nobody follows.
 */
static void *mx_place_value(struct mx_place place)
{
	return (void *)(((unsigned long)place.region << 16 | place.country) << 3);
}

static struct mx_place mx_place_of(const void *value)
{
	unsigned long bits = (unsigned long)value >> 3;

	return (struct mx_place){ .country = bits, .region = bits >> 16 };
}

/**
 * mx_geo_create() - make an empty database
 * @name: its name
 * @lock: the namespace's lock
 *
 * Context: process.
 * Return: the database, or NULL without memory.
 */
struct mx_geo *mx_geo_create(const char *name, struct mutex *lock)
{
	struct mx_geo *geo = kzalloc(sizeof(*geo), GFP_KERNEL_ACCOUNT);

	if (!geo)
		return NULL;
	strscpy(geo->name, name, sizeof(geo->name));
	/* these only fail for other families */
	mx_lpm_init(&geo->lpm[0], AF_INET, lock);
	mx_lpm_init(&geo->lpm[1], AF_INET6, lock);
	return geo;
}

static void mx_geo_free_work(struct work_struct *work)
{
	struct mx_geo *geo = container_of(to_rcu_work(work), struct mx_geo,
					  free);

	mx_lpm_destroy(&geo->lpm[0], NULL);
	mx_lpm_destroy(&geo->lpm[1], NULL);
	kfree(geo);
}

/**
 * mx_geo_destroy() - free a database that new readers cannot find
 * @geo: the database, or NULL
 *
 * Takes no longer for a million prefixes than for one: they are freed later.
 *
 * Context: process.
 */
void mx_geo_destroy(struct mx_geo *geo)
{
	if (!geo)
		return;
	INIT_RCU_WORK(&geo->free, mx_geo_free_work);
	queue_rcu_work(mx_wq, &geo->free);
}

/**
 * mx_geo_add() - say where a prefix is
 * @geo: the database, which no reader sees
 * @family: AF_INET or AF_INET6
 * @addr: address of the prefix, host bits zero
 * @plen: its length
 * @place: where it is
 *
 * Context: process; the namespace's lock is held.
 * Return: 0, -EEXIST if the prefix is there, -ENOSPC at the limit, -EINVAL for
 * host bits, a wrong length or no place, -ENOMEM.
 */
int mx_geo_add(struct mx_geo *geo, u8 family, const void *addr, u8 plen,
	       struct mx_place place)
{
	struct mx_lpm *lpm = &geo->lpm[mx_pool_index(family)];
	int err;

	if (mx_lpm_count(lpm) >= MX_MAX_GEO)
		return -ENOSPC;
	err = mx_lpm_insert(lpm, addr, plen, mx_place_value(place));
	if (!err && place.country)
		__set_bit(place.country, geo->countries);
	return err;
}

/**
 * mx_geo_bytes() - memory of a database
 * @geo: the database
 *
 * Return: bytes of its tries and of itself.
 */
size_t mx_geo_bytes(const struct mx_geo *geo)
{
	return sizeof(*geo) + mx_lpm_bytes(&geo->lpm[0]) +
	       mx_lpm_bytes(&geo->lpm[1]);
}

/**
 * mx_geo_find() - where a packet's source is
 * @geo: the database
 * @key: the packet's key
 *
 * Context: RCU reader.
 * Return: the place, all zero if the database does not say.
 */
struct mx_place mx_geo_find(const struct mx_geo *geo, const struct mx_key *key)
{
	if (key->family == AF_INET)
		return mx_place_of(mx_lpm_lookup4(&geo->lpm[0],
						  key->v4.saddr));
	return mx_place_of(mx_lpm_lookup(&geo->lpm[1], &key->v6.saddr));
}
