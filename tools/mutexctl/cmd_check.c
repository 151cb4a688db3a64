// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl check: programs that check servers
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "check_jobs.h"
#include "ctl.h"

#define MX_CHECK_LOOK		1000	/* ms from one look at the servers to the next */
#define MX_CHECK_PARALLEL_MAX	1000

/**
 * struct mx_check_run - what `check run` does
 * @program: what to run
 * @group: whose servers, NULL for all
 * @interval: milliseconds between two runs for a server
 * @timeout: milliseconds that a run may take
 * @parallel: how many may run at once
 * @running: how many do
 * @jobs: the servers
 * @look: when to look which servers there are
 * @from: where to begin to look for one that is due: each gets its turn
 */
struct mx_check_run {
	const char *program;
	const char *group;
	uint32_t interval;
	uint32_t timeout;
	uint32_t parallel;
	uint32_t running;
	struct mx_jobs jobs;
	uint64_t look;
	size_t from;
};

static uint64_t mx_check_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ULL + ts.tv_nsec / 1000000;
}

static const struct nla_policy mx_check_policy[MUTEX_A_SERVER_MAX + 1] = {
	[MUTEX_A_SERVER_GROUP] = { .type = NLA_STRING },
	[MUTEX_A_SERVER_ADDR] = { .minlen = 4, .maxlen = 16 },
	[MUTEX_A_SERVER_PORT] = { .type = NLA_U16 },
	[MUTEX_A_SERVER_STATE] = { .type = NLA_U8 },
	[MUTEX_A_SERVER_PATH] = { .type = NLA_STRING },
};

/* Who is set down is not asked. */
static int mx_check_collect(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MUTEX_A_SERVER_MAX + 1];

	if (mx_attrs(ctl, nlh, tb, MUTEX_A_SERVER_MAX, mx_check_policy))
		return MX_EXIT_REFUSED;
	/* paths have probes */
	if (tb[MUTEX_A_SERVER_PATH])
		return MX_EXIT_OK;
	if (!tb[MUTEX_A_SERVER_ADDR])
		return MX_EXIT_REFUSED;
	if (mx_attr_u8(tb, MUTEX_A_SERVER_STATE) == MUTEX_SERVER_STATE_DOWN)
		return MX_EXIT_OK;
	if (mx_jobs_add(arg, mx_attr_str(tb, MUTEX_A_SERVER_GROUP),
			tb[MUTEX_A_SERVER_ADDR],
			mx_attr_u16(tb, MUTEX_A_SERVER_PORT)))
		return mx_error(ctl, "out of memory");
	return MX_EXIT_OK;
}

/*
 * Looks which servers there are. A group that does not exist has none: it may
 * come, or come back. A dump that a change has torn is done again at once.
 */
static int mx_check_look(struct mx_ctl *ctl, struct mx_check_run *run)
{
	struct mx_jobs now = { 0 };
	struct mx_nl_error e = { 0 };
	bool torn = false;
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_SERVER_GET);
	if (run->group)
		nla_put_string(ctl->msg.nl, MUTEX_A_SERVER_GROUP, run->group);
	ctl->quiet = &e;
	ret = mx_nl_dump(ctl, mx_check_collect, &now, &torn);
	ctl->quiet = NULL;
	if (e.err == ENOENT) {
		/* or is it the module that is gone? */
		mx_nl_close(&ctl->nl);
		ret = mx_nl_need(ctl);
		now.n = 0;
	} else if (e.err) {
		ret = mx_nl_refused(ctl, &e);
	}
	run->look = mx_check_now() + (torn ? 0 : MX_CHECK_LOOK);
	if (!ret && !torn && mx_jobs_merge(&run->jobs, &now, mx_check_now(),
					   run->interval))
		ret = mx_error(ctl, "out of memory");
	free(now.job);
	return ret;
}

