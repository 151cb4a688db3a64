/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_RECORD_H
#define MX_CTL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "path_source.h"
#include "path_view.h"
#include "store.h"

struct mx_ctl;

/**
 * struct mx_known - a path as it was last seen
 * @v: the path
 * @id: its number in the store, 0 if it has none yet
 * @dirty: the store does not know what was said of it
 * @seen: by the look that is under way
 */
struct mx_known {
	struct mx_path_view v;
	int64_t id;
	bool dirty;
	bool seen;
};

/**
 * struct mx_recorder - who looks at the paths and remembers
 * @ctl: the program
 * @src: where paths are seen
 * @store: where they are remembered
 * @file: its file, NULL for memory
 * @aside: a damaged file is moved out of the way
 * @keep: milliseconds that are remembered
 * @bytes: so much of the store may be in use
 * @known: the paths, by name
 * @n: how many
 * @size: for how many there is room
 * @event: what has happened and is not written yet
 * @nevents: how many
 * @begun: the first look is over
 * @left: the store may have paths that are no more
 * @torn: the last look may lack paths that are there
 * @trouble: the store could not be written the last time
 * @blind: the kernel could not be asked the last time
 * @lost_rows: figures that were lost since the trouble began
 * @lost_events: events that were
 * @offset: the clock, less the one that nobody sets
 * @prune: when to forget again, on the clock that nobody sets
 * @null: where messages go that are said once only
 */
struct mx_recorder {
	struct mx_ctl *ctl;
	struct mx_path_source src;
	struct mx_store store;
	const char *file;
	bool aside;
	int64_t keep;
	uint64_t bytes;
	struct mx_known **known;
	size_t n;
	size_t size;
	struct mx_store_event *event;
	size_t nevents;
	bool begun;
	bool left;
	bool torn;
	bool trouble;
	bool blind;
	uint64_t lost_rows;
	uint64_t lost_events;
	int64_t offset;
	int64_t prune;
	FILE *null;
};

/* Each returns an exit status; all but MX_EXIT_OK end the program. */
int mx_recorder_open(struct mx_recorder *rec);
int mx_recorder_look(struct mx_recorder *rec);
int mx_recorder_news(struct mx_recorder *rec);
void mx_recorder_close(struct mx_recorder *rec);
struct mx_known *mx_recorder_find(const struct mx_recorder *rec,
				  const char *name);

/* The paths it knows. */
void mx_recorder_see(struct mx_recorder *rec, const struct mx_path_view *v);
void mx_recorder_forget(struct mx_recorder *rec, const char *name);
void mx_recorder_event(struct mx_recorder *rec, const char *path,
		       const char *what, const char *from, const char *to,
		       const char *text);
int mx_recorder_write(struct mx_recorder *rec, bool figures);

#endif /* MX_CTL_RECORD_H */
