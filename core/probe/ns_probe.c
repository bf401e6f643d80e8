#include "core/probe/ns_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/probe/domain_probe.h"
#include "core/text.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

static void
parent_of(const char *zone, char *out, size_t size)
{
	const char *dot = strchr(zone, '.');

	snprintf(out, size, "%s", dot != NULL ? dot + 1 : ".");
}

static struct ns_host *
find_host(struct ns_probe *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->host_count; i++)
		if (dns_name_eq(p->hosts[i].name, name))
			return &p->hosts[i];
	return NULL;
}

/*
 * One family at a time, IPv4 first: IPv6 that leads nowhere is common, and
 * finding that out costs seconds.  The other one is asked for when the
 * first has no address that answers.
 */
static void
ask_addresses(struct ns_probe *p, struct ns_host *host, uint16_t type)
{
	struct question *q = type == DNS_A ? &host->a : &host->aaaa;

	if (q->probe == NULL && (type == DNS_A ? p->want4 : p->want6))
		question_ask(q, &p->base, p->resolver, host->name, type);
}

static void
ask_first_addresses(struct ns_probe *p, struct ns_host *host)
{
	ask_addresses(p, host, p->want4 ? DNS_A : DNS_AAAA);
}

/* Answered, or never to be asked. */
static bool
settled(struct question *q)
{
	return q->probe == NULL || question_answered(q);
}

static struct ns_host *
add_host(struct ns_probe *p, const char *name)
{
	struct ns_host *host = find_host(p, name);

	if (host != NULL || p->host_count >= NS_HOSTS)
		return host;
	host = &p->hosts[p->host_count++];
	snprintf(host->name, sizeof(host->name), "%s", name);
	ask_first_addresses(p, host);
	return host;
}

/* The zone's apex: the NS answer's owner, or whom the SOA speaks for. */
static void
learn_zone(struct ns_probe *p)
{
	const struct dns_msg *msg = question_msg(&p->ns);
	size_t i;

	snprintf(p->zone, sizeof(p->zone), "%s", p->domain);
	if (msg == NULL || dns_msg_answers(msg, DNS_NS) > 0)
		return;
	for (i = 0; i < msg->count; i++) {
		const struct dns_rr *rr = &msg->rrs[i];

		if (rr->section == DNS_AUTHORITY && rr->type == DNS_SOA &&
		    dns_name_under(p->domain, rr->name))
			snprintf(p->zone, sizeof(p->zone), "%s", rr->name);
	}
}

static void
learn_name_servers(struct ns_probe *p)
{
	const struct question *q =
	    p->zone_ns.probe != NULL ? &p->zone_ns : &p->ns;
	const struct dns_msg *msg = question_msg(q);
	size_t i, n = msg != NULL ? dns_msg_answers(msg, DNS_NS) : 0;

	for (i = 0; i < n; i++) {
		const struct dns_rr *rr = dns_msg_answer(msg, DNS_NS, i);
		struct ns_host *host =
		    rr->bad ? NULL : add_host(p, rr->target);

		if (host != NULL)
			host->in_child = true;
	}
}

static void
learn_parents(struct ns_probe *p)
{
	const struct dns_msg *msg = question_msg(&p->parent_ns);
	size_t i, n = msg != NULL ? dns_msg_answers(msg, DNS_NS) : 0;

	for (i = 0; i < n && p->parent_count < NS_PARENTS; i++) {
		const struct dns_rr *rr = dns_msg_answer(msg, DNS_NS, i);
		struct ns_host *host = &p->parents[p->parent_count];

		if (rr->bad)
			continue;
		snprintf(host->name, sizeof(host->name), "%s", rr->target);
		ask_first_addresses(p, host);
		p->parent_count++;
	}
}

static bool
first_address(struct ns_probe *p, struct ns_host *host, struct addr *addr)
{
	struct question *qs[2] = { &host->a, &host->aaaa };
	static const uint16_t types[2] = { DNS_A, DNS_AAAA };
	int i;

	for (i = 0; i < 2; i++) {
		const struct dns_msg *msg;
		const struct dns_rr *rr;

		ask_addresses(p, host, types[i]);
		if (!settled(qs[i]))
			return false;
		msg = question_msg(qs[i]);
		rr = msg != NULL ? dns_msg_answer(msg, types[i], 0) : NULL;
		if (rr != NULL && !rr->bad) {
			*addr = rr->addr;
			return true;
		}
	}
	return false;
}

/* The first parent server whose address is known is asked. */
static void
ask_referral(struct ns_probe *p)
{
	struct addr addr;
	size_t i;

	if (p->referral_asked)
		return;
	for (i = 0; i < p->parent_count; i++) {
		if (!first_address(p, &p->parents[i], &addr))
			continue;
		question_ask_at(&p->referral, &p->base, p->resolver, &addr,
		    p->parents[i].name, p->zone, DNS_NS);
		p->referral_asked = true;
		return;
	}
}

static bool
asked_already(const struct ns_probe *p, const struct addr *addr)
{
	size_t i;

	for (i = 0; i < p->server_count; i++)
		if (addr_same_host(&p->servers[i].addr, addr))
			return true;
	return false;
}

