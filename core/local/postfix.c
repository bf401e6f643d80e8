#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/local/local_probe.h"
#include "core/local/master.h"
#include "core/local/nets.h"
#include "core/text.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

/*
 * Postfix: which address class has the domain, which networks may relay
 * (postconf, postmap -q; the classes are those of its ADDRESS_CLASS_README).
 */

static const struct {
	const char *setting;
	bool about_client;
	bool subdomains; /* an item stands for names below it, too */
} lists[] = {
	{ "mydestination", false, false },
	{ "virtual_mailbox_domains", false, false },
	{ "virtual_alias_domains", false, false },
	{ "relay_domains", false, true },
	{ "mynetworks", true, false },
};
#define LISTS (sizeof(lists) / sizeof(lists[0]))
#define CLASSES 4

/* The value that a "name = value" line of the output has; NULL: no line. */
static char *
value_of(const char *output, const char *name)
{
	size_t n = strlen(name);
	const char *at = output;

	while (at != NULL && *at != '\0') {
		if (strncmp(at, name, n) == 0 && strncmp(at + n, " =", 2) == 0)
			return mem_strndup(at + n + 2,
			    strcspn(at + n + 2, "\n"));
		at = strchr(at, '\n');
		if (at != NULL)
			at++;
	}
	return NULL;
}

/* What the service sets by itself in master.cf comes before main.cf. */
static char *
setting_of(const struct local_probe *p, const char *name)
{
	char *value = p->overrides == NULL ? NULL :
					     value_of(p->overrides, name);

	return value != NULL ? value : value_of(p->settings, name);
}

/* Where a setting's value is to be read, and " (master.cf, ...)" if there. */
static int
line_of(const struct local_probe *p, const char *name, char note[120])
{
	char *own = p->overrides == NULL ? NULL : value_of(p->overrides, name);

	note[0] = '\0';
	if (own == NULL)
		return p->settings_line;
	free(own);
	snprintf(note, 120, _(" (of the service %s in master.cf)"), p->service);
	return p->services_line;
}

static bool
is_table(const char *item)
{
	return strchr(item, ':') != NULL && item[0] != '[' &&
	    strchr(item, '/') != NULL;
}

/* Notes the tables that stand in the lists, to be asked one by one. */
static void
find_tables(struct local_probe *p)
{
	struct list_walk walk;
	struct addr ignored;
	size_t i;
	char *item, *value;

	p->tables = mem_array(LOCAL_TABLES, sizeof(*p->tables));
	for (i = 0; i < LISTS; i++) {
		value = setting_of(p, lists[i].setting);
		if (value == NULL)
			continue;
		list_walk_postfix(&walk, value);
		while ((item = list_walk_next(&walk)) != NULL) {
			struct local_table *t = &p->tables[p->table_count];

			if (item[0] == '!')
				item++;
			if (!is_table(item) || addr_parse(item, &ignored) ||
			    strlen(item) >= sizeof(t->name) ||
			    p->table_count == LOCAL_TABLES ||
			    net_item_has(item, &p->client) != TRI_UNKNOWN ||
			    (lists[i].about_client ?
				p->client.family == AF_UNSPEC :
				p->values.domain[0] == '\0'))
				continue;
			t->setting = lists[i].setting;
			t->about_client = lists[i].about_client;
			snprintf(t->name, sizeof(t->name), "%s", item);
			p->table_count++;
		}
		free(value);
	}
}

static void
ask_table(struct local_probe *p)
{
	const struct local_table *t = &p->tables[p->table_asked];

	snprintf(p->values.list, sizeof(p->values.list), "%s", t->name);
	local_say(p, t->about_client ? LOCAL_POSTMAP_CLIENT :
				       LOCAL_POSTMAP_DOMAIN);
}

/* Found: it says something; not found: silence and status 1. */
static void
hear_table(struct local_probe *p)
{
	struct local_table *t = &p->tables[p->table_asked++];

	local_hear(p);
	t->line = p->output_line;
	if (p->answer.status == 0)
		t->has = TRI_YES;
	else if (p->answer.status == 1 && p->output[0] == '\0')
		t->has = TRI_NO;
}

static bool
item_has_domain(const char *item, const char *domain, bool subdomains)
{
	if (item[0] == '.')
		return dns_name_under(domain, item + 1) &&
		    !dns_name_eq(domain, item + 1);
	return dns_name_valid(item) && (dns_name_eq(item, domain) ||
		(subdomains && dns_name_under(domain, item)));
}

