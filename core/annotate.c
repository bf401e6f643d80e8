#include <stdio.h>
#include <string.h>

#include "core/investigation.h"
#include "net/addr.h"
#include "net/i18n.h"

/*
 * What the lines of a transcript mean, hung under them.  An annotation is
 * added once (transcript_annotate drops repetitions), so this may run after
 * every piece of news.
 */

static void
note_greeting(struct smtp_probe *p)
{
	const struct answer *a = p->answers[ASK_BANNER];

	if (a == NULL || a->line == 0 || !p->base.task.done)
		return;
	if (p->product.name != NULL && p->product.name[0] != '\0')
		transcript_annotate(&p->base.transcript, a->line, "%s%s%s",
		    p->product.name, p->product.version[0] ? " " : "",
		    p->product.version);
	if (p->product.conflict)
		transcript_annotate(&p->base.transcript, a->line,
		    "other lines look like %s", p->product.other);
	if (a->ms >= 3000)
		transcript_annotate(&p->base.transcript, a->line,
		    "the greeting took %d s; some servers wait on purpose",
		    a->ms / 1000);
}

static void
note_ehlo(struct smtp_probe *p, enum ask ask, const struct smtp_ehlo *ehlo)
{
	const struct answer *a = p->answers[ask];

	if (a == NULL || a->line == 0)
		return;
	if (ehlo->seen_client[0] != '\0')
		transcript_annotate(&p->base.transcript, a->line,
		    "it sees this client as %s", ehlo->seen_client);
	if (ask == ASK_EHLO && p->have_ehlo && !ehlo->starttls &&
	    !p->tls_established)
		transcript_annotate(&p->base.transcript, a->line,
		    "no STARTTLS here");
	if (!ehlo->auth)
		transcript_annotate(&p->base.transcript, a->line,
		    ask == ASK_EHLO && ehlo->starttls ?
			_("no login before TLS") :
			_("no login is offered here"));
	else
		transcript_annotate(&p->base.transcript, a->line,
		    "a login is offered here (AUTH)");
	if (ehlo->masked)
		transcript_annotate(&p->base.transcript, a->line,
		    "a keyword was overwritten with X: a firewall changes "
		    "this conversation");
}

static const char *
family_note(enum family family)
{
	switch (family) {
	case FAMILY_RELAY:
		return _("it takes this for somebody else's mail, and does not "
		       "relay for this client");
	case FAMILY_AUTH: return _("it wants a login first");
	case FAMILY_SENDER: return _("the sender is the problem here");
	case FAMILY_MAILBOX: return _("it knows the domain, not the mailbox "
				    "(or says so)");
	case FAMILY_UNAVAILABLE: return _("the mailbox exists, but takes "
					"nothing now, or not from here");
	case FAMILY_CLIENT_DNS:
		return _("it dislikes the client's name in DNS");
	case FAMILY_HELO: return _("it dislikes the name in HELO");
	case FAMILY_REPUTATION: return _("it dislikes the client's address");
	case FAMILY_SPF: return _("it refuses because of SPF");
	case FAMILY_DKIM: return _("it refuses because of DKIM");
	case FAMILY_DMARC: return _("it refuses because of DMARC");
	case FAMILY_RATE: return _("too much for now");
	case FAMILY_GREY: return _("first contact is put off on purpose");
	case FAMILY_TLS: return _("it wants TLS, or cannot do it");
	case FAMILY_SIZE: return _("the size is the problem");
	case FAMILY_LOOP: return _("it sees a mail loop");
	case FAMILY_SERVER: return _("the server is broken itself");
	case FAMILY_DOMAIN: return _("it cannot place the recipient's domain");
	case FAMILY_POLICY: return _("a local rule refuses");
	case FAMILY_ECHO: return _("only the echo of an earlier refusal");
	default: return NULL;
	}
}

static void
note_refusal(struct smtp_probe *p, const struct answer *a)
{
	const char *note;

	if (a->code < 400 || a->line == 0)
		return;
	note = family_note(a->reading.family);
	if (note != NULL)
		transcript_annotate(&p->base.transcript, a->line, "%s", note);
	if (a->reading.permanent && a->code < 500)
		transcript_annotate(&p->base.transcript, a->line,
		    "the code is temporary, but this does not heal by "
		    "waiting: the sender gets a bounce only after days");
}

static void
note_counter_question(struct smtp_probe *p, enum ask ask, const char *what)
{
	const struct answer *a = p->answers[ask];
	const struct answer *t = p->answers[ASK_TARGET];

	if (a == NULL || a->line == 0)
		return;
	transcript_annotate(&p->base.transcript, a->line,
	    "counter-question: %s", what);
	if (t == NULL || t->code / 100 == 2 || a->code == 0)
		return;
	if (a->code / 100 == 2)
		transcript_annotate(&p->base.transcript, a->line,
		    "accepted, unlike the recipient");
	else if (phrases_same_wording(t->code, t->text, a->code, a->text))
		transcript_annotate(&p->base.transcript, a->line,
		    "the same answer as for the recipient");
	else
		transcript_annotate(&p->base.transcript, a->line,
		    "another answer than for the recipient");
}

static void
annotate_smtp(struct smtp_probe *p)
{
	int i;

	note_greeting(p);
	if (p->have_ehlo)
		note_ehlo(p, ASK_EHLO, &p->ehlo);
	if (p->have_ehlo_tls)
		note_ehlo(p, ASK_EHLO_TLS, &p->ehlo_tls);
	for (i = 0; i < ASK_COUNT; i++)
		if (p->answers[i] != NULL)
			note_refusal(p, p->answers[i]);
	note_counter_question(p, ASK_CONTROL,
	    _("a domain that this server does not host"));
	note_counter_question(p, ASK_POSTMASTER,
	    _("postmaster, whom every domain must have"));
	note_counter_question(p, ASK_BARE, _("the server's own postmaster"));
	note_counter_question(p, ASK_MADE_UP, _("a made-up mailbox"));
	note_counter_question(p, ASK_PLAIN_FORM, _("the plain address"));
	note_counter_question(p, ASK_OWN, _("the sender's own domain"));
	note_counter_question(p, ASK_NULL_TARGET,
	    _("the recipient, from the null sender"));
	note_counter_question(p, ASK_OTHER_TARGET,
	    _("the recipient, from another sender"));
}

/* Each server's own deciding line; the reports' failure point is one of them. */
static void
mark_failures(struct session *s)
{
	size_t i;

	for (i = 0; i < s->evidence.server_count; i++) {
		const struct server *server = &s->evidence.servers[i];

		if (server->result == RESULT_ACCEPTED ||
		    server->result == RESULT_SKIPPED ||
		    server->at.probe < 1 || server->at.line < 1)
			continue;
		transcript_fail(
		    &s->probes[server->at.probe - 1]->transcript,
		    server->at.line);
	}
	if (s->diagnosis.failure.known && s->diagnosis.failure.at.probe > 0)
		transcript_fail(&s->probes[s->diagnosis.failure.at.probe - 1]
				     ->transcript,
		    s->diagnosis.failure.at.line);
}

void
annotate(struct session *s)
{
	const struct investigation *w = s->work;
	size_t i;

	for (i = 0; i < w->asked_count; i++)
		annotate_smtp(w->asked[i].probe);
	mark_failures(s);
}
