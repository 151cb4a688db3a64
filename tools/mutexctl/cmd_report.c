// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl report: all that a bug report needs, in one file. No secrets, and
 * no addresses of clients: flows are counted, not listed. What cannot be had is
 * named, and the rest is told all the same.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "file.h"
#include "report_host.h"

/**
 * struct mx_report_part - a part of the report
 * @name: its heading
 * @host: writes it
 * @line: or the command of this program that does
 */
struct mx_report_part {
	const char *name;
	int (*host)(FILE *fp);
	const char *line;
};

static const struct mx_report_part mx_report_parts[] = {
	{ "versions", mx_report_versions, NULL },
	{ "settings", NULL, "settings show" },
	{ "statistics", NULL, "stats show" },
	{ "configuration", NULL, NULL },
	{ "groups", NULL, "group show" },
	{ "servers", NULL, "server show" },
	{ "tables", NULL, "table show" },
	{ "devices with the fast path", NULL, "dev show" },
	{ "flows", NULL, "flow count" },
	{ "flows of TCP", NULL, "flow count proto tcp" },
	{ "flows of UDP", NULL, "flow count proto udp" },
	{ "flows of IPv6", NULL, "flow count family ipv6" },
	{ "flows before the answer", NULL, "flow count answered no" },
	{ "flows that are established", NULL, "flow count state established" },
	{ "flows that are closed", NULL, "flow count state closed" },
	{ "flows on the fast path", NULL, "flow count fast both" },
	{ "devices", mx_report_devices, NULL },
	{ "sysctls", mx_report_sysctls, NULL },
	{ "modules", mx_report_modules, NULL },
	{ "others", mx_report_others, NULL },
	{ "kernel log", mx_report_log, NULL },
};

static int mx_report_command(struct mx_ctl *ctl, const char *line)
{
	const struct mx_cmd *cmd = ctl->cmd;
	char *argv[8], buf[64];
	int argc, ret;

	snprintf(buf, sizeof(buf), "%s", line);
	argc = mx_split(buf, argv, MX_ARRAY_SIZE(argv));
	ret = mx_dispatch(ctl, argc, argv);
	ctl->cmd = cmd;
	return ret;
}

/* The configuration, as restore takes it. */
static int mx_report_config(struct mx_ctl *ctl, FILE *fp)
{
	struct mx_opts opts = ctl->opts;
	int ret = mx_save_to(ctl, fp);

	ctl->opts = opts;
	return ret;
}

/* What a command prints, or without one the configuration, but for secrets. */
static int mx_report_hidden(struct mx_ctl *ctl, const char *command)
{
	FILE *to = ctl->out.fp, *fp = tmpfile();
	char *line = NULL;
	size_t size = 0;
	int ret;

	if (!fp)
		return mx_error(ctl, "cannot make a temporary file: %s",
				strerror(errno));
	if (command) {
		ctl->out.fp = fp;
		ret = mx_report_command(ctl, command);
		ctl->out.fp = to;
	} else {
		ret = mx_report_config(ctl, fp);
	}
	rewind(fp);
	/* Half of a configuration would look whole. */
	while ((command || !ret) && getline(&line, &size, fp) > 0)
		mx_report_hide(to, line);
	free(line);
	fclose(fp);
	return ret;
}

static int mx_report_part(struct mx_ctl *ctl, const struct mx_report_part *p)
{
	FILE *fp = ctl->out.fp;
	int ret;

	fprintf(fp, "== %s ==\n", p->name);
	if (p->host)
		ret = p->host(fp);
	else
		ret = mx_report_hidden(ctl, p->line);
	if (ret)
		fprintf(fp, "(this part is not complete)\n");
	fputc('\n', fp);
	return ret;
}

static int mx_report_all(struct mx_ctl *ctl, FILE *fp)
{
	struct mx_out out = ctl->out;
	struct mx_opts opts = ctl->opts;
	const char *missing[MX_ARRAY_SIZE(mx_report_parts)];
	FILE *err = ctl->err;
	size_t i, n = 0;

	ctl->out = (struct mx_out){ .fp = fp, .oneline = true };
	ctl->err = fp;
	ctl->opts.stats = true;
	ctl->opts.details = true;
	fputs("Report of mutex. Configured addresses are in it, those of clients are not.\n\n",
	      fp);
	for (i = 0; i < MX_ARRAY_SIZE(mx_report_parts); i++) {
		if (mx_report_part(ctl, &mx_report_parts[i]))
			missing[n++] = mx_report_parts[i].name;
	}
	fputs("== end ==\n", fp);
	fputs(n ? "not complete:" : "complete\n", fp);
	for (i = 0; i < n; i++)
		fprintf(fp, "%s %s", i ? "," : "", missing[i]);
	fputs(n ? "\n" : "", fp);
	ctl->out = out;
	ctl->opts = opts;
	ctl->err = err;
	for (i = 0; i < n; i++)
		fprintf(err, "%s %s", i ? "," :
			"mutexctl: not complete in the report:", missing[i]);
	fputs(n ? "\n" : "", err);
	return ferror(fp) ? mx_error(ctl, "cannot write the report") :
			    MX_EXIT_OK;
}

static int mx_report_run(struct mx_ctl *ctl, struct mx_args *a)
{
	const char *name = a->pos < a->argc ? a->argv[a->pos++] : "-";
	int ret = mx_no_more(ctl, a);
	struct mx_file f;

	if (ret)
		return ret;
	if (!strcmp(name, "-"))
		return mx_report_all(ctl, ctl->out.fp);
	ret = mx_file_begin(ctl, &f, name);
	if (ret)
		return ret;
	ret = mx_report_all(ctl, f.fp);
	return mx_file_end(ctl, &f, ret, 0600);
}

static const struct mx_cmd mx_report_cmd = {
	.name = "report", .run = mx_report_run
};

const struct mx_object mx_obj_report = {
	.name = "report",
	.usage = "Usage: mutexctl [ -n NETNS ] report [ FILE ]\n",
	.fallback = &mx_report_cmd,
};
