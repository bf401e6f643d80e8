#include "core/cause/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/cause/facts.h"
#include "core/login_settings.h"
#include "net/addr.h"
#include "net/i18n.h"

static void __attribute__((format(printf, 7, 8)))
add(struct diagnosis *d, const char *id, enum finding_result result,
    enum severity severity, const char *subject, struct ref at,
    const char *fmt, ...)
{
	struct finding *f;
	va_list ap;

	if (d->finding_count >= DIAGNOSIS_FINDINGS)
		return;
	f = &d->findings[d->finding_count++];
	snprintf(f->id, sizeof(f->id), "%s", id);
	f->result = result;
	f->severity = severity;
	snprintf(f->subject, sizeof(f->subject), "%s", subject);
	f->at = at;
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), _(fmt), ap);
	va_end(ap);
}

/*
 * Taking a recipient of a foreign domain is not relaying it, but the first
 * half of it.  From an address inside the server's own network it says
 * nothing about strangers.
 */
static void
open_relay(const struct evidence *e, struct diagnosis *d)
{
	const struct server *s;
	size_t i;
	bool asked = false;

	for (i = 0; (s = main_server(e, i)) != NULL; i++) {
		const struct answer *a = server_answer(s, ASK_CONTROL);

		if (a == NULL)
			continue;
		asked = true;
		if (a->code / 100 != 2 || logged_in(s))
			continue;
		if (same_name_elsewhere(e, s) != NULL) {
			add(d, "smtp-intercepted", FINDING_YES,
			    SEVERITY_ERROR, s->host, answer_ref(s, ASK_EHLO),
			    "it is not %.80s that took this: %.80s goes by the "
			    "same name, so somebody on the way answers for all",
			    s->host, same_name_elsewhere(e, s)->host);
			return;
		}
		/* Whoever takes strangers' mail would have taken ours. */
		if (server_denies_relay(s)) {
			add(d, "open-relay", FINDING_UNKNOWN, SEVERITY_INFO,
			    s->host, answer_ref(s, ASK_CONTROL),
			    "%s takes mail for the control domain and denies "
			    "it for %.100s: the first may be its own",
			    s->host, e->domain);
			return;
		}
		if (s->probe->local.family != AF_UNSPEC &&
		    addr_is_private(&s->probe->local) &&
		    addr_is_private(&s->addr)) {
			add(d, "open-relay", FINDING_UNKNOWN, SEVERITY_INFO,
			    s->host, answer_ref(s, ASK_CONTROL),
			    "%s accepts a recipient of a foreign domain, but "
			    "this client is inside its own network",
			    s->host);
			return;
		}
		add(d, "open-relay", FINDING_YES, SEVERITY_ERROR, s->host,
		    answer_ref(s, ASK_CONTROL),
		    "%s accepts a recipient of a domain that is not its own, "
		    "without a login: %d %.120s",
		    s->host, a->code, a->text);
		return;
	}
	if (asked)
		add(d, "open-relay", FINDING_NO, SEVERITY_INFO, e->domain,
		    no_ref(), "foreign domains are refused without a login");
}

static void
name_servers(const struct evidence *e, struct diagnosis *d)
{
	const char *set = NULL;
	size_t i;
	bool differ = false;

	for (i = 0; i < e->ns_count; i++) {
		const struct ns_fact *ns = &e->nss[i];
		char at[ADDR_TEXT_MAX];

		addr_text(&ns->addr, at);
		if (!ns->reachable)
			add(d, "name-server-silent", FINDING_YES,
			    SEVERITY_WARNING, ns->host, ns->at,
			    "%s (%s) does not answer", ns->host, at);
		else if (!ns->authoritative)
			add(d, "name-server-lame", FINDING_YES,
			    SEVERITY_WARNING, ns->host, ns->at,
			    "%s (%s) does not answer with authority for %s",
			    ns->host, at, e->zone);
		else if (set == NULL)
			set = evidence_set(ns->mx_set);
		else
			differ |= strcmp(set, evidence_set(ns->mx_set)) != 0;
	}
	if (e->ns_count > 0)
		add(d, "name-servers-agree",
		    differ ? FINDING_NO : FINDING_YES,
		    differ ? SEVERITY_ERROR : SEVERITY_INFO, e->zone,
		    e->nss[0].at,
		    differ ?
			_("the name servers give different MX records") :
			_("all name servers that answered give the same MX "
			  "records"));
	if (e->parent_asked && e->parent_differs)
		add(d, "delegation-agrees", FINDING_NO, SEVERITY_WARNING,
		    e->zone, e->parent_at,
		    "the parent delegates to %.120s, the zone names %.120s",
		    e->parent_ns_set, e->child_ns_set);
	else if (e->parent_asked)
		add(d, "delegation-agrees", FINDING_YES, SEVERITY_INFO,
		    e->zone, e->parent_at,
		    "delegation and zone name the same servers");
}

