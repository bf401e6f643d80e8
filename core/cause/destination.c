#include <stdio.h>
#include <string.h>

#include "core/cause/facts.h"
#include "core/cause/login.h"
#include "core/cause/rules.h"
#include "core/product.h"
#include "net/addr.h"
#include "net/i18n.h"

/*
 * Causes at the recipient's side: what its mail servers make of the domain
 * and the mailbox.
 */

/* What every kind of "not our domain" rests on, for one server. */
static void
weigh_denial(struct opinion *o, const struct evidence *e,
    const struct server *s)
{
	const char *domain = e->domain;
	const char *service = product_service_of(s->host);
	enum compare control = server_compare(s, ASK_CONTROL);
	enum compare postmaster = server_compare(s, ASK_POSTMASTER);
	bool words = s->reading.family == FAMILY_RELAY;

	if (words)
		opinion_for(o, W_STRONG, s->at,
		    "%s refuses as a relay: %d %.150s", s->host, s->code,
		    s->text);
	else
		opinion_for(o, W_FAIR, s->at, "%s refuses: %d %.150s",
		    s->host, s->code, s->text);
	if (s->reading.next_host[0] != '\0')
		opinion_for(o, W_FAIR, s->at,
		    "it quotes what the server behind it answered");
	else if (control == COMPARE_SAME)
		opinion_for(o, W_FAIR, answer_ref(s, ASK_CONTROL),
		    "a domain that it certainly does not host gets the same "
		    "answer");
	else if (control == COMPARE_OTHER)
		opinion_against(o, W_SOME, answer_ref(s, ASK_CONTROL),
		    "a domain that it does not host gets another answer");
	if (postmaster == COMPARE_SAME)
		opinion_for(o, W_SOME, answer_ref(s, ASK_POSTMASTER),
		    "postmaster@%s is refused alike: the domain, not the "
		    "mailbox",
		    domain);
	else if (postmaster == COMPARE_OTHER)
		opinion_against(o, W_LITTLE, answer_ref(s, ASK_POSTMASTER),
		    "postmaster@%s gets another answer", domain);
	if (s->result == RESULT_DEFERRED && words)
		opinion_for(o, W_TRACE, s->at,
		    "the code is temporary, but this refusal never heals by "
		    "waiting");
	if (server_answer(s, ASK_NULL_TARGET) != NULL &&
	    server_compare(s, ASK_NULL_TARGET) == COMPARE_SAME)
		opinion_for(o, W_TRACE, answer_ref(s, ASK_NULL_TARGET),
		    "the sender makes no difference: <> is refused alike");
	if (mx_set_unsettled(e, s->host))
		opinion_against(o, W_DECIDES, e->mx_at,
		    "%s is an MX in some answers of the name servers only: it "
		    "need not know the domain any more",
		    s->host);
	if (service[0] != '\0')
		opinion_against(o, W_FAIR, e->mx_at,
		    "%s belongs to %s, whose panel decides, not a list on a "
		    "server of the domain's own",
		    s->host, service);
}

/* The same address, asked once more, takes the recipient. */
static const struct server *
second_thoughts(const struct evidence *e, const struct server *s)
{
	size_t i;

	for (i = 0; i < e->server_count; i++)
		if (e->servers[i].repeat &&
		    e->servers[i].result == RESULT_ACCEPTED &&
		    addr_same(&e->servers[i].addr, &s->addr))
			return &e->servers[i];
	return NULL;
}

/* It may be somebody else who does not know the domain, or a server that
 * knows it now and then. */
static void
weigh_doubts(const struct evidence *e, struct opinion *o,
    const struct server *s)
{
	const struct control_fact *other = same_name_elsewhere(e, s), *same;
	const char *shield = shield_here(e, s, &same);
	const struct server *again = second_thoughts(e, s);

	if (again != NULL)
		opinion_against(o, W_STRONG, again->at,
		    "asked once more, it accepts: it does know the domain");
	if (other != NULL)
		opinion_against(o, W_DECIDES, other->at,
		    "it may not be %s that answered: %s goes by the same name",
		    s->host, other->host);
	else if (shield != NULL)
		opinion_against(o, W_STRONG, answer_ref(s, ASK_BANNER),
		    "it may not be %s that answered: the greeting is that of "
		    "%s", s->host, shield);
	else if (s->greets_as_us)
		opinion_against(o, W_DECIDES, answer_ref(s, ASK_EHLO),
		    "it may not be %s that answered: it greets as this "
		    "machine itself", s->host);
}

