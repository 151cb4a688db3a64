/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Paths: ways to a peer, each by a device and a gateway, whose quality is
 * measured.
 *
 * A path's identity (name, samples, counters) outlives its configuration. What
 * a configuration says of it is an immutable struct mx_path_conf, one for each
 * of the namespace's configurations, replaced whole at every change.
 */
#ifndef MX_PATH_PATH_H
#define MX_PATH_PATH_H

#include <linux/if.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/netfilter.h>
#include <linux/prefetch.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include "base/stats.h"
#include "mx.h"
#include "path/judge.h"
#include "path/window.h"

struct mx_probing;
struct net;

#define MX_PATH_PORT		51822	/* of probes, if the user names none */
#define MX_PATH_INTERVAL	5000	/* milliseconds between probes */
#define MX_PATH_TIMEOUT		2000	/* milliseconds that an answer may take */
#define MX_PATH_MS_MIN		10	/* of both */
#define MX_PATH_MS_MAX		3600000

/**
 * enum mx_path_stat - a path's counters
 * @MX_PATH_PACKETS: packets that it carried, probes not counted
 * @MX_PATH_BYTES: their bytes, from the network header on
 * @MX_PATH_SENT: probes sent
 * @MX_PATH_RECEIVED: answers that came in time
 * @MX_PATH_LATE: answers that came after their time
 * @MX_PATH_LOST: probes without an answer in time
 * @MX_PATH_REFUSED: packets that claimed to be answers and were none
 * @MX_PATH_STATS: how many counters
 */
enum mx_path_stat {
	MX_PATH_PACKETS,
	MX_PATH_BYTES,
	MX_PATH_SENT,
	MX_PATH_RECEIVED,
	MX_PATH_LATE,
	MX_PATH_LOST,
	MX_PATH_REFUSED,
	MX_PATH_STATS
};

/**
 * struct mx_path_params - what a user says of a path
 * @dev: the device, by its name; it need not exist
 * @via_family: AF_INET or AF_INET6, 0 without a gateway
 * @via: the gateway
 * @family: of @peer and @local
 * @has_local: whether the user names @local
 * @local: source of probes
 * @peer: where probes go
 * @port: where probes go, network order
 * @probe: enum mutex_path_probe
 * @admin: enum mutex_path_admin
 * @interval: milliseconds between probes
 * @timeout: milliseconds after which a probe is lost, 0 to follow the RTT
 * @bandwidth: Mbit/s, 0 if it is not known; what is measured holds before it
 * @cost: what it costs to use, the lower is preferred
 * @key_id: key that probes are authenticated with, 0 for none
 * @measure: enum mutex_path_measure
 * @judge: how its status follows from its probes
 */
struct mx_path_params {
	char dev[IFNAMSIZ];
	u8 via_family;
	union nf_inet_addr via;
	u8 family;
	bool has_local;
	union nf_inet_addr local;
	union nf_inet_addr peer;
	__be16 port;
	u8 probe;
	u8 admin;
	u32 interval;
	u32 timeout;
	u32 bandwidth;
	u32 cost;
	u32 key_id;
	u8 measure;
	struct mx_judge_params judge;
};

/**
 * struct mx_path_conf - one configuration of a path
 * @rcu: for its release
 * @params: what the user said
 */
struct mx_path_conf {
	struct rcu_head rcu;
	struct mx_path_params params;
};

