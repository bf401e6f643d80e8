#include "ui/paint.h"

#include <curses.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "core/text.h"
#include "ui/tty.h"

#define TEXT_MAX 2048 /* bytes of one painted text */

struct pane
pane_inside(const struct pane *pane, int row, int col, int rows, int cols)
{
	struct pane in = { pane->row + row, pane->col + col, rows, cols };

	if (row + rows > pane->rows)
		in.rows = pane->rows - row;
	if (col + cols > pane->cols)
		in.cols = pane->cols - col;
	if (in.rows < 0 || row < 0) /* what begins above is not shown */
		in.rows = 0;
	if (in.cols < 0)
		in.cols = 0;
	return in;
}

/* What is never given to the terminal; core/text.h comes first, this last. */
static bool
harmful(long cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) ||
	    (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
	    (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff || cp == 0xad;
}

static wchar_t
fit(long cp, int *width)
{
	int w;

	*width = 1;
	if (cp >= 0x20 && cp < 0x7f)
		return (wchar_t)cp;
	if (harmful(cp) || !tty_unicode())
		return L'?';
	w = wcwidth((wchar_t)cp);
	if (w < 0)
		return L'?';
	*width = w;
	return (wchar_t)cp;
}

int
paint_width(const char *text)
{
	size_t n = strlen(text), i;
	int columns = 0, w;
	long cp;

	for (i = 0; i < n; i += text_decode(text + i, n - i, &cp)) {
		text_decode(text + i, n - i, &cp);
		fit(cp, &w);
		columns += w;
	}
	return columns;
}

const char *
paint_column(const char *text, int width, char *out, size_t size)
{
	size_t n = strlen(text), i = 0, at = 0, taken;
	int columns = 0, w;
	long cp;

	while (i < n) {
		taken = text_decode(text + i, n - i, &cp);
		fit(cp, &w);
		if (columns + w > width || at + taken >= size)
			break;
		memcpy(out + at, text + i, taken);
		at += taken;
		i += taken;
		columns += w;
	}
	for (; columns < width && at + 1 < size; columns++)
		out[at++] = ' ';
	out[at] = '\0';
	return out;
}

/* Paints n bytes within `width` columns; returns the columns used. */
static int
put(const struct pane *pane, int row, int col, int width, enum style style,
    const char *text, size_t n)
{
	wchar_t out[TEXT_MAX];
	size_t i, used, len = 0;
	int columns = 0, w;
	long cp;

	if (width > pane->cols - col)
		width = pane->cols - col;
	if (row < 0 || row >= pane->rows || col < 0 || width <= 0)
		return 0;
	for (i = 0; i < n && len + 1 < TEXT_MAX; i += used) {
		wchar_t c;

		used = text_decode(text + i, n - i, &cp);
		c = fit(cp, &w);
		if (columns + w > width)
			break;
		out[len++] = c;
		columns += w;
	}
	tty_style(style);
	mvaddnwstr(pane->row + row, pane->col + col, out, (int)len);
	return columns;
}

int
paint_str(const struct pane *pane, int row, int col, enum style style,
    const char *text)
{
	return put(pane, row, col, pane->cols, style, text, strlen(text));
}

int
paint_text(const struct pane *pane, int row, int col, enum style style,
    const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return paint_str(pane, row, col, style, text);
}

void
paint_cell(const struct pane *pane, int row, int col, int width,
    enum style style, const char *text)
{
	int used;

	if (width > pane->cols - col)
		width = pane->cols - col;
	if (width <= 0 || row < 0 || row >= pane->rows || col < 0)
		return;
	if (paint_width(text) > width) {
		used = put(pane, row, col, width - 1, style, text,
		    strlen(text));
		used += put(pane, row, col + used, 1, style, ">", 1);
	} else {
		used = put(pane, row, col, width, style, text, strlen(text));
	}
	for (; used < width; used++)
		put(pane, row, col + used, 1, style, " ", 1);
}

void
paint_right(const struct pane *pane, int row, int end, enum style style,
    const char *text)
{
	int col = end - paint_width(text);

	paint_str(pane, row, col > 0 ? col : 0, style, text);
}

size_t
wrap_line(const char *text, int width, size_t *skip)
{
	size_t n = strlen(text), i = 0, used, blank = 0;
	int columns = 0, w;
	long cp;

	*skip = 0;
	while (i < n && text[i] != '\n') {
		used = text_decode(text + i, n - i, &cp);
		fit(cp, &w);
		if (columns + w > width)
			break;
		if (cp == ' ' && i > 0)
			blank = i;
		columns += w;
		i += used;
	}
	if (i == n)
		return n;
	if (text[i] == '\n' || text[i] == ' ') {
		*skip = 1;
		return i;
	}
	if (blank == 0) /* one long word */
		return i > 0 ? i : text_decode(text, n, &cp);
	*skip = 1;
	return blank;
}

int
paint_wrap(const struct pane *pane, int row, int col, int width, int rows,
    enum style style, const char *text)
{
	int used = 0;
	size_t n, skip;

	if (width > pane->cols - col)
		width = pane->cols - col;
	if (width < 2)
		return 0;
	while (*text != '\0' && (rows == 0 || used < rows)) {
		n = wrap_line(text, width, &skip);
		if (rows > 0) {
			int columns = put(pane, row + used, col, width, style,
			    text, n);

			if (used + 1 == rows && text[n + skip] != '\0')
				paint_str(pane, row + used,
				    col + (columns + 2 > width ? width - 2 :
								 columns),
				    style, "..");
		}
		text += n + skip;
		used++;
	}
	return used;
}

void
paint_rule(const struct pane *pane, int row, const char *label)
{
	if (row < 0 || row >= pane->rows || pane->cols <= 0)
		return;
	tty_style(STYLE_QUIET);
	tty_line(pane->row + row, pane->col, pane->cols, false);
	if (label != NULL)
		paint_text(pane, row, 0, STYLE_HEAD, " %s ", label);
}

void
paint_fill(const struct pane *pane, int row, enum style style)
{
	int col;

	if (row < 0 || row >= pane->rows)
		return;
	tty_style(style);
	for (col = 0; col < pane->cols; col++)
		mvaddnwstr(pane->row + row, pane->col + col, L" ", 1);
}

struct pane
paint_box(const struct pane *pane, const char *title)
{
	int row;

	for (row = 0; row < pane->rows; row++)
		paint_fill(pane, row, STYLE_TEXT);
	tty_style(STYLE_QUIET);
	if (pane->rows >= 2 && pane->cols >= 2)
		tty_frame(pane->row, pane->col, pane->rows, pane->cols);
	if (title != NULL && title[0] != '\0') {
		struct pane top = pane_inside(pane, 0, 2, 1, pane->cols - 4);

		paint_text(&top, 0, 0, STYLE_HEAD, " %s ", title);
	}
	return pane_inside(pane, 1, 2, pane->rows - 2, pane->cols - 4);
}

void
paint_cursor(const struct pane *pane, int row, int col, bool visible)
{
	if (row < 0 || row >= pane->rows)
		return;
	if (col > pane->cols - 1)
		col = pane->cols - 1;
	tty_cursor(pane->row + row, pane->col + (col > 0 ? col : 0), visible);
}
