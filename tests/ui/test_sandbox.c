#include "ui/sandbox/sandbox.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "core/local/helper.h"
#include "net/addr.h"
#include "net/err.h"
#include "net/loop.h"
#include "net/mem.h"
#include "net/task.h"

/*
 * What a process that was taken over could do after start-up, tried in a
 * child behind the walls; then the commands themselves, seen from outside.
 */

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true /* it needs some of the calls itself */
#else
#define SANITIZED false
#endif

#define TRIES 500 /* looks at a process that starts, 20 ms apart */

static char folder[64], secret[96], inside[96];

static bool
has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

static void
set_up(void)
{
	struct err err;

	strcpy(folder, "/var/tmp/relaytrace-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(inside, sizeof(inside), "%s/inside", folder);
	ck_assert_int_eq(mkdir(inside, 0700), 0);
	snprintf(secret, sizeof(secret), "%s/secret", folder);
	ck_assert(file_write(secret, "s", 1, 0600, &err));
}

static void
tear_down(void)
{
	char *command = mem_printf("rm -rf %s", folder);

	ck_assert_int_eq(system(command), 0);
	free(command);
}

/* Runs `attempt` in a child behind the walls; its exit status. */
static int
behind(bool wanted, const struct sandbox_needs *needs, int (*attempt)(void))
{
	pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		sandbox_enter(wanted, needs);
		_exit(attempt());
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status), "ended by signal %d",
	    WTERMSIG(status));
	return WEXITSTATUS(status);
}

/* 0, or the error number of a call that failed. */
static int
error_of(long result)
{
	return result >= 0 ? 0 : errno;
}

static int
read_secret(void)
{
	return error_of(open(secret, O_RDONLY));
}

static int
read_shadow(void)
{
	return error_of(open("/etc/shadow", O_RDONLY));
}

static int
run_program(void)
{
	return error_of(execl("/bin/true", "true", (char *)NULL));
}

