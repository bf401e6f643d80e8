#include <stdio.h>
#include <string.h>

#include "core/cause/facts.h"
#include "core/cause/login.h"
#include "core/cause/rules.h"
#include "core/policy/listed.h"
#include "core/text.h"
#include "net/addr.h"
#include "net/i18n.h"

/*
 * Refusals that are not about relaying at all, though they are often taken
 * for it, or strike in its place.
 */

/*
 * The first refusal whose words can mean this cause; what they weigh is
 * put down.  A relay denial is never explained by a policy that it does not
 * name, so where the domain is plainly refused nothing is found.
 */
static const struct server *
said_so(const struct evidence *e, struct opinion *o, enum cause_id id)
{
	const struct server *s;
	size_t i;
	int words;

	for (i = 0; (s = denier(e, i)) != NULL; i++) {
		words = reading_weight(&s->reading, id);
		if (words == 0)
			continue;
		opinion_about(o, s);
		opinion_for(o, words, s->at, "%s: %d %.170s", s->host,
		    s->code, s->text);
		return s;
	}
	return NULL;
}

static bool
first_meaning(const struct server *s, enum cause_id id)
{
	return reading_rank(&s->reading, id) == 0;
}

static bool
speaks_of_relaying(const struct evidence *e)
{
	const struct server *s = denier(e, 0);

	return s != NULL && s->reading.family == FAMILY_RELAY;
}

/* "This is not why", said aloud where people would suspect it. */
static void
not_why_relay(const struct evidence *e, struct opinion *o, const char *what)
{
	if (speaks_of_relaying(e))
		opinion_rule_out(o, denier(e, 0)->at,
		    "the refusal speaks of relaying: %s did not cause it and "
		    "will not cure it",
		    what);
}

/* The same where something is indeed wrong, which invites the mistake. */
static void
wrong_but_not_why(struct opinion *o, struct ref at, const char *wrong,
    const char *what)
{
	opinion_rule_out(o, at, "%.230s; but the refusal speaks of relaying: "
	    "%s did not cause it and will not cure it", wrong, what);
}

/*
 * Words that nobody knows, for whatever this client asks: it is turned away
 * before any recipient, or the server's own postmaster fares no better.
 */
static const struct server *
refuses_the_client(const struct evidence *e)
{
	const struct server *s = denier(e, 0);

	if (s == NULL || (s->reading.family != FAMILY_NONE &&
		s->reading.family != FAMILY_POLICY))
		return NULL;
	return s->stage < STAGE_RCPT || server_compare(s, ASK_BARE) ==
	    COMPARE_SAME ? s : NULL;
}

void
rule_greylisted(const struct evidence *e, struct opinion *o)
{
	const struct server *s = said_so(e, o, CAUSE_GREYLISTED), *again;
	size_t i;

	if (s == NULL) {
		s = main_with(e, RESULT_DEFERRED);
		if (s == NULL || s->code == 0) {
			s = denier(e, 0);
			if (s != NULL && s->code >= 500)
				opinion_rule_out(o, s->at,
				    "the refusal is permanent (%d)", s->code);
			return;
		}
		if (s->reading.permanent) {
			opinion_rule_out(o, s->at,
			    "the words are a relay denial, which waiting does "
			    "not heal");
			return;
		}
	}
	if (s->code / 100 != 4)
		return;
	if (s->reading.wait_s > 0)
		opinion_say(o,
		    "%s puts first contact off on purpose, for %d seconds as "
		    "it says; a mail server that tries again gets through.",
		    s->host, s->reading.wait_s);
	else
		opinion_say(o,
		    "%s refuses first contact on purpose for a while; a mail "
		    "server that tries again gets through.",
		    s->host);
	opinion_about(o, s);
	if (s->waited_s > 0)
		opinion_against(o, W_SOME, s->at,
		    "asked again after %d s it still says: %d %.150s",
		    s->waited_s, s->code, s->text);
	if (o->sum > 0)
		opinion_for(o, W_SOME, s->at, "the code is temporary (%d)",
		    s->code);
	if (o->sum > 0 && first_meaning(s, CAUSE_GREYLISTED))
		opinion_for(o, W_SOME, s->at, "the words say greylisting");
	for (i = 0; i < e->server_count; i++) {
		again = &e->servers[i];
		if (!again->repeat || !addr_same(&again->addr, &s->addr))
			continue;
		if (again->result == RESULT_ACCEPTED)
			opinion_for(o, 45, again->at,
			    "asked once more, it accepts");
		else if (o->sum > 0 && again->result == RESULT_DEFERRED)
			opinion_for(o, W_TRACE, again->at,
			    "asked again at once, it still says wait");
	}
}

