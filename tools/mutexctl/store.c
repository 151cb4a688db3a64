// SPDX-License-Identifier: GPL-2.0
/*
 * The file that paths are remembered in: an SQLite database with a write-ahead
 * log, so that those who read do not wait for the one who writes. Opening it
 * says whether it is ours and whole; nothing is ever repaired in place.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "store.h"

#define MX_STORE_ID		0x6d757478	/* "mutx" */
#define MX_STORE_VERSION	1
#define MX_STORE_BUSY		3000	/* ms that another's lock is waited for */

static const char mx_store_schema[] =
"CREATE TABLE path (\n"
"	id INTEGER PRIMARY KEY,\n"
"	name TEXT NOT NULL UNIQUE,\n"
"	dev TEXT, via TEXT, local TEXT, peer TEXT, admin TEXT, probe TEXT,\n"
"	interval INTEGER, bandwidth INTEGER, cost INTEGER,\n"
"	first INTEGER NOT NULL,	-- milliseconds since 1970, as all times\n"
"	gone INTEGER\n"
");\n"
"CREATE TABLE metric (\n"
"	path INTEGER NOT NULL REFERENCES path(id),\n"
"	time INTEGER NOT NULL,\n"
"	status INTEGER NOT NULL,	-- 0 unknown, 1 up, 2 degraded, 3 down\n"
"	score INTEGER,	-- thousandths\n"
"	rtt INTEGER, rtt_min INTEGER, rtt_max INTEGER,	-- microseconds\n"
"	p50 INTEGER, p95 INTEGER, p99 INTEGER,\n"
"	jitter INTEGER, jitter3550 INTEGER,\n"
"	loss INTEGER, loss_long INTEGER,	-- millionths\n"
"	fwd_jitter INTEGER, back_jitter INTEGER,\n"
"	fwd_loss INTEGER, back_loss INTEGER,\n"
"	bandwidth INTEGER,	-- kbit/s\n"
"	mtu INTEGER,\n"
"	sent INTEGER, received INTEGER, late INTEGER, lost INTEGER,\n"
"	PRIMARY KEY (path, time)\n"
") WITHOUT ROWID;\n"
"CREATE TABLE event (\n"
"	id INTEGER PRIMARY KEY,\n"
"	time INTEGER NOT NULL,\n"
"	path INTEGER REFERENCES path(id),\n"
"	what TEXT NOT NULL,\n"
"	was TEXT, status TEXT, text TEXT\n"
");\n"
"CREATE INDEX event_time ON event(time);\n"
"CREATE INDEX event_path ON event(path, time);\n";

/**
 * mx_store_fail() - say why a call to SQLite has failed
 * @s: the store, holds the words then
 * @rc: what SQLite has returned
 * @what: what was to be done, or NULL
 *
 * Return: what that means for the caller.
 */
enum mx_store_ret mx_store_fail(struct mx_store *s, int rc, const char *what)
{
	const char *text = s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc);
	int err = s->db ? sqlite3_system_errno(s->db) : 0;

	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return MX_STORE_OK;
	case SQLITE_FULL:
		text = "the disk is full";
		break;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		if (err)
			text = strerror(err);
		break;
	}
	snprintf(s->why, sizeof(s->why), "%s%s%s", what ? what : "",
		 what ? ": " : "", text);
	switch (rc & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return MX_STORE_DAMAGED;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_NOMEM:
	case SQLITE_READONLY:
		return MX_STORE_LATER;
	}
	return MX_STORE_REFUSED;
}

static enum mx_store_ret mx_store_no(struct mx_store *s, enum mx_store_ret ret,
				     const char *why)
{
	snprintf(s->why, sizeof(s->why), "%s", why);
	return ret;
}

/**
 * mx_store_exec() - run SQL that answers nothing
 * @s: the store
 * @sql: statements
 *
 * Return: what became of them.
 */
enum mx_store_ret mx_store_exec(struct mx_store *s, const char *sql)
{
	return mx_store_fail(s, sqlite3_exec(s->db, sql, NULL, NULL, NULL),
			     NULL);
}

/**
 * mx_store_number() - ask for one number
 * @s: the store
 * @sql: the question
 *
 * Return: the number; -1 if there is none, and s->why says why.
 */
int64_t mx_store_number(struct mx_store *s, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int64_t n = -1;
	int rc;

	s->why[0] = '\0';
	rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW && sqlite3_column_type(st, 0) != SQLITE_NULL)
		n = sqlite3_column_int64(st, 0);
	else
		mx_store_fail(s, rc, NULL);
	sqlite3_finalize(st);
	return n;
}

/* SQLite reads all pages: of a file that was cut or overwritten it finds what is wrong. */
static enum mx_store_ret mx_store_whole(struct mx_store *s)
{
	enum mx_store_ret ret;
	sqlite3_stmt *st = NULL;
	const char *text;
	int rc;

