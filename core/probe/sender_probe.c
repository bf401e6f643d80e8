#include "core/probe/sender_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/probe/domain_probe.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

/* True if it was not asked or is answered (and then told). */
static bool
settled(struct question *q)
{
	return q->probe == NULL || question_answered(q);
}

/*
 * Has the name an address?  Mostly one of the old family, so the other one
 * is asked for only where that is not so.  True when it is known.
 */
static bool
address_known(struct sender_probe *p, struct question *a,
    struct question *aaaa, const char *name)
{
	if (a->probe == NULL)
		question_ask(a, &p->base, p->resolver, name, DNS_A);
	if (!question_answered(a))
		return false;
	if (question_lookup(a, DNS_A) == LOOKUP_FOUND ||
	    question_lookup(a, DNS_A) == LOOKUP_NXDOMAIN)
		return true;
	if (aaaa->probe == NULL)
		question_ask(aaaa, &p->base, p->resolver, name, DNS_AAAA);
	return question_answered(aaaa);
}

/* The first MX of the sender's domain must have an address, too. */
static const char *
exchanger(const struct sender_probe *p)
{
	const struct dns_msg *msg = question_msg(&p->mx);
	const struct dns_rr *rr =
	    msg != NULL ? dns_msg_answer(msg, DNS_MX, 0) : NULL;

	return rr == NULL || rr->bad || domain_not_a_host(rr->target) != NULL ?
	    NULL : rr->target;
}

/* RFC 5321 5.1: without MX records the domain's own address counts. */
static bool
domain_known(struct sender_probe *p)
{
	if (p->domain[0] == '\0')
		return true;
	if (p->mx.probe == NULL)
		question_ask(&p->mx, &p->base, p->resolver, p->domain, DNS_MX);
	if (!question_answered(&p->mx))
		return false;
	if (question_lookup(&p->mx, DNS_MX) == LOOKUP_NXDOMAIN)
		return true;
	if (question_lookup(&p->mx, DNS_MX) != LOOKUP_FOUND)
		return address_known(p, &p->a, &p->aaaa, p->domain);
	return exchanger(p) == NULL ||
	    address_known(p, &p->mx_a, &p->mx_aaaa, exchanger(p));
}

static void
ask_ptr(struct sender_probe *p)
{
	char name[128];
	struct addr client = addr_unmap(p->client);

	if (p->ptr.probe != NULL || client.family == AF_UNSPEC ||
	    addr_is_private(&client))
		return;
	addr_reverse(&client, "in-addr.arpa", "ip6.arpa", name, sizeof(name));
	question_ask(&p->ptr, &p->base, p->resolver, name, DNS_PTR);
}

static void
ask_forward(struct sender_probe *p)
{
	const struct dns_msg *msg = question_msg(&p->ptr);
	uint16_t type = addr_unmap(p->client).family == AF_INET6 ? DNS_AAAA :
								   DNS_A;
	size_t i, n = msg != NULL ? dns_msg_answers(msg, DNS_PTR) : 0;

	if (p->name_count > 0)
		return;
	for (i = 0; i < n && p->name_count < PTR_NAMES; i++) {
		const struct dns_rr *rr = dns_msg_answer(msg, DNS_PTR, i);

		if (rr->bad)
			continue;
		snprintf(p->names[p->name_count], sizeof(p->names[0]), "%s",
		    rr->target);
		question_ask(&p->forward[p->name_count++], &p->base,
		    p->resolver, rr->target, type);
	}
}

/* Asks on from every answer at once; true when nothing is left to ask. */
static bool
all_known(struct sender_probe *p)
{
	bool all = domain_known(p);
	size_t i;

	if (p->helo[0] != '\0')
		all &= address_known(p, &p->helo_a, &p->helo_aaaa, p->helo);
	ask_ptr(p);
	if (settled(&p->ptr))
		ask_forward(p);
	else
		all = false;
	for (i = 0; i < p->name_count; i++)
		all &= settled(&p->forward[i]);
	return all && p->client_final;
}

static enum step
run(struct task *task)
{
	struct sender_probe *p =
	    container_of(task, struct sender_probe, base.task);

	TASK_BEGIN(task);
	TASK_AWAIT(task, all_known(p));
	probe_end(&p->base, PROBE_OK, "looked up");
	TASK_END(task);
}

static void
clear(struct probe *probe)
{
	struct sender_probe *p = container_of(probe, struct sender_probe, base);
	size_t i;

	task_stop(&probe->task);
	question_clear(&p->mx);
	question_clear(&p->a);
	question_clear(&p->aaaa);
	question_clear(&p->mx_a);
	question_clear(&p->mx_aaaa);
	question_clear(&p->helo_a);
	question_clear(&p->helo_aaaa);
	question_clear(&p->ptr);
	for (i = 0; i < p->name_count; i++)
		question_clear(&p->forward[i]);
	transcript_clear(&probe->transcript);
}

