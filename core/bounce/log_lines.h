#ifndef RT_CORE_BOUNCE_LOG_LINES_H
#define RT_CORE_BOUNCE_LOG_LINES_H

/* Inside of the log reader: what its files share. */

#include <stdbool.h>
#include <stddef.h>

#include "core/bounce/log.h"
#include "core/bounce/mailbox.h"

#define QUEUE_SLOTS 8192 /* queue ids remembered, the newest win */
#define QUEUE_ID_MAX 32

struct queued {
	char id[QUEUE_ID_MAX];
	char sender[MAILBOX_MAX];
	char recipient[MAILBOX_MAX]; /* of a delivery by qmail */
	char client[HOST_MAX];
	bool has_sender;
};

/* Columns of the message tracking log that are of use. */
enum column {
	COLUMN_TIME, COLUMN_CLIENT, COLUMN_SERVER, COLUMN_EVENT,
	COLUMN_RECIPIENT, COLUMN_STATUS, COLUMN_SENDER, COLUMN_SOURCE,
	COLUMN_CONTEXT, COLUMN_COUNT,
};

/* A line taken apart: when, which host, which program, what it says. */
struct entry {
	char when[40], host[HOST_MAX], program[64];
	const char *message;
};

struct log_reader {
	struct queued queue[QUEUE_SLOTS];
	struct entry export; /* of journalctl -o export, until a blank line */
	bool in_export;
	char export_message[LOG_LINE_MAX];
	int columns[COLUMN_COUNT]; /* -1: not there */
	bool has_columns;
	bool knows;
	const char *more; /* in `line`: ",<c@d>" and so on, or NULL */
	char line[LOG_LINE_MAX];
};

void log_copy(char *out, size_t size, const char *s, size_t n);
bool log_take_sender(const char *value, struct log_refusal *refusal);
/* Fills reply, stage and server from the words of the refusal. */
void log_take_words(const char *words, size_t n,
    struct log_refusal *refusal);

/* The message of a line of Postfix, Exim, Sendmail or OpenSMTPD. */
bool log_mta_line(struct log_reader *reader, const char *message,
    struct log_refusal *refusal);
/* Who sends the queued message; true if the line tells it. */
bool log_queue_line(struct log_reader *reader, const char *message);

/* What is remembered by that id, emptied if it was another's. */
struct queued *log_remember(struct log_reader *reader, const char *id);

/* The same two of qmail. */
bool log_qmail_line(struct log_reader *reader, const char *message,
    struct log_refusal *refusal);
bool log_qmail_queue(struct log_reader *reader, const char *message);

/* The message tracking log of Exchange. */
void log_tracking_header(struct log_reader *reader, const char *s);
bool log_tracking_line(struct log_reader *reader, const char *line,
    struct log_refusal *refusal);

#endif
