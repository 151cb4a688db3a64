// SPDX-License-Identifier: GPL-2.0
/*
 * Databases of countries as MMDB: a binary trie of addresses, walked here whole.
 * The file is read by libmaxminddb, and is trusted no more than any other.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <maxminddb.h>

#include "ctl.h"
#include "geo_set.h"
#include "uapi.h"

#define MX_SPOTS	4096	/* records remembered; countries have few */

/**
 * struct mx_walk - a walk over a database's trie
 * @ctl: for messages
 * @set: what is added to
 * @file: the file's name
 * @db: the database
 * @v4: number of the node that IPv4 begins at; the trie of IPv6 leads there
 *	from several prefixes
 * @budget: nodes that may still be looked at
 * @spots: places by the offset of their record
 */
struct mx_walk {
	struct mx_ctl *ctl;
	struct mx_geo_set *set;
	const char *file;
	MMDB_s *db;
	uint64_t v4;
	uint64_t budget;
	struct {
		uint32_t key;	/* offset + 1 */
		struct mx_spot spot;
	} spots[MX_SPOTS];
};

static int mx_walk_bad(struct mx_walk *w, const char *why)
{
	return mx_error(w->ctl, "%s: %s", w->file, why);
}

/* A string of a record. 1: there it is, 0: it is not, -1: after a message. */
static int mx_walk_string(struct mx_walk *w, MMDB_entry_s *e,
			  const char *const *path, MMDB_entry_data_s *d)
{
	int err = MMDB_aget_value(e, d, path);

	if (!err)
		return d->has_data && d->type == MMDB_DATA_TYPE_UTF8_STRING;
	if (err == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR)
		return 0;
	mx_walk_bad(w, MMDB_strerror(err));
	return -1;
}

/* The first of several paths that leads to two letters; as mx_walk_string(). */
static int mx_walk_code(struct mx_walk *w, MMDB_entry_s *e,
			const char *const (*paths)[3], unsigned int n,
			char *code)
{
	MMDB_entry_data_s d;
	unsigned int i;
	int ret;

	for (i = 0; i < n; i++) {
		ret = mx_walk_string(w, e, paths[i], &d);
		if (ret < 0)
			return ret;
		if (!ret || d.data_size != 2 ||
		    !isalpha((unsigned char)d.utf8_string[0]) ||
		    !isalpha((unsigned char)d.utf8_string[1]))
			continue;
		code[0] = toupper((unsigned char)d.utf8_string[0]);
		code[1] = toupper((unsigned char)d.utf8_string[1]);
		return 1;
	}
	return 0;
}

static const char *const mx_country_paths[][3] = {
	{ "country", "iso_code" },
	{ "country_code" },
	{ "country" },
	{ "registered_country", "iso_code" },
};

static const char *const mx_continent_paths[][3] = {
	{ "continent", "code" },
	{ "continent_code" },
	{ "continent" },
};

/* Where a record says that its addresses are. Exit status, after a message. */
static int mx_walk_spot(struct mx_walk *w, MMDB_entry_s *e,
			struct mx_spot *spot)
{
	uint32_t slot = e->offset % MX_SPOTS, key = e->offset + 1;
	char code[2];
	int ret;

	if (w->spots[slot].key == key) {
		*spot = w->spots[slot].spot;
		return MX_EXIT_OK;
	}
	memset(spot, 0, sizeof(*spot));
	ret = mx_walk_code(w, e, mx_country_paths,
			   MX_ARRAY_SIZE(mx_country_paths), spot->country);
	if (ret >= 0 && !memcmp(spot->country, "ZZ", 2))
		memset(spot->country, 0, sizeof(spot->country));
	if (ret >= 0)
		ret = mx_walk_code(w, e, mx_continent_paths,
				   MX_ARRAY_SIZE(mx_continent_paths), code);
	if (ret < 0)
		return MX_EXIT_REFUSED;
	if (ret)
		spot->region = mx_geo_region_of_code(code, sizeof(code));
	if (!spot->region && spot->country[0])
		spot->region = mx_geo_region(spot->country);
	w->spots[slot].key = key;
	w->spots[slot].spot = *spot;
	return MX_EXIT_OK;
}

static int mx_walk_node(struct mx_walk *w, uint64_t node, mx_u128 addr,
			unsigned int depth, unsigned int bits);

