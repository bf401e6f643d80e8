#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/investigation.h"
#include "core/letter.h"
#include "core/settings.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "net/mem.h"

/*
 * The one test message that the person agreed to: to the best server that
 * took the recipient, in a session of its own, once.  Whatever comes of it,
 * no other server gets one.
 */

#define LETTER_MAX 8192

static void
write_letter(const struct mail_case *input, const char *host,
    struct buf *out)
{
	char id[80];
	struct letter letter = {
		.sender = &input->sender,
		.recipient = &input->recipient,
		.host = host,
		.date = (long long)time(NULL),
		.id = id,
	};

	letter_new_id(id, sizeof(id));
	letter_write(&letter, out);
}

static bool
said_yes(const struct asked *asked)
{
	return (asked->purpose == FOR_TARGET ||
		   asked->purpose == FOR_REPEAT ||
		   asked->purpose == FOR_LATER) &&
	    smtp_probe_said_yes(asked->probe, ASK_TARGET);
}

/*
 * How a sender would rank it, less is better: by preference (RFC 5321 5.1);
 * at an outgoing server where the login was taken, then by the port that
 * mail programs use.
 */
static int
rank(const struct session *s, const struct smtp_probe *p)
{
	int port = p->plan.addr.port;

	if (s->input.route == ROUTE_MX)
		return p->plan.preference;
	return (p->logged_in ? 0 : 10) +
	    (port == s->input.port ? 0 :
		    port == 587	   ? 1 :
		    port == 465	   ? 2 :
				     3);
}

static const struct smtp_probe *
best_server(const struct session *s)
{
	const struct investigation *w = s->work;
	const struct smtp_probe *best = NULL;
	size_t i;

	for (i = 0; i < w->asked_count; i++) {
		const struct smtp_probe *p = w->asked[i].probe;

		if (said_yes(&w->asked[i]) &&
		    (best == NULL || rank(s, p) < rank(s, best)))
			best = p;
	}
	return best;
}

/* A name to be asked for: the one in EHLO, else our address. */
static void
our_name(const struct session *s, const struct smtp_probe *p, char *out,
    size_t size)
{
	char at[ADDR_TEXT_MAX];

	if (s->helo[0] != '\0')
		snprintf(out, size, "%s", s->helo);
	else
		snprintf(out, size, "[%s%s]",
		    p->local.family == AF_INET6 ? "IPv6:" : "",
		    addr_text(&p->local, at));
}

bool
investigate_send(struct session *s)
{
	struct investigation *w = s->work;
	const struct smtp_probe *best;
	struct asked *asked;
	struct smtp_plan *plan;
	struct buf letter;
	char host[280];

	if (!plan_on(&s->plan, EXP_SEND) || w->send_considered)
		return false;
	w->send_considered = true;
	best = best_server(s);
	if (best == NULL)
		return false;
	our_name(s, best, host, sizeof(host));
	buf_init(&letter, LETTER_MAX);
	write_letter(&s->input, host, &letter);
	w->letter = mem_strdup(buf_str(&letter));
	buf_clear(&letter);
	asked = investigate_ask(s, FOR_SEND, best->plan.host,
	    best->plan.preference, &best->plan.addr, best->plan.addr.port,
	    DEPTH_RCPT);
	if (asked == NULL)
		return false;
	plan = &asked->probe->plan;
	plan->control = plan->postmaster = plan->made_up = NULL;
	plan->plain_form = plan->own = plan->other_sender = NULL;
	plan->null_sender = plan->bare = plan->always_follow = false;
	plan->message = w->letter;
	return true;
}

static const struct smtp_probe *
sending(const struct investigation *w)
{
	size_t i;

	for (i = 0; i < w->asked_count; i++)
		if (w->asked[i].purpose == FOR_SEND)
			return w->asked[i].probe;
	return NULL;
}

/* What became of it, in the words of the session. */
static void
tell(const struct smtp_probe *p, struct policy_fact *fact)
{
	const struct answer *end = p->answers[ASK_MESSAGE];
	const struct answer *no = investigate_refusal(p);

	if (end != NULL && end->code / 100 == 2) {
		fact->yes = TRI_YES;
		snprintf(fact->text, sizeof(fact->text),
		    _("%.100s took the test message: %d %.180s"), p->plan.host,
		    end->code, end->text);
		fact->at.line = end->line;
	} else if (no != NULL) {
		fact->yes = TRI_NO;
		fact->wrong = true;
		snprintf(fact->text, sizeof(fact->text),
		    _("%.100s refused the test message: %d %.180s"),
		    p->plan.host, no->code, no->text);
		fact->at.line = no->line;
	} else if (end != NULL && end->code == 0) {
		/* Sent again it might arrive twice (RFC 1047). */
		fact->wrong = true;
		snprintf(fact->text, sizeof(fact->text),
		    _("%.100s got the test message and did not say whether it "
		    "takes it: %.150s; it was not sent again"), p->plan.host,
		    p->error.text);
		fact->at.line = p->lost_line;
	} else {
		fact->yes = TRI_NO;
		fact->wrong = true;
		snprintf(fact->text, sizeof(fact->text),
		    _("the test message was not sent to %.100s: %.180s"),
		    p->plan.host,
		    p->not_sent[0] != '\0' ? p->not_sent : p->error.text);
		fact->at.line = p->lost_line;
	}
}

void
investigate_send_evidence(struct session *s)
{
	const struct investigation *w = s->work;
	const struct smtp_probe *p = sending(w);
	struct policy_fact fact = { .id = "test-message" };

	if (!w->send_considered || (p != NULL && !p->base.task.done &&
		s->running))
		return;
	snprintf(fact.subject, sizeof(fact.subject), "%.255s",
	    s->input.recipient.mailbox);
	if (p == NULL) {
		fact.yes = TRI_NO;
		snprintf(fact.text, sizeof(fact.text),
		    _("no test message was sent: no server takes the "
		      "recipient"));
	} else {
		fact.at.probe = p->base.number;
		tell(p, &fact);
	}
	evidence_add_policy(&s->evidence, &fact);
}
