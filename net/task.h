#ifndef RT_NET_TASK_H
#define RT_NET_TASK_H

/*
 * A task is a function that can stop in the middle and be entered again at
 * the same place.  It lets a probe be written top to bottom although it
 * waits for the network at every second line.  (Dunkels' protothreads: a
 * switch over line numbers whose labels stand inside the function's own
 * loops, which C allows and which surprises once.)
 *
 * Rules, all of them checked in review:
 *   - whatever must survive an AWAIT lives in the struct that holds the task;
 *   - no `switch` around an AWAIT, and at most one AWAIT on a line;
 *   - a condition must be cheap, and harmless to evaluate while it is false;
 *   - a task never wakes itself and is never cleared from inside itself.
 *
 * A wake without news is harmless: the condition is looked at again.
 */

#include <stdbool.h>

struct loop;

enum step {
	STEP_WAIT,
	STEP_DONE,
};

struct task {
	struct loop *loop;
	struct task *parent; /* woken when this one is done; may be NULL */
	enum step (*run)(struct task *task);
	int line;    /* where to go on */
	bool queued; /* stands in the loop's ready queue */
	bool done;
	struct task *next, *prev; /* in that queue */
};

/* Sets the task up and queues its first run. */
void task_start(struct task *task, struct loop *loop, struct task *parent,
    enum step (*run)(struct task *));
/* Queues a run at the end of this turn; never runs anything itself. */
void task_wake(struct task *task); /* NULL is fine */
/* The task will not run again; for cancelling. Harmless when repeated. */
void task_stop(struct task *task);
/* Only for loop.c. */
void task_run(struct task *task);

/* clang-format off */
#define TASK_BEGIN(task)	switch ((task)->line) { case 0:

#define TASK_AWAIT(task, cond)						\
	do {								\
		(task)->line = __LINE__;				\
		__attribute__((fallthrough));				\
		case __LINE__:						\
		if (!(cond))						\
			return STEP_WAIT;				\
	} while (0)

#define TASK_END(task)	} return STEP_DONE
/* clang-format on */

#endif