void
rule_tls_required(const struct evidence *e, struct opinion *o)
{
	const struct server *s = said_so(e, o, CAUSE_TLS_REQUIRED);

	if (s == NULL)
		return;
	opinion_say(o, "%s takes mail only over TLS%s.", s->host,
	    s->tls_offered == TRI_NO ? _(", yet it offers no STARTTLS here") :
		s->tls_established == TRI_NO ?
				       _(", and the handshake fails") : "");
	if (first_meaning(s, CAUSE_TLS_REQUIRED))
		opinion_for(o, W_FAIR, s->at,
		    "the words ask for STARTTLS or encryption");
	if (s->tls_offered == TRI_NO && s->probe != NULL &&
	    s->probe->have_ehlo && s->probe->ehlo.masked)
		opinion_against(o, W_STRONG, answer_ref(s, ASK_EHLO),
		    "the offer may have been rubbed out on the way: a "
		    "keyword is overwritten with X");
	if (s->tls_established == TRI_YES)
		opinion_against(o, W_STRONG, s->at,
		    "this connection was encrypted");
	else
		opinion_for(o, W_SOME, s->at,
		    "this connection was not encrypted");
}

void
rule_helo_rejected(const struct evidence *e, struct opinion *o)
{
	const struct server *s = said_so(e, o, CAUSE_HELO_REJECTED);
	bool resolves = e->helo_a == LOOKUP_FOUND;

	if (s == NULL && e->helo_varied && e->helo_code / 100 == 2 &&
	    (s = refuses_the_client(e)) != NULL) {
		opinion_about(o, s);
		opinion_for(o, W_FAIR, s->at, "%s: %d %.170s", s->host,
		    s->code, s->text);
	}
	if (s == NULL) {
		s = denier(e, 0);
		if (s == NULL || s->stage != STAGE_EHLO ||
		    (s->reading.family != FAMILY_NONE &&
			s->reading.family != FAMILY_POLICY))
			s = NULL;
		else
			opinion_for(o, W_FAIR, s->at, "%s: %d %.170s",
			    s->host, s->code, s->text);
	}
	if (s == NULL) {
		not_why_relay(e, o, _("the HELO name"));
		return;
	}
	opinion_say(o, "%s does not like the name in HELO: %s%s.", s->host,
	    e->helo_literal ? _("an address literal") : e->helo,
	    !resolves && !e->helo_literal && e->helo_a != LOOKUP_NOT_ASKED ?
		_(" (it does not resolve)") : "");
	if (first_meaning(s, CAUSE_HELO_REJECTED))
		opinion_for(o, W_STRONG, s->at,
		    "the words name the HELO command");
	if (s->stage == STAGE_EHLO)
		opinion_for(o, W_LITTLE, s->at,
		    "the refusal came in answer to EHLO");
	if (!e->helo_literal && (e->helo_a == LOOKUP_NXDOMAIN ||
		e->helo_a == LOOKUP_NODATA))
		opinion_for(o, W_LITTLE, e->helo_at,
		    "%s has no address in DNS", e->helo);
	if (resolves)
		opinion_against(o, W_TRACE, e->helo_at,
		    "%s resolves", e->helo);
	if (!e->helo_varied)
		return;
	if (e->helo_code / 100 == 2)
		opinion_for(o, W_FAIR, e->helo_varied_at,
		    "with %.100s in EHLO it accepts: %d %.80s",
		    e->helo_other, e->helo_code, e->helo_text);
	else if (phrases_same_wording(e->helo_code, e->helo_text, s->code,
	    s->text))
		opinion_against(o, W_SOME, e->helo_varied_at,
		    "with %.100s in EHLO it says the same", e->helo_other);
	else
		opinion_for(o, W_LITTLE, e->helo_varied_at,
		    "with %.100s in EHLO it says something else: %d %.80s",
		    e->helo_other, e->helo_code, e->helo_text);
}

/* It has no name, or one that does not lead back. */
static bool
nameless(const struct evidence *e)
{
	return e->ptr == LOOKUP_NXDOMAIN || e->ptr == LOOKUP_NODATA ||
	    e->ptr_confirmed == TRI_NO;
}

static void
client_dns_not_why(const struct evidence *e, struct opinion *o,
    const char *mine)
{
	char wrong[160];

	if (denier(e, 0) == NULL)
		return;
	if (e->ptr_confirmed == TRI_YES) {
		opinion_rule_out(o, e->ptr_at,
		    "%s has the name %s, which leads back to it", mine,
		    e->ptr_name);
	} else if (nameless(e) && speaks_of_relaying(e)) {
		snprintf(wrong, sizeof(wrong), _("%s has no name in DNS that "
		    "leads back to it"), mine);
		wrong_but_not_why(o, e->ptr_at, wrong, _("that"));
	} else {
		not_why_relay(e, o, _("the client's name in DNS"));
	}
}

