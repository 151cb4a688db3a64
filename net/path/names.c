// SPDX-License-Identifier: GPL-2.0
/* The words of the netlink spec's enums of paths, for traces and the log. */
#include <linux/kernel.h>
#include "path/path.h"

/**
 * mx_path_status_name() - the word for a path's status
 * @status: enum mutex_path_status
 *
 * Return: the word.
 */
const char *mx_path_status_name(u8 status)
{
	static const char * const name[] = {
		[MUTEX_PATH_STATUS_UNKNOWN] = "unknown",
		[MUTEX_PATH_STATUS_UP] = "up",
		[MUTEX_PATH_STATUS_DEGRADED] = "degraded",
		[MUTEX_PATH_STATUS_DOWN] = "down",
	};

	return status < ARRAY_SIZE(name) ? name[status] : "";
}

/**
 * mx_path_reason_name() - the word for why a path has its status
 * @reason: enum mutex_path_reason
 *
 * Return: the word.
 */
const char *mx_path_reason_name(u8 reason)
{
	static const char * const name[] = {
		[MUTEX_PATH_REASON_NONE] = "none",
		[MUTEX_PATH_REASON_START] = "start",
		[MUTEX_PATH_REASON_NO_DEV] = "no-dev",
		[MUTEX_PATH_REASON_DEV_DOWN] = "dev-down",
		[MUTEX_PATH_REASON_NO_CARRIER] = "no-carrier",
		[MUTEX_PATH_REASON_NO_ADDRESS] = "no-address",
		[MUTEX_PATH_REASON_NO_ROUTE] = "no-route",
		[MUTEX_PATH_REASON_SILENT] = "silent",
		[MUTEX_PATH_REASON_UNREACHABLE] = "unreachable",
		[MUTEX_PATH_REASON_REFUSED] = "refused",
		[MUTEX_PATH_REASON_LOSS] = "loss",
		[MUTEX_PATH_REASON_LATENCY] = "latency",
		[MUTEX_PATH_REASON_JITTER] = "jitter",
		[MUTEX_PATH_REASON_HOLD] = "hold",
		[MUTEX_PATH_REASON_RECOVERED] = "recovered",
	};

	return reason < ARRAY_SIZE(name) ? name[reason] : "";
}
