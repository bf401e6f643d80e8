#include <stdio.h>
#include <string.h>

#include "core/investigation.h"
#include "core/policy/blocklist.h"
#include "core/policy/domain_policy.h"
#include "core/policy/listed.h"
#include "core/settings.h"
#include "core/text.h"
#include "net/dns.h"

/*
 * What is looked up about the sender, the sending address and the
 * recipient's domain beside the SMTP sessions.  Only what can matter is
 * asked: a null sender has no SPF unless somebody refuses it, and what an
 * outgoing server is told is not what the recipient's server sees.
 */

/* Lists that are asked when the person agrees without naming any. */
static const char *const usual_lists[] = { "zen.spamhaus.org",
	"bl.spamcop.net", "b.barracudacentral.org" };

/* Sites that refusals send people to, and the zones behind them. */
static const struct {
	const char *host, *zone;
} list_sites[] = {
	{ "spamhaus.org", "zen.spamhaus.org" },
	{ "spamcop.net", "bl.spamcop.net" },
	{ "barracudacentral.org", "b.barracudacentral.org" },
	{ "barracuda.com", "b.barracudacentral.org" },
	{ "sorbs.net", "dnsbl.sorbs.net" },
	{ "uceprotect.net", "dnsbl-1.uceprotect.net" },
	{ "psbl.org", "psbl.surriel.com" },
};

static bool
has_sender(const struct session *s)
{
	const struct address *from = &s->input.sender;

	return !from->null && !from->literal && from->domain[0] != '\0';
}

/* Our address is the one that the recipient's servers would judge. */
static bool
judged_by_address(const struct session *s)
{
	return s->input.route == ROUTE_MX ||
	    s->settings->sending_ip.family != AF_UNSPEC;
}

static struct spf_probe *
start_spf(struct session *s, const char *sender, const struct addr *client)
{
	struct spf_probe *p = (void *)investigate_add(s, sizeof(*p));

	if (p == NULL)
		return NULL;
	spf_probe_start(p, s->net.loop, &s->task, &s->epoch, s->net.resolver,
	    sender, s->helo);
	if (client != NULL)
		spf_probe_client(p, client);
	return p;
}

static void
start_sender(struct session *s)
{
	struct policies *p = &s->work->policies;
	const struct address *from = &s->input.sender;

	if (p->spf == NULL)
		p->spf = start_spf(s, from->mailbox, NULL);
	if (p->dmarc == NULL &&
	    (p->dmarc = (void *)investigate_add(s, sizeof(*p->dmarc))) != NULL)
		policy_probe_dmarc(p->dmarc, s->net.loop, &s->task, &s->epoch,
		    s->net.resolver, from->domain, from->domain);
}

void
investigate_policy_begin(struct session *s)
{
	struct policies *p = &s->work->policies;
	const struct string_list *selectors = &s->settings->dkim_selectors;

	if (!plan_on(&s->plan, EXP_SENDER_POLICY) || !has_sender(s))
		return;
	if (judged_by_address(s))
		start_sender(s);
	if (selectors->count > 0 && p->dkim == NULL &&
	    (p->dkim = (void *)investigate_add(s, sizeof(*p->dkim))) != NULL)
		policy_probe_dkim(p->dkim, s->net.loop, &s->task, &s->epoch,
		    s->net.resolver, s->input.sender.domain,
		    (const char *const *)selectors->items, selectors->count);
}

/* What lists are to be asked; the names point into the session and `facts`. */
struct list_plan {
	struct list_question questions[BLOCKLISTS];
	size_t count;
	struct evidence facts; /* the client's name */
};

static void
list_plan_init(struct list_plan *plan, const struct session *s)
{
	memset(plan, 0, sizeof(*plan));
	evidence_init(&plan->facts);
	if (s->work->sender != NULL)
		sender_probe_evidence(s->work->sender, &plan->facts);
}

