// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include "group/names.h"
#include "group/server.h"

/**
 * mx_server_text() - a server's address, as the log shows it
 * @buf: MX_SERVER_TEXT bytes
 * @server: the server
 *
 * Return: @buf.
 */
const char *mx_server_text(char *buf, const struct mx_server *server)
{
	if (server->name)
		snprintf(buf, MX_SERVER_TEXT, "%s", server->name);
	else if (server->family == AF_INET)
		snprintf(buf, MX_SERVER_TEXT, "%pI4:%u", &server->addr.ip,
			 ntohs(server->port));
	else
		snprintf(buf, MX_SERVER_TEXT, "[%pI6c]:%u", &server->addr.in6,
			 ntohs(server->port));
	return buf;
}

static const char *mx_name_of(const char * const *name, unsigned int n, u8 i)
{
	return i < n && name[i] ? name[i] : "unknown";
}

/**
 * mx_state_name() - the word for a server's configured state
 * @state: enum mutex_server_state
 *
 * Return: the word.
 */
const char *mx_state_name(u8 state)
{
	static const char * const name[] = {
		[MUTEX_SERVER_STATE_UP] = "up",
		[MUTEX_SERVER_STATE_DOWN] = "down",
		[MUTEX_SERVER_STATE_DRAIN] = "drain",
	};

	return mx_name_of(name, ARRAY_SIZE(name), state);
}

/**
 * mx_health_name() - the word for a server's health
 * @health: enum mutex_health
 *
 * Return: the word.
 */
const char *mx_health_name(u8 health)
{
	static const char * const name[] = {
		[MUTEX_HEALTH_UP] = "up",
		[MUTEX_HEALTH_DOWN] = "down",
		[MUTEX_HEALTH_TRIAL] = "trial",
	};

	return mx_name_of(name, ARRAY_SIZE(name), health);
}

/**
 * mx_reason_name() - the word for why a server's health changed
 * @reason: enum mutex_reason
 *
 * Return: the word.
 */
const char *mx_reason_name(u8 reason)
{
	static const char * const name[] = {
		[MUTEX_REASON_NONE] = "none",
		[MUTEX_REASON_USER] = "user",
		[MUTEX_REASON_REFUSED] = "refused",
		[MUTEX_REASON_SILENT] = "silent",
		[MUTEX_REASON_UNREACHABLE] = "unreachable",
		[MUTEX_REASON_PROHIBITED] = "prohibited",
		[MUTEX_REASON_MISMATCH] = "mismatch",
		[MUTEX_REASON_OVERLOAD] = "overload",
		[MUTEX_REASON_CHECK] = "check",
		[MUTEX_REASON_REPORT] = "report",
		[MUTEX_REASON_TRIAL] = "trial",
		[MUTEX_REASON_RECOVERED] = "recovered",
	};

	return mx_name_of(name, ARRAY_SIZE(name), reason);
}
