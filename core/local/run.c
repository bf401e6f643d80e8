#include "core/local/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/mem.h"
#include "net/task.h"

#define REAP_MS 20
#define ENV_MAX 1024 /* bytes of a variable that is handed on */
#define INPUT_MAX 4096 /* fits into any pipe, so writing never waits */

static void
finish(struct local_run *run)
{
	watch_stop(&run->out);
	if (run->out.fd >= 0)
		close(run->out.fd);
	run->out.fd = -1;
	timer_stop(&run->limit);
	timer_stop(&run->reap);
	run->done = true;
	task_wake(run->waiter);
}

/* It leads a session, so its children go with it. */
static void
kill_all(const struct local_run *run)
{
	if (run->pid > 0) {
		kill(-run->pid, SIGKILL);
		kill(run->pid, SIGKILL);
	}
}

static void
stop(struct local_run *run)
{
	int status;

	kill_all(run);
	while (run->pid > 0 && waitpid(run->pid, &status, 0) < 0 &&
	    errno == EINTR)
		continue;
	run->pid = 0;
	run->status = -1;
	finish(run);
}

/* After its last word: it may still take a moment to end. */
static void
reap(struct timer *timer)
{
	struct local_run *run = container_of(timer, struct local_run, reap);
	int status;
	pid_t pid = waitpid(run->pid, &status, WNOHANG);

	if (pid == 0) {
		timer_start(&run->reap, run->loop, REAP_MS, reap);
		return;
	}
	run->status = pid == run->pid && WIFEXITED(status) ?
	    WEXITSTATUS(status) : -1;
	if (run->status < 0)
		err_set(&run->err, ERR_SYSTEM, "it was ended by a signal");
	run->pid = 0;
	finish(run);
}

static void
readable(struct watch *watch, short revents)
{
	struct local_run *run = container_of(watch, struct local_run, out);
	char bytes[4096];
	ssize_t n;

	(void)revents;
	while ((n = read(watch->fd, bytes, sizeof(bytes))) > 0) {
		buf_add(&run->text, bytes, (size_t)n);
		if (run->text.overflow) {
			run->truncated = true;
			err_set(&run->err, ERR_LIMIT,
			    "it said more than is read");
			stop(run);
			return;
		}
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	watch_stop(watch);
	reap(&run->reap);
}

static void
too_long(struct timer *timer)
{
	struct local_run *run = container_of(timer, struct local_run, limit);

	err_set(&run->err, ERR_TIMEOUT, "it did not end within %d s",
	    LOCAL_MS / 1000);
	stop(run);
}

/*
 * Ours and small; of the person's own only what says where a server's
 * settings and libraries are, for one that was not installed by a package.
 */
static void
environment(const char *env[8], char kept[2][ENV_MAX])
{
	static const char *const names[] = { "MAIL_CONFIG", "LD_LIBRARY_PATH" };
	size_t n = 0, i, k = 0;
	const char *value;

	env[n++] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	env[n++] = "LC_ALL=C";
	env[n++] = "HOME=/";
	for (i = 0; i < 2; i++) {
		value = getenv(names[i]);
		if (value == NULL || strlen(value) > ENV_MAX - 20)
			continue;
		snprintf(kept[k], ENV_MAX, "%s=%s", names[i], value);
		env[n++] = kept[k++];
	}
	env[n] = NULL;
}

static bool
spawn(struct local_run *run, const char *const *argv, int in, int out)
{
	char kept[2][ENV_MAX];
	const char *env[8];
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, usual;
	int error;

	environment(env, kept);
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGINT);
	sigaddset(&usual, SIGTERM);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, 0);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	posix_spawn_file_actions_adddup2(&files, out, 2);
	posix_spawn_file_actions_addchdir_np(&files, "/");
	posix_spawn_file_actions_addclosefrom_np(&files, 3);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &usual);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID |
		POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	error = posix_spawn(&run->pid, argv[0], &files, &attr,
	    (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	if (error == 0)
		return true;
	run->pid = 0;
	return err_set(&run->err, ERR_SYSTEM, "%s: %s", argv[0],
	    strerror(error));
}

/* A descriptor from which `input` can be read, then the end; or -1. */
static int
open_input(const char *input)
{
	int ends[2];
	size_t n = input != NULL ? strlen(input) : 0;

	if (n == 0 || n > INPUT_MAX)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	if (write(ends[1], input, n) != (ssize_t)n) {
		close(ends[0]);
		ends[0] = -1;
	}
	close(ends[1]);
	return ends[0];
}

void
local_run_start(struct local_run *run, struct loop *loop, struct task *waiter,
    const char *const *argv, const char *input)
{
	int in, ends[2] = { -1, -1 };

	memset(run, 0, sizeof(*run));
	run->loop = loop;
	run->waiter = waiter;
	run->status = -1;
	run->out.fd = -1;
	buf_init(&run->text, LOCAL_OUTPUT);
	in = open_input(input);
	if (in < 0 || pipe2(ends, O_CLOEXEC) != 0) {
		err_set(&run->err, ERR_SYSTEM, "%s", strerror(errno));
		finish(run);
	} else if (!spawn(run, argv, in, ends[1])) {
		close(ends[0]);
		finish(run);
	} else {
		fcntl(ends[0], F_SETFL, O_NONBLOCK);
		watch_start(&run->out, loop, ends[0], POLLIN, readable);
		timer_start(&run->limit, loop, LOCAL_MS, too_long);
	}
	if (in >= 0)
		close(in);
	if (ends[1] >= 0)
		close(ends[1]);
}

void
local_run_clear(struct local_run *run)
{
	if (run->loop == NULL)
		return;
	run->waiter = NULL;
	if (!run->done)
		stop(run);
	buf_clear(&run->text);
	memset(run, 0, sizeof(*run));
}
