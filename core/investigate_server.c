#include <string.h>

#include "core/investigation.h"
#include "core/settings.h"
#include "net/dns.h"
#include "net/mem.h"

/*
 * The way by the outgoing server: the port that is in question, and beside
 * it what the server's other ports offer.
 */

#define PORTS_GRACE_MS 8000 /* a refusal wants the whole picture */

static const int usual_ports[] = { 25, 587, 465, 2525 };

/* Without a port every port that mail programs use is in question. */
static bool
in_question(const struct session *s, int port)
{
	if (s->input.port != 0)
		return port == s->input.port;
	return port != 2525;
}

static bool
logs_in_at(const struct session *s, int port)
{
	return plan_on(&s->plan, EXP_LOGIN) && (port == 587 || port == 465);
}

static void
ask_port(struct session *s, const struct addr *addr, int port)
{
	struct investigation *w = s->work;
	enum purpose purpose =
	    in_question(s, port) ? FOR_TARGET : FOR_PORTS;
	enum depth depth = purpose == FOR_TARGET || logs_in_at(s, port) ?
	    DEPTH_RCPT :
	    DEPTH_EHLO;

	if (investigate_has(w, purpose, addr, port) ||
	    (purpose == FOR_PORTS && !plan_on(&s->plan, EXP_PORTS)))
		return;
	investigate_ask(s, purpose, s->input.server, -1, addr, port, depth);
}

static void
ask_ports(struct session *s, const struct addr *addr)
{
	size_t i;

	if (s->input.port != 0)
		ask_port(s, addr, s->input.port);
	/* Without TLS the port itself would be missing in the picture. */
	if (s->settings->security == SECURITY_NONE && s->input.port != 0 &&
	    plan_on(&s->plan, EXP_PORTS) &&
	    !investigate_has(s->work, FOR_PORTS, addr, s->input.port))
		investigate_ask(s, FOR_PORTS, s->input.server, -1, addr,
		    s->input.port, DEPTH_EHLO);
	for (i = 0; i < sizeof(usual_ports) / sizeof(usual_ports[0]); i++)
		ask_port(s, addr, usual_ports[i]);
}

void
investigate_ports(struct session *s)
{
	struct investigation *w = s->work;
	const struct mail_host *host;
	struct addr addr;
	size_t i;

	if (w->host == NULL && addr_parse(s->input.server, &addr))
		ask_ports(s, &addr);
	for (i = 0; w->host != NULL &&
	     domain_probe_address(w->host, i, &addr, &host); i++)
		ask_ports(s, &addr);
}

static bool
targets_done(struct session *s)
{
	struct investigation *w = s->work;

	investigate_choose_control(s);
	investigate_ports(s);
	if (w->host != NULL && !w->host->base.task.done)
		return false;
	investigate_client(s, false);
	investigate_egress(s);
	return investigate_done(w, FOR_TARGET);
}

/*
 * E16: a relay that calls the mailbox unknown may only believe that the
 * domain is its own; the domain's real servers know better.
 */
static bool
mailbox_unknown_here(const struct investigation *w)
{
	size_t i;

	for (i = 0; i < w->asked_count; i++) {
		const struct answer *a =
		    w->asked[i].probe->answers[ASK_TARGET];

		if (w->asked[i].purpose == FOR_TARGET && a != NULL &&
		    a->code >= 400 && a->reading.family == FAMILY_MAILBOX)
			return true;
	}
	return false;
}

void
investigate_real_mx(struct session *s)
{
	struct investigation *w = s->work;
	const struct mail_host *host;
	struct addr addr;
	size_t i;

	if (!w->want_real_mx || w->domain == NULL)
		return;
	for (i = 0; w->real_mx_begun < 6 &&
	     domain_probe_address(w->domain, i, &addr, &host); i++) {
		if (addr_is_private(&addr) ||
		    investigate_has(w, FOR_REAL_MX, &addr, 25))
			continue;
		w->real_mx_begun++;
		investigate_ask(s, FOR_REAL_MX, host->name, host->preference,
		    &addr, 25, DEPTH_RCPT);
	}
}

static bool
accepted_somewhere(const struct investigation *w)
{
	size_t i;

	for (i = 0; i < w->asked_count; i++)
		if (w->asked[i].purpose == FOR_TARGET &&
		    smtp_probe_said_yes(w->asked[i].probe, ASK_TARGET))
			return true;
	return false;
}

static void
grace_over(struct timer *timer)
{
	struct investigation *w =
	    container_of(timer, struct investigation, grace);

	w->grace_fired = true;
	task_wake(&w->session->task);
}

static bool
beside_done(struct session *s)
{
	struct investigation *w = s->work;

	investigate_client(s, true);
	investigate_policy_judged(s);
	investigate_egress(s);
	investigate_real_mx(s);
	if (!investigate_done(w, FOR_REPEAT) || !investigate_again_done(s) ||
	    !investigate_done(w, FOR_CONTROL) || !investigate_local_done(s) ||
	    !investigate_done(w, FOR_REAL_MX))
		return false;
	if (w->grace.loop == NULL && !w->grace_fired)
		timer_start(&w->grace, s->net.loop,
		    accepted_somewhere(w) ? GRACE_MS : PORTS_GRACE_MS,
		    grace_over);
	return w->grace_fired || investigate_beside_done(s);
}

enum step
investigate_server(struct task *task)
{
	struct session *s = container_of(task, struct session, task);
	struct investigation *w = s->work;
	struct addr literal;

	TASK_BEGIN(task);
	investigate_begin(s);
	if (w->host == NULL && !addr_parse(s->input.server, &literal))
		investigate_look_up_host(s, s->input.server);
	TASK_AWAIT(task, targets_done(s) || investigate_over(s));
	if (!investigate_over(s)) {
		w->want_real_mx = plan_on(&s->plan, EXP_REAL_MX) &&
		    mailbox_unknown_here(w);
		investigate_repeat(s);
		investigate_again(s);
		investigate_local(s);
	}
	TASK_AWAIT(task, beside_done(s) || investigate_over(s));
	if (!investigate_over(s) && investigate_wait(s)) {
		TASK_AWAIT(task, w->wait_fired || investigate_over(s));
		investigate_later(s);
		TASK_AWAIT(task,
		    investigate_done(w, FOR_LATER) || investigate_over(s));
	}
	if (!investigate_over(s) && investigate_send(s))
		TASK_AWAIT(task,
		    investigate_done(w, FOR_SEND) || investigate_over(s));
	investigate_end(s);
	TASK_END(task);
}
