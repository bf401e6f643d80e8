#include "core/report/view.h"

#include <stdio.h>
#include <string.h>

#include "core/login_settings.h"
#include "core/session.h"
#include "core/settings.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "version.h"

#define LINES_BEFORE 2
#define LINES_AFTER 1

const char *
view_verdict(const struct session *session)
{
	static const char *const words[] = {
		[VERDICT_ACCEPTED] = N_("ACCEPTED"),
		[VERDICT_PARTLY] = N_("PARTLY REFUSED"),
		[VERDICT_REFUSED] = N_("REFUSED"),
		[VERDICT_DEFERRED] = N_("DEFERRED"),
		[VERDICT_UNREACHABLE] = N_("UNREACHABLE"),
		[VERDICT_INCONCLUSIVE] = N_("INCONCLUSIVE"),
	};

	return _(words[session->diagnosis.verdict]);
}

const char *
view_ref(const struct ref *ref, char *out, size_t size)
{
	if (ref->probe == 0)
		out[0] = '\0';
	else if (ref->line == 0)
		snprintf(out, size, "p%d", ref->probe);
	else
		snprintf(out, size, _("p%d, line %d"), ref->probe, ref->line);
	return out;
}

void
view_time(time_t t, bool rfc3339, char *out, size_t size)
{
	struct tm tm;

	gmtime_r(&t, &tm);
	if (strftime(out, size,
		rfc3339 ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%d %H:%M:%S UTC",
		&tm) == 0)
		out[0] = '\0';
}

void
view_vantage(const struct session *session, struct buf *out)
{
	char when[40], from[400], elapsed[20];

	view_time(session->started, false, when, sizeof(when));
	snprintf(from, sizeof(from),
	    session->helo[0] != '\0' ? "%s (EHLO %s)" : "%s%s",
	    session->from_address[0] != '\0' ? session->from_address :
					       _("an unknown address"),
	    session->helo);
	snprintf(elapsed, sizeof(elapsed), "%d.%d", session->elapsed_ms / 1000,
	    session->elapsed_ms / 100 % 10);
	if (session->resolver_text[0] != '\0')
		buf_printf(out, _("Seen from %s, name server %s, on %s, in %s "
				  "s, by relaytrace %s."),
		    from, session->resolver_text, when, elapsed, RT_VERSION);
	else
		buf_printf(out, _("Seen from %s, on %s, in %s s, by relaytrace "
				  "%s."),
		    from, when, elapsed, RT_VERSION);
}

const char *
view_stage(enum stage stage)
{
	static const char *const words[] = {
		[STAGE_DNS] = N_("in DNS"),
		[STAGE_CONNECT] = N_("while connecting"),
		[STAGE_BANNER] = N_("at the greeting"),
		[STAGE_EHLO] = N_("at EHLO"),
		[STAGE_STARTTLS] = N_("at STARTTLS"),
		[STAGE_TLS] = N_("in the TLS handshake"),
		[STAGE_AUTH] = N_("at the login"),
		[STAGE_MAIL] = N_("at MAIL FROM"),
		[STAGE_RCPT] = N_("at RCPT TO"),
		[STAGE_DATA] = N_("at DATA"),
		[STAGE_QUIT] = N_("at QUIT"),
	};

	return _(words[stage]);
}

/* "[192.0.2.1]:25"; nothing without an address. */
static void
add_addr(const struct addr *addr, const char *before, struct buf *out)
{
	char text[ADDR_TEXT_MAX];

	if (addr->family == AF_UNSPEC)
		return;
	buf_printf(out, "%s[%s]", before, addr_text(addr, text));
	if (addr->port != 0)
		buf_printf(out, ":%u", addr->port);
}

void
view_failure_place(const struct session *session, struct buf *out)
{
	const struct failure_point *f = &session->diagnosis.failure;

	buf_puts(out, f->host);
	add_addr(&f->addr, f->host[0] != '\0' ? " " : "", out);
	buf_printf(out, "%s%s", out->len > 0 ? ", " : "",
	    view_stage(f->stage));
}

void
view_reply(int code, const struct enhanced *enhanced, const char *text,
    struct buf *out)
{
	char status[16];

	if (code != 0)
		buf_printf(out, "%03d ", code);
	/* Many texts begin with the status themselves. */
	enhanced_text(enhanced, status);
	if (code != 0 && status[0] != '\0' &&
	    strncmp(text, status, strlen(status)) != 0)
		buf_printf(out, "%s ", status);
	buf_puts(out, text);
}

void
view_server_name(const struct server *server, struct buf *out)
{
	buf_puts(out, server->host);
	add_addr(&server->addr, server->host[0] != '\0' ? " " : "", out);
}

