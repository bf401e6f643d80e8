#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/local/local_probe.h"
#include "core/text.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

/*
 * Sendmail: its classes w (local host names) and R (relay domains), the
 * access map, and what rulesets 3 and 0 make of the recipient.  All of it is
 * asked in one address test mode (sendmail -bt), whose answers are parted
 * by its prompt and come in the order of the questions (commands.c).
 */

enum part {
	PART_HELLO,
	PART_CLASS_W,
	PART_CLASS_R,
	PART_RULES,
	PART_ACCESS_TO,
	PART_ACCESS_CONNECT,
	PARTS,
};

/* The next prompt at the beginning of a line, or right here. */
static char *
next_prompt(char *at)
{
	char *next;

	if (strncmp(at, "> ", 2) == 0)
		return at;
	next = strstr(at, "\n> ");
	return next != NULL ? next + 1 : NULL;
}

/* Cuts the output at its prompts; parts that are missing are "". */
static void
cut(char *output, char *parts[PARTS])
{
	char *at = next_prompt(output);
	size_t n;

	for (n = 0; n < PARTS; n++)
		parts[n] = output + strlen(output);
	parts[PART_HELLO] = output;
	for (n = 1; n < PARTS && at != NULL; n++) {
		*at = '\0';
		parts[n] = at + 2;
		at = next_prompt(parts[n]);
	}
}

static bool
has_member(const char *part, const char *name)
{
	const char *at = part;
	size_t n = strlen(name);

	while (at != NULL && *at != '\0') {
		if (strncasecmp(at, name, n) == 0 &&
		    (at[n] == '\n' || at[n] == '\0' || at[n] == '\r'))
			return true;
		at = strchr(at, '\n');
		if (at != NULL)
			at++;
	}
	return false;
}

/* An IPv4 address stands in class R whole or by its first octets. */
static bool
has_network(const char *part, const struct addr *client)
{
	char text[ADDR_TEXT_MAX], name[ADDR_TEXT_MAX + 8], *dot;

	addr_text(client, text);
	snprintf(name, sizeof(name), "%s%s",
	    client->family == AF_INET6 ? "IPv6:" : "", text);
	if (has_member(part, name))
		return true;
	while (client->family == AF_INET &&
	    (dot = strrchr(text, '.')) != NULL) {
		*dot = '\0';
		if (has_member(part, text))
			return true;
	}
	return false;
}

/* "map_lookup: access (key) returns RELAY (0)" */
static bool
access_relays(const char *part)
{
	return strstr(part, "returns RELAY") != NULL;
}

static void
conclude_domain(struct local_probe *p, char *parts[PARTS])
{
	bool w = has_member(parts[PART_CLASS_W], p->values.domain);
	bool r = has_member(parts[PART_CLASS_R], p->values.domain);
	bool access = access_relays(parts[PART_ACCESS_TO]);
	bool local = strstr(parts[PART_RULES], "$# local") != NULL;
	bool any = w || r || access || local;
	struct policy_fact *f;

	if (p->values.domain[0] == '\0')
		return;
	f = local_fact(p, "local-domain", p->values.domain,
	    any ? TRI_YES : TRI_NO, p->output_line);
	f->wrong = !any;
	if (any)
		snprintf(f->text, sizeof(f->text),
		    _("Sendmail on this machine "
		      "%s %.120s%s (%s)"),
		    w || local ? _("takes") : _("relays to"), p->values.domain,
		    w || local ? _(" for its own") : "",
		    w         ? _("class w") :
			local ? _("its rules") :
			r     ? _("class R") :
				_("the access map"));
	else
		snprintf(f->text, sizeof(f->text), _("Sendmail on this machine "
		    "has %.120s neither in class w nor in class R nor in the "
		    "access map"), p->values.domain);
	local_speaks(f, CAUSE_MX_NOT_HOSTING, any ? -20 : 30);
}

static void
conclude_client(struct local_probe *p, char *parts[PARTS])
{
	char client[ADDR_TEXT_MAX];
	struct policy_fact *f;
	bool r, access;

	if (p->client.family == AF_UNSPEC)
		return;
	r = has_network(parts[PART_CLASS_R], &p->client);
	access = access_relays(parts[PART_ACCESS_CONNECT]);
	addr_text(&p->client, client);
	f = local_fact(p, "local-networks", client,
	    r || access ? TRI_YES : TRI_NO, p->output_line);
	if (r || access)
		snprintf(f->text, sizeof(f->text), _("Sendmail on this machine "
		    "lets %s relay (%s)"), client,
		    r ? _("class R") : _("the access map"));
	else
		snprintf(f->text, sizeof(f->text), _("relay-domains (class R) "
		    "and the access map lack %s"), client);
	local_speaks(f, CAUSE_CLIENT_NOT_PERMITTED, r || access ? -30 : 30);
}

enum step
local_sendmail(struct task *task)
{
	struct local_probe *p =
	    container_of(task, struct local_probe, base.task);
	char *parts[PARTS];

	TASK_BEGIN(task);

	local_say(p, LOCAL_SENDMAIL_TEST);
	TASK_AWAIT(task, p->answer.done);
	local_hear(p);
	if (strstr(p->output, "> ") == NULL) {
		probe_end(&p->base, PROBE_FAILED,
		    "sendmail -bt does not answer");
	} else {
		cut(p->output, parts);
		conclude_domain(p, parts);
		conclude_client(p, parts);
		local_end(p);
	}
	TASK_END(task);
}
