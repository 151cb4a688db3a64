// SPDX-License-Identifier: GPL-2.0
/*
 * Asking what is remembered of paths
 */
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "store.h"
#include "when.h"

/**
 * mx_store_find() - find a path
 * @s: the store
 * @name: its name
 * @id: result: its number, 0 if it was never recorded
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_find(struct mx_store *s, const char *name,
				int64_t *id)
{
	enum mx_store_ret ret;
	sqlite3_stmt *st = NULL;
	int rc;

	*id = 0;
	rc = sqlite3_prepare_v2(s->db, "SELECT id FROM path WHERE name = ?1", -1,
				&st, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
		rc = sqlite3_step(st);
	}
	if (rc == SQLITE_ROW)
		*id = sqlite3_column_int64(st, 0);
	ret = mx_store_fail(s, rc, NULL);
	sqlite3_finalize(st);
	return ret;
}

static void mx_store_read_row(sqlite3_stmt *st, struct mx_store_row *row)
{
	unsigned int i;

	row->time = sqlite3_column_int64(st, 0);
	row->n = sqlite3_column_int64(st, 1);
	for (i = 0; i < MX_F_MAX; i++) {
		if (sqlite3_column_type(st, 2 + i) == SQLITE_NULL)
			row->figure[i] = MX_NO_FIGURE;
		else
			row->figure[i] = sqlite3_column_int64(st, 2 + i);
	}
}

/**
 * mx_store_late() - see whether the time for questions is over
 * @s: the store
 *
 * Return: true if it is.
 */
bool mx_store_late(const struct mx_store *s)
{
	return s->deadline && mx_now_steady() >= s->deadline;
}

static int mx_store_stop(void *arg)
{
	return mx_store_late(arg);
}

/**
 * mx_store_patience() - no question takes longer than that, all in all
 * @s: the store
 * @ms: milliseconds from now
 */
void mx_store_patience(struct mx_store *s, int64_t ms)
{
	s->deadline = mx_now_steady() + ms;
	sqlite3_progress_handler(s->db, 10000, mx_store_stop, s);
}

static bool mx_store_has(const enum mx_figure *figure, size_t n, unsigned int i)
{
	while (n--) {
		if (figure[n] == i)
			return true;
	}
	return false;
}

/* A column for each figure, NULL for those that nobody asks for. */
static enum mx_store_ret mx_store_ask(struct mx_store *s, int64_t id,
				      const struct mx_store_span *span,
				      const enum mx_figure *figure, size_t nfigure,
				      mx_store_row_fn fn, void *arg)
{
	struct mx_store_row row;
	enum mx_store_ret ret;
	sqlite3_stmt *st = NULL;
	char sql[2048];
	unsigned int i;
	size_t n;
	int rc;

	n = snprintf(sql, sizeof(sql), "SELECT (time / ?4) * ?4 AS at, count(*)");
	for (i = 0; i < MX_F_MAX; i++) {
		const struct mx_figure_kind *k = &mx_figure_kinds[i];

		if (figure && !mx_store_has(figure, nfigure, i))
			n += snprintf(sql + n, sizeof(sql) - n, ", NULL");
		else
			n += snprintf(sql + n, sizeof(sql) - n,
				      ", CAST(round(%s(%s)) AS INTEGER)",
				      k->over, k->name);
	}
	snprintf(sql + n, sizeof(sql) - n,
		 " FROM metric WHERE path = ?1 AND time BETWEEN ?2 AND ?3\n"
		 "GROUP BY at ORDER BY at LIMIT ?5");
	rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_bind_int64(st, 1, id);
		sqlite3_bind_int64(st, 2, span->since);
		sqlite3_bind_int64(st, 3, span->until);
		sqlite3_bind_int64(st, 4, span->step > 0 ? span->step : 1);
		sqlite3_bind_int64(st, 5, span->limit);
		while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
			mx_store_read_row(st, &row);
			if (fn(arg, &row))
				break;
		}
	}
	ret = mx_store_fail(s, rc, NULL);
	sqlite3_finalize(st);
	return ret;
}

/**
 * mx_store_rows() - the figures of a path, the oldest first
 * @s: the store
 * @id: the path's number
 * @span: of which time
 * @fn: takes each row; what it returns ends the call, but not as a failure
 * @arg: for @fn
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_rows(struct mx_store *s, int64_t id,
				const struct mx_store_span *span,
				mx_store_row_fn fn, void *arg)
{
	return mx_store_ask(s, id, span, NULL, 0, fn, arg);
}

/**
 * mx_store_score() - the score and the status of a path, the oldest first
 * @s: the store
 * @id: the path's number
 * @span: of which time
 * @fn: takes each row, the other figures not known
 * @arg: for @fn
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_score(struct mx_store *s, int64_t id,
				 const struct mx_store_span *span,
				 mx_store_row_fn fn, void *arg)
{
	static const enum mx_figure figure[] = { MX_F_STATUS, MX_F_SCORE };

	return mx_store_ask(s, id, span, figure, 2, fn, arg);
}

static void mx_store_read_text(sqlite3_stmt *st, int at, char *buf, size_t len)
{
	const char *text = (const char *)sqlite3_column_text(st, at);

	snprintf(buf, len, "%s", text ? text : "");
}

/**
 * mx_store_events() - events, the newest first
 * @s: the store
 * @path: of which path, with what happened to the record itself; NULL for all
 * @span: of which time
 * @fn: takes each event
 * @arg: for @fn
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_events(struct mx_store *s, const char *path,
				  const struct mx_store_span *span,
				  mx_store_event_fn fn, void *arg)
{
	struct mx_store_event e;
	enum mx_store_ret ret;
	sqlite3_stmt *st = NULL;
	int rc;

	rc = sqlite3_prepare_v2(s->db,
		"SELECT e.time, p.name, e.what, e.was, e.status, e.text\n"
		"FROM event e LEFT JOIN path p ON p.id = e.path\n"
		"WHERE e.time BETWEEN ?1 AND ?2\n"
		"AND (?3 IS NULL OR p.name = ?3 OR e.path IS NULL)\n"
		"ORDER BY e.time DESC, e.id DESC LIMIT ?4", -1, &st, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_bind_int64(st, 1, span->since);
		sqlite3_bind_int64(st, 2, span->until);
		if (path)
			sqlite3_bind_text(st, 3, path, -1, SQLITE_STATIC);
		sqlite3_bind_int64(st, 4, span->limit);
		while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
			e.time = sqlite3_column_int64(st, 0);
			mx_store_read_text(st, 1, e.path, sizeof(e.path));
			mx_store_read_text(st, 2, e.what, sizeof(e.what));
			mx_store_read_text(st, 3, e.from, sizeof(e.from));
			mx_store_read_text(st, 4, e.to, sizeof(e.to));
			mx_store_read_text(st, 5, e.text, sizeof(e.text));
			if (fn(arg, &e))
				break;
		}
	}
	ret = mx_store_fail(s, rc, NULL);
	sqlite3_finalize(st);
	return ret;
}
