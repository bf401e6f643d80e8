/*
 * How an answer leaves, and what can be wrong with it: servers that reset,
 * drip, flood, inject and babble, so that clients can be tested against
 * every one of them at every stage.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/world/mail_session.h"

#define BIG_LINE (100UL * 1000 * 1000)
#define FLOOD_BYTES (64UL * 1000 * 1000)
#define LONG_LINES (200 * 1000)
#define CHATTY_LINES 1500
#define CHATTY_MS 10

/* The reply's lines with their line ends. */
static void
put_lines(const char *text, const char *eol, struct buf *out)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		buf_add(out, text, n);
		buf_puts(out, eol);
		text += n;
		if (*text == '\n')
			text++;
	}
}

/* A pause in a script ("\1MS" as a line): what is before it leaves first. */
static void
say_lines(struct mail_session *s, const char *text, const char *eol,
    int delay_ms, bool ends_reply)
{
	const char *pause = strchr(text, '\001');
	struct buf bytes;
	char *head;

	buf_init(&bytes, 512 * 1024);
	while (pause != NULL) {
		head = strndup(text, (size_t)(pause - text));
		put_lines(head != NULL ? head : "", eol, &bytes);
		free(head);
		if (bytes.len > 0)
			mail_deliver(s, DELIVER_BYTES, bytes.bytes, bytes.len,
			    delay_ms, false);
		buf_reset(&bytes);
		delay_ms = (int)strtol(pause + 1, NULL, 10);
		text = pause + strcspn(pause, "\n");
		if (*text == '\n')
			text++;
		pause = strchr(text, '\001');
	}
	put_lines(text, eol, &bytes);
	mail_deliver(s, DELIVER_BYTES, bytes.bytes, bytes.len, delay_ms,
	    ends_reply);
	buf_clear(&bytes);
}

static void
say_slowly(struct mail_session *s, const char *text, int delay_ms, int each_ms)
{
	struct buf bytes;
	size_t i;

	buf_init(&bytes, 64 * 1024);
	put_lines(text, "\r\n", &bytes);
	for (i = 0; i < bytes.len; i++)
		mail_deliver(s, DELIVER_BYTES, bytes.bytes + i, 1,
		    i == 0 ? delay_ms : each_ms, i + 1 == bytes.len);
	buf_clear(&bytes);
}

static void
start_pump(struct mail_session *s, const char *unit, size_t total,
    int delay_ms)
{
	size_t n = strlen(unit);

	s->pump.chunk_len = 0;
	while (s->pump.chunk_len + n <= sizeof(s->pump.chunk)) {
		memcpy(s->pump.chunk + s->pump.chunk_len, unit, n);
		s->pump.chunk_len += n;
	}
	s->pump.left = total;
	s->phase = PHASE_DEAF;
	mail_deliver(s, DELIVER_PUMP, NULL, 0, delay_ms, false);
}

static void
end(struct mail_session *s, enum delivery_kind kind, int delay_ms)
{
	s->phase = PHASE_DEAF;
	mail_deliver(s, kind, NULL, 0, delay_ms, false);
}

/* Puts something into the reply's text, behind the code of each line. */
static void
say_with(struct mail_session *s, const struct mail_answer *a,
    const char *what, size_t n)
{
	const char *text = buf_str(&a->text);
	struct buf bytes;

	buf_init(&bytes, 512 * 1024);
	while (*text != '\0') {
		size_t len = strcspn(text, "\n"), code = len < 4 ? len : 4;

		buf_add(&bytes, text, code);
		buf_add(&bytes, what, n);
		buf_add(&bytes, text + code, len - code);
		buf_puts(&bytes, "\r\n");
		text += len;
		if (*text == '\n')
			text++;
	}
	mail_deliver(s, DELIVER_BYTES, bytes.bytes, bytes.len, a->delay_ms,
	    true);
	buf_clear(&bytes);
}

static void
say_mixed(struct mail_session *s, const struct mail_answer *a)
{
	const char *text = buf_str(&a->text);
	char two[900];
	char other = text[0] == '2' ? '5' : '2';

	snprintf(two, sizeof(two), "%.3s-%.400s\n%c%.2s %.400s", text,
	    strlen(text) > 4 ? text + 4 : "", other, text + 1,
	    strlen(text) > 4 ? text + 4 : "");
	say_lines(s, two, "\r\n", a->delay_ms, true);
}

