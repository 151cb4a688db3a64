/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_UAPI_H
#define MX_CTL_UAPI_H

/* The contract with the kernel, from the source tree and no other place. */
#include "../../include/uapi/linux/mutex_genl.h"
#include "../../include/uapi/linux/mutex_geo.h"

#endif /* MX_CTL_UAPI_H */
