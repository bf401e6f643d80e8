#include <string.h>

#include "core/cause/facts.h"
#include "core/cause/login.h"
#include "core/cause/rules.h"
#include "net/i18n.h"

/*
 * Causes at a login that was tried, or could not be: refused, switched off,
 * without a common method, or broken off because the server does not carry
 * it through.
 */

const struct server *
login_refused(const struct evidence *e)
{
	size_t i;

	for (i = 0; i < e->server_count; i++) {
		const struct server *s = &e->servers[i];
		const struct answer *a = server_answer(s, ASK_AUTH);

		if (a != NULL && a->code / 100 != 2)
			return s;
	}
	return NULL;
}

static struct ref
login_ref(const struct server *s)
{
	return (struct ref) { s->probe->base.number, s->probe->login_line };
}

/* RFC 5802 section 7: the two ends of TLS are not the same connection. */
static bool
other_channel(const struct server *s)
{
	return s->probe != NULL &&
	    strcmp(s->probe->login_reason, "channel-bindings-dont-match") == 0;
}

/* ... or it has no such binding as ours. */
static bool
about_channel(const struct server *s)
{
	return other_channel(s) ||
	    (s->probe != NULL &&
		(strcmp(s->probe->login_reason,
		     "unsupported-channel-binding-type") == 0 ||
		    strcmp(s->probe->login_reason,
			"channel-binding-not-supported") == 0));
}

void
rule_auth_failed(const struct evidence *e, struct opinion *o)
{
	const struct server *s = login_refused(e);
	const struct answer *a;

	if (s == NULL) {
		s = main_server(e, 0);
		if (s != NULL && logged_in(s))
			opinion_rule_out(o, answer_ref(s, ASK_AUTH),
			    "the login was accepted");
		return;
	}
	a = server_answer(s, ASK_AUTH);
	if (login_dropped(s)) {
		opinion_rule_out(o, login_ref(s),
		    "the login was given up here, before the server judged "
		    "it: %.180s",
		    s->probe->login_dropped);
		return;
	}
	opinion_say(o, "%s refuses the login: %d %.180s", s->host, a->code,
	    a->text);
	opinion_about(o, s);
	opinion_who(o, WHO_USER);
	opinion_for(o, a->code == 535 ? 75 : W_DECIDES,
	    answer_ref(s, ASK_AUTH), "the login was answered %d %.150s",
	    a->code, a->text);
	if (s->code != 0 && s->result != RESULT_ACCEPTED)
		opinion_for(o, W_SOME, s->at,
		    "the refusal of the recipient only follows from that");
	if (about_channel(s))
		opinion_against(o, W_DECIDES, login_ref(s),
		    "its reason is the TLS connection, not the password: "
		    "%.120s",
		    s->probe->login_reason);
	else if (s->probe != NULL && s->probe->login_reason[0] != '\0')
		opinion_for(o, W_LITTLE, login_ref(s), "its reason: %.180s",
		    s->probe->login_reason);
	if (reading_rank(&a->reading, CAUSE_AUTH_DISABLED) == 0)
		opinion_against(o, W_STRONG, answer_ref(s, ASK_AUTH),
		    "the words say that this kind of login is switched off");
	if (reading_rank(&a->reading, CAUSE_AUTH_NO_MECHANISM) == 0)
		opinion_against(o, W_STRONG, answer_ref(s, ASK_AUTH),
		    "the words are about the method, not the password");
	if (a->reading.stopped &&
	    reading_rank(&a->reading, CAUSE_AUTH_DISABLED) != 0)
		opinion_against(o, W_STRONG, answer_ref(s, ASK_AUTH),
		    "the words say that the account is stopped, not that the "
		    "password is wrong");
	if (a->code / 100 == 4)
		opinion_against(o, W_FAIR, answer_ref(s, ASK_AUTH),
		    "the code is temporary: the server cannot check it now");
}

static bool
token_used(const struct server *s)
{
	return s->probe != NULL &&
	    (strcmp(s->probe->mechanism, "XOAUTH2") == 0 ||
		strcmp(s->probe->mechanism, "OAUTHBEARER") == 0);
}

/* A password was at hand, and the server takes nothing but tokens. */
static bool
tokens_only(const struct evidence *e, const struct server *s)
{
	const char *at;
	size_t n;

	if (s == NULL || !e->have_credentials || s->probe == NULL ||
	    s->probe->plan.cred == NULL || s->probe->mechanism[0] != '\0' ||
	    mechs(s)[0] == '\0')
		return false;
	for (at = mechs(s); *at != '\0'; at += n + (at[n] == ' ')) {
		n = strcspn(at, " ");
		if ((n != 7 || strncmp(at, "XOAUTH2", n) != 0) &&
		    (n != 11 || strncmp(at, "OAUTHBEARER", n) != 0))
			return false;
	}
	return true;
}

