/* SPDX-License-Identifier: GPL-2.0 */
/* The hooks in the IP stack. */
#ifndef MX_XMIT_HOOK_H
#define MX_XMIT_HOOK_H

#include "pernet.h"

int mx_hook_sync(struct mx_pernet *pn);
int mx_hook_init(void);
void mx_hook_exit(void);

#endif /* MX_XMIT_HOOK_H */