/**
 * struct mx_path_figures - what is known of a path: a snapshot
 * @rtt_us: mean of the short window, 0 without a sample
 * @rtt_min_us: the shortest there
 * @rtt_max_us: the longest there
 * @p50_us: half of the long window's samples are below
 * @p95_us: 95 % are
 * @p99_us: 99 % are
 * @jitter_us: standard deviation of the short window
 * @jitter3550_us: the estimate of RFC 3550
 * @loss_ppm: of the short window
 * @loss_long_ppm: of the long window
 * @samples: probes in the short window
 * @samples_long: probes in the long window
 * @fwd_jitter_us: on the way there, U32_MAX if the peer does not tell
 * @back_jitter_us: on the way back
 * @fwd_loss_ppm: on the way there, U32_MAX if the peer does not tell
 * @back_loss_ppm: on the way back
 * @bw_kbps: measured bandwidth, 0 if it is not known
 * @mtu: discovered, 0 if it is not known
 * @score_milli: 0 to 100000
 * @status: enum mutex_path_status
 * @reason: enum mutex_path_reason of the last change
 * @since_ms: when @status was entered, see mx_path_now()
 * @flaps: how often the path ceased to be up
 * @hold_ms: when the hold-down ends, 0 for none; the same clock
 */
struct mx_path_figures {
	u32 rtt_us;
	u32 rtt_min_us;
	u32 rtt_max_us;
	u32 p50_us;
	u32 p95_us;
	u32 p99_us;
	u32 jitter_us;
	u32 jitter3550_us;
	u32 loss_ppm;
	u32 loss_long_ppm;
	u32 samples;
	u32 samples_long;
	u32 fwd_jitter_us;
	u32 back_jitter_us;
	u32 fwd_loss_ppm;
	u32 back_loss_ppm;
	u32 bw_kbps;
	u32 mtu;
	u32 score_milli;
	u8 status;
	u8 reason;
	u64 since_ms;
	u32 flaps;
	u64 hold_ms;
};

/**
 * struct mx_path_desk - where a namespace's news of paths arrive
 * @lock: guards all but @work
 * @told: paths whose status has changed, by mx_path.telling; each counted
 * @look: a device, an address or a route has changed
 * @flood: it was a route: some are told of before they change
 * @again: so it is looked at once more, a while after @looked
 * @looked: jiffies of the last look
 * @wake: when they are looked at in any case, milliseconds of mx_path_now();
 *	0 for never
 * @stopped: the namespace goes
 * @work: looks at the links, tells the news
 */
struct mx_path_desk {
	spinlock_t lock; /* taken with softirqs off */
	struct list_head told;
	bool look;
	bool flood;
	bool again;
	unsigned long looked;
	u64 wake;
	bool stopped;
	struct delayed_work work;
};

/**
 * struct mx_path - a path's identity
 * @live: the configuration in force, or NULL: for packets and probes
 * @stats: see enum mx_path_stat
 * @ifindex: of its device, 0 while there is none
 * @link: whether the device is up, with carrier, address and route
 * @status: enum mutex_path_status; packets read it
 * @reason: enum mutex_path_reason of @status
 * @missing: enum mutex_path_reason, what of @link is not there
 * @hint: enum mutex_path_reason, what an ICMP error or a RST said in the place
 *	of the last answer; 0 for nothing. Written with WRITE_ONCE()
 * @lock: guards @link to @window, but for what is written with WRITE_ONCE()
 *	elsewhere; softirqs are off under it
 * @desk: where its news are handed in, or NULL
 * @how: how it is judged
 * @judge: its status
 * @fwd_loss_ppm: on the way there, U32_MAX if it is not known; this and the
 *	next ones are written with WRITE_ONCE()
 * @back_loss_ppm: on the way back
 * @bw_kbps: measured bandwidth, 0 if it is not known
 * @mtu: discovered, 0 if it is not known
 * @window: its samples
 * @name: its name
 * @netns: inode number of its namespace, by which events tell it
 * @rhash: in the namespace's paths, by name
 * @list: in the namespace's list, in order of creation
 * @conf: what each configuration says of it, NULL where it does not exist
 * @users: groups of each configuration that have it as a member
 * @probing: how it is probed, NULL while it is not; the prober's
 * @telling: in mx_path_desk.told, under the desk's lock
 * @refs: the namespace, its members and probes
 * @rcu: for its release
 *
 * In the order of use: a probe that leaves needs the first cache line, an answer
 * those up to the samples. With a thousand paths each line is fetched anew.
 */
