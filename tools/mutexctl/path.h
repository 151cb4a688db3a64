/* SPDX-License-Identifier: GPL-2.0 */
/* Words and output of paths. */
#ifndef MX_CTL_PATH_H
#define MX_CTL_PATH_H

#include "ctl.h"

extern const struct mx_names mx_path_probes;
extern const struct mx_names mx_path_admins;
extern const struct mx_names mx_path_statuses;
extern const struct mx_names mx_path_reasons;

int mx_path_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);

#endif /* MX_CTL_PATH_H */
