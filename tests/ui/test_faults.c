#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "net/buf.h"
#include "net/err.h"
#include "net/mem.h"

/*
 * What the machine may do to the program: no room for a report, no
 * descriptors, nobody who reads, and signals, in storms too.  It ends with
 * a status that is documented, an old report stays whole, nothing is left
 * beside it, and the terminal is given back.
 */

#define PATIENCE_MS 60000
#define OLD "an old report\n"

static char folder[64], report[96];

static void
set_up(void)
{
	struct err err;

	strcpy(folder, "/tmp/relaytrace-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(report, sizeof(report), "%s/report", folder);
	ck_assert(file_write(report, OLD, strlen(OLD), 0644, &err));
}

/* Only the old report is there, and it is what it was. */
static void
must_be_old(const char *what)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	struct buf text;
	struct err err;

	while ((entry = readdir(d)) != NULL)
		ck_assert_msg(entry->d_name[0] == '.' ||
		    strcmp(entry->d_name, "report") == 0, "%s: left %s",
		    what, entry->d_name);
	closedir(d);
	buf_init(&text, 1 << 20);
	ck_assert(file_read(report, &text, &err));
	ck_assert_msg(strcmp(buf_str(&text), OLD) == 0, "%s: now %.60s", what,
	    buf_str(&text));
	buf_clear(&text);
}

static void
tear_down(void)
{
	char *command = mem_printf("rm -rf %s", folder);

	ck_assert_int_eq(system(command), 0);
	free(command);
}

/* ---- one run of the program ---- */

struct limits {
	rlim_t file_bytes, descriptors; /* 0: as they are */
	const char *out;                /* in place of standard output */
	bool as_nobody;
};

static void
limit(int what, rlim_t value)
{
	const struct rlimit both = { value, value };

	if (value != 0 && setrlimit(what, &both) != 0)
		_exit(126);
}

static pid_t
start(const char *const *args, const struct limits *limits)
{
	int program = open(RT_PROGRAM, O_RDONLY | O_CLOEXEC);
	pid_t pid;

	ck_assert_int_ge(program, 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		int out = open(limits->out != NULL ? limits->out : "/dev/null",
		    O_WRONLY);
		int quiet = open("/dev/null", O_RDWR);

		dup2(quiet, STDIN_FILENO);
		dup2(out, STDOUT_FILENO);
		dup2(quiet, STDERR_FILENO);
		if (out > 2)
			close(out);
		if (quiet > 2)
			close(quiet);
		limit(RLIMIT_FSIZE, limits->file_bytes);
		limit(RLIMIT_NOFILE, limits->descriptors);
		setenv("HOME", folder, 1);
		if (limits->as_nobody && setuid(65534) != 0)
			_exit(126);
		/* By its descriptor: its folder may not be everybody's. */
		syscall(SYS_execveat, program, "",
		    (char *const *)(uintptr_t)args, environ,
		    0x1000 /* AT_EMPTY_PATH */);
		_exit(127);
	}
	close(program);
	return pid;
}

static long
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
rest(int ms)
{
	const struct timespec pause = { 0, ms * 1000000L };

	nanosleep(&pause, NULL);
}

/* Its exit status; a signal, or no end at all, is a failure. */
static int
end_of(pid_t pid, const char *what)
{
	long until = now_ms() + PATIENCE_MS;
	int status = 0;
	pid_t ended;

	while ((ended = waitpid(pid, &status, WNOHANG)) == 0 &&
	    now_ms() < until)
		rest(5);
	if (ended == 0)
		kill(pid, SIGKILL);
	ck_assert_msg(ended == pid, "%s: it does not end", what);
	ck_assert_msg(WIFEXITED(status), "%s: ended by signal %d", what,
	    WTERMSIG(status));
	return WEXITSTATUS(status);
}

static const char *const demo_to_file[] = { "relaytrace", "demo", "backup-mx",
	"--format=json", NULL, NULL };
static const char *const demo_to_stdout[] = { "relaytrace", "demo",
	"backup-mx", "--format=json", NULL };

static int
demo_into(const char *path, const struct limits *limits, const char *what)
{
	const char *args[6];
	char *option = mem_printf("--output=%s", path);
	int status;

	memcpy(args, demo_to_file, sizeof(args));
	args[4] = option;
	status = end_of(start(args, limits), what);
	free(option);
	return status;
}

