// SPDX-License-Identifier: GPL-2.0
/*
 * Files of keys: one line of hexadecimal digits, or of base64, which nobody but
 * the owner and his group may read
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"
#include "secret.h"
#include "uapi.h"

#define MX_SECRET_FILE_MAX	512	/* bytes of a file */

/* The value of a digit of base64, -1 for what is none. */
static int mx_base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static int mx_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Digits of @bits each become bytes; false if one is no digit, or many are. */
static bool mx_digits(const char *s, size_t n, unsigned int bits,
		      int (*digit)(char c), uint8_t *key, size_t *len)
{
	unsigned int have = 0;
	uint32_t acc = 0;
	size_t i;
	int v;

	*len = 0;
	for (i = 0; i < n; i++) {
		v = digit(s[i]);
		if (v < 0)
			return false;
		acc = (acc << bits | v) & 0xffff;
		have += bits;
		if (have < 8)
			continue;
		have -= 8;
		if (*len == MUTEX_KEY_BYTES_MAX + 1)
			return true;
		key[(*len)++] = acc >> have;
	}
	/* what is left over is no bit of the key */
	return have < bits && !(acc & ((1U << have) - 1));
}

static bool mx_secret_parse(const char *s, size_t n, uint8_t *key, size_t *len)
{
	if (mx_digits(s, n, 4, mx_hex_digit, key, len))
		return true;
	if (n % 4)
		return false;
	while (n && s[n - 1] == '=')
		n--;
	return mx_digits(s, n, 6, mx_base64_digit, key, len);
}

/* Opens a file of a key, if it is one and nobody else can read it. */
static int mx_secret_open(struct mx_ctl *ctl, const char *name, int *fd)
{
	struct stat st;

	*fd = -1;
	*fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (*fd < 0)
		return mx_error(ctl, "cannot open the key file \"%s\": %s", name,
				strerror(errno));
	if (fstat(*fd, &st))
		return mx_error(ctl, "cannot look at the key file \"%s\": %s",
				name, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return mx_error(ctl, "the key file \"%s\" is no regular file",
				name);
	if (st.st_mode & S_IRWXO)
		return mx_error(ctl, "the key file \"%s\" is open to everybody (mode %04o): chmod o= it, and make a new key",
				name, st.st_mode & 07777);
	return MX_EXIT_OK;
}

static int mx_secret_take(struct mx_ctl *ctl, const char *name, char *buf,
			  ssize_t n, uint8_t *key, size_t *len)
{
	if (n < 0)
		return mx_error(ctl, "cannot read the key file \"%s\": %s", name,
				strerror(errno));
	while (n && isspace((unsigned char)buf[n - 1]))
		n--;
	if (!n)
		return mx_error(ctl, "the key file \"%s\" is empty", name);
	if (n == MX_SECRET_FILE_MAX || !mx_secret_parse(buf, n, key, len))
		return mx_error(ctl, "the key file \"%s\" is not one line of hexadecimal digits or base64",
				name);
	if (*len < MUTEX_KEY_BYTES_MIN || *len > MUTEX_KEY_BYTES_MAX)
		return mx_error(ctl, "the key in \"%s\" is too %s: it needs %u to %u bytes",
				name, *len < MUTEX_KEY_BYTES_MIN ? "short" :
				"long", MUTEX_KEY_BYTES_MIN,
				MUTEX_KEY_BYTES_MAX);
	return MX_EXIT_OK;
}

/**
 * mx_secret_read() - read a key from its file
 * @ctl: for messages
 * @name: the file
 * @key: where to put it, MUTEX_KEY_BYTES_MAX + 1 bytes
 * @len: its length
 *
 * Return: exit status; a message tells what is wrong with the file.
 */
int mx_secret_read(struct mx_ctl *ctl, const char *name, uint8_t *key,
		   size_t *len)
{
	char buf[MX_SECRET_FILE_MAX];
	int fd, ret;

	ret = mx_secret_open(ctl, name, &fd);
	if (!ret)
		ret = mx_secret_take(ctl, name, buf, read(fd, buf, sizeof(buf)),
				     key, len);
	explicit_bzero(buf, sizeof(buf));
	if (fd >= 0)
		close(fd);
	return ret;
}
