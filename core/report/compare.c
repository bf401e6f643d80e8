#include "core/report/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/view.h"
#include "core/session.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "net/mem.h"

#define NOT_ASKED "" /* on one side only: no row says "same" then */

void
compare_clear(struct comparison *c)
{
	free(c->rows);
	free(c->open);
	memset(c, 0, sizeof(*c));
}

static void
add(struct comparison *c, const char *what, const char *before,
    const char *now, struct ref was_at, struct ref at)
{
	struct compare_row *row;

	if (before[0] == '\0' && now[0] == '\0')
		return;
	c->rows = mem_grow(c->rows, c->count, &c->cap, sizeof(*c->rows));
	row = &c->rows[c->count++];
	memset(row, 0, sizeof(*row));
	row->at = at;
	row->was_at = was_at;
	row->same = strcmp(before, now) == 0;
	c->changed += !row->same;
	snprintf(row->what, sizeof(row->what), "%s", what);
	snprintf(row->before, sizeof(row->before), "%s", before);
	snprintf(row->now, sizeof(row->now), "%s", now);
}

/* ---- DNS ---- */

static const char *
mx_words(enum lookup mx, const char *set)
{
	switch (mx) {
	case LOOKUP_FOUND: return set;
	case LOOKUP_NODATA: return _("no MX record");
	case LOOKUP_NXDOMAIN: return _("no such domain");
	case LOOKUP_SERVFAIL: return _("server failure");
	case LOOKUP_TIMEOUT: return _("no answer");
	default: return NOT_ASKED;
	}
}

static const struct ns_fact *
same_ns(const struct evidence *e, const struct ns_fact *ns)
{
	size_t i;

	for (i = 0; i < e->ns_count; i++)
		if (text_ieq(e->nss[i].host, ns->host) &&
		    addr_same_host(&e->nss[i].addr, &ns->addr))
			return &e->nss[i];
	return NULL;
}

static void
serial_words(const struct ns_fact *ns, char *out, size_t size)
{
	out[0] = '\0';
	if (ns != NULL && ns->have_serial)
		snprintf(out, size, "%lu", ns->serial);
}

static void
add_ns(struct comparison *c, const struct ns_fact *was,
    const struct ns_fact *is)
{
	const struct ns_fact *any = is != NULL ? is : was;
	struct ref none = { 0, 0 };
	char what[200], at[ADDR_TEXT_MAX], before[24], now[24];

	snprintf(what, sizeof(what), _("MX at %.100s %s"), any->host,
	    addr_text(&any->addr, at));
	add(c, what,
	    was != NULL ? mx_words(was->mx, evidence_set(was->mx_set)) :
			  NOT_ASKED,
	    is != NULL ? mx_words(is->mx, evidence_set(is->mx_set)) : NOT_ASKED,
	    was != NULL ? was->at : none, is != NULL ? is->at : none);
	snprintf(what, sizeof(what), _("SOA serial at %.100s %s"), any->host,
	    at);
	serial_words(was, before, sizeof(before));
	serial_words(is, now, sizeof(now));
	add(c, what, before, now, was != NULL ? was->at : none,
	    is != NULL ? is->at : none);
}

static void
add_dns(struct comparison *c, const struct evidence *was,
    const struct evidence *is)
{
	size_t i;
	char what[200];

	snprintf(what, sizeof(what), _("MX of %.160s"), is->domain);
	add(c, what, mx_words(was->mx, evidence_set(was->resolver_mx_set)),
	    mx_words(is->mx, evidence_set(is->resolver_mx_set)), was->mx_at,
	    is->mx_at);
	for (i = 0; i < is->ns_count; i++)
		add_ns(c, same_ns(was, &is->nss[i]), &is->nss[i]);
	for (i = 0; i < was->ns_count; i++)
		if (same_ns(is, &was->nss[i]) == NULL)
			add_ns(c, &was->nss[i], NULL);
	add(c, _("name servers by the zone above"), was->parent_ns_set,
	    is->parent_ns_set, was->parent_at, is->parent_at);
	add(c, _("name of the sending address"), was->ptr_name, is->ptr_name,
	    was->ptr_at, is->ptr_at);
	add(c, _("SPF of the sender"), was->spf_text, is->spf_text, was->spf_at,
	    is->spf_at);
	add(c, _("DMARC of the sender"), was->dmarc_text, is->dmarc_text,
	    was->dmarc_at, is->dmarc_at);
}

