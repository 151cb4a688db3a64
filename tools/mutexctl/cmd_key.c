// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl key
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "secret.h"
#include "uapi.h"

static const struct mx_word mx_key_words[] = {
	{ .name = "ID", .kind = MX_W_U32, .attr = MUTEX_A_KEY_ID,
	  .flags = MX_WF_REQUIRED },
	{ .name = "file", .kind = MX_W_STR, .attr = MUTEX_A_KEY_FILE,
	  .flags = MX_WF_REQUIRED },
};

static const struct nla_policy mx_key_policy[MUTEX_A_KEY_MAX + 1] = {
	[MUTEX_A_KEY_ID] = { .type = NLA_U32 },
	[MUTEX_A_KEY_FILE] = { .type = NLA_STRING },
	[MUTEX_A_KEY_PATHS] = { .type = NLA_U32 },
	[MUTEX_A_KEY_REFLECTORS] = { .type = NLA_U32 },
};

/**
 * mx_key_print() - print a key, but for what it is
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_key_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_KEY_MAX + 1];
	struct mx_out *o = &ctl->out;

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_KEY_MAX, mx_key_policy))
		return MX_EXIT_REFUSED;
	mx_out_obj(o);
	mx_out_uint(o, "id", NULL, mx_attr_u32(tb, MUTEX_A_KEY_ID));
	mx_out_str(o, MX_PLAIN, "file", "file",
		   mx_attr_str(tb, MUTEX_A_KEY_FILE));
	if (ctl->opts.details || o->json) {
		mx_out_open(o, "users", "users");
		mx_out_uint(o, "paths", "paths",
			    mx_attr_u32(tb, MUTEX_A_KEY_PATHS));
		mx_out_uint(o, "reflectors", "reflectors",
			    mx_attr_u32(tb, MUTEX_A_KEY_REFLECTORS));
		mx_out_close(o);
	}
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

/* A file is known by its whole name: who restores a configuration is elsewhere. */
static int mx_key_whole(struct mx_ctl *ctl, struct mx_args *a, char **name)
{
	char *here;
	int i, n;

	*name = NULL;
	for (i = a->pos + 1; i + 1 < a->argc && strcmp(a->argv[i], "file"); )
		i++;
	if (i + 1 >= a->argc || !*a->argv[i + 1] || *a->argv[i + 1] == '/')
		return MX_EXIT_OK;
	here = get_current_dir_name();
	if (!here)
		return mx_error(ctl, "cannot tell where the key file is: %s",
				strerror(errno));
	n = asprintf(name, "%s/%s", strcmp(here, "/") ? here : "",
		     a->argv[i + 1]);
	free(here);
	if (n < 0)
		return mx_error(ctl, "out of memory");
	a->argv[i + 1] = *name;
	return MX_EXIT_OK;
}

static int mx_key_put(struct mx_ctl *ctl)
{
	uint8_t key[MUTEX_KEY_BYTES_MAX + 1];
	const struct nlattr *file;
	size_t len;
	int ret;

	file = nlmsg_find_attr(nlmsg_hdr(ctl->msg.nl), GENL_HDRLEN,
			       MUTEX_A_KEY_FILE);
	ret = mx_secret_read(ctl, nla_get_string(file), key, &len);
	if (!ret && nla_put(ctl->msg.nl, MUTEX_A_KEY_BYTES, len, key))
		ret = mx_error(ctl, "out of memory");
	explicit_bzero(key, sizeof(key));
	return ret;
}

/* The kernel gets the key, and the file's name to say where it is from. */
static int mx_key_change(struct mx_ctl *ctl, struct mx_args *a)
{
	char *name;
	int ret;

	mx_msg_start(ctl, ctl->cmd->genl);
	ret = mx_key_whole(ctl, a, &name);
	if (!ret)
		ret = mx_parse_words(ctl, a, mx_key_words,
				     MX_ARRAY_SIZE(mx_key_words));
	if (!ret)
		ret = mx_key_put(ctl);
	if (!ret)
		ret = mx_submit(ctl);
	free(name);
	return ret;
}

static int mx_key_del(struct mx_ctl *ctl, struct mx_args *a)
{
	int ret;

	mx_msg_start(ctl, ctl->cmd->genl);
	ret = mx_parse_words(ctl, a, mx_key_words, 1);
	return ret ? ret : mx_submit(ctl);
}

static int mx_key_show(struct mx_ctl *ctl, struct mx_args *a)
{
	bool one = a->pos < a->argc;
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_KEY_GET);
	if (one) {
		ret = mx_parse_words(ctl, a, mx_key_words, 1);
		if (ret)
			return ret;
	}
	return mx_run_show(ctl, a, one);
}

static const struct mx_cmd mx_key_cmds[] = {
	{ .name = "add", .run = mx_key_change, .genl = MUTEX_CMD_KEY_NEW,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_key_words) },
	{ .name = "set", .run = mx_key_change, .genl = MUTEX_CMD_KEY_SET,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, MX_WORDS(mx_key_words) },
	{ .name = "del", .run = mx_key_del, .genl = MUTEX_CMD_KEY_DEL,
	  .flags = MX_CF_CHANGE | MX_CF_CONFIG, .words = mx_key_words,
	  .nwords = 1 },
	{ .name = "show", .run = mx_key_show, .reply = mx_key_print,
	  .words = mx_key_words, .nwords = 1 },
};

const struct mx_object mx_obj_key = {
	.name = "key",
	.usage =
"Usage: mutexctl key { add | set } ID file FILE\n"
"       mutexctl key del ID\n"
"       mutexctl key [ show [ ID ] ]\n"
"Probes of paths and answers of reflectors are authenticated with keys.\n"
"FILE holds 16 to 64 bytes as hexadecimal digits or base64, on\n"
"one line, and is not open to everybody. The kernel never tells a key.\n",
	.cmds = mx_key_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_key_cmds),
};
