/*
 * Carries the connections to the world's mail servers: bytes leave after a
 * round trip on the loop's clock, and a referee watches whether the client
 * keeps to the protocol.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"
#include "core/world/mail_session.h"
#include "core/world/referee.h"
#include "net/listen.h"
#include "net/log.h"
#include "net/mem.h"

#define PUMP_QUEUE (256 * 1024) /* bytes kept waiting at the most */
#define NOISE_BURST 100         /* records, each ... */
#define NOISE_MS 100

static enum step run(struct task *task);

/* ---- sessions ---- */

static void
session_free(struct mail_session *s)
{
	struct world *w = s->server->world;
	struct delivery *d;

	if (s->prev != NULL)
		s->prev->next = s->next;
	else
		w->sessions = s->next;
	if (s->next != NULL)
		s->next->prev = s->prev;
	while ((d = s->first) != NULL) {
		s->first = d->next;
		free(d->bytes);
		free(d);
	}
	timer_stop(&s->timer);
	timer_stop(&s->noise_timer);
	task_stop(&s->task);
	conn_free(s->conn);
	free(s);
}

void
mail_sessions_free(struct world *world)
{
	while (world->sessions != NULL)
		session_free(world->sessions);
}

static void
reap(struct timer *timer)
{
	session_free(container_of(timer, struct mail_session, timer));
}

/* A client that leaves while it is its turn should have said QUIT. */
static void
client_left(struct mail_session *s)
{
	struct world *w = s->server->world;

	if (s->gone)
		return;
	s->gone = true;
	if (s->greeted && !s->quit && !s->hung_up && s->owed == 0 &&
	    s->phase == PHASE_COMMANDS)
		w->count.without_quit++;
	/* A task must not free itself, so the loop does it. */
	timer_stop(&s->timer);
	timer_start(&s->timer, w->loop, 0, reap);
}

/* ---- deliveries ---- */

static void
pump(struct mail_session *s)
{
	size_t n;

	while (s->pump.on && s->pump.left > 0 && !s->server->world->dark &&
	    !conn_failed(s->conn) && conn_queued(s->conn) < PUMP_QUEUE) {
		n = s->pump.chunk_len < s->pump.left ? s->pump.chunk_len :
		    s->pump.left;
		conn_send_raw(s->conn, s->pump.chunk, n);
		s->pump.left -= n;
	}
}

/* Some every tenth of a second, so that no deadline would ever be met. */
static void
make_noise(struct timer *timer)
{
	struct mail_session *s = container_of(timer, struct mail_session,
	    noise_timer);
	int i;

	for (i = 0; i < NOISE_BURST && conn_tls_noise(s->conn, s->noise); i++)
		;
	if (!s->gone && !conn_failed(s->conn))
		timer_start(timer, s->server->world->loop, NOISE_MS,
		    make_noise);
}

static void
begin_tls(struct mail_session *s)
{
	struct tls_server *tls = world_tls(s->server);

	/* A later turn than the reply's: the client may have begun. */
	if (conn_unread(s->conn) > 0 &&
	    s->replied_at == loop_now(s->server->world->loop))
		world_violation(s->server->world,
		    "a command behind STARTTLS before its reply");
	if (tls == NULL) {
		conn_reset(s->conn);
		return;
	}
	s->phase = PHASE_HANDSHAKE;
	conn_start_tls_server(s->conn, tls);
}

static void
deliver(struct mail_session *s, struct delivery *d)
{
	if (s->server->world->dark)
		return;
	switch (d->kind) {
	case DELIVER_BYTES:
		conn_send_raw(s->conn, d->bytes, d->n);
		break;
	case DELIVER_TLS:
		begin_tls(s);
		break;
	case DELIVER_CLOSE:
		s->hung_up = true;
		conn_shut(s->conn);
		break;
	case DELIVER_RESET:
		s->hung_up = true;
		conn_reset(s->conn);
		task_wake(&s->task);
		break;
	case DELIVER_PUMP:
		s->pump.on = true;
		pump(s);
		break;
	case DELIVER_NOISE:
		conn_tls_noise(s->conn, s->noise);
		break;
	case DELIVER_NOISES:
		make_noise(&s->noise_timer);
		break;
	}
	if (d->ends_reply) {
		s->replied_at = loop_now(s->server->world->loop);
		s->greeted = true;
		s->owed--;
	}
}

static void
deliver_due(struct timer *timer)
{
	struct mail_session *s = container_of(timer, struct mail_session,
	    timer);
	struct loop *loop = s->server->world->loop;
	struct delivery *d;

	while ((d = s->first) != NULL && d->due <= loop_now(loop)) {
		s->first = d->next;
		if (s->first == NULL)
			s->last = NULL;
		deliver(s, d);
		free(d->bytes);
		free(d);
	}
	if (s->first != NULL && !s->gone)
		timer_start(&s->timer, loop,
		    (int)(s->first->due - loop_now(loop)), deliver_due);
}

