/* SPDX-License-Identifier: GPL-2.0 */
/* The words of the netlink spec's enums, for traces and the log. */
#ifndef MX_GROUP_NAMES_H
#define MX_GROUP_NAMES_H

#include "mx.h"

/* Room for mx_server_text(): [ADDR]:PORT of IPv6. */
#define MX_SERVER_TEXT	48

/* A buffer for mx_server_text() that lives as long as the statement's block. */
#define mx_server_buf() ((char [MX_SERVER_TEXT]) { })

const char *mx_server_text(char *buf, const struct mx_server *server);
const char *mx_state_name(u8 state);
const char *mx_health_name(u8 health);
const char *mx_reason_name(u8 reason);

#endif /* MX_GROUP_NAMES_H */