/* One side of a node: @depth bits of @addr lead here. */
static int mx_walk_record(struct mx_walk *w, uint64_t record, uint8_t type,
			  MMDB_entry_s *e, mx_u128 addr, unsigned int depth,
			  unsigned int bits)
{
	mx_u128 host = ((mx_u128)1 << (bits - depth)) - 1; /* never all 128 */
	struct mx_spot spot;
	int ret;

	switch (type) {
	case MMDB_RECORD_TYPE_EMPTY:
		return MX_EXIT_OK;
	case MMDB_RECORD_TYPE_SEARCH_NODE:
		if (bits == 128 && record == w->v4)
			return MX_EXIT_OK;
		if (depth == bits)
			return mx_walk_bad(w, "corrupt: the tree is deeper than an address is long");
		return mx_walk_node(w, record, addr, depth, bits);
	case MMDB_RECORD_TYPE_DATA:
		ret = mx_walk_spot(w, e, &spot);
		return ret ? ret : mx_geo_set_add(w->ctl, w->set, bits == 128,
						  addr, addr | host, 0, spot);
	default:
		return mx_walk_bad(w, "corrupt: the tree points beyond the data");
	}
}

/* As deep as an address has bits. */
static int mx_walk_node(struct mx_walk *w, uint64_t node, mx_u128 addr,
			unsigned int depth, unsigned int bits)
{
	MMDB_search_node_s n;
	int ret;

	if (!w->budget--)
		return mx_walk_bad(w, "corrupt: the tree goes in circles");
	ret = MMDB_read_node(w->db, node, &n);
	if (ret)
		return mx_walk_bad(w, MMDB_strerror(ret));
	ret = mx_walk_record(w, n.left_record, n.left_record_type,
			     &n.left_record_entry, addr, depth + 1, bits);
	if (ret)
		return ret;
	return mx_walk_record(w, n.right_record, n.right_record_type,
			      &n.right_record_entry,
			      addr | (mx_u128)1 << (bits - depth - 1),
			      depth + 1, bits);
}

/* Finds where IPv4 begins in a trie of IPv6: behind 96 zeros. */
static int mx_walk_find_v4(struct mx_walk *w)
{
	MMDB_search_node_s n;
	uint64_t node = 0;
	int i, ret;

	w->v4 = UINT64_MAX;
	for (i = 0; i < 96; i++) {
		ret = MMDB_read_node(w->db, node, &n);
		if (ret)
			return mx_walk_bad(w, MMDB_strerror(ret));
		if (n.left_record_type == MMDB_RECORD_TYPE_DATA)
			return mx_walk_record(w, 0, n.left_record_type,
					      &n.left_record_entry, 0, 0, 32);
		if (n.left_record_type != MMDB_RECORD_TYPE_SEARCH_NODE)
			return MX_EXIT_OK;
		node = n.left_record;
	}
	w->v4 = node;
	return MX_EXIT_OK;
}

static int mx_walk_all(struct mx_walk *w)
{
	int ret = MX_EXIT_OK;

	/* each node once, and those of aliases of single nodes once more */
	w->budget = 2ULL * w->db->metadata.node_count + 1024;
	if (w->db->metadata.ip_version == 4)
		return mx_walk_node(w, 0, 0, 0, 32);
	ret = mx_walk_find_v4(w);
	if (!ret && w->v4 != UINT64_MAX)
		ret = mx_walk_node(w, w->v4, 0, 0, 32);
	return ret ? ret : mx_walk_node(w, 0, 0, 0, 128);
}

/**
 * mx_geo_mmdb() - read an MMDB file
 * @ctl: for messages
 * @set: what it is added to
 * @file: its name
 *
 * Return: exit status, after a message.
 */
int mx_geo_mmdb(struct mx_ctl *ctl, struct mx_geo_set *set, const char *file)
{
	struct mx_walk *w = calloc(1, sizeof(*w));
	MMDB_s db;
	int ret;

	if (!w)
		return mx_error(ctl, "out of memory");
	ret = MMDB_open(file, MMDB_MODE_MMAP, &db);
	if (ret) {
		free(w);
		return mx_error(ctl, "%s: %s", file, MMDB_strerror(ret));
	}
	w->ctl = ctl;
	w->set = set;
	w->file = file;
	w->db = &db;
	ret = mx_walk_all(w);
	MMDB_close(&db);
	free(w);
	return ret;
}
