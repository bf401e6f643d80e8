#include "ui/interrupt.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "net/loop.h"
#include "net/task.h"

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

static volatile sig_atomic_t came;
static int ends[2] = { -1, -1 };
static struct sigaction before[SIGNALS];
static struct watch watch;
static struct task *wakes;

static void
on_signal(int number)
{
	if (came != 0)
		_exit(128 + number);
	came = number;
	if (write(ends[1], "", 1) < 0)
		_exit(128 + number);
}

static void
on_readable(struct watch *w, short revents)
{
	char byte;

	(void)revents;
	if (read(w->fd, &byte, 1) >= 0)
		task_wake(wakes);
}

void
interrupt_start(struct loop *loop, struct task *waiter)
{
	struct sigaction act = { .sa_handler = on_signal };
	size_t i;

	/* Without the pipe a signal still ends us, if not in good order. */
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return;
	wakes = waiter;
	watch_start(&watch, loop, ends[0], POLLIN, on_readable);
	for (i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &act, &before[i]);
}

void
interrupt_stop(void)
{
	size_t i;

	for (i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &before[i], NULL);
	watch_stop(&watch);
	close(ends[0]);
	close(ends[1]);
	ends[0] = ends[1] = -1;
}

int
interrupt_signal(void)
{
	return came;
}
