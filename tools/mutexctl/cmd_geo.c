// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl geo
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "ctl.h"
#include "geo_set.h"
#include "uapi.h"
#include "where.h"

#define MX_GEO_FILES	64
#define MX_GEO_MSG	66560	/* a full attribute, and the headers */
#define MX_CHUNK4	8191	/* prefixes that fit an attribute */
#define MX_CHUNK6	3276

static const struct nla_policy mx_geo_policy[MUTEX_A_GEO_MAX + 1] = {
	[MUTEX_A_GEO_NAME] = { .type = NLA_STRING },
	[MUTEX_A_GEO_COUNT4] = { .type = NLA_U32 },
	[MUTEX_A_GEO_COUNT6] = { .type = NLA_U32 },
	[MUTEX_A_GEO_COUNTRIES] = { .type = NLA_U32 },
	[MUTEX_A_GEO_BYTES] = { .type = NLA_U64 },
	[MUTEX_A_GEO_LOADED] = { .type = NLA_U64 },
	[MUTEX_A_GEO_RULES] = { .type = NLA_U32 },
	[MUTEX_A_GEO_ADDR] = { .type = NLA_UNSPEC, .minlen = 4, .maxlen = 16 },
	[MUTEX_A_GEO_PLEN] = { .type = NLA_U8 },
	[MUTEX_A_GEO_COUNTRY] = { .type = NLA_STRING },
	[MUTEX_A_GEO_REGION] = { .type = NLA_U8 },
};

/**
 * struct mx_upload - a database on its way to the kernel
 * @ctl: the program; its message is the chunk being filled
 * @n: prefixes in the chunk
 * @p4: of IPv4
 * @p6: of IPv6
 */
struct mx_upload {
	struct mx_ctl *ctl;
	unsigned int n;
	struct mutex_geo_prefix4 p4[MX_CHUNK4];
	struct mutex_geo_prefix6 p6[MX_CHUNK6];
};

static int mx_upload_flush(struct mx_upload *up, int attr, const void *chunk,
			   size_t len)
{
	if (!len)
		return MX_EXIT_OK;
	up->n = 0;
	mx_msg_start(up->ctl, MUTEX_CMD_GEO_ADD);
	if (nla_put(up->ctl->msg.nl, attr, len, chunk))
		return mx_error(up->ctl, "out of memory");
	return mx_nl_talk(up->ctl, NULL, NULL);
}

static void mx_upload_addr(mx_u128 v, uint8_t *bytes, unsigned int len)
{
	while (len--) {
		bytes[len] = v;
		v >>= 8;
	}
}

static int mx_upload4(struct mx_upload *up, const struct mx_range *r,
		      unsigned int plen)
{
	struct mutex_geo_prefix4 *p = &up->p4[up->n++];

	mx_upload_addr(r->start, p->addr, sizeof(p->addr));
	p->plen = plen;
	p->region = r->spot.region;
	memcpy(p->country, r->spot.country, sizeof(p->country));
	if (up->n < MX_CHUNK4)
		return MX_EXIT_OK;
	return mx_upload_flush(up, MUTEX_A_GEO_PREFIXES4, up->p4,
			       sizeof(up->p4));
}

static int mx_upload6(struct mx_upload *up, const struct mx_range *r,
		      unsigned int plen)
{
	struct mutex_geo_prefix6 *p = &up->p6[up->n++];

	mx_upload_addr(r->start, p->addr, sizeof(p->addr));
	p->plen = plen;
	p->region = r->spot.region;
	memcpy(p->country, r->spot.country, sizeof(p->country));
	if (up->n < MX_CHUNK6)
		return MX_EXIT_OK;
	return mx_upload_flush(up, MUTEX_A_GEO_PREFIXES6, up->p6,
			       sizeof(up->p6));
}

