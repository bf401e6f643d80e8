/*
 * The login, as somebody at a helpdesk meets it: what is wrong with what
 * was given is said at once, and what to set stands on the first screen.
 */
#include "ui/secret.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SCREEN_ROWS 24
#define SCREEN_COLS 80

static char dir[] = "/tmp/rt-login-XXXXXX";
static char out[1 << 20], err[1 << 16];

static void
put(const char *name, const char *bytes, size_t n)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
	fclose(file);
}

static void
take(const char *name, char *text, size_t size)
{
	char path[200];
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	n = fread(text, 1, size - 1, file);
	text[n] = '\0';
	fclose(file);
}

/* Exit status; what was written stands in `out` and `err`. */
static int
run(const char *arguments)
{
	char command[2000];
	int status;

	snprintf(command, sizeof(command),
	    "cd %s && '%s' %s </dev/null >out 2>err", dir, RT_PROGRAM,
	    arguments);
	status = system(command);
	take("out", out, sizeof(out));
	take("err", err, sizeof(err));
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Nobody listens there, should the program get that far. */
#define TO "check -s 127.0.0.1:1 --resolver=127.0.0.1:1 bob@dest.example "

static const struct {
	const char *arguments, *says;
} bad[] = {
	{ TO "-u u --password-file=none", "--password-file=none: No such" },
	{ TO "-u u --password-file=.", "Is a directory" },
	{ TO "-u u --password-file=empty", "the first line is empty" },
	{ TO "-u u --password-file=newline", "the first line is empty" },
	{ TO "-u u --password-file=nul", "NUL byte" },
	{ TO "-u u --password-file=huge", "longer than" },
	{ TO "-u u --token-file=empty", "--token-file=empty" },
	{ TO "-u u --password-fd=77", "--password-fd=77: Bad file" },
	{ TO "-u u", "needs a password" },
	{ TO "-u '' --password-file=good", "--user: the value is empty" },
	{ TO "-u \"$(printf 'a\\tb')\" --password-file=good",
	    "--user: a control character at position 2" },
	{ TO "-u \"$(printf 'a\\033b')\" --password-file=good",
	    "--user: a control character at position 2" },
	{ TO "-u \"$(printf '\\377')\" --password-file=good",
	    "--user: the name is not valid UTF-8" },
	{ TO "-u u --password-file=good --mechanism=NTLM",
	    "no login by NTLM is possible here" },
	{ TO "--cert-file=none --key-file=none", "cannot read none: No such" },
	{ TO "--cert-file=good --key-file=good",
	    "good holds no certificate in PEM form" },
	{ TO "--cert-file=cert --key-file=good",
	    "good holds no private key in PEM form" },
	{ TO "--cert-file=cert --key-file=key", "cannot use certificate" },
	{ TO "--ca-file=good", "good holds no certificate in PEM form" },
	{ TO "--ca-file=none", "cannot read none" },
	{ "check -s 'ho st' bob@dest.example", "--server: a blank" },
	{ "check -s h.example:0 bob@dest.example", "\"0\" is no port" },
	{ "check -s '' bob@dest.example", "no host is named" },
};

START_TEST(bad_input_is_named)
{
	const char *p;
	int status = run(bad[_i].arguments);

	ck_assert_msg(status == 2, "%s: status %d", bad[_i].arguments,
	    status);
	ck_assert_str_eq(out, "");
	ck_assert_msg(strstr(err, bad[_i].says) != NULL, "%s: %s",
	    bad[_i].arguments, err);
	for (p = err; *p != '\0'; p++)
		ck_assert_msg((unsigned char)*p >= 0x20 || *p == '\n',
		    "a control character in %s", err);
}
END_TEST

/* One screen of 80 x 24 from the verdict on tells what to set. */
static const struct {
	const char *demo, *port;
} screens[] = {
	{ "auth-required", "Port: 587 with STARTTLS, or 465 with SSL/TLS" },
	{ "auth-needs-tls", "Port: 587 with STARTTLS" },
	{ "other-port", "Port: 587 with STARTTLS" },
};

START_TEST(what_to_set_is_on_the_first_screen)
{
	static const char *const wanted[] = { "REFUSED",
		"Server: smtp.example.org", "Login: on; user name usually the "
		"full mail address", "Methods offered: PLAIN LOGIN" };
	char command[100], *screen, *end;
	size_t i;
	int row;

	snprintf(command, sizeof(command), "demo %s --format=text",
	    screens[_i].demo);
	ck_assert_int_eq(run(command), 0);
	screen = strstr(out, "\nREFUSED:");
	ck_assert_ptr_nonnull(screen);
	for (row = 0, end = screen + 1; row < SCREEN_ROWS; row++) {
		size_t n = strcspn(end, "\n");

		ck_assert_uint_le(n, SCREEN_COLS);
		end += n + (end[n] == '\n');
	}
	*end = '\0';
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		ck_assert_msg(strstr(screen, wanted[i]) != NULL,
		    "%s is not in\n%s", wanted[i], screen);
	ck_assert_msg(strstr(screen, screens[_i].port) != NULL,
	    "%s is not in\n%s", screens[_i].port, screen);
}
END_TEST

START_TEST(the_plan_shows_the_message)
{
	static const char *const wanted[] = { "MAIL FROM:<a@b.example>",
		"RCPT TO:<bob@dest.example>", "From: <a@b.example>",
		"To: <bob@dest.example>", "This is a test message",
		"One real test message is sent, to one server" };
	size_t i;

	ck_assert_int_eq(run("check --dry-run -f a@b.example "
			     "bob@dest.example"), 0);
	ck_assert_ptr_nonnull(strstr(out, "No message is sent"));
	ck_assert_ptr_null(strstr(out, "This is a test message"));
	ck_assert_int_eq(run("check --send --dry-run -f a@b.example "
			     "bob@dest.example"), 0);
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		ck_assert_msg(strstr(out, wanted[i]) != NULL, "%s: %s",
		    wanted[i], out);
	ck_assert_ptr_null(strstr(out, "No message is sent"));
}
END_TEST

static void
prepare(void)
{
	static const char cert[] = "-----BEGIN CERTIFICATE-----\nAAAA\n"
				   "-----END CERTIFICATE-----\n";
	static const char key[] = "-----BEGIN PRIVATE KEY-----\nAAAA\n"
				  "-----END PRIVATE KEY-----\n";
	static char huge[9000];

	ck_assert_ptr_nonnull(mkdtemp(dir));
	memset(huge, 'x', sizeof(huge));
	put("good", "roses\n", 6);
	put("empty", "", 0);
	put("newline", "\n", 1);
	put("nul", "a\0b\n", 4);
	put("huge", huge, sizeof(huge));
	put("cert", cert, strlen(cert));
	put("key", key, strlen(key));
}

int
main(void)
{
	Suite *suite = suite_create("login_help");
	TCase *all = tcase_create("all");
	SRunner *runner;
	char command[100];
	int failed;

	tcase_add_unchecked_fixture(all, prepare, NULL);
	tcase_set_timeout(all, 60);
	tcase_add_loop_test(all, bad_input_is_named, 0,
	    (int)(sizeof(bad) / sizeof(bad[0])));
	tcase_add_loop_test(all, what_to_set_is_on_the_first_screen, 0,
	    (int)(sizeof(screens) / sizeof(screens[0])));
	tcase_add_test(all, the_plan_shows_the_message);
	suite_add_tcase(suite, all);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command) == 0 && failed == 0 ? 0 : 1;
}
