// SPDX-License-Identifier: GPL-2.0
/*
 * One print path for text and JSON: a command names its fields once, and this
 * file writes the words that `add` takes, or builds the JSON object.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include <netlink/attr.h>

#include "parse.h"
#include "print.h"

static const char *const mx_color_seq[] = {
	[MX_NAME] = "\033[36m",
	[MX_ADDR] = "\033[35m",
	[MX_GOOD] = "\033[32m",
	[MX_BAD] = "\033[31m",
};

/**
 * mx_out_array() - begin the objects that a command prints
 * @o: output
 */
void mx_out_array(struct mx_out *o)
{
	o->first = true;
	o->blank = true;
	if (o->json && !o->lines)
		fputc('[', o->fp);
}

/**
 * mx_out_array_end() - end what mx_out_array() began
 * @o: output
 */
void mx_out_array_end(struct mx_out *o)
{
	if (o->json && !o->lines)
		fputs(o->pretty && !o->first ? "\n]\n" : "]\n", o->fp);
}

/**
 * mx_out_obj() - begin an object
 * @o: output
 */
void mx_out_obj(struct mx_out *o)
{
	if (o->json) {
		if (o->joined)
			return;
		o->stack[0] = json_object();
		o->depth = 1;
		return;
	}
	o->blank = true;
	if (o->lead) {
		fputs(o->lead, o->fp);
		o->blank = false;
	}
}

/**
 * mx_out_obj_end() - end an object; its JSON is written and forgotten, so that
 *		      a dump of any length needs the memory of one object
 * @o: output
 */
void mx_out_obj_end(struct mx_out *o)
{
	size_t flags = (o->pretty ? JSON_INDENT(4) : JSON_COMPACT) |
		       JSON_REAL_PRECISION(15);

	if (!o->json) {
		fputc('\n', o->fp);
		return;
	}
	if (!o->lines) {
		if (!o->first)
			fputc(',', o->fp);
		if (o->pretty)
			fputc('\n', o->fp);
	}
	o->first = false;
	json_dumpf(o->stack[0], o->fp, flags);
	if (o->lines)
		fputc('\n', o->fp);
	json_decref(o->stack[0]);
	o->depth = 0;
}

/**
 * mx_out_open() - begin a nested object; in text, an indented line
 * @o: output
 * @key: its key
 * @label: the word that the text line begins with, or NULL
 */
void mx_out_open(struct mx_out *o, const char *key, const char *label)
{
	if (o->json) {
		json_t *inner = json_object();

		json_object_set_new(o->stack[o->depth - 1], key, inner);
		o->stack[o->depth++] = inner;
		return;
	}
	if (!label)
		return;
	fputs(o->oneline ? " \\ " : o->blank ? "" : "\n    ", o->fp);
	fputs(label, o->fp);
	o->blank = false;
}

/**
 * mx_out_close() - end what mx_out_open() began
 * @o: output
 */
void mx_out_close(struct mx_out *o)
{
	if (o->json)
		o->depth--;
}

/**
 * mx_out_text() - write words that only the text has
 * @o: output
 * @text: the words
 */
void mx_out_text(struct mx_out *o, const char *text)
{
	if (o->json)
		return;
	if (!o->blank)
		fputc(' ', o->fp);
	fputs(text, o->fp);
	o->blank = false;
}

static void mx_out_set(struct mx_out *o, const char *key, json_t *value)
{
	if (value && !key)
		json_decref(value);
	else
		json_object_set_new(o->stack[o->depth - 1], key, value);
}

/* Names that a shell or a batch file would split are quoted. */
static void mx_out_quoted(struct mx_out *o, const char *value)
{
	const char *c;

	if (*value && !strpbrk(value, " \t\r\n\"'\\#$&|;<>()*?[]{}~`!")) {
		fputs(value, o->fp);
		return;
	}
	fputc('\'', o->fp);
	for (c = value; *c; c++) {
		if (*c == '\'')
			fputs("'\\''", o->fp);
		else
			fputc(*c, o->fp);
	}
	fputc('\'', o->fp);
}

