#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/explain_entry.h"
#include "core/stage.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/i18n.h"

#define COLUMNS 76
#define LABEL 14 /* columns in front of a value */
#define CAUSES_SHOWN 4

/* Columns that a UTF-8 text takes, wide characters counted once. */
static size_t
columns(const char *s, size_t n)
{
	size_t i, count = 0;

	for (i = 0; i < n; i++)
		count += ((unsigned char)s[i] & 0xc0) != 0x80;
	return count;
}

/* Writes text wrapped at COLUMNS; further lines are indented. */
static void
wrap(struct buf *out, const char *text, size_t at, size_t indent)
{
	struct buf shown;
	const char *s;
	size_t n, width;
	bool first = true;

	buf_init(&shown, 8192);
	text_visible(text, strlen(text), false, &shown);
	for (s = buf_str(&shown); *s != '\0'; s += n) {
		s += strspn(s, " ");
		n = strcspn(s, " ");
		width = columns(s, n);
		if (!first && at + 1 + width > COLUMNS) {
			buf_printf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (!first) {
			buf_putc(out, ' ');
			at++;
		}
		buf_add(out, s, n);
		at += width;
		first = false;
	}
	buf_putc(out, '\n');
	buf_clear(&shown);
}

/* Filled up to LABEL columns, and one blank at least. */
static void
put_label(struct buf *out, const char *label)
{
	size_t used = columns(label, strlen(label)) + 2;

	buf_printf(out, "  %s%*s", label,
	    used < LABEL ? (int)(LABEL - used) : 1, "");
}

void
explain_row(struct buf *out, const char *label, const char *value)
{
	if (value[0] == '\0')
		return;
	put_label(out, label);
	wrap(out, value, LABEL, LABEL);
}

/*
 * A command that is copied must stay one: it goes on behind a backslash,
 * and where blanks may be part of an argument it is not broken at all.
 */
static void
put_command(struct buf *out, const char *label, const char *command)
{
	struct buf shown;
	size_t n, at = LABEL;
	const char *s;
	bool whole = strchr(command, '\'') != NULL;

	if (command[0] == '\0')
		return;
	buf_init(&shown, 8192);
	text_visible(command, strlen(command), false, &shown);
	put_label(out, label);
	for (s = buf_str(&shown); *s != '\0'; s += n + (s[n] == ' ')) {
		n = whole ? strlen(s) : strcspn(s, " ");
		if (at > LABEL && at + 1 + columns(s, n) + 2 > COLUMNS) {
			buf_printf(out, " \\\n%*s", LABEL + 2, "");
			at = LABEL + 2;
		} else if (at > LABEL) {
			buf_putc(out, ' ');
			at++;
		}
		buf_add(out, s, n);
		at += columns(s, n);
	}
	buf_putc(out, '\n');
	buf_clear(&shown);
}

static const char *
source_words(enum explain_source source)
{
	switch (source) {
	case SOURCE_GUESS:
		return _(" (a guess)");
	case SOURCE_NONE:
	case SOURCE_LAYOUT:
	case SOURCE_FIELD:
		break;
	}
	return "";
}

static void
put_answer(struct buf *out, const struct explain_entry *e)
{
	char line[EXPLAIN_TEXT + 64], enhanced[16] = "", code[16] = "";

	if (e->code != 0)
		snprintf(code, sizeof(code), "%03d ", e->code);
	if (e->enhanced.class != 0)
		enhanced_text(&e->enhanced, enhanced);
	snprintf(line, sizeof(line), "%s%s%s%s", code,
	    text_istarts(e->text, enhanced) ? "" : enhanced,
	    enhanced[0] != '\0' && !text_istarts(e->text, enhanced) &&
	    e->text[0] != '\0' ? " " : "", e->text);
	explain_row(out, _("answer"), line);
	if (e->stage < STAGE_COUNT)
		explain_row(out, _("stage"),
		    stage_name((enum stage)e->stage));
}

static void
put_causes(struct buf *out, const struct explain_entry *e)
{
	size_t i;
	char line[256];

	if (e->code == 220) {
		explain_row(out, _("meaning"),
		    _("the server's greeting; nothing is refused in it"));
		return;
	}
	if (e->cause_count == 0) {
		explain_row(out, _("meaning"), e->next[0] != '\0' ?
			_("these words are not known; the check below looks "
			  "for the cause itself") :
			_("these words are not known"));
		return;
	}
	for (i = 0; i < e->cause_count && i < CAUSES_SHOWN; i++) {
		snprintf(line, sizeof(line), "%s (%s, %.0f %%)",
		    cause_title(e->causes[i].id), cause_name(e->causes[i].id),
		    100 * e->causes[i].confidence);
		explain_row(out, i == 0 ? _("meaning") : i == 1 ? _("or") : "",
		    line);
	}
	explain_row(out, _("who acts"),
	    who_words(cause_who(e->causes[0].id)));
}

void
explain_entry_text(struct buf *out, const struct explain_entry *e)
{
	char line[HOST_MAX + 64 + 128];

	snprintf(line, sizeof(line), "%s%s", e->recipient[0] != '\0' ?
	    e->recipient : _("(no recipient in the text)"),
	    source_words(e->recipient_source));
	explain_row(out, _("recipient"), line);
	explain_row(out, _("written as"), e->original);
	if (e->null_sender)
		explain_row(out, _("sender"), _("<> (the null sender)"));
	else
		explain_row(out, _("sender"), e->sender);
	snprintf(line, sizeof(line), "%s%s", e->server,
	    source_words(e->server_source));
	explain_row(out, e->action == DSN_DELAYED ? _("deferred by") :
						    _("refused by"),
	    e->server[0] != '\0' ? line : "");
	if (strcmp(e->reporting_mta, e->server) != 0)
		explain_row(out, _("reported by"), e->reporting_mta);
	explain_row(out, _("product"), e->product);
	explain_row(out, _("when"), e->when);
	put_answer(out, e);
	if (e->action == DSN_DELAYED)
		explain_row(out, _("state"), e->permanent ?
			_("not final yet, but waiting will not help") :
			_("not final: the sending server will try again"));
	put_causes(out, e);
	put_command(out, _("next"), e->next);
}

static const char *
headline(const struct explanation *e)
{
	switch (e->kind) {
	case EXPLAIN_BOUNCE:
		return _("A bounce");
	case EXPLAIN_LOG:
		return _("Log lines");
	case EXPLAIN_REPLY:
		return _("A mail server's reply");
	case EXPLAIN_UNKNOWN:
		break;
	}
	return _("Not a bounce");
}

static void
left_out_text(const struct explanation *e, struct buf *out)
{
	if (e->truncated)
		buf_printf(out, _("\nNot read: %s.\n"), e->left_out != NULL ?
			_(e->left_out) :
			_("what follows a thousand recipients"));
}

char *
explain_text(const struct explanation *e)
{
	const char *looked_for;
	struct buf out;
	size_t i;

	buf_init(&out, 8u << 20);
	if (e->kind == EXPLAIN_UNKNOWN) {
		buf_printf(&out, "%s", headline(e));
		if (e->note[0] != '\0')
			buf_printf(&out, _(": it is %s"), e->note);
		looked_for = _("Looked for: ");
		buf_printf(&out, ".\n\n%s", looked_for);
		wrap(&out, explain_looked_for(),
		    columns(looked_for, strlen(looked_for)), 2);
		left_out_text(e, &out);
		return buf_steal(&out);
	}
	buf_printf(&out, "%s", headline(e));
	if (e->layout[0] != '\0')
		buf_printf(&out, _(", written by %s"), e->layout);
	if (e->count != 1)
		buf_printf(&out, i18n_plural(", %zu recipient",
			", %zu recipients", e->count), e->count);
	buf_puts(&out, ".\n");
	for (i = 0; i < e->count; i++) {
		buf_putc(&out, '\n');
		explain_entry_text(&out, &e->entries[i]);
	}
	left_out_text(e, &out);
	return buf_steal(&out);
}
