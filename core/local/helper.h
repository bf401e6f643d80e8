#ifndef RT_CORE_LOCAL_HELPER_H
#define RT_CORE_LOCAL_HELPER_H

/*
 * A process of our own that runs the commands of core/local/commands.h for
 * the program, which gives away the right to start any.  It is made at the
 * very start, before logins are read and before anything is heard from
 * outside, and takes requests, not arguments: which command, for which
 * recipient, domain and address.  It checks them itself, and asks a table
 * of Postfix only if Postfix has told it of that table.  Whoever takes over
 * the program gets no more from it than those questions.
 *
 * One a process.  It ends with the program, and what it runs with it.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/local/commands.h"
#include "net/buf.h"
#include "net/err.h"
#include "net/loop.h"

struct task;

/* What a command said. */
struct local_answer {
	struct task *waiter;
	struct loop *loop; /* NULL: not asked */
	struct local_answer *next; /* asked after this one */
	struct timer limit;
	enum local_command command;
	struct local_values values;

	/* Valid once done. */
	bool done;
	int status;      /* exit status; -1: it did not end by itself */
	struct buf text; /* what it said, as it came, capped */
	struct err err;  /* why it could not run or was ended */
};

/*
 * Starts the helper if a mail server is installed (`root` as for
 * local_program()); false if there is none or no process could be made.
 * Call while the process has one thread.
 */
bool local_helper_start(const char *root);
bool local_helper_here(void);
const char *local_helper_root(void); /* as it was started with */
void local_helper_end(void); /* harmless when there is none */

/*
 * Asks; wakes `waiter` when done.  Questions are answered one after the
 * other.  The answer must stay where it is until it is cleared.
 */
void local_answer_ask(struct local_answer *answer, struct loop *loop,
    struct task *waiter, enum local_command command,
    const struct local_values *values);
/* Ends the command if it still runs, and frees; harmless when cleared. */
void local_answer_clear(struct local_answer *answer);

#endif
