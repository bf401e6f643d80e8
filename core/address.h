#ifndef RT_CORE_ADDRESS_H
#define RT_CORE_ADDRESS_H

/*
 * A mail address as SMTP has it (RFC 5321 4.1.2, RFC 6531), taken apart.
 * Understands also the odd forms that servers take for a relay attempt:
 * user%host@d, host!user, @a:b@c, two @, quoted local parts.
 */

#include <stdbool.h>
#include <stddef.h>

#include "net/addr.h"
#include "net/err.h"

#define ADDRESS_MAX 512 /* bytes; RFC 5321 allows 254, UTF-8 may need more */

struct address {
	char text[ADDRESS_MAX];   /* as given, trimmed, without <> */
	char local[ADDRESS_MAX];  /* local part, quotes kept */
	char domain[256];         /* A-label form, lower case; "" if none
	                           * (null sender, host!user) */
	char domain_u[ADDRESS_MAX]; /* U-label form; equal when not IDN */
	char mailbox[ADDRESS_MAX]; /* what goes on the wire: local@domain; a
	                            * source route is kept as given */
	bool null;     /* the null sender <> */
	bool literal;  /* domain is [192.0.2.1] */
	struct addr literal_addr;
	bool utf8;     /* the local part needs SMTPUTF8 */
	/* Odd forms; a quoted local part may hide % ! @ as well. */
	bool percent, bang, source_route, double_at, quoted;
	bool mixed_script; /* a label mixes scripts that look alike (Latin and
	                    * Cyrillic, say): worth a note */
};

/*
 * Reads an address as a person writes it: blanks and <> around, "mailto:"
 * and a display name ("Bob <bob@dest.example>") are taken off.  `allow_null`
 * lets "" and "<>" be the null sender.  On failure *err says what is wrong
 * and where ("a comma in the domain"); *address is untouched.
 */
bool address_parse(const char *text, bool allow_null, struct address *address,
    struct err *err);
bool address_is_odd(const struct address *address); /* any odd form */
/*
 * The plain address behind an odd form, as the last of the relays would
 * read it (user%a@b: user@a; a!user@b: user@a; a@b@c: a@b; @a:b@c: b@c);
 * false if there is none.
 */
bool address_plain(const struct address *address, char *out, size_t size);

/*
 * The likely correction of something that address_parse refused or that
 * looks mistyped (comma for dot, gmial, .con, missing top-level domain,
 * final dot); false if there is none. `out` holds `size` bytes.
 */
bool address_suggest(const char *text, char *out, size_t size);
/*
 * The same for a domain, a host name or an IP address, HOST:PORT too: commas
 * for dots, blanks, a pasted URL, a top-level domain that does not exist.
 */
bool address_suggest_host(const char *text, char *out, size_t size);

/*
 * A host name alone: letters, digits, hyphens, dots (RFC 1123), or IDN,
 * which is turned into A-labels (UTS 46, non-transitional, after NFC).  In
 * lower case; a final dot is taken off.
 */
bool address_domain(const char *text, char *a_label, size_t size,
    struct err *err);

#endif
