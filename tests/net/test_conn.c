#include "net/conn.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/dial.h"
#include "support/script.h"

/* ---- a client that notes what happens ---- */

struct client {
	struct loop *loop;
	struct conn *conn;
	struct script_server server;
	struct smtp_reply reply;
};

static void
begin(struct client *c, const struct script_step *script,
    struct tls_server *tls)
{
	memset(c, 0, sizeof(*c));
	c->loop = loop_new_virtual();
	script_start(&c->server, c->loop, script, tls);
	c->conn = conn_new(c->loop, NULL);
}

static void
end(struct client *c)
{
	conn_free(c->conn);
	script_stop(&c->server);
	loop_free(c->loop);
}

static void
settle(struct client *c)
{
	int i;

	for (i = 0; i < 10000 && !conn_settled(c->conn); i++)
		loop_turn(c->loop, 10);
	ck_assert(conn_settled(c->conn));
}

static void
dial(struct client *c)
{
	conn_open(c->conn, &c->server.addr, NULL, NULL);
	conn_deadline(c->conn, 10000);
	settle(c);
}

/* Turns until there is a reply or a loss; the code, 0 for a loss. */
static int
hear(struct client *c)
{
	int i;

	for (i = 0; i < 100000 && !conn_hear(c->conn, &c->reply); i++)
		loop_turn(c->loop, 10);
	ck_assert_int_lt(i, 100000);
	return c->reply.code;
}

static void
turns(struct client *c, int n)
{
	while (n-- > 0)
		loop_turn(c->loop, 0);
}

/* ---- in clear ---- */

static const struct script_step talk[] = {
	{ SAY, "220 mx ESMTP\r\n", 0 },
	{ HEAR, "EHLO me.example", 0 },
	{ SAY, "250-mx\r\n250 PIPELINING\r\n", 0 },
	{ HEAR, "MAIL FROM:<>", 0 },
	{ HEAR, "RCPT TO:<a@b.example>", 0 },
	{ SAY, "250 2.1.0 Ok\r\n554 5.7.1 Relay access denied\r\n", 0 },
	{ HEAR, "QUIT", 0 },
	{ SAY, "221 Bye\r\n", 0 },
	{ SHUT, NULL, 0 },
	{ END, NULL, 0 },
};

START_TEST(a_conversation)
{
	struct client c;
	struct addr local;

	begin(&c, talk, NULL);
	ck_assert(!conn_local(c.conn, &local));
	dial(&c);
	ck_assert(!conn_failed(c.conn));
	ck_assert(conn_local(c.conn, &local));
	ck_assert(addr_is_loopback(&local));
	ck_assert(addr_same(conn_peer(c.conn), &c.server.addr));
	ck_assert_int_eq(hear(&c), 220);
	ck_assert_str_eq(c.reply.text, "mx ESMTP");
	conn_send(c.conn, "EHLO me.example");
	ck_assert_int_eq(hear(&c), 250);
	conn_send(c.conn, "MAIL FROM:<>");
	conn_send(c.conn, "RCPT TO:<a@b.example>");
	ck_assert_int_eq(hear(&c), 250);
	ck_assert_int_eq(hear(&c), 554);
	ck_assert_int_eq(c.reply.enhanced.class, 5);
	conn_send(c.conn, "QUIT");
	ck_assert_int_eq(hear(&c), 221);
	ck_assert_int_eq(hear(&c), 0);
	ck_assert(conn_failed(c.conn));
	ck_assert_int_eq(conn_error(c.conn)->kind, ERR_CLOSED);
	ck_assert_str_eq(conn_error(c.conn)->text,
	    "the server closed the connection");
	ck_assert(!c.server.surprised);
	ck_assert_uint_eq(conn_bytes_out(c.conn),
	    strlen("EHLO me.example\r\nMAIL FROM:<>\r\n"
		   "RCPT TO:<a@b.example>\r\nQUIT\r\n"));
	end(&c);
}
END_TEST

