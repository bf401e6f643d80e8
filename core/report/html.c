#include <stdio.h>
#include <string.h>

#include "core/report/report.h"
#include "core/report/view.h"
#include "core/report/writer.h"
#include "core/transcript.h"
#include "net/buf.h"
#include "net/i18n.h"

/*
 * Contrast is at least 4.5:1 in both schemes; colour never tells anything
 * that words do not.  No script, nothing is loaded from elsewhere.
 */
static const char style[] =
    ":root{color-scheme:light dark;--fg:#1a1a1a;--bg:#fff;--soft:#f3f3f0;"
    "--line:#8a8a84;--bad:#a3160c;--note:#50504a;--mark:#fde9e6}\n"
    "@media(prefers-color-scheme:dark){:root{--fg:#ececec;--bg:#161616;"
    "--soft:#242424;--line:#7d7d78;--bad:#ff9c8f;--note:#bdbdb6;"
    "--mark:#47201b}}\n"
    "body{font:1rem/1.5 system-ui,sans-serif;color:var(--fg);"
    "background:var(--bg);max-width:60rem;margin:0 auto;padding:1rem}\n"
    "h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem;"
    "border-bottom:1px solid var(--line)}h3{font-size:1.05rem}\n"
    "pre,code{font-family:ui-monospace,monospace;font-size:.9rem}\n"
    "pre{background:var(--soft);padding:.5rem .75rem;overflow-x:auto;"
    "white-space:pre-wrap;overflow-wrap:anywhere}\n"
    "table{border-collapse:collapse;width:100%}\n"
    "th,td{border:1px solid var(--line);padding:.25rem .5rem;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}\n"
    ".ref,.note{color:var(--note)}.bad{color:var(--bad);font-weight:bold;"
    "background:var(--mark)}\n"
    ".wide{overflow-x:auto}\n"
    "@media print{body{max-width:none}pre{border:1px solid #888}"
    "h2,h3{break-after:avoid}tr,pre{break-inside:avoid}}\n";

static void
escape(struct buf *out, const char *text)
{
	const char *p;

	for (p = text; *p != '\0'; p++) {
		switch (*p) {
		case '<': buf_puts(out, "&lt;"); break;
		case '>': buf_puts(out, "&gt;"); break;
		case '&': buf_puts(out, "&amp;"); break;
		case '"': buf_puts(out, "&quot;"); break;
		case '\'': buf_puts(out, "&#39;"); break;
		default: buf_putc(out, *p);
		}
	}
}

static void
element(struct writer *w, const char *name, const char *text)
{
	buf_printf(w->out, "<%s>", name);
	escape(w->out, text);
	buf_printf(w->out, "</%s>\n", name);
}

static void
begin(struct writer *w, const char *verdict, const char *subject)
{
	buf_printf(w->out,
	    "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n",
	    /* TRANSLATORS: the language of this catalogue: "de" */
	    _("en"));
	buf_puts(w->out,
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	    "<title>");
	escape(w->out, verdict);
	buf_puts(w->out, ": ");
	escape(w->out, subject);
	buf_printf(w->out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n"
			   "<header>\n<h1>",
	    style);
	escape(w->out, verdict);
	buf_puts(w->out, ": ");
	escape(w->out, subject);
	buf_puts(w->out, "</h1>\n</header>\n<main>\n");
}

static void
end(struct writer *w)
{
	buf_puts(w->out, "</main>\n</body>\n</html>\n");
}

static void
heading(struct writer *w, const char *text)
{
	element(w, "h2", text);
}

static void
para(struct writer *w, const char *text)
{
	if (text[0] != '\0')
		element(w, "p", text);
}

static void
fact(struct writer *w, const char *label, const char *text)
{
	buf_puts(w->out, "<p><strong>");
	escape(w->out, label);
	buf_puts(w->out, ":</strong> ");
	escape(w->out, text);
	buf_puts(w->out, "</p>\n");
}

static void
add_ref(struct writer *w, const char *ref)
{
	if (ref[0] == '\0')
		return;
	buf_puts(w->out, " <span class=\"ref\">(");
	escape(w->out, ref);
	buf_puts(w->out, ")</span>");
}

static void
quote(struct writer *w, const char *text, const char *ref)
{
	buf_puts(w->out, "<pre>");
	escape(w->out, text);
	add_ref(w, ref);
	buf_puts(w->out, "</pre>\n");
}

static void
cause(struct writer *w, size_t n, const char *sure, const char *summary,
    const char *id)
{
	buf_printf(w->out, "<h3>%zu. ", n);
	escape(w->out, summary);
	buf_puts(w->out, "</h3>\n<p><code>");
	escape(w->out, id);
	buf_puts(w->out, "</code>, ");
	escape(w->out, sure);
	buf_puts(w->out, "</p>\n");
}

static void
list_begin(struct writer *w)
{
	buf_puts(w->out, "<ul>\n");
}