static void
mail_hosts(const struct evidence *e, struct diagnosis *d)
{
	size_t i;

	for (i = 0; i < e->mx_count; i++) {
		const struct mx_fact *mx = &e->mxs[i];

		if (mx->not_a_name)
			add(d, "mx-not-a-host", FINDING_YES, SEVERITY_ERROR,
			    mx->host, mx->at, "the MX target is %s",
			    mx->not_a_name_why);
		else if (mx->addresses == 0 &&
		    (mx->a == LOOKUP_NXDOMAIN || mx->a == LOOKUP_NODATA))
			add(d, "mx-without-address", FINDING_YES,
			    SEVERITY_ERROR, mx->host, mx->address_at,
			    "the MX host has no address");
		if (mx->cname)
			add(d, "mx-alias", FINDING_YES, SEVERITY_WARNING,
			    mx->host, mx->address_at,
			    "the MX host is an alias (RFC 5321 5.1 wants a "
			    "name with addresses of its own)");
		if (mx->private_addresses > 0)
			add(d, "mx-private-address", FINDING_YES,
			    SEVERITY_ERROR, mx->host, mx->address_at,
			    "%s is a private address", mx->private_example);
	}
}

static void
servers(const struct evidence *e, struct diagnosis *d)
{
	const struct server *s;
	size_t i;

	for (i = 0; (s = main_server(e, i)) != NULL; i++) {
		struct ref tls = { s->probe != NULL ?
				s->probe->base.number : 0,
			s->probe != NULL ? s->probe->tls_line : 0 };

		if (s->result == RESULT_UNREACHABLE)
			add(d, "server-unreachable", FINDING_YES,
			    d->verdict == VERDICT_ACCEPTED ?
				SEVERITY_WARNING : SEVERITY_ERROR,
			    s->host, s->at, "%.200s", s->text);
		if (s->tls_offered == TRI_NO && s->result != RESULT_UNREACHABLE)
			add(d, "no-starttls", FINDING_YES, SEVERITY_INFO,
			    s->host, s->at, "the server offers no STARTTLS");
		if (s->tls_established == TRI_NO)
			add(d, "tls-handshake", FINDING_NO, SEVERITY_WARNING,
			    s->host, tls, "the TLS handshake fails: %.200s",
			    s->tls_why);
		if (s->tls_trusted == TRI_NO)
			add(d, "certificate-valid", FINDING_NO,
			    s->role == ROLE_SERVER ? SEVERITY_ERROR :
						     SEVERITY_INFO,
			    s->host, tls, "%.240s", s->tls_why);
		if (s->probe != NULL && s->probe->server_unproven)
			add(d, "server-unproven", FINDING_YES,
			    SEVERITY_WARNING, s->host,
			    answer_ref(s, ASK_AUTH),
			    "it took the login without the proof that %s asks "
			    "of it: somebody else may stand in its place",
			    s->probe->mechanism);
		if (s->probe != NULL && s->probe->server_disproved)
			add(d, "server-unproven", FINDING_YES, SEVERITY_ERROR,
			    s->host,
			    (struct ref) { s->probe->base.number,
				s->probe->login_line },
			    "%.200s", s->probe->login_dropped);
		if (s->probe != NULL && s->probe->product.conflict)
			add(d, "product-conflict", FINDING_YES,
			    SEVERITY_WARNING, s->host, s->at,
			    "the words of this server belong to two "
			    "products, %s and %s: a gateway or a proxy may "
			    "stand in between",
			    s->probe->product.name, s->probe->product.other);
	}
}