static void mx_out_value(struct mx_out *o, enum mx_color color,
			 const char *word, const char *value, bool quote)
{
	bool colored = o->color && color != MX_PLAIN;

	if (!o->blank)
		fputc(' ', o->fp);
	o->blank = false;
	if (word) {
		fputs(word, o->fp);
		fputc(' ', o->fp);
	}
	if (colored)
		fputs(mx_color_seq[color], o->fp);
	if (quote)
		mx_out_quoted(o, value);
	else
		fputs(value, o->fp);
	if (colored)
		fputs("\033[0m", o->fp);
}

/**
 * mx_out_str() - print a string
 * @o: output
 * @color: what the value is
 * @key: JSON key, or NULL
 * @word: text word before the value, NULL for none, "" for no text at all
 * @value: the string
 */
void mx_out_str(struct mx_out *o, enum mx_color color, const char *key,
		const char *word, const char *value)
{
	if (!o->json) {
		if (!word || *word)
			mx_out_value(o, color, word, value, true);
		return;
	}
	if (key) {
		json_t *s = json_string(value);

		/* A name that is no UTF-8 still has to come out as JSON. */
		mx_out_set(o, key, s ? s : json_string("?"));
	}
}

/**
 * mx_out_uint() - print a number
 * @o: output
 * @key: JSON key, or NULL
 * @word: as for mx_out_str()
 * @value: the number
 */
void mx_out_uint(struct mx_out *o, const char *key, const char *word,
		 uint64_t value)
{
	char buf[24];

	if (o->json) {
		if (key)
			mx_out_set(o, key, json_integer((json_int_t)value));
	} else if (!word || *word) {
		snprintf(buf, sizeof(buf), "%" PRIu64, value);
		mx_out_value(o, MX_PLAIN, word, buf, false);
	}
}

/**
 * mx_out_decimal() - print a number with decimals, no more than it needs
 * @o: output
 * @key: JSON key, or NULL
 * @word: as for mx_out_str()
 * @value: the number, times ten to the power of @digits
 * @digits: how many decimals there may be, 9 at most
 * @unit: what stands behind it in text
 */
void mx_out_decimal(struct mx_out *o, const char *key, const char *word,
		    uint32_t value, unsigned int digits, const char *unit)
{
	uint32_t scale = 1;
	char buf[32];
	unsigned int i;

	for (i = 0; i < digits; i++)
		scale *= 10;
	if (o->json) {
		if (key)
			mx_out_set(o, key, json_real((double)value / scale));
		return;
	}
	while (digits && !(value % 10)) {
		value /= 10;
		scale /= 10;
		digits--;
	}
	if (digits)
		snprintf(buf, sizeof(buf), "%" PRIu32 ".%0*" PRIu32 "%s",
			 value / scale, (int)digits, value % scale, unit);
	else
		snprintf(buf, sizeof(buf), "%" PRIu32 "%s", value, unit);
	mx_out_value(o, MX_PLAIN, word, buf, false);
}

/**
 * mx_out_proto() - print an IP protocol: its name, else its number
 * @o: output
 * @proto: number; 0, which is any, is not printed
 */
void mx_out_proto(struct mx_out *o, unsigned int proto)
{
	const char *name = mx_proto_name(proto);
	char buf[16];

	if (!proto)
		return;
	snprintf(buf, sizeof(buf), "%u", proto);
	mx_out_str(o, MX_PLAIN, "proto", "proto", name ? name : buf);
}

/**
 * mx_out_hex() - print a mark: hexadecimal in text, a number in JSON
 * @o: output
 * @key: JSON key
 * @word: as for mx_out_str()
 * @value: the mark
 */
void mx_out_hex(struct mx_out *o, const char *key, const char *word,
		uint32_t value)
{
	char buf[12];

	if (o->json) {
		mx_out_set(o, key, json_integer(value));
		return;
	}
	snprintf(buf, sizeof(buf), "0x%" PRIx32, value);
	mx_out_value(o, MX_PLAIN, word, buf, false);
}

/**
 * mx_out_bool() - print a flag: its word, when set, in text
 * @o: output
 * @key: JSON key
 * @word: the word that stands for true
 * @value: the flag
 */
void mx_out_bool(struct mx_out *o, const char *key, const char *word,
		 bool value)
{
	if (o->json)
		mx_out_set(o, key, json_boolean(value));
	else if (value)
		mx_out_text(o, word);
}

