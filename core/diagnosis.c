#include "core/diagnosis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cause/facts.h"
#include "core/cause/findings.h"
#include "core/cause/rules.h"
#include "net/addr.h"
#include "net/i18n.h"
#include "net/mem.h"

#define CONFIDENCE_MAX 97 /* nothing seen from outside is certain */
#define CONFIDENCE_MIN 15 /* less is not worth a line */

/* clang-format off */
cause_rule *const cause_rules[CAUSE_COUNT] = {
	[CAUSE_MX_NOT_HOSTING] = rule_mx_not_hosting,
	[CAUSE_MX_PARTLY_NOT_HOSTING] = rule_mx_partly_not_hosting,
	[CAUSE_MX_STALE] = rule_mx_stale,
	[CAUSE_RELAY_THINKS_LOCAL] = rule_relay_thinks_local,
	[CAUSE_NO_MX_FALLBACK] = rule_no_mx_fallback,
	[CAUSE_NULL_MX] = rule_null_mx,
	[CAUSE_DOMAIN_DEAD] = rule_domain_dead,
	[CAUSE_DNS_BROKEN] = rule_dns_broken,
	[CAUSE_MX_UNRESOLVABLE] = rule_mx_unresolvable,
	[CAUSE_MX_INVALID] = rule_mx_invalid,
	[CAUSE_MX_PRIVATE_ADDRESS] = rule_mx_private_address,
	[CAUSE_MX_UNREACHABLE] = rule_mx_unreachable,
	[CAUSE_EGRESS_BLOCKED] = rule_egress_blocked,
	[CAUSE_SMTP_INTERCEPTED] = rule_smtp_intercepted,
	[CAUSE_DOMAIN_INACTIVE_AT_HOST] = rule_domain_inactive_at_host,
	[CAUSE_MAILBOX_UNKNOWN] = rule_mailbox_unknown,
	[CAUSE_MAILBOX_UNAVAILABLE] = rule_mailbox_unavailable,
	[CAUSE_RECIPIENT_RESTRICTED] = rule_recipient_restricted,
	[CAUSE_ROUTED_ADDRESS] = rule_routed_address,
	[CAUSE_AUTH_REQUIRED] = rule_auth_required,
	[CAUSE_AUTH_NEEDS_TLS] = rule_auth_needs_tls,
	[CAUSE_AUTH_ELSEWHERE] = rule_auth_elsewhere,
	[CAUSE_AUTH_FAILED] = rule_auth_failed,
	[CAUSE_AUTH_DISABLED] = rule_auth_disabled,
	[CAUSE_AUTH_NO_MECHANISM] = rule_auth_no_mechanism,
	[CAUSE_POP_BEFORE_SMTP] = rule_pop_before_smtp,
	[CAUSE_CLIENT_NOT_PERMITTED] = rule_client_not_permitted,
	[CAUSE_CLIENT_DNS] = rule_client_dns,
	[CAUSE_SENDER_NOT_PERMITTED] = rule_sender_not_permitted,
	[CAUSE_SENDER_CLAIMS_LOCAL] = rule_sender_claims_local,
	[CAUSE_TENANT_ATTRIBUTION] = rule_tenant_attribution,
	[CAUSE_WRONG_SERVER] = rule_wrong_server,
	[CAUSE_TLS_REQUIRED] = rule_tls_required,
	[CAUSE_OUTGOING_SUSPENDED] = rule_outgoing_suspended,
	[CAUSE_TLS_CERTIFICATE] = rule_tls_certificate,
	[CAUSE_TLS_HANDSHAKE] = rule_tls_handshake,
	[CAUSE_TLS_MODE_MISMATCH] = rule_tls_mode_mismatch,
	[CAUSE_SENDER_UNVERIFIABLE] = rule_sender_unverifiable,
	[CAUSE_SPF_FAIL] = rule_spf_fail,
	[CAUSE_DKIM_FAIL] = rule_dkim_fail,
	[CAUSE_DMARC_FAIL] = rule_dmarc_fail,
	[CAUSE_IP_BLOCKLISTED] = rule_ip_blocklisted,
	[CAUSE_GREYLISTED] = rule_greylisted,
	[CAUSE_HELO_REJECTED] = rule_helo_rejected,
	[CAUSE_RATE_LIMITED] = rule_rate_limited,
	[CAUSE_POLICY_REJECTED] = rule_policy_rejected,
	[CAUSE_MESSAGE_TOO_BIG] = rule_message_too_big,
	[CAUSE_MAIL_LOOP] = rule_mail_loop,
	[CAUSE_SERVER_MISCONFIGURED] = rule_server_misconfigured,
	[CAUSE_SEE_EARLIER_REPLY] = rule_see_earlier_reply,
};
/* clang-format on */