/* A private address stands on no list; a name may. */
static void
plan_list(struct list_plan *plan, const struct session *s, const char *text,
    const char *zone)
{
	const struct list_subjects ours = {
		.sender_domain = has_sender(s) ? s->input.sender.domain : "",
		.helo = s->helo,
		.client_name = plan->facts.ptr_name,
		.recipient_domain = s->input.recipient.domain,
	};
	const struct addr *client = &s->work->client;
	const char *names[LISTED_MAX];
	size_t i, n = listed_subjects(text, zone, &ours, names);

	for (i = 0; i < n && plan->count < BLOCKLISTS; i++)
		if (names[i][0] != '\0' || (client->family != AF_UNSPEC &&
			!addr_is_private(client)))
			plan->questions[plan->count++] =
			    (struct list_question) { zone, names[i] };
}

static void
start_lists(struct session *s, struct policy_probe **probe,
    struct list_plan *plan)
{
	if (plan->count > 0 && *probe == NULL &&
	    (*probe = (void *)investigate_add(s, sizeof(**probe))) != NULL)
		policy_probe_lists(*probe, s->net.loop, &s->task, &s->epoch,
		    s->net.resolver, &s->work->client, plan->questions,
		    plan->count);
	evidence_clear(&plan->facts);
}

static void
start_agreed_lists(struct session *s)
{
	const struct string_list *zones = &s->settings->blocklists;
	struct list_plan plan;
	size_t i;

	if (!plan_on(&s->plan, EXP_BLOCKLISTS) ||
	    s->work->policies.lists != NULL)
		return;
	list_plan_init(&plan, s);
	if (zones->count > 0 && !text_ieq(zones->items[0], "none"))
		for (i = 0; i < zones->count; i++)
			plan_list(&plan, s, "", zones->items[i]);
	else
		for (i = 0; i < sizeof(usual_lists) / sizeof(usual_lists[0]);
		     i++)
			plan_list(&plan, s, "", usual_lists[i]);
	start_lists(s, &s->work->policies.lists, &plan);
}

static void
start_transport(struct session *s)
{
	struct investigation *w = s->work;
	struct policies *p = &w->policies;
	const char *hosts[DOMAIN_POLICY_HOSTS];
	size_t i, n = 0;

	if (p->transport != NULL || s->input.route != ROUTE_MX ||
	    !plan_on(&s->plan, EXP_SENDER_POLICY) || w->domain == NULL ||
	    !w->domain->mx_known || w->domain->host_count == 0)
		return;
	for (i = 0; i < w->domain->host_count && n < DOMAIN_POLICY_HOSTS; i++)
		if (domain_not_a_host(w->domain->hosts[i].name) == NULL)
			hosts[n++] = w->domain->hosts[i].name;
	p->transport = (void *)investigate_add(s, sizeof(*p->transport));
	if (p->transport != NULL)
		policy_probe_transport(p->transport, s->net.loop, &s->task,
		    &s->epoch, s->net.resolver, s->input.recipient.domain,
		    hosts, n);
}

void
investigate_policy_go_on(struct session *s)
{
	struct investigation *w = s->work;
	struct policies *p = &w->policies;

	start_transport(s);
	if (!w->client_final)
		return;
	if (p->spf != NULL)
		spf_probe_client(p->spf, &w->client);
	if (p->spf_helo != NULL)
		spf_probe_client(p->spf_helo, &w->client);
	start_agreed_lists(s);
}

/* ---- after a refusal ---- */

static bool
stands_by_itself(const char *text, const char *name)
{
	const char *at = text;

	while ((at = text_ifind(at, name)) != NULL) {
		if (at == text || at[-1] != '/')
			return true;
		at++;
	}
	return false;
}

/*
 * The zone of the list that a refusal names.  "blocked using ZONE" names
 * it; a link is only followed where the zone behind the site is known.
 */
static const char *
named_zone(const struct answer *a)
{
	size_t i;

	if (a->reading.list[0] == '\0')
		return NULL;
	for (i = 0; i < sizeof(list_sites) / sizeof(list_sites[0]); i++)
		if (dns_name_under(a->reading.list, list_sites[i].host) &&
		    !stands_by_itself(a->text, a->reading.list))
			return list_sites[i].zone;
	return stands_by_itself(a->text, a->reading.list) ? a->reading.list :
							    NULL;
}

