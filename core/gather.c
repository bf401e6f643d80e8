#include <stdio.h>
#include <string.h>

#include "core/cause/facts.h"
#include "core/investigation.h"
#include "core/settings.h"
#include "net/dns.h"
#include "net/i18n.h"

static void
mechanisms(const struct smtp_ehlo *ehlo, char *out, size_t size)
{
	size_t at = 0;
	int i;

	out[0] = '\0';
	for (i = 0; i < ehlo->mech_count; i++) {
		int n = snprintf(out + at, size - at, "%s%s",
		    i > 0 ? " " : "", ehlo->mechs[i]);

		if (n < 0 || (size_t)n >= size - at)
			break;
		at += (size_t)n;
	}
}

/* TLS as three facts: offered, established, trusted. */
static void
tls_facts(const struct smtp_probe *p, struct server *out)
{
	bool at_once = p->plan.security == SECURITY_TLS ||
	    (p->plan.security == SECURITY_AUTO && p->plan.addr.port == 465);

	out->tls_offered = p->tls_offered || (at_once && p->tls_established) ?
	    TRI_YES : p->have_ehlo ? TRI_NO : TRI_UNKNOWN;
	if (p->tls_established)
		out->tls_established = TRI_YES;
	else if (p->tls_failed)
		out->tls_established = TRI_NO;
	if (p->tls != NULL)
		out->tls_trusted = p->tls->trusted ? TRI_YES : TRI_NO;
	snprintf(out->tls_why, sizeof(out->tls_why), "%s",
	    p->tls_failed ? p->tls_error :
		p->tls != NULL ? p->tls->why : "");
	if (at_once) {
		if (p->have_ehlo)
			mechanisms(&p->ehlo, out->auth_tls,
			    sizeof(out->auth_tls));
		return;
	}
	if (p->have_ehlo)
		mechanisms(&p->ehlo, out->auth_clear,
		    sizeof(out->auth_clear));
	if (p->have_ehlo_tls)
		mechanisms(&p->ehlo_tls, out->auth_tls,
		    sizeof(out->auth_tls));
}

static void
take_answer(struct server *out, const struct smtp_probe *p, enum ask ask,
    enum stage stage)
{
	const struct answer *a = p->answers[ask];

	out->stage = stage;
	out->code = a->code;
	out->enhanced = a->enhanced;
	snprintf(out->text, sizeof(out->text), "%s", a->text);
	out->at = (struct ref) { p->base.number, a->line };
	out->reading = a->reading;
	out->result = a->code / 100 == 2 ? RESULT_ACCEPTED :
	    a->code / 100 == 4		 ? RESULT_DEFERRED :
					   RESULT_REFUSED;
}

/*
 * The reply that decides, in the order of the conversation: what said no
 * first, else what was said to the recipient.
 */
static bool
deciding_answer(const struct smtp_probe *p, struct server *out)
{
	static const struct {
		enum ask ask;
		enum stage stage;
	} order[] = {
		{ ASK_BANNER, STAGE_BANNER },
		{ ASK_EHLO, STAGE_EHLO },
		{ ASK_EHLO_TLS, STAGE_EHLO },
		{ ASK_AUTH, STAGE_AUTH }, /* what follows follows from it */
		{ ASK_MAIL, STAGE_MAIL },
		{ ASK_TARGET, STAGE_RCPT },
		{ ASK_DATA, STAGE_DATA },
		{ ASK_MESSAGE, STAGE_DATA },
	};
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const struct answer *a = p->answers[order[i].ask];
		bool last = order[i].ask ==
		    (p->answers[ASK_DATA] != NULL ? ASK_MESSAGE : ASK_TARGET);

		if (a == NULL || a->code == 0)
			continue;
		if (order[i].ask == ASK_EHLO && a->code / 100 == 5 &&
		    smtp_probe_said_yes(p, ASK_HELO))
			continue;
		if (last || a->code / 100 != (order[i].ask == ASK_DATA ? 3 : 2)) {
			take_answer(out, p, order[i].ask, order[i].stage);
			return true;
		}
	}
	return false;
}

