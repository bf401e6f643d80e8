#include "core/cause/facts.h"

#include <string.h>
#include <strings.h>

#include "core/product.h"
#include "core/text.h"
#include "net/addr.h"
#include "net/dns_msg.h"

struct ref
no_ref(void)
{
	return (struct ref) { 0, 0 };
}

const struct server *
main_server(const struct evidence *e, size_t i)
{
	size_t k;

	for (k = 0; k < e->server_count; k++)
		if (!e->servers[k].side && i-- == 0)
			return &e->servers[k];
	return NULL;
}

size_t
main_total(const struct evidence *e)
{
	size_t n = 0;

	while (main_server(e, n) != NULL)
		n++;
	return n;
}

size_t
main_count(const struct evidence *e, enum result result)
{
	const struct server *s;
	size_t i, n = 0;

	for (i = 0; (s = main_server(e, i)) != NULL; i++)
		n += s->result == result;
	return n;
}

const struct server *
main_with(const struct evidence *e, enum result result)
{
	const struct server *s, *best = NULL;
	size_t i;

	for (i = 0; (s = main_server(e, i)) != NULL; i++)
		if (s->result == result &&
		    (best == NULL || s->preference < best->preference))
			best = s;
	return best;
}

const struct server *
message_refuser(const struct evidence *e)
{
	const struct server *s;
	size_t i;

	for (i = 0; (s = main_server(e, i)) != NULL; i++)
		if (s->sent && s->result != RESULT_ACCEPTED)
			return s;
	return NULL;
}

const struct server *
deciding_server(const struct evidence *e)
{
	static const enum result order[] = { RESULT_REFUSED, RESULT_DEFERRED,
		RESULT_UNREACHABLE };
	const struct server *s;
	size_t i;

	if ((s = message_refuser(e)) != NULL)
		return s;
	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if ((s = main_with(e, order[i])) != NULL)
			return s;
	return NULL;
}

const struct server *
denier(const struct evidence *e, size_t i)
{
	const struct server *s, *first = message_refuser(e);
	size_t k;

	if (first != NULL && first->code != 0 && i-- == 0)
		return first;
	for (k = 0; (s = main_server(e, k)) != NULL; k++)
		if ((s->result == RESULT_REFUSED ||
			s->result == RESULT_DEFERRED) && s->code != 0 &&
		    s != first && i-- == 0)
			return s;
	return NULL;
}

/* The session in which it was asked and answered, the first one first. */
static const struct smtp_probe *
answering_session(const struct server *s, enum ask ask)
{
	const struct smtp_probe *p = s->probe;
	size_t i;

	for (i = 0; p != NULL; i++) {
		if (p->answers[ask] != NULL && p->answers[ask]->code != 0)
			return p;
		p = i < s->again_count ? s->again[i] : NULL;
	}
	return NULL;
}

const struct answer *
server_answer(const struct server *s, enum ask ask)
{
	const struct smtp_probe *p = answering_session(s, ask);

	return p != NULL ? p->answers[ask] : NULL;
}

struct ref
answer_ref(const struct server *s, enum ask ask)
{
	const struct smtp_probe *p = answering_session(s, ask);

	return p == NULL ? s->at :
			   (struct ref) { p->base.number,
				   p->answers[ask]->line };
}

enum compare
server_compare(const struct server *s, enum ask ask)
{
	const struct answer *a = server_answer(s, ask);
	const struct answer *t = server_answer(s, ASK_MAIL);

	/* Where MAIL was refused, that is the refusal in question. */
	if (t == NULL || t->code / 100 == 2)
		t = server_answer(s, ASK_TARGET);
	if (a == NULL || t == NULL)
		return COMPARE_UNKNOWN;
	if (a->code / 100 == 2)
		return COMPARE_ACCEPTED;
	if (s->stage == STAGE_DATA)
		return COMPARE_UNKNOWN; /* no recipient was refused */
	if (a->reading.family == FAMILY_RATE ||
	    a->reading.family == FAMILY_ECHO)
		return COMPARE_UNKNOWN; /* an answer to our asking, no more */
	return phrases_same_wording(t->code, t->text, a->code, a->text) ?
	    COMPARE_SAME : COMPARE_OTHER;
}

bool
family_is_about_others(enum family family)
{
	switch (family) {
	case FAMILY_SENDER:
	case FAMILY_CLIENT_DNS:
	case FAMILY_HELO:
	case FAMILY_REPUTATION:
	case FAMILY_SPF:
	case FAMILY_DKIM:
	case FAMILY_DMARC:
	case FAMILY_RATE:
	case FAMILY_GREY:
	case FAMILY_TLS:
	case FAMILY_SIZE:
	case FAMILY_LOOP:
	case FAMILY_SERVER:
	case FAMILY_NETWORK:
	case FAMILY_ECHO: return true;
	default: return false;
	}
}

