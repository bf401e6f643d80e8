#include "ui/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mail_case.h"
#include "core/report/report.h"
#include "core/session.h"
#include "net/buf.h"
#include "net/loop.h"
#include "net/mem.h"
#include "net/task.h"
#include "ui/interrupt.h"

#define NOT_REPORTED (-1)

/* One recipient: a session while it runs, then its report until its turn. */
struct job {
	struct session *session;
	struct buf report;
	int status; /* NOT_REPORTED: not begun or under way */
};

struct batch {
	const struct batch_plan *plan;
	struct task task; /* woken by sessions that end, and by signals */
	struct job *jobs; /* a ring: job n is jobs[n % window] */
	size_t window;    /* jobs that may wait for their turn */
	size_t begun, written, running;
	int status;
	bool stopped, failed;
};

static struct job *
job_at(const struct batch *b, size_t n)
{
	return &b->jobs[n % b->window];
}

static int
status_of(const struct session *session, enum format format)
{
	return format == FORMAT_NAGIOS ? report_nagios_status(session) :
					 session_exit_status(session);
}

static void
begin_next(struct batch *b)
{
	const struct batch_plan *plan = b->plan;
	struct job *job = job_at(b, b->begun);
	struct mail_case *input = mem_alloc(sizeof(*input));

	plan->input(b->begun, input, plan->context);
	job->status = NOT_REPORTED;
	job->session = mem_alloc(sizeof(*job->session));
	session_init(job->session, plan->settings, input, plan->net);
	if (plan->cred != NULL)
		job->session->cred = *plan->cred;
	session_start(job->session, &b->task);
	free(input);
	b->begun++;
	b->running++;
}

static void
report(struct batch *b, struct job *job)
{
	const struct settings *settings = b->plan->settings;

	job->status = status_of(job->session, settings->format);
	buf_init(&job->report, REPORT_MAX);
	report_render(job->session, settings->format, settings->mask,
	    &job->report);
	session_clear(job->session);
	free(job->session);
	job->session = NULL;
	b->running--;
}

static void
write_reports(struct batch *b)
{
	while (b->written < b->begun) {
		struct job *job = job_at(b, b->written);

		if (job->status == NOT_REPORTED)
			return;
		if (!b->failed && !b->plan->output(b->written, &job->report,
				      b->plan->context))
			b->failed = b->stopped = true;
		buf_clear(&job->report);
		if (job->status > b->status)
			b->status = job->status;
		b->written++;
	}
}

static void
cancel_running(struct batch *b)
{
	size_t n;

	for (n = b->written; n < b->begun; n++)
		if (job_at(b, n)->session != NULL)
			session_cancel(job_at(b, n)->session);
}

static void
show_progress(const struct batch *b, bool last)
{
	if (!b->plan->progress)
		return;
	fprintf(stderr, "\r%zu of %zu done, %zu under way ", b->written,
	    b->plan->count, b->running);
	if (last)
		fputc('\n', stderr);
}

/* Reports whoever has ended, and begins others in their place. */
static bool
all_done(struct batch *b)
{
	size_t n;

	if (interrupt_signal() != 0 && !b->stopped) {
		b->stopped = true;
		cancel_running(b);
	}
	for (n = b->written; n < b->begun; n++) {
		struct job *job = job_at(b, n);

		if (job->session != NULL && session_done(job->session))
			report(b, job);
	}
	write_reports(b);
	while (!b->stopped && b->begun < b->plan->count &&
	    b->running < (size_t)b->plan->jobs &&
	    b->begun - b->written < b->window)
		begin_next(b);
	show_progress(b, false);
	return b->running == 0 &&
	    (b->stopped || b->begun == b->plan->count);
}

static enum step
run(struct task *task)
{
	struct batch *b = container_of(task, struct batch, task);

	TASK_BEGIN(task);
	TASK_AWAIT(task, all_done(b));
	TASK_END(task);
}

int
batch_run(const struct batch_plan *plan)
{
	struct batch b = { .plan = plan };
	struct loop *loop = plan->net->loop;

	/* A slow one must not hold up those behind it. */
	b.window = (size_t)plan->jobs * 8;
	if (b.window > plan->count)
		b.window = plan->count;
	b.jobs = mem_array(b.window, sizeof(*b.jobs));
	interrupt_start(loop, &b.task);
	task_start(&b.task, loop, NULL, run);
	while (!b.task.done)
		loop_turn(loop, -1);
	interrupt_stop();
	show_progress(&b, true);
	free(b.jobs);
	return b.failed ? 2 : b.begun < plan->count && b.status == 0 ?
	    3 : b.status;
}
