/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_CHECK_JOBS_H
#define MX_CTL_CHECK_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "uapi.h"

struct nlattr;

/**
 * struct mx_job_id - a server; all that is not used is zero
 * @group: its group
 * @len: bytes of @addr
 * @addr: its address
 * @port: its port
 */
struct mx_job_id {
	char group[MUTEX_NAME_MAX + 1];
	uint8_t len;
	uint8_t addr[16];
	uint16_t port;
};

/**
 * struct mx_job - a server whose program runs now and then
 * @id: the server
 * @pid: its program, 0 while none runs
 * @killed: the program ran too long
 * @gone: the server is there no more
 * @next: when the program is to run, milliseconds
 * @deadline: when it must have ended
 */
struct mx_job {
	struct mx_job_id id;
	pid_t pid;
	bool killed;
	bool gone;
	uint64_t next;
	uint64_t deadline;
};

/**
 * struct mx_jobs - all servers, in the order of their identities
 * @job: the servers
 * @n: how many
 * @size: allocated
 */
struct mx_jobs {
	struct mx_job *job;
	size_t n;
	size_t size;
};

int mx_jobs_add(struct mx_jobs *jobs, const char *group,
		const struct nlattr *addr, uint16_t port);
int mx_jobs_merge(struct mx_jobs *jobs, struct mx_jobs *now, uint64_t time,
		  uint64_t interval);
int mx_job_spawn(struct mx_job *job, const char *program);
void mx_job_kill(const struct mx_job *job);
const char *mx_job_addr(const struct mx_job *job, char *buf, size_t len);

#endif /* MX_CTL_CHECK_JOBS_H */
