// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl path
 */
#include "cmd_path.h"

static const struct mx_cmd mx_path_cmds[] = {
	{ .name = "score", .run = mx_path_score,
	  MX_WORDS(mx_path_score_words) },
};

const struct mx_object mx_obj_path = {
	.name = "path",
	.usage =
"Usage: mutexctl path help\n"
MX_PATH_SCORE_USAGE
"score tells what score and status such figures give; no kernel module is asked.\n",
	.cmds = mx_path_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_path_cmds),
};
