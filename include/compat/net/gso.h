/* SPDX-License-Identifier: GPL-2.0 */
/* What later kernels have in net/gso.h, 6.1 has in linux/skbuff.h. */
#ifndef MX_COMPAT_NET_GSO_H
#define MX_COMPAT_NET_GSO_H

#ifdef MX_HAVE_NET_GSO_H
#include_next <net/gso.h>
#else
#include <linux/skbuff.h>
#endif

#endif /* MX_COMPAT_NET_GSO_H */
