#include "core/local/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/local/run.h"
#include "net/mem.h"
#include "net/task.h"

/* The helper's side: a question, a command, its output, the next one. */

struct server {
	struct task task;
	struct loop *loop;
	struct watch watch;
	const char *root;
	struct local_question question;
	bool asked, gone;
	struct local_line line;
	struct local_run run;
	struct local_packet packet;
	/* What Postfix said of its settings: its tables may be asked. */
	char *values, *services; /* owned */
};

static void
readable(struct watch *watch, short revents)
{
	struct server *s = container_of(watch, struct server, watch);
	ssize_t n;

	(void)revents;
	n = recv(watch->fd, &s->question, sizeof(s->question), 0);
	if (n < 0 && errno == EINTR)
		return;
	if (n == (ssize_t)sizeof(s->question)) {
		s->asked = true;
	} else {
		s->gone = true;
		watch_stop(watch);
	}
	task_wake(&s->task);
}

/* Strings that came as bytes end where their room ends. */
static void
end_strings(struct local_values *v)
{
	v->recipient[sizeof(v->recipient) - 1] = '\0';
	v->domain[sizeof(v->domain) - 1] = '\0';
	v->client[sizeof(v->client) - 1] = '\0';
	v->list[sizeof(v->list) - 1] = '\0';
}

static bool
named(const char *settings, const char *table)
{
	return settings != NULL && local_table_named(settings, table);
}

static bool
permitted(const struct server *s)
{
	const struct local_question *q = &s->question;

	if (q->command != LOCAL_POSTMAP_DOMAIN &&
	    q->command != LOCAL_POSTMAP_CLIENT)
		return true;
	return named(s->values, q->values.list) ||
	    named(s->services, q->values.list);
}

static void
post(struct server *s)
{
	ssize_t n;

	do {
		n = send(s->watch.fd, &s->packet, sizeof(s->packet),
		    MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		s->gone = true;
}

static void
post_end(struct server *s, int status, const struct err *err)
{
	memset(&s->packet, 0, sizeof(s->packet));
	s->packet.number = s->question.number;
	s->packet.end = 1;
	s->packet.status = status;
	s->packet.err = *err;
	post(s);
}

/* False: there is nothing to wait for. */
static bool
begin(struct server *s)
{
	struct local_question *q = &s->question;
	struct err err = { 0 };

	s->asked = false;
	end_strings(&q->values);
	if (q->command < 0 || q->command >= LOCAL_COMMANDS)
		return false;
	if (!permitted(s) ||
	    !local_line_make(&s->line, (enum local_command)q->command,
		&q->values, s->root)) {
		err_set(&err, ERR_INPUT, "it cannot be asked for this");
		post_end(s, -1, &err);
		return false;
	}
	local_run_start(&s->run, s->loop, &s->task, s->line.argv,
	    s->line.typed[0] != '\0' ? s->line.typed : NULL);
	return true;
}

static void
keep(struct server *s)
{
	char **kept = s->question.command == LOCAL_POSTCONF_VALUES ?
	    &s->values :
	    s->question.command == LOCAL_POSTCONF_SERVICES ? &s->services :
							     NULL;

	if (kept == NULL)
		return;
	free(*kept);
	*kept = mem_strdup(buf_str(&s->run.text));
}

static void
answer(struct server *s)
{
	const struct buf *text = &s->run.text;
	size_t at;

	keep(s);
	for (at = 0; at < text->len && !s->gone; at += s->packet.len) {
		memset(&s->packet, 0, sizeof(s->packet));
		s->packet.number = s->question.number;
		s->packet.len = text->len - at < LOCAL_PIECE ?
		    text->len - at : LOCAL_PIECE;
		memcpy(s->packet.bytes, text->bytes + at, s->packet.len);
		post(s);
	}
	post_end(s, s->run.status, &s->run.err);
}

static enum step
work(struct task *task)
{
	struct server *s = container_of(task, struct server, task);

	TASK_BEGIN(task);
	while (!s->gone) {
		TASK_AWAIT(task, s->asked || s->gone);
		if (s->gone || !begin(s))
			continue;
		TASK_AWAIT(task, s->run.done || s->asked || s->gone);
		if (s->run.done)
			answer(s);
		local_run_clear(&s->run);
	}
	TASK_END(task);
}

void
local_serve(int fd, const char *root)
{
	struct server *s = mem_alloc(sizeof(*s));

	s->root = root;
	s->loop = loop_new(NULL);
	watch_start(&s->watch, s->loop, fd, POLLIN, readable);
	task_start(&s->task, s->loop, NULL, work);
	while (!s->task.done)
		loop_turn(s->loop, -1);
	local_run_clear(&s->run);
	watch_stop(&s->watch);
	loop_free(s->loop);
	free(s->values);
	free(s->services);
	free(s);
}
