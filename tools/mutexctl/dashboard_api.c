// SPDX-License-Identifier: GPL-2.0
/*
 * What the page asks for, as JSON
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "ctl.h"
#include "dashboard.h"
#include "history.h"
#include "when.h"

#define MX_API_ROWS	1200	/* of a history, at most */
#define MX_API_STEPS	300	/* of a history, where nothing is said */
#define MX_API_HEAT	60	/* steps of a strip */
#define MX_API_PATHS	64	/* strips, at most */
#define MX_API_EVENTS	1000
#define MX_API_RANGE	(400 * MX_DAY_LONG)
#define MX_API_PATIENCE	3000	/* ms that a question to the file may take */
#define MX_API_FRESH	1000	/* ms that members stay as they were seen */

/**
 * struct mx_api - a question
 * @d: the dashboard
 * @query: its parameters
 * @root: the answer, an object
 * @error: what is wrong with the question, NULL if nothing is
 * @status: of HTTP then
 */
struct mx_api {
	struct mx_dashboard *d;
	const char *query;
	json_t *root;
	const char *error;
	int status;
};

static void mx_api_bad(struct mx_api *api, int status, const char *why)
{
	api->status = status;
	api->error = why;
}

/* What is no UTF-8 still has to come out as JSON. */
static void mx_api_text(json_t *to, const char *key, const char *text)
{
	json_t *s = json_string(text);

	json_object_set_new(to, key, s ? s : json_string("?"));
}

static void mx_api_number(json_t *to, const char *key, uint64_t n)
{
	json_object_set_new(to, key, json_integer((json_int_t)n));
}

static json_t *mx_api_array(json_t *to, const char *key)
{
	json_t *array = json_array();

	json_object_set_new(to, key, array);
	return array;
}

static int64_t mx_api_span(struct mx_api *api, const char *name, int64_t none,
			   int64_t max)
{
	char buf[32];
	int64_t ms;
	int got;

	got = mx_http_param(api->query, name, 0, buf, sizeof(buf));
	if (!got)
		return none;
	if (got < 0 || mx_read_span(buf, &ms) || ms < 1 || ms > max) {
		mx_api_bad(api, 400, "a time cannot be read");
		return none;
	}
	return ms;
}

static void mx_api_info(struct mx_api *api)
{
	struct mx_dashboard *d = api->d;

	mx_api_text(api->root, "version", MUTEXCTL_VERSION);
	mx_api_text(api->root, "host", d->host);
	if (d->ctl->opts.netns)
		mx_api_text(api->root, "netns", d->ctl->opts.netns);
	mx_api_number(api->root, "interval", d->interval);
	json_object_set_new(api->root, "blind", json_boolean(d->rec.blind));
	if (d->db)
		mx_api_text(api->root, "db", d->db);
}

static void mx_api_conf(json_t *to, const struct mx_path_view *v)
{
	const struct mx_path_conf *c = &v->conf;

	mx_api_text(to, "name", v->name);
	mx_api_text(to, "dev", c->dev);
	mx_api_text(to, "via", c->via);
	mx_api_text(to, "local", c->local);
	mx_api_text(to, "peer", c->peer);
	mx_api_text(to, "admin", c->admin);
	mx_api_text(to, "probe", c->probe);
	mx_api_number(to, "interval", c->interval);
	mx_api_number(to, "bandwidth", c->bandwidth);
	mx_api_number(to, "cost", c->cost);
	mx_api_text(to, "status",
		    mx_view_status_name(v->figure[MX_F_STATUS]));
}

static void mx_api_paths(struct mx_api *api)
{
	const struct mx_recorder *rec = &api->d->rec;
	json_t *array = mx_api_array(api->root, "paths");
	size_t i, f;

	for (i = 0; i < rec->n; i++) {
		const struct mx_path_view *v = &rec->known[i]->v;
		json_t *path = json_object();

		mx_api_conf(path, v);
		mx_api_text(path, "reason", v->reason);
		mx_api_number(path, "since", v->since);
		for (f = MX_F_SCORE; f < MX_F_MAX; f++)
			mx_figure_json(path, f, v->figure[f]);
		json_array_append_new(array, path);
	}
}

