#ifndef RT_TESTS_PTY_TERMINAL_H
#define RT_TESTS_PTY_TERMINAL_H

/*
 * The real program on a pseudo-terminal whose screen libvterm reads.  One
 * at a time.  Nothing here is timed: whoever waits, waits for what shows.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define TERMINAL_PATIENCE_MS 60000

/* How a cell looks, as far as our screens go. */
enum {
	LOOK_BOLD = 1,
	LOOK_REVERSE = 2,
	LOOK_UNDERLINE = 4,
};

struct look {
	unsigned flags;
	int color; /* 0 to 15; -1: the terminal's own */
};

struct cell_seen {
	uint32_t ch; /* a code point; ' ' where nothing is */
	struct look look;
};

/*
 * Starts the program in a new home of its own, with TERM=type, or without
 * TERM if that is NULL.  `args` ends with NULL,
 * `environment` holds NAME=value, ends with NULL and may be NULL.
 */
void terminal_begin(const char *type, int rows, int cols,
    const char *const *args, const char *const *environment);
/* The same in the home of the one before, which has ended. */
void terminal_again(const char *type, int rows, int cols,
    const char *const *args, const char *const *environment);
void terminal_size(int rows, int cols);
void terminal_press(const char *keys);
void terminal_signal(int signal);
/* Stops it as a shell would, and returns when it stands still. */
void terminal_stop(void);
/* The terminal goes away without a word. */
void terminal_unplug(void);
/* Takes what the program writes within `ms`; false when it has ended. */
bool terminal_take(int ms);
bool terminal_shows(const char *text);
/* Ends the test with what is shown when the text does not come. */
void terminal_wait(const char *text);
void terminal_row(int row, char *out, size_t size);
void terminal_cell(int row, int col, struct cell_seen *cell);
void terminal_cursor(int *row, int *col);
int terminal_rows(void);
int terminal_cols(void);
const char *terminal_home(void);
pid_t terminal_pid(void);
/* Every byte the program wrote since the last call; a C string. */
const char *terminal_bytes(void);
/* Waits until it ends by itself; its status as of waitpid(). */
int terminal_end(void);
/* Removes its home. */
void terminal_forget(void);

#endif
