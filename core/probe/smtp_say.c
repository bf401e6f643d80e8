#include "core/probe/smtp_say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/conn.h"
#include "net/i18n.h"
#include "net/log.h"
#include "net/loop.h"
#include "net/mem.h"
#include "net/sasl.h"

#define SECRET_MIN 3 /* shorter ones would blot out innocent text */

static void
ask_now(struct smtp_probe *p, enum ask ask)
{
	p->said_at = loop_now(p->base.task.loop);
	conn_deadline(p->conn, p->plan.patience_ms);
	if (ask < ASK_COUNT && p->answers[ask] == NULL)
		p->answers[ask] = mem_alloc(sizeof(struct answer));
}

void
smtp_say(struct smtp_probe *p, enum ask ask, enum stage stage,
    const char *fmt, ...)
{
	char line[1200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	p->stage = stage;
	transcript_printf(&p->base.transcript, probe_now(&p->base),
	    LINE_CLIENT, stage, conn_secure(p->conn), "%s", line);
	log_debug("smtp", "p%d C: %s", p->base.number, line);
	conn_send(p->conn, line);
	ask_now(p, ask);
}

/* Remembers what must never be seen again, as NUL-separated strings. */
static void
remember_secret(struct smtp_probe *p, const char *secret)
{
	if (secret != NULL && strlen(secret) >= SECRET_MIN)
		buf_add(&p->secrets, secret, strlen(secret) + 1);
}

void
smtp_say_auth(struct smtp_probe *p, const char *secret, bool first)
{
	struct buf line;

	if (first) {
		remember_secret(p, p->plan.cred->password);
		remember_secret(p, p->plan.cred->token);
	}
	remember_secret(p, secret);
	p->stage = STAGE_AUTH;
	transcript_printf(&p->base.transcript, probe_now(&p->base),
	    LINE_CLIENT, STAGE_AUTH, conn_secure(p->conn), "%s%s%s%s",
	    first ? "AUTH " : "", first ? p->mechanism : "",
	    first && secret[0] != '\0' ? " " : "",
	    secret[0] != '\0' ? "********" : first ? "" : "(empty)");
	buf_init(&line, 32 * 1024);
	if (first)
		buf_printf(&line, "AUTH %s%s", p->mechanism,
		    secret[0] != '\0' ? " " : "");
	buf_puts(&line, secret);
	conn_send_secret(p->conn, buf_str(&line));
	if (line.bytes != NULL)
		mem_wipe(line.bytes, line.len);
	buf_clear(&line);
	ask_now(p, ASK_AUTH);
}

void
smtp_say_message(struct smtp_probe *p, const char *text)
{
	struct buf line;

	buf_init(&line, 2048);
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		buf_reset(&line);
		if (text[0] == '.')
			buf_putc(&line, '.');
		buf_add(&line, text, n);
		smtp_say(p, ASK_MESSAGE, STAGE_DATA, "%s", buf_str(&line));
		text += n + (text[n] == '\n');
	}
	buf_clear(&line);
	smtp_say(p, ASK_MESSAGE, STAGE_DATA, ".");
}

void
smtp_say_nothing(struct smtp_probe *p, enum ask ask)
{
	ask_now(p, ask);
}

void
smtp_say_wipe(struct smtp_probe *p)
{
	if (p->secrets.bytes != NULL)
		mem_wipe(p->secrets.bytes, p->secrets.cap);
	buf_clear(&p->secrets);
}

/* A text that was cut may end in the beginning of a secret. */
static void
redact_end(char *text, const char *secret, size_t len)
{
	size_t n = strlen(text), part;

	for (part = len - 1; part >= SECRET_MIN; part--)
		if (part <= n && memcmp(text + n - part, secret, part) == 0) {
			memset(text + n - part, '*', part);
			return;
		}
}

void
smtp_say_redact(const struct smtp_probe *p, char *text, bool cut)
{
	size_t at = 0, len;
	char *hit;

	while (at < p->secrets.len) {
		const char *secret = p->secrets.bytes + at;

		len = strlen(secret);
		while ((hit = strstr(text, secret)) != NULL)
			memset(hit, '*', len);
		if (cut)
			redact_end(text, secret, len);
		at += len + 1;
	}
}

/* Adds the reply's lines to the transcript; returns the last one's. */
static int
note_reply(struct smtp_probe *p)
{
	const char *line = p->reply.text, *end;
	struct buf text;
	int n = 0;

	buf_init(&text, SMTP_REPLY_TEXT + 8);
	for (;;) {
		bool last;

		end = strchr(line, '\n');
		last = end == NULL;
		if (last)
			end = line + strlen(line);
		buf_reset(&text);
		buf_printf(&text, "%d%c", p->reply.code, last ? ' ' : '-');
		buf_add(&text, line, (size_t)(end - line));
		n = transcript_add(&p->base.transcript, probe_now(&p->base),
		    LINE_SERVER, p->stage, conn_secure(p->conn),
		    buf_str(&text), text.len);
		log_debug("smtp", "p%d S: %s", p->base.number,
		    buf_str(&text));
		if (last)
			break;
		line = end + 1;
	}
	buf_clear(&text);
	if (p->reply.mixed_code)
		transcript_annotate(&p->base.transcript, n,
		    "the codes of this reply's lines differ; the last counts");
	if (p->reply.truncated)
		transcript_annotate(&p->base.transcript, n,
		    "the reply was longer than is shown");
	return n;
}

