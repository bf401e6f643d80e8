#include <stdio.h>
#include <string.h>

#include "core/cause/facts.h"
#include "core/cause/login.h"
#include "core/cause/rules.h"
#include "core/product.h"
#include "core/text.h"
#include "net/addr.h"
#include "net/dns_msg.h"
#include "net/i18n.h"

/*
 * Causes at the sender's own outgoing server: who may relay there, and how
 * one shows that one may.
 */

/*
 * The refusal that is to be explained: the server says no to somebody whom
 * it takes for a stranger.  NULL when the route is another one, or when the
 * words are about something else.
 */
static const struct server *
stranger_refused(const struct evidence *e)
{
	const struct server *s = denier(e, 0);

	if (mx_role(e) || s == NULL || s->reading.next_host[0] != '\0')
		return NULL;
	/* From the null sender it relays: it is no stranger to it. */
	if (!logged_in(s) &&
	    server_compare(s, ASK_NULL_TARGET) == COMPARE_ACCEPTED)
		return NULL;
	switch (s->reading.family) {
	case FAMILY_RELAY:
	case FAMILY_AUTH: return s;
	case FAMILY_NONE:
	case FAMILY_POLICY:
	case FAMILY_CLIENT_DNS:
	case FAMILY_SENDER:
	case FAMILY_MAILBOX:
		/* "Client host rejected" on a submission port and its like */
		if (reading_rank(&s->reading, CAUSE_AUTH_REQUIRED) >= 0 ||
		    reading_rank(&s->reading, CAUSE_CLIENT_NOT_PERMITTED) >=
			0)
			return s;
		return server_compare(s, ASK_CONTROL) == COMPARE_SAME ||
			s->reading.family == FAMILY_NONE ||
			s->reading.family == FAMILY_POLICY ?
		    s : NULL;
	case FAMILY_REPUTATION:
		return reading_rank(&s->reading, CAUSE_AUTH_REQUIRED) >= 0 ?
		    s : NULL;
	default: return NULL;
	}
}

static void
quote(struct opinion *o, const struct server *s, int weight)
{
	opinion_for(o, weight, s->at, "%s port %d refuses without a login: "
				      "%d %.140s",
	    s->host, s->addr.port, s->code, s->text);
}

static void
own_domain_accepted(struct opinion *o, const struct server *s)
{
	if (server_compare(s, ASK_OWN) == COMPARE_ACCEPTED)
		opinion_for(o, W_LITTLE, answer_ref(s, ASK_OWN),
		    "a recipient of the sender's own domain is accepted: it "
		    "is that domain's server");
}

static bool
tried_to_log_in(const struct server *s)
{
	return server_answer(s, ASK_AUTH) != NULL;
}

/* After a login the denial cannot be for want of one. */
static bool
out_if_logged_in(const struct server *s, struct opinion *o)
{
	if (s == NULL || !logged_in(s))
		return false;
	opinion_rule_out(o, answer_ref(s, ASK_AUTH),
	    "the login succeeded and the refusal came after it");
	return true;
}

/* What else explains that nobody logged in, or that a login is wanted. */
static void
weigh_other_reasons(const struct evidence *e, struct opinion *o,
    const struct server *s)
{
	if (e->have_credentials && s->tls_trusted == TRI_NO)
		opinion_against(o, W_FAIR, tls_ref(s),
		    "a login was at hand and was kept back because of the "
		    "certificate");
	if (server_compare(s, ASK_NULL_TARGET) == COMPARE_ACCEPTED)
		opinion_against(o, W_FAIR, answer_ref(s, ASK_NULL_TARGET),
		    "from the null sender it is accepted without a login");
	if (s->reading.family == FAMILY_CLIENT_DNS)
		opinion_against(o, W_STRONG, s->at,
		    "its words are about the client's name in DNS; a login "
		    "may make up for that");
	if (reading_rank(&s->reading, CAUSE_TENANT_ATTRIBUTION) == 0)
		opinion_against(o, W_STRONG, s->at,
		    "the words are those of a relay that decides by "
		    "customer; a login is only another way in");
	if (reading_rank(&s->reading, CAUSE_POP_BEFORE_SMTP) == 0)
		opinion_against(o, W_SOME, s->at,
		    "its words ask for mail to be collected first");
}

/* A login was wanted, TLS was on, and it could not even be tried. */
static bool
out_if_no_login_possible(const struct evidence *e, const struct server *s,
    struct opinion *o)
{
	if (!e->have_credentials || s->probe == NULL ||
	    s->probe->auth_skipped[0] == '\0' ||
	    s->tls_established != TRI_YES)
		return false;
	opinion_rule_out(o, ehlo_ref(s), "a login was to be used: %.180s",
	    s->probe->auth_skipped);
	return true;
}

