#include "tests/pty/picture.h"

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pty/terminal.h"

#define COLS_MAX 400
#define CELL_WIDTH 8.4
#define CELL_HEIGHT 18

struct row {
	struct cell_seen cells[COLS_MAX + 1];
	int n;
};

static bool
is_digit(const struct row *row, int i)
{
	return i >= 0 && i < row->n && row->cells[i].ch >= '0' &&
	    row->cells[i].ch <= '9';
}

static bool
is_word(const struct row *row, int i)
{
	uint32_t ch = i >= 0 && i < row->n ? row->cells[i].ch : ' ';

	return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
	    (ch >= 'A' && ch <= 'Z');
}

static uint32_t
at(const struct row *row, int i)
{
	return i >= 0 && i < row->n ? row->cells[i].ch : ' ';
}

static bool
stands(const struct row *row, int i, const char *text)
{
	for (; *text != '\0'; text++, i++)
		if (at(row, i) != (uint32_t)*text)
			return false;
	return true;
}

/* The first of two blanks from i on; the row's end if there are none. */
static int
gap_behind(const struct row *row, int i)
{
	for (; i < row->n; i++)
		if (at(row, i) == ' ' && at(row, i + 1) == ' ')
			return i;
	return row->n;
}

static void
take_out(struct row *row, int i)
{
	memmove(&row->cells[i], &row->cells[i + 1],
	    sizeof(row->cells[0]) * (size_t)(row->n - i - 1));
	row->n--;
}

static void
put_in(struct row *row, int i)
{
	struct cell_seen blank = { .ch = ' ', .look = { 0, -1 } };

	if (i > 0 && i < row->n)
		blank.look = row->cells[i].look;
	memmove(&row->cells[i + 1], &row->cells[i],
	    sizeof(row->cells[0]) * (size_t)(row->n - i));
	row->cells[i] = blank;
	row->n++;
}

/*
 * Puts the text in place of the cells from i to end; what is behind the next
 * gap stays where it is.
 */
static void
replace(struct row *row, int i, int end, const char *text)
{
	int old = end - i, new = (int)strlen(text), k;
	bool right = at(row, i - 1) == ' ' && at(row, i - 2) == ' ';

	for (; old > new; old--) {
		take_out(row, i);
		put_in(row, right ? i - 1 : gap_behind(row, i + old - 1));
		i += right;
	}
	for (; old < new; old++) {
		int gap = right ? i - 1 : gap_behind(row, i + old);

		put_in(row, right ? i : i + old);
		if (gap < row->n) {
			take_out(row, right ? gap : gap + 1);
			i -= right;
		}
	}
	for (k = 0; k < new; k++)
		row->cells[i + k].ch = (uint32_t)text[k];
}

static int
digits_end(const struct row *row, int i)
{
	while (is_digit(row, i))
		i++;
	return i;
}

/*
 * "(from 192.0.2.53, 12 ms)", whole or cut at the edge of its pane: whether
 * it is cut there must not depend on the number either.
 */
static bool
steady_answer(struct row *row, int i)
{
	static const char tail[] = " ms)", fixed[] = "4 ms)";
	int end = digits_end(row, i), k, room;

	if (at(row, i - 1) != ' ' || at(row, i - 2) != ',')
		return false;
	for (k = 0; tail[k] != '\0' && at(row, end) == (uint32_t)tail[k]; k++)
		end++;
	if (tail[k] != '\0' && at(row, end++) != '>')
		return false;
	room = end - i;
	for (k = 0; k < room; k++)
		row->cells[i + k].ch = k < (int)sizeof(fixed) - 1 ?
		    (uint32_t)fixed[k] : ' ';
	if (room < (int)sizeof(fixed) - 1)
		row->cells[end - 1].ch = '>';
	return true;
}

/* "12 ms", "0.2 s", "40ms", "0.214" as in a transcript. */
static void
steady_duration(struct row *row, int i)
{
	int end = digits_end(row, i), unit;

	if (steady_answer(row, i))
		return;
	if (at(row, end) == '.' && is_digit(row, end + 1))
		end = digits_end(row, end + 1);
	unit = end + (at(row, end) == ' ');
	if (stands(row, unit, "ms") && !is_word(row, unit + 2))
		replace(row, i, end, "4");
	else if (stands(row, unit, "s") && !is_word(row, unit + 1) &&
	    at(row, end - 2) == '.')
		replace(row, i, end, "0.1");
	else if (stands(row, unit, "s") && !is_word(row, unit + 1) &&
	    at(row, end - 3) == '.')
		replace(row, i, end, "0.04");
	else if (end - i >= 5 && at(row, end - 4) == '.' &&
	    at(row, end) != '.')
		replace(row, i, end, "0.000");
}