static void
sending_side(const struct evidence *e, struct diagnosis *d)
{
	char mine[ADDR_TEXT_MAX];

	addr_text(&e->client, mine);
	if (e->ptr == LOOKUP_FOUND)
		add(d, "reverse-dns",
		    e->ptr_confirmed == TRI_YES ? FINDING_YES : FINDING_NO,
		    e->ptr_confirmed == TRI_YES ? SEVERITY_INFO :
						  SEVERITY_WARNING,
		    mine, e->ptr_at, e->ptr_confirmed == TRI_YES ?
			_("the sending address is called %s, and that leads "
			"back to it") :
			_("the sending address is called %s, but that does not "
			"lead back to it"),
		    e->ptr_name);
	else if (e->ptr == LOOKUP_NXDOMAIN || e->ptr == LOOKUP_NODATA)
		add(d, "reverse-dns", FINDING_NO, SEVERITY_WARNING, mine,
		    e->ptr_at, "the sending address has no PTR record");
	if (e->helo[0] != '\0' &&
	    (e->helo_a == LOOKUP_NXDOMAIN || e->helo_a == LOOKUP_NODATA))
		add(d, "helo-resolves", FINDING_NO, SEVERITY_WARNING,
		    e->helo, e->helo_at,
		    "the name said in EHLO has no address");
	if (e->sender_null_mx || e->sender_mx_invalid ||
	    e->sender_mx == LOOKUP_NXDOMAIN)
		add(d, "sender-takes-mail", FINDING_NO, SEVERITY_WARNING,
		    e->sender_domain, e->sender_at,
		    "bounces to the sender's domain cannot arrive: %s",
		    e->sender_mx == LOOKUP_NXDOMAIN ?
			_("it does not exist") :
			e->sender_null_mx ? _("it has a null MX") :
					    _("its MX leads nowhere"));
}

static bool
is_cause(const struct diagnosis *d, enum cause_id id)
{
	size_t i;

	for (i = 0; i < d->cause_count; i++)
		if (d->causes[i].id == id)
			return true;
	return false;
}

/* The refusals say plainly that they are about another thing than SPF. */
static bool
about_something_else(const struct evidence *e)
{
	const struct server *s;
	size_t i;

	for (i = 0; (s = denier(e, i)) != NULL; i++)
		switch (s->reading.family) {
		case FAMILY_NONE:
		case FAMILY_POLICY:
		case FAMILY_SENDER:
		case FAMILY_REPUTATION:
		case FAMILY_SPF:
		case FAMILY_DKIM:
		case FAMILY_DMARC:
		case FAMILY_ECHO: return false;
		default: break;
		}
	return i > 0;
}

/* SPF failing beside another refusal is worth knowing, and is not why. */
static void
spf_result(const struct evidence *e, struct diagnosis *d, enum spf_word word,
    const char *subject, struct ref at, const char *text)
{
	bool good = word == SPF_WORD_PASS || word == SPF_WORD_NONE ||
	    word == SPF_WORD_NEUTRAL;
	bool innocent = !good && about_something_else(e) &&
	    !is_cause(d, CAUSE_SPF_FAIL);

	add(d, "spf",
	    word == SPF_WORD_PASS	? FINDING_YES :
		word == SPF_WORD_NONE	? FINDING_NOT_APPLICABLE :
		word == SPF_WORD_TEMPERROR ? FINDING_UNKNOWN :
					  FINDING_NO,
	    good ? SEVERITY_INFO : SEVERITY_WARNING, subject, at,
	    "SPF %s: %.200s%s", spf_word_name(word), text,
	    innocent ? _(" (this is not why it was refused here)") : "");
}

static void
spf(const struct evidence *e, struct diagnosis *d)
{
	const char *subject =
	    e->null_sender || e->sender_domain[0] == '\0' ? e->helo :
							    e->sender_domain;

	if (e->spf != SPF_WORD_NOT_ASKED)
		spf_result(e, d, e->spf, subject, e->spf_at, e->spf_text);
	else if (e->spf_why_not[0] != '\0')
		add(d, "spf", FINDING_UNKNOWN, SEVERITY_INFO, subject,
		    no_ref(), "SPF was not evaluated: %.200s",
		    e->spf_why_not);
	if (e->spf_other != SPF_WORD_NOT_ASKED && e->spf_other != e->spf)
		spf_result(e, d, e->spf_other, subject, e->spf_other_at,
		    e->spf_other_text);
	if (e->spf_helo != SPF_WORD_NOT_ASKED && !e->null_sender &&
	    e->spf_helo != SPF_WORD_NONE)
		spf_result(e, d, e->spf_helo, e->helo, e->spf_helo_at,
		    e->spf_helo_text);
}

