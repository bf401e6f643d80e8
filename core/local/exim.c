#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/local/local_probe.h"
#include "core/local/nets.h"
#include "core/text.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

/*
 * Exim: the named lists that the usual configurations have (exim -bP
 * +list), and how it would route the recipient (exim -bt).  Lists may hold
 * anything that is looked up or expands.  Only their plain items are judged
 * here; of the rest Exim itself is asked whether the list has the name (exim
 * -be, a condition that only compares).
 */

static const struct {
	const char *list;
	bool about_client;
} questions[] = {
	{ "+local_domains", false },
	{ "+relay_to_domains", false },
	{ "+relay_from_hosts", true },
};
#define QUESTIONS 3

/* "domainlist local_domains = a : b": what stands behind the "=". */
static char *
list_value(const char *output, const char *list)
{
	const char *at = strstr(output, list + 1), *equals;

	if (at == NULL || strstr(output, "not a known") != NULL)
		return NULL;
	equals = strchr(at, '=');
	return equals == NULL ? NULL :
	    mem_strndup(equals + 1, strcspn(equals + 1, "\n"));
}

static enum tri
item_has_domain(const char *item, const char *domain)
{
	if (strcmp(item, "*") == 0)
		return TRI_YES;
	if (item[0] == '*' && item[1] == '.')
		return dns_name_under(domain, item + 2) &&
			!dns_name_eq(domain, item + 2) ?
		    TRI_YES : TRI_NO;
	if (strpbrk(item, ";/$@^+*") != NULL || !dns_name_valid(item))
		return TRI_UNKNOWN;
	return dns_name_eq(item, domain) ? TRI_YES : TRI_NO;
}

static enum tri
list_has(const struct local_probe *p, bool about_client, char *value,
    char *found, size_t size)
{
	enum tri result = TRI_NO, one;
	struct list_walk walk;
	char *item;

	list_walk_exim(&walk, value);
	while ((item = list_walk_next(&walk)) != NULL) {
		bool not = item[0] == '!';

		item = text_trim(item + not);
		one = about_client ? net_item_has(item, &p->client) :
				     item_has_domain(item, p->values.domain);
		if (one == TRI_UNKNOWN)
			result = TRI_UNKNOWN;
		if (one != TRI_YES)
			continue;
		snprintf(found, size, "%.70s", item);
		return not ? TRI_NO : TRI_YES;
	}
	return result;
}

static void
hear_list(struct local_probe *p)
{
	bool about_client = questions[p->step].about_client;
	char *value;

	local_hear(p);
	p->list_line = 0;
	p->list_item[0] = '\0';
	value = p->answer.status == 0 ?
	    list_value(p->output, questions[p->step].list) : NULL;
	if (value == NULL)
		return;
	p->list_line = p->output_line;
	p->list_has = list_has(p, about_client, value, p->list_item,
	    sizeof(p->list_item));
	free(value);
}

/* The list is there, and what it holds could not be judged from here. */
static bool
must_ask(const struct local_probe *p)
{
	return p->list_line > 0 && p->list_has == TRI_UNKNOWN &&
	    (questions[p->step].about_client ?
		p->client.family != AF_UNSPEC : p->values.domain[0] != '\0');
}

static void
hear_itself(struct local_probe *p)
{
	local_hear(p);
	if (p->answer.status == 0 && strcmp(p->output, "yes\n") == 0)
		p->list_has = TRI_YES;
	else if (p->answer.status == 0 && strcmp(p->output, "no\n") == 0)
		p->list_has = TRI_NO;
	else
		return;
	p->list_line = p->output_line;
}

/* What the list says of the domain or the client. */
static void
keep_answer(struct local_probe *p)
{
	enum tri has = p->list_has;

	if (p->list_line == 0)
		return;
	if (questions[p->step].about_client) {
		p->in_hosts = has;
		p->hosts_line = p->list_line;
		snprintf(p->hosts_item, sizeof(p->hosts_item), "%s",
		    p->list_item[0] != '\0' ? p->list_item : _("looked up"));
		return;
	}
	if (p->domains_line == 0 || has == TRI_YES)
		p->domains_line = p->list_line;
	if (p->in_domains == TRI_YES)
		return;
	/* In none of two lists only if both say no. */
	if (has == TRI_YES || p->step == 0 || p->in_domains == TRI_NO)
		p->in_domains = has;
	if (has == TRI_YES)
		snprintf(p->where, sizeof(p->where), "%s",
		    questions[p->step].list + 1);
}