/* ---- no room ---- */

START_TEST(a_disk_that_fills_up)
{
	const struct limits little = { .file_bytes = 4096 };

	ck_assert_int_eq(demo_into(report, &little, "4 KiB of disk"), 2);
	must_be_old("4 KiB of disk");
	ck_assert_int_eq(demo_into("/dev/full", &(struct limits) { 0 },
	    "a full device"), 2);
}
END_TEST

START_TEST(a_report_nobody_takes)
{
	const struct limits full = { .out = "/dev/full" };

	ck_assert_int_eq(end_of(start(demo_to_stdout, &full), "full"), 2);
}
END_TEST

START_TEST(a_folder_that_is_not_there)
{
	ck_assert_int_eq(demo_into("/nowhere/report", &(struct limits) { 0 },
	    "no such folder"), 2);
	ck_assert_int_eq(demo_into(folder, &(struct limits) { 0 },
	    "a folder"), 2);
	must_be_old("a folder");
}
END_TEST

/* A report may need root to be refused; a file system does not. */
START_TEST(a_disk_that_is_read_only)
{
	ck_assert_int_eq(demo_into("/proc/report", &(struct limits) { 0 },
	    "read-only"), 2);
}
END_TEST

/* ---- descriptors used up ---- */

START_TEST(few_descriptors)
{
	const struct limits few = { .descriptors = (rlim_t)_i };
	char what[40];
	int status;

	snprintf(what, sizeof(what), "%d descriptors", _i);
	status = demo_into(report, &few, what);
	/* With very few not even the loader can do its work. */
	ck_assert_msg((status >= 0 && status <= 3) || status == 127, "%s: %d",
	    what, status);
	if (status == 2)
		must_be_old(what);
}
END_TEST

/* ---- signals ---- */

/* A resolver that hears and never answers keeps a check waiting. */
static int
silent_resolver(char *option, size_t size)
{
	struct sockaddr_storage at = { .ss_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint16_t port;

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, 16), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	memcpy(&port, (const char *)&at + 2, sizeof(port));
	port = (uint16_t)(port >> 8 | port << 8);
	snprintf(option, size, "--resolver=127.0.0.1:%d", port);
	return fd;
}

static pid_t
start_waiting(int *silent, const struct limits *limits)
{
	char resolver[64], *output = mem_printf("--output=%s", report);
	const char *const args[] = { "relaytrace", "check", resolver, output,
		"bob@example.net", NULL };
	struct pollfd asked = { .events = POLLIN };
	pid_t pid;

	*silent = silent_resolver(resolver, sizeof(resolver));
	pid = start(args, limits);
	asked.fd = *silent;
	ck_assert_int_eq(poll(&asked, 1, PATIENCE_MS), 1);
	free(output);
	return pid;
}

/* What is known so far is the report; a second signal does not wait. */
START_TEST(asked_to_end)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	int silent, status;
	pid_t pid = start_waiting(&silent, &(struct limits) { 0 });
	long from = now_ms();

	kill(pid, signals[_i]);
	status = end_of(pid, "asked to end");
	ck_assert_int_lt(now_ms() - from, 20000);
	ck_assert_msg(status == 3 || status == 128 + signals[_i],
	    "status %d", status);
	close(silent);
}
END_TEST

START_TEST(asked_to_end_again_and_again)
{
	int silent, status, i;
	pid_t pid = start_waiting(&silent, &(struct limits) { 0 });

	for (i = 0; i < 200; i++)
		kill(pid, i % 2 == 0 ? SIGTERM : SIGINT);
	status = end_of(pid, "a storm");
	ck_assert_msg(status == 3 || status >= 128, "status %d", status);
	close(silent);
}
END_TEST

/* ---- core dumps ---- */

static long
core_limit(pid_t pid)
{
	char *path = mem_printf("/proc/%d/limits", (int)pid), line[200];
	FILE *limits = fopen(path, "re");
	long value = -1;

	while (limits != NULL && fgets(line, sizeof(line), limits) != NULL)
		sscanf(line, "Max core file size %ld", &value);
	if (limits != NULL)
		fclose(limits);
	free(path);
	return value;
}

