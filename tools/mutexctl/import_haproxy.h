/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_IMPORT_HAPROXY_H
#define MX_CTL_IMPORT_HAPROXY_H

#include "import.h"

#define MX_HAP_WORDS	128	/* words of a line */
#define MX_HAP_NAME	64	/* bytes of a proxy's name that count */
#define MX_HAP_BINDS	65536	/* addresses of a file */

/**
 * enum mx_hap_kind - what a section is
 * @MX_HAP_OTHER: nothing to import
 * @MX_HAP_DEFAULTS: what later sections begin with
 * @MX_HAP_FRONTEND: addresses
 * @MX_HAP_BACKEND: servers
 * @MX_HAP_LISTEN: both
 */
enum mx_hap_kind {
	MX_HAP_OTHER,
	MX_HAP_DEFAULTS,
	MX_HAP_FRONTEND,
	MX_HAP_BACKEND,
	MX_HAP_LISTEN,
};

/**
 * struct mx_hap_bind - an address of a frontend
 * @line: its line
 * @any: it stands for all addresses of the machine
 * @addr: the address; of @any, only the family
 * @min: first port
 * @max: last port
 * @iif: device, or ""
 */
struct mx_hap_bind {
	unsigned int line;
	bool any;
	struct mx_addr addr;
	uint16_t min;
	uint16_t max;
	char iif[16];
};

/**
 * struct mx_hap_proxy - a section with its settings
 * @kind: what it is
 * @line: where it begins
 * @name: its name
 * @target: backend that it leads to without a condition, or ""
 * @target_line: line that says so
 * @always: the target is that of a use_backend line, which wins
 * @http: it looks into HTTP
 * @disabled: it is switched off
 * @stick: a client keeps its server
 * @stick_ms: for so long
 * @allbackups: all its backup servers share the load
 * @server: what its servers begin with
 * @check: the same of their checks
 * @group: its servers
 * @binds: its addresses
 * @nbinds: how many
 * @bind_size: allocated
 * @wanted: its servers are printed
 * @used: an address leads to it
 */
struct mx_hap_proxy {
	enum mx_hap_kind kind;
	unsigned int line;
	char name[MX_HAP_NAME];
	char target[MX_HAP_NAME];
	unsigned int target_line;
	bool always;
	bool http;
	bool disabled;
	bool stick;
	uint32_t stick_ms;
	bool allbackups;
	struct mx_imp_server server;
	struct mx_imp_check check;
	struct mx_imp_group group;
	struct mx_hap_bind *binds;
	unsigned int nbinds;
	unsigned int bind_size;
	bool wanted;
	bool used;
};

/**
 * struct mx_hap - a file
 * @imp: what is read
 * @proxies: its sections
 * @n: how many
 * @size: allocated
 * @now: the section being read, NULL for one that is passed over
 * @began: a section has begun
 * @nested: how many .if are open
 */
struct mx_hap {
	struct mx_import *imp;
	struct mx_hap_proxy *proxies;
	unsigned int n;
	unsigned int size;
	struct mx_hap_proxy *now;
	bool began;
	unsigned int nested;
};

/* import_haproxy_server.c */
int mx_hap_server(struct mx_hap *f, int argc, char **argv, bool defaults);
int mx_hap_bind(struct mx_hap *f, int argc, char **argv);

/* import_haproxy_words.c */
int mx_hap_split(struct mx_import *imp, char *line, char **argv, int max);
int mx_hap_time(struct mx_import *imp, const char *s, uint32_t *ms);
void mx_hap_note_words(struct mx_import *imp, int argc, char **argv,
		       const char *why);
unsigned int mx_hap_server_values(const char *word);
unsigned int mx_hap_bind_values(const char *word);
void mx_hap_balance(struct mx_hap_proxy *p, struct mx_import *imp, int argc,
		    char **argv);

#endif /* MX_CTL_IMPORT_HAPROXY_H */
