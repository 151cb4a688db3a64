/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_STORE_H
#define MX_CTL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "path_view.h"

struct sqlite3;
struct sqlite3_stmt;

#define MX_STORE_FILE	"/var/lib/mutex/paths.db"	/* where none is named */

/**
 * enum mx_store_mode - how a file is opened
 * @MX_STORE_READ: to be asked, while another may write it
 * @MX_STORE_WRITE: to be written, by one at a time; made if it is not there
 * @MX_STORE_MEMORY: no file at all
 */
enum mx_store_mode { MX_STORE_READ, MX_STORE_WRITE, MX_STORE_MEMORY };

/**
 * enum mx_store_ret - what became of a call
 * @MX_STORE_OK: done
 * @MX_STORE_LATER: not now: the disk is full, or the file is busy
 * @MX_STORE_DAMAGED: the file is damaged
 * @MX_STORE_REFUSED: it cannot be, and will not be later
 */
enum mx_store_ret {
	MX_STORE_OK,
	MX_STORE_LATER,
	MX_STORE_DAMAGED,
	MX_STORE_REFUSED
};

/**
 * struct mx_store - what is remembered of paths
 * @db: the database, NULL when it is not open
 * @put: the statement that adds figures
 * @note: the one that adds an event
 * @path: the one that adds or changes a path
 * @file: its name
 * @lock: holds it for us, -1 for none
 * @deadline: when questions end, on the clock that nobody sets
 * @why: what the last call that failed would say
 */
struct mx_store {
	struct sqlite3 *db;
	struct sqlite3_stmt *put;
	struct sqlite3_stmt *note;
	struct sqlite3_stmt *path;
	const char *file;
	int lock;
	int64_t deadline;
	char why[320];
};

/**
 * struct mx_store_event - something that has happened
 * @time: milliseconds since 1970
 * @path: to which path, "" for none
 * @what: what it was
 * @from: the status before, "" for none
 * @to: the status then
 * @text: more of it
 */
struct mx_store_event {
	int64_t time;
	char path[MX_VIEW_NAME];
	char what[12];
	char from[12];
	char to[12];
	char text[128];
};

/**
 * struct mx_store_row - figures of a time
 * @time: milliseconds since 1970; of a step, its begin
 * @n: how many rows it is made of
 * @figure: the figures
 */
struct mx_store_row {
	int64_t time;
	uint64_t n;
	uint64_t figure[MX_F_MAX];
};

/**
 * struct mx_store_span - a time, in milliseconds since 1970
 * @since: first
 * @until: last
 * @step: figures of so long are made one; 1 to have them all
 * @limit: so many at most
 */
struct mx_store_span {
	int64_t since;
	int64_t until;
	int64_t step;
	int64_t limit;
};

/* Each returns 0 to go on. */
typedef int (*mx_store_row_fn)(void *arg, const struct mx_store_row *row);
typedef int (*mx_store_event_fn)(void *arg, const struct mx_store_event *e);

enum mx_store_ret mx_store_open(struct mx_store *s, const char *file,
				enum mx_store_mode mode);
void mx_store_close(struct mx_store *s);
bool mx_store_moved(const struct mx_store *s);
enum mx_store_ret mx_store_aside(struct mx_store *s, const char *file,
				 char *to, size_t len);
enum mx_store_ret mx_store_fail(struct mx_store *s, int rc, const char *what);
enum mx_store_ret mx_store_exec(struct mx_store *s, const char *sql);
int64_t mx_store_number(struct mx_store *s, const char *sql);

/* Writing: one transaction at a time. */
enum mx_store_ret mx_store_begin(struct mx_store *s);
enum mx_store_ret mx_store_path(struct mx_store *s, const struct mx_path_view *v,
				int64_t now, int64_t *id);
enum mx_store_ret mx_store_gone(struct mx_store *s, const char *name,
				int64_t now);
enum mx_store_ret mx_store_left(struct mx_store *s, int64_t now);
enum mx_store_ret mx_store_put(struct mx_store *s, int64_t id, int64_t now,
			       const struct mx_path_view *v);
enum mx_store_ret mx_store_note(struct mx_store *s,
				const struct mx_store_event *e);
enum mx_store_ret mx_store_commit(struct mx_store *s);
void mx_store_rollback(struct mx_store *s);
void mx_store_settle(struct mx_store *s);
enum mx_store_ret mx_store_prune(struct mx_store *s, int64_t before);
enum mx_store_ret mx_store_shrink(struct mx_store *s, int64_t now,
				  uint64_t bytes);

/* Questions. */
enum mx_store_ret mx_store_find(struct mx_store *s, const char *name,
				int64_t *id);
enum mx_store_ret mx_store_rows(struct mx_store *s, int64_t id,
				const struct mx_store_span *span,
				mx_store_row_fn fn, void *arg);
enum mx_store_ret mx_store_score(struct mx_store *s, int64_t id,
				 const struct mx_store_span *span,
				 mx_store_row_fn fn, void *arg);
void mx_store_patience(struct mx_store *s, int64_t ms);
bool mx_store_late(const struct mx_store *s);
enum mx_store_ret mx_store_events(struct mx_store *s, const char *path,
				  const struct mx_store_span *span,
				  mx_store_event_fn fn, void *arg);

#endif /* MX_CTL_STORE_H */
