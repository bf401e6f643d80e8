#ifndef RT_CORE_PHRASES_H
#define RT_CORE_PHRASES_H

/*
 * What servers say, and what they mean by it: the table phrases.def, one
 * row for each known reply, each with the example that tests it.  A reply
 * is read into a family (what kind of refusal) and the causes the wording
 * can stand for, best first.  The wording alone never decides; the role of
 * the server and the experiments do (core/diagnosis.h).
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/causes.h"
#include "core/stage.h"

struct enhanced;

enum family {
	FAMILY_NONE,       /* not understood */
	FAMILY_RELAY,      /* "not my domain, and you may not relay" */
	FAMILY_AUTH,       /* log in first; login refused */
	FAMILY_SENDER,     /* the envelope sender is the problem */
	FAMILY_MAILBOX,    /* unknown mailbox, unknown user */
	FAMILY_UNAVAILABLE,/* full, disabled, restricted */
	FAMILY_CLIENT_DNS, /* PTR, forward confirmation */
	FAMILY_HELO,
	FAMILY_REPUTATION, /* blocklists, private reputation */
	FAMILY_SPF, FAMILY_DKIM, FAMILY_DMARC,
	FAMILY_RATE,
	FAMILY_GREY,       /* come back later, on purpose */
	FAMILY_TLS,
	FAMILY_SIZE,
	FAMILY_LOOP,
	FAMILY_SERVER,     /* the server is broken itself */
	FAMILY_DOMAIN,     /* the recipient's domain: null MX, dead, DNS */
	FAMILY_POLICY,     /* any local rule */
	FAMILY_ECHO,       /* echo of an earlier reply */
	FAMILY_NETWORK,    /* connection failures quoted in bounces */
};

#define READING_CAUSES 12
/* The stage of rows that are not said in a session but quoted in bounces. */
#define STAGE_BOUNCE STAGE_COUNT

struct phrase; /* a row of the table */

struct reading {
	enum family family;
	const struct phrase *phrase; /* the row that matched, or NULL */
	const char *product; /* the row's product, "" or a static string */
	int strength;        /* 0..100: how specific the match is */
	size_t cause_count;
	enum cause_id causes[READING_CAUSES]; /* best first */
	bool relay_word;     /* speaks of relaying, whatever the family */
	bool permanent;      /* will not heal by waiting although 4xx */
	char list[256];      /* DNS blocklist zone or URL host named, or "" */
	int wait_s;          /* delay the reply states, seconds; 0: none */
	bool about_client;   /* the words name the client, not the domain */
	bool stopped;        /* they say that an account or sending is off */
	char next_host[256]; /* the server behind that it quotes, or "" */
	const char *next_product; /* what that one is, "" if unknown */
};

/*
 * Reads one reply.  `code` 0 and `enhanced` NULL are "not given".  `text`
 * is the text without the code, lines joined by '\n' or blanks; an enhanced
 * code may stand at its beginning.  `stage` narrows the rows; pass
 * STAGE_COUNT when it is not known.  Always fills *reading: what matches
 * no row is judged by enhanced status and code (RFC 3463, RFC 5321 4.2).
 */
void phrases_read(int code, const struct enhanced *enhanced, const char *text,
    int stage, struct reading *reading);

/* For tests, reports and the help screen: the table itself. */
size_t phrases_count(void);
const struct phrase *phrases_row(size_t i);
const char *phrase_pattern(const struct phrase *phrase); /* core/pattern.h */
/* A whole reply, lines parted by '\n', or a bounce's words without code. */
const char *phrase_example(const struct phrase *phrase);
enum family phrase_family(const struct phrase *phrase);
int phrase_stage(const struct phrase *phrase); /* STAGE_BOUNCE: any */
const char *phrase_product(const struct phrase *phrase);
const char *phrase_causes(const struct phrase *phrase); /* "a,b,c" */
const char *family_name(enum family family);

/*
 * Two replies say the same: same code, and the same words once addresses,
 * host names, numbers and identifiers are taken out.  The comparison of
 * experiments E1 to E4 rests on this.
 */
bool phrases_same_wording(int code_a, const char *a, int code_b,
    const char *b);

#endif
