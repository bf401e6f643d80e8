#ifndef RT_UI_TTY_H
#define RT_UI_TTY_H

/*
 * The terminal: curses for painting, its bytes for keys, its signals.
 * There is one terminal in a process.  Whatever ends the program gives it
 * back as it was (tty_close is registered with atexit).
 */

#include <stdbool.h>
#include <stddef.h>

#include "net/err.h"
#include "ui/key.h"
#include "ui/theme.h"

struct settings;

/* Are standard input and output a terminal? If not, *err says which. */
bool tty_present(struct err *err);
/* Can this terminal show a full screen? If not, *err says why. */
bool tty_usable(struct err *err);
bool tty_open(const struct settings *settings, struct err *err);
void tty_close(void); /* harmless when closed */
bool tty_is_open(void);
/* The person's own screen for a while, and back. */
void tty_leave(void);
void tty_return(void);

bool tty_unicode(void);
bool tty_lines_unicode(void);
int tty_rows(void);
int tty_cols(void);
/* After SIGWINCH: asks the terminal for its size. */
void tty_resized(void);

/* A frame: clear, paint, show. Only what changed is written. */
void tty_begin(void);
void tty_end(void);
void tty_redraw(void); /* everything anew at the next tty_end() */

void tty_style(enum style style);
/* Lines of curses or ASCII, in the style that is set. */
void tty_line(int row, int col, int length, bool vertical);
void tty_frame(int row, int col, int rows, int cols);
void tty_cursor(int row, int col, bool visible);
/* Bytes past curses, for OSC 52. */
void tty_raw(const char *bytes, size_t n);

#endif
