#include <stdio.h>
#include <string.h>

#include "core/fix.h"
#include "core/plan.h"
#include "core/report/report.h"
#include "core/report/view.h"
#include "net/i18n.h"
#include "ui/plain/plain.h"

/* What came out, in lines. */

void
plain_show_cause(const struct plain *p, size_t n)
{
	const struct cause *cause = &p->desk.session->diagnosis.causes[n];

	plain_say("Cause %zu, %s: %s (%s).%s%s\n", n + 1,
	    confidence_words(cause->confidence), cause_title(cause->id),
	    cause_name(cause->id), cause->summary[0] != '\0' ? " " : "",
	    cause->summary);
}

void
plain_show_result(struct plain *p)
{
	const struct session *s = p->desk.session;
	size_t i;

	plain_say("Result: %s\n", s->diagnosis.headline);
	plain_say(s->helo[0] != '\0' ? _("Seen from %s, as %s.%s%s\n") :
				       _("Seen from %s%s.%s%s\n"),
	    s->from_address[0] != '\0' ? s->from_address : _("here"), s->helo,
	    s->complete ? "" : " ",
	    s->complete ? "" : _("Not everything could be asked."));
	for (i = 0; i < s->diagnosis.cause_count; i++)
		plain_show_cause(p, i);
	if (s->diagnosis.cause_count > 0)
		return;
	plain_say(s->diagnosis.verdict == VERDICT_ACCEPTED ?
		_("Nothing has to be mended. The findings tell what is worth "
		"knowing all the same.\n") :
		_("No cause could be named from what was seen.\n"));
}

static void
show_item(const char *word, const char *text, const struct ref *at)
{
	char where[48];

	view_ref(at, where, sizeof(where));
	plain_say(" %s: %s%s%s%s\n", word, text, where[0] != '\0' ? " (" : "",
	    where, where[0] != '\0' ? ")" : "");
}

static void
show_side(const struct cause *cause, bool supports)
{
	size_t i, n = 0;

	for (i = 0; i < cause->item_count; i++) {
		if (cause->items[i].supports != supports)
			continue;
		show_item(supports ? _("for") : _("against"),
		    cause->items[i].text, &cause->items[i].at);
		n++;
	}
	if (n == 0)
		plain_say(" %s: nothing\n", supports ? _("for") : _("against"));
}

void
plain_show_evidence(const struct plain *p, size_t n)
{
	const struct session *s = p->desk.session;
	const struct cause *cause = &s->diagnosis.causes[n];
	int i;
	size_t k;

	plain_say("%s, %d of 100:\n", cause_title(cause->id),
	    cause->confidence);
	show_side(cause, true);
	show_side(cause, false);
	for (i = 0; i < EXP_COUNT; i++)
		if (s->plan.rows[i].possible && !s->plan.rows[i].on)
			plain_say(" not looked at: %s\n",
			    experiment_title((enum experiment_id)i));
	plain_say("Why not the others:\n");
	for (k = 0; k < s->diagnosis.ruled_out_count; k++) {
		const struct ruled_out *r = &s->diagnosis.ruled_out[k];

		show_item(cause_name(r->id), r->why, &r->at);
	}
}

static void
show_fix(const struct fix *fix, const struct view_values *values)
{
	struct buf text;
	size_t i;

	buf_init(&text, REPORT_MAX);
	if (fix->product[0] != '\0')
		buf_printf(&text, "%s: ", fix->product);
	fix_render(fix->text, &values->values, false, &text);
	buf_putc(&text, '\n');
	for (i = 0; fix->commands[i] != NULL; i++) {
		buf_puts(&text, _(" command: "));
		fix_render(fix->commands[i], &values->values, true, &text);
		buf_putc(&text, '\n');
	}
	plain_text(buf_str(&text));
	buf_clear(&text);
}

