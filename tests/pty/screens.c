#include <check.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/pty/picture.h"
#include "tests/pty/terminal.h"

/*
 * Every main screen as it stands in the tree: its text at nine sizes under
 * tests/golden/screens, and its picture under screenshots.  A screen that
 * changed fails here; RT_UPDATE_GOLDEN=1 writes both anew, to be looked at
 * before they are committed.
 */

#define STEPS_MAX 10
#define SETTLE_MS 700 /* without output; only while files are written */

struct step {
	const char *keys;
	const char *until; /* then this shows */
};

struct scene {
	const char *name;
	const char *args[8];
	struct step steps[STEPS_MAX];
	const char *environment[3];
	int rows, cols; /* of the picture; 0: 24 x 80 */
	bool sizes;     /* all sizes, not the picture alone */
};

#define DEMO(name) { "relaytrace", "demo", name, NULL }
#define STORY { "", "< To the plan >" }
#define PLAN STORY, { "\r", "< Start >" }
#define BOARD PLAN, { "s", "Done:" }
#define DIAGNOSIS BOARD, { "d", "What to do about 1" }
#define BOUNCE_PASTED \
	{ "", "Which is nearest?" }, { "1", "Paste the bounce" }, { \
		"\033[200~<bob@dest.example>: host mx2.dest.example" \
		"[203.0.113.20] said:\r    554 5.7.1 <bob@dest.example>: " \
		"Relay access denied (in reply to RCPT TO command)\r\033[201~", \
		"Relay access" }

#define SEVERAL \
	"\033[200~Final-Recipient: rfc822; bob@dest.example\r" \
	"Action: failed\rStatus: 5.7.1\r" \
	"Remote-MTA: dns; mx2.dest.example\r" \
	"Diagnostic-Code: smtp; 554 5.7.1 Relay access denied\r\r" \
	"Final-Recipient: rfc822; eve@other.example\r" \
	"Action: failed\rStatus: 5.1.1\r" \
	"Remote-MTA: dns; mx.other.example\r" \
	"Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\033[201~"

static const struct scene scenes[] = {
	{ .name = "start", .args = { "relaytrace", NULL },
	    .steps = { { "", "Which is nearest?" } }, .sizes = true },
	{ .name = "bounce", .args = { "relaytrace", NULL },
	    .steps = { BOUNCE_PASTED, { "", "[??] layout" } }, .sizes = true },
	{ .name = "not-a-bounce", .args = { "relaytrace", NULL },
	    .steps = { { "", "Which is nearest?" },
		{ "1", "Paste the bounce" }, { "Hi Bob, did you get my mail?\r",
		    "get my mail" }, { "\004", "not look like a bounce" } },
	    .sizes = true },
	{ .name = "questions", .args = { "relaytrace", NULL },
	    .steps = { { "", "Which is nearest?" }, { "3", "Mail to" },
		{ "bob@dest,example", "comma" } }, .sizes = true },
	{ .name = "look-around", .args = { "relaytrace", NULL },
	    .steps = { { "", "Which is nearest?" }, { "7", "Look at" },
		{ "dest,example", "comma" } }, .sizes = true },
	{ .name = "several-recipients", .args = { "relaytrace", NULL },
	    .steps = { { "", "Which is nearest?" },
		{ "1", "Paste the bounce" }, { SEVERAL, "first of 2" },
		{ "\004", "2  eve@other.example" } }, .sizes = true },
	{ .name = "story", .args = DEMO("backup-mx"), .steps = { STORY },
	    .sizes = true },
	{ .name = "plan", .args = DEMO("backup-mx"), .steps = { PLAN },
	    .sizes = true },
	{ .name = "board", .args = DEMO("backup-mx"), .steps = { BOARD },
	    .sizes = true },
	{ .name = "board-wide", .args = DEMO("backup-mx"), .steps = { BOARD },
	    .rows = 43, .cols = 132 },
	{ .name = "matrix", .args = DEMO("backup-mx"),
	    .steps = { BOARD, { "\t", "server" } }, .sizes = true },
	{ .name = "transcript", .args = DEMO("backup-mx"),
	    .steps = { DIAGNOSIS, { "\r", "speaks for it" },
		{ "\r", "FAILED HERE" } }, .sizes = true },
	{ .name = "diagnosis", .args = DEMO("backup-mx"),
	    .steps = { DIAGNOSIS }, .sizes = true },
	{ .name = "diagnosis-mono", .args = DEMO("backup-mx"),
	    .steps = { DIAGNOSIS }, .environment = { "NO_COLOR=1", NULL } },
	{ .name = "evidence", .args = DEMO("backup-mx"),
	    .steps = { DIAGNOSIS, { "\r", "speaks for it" } },
	    .sizes = true },
	{ .name = "findings", .args = DEMO("backup-mx"),
	    .steps = { DIAGNOSIS, { "z", "> Findings" } }, .sizes = true },
	{ .name = "message", .args = DEMO("backup-mx"),
	    .steps = { DIAGNOSIS, { "w", "Subject:" } }, .sizes = true },
	{ .name = "export", .args = DEMO("backup-mx"),
	    .steps = { DIAGNOSIS, { "e", "For whom?" } }, .sizes = true },
	{ .name = "compare", .args = DEMO("backup-mx"),
	    .steps = { DIAGNOSIS, { "r", "before  " } }, .sizes = true },
	{ .name = "help", .args = DEMO("backup-mx"),
	    .steps = { DIAGNOSIS, { "?", "Moving" } }, .sizes = true },
	{ .name = "leave", .args = DEMO("backup-mx"),
	    .steps = { DIAGNOSIS, { "q", "Leave?" } }, .sizes = true },
};

