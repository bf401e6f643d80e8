#include <string.h>

#include "core/investigation.h"
#include "core/settings.h"
#include "net/mem.h"

/*
 * An experiment that the person asks for afterwards: what it looks up, or a
 * further session with the servers in which it has its place.
 */

/* Whom a further session is held with. */
enum with {
	WITH_NOBODY,
	WITH_REFUSING, /* those that refused the recipient */
	WITH_ALL,
	WITH_ALL_ANEW, /* in place of the session that lacked it */
};

static enum with
held_with(enum experiment_id id)
{
	switch (id) {
	case EXP_POSTMASTER:
	case EXP_PLAIN_FORM:
	case EXP_NULL_SENDER:
	case EXP_SENDERS:
	case EXP_REPEAT: return WITH_REFUSING;
	case EXP_CONTROL:
	case EXP_MADE_UP: return WITH_ALL;
	case EXP_STARTTLS:
	case EXP_RCPT:
	case EXP_LOGIN: return WITH_ALL_ANEW;
	default: return WITH_NOBODY;
	}
}

static bool
finished(const struct probe *probe)
{
	return probe == NULL || probe->task.done;
}

static bool
more_done(struct session *s)
{
	struct investigation *w = s->work;

	if (w->more == EXP_EGRESS)
		investigate_egress(s);
	if (w->more == EXP_REAL_MX)
		investigate_real_mx(s);
	if (w->sender != NULL)
		sender_probe_client(w->sender, &w->client);
	if (w->control != NULL && w->control->want_addresses &&
	    !w->control->base.task.done)
		return false;
	return finished(w->ns != NULL ? &w->ns->base : NULL) &&
	    finished(w->sender != NULL ? &w->sender->base : NULL) &&
	    investigate_done(w, FOR_TARGET) &&
	    investigate_done(w, FOR_REPEAT) &&
	    investigate_done(w, FOR_PORTS) &&
	    investigate_done(w, FOR_CONTROL) &&
	    investigate_done(w, FOR_REAL_MX) &&
	    investigate_done(w, FOR_CALLOUT) && investigate_again_done(s) &&
	    investigate_policy_done(s, true) && investigate_local_done(s);
}

/* Only what was asked for, beside the recipient itself. */
static void
narrow(struct session *s, struct smtp_plan *plan, enum experiment_id id)
{
	struct investigation *w = s->work;

	plan->control = id == EXP_CONTROL ? w->control_rcpt : NULL;
	plan->postmaster = id == EXP_POSTMASTER ? w->postmaster : NULL;
	plan->made_up = id == EXP_MADE_UP ? w->made_up : NULL;
	plan->plain_form = id == EXP_PLAIN_FORM ? w->plain : NULL;
	plan->own = NULL;
	plan->other_sender = id == EXP_SENDERS ? w->other_sender : NULL;
	plan->null_sender = id == EXP_NULL_SENDER;
	plan->always_follow = true;
}

static bool
refused(const struct smtp_probe *p)
{
	const struct answer *a = p->answers[ASK_TARGET];

	return a != NULL && a->code >= 400;
}

static void
ask_servers(struct session *s, enum experiment_id id)
{
	struct investigation *w = s->work;
	enum with with = held_with(id);
	size_t i, n = with == WITH_NOBODY ? 0 : w->asked_count;

	for (i = 0; i < n; i++) {
		const struct smtp_plan *old = &w->asked[i].probe->plan;
		struct asked *again;

		if (w->asked[i].purpose != FOR_TARGET ||
		    (with == WITH_REFUSING && !refused(w->asked[i].probe)))
			continue;
		if (with == WITH_ALL_ANEW)
			w->asked[i].purpose = FOR_REPEAT;
		again = investigate_ask(s,
		    with == WITH_ALL_ANEW ? FOR_TARGET : FOR_REPEAT,
		    old->host, old->preference, &old->addr, old->addr.port,
		    DEPTH_RCPT);
		if (again == NULL)
			return;
		if (with != WITH_ALL_ANEW)
			narrow(s, &again->probe->plan, id);
	}
}

/* Experiments that are no further session with every server. */
static void
look_up(struct session *s, enum experiment_id id)
{
	struct investigation *w = s->work;

	/* It ended without the addresses, which nobody wanted. */
	if (w->control != NULL && w->control->base.task.done &&
	    ((id == EXP_EGRESS && !w->control->want_addresses) ||
		(id == EXP_CONTROL && !w->control_chosen)))
		w->control = NULL;
	investigate_look_beside(s);
	investigate_client(s, true);
	switch (id) {
	case EXP_BLOCKLISTS: investigate_policy_go_on(s); break;
	case EXP_SENDER_POLICY:
		investigate_policy_begin(s);
		investigate_policy_go_on(s);
		break;
	case EXP_HELO:
	case EXP_OWN_DOMAIN:
	case EXP_OPEN_RELAY: investigate_again(s); break;
	case EXP_LOCAL: investigate_local(s); break;
	case EXP_PORTS: investigate_ports(s); break;
	case EXP_REAL_MX: w->want_real_mx = true; break;
	case EXP_EGRESS:
		if (w->control != NULL)
			control_probe_want_addresses(w->control);
		break;
	default: break;
	}
}

/* Which domain is foreign here may have to be found first. */
static bool
control_ready(struct session *s)
{
	investigate_choose_control(s);
	return s->work->more != EXP_CONTROL || s->work->control == NULL ||
	    s->work->control_chosen || s->work->control->base.task.done;
}

static enum step
more(struct task *task)
{
	struct session *s = container_of(task, struct session, task);

	TASK_BEGIN(task);
	look_up(s, s->work->more);
	TASK_AWAIT(task, control_ready(s) || investigate_over(s));
	if (!investigate_over(s))
		ask_servers(s, s->work->more);
	TASK_AWAIT(task, more_done(s) || investigate_over(s));
	if (!investigate_over(s) && investigate_wait(s)) {
		TASK_AWAIT(task, s->work->wait_fired || investigate_over(s));
		investigate_later(s);
		TASK_AWAIT(task, investigate_done(s->work, FOR_LATER) ||
			investigate_over(s));
	}
	if (!investigate_over(s) && investigate_send(s))
		TASK_AWAIT(task, investigate_done(s->work, FOR_SEND) ||
			investigate_over(s));
	investigate_end(s);
	TASK_END(task);
}

void
investigate_more(struct session *s, enum experiment_id id)
{
	struct investigation *w = s->work;

	s->running = true;
	s->cancelled = false;
	w->overall_fired = w->grace_fired = false;
	w->more = id;
	investigate_words(s);
	task_start(&s->task, s->net.loop, s->task.parent, more);
}

/* ---- asked for while something else ran ---- */

static enum step
next_wanted(struct task *task)
{
	struct investigation *w =
	    container_of(task, struct investigation, follow);
	int id;

	for (id = 0; id < EXP_COUNT; id++)
		if ((w->wanted & 1ul << id) != 0)
			break;
	if (id == EXP_COUNT)
		return STEP_DONE;
	w->wanted &= ~(1ul << id);
	investigate_more(w->session, (enum experiment_id)id);
	return STEP_DONE;
}

void
investigate_wanted(struct session *s)
{
	struct investigation *w = s->work;

	if (s->cancelled)
		w->wanted = 0;
	if (w->wanted == 0)
		return;
	s->running = true; /* there is more to come */
	task_start(&w->follow, s->net.loop, NULL, next_wanted);
}
