#ifndef RT_CORE_LOCAL_RUN_H
#define RT_CORE_LOCAL_RUN_H

/*
 * Runs a program of this machine and collects what it says.  No shell is
 * involved: arguments are a vector, the environment is ours and small, the
 * program leads a session of its own and has no terminal.  Its output
 * (standard error among it) is capped, and so is its time; it is distrusted
 * like everything from outside.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "net/buf.h"
#include "net/err.h"
#include "net/loop.h"

struct task;

#define LOCAL_OUTPUT (256 * 1024) /* bytes; more ends the program */
#define LOCAL_MS 5000

struct local_run {
	struct task *waiter;
	pid_t pid; /* 0: not running */
	struct watch out;
	struct timer limit, reap;
	struct loop *loop;

	/* Valid once done. */
	bool done;
	bool truncated;   /* it said more than we keep */
	int status;       /* exit status; -1: it did not end by itself */
	struct buf text;  /* what it said, as it came */
	struct err err;   /* why it could not run or was ended */
};

/*
 * Starts argv[0], an absolute path, with the arguments behind it (NULL
 * ends them); `input` is its standard input (at most 4096 bytes; NULL:
 * none).  Wakes `waiter` when done.
 */
void local_run_start(struct local_run *run, struct loop *loop,
    struct task *waiter, const char *const *argv, const char *input);
/* Ends the program if it still runs, and frees; harmless when cleared. */
void local_run_clear(struct local_run *run);

#endif
