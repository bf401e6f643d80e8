#ifndef RT_CORE_REPORT_KNOWN_H
#define RT_CORE_REPORT_KNOWN_H

/*
 * What a session knows of one host, domain, address or mailbox: the answers
 * of DNS with who gave them and how long they hold, the conversations with
 * it, its standing (names, sender policies, findings), what else it leads
 * to and where it occurs.  Everything says where it can be read.
 */

#include <stddef.h>

#include "core/evidence.h"
#include "core/things.h"

struct session;

enum known_kind {
	KNOWN_DNS,
	KNOWN_SESSION,  /* a conversation with it */
	KNOWN_STANDING,
	KNOWN_LEADS_TO, /* another thing; `text` is one for thing_parse() */
	KNOWN_OCCURS,
	KNOWN_KINDS,
};

struct known_line {
	enum known_kind kind;
	struct ref at;
	enum tri good;   /* unknown: neither good nor bad */
	char text[360];
	char detail[64]; /* "from 192.0.2.53", "p7, line 12" */
};

#define KNOWN_EACH 60 /* lines of a kind; more are counted */

struct known {
	struct known_line *lines; /* by kind, in the order they were seen */
	size_t count, cap;
	size_t of_kind[KNOWN_KINDS]; /* with those that were left out */
};

const char *known_heading(enum known_kind kind);

/* Overwrites *known, which was zeroed once or is an older one. */
void known_gather(const struct session *session, const struct thing *thing,
    struct known *known);
void known_clear(struct known *known);

#endif
