// SPDX-License-Identifier: GPL-2.0
#include <linux/minmax.h>
#include "path/choose.h"

static u8 mx_choose_class(const struct mx_choice *c)
{
	if (!c->link)
		return MX_PATH_CLASS_OUT;
	if (c->status == MUTEX_PATH_STATUS_DOWN)
		return MX_PATH_CLASS_DOWN;
	if (c->status == MUTEX_PATH_STATUS_DEGRADED || c->late)
		return MX_PATH_CLASS_DEGRADED;
	if (c->status == MUTEX_PATH_STATUS_UNKNOWN)
		return c->standby ? MX_PATH_CLASS_SPARE_UNKNOWN :
				    MX_PATH_CLASS_UNKNOWN;
	return c->standby ? MX_PATH_CLASS_SPARE : MX_PATH_CLASS_UP;
}

static u32 mx_choose_quality(const struct mx_choice *c)
{
	return (u32)c->class << MX_CHOOSE_PREFER_BITS |
	       min_t(u32, c->prefer, BIT(MX_CHOOSE_PREFER_BITS) - 1);
}

/*
 * Of paths that all are bad one carries, and goes on to do so unless another
 * one is clearly better: it is not to change with each lost probe.
 */
static u32 mx_choose_least_bad(const struct mx_choice *c, u32 n)
{
	u32 i, best = n, now = n;

	for (i = 0; i < n; i++) {
		if (c[i].away || c[i].class != MX_PATH_CLASS_DOWN)
			continue;
		if (best == n || c[i].prefer > c[best].prefer)
			best = i;
		if (c[i].carries &&
		    (now == n || c[i].prefer > c[now].prefer))
			now = i;
	}
	if (now < n && c[best].prefer - c[now].prefer < MX_CHOOSE_MARGIN)
		return now;
	return best;
}

/**
 * mx_choose() - compare the paths of a group
 * @c: the paths
 * @n: how many
 * @best_only: new flows go to the path of the best quality alone
 *
 * New flows go to those of the best class. The flows of a path that is degraded
 * or down have to leave it if there is a better one; those of others stay. If
 * all are down, the best of them carries, and where no path can, none does.
 */
void mx_choose(struct mx_choice *c, u32 n, bool best_only)
{
	u8 best = MX_PATH_CLASS_OUT;
	u32 i, least = n, most = 0;

	for (i = 0; i < n; i++) {
		c[i].class = mx_choose_class(&c[i]);
		c[i].quality = mx_choose_quality(&c[i]);
		if (c[i].away)
			continue;
		best = max(best, c[i].class);
		most = max(most, c[i].quality);
	}
	if (best == MX_PATH_CLASS_DOWN)
		least = mx_choose_least_bad(c, n);
	for (i = 0; i < n; i++) {
		c[i].spare = c[i].class < best ||
			     c[i].class == MX_PATH_CLASS_OUT;
		c[i].fit = c[i].class != MX_PATH_CLASS_OUT &&
			   (c[i].class >= best ||
			    c[i].class > MX_PATH_CLASS_DEGRADED);
		if (best == MX_PATH_CLASS_DOWN && i != least &&
		    c[i].class == best) {
			c[i].spare = true;
			c[i].fit = false;
		}
		c[i].behind = c[i].fit &&
			      (c[i].class < best ||
			       (best_only && c[i].class == best &&
				c[i].quality + MX_CHOOSE_BEHIND < most));
	}
}