static int
follow_itself(void)
{
	return error_of(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int
fork_itself(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return error_of(pid);
}

static int
read_memory(void)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { &byte, 1 };

	return error_of(process_vm_readv(getppid(), &here, 1, &there, 1, 0));
}

static int
signal_parent(void)
{
	return error_of(kill(getppid(), 0));
}

static int
type_into_terminal(void)
{
	return error_of(ioctl(STDIN_FILENO, TIOCSTI, "x"));
}

static int
mount_something(void)
{
	return error_of(mount("none", inside, "tmpfs", 0, NULL));
}

static int
talk_locally(void)
{
	return error_of(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int
talk_raw(void)
{
	return error_of(socket(AF_PACKET, SOCK_RAW, 0));
}

static int
ask_network(void)
{
	return error_of(socket(AF_INET, SOCK_STREAM, 0));
}

static int
serve_network(void)
{
	return error_of(listen(socket(AF_INET, SOCK_STREAM, 0), 1));
}

static int
write_inside(void)
{
	char path[128];
	struct err err;

	snprintf(path, sizeof(path), "%s/report", inside);
	return file_write(path, "report\n", 7, 0644, &err) &&
	    file_write(path, "again\n", 6, 0644, &err) ? 0 : 1;
}

static int
write_outside(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/elsewhere", folder);
	return error_of(open(path, O_WRONLY | O_CREAT, 0600));
}

static int
write_secret(void)
{
	return error_of(open(secret, O_WRONLY | O_TRUNC));
}

static int
use_libraries(void)
{
	/* Time zones and signals to itself go on working. */
	time_t now = time(NULL);
	struct tm tm;

	if (localtime_r(&now, &tm) == NULL || raise(SIGCONT) != 0)
		return 1;
	return error_of(open("/usr/share", O_RDONLY | O_DIRECTORY));
}

/* No command may do any of these, whatever it needs. */
static const struct {
	const char *what;
	int (*attempt)(void);
	bool also_sanitized;
} forbidden[] = {
	{ "run a program", run_program, true },
	{ "be traced", follow_itself, false },
	{ "fork", fork_itself, false },
	{ "read another's memory", read_memory, true },
	{ "signal another", signal_parent, true },
	{ "type into the terminal", type_into_terminal, true },
	{ "mount", mount_something, true },
	{ "open local sockets", talk_locally, true },
	{ "open raw sockets", talk_raw, true },
};

static const struct sandbox_needs kinds[] = {
	{ .writes = NULL },
	{ .network = true },
	{ .network = true, .listens = true },
	{ .network = true, .person = true },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

START_TEST(nothing_dangerous)
{
	size_t i;

	for (i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		int error;

		if (SANITIZED && !forbidden[i].also_sanitized)
			continue;
		error = behind(true, &kinds[_i], forbidden[i].attempt);
		ck_assert_msg(error == EPERM || error == EACCES,
		    "kind %d can %s: %s", _i, forbidden[i].what,
		    strerror(error));
	}
}
END_TEST

START_TEST(network_as_needed)
{
	const struct sandbox_needs *k = &kinds[_i];

	ck_assert_int_eq(behind(true, k, ask_network),
	    k->network ? 0 : EPERM);
	ck_assert_int_eq(behind(true, k, serve_network),
	    k->listens ? 0 : EPERM);
	ck_assert_int_eq(behind(true, k, use_libraries), 0);
}
END_TEST

START_TEST(files_as_needed)
{
	char *report = mem_printf("%s/report", inside);
	struct sandbox_needs needs = { .network = true, .writes = report };

	if (!has_landlock()) {
		ck_assert(getenv("CI") == NULL ||
		    access("/.dockerenv", F_OK) == 0);
		free(report);
		return;
	}
	ck_assert_int_eq(behind(true, &needs, write_inside), 0);
	ck_assert_int_eq(behind(true, &needs, write_outside), EACCES);
	ck_assert_int_eq(behind(true, &needs, write_secret), EACCES);
	ck_assert_int_eq(behind(true, &needs, read_secret), EACCES);
	ck_assert_int_eq(behind(true, &needs, read_shadow), EACCES);
	needs.person = true;
	ck_assert_int_eq(behind(true, &needs, read_shadow), EACCES);
	ck_assert_int_eq(behind(true, &needs, read_secret), 0);
	ck_assert_int_eq(behind(true, &needs, write_secret), EACCES);
	needs = (struct sandbox_needs) { .reads = { secret } };
	ck_assert_int_eq(behind(true, &needs, read_secret), 0);
	ck_assert_int_eq(behind(true, &needs, write_secret), EACCES);
	ck_assert_int_eq(behind(true, &needs, write_inside), 1);
	free(report);
}
END_TEST

/* The attempts are such as succeed where nobody stands in the way. */
START_TEST(without_it_all_is_possible)
{
	const struct sandbox_needs *k = &kinds[0];

	ck_assert_int_eq(behind(false, k, run_program), 0);
	ck_assert_int_eq(behind(false, k, follow_itself), 0);
	ck_assert_int_eq(behind(false, k, fork_itself), 0);
	ck_assert_int_eq(behind(false, k, signal_parent), 0);
	ck_assert_int_eq(behind(false, k, talk_locally), 0);
	ck_assert_int_eq(behind(false, k, serve_network), 0);
	ck_assert_int_eq(behind(false, k, read_secret), 0);
	ck_assert_int_eq(behind(false, k, write_outside), 0);
}
END_TEST

/* ---- the commands, from outside ---- */

/* A field of /proc/PID/status, -1 if there is none. */
static long
status_of(pid_t pid, const char *field)
{
	char *path = mem_printf("/proc/%d/status", (int)pid);
	FILE *status = fopen(path, "re");
	char line[256];
	long value = -1;
	size_t n = strlen(field);

	while (status != NULL && fgets(line, sizeof(line), status) != NULL)
		if (strncmp(line, field, n) == 0 && line[n] == ':')
			value = strtol(line + n + 1, NULL, 10);
	if (status != NULL)
		fclose(status);
	free(path);
	return value;
}

/* True as soon as the field has the value; false if it never has. */
static bool
comes_to(pid_t pid, const char *field, long value)
{
	const struct timespec pause = { 0, 20 * 1000 * 1000 };
	int i;

	for (i = 0; i < TRIES; i++) {
		if (status_of(pid, field) == value)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

/* On a terminal of its own; *terminal stays open until `finish`. */
static pid_t
start(const char *const *argv, int *terminal)
{
	struct winsize size = { 24, 80, 0, 0 };
	pid_t pid = forkpty(terminal, NULL, NULL, &size);

	ck_assert_int_ge(pid, 0);
	if (pid > 0)
		return pid;
	setenv("TERM", "xterm-256color", 1);
	setenv("HOME", inside, 1);
	execv(RT_PROGRAM, (char *const *)(uintptr_t)argv);
	_exit(127);
}

static void
finish(pid_t pid, int terminal)
{
	kill(pid, SIGKILL);
	close(terminal);
	waitpid(pid, NULL, 0);
}

/* A resolver that hears and never answers keeps a command waiting. */
static int
silent_resolver(char *option, size_t size)
{
	struct sockaddr_storage at;
	struct addr addr;
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memset(&at, 0, sizeof(at));
	at.ss_family = AF_INET;
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at,
	    sizeof(struct sockaddr_in)), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	ck_assert(addr_from_sockaddr((struct sockaddr *)&at, &addr));
	snprintf(option, size, "--resolver=127.0.0.1:%d", addr.port);
	return fd;
}

START_TEST(commands_enter_it)
{
	char resolver[64];
	int silent = silent_resolver(resolver, sizeof(resolver)), terminal;
	char *fifo = mem_printf("--log=%s/fifo", inside);
	const char *const check[] = { "relaytrace", "check", resolver,
		"bob@example.net", NULL };
	const char *const spf[] = { "relaytrace", "spf", resolver,
		"--ip=192.0.2.1", "bob@example.net", NULL };
	const char *const explain[] = { "relaytrace", "explain", fifo, NULL };
	const char *const wizard[] = { "relaytrace", NULL };
	const char *const demo[] = { "relaytrace", "demo", "backup-mx", NULL };
	const char *const *const commands[] = { check, spf, explain, wizard, demo };
	int letters;
	pid_t pid;

	ck_assert_int_eq(mkfifo(strchr(fifo, '/'), 0600), 0);
	letters = open(strchr(fifo, '/'), O_RDWR | O_CLOEXEC);
	pid = start(commands[_i], &terminal);
	ck_assert_msg(comes_to(pid, "Seccomp", 2), "%s has no filter",
	    commands[_i][1]);
	ck_assert_int_eq(status_of(pid, "NoNewPrivs"), 1);
	finish(pid, terminal);
	close(letters);
	close(silent);
	free(fifo);
}
END_TEST

/* ---- the helper that was made before ---- */

static enum step
nothing(struct task *task)
{
	(void)task;
	return STEP_WAIT;
}

/* Not one program more, and yet the helper's answer. */
static int
ask_helper(void)
{
	struct local_values values = { .domain = "dest.example" };
	struct local_answer answer;
	struct loop *loop = loop_new(NULL);
	struct task task;
	int status;

	task_start(&task, loop, NULL, nothing);
	local_answer_ask(&answer, loop, &task, LOCAL_POSTCONF_SERVICES,
	    &values);
	while (!answer.done)
		loop_turn(loop, 1000);
	status = answer.err.kind == ERR_NONE &&
		strcmp(buf_str(&answer.text), "said\n") == 0 ?
	    run_program() : 255;
	local_answer_clear(&answer);
	/* What is given up in the middle leaves nothing behind either. */
	local_answer_ask(&answer, loop, &task, LOCAL_POSTCONF_CHANGED,
	    &values);
	local_answer_clear(&answer);
	local_helper_end();
	task_stop(&task);
	loop_free(loop);
	return status;
}

START_TEST(the_helper_answers_from_outside)
{
	static const char script[] = "#!/bin/sh\necho said\n";
	char *path = mem_printf("%s/usr", folder);
	struct err err;
	int error;

	ck_assert_int_eq(mkdir(path, 0700), 0);
	free(path);
	path = mem_printf("%s/usr/sbin", folder);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	free(path);
	path = mem_printf("%s/usr/sbin/postconf", folder);
	ck_assert(file_write(path, script, strlen(script), 0700, &err));
	free(path);
	ck_assert(local_helper_start(folder));
	error = behind(true, &(struct sandbox_needs) { .network = true,
		.person = true }, ask_helper);
	ck_assert_msg(error == EPERM || error == EACCES, "%d", error);
	local_helper_end();
}
END_TEST

START_TEST(switched_off)
{
	char resolver[64];
	int silent = silent_resolver(resolver, sizeof(resolver)), terminal;
	const char *const check[] = { "relaytrace", "check", resolver,
		"--no-sandbox", "bob@example.net", NULL };
	pid_t pid = start(check, &terminal);
	char byte;

	/* It has begun to ask, so it would have been behind the walls. */
	ck_assert_int_eq(recv(silent, &byte, 1, 0), 1);
	ck_assert_int_eq(status_of(pid, "Seccomp"), 0);
	ck_assert_int_eq(status_of(pid, "NoNewPrivs"), 0);
	finish(pid, terminal);
	close(silent);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sandbox");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, nothing_dangerous, 0, (int)KINDS);
	tcase_add_loop_test(tc, network_as_needed, 0, (int)KINDS);
	tcase_add_test(tc, files_as_needed);
	tcase_add_test(tc, without_it_all_is_possible);
	tcase_add_loop_test(tc, commands_enter_it, 0, 5);
	tcase_add_test(tc, the_helper_answers_from_outside);
	tcase_add_test(tc, switched_off);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
