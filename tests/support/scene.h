#ifndef RT_TESTS_SCENE_H
#define RT_TESTS_SCENE_H

/*
 * Evidence made by hand.  A scene is text, a fact a line:
 *
 *	mx HOST ADDRESS[:PORT]       a server of the MX set; what follows is its
 *	server HOST ADDRESS[:PORT]   the outgoing server
 *	side HOST ADDRESS:PORT       a port beside the one in question
 *	real HOST ADDRESS            the recipient's MX behind an outgoing server
 *	repeat HOST ADDRESS[:PORT]   asked once more
 *	banner|ehlo|tls|helo REPLY   replies; '|' parts their lines
 *	auth|mail|rcpt|control|postmaster|bare|made-up|own|plain|null-mail|
 *	null|other REPLY
 *	login                        the login succeeded (235)
 *	tls-untrusted WHY, tls-fails WHY
 *	lost STAGE KIND TEXT         connection lost; KIND timeout, refused, reset
 *	from ADDRESS                 our own address of the connection
 *
 * A server that says nothing else greets, answers EHLO and takes MAIL.
 */

#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/diagnosis.h"
#include "core/phrases.h"
#include "net/mem.h"

#define SCENE_PROBES 24
#define SCENE_DNS 9 /* probes 1 to 9 are DNS, of twenty lines each */
#define SCENE_DNS_LINES 20

struct scene {
	struct evidence e;
	struct smtp_probe *probes[SCENE_PROBES];
	size_t count;
};

static inline void
scene_init(struct scene *scene)
{
	struct evidence *e = &scene->e;

	memset(scene, 0, sizeof(*scene));
	evidence_init(e);
	strcpy(e->domain, "dest.example");
	strcpy(e->recipient, "bob@dest.example");
	strcpy(e->sender, "alice@orig.example");
	strcpy(e->sender_domain, "orig.example");
	strcpy(e->helo, "client.orig.example");
	e->resolver_works = true;
	e->mx = LOOKUP_FOUND;
	e->mx_at = (struct ref) { 1, 2 };
	addr_parse("198.51.100.7", &e->client);
	e->client_known = true;
}

static inline void
scene_clear(struct scene *scene)
{
	size_t i;
	int ask;

	for (i = 0; i < scene->count; i++) {
		for (ask = 0; ask < ASK_COUNT; ask++)
			free(scene->probes[i]->answers[ask]);
		free(scene->probes[i]->tls);
		transcript_clear(&scene->probes[i]->base.transcript);
		free(scene->probes[i]);
	}
	evidence_clear(&scene->e);
}

static inline struct server *
scene_server(struct scene *scene, const char *kind, const char *host,
    const char *address)
{
	struct server *s = evidence_add_server(&scene->e);
	struct smtp_probe *p = mem_alloc(sizeof(*p));
	bool port_asked = strcmp(kind, "side") == 0;

	ck_assert_uint_lt(scene->count, SCENE_PROBES);
	scene->probes[scene->count++] = p;
	p->base.number = SCENE_DNS + (int)scene->count;
	product_init(&p->product);
	snprintf(s->host, sizeof(s->host), "%s", host);
	ck_assert_msg(addr_parse_port(address, 25, &s->addr), "%s", address);
	snprintf(p->plan.host, sizeof(p->plan.host), "%s", host);
	p->plan.addr = s->addr;
	s->preference = 10 * (int)scene->count;
	s->role = strcmp(kind, "mx") == 0 || strcmp(kind, "real") == 0 ?
	    ROLE_MX : ROLE_SERVER;
	s->repeat = strcmp(kind, "repeat") == 0;
	s->side = port_asked || s->repeat || strcmp(kind, "real") == 0;
	if (strcmp(kind, "server") == 0) {
		scene->e.route_server = true;
		snprintf(scene->e.server, sizeof(scene->e.server), "%s", host);
	}
	if (s->repeat && !scene->e.route_server)
		s->role = ROLE_MX;
	s->probe = p;
	s->result = RESULT_SKIPPED;
	return s;
}

/* One reply: into the transcript, among the answers, and read. */
static inline void
scene_hear(struct smtp_probe *p, enum ask ask, enum stage stage,
    const char *reply)
{
	struct answer *a = mem_alloc(sizeof(*a));
	size_t used;

	ck_assert_msg(strlen(reply) >= 3, "no reply: %s", reply);
	transcript_printf(&p->base.transcript, 0, LINE_CLIENT, stage, false,
	    "%s", ask_name(ask));
	a->line = transcript_printf(&p->base.transcript, 0, LINE_SERVER, stage,
	    false, "%s", reply);
	a->code = atoi(reply);
	snprintf(a->text, sizeof(a->text), "%s",
	    strlen(reply) > 4 ? reply + 4 : "");
	used = (size_t)enhanced_parse(a->text, &a->enhanced);
	if (used == 0)
		memset(&a->enhanced, 0, sizeof(a->enhanced));
	if (a->code / 100 != 2 && a->code / 100 != 3)
		phrases_read(a->code, &a->enhanced, a->text, (int)stage,
		    &a->reading);
	if (ask == ASK_BANNER)
		product_see_banner(&p->product, reply, a->line);
	else if (ask != ASK_EHLO && ask != ASK_EHLO_TLS)
		product_see_reply(&p->product, reply, a->line);
	free(p->answers[ask]);
	p->answers[ask] = a;
}

