// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl import haproxy: the servers of backends, and the addresses that lead
 * to them
 */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "import_haproxy.h"

static const struct {
	const char *name;
	enum mx_hap_kind kind;
} mx_hap_sections[] = {
	{ "defaults", MX_HAP_DEFAULTS },
	{ "frontend", MX_HAP_FRONTEND },
	{ "backend", MX_HAP_BACKEND },
	{ "listen", MX_HAP_LISTEN },
	{ "global", MX_HAP_OTHER }, { "peers", MX_HAP_OTHER },
	{ "resolvers", MX_HAP_OTHER }, { "mailers", MX_HAP_OTHER },
	{ "userlist", MX_HAP_OTHER }, { "program", MX_HAP_OTHER },
	{ "http-errors", MX_HAP_OTHER }, { "ring", MX_HAP_OTHER },
	{ "cache", MX_HAP_OTHER }, { "log-forward", MX_HAP_OTHER },
	{ "fcgi-app", MX_HAP_OTHER }, { "crt-store", MX_HAP_OTHER },
	{ "log-profile", MX_HAP_OTHER }, { "traces", MX_HAP_OTHER },
};

/* Keywords that change nothing of what is carried over. */
static const char *const mx_hap_silent[] = {
	"description", "enabled", "id", "log", "log-format", "log-tag", "guid",
};

/* A name becomes a group's, which has fewer bytes; and a word of a command. */
static bool mx_hap_good_name(const char *s)
{
	return *s && strlen(s) < MX_HAP_NAME &&
	       !s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:")];
}

static struct mx_hap_proxy *mx_hap_find(struct mx_hap *f, const char *name,
					bool defaults)
{
	unsigned int i;

	for (i = f->n; i-- > 0;) {
		struct mx_hap_proxy *p = &f->proxies[i];

		if (strcmp(p->name, name))
			continue;
		if (defaults ? p->kind == MX_HAP_DEFAULTS :
			       p->kind == MX_HAP_BACKEND ||
			       p->kind == MX_HAP_LISTEN)
			return p;
	}
	return NULL;
}

/* What a section begins with: the last defaults, or those it names. */
static int mx_hap_inherit(struct mx_hap *f, struct mx_hap_proxy *p,
			  const char *from)
{
	const struct mx_hap_proxy *d = NULL;
	unsigned int i;

	p->group.lb = "wrr";
	p->server.weight = -1;
	if (from) {
		d = mx_hap_find(f, from, true);
		if (!d)
			return mx_usage(f->imp->ctl, "there is no defaults section %s above",
					from);
	}
	for (i = f->n; !d && p->kind != MX_HAP_DEFAULTS && i-- > 0;) {
		if (f->proxies[i].kind == MX_HAP_DEFAULTS)
			d = &f->proxies[i];
	}
	if (!d)
		return MX_EXIT_OK;
	p->server = d->server;
	p->check = d->check;
	p->group.lb = d->group.lb;
	p->group.hash = d->group.hash;
	p->http = d->http;
	p->disabled = d->disabled;
	p->allbackups = d->allbackups;
	memcpy(p->target, d->target, sizeof(p->target));
	p->target_line = d->target_line;
	return MX_EXIT_OK;
}

static int mx_hap_section(struct mx_hap *f, enum mx_hap_kind kind, int argc,
			  char **argv)
{
	struct mx_import *imp = f->imp;
	struct mx_hap_proxy *p, new = { .kind = kind, .line = imp->line };
	const char *name = argc > 1 ? argv[1] : "";
	const char *from = NULL;
	int ret;

	f->began = true;
	f->now = NULL;
	if (kind == MX_HAP_OTHER) {
		mx_hap_note_words(imp, argc > 2 ? 2 : argc, argv, "the whole section");
		return MX_EXIT_OK;
	}
	if (kind == MX_HAP_DEFAULTS && !strcmp(name, "from")) {
		from = argc > 2 ? argv[2] : "";
		name = "";
	} else if (argc > 3 && !strcmp(argv[2], "from")) {
		from = argv[3];
	}
	if ((*name || kind != MX_HAP_DEFAULTS) && !mx_hap_good_name(name))
		return mx_usage(imp->ctl, "\"%.80s\" is not the name of a section",
				name);
	if (kind != MX_HAP_FRONTEND && *name &&
	    mx_hap_find(f, name, kind == MX_HAP_DEFAULTS))
		return mx_usage(imp->ctl, "%s %s is there already", argv[0],
				name);
	snprintf(new.name, sizeof(new.name), "%s", name);
	ret = mx_hap_inherit(f, &new, from);
	if (ret)
		return ret;
	p = mx_imp_grow(imp, f->proxies, f->n, &f->size, MX_IMP_GROUPS,
			sizeof(*p), "sections");
	if (!p)
		return MX_EXIT_USAGE;
	f->proxies = p;
	p += f->n++;
	*p = new;
	p->group.line = imp->line;
	p->group.forward = "nat";
	snprintf(p->group.name, sizeof(p->group.name), "%.*s", MX_IMP_NAME,
		 name);
	if (strlen(name) > MX_IMP_NAME)
		snprintf(p->group.name, sizeof(p->group.name), "%.24s.%u", name,
			 f->n);
	f->now = p;
	return MX_EXIT_OK;
}

