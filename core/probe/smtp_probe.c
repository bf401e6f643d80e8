#include "core/probe/smtp_probe.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/letter.h"
#include "core/probe/smtp_login.h"
#include "core/probe/smtp_say.h"
#include "core/session.h"
#include "core/text.h"
#include "net/conn.h"
#include "net/i18n.h"
#include "net/loop.h"
#include "net/mem.h"
#include "net/sasl.h"

#define EHLO_MS_MIN 5000

/* Port 465 is TLS from the start (RFC 8314 3.3) unless told otherwise. */
static bool
tls_first(const struct smtp_probe *p)
{
	return p->plan.security == SECURITY_TLS ||
	    (p->plan.security == SECURITY_AUTO && p->plan.addr.port == 465);
}

static bool
starttls_wanted(const struct smtp_probe *p)
{
	return p->plan.security != SECURITY_NONE && !p->fell_back &&
	    !conn_secure(p->conn);
}

static void
open_connection(struct smtp_probe *p)
{
	conn_free(p->conn);
	p->conn = conn_new(p->base.task.loop, &p->base.task);
	p->stage = STAGE_CONNECT;
	p->said_at = loop_now(p->base.task.loop);
	conn_open(p->conn, &p->plan.addr, p->plan.dial, p->plan.source);
	conn_deadline(p->conn, p->plan.connect_ms);
}

static bool
settled(const struct smtp_probe *p)
{
	return p->skipped || conn_settled(p->conn);
}

/* After a settled connect: what the transcript says about it. */
static bool
connected(struct smtp_probe *p)
{
	char to[ADDR_TEXT_MAX], from[ADDR_TEXT_MAX];

	if (smtp_say_lost(p))
		return false;
	p->connect_taken_ms =
	    (int)(loop_now(p->base.task.loop) - p->said_at);
	if (!conn_local(p->conn, &p->local))
		p->local.family = AF_UNSPEC;
	probe_note(&p->base, STAGE_CONNECT, "connected to %s from %s",
	    addr_text_port(&p->plan.addr, to), addr_text(&p->local, from));
	return true;
}

static void
begin_tls(struct smtp_probe *p)
{
	p->stage = STAGE_TLS;
	conn_start_tls(p->conn, p->plan.trust, p->plan.host);
	conn_deadline(p->conn, p->plan.patience_ms);
}

/* After a settled handshake. */
static bool
secured(struct smtp_probe *p)
{
	const struct tls_info *tls;

	p->tls_failed = p->skipped || conn_failed(p->conn);
	if (p->tls_failed) {
		snprintf(p->tls_error, sizeof(p->tls_error), "%s",
		    p->skipped ? _("skipped") : conn_error(p->conn)->text);
		smtp_say_lost(p);
		p->tls_line = p->lost_line;
		return false;
	}
	tls = conn_tls(p->conn);
	p->tls_established = true;
	if (p->tls == NULL)
		p->tls = mem_alloc(sizeof(*p->tls));
	*p->tls = *tls;
	p->tls_line = probe_note(&p->base, STAGE_TLS,
	    "TLS established: %s, %s; certificate for %s, %s%s", tls->version,
	    tls->cipher, tls->name_count > 0 ? tls->names[0] : tls->subject,
	    tls->trusted ? _("valid") : _("not valid: "),
	    tls->trusted ? "" : tls->why);
	return true;
}

/*
 * A sending server that cannot finish the handshake tries again in clear
 * (RFC 7435); so do we, on a fresh connection, where TLS is not insisted on.
 */
static bool
may_fall_back(const struct smtp_probe *p)
{
	/* Whoever wants to log in does not do it without TLS. */
	return p->tls_failed && p->plan.security == SECURITY_AUTO &&
	    p->plan.cred == NULL && !tls_first(p) && !p->fell_back &&
	    !p->skipped;
}

static void
fall_back(struct smtp_probe *p)
{
	p->fell_back = true;
	memset(&p->error, 0, sizeof(p->error));
	p->lost_line = 0;
	probe_note(&p->base, STAGE_CONNECT,
	    "once more without TLS, as a sending server would");
}

