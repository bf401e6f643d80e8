#ifndef RT_CORE_SPF_EVAL_H
#define RT_CORE_SPF_EVAL_H

/*
 * The inside of an SPF check, shared by core/spf/ only.  A frame is one
 * check_host() on one domain; an include has a frame below its own.  A
 * frame evaluates one term at a time, so at any moment one task works and
 * those above it wait.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/spf/macro.h"
#include "core/spf/spf.h"

struct dns_query;

struct spf_host {
	char *name;
	struct dns_query *query;
};

/* One mechanism being evaluated. */
struct spf_eval {
	struct task task;
	struct spf_frame *frame;
	const struct spf_term *term;
	size_t line; /* in the trace */
	char *target; /* the name the term is about */
	struct dns_query *query;
	struct spf_host hosts[SPF_MX_MAX];
	size_t host_count;
	struct spf_frame *include;
	bool match;
};

struct spf_frame {
	struct task task;
	struct spf_check *check;
	int depth;       /* 0: the checked domain */
	char *domain;    /* after a redirect the one it leads to */
	bool redirected;
	struct dns_query *query; /* TXT of the domain */
	size_t line; /* of the record, later of redirect */
	struct spf_record record;
	size_t at; /* the term */
	struct spf_eval eval;
	char *target; /* of redirect */
	bool stopped; /* an error ends this check_host() */
	enum spf_result result;
};

struct spf_frame *spf_frame_new(struct spf_check *check, struct task *parent,
    int depth, const char *domain);
void spf_frame_free(struct spf_frame *frame); /* NULL is fine */
/* Wakes whoever waits in this frame or below. */
void spf_frame_wake(struct spf_frame *frame);

void spf_eval_start(struct spf_eval *eval, struct spf_frame *frame,
    const struct spf_term *term);
void spf_eval_clear(struct spf_eval *eval);

/* spf.c: limits and questions. */

/* Ends the frame's check_host() with an error; the first one's text stays. */
void spf_stop(struct spf_frame *frame, enum spf_result result,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Counts a term that asks; false (and stopped) beyond the limit. */
bool spf_count_lookup(struct spf_frame *frame);
/* Counts an answer without records; false (and stopped) beyond the limit. */
bool spf_count_void(struct spf_frame *frame);
/* Asks for a raw name (any bytes), which is escaped for the question. */
struct dns_query *spf_ask(struct spf_check *check, struct task *waiter,
    const char *name, uint16_t type);
/* True when the answer is there or the time is up. */
bool spf_answered(const struct spf_check *check,
    const struct dns_query *query);
/* Notes a question in the trace; not one that is unanswered. */
void spf_note_query(struct spf_check *check, size_t line,
    const struct dns_query *query);
/* Could the name be asked: labels of 1..63 bytes, 253 in all. */
bool spf_name_ok(const char *name);
/* 4.3: a literal, a single label or no legal name yields "none". */
bool spf_domain_ok(const char *domain);

/*
 * Are the client's validated names known where they are needed (by `always`
 * or by %{p} in the spec, which may be NULL)?  Looks them up when first
 * needed.
 */
bool spf_names_settled(struct spf_check *check, struct task *waiter,
    const char *spec, bool always);
/* Notes the questions for them in the trace, at the line that needed them. */
void spf_note_names(struct spf_check *check, size_t line);
/* %{p} for a domain (7.3), or "unknown"; borrowed from the check. */
const char *spf_validated_name(const struct spf_check *check,
    const char *domain);
void spf_values(const struct spf_frame *frame, struct spf_values *values);
/* The name a spec comes to, noted in the trace; free() it. */
char *spf_target(struct spf_frame *frame, size_t line, const char *spec);

#endif
