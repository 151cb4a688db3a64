/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_RESOLVE_H
#define MX_CTL_RESOLVE_H

struct mx_args;
struct mx_ctl;
struct nlmsghdr;

int mx_resolve_run(struct mx_ctl *ctl, struct mx_args *a);
int mx_resolve_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);

#endif /* MX_CTL_RESOLVE_H */
