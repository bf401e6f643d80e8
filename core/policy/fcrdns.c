#include "core/policy/fcrdns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

/* Asks for the addresses of every name at once. */
static void
ask_names(struct fcrdns *f)
{
	uint16_t type = f->addr.family == AF_INET ? DNS_A : DNS_AAAA;
	const struct dns_msg *msg = dns_answer(f->ptr);
	const struct dns_rr *rr;
	size_t i;

	f->found = found(f->ptr);
	policy_note(&f->lines, f->task.loop, f->ptr);
	if (f->found != FOUND_RECORDS)
		return;
	for (i = 0; (rr = dns_msg_answer(msg, DNS_PTR, i)) != NULL; i++) {
		if (rr->target == NULL)
			continue;
		if (f->count == FCRDNS_NAMES) {
			f->more = true;
			break;
		}
		f->names[f->count].name = mem_strdup(rr->target);
		f->names[f->count].query = dns_ask(f->resolver, &f->task,
		    rr->target, type);
		f->count++;
	}
}

static bool
all_answered(const struct fcrdns *f)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		if (!dns_answered(f->names[i].query))
			return false;
	return true;
}

static bool
leads_back(const struct dns_query *query, const struct addr *addr)
{
	const struct dns_rr *rr;
	size_t i;

	for (i = 0; (rr = dns_msg_answer(dns_answer(query),
	    dns_query_type(query), i)) != NULL; i++)
		if (addr_same_host(&rr->addr, addr))
			return true;
	return false;
}

static void
judge_names(struct fcrdns *f)
{
	struct fcrdns_name *name;
	size_t i;

	for (i = 0; i < f->count; i++) {
		name = &f->names[i];
		name->found = found(name->query);
		policy_note(&f->lines, f->task.loop, name->query);
		if (name->found == FOUND_RECORDS)
			name->confirmed = leads_back(name->query, &f->addr);
		f->confirmed += name->confirmed;
	}
}

static enum step
run(struct task *task)
{
	struct fcrdns *f = container_of(task, struct fcrdns, task);
	char name[128];

	TASK_BEGIN(task);

	addr_reverse(&f->addr, "in-addr.arpa", "ip6.arpa", name, sizeof(name));
	f->ptr = dns_ask(f->resolver, task, name, DNS_PTR);
	TASK_AWAIT(task, dns_answered(f->ptr));

	ask_names(f);
	TASK_AWAIT(task, all_answered(f));
	judge_names(f);

	TASK_END(task);
}

void
fcrdns_start(struct fcrdns *f, struct loop *loop, struct task *parent,
    struct resolver *resolver, const struct addr *addr)
{
	memset(f, 0, sizeof(*f));
	f->resolver = resolver;
	f->addr = addr_unmap(*addr);
	task_start(&f->task, loop, parent, run);
}

void
fcrdns_clear(struct fcrdns *f)
{
	size_t i;

	task_stop(&f->task);
	dns_drop(f->ptr);
	f->ptr = NULL;
	for (i = 0; i < f->count; i++) {
		dns_drop(f->names[i].query);
		free(f->names[i].name);
	}
	f->count = 0;
	policy_lines_clear(&f->lines);
}

enum fcrdns_verdict
fcrdns_verdict(const struct fcrdns *f)
{
	size_t i;

	if (f->confirmed > 0)
		return FCRDNS_CONFIRMED;
	if (f->found == FOUND_NONE || f->found == FOUND_NO_NAME)
		return FCRDNS_NO_NAME;
	if (f->found != FOUND_RECORDS)
		return FCRDNS_UNKNOWN;
	for (i = 0; i < f->count; i++)
		if (f->names[i].found == FOUND_FAILURE)
			return FCRDNS_UNKNOWN;
	return FCRDNS_UNCONFIRMED;
}

const char *
fcrdns_text(const struct fcrdns *f, char *out, size_t size)
{
	char addr[ADDR_TEXT_MAX];
	const char *name = "";
	size_t i;

	addr_text(&f->addr, addr);
	for (i = f->count; i-- > 0;)
		if (f->names[i].confirmed || f->confirmed == 0)
			name = f->names[i].name;
	switch (fcrdns_verdict(f)) {
	case FCRDNS_CONFIRMED:
		snprintf(out, size, _("%s is %.255s, and that name leads back "
		    "to it"), addr, name);
		break;
	case FCRDNS_NO_NAME:
		snprintf(out, size, _("%s has no name in reverse DNS (PTR)"),
		    addr);
		break;
	case FCRDNS_UNCONFIRMED:
		snprintf(out, size, _("%s is called %.255s, but that name does "
		    "not lead back to it"), addr, name);
		break;
	case FCRDNS_UNKNOWN:
		snprintf(out, size, _("the name of %s could not be looked up"),
		    addr);
		break;
	}
	return out;
}