/* 554 and FIN in one segment: the last words count. */
START_TEST(the_last_words_are_heard_before_the_loss)
{
	static const struct script_step steps[] = {
		{ SAY, "554-5.7.1 go\r\n554 away\r\n421 bye\r\n", 0 },
		{ SHUT, NULL, 0 },
		{ END, NULL, 0 },
	};
	struct client c;

	begin(&c, steps, NULL);
	dial(&c);
	turns(&c, 20);
	ck_assert(!conn_failed(c.conn));
	conn_send(c.conn, "QUIT"); /* to nobody, which is no harm */
	ck_assert_int_eq(hear(&c), 554);
	ck_assert(!conn_failed(c.conn));
	ck_assert_int_eq(hear(&c), 421);
	ck_assert_int_eq(hear(&c), 0);
	ck_assert(conn_failed(c.conn));
	ck_assert_int_eq(hear(&c), 0);
	end(&c);
}
END_TEST

START_TEST(a_reply_that_is_cut_off_is_told)
{
	static const struct script_step steps[] = {
		{ SAY, "220-mx is\r\n220 abo", 0 },
		{ SHUT, NULL, 0 },
		{ END, NULL, 0 },
	};
	char partial[64];
	struct client c;

	begin(&c, steps, NULL);
	dial(&c);
	turns(&c, 20);
	ck_assert_int_eq(hear(&c), 0);
	ck_assert_str_eq(conn_error(c.conn)->text,
	    "the server closed the connection in the middle of a reply");
	ck_assert_uint_eq(conn_partial(c.conn, partial, sizeof(partial)),
	    strlen("mx is\n220 abo"));
	ck_assert_str_eq(partial, "mx is\n220 abo");
	end(&c);
}
END_TEST

START_TEST(a_reset_is_no_end_in_order)
{
	static const struct script_step steps[] = {
		{ SAY, "220 mx\r\n", 0 },
		{ HEAR, "EHLO x", 0 },
		{ RESET, NULL, 0 },
		{ END, NULL, 0 },
	};
	struct client c;

	begin(&c, steps, NULL);
	dial(&c);
	ck_assert_int_eq(hear(&c), 220);
	conn_send(c.conn, "EHLO x");
	ck_assert_int_eq(hear(&c), 0);
	ck_assert_int_eq(conn_error(c.conn)->kind, ERR_RESET);
	end(&c);
}
END_TEST

START_TEST(what_is_no_smtp_is_named)
{
	static const struct script_step steps[] = {
		{ SAY, "HTTP/1.1 400 Bad Request\r\n", 0 },
		{ END, NULL, 0 },
	};
	struct client c;

	begin(&c, steps, NULL);
	dial(&c);
	ck_assert_int_eq(hear(&c), 0);
	ck_assert_int_eq(conn_error(c.conn)->kind, ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(conn_error(c.conn)->text, "HTTP/1.1"));
	end(&c);
}
END_TEST

/* ---- connecting ---- */

START_TEST(nobody_listens)
{
	struct client c;

	begin(&c, talk, NULL);
	listener_free(c.server.listener);
	c.server.listener = NULL;
	conn_open(c.conn, &c.server.addr, NULL, NULL);
	ck_assert(!conn_settled(c.conn));
	settle(&c);
	ck_assert(conn_failed(c.conn));
	ck_assert_int_eq(conn_error(c.conn)->kind, ERR_REFUSED);
	ck_assert_int_eq(hear(&c), 0);
	end(&c);
}
END_TEST

