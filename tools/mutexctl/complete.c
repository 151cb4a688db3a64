// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl complete: the words that may come next, one a line, for the shell's
 * completion and for tests. They are those of the tables that commands are read
 * by, and names that live in the kernel. Nothing is ever complained of.
 *
 *	mutexctl complete -- [ WORD ... ]	the last word is the one to complete
 *	mutexctl complete -line LINE		a shell's line, up to the cursor
 */
#include <dirent.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "complete.h"
#include "ctl.h"
#include "uapi.h"

#define MX_COMPLETE_MAX	4096	/* candidates that live in the kernel */
#define MX_HERE_FILE	":file"	/* a file's name may come: the shell knows better */

static const char *const mx_option_name[] = {
	"-json", "-pretty", "-statistics", "-details", "-oneline", "-timestamp",
	"-color", "-netns", "-batch", "-force", "-Version", "-help",
	"-j", "-p", "-s", "-d", "-o", "-t", "-c", "-n", "-b", "-V", "-h",
};

/* What an object is called by, and where its names are. */
static const struct mx_live {
	const char *object;
	int cmd;
	int attr;
	enum { MX_LIVE_STR, MX_LIVE_U32, MX_LIVE_SERVER } kind;
} mx_live[] = {
	{ "group", MUTEX_CMD_GROUP_GET, MUTEX_A_GROUP_NAME, MX_LIVE_STR },
	{ "server", MUTEX_CMD_SERVER_GET, MUTEX_A_SERVER_ADDR, MX_LIVE_SERVER },
	{ "member", MUTEX_CMD_SERVER_GET, MUTEX_A_SERVER_PATH, MX_LIVE_STR },
	{ "table", MUTEX_CMD_TABLE_GET, MUTEX_A_TABLE_NAME, MX_LIVE_STR },
	{ "rule", MUTEX_CMD_RULE_GET, MUTEX_A_RULE_ID, MX_LIVE_U32 },
	{ "path", MUTEX_CMD_PATH_GET, MUTEX_A_PATH_NAME, MX_LIVE_STR },
	{ "key", MUTEX_CMD_KEY_GET, MUTEX_A_KEY_ID, MX_LIVE_U32 },
	{ "dev", MUTEX_CMD_DEV_GET, MUTEX_A_DEV_NAME, MX_LIVE_STR },
};

/* Keywords whose value is the name of an object. */
static const struct {
	const char *word;
	const char *object;
} mx_live_words[] = {
	{ "group", "group" }, { "fallback", "group" }, { "table", "table" },
	{ "server", "server" }, { "id", "rule" }, { "path", "path" },
	{ "key", "key" },
};

/**
 * struct mx_complete - a line being completed
 * @ctl: the program
 * @obj: its object
 * @cmd: its command
 * @cur: the word to complete
 * @first: the identity behind the command, or NULL
 * @group: the group that the line names, or NULL
 * @live: what is being listed
 * @left: how many names may still be printed
 */
struct mx_complete {
	struct mx_ctl *ctl;
	const struct mx_object *obj;
	const struct mx_cmd *cmd;
	const char *cur;
	const char *first;
	const char *group;
	const struct mx_live *live;
	unsigned int left;
};

/* True if the word begins as what is to be completed. */
static bool mx_offer(const struct mx_complete *c, const char *word)
{
	if (strncmp(word, c->cur, strlen(c->cur)))
		return false;
	puts(word);
	return true;
}

static void mx_offer_names(const struct mx_complete *c,
			   const struct mx_names *names)
{
	unsigned int i;

	for (i = 0; names && i < names->n; i++)
		mx_offer(c, names->name[i]);
}

static const char *mx_live_text(const struct mx_live *live, char *buf,
				struct nlattr **tb)
{
	int port;