static size_t
count_denials(const struct evidence *e, const struct server **first)
{
	const struct server *s;
	size_t i, n = 0;

	*first = NULL;
	for (i = 0; (s = main_server(e, i)) != NULL; i++) {
		if (!server_denies_relay(s))
			continue;
		n++;
		if (*first == NULL || s->preference < (*first)->preference)
			*first = s;
	}
	return n;
}

/*
 * A refusal of the sender that hides a denial: some servers look at the
 * sender first (Exim), and from <> the truth about the domain comes out.
 */
static void
hidden_denial(const struct evidence *e, struct opinion *o)
{
	const struct server *s;
	const struct answer *null;
	size_t i;

	for (i = 0; (s = denier(e, i)) != NULL; i++) {
		null = server_answer(s, ASK_NULL_TARGET);
		if (null == NULL || null->code < 400 ||
		    null->reading.family != FAMILY_RELAY ||
		    !family_is_about_others(s->reading.family))
			continue;
		opinion_say(o,
		    "%s does not know that %s is its own domain either; the "
		    "refusal of the sender only came first.",
		    s->host, e->domain);
		opinion_about(o, s);
		opinion_for(o, W_DECIDES, answer_ref(s, ASK_NULL_TARGET),
		    "from the null sender it refuses as a relay: %d %.150s",
		    null->code, null->text);
		return;
	}
}

/* The denial is that of a server to which this one passes mail on. */
static void
blame_next_server(struct opinion *o, const struct server *s,
    const char *domain)
{
	const char *next = s->reading.next_host;
	bool named = strcmp(next, "?") != 0;

	opinion_say(o,
	    "%s passes mail for %s on to %s, which does not know that the "
	    "domain is its own.",
	    s->host, domain, named ? next : _("a server behind it"));
	snprintf(o->cause.product, sizeof(o->cause.product), "%s",
	    s->reading.next_product);
	if (named)
		snprintf(o->cause.server, sizeof(o->cause.server), "%s", next);
}

/*
 * An outgoing server that asked the recipient's server first: the denial is
 * that one's.
 */
static void
denied_further_on(const struct evidence *e, struct opinion *o)
{
	const struct server *s = denier(e, 0);
	size_t i;

	if (s == NULL || s->reading.next_host[0] == '\0' ||
	    s->reading.family != FAMILY_RELAY)
		return;
	blame_next_server(o, s, e->domain);
	opinion_for(o, W_DECIDES, s->at,
	    "%s quotes what the next server said: %d %.120s", s->host,
	    s->code, s->text);
	for (i = 0; i < e->server_count; i++)
		if (e->servers[i].role == ROLE_MX &&
		    e->servers[i].reading.family == FAMILY_RELAY &&
		    e->servers[i].result != RESULT_ACCEPTED) {
			opinion_for(o, W_FAIR, e->servers[i].at,
			    "%s, asked directly, denies relaying as well",
			    e->servers[i].host);
			return;
		}
}