/* It spoke, whatever came of it. */
static bool
greeted(const struct smtp_probe *p)
{
	return p->answers[ASK_BANNER] != NULL &&
	    p->answers[ASK_BANNER]->code != 0;
}

static void
undecided(const struct smtp_probe *p, struct server *out)
{
	out->stage = p->lost_line != 0 ? p->lost_at : p->stage;
	out->at = (struct ref) { p->base.number, p->lost_line };
	out->code = 0;
	memset(&out->enhanced, 0, sizeof(out->enhanced));
	memset(&out->reading, 0, sizeof(out->reading));
	snprintf(out->text, sizeof(out->text), "%s", p->error.text);
	if (p->skipped || !p->base.task.done || p->error.kind == ERR_NONE)
		out->result = RESULT_SKIPPED;
	else if (p->lost_at <= STAGE_BANNER || !greeted(p))
		out->result = RESULT_UNREACHABLE;
	else
		out->result = RESULT_DEFERRED; /* a sender would try again */
}

/* A probe that only looked: as far as it came. */
static void
looked(const struct smtp_probe *p, struct server *out)
{
	out->stage = p->stage;
	if (p->answers[ASK_EHLO] != NULL && p->answers[ASK_EHLO]->code != 0) {
		take_answer(out, p, ASK_EHLO, STAGE_EHLO);
		out->result = RESULT_SKIPPED;
		out->text[0] = '\0';
		out->code = 0;
		return;
	}
	undecided(p, out);
}

/* The outcome of a session. */
static void
outcome(const struct smtp_probe *p, struct server *out)
{
	if (p->plan.depth < DEPTH_RCPT)
		looked(p, out);
	else if (!deciding_answer(p, out))
		undecided(p, out);
}

/* After a wait the second answer decides; what it said first stays known. */
static void
gather_later(struct session *s, const struct smtp_probe *p)
{
	struct server late = { 0 };
	size_t i;

	outcome(p, &late);
	for (i = 0; i < s->evidence.server_count; i++) {
		struct server *out = &s->evidence.servers[i];

		if (out->side || !addr_same(&out->addr, &p->plan.addr) ||
		    late.code == 0)
			continue;
		out->waited_s = s->work->wait_s;
		out->first_code = out->code;
		out->first_at = out->at;
		outcome(p, out);
		if (out->again_count < SERVER_AGAIN)
			out->again[out->again_count++] = out->probe;
		out->probe = p;
		return;
	}
}

/*
 * The test message: what is said to it goes before what was said to the
 * recipient alone.  A session that did not come so far changes nothing.
 */
static void
gather_sent(struct session *s, const struct smtp_probe *p)
{
	size_t i;

	if (!p->base.task.done ||
	    (investigate_refusal(p) == NULL && p->answers[ASK_DATA] == NULL))
		return;
	for (i = 0; i < s->evidence.server_count; i++) {
		struct server *out = &s->evidence.servers[i];

		if (out->side || !addr_same(&out->addr, &p->plan.addr))
			continue;
		out->sent = true;
		outcome(p, out);
		if (out->again_count < SERVER_AGAIN)
			out->again[out->again_count++] = out->probe;
		out->probe = p;
		return;
	}
}

/*
 * A server that is said to be elsewhere and greets as this very machine: the
 * way out leads back in (a redirection, NAT).  RFC 5321 3.1 wants its own
 * name in the greeting, and no other machine has ours.
 */
static bool
greets_as_us(const struct session *s, const struct smtp_probe *p)
{
	const struct sender_probe *sender = s->work->sender;

	return p->have_ehlo && s->helo[0] != '\0' && sender != NULL &&
	    strchr(s->helo, '.') != NULL &&
	    dns_name_eq(p->ehlo.host, s->helo) &&
	    !same_site(p->ehlo.host, p->plan.host) &&
	    !addr_same_host(&p->plan.addr, &p->local) &&
	    sender_probe_elsewhere(sender, &p->plan.addr);
}