static int mx_hap_backend(struct mx_hap *f, int argc, char **argv, bool use)
{
	struct mx_hap_proxy *p = f->now;

	if (argc < 2)
		return mx_usage(f->imp->ctl, "\"%s\" needs a value", argv[0]);
	if (use && argc > 2) {
		mx_hap_note_words(f->imp, argc, argv, "conditions are not read");
		return MX_EXIT_OK;
	}
	if (!mx_hap_good_name(argv[1])) {
		mx_hap_note_words(f->imp, argc, argv, "not a backend's name");
		return MX_EXIT_OK;
	}
	/* The first line without a condition wins, and before the default. */
	if (p->always)
		return MX_EXIT_OK;
	p->always = use;
	snprintf(p->target, sizeof(p->target), "%s", argv[1]);
	p->target_line = f->imp->line;
	return MX_EXIT_OK;
}

/* "stick on src" with a table of addresses: the client keeps its server. */
static int mx_hap_stick(struct mx_hap *f, int argc, char **argv)
{
	struct mx_hap_proxy *p = f->now;
	bool ip = false;
	int i;

	if (!strcmp(argv[0], "stick")) {
		if (argc == 3 && !strcmp(argv[1], "on") && !strcmp(argv[2], "src"))
			p->stick = true;
		else
			mx_hap_note_words(f->imp, argc, argv, NULL);
		return MX_EXIT_OK;
	}
	for (i = 1; i + 1 < argc; i++) {
		if (!strcmp(argv[i], "type"))
			ip = !strncmp(argv[i + 1], "ip", 2);
		if (!strcmp(argv[i], "expire") &&
		    mx_hap_time(f->imp, argv[i + 1], &p->stick_ms))
			return MX_EXIT_USAGE;
	}
	if (!ip || !p->stick_ms) {
		p->stick_ms = 0;
		mx_hap_note_words(f->imp, argc, argv, NULL);
	}
	return MX_EXIT_OK;
}

/* Keywords that are switches of the section. True: it was one. */
static bool mx_hap_switch(struct mx_hap *f, int argc, char **argv)
{
	struct mx_hap_proxy *p = f->now;
	const char *second = argc > 1 ? argv[1] : "";
	size_t i;

	if (!strcmp(argv[0], "balance")) {
		mx_hap_balance(p, f->imp, argc, argv);
		return true;
	}
	if (!strcmp(argv[0], "disabled")) {
		p->disabled = true;
		return true;
	}
	if (!strcmp(argv[0], "mode")) {
		p->http = !strcmp(second, "http");
		if (!p->http && strcmp(second, "tcp"))
			mx_hap_note_words(f->imp, argc, argv, "taken as mode tcp");
		return true;
	}
	if (!strcmp(argv[0], "option") && !strcmp(second, "allbackups")) {
		p->allbackups = true;
		return true;
	}
	if (!strcmp(argv[0], "option") && (strstr(second, "-check") || strstr(second, "chk"))) {
		mx_hap_note_words(f->imp, argc, argv, "checks open a TCP connection");
		return true;
	}
	/* Ours is consistent, whatever it is told. */
	if (!strcmp(argv[0], "hash-type") && !strcmp(second, "consistent"))
		return true;
	for (i = 0; i < MX_ARRAY_SIZE(mx_hap_silent); i++) {
		if (!strcmp(argv[0], mx_hap_silent[i]))
			return true;
	}
	return false;
}

static int mx_hap_keyword(struct mx_hap *f, int argc, char **argv)
{
	enum mx_hap_kind kind = f->now->kind;
	const char *word = argv[0];

	if (mx_hap_switch(f, argc, argv))
		return MX_EXIT_OK;
	if (!strcmp(word, "default-server"))
		return mx_hap_server(f, argc, argv, true);
	if (!strcmp(word, "server") &&
	    (kind == MX_HAP_BACKEND || kind == MX_HAP_LISTEN))
		return mx_hap_server(f, argc, argv, false);
	if (!strcmp(word, "bind") &&
	    (kind == MX_HAP_FRONTEND || kind == MX_HAP_LISTEN))
		return mx_hap_bind(f, argc, argv);
	if (!strcmp(word, "default_backend") || !strcmp(word, "use_backend"))
		return mx_hap_backend(f, argc, argv, *word == 'u');
	if (!strcmp(word, "stick") || !strcmp(word, "stick-table"))
		return mx_hap_stick(f, argc, argv);
	if (!strcmp(word, "server-template"))
		mx_hap_note_words(f->imp, argc, argv, "names are not looked up");
	else
		mx_hap_note_words(f->imp, argc, argv, NULL);
	return MX_EXIT_OK;
}