/*
 * Replies to one group of commands leave together, one round trip after
 * the group; a delay holds up what comes behind it as well.
 */
void
mail_deliver(struct mail_session *s, enum delivery_kind kind,
    const void *bytes, size_t n, int delay_ms, bool ends_reply)
{
	struct world *w = s->server->world;
	struct delivery *d = mem_alloc(sizeof(*d));
	int64_t due = loop_now(w->loop) + (int64_t)(1 + s->debt) * w->rtt_ms;

	s->debt = 0;
	if (due < s->last_due)
		due = s->last_due;
	d->due = s->last_due = due + delay_ms;
	d->kind = kind;
	d->n = n;
	d->ends_reply = ends_reply;
	if (n > 0) {
		d->bytes = mem_alloc(n);
		memcpy(d->bytes, bytes, n);
	}
	if (s->last != NULL)
		s->last->next = d;
	else
		s->first = d;
	s->last = d;
	if (s->first == d)
		timer_start(&s->timer, w->loop,
		    (int)(d->due - loop_now(w->loop)), deliver_due);
}

/* ---- the conversation ---- */

static void
answer(struct mail_session *s,
    void (*make)(struct mail_session *, struct mail_answer *))
{
	struct mail_answer a = { 0 };

	buf_init(&a.text, 256 * 1024);
	make(s, &a);
	mail_answer(s, &a);
	buf_clear(&a.text);
}

static void
greet(struct mail_session *s)
{
	s->greeting_queued = true;
	s->owed = 1;
	answer(s, mail_greet);
}

/* The handshake is done: a new conversation (RFC 3207 4.2). */
static void
secured(struct mail_session *s)
{
	s->phase = PHASE_COMMANDS;
	s->debt++; /* TLS 1.3 takes one round trip */
	if (s->port->tls && !s->greeting_queued)
		greet(s);
	else
		mail_forget_hello(s);
}

static void
hear_lines(struct mail_session *s)
{
	bool grouped;

	while (s->phase != PHASE_STARTTLS && s->phase != PHASE_HANDSHAKE &&
	    conn_hear_line(s->conn, s->line, sizeof(s->line))) {
		if (conn_failed(s->conn))
			return;
		if (s->phase == PHASE_DEAF)
			continue;
		grouped = s->owed > 0;
		if (!mail_continues(s)) {
			referee_command(s, grouped);
			s->owed++;
		} else if (s->phase == PHASE_AUTH) {
			s->owed++;
		}
		answer(s, mail_command);
	}
}

static enum step
run(struct task *task)
{
	struct mail_session *s = container_of(task, struct mail_session, task);

	if (s->gone)
		return STEP_WAIT;
	if (s->phase == PHASE_HANDSHAKE && conn_secure(s->conn))
		secured(s);
	else if (!s->port->tls && !s->greeting_queued)
		greet(s);
	hear_lines(s);
	pump(s);
	if (conn_failed(s->conn))
		client_left(s);
	return STEP_WAIT;
}

static void
accepted(void *arg, int fd, const struct addr *peer)
{
	struct mail_port *port = arg;
	struct world *w = port->server->world;
	struct mail_session *s = mem_alloc(sizeof(*s));
	const struct mail_rule *rule;

	(void)peer;
	w->count.connections++;
	referee_connection(port);
	s->server = port->server;
	s->port = port;
	s->phase = PHASE_COMMANDS;
	s->debt = 1; /* connect() on loopback took no time */
	s->next = w->sessions;
	if (s->next != NULL)
		s->next->prev = s;
	w->sessions = s;
	task_start(&s->task, w->loop, NULL, run);
	s->conn = conn_accept(w->loop, &s->task, fd);
	if (!port->tls)
		return;
	rule = mail_tls_rule(s);
	if (rule != NULL)
		mail_spoil_handshake(s, rule->fault);
	else
		begin_tls(s);
}

/* ---- listening ---- */

bool
mailserver_start(struct mailserver *server, struct err *err)
{
	static const uint8_t loopback[4] = { 127, 0, 0, 1 };
	size_t i;

	for (i = 0; i < server->port_count; i++) {
		struct mail_port *port = &server->ports[i];

		port->real = addr_v4(loopback, 0);
		port->listener = listener_new(server->world->loop, &port->real,
		    accepted, port, err);
		if (port->listener == NULL)
			return false;
	}
	return true;
}

void
mailserver_stop(struct mailserver *server)
{
	size_t i;

	for (i = 0; i < server->port_count; i++) {
		listener_free(server->ports[i].listener);
		server->ports[i].listener = NULL;
	}
}
