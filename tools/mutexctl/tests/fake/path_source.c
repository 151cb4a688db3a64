// SPDX-License-Identifier: GPL-2.0
/*
 * Paths from files in place of the kernel, for tests: of the directory that
 * MX_FAKE names,
 *
 *	paths	a line for each: NAME KEY=VALUE ...
 *	members	a line for each: GROUP PATH KEY=VALUE ...
 *	news	lines as they are added: path|state|gone|missed NAME KEY=VALUE ...
 *
 * Without the file paths, the kernel does not answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "../../ctl.h"
#include "../../path_source.h"

#define FAKE_WORDS	64
#define FAKE_LINE	2048

static FILE *fake_news;

static FILE *fake_open(struct mx_ctl *ctl, const char *name)
{
	const char *dir = getenv("MX_FAKE");
	char file[512];
	FILE *fp;

	snprintf(file, sizeof(file), "%s/%s", dir ? dir : "/nonexistent", name);
	fp = fopen(file, "re");
	if (!fp)
		mx_error(ctl, "kernel module mutex is not loaded (fake)");
	return fp;
}

static void fake_number(struct mx_path_view *v, const char *key,
			const char *value)
{
	static const char *const status[] = { "unknown", "up", "degraded", "down" };
	struct mx_path_conf *c = &v->conf;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		if (!strcmp(key, "status") && !strcmp(value, status[i]))
			v->figure[MX_F_STATUS] = i;
	}
	for (i = MX_F_SCORE; i < MX_F_MAX; i++) {
		if (!strcmp(key, mx_figure_kinds[i].name))
			v->figure[i] = strtoull(value, NULL, 10);
	}
	if (!strcmp(key, "mbit"))
		c->bandwidth = atoi(value);
	else if (!strcmp(key, "cost"))
		c->cost = atoi(value);
	else if (!strcmp(key, "interval"))
		c->interval = atoi(value);
}

static void fake_path(struct mx_path_view *v, char **word, int n)
{
	struct mx_path_conf *c = &v->conf;
	const struct {
		const char *key;
		char *to;
		size_t len;
	} text[] = {
		{ "dev", c->dev, sizeof(c->dev) },
		{ "via", c->via, sizeof(c->via) },
		{ "local", c->local, sizeof(c->local) },
		{ "peer", c->peer, sizeof(c->peer) },
		{ "admin", c->admin, sizeof(c->admin) },
		{ "probe", c->probe, sizeof(c->probe) },
		{ "reason", v->reason, sizeof(v->reason) },
	};
	size_t j;
	int i;

	mx_path_view_init(v, word[0]);
	snprintf(c->admin, sizeof(c->admin), "up");
	snprintf(c->probe, sizeof(c->probe), "stamp");
	for (i = 1; i < n; i++) {
		char *value = strchr(word[i], '=');

		if (!value)
			continue;
		*value++ = '\0';
		fake_number(v, word[i], value);
		for (j = 0; j < MX_ARRAY_SIZE(text); j++) {
			if (!strcmp(word[i], text[j].key))
				snprintf(text[j].to, text[j].len, "%s", value);
		}
	}
}

int mx_source_open(struct mx_ctl *ctl, struct mx_path_source *src)
{
	char file[512];
	FILE *fp = fake_open(ctl, "paths");

	src->fd = -1;
	if (!fp)
		return MX_EXIT_REFUSED;
	fclose(fp);
	fake_news = fake_open(ctl, "news");
	if (!fake_news)
		return MX_EXIT_REFUSED;
	fseek(fake_news, 0, SEEK_END);
	src->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	snprintf(file, sizeof(file), "%s/news", getenv("MX_FAKE"));
	inotify_add_watch(src->fd, file, IN_MODIFY);
	return MX_EXIT_OK;
}

void mx_source_close(struct mx_ctl *ctl, struct mx_path_source *src)
{
	(void)ctl;
	if (src->fd >= 0)
		close(src->fd);
	src->fd = -1;
	if (fake_news)
		fclose(fake_news);
	fake_news = NULL;
}

int mx_source_paths(struct mx_ctl *ctl, mx_path_view_fn fn, void *arg,
		    bool *torn)
{
	char line[FAKE_LINE], *word[FAKE_WORDS];
	struct mx_path_view v;
	FILE *fp = fake_open(ctl, "paths");
	int n, ret = MX_EXIT_OK;

	if (!fp)
		return MX_EXIT_REFUSED;
	while (!ret && fgets(line, sizeof(line), fp)) {
		n = mx_split(line, word, FAKE_WORDS);
		if (n == 1 && !strcmp(word[0], "torn"))
			*torn = true;
		else if (n > 0) {
			fake_path(&v, word, n);
			ret = fn(arg, &v);
		}
	}
	fclose(fp);
	return ret;
}

static void fake_member(struct mx_member_view *m, char **word, int n)
{
	const struct {
		const char *key;
		uint64_t *to;
	} number[] = {
		{ "active", &m->active }, { "total", &m->total },
		{ "packets", &m->packets }, { "bytes", &m->bytes },
		{ "reply_packets", &m->reply_packets },
		{ "reply_bytes", &m->reply_bytes },
	};
	size_t j;
	int i;

	memset(m, 0, sizeof(*m));
	snprintf(m->group, sizeof(m->group), "%s", word[0]);
	snprintf(m->path, sizeof(m->path), "%s", word[1]);
	snprintf(m->state, sizeof(m->state), "up");
	m->weight = 100;
	for (i = 2; i < n; i++) {
		char *value = strchr(word[i], '=');

		if (!value)
			continue;
		*value++ = '\0';
		for (j = 0; j < MX_ARRAY_SIZE(number); j++) {
			if (!strcmp(word[i], number[j].key))
				*number[j].to = strtoull(value, NULL, 10);
		}
	}
}

int mx_source_members(struct mx_ctl *ctl, mx_member_view_fn fn, void *arg)
{
	char line[FAKE_LINE], *word[FAKE_WORDS];
	struct mx_member_view m;
	FILE *fp = fake_open(ctl, "members");
	int n, ret = MX_EXIT_OK;

	if (!fp)
		return MX_EXIT_REFUSED;
	while (!ret && fgets(line, sizeof(line), fp)) {
		n = mx_split(line, word, FAKE_WORDS);
		if (n < 2)
			continue;
		fake_member(&m, word, n);
		ret = fn(arg, &m);
	}
	fclose(fp);
	return ret;
}

int mx_source_news(struct mx_ctl *ctl, struct mx_path_source *src,
		   mx_path_news_fn fn, void *arg)
{
	static const char *const name[] = { "path", "gone", "state", "missed" };
	char line[FAKE_LINE], *word[FAKE_WORDS], buf[4096];
	struct mx_path_view v;
	unsigned int i;
	int n;

	(void)ctl;
	while (read(src->fd, buf, sizeof(buf)) > 0)
		;
	clearerr(fake_news);
	while (fgets(line, sizeof(line), fake_news)) {
		n = mx_split(line, word, FAKE_WORDS);
		if (n == 1 && !strcmp(word[0], "end"))
			return MX_EXIT_REFUSED;
		for (i = 0; n > 0 && i < MX_ARRAY_SIZE(name); i++) {
			if (strcmp(word[0], name[i]))
				continue;
			if (n > 1)
				fake_path(&v, word + 1, n - 1);
			fn(arg, i, n > 1 ? &v : NULL);
		}
	}
	return MX_EXIT_OK;
}
