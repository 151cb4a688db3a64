/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_SECRET_H
#define MX_CTL_SECRET_H

#include <stddef.h>
#include <stdint.h>

struct mx_ctl;

int mx_secret_read(struct mx_ctl *ctl, const char *name, uint8_t *key,
		   size_t *len);

#endif /* MX_CTL_SECRET_H */
