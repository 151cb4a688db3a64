/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * What the binary attributes of mutex_genl.h hold: time zones and databases of
 * countries.
 */
#ifndef _UAPI_LINUX_MUTEX_GEO_H
#define _UAPI_LINUX_MUTEX_GEO_H

#include <linux/types.h>

/**
 * struct mutex_zone_change - a time zone's offset from some time on
 * @at: seconds since 1970; the first offset of a zone holds before it too
 * @offset: seconds to add to UTC, less than 26 hours either way
 * @pad: zero
 */
struct mutex_zone_change {
	__s64 at;
	__s32 offset;
	__u32 pad;
};

/**
 * struct mutex_geo_prefix4 - where the addresses of an IPv4 prefix are
 * @addr: the prefix, network order, bits past the length zero
 * @plen: its length
 * @region: enum mutex_region
 * @country: two capital letters, or two zero bytes
 */
struct mutex_geo_prefix4 {
	__u8 addr[4];
	__u8 plen;
	__u8 region;
	char country[2];
};

/**
 * struct mutex_geo_prefix6 - where the addresses of an IPv6 prefix are
 * @addr: the prefix, network order, bits past the length zero
 * @plen: its length
 * @region: enum mutex_region
 * @country: two capital letters, or two zero bytes
 */
struct mutex_geo_prefix6 {
	__u8 addr[16];
	__u8 plen;
	__u8 region;
	char country[2];
};

#endif /* _UAPI_LINUX_MUTEX_GEO_H */
