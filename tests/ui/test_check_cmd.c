/*
 * relaytrace check as people and scripts run it: exit statuses, what stands
 * where, files that cannot be read or written, and interrupts.  The real
 * program asks a name server and a mail server of ours on loopback.
 */
#include "ui/check_cmd.h"

#include <check.h>
#include <fcntl.h>
#include <jansson.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake/dns_server.h"
#include "fake/smtp_server.h"

static const char zone[] =
    "null.test MX 0 .\n"
    "mail.test A 192.0.2.1\n";

#define OUT_MAX 400000

static pid_t dns, smtp;
static int dns_port, smtp_port, asked;
static char folder[] = "/tmp/relaytrace-check-XXXXXX";
static char out[OUT_MAX], errors[OUT_MAX]; /* of the last run */

static void
start_servers(void)
{
	char text[20];

	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	dns = dns_server_start(zone, &dns_port);
	smtp = smtp_server_start(&smtp_port, &asked);
	ck_assert(dns > 0 && smtp > 0);
	snprintf(text, sizeof(text), "%d", smtp_port);
	setenv("PORT", text, 1);
	/* Not the settings of whoever runs the tests. */
	setenv("XDG_CONFIG_HOME", folder, 1);
}

static void
stop_servers(void)
{
	char command[100];

	smtp_server_stop(smtp);
	dns_server_stop(dns);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static void
slurp(const char *name, char *text)
{
	FILE *file = fopen(name, "r");
	size_t n;

	ck_assert_msg(file != NULL, "%s", name);
	n = fread(text, 1, OUT_MAX - 1, file);
	text[n] = '\0';
	fclose(file);
}

static void
put_file(const char *name, const char *text)
{
	FILE *file;

	unlink(name); /* it may be one that cannot be written */
	file = fopen(name, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

static void
check_file(const char *name, const char *text)
{
	static char now[OUT_MAX];

	slurp(name, now);
	ck_assert_str_eq(now, text);
}

/*
 * The program in the background, without a terminal, `arguments` as a shell
 * reads them ($PORT: that of the mail server); `before` are commands of the
 * shell that becomes the program.
 */
static pid_t
start(const char *before, const char *arguments)
{
	char command[2000];
	pid_t child;

	snprintf(command, sizeof(command),
	    "exec >out 2>errors; %s exec %s check --resolver=127.0.0.1:%d "
	    "--security=none --no-relay-test --helo=client.test %s",
	    before, RT_PROGRAM, dns_port, arguments);
	child = fork();
	if (child != 0)
		return child;
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Permissions count for root too. */
	prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE);
	prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH);
	execl("/bin/sh", "sh", "-c", command, NULL);
	_exit(127);
}

static int
finish(pid_t child)
{
	int status;

	waitpid(child, &status, 0);
	slurp("out", out);
	slurp("errors", errors);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   -WTERMSIG(status);
}

static int
run(const char *arguments)
{
	return finish(start("exec </dev/null;", arguments));
}

/* The n-th JSON object of the output, a line each. */
static json_t *
object(const char *text, int n)
{
	json_error_t error;
	json_t *json;

	for (; n > 0 && text != NULL; n--) {
		text = strchr(text, '\n');
		text = text != NULL ? text + 1 : NULL;
	}
	ck_assert_ptr_nonnull(text);
	json = json_loads(text, JSON_DISABLE_EOF_CHECK, &error);
	ck_assert_msg(json != NULL, "%s in: %s", error.text, text);
	return json;
}

static void
check_object(const char *text, int n, const char *recipient,
    const char *verdict, bool complete)
{
	json_t *json = object(text, n);

	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(
	    json, "case"), "recipient")), recipient);
	ck_assert_str_eq(json_string_value(json_object_get(json, "verdict")),
	    verdict);
	ck_assert_int_eq(json_is_true(json_object_get(json, "complete")),
	    complete);
	json_decref(json);
}

