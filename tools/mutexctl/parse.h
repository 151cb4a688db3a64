/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_PARSE_H
#define MX_CTL_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mx_ctl;

/**
 * struct mx_args - the words of a command line, and how far they are read
 * @argc: number of words
 * @argv: the words
 * @pos: index of the next word
 */
struct mx_args {
	int argc;
	char **argv;
	int pos;
};

/**
 * struct mx_addr - an address; a v4-mapped one has become IPv4
 * @len: 4 or 16 bytes
 * @bytes: network order
 */
struct mx_addr {
	unsigned int len;
	uint8_t bytes[16];
};

/**
 * struct mx_names - the words of an enum of the netlink spec
 * @what: what they are, for messages
 * @n: number of words
 * @name: the words, by value
 */
struct mx_names {
	const char *what;
	unsigned int n;
	const char *const *name;
};

/**
 * enum mx_kind - what follows a keyword, and the attributes it becomes
 * @MX_W_STR: a string
 * @MX_W_U8: a number up to 255
 * @MX_W_U32: a number up to 2^32 - 1, hexadecimal allowed
 * @MX_W_ENUM: a word of struct mx_names
 * @MX_W_ENDPOINT: ADDR[:PORT], two attributes
 * @MX_W_PREFIX: PREFIX, two attributes
 * @MX_W_PORTS: A[-B], two attributes
 * @MX_W_MARK: V[/M], two attributes
 * @MX_W_PROTO: an IP protocol by name or number
 * @MX_W_TIME: a duration, in milliseconds
 * @MX_W_TIMES: A[-B], two durations in two attributes; A alone is both
 * @MX_W_NAME: the name of an object, or "none", which is empty
 * @MX_W_ADDR: an address without a port
 * @MX_W_HOURS: hours of a day, two attributes
 * @MX_W_DAYS: days of a week
 * @MX_W_ZONE: a time zone, two attributes
 * @MX_W_COUNTRY: countries, two attributes
 * @MX_W_REGION: regions, two attributes
 * @MX_W_AT: a point in time, in seconds since 1970
 * @MX_W_ACTION: the keyword is an action; it may take a name
 * @MX_W_WHERE: ADDR[/BITS][:PORT], three attributes
 * @MX_W_U16: a number up to 65535
 * @MX_W_ADDR4: an IPv4 address
 * @MX_W_ADDR6: an IPv6 address
 * @MX_W_BYTES: text, or 0x and hexadecimal digits
 * @MX_W_U64: a number up to 2^63 - 1
 * @MX_W_PRIORITY: a number, or a class of tc as MAJOR:MINOR
 * @MX_W_PERCENT: percent, decimals allowed, in millionths
 * @MX_W_POINTS: points, decimals allowed, in thousandths
 * @MX_W_USEC: a duration, decimals allowed, in microseconds
 */
enum mx_kind {
	MX_W_STR,
	MX_W_U8,
	MX_W_U32,
	MX_W_ENUM,
	MX_W_ENDPOINT,
	MX_W_PREFIX,
	MX_W_PORTS,
	MX_W_MARK,
	MX_W_PROTO,
	MX_W_TIME,
	MX_W_TIMES,
	MX_W_NAME,
	MX_W_ADDR,
	MX_W_HOURS,
	MX_W_DAYS,
	MX_W_ZONE,
	MX_W_COUNTRY,
	MX_W_REGION,
	MX_W_AT,
	MX_W_ACTION,
	MX_W_WHERE,
	MX_W_U16,
	MX_W_ADDR4,
	MX_W_ADDR6,
	MX_W_BYTES,
	MX_W_U64,
	MX_W_PRIORITY,
	MX_W_PERCENT,
	MX_W_POINTS,
	MX_W_USEC,
};

#define MX_WF_REQUIRED	1	/* the command is wrong without it */
#define MX_WF_PORT0	2	/* MX_W_ENDPOINT: port 0 is a port */
#define MX_WF_NONE	4	/* "none" is what others call "any"; MX_W_ADDR: 0.0.0.0 */

/**
 * struct mx_word - one keyword of a command's grammar
 * @name: the keyword; of a positional word, which has to be the first of the
 *	  table, what it is, in capitals
 * @kind: what follows it
 * @attr: attribute
 * @attr2: second attribute of the kinds that have two
 * @attr3: third attribute of the kind that has three
 * @value: MX_W_ACTION: the action
 * @flags: MX_WF_*
 * @any: the value may be "any", or "none" with MX_WF_NONE, which is this bit of attribute @any_attr; 0: no
 * @any_attr: the attribute, 0 when "any" is what holds without the word
 * @names: MX_W_ENUM: the words; of other kinds, those that are known
 */
struct mx_word {
	const char *name;
	uint8_t kind;
	uint8_t attr;
	uint8_t attr2;
	uint8_t attr3;
	uint8_t value;
	uint8_t flags;
	uint8_t any_attr;
	uint32_t any;
	const struct mx_names *names;
};

/* Its name is in capitals: it is known by its place. */
static inline bool mx_is_positional(const struct mx_word *w)
{
	return w->name[0] >= 'A' && w->name[0] <= 'Z';
}

/* Values; each returns 0, or -1 after it has said what is wrong. */
int mx_parse_u32(struct mx_ctl *ctl, const char *what, const char *s,
		 uint32_t max, uint32_t *v);
int mx_parse_u64(struct mx_ctl *ctl, const char *what, const char *s,
		 uint64_t *v);
int mx_parse_priority(struct mx_ctl *ctl, const char *what, const char *s,
		      uint32_t *v);
int mx_parse_time(struct mx_ctl *ctl, const char *what, const char *s,
		  uint32_t *ms);
int mx_parse_decimal(struct mx_ctl *ctl, const char *what, const char *s,
		     unsigned int digits, uint32_t max, uint32_t *v);
int mx_parse_usec(struct mx_ctl *ctl, const char *what, const char *s,
		  uint32_t *us);
int mx_parse_times(struct mx_ctl *ctl, const char *what, const char *s,
		   uint32_t *min, uint32_t *max);
int mx_parse_addr(struct mx_ctl *ctl, const char *s, struct mx_addr *addr);
int mx_parse_endpoint(struct mx_ctl *ctl, const char *s, bool port0,
		      struct mx_addr *addr, int *port);
int mx_parse_prefix(struct mx_ctl *ctl, const char *s, struct mx_addr *addr,
		    uint8_t *plen);
int mx_parse_where(struct mx_ctl *ctl, const char *s, struct mx_addr *addr,
		   int *plen, int *port);
int mx_parse_proto(struct mx_ctl *ctl, const char *s, uint8_t *proto);
int mx_parse_ports(struct mx_ctl *ctl, const char *what, const char *s,
		   uint16_t *min, uint16_t *max);
int mx_parse_mark(struct mx_ctl *ctl, const char *what, const char *s,
		  uint32_t *mark, uint32_t *mask, bool *has_mask);
const char *mx_proto_name(unsigned int proto);
const char *mx_name(const struct mx_names *names, unsigned int value,
		    char *buf, size_t len);

/* Words. */
int mx_parse_words(struct mx_ctl *ctl, struct mx_args *a,
		   const struct mx_word *words, unsigned int n);
int mx_split(char *line, char **argv, int max);

#endif /* MX_CTL_PARSE_H */