static int mx_upload_family(struct mx_upload *up, const struct mx_ranges *rs)
{
	unsigned int plen;
	mx_u128 size;
	size_t i;
	int ret = MX_EXIT_OK;

	for (i = 0; !ret && i < rs->n; i++) {
		struct mx_range r = rs->range[i];

		do {
			plen = mx_range_prefix(&r, rs->bits);
			ret = rs->bits == 32 ? mx_upload4(up, &r, plen) :
					       mx_upload6(up, &r, plen);
			if (!plen)
				break;
			size = (mx_u128)1 << (rs->bits - plen);
			if (r.end - r.start < size)
				break;
			r.start += size;
		} while (!ret);
	}
	if (ret)
		return ret;
	if (rs->bits == 32)
		return mx_upload_flush(up, MUTEX_A_GEO_PREFIXES4, up->p4,
				       up->n * sizeof(up->p4[0]));
	return mx_upload_flush(up, MUTEX_A_GEO_PREFIXES6, up->p6,
			       up->n * sizeof(up->p6[0]));
}

/* The names of the files without their folders, cut where they get too long. */
static void mx_geo_name(char *buf, size_t len, char *const *files,
			unsigned int n)
{
	size_t at = 0;
	unsigned int i;
	char *c;

	for (i = 0; i < n && at < len; i++) {
		const char *slash = strrchr(files[i], '/');

		at += snprintf(buf + at, len - at, "%s%s", i ? " " : "",
			       slash ? slash + 1 : files[i]);
	}
	for (c = buf; *c; c++) {
		if (*c < ' ' || *c > '~')
			*c = '?';
	}
}

static int mx_geo_send(struct mx_ctl *ctl, struct mx_geo_set *set,
		       const char *name)
{
	struct mx_upload *up = calloc(1, sizeof(*up));
	int ret;

	if (!up)
		return mx_error(ctl, "out of memory");
	up->ctl = ctl;
	mx_msg_start(ctl, MUTEX_CMD_GEO_BEGIN);
	nla_put_string(ctl->msg.nl, MUTEX_A_GEO_NAME, name);
	ret = mx_nl_talk(ctl, NULL, NULL);
	if (!ret) {
		ret = mx_upload_family(up, &set->family[0]);
		if (!ret)
			ret = mx_upload_family(up, &set->family[1]);
		if (!ret)
			ret = mx_nl_simple(ctl, MUTEX_CMD_GEO_COMMIT, NULL,
					   NULL);
		/* of a batch the socket lives on, and with it what it uploaded */
		if (ret)
			mx_nl_close(&ctl->nl);
	}
	free(up);
	return ret;
}

/* By its name, or by bytes that no text has. */
static bool mx_geo_is_mmdb(const char *file)
{
	const char *dot = strrchr(file, '.');
	unsigned char buf[512];
	bool binary = false;
	FILE *fp;
	size_t n;

	if (dot && !strcasecmp(dot, ".mmdb"))
		return true;
	if (dot && !strcasecmp(dot, ".csv"))
		return false;
	fp = fopen(file, "re");
	if (!fp)
		return false;
	n = fread(buf, 1, sizeof(buf), fp);
	fclose(fp);
	while (n--)
		binary |= buf[n] < '\t';
	return binary;
}

static int mx_geo_read(struct mx_ctl *ctl, struct mx_geo_set *set,
		       char *const *files, unsigned int n)
{
	int ret = MX_EXIT_OK;

	for (set->file = 0; !ret && set->file < n; set->file++) {
		const char *file = files[set->file];

		ret = mx_geo_is_mmdb(file) ? mx_geo_mmdb(ctl, set, file) :
					     mx_geo_csv(ctl, set, file);
	}
	return ret ? ret : mx_geo_set_finish(ctl, set);
}