void
rule_client_dns(const struct evidence *e, struct opinion *o)
{
	const struct server *s = said_so(e, o, CAUSE_CLIENT_DNS);
	char mine[ADDR_TEXT_MAX];

	addr_text(&e->client, mine);
	if (s == NULL && nameless(e) && (s = refuses_the_client(e)) != NULL) {
		opinion_about(o, s);
		opinion_for(o, W_FAIR, s->at, "%s turns this client away, "
		    "whatever it asks: %d %.150s", s->host, s->code, s->text);
	}
	if (s == NULL) {
		client_dns_not_why(e, o, mine);
		return;
	}
	opinion_say(o, "%s refuses the sending address %s for its name in DNS"
		       "%s.",
	    s->host, mine,
	    e->ptr_confirmed == TRI_NO ?
		_(": the name does not lead back to it") :
		e->ptr == LOOKUP_NXDOMAIN || e->ptr == LOOKUP_NODATA ?
		_(": it has no PTR record") : "");
	if (first_meaning(s, CAUSE_CLIENT_DNS))
		opinion_for(o, W_FAIR, s->at,
		    "the words are about the client's name in DNS");
	if (e->ptr == LOOKUP_NXDOMAIN || e->ptr == LOOKUP_NODATA)
		opinion_for(o, W_FAIR, e->ptr_at, "%s has no PTR record",
		    mine);
	else if (e->ptr_confirmed == TRI_NO)
		opinion_for(o, W_FAIR, e->ptr_at,
		    "%s is called %s, which does not have that address",
		    mine, e->ptr_name);
	else if (e->ptr_confirmed == TRI_YES)
		opinion_against(o, W_STRONG, e->ptr_at,
		    "%s is called %s, and that leads back to it", mine,
		    e->ptr_name);
	if (s->reading.family == FAMILY_RELAY)
		opinion_against(o, W_FAIR, s->at,
		    "the words are a relay denial; the remark on the name "
		    "only stands beside it");
}

/*
 * What this refusal says is listed: a name of ours, or "" for the address.
 * Where its words leave a choice, what the list holds decides.
 */
static const char *
listed_name(const struct evidence *e, const struct server *s)
{
	const struct list_subjects ours = {
		.sender_domain = e->sender_domain,
		.helo = e->helo_literal ? "" : e->helo,
		.client_name = e->ptr_name,
		.recipient_domain = e->domain,
	};
	const char *names[LISTED_MAX];
	size_t i, n;

	if (s->reading.list[0] == '\0')
		return "";
	n = listed_subjects(s->text, s->reading.list, &ours, names);
	for (i = 0; i < n; i++)
		if (e->listed && text_ieq(names[i], e->listed_name))
			return names[i];
	return names[0];
}

/* Whether the lists that were asked hold it. */
static void
weigh_listing(const struct evidence *e, struct opinion *o, const char *name,
    const char *what)
{
	if (e->listed && text_ieq(e->listed_name, name))
		opinion_for(o, W_SOME, e->listed_at, "%s lists %s: %.120s",
		    e->listed_zone, what, e->listed_reason);
	else if (e->lists_asked)
		opinion_against(o, W_SOME, e->listed_at,
		    "the lists that were asked do not list %.200s", what);
}

void
rule_ip_blocklisted(const struct evidence *e, struct opinion *o)
{
	const struct server *s = said_so(e, o, CAUSE_IP_BLOCKLISTED);
	char mine[ADDR_TEXT_MAX], wrong[200];
	const char *name, *what;

	addr_text(&e->client, mine);
	if (s == NULL && e->listed && (s = refuses_the_client(e)) != NULL) {
		opinion_about(o, s);
		opinion_for(o, W_FAIR, s->at, "%s turns this client away, "
		    "whatever it asks: %d %.150s", s->host, s->code, s->text);
	}
	if (s == NULL && e->listed && speaks_of_relaying(e)) {
		snprintf(wrong, sizeof(wrong), _("%.100s lists %.80s"),
		    e->listed_zone,
		    e->listed_name[0] != '\0' ? e->listed_name : mine);
		wrong_but_not_why(o, e->listed_at, wrong, _("the list"));
	} else if (s == NULL) {
		not_why_relay(e, o, _("a blocklist"));
	}
	if (s == NULL)
		return;
	name = listed_name(e, s);
	what = name[0] != '\0' ? name : mine;
	snprintf(o->cause.listed, sizeof(o->cause.listed), "%s", what);
	if (name[0] != '\0')
		opinion_say(o,
		    e->listed ?
			_("%s refuses %s, because the list %s holds that name; "
			  "the sending address is not what is listed.") :
			_("%s refuses %s and says that the list %s holds that "
			  "name; it is not about the sending address."),
		    s->host, name, s->reading.list);
	else
		opinion_say(o,
		    "%s refuses the address %s because of its reputation"
		    "%s%s.",
		    s->host, mine,
		    s->reading.list[0] != '\0' ? _(", by the list ") : "",
		    s->reading.list);
	if (s->reading.list[0] != '\0')
		opinion_for(o, W_FAIR, s->at, "the words name the list %s",
		    s->reading.list);
	else if (first_meaning(s, CAUSE_IP_BLOCKLISTED))
		opinion_for(o, W_SOME, s->at,
		    "the words are about the client's reputation");
	weigh_listing(e, o, name, what);
	if (server_compare(s, ASK_POSTMASTER) == COMPARE_SAME &&
	    server_compare(s, ASK_CONTROL) == COMPARE_SAME)
		opinion_for(o, W_TRACE, answer_ref(s, ASK_POSTMASTER),
		    "every recipient is refused alike");
	if (e->route_server && s->addr.port == 587)
		opinion_against(o, W_FAIR, s->at,
		    "on a submission port such words mean \"not logged in\"");
}

