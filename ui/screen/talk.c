#include "ui/screen/talk.h"

#include <stdio.h>
#include <string.h>

#include "core/probe/probe.h"
#include "net/i18n.h"
#include "ui/rows.h"

#define NOTE_INDENT 10

static void
add_notes(struct rows *rows, const char *notes, int width, bool narrow)
{
	int indent = narrow ? 3 : NOTE_INDENT;
	size_t n, skip;

	while (*notes != '\0') {
		n = wrap_line(notes, width - indent - 4, &skip);
		rows_add(rows, 0, indent, STYLE_NOTE, "|  %.*s", (int)n,
		    notes);
		notes += n + skip;
	}
}

static const char *
who(const struct transcript_line *line)
{
	return line->dir == LINE_SERVER ? line->secure ? "S*" : "S:" :
	    line->dir == LINE_CLIENT	? line->secure ? "C*" : "C:" :
					  "--";
}

static enum style
style_of(const struct transcript_line *line)
{
	return line->failure		? STYLE_BAD :
	    line->dir == LINE_CLIENT ? STYLE_SENT :
					  STYLE_TEXT;
}

void
talk_build(const struct probe *probe, const struct talk_look *look,
    struct rows *rows)
{
	const struct transcript *tr = &probe->transcript;
	bool narrow = look->width < 60;
	int before = 0;
	size_t i;

	rows_begin(rows);
	rows->plain = true;
	for (i = 0; i < tr->count; i++) {
		const struct transcript_line *line = &tr->lines[i];
		bool failed = (int)i + 1 == tr->failure;
		int ms = look->between ? line->ms - before : line->ms;
		char when[24];
		struct row *row;
		size_t skip, n = strlen(line->text);

		snprintf(when, sizeof(when), narrow ? "%s" : "%s%6.3f ",
		    failed ? ">>" : "  ", ms / 1000.0);
		before = line->ms;
		if (look->whole)
			n = wrap_line(line->text,
			    look->width - (int)strlen(when) - 6, &skip);
		row = rows_add(rows, i + 1, -1, style_of(line), "%s %s %.*s",
		    when, who(line), (int)n, line->text);
		row->indent = 0;
		if (failed && look->width >= 60)
			snprintf(row->detail, sizeof(row->detail),
			    _("<< FAILED HERE"));
		if (look->whole && line->text[n] != '\0')
			rows_wrap(rows, (int)strlen(when) + 5, look->width,
			    style_of(line), line->text + n + skip);
		if (look->notes && line->annotation != NULL)
			add_notes(rows, line->annotation, look->width,
			    narrow);
	}
	if (tr->dropped > 0)
		rows_add(rows, 0, 1, STYLE_WARN,
		    _("(%zu more lines were not kept)"), tr->dropped);
}