START_TEST(the_map_of_a_world)
{
	struct dial *map = dial_new();
	struct addr doc;
	struct client c;

	begin(&c, talk, NULL);
	ck_assert(addr_parse_port("192.0.2.1:25", 25, &doc));
	dial_map(map, &doc, &c.server.addr);

	conn_open(c.conn, &doc, map, NULL);
	settle(&c);
	ck_assert_int_eq(hear(&c), 220);
	ck_assert(addr_same(conn_peer(c.conn), &doc));
	conn_free(c.conn);

	c.conn = conn_new(c.loop, NULL);
	doc.port = 587;
	conn_open(c.conn, &doc, map, NULL);
	conn_deadline(c.conn, 10000);
	ck_assert(!conn_settled(c.conn));
	settle(&c);
	ck_assert_int_eq(conn_error(c.conn)->kind, ERR_REFUSED);
	conn_free(c.conn);

	c.conn = conn_new(c.loop, NULL);
	ck_assert(addr_parse_port("192.0.2.2:25", 25, &doc));
	conn_open(c.conn, &doc, map, NULL);
	conn_deadline(c.conn, 3000);
	settle(&c);
	ck_assert_int_eq(conn_error(c.conn)->kind, ERR_TIMEOUT);
	ck_assert_str_eq(conn_error(c.conn)->text,
	    "no answer to the attempt to connect within 3 s");
	ck_assert_int_ge(loop_now(c.loop), 3000);
	end(&c);
	dial_free(map);
}
END_TEST

START_TEST(the_source_address_is_ours_to_choose)
{
	struct addr source, local;
	struct client c;

	begin(&c, talk, NULL);
	ck_assert(addr_parse("127.0.0.9", &source));
	conn_open(c.conn, &c.server.addr, NULL, &source);
	settle(&c);
	ck_assert(conn_local(c.conn, &local));
	ck_assert(addr_same_host(&local, &source));
	conn_free(c.conn);

	c.conn = conn_new(c.loop, NULL);
	ck_assert(addr_parse("192.0.2.77", &source));
	conn_open(c.conn, &c.server.addr, NULL, &source);
	ck_assert(!conn_failed(c.conn));
	settle(&c);
	ck_assert_int_eq(conn_error(c.conn)->kind, ERR_UNREACHABLE);
	ck_assert_ptr_nonnull(strstr(conn_error(c.conn)->text, "192.0.2.77"));
	end(&c);
}
END_TEST

/* ---- time ---- */

START_TEST(silence_ends_at_the_deadline)
{
	static const struct script_step steps[] = { { END, NULL, 0 } };
	struct client c;

	begin(&c, steps, NULL);
	dial(&c);
	conn_deadline(c.conn, 30000);
	ck_assert_int_eq(hear(&c), 0);
	ck_assert_int_eq(conn_error(c.conn)->kind, ERR_TIMEOUT);
	ck_assert_str_eq(conn_error(c.conn)->text, "no reply within 30 s");
	ck_assert_int_ge(loop_now(c.loop), 30000);
	end(&c);
}
END_TEST

START_TEST(a_byte_a_second_does_not_push_the_deadline)
{
	static const struct script_step steps[] = {
		{ TRICKLE, "220 this greeting comes a byte a second\r\n", 0 },
		{ END, NULL, 0 },
	};
	struct client c;

	begin(&c, steps, NULL);
	dial(&c);
	conn_deadline(c.conn, 20000);
	ck_assert_int_eq(hear(&c), 0);
	ck_assert_str_eq(conn_error(c.conn)->text,
	    "the reply did not end within 20 s");
	conn_free(c.conn);

	c.conn = conn_new(c.loop, NULL);
	dial(&c);
	conn_deadline(c.conn, 60000);
	ck_assert_int_eq(hear(&c), 220);
	conn_deadline(c.conn, 0);
	turns(&c, 10);
	ck_assert(!conn_failed(c.conn));
	end(&c);
}
END_TEST

/* ---- floods ---- */

/* A task that pours `left` copies of a line as fast as it can. */
struct hose {
	struct task task;
	struct listener *listener;
	struct loop *loop;
	struct conn *conn;
	const char *line;
	size_t poured;
};

