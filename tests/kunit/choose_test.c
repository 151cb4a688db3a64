// SPDX-License-Identifier: GPL-2.0
/* KUnit suite of the choice among paths. */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "path/choose.h"

#define CHOOSE_PATHS	4

/* A path: what it is, and what is to become of it. */
struct choose_path {
	u8 status;
	const char *is;
	u32 prefer;
	const char *becomes;
};

#define UNKNOWN		MUTEX_PATH_STATUS_UNKNOWN
#define UP		MUTEX_PATH_STATUS_UP
#define DEGRADED	MUTEX_PATH_STATUS_DEGRADED
#define DOWN		MUTEX_PATH_STATUS_DOWN

/*
 * Is: a away, n no link, s standby, l late, c carries. Becomes: n gets new
 * flows, k keeps its flows, b its flows would do better elsewhere.
 */
static const struct choose_case {
	const char *desc;
	bool best_only;
	struct choose_path path[CHOOSE_PATHS];
} choose_table[] = {
	{ "one that is up", true, { { UP, "", 5, "nk" } } },
	{ "all up share, as schedulers like it", false,
	  { { UP, "", 5, "nk" }, { UP, "", 90000, "nk" } } },
	{ "up before degraded, whose flows leave", true,
	  { { DEGRADED, "", 90000, "" }, { UP, "", 1, "nk" } } },
	{ "no path up: a degraded one", true,
	  { { DEGRADED, "", 5, "nk" }, { DOWN, "", 90000, "" } } },
	{ "degraded before down, several", false,
	  { { DEGRADED, "", 5, "nk" }, { DOWN, "", 9, "" },
	    { DEGRADED, "", 7, "nk" } } },
	{ "all down: the best carries", true,
	  { { DOWN, "", 5, "" }, { DOWN, "", 8000, "nk" },
	    { DOWN, "", 7, "" } } },
	{ "all down: another one has to be clearly better", true,
	  { { DOWN, "c", 1000, "nk" }, { DOWN, "", 5999, "" } } },
	{ "all down: it is", true,
	  { { DOWN, "c", 1000, "" }, { DOWN, "", 6000, "nk" } } },
	{ "all down, and all carried: one of them goes on", true,
	  { { DOWN, "c", 1000, "" }, { DOWN, "c", 1100, "nk" } } },
	{ "all down but for the links: none", true,
	  { { DOWN, "n", 1000, "" }, { DOWN, "n", 9000, "" } } },
	{ "all down: one without a link is no choice", true,
	  { { DOWN, "nc", 90000, "" }, { DOWN, "", 1, "nk" } } },
	{ "up, but without a link", true,
	  { { UP, "n", 90000, "" }, { UNKNOWN, "", 1, "nk" } } },
	{ "unknown after up, and keeps its flows", false,
	  { { UNKNOWN, "", 90000, "kb" }, { UP, "", 1, "nk" } } },
	{ "unknown before standby", false,
	  { { UNKNOWN, "", 5, "nk" }, { UP, "s", 90000, "kb" } } },
	{ "standby before degraded", true,
	  { { DEGRADED, "", 90000, "" }, { UP, "s", 1, "nk" } } },
	{ "standby, when the first is back", true,
	  { { UP, "", 1, "nk" }, { UP, "s", 90000, "kb" } } },
	{ "standby of which nothing is known", true,
	  { { DOWN, "", 90000, "" }, { UNKNOWN, "s", 1, "nk" } } },
	{ "a degraded standby is degraded", false,
	  { { DEGRADED, "s", 5, "nk" }, { DEGRADED, "", 1, "nk" } } },
	{ "late is degraded, in this group", true,
	  { { UP, "l", 90000, "" }, { UP, "", 1, "nk" } } },
	{ "all late: they share", false,
	  { { UP, "l", 90000, "nk" }, { UP, "l", 1, "nk" } } },
	{ "late and unknown", true,
	  { { UNKNOWN, "l", 5, "nk" } } },
	{ "a member that drains is no choice, and keeps its flows", true,
	  { { UP, "a", 90000, "nk" }, { UP, "", 89000, "nk" } } },
	{ "only one that drains: nobody is better", true,
	  { { DEGRADED, "a", 90000, "k" }, { DOWN, "n", 1, "" } } },
	{ "much better elsewhere, with quality", true,
	  { { UP, "", 1000, "nkb" }, { UP, "", 11001, "nk" } } },
	{ "not much better elsewhere", true,
	  { { UP, "", 1000, "nk" }, { UP, "", 11000, "nk" } } },
	{ "much better elsewhere, with another scheduler", false,
	  { { UP, "", 1000, "nk" }, { UP, "", 90000, "nk" } } },
};

static void choose_desc(const struct choose_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(choose, choose_table, choose_desc);

static void choose_paths(struct kunit *test)
{
	const struct choose_case *c = test->param_value;
	struct mx_choice choice[CHOOSE_PATHS] = { };
	const struct choose_path *p;
	u32 i, n;

	for (n = 0; n < CHOOSE_PATHS && c->path[n].is; n++) {
		p = &c->path[n];
		choice[n].status = p->status;
		choice[n].prefer = p->prefer;
		choice[n].away = strchr(p->is, 'a');
		choice[n].link = !strchr(p->is, 'n');
		choice[n].standby = strchr(p->is, 's');
		choice[n].late = strchr(p->is, 'l');
		choice[n].carries = strchr(p->is, 'c');
	}
	mx_choose(choice, n, c->best_only);
	for (i = 0; i < n; i++) {
		p = &c->path[i];
		/* what is away gets no flow, whatever is said of it */
		if (!choice[i].away)
			KUNIT_EXPECT_EQ_MSG(test, !choice[i].spare,
					    !!strchr(p->becomes, 'n'),
					    "new flows of %u", i);
		KUNIT_EXPECT_EQ_MSG(test, choice[i].fit,
				    !!strchr(p->becomes, 'k'), "flows of %u",
				    i);
		KUNIT_EXPECT_EQ_MSG(test, choice[i].behind,
				    !!strchr(p->becomes, 'b'), "better than %u",
				    i);
	}
}

static void choose_nothing(struct kunit *test)
{
	mx_choose(NULL, 0, true);
}

static void choose_quality_goes_by_class(struct kunit *test)
{
	struct mx_choice c[] = {
		{ .link = true, .status = UP, .prefer = 0 },
		{ .link = true, .status = UNKNOWN, .prefer = U32_MAX },
		{ .link = true, .status = DEGRADED, .prefer = U32_MAX },
		{ .link = true, .status = DOWN, .prefer = U32_MAX },
		{ .link = false, .status = DOWN, .prefer = U32_MAX },
	};
	u32 i;

	mx_choose(c, ARRAY_SIZE(c), true);
	for (i = 1; i < ARRAY_SIZE(c); i++)
		KUNIT_EXPECT_GT(test, c[i - 1].quality, c[i].quality);
}

static struct kunit_case choose_cases[] = {
	KUNIT_CASE_PARAM(choose_paths, choose_gen_params),
	KUNIT_CASE(choose_nothing),
	KUNIT_CASE(choose_quality_goes_by_class),
	{}
};

static struct kunit_suite choose_suite = {
	.name = "mx_path_choose",
	.test_cases = choose_cases,
};

kunit_test_suite(choose_suite);