static int mx_time_text(char *buf, size_t len, uint32_t ms)
{
	if (ms % 1000)
		return snprintf(buf, len, "%" PRIu32 "ms", ms);
	return snprintf(buf, len, "%" PRIu32 "s", ms / 1000);
}

/**
 * mx_out_time() - print a duration: with its unit in text, milliseconds in JSON
 * @o: output
 * @key: JSON key
 * @word: as for mx_out_str()
 * @ms: milliseconds
 */
void mx_out_time(struct mx_out *o, const char *key, const char *word,
		 uint32_t ms)
{
	char buf[24];

	if (o->json) {
		mx_out_set(o, key, json_integer(ms));
		return;
	}
	mx_time_text(buf, sizeof(buf), ms);
	mx_out_value(o, MX_PLAIN, word, buf, false);
}

/**
 * mx_out_times() - print two durations, as one word where they are alike
 * @o: output
 * @key: JSON key of the first
 * @key2: JSON key of the second
 * @word: as for mx_out_str()
 * @min: the first, milliseconds
 * @max: the second
 */
void mx_out_times(struct mx_out *o, const char *key, const char *key2,
		  const char *word, uint32_t min, uint32_t max)
{
	char buf[48];
	int n;

	if (o->json) {
		mx_out_set(o, key, json_integer(min));
		mx_out_set(o, key2, json_integer(max));
		return;
	}
	n = mx_time_text(buf, sizeof(buf), min);
	if (min != max) {
		buf[n++] = '-';
		mx_time_text(buf + n, sizeof(buf) - n, max);
	}
	mx_out_value(o, MX_PLAIN, word, buf, false);
}

/**
 * mx_addr_text() - write an address as `add` takes it
 * @buf: MX_ADDR_LEN bytes
 * @addr: attribute of 4 or 16 bytes
 * @port: port in host order, or -1 for none
 *
 * Return: @buf, "?" in it when the attribute is of another length.
 */
const char *mx_addr_text(char *buf, const struct nlattr *addr, int port)
{
	int af = addr && nla_len(addr) == 16 ? AF_INET6 : AF_INET;
	bool bracket = af == AF_INET6 && port >= 0;
	size_t len;

	if (!addr || (nla_len(addr) != 4 && nla_len(addr) != 16)) {
		snprintf(buf, MX_ADDR_LEN, "?");
		return buf;
	}
	buf[0] = '[';
	inet_ntop(af, nla_data(addr), buf + bracket, INET6_ADDRSTRLEN);
	len = strlen(buf);
	if (port >= 0)
		snprintf(buf + len, MX_ADDR_LEN - len,
			 bracket ? "]:%d" : ":%d", port);
	return buf;
}

/**
 * mx_out_addr() - print an address, with its port
 * @o: output
 * @key: JSON key of the address
 * @port_key: JSON key of the port
 * @word: as for mx_out_str()
 * @addr: attribute of 4 or 16 bytes
 * @port: port in host order, or -1 for none
 */
void mx_out_addr(struct mx_out *o, const char *key, const char *port_key,
		 const char *word, const struct nlattr *addr, int port)
{
	char buf[MX_ADDR_LEN];

	if (!o->json) {
		mx_out_value(o, MX_ADDR, word, mx_addr_text(buf, addr, port),
			     false);
		return;
	}
	mx_out_set(o, key, json_string(mx_addr_text(buf, addr, -1)));
	if (port >= 0)
		mx_out_set(o, port_key, json_integer(port));
}

/**
 * mx_out_prefix() - print a prefix
 * @o: output
 * @key: JSON key
 * @word: as for mx_out_str()
 * @addr: attribute of 4 or 16 bytes
 * @plen: its length in bits
 */
void mx_out_prefix(struct mx_out *o, const char *key, const char *word,
		   const struct nlattr *addr, unsigned int plen)
{
	char buf[MX_ADDR_LEN];
	size_t len;

	mx_addr_text(buf, addr, -1);
	len = strlen(buf);
	snprintf(buf + len, sizeof(buf) - len, "/%u", plen);
	if (o->json)
		mx_out_set(o, key, json_string(buf));
	else
		mx_out_value(o, MX_ADDR, word, buf, false);
}