static void
greet(struct smtp_probe *p, enum ask ask, const char *verb)
{
	char literal[ADDR_TEXT_MAX], host[ADDR_TEXT_MAX];
	const char *name = p->plan.helo;

	if (name == NULL) {
		/* RFC 5321 4.1.3: a client without a name says its address. */
		addr_text(&p->local, host);
		snprintf(literal, sizeof(literal), "[%s%.50s]",
		    p->local.family == AF_INET6 ? "IPv6:" : "", host);
		name = literal;
	}
	smtp_say(p, ask, STAGE_EHLO, "%s %s", verb, name);
}

static void
learn(struct smtp_probe *p, enum ask ask)
{
	struct smtp_ehlo *ehlo = ask == ASK_EHLO_TLS ? &p->ehlo_tls : &p->ehlo;
	char first[SMTP_REPLY_TEXT + 8];

	if (p->reply.code / 100 != 2)
		return;
	smtp_ehlo_read(&p->reply, ehlo);
	if (ask == ASK_EHLO_TLS)
		p->have_ehlo_tls = true;
	else
		p->have_ehlo = true;
	if (!conn_secure(p->conn))
		p->tls_offered = ehlo->starttls;
	snprintf(first, sizeof(first), "%d%c%.*s", p->reply.code,
	    p->reply.lines > 1 ? '-' : ' ',
	    (int)strcspn(p->reply.text, "\n"), p->reply.text);
	product_see_ehlo(&p->product, first, ehlo, p->answers[ask]->line);
	/* It may have said what our address is; others wait for that. */
	task_wake(p->base.task.parent);
}

static bool
positive(const struct smtp_probe *p)
{
	return p->reply.code / 100 == 2;
}

/* ---- what is asked of whom ---- */

static void
enqueue(struct smtp_probe *p, enum ask ask)
{
	assert(p->queue_len < sizeof(p->queue) / sizeof(p->queue[0]));
	p->queue[p->queue_len++] = ask;
}

/* An address to ask about; it may become known while we connect. */
static bool
given(const char *address)
{
	return address != NULL && address[0] != '\0';
}

static const struct answer *
answered(const struct smtp_probe *p, enum ask ask)
{
	const struct answer *a = p->answers[ask];

	return a != NULL && a->code != 0 ? a : NULL;
}

static bool
pipelining(const struct smtp_probe *p)
{
	const struct smtp_ehlo *ehlo = smtp_probe_ehlo(p);

	return ehlo != NULL && ehlo->pipelining;
}

/*
 * The control domain goes with the recipient where that costs no round
 * trip: one group answers both "do you take it?" and "do you take anybody's?"
 */
static void
plan_first_group(struct smtp_probe *p)
{
	enqueue(p, ASK_MAIL);
	enqueue(p, ASK_TARGET);
	if (given(p->plan.control) && pipelining(p) &&
	    !given(p->plan.plain_form))
		enqueue(p, ASK_CONTROL);
}

/* Is the sender, rather than the recipient, what is refused? */
static bool
sender_suspected(const struct smtp_probe *p)
{
	const struct answer *mail = answered(p, ASK_MAIL);
	const struct answer *target = answered(p, ASK_TARGET);
	const struct answer *control = answered(p, ASK_CONTROL);

	if (p->plan.sender[0] == '\0' || !p->plan.null_sender)
		return false;
	if (p->plan.always_follow || (mail != NULL && mail->code / 100 != 2))
		return true;
	if (target == NULL || target->code / 100 == 2)
		return false;
	switch (target->reading.family) {
	case FAMILY_SENDER:
	case FAMILY_SPF:
	case FAMILY_DMARC:
	case FAMILY_DKIM:
	case FAMILY_POLICY:
	case FAMILY_SERVER:
	case FAMILY_AUTH:
	case FAMILY_NONE:
		return true;
	default:
		/*
		 * Exim verifies the sender before it looks at the recipient,
		 * so the words for the control domain may be about the sender.
		 */
		return control != NULL &&
		    control->reading.family == FAMILY_SENDER;
	}
}

/*
 * At most three refused recipients a session: more makes servers slow down,
 * hang up or ban.  What does not fit is asked in another session.
 */