void
rule_auth_required(const struct evidence *e, struct opinion *o)
{
	const struct server *s = stranger_refused(e);

	if (s == NULL) {
		s = denier(e, 0);
		if (s != NULL && !e->route_server &&
		    s->reading.family == FAMILY_RELAY)
			opinion_rule_out(o, s->at,
			    "%s is an MX of the domain: nobody logs in there",
			    s->host);
		return;
	}
	if (out_if_logged_in(s, o))
		return;
	if (!auth_in_clear(s) && !auth_in_tls(s)) {
		opinion_rule_out(o, ehlo_ref(s),
		    "port %d of %s offers no AUTH", s->addr.port, s->host);
		return;
	}
	if (out_if_no_login_possible(e, s, o) || tried_to_log_in(s))
		return; /* auth-failed has it */
	opinion_say(o,
	    "%s relays to other domains only for users who log in; no login "
	    "was used.",
	    s->host);
	opinion_about(o, s);
	quote(o, s, W_STRONG);
	opinion_for(o, auth_in_clear(s) || s->tls_offered != TRI_YES ||
		    s->addr.port == 465 ? W_STRONG : W_FAIR,
	    ehlo_ref(s), "it offers AUTH on this connection: %.150s",
	    mechs(s));
	/* Said within TLS, it is not TLS that is missing. */
	if (reading_rank(&s->reading, CAUSE_AUTH_REQUIRED) == 0)
		opinion_for(o,
		    server_answer(s, ASK_EHLO_TLS) != NULL ? W_SOME : W_LITTLE,
		    s->at, "its words ask for a login");
	own_domain_accepted(o, s);
	weigh_other_reasons(e, o, s);
}

void
rule_auth_needs_tls(const struct evidence *e, struct opinion *o)
{
	const struct server *s = stranger_refused(e);

	if (s == NULL || out_if_logged_in(s, o))
		return;
	if (auth_in_clear(s)) {
		opinion_rule_out(o, answer_ref(s, ASK_EHLO),
		    "AUTH is offered in clear as well");
		return;
	}
	if (!auth_in_tls(s) || server_answer(s, ASK_EHLO_TLS) == NULL) {
		if (server_answer(s, ASK_EHLO_TLS) != NULL)
			opinion_rule_out(o, ehlo_ref(s),
			    "there is no AUTH after TLS either");
		return;
	}
	if (out_if_no_login_possible(e, s, o) || tried_to_log_in(s))
		return;
	opinion_say(o,
	    "%s port %d offers a login only after TLS is on; a client that "
	    "stays in clear text never sees it.",
	    s->host, s->addr.port);
	opinion_about(o, s);
	quote(o, s, W_STRONG);
	opinion_for(o, W_SOME, answer_ref(s, ASK_EHLO),
	    "before TLS its EHLO reply offers no AUTH");
	opinion_for(o, W_FAIR - 3, answer_ref(s, ASK_EHLO_TLS),
	    "after STARTTLS it offers AUTH: %.140s", s->auth_tls);
	own_domain_accepted(o, s);
	weigh_other_reasons(e, o, s);
}

/* Nobody answers at the port that was asked, and a login is offered beside. */
static void
only_another_port(const struct evidence *e, struct opinion *o)
{
	const struct server *s = main_with(e, RESULT_UNREACHABLE), *other;

	if (!e->route_server || s == NULL || s->stage != STAGE_CONNECT ||
	    anybody_answered(e))
		return;
	other = auth_elsewhere(e, s);
	if (other == NULL)
		return;
	opinion_say(o,
	    "Nobody answers on port %d of %s; port %d does, and offers a "
	    "login (%s).",
	    s->addr.port, s->host, other->addr.port,
	    other->addr.port == 465 ? _("with TLS from the start") :
		auth_in_clear(other) ? _("in clear or after STARTTLS") :
				       _("after STARTTLS"));
	opinion_about(o, other);
	opinion_for(o, W_FAIR, s->at, "port %d: %.180s", s->addr.port,
	    s->text);
	opinion_for(o, W_STRONG + W_TRACE, ehlo_ref(other),
	    "port %d offers AUTH: %.150s", other->addr.port, mechs(other));
}

/*
 * Where the sender's domain tells its people to send through (RFC 6186),
 * when that is another host or another port; NULL when it is this one, or
 * when it does not tell.
 */
static const struct policy_fact *
told_elsewhere(const struct evidence *e, const struct server *s)
{
	const struct policy_fact *best = NULL;
	char here[32];
	size_t i;

	snprintf(here, sizeof(here), ", port %d,", s->addr.port);
	for (i = 0; i < e->policy_count; i++) {
		const struct policy_fact *f = &e->policies[i];

		if (strcmp(f->id, "submission-service") != 0 ||
		    f->yes != TRI_YES)
			continue;
		if (dns_name_eq(f->subject, s->host) &&
		    strstr(f->text, here) != NULL)
			return NULL;
		if (best == NULL)
			best = f;
	}
	return best;
}