static void
see_product(struct smtp_probe *p, enum ask ask, int line)
{
	char whole[SMTP_REPLY_TEXT + 8];
	const char *at = p->reply.text;
	struct buf wire;

	/* The patterns want it as on the wire, codes on every line. */
	buf_init(&wire, sizeof(whole) * 2);
	while (true) {
		size_t n = strcspn(at, "\n");

		buf_printf(&wire, "%d%c", p->reply.code,
		    at[n] == '\n' ? '-' : ' ');
		buf_add(&wire, at, n);
		if (at[n] == '\0')
			break;
		buf_puts(&wire, "\r\n");
		at += n + 1;
	}
	if (ask == ASK_BANNER)
		product_see_banner(&p->product, buf_str(&wire), line);
	else if (ask != ASK_EHLO && ask != ASK_EHLO_TLS)
		product_see_reply(&p->product, buf_str(&wire), line);
	buf_clear(&wire);
}

static void
keep(struct smtp_probe *p, enum ask ask, int line)
{
	struct answer *a = p->answers[ask];
	char flat[SMTP_REPLY_TEXT];

	smtp_reply_flat(&p->reply, flat, sizeof(flat));
	a->code = p->reply.code;
	a->enhanced = p->reply.enhanced;
	a->line = line;
	a->ms = (int)(loop_now(p->base.task.loop) - p->said_at);
	text_visible_str(flat, a->text, sizeof(a->text));
	if (ask == ASK_BANNER)
		snprintf(p->banner, sizeof(p->banner), "%d %s", a->code,
		    a->text);
	if (a->code / 100 != 2 && a->code / 100 != 3)
		phrases_read(a->code, &a->enhanced, p->reply.text,
		    (int)p->stage, &a->reading);
}

bool
smtp_heard(struct smtp_probe *p, enum ask ask)
{
	int line;

	/* The stage of an answer in a group is that of its own question. */
	if (ask == ASK_DATA || ask == ASK_MESSAGE)
		p->stage = STAGE_DATA;
	else if (ask >= ASK_MAIL && ask < ASK_COUNT)
		p->stage = ask == ASK_MAIL || ask == ASK_NULL_MAIL ||
			ask == ASK_OTHER_MAIL ?
		    STAGE_MAIL :
		    STAGE_RCPT;
	p->reply.code = 0;
	if (!p->skipped && !conn_hear(p->conn, &p->reply))
		return false;
	if (p->skipped || p->reply.code == 0) {
		p->reply.code = 0;
		smtp_say_lost(p);
		return true;
	}
	smtp_say_redact(p, p->reply.text, p->reply.truncated);
	line = note_reply(p);
	if (ask < ASK_COUNT) {
		keep(p, ask, line);
		see_product(p, ask, line);
	}
	/* Each further answer of a group has its own patience. */
	conn_deadline(p->conn, p->plan.patience_ms);
	return true;
}

static void
lose(struct smtp_probe *p, const struct err *err)
{
	char partial[200];
	size_t n;

	p->error = *err;
	p->lost_at = p->stage;
	/* Half a secret would not be found in half a reply. */
	n = p->conn != NULL && p->secrets.len == 0 ?
	    conn_partial(p->conn, partial, sizeof(partial)) : 0;
	if (n > 0) {
		int line;

		line = transcript_add(&p->base.transcript,
		    probe_now(&p->base), LINE_SERVER, p->stage,
		    conn_secure(p->conn), partial, n);
		transcript_annotate(&p->base.transcript, line,
		    "this reply was never finished");
	}
	p->lost_line = probe_note(&p->base, p->stage, "%s", err->text);
	log_debug("smtp", "p%d lost at %s: %s", p->base.number,
	    stage_name(p->stage), err->text);
}

bool
smtp_say_lost(struct smtp_probe *p)
{
	struct err err = { 0 };

	if (p->skipped) {
		err_set(&err, ERR_LIMIT, "skipped by the person");
		lose(p, &err);
		return true;
	}
	if (!conn_failed(p->conn))
		return false;
	lose(p, conn_error(p->conn));
	return true;
}

void
smtp_say_broken(struct smtp_probe *p, const char *fmt, ...)
{
	struct err err = { .kind = ERR_PROTOCOL };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err.text, sizeof(err.text), _(fmt), ap);
	va_end(ap);
	lose(p, &err);
}
