// SPDX-License-Identifier: GPL-2.0
/*
 * What all commands share: finding the object and the command that a line
 * names, running changes and shows by their tables, messages.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "complete.h"
#include "ctl.h"
#include "pipe.h"

static const struct mx_object *const mx_objects[] = {
	&mx_obj_group, &mx_obj_server, &mx_obj_table, &mx_obj_route,
	&mx_obj_rule, &mx_obj_geo, &mx_obj_dev, &mx_obj_flow, &mx_obj_settings,
	&mx_obj_stats, &mx_obj_monitor, &mx_obj_save, &mx_obj_restore,
	&mx_obj_check,
	&mx_obj_report,
	&mx_obj_persist,
	&mx_obj_member,
	&mx_obj_import,
	&mx_obj_key,
	&mx_obj_reflector,
	&mx_obj_record,
	&mx_obj_path,
	&mx_obj_dashboard,
};

/**
 * mx_say_line() - begin a message with the line of the batch, if there is one
 * @ctl: the program
 */
void mx_say_line(struct mx_ctl *ctl)
{
	if (ctl->line)
		fprintf(ctl->err, "mutexctl: line %u: ", ctl->line);
}

static void mx_say(struct mx_ctl *ctl, const char *fmt, va_list ap)
{
	fflush(ctl->out.fp);
	if (ctl->line)
		mx_say_line(ctl);
	else
		fputs("mutexctl: ", ctl->err);
	vfprintf(ctl->err, fmt, ap);
	fputc('\n', ctl->err);
}

/**
 * mx_usage() - say what is wrong with the words
 * @ctl: the program
 * @fmt: message
 *
 * Return: MX_EXIT_USAGE.
 */
int mx_usage(struct mx_ctl *ctl, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!ctl->replay)
		mx_say(ctl, fmt, ap);
	va_end(ap);
	ctl->complained = true;
	return MX_EXIT_USAGE;
}

/**
 * mx_error() - say why the kernel cannot be asked
 * @ctl: the program
 * @fmt: message
 *
 * Return: MX_EXIT_REFUSED.
 */
int mx_error(struct mx_ctl *ctl, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	mx_say(ctl, fmt, ap);
	va_end(ap);
	return MX_EXIT_REFUSED;
}

static int mx_help(void)
{
	size_t i;

	fputs("Usage: mutexctl [ OPTIONS ] OBJECT { COMMAND | help }\n"
	      "       mutexctl [ OPTIONS ] [ -force ] -b { FILE | - }\n"
	      "where  OBJECT := {", stdout);
	for (i = 0; i < MX_ARRAY_SIZE(mx_objects); i++)
		printf("%s %s", i ? i % 8 ? " |" : " |\n                  " : "",
		       mx_objects[i]->name);
	fputs(" }\n"
	      "       OPTIONS := { -j[son] | -p[retty] | -s[tatistics] | -d[etails] | -o[neline] |\n"
	      "                    -t[imestamp] | -c[olor][=auto|always|never] | -n[etns] NAME |\n"
	      "                    -b[atch] FILE | -force | -V[ersion] | -h[elp] }\n",
	      stdout);
	return MX_EXIT_OK;
}

/* 1 for the word itself, -1 for its beginning, 0 for neither. */
static int mx_match(const char *word, const char *s)
{
	size_t len = strlen(s);

	if (!len || strncmp(word, s, len))
		return 0;
	return word[len] ? -1 : 1;
}

/**
 * mx_object_at() - the objects, one by one
 * @i: which
 *
 * Return: the object, NULL behind the last.
 */
const struct mx_object *mx_object_at(unsigned int i)
{
	return i < MX_ARRAY_SIZE(mx_objects) ? mx_objects[i] : NULL;
}

/**
 * mx_find_object() - find an object by its name, or the beginning of it
 * @ctl: for messages
 * @s: the word
 *
 * Return: the object, NULL after a message.
 */