/* No port of the host offers a login, and DNS names another place. */
static void
only_dns_tells(const struct evidence *e, struct opinion *o,
    const struct server *s)
{
	const struct policy_fact *told = told_elsewhere(e, s);

	if (told == NULL)
		return;
	opinion_say(o, "%s offers no login here; %s.", s->host, told->text);
	opinion_about(o, s);
	opinion_who(o, WHO_USER);
	quote(o, s, W_FAIR);
	opinion_for(o, W_LITTLE, ehlo_ref(s), "port %d offers no AUTH",
	    s->addr.port);
	opinion_for(o, W_FAIR, told->at, "%s", told->text);
}

void
rule_auth_elsewhere(const struct evidence *e, struct opinion *o)
{
	const struct server *s = stranger_refused(e), *other;

	if (s == NULL)
		only_another_port(e, o);
	if (s == NULL || out_if_logged_in(s, o))
		return;
	if (auth_in_clear(s) || auth_in_tls(s)) {
		opinion_rule_out(o, ehlo_ref(s), "port %d itself offers AUTH",
		    s->addr.port);
		return;
	}
	other = auth_elsewhere(e, s);
	if (other == NULL) {
		only_dns_tells(e, o, s);
		return;
	}
	opinion_say(o,
	    "Port %d of %s offers no login; port %d does (%s).",
	    s->addr.port, s->host, other->addr.port,
	    other->addr.port == 465 ? _("with TLS from the start") :
		auth_in_clear(other) ? _("in clear or after STARTTLS") :
				       _("after STARTTLS"));
	opinion_about(o, s);
	quote(o, s, W_STRONG);
	opinion_for(o, W_FAIR, ehlo_ref(s),
	    "port %d offers no AUTH%s", s->addr.port,
	    s->tls_established == TRI_YES ? _(", before or after TLS") : "");
	opinion_for(o, W_FAIR - W_TRACE, ehlo_ref(other),
	    "port %d offers AUTH: %.150s", other->addr.port, mechs(other));
	own_domain_accepted(o, s);
}

/* A cause that the server's words tell, at the outgoing server. */
static const struct server *
weigh_words(const struct evidence *e, struct opinion *o, enum cause_id id)
{
	const struct server *s = denier(e, 0);
	int words;

	if (s == NULL)
		return NULL;
	words = reading_weight(&s->reading, id);
	if (words == 0)
		return NULL;
	opinion_about(o, s);
	opinion_for(o, words, s->at, "%s: %d %.170s", s->host, s->code,
	    s->text);
	return s;
}

void
rule_pop_before_smtp(const struct evidence *e, struct opinion *o)
{
	const struct server *s;

	if (!e->route_server)
		return;
	s = weigh_words(e, o, CAUSE_POP_BEFORE_SMTP);
	if (s == NULL)
		return;
	opinion_say(o,
	    "%s relays for an address only after a POP or IMAP login from "
	    "it.",
	    s->host);
	if (reading_rank(&s->reading, CAUSE_POP_BEFORE_SMTP) == 0)
		opinion_for(o, W_STRONG, s->at,
		    "its words speak of collecting mail first");
	if (auth_in_clear(s) || auth_in_tls(s))
		opinion_against(o, W_LITTLE, ehlo_ref(s),
		    "it offers SMTP AUTH, which does without");
}

/* ---- who is allowed ---- */

/*
 * The server calls itself by a name in the sender's domain; or it is
 * called so, where it does not say what it is.
 */
static bool
in_senders_domain(const struct evidence *e, const struct server *s)
{
	const char *name = s->host;

	if (e->sender_domain[0] == '\0')
		return false;
	if (s->probe != NULL && s->probe->have_ehlo &&
	    strchr(smtp_probe_ehlo(s->probe)->host, '.') != NULL)
		name = smtp_probe_ehlo(s->probe)->host;
	return dns_name_eq(name, e->sender_domain) ||
	    dns_name_under(name, e->sender_domain);
}

/* The same host, other family: accepted there, refused here. */
static const struct server *
accepts_other_family(const struct evidence *e, const struct server *s)
{
	const struct server *other;
	size_t i;

	for (i = 0; (other = main_server(e, i)) != NULL; i++)
		if (other->result == RESULT_ACCEPTED &&
		    other->addr.port == s->addr.port &&
		    other->addr.family != s->addr.family)
			return other;
	return NULL;
}

