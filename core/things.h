#ifndef RT_CORE_THINGS_H
#define RT_CORE_THINGS_H

/*
 * What a line of text names: host and domain names, IP addresses and mail
 * addresses.  It makes any line of a transcript or a report a place to go
 * on from.  Pure; the text may be anything.
 */

#include <stdbool.h>
#include <stddef.h>

enum thing_kind {
	THING_NAME, /* of a host or a domain: DNS makes no difference */
	THING_ADDRESS,
	THING_MAILBOX,
};

#define THING_TEXT 320

struct thing {
	enum thing_kind kind;
	char text[THING_TEXT]; /* lower case, no dot at the end, no brackets */
};

const char *thing_kind_name(enum thing_kind kind); /* "name" ... */

/* Takes the whole text for one thing; false if it is none. */
bool thing_parse(const char *text, struct thing *thing);
/* The domain of a mailbox, or the name itself; "" of an address. */
const char *thing_domain(const struct thing *thing);

/*
 * The different things of the text in order, at most `max`; returns how
 * many.  A mailbox counts, and its domain behind it.
 */
size_t things_find(const char *text, struct thing *things, size_t max);

/*
 * Does the text name it?  As a whole: mx.dest.example does not name
 * dest.example, but bob@dest.example does.
 */
bool thing_named(const struct thing *thing, const char *text);

/* "25.2.0.192.in-addr.arpa" of an address; false for anything else. */
bool thing_reverse(const struct thing *thing, struct thing *reverse);

#endif
