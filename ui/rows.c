#include "ui/rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/mem.h"

#define FULL_WIDTH 72 /* from here on signs stand in a column at the right */
#define ROWS_MAX 20000

const char *
sign_text(enum sign sign)
{
	static const char *const texts[] = {
		[SIGN_NONE] = "",
		[SIGN_OK] = "[ok]",
		[SIGN_BAD] = "[!!]",
		[SIGN_RUNNING] = "[..]",
		[SIGN_UNSURE] = "[?" "?]",
		[SIGN_ABSENT] = "[--]",
		[SIGN_ON] = "[x]",
		[SIGN_OFF] = "[ ]",
	};

	return texts[sign];
}

enum style
sign_style(enum sign sign)
{
	switch (sign) {
	case SIGN_OK: return STYLE_OK;
	case SIGN_BAD: return STYLE_BAD;
	case SIGN_RUNNING:
	case SIGN_UNSURE: return STYLE_WARN;
	default: return STYLE_TEXT;
	}
}

void
rows_clear(struct rows *rows)
{
	free(rows->v);
	memset(rows, 0, sizeof(*rows));
}

void
rows_begin(struct rows *rows)
{
	rows->count = 0;
}

static struct row *
fresh(struct rows *rows)
{
	struct row *row;

	if (rows->count >= ROWS_MAX)
		rows->count = ROWS_MAX - 1;
	rows->v = mem_grow(rows->v, rows->count, &rows->cap,
	    sizeof(*rows->v));
	row = &rows->v[rows->count++];
	row->id = 0;
	row->indent = 0;
	row->style = STYLE_TEXT;
	row->sign = SIGN_NONE;
	row->text[0] = row->detail[0] = '\0';
	return row;
}

struct row *
rows_add(struct rows *rows, uint64_t id, int indent, enum style style,
    const char *fmt, ...)
{
	struct row *row = fresh(rows);
	va_list ap;

	row->id = id;
	row->indent = indent;
	row->style = style;
	va_start(ap, fmt);
	vsnprintf(row->text, sizeof(row->text), fmt, ap);
	va_end(ap);
	return row;
}

void
rows_wrap(struct rows *rows, int indent, int width, enum style style,
    const char *text)
{
	size_t n, skip;

	if (width - indent < 10)
		indent = 1;
	while (*text != '\0') {
		n = wrap_line(text, width - indent, &skip);
		rows_add(rows, 0, indent, style, "%.*s", (int)n, text);
		text += n + skip;
	}
}

void
row_state(struct row *row, enum sign sign, const char *fmt, ...)
{
	va_list ap;

	row->sign = sign;
	va_start(ap, fmt);
	vsnprintf(row->detail, sizeof(row->detail), fmt, ap);
	va_end(ap);
}

size_t
rows_selectable(const struct rows *rows)
{
	size_t i, n = 0;

	for (i = 0; i < rows->count; i++)
		n += rows->v[i].id != 0;
	return n;
}

/* Finds again what was selected; else the nearest selectable row. */
static void
settle(struct rows *rows)
{
	size_t i, d;

	for (i = 0; i < rows->count; i++)
		if (rows->v[i].id != 0 && rows->v[i].id == rows->selected) {
			rows->at = i;
			return;
		}
	if (rows->at >= rows->count)
		rows->at = rows->count > 0 ? rows->count - 1 : 0;
	for (d = 0; d < rows->count; d++) {
		if (rows->at + d < rows->count && rows->v[rows->at + d].id != 0)
			i = rows->at + d;
		else if (rows->at >= d && rows->v[rows->at - d].id != 0)
			i = rows->at - d;
		else
			continue;
		rows->at = i;
		rows->selected = rows->v[i].id;
		return;
	}
}

static void
scroll_to_selection(struct rows *rows, int height)
{
	size_t rows_high = height > 0 ? (size_t)height : 1, i;

	for (i = 0; rows->top_id != 0 && i < rows->count; i++)
		if (rows->v[i].id == rows->top_id) {
			rows->top = i;
			break;
		}
	if (rows->count > 0 && rows->selected != 0 &&
	    rows->v[rows->at].id == rows->selected) {
		if (rows->at < rows->top)
			rows->top = rows->at;
		if (rows->at >= rows->top + rows_high)
			rows->top = rows->at - rows_high + 1;
		if (rows->center)
			rows->top = rows->at > rows_high / 2 ?
			    rows->at - rows_high / 2 : 0;
		rows->center = false;
		/* what stands above the first selectable row is its heading */
		for (i = 0; i < rows->at; i++)
			if (rows->v[i].id != 0)
				break;
		if (i == rows->at && rows->at < rows_high)
			rows->top = 0;
	}
	if (rows->top + rows_high > rows->count)
		rows->top = rows->count > rows_high ?
		    rows->count - rows_high :
		    0;
	rows->top_id = rows->top < rows->count ? rows->v[rows->top].id : 0;
}