static int
count_lines(const char *text)
{
	int n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static const struct {
	const char *arguments;
	int status;
	const char *says; /* on standard output */
} runs[] = {
	{ "-s 127.0.0.1:$PORT good@b.test", 0, "ACCEPTED: good@b.test" },
	{ "-s 127.0.0.1:$PORT bad@b.test", 1, "REFUSED: bad@b.test" },
	{ "bob@null.test", 1, "null.test" },
	{ "bob@gone.test", 1, "gone.test" },
	{ "-s nowhere.test good@b.test", 1, "nowhere.test" },
	{ "-s 127.0.0.1:$PORT --timeout=1 slow@b.test", 3, "INCONCLUSIVE" },
	/* The highest of several, wherever it stands. */
	{ "-s 127.0.0.1:$PORT bad@b.test good@b.test", 1,
	    "ACCEPTED: good@b.test" },
	{ "-s 127.0.0.1:$PORT --timeout=4 good@b.test slow@b.test "
	  "bad@b.test", 3, "REFUSED: bad@b.test" },
};

START_TEST(exit_status_tells_the_verdict)
{
	ck_assert_int_eq(run(runs[_i].arguments), runs[_i].status);
	ck_assert_msg(strstr(out, runs[_i].says) != NULL, "%s", out);
	ck_assert_str_eq(errors, "");
}
END_TEST

static const struct {
	const char *arguments, *says;
} wrong[] = {
	{ "", "no recipient is given" },
	{ "bob", "\"bob\": no @ in the address" },
	{ "--frobnicate a@b.test", "--frobnicate is no option" },
	{ "--form=a@b.test a@b.test", "--form is no option; --form" },
	{ "--server a@b.test", "--server: a \"@\" in the domain" },
	{ "a@b.test --server", "--server: HOST[:PORT] is missing" },
	{ "-s h.test:0 a@b.test", "\"0\" is no port" },
	{ "-s h.test:25x a@b.test", "\"25x\" is no port" },
	{ "--timeout=0 a@b.test", "--timeout: \"0\" is not a number" },
	{ "--format=xml a@b.test", "\"xml\" is none of text, json" },
	{ "-4 -6 a@b.test", "--ipv4 and --ipv6 exclude each other" },
	{ "--resolver=here a@b.test", "\"here\" is no IP address" },
	{ "--from=@ a@b.test", "--from" },
	{ "--format=html a@b.test b@b.test", "take one recipient" },
	{ "--from-file=list a@b.test", "either recipients or --from-file" },
	{ "--debug=none/such a@b.test", "none/such" },
	/* Logins */
	{ "-u anna a@b.test", "--user needs --server" },
	{ "-s h.test --password-file=x a@b.test", "needs --user" },
	{ "-s h.test -u anna a@b.test", "--user needs a password: give "
	  "--password-file, --password-fd or --token-file" },
	{ "-s h.test -u \"$(printf 'an\\tna')\" a@b.test",
	    "a control character at position 3" },
	{ "-s h.test -u anna --password-file=none a@b.test",
	    "--password-file=none: No such file" },
	{ "-s h.test -u anna --password-file=secret-mode a@b.test",
	    "--password-file=secret-mode: Permission denied" },
	{ "-s h.test -u anna --password-file=empty a@b.test",
	    "--password-file=empty: the first line is empty" },
	{ "-s h.test -u anna --password-file=. a@b.test",
	    "--password-file=.: Is a directory" },
	{ "-s h.test -u anna --password-fd=9 a@b.test",
	    "--password-fd=9: Bad file descriptor" },
	{ "-s h.test -u anna --password-fd=0 a@b.test",
	    "--password-fd=0: the first line is empty" },
	{ "-s h.test -u anna --password-fd=x a@b.test",
	    "--password-fd: \"x\" is not a number" },
	{ "-s h.test -u anna --token-file=none a@b.test",
	    "--token-file=none: No such file" },
	{ "-s h.test -u anna --token-file=empty --password-file=empty "
	  "a@b.test", "exclude each other" },
	{ "--ca-file=list a@b.test", "list holds no certificate" },
	{ "--ca-file=none a@b.test", "none" },
	{ "-s h.test --cert-file=list --key-file=list a@b.test",
	    "list holds no certificate" },
	{ "-s h.test --cert-file=list a@b.test", "go together" },
	/* Where recipients come from */
	{ "--from-file=none", "cannot read none: No such file" },
	{ "--from-file=.", "cannot read .: Is a directory" },
	{ "--from-file=empty", "there is no recipient in it" },
	{ "--from-file=list", "list line 4: recipient no-address: no @" },
	{ "--from-file=- <list", "- line 4: recipient no-address: no @" },
	{ "--from-file=bytes", "NUL bytes" },
	{ "--bounce=none", "cannot read none: No such file" },
	{ "--bounce=list", "no bounce, log line or reply" },
	{ "--bounce=- <empty", "no bounce, log line or reply" },
	{ "--bounce=reply", "no recipient is named in it" },
	/* Where the report goes */
	{ "--output=none/such a@b.test", "cannot write none/such: No such" },
	{ "--output=. a@b.test", "cannot write .: Is a directory" },
	{ "--output=secret-mode a@b.test",
	    "cannot write secret-mode: Permission denied" },
	{ "--output=locked/x a@b.test",
	    "cannot write locked/x: Permission denied" },
	/* The configuration, by line */
	{ "--config=none a@b.test", "cannot read none: No such file" },
	{ "--config=conf-word a@b.test", "conf-word line 2: an = is missing" },
	{ "--config=conf-name a@b.test",
	    "conf-name line 1: there is no option colour" },
	{ "--config=conf-value a@b.test", "conf-value line 3: timeout: "
	  "\"soon\" is not a number" },
	{ "--config=conf-secret a@b.test", "conf-secret line 1: there is no "
	  "option password" },
	{ "--config=conf-section a@b.test", "conf-section line 2: the ] of "
	  "the section is missing" },
	{ "--config=conf-profile a@b.test", "conf-profile line 4: resolver" },
	{ "--config=empty --profile=work a@b.test",
	    "empty has no settings for profile work" },
};

static void
put_bad_files(void)
{
	put_file("empty", "");
	put_file("list", "# who\na@b.test\n\nno-address\n");
	put_file("reply", "550 5.7.1 Relay access denied\n");
	put_file("secret-mode", "old\n");
	ck_assert_int_eq(chmod("secret-mode", 0), 0);
	mkdir("locked", 0500);
	put_file("conf-word", "# mine\nresolver 192.0.2.1\n");
	put_file("conf-name", "colour = never\n");
	put_file("conf-value", "ipv4 = yes\n\ntimeout = soon\n");
	put_file("conf-secret", "password = x\n");
	put_file("conf-section", "ipv4 = yes\n[profile work\n");
	put_file("conf-profile", "ipv4 = yes\n[profile work]\n\n"
				 "resolver = here\n");
	ck_assert_int_eq(system("printf 'a@b.test\\0\\n' >bytes"), 0);
}

START_TEST(wrong_input_is_named_and_nothing_else_said)
{
	const char *p;

	put_bad_files();
	ck_assert_int_eq(run(wrong[_i].arguments), 2);
	ck_assert_str_eq(out, "");
	ck_assert_msg(strncmp(errors, "relaytrace check: ", 18) == 0 &&
		strstr(errors, wrong[_i].says) != NULL &&
		count_lines(errors) == 1,
	    "%s: %s", wrong[_i].arguments, errors);
	for (p = errors; *p != '\0'; p++)
		ck_assert(*p == '\n' || *p >= ' ');
}
END_TEST

START_TEST(a_password_comes_from_a_descriptor_or_a_file)
{
	put_file("password", "geheim\nrest\n");
	/* The server offers no login, so none is tried; it is only read. */
	ck_assert_int_eq(run("-s 127.0.0.1:$PORT -u anna --json "
			     "--password-fd=3 good@b.test 3<password"), 0);
	ck_assert_ptr_null(strstr(out, "geheim"));
	ck_assert_int_eq(run("-s 127.0.0.1:$PORT -u anna --json "
			     "--password-file=password good@b.test"), 0);
	ck_assert_ptr_null(strstr(out, "geheim"));
}
END_TEST

START_TEST(output_replaces_the_old_file_when_complete)
{
	struct stat status;

	put_file("report", "old\n");
	ck_assert_int_eq(chmod("report", 0640), 0);
	ck_assert_int_eq(symlink("report", "link"), 0);
	ck_assert_int_eq(run("-s 127.0.0.1:$PORT -o link bad@b.test"), 1);
	ck_assert_str_eq(out, "");
	slurp("report", out);
	ck_assert_ptr_nonnull(strstr(out, "REFUSED: bad@b.test"));
	ck_assert_int_eq(lstat("link", &status), 0);
	ck_assert(S_ISLNK(status.st_mode));
	ck_assert_int_eq(stat("report", &status), 0);
	ck_assert_int_eq(status.st_mode & 0777, 0640);
	ck_assert_int_eq(system("test \"$(ls -d report* | wc -l)\" = 1"), 0);
	/* Status 2 is CRITICAL there, and the report is one. */
	ck_assert_int_eq(run("-s 127.0.0.1:$PORT --format=nagios -o report "
			     "bad@b.test"), 2);
	slurp("report", out);
	ck_assert_ptr_nonnull(strstr(out, "CRITICAL"));
}
END_TEST

START_TEST(an_old_file_survives_what_cannot_be_written)
{
	put_file("kept", "old\n");
	ck_assert_int_eq(finish(start("ulimit -f 0; trap '' XFSZ; "
				      "exec 2>/dev/null;",
	    "-s 127.0.0.1:$PORT -o kept bad@b.test 2>/dev/null")), 2);
	check_file("kept", "old\n");
	/* Nor is a file replaced that was made read-only. */
	ck_assert_int_eq(chmod("kept", 0444), 0);
	ck_assert_int_eq(run("-s 127.0.0.1:$PORT -o kept bad@b.test"), 2);
	check_file("kept", "old\n");
	ck_assert_int_eq(system("test \"$(ls -d kept* | wc -l)\" = 1"), 0);
	ck_assert_int_eq(run("-s 127.0.0.1:$PORT -o /dev/full bad@b.test"),
	    2);
	ck_assert_ptr_nonnull(strstr(errors, "cannot write /dev/full: No "
					     "space left"));
}
END_TEST

START_TEST(standard_output_that_is_full_or_gone)
{
	ck_assert_int_eq(run("-s 127.0.0.1:$PORT good@b.test >/dev/full"),
	    2);
	ck_assert_ptr_nonnull(strstr(errors, "No space left"));
	/* A reader that left: a quiet end, as of any filter. */
	ck_assert_int_eq(system("mkfifo pipe"), 0);
	ck_assert_int_eq(run("-s 127.0.0.1:$PORT good@b.test >pipe & "
			     "child=$!; exec 4<pipe; exec 4<&-; "
			     "wait $child; echo $?"), 0);
	ck_assert_msg(strtol(out, NULL, 10) == 128 + SIGPIPE, "%s", out);
	ck_assert_str_eq(errors, "");
}
END_TEST

START_TEST(json_comes_alone_and_in_order)
{
	put_file("many", "slow1@b.test\nbad@b.test\n# none\n\n"
			 "good@b.test\r\ngood2@b.test");
	ck_assert_int_eq(run("-s 127.0.0.1:$PORT --timeout=4 --from-file=many "
			     "--jobs=4"), 3);
	ck_assert_int_eq(count_lines(out), 4);
	check_object(out, 1, "bad@b.test", "refused", true);
	check_object(out, 2, "good@b.test", "accepted", true);
	check_object(out, 3, "good2@b.test", "accepted", true);
	ck_assert_str_eq(errors, "");
	/* A plan is JSON too, where that was asked for. */
	ck_assert_int_eq(run("--dry-run --json a@b.test"), 0);
	json_decref(object(out, 0));
	ck_assert_int_eq(count_lines(out), 1);
}
END_TEST

/* Interrupted while the second of three waits for its reply. */
static int
interrupt(const char *arguments)
{
	pid_t child;
	char byte;
	int before;

	/* Those of earlier tests do not count. */
	ck_assert_int_eq(ioctl(asked, FIONREAD, &before), 0);
	for (; before > 0; before--)
		ck_assert_int_eq(read(asked, &byte, 1), 1);
	child = start("", arguments);
	ck_assert_int_eq(read(asked, &byte, 1), 1);
	kill(child, SIGINT);
	return finish(child);
}

START_TEST(an_interrupt_keeps_what_is_known)
{
	put_file("partial", "old\n");
	ck_assert_int_eq(interrupt("-s 127.0.0.1:$PORT --json --jobs=1 "
				   "good@b.test slow@b.test good2@b.test"),
	    3);
	ck_assert_int_eq(count_lines(out), 2);
	check_object(out, 0, "good@b.test", "accepted", true);
	check_object(out, 1, "slow@b.test", "inconclusive", false);
	ck_assert_int_eq(interrupt("-s 127.0.0.1:$PORT --json --jobs=1 "
				   "-o partial good@b.test slow@b.test "
				   "good2@b.test"),
	    3);
	slurp("partial", out);
	ck_assert_int_eq(count_lines(out), 2);
	check_object(out, 0, "good@b.test", "accepted", true);
	ck_assert_int_eq(system("test \"$(ls -d partial* | wc -l)\" = 1"),
	    0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("ui.check_cmd");
	TCase *t = tcase_create("check_cmd");
	SRunner *r;
	int failed;

	tcase_add_unchecked_fixture(t, start_servers, stop_servers);
	tcase_add_loop_test(t, exit_status_tells_the_verdict, 0,
	    sizeof(runs) / sizeof(runs[0]));
	tcase_add_loop_test(t, wrong_input_is_named_and_nothing_else_said, 0,
	    sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_test(t, a_password_comes_from_a_descriptor_or_a_file);
	tcase_add_test(t, output_replaces_the_old_file_when_complete);
	tcase_add_test(t, an_old_file_survives_what_cannot_be_written);
	tcase_add_test(t, standard_output_that_is_full_or_gone);
	tcase_add_test(t, json_comes_alone_and_in_order);
	tcase_add_test(t, an_interrupt_keeps_what_is_known);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
