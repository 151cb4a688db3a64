// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl import: the commands that do what another balancer's file says
 */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "import.h"

/* What follows "import haproxy", and its file. */
struct mx_import_args {
	const char *file;
	const char *backend;
	struct mx_addr vips[MX_IMP_VIPS];
	unsigned int nvips;
};

static int mx_import_args(struct mx_ctl *ctl, struct mx_args *a, bool haproxy,
			  struct mx_import_args *args)
{
	while (a->pos < a->argc) {
		const char *s = a->argv[a->pos++];
		bool backend = haproxy && !strcmp(s, "backend");

		if (backend || (haproxy && !strcmp(s, "vip"))) {
			if (a->pos == a->argc)
				return mx_usage(ctl, "\"%s\" needs a value", s);
			if (backend) {
				args->backend = a->argv[a->pos++];
				continue;
			}
			if (args->nvips == MX_IMP_VIPS)
				return mx_usage(ctl, "more than %d addresses behind \"vip\"",
						MX_IMP_VIPS);
			if (mx_parse_addr(ctl, a->argv[a->pos++],
					  &args->vips[args->nvips++]))
				return MX_EXIT_USAGE;
		} else if (args->file) {
			return mx_usage(ctl, "unknown word \"%s\"", s);
		} else {
			args->file = s;
		}
	}
	return MX_EXIT_OK;
}

static int mx_import_run(struct mx_ctl *ctl, struct mx_args *a, bool haproxy)
{
	struct mx_import_args args = { 0 };
	struct mx_import imp = { .ctl = ctl };
	unsigned int i;
	int ret;

	if (ctl->pipe)
		return mx_usage(ctl, "a batch cannot import");
	ret = mx_import_args(ctl, a, haproxy, &args);
	if (ret)
		return ret;
	imp.fp = mx_batch_open(ctl, args.file ? args.file : "-");
	if (!imp.fp)
		return MX_EXIT_USAGE;
	if (haproxy)
		ret = mx_import_haproxy(&imp, args.backend, args.vips,
					args.nvips);
	else
		ret = mx_import_ipvs(&imp);
	ctl->line = 0;
	for (i = 0; i < imp.nnotes; i++)
		free(imp.notes[i].text);
	free(imp.notes);
	if (imp.fp != stdin)
		fclose(imp.fp);
	return ret;
}

static int mx_import_run_ipvs(struct mx_ctl *ctl, struct mx_args *a)
{
	return mx_import_run(ctl, a, false);
}

static int mx_import_run_haproxy(struct mx_ctl *ctl, struct mx_args *a)
{
	return mx_import_run(ctl, a, true);
}

/* To complete; the file may come anywhere. */
static const struct mx_word mx_import_words[] = {
	{ .name = "FILE", .kind = MX_W_STR },
	{ .name = "backend", .kind = MX_W_STR },
	{ .name = "vip", .kind = MX_W_STR },
};

static const struct mx_cmd mx_import_cmds[] = {
	{ .name = "ipvsadm", .run = mx_import_run_ipvs,
	  .words = mx_import_words, .nwords = 1 },
	{ .name = "haproxy", .run = mx_import_run_haproxy,
	  MX_WORDS(mx_import_words) },
};

const struct mx_object mx_obj_import = {
	.name = "import",
	.usage =
"Usage: mutexctl import ipvsadm [ FILE | - ]\n"
"       mutexctl import haproxy [ FILE | - ] [ backend NAME ] [ vip ADDR ] ...\n"
"Prints the commands that do what the other's file says, for `restore` or -b, and\n"
"as remarks, also on standard error, what could not be carried over.\n"
"FILE is what `ipvsadm-save -n` writes, or a configuration of HAProxy. ADDR is\n"
"what a bind line without an address stands for.\n",
	.cmds = mx_import_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_import_cmds),
};
