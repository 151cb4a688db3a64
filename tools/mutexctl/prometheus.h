/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_PROMETHEUS_H
#define MX_CTL_PROMETHEUS_H

struct mx_ctl;

int mx_prometheus(struct mx_ctl *ctl);

#endif /* MX_CTL_PROMETHEUS_H */