const char *
verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_ACCEPTED] = N_("accepted"),
		[VERDICT_PARTLY] = N_("partly"),
		[VERDICT_REFUSED] = N_("refused"),
		[VERDICT_DEFERRED] = N_("deferred"),
		[VERDICT_UNREACHABLE] = N_("unreachable"),
		[VERDICT_INCONCLUSIVE] = N_("inconclusive"),
	};

	return names[verdict];
}

const char *
certainty_name(enum certainty certainty)
{
	static const char *const names[] = {
		[CERTAINTY_CONFIRMED] = N_("confirmed"),
		[CERTAINTY_LIKELY] = N_("likely"),
		[CERTAINTY_POSSIBLE] = N_("possible"),
	};

	return names[certainty];
}

const char *
confidence_words(int confidence)
{
	return confidence >= 90 ? _("certain") :
	    confidence >= 75	? _("very likely") :
	    confidence >= 50	? _("likely") :
				  _("possible");
}

const char *
severity_name(enum severity severity)
{
	static const char *const names[] = {
		[SEVERITY_ERROR] = N_("error"),
		[SEVERITY_WARNING] = N_("warning"),
		[SEVERITY_INFO] = N_("info"),
	};

	return names[severity];
}

const char *
finding_result_name(enum finding_result result)
{
	static const char *const names[] = {
		[FINDING_YES] = N_("yes"),
		[FINDING_NO] = N_("no"),
		[FINDING_UNKNOWN] = N_("unknown"),
		[FINDING_NOT_APPLICABLE] = N_("not-applicable"),
	};

	return names[result];
}

/* DNS alone shows that there is nobody to be asked. */
static bool
dns_says_no(const struct evidence *e)
{
	if (e->route_server)
		return e->server_looked_up && main_total(e) == 0 &&
		    e->server_a != LOOKUP_TIMEOUT &&
		    e->server_a != LOOKUP_NOT_ASKED;
	if (e->mx == LOOKUP_TIMEOUT || e->mx == LOOKUP_SERVFAIL)
		return e->resolver_works;
	return e->mx != LOOKUP_NOT_ASKED;
}

static bool
accepted_since(const struct evidence *e, const struct server *s)
{
	size_t i;

	for (i = 0; i < e->server_count; i++)
		if (e->servers[i].repeat &&
		    e->servers[i].result == RESULT_ACCEPTED &&
		    addr_same(&e->servers[i].addr, &s->addr))
			return true;
	return false;
}

/* "Later" that will never come: a relay denial with a temporary code. */
static size_t
never_later(const struct evidence *e)
{
	const struct server *s;
	size_t i, n = 0;

	for (i = 0; (s = main_server(e, i)) != NULL; i++)
		n += s->result == RESULT_DEFERRED && s->reading.permanent &&
		    !accepted_since(e, s);
	return n;
}

/* No name could be looked up, whichever it was. */
static bool
names_fail(const struct evidence *e)
{
	return !e->resolver_works && e->lookup_error[0] != '\0';
}

