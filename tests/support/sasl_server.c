#include "support/sasl_server.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/err.h"
#include "net/mem.h"

#define GIANT 200000
#define LOOPS 50

static int
ask(Gsasl *context, Gsasl_session *session, Gsasl_property property)
{
	(void)context;
	if (property != GSASL_PASSWORD)
		return GSASL_NO_CALLBACK;
	gsasl_property_set(session, property, SASL_SERVER_PASSWORD);
	return GSASL_OK;
}

static void
say(struct sasl_server *s, const char *line)
{
	conn_send(s->conn, line);
}

static bool
heard(struct sasl_server *s)
{
	return conn_hear_line(s->conn, s->line, sizeof(s->line));
}

/* Our end of the channel, as the library wants it. */
static void
bind_channel(struct sasl_server *s)
{
	char data[256], *coded;
	const char *type;
	size_t n = conn_channel_binding(s->conn, data, sizeof(data), &type);

	ck_assert_uint_gt(n, 0);
	if (s->trick == TRICK_OTHER_CHANNEL)
		data[0] = (char)~data[0];
	ck_assert_int_eq(gsasl_base64_to(data, n, &coded, NULL), GSASL_OK);
	if (strcmp(type, "tls-unique") == 0)
		gsasl_property_set(s->session, GSASL_CB_TLS_UNIQUE, coded);
#ifdef RT_GSASL_HAS_TLS_EXPORTER
	else
		gsasl_property_set(s->session, GSASL_CB_TLS_EXPORTER, coded);
#endif
	gsasl_free(coded);
}

static void
begin(struct sasl_server *s)
{
	if (s->session != NULL)
		gsasl_finish(s->session);
	ck_assert_int_eq(gsasl_server_start(s->context, s->mech, &s->session),
	    GSASL_OK);
	gsasl_property_set(s->session, GSASL_SERVICE, "smtp");
	gsasl_property_set(s->session, GSASL_HOSTNAME, "mx.example");
	if (strstr(s->mech, "-PLUS") != NULL)
		bind_channel(s);
	s->steps = 0;
}

/* The library's next step with what the client said. */
static void
step(struct sasl_server *s, const char *in)
{
	gsasl_free(s->out);
	s->out = NULL;
	s->steps++;
	/* "=" is the empty initial response (RFC 4954 4). */
	s->code = gsasl_step64(s->session, strcmp(in, "=") == 0 ? "" : in,
	    &s->out);
}

static bool
goes_on(const struct sasl_server *s)
{
	if (s->trick == TRICK_LOOP)
		return s->steps < LOOPS;
	if (s->trick == TRICK_GIANT || s->trick == TRICK_NO_BASE64)
		return s->steps == 1;
	return s->code == GSASL_NEEDS_MORE ||
	    (s->code == GSASL_OK && s->out != NULL && s->out[0] != '\0' &&
		s->trick != TRICK_NO_PROOF);
}

static void
challenge(struct sasl_server *s)
{
	struct smtp_line {
		char text[GIANT + 8];
	} *big;
	char line[4096];

	if (s->trick == TRICK_GIANT) {
		big = mem_alloc(sizeof(*big));
		memcpy(big->text, "334 ", 4);
		memset(big->text + 4, 'A', GIANT);
		say(s, big->text);
		free(big);
		return;
	}
	if (s->trick == TRICK_FALSE_PROOF && s->code == GSASL_OK)
		snprintf(line, sizeof(line), "334 %s",
		    strstr(s->mech, "SCRAM") != NULL ?
			"dj1BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE9" :
			"cnNwYXV0aD0wMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA==");
	else
		snprintf(line, sizeof(line), "334 %s",
		    s->trick == TRICK_NO_BASE64 ? "!!!" :
			s->out != NULL		? s->out : "");
	say(s, line);
}

static void
end(struct sasl_server *s)
{
	s->logged_in = s->code == GSASL_OK && s->trick != TRICK_LOOP;
	say(s, s->logged_in ? "235 2.7.0 welcome" :
			      "535 5.7.8 wrong user name or password");
}

static enum step
run(struct task *task)
{
	struct sasl_server *s = container_of(task, struct sasl_server, task);
	char offer[100];
	const char *first;

	TASK_BEGIN(task);
	conn_start_tls_server(s->conn, s->tls);
	TASK_AWAIT(task, conn_settled(s->conn));
	say(s, "220 mx.example ESMTP");
	while (!conn_failed(s->conn)) {
		TASK_AWAIT(task, heard(s));
		if (strncmp(s->line, "EHLO", 4) == 0) {
			snprintf(offer, sizeof(offer), "250 AUTH %s", s->mech);
			say(s, "250-mx.example");
			say(s, offer);
			continue;
		}
		if (strncmp(s->line, "AUTH ", 5) != 0) {
			say(s, s->line[0] == 'Q'     ? "221 bye" :
				s->line[0] != 'R' || s->logged_in ? "250 ok" :
						       "550 5.7.1 Relay denied");
			continue;
		}
		begin(s);
		first = strchr(s->line + 5, ' ');
		step(s, first != NULL ? first + 1 : "");
		while (goes_on(s)) {
			challenge(s);
			TASK_AWAIT(task, heard(s));
			if (conn_failed(s->conn))
				break;
			if (strcmp(s->line, "*") == 0) {
				s->cancelled++;
				if (s->trick != TRICK_LOOP)
					break;
			}
			if (s->code != GSASL_OK)
				step(s, s->line);
			else {
				gsasl_free(s->out);
				s->out = NULL;
				s->steps++;
			}
		}
		if (s->cancelled > 0)
			say(s, "501 5.7.0 cancelled");
		else
			end(s);
	}
	TASK_END(task);
}

static void
accepted(void *arg, int fd, const struct addr *peer)
{
	struct sasl_server *s = arg;

	(void)peer;
	task_stop(&s->task);
	conn_free(s->conn);
	s->conn = conn_accept(s->loop, &s->task, fd);
	task_start(&s->task, s->loop, NULL, run);
}

void
sasl_server_start(struct sasl_server *s, struct loop *loop,
    struct tls_server *tls, const char *mech, enum sasl_trick trick)
{
	struct err err;

	memset(s, 0, sizeof(*s));
	s->loop = loop;
	s->tls = tls;
	s->mech = mech;
	s->trick = trick;
	ck_assert_int_eq(gsasl_init(&s->context), GSASL_OK);
	gsasl_callback_set(s->context, ask);
	ck_assert(addr_parse("127.0.0.1", &s->addr));
	s->listener = listener_new(loop, &s->addr, accepted, s, &err);
	ck_assert_ptr_nonnull(s->listener);
}

void
sasl_server_stop(struct sasl_server *s)
{
	task_stop(&s->task);
	conn_free(s->conn);
	listener_free(s->listener);
	gsasl_free(s->out);
	if (s->session != NULL)
		gsasl_finish(s->session);
	gsasl_done(s->context);
}
