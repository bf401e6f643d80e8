#ifndef RT_CORE_BOUNCE_MAILBOX_H
#define RT_CORE_BOUNCE_MAILBOX_H

/* Finding mail addresses and host names in running text. */

#include <stdbool.h>
#include <stddef.h>

#define MAILBOX_MAX 320
#define HOST_MAX 256

/*
 * Is there an address right at s?  Signs in front (< " ' * mailto:) and the
 * closing ones are taken along.  Returns the bytes taken, or 0; `out` holds
 * MAILBOX_MAX bytes and gets the bare address.
 */
size_t mailbox_at(const char *s, char *out);
/* The first address in s; returns where it began, or NULL. */
const char *mailbox_find(const char *s, char *out);
/* The first in angle brackets, else the first. */
bool mailbox_of_field(const char *value, char *out);
bool mailbox_same(const char *a, const char *b);
const char *mailbox_domain(const char *mailbox); /* "" if none */

/*
 * A host name (with a dot), [address] or address at s, with an address in
 * brackets or parentheses behind it.  Returns the bytes taken, or 0.
 * `address` holds HOST_MAX bytes too and may become "".
 */
size_t host_at(const char *s, char *host, char *address);

#endif