void
rule_sender_unverifiable(const struct evidence *e, struct opinion *o)
{
	const struct server *s = said_so(e, o, CAUSE_SENDER_UNVERIFIABLE);
	bool dead = e->sender_mx == LOOKUP_NXDOMAIN ||
	    (e->sender_mx == LOOKUP_NODATA && e->sender_a != LOOKUP_FOUND &&
		e->sender_a != LOOKUP_NOT_ASKED);

	if (s == NULL)
		return;
	opinion_say(o, "%s cannot verify the sender %s%s.", s->host,
	    e->null_sender ? "<>" : e->sender,
	    dead ? _(": its domain takes no mail and has no address") :
		e->sender_null_mx ? _(": its domain declares that it takes no "
				    "mail") :
		e->sender_mx_invalid ? _(": the MX record of its domain is "
				       "broken") : "");
	if (first_meaning(s, CAUSE_SENDER_UNVERIFIABLE))
		opinion_for(o, W_FAIR, s->at,
		    "the words are about the sender, not the recipient");
	if (dead || e->sender_null_mx || e->sender_mx_invalid)
		opinion_for(o, W_SOME, e->sender_at,
		    dead ? _("%s cannot be found in DNS") :
			e->sender_null_mx ? _("%s has a null MX record") :
					    _("the MX of %s leads nowhere"),
		    e->sender_domain);
	else if (e->sender_mx == LOOKUP_FOUND)
		opinion_against(o, W_LITTLE, e->sender_at,
		    "%s has MX records", e->sender_domain);
	if (e->callout && e->callout_code >= 400)
		opinion_for(o, W_SOME, e->callout_at,
		    "its own mail server %.80s refuses %.60s: %d %.60s",
		    e->callout_server, e->sender, e->callout_code,
		    e->callout_text);
	else if (e->callout && e->callout_code == 0)
		opinion_for(o, W_LITTLE, e->callout_at,
		    "its own mail server %.80s does not answer: %.100s",
		    e->callout_server, e->callout_text);
	else if (e->callout)
		opinion_against(o, W_LITTLE, e->callout_at,
		    "its own mail server %.80s takes mail for %.100s",
		    e->callout_server, e->sender);
	if (server_compare(s, ASK_NULL_TARGET) == COMPARE_ACCEPTED)
		opinion_for(o, W_SOME, answer_ref(s, ASK_NULL_TARGET),
		    "from the null sender the recipient is accepted");
	else if (server_answer(s, ASK_NULL_TARGET) != NULL)
		opinion_against(o, W_LITTLE, answer_ref(s, ASK_NULL_TARGET),
		    "from the null sender it is refused too: %.120s",
		    server_answer(s, ASK_NULL_TARGET)->text);
}

/* SPF as this server sees us: by the address of our side of the session. */
struct spf_view {
	enum spf_word word;
	const char *text;
	struct ref at;
};

static struct spf_view
spf_for(const struct evidence *e, const struct server *s)
{
	int family = s->probe != NULL ? s->probe->local.family : AF_UNSPEC;

	if (e->spf_other != SPF_WORD_NOT_ASKED &&
	    family == e->spf_other_client.family)
		return (struct spf_view) { e->spf_other, e->spf_other_text,
			e->spf_other_at };
	return (struct spf_view) { e->spf, e->spf_text, e->spf_at };
}

static bool
spf_bad(enum spf_word word)
{
	return word == SPF_WORD_FAIL || word == SPF_WORD_SOFTFAIL ||
	    word == SPF_WORD_PERMERROR;
}

/* The sender whose SPF counts: the EHLO name where it is null. */
static const char *
spf_domain(const struct evidence *e)
{
	return e->null_sender || e->sender_domain[0] == '\0' ? e->helo :
							       e->sender_domain;
}

static void
spf_not_why(const struct evidence *e, struct opinion *o)
{
	const struct server *s = denier(e, 0);

	if (s == NULL)
		return;
	if (e->spf == SPF_WORD_PASS)
		opinion_rule_out(o, e->spf_at, "SPF passes: %.180s",
		    e->spf_text);
	else if (s->reading.family == FAMILY_RELAY && spf_bad(e->spf))
		opinion_rule_out(o, e->spf_at, "SPF does not pass (%s), but "
		    "the refusal speaks of relaying: SPF did not cause it and "
		    "will not cure it", spf_word_name(e->spf));
	else
		not_why_relay(e, o, "SPF");
}

