/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_WHEN_H
#define MX_CTL_WHEN_H

#include <stddef.h>
#include <stdint.h>

struct mx_ctl;

#define MX_SECOND	1000LL
#define MX_MINUTE	(60 * MX_SECOND)
#define MX_HOUR		(60 * MX_MINUTE)
#define MX_DAY_LONG	(24 * MX_HOUR)
#define MX_WHEN_LEN	40	/* bytes of a time as text */

int64_t mx_now_real(void);
int64_t mx_now_steady(void);
int mx_read_span(const char *s, int64_t *ms);
int mx_parse_span(struct mx_ctl *ctl, const char *what, const char *s,
		  int64_t *ms);
int mx_parse_when(struct mx_ctl *ctl, const char *what, const char *s,
		  int64_t now, int64_t *ms);
int mx_parse_size(struct mx_ctl *ctl, const char *what, const char *s,
		  uint64_t *bytes);
const char *mx_when_text(char *buf, int64_t ms);

#endif /* MX_CTL_WHEN_H */
