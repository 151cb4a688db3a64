/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The largest packet that a path carries, found by probes alone (RFC 8899).
 *
 * Sizes are those of whole IP packets, times are milliseconds of a clock that
 * the caller reads. One probe is on its way at a time. The caller sends what
 * mx_plpmtu_poll() says, unfragmented, and tells what came of it.
 */
#ifndef MX_PATH_PLPMTU_H
#define MX_PATH_PLPMTU_H

#include <linux/types.h>

#define MX_PLPMTU_MAX		65535U
#define MX_PLPMTU_MIN4		576U	/* what every host takes, RFC 1122 */
#define MX_PLPMTU_BASE4		1200U
#define MX_PLPMTU_MIN6		1280U	/* what every link carries, RFC 8200 */
#define MX_PLPMTU_BASE6		1280U
#define MX_PLPMTU_TRIES		3U	/* probes of a size before it is too big */
#define MX_PLPMTU_HINTS		4U	/* routers that are believed, a search */
#define MX_PLPMTU_PROBE_MS	1000U	/* shortest wait for an answer */
#define MX_PLPMTU_CONFIRM_MS	60000U	/* defaults */
#define MX_PLPMTU_RAISE_MS	600000U

/**
 * enum mx_plpmtu_state - where the search is
 * @MX_PLPMTU_BASE: does a size pass that most paths carry?
 * @MX_PLPMTU_SEARCH: it does; how much more?
 * @MX_PLPMTU_COMPLETE: found; asked again now and then
 * @MX_PLPMTU_ERROR: it does not; does the smallest?
 */
enum mx_plpmtu_state {
	MX_PLPMTU_BASE,
	MX_PLPMTU_SEARCH,
	MX_PLPMTU_COMPLETE,
	MX_PLPMTU_ERROR,
};

/**
 * struct mx_plpmtu_timers - how long things take, milliseconds
 * @probe: until a probe without an answer is lost, MX_PLPMTU_PROBE_MS at least
 * @confirm: from one look whether the size found still passes to the next
 * @raise: until more is tried again
 */
struct mx_plpmtu_timers {
	u32 probe;
	u32 confirm;
	u32 raise;
};

/**
 * struct mx_plpmtu - a search
 * @due: when to poll: the probe is lost then, or the next is due
 * @raise: when more is tried again
 * @min: no smaller size is looked at
 * @base: size that most paths carry
 * @max: the device carries no more
 * @mtu: what packets may have now; 0 while nothing is known
 * @low: largest size that has passed in this search, 0 for none
 * @high: largest size that may pass
 * @probe: size that is on its way, 0 for none
 * @hint: size that a router named, to be tried next; 0 for none
 * @state: enum mx_plpmtu_state
 * @tries: probes of that size that were lost
 * @hints: routers that were believed in this search
 * @whole: @high is to be tried at once
 * @step: one byte more is to be tried at once
 */
struct mx_plpmtu {
	u64 due;
	u64 raise;
	u16 min;
	u16 base;
	u16 max;
	u16 mtu;
	u16 low;
	u16 high;
	u16 probe;
	u16 hint;
	u8 state;
	u8 tries;
	u8 hints;
	bool whole;
	bool step;
};

void mx_plpmtu_init(struct mx_plpmtu *p, bool ipv6, u32 max, u64 now);
void mx_plpmtu_restart(struct mx_plpmtu *p, bool ipv6, u32 max, u64 now);
u32 mx_plpmtu_poll(struct mx_plpmtu *p, const struct mx_plpmtu_timers *t,
		   bool alive, u64 now);
void mx_plpmtu_passed(struct mx_plpmtu *p, const struct mx_plpmtu_timers *t,
		      u32 size, u64 now);
bool mx_plpmtu_too_big(struct mx_plpmtu *p, const struct mx_plpmtu_timers *t,
		       u32 size, u64 now);
void mx_plpmtu_doubt(struct mx_plpmtu *p, u64 now);

#endif /* MX_PATH_PLPMTU_H */
