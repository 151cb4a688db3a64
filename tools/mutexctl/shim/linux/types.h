/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's short names of types, for sources that the module shares with mutexctl. */
#ifndef MX_SHIM_TYPES_H
#define MX_SHIM_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include_next <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#define U16_MAX		UINT16_MAX
#define U32_MAX		UINT32_MAX
#define S32_MIN		INT32_MIN

#endif /* MX_SHIM_TYPES_H */
