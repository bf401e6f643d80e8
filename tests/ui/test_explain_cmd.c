/*
 * relaytrace explain as people and scripts run it: the real program, with
 * input from a pipe in any portion, and its exit status.
 */
#include "ui/explain_cmd.h"

#include <check.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/buf.h"

static struct buf out, err;

static void
setup(void)
{
	buf_init(&out, 32 << 20);
	buf_init(&err, 1 << 20);
}

static void
teardown(void)
{
	buf_clear(&out);
	buf_clear(&err);
}

static void
drain(int fd, struct buf *into)
{
	char chunk[4096];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(into, chunk, (size_t)n);
	close(fd);
}

/* A child that writes the input, `step` bytes at a time. */
static void
feed(int fd, const char *input, size_t n, size_t step)
{
	size_t at, len;

	if (fork() > 0)
		return;
	for (at = 0; at < n; at += len) {
		len = n - at < step ? n - at : step;
		if (write(fd, input + at, len) != (ssize_t)len)
			break;
	}
	_exit(0);
}

static int
run(const char *const *args, const char *input, size_t n, size_t step)
{
	const char *argv[12] = { RT_PROGRAM, "explain" };
	int in[2], o[2], e[2], status, i;
	pid_t pid;

	for (i = 0; args[i] != NULL; i++)
		argv[2 + i] = args[i];
	ck_assert(pipe(in) == 0 && pipe(o) == 0 && pipe(e) == 0);
	pid = fork();
	if (pid == 0) {
		dup2(in[0], 0);
		dup2(o[1], 1);
		dup2(e[1], 2);
		close(in[1]);
		setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
		execv(RT_PROGRAM, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(in[0]);
	close(o[1]);
	close(e[1]);
	feed(in[1], input, n, step);
	close(in[1]);
	drain(o[0], &out);
	drain(e[0], &err);
	waitpid(pid, &status, 0);
	while (wait(NULL) > 0)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define RUN(input, ...)							\
	run((const char *const[]){ __VA_ARGS__, NULL }, input,		\
	    strlen(input), 65536)

static const char bounce[] =
    "From: MAILER-DAEMON@mx.src.example\nTo: alice@src.example\n"
    "Subject: Undelivered Mail Returned to Sender\n\n"
    "This is the mail system at host mx.src.example.\n\n"
    "<bob@dest.example>: host mx.dest.example[192.0.2.1] said: 554 5.7.1\n"
    "    <bob@dest.example>: Relay access denied (in reply to RCPT TO "
    "command)\n";

START_TEST(a_bounce_byte_by_byte)
{
	const char *const args[] = { "--json", NULL };
	json_t *root, *entry;

	ck_assert_int_eq(run(args, bounce, sizeof(bounce) - 1, 1), 0);
	root = json_loadb(buf_str(&out), out.len, JSON_REJECT_DUPLICATES,
	    NULL);
	ck_assert_ptr_nonnull(root);
	ck_assert_int_eq(json_integer_value(json_object_get(root,
	    "version")), 1);
	ck_assert_str_eq(json_string_value(json_object_get(root, "kind")),
	    "bounce");
	entry = json_array_get(json_object_get(root, "entries"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(entry,
	    "recipient")), "bob@dest.example");
	ck_assert_str_eq(json_string_value(json_object_get(entry, "server")),
	    "mx.dest.example");
	ck_assert_str_eq(json_string_value(json_object_get(entry,
	    "reporting_mta")), "mx.src.example");
	ck_assert_int_eq(json_integer_value(json_object_get(entry, "code")),
	    554);
	ck_assert_str_eq(json_string_value(json_object_get(entry,
	    "enhanced")), "5.7.1");
	ck_assert_str_eq(json_string_value(json_object_get(entry, "stage")),
	    "rcpt");
	ck_assert_str_eq(json_string_value(json_object_get(entry, "next")),
	    "relaytrace check --from=alice@src.example bob@dest.example");
	json_decref(root);
	ck_assert_uint_eq(err.len, 0);
}
END_TEST

START_TEST(text_fits_a_ticket)
{
	const char *p, *nl;

	ck_assert_int_eq(RUN(bounce, "-"), 0);
	ck_assert(strstr(buf_str(&out), "refused by  mx.dest.example"));
	ck_assert(strstr(buf_str(&out), "mx-not-hosting"));
	for (p = buf_str(&out); *p != '\0'; p = nl + 1) {
		nl = strchr(p, '\n');
		ck_assert_ptr_nonnull(nl);
		ck_assert_int_le(nl - p, 76);
	}
}
END_TEST

START_TEST(no_bounce_is_said_so)
{
	ck_assert_int_eq(RUN("Dear all,\n\nthe party is at 550.\n", "-"), 1);
	ck_assert(strstr(buf_str(&out), "Not a bounce") != NULL);
	ck_assert(strstr(buf_str(&out), "Looked for") != NULL);
	buf_reset(&out);
	ck_assert_int_eq(RUN("Dear all,\n", "--json"), 1);
	ck_assert(strstr(buf_str(&out), "\"unknown\"") != NULL);
}
END_TEST

static const struct {
	const char *args[4];
	const char *complaint;
} refused[] = {
	{ { "/no/such/file" }, "/no/such/file: No such file" },
	{ { "/tmp" }, "/tmp: Is a directory" },
	{ { "-" }, "standard input is empty" },
	{ { "a", "b" }, "one FILE, not also b" },
	{ { "--format=html" }, "only text and json" },
	{ { "--log=/no/such/log" }, "/no/such/log: No such file" },
	{ { "--log=x", "y" }, "either a FILE or --log=FILE" },
	{ { "--nonsense" }, "--nonsense" },
	{ { "--output=/no/such/dir/x", "-" }, "empty" },
};

START_TEST(what_cannot_be_read)
{
	ck_assert_int_eq(run(refused[_i].args, "", 0, 1), 2);
	ck_assert_uint_eq(out.len, 0);
	ck_assert_msg(strstr(buf_str(&err), refused[_i].complaint) != NULL,
	    "%s", buf_str(&err));
}
END_TEST

START_TEST(a_log_from_a_pipe)
{
	static const char log[] =
	    "Nov 24 03:00:02 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from "
	    "unknown[198.51.100.9]: 554 5.7.1 <x@far.example>: Relay access "
	    "denied; from=<y@near.example> to=<x@far.example> proto=ESMTP\n";

	ck_assert_int_eq(RUN(log, "--log=-"), 0);
	ck_assert(strstr(buf_str(&out), "1 refusal of 1 kind"));
	ck_assert(strstr(buf_str(&out), "198.51.100.9"));
	buf_reset(&out);
	ck_assert_int_eq(RUN("nothing\n", "--log=-", "--json"), 1);
	ck_assert(strstr(buf_str(&out), "\"unknown\""));
}
END_TEST

/*
 * Ctrl-C in the middle: what was read is shown.  More is written than the
 * pipe holds, so that the program has begun to read by then.
 */
START_TEST(a_log_interrupted)
{
	static const char row[] = "Nov 24 10:00:00 mx postfix/smtpd[1]: "
	    "NOQUEUE: reject: RCPT from pc[192.0.2.9]: 554 5.7.1 "
	    "<bob@dest.example>: Relay access denied; "
	    "from=<alice@src.example> to=<bob@dest.example>\n";
	const char *argv[] = { RT_PROGRAM, "explain", "--log=-", NULL };
	int in[2], o[2], e[2], status, i;
	pid_t pid;

	ck_assert(pipe(in) == 0 && pipe(o) == 0 && pipe(e) == 0);
	pid = fork();
	if (pid == 0) {
		dup2(in[0], 0);
		dup2(o[1], 1);
		dup2(e[1], 2);
		close(in[1]);
		setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
		execv(RT_PROGRAM, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(in[0]);
	close(o[1]);
	close(e[1]);
	for (i = 0; i < 20000; i++)
		ck_assert_int_eq(write(in[1], row, sizeof(row) - 1),
		    sizeof(row) - 1);
	kill(pid, SIGINT);
	/* Between two reads the signal alone does not end the next one. */
	close(in[1]);
	drain(o[0], &out);
	drain(e[0], &err);
	waitpid(pid, &status, 0);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 128 + SIGINT);
	ck_assert_ptr_nonnull(strstr(buf_str(&err), "interrupted after "));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "bob@dest.example"));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("ui.explain_cmd");
	TCase *t = tcase_create("explain_cmd");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, a_bounce_byte_by_byte);
	tcase_add_test(t, text_fits_a_ticket);
	tcase_add_test(t, no_bounce_is_said_so);
	tcase_add_loop_test(t, what_cannot_be_read, 0,
	    sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(t, a_log_from_a_pipe);
	tcase_add_test(t, a_log_interrupted);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