static inline void
scene_mechs(const struct smtp_ehlo *ehlo, char *out, size_t size)
{
	size_t at = 0;
	int i;

	for (i = 0; i < ehlo->mech_count; i++)
		at += (size_t)snprintf(out + at, size - at, "%s%s",
		    i > 0 ? " " : "", ehlo->mechs[i]);
}

static inline void
scene_ehlo(struct server *s, struct smtp_probe *p, bool tls, const char *text)
{
	struct smtp_reply reply = { .code = 250 };
	struct smtp_ehlo *ehlo = tls ? &p->ehlo_tls : &p->ehlo;
	char *c;

	snprintf(reply.text, sizeof(reply.text), "%s", text);
	for (c = reply.text; *c != '\0'; c++)
		if (*c == '|')
			*c = '\n';
	reply.len = strlen(reply.text);
	smtp_ehlo_read(&reply, ehlo);
	*(tls ? &p->have_ehlo_tls : &p->have_ehlo) = true;
	if (!tls)
		p->tls_offered = ehlo->starttls;
	scene_mechs(ehlo, tls ? s->auth_tls : s->auth_clear, SERVER_MECHS);
	scene_hear(p, tls ? ASK_EHLO_TLS : ASK_EHLO, STAGE_EHLO, "250 hello");
	if (!tls)
		s->tls_offered = ehlo->starttls ? TRI_YES : TRI_NO;
	product_see_ehlo(&p->product, reply.text, ehlo,
	    p->answers[tls ? ASK_EHLO_TLS : ASK_EHLO]->line);
}

static inline void
scene_tls(struct server *s, struct smtp_probe *p, bool trusted,
    const char *why)
{
	p->tls_line = transcript_printf(&p->base.transcript, 0, LINE_NOTE,
	    STAGE_TLS, false, "TLS %s", why);
	s->tls_offered = TRI_YES;
	s->tls_established = TRI_YES;
	s->tls_trusted = trusted ? TRI_YES : TRI_NO;
	p->tls_established = true;
	snprintf(s->tls_why, sizeof(s->tls_why), "%s", why);
}

static inline void
scene_lost(struct server *s, struct smtp_probe *p, const char *text)
{
	char stage[16] = "", kind[16] = "";
	int at = 0, i;

	sscanf(text, "%15s %15s %n", stage, kind, &at);
	for (i = 0; i < STAGE_COUNT; i++)
		if (strcmp(stage_name((enum stage)i), stage) == 0)
			break;
	ck_assert_int_lt(i, STAGE_COUNT);
	p->error.kind = strcmp(kind, "timeout") == 0 ? ERR_TIMEOUT :
	    strcmp(kind, "refused") == 0	     ? ERR_REFUSED :
	    strcmp(kind, "tls") == 0		     ? ERR_TLS :
						       ERR_RESET;
	snprintf(p->error.text, sizeof(p->error.text), "%s", text + at);
	p->lost_at = p->stage = s->stage = (enum stage)i;
	p->lost_line = transcript_printf(&p->base.transcript, 0, LINE_NOTE,
	    s->stage, false, "%s", text + at);
	s->result = s->stage <= STAGE_BANNER || s->stage == STAGE_TLS ?
	    RESULT_UNREACHABLE : RESULT_DEFERRED;
	s->at = (struct ref) { p->base.number, p->lost_line };
	snprintf(s->text, sizeof(s->text), "%s", text + at);
}

/* What decides, as a session has it: the first no, else the recipient. */
static inline void
scene_decide(struct server *s, struct smtp_probe *p)
{
	static const struct {
		enum ask ask;
		enum stage stage;
	} order[] = {
		{ ASK_BANNER, STAGE_BANNER },
		{ ASK_EHLO, STAGE_EHLO },
		{ ASK_EHLO_TLS, STAGE_EHLO },
		{ ASK_MAIL, STAGE_MAIL },
		{ ASK_TARGET, STAGE_RCPT },
	};
	size_t i;

	product_conclude(&p->product);
	snprintf(s->product, sizeof(s->product), "%s", p->product.name);
	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const struct answer *a = p->answers[order[i].ask];

		if (a == NULL || (order[i].ask != ASK_TARGET &&
			a->code / 100 == 2))
			continue;
		s->stage = order[i].stage;
		s->code = a->code;
		s->enhanced = a->enhanced;
		snprintf(s->text, sizeof(s->text), "%s", a->text);
		s->at = (struct ref) { p->base.number, a->line };
		s->reading = a->reading;
		s->result = a->code / 100 == 2 ? RESULT_ACCEPTED :
		    a->code / 100 == 4	       ? RESULT_DEFERRED :
						 RESULT_REFUSED;
		return;
	}
}

