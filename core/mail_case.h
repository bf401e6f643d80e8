#ifndef RT_CORE_MAIL_CASE_H
#define RT_CORE_MAIL_CASE_H

/*
 * What is to be found out: one recipient, one sender, one way.  A value;
 * nothing to free.
 */

#include <stdbool.h>

#include "core/address.h"
#include "net/smtp_reply.h"

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

#endif
