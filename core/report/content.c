#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fix.h"
#include "core/login_settings.h"
#include "core/report/repeat.h"
#include "core/report/view.h"
#include "core/report/writer.h"
#include "core/session.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "net/mem.h"

/* More would be no reading any more; JSON has them all. */
#define SERVERS_SHOWN 60
#define EXCERPTS_SHOWN 12
#define LINES_SHOWN 60
#define TEXT_MAX 65536

const char *
writer_mark(enum mark mark)
{
	static const char *const words[] = {
		[MARK_PLAIN] = "",
		[MARK_FOR] = N_("for it"),
		[MARK_AGAINST] = N_("against it"),
		[MARK_ERROR] = N_("error"),
		[MARK_WARNING] = N_("warning"),
		[MARK_INFO] = "",
	};

	return _(words[mark]);
}

static void
write_where(const struct session *session, struct writer *w)
{
	const struct failure_point *f = &session->diagnosis.failure;
	char ref[40];
	struct buf text;

	if (!f->known)
		return;
	buf_init(&text, TEXT_MAX);
	w->ops->heading(w, _("Where"));
	view_failure_place(session, &text);
	w->ops->para(w, buf_str(&text));
	buf_reset(&text);
	view_reply(f->code, &f->enhanced, f->text, &text);
	if (text.len > 0)
		w->ops->quote(w, buf_str(&text),
		    view_ref(&f->at, ref, sizeof(ref)));
	buf_clear(&text);
}

static void
write_fix(const struct fix *fix, const struct fix_values *values,
    struct writer *w)
{
	char label[96];
	struct buf text;
	size_t i;

	buf_init(&text, TEXT_MAX);
	fix_render(fix->text, values, false, &text);
	if (fix->product[0] != '\0')
		snprintf(label, sizeof(label), _("What to do (%s)"),
		    fix->product);
	else
		snprintf(label, sizeof(label), _("What to do"));
	w->ops->fact(w, label, buf_str(&text));
	for (i = 0; fix->commands[i] != NULL; i++) {
		buf_reset(&text);
		fix_render(fix->commands[i], values, true, &text);
		w->ops->command(w, buf_str(&text));
	}
	if (fix->check != NULL) {
		buf_reset(&text);
		fix_render(fix->check, values, true, &text);
		w->ops->fact(w, _("To see how it is now"), "");
		w->ops->command(w, buf_str(&text));
	}
	buf_clear(&text);
}

/*
 * The remedy in full for the leading causes.  Where the product is not
 * known: the general advice, or the products it could be.
 */
#define FIXES_SHOWN 4

static void
write_fixes(const struct session *session, const struct cause *cause,
    struct writer *w)
{
	const char *meanwhile = fix_meanwhile(cause->id);
	struct view_values values;
	const struct fix *fix;
	struct buf text;
	size_t i;

	view_fix_values(session, cause, &values);
	if (cause->product[0] == '\0' &&
	    (fix = fix_find(cause->id, NULL)) != NULL &&
	    fix->product[0] == '\0') {
		write_fix(fix, &values.values, w);
	} else {
		for (i = 0; i < FIXES_SHOWN &&
		    (fix = view_fix(cause, i)) != NULL;
		    i++)
			write_fix(fix, &values.values, w);
	}
	if (meanwhile == NULL)
		return;
	buf_init(&text, TEXT_MAX);
	fix_render(meanwhile, &values.values, false, &text);
	w->ops->fact(w, _("Until then"), buf_str(&text));
	buf_clear(&text);
}