/*
 * A process that cannot be dumped belongs to root in /proc; that keeps it
 * from handlers of dumps and from other programs of its user.
 */
START_TEST(leaves_no_core)
{
	const struct limits nobody = { .as_nobody = getuid() == 0 };
	int silent, status;
	struct stat st;
	char path[40];
	struct buf text;
	struct err err;
	pid_t pid;

	buf_init(&text, 4096);
	ck_assert_int_eq(chmod(folder, 0777), 0);
	ck_assert_int_eq(chmod(report, 0666), 0);
	pid = start_waiting(&silent, &nobody);
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	ck_assert_int_eq(core_limit(pid), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_uid, 0);
	kill(pid, SIGABRT);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) && !WCOREDUMP(status));
	/* Who is killed cannot tidy up; the old report is whole all the same. */
	ck_assert(file_read(report, &text, &err));
	ck_assert_str_eq(buf_str(&text), OLD);
	buf_clear(&text);
	close(silent);
}
END_TEST

/* ---- the screens ---- */

struct screens {
	pid_t pid;
	int fd;
	char last[65536]; /* what the program wrote last */
	size_t len;
};

static void
drain(struct screens *s, int ms)
{
	struct pollfd fd = { .fd = s->fd, .events = POLLIN };
	char bytes[16384];
	ssize_t n;

	while (poll(&fd, 1, ms) > 0 &&
	    (n = read(s->fd, bytes, sizeof(bytes))) > 0) {
		if (s->len + (size_t)n > sizeof(s->last)) {
			memmove(s->last, s->last + sizeof(s->last) / 2,
			    sizeof(s->last) / 2);
			s->len = s->len > sizeof(s->last) / 2 ?
			    s->len - sizeof(s->last) / 2 : 0;
		}
		memcpy(s->last + s->len, bytes, (size_t)n);
		s->len += (size_t)n;
	}
}

static void
open_screens(struct screens *s)
{
	struct winsize size = { 24, 80, 0, 0 };

	memset(s, 0, sizeof(*s));
	s->pid = forkpty(&s->fd, NULL, NULL, &size);
	ck_assert_int_ge(s->pid, 0);
	if (s->pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("HOME", folder, 1);
		unsetenv("XDG_STATE_HOME");
		if (chdir(folder) != 0) /* where the keys write reports */
			_exit(126);
		execl(RT_PROGRAM, "relaytrace", "demo", "backup-mx",
		    (char *)NULL);
		_exit(127);
	}
	while (s->len == 0)
		drain(s, 100);
}

static void
storm(struct screens *s, int round)
{
	struct winsize size = { (unsigned short)(round * 7 % 60 + 1),
		(unsigned short)(round * 13 % 200 + 1), 0, 0 };
	int i;

	for (i = 0; i < 20; i++) {
		size.ws_row = (unsigned short)(size.ws_row % 60 + 1);
		ioctl(s->fd, TIOCSWINSZ, &size);
		kill(s->pid, SIGWINCH);
		kill(s->pid, SIGPIPE);
		kill(s->pid, i % 2 == 0 ? SIGTSTP : SIGCONT);
	}
	kill(s->pid, SIGCONT);
	drain(s, 1);
}

/* Drawn anew and wide, the screen says where one is. */
static void
must_show(struct screens *s, const char *word)
{
	struct winsize wide = { 24, 200, 0, 0 };
	long until = now_ms() + PATIENCE_MS;

	while (now_ms() < until) {
		s->len = 0;
		wide.ws_col ^= 1;
		ioctl(s->fd, TIOCSWINSZ, &wide);
		kill(s->pid, SIGCONT);
		drain(s, 100);
		if (memmem(s->last, s->len, word, strlen(word)) != NULL)
			return;
	}
	ck_abort_msg("it does not come to \"%s\"", word);
}

