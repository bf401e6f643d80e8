#include "core/wrap.h"

#include <stdbool.h>
#include <string.h>

#include "core/text.h"
#include "net/buf.h"

/* Ranges of Unicode's East Asian Width W and F, in round figures. */
static const long wide[][2] = {
	{ 0x1100, 0x115f },
	{ 0x2e80, 0xa4cf },
	{ 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff },
	{ 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 },
	{ 0xffe0, 0xffe6 },
	{ 0x1f300, 0x1faff },
	{ 0x20000, 0x3fffd },
};

static int
columns_of(long cp)
{
	size_t i;

	if (cp >= 0x300 && cp <= 0x36f)
		return 0;
	for (i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (cp >= wide[i][0] && cp <= wide[i][1])
			return 2;
	return 1;
}

int
text_columns(const char *text)
{
	size_t n = strlen(text), i = 0;
	int columns = 0;
	long cp;

	while (i < n) {
		i += text_decode(text + i, n - i, &cp);
		columns += columns_of(cp);
	}
	return columns;
}

size_t
text_fit(const char *text, int columns)
{
	size_t n = strlen(text), i = 0, used;
	long cp;

	while (i < n) {
		used = text_decode(text + i, n - i, &cp);
		columns -= columns_of(cp);
		if (columns < 0)
			break;
		i += used;
	}
	return i;
}

/* Bytes of `text` (a single line) that go on a line of `columns`. */
static size_t
line_end(const char *text, size_t n, int columns)
{
	size_t fits = text_fit(text, columns), end;

	if (fits >= n)
		return n;
	for (end = fits; end > 0 && text[end] != ' '; end--)
		;
	if (end > 0)
		return end;
	/* A word longer than the line; at least one character goes on. */
	return fits > 0 ? fits : text_fit(text, 2);
}

void
wrap_text(struct buf *out, const char *text, const char *first,
    const char *next, int width)
{
	const char *prefix = first, *p = text;
	size_t n, end;

	for (;;) {
		n = strcspn(p, "\n");
		do {
			end = line_end(p, n, width - text_columns(prefix));
			buf_puts(out, prefix);
			buf_add(out, p, end);
			while (out->len > 0 &&
			    out->bytes[out->len - 1] == ' ')
				out->bytes[--out->len] = '\0';
			buf_putc(out, '\n');
			prefix = next;
			p += end;
			n -= end;
			while (n > 0 && *p == ' ') {
				p++;
				n--;
			}
		} while (n > 0);
		if (*p == '\0')
			return;
		p++;
	}
}
