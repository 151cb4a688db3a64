/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_PRINT_H
#define MX_CTL_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <jansson.h>

struct nlattr;

#define MX_OUT_DEPTH	4	/* nested JSON objects */

/**
 * enum mx_color - what a value is, which gives it its color
 * @MX_PLAIN: no color
 * @MX_NAME: a name of a group, a table or a device
 * @MX_ADDR: an address or a prefix
 * @MX_GOOD: a state that is well
 * @MX_BAD: a state that is not
 */
enum mx_color { MX_PLAIN, MX_NAME, MX_ADDR, MX_GOOD, MX_BAD };

/**
 * struct mx_out - where objects are printed, as text or as JSON
 * @fp: the stream
 * @json: print JSON instead of text
 * @pretty: indent the JSON
 * @oneline: text: keep an object on one line, "\" stands for a line break
 * @color: text: color the values
 * @lines: JSON: one object a line, without an array around them
 * @joined: JSON: the next object's fields go into the one that is open
 * @first: JSON: the array has no object yet
 * @blank: text: nothing is on the line yet
 * @lead: text: printed in front of each object, may be NULL
 * @stack: JSON: the object being built and those nested in it
 * @depth: how many of @stack are in use
 */
struct mx_out {
	FILE *fp;
	bool json;
	bool pretty;
	bool oneline;
	bool color;
	bool lines;
	bool joined;
	bool first;
	bool blank;
	const char *lead;
	json_t *stack[MX_OUT_DEPTH];
	unsigned int depth;
};

/* Frame: an array of objects, with objects nested in them. */
void mx_out_array(struct mx_out *o);
void mx_out_array_end(struct mx_out *o);
void mx_out_obj(struct mx_out *o);
void mx_out_obj_end(struct mx_out *o);
void mx_out_open(struct mx_out *o, const char *key, const char *label);
void mx_out_close(struct mx_out *o);
void mx_out_text(struct mx_out *o, const char *text);

/*
 * Fields: a NULL key leaves the field out of JSON; a NULL word prints the
 * value alone, an empty one nothing.
 */
void mx_out_str(struct mx_out *o, enum mx_color color, const char *key,
		const char *word, const char *value);
void mx_out_uint(struct mx_out *o, const char *key, const char *word,
		 uint64_t value);
void mx_out_decimal(struct mx_out *o, const char *key, const char *word,
		    uint32_t value, unsigned int digits, const char *unit);
void mx_out_proto(struct mx_out *o, unsigned int proto);
void mx_out_hex(struct mx_out *o, const char *key, const char *word,
		uint32_t value);
void mx_out_bool(struct mx_out *o, const char *key, const char *word,
		 bool value);
void mx_out_time(struct mx_out *o, const char *key, const char *word,
		 uint32_t ms);
void mx_out_times(struct mx_out *o, const char *key, const char *key2,
		  const char *word, uint32_t min, uint32_t max);
void mx_out_addr(struct mx_out *o, const char *key, const char *port_key,
		 const char *word, const struct nlattr *addr, int port);
void mx_out_prefix(struct mx_out *o, const char *key, const char *word,
		   const struct nlattr *addr, unsigned int plen);

/* Words of values. */
#define MX_ADDR_LEN	64	/* bytes that mx_addr_text() may need */

const char *mx_addr_text(char *buf, const struct nlattr *addr, int port);

#endif /* MX_CTL_PRINT_H */
