#include "core/world/referee.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/text.h"
#include "core/world/mail_session.h"
#include "core/world/world.h"
#include "net/log.h"

#define REFUSED_MAX 3
#define CONNECTIONS_MAX 16

void
world_violation(struct world *world, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(world->last_violation, sizeof(world->last_violation), fmt,
	    ap);
	va_end(ap);
	world->count.violations++;
	log_debug("world", "violation: %s", world->last_violation);
}

static bool
verb_is(const char *line, const char *verb)
{
	size_t n = strlen(verb);

	return text_istarts(line, verb) && (line[n] == '\0' || line[n] == ' ');
}

/* RFC 2920 3.1: these end a group; RFC 3207, 4954: so do STARTTLS, AUTH. */
static bool
ends_group(const char *line)
{
	static const char *const verbs[] = { "EHLO", "HELO", "STARTTLS",
		"AUTH", "DATA", "VRFY", "EXPN", "TURN", "QUIT", "NOOP" };
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (verb_is(line, verbs[i]))
			return true;
	return false;
}

/* `grouped`: came before the client can have had the reply before it. */
static void
judge_order(struct mail_session *s, bool grouped)
{
	struct world *w = s->server->world;
	char verb[sizeof(s->unanswered)];

	/* The verb alone: what follows AUTH is nobody's business. */
	snprintf(verb, sizeof(verb), "%.*s", (int)strcspn(s->line, " "),
	    s->line);
	if (!s->greeted)
		world_violation(w, "%s before the greeting was whole", verb);
	else if (grouped && s->must_be_last)
		world_violation(w, "%s behind %s before its reply", verb,
		    s->unanswered);
	else if (grouped && !s->offers_pipelining)
		world_violation(w, "%s in a group without PIPELINING", verb);
	if (verb_is(s->line, "DATA") && !w->data_allowed)
		world_violation(w, "DATA without consent");
	s->must_be_last = ends_group(s->line);
	memcpy(s->unanswered, verb, sizeof(verb));
}

/* Who has said QUIT, or was hung up on, holds no connection. */
static void
judge_connections(struct mail_session *s)
{
	const struct mail_session *other;

	if (s->judged)
		return;
	s->judged = true;
	for (other = s->server->world->sessions; other != NULL;
	    other = other->next)
		if (other != s && other->port == s->port && !other->gone &&
		    !other->quit && !other->hung_up)
			world_violation(s->server->world,
			    "two connections at a time");
}

/* Does the name's address belong to the asking machine? */
static bool
names_client(const struct world *w, const char *name)
{
	size_t i;

	for (i = 0; i < w->records.count; i++) {
		const struct dns_rr *rr = &w->records.items[i].rr;

		if ((rr->type == DNS_A || rr->type == DNS_AAAA) &&
		    strcasecmp(rr->name, name) == 0 &&
		    (addr_same_host(&rr->addr, &w->client4) ||
			addr_same_host(&rr->addr, &w->client6)))
			return true;
	}
	return false;
}

/* The name that the person gave, or one that is the machine's own. */
static void
judge_hello(struct mail_session *s)
{
	struct world *w = s->server->world;
	const char *name = s->line + 4 + (s->line[4] == ' ');
	const char *given;
	size_t i;

	if (world_case(w, "recipient", 0) == NULL ||
	    (!verb_is(s->line, "EHLO") && !verb_is(s->line, "HELO")))
		return;
	for (i = 0; (given = world_case(w, "helo", i)) != NULL; i++)
		if (strcasecmp(given, name) == 0)
			return;
	if (name[0] != '[' && !names_client(w, name))
		world_violation(w, "EHLO %.80s, which it is not", name);
}

void
referee_connection(struct mail_port *port)
{
	if (++port->connections == CONNECTIONS_MAX + 1)
		world_violation(port->server->world,
		    "more than %d connections to one port", CONNECTIONS_MAX);
}

void
referee_command(struct mail_session *s, bool grouped)
{
	/* TLS spoken to a port in clear is no command (RFC 8446 5.1). */
	s->talks_tls = s->talks_tls || s->line[0] == 0x16;
	if (s->talks_tls)
		return;
	judge_order(s, grouped);
	judge_connections(s);
	judge_hello(s);
}

/* RFC 5321 3.6.1, appendix C: routes, and what gateways made of them. */
static bool
is_routed(const char *address)
{
	return strchr("@\"", address[0]) != NULL ||
	    strcspn(address, "%!") < strlen(address);
}

void
referee_recipient(struct mail_session *s, int code)
{
	struct world *w = s->server->world;
	const char *asked = world_case(w, "recipient", 0);

	if (code / 100 == 5 && ++s->refused == REFUSED_MAX + 1)
		world_violation(w, "more than %d refused recipients",
		    REFUSED_MAX);
	if (is_routed(s->rcpt) && asked != NULL && !is_routed(asked) &&
	    world_case(w, "open-relay-forms", 0) == NULL)
		world_violation(w, "RCPT TO %.80s unasked", s->rcpt);
}
