#include "core/report/known.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/view.h"
#include "core/session.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "net/mem.h"

struct gathering {
	const struct session *session;
	const struct thing *thing;
	struct thing reverse; /* of an address; "" otherwise */
	struct known *known;
	enum known_kind kind;
};

const char *
known_heading(enum known_kind kind)
{
	static const char *const headings[] = {
		[KNOWN_DNS] = N_("what DNS says"),
		[KNOWN_SESSION] = N_("conversations with it"),
		[KNOWN_STANDING] = N_("its standing"),
		[KNOWN_LEADS_TO] = N_("leads to"),
		[KNOWN_OCCURS] = N_("occurs as well"),
	};

	return _(headings[kind]);
}

void
known_clear(struct known *known)
{
	free(known->lines);
	memset(known, 0, sizeof(*known));
}

static struct known_line *add(struct gathering *g, int probe, int line,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The same record from the same server is known once. */
static bool
is_there(const struct known *known, const struct known_line *line)
{
	size_t i;

	for (i = 0; i < known->count; i++)
		if (known->lines[i].kind == line->kind &&
		    strcmp(known->lines[i].text, line->text) == 0 &&
		    strcmp(known->lines[i].detail, line->detail) == 0)
			return true;
	return false;
}

/* NULL when there are enough of the kind. */
static struct known_line *
add(struct gathering *g, int probe, int line, const char *fmt, ...)
{
	struct known *known = g->known;
	struct known_line *l;
	va_list ap;

	if (known->of_kind[g->kind]++ >= KNOWN_EACH)
		return NULL;
	known->lines = mem_grow(known->lines, known->count, &known->cap,
	    sizeof(*known->lines));
	l = &known->lines[known->count++];
	memset(l, 0, sizeof(*l));
	l->kind = g->kind;
	l->at = (struct ref) { probe, line };
	l->good = TRI_UNKNOWN;
	va_start(ap, fmt);
	vsnprintf(l->text, sizeof(l->text), fmt, ap);
	va_end(ap);
	view_ref(&l->at, l->detail, sizeof(l->detail));
	return l;
}

static bool
about(const struct gathering *g, const char *text)
{
	return thing_named(g->thing, text) ||
	    (g->reverse.text[0] != '\0' && thing_named(&g->reverse, text));
}

/* ---- DNS ---- */

/* "MX dest.example: NOERROR  (from 192.0.2.53, 31 ms)" begins an answer. */
static bool
begins_answer(const char *text, char *server, size_t size)
{
	const char *from = strstr(text, "  (from ");
	size_t n;

	if (from == NULL)
		return false;
	from += strlen("  (from ");
	n = strcspn(from, ",)");
	snprintf(server, size, "%.*s", (int)n, from);
	return true;
}

/* "dest.example. 3600 IN MX 10 mx1.dest.example." */
static bool
is_record(const char *text, char *shown, size_t size)
{
	char owner[256], type[16];
	unsigned long ttl;
	int at = 0;

	if (sscanf(text, "%255s %lu IN %15s %n", owner, &ttl, type, &at) != 3 ||
	    at == 0)
		return false;
	snprintf(shown, size, "%s %s %.200s  (TTL %lu s)", owner, type,
	    text + at, ttl);
	return true;
}

static void
dns_line(struct gathering *g, const struct probe *p, size_t i,
    const char *server)
{
	const char *text = p->transcript.lines[i].text;
	char shown[360];
	struct known_line *l;

	if (!about(g, text))
		return;
	if (is_record(text, shown, sizeof(shown))) {
		l = add(g, p->number, (int)i + 1, "%s", shown);
	} else if (strstr(text, "  (from ") != NULL) {
		/* An answer with records speaks for itself. */
		if (strstr(text, ": NOERROR") != NULL &&
		    strstr(text, "no such record") == NULL)
			return;
		l = add(g, p->number, (int)i + 1, "%.*s",
		    (int)(strstr(text, "  (from ") - text), text);
	} else {
		l = add(g, p->number, (int)i + 1, "%s", text);
	}
	if (l == NULL)
		return;
	if (server[0] != '\0')
		snprintf(l->detail, sizeof(l->detail), _("from %s"), server);
	g->known->count--;
	if (is_there(g->known, l))
		g->known->of_kind[KNOWN_DNS]--;
	else
		g->known->count++;
}

/* Probes that note "name TYPE" and the answers under it. */
static void
asked_line(struct gathering *g, const struct probe *p, size_t *i)
{
	const struct transcript *tr = &p->transcript;
	const char *question = tr->lines[*i].text;
	struct known_line *l;
	size_t k = *i + 1;

	if (!about(g, question))
		return;
	for (; k < tr->count && tr->lines[k].dir == LINE_SERVER; k++) {
		l = add(g, p->number, (int)k + 1, "%s: %s", question,
		    tr->lines[k].text);
		if (l != NULL && g->session->resolver_text[0] != '\0')
			snprintf(l->detail, sizeof(l->detail), _("from %s"),
			    g->session->resolver_text);
	}
	*i = k - 1;
}

static void
dns(struct gathering *g, const struct probe *p)
{
	const struct transcript *tr = &p->transcript;
	char server[64] = "";
	size_t i;

	for (i = 0; i < tr->count; i++) {
		const struct transcript_line *line = &tr->lines[i];

		if (line->dir == LINE_SERVER) {
			begins_answer(line->text, server, sizeof(server));
			dns_line(g, p, i, server);
		} else if (line->dir == LINE_CLIENT && p->kind != PROBE_DNS) {
			asked_line(g, p, &i);
		}
	}
}

/* ---- conversations ---- */

static const struct server *
server_of(const struct session *s, int probe)
{
	size_t i;

	for (i = 0; i < s->evidence.server_count; i++)
		if (s->evidence.servers[i].at.probe == probe)
			return &s->evidence.servers[i];
	return NULL;
}

static void
conversation(struct gathering *g, const struct probe *p)
{
	const struct server *server = server_of(g->session, p->number);
	struct known_line *l;
	struct buf words;

	if (!about(g, p->subject))
		return;
	buf_init(&words, 1024);
	if (server != NULL)
		view_server_result(server, &words);
	else
		buf_puts(&words, p->why[0] != '\0' ? p->why :
			_(probe_status_name(p->status)));
	l = add(g, p->number, server != NULL ? server->at.line : 0,
	    "%.140s: %.200s", p->subject, buf_str(&words));
	if (l != NULL)
		l->good = server == NULL       ? TRI_UNKNOWN :
		    server->result == RESULT_ACCEPTED ? TRI_YES :
		    server->result == RESULT_SKIPPED  ? TRI_UNKNOWN :
							TRI_NO;
	buf_clear(&words);
}

/* ---- standing ---- */

static void
standing_line(struct gathering *g, const struct ref *at, enum tri good,
    const char *text)
{
	struct known_line *l = text[0] != '\0' ?
	    add(g, at->probe, at->line, "%s", text) :
	    NULL;

	if (l != NULL)
		l->good = good;
}

static void
of_the_sender(struct gathering *g)
{
	const struct evidence *e = &g->session->evidence;
	char text[300], client[ADDR_TEXT_MAX] = "";
	bool is_client, is_sender;

	if (e->client_known)
		addr_text(&e->client, client);
	is_client = client[0] != '\0' && strcmp(g->thing->text, client) == 0;
	is_sender = e->sender_domain[0] != '\0' &&
	    text_ieq(thing_domain(g->thing), e->sender_domain);
	if (is_client && e->ptr_at.probe != 0) {
		snprintf(text, sizeof(text), _("PTR: %.200s%s"),
		    e->ptr_name[0] != '\0' ? e->ptr_name : _("it has no name"),
		    e->ptr_confirmed == TRI_YES ?
			_(", which leads back to it") :
			e->ptr_confirmed == TRI_NO ?
			_(", which does not lead back") :
			"");
		standing_line(g, &e->ptr_at,
		    e->ptr_name[0] == '\0' ? TRI_NO : e->ptr_confirmed, text);
	}
	if ((is_client || is_sender) && e->spf_text[0] != '\0') {
		snprintf(text, sizeof(text), _("SPF: %s"), e->spf_text);
		standing_line(g, &e->spf_at,
		    e->spf == SPF_WORD_PASS   ? TRI_YES :
			e->spf == SPF_WORD_FAIL ? TRI_NO :
						  TRI_UNKNOWN,
		    text);
	}
	if (is_sender && e->dmarc_text[0] != '\0') {
		snprintf(text, sizeof(text), _("DMARC: %s"), e->dmarc_text);
		standing_line(g, &e->dmarc_at, TRI_UNKNOWN, text);
	}
	if (e->listed && (e->listed_name[0] == '\0' ? is_client :
		is_sender && text_ieq(e->listed_name, e->sender_domain)))
		standing_line(g, &e->listed_at, TRI_NO, e->listed_reason);
}

static void
of_the_mx(struct gathering *g)
{
	const struct evidence *e = &g->session->evidence;
	char text[120];
	size_t i;

	for (i = 0; i < e->mx_count; i++) {
		const struct mx_fact *mx = &e->mxs[i];

		if (!text_ieq(g->thing->text, mx->host))
			continue;
		snprintf(text, sizeof(text),
		    _("mail server of %.60s with preference %d"), e->domain,
		    mx->preference);
		standing_line(g, &mx->at, TRI_UNKNOWN, text);
	}
	for (i = 0; i < e->ns_count; i++) {
		const struct ns_fact *ns = &e->nss[i];

		if (!text_ieq(g->thing->text, ns->host))
			continue;
		snprintf(text, sizeof(text), _("name server of %.60s%s"),
		    e->zone[0] != '\0' ? e->zone : e->domain,
		    ns->reachable ? "" : _(", does not answer"));
		standing_line(g, &ns->at, ns->reachable ? TRI_UNKNOWN : TRI_NO,
		    text);
	}
}

static void
opinions(struct gathering *g)
{
	const struct diagnosis *d = &g->session->diagnosis;
	char text[640];
	size_t i, k;

	for (i = 0; i < d->finding_count; i++) {
		const struct finding *f = &d->findings[i];

		snprintf(text, sizeof(text), "%s: %s", f->subject, f->text);
		if (about(g, text))
			standing_line(g, &f->at,
			    f->severity == SEVERITY_INFO ? TRI_UNKNOWN :
							   TRI_NO,
			    text);
	}
	for (i = 0; i < d->cause_count; i++)
		for (k = 0; k < d->causes[i].item_count; k++) {
			const struct item *item = &d->causes[i].items[k];

			snprintf(text, sizeof(text), "%s %s: %s",
			    item->supports ? _("for") : _("against"),
			    cause_name(d->causes[i].id), item->text);
			if (about(g, item->text))
				standing_line(g, &item->at, TRI_UNKNOWN, text);
		}
}

/* ---- where else ---- */

/* What its records and conversations name is where it leads to. */
static void
leads_to(struct gathering *g, size_t from, size_t to)
{
	struct thing found[12];
	size_t i, k, m, first = g->known->count;

	for (i = from; i < to; i++) {
		char text[sizeof(g->known->lines->text)];
		size_t n;

		snprintf(text, sizeof(text), "%s", g->known->lines[i].text);
		n = things_find(text, found, sizeof(found) / sizeof(found[0]));
		for (k = 0; k < n; k++) {
			bool new = !text_ieq(found[k].text, g->thing->text) &&
			    !text_ieq(found[k].text, g->reverse.text);

			for (m = first; new && m < g->known->count; m++)
				new = strcmp(g->known->lines[m].text,
					  found[k].text) != 0;
			if (new)
				add(g, g->known->lines[i].at.probe,
				    g->known->lines[i].at.line, "%s",
				    found[k].text);
		}
	}
}

static bool
is_known(const struct known *known, int probe, size_t line)
{
	size_t i;

	for (i = 0; i < known->count; i++)
		if (known->lines[i].kind != KNOWN_LEADS_TO &&
		    known->lines[i].at.probe == probe &&
		    known->lines[i].at.line == (int)line)
			return true;
	return false;
}

static void
occurs(struct gathering *g, const struct probe *p)
{
	const struct transcript *tr = &p->transcript;
	size_t i;

	for (i = 0; i < tr->count; i++)
		if (about(g, tr->lines[i].text) &&
		    !is_known(g->known, p->number, i + 1))
			add(g, p->number, (int)i + 1, "%s%s",
			    tr->lines[i].dir == LINE_SERVER ? "S: " :
				tr->lines[i].dir == LINE_CLIENT ? "C: " : "",
			    tr->lines[i].text);
}

static void
each_probe(struct gathering *g, bool smtp,
    void (*look)(struct gathering *, const struct probe *))
{
	size_t i;

	for (i = 0; i < g->session->probe_count; i++)
		if ((g->session->probes[i]->kind == PROBE_SMTP) == smtp)
			look(g, g->session->probes[i]);
}

void
known_gather(const struct session *session, const struct thing *thing,
    struct known *known)
{
	struct gathering g = { .session = session, .thing = thing,
		.known = known };

	known->count = 0;
	memset(known->of_kind, 0, sizeof(known->of_kind));
	thing_reverse(thing, &g.reverse);
	g.kind = KNOWN_DNS;
	each_probe(&g, false, dns);
	g.kind = KNOWN_SESSION;
	each_probe(&g, true, conversation);
	g.kind = KNOWN_STANDING;
	of_the_sender(&g);
	of_the_mx(&g);
	opinions(&g);
	g.kind = KNOWN_LEADS_TO;
	leads_to(&g, 0, known->count);
	g.kind = KNOWN_OCCURS;
	each_probe(&g, true, occurs);
	each_probe(&g, false, occurs);
}
