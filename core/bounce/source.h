#ifndef RT_CORE_BOUNCE_SOURCE_H
#define RT_CORE_BOUNCE_SOURCE_H

/*
 * One message of a bounce with all that was read of it: its delivery
 * report, its words, and the header of the message that came back.
 */

#include <stdbool.h>

#include "core/bounce/dsn.h"
#include "core/bounce/lines.h"
#include "core/bounce/mailbox.h"
#include "core/bounce/text_report.h"

struct mime;
struct mime_headers;

struct source {
	const struct mime *mime;
	int message;
	const struct mime_headers *headers;
	struct dsn dsn;
	struct text_report text;
	struct lines lines;
	bool from_daemon; /* the header looks like a bounce's */
	bool letter; /* a person's, and no mail system's words are in it */
	bool complaint, receipt;
	/* Of the message that came back: */
	char returned_to[MAILBOX_MAX], returned_from[MAILBOX_MAX];
	bool returned_null; /* its Return-Path was <> */
};

/*
 * Reads message number `message` of a mime that outlives the source.
 * `by_words`: its words can make it a bounce where its header does not, as
 * in a letter that quotes one.
 */
void source_open(struct source *s, const struct mime *mime, int message,
    bool by_words);
void source_close(struct source *s);

/* Surely the header of a bounce: a daemon or nobody wrote it. */
bool source_is_bounce_header(const struct mime_headers *headers);

/* Is this address the person's who got the bounce, or passed it on? */
bool source_is_addressee(const struct source *s, const char *recipient);
/* "an automatic answer" and the like by subject and header, or NULL. */
const char *source_is_automatic(const struct source *s);

#endif
