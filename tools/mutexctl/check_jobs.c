// SPDX-License-Identifier: GPL-2.0
/*
 * The servers that `check run` looks after, and their programs
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netlink/attr.h>

#include "check_jobs.h"
#include "ctl.h"

#define MX_JOB_VARS	4	/* variables that a program gets */

static int mx_job_cmp(const void *a, const void *b)
{
	const struct mx_job *x = a, *y = b;

	return memcmp(&x->id, &y->id, sizeof(x->id));
}

static int mx_jobs_push(struct mx_jobs *jobs, const struct mx_job *job)
{
	size_t size = 2 * jobs->size + 64;
	void *more;

	if (jobs->n == jobs->size) {
		more = reallocarray(jobs->job, size, sizeof(*job));
		if (!more)
			return -1;
		jobs->job = more;
		jobs->size = size;
	}
	jobs->job[jobs->n++] = *job;
	return 0;
}

/**
 * mx_jobs_add() - add a server at the end
 * @jobs: where to
 * @group: its group
 * @addr: its address
 * @port: its port
 *
 * Return: 0, or -1 without memory.
 */
int mx_jobs_add(struct mx_jobs *jobs, const char *group,
		const struct nlattr *addr, uint16_t port)
{
	struct mx_job job;

	memset(&job, 0, sizeof(job));
	snprintf(job.id.group, sizeof(job.id.group), "%s", group);
	job.id.len = nla_len(addr) == 16 ? 16 : 4;
	memcpy(job.id.addr, nla_data(addr), job.id.len);
	job.id.port = port;
	return mx_jobs_push(jobs, &job);
}

/**
 * mx_jobs_merge() - see which servers came and which went
 * @jobs: those that were there; become those that are, and those that are
 *	  gone while their program runs
 * @now: those that are; sorted, and empty afterwards
 * @time: milliseconds
 * @interval: new ones begin within that time
 *
 * Return: 0, or -1 without memory and @jobs as it was.
 */
int mx_jobs_merge(struct mx_jobs *jobs, struct mx_jobs *now, uint64_t time,
		  uint64_t interval)
{
	struct mx_job *old;
	size_t i, n = now->n;

	if (n)
		qsort(now->job, n, sizeof(*now->job), mx_job_cmp);
	for (i = 0; i < n; i++) {
		old = jobs->n ? bsearch(&now->job[i], jobs->job, jobs->n,
					sizeof(*old), mx_job_cmp) : NULL;
		if (old) {
			now->job[i] = *old;
			now->job[i].gone = false;
		} else {
			now->job[i].next = time + random() % interval;
		}
	}
	for (i = 0; i < jobs->n; i++) {
		old = &jobs->job[i];
		if (!old->pid || (n && bsearch(old, now->job, n, sizeof(*old),
					       mx_job_cmp)))
			continue;
		if (mx_jobs_push(now, old))
			return -1;
		now->job[now->n - 1].gone = true;
	}
	if (now->n > n)
		qsort(now->job, now->n, sizeof(*now->job), mx_job_cmp);
	free(jobs->job);
	*jobs = *now;
	memset(now, 0, sizeof(*now));
	return 0;
}

/**
 * mx_job_addr() - the address of a server
 * @job: the server
 * @buf: for the text
 * @len: its size
 *
 * Return: @buf.
 */
const char *mx_job_addr(const struct mx_job *job, char *buf, size_t len)
{
	return inet_ntop(job->id.len == 16 ? AF_INET6 : AF_INET, job->id.addr,
			 buf, len);
}

/* The environment of a program: ours, and what names the server. */
static char **mx_job_env(char var[MX_JOB_VARS][96])
{
	size_t i, n = 0;
	char **env;

	while (environ[n])
		n++;
	env = calloc(n + MX_JOB_VARS + 1, sizeof(*env));
	if (!env)
		return NULL;
	for (i = 0; i < MX_JOB_VARS; i++)
		env[i] = var[i];
	for (i = 0, n = MX_JOB_VARS; environ[i]; i++) {
		if (strncmp(environ[i], "MUTEX_", 6))
			env[n++] = environ[i];
	}
	return env;
}

static int mx_job_exec(struct mx_job *job, const char *program, char **argv,
		       char **env)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none;
	int err;

	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_init(&files);
	/* a group of its own, so that all it starts can be ended with it */
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP |
				 POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setsigmask(&attr, &none);
	err = posix_spawn_file_actions_addopen(&files, STDIN_FILENO,
					       "/dev/null", 0, 0);
	if (!err)
		err = posix_spawn(&job->pid, program, &files, &attr, argv, env);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	if (err)
		job->pid = 0;
	return err;
}

/**
 * mx_job_spawn() - start the program of a server
 * @job: the server
 * @program: path of the program
 *
 * Return: 0, or an errno.
 */
int mx_job_spawn(struct mx_job *job, const char *program)
{
	char var[MX_JOB_VARS][96], addr[INET6_ADDRSTRLEN], port[8];
	char *argv[] = { (char *)program, addr, port, NULL };
	char **env;
	int err;

	mx_job_addr(job, addr, sizeof(addr));
	snprintf(port, sizeof(port), "%u", job->id.port);
	snprintf(var[0], sizeof(var[0]), "MUTEX_GROUP=%s", job->id.group);
	snprintf(var[1], sizeof(var[1]), "MUTEX_ADDR=%s", addr);
	snprintf(var[2], sizeof(var[2]), "MUTEX_PORT=%s", port);
	snprintf(var[3], sizeof(var[3]), "MUTEX_FAMILY=%s",
		 job->id.len == 16 ? "inet6" : "inet");
	env = mx_job_env(var);
	if (!env)
		return ENOMEM;
	err = mx_job_exec(job, program, argv, env);
	job->killed = false;
	free(env);
	return err;
}

/**
 * mx_job_kill() - end the program of a server, with all that it has started
 * @job: the server
 */
void mx_job_kill(const struct mx_job *job)
{
	kill(-job->pid, SIGKILL);
	kill(job->pid, SIGKILL);
}