void
rule_mx_not_hosting(const struct evidence *e, struct opinion *o)
{
	const struct server *s, *yes;
	size_t denials = count_denials(e, &s);

	if (!mx_role(e)) {
		denied_further_on(e, o);
		if (denials > 0 && o->sum == 0)
			opinion_rule_out(o, s->at,
			    "%s is not a mail server of %s", s->host,
			    e->domain);
		return;
	}
	yes = main_with(e, RESULT_ACCEPTED);
	if (yes != NULL) {
		opinion_rule_out(o, yes->at, "%s takes mail for %s",
		    yes->host, e->domain);
		return;
	}
	for (size_t i = 0; (s = denier(e, i)) != NULL; i++) {
		if (!server_knows_domain(s))
			continue;
		if (server_compare(s, ASK_POSTMASTER) == COMPARE_ACCEPTED)
			opinion_rule_out(o, answer_ref(s, ASK_POSTMASTER),
			    "%s takes mail for postmaster@%s, so it knows the "
			    "domain",
			    s->host, e->domain);
		else
			opinion_rule_out(o, s->at,
			    "%s knows the domain: it says something else than "
			    "to a foreign one",
			    s->host);
		return;
	}
	denials = count_denials(e, &s);
	if (e->mx == LOOKUP_NODATA)
		return;
	if (denials == 0) {
		hidden_denial(e, o);
		return;
	}
	opinion_say(o,
	    "%s, %s of %s, does not know that the domain is its own%s.",
	    s->host,
	    denials == 1 ? _("the mail server") : _("like all mail servers"),
	    e->domain,
	    s->result == RESULT_DEFERRED ?
		_("; its temporary code hides that this never heals") :
		"");
	opinion_about(o, s);
	if (s->reading.next_host[0] != '\0')
		blame_next_server(o, s, e->domain);
	weigh_denial(o, e, s);
	for (size_t i = 0; (yes = denier(e, i)) != NULL; i++)
		if (yes->reading.family == FAMILY_GREY) {
			opinion_against(o, W_STRONG, yes->at,
			    "%s has not decided yet: %d %.120s", yes->host,
			    yes->code, yes->text);
			break;
		}
	if (denials == main_total(e))
		opinion_for(o, W_TRACE + 2, s->at,
		    denials == 1 ?
			_("it is the only address of the domain's mail "
			  "servers") :
			_("all %zu addresses of its mail servers deny"),
		    denials);
	weigh_doubts(e, o, s);
	if (e->server_in_mx && e->route_server)
		opinion_for(o, W_TRACE, e->mx_at,
		    "the server is itself an MX of %s", e->domain);
}

void
rule_mx_partly_not_hosting(const struct evidence *e, struct opinion *o)
{
	const struct server *no, *yes = main_with(e, RESULT_ACCEPTED);
	char at[ADDR_TEXT_MAX];

	if (!mx_role(e) || main_total(e) == 0)
		return;
	count_denials(e, &no);
	for (size_t i = 0; yes == NULL && denier(e, i) != NULL; i++)
		if (server_knows_domain(denier(e, i)))
			yes = denier(e, i);
	if (yes == NULL) {
		if (no != NULL)
			opinion_rule_out(o, no->at,
			    "no address takes the recipient");
		return;
	}
	if (no == NULL) {
		if (denier(e, 0) == NULL)
			opinion_rule_out(o, yes->at,
			    "every address that answers takes the recipient");
		return;
	}
	addr_text(&no->addr, at);
	opinion_say(o,
	    "%s (%s%s) does not know that %s is its own, while %s %s.",
	    no->host, at,
	    strcmp(no->host, yes->host) == 0 ?
		_(", another address of the same server") : "",
	    e->domain, yes->host, yes->result == RESULT_ACCEPTED ?
		_("takes the mail") : _("knows the domain"));
	opinion_about(o, no);
	weigh_denial(o, e, no);
	weigh_doubts(e, o, no);
	opinion_for(o, yes->result == RESULT_ACCEPTED ? W_FAIR : W_LITTLE,
	    yes->at, yes->result == RESULT_ACCEPTED ?
		_("%s takes the same recipient: %d %.120s") :
		_("%s knows the domain and says something else: %d %.120s"),
	    yes->host, yes->code, yes->text);
}

/*
 * Words about a closed mailbox, said of postmaster alike and not of a foreign
 * domain: it is the domain that is closed.  A full mailbox may be
 * postmaster's as well.
 */
static bool
whole_domain_closed(const struct server *s)
{
	return s->stage == STAGE_RCPT &&
	    s->reading.family == FAMILY_UNAVAILABLE &&
	    reading_rank(&s->reading, CAUSE_MAILBOX_UNAVAILABLE) == 0 &&
	    s->enhanced.detail != 2 && s->code / 100 == 5 &&
	    server_compare(s, ASK_POSTMASTER) == COMPARE_SAME &&
	    server_compare(s, ASK_CONTROL) == COMPARE_OTHER;
}