static const int sizes[][2] = { { 24, 80 }, { 16, 60 }, { 15, 59 },
	{ 12, 40 }, { 11, 39 }, { 5, 20 }, { 2, 2 }, { 1, 1 }, { 43, 132 },
	{ 100, 300 } };

static char *
read_file(const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (in != NULL && getdelim(&text, &size, '\0', in) < 0) {
		free(text);
		text = NULL;
	}
	if (in != NULL)
		fclose(in);
	return text != NULL ? text : strdup("");
}

static void
write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	ck_assert_msg(out != NULL, "%s cannot be written", path);
	ck_assert_int_ge(fputs(text, out), 0);
	ck_assert_int_eq(fclose(out), 0);
}

static bool
updating(void)
{
	return getenv("RT_UPDATE_GOLDEN") != NULL;
}

/* The program writes nothing more. */
static void
settle(void)
{
	const char *bytes;

	do {
		bytes = terminal_bytes();
		terminal_take(SETTLE_MS);
		bytes = terminal_bytes();
	} while (bytes[0] != '\0');
}

/* Waits until the screen is the wanted one, and says whether it is. */
static bool
becomes(const char *wanted, char *(*look)(void), char **last)
{
	int patience = TERMINAL_PATIENCE_MS / 3, quiet = 0;
	bool same;

	*last = NULL;
	do {
		free(*last);
		*last = look();
		same = strcmp(*last, wanted) == 0;
		if (!same) {
			terminal_take(50);
			quiet += 50;
		}
	} while (!same && quiet < patience);
	return same;
}

/* The part of a golden file that one size has. */
static char *
section(const char *file, int rows, int cols, const char *text)
{
	char head[32];
	const char *from, *to;

	snprintf(head, sizeof(head), "== %dx%d\n", cols, rows);
	if (text != NULL) {
		char *made = malloc(strlen(head) + strlen(text) + 1);

		ck_assert_ptr_nonnull(made);
		strcpy(made, head);
		return strcat(made, text);
	}
	from = strstr(file, head);
	if (from == NULL)
		return strdup("");
	from += strlen(head);
	to = strstr(from, "\n== ");
	return to == NULL ? strdup(from) :
			    strndup(from, (size_t)(to - from) + 1);
}

