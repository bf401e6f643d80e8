#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/pty/terminal.h"

/*
 * The plain mode of the real program on a pseudo-terminal that can do
 * nothing.  Nothing is timed: each step waits for its words.
 */

#define SAID_MAX (512 * 1024)

static struct {
	char text[SAID_MAX + 1]; /* all that came */
	size_t len, seen; /* seen: up to where wait_for() has looked */
} said;

static void
begin_as(const char *type, const char *const *args)
{
	memset(&said, 0, sizeof(said));
	terminal_begin(type, 24, 80, args, NULL);
}

static const char *const demo[] = { "relaytrace", "demo", "backup-mx", NULL };
static const char *const wizard[] = { "relaytrace", "--plain", NULL };

static void
begin(const char *const *args)
{
	begin_as("dumb", args);
}

/* False when the program has ended. */
static bool
take(int ms)
{
	bool alive = terminal_take(ms);
	const char *bytes = terminal_bytes();
	size_t n = strlen(bytes);

	ck_assert_uint_lt(said.len + n, SAID_MAX);
	memcpy(said.text + said.len, bytes, n + 1);
	said.len += n;
	return alive;
}

/* The words come behind those of the last call. */
static void
wait_for(const char *words)
{
	int left = TERMINAL_PATIENCE_MS / 100;
	bool alive = true;
	char *at;

	while ((at = strstr(said.text + said.seen, words)) == NULL && alive &&
	    left > 0) {
		size_t len = said.len;

		alive = take(100);
		left -= said.len == len;
	}
	if (at != NULL) {
		said.seen = (size_t)(at - said.text) + strlen(words);
		return;
	}
	terminal_signal(SIGKILL);
	ck_abort_msg("\"%s\" does not come; last was: %s", words,
	    said.text + (said.len > 1500 ? said.len - 1500 : 0));
}

static void
type(const char *text)
{
	terminal_press(text);
}

static void
answer(const char *prompt, const char *text)
{
	wait_for(prompt);
	type(text);
}

/* Append only: nothing but text, tabs and line ends ever came. */
static void
only_lines(void)
{
	size_t i;

	for (i = 0; i < said.len; i++) {
		unsigned char c = (unsigned char)said.text[i];

		ck_assert_msg(c >= 0x20 || c == '\n' || c == '\r' || c == '\a',
		    "byte %d at %.40s", c, said.text + i);
	}
}

static int
end(void)
{
	int status;

	while (take(100))
		;
	status = terminal_end();
	ck_assert(WIFEXITED(status));
	only_lines();
	return WEXITSTATUS(status);
}

/* The one kept case; true if it is there, readable by its owner only. */
static bool
kept(void)
{
	char command[200];

	snprintf(command, sizeof(command),
	    "test \"$(stat -c %%a %s/.local/state/relaytrace/*.json)\" = 600",
	    terminal_home());
	return system(command) == 0;
}

START_TEST(a_demo_to_its_end)
{
	char path[128];
	struct stat st;

	begin(demo);
	wait_for("plain mode: this terminal cannot place the cursor");
	answer("Start? yes/no/details [no]: ", "yes\n");
	wait_for("ok      mx1.example.net");
	wait_for("PROBLEM old.example.net 203.0.113.25 port 25, RCPT: 550");
	wait_for("Result: REFUSED by some");
	wait_for("Cause 1, certain: ");
	wait_for("1 evidence  2 what to do");
	answer("Choice: ", "1\n");
	wait_for(" for: mx1.example.net takes the same recipient");
	wait_for(" against: nothing");
	answer("Choice: ", "2\n");
	wait_for("Who must act: the administrator of the recipient's domain");
	wait_for("relay_to_domains");
	answer("Choice: ", "3\n");
	wait_for("bob@example.net");
	answer("Choice: ", "7\n");
	wait_for(" 1 ");
	answer("Which transcript: ", "9\n");
	wait_for("FAILED HERE");
	answer("Choice: ", "5\n");
	wait_for("For whom?");
	answer("Choice: ", "1\n");
	answer("File [relaytrace-example.net.txt]: ", "\n");
	wait_for("Written: relaytrace-example.net.txt in ");
	answer("Choice: ", "4\n");
	wait_for("Before: REFUSED by some");
	wait_for("Now: REFUSED by some");
	answer("Choice: ", "q\n");
	answer("Keep the case? yes/no [yes]: ", "\n");
	wait_for("The case is kept in");
	ck_assert_int_eq(end(), 0);
	ck_assert(kept());
	snprintf(path, sizeof(path), "%s/relaytrace-example.net.txt",
	    terminal_home());
	ck_assert_int_eq(stat(path, &st), 0);
	terminal_forget();
}
END_TEST

