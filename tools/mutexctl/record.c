// SPDX-License-Identifier: GPL-2.0
/*
 * The paths that a recorder knows: what has changed from one look to the next,
 * and what the kernel tells in between
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "record.h"
#include "when.h"

#define MX_EVENTS_MAX	32768	/* that wait for the store: three of each path */
#define MX_CLOCK_STEP	(5 * MX_SECOND)
#define MX_PRUNE_AFTER	MX_HOUR	/* how long nothing is forgotten behind a step of the clock */

/* Where a name is, or has to be. */
static size_t mx_known_at(const struct mx_recorder *rec, const char *name,
			  bool *there)
{
	size_t low = 0, high = rec->n, mid;
	int cmp;

	*there = false;
	while (low < high) {
		mid = low + (high - low) / 2;
		cmp = strcmp(name, rec->known[mid]->v.name);
		if (!cmp) {
			*there = true;
			return mid;
		}
		if (cmp < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/**
 * mx_recorder_find() - find a path
 * @rec: the recorder
 * @name: the path's name
 *
 * Return: the path, NULL if there is none.
 */
struct mx_known *mx_recorder_find(const struct mx_recorder *rec,
				  const char *name)
{
	bool there;
	size_t i = mx_known_at(rec, name, &there);

	return there ? rec->known[i] : NULL;
}

static struct mx_known *mx_known_add(struct mx_recorder *rec, size_t at,
				     const struct mx_path_view *v)
{
	size_t size = 2 * rec->size + 64;
	struct mx_known *k, **more;

	if (rec->n == rec->size) {
		more = reallocarray(rec->known, size, sizeof(*more));
		if (!more)
			return NULL;
		rec->known = more;
		rec->size = size;
	}
	k = calloc(1, sizeof(*k));
	if (!k)
		return NULL;
	memmove(rec->known + at + 1, rec->known + at,
		(rec->n - at) * sizeof(*rec->known));
	rec->known[at] = k;
	rec->n++;
	k->v = *v;
	k->dirty = true;
	return k;
}

/**
 * mx_recorder_event() - something has happened, to be written soon
 * @rec: the recorder
 * @path: the path, "" for none
 * @what: what it was
 * @from: status before, "" for none
 * @to: status then
 * @text: more of it
 */
void mx_recorder_event(struct mx_recorder *rec, const char *path,
		       const char *what, const char *from, const char *to,
		       const char *text)
{
	struct mx_store_event *e;

	if (!rec->event)
		rec->event = calloc(MX_EVENTS_MAX, sizeof(*rec->event));
	if (!rec->event || rec->nevents == MX_EVENTS_MAX) {
		rec->lost_events++;
		return;
	}
	e = &rec->event[rec->nevents++];
	e->time = mx_now_real();
	snprintf(e->path, sizeof(e->path), "%s", path);
	snprintf(e->what, sizeof(e->what), "%s", what);
	snprintf(e->from, sizeof(e->from), "%s", from);
	snprintf(e->to, sizeof(e->to), "%s", to);
	snprintf(e->text, sizeof(e->text), "%s", text);
}

static void mx_known_text(const struct mx_path_view *v, char *buf, size_t len)
{
	const struct mx_path_conf *c = &v->conf;

	snprintf(buf, len, "dev %s%s%s%s%s admin %s", c->dev,
		 *c->via ? " via " : "", c->via, *c->peer ? " peer " : "",
		 c->peer, c->admin);
}

/**
 * mx_recorder_see() - a path was seen: note what has changed
 * @rec: the recorder
 * @v: the path
 */
void mx_recorder_see(struct mx_recorder *rec, const struct mx_path_view *v)
{
	struct mx_known *k;
	char text[256];
	bool there;
	size_t at;

	at = mx_known_at(rec, v->name, &there);
	if (!there) {
		k = mx_known_add(rec, at, v);
		if (!k) {
			rec->lost_rows++;
			return;
		}
		mx_known_text(v, text, sizeof(text));
		if (rec->begun)
			mx_recorder_event(rec, v->name, "new", "",
				mx_view_status_name(v->figure[MX_F_STATUS]),
				text);
		k->seen = true;
		return;
	}
	k = rec->known[at];
	if (memcmp(&k->v.conf, &v->conf, sizeof(v->conf))) {
		k->dirty = true;
		mx_known_text(v, text, sizeof(text));
		mx_recorder_event(rec, v->name, "changed", "", "", text);
	}
	if (k->v.figure[MX_F_STATUS] != v->figure[MX_F_STATUS])
		mx_recorder_event(rec, v->name, "state",
			mx_view_status_name(k->v.figure[MX_F_STATUS]),
			mx_view_status_name(v->figure[MX_F_STATUS]), v->reason);
	k->v = *v;
	k->seen = true;
}

static void mx_known_del(struct mx_recorder *rec, size_t at)
{
	free(rec->known[at]);
	rec->n--;
	memmove(rec->known + at, rec->known + at + 1,
		(rec->n - at) * sizeof(*rec->known));
}

/**
 * mx_recorder_forget() - a path is gone
 * @rec: the recorder
 * @name: the path's name
 */
void mx_recorder_forget(struct mx_recorder *rec, const char *name)
{
	bool there;
	size_t at;

	at = mx_known_at(rec, name, &there);
	if (!there)
		return;
	/* An event is about a path that the store knows; else it has the name itself. */
	if (rec->known[at]->dirty)
		mx_recorder_write(rec, false);
	mx_recorder_event(rec, name, "deleted",
		mx_view_status_name(rec->known[at]->v.figure[MX_F_STATUS]),
		"", rec->known[at]->dirty ? name : "");
	mx_known_del(rec, at);
}

static int mx_recorder_seen(void *arg, const struct mx_path_view *v)
{
	mx_recorder_see(arg, v);
	return MX_EXIT_OK;
}

/* The kernel does not answer: it is asked again at the next look, from the beginning. */
static void mx_recorder_blind(struct mx_recorder *rec)
{
	struct mx_ctl *ctl = rec->ctl;

	mx_source_close(ctl, &rec->src);
	if (rec->blind)
		return;
	rec->blind = true;
	mx_error(ctl, "the kernel does not tell of paths any more; it is asked again each time");
	mx_recorder_event(rec, "", "unseen", "", "",
			  "the kernel does not tell of paths");
}

static int mx_recorder_ask(struct mx_recorder *rec, bool *torn)
{
	struct mx_ctl *ctl = rec->ctl;
	FILE *err = ctl->err;
	int ret = MX_EXIT_OK;

	/* What is wrong is said once. */
	if (rec->blind && rec->null)
		ctl->err = rec->null;
	if (rec->src.fd < 0)
		ret = mx_source_open(ctl, &rec->src);
	if (!ret)
		ret = mx_source_paths(ctl, mx_recorder_seen, rec, torn);
	ctl->err = err;
	if (ret) {
		mx_recorder_blind(rec);
		return ret;
	}
	if (rec->blind) {
		rec->blind = false;
		mx_error(ctl, "the kernel tells of paths again");
		mx_recorder_event(rec, "", "seen", "", "",
				  "the kernel tells of paths again");
	}
	return MX_EXIT_OK;
}

/* Somebody has set the clock: say so, and do not forget by it for a while. */
static void mx_recorder_clock(struct mx_recorder *rec)
{
	int64_t steady = mx_now_steady();
	int64_t offset = mx_now_real() - steady;
	int64_t step = offset - rec->offset;
	char text[64];

	if (rec->begun && (step > MX_CLOCK_STEP || step < -MX_CLOCK_STEP)) {
		snprintf(text, sizeof(text), "the clock was set by %+lld s",
			 (long long)(step / MX_SECOND));
		mx_recorder_event(rec, "", "clock", "", "", text);
		rec->prune = steady + MX_PRUNE_AFTER;
	}
	/* Slow drift is none. */
	rec->offset = offset;
}

/**
 * mx_recorder_look() - look at all paths, and write their figures
 * @rec: the recorder
 *
 * Return: exit status.
 */
int mx_recorder_look(struct mx_recorder *rec)
{
	bool torn = false;
	size_t i;
	int ret;

	mx_recorder_clock(rec);
	for (i = 0; i < rec->n; i++)
		rec->known[i]->seen = false;
	if (mx_recorder_ask(rec, &torn)) {
		/* News cannot be had either; what was seen is no figure of now. */
		return mx_recorder_write(rec, false);
	}
	rec->torn = torn;
	for (i = rec->n; !torn && i-- > 0; ) {
		if (!rec->known[i]->seen)
			mx_recorder_forget(rec, rec->known[i]->v.name);
	}
	ret = mx_recorder_write(rec, true);
	rec->begun = true;
	return ret;
}

static int mx_recorder_told(void *arg, enum mx_path_news news,
			    const struct mx_path_view *v)
{
	struct mx_recorder *rec = arg;

	switch (news) {
	case MX_NEWS_PATH:
	case MX_NEWS_STATE:
		mx_recorder_see(rec, v);
		break;
	case MX_NEWS_GONE:
		mx_recorder_forget(rec, v->name);
		break;
	case MX_NEWS_MISSED:
		mx_recorder_event(rec, "", "missed", "", "",
				  "the kernel told more than could be read");
		break;
	}
	return MX_EXIT_OK;
}

/**
 * mx_recorder_news() - read what the kernel tells, and write it
 * @rec: the recorder
 *
 * Return: exit status.
 */
int mx_recorder_news(struct mx_recorder *rec)
{
	if (mx_source_news(rec->ctl, &rec->src, mx_recorder_told, rec))
		mx_recorder_blind(rec);
	return mx_recorder_write(rec, false);
}