/* Tells the kernel; that the server has gone meanwhile is no matter. */
static int mx_check_report(struct mx_ctl *ctl, const struct mx_job *job,
			   bool good)
{
	struct nl_msg *msg = ctl->msg.nl;
	struct mx_nl_error e = { 0 };
	int ret;

	mx_msg_start(ctl, MUTEX_CMD_SERVER_REPORT);
	nla_put_string(msg, MUTEX_A_SERVER_GROUP, job->id.group);
	nla_put(ctl->msg.nl, MUTEX_A_SERVER_ADDR, job->id.len, job->id.addr);
	nla_put_u16(msg, MUTEX_A_SERVER_PORT, job->id.port);
	nla_put_u8(msg, MUTEX_A_SERVER_HEALTH,
		   good ? MUTEX_HEALTH_UP : MUTEX_HEALTH_DOWN);
	if (!good)
		nla_put_u8(msg, MUTEX_A_SERVER_REASON, job->killed ?
			   MUTEX_REASON_SILENT : MUTEX_REASON_CHECK);
	ctl->quiet = &e;
	ret = mx_nl_talk(ctl, NULL, NULL);
	ctl->quiet = NULL;
	if (!e.err || e.err == ENOENT)
		return e.err ? MX_EXIT_OK : ret;
	return mx_nl_refused(ctl, &e);
}

static void mx_check_say(struct mx_ctl *ctl, const struct mx_job *job,
			 bool good)
{
	struct mx_out *o = &ctl->out;
	char addr[64];

	if (!ctl->opts.details)
		return;
	o->lines = true;
	mx_out_obj(o);
	mx_out_str(o, MX_ADDR, "addr", NULL,
		   mx_job_addr(job, addr, sizeof(addr)));
	mx_out_uint(o, "port", "port", job->id.port);
	mx_out_str(o, MX_NAME, "group", "group", job->id.group);
	mx_out_str(o, good ? MX_GOOD : MX_BAD, "result", NULL,
		   good ? "good" : job->killed ? "timeout" : "bad");
	mx_out_obj_end(o);
	fflush(o->fp);
}

/* A program has ended. */
static int mx_check_ended(struct mx_ctl *ctl, struct mx_check_run *run,
			  pid_t pid, int status)
{
	struct mx_job *job;
	bool good;
	size_t i;

	for (i = 0; i < run->jobs.n && run->jobs.job[i].pid != pid; i++)
		;
	if (i == run->jobs.n)
		return MX_EXIT_OK;
	job = &run->jobs.job[i];
	job->pid = 0;
	run->running--;
	if (job->gone)
		return MX_EXIT_OK;
	good = !job->killed && WIFEXITED(status) && !WEXITSTATUS(status);
	mx_check_say(ctl, job, good);
	return mx_check_report(ctl, job, good);
}

static int mx_check_reap(struct mx_ctl *ctl, struct mx_check_run *run)
{
	int status, ret = MX_EXIT_OK;
	pid_t pid;

	while (!ret && (pid = waitpid(-1, &status, WNOHANG)) > 0)
		ret = mx_check_ended(ctl, run, pid, status);
	return ret;
}

/* Starts what is due and ends what takes too long. Returns when to come again. */
static uint64_t mx_check_round(struct mx_ctl *ctl, struct mx_check_run *run,
			       uint64_t now)
{
	uint64_t wake = run->look;
	struct mx_job *job;
	size_t i, n = run->jobs.n;
	int err;

	for (i = 0; i < n; i++) {
		job = &run->jobs.job[(run->from + i) % n];
		if (job->pid && !job->killed && job->deadline <= now) {
			job->killed = true;
			mx_job_kill(job);
		} else if (!job->pid && !job->gone && job->next <= now &&
			   run->running < run->parallel) {
			err = mx_job_spawn(job, run->program);
			if (err)
				mx_error(ctl, "cannot run %s: %s", run->program,
					 strerror(err));
			run->running += !err;
			job->deadline = now + run->timeout;
			job->next += run->interval;
			if (job->next <= now)
				job->next = now + run->interval;
		}
		/* those that wait for others to end are woken by that */
		if (job->pid && !job->killed && job->deadline < wake)
			wake = job->deadline;
		else if (!job->pid && job->next > now && job->next < wake)
			wake = job->next;
	}
	run->from = n ? (run->from + 1) % n : 0;
	return wake;
}