	switch (live->kind) {
	case MX_LIVE_STR:
		return nla_get_string(tb[live->attr]);
	case MX_LIVE_U32:
		snprintf(buf, MX_ADDR_LEN, "%u", nla_get_u32(tb[live->attr]));
		return buf;
	case MX_LIVE_SERVER:
		port = mx_attr_u16(tb, MUTEX_A_SERVER_PORT);
		return mx_addr_text(buf, tb[live->attr], port ? port : -1);
	}
	return "";
}

static int mx_live_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[UINT8_MAX + 1];
	struct mx_complete *c = arg;
	char buf[MX_ADDR_LEN];

	if (mx_attrs(ctl, nlh, tb, UINT8_MAX, NULL))
		return MX_EXIT_REFUSED;
	/* servers and paths that are members come together */
	if (!tb[c->live->attr])
		return MX_EXIT_OK;
	if (mx_offer(c, mx_live_text(c->live, buf, tb)) && !--c->left)
		return MX_EXIT_REFUSED;
	return MX_EXIT_OK;
}

/* The groups that have the server which the line names. */
static int mx_live_print_group(struct mx_ctl *ctl, struct nlmsghdr *nlh,
			       void *arg)
{
	struct nlattr *tb[UINT8_MAX + 1];
	struct mx_complete *c = arg;
	char buf[MX_ADDR_LEN];

	if (mx_attrs(ctl, nlh, tb, UINT8_MAX, NULL))
		return MX_EXIT_REFUSED;
	/* servers and paths that are members come together */
	if (!tb[c->live->attr])
		return MX_EXIT_OK;
	if (!strcmp(mx_live_text(c->live, buf, tb), c->first))
		mx_offer(c, mx_attr_str(tb, MUTEX_A_SERVER_GROUP));
	return MX_EXIT_OK;
}

/* The names of the objects of a kind. */
static void mx_offer_live(struct mx_complete *c, const char *object)
{
	mx_nl_fn print = mx_live_print;
	size_t i;

	if (!strcmp(object, "group") && !strcmp(c->obj->name, "server") &&
	    strcmp(c->cmd->name, "add") && c->first) {
		object = "server";
		print = mx_live_print_group;
	}
	if (!strcmp(object, "member") && !strcmp(c->cmd->name, "add"))
		object = "path";
	for (i = 0; i < MX_ARRAY_SIZE(mx_live); i++) {
		if (strcmp(mx_live[i].object, object))
			continue;
		c->live = &mx_live[i];
		c->left = MX_COMPLETE_MAX;
		mx_msg_start(c->ctl, c->live->cmd);
		if (c->live->kind == MX_LIVE_SERVER && c->group &&
		    nla_put_string(c->ctl->msg.nl, MUTEX_A_SERVER_GROUP,
				   c->group))
			return;
		mx_nl_dump(c->ctl, print, c, NULL);
		return;
	}
}

static void mx_offer_devs(const struct mx_complete *c)
{
	struct if_nameindex *devs = if_nameindex(), *dev;

	for (dev = devs; dev && dev->if_index; dev++)
		mx_offer(c, dev->if_name);
	if_freenameindex(devs);
}

static void mx_offer_netns(const struct mx_complete *c)
{
	DIR *dir = opendir("/run/netns");
	struct dirent *ent;

	while (dir && (ent = readdir(dir))) {
		if (ent->d_name[0] != '.')
			mx_offer(c, ent->d_name);
	}
	if (dir)
		closedir(dir);
}

/* A first word that is an object's name: a new one's is the user's to choose. */
static void mx_offer_first(struct mx_complete *c, const struct mx_word *w)
{
	bool add = !strcmp(c->cmd->name, "add") &&
		   strcmp(c->obj->name, "member");

	if (!strcmp(w->name, "FILE"))
		puts(MX_HERE_FILE);
	else if (w->kind == MX_W_PREFIX)
		mx_offer_names(c, &mx_defaults);
	else if (!strcmp(w->name, "DEV") && add)
		mx_offer_devs(c);
	else if (!add && w->attr &&
		 (w->kind == MX_W_STR || w->kind == MX_W_ENDPOINT ||
		  !strcmp(w->name, "ID")))
		mx_offer_live(c, c->obj->name);
	mx_offer_names(c, w->names);
}

