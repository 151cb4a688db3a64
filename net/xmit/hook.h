/* SPDX-License-Identifier: GPL-2.0 */
/* The hooks in the IP stack. */
#ifndef MX_XMIT_HOOK_H
#define MX_XMIT_HOOK_H

#include "pernet.h"

bool mx_hook_alone(const struct net *net, u8 family);
bool mx_hook_tracks(const struct net *net, u8 family);

/* Before any lock is taken; loads modules. */
void mx_hook_prepare(struct mx_pernet *pn);

/* Both under the namespace's lock; they sleep. */
int mx_hook_need(struct mx_pernet *pn);
void mx_hook_idle(struct mx_pernet *pn);

int mx_hook_init(void);
void mx_hook_exit(void);

#endif /* MX_XMIT_HOOK_H */