void
rule_domain_inactive_at_host(const struct evidence *e, struct opinion *o)
{
	const struct server *s = denier(e, 0);
	const char *service;
	int words;

	if (s == NULL || !mx_role(e))
		return;
	service = product_service_of(s->host);
	words = reading_weight(&s->reading, CAUSE_DOMAIN_INACTIVE_AT_HOST);
	if (service[0] != '\0' && server_denies_relay(s) && words < W_FAIR)
		words = W_FAIR;
	if (whole_domain_closed(s))
		words = W_STRONG;
	if (words == 0) {
		if (service[0] == '\0')
			opinion_rule_out(o, s->at,
			    "%s is no host of a known provider, and its words "
			    "do not say that the domain is inactive",
			    s->host);
		return;
	}
	if (server_compare(s, ASK_POSTMASTER) == COMPARE_ACCEPTED) {
		opinion_rule_out(o, answer_ref(s, ASK_POSTMASTER),
		    "postmaster@%s is accepted", e->domain);
		return;
	}
	opinion_say(o,
	    "%s%s%s takes no mail for %s: it is not set up there, not "
	    "verified, not licensed, expired or suspended.",
	    service, service[0] != '\0' ? _(" at ") : "", s->host, e->domain);
	opinion_about(o, s);
	opinion_for(o, words, s->at, "%s: %d %.150s", s->host, s->code,
	    s->text);
	if (service[0] != '\0')
		opinion_for(o, W_STRONG, e->mx_at,
		    "the MX belongs to the provider %s", service);
	if (server_compare(s, ASK_CONTROL) == COMPARE_OTHER)
		opinion_for(o, W_SOME, answer_ref(s, ASK_CONTROL),
		    "an entirely foreign domain gets another answer");
	else if (server_compare(s, ASK_CONTROL) == COMPARE_SAME &&
	    service[0] == '\0')
		opinion_against(o, W_LITTLE, answer_ref(s, ASK_CONTROL),
		    "an entirely foreign domain gets the same answer");
	if (server_compare(s, ASK_POSTMASTER) == COMPARE_SAME)
		opinion_for(o, whole_domain_closed(s) ? W_SOME : W_LITTLE,
		    answer_ref(s, ASK_POSTMASTER),
		    "postmaster@%s is refused alike", e->domain);
}

/* ---- the mailbox ---- */

static void
domain_is_known(struct opinion *o, const struct server *s, const char *domain)
{
	if (server_compare(s, ASK_POSTMASTER) == COMPARE_ACCEPTED)
		opinion_for(o, 45, answer_ref(s, ASK_POSTMASTER),
		    "postmaster@%s is accepted: the domain is known", domain);
	else if (server_compare(s, ASK_POSTMASTER) == COMPARE_OTHER)
		opinion_for(o, W_TRACE, answer_ref(s, ASK_POSTMASTER),
		    "postmaster@%s gets another answer", domain);
	if (server_compare(s, ASK_CONTROL) == COMPARE_OTHER)
		opinion_for(o, W_SOME, answer_ref(s, ASK_CONTROL),
		    "a domain that it does not host gets another answer");
}

/* Something was asked that tells the domain from the mailbox. */
static bool
compared(const struct server *s)
{
	return server_compare(s, ASK_POSTMASTER) != COMPARE_UNKNOWN ||
	    server_compare(s, ASK_CONTROL) != COMPARE_UNKNOWN;
}