static void
plan_follow_ups(struct smtp_probe *p)
{
	int left = 3 - p->refused_rcpts;
	const struct smtp_plan *plan = &p->plan;
	const struct answer *target = answered(p, ASK_TARGET);
	bool sender = sender_suspected(p);
	bool in_mail = smtp_probe_said_yes(p, ASK_MAIL);
	/* Whose server a relay is tells more than its postmaster elsewhere. */
	bool own_first = given(plan->own) && target != NULL &&
	    target->reading.family == FAMILY_RELAY;

	if (smtp_probe_said_yes(p, ASK_TARGET) && !plan->always_follow)
		return;
	if (given(plan->plain_form) && in_mail && left > 0) {
		enqueue(p, ASK_PLAIN_FORM);
		left--;
	}
	if (own_first && in_mail && left > 0) {
		enqueue(p, ASK_OWN);
		left--;
	}
	if (!sender && given(plan->postmaster) && in_mail && left > 0) {
		enqueue(p, ASK_POSTMASTER);
		left--;
	}
	if (given(plan->control) && p->answers[ASK_CONTROL] == NULL &&
	    in_mail && left > 0) {
		enqueue(p, ASK_CONTROL);
		left--;
	}
	if (given(plan->own) && !own_first && in_mail && left > 0) {
		enqueue(p, ASK_OWN);
		left--;
	}
	if (plan->bare && in_mail && left > 0) {
		enqueue(p, ASK_BARE);
		left--;
	}
	if (given(plan->made_up) && in_mail && left > 0) {
		enqueue(p, ASK_MADE_UP);
		left--;
	}
	if (sender && left > 0) {
		if (in_mail)
			enqueue(p, ASK_RSET);
		enqueue(p, ASK_NULL_MAIL);
		enqueue(p, ASK_NULL_TARGET);
		left--;
	}
	if (given(plan->other_sender) && left > 0) {
		if (in_mail || sender)
			enqueue(p, ASK_RSET);
		enqueue(p, ASK_OTHER_MAIL);
		enqueue(p, ASK_OTHER_TARGET);
	}
}

static void
say_mail(struct smtp_probe *p, enum ask ask, const char *from)
{
	const struct smtp_ehlo *ehlo = smtp_probe_ehlo(p);
	bool utf8 = p->plan.smtputf8 && ehlo != NULL && ehlo->smtputf8;
	char size[40] = "";

	/* Only a message has a size (RFC 1870) and bytes (RFC 6152). */
	if (p->plan.message != NULL && ehlo != NULL && ehlo->size_known)
		snprintf(size, sizeof(size), " SIZE=%zu",
		    letter_size(p->plan.message));
	smtp_say(p, ask, STAGE_MAIL, "MAIL FROM:<%s>%s%s%s", from, size,
	    utf8 && p->plan.message != NULL && ehlo->eightbitmime ?
		" BODY=8BITMIME" : "",
	    utf8 ? " SMTPUTF8" : "");
}

static void
say_queued(struct smtp_probe *p, enum ask ask)
{
	const struct smtp_plan *plan = &p->plan;

	if (ask == ASK_RSET)
		smtp_say(p, ask, STAGE_MAIL, "RSET");
	else if (ask == ASK_MAIL)
		say_mail(p, ask, plan->sender);
	else if (ask == ASK_NULL_MAIL)
		say_mail(p, ask, "");
	else if (ask == ASK_OTHER_MAIL)
		say_mail(p, ask, plan->other_sender);
	else
		smtp_say(p, ask, STAGE_RCPT, "RCPT TO:<%s>",
		    ask == ASK_CONTROL	       ? plan->control :
			ask == ASK_POSTMASTER  ? plan->postmaster :
			ask == ASK_BARE	       ? "postmaster" :
			ask == ASK_MADE_UP     ? plan->made_up :
			ask == ASK_PLAIN_FORM  ? plan->plain_form :
			ask == ASK_OWN	       ? plan->own :
						 plan->recipient);
}

/* A RCPT whose MAIL was refused need not be said, if it was not yet. */
static bool
pointless(const struct smtp_probe *p, enum ask ask)
{
	switch (ask) {
	case ASK_MAIL:
	case ASK_NULL_MAIL:
	case ASK_OTHER_MAIL:
	case ASK_RSET: return false;
	case ASK_NULL_TARGET: return !smtp_probe_said_yes(p, ASK_NULL_MAIL);
	case ASK_OTHER_TARGET: return !smtp_probe_said_yes(p, ASK_OTHER_MAIL);
	default: return !smtp_probe_said_yes(p, ASK_MAIL);
	}
}

