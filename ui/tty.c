#include "ui/tty.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/settings.h"
#include "net/mem.h"
#include "ui/signals.h"

static struct {
	SCREEN *screen;
	bool unicode, lines, color, mouse;
	int cursor_row, cursor_col;
	bool cursor_visible, cursor_shown;
	attr_t attrs[STYLE_COUNT];
	short pairs[STYLE_COUNT];
} tty;

static void
style_is(enum style style, attr_t attrs, int color)
{
	tty.attrs[style] = attrs;
	tty.pairs[style] = 0;
	if (!tty.color || color < 0)
		return;
	init_pair((short)(style + 1), (short)color, -1);
	tty.pairs[style] = (short)(style + 1);
}

/* Mono has its own design: bold, reverse and underline say it. */
static void
make_theme(bool color_blind)
{
	attr_t plain = tty.color ? A_NORMAL : A_BOLD;

	style_is(STYLE_TEXT, A_NORMAL, -1);
	style_is(STYLE_HEAD, A_BOLD, -1);
	style_is(STYLE_OK, A_NORMAL, color_blind ? COLOR_CYAN : COLOR_GREEN);
	style_is(STYLE_BAD, A_BOLD, COLOR_RED);
	style_is(STYLE_WARN, plain, COLOR_YELLOW);
	style_is(STYLE_QUIET, A_NORMAL, -1);
	style_is(STYLE_SENT, A_NORMAL, COLOR_CYAN);
	style_is(STYLE_NOTE, A_NORMAL, color_blind ? COLOR_CYAN : COLOR_GREEN);
	style_is(STYLE_SELECT, A_REVERSE, -1);
	style_is(STYLE_FIELD, A_UNDERLINE, -1);
	style_is(STYLE_HIT, A_REVERSE, -1);
}

static bool
want_color(const struct settings *settings)
{
	const char *no = getenv("NO_COLOR");

	if (settings->color == CHOICE_ALWAYS)
		return true;
	return settings->color == CHOICE_AUTO && (no == NULL || *no == '\0');
}

static void
modes(bool on)
{
	const char *term = getenv("TERM");

	if (term != NULL && strncmp(term, "vt", 2) == 0)
		return;
	/* Bracketed paste, so that a paste is never read as keys. */
	tty_raw(on ? "\033[?2004h" : "\033[?2004l", 8);
	if (tty.mouse)
		tty_raw(on ? "\033[?1000;1006h" : "\033[?1000;1006l", 13);
}

static void
set_up(void)
{
	raw(); /* ^C, ^Z, ^S are keys like others */
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	leaveok(stdscr, FALSE);
	scrollok(stdscr, FALSE);
	typeahead(-1);
	modes(true);
}

static const int caught[] = { SIGWINCH, SIGCONT, SIGHUP, SIGTERM, SIGTSTP };

bool
tty_open(const struct settings *settings, struct err *err)
{
	static bool registered;
	const char *charset = nl_langinfo(CODESET);

	if (!tty_usable(err))
		return false;
	if (!signals_catch(caught, sizeof(caught) / sizeof(caught[0]), err))
		return false;
	tty.unicode = strcmp(charset, "UTF-8") == 0;
	tty.lines = tty.unicode && !settings->ascii;
	tty.mouse = settings->mouse;
	tty.screen = newterm(NULL, stdout, stdin);
	if (tty.screen == NULL) {
		signals_release();
		return err_set(err, ERR_INPUT, "the terminal cannot be used");
	}
	if (!registered) {
		atexit(tty_close);
		mem_on_failure(tty_close);
		registered = true;
	}
	tty.color = want_color(settings) && start_color() == OK &&
	    has_colors() && COLORS >= 8 && use_default_colors() == OK;
	make_theme(settings->color_blind);
	set_up();
	tty.cursor_shown = true;
	return true;
}

bool
tty_is_open(void)
{
	return tty.screen != NULL;
}

void
tty_close(void)
{
	if (tty.screen == NULL)
		return;
	modes(false);
	if (!isendwin())
		endwin();
	delscreen(tty.screen);
	tty.screen = NULL;
	signals_release();
}

void
tty_leave(void)
{
	modes(false);
	endwin();
	fflush(stdout);
}

void
tty_return(void)
{
	set_up();
	tty_redraw();
}

bool
tty_unicode(void)
{
	return tty.unicode;
}

bool
tty_lines_unicode(void)
{
	return tty.lines;
}

int
tty_rows(void)
{
	return LINES;
}

int
tty_cols(void)
{
	return COLS;
}

void
tty_resized(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 &&
	    size.ws_col > 0 && (size.ws_row != LINES || size.ws_col != COLS))
		resizeterm(size.ws_row, size.ws_col);
	tty_redraw();
}

void
tty_begin(void)
{
	erase();
	tty.cursor_visible = false;
	tty.cursor_row = LINES - 1;
	tty.cursor_col = 0;
}

void
tty_end(void)
{
	if (tty.cursor_visible != tty.cursor_shown) {
		curs_set(tty.cursor_visible);
		tty.cursor_shown = tty.cursor_visible;
	}
	move(tty.cursor_row, tty.cursor_col);
	refresh();
}

void
tty_redraw(void)
{
	clearok(curscr, TRUE);
	tty.cursor_shown = !tty.cursor_shown;
}

void
tty_style(enum style style)
{
	attr_set(tty.attrs[style], tty.pairs[style], NULL);
}

void
tty_line(int row, int col, int length, bool vertical)
{
	if (tty.lines && vertical)
		mvvline_set(row, col, WACS_VLINE, length);
	else if (tty.lines)
		mvhline_set(row, col, WACS_HLINE, length);
	else if (vertical)
		mvvline(row, col, '|', length);
	else
		mvhline(row, col, '-', length);
}

static void
corner(int row, int col, const cchar_t *wide)
{
	if (tty.lines)
		mvadd_wch(row, col, wide);
	else
		mvaddch(row, col, '+');
}

void
tty_frame(int row, int col, int rows, int cols)
{
	tty_line(row, col, cols, false);
	tty_line(row + rows - 1, col, cols, false);
	tty_line(row, col, rows, true);
	tty_line(row, col + cols - 1, rows, true);
	corner(row, col, WACS_ULCORNER);
	corner(row, col + cols - 1, WACS_URCORNER);
	corner(row + rows - 1, col, WACS_LLCORNER);
	corner(row + rows - 1, col + cols - 1, WACS_LRCORNER);
}

void
tty_cursor(int row, int col, bool visible)
{
	tty.cursor_row = row;
	tty.cursor_col = col;
	tty.cursor_visible = visible;
}

void
tty_raw(const char *bytes, size_t n)
{
	fflush(stdout);
	while (n > 0) {
		ssize_t sent = write(STDOUT_FILENO, bytes, n);

		if (sent <= 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (sent > 0) {
			bytes += sent;
			n -= (size_t)sent;
		}
	}
}
