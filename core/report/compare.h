#ifndef RT_CORE_REPORT_COMPARE_H
#define RT_CORE_REPORT_COMPARE_H

/*
 * The same questions before and now: what changed, what is the same, what
 * is still open, and what is not yet visible everywhere.  Either session
 * may be a loaded one.  Pure: sessions in, rows out.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/evidence.h"

struct session;

struct compare_row {
	bool same;
	struct ref at;     /* in the session of now; probe 0: not there */
	struct ref was_at; /* in the one before */
	char what[200];
	char before[200], now[200]; /* "" where it was not asked */
};

struct compare_open {
	struct ref at; /* in the session of now */
	bool new;      /* was not there before */
	char text[360];
};

struct comparison {
	struct compare_row *rows; /* what changed first */
	size_t count, cap, changed;
	struct compare_open *open; /* findings, none of them the reason */
	size_t open_count, open_cap;
	bool solved;     /* was refused, is accepted now */
	/*
	 * Name servers say something else than the resolver remembers, which
	 * forgets it in wait_s seconds; 0: nothing is to be waited for.
	 */
	long wait_s;
	char hidden[300]; /* what is not yet visible, in words; "" nothing */
};

/* Overwrites *comparison, which was zeroed once or is an older one. */
void compare_sessions(const struct session *before, const struct session *now,
    struct comparison *comparison);
void compare_clear(struct comparison *comparison);

#endif