static void
say_long(struct mail_session *s, const struct mail_answer *a)
{
	const char *text = buf_str(&a->text);
	struct buf bytes;
	int i;

	buf_init(&bytes, 8 * 1024 * 1024);
	for (i = 0; i < LONG_LINES; i++)
		buf_printf(&bytes, "%.3s-line %d\r\n", text, i);
	buf_printf(&bytes, "%.3s and that was all\r\n", text);
	mail_deliver(s, DELIVER_BYTES, bytes.bytes, bytes.len, a->delay_ms,
	    true);
	buf_clear(&bytes);
}

/* A reply that keeps a screen busy, within what a client puts up with. */
static void
say_chattily(struct mail_session *s, const struct mail_answer *a)
{
	const char *text = buf_str(&a->text);
	char line[100];
	int i, n;

	for (i = 0; i < CHATTY_LINES; i++) {
		n = snprintf(line, sizeof(line), "%.3s-X-LINE-%04d and one "
		    "more line of a long answer\r\n", text, i);
		mail_deliver(s, DELIVER_BYTES, line, (size_t)n,
		    i == 0 ? a->delay_ms : CHATTY_MS, false);
	}
	say_lines(s, text, "\r\n", CHATTY_MS, true);
}

static void
say_garbage(struct mail_session *s, int delay_ms)
{
	char bytes[200];
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(0x80 + i * 37 % 120);
	bytes[sizeof(bytes) - 2] = '\r';
	bytes[sizeof(bytes) - 1] = '\n';
	mail_deliver(s, DELIVER_BYTES, bytes, sizeof(bytes), delay_ms, true);
}

static void
say_echo(struct mail_session *s, int delay_ms)
{
	char line[MAIL_LINE + 4];
	int n = snprintf(line, sizeof(line), "%s\r\n", s->line);

	mail_deliver(s, DELIVER_BYTES, line, (size_t)n, delay_ms, true);
}

static void
say_injected(struct mail_session *s, const struct mail_answer *a)
{
	struct buf bytes;

	buf_init(&bytes, 512 * 1024);
	put_lines(buf_str(&a->text), "\r\n", &bytes);
	buf_puts(&bytes, "250 2.0.0 injected\r\n");
	mail_deliver(s, DELIVER_BYTES, bytes.bytes, bytes.len, a->delay_ms,
	    true);
	buf_clear(&bytes);
}

static void
try_later(struct mail_session *s, int delay_ms)
{
	char line[400];

	snprintf(line, sizeof(line), "421 4.3.2 %s Service not available, "
	    "closing transmission channel", s->server->host != NULL ?
	    s->server->host : "mail.invalid");
	say_lines(s, line, "\r\n", delay_ms, true);
	end(s, DELIVER_CLOSE, 0);
}

/* Terminal sequences and bidirectional overrides. */
static const char escapes[] = "\033[2J\033[31m\033]0;owned\007\033P+q\033\\"
    "\302\233" "31m\342\200\256";

/* 334 and more base64 than any mechanism has a use for. */
static void
say_challenge(struct mail_session *s, int delay_ms)
{
	struct buf bytes;
	int i;

	buf_init(&bytes, 2 * 1024 * 1024);
	buf_puts(&bytes, "334 ");
	for (i = 0; i < 250 * 1000; i++)
		buf_puts(&bytes, "QUFB");
	buf_puts(&bytes, "\r\n");
	mail_deliver(s, DELIVER_BYTES, bytes.bytes, bytes.len, delay_ms, true);
	buf_clear(&bytes);
}