bool
server_denies_relay(const struct server *s)
{
	enum compare control = server_compare(s, ASK_CONTROL);
	enum compare postmaster = server_compare(s, ASK_POSTMASTER);

	if (s->stage != STAGE_RCPT || (s->result != RESULT_REFUSED &&
		s->result != RESULT_DEFERRED))
		return false;
	/* From another sender it takes the recipient: it knows the domain. */
	if (postmaster == COMPARE_ACCEPTED ||
	    server_compare(s, ASK_NULL_TARGET) == COMPARE_ACCEPTED)
		return false;
	if (s->reading.family == FAMILY_RELAY)
		return control != COMPARE_OTHER ||
		    postmaster == COMPARE_SAME ||
		    postmaster == COMPARE_UNKNOWN;
	if (family_is_about_others(s->reading.family) ||
	    s->reading.family == FAMILY_UNAVAILABLE)
		return false;
	/*
	 * Denials that never say "relay" show by the comparison, unless the
	 * server tells everybody the same.  Words that are known to speak of
	 * another rule need the proof that it does not.
	 */
	if (control != COMPARE_SAME || postmaster != COMPARE_SAME ||
	    s->reading.about_client)
		return false;
	if (reading_rank(&s->reading, CAUSE_MX_NOT_HOSTING) >= 0)
		return true;
	/*
	 * No mail server of a domain wants a login from whoever writes to it,
	 * nor has it to look its own domain up.
	 */
	if (s->role == ROLE_MX && (s->reading.family == FAMILY_AUTH ||
		s->reading.family == FAMILY_DOMAIN))
		return true;
	if (s->reading.family == FAMILY_POLICY && s->reading.phrase != NULL)
		return server_compare(s, ASK_BARE) == COMPARE_ACCEPTED ||
		    server_compare(s, ASK_BARE) == COMPARE_OTHER;
	return server_compare(s, ASK_BARE) != COMPARE_SAME;
}

bool
server_knows_domain(const struct server *s)
{
	const struct answer *control = server_answer(s, ASK_CONTROL);

	if (s->result == RESULT_ACCEPTED ||
	    server_compare(s, ASK_POSTMASTER) == COMPARE_ACCEPTED ||
	    server_compare(s, ASK_NULL_TARGET) == COMPARE_ACCEPTED)
		return true;
	/* A server greylists what it would take; it denies the rest at once. */
	if (s->stage == STAGE_RCPT && control == NULL &&
	    s->reading.family == FAMILY_GREY && s->reading.phrase != NULL)
		return true;
	if (s->stage != STAGE_RCPT || control == NULL ||
	    control->reading.family != FAMILY_RELAY ||
	    server_compare(s, ASK_CONTROL) != COMPARE_OTHER)
		return false;
	return s->reading.family == FAMILY_MAILBOX ||
	    s->reading.family == FAMILY_UNAVAILABLE ||
	    s->reading.family == FAMILY_GREY;
}

int
reading_rank(const struct reading *reading, enum cause_id cause)
{
	size_t i;

	for (i = 0; i < reading->cause_count; i++)
		if (reading->causes[i] == cause)
			return (int)i;
	return -1;
}

int
reading_weight(const struct reading *reading, enum cause_id cause)
{
	static const int weights[] = { 45, 30, 20, 15, 10, 10, 5, 5 };
	int rank = reading_rank(reading, cause);

	return rank < 0 ? 0 : weights[rank < 7 ? rank : 7];
}

bool
anybody_answered(const struct evidence *e)
{
	const struct server *s;
	size_t i;

	for (i = 0; (s = main_server(e, i)) != NULL; i++)
		if (s->result != RESULT_UNREACHABLE &&
		    s->result != RESULT_SKIPPED)
			return true;
	return false;
}

bool
mx_role(const struct evidence *e)
{
	const struct server *s = deciding_server(e);

	if (!e->route_server)
		return true;
	return e->server_in_mx && !e->have_credentials &&
	    (s == NULL || s->addr.port == 25);
}

bool
set_has(const char *set, const char *host)
{
	size_t n = strlen(host);
	const char *at = set;

	while ((at = text_ifind(at, host)) != NULL) {
		bool begins = at == set || at[-1] == ' ';

		if (begins && (at[n] == '\0' || at[n] == ','))
			return true;
		at++;
	}
	return false;
}

const struct ns_fact *
name_server_answer(const struct evidence *e, size_t i)
{
	size_t k;

	for (k = 0; k < e->ns_count; k++)
		if (e->nss[k].authoritative &&
		    (e->nss[k].mx == LOOKUP_FOUND ||
			e->nss[k].mx == LOOKUP_NODATA) && i-- == 0)
			return &e->nss[k];
	return NULL;
}

bool
mx_in_some_only(const struct evidence *e, const char *host)
{
	const struct ns_fact *ns;
	size_t i, in = 0, all = 0;

	for (i = 0; (ns = name_server_answer(e, i)) != NULL; i++) {
		all++;
		/* Without MX records it is the domain's own host. */
		in += ns->mx == LOOKUP_FOUND ?
		    set_has(evidence_set(ns->mx_set), host) :
		    strcasecmp(host, e->domain) == 0;
	}
	return (e->mx == LOOKUP_FOUND || e->mx == LOOKUP_NODATA) && in < all;
}