static void
ask_server(struct ns_probe *p, size_t host, const struct addr *addr)
{
	struct ns_server *s;

	if (p->server_count >= NS_ADDRESSES || asked_already(p, addr))
		return;
	s = &p->servers[p->server_count++];
	s->addr = *addr;
	s->host = host;
	question_ask_at(&s->mx, &p->base, p->resolver, addr,
	    p->hosts[host].name, p->domain, DNS_MX);
	question_ask_at(&s->soa, &p->base, p->resolver, addr,
	    p->hosts[host].name, p->zone, DNS_SOA);
}

/* Is a question to this host under way or answered? */
static bool
being_asked(const struct ns_probe *p, size_t host)
{
	size_t i;

	for (i = 0; i < p->server_count; i++) {
		const struct ns_server *s = &p->servers[i];

		if (s->host == host && (!dns_answered(s->mx.query) ||
			question_msg(&s->mx) != NULL))
			return true;
	}
	return false;
}

/*
 * Each name server is asked at one address; at the next one only if that
 * does not answer.
 */
static void
ask_known_addresses(struct ns_probe *p, size_t host)
{
	struct question *qs[2] = { &p->hosts[host].a, &p->hosts[host].aaaa };
	static const uint16_t types[2] = { DNS_A, DNS_AAAA };
	size_t i, k;

	for (i = 0; i < 2 && !being_asked(p, host); i++) {
		const struct dns_msg *msg;
		size_t n;

		ask_addresses(p, &p->hosts[host], types[i]);
		if (!settled(qs[i]))
			return;
		msg = question_msg(qs[i]);
		n = msg != NULL ? dns_msg_answers(msg, types[i]) : 0;
		for (k = 0; k < n && !being_asked(p, host); k++) {
			const struct dns_rr *rr =
			    dns_msg_answer(msg, types[i], k);

			if (!rr->bad)
				ask_server(p, host, &rr->addr);
		}
	}
}

static void
learn_referral(struct ns_probe *p)
{
	const struct dns_msg *msg = question_msg(&p->referral);
	size_t i;

	for (i = 0; msg != NULL && i < msg->count; i++) {
		const struct dns_rr *rr = &msg->rrs[i];
		struct ns_host *host;

		if (rr->type != DNS_NS || rr->bad ||
		    rr->section == DNS_ADDITIONAL ||
		    !dns_name_eq(rr->name, p->zone))
			continue;
		host = add_host(p, rr->target);
		if (host != NULL)
			host->in_parent = true;
	}
}

/* Goes on with every answer: addresses, then questions to each address. */
static bool
all_asked_and_answered(struct ns_probe *p)
{
	bool all = true;
	size_t i;

	if (p->parent_count == 0 && question_answered(&p->parent_ns))
		learn_parents(p);
	all &= question_answered(&p->parent_ns);
	ask_referral(p);
	for (i = 0; i < p->parent_count; i++) {
		struct ns_host *h = &p->parents[i];

		all &= settled(&h->a) && settled(&h->aaaa);
	}
	if (p->referral_asked) {
		if (question_answered(&p->referral))
			learn_referral(p);
		else
			all = false;
	}
	for (i = 0; i < p->host_count; i++) {
		struct ns_host *h = &p->hosts[i];

		ask_known_addresses(p, i);
		all &= settled(&h->a) && settled(&h->aaaa);
	}
	for (i = 0; i < p->server_count; i++) {
		all &= question_answered(&p->servers[i].mx);
		all &= question_answered(&p->servers[i].soa);
	}
	return all;
}

static enum step
run(struct task *task)
{
	struct ns_probe *p = container_of(task, struct ns_probe, base.task);

	TASK_BEGIN(task);
	question_ask(&p->ns, &p->base, p->resolver, p->domain, DNS_NS);
	TASK_AWAIT(task, question_answered(&p->ns));
	learn_zone(p);
	parent_of(p->zone, p->parent, sizeof(p->parent));
	question_ask(&p->parent_ns, &p->base, p->resolver, p->parent, DNS_NS);
	if (!dns_name_eq(p->zone, p->domain)) {
		question_ask(&p->zone_ns, &p->base, p->resolver, p->zone,
		    DNS_NS);
		TASK_AWAIT(task, question_answered(&p->zone_ns));
	}
	learn_name_servers(p);
	TASK_AWAIT(task, all_asked_and_answered(p));
	probe_end(&p->base, p->server_count > 0 ? PROBE_OK : PROBE_FAILED,
	    i18n_plural("%zu name server address asked",
		"%zu name server addresses asked", p->server_count),
	    p->server_count);
	TASK_END(task);
}

