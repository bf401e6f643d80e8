#include <stdio.h>
#include <string.h>

#include "core/fix.h"
#include "core/report/report.h"
#include "core/report/view.h"
#include "core/session.h"
#include "core/wrap.h"
#include "net/buf.h"
#include "net/i18n.h"

#define WIDTH 72
#define TEXT_MAX 65536

static void
add(struct buf *out, const char *text)
{
	wrap_text(out, text, "", "", WIDTH);
	buf_putc(out, '\n');
}

/* To whom, and what it is about: the head of the message. */
static void
add_head(const struct session *session, const struct cause *cause,
    struct buf *out)
{
	const struct address *to = &session->input.recipient;
	const struct address *from = &session->input.sender;

	switch (cause->who) {
	case WHO_RECIPIENT_ADMIN:
		buf_printf(out, "%s: postmaster@%s\n", _("To"), to->domain);
		break;
	case WHO_USER:
	case WHO_SENDER_ADMIN:
		if (from->domain[0] != '\0')
			buf_printf(out, "%s: postmaster@%s\n", _("To"),
			    from->domain);
		else
			buf_printf(out, "%s: %s\n", _("To"),
			    who_words(cause->who));
		break;
	default:
		buf_printf(out, "%s: %s\n", _("To"), who_words(cause->who));
	}
	buf_printf(out, "%s: ", _("Subject"));
	buf_printf(out, session->diagnosis.verdict == VERDICT_DEFERRED ?
		_("Mail to %s is not taken for now") :
		session->diagnosis.verdict == VERDICT_UNREACHABLE ?
		_("Mail to %s cannot be delivered") :
		session->diagnosis.verdict == VERDICT_PARTLY ?
		_("Mail to %s is refused by some of the servers") :
		_("Mail to %s is refused"), to->text);
	buf_puts(out, "\n\n");
}

static void
add_problem(const struct session *session, const struct cause *cause,
    struct buf *out)
{
	const char *from = session->input.sender.text;
	struct buf text;

	buf_init(&text, TEXT_MAX);
	buf_printf(&text, from[0] != '\0' && strcmp(from, "<>") != 0 ?
		_("Mail to %s from %s does not get through.") :
		_("Mail to %s does not get through."),
	    session->input.recipient.text, from);
	buf_printf(&text, " %s", session->diagnosis.headline);
	add(out, buf_str(&text));
	buf_reset(&text);
	buf_printf(&text, _("The reason, as far as it can be seen from outside "
			  "(%s): %s"),
	    confidence_words(cause->confidence), cause->summary);
	add(out, buf_str(&text));
	buf_clear(&text);
}

/* The line that was sent last and the reply, from the transcript. */
static void
add_lines(const struct session *session, struct buf *out)
{
	const struct failure_point *f = &session->diagnosis.failure;
	const struct probe *probe = session_probe(session, f->at.probe);
	const struct transcript_line *l;
	struct buf place;
	size_t i, first;

	if (!f->known)
		return;
	buf_init(&place, VIEW_WORDS);
	view_failure_place(session, &place);
	buf_printf(out, _("This is what was said (%s):\n\n"), buf_str(&place));
	buf_clear(&place);
	if (probe == NULL || f->at.line < 1 ||
	    (size_t)f->at.line > probe->transcript.count) {
		buf_puts(out, "    ");
		view_reply(f->code, &f->enhanced, f->text, out);
		buf_puts(out, "\n\n");
		return;
	}
	first = f->at.line > 4 ? (size_t)f->at.line - 4 : 1;
	for (i = first; i <= (size_t)f->at.line; i++) {
		l = &probe->transcript.lines[i - 1];
		if (l->dir != LINE_NOTE || i == (size_t)f->at.line)
			wrap_text(out, l->text,
			    l->dir == LINE_CLIENT ? "    C: " :
				l->dir == LINE_SERVER ? "    S: " : "    ",
			    "       ", WIDTH);
	}
	buf_putc(out, '\n');
}

static void
add_evidence(const struct cause *cause, struct buf *out)
{
	size_t i;

	if (cause->item_count == 0)
		return;
	buf_puts(out, _("Why it is this and not something else:\n\n"));
	for (i = 0; i < cause->item_count; i++)
		if (cause->items[i].supports)
			wrap_text(out, cause->items[i].text, "  - ", "    ",
			    WIDTH);
	buf_putc(out, '\n');
}

static void
add_remedy(const struct session *session, const struct cause *cause,
    struct buf *out)
{
	const struct fix *fix = fix_find(cause->id,
	    cause->product[0] != '\0' ? cause->product : NULL);
	struct view_values values;
	struct buf text;
	size_t i;

	if (fix == NULL)
		return;
	view_fix_values(session, cause, &values);
	buf_init(&text, TEXT_MAX);
	if (fix->product[0] != '\0')
		buf_printf(out, _("What should help (if it is %s, as it "
				"seems):\n\n"),
		    fix->product);
	else
		buf_puts(out, _("What should help:\n\n"));
	fix_render(fix->text, &values.values, false, &text);
	wrap_text(out, buf_str(&text), "  ", "  ", WIDTH);
	for (i = 0; fix->commands[i] != NULL; i++) {
		buf_puts(out, "    ");
		fix_render(fix->commands[i], &values.values, true, out);
		buf_putc(out, '\n');
	}
	buf_putc(out, '\n');
	buf_clear(&text);
}

void
report_message(const struct session *session, struct buf *out)
{
	const struct diagnosis *d = &session->diagnosis;
	struct buf vantage;

	if (d->cause_count == 0) {
		buf_puts(out, d->verdict == VERDICT_ACCEPTED ?
			_("The mail is accepted; there is nothing to ask of "
			"anybody.\n") :
			_("No cause was found, so there is nobody to write to "
			"yet.\n"));
		return;
	}
	add_head(session, &d->causes[0], out);
	buf_puts(out, _("Hello,\n\n"));
	add_problem(session, &d->causes[0], out);
	add_lines(session, out);
	add_evidence(&d->causes[0], out);
	add_remedy(session, &d->causes[0], out);
	buf_init(&vantage, TEXT_MAX);
	view_vantage(session, &vantage);
	add(out, buf_str(&vantage));
	buf_puts(out, _("Thank you.\n"));
	buf_clear(&vantage);
}
