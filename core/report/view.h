#ifndef RT_CORE_REPORT_VIEW_H
#define RT_CORE_REPORT_VIEW_H

/* Words and selections that the reports for people have in common. */

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "core/evidence.h"
#include "core/fix.h"

struct buf;
struct cause;
struct probe;
struct session;

#define VIEW_WORDS 640

/* "REFUSED", "PARTLY REFUSED" ... */
const char *view_verdict(const struct session *session);
/* "p7, line 12", "p7" or ""; returns `out`. */
const char *view_ref(const struct ref *ref, char *out, size_t size);
/* "2026-11-23T14:31:02Z" or, for people, "2026-11-23 14:31:02 UTC". */
void view_time(time_t t, bool rfc3339, char *out, size_t size);
/* "198.51.100.7 (EHLO name), resolver ..., 2026-..., 0.8 s, relaytrace" */
void view_vantage(const struct session *session, struct buf *out);
/* "mx2.dest.example [203.0.113.20]:25, at RCPT TO" */
void view_failure_place(const struct session *session, struct buf *out);
/* "554 5.7.1 text" or the text alone. */
void view_reply(int code, const struct enhanced *enhanced, const char *text,
    struct buf *out);
/* "at RCPT TO", "while connecting" ... */
const char *view_stage(enum stage stage);
/* "refused at RCPT TO: 554 5.7.1 ..." */
void view_server_result(const struct server *server, struct buf *out);
/* "host [address]:port" */
void view_server_name(const struct server *server, struct buf *out);
/* "TLS offered, certificate not trusted: ...; login: PLAIN" or "". */
void view_server_security(const struct server *server, struct buf *out);

/* What the fix book's placeholders stand for; borrows from the session. */
struct view_values {
	struct fix_values values;
	char user[512], client[ADDR_TEXT_MAX], server[256];
};
void view_fix_values(const struct session *session, const struct cause *cause,
    struct view_values *values);

/* The i-th fix to show for a cause: the product's own, else all rows. */
const struct fix *view_fix(const struct cause *cause, size_t i);

/*
 * Which lines of a probe's transcript a report shows: those that the
 * failure and the causes point at, and their neighbours.  Fills `shown`
 * (one bool a line) and returns how many are true.
 */
size_t view_excerpt(const struct session *session, const struct probe *probe,
    bool *shown);

#endif
