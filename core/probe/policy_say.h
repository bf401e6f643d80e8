#ifndef RT_CORE_PROBE_POLICY_SAY_H
#define RT_CORE_PROBE_POLICY_SAY_H

/*
 * Policy checks keep their questions as lines (core/policy/found.h); here
 * they go into a probe's transcript, the question as the client's line and
 * the answer as the server's.
 */

#include <stddef.h>

struct policy_lines;
struct probe;
struct spf_trace;

/* One question and its answer; returns the answer's line. */
int policy_say(struct probe *probe, const struct policy_lines *lines,
    size_t i);
/* All of them; returns the last answer's line. */
int policy_say_all(struct probe *probe, const struct policy_lines *lines);
/* An SPF trace: each record, and each term with what it asked. */
void policy_say_spf(struct probe *probe, const struct spf_trace *trace);

#endif
