#ifndef RT_CORE_CAUSE_OPINION_H
#define RT_CORE_CAUSE_OPINION_H

/*
 * What a rule says of its cause: pieces of evidence with weights, or why
 * the cause is out of the question.  The confidence is the sum of what
 * speaks for it less what speaks against it, between 0 and 97 (nothing seen
 * from outside is certain).  The scale:
 */

#include "core/diagnosis.h"

enum weight {
	W_DECIDES = 60, /* hardly anything else explains it */
	W_STRONG = 40,
	W_FAIR = 30,
	W_SOME = 20,
	W_LITTLE = 10,
	W_TRACE = 5,
};

struct opinion {
	struct cause cause;
	int sum;
	bool out; /* ruled out */
	struct ruled_out ruled_out;
};

typedef void cause_rule(const struct evidence *e, struct opinion *o);

void opinion_for(struct opinion *o, int weight, struct ref at,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void opinion_against(struct opinion *o, int weight, struct ref at,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void opinion_rule_out(struct opinion *o, struct ref at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The sentence for people, with names filled in. */
void opinion_say(struct opinion *o, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The server that must be changed. */
void opinion_about(struct opinion *o, const struct server *server);
void opinion_who(struct opinion *o, enum who who);

/* All rules, by cause; NULL where a cause has none of its own. */
extern cause_rule *const cause_rules[CAUSE_COUNT];

#endif