static void
clear(struct probe *probe)
{
	struct ns_probe *p = container_of(probe, struct ns_probe, base);
	size_t i;

	task_stop(&probe->task);
	question_clear(&p->ns);
	question_clear(&p->zone_ns);
	question_clear(&p->parent_ns);
	question_clear(&p->referral);
	for (i = 0; i < p->host_count; i++) {
		question_clear(&p->hosts[i].a);
		question_clear(&p->hosts[i].aaaa);
	}
	for (i = 0; i < p->parent_count; i++) {
		question_clear(&p->parents[i].a);
		question_clear(&p->parents[i].aaaa);
	}
	for (i = 0; i < p->server_count; i++) {
		question_clear(&p->servers[i].mx);
		question_clear(&p->servers[i].soa);
	}
	transcript_clear(&probe->transcript);
}

static const struct probe_ops ops = { .clear = clear };

void
ns_probe_start(struct ns_probe *p, struct loop *loop, struct task *parent,
    const int64_t *epoch, struct resolver *resolver, const char *domain,
    bool want4, bool want6)
{
	p->resolver = resolver;
	p->want4 = want4;
	p->want6 = want6;
	snprintf(p->domain, sizeof(p->domain), "%s", domain);
	snprintf(p->base.subject, sizeof(p->base.subject),
	    _("name servers of %s"), domain);
	probe_start(&p->base, &ops, PROBE_DNS, loop, parent, epoch, run);
}

static bool
host_answered(const struct ns_probe *p, size_t host)
{
	size_t i;

	for (i = 0; i < p->server_count; i++)
		if (p->servers[i].host == host &&
		    question_msg(&p->servers[i].mx) != NULL)
			return true;
	return false;
}

bool
ns_probe_enough(const struct ns_probe *p)
{
	size_t i;

	if (p->base.task.done)
		return true;
	if (p->referral_asked && question_msg(&p->referral) == NULL)
		return false;
	for (i = 0; i < p->host_count; i++)
		if (!host_answered(p, i))
			return false;
	return p->host_count > 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The names of one side of the delegation, sorted. */
static void
ns_set_text(const struct ns_probe *p, bool parent, char *out, size_t size)
{
	char names[NS_HOSTS][256];
	size_t i, n = 0, at = 0;

	out[0] = '\0';
	for (i = 0; i < p->host_count; i++) {
		if (!(parent ? p->hosts[i].in_parent : p->hosts[i].in_child))
			continue;
		snprintf(names[n], sizeof(names[n]), "%s", p->hosts[i].name);
		text_lower(names[n++]);
	}
	qsort(names, n, sizeof(names[0]), by_name);
	for (i = 0; i < n; i++) {
		int wrote = snprintf(out + at, size - at, "%s%s",
		    i > 0 ? ", " : "", names[i]);

		if (wrote < 0 || (size_t)wrote >= size - at)
			break;
		at += (size_t)wrote;
	}
}

static void
server_fact(const struct ns_probe *p, const struct ns_server *s,
    struct ns_fact *fact)
{
	const struct dns_msg *mx = question_msg(&s->mx);
	const struct dns_msg *soa = question_msg(&s->soa);
	const struct dns_rr *rr;

	snprintf(fact->host, sizeof(fact->host), "%s",
	    p->hosts[s->host].name);
	fact->addr = s->addr;
	fact->at = question_ref(&s->mx);
	fact->mx = question_lookup(&s->mx, DNS_MX);
	fact->reachable = mx != NULL;
	fact->authoritative = mx != NULL && mx->aa;
	fact->in_parent = p->hosts[s->host].in_parent;
	fact->in_child = p->hosts[s->host].in_child;
	fact->mx_set = mx_set_text(mx);
	rr = soa != NULL ? dns_msg_answer(soa, DNS_SOA, 0) : NULL;
	if (rr != NULL && !rr->bad) {
		fact->have_serial = true;
		fact->serial = rr->serial;
	}
}

void
ns_probe_evidence(const struct ns_probe *p, struct evidence *e)
{
	size_t i, k;

	snprintf(e->zone, sizeof(e->zone), "%s", p->zone);
	e->ns_asked = true;
	e->ns_count = 0;
	for (i = 0; i < p->server_count; i++) {
		const struct dns_msg *mx = question_msg(&p->servers[i].mx);
		struct ns_fact *fact;

		if (p->servers[i].mx.query == NULL ||
		    !dns_answered(p->servers[i].mx.query))
			continue; /* not known yet */
		fact = evidence_add_ns(e);
		if (fact == NULL)
			break;
		server_fact(p, &p->servers[i], fact);
		for (k = 0; mx != NULL && k < dns_msg_answers(mx, DNS_MX); k++)
			e->mx_ttl_full =
			    (long)dns_msg_answer(mx, DNS_MX, k)->ttl;
	}
	ns_set_text(p, true, e->parent_ns_set, sizeof(e->parent_ns_set));
	ns_set_text(p, false, e->child_ns_set, sizeof(e->child_ns_set));
	e->parent_asked = e->parent_ns_set[0] != '\0';
	e->parent_at = question_ref(&p->referral);
	e->child_at = question_ref(p->zone_ns.probe != NULL ? &p->zone_ns :
							      &p->ns);
	e->parent_differs = e->parent_asked && e->child_ns_set[0] != '\0' &&
	    strcmp(e->parent_ns_set, e->child_ns_set) != 0;
}