void
rule_mailbox_unknown(const struct evidence *e, struct opinion *o)
{
	const struct server *s = denier(e, 0);
	bool says;

	if (s == NULL || s->stage != STAGE_RCPT)
		return;
	if (server_denies_relay(s) && !compared(s)) {
		if (!mx_role(e))
			return;
		opinion_say(o,
		    "%s may know the domain, but not the mailbox %s; nothing "
		    "else was asked that would tell.",
		    s->host, e->recipient);
		opinion_about(o, s);
		opinion_for(o, W_SOME, s->at,
		    "some servers refuse a single mailbox in such words: %d "
		    "%.120s",
		    s->code, s->text);
		return;
	}
	if (server_denies_relay(s)) {
		bool alike = server_compare(s, ASK_POSTMASTER) == COMPARE_SAME;

		opinion_rule_out(o, answer_ref(s, ASK_POSTMASTER),
		    alike ? _("postmaster@%s is refused in the same words") :
			    _("%s refuses the domain, not the mailbox"),
		    alike ? e->domain : s->host);
		return;
	}
	says = s->reading.family == FAMILY_MAILBOX;
	if (!says && server_compare(s, ASK_POSTMASTER) != COMPARE_ACCEPTED)
		return;
	if (family_is_about_others(s->reading.family) ||
	    s->reading.family == FAMILY_UNAVAILABLE)
		return;
	opinion_say(o, "%s knows the domain, but not the mailbox %s.",
	    s->host, e->recipient);
	opinion_about(o, s);
	if (says)
		opinion_for(o, 50, s->at,
		    "%s calls the mailbox unknown: %d %.150s", s->host,
		    s->code, s->text);
	else
		opinion_for(o, s->reading.family == FAMILY_POLICY ||
			    s->reading.family == FAMILY_NONE ? W_SOME :
							       W_FAIR,
		    s->at, "%s refuses: %d %.150s", s->host, s->code,
		    s->text);
	domain_is_known(o, s, e->domain);
	if (!says && s->reading.phrase != NULL &&
	    reading_rank(&s->reading, CAUSE_POLICY_REJECTED) == 0)
		opinion_against(o, W_FAIR, s->at,
		    "the words speak of a rule, not of an unknown mailbox");
	if (!says && s->code / 100 == 4)
		opinion_against(o, W_FAIR, s->at,
		    "the code is temporary (%d): a mailbox that does not "
		    "exist is refused for good", s->code);
	if (server_answer(s, ASK_MADE_UP) != NULL &&
	    server_compare(s, ASK_MADE_UP) == COMPARE_SAME)
		opinion_for(o, W_SOME, answer_ref(s, ASK_MADE_UP),
		    "a made-up mailbox is refused in the same words");
	if (server_answer(s, ASK_MADE_UP) != NULL &&
	    server_compare(s, ASK_MADE_UP) == COMPARE_ACCEPTED)
		opinion_against(o, W_STRONG, answer_ref(s, ASK_MADE_UP),
		    "a made-up mailbox is accepted");
	if (e->route_server && !e->server_in_mx)
		opinion_against(o, W_LITTLE, s->at,
		    "%s is not a mail server of the domain", s->host);
}

/* A cause that the words alone can tell, about one mailbox. */
static void
weigh_mailbox_words(const struct evidence *e, struct opinion *o,
    enum cause_id id, const char *sentence)
{
	const struct server *s = denier(e, 0);
	int words;

	/* At an outgoing server it takes a recipient to speak of a mailbox. */
	if (s == NULL || server_denies_relay(s) || s->stage == STAGE_AUTH ||
	    (s->stage == STAGE_MAIL && !mx_role(e)))
		return;
	words = reading_weight(&s->reading, id);
	if (words == 0)
		return;
	opinion_say(o, "The mailbox %s %s.", e->recipient, sentence);
	opinion_about(o, s);
	opinion_for(o, words, s->at, "%s: %d %.170s", s->host, s->code,
	    s->text);
	if (s->reading.family == FAMILY_UNAVAILABLE)
		opinion_for(o, W_SOME, s->at,
		    "the words are about this one mailbox");
	if (whole_domain_closed(s))
		opinion_against(o, W_STRONG, answer_ref(s, ASK_POSTMASTER),
		    "postmaster@%s is refused in the same words", e->domain);
	if (!mx_role(e) && server_compare(s, ASK_CONTROL) == COMPARE_ACCEPTED)
		opinion_for(o, W_SOME, answer_ref(s, ASK_CONTROL),
		    "another recipient is accepted: it is about this one");
	domain_is_known(o, s, e->domain);
}

void
rule_mailbox_unavailable(const struct evidence *e, struct opinion *o)
{
	weigh_mailbox_words(e, o, CAUSE_MAILBOX_UNAVAILABLE,
	    _("exists, but is full, disabled or locked"));
}

void
rule_recipient_restricted(const struct evidence *e, struct opinion *o)
{
	weigh_mailbox_words(e, o, CAUSE_RECIPIENT_RESTRICTED,
	    _("takes mail only from certain senders (members, inside, a "
	    "listed gateway)"));
}

/*
 * No route is written there, but the words say that the form of the address
 * is what is refused: other characters can mean something to a server.
 */
