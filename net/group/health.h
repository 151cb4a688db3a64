/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Run-time health: what traffic, checks and reports say of a server, apart from
 * what its configuration says. It lives in the server, and so outlives the
 * configurations that name it.
 *
 * Whoever learns something calls mx_health_report(). The state machine behind
 * it is a pure function of its state, the event and the parameters.
 */
#ifndef MX_GROUP_HEALTH_H
#define MX_GROUP_HEALTH_H

#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include "mx.h"

#define MX_HEALTH_FAILS_MAX	32	/* failures that a window can ask for */
#define MX_HEALTH_RISE_MAX	1000
#define MX_HEALTH_MS_MIN	100	/* of a window or a hold-down */
#define MX_HEALTH_MS_MAX	(24 * 3600 * 1000U)
#define MX_FALLBACK_DEPTH	4	/* groups behind a group */

/**
 * struct mx_failover - what a user says of a group's failover
 * @strategy: enum mutex_failover
 * @fails: of delayed: failures in the window; of probe: bad reports in a row
 * @rise: successes that bring a server back
 * @window: milliseconds
 * @hold_min: milliseconds that a server stays down at least, the first time
 * @hold_max: milliseconds that doubling ends at; being up for so long makes
 *	forget what was before
 * @fallback: the group to ask when this one has no usable member, or NULL;
 *	counted by the group's configuration
 */
struct mx_failover {
	u8 strategy;
	u8 fails;
	u16 rise;
	u32 window;
	u32 hold_min;
	u32 hold_max;
	struct mx_group *fallback;
};

/**
 * enum mx_health_source - who speaks
 * @MX_HEALTH_TRAFFIC: packets that pass here; heeded by immediate and delayed
 * @MX_HEALTH_REPORT: one outcome of somebody who checks; counted by the
 *	group's fails and rise. Holds for a window, or for the hold-down
 * @MX_HEALTH_VERDICT: of somebody who has counted, and will speak again: it
 *	holds until then, or until MX_HEALTH_QUIT
 * @MX_HEALTH_QUIT: nobody gives verdicts any more
 * @MX_HEALTH_RESET: the user: forget all that was
 * @MX_HEALTH_TICK: time has passed
 */
enum mx_health_source {
	MX_HEALTH_TRAFFIC,
	MX_HEALTH_REPORT,
	MX_HEALTH_VERDICT,
	MX_HEALTH_QUIT,
	MX_HEALTH_RESET,
	MX_HEALTH_TICK,
};

/**
 * struct mx_health_event - what happened
 * @source: enum mx_health_source
 * @good: whether it speaks for the server
 * @reason: enum mutex_reason, of a bad word
 * @now: milliseconds, see mx_health_now()
 */
struct mx_health_event {
	u8 source;
	bool good;
	u8 reason;
	u64 now;
};

/**
 * struct mx_health_sm - the state machine
 * @state: enum mutex_health
 * @reason: enum mutex_reason of the last change
 * @judged: somebody gives verdicts
 * @level: how often the hold-down has been doubled
 * @fails: failures in @fail
 * @bads: bad reports in a row
 * @goods: good words since it is not up
 * @flaps: how often it went down
 * @hold: milliseconds of the last hold-down
 * @since: when @state was entered, 0 for ever
 * @until: when it wants MX_HEALTH_TICK, 0 for never
 * @word: when the last report came, 0 for never
 * @last: when the newest failure came
 * @fail: when the failures came, low 32 bits; a ring that @next goes round
 * @next: where the next failure is put
 */
struct mx_health_sm {
	u8 state;
	u8 reason;
	bool judged;
	u8 level;
	u8 fails;
	u8 bads;
	u16 goods;
	u32 flaps;
	u32 hold;
	u64 since;
	u64 until;
	u64 word;
	u64 last;
	u32 fail[MX_HEALTH_FAILS_MAX];
	u8 next;
};

bool mx_health_next(struct mx_health_sm *h, const struct mx_failover *p,
		    const struct mx_health_event *ev);

/* Bits of struct mx_health.heed */
#define MX_HEED_BAD	BIT(0)	/* a failure that traffic shows matters */
#define MX_HEED_GOOD	BIT(1)	/* so does a success: the server is on trial */
#define MX_HEED_DOWN	BIT(2)	/* no flow is to be given to the server */
#define MX_HEED_MOVE	BIT(3)	/* what it leaves unanswered is tried elsewhere */

/**
 * struct mx_health - a server's run-time health
 * @heed: MX_HEED_ bits; packets read it without the lock
 * @trying: on trial, and a flow is out to try it; packets write it
 * @barred: the configuration in force has the server down, or has it not
 * @gone: the configuration in force has it not
 * @news: a change has not been told yet
 * @lock: guards all of it
 * @sm: the state
 * @how: the parameters in force, without the fallback
 * @link: in mx_health_desk.busy, under its lock
 * @telling: used by mx_health_desk.work alone
 */
struct mx_health {
	u8 heed;
	bool trying;
	bool barred;
	bool gone;
	bool news;
	spinlock_t lock;	/* taken on failures and changes only */
	struct mx_health_sm sm;
	struct mx_failover how;
	struct list_head link;
	struct list_head telling;
};

/**
 * struct mx_health_desk - where a namespace's changes of health arrive
 * @lock: guards @busy and @stopped
 * @busy: servers that are not up, or whose change is not told; each counted
 * @stopped: the namespace goes
 * @work: rebuilds pools, tells the news, and gives the ticks
 */
struct mx_health_desk {
	spinlock_t lock;	/* of the list */
	struct list_head busy;
	bool stopped;
	struct delayed_work work;
};

/**
 * mx_health_now() - the clock of all that is about health
 *
 * Context: any.
 * Return: milliseconds since some time before the first event, never 0.
 */
static inline u64 mx_health_now(void)
{
	return ktime_to_ms(ktime_get_coarse_boottime()) + 1;
}

void mx_health_init(struct mx_health *health);
bool mx_health_report(struct mx_server *server, enum mx_health_source source,
		      bool good, u8 reason, u64 now);
void mx_health_adopt(struct mx_server *server, const struct mx_failover *how,
		     bool barred);
void mx_health_leave(struct mx_server *server);
void mx_health_read(struct mx_server *server, struct mx_health_sm *sm);

void mx_health_desk_init(struct mx_health_desk *desk, work_func_t work);
void mx_health_desk_stop(struct mx_health_desk *desk);
void mx_health_desk_kick(struct mx_health_desk *desk);
void mx_health_desk_wake(struct mx_health_desk *desk, u64 wake, u64 now);
u64 mx_health_desk_round(struct mx_health_desk *desk, struct list_head *told,
			 u64 now);
bool mx_health_told(struct mx_server *server);

/**
 * mx_health_heeds() - does it matter what traffic shows of a server
 * @health: its health
 *
 * Return: true if a failure does.
 */
static inline bool mx_health_heeds(const struct mx_health *health)
{
	return READ_ONCE(health->heed) & MX_HEED_BAD;
}

/**
 * mx_health_tried() - is a server on trial
 * @health: its health
 *
 * Return: true if so: a flow or two shall try it, and not all of them.
 */
static inline bool mx_health_tried(const struct mx_health *health)
{
	return READ_ONCE(health->heed) & MX_HEED_GOOD;
}

#endif /* MX_GROUP_HEALTH_H */