static enum step
pour(struct task *task)
{
	struct hose *h = container_of(task, struct hose, task);
	int i;

	TASK_BEGIN(task);
	while (!conn_failed(h->conn)) {
		for (i = 0; i < 1000; i++)
			conn_send_raw(h->conn, h->line, strlen(h->line));
		h->poured += 1000;
		TASK_AWAIT(task, conn_queued(h->conn) == 0);
	}
	TASK_END(task);
}

static void
hose_accepted(void *arg, int fd, const struct addr *peer)
{
	struct hose *h = arg;

	(void)peer;
	h->conn = conn_accept(h->loop, &h->task, fd);
	task_start(&h->task, h->loop, NULL, pour);
}

static void
flooded_by(const char *line, bool listening, enum err_kind kind)
{
	struct addr addr;
	struct err err;
	struct hose h = { .loop = loop_new(NULL), .line = line };
	struct conn *conn = conn_new(h.loop, NULL);
	struct smtp_reply reply;
	int i;

	ck_assert(addr_parse("127.0.0.1", &addr));
	h.listener = listener_new(h.loop, &addr, hose_accepted, &h, &err);
	conn_open(conn, &addr, NULL, NULL);
	for (i = 0; i < 20000 && !conn_failed(conn); i++) {
		bool ran = loop_turn(h.loop, 20);

		if (listening && conn_hear(conn, &reply))
			ck_assert(reply.code != 0 || conn_failed(conn));
		if (!listening && !ran)
			break;
	}
	if (listening) {
		ck_assert(conn_failed(conn));
		ck_assert_int_eq(conn_error(conn)->kind, kind);
	} else {
		ck_assert(!conn_failed(conn));
	}
	ck_assert_uint_le(conn_unread(conn), 128 * 1024);
	conn_free(conn);
	task_stop(&h.task);
	conn_free(h.conn);
	listener_free(h.listener);
	loop_free(h.loop);
}

START_TEST(a_line_without_end)
{
	flooded_by("250 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", true,
	    ERR_LIMIT);
}
END_TEST

START_TEST(lines_without_end)
{
	flooded_by("250-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n", true,
	    ERR_LIMIT);
}
END_TEST

/* Nobody listens: we stop reading, hold little, and do not spin. */
START_TEST(replies_that_nobody_asked_for)
{
	flooded_by("250 unasked\r\n", false, ERR_NONE);
}
END_TEST

START_TEST(a_full_buffer_goes_on_when_it_is_heard)
{
	struct addr addr;
	struct err err;
	struct hose h = { .loop = loop_new(NULL), .line = "250 x\r\n" };
	struct conn *conn = conn_new(h.loop, NULL);
	struct smtp_reply reply;
	int i, heard = 0;

	ck_assert(addr_parse("127.0.0.1", &addr));
	h.listener = listener_new(h.loop, &addr, hose_accepted, &h, &err);
	conn_open(conn, &addr, NULL, NULL);
	for (i = 0; i < 100; i++)
		loop_turn(h.loop, 1);
	for (i = 0; i < 1000000 && heard < 50000; i++) {
		while (conn_hear(conn, &reply)) {
			ck_assert_int_eq(reply.code, 250);
			heard++;
		}
		loop_turn(h.loop, 20);
	}
	ck_assert_int_ge(heard, 50000);
	conn_free(conn);
	task_stop(&h.task);
	conn_free(h.conn);
	listener_free(h.listener);
	loop_free(h.loop);
}
END_TEST

/* ---- the end ---- */

START_TEST(quit_leaves_although_we_do_not_wait)
{
	struct client c;
	int i;

	begin(&c, talk, NULL);
	dial(&c);
	conn_send(c.conn, "EHLO me.example");
	conn_send(c.conn, "QUIT");
	conn_free(c.conn);
	c.conn = NULL;
	for (i = 0; i < 50; i++)
		loop_turn(c.loop, 1);
	ck_assert_str_eq(c.server.all, "EHLO me.example\nQUIT\n");
	ck_assert(conn_failed(c.server.conn));
	ck_assert_int_ne(conn_error(c.server.conn)->kind, ERR_NONE);
	end(&c);
}
END_TEST