/* Says the queue as one group (RFC 2920 3.1), or its next command. */
static void
say_group(struct smtp_probe *p)
{
	do {
		enum ask ask = p->queue[p->queue_said++];

		if (pipelining(p) || !pointless(p, ask))
			say_queued(p, ask);
		else
			p->queue_heard++;
	} while (p->queue_said < p->queue_len &&
	    (pipelining(p) || p->queue_heard == p->queue_said));
}

static void
judge(struct smtp_probe *p)
{
	enum ask ask = p->queue[p->queue_heard++];

	if (p->stage == STAGE_RCPT && ask != ASK_RSET && !positive(p) &&
	    !pointless(p, ask))
		p->refused_rcpts++;
	if (ask == ASK_TARGET || (ask == ASK_MAIL && !positive(p)))
		p->decided = true;
}

/* Words for the end of the probe, for lists. */
static void
conclude(struct smtp_probe *p)
{
	const struct answer *target = answered(p, ASK_TARGET);

	p->decided = true;
	product_see_mx(&p->product, p->plan.host);
	product_conclude(&p->product);
	if (p->skipped)
		probe_end(&p->base, PROBE_SKIPPED, "skipped by the person");
	else if (p->error.kind != ERR_NONE)
		probe_end(&p->base, PROBE_FAILED, "%s", p->error.text);
	else if (p->plan.depth < DEPTH_RCPT)
		probe_end(&p->base, PROBE_OK, "greeting and EHLO");
	else if (target != NULL)
		probe_end(&p->base, PROBE_OK, "%d %.200s", target->code,
		    target->text);
	else
		probe_end(&p->base, PROBE_OK, "ended before RCPT TO");
}

/* RSET costs nothing where QUIT may follow it in one group. */
static void
say_goodbye(struct smtp_probe *p)
{
	if (conn_failed(p->conn) || p->skipped)
		return;
	if (p->stage >= STAGE_MAIL && pipelining(p) &&
	    answered(p, ASK_MESSAGE) == NULL)
		smtp_say(p, ASK_RSET, STAGE_QUIT, "RSET");
	smtp_say(p, ASK_RSET, STAGE_QUIT, "QUIT");
	conn_shut(p->conn);
}

/*
 * More was said than was asked for.  Whatever is asked next would get the
 * wrong answer, and every later one as well, so it ends here.
 */
static bool
talks_out_of_turn(struct smtp_probe *p)
{
	if (conn_unread(p->conn) == 0)
		return false;
	p->out_of_turn = true;
	smtp_say_broken(p,
	    "the server says more than it was asked: %zu bytes",
	    conn_unread(p->conn));
	return true;
}

/*
 * A message whose addresses need SMTPUTF8 cannot go through a server that
 * does not offer it (RFC 6531 3.4): it would arrive as something else.
 */
static bool
sendable(struct smtp_probe *p)
{
	const struct smtp_ehlo *ehlo = smtp_probe_ehlo(p);

	if (p->plan.message == NULL || !p->plan.smtputf8 ||
	    (ehlo != NULL && ehlo->smtputf8))
		return true;
	snprintf(p->not_sent, sizeof(p->not_sent),
	    _("an address is not ASCII, and the server does not offer "
	      "SMTPUTF8"));
	p->lost_line =
	    probe_note(&p->base, STAGE_MAIL, "not sent: %s", p->not_sent);
	return false;
}

static bool
held(const struct smtp_probe *p)
{
	return p->plan.held != NULL && *p->plan.held && !p->skipped;
}

