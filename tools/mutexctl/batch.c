// SPDX-License-Identifier: GPL-2.0
/*
 * Batches: lines of commands from a file.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "pipe.h"

/**
 * struct mx_reader - reads lines, joining those that end in a backslash
 * @fp: the file
 * @buf: the line
 * @len: its length
 * @size: allocated bytes of @buf
 * @part: one line of the file
 * @part_size: allocated bytes of @part
 * @line: number of the line's first line
 * @next: number of the next line
 */
struct mx_reader {
	FILE *fp;
	char *buf;
	size_t len;
	size_t size;
	char *part;
	size_t part_size;
	unsigned int line;
	unsigned int next;
};

/* Returns 1 with a line, 0 at the end, -ENOMEM, or -EINVAL for a NUL byte. */
static int mx_reader_line(struct mx_reader *r)
{
	ssize_t n;

	r->len = 0;
	r->line = r->next + 1;
	while ((n = getline(&r->part, &r->part_size, r->fp)) > 0) {
		r->next++;
		if (memchr(r->part, '\0', n))
			return -EINVAL;
		if (r->part[n - 1] == '\n')
			n--;
		if (r->len + n + 1 > r->size) {
			size_t size = 2 * (r->len + n + 1);
			char *buf = realloc(r->buf, size);

			if (!buf)
				return -ENOMEM;
			r->buf = buf;
			r->size = size;
		}
		memcpy(r->buf + r->len, r->part, n);
		r->len += n;
		if (!n || r->part[n - 1] != '\\') {
			r->buf[r->len++] = '\0';
			return 1;
		}
		r->buf[r->len - 1] = ' ';
	}
	if (!r->len)
		return 0;
	r->buf[r->len++] = '\0';
	return 1;
}

static int mx_batch_line(struct mx_ctl *ctl, struct mx_reader *r, char **copy,
			 size_t *copy_size)
{
	char *argv[MX_LINE_WORDS];
	int argc;

	/* Splitting is in place; the pipe wants the line as it was. */
	if (*copy_size < r->size) {
		char *new = realloc(*copy, r->size);

		if (!new)
			return mx_error(ctl, "out of memory");
		*copy = new;
		*copy_size = r->size;
	}
	memcpy(*copy, r->buf, r->len);
	if (ctl->restoring)
		mx_restore_mark(ctl, r->buf);
	ctl->pipe->now = *copy;
	ctl->pipe->now_len = r->len;
	argc = mx_split(r->buf, argv, MX_LINE_WORDS);
	if (!argc)
		return MX_EXIT_OK;
	if (argc == -1)
		return mx_usage(ctl, "a quote is not closed");
	if (argc < 0)
		return mx_usage(ctl, "too many words");
	return mx_dispatch(ctl, argc, argv);
}

/**
 * mx_batch_stream() - run the commands of a file
 * @ctl: the program
 * @fp: the file
 * @changes: number of changes that were sent, or NULL
 *
 * Return: exit status: of the first line that failed, or with -force
 * MX_EXIT_REFUSED when any did.
 */
int mx_batch_stream(struct mx_ctl *ctl, FILE *fp, unsigned long *changes)
{
	struct mx_reader r = { .fp = fp };
	int ret = MX_EXIT_OK, flushed, err;
	size_t copy_size = 0;
	char *copy = NULL;

	ctl->pipe = mx_pipe_new();
	if (!ctl->pipe)
		return mx_error(ctl, "out of memory");
	while ((err = mx_reader_line(&r)) > 0) {
		int one;

		ctl->line = r.line;
		ctl->cmd = NULL;
		one = mx_batch_line(ctl, &r, &copy, &copy_size);
		if (!one)
			continue;
		ret = ctl->opts.force ? MX_EXIT_REFUSED : one;
		if (!ctl->opts.force)
			break;
	}
	ctl->line = r.line;
	if (err == -EINVAL)
		ret = mx_usage(ctl, "the line holds a NUL byte");
	else if (err < 0)
		ret = mx_error(ctl, "out of memory");
	else if (!err && ferror(fp))
		ret = mx_error(ctl, "cannot read: %s", strerror(errno));
	/* Lines in front of a wrong one are as good as if it were not there. */
	flushed = ctl->restoring && ret ? 0 : mx_pipe_flush(ctl);
	if (flushed)
		ret = flushed;
	if (changes)
		*changes = ctl->pipe->applied;
	mx_pipe_free(ctl->pipe);
	ctl->pipe = NULL;
	ctl->line = 0;
	free(copy);
	free(r.buf);
	free(r.part);
	return ret;
}

/**
 * mx_batch_open() - open a file of commands
 * @ctl: for messages
 * @file: its name, "-" for standard input
 *
 * Return: the file, NULL after a message.
 */
FILE *mx_batch_open(struct mx_ctl *ctl, const char *file)
{
	FILE *fp = strcmp(file, "-") ? fopen(file, "re") : stdin;

	if (!fp)
		mx_error(ctl, "cannot open %s: %s", file, strerror(errno));
	else
		setvbuf(fp, NULL, _IOFBF, 256 * 1024);
	return fp;
}

/**
 * mx_batch() - option -b
 * @ctl: the program
 * @file: its argument
 *
 * Return: exit status.
 */
int mx_batch(struct mx_ctl *ctl, const char *file)
{
	FILE *fp = mx_batch_open(ctl, file);
	int ret;

	if (!fp)
		return MX_EXIT_USAGE;
	ret = mx_batch_stream(ctl, fp, NULL);
	if (fp != stdin)
		fclose(fp);
	return ret;
}