/* .if and its kin: what lies inside is left to the user. True: such a line. */
static bool mx_hap_macro(struct mx_hap *f, int argc, char **argv)
{
	if (argv[0][0] == '.') {
		if (!strcmp(argv[0], ".if"))
			f->nested++;
		else if (!strcmp(argv[0], ".endif") && f->nested)
			f->nested--;
		mx_hap_note_words(f->imp, argc, argv, "conditions are not read");
		return true;
	}
	if (f->nested)
		mx_hap_note_words(f->imp, argc, argv, "inside a condition");
	return f->nested;
}

static int mx_hap_line(struct mx_hap *f)
{
	char *argv[MX_HAP_WORDS];
	int argc;
	size_t i;

	argc = mx_hap_split(f->imp, f->imp->buf, argv, MX_HAP_WORDS);
	if (argc < 0)
		return MX_EXIT_USAGE;
	/* "no option ...": what is switched off needs no carrying. */
	if (!argc || !strcmp(argv[0], "no") || mx_hap_macro(f, argc, argv))
		return MX_EXIT_OK;
	for (i = 0; i < MX_ARRAY_SIZE(mx_hap_sections); i++) {
		if (!strcmp(argv[0], mx_hap_sections[i].name))
			return mx_hap_section(f, mx_hap_sections[i].kind, argc,
					      argv);
	}
	if (!f->began)
		return mx_usage(f->imp->ctl, "\"%.80s\" stands in front of the first section",
				argv[0]);
	return f->now ? mx_hap_keyword(f, argc, argv) : MX_EXIT_OK;
}

/* Print the rule of one address, or for one that stands for all, of each VIP. */
static void mx_hap_rule(struct mx_hap *f, const struct mx_hap_bind *b,
			const struct mx_hap_proxy *to,
			const struct mx_addr *vip)
{
	struct mx_imp_rule r = { .line = b->line, .priority = MX_IMP_PRIO_PORT };

	r.addr = vip ? *vip : b->addr;
	if (b->any && !vip) {
		r.addr.len = 0;
		r.left_out = true;
	}
	r.proto = "tcp";
	r.min = b->min;
	r.max = b->max;
	memcpy(r.iif, b->iif, sizeof(r.iif));
	memcpy(r.group, to->group.name, sizeof(r.group));
	r.left_out |= to->group.left_out;
	mx_imp_print_rule(f->imp, &r);
}

static void mx_hap_rules(struct mx_hap *f, const struct mx_addr *vips,
			 unsigned int nvips)
{
	unsigned int i, j, k;

	for (i = 0; i < f->n; i++) {
		struct mx_hap_proxy *p = &f->proxies[i], *to;

		if (p->disabled || p->kind == MX_HAP_DEFAULTS)
			continue;
		to = p->group.nservers ? p : mx_hap_find(f, p->target, false);
		for (j = 0; to && to->wanted && j < p->nbinds; j++) {
			const struct mx_hap_bind *b = &p->binds[j];
			bool done = false;

			for (k = 0; b->any && k < nvips; k++) {
				if (vips[k].len != b->addr.len)
					continue;
				mx_hap_rule(f, b, to, &vips[k]);
				done = true;
			}
			if (!done)
				mx_hap_rule(f, b, to, NULL);
		}
	}
}

/* Remarks on what leads where, when all is known. */
static void mx_hap_look_at_bind(struct mx_hap *f, const struct mx_hap_bind *b,
				const struct mx_hap_proxy *to,
				const struct mx_addr *vips, unsigned int nvips)
{
	unsigned int i;

	for (i = 0; i < to->group.nservers; i++) {
		const struct mx_imp_server *s = &to->group.servers[i];

		if (!s->left_out && s->addr.len == b->addr.len)
			break;
	}
	if (i == to->group.nservers)
		mx_imp_note(f->imp, b->line, "bind: group %s has no server of this address family",
			    to->group.name);
	for (i = 0; b->any && i < nvips && vips[i].len != b->addr.len; i++)
		;
	if (b->any && i == nvips)
		mx_imp_note(f->imp, b->line, "bind: no address to write into a rule for group %s: say it by \"vip\"",
			    to->group.name);
}

