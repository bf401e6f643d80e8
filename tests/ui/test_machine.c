#include <arpa/inet.h>
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "core/file.h"
#include "net/buf.h"
#include "net/err.h"
#include "net/mem.h"

/*
 * The program on a machine of its own, made of namespaces: a disk that is
 * full or read-only, an /etc/resolv.conf that is none, a network that goes
 * down, a wall clock that jumps.  Where namespaces may not be made there is
 * nothing to see; where CI is set that is a failure.
 */

#define PATIENCE_MS 60000
#define OLD "an old report\n"
#define NOT_HERE 77

/* ---- a machine ---- */

static char folder[64], report[96];

static void must(bool good, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* In the machine there is no test to fail, only a process that ends. */
static void
must(bool good, const char *fmt, ...)
{
	va_list ap;

	if (good)
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
	_exit(1);
}

static void
put(const char *path, const char *text, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	must(fd >= 0 && write(fd, text, n) == (ssize_t)n && close(fd) == 0,
	    "%s: %s", path, strerror(errno));
}

static bool
map_ids(const char *path, unsigned id)
{
	char text[40];
	int fd = open(path, O_WRONLY | O_CLOEXEC), n;
	bool good;

	n = snprintf(text, sizeof(text), "0 %u 1", id);
	good = fd >= 0 && write(fd, text, (size_t)n) == n;
	if (fd >= 0)
		close(fd);
	return good;
}

/* Root has it for nothing; others need a user namespace for it. */
static bool
enter(void)
{
	unsigned uid = getuid(), gid = getgid();
	int flags = CLONE_NEWNS | CLONE_NEWNET;
	int deny;

	if (uid == 0)
		return unshare(flags) == 0;
	if (unshare(flags | CLONE_NEWUSER) != 0)
		return false;
	deny = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
	if (deny >= 0) {
		(void)!write(deny, "deny", 4);
		close(deny);
	}
	return map_ids("/proc/self/uid_map", uid) &&
	    map_ids("/proc/self/gid_map", gid);
}

/* Nothing that is mounted from here on is seen outside; `folder` is a disk. */
static void
begin(const char *options)
{
	if (!enter() || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		_exit(NOT_HERE);
	must(mount("disk", folder, "tmpfs", 0, options) == 0, "tmpfs: %s",
	    strerror(errno));
	put(report, OLD, strlen(OLD));
}

static void
in_a_machine(void (*what)(int), int i)
{
	int status;
	pid_t pid;

	strcpy(folder, "/tmp/relaytrace-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(report, sizeof(report), "%s/report", folder);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		what(i);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(rmdir(folder), 0);
	ck_assert_msg(WIFEXITED(status), "signal %d", WTERMSIG(status));
	if (WEXITSTATUS(status) == NOT_HERE && getenv("CI") == NULL)
		return;
	ck_assert_msg(WEXITSTATUS(status) == 0, "row %d: %s", i,
	    WEXITSTATUS(status) == NOT_HERE ? "no namespaces here" :
					      "see above");
}

/* ---- the program in it ---- */

static long
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static pid_t
start(const char *const *args)
{
	pid_t pid = fork();

	must(pid >= 0, "fork: %s", strerror(errno));
	if (pid == 0) {
		int quiet = open("/dev/null", O_RDWR);

		dup2(quiet, STDIN_FILENO);
		dup2(quiet, STDOUT_FILENO);
		dup2(quiet, STDERR_FILENO);
		setenv("HOME", folder, 1);
		execv(RT_PROGRAM, (char *const *)(uintptr_t)args);
		_exit(127);
	}
	return pid;
}

static int
end_of(pid_t pid, const char *what)
{
	const struct timespec pause = { 0, 5 * 1000000L };
	long until = now_ms() + PATIENCE_MS;
	int status = 0;
	pid_t ended;

	while ((ended = waitpid(pid, &status, WNOHANG)) == 0 &&
	    now_ms() < until)
		nanosleep(&pause, NULL);
	if (ended == 0)
		kill(pid, SIGKILL);
	must(ended == pid, "%s: it does not end", what);
	must(WIFEXITED(status), "%s: ended by signal %d", what,
	    WTERMSIG(status));
	return WEXITSTATUS(status);
}

static int
demo(const char *what)
{
	char *output = mem_printf("--output=%s", report);
	const char *const args[] = { "relaytrace", "demo", "backup-mx",
		"--format=json", output, NULL };
	int status = end_of(start(args), what);

	free(output);
	return status;
}

static int
files(void)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	int n = 0;

	while ((entry = readdir(d)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(d);
	return n;
}

/* The old report or a whole new one, and nothing beside it. */
static bool
is_old(const char *what)
{
	struct buf text;
	struct err err = { 0 };
	json_t *json;
	bool old;

	buf_init(&text, 16 << 20);
	must(file_read(report, &text, &err), "%s: %s", what, err.text);
	old = strcmp(buf_str(&text), OLD) == 0;
	json = json_loads(buf_str(&text), 0, NULL);
	must(old || json != NULL, "%s: neither old nor new", what);
	must(files() == 1, "%s: something is left beside it", what);
	json_decref(json);
	buf_clear(&text);
	return old;
}

/* ---- disks ---- */

/* From a disk with room for the old report alone to one with enough. */
static void
small_disk(int pages)
{
	char *options = mem_printf("size=%dk", 4 * pages);
	int status;

	begin(options);
	status = demo(options);
	must((status == 2) == is_old(options), "%s: status %d", options,
	    status);
	must(pages > 1 || status == 2, "a full disk: status %d", status);
	must(pages < 64 || status == 0, "an empty disk: status %d", status);
	free(options);
}

START_TEST(a_disk_of_any_size)
{
	static const int pages[] = { 1, 2, 3, 4, 8, 64 };

	in_a_machine(small_disk, pages[_i]);
}
END_TEST

static void
read_only_disk(int i)
{
	int status;

	(void)i;
	begin("size=1m");
	must(mount(NULL, folder, NULL, MS_REMOUNT | MS_RDONLY, NULL) == 0,
	    "remount: %s", strerror(errno));
	status = demo("a read-only disk");
	must(status == 2, "a read-only disk: status %d", status);
	must(is_old("a read-only disk"), "a read-only disk was written");
}

START_TEST(a_disk_mounted_read_only)
{
	in_a_machine(read_only_disk, 0);
}
END_TEST

/* ---- the network ---- */

static void
loopback(bool up)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	request.ifr_flags = up ? IFF_UP : 0;
	must(fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0, "lo: %s",
	    strerror(errno));
	close(fd);
}

static int
listen_on_53(const char *address)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(53) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET, address, &at.sin_addr);
	must(bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0, "bind: %s",
	    strerror(errno));
	return fd;
}

static pid_t
start_check(const char *option)
{
	const char *const args[] = { "relaytrace", "check", "--timeout=5",
		"--format=json", option, "bob@example.net", NULL };

	return start(args);
}

static void
must_be_asked(int fd, const char *what)
{
	struct pollfd asked = { .fd = fd, .events = POLLIN };

	must(poll(&asked, 1, PATIENCE_MS) == 1, "%s: nobody asks", what);
}

static void
goes_down(int i)
{
	pid_t pid;
	int fd, status;
	long from;

	(void)i;
	begin("size=1m");
	loopback(true);
	fd = listen_on_53("127.0.0.1");
	from = now_ms();
	pid = start_check("--resolver=127.0.0.1");
	must_be_asked(fd, "before it is lost");
	loopback(false);
	status = end_of(pid, "a lost network");
	must(status == 3 || status == 1, "a lost network: status %d", status);
	must(now_ms() - from < 30000, "a lost network: %ld ms",
	    now_ms() - from);
	close(fd);
}

START_TEST(a_network_that_goes_down)
{
	in_a_machine(goes_down, 0);
}
END_TEST

/* ---- /etc/resolv.conf ---- */

static const struct conf {
	const char *text;
	int times;        /* the text over and over */
	bool useful;      /* 127.0.0.1 is to be asked */
	int status;       /* else */
} confs[] = {
	{ "", 1, false, 2 },
	{ "nameserver 127.0.0.1\n", 1, true, 0 },
	{ "nameserver 300.1.1.1\nnameserver ::zz\nnameserver\n"
	  "nameserver mail.example.org\nnameserver 127.0.0.1:53:53\n",
	  1, false, 2 },
	{ "nameserver 300.1.1.1\nnameserver ::zz\nnameserver 127.0.0.1\n", 1,
	  true, 0 },
	{ "options ndots:999999999 timeout:-1 attempts:0 rotate:\n"
	  "options \033[2J\ndomain\nsearch a b c d e f g h\nsortlist /////\n"
	  "nameserver 127.0.0.1 # \377\376\n", 1, true, 0 },
	{ "nameserver 127.0.0.1\n", 1000, true, 0 },
	{ "nameserver 127.0.0.1\n\001\002\377\360\033]0;x\007\r\r\n", 3000,
	  true, 0 },
	{ "\001\377\360\033]0;owned\007", 5000, false, 2 },
	{ "search a-word-without-an-end-", 4000, false, 2 },
};

#define CONFS ((int)(sizeof(confs) / sizeof(confs[0])))

/* "" is what is said; no byte in it steers a terminal. */
static void
unusable(const char *conf, int want)
{
	const char *const args[] = { "relaytrace", "check", "--timeout=5",
		"--format=json", "bob@example.net", NULL };
	int out[2], status;
	char text[2000];
	ssize_t n, k;
	pid_t pid;

	must(pipe(out) == 0, "pipe");
	pid = fork();
	if (pid == 0) {
		dup2(out[1], STDERR_FILENO);
		close(out[0]);
		close(out[1]);
		setenv("HOME", folder, 1);
		execv(RT_PROGRAM, (char *const *)(uintptr_t)args);
		_exit(127);
	}
	close(out[1]);
	status = end_of(pid, conf);
	n = read(out[0], text, sizeof(text) - 1);
	close(out[0]);
	must(n > 0, "nothing is said");
	text[n] = '\0';
	must(status == want, "status %d: %s", status, text);
	must(strstr(text, "resolv.conf") != NULL, "not named: %s", text);
	for (k = 0; k < n; k++)
		must((unsigned char)text[k] >= 0x20 || text[k] == '\n',
		    "the byte %02x is said", text[k]);
}

static void
strange_conf(int i)
{
	const struct conf *conf = &confs[i];
	char *path = mem_printf("%s/resolv.conf", folder);
	struct buf text;
	pid_t pid;
	int k, fd;

	begin("size=8m");
	buf_init(&text, 4 << 20);
	for (k = 0; k < conf->times; k++)
		buf_puts(&text, conf->text);
	put(path, buf_str(&text), text.len);
	buf_clear(&text);
	must(mount(path, "/etc/resolv.conf", NULL, MS_BIND, NULL) == 0,
	    "bind mount: %s", strerror(errno));
	loopback(true);
	fd = listen_on_53("127.0.0.1");
	if (conf->useful) {
		pid = start_check("--no-relay-test");
		must_be_asked(fd, "resolv.conf");
		kill(pid, SIGTERM);
		kill(pid, SIGTERM);
		(void)end_of(pid, "resolv.conf");
	} else {
		unusable("resolv.conf", conf->status);
	}
	close(fd);
	free(path);
}

START_TEST(any_resolv_conf)
{
	in_a_machine(strange_conf, _i);
}
END_TEST

/* ---- the wall clock ---- */

#ifndef __SANITIZE_ADDRESS__ /* which wants to be loaded first */
static long long
whole(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/*
 * It jumps by weeks, forth and back, each time it is looked at.  What is
 * measured, what waits and what is concluded have another clock.
 */
START_TEST(a_wall_clock_that_jumps)
{
	int out[2], status;
	const json_t *probe;
	json_t *json;
	size_t i;
	pid_t pid;
	FILE *f;

	ck_assert_int_eq(pipe(out), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		dup2(out[1], STDOUT_FILENO);
		close(out[0]);
		close(out[1]);
		setenv("LD_PRELOAD", RT_CLOCK_JUMPS, 1);
		execl(RT_PROGRAM, "relaytrace", "demo", "backup-mx",
		    "--format=json", (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	f = fdopen(out[0], "r");
	json = json_loadf(f, 0, NULL);
	fclose(f);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	ck_assert_ptr_nonnull(json);
	ck_assert_str_eq(json_string_value(json_object_get(json, "verdict")),
	    "partly");
	ck_assert_int_ge(whole(json, "elapsed_ms"), 0);
	ck_assert_int_lt(whole(json, "elapsed_ms"), PATIENCE_MS);
	json_array_foreach(json_object_get(json, "probes"), i, probe) {
		ck_assert_int_ge(whole(probe, "start_ms"), 0);
		ck_assert_int_ge(whole(probe, "end_ms"),
		    whole(probe, "start_ms"));
		ck_assert_int_le(whole(probe, "end_ms"),
		    whole(json, "elapsed_ms"));
	}
	ck_assert_int_gt((int)i, 0);
	json_decref(json);
}
END_TEST
#endif

int
main(void)
{
	Suite *suite = suite_create("machine");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, a_disk_of_any_size, 0, 6);
	tcase_add_test(tc, a_disk_mounted_read_only);
	tcase_add_test(tc, a_network_that_goes_down);
	tcase_add_loop_test(tc, any_resolv_conf, 0, CONFS);
#ifndef __SANITIZE_ADDRESS__
	tcase_add_test(tc, a_wall_clock_that_jumps);
#endif
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