static enum step
run(struct task *task)
{
	struct smtp_probe *p =
	    container_of(task, struct smtp_probe, base.task);

	TASK_BEGIN(task);

	TASK_AWAIT(task, !held(p));
	if (p->skipped)
		goto finish;
	do {
		open_connection(p);
		TASK_AWAIT(task, settled(p));
		if (!connected(p))
			goto finish;

		if (tls_first(p)) {
			begin_tls(p);
			TASK_AWAIT(task, settled(p));
			if (!secured(p))
				goto finish;
		}

		/* The whole greeting, however long it takes (5321 4.3.1). */
		p->stage = STAGE_BANNER;
		smtp_say_nothing(p, ASK_BANNER);
		TASK_AWAIT(task, smtp_heard(p, ASK_BANNER));
		if (p->reply.code == 0)
			goto finish;
		if (!positive(p) || p->plan.depth == DEPTH_GREETING)
			goto quit;
		if (talks_out_of_turn(p))
			goto finish;

		greet(p, ASK_EHLO, "EHLO");
		TASK_AWAIT(task, smtp_heard(p, ASK_EHLO));
		learn(p, ASK_EHLO);
		if (p->reply.code / 100 == 5) {
			/* RFC 5321 4.1.4: an old server knows only HELO. */
			greet(p, ASK_HELO, "HELO");
			TASK_AWAIT(task, smtp_heard(p, ASK_HELO));
		}
		if (p->reply.code == 0)
			goto finish;
		if (!positive(p))
			goto quit;
		if (talks_out_of_turn(p))
			goto finish;

		if (!p->tls_offered || !starttls_wanted(p))
			break;

		smtp_say(p, ASK_STARTTLS, STAGE_STARTTLS, "STARTTLS");
		TASK_AWAIT(task, smtp_heard(p, ASK_STARTTLS));
		if (p->reply.code == 0)
			goto finish;
		if (!positive(p))
			break;
		if (conn_unread(p->conn) > 0) {
			/* Somebody may be putting words into clear text. */
			p->out_of_turn = true;
			smtp_say_broken(p,
			    "more than one reply to STARTTLS: %zu bytes "
			    "before the handshake",
			    conn_unread(p->conn));
			goto finish;
		}
		begin_tls(p);
		TASK_AWAIT(task, settled(p));
		if (secured(p)) {
			greet(p, ASK_EHLO_TLS, "EHLO");
			TASK_AWAIT(task, smtp_heard(p, ASK_EHLO_TLS));
			learn(p, ASK_EHLO_TLS);
			if (p->reply.code == 0)
				goto finish;
			if (!positive(p))
				goto quit;
			break;
		}
		if (!may_fall_back(p))
			goto finish;
		fall_back(p);
	} while (true);

	if (p->plan.say_helo && p->answers[ASK_HELO] == NULL) {
		greet(p, ASK_HELO, "HELO");
		TASK_AWAIT(task, smtp_heard(p, ASK_HELO));
		if (p->reply.code == 0)
			goto finish;
	}
	if (p->plan.depth < DEPTH_RCPT)
		goto quit;

	if (p->plan.cred != NULL && smtp_login_begin(p)) {
		TASK_AWAIT(task, smtp_heard(p, ASK_AUTH));
		while (p->reply.code == 334) {
			if (!smtp_login_go_on(p))
				goto finish;
			TASK_AWAIT(task, smtp_heard(p, ASK_AUTH));
		}
		smtp_login_end(p);
		if (p->reply.code == 0)
			goto finish;
	}

	if (talks_out_of_turn(p))
		goto finish;
	if (!sendable(p))
		goto quit;
	plan_first_group(p);
	do {
		while (p->queue_heard < p->queue_len) {
			if (p->queue_said == p->queue_heard)
				say_group(p);
			if (p->queue_heard == p->queue_len)
				break;
			TASK_AWAIT(task,
			    smtp_heard(p, p->queue[p->queue_heard]));
			if (p->reply.code == 0)
				goto finish;
			judge(p);
			if (p->reply.code == 421) /* it hangs up */
				goto quit;
		}
		if (p->queue_len > 0 && p->queue[0] == ASK_MAIL) {
			p->queue_len = p->queue_said = p->queue_heard = 0;
			plan_follow_ups(p);
		} else {
			p->queue_len = 0;
		}
		if (talks_out_of_turn(p))
			goto finish;
	} while (p->queue_len > 0);

	if (p->plan.message != NULL && smtp_probe_said_yes(p, ASK_TARGET)) {
		smtp_say(p, ASK_DATA, STAGE_DATA, "DATA");
		TASK_AWAIT(task, smtp_heard(p, ASK_DATA));
		if (p->reply.code == 0)
			goto finish;
		if (p->reply.code / 100 != 3)
			goto quit;
		if (talks_out_of_turn(p))
			goto finish;
		smtp_say_message(p, p->plan.message);
		TASK_AWAIT(task, smtp_heard(p, ASK_MESSAGE));
		if (p->reply.code == 0)
			goto finish;
	}

quit:
	say_goodbye(p);
finish:
	conclude(p);
	conn_free(p->conn);
	p->conn = NULL;
	TASK_END(task);
}

