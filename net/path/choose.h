/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The choice among the paths of a group: which of them new flows may be given
 * to, and which ones have to let go of their flows. A pure function.
 */
#ifndef MX_PATH_CHOOSE_H
#define MX_PATH_CHOOSE_H

#include "mx.h"

#define MX_CHOOSE_PREFER_BITS	28	/* of a quality, below the class */
#define MX_CHOOSE_MARGIN	5000	/* that another bad path has to be better */
#define MX_CHOOSE_BEHIND	10000	/* that makes flows return */
#define MX_CHOOSE_PROOF_MS	5000	/* for how long, and of limits kept */

/**
 * enum mx_path_class - how good a path is, the higher the better
 * @MX_PATH_CLASS_OUT: it cannot carry anything, or must not
 * @MX_PATH_CLASS_DOWN: it is down, but its link is not
 * @MX_PATH_CLASS_DEGRADED: it does badly, or worse than its group asks
 * @MX_PATH_CLASS_SPARE_UNKNOWN: on standby, nothing is known of it yet
 * @MX_PATH_CLASS_SPARE: on standby, and does well
 * @MX_PATH_CLASS_UNKNOWN: nothing is known of it yet
 * @MX_PATH_CLASS_UP: it does well
 */
enum mx_path_class {
	MX_PATH_CLASS_OUT,
	MX_PATH_CLASS_DOWN,
	MX_PATH_CLASS_DEGRADED,
	MX_PATH_CLASS_SPARE_UNKNOWN,
	MX_PATH_CLASS_SPARE,
	MX_PATH_CLASS_UNKNOWN,
	MX_PATH_CLASS_UP,
};

/**
 * struct mx_choice - a path among those of its group
 * @away: its member is down or drains, by its configuration: it is no choice
 * @link: its device, address and route are there, and it is not set down
 * @standby: it is to carry only where no path that is up does
 * @late: it breaks what the group asks of its paths
 * @carries: it is not spare now
 * @status: enum mutex_path_status
 * @prefer: how well it suits the group, in thousandths of a point; as
 *	mx_prefer_rank()
 * @class: result: enum mx_path_class
 * @quality: result: for the scheduler
 * @fit: result: it keeps the flows that it has
 * @spare: result: new flows go elsewhere
 * @behind: result: its flows would do better elsewhere, though it is fit
 */
struct mx_choice {
	bool away;
	bool link;
	bool standby;
	bool late;
	bool carries;
	u8 status;
	u32 prefer;
	u8 class;
	u32 quality;
	bool fit;
	bool spare;
	bool behind;
};

void mx_choose(struct mx_choice *c, u32 n, bool best_only);

#endif /* MX_PATH_CHOOSE_H */