void
rule_client_not_permitted(const struct evidence *e, struct opinion *o)
{
	const struct server *s = stranger_refused(e), *other;
	char mine[ADDR_TEXT_MAX];

	if (s == NULL || login_refused(e) != NULL)
		return;
	if (out_if_logged_in(s, o))
		return;
	addr_text(&e->client, mine);
	if (s->probe != NULL && s->probe->have_ehlo &&
	    smtp_probe_ehlo(s->probe)->seen_client[0] != '\0')
		snprintf(mine, sizeof(mine), "%s",
		    smtp_probe_ehlo(s->probe)->seen_client);
	else if (s->probe != NULL && s->probe->local.family != AF_UNSPEC &&
	    (e->client.family == AF_UNSPEC ||
		!addr_is_private(&s->probe->local)))
		addr_text(&s->probe->local, mine);
	other = accepts_other_family(e, s);
	opinion_say(o,
	    "%s does not relay for the address %s: it is not on its list of "
	    "permitted clients%s.",
	    s->host, mine,
	    other != NULL ? _(", though the same machine is by the other "
			    "address family") : "");
	opinion_about(o, s);
	quote(o, s, W_FAIR);
	if (other != NULL) {
		opinion_for(o, W_DECIDES, other->at,
		    "over %s the same server takes the same recipient",
		    other->addr.family == AF_INET ? _("IPv4") : _("IPv6"));
		return;
	}
	if (auth_in_clear(s) || auth_in_tls(s)) {
		opinion_against(o, W_LITTLE, ehlo_ref(s),
		    "a login is offered, which is the other way in");
		opinion_for(o, W_LITTLE, s->at,
		    "without a login only the address can decide");
		return;
	}
	if (auth_elsewhere(e, s) != NULL)
		opinion_for(o, W_TRACE, ehlo_ref(s),
		    "port %d decides by address: it offers no AUTH",
		    s->addr.port);
	else
		opinion_for(o, W_FAIR + W_TRACE, ehlo_ref(s),
		    "it offers no AUTH on any port, so the address decides");
	if (reading_rank(&s->reading, CAUSE_TENANT_ATTRIBUTION) == 0)
		opinion_against(o, W_FAIR, s->at,
		    "the words are those of a relay that decides by customer");
	if (server_compare(s, ASK_CONTROL) == COMPARE_SAME)
		opinion_for(o, W_LITTLE, answer_ref(s, ASK_CONTROL),
		    "another foreign domain is refused alike");
	if (s->reading.family == FAMILY_CLIENT_DNS)
		opinion_against(o, W_STRONG, s->at,
		    "its words are about the client's name in DNS");
	else if (s->reading.about_client)
		opinion_for(o, W_SOME, s->at,
		    "its words are about the client, whatever it asks for");
	if (auth_elsewhere(e, s) == NULL && in_senders_domain(e, s))
		opinion_for(o, W_SOME, ehlo_ref(s),
		    "it is a host of the sender's own domain");
	if (reading_rank(&s->reading, CAUSE_POP_BEFORE_SMTP) == 0)
		opinion_against(o, W_STRONG, s->at,
		    "its words ask for mail to be collected first");
	if (product_service_of(s->host)[0] != '\0')
		opinion_against(o, W_STRONG, s->at,
		    "the host takes incoming mail for customers of %s",
		    product_service_of(s->host));
	if (server_compare(s, ASK_OWN) == COMPARE_ACCEPTED)
		opinion_for(o, W_SOME, answer_ref(s, ASK_OWN),
		    "a recipient of the sender's own domain is accepted: it "
		    "is the right server");
	else if (server_compare(s, ASK_OWN) == COMPARE_SAME &&
	    !s->reading.about_client && !in_senders_domain(e, s))
		opinion_against(o, W_STRONG, answer_ref(s, ASK_OWN),
		    "a recipient of the sender's own domain is refused alike: "
		    "it may be the wrong server");
	if (s->probe != NULL && s->probe->have_ehlo &&
	    smtp_probe_ehlo(s->probe)->seen_client[0] != '\0')
		opinion_for(o, W_TRACE, ehlo_ref(s),
		    "it sees this client as %s", mine);
}

/* E6: the login is taken, and makes no difference. */
static void
login_grants_nothing(struct opinion *o, const struct server *s)
{
	bool denied = s->reading.family == FAMILY_RELAY;

	if (!denied && s->reading.family != FAMILY_AUTH)
		return;
	opinion_say(o,
	    "%s takes the login, yet does not relay: it is not the server "
	    "through which this account may send to other domains.",
	    s->host);
	opinion_about(o, s);
	opinion_who(o, WHO_USER);
	opinion_for(o, denied ? W_STRONG : W_SOME, s->at,
	    "after the login it still %s: %d %.130s",
	    denied ? _("denies relaying") : _("asks for one"), s->code,
	    s->text);
	opinion_for(o, W_LITTLE, answer_ref(s, ASK_AUTH),
	    "the login itself was accepted");
	if (server_compare(s, ASK_CONTROL) == COMPARE_SAME)
		opinion_for(o, W_LITTLE, answer_ref(s, ASK_CONTROL),
		    "any other domain is refused alike");
}

