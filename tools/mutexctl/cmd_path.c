// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl path
 */
#include "ctl.h"
#include "trace.h"

static const struct mx_cmd mx_path_cmds[] = {
	{ .name = "trace", .run = mx_path_trace,
	  MX_WORDS(mx_path_trace_words) },
};

const struct mx_object mx_obj_path = {
	.name = "path",
	.usage =
"Usage: mutexctl path help\n"
MX_TRACE_USAGE,
	.cmds = mx_path_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_path_cmds),
};
