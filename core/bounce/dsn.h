#ifndef RT_CORE_BOUNCE_DSN_H
#define RT_CORE_BOUNCE_DSN_H

/*
 * The machine-readable part of a delivery report (RFC 3464; UTF-8 addresses
 * RFC 6533), read from wherever it stands: as a part of its own, pasted as
 * text, folded or not.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/bounce/mailbox.h"
#include "core/bounce/reply_find.h"

#define DSN_RECIPIENTS_MAX 1000

enum dsn_action {
	DSN_NONE, /* not said */
	DSN_FAILED,
	DSN_DELAYED,
	DSN_DELIVERED,
	DSN_RELAYED,
	DSN_EXPANDED,
};

struct dsn_recipient {
	char final[MAILBOX_MAX];    /* Final-Recipient */
	char original[MAILBOX_MAX]; /* Original-, X-Actual-Recipient */
	enum dsn_action action;
	struct enhanced status;
	char remote_mta[HOST_MAX];
	char remote_address[HOST_MAX];
	struct found_reply reply; /* Diagnostic-Code */
	bool has_reply;
	bool is_smtp; /* the reply came from another SMTP server */
};

struct dsn {
	char reporting_mta[HOST_MAX];
	char sender[MAILBOX_MAX]; /* X-Postfix-Sender and its like */
	struct dsn_recipient *recipients;
	size_t count, cap;
	bool seen; /* any field of RFC 3464 at all */
};

/* Reads one text; may be called again for the next part. */
void dsn_read(struct dsn *dsn, const char *text, size_t n);
void dsn_clear(struct dsn *dsn);
const char *dsn_action_name(enum dsn_action action); /* "" for none */

#endif