static void
start_named_lists(struct session *s)
{
	struct investigation *w = s->work;
	const struct string_list *wish = &s->settings->blocklists;
	struct list_plan plan;
	const char *zone;
	size_t i;

	if (wish->count > 0 && text_ieq(wish->items[0], "none"))
		return;
	list_plan_init(&plan, s);
	for (i = 0; i < w->asked_count; i++) {
		const struct answer *a = investigate_refusal(w->asked[i].probe);

		if (w->asked[i].purpose == FOR_TARGET && a != NULL &&
		    (zone = named_zone(a)) != NULL)
			plan_list(&plan, s, a->text, zone);
	}
	start_lists(s, &w->policies.named, &plan);
}

/* The refusal itself speaks of a policy of the sender's domain. */
static bool
speaks_of_policy(const struct answer *a)
{
	return a->reading.family == FAMILY_SPF ||
	    a->reading.family == FAMILY_DKIM ||
	    a->reading.family == FAMILY_DMARC;
}

/* Servers are asked by both families; SPF may differ for our addresses. */
static void
start_other_family(struct session *s)
{
	struct investigation *w = s->work;
	size_t i;

	if (w->policies.spf == NULL || w->client.family == AF_UNSPEC ||
	    s->settings->sending_ip.family != AF_UNSPEC)
		return;
	for (i = 0; i < w->asked_count; i++) {
		const struct addr *local = &w->asked[i].probe->local;

		if (w->asked[i].purpose != FOR_TARGET ||
		    local->family == AF_UNSPEC || addr_is_private(local) ||
		    local->family == w->client.family)
			continue;
		w->policies.spf_other = start_spf(s, s->input.sender.mailbox,
		    local);
		return;
	}
}

static void
start_after_refusal(struct session *s, bool policy)
{
	struct investigation *w = s->work;
	struct policies *p = &w->policies;

	start_named_lists(s);
	if (!plan_on(&s->plan, EXP_SENDER_POLICY))
		return;
	if (has_sender(s) && policy)
		start_sender(s);
	if (policy)
		start_other_family(s);
	if (s->helo[0] != '\0' &&
	    (policy || (judged_by_address(s) && !has_sender(s))))
		p->spf_helo = start_spf(s, "", NULL);
	if (s->input.route == ROUTE_SERVER && has_sender(s) &&
	    (p->services = (void *)investigate_add(s,
	    sizeof(*p->services))) != NULL)
		policy_probe_services(p->services, s->net.loop, &s->task,
		    &s->epoch, s->net.resolver, s->input.sender.domain);
	investigate_policy_go_on(s);
}

void
investigate_policy_judged(struct session *s)
{
	struct investigation *w = s->work;
	bool refused = false, policy = false;
	size_t i;

	if (w->policies.judged)
		return;
	w->policies.judged = true;
	for (i = 0; i < w->asked_count; i++) {
		const struct answer *a = investigate_refusal(w->asked[i].probe);

		if (w->asked[i].purpose != FOR_TARGET || a == NULL)
			continue;
		refused = true;
		policy |= speaks_of_policy(a);
	}
	if (refused)
		start_after_refusal(s, policy);
}

/* ---- this machine's own mail server ---- */

/* Is one of the servers in question this machine?  Which of its clients
 * is refused is told by our own side of that session. */
static const struct smtp_probe *
ourselves(const struct investigation *w)
{
	size_t i;

	for (i = 0; i < w->asked_count; i++)
		if (w->asked[i].purpose == FOR_TARGET &&
		    local_address_here(&w->asked[i].probe->plan.addr))
			return w->asked[i].probe;
	return NULL;
}

