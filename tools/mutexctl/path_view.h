/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_PATH_VIEW_H
#define MX_CTL_PATH_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MX_VIEW_NAME	32		/* bytes of a name, with its end */
#define MX_VIEW_ADDR	64		/* bytes of an address, with its port */
#define MX_NO_FIGURE	UINT64_MAX	/* it is not known */

/**
 * enum mx_figure - the figures of a path that are remembered
 * @MX_F_STATUS: enum mx_view_status
 * @MX_F_SCORE: 0 to 100, in thousandths
 * @MX_F_RTT: mean of the newest samples, in microseconds as all times are
 * @MX_F_RTT_MIN: shortest
 * @MX_F_RTT_MAX: longest
 * @MX_F_P50: half of all in the long window are shorter
 * @MX_F_P95: 95 of 100 are
 * @MX_F_P99: 99 of 100 are
 * @MX_F_JITTER: standard deviation of the newest samples
 * @MX_F_JITTER3550: jitter as RFC 3550 has it
 * @MX_F_LOSS: of the newest samples, in millionths as all losses are
 * @MX_F_LOSS_LONG: of the long window
 * @MX_F_FWD_JITTER: on the way to the peer
 * @MX_F_BACK_JITTER: on the way back
 * @MX_F_FWD_LOSS: on the way to the peer
 * @MX_F_BACK_LOSS: on the way back
 * @MX_F_BANDWIDTH: measured, kbit/s
 * @MX_F_MTU: of the path
 * @MX_F_SENT: probes
 * @MX_F_RECEIVED: answers in time
 * @MX_F_LATE: answers that came too late
 * @MX_F_LOST: probes without an answer
 * @MX_F_MAX: how many there are
 */
enum mx_figure {
	MX_F_STATUS,
	MX_F_SCORE,
	MX_F_RTT,
	MX_F_RTT_MIN,
	MX_F_RTT_MAX,
	MX_F_P50,
	MX_F_P95,
	MX_F_P99,
	MX_F_JITTER,
	MX_F_JITTER3550,
	MX_F_LOSS,
	MX_F_LOSS_LONG,
	MX_F_FWD_JITTER,
	MX_F_BACK_JITTER,
	MX_F_FWD_LOSS,
	MX_F_BACK_LOSS,
	MX_F_BANDWIDTH,
	MX_F_MTU,
	MX_F_SENT,
	MX_F_RECEIVED,
	MX_F_LATE,
	MX_F_LOST,
	MX_F_MAX
};

/**
 * enum mx_view_status - how a path is; the worse, the higher
 * @MX_VIEW_UNKNOWN: not enough samples
 * @MX_VIEW_UP: well
 * @MX_VIEW_DEGRADED: carries, badly
 * @MX_VIEW_DOWN: carries nothing
 * @MX_VIEW_MAX: how many there are
 */
enum mx_view_status {
	MX_VIEW_UNKNOWN,
	MX_VIEW_UP,
	MX_VIEW_DEGRADED,
	MX_VIEW_DOWN,
	MX_VIEW_MAX
};

/**
 * struct mx_path_conf - what a user has said of a path
 * @dev: device
 * @via: gateway, "" for none
 * @local: local address, "" for any
 * @peer: who answers its probes, "" for nobody
 * @admin: its admin state
 * @probe: how it is probed
 * @interval: of the probes, milliseconds
 * @bandwidth: Mbit/s, 0 for unknown
 * @cost: what it costs
 */
struct mx_path_conf {
	char dev[16];
	char via[MX_VIEW_ADDR];
	char local[MX_VIEW_ADDR];
	char peer[MX_VIEW_ADDR];
	char admin[16];
	char probe[16];
	uint32_t interval;
	uint32_t bandwidth;
	uint32_t cost;
};

/**
 * struct mx_path_view - a path, as it was seen at some moment
 * @name: its name
 * @conf: what a user has said
 * @reason: why it is in its status
 * @since: for how long, milliseconds
 * @figure: its figures, MX_NO_FIGURE where one is not known
 */
struct mx_path_view {
	char name[MX_VIEW_NAME];
	struct mx_path_conf conf;
	char reason[24];
	uint64_t since;
	uint64_t figure[MX_F_MAX];
};

/**
 * struct mx_member_view - a path in a group, and what it carries
 * @group: the group
 * @path: the path
 * @state: what a user has set
 * @weight: its weight
 * @active: connections now
 * @total: connections ever
 * @packets: to the peer
 * @bytes: to the peer
 * @reply_packets: from it
 * @reply_bytes: from it
 */
struct mx_member_view {
	char group[MX_VIEW_NAME];
	char path[MX_VIEW_NAME];
	char state[16];
	uint32_t weight;
	uint64_t active;
	uint64_t total;
	uint64_t packets;
	uint64_t bytes;
	uint64_t reply_packets;
	uint64_t reply_bytes;
};

/**
 * struct mx_figure_kind - what a figure is
 * @name: its column, and with the unit its JSON key
 * @key: JSON key
 * @over: how the figures of a step become one, as SQL
 * @unit: what it is counted in
 */
struct mx_figure_kind {
	const char *name;
	const char *key;
	const char *over;
	enum { MX_UNIT_NONE, MX_UNIT_MILLI, MX_UNIT_TIME, MX_UNIT_PART, MX_UNIT_RATE } unit;
};

extern const char *const mx_view_statuses[MX_VIEW_MAX];
extern const struct mx_figure_kind mx_figure_kinds[MX_F_MAX];

const char *mx_view_status_name(uint64_t status);
void mx_path_view_init(struct mx_path_view *v, const char *name);

#endif /* MX_CTL_PATH_VIEW_H */