/* The way through the screens, popups and prompts. */
static const struct {
	const char *key, *shown;
} way[] = {
	{ "", "Nina writes" },
	{ "\r", "This is what will be asked" },
	{ "v", "Every line" },
	{ "\033", "This is what will be asked" },
	{ "\r", "10 of 10" }, /* the probes have ended */
	{ "\r", "C: MX example.net" },
	{ "\r", "what DNS says" },
	{ "\033", "C: MX example.net" },
	{ "/", "Esc gives it up" },
	{ "mx\r", "C: MX example.net" },
	{ "\033", "10 of 10" },
	{ "\t", "Matrix" },
	{ "\033", "10 of 10" },
	{ "d", "seen from" },
	{ "\r", "Evidence" },
	{ "\033", "seen from" },
	{ "z", "Findings" },
	{ "\033", "seen from" },
	{ "w", "Message" },
	{ "\033", "seen from" },
	{ "e", "Export" },
	{ "\033", "seen from" },
	{ "\033OP", "Keyboard: keys in this view" },
	{ "\033", "seen from" },
	{ ":", "A command by its name" },
	{ "first\r", "seen from" },
	{ "K", "seen from" },
	{ "r", "Test again" },
	{ "\033", "seen from" },
	{ "\033", "10 of 10" },
	{ "\033", "This is what will be asked" },
	{ "\033", "Nina writes" },
	{ "\033", "Questions" },
	{ "\033", "What happened?" },
	{ "\r", "Bounce" },
	{ "no bounce at all\004", "This does not look like" },
	{ "\033", "Bounce" },
	{ "\033", "What happened?" },
	{ "q", "Leave?" },
	{ "\033", "What happened?" },
	{ "G\r", "Mail log:" },
	{ "mail.log\r", "Relay access denied" },
	{ "\033", "What happened?" },
};

START_TEST(storms_in_every_screen)
{
	static const int last_words[] = { SIGTERM, SIGHUP };
	static const char log_line[] =
	    "Nov 24 10:00:00 mx postfix/smtp[1]: 3ABCDE: "
	    "to=<bob@example.net>, relay=mx2.example.net[192.0.2.26]:25, "
	    "delay=1, dsn=5.7.1, status=bounced (host "
	    "mx2.example.net[192.0.2.26] said: 554 5.7.1 "
	    "<bob@example.net>: Relay access denied (in reply to RCPT TO "
	    "command))\n";
	struct screens s;
	struct err err;
	char what[60], *path;
	long until;
	int status = 0;
	size_t i;

	path = mem_printf("%s/mail.log", folder);
	ck_assert(file_write(path, log_line, strlen(log_line), 0600, &err));
	free(path);
	open_screens(&s);
	for (i = 0; i < sizeof(way) / sizeof(way[0]); i++) {
		ck_assert_int_eq(write(s.fd, way[i].key, strlen(way[i].key)),
		    (ssize_t)strlen(way[i].key));
		must_show(&s, way[i].shown);
		storm(&s, (int)i);
		snprintf(what, sizeof(what), "in %s", way[i].shown);
		ck_assert_msg(waitpid(s.pid, &status, WNOHANG) == 0,
		    "%s: it has ended, %x", what, status);
	}
	until = now_ms() + PATIENCE_MS;
	kill(s.pid, last_words[_i]);
	while (waitpid(s.pid, &status, WNOHANG) == 0 && now_ms() < until) {
		kill(s.pid, SIGCONT);
		drain(&s, 10);
	}
	ck_assert_msg(WIFEXITED(status), "ended by signal %d",
	    WTERMSIG(status));
	drain(&s, 0);
	/* Back to the screen that was there before. */
	if (last_words[_i] == SIGTERM)
		ck_assert_ptr_nonnull(memmem(s.last, s.len, "\033[?1049l", 8));
	close(s.fd);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("faults");
	TCase *tc = tcase_create("all"), *storms = tcase_create("storms");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, a_disk_that_fills_up);
	tcase_add_test(tc, a_report_nobody_takes);
	tcase_add_test(tc, a_folder_that_is_not_there);
	tcase_add_test(tc, a_disk_that_is_read_only);
	tcase_add_loop_test(tc, few_descriptors, 3, 48);
	tcase_add_loop_test(tc, asked_to_end, 0, 3);
	tcase_add_test(tc, asked_to_end_again_and_again);
	tcase_add_test(tc, leaves_no_core);
	tcase_add_checked_fixture(storms, set_up, tear_down);
	tcase_set_timeout(storms, 300);
	tcase_add_loop_test(storms, storms_in_every_screen, 0, 2);
	suite_add_tcase(suite, tc);
	suite_add_tcase(suite, storms);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
