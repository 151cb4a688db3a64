// SPDX-License-Identifier: GPL-2.0
/*
 * What a recorder writes, and what it does when it cannot: a full disk is
 * waited out, and what was lost is counted; a damaged file ends it, unless it
 * may be moved out of the way.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "record.h"
#include "when.h"

#define MX_PRUNE_EVERY	(10 * MX_MINUTE)

/* Another file knows no path, or others. */
static void mx_recorder_anew(struct mx_recorder *rec)
{
	size_t i;

	for (i = 0; i < rec->n; i++)
		rec->known[i]->dirty = true;
	rec->left = true;
}

static const char *mx_recorder_name(const struct mx_recorder *rec)
{
	return rec->file ? rec->file : "memory";
}

static int mx_recorder_aside(struct mx_recorder *rec)
{
	const char *file = rec->file;
	char to[4096], why[320];
	struct mx_store s;

	snprintf(why, sizeof(why), "%s", rec->store.why);
	mx_store_close(&rec->store);
	if (!rec->aside)
		return mx_error(rec->ctl, "%s is damaged, or no file of ours: %s. With the word \"aside\" it is moved out of the way and a new one is begun; nothing of it is deleted",
				file, why);
	if (mx_store_aside(&s, file, to, sizeof(to)))
		return mx_error(rec->ctl, "%s is damaged (%s) and cannot be moved out of the way: %s",
				file, why, s.why);
	mx_error(rec->ctl, "%s was damaged (%s): it is %s now, and a new one is begun",
		 file, why, to);
	mx_recorder_event(rec, "", "damaged", "", "", why);
	mx_recorder_anew(rec);
	return MX_EXIT_OK;
}

static int64_t mx_prune_every(const struct mx_recorder *rec)
{
	int64_t every = rec->keep / 10;

	return every < MX_PRUNE_EVERY ? every : MX_PRUNE_EVERY;
}

static enum mx_store_ret mx_recorder_store(struct mx_recorder *rec)
{
	return mx_store_open(&rec->store, rec->file, rec->file ?
			     MX_STORE_WRITE : MX_STORE_MEMORY);
}

/**
 * mx_recorder_open() - begin to record
 * @rec: the recorder, with what the user has said
 *
 * Return: exit status.
 */
int mx_recorder_open(struct mx_recorder *rec)
{
	struct mx_ctl *ctl = rec->ctl;
	enum mx_store_ret got;
	char text[128];
	int ret;

	rec->src.fd = -1;
	rec->store.lock = -1;
	ret = mx_source_open(ctl, &rec->src);
	if (ret)
		return ret;
	got = mx_recorder_store(rec);
	if (got == MX_STORE_DAMAGED) {
		ret = mx_recorder_aside(rec);
		if (ret)
			return ret;
		got = mx_recorder_store(rec);
	}
	/* It is tried again, since space may come; anything else stays as it is. */
	if (got && got != MX_STORE_LATER)
		return mx_error(ctl, "cannot record into %s: %s",
				mx_recorder_name(rec), rec->store.why);
	rec->left = true;
	rec->null = fopen("/dev/null", "we");
	/* A clock that is wrong at boot is often set soon. */
	rec->prune = mx_now_steady() + mx_prune_every(rec);
	snprintf(text, sizeof(text), "mutexctl " MUTEXCTL_VERSION "%s%s",
		 ctl->opts.netns ? " netns " : "",
		 ctl->opts.netns ? ctl->opts.netns : "");
	mx_recorder_event(rec, "", "start", "", "", text);
	return MX_EXIT_OK;
}

static enum mx_store_ret mx_recorder_put(struct mx_recorder *rec, bool figures)
{
	struct mx_store *s = &rec->store;
	int64_t now = mx_now_real();
	enum mx_store_ret ret = MX_STORE_OK;
	struct mx_store_event *e;
	struct mx_known *k;
	size_t i;

	for (i = 0; !ret && i < rec->n; i++) {
		k = rec->known[i];
		if (k->dirty)
			ret = mx_store_path(s, &k->v, now, &k->id);
		if (!ret && figures && k->seen)
			ret = mx_store_put(s, k->id, now, &k->v);
	}
	/* What was deleted while nobody recorded. */
	if (!ret && figures && rec->left && !rec->torn)
		ret = mx_store_left(s, now);
	for (i = 0; !ret && i < rec->nevents; i++) {
		e = &rec->event[i];
		ret = mx_store_note(s, e);
		if (!ret && !strcmp(e->what, "deleted"))
			ret = mx_store_gone(s, e->path, e->time);
	}
	return ret;
}

static enum mx_store_ret mx_recorder_try(struct mx_recorder *rec, bool figures)
{
	enum mx_store_ret ret = MX_STORE_OK;

