#include "net/loop.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "net/mem.h"
#include "net/task.h"

#define LATE_MS 500 /* a turn that took so much longer than it was to */

struct loop {
	loop_clock *clock;
	bool virtual;
	int64_t now; /* of this turn */
	int64_t skipped; /* ms of the clock that did not count */
	bool postponed;  /* timers were not judged in the turn before */

	struct pollfd *fds; /* fds[i] belongs to watches[i] */
	struct watch **watches;
	size_t watch_count, fds_cap, watches_cap;

	struct timer **heap; /* the earliest is heap[0] */
	size_t timer_count, heap_cap;

	struct task *first, *last; /* ready, in order */
};

static int64_t
monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

struct loop *
loop_new(loop_clock *clock)
{
	struct loop *loop = mem_alloc(sizeof(*loop));

	loop->clock = clock != NULL ? clock : monotonic;
	loop->now = loop->clock();
	return loop;
}

struct loop *
loop_new_virtual(void)
{
	struct loop *loop = loop_new(monotonic);

	loop->virtual = true;
	loop->now = 0;
	return loop;
}

static int64_t
time_of(const struct loop *loop)
{
	return loop->clock() - loop->skipped;
}

void
loop_skip(struct loop *loop, int64_t ms)
{
	int64_t now;

	if (loop->virtual || ms <= 0)
		return;
	loop->skipped += ms;
	now = time_of(loop);
	/* The turn's time may have been taken before the gap or after it. */
	if (now < loop->now)
		loop->now = now;
}

void
loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	free(loop->fds);
	free(loop->watches);
	free(loop->heap);
	free(loop);
}

int64_t
loop_now(const struct loop *loop)
{
	return loop->now;
}

void
watch_start(struct watch *watch, struct loop *loop, int fd, short events,
    void (*ready)(struct watch *, short))
{
	assert(watch->loop == NULL);
	loop->fds = mem_grow(loop->fds, loop->watch_count, &loop->fds_cap,
	    sizeof(*loop->fds));
	loop->watches = mem_grow(loop->watches, loop->watch_count,
	    &loop->watches_cap, sizeof(*loop->watches));
	watch->loop = loop;
	watch->fd = fd;
	watch->events = events;
	watch->ready = ready;
	watch->slot = loop->watch_count++;
	loop->watches[watch->slot] = watch;
	loop->fds[watch->slot] = (struct pollfd) { .fd = fd, .events = events };
}

void
watch_events(struct watch *watch, short events)
{
	if (watch->loop == NULL)
		return;
	watch->events = events;
	watch->loop->fds[watch->slot].events = events;
}

/*
 * The hole is filled from the end; dispatch walks backwards, so that what
 * moves into the hole was looked at already.
 */
void
watch_stop(struct watch *watch)
{
	struct loop *loop = watch->loop;
	size_t last;

	if (loop == NULL)
		return;
	last = --loop->watch_count;
	loop->watches[watch->slot] = loop->watches[last];
	loop->fds[watch->slot] = loop->fds[last];
	loop->watches[watch->slot]->slot = watch->slot;
	watch->loop = NULL;
}

static void
place(struct loop *loop, size_t slot, struct timer *timer)
{
	loop->heap[slot] = timer;
	timer->slot = slot;
}

static void
sift_up(struct loop *loop, size_t slot, struct timer *timer)
{
	while (slot > 0 && loop->heap[(slot - 1) / 2]->at > timer->at) {
		place(loop, slot, loop->heap[(slot - 1) / 2]);
		slot = (slot - 1) / 2;
	}
	place(loop, slot, timer);
}

static void
sift_down(struct loop *loop, size_t slot, struct timer *timer)
{
	size_t child;

	while ((child = 2 * slot + 1) < loop->timer_count) {
		if (child + 1 < loop->timer_count &&
		    loop->heap[child + 1]->at < loop->heap[child]->at)
			child++;
		if (loop->heap[child]->at >= timer->at)
			break;
		place(loop, slot, loop->heap[child]);
		slot = child;
	}
	place(loop, slot, timer);
}

void
timer_start(struct timer *timer, struct loop *loop, int ms,
    void (*fire)(struct timer *))
{
	timer_stop(timer);
	loop->heap = mem_grow(loop->heap, loop->timer_count, &loop->heap_cap,
	    sizeof(struct timer *));
	timer->loop = loop;
	/* Count from now, not from the turn's begin, which may be long ago. */
	timer->at = (loop->virtual ? loop->now : time_of(loop)) + ms;
	timer->fire = fire;
	sift_up(loop, loop->timer_count++, timer);
}