/* Freed after any number of turns: nothing fires later. */
START_TEST(can_be_freed_at_every_turn)
{
	struct client c;
	int n;

	for (n = 0; n < 12; n++) {
		begin(&c, talk, NULL);
		conn_open(c.conn, &c.server.addr, NULL, NULL);
		conn_deadline(c.conn, 50);
		conn_send(c.conn, "EHLO me.example");
		turns(&c, n);
		conn_free(c.conn);
		c.conn = NULL;
		turns(&c, 20);
		end(&c);
	}
}
END_TEST

/* ---- TLS ---- */

static struct tls_ca *ca;
static struct tls_trust *trust;

static const struct script_step starttls[] = {
	{ SAY, "220 mx ESMTP\r\n", 0 },
	{ HEAR, "STARTTLS", 0 },
	{ SAY, "220 go ahead\r\n", 0 },
	{ TLS, NULL, 0 },
	{ HEAR, "EHLO me.example", 0 },
	{ SAY, "250-mx\r\n250 AUTH PLAIN\r\n", 0 },
	{ HEAR, "QUIT", 0 },
	{ SAY, "221 Bye\r\n", 0 },
	{ SHUT, NULL, 0 },
	{ END, NULL, 0 },
};

static void
to_starttls(struct client *c, const struct script_step *script,
    struct tls_server *tls, const char *host)
{
	begin(c, script, tls);
	dial(c);
	ck_assert_int_eq(hear(c), 220);
	conn_send(c->conn, "STARTTLS");
	ck_assert_int_eq(hear(c), 220);
	conn_start_tls(c->conn, trust, host);
	ck_assert(!conn_settled(c->conn));
	conn_deadline(c->conn, 10000);
	settle(c);
}

START_TEST(starttls_and_go_on)
{
	struct tls_server *tls = tls_server_new(ca, "mx.example.net",
	    TLS_GOOD);
	const struct tls_info *info;
	unsigned char binding[64];
	const char *type = NULL;
	struct client c;

	to_starttls(&c, starttls, tls, "mx.example.net");
	ck_assert_str_eq(conn_error(c.conn)->text, "");
	ck_assert(conn_secure(c.conn));
	info = conn_tls(c.conn);
	ck_assert_ptr_nonnull(info);
	ck_assert_str_eq(info->why, "");
	ck_assert(info->trusted);
	ck_assert_str_eq(info->version, "TLS1.3");
	ck_assert_str_eq(info->subject, "CN=mx.example.net");
	ck_assert_int_eq(info->name_count, 1);
	ck_assert_str_eq(info->names[0], "mx.example.net");
	ck_assert_uint_eq(conn_channel_binding(c.conn, binding,
	    sizeof(binding), &type), 32);
	ck_assert_str_eq(type, "tls-exporter");
	conn_send(c.conn, "EHLO me.example");
	ck_assert_int_eq(hear(&c), 250);
	ck_assert_str_eq(c.reply.text, "mx\nAUTH PLAIN");
	conn_send_secret(c.conn, "QUIT");
	ck_assert_int_eq(hear(&c), 221);
	ck_assert_int_eq(hear(&c), 0);
	ck_assert_int_eq(conn_error(c.conn)->kind, ERR_CLOSED);
	ck_assert(!c.server.surprised);
	end(&c);
	tls_server_free(tls);
}
END_TEST