static void
gather_server(struct session *s, const struct asked *asked)
{
	const struct smtp_probe *p = asked->probe;
	struct server *out = evidence_add_server(&s->evidence);

	if (out == NULL)
		return;
	out->probe = p;
	snprintf(out->host, sizeof(out->host), "%s", p->plan.host);
	out->addr = p->plan.addr;
	out->preference = p->plan.preference;
	out->role = asked->purpose == FOR_REAL_MX ||
		s->input.route == ROUTE_MX ?
	    ROLE_MX : ROLE_SERVER;
	out->side = asked->purpose == FOR_PORTS ||
	    asked->purpose == FOR_REAL_MX || asked->purpose == FOR_REPEAT;
	out->repeat = asked->purpose == FOR_REPEAT;
	out->greets_as_us = greets_as_us(s, p);
	if (p->product.name != NULL)
		snprintf(out->product, sizeof(out->product), "%s",
		    p->product.name);
	snprintf(out->version, sizeof(out->version), "%s",
	    p->product.version);
	tls_facts(p, out);
	outcome(p, out);
}

/* What another session with the same port saw after STARTTLS. */
static void
join_port_picture(struct evidence *e, const struct server *side)
{
	size_t i;

	for (i = 0; i < e->server_count; i++) {
		struct server *s = &e->servers[i];

		if (s->side || s->again_count == SERVER_AGAIN ||
		    s->tls_established == TRI_YES ||
		    !addr_same(&s->addr, &side->addr))
			continue;
		s->again[s->again_count++] = side->probe;
		memcpy(s->auth_tls, side->auth_tls, sizeof(s->auth_tls));
	}
}

/*
 * A limit on connections that our own, side by side, may have met: alone it
 * is asked again, and that answer decides.
 */
static void
after_the_crowd(struct server *s, const struct server *late)
{
	const struct smtp_probe *first = s->probe;

	if (s->result != RESULT_DEFERRED || s->stage >= STAGE_RCPT ||
	    s->code == 0 || s->reading.family != FAMILY_RATE ||
	    late->stage != STAGE_RCPT || late->code == 0)
		return;
	s->first_code = s->code;
	s->first_at = s->at;
	tls_facts(late->probe, s);
	outcome(late->probe, s);
	s->again[s->again_count++] = first;
	s->probe = late->probe;
}

/* What was asked later belongs to the server as well. */
static void
join_sessions(struct evidence *e)
{
	size_t i, k;

	for (i = 0; i < e->server_count; i++) {
		struct server *late = &e->servers[i];

		if (late->side && !late->repeat && late->role == ROLE_SERVER)
			join_port_picture(e, late);

		for (k = 0; late->repeat && k < i; k++) {
			struct server *s = &e->servers[k];

			if (s->repeat || s->again_count == SERVER_AGAIN ||
			    !addr_same(&s->addr, &late->addr))
				continue;
			after_the_crowd(s, late);
			if (s->probe != late->probe)
				s->again[s->again_count++] = late->probe;
			break;
		}
	}
}

static void
gather_control(struct session *s, const struct smtp_probe *p)
{
	struct evidence *e = &s->evidence;
	struct control_fact *c;

	if (e->control_count >= EVIDENCE_CONTROLS)
		return;
	c = &e->controls[e->control_count++];
	snprintf(c->host, sizeof(c->host), "%s", p->plan.host);
	snprintf(c->domain, sizeof(c->domain), "%s", p->plan.host);
	c->addr = p->plan.addr;
	c->tried = p->base.task.done;
	c->connected = p->answers[ASK_BANNER] != NULL;
	c->greeted = c->connected && p->answers[ASK_BANNER]->code != 0;
	c->error = p->error;
	snprintf(c->banner, sizeof(c->banner), "%.255s", p->banner);
	c->code = c->greeted ? p->answers[ASK_BANNER]->code : 0;
	if (p->have_ehlo)
		snprintf(c->ehlo_host, sizeof(c->ehlo_host), "%s",
		    p->ehlo.host);
	c->at = (struct ref) { p->base.number,
		c->greeted ? p->answers[ASK_BANNER]->line : p->lost_line };
}