/* Corrections, help, back and the further questions at the prompts. */
/* The wait is counted in words, and can be ended. */
START_TEST(a_greylisting_is_waited_out)
{
	static const char *const greylisting[] = { "relaytrace", "demo",
		"greylisting", NULL };

	begin(greylisting);
	answer("Start? yes/no/details [no]: ", "d\n");
	wait_for("17 off: Wait out a greylisting and ask again");
	answer("Switch which (<: done): ", "17\n");
	answer("Agreed? yes/no [no]: ", "y\n");
	wait_for("17 on: Wait out a greylisting and ask again");
	answer("Switch which (<: done): ", "<\n");
	answer("Start? yes/no/details [no]: ", "yes\n"); /* no second time */
	wait_for("greylisted; the same is asked again in 3");
	answer("Type < to end the wait.", "<\n");
	wait_for("Stopped. What is known is kept.");
	wait_for("Result: ");
	answer("Choice: ", "q\n");
	answer("Keep the case? yes/no [yes]: ", "n\n");
	ck_assert_int_eq(end(), 0);
	terminal_forget();
}
END_TEST

START_TEST(questions)
{
	begin(wizard);
	wait_for(" 3 We cannot send to one domain or address");
	wait_for("more, type m)");
	answer("Choice: ", "?\n");
	wait_for("< goes back, q leaves");
	answer("Choice: ", "77\n");
	wait_for("A number from 1 to 7 chooses.");
	answer("Choice: ", "3\n");
	answer("Question 1 of 4. Mail to which address: ", "?\n");
	wait_for("The recipient: the address that the refused mail was for");
	answer("Mail to which address: ", "bob@dest,example\n");
	wait_for("Problem: a comma in the domain.");
	answer("Did you mean bob@dest.example? yes/no [yes]: ", "\n");
	answer("Question 2 of 4. Mail from which address: ", "<\n");
	answer("Question 1 of 4. Mail to which address [bob@dest.example]: ",
	    "\n");
	answer("Question 2 of 4. Mail from which address: ",
	    "al@gmial.com\n");
	answer("Did you mean al@gmail.com? yes/no [yes]: ", "yes\n");
	wait_for("Question 3 of 4. Who refused?");
	answer("Choice: ", "2\n");
	answer("What is that server called: ", "bob@x.example\n");
	wait_for("Problem: this is a mail address");
	answer("What is that server called [bob@x.example]: ",
	    "mx2.dest.example\n");
	wait_for("Question 4 of 4.");
	answer("Choice: ", "m\n");
	answer("Choice: ", "1\n");
	wait_for("Plan for bob@dest.example, from <al@gmail.com>");
	answer("Start? yes/no/details [no]: ", "details\n");
	wait_for("RCPT TO a made-up mailbox of the domain (asks again)");
	wait_for("show every line that will be sent");
	answer("Switch which (<: done): ", "<\n");
	answer("Start? yes/no/details [no]: ", "q\n");
	answer("Leave? yes/no [yes]: ", "\n");
	ck_assert_int_eq(end(), 0);
	terminal_forget();
}
END_TEST

START_TEST(a_pasted_bounce)
{
	begin(wizard);
	answer("Choice: ", "1\n");
	wait_for("1 Paste it");
	answer("Choice: ", "1\n");
	answer("single dot", "hello\n.\n");
	wait_for("This does not look like a bounce");
	wait_for("1 Paste it");
	answer("Choice: ", "1\n");
	answer("single dot",
	    "\033[200~554 5.7.1 <bob@dest.example>: Relay access denied\n\004");
	wait_for("recipient: bob@dest.example");
	wait_for("answer: 554 5.7.1");
	answer("Mail to which address [bob@dest.example]: ", "q\n");
	answer("Leave? yes/no [yes]: ", "yes\n");
	ck_assert_int_eq(end(), 0);
	terminal_forget();
}
END_TEST

/* Several refusals in a log: one of them is chosen by its number. */
START_TEST(a_log)
{
	char path[128];
	FILE *f;

	begin(wizard);
	snprintf(path, sizeof(path), "%s/mail.log", terminal_home());
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs("Nov 23 14:31:02 gate postfix/smtp[811]: 4F1: "
	      "to=<bob@dest.example>, relay=mx2.dest.example[203.0.113.20]:25,"
	      " delay=1, dsn=5.7.1, status=bounced (host "
	      "mx2.dest.example[203.0.113.20] said: 554 5.7.1 "
	      "<bob@dest.example>: Relay access denied (in reply to RCPT TO "
	      "command))\n"
	      "Nov 23 14:32:02 gate postfix/smtp[812]: 4F2: "
	      "to=<eve@far.example>, relay=mx.far.example[203.0.113.30]:25,"
	      " delay=1, dsn=5.7.1, status=bounced (host "
	      "mx.far.example[203.0.113.30] said: 550 5.7.1 relaying denied "
	      "(in reply to RCPT TO command))\n", f);
	fclose(f);
	answer("Choice: ", "1\n");
	answer("Choice: ", "2\n");
	answer("Which file: ", "mail.log\n");
	wait_for("2 refusals were found.");
	answer("Which one: ", "2\n");
	wait_for("recipient: eve@far.example");
	answer("Mail to which address [eve@far.example]: ", "q\n");
	answer("Leave? yes/no [yes]: ", "yes\n");
	ck_assert_int_eq(end(), 0);
	terminal_forget();
}
END_TEST