static void
go_there(const struct scene *scene)
{
	int rows = scene->rows != 0 ? scene->rows : 24;
	int cols = scene->cols != 0 ? scene->cols : 80;
	int i;

	terminal_begin("xterm-256color", rows, cols, scene->args,
	    scene->environment);
	for (i = 0; i < STEPS_MAX && scene->steps[i].until != NULL; i++) {
		terminal_press(scene->steps[i].keys);
		terminal_wait(scene->steps[i].until);
	}
}

static void
check_picture(const struct scene *scene)
{
	char path[512], *wanted, *seen;
	bool same;

	snprintf(path, sizeof(path), "%s/screenshots/%s.svg", RT_SOURCE,
	    scene->name);
	if (updating()) {
		settle();
		seen = picture_svg();
		write_file(path, seen);
		free(seen);
		return;
	}
	wanted = read_file(path);
	same = becomes(wanted, picture_svg, &seen);
	free(seen);
	free(wanted);
	if (!same) {
		seen = picture_text();
		fprintf(stderr, "%s", seen);
		free(seen);
	}
	ck_assert_msg(same, "%s is not what the program shows", path);
}

static void
check_sizes(const struct scene *scene)
{
	char path[512], *file, *made = strdup(""), *wanted, *seen, *part;
	size_t i;
	bool same = true;

	snprintf(path, sizeof(path), "%s/tests/golden/screens/%s.txt",
	    RT_SOURCE, scene->name);
	file = read_file(path);
	for (i = 0; same && i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		terminal_size(sizes[i][0], sizes[i][1]);
		terminal_press("\014"); /* ^L: all of it */
		wanted = section(file, sizes[i][0], sizes[i][1], NULL);
		if (updating()) {
			settle();
			seen = picture_text();
			part = section(NULL, sizes[i][0], sizes[i][1], seen);
			made = realloc(made, strlen(made) + strlen(part) + 1);
			strcat(made, part);
			free(part);
		} else {
			same = becomes(wanted, picture_text, &seen);
			if (!same)
				fprintf(stderr, "--- %dx%d wanted\n%s--- seen\n"
						"%s", sizes[i][1], sizes[i][0],
				    wanted, seen);
		}
		free(seen);
		free(wanted);
	}
	if (updating())
		write_file(path, made);
	free(made);
	free(file);
	ck_assert_msg(same, "%s is not what the program shows", path);
}

static void
leave(void)
{
	terminal_signal(SIGTERM);
	terminal_end();
	terminal_forget();
}

START_TEST(a_screen)
{
	const struct scene *scene = &scenes[_i];

	go_there(scene);
	check_picture(scene);
	if (scene->sizes)
		check_sizes(scene);
	leave();
}
END_TEST

/* A sequence that sets a color, in what was written (ECMA-48 8.3.117). */
static bool
has_color(const char *bytes)
{
	const char *at = bytes, *end;
	long n;

	for (; (at = strstr(at, "\033[")) != NULL; at++) {
		for (end = at + 2; (*end >= '0' && *end <= '9') || *end == ';';)
			end++;
		if (*end != 'm')
			continue;
		for (at += 2; at < end; at += strcspn(at, ";m") + 1) {
			n = strtol(at, NULL, 10);
			if ((n >= 30 && n <= 38) || (n >= 40 && n <= 48) ||
			    (n >= 90 && n <= 107))
				return true;
		}
		at = end;
	}
	return false;
}

static const char *const backup[] = { "relaytrace", "demo", "backup-mx",
	NULL };

static void
walk(void)
{
	static const struct step steps[] = { DIAGNOSIS, { "\r",
		"speaks for it" }, { "h", "What to do about 1" },
		{ "\r", "speaks for it" }, { "\r", "FAILED HERE" } };
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		terminal_press(steps[i].keys);
		terminal_wait(steps[i].until);
	}
}

