/*
 * What the person at the terminal feels: the time to the first frame
 * beside that of bare ncurses, the time from a key to its frame while
 * 10,000 lines a second stream in, and what an idle screen costs.
 *
 *   bench_screen FILE    the world that streams
 */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/pty/terminal.h"

#define ROWS 24
#define COLS 80
#define STARTS 15
#define PRESSES 50
#define IDLE_MS 5000

static char *stream;

static double
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
quantile(double *of, size_t n, double share)
{
	qsort(of, n, sizeof(*of), by_size);
	return of[(size_t)((double)(n - 1) * share)];
}

static void
leave(void)
{
	terminal_signal(SIGTERM);
	terminal_end();
	terminal_forget();
}

/* From the start until the text stands there. */
static double
first_frame(const char *const *args, const char *text)
{
	double took[STARTS], from;
	size_t i;

	for (i = 0; i < STARTS; i++) {
		from = now_ms();
		terminal_begin("xterm-256color", ROWS, COLS, args, NULL);
		terminal_wait(text);
		took[i] = now_ms() - from;
		leave();
	}
	return quantile(took, STARTS, 0.5);
}

/* Takes what the program writes, for so long. */
static void
let_run(double ms)
{
	double until = now_ms() + ms, left;

	while ((left = until - now_ms()) > 0)
		if (!terminal_take((int)left + 1))
			return;
}

/* From the key until the text stands there. */
static double
key_to_frame(const char *key, const char *text)
{
	double from = now_ms();

	terminal_press(key);
	terminal_wait(text);
	return now_ms() - from;
}

/* Does the cursor stand on the row with this text? */
static bool
on_row(const char *text)
{
	char line[2048];
	int row, col;

	terminal_cursor(&row, &col);
	terminal_row(row, line, sizeof(line));
	return strstr(line, text) != NULL;
}

static long
voluntary_switches(void)
{
	char path[64], line[200];
	long n = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)terminal_pid());
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f) != NULL)
		sscanf(line, "voluntary_ctxt_switches: %ld", &n);
	fclose(f);
	return n;
}

START_TEST(starts)
{
	static const char *const bare[] = { "bench", "bare", NULL };
	static const char *const program[] = { "bench", "program", NULL };
	double floor = first_frame(bare, "Ready");
	double ours = first_frame(program, "Which is nearest?");

	printf("  %-40s %8.2f x   (goal 2; bare ncurses %.1f ms)\n",
	    "first frame against bare ncurses", ours / floor, floor);
}
END_TEST

START_TEST(idles)
{
	static const char *const program[] = { "bench", "program", NULL };
	long before;

	terminal_begin("xterm-256color", ROWS, COLS, program, NULL);
	terminal_wait("Which is nearest?");
	let_run(500);
	terminal_bytes();
	before = voluntary_switches();
	let_run(IDLE_MS);
	printf("  %-40s %8zu     (goal 0)\n", "bytes written in 5 idle seconds",
	    strlen(terminal_bytes()));
	printf("  %-40s %8.1f     (goal 1)\n", "wake-ups a second, idle",
	    (double)(voluntary_switches() - before) * 1e3 / IDLE_MS);
	leave();
}
END_TEST

START_TEST(answers_keys_under_load)
{
	const char *const world[] = { "bench", "world", stream, NULL };
	double took[PRESSES];
	size_t i;

	srand(1);
	terminal_begin("xterm-256color", ROWS, COLS, world, NULL);
	terminal_wait("< To the plan >");
	terminal_press("\r");
	terminal_wait("< Start >");
	terminal_press("s");
	terminal_wait("192.0.2.12:25");
	for (i = 0; i < 9 && !on_row("192.0.2.11:25"); i++) {
		terminal_press("\033[B");
		let_run(50);
	}
	terminal_press("\r");
	terminal_wait("X-LINE");
	for (i = 0; i < PRESSES; i++) {
		let_run(10 + rand() % 90);
		took[i] = key_to_frame("?", "in this view");
		let_run(10 + rand() % 30);
		terminal_press("\033");
		terminal_wait("X-LINE");
	}
	printf("  %-40s %8.1f ms  (goal 16.7)\n",
	    "key to frame, 10,000 lines/s, 95th in 100",
	    quantile(took, PRESSES, 0.95));
	leave();
}
END_TEST

int
main(int argc, char **argv)
{
	Suite *suite = suite_create("screen");
	TCase *tc = tcase_create("screen");
	SRunner *runner;
	int failed;

	/* The program runs in a home of its own. */
	stream = argc == 2 ? realpath(argv[1], NULL) : NULL;
	if (stream == NULL)
		return 2;
	tcase_set_timeout(tc, 0);
	tcase_add_test(tc, starts);
	tcase_add_test(tc, idles);
	tcase_add_test(tc, answers_keys_under_load);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	if (failed > 0)
		srunner_print(runner, CK_NORMAL);
	srunner_free(runner);
	free(stream);
	return failed > 0;
}