/* Every connection ends on this machine: there is no way out. */
static const struct server *
no_way_out(const struct evidence *e)
{
	const struct server *s;
	size_t i;

	for (i = 0; (s = main_server(e, i)) != NULL; i++)
		if (s->result != RESULT_UNREACHABLE || s->probe == NULL ||
		    s->probe->error.kind != ERR_UNREACHABLE)
			return NULL;
	return i > 0 && !e->resolver_works ? main_server(e, 0) : NULL;
}

static enum verdict
decide(const struct evidence *e)
{
	size_t yes = main_count(e, RESULT_ACCEPTED);
	size_t no = main_count(e, RESULT_REFUSED);
	size_t later = main_count(e, RESULT_DEFERRED);
	size_t nobody = main_count(e, RESULT_UNREACHABLE);
	const struct server *sent = message_refuser(e);

	/* No other server would be asked after that. */
	if (sent != NULL)
		return sent->result == RESULT_REFUSED ||
			sent->reading.permanent ?
		    VERDICT_REFUSED :
		    VERDICT_DEFERRED;
	if (yes > 0)
		return no + later > 0 ? VERDICT_PARTLY : VERDICT_ACCEPTED;
	if (no > 0 || (later > 0 && never_later(e) == later))
		return VERDICT_REFUSED;
	if (later > 0)
		return VERDICT_DEFERRED;
	if (no_way_out(e) != NULL)
		return VERDICT_INCONCLUSIVE; /* nothing of the other side */
	if (nobody > 0)
		return VERDICT_UNREACHABLE;
	if (main_total(e) > 0)
		return VERDICT_INCONCLUSIVE; /* skipped or cut off */
	return dns_says_no(e) ? VERDICT_UNREACHABLE : VERDICT_INCONCLUSIVE;
}

/* Where a message was sent, that is what the headline tells. */
static bool
about_message(const struct evidence *e, enum verdict verdict, char *out,
    size_t size)
{
	const struct server *s = message_refuser(e);
	size_t i;

	if (s != NULL && s->stage == STAGE_DATA) {
		snprintf(out, size, s->code == 0 ?
			_("%s: %.150s did not say whether it takes the "
			  "message.") :
			_("%s: %.150s takes the recipient, but not the "
			  "message."),
		    verdict == VERDICT_REFUSED ? _("REFUSED") : _("DEFERRED"),
		    s->host);
		return true;
	}
	for (i = 0; verdict == VERDICT_ACCEPTED &&
	     (s = main_server(e, i)) != NULL; i++) {
		if (!s->sent)
			continue;
		snprintf(out, size,
		    _("ACCEPTED: %.150s took the test message."), s->host);
		return true;
	}
	return false;
}

static bool
asked_in_vain(const struct evidence *e)
{
	return e->mx == LOOKUP_TIMEOUT || e->server_a == LOOKUP_TIMEOUT;
}

static void
headline(const struct evidence *e, struct diagnosis *d)
{
	size_t all = main_total(e);
	size_t yes = main_count(e, RESULT_ACCEPTED);
	char *out = d->headline;
	size_t size = sizeof(d->headline);

	if (about_message(e, d->verdict, out, size))
		return;
	switch (d->verdict) {
	case VERDICT_ACCEPTED:
		snprintf(out, size, i18n_plural(
			"ACCEPTED at RCPT TO by %zu address that answers.",
			"ACCEPTED at RCPT TO by all %zu addresses that "
			"answer.", yes), yes);
		break;
	case VERDICT_PARTLY:
		snprintf(out, size, _("REFUSED by some: %zu of %zu addresses "
				    "take the recipient. Mail arrives or "
				    "bounces by luck of the draw."),
		    yes, all);
		break;
	case VERDICT_REFUSED:
		snprintf(out, size, _("REFUSED: no address takes the "
				    "recipient."));
		break;
	case VERDICT_DEFERRED:
		snprintf(out, size, denier(e, 0) != NULL ?
			_("DEFERRED: the servers say \"later\".") :
			_("DEFERRED: the conversation ends before an answer; a "
			"sender keeps the mail and tries again."));
		break;
	case VERDICT_UNREACHABLE:
		if (all == 0 && e->route_server)
			snprintf(out, size, _("UNREACHABLE: %.150s has no "
					    "address in DNS."),
			    e->server);
		else
			snprintf(out, size, all > 0 ?
				_("UNREACHABLE: no mail server answers.") :
				_("UNREACHABLE: there is no mail server to be "
				"asked."));
		break;
	case VERDICT_INCONCLUSIVE:
		if (no_way_out(e) != NULL)
			snprintf(out, size, _("INCONCLUSIVE: this machine has "
			    "no way out to the network (%.120s)."),
			    no_way_out(e)->text);
		else if (all == 0 && names_fail(e))
			snprintf(out, size, asked_in_vain(e) ?
				_("INCONCLUSIVE: the name server %.80s gives "
				"no answer, so nothing could be looked up.") :
				_("INCONCLUSIVE: the name server %.80s looks "
				"nothing up for this machine."),
			    e->resolvers);
		else
			snprintf(out, size,
			    _("INCONCLUSIVE: not enough is known to say "
			      "anything about %s."),
			    e->domain);
		break;
	}
}