/*
 * Words that nobody knows, a sender whom SPF forbids, and no objection to
 * the null sender: then it is SPF that spoke.
 */
static const struct server *
refused_for_the_sender(const struct evidence *e, struct opinion *o)
{
	const struct server *s = denier(e, 0);

	if (s == NULL || e->spf != SPF_WORD_FAIL ||
	    (s->reading.family != FAMILY_NONE &&
		s->reading.family != FAMILY_POLICY &&
		s->reading.family != FAMILY_SENDER) ||
	    server_compare(s, ASK_NULL_TARGET) != COMPARE_ACCEPTED)
		return NULL;
	opinion_about(o, s);
	opinion_for(o, W_FAIR, s->at, "%s: %d %.170s", s->host, s->code,
	    s->text);
	return s;
}

void
rule_spf_fail(const struct evidence *e, struct opinion *o)
{
	const struct server *s = said_so(e, o, CAUSE_SPF_FAIL);
	struct spf_view spf;

	if (s == NULL)
		s = refused_for_the_sender(e, o);
	if (s == NULL) {
		spf_not_why(e, o);
		return;
	}
	spf = spf_for(e, s);
	opinion_say(o, "SPF of %s does not allow this address to send, and "
		       "%s refuses for that.",
	    spf_domain(e), s->host);
	if (first_meaning(s, CAUSE_SPF_FAIL))
		opinion_for(o, W_FAIR, s->at, "the words name SPF");
	if (spf.word == SPF_WORD_FAIL)
		opinion_for(o, W_FAIR, spf.at, "SPF evaluates to fail: "
					       "%.160s",
		    spf.text);
	else if (spf_bad(spf.word))
		opinion_for(o, W_SOME, spf.at, "SPF evaluates to %s: %.160s",
		    spf_word_name(spf.word), spf.text);
	else if (spf.word == SPF_WORD_PASS)
		opinion_against(o, W_STRONG, spf.at,
		    "SPF passes for this address: %.160s", spf.text);
	if (spf_bad(e->spf_helo) && !e->null_sender)
		opinion_for(o, W_LITTLE, e->spf_helo_at,
		    "SPF of the EHLO name evaluates to %s: %.140s",
		    spf_word_name(e->spf_helo), e->spf_helo_text);
	if (server_compare(s, ASK_NULL_TARGET) == COMPARE_ACCEPTED)
		opinion_for(o, W_LITTLE, answer_ref(s, ASK_NULL_TARGET),
		    "from the null sender the recipient is accepted");
}

/* The keys that were asked for; nothing is known of other selectors. */
static void
dkim_keys(const struct evidence *e, struct opinion *o)
{
	size_t i;

	for (i = 0; i < e->policy_count; i++) {
		const struct policy_fact *f = &e->policies[i];

		if (strcmp(f->id, "dkim-key") != 0 || f->yes == TRI_UNKNOWN)
			continue;
		if (f->yes == TRI_YES && !f->wrong)
			opinion_against(o, W_TRACE, f->at, "%.230s", f->text);
		else
			opinion_for(o, W_LITTLE, f->at, "%.230s", f->text);
	}
}

static const struct policy_fact *
bad_key(const struct evidence *e)
{
	size_t i;

	for (i = 0; i < e->policy_count; i++)
		if (strcmp(e->policies[i].id, "dkim-key") == 0 &&
		    e->policies[i].yes != TRI_UNKNOWN &&
		    (e->policies[i].yes == TRI_NO || e->policies[i].wrong))
			return &e->policies[i];
	return NULL;
}

void
rule_dkim_fail(const struct evidence *e, struct opinion *o)
{
	const struct server *s = said_so(e, o, CAUSE_DKIM_FAIL);

	if (s == NULL) {
		const struct policy_fact *f = bad_key(e);

		if (f != NULL && speaks_of_relaying(e))
			wrong_but_not_why(o, f->at, f->text, "DKIM");
		else
			not_why_relay(e, o, "DKIM");
		return;
	}
	opinion_say(o, "%s wants a valid DKIM signature.", s->host);
	if (first_meaning(s, CAUSE_DKIM_FAIL))
		opinion_for(o, W_STRONG, s->at, "the words name DKIM");
	dkim_keys(e, o);
}

