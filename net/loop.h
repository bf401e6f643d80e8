#ifndef RT_NET_LOOP_H
#define RT_NET_LOOP_H

/*
 * The event loop: descriptors by poll(2), timers, and tasks that are ready.
 * One turn looks at descriptors, then at timers, then runs the tasks that
 * were woken.  Watches and timers live inside their owner's struct; the
 * loop borrows them from _start to _stop, and both can be stopped from
 * anywhere.  Their functions change their owner's state and wake tasks;
 * they call nothing else (so nobody is freed while in use).
 *
 * All times are milliseconds of a clock that only runs forward.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct task;

typedef int64_t loop_clock(void);

struct watch {
	struct loop *loop; /* NULL while stopped */
	int fd;
	short events; /* POLLIN, POLLOUT */
	size_t slot;
	void (*ready)(struct watch *watch, short revents);
};

struct timer {
	struct loop *loop; /* NULL while stopped */
	int64_t at;
	size_t slot;
	void (*fire)(struct timer *timer); /* stopped before it is called */
};

/* `clock` NULL: the system's monotonic clock. */
struct loop *loop_new(loop_clock *clock);
/*
 * A loop whose time stands still while anything can be done and jumps to
 * the next timer when nothing can: minutes pass at once, in order.  For
 * peers that live in the same process (worlds, tests).
 */
struct loop *loop_new_virtual(void);
void loop_free(struct loop *loop); /* NULL is fine */

int64_t loop_now(const struct loop *loop); /* ms */

/*
 * One turn; waits up to `wait_ms` for something to happen (0: not at all,
 * negative: until something does).  True if anything ran.
 */
bool loop_turn(struct loop *loop, int wait_ms);

/*
 * The process stood still (Ctrl-Z) for so long: for everybody who asks this
 * loop, that time did not pass, so nothing that waits is late by it.
 */
void loop_skip(struct loop *loop, int64_t ms);

void watch_start(struct watch *watch, struct loop *loop, int fd,
    short events, void (*ready)(struct watch *, short));
void watch_events(struct watch *watch, short events); /* while started */
void watch_stop(struct watch *watch); /* harmless when stopped */

void timer_start(struct timer *timer, struct loop *loop, int ms,
    void (*fire)(struct timer *)); /* restarts a running one */
void timer_stop(struct timer *timer); /* harmless when stopped */

/* Only for task.c. */
void loop_ready(struct loop *loop, struct task *task);
void loop_unready(struct loop *loop, struct task *task);

#endif