void
investigate_local(struct session *s)
{
	struct investigation *w = s->work;
	struct addr client = s->settings->sending_ip;
	size_t i;

	if (!plan_on(&s->plan, EXP_LOCAL) || ourselves(w) == NULL)
		return;
	if (client.family == AF_UNSPEC && s->input.reported.server[0] == '\0')
		client = ourselves(w)->local;
	for (i = 0; i < LOCAL_PRODUCTS; i++) {
		if (w->local[i] != NULL || !local_helper_here() ||
		    !local_product_here(i, local_helper_root()))
			continue;
		w->local[i] = (void *)investigate_add(s,
		    sizeof(*w->local[i]));
		if (w->local[i] == NULL)
			return;
		local_probe_start(w->local[i], s->net.loop, &s->task,
		    &s->epoch, i, s->input.recipient.mailbox,
		    s->input.recipient.domain, &client,
		    &ourselves(w)->plan.addr);
	}
}

bool
investigate_local_done(const struct session *s)
{
	size_t i;

	for (i = 0; i < LOCAL_PRODUCTS; i++)
		if (s->work->local[i] != NULL &&
		    !s->work->local[i]->base.task.done)
			return false;
	return true;
}

/* ---- the end ---- */

static bool
ended(const struct policy_probe *p)
{
	return p == NULL || p->base.task.done;
}

static bool
spf_ended(const struct spf_probe *p)
{
	return p == NULL || p->base.task.done;
}

bool
investigate_policy_done(const struct session *s, bool all)
{
	const struct policies *p = &s->work->policies;

	if (!ended(p->dkim) || !ended(p->lists) || !ended(p->named))
		return false;
	return !all || (spf_ended(p->spf) && spf_ended(p->spf_other) &&
		spf_ended(p->spf_helo) && ended(p->dmarc) &&
		ended(p->transport) && ended(p->services));
}

void
investigate_policy_end(struct session *s)
{
	struct policies *p = &s->work->policies;
	struct spf_probe *spf[] = { p->spf, p->spf_other, p->spf_helo };
	struct policy_probe *policy[] = { p->dmarc, p->dkim, p->lists,
		p->named, p->transport, p->services };
	size_t i;

	for (i = 0; i < sizeof(spf) / sizeof(spf[0]); i++)
		if (spf[i] != NULL)
			spf_probe_stop(spf[i]);
	for (i = 0; i < sizeof(policy) / sizeof(policy[0]); i++)
		if (policy[i] != NULL)
			policy_probe_stop(policy[i]);
	for (i = 0; i < LOCAL_PRODUCTS; i++)
		if (s->work->local[i] != NULL)
			local_probe_stop(s->work->local[i]);
}

static void
spf_evidence(const struct spf_probe *p, enum spf_word *word, char text[240],
    struct ref *at, struct addr *client)
{
	if (p == NULL || !p->checked)
		return;
	*word = spf_probe_word(p);
	snprintf(text, 240, "%s", p->text);
	*at = p->at;
	*client = p->client;
}

void
investigate_policy_evidence(struct session *s)
{
	struct evidence *e = &s->evidence;
	const struct policies *p = &s->work->policies;
	const struct spf_probe *spf = has_sender(s) ? p->spf : p->spf_helo;
	const struct policy_probe *policy[] = { p->named, p->lists, p->dmarc,
		p->dkim, p->services, p->transport };
	struct addr ignored;
	size_t i;

	spf_evidence(spf, &e->spf, e->spf_text, &e->spf_at, &e->spf_client);
	spf_evidence(p->spf_other, &e->spf_other, e->spf_other_text,
	    &e->spf_other_at, &e->spf_other_client);
	spf_evidence(p->spf_helo, &e->spf_helo, e->spf_helo_text,
	    &e->spf_helo_at, &ignored);
	if (spf != NULL && !spf->checked && spf->base.task.done)
		snprintf(e->spf_why_not, sizeof(e->spf_why_not), "%s",
		    spf->base.why);
	for (i = 0; i < sizeof(policy) / sizeof(policy[0]); i++)
		if (policy[i] != NULL)
			policy_probe_evidence(policy[i], e);
	for (i = 0; i < LOCAL_PRODUCTS; i++)
		if (s->work->local[i] != NULL)
			local_probe_evidence(s->work->local[i], e);
}
