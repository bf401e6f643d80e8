#ifndef RT_UI_PAINT_H
#define RT_UI_PAINT_H

/*
 * Painting into a part of the screen.  Everything is clipped to the pane,
 * measured in columns (wide characters are two), and made harmless: control
 * bytes, what is no UTF-8 and what turns text around become visible marks,
 * and in a locale without UTF-8 all that is not ASCII becomes "?".
 */

#include <stdbool.h>
#include <stddef.h>

#include "ui/theme.h"

struct pane {
	int row, col;   /* of its upper left corner on the screen */
	int rows, cols;
};

/* A part of a pane, cut where it would stick out. */
struct pane pane_inside(const struct pane *pane, int row, int col, int rows,
    int cols);

/* Columns that the text takes on this terminal. */
int paint_width(const char *text);

/* The text in exactly so many columns, for `out`: cut, or blanks behind. */
const char *paint_column(const char *text, int width, char *out, size_t size);

/* Paints from (row, col) to the right edge at most; returns the columns. */
int paint_str(const struct pane *pane, int row, int col, enum style style,
    const char *text);
int paint_text(const struct pane *pane, int row, int col, enum style style,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* In exactly `width` columns: filled with blanks, or cut with ">". */
void paint_cell(const struct pane *pane, int row, int col, int width,
    enum style style, const char *text);
/* Its end at column `end` of the pane. */
void paint_right(const struct pane *pane, int row, int end, enum style style,
    const char *text);

/*
 * A paragraph, broken at blanks, '\n' begins a new line; at most `rows` of
 * them (the last then ends with ".."). Returns the rows used.  `rows` 0
 * paints nothing and returns how many it would take.
 */
int paint_wrap(const struct pane *pane, int row, int col, int width, int rows,
    enum style style, const char *text);
/* Where the next line of such a paragraph ends: bytes of `text` to show,
 * *skip more to leave out. */
size_t wrap_line(const char *text, int width, size_t *skip);

/* A line across the pane, with a word in it or NULL. */
void paint_rule(const struct pane *pane, int row, const char *label);
/* A box around the pane's edge, emptied; returns what is inside. */
struct pane paint_box(const struct pane *pane, const char *title);
void paint_fill(const struct pane *pane, int row, enum style style);
/* Where the terminal's cursor is to stand when the frame is done. */
void paint_cursor(const struct pane *pane, int row, int col, bool visible);

#endif