static void
dns_failure(const struct evidence *e, struct diagnosis *d)
{
	struct failure_point *f = &d->failure;

	f->known = true;
	f->stage = STAGE_DNS;
	f->at = e->route_server ? e->server_a_at : e->mx_at;
	if (!e->route_server && e->mx_count > 0 && e->mx == LOOKUP_FOUND)
		f->at = e->mxs[0].not_a_name ? e->mxs[0].at :
					       e->mxs[0].address_at;
	snprintf(f->host, sizeof(f->host), "%s",
	    e->route_server ? e->server : e->domain);
	if (e->route_server)
		snprintf(f->text, sizeof(f->text),
		    _("%.150s has no address in DNS%s"), e->server,
		    e->server_a == LOOKUP_NXDOMAIN ?
			_(": there is no such name") : "");
	else
		snprintf(f->text, sizeof(f->text), "%s",
		    d->cause_count > 0 ? d->causes[0].summary :
					 _("no mail server is known"));
}

/* What stands in the way is the way to the names. */
static void
resolver_failure(const struct evidence *e, struct diagnosis *d)
{
	struct failure_point *f = &d->failure;

	f->known = true;
	f->stage = STAGE_DNS;
	f->at = e->mx_at.probe != 0 ? e->mx_at : e->server_a_at;
	snprintf(f->host, sizeof(f->host), "%s", e->resolvers);
	snprintf(f->text, sizeof(f->text), "%s", e->lookup_error);
}

/* The reply that decides: of the server that the first cause is about. */
static void
failure_point(const struct evidence *e, struct diagnosis *d)
{
	struct failure_point *f = &d->failure;
	const struct server *s = deciding_server(e), *other;
	size_t i;

	memset(f, 0, sizeof(*f));
	if (d->verdict == VERDICT_ACCEPTED)
		return;
	if (s == NULL) {
		if (d->verdict == VERDICT_UNREACHABLE)
			dns_failure(e, d);
		else if (names_fail(e))
			resolver_failure(e, d);
		return;
	}
	for (i = 0; d->cause_count > 0 && (other = main_server(e, i)) != NULL;
	     i++)
		if (other->result != RESULT_ACCEPTED &&
		    other->result == s->result &&
		    strcmp(other->host, d->causes[0].server) == 0) {
			s = other;
			break;
		}
	f->known = true;
	f->at = s->at;
	snprintf(f->host, sizeof(f->host), "%s", s->host);
	f->addr = s->addr;
	f->stage = s->stage;
	f->code = s->code;
	f->enhanced = s->enhanced;
	snprintf(f->text, sizeof(f->text), "%s", s->text);
	/* A login that was refused comes before what follows from it. */
	if (d->cause_count > 0 && server_answer(s, ASK_AUTH) != NULL &&
	    (d->causes[0].id == CAUSE_AUTH_FAILED ||
		d->causes[0].id == CAUSE_AUTH_DISABLED ||
		d->causes[0].id == CAUSE_AUTH_NO_MECHANISM)) {
		const struct answer *a = server_answer(s, ASK_AUTH);

		f->at = answer_ref(s, ASK_AUTH);
		f->stage = STAGE_AUTH;
		f->code = a->code;
		f->enhanced = a->enhanced;
		snprintf(f->text, sizeof(f->text), "%s", a->text);
	}
}