/* What one item says; tables as they were answered. */
static enum tri
item_has(const struct local_probe *p, size_t list, const char *item)
{
	size_t i;

	for (i = 0; i < p->table_asked; i++)
		if (strcmp(p->tables[i].name, item) == 0 &&
		    strcmp(p->tables[i].setting, lists[list].setting) == 0)
			return p->tables[i].has;
	if (lists[list].about_client)
		return net_item_has(item, &p->client);
	if (is_table(item) || item[0] == '/' || strchr(item, '$') != NULL)
		return TRI_UNKNOWN;
	return item_has_domain(item, p->values.domain,
	    lists[list].subdomains) ? TRI_YES : TRI_NO;
}

/* Postfix takes the first item that matches; "!" turns it round. */
static enum tri
list_has(const struct local_probe *p, size_t list, char *found, size_t size)
{
	char *value = setting_of(p, lists[list].setting), *item;
	enum tri result = TRI_NO, one;
	struct list_walk walk;

	found[0] = '\0';
	if (value == NULL)
		return TRI_UNKNOWN;
	list_walk_postfix(&walk, value);
	while ((item = list_walk_next(&walk)) != NULL) {
		bool not = item[0] == '!';

		one = item_has(p, list, item + not);
		if (one == TRI_UNKNOWN)
			result = TRI_UNKNOWN;
		if (one != TRI_YES)
			continue;
		result = not ? TRI_NO : TRI_YES;
		snprintf(found, size, "%s", item);
		break;
	}
	free(value);
	return result;
}

static void
unasked_table(const struct local_probe *p, bool about_client, char *out,
    size_t size)
{
	size_t i;

	snprintf(out, size, _("an item of them is not understood"));
	for (i = 0; i < p->table_count; i++)
		if (p->tables[i].has == TRI_UNKNOWN &&
		    p->tables[i].about_client == about_client) {
			snprintf(out, size, _("%.150s cannot be asked"),
			    p->tables[i].name);
			return;
		}
}

static void
conclude_domain(struct local_probe *p)
{
	char found[240], classes[160] = "", why[200];
	size_t i, count = 0, at = 0;
	bool unknown = false;
	struct policy_fact *f;

	if (p->values.domain[0] == '\0')
		return;
	for (i = 0; i < CLASSES; i++) {
		enum tri has = list_has(p, i, found, sizeof(found));

		unknown |= has == TRI_UNKNOWN;
		if (has != TRI_YES)
			continue;
		at += (size_t)snprintf(classes + at, sizeof(classes) - at,
		    "%s%s", count > 0 ? ", " : "", lists[i].setting);
		count++;
	}
	f = local_fact(p, "local-domain", p->values.domain,
	    count > 0 ? TRI_YES :
		unknown ? TRI_UNKNOWN : TRI_NO, p->settings_line);
	unasked_table(p, false, why, sizeof(why));
	f->wrong = count != 1;
	if (count == 1)
		snprintf(f->text, sizeof(f->text), _("Postfix on this machine "
		    "takes %.120s for its own (%s)"),
		    p->values.domain, classes);
	else if (count > 1)
		snprintf(f->text, sizeof(f->text), _("Postfix on this machine "
		    "has %.100s in several classes at once (%s), where it "
		    "must be in one"), p->values.domain, classes);
	else if (unknown)
		snprintf(f->text, sizeof(f->text), _("whether Postfix on this "
		    "machine takes %.80s for its own is not known: %s"),
		    p->values.domain, why);
	else
		snprintf(f->text, sizeof(f->text), _("Postfix on this machine "
		    "has %.100s in none of mydestination, "
		    "virtual_mailbox_domains, virtual_alias_domains and "
		    "relay_domains"), p->values.domain);
	if (count == 0 && unknown)
		local_speaks(f, CAUSE_SERVER_MISCONFIGURED, 30);
	else
		local_speaks(f, CAUSE_MX_NOT_HOSTING, count == 0 ? 30 : -20);
}