static void
gather_client(struct session *s)
{
	struct evidence *e = &s->evidence;
	const struct investigation *w = s->work;
	size_t i;

	if (s->settings->sending_ip.family != AF_UNSPEC) {
		e->client = s->settings->sending_ip;
	} else {
		for (i = 0; i < w->asked_count; i++) {
			const struct smtp_probe *p = w->asked[i].probe;
			struct addr seen = p->local;

			if (p->have_ehlo && p->ehlo.seen_client[0] != '\0')
				addr_parse(p->ehlo.seen_client, &seen);
			if (seen.family == AF_UNSPEC)
				continue;
			e->client = seen;
			if (!addr_is_private(&seen))
				break;
		}
	}
	e->client_known = e->client.family != AF_UNSPEC;
	e->client_private = e->client_known && addr_is_private(&e->client);
	if (e->client_known)
		addr_text(&e->client, s->from_address);
}

/* Is the outgoing server one of the recipient's own mail servers? */
static bool
server_is_mx(const struct session *s)
{
	const struct investigation *w = s->work;
	const struct mail_host *host;
	struct addr addr;
	size_t i;

	if (w->domain == NULL)
		return false;
	for (i = 0; i < w->domain->host_count; i++)
		if (dns_name_eq(w->domain->hosts[i].name, s->input.server))
			return true;
	for (i = 0; domain_probe_address(w->domain, i, &addr, &host); i++)
		if (investigate_has(w, FOR_TARGET, &addr, 25) ||
		    investigate_has(w, FOR_TARGET, &addr, s->input.port))
			return true;
	return false;
}

/*
 * Without a port several are in question; the one that mail programs would
 * come to decides: with a login the submission ports, else port 25, and
 * whatever answers before what does not.
 */
static int
port_rank(const struct session *s, const struct server *server)
{
	bool login = plan_on(&s->plan, EXP_LOGIN);
	int port = server->addr.port;
	int rank = port == 25 ? (login ? 2 : 0) : port == 587 ? (login ? 0 : 1) :
								 (login ? 1 : 2);

	if (server->result == RESULT_UNREACHABLE ||
	    server->result == RESULT_SKIPPED)
		rank += 10;
	return rank;
}

static void
choose_port(struct session *s)
{
	struct evidence *e = &s->evidence;
	int best = 1000, port = 0;
	size_t i;

	if (s->input.route != ROUTE_SERVER || s->input.port != 0)
		return;
	for (i = 0; i < e->server_count; i++) {
		struct server *server = &e->servers[i];

		if (server->side || port_rank(s, server) >= best)
			continue;
		best = port_rank(s, server);
		port = server->addr.port;
	}
	for (i = 0; i < e->server_count; i++)
		if (e->servers[i].addr.port != port)
			e->servers[i].side = true;
}

static void
gather_names(struct session *s)
{
	struct evidence *e = &s->evidence;
	const struct address *to = &s->input.recipient;
	const struct address *from = &s->input.sender;

	e->route_server = s->input.route == ROUTE_SERVER;
	e->odd_recipient = address_is_odd(to);
	e->null_sender = from->null;
	snprintf(e->domain, sizeof(e->domain), "%s", to->domain);
	snprintf(e->sender_domain, sizeof(e->sender_domain), "%s",
	    from->domain);
	snprintf(e->recipient, sizeof(e->recipient), "%s", to->mailbox);
	snprintf(e->sender, sizeof(e->sender), "%s", from->mailbox);
	snprintf(e->server, sizeof(e->server), "%s", s->input.server);
	e->server_port = s->input.port;
	snprintf(e->helo, sizeof(e->helo), "%s", s->helo);
	e->helo_literal = s->helo[0] == '\0';
	e->have_credentials = s->cred.user != NULL;
	e->cancelled = s->cancelled || investigate_over(s);
	snprintf(e->reported_server, sizeof(e->reported_server), "%s",
	    s->input.reported.server);
	e->reported_code = s->input.reported.code;
	snprintf(e->reported_text, sizeof(e->reported_text), "%.239s",
	    s->input.reported.text);
}

