#ifndef RT_CORE_REPORT_REPORT_H
#define RT_CORE_REPORT_REPORT_H

/*
 * A session, rendered for people and programs.  Every function adds to
 * `out` and changes nothing; running sessions can be rendered too.  All of
 * it is valid UTF-8 without control characters, whatever the servers said.
 */

#include <stdbool.h>

#include "core/settings.h"

struct buf;
struct err;
struct session;

#define REPORT_VERSION 1 /* of the JSON */

/* Bytes of a report at the most; give this to buf_init. */
#define REPORT_MAX (32u * 1024 * 1024)

/* Which lines of the transcripts go into a report for people. */
enum report_lines {
	LINES_AROUND, /* those that matter, and their neighbours */
	LINES_WHOLE,  /* every line of every probe */
	LINES_NONE,
};

/* What somebody wants of a report; all zero is the usual. */
struct report_wish {
	bool mask_mail;  /* the part of mail addresses before the @ */
	bool mask_hosts; /* host names, domains and IP addresses */
	enum report_lines lines;
};

/*
 * In any of the formats; ends with a newline.  What is masked is replaced,
 * each always by the same.  False where the report is larger than `out` may
 * be: it is empty then, for a part of a report says less than it seems to,
 * and *err tells it.
 */
bool report_render_as(const struct session *session, enum format format,
    const struct report_wish *wish, struct buf *out, struct err *err);
/* With all masks or with none. */
bool report_render(const struct session *session, enum format format,
    bool mask, struct buf *out, struct err *err);

/* For a ticket: 76 columns. */
void report_text(const struct session *session, enum report_lines lines,
    struct buf *out);
/* One object on one line, without the newline (the contract's JSON). */
void report_json(const struct session *session, struct buf *out);
/*
 * The same with what it takes to test again (core/report/again.h): for the
 * person's own case file, for it names the login.
 */
void report_kept(const struct session *session, struct buf *out);
void report_markdown(const struct session *session, enum report_lines lines,
    struct buf *out);
/* One self-contained file, no script. */
void report_html(const struct session *session, enum report_lines lines,
    struct buf *out);
/* One line for a monitoring system, with performance data. */
void report_nagios(const struct session *session, struct buf *out);
/* 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (plug-in guidelines). */
int report_nagios_status(const struct session *session);
/* The message to whoever must act, in plain words. */
void report_message(const struct session *session, struct buf *out);
/* dig, openssl and swaks commands that repeat the probes by hand. */
void report_commands(const struct session *session, struct buf *out);

#endif