/* The reply is said in another way; false if the fault is none of these. */
static bool
spoil_reply(struct mail_session *s, const struct mail_answer *a)
{
	const char *text = buf_str(&a->text);

	switch (a->fault) {
	case FAULT_SPLIT: say_slowly(s, text, a->delay_ms, 1); break;
	case FAULT_DRIP: say_slowly(s, text, a->delay_ms, 1000); break;
	case FAULT_INJECT: say_injected(s, a); break;
	case FAULT_LONG: say_long(s, a); break;
	case FAULT_CHATTY: say_chattily(s, a); break;
	case FAULT_GARBAGE: say_garbage(s, a->delay_ms); break;
	case FAULT_BIG_CHALLENGE: say_challenge(s, a->delay_ms); break;
	case FAULT_ECHO: say_echo(s, a->delay_ms); break;
	case FAULT_ESCAPES:
		say_with(s, a, escapes, sizeof(escapes) - 1);
		break;
	case FAULT_NUL: say_with(s, a, "\0\0", 2); break;
	case FAULT_EIGHT_BIT: say_with(s, a, "\351\377\200 ", 4); break;
	case FAULT_BARE_LF: say_lines(s, text, "\n", a->delay_ms, true); break;
	case FAULT_MIXED_CODE: say_mixed(s, a); break;
	case FAULT_NO_TEXT: {
		char code[8];

		snprintf(code, sizeof(code), "%.3s", text);
		say_lines(s, code, "\r\n", a->delay_ms, true);
		break;
	}
	case FAULT_RENEGOTIATE:
		s->noise = s->server->only_tls12 ? TLS_NOISE_HELLO_REQUEST :
						   TLS_NOISE_KEY_UPDATE;
		mail_deliver(s, DELIVER_NOISE, NULL, 0, a->delay_ms, false);
		say_lines(s, text, "\r\n", 0, true);
		break;
	case FAULT_UNASKED:
		say_lines(s, text, "\r\n", a->delay_ms, true);
		say_lines(s, "250 2.0.0 nobody asked", "\r\n", 1, false);
		break;
	default: return false;
	}
	return true;
}

static bool
start_noise(struct mail_session *s, enum tls_noise noise, int delay_ms)
{
	if (!conn_secure(s->conn))
		return false;
	s->noise = noise;
	end(s, DELIVER_NOISES, delay_ms);
	return true;
}

static bool
spoil_records(struct mail_session *s, const struct mail_answer *a)
{
	switch (a->fault) {
	case FAULT_KEY_UPDATES:
		return start_noise(s, TLS_NOISE_KEY_UPDATE, a->delay_ms);
	case FAULT_HELLO_REQUESTS:
		return start_noise(s, TLS_NOISE_HELLO_REQUEST, a->delay_ms);
	case FAULT_EMPTY_RECORDS:
		return start_noise(s, TLS_NOISE_EMPTY, a->delay_ms);
	case FAULT_WARNINGS:
		return start_noise(s, TLS_NOISE_WARNING, a->delay_ms);
	default: return false;
	}
}

/* Nothing that is a reply; false if the fault is none of these. */
static bool
spoil_talk(struct mail_session *s, const struct mail_answer *a)
{
	switch (a->fault) {
	case FAULT_RESET: end(s, DELIVER_RESET, a->delay_ms); break;
	case FAULT_CUT: end(s, DELIVER_CLOSE, a->delay_ms); break;
	case FAULT_SILENT: s->phase = PHASE_DEAF; break;
	case FAULT_TRY_LATER: try_later(s, a->delay_ms); break;
	case FAULT_ENDLESS:
		start_pump(s, "250-and another line\r\n", FLOOD_BYTES,
		    a->delay_ms);
		break;
	case FAULT_BIG_LINE: start_pump(s, "x", BIG_LINE, a->delay_ms); break;
	case FAULT_FLOOD:
		start_pump(s, "250 2.0.0 OK\r\n", FLOOD_BYTES, a->delay_ms);
		break;
	default: return false;
	}
	return true;
}

void
mail_spoil_handshake(struct mail_session *s, enum mail_fault fault)
{
	struct mail_answer a = { .fault = fault };

	s->phase = PHASE_DEAF;
	/* Behind the client's hello: before it, it would be an injection. */
	if (!spoil_talk(s, &a) && fault == FAULT_GARBAGE)
		say_garbage(s, 5);
}

/* STARTTLS was agreed on: the handshake, or what the world has instead. */
static void
go_secure(struct mail_session *s)
{
	const struct mail_rule *rule = mail_tls_rule(s);

	if (rule != NULL)
		mail_spoil_handshake(s, rule->fault);
	else
		mail_deliver(s, DELIVER_TLS, NULL, 0, 0, false);
}

void
mail_answer(struct mail_session *s, struct mail_answer *a)
{
	const char *text = buf_str(&a->text);

	if (text[0] == '\0' && a->fault == FAULT_NONE)
		return;
	if (spoil_talk(s, a) || spoil_records(s, a))
		return;
	if (!spoil_reply(s, a))
		say_lines(s, text, "\r\n", a->delay_ms, true);
	if (a->close || a->fault == FAULT_LAST_WORDS)
		end(s, DELIVER_CLOSE, 0);
	else if (a->start_tls && a->fault == FAULT_STALL)
		s->phase = PHASE_DEAF;
	else if (a->start_tls)
		go_secure(s);
}
