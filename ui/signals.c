#include "ui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "net/err.h"

#define CAUGHT_MAX 8

static struct {
	int pipe[2];
	int numbers[CAUGHT_MAX];
	struct sigaction before[CAUGHT_MAX];
	size_t count;
} caught = { .pipe = { -1, -1 } };

static void
on_signal(int number)
{
	unsigned char byte = (unsigned char)number;
	int saved = errno;

	/* A full pipe holds what we need to know already. */
	if (write(caught.pipe[1], &byte, 1) < 0)
		errno = saved;
	errno = saved;
}

bool
signals_catch(const int *numbers, size_t n, struct err *err)
{
	struct sigaction action = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART };
	size_t i;

	if (pipe2(caught.pipe, O_CLOEXEC | O_NONBLOCK) != 0)
		return err_sys(err, errno, "cannot make a pipe");
	sigemptyset(&action.sa_mask);
	for (i = 0; i < n && i < CAUGHT_MAX; i++) {
		caught.numbers[i] = numbers[i];
		sigaction(numbers[i], &action, &caught.before[i]);
	}
	caught.count = i;
	return true;
}

void
signals_release(void)
{
	size_t i;

	for (i = 0; i < caught.count; i++)
		sigaction(caught.numbers[i], &caught.before[i], NULL);
	caught.count = 0;
	if (caught.pipe[0] >= 0) {
		close(caught.pipe[0]);
		close(caught.pipe[1]);
	}
	caught.pipe[0] = caught.pipe[1] = -1;
}

int
signals_fd(void)
{
	return caught.pipe[0];
}

int
signals_next(void)
{
	unsigned char byte;

	return read(caught.pipe[0], &byte, 1) == 1 ? byte : 0;
}