void
view_server_result(const struct server *server, struct buf *out)
{
	buf_puts(out, _(result_name(server->result)));
	if (server->result != RESULT_SKIPPED)
		buf_printf(out, " %s", view_stage(server->stage));
	if (server->code != 0 || server->text[0] != '\0') {
		buf_puts(out, ": ");
		view_reply(server->code, &server->enhanced, server->text, out);
	}
}

static void
add_tls(const struct server *server, struct buf *out)
{
	if (server->tls_offered == TRI_NO &&
	    server->tls_established != TRI_YES) {
		buf_puts(out, _("TLS not offered"));
		return;
	}
	if (server->tls_established == TRI_YES)
		buf_puts(out, server->tls_trusted == TRI_YES ?
			_("TLS, certificate trusted") :
			server->tls_trusted == TRI_NO ?
			_("TLS, certificate not trusted") :
			_("TLS, certificate not judged"));
	else if (server->tls_established == TRI_NO)
		buf_puts(out, _("TLS offered, but the handshake failed"));
	else if (server->tls_offered == TRI_YES)
		buf_puts(out, _("TLS offered"));
	else
		return;
	if (server->tls_why[0] != '\0')
		buf_printf(out, " (%s)", server->tls_why);
}

void
view_server_security(const struct server *server, struct buf *out)
{
	const char *between = "";

	add_tls(server, out);
	if (out->len > 0)
		between = "; ";
	if (server->auth_tls[0] != '\0')
		buf_printf(out, _("%slogin by %s"), between, server->auth_tls);
	else if (server->auth_clear[0] != '\0')
		buf_printf(out, _("%slogin by %s, in clear"), between,
		    server->auth_clear);
}

void
view_fix_values(const struct session *session, const struct cause *cause,
    struct view_values *values)
{
	const struct evidence *e = &session->evidence;
	const struct mail_case *input = &session->input;
	const struct settings *settings = session->settings;
	struct fix_values *v = &values->values;
	struct addr client = addr_with_port(e->client, 0);
	struct login_settings login;

	memset(values, 0, sizeof(*values));
	if (e->client_known)
		addr_text(&client, values->client);
	else
		snprintf(values->client, sizeof(values->client), "%s",
		    session->from_address);
	snprintf(values->server, sizeof(values->server), "%s",
	    cause->server[0] != '\0' ? cause->server :
		session->diagnosis.failure.known ?
				       session->diagnosis.failure.host :
				       input->server);
	if (settings != NULL && settings->user != NULL)
		snprintf(values->user, sizeof(values->user), "%s",
		    settings->user);
	v->domain = input->recipient.domain;
	v->recipient = input->recipient.mailbox;
	v->sender = input->sender.mailbox;
	v->server = values->server;
	v->client = values->client;
	v->listed = cause->listed;
	v->helo = session->helo;
	v->user = values->user;
	v->port = session->diagnosis.failure.addr.port != 0 ?
	    session->diagnosis.failure.addr.port :
	    input->port;
	if (login_settings(e, &login))
		v->login_port = login.best_port;
	if (input->route == ROUTE_SERVER) {
		v->outgoing = input->server;
		v->outgoing_port = input->port;
	}
}

const struct fix *
view_fix(const struct cause *cause, size_t i)
{
	const struct fix *own;

	if (cause->product[0] == '\0')
		return fix_nth(cause->id, i);
	own = fix_find(cause->id, cause->product);
	return i == 0 ? own : NULL;
}

static size_t
show_around(const struct ref *ref, const struct probe *probe, bool *shown)
{
	const size_t count = probe->transcript.count;
	size_t first, last, i, news = 0;

	if (ref->probe != probe->number || ref->line < 1 ||
	    (size_t)ref->line > count)
		return 0;
	first = ref->line > LINES_BEFORE ? (size_t)ref->line - LINES_BEFORE :
					   1;
	last = (size_t)ref->line + LINES_AFTER;
	for (i = first; i <= last && i <= count; i++) {
		news += !shown[i - 1];
		shown[i - 1] = true;
	}
	return news;
}

size_t
view_excerpt(const struct session *session, const struct probe *probe,
    bool *shown)
{
	const struct diagnosis *d = &session->diagnosis;
	size_t i, j, n = 0;

	memset(shown, 0, probe->transcript.count * sizeof(*shown));
	if (d->failure.known)
		n += show_around(&d->failure.at, probe, shown);
	for (i = 0; i < d->cause_count; i++)
		for (j = 0; j < d->causes[i].item_count; j++)
			n += show_around(&d->causes[i].items[j].at, probe,
			    shown);
	return n;
}
