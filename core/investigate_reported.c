#include <stdio.h>
#include <string.h>

#include "core/investigation.h"
#include "net/dns.h"
#include "net/mem.h"

/*
 * A bounce or a log names the host that refused.  Only if it is one of the
 * recipient's mail servers is the question one for them; else it is the
 * sender's own outgoing server, or a stranger, and that one must be asked.
 */

/* "mx7.mail.example.net" stands beside "mx1.mail.example.net". */
static bool
neighbours(const char *a, const char *b)
{
	const char *parent = strchr(b, '.');

	return parent != NULL && strchr(parent + 1, '.') != NULL &&
	    dns_name_under(a, parent + 1);
}

static bool
is_mail_host(const struct domain_probe *domain, const char *name)
{
	size_t i;

	if (dns_name_under(name, domain->domain))
		return true;
	for (i = 0; i < domain->host_count; i++)
		if (dns_name_eq(domain->hosts[i].name, name) ||
		    neighbours(name, domain->hosts[i].name))
			return true;
	return false;
}

static bool
is_mail_address(const struct domain_probe *domain, const struct addr *addr)
{
	const struct mail_host *host;
	struct addr known;
	size_t i;

	for (i = 0; domain_probe_address(domain, i, &known, &host); i++)
		if (addr_same_host(&known, addr))
			return true;
	return false;
}

/* A host of its own that can be asked from here. */
static bool
is_stranger(const struct session *s)
{
	const struct investigation *w = s->work;
	const struct mail_host *host;
	struct addr addr;
	size_t i;
	bool any = false;

	if (addr_parse(s->input.reported.server, &addr))
		return !addr_is_private(&addr) &&
		    !is_mail_address(w->domain, &addr);
	if (is_mail_host(w->domain, s->input.reported.server))
		return false;
	for (i = 0; domain_probe_address(w->host, i, &addr, &host); i++) {
		if (is_mail_address(w->domain, &addr))
			return false;
		any |= !addr_is_private(&addr);
	}
	return any;
}

/* What the person switched off stays off. */
static void
take_server_route(struct session *s)
{
	struct plan before = s->plan;
	int i;

	s->input.route = ROUTE_SERVER;
	s->input.port = 0;
	snprintf(s->input.server, sizeof(s->input.server), "%s",
	    s->input.reported.server);
	plan_make(&s->plan, &s->input, s->settings);
	for (i = 0; i < EXP_COUNT; i++)
		if (before.rows[i].possible && s->plan.rows[i].possible)
			s->plan.rows[i].on = before.rows[i].on;
	investigate_words(s);
}

static bool
placed(const struct session *s)
{
	const struct investigation *w = s->work;

	return w->domain->base.task.done &&
	    (w->host == NULL || w->host->base.task.done);
}

enum step
investigate_reported(struct task *task)
{
	struct session *s = container_of(task, struct session, task);
	struct addr literal;

	TASK_BEGIN(task);
	investigate_begin(s);
	if (s->work->domain != NULL) {
		if (!addr_parse(s->input.reported.server, &literal))
			investigate_look_up_host(s, s->input.reported.server);
		TASK_AWAIT(task, placed(s) || investigate_over(s));
		if (!investigate_over(s) && is_stranger(s))
			take_server_route(s);
	}
	task->line = 0;
	task->run = s->input.route == ROUTE_MX ? investigate_mx :
						 investigate_server;
	return task->run(task);
	TASK_END(task);
}
