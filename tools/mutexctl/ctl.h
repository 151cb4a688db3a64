/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_CTL_H
#define MX_CTL_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nl.h"
#include "parse.h"
#include "print.h"

struct mx_pipe;
struct nla_policy;
struct nlattr;

#define MUTEXCTL_VERSION	"0.1.0"

#define MX_ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MX_LINE_WORDS		128	/* words of a batch line */

/**
 * enum mx_exit - exit status
 * @MX_EXIT_OK: done
 * @MX_EXIT_USAGE: the command line, or a line of a batch, is wrong
 * @MX_EXIT_REFUSED: the kernel refused, or cannot be asked
 */
enum mx_exit { MX_EXIT_OK, MX_EXIT_USAGE, MX_EXIT_REFUSED };

/**
 * struct mx_opts - options in front of the object
 * @stats: print counters
 * @details: print what is not configuration
 * @timestamp: events have their time
 * @force: a batch goes on behind an error
 * @netns: namespace to work in, or NULL
 * @batch: file of commands, or NULL
 */
struct mx_opts {
	bool stats;
	bool details;
	bool timestamp;
	bool force;
	const char *netns;
	const char *batch;
};

/* The lines around a configuration that was written whole. */
#define MX_FILE_BEGIN	"# mutexctl "		/* and the version */
#define MX_FILE_END	"# end of configuration"

/**
 * struct mx_marks - what the lines of a file to restore say of its wholeness
 * @begun: line of the last MX_FILE_BEGIN whose MX_FILE_END has not come, or 0
 * @ended: MX_FILE_END has come
 */
struct mx_marks {
	unsigned int begun;
	bool ended;
};

/**
 * struct mx_ctl - the program's state
 * @opts: options
 * @out: where objects are printed
 * @err: where messages are printed
 * @nl: the socket to the kernel
 * @msg: the request being built
 * @cmd: the command that runs, for messages
 * @pipe: requests of a batch that are not sent yet; NULL outside a batch
 * @line: line of the batch, 0 outside
 * @home: the network namespace that the program was started in, 0 if it is still there
 * @restoring: only configuration is allowed
 * @marks: of the file that is being restored
 * @replay: build requests, to find the word an error is about; send nothing
 * @complained: a usage message has been printed
 * @quiet: a refusal is put here and not printed, NULL to print it
 */
struct mx_ctl {
	struct mx_opts opts;
	struct mx_out out;
	FILE *err;
	struct mx_nl nl;
	struct mx_msg msg;
	const struct mx_cmd *cmd;
	struct mx_pipe *pipe;
	unsigned int line;
	int home;
	bool restoring;
	struct mx_marks marks;
	bool replay;
	bool complained;
	struct mx_nl_error *quiet;
};

#define MX_CF_CHANGE	1	/* ends in mx_submit() and prints no object */
#define MX_CF_CONFIG	2	/* allowed in a file to restore */

/**
 * struct mx_cmd - a command of an object
 * @name: its word
 * @run: runs it; returns an exit status
 * @flags: MX_CF_*
 * @genl: request of the commands that mx_run_change() or mx_run_show() run
 * @words: their grammar; of other commands, what may be completed
 * @nwords: entries in @words
 * @reply: takes the answer, or prints one object of it
 */
struct mx_cmd {
	const char *name;
	int (*run)(struct mx_ctl *ctl, struct mx_args *a);
	unsigned int flags;
	int genl;
	const struct mx_word *words;
	unsigned int nwords;
	mx_nl_fn reply;
};

/**
 * struct mx_object - an object
 * @name: its word
 * @usage: its grammar, as `help` prints it
 * @cmds: its commands
 * @ncmds: entries in @cmds
 * @fallback: command when none is named, or when the word is none; NULL: show
 */
struct mx_object {
	const char *name;
	const char *usage;
	const struct mx_cmd *cmds;
	unsigned int ncmds;
	const struct mx_cmd *fallback;
};

#define MX_WORDS(w)	.words = (w), .nwords = MX_ARRAY_SIZE(w)