static void
say_wrong_server(const struct evidence *e, struct opinion *o,
    const struct server *s, const char *service)
{
	const char *whose = e->sender_domain[0] != '\0' ? e->sender_domain :
							  _("the sender");

	if (service[0] != '\0')
		opinion_say(o,
		    "%s is no outgoing server: it takes incoming mail for "
		    "customers of %s.",
		    s->host, service);
	else if (server_compare(s, ASK_OWN) == COMPARE_SAME)
		opinion_say(o,
		    "%s is not the outgoing server of %s: it offers no "
		    "login, and it does not know that domain either.",
		    s->host, whose);
	else
		opinion_say(o,
		    "%s may not be the outgoing server of %s: it offers no "
		    "login.",
		    s->host, whose);
}

void
rule_wrong_server(const struct evidence *e, struct opinion *o)
{
	const struct server *s = stranger_refused(e);
	const struct policy_fact *told;
	const char *service;

	if (e->route_server && mx_role(e)) {
		s = denier(e, 0);
		if (s == NULL || !server_denies_relay(s))
			return;
	}
	if (s == NULL)
		return;
	if (logged_in(s)) {
		login_grants_nothing(o, s);
		return;
	}
	service = product_service_of(s->host);
	if (auth_in_clear(s) || auth_in_tls(s) ||
	    auth_elsewhere(e, s) != NULL) {
		if (service[0] == '\0')
			return;
	} else if (server_compare(s, ASK_OWN) == COMPARE_ACCEPTED &&
	    service[0] == '\0') {
		opinion_rule_out(o, answer_ref(s, ASK_OWN),
		    "%s takes mail for the sender's own domain", s->host);
		return;
	}
	say_wrong_server(e, o, s, service);
	opinion_about(o, s);
	opinion_who(o, WHO_USER);
	if (!e->server_in_mx)
		opinion_for(o, W_SOME, s->at,
		    "%s is not a mail server of %s, and refuses: %d %.100s",
		    s->host, e->domain, s->code, s->text);
	if (service[0] != '\0')
		opinion_for(o, W_STRONG, s->at,
		    "the host takes incoming mail for customers of %s; mail "
		    "is not sent through it",
		    service);
	if (server_compare(s, ASK_OWN) == COMPARE_SAME &&
	    !s->reading.about_client)
		opinion_for(o, W_FAIR, answer_ref(s, ASK_OWN),
		    "a recipient of the sender's own domain is refused in "
		    "the same words");
	told = told_elsewhere(e, s);
	if (told != NULL && !dns_name_eq(told->subject, s->host))
		opinion_for(o, W_SOME, told->at, "%s", told->text);
	if (in_senders_domain(e, s))
		opinion_against(o, W_STRONG, ehlo_ref(s),
		    "yet it is a host of the sender's own domain");
	if (!auth_in_clear(s) && !auth_in_tls(s) &&
	    auth_elsewhere(e, s) == NULL)
		opinion_for(o, W_SOME, ehlo_ref(s),
		    "it offers no AUTH on any port that answers");
	if (server_compare(s, ASK_CONTROL) == COMPARE_ACCEPTED)
		opinion_for(o, W_LITTLE, answer_ref(s, ASK_CONTROL),
		    "it takes mail for other domains: it is their incoming "
		    "server");
}

/* ---- the sender ---- */

/*
 * The login is good and MAIL FROM is refused, for no reason of another
 * kind: then the address in it is what displeases.
 */
static bool
mail_refused_after_login(const struct server *s)
{
	if (!logged_in(s) || s->stage != STAGE_MAIL || s->code / 100 != 5)
		return false;
	switch (s->reading.family) {
	case FAMILY_SENDER:
		return reading_rank(&s->reading, CAUSE_SENDER_UNVERIFIABLE) !=
		    0;
	case FAMILY_NONE:
	case FAMILY_POLICY:
	case FAMILY_MAILBOX:
	case FAMILY_UNAVAILABLE:
	case FAMILY_RELAY: return !s->reading.stopped;
	default: return false;
	}
}

