#include "core/report/repeat.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/report.h"
#include "core/report/view.h"
#include "core/session.h"
#include "core/settings.h"
#include "net/buf.h"
#include "net/dns_msg.h"
#include "net/i18n.h"
#include "net/mem.h"

#define COMMAND_BYTES 8192

void
repeat_word(struct buf *out, const char *word)
{
	const char *p;

	for (p = word; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) &&
		    strchr("@%+=:,./_-", *p) == NULL)
			break;
	if (*p == '\0' && p > word) {
		buf_puts(out, word);
		return;
	}
	buf_putc(out, '\'');
	for (p = word; *p != '\0'; p++) {
		if (*p == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, *p);
	}
	buf_putc(out, '\'');
}

static void
option(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, " %s ", name);
	repeat_word(out, value);
}

/* "192.0.2.53", with a port where it is not the usual one. */
static void
put_resolver(const struct session *session, struct buf *out)
{
	struct addr addr;
	char text[ADDR_TEXT_MAX], port[8];

	if (!addr_parse_port(session->resolver_text, DNS_PORT, &addr))
		return;
	buf_puts(out, " @");
	repeat_word(out, addr_text(&addr, text));
	snprintf(port, sizeof(port), "%u", addr.port);
	if (addr.port != DNS_PORT)
		option(out, "-p", port);
}

/* Is it a record type as the probes write them, and not a name? */
static bool
is_type(const char *word)
{
	size_t n = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

	return n > 0 && word[n] == '\0';
}

/*
 * "MX dest.example", "MX dest.example  asked of ns1.example 192.0.2.1", and
 * as the policies have it, "dest.example TXT".
 */
static void
dig(const struct session *session, const char *question, struct buf *out)
{
	static const char asked_of[] = "  asked of ";
	char *copy = mem_strdup(question), *of, *server, *name, *type;

	of = strstr(copy, asked_of);
	server = of != NULL ? strrchr(of, ' ') : NULL;
	if (of != NULL)
		*of = '\0';
	name = strchr(copy, ' ');
	if (name == NULL || name[1] == '\0') {
		free(copy);
		return;
	}
	*name++ = '\0';
	type = is_type(name) && !is_type(copy) ? name : copy;
	if (type == name)
		name = copy;
	buf_puts(out, "dig");
	if (server != NULL) {
		buf_puts(out, " +norecurse @");
		repeat_word(out, server + 1);
	} else {
		put_resolver(session, out);
	}
	option(out, "-t", type);
	option(out, "-q", name);
	buf_putc(out, '\n');
	free(copy);
}

static void
repeat_dns(const struct session *session, const struct probe *probe,
    struct buf *out)
{
	const struct transcript *tr = &probe->transcript;
	size_t i;

	for (i = 0; i < tr->count; i++)
		if (tr->lines[i].dir == LINE_CLIENT)
			dig(session, tr->lines[i].text, out);
}

/* The server that the probe talked to. */
static const struct server *
server_of(const struct session *session, const struct probe *probe)
{
	const struct evidence *e = &session->evidence;
	size_t i;

	for (i = 0; i < e->server_count; i++)
		if (e->servers[i].at.probe == probe->number)
			return &e->servers[i];
	return NULL;
}

/* The address without port, as openssl and swaks want it. */
static void
repeat_tls(const struct session *session, const struct server *s,
    struct buf *out)
{
	struct buf where;
	char text[ADDR_TEXT_MAX];

	buf_init(&where, COMMAND_BYTES);
	buf_puts(&where, addr_text_port(&s->addr, text));
	buf_puts(out, "openssl s_client");
	option(out, "-connect", buf_str(&where));
	if (s->addr.port != 465)
		buf_puts(out, " -starttls smtp");
	if (s->host[0] != '\0') {
		option(out, "-servername", s->host);
		option(out, "-verify_hostname", s->host);
	}
	if (session->settings != NULL && session->settings->ca_file != NULL)
		option(out, "-CAfile", session->settings->ca_file);
	buf_puts(out, " </dev/null\n");
	buf_clear(&where);
}

static void
repeat_smtp(const struct session *session, const struct server *s,
    struct buf *out)
{
	const struct settings *settings = session->settings;
	const struct mail_case *input = &session->input;
	char text[ADDR_TEXT_MAX], port[8];

	snprintf(port, sizeof(port), "%u", s->addr.port);
	buf_puts(out, "swaks");
	option(out, "--server", addr_text(&s->addr, text));
	option(out, "--port", port);
	if (session->helo[0] != '\0')
		option(out, "--helo", session->helo);
	option(out, "--from",
	    input->sender.mailbox[0] != '\0' ? input->sender.mailbox : "<>");
	option(out, "--to", input->recipient.mailbox);
	if (s->tls_established == TRI_YES)
		buf_puts(out, s->addr.port == 465 ? " --tls-on-connect" :
						    " --tls");
	if (settings != NULL && settings->user != NULL &&
	    s->role == ROLE_SERVER)
		option(out, "--auth --auth-user", settings->user);
	buf_puts(out, " --quit-after RCPT\n");
}

void
repeat_probe(const struct session *session, const struct probe *probe,
    struct buf *out)
{
	const struct server *server = server_of(session, probe);

	if (probe->kind != PROBE_SMTP) {
		repeat_dns(session, probe, out);
		return;
	}
	if (server == NULL || server->addr.family == AF_UNSPEC)
		return;
	repeat_smtp(session, server, out);
	if (server->tls_offered == TRI_YES ||
	    server->tls_established != TRI_UNKNOWN)
		repeat_tls(session, server, out);
}

/* Commands that were given before are not given again. */
static void
add_new(struct buf *out, const char *title, char *commands)
{
	char *line, *with_newline;
	bool titled = false;

	while ((line = strsep(&commands, "\n")) != NULL) {
		if (*line == '\0')
			continue;
		with_newline = mem_printf("\n%s\n", line);
		if (strstr(buf_str(out), with_newline) == NULL) {
			if (!titled)
				buf_printf(out, "# %s\n", title);
			titled = true;
			buf_printf(out, "%s\n", line);
		}
		free(with_newline);
	}
}

void
report_commands(const struct session *session, struct buf *out)
{
	const struct probe *probe;
	char title[400];
	struct buf commands;
	size_t i;

	buf_puts(out, _("# The same by hand. Passwords are asked for, never "
		      "written.\n"));
	for (i = 0; i < session->probe_count; i++) {
		probe = session->probes[i];
		buf_init(&commands, 256 * 1024);
		repeat_probe(session, probe, &commands);
		snprintf(title, sizeof(title), "p%d %s", probe->number,
		    probe->subject);
		if (commands.len > 0)
			add_new(out, title, commands.bytes);
		buf_clear(&commands);
	}
}