/* What may be the value of a word. */
static void mx_offer_value(struct mx_complete *c, const struct mx_word *w)
{
	size_t i;

	if (mx_is_positional(w)) {
		mx_offer_first(c, w);
		return;
	}
	if ((!w->attr && (!strcmp(w->name, "to") || !strcmp(w->name, "db") ||
			  !strcmp(w->name, "--db") || !strcmp(w->name, "svg"))) ||
	    !strcmp(w->name, "file"))
		puts(MX_HERE_FILE);
	mx_offer_names(c, w->names);
	if (w->kind == MX_W_PROTO)
		mx_offer_names(c, &mx_protocols);
	if (w->kind == MX_W_PREFIX)
		mx_offer_names(c, &mx_defaults);
	if (w->any)
		mx_offer(c, w->flags & MX_WF_NONE ? "none" : "any");
	if (w->kind == MX_W_NAME ||
	    (w->kind == MX_W_ADDR && (w->flags & MX_WF_NONE)))
		mx_offer(c, "none");
	if (!strcmp(w->name, "iif") || !strcmp(w->name, "oif") ||
	    !strcmp(w->name, "dev") || !strcmp(w->name, "check-dev"))
		mx_offer_devs(c);
	for (i = 0; i < MX_ARRAY_SIZE(mx_live_words); i++) {
		if (!strcmp(w->name, mx_live_words[i].word))
			mx_offer_live(c, mx_live_words[i].object);
	}
}

static void mx_offer_keywords(const struct mx_complete *c, uint64_t seen,
			      bool action)
{
	unsigned int i;

	for (i = 0; i < c->cmd->nwords; i++) {
		const struct mx_word *w = &c->cmd->words[i];

		if (!mx_is_positional(w) && !(seen & 1ULL << i) &&
		    !(action && w->kind == MX_W_ACTION))
			mx_offer(c, w->name);
	}
}

static int mx_keyword(const struct mx_cmd *cmd, const char *s)
{
	unsigned int i;

	for (i = 0; i < cmd->nwords; i++) {
		if (!mx_is_positional(&cmd->words[i]) &&
		    !strcmp(cmd->words[i].name, s))
			return i;
	}
	return -1;
}

/*
 * Goes through the words behind the command as mx_parse_words() does; words
 * that are wrong are passed over. The last one is what is completed.
 */
static void mx_complete_words(struct mx_complete *c, struct mx_args *a)
{
	const struct mx_cmd *cmd = c->cmd;
	const struct mx_word *first = cmd->nwords ? cmd->words : NULL;
	bool optional, action = false;
	uint64_t seen = 0;

	if (first && !mx_is_positional(first))
		first = NULL;
	optional = first && (!(first->flags & MX_WF_REQUIRED) ||
			     !strcmp(cmd->name, "show"));
	if (first && a->pos == a->argc - 1) {
		mx_offer_value(c, first);
		if (optional)
			mx_offer_keywords(c, 0, false);
		return;
	}
	if (first && !(optional && mx_keyword(cmd, a->argv[a->pos]) >= 0))
		c->first = a->argv[a->pos++];
	while (a->pos < a->argc - 1) {
		const char *s = a->argv[a->pos++];
		const struct mx_word *w;
		int i = mx_keyword(cmd, s);

		if (i < 0)
			continue;
		w = &cmd->words[i];
		seen |= 1ULL << i;
		action |= w->kind == MX_W_ACTION;
		if (w->kind == MX_W_ACTION && !w->attr2)
			continue;
		if (a->pos == a->argc - 1) {
			mx_offer_value(c, w);
			return;
		}
		if (!strcmp(s, "group"))
			c->group = a->argv[a->pos];
		a->pos++;
	}
	mx_offer_keywords(c, seen, action);
}