static int mx_api_member(void *arg, const struct mx_member_view *m)
{
	struct mx_dashboard *d = arg;
	size_t size = 2 * d->size + 64;
	void *more;

	if (d->n == d->size) {
		more = reallocarray(d->member, size, sizeof(*m));
		if (!more)
			return MX_EXIT_REFUSED;
		d->member = more;
		d->size = size;
	}
	d->member[d->n++] = *m;
	return MX_EXIT_OK;
}

/* However many look at the page, the kernel is asked once a second. */
static void mx_api_members(struct mx_dashboard *d)
{
	int64_t now = mx_now_steady();
	FILE *err = d->ctl->err;

	if (d->seen && now - d->seen < MX_API_FRESH)
		return;
	d->seen = now;
	d->n = 0;
	if (d->rec.blind)
		return;
	/* That the kernel does not answer the recorder says. */
	if (d->rec.null)
		d->ctl->err = d->rec.null;
	mx_source_members(d->ctl, mx_api_member, d);
	d->ctl->err = err;
}

static void mx_api_flows(struct mx_api *api)
{
	json_t *array = mx_api_array(api->root, "members");
	struct mx_dashboard *d = api->d;
	size_t i;

	mx_api_members(d);
	for (i = 0; i < d->n; i++) {
		const struct mx_member_view *m = &d->member[i];
		json_t *member = json_object();

		mx_api_text(member, "group", m->group);
		mx_api_text(member, "path", m->path);
		mx_api_text(member, "state", m->state);
		mx_api_number(member, "weight", m->weight);
		mx_api_number(member, "active", m->active);
		mx_api_number(member, "total", m->total);
		mx_api_number(member, "packets", m->packets);
		mx_api_number(member, "bytes", m->bytes);
		mx_api_number(member, "reply-packets", m->reply_packets);
		mx_api_number(member, "reply-bytes", m->reply_bytes);
		json_array_append_new(array, member);
	}
}

/* Who is there, and how they hang together. */
static void mx_api_topology(struct mx_api *api)
{
	struct mx_dashboard *d = api->d;
	json_t *paths, *groups, *group;
	size_t i;

	mx_api_text(api->root, "node", d->host);
	paths = mx_api_array(api->root, "paths");
	for (i = 0; i < d->rec.n; i++) {
		json_t *path = json_object();

		mx_api_conf(path, &d->rec.known[i]->v);
		json_array_append_new(paths, path);
	}
	groups = json_object();
	json_object_set_new(api->root, "groups", groups);
	mx_api_members(d);
	for (i = 0; i < d->n; i++) {
		const struct mx_member_view *m = &d->member[i];
		json_t *name = json_string(m->path);

		group = json_object_get(groups, m->group);
		if (!group) {
			group = json_array();
			/* a name that is no UTF-8 is no key */
			if (json_object_set_new(groups, m->group, group))
				group = NULL;
		}
		if (!group || !name || json_array_append_new(group, name))
			continue;
	}
}

/* The file is opened for each question: the recorder may have begun another. */
static struct mx_store *mx_api_open(struct mx_api *api, struct mx_store *s)
{
	if (!api->d->db)
		return &api->d->rec.store;
	if (!mx_store_open(s, api->d->db, MX_STORE_READ)) {
		mx_store_patience(s, MX_API_PATIENCE);
		return s;
	}
	mx_api_bad(api, 503, "the record cannot be read");
	return NULL;
}

static void mx_api_close(struct mx_api *api, struct mx_store *s,
			 enum mx_store_ret ret)
{
	if (ret && !api->error)
		mx_api_bad(api, 503, "the record cannot be read, or not in time");
	if (api->d->db)
		mx_store_close(s);
}

