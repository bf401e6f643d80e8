#ifndef RT_CORE_FIX_H
#define RT_CORE_FIX_H

/*
 * The fix book: what must be changed, by cause and product, as data
 * (fixes.def).  Texts hold placeholders {domain} {recipient} {sender}
 * {server} {client} {helo} {user} {port} that fix_render() fills in.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/causes.h"

struct buf;

#define FIX_COMMANDS 6

struct fix {
	enum cause_id cause;
	const char *product; /* "" is for any product */
	const char *text;    /* what to do, in plain words */
	const char *commands[FIX_COMMANDS + 1]; /* NULL-terminated */
	const char *check;   /* command that shows the present state, or NULL */
};

struct fix_values {
	const char *domain, *recipient, *sender, *server, *client, *helo,
	    *user;
	int port;
};

/* The best row for the product (NULL or unknown: the general one). */
const struct fix *fix_find(enum cause_id cause, const char *product);
/* The i-th row of a cause, for cycling; NULL behind the last. */
const struct fix *fix_nth(enum cause_id cause, size_t i);
/* Unknown placeholders stay; values are made visible and shell-safe where
 * `command` is set (a value that is not plain is quoted). */
void fix_render(const char *text, const struct fix_values *values,
    bool command, struct buf *out);
/* What to do until the fix is made, or NULL. */
const char *fix_meanwhile(enum cause_id cause);

#endif