/* ---- servers ---- */

static const struct server *
same_server(const struct evidence *e, const struct server *server)
{
	size_t i;

	for (i = 0; i < e->server_count; i++)
		if (e->servers[i].side == server->side &&
		    text_ieq(e->servers[i].host, server->host) &&
		    addr_same(&e->servers[i].addr, &server->addr))
			return &e->servers[i];
	return NULL;
}

static void
answer_words(const struct server *server, char *out, size_t size)
{
	struct buf words;

	out[0] = '\0';
	if (server == NULL || server->result == RESULT_SKIPPED)
		return;
	buf_init(&words, 1024);
	if (server->code != 0)
		view_reply(server->code, &server->enhanced, server->text,
		    &words);
	else
		buf_printf(&words, "%s: %s", _(result_name(server->result)),
		    server->text);
	snprintf(out, size, "%s", buf_str(&words));
	buf_clear(&words);
}

static const char *
security_words(const struct server *server)
{
	if (server == NULL || server->tls_offered == TRI_UNKNOWN)
		return NOT_ASKED;
	if (server->tls_offered == TRI_NO)
		return _("not offered");
	return server->tls_established == TRI_NO ? _("offered, fails") :
	    server->tls_trusted == TRI_NO	  ? _("not trusted") :
						    _("works");
}

static const char *
login_words(const struct server *server)
{
	if (server == NULL || server->role == ROLE_MX)
		return NOT_ASKED;
	if (server->auth_tls[0] != '\0')
		return server->auth_tls;
	return server->auth_clear[0] != '\0' ? server->auth_clear :
					       _("no login");
}

static const char *
ask_words(const struct server *server, enum ask ask, char *out, size_t size)
{
	const struct answer *a = server != NULL && server->probe != NULL ?
	    server->probe->answers[ask] :
	    NULL;

	out[0] = '\0';
	if (a != NULL && a->code != 0)
		snprintf(out, size, "%d %.190s", a->code, a->text);
	return out;
}

static void
add_server(struct comparison *c, const struct server *was,
    const struct server *is)
{
	const struct server *any = is != NULL ? is : was;
	struct ref none = { 0, 0 }, was_at = was != NULL ? was->at : none,
		   at = is != NULL ? is->at : none;
	char where[160], what[200], before[200], now[200];
	char address[ADDR_TEXT_MAX];

	snprintf(where, sizeof(where), "%.90s %s", any->host,
	    addr_text_port(&any->addr, address));
	answer_words(was, before, sizeof(before));
	answer_words(is, now, sizeof(now));
	add(c, where, before, now, was_at, at);
	ask_words(was, ASK_POSTMASTER, before, sizeof(before));
	ask_words(is, ASK_POSTMASTER, now, sizeof(now));
	snprintf(what, sizeof(what), _("%s, postmaster"), where);
	if (before[0] != '\0' && now[0] != '\0')
		add(c, what, before, now, was_at, at);
	snprintf(what, sizeof(what), _("%s, TLS"), where);
	if (was != NULL && is != NULL)
		add(c, what, security_words(was), security_words(is), was_at,
		    at);
	snprintf(what, sizeof(what), _("%s, login"), where);
	if (was != NULL && is != NULL)
		add(c, what, login_words(was), login_words(is), was_at, at);
}