static const struct verdict_case {
	enum tls_fault fault;
	const char *host, *word;
	bool expired, not_yet, wrong_name, self_signed, unknown;
	bool other_trust;
} verdicts[] = {
	{ TLS_EXPIRED, "mx.example.net", "it expired on 2", .expired = true },
	{ TLS_NOT_YET, "mx.example.net", "it is not valid before 2",
	    .not_yet = true },
	{ TLS_SELF_SIGNED, "mx.example.net", "it is self-signed",
	    .self_signed = true },
	{ TLS_WRONG_NAME, "mx.example.net",
	    "it is not for mx.example.net but for wrong.mx.example.net",
	    .wrong_name = true },
	{ TLS_GOOD, "192.0.2.1", "it is not for 192.0.2.1 but for mx.e",
	    .wrong_name = true },
	{ TLS_GOOD, "mx.example.net",
	    "not among the trusted authorities: CN=relaytrace demo authority",
	    .unknown = true, .other_trust = true },
	{ TLS_FETCH, "mx.example.net", "its chain is incomplete: the server "
	    "does not send the certificate of CN=relaytrace demo authority",
	    .unknown = true, .other_trust = true },
};

/* Whatever is wrong with it, the conversation goes on. */
START_TEST(verdicts_are_data)
{
	const struct verdict_case *v = &verdicts[_i];
	struct tls_server *tls = tls_server_new(ca, "mx.example.net", v->fault);
	struct tls_trust *good = trust;
	struct tls_ca *other = tls_ca_new();
	const struct tls_info *info;
	struct client c;

	if (v->other_trust)
		trust = tls_trust_of_ca(other);
	to_starttls(&c, starttls, tls, v->host);
	ck_assert(conn_secure(c.conn));
	info = conn_tls(c.conn);
	ck_assert(!info->trusted);
	ck_assert_msg(strstr(info->why, v->word) != NULL, "%s", info->why);
	ck_assert_int_eq(info->expired, v->expired);
	ck_assert_int_eq(info->not_yet, v->not_yet);
	ck_assert_int_eq(info->wrong_name, v->wrong_name);
	ck_assert_int_eq(info->self_signed, v->self_signed);
	ck_assert_int_eq(info->unknown_issuer, v->unknown);
	conn_send(c.conn, "EHLO me.example");
	ck_assert_int_eq(hear(&c), 250);
	end(&c);
	tls_server_free(tls);
	if (v->other_trust)
		tls_trust_free(trust);
	trust = good;
	tls_ca_free(other);
}
END_TEST

START_TEST(tls_from_the_start)
{
	static const struct script_step steps[] = {
		{ TLS, NULL, 0 },
		{ SAY, "220 mx ESMTP\r\n", 0 },
		{ HEAR, "QUIT", 0 },
		{ END, NULL, 0 },
	};
	struct tls_server *tls = tls_server_new(ca, "mx.example.net",
	    TLS_GOOD);
	struct client c;

	begin(&c, steps, tls);
	dial(&c);
	conn_start_tls(c.conn, trust, "mx.example.net.");
	settle(&c);
	ck_assert(conn_secure(c.conn));
	ck_assert(conn_tls(c.conn)->trusted);
	ck_assert_int_eq(hear(&c), 220);
	conn_send(c.conn, "QUIT");
	conn_free(c.conn);
	c.conn = NULL;
	turns(&c, 20);
	ck_assert_str_eq(c.server.all, "QUIT\n");
	ck_assert_int_eq(conn_error(c.server.conn)->kind, ERR_CLOSED);
	end(&c);
	tls_server_free(tls);
}
END_TEST