	if (rec->store.db && mx_store_moved(&rec->store)) {
		mx_error(rec->ctl, "%s was removed or replaced: it is begun anew",
			 rec->file);
		mx_store_close(&rec->store);
		mx_recorder_anew(rec);
	}
	if (!rec->store.db)
		ret = mx_recorder_store(rec);
	if (!ret)
		ret = mx_store_begin(&rec->store);
	if (ret)
		return ret;
	ret = mx_recorder_put(rec, figures);
	if (ret) {
		mx_store_rollback(&rec->store);
		return ret;
	}
	return mx_store_commit(&rec->store);
}

static size_t mx_recorder_fresh(const struct mx_recorder *rec)
{
	size_t i, n = 0;

	for (i = 0; i < rec->n; i++)
		n += rec->known[i]->seen;
	return n;
}

static void mx_recorder_failed(struct mx_recorder *rec, bool figures)
{
	if (!rec->trouble)
		mx_error(rec->ctl, "cannot write %s: %s. It is tried again each time, and what is lost is counted",
			 mx_recorder_name(rec), rec->store.why);
	rec->trouble = true;
	if (figures)
		rec->lost_rows += mx_recorder_fresh(rec);
}

static void mx_recorder_written(struct mx_recorder *rec, bool figures)
{
	char text[96];
	size_t i;

	for (i = 0; i < rec->n; i++)
		rec->known[i]->dirty = false;
	rec->nevents = 0;
	if (figures && !rec->torn)
		rec->left = false;
	if (!rec->trouble && !rec->lost_rows && !rec->lost_events)
		return;
	snprintf(text, sizeof(text), "%" PRIu64 " figures and %" PRIu64 " events were lost",
		 rec->lost_rows, rec->lost_events);
	mx_error(rec->ctl, "%s%s; %s", mx_recorder_name(rec), rec->trouble ?
		 " can be written again" : ": too much has happened at once",
		 text);
	rec->trouble = false;
	mx_recorder_event(rec, "", "lost", "", "", text);
	rec->lost_rows = 0;
	rec->lost_events = 0;
}

static enum mx_store_ret mx_recorder_prune(struct mx_recorder *rec)
{
	int64_t steady = mx_now_steady(), now = mx_now_real();
	enum mx_store_ret ret;

	if (steady < rec->prune)
		return MX_STORE_OK;
	rec->prune = steady + mx_prune_every(rec);
	ret = mx_store_prune(&rec->store, now - rec->keep);
	return ret ? ret : mx_store_shrink(&rec->store, now, rec->bytes);
}

/**
 * mx_recorder_write() - write what has happened
 * @rec: the recorder
 * @figures: and the figures of all paths that were seen
 *
 * Return: exit status.
 */
int mx_recorder_write(struct mx_recorder *rec, bool figures)
{
	enum mx_store_ret ret;

	if (!figures && !rec->nevents)
		return MX_EXIT_OK;
	ret = mx_recorder_try(rec, figures);
	if (ret == MX_STORE_DAMAGED) {
		if (mx_recorder_aside(rec))
			return MX_EXIT_REFUSED;
		ret = mx_recorder_try(rec, figures);
	}
	/* The log has pages over and over that the file has once: there may be room. */
	if (ret == MX_STORE_LATER && rec->store.db) {
		mx_store_settle(&rec->store);
		ret = mx_recorder_try(rec, figures);
	}
	if (!ret) {
		mx_recorder_written(rec, figures);
		if (figures)
			ret = mx_recorder_prune(rec);
	} else {
		mx_recorder_failed(rec, figures);
	}
	if (ret == MX_STORE_DAMAGED)
		return mx_recorder_aside(rec);
	return MX_EXIT_OK;
}

/**
 * mx_recorder_close() - end, with what is not written yet
 * @rec: the recorder
 */
void mx_recorder_close(struct mx_recorder *rec)
{
	size_t i;

	if (rec->store.db) {
		mx_recorder_event(rec, "", "stop", "", "", "");
		mx_recorder_write(rec, false);
	}
	if (rec->trouble)
		mx_error(rec->ctl, "%s: %" PRIu64 " figures and %" PRIu64 " events were lost",
			 mx_recorder_name(rec), rec->lost_rows,
			 rec->lost_events + rec->nevents);
	mx_store_close(&rec->store);
	mx_source_close(rec->ctl, &rec->src);
	for (i = 0; i < rec->n; i++)
		free(rec->known[i]);
	free(rec->known);
	free(rec->event);
	if (rec->null)
		fclose(rec->null);
	rec->known = NULL;
	rec->event = NULL;
	rec->null = NULL;
	rec->n = 0;
}