void
rule_auth_disabled(const struct evidence *e, struct opinion *o)
{
	const struct server *s = login_refused(e);
	const struct answer *a;
	int words;

	if (s == NULL && tokens_only(e, main_server(e, 0))) {
		s = main_server(e, 0);
		opinion_for(o, 70, ehlo_ref(s), "it takes tokens (OAuth) and "
						"no password: %.100s",
		    mechs(s));
	} else if (s == NULL) {
		s = denier(e, 0);
		words = s == NULL || !e->route_server ? 0 :
		    reading_weight(&s->reading, CAUSE_AUTH_DISABLED);
		if (words == 0)
			return;
		opinion_for(o, words, s->at, "%d %.170s", s->code, s->text);
	} else {
		a = server_answer(s, ASK_AUTH);
		words = reading_weight(&a->reading, CAUSE_AUTH_DISABLED);
		if (words == 0)
			return;
		if (token_used(s) &&
		    reading_rank(&a->reading, CAUSE_AUTH_DISABLED) != 0) {
			opinion_rule_out(o, ehlo_ref(s),
			    "the login was by token (%s), not by password",
			    s->probe->mechanism);
			return;
		}
		opinion_for(o,
		    words + (reading_rank(&a->reading,
				 CAUSE_AUTH_DISABLED) == 0 ? W_STRONG : 0),
		    answer_ref(s, ASK_AUTH), "the login was answered %d "
					     "%.150s",
		    a->code, a->text);
	}
	opinion_say(o,
	    "The provider has switched off login by password at %s (for the "
	    "account, the organisation, or without an app password).",
	    s->host);
	opinion_about(o, s);
}

void
rule_auth_no_mechanism(const struct evidence *e, struct opinion *o)
{
	const struct server *s = main_server(e, 0);
	const struct answer *a = s != NULL ? server_answer(s, ASK_AUTH) : NULL;

	if (!e->route_server || !e->have_credentials || s == NULL ||
	    s->probe == NULL)
		return;
	if (s->probe->mechanism[0] != '\0' && a != NULL && a->code / 100 == 2) {
		opinion_rule_out(o, answer_ref(s, ASK_AUTH),
		    "a common login method was found: %s",
		    s->probe->mechanism);
		return;
	}
	if (s->probe->mechanism[0] == '\0' && s->probe->plan.cred != NULL &&
	    (auth_in_tls(s) || auth_in_clear(s)) &&
	    (s->probe->tls_established && s->tls_trusted == TRI_YES)) {
		opinion_say(o,
		    "%s offers only login methods that cannot be used with "
		    "these credentials: %.120s.",
		    s->host, mechs(s));
		opinion_about(o, s);
		opinion_for(o, 85, ehlo_ref(s), "offered: %.150s; %.60s",
		    mechs(s), s->probe->auth_skipped);
	} else if (a != NULL &&
	    reading_rank(&a->reading, CAUSE_AUTH_NO_MECHANISM) == 0) {
		opinion_say(o, "%s does not take the login method %s.",
		    s->host, s->probe->mechanism);
		opinion_about(o, s);
		opinion_for(o, 85, answer_ref(s, ASK_AUTH), "%d %.170s",
		    a->code, a->text);
	} else if (a != NULL && about_channel(s) && !other_channel(s)) {
		opinion_say(o,
		    "%s offers %s and cannot bind it to this TLS connection; "
		    "another method has to be named.",
		    s->host, s->probe->mechanism);
		opinion_about(o, s);
		opinion_for(o, 85, login_ref(s), "its reason: %.150s",
		    s->probe->login_reason);
	}
}

void
login_breaks_off(const struct evidence *e, struct opinion *o)
{
	const struct server *s = login_refused(e);

	if (s == NULL || !login_dropped(s))
		return;
	opinion_about(o, s);
	opinion_who(o, WHO_SENDER_ADMIN);
	opinion_say(o, "%s does not carry the login through: %.160s.", s->host,
	    s->probe->login_dropped);
	opinion_for(o, s->probe->server_disproved ? W_STRONG + W_LITTLE : 75,
	    login_ref(s), "the login by %s was given up: %.160s",
	    s->probe->mechanism, s->probe->login_dropped);
	if (s->tls_trusted == TRI_YES && s->probe->server_disproved)
		opinion_for(o, W_SOME, tls_ref(s),
		    "its certificate is valid: the right server has a wrong "
		    "record of the password");
}

void
login_is_read_by_others(const struct evidence *e, struct opinion *o)
{
	const struct server *s = login_refused(e);

	if (s == NULL || s->probe == NULL)
		return;
	if (other_channel(s)) {
		opinion_say(o,
		    "Somebody between here and %s takes the TLS connection "
		    "apart: the server sees another one than we do.",
		    s->host);
		opinion_for(o, 75, login_ref(s), "its reason for refusing "
						 "%s: %.120s",
		    s->probe->mechanism, s->probe->login_reason);
	} else if (login_dropped(s) && s->probe->server_disproved) {
		opinion_say(o,
		    "Somebody else may answer in place of %s: it does not "
		    "know the password that it asks for.",
		    s->host);
		opinion_for(o, W_STRONG, login_ref(s), "%.180s",
		    s->probe->login_dropped);
		if (s->tls_trusted == TRI_NO)
			opinion_for(o, W_FAIR, tls_ref(s), "%.200s",
			    s->tls_why);
	} else {
		return;
	}
	opinion_about(o, s);
}
