// SPDX-License-Identifier: GPL-2.0
/*
 * Writing what is remembered of paths, and forgetting what is too old
 */
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "store.h"

#define MX_SHRINK_ROUNDS	64	/* a tenth of the time each */

static enum mx_store_ret mx_store_prepare(struct mx_store *s,
					  sqlite3_stmt **st, const char *sql)
{
	if (*st) {
		sqlite3_reset(*st);
		sqlite3_clear_bindings(*st);
		return MX_STORE_OK;
	}
	return mx_store_fail(s, sqlite3_prepare_v3(s->db, sql, -1,
						   SQLITE_PREPARE_PERSISTENT,
						   st, NULL), NULL);
}

static enum mx_store_ret mx_store_run(struct mx_store *s, sqlite3_stmt *st)
{
	enum mx_store_ret ret = mx_store_fail(s, sqlite3_step(st), NULL);

	sqlite3_reset(st);
	return ret;
}

static void mx_store_text(sqlite3_stmt *st, int at, const char *text)
{
	if (*text)
		sqlite3_bind_text(st, at, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(st, at);
}

/**
 * mx_store_begin() - begin a transaction
 * @s: the store
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_begin(struct mx_store *s)
{
	return mx_store_exec(s, "BEGIN IMMEDIATE");
}

/**
 * mx_store_commit() - end a transaction; if that fails, nothing was written
 * @s: the store
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_commit(struct mx_store *s)
{
	enum mx_store_ret ret = mx_store_exec(s, "COMMIT");

	if (ret)
		mx_store_rollback(s);
	return ret;
}

/**
 * mx_store_rollback() - end a transaction as if it had not been
 * @s: the store
 */
void mx_store_rollback(struct mx_store *s)
{
	if (s->db && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

/**
 * mx_store_settle() - bring the log into the file, which may make room
 * @s: the store; what is wrong with it is not said
 */
void mx_store_settle(struct mx_store *s)
{
	if (s->db)
		sqlite3_exec(s->db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL,
			     NULL, NULL);
}

/**
 * mx_store_path() - add a path, or what was said of it anew
 * @s: the store
 * @v: the path
 * @now: milliseconds since 1970
 * @id: result: its number
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_path(struct mx_store *s, const struct mx_path_view *v,
				int64_t now, int64_t *id)
{
	const struct mx_path_conf *c = &v->conf;
	enum mx_store_ret ret;
	int rc;

	ret = mx_store_prepare(s, &s->path,
		"INSERT INTO path (name, dev, via, local, peer, admin, probe,\n"
		"	interval, bandwidth, cost, first)\n"
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)\n"
		"ON CONFLICT (name) DO UPDATE SET dev = ?2, via = ?3,\n"
		"	local = ?4, peer = ?5, admin = ?6, probe = ?7,\n"
		"	interval = ?8, bandwidth = ?9, cost = ?10, gone = NULL\n"
		"RETURNING id");
	if (ret)
		return ret;
	mx_store_text(s->path, 1, v->name);
	mx_store_text(s->path, 2, c->dev);
	mx_store_text(s->path, 3, c->via);
	mx_store_text(s->path, 4, c->local);
	mx_store_text(s->path, 5, c->peer);
	mx_store_text(s->path, 6, c->admin);
	mx_store_text(s->path, 7, c->probe);
	sqlite3_bind_int64(s->path, 8, c->interval);
	sqlite3_bind_int64(s->path, 9, c->bandwidth);
	sqlite3_bind_int64(s->path, 10, c->cost);
	sqlite3_bind_int64(s->path, 11, now);
	rc = sqlite3_step(s->path);
	if (rc == SQLITE_ROW) {
		*id = sqlite3_column_int64(s->path, 0);
		rc = sqlite3_step(s->path);
	}
	ret = mx_store_fail(s, rc, NULL);
	sqlite3_reset(s->path);
	return ret;
}

/**
 * mx_store_gone() - a path was deleted; what was remembered of it stays
 * @s: the store
 * @name: its name
 * @now: milliseconds since 1970
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_gone(struct mx_store *s, const char *name,
				int64_t now)
{
	enum mx_store_ret ret;
	sqlite3_stmt *st = NULL;

	ret = mx_store_prepare(s, &st, "UPDATE path SET gone = ?2\n"
				       "WHERE name = ?1 AND gone IS NULL");
	if (ret)
		return ret;
	mx_store_text(st, 1, name);
	sqlite3_bind_int64(st, 2, now);
	ret = mx_store_run(s, st);
	sqlite3_finalize(st);
	return ret;
}

/**
 * mx_store_left() - paths that a look did not find were deleted before it
 * @s: the store
 * @now: when the look was, whose figures are in the store; milliseconds since 1970
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_left(struct mx_store *s, int64_t now)
{
	enum mx_store_ret ret;
	sqlite3_stmt *st = NULL;

	ret = mx_store_prepare(s, &st, "UPDATE path SET gone = ?1\n"
		"WHERE gone IS NULL AND NOT EXISTS\n"
		"(SELECT 1 FROM metric WHERE path = path.id AND time = ?1)");
	if (ret)
		return ret;
	sqlite3_bind_int64(st, 1, now);
	ret = mx_store_run(s, st);
	sqlite3_finalize(st);
	return ret;
}

/* The statement that adds figures has a column for each, in their order. */
static enum mx_store_ret mx_store_prepare_put(struct mx_store *s)
{
	char sql[1024], marks[3 * MX_F_MAX + 1];
	size_t i, n, m = 0;

	n = snprintf(sql, sizeof(sql), "INSERT OR REPLACE INTO metric (path, time");
	for (i = 0; i < MX_F_MAX; i++) {
		n += snprintf(sql + n, sizeof(sql) - n, ", %s",
			      mx_figure_kinds[i].name);
		m += snprintf(marks + m, sizeof(marks) - m, ", ?");
	}
	snprintf(sql + n, sizeof(sql) - n, ") VALUES (?, ?%s)", marks);
	return mx_store_prepare(s, &s->put, sql);
}

/**
 * mx_store_put() - add the figures of a path
 * @s: the store
 * @id: its number
 * @now: milliseconds since 1970
 * @v: the path
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_put(struct mx_store *s, int64_t id, int64_t now,
			       const struct mx_path_view *v)
{
	enum mx_store_ret ret = mx_store_prepare_put(s);
	unsigned int i;

	if (ret)
		return ret;
	sqlite3_bind_int64(s->put, 1, id);
	sqlite3_bind_int64(s->put, 2, now);
	for (i = 0; i < MX_F_MAX; i++) {
		if (v->figure[i] != MX_NO_FIGURE)
			sqlite3_bind_int64(s->put, 3 + i, v->figure[i]);
	}
	return mx_store_run(s, s->put);
}

/**
 * mx_store_note() - add an event
 * @s: the store
 * @e: the event
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_note(struct mx_store *s,
				const struct mx_store_event *e)
{
	enum mx_store_ret ret;

	ret = mx_store_prepare(s, &s->note,
		"INSERT INTO event (time, path, what, was, status, text) VALUES\n"
		"(?1, (SELECT id FROM path WHERE name = ?2), ?3, ?4, ?5, ?6)");
	if (ret)
		return ret;
	sqlite3_bind_int64(s->note, 1, e->time);
	mx_store_text(s->note, 2, e->path);
	mx_store_text(s->note, 3, e->what);
	mx_store_text(s->note, 4, e->from);
	mx_store_text(s->note, 5, e->to);
	mx_store_text(s->note, 6, e->text);
	return mx_store_run(s, s->note);
}

static enum mx_store_ret mx_store_prune_sql(struct mx_store *s, const char *sql,
					    int64_t before)
{
	enum mx_store_ret ret;
	sqlite3_stmt *st = NULL;

	ret = mx_store_prepare(s, &st, sql);
	if (ret)
		return ret;
	sqlite3_bind_int64(st, 1, before);
	ret = mx_store_run(s, st);
	sqlite3_finalize(st);
	return ret;
}

/**
 * mx_store_prune() - forget what is older
 * @s: the store
 * @before: milliseconds since 1970
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_prune(struct mx_store *s, int64_t before)
{
	static const char *const sql[] = {
		/* by path, since that is how they are sorted */
		"DELETE FROM metric WHERE (path, time) IN (SELECT m.path, m.time\n"
		"FROM path p CROSS JOIN metric m ON m.path = p.id AND m.time < ?1)",
		"DELETE FROM event WHERE time < ?1",
		"DELETE FROM path WHERE gone < ?1\n"
		"AND NOT EXISTS (SELECT 1 FROM metric WHERE path = path.id)\n"
		"AND NOT EXISTS (SELECT 1 FROM event WHERE path = path.id)",
	};
	enum mx_store_ret ret = mx_store_begin(s);
	size_t i;

	if (ret)
		return ret;
	for (i = 0; !ret && i < sizeof(sql) / sizeof(sql[0]); i++)
		ret = mx_store_prune_sql(s, sql[i], before);
	if (ret) {
		mx_store_rollback(s);
		return ret;
	}
	ret = mx_store_commit(s);
	return ret ? ret : mx_store_exec(s, "PRAGMA incremental_vacuum(4096)");
}

static int64_t mx_store_used(struct mx_store *s)
{
	return (mx_store_number(s, "PRAGMA page_count") -
		mx_store_number(s, "PRAGMA freelist_count")) *
	       mx_store_number(s, "PRAGMA page_size");
}

/**
 * mx_store_shrink() - forget what is oldest until the rest fits
 * @s: the store
 * @now: milliseconds since 1970
 * @bytes: what may be in use
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_shrink(struct mx_store *s, int64_t now,
				  uint64_t bytes)
{
	enum mx_store_ret ret = MX_STORE_OK;
	int64_t used, oldest;
	int i;

	for (i = 0; !ret && i < MX_SHRINK_ROUNDS; i++) {
		used = mx_store_used(s);
		if (used < 0 || (uint64_t)used <= bytes)
			break;
		oldest = mx_store_number(s,
			"SELECT min(t) FROM (SELECT (SELECT min(time) FROM metric\n"
			"WHERE path = p.id) AS t FROM path p\n"
			"UNION ALL SELECT min(time) FROM event)");
		if (oldest < 0 || oldest > now)
			break;
		ret = mx_store_prune(s, oldest + (now - oldest) / 10 + 1);
	}
	return ret;
}