/* "0:07" by itself; a date and an hour.  Where it ends, or i. */
static int
steady_clock(struct row *row, int i)
{
	static const char date[] = "2026-11-23 14:31", file[] = "20261123-1431";
	int k;

	if (digits_end(row, i) == i + 4 && at(row, i + 4) == '-' &&
	    digits_end(row, i + 5) == i + 7 && at(row, i + 7) == '-') {
		for (k = 0; date[k] != '\0' && i + k < row->n; k++)
			if (date[k] != ' ' && (k < 11 || is_digit(row, i + k) ||
			    at(row, i + k) == ':'))
				row->cells[i + k].ch = (uint32_t)date[k];
		if (at(row, i + 16) == ':' && is_digit(row, i + 17))
			row->cells[i + 17].ch = row->cells[i + 18].ch = '0';
		return at(row, i + 13) == ':' ? i + 16 : i + 10;
	}
	if (digits_end(row, i) == i + 8 && at(row, i + 8) == '-' &&
	    digits_end(row, i + 9) == i + 13) {
		for (k = 0; file[k] != '\0'; k++)
			row->cells[i + k].ch = (uint32_t)file[k];
		return i + k;
	}
	if (digits_end(row, i) <= i + 2 && at(row, digits_end(row, i)) == ':' &&
	    digits_end(row, digits_end(row, i) + 1) ==
	    digits_end(row, i) + 3 && !is_word(row, digits_end(row, i) + 3)) {
		replace(row, i, digits_end(row, i) + 3, "0:00");
		return i + 4;
	}
	return i;
}

static void
steady(struct row *row)
{
	int i, end;

	for (i = 0; i < row->n; i++) {
		if (!is_digit(row, i) || is_word(row, i - 1) ||
		    at(row, i - 1) == '.' || at(row, i - 1) == ':' ||
		    at(row, i - 1) == '-')
			continue;
		end = steady_clock(row, i);
		if (end == i)
			steady_duration(row, i);
		i = end > i ? end : digits_end(row, i);
	}
}

static void
read_row(int number, struct row *row)
{
	int i;

	row->n = terminal_cols() < COLS_MAX ? terminal_cols() : COLS_MAX;
	for (i = 0; i < row->n; i++)
		terminal_cell(number, i, &row->cells[i]);
	steady(row);
}

static void
put_utf8(FILE *out, uint32_t ch)
{
	if (ch < 0x80) {
		fputc((int)ch, out);
	} else if (ch < 0x800) {
		fputc((int)(0xc0 | ch >> 6), out);
		fputc((int)(0x80 | (ch & 0x3f)), out);
	} else {
		fputc((int)(0xe0 | ch >> 12), out);
		fputc((int)(0x80 | (ch >> 6 & 0x3f)), out);
		fputc((int)(0x80 | (ch & 0x3f)), out);
	}
}

char *
picture_text(void)
{
	struct row row;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int number, i;

	ck_assert_ptr_nonnull(out);
	for (number = 0; number < terminal_rows(); number++) {
		read_row(number, &row);
		while (row.n > 0 && row.cells[row.n - 1].ch == ' ')
			row.n--;
		for (i = 0; i < row.n; i++)
			put_utf8(out, row.cells[i].ch);
		fputc('\n', out);
	}
	fclose(out);
	return text;
}

static bool
same_look(const struct look *a, const struct look *b)
{
	return a->flags == b->flags && a->color == b->color;
}

static const char *
paint(int color)
{
	static const char *const colors[] = { "#16181d", "#ff7b72", "#7ee787",
		"#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#d8dbe2" };

	return color < 0 ? "#d8dbe2" : colors[color % 8];
}

static void
draw_run(FILE *out, const struct row *row, int number, int from, int to)
{
	const struct look *look = &row->cells[from].look;
	bool reverse = (look->flags & LOOK_REVERSE) != 0;
	double x = 8 + from * CELL_WIDTH, width = (to - from) * CELL_WIDTH;
	int i, last = to, y = 8 + number * CELL_HEIGHT;

	if (reverse)
		fprintf(out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" "
			     "height=\"%d\" fill=\"%s\"/>\n",
		    x, y, width, CELL_HEIGHT, paint(look->color));
	while (last > from && row->cells[last - 1].ch == ' ' &&
	    (look->flags & LOOK_UNDERLINE) == 0)
		last--;
	if (last == from)
		return;
	fprintf(out, "<text x=\"%.1f\" y=\"%d\" textLength=\"%.1f\" "
		     "lengthAdjust=\"spacingAndGlyphs\" fill=\"%s\"%s%s>",
	    x, y + 14, (last - from) * CELL_WIDTH,
	    reverse ? "#16181d" : paint(look->color),
	    (look->flags & LOOK_BOLD) != 0 ? " font-weight=\"bold\"" : "",
	    (look->flags & LOOK_UNDERLINE) != 0 ?
		" text-decoration=\"underline\"" : "");
	for (i = from; i < last; i++) {
		if (row->cells[i].ch == '&')
			fputs("&amp;", out);
		else if (row->cells[i].ch == '<')
			fputs("&lt;", out);
		else
			put_utf8(out, row->cells[i].ch);
	}
	fputs("</text>\n", out);
}

char *
picture_svg(void)
{
	struct row row;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int number, from, to;

	ck_assert_ptr_nonnull(out);
	fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
		     "width=\"%.0f\" height=\"%d\">\n"
		     "<rect width=\"100%%\" height=\"100%%\" rx=\"6\" "
		     "fill=\"#16181d\"/>\n"
		     "<g font-family=\"monospace\" font-size=\"14\" "
		     "xml:space=\"preserve\">\n",
	    terminal_cols() * CELL_WIDTH + 16,
	    terminal_rows() * CELL_HEIGHT + 16);
	for (number = 0; number < terminal_rows(); number++) {
		read_row(number, &row);
		for (from = 0; from < row.n; from = to) {
			to = from + 1;
			while (to < row.n && same_look(&row.cells[from].look,
			    &row.cells[to].look))
				to++;
			draw_run(out, &row, number, from, to);
		}
	}
	fputs("</g>\n</svg>\n", out);
	fclose(out);
	return text;
}