START_TEST(no_color_where_none_is_wanted)
{
	static const char *const never[] = { "NO_COLOR=1", NULL };

	terminal_begin("xterm-256color", 24, 80, backup,
	    _i == 0 ? NULL : never);
	walk();
	ck_assert(has_color(terminal_bytes()) == (_i == 0));
	leave();
}
END_TEST

/* In the C locale nothing but ASCII reaches the terminal, whatever it is. */
START_TEST(ascii_in_the_c_locale)
{
	static const char *const types[] = { "xterm", "xterm-256color",
		"screen", "tmux", "linux", "rxvt", "vt100" };
	static const char *const c[] = { "LC_ALL=C", NULL };
	const char *bytes;

	terminal_begin(types[_i], 24, 80, backup, c);
	walk();
	for (bytes = terminal_bytes(); *bytes != '\0'; bytes++)
		ck_assert_msg((unsigned char)*bytes <= 0x7e, "%s: %02x",
		    types[_i], (unsigned char)*bytes);
	leave();
}
END_TEST

/* Keys that come before the view they are for has been drawn. */
START_TEST(typed_ahead)
{
	terminal_begin("xterm-256color", 24, 80, backup, NULL);
	terminal_press("\r");
	terminal_wait("< Start >");
	terminal_press("s");
	terminal_wait("Done:");
	terminal_press("d\rh\r\r");
	terminal_wait("FAILED HERE");
	terminal_press("hhh11");
	terminal_wait("FAILED HERE");
	leave();
}
END_TEST

/* Left goes along the stages of the refusing server; each opens its line. */
START_TEST(cells_of_the_matrix)
{
	terminal_begin("xterm-256color", 24, 80, backup, NULL);
	terminal_press("\r");
	terminal_wait("< Start >");
	terminal_press("s");
	terminal_wait("Done:");
	terminal_press("\tj");
	terminal_wait("old.example.net 203.0.113.25:25, RCPT: 550 relay not");
	terminal_press("\033[D");
	terminal_wait(":25, MAIL: 250 OK");
	terminal_press("\r");
	terminal_wait("p9, line 28 of");
	terminal_press("h");
	terminal_wait(":25, MAIL: 250 OK");
	terminal_press("\033[D\033[D\033[D\033[D\033[D\033[D\033[D");
	terminal_wait(":25, connect: worked");
	terminal_press("l");
	terminal_wait(":25, greeting: 220");
	terminal_size(12, 40);
	terminal_wait("> 220");
	leave();
}
END_TEST

/* The cursor stands on the selected row, for Braille and speech. */
START_TEST(the_cursor_is_on_the_selection)
{
	static const char *const start[] = { "relaytrace", NULL };
	static const char keys[] = "jjjkjjkk";
	int at, col, chosen = 1, left;
	char row[512], mark[16];
	size_t i;

	terminal_begin("xterm-256color", 24, 80, start, NULL);
	terminal_wait("Which is nearest?");
	for (i = 0; keys[i] != '\0'; i++) {
		chosen += keys[i] == 'j' ? 1 : -1;
		terminal_press((char[]){ keys[i], '\0' });
		snprintf(mark, sizeof(mark), ">  %d ", chosen);
		for (left = 200; left > 0; left--) {
			terminal_cursor(&at, &col);
			terminal_row(at, row, sizeof(row));
			if (strstr(row, mark) != NULL)
				break;
			terminal_take(50);
		}
		ck_assert_msg(left > 0, "%s is not in row %d: %s", mark, at,
		    row);
	}
	leave();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("screens");
	TCase *t = tcase_create("screens"), *other = tcase_create("terminals");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(t, a_screen, 0,
	    sizeof(scenes) / sizeof(scenes[0]));
	tcase_add_loop_test(other, no_color_where_none_is_wanted, 0, 2);
	tcase_add_loop_test(other, ascii_in_the_c_locale, 0, 7);
	tcase_add_test(other, typed_ahead);
	tcase_add_test(other, cells_of_the_matrix);
	tcase_add_test(other, the_cursor_is_on_the_selection);
	suite_add_tcase(suite, t);
	suite_add_tcase(suite, other);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
