#ifndef RT_CORE_FIX_H
#define RT_CORE_FIX_H

/*
 * The fix book: what must be changed, by cause and product, as data
 * (fixes.def).  Texts hold placeholders {domain} {recipient} {sender}
 * {sender_domain} {server} {client} {helo} {user} {port} {login_port} {listed}
 * {route} {from} that fix_render() fills in.  A row's commands are meant for
 * its product and nothing else;
 * rows for any product hold none but dig, openssl and this program.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/causes.h"

struct buf;

#define FIX_COMMANDS 6

struct fix {
	enum cause_id cause;
	enum who who;        /* who can apply it */
	const char *product; /* "" is for any product; a server's product
	                      * (core/product.h); or a thing of the sending
	                      * side: "Thunderbird", "Postfix (relayhost)" */
	const char *text;    /* what to do, in plain words */
	const char *check;   /* command that shows the state, before the
	                      * change and after it, or NULL */
	const char *commands[FIX_COMMANDS + 1]; /* NULL-terminated */
};

/* The strings are borrowed; NULL, "" and port 0 are "not known". */
struct fix_values {
	const char *domain, *recipient, *sender, *server, *client, *helo,
	    *user, *listed;
	int port;
	int login_port;      /* where a login is offered; 0: mostly at 587 */
	const char *outgoing;/* route server: the host that was asked; or NULL */
	int outgoing_port;   /* as named by the person; 0: none was */
};

/*
 * The row for the product of the server that the cause is about; the
 * general one if there is none for it (product NULL, "" or unknown too).
 * Never NULL.
 */
const struct fix *fix_find(enum cause_id cause, const char *product);
/* The i-th row that serves a cause, for choosing: the general one first,
 * then by product; NULL behind the last. */
const struct fix *fix_nth(enum cause_id cause, size_t i);
/*
 * Adds the text to `out` with its placeholders filled in; values are made
 * visible.  With `command` they are made safe for the shell that the
 * command is for as well (POSIX shell; PowerShell if it begins with a
 * cmdlet): a value that is not plain is quoted where it stands, and one
 * that no quoting makes safe (a leading '-') is left out.  What is not
 * known or left out becomes words ("the domain") or, in a command, a name
 * in capitals (DOMAIN).
 */
void fix_render(const char *text, const struct fix_values *values,
    bool command, struct buf *out);
/* What helps until the fix is made, with placeholders, or NULL. */
const char *fix_meanwhile(enum cause_id cause);

#endif
