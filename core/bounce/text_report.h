#ifndef RT_CORE_BOUNCE_TEXT_REPORT_H
#define RT_CORE_BOUNCE_TEXT_REPORT_H

/*
 * The part of a bounce that was written for people: who failed, and what
 * was said about them.  Layouts are data (layouts.def); what no table knows
 * is read by what all reports share, an address with words behind it.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/bounce/lines.h"
#include "core/bounce/mailbox.h"
#include "core/bounce/reply_find.h"

#define TEXT_ENTRIES_MAX 1000

struct text_entry {
	char recipient[MAILBOX_MAX];
	char host[HOST_MAX], address[HOST_MAX]; /* who said it; "" unknown */
	int stage; /* STAGE_COUNT: not said */
	struct found_reply reply; /* text without a code too */
	bool has_reply;           /* a code or status was found */
	bool failing; /* the words tell of a failure */
	bool weak;    /* the words stood before the name, not behind it */
	bool reason;  /* the reporter marks it as the reason */
	bool header;  /* "To: a@b" of the message, quoted in the report */
	bool no_domain; /* only a name: "jdoe (mailbox full)" */
	bool listed;    /* "<a@b>:" at the margin, as the lists of failures */
	bool prose;     /* in a sentence: no list, and no label before it */
};

struct text_report {
	struct text_entry *entries;
	size_t count, cap;
	/* A reply that nobody's name stands with. */
	struct text_entry loose;
	bool has_loose;
	char sender[MAILBOX_MAX];
	char reporting_mta[HOST_MAX];
	char remote_mta[HOST_MAX]; /* "Remote-MTA:" in running text */
	const char *product; /* who wrote it by its layout, or "" */
	bool delayed;  /* told as not final */
	bool rewritten; /* it tells the address before it was rewritten */
	bool failing;  /* words of failure anywhere */
	bool eager;    /* it was read so */
	size_t returned; /* line where the returned message begins */
	/* The last refusal in a transcript that was no echo. */
	struct text_entry session;
	bool has_session;
};

/*
 * `eager`: the text is known to be a bounce, so that an address anywhere in
 * it can be the one that failed, unless the words make it somebody else.
 */
void text_report_read(struct text_report *report, const struct lines *lines,
    bool eager);
void text_report_clear(struct text_report *report);

/* "unknown user", "rejected" and the like, in several languages. */
bool text_tells_failure(const char *text);
/* The entry of that recipient, or NULL. */
struct text_entry *text_report_entry(const struct text_report *report,
    const char *recipient);

#endif