static int mx_check_loop(struct mx_ctl *ctl, struct mx_check_run *run,
			 int sigfd)
{
	struct pollfd fd = { .fd = sigfd, .events = POLLIN };
	struct signalfd_siginfo si;
	uint64_t now, wake;
	int ret = MX_EXIT_OK;

	while (!ret) {
		now = mx_check_now();
		if (now >= run->look)
			ret = mx_check_look(ctl, run);
		if (ret)
			break;
		wake = mx_check_round(ctl, run, mx_check_now());
		now = mx_check_now();
		if (poll(&fd, 1, wake > now ? wake - now : 0) < 0 &&
		    errno != EINTR)
			return mx_error(ctl, "poll: %s", strerror(errno));
		if (!(fd.revents & POLLIN))
			continue;
		if (read(sigfd, &si, sizeof(si)) == sizeof(si) &&
		    si.ssi_signo != SIGCHLD)
			return MX_EXIT_OK;
		ret = mx_check_reap(ctl, run);
	}
	return ret;
}

/* Ends what still runs, and waits for it. */
static void mx_check_end(struct mx_check_run *run)
{
	size_t i;

	for (i = 0; i < run->jobs.n; i++) {
		if (run->jobs.job[i].pid)
			mx_job_kill(&run->jobs.job[i]);
	}
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	free(run->jobs.job);
}

static int mx_check_words(struct mx_ctl *ctl, struct mx_args *a,
			  struct mx_check_run *run)
{
	const char *word, *value;
	int err;

	while (a->pos < a->argc) {
		word = a->argv[a->pos++];
		if (a->pos == a->argc)
			return mx_usage(ctl, "\"%s\" needs a value", word);
		value = a->argv[a->pos++];
		err = 0;
		if (!strcmp(word, "program"))
			run->program = value;
		else if (!strcmp(word, "group"))
			run->group = value;
		else if (!strcmp(word, "interval"))
			err = mx_parse_time(ctl, word, value, &run->interval);
		else if (!strcmp(word, "timeout"))
			err = mx_parse_time(ctl, word, value, &run->timeout);
		else if (!strcmp(word, "parallel"))
			err = mx_parse_u32(ctl, word, value,
					   MX_CHECK_PARALLEL_MAX,
					   &run->parallel);
		else
			return mx_usage(ctl, "unknown word \"%s\"", word);
		if (err)
			return MX_EXIT_USAGE;
	}
	if (!run->program)
		return mx_usage(ctl, "program is missing");
	if (!run->interval || !run->parallel)
		return mx_usage(ctl, "interval and parallel cannot be 0");
	if (!run->timeout)
		run->timeout = run->interval;
	return MX_EXIT_OK;
}

static int mx_check_start(struct mx_ctl *ctl, struct mx_args *a)
{
	struct mx_check_run run = { .interval = 5000, .parallel = 32 };
	sigset_t signals;
	int sigfd, ret;

	ret = mx_check_words(ctl, a, &run);
	if (ret)
		return ret;
	if (access(run.program, X_OK))
		return mx_usage(ctl, "cannot run %s: %s", run.program,
				strerror(errno));
	ret = mx_nl_need(ctl);
	if (ret)
		return ret;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	sigfd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (sigfd < 0)
		return mx_error(ctl, "signalfd: %s", strerror(errno));
	srandom(getpid() ^ mx_check_now());
	ret = mx_check_loop(ctl, &run, sigfd);
	mx_check_end(&run);
	close(sigfd);
	return ret;
}

static const struct mx_cmd mx_check_cmds[] = {
	{ .name = "run", .run = mx_check_start },
};

const struct mx_object mx_obj_check = {
	.name = "check",
	.usage =
"Usage: mutexctl [ -d ] check run program FILE [ group NAME ] [ interval TIME ]\n"
"                              [ timeout TIME ] [ parallel N ]\n"
"FILE is run for each server, with its address and port as arguments, and with\n"
"MUTEX_GROUP, MUTEX_ADDR, MUTEX_PORT and MUTEX_FAMILY in the environment. That it\n"
"ends with status 0 is reported as good, anything else as bad.\n",
	.cmds = mx_check_cmds,
	.ncmds = MX_ARRAY_SIZE(mx_check_cmds),
};
