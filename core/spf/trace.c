#include "core/spf/trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "net/mem.h"

#define TEXT_MAX 700 /* bytes kept of a term or a record */

static char *
visible(const char *s)
{
	char text[TEXT_MAX];

	return mem_strdup(text_visible_str(s, text, sizeof(text)));
}

size_t
spf_trace_add(struct spf_trace *trace, int depth, enum spf_line_kind kind,
    const char *domain, const char *term)
{
	struct spf_line *line;

	if (trace->count >= SPF_TRACE_MAX) {
		trace->dropped++;
		return SPF_NO_LINE;
	}
	trace->lines = mem_grow(trace->lines, trace->count, &trace->cap,
	    sizeof(*trace->lines));
	line = &trace->lines[trace->count];
	memset(line, 0, sizeof(*line));
	line->depth = depth;
	line->kind = kind;
	line->domain = visible(domain);
	line->term = visible(term);
	return trace->count++;
}

struct spf_line *
spf_trace_line(struct spf_trace *trace, size_t index)
{
	return index < trace->count ? &trace->lines[index] : NULL;
}

void
spf_trace_end(struct spf_trace *trace, size_t index, enum spf_outcome outcome,
    enum spf_result result)
{
	struct spf_line *line = spf_trace_line(trace, index);

	if (line == NULL)
		return;
	line->outcome = outcome;
	line->result = result;
}

static void __attribute__((format(printf, 2, 0)))
set_text(char **text, const char *fmt, va_list ap)
{
	char raw[TEXT_MAX];

	if (*text != NULL)
		return;
	vsnprintf(raw, sizeof(raw), fmt, ap);
	*text = visible(raw);
}

void
spf_trace_note(struct spf_trace *trace, size_t index, const char *fmt, ...)
{
	struct spf_line *line = spf_trace_line(trace, index);
	va_list ap;

	if (line == NULL)
		return;
	va_start(ap, fmt);
	set_text(&line->note, _(fmt), ap);
	va_end(ap);
}

void
spf_trace_matched(struct spf_trace *trace, size_t index, const char *fmt, ...)
{
	struct spf_line *line = spf_trace_line(trace, index);
	va_list ap;

	if (line == NULL)
		return;
	va_start(ap, fmt);
	set_text(&line->matched, fmt, ap);
	va_end(ap);
}

void
spf_trace_clear(struct spf_trace *trace)
{
	struct spf_line *line;
	size_t i;

	for (i = 0; i < trace->count; i++) {
		line = &trace->lines[i];
		free(line->domain);
		free(line->term);
		free(line->target);
		free(line->matched);
		free(line->note);
		policy_lines_clear(&line->queries);
	}
	free(trace->lines);
	memset(trace, 0, sizeof(*trace));
}

const char *
spf_outcome_name(enum spf_outcome outcome)
{
	static const char *const names[] = { "unfinished", "no match", "match",
		"found", "missing", "error" };

	return names[outcome];
}

int
spf_line_ms(const struct spf_line *line)
{
	size_t i;
	int ms = 0;

	for (i = 0; i < line->queries.count; i++)
		ms += line->queries.items[i].ms;
	return ms;
}

static void
put_line(const struct spf_line *line, struct buf *out)
{
	int indent = line->depth * 4 + (line->kind == SPF_LINE_RECORD ? 0 : 2);
	const struct policy_line *query;
	size_t i;

	if (line->kind == SPF_LINE_RECORD && line->outcome == SPF_FOUND)
		buf_printf(out, "%*s%s: %s", indent, "", line->domain,
		    line->term);
	else if (line->kind == SPF_LINE_RECORD)
		buf_printf(out, "%*s%s: %s", indent, "", line->domain,
		    line->outcome == SPF_MISSED ? "no SPF record" : "error");
	else
		buf_printf(out, "%*s%s  %s", indent, "", line->term,
		    spf_outcome_name(line->outcome));
	if (line->outcome == SPF_MATCH || line->outcome == SPF_ERROR)
		buf_printf(out, " -> %s", spf_result_name(line->result));
	if (line->matched != NULL)
		buf_printf(out, " (%s)", line->matched);
	if (line->note != NULL)
		buf_printf(out, "; %s", line->note);
	buf_putc(out, '\n');
	for (i = 0; i < line->queries.count; i++) {
		query = &line->queries.items[i];
		if (line->kind == SPF_LINE_RECORD &&
		    line->outcome == SPF_FOUND)
			buf_printf(out, _("%*sasked %s: %d ms\n"), indent + 4,
			    "", query->asked, query->ms);
		else
			buf_printf(out, _("%*sasked %s: %s (%d ms)\n"),
			    indent + 4, "", query->asked, query->answered,
			    query->ms);
	}
}

void
spf_trace_text(const struct spf_trace *trace, struct buf *out)
{
	size_t i;

	for (i = 0; i < trace->count; i++)
		put_line(&trace->lines[i], out);
	if (trace->dropped > 0)
		buf_printf(out, _("and %zu lines more\n"), trace->dropped);
}