/* Without a signature at hand, an aligned SPF pass is what can be seen. */
void
rule_dmarc_fail(const struct evidence *e, struct opinion *o)
{
	const struct server *s = said_so(e, o, CAUSE_DMARC_FAIL);
	struct spf_view spf;

	if (s == NULL && speaks_of_relaying(e) && e->dmarc_known &&
	    strcmp(e->dmarc_policy, "none") != 0 && !(e->dmarc_aligned &&
		e->spf == SPF_WORD_PASS))
		wrong_but_not_why(o, e->dmarc_at, e->dmarc_text, "DMARC");
	else if (s == NULL)
		not_why_relay(e, o, "DMARC");
	if (s == NULL)
		return;
	spf = spf_for(e, s);
	opinion_say(o, "Mail of %s passes neither SPF nor DKIM in its name, "
		       "and %s refuses it for that (DMARC).",
	    e->sender_domain, s->host);
	if (first_meaning(s, CAUSE_DMARC_FAIL))
		opinion_for(o, W_FAIR, s->at, "the words name DMARC");
	if (e->dmarc_known && strcmp(e->dmarc_policy, "none") != 0)
		opinion_for(o, W_SOME, e->dmarc_at, "%.230s", e->dmarc_text);
	else if (e->dmarc_asked)
		opinion_against(o, W_LITTLE, e->dmarc_at, "%.230s",
		    e->dmarc_text);
	if (spf.word == SPF_WORD_PASS && e->dmarc_aligned)
		opinion_against(o, W_STRONG, spf.at,
		    "SPF passes in the name of %s, which satisfies DMARC",
		    e->sender_domain);
	else if (spf.word != SPF_WORD_NOT_ASKED &&
	    spf.word != SPF_WORD_TEMPERROR)
		opinion_for(o, W_LITTLE, spf.at,
		    "SPF gives no pass (%s), so only DKIM could satisfy it",
		    spf_word_name(spf.word));
}

void
rule_rate_limited(const struct evidence *e, struct opinion *o)
{
	const struct server *s = said_so(e, o, CAUSE_RATE_LIMITED);

	if (s == NULL)
		return;
	opinion_say(o, "%s takes no more for now: too many messages, "
		       "connections or errors.",
	    s->host);
	if (first_meaning(s, CAUSE_RATE_LIMITED))
		opinion_for(o, W_STRONG, s->at,
		    "the words speak of a limit or a load");
	if (s->code / 100 == 4)
		opinion_for(o, W_LITTLE, s->at, "the code is temporary (%d)",
		    s->code);
}

/*
 * A mail server that takes nothing from other mail servers.  Where it is the
 * domain that it does not know, a login is wanted for foreign recipients
 * alone; its own postmaster tells.
 */
static bool
only_with_login(const struct evidence *e, struct opinion *o,
    const struct server *s)
{
	bool bare, denies;

	if (s == NULL || !mx_role(e) || s->reading.family != FAMILY_AUTH ||
	    server_knows_domain(s))
		return false;
	bare = server_compare(s, ASK_BARE) == COMPARE_SAME;
	denies = server_denies_relay(s);
	if (denies && !bare)
		return false;
	opinion_about(o, s);
	opinion_say(o, "%s takes mail from its own users alone: other mail "
		       "servers cannot log in there, so nobody outside can "
		       "write to %s.",
	    s->host, e->domain);
	opinion_for(o, W_FAIR, s->at, "%s wants a login: %d %.150s", s->host,
	    s->code, s->text);
	opinion_for(o, W_FAIR, e->mx_at,
	    "it was asked as a mail server of %s, where nobody can have one",
	    e->domain);
	if (bare || s->stage < STAGE_RCPT)
		opinion_for(o, W_SOME, bare ? answer_ref(s, ASK_BARE) : s->at,
		    "whatever the recipient is");
	if (denies)
		opinion_against(o, W_SOME, answer_ref(s, ASK_CONTROL),
		    "it answers a foreign domain in the same words");
	return true;
}

