#include "core/transcript.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "net/mem.h"

int
transcript_add(struct transcript *tr, int ms, enum line_dir dir,
    enum stage stage, bool secure, const char *bytes, size_t n)
{
	struct transcript_line *line;
	struct buf visible;

	if (tr->count >= TRANSCRIPT_LINES) {
		tr->dropped++;
		return 0;
	}
	buf_init(&visible, TRANSCRIPT_LINE);
	text_visible(bytes, n, false, &visible);
	if (visible.overflow)
		memcpy(visible.bytes + visible.len - 3, "...", 3);
	tr->lines = mem_grow(tr->lines, tr->count, &tr->cap,
	    sizeof(*tr->lines));
	line = &tr->lines[tr->count++];
	*line = (struct transcript_line) {
		.ms = ms,
		.dir = dir,
		.stage = stage,
		.secure = secure,
		.text = buf_steal(&visible),
	};
	tr->version++;
	return (int)tr->count;
}

int
transcript_printf(struct transcript *tr, int ms, enum line_dir dir,
    enum stage stage, bool secure, const char *fmt, ...)
{
	char text[TRANSCRIPT_LINE];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return 0;
	if ((size_t)n >= sizeof(text))
		n = (int)sizeof(text) - 1;
	return transcript_add(tr, ms, dir, stage, secure, text, (size_t)n);
}

void
transcript_annotate(struct transcript *tr, int line, const char *fmt, ...)
{
	char note[TRANSCRIPT_NOTE], shown[2 * TRANSCRIPT_NOTE];
	struct transcript_line *at;
	va_list ap;
	char *joined;

	if (line < 1 || (size_t)line > tr->count)
		return;
	va_start(ap, fmt);
	vsnprintf(note, sizeof(note), _(fmt), ap);
	va_end(ap);
	text_visible_str(note, shown, sizeof(shown));
	at = &tr->lines[line - 1];
	if (at->annotation != NULL && strstr(at->annotation, shown) != NULL)
		return;
	joined = at->annotation == NULL ?
	    mem_strdup(shown) :
	    mem_printf("%s\n%s", at->annotation, shown);
	free(at->annotation);
	at->annotation = joined;
	tr->version++;
}

void
transcript_fail(struct transcript *tr, int line)
{
	if (line < 1 || (size_t)line > tr->count || tr->failure == line)
		return;
	if (tr->failure != 0)
		tr->lines[tr->failure - 1].failure = false;
	tr->lines[line - 1].failure = true;
	tr->failure = line;
	tr->version++;
}

void
transcript_clear(struct transcript *tr)
{
	size_t i;

	for (i = 0; i < tr->count; i++) {
		free(tr->lines[i].text);
		free(tr->lines[i].annotation);
	}
	free(tr->lines);
	memset(tr, 0, sizeof(*tr));
}
