#ifndef RT_CORE_POLICY_FOUND_H
#define RT_CORE_POLICY_FOUND_H

/*
 * What an answer comes to for somebody who wants records: there are some,
 * there are none, or nobody could say.  And the questions of a check with
 * their answers as lines of text, for transcripts and traces.
 */

#include <stddef.h>
#include <stdint.h>

struct dns_msg;
struct dns_query;
struct loop;

enum found {
	FOUND_RECORDS,
	FOUND_NONE,    /* the name exists, or may, without such records */
	FOUND_NO_NAME, /* NXDOMAIN */
	FOUND_FAILURE, /* no answer, SERVFAIL or another refusal */
	FOUND_UNASKED, /* not a name that can be asked */
};

/* Only for a query that is answered. */
enum found found(const struct dns_query *query);
/* The answer as one line: records, "no records", "NXDOMAIN", the error. */
const char *found_text(const struct dns_query *query, char *out, size_t size);

#define POLICY_LINES 400 /* of one check; more are counted only */

struct policy_line {
	char *asked;    /* "_dmarc.example.com TXT" */
	char *answered; /* as found_text(), visible text */
	int ms;         /* how long the answer took */
	int64_t at;     /* loop time when it was noted, ms */
};

struct policy_lines {
	struct policy_line *items;
	size_t count, cap;
	size_t dropped;
};

/* Notes an answered query. `loop` gives the time. */
void policy_note(struct policy_lines *lines, const struct loop *loop,
    const struct dns_query *query);
void policy_lines_clear(struct policy_lines *lines);

#endif