/**
 * mx_geo_print() - print what database is in force
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_geo_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_GEO_MAX + 1];
	struct mx_out *o = &ctl->out;

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_GEO_MAX, mx_geo_policy))
		return MX_EXIT_REFUSED;
	mx_out_obj(o);
	if (tb[MUTEX_A_GEO_NAME]) {
		mx_out_str(o, MX_NAME, "name", "name",
			   nla_get_string(tb[MUTEX_A_GEO_NAME]));
		mx_out_uint(o, "prefixes4", "prefixes4",
			    mx_attr_u32(tb, MUTEX_A_GEO_COUNT4));
		mx_out_uint(o, "prefixes6", "prefixes6",
			    mx_attr_u32(tb, MUTEX_A_GEO_COUNT6));
		mx_out_uint(o, "countries", "countries",
			    mx_attr_u32(tb, MUTEX_A_GEO_COUNTRIES));
		mx_out_uint(o, "bytes", "bytes",
			    mx_attr_u64(tb, MUTEX_A_GEO_BYTES));
		mx_out_clock(o, "loaded", "loaded",
			     mx_attr_u64(tb, MUTEX_A_GEO_LOADED));
	} else {
		mx_out_text(o, "no database: rules with a country or a region never match");
	}
	mx_out_uint(o, "rules", "rules", mx_attr_u32(tb, MUTEX_A_GEO_RULES));
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

/**
 * mx_geo_note() - say in a saved configuration that the database is not in it
 * @ctl: where to
 * @nlh: the kernel's message
 * @arg: not used
 *
 * Return: exit status.
 */
int mx_geo_note(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_GEO_MAX + 1];

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_GEO_MAX, mx_geo_policy))
		return MX_EXIT_REFUSED;
	if (mx_attr_u32(tb, MUTEX_A_GEO_RULES))
		fprintf(ctl->out.fp,
			"# rules ask for countries: the database (%s) is loaded by \"mutexctl geo load\"\n",
			tb[MUTEX_A_GEO_NAME] ?
			nla_get_string(tb[MUTEX_A_GEO_NAME]) : "none now");
	return MX_EXIT_OK;
}

/**
 * struct mx_loaded - what a load has to tell at its end
 * @began: when it began
 * @set: what was read
 */
struct mx_loaded {
	struct timespec began;
	const struct mx_geo_set *set;
};

/* What was loaded, and how long it took: arg is a struct mx_loaded. */
static int mx_geo_loaded(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_GEO_MAX + 1];
	const struct mx_loaded *done = arg;
	struct mx_out *o = &ctl->out;
	struct timespec now;
	uint64_t ms;
	char buf[32];

	if (mx_attrs(ctl, nlh, tb, MUTEX_A_GEO_MAX, mx_geo_policy))
		return MX_EXIT_REFUSED;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (now.tv_sec - done->began.tv_sec) * 1000 +
	     (now.tv_nsec - done->began.tv_nsec) / 1000000;
	mx_out_obj(o);
	mx_out_uint(o, "prefixes4", "prefixes4",
		    mx_attr_u32(tb, MUTEX_A_GEO_COUNT4));
	mx_out_uint(o, "prefixes6", "prefixes6",
		    mx_attr_u32(tb, MUTEX_A_GEO_COUNT6));
	mx_out_uint(o, "countries", "countries",
		    mx_attr_u32(tb, MUTEX_A_GEO_COUNTRIES));
	mx_out_uint(o, "bytes", "bytes", mx_attr_u64(tb, MUTEX_A_GEO_BYTES));
	if (done->set->unknown)
		mx_out_uint(o, "unknown", "unknown", done->set->unknown);
	if (done->set->overlaps)
		mx_out_uint(o, "overlaps", "overlaps", done->set->overlaps);
	snprintf(buf, sizeof(buf), "%u.%03us", (unsigned int)(ms / 1000),
		 (unsigned int)(ms % 1000));
	if (o->json)
		mx_out_uint(o, "ms", NULL, ms);
	else
		mx_out_str(o, MX_PLAIN, NULL, "took", buf);
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

static int mx_geo_put(struct mx_ctl *ctl, struct mx_geo_set *set,
		      char *const *files, unsigned int n)
{
	char name[MUTEX_GEO_NAME_MAX + 1] = "";
	struct nl_msg *small = ctl->msg.nl;
	int ret;

	mx_geo_name(name, sizeof(name), files, n);
	ctl->msg.nl = nlmsg_alloc_size(MX_GEO_MSG);
	if (ctl->msg.nl)
		ret = mx_geo_send(ctl, set, name);
	else
		ret = mx_error(ctl, "out of memory");
	nlmsg_free(ctl->msg.nl);
	ctl->msg.nl = small;
	return ret;
}