void
rule_policy_rejected(const struct evidence *e, struct opinion *o)
{
	const struct server *s = said_so(e, o, CAUSE_POLICY_REJECTED);

	if (s == NULL) {
		s = denier(e, 0);
		/* Words that nobody knows are still a local decision. */
		if (only_with_login(e, o, s) || s == NULL ||
		    (s->reading.family != FAMILY_NONE &&
			s->reading.family != FAMILY_POLICY) ||
		    server_denies_relay(s) ||
		    server_compare(s, ASK_POSTMASTER) == COMPARE_ACCEPTED)
			return;
		opinion_about(o, s);
		opinion_for(o, W_SOME, s->at,
		    "%s refuses for a reason that its words do not tell: %d "
		    "%.120s",
		    s->host, s->code, s->text);
	} else if (first_meaning(s, CAUSE_POLICY_REJECTED)) {
		opinion_for(o, W_SOME, s->at,
		    "the words speak of a local rule");
	}
	if (mx_role(e) && s->reading.family == FAMILY_POLICY &&
	    !first_meaning(s, CAUSE_POLICY_REJECTED) &&
	    s->reading.list[0] == '\0' && !e->listed)
		opinion_for(o, W_SOME, s->at,
		    "the words name no list and no reason: a rule of its own");
	opinion_say(o, "A rule of %s refuses this mail; only its "
		       "administrator knows which.",
	    s->host);
	if (server_denies_relay(s) &&
	    server_compare(s, ASK_CONTROL) == COMPARE_SAME)
		opinion_against(o, W_LITTLE, answer_ref(s, ASK_CONTROL),
		    "it answers a foreign domain in the same words");
	if (server_compare(s, ASK_NULL_TARGET) == COMPARE_ACCEPTED)
		opinion_for(o, W_SOME, answer_ref(s, ASK_NULL_TARGET),
		    "from the null sender it is accepted: the rule is about "
		    "the sender");
	/* An outgoing server's rules are mostly about who may send. */
	if (!mx_role(e) && !logged_in(s) && (auth_in_clear(s) ||
		auth_in_tls(s)))
		opinion_against(o, W_FAIR, s->at,
		    "it offers a login, and none was used");
	if (!mx_role(e) &&
	    reading_rank(&s->reading, CAUSE_SENDER_NOT_PERMITTED) > 0)
		opinion_against(o, W_STRONG, s->at,
		    "at an outgoing server the words mean that this sender "
		    "may not be used");
	if (server_compare(s, ASK_BARE) == COMPARE_SAME)
		opinion_for(o, W_FAIR, answer_ref(s, ASK_BARE),
		    "even its own postmaster is refused in the same words: "
		    "the rule is about this client, not about the domain");
}

/* The server cannot check logins now. */
static void
login_is_broken(const struct evidence *e, struct opinion *o)
{
	size_t i;

	for (i = 0; i < e->server_count; i++) {
		const struct server *s = &e->servers[i];
		const struct answer *a = server_answer(s, ASK_AUTH);

		if (a == NULL || a->code / 100 != 4 ||
		    reading_rank(&a->reading, CAUSE_SERVER_MISCONFIGURED) != 0 ||
		    login_dropped(s))
			continue;
		opinion_about(o, s);
		opinion_who(o, WHO_SENDER_ADMIN);
		opinion_say(o, "%s cannot check logins at the moment: %d "
			       "%.180s",
		    s->host, a->code, a->text);
		opinion_for(o, W_DECIDES, answer_ref(s, ASK_AUTH),
		    "the login was answered %d %.150s", a->code, a->text);
		opinion_for(o, W_SOME, answer_ref(s, ASK_AUTH),
		    "the code is temporary: it says nothing about the "
		    "password");
		return;
	}
}

/* It greets, and then resets, falls silent or talks nonsense. */
static void
talk_breaks_off(const struct evidence *e, struct opinion *o)
{
	const struct server *s = main_with(e, RESULT_DEFERRED);

	if (o->sum > 0 || s == NULL || s->code != 0 || denier(e, 0) != NULL ||
	    s->stage == STAGE_TLS || /* tls-handshake has it */
	    s->probe == NULL || s->probe->error.kind == ERR_NONE)
		return;
	opinion_say(o,
	    s->probe->out_of_turn ?
		_("%s says more than it was asked at %s, so that no later "
		  "reply could be told from the wrong one.") :
		_("%s answers, and does not keep the conversation up: it ends "
		  "at %s without a reply."),
	    s->host, stage_name(s->stage));
	opinion_about(o, s);
	opinion_for(o, W_STRONG + W_LITTLE, s->at, "%s: %.180s", s->host,
	    s->text);
}

/*
 * RFC 5321 4.3.2: what MAIL and RCPT may be answered with.  3yz belongs to
 * DATA and AUTH; 500 and 502 say that the command is not known at all,
 * which every SMTP server knows.
 */
static bool
out_of_place(const struct server *s)
{
	if (s->result != RESULT_REFUSED ||
	    (s->stage != STAGE_MAIL && s->stage != STAGE_RCPT))
		return false;
	return s->code / 100 == 3 ||
	    ((s->code == 500 || s->code == 502) &&
		s->reading.family == FAMILY_NONE);
}

static void
reply_is_out_of_place(const struct evidence *e, struct opinion *o)
{
	const struct server *s = main_with(e, RESULT_REFUSED);

	if (o->sum > 0 || s == NULL || !out_of_place(s))
		return;
	opinion_about(o, s);
	opinion_say(o, "%s answers %s with %d, which is no answer to it: the "
		       "server, or something before it, does not speak SMTP "
		       "properly.",
	    s->host, stage_name(s->stage), s->code);
	opinion_for(o, W_DECIDES + W_TRACE, s->at,
	    "SMTP has no such reply to %s: %d %.150s", stage_name(s->stage),
	    s->code, s->text);
}