static void
add_servers(struct comparison *c, const struct evidence *was,
    const struct evidence *is)
{
	size_t i;

	for (i = 0; i < is->server_count; i++)
		add_server(c, same_server(was, &is->servers[i]),
		    &is->servers[i]);
	for (i = 0; i < was->server_count; i++)
		if (same_server(is, &was->servers[i]) == NULL)
			add_server(c, &was->servers[i], NULL);
}

/* ---- what remains ---- */

static bool
found_before(const struct session *before, const struct finding *f)
{
	size_t i;

	for (i = 0; i < before->diagnosis.finding_count; i++) {
		const struct finding *old = &before->diagnosis.findings[i];

		if (strcmp(old->id, f->id) == 0 &&
		    text_ieq(old->subject, f->subject))
			return true;
	}
	return false;
}

static void
add_open(struct comparison *c, const struct session *before,
    const struct session *now)
{
	size_t i;

	for (i = 0; i < now->diagnosis.finding_count; i++) {
		const struct finding *f = &now->diagnosis.findings[i];
		struct compare_open *open;

		if (f->severity == SEVERITY_INFO)
			continue;
		c->open = mem_grow(c->open, c->open_count, &c->open_cap,
		    sizeof(*c->open));
		open = &c->open[c->open_count++];
		open->at = f->at;
		open->new = !found_before(before, f);
		snprintf(open->text, sizeof(open->text), "%.100s: %.250s",
		    f->subject, f->text);
	}
}

/* The name servers already say what the resolver does not know yet. */
static void
find_hidden(struct comparison *c, const struct evidence *is)
{
	size_t i;

	for (i = 0; i < is->ns_count; i++) {
		const struct ns_fact *ns = &is->nss[i];

		if (ns->mx != LOOKUP_FOUND || is->mx != LOOKUP_FOUND ||
		    strcmp(evidence_set(ns->mx_set),
			evidence_set(is->resolver_mx_set)) == 0)
			continue;
		c->wait_s = is->mx_ttl > 0 ? is->mx_ttl : 0;
		snprintf(c->hidden, sizeof(c->hidden),
		    _("the resolver here still has MX %.80s; %.60s says %.80s"),
		    evidence_set(is->resolver_mx_set), ns->host,
		    evidence_set(ns->mx_set));
		return;
	}
}

static void
find_cached(struct comparison *c, const struct evidence *was,
    const struct evidence *is)
{
	if (c->hidden[0] != '\0' || was->mx != LOOKUP_FOUND ||
	    is->mx != LOOKUP_FOUND || is->mx_ttl_full <= 0 ||
	    strcmp(evidence_set(was->resolver_mx_set),
		evidence_set(is->resolver_mx_set)) == 0)
		return;
	snprintf(c->hidden, sizeof(c->hidden),
	    _("other resolvers may keep the old MX up to %ld min after the "
	    "change (TTL %ld s)"),
	    (is->mx_ttl_full + 59) / 60, is->mx_ttl_full);
}

/* What changed first; otherwise in the order of the questions. */
static void
changed_first(struct comparison *c)
{
	struct compare_row *sorted = mem_array(c->count + 1,
	    sizeof(*sorted));
	size_t i, n = 0, m = c->changed;

	for (i = 0; i < c->count; i++)
		sorted[c->rows[i].same ? m++ : n++] = c->rows[i];
	free(c->rows);
	c->rows = sorted;
	c->cap = c->count + 1;
}

void
compare_sessions(const struct session *before, const struct session *now,
    struct comparison *c)
{
	compare_clear(c);
	add_dns(c, &before->evidence, &now->evidence);
	add_servers(c, &before->evidence, &now->evidence);
	changed_first(c);
	add_open(c, before, now);
	find_hidden(c, &now->evidence);
	find_cached(c, &before->evidence, &now->evidence);
	c->solved = !now->running &&
	    now->diagnosis.verdict == VERDICT_ACCEPTED &&
	    before->diagnosis.verdict != VERDICT_ACCEPTED &&
	    before->diagnosis.verdict != VERDICT_INCONCLUSIVE;
}
