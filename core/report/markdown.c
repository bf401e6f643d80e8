#include <stdio.h>
#include <string.h>

#include "core/report/report.h"
#include "core/report/view.h"
#include "core/report/writer.h"
#include "core/transcript.h"
#include "net/buf.h"
#include "net/i18n.h"

/*
 * Text as Markdown shows it literally: everything that could be markup is
 * escaped, so that no server can put a link or HTML into a ticket.
 */
static void
escape(struct buf *out, const char *text)
{
	const char *p;

	for (p = text; *p != '\0'; p++) {
		if (*p == '\n')
			buf_putc(out, ' ');
		else if (*p == '<')
			buf_puts(out, "&lt;");
		else if (*p == '&')
			buf_puts(out, "&amp;");
		else if (strchr("\\`*_{}[]>|#~!", *p) != NULL)
			buf_printf(out, "\\%c", *p);
		/* "1." and "-" at the start of a line begin lists. */
		else if (p == text && strchr("-+=", *p) != NULL)
			buf_printf(out, "\\%c", *p);
		else
			buf_putc(out, *p);
	}
}

static void
begin(struct writer *w, const char *verdict, const char *subject)
{
	buf_printf(w->out, "# %s: ", verdict);
	escape(w->out, subject);
	buf_puts(w->out, "\n\n");
}

static void
nothing(struct writer *w)
{
	(void)w;
}

static void
heading(struct writer *w, const char *text)
{
	buf_printf(w->out, "## %s\n\n", text);
}

static void
para(struct writer *w, const char *text)
{
	escape(w->out, text);
	buf_puts(w->out, "\n\n");
}

static void
fact(struct writer *w, const char *label, const char *text)
{
	buf_puts(w->out, "**");
	escape(w->out, label);
	buf_puts(w->out, ":** ");
	escape(w->out, text);
	buf_puts(w->out, "\n\n");
}

static void
add_ref(struct writer *w, const char *ref)
{
	if (ref[0] != '\0')
		buf_printf(w->out, " (%s)", ref);
}

/* Indented by four: code, in which nothing is markup. */
static void
code(struct writer *w, const char *text)
{
	buf_printf(w->out, "    %s\n", text);
}

static void
quote(struct writer *w, const char *text, const char *ref)
{
	code(w, text);
	buf_putc(w->out, '\n');
	if (ref[0] != '\0')
		buf_printf(w->out, "(%s)\n\n", ref);
}

static void
cause(struct writer *w, size_t n, const char *sure, const char *summary,
    const char *id)
{
	buf_printf(w->out, "### %zu. ", n);
	escape(w->out, summary);
	buf_printf(w->out, "\n\n%s, %s\n\n", id, sure);
}

static void
item(struct writer *w, enum mark mark, const char *text, const char *ref)
{
	const char *word = writer_mark(mark);
	const char *strong = mark == MARK_FOR ? "" : "**";

	buf_puts(w->out, "- ");
	if (word[0] != '\0')
		buf_printf(w->out, "%s%s:%s ", strong, word, strong);
	escape(w->out, text);
	add_ref(w, ref);
	buf_putc(w->out, '\n');
}

static void
list_end(struct writer *w)
{
	buf_putc(w->out, '\n');
}

static void
command(struct writer *w, const char *text)
{
	code(w, text);
	buf_putc(w->out, '\n');
}

static void
servers_begin(struct writer *w)
{
	buf_printf(w->out, "| MX | %s | %s | %s | %s | %s |\n", _("server"),
	    _("product"), _("result"), _("TLS, login"), _("evidence"));
	buf_puts(w->out, "| ---: | --- | --- | --- | --- | --- |\n");
}

static void
server(struct writer *w, const struct server *s)
{
	char ref[40];
	struct buf text;

	buf_init(&text, 4096);
	if (s->preference >= 0)
		buf_printf(w->out, "| %d | ", s->preference);
	else
		buf_puts(w->out, "| | ");
	view_server_name(s, &text);
	escape(w->out, buf_str(&text));
	buf_puts(w->out, " | ");
	escape(w->out, s->product);
	buf_puts(w->out, " | ");
	buf_reset(&text);
	view_server_result(s, &text);
	escape(w->out, buf_str(&text));
	buf_puts(w->out, " | ");
	buf_reset(&text);
	view_server_security(s, &text);
	escape(w->out, buf_str(&text));
	buf_printf(w->out, " | %s |\n", view_ref(&s->at, ref, sizeof(ref)));
	buf_clear(&text);
}

static void
excerpt_begin(struct writer *w, const char *title)
{
	escape(w->out, title);
	buf_puts(w->out, "\n\n");
}

static void
line(struct writer *w, size_t number, const struct transcript_line *l)
{
	static const char *const dirs[] = {
		[LINE_NOTE] = "--",
		[LINE_CLIENT] = "C:",
		[LINE_SERVER] = "S:",
	};
	const char *p, *end;

	if (number == 0) {
		code(w, "       ...");
		return;
	}
	buf_printf(w->out, "    %s%4zu %4d.%03d %s%s %s%s%s\n",
	    l->failure ? ">>" : "  ", number, l->ms / 1000, l->ms % 1000,
	    dirs[l->dir], l->secure ? "*" : " ", l->text,
	    l->failure ? "   << " : "",
	    l->failure ? _("it failed here") : "");
	for (p = l->annotation; p != NULL && *p != '\0';
	     p = *end == '\n' ? end + 1 : end) {
		end = p + strcspn(p, "\n");
		buf_printf(w->out, "                    | %.*s\n",
		    (int)(end - p), p);
	}
}

static const struct writer_ops ops = {
	.begin = begin,
	.end = nothing,
	.heading = heading,
	.para = para,
	.fact = fact,
	.quote = quote,
	.cause = cause,
	.list_begin = nothing,
	.item = item,
	.list_end = list_end,
	.command = command,
	.servers_begin = servers_begin,
	.server = server,
	.servers_end = list_end,
	.excerpt_begin = excerpt_begin,
	.line = line,
	.excerpt_end = list_end,
};

void
report_markdown(const struct session *session, enum report_lines lines,
    struct buf *out)
{
	struct writer w = { &ops, out, lines };

	content_write(session, &w);
}