/* What DNS publishes is told as it was found. */
static void
policies(const struct evidence *e, struct diagnosis *d)
{
	size_t i;

	spf(e, d);
	for (i = 0; i < e->policy_count; i++) {
		const struct policy_fact *f = &e->policies[i];

		add(d, f->id,
		    f->yes == TRI_YES ? FINDING_YES :
			f->yes == TRI_NO ? FINDING_NO : FINDING_UNKNOWN,
		    f->yes == TRI_YES && strcmp(f->id, "blocklisted") == 0 ?
			SEVERITY_ERROR :
			f->wrong ? SEVERITY_WARNING : SEVERITY_INFO,
		    f->subject,
		    f->at, "%s", f->text);
	}
}

/* The same question, put twice. */
static void
answers_change(const struct evidence *e, struct diagnosis *d)
{
	const struct server *s;
	size_t i, k;

	for (i = 0; (s = main_server(e, i)) != NULL; i++) {
		const struct answer *first = server_answer(s, ASK_TARGET);

		if (s->waited_s > 0) {
			add(d, "greylisted", FINDING_YES, SEVERITY_INFO,
			    s->host, s->first_at,
			    "it put first contact off (%d); asked again after "
			    "%d s it says: %d %.150s",
			    s->first_code, s->waited_s, s->code, s->text);
			continue;
		}
		if (s->first_code != 0)
			add(d, "unsteady-answers", FINDING_YES,
			    SEVERITY_WARNING, s->host, s->first_at,
			    "beside other connections it put this one off "
			    "(%d); asked again alone it says: %d %.150s",
			    s->first_code, s->code, s->text);
		for (k = 0; s->first_code == 0 && first != NULL &&
		     k < e->server_count; k++) {
			const struct server *late = &e->servers[k];
			const struct answer *again =
			    server_answer(late, ASK_TARGET);

			if (!late->repeat ||
			    !addr_same(&late->addr, &s->addr) ||
			    again == NULL ||
			    again->code / 100 == first->code / 100)
				continue;
			add(d, "unsteady-answers", FINDING_YES,
			    SEVERITY_WARNING, s->host,
			    answer_ref(late, ASK_TARGET),
			    "the same question, put twice: first %d %.100s; "
			    "then %d %.100s",
			    first->code, first->text, again->code,
			    again->text);
			break;
		}
	}
}

/* What the bounce says beside what the servers say now. */
static void
reported(const struct evidence *e, struct diagnosis *d)
{
	const struct server *s = d->verdict == VERDICT_ACCEPTED ?
	    main_with(e, RESULT_ACCEPTED) : deciding_server(e);
	bool same;

	if (e->reported_code == 0 || s == NULL || s->code == 0)
		return;
	same = phrases_same_wording(e->reported_code, e->reported_text,
	    s->code, s->text);
	add(d, "reported-refusal", same ? FINDING_YES : FINDING_NO,
	    same ? SEVERITY_INFO : SEVERITY_WARNING,
	    e->reported_server[0] != '\0' ? e->reported_server : s->host,
	    s->at,
	    same ? _("what was reported is still the answer: %d %.200s") :
		   _("reported was: %d %.120s; now %s says: %d %.80s"),
	    e->reported_code, e->reported_text, s->host, s->code, s->text);
}

/* Which port takes a login, and how. */
static void
login(const struct evidence *e, struct diagnosis *d)
{
	struct login_settings set;

	if (login_settings(e, &set))
		add(d, "login-settings", FINDING_YES, SEVERITY_INFO,
		    set.server, set.at, "port %.120s; methods %.150s",
		    set.port, set.methods);
}

/* Without names nothing is known; whose fault that is, is. */
static void
resolver(const struct evidence *e, struct diagnosis *d)
{
	if (e->resolver_works || e->lookup_error[0] == '\0')
		return;
	add(d, "resolver-answers", FINDING_NO, SEVERITY_ERROR, e->resolvers,
	    e->mx_at.probe != 0 ? e->mx_at : e->server_a_at,
	    "the name server that this machine uses looks nothing up: %s. It "
	    "stands in /etc/resolv.conf, or was named; --resolver=ADDRESS "
	    "asks another", e->lookup_error);
}

void
find(const struct evidence *e, struct diagnosis *d)
{
	resolver(e, d);
	open_relay(e, d);
	mail_hosts(e, d);
	name_servers(e, d);
	answers_change(e, d);
	sending_side(e, d);
	policies(e, d);
	servers(e, d);
	login(e, d);
	reported(e, d);
}
