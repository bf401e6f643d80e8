#ifndef RT_UI_BATCH_H
#define RT_UI_BATCH_H

/*
 * Sessions without screens: one after the other comes out in the order
 * given, as many as agreed are under way at the same time, and all of them
 * share one loop, one resolver and its answers.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/settings.h"
#include "net/sasl.h"

struct buf;
struct err;
struct mail_case;
struct network;

/* How a greylisting that is waited out shows on standard error. */
enum show_wait {
	SHOW_WAIT_NOT,
	SHOW_WAIT_ONCE,      /* a line, for a file or a pipe */
	SHOW_WAIT_COUNTDOWN, /* in place, each second, on a terminal */
};

struct batch_plan {
	const struct settings *settings;
	const struct network *net;
	const struct credentials *cred; /* copied; its strings are borrowed */
	size_t count;
	int jobs;
	/* Fills in the n-th case, which is known to be good. */
	void (*input)(size_t n, struct mail_case *input, void *context);
	/*
	 * Takes the n-th report, in order; false ends the batch.  The text is
	 * the callee's only during the call.
	 */
	bool (*output)(size_t n, const struct buf *report, void *context);
	void *context;
	bool progress; /* a line about it on standard error */
	enum show_wait wait;
};

/*
 * Runs all of it.  A signal (ui/interrupt.h) stops what runs; what is known
 * by then is still reported, and recipients not begun are left out.  Returns
 * the highest exit status of the contract, or for FORMAT_NAGIOS that of the
 * plug-in guidelines.
 */
int batch_run(const struct batch_plan *plan);

#endif