/* A resolver that answers other questions is not what is broken. */
static bool
resolver_works(const struct investigation *w)
{
	size_t i;

	if (w->control != NULL)
		for (i = 0; i < w->control->count; i++)
			if (question_settled(&w->control->controls[i].mx))
				return true;
	if (w->sender != NULL && (question_settled(&w->sender->mx) ||
		question_settled(&w->sender->helo_a)))
		return true;
	return (w->domain != NULL && question_settled(&w->domain->mx)) ||
	    (w->ns != NULL && question_settled(&w->ns->parent_ns));
}

/* Who looks names up for us, and how that failed. */
static void
gather_resolver(struct session *s)
{
	const struct investigation *w = s->work;
	const struct question *q = w->domain != NULL ? &w->domain->mx :
	    w->host != NULL && w->host->host_count > 0 ?
		&w->host->hosts[0].a : NULL;
	struct evidence *e = &s->evidence;
	const struct addr *servers;
	char text[ADDR_TEXT_MAX];
	size_t i, at = 0, n = s->net.resolver != NULL ?
	    resolver_servers(s->net.resolver, &servers) : 0;

	for (i = 0; i < n && at + sizeof(text) + 2 < sizeof(e->resolvers); i++)
		at += (size_t)snprintf(e->resolvers + at,
		    sizeof(e->resolvers) - at, "%s%s", i > 0 ? ", " : "",
		    addr_text(&servers[i], text));
	if (q == NULL || q->probe == NULL || !dns_answered(q->query))
		return;
	if (question_msg(q) == NULL)
		snprintf(e->lookup_error, sizeof(e->lookup_error), "%.159s",
		    dns_error(q->query)->text);
	else if (question_lookup(q, dns_query_type(q->query)) ==
	    LOOKUP_SERVFAIL)
		snprintf(e->lookup_error, sizeof(e->lookup_error), "%s",
		    question_msg(q)->rcode == DNS_NOERROR ?
			_("it only refers to other name servers") :
			dns_rcode_name(question_msg(q)->rcode));
}

void
gather(struct session *s)
{
	struct evidence *e = &s->evidence;
	const struct investigation *w = s->work;
	size_t i;

	evidence_clear(e);
	gather_names(s);
	if (w->domain != NULL)
		domain_probe_evidence(w->domain, e);
	if (e->route_server && w->host != NULL && w->host->host_count > 0) {
		e->server_looked_up = true;
		e->server_a =
		    question_lookup(&w->host->hosts[0].a, DNS_A);
		e->server_aaaa =
		    question_lookup(&w->host->hosts[0].aaaa, DNS_AAAA);
		e->server_a_at = question_ref(w->want4 ?
			&w->host->hosts[0].a : &w->host->hosts[0].aaaa);
	}
	if (w->ns != NULL)
		ns_probe_evidence(w->ns, e);
	if (w->sender != NULL)
		sender_probe_evidence(w->sender, e);
	investigate_policy_evidence(s);
	for (i = 0; i < w->asked_count; i++) {
		if (w->asked[i].purpose == FOR_CONTROL)
			gather_control(s, w->asked[i].probe);
		else if (w->asked[i].purpose < FOR_CONTROL)
			gather_server(s, &w->asked[i]);
	}
	join_sessions(e);
	for (i = 0; i < w->asked_count; i++)
		if (w->asked[i].purpose == FOR_LATER)
			gather_later(s, w->asked[i].probe);
	for (i = 0; i < w->asked_count; i++)
		if (w->asked[i].purpose == FOR_SEND)
			gather_sent(s, w->asked[i].probe);
	investigate_again_evidence(s);
	investigate_send_evidence(s);
	choose_port(s);
	e->resolver_works = resolver_works(w);
	gather_resolver(s);
	if (!address_suggest(s->input.recipient.text, e->suggestion,
		sizeof(e->suggestion)))
		e->suggestion[0] = '\0';
	gather_client(s);
	e->server_in_mx = e->route_server && server_is_mx(s);
}
