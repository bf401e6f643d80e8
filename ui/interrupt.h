#ifndef RT_UI_INTERRUPT_H
#define RT_UI_INTERRUPT_H

/*
 * SIGINT, SIGTERM and SIGHUP as events of the loop, for commands without
 * screens: the first asks to stop in good order, the second ends at once.
 */

struct loop;
struct task;

/* Wakes `waiter` when a signal has come. One at a time in a process. */
void interrupt_start(struct loop *loop, struct task *waiter);
void interrupt_stop(void);
/* The signal that came, 0: none. */
int interrupt_signal(void);

#endif
