#ifndef RT_TESTS_CORE_SAMPLE_SESSION_H
#define RT_TESTS_CORE_SAMPLE_SESSION_H

/*
 * A finished session made by hand: one of two MX does not know the domain.
 * Header-only, for the tests of reports; sample_clear() frees it.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/session.h"
#include "core/settings.h"
#include "core/stage.h"
#include "core/transcript.h"
#include "net/mem.h"

static inline struct probe *
sample_probe(struct session *s, enum probe_kind kind, const char *subject)
{
	struct probe *p = mem_alloc(kind == PROBE_SMTP ?
		sizeof(struct smtp_probe) :
		sizeof(struct probe));

	s->probes = mem_grow(s->probes, s->probe_count, &s->probe_cap,
	    sizeof(struct probe *));
	s->probes[s->probe_count++] = p;
	p->number = (int)s->probe_count;
	p->kind = kind;
	snprintf(p->subject, sizeof(p->subject), "%s", subject);
	p->status = PROBE_OK;
	p->start_ms = 2;
	p->end_ms = 402;
	return p;
}

static inline int
sample_line(struct probe *p, int ms, enum line_dir dir, enum stage stage,
    const char *text)
{
	return transcript_printf(&p->transcript, ms, dir, stage, false, "%s",
	    text);
}

static inline struct server *
sample_server(struct session *s, int number, const char *host,
    const char *address, int preference)
{
	struct server *server = evidence_add_server(&s->evidence);

	snprintf(server->host, sizeof(server->host), "%s", host);
	addr_parse(address, &server->addr);
	server->addr.port = 25;
	server->preference = preference;
	server->role = ROLE_MX;
	server->stage = STAGE_RCPT;
	server->at.probe = number;
	return server;
}

static inline void
sample_item(struct cause *c, bool supports, int probe, int line,
    const char *text)
{
	struct item *item = &c->items[c->item_count++];

	item->supports = supports;
	item->at.probe = probe;
	item->at.line = line;
	snprintf(item->text, sizeof(item->text), "%s", text);
}

static inline void
sample_probes(struct session *s)
{
	struct probe *p = sample_probe(s, PROBE_DNS, "dest.example");

	sample_line(p, 0, LINE_CLIENT, STAGE_DNS, "MX dest.example");
	sample_line(p, 31, LINE_SERVER, STAGE_DNS,
	    "MX dest.example: NOERROR  (from 192.0.2.53, 31 ms)");
	sample_line(p, 31, LINE_SERVER, STAGE_DNS,
	    "dest.example 3600 MX 10 mx1.dest.example");
	sample_line(p, 31, LINE_SERVER, STAGE_DNS,
	    "dest.example 3600 MX 20 mx2.dest.example");
	p = sample_probe(s, PROBE_SMTP, "mx1.dest.example 203.0.113.10:25");
	sample_line(p, 40, LINE_NOTE, STAGE_CONNECT,
	    "connected to 203.0.113.10:25 from 198.51.100.7");
	sample_line(p, 240, LINE_SERVER, STAGE_BANNER,
	    "220 mx1.dest.example ESMTP Postfix");
	sample_line(p, 290, LINE_CLIENT, STAGE_RCPT,
	    "RCPT TO:<bob@dest.example>");
	sample_line(p, 330, LINE_SERVER, STAGE_RCPT, "250 2.1.5 Ok");
	p = sample_probe(s, PROBE_SMTP, "mx2.dest.example 203.0.113.20:25");
	sample_line(p, 42, LINE_NOTE, STAGE_CONNECT,
	    "connected to 203.0.113.20:25 from 198.51.100.7");
	sample_line(p, 214, LINE_SERVER, STAGE_BANNER,
	    "220 mx2.dest.example ESMTP Postfix (Debian/GNU)");
	sample_line(p, 215, LINE_CLIENT, STAGE_EHLO, "EHLO mail.src.example");
	sample_line(p, 253, LINE_SERVER, STAGE_EHLO,
	    "250 mx2.dest.example");
	sample_line(p, 254, LINE_CLIENT, STAGE_MAIL,
	    "MAIL FROM:<al@src.example>");
	sample_line(p, 293, LINE_SERVER, STAGE_MAIL, "250 2.1.0 Ok");
	sample_line(p, 294, LINE_CLIENT, STAGE_RCPT,
	    "RCPT TO:<bob@dest.example>");
	sample_line(p, 401, LINE_SERVER, STAGE_RCPT,
	    "554 5.7.1 <bob@dest.example>: Relay access denied");
	transcript_fail(&p->transcript, 8);
	transcript_annotate(&p->transcript, 8, "%s",
	    "Postfix, reject_unauth_destination: dest.example is in none of "
	    "the classes of domains that this server takes mail for");
	transcript_annotate(&p->transcript, 8, "%s",
	    "mx1.dest.example took the same address");
	sample_line(p, 402, LINE_CLIENT, STAGE_RCPT,
	    "RCPT TO:<postmaster@dest.example>");
	sample_line(p, 498, LINE_SERVER, STAGE_RCPT,
	    "554 5.7.1 <postmaster@dest.example>: Relay access denied");
	p = sample_probe(s, PROBE_POLICY, "blocklists");
	p->status = PROBE_SKIPPED;
	p->start_ms = p->end_ms = -1;
	snprintf(p->why, sizeof(p->why), "nobody agreed to ask them");
}

static inline void
sample_servers(struct session *s)
{
	struct server *server;

	server = sample_server(s, 2, "mx1.dest.example", "203.0.113.10", 10);
	server->result = RESULT_ACCEPTED;
	server->code = 250;
	server->enhanced = (struct enhanced) { 2, 1, 5 };
	server->at.line = 4;
	server->tls_offered = server->tls_established = TRI_YES;
	server->tls_trusted = TRI_NO;
	snprintf(server->text, sizeof(server->text), "Ok");
	snprintf(server->product, sizeof(server->product), "Postfix");
	snprintf(server->tls_why, sizeof(server->tls_why),
	    "it expired on 2026-01-31");
	server = sample_server(s, 3, "mx2.dest.example", "203.0.113.20", 20);
	server->result = RESULT_REFUSED;
	server->code = 554;
	server->enhanced = (struct enhanced) { 5, 7, 1 };
	server->at.line = 8;
	server->tls_offered = TRI_NO;
	snprintf(server->text, sizeof(server->text),
	    "<bob@dest.example>: Relay access denied");
	snprintf(server->product, sizeof(server->product), "Postfix");
	server = sample_server(s, 0, "mx1.dest.example", "2001:db8:1::10",
	    10);
	server->result = RESULT_UNREACHABLE;
	server->stage = STAGE_CONNECT;
	snprintf(server->text, sizeof(server->text), "no answer in 10 s");
}

static inline void
sample_diagnosis(struct session *s)
{
	struct diagnosis *d = &s->diagnosis;
	struct cause *c;

	d->causes = mem_array(DIAGNOSIS_CAUSES, sizeof(*d->causes));
	d->ruled_out = mem_array(1, sizeof(*d->ruled_out));
	d->findings = mem_array(1, sizeof(*d->findings));
	d->verdict = VERDICT_PARTLY;
	snprintf(d->headline, sizeof(d->headline), "One of two mail servers "
	    "refuses bob@dest.example. Mail arrives or bounces by luck of "
	    "the draw.");
	c = &d->causes[d->cause_count++];
	c->id = CAUSE_MX_PARTLY_NOT_HOSTING;
	c->confidence = 97;
	c->certainty = CERTAINTY_CONFIRMED;
	c->who = WHO_RECIPIENT_ADMIN;
	snprintf(c->summary, sizeof(c->summary), "mx2.dest.example is an MX "
	    "of dest.example but does not know that the domain is its own.");
	snprintf(c->product, sizeof(c->product), "Postfix");
	snprintf(c->server, sizeof(c->server), "mx2.dest.example");
	sample_item(c, true, 3, 8, "mx2.dest.example refuses "
	    "bob@dest.example with a relay wording");
	sample_item(c, true, 3, 10, "it refuses postmaster@dest.example "
	    "alike, so it is the domain and not the mailbox");
	sample_item(c, true, 2, 4, "mx1.dest.example takes the same address");
	sample_item(c, false, 1, 0, "the MX records are the same at every "
	    "name server");
	c = &d->causes[d->cause_count++];
	c->id = CAUSE_CLIENT_NOT_PERMITTED;
	c->confidence = 12;
	c->certainty = CERTAINTY_POSSIBLE;
	c->who = WHO_SENDER_ADMIN;
	snprintf(c->summary, sizeof(c->summary),
	    "198.51.100.7 is not allowed to relay through mx2.dest.example.");
	sample_item(c, false, 2, 4, "mx1.dest.example takes mail from it");
	d->ruled_out[0].id = CAUSE_MAILBOX_UNKNOWN;
	snprintf(d->ruled_out[0].why, sizeof(d->ruled_out[0].why),
	    "mx1.dest.example knows the mailbox");
	d->ruled_out[0].at = (struct ref) { 2, 4 };
	d->ruled_out_count = 1;
	snprintf(d->findings[0].id, sizeof(d->findings[0].id),
	    "certificate");
	d->findings[0].result = FINDING_NO;
	d->findings[0].severity = SEVERITY_WARNING;
	snprintf(d->findings[0].subject, sizeof(d->findings[0].subject),
	    "mx1.dest.example");
	snprintf(d->findings[0].text, sizeof(d->findings[0].text),
	    "its certificate expired on 2026-01-31");
	d->findings[0].at.probe = 2;
	d->finding_count = 1;
	d->failure.known = true;
	d->failure.at = (struct ref) { 3, 8 };
	snprintf(d->failure.host, sizeof(d->failure.host),
	    "mx2.dest.example");
	addr_parse("203.0.113.20", &d->failure.addr);
	d->failure.addr.port = 25;
	d->failure.stage = STAGE_RCPT;
	d->failure.code = 554;
	d->failure.enhanced = (struct enhanced) { 5, 7, 1 };
	snprintf(d->failure.text, sizeof(d->failure.text),
	    "<bob@dest.example>: Relay access denied");
}

static inline void
sample_make(struct session *s, const struct settings *settings)
{
	struct err err = { 0 };

	memset(s, 0, sizeof(*s));
	s->settings = settings;
	evidence_init(&s->evidence);
	address_parse("bob@dest.example", false, &s->input.recipient, &err);
	address_parse("al@src.example", true, &s->input.sender, &err);
	s->input.route = ROUTE_MX;
	s->started = 1795444262; /* 2026-11-23 14:31:02 UTC */
	s->elapsed_ms = 812;
	s->complete = true;
	snprintf(s->helo, sizeof(s->helo), "mail.src.example");
	snprintf(s->from_address, sizeof(s->from_address), "198.51.100.7");
	snprintf(s->resolver_text, sizeof(s->resolver_text), "192.0.2.53");
	sample_probes(s);
	sample_servers(s);
	sample_diagnosis(s);
}

static inline void
sample_clear(struct session *s)
{
	size_t i;

	for (i = 0; i < s->probe_count; i++) {
		transcript_clear(&s->probes[i]->transcript);
		free(s->probes[i]);
	}
	free(s->probes);
	evidence_clear(&s->evidence);
	diagnosis_clear(&s->diagnosis);
	memset(s, 0, sizeof(*s));
}

#endif