static void
draw_wide(const struct row *row, const struct pane *pane, int y, bool selected)
{
	enum style style = selected ? STYLE_SELECT : row->style;
	int sign_col = pane->cols - 16, col = row->indent + 1;
	bool right = row->sign != SIGN_NONE || row->detail[0] != '\0';
	int width = right ? sign_col - col - 1 : pane->cols - col;

	if (row->detail[0] != '\0' && row->sign == SIGN_NONE)
		width = pane->cols - col - paint_width(row->detail) - 2;
	paint_cell(pane, y, col, width, style, row->text);
	if (row->sign != SIGN_NONE)
		paint_str(pane, y, sign_col, selected ? STYLE_SELECT :
							sign_style(row->sign),
		    sign_text(row->sign));
	if (row->detail[0] == '\0')
		return;
	if (row->sign == SIGN_NONE)
		paint_right(pane, y, pane->cols - 1, style, row->detail);
	else
		paint_cell(pane, y, sign_col + 5, 11, style, row->detail);
}

static void
draw_narrow(const struct row *row, const struct pane *pane, int y,
    bool selected)
{
	enum style style = selected ? STYLE_SELECT : row->style;
	int col = 1, end = pane->cols;

	if (row->sign != SIGN_NONE) {
		paint_str(pane, y, col, selected ? STYLE_SELECT :
						   sign_style(row->sign),
		    sign_text(row->sign));
		col += 5;
	}
	col += row->indent / 2;
	if (row->detail[0] != '\0' &&
	    paint_width(row->detail) + paint_width(row->text) + col + 2 <
		pane->cols) {
		end = pane->cols - paint_width(row->detail) - 1;
		paint_right(pane, y, pane->cols - 1, style, row->detail);
	}
	paint_cell(pane, y, col, end - col, style, row->text);
}

void
rows_draw(struct rows *rows, const struct pane *pane)
{
	int y;

	rows->height = pane->rows;
	rows->first_row = pane->row;
	settle(rows);
	scroll_to_selection(rows, pane->rows);
	for (y = 0; y < pane->rows && rows->top + (size_t)y < rows->count;
	     y++) {
		const struct row *row = &rows->v[rows->top + (size_t)y];
		bool selected = row->id != 0 && row->id == rows->selected;

		if (selected)
			paint_fill(pane, y, STYLE_SELECT);
		if (pane->cols >= FULL_WIDTH || rows->plain)
			draw_wide(row, pane, y, selected);
		else
			draw_narrow(row, pane, y, selected);
		if (!selected)
			continue;
		paint_str(pane, y, 0, STYLE_SELECT, ">");
		paint_cursor(pane, y, 0, false);
	}
}

/* Moves by `steps` selectable rows, or scrolls where there are none. */
static void
move(struct rows *rows, long steps)
{
	size_t at = rows->at;

	if (rows_selectable(rows) == 0) {
		long top = (long)rows->top + steps;

		rows->top = top < 0 ? 0 : (size_t)top;
		rows->top_id = 0;
		return;
	}
	while (steps != 0) {
		long way = steps > 0 ? 1 : -1;
		size_t i = at;

		do
			i += (size_t)way;
		while (i < rows->count && rows->v[i].id == 0);
		if (i >= rows->count)
			break;
		at = i;
		steps -= way;
	}
	/* at an end, show the headings or texts beyond it as well */
	if (at == rows->at && steps < 0)
		rows->top = 0;
	if (at == rows->at && steps > 0)
		rows->top = rows->count;
	rows->at = at;
	rows->selected = rows->v[at].id;
	rows->top_id = 0;
}

bool
rows_command(struct rows *rows, enum command_id command)
{
	long page = rows->height > 2 ? rows->height - 1 : 1;

	switch (command) {
	case CMD_UP:
		move(rows, -1);
		return true;
	case CMD_DOWN:
		move(rows, 1);
		return true;
	case CMD_PAGE_UP:
		move(rows, -page);
		return true;
	case CMD_PAGE_DOWN:
		move(rows, page);
		return true;
	case CMD_FIRST:
		move(rows, -ROWS_MAX);
		return true;
	case CMD_LAST:
		move(rows, ROWS_MAX);
		return true;
	default:
		return false;
	}
}

const struct row *
rows_selected(const struct rows *rows)
{
	if (rows->at >= rows->count || rows->v[rows->at].id == 0 ||
	    rows->v[rows->at].id != rows->selected)
		return NULL;
	return &rows->v[rows->at];
}

void
rows_select(struct rows *rows, uint64_t id)
{
	rows->selected = id;
	settle(rows);
}

bool
rows_select_nth(struct rows *rows, size_t n)
{
	size_t i;

	for (i = 0; i < rows->count; i++) {
		if (rows->v[i].id == 0 || n-- > 0)
			continue;
		rows->at = i;
		rows->selected = rows->v[i].id;
		return true;
	}
	return false;
}

bool
rows_click(struct rows *rows, int screen_row)
{
	int y = screen_row - rows->first_row;

	if (y < 0 || y >= rows->height ||
	    rows->top + (size_t)y >= rows->count ||
	    rows->v[rows->top + (size_t)y].id == 0)
		return false;
	rows->at = rows->top + (size_t)y;
	rows->selected = rows->v[rows->at].id;
	return true;
}

bool
rows_find_sign(struct rows *rows, enum sign sign, bool backwards)
{
	size_t i, n = rows->count;

	for (i = 1; i <= n; i++) {
		size_t j = (rows->at + (backwards ? n - i : i)) % n;

		if (rows->v[j].id == 0 || rows->v[j].sign != sign)
			continue;
		rows->at = j;
		rows->selected = rows->v[j].id;
		return true;
	}
	return false;
}
