#ifndef RT_CORE_LETTER_H
#define RT_CORE_LETTER_H

/*
 * The one test message that --send agrees to: what it says, and who sends
 * it.  Small, honest about its purpose, and the same wherever it is shown.
 */

#include <stdbool.h>
#include <stddef.h>

struct address;
struct buf;

struct letter {
	const struct address *sender, *recipient; /* borrowed */
	const char *host; /* the sending machine's name or address; borrowed */
	long long date;   /* seconds since 1970 */
	const char *id;   /* left side of the Message-ID; borrowed */
};

/*
 * Appends the message (RFC 5322, marked as RFC 3834 asks), lines parted by
 * '\n', not dot-stuffed.  A null sender is spoken for by the postmaster of
 * the host.  Lines end before 998 characters (RFC 5322 2.1.1); what is not
 * ASCII comes only from the addresses and needs SMTPUTF8 (RFC 6532).
 */
void letter_write(const struct letter *letter, struct buf *out);
/* An id for the Message-ID that nobody else has. */
void letter_new_id(char *out, size_t size);
/*
 * Bytes on the wire: with CRLF for each '\n', without the dots that
 * stuffing adds (RFC 1870 3).
 */
size_t letter_size(const char *text);

#endif
