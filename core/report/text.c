#include <stdio.h>
#include <string.h>

#include "core/report/report.h"
#include "core/report/view.h"
#include "core/report/writer.h"
#include "core/transcript.h"
#include "core/wrap.h"
#include "net/buf.h"
#include "net/i18n.h"

#define WIDTH 76
#define LINE_MAX_BYTES 4096

static void
begin(struct writer *w, const char *verdict, const char *subject)
{
	char text[700];

	snprintf(text, sizeof(text), "%s: %s", verdict, subject);
	wrap_text(w->out, text, "", "  ", WIDTH);
}

static void
end(struct writer *w)
{
	(void)w;
}

static void
heading(struct writer *w, const char *text)
{
	buf_printf(w->out, "\n%s\n", text);
}

static void
para(struct writer *w, const char *text)
{
	if (text[0] != '\0')
		wrap_text(w->out, text, "  ", "  ", WIDTH);
}

static void
fact(struct writer *w, const char *label, const char *text)
{
	struct buf line;

	buf_init(&line, LINE_MAX_BYTES);
	buf_printf(&line, "%s:%s%s", label, text[0] != '\0' ? " " : "", text);
	wrap_text(w->out, buf_str(&line), "     ", "       ", WIDTH);
	buf_clear(&line);
}

static void
with_ref(struct writer *w, const char *text, const char *ref,
    const char *first, const char *next)
{
	struct buf line;

	buf_init(&line, LINE_MAX_BYTES);
	buf_puts(&line, text);
	if (ref[0] != '\0')
		buf_printf(&line, "  (%s)", ref);
	wrap_text(w->out, buf_str(&line), first, next, WIDTH);
	buf_clear(&line);
}

static void
quote(struct writer *w, const char *text, const char *ref)
{
	with_ref(w, text, ref, "    ", "      ");
}

static void
cause(struct writer *w, size_t n, const char *sure, const char *summary,
    const char *id)
{
	char first[16];

	snprintf(first, sizeof(first), "  %zu. ", n);
	if (n > 1)
		buf_putc(w->out, '\n');
	wrap_text(w->out, summary, first, "     ", WIDTH);
	buf_printf(w->out, "     %s, %s\n", id, sure);
}

static void
nothing(struct writer *w)
{
	(void)w;
}

static void
item(struct writer *w, enum mark mark, const char *text, const char *ref)
{
	static const char *const first[] = {
		[MARK_PLAIN] = "  -  ",
		[MARK_FOR] = "     + ",
		[MARK_ERROR] = "  [!!] ",
		[MARK_WARNING] = "  [??] ",
		[MARK_INFO] = "  [--] ",
	};
	char against[60];

	snprintf(against, sizeof(against), "     %s: ", _("against it"));
	with_ref(w, text, ref, mark == MARK_AGAINST ? against : first[mark],
	    mark == MARK_PLAIN ? "     " : "       ");
}

/* Not broken: it is there to be copied. */
static void
command(struct writer *w, const char *text)
{
	buf_printf(w->out, "         %s\n", text);
}

static void
server(struct writer *w, const struct server *s)
{
	char first[16] = "   -  ", ref[40];
	struct buf text;

	if (s->preference >= 0)
		snprintf(first, sizeof(first), "%4d  ", s->preference);
	buf_init(&text, LINE_MAX_BYTES);
	view_server_name(s, &text);
	if (s->product[0] != '\0')
		buf_printf(&text, " (%s%s%s)", s->product,
		    s->version[0] != '\0' ? " " : "", s->version);
	wrap_text(w->out, buf_str(&text), first, "      ", WIDTH);
	buf_reset(&text);
	view_server_result(s, &text);
	with_ref(w, buf_str(&text), view_ref(&s->at, ref, sizeof(ref)),
	    "      ", "        ");
	buf_reset(&text);
	view_server_security(s, &text);
	if (text.len > 0)
		wrap_text(w->out, buf_str(&text), "      ", "        ", WIDTH);
	buf_clear(&text);
}

static void
excerpt_begin(struct writer *w, const char *title)
{
	wrap_text(w->out, title, "  ", "    ", WIDTH);
}

static void
line(struct writer *w, size_t number, const struct transcript_line *l)
{
	static const char *const dirs[] = {
		[LINE_NOTE] = "--",
		[LINE_CLIENT] = "C:",
		[LINE_SERVER] = "S:",
	};
	char first[40];

	if (number == 0) {
		buf_puts(w->out, "         ...\n");
		return;
	}
	snprintf(first, sizeof(first), "%s%4zu %7d.%03d %s%s ",
	    l->failure ? ">>" : "  ", number, l->ms / 1000, l->ms % 1000,
	    dirs[l->dir], l->secure ? "*" : " ");
	wrap_text(w->out, l->text, first, "                       ", WIDTH);
	if (l->failure)
		buf_printf(w->out, "                      ^ %s\n",
		    _("it failed here"));
	if (l->annotation != NULL && l->annotation[0] != '\0')
		wrap_text(w->out, l->annotation, "                    |  ",
		    "                    |  ", WIDTH);
}

static const struct writer_ops ops = {
	.begin = begin,
	.end = end,
	.heading = heading,
	.para = para,
	.fact = fact,
	.quote = quote,
	.cause = cause,
	.list_begin = nothing,
	.item = item,
	.list_end = nothing,
	.command = command,
	.servers_begin = nothing,
	.server = server,
	.servers_end = nothing,
	.excerpt_begin = excerpt_begin,
	.line = line,
	.excerpt_end = nothing,
};

void
report_text(const struct session *session, enum report_lines lines,
    struct buf *out)
{
	struct writer w = { &ops, out, lines };

	content_write(session, &w);
}
