/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_SHIM_MINMAX_H
#define MX_SHIM_MINMAX_H

#define min(x, y) ({				\
	__typeof__(x) mx_x = (x);		\
	__typeof__(y) mx_y = (y);		\
						\
	mx_x < mx_y ? mx_x : mx_y; })

#define max(x, y) ({				\
	__typeof__(x) mx_x = (x);		\
	__typeof__(y) mx_y = (y);		\
						\
	mx_x > mx_y ? mx_x : mx_y; })

#define clamp(x, lo, hi)	min(max(x, lo), hi)
#define min_t(type, x, y)	min((type)(x), (type)(y))
#define max_t(type, x, y)	max((type)(x), (type)(y))
#define clamp_t(type, x, lo, hi)	min_t(type, max_t(type, x, lo), hi)

#endif /* MX_SHIM_MINMAX_H */
