#include "core/probe/control_probe.h"

#include <stdio.h>
#include <string.h>

#include "net/addr.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

/*
 * Domains with large, always reachable mail servers of providers that have
 * nothing to do with each other.
 */
static const char *const built_in[] = { "gmail.com", "outlook.com",
	"icloud.com", "gmx.net" };

static const struct dns_rr *
best_mx(const struct control *c)
{
	const struct dns_msg *msg = question_msg(&c->mx);
	size_t i, n = msg != NULL ? dns_msg_answers(msg, DNS_MX) : 0;
	const struct dns_rr *best = NULL;

	for (i = 0; i < n; i++) {
		const struct dns_rr *rr = dns_msg_answer(msg, DNS_MX, i);

		if (rr->bad || strcmp(rr->target, ".") == 0)
			continue;
		if (best == NULL || rr->preference < best->preference)
			best = rr;
	}
	return best;
}

/* True when all that was asked is answered; notes the answers. */
static bool
mx_known(struct control_probe *p)
{
	bool all = true;
	size_t i;

	for (i = 0; i < p->count; i++)
		all &= question_answered(&p->controls[i].mx);
	return all;
}

/* An address is wanted that was not asked for. */
static bool
wish_open(const struct control_probe *p)
{
	size_t i;

	for (i = 0; i < p->count; i++)
		if (p->controls[i].wanted && !p->controls[i].asked)
			return true;
	return false;
}

static void
ask_addresses(struct control_probe *p)
{
	size_t i;

	for (i = 0; i < p->count; i++) {
		struct control *c = &p->controls[i];
		const struct dns_rr *mx = best_mx(c);

		if (!c->wanted || c->asked)
			continue;
		c->asked = true;
		if (mx == NULL)
			continue;
		if (p->want4)
			question_ask(&c->a, &p->base, p->resolver,
			    mx->target, DNS_A);
		if (p->want6)
			question_ask(&c->aaaa, &p->base, p->resolver,
			    mx->target, DNS_AAAA);
	}
}

static bool
addresses_known(struct control_probe *p)
{
	bool all = true;
	size_t i;

	for (i = 0; i < p->count; i++) {
		struct control *c = &p->controls[i];

		if (c->a.probe != NULL)
			all &= question_answered(&c->a);
		if (c->aaaa.probe != NULL)
			all &= question_answered(&c->aaaa);
	}
	return all;
}

static enum step
run(struct task *task)
{
	struct control_probe *p =
	    container_of(task, struct control_probe, base.task);
	size_t i;

	TASK_BEGIN(task);
	for (i = 0; i < p->count; i++)
		question_ask(&p->controls[i].mx, &p->base, p->resolver,
		    p->controls[i].domain, DNS_MX);
	TASK_AWAIT(task, mx_known(p));
	probe_end(&p->base, PROBE_OK, "control domains looked up");
	task_wake(task->parent);
	while (!p->want_addresses || wish_open(p)) {
		TASK_AWAIT(task, p->want_addresses || wish_open(p));
		p->base.status = PROBE_RUNNING;
		ask_addresses(p);
		TASK_AWAIT(task, addresses_known(p));
		probe_end(&p->base, PROBE_OK, "control servers looked up");
		task_wake(task->parent);
	}
	TASK_END(task);
}

static void
clear(struct probe *probe)
{
	struct control_probe *p =
	    container_of(probe, struct control_probe, base);
	size_t i;

	task_stop(&probe->task);
	for (i = 0; i < p->count; i++) {
		question_clear(&p->controls[i].mx);
		question_clear(&p->controls[i].a);
		question_clear(&p->controls[i].aaaa);
	}
	transcript_clear(&probe->transcript);
}

static const struct probe_ops ops = { .clear = clear };

void
control_probe_start(struct control_probe *p, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *const *domains, size_t count, bool want4, bool want6)
{
	size_t i;

	if (domains == NULL || count == 0) {
		domains = built_in;
		count = sizeof(built_in) / sizeof(built_in[0]);
	}
	p->resolver = resolver;
	p->want4 = want4;
	p->want6 = want6;
	p->count = count < CONTROLS_MAX ? count : CONTROLS_MAX;
	for (i = 0; i < p->count; i++)
		snprintf(p->controls[i].domain, sizeof(p->controls[i].domain),
		    "%s", domains[i]);
	snprintf(p->base.subject, sizeof(p->base.subject),
	    _("control domains"));
	probe_start(&p->base, &ops, PROBE_DNS, loop, parent, epoch, run);
}