void
rule_sender_not_permitted(const struct evidence *e, struct opinion *o)
{
	const struct server *s = denier(e, 0);
	int words;

	if (s == NULL || !e->route_server)
		return;
	words = reading_weight(&s->reading, CAUSE_SENDER_NOT_PERMITTED);
	/* It relays for this client, and not for this sender. */
	if (!mx_role(e) && words > 0 && words < W_STRONG &&
	    s->reading.family == FAMILY_SENDER &&
	    reading_rank(&s->reading, CAUSE_SENDER_UNVERIFIABLE) != 0 &&
	    server_compare(s, ASK_NULL_TARGET) == COMPARE_ACCEPTED)
		words = W_DECIDES - W_TRACE;
	if (server_compare(s, ASK_OTHER_TARGET) == COMPARE_ACCEPTED ||
	    (logged_in(s) &&
		server_compare(s, ASK_NULL_TARGET) == COMPARE_ACCEPTED))
		words = words > W_FAIR ? words : W_FAIR;
	if (words < W_FAIR && mail_refused_after_login(s))
		words = W_FAIR;
	/* After a login a denial can be for the sender it does not own. */
	if (words == 0 && logged_in(s) &&
	    (s->reading.family == FAMILY_RELAY ||
		s->reading.family == FAMILY_AUTH) &&
	    server_compare(s, ASK_OTHER_TARGET) != COMPARE_SAME &&
	    server_compare(s, ASK_NULL_TARGET) != COMPARE_SAME)
		words = W_LITTLE;
	if (words == 0) {
		if (server_compare(s, ASK_NULL_TARGET) == COMPARE_SAME)
			opinion_rule_out(o, answer_ref(s, ASK_NULL_TARGET),
			    "another sender is refused alike");
		return;
	}
	opinion_say(o, "%s does not let %s send as %s.", s->host,
	    logged_in(s) ? _("this login") : _("this client"), e->sender);
	opinion_about(o, s);
	opinion_for(o, words, s->at, "%s: %d %.170s", s->host, s->code,
	    s->text);
	if (reading_rank(&s->reading, CAUSE_SENDER_NOT_PERMITTED) == 0)
		opinion_for(o, W_SOME, s->at,
		    "the words name the sender, not the recipient");
	if (logged_in(s))
		opinion_for(o, W_SOME, answer_ref(s, ASK_AUTH),
		    "the login itself was accepted");
	else
		opinion_against(o, W_LITTLE, s->at,
		    "there was no login that could own the sender");
	if (reading_rank(&s->reading, CAUSE_SENDER_UNVERIFIABLE) == 0)
		opinion_against(o, W_STRONG, s->at,
		    "the words ask whether the sender exists, not whose it "
		    "is");
	if (mail_refused_after_login(s))
		opinion_for(o, W_SOME, s->at,
		    "MAIL FROM was refused, before any recipient was named");
	if (server_compare(s, ASK_OTHER_TARGET) == COMPARE_ACCEPTED)
		opinion_for(o, W_STRONG, answer_ref(s, ASK_OTHER_TARGET),
		    "from the login's own address the recipient is accepted");
	if (server_compare(s, ASK_NULL_TARGET) == COMPARE_ACCEPTED)
		opinion_for(o, W_SOME, answer_ref(s, ASK_NULL_TARGET),
		    "from the null sender the recipient is accepted");
}

void
rule_sender_claims_local(const struct evidence *e, struct opinion *o)
{
	const struct server *s = denier(e, 0);
	bool local;
	int words;

	if (s == NULL || e->null_sender || logged_in(s))
		return;
	words = reading_weight(&s->reading, CAUSE_SENDER_CLAIMS_LOCAL);
	if (words == 0)
		return;
	local = server_compare(s, ASK_OWN) == COMPARE_ACCEPTED ||
	    dns_name_under(s->host, e->sender_domain) ||
	    dns_name_eq(e->domain, e->sender_domain) ||
	    set_has(evidence_set(e->sender_mx_set), s->host);
	if (!local && !e->route_server) {
		opinion_rule_out(o, e->sender_at,
		    "nothing shows that %s is a domain of %s",
		    e->sender_domain, s->host);
		return;
	}
	opinion_say(o,
	    "%s takes mail from its own domain %s only after a login; this "
	    "mail came without.",
	    s->host, e->sender_domain);
	opinion_about(o, s);
	opinion_for(o, words + W_LITTLE, s->at, "%s: %d %.160s", s->host,
	    s->code, s->text);
	if (server_compare(s, ASK_NULL_TARGET) == COMPARE_ACCEPTED)
		opinion_for(o, W_STRONG, answer_ref(s, ASK_NULL_TARGET),
		    "from the null sender the same recipient is accepted");
	else if (server_compare(s, ASK_NULL_TARGET) == COMPARE_OTHER)
		opinion_for(o, W_SOME, answer_ref(s, ASK_NULL_TARGET),
		    "from the null sender the answer is another one");
	if (local)
		opinion_for(o, W_SOME, s->at,
		    "%s is the server of the sender's domain", s->host);
}

void
rule_tenant_attribution(const struct evidence *e, struct opinion *o)
{
	const struct server *s =
	    weigh_words(e, o, CAUSE_TENANT_ATTRIBUTION);

	if (s == NULL)
		return;
	opinion_say(o,
	    "%s cannot tell which customer is sending: neither this address, "
	    "its certificate, the HELO name nor the sender's domain is "
	    "registered there.",
	    s->host);
	if (reading_rank(&s->reading, CAUSE_TENANT_ATTRIBUTION) == 0)
		opinion_for(o, W_STRONG, s->at,
		    "these words come from a shared relay that decides by "
		    "customer");
	if (server_compare(s, ASK_CONTROL) == COMPARE_SAME)
		opinion_for(o, W_TRACE, answer_ref(s, ASK_CONTROL),
		    "any other domain is refused alike");
	if (!e->route_server)
		opinion_against(o, W_DECIDES, e->mx_at,
		    "%s was asked as a mail server of %s: whoever sends needs "
		    "no account there", s->host, e->domain);
}