/* Where a frontend leads, if its addresses are wanted. */
static void mx_hap_look_at_front(struct mx_hap *f, struct mx_hap_proxy *p,
				 const struct mx_addr *vips, unsigned int nvips)
{
	struct mx_hap_proxy *to;
	unsigned int i;

	if (!p->nbinds)
		return;
	to = p->group.nservers ? p : mx_hap_find(f, p->target, false);
	if (to && to->wanted) {
		to->used = true;
		if (p->http)
			mx_imp_note(f->imp, p->line, "%s: mode http: connections are balanced, not requests",
				    p->name);
		for (i = 0; i < p->nbinds; i++)
			mx_hap_look_at_bind(f, &p->binds[i], to, vips, nvips);
	} else if (!to && *p->target) {
		mx_imp_note(f->imp, p->target_line, "%s: there is no backend %s",
			    p->name, p->target);
	} else if (!to) {
		mx_imp_note(f->imp, p->line, "%s leads to no backend without a condition",
			    p->name);
	}
}

static void mx_hap_look_at_group(struct mx_hap *f, struct mx_hap_proxy *p)
{
	struct mx_imp_group *g = &p->group;
	unsigned int i, backups = 0, unchecked = 0;
	bool weighed = false;

	for (i = 0; i < g->nservers; i++) {
		backups += g->servers[i].backup;
		unchecked += g->check.on && !g->servers[i].check &&
			     !g->servers[i].left_out;
		weighed |= g->servers[i].weight > 0;
		if (g->servers[i].slow_start > g->slow_start)
			g->slow_start = g->servers[i].slow_start;
	}
	/* A server without a weight has 1 there, and 100 here. */
	for (i = 0; weighed && i < g->nservers; i++) {
		if (g->servers[i].weight < 0)
			g->servers[i].weight = 1;
	}
	if (p->stick && p->stick_ms)
		g->persist = (p->stick_ms + 999) / 1000;
	if (unchecked)
		mx_imp_note(f->imp, g->line, "group %s: all its servers are checked, %u were not",
			    g->name, unchecked);
	if (backups > 1 && !p->allbackups)
		mx_imp_note(f->imp, g->line, "group %s: its backup servers share the load, not one after the other",
			    g->name);
	if (!p->used)
		mx_imp_note(f->imp, g->line, "group %s: no address leads to it",
			    g->name);
	mx_imp_finish_group(f->imp, g);
}

static int mx_hap_print(struct mx_hap *f, const char *backend,
			const struct mx_addr *vips, unsigned int nvips)
{
	unsigned int i, wanted = 0;

	for (i = 0; i < f->n; i++) {
		struct mx_hap_proxy *p = &f->proxies[i];

		p->wanted = p->group.nservers &&
			    (!backend || !strcmp(backend, p->name));
		if (p->wanted && p->disabled) {
			p->wanted = false;
			mx_imp_note(f->imp, p->line, "%s is disabled, it is left out",
				    p->name);
		}
		wanted += p->wanted;
	}
	f->imp->ctl->line = 0;
	if (!wanted && backend)
		return mx_usage(f->imp->ctl, "there is no backend %s with a server",
				backend);
	if (!wanted)
		return mx_usage(f->imp->ctl, "the file has no backend with a server");
	for (i = 0; i < f->n; i++) {
		struct mx_hap_proxy *p = &f->proxies[i];

		if (!p->disabled && (p->kind == MX_HAP_FRONTEND ||
				     p->kind == MX_HAP_LISTEN))
			mx_hap_look_at_front(f, p, vips, nvips);
	}
	for (i = 0; i < f->n; i++) {
		if (f->proxies[i].wanted)
			mx_hap_look_at_group(f, &f->proxies[i]);
	}
	mx_imp_begin(f->imp);
	for (i = 0; i < f->n; i++) {
		if (f->proxies[i].wanted)
			mx_imp_print_group(f->imp, &f->proxies[i].group);
	}
	mx_hap_rules(f, vips, nvips);
	mx_imp_end(f->imp);
	return MX_EXIT_OK;
}

/**
 * mx_import_haproxy() - read a configuration of HAProxy and print commands
 * @imp: the file
 * @backend: the one that is wanted, NULL for all
 * @vips: addresses for bind lines that stand for all of the machine's
 * @nvips: how many
 *
 * Return: exit status.
 */
int mx_import_haproxy(struct mx_import *imp, const char *backend,
		      const struct mx_addr *vips, unsigned int nvips)
{
	struct mx_hap f = { .imp = imp };
	int ret = MX_EXIT_OK, more;
	unsigned int i;

	while (!ret && (more = mx_imp_line(imp)))
		ret = more < 0 ? MX_EXIT_USAGE : mx_hap_line(&f);
	if (!ret)
		ret = mx_hap_print(&f, backend, vips, nvips);
	for (i = 0; i < f.n; i++) {
		free(f.proxies[i].group.servers);
		free(f.proxies[i].binds);
	}
	free(f.proxies);
	return ret;
}