/* A whole story typed ahead, as a script does it. */
START_TEST(typed_ahead)
{
	begin(demo);
	type("yes\n1\n<\n");
	wait_for("Result: ");
	wait_for(" for: ");
	answer("Choice: ", "q\n");
	answer("Keep the case? yes/no [yes]: ", "no\n");
	ck_assert_int_eq(end(), 0);
	ck_assert(!kept());
	terminal_forget();
}
END_TEST

START_TEST(a_password_is_not_shown)
{
	begin(wizard);
	answer("Choice: ", "4\n");
	answer("Which outgoing server: ", "smtp.src.example\n");
	answer("Mail to which address: ", "bob@dest.example\n");
	answer("Mail from which address: ", "al@src.example\n");
	answer("Login name: ", "al\n");
	wait_for("Password: ");
	while (said.len == said.seen && take(300) && said.len > said.seen)
		;
	type("opensesame\n");
	answer("Start? yes/no/details [no]: ", "q\n");
	answer("Leave? yes/no [yes]: ", "yes\n");
	ck_assert_int_eq(end(), 0);
	ck_assert_ptr_null(strstr(said.text, "opensesame"));
	terminal_forget();
}
END_TEST

/* Ctrl-C asks; a line that breaks keeps the case and ends. */
START_TEST(interrupt_and_hang_up)
{
	begin(demo);
	answer("Start? yes/no/details [no]: ", "yes\n");
	wait_for("Result: ");
	answer("Choice: ", "\003");
	answer("Keep the case? yes/no [yes]: ", "<\n");
	wait_for("Choice: ");
	terminal_signal(SIGHUP);
	ck_assert_int_eq(end(), 0);
	ck_assert(kept());
	terminal_forget();
}
END_TEST

/* The other side of the terminal goes away without a word. */
START_TEST(terminal_is_gone)
{
	begin(demo);
	answer("Start? yes/no/details [no]: ", "yes\n");
	wait_for("Choice: ");
	terminal_unplug();
	ck_assert(WIFEXITED(terminal_end()));
	ck_assert(kept());
	terminal_forget();
}
END_TEST

static const struct {
	const char *type, *reason;
} types[] = {
	{ "dumb", "this terminal cannot place the cursor" },
	{ "no-such-terminal", "the terminal type of TERM is not known here" },
	{ NULL, "TERM is not set" },
};

START_TEST(kinds_of_terminal)
{
	static const char *const args[] = { "relaytrace", NULL };

	begin_as(types[_i].type, args);
	wait_for(types[_i].reason);
	answer("Choice: ", "q\n");
	answer("Leave? yes/no [yes]: ", "\n");
	ck_assert_int_eq(end(), 0);
	terminal_forget();
}
END_TEST

/* Without a terminal: the reason and 2, and nothing on standard output. */
START_TEST(no_terminal)
{
	char line[256] = "", home[] = "/tmp/relaytrace-none-XXXXXX";
	FILE *p;
	int status;

	/* No case of whoever runs this is to be offered. */
	ck_assert_ptr_nonnull(mkdtemp(home));
	setenv("HOME", home, 1);
	setenv("XDG_STATE_HOME", home, 1);
	p = popen(RT_PROGRAM " </dev/null 2>&1", "r");

	ck_assert_ptr_nonnull(p);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), p));
	status = pclose(p);
	ck_assert_int_eq(WEXITSTATUS(status), 2);
	ck_assert_ptr_nonnull(strstr(line, "standard input is not a terminal"));
	status = system("printf 'q\\n\\n' | " RT_PROGRAM
			" --plain >/dev/null 2>&1");
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	status = system(RT_PROGRAM " --plain </dev/null >/dev/null 2>&1");
	ck_assert_int_eq(WEXITSTATUS(status), 2);
	ck_assert_int_eq(rmdir(home), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("plain");
	TCase *t = tcase_create("plain");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(t, 0);
	tcase_add_test(t, a_demo_to_its_end);
	tcase_add_test(t, a_greylisting_is_waited_out);
	tcase_add_test(t, questions);
	tcase_add_test(t, a_pasted_bounce);
	tcase_add_test(t, a_log);
	tcase_add_test(t, typed_ahead);
	tcase_add_test(t, a_password_is_not_shown);
	tcase_add_test(t, interrupt_and_hang_up);
	tcase_add_test(t, terminal_is_gone);
	tcase_add_loop_test(t, kinds_of_terminal, 0,
	    (int)(sizeof(types) / sizeof(types[0])));
	tcase_add_test(t, no_terminal);
	suite_add_tcase(suite, t);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