void
plain_show_remedy(const struct plain *p, size_t n)
{
	const struct session *s = p->desk.session;
	const struct cause *cause = &s->diagnosis.causes[n];
	const char *meanwhile = fix_meanwhile(cause->id);
	struct view_values values;
	const struct fix *fix;
	struct buf text;
	size_t i;

	view_fix_values(s, cause, &values);
	plain_say("Who must act: %s.\n", who_words(cause->who));
	for (i = 0; (fix = view_fix(cause, i)) != NULL; i++)
		show_fix(fix, &values);
	if (meanwhile == NULL)
		return;
	buf_init(&text, REPORT_MAX);
	buf_puts(&text, _("Until then: "));
	fix_render(meanwhile, &values.values, false, &text);
	plain_text(buf_str(&text));
	buf_clear(&text);
}

void
plain_show_findings(const struct plain *p)
{
	const struct diagnosis *d = &p->desk.session->diagnosis;
	size_t i;

	if (d->finding_count == 0)
		plain_say("Nothing else was found.\n");
	for (i = 0; i < d->finding_count; i++) {
		const struct finding *f = &d->findings[i];
		char text[700];

		snprintf(text, sizeof(text), "%s%s%s", f->subject,
		    f->subject[0] != '\0' ? ": " : "", f->text);
		show_item(_(severity_name(f->severity)), text, &f->at);
	}
}

void
plain_show_transcript(const struct probe *probe)
{
	static const char *const who[] = {
		[LINE_NOTE] = N_("note"),
		[LINE_CLIENT] = N_("we said"),
		[LINE_SERVER] = N_("server"),
	};
	size_t i;

	plain_say("Transcript of p%d, %s\n", probe->number, probe->subject);
	if (probe->transcript.count == 0)
		plain_say(" No connection was made. %s\n", probe->why);
	for (i = 0; i < probe->transcript.count; i++) {
		const struct transcript_line *line =
		    &probe->transcript.lines[i];

		plain_say(" %zu %d.%03d s %s%s: %s%s\n", i + 1,
		    line->ms / 1000, line->ms % 1000, _(who[line->dir]),
		    line->secure ? _(" (in TLS)") : "", line->text,
		    line->failure ? _("  FAILED HERE") : "");
		if (line->annotation != NULL)
			plain_say("   remark: %s\n", line->annotation);
	}
}

static const struct server *
same_server(const struct session *s, const struct server *server)
{
	size_t i;

	for (i = 0; i < s->evidence.server_count; i++) {
		const struct server *other = &s->evidence.servers[i];

		if (!other->side && strcmp(other->host, server->host) == 0 &&
		    addr_same(&other->addr, &server->addr))
			return other;
	}
	return NULL;
}

void
plain_show_comparison(const struct plain *p)
{
	const struct session *before = p->desk.before, *now = p->desk.session;
	char was_text[16], is_text[16], addr[ADDR_TEXT_MAX];
	size_t i, same = 0;

	plain_say("Before: %s\nNow: %s\n", before->diagnosis.headline,
	    now->diagnosis.headline);
	for (i = 0; i < now->evidence.server_count; i++) {
		const struct server *is = &now->evidence.servers[i];
		const struct server *was = same_server(before, is);

		if (is->side)
			continue;
		if (was != NULL && was->result == is->result &&
		    was->code == is->code) {
			same++;
			continue;
		}
		snprintf(was_text, sizeof(was_text), "%d",
		    was != NULL ? was->code : 0);
		snprintf(is_text, sizeof(is_text), "%d", is->code);
		plain_say(" changed: %s %s, before %s %s, now %s %s\n",
		    is->host, addr_text_port(&is->addr, addr),
		    was != NULL ? _(result_name(was->result)) : _("not asked"),
		    was != NULL && was->code != 0 ? was_text : "",
		    _(result_name(is->result)), is->code != 0 ? is_text : "");
	}
	plain_say(" the same: %zu\n", same);
	if (now->diagnosis.verdict == VERDICT_ACCEPTED &&
	    before->diagnosis.verdict != VERDICT_ACCEPTED)
		plain_say("SOLVED.\n");
}