static int mx_api_row(void *arg, const struct mx_store_row *row)
{
	json_t *values = json_array();
	size_t i;

	json_array_append_new(values, json_integer(row->time));
	for (i = 0; i < MX_F_MAX; i++) {
		uint64_t v = row->figure[i];

		if (v == MX_NO_FIGURE)
			json_array_append_new(values, json_null());
		else if (mx_figure_kinds[i].unit == MX_UNIT_MILLI)
			json_array_append_new(values, json_real(v / 1000.0));
		else
			json_array_append_new(values,
					      json_integer((json_int_t)v));
	}
	json_array_append_new(arg, values);
	return 0;
}

static void mx_api_history(struct mx_api *api)
{
	struct mx_store_span span = { .until = mx_now_real(), .limit = MX_API_ROWS };
	int64_t range, id = 0;
	struct mx_store file, *s;
	char name[MX_VIEW_NAME];
	enum mx_store_ret ret;
	json_t *columns;
	size_t i;

	if (mx_http_param(api->query, "path", 0, name, sizeof(name)) != 1) {
		mx_api_bad(api, 400, "path is missing, or no name");
		return;
	}
	range = mx_api_span(api, "range", MX_HOUR, MX_API_RANGE);
	span.step = mx_api_span(api, "step", range / MX_API_STEPS, MX_API_RANGE);
	if (span.step < range / (MX_API_ROWS - 1))
		span.step = range / (MX_API_ROWS - 1);
	if (!span.step)
		span.step = 1;
	span.since = span.until - range;
	s = api->error ? NULL : mx_api_open(api, &file);
	if (!s)
		return;
	mx_api_text(api->root, "path", name);
	mx_api_number(api->root, "since", span.since);
	mx_api_number(api->root, "until", span.until);
	mx_api_number(api->root, "step", span.step);
	columns = mx_api_array(api->root, "columns");
	json_array_append_new(columns, json_string("time"));
	for (i = 0; i < MX_F_MAX; i++)
		json_array_append_new(columns,
				      json_string(mx_figure_kinds[i].key));
	ret = mx_store_find(s, name, &id);
	if (!ret && !id)
		mx_api_bad(api, 404, "nothing is recorded of that path");
	else if (!ret)
		ret = mx_store_rows(s, id, &span, mx_api_row,
				    mx_api_array(api->root, "rows"));
	mx_api_close(api, &file, ret);
}

struct mx_api_strip {
	json_t *cells;
	int64_t first;
	int64_t step;
};

/* A cell: which step, score, status. */
static int mx_api_cell(void *arg, const struct mx_store_row *row)
{
	uint64_t score = row->figure[MX_F_SCORE];
	struct mx_api_strip *strip = arg;

	json_array_append_new(strip->cells,
		json_pack("[I, o, I]",
			  (json_int_t)((row->time - strip->first) / strip->step),
			  score == MX_NO_FIGURE ? json_null() :
						  json_integer(score / 1000),
			  (json_int_t)row->figure[MX_F_STATUS]));
	return 0;
}

/* The score of several paths in a few steps. */
static void mx_api_heat(struct mx_api *api)
{
	struct mx_store_span span = { .until = mx_now_real(),
				      .limit = MX_API_HEAT + 2 };
	enum mx_store_ret ret = MX_STORE_OK;
	struct mx_api_strip strip;
	struct mx_store file, *s;
	char name[MX_VIEW_NAME];
	json_t *paths;
	int64_t range, id;
	unsigned int i;
	int got;

	range = mx_api_span(api, "range", MX_HOUR, MX_API_RANGE);
	span.step = range / MX_API_HEAT > 0 ? range / MX_API_HEAT : 1;
	span.since = (span.until - range) / span.step * span.step;
	strip.first = span.since;
	strip.step = span.step;
	s = api->error ? NULL : mx_api_open(api, &file);
	if (!s)
		return;
	mx_api_number(api->root, "since", span.since);
	mx_api_number(api->root, "step", span.step);
	mx_api_number(api->root, "steps", MX_API_HEAT + 1);
	paths = json_object();
	json_object_set_new(api->root, "paths", paths);
	for (i = 0; !ret && i < MX_API_PATHS; i++) {
		got = mx_http_param(api->query, "path", i, name, sizeof(name));
		if (got < 0)
			mx_api_bad(api, 400, "path is no name");
		if (got < 1)
			break;
		ret = mx_store_find(s, name, &id);
		if (ret || !id)
			continue;
		strip.cells = mx_api_array(paths, name);
		ret = mx_store_score(s, id, &span, mx_api_cell, &strip);
		if (!ret || !mx_store_late(s))
			continue;
		/* Long times of many paths take too long: some are better than none. */
		json_object_del(paths, name);
		json_object_set_new(api->root, "partial", json_true());
		ret = MX_STORE_OK;
		break;
	}
	mx_api_close(api, &file, ret);
}

