#ifndef RT_TESTS_SCRIPT_H
#define RT_TESTS_SCRIPT_H

/*
 * A server on loopback that plays a script, in the loop of the test.  One
 * connection after the other; each begins the script anew.
 */

#include <check.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/addr.h"
#include "net/conn.h"
#include "net/err.h"
#include "net/listen.h"
#include "net/loop.h"
#include "net/mem.h"
#include "net/task.h"
#include "net/tls.h"

enum act {
	END,    /* keep the connection open and say nothing more */
	SAY,    /* these bytes */
	HEAR,   /* a line that matches this pattern */
	PAUSE,  /* ms */
	TLS,    /* handshake as server */
	SHUT,   /* FIN */
	RESET,  /* RST */
	TRICKLE /* these bytes, one a second */
};

struct script_step {
	enum act act;
	const char *text;
	int ms; /* of PAUSE; of SAY: bytes, 0: all up to the NUL */
};

struct script_server {
	struct loop *loop;
	struct listener *listener;
	struct addr addr;
	const struct script_step *script, *at;
	struct tls_server *tls;
	struct conn *conn;
	struct task task;
	struct timer timer;
	bool rung;
	size_t i;
	char line[2048];
	char all[8192]; /* every line heard, each with '\n' */
	bool surprised; /* a line did not match */
	int connections;
	bool handshake_failed;
};

static void
script_ring(struct timer *timer)
{
	struct script_server *s =
	    container_of(timer, struct script_server, timer);

	s->rung = true;
	task_wake(&s->task);
}

static void
script_sleep(struct script_server *s, int ms)
{
	s->rung = false;
	timer_start(&s->timer, s->loop, ms, script_ring);
}

static bool
script_heard(struct script_server *s)
{
	size_t len;

	if (!conn_hear_line(s->conn, s->line, sizeof(s->line)))
		return false;
	len = strlen(s->all);
	if (!conn_failed(s->conn))
		snprintf(s->all + len, sizeof(s->all) - len, "%s\n", s->line);
	return true;
}

static enum step
script_run(struct task *task)
{
	struct script_server *s =
	    container_of(task, struct script_server, task);

	TASK_BEGIN(task);
	for (s->at = s->script; s->at->act != END; s->at++) {
		if (s->at->act == SAY)
			conn_send_raw(s->conn, s->at->text, s->at->ms > 0 ?
			    (size_t)s->at->ms : strlen(s->at->text));
		if (s->at->act == PAUSE) {
			script_sleep(s, s->at->ms);
			TASK_AWAIT(task, s->rung);
		}
		if (s->at->act == HEAR) {
			TASK_AWAIT(task, script_heard(s));
			if (fnmatch(s->at->text, s->line, 0) != 0)
				s->surprised = true;
		}
		if (s->at->act == TLS) {
			conn_start_tls_server(s->conn, s->tls);
			TASK_AWAIT(task, conn_settled(s->conn));
			s->handshake_failed = conn_failed(s->conn);
		}
		if (s->at->act == SHUT)
			conn_shut(s->conn);
		if (s->at->act == RESET)
			conn_reset(s->conn);
		if (s->at->act == TRICKLE) {
			for (s->i = 0; s->at->text[s->i] != '\0'; s->i++) {
				conn_send_raw(s->conn, s->at->text + s->i, 1);
				script_sleep(s, 1000);
				TASK_AWAIT(task, s->rung);
			}
		}
		if (conn_failed(s->conn))
			break;
	}
	while (!conn_failed(s->conn))
		TASK_AWAIT(task, script_heard(s));
	TASK_END(task);
}

static void
script_accepted(void *arg, int fd, const struct addr *peer)
{
	struct script_server *s = arg;

	ck_assert_int_eq(peer->family, s->addr.family);
	s->connections++;
	task_stop(&s->task);
	timer_stop(&s->timer);
	conn_free(s->conn);
	s->conn = conn_accept(s->loop, &s->task, fd);
	task_start(&s->task, s->loop, NULL, script_run);
}

/* Listens at a free port of 127.0.0.1. */
static inline void
script_start(struct script_server *s, struct loop *loop,
    const struct script_step *script, struct tls_server *tls)
{
	struct err err;

	memset(s, 0, sizeof(*s));
	s->loop = loop;
	s->script = script;
	s->tls = tls;
	ck_assert(addr_parse("127.0.0.1", &s->addr));
	s->listener = listener_new(loop, &s->addr, script_accepted, s, &err);
	ck_assert_ptr_nonnull(s->listener);
	ck_assert_int_ne(s->addr.port, 0);
}

static inline void
script_stop(struct script_server *s)
{
	task_stop(&s->task);
	timer_stop(&s->timer);
	conn_free(s->conn);
	listener_free(s->listener);
}

#endif
