#include "ui/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mail_case.h"
#include "core/report/report.h"
#include "core/session.h"
#include "net/buf.h"
#include "net/err.h"
#include "net/i18n.h"
#include "net/loop.h"
#include "net/mem.h"
#include "net/task.h"
#include "ui/interrupt.h"

#define NOT_REPORTED (-1)
#define FAILED_STATUS 2
#define UNNAMED_STATUS 3
#define PROGRESS_MS 200

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
	bool shown;        /* the line of progress */
	int64_t shown_at; /* ms of the loop's clock */
	bool told;         /* that a greylisting is waited out */
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
	struct err err = { 0 };

	job->status = status_of(job->session, settings->format);
	buf_init(&job->report, REPORT_MAX);
	if (!report_render(job->session, settings->format, settings->mask,
		&job->report, &err)) {
		job->status = FAILED_STATUS;
		fprintf(stderr, "%srelaytrace: %s\n",
		    b->shown ? "\n" : "", err.text);
	}
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
		if (!b->failed && job->report.len > 0)
			b->failed = !b->plan->output(b->written, &job->report,
			    b->plan->context);
		buf_clear(&job->report);
		if (job->status > b->status)
			b->status = job->status;
		b->written++;
	}
}

static void
stop(struct batch *b)
{
	size_t n;

	b->stopped = true;
	for (n = b->written; n < b->begun; n++)
		if (job_at(b, n)->session != NULL)
			session_cancel(job_at(b, n)->session);
}

/* One line that is written over again, at most five times a second. */
static void
show_progress(struct batch *b)
{
	int64_t now;

	if (!b->plan->progress)
		return;
	now = loop_now(b->plan->net->loop);
	if (b->shown && now - b->shown_at < PROGRESS_MS)
		return;
	b->shown = true;
	b->shown_at = now;
	fputc('\r', stderr);
	fprintf(stderr, _("%zu of %zu done, %zu under way "), b->written,
	    b->plan->count, b->running);
}

static void
end_progress(const struct batch *b)
{
	char text[120];

	if (!b->plan->progress)
		return;
	snprintf(text, sizeof(text), b->stopped ?
		_("%zu of %zu done, stopped") :
		_("%zu of %zu done"), b->written, b->plan->count);
	/* Blanks over the rest of what stood there. */
	fprintf(stderr, "\r%s%15s\n", text, "");
}

/* Seconds until the first of those that wait for a greylisting goes on. */
static int
waiting_s(const struct batch *b)
{
	int soonest = 0, left;
	size_t n;

	if (!b->plan->settings->greylist_wait)
		return 0;
	for (n = b->written; n < b->begun; n++) {
		const struct job *job = job_at(b, n);

		left = job->session != NULL ? session_wait_left(job->session) :
					      0;
		if (left > 0 && (soonest == 0 || left < soonest))
			soonest = left;
	}
	return soonest;
}

static void
show_countdown(int left)
{
	fputc('\r', stderr);
	fprintf(stderr, _("Greylisted: asking again in %d s (Ctrl-C ends the "
			  "wait) "), left);
}

/* A wait of minutes that the person agreed to is counted down. */
static void
show_wait(struct batch *b, int left)
{
	switch (b->plan->wait) {
	case SHOW_WAIT_NOT:
		return;
	case SHOW_WAIT_ONCE:
		if (left > 0 && !b->told)
			fprintf(stderr,
			    _("Greylisted: asking again in %d s.\n"), left);
		break;
	case SHOW_WAIT_COUNTDOWN:
		if (left > 0)
			show_countdown(left);
		else if (b->told) /* blanks over what stood there */
			fprintf(stderr, "\r%70s\r", "");
		break;
	}
	b->told = left > 0 || (b->told && b->plan->wait == SHOW_WAIT_ONCE);
}

/* Reports whoever has ended. */
static void
collect(struct batch *b)
{
	size_t n;

	for (n = b->written; n < b->begun; n++) {
		struct job *job = job_at(b, n);

		if (job->session != NULL && session_done(job->session))
			report(b, job);
	}
	write_reports(b);
}

/* Also begins others in the place of those that have ended. */
static bool
all_done(struct batch *b)
{
	collect(b);
	if ((interrupt_signal() != 0 || b->failed) && !b->stopped) {
		stop(b);
		collect(b);
	}
	while (!b->stopped && b->begun < b->plan->count &&
	    b->running < (size_t)b->plan->jobs &&
	    b->begun - b->written < b->window)
		begin_next(b);
	show_progress(b);
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
	while (!b.task.done) {
		int left = waiting_s(&b);

		show_wait(&b, left);
		loop_turn(loop, left > 0 ? 1000 : -1);
	}
	show_wait(&b, 0);
	interrupt_stop();
	end_progress(&b);
	free(b.jobs);
	/* Whoever was not asked at all has no cause either. */
	if (b.begun < plan->count && b.status < UNNAMED_STATUS)
		b.status = UNNAMED_STATUS;
	return b.failed ? FAILED_STATUS : b.status;
}
