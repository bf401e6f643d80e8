#include <check.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/pty/terminal.h"

/*
 * Cases that are kept, found again, and tested again: with the same
 * questions, after the same agreement, and with the password typed anew.
 */

static const char *const backup[] = { "relaytrace", "demo", "backup-mx",
	NULL };
static const char *const with_login[] = { "relaytrace", "demo",
	"not-owner", NULL };

static void
press(const char *keys, const char *until)
{
	terminal_press(keys);
	terminal_wait(until);
}

static void
run_demo(const char *const *args)
{
	terminal_begin("xterm-256color", 24, 80, args, NULL);
	terminal_wait("What to watch");
	press("\r", "< Start >");
	press("s", "Done:");
}

static void
leave(const char *choice)
{
	press("\003", "Leave?");
	terminal_press(choice);
	ck_assert(WIFEXITED(terminal_end()));
}

/* The only case of this home. */
static void
kept(char *path, size_t size)
{
	char pattern[160];
	glob_t found;

	snprintf(pattern, sizeof(pattern),
	    "%s/.local/state/relaytrace/*.json", terminal_home());
	ck_assert_int_eq(glob(pattern, 0, NULL, &found), 0);
	ck_assert_uint_eq(found.gl_pathc, 1);
	snprintf(path, size, "%s", found.gl_pathv[0]);
	globfree(&found);
}

static bool
holds(const char *path, const char *text)
{
	char *all = NULL;
	size_t size = 0;
	FILE *in = fopen(path, "r");
	bool found;

	ck_assert_ptr_nonnull(in);
	ck_assert(getdelim(&all, &size, '\0', in) > 0);
	fclose(in);
	found = strstr(all, text) != NULL;
	free(all);
	return found;
}

/* Kept from the board, found on the first view, tested again, compared. */
START_TEST(kept_and_found)
{
	char path[256];
	struct stat st;

	run_demo(backup);
	press(":keep\r", "Kept: ");
	press("K", "Kept: ");
	kept(path, sizeof(path));
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	press("h", "< Start >");
	press("h", "To the plan");
	press("h", "question 1");
	press("\033", "Open a saved case");
	press("8", "1 case, readable by you alone");
	press("\r", "mx-partly-not-hosting");
	press("r", "This is what was asked then");
	press("h", "What to do about 1");
	press("r", "This is what was asked then");
	press("s", "before  ");
	terminal_wait("answers are the same");
	press("h", "What to do about 1");
	leave("2");
	terminal_forget();
}
END_TEST

/* What came after it was kept is not lost: it is offered to be kept. */
START_TEST(kept_too_early)
{
	char path[256];

	run_demo(backup);
	press("K", "Kept: ");
	press("P", "This was agreed to");
	press("G", ">  [-]");
	press("gjjjjjjjjj", ">  [ ] RCPT TO a made-up");
	press(" ", "Are you sure?");
	press("1", "Switched on");
	press("h", "Done:");
	press("q", "The case has not been kept yet");
	terminal_press("1");
	ck_assert(WIFEXITED(terminal_end()));
	kept(path, sizeof(path)); /* the same file, written anew */
	ck_assert(holds(path, "\"made-up-mailbox\""));
	terminal_forget();
}
END_TEST

/* What needs an agreement of its own is asked about again. */
START_TEST(agreed_to_once_more)
{
	char path[256];
	const char *args[] = { "relaytrace", "open", path, NULL };

	run_demo(backup);
	press("P", "This was agreed to");
	press("gjjjjjjjjj", ">  [ ] RCPT TO a made-up");
	press(" ", "Are you sure?");
	press("1", "Switched on");
	press("h", "Done:");
	press("K", "Kept: ");
	leave("1");
	kept(path, sizeof(path));
	terminal_again("xterm-256color", 40, 80, args, NULL);
	terminal_wait("What to do about 1");
	press("r", "[x] RCPT TO a made-up");
	press("s", "Are you sure?");
	press("\033", "[x] RCPT TO a made-up");
	press("s", "Ask it again");
	press("2", "before  ");
	press("q", "Leave?"); /* the probes may run yet */
	terminal_press("2");
	ck_assert(WIFEXITED(terminal_end()));
	terminal_forget();
}
END_TEST