	rc = sqlite3_prepare_v2(s->db, "PRAGMA quick_check(1)", -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	ret = mx_store_fail(s, rc, NULL);
	if (!ret) {
		text = (const char *)sqlite3_column_text(st, 0);
		if (!text || strcmp(text, "ok")) {
			snprintf(s->why, sizeof(s->why), "%s",
				 text ? text : "it cannot be checked");
			ret = MX_STORE_DAMAGED;
		}
	}
	s->why[strcspn(s->why, "\n")] = '\0';
	sqlite3_finalize(st);
	return ret;
}

static enum mx_store_ret mx_store_make(struct mx_store *s)
{
	enum mx_store_ret ret;
	char sql[128];

	ret = mx_store_exec(s, "PRAGMA auto_vacuum = INCREMENTAL");
	if (!ret)
		ret = mx_store_exec(s, "BEGIN IMMEDIATE");
	if (ret)
		return ret;
	ret = mx_store_exec(s, mx_store_schema);
	if (!ret) {
		snprintf(sql, sizeof(sql),
			 "PRAGMA application_id = %d; PRAGMA user_version = %d",
			 MX_STORE_ID, MX_STORE_VERSION);
		ret = mx_store_exec(s, sql);
	}
	if (!ret)
		ret = mx_store_exec(s, "COMMIT");
	if (ret && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return ret;
}

/* Whose is it? A file without a table is nobody's yet. */
static enum mx_store_ret mx_store_ours(struct mx_store *s, bool make)
{
	int64_t tables, id, version;
	sqlite3_stmt *st = NULL;
	int rc;

	rc = sqlite3_prepare_v2(s->db, "SELECT count(*) FROM sqlite_master", -1,
				&st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	tables = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	sqlite3_finalize(st);
	if (rc != SQLITE_ROW)
		return mx_store_fail(s, rc, NULL);
	if (!tables && make)
		return mx_store_make(s);
	id = mx_store_number(s, "PRAGMA application_id");
	version = mx_store_number(s, "PRAGMA user_version");
	if (id != MX_STORE_ID)
		return mx_store_no(s, MX_STORE_REFUSED, tables ?
				   "it is the database of another program" :
				   "nothing was recorded into it");
	if (version > MX_STORE_VERSION)
		return mx_store_no(s, MX_STORE_REFUSED,
				   "it was written by a newer mutexctl");
	if (version < MX_STORE_VERSION)
		return mx_store_no(s, MX_STORE_DAMAGED,
				   "it has no version of ours");
	return make ? mx_store_whole(s) : MX_STORE_OK;
}

/* Held as long as it is open; the lock is not one of those that SQLite takes. */
static enum mx_store_ret mx_store_lock(struct mx_store *s, const char *file)
{
	struct stat st;
	bool full;

	s->lock = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644);
	if (s->lock < 0 && (errno == EISDIR || errno == ENXIO))
		return mx_store_no(s, MX_STORE_REFUSED, "it is no regular file");
	if (s->lock < 0) {
		full = errno == ENOSPC || errno == EDQUOT;
		return mx_store_no(s, full ? MX_STORE_LATER : MX_STORE_REFUSED,
				   strerror(errno));
	}
	if (fstat(s->lock, &st) || !S_ISREG(st.st_mode))
		return mx_store_no(s, MX_STORE_REFUSED, "it is no regular file");
	if (flock(s->lock, LOCK_EX | LOCK_NB))
		return mx_store_no(s, MX_STORE_REFUSED,
				   "another mutexctl records into it");
	return MX_STORE_OK;
}

static enum mx_store_ret mx_store_setup(struct mx_store *s,
					enum mx_store_mode mode)
{
	enum mx_store_ret ret;

	sqlite3_busy_timeout(s->db, MX_STORE_BUSY);
	sqlite3_extended_result_codes(s->db, 1);
	ret = mx_store_ours(s, mode != MX_STORE_READ);
	/* Here SQLite makes the log beside the file. */
	if (!ret && mode == MX_STORE_WRITE)
		ret = mx_store_exec(s, "PRAGMA journal_mode = WAL;\n"
				       "PRAGMA synchronous = NORMAL;\n"
				       "PRAGMA journal_size_limit = 8388608");
	if (!ret && mode != MX_STORE_READ)
		ret = mx_store_exec(s, "PRAGMA cache_size = -4096");
	return ret;
}

static enum mx_store_ret mx_store_db(struct mx_store *s, const char *name,
				     int flags, enum mx_store_mode mode)
{
	enum mx_store_ret ret;

	ret = mx_store_fail(s, sqlite3_open_v2(name, &s->db, flags, NULL), NULL);
	return ret ? ret : mx_store_setup(s, mode);
}

/*
 * Who may not write beside the file cannot have a log of his own there. He does
 * not need one as long as nobody else has: then nobody writes.
 */
static enum mx_store_ret mx_store_alone(struct mx_store *s, const char *path,
					enum mx_store_ret ret)
{
	int rc = s->db ? sqlite3_errcode(s->db) & 0xff : SQLITE_OK;
	char name[3 * 4096 + 32], *to = name;