const struct ns_fact *
mx_on_some(const struct evidence *e)
{
	const struct ns_fact *ns;
	size_t i;

	for (i = 0; (ns = name_server_answer(e, i)) != NULL; i++)
		if (ns->mx == LOOKUP_FOUND)
			return ns;
	return NULL;
}

bool
same_site(const char *a, const char *b)
{
	const char *dot = strrchr(b, '.'), *tail = b;

	if (dot == NULL)
		return strcasecmp(a, b) == 0;
	while (dot > b && dot[-1] != '.')
		dot--;
	tail = dot;
	return dns_name_under(a, tail);
}

/*
 * Two machines of one customer: the smallest blocks that are handed out.  A
 * whole /24 holds many customers, and a proxy answers for them all.
 */
static bool
neighbours(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && a->family != AF_UNSPEC &&
	    addr_in_net(a, b, a->family == AF_INET6 ? 64 : 29);
}

/*
 * Whoever stands in the way answers for everybody, so a control server with
 * a name of its own clears the rest.  Nor does it hold a certificate for
 * the host that was asked for.
 */
const struct control_fact *
same_name_elsewhere(const struct evidence *e, const struct server *s)
{
	const struct control_fact *same = NULL;
	const struct smtp_probe *p = s->probe;
	size_t i;

	if (p == NULL || !p->have_ehlo || (p->tls != NULL && p->tls->trusted))
		return NULL;
	for (i = 0; i < e->control_count; i++) {
		const struct control_fact *c = &e->controls[i];

		if (c->ehlo_host[0] == '\0')
			continue;
		if (strcasecmp(c->ehlo_host, p->ehlo.host) != 0)
			return NULL;
		if (!same_site(p->ehlo.host, c->host) &&
		    !neighbours(&c->addr, &s->addr))
			same = c;
	}
	return same;
}

const char *
shield_here(const struct evidence *e, const struct server *s,
    const struct control_fact **other)
{
	struct product product;
	size_t i;

	*other = NULL;
	if (s->probe == NULL || s->probe->product.between[0] == '\0')
		return NULL;
	if (s->probe->product.shield)
		return s->probe->product.between;
	for (i = 0; i < e->control_count; i++) {
		product_init(&product);
		product_see_banner(&product, e->controls[i].banner, 0);
		product_conclude(&product);
		if (strcmp(product.between, s->probe->product.between) != 0)
			continue;
		*other = &e->controls[i];
		return product.between;
	}
	return NULL;
}

const struct control_fact *
turned_away_alike(const struct evidence *e, const struct server *s)
{
	const struct control_fact *alike = NULL;
	size_t i;

	if (s->stage != STAGE_BANNER || s->code < 400 ||
	    (s->reading.family != FAMILY_NONE &&
		s->reading.family != FAMILY_POLICY))
		return NULL;
	for (i = 0; i < e->control_count; i++) {
		const struct control_fact *c = &e->controls[i];

		if (!c->greeted)
			continue;
		if (c->code < 400 ||
		    !phrases_same_wording(c->code, c->banner + 4, s->code,
			s->text))
			return NULL;
		alike = c;
	}
	return alike;
}

bool
auth_in_clear(const struct server *s)
{
	return s->auth_clear[0] != '\0';
}

bool
auth_in_tls(const struct server *s)
{
	return s->auth_tls[0] != '\0';
}

const struct server *
auth_elsewhere(const struct evidence *e, const struct server *s)
{
	const struct server *best = NULL;
	size_t i;

	for (i = 0; i < e->server_count; i++) {
		const struct server *other = &e->servers[i];

		if (other->role != ROLE_SERVER || other->repeat ||
		    other->addr.port == s->addr.port ||
		    (!auth_in_clear(other) && !auth_in_tls(other)))
			continue;
		/* 587 is what a mail program is told to use (RFC 6409). */
		if (best == NULL || other->addr.port == 587)
			best = other;
	}
	return best;
}

bool
logged_in(const struct server *s)
{
	return s->probe != NULL && s->probe->logged_in;
}

struct ref
ehlo_ref(const struct server *s)
{
	return server_answer(s, ASK_EHLO_TLS) != NULL ?
	    answer_ref(s, ASK_EHLO_TLS) : answer_ref(s, ASK_EHLO);
}

struct ref
tls_ref(const struct server *s)
{
	return s->probe == NULL ? s->at :
				  (struct ref) { s->probe->base.number,
					  s->probe->tls_line };
}

const char *
mechs(const struct server *s)
{
	return auth_in_tls(s) ? s->auth_tls : s->auth_clear;
}

bool
login_dropped(const struct server *s)
{
	return s->probe != NULL && s->probe->login_dropped[0] != '\0';
}
