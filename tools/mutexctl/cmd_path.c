// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl path
 */
#include "ctl.h"
#include "history.h"

static const struct mx_cmd mx_path_cmds[] = {
	{ .name = "history", .run = mx_path_history,
	  .words = mx_history_words, .nwords = MX_HISTORY_NWORDS },
};

const struct mx_object mx_obj_path = {
	.name = "path",
	.usage =
"Usage: mutexctl path help\n" MX_HISTORY_USAGE,
	.cmds = mx_path_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_path_cmds),
};