static void
form_refused(const struct evidence *e, struct opinion *o)
{
	const struct server *s = denier(e, 0);
	const char *at = strrchr(e->recipient, '@');
	size_t n = at != NULL ? (size_t)(at - e->recipient) : 0;

	if (s == NULL || s->stage != STAGE_RCPT ||
	    reading_rank(&s->reading, CAUSE_ROUTED_ADDRESS) != 0 ||
	    strcspn(e->recipient, "/|\\:;\"'&$") >= n) {
		opinion_rule_out(o, no_ref(), "%s is a plain address",
		    e->recipient);
		return;
	}
	opinion_say(o,
	    "%s does not take the form of the address %s: it has a character "
	    "that can stand for a route, a file or a program.",
	    s->host, e->recipient);
	opinion_who(o, WHO_USER);
	opinion_for(o, W_STRONG, s->at, "%s refuses it: %d %.150s", s->host,
	    s->code, s->text);
	opinion_for(o, W_SOME, s->at,
	    "the words are about the form of the address");
	domain_is_known(o, s, e->domain);
}

void
rule_routed_address(const struct evidence *e, struct opinion *o)
{
	const struct server *s = denier(e, 0);

	if (!e->odd_recipient) {
		form_refused(e, o);
		return;
	}
	if (s == NULL)
		return;
	opinion_say(o,
	    "The address %s is written as a route (%%, ! or a second @), "
	    "which servers take for an attempt to relay.",
	    e->recipient);
	opinion_who(o, WHO_USER);
	opinion_for(o, W_STRONG, s->at, "%s refuses the odd form: %d %.150s",
	    s->host, s->code, s->text);
	if (server_compare(s, ASK_PLAIN_FORM) == COMPARE_ACCEPTED)
		opinion_for(o, W_DECIDES - 5, answer_ref(s, ASK_PLAIN_FORM),
		    "the plain form of the address is accepted");
	else if (server_compare(s, ASK_POSTMASTER) == COMPARE_ACCEPTED)
		opinion_for(o, W_STRONG, answer_ref(s, ASK_POSTMASTER),
		    "postmaster@%s is accepted: the domain is known, the form "
		    "is not wanted",
		    e->domain);
	else if (server_compare(s, ASK_PLAIN_FORM) == COMPARE_SAME)
		opinion_against(o, W_FAIR, answer_ref(s, ASK_PLAIN_FORM),
		    "the plain form is refused alike");
	else if (reading_rank(&s->reading, CAUSE_ROUTED_ADDRESS) >= 0)
		opinion_for(o, W_SOME, s->at,
		    "the words are about the form of the address");
}

/* ---- nobody there ---- */

static void
how_they_fail(const struct evidence *e, char *out, size_t size)
{
	size_t i, refused = 0, silent = 0, other = 0;
	const struct server *s;

	for (i = 0; (s = main_server(e, i)) != NULL; i++) {
		enum err_kind kind =
		    s->probe != NULL ? s->probe->error.kind : ERR_NONE;

		refused += kind == ERR_REFUSED;
		silent += kind == ERR_TIMEOUT;
		other += kind != ERR_REFUSED && kind != ERR_TIMEOUT;
	}
	if (refused + silent + other == 1)
		snprintf(out, size, "%s",
		    refused > 0	   ? _("the connection is refused") :
			silent > 0 ? _("there is no answer") :
				     _("the connection fails"));
	else
		snprintf(out, size,
		    _("%zu refuse the connection, %zu do not answer, %zu fail "
		    "otherwise"),
		    refused, silent, other);
}

static size_t
controls_that(const struct evidence *e, bool greeted, struct ref *at)
{
	size_t i, n = 0;

	for (i = 0; i < e->control_count; i++) {
		if (!e->controls[i].tried ||
		    e->controls[i].greeted != greeted)
			continue;
		n++;
		*at = e->controls[i].at;
	}
	return n;
}

