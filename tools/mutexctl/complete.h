/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_COMPLETE_H
#define MX_CTL_COMPLETE_H

struct mx_ctl;

int mx_complete(struct mx_ctl *ctl, int argc, char **argv);

#endif /* MX_CTL_COMPLETE_H */
