#ifndef RT_CORE_SPF_SPF_H
#define RT_CORE_SPF_SPF_H

/*
 * SPF: may this address send for this sender?  check_host() of RFC 7208 4
 * as a task, with the limits of 4.6.4 and a trace of how the result came
 * about.  A hostile zone ends in permerror (terms, void look-ups) or in
 * temperror (time); nothing else grows with what it publishes.
 *
 * How we read the places the RFC leaves open:
 *  - a term whose first question finds nothing is one void look-up, however
 *    many other questions it asks;
 *  - a name that cannot be asked (empty or overlong label) does not match
 *    (4.8 lets both be); the trace says so.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/policy/fcrdns.h"
#include "core/spf/record.h"
#include "core/spf/trace.h"
#include "net/addr.h"
#include "net/task.h"
#include "net/loop.h"

struct dns_query;
struct resolver;
struct spf_frame;

#define SPF_LOOKUPS_MAX 10
#define SPF_VOID_MAX 2
#define SPF_MX_MAX 10
#define SPF_TIME_MS 20000 /* 4.6.4: at least 20 seconds */

/* All strings are borrowed for the start only. */
struct spf_input {
	struct addr ip;       /* of the client; IPv4-mapped is IPv4 */
	const char *sender;   /* "a@b", "<a@b>", "b"; "" or "<>": null */
	const char *helo;     /* NULL: not known */
	const char *receiver; /* %{r}; NULL: not known */
	int64_t now;          /* %{t}: seconds since 1970 */
	int limit_ms;         /* for the whole check; 0: SPF_TIME_MS */
};

struct spf_check {
	struct task task;
	struct resolver *resolver; /* borrowed */

	/* What is checked. */
	struct addr ip;
	bool helo_identity; /* null sender: postmaster@HELO is checked (2.4) */
	char *sender;       /* with a local part in any case (4.3) */
	char *local, *domain, *helo, *receiver;
	int64_t now;

	/* Valid once task.done. */
	enum spf_result result;
	char *explanation;  /* "" unless fail and exp= says something */
	char problem[240];  /* why temperror or permerror; "" otherwise */
	char decided[700];  /* the term that matched, visible; "" if none */
	char decided_by[256]; /* whose record holds that term */
	unsigned lookups, void_lookups;
	struct spf_trace trace;

	/* Of the evaluation. */
	struct spf_frame *root;
	struct dns_query *exp; /* the explanation's TXT */
	char *exp_name;
	size_t exp_line;
	struct fcrdns names; /* ptr and %{p}; asked once */
	bool names_asked;
	struct timer timer;
	bool expired;
};

void spf_check_start(struct spf_check *check, struct loop *loop,
    struct task *parent, struct resolver *resolver,
    const struct spf_input *input);
/* Cancels and frees; harmless on a zeroed or cleared struct. */
void spf_check_clear(struct spf_check *check);

/* One sentence on the result, without full stop; returns `out`. */
const char *spf_check_text(const struct spf_check *check, char *out,
    size_t size);

#endif