/* The name is kept, the password never; it is asked for anew. */
START_TEST(the_password_is_asked_anew)
{
	char path[256];
	const char *args[] = { "relaytrace", "open", path, NULL };

	run_demo(with_login);
	press("K", "Kept: ");
	leave("1");
	kept(path, sizeof(path));
	ck_assert(holds(path, "\"user\":\"news@example.org\""));
	ck_assert(!holds(path, "password\":"));
	terminal_again("xterm-256color", 40, 80, args, NULL);
	terminal_wait("What to do about 1");
	press("r", "The password of news@example.org");
	press("opensesame", "Password: **********");
	press("\r", "This is what was asked then");
	terminal_wait("[x] Log in");
	press("h", "What to do about 1");
	press("r", "[x] Log in"); /* known now */
	leave("1");
	ck_assert(!holds(path, "opensesame"));
	ck_assert_ptr_null(strstr(terminal_bytes(), "opensesame"));
	terminal_again("xterm-256color", 40, 80, args, NULL);
	terminal_wait("What to do about 1");
	press("r", "The password of news@example.org");
	press("\r", "[ ] Log in");
	leave("1");
	terminal_forget();
}
END_TEST

/* In the plain mode the same. */
START_TEST(plain)
{
	char path[256];
	const char *args[] = { "relaytrace", "open", "--plain", path, NULL };

	run_demo(with_login);
	press("K", "Kept: ");
	leave("1");
	kept(path, sizeof(path));
	terminal_again("dumb", 60, 200, args, NULL);
	press("", "4 test again");
	press("4\n", "Password of news@example.org");
	press("opensesame\n", "Start? yes/no/details");
	press("no\n", "4 test again");
	press("q\n", "Leave? yes/no");
	terminal_press("yes\n");
	ck_assert(WIFEXITED(terminal_end()));
	ck_assert_ptr_null(strstr(terminal_bytes(), "opensesame"));
	terminal_forget();
}
END_TEST

/* A file that is none is refused with words and status 2, in any mode. */
START_TEST(unusable_files)
{
	static const struct {
		const char *text, *words;
	} files[] = {
		{ "{\"version\":99,\"case\":{\"recipient\":\"a@b.example\"}}",
		    "newer relaytrace" },
		{ "Dear Bob,", "it is no JSON" },
	};
	char path[128];
	const char *args[] = { "relaytrace", "open", path,
		_i % 2 == 0 ? NULL : "--plain", NULL };
	const char *start[] = { "relaytrace", NULL };
	/* The status is looked at, and curses never frees what it made. */
	static const char *const lenient[] = { "ASAN_OPTIONS=detect_leaks=0",
		NULL };
	FILE *out;
	int status;

	terminal_begin("xterm-256color", 24, 80, start, NULL);
	terminal_wait("Which is nearest?");
	leave("1");
	snprintf(path, sizeof(path), "%s/case.json", terminal_home());
	out = fopen(path, "w");
	ck_assert_ptr_nonnull(out);
	fputs(files[_i / 2].text, out);
	fclose(out);
	terminal_bytes();
	terminal_again("xterm-256color", 40, 80, args, lenient);
	status = terminal_end();
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 2);
	ck_assert_ptr_nonnull(strstr(terminal_bytes(), files[_i / 2].words));
	terminal_forget();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("cases");
	TCase *t = tcase_create("cases");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(t, kept_and_found);
	tcase_add_test(t, kept_too_early);
	tcase_add_test(t, agreed_to_once_more);
	tcase_add_test(t, the_password_is_asked_anew);
	tcase_add_test(t, plain);
	tcase_add_loop_test(t, unusable_files, 0, 4);
	suite_add_tcase(suite, t);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
