#ifndef RT_CORE_MAIL_CASE_H
#define RT_CORE_MAIL_CASE_H

/*
 * What is to be found out: one recipient, one sender, one way.  A value;
 * nothing to free.
 */

#include <stdbool.h>

#include "core/address.h"
#include "net/smtp_reply.h"

struct err;
struct explain_entry;
struct settings;

enum route {
	ROUTE_MX,     /* every MX of the recipient's domain, port 25 */
	ROUTE_SERVER, /* the outgoing server that the person names */
};

/* What a bounce, a log or the person says happened; "" is unknown. */
struct reported {
	char server[256];  /* the host that refused */
	int code;
	struct enhanced enhanced;
	char text[1024];
	int stage;         /* enum stage, or STAGE_COUNT */
};

struct mail_case {
	struct address recipient;
	struct address sender; /* null: <> */
	enum route route;
	char server[256];      /* ROUTE_SERVER: name or address */
	int port;              /* 0: not said */
	struct reported reported;
};

const char *route_name(enum route route); /* "mx", "server" */

/*
 * The case of one recipient (as written) under these settings: sender,
 * route and server are theirs.  *err names what is wrong with what.
 */
bool mail_case_make(struct mail_case *input, const struct settings *settings,
    const char *recipient, struct err *err);
/*
 * The same from one entry of a bounce or log: what the settings say goes
 * first, the rest is the entry's.
 */
bool mail_case_from_entry(struct mail_case *input,
    const struct settings *settings, const struct explain_entry *entry,
    struct err *err);

#endif