static const struct break_case {
	struct script_step steps[5];
	enum err_kind kind;
	const char *word;
} breaks[] = {
	{ { { SAY, "220 mx\r\n", 0 }, { HEAR, "STARTTLS", 0 },
	      { SAY, "220 go\r\n", 0 }, { PAUSE, NULL, 5 },
	      { SAY, "454 4.7.0 TLS is not available\r\n", 0 } },
	    ERR_TLS, "not TLS: \"454 4.7.0 TLS is not available\"" },
	{ { { SAY, "220 mx\r\n", 0 }, { HEAR, "STARTTLS", 0 },
	      { SAY, "220 go\r\n", 0 }, { PAUSE, NULL, 5 },
	      { SAY, "\x16\x03\x01\x7f\xff garbage garbage garbage", 0 } },
	    ERR_TLS, "TLS handshake failed" },
	{ { { SAY, "220 mx\r\n", 0 }, { HEAR, "STARTTLS", 0 },
	      { SAY, "220 go\r\n", 0 }, { PAUSE, NULL, 5 },
	      { SAY, "\x15\x03\x01\0\x02\x02\x28", 7 } },
	    ERR_TLS, "with alert 40 (Handshake failed)" },
	{ { { SAY, "220 mx\r\n", 0 }, { HEAR, "STARTTLS", 0 },
	      { SAY, "220 go\r\n", 0 }, { PAUSE, NULL, 5 },
	      { SHUT, NULL, 0 } },
	    ERR_TLS, "closed the connection in the TLS handshake" },
	{ { { SAY, "220 mx\r\n", 0 }, { HEAR, "STARTTLS", 0 },
	      { SAY, "220 go\r\n", 0 }, { PAUSE, NULL, 5 },
	      { RESET, NULL, 0 } },
	    ERR_TLS, "lost in the TLS handshake" },
	{ { { SAY, "220 mx\r\n", 0 }, { HEAR, "STARTTLS", 0 },
	      { SAY, "220 go\r\n", 0 }, { PAUSE, NULL, 60000 } },
	    ERR_TIMEOUT, "the TLS handshake did not end within 10 s" },
};

START_TEST(broken_handshakes)
{
	const struct break_case *b = &breaks[_i];
	struct script_step steps[6] = { 0 };
	struct client c;

	memcpy(steps, b->steps, sizeof(b->steps));
	to_starttls(&c, steps, NULL, "mx.example.net");
	ck_assert(conn_failed(c.conn));
	ck_assert(!conn_secure(c.conn));
	ck_assert_ptr_null(conn_tls(c.conn));
	ck_assert_int_eq(conn_error(c.conn)->kind, b->kind);
	ck_assert_msg(strstr(conn_error(c.conn)->text, b->word) != NULL, "%s",
	    conn_error(c.conn)->text);
	ck_assert_int_eq(hear(&c), 0);
	end(&c);
}
END_TEST

/* Clear bytes behind the reply to STARTTLS reach neither TLS nor SMTP. */
START_TEST(an_injection_is_seen_and_dropped)
{
	static const struct script_step steps[] = {
		{ SAY, "220 mx ESMTP\r\n", 0 },
		{ HEAR, "STARTTLS", 0 },
		{ SAY, "220 go ahead\r\n250 injected\r\n", 0 },
		{ TLS, NULL, 0 },
		{ HEAR, "EHLO me.example", 0 },
		{ SAY, "250 genuine\r\n", 0 },
		{ END, NULL, 0 },
	};
	struct tls_server *tls = tls_server_new(ca, "mx.example.net",
	    TLS_GOOD);
	struct client c;

	begin(&c, steps, tls);
	dial(&c);
	ck_assert_int_eq(hear(&c), 220);
	conn_send(c.conn, "STARTTLS");
	ck_assert_int_eq(hear(&c), 220);
	ck_assert_uint_eq(conn_unread(c.conn), strlen("250 injected\r\n"));
	conn_start_tls(c.conn, trust, "mx.example.net");
	settle(&c);
	ck_assert(conn_secure(c.conn));
	ck_assert_uint_eq(conn_unread(c.conn), 0);
	conn_send(c.conn, "EHLO me.example");
	ck_assert_int_eq(hear(&c), 250);
	ck_assert_str_eq(c.reply.text, "genuine");
	end(&c);
	tls_server_free(tls);
}
END_TEST