static void
conclude_networks(struct local_probe *p)
{
	char found[240], client[ADDR_TEXT_MAX], why[200], note[120];
	struct policy_fact *f;
	enum tri has;
	int line;

	if (p->client.family == AF_UNSPEC)
		return;
	has = list_has(p, CLASSES, found, sizeof(found));
	addr_text(&p->client, client);
	unasked_table(p, true, why, sizeof(why));
	line = line_of(p, "mynetworks", note);
	f = local_fact(p, "local-networks", client, has, line);
	if (has == TRI_YES)
		snprintf(f->text, sizeof(f->text), _("mynetworks%s has %s "
		    "(%.70s): it may relay through this machine"), note,
		    client, found);
	else if (has == TRI_NO)
		snprintf(f->text, sizeof(f->text), _("mynetworks%s lacks %s"),
		    note, client);
	else
		snprintf(f->text, sizeof(f->text), _("whether mynetworks has "
		    "%s is not known: %s"), client, why);
	if (has != TRI_UNKNOWN)
		local_speaks(f, CAUSE_CLIENT_NOT_PERMITTED,
		    has == TRI_NO ? 30 : -30);
}

static bool
guards(const char *restrictions)
{
	/* What stands behind a "$" is not known here. */
	return strchr(restrictions, '$') != NULL ||
	    strstr(restrictions, "unauth_destination") != NULL ||
	    strstr(restrictions, "reject") != NULL ||
	    strstr(restrictions, "defer") != NULL;
}

/* What decides on strangers, in the server's own words. */
static void
conclude_restrictions(struct local_probe *p)
{
	char *relay = setting_of(p, "smtpd_relay_restrictions");
	char *rcpt = setting_of(p, "smtpd_recipient_restrictions");
	struct policy_fact *f;
	char a[120], b[120], note[120];

	if (relay != NULL && rcpt != NULL) {
		f = local_fact(p, "local-restrictions",
		    "smtpd_relay_restrictions", TRI_YES,
		    line_of(p, "smtpd_relay_restrictions", note));
		/* Both empty is how old settings stand; that is guarded. */
		f->wrong = (relay[0] != '\0' || rcpt[0] != '\0') &&
		    !guards(relay) && !guards(rcpt);
		snprintf(f->text, sizeof(f->text),
		    _("smtpd_relay_restrictions =%s, "
		    "smtpd_recipient_restrictions =%s%s"),
		    text_visible_str(relay, a, sizeof(a)),
		    text_visible_str(rcpt, b, sizeof(b)),
		    f->wrong ? _("; nothing in them refuses strangers") : "");
	}
	free(relay);
	free(rcpt);
}

static void
conclude_services(struct local_probe *p)
{
	bool submission = master_serves(p->services, 587);
	bool tls = master_serves(p->services, 465);
	struct policy_fact *f;

	if (p->services[0] == '\0')
		return;
	f = local_fact(p, "local-submission", "master.cf",
	    submission || tls ? TRI_YES : TRI_NO, p->services_line);
	snprintf(f->text, sizeof(f->text), _("Postfix on this machine %s"),
	    submission && tls ? _("serves submission on 587 and 465") :
		submission    ? _("serves submission on 587") :
		tls	      ? _("serves submission on 465") :
				_("serves no submission port"));
}

static void
hear_services(struct local_probe *p)
{
	local_hear(p);
	p->services = mem_strdup(p->answer.status == 0 ? p->output : "");
	p->services_line = p->output_line;
	p->overrides = master_overrides(p->services, &p->server, p->service,
	    sizeof(p->service));
}

enum step
local_postfix(struct task *task)
{
	struct local_probe *p =
	    container_of(task, struct local_probe, base.task);

	TASK_BEGIN(task);

	local_say(p, LOCAL_POSTCONF_CHANGED);
	TASK_AWAIT(task, p->answer.done);
	local_hear(p);
	if (p->answer.status != 0) {
		probe_end(&p->base, PROBE_FAILED, "postconf does not work");
		goto finish;
	}

	local_say(p, LOCAL_POSTCONF_VALUES);
	TASK_AWAIT(task, p->answer.done);
	local_hear(p);
	p->settings = mem_strdup(p->output);
	p->settings_line = p->output_line;

	local_say(p, LOCAL_POSTCONF_SERVICES);
	TASK_AWAIT(task, p->answer.done);
	hear_services(p);

	find_tables(p);
	while (p->table_asked < p->table_count) {
		ask_table(p);
		TASK_AWAIT(task, p->answer.done);
		hear_table(p);
	}

	conclude_domain(p);
	conclude_networks(p);
	conclude_restrictions(p);
	conclude_services(p);
	local_end(p);
finish:
	local_answer_clear(&p->answer);
	TASK_END(task);
}