	if (rc != SQLITE_READONLY && rc != SQLITE_CANTOPEN)
		return ret;
	snprintf(name, sizeof(name), "%s-wal", path);
	if (!access(name, F_OK))
		return ret;
	sqlite3_close(s->db);
	s->db = NULL;
	to += sprintf(to, "file:");
	for (; *path; path++)
		to += sprintf(to, strchr("%?#", *path) ? "%%%02x" : "%c", *path);
	sprintf(to, "?immutable=1");
	return mx_store_db(s, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
			   MX_STORE_READ);
}

/**
 * mx_store_open() - open a file
 * @s: result; s->why says why not
 * @file: its name
 * @mode: what for
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_open(struct mx_store *s, const char *file,
				enum mx_store_mode mode)
{
	enum mx_store_ret ret = MX_STORE_OK;
	bool reads = mode == MX_STORE_READ;
	char path[4096];

	memset(s, 0, sizeof(*s));
	s->lock = -1;
	s->file = file;
	if (mode == MX_STORE_WRITE)
		ret = mx_store_lock(s, file);
	if (reads && access(file, R_OK))
		ret = mx_store_no(s, MX_STORE_REFUSED, strerror(errno));
	if (ret)
		goto fail;
	/* No name is one of those that SQLite takes for something else. */
	if (mode == MX_STORE_MEMORY)
		snprintf(path, sizeof(path), ":memory:");
	else
		snprintf(path, sizeof(path), "%s%s", *file == '/' ? "" : "./",
			 file);
	ret = mx_store_db(s, path, reads ? SQLITE_OPEN_READONLY :
			  SQLITE_OPEN_READWRITE, mode);
	if (ret && reads)
		ret = mx_store_alone(s, path, ret);
	if (!ret)
		return ret;
fail:
	mx_store_close(s);
	return ret;
}

/**
 * mx_store_close() - close a file
 * @s: the store; closing it twice does nothing, and s->why stays
 */
void mx_store_close(struct mx_store *s)
{
	sqlite3_finalize(s->put);
	sqlite3_finalize(s->note);
	sqlite3_finalize(s->path);
	sqlite3_close(s->db);
	s->put = NULL;
	s->note = NULL;
	s->path = NULL;
	s->db = NULL;
	/* Not before: to close it takes SQLite's own locks away. */
	if (s->lock >= 0)
		close(s->lock);
	s->lock = -1;
}

/**
 * mx_store_moved() - see whether the name leads to another file by now
 * @s: the store, open for writing
 *
 * Return: true if the file was removed, or another is in its place.
 */
bool mx_store_moved(const struct mx_store *s)
{
	struct stat ours, there;

	if (s->lock < 0)
		return false;
	return fstat(s->lock, &ours) || stat(s->file, &there) ||
	       ours.st_ino != there.st_ino || ours.st_dev != there.st_dev;
}

/**
 * mx_store_aside() - move a damaged file out of the way, with its log
 * @s: for s->why
 * @file: its name
 * @to: its new name
 * @len: size of @to
 *
 * Return: what became of it.
 */
enum mx_store_ret mx_store_aside(struct mx_store *s, const char *file,
				 char *to, size_t len)
{
	static const char *const part[] = { "-wal", "-shm" };
	char from[4096], with[4096], stamp[32];
	enum mx_store_ret ret;
	time_t now = time(NULL);
	struct tm tm;
	size_t i;

	memset(s, 0, sizeof(*s));
	ret = mx_store_lock(s, file);
	if (!ret) {
		gmtime_r(&now, &tm);
		strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
		snprintf(to, len, "%s.damaged-%s", file, stamp);
		for (i = 2; !access(to, F_OK) && i < 100; i++)
			snprintf(to, len, "%s.damaged-%s-%zu", file, stamp, i);
		if (rename(file, to))
			ret = mx_store_no(s, MX_STORE_REFUSED, strerror(errno));
	}
	for (i = 0; !ret && i < sizeof(part) / sizeof(part[0]); i++) {
		snprintf(from, sizeof(from), "%s%s", file, part[i]);
		snprintf(with, sizeof(with), "%s%s", to, part[i]);
		if (rename(from, with) && errno != ENOENT)
			ret = mx_store_no(s, MX_STORE_REFUSED, strerror(errno));
	}
	mx_store_close(s);
	return ret;
}
