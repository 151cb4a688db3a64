/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_FILE_H
#define MX_CTL_FILE_H

#include <stdio.h>
#include <sys/types.h>

struct mx_ctl;

/* As the file that is replaced has it; of a new one, by the umask. */
#define MX_MODE_KEEP	((mode_t)-1)

/**
 * struct mx_file - a file that is replaced whole or stays as it was
 * @fp: where to write
 * @name: its name
 * @temp: where it is until it is whole
 */
struct mx_file {
	FILE *fp;
	const char *name;
	char *temp;
};

int mx_file_begin(struct mx_ctl *ctl, struct mx_file *f, const char *name);
int mx_file_end(struct mx_ctl *ctl, struct mx_file *f, int ret, mode_t mode);

#endif /* MX_CTL_FILE_H */
