#include "tests/pty/terminal.h"

#include <check.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

static struct {
	int fd;
	pid_t pid;
	VTerm *vt;
	VTermScreen *screen;
	int rows, cols;
	VTermPos cursor;
	char home[64];
	char *bytes; /* written since terminal_bytes() */
	size_t len, cap;
} term;

static long
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int
on_cursor(VTermPos at, VTermPos before, int visible, void *arg)
{
	(void)before;
	(void)visible;
	(void)arg;
	term.cursor = at;
	return 1;
}

static const VTermScreenCallbacks callbacks = { .movecursor = on_cursor };

void
terminal_again(const char *type, int rows, int cols, const char *const *args,
    const char *const *environment)
{
	struct winsize size = { .ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)cols };

	term.rows = rows;
	term.cols = cols;
	term.len = 0;
	term.vt = vterm_new(rows, cols);
	vterm_set_utf8(term.vt, 1);
	term.screen = vterm_obtain_screen(term.vt);
	vterm_screen_set_callbacks(term.screen, &callbacks, NULL);
	vterm_screen_enable_altscreen(term.screen, 1);
	vterm_screen_reset(term.screen, 1);
	term.pid = forkpty(&term.fd, NULL, NULL, &size);
	ck_assert_int_ge(term.pid, 0);
	if (term.pid != 0)
		return;
	if (type != NULL)
		setenv("TERM", type, 1);
	else
		unsetenv("TERM");
	setenv("HOME", term.home, 1);
	setenv("TZ", "UTC", 1);
	unsetenv("NO_COLOR");
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_CONFIG_HOME");
	for (; environment != NULL && *environment != NULL; environment++)
		putenv((char *)(uintptr_t)*environment);
	if (chdir(term.home) == 0)
		execv(RT_PROGRAM, (char *const *)(uintptr_t)args);
	_exit(127);
}

void
terminal_begin(const char *type, int rows, int cols, const char *const *args,
    const char *const *environment)
{
	snprintf(term.home, sizeof(term.home), "/tmp/relaytrace-pty-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(term.home));
	terminal_again(type, rows, cols, args, environment);
}

void
terminal_size(int rows, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)cols };

	term.rows = rows;
	term.cols = cols;
	vterm_set_size(term.vt, rows, cols);
	ck_assert_int_eq(ioctl(term.fd, TIOCSWINSZ, &size), 0);
}

void
terminal_press(const char *keys)
{
	size_t n = strlen(keys);

	ck_assert_int_eq(write(term.fd, keys, n), (ssize_t)n);
}

void
terminal_signal(int number)
{
	kill(term.pid, number);
}

void
terminal_stop(void)
{
	int status;

	kill(term.pid, SIGSTOP);
	ck_assert_int_eq(waitpid(term.pid, &status, WUNTRACED), term.pid);
	ck_assert(WIFSTOPPED(status));
}

void
terminal_unplug(void)
{
	close(term.fd);
	term.fd = -1;
}

static void
keep(const char *bytes, size_t n)
{
	if (term.len + n + 1 > term.cap) {
		term.cap = (term.len + n + 1) * 2;
		term.bytes = realloc(term.bytes, term.cap);
		ck_assert_ptr_nonnull(term.bytes);
	}
	memcpy(term.bytes + term.len, bytes, n);
	term.len += n;
	term.bytes[term.len] = '\0';
}

bool
terminal_take(int ms)
{
	struct pollfd fd = { .fd = term.fd, .events = POLLIN };
	char bytes[4096];
	ssize_t n;

	if (poll(&fd, 1, ms) <= 0)
		return true;
	n = read(term.fd, bytes, sizeof(bytes));
	if (n <= 0)
		return false;
	keep(bytes, (size_t)n);
	vterm_input_write(term.vt, bytes, (size_t)n);
	vterm_screen_flush_damage(term.screen);
	return true;
}

void
terminal_row(int row, char *out, size_t size)
{
	VTermRect rect = { .start_row = row, .end_row = row + 1,
		.start_col = 0, .end_col = term.cols };
	size_t n = vterm_screen_get_text(term.screen, out, size - 1, rect);

	out[n < size ? n : size - 1] = '\0';
}

static int
color_of(VTermColor color)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(&color) || !VTERM_COLOR_IS_INDEXED(&color))
		return -1;
	return color.indexed.idx < 16 ? color.indexed.idx : -1;
}

void
terminal_cell(int row, int col, struct cell_seen *cell)
{
	VTermScreenCell seen;
	VTermPos at = { .row = row, .col = col };

	vterm_screen_get_cell(term.screen, at, &seen);
	cell->ch = seen.chars[0] == 0 || seen.chars[0] == (uint32_t)-1 ?
	    ' ' : seen.chars[0];
	cell->look.flags = (seen.attrs.bold ? LOOK_BOLD : 0u) |
	    (seen.attrs.reverse ? LOOK_REVERSE : 0u) |
	    (seen.attrs.underline ? LOOK_UNDERLINE : 0u);
	cell->look.color = color_of(seen.fg);
}

bool
terminal_shows(const char *text)
{
	char row[2048];
	int i;

	for (i = 0; i < term.rows; i++) {
		terminal_row(i, row, sizeof(row));
		if (strstr(row, text) != NULL)
			return true;
	}
	return false;
}

void
terminal_wait(const char *text)
{
	long until = now_ms() + TERMINAL_PATIENCE_MS;
	char row[2048];
	bool alive = true;
	int i;

	while (!terminal_shows(text) && alive && now_ms() < until)
		alive = terminal_take(100);
	if (terminal_shows(text))
		return;
	for (i = 0; i < term.rows; i++) {
		terminal_row(i, row, sizeof(row));
		fprintf(stderr, "|%s\n", row);
	}
	kill(term.pid, SIGKILL);
	ck_abort_msg("\"%s\" does not show", text);
}

void
terminal_cursor(int *row, int *col)
{
	*row = term.cursor.row;
	*col = term.cursor.col;
}

int
terminal_rows(void)
{
	return term.rows;
}

int
terminal_cols(void)
{
	return term.cols;
}

pid_t
terminal_pid(void)
{
	return term.pid;
}

const char *
terminal_home(void)
{
	return term.home;
}

const char *
terminal_bytes(void)
{
	static char *taken;

	free(taken);
	taken = term.bytes;
	term.bytes = NULL;
	term.len = term.cap = 0;
	return taken != NULL ? taken : "";
}

int
terminal_end(void)
{
	long until = now_ms() + TERMINAL_PATIENCE_MS;
	bool alive = term.fd >= 0;
	int status;

	while (alive && now_ms() < until)
		alive = terminal_take(100);
	if (alive)
		kill(term.pid, SIGKILL);
	ck_assert_int_eq(waitpid(term.pid, &status, 0), term.pid);
	terminal_unplug();
	vterm_free(term.vt);
	ck_assert_msg(!alive, "the program does not end");
	return status;
}

void
terminal_forget(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", term.home);
	ck_assert_int_eq(system(command), 0);
}
