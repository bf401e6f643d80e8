#ifndef RT_UI_ROWS_H
#define RT_UI_ROWS_H

/*
 * A list or tree as a view shows it.  A view builds its rows anew for each
 * frame; what is remembered is which *thing* is selected and which stands
 * at the top, so nothing jumps when rows come or the window changes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/command.h"
#include "ui/paint.h"

enum sign {
	SIGN_NONE,
	SIGN_OK,
	SIGN_BAD,
	SIGN_RUNNING,
	SIGN_UNSURE,
	SIGN_ABSENT,
	SIGN_ON,
	SIGN_OFF,
};

const char *sign_text(enum sign sign); /* "[ok]" ... */
enum style sign_style(enum sign sign);

#define ROW_TEXT 400
#define ROW_DETAIL 80

struct row {
	uint64_t id; /* 0: cannot be selected */
	int indent;  /* columns */
	enum style style;
	enum sign sign;
	char text[ROW_TEXT];
	char detail[ROW_DETAIL]; /* right column */
};

struct rows {
	struct row *v;
	size_t count, cap;
	uint64_t selected, top_id;
	size_t top, at; /* at: index of the selected row */
	int height;     /* of the last drawing */
	int first_row;  /* on the screen, for the mouse */
	bool center;    /* the next drawing has the selection in its middle */
	bool plain;     /* no sign column: text may use the whole width */
};

void rows_clear(struct rows *rows);
void rows_begin(struct rows *rows);
struct row *rows_add(struct rows *rows, uint64_t id, int indent,
    enum style style, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* A paragraph below, broken at `width`; not selectable. */
void rows_wrap(struct rows *rows, int indent, int width, enum style style,
    const char *text);
/* Sets sign and right column of a row. */
void row_state(struct row *row, enum sign sign, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Draws what fits and puts the cursor on the selected row. */
void rows_draw(struct rows *rows, const struct pane *pane);
/* Moving; false if the command is none of it. */
bool rows_command(struct rows *rows, enum command_id command);
/* The selected row, NULL if there is none. */
const struct row *rows_selected(const struct rows *rows);
void rows_select(struct rows *rows, uint64_t id);
/* Selects the n-th selectable row (from 0); false beyond the last. */
bool rows_select_nth(struct rows *rows, size_t n);
size_t rows_selectable(const struct rows *rows);
/* Selects what stands at that row of the screen. */
bool rows_click(struct rows *rows, int screen_row);
/* The next (or previous) selectable row with that sign. */
bool rows_find_sign(struct rows *rows, enum sign sign, bool backwards);

#endif
