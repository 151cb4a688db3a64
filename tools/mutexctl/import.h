/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_IMPORT_H
#define MX_CTL_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "parse.h"

struct mx_ctl;

#define MX_IMP_LINE	8192		/* bytes of a line */
#define MX_IMP_LINES	1000000		/* lines of a file */
#define MX_IMP_GROUPS	16384		/* services or proxies of a file */
#define MX_IMP_MEMBERS	4096		/* servers of one */
#define MX_IMP_NOTES	10000		/* remarks that are kept */
#define MX_IMP_NAME	31		/* bytes of a group's name */
#define MX_IMP_VIPS	16		/* addresses for binds that name none */

/* Rules of an imported file, so that the more exact one is looked at first. */
#define MX_IMP_PRIO_MARK	300
#define MX_IMP_PRIO_PORT	200
#define MX_IMP_PRIO_ADDR	100

/**
 * struct mx_imp_note - what was not carried over
 * @line: line of the file
 * @text: the remark
 */
struct mx_imp_note {
	unsigned int line;
	char *text;
};

/**
 * struct mx_imp_server - a server of the file
 * @line: where it is
 * @name: its name or address, for remarks
 * @addr: its address; no length when it is not known
 * @port: its port, 0 to keep the packet's own
 * @weight: its weight in the file, -1 when the file has none
 * @max_conns: its limit, 0 for none
 * @slow_start: milliseconds until it has its whole share, 0 for at once
 * @backup: it takes traffic when the others are gone
 * @down: it is disabled
 * @check: it is checked
 * @left_out: it is printed as a remark
 */
struct mx_imp_server {
	unsigned int line;
	char name[64];
	struct mx_addr addr;
	uint16_t port;
	int weight;
	uint32_t max_conns;
	uint32_t slow_start;
	bool backup;
	bool down;
	bool check;
	bool left_out;
};

/**
 * struct mx_imp_check - checks of a group; the zeros are left to the kernel
 * @on: it has them
 * @port: to another port
 * @interval: milliseconds between two
 * @rise: successes until up
 * @fall: failures until down
 */
struct mx_imp_check {
	bool on;
	uint16_t port;
	uint32_t interval;
	uint32_t rise;
	uint32_t fall;
};

/**
 * struct mx_imp_group - a service or a backend of the file
 * @line: where it begins
 * @name: of the group
 * @lb: scheduler
 * @hash: its key, or NULL
 * @forward: forward mode
 * @persist: seconds that a client stays, 0 for not
 * @plen4: bits of a client's IPv4 address that count, 0 for all
 * @plen6: the same of IPv6
 * @slow_start: milliseconds until a server has its whole share
 * @check: checks
 * @left_out: it is printed as a remark
 * @servers: its servers
 * @nservers: how many
 * @size: allocated
 */
struct mx_imp_group {
	unsigned int line;
	char name[MX_IMP_NAME + 1];
	const char *lb;
	const char *hash;
	const char *forward;
	uint32_t persist;
	unsigned int plen4;
	unsigned int plen6;
	uint32_t slow_start;
	struct mx_imp_check check;
	bool left_out;
	struct mx_imp_server *servers;
	unsigned int nservers;
	unsigned int size;
};

/**
 * struct mx_imp_rule - what leads to a group
 * @line: line of the file
 * @priority: MX_IMP_PRIO_*
 * @addr: address of the service; no length for one that the user has to say
 * @any: of @addr, only the family counts
 * @proto: the protocol's name, or NULL
 * @min: first port, 0 for all
 * @max: last port
 * @mark: mark, 0 for none
 * @iif: device, or ""
 * @group: the group's name
 * @left_out: it is printed as a remark
 */
struct mx_imp_rule {
	unsigned int line;
	unsigned int priority;
	struct mx_addr addr;
	bool any;
	const char *proto;
	uint16_t min;
	uint16_t max;
	uint32_t mark;
	char iif[16];
	char group[MX_IMP_NAME + 1];
	bool left_out;
};

/**
 * struct mx_import - a file being read
 * @ctl: for messages
 * @fp: the file
 * @line: number of the line that was read last
 * @buf: it
 * @notes: remarks
 * @nnotes: how many
 * @lost: how many more there would have been
 */
struct mx_import {
	struct mx_ctl *ctl;
	FILE *fp;
	unsigned int line;
	char buf[MX_IMP_LINE + 1];
	struct mx_imp_note *notes;
	unsigned int nnotes;
	unsigned int lost;
};

/* Reading. */
int mx_imp_line(struct mx_import *imp);
void *mx_imp_grow(struct mx_import *imp, void *array, unsigned int n,
		  unsigned int *size, unsigned int max, size_t one,
		  const char *what);
void mx_imp_note(struct mx_import *imp, unsigned int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
struct mx_imp_server *mx_imp_server(struct mx_import *imp,
				    struct mx_imp_group *g);
void mx_imp_finish_group(struct mx_import *imp, struct mx_imp_group *g);
bool mx_imp_same_addr(const struct mx_addr *a, const struct mx_addr *b);

/* Writing. */
void mx_imp_begin(struct mx_import *imp);
void mx_imp_end(struct mx_import *imp);
void mx_imp_print_group(struct mx_import *imp, const struct mx_imp_group *g);
void mx_imp_print_rule(struct mx_import *imp, const struct mx_imp_rule *r);
const char *mx_imp_addr_text(const struct mx_addr *addr, int port, char *buf,
			     size_t len);

/* The files that are understood; each returns an exit status. */
int mx_import_ipvs(struct mx_import *imp);
int mx_import_haproxy(struct mx_import *imp, const char *backend,
		      const struct mx_addr *vips, unsigned int nvips);

#endif /* MX_CTL_IMPORT_H */