void
rule_mx_unreachable(const struct evidence *e, struct opinion *o)
{
	const struct server *s = main_with(e, RESULT_UNREACHABLE);
	char how[160];
	struct ref at = { 0, 0 };

	if (anybody_answered(e)) {
		opinion_rule_out(o, deciding_server(e) != NULL ?
			deciding_server(e)->at : no_ref(),
		    "a mail server answers");
		return;
	}
	if (s == NULL)
		return;
	if (controls_that(e, true, &at) == 0 &&
	    controls_that(e, false, &at) > 1) {
		opinion_rule_out(o, at,
		    "unrelated mail servers do not answer from here either, "
		    "so it is not for these to mend");
		return;
	}
	how_they_fail(e, how, sizeof(how));
	if (main_total(e) == 1)
		opinion_say(o, "%s %s on port %d: %s.", s->host,
		    s->stage == STAGE_BANNER ?
			_("takes the connection and does not greet") :
			_("does not answer"), s->addr.port, how);
	else
		opinion_say(o,
		    "None of the %zu mail server addresses of %s answers on "
		    "port %d (%s).",
		    main_total(e), e->route_server ? e->server : e->domain,
		    s->addr.port, how);
	if (e->route_server)
		opinion_who(o, WHO_SENDER_ADMIN);
	opinion_about(o, s);
	opinion_for(o, 50, s->at, "%s: %.180s", s->host, s->text);
	if (e->route_server && auth_elsewhere(e, s) != NULL)
		opinion_against(o, W_FAIR, auth_elsewhere(e, s)->at,
		    "the host answers on port %d, and offers a login there",
		    auth_elsewhere(e, s)->addr.port);
	if (main_total(e) > 1)
		opinion_for(o, W_TRACE, s->at, "all %zu addresses fail: %s",
		    main_total(e), how);
	if (s->addr.port != 25)
		return; /* the others were asked on that port */
	if (controls_that(e, true, &at) > 0)
		opinion_for(o, W_STRONG, at,
		    "unrelated mail servers answer on port 25 from here");
	else if (controls_that(e, false, &at) > 0)
		opinion_against(o, W_FAIR, at,
		    "unrelated mail servers do not answer from here either");
}

/* Something on the way takes every connection to port 25, and says no. */
static bool
network_turns_away(const struct evidence *e, struct opinion *o)
{
	const struct server *s = deciding_server(e);
	const struct control_fact *c =
	    s != NULL && !e->route_server ? turned_away_alike(e, s) : NULL;

	if (c == NULL)
		return false;
	opinion_say(o,
	    "This network lets no mail out by port 25: whoever is called, the "
	    "same words come back.");
	opinion_about(o, s);
	opinion_for(o, W_FAIR, s->at, "%s: %d %.170s", s->host, s->code,
	    s->text);
	opinion_for(o, W_DECIDES, c->at,
	    "the unrelated server %s is answered for in the same words",
	    c->host);
	return true;
}

void
rule_egress_blocked(const struct evidence *e, struct opinion *o)
{
	const struct server *s = main_with(e, RESULT_UNREACHABLE);
	struct ref at = { 0, 0 };
	size_t n;

	if (network_turns_away(e, o))
		return;
	if (controls_that(e, true, &at) > 0) {
		opinion_rule_out(o, at,
		    "an unrelated mail server answers on port 25 from here");
		return;
	}
	if (anybody_answered(e)) {
		if (!e->route_server)
			opinion_rule_out(o, no_ref(),
			    "a mail server answered on port 25");
		return;
	}
	n = controls_that(e, false, &at);
	if (s == NULL || n == 0 || s->addr.port != 25)
		return;
	opinion_say(o,
	    "Outgoing connections to port 25 do not get through from here, "
	    "whoever is called.");
	opinion_for(o, n > 1 ? W_DECIDES : W_STRONG, at,
	    i18n_plural("%zu unrelated mail server does not answer on port "
			"25 either",
		"%zu unrelated mail servers do not answer on port 25 either",
		n), n);
	opinion_for(o, W_FAIR, s->at, "%s: %.170s", s->host, s->text);
}

static bool
looks_masked(const struct server *s, const char **what, struct ref *at)
{
	const struct smtp_probe *p = s->probe;
	size_t i;

	*at = s->at;
	if (p == NULL)
		return false;
	if (p->out_of_turn && p->lost_at == STAGE_STARTTLS) {
		*what =
		    _("more was said in clear text between STARTTLS and the "
		      "handshake than the reply to it");
		*at = (struct ref) { p->base.number, p->lost_line };
		return true;
	}
	if (p->have_ehlo && p->ehlo.masked) {
		*what = _("a keyword of the EHLO reply was overwritten with X");
		*at = answer_ref(s, ASK_EHLO);
		return true;
	}
	for (i = 0; i < p->product.clue_count; i++) {
		if (!p->product.clues[i].interception)
			continue;
		*what = p->product.clues[i].product;
		*at = (struct ref) { p->base.number,
			p->product.clues[i].line };
		return true;
	}
	return false;
}