static void
write_cause(const struct session *session, size_t n, struct writer *w)
{
	const struct cause *cause = &session->diagnosis.causes[n];
	const struct item *item;
	char sure[64], ref[40];
	size_t i;

	snprintf(sure, sizeof(sure), "%s (%d %%)",
	    confidence_words(cause->confidence), cause->confidence);
	w->ops->cause(w, n + 1, sure, cause->summary, cause_name(cause->id));
	if (cause->item_count > 0) {
		w->ops->list_begin(w);
		for (i = 0; i < cause->item_count; i++) {
			item = &cause->items[i];
			w->ops->item(w,
			    item->supports ? MARK_FOR : MARK_AGAINST,
			    item->text, view_ref(&item->at, ref, sizeof(ref)));
		}
		w->ops->list_end(w);
	}
	w->ops->fact(w, _("Who must act"), who_words(cause->who));
	if (n == 0 || cause->certainty != CERTAINTY_POSSIBLE)
		write_fixes(session, cause, w);
}

/* What to type into the mail program or the device, before the reasons. */
static void
write_login(const struct session *session, struct writer *w)
{
	struct login_settings set;

	if (session->diagnosis.verdict == VERDICT_ACCEPTED ||
	    !login_settings(&session->evidence, &set))
		return;
	w->ops->heading(w, _("What to set in the mail program or device"));
	w->ops->fact(w, _("Server"), set.server);
	w->ops->fact(w, _("Port"), set.port);
	if (set.certificate[0] != '\0')
		w->ops->fact(w, _("Certificate"), set.certificate);
	w->ops->fact(w, _("Login"), set.login);
	w->ops->fact(w, _("Methods offered"), set.methods);
}

static bool
names_missing(const struct session *session)
{
	const struct evidence *e = &session->evidence;

	return e->server_count == 0 && !e->resolver_works &&
	    e->lookup_error[0] != '\0';
}

static void
write_causes(const struct session *session, struct writer *w)
{
	const struct diagnosis *d = &session->diagnosis;
	size_t i;

	if (d->cause_count > 0)
		w->ops->heading(w, d->cause_count == 1 ? _("Why") :
							 _("Why, most likely "
							 "first"));
	for (i = 0; i < d->cause_count; i++)
		write_cause(session, i, w);
	if (d->cause_count == 0 && d->verdict != VERDICT_ACCEPTED) {
		w->ops->heading(w, _("Why"));
		w->ops->para(w, names_missing(session) ?
			_("Nothing is known of the mail servers: without "
			"names they cannot be found. First this machine's "
			"name service has to answer.") :
			_("No cause was found. What is known stands "
			"below."));
	}
}

static void
write_ruled_out(const struct session *session, struct writer *w)
{
	const struct diagnosis *d = &session->diagnosis;
	char text[512], ref[40];
	size_t i;

	if (d->ruled_out_count == 0)
		return;
	w->ops->heading(w, _("What it is not"));
	w->ops->list_begin(w);
	for (i = 0; i < d->ruled_out_count; i++) {
		snprintf(text, sizeof(text), "%s: %s",
		    cause_name(d->ruled_out[i].id), d->ruled_out[i].why);
		w->ops->item(w, MARK_PLAIN, text,
		    view_ref(&d->ruled_out[i].at, ref, sizeof(ref)));
	}
	w->ops->list_end(w);
}

static void
write_servers(const struct session *session, struct writer *w)
{
	const struct evidence *e = &session->evidence;
	char more[120];
	size_t i;

	if (e->server_count == 0)
		return;
	w->ops->heading(w, _("Servers asked"));
	w->ops->servers_begin(w);
	for (i = 0; i < e->server_count && i < SERVERS_SHOWN; i++)
		w->ops->server(w, &e->servers[i]);
	w->ops->servers_end(w);
	if (i < e->server_count) {
		snprintf(more, sizeof(more),
		    _("%zu more are in the JSON report."), e->server_count - i);
		w->ops->para(w, more);
	}
}