void
rule_relay_thinks_local(const struct evidence *e, struct opinion *o)
{
	const struct server *s = denier(e, 0), *mx = NULL;
	size_t i;

	if (!e->route_server || s == NULL || s->stage != STAGE_RCPT)
		return;
	if (e->server_in_mx) {
		opinion_rule_out(o, e->mx_at, "%s is an MX of %s", e->server,
		    e->domain);
		return;
	}
	if (s->reading.next_host[0] != '\0') {
		opinion_rule_out(o, s->at,
		    "it asked the next server, %s, so it does pass the mail "
		    "on",
		    s->reading.next_host);
		return;
	}
	if (s->reading.family != FAMILY_MAILBOX &&
	    reading_rank(&s->reading, CAUSE_RELAY_THINKS_LOCAL) < 0)
		return;
	for (i = 0; i < e->server_count; i++) {
		if (e->servers[i].role != ROLE_MX)
			continue;
		if (mx == NULL || e->servers[i].result == RESULT_ACCEPTED)
			mx = &e->servers[i];
	}
	if (mx != NULL && mx->result == RESULT_REFUSED) {
		opinion_rule_out(o, mx->at,
		    "the recipient's own server %s refuses it as well: %d",
		    mx->host, mx->code);
		return;
	}
	opinion_say(o,
	    "%s believes that %s is its own domain and looks for the mailbox "
	    "there, instead of passing the mail on.",
	    s->host, e->domain);
	opinion_about(o, s);
	opinion_who(o, WHO_SENDER_ADMIN);
	opinion_for(o, W_FAIR, s->at, "%s calls the mailbox unknown: %d "
				      "%.140s",
	    s->host, s->code, s->text);
	if (mx != NULL && mx->result == RESULT_ACCEPTED)
		opinion_for(o, 50, mx->at,
		    "the domain's own server %s takes the recipient",
		    mx->host);
	if (e->mx == LOOKUP_FOUND)
		opinion_for(o, W_LITTLE, e->mx_at,
		    "%s is not in the MX set of %s", s->host, e->domain);
	if (server_compare(s, ASK_CONTROL) == COMPARE_OTHER)
		opinion_for(o, W_LITTLE, answer_ref(s, ASK_CONTROL),
		    "a truly foreign domain gets another answer");
}

/*
 * "Account suspended" can be said of the one who sends and of the mailbox
 * that he writes to.  It is the sender's at the login, at MAIL after one,
 * and where whatever is asked for gets the same answer.
 */
static bool
about_who_sends(const struct evidence *e, const struct server *s)
{
	if (s->stage == STAGE_AUTH)
		return true;
	if (mx_role(e) || !logged_in(s))
		return false;
	return s->stage == STAGE_MAIL || (s->stage == STAGE_RCPT &&
		server_compare(s, ASK_CONTROL) == COMPARE_SAME);
}

static bool
stopped_and_no_other_reason(const struct server *s)
{
	return s->reading.stopped &&
	    !family_is_about_others(s->reading.family) &&
	    reading_rank(&s->reading, CAUSE_AUTH_DISABLED) != 0;
}

void
rule_outgoing_suspended(const struct evidence *e, struct opinion *o)
{
	const struct server *s =
	    weigh_words(e, o, CAUSE_OUTGOING_SUSPENDED);
	bool sends;

	if (s == NULL) {
		s = denier(e, 0);
		if (s == NULL || !about_who_sends(e, s) ||
		    !stopped_and_no_other_reason(s))
			return;
		opinion_about(o, s);
		opinion_for(o, 45, s->at, "%s: %d %.170s", s->host, s->code,
		    s->text);
	}
	if (server_compare(s, ASK_CONTROL) == COMPARE_ACCEPTED) {
		opinion_rule_out(o, answer_ref(s, ASK_CONTROL),
		    "another recipient is accepted: nobody is kept from "
		    "sending");
		return;
	}
	sends = about_who_sends(e, s);
	opinion_say(o, "The account or domain is blocked from sending at %s.",
	    s->host);
	if (reading_rank(&s->reading, CAUSE_OUTGOING_SUSPENDED) == 0 ||
	    (sends && stopped_and_no_other_reason(s)))
		opinion_for(o, W_STRONG, s->at,
		    "the words speak of a suspension or a lock");
	if (sends && s->stage != STAGE_AUTH)
		opinion_for(o, W_LITTLE, s->at,
		    s->stage == STAGE_MAIL ?
			_("they come at MAIL FROM: it is the sender who is "
			  "stopped") :
			_("other recipients get the same answer: it is the "
			  "sender who is stopped"));
	if (logged_in(s))
		opinion_for(o, W_SOME, answer_ref(s, ASK_AUTH),
		    "the login itself was accepted");
}

