#include <string.h>

#include "core/investigation.h"
#include "core/settings.h"
#include "net/mem.h"

/*
 * An experiment that the person asks for afterwards: a further session with
 * the servers that refused, in which it has its place.
 */

static bool
more_done(struct session *s)
{
	const struct investigation *w = s->work;

	return investigate_done(w, FOR_REPEAT) &&
	    investigate_done(w, FOR_CONTROL) &&
	    investigate_done(w, FOR_REAL_MX) &&
	    investigate_done(w, FOR_CALLOUT) && investigate_again_done(s) &&
	    investigate_policy_done(s, true) && investigate_local_done(s);
}

static enum step
more(struct task *task)
{
	struct session *s = container_of(task, struct session, task);

	TASK_BEGIN(task);
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

/* Experiments that need no further session with every server. */
static bool
stands_alone(struct session *s, enum experiment_id id)
{
	switch (id) {
	case EXP_BLOCKLISTS:
		investigate_policy_go_on(s);
		return true;
	case EXP_SENDER_POLICY:
		investigate_policy_begin(s);
		investigate_policy_go_on(s);
		return true;
	case EXP_HELO:
	case EXP_OWN_DOMAIN:
	case EXP_OPEN_RELAY:
		investigate_again(s);
		return true;
	case EXP_LOCAL: investigate_local(s); return true;
	case EXP_GREYLIST_WAIT:
	case EXP_SEND: return true; /* the task does it */
	default: return false;
	}
}

void
investigate_more(struct session *s, enum experiment_id id)
{
	struct investigation *w = s->work;
	size_t i, n = w->asked_count;

	s->running = true;
	s->cancelled = false;
	w->overall_fired = w->grace_fired = false;
	investigate_words(s);
	if (stands_alone(s, id))
		n = 0;
	for (i = 0; i < n; i++) {
		const struct smtp_probe *p = w->asked[i].probe;
		struct asked *again;

		if (w->asked[i].purpose != FOR_TARGET ||
		    p->answers[ASK_TARGET] == NULL ||
		    p->answers[ASK_TARGET]->code < 400)
			continue;
		again = investigate_ask(s, FOR_REPEAT, p->plan.host,
		    p->plan.preference, &p->plan.addr, p->plan.addr.port,
		    DEPTH_RCPT);
		if (again == NULL)
			break;
		narrow(s, &again->probe->plan, id);
	}
	if (id == EXP_EGRESS && w->control != NULL)
		control_probe_want_addresses(w->control);
	task_start(&s->task, s->net.loop, s->task.parent, more);
}
