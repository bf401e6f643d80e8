#ifndef RT_CORE_PROBE_QUESTION_H
#define RT_CORE_PROBE_QUESTION_H

/*
 * One DNS question of a probe: asked, and its answer noted in the probe's
 * transcript record by record.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/evidence.h"

struct addr;
struct dns_msg;
struct dns_query;
struct probe;
struct resolver;

struct question {
	struct probe *probe;     /* NULL: not asked */
	struct dns_query *query; /* owned */
	int answer_line;         /* first line of the answer */
	bool noted;
};

/* To the recursive resolvers. */
void question_ask(struct question *q, struct probe *probe,
    struct resolver *resolver, const char *name, uint16_t type);
/* To one name server; `server_name` is for the transcript. */
void question_ask_at(struct question *q, struct probe *probe,
    struct resolver *resolver, const struct addr *server,
    const char *server_name, const char *name, uint16_t type);
/* True when answered (or failed); notes the answer once. False if not asked. */
bool question_answered(struct question *q);
/* What came of it, for this type of record. */
enum lookup question_lookup(const struct question *q, uint16_t type);
/* Answered, with a record or by "there is none"; not by a failure. */
bool question_settled(const struct question *q);
/* NULL when no message came. */
const struct dns_msg *question_msg(const struct question *q);
struct ref question_ref(const struct question *q);
void question_clear(struct question *q);

#endif
