/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_RESOLVE_H
#define MX_CTL_RESOLVE_H

struct mx_args;
struct mx_ctl;
struct nlmsghdr;

#define MX_RESOLVE_WORDS	8

/* What "route get" is told. */
extern const struct mx_word mx_resolve_words[MX_RESOLVE_WORDS];

int mx_resolve_run(struct mx_ctl *ctl, struct mx_args *a);
int mx_resolve_print(struct mx_ctl *ctl, struct nlmsghdr *nlh, void *arg);

#endif /* MX_CTL_RESOLVE_H */
