/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_PATH_SOURCE_H
#define MX_CTL_PATH_SOURCE_H

#include "nl.h"
#include "path_view.h"

struct mx_ctl;

/**
 * enum mx_path_news - what has happened to a path
 * @MX_NEWS_PATH: it is new, or was configured anew
 * @MX_NEWS_GONE: it was deleted
 * @MX_NEWS_STATE: its status has changed
 * @MX_NEWS_MISSED: news were lost; there is no path
 */
enum mx_path_news {
	MX_NEWS_PATH,
	MX_NEWS_GONE,
	MX_NEWS_STATE,
	MX_NEWS_MISSED
};

/**
 * struct mx_path_source - where paths are seen
 * @nl: socket of the news
 * @fd: readable when there are news, -1 when the source is closed
 */
struct mx_path_source {
	struct mx_nl nl;
	int fd;
};

/* Each returns 0 to go on, else what the call shall return. */
typedef int (*mx_path_view_fn)(void *arg, const struct mx_path_view *v);
typedef int (*mx_member_view_fn)(void *arg, const struct mx_member_view *m);
typedef int (*mx_path_news_fn)(void *arg, enum mx_path_news news,
			       const struct mx_path_view *v);

int mx_source_open(struct mx_ctl *ctl, struct mx_path_source *src);
void mx_source_close(struct mx_ctl *ctl, struct mx_path_source *src);
int mx_source_paths(struct mx_ctl *ctl, mx_path_view_fn fn, void *arg,
		    bool *torn);
int mx_source_members(struct mx_ctl *ctl, mx_member_view_fn fn, void *arg);
int mx_source_news(struct mx_ctl *ctl, struct mx_path_source *src,
		   mx_path_news_fn fn, void *arg);

#endif /* MX_CTL_PATH_SOURCE_H */