const struct mx_object *mx_find_object(struct mx_ctl *ctl, const char *s)
{
	const struct mx_object *found = NULL;
	char list[160] = "";
	size_t i, len = 0;
	int n = 0;

	for (i = 0; i < MX_ARRAY_SIZE(mx_objects); i++) {
		int match = mx_match(mx_objects[i]->name, s);

		if (match > 0)
			return mx_objects[i];
		if (!match)
			continue;
		found = mx_objects[i];
		len += snprintf(list + len, sizeof(list) - len, "%s%s",
				n++ ? ", " : "", found->name);
	}
	if (n == 1)
		return found;
	if (n)
		mx_usage(ctl, "object \"%s\" is ambiguous: %s", s, list);
	else
		mx_usage(ctl, "unknown object \"%s\", try \"mutexctl help\"", s);
	return NULL;
}

/**
 * mx_find_cmd() - find a command of an object by its name, or the beginning of it
 * @ctl: for messages
 * @obj: the object
 * @s: the word
 *
 * Return: the command, or the object's fallback; NULL after a message.
 */
const struct mx_cmd *mx_find_cmd(struct mx_ctl *ctl,
				 const struct mx_object *obj, const char *s)
{
	const struct mx_cmd *found = NULL;
	char list[160] = "";
	size_t i, len = 0;
	int n = 0;

	for (i = 0; i < obj->ncmds; i++) {
		int match = mx_match(obj->cmds[i].name, s);

		if (match > 0)
			return &obj->cmds[i];
		if (!match)
			continue;
		found = &obj->cmds[i];
		len += snprintf(list + len, sizeof(list) - len, "%s%s",
				n++ ? ", " : "", found->name);
	}
	if (n == 1)
		return found;
	if (n)
		mx_usage(ctl, "command \"%s\" is ambiguous: %s", s, list);
	else if (!obj->fallback)
		mx_usage(ctl, "unknown command \"%s\", try \"mutexctl %s help\"",
			 s, obj->name);
	return n ? NULL : obj->fallback;
}

static const struct mx_cmd *mx_default_cmd(const struct mx_object *obj)
{
	size_t i;

	for (i = 0; !obj->fallback && i < obj->ncmds; i++) {
		if (!strcmp(obj->cmds[i].name, "show"))
			return &obj->cmds[i];
	}
	return obj->fallback;
}

/**
 * mx_dispatch() - run one command line
 * @ctl: the program
 * @argc: number of words
 * @argv: the words, the object first
 *
 * Return: exit status.
 */
int mx_dispatch(struct mx_ctl *ctl, int argc, char **argv)
{
	struct mx_args a = { .argc = argc, .argv = argv, .pos = 1 };
	const struct mx_object *obj;
	const struct mx_cmd *cmd;
	int ret, flushed = MX_EXIT_OK;

	if (!strcmp(argv[0], "help") && argc == 1)
		return mx_help();
	/* "help group" is "group help". */
	if (!strcmp(argv[0], "help")) {
		obj = mx_find_object(ctl, argv[1]);
		if (obj)
			fputs(obj->usage, stdout);
		return obj ? MX_EXIT_OK : MX_EXIT_USAGE;
	}
	if (!strcmp(argv[0], "complete") && !ctl->pipe)
		return mx_complete(ctl, argc, argv);
	obj = mx_find_object(ctl, argv[0]);
	if (!obj)
		return MX_EXIT_USAGE;
	if (argc > 1 && !strcmp(argv[argc - 1], "help") && argc <= 3) {
		fputs(obj->usage, stdout);
		return MX_EXIT_OK;
	}
	cmd = argc > 1 ? mx_find_cmd(ctl, obj, argv[1]) : mx_default_cmd(obj);
	if (!cmd)
		return MX_EXIT_USAGE;
	if (argc > 1 && cmd != obj->fallback)
		a.pos = 2;
	if (ctl->restoring && !(cmd->flags & MX_CF_CONFIG))
		return mx_usage(ctl, "\"%s %s\" is no configuration", obj->name,
				cmd->name);
	ctl->cmd = cmd;
	if (ctl->pipe && !(cmd->flags & MX_CF_CHANGE)) {
		flushed = mx_pipe_flush(ctl);
		if (flushed && !ctl->opts.force)
			return flushed;
	}
	ret = cmd->run(ctl, &a);
	return ret ? ret : flushed;
}

/**
 * mx_no_more() - refuse words that a command does not know
 * @ctl: the program
 * @a: the words
 *
 * Return: exit status.
 */