static int
by_confidence(const void *a, const void *b)
{
	const struct cause *x = a, *y = b;

	if (x->confidence != y->confidence)
		return x->confidence > y->confidence ? -1 : 1;
	return (int)x->id - (int)y->id;
}

static void
finish_cause(struct opinion *o)
{
	struct cause *c = &o->cause;

	c->confidence = o->sum > CONFIDENCE_MAX ? CONFIDENCE_MAX : o->sum;
	c->certainty = c->confidence >= 90 ? CERTAINTY_CONFIRMED :
	    c->confidence >= 60		   ? CERTAINTY_LIKELY :
					     CERTAINTY_POSSIBLE;
	if (c->summary[0] == '\0')
		snprintf(c->summary, sizeof(c->summary), "%s.",
		    cause_title(c->id));
}

/* What was found beside the sessions speaks for a cause that is in play. */
static void
facts_speak(const struct evidence *e, struct opinion *o)
{
	size_t i;

	for (i = 0; o->sum > 0 && !o->out && i < e->policy_count; i++) {
		const struct policy_fact *f = &e->policies[i];

		if (f->weight == 0 || f->cause != o->cause.id)
			continue;
		if (f->weight > 0)
			opinion_for(o, f->weight, f->at, "%.230s", f->text);
		else
			opinion_against(o, -f->weight, f->at, "%.230s",
			    f->text);
	}
}

static void
run_rules(const struct evidence *e, struct diagnosis *d)
{
	struct cause *all = NULL;
	struct opinion *o = mem_alloc(sizeof(*o));
	size_t n = 0, cap = 0;
	int id;

	for (id = 0; id < CAUSE_COUNT; id++) {
		if (cause_rules[id] == NULL)
			continue;
		memset(o, 0, sizeof(*o));
		o->cause.id = o->ruled_out.id = (enum cause_id)id;
		o->cause.who = cause_who(o->cause.id);
		cause_rules[id](e, o);
		facts_speak(e, o);
		if (o->out)
			d->ruled_out[d->ruled_out_count++] = o->ruled_out;
		else if (o->sum >= CONFIDENCE_MIN) {
			finish_cause(o);
			all = mem_grow(all, n, &cap, sizeof(*all));
			all[n++] = o->cause;
		}
	}
	d->cause_count = n < DIAGNOSIS_CAUSES ? n : DIAGNOSIS_CAUSES;
	if (n > 0) {
		qsort(all, n, sizeof(*all), by_confidence);
		memcpy(d->causes, all, d->cause_count * sizeof(*all));
	}
	free(all);
	free(o);
}

void
diagnosis_clear(struct diagnosis *d)
{
	free(d->causes);
	free(d->ruled_out);
	free(d->findings);
	memset(d, 0, sizeof(*d));
}

void
diagnose(const struct evidence *e, struct diagnosis *d)
{
	diagnosis_clear(d);
	d->causes = mem_array(DIAGNOSIS_CAUSES, sizeof(*d->causes));
	d->ruled_out = mem_array(CAUSE_COUNT, sizeof(*d->ruled_out));
	d->findings = mem_array(DIAGNOSIS_FINDINGS, sizeof(*d->findings));
	d->verdict = decide(e);
	if (d->verdict != VERDICT_ACCEPTED &&
	    d->verdict != VERDICT_INCONCLUSIVE)
		run_rules(e, d);
	headline(e, d);
	failure_point(e, d);
	find(e, d);
}