struct mx_path {
	struct mx_path_conf __rcu *live;
	struct mx_stats stats;
	int ifindex;
	bool link;
	u8 status;
	u8 reason;
	u8 missing;
	u8 hint;
	spinlock_t lock; /* of all that probes change */
	struct mx_path_desk *desk;
	struct mx_judge_params how;
	struct mx_judge judge;
	u32 fwd_loss_ppm;
	u32 back_loss_ppm;
	u32 bw_kbps;
	u32 mtu;
	struct mx_window window;
	char name[MUTEX_NAME_MAX + 1];
	u32 netns;
	struct rhash_head rhash;
	struct list_head list;
	struct mx_path_conf __rcu *conf[MX_CONFIGS];
	u32 users[MX_CONFIGS];
	struct mx_probing *probing;
	struct list_head telling;
	refcount_t refs;
	struct rcu_head rcu;
};

/**
 * mx_path_at() - the clock of all that is about paths, at a time
 * @ns: the time, of ktime_get_ns()
 *
 * Context: any.
 * Return: microseconds since the start of the machine.
 */
static inline u64 mx_path_at(u64 ns)
{
	return div_u64(ktime_to_ns(ktime_mono_to_any(ns_to_ktime(ns),
						     TK_OFFS_BOOT)),
		       NSEC_PER_USEC);
}

/**
 * mx_path_now() - the clock of all that is about paths
 *
 * Context: any.
 * Return: microseconds since the start of the machine.
 */
static inline u64 mx_path_now(void)
{
	return div_u64(ktime_get_boottime_ns(), NSEC_PER_USEC);
}

/**
 * mx_path_prefetch() - have ready what the answer to a probe needs of a path
 * @path: the path
 */
static inline void mx_path_prefetch(const struct mx_path *path)
{
	prefetchw(&path->judge);
	prefetchw(&path->window);
	prefetchw(&path->window.head);
}

struct mx_path *mx_path_create(const char *name);
struct mx_path *mx_path_hold(struct mx_path *path);
void mx_path_put(struct mx_path *path);

void mx_path_defaults(struct mx_path_params *params);
bool mx_path_same_way(const struct mx_path_params *a,
		      const struct mx_path_params *b);
u32 mx_path_mbit(u32 measured, u32 said);
struct mx_path_conf *mx_path_conf_build(const struct mx_path_params *params);
void mx_path_publish(struct mx_path *path, unsigned int slot,
		     struct mx_path_conf *conf, bool live, u64 now_us,
		     struct mutex *lock /* the namespace's */);
void mx_path_settle(struct mx_path *path, unsigned int slot, u64 now_us,
		    struct mutex *lock /* the namespace's */);

const char *mx_path_status_name(u8 status);
const char *mx_path_reason_name(u8 reason);

void mx_path_read(struct mx_path *path, struct mx_path_figures *f);
void mx_path_quick(struct mx_path *path, struct mx_window_figures *f);
bool mx_path_link(struct mx_path *path, int ifindex, u8 missing, u64 now_us);
u64 mx_path_tick(struct mx_path *path, u64 now_us);
void mx_path_probe_answer(struct mx_path *path, u32 seq, u32 rtt_us,
			  s32 fwd_us, s32 back_us, u64 now_us);
void mx_path_probe_missed(struct mx_path *path, u32 seq, u64 now_us);
u8 mx_path_look(struct net *net, const struct mx_path_params *p, int *ifindex);

void mx_path_desk_init(struct mx_path_desk *desk, work_func_t work);
void mx_path_desk_stop(struct mx_path_desk *desk);
void mx_path_desk_look(struct mx_path_desk *desk, bool flood);
void mx_path_desk_tell(struct mx_path_desk *desk, struct mx_path *path);
void mx_path_desk_wake(struct mx_path_desk *desk, u64 wake, u64 now);
bool mx_path_desk_take(struct mx_path_desk *desk, u64 now);
struct mx_path *mx_path_desk_next(struct mx_path_desk *desk);

#endif /* MX_PATH_PATH_H */
