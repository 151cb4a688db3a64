/* SPDX-License-Identifier: GPL-2.0 */
/* What later kernels have in linux/unaligned.h, 6.1 has in asm/unaligned.h. */
#ifndef MX_COMPAT_LINUX_UNALIGNED_H
#define MX_COMPAT_LINUX_UNALIGNED_H

#ifdef MX_HAVE_LINUX_UNALIGNED_H
#include_next <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif /* MX_COMPAT_LINUX_UNALIGNED_H */
