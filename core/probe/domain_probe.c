#include "core/probe/domain_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/addr.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

const char *
domain_not_a_host(const char *target)
{
	struct addr addr;
	const char *c;

	if (target == NULL || *target == '\0')
		return _("empty");
	if (addr_parse(target, &addr))
		return _("an IP address");
	if (strstr(target, "//") != NULL)
		return _("a URL");
	if (!dns_name_valid(target))
		return _("not a legal name");
	for (c = target; *c != '\0'; c++) {
		if (strchr("/:@ \\<>\"'", *c) != NULL)
			return _("not a host name: it contains characters that "
			       "no host name has");
	}
	if (strchr(target, '.') == NULL)
		return _("a single word, not a full host name");
	return NULL;
}

static void
ask_host(struct domain_probe *p, struct mail_host *host)
{
	if (host->unusable)
		return;
	if (p->want4)
		question_ask(&host->a, &p->base, p->resolver, host->name,
		    DNS_A);
	if (p->want6)
		question_ask(&host->aaaa, &p->base, p->resolver, host->name,
		    DNS_AAAA);
}

static struct mail_host *
add_host(struct domain_probe *p, const char *name, int preference)
{
	struct mail_host *host;

	if (p->host_count >= DOMAIN_HOSTS) {
		p->dropped++;
		return NULL;
	}
	p->hosts = mem_grow(p->hosts, p->host_count, &p->host_cap,
	    sizeof(*p->hosts));
	host = &p->hosts[p->host_count++];
	memset(host, 0, sizeof(*host));
	snprintf(host->name, sizeof(host->name), "%s", name);
	host->preference = preference;
	return host;
}

static bool
null_mx(const struct dns_rr *rr)
{
	return rr->target != NULL && strcmp(rr->target, ".") == 0;
}