static void
write_findings(const struct session *session, struct writer *w)
{
	static const enum mark marks[] = {
		[SEVERITY_ERROR] = MARK_ERROR,
		[SEVERITY_WARNING] = MARK_WARNING,
		[SEVERITY_INFO] = MARK_INFO,
	};
	const struct diagnosis *d = &session->diagnosis;
	const struct finding *f;
	char text[640], ref[40];
	int severity;
	size_t i;

	if (d->finding_count == 0)
		return;
	w->ops->heading(w, _("Also seen"));
	w->ops->list_begin(w);
	for (severity = SEVERITY_ERROR; severity <= SEVERITY_INFO; severity++)
		for (i = 0; i < d->finding_count; i++) {
			f = &d->findings[i];
			if ((int)f->severity != severity)
				continue;
			snprintf(text, sizeof(text), "%s%s%s", f->subject,
			    f->subject[0] != '\0' ? ": " : "", f->text);
			w->ops->item(w, marks[severity], text,
			    view_ref(&f->at, ref, sizeof(ref)));
		}
	w->ops->list_end(w);
}

static void
write_excerpt(const struct probe *probe, const bool *shown, struct writer *w)
{
	const struct transcript *tr = &probe->transcript;
	char title[400];
	size_t i, last = 0, written = 0;
	bool whole = w->lines == LINES_WHOLE;

	snprintf(title, sizeof(title), "p%d %s", probe->number,
	    probe->subject);
	w->ops->excerpt_begin(w, title);
	for (i = 0; i < tr->count && (whole || written < LINES_SHOWN); i++) {
		if (!whole && !shown[i])
			continue;
		if (i > last || (i > 0 && written == 0))
			w->ops->line(w, 0, NULL);
		w->ops->line(w, i + 1, &tr->lines[i]);
		last = i + 1;
		written++;
	}
	if (last < tr->count)
		w->ops->line(w, 0, NULL);
	w->ops->excerpt_end(w);
}

static void
write_transcripts(const struct session *session, struct writer *w)
{
	const struct probe *probe;
	size_t i, excerpts = 0;
	bool *shown, whole = w->lines == LINES_WHOLE;

	if (w->lines == LINES_NONE)
		return;
	for (i = 0; i < session->probe_count &&
	     (whole || excerpts < EXCERPTS_SHOWN); i++) {
		probe = session->probes[i];
		shown = mem_array(probe->transcript.count + 1,
		    sizeof(*shown));
		if (view_excerpt(session, probe, shown) > 0 ||
		    (whole && probe->transcript.count > 0)) {
			if (excerpts++ == 0)
				w->ops->heading(w, _("What was said"));
			write_excerpt(probe, shown, w);
		}
		free(shown);
	}
}

static void
write_repeat(const struct session *session, struct writer *w)
{
	const struct diagnosis *d = &session->diagnosis;
	const struct probe *probe;
	struct buf text;
	char *line, *rest;

	if (!d->failure.known)
		return;
	probe = session_probe(session, d->failure.at.probe);
	buf_init(&text, TEXT_MAX);
	if (probe != NULL)
		repeat_probe(session, probe, &text);
	if (text.len > 0)
		w->ops->heading(w, _("To see it yourself"));
	for (rest = text.bytes;
	     rest != NULL && (line = strsep(&rest, "\n")) != NULL;)
		if (*line != '\0')
			w->ops->command(w, line);
	buf_clear(&text);
}

void
content_write(const struct session *session, struct writer *w)
{
	struct buf text;

	w->ops->begin(w, view_verdict(session),
	    session->input.recipient.text);
	w->ops->para(w, session->diagnosis.headline);
	buf_init(&text, TEXT_MAX);
	view_vantage(session, &text);
	w->ops->para(w, buf_str(&text));
	buf_clear(&text);
	if (!session->complete)
		w->ops->para(w, _("Not complete: the run was ended before "
				"everything was asked."));
	write_where(session, w);
	write_login(session, w);
	/* First what decides, then what else there is to know. */
	write_causes(session, w);
	write_transcripts(session, w);
	write_repeat(session, w);
	write_servers(session, w);
	write_findings(session, w);
	write_ruled_out(session, w);
	w->ops->end(w);
}