static const struct probe_ops ops = { .clear = clear };

void
sender_probe_start(struct sender_probe *p, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *domain, const char *helo)
{
	p->resolver = resolver;
	snprintf(p->domain, sizeof(p->domain), "%s", domain);
	snprintf(p->helo, sizeof(p->helo), "%s", helo);
	snprintf(p->base.subject, sizeof(p->base.subject),
	    domain[0] != '\0' ? _("the sending side: %s") :
				_("the sending side"),
	    domain);
	probe_start(&p->base, &ops, PROBE_DNS, loop, parent, epoch, run);
}

void
sender_probe_client(struct sender_probe *p, const struct addr *client)
{
	if (p->client_final)
		return;
	p->client = *client;
	p->client_final = true;
	task_wake(&p->base.task);
}

static enum lookup
either(const struct question *a, const struct question *aaaa)
{
	enum lookup v4 = question_lookup(a, DNS_A);
	enum lookup v6 = question_lookup(aaaa, DNS_AAAA);

	if (v4 == LOOKUP_FOUND || v6 == LOOKUP_FOUND)
		return LOOKUP_FOUND;
	return v4 == LOOKUP_NODATA && v6 != LOOKUP_NOT_ASKED ? v6 : v4;
}

static enum tri
confirmed(const struct sender_probe *p)
{
	struct addr client = addr_unmap(p->client);
	uint16_t type = client.family == AF_INET6 ? DNS_AAAA : DNS_A;
	size_t i, k;

	for (i = 0; i < p->name_count; i++) {
		const struct dns_msg *msg = question_msg(&p->forward[i]);
		size_t n = msg != NULL ? dns_msg_answers(msg, type) : 0;

		for (k = 0; k < n; k++) {
			const struct dns_rr *rr =
			    dns_msg_answer(msg, type, k);

			if (!rr->bad && addr_same_host(&rr->addr, &client))
				return TRI_YES;
		}
	}
	return p->name_count > 0 ? TRI_NO : TRI_UNKNOWN;
}

static bool
leads_to(const struct question *q, uint16_t type, const struct addr *addr)
{
	const struct dns_msg *msg = question_msg(q);
	size_t i, n = msg != NULL ? dns_msg_answers(msg, type) : 0;

	for (i = 0; i < n; i++) {
		const struct dns_rr *rr = dns_msg_answer(msg, type, i);

		if (!rr->bad && addr_same_host(&rr->addr, addr))
			return true;
	}
	return false;
}

bool
sender_probe_elsewhere(const struct sender_probe *p, const struct addr *addr)
{
	return (question_lookup(&p->helo_a, DNS_A) == LOOKUP_FOUND ||
		   question_lookup(&p->helo_aaaa, DNS_AAAA) ==
		       LOOKUP_FOUND) &&
	    !leads_to(&p->helo_a, DNS_A, addr) &&
	    !leads_to(&p->helo_aaaa, DNS_AAAA, addr);
}

void
sender_probe_evidence(const struct sender_probe *p, struct evidence *e)
{
	const struct dns_msg *msg = question_msg(&p->mx);
	const struct dns_rr *rr =
	    msg != NULL ? dns_msg_answer(msg, DNS_MX, 0) : NULL;

	e->sender_mx = question_lookup(&p->mx, DNS_MX);
	e->sender_a = either(&p->a, &p->aaaa);
	e->sender_at = question_ref(&p->mx);
	free(e->sender_mx_set);
	e->sender_mx_set = mx_set_text(msg);
	if (rr != NULL && !rr->bad) {
		e->sender_null_mx = strcmp(rr->target, ".") == 0;
		e->sender_mx_invalid = !e->sender_null_mx &&
		    domain_not_a_host(rr->target) != NULL;
		if (p->mx_a.probe != NULL &&
		    either(&p->mx_a, &p->mx_aaaa) != LOOKUP_FOUND &&
		    either(&p->mx_a, &p->mx_aaaa) != LOOKUP_TIMEOUT &&
		    either(&p->mx_a, &p->mx_aaaa) != LOOKUP_NOT_ASKED)
			e->sender_mx_invalid = true;
	}
	e->helo_a = either(&p->helo_a, &p->helo_aaaa);
	e->helo_at = question_ref(&p->helo_a);
	e->ptr = question_lookup(&p->ptr, DNS_PTR);
	e->ptr_at = question_ref(&p->ptr);
	if (p->name_count > 0)
		snprintf(e->ptr_name, sizeof(e->ptr_name), "%s", p->names[0]);
	e->ptr_confirmed = e->ptr == LOOKUP_FOUND ? confirmed(p) : TRI_UNKNOWN;
}