/*
 * The route: a host behind it is somebody else's server, a transport
 * without one is delivery here.  That the MX is this very machine is found
 * only where the domain is not one of its own; no route at all may be an
 * unknown mailbox as well.
 */
static enum tri
routed_here(const char *output)
{
	if (strstr(output, "\n  host ") != NULL ||
	    strstr(output, "MX record points to local host") != NULL)
		return TRI_NO;
	return strstr(output, "transport = ") != NULL ? TRI_YES : TRI_UNKNOWN;
}

static void
conclude_domain(struct local_probe *p)
{
	const char *route = strstr(p->output, "router = ");
	struct policy_fact *f;
	char how[160] = "";

	if (p->values.domain[0] == '\0')
		return;
	if (p->in_domains == TRI_UNKNOWN) {
		p->in_domains = routed_here(p->output);
		p->domains_line = p->output_line;
		snprintf(p->where, sizeof(p->where), _("by its routers"));
	}
	if (route != NULL)
		snprintf(how, sizeof(how), _("; it routes the recipient by "
		    "%.*s"), (int)(strcspn(route, "\n") < 100 ?
			strcspn(route, "\n") : 100), route);
	f = local_fact(p, "local-domain", p->values.domain, p->in_domains,
	    p->domains_line);
	f->wrong = p->in_domains != TRI_YES;
	if (p->in_domains == TRI_YES)
		snprintf(f->text, sizeof(f->text), _("Exim on this machine "
		    "takes %.80s for a domain of its own (%.60s)%s"),
		    p->values.domain, p->where, how);
	else if (p->in_domains == TRI_NO)
		snprintf(f->text, sizeof(f->text), _("Exim on this machine "
		    "takes %.100s for somebody else's domain%s"),
		    p->values.domain, how);
	else
		snprintf(f->text, sizeof(f->text), _("whether Exim on this "
		    "machine takes %.100s for its own is not known"),
		    p->values.domain);
	if (p->in_domains != TRI_UNKNOWN)
		local_speaks(f, CAUSE_MX_NOT_HOSTING,
		    p->in_domains == TRI_NO ? 30 : -20);
}

static void
conclude_hosts(struct local_probe *p)
{
	char client[ADDR_TEXT_MAX];
	struct policy_fact *f;

	if (p->client.family == AF_UNSPEC || p->hosts_line == 0)
		return;
	addr_text(&p->client, client);
	f = local_fact(p, "local-networks", client, p->in_hosts,
	    p->hosts_line);
	if (p->in_hosts == TRI_YES)
		snprintf(f->text, sizeof(f->text), _("relay_from_hosts has %s "
		    "(%s): it may relay through this machine"), client,
		    p->hosts_item);
	else if (p->in_hosts == TRI_NO)
		snprintf(f->text, sizeof(f->text), _("relay_from_hosts lacks "
		    "%s"), client);
	else
		snprintf(f->text, sizeof(f->text), _("whether relay_from_hosts "
		    "has %s is not known: it is looked up elsewhere"),
		    client);
	if (p->in_hosts != TRI_UNKNOWN)
		local_speaks(f, CAUSE_CLIENT_NOT_PERMITTED,
		    p->in_hosts == TRI_NO ? 30 : -30);
}

enum step
local_exim(struct task *task)
{
	struct local_probe *p =
	    container_of(task, struct local_probe, base.task);

	TASK_BEGIN(task);

	for (p->step = 0; p->step < QUESTIONS; p->step++) {
		snprintf(p->values.list, sizeof(p->values.list), "%s",
		    questions[p->step].list);
		local_say(p, LOCAL_EXIM_LIST);
		TASK_AWAIT(task, p->answer.done);
		hear_list(p);
		if (must_ask(p)) {
			local_say(p, questions[p->step].about_client ?
				LOCAL_EXIM_HAS_CLIENT :
				LOCAL_EXIM_HAS_DOMAIN);
			TASK_AWAIT(task, p->answer.done);
			hear_itself(p);
		}
		keep_answer(p);
	}
	local_say(p, LOCAL_EXIM_ROUTE);
	TASK_AWAIT(task, p->answer.done);
	local_hear(p);

	conclude_domain(p);
	conclude_hosts(p);
	local_end(p);
	TASK_END(task);
}