static inline void
scene_usual(struct server *s, struct smtp_probe *p, enum ask before)
{
	if (before > ASK_BANNER && p->answers[ASK_BANNER] == NULL)
		scene_hear(p, ASK_BANNER, STAGE_BANNER, "220 host ESMTP");
	if (before > ASK_EHLO && p->answers[ASK_EHLO] == NULL)
		scene_ehlo(s, p, false, "host|PIPELINING|8BITMIME");
	if (before > ASK_MAIL && p->answers[ASK_MAIL] == NULL)
		scene_hear(p, ASK_MAIL, STAGE_MAIL, "250 2.1.0 Ok");
}

static inline void
scene_line(struct scene *scene, const char *line)
{
	static const struct {
		const char *word;
		enum ask ask;
		enum stage stage;
	} asks[] = {
		{ "banner", ASK_BANNER, STAGE_BANNER },
		{ "helo", ASK_HELO, STAGE_EHLO },
		{ "auth", ASK_AUTH, STAGE_AUTH },
		{ "mail", ASK_MAIL, STAGE_MAIL },
		{ "rcpt", ASK_TARGET, STAGE_RCPT },
		{ "control", ASK_CONTROL, STAGE_RCPT },
		{ "postmaster", ASK_POSTMASTER, STAGE_RCPT },
		{ "bare", ASK_BARE, STAGE_RCPT },
		{ "made-up", ASK_MADE_UP, STAGE_RCPT },
		{ "own", ASK_OWN, STAGE_RCPT },
		{ "plain", ASK_PLAIN_FORM, STAGE_RCPT },
		{ "null-mail", ASK_NULL_MAIL, STAGE_MAIL },
		{ "null", ASK_NULL_TARGET, STAGE_RCPT },
		{ "other", ASK_OTHER_TARGET, STAGE_RCPT },
	};
	char word[16] = "", host[256] = "", address[80] = "";
	struct server *s;
	struct smtp_probe *p;
	const char *rest;
	size_t i;
	int at = 0;

	if (sscanf(line, "%15s %n", word, &at) != 1)
		return;
	rest = line + at;
	for (i = 0; i < 5; i++) {
		static const char *const kinds[] = { "mx", "server", "side",
			"real", "repeat" };

		if (strcmp(word, kinds[i]) != 0)
			continue;
		ck_assert_int_eq(sscanf(rest, "%255s %79s", host, address), 2);
		scene_server(scene, word, host, address);
		return;
	}
	ck_assert_uint_gt(scene->e.server_count, 0);
	s = &scene->e.servers[scene->e.server_count - 1];
	p = scene->probes[scene->count - 1];
	if (strcmp(word, "ehlo") == 0) {
		scene_usual(s, p, ASK_EHLO);
		scene_ehlo(s, p, false, rest);
	} else if (strcmp(word, "tls") == 0) {
		scene_usual(s, p, ASK_STARTTLS);
		scene_tls(s, p, true, "is established");
		scene_ehlo(s, p, true, rest);
	} else if (strcmp(word, "tls-untrusted") == 0) {
		scene_tls(s, p, false, rest);
	} else if (strcmp(word, "tls-fails") == 0) {
		scene_tls(s, p, false, rest);
		s->tls_established = TRI_NO;
		s->tls_trusted = TRI_UNKNOWN;
		p->tls_established = false;
		p->tls_failed = true;
	} else if (strcmp(word, "login") == 0) {
		scene->e.have_credentials = true;
		p->logged_in = true;
		strcpy(p->mechanism, "PLAIN");
		scene_hear(p, ASK_AUTH, STAGE_AUTH, "235 2.7.0 welcome");
	} else if (strcmp(word, "lost") == 0) {
		scene_lost(s, p, rest);
	} else if (strcmp(word, "from") == 0) {
		ck_assert(addr_parse(rest, &p->local));
	} else {
		for (i = 0; i < sizeof(asks) / sizeof(asks[0]); i++)
			if (strcmp(word, asks[i].word) == 0)
				break;
		ck_assert_msg(i < sizeof(asks) / sizeof(asks[0]), "%s", word);
		scene_usual(s, p, asks[i].ask);
		if (asks[i].ask == ASK_AUTH) {
			scene->e.have_credentials = true;
			strcpy(p->mechanism, "PLAIN");
		}
		scene_hear(p, asks[i].ask, asks[i].stage, rest);
	}
	scene_decide(s, p);
}

static inline void
scene_play(struct scene *scene, const char *text)
{
	char line[1024];
	size_t n;

	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		scene_line(scene, line);
	}
}

#endif
