// SPDX-License-Identifier: GPL-2.0
/*
 * Files that are written beside the old one and replace it in one step: who
 * reads one never finds half of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"
#include "file.h"

/* By the umask, or as the file that is there. */
static mode_t mx_file_mode(const char *name)
{
	mode_t mask = umask(077);
	struct stat st;

	umask(mask);
	return stat(name, &st) ? 0666 & ~mask : st.st_mode & 07777;
}

/* Without it, the name may come back from a crash as it was. */
static int mx_file_sync_dir(const char *name)
{
	const char *slash = strrchr(name, '/');
	char *dir = slash ? strndup(name, slash - name + 1) : strdup(".");
	int fd, err = -1;

	if (!dir)
		return -1;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		/* there are file systems that cannot, and need not */
		err = fsync(fd) && errno != EINVAL && errno != ENOTSUP;
		close(fd);
	}
	free(dir);
	return err;
}

/**
 * mx_file_begin() - begin to write a file
 * @ctl: the program
 * @f: filled in
 * @name: its name
 *
 * Return: exit status; after MX_EXIT_OK, mx_file_end() has to follow.
 */
int mx_file_begin(struct mx_ctl *ctl, struct mx_file *f, const char *name)
{
	struct stat st;
	int fd = -1;

	memset(f, 0, sizeof(*f));
	f->name = name;
	if (!stat(name, &st) && !S_ISREG(st.st_mode))
		return mx_error(ctl, "cannot write %s: it is no regular file",
				name);
	if (asprintf(&f->temp, "%s.XXXXXX", name) < 0)
		return mx_error(ctl, "out of memory");
	fd = mkostemp(f->temp, O_CLOEXEC);
	if (fd >= 0)
		f->fp = fdopen(fd, "w+");
	if (f->fp)
		return MX_EXIT_OK;
	mx_error(ctl, "cannot write %s: %s", name, strerror(errno));
	if (fd >= 0) {
		unlink(f->temp);
		close(fd);
	}
	free(f->temp);
	return MX_EXIT_REFUSED;
}

/**
 * mx_file_end() - replace the old file, or leave it as it was
 * @ctl: the program
 * @f: the file
 * @ret: exit status of what wrote it
 * @mode: its permissions, or MX_MODE_KEEP
 *
 * Return: exit status.
 */
int mx_file_end(struct mx_ctl *ctl, struct mx_file *f, int ret, mode_t mode)
{
	if (mode == MX_MODE_KEEP)
		mode = mx_file_mode(f->name);
	/* what failed earlier has left its mark, but maybe not its errno */
	errno = 0;
	if (!ret && (fflush(f->fp) || ferror(f->fp) ||
		     fchmod(fileno(f->fp), mode) || fsync(fileno(f->fp)) ||
		     rename(f->temp, f->name) || mx_file_sync_dir(f->name)))
		ret = mx_error(ctl, "cannot write %s: %s", f->name,
			       errno ? strerror(errno) :
				       "not all of it could be written");
	if (ret)
		unlink(f->temp);
	fclose(f->fp);
	free(f->temp);
	return ret;
}
