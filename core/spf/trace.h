#ifndef RT_CORE_SPF_TRACE_H
#define RT_CORE_SPF_TRACE_H

/*
 * How an SPF check got to its result: a line for each record that was read
 * and for each term that was evaluated, with its include depth, the names
 * asked and what came back.  The lines stand in the order of evaluation,
 * so that depth alone makes the tree.  All text is visible text.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/policy/found.h"
#include "core/spf/record.h"

struct buf;

#define SPF_TRACE_MAX 2000 /* lines; more are counted only */

enum spf_line_kind {
	SPF_LINE_RECORD, /* the TXT records of a domain */
	SPF_LINE_TERM,   /* a mechanism */
	SPF_LINE_MODIFIER, /* redirect or exp */
};

enum spf_outcome {
	SPF_PENDING, /* cancelled or still under way */
	SPF_NO_MATCH,
	SPF_MATCH,
	SPF_FOUND,  /* a record, an explanation, a redirect's record */
	SPF_MISSED, /* none of those */
	SPF_ERROR,  /* ends the check, see `result` */
};

struct spf_line {
	int depth; /* 0: the checked domain; each include adds one */
	enum spf_line_kind kind;
	char *domain; /* whose record this is */
	char *term;   /* as published; the whole record for SPF_LINE_RECORD */
	char *target; /* the name it comes to after macros, or NULL */
	enum spf_outcome outcome;
	enum spf_result result; /* for SPF_MATCH, SPF_ERROR */
	char *matched; /* address or network that matched, or NULL */
	char *note;    /* what else to know, or NULL */
	struct policy_lines queries;
};

struct spf_trace {
	struct spf_line *lines;
	size_t count, cap;
	size_t dropped;
};

#define SPF_NO_LINE ((size_t)-1)

/* Returns the line's index; SPF_NO_LINE when there are too many. */
size_t spf_trace_add(struct spf_trace *trace, int depth,
    enum spf_line_kind kind, const char *domain, const char *term);
/* NULL for SPF_NO_LINE. */
struct spf_line *spf_trace_line(struct spf_trace *trace, size_t index);
void spf_trace_end(struct spf_trace *trace, size_t index,
    enum spf_outcome outcome, enum spf_result result);
/* Only the first note of a line is kept. */
void spf_trace_note(struct spf_trace *trace, size_t index, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));
void spf_trace_matched(struct spf_trace *trace, size_t index,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void spf_trace_clear(struct spf_trace *trace);

const char *spf_outcome_name(enum spf_outcome outcome); /* "no match" */
/* ms of all questions of a line. */
int spf_line_ms(const struct spf_line *line);
/* The trace as indented text for people, a line each. */
void spf_trace_text(const struct spf_trace *trace, struct buf *out);

#endif