static void
clear(struct probe *probe)
{
	struct smtp_probe *p = container_of(probe, struct smtp_probe, base);
	int i;

	task_stop(&probe->task);
	conn_free(p->conn);
	p->conn = NULL;
	sasl_free(p->sasl);
	p->sasl = NULL;
	for (i = 0; i < ASK_COUNT; i++)
		free(p->answers[i]);
	free(p->tls);
	smtp_say_wipe(p);
	transcript_clear(&probe->transcript);
}

static const struct probe_ops ops = { .clear = clear };

void
smtp_probe_start(struct smtp_probe *p, struct loop *loop, struct task *parent,
    const int64_t *epoch, const struct smtp_plan *plan)
{
	char at[ADDR_TEXT_MAX];

	p->plan = *plan;
	buf_init(&p->secrets, 64 * 1024);
	product_init(&p->product);
	snprintf(p->base.subject, sizeof(p->base.subject), "%s %s", plan->host,
	    addr_text_port(&plan->addr, at));
	probe_start(&p->base, &ops, PROBE_SMTP, loop, parent, epoch, run);
}

const struct smtp_probe *
probe_smtp(const struct probe *probe)
{
	if (probe == NULL || probe->ops != &ops)
		return NULL;
	return container_of(probe, const struct smtp_probe, base);
}

bool
smtp_probe_decided(const struct smtp_probe *p)
{
	return p->decided || p->base.task.done;
}

void
smtp_probe_patience(struct smtp_probe *p, int ms)
{
	int waited = (int)(loop_now(p->base.task.loop) - p->said_at);

	if (p->conn == NULL || p->base.task.done)
		return;
	p->plan.patience_ms += ms;
	if (p->plan.patience_ms < EHLO_MS_MIN)
		p->plan.patience_ms = EHLO_MS_MIN;
	conn_deadline(p->conn, p->plan.patience_ms > waited ?
		p->plan.patience_ms - waited : 1);
}

void
smtp_probe_skip(struct smtp_probe *p)
{
	if (p->base.task.done)
		return;
	p->skipped = true;
	task_wake(&p->base.task);
}

bool
smtp_probe_said_yes(const struct smtp_probe *p, enum ask ask)
{
	return p->answers[ask] != NULL && p->answers[ask]->code / 100 == 2;
}

const struct smtp_ehlo *
smtp_probe_ehlo(const struct smtp_probe *p)
{
	if (p->have_ehlo_tls)
		return &p->ehlo_tls;
	return p->have_ehlo ? &p->ehlo : NULL;
}

const char *
ask_name(enum ask ask)
{
	static const char *const names[] = {
		[ASK_BANNER] = "the greeting",
		[ASK_EHLO] = "EHLO",
		[ASK_STARTTLS] = "STARTTLS",
		[ASK_EHLO_TLS] = "EHLO after TLS",
		[ASK_AUTH] = "the login",
		[ASK_HELO] = "HELO",
		[ASK_MAIL] = "MAIL FROM the sender",
		[ASK_TARGET] = "RCPT TO the recipient",
		[ASK_CONTROL] = "RCPT TO a control domain",
		[ASK_POSTMASTER] = "RCPT TO postmaster",
		[ASK_BARE] = "RCPT TO postmaster of the server itself",
		[ASK_MADE_UP] = "RCPT TO a made-up mailbox",
		[ASK_OWN] = "RCPT TO the sender's own domain",
		[ASK_PLAIN_FORM] = "RCPT TO the plain form",
		[ASK_NULL_MAIL] = "MAIL FROM the null sender",
		[ASK_NULL_TARGET] = "the recipient, from the null sender",
		[ASK_OTHER_MAIL] = "MAIL FROM another sender",
		[ASK_OTHER_TARGET] = "the recipient, from another sender",
		[ASK_DATA] = "DATA",
		[ASK_MESSAGE] = "the message",
		[ASK_COUNT] = "RSET",
	};

	return names[ask];
}