/* ---- TLS ---- */

void
rule_tls_certificate(const struct evidence *e, struct opinion *o)
{
	const struct server *s = main_server(e, 0);

	if (!e->route_server || s == NULL)
		return;
	if (s->tls_trusted == TRI_YES) {
		opinion_rule_out(o, tls_ref(s), "the certificate of %s is "
						"valid",
		    s->host);
		return;
	}
	if (s->tls_trusted != TRI_NO)
		return;
	opinion_say(o,
	    "The certificate of %s is not valid: %s. A client that checks it "
	    "does not log in.",
	    s->host, s->tls_why);
	opinion_about(o, s);
	opinion_who(o, WHO_SENDER_ADMIN);
	opinion_for(o, W_STRONG, tls_ref(s), "%.200s", s->tls_why);
	if (s->result == RESULT_ACCEPTED)
		return;
	if (e->have_credentials && !tried_to_log_in(s))
		opinion_for(o, 45, tls_ref(s),
		    "so the login was not sent, and without it: %d %.100s",
		    s->code, s->text);
	else if (!logged_in(s) && auth_in_tls(s))
		opinion_for(o, W_SOME, ehlo_ref(s),
		    "the login that the server wants is offered only behind "
		    "this certificate");
}

void
rule_tls_handshake(const struct evidence *e, struct opinion *o)
{
	const struct server *s;
	size_t i;

	for (i = 0; (s = main_server(e, i)) != NULL; i++) {
		if (s->tls_established != TRI_NO ||
		    s->result == RESULT_ACCEPTED)
			continue;
		opinion_say(o, "TLS with %s fails: %s", s->host, s->tls_why);
		opinion_about(o, s);
		opinion_who(o, e->route_server ? WHO_SENDER_ADMIN :
						 WHO_RECIPIENT_ADMIN);
		opinion_for(o, s->code == 0 ? 75 : W_FAIR,
		    tls_ref(s), "the handshake fails: %.180s", s->tls_why);
		if (s->code != 0 &&
		    reading_rank(&s->reading, CAUSE_TLS_REQUIRED) >= 0)
			opinion_for(o, W_STRONG, s->at,
			    "and without TLS it refuses: %d %.120s", s->code,
			    s->text);
		return;
	}
	s = main_server(e, 0);
	if (s != NULL && s->tls_established == TRI_YES)
		opinion_rule_out(o, tls_ref(s), "TLS is established");
}

/*
 * TLS begun in the wrong way shows as silence (STARTTLS spoken to a port
 * that waits for a handshake) or as a handshake that meets a greeting.
 */
void
rule_tls_mode_mismatch(const struct evidence *e, struct opinion *o)
{
	const struct server *s = main_server(e, 0);
	bool at_once, lost_in_tls, lost_in_banner;

	if (!e->route_server || s == NULL || s->probe == NULL ||
	    s->result == RESULT_ACCEPTED)
		return;
	at_once = s->probe->plan.security == SECURITY_TLS;
	lost_in_tls = s->probe->tls_failed && s->stage == STAGE_TLS;
	lost_in_banner = s->stage == STAGE_BANNER && s->code == 0 &&
	    s->result == RESULT_UNREACHABLE;
	if (at_once && lost_in_tls && s->addr.port != 465) {
		opinion_say(o,
		    "Port %d of %s begins in clear text and turns to TLS by "
		    "STARTTLS; the client begins with TLS at once.",
		    s->addr.port, s->host);
		opinion_for(o, W_DECIDES, tls_ref(s),
		    "TLS from the start fails: %.150s", s->tls_why);
		opinion_for(o, W_FAIR, s->at, "port %d is not a port for TLS "
					      "from the start",
		    s->addr.port);
	} else if (!at_once && lost_in_banner &&
	    (s->addr.port == 465 || s->probe->plan.security ==
		    SECURITY_STARTTLS)) {
		opinion_say(o,
		    "Port %d of %s expects TLS from the start; the client "
		    "waits for a greeting in clear text.",
		    s->addr.port, s->host);
		opinion_for(o, W_DECIDES, s->at,
		    "no greeting comes in clear text: %.150s", s->text);
		if (s->addr.port == 465)
			opinion_for(o, W_FAIR, s->at,
			    "port 465 is the port for TLS from the start "
			    "(RFC 8314)");
	} else {
		return;
	}
	opinion_about(o, s);
	opinion_who(o, WHO_USER);
}