static int
by_preference(const void *a, const void *b)
{
	const struct mail_host *x = a, *y = b;

	if (x->preference != y->preference)
		return x->preference < y->preference ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void
read_mx(struct domain_probe *p)
{
	const struct dns_msg *msg = question_msg(&p->mx);
	size_t i, n = msg != NULL ? dns_msg_answers(msg, DNS_MX) : 0;

	for (i = 0; i < n; i++) {
		const struct dns_rr *rr = dns_msg_answer(msg, DNS_MX, i);
		struct mail_host *host;

		if (rr->bad || null_mx(rr))
			continue;
		host = add_host(p, rr->target, rr->preference);
		if (host != NULL)
			host->unusable =
			    domain_not_a_host(rr->target) != NULL;
	}
	if (p->host_count > 0) /* qsort takes no NULL (C11 7.22.5) */
		qsort(p->hosts, p->host_count, sizeof(*p->hosts),
		    by_preference);
	/* RFC 5321 5.1: without MX the domain itself is the exchanger. */
	if (question_lookup(&p->mx, DNS_MX) == LOOKUP_NODATA)
		add_host(p, p->domain, -1);
	for (i = 0; i < p->host_count; i++)
		ask_host(p, &p->hosts[i]);
	p->mx_known = true;
}

static void
take_addresses(struct domain_probe *p, size_t host, const struct question *q,
    uint16_t type)
{
	const struct dns_msg *msg = question_msg(q);
	size_t i, n = msg != NULL ? dns_msg_answers(msg, type) : 0;

	for (i = 0; i < n && p->address_count < DOMAIN_ADDRESSES; i++) {
		const struct dns_rr *rr = dns_msg_answer(msg, type, i);

		if (rr->bad)
			continue;
		p->addresses = mem_grow(p->addresses, p->address_count,
		    &p->address_cap, sizeof(*p->addresses));
		p->addresses[p->address_count++] =
		    (struct mail_address) { rr->addr, host };
	}
}

/* True once this question needs no more attention. */
static bool
taken(struct domain_probe *p, size_t host, struct question *q, uint16_t type,
    bool *done)
{
	if (*done || q->probe == NULL)
		return true;
	if (!question_answered(q))
		return false;
	*done = true;
	take_addresses(p, host, q, type);
	task_wake(p->base.task.parent);
	return true;
}

/* Notes what came in, tells the parent, and says whether all is there. */
static bool
addresses_known(struct domain_probe *p)
{
	size_t i;
	bool all = true;

	for (i = 0; i < p->host_count; i++) {
		struct mail_host *h = &p->hosts[i];

		all &= taken(p, i, &h->a, DNS_A, &h->a_taken);
		all &= taken(p, i, &h->aaaa, DNS_AAAA, &h->aaaa_taken);
	}
	return all;
}

static void
conclude(struct domain_probe *p)
{
	size_t n = p->address_count;
	char hosts[60], addresses[60];

	snprintf(hosts, sizeof(hosts),
	    i18n_plural("%zu host", "%zu hosts", p->host_count),
	    p->host_count);
	snprintf(addresses, sizeof(addresses),
	    i18n_plural("%zu address", "%zu addresses", n), n);
	if (n > 0)
		probe_end(&p->base, PROBE_OK, "%s, %s", hosts, addresses);
	else
		probe_end(&p->base, PROBE_FAILED, "no address to ask");
}

static enum step
run(struct task *task)
{
	struct domain_probe *p =
	    container_of(task, struct domain_probe, base.task);

	TASK_BEGIN(task);
	if (p->is_host) {
		ask_host(p, add_host(p, p->domain, -1));
		p->mx_known = true;
	} else {
		question_ask(&p->mx, &p->base, p->resolver, p->domain,
		    DNS_MX);
		TASK_AWAIT(task, question_answered(&p->mx));
		read_mx(p);
		task_wake(task->parent);
	}
	TASK_AWAIT(task, addresses_known(p));
	conclude(p);
	TASK_END(task);
}

static void
clear(struct probe *probe)
{
	struct domain_probe *p = container_of(probe, struct domain_probe, base);
	size_t i;

	task_stop(&probe->task);
	question_clear(&p->mx);
	for (i = 0; i < p->host_count; i++) {
		question_clear(&p->hosts[i].a);
		question_clear(&p->hosts[i].aaaa);
	}
	free(p->hosts);
	free(p->addresses);
	p->hosts = NULL;
	p->addresses = NULL;
	p->host_count = p->address_count = 0;
	transcript_clear(&probe->transcript);
}

static const struct probe_ops ops = { .clear = clear };

void
domain_probe_start(struct domain_probe *p, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *domain, bool is_host, bool want4, bool want6)
{
	p->resolver = resolver;
	p->is_host = is_host;
	p->want4 = want4;
	p->want6 = want6;
	snprintf(p->domain, sizeof(p->domain), "%s", domain);
	snprintf(p->base.subject, sizeof(p->base.subject),
	    is_host ? _("addresses of %s") : _("mail servers of %s"), domain);
	probe_start(&p->base, &ops, PROBE_DNS, loop, parent, epoch, run);
}

bool
domain_probe_address(const struct domain_probe *p, size_t i,
    struct addr *addr, const struct mail_host **host)
{
	if (i >= p->address_count)
		return false;
	*addr = p->addresses[i].addr;
	*host = &p->hosts[p->addresses[i].host];
	return true;
}

/* "mx.dest.example.dest.example": the final dot was forgotten. */
static bool
zone_appended(const char *target, const char *domain)
{
	size_t n = strlen(target), d = strlen(domain);
	char without[256];

	if (!dns_name_under(target, domain) || n <= d + 1 || n - d - 1 > 255)
		return false;
	memcpy(without, target, n - d - 1);
	without[n - d - 1] = '\0';
	return dns_name_under(without, domain);
}

static void
host_addresses(const struct mail_host *host, struct mx_fact *fact)
{
	const struct question *qs[2] = { &host->a, &host->aaaa };
	static const uint16_t types[2] = { DNS_A, DNS_AAAA };
	size_t i, k;

	for (i = 0; i < 2; i++) {
		const struct dns_msg *msg = question_msg(qs[i]);
		size_t n = msg != NULL ? dns_msg_answers(msg, types[i]) : 0;

		if (msg != NULL && dns_msg_has_cname(msg))
			fact->cname = true;
		for (k = 0; k < n; k++) {
			const struct dns_rr *rr =
			    dns_msg_answer(msg, types[i], k);

			if (rr->bad)
				continue;
			fact->addresses++;
			if (!addr_is_private(&rr->addr))
				continue;
			fact->private_addresses++;
			addr_text(&rr->addr, fact->private_example);
		}
	}
}

static void
mx_fact_of(const struct domain_probe *p, const struct mail_host *host,
    struct mx_fact *fact)
{
	const char *why = domain_not_a_host(host->name);

	snprintf(fact->host, sizeof(fact->host), "%s", host->name);
	fact->preference = host->preference;
	fact->at = question_ref(&p->mx);
	if (host->unusable && why != NULL) {
		fact->not_a_name = true;
		snprintf(fact->not_a_name_why, sizeof(fact->not_a_name_why),
		    "%s", why);
	}
	fact->appended = zone_appended(host->name, p->domain);
	fact->a = question_lookup(&host->a, DNS_A);
	fact->aaaa = question_lookup(&host->aaaa, DNS_AAAA);
	fact->address_at =
	    question_ref(host->a.probe != NULL ? &host->a : &host->aaaa);
	host_addresses(host, fact);
}

char *
mx_set_text(const struct dns_msg *msg)
{
	struct mail_host *hosts;
	size_t i, n = msg != NULL ? dns_msg_answers(msg, DNS_MX) : 0;
	size_t kept = 0, at = 0, size;
	char *out;

	if (n == 0)
		return NULL;
	hosts = mem_array(n, sizeof(*hosts));
	for (i = 0; i < n; i++) {
		const struct dns_rr *rr = dns_msg_answer(msg, DNS_MX, i);

		if (rr->bad)
			continue;
		snprintf(hosts[kept].name, sizeof(hosts[kept].name), "%s",
		    rr->target);
		text_lower(hosts[kept].name);
		hosts[kept++].preference = rr->preference;
	}
	qsort(hosts, kept, sizeof(*hosts), by_preference);
	/* A message holds few thousand records at most (RFC 1035 4.2.2). */
	size = kept * (sizeof(hosts[0].name) + sizeof(", 65535 ")) + 1;
	out = mem_alloc(size);
	for (i = 0; i < kept; i++)
		at += (size_t)snprintf(out + at, size - at, "%s%d %s",
		    i > 0 ? ", " : "", hosts[i].preference, hosts[i].name);
	free(hosts);
	return out;
}

void
domain_probe_evidence(const struct domain_probe *p, struct evidence *e)
{
	const struct dns_msg *msg = question_msg(&p->mx);
	size_t i, n = msg != NULL ? dns_msg_answers(msg, DNS_MX) : 0;

	e->mx = question_lookup(&p->mx, DNS_MX);
	e->mx_at = question_ref(&p->mx);
	e->mx_ttl = -1;
	if (p->mx.query != NULL && dns_answer_server(p->mx.query) != NULL)
		e->mx_resolver = *dns_answer_server(p->mx.query);
	for (i = 0; i < n; i++) {
		const struct dns_rr *rr = dns_msg_answer(msg, DNS_MX, i);

		e->mx_ttl = (long)rr->ttl;
		if (rr->bad || !null_mx(rr))
			continue;
		e->null_mx = n == 1;
		e->null_mx_mixed = n > 1;
		e->null_mx_at = e->mx_at;
	}
	e->domain_cname = msg != NULL && dns_msg_has_cname(msg);
	e->domain_cname_loop = msg != NULL && dns_msg_cname_loop(msg);
	free(e->resolver_mx_set);
	e->resolver_mx_set = mx_set_text(msg);
	e->mx_count = 0;
	for (i = 0; i < p->host_count; i++) {
		const struct mail_host *host = &p->hosts[i];

		if (host->preference < 0) {
			e->domain_a = question_lookup(&host->a, DNS_A);
			e->domain_aaaa =
			    question_lookup(&host->aaaa, DNS_AAAA);
			e->domain_a_at = question_ref(&host->a);
		} else {
			struct mx_fact *fact = evidence_add_mx(e);

			if (fact != NULL)
				mx_fact_of(p, host, fact);
		}
	}
}
