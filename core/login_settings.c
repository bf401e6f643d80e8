#include "core/login_settings.h"

#include <stdio.h>
#include <string.h>

#include "core/cause/facts.h"
#include "net/i18n.h"
#include "net/sasl.h"

/* RFC 6409 and RFC 8314 first; 25 is for mail between servers. */
static const int order[] = { 587, 465, 2525, 25 };

#define ORDER (sizeof(order) / sizeof(order[0]))

static bool
offers_login(const struct server *s, bool secure)
{
	return s->role == ROLE_SERVER && !s->repeat &&
	    (secure ? auth_in_tls(s) : auth_in_clear(s));
}

static bool
at_once(const struct server *s)
{
	return s->addr.port == 465 || (s->probe != NULL &&
		s->probe->plan.security == SECURITY_TLS);
}

/* The n-th best port with a login; one row a port. */
static const struct server *
nth(const struct evidence *e, bool secure, size_t n)
{
	size_t i, k;

	for (k = 0; k <= ORDER; k++) {
		for (i = 0; i < e->server_count; i++) {
			const struct server *s = &e->servers[i];
			size_t place = 0;

			while (place < ORDER && order[place] != s->addr.port)
				place++;
			if (place != k || !offers_login(s, secure))
				continue;
			if (n-- == 0)
				return s;
			break;
		}
	}
	return NULL;
}

static bool
taken(const struct evidence *e)
{
	size_t i;

	for (i = 0; i < e->server_count; i++)
		if (logged_in(&e->servers[i]))
			return true;
	return false;
}

/* Whether some method takes a user name and a password. */
static bool
takes_password(const char *methods)
{
	char all[SERVER_MECHS], *one, *save = NULL;

	snprintf(all, sizeof(all), "%s", methods);
	for (one = strtok_r(all, " ", &save); one != NULL;
	     one = strtok_r(NULL, " ", &save))
		if (sasl_known(one) && strcmp(one, "XOAUTH2") != 0 &&
		    strcmp(one, "OAUTHBEARER") != 0 &&
		    strcmp(one, "EXTERNAL") != 0)
			return true;
	return false;
}

static void
put_ports(const struct server *best, const struct server *other, bool secure,
    struct login_settings *out)
{
	if (!secure)
		snprintf(out->port, sizeof(out->port),
		    _("%d without encryption: the password can be read on the "
		    "way"),
		    best->addr.port);
	else
		snprintf(out->port, sizeof(out->port), _("%d with %s%s"),
		    best->addr.port,
		    at_once(best) ? _("SSL/TLS") : _("STARTTLS"),
		    other == NULL      ? "" :
			at_once(other) ? _(", or 465 with SSL/TLS") :
					 "");
	if (secure && other != NULL && !at_once(other))
		snprintf(out->port + strlen(out->port),
		    sizeof(out->port) - strlen(out->port),
		    _(", or %d with STARTTLS"), other->addr.port);
}

static void
put_login(const struct evidence *e, const char *methods,
    struct login_settings *out)
{
	if (!takes_password(methods))
		snprintf(out->login, sizeof(out->login),
		    _("on; no method here takes a password, the program has to "
		    "sign in by OAuth or by a client certificate"));
	else
		snprintf(out->login, sizeof(out->login),
		    _("on; user name usually the full mail address%s%.300s; "
		    "password that of the mailbox"),
		    e->null_sender || e->sender[0] == '\0' ? "" : ", ",
		    e->null_sender ? "" : e->sender);
	snprintf(out->methods, sizeof(out->methods), "%s", methods);
}

bool
login_settings(const struct evidence *e, struct login_settings *out)
{
	const struct server *best = nth(e, true, 0);
	bool secure = best != NULL;

	if (!secure)
		best = nth(e, false, 0);
	if (best == NULL || taken(e))
		return false;
	memset(out, 0, sizeof(*out));
	snprintf(out->server, sizeof(out->server), "%s", best->host);
	out->best_port = best->addr.port;
	put_ports(best, nth(e, secure, 1), secure, out);
	put_login(e, secure ? best->auth_tls : best->auth_clear, out);
	if (secure && best->tls_trusted == TRI_NO)
		snprintf(out->certificate, sizeof(out->certificate),
		    _("not valid, so programs that check it will not log in: "
		    "%.230s"),
		    best->tls_why);
	out->at = best->at;
	if (best->probe != NULL)
		out->at = answer_ref(best, best->probe->have_ehlo_tls ?
			ASK_EHLO_TLS : ASK_EHLO);
	return true;
}
