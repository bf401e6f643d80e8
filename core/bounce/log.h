#ifndef RT_CORE_BOUNCE_LOG_H
#define RT_CORE_BOUNCE_LOG_H

/*
 * Refusals in the lines of a mail log: Postfix, Exim, Sendmail, OpenSMTPD,
 * qmail (by syslog, as files, or as a journal export in JSON), and the message
 * tracking log of Exchange (CSV).  A reader remembers the sender and client
 * of the last few thousand queue ids, so that a delivery line can be
 * completed; its memory does not grow.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/bounce/mailbox.h"
#include "core/bounce/reply_find.h"

#define LOG_LINE_MAX 16384 /* bytes looked at of one line */

struct log_refusal {
	char when[40]; /* as the log writes it */
	char recipient[MAILBOX_MAX], sender[MAILBOX_MAX];
	bool has_sender; /* sender "" is the null sender then */
	char client[HOST_MAX]; /* who was refused by the logging server */
	char server[HOST_MAX]; /* who refused; "" is the logging server */
	char logger[HOST_MAX]; /* the host that wrote the log, or "" */
	struct found_reply reply;
	int stage; /* STAGE_COUNT: not said */
	bool delayed;  /* will be tried again */
	bool incoming; /* the logging server itself refused */
	const char *product; /* of the logging server, static */
};

struct log_reader;

struct log_reader *log_reader_new(void);
void log_reader_free(struct log_reader *reader);
/* One line without its line end.  False: no refusal is told there. */
bool log_reader_line(struct log_reader *reader, const char *line, size_t n,
    struct log_refusal *refusal);
/*
 * After a line that told one: the same refusal of its next recipient, whom
 * Sendmail writes into the same line.  Only `recipient` changes.
 */
bool log_reader_more(struct log_reader *reader, struct log_refusal *refusal);
/* Was the last line in a log format we know, refusal or not? */
bool log_reader_knows(const struct log_reader *reader);

#endif