static void
item(struct writer *w, enum mark mark, const char *text, const char *ref)
{
	const char *word = writer_mark(mark);

	buf_puts(w->out, "<li>");
	if (word[0] != '\0') {
		buf_puts(w->out, mark == MARK_FOR ? "" : "<strong>");
		escape(w->out, word);
		buf_puts(w->out, mark == MARK_FOR ? ": " : ":</strong> ");
	}
	escape(w->out, text);
	add_ref(w, ref);
	buf_puts(w->out, "</li>\n");
}

static void
list_end(struct writer *w)
{
	buf_puts(w->out, "</ul>\n");
}

static void
command(struct writer *w, const char *text)
{
	buf_puts(w->out, "<pre><code>");
	escape(w->out, text);
	buf_puts(w->out, "</code></pre>\n");
}

static void
servers_begin(struct writer *w)
{
	const char *const columns[] = { "MX", _("Server"), _("Product"),
		_("Result"), _("TLS, login"), _("Evidence") };
	size_t i;

	buf_puts(w->out,
	    "<div class=\"wide\" role=\"region\" aria-label=\"");
	escape(w->out, _("Servers asked"));
	buf_puts(w->out, "\" tabindex=\"0\">\n<table>\n<thead><tr>");
	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		buf_puts(w->out, "<th scope=\"col\">");
		escape(w->out, columns[i]);
		buf_puts(w->out, "</th>");
	}
	buf_puts(w->out, "</tr></thead>\n<tbody>\n");
}

static void
cell(struct writer *w, const struct buf *text)
{
	element(w, "td", buf_str(text));
}

static void
server(struct writer *w, const struct server *s)
{
	char ref[40];
	struct buf text;

	buf_init(&text, 4096);
	if (s->preference >= 0)
		buf_printf(&text, "%d", s->preference);
	buf_puts(w->out, "<tr>");
	cell(w, &text);
	buf_reset(&text);
	view_server_name(s, &text);
	buf_puts(w->out, "<th scope=\"row\">");
	escape(w->out, buf_str(&text));
	buf_puts(w->out, "</th>\n");
	buf_reset(&text);
	buf_puts(&text, s->product);
	cell(w, &text);
	buf_reset(&text);
	view_server_result(s, &text);
	cell(w, &text);
	buf_reset(&text);
	view_server_security(s, &text);
	cell(w, &text);
	element(w, "td", view_ref(&s->at, ref, sizeof(ref)));
	buf_puts(w->out, "</tr>\n");
	buf_clear(&text);
}

static void
servers_end(struct writer *w)
{
	buf_puts(w->out, "</tbody>\n</table>\n</div>\n");
}

static void
excerpt_begin(struct writer *w, const char *title)
{
	element(w, "h3", title);
	buf_puts(w->out, "<pre>");
}

static void
line(struct writer *w, size_t number, const struct transcript_line *l)
{
	static const char *const dirs[] = {
		[LINE_NOTE] = "--",
		[LINE_CLIENT] = "C:",
		[LINE_SERVER] = "S:",
	};
	const char *p;

	if (number == 0) {
		buf_puts(w->out, "       ...\n");
		return;
	}
	buf_printf(w->out, "%s%s%4zu %4d.%03d %s%s ",
	    l->failure ? "<span class=\"bad\">" : "", l->failure ? ">>" : "  ",
	    number, l->ms / 1000, l->ms % 1000, dirs[l->dir],
	    l->secure ? "*" : " ");
	escape(w->out, l->text);
	if (l->failure) {
		buf_puts(w->out, "   &lt;&lt; ");
		escape(w->out, _("it failed here"));
		buf_puts(w->out, "</span>");
	}
	buf_putc(w->out, '\n');
	if (l->annotation == NULL || l->annotation[0] == '\0')
		return;
	buf_puts(w->out, "<span class=\"note\">                   | ");
	for (p = l->annotation; *p != '\0'; p++) {
		char one[2] = { *p, '\0' };

		if (*p == '\n')
			buf_puts(w->out, "\n                   | ");
		else
			escape(w->out, one);
	}
	buf_puts(w->out, "</span>\n");
}

static void
excerpt_end(struct writer *w)
{
	buf_puts(w->out, "</pre>\n");
}

static const struct writer_ops ops = {
	.begin = begin,
	.end = end,
	.heading = heading,
	.para = para,
	.fact = fact,
	.quote = quote,
	.cause = cause,
	.list_begin = list_begin,
	.item = item,
	.list_end = list_end,
	.command = command,
	.servers_begin = servers_begin,
	.server = server,
	.servers_end = servers_end,
	.excerpt_begin = excerpt_begin,
	.line = line,
	.excerpt_end = excerpt_end,
};

void
report_html(const struct session *session, enum report_lines lines,
    struct buf *out)
{
	struct writer w = { &ops, out, lines };

	content_write(session, &w);
}