static int mx_geo_load(struct mx_ctl *ctl, struct mx_args *a)
{
	char *const *files = a->argv + a->pos;
	unsigned int n = a->argc - a->pos;
	struct mx_geo_set set;
	struct mx_loaded done = { .set = &set };
	int ret;

	if (!n || n > MX_GEO_FILES)
		return mx_usage(ctl, "geo load takes 1 to %u files",
				MX_GEO_FILES);
	a->pos = a->argc;
	clock_gettime(CLOCK_MONOTONIC, &done.began);
	mx_geo_set_init(&set, files);
	ret = mx_geo_read(ctl, &set, files, n);
	if (!ret)
		ret = mx_nl_need(ctl);
	if (!ret)
		ret = mx_geo_put(ctl, &set, files, n);
	mx_geo_set_free(&set);
	if (ret)
		return ret;
	mx_out_array(&ctl->out);
	ret = mx_nl_simple(ctl, MUTEX_CMD_GEO_GET, mx_geo_loaded, &done);
	mx_out_array_end(&ctl->out);
	return ret;
}

static const struct mx_word mx_geo_get_words[] = {
	{ .name = "ADDR", .kind = MX_W_ADDR, .attr = MUTEX_A_GEO_ADDR,
	  .flags = MX_WF_REQUIRED },
};

static int mx_geo_print_spot(struct mx_ctl *ctl, struct nlmsghdr *nlh,
			     void *arg)
{
	struct nlattr *tb[MUTEX_A_GEO_MAX + 1];
	struct mx_out *o = &ctl->out;

	(void)arg;
	if (mx_attrs(ctl, nlh, tb, MUTEX_A_GEO_MAX, mx_geo_policy))
		return MX_EXIT_REFUSED;
	mx_out_obj(o);
	mx_out_addr(o, "addr", NULL, NULL, tb[MUTEX_A_GEO_ADDR], -1);
	if (!tb[MUTEX_A_GEO_PLEN])
		mx_out_text(o, "unknown");
	if (tb[MUTEX_A_GEO_COUNTRY])
		mx_out_str(o, MX_NAME, "country", "country",
			   nla_get_string(tb[MUTEX_A_GEO_COUNTRY]));
	if (tb[MUTEX_A_GEO_REGION])
		mx_out_str(o, MX_NAME, "region", "region",
			   mx_region_name(nla_get_u8(tb[MUTEX_A_GEO_REGION])));
	if (tb[MUTEX_A_GEO_PLEN])
		mx_out_uint(o, "plen", "plen",
			    nla_get_u8(tb[MUTEX_A_GEO_PLEN]));
	mx_out_obj_end(o);
	return MX_EXIT_OK;
}

static int mx_geo_get(struct mx_ctl *ctl, struct mx_args *a)
{
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_GEO_FIND);
	ret = mx_parse_words(ctl, a, mx_geo_get_words, 1);
	return ret ? ret : mx_run_show(ctl, a, true);
}

static int mx_geo_show(struct mx_ctl *ctl, struct mx_args *a)
{
	mx_msg_start(ctl, MUTEX_CMD_GEO_GET);
	return mx_run_show(ctl, a, true);
}

static const struct mx_cmd mx_geo_cmds[] = {
	{ .name = "load", .run = mx_geo_load },
	{ .name = "show", .run = mx_geo_show, .reply = mx_geo_print },
	{ .name = "get", .run = mx_geo_get, .reply = mx_geo_print_spot,
	  MX_WORDS(mx_geo_get_words) },
	{ .name = "flush", .run = mx_run_change, .genl = MUTEX_CMD_GEO_FLUSH,
	  .flags = MX_CF_CHANGE },
};

const struct mx_object mx_obj_geo = {
	.name = "geo",
	.usage =
"Usage: mutexctl geo load FILE...\n"
"       mutexctl geo [ show ]\n"
"       mutexctl geo get ADDR\n"
"       mutexctl geo flush\n"
"FILE is a database of countries: MMDB, or CSV with lines of START,END,CC.\n"
"All files together replace the database in force, at once and whole.\n",
	.cmds = mx_geo_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_geo_cmds),
};
