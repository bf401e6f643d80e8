#include "core/policy/services.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/dns.h"
#include "net/mem.h"

static void
read_answer(struct services *s, int which)
{
	const struct dns_rr *rr;
	size_t i;

	policy_note(&s->lines, s->task.loop, s->queries[which]);
	s->found[which] = found(s->queries[which]);
	if (s->found[which] != FOUND_RECORDS)
		return;
	for (i = 0; (rr = dns_msg_answer(dns_answer(s->queries[which]),
	    DNS_SRV, i)) != NULL && s->count < SERVICES; i++) {
		struct service *service = &s->services[s->count];

		if (strcmp(rr->target, ".") == 0) {
			s->denied[which] = true;
			continue;
		}
		snprintf(service->host, sizeof(service->host), "%s",
		    rr->target);
		service->port = rr->port;
		service->priority = rr->preference;
		service->weight = rr->weight;
		service->tls = which == 0;
		s->count++;
	}
}

/* RFC 6186 3.4 and RFC 8314 5.1: by priority, TLS from the start first. */
static int
by_preference(const void *a, const void *b)
{
	const struct service *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority - y->priority;
	if (x->tls != y->tls)
		return x->tls ? -1 : 1;
	return y->weight - x->weight;
}

static enum step
run(struct task *task)
{
	struct services *s = container_of(task, struct services, task);
	char name[300];

	TASK_BEGIN(task);

	snprintf(name, sizeof(name), "_submissions._tcp.%s", s->domain);
	s->queries[0] = dns_ask(s->resolver, task, name, DNS_SRV);
	snprintf(name, sizeof(name), "_submission._tcp.%s", s->domain);
	s->queries[1] = dns_ask(s->resolver, task, name, DNS_SRV);
	TASK_AWAIT(task, dns_answered(s->queries[0]));
	TASK_AWAIT(task, dns_answered(s->queries[1]));
	read_answer(s, 0);
	read_answer(s, 1);
	qsort(s->services, s->count, sizeof(s->services[0]), by_preference);

	TASK_END(task);
}

void
services_start(struct services *s, struct loop *loop, struct task *parent,
    struct resolver *resolver, const char *domain)
{
	memset(s, 0, sizeof(*s));
	s->resolver = resolver;
	snprintf(s->domain, sizeof(s->domain), "%s", domain);
	task_start(&s->task, loop, parent, run);
}

void
services_clear(struct services *s)
{
	task_stop(&s->task);
	dns_drop(s->queries[0]);
	dns_drop(s->queries[1]);
	s->queries[0] = s->queries[1] = NULL;
	policy_lines_clear(&s->lines);
}