void
timer_stop(struct timer *timer)
{
	struct loop *loop = timer->loop;
	struct timer *last;
	size_t slot = timer->slot;

	if (loop == NULL)
		return;
	timer->loop = NULL;
	last = loop->heap[--loop->timer_count];
	if (last == timer)
		return;
	if (slot > 0 && loop->heap[(slot - 1) / 2]->at > last->at)
		sift_up(loop, slot, last);
	else
		sift_down(loop, slot, last);
}

void
loop_ready(struct loop *loop, struct task *task)
{
	task->next = NULL;
	task->prev = loop->last;
	if (loop->last != NULL)
		loop->last->next = task;
	else
		loop->first = task;
	loop->last = task;
}

void
loop_unready(struct loop *loop, struct task *task)
{
	if (task->prev != NULL)
		task->prev->next = task->next;
	else
		loop->first = task->next;
	if (task->next != NULL)
		task->next->prev = task->prev;
	else
		loop->last = task->prev;
	task->next = task->prev = NULL;
}

/* How long poll may sleep: the caller's wish, cut by the next timer. */
static int
poll_wait(const struct loop *loop, int wait_ms)
{
	int64_t until;

	if (loop->first != NULL || loop->virtual)
		return 0;
	if (loop->timer_count == 0)
		return wait_ms;
	until = loop->heap[0]->at - loop->now;
	if (until < 0)
		until = 0;
	if (wait_ms >= 0 && until > wait_ms)
		return wait_ms;
	return until > 1000000 ? 1000000 : (int)until;
}

static bool
dispatch_watches(struct loop *loop, int ready)
{
	bool ran = false;
	size_t i;

	for (i = loop->watch_count; i-- > 0 && ready > 0;) {
		short revents = loop->fds[i].revents;

		if (revents == 0)
			continue;
		ready--;
		loop->fds[i].revents = 0;
		loop->watches[i]->ready(loop->watches[i], revents);
		ran = true;
		/* A handler may have stopped several at the end. */
		if (i > loop->watch_count)
			i = loop->watch_count;
	}
	return ran;
}

static bool
dispatch_timers(struct loop *loop)
{
	bool ran = false;

	while (loop->timer_count > 0 && loop->heap[0]->at <= loop->now) {
		struct timer *timer = loop->heap[0];

		timer_stop(timer);
		timer->fire(timer);
		ran = true;
	}
	return ran;
}

/*
 * A task that is woken while tasks run is taken in the same turn, but the
 * number is bounded, so that the screen gets its time between turns.
 */
static bool
run_ready(struct loop *loop)
{
	int budget = 1000;
	bool ran = false;

	while (loop->first != NULL && budget-- > 0) {
		struct task *task = loop->first;

		loop_unready(loop, task);
		task->queued = false;
		task_run(task);
		ran = true;
	}
	return ran;
}

/*
 * The program stood still where no system call could be interrupted: the
 * next turn looks at the signal before a timer is judged.
 */
static bool
stood_still(struct loop *loop, int64_t before, int waited_ms)
{
	bool late = !loop->virtual && waited_ms >= 0 &&
	    loop->now - before > (int64_t)waited_ms + LATE_MS;

	loop->postponed = late && !loop->postponed;
	return loop->postponed;
}

bool
loop_turn(struct loop *loop, int wait_ms)
{
	int64_t before = time_of(loop);
	int wait = poll_wait(loop, wait_ms);
	size_t i;
	bool ran;
	int ready;

	for (i = 0; i < loop->watch_count; i++)
		loop->fds[i].revents = 0;
	ready = poll(loop->fds, (nfds_t)loop->watch_count, wait);
	/* A signal came; its pipe is looked at before any timer is judged. */
	if (ready < 0 && errno == EINTR)
		return false;
	if (!loop->virtual)
		loop->now = time_of(loop);
	else if (ready <= 0 && loop->first == NULL && loop->timer_count > 0 &&
	    loop->heap[0]->at > loop->now)
		loop->now = loop->heap[0]->at;
	ran = ready > 0 && dispatch_watches(loop, ready);
	if (!stood_still(loop, before, wait))
		ran |= dispatch_timers(loop);
	ran |= run_ready(loop);
	return ran;
}