START_TEST(tls_can_be_freed_at_every_turn)
{
	struct tls_server *tls = tls_server_new(ca, "mx.example.net",
	    TLS_GOOD);
	struct client c;
	int n;

	for (n = 0; n < 12; n++) {
		begin(&c, starttls, tls);
		dial(&c);
		hear(&c);
		conn_send(c.conn, "STARTTLS");
		hear(&c);
		conn_start_tls(c.conn, trust, "mx.example.net");
		turns(&c, n);
		conn_free(c.conn);
		c.conn = NULL;
		turns(&c, 10);
		end(&c);
	}
	tls_server_free(tls);
}
END_TEST

/* Much in one go: what GnuTLS holds decrypted is not forgotten. */
START_TEST(tls_with_more_than_our_buffer)
{
	static struct script_step steps[] = {
		{ TLS, NULL, 0 },
		{ SAY, NULL, 0 },
		{ SHUT, NULL, 0 },
		{ END, NULL, 0 },
	};
	struct tls_server *tls = tls_server_new(ca, "mx.example.net",
	    TLS_GOOD);
	char *much = mem_alloc(7 * 100000 + 1);
	struct client c;
	int i;

	for (i = 0; i < 100000; i++)
		memcpy(much + i * 7, "250 x\r\n", 7);
	steps[1].text = much;
	begin(&c, steps, tls);
	dial(&c);
	conn_start_tls(c.conn, trust, "mx.example.net");
	settle(&c);
	ck_assert(conn_secure(c.conn));
	conn_deadline(c.conn, 0);
	turns(&c, 100);
	ck_assert_uint_le(conn_unread(c.conn), 128 * 1024);
	for (i = 0; i < 100000; i++)
		ck_assert_msg(hear(&c) == 250, "%d: %s", i,
		    conn_error(c.conn)->text);
	ck_assert_int_eq(hear(&c), 0);
	ck_assert_int_eq(conn_error(c.conn)->kind, ERR_CLOSED);
	end(&c);
	free(much);
	tls_server_free(tls);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("net.conn");
	TCase *t = tcase_create("conn");
	SRunner *r;
	int failed;

	ca = tls_ca_new();
	trust = tls_trust_of_ca(ca);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, a_conversation);
	tcase_add_test(t, the_last_words_are_heard_before_the_loss);
	tcase_add_test(t, a_reply_that_is_cut_off_is_told);
	tcase_add_test(t, a_reset_is_no_end_in_order);
	tcase_add_test(t, what_is_no_smtp_is_named);
	tcase_add_test(t, nobody_listens);
	tcase_add_test(t, the_map_of_a_world);
	tcase_add_test(t, the_source_address_is_ours_to_choose);
	tcase_add_test(t, silence_ends_at_the_deadline);
	tcase_add_test(t, a_byte_a_second_does_not_push_the_deadline);
	tcase_add_test(t, a_line_without_end);
	tcase_add_test(t, lines_without_end);
	tcase_add_test(t, replies_that_nobody_asked_for);
	tcase_add_test(t, a_full_buffer_goes_on_when_it_is_heard);
	tcase_add_test(t, quit_leaves_although_we_do_not_wait);
	tcase_add_test(t, can_be_freed_at_every_turn);
	tcase_add_test(t, starttls_and_go_on);
	tcase_add_loop_test(t, verdicts_are_data, 0,
	    sizeof(verdicts) / sizeof(verdicts[0]));
	tcase_add_test(t, tls_from_the_start);
	tcase_add_loop_test(t, broken_handshakes, 0,
	    sizeof(breaks) / sizeof(breaks[0]));
	tcase_add_test(t, an_injection_is_seen_and_dropped);
	tcase_add_test(t, tls_can_be_freed_at_every_turn);
	tcase_add_test(t, tls_with_more_than_our_buffer);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	tls_trust_free(trust);
	tls_ca_free(ca);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