/*
 * In clear text anybody on the way can add words; but a broken server says
 * too much as well, and nothing else tells the two apart.
 */
static void
speaks_out_of_turn(const struct evidence *e, struct opinion *o)
{
	const struct server *s;
	size_t i;

	for (i = 0; (s = main_server(e, i)) != NULL; i++) {
		const struct smtp_probe *p = s->probe;

		if (p == NULL || !p->out_of_turn || p->tls_established ||
		    s->code != 0)
			continue;
		opinion_say(o,
		    "Something between here and %s may put words of its own "
		    "into the conversation.",
		    s->host);
		opinion_about(o, s);
		opinion_for(o, W_SOME,
		    (struct ref) { p->base.number, p->lost_line },
		    "in clear text %s", p->error.text);
		return;
	}
}

/* At our end of the way it is in the way of everything that is sent. */
static void
near_here(const struct evidence *e, struct opinion *o,
    const struct server *s)
{
	const struct control_fact *other;
	const char *shield = shield_here(e, s, &other);

	if (shield == NULL)
		return;
	if (other != NULL)
		opinion_for(o, W_SOME, other->at,
		    "the unrelated server %s is greeted for in the same way",
		    other->host);
	else
		opinion_for(o, W_LITTLE, answer_ref(s, ASK_BANNER),
		    "%s runs at the sender's side: mail programs and servers "
		    "here send through it", shield);
}

void
rule_smtp_intercepted(const struct evidence *e, struct opinion *o)
{
	const struct control_fact *other;
	const struct server *s;
	const char *what;
	struct ref at;
	size_t i;

	for (i = 0; (s = main_server(e, i)) != NULL; i++) {
		if (looks_masked(s, &what, &at)) {
			opinion_say(o,
			    "Something between here and %s changes the "
			    "conversation (a firewall's mail inspection, a "
			    "proxy or an antivirus).",
			    s->host);
			opinion_for(o, 65, at, "%s", what);
			near_here(e, o, s);
			break;
		}
	}
	for (i = 0; (s = main_server(e, i)) != NULL; i++) {
		const struct smtp_probe *p = s->probe;

		other = same_name_elsewhere(e, s);
		if (other == NULL)
			continue;
		opinion_say(o,
		    "Another server answers in place of %s: an unrelated "
		    "destination gives the same name, %s.",
		    s->host, p->ehlo.host);
		opinion_for(o, 70, other->at,
		    "the unrelated server %s also calls itself %s",
		    other->host, p->ehlo.host);
		if (e->control_count > 1 && other != &e->controls[0])
			opinion_for(o, W_SOME, e->controls[0].at,
			    "so does everybody else who was asked");
		opinion_about(o, s);
		break;
	}
	for (i = 0; o->sum == 0 && (s = main_server(e, i)) != NULL; i++) {
		if (!s->greets_as_us)
			continue;
		opinion_say(o,
		    "The way to %s leads back to this machine: the server "
		    "that answers calls itself %s, as this one does.",
		    s->host, s->probe->ehlo.host);
		opinion_for(o, 75, answer_ref(s, ASK_EHLO),
		    "it greets as %s, the name of this machine, which has "
		    "another address", s->probe->ehlo.host);
		opinion_about(o, s);
	}
	if (o->sum == 0)
		speaks_out_of_turn(e, o);
	if (o->sum == 0)
		login_is_read_by_others(e, o);
	s = deciding_server(e);
	if (o->sum > 0 && s != NULL && s->tls_offered == TRI_NO &&
	    reading_rank(&s->reading, CAUSE_TLS_REQUIRED) == 0)
		opinion_for(o, W_SOME, s->at,
		    "it asks for TLS, which its EHLO reply does not offer "
		    "here");
	if (o->sum > 0 && s != NULL && s->probe != NULL &&
	    s->probe->tls != NULL && s->probe->tls->wrong_name)
		opinion_for(o, W_SOME, (struct ref) { s->probe->base.number,
					   s->probe->tls_line },
		    "its certificate is for another name");
	if (o->sum > 0 && s != NULL && s->probe != NULL &&
	    s->probe->product.conflict)
		opinion_for(o, W_LITTLE, s->at,
		    "its words belong to different products: %s and %s",
		    s->probe->product.name, s->probe->product.other);
}