static void mx_complete_object(struct mx_complete *c, struct mx_args *a)
{
	const struct mx_object *obj = c->obj;
	unsigned int i;

	if (a->pos == a->argc - 1) {
		for (i = 0; i < obj->ncmds; i++)
			mx_offer(c, obj->cmds[i].name);
		mx_offer(c, "help");
		c->cmd = obj->fallback;
		if (c->cmd)
			mx_complete_words(c, a);
		return;
	}
	c->cmd = mx_find_cmd(c->ctl, obj, a->argv[a->pos]);
	if (!c->cmd)
		return;
	a->pos += c->cmd != obj->fallback;
	mx_complete_words(c, a);
}

/* The options in front of the object. True: the last word is one, or its value. */
static bool mx_complete_options(struct mx_complete *c, struct mx_args *a)
{
	size_t i;

	for (; a->pos < a->argc - 1 && a->argv[a->pos][0] == '-'; a->pos++) {
		const char *s = a->argv[a->pos] + 1;
		bool netns, batch;

		s += *s == '-';
		netns = !strcmp(s, "n") || !strcmp(s, "netns");
		batch = !strcmp(s, "b") || !strcmp(s, "batch");
		if (!netns && !batch)
			continue;
		if (++a->pos == a->argc - 1) {
			if (netns)
				mx_offer_netns(c);
			else
				puts(MX_HERE_FILE);
			return true;
		}
		if (netns && mx_enter_netns(c->ctl, a->argv[a->pos]))
			return true;
	}
	if (c->cur[0] != '-' || a->pos < a->argc - 1)
		return false;
	for (i = 0; i < MX_ARRAY_SIZE(mx_option_name); i++)
		mx_offer(c, mx_option_name[i]);
	return true;
}

static void mx_complete_line(struct mx_ctl *ctl, struct mx_args *a)
{
	struct mx_complete c = { .ctl = ctl, .cur = a->argv[a->argc - 1] };
	unsigned int i;

	if (mx_complete_options(&c, a))
		return;
	if (a->pos == a->argc - 1) {
		for (i = 0; mx_object_at(i); i++)
			mx_offer(&c, mx_object_at(i)->name);
		mx_offer(&c, "help");
		return;
	}
	c.obj = mx_find_object(ctl, a->argv[a->pos++]);
	if (c.obj)
		mx_complete_object(&c, a);
}

/* A line that ends in a blank has an empty word to complete. */
static bool mx_open_end(const char *line)
{
	size_t len = strlen(line);

	return !len || (strchr(" \t", line[len - 1]) &&
			(len < 2 || line[len - 2] != '\\'));
}

/**
 * mx_complete() - print the words that may come next
 * @ctl: the program
 * @argc: number of words
 * @argv: the words, "complete" first
 *
 * Return: exit status.
 */
int mx_complete(struct mx_ctl *ctl, int argc, char **argv)
{
	static char empty[] = "";
	char *words[MX_LINE_WORDS + 1];
	struct mx_args a = { 0 };
	bool open;

	if (argc < 2 || (strcmp(argv[1], "--") &&
			 (strcmp(argv[1], "-line") || argc != 3)))
		return mx_usage(ctl, "usage: mutexctl complete { -- [ WORD ... ] | -line LINE }");
	if (!freopen("/dev/null", "w", stderr))
		return MX_EXIT_REFUSED;
	if (argv[1][1] == '-') {
		a = (struct mx_args){ argc, argv, 2 };
		if (argc == 2)
			return MX_EXIT_OK;
	} else {
		open = mx_open_end(argv[2]);
		a.argc = mx_split(argv[2], words, MX_LINE_WORDS);
		a.argv = words;
		a.pos = 1;
		if (a.argc < 1)
			return MX_EXIT_OK;
		if (open)
			words[a.argc++] = empty;
		if (a.argc < 2)
			return MX_EXIT_OK;
	}
	mx_complete_line(ctl, &a);
	return MX_EXIT_OK;
}