int mx_no_more(struct mx_ctl *ctl, struct mx_args *a)
{
	return a->pos == a->argc ? MX_EXIT_OK :
	       mx_usage(ctl, "unknown word \"%s\", try \"mutexctl %s help\"",
			a->argv[a->pos], a->argv[0]);
}

/**
 * mx_submit() - send the request, of a batch with others
 * @ctl: holds the request
 *
 * Return: exit status; of a batch, perhaps that of earlier lines.
 */
int mx_submit(struct mx_ctl *ctl)
{
	if (ctl->replay)
		return MX_EXIT_OK;
	if (ctl->pipe)
		return mx_pipe_add(ctl);
	return mx_nl_talk(ctl, ctl->cmd->reply, nlmsg_hdr(ctl->msg.nl));
}

/**
 * mx_run_change() - run a command that is a table of words and a request
 * @ctl: the program
 * @a: the words
 *
 * Return: exit status.
 */
int mx_run_change(struct mx_ctl *ctl, struct mx_args *a)
{
	const struct mx_cmd *cmd = ctl->cmd;
	int ret;

	mx_msg_start(ctl, cmd->genl);
	ret = mx_parse_words(ctl, a, cmd->words, cmd->nwords);
	return ret ? ret : mx_submit(ctl);
}

/**
 * mx_run_show() - send the request that is built and print the objects
 * @ctl: holds the request; the command's reply function prints an object
 * @a: the words, for a command that wants no other attributes
 * @one: ask for one object, else for all that match
 *
 * Return: exit status.
 */
int mx_run_show(struct mx_ctl *ctl, struct mx_args *a, bool one)
{
	int ret = mx_no_more(ctl, a);

	if (!ret)
		ret = mx_nl_need(ctl);
	if (ret)
		return ret;
	mx_out_array(&ctl->out);
	if (one)
		ret = mx_nl_talk(ctl, ctl->cmd->reply, NULL);
	else
		ret = mx_nl_dump(ctl, ctl->cmd->reply, NULL, NULL);
	mx_out_array_end(&ctl->out);
	return ret;
}

/**
 * mx_attrs() - read the attributes of an answer
 * @ctl: for messages
 * @nlh: the answer
 * @tb: result
 * @max: highest attribute
 * @policy: their types
 *
 * Return: exit status.
 */
int mx_attrs(struct mx_ctl *ctl, struct nlmsghdr *nlh, struct nlattr **tb,
	     int max, const struct nla_policy *policy)
{
	/* libnl 3.7 does not say that it leaves the policy alone. */
	if (genlmsg_parse(nlh, 0, tb, max, (struct nla_policy *)policy))
		return mx_error(ctl, "the kernel's answer cannot be read");
	return MX_EXIT_OK;
}

/**
 * mx_attr_u8() - read an attribute
 * @tb: the attributes
 * @type: which
 *
 * Return: its value, 0 when it is not there.
 */
uint32_t mx_attr_u8(struct nlattr **tb, int type)
{
	return tb[type] ? nla_get_u8(tb[type]) : 0;
}

/**
 * mx_attr_u16() - read an attribute
 * @tb: the attributes
 * @type: which
 *
 * Return: its value, 0 when it is not there.
 */
uint32_t mx_attr_u16(struct nlattr **tb, int type)
{
	return tb[type] ? nla_get_u16(tb[type]) : 0;
}

/**
 * mx_attr_u32() - read an attribute
 * @tb: the attributes
 * @type: which
 *
 * Return: its value, 0 when it is not there.
 */
uint32_t mx_attr_u32(struct nlattr **tb, int type)
{
	return tb[type] ? nla_get_u32(tb[type]) : 0;
}

/**
 * mx_attr_u64() - read an attribute
 * @tb: the attributes
 * @type: which
 *
 * Return: its value, 0 when it is not there.
 */
uint64_t mx_attr_u64(struct nlattr **tb, int type)
{
	return tb[type] ? nla_get_u64(tb[type]) : 0;
}

/**
 * mx_attr_str() - read an attribute
 * @tb: the attributes
 * @type: which
 *
 * Return: its value, "" when it is not there.
 */
const char *mx_attr_str(struct nlattr **tb, int type)
{
	return tb[type] ? nla_get_string(tb[type]) : "";
}
