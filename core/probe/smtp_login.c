#include "core/probe/smtp_login.h"

#include <stdio.h>
#include <string.h>

#include "core/probe/smtp_say.h"
#include "core/text.h"
#include "net/conn.h"
#include "net/err.h"
#include "net/i18n.h"
#include "net/sasl.h"

static const char *
pick_mechanism(struct smtp_probe *p)
{
	const struct smtp_ehlo *ehlo = smtp_probe_ehlo(p);
	const struct smtp_plan *plan = &p->plan;
	const char *offered[EHLO_MECHS], *type, *mech;
	char binding[256];
	bool verified = p->tls_established && p->tls->trusted;
	bool safe = verified || plan->insecure_auth;
	int i;

	if (ehlo == NULL || !ehlo->auth || ehlo->mech_count == 0) {
		snprintf(p->auth_skipped, sizeof(p->auth_skipped),
		    _("the server offers no AUTH on this connection"));
		return NULL;
	}
	if (!safe) {
		snprintf(p->auth_skipped, sizeof(p->auth_skipped),
		    _("a login is never sent %s"),
		    p->tls_established ?
			_("to a server whose certificate is not valid") :
			_("without TLS"));
		return NULL;
	}
	if (plan->mechanism != NULL) {
		if (smtp_ehlo_offers(ehlo, plan->mechanism) &&
		    sasl_known(plan->mechanism))
			return plan->mechanism;
		snprintf(p->auth_skipped, sizeof(p->auth_skipped),
		    _("the server does not offer %s"), plan->mechanism);
		return NULL;
	}
	for (i = 0; i < ehlo->mech_count; i++)
		offered[i] = ehlo->mechs[i];
	mech = sasl_choose(offered, (size_t)ehlo->mech_count, plan->cred,
	    verified, plan->insecure_auth,
	    conn_channel_binding(p->conn, binding, sizeof(binding), &type) >
		    0 && sasl_binds(type));
	if (mech == NULL)
		snprintf(p->auth_skipped, sizeof(p->auth_skipped),
		    _("none of the offered login methods can be used with "
		    "these credentials"));
	return mech;
}

bool
smtp_login_begin(struct smtp_probe *p)
{
	const char *mech = pick_mechanism(p), *first, *type = NULL;
	char binding[256];
	size_t len;
	struct err err = { 0 };

	p->stage = STAGE_AUTH;
	if (mech == NULL) {
		probe_note(&p->base, STAGE_AUTH, "no login: %s",
		    p->auth_skipped);
		return false;
	}
	snprintf(p->mechanism, sizeof(p->mechanism), "%s", mech);
	len = conn_channel_binding(p->conn, binding, sizeof(binding), &type);
	p->sasl = sasl_new(mech, p->plan.cred, p->plan.host, binding, len,
	    len > 0 ? type : NULL, &err);
	if (p->sasl == NULL || !sasl_step(p->sasl, NULL, &first, &err)) {
		snprintf(p->auth_skipped, sizeof(p->auth_skipped), "%s",
		    err.text);
		probe_note(&p->base, STAGE_AUTH, "no login: %s", err.text);
		return false;
	}
	smtp_say_auth(p, first, true);
	return true;
}

/*
 * The reason that some mechanisms give before the refusal: base64 hides it
 * from the reader, and a server may put into it what we sent.
 */
static void
note_reason(struct smtp_probe *p)
{
	char raw[SASL_REASON];

	if (p->login_reason[0] != '\0' || sasl_reason(p->sasl)[0] == '\0')
		return;
	snprintf(raw, sizeof(raw), "%s", sasl_reason(p->sasl));
	smtp_say_redact(p, raw, strlen(raw) == sizeof(raw) - 1);
	text_visible_str(raw, p->login_reason, sizeof(p->login_reason));
	p->login_line = probe_note(&p->base, STAGE_AUTH,
	    "the server's reason: %.240s", p->login_reason);
}

/* It cannot go on; "*" cancels the exchange (RFC 4954 section 4). */
static void
give_up(struct smtp_probe *p, const struct err *err)
{
	snprintf(p->login_dropped, sizeof(p->login_dropped), "%s", err->text);
	p->server_disproved = sasl_disproved(p->sasl);
	p->login_line = probe_note(&p->base, STAGE_AUTH, "login given up: %s",
	    err->text);
	sasl_free(p->sasl);
	p->sasl = NULL;
	smtp_say(p, ASK_AUTH, STAGE_AUTH, "*");
}

bool
smtp_login_go_on(struct smtp_probe *p)
{
	char challenge[SMTP_REPLY_TEXT];
	struct err err = { 0 };
	const char *next;

	if (p->sasl == NULL) {
		/* RFC 4954 4: 501 is the only answer to "*". */
		smtp_say_broken(p, "the server goes on asking after the login "
				   "was cancelled");
		return false;
	}
	snprintf(challenge, sizeof(challenge), "%.*s",
	    (int)strcspn(p->reply.text, "\n"), p->reply.text);
	if (!sasl_step(p->sasl, challenge, &next, &err)) {
		give_up(p, &err);
		return true;
	}
	note_reason(p);
	smtp_say_auth(p, next, false);
	return true;
}

void
smtp_login_end(struct smtp_probe *p)
{
	if (p->reply.code / 100 == 2) {
		/* Cancelled, and welcome all the same: it did not prove itself. */
		p->logged_in = true;
		p->server_unproven = p->sasl == NULL ||
		    !sasl_verified(p->sasl);
	}
	sasl_free(p->sasl);
	p->sasl = NULL;
}