bool
control_probe_known(const struct control_probe *p)
{
	size_t i;

	for (i = 0; i < p->count; i++)
		if (!dns_answered(p->controls[i].mx.query))
			return false;
	return true;
}

/* "mail.google.com" and "smtp.google.com" belong together. */
static const char *
provider_part(const char *name)
{
	const char *dot, *last = NULL, *before = NULL;

	for (dot = strchr(name, '.'); dot != NULL; dot = strchr(dot + 1, '.')) {
		before = last;
		last = dot;
	}
	return before != NULL ? before + 1 : name;
}

static bool
shares(const struct control *c, const struct dns_msg *mx, bool provider)
{
	const struct dns_msg *own = question_msg(&c->mx);
	size_t i, k, n = own != NULL ? dns_msg_answers(own, DNS_MX) : 0;
	size_t m = mx != NULL ? dns_msg_answers(mx, DNS_MX) : 0;

	for (i = 0; i < n; i++) {
		const struct dns_rr *a = dns_msg_answer(own, DNS_MX, i);

		for (k = 0; k < m; k++) {
			const struct dns_rr *b = dns_msg_answer(mx, DNS_MX, k);

			if (a->bad || b->bad)
				continue;
			if (dns_name_eq(a->target, b->target))
				return true;
			if (provider &&
			    dns_name_eq(provider_part(a->target),
				provider_part(b->target)))
				return true;
		}
	}
	return false;
}

static void
want(struct control_probe *p, struct control *c)
{
	if (c->wanted)
		return;
	c->wanted = true;
	task_wake(&p->base.task);
}

/* What it is looked up for has come, or will not come. */
static bool
looked_up(const struct control *c)
{
	return c->asked && (c->a.probe == NULL || dns_answered(c->a.query)) &&
	    (c->aaaa.probe == NULL || dns_answered(c->aaaa.query));
}

static bool
among(const struct question *q, uint16_t type, const struct addr *servers,
    size_t count)
{
	const struct dns_msg *msg = question_msg(q);
	size_t i, k, n = msg != NULL ? dns_msg_answers(msg, type) : 0;

	for (i = 0; i < n; i++) {
		const struct dns_rr *rr = dns_msg_answer(msg, type, i);

		for (k = 0; !rr->bad && k < count; k++)
			if (addr_same_host(&rr->addr, &servers[k]))
				return true;
	}
	return false;
}

/* Its mail is taken by one of these very machines. */
static bool
same_machine(const struct control *c, const struct addr *servers,
    size_t count)
{
	return among(&c->a, DNS_A, servers, count) ||
	    among(&c->aaaa, DNS_AAAA, servers, count);
}

const char *
control_probe_choose(struct control_probe *p, const struct dns_msg *mx,
    const char *domain, const struct addr *servers, size_t count, bool *wait)
{
	int provider;
	size_t i;

	*wait = false;
	for (provider = 1; provider >= 0; provider--) {
		for (i = 0; i < p->count; i++) {
			struct control *c = &p->controls[i];

			if (best_mx(c) == NULL ||
			    dns_name_eq(c->domain, domain) ||
			    shares(c, mx, provider != 0))
				continue;
			want(p, c);
			*wait = !looked_up(c);
			if (*wait)
				return NULL;
			if (!same_machine(c, servers, count))
				return c->domain;
		}
	}
	return NULL;
}

void
control_probe_want_addresses(struct control_probe *p)
{
	size_t i;

	if (p->want_addresses)
		return;
	p->want_addresses = true;
	for (i = 0; i < p->count; i++)
		p->controls[i].wanted = true;
	task_wake(&p->base.task);
}

bool
control_probe_address(const struct control_probe *p, size_t i,
    struct addr *addr, char *host, size_t size)
{
	const struct control *c;
	const struct dns_msg *msg;
	const struct dns_rr *rr = NULL;

	if (i >= p->count)
		return false;
	c = &p->controls[i];
	msg = question_msg(&c->a);
	if (msg != NULL)
		rr = dns_msg_answer(msg, DNS_A, 0);
	msg = question_msg(&c->aaaa);
	if (rr == NULL && msg != NULL)
		rr = dns_msg_answer(msg, DNS_AAAA, 0);
	if (rr == NULL || rr->bad || best_mx(c) == NULL)
		return false;
	*addr = rr->addr;
	snprintf(host, size, "%s", best_mx(c)->target);
	return true;
}