static int mx_api_event(void *arg, const struct mx_store_event *e)
{
	json_t *event = json_object();

	mx_api_number(event, "time", e->time);
	mx_api_text(event, "event", e->what);
	if (*e->path)
		mx_api_text(event, "path", e->path);
	if (*e->from)
		mx_api_text(event, "from", e->from);
	if (*e->to)
		mx_api_text(event, "to", e->to);
	if (*e->text)
		mx_api_text(event, "text", e->text);
	json_array_append_new(arg, event);
	return 0;
}

static void mx_api_events(struct mx_api *api)
{
	struct mx_store_span span = { .until = INT64_MAX, .limit = 100 };
	char limit[8], name[MX_VIEW_NAME];
	struct mx_store file, *s;
	enum mx_store_ret ret;
	int got;

	got = mx_http_param(api->query, "limit", 0, limit, sizeof(limit));
	if (got)
		span.limit = got > 0 ? atoi(limit) : 0;
	if (span.limit < 1 || span.limit > MX_API_EVENTS)
		mx_api_bad(api, 400, "limit is not from 1 to 1000");
	got = mx_http_param(api->query, "path", 0, name, sizeof(name));
	if (got < 0)
		mx_api_bad(api, 400, "path is no name");
	s = api->error ? NULL : mx_api_open(api, &file);
	if (!s)
		return;
	ret = mx_store_events(s, got ? name : NULL, &span, mx_api_event,
			      mx_api_array(api->root, "events"));
	mx_api_close(api, &file, ret);
}

static const struct {
	const char *path;
	void (*fn)(struct mx_api *api);
} mx_api_calls[] = {
	{ "/api/info", mx_api_info },
	{ "/api/topology", mx_api_topology },
	{ "/api/paths", mx_api_paths },
	{ "/api/history", mx_api_history },
	{ "/api/heat", mx_api_heat },
	{ "/api/flows", mx_api_flows },
	{ "/api/events", mx_api_events },
};

static void mx_api_done(struct mx_api *api, struct mx_http_reply *reply)
{
	reply->status = 200;
	if (api->error) {
		json_object_clear(api->root);
		mx_api_text(api->root, "error", api->error);
		reply->status = api->status;
	} else {
		mx_api_number(api->root, "time", mx_now_real());
	}
	reply->body = json_dumps(api->root, JSON_COMPACT | JSON_REAL_PRECISION(15));
	reply->type = "application/json";
	reply->owned = true;
	if (reply->body)
		reply->len = strlen(reply->body);
	else
		reply->status = 500;
	json_decref(api->root);
}

/**
 * mx_dashboard_answer() - answer a request
 * @arg: the dashboard
 * @path: what is asked for
 * @query: its parameters
 * @reply: result; without a body there is nothing under that path
 */
void mx_dashboard_answer(void *arg, const char *path, const char *query,
			 struct mx_http_reply *reply)
{
	struct mx_api api = { .d = arg, .query = query };
	size_t i;

	if (mx_dashboard_file(path, reply))
		return;
	for (i = 0; i < MX_ARRAY_SIZE(mx_api_calls); i++) {
		if (strcmp(path, mx_api_calls[i].path))
			continue;
		api.root = json_object();
		mx_api_calls[i].fn(&api);
		mx_api_done(&api, reply);
		return;
	}
}
