// SPDX-License-Identifier: GPL-2.0
/*
 * The files of the page, which are part of the program
 */
#include <string.h>

#include "ctl.h"
#include "dashboard.h"

#define MX_PAGE_FILE(name, file)						\
	__asm__(".section .rodata\n"					\
		".global mx_page_" #name ", mx_page_" #name "_end\n"	\
		"mx_page_" #name ":\n"					\
		".incbin \"" file "\"\n"				\
		"mx_page_" #name "_end:\n"				\
		".byte 0\n"						\
		".previous\n");						\
	extern const char mx_page_##name[], mx_page_##name##_end[]

MX_PAGE_FILE(html, "dashboard/page.html");
MX_PAGE_FILE(css, "dashboard/style.css");
MX_PAGE_FILE(js, "dashboard/page.js");
MX_PAGE_FILE(chart, "dashboard/chart.js");

static const struct {
	const char *path;
	const char *type;
	const char *begin;
	const char *end;
} mx_page_files[] = {
	{ "/", "text/html; charset=utf-8", mx_page_html, mx_page_html_end },
	{ "/style.css", "text/css; charset=utf-8", mx_page_css, mx_page_css_end },
	{ "/chart.js", "text/javascript; charset=utf-8", mx_page_chart,
	  mx_page_chart_end },
	{ "/page.js", "text/javascript; charset=utf-8", mx_page_js, mx_page_js_end },
};

/**
 * mx_dashboard_file() - answer with a file of the page
 * @path: what is asked for
 * @reply: result
 *
 * Return: true if it is one.
 */
bool mx_dashboard_file(const char *path, struct mx_http_reply *reply)
{
	size_t i;

	for (i = 0; i < MX_ARRAY_SIZE(mx_page_files); i++) {
		if (strcmp(path, mx_page_files[i].path))
			continue;
		reply->status = 200;
		reply->type = mx_page_files[i].type;
		reply->body = mx_page_files[i].begin;
		reply->len = mx_page_files[i].end - mx_page_files[i].begin;
		return true;
	}
	return false;
}