extern const struct mx_object mx_obj_group;
extern const struct mx_object mx_obj_server;
extern const struct mx_object mx_obj_member;
extern const struct mx_object mx_obj_table;
extern const struct mx_object mx_obj_route;
extern const struct mx_object mx_obj_rule;
extern const struct mx_object mx_obj_dev;
extern const struct mx_object mx_obj_flow;
extern const struct mx_object mx_obj_geo;
extern const struct mx_object mx_obj_settings;
extern const struct mx_object mx_obj_persist;
extern const struct mx_object mx_obj_stats;
extern const struct mx_object mx_obj_monitor;
extern const struct mx_object mx_obj_save;
extern const struct mx_object mx_obj_restore;
extern const struct mx_object mx_obj_check;
extern const struct mx_object mx_obj_report;
extern const struct mx_object mx_obj_import;
extern const struct mx_object mx_obj_key;
extern const struct mx_object mx_obj_reflector;
extern const struct mx_object mx_obj_record;
extern const struct mx_object mx_obj_path;
extern const struct mx_object mx_obj_dashboard;

extern const struct mx_names mx_group_types;
extern const struct mx_names mx_hash_keys;
extern const struct mx_names mx_forwards;
extern const struct mx_names mx_cts;
extern const struct mx_names mx_server_states;
extern const struct mx_names mx_flow_states;
extern const struct mx_names mx_verdicts;
extern const struct mx_names mx_protocols;
extern const struct mx_names mx_defaults;

/* Messages to the user, with the batch's line in front. */
int mx_usage(struct mx_ctl *ctl, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int mx_error(struct mx_ctl *ctl, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void mx_say_line(struct mx_ctl *ctl);

/* Commands. */
int mx_enter_netns(struct mx_ctl *ctl, const char *name);
const struct mx_object *mx_object_at(unsigned int i);
const struct mx_object *mx_find_object(struct mx_ctl *ctl, const char *s);
const struct mx_cmd *mx_find_cmd(struct mx_ctl *ctl,
				 const struct mx_object *obj, const char *s);
int mx_dispatch(struct mx_ctl *ctl, int argc, char **argv);
int mx_run_change(struct mx_ctl *ctl, struct mx_args *a);
int mx_run_show(struct mx_ctl *ctl, struct mx_args *a, bool one);
int mx_submit(struct mx_ctl *ctl);
int mx_no_more(struct mx_ctl *ctl, struct mx_args *a);

/* Printing of one object, for show, save and monitor. */
int mx_group_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);
int mx_group_print_alone(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);
int mx_group_print_fallback(struct mx_ctl *ctl, struct nlmsghdr *nlh,
			    void *arg);
int mx_server_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);
int mx_member_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);
int mx_server_print_any(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);
int mx_table_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);
int mx_route_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);
int mx_rule_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);
int mx_dev_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);
int mx_geo_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);
int mx_geo_note(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);
int mx_key_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);
int mx_reflector_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);
int mx_settings_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);

/* Attributes of an answer. */
uint32_t mx_attr_u8(struct nlattr **tb, int type);
uint32_t mx_attr_u16(struct nlattr **tb, int type);
uint32_t mx_attr_u32(struct nlattr **tb, int type);
uint64_t mx_attr_u64(struct nlattr **tb, int type);
const char *mx_attr_str(struct nlattr **tb, int type);
int mx_attrs(struct mx_ctl *ctl, struct nlmsghdr *nlh, struct nlattr **tb,
	     int max, const struct nla_policy *policy);

/* The configuration. */
int mx_save_to(struct mx_ctl *ctl, FILE *fp);

/* Batches. */
int mx_batch(struct mx_ctl *ctl, const char *file);
int mx_batch_stream(struct mx_ctl *ctl, FILE *fp, unsigned long *changes);
void mx_restore_mark(struct mx_ctl *ctl, const char *line);
FILE *mx_batch_open(struct mx_ctl *ctl, const char *file);

#endif /* MX_CTL_CTL_H */