/* The server cannot find in DNS what our resolver finds. */
static void
its_dns_fails(const struct evidence *e, struct opinion *o)
{
	const struct server *s = denier(e, 0);

	if (o->sum > 0 || s == NULL || e->mx != LOOKUP_FOUND ||
	    (!first_meaning(s, CAUSE_DOMAIN_DEAD) &&
		!first_meaning(s, CAUSE_DNS_BROKEN)))
		return;
	opinion_about(o, s);
	opinion_say(o, "%s does not find %s in DNS, where everybody else "
		       "finds it.", s->host, e->domain);
	opinion_for(o, W_STRONG, s->at, "%s: %d %.150s", s->host, s->code,
	    s->text);
	opinion_for(o, W_SOME, e->mx_at, "%s has MX records", e->domain);
	if (mx_role(e))
		opinion_for(o, W_TRACE, e->mx_at, "and it is one of them: it "
		    "should not have to look, the domain should be its own");
}

/* It answers, and what it cannot reach is the server behind it. */
static void
cannot_pass_on(const struct evidence *e, struct opinion *o)
{
	const struct server *s = denier(e, 0);

	if (o->sum > 0 || s == NULL || s->stage != STAGE_RCPT ||
	    s->reading.family != FAMILY_NETWORK)
		return;
	opinion_about(o, s);
	opinion_say(o, "%s does not reach the server that it passes mail for "
		       "%s on to.", s->host, e->domain);
	opinion_for(o, W_STRONG + W_LITTLE, s->at,
	    "%s answers, and speaks of a connection that fails: %d %.120s",
	    s->host, s->code, s->text);
	if (mx_role(e))
		opinion_for(o, W_SOME, e->mx_at,
		    "it is a mail server of %s, so the way on from there is "
		    "its own", e->domain);
}

void
rule_server_misconfigured(const struct evidence *e, struct opinion *o)
{
	const struct server *s = said_so(e, o, CAUSE_SERVER_MISCONFIGURED);
	const struct server *again, *was;
	size_t i, k;

	for (i = 0; i < e->server_count; i++) {
		again = &e->servers[i];
		if (!again->repeat || again->result != RESULT_ACCEPTED)
			continue;
		for (k = 0; (was = main_server(e, k)) != NULL; k++) {
			if (!addr_same(&was->addr, &again->addr) ||
			    was->reading.family != FAMILY_RELAY)
				continue;
			opinion_about(o, was);
			opinion_say(o,
			    "%s answers the same question differently each "
			    "time: the look-up of its domains fails now and "
			    "then.",
			    was->host);
			opinion_for(o, W_DECIDES, was->at,
			    "first it denies relaying: %d %.120s", was->code,
			    was->text);
			opinion_for(o, W_FAIR + W_TRACE, again->at,
			    "asked once more, it accepts");
			return;
		}
	}
	if (s == NULL) {
		login_is_broken(e, o);
		login_breaks_off(e, o);
		talk_breaks_off(e, o);
		reply_is_out_of_place(e, o);
		its_dns_fails(e, o);
		cannot_pass_on(e, o);
		return;
	}
	if (s->reading.next_host[0] != '\0')
		opinion_say(o,
		    "%s takes mail for %s and cannot reach the server behind "
		    "it, %s.",
		    s->host, e->domain, s->reading.next_host);
	else
		opinion_say(o, "%s says that it is broken itself.", s->host);
	if (s->role == ROLE_SERVER)
		opinion_who(o, WHO_SENDER_ADMIN);
	if (first_meaning(s, CAUSE_SERVER_MISCONFIGURED))
		opinion_for(o, W_STRONG, s->at,
		    "the words speak of its own configuration or look-ups");
}

void
rule_message_too_big(const struct evidence *e, struct opinion *o)
{
	const struct server *s = said_so(e, o, CAUSE_MESSAGE_TOO_BIG);

	if (s == NULL)
		return;
	opinion_say(o, "The message is larger than %s takes.", s->host);
	if (first_meaning(s, CAUSE_MESSAGE_TOO_BIG))
		opinion_for(o, W_STRONG, s->at, "the words name the size");
}

void
rule_mail_loop(const struct evidence *e, struct opinion *o)
{
	const struct server *s = said_so(e, o, CAUSE_MAIL_LOOP);

	if (s == NULL)
		return;
	opinion_say(o, "The mail goes round in a circle at %s: its MX is "
		       "itself, but it does not know the domain as its own.",
	    s->host);
	if (first_meaning(s, CAUSE_MAIL_LOOP))
		opinion_for(o, W_STRONG, s->at, "the words speak of a loop");
}

void
rule_see_earlier_reply(const struct evidence *e, struct opinion *o)
{
	const struct server *s = denier(e, 0);

	if (s == NULL || s->reading.family != FAMILY_ECHO)
		return;
	opinion_say(o, "The reply of %s is only the echo of an earlier "
		       "refusal in the same session.",
	    s->host);
	opinion_for(o, W_STRONG, s->at, "%d %.180s", s->code, s->text);
}
